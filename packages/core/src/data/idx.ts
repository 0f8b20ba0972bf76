import { gunzipSync, gzipSync } from 'fflate';
import {
  arrayFromBytes,
  ByteReader,
  type Bytes,
  ByteWriter,
  bytesOf,
  checkArray,
  crc32,
  FormatError,
  swapBytes,
} from '../formats/bytes';
import { type ArrayData, type DType, dtypes, sizeOf } from '../tensor/dtype';

const codes: Readonly<Record<number, DType>> = {
  8: 'uint8',
  9: 'int8',
  11: 'int16',
  12: 'int32',
  13: 'float32',
  14: 'float64',
};

const isGzip = (bytes: Uint8Array): boolean => bytes[0] === 0x1f && bytes[1] === 0x8b;

function unpack(bytes: Uint8Array, what: string): Uint8Array {
  if (!isGzip(bytes)) return bytes;
  if (bytes.length < 18) throw new FormatError(`${what}: the gzip file is truncated (${bytes.length} bytes)`);
  const declared = new DataView(bytes.buffer, bytes.byteOffset).getUint32(bytes.length - 4, true);
  // a cut file ends in arbitrary bytes; its "size" must not be allocated unseen
  if (declared > bytes.length * 1032 + 1024) throw new FormatError(`${what}: the gzip file is truncated or damaged`);
  let data: Uint8Array;
  try {
    data = gunzipSync(bytes);
  } catch (error) {
    throw new FormatError(`${what}: the gzip file is truncated or damaged (${(error as Error).message})`);
  }
  if (data.length !== declared) {
    throw new FormatError(`${what}: the gzip file declares ${declared} bytes, but unpacks to ${data.length}`);
  }
  if (crc32(data) !== new DataView(bytes.buffer, bytes.byteOffset).getUint32(bytes.length - 8, true)) {
    throw new FormatError(`${what}: the gzip file is damaged (wrong checksum)`);
  }
  return data;
}

export interface IdxExpectation {
  /** Element type the file must have. */
  readonly dtype?: DType;
  /** Number of dimensions the file must have. */
  readonly rank?: number;
}

/**
 * Reads an IDX file, gzipped or plain: magic number (two zero bytes, type code, number of dimensions), big-endian sizes,
 * elements. `what` names the file in errors, `expect` says what it should hold.
 *
 * ```ts
 * readIdx(writeIdx({ dtype: 'uint8', shape: [2], data: new Uint8Array([7, 2]) })).shape; // [2]
 * ```
 */
export function readIdx(bytes: Uint8Array, what = 'IDX file', expect: IdxExpectation = {}): ArrayData {
  const data = unpack(bytes, what);
  if (data.length < 4)
    throw new FormatError(`${what}: truncated; 4 bytes of magic number expected, ${data.length} found`);
  const [zero, zero2, code, rank] = data as unknown as [number, number, number, number];
  const magic = `0x${[zero, zero2, code, rank].map((b) => b.toString(16).padStart(2, '0')).join('')}`;
  if (zero || zero2)
    throw new FormatError(`${what}: wrong magic number ${magic}; an IDX file starts with two zero bytes`);
  const dtype = codes[code];
  if (!dtype) {
    throw new FormatError(
      `${what}: wrong magic number ${magic}; type code ${code} is not one of ${Object.keys(codes).join(', ')}`,
    );
  }
  if (expect.dtype && expect.dtype !== dtype) {
    throw new FormatError(`${what}: wrong magic number ${magic}; ${expect.dtype} elements expected, ${dtype} found`);
  }
  if (expect.rank !== undefined && expect.rank !== rank) {
    throw new FormatError(`${what}: wrong magic number ${magic}; ${expect.rank} dimensions expected, ${rank} found`);
  }
  if (data.length < 4 + 4 * rank) {
    throw new FormatError(`${what}: truncated; ${4 + 4 * rank} bytes of header expected, ${data.length} found`);
  }
  const reader = new ByteReader(data, what, 4);
  const shape = Array.from({ length: rank }, reader.u32be);
  const { itemsize } = dtypes[dtype];
  const expected = 4 + 4 * rank + sizeOf(shape) * itemsize;
  if (data.length !== expected) {
    throw new FormatError(
      `${what}: ${data.length < expected ? 'truncated' : 'trailing bytes'}; ${expected} bytes expected for shape ` +
        `[${shape.join(', ')}] of ${dtype}, ${data.length} found`,
    );
  }
  const body = data.slice(reader.position);
  if (itemsize > 1) swapBytes(body, itemsize);
  return { dtype, shape, data: arrayFromBytes(dtype, body) };
}

/** Writes an IDX file, gzipped if asked. */
export function writeIdx(array: ArrayData, options: { gzip?: boolean } = {}): Bytes {
  checkArray(array, 'IDX');
  const code = Object.entries(codes).find(([, dtype]) => dtype === array.dtype)?.[0];
  if (!code)
    throw new FormatError(`IDX: ${array.dtype} elements cannot be written; ${Object.values(codes).join(', ')} can`);
  const out = new ByteWriter(16 + array.data.byteLength).u8(0).u8(0).u8(Number(code)).u8(array.shape.length);
  for (const d of array.shape) out.u32be(d);
  const body = bytesOf(array.data).slice();
  swapBytes(body, dtypes[array.dtype].itemsize);
  const bytes = out.raw(body).done();
  return options.gzip ? (gzipSync(bytes, { mtime: 0 }) as Bytes) : bytes;
}

/** Throws unless there is one label for each image, and says how many of each there are. */
export function checkPairs(images: ArrayData, labels: ArrayData, imagesName: string, labelsName: string): void {
  if (images.shape[0] !== labels.shape[0]) {
    throw new FormatError(
      `${imagesName} holds ${images.shape[0]} images, but ${labelsName} holds ${labels.shape[0]} labels; the files do not belong together`,
    );
  }
}
