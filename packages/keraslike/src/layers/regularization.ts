import { type DType, fromArray, nn, numel, ops, type Tensor } from '@stele/core';
import { z } from 'zod';
import { type Call, type Keywords, read, signature } from '../arguments';
import { valueError } from '../errors';
import { SeedGenerator, statelessNormal, statelessUniform } from '../random/stateless';
import { L1L2 } from '../regularizers/index';
import { type Shape, tensorFamily } from '../tensors';
import { atEachRun } from '../tracing';
import { formatOf } from './geometry';
import { Layer } from './layer';
import * as o from './options';

type Draw = (seed: SeedGenerator, count: number) => Float32Array<ArrayBuffer>;
/** Random numbers of a layer, drawn anew each time. */
function drawn(name: string, generator: SeedGenerator, sizes: readonly number[], dtype: DType, draw: Draw): Tensor {
  const [values] = atEachRun(name, [], [{ sizes, scalarType: 'float32' }], () => [
    fromArray(tensorFamily(), draw(generator, numel(sizes)), [...sizes], 'float32'),
  ]) as readonly [Tensor];
  return ops.cast(values, dtype);
}
const uniform: Draw = (seed, n) => statelessUniform(seed.pair(), n);

/** Zeroes a part of x and multiplies the rest so that the mean stays; sizes of 1 in `sizes` share one draw. */
export function dropped(x: Tensor, rate: number, sizes: readonly number[], generator: SeedGenerator): Tensor {
  if (rate === 1) return ops.mul(x, 0);
  const kept = ops.greaterEqual(drawn('dropout', generator, sizes, 'float32', uniform), Math.fround(rate));
  return ops.mul(ops.mul(x, Math.fround(1 / Math.fround(1 - rate))), ops.cast(kept, x.scalarType));
}

function requireRate(rate: number, name = 'rate'): void {
  if (!(rate >= 0 && rate <= 1))
    throw valueError(
      `Invalid value received for argument \`${name}\`. Expected a float value between 0 and 1. Received: ${name}=${rate}`,
    );
}
type NoiseShape = readonly (number | null)[] | null;
type Options = { training?: boolean | null };

/** A layer that changes its input at random while training only. */
abstract class Noise extends Layer {
  declare readonly seed: number | null;
  protected readonly seed_generator: SeedGenerator | null;
  constructor(p: object, seed: number | null, amount: number, saved: readonly string[]) {
    super(p);
    this.keep(p as Record<string, unknown>, saved);
    // without anything to draw no seed is taken
    this.seed_generator = amount > 0 ? new SeedGenerator(seed) : null;
    this.supports_masking = true;
    this.builtAtOnce();
  }
  protected abstract noisy(x: Tensor, generator: SeedGenerator): Tensor;
  override call(x: Tensor, options: Options = {}): Tensor {
    return options.training && this.seed_generator !== null ? this.noisy(x, this.seed_generator) : x;
  }
  override compute_output_shape(input_shape: Shape): Shape {
    return input_shape;
  }
}

const noiseShape = z.custom<NoiseShape>().default(null);
const dropout = signature(1, { rate: z.number(), noise_shape: noiseShape, seed: o.seed }, o.base);
function checkNoiseShape(shape: unknown): void {
  if (shape === null) return;
  if (!Array.isArray(shape))
    throw valueError(
      `Invalid value received for argument \`noise_shape\`. Expected a tuple or list of integers. Received: noise_shape=${String(shape)}`,
    );
  shape.forEach((d: unknown, i) => {
    if (d === null) return;
    if (!Number.isInteger(d))
      throw valueError(
        `Invalid value received for argument \`noise_shape\`. Expected all elements to be integers or None. Received element at index ${i}: ${String(d)} (type: ${typeof d === 'number' ? 'float' : typeof d})`,
      );
    if ((d as number) <= 0)
      throw valueError(
        `Invalid value received for argument \`noise_shape\`. Expected all dimensions to be positive integers or None. Received negative or zero value at index ${i}: ${String(d)}`,
      );
  });
}
const concrete = (shape: NoiseShape, x: Tensor): readonly number[] =>
  shape === null ? x.sizes : shape.map((d, i) => d ?? x.sizes[i]!);
