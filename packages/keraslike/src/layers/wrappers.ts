import { nn, ops, type Tensor } from '@stele/core';
import type { NDArray } from '@stele/core/numpy';
import { z } from 'zod';
import { type Call, type Keywords, read, signature } from '../arguments';
import { epsilon } from '../config/config';
import { attributeError, notImplemented, typeError, valueError } from '../errors';
import { TruncatedNormal } from '../initializers/index';
import { deserialize_keras_object, plainConfig, serialize_keras_object } from '../saving/objects';
import { type Shape, showTuple, type TensorLike } from '../tensors';
import { current, type Variable } from '../variable';
import { Layer } from './layer';
import * as o from './options';
import { isShape, shapesOf } from './shapes';
import { mapTensors } from './structure';
import { KerasTensor } from './symbolic';

const layerOption = z.custom<Layer>();
const wrapper = signature(1, { layer: layerOption }, o.base);
type WrapperArguments = Call<[layer: Layer], [], Keywords<typeof wrapper>>;

/** A layer around another. */
export class Wrapper extends Layer {
  readonly layer: Layer;
  constructor(layer: Layer, options: object = {}) {
    if (!(layer instanceof Layer))
      throw valueError(
        `Layer ${String(layer)} supplied to Wrapper isn't a supported layer type. Please ensure wrapped layer is a valid Keras layer.`,
      );
    super(options);
    this.layer = layer;
  }
  override build(input_shape: any): void {
    if (!this.layer.built) this.layer.build(input_shape);
  }
  override get_config(): Record<string, unknown> {
    const { name, trainable, dtype, activity_regularizer, ...own } = super.get_config();
    const activity = activity_regularizer === undefined ? {} : { activity_regularizer };
    return { name, trainable, dtype, ...activity, layer: serialize_keras_object(this.layer), ...own };
  }
  static override from_config(config: unknown, custom_objects: Record<string, unknown> | null = null): unknown {
    const { layer, ...rest } = unbuilt(plainConfig(config), 'layer');
    return new this(deserialize_keras_object(layer, custom_objects), rest);
  }
}

/** A configuration whose inner layers are not built yet, so that their weights are named after the outer one. */
export function unbuilt(config: any, ...keys: readonly string[]): any {
  const bare = (saved: any): any => {
    if (Array.isArray(saved)) return saved.map(bare);
    if (saved === null || typeof saved !== 'object') return saved;
    const { build_config: _built, ...rest } = saved;
    return rest;
  };
  return Object.fromEntries(Object.entries(config).map(([k, v]) => [k, keys.includes(k) ? bare(v) : v]));
}

/** The same layer at each step of time. @see https://keras.io/api/layers/recurrent_layers/time_distributed/ */
export class TimeDistributed extends Wrapper {
  constructor(...args: WrapperArguments) {
    const { layer, ...rest } = read('TimeDistributed.__init__()', wrapper, args);
    if (!(layer instanceof Layer))
      throw valueError(
        `Please initialize \`TimeDistributed\` layer with a \`keras.layers.Layer\` instance. Received: ${String(layer)}`,
      );
    super(layer, rest);
    this.supports_masking = true;
  }
  private child(input_shape: Shape): Shape {
    if (!isShape(input_shape) || input_shape.length < 3)
      throw valueError(
        `\`TimeDistributed\` Layer should be passed an \`input_shape\` with at least 3 dimensions, received: ${isShape(input_shape) ? showTuple(input_shape) : String(input_shape)}`,
      );
    return [input_shape[0]!, ...input_shape.slice(2)];
  }
  override build(input_shape: any): void {
    super.build(this.child(input_shape));
  }
  override compute_output_shape(input_shape: any): any {
    const inner = this.layer.compute_output_shape(this.child(input_shape)) as Shape;
    return [inner[0]!, input_shape[1], ...inner.slice(1)];
  }
  override call(x: Tensor, options: { mask?: Tensor | null; training?: boolean | null } = {}): Tensor {
    const mask = options.mask ?? null;
    if (mask !== null) {
      if (mask.rank < 2)
        throw valueError(
          `The \`mask\` passed to the \`TimeDistributed\` layer must be at least 2D (e.g., \`(batch_size, timesteps)\`), but it has ${mask.rank} dimension(s) with shape ${showTuple(mask.sizes)}.`,
        );
      if (mask.sizes[0] !== x.sizes[0] || mask.sizes[1] !== x.sizes[1])
        throw valueError(
          `The \`mask\` passed to the \`TimeDistributed\` layer has a shape ${showTuple(mask.sizes)} that is incompatible with the input shape ${showTuple(x.sizes)}. The first two dimensions of the mask (batch size and timesteps) must match the input's first two dimensions. Expected mask shape prefix: (${x.sizes[0]}, ${x.sizes[1]}).`,
        );
    }
    const steps = Array.from({ length: x.sizes[1]! }, (_, t) => {
      const own = mask === null ? {} : { mask: ops.select(mask, 1, t) };
      return this.layer.__call__(ops.select(x, 1, t), { training: options.training ?? null, ...own }) as Tensor;
    });
    return ops.stack(steps, 1);
  }
}

