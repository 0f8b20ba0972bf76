import { floatsAreMarked, fromArray, isKeywords, ops, Tensor, withContext, withGrad } from '@stele/core';
import { pyRepr } from '@stele/core/printing';
import { type Call, type Keywords, read } from '../arguments';
import { attributeError, notImplemented, show, typeError, typeName, valueError } from '../errors';
import { unframed } from '../layers/framing';
import type { Layer, LayerOptions } from '../layers/layer';
import { isShape } from '../layers/shapes';
import { isTensorish } from '../layers/structure';
import { KerasTensor } from '../layers/symbolic';
import { autoName } from '../names';
import { plainConfig, serialize_keras_object } from '../saving/objects';
import { type Shape, showTuple, tensorFamily, toldShape, toldTensor } from '../tensors';
import { type ExportArguments, exportModel } from './exporting';
import { describe, type Graph, graphOf, namesOf, placesOf, provideFirstCall, rebuild } from './functional';
import { pythonJson, withFloats } from './json';
import * as saving from './saving';
import { layerSignature } from './signatures';
import { flatten, isNested, mapStructure, plain } from './structure';
import { printSummary, type SummaryArguments } from './summary';
import { Trainer } from './trainer';

type Symbols = KerasTensor | readonly KerasTensor[] | Readonly<Record<string, KerasTensor>>;
export interface ModelOptions extends LayerOptions {
  inputs?: Symbols;
  outputs?: Symbols;
}
/** A graph of calls between symbolic inputs and outputs. */
interface Functional_ extends Graph {
  readonly inputs: any;
  readonly outputs: any;
}

/**
 * A layer that can be trained: a subclass with `call`, a Sequential, or what lies between symbolic inputs and outputs.
 *
 * ```ts
 * class Net extends Model { dense = new Dense(1); override call(x: Tensor) { return this.dense(x); } }
 * new Net()([[1, 2]]).sizes; // [1, 1]
 * ```
 * @see https://keras.io/api/models/model/
 */
export class Model extends Trainer {
  private graph: Functional_ | null = null;
  private first_dtype: string | null = null;

  constructor(
    options: ModelOptions | Symbols = {},
    outputs?: Symbols,
    rest: Pick<ModelOptions, 'name' | 'trainable'> = {},
  ) {
    const isTensors =
      options instanceof KerasTensor ||
      Array.isArray(options) ||
      (outputs !== undefined && outputs !== null && flatten(outputs).some((t) => t instanceof KerasTensor));
    const given: ModelOptions = isTensors
      ? { ...rest, inputs: plain(options) as KerasTensor, ...(outputs === undefined ? {} : { outputs }) }
      : (options as ModelOptions);
    const functional = given.inputs !== undefined;
    if (floatsAreMarked() && new.target === Model) requireModelOptions(options, given);
    super(functional && new.target === Model ? { ...given, name: given.name ?? functionalName() } : given);
    if (!functional) return;
    if (given.outputs === undefined && floatsAreMarked()) {
      if (isTensors) throw typeError('Layer.__init__() takes 1 positional argument but 2 were given');
      const shown = Object.entries(given).map(([key, value]) => `'${key}': ${pyRepr(value)}`);
      throw valueError(`Unrecognized keyword arguments passed to Model: {${shown.join(', ')}}`);
    }
    if (given.outputs === undefined)
      throw valueError('Model() with `inputs` needs `outputs` too: pass the symbolic tensors that layers gave');
    this.connect(given.inputs, given.outputs);
    if (new.target === Model) Object.setPrototypeOf(this, Functional.prototype);
  }
  /** Makes this model what lies between symbolic tensors. */
  protected connect(inputs: any, outputs: any): void {
    const [given, made] = [plain(inputs), plain(outputs)];
    const [from, to] = [flatten(given), flatten(made)] as [unknown[], unknown[]];
    for (const [what, list] of [['inputs', from] as const, ['outputs', to] as const])
      for (const t of list)
        if (!(t instanceof KerasTensor))
          throw valueError(
            `All \`${what}\` values must be KerasTensors. Received: ${what}=${show(t)} including invalid value ${show(t)} of type <class '${typeName(t)}'>`,
          );
    const all = (list: unknown): string => (Array.isArray(list) ? `[${list.map(String).join(', ')}]` : String(list));
    for (const [what, list] of [['inputs', from] as const, ['outputs', to] as const])
      if (list.length === 0)
        throw valueError(`\`${what}\` argument cannot be empty. Received:\ninputs=${all(given)}\noutputs=${all(made)}`);
    this.graph = { inputs: given, outputs: made, ...graphOf(from as KerasTensor[], to as KerasTensor[]) };
    this.built = true;
  }
  protected override get own_build(): boolean {
    return this.graph !== null || (Object.getPrototypeOf(this) as Model).build !== Model.prototype.build;
  }
  protected override get locks(): boolean {
    return this.graph === null;
  }
  /** Whether it is made of symbolic tensors. */
  get is_functional(): boolean {
    return this.graph !== null;
  }
  /** Whether files have the layers of this model in a list, before its attributes. */
  get layers_first(): boolean {
    return this.graph !== null;
  }
  /** The calls between inputs and outputs; null for a subclass with its own `call`. */
  get call_graph(): Graph | null {
    return this.graph;
  }

