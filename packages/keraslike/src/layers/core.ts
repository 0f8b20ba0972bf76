import { ops, type Tensor } from '@stele/core';
import { z } from 'zod';
import * as activations from '../activations/index';
import { show, valueError } from '../errors';
import * as initializers from '../initializers/index';
import { type Shape, setMask, toFloat } from '../tensors';
import type { Variable } from '../variable';
import { Layer, requireRank } from './layer';
import * as o from './options';
import { KerasTensor } from './symbolic';

const dense = z.strictObject({
  units: z.number(),
  activation: o.activation.default(null),
  use_bias: z.boolean().default(true),
  kernel_initializer: o.initializer.default('glorot_uniform'),
  bias_initializer: o.initializer.default('zeros'),
  ...o.base,
});
export type DenseOptions = Omit<z.input<typeof dense>, 'units'>;

/**
 * activation(x · kernel + bias) over the last axis; the kernel is (inputs, units).
 *
 * ```ts
 * const layer = new Dense(2, { activation: 'relu' });
 * layer([[1, 2, 3]]).sizes; // [1, 2]
 * ```
 * @see https://keras.io/api/layers/core_layers/dense/
 */
export class Dense extends Layer {
  readonly units: number;
  readonly activation: activations.Activation;
  readonly use_bias: boolean;
  declare kernel: Variable;
  declare bias: Variable | null;
  private readonly kernel_initializer: initializers.Initializer;
  private readonly bias_initializer: initializers.Initializer;

  constructor(units: number, options?: DenseOptions) {
    const p = o.read('Dense', dense, { units }, options);
    if (!Number.isInteger(p.units) || p.units <= 0)
      throw valueError(
        `Received an invalid value for \`units\`, expected a positive integer. Received: units=${p.units}`,
      );
    super(p);
    this.units = p.units;
    this.activation = activations.get(p.activation);
    this.use_bias = p.use_bias;
    this.kernel_initializer = initializers.get(p.kernel_initializer);
    this.bias_initializer = initializers.get(p.bias_initializer);
    this.input_spec = { min_ndim: 2 };
    this.supports_masking = true;
  }
  override build(input_shape: Shape): void {
    checkBefore(this, input_shape);
    const inputs = lastSize(input_shape, 'Dense');
    this.kernel = this.add_weight({
      name: 'kernel',
      shape: [inputs, this.units],
      initializer: this.kernel_initializer,
    });
    this.bias = this.use_bias
      ? this.add_weight({ name: 'bias', shape: [this.units], initializer: this.bias_initializer })
      : null;
    this.input_spec = { min_ndim: 2, axes: { [-1]: inputs } };
    this.built = true;
  }
  override call(x: Tensor): Tensor {
    return this.activation(ops.linear(toFloat(x, this.compute_dtype), this.kernel, this.bias, false));
  }
  override compute_output_shape(input_shape: Shape): Shape {
    return [...input_shape.slice(0, -1), this.units];
  }
  override get_config(): Record<string, unknown> {
    return {
      ...super.get_config(),
      units: this.units,
      activation: activations.serialize(this.activation),
      use_bias: this.use_bias,
      kernel_initializer: initializers.serialize(this.kernel_initializer),
      bias_initializer: initializers.serialize(this.bias_initializer),
    };
  }
}

function lastSize(shape: Shape, layer: string): number {
  const last = shape.at(-1);
  if (last === null || last === undefined)
    throw valueError(
      `The last dimension of the inputs to a ${layer} layer should be defined. Found None. Full input shape received: ${show([...shape])}`,
    );
  return last;
}
function checkBefore(layer: Layer, shape: Shape): void {
  if (layer.input_spec !== null) requireRank(layer.input_spec, shape, layer.name);
}

const embedding = z.strictObject({
  input_dim: z.int().positive(),
  output_dim: z.int().positive(),
  embeddings_initializer: o.initializer.default('uniform'),
  mask_zero: z.boolean().default(false),
  name: o.base.name,
  trainable: o.base.trainable,
  dtype: o.base.dtype,
});
/**
 * A row of a table for each whole number. @see https://keras.io/api/layers/core_layers/embedding/
 */
