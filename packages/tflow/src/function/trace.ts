import { Tensor as CoreTensor, currentTracer, Graph, ops, traceInto } from '@stele/core';
import { NDArray } from '@stele/core/numpy';
import { PyFloat } from '@stele/core/printing';
import { variablesMade } from '@stele/keraslike';
import { asGraphFunction } from '../autograph';
import { staticControl } from '../control/static';
import { setGraphHook } from '../dispatch';
import { valueError } from '../errors';
import { entriesOf, isRecord, mapLeaves } from '../nest';
import { enterGraph } from '../random/seeds';
import { TensorShape } from '../shape';
import { type Dims, isPartial, nameSymbol, TensorSpec } from '../spec';
import { readText } from '../strings';
import { type Tensor, type TensorLike, tfFamily, toTensor } from '../tensor';
import { FunctionGraph, specOf, step, symbolFor, tracingHook } from '../tracing';
import { setVariableTracer, type Variable, type VariableTracer } from '../variable';
import { isCarrier } from './carrier';
import { isStream, type Stream } from './signature';

export type Body = (...args: any[]) => unknown;

/** A place in a result where an output of the graph goes. */
export class Slot {
  readonly index: number;
  constructor(index: number) {
    this.index = index;
  }
}
export interface Trace {
  readonly dims: readonly Dims[];
  readonly examples: readonly (readonly number[])[];
  readonly graph: FunctionGraph;
  readonly symbols: readonly Tensor[];
  readonly outputs: readonly CoreTensor[];
  readonly structure: unknown;
  /** The streams among the arguments: a run reads those that it is called with. */
  readonly streams: readonly { current: Stream }[];
  /** How it was asked for, with specs in place of the tensors. */
  readonly request: TraceRequest;
  /** The same body traced for other sizes, where its steps hold for the examples' only. */
  readonly variants: Map<string, Trace>;
}

export const isVariable = (value: unknown): value is Variable => value instanceof CoreTensor && 'assign' in value;
export const isPlainTensor = (value: unknown): value is CoreTensor => value instanceof CoreTensor && !isVariable(value);
export const isInput = (value: unknown): value is CoreTensor | TensorSpec =>
  isPlainTensor(value) || value instanceof TensorSpec;

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
  graph.guesses = [
    ...new Set(dims.flatMap((d, i) => (d ?? []).flatMap((size, k) => (size === null ? [examples[i]![k]!] : [])))),
  ];
  const symbols = dims.map((d, i) => {
    const symbol = symbolFor(graph, d, request.dtypes[i] as never, examples[i]!);
    const name = graph.names.unique(request.names[i] ?? `args_${i}`);
    nameSymbol(symbol, `${name}:0`);
    graph.listed.push({ name, type: 'Placeholder' });
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
      const write = ([next]: readonly CoreTensor[]): [] => {
        variable.write(next!);
        return [];
      };
      const meaning = { kind: 'assign', variable } as const;
      (current instanceof Graph ? current : graph).effect('assign', [value], [], tfFamily, write, meaning);
      return true;
    },
  };
  const outputs: CoreTensor[] = [];
  const streams: { current: Stream }[] = [];
  const layersBefore = variablesMade();
  const before = setVariableTracer(variables);
  const hook = setGraphHook(tracingHook);
  const leave = enterGraph(graph);
  try {
    const structure = traceInto(graph, () => {
      let i = 0;
      const given = args.map((arg) =>
        mapLeaves(arg, (leaf) => {
          if (isInput(leaf)) return symbols[i++];
          if (!isStream(leaf)) return leaf;
          const slot = { current: leaf };
          streams.push(slot);
          return leaf.__graph_slot__(slot);
        }),
      );
      const raw = asGraphFunction(() => body(...given), request.autograph);
      return mapLeaves(raw, (leaf) => {
        if (isCarrier(leaf)) {
          const slots = leaf.toGraph().map((t) => new Slot(outputs.push(t) - 1));
          return { carrier: leaf, slots };
        }
        // text is a value of the trace's own: its arguments are part of what it is traced for
        const text = readText(leaf);
        if (text !== null) return text;
        const tensor = returned(leaf, label);
        return tensor === null ? null : new Slot(outputs.push(tensor) - 1);
      });
    });
    for (const t of outputs) {
      const name = graph.names.unique('Identity');
      graph.listed.push({ name, type: 'Identity' });
      if (t.symbolic && !symbols.includes(t as Tensor)) nameSymbol(t, `${name}:0`);
    }
    const built = variablesMade() - layersBefore;
    if (built > 0 && !first) throw valueError(singleton);
    let k = 0;
    const specs = args.map((arg) =>
      mapLeaves(arg, (leaf) =>
        isInput(leaf) ? TensorSpec.of(dims[k]!, request.dtypes[k]!, request.names[k++]!) : leaf,
      ),
    );
    const kept = { ...request, args: specs };
    return [
      { dims, examples, graph, symbols, outputs, structure, streams, request: kept, variants: new Map() },
      created + built,
    ];
  } finally {
    leave();
    setGraphHook(hook);
    setVariableTracer(before);
  }
}

/** Runs a body whose calls compute, where a graph of TF1 would make nodes of them. */
function unhooked<T>(body: () => T): T {
  const hook = setGraphHook(null);
  try {
    return body();
  } finally {
    setGraphHook(hook);
  }
}

/** Runs a trace on tensors: written as one step into a graph that does not know their sizes. */
export function runTrace(found: Trace, tensors: readonly CoreTensor[]): unknown {
  const run = (values: readonly CoreTensor[]) => found.graph.replay(found.symbols, values, found.outputs);
  const specs = found.outputs.map(specOf);
  const values = staticControl?.active()
    ? staticControl.call('StatefulPartitionedCall', tensors, specs, (given) => unhooked(() => run(given)))
    : tensors.some(isPartial)
      ? step('StatefulPartitionedCall', tensors, found.outputs.map(specOf), run)
      : run(tensors);
  return mapLeaves(found.structure, (leaf) => {
    if (leaf instanceof Slot) return values[leaf.index];
    return leaf;
  });
}

/** What was carried through a graph, put together again. */
export const unpack = (value: unknown): unknown => {
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

export const exampleOf = (t: CoreTensor | TensorSpec, dims: Dims): readonly number[] =>
  t instanceof CoreTensor ? t.sizes : (dims ?? []).map((d) => d ?? 2);
