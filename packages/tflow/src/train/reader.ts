import { type ArrayData, type HostFiles, hostFiles, tupleOf } from '@stele/core';
import {
  DamagedBundle,
  FormatError,
  type StringArray,
  shardName,
  TensorBundle,
} from '@stele/core/formats/tensorbundle';
import { NDArray } from '@stele/core/numpy';
import { define } from '../define';
import { as_dtype, type DType } from '../dtypes';
import { DataLossError, indexError, NotFoundError, OpError, valueError } from '../errors';
import { toPath } from '../io/strings';
import { StringTensor } from '../strings';
import { latest_checkpoint } from './state';

export const inMemory = 'use readTensorBundle of @stele/core/formats/tensorbundle';

/** Opens the checkpoint of that prefix. */
export function openBundle(prefix: string, call: string): TensorBundle {
  const files = hostFiles(call, inMemory);
  const index = `${prefix}.index`;
  if (!files.exists(index))
    throw new NotFoundError(
      `Unsuccessful TensorSliceReader constructor: Failed to find any matching files for ${prefix}`,
    );
  const shards = new Map<number, Uint8Array>();
  const shard = (i: number, count: number): Uint8Array => {
    const known = shards.get(i);
    if (known !== undefined) return known;
    const path = shardName(prefix, i, count);
    if (!files.exists(path)) throw new OpError(`${path}; No such file or directory`);
    const bytes = files.read(path);
    shards.set(i, bytes);
    return bytes;
  };
  return lossless(() => new NamedBundle(prefix, files.read(index), shard), prefix);
}
/** A bundle that knows what it is called, for who has to say what is wrong with it. */
class NamedBundle extends TensorBundle {
  readonly prefix: string;
  constructor(prefix: string, ...rest: ConstructorParameters<typeof TensorBundle>) {
    super(...rest);
    this.prefix = prefix;
  }
  override tensor(key: string): ArrayData {
    return lossless(() => super.tensor(key), this.prefix);
  }
  override strings(key: string): StringArray {
    return lossless(() => super.strings(key), this.prefix);
  }
}
/** Damage in a file is TensorFlow's DataLossError, in its words where `prefix` says which checkpoint it is. */
export function lossless<T>(read: () => T, prefix?: string): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof DamagedBundle && prefix !== undefined) throw damageOf(error, prefix);
    if (error instanceof FormatError) throw new DataLossError(error.message);
    throw error;
  }
}
function damageOf({ damage, message }: DamagedBundle, prefix: string): Error {
  switch (damage.kind) {
    case 'short index':
      return new OpError('file is too short to be an sstable');
    case 'not an index':
      return new OpError('not an sstable (bad magic number)');
    case 'damaged block':
      return new OpError(
        `Unable to read file (${prefix}.index). Perhaps the file is corrupt or was produced by a newer version of TensorFlow with format changes (failed to seek to header entry): block checksum mismatch`,
      );
    case 'cut data':
      return indexError('Read less bytes than requested');
    case 'checksum':
      return new DataLossError(
        `TensorBundle at ${prefix} shard ${damage.shard} (${damage.size} bytes): Checksum does not match: stored ${damage.stored} vs. calculated on the restored bytes ${damage.calculated}`,
      );
    default:
      return new DataLossError(message);
  }
}

/**
 * The tensors of a checkpoint by name.
 * @see https://www.tensorflow.org/api_docs/python/tf/train/load_checkpoint
 */
