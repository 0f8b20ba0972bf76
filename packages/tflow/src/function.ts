import {
  Tensor as CoreTensor,
  currentTracer,
  type FunctionDescription,
  functionDescription,
  Graph,
  isKeywords,
  isTuple,
  ops,
  setTracer,
  traceInto,
} from '@stele/core';
import { NDArray } from '@stele/core/numpy';
import { PyFloat } from '@stele/core/printing';
import { variablesMade } from '@stele/keraslike';
import { asGraphFunction } from './autograph';
import { setGraphHook } from './dispatch';
import { kernelName } from './dtypes';
import { InvalidArgumentError, OpError, valueError } from './errors';
import { entriesOf, isRecord, leavesOf, mapLeaves } from './nest';
import { enterGraph } from './random';
import { TensorShape } from './shape';
import { type Dims, dimsOf, fits, isPartial, nameSymbol, shapeOf, TensorSpec, widened } from './spec';
import { type Tensor, type TensorLike, tfFamily, toTensor } from './tensor';
import { FunctionGraph, specOf, step, symbolFor, tracingHook } from './tracing';
import { setVariableTracer, type Variable, type VariableTracer } from './variable';

type Body = (...args: any[]) => unknown;

/** A place in a result where an output of the graph goes. */
class Slot {
  readonly index: number;
  constructor(index: number) {
    this.index = index;
  }
}
interface Trace {
  readonly dims: readonly Dims[];
  readonly examples: readonly (readonly number[])[];
  readonly graph: FunctionGraph;
  readonly symbols: readonly Tensor[];
  readonly outputs: readonly CoreTensor[];
  readonly structure: unknown;
  /** The same body traced for other sizes, where its steps hold for the examples' only. */
  readonly variants: Map<string, Trace>;
}

/** What `tf.function` takes beside the function. */
export interface FunctionOptions {
  readonly input_signature?: unknown;
  readonly autograph?: boolean;
  readonly jit_compile?: boolean | null;
  readonly reduce_retracing?: boolean;
}

/** A function that `tf.function` made: called like the original, traced once per signature. */
export interface TracedFunction<A extends readonly any[], R> {
  (...args: A): R;
  experimental_get_tracing_count(): number;
  get_concrete_function(...args: readonly unknown[]): ConcreteFunction;
  pretty_printed_concrete_signatures(): string;
  readonly input_signature: unknown;
  readonly python_function: (...args: A) => R;
}
/** One trace of a function, for one signature. */
export interface ConcreteFunction {
  (...args: readonly unknown[]): any;
  readonly name: string;
  readonly inputs: readonly Tensor[];
  readonly outputs: readonly Tensor[];
  readonly structured_outputs: unknown;
  readonly structured_input_signature: unknown;
  readonly function_type: FunctionType;
  readonly graph: GraphView;
  readonly variables: readonly Variable[];
  readonly trainable_variables: readonly Variable[];
  readonly captured_inputs: readonly Tensor[];
  pretty_printed_signature(): string;
}

/** The signature of a concrete function as TensorFlow prints it. */
class FunctionType {
  private readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
  toString(): string {
    return this.text;
  }
  __str__(): string {
    return this.text;
  }
}
/** What there is to see of a graph from outside. */
export class GraphView {
  private readonly traced: { readonly graph: Graph; readonly symbols: readonly CoreTensor[] };
  constructor(traced: { readonly graph: Graph; readonly symbols: readonly CoreTensor[] }) {
    this.traced = traced;
  }
  get_operations(): readonly { name: string; type: string }[] {
    const seen = new Map<string, number>();
    const unique = (name: string): string => {
      const n = seen.get(name) ?? 0;
      seen.set(name, n + 1);
      return n === 0 ? name : `${name}_${n}`;
    };
    return [
      ...this.traced.symbols.map((_, i) => ({ name: unique(`args_${i}`), type: 'Placeholder' })),
      ...this.traced.graph.steps.map((s) => ({ name: unique(s.name), type: s.name })),
    ];
  }
}

