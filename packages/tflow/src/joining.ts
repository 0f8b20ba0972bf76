import { type Tensor as CoreTensor, ops } from '@stele/core';
import { pyStr } from '@stele/core/printing';
import { define } from './define';
import { op } from './dispatch';
import { belowMinimum, InvalidArgumentError, kernelError, typeMismatch, valueError } from './errors';
import { needType } from './kernels';
import { rankOf, toSizes, vector } from './places';
import { Tensor, type TensorLike, toTensor } from './tensor';

/** The elements of a list as tensors of one type: the first tensor's, or the first element's. */
function listed(values: readonly TensorLike[]): CoreTensor[] {
  let like = (values.find((v) => v instanceof Tensor) as Tensor | undefined)?.scalarType ?? null;
  return values.map((v) => {
    const t = toTensor(v, v instanceof Tensor ? null : like);
    like ??= t.scalarType;
    return t;
  });
}
const shown = (t: CoreTensor): string => `[${t.sizes.join(',')}]`;
export const concat = op('concat', (values: TensorLike | readonly TensorLike[], axis: unknown): Tensor => {
  // what is no list is one tensor, and one tensor alone is not looked at
  if (!Array.isArray(values)) return ops.clone(toTensor(values as TensorLike)) as Tensor;
  const list = listed(values as readonly TensorLike[]);
  const first = list[0];
  if (first === undefined)
    throw new InvalidArgumentError(
      'OpKernel \'ConcatV2\' has constraint on attr \'T\' not in NodeDef \'[N=0, Tidx=DT_INT32]\', KernelDef: \'goo.gle/debugstr   op: "ConcatV2" device_type: "CPU" constraint { name: "T" allowed_values { list { type: DT_UINT64 } } } host_memory_arg: "axis"\' [Op:ConcatV2] name: concat',
    );
  if (list.length === 1) {
    toTensor(axis as TensorLike, axis instanceof Tensor ? null : 'int32');
    return ops.clone(first) as Tensor;
  }
  const other = list.findIndex((t) => t.scalarType !== first.scalarType);
  if (other >= 0) throw typeMismatch('ConcatV2', other, first.scalarType, list[other]!.scalarType, 'concat');
  const places = vector('ConcatV2', 'Tidx', axis ?? null);
  if (places.length !== 1)
    throw kernelError(
      'ConcatV2',
      `axis tensor should be a scalar integer, but got shape ${shown(toTensor(axis as TensorLike))}`,
    );
  const given = places[0]!;
  const at = given < 0 ? given + first.rank : given;
  const refuse = (what: string): Error => kernelError('ConcatV2', `ConcatOp : ${what}`);
  if (first.rank === 0 && list.every((t) => t.rank === 0))
    throw refuse("Can't concatenate scalars (use tf.stack instead)");
  if (at < 0 || at >= first.rank)
    throw refuse(`Expected concatenating dimensions in the range [${-first.rank}, ${first.rank}), but got ${given}`);
  const show = shown;
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
  return ops.concat(list, at) as Tensor;
});
const notLess = (): Error => new TypeError("'<' not supported between instances of 'str' and 'int'");
/** What is to be stacked: numbers together say of what type they are, where they can. */
function stacked(values: readonly TensorLike[]): CoreTensor[] {
  if (values.length === 0 || values.some((v) => v instanceof Tensor)) return listed(values);
  let together: Tensor;
  try {
    together = toTensor(values);
  } catch {
    return listed(values);
  }
  return values.map((v) => toTensor(v, together.scalarType));
}
export const stack = op('stack', (values: TensorLike | readonly TensorLike[], axis: unknown = 0): Tensor => {
  if (values === null || values === undefined) throw new TypeError("'NoneType' object is not subscriptable");
  const whole = values instanceof Tensor || !Array.isArray(values) ? toTensor(values as TensorLike) : null;
  if (whole !== null && whole.rank === 0) return whole;
  const list = whole === null ? stacked(values as readonly TensorLike[]) : [...whole];
  if (list.length === 0) return toTensor([], 'float32');
  if (typeof axis === 'string') throw notLess();
  const at = Math.trunc(toSizes(axis)[0]!);
  const rank = list[0]!.rank + 1;
  if (at < -rank || at >= rank) throw valueError(`Argument \`axis\` = ${at} not in range [${-rank}, ${rank})`);
  const show = shown;
  const other = list.findIndex((t) => t.scalarType !== list[0]!.scalarType);
  if (other >= 0) throw typeMismatch('Pack', other, list[0]!.scalarType, list[other]!.scalarType, 'stack');
  const bad = list.findIndex((t) => show(t) !== show(list[0]!));
  if (bad >= 0)
    throw kernelError(
      'Pack',
      `Shapes of all inputs must match: values[0].shape = ${show(list[0]!)} != values[${bad}].shape = ${show(list[bad]!)}`,
    );
  return ops.stack(list, at) as Tensor;
});
/** The slices along an axis, one tensor each. */
export const unstack = define(
  'tf.unstack',
  'value, num=None, axis=0, name="unstack"',
  (value: TensorLike, num?: number | null, axis?: number): Tensor[] => {
    const t = toTensor(value);
    if (typeof axis === 'string') throw notLess();
    const at = (axis ?? 0) < 0 ? (axis ?? 0) + t.rank : (axis ?? 0);
    if (at < 0 || at >= t.rank)
      throw valueError(`Argument \`axis\` = ${axis ?? 0} not in range [${t.rank === 0 ? 0 : -t.rank}, ${t.rank})`);
    const length = t.sizes[at]!;
    const wanted = num === undefined || num === null ? length : Math.trunc(Number(num));
    if (wanted < 0) throw belowMinimum('Unpack', 'num', wanted, 0);
    if (wanted !== length)
      throw kernelError('Unpack', `Input shape axis ${at} must equal ${wanted}, got shape [${t.sizes.join(',')}]`);
    return Array.from({ length }, (_, i) => ops.contiguous(ops.select(t, at, i)) as Tensor);
  },
);
/** A tensor in pieces along an axis: so many equal ones, or of the sizes given, one of which may be -1. */
export const split = define(
  'tf.split',
  'value, num_or_size_splits, axis=0, num=None, name="split"',
  (
    value: TensorLike,
    num_or_size_splits: number | readonly number[] | Tensor,
    axis?: number,
    num?: number | null,
  ): Tensor[] => {
    const t = toTensor(value);
    const dim = toTensor(axis ?? 0, 'int32');
    const splits = num_or_size_splits;
    const wanted = Array.isArray(splits) || splits instanceof Tensor ? vector('SplitV', 'Tlen', splits) : null;
    const numbers = Array.isArray(splits) || splits instanceof Tensor ? rankOf(splits) : 1;
    if (splits === null || splits === undefined) toTensor(null as unknown as TensorLike);
    if (numbers === 0 || (wanted === null && !Number.isInteger(splits) && typeof splits !== 'boolean'))
      throw valueError(
        `Rank-0 tensors are not supported as the num_or_size_splits argument to split. Argument provided: ${pyStr(splits)}`,
      );
    if (Array.isArray(splits) && splits.length === 0) needType('SplitV', 'float32', 'Tlen');
    const kernel = wanted === null ? 'Split' : 'SplitV';
    const parts = wanted === null ? Number(splits) : (num ?? wanted.length);
    if (parts < 1) throw belowMinimum('Split', 'num_split', parts, 1);
    const refuse = (what: string): Error =>
      kernelError(kernel, what, InvalidArgumentError, { made: `_num_split_${parts}`, name: 'split' });
    if (dim.rank > 0) throw refuse(`split_dim must be a scalar but has rank ${dim.rank}`);
    const given = Number(dim.item());
    const at = given < 0 ? given + t.rank : given;
    const length = t.sizes[at];
    if (wanted !== null && (numbers !== 1 || wanted.length !== parts))
      throw refuse(
        `size of the split_tensor must be 1-D and have the same elements as outputs got ${numbers} -D and ${wanted.length} elements`,
      );
    if (length === undefined)
      throw refuse(`-input rank(-${t.rank}) <= split_dim < input rank (${t.rank}), but got ${given}`);
    let sizes: number[];
    if (wanted === null) {
      if (length % parts !== 0)
        throw refuse(
          `Number of ways to split should evenly divide the split dimension, but got split_dim ${at} (size = ${length}) and num_split ${parts}`,
        );
      sizes = Array.from({ length: parts }, () => length / parts);
    } else {
      if (wanted.filter((v) => v === -1).length > 1) throw refuse('There can only be one -1 in the input.');
      const negative = wanted.findIndex((v) => v < -1);
      const known = wanted.reduce((n, v) => n + (v === -1 ? 0 : v), 0);
      if ((wanted.includes(-1) ? known > length : known !== length) && negative < 0)
        throw refuse(
          `Determined shape must either match input shape along split_dim exactly if fully specified, or be less than the size of the input along split_dim if not fully specified.  Got: ${known}`,
        );
      if (negative >= 0) throw refuse(`Split size at index ${negative} must be >= 0. Got: ${wanted[negative]}`);
      sizes = wanted.map((v) => (v === -1 ? length - known : v));
    }
    let from = 0;
    return sizes.map((n) => ops.contiguous(ops.slice(t, at, from, (from += n))) as Tensor);
  },
);
