import {
  type TensorSpec as CoreSpec,
  Tensor as CoreTensor,
  currentTracer,
  customGradient,
  type DType,
  EngineError,
  fromNested,
  Graph,
  gradients,
  isDifferentiable,
  isFloating,
  numel,
  type Op,
  ops,
  type StepMeaning,
  setTracer,
  Tape,
  type TensorFamily,
  traceInto,
  unrecorded,
  withGrad,
} from '@stele/core';
import { buildingGraph, type GraphHook, provideEscapes, setGraphHook } from './dispatch';
import { rephrase } from './errors';
import { atManySizes, type Place } from './function/sizes';
import { graphRephrase } from './graphErrors';
import { leavesOf, mapLeaves } from './nest';
import { kernelNode, NodeNames, nodeKind } from './nodeNames';
import { enterGraph } from './random/seeds';
import { type Dims, dimsOf, isNamed, isPartial, nameSymbol, setDims } from './spec';
import { refinedDims } from './staticShapes';
import { type Tensor, tfFamily } from './tensor';
import { setVariableTracer, Variable } from './variable';

/** What is known of a step's result: example sizes, those that hold always, the element type. */
export interface ResultSpec extends CoreSpec {
  readonly dims: Dims;
}
export const specOf = (t: CoreTensor): ResultSpec => ({ sizes: t.sizes, scalarType: t.scalarType, dims: dimsOf(t) });

/** What is said of a tensor of a graph that is used where no graph is written. */
provideEscapes((args) => {
  if (currentTracer() !== null || buildingGraph()) return null;
  const found = leavesOf(args).find((leaf) => leaf instanceof CoreTensor && leaf.symbolic) as Tensor | undefined;
  if (found === undefined) return null;
  return new TypeError(
    `${found.__repr__()} is out of scope and cannot be used here. Use return values, explicit Python locals or TensorFlow collections to access it.\nPlease see https://www.tensorflow.org/guide/function#all_outputs_of_a_tffunction_must_be_return_values for more information.`,
  );
});
/** A node of a graph by its name and the type of its op. */
export interface NamedNode {
  readonly name: string;
  readonly type: string;
}

/** Attributes of ops that are settings of theirs, and no sizes or places that an example's size may have decided. */
const sizeless = new Set(
  'to min max axes axis keepDims byShare exclusive reverse outFirst descending dtype depth strict upper unit diagonal complete stride padding dilation groups channelsFirst window ceil countPadding divisor epsilon floor order'.split(
    ' ',
  ),
);
/** A graph that knows whether what was written into it holds for the example sizes only. */
export class FunctionGraph extends Graph {
  specialised = false;
  /** The examples' sizes where the function's own are not fixed. */
  guesses: readonly number[] = [];
  readonly names = new NodeNames();
  /** Whether what core's ops make is named too, as Keras' layers on TensorFlow name it. */
  naming = false;
  /** The nodes as TensorFlow would list them. */
  readonly listed: NamedNode[] = [];

  override emit(
    op: Op<any>,
    inputs: readonly CoreTensor[],
    attrs: object,
    specs: readonly CoreSpec[],
    family: TensorFamily,
  ): readonly CoreTensor[] {
    const outs = super.emit(op, inputs, attrs, specs, family);
    if (this.naming && depth === 0) {
      const name = this.names.unique(kernelNode(op.name));
      outs.forEach((t, i) => {
        nameSymbol(t, `${name}:${i}`);
      });
    }
    if (!inputs.some(isPartial)) return outs;
    // an op without attributes does the same to tensors of all sizes; of others nobody knows, but the sizes it gives
    const any = Object.keys(attrs).length === 0 || this.naming;
    const grown = any || Object.keys(attrs).every((key) => sizeless.has(key)) ? inferGrown(op, inputs, attrs) : null;
    if (!any || grown === null) this.specialised = true;
    outs.forEach((t, i) => {
      if (grown !== null) setDims(t, merged([t.sizes, grown[i]!]));
      else setDims(t, this.naming ? [null, ...t.sizes.slice(1)] : t.sizes.map(() => null));
    });
    return outs;
  }

