import { contiguousStrides, gradients as coreGradients, ops, SymbolicStorage, Tape, withGrad } from '@stele/core';
import { NDArray } from '@stele/core/numpy';
import * as array from '../array';
import { bind, setGraphHook } from '../dispatch';
import { type DTypeLike, dtypeName } from '../dtypes';
import { FailedPreconditionError, InvalidArgumentError, runtimeError, valueError } from '../errors';
import * as mathOps from '../math';
import * as random from '../random';
import { TensorShape } from '../shape';
import { Tensor, type TensorLike, toTensor } from '../tensor';
import { Variable as EagerVariable } from '../variable';

type Values = Map<GraphTensor, unknown>;
type Compute = (run: Run) => unknown;
interface Run {
  readonly values: Values;
  readonly session: Session;
  get(node: unknown): any;
}

/** A node of a graph: it has a value only inside `Session.run`. */
export class GraphTensor extends Tensor {
  readonly graph: Graph;
  readonly op_name: string;
  readonly compute: Compute;
  readonly inputs: readonly unknown[];

  constructor(graph: Graph, name: string, compute: Compute, inputs: readonly unknown[], dtype: DTypeLike = 'float32') {
    const explain = (): Error =>
      Object.assign(new Error(`the tensor '${name}:0' has a value only inside Session.run`), {
        name: 'NotImplementedError',
      });
    super(new SymbolicStorage(dtypeName(dtype), explain), [], contiguousStrides([]), 0);
    if (graph.finalized) throw runtimeError('Graph is finalized and cannot be modified.');
    this.graph = graph;
    this.op_name = graph.unique(name);
    this.compute = compute;
    this.inputs = inputs;
    graph.nodes.push(this);
  }
  get name(): string {
    return `${this.op_name}:0`;
  }
  eval(feed_dict?: FeedDict, session?: Session): any {
    const chosen = session ?? sessions.at(-1);
    if (chosen === undefined)
      throw valueError(
        'Cannot evaluate tensor using `eval()`: No default session is registered. Use `with sess.as_default()` or pass an explicit session to `eval(session=sess)`',
      );
    return chosen.run(this, feed_dict);
  }
  override toString(): string {
    return `Tensor("${this.name}", dtype=${this.scalarType})`;
  }
  override __repr__(): string {
    return `<tf.Tensor '${this.name}' dtype=${this.scalarType}>`;
  }
}

class Placeholder extends GraphTensor {
  declare readonly dims: readonly (number | null)[] | null;
}

/** A graph: built once, run as often as one likes. */
export class Graph {
  readonly nodes: GraphTensor[] = [];
  readonly variables: GraphVariable[] = [];
  finalized = false;
  private readonly names = new Map<string, number>();

  unique(name: string): string {
    const n = this.names.get(name) ?? 0;
    this.names.set(name, n + 1);
    return n === 0 ? name : `${name}_${n}`;
  }
  finalize(): void {
    this.finalized = true;
  }
  get_operations(): readonly GraphTensor[] {
    return this.nodes;
  }
  /** `using _ = graph.as_default()`: what is made until the end of the block goes into this graph. */
  as_default(): Disposable;
  as_default<T>(body: () => T): T;
  as_default<T>(body?: () => T): T | Disposable {
    graphs.push(this);
    install();
    const leave = (): void => {
      graphs.splice(graphs.lastIndexOf(this), 1);
      install();
    };
    if (body === undefined) return { [Symbol.dispose]: leave };
    try {
      return body();
    } finally {
      leave();
    }
  }
}

const graphs: Graph[] = [];
const sessions: Session[] = [];
let eagerDisabled = false;
let defaultGraph = new Graph();
let running = 0;

/** The graph that new nodes go into. */
export const get_default_graph = (): Graph => graphs.at(-1) ?? defaultGraph;
/** Forgets the default graph and starts an empty one. */
export function reset_default_graph(): void {
  defaultGraph = new Graph();
}
/** From here on every op makes a node of the default graph. */
export function disable_eager_execution(): void {
  eagerDisabled = true;
  install();
}
export function enable_eager_execution(): void {
  eagerDisabled = false;
  install();
}
export const executing_eagerly = (): boolean => !eagerDisabled && graphs.length === 0;