const identities = new WeakMap<object, number>();
let nextIdentity = 0;
function identity(value: object): number {
  let id = identities.get(value);
  if (id === undefined) identities.set(value, (id = nextIdentity++));
  return id;
}

const isVariable = (value: unknown): value is Variable => value instanceof CoreTensor && 'assign' in value;
const isPlainTensor = (value: unknown): value is CoreTensor => value instanceof CoreTensor && !isVariable(value);
const isInput = (value: unknown): value is CoreTensor | TensorSpec =>
  isPlainTensor(value) || value instanceof TensorSpec;

/** What two calls must share to use one trace, but for shapes; tensors and specs among the arguments are collected. */
function signature(value: unknown, inputs: (CoreTensor | TensorSpec)[]): string {
  if (isInput(value)) {
    inputs.push(value);
    return `T${value instanceof TensorSpec ? value.dtype.name : value.scalarType}`;
  }
  if (Array.isArray(value)) {
    const inner = value.map((part) => signature(part, inputs)).join(';');
    return isTuple(value) ? `(${inner})` : `[${inner}]`;
  }
  const entries = entriesOf(value);
  if (entries !== null)
    return `{${entries.map(([key, part]) => `${JSON.stringify(key)}:${signature(part, inputs)}`).join(';')}}`;
  // to Python 1, 1.0 and True are one key
  if (value instanceof PyFloat) return `n${Object.is(value.value, -0) ? '-0' : value.value}`;
  if (typeof value === 'number' || typeof value === 'boolean' || typeof value === 'bigint')
    return `n${Object.is(value, -0) ? '-0' : Number(value)}`;
  if ((typeof value === 'object' && value !== null) || typeof value === 'function') return `#${identity(value)}`;
  return `${typeof value}:${JSON.stringify(value)}`;
}

const singleton =
  'tf.function only supports singleton tf.Variables created on the first call. Make sure the tf.Variable is only created once or created outside tf.function. See https://www.tensorflow.org/guide/function#creating_tfvariables for more information.';

/** A value that a function gave back, as a tensor of the graph. */
function returned(value: unknown, where: string): CoreTensor | null {
  if (isVariable(value)) return ops.clone(value);
  if (value instanceof CoreTensor) return value;
  if (value === null || value === undefined) return null;
  if (value instanceof TensorShape) return toTensor([...value] as number[], 'int32');
  const number =
    typeof value === 'number' || typeof value === 'boolean' || value instanceof PyFloat || value instanceof NDArray;
  if (number) return toTensor(value as TensorLike);
  const type = (value as { __typename__?: string }).__typename__ ?? (value as object).constructor?.name ?? typeof value;
  throw new TypeError(
    `To be compatible with tf.function, Python functions must return zero or more Tensors or ExtensionTypes or None values; in compilation of ${where}, found return value of type ${type === 'Object' ? 'object' : type}, which is not a Tensor or ExtensionType.`,
  );
}

/** Structures whose values go in and out of graphs as tensors, TensorArray among them. */
export interface Carrier {
  /** The tensors that stand for the value. */
  toGraph(): readonly CoreTensor[];
  /** The value that other tensors stand for. */
  fromGraph(tensors: readonly CoreTensor[]): unknown;
}
const isCarrier = (value: unknown): value is Carrier =>
  typeof value === 'object' && value !== null && typeof (value as Carrier).toGraph === 'function';

export interface TraceRequest {
  readonly body: Body;
  readonly args: readonly unknown[];
  readonly dims: readonly Dims[];
  readonly examples: readonly (readonly number[])[];
  readonly dtypes: readonly string[];
  readonly names: readonly string[];
  readonly first: boolean;
  readonly autograph: boolean;
  readonly label: string;
}

