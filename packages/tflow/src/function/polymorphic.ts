import {
  Tensor as CoreTensor,
  currentTracer,
  type FunctionDescription,
  functionDescription,
  isKeywords,
  ops,
  tupleOf,
} from '@stele/core';
import { NDArray } from '@stele/core/numpy';
import { PyFloat } from '@stele/core/printing';
import { asGraphFunction } from '../autograph';
import { kernelName } from '../dtypes';
import { InvalidArgumentError, OpError, outOfScope } from '../errors';
import { executionError } from '../graphErrors';
import { entriesOf, leavesOf, mapLeaves } from '../nest';
import { type Dims, dimsOf, fits, symbolName, TensorSpec, widened } from '../spec';
import { type Tensor, type TensorLike, toTensor } from '../tensor';
import { type ConcreteFunction, FunctionType, GraphView, suffix } from './concrete';
import { RetracingDetector } from './retracing';
import {
  asInputs,
  bindDescribed,
  identity,
  isStream,
  parametersText,
  pythonText,
  signature,
  typeText,
} from './signature';
import {
  type Body,
  exampleOf,
  isInput,
  isPlainTensor,
  isVariable,
  runTrace,
  Slot,
  type Trace,
  type TraceRequest,
  trace,
  unpack,
} from './trace';

let eagerly = false;
/** Runs the bodies of tf.functions as they are, for debugging. */
export const run_functions_eagerly = (on: unknown): void => {
  eagerly = Boolean(on);
};
export const functions_run_eagerly = (): boolean => eagerly;

/** What was thrown before it became an exception of Python on its way through a program. */
const thrownHere = (error: unknown): unknown => (error as { $js?: unknown } | null)?.$js ?? error;
const isExecution = (error: unknown): boolean => {
  const own = thrownHere(error);
  return own instanceof OpError && own.message.startsWith('Graph execution error');
};
/** A value's class as Python prints it. */
const classOf = (value: unknown): string => {
  if (value instanceof TensorSpec) return "<class 'tensorflow.python.framework.tensor.TensorSpec'>";
  const name =
    typeof value === 'number'
      ? 'int'
      : value instanceof PyFloat
        ? 'float'
        : typeof value === 'string'
          ? 'str'
          : ((value as { __typename__?: string } | null)?.__typename__ ?? (value === null ? 'NoneType' : typeof value));
  return `<class '${name}'>`;
};

/** What `tf.function` takes beside the function. */
export interface FunctionOptions {
  readonly input_signature?: unknown;
  readonly autograph?: boolean;
  readonly jit_compile?: boolean | null;
  readonly reduce_retracing?: boolean;
}

/** The traces behind concrete functions. */
export const tracesOf = new WeakMap<ConcreteFunction, Trace>();
/** What functions that `tf.function` made consist of. */
export const polymorphics = new WeakMap<object, Polymorphic>();

export class Polymorphic {
  readonly body: Body;
  private readonly options: FunctionOptions;
  private readonly about: FunctionDescription | null;
  private readonly traces = new Map<string, Trace[]>();
  private readonly printedTraces: (() => string)[] = [];
  private readonly detector = new RetracingDetector();
  private readonly declared: readonly unknown[] | null;
  count = 0;
  private called = false;

  constructor(body: Body, options: FunctionOptions) {
    this.body = body;
    this.options = options;
    this.about = functionDescription(body);
    const given = options.input_signature;
    if (given !== undefined && given !== null && !Array.isArray(given))
      throw new TypeError(`input_signature must be either a tuple or a list, got ${classOf(given)}.`);
    this.declared = given ?? null;
    for (const leaf of leavesOf(this.declared ?? []))
      if (!(leaf instanceof TensorSpec))
        throw new TypeError(
          `input_signature must be a possibly nested sequence of TensorSpec objects, got invalid args ${pythonText([leaf])} with types [${classOf(leaf)}].`,
        );
    // a method is told what its own instance is when it is bound
    const method = this.names[0] === 'self' ? 1 : 0;
    const missing = this.declared === null ? undefined : this.names[this.declared.length + method];
    if (missing !== undefined && !(missing in (this.about?.defaults ?? {})))
      throw new TypeError(`input_signature missing type constraint for ${missing}`);
  }