const opNames: Readonly<Record<string, string>> = {
  constant: 'Const',
  multiply: 'mul',
  subtract: 'sub',
  divide: 'truediv',
  matmul: 'MatMul',
  reduce_mean: 'Mean',
  reduce_sum: 'Sum',
  square: 'Square',
};
const comparisons = new Set(['equal', 'not_equal', 'less', 'less_equal', 'greater', 'greater_equal']);

const resolve = (value: unknown, run: Run): unknown => {
  if (value instanceof GraphTensor || value instanceof GraphVariable) return run.get(value);
  if (Array.isArray(value)) return value.map((part) => resolve(part, run));
  if (typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype)
    return Object.fromEntries(Object.entries(value).map(([k, v]) => [k, resolve(v, run)]));
  return value;
};
const nodesIn = (value: unknown, out: GraphTensor[] = []): GraphTensor[] => {
  if (value instanceof GraphTensor) out.push(value);
  else if (Array.isArray(value)) for (const part of value) nodesIn(part, out);
  else if (typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype)
    for (const part of Object.values(value)) nodesIn(part, out);
  return out;
};

function dtypeOf(name: string, args: readonly unknown[]): DTypeLike {
  if (comparisons.has(name)) return 'bool';
  if (name === 'cast') return args[1] as DTypeLike;
  if (name.startsWith('arg')) return 'int64';
  return nodesIn(args)[0]?.scalarType ?? 'float32';
}

function install(): void {
  if (executing_eagerly()) {
    setGraphHook(null);
    return;
  }
  setGraphHook((name, f, args) => {
    if (running > 0) return null;
    const fixed = name === 'constant' || name === 'convert_to_tensor' ? (f(...args) as Tensor) : null;
    const node = new GraphTensor(
      get_default_graph(),
      opNames[name] ?? name,
      fixed !== null ? () => fixed : (run) => f(...(args.map((arg) => resolve(arg, run)) as unknown[])),
      [...args],
      fixed?.scalarType ?? dtypeOf(name, args),
    );
    return { result: node };
  });
}

/** An input slot of the graph; `shape` may hold nulls, or be left out. */
export function placeholder(dtype: DTypeLike, ...rest: readonly unknown[]): GraphTensor {
  if (executing_eagerly()) throw runtimeError('tf.placeholder() is not compatible with eager execution.');
  const { shape, name } = bind('placeholder', ['shape', 'name'], rest);
  const label = (name as string | undefined) ?? 'Placeholder';
  const dims = (shape as readonly (number | null)[] | undefined) ?? null;
  const node: Placeholder = new Placeholder(
    get_default_graph(),
    label,
    () => {
      const shapeText = dims === null ? '' : ` and shape [${dims.map((d) => d ?? '?').join(',')}]`;
      throw new InvalidArgumentError(
        `You must feed a value for placeholder tensor '${node.op_name}' with dtype ${dtypeName(dtype) === 'float32' ? 'float' : dtypeName(dtype)}${shapeText}\n\t [[{{node ${node.op_name}}}]]`,
      );
    },
    [],
    dtype,
  );
  Object.assign(node, { dims });
  return node;
}

/** A variable of a graph: each session holds its value. */
export class GraphVariable extends GraphTensor {
  readonly initial: unknown;
  readonly trainable: boolean;
  readonly initializer: GraphTensor;