/** Runs a function once with symbolic tensors in place of the inputs among its arguments. */
export function trace(request: TraceRequest): [Trace, number] {
  const { body, args, dims, examples, first, label } = request;
  const graph = new FunctionGraph();
  const symbols = dims.map((d, i) => {
    const symbol = symbolFor(graph, d, request.dtypes[i] as never, examples[i]!);
    nameSymbol(symbol, `${request.names[i] ?? `args_${i}`}:0`);
    return symbol;
  });
  let created = 0;
  const variables: VariableTracer = {
    created: (_variable, initial) => {
      if (!first) throw valueError(singleton);
      created++;
      return graph.evaluate(initial) as Tensor;
    },
    assigned: (variable: Variable, value) => {
      // in a branch of the graph the branch's own steps assign
      const current = currentTracer();
      (current instanceof Graph ? current : graph).effect('assign', [value], [], tfFamily, ([next]) => {
        variable.write(next!);
        return [];
      });
      return true;
    },
  };
  const outputs: CoreTensor[] = [];
  const layersBefore = variablesMade();
  const before = setVariableTracer(variables);
  const hook = setGraphHook(tracingHook);
  const leave = enterGraph(graph);
  try {
    const structure = traceInto(graph, () => {
      let i = 0;
      const given = args.map((arg) => mapLeaves(arg, (leaf) => (isInput(leaf) ? symbols[i++] : leaf)));
      const raw = asGraphFunction(() => body(...given), request.autograph);
      return mapLeaves(raw, (leaf) => {
        if (isCarrier(leaf)) {
          const slots = leaf.toGraph().map((t) => new Slot(outputs.push(t) - 1));
          return { carrier: leaf, slots };
        }
        const tensor = returned(leaf, label);
        return tensor === null ? null : new Slot(outputs.push(tensor) - 1);
      });
    });
    const built = variablesMade() - layersBefore;
    if (built > 0 && !first) throw valueError(singleton);
    return [{ dims, examples, graph, symbols, outputs, structure, variants: new Map() }, created + built];
  } finally {
    leave();
    setGraphHook(hook);
    setVariableTracer(before);
  }
}

/** Runs a trace on tensors: written as one step into a graph that does not know their sizes. */
function runTrace(found: Trace, tensors: readonly CoreTensor[]): unknown {
  const run = (values: readonly CoreTensor[]) => found.graph.replay(found.symbols, values, found.outputs);
  const values = tensors.some(isPartial)
    ? step('StatefulPartitionedCall', tensors, found.outputs.map(specOf), run)
    : run(tensors);
  return mapLeaves(found.structure, (leaf) => {
    if (leaf instanceof Slot) return values[leaf.index];
    return leaf;
  });
}

export { runTrace };

let eagerly = false;
/** Runs the bodies of tf.functions as they are, for debugging. */
export const run_functions_eagerly = (on: unknown): void => {
  eagerly = Boolean(on);
};
export const functions_run_eagerly = (): boolean => eagerly;

/** A spec, or a structure of them, as TensorFlow writes it in a function's type. */
function typeText(value: unknown): string {
  if (value instanceof TensorSpec) return String(value);
  if (isPlainTensor(value)) return String(TensorSpec.from_tensor(value));
  if (isTuple(value)) return `Tuple[${value.map(typeText).join(', ')}]`;
  if (Array.isArray(value)) return `List[${value.map(typeText).join(', ')}]`;
  const entries = entriesOf(value);
  if (entries !== null) return `Dict[${entries.map(([k, v]) => `['${String(k)}', ${typeText(v)}]`).join(', ')}]`;
  return `Literal[${pythonText(value)}]`;
}
function pythonText(value: unknown): string {
  if (value === null || value === undefined) return 'None';
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  if (typeof value === 'string') return `'${value}'`;
  if (value instanceof PyFloat) return Number.isInteger(value.value) ? `${value.value}.0` : String(value.value);
  if (isTuple(value)) return `(${value.map(pythonText).join(', ')}${value.length === 1 ? ',' : ''})`;
  if (Array.isArray(value)) return `[${value.map(pythonText).join(', ')}]`;
  const repr = (value as { __repr__?: () => string }).__repr__;
  return typeof repr === 'function' ? repr.call(value) : String(value);
}

let serial = 0;
const suffix = (): number => 10 * ++serial + 3;