export class Embedding extends Layer {
  readonly input_dim: number;
  readonly output_dim: number;
  readonly mask_zero: boolean;
  declare embeddings: Variable;
  private readonly embeddings_initializer: initializers.Initializer;

  constructor(
    input_dim: number,
    output_dim: number,
    options?: Omit<z.input<typeof embedding>, 'input_dim' | 'output_dim'>,
  ) {
    const p = o.read('Embedding', embedding, { input_dim, output_dim }, options);
    super({ name: p.name, trainable: p.trainable, dtype: p.dtype });
    this.input_dim = p.input_dim;
    this.output_dim = p.output_dim;
    this.mask_zero = p.mask_zero;
    this.embeddings_initializer = initializers.get(p.embeddings_initializer);
    this.supports_masking = p.mask_zero;
  }
  override build(): void {
    this.embeddings = this.add_weight({
      name: 'embeddings',
      shape: [this.input_dim, this.output_dim],
      initializer: this.embeddings_initializer,
    });
    this.built = true;
  }
  override call(x: Tensor): Tensor {
    const out = ops.take(this.embeddings, ops.cast(x, 'int64'), 0);
    if (this.mask_zero) setMask(out, ops.notEqual(x, 0));
    return out;
  }
  override compute_output_shape(input_shape: Shape): Shape {
    return [...input_shape, this.output_dim];
  }
  override get_config(): Record<string, unknown> {
    return {
      ...super.get_config(),
      input_dim: this.input_dim,
      output_dim: this.output_dim,
      embeddings_initializer: initializers.serialize(this.embeddings_initializer),
      mask_zero: this.mask_zero,
    };
  }
}

/** Sets a mask where all features equal a value. @see https://keras.io/api/layers/core_layers/masking/ */
export class Masking extends Layer {
  readonly mask_value: number;
  constructor(options: { mask_value?: number; name?: string; input_shape?: Shape } = {}) {
    const p = o.read('Masking', z.strictObject({ mask_value: z.number().default(0), ...o.base }), {}, options);
    super(p);
    this.mask_value = p.mask_value;
    this.supports_masking = true;
  }
  override call(x: Tensor): Tensor {
    const some = ops.any(ops.notEqual(x, this.mask_value), -1);
    const out = ops.mul(x, ops.cast(ops.unsqueeze(some, -1), x.scalarType));
    setMask(out, some);
    return out;
  }
  override compute_output_shape(input_shape: Shape): Shape {
    return input_shape;
  }
  override get_config(): Record<string, unknown> {
    return { ...super.get_config(), mask_value: this.mask_value };
  }
}

const input = z.strictObject({
  shape: z.array(z.int().nullable()).readonly().optional(),
  batch_size: z.int().nullable().default(null),
  batch_shape: z.array(z.int().nullable()).readonly().optional(),
  dtype: z.string().default('float32'),
  name: z.string().optional(),
});
/** A layer that stands for the input of a model. */
export class InputLayer extends Layer {
  readonly batch_shape: Shape;
  readonly output: KerasTensor;
  constructor(options: z.input<typeof input> = {}) {
    const p = o.read('InputLayer', input, {}, options);
    super({ name: p.name, dtype: 'float32' });
    if (p.shape === undefined && p.batch_shape === undefined) throw valueError('You must pass a `shape` argument.');
    this.batch_shape = p.batch_shape ?? [p.batch_size, ...p.shape!];
    this.output = new KerasTensor(this.batch_shape, p.dtype as 'float32', this.name);
    const node = { layer: this as Layer, inputs: [], single: true, options: {}, outputs: [this.output] };
    this.output.node = node;
    this.inbound_nodes.push(node);
    this.built = true;
  }
  override call(x: Tensor): Tensor {
    return x;
  }
  override compute_output_shape(): Shape {
    return this.batch_shape;
  }
  override get_config(): Record<string, unknown> {
    return { batch_shape: this.batch_shape, dtype: this.output.dtype, name: this.name };
  }
}

/**
 * A symbolic tensor to start a functional model with; the shape leaves out the batch.
 * @see https://keras.io/api/layers/core_layers/input/
 */
export function Input(options: z.input<typeof input> | readonly (number | null)[]): KerasTensor {
  const given = Array.isArray(options) ? { shape: options as (number | null)[] } : (options as z.input<typeof input>);
  return new InputLayer(given).output;
}
