import { nn, ops, type Tensor } from '@stele/core';
import { z } from 'zod';
import { type Call, type Keywords, only, type Parameters, read, signature } from '../arguments';
import * as initializers from '../initializers/index';
import type { Shape } from '../tensors';
import type { Variable } from '../variable';
import { Layer } from './layer';
import * as o from './options';

const batch = signature(
  0,
  {
    axis: z.int().default(-1),
    momentum: z.number().default(0.99),
    epsilon: z.number().default(1e-3),
    center: z.boolean().default(true),
    scale: z.boolean().default(true),
    beta_initializer: o.initializer.default('zeros'),
    gamma_initializer: o.initializer.default('ones'),
    moving_mean_initializer: o.initializer.default('zeros'),
    moving_variance_initializer: o.initializer.default('ones'),
    beta_regularizer: o.regularizer,
    gamma_regularizer: o.regularizer,
    beta_constraint: o.constraint,
    gamma_constraint: o.constraint,
    renorm: only(false, 'batch renormalization is'),
    renorm_clipping: only(null, 'batch renormalization is'),
    renorm_momentum: z.number().default(0.99),
    synchronized: only(false, 'synchronized batch normalization is'),
  },
  o.base,
);
/**
 * (x - mean) / sqrt(variance + epsilon) gamma + beta: of the batch while training, of moving averages otherwise.
 * A frozen layer always takes the moving averages.
 * @see https://keras.io/api/layers/normalization_layers/batch_normalization/
 */
export class BatchNormalization extends Layer {
  private readonly settings: Parameters<typeof batch>;
  declare gamma: Variable | null;
  declare beta: Variable | null;
  declare moving_mean: Variable;
  declare moving_variance: Variable;

  constructor(
    ...args: Call<
      [],
      [axis: number, momentum: number, epsilon: number, center: boolean, scale: boolean],
      Keywords<typeof batch>
    >
  ) {
    const p = read('BatchNormalization.__init__()', batch, args);
    super(p);
    this.settings = p;
    this.supports_masking = true;
  }
  override build(input_shape: Shape): void {
    const axis = this.settings.axis < 0 ? input_shape.length + this.settings.axis : this.settings.axis;
    const size = input_shape[axis]!;
    const s = this.settings;
    const weight = (
      name: string,
      initializer: initializers.InitializerIdentifier,
      constraint: o.Constraint = null,
      trainable = true,
    ): Variable => this.add_weight({ name, shape: [size], initializer, constraint, trainable });
    this.gamma = s.scale ? weight('gamma', s.gamma_initializer, s.gamma_constraint) : null;
    this.beta = s.center ? weight('beta', s.beta_initializer, s.beta_constraint) : null;
    this.moving_mean = weight('moving_mean', s.moving_mean_initializer, null, false);
    this.moving_variance = weight('moving_variance', s.moving_variance_initializer, null, false);
    this.input_spec = { ndim: input_shape.length, axes: { [axis]: size } };
    this.built = true;
  }
  override call(x: Tensor, options: { training?: boolean | null; mask?: Tensor | null } = {}): Tensor {
    const { momentum, epsilon } = this.settings;
    const axis = this.settings.axis < 0 ? x.rank + this.settings.axis : this.settings.axis;
    let centre: Tensor = this.moving_mean;
    let spread: Tensor = this.moving_variance;
    if (options.training && this.trainable) {
      const moments = options.mask ? nn.momentsWhere(x, options.mask, axis, 1e-7) : nn.momentsExcept(x, axis);
      centre = moments.mean;
      spread = moments.variance;
      const mix = (old: Variable, fresh: Tensor): void =>
        old.adopt(ops.add(ops.mul(old.value, momentum), ops.mul(ops.stopGradient(fresh), 1 - momentum)));
      mix(this.moving_mean, centre);
      mix(this.moving_variance, spread);
    }
    const along = (v: Tensor | null): Tensor | null => (v === null ? null : nn.along(v, x, axis));
    return nn.normalizeWith(x, along(centre)!, along(spread)!, epsilon, along(this.gamma), along(this.beta));
  }
  override compute_output_shape(input_shape: Shape): Shape {
    return input_shape;
  }
  override get_config(): Record<string, unknown> {
    const s = this.settings;
    const { axis, momentum, epsilon, center, scale } = s;
    const saved = (given: initializers.InitializerIdentifier): unknown =>
      initializers.serialize(initializers.get(given));
    return {
      ...super.get_config(),
      axis,
      momentum,
      epsilon,
      center,
      scale,
      beta_initializer: saved(s.beta_initializer),
      gamma_initializer: saved(s.gamma_initializer),
      moving_mean_initializer: saved(s.moving_mean_initializer),
      moving_variance_initializer: saved(s.moving_variance_initializer),
    };
  }
}
