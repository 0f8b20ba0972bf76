import { ops, type Tensor } from '@stele/core';
import { z } from 'zod';
import * as activations from '../activations/index';
import { type Call, type Keywords, read, signature } from '../arguments';
import { maskOf, type Shape } from '../tensors';
import { Layer } from './layer';
import * as o from './options';

const activation = signature(1, { activation: o.activation }, o.base);
/** An activation by name or function. @see https://keras.io/api/layers/core_layers/activation/ */
export class Activation extends Layer {
  readonly activation: activations.Activation;
  constructor(...args: Call<[activation: o.ActivationIdentifier], [], Keywords<typeof activation>>) {
    const p = read('Activation.__init__()', activation, args);
    super(p);
    this.activation = activations.get(p.activation);
    this.supports_masking = true;
  }
  override call(x: Tensor): Tensor {
    return this.activation(x);
  }
  override compute_output_shape(input_shape: Shape): Shape {
    return input_shape;
  }
  override get_config(): Record<string, unknown> {
    return { ...super.get_config(), activation: activations.serialize(this.activation) };
  }
}

const relu = signature(
  0,
  {
    max_value: z.number().nullable().default(null),
    negative_slope: z.number().default(0),
    threshold: z.number().default(0),
  },
  o.base,
);
/** max(x, 0), with a slope below, a threshold and an upper bound if asked for. @see https://keras.io/api/layers/activation_layers/relu/ */
export class ReLU extends Layer {
  private readonly settings: { max_value: number | null; negative_slope: number; threshold: number };
  constructor(
    ...args: Call<[], [max_value: number | null, negative_slope: number, threshold: number], Keywords<typeof relu>>
  ) {
    const p = read('ReLU.__init__()', relu, args);
    super(p);
    this.settings = { max_value: p.max_value, negative_slope: p.negative_slope, threshold: p.threshold };
    this.supports_masking = true;
  }
  override call(x: Tensor): Tensor {
    const { max_value, negative_slope, threshold } = this.settings;
    if (negative_slope === 0 && threshold === 0) return max_value === null ? ops.relu(x) : ops.clamp(x, 0, max_value);
    const below = ops.mul(ops.sub(x, threshold), negative_slope);
    const y = ops.where(ops.greater(x, threshold), x, below);
    return max_value === null ? y : ops.clamp(y, null, max_value);
  }
  override compute_output_shape(input_shape: Shape): Shape {
    return input_shape;
  }
  override get_config(): Record<string, unknown> {
    return { ...super.get_config(), ...this.settings };
  }
}

const softmax = signature(0, { axis: z.int().default(-1) }, o.base);
/** e^x / sum(e^x) along an axis; masked positions get 0. @see https://keras.io/api/layers/activation_layers/softmax/ */
export class Softmax extends Layer {
  readonly axis: number;
  constructor(...args: Call<[], [axis: number], Keywords<typeof softmax>>) {
    const p = read('Softmax.__init__()', softmax, args);
    super(p);
    this.axis = p.axis;
    this.supports_masking = true;
  }
  override call(x: Tensor, options: { mask?: Tensor | null } = {}): Tensor {
    const mask = options.mask ?? null;
    if (mask === null || maskOf(x) !== null) return activations.softmax(x, this.axis);
    return activations.softmax(ops.where(ops.cast(mask, 'bool'), x, -3.4028234663852886e38 / 2), this.axis);
  }
  override compute_output_shape(input_shape: Shape): Shape {
    return input_shape;
  }
  override get_config(): Record<string, unknown> {
    return { ...super.get_config(), axis: this.axis };
  }
}