/** Warns of functions that are traced at almost every call, as TensorFlow does: twice at most. */
class RetracingDetector {
  private readonly callsPerTracing: number[] = [];
  private calls = 0;
  private warnings = 0;
  traced(name: string, quiet: boolean): void {
    this.calls++;
    this.callsPerTracing.push(1);
    while (this.callsPerTracing.length > 0 && this.calls - this.callsPerTracing[0]! > 10)
      this.calls -= this.callsPerTracing.shift()!;
    if (quiet || this.warnings >= 2 || this.callsPerTracing.length < 5) return;
    this.warnings++;
    console.warn(
      `${this.callsPerTracing.length} out of the last ${this.calls} calls to ${name} triggered tf.function retracing. Tracing is expensive and the excessive number of tracings could be due to (1) creating @tf.function repeatedly in a loop, (2) passing tensors with different shapes, (3) passing Python objects instead of tensors. For (1), please define your @tf.function outside of the loop. For (2), @tf.function has reduce_retracing=True option that can avoid unnecessary retracing. For (3), please refer to https://www.tensorflow.org/guide/function#controlling_retracing and https://www.tensorflow.org/api_docs/python/tf/function for  more details.`,
    );
  }
  reused(): void {
    if (this.callsPerTracing.length === 0) this.callsPerTracing.push(0);
    this.callsPerTracing[this.callsPerTracing.length - 1]!++;
    this.calls++;
  }
}

/** The arguments in the order of the parameters, defaults filled in; those that have no place follow. */
function bindDescribed(
  d: FunctionDescription,
  args: readonly unknown[],
  fail: (why: string, args: readonly unknown[]) => Error,
): unknown[] {
  const last = args.at(-1);
  const named: Record<string, unknown> = isKeywords(last) && args.length > 0 ? (last as Record<string, unknown>) : {};
  const given = Object.keys(named).some(
    (k) => d.positional.includes(k) || d.keywordOnly.includes(k) || d.keywords !== null,
  )
    ? args.slice(0, -1)
    : args;
  const names = given === args ? {} : named;
  if (given.length > d.positional.length && d.rest === null) throw fail('too many positional arguments', args);
  const out: unknown[] = [...given];
  for (let i = given.length; i < d.positional.length; i++) {
    const key = d.positional[i]!;
    if (key in names) out.push(names[key]);
    else if (key in d.defaults) out.push(d.defaults[key]);
    else throw fail(`missing a required argument: '${key}'`, args);
  }
  const options: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(names)) {
    if (d.positional.includes(key)) {
      if (d.positional.indexOf(key) < given.length) throw fail(`multiple values for argument '${key}'`, args);
    } else if (d.keywordOnly.includes(key) || d.keywords !== null) options[key] = value;
    else throw fail(`got an unexpected keyword argument '${key}'`, args);
  }
  for (const key of d.keywordOnly) if (!(key in options) && key in d.defaults) options[key] = d.defaults[key];
  if (Object.keys(options).length > 0) out.push(options);
  return out;
}

/** NumPy's values go in as tensors. */
const asInputs = (value: unknown): unknown =>
  mapLeaves(value, (leaf) => (leaf instanceof NDArray || ArrayBuffer.isView(leaf) ? toTensor(leaf as NDArray) : leaf));

/** An error of a kernel that a graph ran, as TensorFlow reports it. */
function executionError(error: unknown, name: string): unknown {
  if (!(error instanceof OpError) || error.message.startsWith('Graph execution error')) return error;
  const op = /\[Op:(\w+)\]/.exec(error.message)?.[1] ?? (/^assertion failed/.test(error.message) ? 'Assert' : name);
  const text = error.message.replace(/^\{\{function_node [^}]*\}\}\s*/, '').replace(/\s*\[Op:\w+\].*$/s, '');
  const Same = error.constructor as new (message: string) => OpError;
  return new Same(
    `Graph execution error:\n\nDetected at node ${op} defined at (most recent call last):\n${text}\n\t [[{{node ${op}}}]] [Op:__inference_${name}_${suffix()}]`,
  );
}

