import { currentTracer, setTracer } from '../../autograd/record';
import { contiguous, expand, slice } from '../../ops/index';
import { copyData, item } from '../../tensor/access';
import { type DType, dtypes, isDType, sizeOf } from '../../tensor/dtype';
import { coreFamily, fromArray, Tensor } from '../../tensor/tensor';
import { FormatError } from '../bytes';
import { readShape, tensorflowTypes } from '../tensorbundle';
import { readTensorProto } from '../tensorproto';
import type { FunctionDef, NodeDef, SavedFunctions } from './functions';
import { kernels } from './kernels';

/** A variable as a graph knows it: what it holds now, and how it changes. */
export interface VariableHandle {
  read(): Tensor;
  assign(value: Tensor): void;
}
/** A list of tensors that a loop reads and fills. */
export interface TensorList {
  readonly items: readonly (Tensor | null)[];
}
/** What a host's kernels make and take beside tensors: texts, tables. */
export type HostValue = object;
export type GraphValue = Tensor | VariableHandle | TensorList | HostValue;

/** Kinds of nodes that are not the core's own, and values that are no tensors. */
export interface GraphHost {
  readonly kernels: Readonly<Record<string, (inputs: readonly unknown[], attrs: Attributes) => unknown>>;
  /** A tensor of texts. */
  text(values: readonly Uint8Array[], sizes: readonly number[]): HostValue;
}

/** Reads a node's attributes; what a file leaves out has the default given. */
export class Attributes {
  private readonly node: NodeDef;
  constructor(node: NodeDef) {
    this.node = node;
  }
  bool(name: string, absent = false): boolean {
    return this.node.attrs.get(name)?.bool(5) ?? absent;
  }
  int(name: string, absent = 0): number {
    return this.node.attrs.get(name)?.int(3) ?? absent;
  }
  float(name: string, absent = 0): number {
    return this.node.attrs.get(name)?.float(4) ?? absent;
  }
  text(name: string, absent = ''): string {
    return this.node.attrs.get(name)?.text(2) ?? absent;
  }
  floats(name: string): number[] {
    return this.node.attrs.get(name)?.message(1).reals(4, 4) ?? [];
  }
  texts(name: string): string[] {
    return this.node.attrs.get(name)?.message(1).texts(2) ?? [];
  }
  /** Names of element types, texts among them. */
  types(name: string): string[] {
    const list = this.node.attrs.get(name)?.message(1).ints(6) ?? [];
    return list.map((type) => tensorflowTypes[type] ?? `type ${type}`);
  }
  shapes(name: string): (readonly number[] | undefined)[] {
    const list = this.node.attrs.get(name)?.message(1).messages(7) ?? [];
    return list.map((m) => readShape(m));
  }
  ints(name: string): number[] {
    return this.node.attrs.get(name)?.message(1).ints(3) ?? [];
  }
  type(name: string, absent: DType): DType {
    const attr = this.node.attrs.get(name);
    if (attr === undefined) return absent;
    const type = tensorflowTypes[attr.int(6)] ?? `type ${attr.int(6)}`;
    if (!isDType(type))
      throw new FormatError(`SavedModel: node "${this.node.name}" is of type ${type}, which is not there`);
    return type;
  }
  function(name: string): string {
    return this.node.attrs.get(name)?.message(10).text(1) ?? '';
  }
  functions(name: string): string[] {
    const list = this.node.attrs.get(name)?.message(1).messages(9) ?? [];
    return list.map((m) => m.text(1));
  }
  get tensor(): Uint8Array {
    return this.node.attrs.get('value')?.bytes(8) ?? new Uint8Array(0);
  }
}