  refused(op: Op<any>, inputs: readonly CoreTensor[], error: unknown): unknown {
    if (!this.naming || depth > 0) return null;
    return graphRephrase(rephrase(error), { node: this.names.next(kernelNode(op.name)), args: inputs });
  }
}

function inferGrown(op: Op<any>, inputs: readonly CoreTensor[], attrs: object): (readonly number[])[] | null {
  try {
    const found = op.infer(
      inputs.map((t) => ({ sizes: grownSizes(t, 1), scalarType: t.scalarType })),
      attrs,
    );
    return (Array.isArray(found) ? (found as readonly CoreSpec[]) : [found as CoreSpec]).map((s) => s.sizes);
  } catch {
    return null;
  }
}

/** The example sizes with every size that is not certain made larger; a rank that is not certain gains an axis at 2. */
function grownSizes(t: CoreTensor, step: number): number[] {
  const dims = dimsOf(t);
  if (step === 0 || !isPartial(t)) return [...t.sizes];
  const sizes = t.sizes.map((size, i) => (dims === null || dims[i] === null ? size + 1 : size));
  return step === 2 && dims === null ? [2, ...sizes] : sizes;
}

/** What several examples of a shape have in common. */
function merged(examples: readonly (readonly number[])[]): Dims {
  const [first, ...rest] = examples;
  if (first === undefined || rest.some((s) => s.length !== first.length)) return null;
  return first.map((size, i) => (rest.every((s) => s[i] === size) ? size : null));
}

const isSymbolicError = (error: unknown): boolean => error instanceof EngineError && error.details.kind === 'symbolic';
const tensorsIn = (value: unknown): CoreTensor[] => [
  ...new Set(leavesOf(value).filter((leaf): leaf is CoreTensor => leaf instanceof CoreTensor)),
];
type Run = (values: readonly CoreTensor[]) => readonly CoreTensor[];

/** How a step differentiates where its graph runs: the step's body once more, under a tape. */
function differentiate(
  run: Run,
  values: readonly CoreTensor[],
  given: readonly number[],
  cotangents: readonly CoreTensor[],
  wanted: readonly number[],
): readonly CoreTensor[] {
  const tape = new Tape(false, true);
  // one tensor in two places has a gradient for each
  const apart = values.map((t, i) => (values.indexOf(t) < i ? ops.clone(t) : t));
  const points = wanted.map((i) => apart[i]!);
  tape.start();
  try {
    for (const p of points) tape.watch(p);
    const outputs = run(apart);
    tape.stop();
    const found = withGrad(false, () =>
      gradients(
        given.map((i) => outputs[i]!),
        cotangents,
        points,
        { tape },
      ),
    );
    return found.map((g, i) => g ?? ops.fullLike(points[i]!, 0));
  } finally {
    tape.stop();
  }
}

/**
 * A step whose body is run anew, as a whole, wherever its graph runs: its results may have any sizes then. It
 * differentiates like an op; where no graph is being written it just runs.
 */
export function step(
  name: string,
  inputs: readonly CoreTensor[],
  specs: readonly ResultSpec[],
  run: Run,
  meaning?: StepMeaning,
): readonly CoreTensor[] {
  const graph = currentTracer();
  if (!(graph instanceof Graph)) return run(inputs);
  return customGradient(
    name,
    inputs,
    () => {
      const outputs = graph.call(
        name,
        inputs,
        specs,
        tfFamily,
        (values) => step(name, values, specs, run, meaning),
        meaning,
      );
      for (const [i, t] of outputs.entries()) setDims(t, specs[i]!.dims);
      return outputs;
    },
    (grads) => {
      const given = grads.flatMap((g, i) => (g === null ? [] : [i]));
      const wanted = inputs.flatMap((t, i) => (isDifferentiable(t.scalarType) ? [i] : []));
      const found = step(
        `${name}Grad`,
        [...inputs, ...given.map((i) => grads[i]!)],
        wanted.map((i) => specOf(inputs[i]!)),
        (values) => differentiate(run, values.slice(0, inputs.length), given, values.slice(inputs.length), wanted),
      );
      return inputs.map((_, i) => found[wanted.indexOf(i)] ?? null);
    },
  );
}

