import { CallableBase, type DType, fromArray, isDType, isFloating, Tensor, withContext, withGrad } from '@stele/core';
import type { NDArray } from '@stele/core/numpy';
import { floatx } from '../config/config';
import { notImplemented, show, valueError } from '../errors';
import * as initializers from '../initializers/index';
import { autoName, currentScope, inScope } from '../names';
import { asInput, convert, maskOf, type Shape, setMask, showTuple, type TensorLike, tensorFamily } from '../tensors';
import { Variable } from '../variable';
import { checkInput, type InputSpec } from './spec';
import { type CallNode, KerasTensor } from './symbolic';

/** What may be passed beside the input. */
export interface CallOptions {
  training?: boolean | null;
  mask?: TensorLike | null;
  initial_state?: Tensor | readonly Tensor[] | null;
  [key: string]: unknown;
}
export interface LayerOptions {
  name?: string | null | undefined;
  trainable?: boolean | undefined;
  dtype?: string | null | undefined;
  input_shape?: Shape | undefined;
  input_dim?: number | undefined;
}

export interface WeightOptions {
  shape?: readonly number[];
  initializer?: initializers.InitializerIdentifier;
  dtype?: DType;
  trainable?: boolean;
  name?: string;
  constraint?: ((w: Tensor) => Tensor) | null;
}

let training: boolean | null = null;

/** Runs a function while layers called in it work in this mode unless they are told another. */
export function withTraining<T>(mode: boolean | null, body: () => T): T {
  const before = training;
  training = mode;
  try {
    return body();
  } finally {
    training = before;
  }
}

type ManyInputs = readonly TensorLike[] | TensorLike;
export interface Layer {
  (inputs: KerasTensor | readonly KerasTensor[], options?: CallOptions): KerasTensor;
  (inputs: ManyInputs, options?: CallOptions): Tensor;
}

/**
 * Base of layers and models: makes its weights at the first call (`build`) and computes in `call`.
 *
 * ```ts
 * class Square extends Layer { override call(x: Tensor) { return keras.ops.square(x); } }
 * String(new Square()([[1, 2]]).sizes); // '1,2'
 * ```
 * @see https://keras.io/api/layers/base_layer/
 */
export class Layer extends CallableBase {
  name: string;
  built = false;
  supports_masking = false;
  input_spec: InputSpec | null = null;
  /** Shapes that `build` got, and the outputs of symbolic calls: what `summary` shows. */
  build_shape: Shape | readonly Shape[] | null = null;
  inbound_nodes: CallNode[] = [];
  readonly input_shape_arg: Shape | null;
  readonly compute_dtype: DType;
  private learns: boolean;
  private own_weights: Variable[] = [];

  constructor(options: LayerOptions = {}) {
    super();
    this.name = options.name ?? autoName(new.target.name);
    this.learns = options.trainable ?? true;
    const dtype = options.dtype ?? floatx();
    if (!isDType(dtype)) throw valueError(`Invalid dtype: ${dtype}`);
    this.compute_dtype = dtype;
    const shape = options.input_shape ?? (options.input_dim === undefined ? null : [options.input_dim]);
    this.input_shape_arg = shape;
  }

  /** Makes the weights for an input of this shape. */
  build(_input_shape: any): void {
    this.built = true;
  }
  /** What the layer computes. */
  call(_inputs: any, _options?: any): any {
    throw notImplemented(`Layer ${this.constructor.name} does not have a \`call()\` method implemented.`);
  }
  /** The shape of the output for an input's shape; null stands for an unknown size. */
  compute_output_shape(input_shape: any): any {
    return this.tryShape(input_shape);
  }
  compute_mask(_inputs: any, mask: Tensor | null): Tensor | null {
    return this.supports_masking ? mask : null;
  }

  /** Runs the layer on zeros: how the output's shape of a layer that does not say it is found. */
  private tryShape(shape: any): any {
    const many = Array.isArray(shape[0]);
    const run = (batch: number): Shape | Shape[] => {
      const zeros = (s: Shape): Tensor => {
        const sizes = s.map((d) => d ?? batch);
        const n = sizes.reduce((a, b) => a * b, 1);
        return fromArray(tensorFamily(), new Float32Array(n), sizes, 'float32');
      };
      const input = many ? (shape as Shape[]).map(zeros) : zeros(shape as Shape);
      const out: Tensor | Tensor[] = withGrad(false, () =>
        this.call(input as any, withContext({}, { training: false })),
      );
      return Array.isArray(out) ? out.map((o) => o.sizes) : out.sizes;
    };
    const open = (many ? (shape as Shape[]).flat() : (shape as Shape)).includes(null);
    const first = run(2);
    if (!open) return first;
    const second = run(3);
    const merge = (a: Shape, b: Shape): Shape => a.map((d, i) => (d === b[i] ? d : null));
    return Array.isArray(first[0])
      ? (first as Shape[]).map((s, i) => merge(s, (second as Shape[])[i]!))
      : merge(first as Shape, second as Shape);
  }

