import { fromArray, type Tensor, withContext, withGrad } from '@stele/core';
import { type Call, type Keywords, read } from '../arguments';
import { show, valueError } from '../errors';
import type { Layer, LayerOptions } from '../layers/layer';
import { mapTensors, tensorsOf } from '../layers/structure';
import { type CallNode, KerasTensor } from '../layers/symbolic';
import { type Shape, tensorFamily } from '../tensors';
import { type ExportArguments, exportModel } from './exporting';
import { describe, orderOf } from './functional';
import * as saving from './saving';
import { layerSignature } from './signatures';
import { printSummary, type SummaryArguments } from './summary';
import { Trainer } from './trainer';

export interface ModelOptions extends LayerOptions {
  inputs?: KerasTensor | readonly KerasTensor[];
  outputs?: KerasTensor | readonly KerasTensor[];
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
  readonly inputs: readonly KerasTensor[] = [];
  readonly outputs: readonly KerasTensor[] = [];
  private readonly nodes: readonly CallNode[] = [];
  private readonly manyOutputs: boolean = false;

  constructor(
    options: ModelOptions | KerasTensor | readonly KerasTensor[] = {},
    outputs?: KerasTensor | readonly KerasTensor[],
    rest: Pick<ModelOptions, 'name' | 'trainable'> = {},
  ) {
    const isTensors = options instanceof KerasTensor || Array.isArray(options);
    const given: ModelOptions = isTensors
      ? { ...rest, inputs: options as KerasTensor, ...(outputs === undefined ? {} : { outputs }) }
      : (options as ModelOptions);
    const functional = given.inputs !== undefined;
    super(given);
    if (!functional) return;
    if (given.outputs === undefined)
      throw valueError('Model() with `inputs` needs `outputs` too: pass the symbolic tensors that layers gave');
    this.inputs = [given.inputs!].flat() as KerasTensor[];
    this.outputs = [given.outputs].flat() as KerasTensor[];
    this.manyOutputs = Array.isArray(given.outputs);
    this.nodes = orderOf(this.inputs, this.outputs);
    this.built = true;
  }

  /** The layers, in order: attributes of a subclass, or those between inputs and outputs. */
  get layers(): Layer[] {
    return this.nodes.length > 0 ? [...new Set(this.nodes.map((n) => n.layer))] : this.sublayers();
  }
  override sublayers(): Layer[] {
    return this.nodes.length > 0 ? this.layers : super.sublayers();
  }
  get_layer(...args: Call<[], [name: string | null, index: number | null], Keywords<typeof layerSignature>>): Layer {
    const { name, index } = read('Model.get_layer()', layerSignature, args);
    const found = index === null ? this.layers.find((l) => l.name === name) : this.layers[index];
    if (found === undefined)
      throw valueError(
        `No such layer: ${name ?? index}. Existing layers are: ${show(this.layers.map((l) => l.name))}.`,
      );
    return found;
  }
  get input_shape(): Shape {
    return this.inputs[0]?.shape ?? (this.build_shape as Shape);
  }
  get output_shape(): Shape {
    return this.outputs[0]?.shape ?? (this.compute_output_shape(this.input_shape) as Shape);
  }

  override call(inputs: any, options: any = {}): any {
    if (this.nodes.length === 0) return super.call(inputs, options);
    const values = new Map<KerasTensor, Tensor>();
    const given = [inputs].flat() as Tensor[];
    this.inputs.forEach((k, i) => {
      values.set(k, given[i]!);
    });
    for (const node of this.nodes) {
      if (node.inputs.length === 0) continue;
      const filled = (v: unknown): any => mapTensors(v, (t) => (t instanceof KerasTensor ? values.get(t)! : t));
      const out = node.layer.__call__(...node.args.map(filled), {
        training: options.training,
        ...filled(node.options),
      });
      tensorsOf(out).forEach((t, i) => {
        values.set(node.outputs[i]!, t as Tensor);
      });
    }
    const results = this.outputs.map((k) => values.get(k)!);
    return this.manyOutputs ? results : results[0]!;
  }
  override get_config(): Record<string, unknown> {
    if (this.nodes.length === 0) return super.get_config();
    const { name, trainable } = this;
    return { name, trainable, ...describe(this.nodes, this.inputs, this.outputs, this.manyOutputs) };
  }
  override compute_output_shape(input_shape: any): any {
    if (this.nodes.length === 0) return super.compute_output_shape(input_shape);
    const shapes = this.outputs.map((o) => [input_shape[0], ...o.shape.slice(1)]);
    return this.manyOutputs ? shapes : shapes[0]!;
  }

  /** Builds from a shape by running the model on zeros. */
  override build(input_shape: any): void {
    if (this.built || this.nodes.length > 0) return;
    const shape = (input_shape as Shape).map((d) => d ?? 1);
    const zeros = fromArray(tensorFamily(), new Float32Array(shape.reduce((a, b) => a * b, 1)), shape, 'float32');
    this.built = true;
    withGrad(false, () => this.call(zeros, withContext({}, { training: false })));
  }
  /** The shape and dtype that a subclassed model was built with: null for the batch. */
  get known_input(): { readonly shape: Shape; readonly dtype: string } | null {
    const shape = this.build_shape;
    if (this.nodes.length > 0 || shape === null || Array.isArray(shape[0])) return null;
    return { shape: shape as Shape, dtype: this.first_dtype ?? 'float32' };
  }
  private first_dtype: string | null = null;
  override __call__(inputs: any, options: any = {}): any {
    if (this.first_dtype === null && inputs?.scalarType !== undefined) this.first_dtype = inputs.scalarType;
    return super.__call__(inputs, options);
  }
  override ensureBuilt(shapes: Shape | readonly Shape[]): void {
    // a subclass builds its layers in its own first call
    if (!this.built) this.build_shape = shapes;
    this.built = true;
  }

  summary(...args: SummaryArguments): void {
    if (!this.built && this.layers.length === 0 && this.nodes.length === 0)
      throw valueError(
        'This model has not yet been built. Build the model first by calling `build()` or by calling the model on a batch of data.',
      );
    printSummary(this, args);
  }

  /** Writes the model in Stele's form; the path ends in `.keras`. @throws ValueError for another ending. */
  save(...args: saving.SaveArguments): void {
    saving.saveModel(this, args);
  }
  /** Writes the weights in Stele's form; the path ends in `.weights.h5`. @throws ValueError for another ending. */
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
