import { type ArrayData, dtypes, isDType, isWide, sizeOf, type WideArray } from '../../tensor/dtype';
import { arrayFromBytes, type Bytes, bytesOf, FormatError } from '../bytes';
import { ProtoMessage, ProtoWriter } from '../protobuf';
import { readShape, type StringArray, tensorflowTypes, typeNumber } from '../tensorbundle';

/** A tensor as protocol buffers hold it: numbers, or byte strings. */
export type ProtoTensor = ArrayData | StringArray;

/** Which field holds the values one by one, where they are not packed as bytes. */
const fields: Readonly<Record<string, { readonly field: number; readonly size?: 4 | 8 }>> = {
  float16: { field: 13 },
  bfloat16: { field: 13 },
  float32: { field: 5, size: 4 },
  float64: { field: 6, size: 8 },
  int32: { field: 7 },
  int16: { field: 7 },
  int8: { field: 7 },
  uint8: { field: 7 },
  uint16: { field: 7 },
  int64: { field: 10 },
  uint32: { field: 16 },
  uint64: { field: 17 },
  bool: { field: 11 },
  complex64: { field: 9, size: 4 },
  complex128: { field: 12, size: 8 },
};

/** Repeats the last value to fill a shape, as TensorFlow does; no value at all means zeros. */
const filled = <T>(list: readonly T[], size: number, zero: T): readonly T[] => {
  if (list.length > size) throw new FormatError(`TensorProto: ${list.length} values for a shape of ${size} elements`);
  const last = list.length === 0 ? zero : list[list.length - 1]!;
  return list.length === size ? list : [...list, ...Array<T>(size - list.length).fill(last)];
};

/**
 * Reads a TensorProto.
 * @throws FormatError for element types that are not there and sizes that do not fit.
 */
export function readTensorProto(bytes: Uint8Array): ProtoTensor {
  const m = new ProtoMessage(bytes, 'TensorProto');
  const dtype = tensorflowTypes[m.int(1)] ?? `type ${m.int(1)}`;
  const shape = readShape(m.message(2));
  if (shape === undefined || shape.some((d) => d < 0))
    throw new FormatError('TensorProto: its shape is not fully known');
  const size = sizeOf(shape);
  if (dtype === 'string') {
    if (size > 1e8) throw new FormatError(`TensorProto: ${size} strings are too many`);
    return { dtype, shape, data: filled(m.all(8), size, new Uint8Array(0)) };
  }
  const place = fields[dtype];
  if (place === undefined || !isDType(dtype)) throw new FormatError(`TensorProto: dtype ${dtype} is not supported`);
  const content = m.bytes(4);
  if (content.length > 0) {
    const wanted = size * dtypes[dtype].itemsize;
    if (content.length !== wanted)
      throw new FormatError(
        `TensorProto: shape [${shape.join(', ')}] of ${dtype} needs ${wanted} bytes, not ${content.length}`,
      );
    return { dtype, shape, data: arrayFromBytes(dtype, content) };
  }
  const data = dtypes[dtype].create(size);
  const { width } = dtypes[dtype];
  if (isWide(dtype)) for (const [i, v] of filled(m.bigs(place.field), size, 0n).entries()) (data as WideArray)[i] = v;
  else if (place.size !== undefined) {
    // a complex number is a pair: the last pair fills the rest
    const [real, imaginary] = [0, 1].map((part) =>
      m.reals(place.field, place.size!).filter((_, i) => i % width === part % width),
    ) as [number[], number[]];
    const parts = width === 1 ? [real] : [real, imaginary];
    for (const [k, part] of parts.entries())
      for (const [i, v] of filled(part, size, 0).entries()) (data as Float32Array)[i * width + k] = v;
  }
  // halves come as the numbers of their bits
  else (data as Int32Array).set(filled(m.ints(place.field), size, 0) as number[]);
  return { dtype, shape, data };
}

/** Writes a TensorProto with its values packed as bytes. */
export function writeTensorProto(tensor: ProtoTensor): Bytes {
  const out = new ProtoWriter().int(1, typeNumber(tensor.dtype)).message(2, (shape) => {
    for (const d of tensor.shape) shape.message(2, (dim) => void (d && dim.int(1, d)));
  });
  if (tensor.dtype === 'string') for (const text of tensor.data) out.bytes(8, text);
  else if (tensor.data.length > 0) out.bytes(4, bytesOf(tensor.data));
  return out.done();
}

export { arrayFromBytes, FormatError } from '../bytes';
export { ProtoMessage, ProtoWriter } from '../protobuf';
export type { StringArray } from '../tensorbundle';
export { typeNumber } from '../tensorbundle';
