import { contiguousStrides, identityOf, SymbolicStorage } from '@stele/core';
import type { GraphSeeds } from '@stele/core/random';
import { bind } from '../../dispatch';
import { type DTypeLike, dtypeName } from '../../dtypes';
import { runtimeError, valueError } from '../../errors';
import { leavesOf, mapLeaves } from '../../nest';
import { NodeNames } from '../../nodeNames';
import { seeds } from '../../random/seeds';
import { dimsFrom, dimsOf, nameSymbol, setDims } from '../../spec';
import { Tensor } from '../../tensor';
import type { ResultSpec } from '../../tracing';
import { drawNodes } from './drawing';
import type { FeedDict } from './feeds';
import { graphs, install, scopeOf, sessions } from './mode';
import { VariableScope } from './scopeState';
import type { Session } from './session';
import type { GraphVariable } from './variables';

export type Values = Map<object, unknown>;
type Compute = (run: Run) => unknown;
export interface Run {
  readonly values: Values;
  readonly session: Session;
  get(node: unknown): any;
}

const scalarSpec: ResultSpec = { sizes: [], scalarType: 'float32', dims: [] };

/** An operation of a graph as the graph lists it. */
export class Operation {
  readonly name: string;
  readonly type: string;
  readonly graph: Graph;
  readonly node: GraphTensor;
  constructor(node: GraphTensor) {
    this.name = node.op_name;
    this.type = node.type;
    this.graph = node.graph;
    this.node = node;
  }
  get inputs(): readonly GraphTensor[] {
    return inputsOf(this.node);
  }
  get outputs(): readonly GraphTensor[] {
    return this.node.effect ? [] : [this.node];
  }
  get control_inputs(): readonly Operation[] {
    return nodesIn(this.node.after).map((n) => n.op);
  }
  get op_def(): { name: string } {
    return { name: this.type };
  }
  values(): readonly GraphTensor[] {
    return this.outputs;
  }
  __eq__(other: unknown): boolean {
    return other instanceof Operation && other.node === this.node;
  }
  __hash__(): number {
    return identityOf(this.node);
  }
  run(feed_dict?: FeedDict, session?: Session): void {
    this.node.eval(feed_dict, session);
  }
  __repr__(): string {
    return `<tf.Operation '${this.name}' type=${this.type}>`;
  }
}

/** A node of a graph: it has a value only inside `Session.run`. */
export class GraphTensor extends Tensor {
  readonly graph: Graph;
  readonly op_name: string;
  readonly type: string;
  readonly compute: Compute;
  readonly inputs: readonly unknown[];
  /** What happens before, whenever this is computed. */
  readonly after: readonly unknown[];
  /** The constants that TensorFlow makes for numbers among its arguments. */
  readonly constants: readonly GraphTensor[];
  /** Whether only its effect counts: it has no value to fetch. */
  readonly effect: boolean;

  constructor(
    graph: Graph,
    name: string,
    compute: Compute,
    inputs: readonly unknown[],
    spec: ResultSpec | DTypeLike = 'float32',
    type = name,
    effect = false,
    constants: readonly GraphTensor[] = [],
  ) {
    const known: ResultSpec =
      typeof spec === 'object' && 'sizes' in spec ? spec : { ...scalarSpec, scalarType: dtypeName(spec), dims: null };
    const explain = (): Error =>
      Object.assign(new Error(`the tensor '${name.replace('^', '')}:0' has a value only inside Session.run`), {
        name: 'NotImplementedError',
      });
    super(new SymbolicStorage(known.scalarType, explain), known.sizes, contiguousStrides(known.sizes), 0);
    setDims(this, known.dims);
    if (graph.finalized) throw runtimeError('Graph is finalized and cannot be modified.');
    this.graph = graph;
    // a name that begins with `^` is the node's own already
    this.op_name = name.startsWith('^') ? name.slice(1) : graph.unique(name);
    this.constants = constants;
    nameSymbol(this, `${this.op_name}:0`);
    this.type = type;
    this.compute = compute;
    this.inputs = inputs;
    this.after = graph.dependencies.flat();
    this.effect = effect;
    graph.add(this);
  }
  get name(): string {
    return this.effect ? this.op_name : `${this.op_name}:0`;
  }
  get op(): Operation {
    return new Operation(this);
  }
  /** The operations that read it. */
  consumers(): Operation[] {
    return this.graph.nodes.filter((n) => nodesIn(n.inputs).includes(this)).map((n) => n.op);
  }
  /** Of a node that is an operation. */
  get control_inputs(): readonly Operation[] {
    return this.op.control_inputs;
  }
  get value_index(): number {
    return 0;
  }
  override get device(): string {
    return '';
  }
  eval(feed_dict?: unknown, session?: Session): any {
    const named =
      typeof feed_dict === 'object' && feed_dict !== null && 'session' in feed_dict
        ? (feed_dict as { session: Session; feed_dict?: FeedDict })
        : null;
    const chosen = named?.session ?? session ?? sessions.at(-1);
    if (chosen === undefined)
      throw valueError(
        'Cannot evaluate tensor using `eval()`: No default session is registered. Use `with sess.as_default()` or pass an explicit session to `eval(session=sess)`',
      );
    return chosen.run(this, (named === null ? feed_dict : named.feed_dict) as FeedDict);
  }
  /** An operation of TF1 is run, a tensor evaluated. */
  run(feed_dict?: unknown, session?: Session): void {
    this.eval(feed_dict, session);
  }
  override set_shape(shape: unknown): void {
    const dims = dimsFrom(shape);
    const known = dimsOf(this);
    if (dims === null) return;
    if (known !== null && known.length !== dims.length)
      throw valueError(
        `Shapes must be equal rank, but are ${known.length} and ${dims.length}. Shapes are ${listText(known)} and ${listText(dims)}.`,
      );
    const odd = known?.findIndex((d, i) => d !== null && dims[i] !== null && d !== dims[i]) ?? -1;
    if (odd >= 0)
      throw valueError(
        `Dimension ${odd} in both shapes must be equal, but are ${known![odd]} and ${dims[odd]}. Shapes are ${listText(known!)} and ${listText(dims)}.`,
      );
    const joined = dims.map((d, i) => d ?? known?.[i] ?? null);
    const sizes = joined.map((d, i) => d ?? this.sizes[i] ?? 2);
    Object.assign(this, { sizes, strides: contiguousStrides(sizes) });
    setDims(this, joined);
  }
}

