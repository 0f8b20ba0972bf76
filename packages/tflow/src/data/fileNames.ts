import { hostFiles } from '@stele/core';
import { type Compression, unpacked } from '@stele/core/formats/tfrecord';
import { InvalidArgumentError, kernelError, NotFoundError } from '../errors';
import { isStringLike, toPath } from '../io/strings';
import { shapeText, TensorSpec } from '../spec';
import { type StringTensor, stringTensor } from '../strings';
import { type TensorLike, toTensor } from '../tensor';
import { inIterator } from './arguments';
import { Dataset } from './dataset';

const decoder = new TextDecoder();

/** The names of files as they are read: a dataset of them, a list, a tensor, or one name. */
export function fileNames(call: string, filenames: unknown): () => Iterable<string> {
  if (filenames instanceof Dataset) {
    const spec = filenames.element_spec;
    if (!(spec instanceof TensorSpec) || (spec.dtype.name as string) !== 'string')
      throw new TypeError(
        `The \`filenames\` argument must contain \`tf.string\` elements. Got a dataset of \`${spec instanceof TensorSpec ? `tf.${spec.dtype.name}` : String(spec)}\` elements.`,
      );
    if (spec.dims !== null && spec.dims.length > 0)
      throw new TypeError(
        `The \`filenames\` argument must contain \`tf.string\` elements of shape [] (i.e. scalars). Got a dataset of element shape ${shapeText(spec.dims)}.`,
      );
    return () => ({
      *[Symbol.iterator]() {
        for (const name of filenames) yield decoder.decode((name as StringTensor).values[0]);
      },
    });
  }
  const path = (name: unknown): unknown =>
    Array.isArray(name)
      ? name.map(path)
      : typeof name === 'object' && name !== null && '__fspath__' in name
        ? toPath(call, name)
        : name;
  const given = path(filenames);
  if (!isStringLike(given) && !(Array.isArray(given) && given.length === 0))
    throw new TypeError(
      `The \`filenames\` argument must contain \`tf.string\` elements. Got \`tf.${toTensor(given as TensorLike).scalarType}\` elements.`,
    );
  const names = stringTensor(given).texts();
  return () => names;
}

/** The bytes of a file that a dataset reads. */
export function bytesOf(call: string, path: string, compression: unknown): Uint8Array {
  const files = hostFiles(call, 'read the bytes and use from_tensor_slices');
  if (!files.exists(path)) throw inIterator(`${path}; No such file or directory`, NotFoundError);
  return unpacked(files.read(path), (compression ?? '') as Compression);
}
/** How files are packed. */
export const compressionOf = (kernel: string, value: unknown): string => {
  const name = value === undefined || value === null ? '' : stringTensor(value).texts()[0]!;
  if (!['', 'GZIP', 'ZLIB'].includes(name))
    throw kernelError(kernel, 'Unsupported compression_type.', InvalidArgumentError);
  return name;
};
