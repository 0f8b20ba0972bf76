import { fromArray, numel, ops, type Tensor } from '@stele/core';
import { z } from 'zod';
import { type Call, type Keywords, read, signature } from '../arguments';
import { valueError } from '../errors';
import { SeedGenerator, statelessUniform } from '../random/stateless';
import { type Shape, tensorFamily } from '../tensors';
import { atEachRun } from '../tracing';
import { Layer } from './layer';
import * as o from './options';

const dropout = signature(
  1,
  { rate: z.number(), noise_shape: z.array(z.int().nullable()).readonly().nullable().default(null), seed: o.seed },
  o.base,
);
/**
 * While training, zeroes a part of the input and multiplies the rest by 1 / (1 - rate).
 * @see https://keras.io/api/layers/regularization_layers/dropout/
 */
export class Dropout extends Layer {
  readonly rate: number;
  private readonly noise_shape: readonly (number | null)[] | null;
  private readonly seed: number | null;
  private readonly seed_generator: SeedGenerator;

  constructor(
    ...args: Call<
      [rate: number],
      [noise_shape: readonly (number | null)[] | null, seed: number | null],
      Keywords<typeof dropout>
    >
  ) {
    const p = read('Dropout.__init__()', dropout, args);
    if (!(p.rate >= 0 && p.rate <= 1))
      throw valueError(
        `Invalid value received for argument \`rate\`. Expected a float value between 0 and 1. Received: rate=${p.rate}`,
      );
    super(p);
    this.rate = p.rate;
    this.noise_shape = p.noise_shape;
    this.seed = p.seed;
    this.seed_generator = new SeedGenerator(p.seed);
    this.supports_masking = true;
  }
  override call(x: Tensor, options: { training?: boolean | null } = {}): Tensor {
    if (!options.training || this.rate === 0) return x;
    if (this.rate === 1) return ops.mul(x, 0);
    const sizes = (this.noise_shape ?? x.sizes).map((d, i) => d ?? x.sizes[i]!);
    const [keep] = atEachRun('dropout', [], [{ sizes, scalarType: 'float32' }], () => [
      fromArray(tensorFamily(), statelessUniform(this.seed_generator.next(), numel(sizes)), sizes, 'float32'),
    ]) as readonly [Tensor];
    const kept = ops.greaterEqual(keep, Math.fround(this.rate));
    const scale = Math.fround(1 / Math.fround(1 - this.rate));
    return ops.mul(ops.mul(x, scale), ops.cast(kept, x.scalarType));
  }
  override compute_output_shape(input_shape: Shape): Shape {
    return input_shape;
  }
  override get_config(): Record<string, unknown> {
    return { ...super.get_config(), rate: this.rate, noise_shape: this.noise_shape, seed: this.seed };
  }
}
