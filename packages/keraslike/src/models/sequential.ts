import { floatsAreMarked, Tensor } from '@stele/core';
import { z } from 'zod';
import { type Call, type Keywords, read, signature } from '../arguments';
import * as policies from '../dtypes/index';
import { attributeError, indexError, show, typeError, typeName, valueError } from '../errors';
import { InputLayer } from '../layers/core';
import { Layer } from '../layers/layer';
import { isShape } from '../layers/shapes';
import { KerasTensor } from '../layers/symbolic';
import { uniqueName } from '../names';
import { deserialize_keras_object, plainConfig, serialize_keras_object } from '../saving/objects';
import { type Shape, showTuple } from '../tensors';
import { callOfModels, Model, ranked } from './model';
import { flatten, isNested, mapStructure, plain } from './structure';

const sequential = signature(0, {
  layers: z.custom<readonly (Layer | KerasTensor)[] | null>().default(null),
  trainable: z.boolean().default(true),
  name: z.string().nullable().default(null),
});

/**
 * Layers one after another; they are built at once if the first says its input's shape, else at the first call.
 *
 * ```ts
 * const model = new Sequential([new Dense(5, { activation: 'relu', input_shape: [10] }), new Dense(1)]);
 * model.count_params(); // 61
 * ```
 * @see https://keras.io/api/models/sequential/
 */
export class Sequential extends Model {
  private chain: Layer[] = [];
  private start: InputLayer | null = null;
  private end: KerasTensor | null = null;

  constructor(
    ...args: Call<
      [],
      [layers: readonly (Layer | KerasTensor)[] | null, trainable: boolean, name: string | null],
      Keywords<typeof sequential>
    >
  ) {
    const { layers, trainable, name } = read('Sequential.__init__()', sequential, args);
    super({ trainable, name });
    const list: unknown = typeof layers === 'string' ? [...(layers as string)] : layers;
    if (list !== null && !Array.isArray(list)) throw typeError(`'${typeName(list)}' object is not iterable`);
    for (const layer of (list ?? []) as readonly Layer[]) this.append(layer);
    if (((list ?? []) as readonly unknown[]).length > 0) this.rebuild();
  }
  add(layer: Layer | KerasTensor, rebuild: boolean | { rebuild?: boolean } = true): void {
    this.append(layer);
    if (rebuild === true || (typeof rebuild === 'object' && rebuild.rebuild !== false)) this.rebuild();
    else this.disconnect();
  }
  private append(given: Layer | KerasTensor): void {
    const layer = given instanceof KerasTensor ? (given.node?.layer ?? null) : given;
    if (!(layer instanceof Layer))
      throw valueError(
        `Only instances of \`keras.Layer\` can be added to a Sequential model. Received: ${show(given)} (of type <class '${typeName(given)}'>)`,
      );
    if (this.chain.length === 0 && this.start === null && !(layer instanceof InputLayer) && layer.input_shape_arg)
      this.start = new InputLayer({ shape: [...layer.input_shape_arg] });
    if (layer instanceof InputLayer) {
      if (this.start !== null)
        throw valueError(
          `Sequential model '${this.name}' has already been configured to use input shape ${showTuple([...this.start.batch_shape])}. You cannot add a different Input layer to it.`,
        );
      this.start = layer;
      return;
    }
    if (this.chain.some((l) => l.name === layer.name && l !== layer))
      throw valueError(
        `All layers added to a Sequential model should have unique names. Name '${layer.name}' is already the name of a layer in this model. Update the \`name\` argument to pass a unique name.`,
      );
    this.chain.push(layer);
  }
  pop(rebuild: boolean | { rebuild?: boolean } = true): Layer | undefined {
    if (this.chain.length === 0) throw indexError('list index out of range');
    const layer = this.chain.pop();
    if (rebuild === true || (typeof rebuild === 'object' && rebuild.rebuild !== false)) this.rebuild();
    else this.disconnect();
    return layer;
  }
  private disconnect(): void {
    this.built = false;
    this.end = null;
  }
  private rebuild(): void {
    this.disconnect();
    const [first] = this.chain;
    if (this.start !== null && first !== undefined) this.build(this.start.batch_shape);
    else if (first instanceof Model && first.is_functional && this.chain.length > 1) this.build(first.input_shape);
    else if (first instanceof Sequential && first.end !== null && this.chain.length > 1) this.build(first.input_shape);
  }

