import { type Tensor as CoreTensor, type GraphFunction, isKeywords } from '@stele/core';
import {
  convertGraph,
  halveWeights,
  integerModel,
  quantizeWeights,
  type TfliteModel,
  writeTflite,
} from '@stele/core/formats/tflite';
import { keras } from '@stele/keraslike';
import { as_dtype } from '../dtypes';
import { valueError } from '../errors';
import type { ConcreteFunction } from '../function/concrete';
import { tfFunction } from '../function/function';
import { polymorphics, tracesOf } from '../function/polymorphic';
import type { Trace } from '../function/trace';
import { entriesOf } from '../nest';
import { ExportedModel } from '../saved_model/exported';
import { load } from '../saved_model/load';
import { atSizes, outputNamesOf } from '../saved_model/traces';
import { TensorSpec } from '../spec';
import { type TensorLike, toTensor } from '../tensor';
import { tfliteHost } from './operators';

const notThere = (message: string): Error => Object.assign(new Error(message), { name: 'NotImplementedError' });

/**
 * What a converter may do to make models smaller.
 * @see https://www.tensorflow.org/api_docs/python/tf/lite/Optimize
 */
export class Optimize {
  static readonly DEFAULT = 'DEFAULT';
  static readonly OPTIMIZE_FOR_SIZE = 'OPTIMIZE_FOR_SIZE';
  static readonly OPTIMIZE_FOR_LATENCY = 'OPTIMIZE_FOR_LATENCY';
  static readonly EXPERIMENTAL_SPARSITY = 'EXPERIMENTAL_SPARSITY';
}
/**
 * The operators that a model may have: TFLite's own are what is written here.
 * @see https://www.tensorflow.org/api_docs/python/tf/lite/OpsSet
 */
export class OpsSet {
  static readonly TFLITE_BUILTINS = 'TFLITE_BUILTINS';
  static readonly SELECT_TF_OPS = 'SELECT_TF_OPS';
  static readonly TFLITE_BUILTINS_INT8 = 'TFLITE_BUILTINS_INT8';
}
/**
 * What a model is converted for.
 * @see https://www.tensorflow.org/api_docs/python/tf/lite/TargetSpec
 */
export class TargetSpec {
  /** `[tf.float16]`, together with `optimizations`, stores the weights as halves. */
  supported_types: readonly unknown[] = [];
  supported_ops: readonly unknown[] = [OpsSet.TFLITE_BUILTINS];
}
/**
 * Examples for full integer quantization: a function that gives lists of inputs, or inputs by name.
 * @see https://www.tensorflow.org/api_docs/python/tf/lite/RepresentativeDataset
 */
export class RepresentativeDataset {
  readonly input_gen: unknown;
  constructor(input_gen: unknown) {
    this.input_gen = input_gen;
  }
}

/**
 * Turns Keras models, functions and SavedModels into TFLite models, FlatBuffers whose weights are float32 unless
 * `optimizations` says otherwise.
 *
 * ```ts
 * const model = new tf.keras.Sequential([new tf.keras.layers.Dense(2, { input_shape: [3] })]);
 * const bytes = tf.lite.TFLiteConverter.from_keras_model(model).convert();
 * ```
 * @see https://www.tensorflow.org/api_docs/python/tf/lite/TFLiteConverter
 */
export class TFLiteConverter {
  /** What the signature is called, where there is one. */
  private readonly key: string | null;
  private readonly found: Trace;
  readonly target_spec = new TargetSpec();
  inference_input_type: unknown = 'float32';
  inference_output_type: unknown = 'float32';

