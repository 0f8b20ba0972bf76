import { hostFiles } from '@stele/core';
import { endOfHdf5, type Hdf5Group, looksLikeHdf5, readHdf5, writeHdf5 } from '@stele/core/formats/hdf5';
import { looksLikeZip, readZip, writeZip, type ZipArchive } from '@stele/core/formats/zip';
import { z } from 'zod';
import { type Call, type Keywords, only, read as readArguments, signature } from '../arguments';
import { named, valueError } from '../errors';
import { deserialize_keras_object, serialize_keras_object } from '../saving/objects';
import { CustomObjectScope } from '../saving/registry';
import { pythonJson, withFloats } from './json';
import { readLegacyModel, readLegacyWeights, writeLegacyModel } from './legacy';
import type { Model } from './model';
import { readState, writeState } from './weights';

const filepath = z.string();
const overwrite = z.boolean().default(true);
const save = signature(1, { filepath, overwrite, zipped: z.boolean().nullable().default(null) });
const saveWeightsTo = signature(1, { filepath, overwrite, max_shard_size: only(null, 'weights in several files are') });
const loadWeightsFrom = signature(1, { filepath, skip_mismatch: z.boolean().default(false) });
type OverwriteCall<S> = Call<[filepath: string], [overwrite: boolean], Keywords<S>>;
export type SaveArguments = OverwriteCall<typeof save>;
export type SaveWeightsArguments = OverwriteCall<typeof saveWeightsTo>;
export type LoadWeightsArguments = Call<[filepath: string], [skip_mismatch: boolean], Keywords<typeof loadWeightsFrom>>;

/** The version of Keras whose files these are. */
const version = '3.15.1';
const instead = 'use get_weights() and set_weights()';
/** Writes whole or not at all. */
function write(path: string, bytes: Uint8Array, mayReplace: boolean, call: string): void {
  const files = hostFiles(call, instead);
  if (!mayReplace && files.exists(path)) throw valueError(`${call}: ${path} exists already, and overwrite is false`);
  files.write(path, bytes);
}
/** What HDF5 says of a file that is not there. */
const unopened = (path: string): string =>
  `[Errno 2] Unable to synchronously open file (unable to open file: name = '${path}', errno = 2, error message = 'No such file or directory', flags = 0, o_flags = 0)`;
/** What Keras says of a file that is not there, by what would read it. */
function missing(path: string, call: string, kind: string): Error {
  const absent = (message: string): Error => Object.assign(new Error(message), { name: 'FileNotFoundError' });
  if (/\.(h5|hdf5)$/.test(path) && !/\.weights\.h5$/.test(path)) return absent(unopened(path));
  if (call.includes('load_weights')) {
    if (/\.keras$/.test(path)) return absent(`[Errno 2] No such file or directory: '${path}'`);
    if (/\.weights\.h5$/.test(path)) return absent(unopened(path));
  } else if (!/\.keras$/.test(path))
    return valueError(
      `File format not supported: filepath=${path}. Keras 3 only supports V3 \`.keras\` files, legacy H5 format files (\`.h5\` extension). Note that the legacy SavedModel format is not supported by \`load_model()\` in Keras 3. In order to reload a TensorFlow SavedModel as an inference-only layer in Keras 3, use \`keras.layers.TFSMLayer(${path}, call_endpoint='serving_default')\` (note that your \`call_endpoint\` might have a different name).`,
    );
  return valueError(`File not found: filepath=${path}. Please ensure the file is an accessible ${kind}.`);
}
function bytesOf(path: string, call: string, kind: string): Uint8Array {
  const files = hostFiles(call, instead);
  if (!files.exists(path)) throw missing(path, call, kind);
  return files.read(path);
}
/** Reads by a format; damage is what Python's modules for zip and HDF5 say of it. */
function opened<T>(path: string, body: () => T): T {
  try {
    return body();
  } catch (error) {
    if (error instanceof SyntaxError) throw named('JSONDecodeError', error.message);
    if ((error as Error).name !== 'FormatError') throw error;
    const { message } = error as Error;
    const damaged = /entry "(.*)" is damaged/.exec(message)?.[1];
    if (damaged !== undefined) throw named('BadZipFile', `Bad CRC-32 for file '${damaged}'`);
    if (/zip: (failed finding|the central directory)/.test(message)) throw valueError(unreadable(path));
    throw valueError(`${path} is no Keras file, or not all of it: ${message}`);
  }
}
/** @throws OSError in HDF5's words for what is no such file, or not all of it. */
function hdf5(bytes: Uint8Array): Hdf5Group {
  const refused = (why: string): Error => named('OSError', `Unable to synchronously open file (${why})`);
  if (!looksLikeHdf5(bytes)) throw refused('file signature not found');
  const end = endOfHdf5(bytes);
  if (end === null) throw refused('bad byte number in an address');
  if (end > bytes.length)
    throw refused(`truncated file: eof = ${bytes.length}, sblock->base_addr = 0, stored_eof = ${end}`);
  try {
    return readHdf5(bytes);
  } catch (error) {
    if ((error as Error).name !== 'FormatError') throw error;
    throw refused((error as Error).message);
  }
}
const stateOf = (path: string, zip: ZipArchive): Hdf5Group => hdf5(opened(path, () => zip.read('model.weights.h5')));

function now(): string {
  const two = (n: number): string => String(n).padStart(2, '0');
  const d = new Date();
  return `${d.getFullYear()}-${two(d.getMonth() + 1)}-${two(d.getDate())}@${two(d.getHours())}:${two(d.getMinutes())}:${two(d.getSeconds())}`;
}

