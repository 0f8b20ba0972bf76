import { type Tensor as CoreTensor, customGradient, numel, ops } from '@stele/core';
import { define } from './define';
import { kernelName } from './dtypes';
import { InvalidArgumentError, kernelError } from './errors';
import { gather_nd, gatherNd } from './gather';
import { constant, flatPlaces, indexTensor, wholes } from './places';
import { Tensor, type TensorLike, toTensor } from './tensor';
import { provideScatter } from './variable';

/** Updates added at index vectors into zeros of a shape. */
function scatterInto(
  indices: CoreTensor,
  updates: CoreTensor,
  sizes: readonly number[],
  kernel = 'ScatterNd',
): CoreTensor {
  const depth = indices.sizes.at(-1)!;
  const rest = sizes.slice(depth);
  const outer = indices.sizes.slice(0, -1);
  const wanted = [...outer, ...rest];
  const negative = sizes.find((d) => d < 0);
  if (negative !== undefined) throw kernelError(kernel, `Dimension ${negative} must be >= 0`);
  const show = (list: readonly number[]): string => `[${list.join(',')}]`;
  const outerFits = show(updates.sizes.slice(0, outer.length)) === show(outer);
  if (outerFits && show(updates.sizes.slice(outer.length)) !== show(rest))
    throw kernelError(
      kernel,
      `Dimensions [${depth},${sizes.length}) of input[shape=${show(sizes)}] must match dimensions [${outer.length},${updates.rank}) of updates[shape=${show(updates.sizes)}]`,
      InvalidArgumentError,
      { name: null },
    );
  if (updates.sizes.length !== wanted.length || updates.sizes.some((d, i) => d !== wanted[i]))
    throw new InvalidArgumentError(
      `Dimensions [0,${outer.length}) of indices[shape=[${indices.sizes.join(',')}]] must match dimensions [0,${outer.length}) of updates[shape=[${updates.sizes.join(',')}]] [Op:ScatterNd]`,
    );
  const rows = numel(sizes.slice(0, depth));
  const width = numel(rest);
  const places = ops.reshape(flatPlaces(indices, sizes, kernel), [-1, 1]);
  const columns = ops.contiguous(ops.expand(places, [numel(outer), width]));
  const flat = ops.reshape(updates, [numel(outer), width]);
  return ops.reshape(ops.scatterAdd(flat, columns, 0, [rows, width]), sizes);
}

/** Zeros of a shape with updates added at index vectors; those that meet are summed. */
export const scatter_nd = define(
  'tf.scatter_nd',
  'indices, updates, shape, name=None',
  (indices: TensorLike, updates: TensorLike, shape: unknown): Tensor =>
    scatterInto(indexTensor(indices, 'ScatterNd'), toTensor(updates), wholes(shape)) as Tensor,
);

/** Where index vectors point, as a mask over rows, counting how often. */
export function hits(at: CoreTensor, like: CoreTensor): CoreTensor {
  const rest = like.sizes.slice(at.sizes.at(-1)!);
  return scatterInto(at, ops.fullLike(like, 1, [...at.sizes.slice(0, -1), ...rest], 'float32'), like.sizes);
}

/** A tensor, index vectors and updates that fit each other. */
function scattered(
  kernel: string,
  tensor: TensorLike,
  indices: TensorLike,
  updates: TensorLike,
): [CoreTensor, CoreTensor, CoreTensor] {
  const t = toTensor(tensor);
  const [at, u] = [indexTensor(indices, kernel), updates instanceof Tensor ? updates : toTensor(updates, t.scalarType)];
  if (u.scalarType !== t.scalarType)
    throw new InvalidArgumentError(
      `cannot compute ${kernel} as input #2(zero-based) was expected to be a ${kernelName(t.scalarType)} tensor but is a ${kernelName(u.scalarType)} tensor [Op:${kernel}] name: `,
    );
  checkUpdates(kernel, t, at, u);
  return [t, at, u];
}
export const tensor_scatter_nd_add = define(
  'tf.tensor_scatter_nd_add',
  'tensor, indices, updates, name=None',
  (tensor: TensorLike, indices: TensorLike, updates: TensorLike): Tensor => {
    const [t, at, u] = scattered('TensorScatterAdd', tensor, indices, updates);
    return ops.add(t, scatterInto(at, u, t.sizes)) as Tensor;
  },
);
export const tensor_scatter_nd_sub = define(
  'tf.tensor_scatter_nd_sub',
  'tensor, indices, updates, name=None',
  (tensor: TensorLike, indices: TensorLike, updates: TensorLike): Tensor => {
    const [t, at, u] = scattered('TensorScatterSub', tensor, indices, updates);
    return ops.sub(t, scatterInto(at, u, t.sizes)) as Tensor;
  },
);
/** The updates must have the shape of the slices that they are for. */
function checkUpdates(kernel: string, t: CoreTensor, at: CoreTensor, updates: CoreTensor): void {
  const show = (sizes: readonly number[]): string => `[${sizes.join(',')}]`;
  const [outer, rest] = [at.sizes.slice(0, -1), t.sizes.slice(at.sizes.at(-1)!)];
  if (show(updates.sizes) === show([...outer, ...rest])) return;
  const outerFits = show(updates.sizes.slice(0, outer.length)) === show(outer);
  throw kernelError(
    kernel,
    outerFits
      ? `Inner dimensions of output shape must match inner dimensions of updates shape. Output: ${show(t.sizes)} updates: ${show(updates.sizes)}`
      : `Outer dimensions of indices and update must match. Indices shape: ${show(at.sizes)}, updates shape:${show(updates.sizes)}`,
  );
}