  get inputs(): readonly KerasTensor[] {
    return this.graph === null ? [] : flatten(this.graph.inputs);
  }
  get outputs(): readonly KerasTensor[] {
    return this.graph === null ? [] : flatten(this.graph.outputs);
  }
  override get input(): any {
    return this.graph === null ? super.input : this.graph.inputs;
  }
  override get output(): any {
    return this.graph === null ? super.output : this.graph.outputs;
  }
  /** The layers, in order: attributes of a subclass, or those between inputs and outputs. */
  get layers(): Layer[] {
    return this.graph === null ? super.sublayers() : this.graph.layers.filter((l) => !isOperation(l));
  }
  /** The same with the operators of Python among them. */
  get operations(): readonly Layer[] {
    return this.graph?.layers ?? this.layers;
  }
  override sublayers(): Layer[] {
    return this.graph === null ? super.sublayers() : [...this.graph.layers];
  }
  get_layer(...args: Call<[], [name: string | null, index: number | null], Keywords<typeof layerSignature>>): Layer {
    const { name, index } = read('Model.get_layer()', layerSignature, args);
    if (index !== null && name !== null)
      throw valueError(`Provide only a layer name or a layer index. Received: index=${index}, name=${name}.`);
    if (index === null && name === null) throw valueError('Provide either a layer name or layer index at `get_layer`.');
    const { layers } = this;
    if (index !== null) {
      const found = layers.at(index);
      if (found === undefined)
        throw valueError(`Was asked to retrieve layer at index ${index} but model only has ${layers.length} layers.`);
      return found;
    }
    const found = layers.find((l) => l.name === name);
    if (found === undefined)
      throw valueError(`No such layer: ${name}. Existing layers are: ${show(layers.map((l) => l.name))}.`);
    return found;
  }
  get input_shape(): any {
    if (this.graph !== null) return shapesIn(this.graph.inputs);
    if (this.build_shape === null)
      throw attributeError(`'${this.constructor.name}' object has no attribute 'input_shape'`);
    return this.build_shape;
  }
  get output_shape(): any {
    return this.graph === null ? this.compute_output_shape(this.input_shape) : shapesIn(this.graph.outputs);
  }
  get output_names(): readonly string[] | undefined {
    return this.graph === null ? undefined : namesOf(this.graph.outputs);
  }

  protected override get told_arguments(): Readonly<Record<string, string>> | null {
    return this.graph === null ? null : callOfModels;
  }
  override call(inputs: any, options: any = {}): any {
    if (this.graph === null)
      throw notImplemented(`Model ${this.constructor.name} does not have a \`call()\` method implemented.`);
    const values = new Map<KerasTensor, any>();
    const { inputs: wanted } = this.graph;
    const given = ordered(inputs, wanted, this.name);
    (flatten(wanted) as KerasTensor[]).forEach((k, i) => {
      values.set(k, fitted(given[i], k, i, this.name));
    });
    const fill = (x: any): any => {
      if (x instanceof KerasTensor) return values.get(x);
      if (Array.isArray(x)) return x.map(fill);
      if (x instanceof Map) return new Map([...x].map(([k, v]) => [k, fill(v)]));
      if (isKeywords(x) && !isTensorish(x)) return Object.fromEntries(Object.entries(x).map(([k, v]) => [k, fill(v)]));
      return x;
    };
    for (const node of this.graph.nodes) {
      if (node.inputs.length === 0 || node.outputs.every((o) => values.has(o))) continue;
      const out = node.layer.__call__(...node.args.map(fill), {
        ...(options.training === undefined || options.training === null ? {} : { training: options.training }),
        ...(fill(node.options) as object),
      });
      (out instanceof Tensor ? [out] : flatten(out)).forEach((t: Tensor, i: number) => {
        values.set(node.outputs[i]!, t);
      });
    }
    return mapStructure(this.graph.outputs, (k: KerasTensor) => values.get(k));
  }
  override get_config(): Record<string, unknown> {
    if (this.graph === null || this.get_config !== Model.prototype.get_config) return super.get_config();
    const { name, trainable, graph } = this;
    return {
      name,
      trainable,
      layers: describe(graph),
      input_layers: placesOf(graph, graph.inputs, firstCallOf),
      output_layers: placesOf(graph, graph.outputs, firstCallOf),
    };
  }
  static override from_config(this: any, config: unknown): any {
    const given = plainConfig(config);
    const functional = ['name', 'layers', 'input_layers', 'output_layers'].every((k) => k in given);
    // biome-ignore lint/complexity/noThisInStatic: the class that was asked, which may be a subclass
    const Made = this as typeof Model;
    if (!functional) return new Made(given);
    const { inputs, outputs } = rebuild(given);
    const rest = { name: given.name, trainable: given.trainable ?? true };
    return Made === Model || Made === Functional
      ? new Model(inputs, outputs, rest)
      : new Made({ inputs, outputs, ...rest });
  }
  /** How the model is built again: a functional one by its layers. */
  override get_build_config(): Record<string, unknown> | null {
    if (this.graph !== null) return null;
    return super.get_build_config() ?? (this.build_shape === null ? null : { input_shape: this.build_shape });
  }
  override compute_output_shape(input_shape: any, ...others: any[]): any {
    if (this.graph === null) return super.compute_output_shape(input_shape, ...others);
    const batch = (isShape(input_shape) ? input_shape : (flatten(input_shape) as unknown as Shape))[0] ?? null;
    return mapStructure(this.graph.outputs, (k: KerasTensor) => [batch, ...k.shape.slice(1)]);
  }