const lambda = signature(
  1,
  {
    function: z.custom<(...args: any[]) => any>(),
    output_shape: z.custom<Shape | ((shape: any) => any) | null>().default(null),
    mask: z.custom<unknown>().default(null),
    arguments: z.custom<Record<string, unknown> | Map<string, unknown> | null>().default(null),
  },
  o.base,
);
/** Any function as a layer. @see https://keras.io/api/layers/core_layers/lambda/ */
export class Lambda extends Layer {
  declare readonly function: (...args: any[]) => any;
  private readonly shape_given: Shape | ((shape: any) => any) | null;
  private readonly mask_given: unknown;
  private readonly arguments_given: Record<string, unknown>;
  constructor(...args: Call<[fn: (...args: any[]) => any], [], Keywords<typeof lambda>>) {
    const p = read('Lambda.__init__()', lambda, args);
    if (typeof p.function !== 'function') throw typeError('unsupported callable');
    super(p);
    Object.defineProperty(this, 'function', { value: p.function, enumerable: true });
    this.shape_given = p.output_shape;
    this.mask_given = p.mask;
    this.arguments_given = p.arguments instanceof Map ? Object.fromEntries(p.arguments) : (p.arguments ?? {});
    this.supports_masking = p.mask !== null;
  }
  override call(inputs: any): any {
    const { arguments_given } = this;
    return Object.keys(arguments_given).length === 0
      ? this.function(inputs)
      : this.function(inputs, { ...arguments_given });
  }
  override compute_output_shape(input_shape: any): any {
    const given = this.shape_given;
    if (given === null) {
      try {
        return super.compute_output_shape(input_shape);
      } catch {
        throw notImplemented(
          "We could not automatically infer the shape of the Lambda's output. Please specify the `output_shape` argument for this Lambda layer.",
        );
      }
    }
    if (typeof given === 'function') return given(input_shape);
    const batch = isShape(input_shape) ? input_shape[0]! : (input_shape.flat(9)[0] ?? null);
    return isShape(given) ? [batch, ...given] : (given as Shape[]).map((s) => [batch, ...s]);
  }
  override compute_mask(inputs: any, mask: any): any {
    return typeof this.mask_given === 'function' ? this.mask_given(inputs, mask) : this.mask_given;
  }
  override get_config(): Record<string, unknown> {
    const shape = this.shape_given;
    return {
      ...super.get_config(),
      function: serialize_keras_object(this.function),
      ...(shape === null ? {} : { output_shape: typeof shape === 'function' ? serialize_keras_object(shape) : shape }),
      ...(this.mask_given === null ? {} : { mask: serialize_keras_object(this.mask_given) }),
      arguments: serialize_keras_object(this.arguments_given),
    };
  }
  static override from_config(config: unknown, custom_objects: Record<string, unknown> | null = null): unknown {
    const given = plainConfig(config);
    const { class_name } = given.function ?? {};
    if (class_name === '__lambda__')
      throw valueError(
        'Requested the deserialization of a `Lambda` layer whose `function` is a Python lambda. This carries a potential risk of arbitrary code execution and thus it is disallowed by default. If you trust the source of the artifact, you can override this error by passing `safe_mode=False` to the loading function, or calling `keras.config.enable_unsafe_deserialization().',
      );
    const made = { ...given, function: deserialize_keras_object(given.function, custom_objects) };
    if (typeof made.output_shape === 'object' && made.output_shape !== null && !Array.isArray(made.output_shape))
      made.output_shape = deserialize_keras_object(made.output_shape, custom_objects);
    if (typeof made.mask === 'object' && made.mask !== null)
      made.mask = deserialize_keras_object(made.mask, custom_objects);
    return new Lambda(made);
  }
}

