import { type DType, dtypes, isDType, numel, Tensor } from '@stele/core';
import { type ArrayLike, NDArray, np } from '@stele/core/numpy';
import { z } from 'zod';
import { type Call, type Keywords, read, signature, type Tail, tail } from '../arguments';
import { show, typeError, valueError } from '../errors';
import * as kerasOps from '../ops/index';

const padded = signature(1, {
  sequences: z.any(),
  maxlen: z.int().nullable().default(null),
  dtype: z.any().default('int32'),
  padding: z.string().default('pre'),
  truncating: z.string().default('pre'),
  value: z.number().default(0),
});
/**
 * Sequences of any length as one array: cut and filled up to `maxlen`, or the longest, before or after.
 *
 * ```ts
 * [...keras.utils.pad_sequences([[1, 2], [3]]).data]; // [1, 2, 0, 3]
 * ```
 * @see https://keras.io/api/data_loading/timeseries/#pad_sequences-function
 */
export function pad_sequences(
  ...args: Call<
    [sequences: Iterable<ArrayLike>],
    [maxlen: number | null, dtype: string, padding: 'pre' | 'post', truncating: 'pre' | 'post', value: number],
    Keywords<typeof padded>
  >
): NDArray {
  const o = read('pad_sequences()', padded, args);
  const dtype: DType = o.dtype?.name ?? o.dtype;
  if (!isDType(dtype)) throw typeError(`data type '${String(o.dtype)}' not understood`);
  if (o.sequences === null || typeof o.sequences !== 'object') throw valueError('`sequences` must be iterable.');
  const list: NDArray[] = (o.sequences instanceof NDArray ? [...o.sequences] : [...o.sequences]).map((s: unknown) => {
    if (s === null || typeof s !== 'object' || (s instanceof NDArray && s.ndim === 0))
      throw valueError(`\`sequences\` must be a list of iterables. Found non-iterable: ${show(s)}`);
    return NDArray.from(s as ArrayLike);
  });
  for (const [what, given] of [['Truncating', o.truncating] as const, ['Padding', o.padding] as const])
    if (given !== 'pre' && given !== 'post' && list.length > 0)
      throw valueError(`${what} type "${given}" not understood`);
  const first = list.find((s) => s.shape[0]! > 0);
  const sample = first?.shape.slice(1) ?? [];
  const size = numel(sample);
  const length = o.maxlen ?? Math.max(0, ...list.map((s) => s.shape[0]!));
  const out = dtypes[dtype].create(list.length * length * size) as Float64Array;
  out.fill((dtype === 'int64' ? BigInt(Math.trunc(o.value)) : o.value) as number);
  list.forEach((s, row) => {
    const n = s.shape[0]!;
    if (n === 0) return;
    if (String(s.shape.slice(1)) !== String(sample))
      throw valueError(
        `Shape of sample (${s.shape.slice(1).join(', ')}) of sequence at position ${row} is different from expected shape (${sample.join(', ')})`,
      );
    const kept = Math.min(n, length);
    const from = o.truncating === 'pre' ? n - kept : 0;
    const to = (row * length + (o.padding === 'pre' ? length - kept : 0)) * size;
    const values = NDArray.from(s, dtype).data as Float64Array;
    out.set(values.subarray(from * size, (from + kept) * size), to);
  });
  return new NDArray({ dtype, shape: [list.length, length, ...sample], data: out as Float64Array<ArrayBuffer> });
}

/**
 * An array divided by its norm along an axis.
 * @see https://keras.io/api/utils/python_utils/#normalize-function
 */
export function normalize(
  x: ArrayLike | Tensor,
  ...rest: Tail<[axis: number, order: number], { axis: number; order: number }>
): NDArray | Tensor {
  const { axis, order } = tail('normalize', { axis: -1, order: 2 }, rest);
  if (x instanceof Tensor) return kerasOps.normalize(x, { axis, order }) as Tensor;
  const array = NDArray.from(x);
  const length = np.atleast_1d(np.linalg.norm(array, order, axis));
  const safe = np.where(np.equal(length, 0), 1, length);
  // an axis of 0 counts as the last one here, as it does in Keras
  return np.divide(array, np.expand_dims(safe, axis || -1)) as NDArray;
}