  /** Adds a weight that `call` uses. */
  add_weight(options: WeightOptions = {}): Variable {
    const initializer = initializers.get(options.initializer ?? 'glorot_uniform');
    const variable = new Variable(initializer, {
      shape: options.shape ?? [],
      dtype: options.dtype ?? this.compute_dtype,
      trainable: options.trainable ?? true,
      ...(options.name === undefined ? {} : { name: options.name }),
    });
    variable.constraint = options.constraint ?? null;
    this.own_weights.push(variable);
    return variable;
  }

  __call__(inputs: any, options: CallOptions = {}): any {
    if (isSymbolic(inputs)) return this.symbolic(inputs, options);
    const many = isListOfTensors(inputs);
    const cast = (x: TensorLike): Tensor => {
      if (isDatasetLike(x))
        throw valueError(`Only input tensors may be passed as positional arguments. Got: ${show(x)}`);
      return asInput(x, this.compute_dtype);
    };
    const given: Tensor | Tensor[] = many ? inputs.map(cast) : cast(inputs);
    const shapes = Array.isArray(given) ? given.map((t) => t.sizes) : given.sizes;
    this.ensureBuilt(shapes);
    if (!Array.isArray(given)) checkInput(this.input_spec, given.sizes, this.name);
    const mode = options.training ?? training;
    let mask = options.mask === undefined || options.mask === null ? null : convert(options.mask);
    if (mask === null) mask = maskOf(many ? inputs[0] : inputs) ?? maskOf(Array.isArray(given) ? given[0] : given);
    const out = withTraining(mode, () =>
      inScope(this.name, () => this.call(given as any, withContext(options, { training: mode, mask }))),
    );
    if (mask !== null) {
      const next = this.compute_mask(given as any, mask);
      const first = Array.isArray(out) ? out[0] : out;
      if (next !== null && first instanceof Tensor && maskOf(first) === null) setMask(first, next);
    }
    return out;
  }

  /** Builds once, under the layer's own name. */
  ensureBuilt(shapes: Shape | readonly Shape[]): void {
    if (this.built) return;
    const make = (): void => {
      // layers without weights of their own do not know a shape: summary shows ?
      if (this.build !== Layer.prototype.build) this.build_shape = shapes;
      this.build(shapes as any);
      this.built = true;
      if (!this.learns) this.trainable = false;
    };
    if (currentScope() === this.name) make();
    else inScope(this.name, make);
  }

  private symbolic(inputs: KerasTensor | readonly KerasTensor[], options: CallOptions): KerasTensor | KerasTensor[] {
    const list = Array.isArray(inputs) ? (inputs as KerasTensor[]) : [inputs as KerasTensor];
    const single = !Array.isArray(inputs);
    const shapes = single ? list[0]!.shape : list.map((t) => t.shape);
    if (single) checkRank(this.input_spec, list[0]!.shape, this.name);
    this.ensureBuilt(shapes);
    if (single) checkInput(this.input_spec, list[0]!.shape, this.name);
    const result = this.compute_output_shape(shapes as any);
    const multiple = Array.isArray(result[0]);
    const outShapes: Shape[] = multiple ? result : [result];
    const dtype = isFloating(list[0]!.dtype) ? list[0]!.dtype : this.compute_dtype;
    const outputs = outShapes.map((s) => new KerasTensor(s, dtype));
    const node: CallNode = { layer: this, inputs: list, single, options: { ...options }, outputs };
    for (const o of outputs) o.node = node;
    this.inbound_nodes.push(node);
    return multiple ? outputs : outputs[0]!;
  }

  /** Layers that are attributes of this one, in order of assignment. */
  sublayers(): Layer[] {
    const found: Layer[] = [];
    const visit = (value: unknown): void => {
      if (value instanceof Layer) {
        if (!found.includes(value)) found.push(value);
      } else if (Array.isArray(value)) value.forEach(visit);
    };
    for (const key of Object.keys(this)) {
      if (!hidden.has(key)) visit((this as unknown as Record<string, unknown>)[key]);
    }
    return found;
  }
  private ownVariables(): Variable[] {
    const found = [...this.own_weights];
    for (const key of Object.keys(this)) {
      const value = (this as unknown as Record<string, unknown>)[key];
      for (const v of Array.isArray(value) ? value : [value])
        if (v instanceof Variable && !found.includes(v)) found.push(v);
    }
    return [
      ...found.filter((v) => v.trainable || this.frozen.has(v)),
      ...found.filter((v) => !v.trainable && !this.frozen.has(v)),
    ];
  }
  // variables that are not trainable only because the layer is not
  private frozen = new Set<Variable>();

