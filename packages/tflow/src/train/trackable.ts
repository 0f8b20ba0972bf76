import { Tensor as CoreTensor, foreignEntries } from '@stele/core';
import * as keraslike from '@stele/keraslike';
import { Module } from '../module';
import { entriesOf } from '../nest';
import { Variable } from '../variable';

/** A variable of TensorFlow's or Keras' making. */
export type AnyVariable = Variable | InstanceType<typeof keraslike.Variable>;
export const isVariable = (value: unknown): value is AnyVariable =>
  value instanceof Variable || value instanceof keraslike.Variable;

/** The entries of a dict, whichever way it comes; null for anything else. */
export const dictEntries = (value: unknown): readonly (readonly [unknown, unknown])[] | null =>
  entriesOf(value) ?? foreignEntries(value);

type Child = readonly [name: string, value: unknown];
const numbered = (list: readonly unknown[]): Child[] =>
  list.flatMap((value, i): Child[] => (isTrackable(value) ? [[String(i), value]] : []));

const isContainer = (value: unknown): boolean => Array.isArray(value) || dictEntries(value) !== null;
/** Objects whose children take part in checkpoints without being asked for. */
export const providers: { readonly test: (value: unknown) => boolean; readonly children: (value: any) => Child[] }[] =
  [];

/** Whether a value takes part in checkpoints: variables, modules, Keras' objects, lists and dicts of them. */
export function isTrackable(value: unknown): boolean {
  if (value === null || (typeof value !== 'object' && typeof value !== 'function')) return false;
  if (isVariable(value) || value instanceof Module) return true;
  if (value instanceof CoreTensor) return false;
  if (value instanceof keraslike.keras.Layer || value instanceof keraslike.keras.Optimizer) return true;
  return isContainer(value) || providers.some((p) => p.test(value));
}

/** The attributes of Keras' layers that do not have their weights' names. */
function attributeName(layer: keraslike.keras.Layer, weight: string): string {
  const kind = layer.constructor.name;
  if (weight === 'kernel' && /^(Dense|EinsumDense|Conv[123]D)$/.test(kind)) return '_kernel';
  if (kind === 'Normalization' && weight !== 'count') return `adapt_${weight}`;
  return weight === 'embeddings' && kind === 'Embedding' ? '_embeddings' : weight;
}
function ofLayer(layer: keraslike.keras.Layer): Child[] {
  const own = (layer as unknown as { own_weights?: readonly AnyVariable[] }).own_weights ?? [];
  const out = new Map<string, unknown>();
  for (const weight of own) out.set(attributeName(layer, weight.name), weight);
  for (const [name, value] of Object.entries(layer)) {
    if (['own_weights', 'inbound_nodes', 'own_losses'].includes(name)) continue;
    const inside = Array.isArray(value) ? value.some((v) => v instanceof keraslike.keras.Layer) : false;
    const hidden = /Attention$/.test(layer.constructor.name) && name.endsWith('_dense');
    if (inside || value instanceof keraslike.keras.Layer || (isVariable(value) && !own.includes(value)))
      out.set(hidden ? `_${name}` : name, value);
  }
  return [...out];
}

/** What an object leads to, by the names that TensorFlow gives. */
export function childrenOf(value: unknown): Child[] {
  if (isVariable(value)) return [];
  const provider = providers.find((p) => p.test(value));
  if (provider !== undefined) return provider.children(value);
  if (Array.isArray(value)) return numbered(value);
  if (value instanceof keraslike.keras.Optimizer) {
    const variables = [...(value.variables as readonly AnyVariable[])];
    const [iterations, rate] = variables;
    return [
      ['_variables', variables],
      ['_iterations', iterations],
      ...(rate?.name === 'learning_rate' ? [['_learning_rate', rate] as const] : []),
    ];
  }
  if (value instanceof keraslike.keras.Layer) {
    const { layers } = value as unknown as { layers?: readonly unknown[] };
    const kind = value.constructor.name;
    if (kind === 'Sequential' && layers !== undefined) return [['_functional', new Operations(value)]];
    if (kind === 'Functional' || kind === 'Model') return childrenOf(new Operations(value));
    return ofLayer(value);
  }
  const entries = dictEntries(value) ?? Object.entries(value as object);
  return entries.flatMap(([name, child]): Child[] => (isTrackable(child) ? [[String(name), child]] : []));
}

/** The layers of a model one after another, its inputs among them. */
class Operations {
  readonly list: readonly unknown[];
  constructor(model: unknown) {
    const { operations, layers } = model as { operations?: readonly unknown[]; layers: readonly unknown[] };
    // a sequential model shows its layers without the input before them
    const found = [...(operations ?? layers)];
    const first = found[0] as { constructor: { name: string } } | undefined;
    this.list = first === undefined || first.constructor.name === 'InputLayer' ? found : [null, ...found];
  }
}
providers.push({
  test: (value) => value instanceof Operations,
  children: ({ list }: Operations) => [['_operations', new Numbered(list)]],
});
/** A list in which a place may be empty. */
class Numbered {
  readonly list: readonly unknown[];
  constructor(list: readonly unknown[]) {
    this.list = list;
  }
}
providers.push({ test: (value) => value instanceof Numbered, children: ({ list }: Numbered) => numbered(list) });

export interface Tracked {
  readonly value: unknown;
  readonly path: string;
  readonly children: readonly { readonly name: string; readonly node: number }[];
}
const escaped = (name: string): string => name.replaceAll('.', '..').replaceAll('/', '.S');

/** Every object that a root leads to, nearest first, each with the shortest path to it. */
export function objectsFrom(root: unknown): Tracked[] {
  const numbers = new Map<unknown, number>([[root, 0]]);
  const queue: { value: unknown; path: string }[] = [{ value: root, path: '' }];
  const out: Tracked[] = [];
  for (let i = 0; i < queue.length; i++) {
    const { value, path } = queue[i]!;
    const children = childrenOf(value).map(([name, child]) => {
      let node = numbers.get(child);
      if (node === undefined) {
        node = queue.length;
        numbers.set(child, node);
        queue.push({ value: child, path: path === '' ? escaped(name) : `${path}/${escaped(name)}` });
      }
      return { name, node };
    });
    out.push({ value, path, children });
  }
  return out;
}