  get label(): string {
    return `<function ${this.about?.qualname ?? this.body.name} at 0x7f00${identity(this.body).toString(16).padStart(8, '0')}>`;
  }
  private get names(): readonly string[] {
    return this.about?.positional ?? [];
  }
  private signatureText(types: readonly unknown[] | null): string {
    const { about } = this;
    const names = this.names.length > 0 ? this.names : (types ?? []).map((_, i) => `args_${i}`);
    const captured = '<captured_default_value>';
    const parts = names.map((name, i) => {
      const has = about !== null && name in about.defaults;
      if (types !== null && i < types.length) return `${name}: ${typeText(types[i])}`;
      if (types !== null && has) return `${name}: ${typeText(about.defaults[name])} = ${captured}`;
      return has ? `${name}=${captured}` : name;
    });
    // of a function that takes any number of arguments those that have a name are known by their places
    if (about !== null && types !== null && about.rest !== null) parts.splice(names.length, 0, '/');
    if (about !== null && types !== null && about.keywordOnly.length > 0) {
      const given = types.length > names.length ? entriesOf(types.at(-1)) : null;
      const named = new Map(given ?? []);
      const own = about.keywordOnly.filter((name) => named.has(name) || name in about.defaults);
      if (own.length > 0)
        parts.push('*', ...own.map((n) => `${n}: ${typeText(named.has(n) ? named.get(n) : about.defaults[n])}`));
    }
    if (about !== null && types === null) {
      if (about.rest !== null) parts.push(`*${about.rest}`);
      else if (about.keywordOnly.length > 0) parts.push('*');
      for (const name of about.keywordOnly) parts.push(name in about.defaults ? `${name}=${captured}` : name);
      if (about.keywords !== null) parts.push(`**${about.keywords}`);
    }
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
    return bound.map((value, i) => {
      if (i < declared.length) return this.cast(value, declared[i], args);
      const name = this.names[i];
      const { about } = this;
      if (about !== null && name !== undefined && name in about.defaults) {
        const [own, wanted] = [typeText(asInputs(value)), typeText(about.defaults[name])];
        if (own !== wanted)
          throw this.bindingError(
            `Can not cast ${value instanceof CoreTensor ? own : pythonText(value)} to ${wanted}`,
            args,
          );
      }
      return asInputs(value);
    });
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
      if (given.length !== by.size || given.some(([k]) => !by.has(k)))
        throw this.bindingError(`${pythonText(value)} has different keys with the TraceType ${typeText(want)}.`, args);
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
    this.printedTraces.push(() => this.described(found, bound, inputs));
    return { found, inputs };
  }

