import { type Tensor as CoreTensor, numel, ops } from '@stele/core';
import { define } from './define';
import { kernelError } from './errors';
import { needType } from './kernels';
import { quotientOperand } from './math';
import { whole, wholes } from './places';
import { type Tensor, type TensorLike, toTensor } from './tensor';

type Fold = 'sum' | 'mean' | 'max' | 'min' | 'prod' | 'sqrt_n';

const lowest: Readonly<Record<string, number>> = {
  float32: -3.4028234663852886e38,
  float64: -Number.MAX_VALUE,
  float16: -65504,
  bfloat16: -3.3895313892515355e38,
  int32: -2147483648,
  int64: Number.NEGATIVE_INFINITY,
  int16: -32768,
  int8: -128,
  uint8: 0,
  uint16: 0,
  uint32: 0,
  uint64: 0,
};
const highest: Readonly<Record<string, number>> = {
  float32: 3.4028234663852886e38,
  float64: Number.MAX_VALUE,
  float16: 65504,
  bfloat16: 3.3895313892515355e38,
  int32: 2147483647,
  int16: 32767,
  int8: 127,
  uint8: 255,
  uint16: 65535,
  uint32: 4294967295,
  uint64: 2 ** 64,
};

/** What a segment without entries holds. */
function nothing(fold: Fold, dtype: string, sorted: boolean): number {
  if (fold === 'prod') return 1;
  if (sorted || (fold !== 'max' && fold !== 'min')) return 0;
  return (fold === 'max' ? lowest : highest)[dtype] ?? 0;
}

/** Rows folded by the segment each belongs to; numbers below zero are left out. */
function foldSegments(x: CoreTensor, numbers: readonly number[], count: number, fold: Fold, sorted: boolean): Tensor {
  const rest = x.sizes.slice(1);
  const parts = Array.from({ length: count }, (_, k): CoreTensor => {
    const own = numbers.flatMap((n, i) => (n === k ? [i] : []));
    if (own.length === 0) return ops.fullLike(x, nothing(fold, x.scalarType, sorted), rest);
    const rows = ops.takeInside(x, toTensor(own, 'int32'), 0);
    switch (fold) {
      case 'mean':
        return ops.div(ops.sum(rows, 0), own.length);
      case 'sqrt_n':
        return ops.div(ops.sum(rows, 0), Math.sqrt(own.length));
      case 'sum':
        return ops.cast(ops.sum(rows, 0), x.scalarType);
      case 'prod':
        return ops.cast(ops.prod(rows, 0), x.scalarType);
      default:
        return ops[fold](rows, 0);
    }
  });
  const out = parts.length === 0 ? ops.fullLike(x, 0, [0, ...rest]) : ops.stack(parts, 0);
  // of nothing the result still has a gradient: an empty one
  return (x.elementCount === 0 ? ops.add(out, ops.sum(x, [0], true)) : out) as Tensor;
}
const titled = (fold: Fold): string => `${fold[0]!.toUpperCase()}${fold.slice(1)}`;
/** Segment numbers must be whole. */
const needWhole = (kernel: string, ids: CoreTensor): void => needType(kernel, ids.scalarType, 'Tindices');

const sorted = (fold: Fold) =>
  define(
    `tf.math.segment_${fold}`,
    'data, segment_ids, name=None',
    (data: TensorLike, segment_ids: TensorLike): Tensor => {
      const [x, ids] = [toTensor(data), toTensor(segment_ids)];
      const kernel = `Segment${titled(fold)}`;
      needType(kernel, x.scalarType);
      needWhole(kernel, ids);
      if (x.rank === 0) throw kernelError(kernel, 'input must be at least rank 1');
      if (ids.rank !== 1) throw kernelError(kernel, 'segment_ids should be a vector.');
      const numbers = wholes(ids);
      if (numbers.length !== x.sizes[0])
        throw kernelError(kernel, 'segment_ids should be the same size as dimension 0 of input.');
      const count = numbers.length === 0 ? 0 : numbers.at(-1)! + 1;
      if (numbers.length > 0 && numbers.at(-1)! < 0) throw kernelError(kernel, 'segment ids must be >= 0');
      // a segment is looked at when the next one begins
      numbers.forEach((n, i) => {
        const next = numbers[i + 1];
        if (next === n) return;
        if (next !== undefined && next < n) throw kernelError(kernel, 'segment ids are not increasing');
        if (n < 0 || n >= count)
          throw kernelError(
            kernel,
            `Segment id ${n} out of range [0, ${count}), possibly because 'segment_ids' input is not sorted.`,
          );
      });
      return foldSegments(x, numbers, count, fold, true);
    },
  );
