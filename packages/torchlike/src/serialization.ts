import { type ArrayData, Storage } from '@stele/core';
import { readSafetensors, writeSafetensors } from '@stele/core/formats/safetensors';
import { mapTensors, readTorchZip, StorageRecord, TensorRecord, writeTorchZip } from '@stele/core/formats/torchzip';
import { NDArray } from '@stele/core/numpy';
import { from_numpy } from './creation';
import { checkDevice, type device } from './device';
import { family } from './methods/base';
import { Parameter, Tensor } from './tensor';

/**
 * Reads what `torch.save` wrote. No code is run: what is not a tensor or a plain container is refused by name.
 * The bytes come from the caller, so that this works in browsers too.
 * @see https://docs.pytorch.org/docs/stable/generated/torch.load.html
 */
export function load(
  bytes: Uint8Array,
  options: { map_location?: device | string; weights_only?: true } = {},
): unknown {
  checkDevice(options.map_location);
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

/** The bytes that PyTorch's own `torch.load` reads: tensors, Maps, lists and plain values in any nesting. */
export function save(value: unknown, options: { name?: string } = {}): Uint8Array<ArrayBuffer> {
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
  return writeTorchZip(value, { ...options, record }) as Uint8Array<ArrayBuffer>;
}

/** A state dict as a safetensors file, Stele's own form of weights. */
export function save_safetensors(
  state: ReadonlyMap<string, Tensor>,
  metadata?: Iterable<readonly [string, string]>,
): Uint8Array {
  const arrays = [...state].map(([name, t]) => [name, t.detach().numpy() as ArrayData] as const);
  return writeSafetensors(arrays, metadata);
}
/** The state dict in a safetensors file. */
export function load_safetensors(bytes: Uint8Array): Map<string, Tensor> {
  return new Map([...readSafetensors(bytes).tensors].map(([name, array]) => [name, from_numpy(new NDArray(array))]));
}