  constructor(initial_value: TensorLike | (() => TensorLike), ...rest: readonly unknown[]) {
    const given = bind('Variable.__init__', ['trainable', 'name', 'dtype'], rest);
    const first = typeof initial_value === 'function' ? initial_value() : initial_value;
    const plain =
      first instanceof GraphTensor
        ? null
        : new EagerVariable(first as TensorLike, given.dtype === undefined ? {} : { dtype: given.dtype });
    super(
      get_default_graph(),
      (given.name as string | undefined) ?? 'Variable',
      (run) => {
        const value = run.session.state.get(this);
        if (value === undefined)
          throw new FailedPreconditionError(
            `Could not find variable ${this.op_name}. This could mean that the variable has been deleted. In TF1, it can also mean the variable is uninitialized.`,
          );
        return value;
      },
      [],
      plain?.scalarType ?? (first as GraphTensor).scalarType,
    );
    this.initial = first;
    this.trainable = (given.trainable as boolean | undefined) ?? true;
    this.graph.variables.push(this);
    this.initializer = new GraphTensor(
      this.graph,
      `${this.op_name}/Assign`,
      (run) => {
        const value = plain ?? (run.get(first) as Tensor);
        const variable = new EagerVariable(value.numpy());
        run.session.state.set(this, variable);
        return variable;
      },
      [first],
    );
  }
  assign(value: TensorLike): GraphTensor {
    return update(this, 'Assign', value, (v, next) => v.assign(next));
  }
  assign_add(value: TensorLike): GraphTensor {
    return update(this, 'AssignAdd', value, (v, next) => v.assign_add(next));
  }
  assign_sub(value: TensorLike): GraphTensor {
    return update(this, 'AssignSub', value, (v, next) => v.assign_sub(next));
  }
}
export const Variable = GraphVariable;

const update = (
  variable: GraphVariable,
  name: string,
  value: TensorLike,
  apply: (v: EagerVariable, next: TensorLike) => EagerVariable,
): GraphTensor =>
  new GraphTensor(
    variable.graph,
    name,
    (run) => apply(run.get(variable) as EagerVariable, resolve(value, run) as TensorLike).read_value(),
    [variable, value],
    variable.scalarType,
  );
export const assign = (variable: GraphVariable, value: TensorLike): GraphTensor => variable.assign(value);
export const assign_add = (variable: GraphVariable, value: TensorLike): GraphTensor => variable.assign_add(value);
export const assign_sub = (variable: GraphVariable, value: TensorLike): GraphTensor => variable.assign_sub(value);

export const global_variables = (): readonly GraphVariable[] => get_default_graph().variables;
export const trainable_variables = (): readonly GraphVariable[] =>
  get_default_graph().variables.filter((v) => v.trainable);
/** A node that gives every variable its initial value. */
export function global_variables_initializer(): GraphTensor {
  const all = [...global_variables()];
  return new GraphTensor(
    get_default_graph(),
    'init',
    (run) => {
      for (const v of all) run.get(v.initializer);
      return null;
    },
    all,
  );
}
/** Ops run for their effects only. */
export const group = (...nodes: readonly GraphTensor[]): GraphTensor =>
  new GraphTensor(
    get_default_graph(),
    'group_deps',
    (run) => {
      for (const node of nodes) run.get(node);
      return null;
    },
    nodes,
  );

/** Symbolic derivatives of the sum of `ys`; each run differentiates what that run computes. */
export function gradients(ys: Tensor | readonly Tensor[], xs: Tensor | readonly Tensor[]): GraphTensor[] {
  const targets = [ys].flat() as GraphTensor[];
  const sources = [xs].flat() as GraphTensor[];
  const whole = new GraphTensor(get_default_graph(), 'gradients', (run) => differentiate(run, targets, sources), [
    targets,
    sources,
  ]);
  return sources.map(
    (source) =>
      new GraphTensor(
        source.graph,
        `gradients/${source.op_name}`,
        (run) => (run.get(whole) as unknown[])[sources.indexOf(source)],
        [whole],
        source.scalarType,
      ),
  );
}

function differentiate(run: Run, targets: readonly GraphTensor[], sources: readonly GraphTensor[]): unknown[] {
  const tape = new Tape(false, true);
  // the targets are computed again under a tape, from the values that the sources have in this run
  const values: Values = new Map(sources.map((s) => [s, run.get(s)]));
  for (const [node, value] of run.values) if (node instanceof Placeholder && !values.has(node)) values.set(node, value);
  const points = sources.map((s) => values.get(s) as Tensor);
  tape.start();
  try {
    for (const p of points) tape.watch(p);
    const inner = makeRun(run.session, values);
    const results = targets.map((t) => inner.get(t) as Tensor);
    tape.stop();
    return withGrad(false, () =>
      coreGradients(
        results,
        results.map((r) => ops.fullLike(r, 1)),
        points,
        { tape },
      ),
    ).map((g, i) => g ?? ops.fullLike(points[i]!, 0));
  } finally {
    tape.stop();
  }
}