const spectral = signature(1, { layer: layerOption, power_iterations: z.int().default(1) }, o.base);
/** While training, divides the kernel of a layer by its largest singular value. @see https://keras.io/api/layers/normalization_layers/spectral_normalization/ */
export class SpectralNormalization extends Wrapper {
  declare readonly power_iterations: number;
  declare kernel: Variable;
  declare vector_u: Variable;
  constructor(...args: Call<[layer: Layer], [power_iterations: number], Keywords<typeof spectral>>) {
    const { layer, power_iterations, ...rest } = read('SpectralNormalization.__init__()', spectral, args);
    super(layer, rest);
    if (power_iterations <= 0)
      throw valueError(
        `\`power_iterations\` should be greater than zero. Received: \`power_iterations=${power_iterations}\``,
      );
    this.keep({ power_iterations }, ['power_iterations']);
  }
  override build(input_shape: any): void {
    super.build(input_shape);
    this.input_spec = { min_ndim: 1, axes: { [-1]: input_shape.at(-1)! } };
    const { kernel, embeddings } = this.layer as { kernel?: Variable; embeddings?: Variable };
    const found = kernel ?? embeddings;
    if (found === undefined)
      throw attributeError(`${this.layer.constructor.name} object has no attribute 'kernel' nor 'embeddings'`);
    this.kernel = found;
    this.vector_u = this.add_weight({
      name: 'vector_u',
      shape: [1, found.sizes.at(-1)!],
      initializer: new TruncatedNormal({ stddev: 0.02 }),
      trainable: false,
      dtype: found.scalarType,
    });
  }
  /** Files have the layer's kernel a second time, as a variable of the wrapper's own. */
  save_own_variables(store: Record<string, NDArray>): void {
    for (const [i, v] of [this.kernel, this.vector_u].entries()) store[i] = v.numpy();
  }
  load_own_variables(store: Readonly<Record<string, TensorLike>>): void {
    for (const [i, v] of [this.kernel, this.vector_u].entries()) if (store[i] !== undefined) v.assign(store[i]);
  }
  override call(x: Tensor, options: { training?: boolean | null } = {}): Tensor {
    if (options.training) {
      const { vector, kernel } = nn.spectrallyNormalized(
        current(this.kernel),
        current(this.vector_u),
        this.power_iterations,
        epsilon(),
      );
      this.vector_u.assign(vector);
      this.kernel.assign(kernel);
    }
    const out = this.layer.__call__(x) as Tensor;
    return ops.cast(out, x.scalarType);
  }
  override compute_output_shape(input_shape: any): any {
    return this.layer.compute_output_shape(input_shape);
  }
}

/** Symbolic tensors of the shapes of others: what a wrapper asks its layer with. */
export const symbolsLike = (x: any): any =>
  mapTensors(x, (t) => (t instanceof KerasTensor ? t : new KerasTensor(shapesOf(t), t.scalarType, '')));