  /** Builds from a shape, or a structure of them, by running the model on zeros. */
  override build(...shapes: any[]): void {
    if (this.graph !== null || shapes.length === 0) return;
    const zeros = (shape: any): any => {
      if (!isShape(shape))
        return Array.isArray(shape)
          ? shape.map(zeros)
          : Object.fromEntries(Object.entries(plain(shape) as object).map(([k, v]) => [k, zeros(v)]));
      const sizes = shape.map((d) => d ?? 1);
      return fromArray(tensorFamily(), new Float32Array(sizes.reduce((a, b) => a * b, 1)), sizes, 'float32');
    };
    if (this.call === Model.prototype.call)
      throw notImplemented(`Model ${this.constructor.name} does not have a \`call()\` method implemented.`);
    // a method of Python gets what it asks for of this
    const options = withContext({}, { training: false, mask: null });
    withGrad(false, () => this.call(...(shapes.map(zeros) as [any]), options));
    this.built = true;
  }
  /** The shape and dtype that a subclassed model was built with: null for the batch. */
  get known_input(): { readonly shape: Shape; readonly dtype: string } | null {
    const shape = this.build_shape;
    if (this.graph !== null || shape === null || Array.isArray(shape[0])) return null;
    return { shape: shape as Shape, dtype: this.first_dtype ?? 'float32' };
  }
  override __call__(...given: any[]): any {
    const [inputs] = given;
    if (this.first_dtype === null && inputs?.scalarType !== undefined) this.first_dtype = inputs.scalarType;
    return super.__call__(...given);
  }
  override ensureBuilt(...shapes: any[]): void {
    // a subclass builds its layers in its own first call
    const own = (Object.getPrototypeOf(this) as Model).build !== Model.prototype.build;
    if (!this.built && !own) this.noteShapes(shapes);
    else if (!this.built) super.ensureBuilt(...shapes);
    this.built = true;
  }
  private noteShapes(shapes: readonly any[]): void {
    this.build_shape ??= shapes.length === 1 ? shapes[0] : shapes;
  }

  summary(...args: SummaryArguments): void {
    printSummary(this, args);
  }
  /** The model's configuration as JSON. */
  to_json(options: Record<string, unknown> = {}): string {
    if (!isKeywords(options)) throw typeError('Model.to_json() takes 1 positional argument but 2 were given');
    return withFloats(() => pythonJson(serialize_keras_object(this), options));
  }

  /** Writes the model: `.keras`, or the older `.h5`. @throws ValueError for another ending. */
  save(...args: saving.SaveArguments): void {
    saving.saveModel(this, args);
  }
  /** Writes the weights; the path ends in `.weights.h5`. @throws ValueError for another ending. */
  save_weights(...args: saving.SaveWeightsArguments): void {
    saving.saveWeights(this, args);
  }
  load_weights(...args: saving.LoadWeightsArguments): void {
    saving.loadWeights(this, args);
  }
  /**
   * Writes the model's inference as a traced function, weights included, into a folder: what `tf.lite` converts.
   * It is in Stele's own form; TensorFlow's SavedModel is not there yet.
   * @throws ValueError before the model is built.
   */
  export(...args: ExportArguments): void {
    exportModel(this, args);
  }
}

