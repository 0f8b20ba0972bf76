import { type Tensor as CoreTensor, numel, ops, toNumbers } from '@stele/core';
import { define } from './define';
import { kernelName } from './dtypes';
import { InvalidArgumentError, kernelError, valueError } from './errors';
import { axisOf, constant, flatPlaces, indexTensor, whole } from './places';
import { TensorShape } from './shape';
import { Tensor, type TensorLike, toTensor } from './tensor';

export function gatherNd(params: CoreTensor, indices: CoreTensor): CoreTensor {
  const depth = indices.sizes.at(-1)!;
  if (depth > params.rank)
    throw new InvalidArgumentError(
      `index innermost dimension length must be <= params rank; saw: ${depth} vs. ${params.rank} [Op:GatherNd]`,
    );
  const rest = params.sizes.slice(depth);
  const rows = ops.reshape(params, [numel(params.sizes.slice(0, depth)), ...rest]);
  return ops.take(rows, flatPlaces(indices, params.sizes), 0);
}

/** Slices of `params` at index vectors: each along the last axis of `indices` names the leading axes. */
export const gather_nd = define(
  'tf.gather_nd',
  'params, indices, batch_dims=0, name=None, bad_indices_policy=""',
  (params: TensorLike, indices: TensorLike, batch_dims?: number): Tensor => {
    const [x, at] = [toTensor(params), indexTensor(indices, 'GatherNd')];
    if (at.rank === 0) throw kernelError('GatherNd', 'indices must be at least a vector');
    const batches = axisOf(whole(batch_dims), at.rank);
    if (batches === 0) return gatherNd(x, at) as Tensor;
    // the batch's own number becomes the leading part of each index
    const batch = at.sizes.slice(0, batches);
    const dtype = at.scalarType as 'int32' | 'int64';
    const numbers = batch.map((size, axis) => {
      const line = constant(
        Array.from({ length: size }, (_, i) => i),
        dtype,
        at.sizes.map((_, i) => (i === axis ? size : 1)),
      );
      return ops.contiguous(ops.expand(line, [...at.sizes.slice(0, -1), 1]));
    });
    return gatherNd(x, ops.concat([...numbers, at], at.rank - 1)) as Tensor;
  },
);

/** Entries of an axis picked by an index tensor; leading `batch_dims` axes of both go together. */
export const gather = define(
  'tf.gather',
  'params, indices, validate_indices=None, axis=None, batch_dims=0, name=None',
  (params: TensorLike, indices: TensorLike, _validate?: unknown, axis?: number | null, batch_dims?: number): Tensor => {
    const [x, at] = [toTensor(params), indexTensor(indices, 'GatherV2')];
    // an axis of 0 that is asked for leaves the batches out
    const batches = axis !== undefined && axis !== null && whole(axis) === 0 ? 0 : axisOf(whole(batch_dims), at.rank);
    const along = axisOf(whole(axis, batches), x.rank);
    if (x.rank === 0) throw kernelError('GatherV2', 'params must be at least 1 dimensional');
    if (along >= x.rank)
      throw kernelError('GatherV2', `Shape must be at least rank ${along + 1} but is rank ${x.rank}`);
    if (along < 0)
      throw new InvalidArgumentError(
        `Expected in the range [${-x.rank}, ${x.rank}) for axis, but got ${whole(axis)} [Op:GatherV2]`,
      );
    if (batches > along)
      throw kernelError('GatherV2', `batch_dims (${batches}) must be less than or equal to axis (${along}).`);
    for (let i = 0; i < batches; i++)
      if (x.sizes[i] !== at.sizes[i])
        throw kernelError(
          'GatherV2',
          `params.shape[${i}]: ${x.sizes[i]} should be equal to indices.shape[${i}]: ${at.sizes[i]}`,
        );
    const size = x.sizes[along]!;
    if (!at.symbolic)
      toNumbers(at).forEach((k, i) => {
        if (k < 0 || k >= size) {
          const place = at.sizes.map((_, d) => Math.floor(i / numel(at.sizes.slice(d + 1))) % at.sizes[d]!);
          throw kernelError(
            'GatherV2',
            `indices${place.length === 0 ? '' : `[${place.join(',')}]`} = ${k} is not in [0, ${size})`,
            InvalidArgumentError,
            { name: null },
          );
        }
      });
    if (batches === 0) return ops.take(x, at, along) as Tensor;
    // batches to the front, one after another; each index moves by its batch's offset
    const count = numel(x.sizes.slice(0, batches));
    const order = [
      ...x.sizes.slice(0, batches).map((_, i) => i),
      along,
      ...x.sizes.map((_, i) => i).filter((i) => i >= batches && i !== along),
    ];
    const moved = ops.permute(x, order);
    const rows = ops.reshape(moved, [count * size, ...moved.sizes.slice(batches + 1)]);
    const own = at.sizes.slice(batches);
    const dtype = at.scalarType as 'int32' | 'int64';
    const offsets = constant(
      Array.from({ length: count }, (_, i) => i * size),
      dtype,
      [count, ...own.map(() => 1)],
    );
    const places = ops.add(ops.reshape(at, [count, ...own]), offsets);
    const taken = ops.take(rows, places, 0);
    const shaped = ops.reshape(taken, [...at.sizes.slice(0, batches), ...own, ...moved.sizes.slice(batches + 1)]);
    // back: the index axes stand where `along` was
    const rank = shaped.rank;
    const before = along - batches;
    const back = [
      ...Array.from({ length: batches }, (_, i) => i),
      ...Array.from({ length: before }, (_, i) => batches + own.length + i),
      ...Array.from({ length: own.length }, (_, i) => batches + i),
    ];
    for (let i = back.length; i < rank; i++) back.push(i);
    return ops.permute(shaped, back) as Tensor;
  },
);