  constructor(found: Trace, key: string | null = 'serving_default') {
    this.found = found;
    this.key = key;
  }
  /** @throws ValueError before the model is built. */
  static from_keras_model(model: keras.Model): TFLiteConverter {
    if (!(model instanceof keras.Model))
      throw valueError(`TFLiteConverter.from_keras_model(): expected a Keras model, received ${String(model)}`);
    return new TFLiteConverter(polymorphics.get(new ExportedModel(model).serve as object)!.allTraces()[0]!);
  }
  /** Takes one concrete function; the model has a signature if `trackable_obj` says whose function it is. */
  static from_concrete_functions(funcs: readonly unknown[], trackable_obj?: unknown): TFLiteConverter {
    if (!Array.isArray(funcs)) throw new TypeError(`'${typeof funcs}' object is not iterable`);
    if (funcs.length !== 1)
      throw notThere(
        `TFLiteConverter.from_concrete_functions(): models of ${funcs.length} functions are not there yet, only of one`,
      );
    const found = tracesOf.get(funcs[0] as ConcreteFunction);
    if (found === undefined)
      throw valueError(
        polymorphics.has(funcs[0] as object)
          ? 'This function takes in a list of ConcreteFunction. To get the ConcreteFunction from a Function, call get_concrete_function.'
          : 'This function takes in a list of ConcreteFunction.',
      );
    const owned = trackable_obj !== undefined && trackable_obj !== null;
    return new TFLiteConverter(found, owned ? 'serving_default' : null);
  }
  /** Reads a SavedModel and takes the signature of that key, `serving_default` unless given. */
  static from_saved_model(saved_model_dir: string, ...rest: readonly unknown[]): TFLiteConverter {
    const last = rest.at(-1);
    const named = isKeywords(last) ? (last as Record<string, unknown>) : {};
    const keys = (named.signature_keys ?? (isKeywords(rest[0]) ? null : rest[0])) as
      | readonly string[]
      | null
      | undefined;
    const { signatures } = load(saved_model_dir) as { signatures: Map<string, any> };
    const wanted = keys ?? ['serving_default'];
    if (wanted.length !== 1) throw valueError('Only support a single signature key.');
    const key = String(wanted[0]);
    const signature = signatures.get(key);
    if (signature === undefined)
      throw valueError(`Invalid signature key '${key}' found. Valid keys are '${[...signatures.keys()].join(',')}'.`);
    const [, inputs] = signature.structured_input_signature as [unknown, Record<string, any>];
    const names = Object.keys(inputs);
    const specs = names.map((name) => new TensorSpec(inputs[name].shape ?? null, inputs[name].dtype, name));
    const run = tfFunction(
      (...given: unknown[]) => signature(Object.fromEntries(names.map((name, i) => [name, given[i]]))),
      { input_signature: specs, autograph: false },
    );
    return new TFLiteConverter(polymorphics.get(run)!.allTraces()[0]!, key);
  }
  private given: readonly unknown[] = [];
  /** `[tf.lite.Optimize.DEFAULT]` makes large weights 8-bit integers (dynamic range quantization). */
  get optimizations(): readonly unknown[] {
    return this.given;
  }
  set optimizations(list: readonly unknown[]) {
    const known = Object.values(Optimize) as readonly unknown[];
    const odd = [...list].find((o) => !known.includes(o));
    if (odd !== undefined)
      throw valueError(`TFLiteConverter.optimizations: expected members of tf.lite.Optimize, received ${String(odd)}`);
    this.given = [...list];
  }
  private examples: RepresentativeDataset | null = null;
  /** A function that gives lists of inputs, one after another, by whose values integers are scaled. */
  get representative_dataset(): RepresentativeDataset | null {
    return this.examples;
  }
  set representative_dataset(value: unknown) {
    if (value === null || value === undefined) this.examples = null;
    else this.examples = value instanceof RepresentativeDataset ? value : new RepresentativeDataset(value);
  }

