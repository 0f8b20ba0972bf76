import { Tensor as CoreTensor, fromArray, hostFiles, tupleOf } from '@stele/core';
import {
  type ConcreteFunction,
  FormatError,
  type GraphValue,
  readFunctions,
  readSavedModel,
  runFunction,
  type SavedFunctions,
  type SavedModel,
  type SavedParameters,
  type Structure,
  savedVariables,
  type VariableHandle,
} from '@stele/core/formats/savedmodel';
import type { TensorBundle } from '@stele/core/formats/tensorbundle';
import { readTensorProto } from '@stele/core/formats/tensorproto';
import { PyFloat } from '@stele/core/printing';
import { define } from '../define';
import { osError, valueError } from '../errors';
import { isStringLike, toPath } from '../io/strings';
import { entriesOf } from '../nest';
import { TensorSpec } from '../spec';
import { StringTensor, stringTensor } from '../strings';
import { Tensor, type TensorLike, tfFamily, toTensor } from '../tensor';
import { lossless, openBundle } from '../train/reader';
import { Variable } from '../variable';
import { graphHost } from './kernels';
import { LookupTable } from './nodes/tables';

type Spec = Extract<Structure, { kind: 'spec' }>;
const specText = (spec: Spec): string =>
  ['resource', 'variant'].includes(spec.dtype) ? `a tf.${spec.dtype}` : String(specOf(spec));

const fits = (t: CoreTensor, { dtype, shape }: Spec): boolean =>
  t.scalarType === dtype &&
  (shape === undefined || (shape.length === t.rank && shape.every((d, i) => d < 0 || d === t.sizes[i])));

const sameValue = (given: unknown, wanted: unknown): boolean =>
  typeof wanted === 'number' && (typeof given === 'number' || given instanceof PyFloat)
    ? Number(given) === wanted
    : given === wanted || String(given) === String(wanted);
/** The tensors of nested arguments in the order of a function's inputs; null where they do not fit. */
function matched(given: unknown, wanted: Structure): CoreTensor[] | null {
  switch (wanted.kind) {
    case 'none':
      return given === null || given === undefined ? [] : null;
    case 'value':
      return sameValue(given, wanted.value) ? [] : null;
    case 'spec': {
      if (given === undefined || given === null) return null;
      if (wanted.dtype === 'string') return textMatched(given, wanted);
      if (typeof given === 'string') return null;
      let t: CoreTensor;
      try {
        t = given instanceof Tensor ? given : toTensor(given as TensorLike, wanted.dtype);
      } catch {
        return null;
      }
      return fits(t, wanted) ? [t] : null;
    }
    case 'dict': {
      const entries = new Map((entriesOf(given) ?? []) as [string, unknown][]);
      if (entries.size !== wanted.fields.size) return null;
      // Python flattens dicts by their sorted keys
      return all([...wanted.fields.keys()].sort().map((key) => matched(entries.get(key), wanted.fields.get(key)!)));
    }
    default:
      if (!Array.isArray(given) || given.length !== wanted.parts.length) return null;
      return all(wanted.parts.map((part, i) => matched(given[i], part)));
  }
}
/** Texts for an input of texts. */
function textMatched(given: unknown, { shape }: Spec): CoreTensor[] | null {
  if (!isStringLike(given)) return null;
  const t = stringTensor(given);
  const fit = shape === undefined || (shape.length === t.rank && shape.every((d, i) => d < 0 || d === t.sizes[i]));
  // it goes through the graph untouched, like any value of the host's
  return fit ? [t as unknown as CoreTensor] : null;
}
const all = (lists: readonly (CoreTensor[] | null)[]): CoreTensor[] | null =>
  lists.includes(null) ? null : (lists as CoreTensor[][]).flat();