function makeRun(session: Session, values: Values): Run {
  const run: Run = {
    values,
    session,
    get: (node) => {
      const key = node as GraphTensor;
      if (!values.has(key)) values.set(key, key.compute(run));
      return values.get(key);
    },
  };
  return run;
}

export type FeedDict = ReadonlyMap<unknown, unknown> | readonly (readonly [unknown, unknown])[];

/** Runs parts of a graph and holds the values of its variables. */
export class Session {
  readonly state = new Map<GraphVariable, EagerVariable>();
  readonly graph: Graph;
  private closed = false;

  constructor(options: { graph?: Graph } = {}) {
    this.graph = options.graph ?? get_default_graph();
    sessions.push(this);
  }

  /** The values of `fetches` (a node, or a list or record of nodes), given values for placeholders. */
  run(fetches: unknown, feed_dict: FeedDict | { feed_dict?: FeedDict } = []): any {
    if (this.closed) throw runtimeError('Attempted to use a closed Session.');
    const feeds = (
      feed_dict instanceof Map || Array.isArray(feed_dict)
        ? feed_dict
        : ((feed_dict as { feed_dict?: FeedDict }).feed_dict ?? [])
    ) as FeedDict;
    running++;
    try {
      const values: Values = new Map();
      for (const [key, value] of feeds) values.set(key as GraphTensor, fed(key, value));
      const run = makeRun(this, values);
      const fetch = (value: unknown): unknown => {
        if (value instanceof GraphTensor) {
          const result = run.get(value);
          return result instanceof Tensor ? hostValue(result) : null;
        }
        if (Array.isArray(value)) return value.map(fetch);
        if (typeof value === 'object' && value !== null)
          return Object.fromEntries(Object.entries(value).map(([k, v]) => [k, fetch(v)]));
        throw new TypeError(
          `Fetch argument ${String(value)} has invalid type ${typeof value}, must be a string or Tensor.`,
        );
      };
      return fetch(fetches);
    } finally {
      running--;
    }
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

const hostValue = (t: Tensor): NDArray => new NDArray(t.numpy(), true);

function fed(key: unknown, value: unknown): Tensor {
  if (!(key instanceof GraphTensor))
    throw new TypeError(`Cannot interpret feed_dict key as Tensor: ${String(key)} is no node of a graph.`);
  const t = toTensor(value as TensorLike, value instanceof Tensor ? null : key.scalarType);
  const dims = key instanceof Placeholder ? key.dims : null;
  if (dims !== null && (dims.length !== t.rank || dims.some((d, i) => d !== null && d !== t.sizes[i])))
    throw valueError(
      `Cannot feed value of shape ${TensorShape.from_dims(t.sizes)} for Tensor ${key.name}, which has shape ${TensorShape.from_dims(dims)}`,
    );
  return t;
}

class GradientDescentOptimizer {
  readonly rate: number;
  constructor(learning_rate: number) {
    this.rate = learning_rate;
  }
  /** A node that moves the trainable variables down the gradient of the loss. */
  minimize(loss: Tensor, options: { var_list?: readonly GraphVariable[] } = {}): GraphTensor {
    const variables = options.var_list ?? trainable_variables();
    const grads = gradients(loss, variables);
    return new GraphTensor(
      get_default_graph(),
      'GradientDescent',
      (run) => {
        const steps = grads.map((g) => run.get(g) as Tensor);
        variables.forEach((v, i) => {
          const held = run.get(v) as EagerVariable;
          held.write(ops.sgdUpdate(held, steps[i]!, this.rate));
        });
        return null;
      },
      [grads],
    );
  }
}
export const train = { GradientDescentOptimizer };

export const { reduce_sum, reduce_mean } = mathOps;
export const { zeros, ones } = array;
export const set_random_seed = random.set_seed;
export const random_normal = random.normal;
export const random_uniform = random.uniform;
export const truncated_normal = random.truncated_normal;
