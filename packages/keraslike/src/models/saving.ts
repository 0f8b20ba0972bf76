import { type ArrayData, hostFiles } from '@stele/core';
import { readStele, writeStele } from '@stele/core/formats/stele';
import { NDArray } from '@stele/core/numpy';
import { notImplemented, valueError } from '../errors';
import type { Model } from './model';

const instead = 'use get_weights() and set_weights()';
/** Writes whole or not at all. */
function write(path: string, bytes: Uint8Array, overwrite: boolean, call: string): void {
  const files = hostFiles(call, instead);
  if (!overwrite && files.exists(path)) throw valueError(`${call}: ${path} exists already, and overwrite is false`);
  files.write(path, bytes);
}
function read(path: string, call: string): ReturnType<typeof readStele> {
  const files = hostFiles(call, instead);
  if (!files.exists(path))
    throw valueError(`File not found: filepath=${path}. Please ensure the file is an accessible \`.keras\` zip file.`);
  const bytes = files.read(path);
  const isZip = bytes[0] === 0x50 && bytes[1] === 0x4b;
  const isHdf = bytes[0] === 0x89 && bytes[1] === 0x48 && bytes[2] === 0x44;
  if (isZip || isHdf)
    throw notImplemented(
      `${call}: ${path} was written by Keras itself (${isZip ? 'a zip' : 'HDF5'}); reading those is not there yet, only files that Stele saved`,
    );
  return readStele(bytes);
}

const tensorsOf = (model: Model): [string, ArrayData][] =>
  model.weights.map((w, i) => [`${i}/${w.path}`, w.numpy()] as [string, ArrayData]);

function fill(model: Model, tensors: Map<string, ArrayData>): void {
  if (model.weights.length === 0 && tensors.size > 0)
    throw valueError(
      `Model '${model.name}' has no weights yet, and the file has ${tensors.size}: build the model first, by calling it on a batch or by \`build(input_shape)\``,
    );
  const byPlace = [...tensors].sort(([a], [b]) => Number.parseInt(a, 10) - Number.parseInt(b, 10));
  model.set_weights(byPlace.map(([, data]) => new NDArray(data)));
}

export function saveModel(model: Model, path: string, options: { overwrite?: boolean }): void {
  if (!path.endsWith('.keras'))
    throw valueError(
      `Invalid filepath extension for saving. Please add either a \`.keras\` extension for the native Keras format (recommended) or a \`.h5\` extension. Use \`model.export(filepath)\` if you want to export a SavedModel for use with TFLite/TFServing/etc. Received: filepath=${path}.`,
    );
  const config = {
    kind: 'keras model',
    class_name: model.constructor.name,
    config: model.get_config(),
    optimizer:
      model.optimizer === null
        ? null
        : { class_name: model.optimizer.constructor.name, config: model.optimizer.get_config() },
  };
  write(path, writeStele({ config, tensors: tensorsOf(model) }), options.overwrite ?? true, 'Model.save()');
}

export function saveWeights(model: Model, path: string, options: { overwrite?: boolean }): void {
  requireWeightsEnding(path);
  const bytes = writeStele({ config: { kind: 'keras weights' }, tensors: tensorsOf(model) });
  write(path, bytes, options.overwrite ?? true, 'Model.save_weights()');
}
export function loadWeights(model: Model, path: string): void {
  if (!path.endsWith('.keras')) requireWeightsEnding(path);
  fill(model, read(path, 'Model.load_weights()').tensors);
}
function requireWeightsEnding(path: string): void {
  if (!path.endsWith('.weights.h5'))
    throw valueError(`The filename must end in \`.weights.h5\`. Received: filepath=${path}`);
}

export interface Saved {
  readonly class_name: string;
  readonly config: Record<string, unknown>;
}
/** Reads what `save` wrote: `revive` makes the model, and the weights are put into it. */
export function loadModelWith(path: string, revive: (saved: Saved) => Model): Model {
  const { config, tensors } = read(path, 'load_model()');
  const saved = config as { kind?: string } & Saved;
  if (saved?.kind !== 'keras model')
    throw valueError(`load_model(): ${path} holds weights only: build the model and call load_weights()`);
  const model = revive(saved);
  fill(model, tensors);
  return model;
}
