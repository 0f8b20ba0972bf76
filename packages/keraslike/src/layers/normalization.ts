import { nn, ops, type Tensor } from '@stele/core';
import { z } from 'zod';
import { type Call, type Keywords, only, read, signature } from '../arguments';
import type { Projection } from '../constraints/index';
import { indexError, valueError } from '../errors';
import type * as initializers from '../initializers/index';
import type { Penalty } from '../regularizers/index';
import { type Shape, showTuple } from '../tensors';
import type { Variable } from '../variable';
import { Layer } from './layer';
import * as o from './options';

type Axes = number | readonly number[];
const affine = {
  center: z.boolean().default(true),
  scale: z.boolean().default(true),
  beta_initializer: o.initializer.default('zeros'),
  gamma_initializer: o.initializer.default('ones'),
};
const limits = {
  beta_regularizer: o.regularizer,
  gamma_regularizer: o.regularizer,
  beta_constraint: o.constraint,
  gamma_constraint: o.constraint,
};
const limitNames = ' beta_regularizer gamma_regularizer beta_constraint gamma_constraint';

/** A layer with a scale and a shift for each feature. */
abstract class Normalizing extends Layer {
  declare readonly epsilon: number;
  declare readonly center: boolean;
  declare readonly scale: boolean;
  declare gamma: Variable | null;
  declare beta: Variable | null;
  declare readonly beta_initializer: initializers.Initializer;
  declare readonly gamma_initializer: initializers.Initializer;
  declare readonly beta_regularizer: Penalty | null;
  declare readonly gamma_regularizer: Penalty | null;
  declare readonly beta_constraint: Projection | null;
  declare readonly gamma_constraint: Projection | null;

  protected addAffine(shape: readonly number[], scale = this.scale, center = this.center): void {
    this.gamma = scale
      ? this.add_weight({
          name: 'gamma',
          shape,
          initializer: this.gamma_initializer,
          regularizer: this.gamma_regularizer,
          constraint: this.gamma_constraint,
        })
      : null;
    this.beta = center
      ? this.add_weight({
          name: 'beta',
          shape,
          initializer: this.beta_initializer,
          regularizer: this.beta_regularizer,
          constraint: this.beta_constraint,
        })
      : null;
  }
  override compute_output_shape(input_shape: Shape): Shape {
    const { axis } = this as unknown as { axis: Axes };
    requireAxes([axis].flat() as number[], input_shape, axis);
    return input_shape;
  }
}
function requireAxes(axes: readonly number[], input_shape: Shape, given: Axes): void {
  for (const axis of axes)
    if (axis >= input_shape.length || axis < -input_shape.length)
      throw valueError(
        `Axis ${axis} is out of bounds for input shape ${showTuple(input_shape)}. Received: axis=${Array.isArray(given) ? `[${given.join(', ')}]` : given}`,
      );
}
const own = (axis: number, rank: number): number => (axis < 0 ? axis + rank : axis);

const batch = signature(
  0,
  {
    axis: z.int().default(-1),
    momentum: z.number().default(0.99),
    epsilon: z.number().default(1e-3),
    ...affine,
    moving_mean_initializer: o.initializer.default('zeros'),
    moving_variance_initializer: o.initializer.default('ones'),
    ...limits,
    renorm: only(false, 'batch renormalization is'),
    renorm_clipping: only(null, 'batch renormalization is'),
    renorm_momentum: z.number().default(0.99),
    synchronized: z.boolean().default(false),
  },
  o.base,
);
/**
 * (x - mean) / sqrt(variance + epsilon) gamma + beta: of the batch while training, of moving averages otherwise.
 * A frozen layer always takes the moving averages.
 * @see https://keras.io/api/layers/normalization_layers/batch_normalization/
 */
export class BatchNormalization extends Normalizing {
  declare readonly axis: number;
  declare readonly momentum: number;
  declare moving_mean: Variable;
  declare moving_variance: Variable;
  declare readonly moving_mean_initializer: initializers.Initializer;
  declare readonly moving_variance_initializer: initializers.Initializer;