/** Names of outputs of nodes that have several, where they are not counted through. */
const outputNames: Readonly<Record<string, readonly string[]>> = {
  UniqueWithCounts: ['y', 'idx', 'count'],
  UniqueWithCountsV2: ['y', 'idx', 'count'],
  ListDiff: ['out', 'idx'],
  Qr: ['q', 'r'],
  Lu: ['lu', 'p'],
  LogMatrixDeterminant: ['sign', 'log_abs_determinant'],
  MaxPoolWithArgmax: ['output', 'argmax'],
  NonMaxSuppressionV4: ['selected_indices', 'valid_outputs'],
  BroadcastGradientArgs: ['r0', 'r1'],
  FusedBatchNormGradV3: ['x_backprop', 'scale_backprop', 'offset_backprop', 'reserve_space_4', 'reserve_space_5'],
  StatelessRandomGetKeyCounter: ['key', 'counter'],
  StringSplitV2: ['indices', 'values', 'shape'],
  UnicodeDecode: ['row_splits', 'char_values'],
  UnicodeDecodeWithOffsets: ['row_splits', 'char_values', 'char_to_byte_starts'],
  SparseReorder: ['output_indices', 'output_values'],
  SparseReshape: ['output_indices', 'output_shape'],
  SparseFillEmptyRows: ['output_indices', 'output_values', 'empty_row_indicator', 'reverse_index_map'],
  RaggedRange: ['rt_nested_splits', 'rt_dense_values'],
  TensorListConcatV2: ['tensor', 'lengths'],
  TensorListPopBack: ['output_handle', 'tensor'],
  LookupTableExportV2: ['keys', 'values'],
  ParseExampleV2: [
    'sparse_indices',
    'sparse_values',
    'sparse_shapes',
    'dense_values',
    'ragged_values',
    'ragged_row_splits',
  ],
  FusedBatchNormV3: ['y', 'batch_mean', 'batch_variance', 'reserve_space_1', 'reserve_space_2', 'reserve_space_3'],
  TopKV2: ['values', 'indices'],
  Unique: ['y', 'idx'],
  UniqueV2: ['y', 'idx'],
  SoftmaxCrossEntropyWithLogits: ['loss', 'backprop'],
  SparseSoftmaxCrossEntropyWithLogits: ['loss', 'backprop'],
  Svd: ['s', 'u', 'v'],
  SelfAdjointEigV2: ['e', 'v'],
};

type Run = (node: NodeDef, inputs: readonly GraphValue[], model: SavedFunctions) => readonly (GraphValue | null)[];

const call: Run = (node, inputs, model) => runFunction(model, new Attributes(node).function('f'), inputs);
const choose: Run = (node, [condition, ...inputs], model) => {
  const branch = truth(condition as Tensor) ? 'then_branch' : 'else_branch';
  return runFunction(model, new Attributes(node).function(branch), inputs);
};
/** One of several branches by its number; the last for numbers that have none. */
const switched: Run = (node, [index, ...inputs], model) => {
  const branches = new Attributes(node).functions('branches');
  const i = at(index!);
  return runFunction(model, branches[i >= 0 && i < branches.length ? i : branches.length - 1]!, inputs);
};
const loop: Run = (node, inputs, model) => {
  const attrs = new Attributes(node);
  const [cond, body] = [attrs.function('cond'), attrs.function('body')];
  let values = inputs;
  while (truth(runFunction(model, cond, values)[0] as Tensor))
    values = runFunction(model, body, values) as GraphValue[];
  return values;
};
const truth = (t: Tensor): boolean => Boolean(Number(item(t)));
const update =
  (change: (now: Tensor, value: Tensor) => Tensor): Run =>
  (_node, [variable, value]) => {
    const handle = variable as VariableHandle;
    handle.assign(change(handle.read(), value as Tensor));
    return [];
  };