const listText = (dims: readonly (number | null)[]): string => `[${dims.map((d) => d ?? '?').join(',')}]`;

/** A node of a printed graph. */
export class NodeDef {
  readonly name: string;
  readonly op: string;
  readonly input: readonly string[];
  readonly attr: Readonly<Record<string, unknown>>;
  constructor(name: string, op: string, input: readonly string[], attr: Readonly<Record<string, unknown>>) {
    this.name = name;
    this.op = op;
    this.input = input;
    this.attr = attr;
  }
}
/** A printed graph. */
export class GraphDef {
  readonly node: readonly NodeDef[];
  readonly versions = { producer: 2150 };
  constructor(node: readonly NodeDef[]) {
    this.node = node;
  }
}

/** A graph: built once, run as often as one likes. */
export class Graph {
  readonly nodes: GraphTensor[] = [];
  readonly variables: GraphVariable[] = [];
  readonly named = new Map<string, GraphTensor>();
  readonly collections = new Map<string, unknown[]>();
  /** What the nodes being made depend on beside their inputs. */
  readonly dependencies: (readonly unknown[])[] = [];
  /** Variables by name, for `get_variable`. */
  readonly shared = new Map<string, GraphVariable>();
  readonly names = new NodeNames();
  private openScope: VariableScope | null = null;
  /** What variables are made with now. */
  get variableScope(): VariableScope {
    this.openScope ??= new VariableScope('', false, null, null);
    return this.openScope;
  }
  set variableScope(scope: VariableScope) {
    this.openScope = scope;
  }
  finalized = false;
  private drawn: GraphSeeds | null = null;

