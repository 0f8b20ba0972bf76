import { isKeywords, sameNumbers, warn } from '@stele/core';
import { groupAt, type Hdf5Dataset, type Hdf5Group, newGroup, nodeAt } from '@stele/core/formats/hdf5';
import { NDArray } from '@stele/core/numpy';
import { show, valueError } from '../errors';
import { Layer } from '../layers/layer';
import { Metric } from '../metrics/metric';
import { toSnakeCase } from '../names';
import { Optimizer } from '../optimizers/optimizer';
import { showTuple } from '../tensors';
import type { Variable } from '../variable';
import type { Model } from './model';

type Store = Record<string, NDArray>;
/** What files know by the way to it: layers, optimizers and metrics, and what they hold. */
type Saveable = Layer | Optimizer | Metric;
const isSaveable = (x: unknown): x is Saveable => x instanceof Layer || x instanceof Optimizer || x instanceof Metric;

// attributes of the base classes, which do not lead to what a class holds of its own
const hidden = new Set([
  'inbound_nodes',
  'own_weights',
  'own_losses',
  'frozen',
  'policy',
  'build_shape',
  'built_for',
  'graph',
  'bound',
  'compileConfig',
  'history',
  'chain',
  'start',
  'end',
  'loss',
  'own_variables',
  'rate',
  'known',
]);
/** Underscores do not count where attributes are put in order. */
const order = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** The attributes through which a layer holds others, in order of their names; those of models have their layers first. */
function* attributes(owner: Saveable): Iterable<[string, unknown]> {
  // importing the class of models here would go in a circle
  const model = 'layers_first' in owner ? (owner as Model) : null;
  const first = model?.layers_first ?? false;
  if (first) yield ['layers', model!.layers];
  const names = Object.keys(owner).filter((k) => !hidden.has(k));
  if (model !== null && !first) names.push('layers');
  const { stored_name } = owner as { stored_name?(attribute: string): string };
  for (const name of [...new Set(names)].sort(order))
    yield [stored_name?.(name) ?? name, (owner as unknown as Record<string, unknown>)[name]];
}

/** Each layer, optimizer and metric of a model once, with the path under which files have it. */
export function saveables(root: Model): [path: string, Saveable][] {
  const found: [string, Saveable][] = [];
  const seen = new Set<Saveable>();
  const join = (path: string, name: string): string => (path === '' ? name : `${path}/${name}`);
  const visit = (one: Saveable, path: string): void => {
    if (seen.has(one)) return;
    seen.add(one);
    found.push([path, one]);
    for (const [name, value] of attributes(one)) {
      if (isSaveable(value)) visit(value, join(path, name));
      else container(value, join(path, name));
    }
  };
  const container = (value: unknown, path: string): void => {
    const list = Array.isArray(value)
      ? value
      : value instanceof Map
        ? [...value.values()]
        : isKeywords(value)
          ? Object.values(value)
          : null;
    if (list === null) return;
    const used = new Map<string, number>();
    const unique = (name: string): string => {
      const n = used.get(name);
      used.set(name, n === undefined ? 0 : n + 1);
      return n === undefined ? name : `${name}_${n + 1}`;
    };
    for (const item of list) {
      if (isSaveable(item)) visit(item, join(path, unique(toSnakeCase(item.constructor.name))));
      else if (Array.isArray(item) || isKeywords(item)) container(item, join(path, unique('container')));
    }
  };
  visit(root, '');
  return found;
}

/** A layer's own variables, without those of layers in it. */
function ownVariables(layer: Layer): Variable[] {
  const inner = new Set(layer.sublayers().flatMap((l) => l.weights));
  return layer.weights.filter((w) => !inner.has(w));
}
interface OwnStore {
  save_own_variables?(store: Store): void;
  load_own_variables?(store: Store): void;
}
const dataset = (value: NDArray): Hdf5Dataset => ({
  kind: 'dataset',
  attributes: new Map(),
  shape: value.shape,
  dtype: value.dtype,
  data: value.data as Hdf5Dataset['data'],
});
const varsOf = (path: string): string => (path === '' ? 'vars' : `${path}/vars`);

