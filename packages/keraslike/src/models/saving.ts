import { type ArrayData, hostFiles } from '@stele/core';
import { readStele, writeStele } from '@stele/core/formats/stele';
import { NDArray } from '@stele/core/numpy';
import { z } from 'zod';
import { type Call, type Keywords, only, read as readArguments, signature } from '../arguments';
import { notImplemented, valueError } from '../errors';
import type { Shape } from '../tensors';
import type { SavedLayer } from './functional';
import type { Model } from './model';
import type { CompileOptions } from './signatures';
import type { CompileConfig } from './trainer';

const filepath = z.string();
const overwrite = z.boolean().default(true);
const save = signature(1, { filepath, overwrite, zipped: only(null, 'models saved as folders are') });
const saveWeightsTo = signature(1, { filepath, overwrite, max_shard_size: only(null, 'weights in several files are') });
const loadWeightsFrom = signature(1, { filepath, skip_mismatch: only(false, 'loading what fits is') });
type OverwriteCall<S> = Call<[filepath: string], [overwrite: boolean], Keywords<S>>;
export type SaveArguments = OverwriteCall<typeof save>;
export type SaveWeightsArguments = OverwriteCall<typeof saveWeightsTo>;
export type LoadWeightsArguments = Call<[filepath: string], [], Keywords<typeof loadWeightsFrom>>;

const instead = 'use get_weights() and set_weights()';
/** Writes whole or not at all. */
function write(path: string, bytes: Uint8Array, mayReplace: boolean, call: string): void {
  const files = hostFiles(call, instead);
  if (!mayReplace && files.exists(path)) throw valueError(`${call}: ${path} exists already, and overwrite is false`);
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
  try {
    return readStele(bytes);
  } catch (error) {
    throw valueError(`${call}: ${path} is no file that Stele saved, or not all of it: ${(error as Error).message}`);
  }
}

const modelKind = 'keras model';
const weightsKind = 'keras weights';
const slotPrefix = 'optimizer/';
const tensorsOf = (model: Model): [string, ArrayData][] =>
  model.weights.map((w, i) => [`${i}/${w.path}`, w.numpy()] as [string, ArrayData]);
const inOrder = (tensors: Iterable<readonly [string, ArrayData]>): NDArray[] =>
  [...tensors].sort(([a], [b]) => Number.parseInt(a, 10) - Number.parseInt(b, 10)).map(([, data]) => new NDArray(data));

function fill(model: Model, tensors: Map<string, ArrayData>): void {
  const weights = [...tensors].filter(([name]) => !name.startsWith(slotPrefix));
  if (model.weights.length === 0 && weights.length > 0)
    throw valueError(
      `Model '${model.name}' has no weights yet, and the file has ${weights.length}: build the model first, by calling it on a batch or by \`build(input_shape)\``,
    );
  model.set_weights(inOrder(weights));
}

interface SavedModel extends SavedLayer {
  readonly kind: string;
  /** The shape and dtype that a subclassed model was first called with. */
  readonly input: { readonly shape: Shape; readonly dtype: string } | null;
  readonly compile: CompileConfig | null;
  readonly iterations: number | null;
}

export function saveModel(model: Model, args: SaveArguments): void {
  const given = readArguments('Model.save()', save, args);
  const path = given.filepath;
  if (!path.endsWith('.keras'))
    throw valueError(
      `Invalid filepath extension for saving. Please add either a \`.keras\` extension for the native Keras format (recommended) or a \`.h5\` extension. Use \`model.export(filepath)\` if you want to export a SavedModel for use with TFLite/TFServing/etc. Received: filepath=${path}.`,
    );
  const state = model.optimizer?.built ? model.optimizer.variables.map((v) => v.numpy()) : null;
  const config: SavedModel = {
    kind: modelKind,
    class_name: model.constructor.name,
    config: model.get_config(),
    input: model.known_input,
    compile: model.get_compile_config(),
    iterations: state === null ? null : Number(model.optimizer!.iterations),
  };
  const slots = (state ?? []).map((data, i) => [`${slotPrefix}${i}`, data] as [string, ArrayData]);
  write(path, writeStele({ config, tensors: [...tensorsOf(model), ...slots] }), given.overwrite, 'Model.save()');
}

export function saveWeights(model: Model, args: SaveWeightsArguments): void {
  const given = readArguments('Model.save_weights()', saveWeightsTo, args);
  requireWeightsEnding(given.filepath);
  const bytes = writeStele({ config: { kind: weightsKind }, tensors: tensorsOf(model) });
  write(given.filepath, bytes, given.overwrite, 'Model.save_weights()');
}
export function loadWeights(model: Model, args: LoadWeightsArguments): void {
  const path = readArguments('Model.load_weights()', loadWeightsFrom, args).filepath;
  if (!path.endsWith('.keras')) requireWeightsEnding(path);
  const { config, tensors } = read(path, 'Model.load_weights()');
  const kind = (config as { kind?: string } | null)?.kind;
  if (kind !== weightsKind && kind !== modelKind)
    throw valueError(`Model.load_weights(): ${path} holds ${kind ?? 'something else'}, not the weights of a model`);
  fill(model, tensors);
}
function requireWeightsEnding(path: string): void {
  if (!path.endsWith('.weights.h5'))
    throw valueError(`The filename must end in \`.weights.h5\`. Received: filepath=${path}`);
}

/** Reads what `save` wrote: `revive` makes the model, the weights are put into it, and the optimizer goes on. */
export function loadModelWith(path: string, compile: boolean, revive: (saved: SavedLayer) => Model): Model {
  const { config, tensors } = read(path, 'load_model()');
  const saved = config as SavedModel | null;
  if (saved?.kind !== modelKind)
    throw valueError(`load_model(): ${path} holds ${saved?.kind ?? 'something else'}, not a whole model`);
  const model = revive(saved);
  if (saved.input !== null && !model.built) model.build(saved.input.shape);
  fill(model, tensors);
  if (!compile || saved.compile === null) return model;
  model.compile(saved.compile as CompileOptions);
  if (saved.iterations !== null) {
    const slots = [...tensors].filter(([name]) => name.startsWith(slotPrefix));
    const numbered = slots.map(([name, data]) => [name.slice(slotPrefix.length), data] as const);
    model.optimizer!.build(model.trainable_variables);
    model.optimizer!.load_own_variables(Object.fromEntries(inOrder(numbered).map((v, i) => [String(i), v])));
  }
  return model;
}
