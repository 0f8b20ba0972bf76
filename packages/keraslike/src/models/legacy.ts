import { isKeywords, warn } from '@stele/core';
import { groupAt, type Hdf5Group, type Hdf5Value, newGroup, nodeAt } from '@stele/core/formats/hdf5';
import { NDArray } from '@stele/core/numpy';
import { valueError } from '../errors';
import type { Layer } from '../layers/layer';
import { deserialize_keras_object, serialize_keras_object } from '../saving/objects';
import type { Variable } from '../variable';
import { pythonJson } from './json';
import type { Model } from './model';
import { finalized } from './weights';

// The older files: a configuration and weights by layer in one HDF5 file.

const textsOf = (value: Hdf5Value | undefined): readonly string[] => (Array.isArray(value) ? value : []);
/** Lists of names may be cut into parts that fit an attribute. */
function namesOf(group: Hdf5Group, name: string): readonly string[] {
  if (group.attributes.has(name)) return textsOf(group.attributes.get(name));
  const found: string[] = [];
  for (let i = 0; group.attributes.has(`${name}${i}`); i++) found.push(...textsOf(group.attributes.get(`${name}${i}`)));
  return found;
}
const legacyOrder = (layer: Layer): Variable[] => [...layer.trainable_weights, ...layer.non_trainable_weights];

function arraysOf(group: Hdf5Group, names: readonly string[]): NDArray[] {
  return names.map((name) => {
    const found = nodeAt(group, name);
    if (found?.kind !== 'dataset' || found.dtype === null) throw valueError(`The file has no weight '${name}'`);
    return new NDArray({ dtype: found.dtype, shape: [...found.shape], data: found.data as never });
  });
}
function assignAll(layer: string, variables: readonly Variable[], values: readonly NDArray[]): void {
  if (variables.length !== values.length)
    throw valueError(
      `Weight count mismatch for layer ${layer}. Layer expects ${variables.length} weight(s). Received ${values.length} saved weight(s)`,
    );
  variables.forEach((v, i) => {
    v.assign(values[i]!);
  });
}
function groupIn(root: Hdf5Group, name: string): Hdf5Group | null {
  const found = nodeAt(root, name);
  return found?.kind === 'group' ? found : null;
}

/** Puts the weights of a group, layer by layer in their order, into a model. */
export function readLegacyWeights(model: Model, group: Hdf5Group): void {
  const layers = model.layers.filter((l) => l.weights.length > 0);
  const names = namesOf(group, 'layer_names').filter((n) => {
    const inner = groupIn(group, n);
    return inner !== null && namesOf(inner, 'weight_names').length > 0;
  });
  if (names.length !== layers.length)
    throw valueError(
      `Layer count mismatch when loading weights from file. Model expected ${layers.length} layers, found ${names.length} saved layers.`,
    );
  layers.forEach((layer, i) => {
    const inner = groupIn(group, names[i]!)!;
    assignAll(`#${i} (named ${layer.name})`, legacyOrder(layer), arraysOf(inner, namesOf(inner, 'weight_names')));
    finalized(layer);
  });
}

/** The model of an older file. */
export function readLegacyModel(root: Hdf5Group, compile: boolean, safe_mode: boolean): Model {
  const text = root.attributes.get('model_config');
  if (typeof text !== 'string') throw valueError('No model config found in the file at this path.');
  const model: Model = deserialize_keras_object(JSON.parse(text), null, safe_mode);
  const weights = groupIn(root, 'model_weights');
  if (weights !== null) readLegacyWeights(model, weights);
  const training = root.attributes.get('training_config');
  if (!compile || typeof training !== 'string') return model;
  const config = JSON.parse(training) as Record<string, any>;
  const revive = (value: any): any =>
    Array.isArray(value)
      ? value.map(revive)
      : isKeywords(value) && 'class_name' in value
        ? deserialize_keras_object(value)
        : isKeywords(value)
          ? Object.fromEntries(Object.entries(value).map(([k, v]) => [k, revive(v)]))
          : value;
  const { optimizer_config, loss, loss_weights, metrics, weighted_metrics } = config;
  model.compile({
    optimizer: revive(optimizer_config),
    loss: revive(loss ?? null),
    loss_weights: loss_weights ?? null,
    metrics: revive(metrics ?? null),
    weighted_metrics: revive(weighted_metrics ?? null),
  });
  const saved = groupIn(root, 'optimizer_weights');
  if (saved !== null) {
    const { optimizer } = model;
    const values = arraysOf(saved, namesOf(saved, 'weight_names'));
    optimizer!.build(model.trainable_variables);
    if (values.length === optimizer!.variables.length)
      optimizer!.load_own_variables(Object.fromEntries(values.map((value, i) => [String(i), value])));
    else
      warn(
        `Could not load the optimizer's state: it has ${optimizer!.variables.length} variables and the file ${values.length}`,
        'UserWarning',
      );
  }
  return model;
}

/** Configurations as older files have them: layers by class name alone. */
function bare(config: any): any {
  const { module: _m, registered_name: _r, build_config: _b, compile_config: _c, ...rest } = config;
  const inner = rest.config;
  if (isKeywords(inner) && Array.isArray((inner as any).layers))
    rest.config = { ...inner, layers: (inner as any).layers.map(bare) };
  return rest;
}
function putWeights(group: Hdf5Group, variables: readonly Variable[]): void {
  group.attributes.set(
    'weight_names',
    variables.map((v) => v.path),
  );
  for (const v of variables) {
    const at = v.path.lastIndexOf('/');
    const value = v.numpy();
    groupAt(group, v.path.slice(0, Math.max(0, at))).members.set(v.path.slice(at + 1), {
      kind: 'dataset',
      attributes: new Map(),
      shape: value.shape,
      dtype: value.dtype,
      data: value.data as never,
    });
  }
}
/** A model as the groups of an older file. */
export function writeLegacyModel(model: Model, version: string): Hdf5Group {
  const root = newGroup();
  const name = (g: Hdf5Group): Map<string, Hdf5Value> =>
    g.attributes.set('backend', 'tensorflow').set('keras_version', version);
  const { class_name, config } = bare(serialize_keras_object(model));
  name(root).set('model_config', pythonJson({ class_name, config }));
  const weights = groupAt(root, 'model_weights');
  name(weights).set(
    'layer_names',
    model.layers.map((l) => l.name),
  );
  for (const layer of model.layers) putWeights(groupAt(weights, layer.name), legacyOrder(layer));
  putWeights(groupAt(weights, 'top_level_model_weights'), []);
  const compiled = model.get_compile_config();
  if (model.optimizer === null || compiled === null || Object.keys(compiled).length === 0) return root;
  const { optimizer, ...rest } = compiled as { optimizer: any };
  root.attributes.set('training_config', pythonJson({ ...rest, optimizer_config: bare(optimizer) }));
  putWeights(groupAt(root, 'optimizer_weights'), model.optimizer.variables);
  return root;
}