/** All variables of a model and its optimizer as the groups of a weights file. */
export function writeState(model: Model): Hdf5Group {
  const root = newGroup();
  for (const [path, one] of saveables(model)) {
    if (one instanceof Metric) continue;
    const group = groupAt(root, varsOf(path));
    group.attributes.set('name', one.name);
    const store: Store = {};
    const own = one as OwnStore;
    if (own.save_own_variables !== undefined) own.save_own_variables(store);
    else
      ownVariables(one as Layer).forEach((v, i) => {
        store[String(i)] = v.numpy();
      });
    for (const [key, value] of Object.entries(store)) group.members.set(key, dataset(NDArray.from(value)));
  }
  return root;
}

function storeAt(root: Hdf5Group, path: string): Store {
  const group = nodeAt(root, varsOf(path));
  const store: Store = {};
  if (group?.kind !== 'group') return store;
  for (const [key, node] of group.members)
    if (node.kind === 'dataset' && node.dtype !== null)
      store[key] = new NDArray({ dtype: node.dtype, shape: [...node.shape], data: node.data as never });
  return store;
}

/** What keeps a layer from getting its variables from a store, or null. */
function misfit(layer: Layer, own: readonly Variable[], store: Store): string | null {
  const count = Object.keys(store).length;
  if (count !== own.length) {
    if (own.length === 0 && !layer.built)
      return `Layer '${layer.name}' was never built and thus it doesn't have any variables. However the weights file lists ${count} variables for this layer.\nIn most cases, this error indicates that either:\n\n1. The layer is owned by a parent layer that implements a \`build()\` method, but calling the parent's \`build()\` method did NOT create the state of the child layer '${layer.name}'. A \`build()\` method must create ALL state for the layer, including the state of any children layers.\n\n2. You need to implement the \`def build_from_config(self, config)\` method on layer '${layer.name}', to specify how to rebuild it during loading. In this case, you might also want to implement the method that generates the build config at saving time, \`def get_build_config(self)\`. The method \`build_from_config()\` is meant to create the state of the layer (i.e. its variables) upon deserialization.`;
    return `Layer '${layer.name}' expected ${own.length} variables, but received ${count} variables during loading. Expected: ${show(own.map((v) => v.name))}`;
  }
  for (let i = 0; i < own.length; i++) {
    const [v, value] = [own[i]!, store[String(i)]];
    if (value === undefined) return `Layer '${layer.name}' has no variable '${i}' in the file`;
    if (!sameNumbers(v.sizes, value.shape))
      return `The shape of the target variable and the shape of the target value in \`variable.assign(value)\` must match. variable.shape=${showTuple(v.sizes)}, Received: value.shape=${showTuple(value.shape)}. Target variable: ${v.toString()}`;
  }
  return null;
}

/**
 * Puts the variables of a weights file into a model and its optimizer: all of them or, if something does not fit, none.
 * @throws ValueError that names the layers which do not fit, unless `skipMismatch`.
 */
export function readState(model: Model, root: Hdf5Group, skipMismatch: boolean): void {
  const failed: [Layer, string][] = [];
  const assignments: (() => void)[] = [];
  const found = saveables(model);
  for (const [path, one] of found) {
    const store = storeAt(root, path);
    const own = one as OwnStore;
    if (one instanceof Metric) continue;
    if (own.load_own_variables !== undefined) {
      const count = Object.keys(store).length;
      if (one instanceof Optimizer && !one.built && count > one.variables.length) one.build(model.trainable_variables);
      if (!(one instanceof Optimizer) || count > 0) assignments.push(() => own.load_own_variables!(store));
      continue;
    }
    const variables = ownVariables(one as Layer);
    const problem = misfit(one as Layer, variables, store);
    if (problem !== null) failed.push([one as Layer, problem]);
    else
      assignments.push(() =>
        variables.forEach((v, i) => {
          v.assign(store[String(i)]!);
        }),
      );
  }
  if (failed.length > 0) {
    const [[first, message]] = failed as [[Layer, string]];
    const text = `A total of ${failed.length} objects could not be loaded. Example error message for object ${first.toString()}:\n\n${message}\n\nList of objects that could not be loaded:\n[${failed.map(([l]) => l.toString()).join(', ')}]`;
    if (!skipMismatch) throw valueError(text);
    warn(text, 'UserWarning');
  }
  for (const assign of assignments) assign();
  for (const [, one] of found) finalized(one);
}
/** A layer that keeps what follows from its variables finds it anew. */
export const finalized = (one: object): void => (one as { loaded?(): void }).loaded?.();
