import {
  type Tensor as CoreTensor,
  codecs,
  copyData,
  type DType,
  fromArray,
  isFloating,
  numel,
  ops,
} from '@stele/core';
import { categorical as drawCategories, type KernelStream, type Philox, shuffledOrder } from '@stele/core/random';
import { define } from '../define';
import type { DTypeLike } from '../dtypes';
import { kernelError, valueError } from '../errors';
import { rankOf, typed } from '../places';
import { Tensor, type TensorLike, tfFamily, toTensor } from '../tensor';
import {
  asType,
  bell,
  bounds,
  checkUniform,
  cutBell,
  type Fill,
  filled,
  flat,
  floatsAndInts,
  moved,
  needOrder,
  number,
  shapeOf,
  single,
  typeOf,
} from './fills';
import { drawn } from './seeds';

const gaussian = (name: string, kernel: string, fill: Fill) =>
  define(
    `tf.random.${name}`,
    'shape, mean=0.0, stddev=1.0, dtype=tf.float32, seed=None, name=None',
    (shape: unknown, mean?: unknown, stddev?: unknown, dtype?: DTypeLike, seed?: unknown): Tensor => {
      const [sizes, type] = [shapeOf(kernel, shape), typeOf(dtype)];
      if ((type as string) === 'string' || !isFloating(type))
        throw new TypeError(`Cannot convert 0.0 to EagerTensor of dtype ${type}`);
      if (!single(mean) || !single(stddev)) {
        const z = (stream: KernelStream): CoreTensor =>
          filled(sizes, type, (out) => fill(stream.reserve(out.length), out, type, 0, 1));
        return moved(drawn(kernel, sizes, type, seed, z, [1, 0]), mean, stddev);
      }
      const [m, s] = [number(mean, 0, type), number(stddev, 1, type)];
      const draw = (stream: KernelStream): CoreTensor =>
        filled(sizes, type, (out) => fill(stream.reserve(out.length), out, type, m, s));
      return drawn(kernel, sizes, type, seed, draw, [s, m]);
    },
  );
/** Normally distributed values from TensorFlow's own stream. */
export const normal = gaussian('normal', 'RandomStandardNormal', bell);
export const truncated_normal = gaussian('truncated_normal', 'TruncatedNormal', cutBell);
export const uniform = define(
  'tf.random.uniform',
  'shape, minval=0, maxval=None, dtype=tf.float32, seed=None, name=None',
  (shape: unknown, minval?: unknown, maxval?: unknown, dtype?: DTypeLike, seed?: unknown): Tensor => {
    const type = typeOf(dtype);
    checkUniform(type, floatsAndInts);
    const sizes = shapeOf(isFloating(type) ? 'RandomUniform' : 'RandomUniformInt', shape);
    if (!isFloating(type))
      for (const [what, value] of Object.entries({ minval, maxval }))
        if (rankOf(value) > 0)
          throw kernelError(
            'RandomUniformInt',
            `${what} must be 0-D, got shape [${toTensor(value as TensorLike).sizes.join(',')}]`,
          );
    if (isFloating(type) && (!single(minval) || !single(maxval))) {
      const u = (stream: KernelStream): CoreTensor =>
        filled(sizes, type, (out) => flat(stream.reserve(out.length), out, type, 0, 1));
      const low = asType(minval, type, 0);
      return moved(drawn('RandomUniform', sizes, type, seed, u, [1, 0]), low, ops.sub(asType(maxval, type, 1), low));
    }
    const [low, high] = bounds(type, minval, maxval);
    if (!isFloating(type)) needOrder('RandomUniformInt', low, high);
    const draw = (stream: KernelStream): CoreTensor =>
      filled(sizes, type, (out) => flat(stream.reserve(out.length), out, type, low, high));
    return isFloating(type)
      ? drawn('RandomUniform', sizes, type, seed, draw, [high - low, low])
      : drawn('RandomUniformInt', sizes, type, seed, draw);
  },
);

/** The rows in a random order. */
export const shuffle = define(
  'tf.random.shuffle',
  'value, seed=None, name=None',
  (value: TensorLike, seed?: unknown): Tensor => {
    const t = toTensor(value);
    if (t.rank === 0) return t;
    const n = t.sizes[0]!;
    const order = drawn('RandomShuffle', [n], 'int32', seed, (stream) =>
      fromArray(tfFamily, shuffledOrder(stream.reserveShuffle(n), n), [n], 'int32'),
    );
    return ops.takeInside(t, order, 0) as Tensor;
  },
);

/** How many samples a row gets. */
function sampleCount(kernel: string, given: unknown): number {
  const t = toTensor((given ?? null) as TensorLike, given instanceof Tensor ? null : 'int32');
  if (t.rank > 0) throw kernelError(kernel, `num_samples should be a scalar, got shape [${t.sizes.join(',')}]`);
  const count = Number(t.item());
  if (count < 0) throw kernelError(kernel, `num_samples should be non-negative, got ${count}`);
  return count;
}
export function categories(
  kernel: string,
  logits: TensorLike,
  num_samples: unknown,
  dtype: DType,
  start: (rows: number, n: number) => Philox,
): Tensor {
  const t = typed(kernel, 'T', logits);
  if (t.rank !== 2) throw kernelError(kernel, `logits should be a matrix, got shape [${t.sizes.join(',')}]`);
  const [rows, samples] = [t.sizes[0]!, sampleCount(kernel, num_samples)];
  const codec = codecs[t.scalarType];
  const data = copyData(t);
  const values = Float64Array.from({ length: numel(t.sizes) }, (_, i) => codec.get(data, i));
  const found = drawCategories(start(rows, samples), values, rows, samples);
  return ops.cast(fromArray(tfFamily, found, [rows, samples], 'int32'), dtype) as Tensor;
}
/** Class numbers in proportion to exp(logits), one row of samples per row of logits. */
export const categorical = define(
  'tf.random.categorical',
  'logits, num_samples, dtype=None, seed=None, name=None',
  (logits: TensorLike, num_samples: unknown, dtype?: DTypeLike | null, seed?: unknown): Tensor => {
    const type = typeOf(dtype, 'int64');
    if (!['int32', 'int64'].includes(type))
      throw valueError(
        `Argument \`dtype\` got invalid value <dtype: '${type}'>. Accepted dtypes are (tf.int32, tf.int64).`,
      );
    const rows = typed('Multinomial', 'T', logits).sizes[0]!;
    return drawn('Multinomial', [rows, sampleCount('Multinomial', num_samples)], type, seed, (stream) =>
      categories('Multinomial', logits, num_samples, type, (r, n) => stream.reserveCategorical(r, n)),
    );
  },
);