/** @throws in Keras' words for what neither a layer nor a functional model takes. */
function requireModelOptions(options: unknown, given: object): void {
  if (!isKeywords(given)) throw typeError('Layer.__init__() takes 1 positional argument but 2 were given');
  const own = new Set(['inputs', 'outputs', 'name', 'trainable', 'dtype', 'autocast', 'activity_regularizer']);
  const unknown = Object.entries(given).filter(([key, value]) => !own.has(key) && value !== undefined);
  if (unknown.length === 0 || !isKeywords(options)) return;
  const shown = Object.entries(given).map(([key, value]) => `'${key}': ${pyRepr(value)}`);
  throw valueError(`Unrecognized keyword arguments passed to Model: {${shown.join(', ')}}`);
}
/** Whether a node of a graph is an operator of Python and no layer. */
const isOperation = (layer: Layer): boolean => 'is_operation' in layer;

/** What `Model(inputs, outputs)` makes. */
export class Functional extends Model {}
const functionalName = (): string => autoName('Functional');
/** Models of a graph count their own connection as their first call. */
const firstCallOf = (layer: Layer): number => (layer instanceof Functional ? 1 : 0);
provideFirstCall(firstCallOf);

const shapesIn = (structure: unknown): any => {
  const list = flatten(structure) as KerasTensor[];
  return list.length === 1 ? [...list[0]!.shape] : list.map((t) => [...t.shape]);
};
const unframedValue = (message: string): Error => unframed(valueError(message));
/** What the calls of Keras' own models take after their inputs. */
export const callOfModels = { training: 'None', mask: 'None', kwargs: "<class 'inspect._empty'>" };
/** Inputs in the order of the symbolic ones: dictionaries by the names of these. */
function ordered(inputs: any, wanted: any, model: string): any[] {
  const given = plain(inputs);
  const symbols = flatten(wanted) as KerasTensor[];
  if (isNested(given) && !Array.isArray(given)) {
    const byKey = isNested(wanted) && !Array.isArray(plain(wanted));
    const names = byKey ? Object.keys(wanted).sort() : namesOf(wanted);
    const missing = names.filter((n) => !(n in (given as object)));
    if (missing.length > 0)
      throw unframedValue(
        `Missing data for input "${missing[0]}". You passed a data dictionary with keys ${show(Object.keys(given))}. Expected the following keys: ${show(names)}`,
      );
    return names.map((n) => (given as Record<string, unknown>)[n]);
  }
  const list = given instanceof Tensor ? [given] : flatten(given);
  const byKey = isNested(wanted) && !Array.isArray(plain(wanted));
  const names = byKey ? Object.keys(wanted).sort() : namesOf(wanted);
  if (list.length !== symbols.length)
    throw unframedValue(
      `Layer "${model}" expects ${symbols.length} named input(s) with keys ${show(names)}, but it received ${list.length} input tensors. Pass inputs as a dict, e.g. \`layer({${names.map((n) => `'${n}': ...`).join(', ')}})\`.`,
    );
  return list;
}
/** An input with the rank of the symbolic one, and of its sizes. */
function fitted(x: any, wanted: KerasTensor, index: number, model: string): any {
  if (!(x instanceof Tensor)) return x;
  const y = ranked(x, wanted);
  const { shape } = wanted;
  // a last axis of one may be missing on either side
  const [given, ours] = [x.sizes, shape].map((sizes) => (sizes.at(-1) === 1 ? sizes.slice(0, -1) : sizes)) as [
    Shape,
    Shape,
  ];
  if (y === x && given.some((size, i) => i > 0 && i < ours.length && ours[i] !== null && ours[i] !== size))
    throw unframedValue(
      `Input ${index} with name '${namesOf(wanted)[0]}' of layer '${model}' is incompatible with the layer: expected shape=${showTuple(shape)}, found shape=${showTuple(toldShape(x.sizes))}`,
    );
  return y;
}
/**
 * An input with the rank of the symbolic one, where they differ by an axis of size 1.
 * @throws ValueError where they differ by more.
 */
export function ranked(x: any, wanted: KerasTensor): any {
  if (!(x instanceof Tensor)) return x;
  const { shape } = wanted;
  if (x.rank === shape.length) return x;
  if (x.rank === shape.length + 1 && x.sizes.at(-1) === 1) return ops.squeeze(x, [-1]);
  if (x.rank === shape.length - 1 && shape.at(-1) === 1) return ops.unsqueeze(x, -1);
  throw valueError(
    `Invalid input shape for input ${toldTensor(x)} with name '${wanted.name}' and path ''. Expected shape ${showTuple(shape)}, but input has incompatible shape ${showTuple(toldShape(x.sizes))}`,
  );
}