type DropoutArguments = Call<[rate: number], [noise_shape: NoiseShape, seed: number | null], Keywords<typeof dropout>>;
/**
 * While training, zeroes a part of the input and multiplies the rest by 1 / (1 - rate).
 * @see https://keras.io/api/layers/regularization_layers/dropout/
 */
export class Dropout extends Noise {
  declare readonly rate: number;
  declare readonly noise_shape: NoiseShape;
  constructor(...args: DropoutArguments) {
    const p = read('Dropout.__init__()', dropout, args);
    requireRate(p.rate);
    checkNoiseShape(p.noise_shape);
    super(p, p.seed, p.rate, ['rate', 'seed', 'noise_shape']);
  }
  protected noisy(x: Tensor, generator: SeedGenerator): Tensor {
    return dropped(x, this.rate, concrete(this.noise_shape, x), generator);
  }
}

/** Dropout that keeps mean and deviation of what `selu` gives. @see https://keras.io/api/layers/regularization_layers/alpha_dropout/ */
export class AlphaDropout extends Noise {
  declare readonly rate: number;
  declare readonly noise_shape: NoiseShape;
  constructor(...args: DropoutArguments) {
    const p = read('AlphaDropout.__init__()', dropout, args);
    requireRate(p.rate);
    super(p, p.seed, p.rate, ['rate', 'seed', 'noise_shape']);
  }
  protected noisy(x: Tensor, generator: SeedGenerator): Tensor {
    const draws = drawn('alpha dropout', generator, concrete(this.noise_shape, x), 'float32', uniform);
    const kept = ops.cast(ops.greaterEqual(draws, Math.fround(this.rate)), x.scalarType);
    return nn.alphaDropped(x, kept, this.rate);
  }
}

const { activity_regularizer: _activity, ...rest } = o.base;
const spatial = signature(1, { rate: z.number(), seed: o.seed, name: o.base.name, dtype: o.base.dtype });
const spatialImages = signature(1, {
  rate: z.number(),
  data_format: o.dataFormat,
  seed: o.seed,
  name: o.base.name,
  dtype: o.base.dtype,
});
/** Dropout of whole channels. */
abstract class SpatialDropout extends Noise {
  declare readonly rate: number;
  protected abstract channelsOnly(x: Tensor): readonly number[];
  protected noisy(x: Tensor, generator: SeedGenerator): Tensor {
    return dropped(x, this.rate, this.channelsOnly(x), generator);
  }
  override get_config(): Record<string, unknown> {
    const { rate, seed, data_format } = super.get_config();
    const layout = data_format === undefined ? {} : { data_format };
    return { rate, seed, name: this.name, dtype: this.dtype, ...layout };
  }
}
/** @see https://keras.io/api/layers/regularization_layers/spatial_dropout1d/ */
export class SpatialDropout1D extends SpatialDropout {
  constructor(...args: Call<[rate: number], [seed: number | null], Keywords<typeof spatial>>) {
    const p = read('SpatialDropout1D.__init__()', spatial, args);
    requireRate(p.rate);
    super(p, p.seed, p.rate, ['rate', 'seed']);
    this.input_spec = { ndim: 3 };
  }
  protected channelsOnly(x: Tensor): readonly number[] {
    return [x.sizes[0]!, 1, x.sizes[2]!];
  }
}
type SpatialArguments = Call<
  [rate: number],
  [data_format: 'channels_last' | 'channels_first' | null, seed: number | null],
  Keywords<typeof spatialImages>
