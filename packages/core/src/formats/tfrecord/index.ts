import { gzipSync, zlibSync } from 'fflate';
import { type Bytes, ByteWriter, concatBytes, crc32c, FormatError, maskCrc } from '../bytes';
import { type Compression, pieces } from './unpacking';

/** What a record file's reader throws: a checksum or a length that does not fit, and where. */
export class RecordError extends FormatError {
  override name = 'RecordError';
  readonly offset: number;
  readonly kind: 'corrupted' | 'truncated';
  /** What TensorFlow says of it. */
  readonly sentence: string;
  constructor(kind: 'corrupted' | 'truncated', offset: number, why = '') {
    super(`${kind} record at ${offset}`);
    this.kind = kind;
    this.offset = offset;
    const more = kind === 'truncated' ? `' failed with ${why}` : offset === 0 ? ' (Is this even a TFRecord file?)' : '';
    this.sentence = `${this.message}${more}`;
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

/** Bytes that are there as they are asked for. */
class Pulled {
  private readonly pieces: Iterator<Uint8Array>;
  private held: Uint8Array = new Uint8Array(0);
  private done = false;
  position = 0;
  constructor(pieces: Iterable<Uint8Array>) {
    this.pieces = pieces[Symbol.iterator]();
  }
  /** The next bytes; fewer only at the end. */
  take(count: number): Uint8Array {
    const parts = [this.held];
    let total = this.held.length;
    while (total < count && !this.done) {
      const { value, done } = this.pieces.next();
      if (done) this.done = true;
      else {
        parts.push(value);
        total += value.length;
      }
    }
    const all = parts.length === 1 ? this.held : concatBytes(parts);
    const out = all.subarray(0, count);
    this.held = all.subarray(out.length);
    this.position += out.length;
    return out;
  }
}

/** The records of a file, each checked when it is asked for. @throws RecordError where one is damaged or cut short. */
export function* readRecords(file: Uint8Array, compression: Compression = ''): Generator<Uint8Array, void, undefined> {
  const from = new Pulled(compression === '' ? [file] : pieces(file, compression));
  for (;;) {
    const at = from.position;
    const head = from.take(12);
    // what is too short for a record's length ends the file, as it does for TensorFlow
    if (head.length < 12) return;
    const view = new DataView(head.buffer, head.byteOffset, 12);
    if (view.getUint32(8, true) !== checksum(head.subarray(0, 8))) throw new RecordError('corrupted', at);
    const length = view.getBigUint64(0, true);
    // no file is as long as a damaged length may say
    const wanted = length > 0xffffffffn ? 2 ** 32 : Number(length);
    const data = from.take(wanted);
    const sum = from.take(4);
    if (BigInt(data.length) < length || sum.length < 4)
      throw new RecordError('truncated', at, compression === '' ? 'Read less bytes than requested' : 'EOF reached');
    if (new DataView(sum.buffer, sum.byteOffset, 4).getUint32(0, true) !== checksum(data))
      throw new RecordError('corrupted', at + 12);
    yield data;
  }
}

/** The bytes of a file that may be packed. @throws FormatError where they cannot be unpacked. */
export const unpacked = (bytes: Uint8Array, compression: Compression): Uint8Array =>
  compression === '' ? bytes : concatBytes([...pieces(bytes, compression)]);

/** A file of records. */
export function writeRecords(records: Iterable<Uint8Array>, compression: Compression = ''): Bytes {
  const plain = concatBytes([...records].map(frameRecord));
  if (compression === '') return plain;
  return (compression === 'GZIP' ? gzipSync(plain) : zlibSync(plain)) as Bytes;
}

export { FormatError } from '../bytes';
export * from './example';
export type { Compression } from './unpacking';