  constructor(
    ...args: Call<
      [],
      [axis: number, momentum: number, epsilon: number, center: boolean, scale: boolean],
      Keywords<typeof batch>
    >
  ) {
    const p = read('BatchNormalization.__init__()', batch, args);
    super(p);
    this.keep(
      { renorm: false, renorm_clipping: null, ...p },
      `axis momentum epsilon center scale beta_initializer gamma_initializer moving_mean_initializer moving_variance_initializer${limitNames} synchronized renorm renorm_clipping renorm_momentum`.split(
        ' ',
      ),
    );
    this.supports_masking = true;
  }
  override build(input_shape: Shape): void {
    if (this.axis >= input_shape.length || this.axis < -input_shape.length)
      throw indexError('tuple index out of range');
    if (this.axis >= input_shape.length || this.axis < -input_shape.length)
      throw indexError('tuple index out of range');
    const size = input_shape[own(this.axis, input_shape.length)]!;
    this.addAffine([size]);
    const moving = (name: string, initializer: initializers.Initializer): Variable =>
      this.add_weight({ name, shape: [size], initializer, trainable: false });
    this.moving_mean = moving('moving_mean', this.moving_mean_initializer);
    this.moving_variance = moving('moving_variance', this.moving_variance_initializer);
    this.input_spec = { ndim: input_shape.length, axes: { [this.axis]: size } };
    this.built = true;
  }
  override call(x: Tensor, options: { training?: boolean | null; mask?: Tensor | null } = {}): Tensor {
    const { momentum, epsilon } = this;
    const axis = own(this.axis, x.rank);
    const mask = options.mask ?? null;
    if (mask !== null && mask.rank !== x.rank - 1)
      throw valueError(
        `The mask provided should be one dimension less than the inputs. Received: mask.shape=${showTuple(mask.sizes)}, inputs.shape=${showTuple(x.sizes)}`,
      );
    let centre: Tensor = this.moving_mean;
    let spread: Tensor = this.moving_variance;
    if (options.training && this.trainable) {
      const moments = mask === null ? nn.momentsExcept(x, axis) : nn.momentsWhere(x, mask, axis, 1e-7);
      centre = moments.mean;
      spread = moments.variance;
      const mix = (old: Variable, fresh: Tensor): void =>
        old.adopt(nn.mixed(old.value, ops.stopGradient(fresh), momentum));
      mix(this.moving_mean, centre);
      mix(this.moving_variance, spread);
    }
    const along = (v: Tensor | null): Tensor | null => (v === null ? null : nn.along(v, x, axis));
    return nn.normalizeFactored(x, along(centre)!, along(spread)!, epsilon, along(this.gamma), along(this.beta));
  }
  override compute_output_shape(input_shape: Shape): Shape {
    return input_shape;
  }
}

const layer = signature(
  0,
  {
    axis: o.axes.default(-1),
    epsilon: z.number().default(1e-3),
    ...affine,
    ...limits,
  },
  { ...o.base, rms_scaling: z.boolean().default(false) },
);
/** Normalises each sample over some axes. @see https://keras.io/api/layers/normalization_layers/layer_normalization/ */
export class LayerNormalization extends Normalizing {
  declare axis: Axes;
  declare readonly rms_scaling: boolean;
  constructor(
    ...args: Call<[], [axis: Axes, epsilon: number, center: boolean, scale: boolean], Keywords<typeof layer>>
  ) {
    const p = read('LayerNormalization.__init__()', layer, args);
    super(p);
    this.keep(p, `axis epsilon center scale rms_scaling beta_initializer gamma_initializer${limitNames}`.split(' '));
    this.supports_masking = true;
  }
  override build(input_shape: Shape): void {
    if (([this.axis].flat() as number[]).some((a) => a >= input_shape.length || a < -input_shape.length))
      throw indexError('tuple index out of range');
    this.axis = [...([this.axis].flat() as number[])].sort((a, b) => a - b);
    const shape = (this.axis as number[]).map((a) => input_shape.at(a)!);
    this.addAffine(shape, this.scale || this.rms_scaling, this.center && !this.rms_scaling);
  }
  override call(x: Tensor): Tensor {
    const axes = ([this.axis].flat() as number[]).map((a) => own(a, x.rank));
    if (this.rms_scaling) return nn.varianceScaled(x, axes, this.epsilon, this.gamma);
    return nn.normalizeAxes(x, axes, this.epsilon, this.gamma, this.beta);
  }
}