const at = (index: GraphValue): number => Number(item(index as Tensor));
const list = (t: GraphValue): number[] => Array.from(copyData(t as Tensor) as Int32Array, Number);
/** The items of a list, those that nobody has set as zeros. */
function filledItems(node: NodeDef, items: readonly (Tensor | null)[], shape: GraphValue | undefined): Tensor[] {
  const known = items.find((t) => t !== null);
  const sizes = known?.sizes ?? (shape === undefined ? [-1] : list(shape));
  const zeros = (): Tensor => {
    if (sizes.some((d) => d < 0))
      throw new FormatError(`SavedModel: node "${node.name}" reads a list with empty places of a shape nobody knows`);
    const dtype = new Attributes(node).type('element_dtype', 'float32');
    return fromArray(coreFamily, dtypes[dtype].create(sizeOf(sizes)), [...sizes], dtype);
  };
  return items.map((t) => t ?? zeros());
}
const itemsOf = (v: GraphValue): readonly (Tensor | null)[] => (v as TensorList).items;

/** Nodes that do more than compute one tensor from others. */
const structural: Readonly<Record<string, Run>> = {
  NoOp: () => [],
  Const: (node, _inputs, model) => {
    const proto = readTensorProto(new Attributes(node).tensor);
    // without a host text has no part in what is computed; who asks for it finds nothing
    if (proto.dtype === 'string') return [model.host?.text(proto.data, proto.shape) ?? null];
    return [fromArray(coreFamily, proto.data, proto.shape, proto.dtype)];
  },
  Identity: (_node, inputs) => [inputs[0]!],
  IdentityN: (_node, inputs) => inputs,
  ReadVariableOp: (_node, [variable]) => [(variable as VariableHandle).read()],
  DisableCopyOnRead: () => [],
  VarIsInitializedOp: () => [fromArray(coreFamily, Uint8Array.of(1), [], 'bool')],
  AssignVariableOp: update((_now, value) => value),
  AssignAddVariableOp: update((now, value) => kernels.AddV2!([now, value], none) as Tensor),
  AssignSubVariableOp: update((now, value) => kernels.Sub!([now, value], none) as Tensor),
  ResourceStridedSliceAssign: (node, [variable, begin, end, strides, value]) => {
    const handle = variable as VariableHandle;
    const now = handle.read();
    // the cells that a slice takes, by their numbers
    const numbers = fromArray(
      coreFamily,
      Int32Array.from({ length: now.elementCount }, (_, i) => i),
      [...now.sizes],
      'int32',
    );
    const attrs = new Attributes(node);
    const taken = kernels.StridedSlice!([numbers, begin, end, strides] as Tensor[], attrs) as Tensor;
    const data = copyData(now) as Float32Array<ArrayBuffer>;
    const given = copyData(contiguous(expand(value as Tensor, taken.sizes))) as Float32Array;
    for (const [k, i] of list(taken).entries()) data[i] = given[k]!;
    handle.assign(fromArray(coreFamily, data, [...now.sizes], now.scalarType));
    return [];
  },
  PartitionedCall: call,
  StatefulPartitionedCall: call,
  If: choose,
  StatelessIf: choose,
  Case: switched,
  StatelessCase: switched,
  While: loop,
  StatelessWhile: loop,
  ResourceGather: (_node, [variable, indices]) => {
    const axis = fromArray(coreFamily, Int32Array.of(0), [], 'int32');
    return [kernels.GatherV2!([(variable as VariableHandle).read(), indices as Tensor, axis], none) as Tensor];
  },
  TensorListReserve: (_node, [, count]) => [{ items: Array<Tensor | null>(at(count!)).fill(null) }],
  EmptyTensorList: () => [{ items: [] }],
  TensorListFromTensor: (_node, [t]) => [{ items: kernels.Unpack!([t as Tensor], none) as Tensor[] }],
  TensorListGetItem: (node, [given, index, shape]) => {
    const items = itemsOf(given!);
    const found = items[at(index!)];
    if (found === undefined)
      throw new FormatError(`SavedModel: node "${node.name}" reads item ${at(index!)} of a list of ${items.length}`);
    return filledItems(node, [found], shape);
  },
  TensorListSetItem: (_node, [list, index, value]) => {
    const items = [...itemsOf(list!)];
    items[at(index!)] = value as Tensor;
    return [{ items }];
  },
  TensorListPushBack: (_node, [list, value]) => [{ items: [...itemsOf(list!), value as Tensor] }],
  TensorListLength: (_node, [list]) => [fromArray(coreFamily, Int32Array.of(itemsOf(list!).length), [], 'int32')],
  TensorListStack: (node, [list, shape]) => [stacked(node, itemsOf(list!), shape)],
  TensorListGather: (node, [given, indices, shape]) => {
    const items = itemsOf(given!);
    const chosen = list(indices!).map((i) => {
      if (i < 0 || i >= items.length)
        throw new FormatError(`SavedModel: node "${node.name}" reads item ${i} of a list of ${items.length}`);
      return items[i]!;
    });
    return [stacked(node, chosen, shape)];
  },
  TensorListConcatV2: (node, [given, shape]) => {
    const items = filledItems(node, itemsOf(given!), shape);
    const lengths = BigInt64Array.from(items, (t) => BigInt(t.sizes[0] ?? 0));
    const axis = fromArray(coreFamily, Int32Array.of(0), [], 'int32');
    const joined = kernels.ConcatV2!([...items, axis], none) as Tensor;
    return [joined, fromArray(coreFamily, lengths, [items.length], 'int64')];
  },
  TensorListSplit: (_node, [t, , lengths]) => {
    let from = 0;
    return [
      {
        items: list(lengths!).map((length) => {
          const part = slice(t as Tensor, 0, from, from + length);
          from += length;
          return part;
        }),
      },
    ];
  },
  TensorListScatterV2: (_node, [t, indices, , count]) => {
    const rows = kernels.Unpack!([t as Tensor], none) as Tensor[];
    const places = list(indices!);
    const size = Math.max(count === undefined ? -1 : at(count), ...places.map((i) => i + 1), 0);
    const items = Array<Tensor | null>(size).fill(null);
    for (const [k, i] of places.entries()) items[i] = rows[k]!;
    return [{ items }];
  },
  TensorListScatterIntoExistingList: (_node, [given, t, indices]) => {
    const rows = kernels.Unpack!([t as Tensor], none) as Tensor[];
    const items = [...itemsOf(given!)];
    for (const [k, i] of list(indices!).entries()) items[i] = rows[k]!;
    return [{ items }];
  },
  TensorListPopBack: (node, [given, shape]) => {
    const items = itemsOf(given!);
    if (items.length === 0) throw new FormatError(`SavedModel: node "${node.name}" takes an item of an empty list`);
    return [{ items: items.slice(0, -1) }, filledItems(node, items.slice(-1), shape)[0]!];
  },
  TensorListResize: (_node, [given, size]) => {
    const items = itemsOf(given!);
    return [{ items: Array.from({ length: at(size!) }, (_, i) => items[i] ?? null) }];
  },
  VarHandleOp: () => {
    let held: Tensor | null = null;
    const handle: VariableHandle = {
      read: () => {
        if (held === null) throw new FormatError('SavedModel: a variable is read before it has a value');
        return held;
      },
      assign: (value) => {
        held = value;
      },
    };
    return [handle];
  },
};
function stacked(node: NodeDef, items: readonly (Tensor | null)[], shape: GraphValue | undefined): Tensor {
  if (items.length > 0) return kernels.Pack!(filledItems(node, items, shape), none) as Tensor;
  const sizes = shape === undefined ? [-1] : list(shape);
  if (sizes.some((d) => d < 0))
    throw new FormatError(`SavedModel: node "${node.name}" stacks an empty list of a shape nobody knows`);
  const dtype = new Attributes(node).type('element_dtype', 'float32');
  return fromArray(coreFamily, dtypes[dtype].create(0), [0, ...sizes], dtype);
}
const none = new Attributes({ name: '', op: '', inputs: [], attrs: new Map() });

