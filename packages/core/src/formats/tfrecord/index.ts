import { gunzipSync, gzipSync, unzlibSync, zlibSync } from 'fflate';
import { ByteReader, type Bytes, ByteWriter, concatBytes, crc32c, FormatError, maskCrc } from '../bytes';

export type Compression = '' | 'GZIP' | 'ZLIB';

/** What a record file's reader throws: a checksum or a length that does not fit, and where. */
export class RecordError extends FormatError {
  override name = 'RecordError';
  readonly offset: number;
  readonly kind: 'corrupted' | 'truncated';
  constructor(kind: 'corrupted' | 'truncated', offset: number) {
    super(`${kind} record at ${offset}`);
    this.kind = kind;
    this.offset = offset;
  }
}

const checksum = (bytes: Uint8Array): number => maskCrc(crc32c(bytes));

/**
 * One record as it lies in the file: length, checksum of the length, data, checksum of the data.
 *
 * ```ts
 * frameRecord(new Uint8Array([1])).length; // 17
 * ```
 */
export function frameRecord(data: Uint8Array): Bytes {
  const length = new ByteWriter(8).u64(data.length).done();
  return new ByteWriter(data.length + 16).raw(length).u32(checksum(length)).raw(data).u32(checksum(data)).done();
}

/** The bytes of a file that may be packed. @throws FormatError where they cannot be unpacked. */
export function unpacked(bytes: Uint8Array, compression: Compression): Uint8Array {
  if (compression === '') return bytes;
  try {
    return compression === 'GZIP' ? gunzipSync(bytes) : unzlibSync(bytes);
  } catch (error) {
    throw new FormatError(`record file: the ${compression} data cannot be unpacked (${(error as Error).message})`);
  }
}

/** The records of a file, each checked when it is asked for. @throws RecordError where one is damaged or cut short. */
export function* readRecords(file: Uint8Array, compression: Compression = ''): Generator<Uint8Array, void, undefined> {
  const reader = new ByteReader(unpacked(file, compression), 'record file');
  while (reader.remaining > 0) {
    const at = reader.position;
    // what is too short for a record's length ends the file, as it does for TensorFlow
    if (reader.remaining < 12) return;
    const head = reader.take(8);
    if (reader.u32() !== checksum(head)) throw new RecordError('corrupted', at);
    const length = new DataView(head.buffer, head.byteOffset, 8).getBigUint64(0, true);
    if (length + 4n > BigInt(reader.remaining)) throw new RecordError('truncated', at);
    const data = reader.take(Number(length));
    if (reader.u32() !== checksum(data)) throw new RecordError('corrupted', at + 12);
    yield data;
  }
}

/** A file of records. */
export function writeRecords(records: Iterable<Uint8Array>, compression: Compression = ''): Bytes {
  const plain = concatBytes([...records].map(frameRecord));
  if (compression === '') return plain;
  return (compression === 'GZIP' ? gzipSync(plain) : zlibSync(plain)) as Bytes;
}

export { FormatError } from '../bytes';
export * from './example';
