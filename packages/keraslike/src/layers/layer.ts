import {
  CallableBase,
  type DType,
  EngineError,
  floatsAreMarked,
  fromArray,
  isDType,
  isFloating,
  isKeywords,
  ops,
  Tensor,
  withContext,
  withGrad,
} from '@stele/core';
import { NDArray } from '@stele/core/numpy';
import { PyFloat, pyRepr, pyStr } from '@stele/core/printing';
import { z } from 'zod';
import * as activations from '../activations/index';
import { type Call, type Keywords, read, signature } from '../arguments';
import { floatx } from '../config/config';
import * as constraints from '../constraints/index';
import * as policies from '../dtypes/index';
import { attributeError, notImplemented, show, typeError, typeName, valueError } from '../errors';
import * as initializers from '../initializers/index';
import { autoName, inScope, scopedPath, touchScope } from '../names';
import * as regularizers from '../regularizers/index';
import { fromConfig, plainConfig, savedSetting } from '../saving/objects';
import { isShadowed, withoutTrace } from '../shadow';
import {
  asInput,
  convert,
  maskOf,
  type Shape,
  setMask,
  showTuple,
  standardShape,
  type TensorLike,
  tensorFamily,
} from '../tensors';
import { isTracing, type SpecTracer, specTracer } from '../tracing';
import { Variable } from '../variable';
import { framed } from './framing';
import { moved, Parts, Remembered } from './parts';
import { isShape, mapShapes, masksOf, shapesOf } from './shapes';
import { checkInputs, checkRank, type InputSpec } from './spec';
import { holdsTensors, isSymbolic, isTensorish, mapTensors, tensorsOf } from './structure';
import { type CallNode, KerasTensor } from './symbolic';

policies.provideDefaultPolicy(floatx);

/** A size for what is open that no other is likely to have. */
const unlikely = 11;

/** What may be passed beside the input. */
export interface CallOptions {
  training?: boolean | null;
  mask?: unknown;
  initial_state?: unknown;
  [key: string]: unknown;
}
export interface LayerOptions {
  name?: string | null | undefined;
  trainable?: boolean | undefined;
  dtype?: string | { readonly name: string } | null | undefined;
  autocast?: boolean | undefined;
  activity_regularizer?: regularizers.RegularizerIdentifier;
  input_shape?: Shape | undefined;
  input_dim?: number | undefined;
}

const weight = signature(0, {
  shape: z.custom<readonly number[]>().nullable().default(null),
  initializer: z.custom<initializers.InitializerIdentifier | undefined>().default(null),
  dtype: z.custom<string | { readonly name: string } | null>().default(null),
  trainable: z.boolean().default(true),
  autocast: z.boolean().default(true),
  regularizer: z.custom<regularizers.RegularizerIdentifier>().default(null),
  constraint: z.custom<constraints.ConstraintIdentifier>().default(null),
  aggregation: z.string().default('none'),
  name: z.string().nullable().default(null),
});
export type WeightOptions = Keywords<typeof weight>;

