import { EngineError } from '../errors';
import { readStele, writeStele } from '../formats/stele/index';
import { opNamed } from '../ops/define';
import { copyData } from '../tensor/access';
import type { ArrayData, DType } from '../tensor/dtype';
import { fromArray, type Storage, type Tensor, type TensorFamily } from '../tensor/tensor';
import { type GraphFunction, neededSteps } from './function';
import { Graph } from './graph';

interface SavedTensor {
  readonly id: number;
  readonly sizes: readonly number[];
  readonly dtype: DType;
}
interface SavedFunction {
  readonly kind: 'graph function';
  readonly inputs: readonly (SavedTensor & { readonly name: string })[];
  readonly steps: readonly { op: string; attrs: unknown; inputs: readonly number[]; outputs: readonly SavedTensor[] }[];
  readonly outputs: readonly { readonly name: string; readonly id: number }[];
  readonly named?: readonly { readonly name: string; readonly id: number }[];
  readonly about: unknown;
}

const kind = 'graph function';
// JSON has no infinities
const toJson = (value: unknown): unknown =>
  typeof value === 'number' && !Number.isFinite(value)
    ? { $number: String(value) }
    : Array.isArray(value)
      ? value.map(toJson)
      : typeof value === 'object' && value !== null
        ? Object.fromEntries(Object.entries(value).map(([k, v]) => [k, toJson(v)]))
        : value;
const fromJson = (value: unknown): unknown =>
  Array.isArray(value)
    ? value.map(fromJson)
    : typeof value === 'object' && value !== null
      ? '$number' in value
        ? Number(value.$number)
        : Object.fromEntries(Object.entries(value).map(([k, v]) => [k, fromJson(v)]))
      : value;

/**
 * A traced function as a file of Stele's own form: its steps, and the values that it takes from outside.
 * `about` is kept beside it, and so are the names of values from outside, whether the steps read them or not.
 *
 * @throws for a function with effects (random draws, assignments): a file cannot hold them.
 */
export function writeGraph(
  traced: GraphFunction,
  about: unknown = null,
  names: ReadonlyMap<string, Tensor> = new Map(),
): Uint8Array<ArrayBuffer> {
  // several views may look at the storage of one constant, so constants go by tensor
  const ids = new Map<Storage | Tensor, number>();
  const constants: [string, ArrayData][] = [];
  const idOf = (t: Tensor): number => {
    const own = traced.graph.owns(t);
    const key = own ? t.storage : t;
    const known = ids.get(key);
    if (known !== undefined) return known;
    const id = ids.size;
    ids.set(key, id);
    if (!own) constants.push([String(id), { dtype: t.scalarType, shape: [...t.sizes], data: copyData(t) }]);
    return id;
  };
  const spec = (t: Tensor): SavedTensor => ({ id: idOf(t), sizes: t.sizes, dtype: t.scalarType });
  const inputs = traced.inputs.map(([name, t]) => ({ name, ...spec(t) }));
  const steps = neededSteps(traced).map((step) => {
    if (step.attrs === null)
      throw new EngineError(
        `a function that does ${step.name} cannot be saved: it draws or changes something at each run`,
        { op: 'writeGraph', kind: 'effect' },
      );
    return { op: step.name, attrs: toJson(step.attrs), inputs: step.inputs.map(idOf), outputs: step.outputs.map(spec) };
  });
  const outputs = traced.outputs.map(([name, t]) => ({ name, id: idOf(t) }));
  const named = [...names].map(([name, t]) => ({ name, id: idOf(t) }));
  const config: SavedFunction = { kind, inputs, steps, outputs, named, about: toJson(about) };
  return writeStele({ config, tensors: constants });
}

/**
 * Reads what `writeGraph` wrote; the function's tensors are of the family given. `named` makes the values that have
 * names what they are where they are read.
 */
export function readGraph(
  bytes: Uint8Array,
  family: TensorFamily,
  named: (name: string, value: Tensor) => Tensor = (_, value) => value,
): GraphFunction & { readonly about: unknown } {
  const { config, tensors } = readStele(bytes);
  const saved = config as SavedFunction;
  if (saved?.kind !== kind)
    throw new EngineError(`this file holds ${String(saved?.kind ?? 'something else')}, not a traced function`, {
      op: 'readGraph',
      kind: 'format',
    });
  const graph = new Graph();
  const known = new Map<number, Tensor>();
  for (const [id, { data, shape, dtype }] of tensors) known.set(Number(id), fromArray(family, data, [...shape], dtype));
  for (const { name, id } of saved.named ?? []) {
    const value = known.get(id);
    if (value !== undefined) known.set(id, named(name, value));
  }
  const get = (id: number): Tensor => {
    const t = known.get(id);
    if (t === undefined)
      throw new EngineError(`tensor ${id} of the saved function is read before it is made`, {
        op: 'readGraph',
        kind: 'format',
      });
    return t;
  };
  const inputs = saved.inputs.map(({ name, id, sizes, dtype }) => {
    const symbol = graph.symbol({ sizes, scalarType: dtype }, family);
    known.set(id, symbol);
    return [name, symbol] as const;
  });
  for (const step of saved.steps) {
    const specs = step.outputs.map(({ sizes, dtype }) => ({ sizes, scalarType: dtype }));
    const made = graph.emit(opNamed(step.op), step.inputs.map(get), fromJson(step.attrs) as object, specs, family);
    step.outputs.forEach(({ id }, i) => {
      known.set(id, made[i]!);
    });
  }
  return {
    graph,
    inputs,
    outputs: saved.outputs.map(({ name, id }) => [name, get(id)] as const),
    about: fromJson(saved.about),
  };
}