/** The entries of the masked axes where the mask is true, in one line. */
export const boolean_mask = define(
  'tf.boolean_mask',
  'tensor, mask, axis=None, name="boolean_mask"',
  (tensor: TensorLike, mask: TensorLike, axis?: number | null): Tensor => {
    if (typeof mask === 'string') throw valueError('mask cannot be scalar.');
    const [t, m] = [toTensor(tensor), toTensor(mask)];
    if (m.rank === 0) throw valueError('mask cannot be scalar.');
    const first = axisOf(whole(axis), t.rank);
    // as Python slices: one from an axis counted from the end may stop at the beginning, and be empty
    const from = whole(axis);
    const own = t.sizes.slice(from, from + m.rank);
    if (own.length !== m.rank || own.some((d, i) => d !== m.sizes[i]))
      throw valueError(`Shapes ${TensorShape.from_dims(own)} and ${TensorShape.from_dims(m.sizes)} are incompatible`);
    const flat = ops.reshape(t, [...t.sizes.slice(0, first), numel(own), ...t.sizes.slice(first + m.rank)]);
    const [places] = ops.truePositions(ops.reshape(m, [-1]));
    return ops.take(flat, places!, first) as Tensor;
  },
);

/** Where a condition holds: the positions, or a choice between two tensors. */
export const where = define(
  'tf.where',
  'condition, x=None, y=None, name=None',
  (condition: TensorLike, x?: TensorLike | null, y?: TensorLike | null): Tensor => {
    const given = [x, y].filter((v) => v !== undefined && v !== null).length;
    if (given === 1) throw valueError('x and y must both be non-None or both be None.');
    const c = toTensor(condition, given === 0 || condition instanceof Tensor ? null : 'bool');
    if (given === 0) {
      if (c.rank === 0) throw kernelError('Where', 'WhereOp : Unhandled input dimensions: 0');
      const found = ops.truePositions(c.scalarType === 'bool' ? c : ops.cast(c, 'bool'));
      return (found.length === 0 ? toTensor([], 'int64') : ops.stack(found, 1)) as Tensor;
    }
    const like = x instanceof Tensor ? x : y instanceof Tensor ? y : toTensor(x as TensorLike);
    const branch = (v: unknown): Tensor => toTensor(v as TensorLike, v instanceof Tensor ? null : like.scalarType);
    const [a, b] = [branch(x), branch(y)];
    const refused =
      c.scalarType !== 'bool'
        ? ([0, 'bool', c] as const)
        : a.scalarType !== b.scalarType
          ? ([2, a.scalarType, b] as const)
          : null;
    if (refused !== null)
      throw new InvalidArgumentError(
        `cannot compute SelectV2 as input #${refused[0]}(zero-based) was expected to be a ${kernelName(refused[1])} tensor but is a ${kernelName(refused[2].scalarType)} tensor [Op:SelectV2] name: `,
      );
    const show = (v: CoreTensor): string => `[${v.sizes.join(',')}]`;
    const rank = Math.max(c.rank, a.rank, b.rank);
    for (let i = 1; i <= rank; i++) {
      const sizes = [c, a, b].map((v) => v.sizes.at(-i) ?? 1).filter((d) => d !== 1);
      if (new Set(sizes).size > 1)
        throw kernelError(
          'SelectV2',
          `condition ${show(c)}, then ${show(a)}, and else ${show(b)} must be broadcastable`,
        );
    }
    return ops.where(c, a, b) as Tensor;
  },
);