export const segment_sum = sorted('sum');
export const segment_mean = sorted('mean');
export const segment_max = sorted('max');
export const segment_min = sorted('min');
export const segment_prod = sorted('prod');

const unsorted = (fold: Fold) =>
  define(
    `tf.math.unsorted_segment_${fold}`,
    'data, segment_ids, num_segments, name=None',
    (data: TensorLike, segment_ids: TensorLike, num_segments: unknown): Tensor => {
      const [given, ids] = [toTensor(data), toTensor(segment_ids)];
      const kernel = `UnsortedSegment${fold === 'mean' || fold === 'sqrt_n' ? 'Sum' : titled(fold)}`;
      needType(kernel, given.scalarType);
      if (fold === 'sqrt_n') needType('Sqrt', given.scalarType);
      needWhole(kernel, ids);
      const numbers = wholes(ids);
      const count = whole(num_segments);
      if (count < 0) throw kernelError(kernel, `Input num_segments == ${count} must not be negative.`);
      const show = (t: CoreTensor): string => `[${t.sizes.join(',')}]`;
      if (ids.sizes.some((d, i) => d !== given.sizes[i]))
        throw kernelError(kernel, `data.shape = ${show(given)} does not start with segment_ids.shape = ${show(ids)}`);
      const bad = numbers.findIndex((n) => n >= count);
      if (bad >= 0) {
        const place = ids.sizes.map((d, i) => Math.floor(bad / numel(ids.sizes.slice(i + 1))) % d);
        throw kernelError(kernel, `segment_ids[${place.join(',')}] = ${numbers[bad]} is out of range [0, ${count})`);
      }
      const x = fold === 'mean' ? quotientOperand(given) : given;
      return foldSegments(ops.reshape(x, [numbers.length, ...x.sizes.slice(ids.rank)]), numbers, count, fold, false);
    },
  );
export const unsorted_segment_sum = unsorted('sum');
export const unsorted_segment_mean = unsorted('mean');
export const unsorted_segment_max = unsorted('max');
export const unsorted_segment_min = unsorted('min');
export const unsorted_segment_prod = unsorted('prod');
export const unsorted_segment_sqrt_n = unsorted('sqrt_n');

/** The folds of chosen rows; segments that none belongs to hold zeros. */
const chosen = (fold: Fold) =>
  define(
    `tf.sparse.segment_${fold}`,
    'data, indices, segment_ids, num_segments=None, name=None',
    (data: TensorLike, indices: TensorLike, segment_ids: TensorLike, num_segments?: unknown): Tensor => {
      const [x, at, ids] = [toTensor(data), toTensor(indices), toTensor(segment_ids)];
      const given = num_segments !== undefined && num_segments !== null;
      const kernel = `SparseSegment${fold === 'sqrt_n' ? 'SqrtN' : titled(fold)}${given ? 'WithNumSegments' : ''}`;
      needType(kernel.replace('WithNumSegments', ''), x.scalarType);
      const [places, numbers] = [wholes(at), wholes(ids)];
      if (places.length !== numbers.length) throw kernelError(kernel, 'segment_ids and indices should have same size.');
      const count = given ? whole(num_segments) : numbers.length === 0 ? 0 : numbers.at(-1)! + 1;
      numbers.forEach((n, i) => {
        if (i > 0 && n < numbers[i - 1]!) throw kernelError(kernel, 'segment ids are not increasing');
        if (n < 0 || n >= count)
          throw kernelError(
            kernel,
            `Segment id ${n} out of range [0, ${count}), possibly because 'segment_ids' input is not sorted.`,
          );
      });
      const rows = x.sizes[0] ?? 0;
      places.forEach((p, i) => {
        if (p < 0 || p >= rows) throw kernelError(kernel, `indices[${i}] == ${p} out of range [0, ${rows})`);
      });
      return foldSegments(ops.take(x, at, 0), numbers, count, fold, true);
    },
  );
export const sparseSegments = {
  segment_sum: chosen('sum'),
  segment_mean: chosen('mean'),
  segment_sqrt_n: chosen('sqrt_n'),
};