class Polymorphic {
  readonly body: Body;
  private readonly options: FunctionOptions;
  private readonly about: FunctionDescription | null;
  private readonly traces = new Map<string, Trace[]>();
  private readonly concrete: ConcreteFunction[] = [];
  private readonly detector = new RetracingDetector();
  private readonly declared: readonly unknown[] | null;
  count = 0;
  private called = false;

  constructor(body: Body, options: FunctionOptions) {
    this.body = body;
    this.options = options;
    this.about = functionDescription(body);
    const given = options.input_signature;
    this.declared = given === undefined || given === null ? null : Array.isArray(given) ? given : [given];
    for (const leaf of leavesOf(this.declared ?? []))
      if (!(leaf instanceof TensorSpec))
        throw new TypeError(
          `input_signature must be a possibly nested sequence of TensorSpec objects, got ${pythonText(given)}.`,
        );
  }

  get label(): string {
    return `<function ${this.about?.qualname ?? this.body.name} at 0x7f00${identity(this.body).toString(16).padStart(8, '0')}>`;
  }
  private get names(): readonly string[] {
    return this.about?.positional ?? [];
  }
  private signatureText(types: readonly unknown[] | null): string {
    const names = this.names.length > 0 ? this.names : (types ?? []).map((_, i) => `args_${i}`);
    const parts = names.map((name, i) => {
      if (types !== null && i < types.length) return `${name}: ${typeText(types[i])}`;
      return this.about !== null && name in this.about.defaults
        ? `${name}=${pythonText(this.about.defaults[name])}`
        : name;
    });
    return `(${parts.join(', ')})`;
  }
  private bindingError(why: string, args: readonly unknown[], types: readonly unknown[] | null = this.declared): Error {
    const last = args.at(-1);
    const named = isKeywords(last) ? Object.entries(last as Record<string, unknown>) : [];
    const shown = named.length > 0 ? args.slice(0, -1) : args;
    const list = shown.map(pythonText).join(', ');
    return new TypeError(
      `Binding inputs to tf.function failed due to \`${why}\`. Received args: (${list}${shown.length === 1 ? ',' : ''}) and kwargs: {${named.map(([k, v]) => `'${k}': ${pythonText(v)}`).join(', ')}} for signature: ${this.signatureText(types)}.`,
    );
  }

  bind(args: readonly unknown[]): unknown[] {
    const bound =
      this.about === null ? [...args] : bindDescribed(this.about, args, (why, given) => this.bindingError(why, given));
    if (this.declared === null) return bound.map(asInputs);
    const declared = this.declared;
    if (bound.length > declared.length && this.about === null)
      throw this.bindingError('too many positional arguments', args);
    return bound.map((value, i) => (i < declared.length ? this.cast(value, declared[i], args) : asInputs(value)));
  }

  /** An argument as the signature wants it. */
  private cast(value: unknown, want: unknown, args: readonly unknown[]): unknown {
    if (want instanceof TensorSpec) {
      if (value instanceof TensorSpec) {
        if (!value.is_subtype_of(want)) throw this.bindingError(`Can not cast ${value} to ${want}`, args);
        return value;
      }
      let tensor: CoreTensor;
      try {
        tensor =
          value instanceof CoreTensor
            ? isVariable(value)
              ? ops.clone(value)
              : value
            : toTensor(value as TensorLike, value instanceof NDArray ? null : want.dtype);
      } catch (error) {
        throw this.bindingError(
          (error as Error).message.replace(/^(Cannot convert) .* to/, `$1 ${pythonText(value)} to`),
          args,
        );
      }
      const own = TensorSpec.from_tensor(tensor);
      if (own.dtype !== want.dtype || !fits(own.dims, want.dims))
        throw this.bindingError(`Can not cast ${own} to ${TensorSpec.of(want.dims, want.dtype.name)}`, args);
      return tensor;
    }
    const parts = Array.isArray(want) ? want : null;
    if (parts !== null && Array.isArray(value)) {
      let i = 0;
      return mapLeaves(
        Object.setPrototypeOf(
          value.map((v) => this.cast(v, parts[i++], args)),
          Object.getPrototypeOf(value),
        ),
        (leaf) => leaf,
      );
    }
    const wanted = entriesOf(want);
    const given = entriesOf(value);
    if (wanted !== null && given !== null) {
      const by = new Map(wanted);
      const cast = given.map(([k, v]) => [k, this.cast(v, by.get(k), args)] as const);
      return value instanceof Map ? new Map(cast) : Object.fromEntries(cast);
    }
    return asInputs(value);
  }

