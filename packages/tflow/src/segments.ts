import { type Tensor as CoreTensor, ops } from '@stele/core';
import { define } from './define';
import { InvalidArgumentError } from './errors';
import { whole, wholes } from './indexing';
import { type Tensor, type TensorLike, toTensor } from './tensor';

type Fold = 'sum' | 'mean' | 'max' | 'min' | 'prod' | 'sqrt_n';

const lowest: Readonly<Record<string, number>> = {
  float32: -3.4028234663852886e38,
  float64: -Number.MAX_VALUE,
  int32: -2147483648,
  int64: Number.NEGATIVE_INFINITY,
  int16: -32768,
  int8: -128,
  uint8: 0,
};
const highest: Readonly<Record<string, number>> = {
  float32: 3.4028234663852886e38,
  float64: Number.MAX_VALUE,
  int32: 2147483647,
  int16: 32767,
  int8: 127,
  uint8: 255,
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
    const rows = ops.take(x, toTensor(own, 'int32'), 0);
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
  return (parts.length === 0 ? ops.fullLike(x, 0, [0, ...rest]) : ops.stack(parts, 0)) as Tensor;
}

const sorted = (fold: Fold) =>
  define(
    `tf.math.segment_${fold}`,
    'data, segment_ids, name=None',
    (data: TensorLike, segment_ids: TensorLike): Tensor => {
      const [x, ids] = [toTensor(data), toTensor(segment_ids)];
      const numbers = wholes(ids);
      if (numbers.length !== x.sizes[0])
        throw new InvalidArgumentError(
          `segment_ids should be the same size as dimension 0 of input. [Op:Segment${fold[0]!.toUpperCase()}${fold.slice(1)}]`,
        );
      numbers.forEach((n, i) => {
        if (n < 0) throw new InvalidArgumentError(`segment ids must be >= 0`);
        if (i > 0 && n < numbers[i - 1]!) throw new InvalidArgumentError('segment ids are not increasing');
      });
      return foldSegments(x, numbers, numbers.length === 0 ? 0 : numbers.at(-1)! + 1, fold, true);
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
      const [x, ids] = [toTensor(data), toTensor(segment_ids)];
      const numbers = wholes(ops.reshape(ids, [-1]));
      const count = whole(num_segments);
      const bad = numbers.findIndex((n) => n >= count);
      if (bad >= 0)
        throw new InvalidArgumentError(`segment_ids[${bad}] = ${numbers[bad]} is out of range [0, ${count})`);
      return foldSegments(ops.reshape(x, [numbers.length, ...x.sizes.slice(ids.rank)]), numbers, count, fold, false);
    },
  );
export const unsorted_segment_sum = unsorted('sum');
export const unsorted_segment_mean = unsorted('mean');
export const unsorted_segment_max = unsorted('max');
export const unsorted_segment_min = unsorted('min');
export const unsorted_segment_prod = unsorted('prod');
export const unsorted_segment_sqrt_n = unsorted('sqrt_n');
