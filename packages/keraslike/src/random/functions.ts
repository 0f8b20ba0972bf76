import {
  codecs,
  copyData,
  type DType,
  dtypes,
  fromArray,
  numel,
  ops,
  Tensor,
  toNumbers,
  tryBroadcast,
} from '@stele/core';
import {
  categorical as drawCategories,
  fillBeta,
  fillBinomial,
  fillDropoutMask,
  fillGamma,
  fillIntegers,
  fillNormal,
  fillTruncatedNormal,
  fillUniform,
  type Philox,
  risingOrder,
  seedStream,
  twinStreams,
} from '@stele/core/random';
import { z } from 'zod';
import { dtypeOption, read, signature } from '../arguments';
import { valueError } from '../errors';
import { convert, type TensorLike, tensorFamily } from '../tensors';
import { globalSeeds, type Seed, SeedGenerator, type SeedPair, seedPair } from './stateless';

const seed = z.custom<Seed>(
  (v) => v === null || typeof v === 'number' || typeof v === 'bigint' || v instanceof SeedGenerator,
  'expected a number, a SeedGenerator or null',
);
const size = z.preprocess((d) => (d instanceof Tensor ? Number(toNumbers(d)[0]) : d), z.int().nonnegative());
const shape = z.array(size).readonly();
const tensor = z.custom<TensorLike>((v) => v !== undefined);
const dtype = dtypeOption.default(null).transform((v) => (v ?? 'float32') as DType);

/** The numbers that seed one draw. */
const pairOf = (given: Seed): SeedPair => (given === null ? globalSeeds().pair(false) : seedPair(given));
/** The stream of one draw. */
const streamOf = (given: Seed): Philox => seedStream(pairOf(given));
function filled(sizes: readonly number[], type: DType, fill: (out: ReturnType<typeof make>) => void): Tensor {
  const out = make(sizes, type);
  fill(out);
  return fromArray(tensorFamily(), out, sizes, type);
}
const make = (sizes: readonly number[], type: DType) => dtypes[type].create(numel(sizes));
type Given = readonly unknown[];

const gaussian = signature(1, {
  shape,
  mean: z.number().default(0),
  stddev: z.number().default(1),
  dtype,
  seed: seed.default(null),
});
/** Normally distributed values. @see https://keras.io/api/random/random_ops/ */
export function normal(...args: Given): Tensor {
  const p = read('normal()', gaussian, args);
  return filled(p.shape, p.dtype, (out) => fillNormal(streamOf(p.seed), out, p.dtype, p.mean, p.stddev));
}
/** Normally distributed values within two deviations. */
export function truncated_normal(...args: Given): Tensor {
  const p = read('truncated_normal()', gaussian, args);
  return filled(p.shape, p.dtype, (out) => fillTruncatedNormal(streamOf(p.seed), out, p.dtype, p.mean, p.stddev));
}

const flat = signature(1, {
  shape,
  minval: z.number().default(0),
  maxval: z.number().default(1),
  dtype,
  seed: seed.default(null),
});
/** Values spread evenly from minval up to maxval. */
export function uniform(...args: Given): Tensor {
  const p = read('uniform()', flat, args);
  return filled(p.shape, p.dtype, (out) => fillUniform(streamOf(p.seed), out, p.dtype, p.minval, p.maxval));
}
const whole = signature(3, {
  shape,
  minval: z.number(),
  maxval: z.number(),
  dtype: dtypeOption.default('int32').transform((v) => (v ?? 'int32') as DType),
  seed: seed.default(null),
});
/** Whole numbers from minval up to, but not including, maxval. */
export function randint(...args: Given): Tensor {
  const p = read('randint()', whole, args);
  // other types are drawn wide and converted
  const drawn = p.dtype === 'int32' || p.dtype === 'int64' ? p.dtype : 'int64';
  const found = filled(p.shape, drawn, (out) => fillIntegers(streamOf(p.seed), out, drawn, p.minval, p.maxval));
  return ops.cast(found, p.dtype);
}

const shuffling = signature(1, { x: tensor, axis: z.int().default(0), seed: seed.default(null) });
/** The entries of an axis in a random order. */
export function shuffle(...args: Given): Tensor {
  const p = read('shuffle()', shuffling, args);
  const x = convert(p.x);
  const axis = p.axis < 0 ? p.axis + x.rank : p.axis;
  const keys = new Float32Array(x.sizes[axis] ?? 0);
  fillUniform(streamOf(p.seed), keys, 'float32', 0, 1);
  const order = risingOrder(keys);
  return ops.take(x, fromArray(tensorFamily(), order, [order.length], 'int32'), axis);
}

