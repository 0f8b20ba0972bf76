import { Tensor as CoreTensor, nn, ops } from '@stele/core';
import { pyRepr } from '@stele/core/printing';
import { define } from './define';
import { bind, op } from './dispatch';
import { type DTypeLike, dtypeName } from './dtypes';
import { InvalidArgumentError, kernelError, noAttribute, typeMismatch, valueError } from './errors';
import { rankOf, typed, vector } from './places';
import { Tensor, type TensorLike, toTensor } from './tensor';

/** The same values in another shape; one size may be -1. */
export const reshape = op('reshape', (tensor: TensorLike, shape: unknown): Tensor => {
  const t = toTensor(tensor);
  if (rankOf(shape) > 1)
    throw kernelError('Reshape', `sizes input must be 1-D, not [${toTensor(shape as TensorLike).sizes.join(',')}]`);
  const sizes = vector('Reshape', 'Tshape', shape);
  const bad = sizes.findIndex((d) => d < -1);
  if (bad >= 0) throw kernelError('Reshape', `Size ${bad} must be non-negative, not ${sizes[bad]}`);
  const hole = sizes.indexOf(-1);
  const known = sizes.reduce((n, d) => (d === -1 ? n : n * d), 1);
  if (known === 0 && hole >= 0 && sizes.indexOf(-1, hole + 1) < 0 && !t.symbolic) {
    // of nothing, what is left open is what the sizes above 0 leave; of something it cannot be
    if (t.elementCount === 0) {
      const product = (all: readonly number[]): number => all.reduce((n, d) => (d > 0 ? n * d : n), 1);
      const open = Math.floor(product(t.sizes) / product(sizes));
      return ops.reshape(
        t,
        sizes.map((d) => (d === -1 ? open : d)),
      ) as Tensor;
    }
    throw kernelError(
      'Reshape',
      `Input to reshape is a tensor with ${t.elementCount} values, but the requested shape has 0`,
    );
  }
  return ops.reshape(t, sizes) as Tensor;
});
const counted = (name: string, count: (t: Tensor) => number | readonly number[]) =>
  define(
    `tf.${name}`,
    'input, out_type=tf.int32, name=None',
    (input: TensorLike, out_type?: DTypeLike | null): Tensor =>
      toTensor(
        count(toTensor(input)) as number,
        out_type === undefined || out_type === null ? 'int32' : dtypeName(out_type),
      ),
  );