/** Results put into the structure that they had. */
function structured(values: readonly unknown[], wanted: Structure): unknown {
  let at = 0;
  const build = (s: Structure): unknown => {
    if (s.kind === 'none') return null;
    if (s.kind === 'value') return s.value;
    if (s.kind === 'spec') return values[at++];
    if (s.kind !== 'dict') return s.parts.map(build);
    return Object.fromEntries([...s.fields.keys()].sort().map((key) => [key, build(s.fields.get(key)!)]));
  };
  return build(wanted);
}

/** A function of a loaded model: called with what it was traced for. */
export interface RestoredFunction {
  (...args: readonly any[]): any;
  readonly structured_input_signature: unknown;
  readonly structured_outputs: unknown;
}

const handleOf = (variable: Variable): VariableHandle => ({
  read: () => variable.read_value(),
  assign: (value) => void variable.assign(value as Tensor),
});

class Loader {
  private readonly functions: SavedFunctions;
  private readonly model: SavedModel;
  private readonly variables = new Map<number, Variable>();
  private readonly made = new Map<number, unknown>();
  private readonly tables = new Map<number, LookupTable>();
  /** Variables of texts: their values. */
  private readonly texts = new Map<number, { value: StringTensor }>();

  /** Where the model lies. */
  private readonly folder: string;