/** A tensor with slices replaced; of several for one place the last counts. */
export const tensor_scatter_nd_update = define(
  'tf.tensor_scatter_nd_update',
  'tensor, indices, updates, name=None',
  (tensor: TensorLike, indices: TensorLike, updates: TensorLike): Tensor => {
    const [t, at, u] = scattered('TensorScatterUpdate', tensor, indices, updates);
    const depth = at.sizes.at(-1)!;
    const rest = t.sizes.slice(depth);
    const count = numel(at.sizes.slice(0, -1));
    const places = wholes(ops.reshape(flatPlaces(at, t.sizes, 'TensorScatterUpdate'), [-1]));
    const last = new Map(places.map((place, i) => [place, i]));
    // each row comes from the tensor, or from the last update that names it
    const rows = numel(t.sizes.slice(0, depth));
    const from = Array.from({ length: rows }, (_, r) => (last.has(r) ? rows + last.get(r)! : r));
    const replaced = (base: CoreTensor, by: CoreTensor): CoreTensor => {
      const both = ops.concat([ops.reshape(base, [rows, ...rest]), ops.reshape(by, [count, ...rest])], 0);
      return ops.reshape(ops.takeInside(both, constant(from, 'int32'), 0), t.sizes);
    };
    // every update gets the gradient of its place, even where a later one lies over it
    const [out] = customGradient(
      'TensorScatterUpdate',
      [t, u],
      () => [replaced(t, u)],
      ([g]) => [replaced(g!, ops.fullLike(u, 0)), gatherNd(g!, at)],
    );
    return out as Tensor;
  },
);

const extreme = (name: string, choose: typeof ops.maximum) =>
  define(
    `tf.tensor_scatter_nd_${name}`,
    'tensor, indices, updates, name=None',
    (tensor: TensorLike, indices: TensorLike, updates: TensorLike): Tensor => {
      const kernel = `TensorScatter${name[0]!.toUpperCase()}${name.slice(1)}`;
      const [t, at, u] = scattered(kernel, tensor, indices, updates);
      const depth = at.sizes.at(-1)!;
      const rest = t.sizes.slice(depth);
      const rows = numel(t.sizes.slice(0, depth));
      const count = numel(at.sizes.slice(0, -1));
      const places = wholes(ops.reshape(flatPlaces(at, t.sizes, 'TensorScatterUpdate'), [-1]));
      const table = ops.reshape(t, [rows, ...rest]);
      const given = ops.reshape(u, [count, ...rest]);
      const best: CoreTensor[] = [];
      const touched = [...new Set(places)];
      for (const place of touched) {
        let row = ops.select(table, 0, place);
        places.forEach((p, i) => {
          if (p === place) row = choose(row, ops.select(given, 0, i));
        });
        best.push(row);
      }
      if (best.length === 0) return ops.add(t, ops.sum(u)) as Tensor;
      const from = Array.from({ length: rows }, (_, r) => (touched.includes(r) ? rows + touched.indexOf(r) : r));
      const both = ops.concat([table, ops.stack(best, 0)], 0);
      return ops.reshape(ops.takeInside(both, constant(from, 'int32'), 0), t.sizes) as Tensor;
    },
  );
export const tensor_scatter_nd_max = extreme('max', ops.maximum);
export const tensor_scatter_nd_min = extreme('min', ops.minimum);

provideScatter({
  gather_nd,
  tensor_scatter_nd_add,
  tensor_scatter_nd_max,
  tensor_scatter_nd_min,
  tensor_scatter_nd_sub,
  tensor_scatter_nd_update,
});