function runNode(node: NodeDef, inputs: readonly GraphValue[], model: SavedFunctions): readonly (GraphValue | null)[] {
  const run = structural[node.op];
  if (run !== undefined) return run(node, inputs, model);
  const hosted = model.host?.kernels[node.op];
  if (hosted !== undefined) {
    const out = hosted(inputs, new Attributes(node));
    return (Array.isArray(out) ? out : [out]) as GraphValue[];
  }
  // a function may be called by its own name
  if (model.library.has(node.op)) return runFunction(model, node.op, inputs);
  const kernel = kernels[node.op];
  if (kernel === undefined)
    throw new FormatError(
      `SavedModel: node "${node.name}" is of the kind ${node.op}, which cannot be run here yet; load the variables and write the model anew, or leave that signature alone`,
    );
  if (inputs.some((v) => !(v instanceof Tensor)))
    throw new FormatError(`SavedModel: node "${node.name}" (${node.op}) takes tensors only`);
  const out = kernel(inputs as readonly Tensor[], new Attributes(node));
  return Array.isArray(out) ? out : [out as Tensor];
}

/** Runs a node; one that depends on no input of a graph that is being written runs at once, so that its value is known. */
function runNow(node: NodeDef, inputs: readonly GraphValue[], model: SavedFunctions) {
  const before = currentTracer();
  if (before === null || !inputs.every((v) => v instanceof Tensor && !v.symbolic)) return runNode(node, inputs, model);
  setTracer(null);
  try {
    return runNode(node, inputs, model);
  } finally {
    setTracer(before);
  }
}