  constructor(functions: SavedFunctions, model: SavedModel, bundle: TensorBundle | null, folder: string) {
    this.model = model;
    this.folder = folder;
    this.functions = functions;
    if (this.model.objects.length === 0)
      throw valueError(
        'tf.saved_model.load(): the model has no objects: TensorFlow 1 wrote it, and such models are not there yet',
      );
    if (bundle !== null) this.fill(bundle);
    this.makeTables();
  }
  /** Tables are filled by functions of their own. */
  private makeTables(): void {
    const resources = this.model.objects.flatMap((o, i) => (o.kind === 'resource' ? [[o, i] as const] : []));
    for (const [, node] of resources) this.tables.set(node, new LookupTable());
    for (const [{ children }] of resources) {
      const first = children.find((c) => c.name === '_initialize');
      const [name] = first === undefined ? [] : (this.functions.callables.get(first.node) ?? []);
      const concrete = name === undefined ? undefined : this.functions.concrete.get(name);
      if (concrete !== undefined) this.run(concrete, []);
    }
  }
  private fill(bundle: TensorBundle): void {
    for (const [, { node, key, name, trainable, dtype }] of savedVariables(this.model, bundle)) {
      if (dtype === 'string') {
        const texts = bundle.strings(key);
        this.texts.set(node, { value: new StringTensor(texts.data, texts.shape) });
        continue;
      }
      const { shape, data, dtype: stored } = lossless(() => bundle.tensor(key));
      if (stored !== dtype)
        throw valueError(`tf.saved_model.load(): variable ${name} is ${dtype}, its stored value ${stored}`);
      const value = fromArray(tfFamily, data, shape, stored) as Tensor;
      this.variables.set(node, new Variable(value, { trainable, name }));
    }
  }
  private bound(node: number): GraphValue {
    const variable = this.variables.get(node);
    if (variable !== undefined) return handleOf(variable);
    const text = this.texts.get(node);
    if (text !== undefined)
      return {
        read: () => text.value,
        assign: (value: unknown) => {
          text.value = value as StringTensor;
        },
      };
    const table = this.tables.get(node);
    if (table !== undefined) return table;
    const { asset } = this.model.objects[node] ?? {};
    if (asset !== undefined) return this.assetPath(asset);
    const constant = this.functions.constants.get(node);
    const proto = constant === undefined ? undefined : this.functions.graph.get(constant)?.attrs.get('value');
    const kind = this.model.objects[node]?.kind ?? 'unknown';
    if (proto === undefined)
      throw valueError(
        `tf.saved_model.load(): a function of the model uses object ${node}, a ${kind}; only variables and constants are there yet`,
      );
    const value = readTensorProto(proto.bytes(8));
    if (value.dtype === 'string') return new StringTensor(value.data, value.shape);
    return fromArray(tfFamily, value.data, value.shape, value.dtype);
  }
  /** The path of a file that came with the model; files outside of its folder are not its own. */
  private assetPath(name: string): StringTensor {
    if (name === '' || name.includes('/') || name.includes('\\') || name === '..')
      throw valueError(`tf.saved_model.load(): the asset '${name}' does not lie in the model's folder`);
    return stringTensor(`${this.folder}/assets/${name}`);
  }
  private run(concrete: ConcreteFunction, tensors: readonly CoreTensor[]): unknown {
    const values = [...tensors, ...concrete.bound.map((node) => this.bound(node))];
    const results = runFunction(this.functions, concrete.name, values).map((value) =>
      value instanceof StringTensor ? value : toTensor(value as Tensor),
    );
    return structured(results, concrete.output);
  }
  /** A function that picks, among its traces, the one its arguments fit. */
  private callable(names: readonly string[], spec: SavedParameters | undefined): RestoredFunction {
    const traces = names.map((name) => this.functions.concrete.get(name)).filter((c) => c !== undefined);
    const f = (...given: unknown[]): unknown => {
      const args = spec === undefined ? given : bound(given, spec);
      const last = args.at(-1);
      for (const concrete of traces) {
        const [positional, keywords] = partsOf(concrete.input);
        const wantsKeywords = keywords?.kind === 'dict' && keywords.fields.size > 0;
        const named = wantsKeywords && args.length > 0 ? last : {};
        const tensors = all([
          positional === undefined ? [] : matched(wantsKeywords ? args.slice(0, -1) : args, positional),
          keywords === undefined ? [] : matched(named, keywords),
        ]);
        // what the function takes by position may also come by name
        const byName = tensors ?? this.named(concrete, args);
        if (byName !== null) return this.run(concrete, byName);
      }
      const why = spec?.declared && traces.length === 1 ? mismatch(args, traces[0]!, spec.names) : null;
      if (why !== null) throw why;
      const shown = args.map((a) => (a instanceof Tensor ? a.__repr__() : String(a))).join(', ');
      const options = traces.map((c, i) => `  Option ${i + 1}:\n    ${describe(c.input)}`).join('\n\n');
      throw valueError(
        `Could not find matching concrete function to call loaded from the SavedModel. Got:\n  Positional arguments (${args.length} total):\n    * ${shown}\n\n Expected these arguments to match one of the following ${traces.length} option(s):\n\n${options}`,
      );
    };
    const [first] = traces;
    return Object.assign(f, {
      structured_input_signature: first === undefined ? null : plain(first.input),
      structured_outputs: first === undefined ? null : plain(first.output),
    }) as RestoredFunction;
  }
  private named(concrete: ConcreteFunction, args: readonly unknown[]): CoreTensor[] | null {
    const entries = args.length === 1 ? entriesOf(args[0]) : null;
    const specs = specsIn(concrete.input);
    // a signature of one input takes it by position too
    if (entries === null) return args.length === 1 && specs.length === 1 ? matched(args[0], specs[0]!) : null;
    const given = new Map(entries as [string, unknown][]);
    if (specs.length !== given.size) return null;
    return all(specs.map((spec) => matched(given.get(spec.name), spec)));
  }
  object(node: number): unknown {
    if (this.made.has(node)) return this.made.get(node);
    const object = this.model.objects[node]!;
    const keep = <T>(value: T): T => {
      this.made.set(node, value);
      return value;
    };
    if (object.variable !== undefined) return keep(this.variables.get(node) ?? this.texts.get(node)?.value);
    const names = this.functions.callables.get(node);
    if (names !== undefined) return keep(this.callable(names, this.functions.parameters.get(node)));
    if (object.kind === 'constant') return keep(this.bound(node));
    if (object.asset !== undefined)
      return keep(Object.assign(new LoadedObject(), { asset_path: this.assetPath(object.asset) }));
    const children = object.children;
    if (object.identifier === 'trackable_list_wrapper' || object.identifier === 'trackable_tuple_wrapper') {
      const out: unknown[] = keep([]);
      for (const child of children) if (/^\d+$/.test(child.name)) out[Number(child.name)] = this.object(child.node);
      return out;
    }
    const call = children.find((c) => c.name === '__call__');
    const plainDict = ['trackable_dict_wrapper', 'signature_map'].includes(object.identifier ?? '');
    const out = keep(
      plainDict
        ? new LoadedDict()
        : call === undefined
          ? new LoadedObject()
          : Object.setPrototypeOf(
              (...args: unknown[]) => (this.object(call.node) as RestoredFunction)(...args),
              LoadedObject.prototype,
            ),
    ) as Record<string, unknown>;
    for (const child of children) {
      const value = this.object(child.node);
      if (out instanceof LoadedDict) {
        out.set(child.name, value);
        // a name that a Map has of its own is found by get() alone
        if (child.name in out) continue;
      }
      Object.defineProperty(out, child.name, {
        value,
        enumerable: true,
        writable: true,
        configurable: true,
      });
    }
    return out;
  }
}
/** Arguments in the order of the parameters, those that come by name in their places, the others as they are by default. */
function bound(given: readonly unknown[], { names, defaults }: SavedParameters): unknown[] {
  const last = given.at(-1);
  const entries = given.length > 0 ? entriesOf(last) : null;
  const named =
    entries !== null && entries.length > 0 && entries.every(([key]) => names.indexOf(String(key)) >= given.length - 1)
      ? new Map(entries as [string, unknown][])
      : null;
  const placed = named === null ? given : given.slice(0, -1);
  const out = [...placed];
  const first = names.length - defaults.length;
  for (let i = placed.length; i < names.length; i++) {
    const name = names[i]!;
    if (named?.has(name)) out.push(named.get(name));
    else if (i >= first) out.push(plain(defaults[i - first]!));
    else return [...given];
  }
  return out;
}
const partsOf = (s: Structure): readonly Structure[] => (s.kind === 'tuple' || s.kind === 'list' ? s.parts : []);
const specsIn = (s: Structure): Spec[] =>
  s.kind === 'spec'
    ? [s]
    : s.kind === 'dict'
      ? [...s.fields.keys()].sort().flatMap((key) => specsIn(s.fields.get(key)!))
      : s.kind === 'list' || s.kind === 'tuple'
        ? s.parts.flatMap(specsIn)
        : [];