  /** The model as bytes. @throws FormatError that names an op without an operator. */
  convert(): Uint8Array<ArrayBuffer> {
    const kind = this.kind();
    this.checkTypes(kind);
    const { runs } = atSizes(this.found);
    const { names } = this.found.request;
    const outputs = outputNamesOf(this.found);
    const functions = [runs[0]!, runs.at(-1)!].map(
      (run): GraphFunction => ({
        graph: run.graph,
        inputs: run.inputs.map((t, i) => [names[i] ?? `args_${i}`, t] as const),
        outputs: run.outputs.map((t, i) => [outputs[i]!, t] as const),
      }),
    );
    const [first, other] = functions as [GraphFunction, GraphFunction];
    const model = runs.length === 1 ? convertGraph(first) : convertGraph(first, other);
    const { key } = this;
    const signatures = key === null ? [] : (model.signatures?.map((s) => ({ ...s, key })) ?? []);
    return writeTflite({ ...this.smaller({ ...model, signatures }, kind), description: 'Stele' });
  }
  /** What the settings ask for together. */
  private kind(): 'float' | 'halves' | 'dynamic' | 'integer' {
    const { supported_ops, supported_types } = this.target_spec;
    const types = supported_types.map((t) => as_dtype(t as never).name);
    const known: readonly unknown[] = [OpsSet.TFLITE_BUILTINS, OpsSet.TFLITE_BUILTINS_INT8, OpsSet.SELECT_TF_OPS];
    const odd = supported_ops.find((o) => !known.includes(o));
    if (odd !== undefined) throw notThere(`TFLiteConverter.target_spec.supported_ops: ${String(odd)} is not there yet`);
    const wanted = supported_ops.includes(OpsSet.TFLITE_BUILTINS_INT8) || types.includes('int8');
    if (wanted && this.examples === null)
      throw valueError(
        'representative_dataset is required when specifying TFLITE_BUILTINS_INT8 or INT8 supported types.',
      );
    if (this.given.length === 0) return wanted ? 'integer' : 'float';
    if (types.includes('float16')) return 'halves';
    return this.examples === null ? 'dynamic' : 'integer';
  }
  private checkTypes(kind: string): void {
    const types = [this.inference_input_type, this.inference_output_type].map((t) => as_dtype(t as never).name);
    if (kind !== 'integer') {
      if (types.some((t) => t !== 'float32'))
        throw valueError('The inference_input_type and inference_output_type must be tf.float32.');
      return;
    }
    if (types.some((t) => t !== 'float32' && t !== 'int8' && t !== 'uint8'))
      throw valueError(
        "The inference_input_type and inference_output_type must be in ['tf.float32', 'tf.int8', 'tf.uint8', 'tf.int4'].",
      );
  }
  private smaller(model: TfliteModel, kind: ReturnType<TFLiteConverter['kind']>): TfliteModel {
    if (kind === 'float') return model;
    if (kind === 'halves') return halveWeights(model);
    if (kind === 'dynamic') return quantizeWeights(model);
    const type = (t: unknown) => as_dtype(t as never).name as 'float32' | 'int8' | 'uint8';
    const { supported_ops } = this.target_spec;
    return integerModel(model, {
      samples: this.samples(model),
      input: type(this.inference_input_type),
      output: type(this.inference_output_type),
      strict: supported_ops.length > 0 && supported_ops.every((o) => o === OpsSet.TFLITE_BUILTINS_INT8),
      host: tfliteHost,
    });
  }
  /** The examples as tensors, in the order of the model's inputs. */
  private *samples(model: TfliteModel): Iterable<readonly CoreTensor[]> {
    const { input_gen } = this.examples!;
    if (typeof input_gen !== 'function') throw new TypeError(`'${pythonType(input_gen)}' object is not callable`);
    const named = model.signatures?.[0]?.inputs;
    for (const given of input_gen() as Iterable<unknown>) {
      const entries = Array.isArray(given) ? null : entriesOf(given);
      const byName = entries === null ? null : new Map(entries.map(([key, value]) => [String(key), value]));
      const list = Array.isArray(given) ? given : [given];
      yield model.inputs.map((place, i) => {
        const name = Object.entries(named ?? {}).find(([, at]) => at === place)?.[0] ?? '';
        const value = byName === null ? list[i] : byName.get(name);
        const { dtype, shape, shapeSignature = shape } = model.tensors[place]!;
        if (value === undefined)
          throw valueError(
            `TFLiteConverter.representative_dataset: a sample has no value for input ${i}${name === '' ? '' : ` ('${name}')`}`,
          );
        const t = toTensor(value as TensorLike, dtype);
        if (t.rank !== shape.length || shapeSignature.some((d, axis) => d >= 0 && d !== t.sizes[axis]))
          throw valueError(
            `Cannot set tensor: Dimension mismatch. Got shape [${t.sizes.join(', ')}] but expected [${shapeSignature.join(', ')}] for input ${i}.`,
          );
        return t;
      });
    }
  }
}
const pythonType = (v: unknown): string => (typeof v === 'number' ? 'int' : Array.isArray(v) ? 'list' : typeof v);