>;
abstract class SpatialImageDropout extends SpatialDropout {
  declare readonly data_format: string;
  constructor(rank: number, call: string, args: readonly unknown[]) {
    const p = read(`${call}.__init__()`, spatialImages, args);
    requireRate(p.rate);
    super({ ...p, data_format: formatOf(p.data_format) }, p.seed, p.rate, ['rate', 'seed', 'data_format']);
    this.input_spec = { ndim: rank + 2 };
  }
  protected channelsOnly(x: Tensor): readonly number[] {
    const channels = this.data_format === 'channels_first' ? 1 : x.rank - 1;
    return x.sizes.map((d, i) => (i === 0 || i === channels ? d : 1));
  }
}
/** @see https://keras.io/api/layers/regularization_layers/spatial_dropout2d/ */
export class SpatialDropout2D extends SpatialImageDropout {
  constructor(...args: SpatialArguments) {
    super(2, 'SpatialDropout2D', args);
  }
}
/** @see https://keras.io/api/layers/regularization_layers/spatial_dropout3d/ */
export class SpatialDropout3D extends SpatialImageDropout {
  constructor(...args: SpatialArguments) {
    super(3, 'SpatialDropout3D', args);
  }
}

const gaussian = signature(1, { rate: z.number(), seed: o.seed }, o.base);
/** Multiplies by normal numbers around 1 of variance rate / (1 - rate). @see https://keras.io/api/layers/regularization_layers/gaussian_dropout/ */
export class GaussianDropout extends Noise {
  declare readonly rate: number;
  constructor(...args: Call<[rate: number], [seed: number | null], Keywords<typeof gaussian>>) {
    const p = read('GaussianDropout.__init__()', gaussian, args);
    requireRate(p.rate);
    super(p, p.seed, p.rate, ['rate', 'seed']);
  }
  protected noisy(x: Tensor, generator: SeedGenerator): Tensor {
    const std = nn.dropoutDeviation(this.rate);
    return ops.mul(
      x,
      drawn('gaussian dropout', generator, x.sizes, x.scalarType, (g, n) => statelessNormal(g.pair(), n, 1, std)),
    );
  }
}
const noise = signature(1, { stddev: z.number(), seed: o.seed }, o.base);
/** Adds normal numbers around 0. @see https://keras.io/api/layers/regularization_layers/gaussian_noise/ */
export class GaussianNoise extends Noise {
  declare readonly stddev: number;
  constructor(...args: Call<[stddev: number], [seed: number | null], Keywords<typeof noise>>) {
    const p = read('GaussianNoise.__init__()', noise, args);
    requireRate(p.stddev, 'stddev');
    super(p, p.seed, p.stddev, ['stddev', 'seed']);
  }
  protected noisy(x: Tensor, generator: SeedGenerator): Tensor {
    const { stddev } = this;
    return ops.add(
      x,
      drawn('gaussian noise', generator, x.sizes, x.scalarType, (g, n) => statelessNormal(g.pair(), n, 0, stddev)),
    );
  }
}

const activity = signature(0, { l1: z.number().default(0), l2: z.number().default(0) }, rest);
/** Its input, whose size the training is to keep small. @see https://keras.io/api/layers/regularization_layers/activity_regularization/ */
export class ActivityRegularization extends Layer {
  declare readonly l1: number;
  declare readonly l2: number;
  constructor(...args: Call<[], [l1: number, l2: number], Keywords<typeof activity>>) {
    const p = read('ActivityRegularization.__init__()', activity, args);
    super({ ...p, activity_regularizer: new L1L2(p.l1, p.l2) });
    this.keep(p, ['l1', 'l2']);
    this.supports_masking = true;
    this.builtAtOnce();
  }
  override call(x: Tensor): Tensor {
    return x;
  }
  override compute_output_shape(input_shape: Shape): Shape {
    return input_shape;
  }
  protected override base_config(): Record<string, unknown> {
    const { activity_regularizer: _own, ...config } = super.base_config();
    return config;
  }
}