export function saveModel(model: Model, args: SaveArguments): void {
  const given = readArguments('Model.save()', save, args);
  const path = given.filepath;
  if (path.endsWith('.keras')) {
    const config = withFloats(() => serialize_keras_object(model));
    const text = (value: unknown): Uint8Array => new TextEncoder().encode(withFloats(() => pythonJson(value)));
    const zip = writeZip([
      ['metadata.json', text({ keras_version: version, date_saved: now() })],
      ['config.json', text(config)],
      ['model.weights.h5', writeHdf5(writeState(model))],
    ]);
    write(path, zip, given.overwrite, 'Model.save()');
  } else if (/\.(h5|hdf5)$/.test(path)) {
    const bytes = withFloats(() => writeHdf5(writeLegacyModel(model, version)));
    write(path, bytes, given.overwrite, 'Model.save()');
  } else
    throw valueError(
      `Invalid filepath extension for saving. Please add either a \`.keras\` extension for the native Keras format (recommended) or a \`.h5\` extension. Use \`model.export(filepath)\` if you want to export a SavedModel for use with TFLite/TFServing/etc. Received: filepath=${path}.`,
    );
}

export function saveWeights(model: Model, args: SaveWeightsArguments): void {
  const given = readArguments('Model.save_weights()', saveWeightsTo, args);
  if (!given.filepath.endsWith('.weights.h5'))
    throw valueError(`The filename must end in \`.weights.h5\`. Received: filepath=${given.filepath}`);
  if (!model.built)
    throw valueError(
      'You are saving a model that has not yet been built. Try building the model first by calling it on some data or by using `build()`.',
    );
  write(given.filepath, writeHdf5(writeState(model)), given.overwrite, 'Model.save_weights()');
}
export function loadWeights(model: Model, args: LoadWeightsArguments): void {
  const { filepath: path, skip_mismatch } = readArguments('Model.load_weights()', loadWeightsFrom, args);
  if (path.endsWith('.keras')) {
    const bytes = bytesOf(path, 'Model.load_weights()', '`.keras` zip file');
    const zip = opened(path, () => readZip(bytes));
    readState(model, stateOf(path, zip), skip_mismatch);
  } else if (path.endsWith('.weights.h5')) {
    const root = hdf5(bytesOf(path, 'Model.load_weights()', '`.weights.h5` file'));
    requireWeights(model);
    readState(model, root, skip_mismatch);
  } else if (/\.(h5|hdf5)$/.test(path)) {
    const root = hdf5(bytesOf(path, 'Model.load_weights()', '`.h5` file'));
    const inner = root.members.get('model_weights');
    readLegacyWeights(model, inner?.kind === 'group' ? inner : root);
  } else
    throw valueError(
      `File format not supported: filepath=${path}. Keras 3 only supports V3 \`.keras\` and \`.weights.h5\` files, or legacy V1/V2 \`.h5\` files.`,
    );
}
function requireWeights(model: Model): void {
  if (model.weights.length === 0 && !model.built)
    throw valueError(
      `You are loading weights into a model that has not yet been built: model '${model.name}' has no weights. Build it first, by calling it on a batch or by \`build(input_shape)\``,
    );
}

/** Keras' sentence for whatever is not a readable file. */
const unreadable = (path: string): string =>
  `File not found: filepath=${path}. Please ensure the file is an accessible \`.keras\` zip file.`;

/** Reads what `save` wrote, here or in Keras; no code of a file is run while `safe_mode` is on. */
export function loadModelFrom(
  source: string | Uint8Array,
  custom_objects: Readonly<Record<string, unknown>> | null,
  compile: boolean,
  safe_mode: boolean,
): Model {
  const path = typeof source === 'string' ? source : 'the model';
  const bytes = typeof source === 'string' ? bytesOf(source, 'load_model()', '`.keras` zip file') : source;
  using _ = new CustomObjectScope(custom_objects ?? {}).__enter__();
  const legacy = typeof source === 'string' && /\.(h5|hdf5)$/.test(source);
  if (legacy || looksLikeHdf5(bytes)) return readLegacyModel(hdf5(bytes), compile, safe_mode);
  if (!looksLikeZip(bytes))
    throw valueError(
      typeof source === 'string' && !/\.(keras|h5|hdf5)$/.test(source)
        ? `File format not supported: filepath=${path}. Keras 3 only supports V3 \`.keras\` files and legacy H5 format files (\`.h5\` extension). Note that the legacy SavedModel format is not supported by \`load_model()\` in Keras 3.`
        : unreadable(path),
    );
  const zip = opened(path, () => readZip(bytes));
  const text = (name: string): string => {
    if (!zip.has(name)) throw valueError(unreadable(path));
    return new TextDecoder().decode(opened(path, () => zip.read(name)));
  };
  const config = opened(path, () => JSON.parse(text('config.json'))) as Record<string, unknown>;
  const { compile_config, ...bare } = config;
  const model = deserialize_keras_object(compile ? config : bare, null, safe_mode) as Model;
  if (typeof (model as { load_weights?: unknown }).load_weights !== 'function')
    throw valueError(`load_model(): ${path} holds ${String(config['class_name'])}, which is not a model`);
  void compile_config;
  if (!zip.has('model.weights.h5')) {
    throw valueError(unreadable(path));
  }
  readState(model, stateOf(path, zip), false);
  return model;
}
