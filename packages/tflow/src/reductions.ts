import { Tensor as CoreTensor, isDifferentiable, isFloating, ops } from '@stele/core';
import { PyFloat } from '@stele/core/printing';
import { bind, op } from './dispatch';
import { type DTypeLike, dtypeName } from './dtypes';
import { kernelError } from './errors';
import { asKernel, needType } from './kernels';
import { rankOf, vector } from './places';
import { type Tensor, type TensorLike, toTensor } from './tensor';

export type AxisArgument = number | readonly number[] | null;
type CoreReduce = (x: CoreTensor, axes?: AxisArgument, keepDims?: boolean) => CoreTensor;

/** The numbers of axes; one number must be whole. */
function axisNumbers(kernel: string, axis: unknown, attribute = 'Tidx'): number[] {
  if (axis instanceof PyFloat || (typeof axis === 'number' && !Number.isInteger(axis))) toTensor(axis, 'int32');
  return vector(kernel, attribute, axis);
}
/** The axes of a reduction, from the front; null for all. */
export function reducedAxes(kernel: string, x: CoreTensor, axis: unknown): number[] | null {
  if (axis === undefined || axis === null) return null;
  const found = axisNumbers(kernel, axis).map((a) => {
    if (a < -x.rank || a >= x.rank)
      throw kernelError(kernel, `Invalid reduction dimension (${a} for input with ${x.rank} dimension(s)`);
    return a < 0 ? a + x.rank : a;
  });
  const twice = found.find((a, i) => found.indexOf(a) !== i);
  if (twice !== undefined)
    throw kernelError(kernel, `Invalid reduction arguments: Axes contains duplicate dimension: ${twice}`);
  return found;
}
const truths = new Set(['Any', 'All']);
const reduce = (name: string, kernel: string, f: CoreReduce) =>
  op(name, (input: TensorLike, ...rest: readonly unknown[]): Tensor => {
    const { axis, keepdims } = bind(name, ['axis', 'keepdims', 'name'], rest);
    const x = toTensor(input, truths.has(kernel) && !(input instanceof CoreTensor) ? 'bool' : null);
    const keep = (keepdims as boolean | null | undefined) ?? false;
    return asKernel(kernel, [x], () => f(x, reducedAxes(kernel, x, axis), keep)) as Tensor;
  });

/** Sum over axes: `reduce_sum(x, 1, true)` or `reduce_sum(x, { axis: 1, keepdims: true })`. */
export const reduce_sum = reduce('reduce_sum', 'Sum', ops.sum);
/** Mean over axes; of integers it is an integer. */
export const reduce_mean = reduce('reduce_mean', 'Mean', (x, axes, keep) =>
  isDifferentiable(x.scalarType)
    ? ops.mean(x, axes, keep)
    : ops.cast(ops.mean(ops.cast(x, 'float64'), axes, keep), x.scalarType),
);
/** Of no entries an extreme is the least, or the largest, number there is. */
const extreme =
  (f: CoreReduce, nothing: number): CoreReduce =>
  (x, axes, keep) => {
    const along = (axes as readonly number[] | null) ?? x.sizes.map((_, i) => i);
    if (!along.some((a) => x.sizes[a] === 0)) return f(x, axes, keep);
    const none = ops.sum(x, axes, keep);
    return ops.add(ops.fullLike(none, nothing), none);
  };
export const reduce_max = reduce('reduce_max', 'Max', extreme(ops.max, Number.NEGATIVE_INFINITY));
export const reduce_min = reduce('reduce_min', 'Min', extreme(ops.min, Number.POSITIVE_INFINITY));
export const reduce_prod = reduce('reduce_prod', 'Prod', ops.prod);
export const reduce_any = reduce('reduce_any', 'Any', ops.any);
export const reduce_all = reduce('reduce_all', 'All', ops.all);
const spread =
  (f: CoreReduce): CoreReduce =>
  (x, axes, keep) => {
    if (!isDifferentiable(x.scalarType))
      throw new TypeError(`Input must be either real or complex. Received integer type <dtype: '${x.scalarType}'>.`);
    return f(x, axes, keep);
  };
