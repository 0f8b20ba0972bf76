import { NDArray } from '@stele/core/numpy';
import { bind } from '../../dispatch';
import { OpError, runtimeError, valueError } from '../../errors';
import { leavesOf, mapLeaves } from '../../nest';
import { ConfigProto, RunMetadata } from '../../protos/config';
import { Tensor } from '../../tensor';
import { Variable as EagerVariable } from '../../variable';
import { fedValue, feedsOf, typeName } from './feeds';
import { type Graph, GraphTensor, isNode, nodesIn, Operation, type Run, tensorNamed, type Values } from './graph';
import { computing, get_default_graph, graphs, install, pythonRuns, scopeOf, sessions } from './mode';
import { Placeholder } from './placeholders';
import { RunLog, runSettings } from './runLog';
import { GraphVariable } from './variables';

/** Whether nothing that a session holds or is fed has a part in a node: TensorFlow folds it before it looks at feeds. */
export function isConstant(node: GraphTensor, seen = new Map<GraphTensor, boolean>()): boolean {
  const known = seen.get(node);
  if (known !== undefined) return known;
  const inputs = nodesIn(node.inputs);
  const found =
    node.type === 'Const' ||
    (!node.effect &&
      inputs.length > 0 &&
      node.after.length === 0 &&
      !(node instanceof GraphVariable) &&
      !(node instanceof Placeholder) &&
      inputs.every((n) => isConstant(n, seen)));
  seen.set(node, found);
  return found;
}

/** A node's value; what its kernel complains of is the graph's error. */
function computed(node: GraphTensor, run: Run): unknown {
  try {
    return node.compute(run);
  } catch (error) {
    if (!(error instanceof OpError) || error.message.startsWith('Graph execution error')) throw error;
    const text = error.message.replace(/^\{\{function_node [^}]*\}\}\s*/, '').replace(/\s*\[Op:\w+\].*$/s, '');
    const Same = error.constructor as new (message: string) => OpError;
    if (node.type === 'Assert') throw new Same(`Graph execution error:\n\n${text}\n\t [[{{node ${node.op_name}}}]]`);
    throw new Same(
      `Graph execution error:\n\nDetected at node '${node.op_name}' defined at (most recent call last):\nNode: '${node.op_name}'\n${text}\n\t [[{{node ${node.op_name}}}]]`,
    );
  }
}

export function makeRun(
  session: Session,
  values: Values,
  known: (node: GraphTensor) => { value: unknown } | undefined = () => undefined,
  log: RunLog | null = null,
): Run {
  const run: Run = {
    values,
    session,
    get: (given) => {
      const node = given as GraphTensor;
      if (values.has(node)) return values.get(node);
      const had = known(node);
      if (had !== undefined) {
        values.set(node, had.value);
        return had.value;
      }
      for (const before of node.after) if (isNode(before)) run.get(before);
      const begun = log?.now();
      const value = computed(node, run);
      log?.add(node, begun!);
      values.set(node, value);
      return value;
    },
  };
  return run;
}

/** Runs parts of a graph and holds the values of its variables. */
export class Session {
  readonly state = new Map<GraphVariable, EagerVariable>();
  readonly graph: Graph;
  /** Where the session's iterators are. */
  readonly iterators = new Map<object, Iterator<unknown>>();
  private closed = false;

  constructor(...args: readonly unknown[]) {
    const o = bind('Session.__init__', ['target', 'graph', 'config'], args);
    this.graph = (o.graph as Graph | null | undefined) ?? get_default_graph();
    if (typeof this.graph.get_operations !== 'function')
      throw new TypeError(`Argument \`graph\` must be a tf.Graph, but got "${typeName(this.graph)}"`);
    if ((o.config ?? null) !== null && !(o.config instanceof ConfigProto))
      throw new TypeError(`Argument \`config\` must be a tf.ConfigProto, but got "${typeName(o.config)}"`);
    // in Python a session is the default within its `with`
    if (!pythonRuns()) sessions.push(this);
  }
  __enter__(): this {
    graphs.push(this.graph);
    sessions.push(this);
    install();
    return this;
  }
  __exit__(): boolean {
    graphs.splice(graphs.lastIndexOf(this.graph), 1);
    this.close();
    install();
    return false;
  }
  as_default(): Disposable & { __enter__(): Session; __exit__(): boolean } {
    return scopeOf(
      (): Session => {
        sessions.push(this);
        return this;
      },
      () => void sessions.splice(sessions.lastIndexOf(this), 1),
    );
  }