const dropping = signature(2, {
  inputs: tensor,
  rate: z.number(),
  noise_shape: z.array(z.int().nullable()).readonly().nullable().default(null),
  seed: seed.default(null),
});
/** The inputs with a share of them set to 0 and the rest scaled up. */
export function dropout(...args: Given): Tensor {
  const p = read('dropout()', dropping, args);
  const x = convert(p.inputs);
  const sizes = p.noise_shape === null ? x.sizes : p.noise_shape.map((d, i) => d ?? x.sizes[i]!);
  const mask = filled(sizes, x.scalarType, (out) => fillDropoutMask(streamOf(p.seed), out, x.scalarType, p.rate));
  return ops.mul(x, mask);
}

const categories = signature(2, {
  logits: tensor,
  num_samples: z.int().nonnegative(),
  dtype: dtypeOption.default('int32').transform((v) => (v ?? 'int32') as DType),
  seed: seed.default(null),
});
/** Class numbers in proportion to exp(logits): rows of `num_samples`. */
export function categorical(...args: Given): Tensor {
  const p = read('categorical()', categories, args);
  const x = convert(p.logits);
  if (x.rank !== 2) throw valueError(`categorical() expects logits of rank 2, got shape (${x.sizes.join(', ')})`);
  const codec = codecs[x.scalarType];
  const data = copyData(x);
  const values = Float64Array.from({ length: numel(x.sizes) }, (_, i) => codec.get(data, i));
  const found = drawCategories(streamOf(p.seed), values, x.sizes[0]!, p.num_samples);
  return ops.cast(fromArray(tensorFamily(), found, [x.sizes[0]!, p.num_samples], 'int32'), p.dtype);
}

/** The numbers of a parameter, spread over a result's shape. */
function spread(given: TensorLike, type: DType, sizes: readonly number[]): Float64Array {
  const t = ops.cast(convert(given), type);
  if (tryBroadcast(t.sizes, sizes)?.length !== sizes.length)
    throw valueError(`a parameter of shape (${t.sizes.join(', ')}) does not broadcast to (${sizes.join(', ')})`);
  const wide = ops.expand(t, sizes);
  const data = copyData(wide);
  return Float64Array.from({ length: numel(sizes) }, (_, i) => codecs[type].get(data, i));
}
/** Values drawn in float32, or double precision where that is asked for, and converted. */
function inFloat(sizes: readonly number[], type: DType, fill: (out: ReturnType<typeof make>, type: DType) => void) {
  const drawn = type === 'float64' ? type : 'float32';
  return ops.cast(
    filled(sizes, drawn, (out) => fill(out, drawn)),
    type,
  );
}

const shaped = signature(2, { shape, alpha: tensor, dtype, seed: seed.default(null) });
/** Gamma-distributed values of shape `alpha` and unit rate. */
export function gamma(...args: Given): Tensor {
  const p = read('gamma()', shaped, args);
  return inFloat(p.shape, p.dtype, (out, type) => fillGamma(streamOf(p.seed), out, spread(p.alpha, type, p.shape)));
}
const sharing = signature(3, { shape, alpha: tensor, beta: tensor, dtype, seed: seed.default(null) });
/** Beta-distributed values. */
export function beta(...args: Given): Tensor {
  const p = read('beta()', sharing, args);
  return inFloat(p.shape, p.dtype, (out, type) =>
    fillBeta(twinStreams(pairOf(p.seed)), out, spread(p.alpha, type, p.shape), spread(p.beta, type, p.shape)),
  );
}
const trying = signature(3, { shape, counts: tensor, probabilities: tensor, dtype, seed: seed.default(null) });
/** How many of `counts` trials succeed, each with its probability. */
export function binomial(...args: Given): Tensor {
  const p = read('binomial()', trying, args);
  const [n, chances] = [p.counts, p.probabilities].map((given) => spread(given, 'float32', p.shape));
  const counted = filled(p.shape, 'float64', (out) =>
    fillBinomial(streamOf(p.seed), out as Float64Array, n!, chances!, 1, Math.fround),
  );
  return ops.cast(counted, p.dtype);
}