let training: boolean | null = null;
/** How many layers are inside each other's calls now: the outermost starts collecting losses. */
let depth = 0;
/** Whether any layer ever had a loss of its own: until then there is nothing to forget. */
let anyLosses = false;

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
  (inputs: KerasTensor | readonly KerasTensor[], ...rest: any[]): KerasTensor;
  (inputs: ManyInputs, ...rest: any[]): Tensor;
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
  supports_masking: boolean;
  autocast: boolean;
  input_spec: InputSpec | readonly InputSpec[] | null = null;
  activity_regularizer: regularizers.Penalty | null;
  /** Shapes that `build` got, and the outputs of symbolic calls: what `summary` shows. */
  build_shape: Shape | readonly Shape[] | null = null;
  inbound_nodes: CallNode[] = [];
  readonly input_shape_arg: Shape | null;
  private policy: policies.DTypePolicy;
  private learns: boolean;
  private own_weights: Variable[] = [];
  private own_losses: Tensor[] = [];
  /** What `build` got, argument by argument. */
  private built_for: readonly unknown[] | null = null;
  private saved_names: readonly string[] = [];
  private own_path: string | null = null;
  /** Built: nothing that holds state may come in anew. */
  private locked = false;
  /** Names of what `call` takes after its first argument, where it takes them by name. */
  protected call_arguments: readonly string[] | null = null;
  /** The name of the first, and those others whose shapes `build` wants. */
  protected first_argument = 'input';
  /** What `call` takes after its inputs, as errors list it; null where they do not. */
  protected get told_arguments(): Readonly<Record<string, string>> | null {
    return null;
  }
  /** Whether Python's own numbers and lists become tensors; JavaScript's always do. */
  protected get converts_inputs(): boolean {
    return false;
  }
  /** What `call` cannot do without, in its order. */
  protected required_arguments: readonly string[] = [];
  protected shape_arguments: readonly string[] = [];

  constructor(options: LayerOptions = {}) {
    super();
    if (new.target === Layer) requireKnown(options);
    const { name } = options as { name?: unknown };
    if (name !== undefined && name !== null && (typeof name !== 'string' || name.includes('/')))
      throw valueError(
        `Argument \`name\` must be a string and cannot contain character \`/\`. Received: name=${String(name)} (of type <class '${typeName(name)}'>)`,
      );
    this.name = options.name ?? autoName(new.target.name);
    this.learns = options.trainable ?? true;
    this.policy = policies.get(options.dtype);
    this.autocast = options.autocast ?? true;
    this.activity_regularizer = regularizers.get(options.activity_regularizer);
    this.supports_masking = this.compute_mask !== Layer.prototype.compute_mask;
    const shape = options.input_shape ?? (options.input_dim === undefined ? null : [options.input_dim]);
    this.input_shape_arg = shape;
    const { build } = this;
    const wrapped = (...shapes: any[]): void => this.building(build, shapes);
    Object.defineProperty(this, 'build', { value: wrapped, writable: true, configurable: true });
  }

  /** Keeps a constructor's arguments as attributes; those that are named are what `get_config` gives, in that order. */
  protected keep(given: Readonly<Record<string, unknown>>, names: readonly string[]): void {
    this.saved_names = [...this.saved_names, ...names];
    for (const [key, value] of Object.entries(given)) {
      if (baseNames.has(key) || value === undefined) continue;
      const made = key.endsWith('_initializer')
        ? value === null
          ? null
          : initializers.get(value as initializers.InitializerIdentifier)
        : key.endsWith('_regularizer')
          ? regularizers.get(value as regularizers.RegularizerIdentifier)
          : key.endsWith('_constraint')
            ? constraints.get(value as constraints.ConstraintIdentifier)
            : key === 'activation' || key === 'recurrent_activation'
              ? activations.get(value as string)
              : value;
      (this as unknown as Record<string, unknown>)[key] = made;
    }
  }
  /** Nothing has to be built: the layer counts as built from the beginning. */
  protected builtAtOnce(): void {
    this.built = true;
  }

  get dtype_policy(): policies.DTypePolicy {
    return this.policy;
  }
  set dtype_policy(value: unknown) {
    this.policy = policies.get(value);
  }
  /** The type of the weights. */
  get dtype(): DType {
    return this.policy.variable_dtype;
  }
  get variable_dtype(): DType {
    return this.policy.variable_dtype;
  }
  get compute_dtype(): DType {
    return this.policy.compute_dtype;
  }
  get path(): string | null {
    return this.own_path;
  }

  /** Makes the weights for an input of this shape. */
  build(..._shapes: any[]): void {
    this.built = true;
  }
  /** What the layer computes. */
  call(_inputs: any, ..._rest: any[]): any {
    throw notImplemented(`Layer ${this.constructor.name} does not have a \`call\` method implemented.`);
  }
  /** The shape of the output for an input's shape; null stands for an unknown size. */
  compute_output_shape(input_shape: any, ...others: any[]): any {
    const symbolic = (s: any): any => (isShape(s) ? new KerasTensor(s, this.compute_dtype, '') : s.map(symbolic));
    const out = this.traced([symbolic(input_shape), ...others.map(symbolic)], {});
    return shapesOf(out);
  }
  compute_mask(_inputs: any, mask: any): any {
    return mask;
  }
  /** The dtype of what comes out for an input's. */
  protected output_dtype(_input: DType): DType {
    return this.compute_dtype;
  }
  /** Symbolic outputs for symbolic inputs. */
  compute_output_spec(args: readonly any[], options: CallOptions): any {
    if (this.compute_output_shape === Layer.prototype.compute_output_shape) return this.traced(args, options);
    const shapes = [...args, ...this.shape_arguments.map((n) => options[n]).filter((v) => isSymbolic(v))];
    const result = this.compute_output_shape(shapesOf(shapes[0]), ...shapes.slice(1).map(shapesOf));
    const first = tensorsOf(args[0])[0] as KerasTensor | undefined;
    const dtype = this.output_dtype(first?.dtype ?? this.compute_dtype);
    const make = (shape: any): any => (isShape(shape) ? new KerasTensor(shape, dtype) : mapShapes(shape, make));
    return make(result);
  }

  /** Runs the layer on symbols or on zeros: how the output's shape of a layer that does not say it is found. */
  private traced(args: readonly any[], options: CallOptions): any {
    const tracer = specTracer();
    // a class written in Python, which may ask for values or count its calls
    if (tracer !== null && '$c' in this)
      try {
        const found = this.tracedOpen(tracer, args, options);
        return (tensorsOf(found) as KerasTensor[]).every((t) => t.shape.slice(1).every((d) => d !== null))
          ? found
          : this.completed(found, args, options);
      } catch (error) {
        // functions of Keras that need values in Stele get some
        if (!needsValues(error)) throw error;
      }
    return this.tracedOnZeros(args, options);
  }
  /** Symbols with the sizes that a run on zeros shows where the graph knows none: Keras' own layers and functions say none to it. */
  private completed(found: any, args: readonly any[], options: CallOptions): any {
    let shown: KerasTensor[];
    try {
      shown = tensorsOf(this.tracedOnZeros(args, options)) as KerasTensor[];
    } catch {
      return found;
    }
    let i = 0;
    return mapTensors(found, (t: KerasTensor) => {
      const other = shown[i++];
      if (other === undefined || other.shape.length !== t.shape.length) return t;
      // of zeros nothing may be left, where other values leave something
      const sizes = t.shape.map((d, k) => (d !== null ? d : k === 0 || other.shape[k] === 0 ? null : other.shape[k]!));
      return new KerasTensor(sizes, t.dtype);
    });
  }
  /** Runs the layer on zeros, the open sizes filled with two different ones where one run leaves a doubt. */
  private tracedOnZeros(args: readonly any[], options: CallOptions): any {
    const run = (batch: number): any => {
      const zeros = (t: any): unknown => {
        if (!(t instanceof KerasTensor)) return t;
        const sizes = t.shape.map((d) => d ?? batch);
        const n = sizes.reduce((a, b) => a * b, 1);
        const floats = fromArray(tensorFamily(), new Float32Array(n), sizes, 'float32');
        return convert(floats, t.dtype);
      };
      const given = withContext(mapTensors(options, zeros), { training: options.training ?? false });
      return withoutTrace(() =>
        withGrad(false, () =>
          inScope(
            this.name,
            () => this.call(mapTensors(args[0], zeros), ...args.slice(1).map((a) => mapTensors(a, zeros)), given),
            this,
          ),
        ),
      );
    };
    const open = tensorsOf([args, Object.values(options)]).some(
      (t) => t instanceof KerasTensor && t.shape.includes(null),
    );
    const first = run(unlikely);
    // another run tells sizes that come from open ones from those that are so by chance
    const doubtful = (t: Tensor): boolean =>
      t.sizes.some((d, k) => (k === 0) !== (d === unlikely) && d % unlikely === 0);
    const second = open && (tensorsOf(first) as Tensor[]).some(doubtful) ? tensorsOf(run(unlikely + 2)) : [];
    let i = 0;
    return mapTensors(first, (t: Tensor) => {
      const other = second[i++] as Tensor | undefined;
      const sizes: Shape =
        other === undefined
          ? t.sizes.map((d, k) => (open && k === 0 && d === unlikely ? null : d))
          : t.sizes.map((d, k) => (d === other.sizes[k] ? d : null));
      return new KerasTensor(sizes, t.scalarType);
    });
  }

  /** One call with symbols of open sizes, as TensorFlow finds out what a program's own layer gives. */
  private tracedOpen(tracer: SpecTracer, args: readonly any[], options: CallOptions): any {
    const symbols = tensorsOf([args, Object.values(options)]).filter((t): t is KerasTensor => t instanceof KerasTensor);
    const run = (given: readonly Tensor[]): any => {
      const slot = (t: any): unknown => (t instanceof KerasTensor ? given[symbols.indexOf(t)] : t);
      const filled = withContext(mapTensors(options, slot), { training: options.training ?? null, mask: null });
      const inputs = args.map((a) => mapTensors(a, slot));
      return withoutTrace(() =>
        withGrad(false, () => inScope(this.name, () => this.call(inputs[0], ...inputs.slice(1), filled), this)),
      );
    };
    try {
      const out = tracer.run(symbols, run);
      return mapTensors(out, (t: Tensor) => {
        const { shape, dtype } = tracer.specOf(t);
        return new KerasTensor(shape, dtype);
      });
    } catch (error) {
      throw needsValues(error) ? error : this.uninferred(error, args[0]);
    }
  }
  private uninferred(error: unknown, inputs: unknown): unknown {
    const worded = tensorFamily().rephrase(error);
    const found = misfit(worded) as Error;
    if (!(found instanceof Error) || found !== worded || found.message.includes('Could not automatically infer'))
      return found;
    const own = this.constructor.name;
    const text = `Could not automatically infer the output shape / dtype of '${this.name}' (of type ${own}). Either the \`${own}.call()\` method is incorrect, or you need to implement the \`${own}.compute_output_spec() / compute_output_shape()\` method. Error encountered:\n\n${found.message}`;
    const said = Object.assign(new Error(text), { name: found.name });
    return framed(said, own, {}, inputs, {});
  }

  /** Adds a weight that `call` uses. */
  add_weight(
    ...args: Call<[], [shape: readonly number[] | null, initializer: initializers.InitializerIdentifier], WeightOptions>
  ): Variable {
    if (typeof args[0] === 'string' && floatsAreMarked())
      throw valueError(
        `\`name\` must be passed as a keyword argument. Received: add_weight('${args[0]}', ...). Use: add_weight(shape=..., name='${args[0]}').`,
      );
    if (this.locked) throw lockedError();
    const o = read('Layer.add_weight()', weight, args);
    const dtype = o.dtype === null ? this.variable_dtype : typeof o.dtype === 'string' ? o.dtype : o.dtype.name;
    if (!isDType(dtype)) throw valueError(`Invalid dtype: ${dtype}`);
    const fallback = isFloating(dtype) ? 'glorot_uniform' : 'zeros';
    const make = (): Variable =>
      new Variable(initializers.get(o.initializer ?? fallback), {
        shape: o.shape === null ? [] : (standardShape(o.shape) as readonly number[]),
        dtype,
        trainable: o.trainable,
        ...(o.name === null ? {} : { name: o.name }),
      });
    const variable = inScope(this.name, make, this);
    variable.constraint = constraints.get(o.constraint) as Variable['constraint'];
    variable.regularizer = regularizers.get(o.regularizer) as Variable['regularizer'];
    this.own_weights.push(variable);
    return variable;
  }

  /** Adds a value to what training makes small; it is forgotten at the next call of the outermost layer. */
  add_loss(loss: Tensor | number | readonly (Tensor | number)[]): void {
    for (const value of [loss].flat() as (Tensor | number)[]) {
      if (typeof value === 'string')
        throw valueError(
          `\`add_loss()\` can only be called from inside \`build()\` or \`call()\`, on a tensor input. Received invalid value: ${value}`,
        );
      const t = convert(value as TensorLike, value instanceof Tensor ? undefined : this.compute_dtype);
      if (t.rank !== 0)
        throw valueError(`Layer \`add_loss()\` expects scalar losses. Received: shape=${showTuple(t.sizes)}`);
      // a call on symbols only finds out shapes
      if (isShadowed()) continue;
      this.own_losses.push(t);
      anyLosses = true;
    }
  }
  /** What `add_loss`, activity and weight regularizers ask for, of this layer and those in it. */
  get losses(): Tensor[] {
    const learning = this.trainable_weights.filter((w) => w.regularizer !== null);
    if (!anyLosses && learning.length === 0) return [];
    const seen = new Set<Layer>();
    const found: Tensor[] = [];
    const visit = (layer: Layer): void => {
      if (seen.has(layer)) return;
      seen.add(layer);
      found.push(...layer.own_losses);
      for (const inner of layer.sublayers()) visit(inner);
    };
    visit(this);
    for (const w of learning) found.push(w.regularizer!(w));
    return found;
  }
  clear_losses(): void {
    this.own_losses = [];
    for (const layer of this.sublayers()) layer.clear_losses();
  }

  /** Arguments by position and by name: what is declared by name goes there. */
  private arrange(called: readonly any[]): { args: any[]; options: CallOptions } {
    let given = called;
    const [only] = called;
    // Python may name the input
    if (floatsAreMarked() && called.length === 1 && isKeywords(only) && !isTensorish(only) && 'inputs' in only) {
      const { inputs, ...others } = only;
      given = [inputs, others];
    }
    if (this.required_arguments === undefined)
      throw Object.assign(
        new Error(
          `In layer '${this.constructor.name}', you forgot to call \`super().__init__()\` as the first statement in the \`__init__()\` method. Go add it!`,
        ),
        { name: 'RuntimeError' },
      );
    const last = given.at(-1);
    const keywords = given.length > 1 && isKeywords(last) && !isTensorish(last) ? (last as CallOptions) : null;
    const args = keywords === null ? [...given] : given.slice(0, -1);
    if (given.length === 0 && floatsAreMarked()) throw typeError("missing a required argument: 'inputs'");
    this.required_arguments.forEach((name, i) => {
      if (args.length <= i && !(keywords !== null && name in keywords))
        throw typeError(`missing a required argument: '${name}'`);
    });
    if (this.call_arguments === null || args.length < 2) return { args, options: keywords ?? {} };
    const options: CallOptions = { ...keywords };
    const names = this.call_arguments;
    args.slice(1).forEach((value, i) => {
      if (i >= names.length)
        throw valueError(
          `Layer '${this.name}' takes at most ${names.length + 1} arguments, but ${args.length} were given`,
        );
      if (value !== undefined && value !== null) options[names[i]!] = value;
    });
    return { args: [args[0]], options };
  }

  __call__(...given: any[]): any {
    const { args, options } = this.arrange(given);
    if (depth === 0 && anyLosses) this.clear_losses();
    if (args.some(isSymbolic) || Object.values(options).some(isSymbolic)) return this.symbolic(args, options, given);
    moved();
    depth++;
    try {
      return this.computed(args, options);
    } finally {
      depth--;
      moved();
    }
  }
  private cast(x: unknown): any {
    if ((x === null || x === undefined) && floatsAreMarked())
      throw valueError(
        `Inputs to a layer should be tensors. Got 'None' (of type <class 'NoneType'>) as input for layer '${this.name}'.`,
      );
    if (isDatasetLike(x)) throw valueError(`Only input tensors may be passed as positional arguments. Got: ${show(x)}`);
    if (floatsAreMarked() && !this.converts_inputs && isPlainValue(x)) throw notATensor(x);
    const t = this.autocast ? asInput(x as TensorLike, this.compute_dtype) : convert(x as TensorLike);
    const mask = t === x ? null : maskOf(x);
    if (mask !== null) setMask(t, mask);
    return t;
  }
  private computed(args: readonly any[], given: CallOptions): any {
    const cast = (x: unknown): any => this.cast(x);
    const structured = (x: unknown): any => (holdsTensors(x) ? mapTensors(x, cast) : cast(x));
    const inputs = structured(args[0]);
    const others = args.slice(1).map((a) => (isTensorish(a) || holdsTensors(a) ? structured(a) : a));
    const options: CallOptions = { ...given };
    for (const [key, value] of Object.entries(options)) {
      if (key === 'mask' || key.endsWith('_mask')) {
        if (Array.isArray(value) && !holdsTensors(value) && value.some((v) => v !== null))
          options[key] = convert(value as TensorLike, 'bool');
        else if (value instanceof NDArray) options[key] = convert(value);
      } else if (isTensorish(value) || (this.call_arguments?.includes(key) && Array.isArray(value)))
        options[key] = structured(value);
      else if (holdsTensors(value)) options[key] = mapTensors(value, cast);
    }
    checkInputs(this.input_spec, inputs, this.name);
    touchScope(this.name, this);
    if (!this.built) {
      this.builtByRun(inputs, others, options);
      const named = this.shape_arguments.map((n) => options[n]).filter((v) => v !== null && v !== undefined);
      const shapes = [inputs, ...others.filter((o) => isTensorish(o) || holdsTensors(o)), ...named];
      this.ensureBuilt(...(shapes.map(shapesOf) as [any]));
      checkInputs(this.input_spec, inputs, this.name);
    }
    const mode = options.training ?? training;
    const before = inputs instanceof Tensor ? maskOf(inputs) : masksOf(inputs);
    const mask = options.mask ?? before;
    let out: any;
    try {
      out = withTraining(mode, () =>
        inScope(this.name, () => this.call(inputs, ...others, withContext(options, { training: mode, mask })), this),
      );
    } catch (error) {
      throw framed(tensorFamily().rephrase(misfit(error)), this.constructor.name, this.told_arguments, inputs, given);
    }
    this.locked = true;
    if (isTracing()) this.tellSizes(inputs, out);
    if (this.activity_regularizer !== null)
      for (const t of tensorsOf(out) as Tensor[]) {
        const loss = this.activity_regularizer(t);
        this.add_loss(t.rank === 0 || t.sizes[0] === 0 ? loss : ops.div(loss, t.sizes[0]!));
      }
    if (this.supports_masking) this.passMask(inputs, out, before);
    return out;
  }
  /** Sizes of what a layer gives, by its own rule, for a graph whose sizes are open. */
  private tellSizes(inputs: unknown, out: unknown): void {
    const tracer = specTracer();
    if (
      tracer === null ||
      !(out instanceof Tensor) ||
      this.compute_output_shape === Layer.prototype.compute_output_shape
    )
      return;
    const known = tracer.specOf(out).shape;
    if (known.every((d) => d !== null)) return;
    const shapeOf = (t: unknown): unknown => (t instanceof Tensor ? tracer.specOf(t).shape : t);
    try {
      const shape = this.compute_output_shape(mapTensors(inputs, shapeOf)) as readonly (number | null)[];
      // an example decides no size that the rule leaves open
      if (shape.length === out.rank && shape.every((d, i) => d === null || d === out.sizes[i])) tracer.tell(out, shape);
    } catch {
      // the rule wants more than this input
    }
  }
  /** As Keras builds the layers in a program's own one: by a run on symbols, before the first on values. */
  private builtByRun(inputs: unknown, others: readonly unknown[], options: CallOptions): void {
    const tracer = specTracer();
    if (tracer === null || !('$c' in this) || isTracing() || this.own_build || this.sublayers().every((l) => l.built))
      return;
    const symbol = (t: any): unknown => (t instanceof Tensor ? new KerasTensor([...t.sizes], t.scalarType, '') : t);
    const own = Object.fromEntries(Object.entries(options).filter(([key]) => key !== 'training' && key !== 'mask'));
    try {
      this.tracedOpen(
        tracer,
        [inputs, ...others].map((a) => mapTensors(a, symbol)),
        mapTensors(own, symbol),
      );
    } catch {
      // the call on values says what is wrong
    }
  }
  /** Whether the class says itself how it is built. */
  protected get own_build(): boolean {
    return (Object.getPrototypeOf(this) as Layer).build !== Layer.prototype.build;
  }
  private passMask(inputs: unknown, out: unknown, before: unknown): void {
    const outputs = out instanceof Tensor ? [out] : (tensorsOf(out) as Tensor[]);
    if (outputs.every((t) => maskOf(t) !== null)) return;
    if (before === null && this.compute_mask === Layer.prototype.compute_mask) return;
    const next = this.compute_mask(inputs, before);
    if (next === null || next === undefined) return;
    const masks: (Tensor | null)[] = Array.isArray(next) ? (next.flat(9) as Tensor[]) : [next];
    outputs.forEach((t, i) => {
      if (masks[i] && maskOf(t) === null) setMask(t, masks[i]);
    });
  }

  private building(build: (...shapes: any[]) => void, shapes: any[]): void {
    const make = (): void => {
      this.own_path ??= scopedPath('').slice(0, -1);
      this.build_shape = shapes.length === 1 ? shapes[0] : shapes;
      this.built_for ??= shapes.map(plainConfig);
      this.locked = false;
      build.apply(this, shapes);
      this.built = true;
      // what has layers of its own to build may make its state in the first call
      this.locked = build !== Layer.prototype.build || this.sublayers().every((l) => l.built);
      if (!this.learns && this.freezes_parts) this.trainable = false;
    };
    inScope(this.name, make, this);
  }
  /** Builds once, under the layer's own name. */
  ensureBuilt(...shapes: any[]): void {
    if (!this.built) this.build(...shapes);
  }
  /** What `build` got, for files; null for layers that need no building. */
  get_build_config(): Record<string, unknown> | null {
    if (this.built_for === null) return null;
    if (this.built_for.length === 1) return { input_shape: this.built_for[0] };
    const names = [this.first_argument, ...this.shape_arguments];
    return {
      shapes_dict: Object.fromEntries(this.built_for.map((s, i) => [`${names[i] ?? `input_${i}`}_shape`, s])),
    };
  }
  build_from_config(config: unknown): void {
    const { input_shape, shapes_dict } = plainConfig(config ?? {});
    if (input_shape !== undefined) this.build(input_shape);
    else if (shapes_dict !== undefined) this.build(...Object.values(shapes_dict));
  }

  /** A call on symbols is written down as it was given. */
  protected symbolic(args: readonly any[], options: CallOptions, given: readonly any[] = args): any {
    const inputs = tensorsOf([args, Object.values(options)]).filter((t): t is KerasTensor => t instanceof KerasTensor);
    const first = args[0];
    const single = first instanceof KerasTensor;
    if (single) checkRank(this.input_spec, first.shape, this.name);
    if (!this.built) {
      const named = this.shape_arguments.map((n) => options[n]).filter((v) => v !== null && v !== undefined);
      const shapes = [first, ...args.slice(1).filter((a) => isTensorish(a) || holdsTensors(a)), ...named];
      this.ensureBuilt(...(shapes.map(shapesOf) as [any]));
    }
    checkInputs(this.input_spec, first, this.name);
    const result = inScope(this.name, () => this.compute_output_spec(args, options), this);
    const outputs = tensorsOf(result) as KerasTensor[];
    const last = given.at(-1);
    const keywords = given.length > 1 && isKeywords(last) && !isTensorish(last) ? last : null;
    const asGiven = keywords === null ? given : given.slice(0, -1);
    const node: CallNode = { layer: this, inputs, single, args: asGiven, options: { ...keywords }, outputs };
    for (const o of outputs) o.node = node;
    this.inbound_nodes.push(node);
    return result;
  }
  /** The symbolic input of the layer's first call in a model. */
  get input(): any {
    const node = this.inbound_nodes[0];
    if (node === undefined)
      throw attributeError(`The layer ${this.name} has never been called and thus has no defined input.`);
    return node.inputs.length === 1 ? node.inputs[0] : node.inputs;
  }
  get output(): any {
    const node = this.inbound_nodes[0];
    if (node === undefined)
      throw attributeError(`The layer ${this.name} has never been called and thus has no defined output.`);
    return node.outputs.length === 1 ? node.outputs[0] : node.outputs;
  }

  /** What this layer holds by its attributes; looked for anew when one of them has become another. */
  private parts(): Parts {
    if (this.found_parts?.holdFor(this)) return this.found_parts;
    this.found_parts = new Parts(this, isLayer);
    return this.found_parts;
  }
  private found_parts: Parts | null = null;
  /** Layers that are attributes of this one, in order of assignment. */
  sublayers(): Layer[] {
    return [...this.parts().layers];
  }
  /** Attributes of a class, such as the metrics that a layer keeps. */
  attributesOf<T extends object>(kind: abstract new (...args: any[]) => T): T[] {
    return this.parts().objects.filter((v): v is T => v instanceof kind);
  }
  private ownVariables(): Variable[] {
    const found = [...this.own_weights];
    for (const v of this.parts().variables) if (!found.includes(v)) found.push(v);
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
    return [...this.learning_weights.of(() => this.learningWeights())];
  }
  private readonly learning_weights = new Remembered<readonly Variable[]>();
  private learningWeights(): Variable[] {
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
    if (typeof values === 'number') throw typeError(`object of type '${typeName(values)}' has no len()`);
    if (own.length !== values.length)
      throw valueError(
        `You called \`set_weights(weights)\` on layer '${this.name}' with a weight list of length ${values.length}, but the layer was expecting ${own.length} weights.`,
      );
    const next = values.map((v) => convert(v));
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

  /** Name, trainability and dtype, and what the constructor was given. */
  get_config(): Record<string, unknown> {
    const own = this as unknown as Record<string, unknown>;
    const saved = this.saved_names.map((n): [string, unknown] => [
      n,
      n === 'activation' || n === 'recurrent_activation'
        ? activations.serialize(own[n] as activations.Activation)
        : savedSetting(n, own[n]),
    ]);
    return { ...this.base_config(), ...Object.fromEntries(saved) };
  }
  protected base_config(): Record<string, unknown> {
    return {
      name: this.name,
      trainable: this.trainable,
      dtype: policies.serialize(this.policy),
      ...(this.activity_regularizer === null
        ? {}
        : { activity_regularizer: regularizers.serialize(this.activity_regularizer) }),
    };
  }
  static from_config(config: unknown): unknown {
    // biome-ignore lint/complexity/noThisInStatic: the class that was asked, which may be a subclass
    const type = this as typeof Layer;
    try {
      return fromConfig(type as never, config);
    } catch (error) {
      if (!floatsAreMarked() || !(error instanceof Error)) throw error;
      const more = withQuantization.has(type.name) && config instanceof Map;
      const shown = pyRepr(more ? new Map(config).set('quantization_config', null) : config);
      throw typeError(
        `Error when deserializing class '${type.name}' using config=${shown}.\n\nException encountered: ${error.message}`,
      );
    }
  }
  /** Whether building it freezes what is in it where it is not to learn. */
  protected get freezes_parts(): boolean {
    return true;
  }
  /** Whether a built layer takes no more layers and variables. */
  protected get locks(): boolean {
    return true;
  }
  /** Names of attributes that are there once the layer is built. */
  protected get built_attributes(): readonly string[] {
    return [];
  }
  /** What Python says of an attribute that is not there yet. */
  __refuse_attribute__(name: string): Error | null {
    return !this.built && this.built_attributes.includes(name)
      ? attributeError(`You must build the layer before accessing \`${name}\`.`)
      : null;
  }
  /** How Python sets an attribute. */
  __setattr__(name: string, value: unknown): void {
    if (this.locks && this.locked && holdsState(value) && (this as unknown as Record<string, unknown>)[name] !== value)
      throw lockedError();
    // in the order in which they came
    if (value instanceof Variable && !this.own_weights.includes(value)) this.own_weights.push(value);
    const owner = ownerOf(this, name);
    if (owner !== undefined && owner.get !== undefined && owner.set === undefined)
      throw attributeError(`property '${name}' of '${this.constructor.name}' object has no setter`);
    Reflect.set(this, name, value);
  }
  override toString(): string {
    return `<${this.constructor.name} name=${this.name}, built=${this.built ? 'True' : 'False'}>`;
  }
}
Object.defineProperty(Layer.prototype, 'entry', { value: '__call__', configurable: true });