/** Ops that take lists of tensors as tensors: in other lists a rank-0 tensor stands for a number. */
const taking = new Set(['stack', 'concat', 'constant', 'convert_to_tensor', 'add_n', 'meshgrid', 'identity_n']);

/** The arguments with tensors replaced, and those among sizes as numbers. */
export function substituted(
  name: string,
  args: readonly unknown[],
  by: ReadonlyMap<CoreTensor, CoreTensor>,
): unknown[] {
  const visit = (value: unknown, inList: boolean): unknown => {
    if (value instanceof CoreTensor) {
      const next = by.get(value) ?? value;
      const size = inList && !taking.has(name) && next.rank === 0 && !isFloating(next.scalarType) && !next.symbolic;
      return size ? Number((next as Tensor).item()) : next;
    }
    if (Array.isArray(value) && Object.getPrototypeOf(value) === Array.prototype)
      return value.map((part) => visit(part, true));
    return mapLeaves(value, (leaf) => (leaf instanceof CoreTensor ? (by.get(leaf) ?? leaf) : leaf));
  };
  return args.map((arg) => visit(arg, false));
}
export const holdsSizes = (args: readonly unknown[]): boolean =>
  args.some(
    (arg) =>
      Array.isArray(arg) &&
      arg.some(
        (part) => part instanceof CoreTensor && part.symbolic && part.rank === 0 && !isFloating(part.scalarType),
      ),
  );

const fake = (spec: CoreSpec, value: number): CoreTensor => {
  const wanted: number | boolean = spec.scalarType === 'bool' ? value > 0 : value;
  return ops.reshape(
    fromNested(tfFamily, Array<number | boolean>(numel(spec.sizes)).fill(wanted), spec.scalarType),
    spec.sizes,
  );
};

/** Runs a body that leaves no trace: nothing recorded, nothing assigned. */
function aside<T>(body: () => T): T {
  const hook = setGraphHook(null);
  const variables = setVariableTracer({ created: (_, initial) => initial, assigned: () => true });
  const scratch = new Graph();
  const leave = enterGraph(scratch);
  const tracer = setTracer(null);
  try {
    return unrecorded(body);
  } finally {
    setTracer(tracer);
    leave();
    setVariableTracer(variables);
    setGraphHook(hook);
  }
}

/** What a call gives for example tensors: of the example sizes or larger ones, symbolic or filled with a number. */
function attempt(
  call: (values: ReadonlyMap<CoreTensor, CoreTensor>) => unknown,
  tensors: readonly CoreTensor[],
  grow: number,
  value: number | null,
): { result: unknown } | { error: unknown } {
  return aside(() => {
    try {
      const specs = tensors.map((t) => ({ sizes: grownSizes(t, grow), scalarType: t.scalarType }));
      if (value === null) {
        const scratch = new Graph();
        const by = new Map(tensors.map((t, i) => [t, t.symbolic ? scratch.symbol(specs[i]!, tfFamily) : t] as const));
        return { result: traceInto(scratch, () => call(by)) };
      }
      return { result: call(new Map(tensors.map((t, i) => [t, t.symbolic ? fake(specs[i]!, value) : t] as const))) };
    } catch (error) {
      return { error };
    }
  });
}