  /** The trace for arguments: found, or made. */
  find(bound: readonly unknown[], counted: boolean): { found: Trace; inputs: (CoreTensor | TensorSpec)[] } {
    const inputs: (CoreTensor | TensorSpec)[] = [];
    const key = bound.map((arg) => signature(arg, inputs)).join('|');
    const own = inputs.map((t) => (t instanceof TensorSpec ? t.dims : dimsOf(t)));
    const known = this.traces.get(key) ?? [];
    const fitting = known.filter((t) => t.dims.every((d, i) => fits(own[i]!, d)));
    const exact = fitting.find((t) => t.dims.every((d, i) => fits(d, own[i]!)));
    const reusable = exact ?? fitting.at(-1);
    if (reusable !== undefined) {
      if (counted) this.detector.reused();
      return { found: reusable, inputs };
    }
    let dims: readonly Dims[] = own;
    const declared = this.declared === null ? [] : (leavesOf(this.declared) as TensorSpec[]);
    if (declared.length > 0) dims = own.map((d, i) => (declared[i] === undefined ? d : declared[i].dims));
    const last = known.at(-1);
    if (this.options.reduce_retracing && last !== undefined) dims = dims.map((d, i) => widened(d, last.dims[i]!));
    const found = this.trace(bound, inputs, dims);
    if (counted) this.detector.traced(this.label, false);
    this.traces.set(key, [...known, found]);
    return { found, inputs };
  }

  private trace(bound: readonly unknown[], inputs: readonly (CoreTensor | TensorSpec)[], dims: readonly Dims[]): Trace {
    const first = !this.called;
    this.called = true;
    const names: string[] = [];
    bound.forEach((arg, i) => {
      const leaves = leavesOf(arg).filter(isInput).length;
      for (let k = 0; k < leaves; k++) names.push(`${this.names[i] ?? `args_${i}`}${k === 0 ? '' : `_${k}`}`);
    });
    const request: TraceRequest = {
      body: this.body,
      args: bound,
      dims,
      examples: inputs.map((t, i) => exampleOf(t, dims[i]!)),
      dtypes: inputs.map((t) => (t instanceof TensorSpec ? t.dtype.name : t.scalarType)),
      names,
      first,
      autograph: this.options.autograph ?? true,
      label: this.label,
    };
    this.count++;
    try {
      let [found, created] = trace(request);
      if (created > 0) {
        // what was made on the first call stays; the graph that is kept must make nothing
        this.count++;
        [found] = trace({ ...request, first: false });
      }
      return found;
    } catch (error) {
      // the next call may make the variables that this one did not come to
      if (first) this.called = false;
      const { about } = this;
      throw about === null || about.lambda || request.autograph === false ? error : about.userError(error);
    }
  }

  run(found: Trace, bound: readonly unknown[], tensors: readonly CoreTensor[]): unknown {
    let chosen = found;
    const sizes = tensors.map((t) => t.sizes.join());
    if (found.graph.specialised && sizes.some((s, i) => s !== found.examples[i]!.join())) {
      const key = sizes.join('|');
      const kept = found.variants.get(key);
      chosen =
        kept ??
        this.trace(
          bound,
          tensors,
          tensors.map((t) => t.sizes),
        );
      if (kept === undefined) this.count--;
      found.variants.set(key, chosen);
    }
    if (currentTracer() !== null) return unpack(runTrace(chosen, tensors));
    try {
      return unpack(runTrace(chosen, tensors));
    } catch (error) {
      throw executionError(error, this.about?.name ?? this.body.name);
    }
  }

