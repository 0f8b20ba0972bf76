import { type Tensor as CoreTensor, type DType, fromArray, isFloating, ops } from '@stele/core';
import { foldIn, type Philox, shuffledOrder, splitSeed } from '@stele/core/random';
import { define } from '../define';
import type { DTypeLike } from '../dtypes';
import { valueError } from '../errors';
import { wholes } from '../places';
import { type Tensor, type TensorLike, tfFamily, toTensor } from '../tensor';
import { categories } from './draws';
import {
  bell,
  bounds,
  checkUniform,
  cutBell,
  type Fill,
  filled,
  flat,
  floatsAndInts,
  fullRange,
  isWide,
  type make,
  moved,
  needOrder,
  none,
  number,
  seedPair,
  shapeOf,
  single,
  stateless,
  typeOf,
  unsigned,
} from './fills';
import { needPhilox } from './generator';
import { inGraph } from './seeds';

/** A stateless draw; of a seed that a graph computes, at each replay. */
function seededFill(
  seed: unknown,
  sizes: readonly number[],
  type: DType,
  fill: (start: Philox, out: ReturnType<typeof make>) => void,
): Tensor {
  const given = toTensor(seed as TensorLike, null);
  const draw = (at: CoreTensor): CoreTensor => filled(sizes, type, (out) => fill(stateless(at), out));
  const graph = inGraph?.graph ?? null;
  if (!given.symbolic || graph === null) return draw(given) as Tensor;
  return graph.effect('StatelessRandom', [given], [{ sizes, scalarType: type }], tfFamily, ([at]) => [
    draw(at!),
  ])[0] as Tensor;
}

const statelessGaussian = (name: string, fill: Fill) =>
  define(
    `tf.random.${name}`,
    'shape, seed, mean=0.0, stddev=1.0, dtype=tf.float32, name=None, alg="auto_select"',
    (
      shape: unknown,
      seed: unknown,
      mean?: unknown,
      stddev?: unknown,
      dtype?: DTypeLike,
      _name?: unknown,
      alg?: unknown,
    ): Tensor => {
      const type = typeOf(dtype);
      needPhilox(alg);
      if (!isFloating(type)) throw new TypeError(`Cannot convert 0.0 to EagerTensor of dtype ${type}`);
      const sizes = shapeOf('StatelessRandomNormalV2', shape);
      const plain = single(mean) && single(stddev);
      const [m, s] = plain ? [number(mean, 0), number(stddev, 1)] : [0, 1];
      const z = seededFill(seed, sizes, type, (start, out) => fill(start, out, type, m, s));
      return plain ? z : moved(z, mean, stddev);
    },
  );
export const stateless_normal = statelessGaussian('stateless_normal', bell);
export const stateless_truncated_normal = statelessGaussian('stateless_truncated_normal', cutBell);
export const stateless_uniform = define(
  'tf.random.stateless_uniform',
  'shape, seed, minval=0, maxval=None, dtype=tf.float32, name=None, alg="auto_select"',
  (
    shape: unknown,
    seed: unknown,
    minval?: unknown,
    maxval?: unknown,
    dtype?: DTypeLike,
    _name?: unknown,
    alg?: unknown,
  ): Tensor => {
    const [sizes, type] = [shapeOf('StatelessRandomUniformV2', shape), typeOf(dtype)];
    needPhilox(alg);
    checkUniform(type, [...floatsAndInts, ...unsigned]);
    if (!isFloating(type)) {
      if ((minval === null) !== none(maxval))
        throw valueError(
          `For integer \`dtype\` argument <dtype: '${type}'>, argument \`minval\` and \`maxval\` must be both None or not None. Got \`minval\`=${minval === null ? 'None' : String(minval ?? 0)} and \`maxval\`=${none(maxval) ? 'None' : String(maxval)}.`,
        );
      if (minval !== null && unsigned.includes(type))
        throw valueError(
          `Argument \`dtype\` got invalid value <dtype: '${type}'> when argument \`minval\` is not None. Please don't use unsigned integers in this case.`,
        );
    }
    if (!isFloating(type) && minval === null)
      return seededFill(seed, sizes, type, (start, out) => fullRange(start, out, type, 0, 0));
    const [low, high] = bounds(type, minval, maxval);
    if (!isFloating(type)) needOrder('StatelessRandomUniformIntV2', low, high);
    return seededFill(seed, sizes, type, (start, out) => flat(start, out, type, low, high));
  },
);
export const stateless_categorical = define(
  'tf.random.stateless_categorical',
  'logits, num_samples, seed, dtype=tf.int64, name=None',
  (logits: TensorLike, num_samples: unknown, seed: unknown, dtype?: DTypeLike): Tensor =>
    categories('StatelessMultinomial', logits, num_samples, typeOf(dtype, 'int64'), () => stateless(seed)),
);
/** The rows in a random order that the seed decides. */
export const stateless_shuffle = define(
  'tf.random.experimental.stateless_shuffle',
  'value, seed, alg="auto_select", name=None',
  (value: TensorLike, seed: unknown): Tensor => {
    const t = toTensor(value);
    if (t.rank === 0) return t;
    const order = shuffledOrder(stateless(seed), t.sizes[0] ?? 0);
    return ops.takeInside(t, fromArray(tfFamily, order, [order.length], 'int32'), 0) as Tensor;
  },
);
/** Independent seeds made of one. */
export const split = define(
  'tf.random.split',
  'seed, num=2, alg="auto_select"',
  (seed: unknown, num?: unknown): Tensor => {
    const n = num === undefined ? 2 : wholes(num)[0]!;
    const large = isWide(seed);
    const pairs = splitSeed(seedPair(seed), n, large) as BigInt64Array<ArrayBuffer>;
    return fromArray(tfFamily, pairs, [n, 2], large ? 'int64' : 'int32') as Tensor;
  },
);
/** A seed made of a seed and a number. */
export const fold_in = define(
  'tf.random.fold_in',
  'seed, data, alg="auto_select"',
  (seed: unknown, data: unknown): Tensor => {
    const number = toTensor(data as TensorLike, null);
    const large = number.scalarType === 'int64';
    const pair = foldIn(seedPair(seed), wholes(number)[0]!, large);
    return toTensor(pair as never, large ? 'int64' : 'int32');
  },
);