/** Runs the nodes that a function's outputs and effects need, each once. */
export function runFunction(
  model: SavedFunctions,
  name: string,
  args: readonly GraphValue[],
): readonly (GraphValue | null)[] {
  const f: FunctionDef | undefined = model.library.get(name);
  if (f === undefined) throw new FormatError(`SavedModel: there is no function "${name}"`);
  if (args.length !== f.inputs.length)
    throw new FormatError(`SavedModel: function "${name}" takes ${f.inputs.length} values, ${args.length} were given`);
  const given = new Map(f.inputs.map((input, i) => [input, args[i]!]));
  const done = new Map<string, readonly (GraphValue | null)[]>();
  const run = (node: NodeDef): readonly (GraphValue | null)[] => {
    const known = done.get(node.name);
    if (known !== undefined) return known;
    // what has to happen before comes first, as the file has it
    const control = node.inputs.filter((ref) => ref.startsWith('^'));
    for (const ref of control) before(ref.slice(1));
    const data = node.inputs.filter((ref) => !ref.startsWith('^')).map(value);
    const out = runNow(node, data as GraphValue[], model);
    done.set(node.name, out);
    return out;
  };
  const before = (ref: string): void => {
    if (!given.has(ref)) run(nodeOf(ref));
  };
  const nodeOf = (ref: string): NodeDef => {
    const node = f.nodes.get(ref);
    if (node === undefined) throw new FormatError(`SavedModel: function "${name}" has no node "${ref}"`);
    return node;
  };
  const value = (ref: string): GraphValue | null => {
    const argument = given.get(ref);
    if (argument !== undefined) return argument;
    const [from, output = '', index = '0'] = ref.split(':');
    const node = nodeOf(from!);
    const names = outputNames[node.op];
    const found = run(node)[names === undefined ? Number(index) : names.indexOf(output)];
    // an output may be a list of values
    const out = Array.isArray(found) ? (found as GraphValue[])[Number(index)] : found;
    if (out === undefined) throw new FormatError(`SavedModel: node "${from}" has no output "${ref}"`);
    return out;
  };
  const results = f.outputs.map((output) => value(f.returns.get(output) ?? output));
  for (const effect of f.effects) before(effect);
  return results;
}