  call(args: readonly unknown[]): unknown {
    if (eagerly) return this.body(...args);
    const bound = this.bind(args);
    const { found, inputs } = this.find(bound, true);
    return this.run(found, bound, inputs as CoreTensor[]);
  }

  concreteFunction(args: readonly unknown[]): ConcreteFunction {
    const bound = this.declared !== null && args.length === 0 ? [...this.declared] : this.bind(args);
    const { found, inputs } = this.find(bound, false);
    const types = bound.map((arg) =>
      mapLeaves(arg, (leaf) => (isPlainTensor(leaf) ? TensorSpec.from_tensor(leaf) : leaf)),
    );
    const specs = inputs.map((t, i) =>
      TensorSpec.of(found.dims[i]!, t instanceof TensorSpec ? t.dtype.name : t.scalarType),
    );
    let k = 0;
    const shown = types.map((type) => mapLeaves(type, (leaf) => (leaf instanceof TensorSpec ? specs[k++] : leaf)));
    const name = `__inference_${this.about?.name ?? (this.body.name || 'function')}_${suffix()}`;
    const structured = mapLeaves(found.structure, (leaf) => (leaf instanceof Slot ? found.outputs[leaf.index] : leaf));
    const text = `${this.signatureText(shown)} -> ${typeText(structured)}`;
    const names = this.names;
    const run = (...given: readonly unknown[]): unknown => {
      const last = given.at(-1);
      const named = isKeywords(last) ? (last as Record<string, unknown>) : {};
      const placed = isKeywords(last) ? given.slice(0, -1) : given;
      const values: unknown[] = types.map((type, i) => {
        const key = names[i] ?? `args_${i}`;
        if (i < placed.length) return placed[i];
        if (key in named) return named[key];
        return leavesOf(type).some((leaf) => leaf instanceof TensorSpec) ? undefined : type;
      });
      const absent = values.indexOf(undefined);
      if (absent >= 0) {
        const key = names[absent] ?? `args_${absent}`;
        throw new TypeError(
          `${this.bindingError(`missing a required argument: '${key}'`, given, shown).message.replace(/\.$/, '')} -> ${typeText(structured)}.\nFallback to flat signature also failed due to: ${this.about?.name ?? 'f'}(${key}) missing required arguments: ${key}.`,
        );
      }
      const tensors: CoreTensor[] = [];
      values.forEach((value, i) => {
        if (!leavesOf(types[i]).some((leaf) => leaf instanceof TensorSpec)) return;
        for (const leaf of leavesOf(asInputs(value))) {
          const spec = specs[tensors.length]!;
          tensors.push(leaf instanceof CoreTensor ? leaf : toTensor(leaf as TensorLike, spec.dtype));
        }
      });
      tensors.forEach((t, i) => {
        const want = specs[i]!.dtype.name;
        if (t.scalarType !== want)
          throw new InvalidArgumentError(
            `cannot compute ${name} as input #${i}(zero-based) was expected to be a ${kernelName(want)} tensor but is a ${kernelName(t.scalarType)} tensor [Op:${name}]`,
          );
      });
      return this.run(found, values, tensors);
    };
    const captured = found.graph.captured(found.outputs, isVariable);
    const variables = captured.filter(isVariable);
    const made: ConcreteFunction = Object.assign(run, {
      inputs: found.symbols,
      outputs: found.outputs as readonly Tensor[],
      structured_outputs: structured,
      structured_input_signature: [shown, {}],
      function_type: new FunctionType(text),
      graph: new GraphView(found),
      variables,
      trainable_variables: variables.filter((v) => v.trainable),
      captured_inputs: captured as Tensor[],
      pretty_printed_signature: () => text,
    });
    Object.defineProperty(made, 'name', { value: name });
    this.concrete.push(made);
    return made;
  }
  printed(): string {
    return this.concrete.map((f) => f.pretty_printed_signature()).join('\n\n');
  }
  get signature(): unknown {
    return this.declared;
  }
}