const baseNames = new Set([
  'name',
  'trainable',
  'dtype',
  'autocast',
  'activity_regularizer',
  'input_shape',
  'batch_input_shape',
]);

const isPlainValue = (x: unknown): boolean =>
  Array.isArray(x) || typeof x === 'number' || typeof x === 'boolean' || x instanceof PyFloat;
/** What Keras says of a number, or of the first one in lists. */
function notATensor(x: unknown): Error {
  let first = x;
  while (Array.isArray(first)) first = first[0];
  const type =
    typeof first === 'boolean' ? 'bool' : typeof first === 'string' ? 'str' : Number.isInteger(first) ? 'int' : 'float';
  return valueError(
    `Only input tensors may be passed as positional arguments. The following argument value should be passed as a keyword argument: ${pyStr(first)} (of type <class '${type}'>)`,
  );
}
const isDatasetLike = (x: unknown): boolean =>
  x === undefined || x === null || typeof x === 'string' || (typeof x === 'function' && !(x instanceof Tensor));
const isLayer = (x: unknown): x is Layer => x instanceof Layer;
/** Whether a symbol was asked for its value, here or in a program's own code. */
function needsValues(error: unknown): boolean {
  const inner = (error as { $js?: unknown } | null)?.$js ?? error;
  return inner instanceof EngineError && inner.details.kind === 'symbolic';
}
const holdsState = (x: unknown): boolean =>
  x instanceof Layer || x instanceof Variable || (Array.isArray(x) && x.some(holdsState));
