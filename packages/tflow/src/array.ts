import { type Tensor as CoreTensor, empty, fromNested, ops } from '@stele/core';
import { bind, op } from './dispatch';
import { type DTypeLike, dtypeName } from './dtypes';
import { InvalidArgumentError } from './errors';
import { Tensor, type TensorLike, tfFamily, toTensor } from './tensor';

const toSizes = (shape: unknown): number[] =>
  shape instanceof Tensor
    ? (shape.tolist() as number[])
    : typeof shape === 'number'
      ? [shape]
      : [...(shape as number[])];

/**
 * A tensor of given values. Whole JavaScript numbers are Python ints (int32): write `tf.constant(2, tf.float32)` for `2.0`.
 * @see https://www.tensorflow.org/api_docs/python/tf/constant
 */
export const constant = op('constant', (value: TensorLike, ...rest: readonly unknown[]): Tensor => {
  const { dtype, shape } = bind('constant', ['dtype', 'shape', 'name'], rest);
  const t = toTensor(value, dtype as DTypeLike | undefined);
  if (shape === undefined) return t;
  const sizes = toSizes(shape);
  return (
    t.elementCount === 1 ? ops.contiguous(ops.expand(ops.reshape(t, []), sizes)) : ops.reshape(t, sizes)
  ) as Tensor;
});

const filled = (name: string, value: number) =>
  op(name, (...args: readonly unknown[]): Tensor => {
    const { shape, dtype } = bind(name, ['shape', 'dtype', 'name'], args);
    const out = empty(tfFamily, toSizes(shape), dtype === undefined ? 'float32' : dtypeName(dtype as DTypeLike));
    return (value === 0 ? out : ops.fullLike(out, value)) as Tensor;
  });
export const zeros = filled('zeros', 0);
export const ones = filled('ones', 1);
const filledLike = (name: string, value: number) =>
  op(name, (input: TensorLike, ...rest: readonly unknown[]): Tensor => {
    const { dtype } = bind(name, ['dtype', 'name'], rest);
    const t = toTensor(input);
    return ops.fullLike(
      t,
      value,
      t.sizes,
      dtype === undefined ? t.scalarType : dtypeName(dtype as DTypeLike),
    ) as Tensor;
  });
export const zeros_like = filledLike('zeros_like', 0);
export const ones_like = filledLike('ones_like', 1);
export const fill = op(
  'fill',
  (dims: unknown, value: TensorLike): Tensor => ops.contiguous(ops.expand(toTensor(value), toSizes(dims))) as Tensor,
);

/** start, start + delta, ... below limit. */
export const range = op('range', (...args: readonly unknown[]): Tensor => {
  const given = bind('range', ['start', 'limit', 'delta', 'dtype', 'name'], args);
  const [start, limit] =
    given.limit === undefined ? [0, given.start as number] : [given.start as number, given.limit as number];
  const delta = (given.delta as number | undefined) ?? 1;
  if (delta === 0) throw new InvalidArgumentError('Requires delta != 0: 0 [Op:Range] name: ');
  if (delta > 0 ? start > limit : start < limit)
    throw new InvalidArgumentError(
      `Requires start ${delta > 0 ? '<=' : '>='} limit when delta ${delta > 0 ? '>' : '<'} 0: ${start}/${limit} [Op:Range] name: `,
    );
  const values = Array.from({ length: Math.ceil((limit - start) / delta) }, (_, i) => start + i * delta);
  const whole = [start, limit, delta].every(Number.isInteger);
  return fromNested(
    tfFamily,
    values,
    given.dtype === undefined ? (whole ? 'int32' : 'float32') : dtypeName(given.dtype as DTypeLike),
  ) as Tensor;
});
export const linspace = op(
  'linspace',
  (start: number, stop: number, num: number): Tensor =>
    fromNested(
      tfFamily,
      Array.from({ length: num }, (_, i) =>
        i === num - 1 && num > 1 ? stop : start + (i * (stop - start)) / Math.max(1, num - 1),
      ),
      'float32',
    ) as Tensor,
);
export const eye = op(
  'eye',
  (rows: number, columns: number = rows): Tensor =>
    fromNested(
      tfFamily,
      Array.from({ length: rows }, (_, i) => Array.from({ length: columns }, (_, j) => (i === j ? 1 : 0))),
      'float32',
    ) as Tensor,
);

