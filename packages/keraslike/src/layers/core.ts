import { isDType, ops, type Tensor } from '@stele/core';
import { z } from 'zod';
import * as activations from '../activations/index';
import { type Call, type Keywords, only, read, signature } from '../arguments';
import { show, valueError } from '../errors';
import * as initializers from '../initializers/index';
import { type Shape, setMask, toFloat } from '../tensors';
import type { Variable } from '../variable';
import { Layer, requireRank } from './layer';
import * as o from './options';
import { KerasTensor } from './symbolic';

const dense = signature(
  1,
  {
    units: z.number(),
    activation: o.activation.default(null),
    use_bias: z.boolean().default(true),
    kernel_initializer: o.initializer.default('glorot_uniform'),
    bias_initializer: o.initializer.default('zeros'),
    kernel_regularizer: o.regularizer,
    bias_regularizer: o.regularizer,
    activity_regularizer: o.regularizer,
    kernel_constraint: o.constraint,
    bias_constraint: o.constraint,
    ...o.lora,
    ...o.quantization,
  },
  o.base,
);

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
  readonly kernel_initializer: initializers.Initializer;
  readonly bias_initializer: initializers.Initializer;
  readonly kernel_constraint: o.Constraint;
  readonly bias_constraint: o.Constraint;

  constructor(
    ...args: Call<
      [units: number],
      [
        activation: o.ActivationIdentifier,
        use_bias: boolean,
        kernel_initializer: initializers.InitializerIdentifier,
        bias_initializer: initializers.InitializerIdentifier,
      ],
      Keywords<typeof dense>
    >
  ) {
    const p = read('Dense.__init__()', dense, args);
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
    this.kernel_constraint = p.kernel_constraint;
    this.bias_constraint = p.bias_constraint;
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
      constraint: this.kernel_constraint,
    });
    this.bias = this.use_bias
      ? this.add_weight({
          name: 'bias',
          shape: [this.units],
          initializer: this.bias_initializer,
          constraint: this.bias_constraint,
        })
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

const { input_shape: _shape, input_dim: _size, ...embeddingBase } = o.base;
const embedding = signature(
  2,
  {
    input_dim: z.int().positive(),
    output_dim: z.int().positive(),
    embeddings_initializer: o.initializer.default('uniform'),
    embeddings_regularizer: o.regularizer,
    embeddings_constraint: o.constraint,
    mask_zero: z.boolean().default(false),
    weights: only(null, 'tables given at construction are'),
    ...o.lora,
    ...o.quantization,
  },
  embeddingBase,
);
/**
 * A row of a table for each whole number. @see https://keras.io/api/layers/core_layers/embedding/
 */
export class Embedding extends Layer {
  readonly input_dim: number;
  readonly output_dim: number;
  readonly mask_zero: boolean;
  declare embeddings: Variable;
  readonly embeddings_initializer: initializers.Initializer;
  readonly embeddings_constraint: o.Constraint;

  constructor(
    ...args: Call<
      [input_dim: number, output_dim: number],
      [embeddings_initializer: initializers.InitializerIdentifier],
      Keywords<typeof embedding>
    >
  ) {
    const p = read('Embedding.__init__()', embedding, args);
    super({ name: p.name, trainable: p.trainable, dtype: p.dtype });
    this.input_dim = p.input_dim;
    this.output_dim = p.output_dim;
    this.mask_zero = p.mask_zero;
    this.embeddings_initializer = initializers.get(p.embeddings_initializer);
    this.embeddings_constraint = p.embeddings_constraint;
    this.supports_masking = p.mask_zero;
  }
  override build(): void {
    this.embeddings = this.add_weight({
      name: 'embeddings',
      shape: [this.input_dim, this.output_dim],
      initializer: this.embeddings_initializer,
      constraint: this.embeddings_constraint,
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

const masking = signature(0, { mask_value: z.number().default(0) }, o.base);
/** Sets a mask where all features equal a value. @see https://keras.io/api/layers/core_layers/masking/ */
export class Masking extends Layer {
  readonly mask_value: number;
  constructor(...args: Call<[], [mask_value: number], Keywords<typeof masking>>) {
    const p = read('Masking.__init__()', masking, args);
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

const sizes = z.array(z.int().nullable()).readonly().nullable().optional();
const input = {
  shape: sizes,
  batch_size: z.int().nullable().default(null),
  dtype: o.dtype.optional(),
  sparse: only(null, 'sparse tensors are'),
  ragged: only(null, 'ragged tensors are'),
  batch_shape: sizes,
};
const inputLayer = signature(0, {
  ...input,
  input_tensor: only(null, 'inputs made of tensors are'),
  optional: only(false, 'optional inputs are'),
  name: o.base.name,
});
const inputFunction = signature(0, {
  ...input,
  name: o.base.name,
  tensor: only(null, 'inputs made of tensors are'),
  optional: only(false, 'optional inputs are'),
});
/** A layer that stands for the input of a model. */
export class InputLayer extends Layer {
  readonly batch_shape: Shape;
  readonly output: KerasTensor;
  constructor(...args: Call<[], [shape: Shape], Keywords<typeof inputLayer>>) {
    const p = read('InputLayer.__init__()', inputLayer, args);
    super({ name: p.name, dtype: 'float32' });
    const rest = p.shape ?? null;
    const all = p.batch_shape ?? (rest === null ? null : [p.batch_size, ...rest]);
    if (all === null) throw valueError('You must pass a `shape` argument.');
    const dtype = p.dtype ?? 'float32';
    if (!isDType(dtype)) throw valueError(`Invalid dtype: ${dtype}`);
    this.batch_shape = all;
    this.output = new KerasTensor(this.batch_shape, dtype, this.name);
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
export function Input(...args: Call<[], [shape: Shape], Keywords<typeof inputFunction>>): KerasTensor {
  const { tensor: _tensor, ...rest } = read('Input()', inputFunction, args);
  return new InputLayer(rest).output;
}