  /** Seeds of the unseeded random nodes, counted in the order of their making. */
  get seeds(): GraphSeeds {
    this.drawn ??= seeds.graphSeeds();
    return this.drawn;
  }
  reseed(): void {
    this.drawn = null;
  }
  get scope(): string {
    return this.names.scope;
  }
  set scope(name: string) {
    this.names.scope = name;
  }
  /** A name of its own under the current scope; capitals do not tell names apart. */
  unique(name: string): string {
    return this.names.unique(name);
  }
  unique_name(name: string, ...rest: readonly unknown[]): string {
    const { mark_as_used } = bind('unique_name', ['mark_as_used'], rest);
    return mark_as_used === false ? this.names.next(name) : this.unique(name);
  }
  get_name_scope(): string {
    return this.scope;
  }
  get version(): number {
    return this.nodes.length;
  }
  get seed(): unknown {
    return seeds.globalSeed ?? null;
  }
  readonly building_function = false;
  /** A tensor or an operation by its name, or itself. */
  as_graph_element(given: unknown): unknown {
    if (typeof given !== 'string') return given;
    return given.includes(':') ? this.get_tensor_by_name(given) : this.get_operation_by_name(given);
  }
  is_feedable(node: GraphTensor): boolean {
    return node.graph === this;
  }
  is_fetchable(node: GraphTensor): boolean {
    return node.graph === this;
  }
  get_all_collection_keys(): string[] {
    return [...this.collections.keys()];
  }
  /** The list itself: what is added to it is in the collection. */
  get_collection_ref(key: string): unknown[] {
    const known = this.collections.get(key);
    if (known !== undefined) return known;
    const made: unknown[] = [];
    this.collections.set(key, made);
    return made;
  }
  clear_collection(key: string): void {
    this.collections.delete(key);
  }
  add_to_collections(keys: string | readonly string[], value: unknown): void {
    for (const key of new Set(typeof keys === 'string' ? [keys] : keys)) this.add_to_collection(key, value);
  }
  add(node: GraphTensor): void {
    this.nodes.push(node);
    this.named.set(node.op_name, node);
  }
  finalize(): void {
    this.finalized = true;
  }
  get_operations(): readonly Operation[] {
    return this.nodes.map((n) => n.op);
  }
  get_tensor_by_name(name: string): GraphTensor {
    if (!name.includes(':') && this.named.has(name))
      throw valueError(
        `The name '${name}' refers to an Operation, not a Tensor. Tensor names must be of the form "<op_name>:<output_index>".`,
      );
    return tensorNamed(this, name);
  }
  get_operation_by_name(name: string): Operation {
    const node = this.named.get(name);
    if (node === undefined)
      throw Object.assign(new Error(`The name '${name}' refers to an Operation not in the graph.`), {
        name: 'KeyError',
      });
    return node.op;
  }
  get_collection(key: string, options?: string | null | { readonly scope?: string | null }): unknown[] {
    const scope = typeof options === 'object' && options !== null ? options.scope : options;
    const all = this.collections.get(key) ?? [];
    return scope === undefined || scope === null
      ? [...all]
      : all.filter((v) => String((v as { name?: string }).name ?? '').startsWith(scope));
  }
  add_to_collection(key: string, value: unknown): void {
    this.get_collection_ref(key).push(value);
  }
  /** The graph as TensorFlow's GraphDef in JSON: its nodes, their ops and inputs. */
  as_graph_def(): GraphDef {
    return new GraphDef(
      this.nodes.map(
        (n) =>
          new NodeDef(
            n.op_name,
            n.type,
            [...inputsOf(n).map((i) => i.op_name), ...nodesIn(n.after).map((i) => `^${i.op_name}`)],
            { dtype: n.scalarType, shape: dimsOf(n) },
          ),
      ),
    );
  }
  /** The graph as an SVG picture; not TensorFlow's, which draws graphs in TensorBoard. */
  to_svg(): string {
    return drawNodes(this.as_graph_def().node);
  }
  /** `using _ = graph.as_default()`: what is made until the end of the block goes into this graph. */
  as_default(): Disposable & { __enter__(): Graph; __exit__(): boolean };
  as_default<T>(body: () => T): T;
  as_default<T>(body?: () => T): unknown {
    const enter = (): this => {
      graphs.push(this);
      install();
      return this;
    };
    const leave = (): void => {
      graphs.splice(graphs.lastIndexOf(this), 1);
      install();
    };
    if (body === undefined) return scopeOf(enter, leave);
    enter();
    try {
      return body();
    } finally {
      leave();
    }
  }
}

export const isNode = (value: unknown): value is GraphTensor => value instanceof GraphTensor;
/** The inputs of a node as TensorFlow lists them: numbers are constants of their own. */
const inputsOf = (node: GraphTensor): readonly GraphTensor[] => {
  const nodes = nodesIn(node.inputs);
  const first = /\/(x|a|split_dim|start|dims|begin)$/;
  const before = node.constants.filter((c) => first.test(c.op_name));
  return [...before, ...nodes, ...node.constants.filter((c) => !before.includes(c))];
};
export const nodesIn = (value: unknown): GraphTensor[] => leavesOf(value).filter(isNode);
export const resolve = (value: unknown, run: Run): unknown =>
  mapLeaves(value, (leaf) => (isNode(leaf) ? run.get(leaf) : leaf));

export function tensorNamed(graph: Graph, name: string): GraphTensor {
  const node = graph.named.get(name.replace(/:\d+$/, ''));
  if (node === undefined)
    throw Object.assign(
      new Error(
        `The name '${name}' refers to a Tensor which does not exist. The operation, '${name.replace(/:\d+$/, '')}', does not exist in the graph.`,
      ),
      { name: 'KeyError' },
    );
  if (Number(/:(\d+)$/.exec(name)?.[1] ?? 0) > 0)
    throw Object.assign(
      new Error(
        `The name '${name}' refers to a Tensor which does not exist. The operation, '${node.op_name}', exists but only has ${node.effect ? 0 : 1} outputs.`,
      ),
      { name: 'KeyError' },
    );
  return node;
}