const plain = (s: Structure): unknown => {
  // tables and lists of tensors have no spec that could be shown
  if (s.kind === 'spec') return ['resource', 'variant'].includes(s.dtype) ? null : specOf(s);
  if (s.kind === 'dict') return Object.fromEntries([...s.fields].map(([key, part]) => [key, plain(part)]));
  if (s.kind === 'list') return s.parts.map(plain);
  if (s.kind === 'tuple') return tupleOf(s.parts.map(plain));
  return s.kind === 'value' ? s.value : null;
};
const specOf = ({ shape, dtype, name }: Spec): TensorSpec =>
  TensorSpec.of(shape === undefined ? null : shape.map((d) => (d < 0 ? null : d)), dtype, name === '' ? null : name);
/** Why arguments do not fit a function that was declared for one signature; null where that is not why. */
function mismatch(args: readonly unknown[], concrete: ConcreteFunction, names: readonly string[]): Error | null {
  const [positional] = partsOf(concrete.input);
  const wanted = positional === undefined ? [] : partsOf(positional);
  for (const [i, want] of wanted.entries()) {
    const given = args[i];
    if (want.kind !== 'spec' || !(given instanceof CoreTensor) || fits(given, want)) continue;
    const own = TensorSpec.from_tensor(given, want.name);
    const shown = args.map((a) => (a instanceof Tensor ? a.__repr__() : String(a))).join(', ');
    const signature = names.map((name, k) => {
      const spec = wanted[k];
      return spec?.kind === 'spec' ? `${name}: ${specOf(spec)}` : name;
    });
    return new TypeError(
      `Binding inputs to tf.function failed due to \`Can not cast ${own} to ${specOf(want)}\`. Received args: (${shown}${args.length === 1 ? ',' : ''}) and kwargs: {} for signature: (${signature.join(', ')}).`,
    );
  }
  return null;
}
const describe = (s: Structure): string =>
  specsIn(s)
    .map((spec) => `* ${specText(spec)}`)
    .join('\n    ');