export class CheckpointReader {
  readonly bundle: TensorBundle;
  constructor(bundle: TensorBundle) {
    this.bundle = bundle;
  }
  private get names(): string[] {
    return [...this.bundle.entries.keys()].sort();
  }
  has_tensor(tensor_str: string): boolean {
    return this.bundle.entries.has(tensor_str);
  }
  /** The value as an array; strings as (nested lists of) bytes. */
  get_tensor(tensor_str: string): any {
    const entry = this.bundle.entries.get(tensor_str);
    if (entry === undefined) throw new NotFoundError(`Key ${tensor_str} not found in checkpoint`);
    try {
      if (entry.dtype !== 'string') return new NDArray(this.bundle.tensor(tensor_str));
      const { data, shape } = this.bundle.strings(tensor_str);
      return new StringTensor(data, shape).numpy();
    } catch (error) {
      // a reader knows no kinds of errors
      if (error instanceof DataLossError) throw new OpError(error.message);
      throw error;
    }
  }
  get_variable_to_shape_map(): Record<string, number[]> {
    return Object.fromEntries(this.names.map((name) => [name, [...this.bundle.entries.get(name)!.shape]]));
  }
  /** A line for each tensor: its name, type and shape. */
  debug_string(): Uint8Array {
    const lines = this.names.map((name) => {
      const { dtype, shape } = this.bundle.entries.get(name)!;
      return `${name} (${enumName(dtype)}) [${shape.join(',')}]`;
    });
    return new TextEncoder().encode(`${lines.join('\n')}\n`);
  }
  get_variable_to_dtype_map(): Record<string, DType> {
    return Object.fromEntries(
      this.names.map((name) => {
        const { dtype } = this.bundle.entries.get(name)!;
        try {
          return [name, as_dtype(dtype)];
        } catch {
          throw new OpError(`checkpoint entry "${name}" has dtype ${dtype}, which is not there in Stele`);
        }
      }),
    );
  }
}

/** How protocol buffers call an element type. */
const enumName = (dtype: string): string =>
  `DT_${({ float32: 'FLOAT', float64: 'DOUBLE', float16: 'HALF' })[dtype] ?? dtype.toUpperCase()}`;
function isFolder(files: HostFiles, path: string): boolean {
  try {
    return files.list !== undefined && files.list(path) !== undefined;
  } catch {
    return false;
  }
}
/** The prefix that a prefix or a folder stands for. */
function prefixOf(ckpt_dir_or_file: unknown): string {
  const path = toPath('load_checkpoint()', ckpt_dir_or_file);
  const files = hostFiles('load_checkpoint()', inMemory);
  if (files.exists(`${path}.index`) || !(files.exists(`${path}/checkpoint`) || isFolder(files, path))) return path;
  const latest = latest_checkpoint(path);
  if (latest === null) throw valueError(`Couldn't find 'checkpoint' file or checkpoints in given directory ${path}`);
  return latest;
}

/**
 * Opens a checkpoint by its prefix, or the latest one of a folder.
 *
 * ```ts
 * new tf.train.Checkpoint({ w: new tf.Variable([1, 2]) }).write('model');
 * tf.train.load_checkpoint('model').get_tensor('w/.ATTRIBUTES/VARIABLE_VALUE').tolist(); // [1, 2]
 * ```
 * @see https://www.tensorflow.org/api_docs/python/tf/train/load_checkpoint
 */
export const load_checkpoint = define('tf.train.load_checkpoint', 'ckpt_dir_or_file', (path: unknown) => {
  return new CheckpointReader(openBundle(prefixOf(path), 'load_checkpoint()'));
});
/** @see https://www.tensorflow.org/api_docs/python/tf/train/load_variable */
export const load_variable = define('tf.train.load_variable', 'ckpt_dir_or_file, name', (path: unknown, name: string) =>
  // names of TensorFlow 1 may end with the number of an output
  load_checkpoint(path).get_tensor(name.endsWith(':0') ? name.slice(0, -2) : name),
);
/** Names and shapes, sorted. @see https://www.tensorflow.org/api_docs/python/tf/train/list_variables */
export const list_variables = define('tf.train.list_variables', 'ckpt_dir_or_file', (path: unknown) =>
  Object.entries(load_checkpoint(path).get_variable_to_shape_map()).map(
    ([name, shape]) => tupleOf<unknown>([name, shape]) as unknown as [string, number[]],
  ),
);
