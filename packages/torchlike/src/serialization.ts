import { type ArrayData, hostFiles, isKeywords, Storage } from '@stele/core';
import { readSafetensors, writeSafetensors } from '@stele/core/formats/safetensors';
import {
  CheckpointError,
  mapTensors,
  readTorchZip,
  StorageRecord,
  TensorRecord,
  writeTorchLegacy,
  writeTorchZip,
} from '@stele/core/formats/torchzip';
import { NDArray } from '@stele/core/numpy';
import { from_numpy } from './creation';
import { checkDevice, type device } from './device';
import { AttributeError, EOFError, KeyError, NotImplementedError, RuntimeError, UnpicklingError } from './errors';
import { family } from './methods/base';
import { Parameter, Tensor } from './tensor';

export interface LoadOptions {
  map_location?: device | string | null;
  /** Always so: no code is ever run. */
  weights_only?: boolean;
}
export interface SaveOptions {
  /** `false` writes the format of PyTorch before 1.6. */
  _use_new_zipfile_serialization?: boolean;
}
/** Something that gives its bytes, such as a file that Python opened. */
export interface ByteSource {
  read(): Uint8Array;
}
/** Something that takes bytes, such as Python's BytesIO. */
export interface ByteSink {
  write(bytes: Uint8Array): unknown;
}
const read = (call: string, f: string | Uint8Array | ByteSource): Uint8Array => {
  if (typeof f === 'string') return hostFiles(call, 'pass the bytes of the file').read(f);
  if (f instanceof Uint8Array) return f;
  if (typeof (f as ByteSource | null)?.read === 'function') return f.read();
  throw new AttributeError(
    `${call}: expected a path, bytes or an object with a read method, got ${f === null ? 'None' : typeof f}`,
  );
};
const write = (call: string, to: string | ByteSink, bytes: Uint8Array): void => {
  if (typeof to === 'string') hostFiles(call, 'leave the path out and keep the bytes that it returns').write(to, bytes);
  else to.write(bytes);
};
const isSink = (f: unknown): f is ByteSink => typeof (f as ByteSink | null)?.write === 'function';

/** The exceptions of PyTorch's loader by name. */
const loaderErrors = { RuntimeError, KeyError, EOFError, UnpicklingError } as const;
function readCheckpoint(bytes: Uint8Array): unknown {
  try {
    return readTorchZip(bytes);
  } catch (error) {
    if (!(error instanceof CheckpointError)) throw error;
    const raised = new loaderErrors[error.type](error.message);
    raised.cause = error;
    throw raised;
  }
}

/**
 * Reads what `torch.save` wrote, from a path (in Node) or from bytes (anywhere). No code is run: what is not a tensor
 * or a plain container is refused by name.
 *
 * ```ts
 * const model = new torch.nn.Linear(2, 1);
 * torch.save(model.state_dict(), 'linear.pth');
 * model.load_state_dict(torch.load('linear.pth'));
 * ```
 * @see https://docs.pytorch.org/docs/stable/generated/torch.load.html
 */
export function load(
  f: string | Uint8Array | ByteSource,
  map_location: device | string | null | LoadOptions = null,
  more: LoadOptions = {},
): any {
  const options: LoadOptions = isKeywords(map_location)
    ? map_location
    : { map_location: map_location as null, ...more };
  checkDevice(options.map_location);
  if (options.weights_only === false)
    throw new NotImplementedError(
      'torch.load: weights_only=False would run code from the file, which Stele never does; tensors and plain containers load without it',
    );
  const bytes = read('torch.load', f);
  const storages = new Map<StorageRecord, Storage>();
  return mapTensors(readCheckpoint(bytes), (record) => {
    let storage = storages.get(record.storage);
    if (storage === undefined)
      storages.set(record.storage, (storage = new Storage(record.storage.dtype, record.storage.data)));
    const t = family.create(storage, record.shape, record.strides, record.offset) as Tensor;
    if (record.parameter) return new Parameter(t, record.requiresGrad);
    return record.requiresGrad ? t.requires_grad_(true) : t;
  });
}

/**
 * Writes tensors, Maps, lists and plain values in any nesting as PyTorch's own `torch.load` reads them: to a path
 * (in Node; whole or not at all), or without one as the bytes that it returns.
 *
 * ```ts
 * torch.save(new torch.nn.Linear(2, 1).state_dict(), 'weights.pth');
 * ```
 * @see https://docs.pytorch.org/docs/stable/generated/torch.save.html
 */
export function save(obj: unknown, f: string | ByteSink, options?: SaveOptions): void;
export function save(obj: unknown, options?: SaveOptions & { name?: string }): Uint8Array<ArrayBuffer>;
export function save(
  value: unknown,
  f: string | ByteSink | (SaveOptions & { name?: string }) = {},
  options: SaveOptions = {},
): Uint8Array<ArrayBuffer> | void {
  if (typeof f === 'string') return write('torch.save', f, save(value, { ...options, name: rootName(f) }));
  if (isSink(f)) return write('torch.save', f, save(value, options));
  const storages = new Map<Storage, StorageRecord>();
  const record = (object: object): TensorRecord | undefined => {
    if (typeof (object as { state_dict?: unknown }).state_dict === 'function')
      throw new NotImplementedError(
        `torch.save: a whole ${object.constructor.name} would be saved as code to run when it is loaded, which Stele never does; save its state_dict()`,
      );
    if (!(object instanceof Tensor)) return undefined;
    let stored = storages.get(object.storage);
    if (stored === undefined) {
      stored = new StorageRecord(object.scalarType, object.storage.length, 'cpu', object.storage.array);
      storages.set(object.storage, stored);
    }
    const marks = { requiresGrad: object.requires_grad && object.is_leaf, parameter: object instanceof Parameter };
    return new TensorRecord(stored, object.sizes, object.strides, object.offset, marks);
  };
  const { _use_new_zipfile_serialization: zip = true, name } = f;
  return zip ? writeTorchZip(value, { name, record }) : writeTorchLegacy(value, { record });
}

/** The folder inside the archive, which PyTorch names after the file. */
const rootName = (path: string): string =>
  path
    .split(/[\\/]/)
    .at(-1)!
    .replace(/(?<=.)\.[^.]*$/, '') || 'archive';

/** A state dict as a safetensors file, Stele's own form of weights: to a path, or as bytes. */
export function save_safetensors(state: ReadonlyMap<string, Tensor>, path: string): void;
export function save_safetensors(
  state: ReadonlyMap<string, Tensor>,
  metadata?: Iterable<readonly [string, string]>,
): Uint8Array;
export function save_safetensors(
  state: ReadonlyMap<string, Tensor>,
  to?: string | Iterable<readonly [string, string]>,
): Uint8Array | void {
  if (typeof to === 'string') return write('torch.save_safetensors', to, save_safetensors(state));
  const arrays = [...state].map(([name, t]) => [name, t.detach().numpy() as ArrayData] as const);
  return writeSafetensors(arrays, to);
}
/** The state dict in a safetensors file, given by path or bytes. */
export function load_safetensors(file: string | Uint8Array): Map<string, Tensor> {
  const bytes = read('torch.load_safetensors', file);
  return new Map([...readSafetensors(bytes).tensors].map(([name, array]) => [name, from_numpy(new NDArray(array))]));
}