export const reduce_variance = reduce(
  'reduce_variance',
  'Mean',
  spread((x, axes, keep) => ops.variance(x, axes, 0, keep)),
);
export const reduce_std = reduce(
  'reduce_std',
  'Mean',
  spread((x, axes, keep) => ops.sqrt(ops.variance(x, axes, 0, keep))),
);
export const reduce_logsumexp = reduce('reduce_logsumexp', 'Max', (x, axes, keep) =>
  asKernel('IsFinite', [x], () => ops.logSumExp(x, axes, keep)),
);

/** -rank, and 0 of none. */
const negated = (rank: number): number => (rank === 0 ? 0 : -rank);
const isWholeNumber = (axis: unknown): boolean =>
  axis instanceof CoreTensor ? !isFloating(axis.scalarType) : Number.isInteger(axis) || typeof axis === 'boolean';
const sizesText = (value: unknown): string => toTensor(value as TensorLike).sizes.join(',');
const searched = (name: string, kernel: string, f: typeof ops.argmax) =>
  op(name, (...args: readonly unknown[]): Tensor => {
    const { input, axis, output_type } = bind(name, ['input', 'axis', 'output_type', 'name'], args);
    const given = axis !== undefined && axis !== null;
    if (given && kernel === 'ArgMax' && !isWholeNumber(axis))
      throw new TypeError('axis must be int or Tensor with integer datatype');
    if (given && rankOf(axis) > 0)
      throw kernelError(kernel, `dim must be a scalar, but received tensor of shape: [${sizesText(axis)}]`);
    const x = toTensor(input as TensorLike);
    const at = given ? axisNumbers(kernel, axis)[0]! : 0;
    const type = output_type === undefined ? 'int64' : dtypeName(output_type as DTypeLike);
    needType(kernel, type, 'output_type');
    return asKernel(kernel, [x], () => {
      if (at < -x.rank || at >= x.rank)
        throw kernelError(kernel, `Expected dimension in the range [${negated(x.rank)}, ${x.rank}), but got ${at}`);
      const along = at < 0 ? at + x.rank : at;
      if (x.sizes[along] === 0)
        throw kernelError(kernel, `Reduction axis ${along} is empty in shape [${x.sizes.join(',')}]`);
      // what is not a number is never the largest nor the smallest
      const least = kernel === 'ArgMax' ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
      const seen = isFloating(x.scalarType) ? ops.where(ops.isNaN(x), ops.fullLike(x, least, []), x) : x;
      return f(seen, along, false, type);
    }) as Tensor;
  });
/** Index of the first largest element along an axis (0 unless given). */
export const argmax = searched('argmax', 'ArgMax', ops.argmax);
export const argmin = searched('argmin', 'ArgMin', ops.argmin);

/** The axis of a running fold, from the front. */
export function scannedAxis(kernel: string, x: CoreTensor, axis: unknown): number {
  const open = axis === undefined || axis === null;
  if (!open && rankOf(axis) > 0) throw kernelError(kernel, `ScanOp: axis must be a scalar, not [${sizesText(axis)}]`);
  const given = open ? 0 : axisNumbers(kernel, axis)[0]!;
  const at = given < 0 ? given + x.rank : given;
  if (at < 0 || at >= x.rank)
    throw kernelError(
      kernel,
      `ScanOp: Expected scan axis in the range [${negated(x.rank)}, ${x.rank}), but got ${given < 0 ? at : given}`,
    );
  return at;
}
export const cumsum = op('cumsum', (x: TensorLike, ...rest: readonly unknown[]): Tensor => {
  const { axis, exclusive, reverse } = bind('cumsum', ['axis', 'exclusive', 'reverse', 'name'], rest);
  const t = toTensor(x);
  return asKernel('Cumsum', [t], () =>
    ops.cumsum(t, scannedAxis('Cumsum', t, axis), exclusive ?? false, reverse ?? false),
  ) as Tensor;
});
