import { FormatError } from '../bytes';
import { ProtoMessage } from '../protobuf';
import {
  readChildren,
  readShape,
  type TensorBundle,
  type TrackableNode,
  tensorflowTypes,
  variableKey,
} from '../tensorbundle';

export type SavedObjectKind =
  | 'user object'
  | 'asset'
  | 'function'
  | 'variable'
  | 'bare function'
  | 'constant'
  | 'resource'
  | 'captured tensor'
  | 'unknown';

export interface SavedObject {
  readonly kind: SavedObjectKind;
  readonly children: readonly { readonly name: string; readonly node: number }[];
  /** Of a user object: what it was, such as `_tf_keras_sequential_model`. */
  readonly identifier?: string;
  /** Of a user object: free text, JSON where Keras wrote it. */
  readonly metadata?: string;
  /** Of an asset: the name of its file in `assets/`. */
  readonly asset?: string;
  readonly variable?: {
    readonly name: string;
    readonly dtype: string;
    /** -1 for an unknown dimension; undefined for an unknown rank. */
    readonly shape: readonly number[] | undefined;
    readonly trainable: boolean;
  };
}

export interface SavedTensor {
  /** Name in the graph, such as `serving_default_x:0`. */
  readonly tensor: string;
  readonly dtype: string;
  readonly shape: readonly number[] | undefined;
}

export interface SavedModel {
  readonly tags: readonly string[];
  readonly tensorflowVersion: string;
  /** Objects by number; 0 is the root. Empty in models of TensorFlow 1. */
  readonly objects: readonly SavedObject[];
  readonly signatures: ReadonlyMap<
    string,
    { readonly inputs: ReadonlyMap<string, SavedTensor>; readonly outputs: ReadonlyMap<string, SavedTensor> }
  >;
}

const kinds: readonly (readonly [field: number, kind: SavedObjectKind])[] = [
  [4, 'user object'],
  [5, 'asset'],
  [6, 'function'],
  [7, 'variable'],
  [8, 'bare function'],
  [9, 'constant'],
  [10, 'resource'],
  [12, 'captured tensor'],
];

const typeName = (number: number): string => tensorflowTypes[number] ?? `type ${number}`;

function readObject(proto: ProtoMessage, assets: readonly string[]): SavedObject {
  const kind = kinds.find(([field]) => proto.has(field))?.[1] ?? 'unknown';
  const base = { kind, children: readChildren(proto, 1) };
  if (kind === 'user object') {
    const user = proto.message(4);
    return { ...base, identifier: user.text(1), metadata: user.text(3) };
  }
  if (kind === 'asset') return { ...base, asset: assets[proto.message(5).int(1)] ?? '' };
  if (kind !== 'variable') return base;
  const variable = proto.message(7);
  const [name, dtype, trainable] = [variable.text(6), typeName(variable.int(1)), variable.bool(3)];
  return { ...base, variable: { name, dtype, shape: readShape(variable.message(2)), trainable } };
}

const readTensors = (messages: Map<string, ProtoMessage>): Map<string, SavedTensor> =>
  new Map(
    [...messages].map(([name, info]) => [
      name,
      {
        tensor: info.text(1),
        dtype: typeName(info.int(2)),
        shape: info.has(3) ? readShape(info.message(3)) : undefined,
      },
    ]),
  );

/**
 * Reads what a `saved_model.pb` says about its objects, variables and signatures. `readFunctions` reads its
 * graphs, `savedVariables` finds where the variables' values are.
 */
export function readSavedModel(bytes: Uint8Array): SavedModel {
  const model = new ProtoMessage(bytes, 'saved_model.pb');
  const graphs = model.messages(2);
  if (graphs.length !== 1) throw new FormatError(`saved_model.pb holds ${graphs.length} graphs where one is expected`);
  const graph = graphs[0]!;
  const info = graph.message(1);
  const assets = graph.messages(6).map((m) => m.text(2));
  const signatures = [...graph.map(5)].map(
    ([name, signature]) =>
      [name, { inputs: readTensors(signature.map(1)), outputs: readTensors(signature.map(2)) }] as const,
  );
  return {
    tags: info.texts(4),
    tensorflowVersion: info.text(5),
    objects: graph
      .message(7)
      .messages(1)
      .map((m) => readObject(m, assets)),
    signatures: new Map(signatures),
  };
}

export interface SavedVariable {
  /** Names from the root object down, such as `w1` or `layer/kernel`. */
  readonly path: string;
  /** Where the checkpoint in `variables/` has its value. */
  readonly key: string;
  readonly name: string;
  readonly dtype: string;
  readonly shape: readonly number[] | undefined;
  readonly trainable: boolean;
  /** The object's number. */
  readonly node: number;
}

/**
 * The variables of a model by their shortest path from the root, each with its key in the checkpoint; the two object
 * graphs are walked side by side, as TensorFlow does when it restores.
 */
export function savedVariables(
  model: SavedModel,
  bundle: Pick<TensorBundle, 'objectGraph'>,
): Map<string, SavedVariable> {
  const graph: readonly TrackableNode[] | undefined = bundle.objectGraph();
  const found = new Map<string, SavedVariable>();
  const seen = new Set<number>();
  const queue: { node: number; other: number | undefined; path: string }[] = [
    { node: 0, other: graph ? 0 : undefined, path: '' },
  ];
  while (queue.length) {
    const { node, other, path } = queue.shift()!;
    if (seen.has(node)) continue;
    seen.add(node);
    const object = model.objects[node];
    if (!object)
      throw new FormatError(`saved_model.pb: object ${node} is referred to, but there are ${model.objects.length}`);
    const twin = other === undefined ? undefined : graph?.[other];
    if (object.variable) {
      const key = twin?.attributes.find((a) => a.name === 'VARIABLE_VALUE')?.key ?? variableKey(path);
      found.set(path, { path, key, node, ...object.variable });
    }
    for (const child of object.children) {
      const match = twin?.children.find((c) => c.name === child.name)?.node;
      queue.push({ node: child.node, other: match, path: path ? `${path}/${child.name}` : child.name });
    }
  }
  return found;
}

export { FormatError } from '../bytes';
export {
  type ConcreteFunction,
  type Parameters as SavedParameters,
  readFunctions,
  type SavedFunctions,
  type Structure,
} from './functions';
export { kernels as GraphKernels } from './kernels';
export { type Attributes, type GraphHost, type GraphValue, runFunction, type VariableHandle } from './run';
export {
  Differs,
  type FunctionMade,
  ModelFunctions,
  type NamedTrace,
  type Run,
  type WrittenFunction,
  type WrittenObject,
  type WrittenTrace,
  type WrittenVariable,
  writeSavedModel,
} from './write';