export const shape = counted('shape', (t) => [...t.sizes]);
export const size = counted('size', (t) => t.elementCount);
export const rank = op('rank', (input: TensorLike): Tensor => toTensor(toTensor(input).rank, 'int32'));
export const expand_dims = op('expand_dims', (input: TensorLike, axis: unknown): Tensor => {
  const at = vector('ExpandDims', 'Tdim', axis ?? null);
  if (at.length !== 1) throw kernelError('ExpandDims', "'dim' must be a tensor with a single value");
  return ops.unsqueeze(toTensor(input), at[0]!) as Tensor;
});
/** The axes of squeeze are numbers of Python, no tensors. */
function squeezed(axis: unknown): number[] {
  if (axis instanceof CoreTensor)
    throw new TypeError(`Expected list for 'axis' argument to 'squeeze' Op, not ${(axis as Tensor).__repr__()}.`);
  return (Array.isArray(axis) ? axis : [axis]).map((a) => {
    if (typeof a === 'string' || Array.isArray(a))
      throw new TypeError(`Expected int for argument 'axis' not ${pyRepr(a)}.`);
    return Math.trunc(Number(a));
  });
}
export const squeeze = op('squeeze', (input: TensorLike, ...rest: readonly unknown[]): Tensor => {
  const { axis } = bind('squeeze', ['axis', 'name'], rest);
  const t = toTensor(input);
  const listed = axis === undefined || axis === null ? [] : squeezed(axis);
  const axes = listed.length === 0 ? undefined : listed;
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
  const { perm, conjugate } = bind('transpose', ['perm', 'conjugate', 'name'], rest);
  const given = toTensor(a);
  const t = conjugate ? ops.conj(given) : given;
  const axes =
    perm === undefined || perm === null ? t.sizes.map((_, i) => t.rank - 1 - i) : vector('Transpose', 'Tperm', perm);
  if (perm !== undefined && perm !== null && rankOf(perm) !== 1)
    throw kernelError('Transpose', `perm must be rank 1, got shape [${toTensor(perm as TensorLike).sizes.join(',')}]`);
  if (axes.length !== t.rank)
    throw new InvalidArgumentError(
      `transpose expects a vector of size ${t.rank}. But input(1) is a vector of size ${axes.length} [Op:Transpose]`,
    );
  const outside = axes.find((a) => a < -t.rank || a >= t.rank);
  if (outside !== undefined)
    throw kernelError('Transpose', `${outside < 0 ? outside + t.rank : outside} is out of range [0 .. ${t.rank})`);
  const missing = t.sizes.findIndex((_, i) => !axes.includes(i) && !axes.includes(i - t.rank));
  if (missing >= 0) throw kernelError('Transpose', `${missing} is missing from {${axes.join(',')}}.`);
  return ops.permute(t, axes) as Tensor;
});
export const tile = op('tile', (input: TensorLike, multiples: unknown): Tensor => {
  const t = toTensor(input);
  const times = vector('Tile', 'Tmultiples', multiples);
  if (rankOf(multiples) !== 1)
    throw kernelError(
      'Tile',
      `Expected multiples to be 1-D, but got shape [${toTensor(multiples as TensorLike).sizes.join(',')}]`,
    );
  if (times.length !== t.rank)
    throw new InvalidArgumentError(
      `Expected multiples argument to be a vector of length ${t.rank} but got length ${times.length} [Op:Tile]`,
    );
  const bad = times.findIndex((n) => n < 0);
  if (bad >= 0) throw kernelError('Tile', `Expected multiples[${bad}] >= 0, but got ${times[bad]}`);
  return ops.tile(t, times) as Tensor;
});
const modes = { REFLECT: 'reflect', SYMMETRIC: 'symmetric' } as const;
/** Cells added before and after each axis: a constant, or the tensor mirrored without or with its edge. */
export const pad = define(
  'tf.pad',
  'tensor, paddings, mode="CONSTANT", constant_values=0, name=None',
  (tensor: TensorLike, paddings: TensorLike, mode?: string, constant_values?: TensorLike): Tensor => {
    const t = toTensor(tensor);
    if (mode !== undefined && typeof mode !== 'string') throw noAttribute(mode, 'upper');
    const kind = (mode ?? 'CONSTANT').toUpperCase();
    const way = modes[kind as keyof typeof modes];
    if (kind !== 'CONSTANT' && way === undefined)
      throw valueError(
        `Value of argument \`mode\` expected to be one of "CONSTANT", "REFLECT", or "SYMMETRIC". Received \`mode\` = ${kind}`,
      );
    const filled = constant_values !== undefined && constant_values !== null && Number(constant_values as number) !== 0;
    const kernel = kind !== 'CONSTANT' ? 'MirrorPad' : filled ? 'PadV2' : 'Pad';
    const table = typed(kernel === 'PadV2' ? 'Pad' : kernel, 'Tpaddings', paddings);
    const value = filled ? toTensor(constant_values!, constant_values instanceof Tensor ? null : t.scalarType) : null;
    if (value !== null && value.scalarType !== t.scalarType)
      throw typeMismatch('PadV2', 2, t.scalarType, value.scalarType);
    if (table.rank !== 2 || table.sizes[1] !== 2)
      throw kernelError(kernel, `paddings must be a matrix with 2 columns: [${table.sizes.join(',')}]`);
    const pads = table.tolist() as [number, number][];
    if (pads.length !== t.rank)
      throw kernelError(
        kernel,
        `The first dimension of paddings must be the rank of inputs[${pads.length},2]${kernel === 'MirrorPad' ? ',' : ''} [${t.sizes.join(',')}]`,
      );
    const negative = pads.find(([before, after]) => before < 0 || after < 0);
    if (negative !== undefined)
      throw kernelError(
        kernel,
        `${kernel === 'MirrorPad' ? 'p' : 'P'}addings must be non-negative: ${negative.join(' ')}`,
      );
    if (value !== null && value.rank > 0)
      throw kernelError('PadV2', `constant_values must be a scalar. Found: [${value.sizes.join(',')}]`);
    if (way === undefined) return ops.pad(t, pads, value === null ? 0 : Number(value.item())) as Tensor;
    pads.forEach(([before, after], axis) => {
      const most = t.sizes[axis]! - (way === 'reflect' ? 1 : 0);
      if (before > most || after > most)
        throw kernelError(
          'MirrorPad',
          `paddings must be ${way === 'reflect' ? 'less than' : 'no greater than'} the dimension size: ${before}, ${after} ${way === 'reflect' ? 'not less than' : 'greater than'} ${t.sizes[axis]}`,
          InvalidArgumentError,
          { name: null },
        );
    });
    return nn.padWith(t, pads, way, 0) as Tensor;
  },
);
export const reverse = op('reverse', (tensor: TensorLike, axis: unknown): Tensor => {
  const t = toTensor(tensor);
  const given = vector('ReverseV2', 'Tidx', axis);
  if (t.rank === 0) return ops.clone(t) as Tensor;
  if (rankOf(axis) !== 1) throw kernelError('ReverseV2', `'dims' must be 1-dimension, not ${rankOf(axis)}`);
  const axes = given.map((a, i) => {
    if (a < -t.rank || a >= t.rank)
      throw kernelError('ReverseV2', `'axis'[${i}] = ${a} is out of valid range [0, ${t.rank - 1}`);
    return a < 0 ? a + t.rank : a;
  });
  const twice = axes.find((a, i) => axes.indexOf(a) !== i);
  if (twice !== undefined) throw kernelError('ReverseV2', `axis ${twice} specified more than once.`);
  return ops.flip(t, axes) as Tensor;
});
export const broadcast_to = op('broadcast_to', (input: TensorLike, to: unknown): Tensor => {
  const t = toTensor(input);
  const refuse = (what: string): Error => kernelError('BroadcastTo', what);
  const sizes = vector('BroadcastTo', 'Tidx', to ?? null);
  if (rankOf(to) !== 1)
    throw refuse(`shape must be a vector of {int32,int64}, got shape [${toTensor(to as TensorLike).sizes.join(',')}]`);
  const negative = sizes.find((d) => d < 0);
  if (negative !== undefined) throw refuse(`Dimension ${negative} must be >= 0`);
  if (t.rank > sizes.length)
    throw refuse(`Rank of input (${t.rank}) must be no greater than rank of output shape (${sizes.length}).`);
  if (t.sizes.some((d, i) => d !== 1 && d !== sizes[sizes.length - t.rank + i]))
    throw refuse(`Incompatible shapes: [${t.sizes.join(',')}] vs. [${sizes.join(',')}]`);
  return ops.expand(t, sizes) as Tensor;
});