/** The structure and shapes of a call's result, learnt from examples. */
export function examine(
  call: (values: ReadonlyMap<CoreTensor, CoreTensor>) => unknown,
  tensors: readonly CoreTensor[],
  needsValues: boolean,
): { structure: unknown; specs: ResultSpec[] } {
  const partial = tensors.some(isPartial);
  const grown = partial ? (tensors.some((t) => dimsOf(t) === null) ? [0, 1, 2] : [0, 1]) : [0];
  let tries = needsValues ? [] : grown.map((g) => attempt(call, tensors, g, null));
  const blocked = needsValues || tries.some((t) => 'error' in t && isSymbolicError(t.error));
  // where a size that is not fixed is asked for, the example's own comes first
  const graph = currentTracer();
  const guesses = graph instanceof FunctionGraph ? graph.guesses : [];
  if (blocked)
    tries = [...new Set([...guesses, 1, 2, 0])].flatMap((value) => grown.map((g) => attempt(call, tensors, g, value)));
  const good = tries.filter((t): t is { result: unknown } => 'result' in t);
  if (good.length === 0) throw (tries[0] as { error: unknown }).error;
  const structure = good[0]!.result;
  const all = good.map((g) => tensorsOf(g.result));
  const uncertain = !blocked && good.length < tries.length;
  const specs = all[0]!.map((t, i): ResultSpec => {
    const dims = merged(all.map((list) => list[i]?.sizes ?? [-1]));
    return { sizes: t.sizes, scalarType: t.scalarType, dims: uncertain && dims !== null ? dims.map(() => null) : dims };
  });
  return { structure, specs };
}
const tensorsOf = (value: unknown): CoreTensor[] =>
  leavesOf(value).filter((leaf): leaf is CoreTensor => leaf instanceof CoreTensor);

/** A call as graphs of ops, one for each of several sizes of what comes in: where a run or the values decide the sizes. */
function sizedCall(
  tensors: readonly CoreTensor[],
  varying: readonly (readonly boolean[])[],
  call: (by: ReadonlyMap<CoreTensor, CoreTensor>) => unknown,
) {
  const open = tensors.flatMap((t, input) =>
    t.sizes.flatMap((_, axis): Place[] => {
      const dims = dimsOf(t);
      return varying[input]![axis] || dims === null || dims[axis] === null ? [{ input, axis }] : [];
    }),
  );
  return atManySizes(open, (sizeOf) =>
    aside(() => {
      const graph = new Graph();
      const inputs = tensors.map((t, input) => {
        const sizes = t.sizes.map((size, axis) =>
          open.some((p) => p.input === input && p.axis === axis) ? sizeOf({ input, axis }) : size,
        );
        return graph.symbol({ sizes, scalarType: t.scalarType }, tfFamily);
      });
      const outputs = traceInto(graph, () => tensorsOf(call(new Map(tensors.map((t, i) => [t, inputs[i]!] as const)))));
      return { graph, inputs, outputs };
    }),
  );
}

/** A call of the namespace as one step: for tensors whose sizes, or for arguments whose values, come with the run. */
function deferred(name: string, f: (...args: any[]) => unknown, args: readonly unknown[]): unknown {
  const tensors = tensorsIn(args);
  const call = (by: ReadonlyMap<CoreTensor, CoreTensor>): unknown => f(...substituted(name, args, by));
  const { structure, specs } = examine(call, tensors, holdsSizes(args));
  const outputs = step(
    name,
    tensors,
    specs,
    (values) => tensorsOf(call(new Map(tensors.map((t, i) => [t, values[i]!] as const)))),
    { kind: 'call', name, args, tensors, sized: (varying) => sizedCall(tensors, varying, call) },
  );
  let i = 0;
  return mapLeaves(structure, (leaf) => (leaf instanceof CoreTensor ? outputs[i++] : leaf));
}