/** What was carried through a graph, put together again. */
const unpack = (value: unknown): unknown => {
  if (isRecord(value) && isCarrier(value.carrier)) return value.carrier.fromGraph(value.slots as CoreTensor[]);
  if (Array.isArray(value) || entriesOf(value) !== null) {
    if (Array.isArray(value)) {
      const out = Array.from(value, unpack);
      const prototype = Object.getPrototypeOf(value);
      return prototype === Array.prototype ? out : Object.setPrototypeOf(out, prototype);
    }
    if (value instanceof Map) return new Map([...value].map(([k, v]) => [k, unpack(v)]));
    return Object.fromEntries(Object.entries(value as object).map(([k, v]) => [k, unpack(v)]));
  }
  return value;
};

export { unpack };

const exampleOf = (t: CoreTensor | TensorSpec, dims: Dims): readonly number[] =>
  t instanceof CoreTensor ? t.sizes : (dims ?? []).map((d) => d ?? 2);

/** The shape of a symbolic input for messages. */
export const shapeText = (t: CoreTensor): string => String(shapeOf(dimsOf(t)));

const optionNames = [
  'input_signature',
  'autograph',
  'jit_compile',
  'reduce_retracing',
  'experimental_implements',
  'experimental_autograph_options',
  'experimental_attributes',
  'experimental_relax_shapes',
  'experimental_compile',
  'experimental_follow_type_hints',
];
function optionsFrom(args: readonly unknown[]): FunctionOptions {
  const out: Record<string, unknown> = {};
  const last = args.at(-1);
  const named = isRecord(last) || last instanceof Map ? entriesOf(last)! : [];
  (named.length > 0 || isRecord(last) ? args.slice(0, -1) : args).forEach((value, i) => {
    out[optionNames[i]!] = value;
  });
  for (const [key, value] of named) {
    if (!optionNames.includes(String(key)) && key !== 'func')
      throw new TypeError(`function() got an unexpected keyword argument '${String(key)}'`);
    out[String(key)] = value;
  }
  if (out.reduce_retracing === undefined) out.reduce_retracing = Boolean(out.experimental_relax_shapes);
  return out as FunctionOptions;
}

/**
 * Traces a function once per signature (shapes and dtypes of tensors, values of everything else) and replays the graph
 * after that: side effects of the JavaScript body happen only while tracing, assignments to variables at every call.
 *
 * ```ts
 * const double = tf.function((x: tf.Tensor) => x.mul(2));
 * double(tf.constant([1, 2])); // [2 4]
 * ```
 * @see https://www.tensorflow.org/api_docs/python/tf/function
 */
export function tfFunction<A extends readonly any[], R>(
  body: (...args: A) => R,
  ...options: readonly unknown[]
): TracedFunction<A, R>;
export function tfFunction(
  options: FunctionOptions | null,
): <A extends readonly any[], R>(body: (...args: A) => R) => TracedFunction<A, R>;
export function tfFunction(...args: readonly unknown[]): unknown {
  const [first, ...rest] = args;
  if (typeof first !== 'function') {
    const named = isRecord(first) ? first : undefined;
    if (named === undefined && first !== null && first !== undefined)
      throw new TypeError(`${pythonText(first)} is not a callable object`);
    const options = named === undefined ? rest : [named];
    if (typeof named?.func === 'function') return tfFunction(named.func as Body, named);
    return (body: Body) => tfFunction(body, ...options);
  }
  const body = first as Body;
  const made = new Polymorphic(body, optionsFrom(rest));
  const call = (...given: readonly unknown[]): unknown => made.call(given);
  Object.defineProperty(call, 'name', { value: body.name });
  return Object.assign(call, {
    experimental_get_tracing_count: () => made.count,
    get_concrete_function: (...given: readonly unknown[]) => made.concreteFunction(given),
    pretty_printed_concrete_signatures: () => made.printed(),
    input_signature: made.signature,
    python_function: body,
  });
}

/** Runs a body outside the graph that is being traced. */
export function init_scope<T>(body: () => T): T {
  const before = setTracer(null);
  const hook = setGraphHook(null);
  try {
    return body();
  } finally {
    setGraphHook(hook);
    setTracer(before);
  }
}
