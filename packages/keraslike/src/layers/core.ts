import { type DType, isDType, isKeywords, numel, ops, type Tensor, toNumbers } from '@stele/core';
import { PyFloat, pyStr } from '@stele/core/printing';
import { z } from 'zod';
import type * as activations from '../activations/index';
import { type Call, givenTo, type Keywords, only, read, signature } from '../arguments';
import { floatx } from '../config/config';
import type { Projection } from '../constraints/index';
import { invalidArgument, typeError, typeName, valueError } from '../errors';
import type * as initializers from '../initializers/index';
import type { Penalty } from '../regularizers/index';
import { convert, type Shape, setMask, standardShape, type TensorLike, toFloat } from '../tensors';
import type { Variable } from '../variable';
import { Layer } from './layer';
import * as o from './options';
import type { InputSpec } from './spec';
import { requireRank } from './spec';
import { KerasTensor } from './symbolic';

const dense = signature(
  1,
  {
    units: z.custom<number>(),
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
  o.baseWithoutActivity,
);
const saved =
  'units activation use_bias kernel_initializer bias_initializer kernel_regularizer bias_regularizer kernel_constraint bias_constraint quantization_config'.split(
    ' ',
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
  declare readonly units: number;
  declare readonly activation: activations.Activation;
  declare readonly use_bias: boolean;
  declare kernel: Variable;
  declare bias: Variable | null;
  declare readonly kernel_initializer: initializers.Initializer;
  declare readonly bias_initializer: initializers.Initializer;
  declare readonly kernel_regularizer: Penalty | null;
  declare readonly bias_regularizer: Penalty | null;
  declare readonly kernel_constraint: Projection | null;
  declare readonly bias_constraint: Projection | null;

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
    const given = givenTo(args, 'units', 0);
    if (!Number.isInteger(p.units) || p.units <= 0 || given instanceof PyFloat)
      throw valueError(
        `Received an invalid value for \`units\`, expected a positive integer. Received: units=${pyStr(given)}`,
      );
    super(p);
    this.keep(p, saved);
    this.input_spec = { min_ndim: 2 };
    this.supports_masking = true;
  }
  protected override get built_attributes(): readonly string[] {
    return ['kernel'];
  }
  override build(input_shape: Shape): void {
    checkBefore(this, input_shape);
    const inputs = lastSize(input_shape, this, this.units);
    const { kernel_initializer, bias_initializer, kernel_regularizer, bias_regularizer } = this;
    this.kernel = this.add_weight({
      name: 'kernel',
      shape: [inputs, this.units],
      initializer: kernel_initializer,
      regularizer: kernel_regularizer,
      constraint: this.kernel_constraint,
    });
    this.bias = this.use_bias
      ? this.add_weight({
          name: 'bias',
          shape: [this.units],
          initializer: bias_initializer,
          regularizer: bias_regularizer,
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
}

function lastSize(shape: Shape, layer: Layer, units: number): number {
  const last = shape.at(-1);
  if (last === null || last === undefined)
    throw valueError(
      `Shapes used to initialize variables must be fully-defined (no \`None\` dimensions). Received: shape=(None, ${units}) for variable path='${layer.name}/kernel'`,
    );
  return last;
}
function checkBefore(layer: Layer, shape: Shape): void {
  if (layer.input_spec !== null) requireRank(layer.input_spec as InputSpec, shape, layer.name);
}

/** Refuses whole numbers that name no row. */
function refuseOutside(x: Tensor, rows: number): void {
  if (x.symbolic) return;
  const values = toNumbers(x);
  const bad = values.findIndex((v) => v < 0 || v >= rows);
  if (bad < 0) return;
  const place = x.sizes.map((size, i) => Math.floor(bad / numel(x.sizes.slice(i + 1))) % size);
  throw invalidArgument(
    `indices${place.length === 0 ? '' : `[${place.join(',')}]`} = ${values[bad]} is not in [0, ${rows})`,
  );
}

const { input_shape: _shape, input_dim: _size, ...embeddingBase } = o.base;
const embedding = signature(
  2,
  {
    input_dim: z.custom<number>(),
    output_dim: z.custom<number>(),
    embeddings_initializer: o.initializer.default('uniform'),
    embeddings_regularizer: o.regularizer,
    embeddings_constraint: o.constraint,
    mask_zero: z.boolean().default(false),
    weights: z.custom<unknown>().default(null),
    // of the older Keras, without effect
    input_length: z.custom<unknown>().optional(),
    ...o.lora,
    ...o.quantization,
  },
  embeddingBase,
);
/**
 * A row of a table for each whole number. @see https://keras.io/api/layers/core_layers/embedding/
 */
export class Embedding extends Layer {
  declare readonly input_dim: number;
  declare readonly output_dim: number;
  declare readonly mask_zero: boolean;
  declare embeddings: Variable;
  declare readonly embeddings_initializer: initializers.Initializer;
  declare readonly embeddings_regularizer: Penalty | null;
  declare readonly embeddings_constraint: Projection | null;

  constructor(
    ...args: Call<
      [input_dim: number, output_dim: number],
      [embeddings_initializer: initializers.InitializerIdentifier],
      Keywords<typeof embedding>
    >
  ) {
    const { weights, input_length: _length, ...p } = read('Embedding.__init__()', embedding, args);
    for (const key of ['input_dim', 'output_dim'] as const)
      if (!Number.isInteger(p[key]) || p[key] <= 0)
        throw valueError(
          `\`${key}\` must be a positive integer. Received: ${key}=${String(p[key])} (of type ${typeName(p[key])}).`,
        );
    const { input_dim: _rows, ...base } = p;
    super(base);
    this.keep(
      p,
      'input_dim output_dim embeddings_initializer embeddings_regularizer activity_regularizer embeddings_constraint mask_zero quantization_config'.split(
        ' ',
      ),
    );
    this.supports_masking = p.mask_zero;
    this.autocast = false;
    if (weights !== null && weights !== undefined) {
      this.build();
      this.set_weights(
        Array.isArray(weights) && weights.length === 1 ? (weights as TensorLike[]) : [weights as TensorLike],
      );
    }
  }
  protected override get built_attributes(): readonly string[] {
    return ['embeddings'];
  }
  override build(): void {
    if (this.built) return;
    this.embeddings = this.add_weight({
      name: 'embeddings',
      shape: [this.input_dim, this.output_dim],
      initializer: this.embeddings_initializer,
      regularizer: this.embeddings_regularizer,
      constraint: this.embeddings_constraint,
    });
    this.built = true;
  }
  override call(x: Tensor): Tensor {
    try {
      return ops.take(this.embeddings, ops.cast(x, 'int64'), 0);
    } catch (error) {
      refuseOutside(x, this.input_dim);
      throw error;
    }
  }
  override compute_mask(x: Tensor): Tensor | null {
    return this.mask_zero ? ops.notEqual(convert(x), 0) : null;
  }
  override compute_output_shape(input_shape: Shape): Shape {
    return [...input_shape, this.output_dim];
  }
}

const masking = signature(0, { mask_value: z.number().default(0) }, o.base);
/** Sets a mask where all features equal a value, and zeroes those steps. @see https://keras.io/api/layers/core_layers/masking/ */
export class Masking extends Layer {
  declare readonly mask_value: number;
  constructor(...args: Call<[], [mask_value: number], Keywords<typeof masking>>) {
    const p = read('Masking.__init__()', masking, args);
    super(p);
    this.keep(p, ['mask_value']);
    this.supports_masking = true;
    this.builtAtOnce();
  }
  override compute_mask(x: Tensor): Tensor {
    return ops.any(ops.notEqual(convert(x), this.mask_value), -1);
  }
  override call(x: Tensor): Tensor {
    const some = this.compute_mask(x);
    const out = ops.mul(x, ops.cast(ops.unsqueeze(some, -1), x.scalarType));
    setMask(out, some);
    return out;
  }
  override compute_output_shape(input_shape: Shape): Shape {
    return input_shape;
  }
}

const nothing = signature(0, o.base);
/** What it is given. @see https://keras.io/api/layers/core_layers/identity/ */
export class Identity extends Layer {
  constructor(...args: Call<[], [], Keywords<typeof nothing>>) {
    if (args.length > 0 && !isKeywords(args.at(-1)))
      throw typeError(`Identity.__init__() takes 1 positional argument but ${args.length + 1} were given`);
    super(read('Identity.__init__()', nothing, args));
    this.supports_masking = true;
    this.builtAtOnce();
  }
  override call(x: unknown): unknown {
    return x;
  }
  override compute_output_shape(input_shape: Shape): Shape {
    return input_shape;
  }
  protected override output_dtype(input: DType): DType {
    return input;
  }
}

/** null and false say the same here. */
const none = (what: string) =>
  z.custom<boolean | null>((v) => v === null || v === false, `${what} not there in Stele yet`).optional();
const sizes = z.custom<Shape | null>().nullable().optional();
const input = {
  shape: sizes,
  batch_size: z.custom<number | null>().default(null),
  dtype: o.dtype.optional(),
  sparse: none('sparse tensors are'),
  ragged: none('ragged tensors are'),
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
  private readonly symbol: KerasTensor;
  constructor(...args: Call<[], [shape: Shape], Keywords<typeof inputLayer>>) {
    const p = read('InputLayer.__init__()', inputLayer, args);
    super({ name: p.name });
    const rest = p.shape ?? null;
    const all = p.batch_shape ?? (rest === null ? null : [p.batch_size, ...standardShape(rest)]);
    if (all === null) throw valueError('You must pass a `shape` argument.');
    if (rest !== null && p.batch_shape)
      throw valueError('You cannot pass both `shape` and `batch_shape` at the same time.');
    const dtype = p.dtype ?? floatx();
    if (!isDType(dtype)) throw valueError(`Invalid dtype: ${dtype}`);
    this.batch_shape = standardShape(all);
    this.symbol = new KerasTensor(this.batch_shape, dtype, p.name ?? undefined);
    const outputs = [this.symbol];
    const node = { layer: this as Layer, inputs: [], single: true, args: [], options: {}, outputs };
    this.symbol.node = node;
    this.inbound_nodes.push(node);
    this.built = true;
  }
  override get dtype(): DType {
    return this.symbol.dtype;
  }
  override call(x: Tensor): Tensor {
    return x;
  }
  override compute_output_shape(): Shape {
    return this.batch_shape;
  }
  override get_config(): Record<string, unknown> {
    return {
      batch_shape: [...this.batch_shape],
      dtype: this.symbol.dtype,
      sparse: false,
      ragged: false,
      name: this.name,
      optional: false,
    };
  }
}

/**
 * A symbolic tensor to start a functional model with; the shape leaves out the batch.
 * @see https://keras.io/api/layers/core_layers/input/
 */
export function Input(...args: Call<[], [shape: Shape], Keywords<typeof inputFunction>>): KerasTensor {
  const { tensor: _tensor, ...rest } = read('Input()', inputFunction, args);
  return new InputLayer(rest).output as KerasTensor;
}