/** Names the tensors that a call has made after its node. */
function nameResults(
  graph: FunctionGraph,
  name: string,
  label: string | null,
  operator: string | null,
  args: readonly unknown[],
  result: unknown,
): void {
  const made = tensorsOf(result).filter((t) => !isNamed(t) && !('assign' in t));
  if (made.length === 0) return;
  const kind = nodeKind(name, operator, args);
  const node = graph.names.unique(label ?? kind.name);
  for (const constant of kind.constants) {
    const whole = constant.startsWith('/') ? graph.names.absolute(`${node}${constant}`) : graph.names.unique(constant);
    graph.listed.push({ name: whole, type: 'Const' });
  }
  graph.listed.push({ name: node, type: kind.type });
  made.forEach((t, i) => {
    nameSymbol(t, `${node}:${i}`, kind.type);
  });
}

const sizeNames: ReadonlySet<string> = new Set(
  'strided_slice slice gather cast add subtract multiply floordiv floormod maximum minimum stack concat reduce_prod reduce_sum reshape squeeze expand_dims identity'.split(
    ' ',
  ),
);
/** Whether a tensor is a size, or a few of them. */
const isSize = (t: CoreTensor): boolean =>
  !(t instanceof Variable) && (t.scalarType === 'int32' || t.scalarType === 'int64') && t.elementCount <= 16;

/** Runs a body whose ops run at once. */
function known<T>(body: () => T): T {
  const tracer = setTracer(null);
  try {
    return body();
  } finally {
    setTracer(tracer);
  }
}

let depth = 0;
/** Names whose functions take functions: they write their own steps. */
const structural = new Set<string>();
export const writesItsOwnSteps = (...names: readonly string[]): void => {
  for (const name of names) structural.add(name);
};

/** Writes calls of the namespace into the graph: as the ops they come to, or whole where sizes or values are not known. */
export const tracingHook: GraphHook = (name, f, args, label, operator) => {
  const graph = currentTracer();
  if (depth > 0 || structural.has(name) || !(graph instanceof Graph)) return null;
  const tensors = tensorsIn(args);
  const open = tensors.some((t) => t.symbolic);
  depth++;
  const before = graph.steps.length;
  const named = <R extends { readonly result: unknown }>(made: R): R => {
    if (graph instanceof FunctionGraph) nameResults(graph, name, label, operator, args, made.result);
    return made;
  };
  try {
    if (!open || (!tensors.some(isPartial) && !holdsSizes(args))) {
      try {
        // arithmetic of sizes that are known gives sizes that are known
        if (!open && sizeNames.has(name) && tensors.length > 0 && tensors.every(isSize))
          return named({ result: known(() => f(...args)) });
        return named({ result: f(...args) });
      } catch (error) {
        if (!isSymbolicError(error)) throw error;
        graph.truncate(before);
        // what depends on no input and no variable is what it is now
        if (!open && !tensors.some((t) => t instanceof Variable)) return named({ result: known(() => f(...args)) });
        if (!open) throw error;
      }
    }
    const result = deferred(name, f, args);
    for (const t of tensorsOf(result)) if (isPartial(t)) setDims(t, refinedDims(name, args, dimsOf(t)));
    return named({ result });
  } catch (error) {
    const node = nodeKind(name, operator, args).name;
    throw graphRephrase(error, { node: graph instanceof FunctionGraph ? graph.names.next(label ?? node) : node, args });
  } finally {
    depth--;
  }
};

/** Runs a body outside the functions of the namespace that are running: its own calls are steps again. */
export function atTop<T>(body: () => T): T {
  const before = depth;
  depth = 0;
  try {
    return body();
  } finally {
    depth = before;
  }
}

/** A tensor of a graph under construction. */
export function symbolFor(graph: Graph, dims: Dims, dtype: DType, example: readonly number[] | null = null): Tensor {
  const sizes = example ?? (dims ?? []).map((d) => d ?? 2);
  const symbol = graph.symbol({ sizes, scalarType: dtype }, tfFamily) as Tensor;
  setDims(symbol, dims);
  return symbol;
}