/** A dict of a loaded model: a Map whose entries are attributes too. */
export class LoadedDict extends Map<string, any> {
  [name: string]: any;
}
/** Whether a folder holds a SavedModel. @see https://www.tensorflow.org/api_docs/python/tf/saved_model/contains_saved_model */
export const contains_saved_model = define(
  'tf.saved_model.contains_saved_model',
  'export_dir',
  (export_dir: unknown): boolean => {
    const folder = toPath('tf.saved_model.contains_saved_model()', export_dir).replace(/\/$/, '');
    return hostFiles('tf.saved_model.contains_saved_model()', 'models are files').exists(`${folder}/saved_model.pb`);
  },
);
/** An object of a loaded model, with the attributes that it had. */
export class LoadedObject {
  [name: string]: any;
}

/**
 * Loads what `tf.saved_model.save` or Keras' `model.export` wrote: the objects with their variables and functions, and
 * `signatures` by name. Functions run their graphs on this engine.
 *
 * ```ts
 * const x = tf.keras.Input([3], { name: 'x' });
 * tf.saved_model.save(new tf.keras.Model(x, new tf.keras.layers.Dense(2)(x)), 'folder');
 * const model = tf.saved_model.load('folder');
 * model.signatures.serving_default({ x: tf.ones([5, 3]) }).output_0.shape.as_list(); // [5, 2]
 * ```
 * @throws where a function is called whose graph has a kind of node that is not there yet: a sentence that names it.
 * @see https://www.tensorflow.org/api_docs/python/tf/saved_model/load
 */
export const load = define(
  'tf.saved_model.load',
  'export_dir, tags=None, options=None',
  (export_dir: unknown): LoadedObject => {
    const folder = toPath('tf.saved_model.load()', export_dir).replace(/\/$/, '');
    const files = hostFiles('tf.saved_model.load()', 'use readSavedModel of @stele/core/formats/savedmodel');
    const path = `${folder}/saved_model.pb`;
    if (!files.exists(path))
      throw osError(`SavedModel file does not exist at: ${folder}/{saved_model.pbtxt|saved_model.pb}`);
    const prefix = `${folder}/variables/variables`;
    const bundle = files.exists(`${prefix}.index`) ? openBundle(prefix, 'tf.saved_model.load()') : null;
    const bytes = files.read(path);
    const parsed = <T>(body: () => T): T => {
      try {
        return body();
      } catch (error) {
        if (!(error instanceof FormatError)) throw error;
        const why = error.message.includes('UTF-8') ? 'String field had bad UTF-8.' : 'Wire format was corrupt.';
        throw osError(`Cannot parse file b'${path}': Error parsing message with type 'tensorflow.SavedModel': ${why}`);
      }
    };
    if (bytes.length === 0)
      throw valueError(
        'Importing a SavedModel with `tf.saved_model.load` requires a `tags=` argument if there is more than one MetaGraph. Got `tags=None`, but there are 0 MetaGraphs in the SavedModel with tag sets: []. Pass a `tags=` argument to load this SavedModel.',
      );
    const model = parsed(() => readSavedModel(bytes));
    const functions = parsed(() => readFunctions(bytes, graphHost));
    const loader = lossless(() => new Loader(functions, model, bundle, folder));
    const root = loader.object(0) as LoadedObject;
    if (!('signatures' in root)) root.signatures = new LoadedDict();
    return root;
  },
);