  /** All weights: the layer's own, trainable ones first, then those of its sublayers. */
  get weights(): Variable[] {
    const list = this.ownVariables();
    for (const layer of this.sublayers()) for (const w of layer.weights) if (!list.includes(w)) list.push(w);
    return list;
  }
  get variables(): Variable[] {
    return this.weights;
  }
  get trainable_weights(): Variable[] {
    if (!this.learns) return [];
    const own = this.ownVariables().filter((v) => v.trainable);
    for (const layer of this.sublayers()) for (const w of layer.trainable_weights) if (!own.includes(w)) own.push(w);
    return own;
  }
  get trainable_variables(): Variable[] {
    return this.trainable_weights;
  }
  get non_trainable_weights(): Variable[] {
    const learning = new Set(this.trainable_weights);
    return this.weights.filter((w) => !learning.has(w));
  }
  get non_trainable_variables(): Variable[] {
    return this.non_trainable_weights;
  }
  get trainable(): boolean {
    return this.learns;
  }
  set trainable(value: boolean) {
    this.learns = value;
    for (const v of this.ownVariables()) {
      if (!value && v.trainable) {
        v.trainable = false;
        this.frozen.add(v);
      } else if (value && this.frozen.delete(v)) v.trainable = true;
    }
    for (const layer of this.sublayers()) layer.trainable = value;
  }

  /** The weights' values, in the order of `weights`. */
  get_weights(): NDArray[] {
    return this.weights.map((w) => w.numpy());
  }
  /** @throws ValueError if the number of arrays or a shape differs. */
  set_weights(values: readonly TensorLike[]): void {
    const own = this.weights;
    if (own.length !== values.length)
      throw valueError(
        `You called \`set_weights(weights)\` on layer '${this.name}' with a weight list of length ${values.length}, but the layer was expecting ${own.length} weights.`,
      );
    const next = values.map((v) => convert(v, 'float32'));
    own.forEach((variable, i) => {
      const value = next[i]!;
      if (variable.sizes.length !== value.sizes.length || variable.sizes.some((d, k) => d !== value.sizes[k]))
        throw valueError(
          `Layer ${this.name} weight shape ${showTuple(variable.sizes)} is not compatible with provided weight shape ${showTuple(value.sizes)}.`,
        );
    });
    own.forEach((variable, i) => {
      variable.assign(next[i]!);
    });
  }

  /** @throws ValueError before the layer is built. */
  count_params(): number {
    if (!this.built)
      throw valueError(
        `You tried to call \`count_params\` on layer '${this.name}', but the layer isn't built. You can build it manually via: \`layer.build(input_shape)\`.`,
      );
    return this.weights.reduce((n, w) => n + w.elementCount, 0);
  }

  get_config(): Record<string, unknown> {
    return { name: this.name, trainable: this.trainable, dtype: this.compute_dtype };
  }
  override toString(): string {
    return `<${this.constructor.name} name=${this.name}, built=${this.built ? 'True' : 'False'}>`;
  }
}
Object.defineProperty(Layer.prototype, 'entry', { value: '__call__', configurable: true });

const hidden = new Set(['own_weights', 'inbound_nodes', 'frozen', 'build_shape']);

function checkRank(spec: InputSpec | null, shape: Shape, name: string): void {
  if (spec !== null) checkInput({ ...spec, axes: {} }, shape, name);
}
const isListOfTensors = (x: unknown): x is TensorLike[] =>
  Array.isArray(x) && x.length > 0 && x.every((v) => v instanceof Tensor || isArray(v));
const isArray = (v: unknown): boolean => typeof v === 'object' && v !== null && 'data' in v && 'shape' in v;
const isDatasetLike = (x: unknown): boolean =>
  x === undefined || x === null || typeof x === 'string' || (typeof x === 'function' && !(x instanceof Tensor));
const isSymbolic = (x: unknown): x is KerasTensor | readonly KerasTensor[] =>
  x instanceof KerasTensor || (Array.isArray(x) && x.length > 0 && x.every((v) => v instanceof KerasTensor));

/** Checks rank before `build` reads the shape. */
export function requireRank(spec: InputSpec, shape: Shape, name: string): void {
  checkInput(spec, shape, name);
}
