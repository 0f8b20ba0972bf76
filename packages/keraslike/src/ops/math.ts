import { type DType, fromArray, nn, ops, type Tensor, toNumbers } from '@stele/core';
import { valueError } from '../errors';
import { family } from './define';
import { floats, type Operand, tensor } from './promotion';

const define = family('math');
export const rsqrt = define('rsqrt', 'x', (x: Operand): Tensor => ops.rsqrt(floats(x)));
export const erf = define('erf', 'x', (x: Operand): Tensor => ops.erf(floats(x)));
export const erfc = define('erfc', 'x', (x: Operand): Tensor => ops.erfc(floats(x)));
export const erfinv = define('erfinv', 'x', (x: Operand): Tensor => ops.erfinv(floats(x)));

/** The largest elements of the last axis and where they are; the first of equals comes first. */
export const top_k = define('top_k', 'x, k, sorted=True', (x: Operand, k: number): readonly [Tensor, Tensor] => {
  const t = tensor(x);
  const n = Number(k);
  if (n > t.sizes.at(-1)!) throw valueError(`top_k: the last axis has ${t.sizes.at(-1)} elements, fewer than k=${n}`);
  const [values, places] = ops.sort(t, t.rank - 1, true, 'int32');
  return [ops.slice(values, t.rank - 1, 0, n), ops.slice(places, t.rank - 1, 0, n)];
});
/** Whether each target is among the k largest predictions. */
export const in_top_k = define(
  'in_top_k',
  'targets, predictions, k',
  (targets: Operand, predictions: Operand, k: number): Tensor => {
    const p = floats(predictions);
    const labels = ops.cast(tensor(targets), 'int64');
    const own = ops.gather(p, ops.unsqueeze(labels, -1), p.rank - 1);
    const higher = ops.sum(ops.cast(ops.greater(p, own), 'int32'), -1);
    return ops.logicalAnd(ops.less(higher, Number(k)), ops.isFinite(ops.squeeze(own, [-1])));
  },
);

/** Rows of the same number brought together. */
const segments = (name: string, join: 'sum' | 'max' | 'min' | 'prod', start: (dtype: DType) => number) =>
  define(
    name,
    'data, segment_ids, num_segments=None, sorted=False',
    (data: Operand, segment_ids: Operand, num_segments: number | null = null): Tensor => {
      const t = tensor(data);
      const ids = tensor(segment_ids);
      if (ids.rank !== 1)
        throw valueError(
          `Argument \`segment_ids\` should be an 1-D vector, got shape: (${ids.sizes.join(', ')}). Consider either flatten input with segment_ids.reshape((-1)) and data.reshape((-1, ) + data.shape[len(segment_ids.shape):]) or vectorize with vmap.`,
        );
      const list = toNumbers(ids).map(Number);
      const count = num_segments === null ? (list.length === 0 ? 0 : Math.max(...list) + 1) : Number(num_segments);
      // what belongs to no segment falls into one more, which is cut off
      const places = Int32Array.from(list.map((id) => (id < 0 || id >= count ? count : id)));
      const sizes = [count + 1, ...t.sizes.slice(1)];
      const index = ops.contiguous(
        ops.expand(
          ops.reshape(fromArray(t.family, places, [places.length], 'int32'), [
            places.length,
            ...t.sizes.slice(1).map(() => 1),
          ]),
          t.sizes,
        ),
      );
      const base = ops.fullLike(ops.stopGradient(t), 0, sizes);
      const from = join === 'sum' ? base : ops.add(base, start(t.scalarType));
      const out = ops.scatterReduce(from, ops.cast(index, 'int64'), t, 0, join, true);
      return ops.slice(out, 0, 0, count);
    },
  );
export const segment_sum = segments('segment_sum', 'sum', () => 0);
export const segment_prod = segments('segment_prod', 'prod', () => 1);
export const segment_max = segments('segment_max', 'max', (dtype) =>
  dtype.startsWith('int') ? -ops.largestOf(dtype) : Number.NEGATIVE_INFINITY,
);
export const segment_min = segments('segment_min', 'min', (dtype) =>
  dtype.startsWith('int') ? ops.largestOf(dtype) : Number.POSITIVE_INFINITY,
);

/** Windows of so many steps along the last axis. */
export const extract_sequences = define(
  'extract_sequences',
  'x, sequence_length, sequence_stride',
  (x: Operand, sequence_length: number, sequence_stride: number): Tensor => {
    const t = tensor(x);
    return ops.contiguous(ops.windowView(t, t.rank - 1, Number(sequence_length), Number(sequence_stride)));
  },
);
/** Distances between all rows of two sets. */
export const cdist = define('cdist', 'x, y', (x: Operand, y: Operand): Tensor => {
  const [a, b] = [floats(x), floats(y)];
  return nn.vectorNorm(ops.sub(ops.unsqueeze(a, -2), ops.unsqueeze(b, -3)), 2, -1);
});