const lockedError = (): Error =>
  valueError(
    'You cannot add new elements of state (variables or sub-layers) to a layer that is already built. All state must be created in the `__init__()` method or in the `build()` method.',
  );
function ownerOf(object: object, name: string): PropertyDescriptor | undefined {
  for (let o: object | null = object; o !== null; o = Object.getPrototypeOf(o)) {
    const found = Object.getOwnPropertyDescriptor(o, name);
    if (found !== undefined) return found;
  }
  return undefined;
}
function requireKnown(options: object): void {
  const unknown = Object.entries(options).filter(([key, value]) => !baseOptions.has(key) && value !== undefined);
  if (unknown.length === 0) return;
  const shown = unknown.map(([key, value]) => `'${key}': ${pyRepr(value)}`).join(', ');
  throw valueError(`Unrecognized keyword arguments passed to Layer: {${shown}}`);
}
/** Arguments that a program's own `call` does not take, as Keras finds before it runs. */
function misfit(error: unknown): unknown {
  if (!(error instanceof Error) || error.name !== 'TypeError') return error;
  const found = /^[\w.<>]*\bcall\(\) (.*)$/s.exec(error.message)?.[1];
  if (found === undefined) return error;
  const missing = /^missing \d+ required (?:positional|keyword-only) arguments?: ('\w+')/.exec(found)?.[1];
  if (missing !== undefined) return typeError(`missing a required argument: ${missing}`);
  if (/^takes .* positional arguments? but/.test(found)) return typeError('too many positional arguments');
  return found.startsWith('got ') ? typeError(found.replace(/\. Did you mean .*$/s, '')) : error;
}
/** Layers whose configurations have an entry for quantization. */
const withQuantization = new Set(['Dense', 'EinsumDense', 'Embedding']);
const baseOptions = new Set(
  'name trainable dtype autocast activity_regularizer input_shape input_dim batch_input_shape batch_size'.split(' '),
);