  private trace(bound: readonly unknown[], inputs: readonly (CoreTensor | TensorSpec)[], dims: readonly Dims[]): Trace {
    const first = !this.called;
    this.called = true;
    const names: string[] = [];
    const declaredNames = this.declared === null ? [] : leavesOf(this.declared).map((s) => (s as TensorSpec).name);
    bound.forEach((arg, i) => {
      leavesOf(arg)
        .filter(isInput)
        .forEach((leaf, k) => {
          const given = leaf instanceof TensorSpec ? leaf.name : (declaredNames[names.length] ?? null);
          names.push(given ?? `${this.names[i] ?? `args_${i}`}${k === 0 ? '' : `_${k}`}`);
        });
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
      this.refuseLeaks(found);
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
      const plain = about === null || about.lambda || request.autograph === false || isExecution(error);
      throw plain ? error : about.userError(error);
    }
  }

  /** Tensors of functions that were traced before have no value in this one. */
  private refuseLeaks(found: Trace): void {
    if (currentTracer() !== null) return;
    const [leaked] = found.graph.captured(found.outputs, () => false);
    if (leaked !== undefined) throw outOfScope(leaked);
  }

  /** The same for other sizes; what does not fit them is an error of the run, not of the trace. */
  private variant(bound: readonly unknown[], tensors: readonly CoreTensor[]): Trace {
    try {
      return this.trace(
        bound,
        tensors,
        tensors.map((t) => t.sizes),
      );
    } catch (error) {
      throw this.ofTheRun(bound, error);
    }
  }
  /** The error of a run on values whose sizes the graph would not know before. */
  private ofTheRun(bound: readonly unknown[], traced: unknown): unknown {
    if (currentTracer() !== null) return traced;
    try {
      this.body(...bound);
    } catch (eager) {
      const own = thrownHere(eager);
      if (own instanceof OpError) return executionError(own, this.about?.name ?? this.body.name);
    }
    return traced;
  }

  run(found: Trace, bound: readonly unknown[], tensors: readonly CoreTensor[]): unknown {
    let chosen = found;
    const sizes = tensors.map((t) => t.sizes.join());
    if (found.graph.specialised && sizes.some((s, i) => s !== found.examples[i]!.join())) {
      const key = sizes.join('|');
      const kept = found.variants.get(key);
      chosen = kept ?? this.variant(bound, tensors);
      if (kept === undefined) this.count--;
      found.variants.set(key, chosen);
    }
    const streams = bound.flatMap((arg) => leavesOf(arg).filter(isStream));
    // within another trace the streams are not there yet
    if (streams.length > 0 && currentTracer() !== null)
      return asGraphFunction(() => this.body(...bound), this.options.autograph ?? true);
    streams.forEach((stream, i) => {
      chosen.streams[i]!.current = stream;
    });
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
    let trace: ReturnType<Polymorphic['find']>;
    try {
      trace = this.find(bound, true);
    } catch (error) {
      const open = leavesOf(this.declared ?? []).some((s) => s instanceof TensorSpec && !s.shape.is_fully_defined());
      throw open ? this.ofTheRun(bound, error) : error;
    }
    return this.run(trace.found, bound, trace.inputs as CoreTensor[]);
  }

  /** The types of the arguments of a trace: specs in place of tensors. */
  private typesOf(found: Trace, bound: readonly unknown[], inputs: readonly (CoreTensor | TensorSpec)[]): unknown[] {
    let k = 0;
    const declared = this.declared === null ? [] : (leavesOf(this.declared) as TensorSpec[]);
    return bound.map((arg) =>
      mapLeaves(arg, (leaf) => {
        if (!isInput(leaf)) return leaf;
        const t = inputs[k]!;
        const dims = found.dims[k++]!;
        const name = t instanceof TensorSpec ? t.name : (declared[k - 1]?.name ?? null);
        return TensorSpec.of(dims, t instanceof TensorSpec ? t.dtype.name : t.scalarType, name);
      }),
    );
  }
  private structured(found: Trace): unknown {
    return mapLeaves(found.structure, (leaf) => (leaf instanceof Slot ? found.outputs[leaf.index] : leaf));
  }
  /** A trace as TensorFlow prints its concrete function. */
  private described(found: Trace, bound: readonly unknown[], inputs: readonly (CoreTensor | TensorSpec)[]): string {
    const captured = found.graph.captured(found.outputs, isVariable);
    const captures = captured.map((t) => {
      const type = isVariable(t)
        ? 'TensorSpec(shape=(), dtype=tf.resource, name=None)'
        : String(TensorSpec.from_tensor(t));
      return `\n  ${140000000000000 + identity(t) * 16}: ${type}`;
    });
    return `Input Parameters:\n${parametersText(this.about, this.typesOf(found, bound, inputs))}\nOutput Type:\n  ${typeText(this.structured(found))}\nCaptures:${captures.length === 0 ? '\n  None' : captures.join('')}`;
  }

  concreteFunction(args: readonly unknown[]): ConcreteFunction {
    const bound = this.declared !== null && args.length === 0 ? [...this.declared] : this.bind(args);
    const { found, inputs } = this.find(bound, false);
    const types = bound.map((arg) =>
      mapLeaves(arg, (leaf) => (isPlainTensor(leaf) ? TensorSpec.from_tensor(leaf) : leaf)),
    );
    const shown = this.typesOf(found, bound, inputs);
    const specs = leavesOf(shown).filter((leaf): leaf is TensorSpec => leaf instanceof TensorSpec);
    const name = `__inference_${this.about?.name ?? (this.body.name || 'function')}_${suffix()}`;
    const structured = this.structured(found);
    const text = `${this.signatureText(shown)} -> ${typeText(structured)}`;
    const pretty = this.described(found, bound, inputs);
    const names = this.names;
    const run = (...given: readonly unknown[]): unknown => {
      const last = given.at(-1);
      const named = isKeywords(last) ? (last as Record<string, unknown>) : {};
      const placed = isKeywords(last) ? given.slice(0, -1) : given;
      const values: unknown[] = types.map((type, i) => {
        const key = names[i] ?? `args_${i}`;
        if (i < placed.length) return placed[i];
        if (key in named) return named[key];
        const label = type instanceof TensorSpec ? type.name : null;
        if (label !== null && label in named) return named[label];
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
      structured_input_signature: tupleOf<unknown>([tupleOf(this.namedSpecs(found, shown)), {}]),
      output_shapes: mapLeaves(structured, (leaf) => (leaf instanceof CoreTensor ? (leaf as Tensor).shape : leaf)),
      output_dtypes: mapLeaves(structured, (leaf) => (leaf instanceof CoreTensor ? (leaf as Tensor).dtype : leaf)),
      function_type: new FunctionType(text),
      graph: new GraphView(found.graph.listed, found.symbols, found.outputs as readonly Tensor[], variables),
      variables,
      trainable_variables: variables.filter((v) => v.trainable),
      captured_inputs: captured as Tensor[],
      pretty_printed_signature: () => pretty,
      __repr__: () =>
        `<ConcreteFunction ${text} at 0x7F00${identity(found).toString(16).toUpperCase().padStart(8, '0')}>`,
      __str__: () => `ConcreteFunction ${pretty}`,
    });
    Object.defineProperty(made, 'name', { value: name });
    tracesOf.set(made, found);
    return made;
  }
  /** Specs with the names of the tensors that they became. */
  private namedSpecs(found: Trace, types: readonly unknown[]): unknown[] {
    let k = 0;
    return types.map((type) =>
      mapLeaves(type, (leaf) =>
        leaf instanceof TensorSpec
          ? TensorSpec.of(leaf.dims, leaf.dtype.name, symbolName(found.symbols[k++]!).replace(/:0$/, ''))
          : leaf,
      ),
    );
  }
  printed(): string {
    return this.printedTraces.map((text) => text()).join('\n\n');
  }
  /** Every trace there is; of a function with a signature there is one at least. */
  allTraces(): Trace[] {
    if (this.traces.size === 0 && this.declared !== null) this.find([...this.declared], false);
    return [...this.traces.values()].flat();
  }
  /** Values of the last parameters unless they are given. */
  get defaults(): readonly unknown[] {
    const { about } = this;
    return about === null ? [] : this.names.flatMap((name) => (name in about.defaults ? [about.defaults[name]] : []));
  }
  /** What its parameters and the function itself are called. */
  get parameters(): readonly string[] {
    return this.names;
  }
  get title(): string {
    return this.about?.name ?? (this.body.name || 'function');
  }
  get signature(): unknown {
    return this.declared;
  }
}