export const identity = op('identity', (input: TensorLike): Tensor => ops.clone(toTensor(input)) as Tensor);
/** The same values in another shape; one size may be -1. */
export const reshape = op(
  'reshape',
  (tensor: TensorLike, shape: unknown): Tensor => ops.reshape(toTensor(tensor), toSizes(shape)) as Tensor,
);
export const shape = op('shape', (input: TensorLike): Tensor => toTensor([...toTensor(input).sizes], 'int32'));
export const size = op('size', (input: TensorLike): Tensor => toTensor(toTensor(input).elementCount, 'int32'));
export const rank = op('rank', (input: TensorLike): Tensor => toTensor(toTensor(input).rank, 'int32'));
export const expand_dims = op(
  'expand_dims',
  (input: TensorLike, axis: number): Tensor => ops.unsqueeze(toTensor(input), axis) as Tensor,
);
export const squeeze = op('squeeze', (input: TensorLike, ...rest: readonly unknown[]): Tensor => {
  const { axis } = bind('squeeze', ['axis', 'name'], rest);
  const t = toTensor(input);
  const axes = axis === undefined ? undefined : typeof axis === 'number' ? [axis] : (axis as number[]);
  for (const a of axes ?? []) {
    const found = t.sizes.at(a);
    if (found !== undefined && found !== 1)
      throw new InvalidArgumentError(
        `Can not squeeze dim[${a < 0 ? a + t.rank : a}], expected a dimension of 1, got ${found} [Op:Squeeze] name: `,
      );
  }
  return ops.squeeze(t, axes) as Tensor;
});
export const transpose = op('transpose', (a: TensorLike, ...rest: readonly unknown[]): Tensor => {
  const { perm } = bind('transpose', ['perm', 'conjugate', 'name'], rest);
  const t = toTensor(a);
  const axes = (perm as number[] | undefined) ?? t.sizes.map((_, i) => t.rank - 1 - i);
  if (axes.length !== t.rank)
    throw new InvalidArgumentError(
      `transpose expects a vector of size ${t.rank}. But input(1) is a vector of size ${axes.length} [Op:Transpose]`,
    );
  return ops.permute(t, axes) as Tensor;
});
const tensors = (values: readonly TensorLike[]): CoreTensor[] => {
  const like = values.find((v) => v instanceof Tensor) as Tensor | undefined;
  return values.map((v) => toTensor(v, v instanceof Tensor || like === undefined ? null : like.scalarType));
};
export const concat = op('concat', (values: readonly TensorLike[], axis: number): Tensor => {
  const list = tensors(values);
  const first = list[0]!;
  const at = axis < 0 ? axis + first.rank : axis;
  const show = (t: CoreTensor): string => `[${t.sizes.join(',')}]`;
  for (const t of list) {
    if (t.rank !== first.rank)
      throw new InvalidArgumentError(
        `ConcatOp : Ranks of all input tensors should match: shape[0] = ${show(first)} vs. shape[${list.indexOf(t)}] = ${show(t)} [Op:ConcatV2] name: concat`,
      );
    const bad = t.sizes.findIndex((d, i) => i !== at && d !== first.sizes[i]);
    if (bad >= 0)
      throw new InvalidArgumentError(
        `ConcatOp : Dimension ${bad} in both shapes must be equal: shape[0] = ${show(first)} vs. shape[${list.indexOf(t)}] = ${show(t)} [Op:ConcatV2] name: concat`,
      );
  }
  return ops.concat(list, axis) as Tensor;
});
export const stack = op(
  'stack',
  (values: readonly TensorLike[], axis = 0): Tensor => ops.stack(tensors(values), axis) as Tensor,
);
export const unstack = op('unstack', (value: TensorLike, axis = 0): Tensor[] => {
  const t = toTensor(value);
  return Array.from({ length: t.sizes.at(axis) ?? 0 }, (_, i) => ops.select(t, axis, i) as Tensor);
});
export const split = op(
  'split',
  (value: TensorLike, num_or_size_splits: number | readonly number[], axis = 0): Tensor[] => {
    const t = toTensor(value);
    const length = t.sizes.at(axis)!;
    if (typeof num_or_size_splits === 'number' && length % num_or_size_splits !== 0)
      throw new InvalidArgumentError(
        `Number of ways to split should evenly divide the split dimension, but got split_dim ${axis} (size = ${length}) and num_split ${num_or_size_splits} [Op:Split] name: split`,
      );
    const sizes =
      typeof num_or_size_splits === 'number'
        ? Array.from({ length: num_or_size_splits }, () => length / num_or_size_splits)
        : num_or_size_splits;
    let at = 0;
    return sizes.map((n) => ops.slice(t, axis, at, (at += n)) as Tensor);
  },
);
export const tile = op('tile', (input: TensorLike, multiples: readonly number[]): Tensor => {
  const t = toTensor(input);
  if (multiples.length !== t.rank)
    throw new InvalidArgumentError(
      `Expected multiples argument to be a vector of length ${t.rank} but got length ${multiples.length} [Op:Tile]`,
    );
  return ops.tile(t, multiples) as Tensor;
});
export const pad = op(
  'pad',
  (tensor: TensorLike, paddings: readonly (readonly [number, number])[], ...rest: readonly unknown[]): Tensor => {
    const { mode, constant_values } = bind('pad', ['mode', 'constant_values', 'name'], rest);
    if (mode !== undefined && String(mode).toUpperCase() !== 'CONSTANT')
      throw new InvalidArgumentError(`tf.pad: mode '${mode}' is not here yet; 'CONSTANT' is`);
    return ops.pad(toTensor(tensor), paddings, (constant_values as number | undefined) ?? 0) as Tensor;
  },
);
export const reverse = op(
  'reverse',
  (tensor: TensorLike, axis: readonly number[]): Tensor => ops.flip(toTensor(tensor), axis) as Tensor,
);
export const broadcast_to = op(
  'broadcast_to',
  (input: TensorLike, to: readonly number[]): Tensor => ops.expand(toTensor(input), to) as Tensor,
);
export const one_hot = op('one_hot', (indices: TensorLike, ...rest: readonly unknown[]): Tensor => {
  const { depth, on_value, off_value, axis, dtype } = bind(
    'one_hot',
    ['depth', 'on_value', 'off_value', 'axis', 'dtype', 'name'],
    rest,
  );
  const name = dtype === undefined ? 'float32' : dtypeName(dtype as DTypeLike);
  const hot = ops.oneHot(toTensor(indices), depth as number, name);
  const on = (on_value as number | undefined) ?? 1;
  const off = (off_value as number | undefined) ?? 0;
  const out =
    on === 1 && off === 0 ? hot : ops.where(ops.cast(hot, 'bool'), ops.fullLike(hot, on), ops.fullLike(hot, off));
  const at = (axis as number | undefined) ?? -1;
  if (at === -1 || at === out.rank - 1) return out as Tensor;
  const order = out.sizes.map((_, i) => i).slice(0, -1);
  order.splice(at, 0, out.rank - 1);
  return ops.permute(out, order) as Tensor;
});
