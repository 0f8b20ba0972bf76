import { type ArrayData, hostFiles, isKeywords, Storage } from '@stele/core';
import { readSafetensors, writeSafetensors } from '@stele/core/formats/safetensors';
import {
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
import { NotImplementedError } from './errors';
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
const read = (call: string, f: string | Uint8Array): Uint8Array =>
  typeof f === 'string' ? hostFiles(call, 'pass the bytes of the file').read(f) : f;
const write = (call: string, path: string, bytes: Uint8Array): void =>
  hostFiles(call, 'leave the path out and keep the bytes that it returns').write(path, bytes);

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
  f: string | Uint8Array,
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
  return mapTensors(readTorchZip(bytes), (record) => {
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
export function save(obj: unknown, f: string, options?: SaveOptions): void;
export function save(obj: unknown, options?: SaveOptions & { name?: string }): Uint8Array<ArrayBuffer>;
export function save(
  value: unknown,
  f: string | (SaveOptions & { name?: string }) = {},
  options: SaveOptions = {},
): Uint8Array<ArrayBuffer> | void {
  if (typeof f === 'string') return write('torch.save', f, save(value, { ...options, name: rootName(f) }));
  const storages = new Map<Storage, StorageRecord>();
  const record = (object: object): TensorRecord | undefined => {
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
