import { Tensor as CoreTensor, identityOf, traceInto } from '@stele/core';
import { PyFloat } from '@stele/core/printing';
import { staticHook } from '../../dispatch';
import { type DTypeLike, dtypeName } from '../../dtypes';
import { valueError } from '../../errors';
import { graphRephrase } from '../../graphErrors';
import { leavesOf, mapLeaves } from '../../nest';
import { nodeKind } from '../../nodeNames';
import { drawingFor, enterGraph } from '../../random/seeds';
import { dimsOf } from '../../spec';
import { type Tensor, type TensorLike, toTensor } from '../../tensor';

import { examine, FunctionGraph, holdsSizes, type ResultSpec, specOf, substituted } from '../../tracing';
import { type Graph, GraphTensor, isNode, nodesIn, type Run } from './graph';
import { computing, get_default_graph, running } from './mode';

const drawing = new Set([
  'uniform',
  'normal',
  'truncated_normal',
  'shuffle',
  'categorical',
  'dropout',
  'gamma',
  'poisson',
]);

export const hook = staticHook((name, f, args, label, operator) => {
  if (
    running > 0 ||
    name === 'cond' ||
    name === 'while_loop' ||
    name === 'case' ||
    name === 'switch_case' ||
    name === 'gradients' ||
    name === 'hessians' ||
    name === 'set_seed'
  )
    return null;
  return { result: nodeFor(name, f, args, label, operator) };
});

export function nodeFor(
  name: string,
  f: (...args: any[]) => unknown,
  args: readonly unknown[],
  label: string | null,
  operator: string | null = null,
): unknown {
  if (/^assert_(?!rank|type|shapes|scalar)|^Assert$/.test(name)) {
    const checked = nodesIn(args);
    const check = (run: Run): void => {
      f(...substituted(name, args, new Map(checked.map((t) => [t, run.get(t) as CoreTensor] as const))));
    };
    return effectNode(label ?? name, checked, check, 'Assert');
  }
  const graph = get_default_graph();
  const kind = nodeKind(name, operator, args);
  const { type } = kind;
  const node = label ?? kind.name;
  if (name === 'constant' || name === 'convert_to_tensor') {
    if (isNode(args[0])) return args[0];
    const fixed = computing(() => f(...args)) as Tensor;
    return new GraphTensor(
      graph,
      node,
      () => fixed,
      [],
      { sizes: fixed.sizes, scalarType: fixed.scalarType, dims: fixed.sizes },
      'Const',
    );
  }
  if (drawing.has(name) && nodesIn(args).length === 0) return drawnNode(graph, node, type, () => f(...args));
  const nodes = [...new Set(nodesIn(args))];
  const foreign = nodes.find((n) => n.graph !== nodes[0]!.graph);
  if (foreign !== undefined)
    throw valueError(
      `${foreign} must be from the same graph as ${nodes[0]} (graphs are ${graphText(foreign.graph)} and ${graphText(nodes[0]!.graph)}).`,
    );
  const tensors = nodes as CoreTensor[];
  const call = (by: ReadonlyMap<CoreTensor, CoreTensor>): unknown => f(...substituted(name, args, by));
  let found: { structure: unknown; specs: ResultSpec[] };
  const host = hosts.has(name);
  try {
    found = host ? hostResult(args) : computing(() => examine(call, tensors, holdsSizes(args)));
  } catch (error) {
    throw graphRephrase(error, { node: graph.names.next(node), args });
  }
  const { structure } = found;
  const specs = host ? found.specs.map((s): ResultSpec => ({ ...s, sizes: [], dims: null })) : found.specs;
  const own = graph.unique(node);
  const constants = kind.constants.map((constant) => constantNode(graph, own, constant, args));
  const compute = (run: Run): unknown => call(new Map(tensors.map((t) => [t, run.get(t) as CoreTensor] as const)));
  const inputs = [...args];
  if (structure instanceof CoreTensor)
    return new GraphTensor(graph, `^${own}`, compute, inputs, specs[0]!, type, false, constants);
  const outs = specs.length;
  if (outs === 0) return structure;
  const whole = new GraphTensor(graph, `^${own}`, compute, inputs, specs[0]!, type, false, constants);
  let i = 0;
  return mapLeaves(structure, (leaf) => {
    if (!(leaf instanceof CoreTensor)) return leaf;
    const place = i++;
    return new GraphTensor(
      graph,
      `${node}/output_${place}`,
      (run) => leavesOf(run.get(whole)).filter((v) => v instanceof CoreTensor)[place],
      [whole],
      specs[place]!,
      type,
    );
  });
}

const hosts = new Set(['py_func', 'py_function', 'numpy_function']);
/** A function of Python gives what it was declared to give, of any shape: it is not called before the graph runs. */
function hostResult([, , types]: readonly unknown[]): { structure: unknown; specs: ResultSpec[] } {
  const structure = mapLeaves(types, (type) => toTensor(0, dtypeName(type as DTypeLike)));
  const specs = leavesOf(structure).map((t) => specOf(t as CoreTensor));
  return { structure, specs };
}

const graphText = (graph: Graph): string =>
  `<tensorflow.python.framework.ops.Graph object at 0x7f${identityOf(graph).toString(16).padStart(10, '0')}>`;

/** A number or list among a call's arguments as the constant that TensorFlow makes of it. */
function constantNode(graph: Graph, owner: string, constant: string, args: readonly unknown[]): GraphTensor {
  const name = constant.startsWith('/') ? graph.names.absolute(`${owner}${constant}`) : graph.unique(constant);
  const first = /^\/(x|a)$/.test(constant);
  const value = args[first ? 0 : 1];
  const other = args[first ? 1 : 0];
  const like = other instanceof CoreTensor && /^\/(x|y|a|b)$/.test(constant) ? other.scalarType : null;
  const known =
    (Array.isArray(value) || typeof value === 'number' || value instanceof PyFloat) && constants.test(constant);
  const fixed = known ? (computing(() => toTensor(value as TensorLike, like)) as Tensor) : null;
  return new GraphTensor(
    graph,
    `^${name}`,
    () => {
      if (fixed === null)
        throw valueError(`the constant '${name}:0' is part of '${owner}' and has no value of its own`);
      return fixed;
    },
    [],
    fixed === null ? 'int32' : { sizes: fixed.sizes, scalarType: fixed.scalarType, dims: fixed.sizes },
    'Const',
  );
}
const constants = /^\/(x|y|a|b|axis|perm|shape|dimension|reduction_indices|dim|multiples|paddings|indices)$/;

/** A random node: its seeds are the graph's, its stream the session's. */
function drawnNode(graph: Graph, name: string, type: string, draw: () => unknown): GraphTensor {
  const drawn = new FunctionGraph();
  const leave = enterGraph(drawn, graph.seeds);
  let out: CoreTensor;
  try {
    out = computing(() => traceInto(drawn, draw)) as CoreTensor;
  } finally {
    leave();
  }
  const spec = { sizes: out.sizes, scalarType: out.scalarType, dims: dimsOf(out) };
  return new GraphTensor(
    graph,
    name,
    (run) => drawingFor(run.session, () => drawn.replay([], [], [out])[0]),
    [],
    spec,
    type,
  );
}

/** A node of effects alone. */
export const effectNode = (
  name: string,
  inputs: readonly unknown[],
  act: (run: Run) => void,
  type = 'NoOp',
): GraphTensor =>
  new GraphTensor(
    get_default_graph(),
    name,
    (run) => {
      act(run);
      return null;
    },
    inputs,
    'float32',
    type,
    true,
  );