  override get layers_first(): boolean {
    return true;
  }
  override get layers(): Layer[] {
    return [...this.chain];
  }
  protected override get freezes_parts(): boolean {
    return false;
  }
  protected override get locks(): boolean {
    return false;
  }
  override __setattr__(name: string, value: unknown): void {
    if (name === 'layers')
      throw attributeError(
        '`Sequential.layers` attribute is reserved and should not be used. Use `add()` and `pop()` to change the layers in this model.',
      );
    super.__setattr__(name, value);
  }
  override get operations(): readonly Layer[] {
    return this.layers;
  }
  override sublayers(): Layer[] {
    return [...this.chain];
  }
  private defined<T>(value: T | null, what: string): T {
    if (value === null) throw attributeError(`Sequential model '${this.name}' has no defined ${what} yet.`);
    return value;
  }
  private get symbol(): KerasTensor | null {
    return this.end === null ? null : (this.start!.output as KerasTensor);
  }
  override get input_shape(): any {
    return [...this.defined(this.symbol, 'input shape').shape];
  }
  override get output_shape(): any {
    return [...this.defined(this.end, 'output shape').shape];
  }
  override get inputs(): readonly KerasTensor[] {
    return [this.defined(this.symbol, 'inputs')];
  }
  override get outputs(): readonly KerasTensor[] {
    return [this.defined(this.end, 'outputs')];
  }
  override get input(): any {
    return this.symbol !== null && !floatsAreMarked() ? this.symbol : super.input;
  }
  override get output(): any {
    return this.end !== null && !floatsAreMarked() ? this.end : super.output;
  }
  override get known_input(): { readonly shape: Shape; readonly dtype: string } | null {
    const { symbol } = this;
    return symbol === null ? null : { shape: symbol.shape, dtype: symbol.dtype };
  }
  override build(input_shape?: any): void {
    if (!isShape(input_shape)) return;
    if (this.chain.length === 0)
      throw valueError(
        `Sequential model ${this.name} cannot be built because it has no layers. Call \`model.add(layer)\`.`,
      );
    if (this.start === null)
      this.start = new InputLayer({ batch_shape: [...input_shape], dtype: this.chain[0]!.compute_dtype });
    else if (String(this.start.batch_shape) !== String(input_shape))
      throw valueError(
        `Sequential model '${this.name}' has already been configured to use input shape ${showTuple([...this.start.batch_shape])}. You cannot build it with input_shape ${showTuple([...input_shape])}`,
      );
    let x: any = this.start.output;
    for (const layer of this.chain) x = layer.__call__(x);
    this.end = x;
    // inside, Keras makes a functional model, which takes a name of its own
    uniqueName('functional');
    this.built = true;
  }
  override ensureBuilt(...shapes: any[]): void {
    if (this.end === null && isShape(shapes[0])) this.build([null, ...shapes[0].slice(1)]);
    this.built = true;
  }
  protected override get told_arguments(): Readonly<Record<string, string>> | null {
    return this.end === null ? null : callOfModels;
  }
  override call(inputs: any, options: { training?: boolean | null; mask?: unknown } = {}): any {
    const { symbol } = this;
    let x = symbol === null ? inputs : ranked(theOne(inputs, symbol), symbol);
    this.chain.forEach((layer, i) => {
      x = layer.__call__(x, {
        training: options.training ?? null,
        ...(i === 0 && options.mask ? { mask: options.mask as never } : {}),
      });
    });
    return x;
  }
  override compute_output_shape(input_shape: any): any {
    return this.chain.reduce((shape, layer) => layer.compute_output_shape(shape), input_shape);
  }
  override get_config(): Record<string, unknown> {
    const first = this.start === null ? [] : [this.start];
    return {
      name: this.name,
      trainable: this.trainable,
      dtype: policies.serialize(this.dtype_policy),
      layers: [...first, ...this.chain].map((l) => serialize_keras_object(l)),
      ...(this.end === null ? {} : { build_input_shape: [...this.start!.batch_shape] }),
    };
  }
  override get_build_config(): Record<string, unknown> | null {
    return this.end === null ? null : { input_shape: [...this.start!.batch_shape] };
  }
  static override from_config(this: any, config: unknown): any {
    const { name, layers, build_input_shape } = plainConfig(config);
    if (name === undefined || layers === undefined)
      throw valueError(
        `A Sequential model configuration must be a dictionary containing the 'name' and 'layers' keys. Received: config=${JSON.stringify(config)}`,
      );
    // biome-ignore lint/complexity/noThisInStatic: the class that was asked, which may be a subclass
    const model = new (this as typeof Sequential)({ name });
    for (const saved of layers) model.append(deserialize_keras_object(saved));
    if (model.chain.length > 0) model.rebuild();
    if (model.end === null && Array.isArray(build_input_shape)) model.build(build_input_shape);
    return model;
  }
}

/** What a list or dictionary holds for the one input. @throws ValueError if a dictionary does not name it. */
function theOne(inputs: any, symbol: KerasTensor): any {
  if (inputs instanceof Tensor || !isNested(inputs)) return inputs;
  const given = plain(inputs) as any;
  if (Array.isArray(given)) return flatten(given)[0] ?? inputs;
  if (symbol.name in given) return given[symbol.name];
  throw valueError(
    `The structure of \`inputs\` doesn't match the expected structure.\nExpected: ${symbol.name}\nReceived: inputs=${show(mapStructure(given, (t: Tensor) => `Tensor(shape=${showTuple(t.sizes)})`))}`,
  );
}