const rms = signature(0, { axis: o.axes.default(-1), epsilon: z.number().default(1e-6) }, o.base);
/** x / sqrt(mean(x^2) + epsilon) times a learnt scale. @see https://keras.io/api/layers/normalization_layers/rms_normalization/ */
export class RMSNormalization extends Layer {
  declare axis: Axes;
  declare readonly epsilon: number;
  declare scale: Variable;
  constructor(...args: Call<[], [axis: Axes, epsilon: number], Keywords<typeof rms>>) {
    const p = read('RMSNormalization.__init__()', rms, args);
    super(p);
    this.keep(p, ['axis', 'epsilon']);
  }
  override build(input_shape: Shape): void {
    requireAxes([this.axis].flat() as number[], input_shape, this.axis);
    this.axis = [...([this.axis].flat() as number[])].sort((a, b) => a - b);
    const shape = (this.axis as number[]).map((a) => input_shape.at(a)!);
    this.scale = this.add_weight({ name: 'scale', shape, initializer: 'ones' });
  }
  override call(x: Tensor): Tensor {
    const axes = ([this.axis].flat() as number[]).map((a) => own(a, x.rank));
    return nn.rootMeanSquareAxes(x, axes, this.epsilon, this.scale);
  }
  override compute_output_shape(input_shape: Shape): Shape {
    requireAxes([this.axis].flat() as number[], input_shape, this.axis);
    return input_shape;
  }
}

const group = signature(
  0,
  {
    groups: z.int().default(32),
    axis: z.int().default(-1),
    epsilon: z.number().default(1e-3),
    ...affine,
    ...limits,
  },
  o.base,
);
/** Normalises each sample over groups of channels; -1 groups makes each channel one. @see https://keras.io/api/layers/normalization_layers/group_normalization/ */
export class GroupNormalization extends Normalizing {
  declare groups: number;
  declare readonly axis: number;
  constructor(...args: Call<[], [groups: number, axis: number, epsilon: number], Keywords<typeof group>>) {
    const p = read('GroupNormalization.__init__()', group, args);
    if (p.groups <= 0 && p.groups !== -1)
      throw valueError(
        `Received an invalid value for argument \`groups\`, expected a positive integer (or \`-1\` for instance normalization). Received: groups=${p.groups}`,
      );
    super(p);
    this.keep(p, `groups axis epsilon center scale beta_initializer gamma_initializer${limitNames}`.split(' '));
    this.supports_masking = true;
  }
  override build(input_shape: Shape): void {
    const size = input_shape.at(this.axis) ?? null;
    if (size === null)
      throw valueError(
        `Axis ${this.axis} of input tensor should have a defined dimension but the layer received an input with shape ${showTuple(input_shape)}.`,
      );
    if (this.groups === -1) this.groups = size;
    if (size < this.groups)
      throw valueError(`Number of groups (${this.groups}) cannot be more than the number of channels (${size}).`);
    if (size % this.groups !== 0)
      throw valueError(`Number of groups (${this.groups}) must be a multiple of the number of channels (${size}).`);
    this.input_spec = { ndim: input_shape.length, axes: { [this.axis]: size } };
    this.addAffine([size]);
  }
  override call(x: Tensor): Tensor {
    return nn.groupNormAt(x, this.groups, own(this.axis, x.rank), this.epsilon, this.gamma, this.beta);
  }
}

const unit = signature(0, { axis: o.axes.default(-1) }, o.base);
/** x / |x| along some axes. @see https://keras.io/api/layers/normalization_layers/unit_normalization/ */
export class UnitNormalization extends Layer {
  declare readonly axis: Axes;
  constructor(...args: Call<[], [axis: Axes], Keywords<typeof unit>>) {
    const p = read('UnitNormalization.__init__()', unit, args);
    super(p);
    this.keep(p, ['axis']);
    this.supports_masking = true;
    this.builtAtOnce();
  }
  override call(x: Tensor): Tensor {
    return nn.unitAlong(x, this.axis, 1e-12);
  }
  override compute_output_shape(input_shape: Shape): Shape {
    requireAxes([this.axis].flat() as number[], input_shape, this.axis);
    return input_shape;
  }
}