  /** The values of `fetches` (a node, or a list or record of nodes), given values for placeholders. */
  run(fetches: unknown, feed_dict: unknown = null, ...rest: readonly unknown[]): any {
    const { feed_dict: given, options, run_metadata: metadata } = runSettings([feed_dict, ...rest]);
    if (this.closed) throw runtimeError('Attempted to use a closed Session.');
    if (this.graph.nodes.length === 0)
      throw runtimeError('The Session graph is empty. Add operations to the graph before calling run().');
    const feeds = feedsOf(given);
    return computing(() => {
      const places = mapLeaves(fetches, (leaf) => this.element(leaf));
      const values: Values = new Map();
      const fed = new Set<GraphTensor>();
      for (const [key, value] of feeds) {
        const node = this.feedKey(key);
        fed.add(node);
        values.set(node, fedValue(node, value));
      }
      const log = metadata instanceof RunMetadata && Number(options?.trace_level ?? 0) > 0 ? new RunLog() : null;
      const run = makeRun(this, values, undefined, log);
      const nodes = leavesOf(places) as Fetch[];
      const folded = (f: Fetch): Run =>
        !fed.has(f.node) && isConstant(f.node) ? makeRun(this, new Map(), undefined, log) : run;
      // values first, then what changes variables: a fetched loss is the one before its step
      const seen = new Map<GraphTensor, boolean>();
      const found = new Map<Fetch, unknown>();
      const order = [...nodes].sort((a, b) => Number(changes(a.node, seen)) - Number(changes(b.node, seen)));
      for (const f of order) {
        const value = folded(f).get(f.node);
        found.set(f, f.operation || value === null ? null : hostValue(value));
      }
      if (metadata instanceof RunMetadata) log === null ? metadata.Clear() : log.fill(metadata);
      return mapLeaves(places, (f) => found.get(f as Fetch) ?? null);
    });
  }
  private element(value: unknown): Fetch {
    if (isNode(value)) {
      if (value.graph !== this.graph)
        throw valueError(
          `Argument \`fetch\` = ${String(value)} cannot be interpreted as a Tensor. (Tensor ${String(value)} is not an element of this graph.)`,
        );
      return new Fetch(value, value.effect);
    }
    if (value instanceof Operation) return new Fetch(value.node, true);
    // what was computed while the graph was built is a constant of it
    if (value instanceof Tensor && !value.symbolic && !(value instanceof EagerVariable))
      return new Fetch(constant(this.graph, value), false);
    if (typeof value === 'string') {
      try {
        return new Fetch(tensorNamed(this.graph, value), !value.includes(':'));
      } catch (error) {
        const text = value.includes(':')
          ? (error as Error).message
          : `The name '${value}' refers to an Operation not in the graph.`;
        throw valueError(`Argument \`fetch\` = ${value} cannot be interpreted as a Tensor. ("${text}")`);
      }
    }
    if (value === null || value === undefined)
      throw new TypeError('Argument `fetch` = None has invalid type "NoneType". Cannot be None');
    throw new TypeError(
      `Argument \`fetch\` = ${String(value)} has invalid type "${typeName(value)}" must be a string or Tensor. (Can not convert a ${typeName(value)} into a Tensor or Operation.)`,
    );
  }
  private feedKey(key: unknown): GraphTensor {
    if (isNode(key)) return key;
    if (typeof key === 'string') {
      if (!key.includes(':'))
        throw new TypeError(
          `Cannot interpret feed_dict key as Tensor: The name '${key}' refers to an Operation, not a Tensor. Tensor names must be of the form "<op_name>:<output_index>".`,
        );
      try {
        return tensorNamed(this.graph, key);
      } catch (error) {
        throw new TypeError(
          `Cannot interpret feed_dict key as Tensor: ${(error as Error).message.replace(/^"|"$/g, '')}`,
        );
      }
    }
    throw new TypeError(`Cannot interpret feed_dict key as Tensor: Can not convert a ${typeName(key)} into a Tensor.`);
  }
  list_devices(): readonly { readonly name: string; readonly device_type: string }[] {
    return [{ name: '/job:localhost/replica:0/task:0/device:CPU:0', device_type: 'CPU' }];
  }
  /** A function of the values of `feed_list` that gives those of `fetches`. */
  make_callable(fetches: unknown, feed_list: readonly unknown[] | null = null): (...values: unknown[]) => any {
    return (...values) => this.run(fetches, new Map((feed_list ?? []).map((key, i) => [key, values[i]])));
  }
  close(): void {
    this.closed = true;
    const at = sessions.indexOf(this);
    if (at >= 0) sessions.splice(at, 1);
  }
  [Symbol.dispose](): void {
    this.close();
  }
}
/** A session that is the default one from its making on. */
export class InteractiveSession extends Session {
  constructor(...args: readonly unknown[]) {
    super(...args);
    if (pythonRuns()) sessions.push(this);
  }
}
export const get_default_session = (): Session | null => sessions.at(-1) ?? null;
const constant = (graph: Graph, value: Tensor): GraphTensor =>
  new GraphTensor(graph, 'Const', () => value, [], {
    sizes: value.sizes,
    scalarType: value.scalarType,
    dims: value.sizes,
  });
/** One thing asked for; of an operation only the effect counts. */
class Fetch {
  readonly node: GraphTensor;
  readonly operation: boolean;
  constructor(node: GraphTensor, operation: boolean) {
    this.node = node;
    this.operation = operation;
  }
}
const writing = new Set([
  'AssignVariableOp',
  'AssignAddVariableOp',
  'AssignSubVariableOp',
  'ScatterUpdate',
  'ScatterAdd',
  'ScatterSub',
]);
/** Whether computing a node changes variables. */
function changes(node: GraphTensor, seen: Map<GraphTensor, boolean>): boolean {
  const known = seen.get(node);
  if (known !== undefined) return known;
  seen.set(node, false);
  const found =
    node.effect ||
    writing.has(node.type) ||
    [...nodesIn(node.inputs), ...nodesIn(node.after)].some((n) => changes(n, seen));
  seen.set(node, found);
  return found;
}
function hostValue(value: unknown): unknown {
  if (value instanceof EagerVariable) return new NDArray(value.numpy(), true);
  if (value instanceof Tensor) return new NDArray(value.numpy(), true);
  return (value as { numpy(): unknown }).numpy();
}
