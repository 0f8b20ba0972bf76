import { deflateSync } from 'fflate';
import { ByteReader, type Bytes, ByteWriter, concatBytes, crc32, decodeText, encodeText, FormatError } from '../bytes';
import { inflateExactly } from '../inflate';

export interface ZipEntry {
  readonly name: string;
  /** Size once unpacked, as the directory declares it. */
  readonly size: number;
  readonly packedSize: number;
  readonly method: 'stored' | 'deflate';
  readonly crc: number;
  /** Where the entry's payload starts in the file. */
  readonly offset: number;
}

export interface ZipReadOptions {
  /** Most bytes that all entries together may unpack to (default 8 GiB). */
  readonly maxSize?: number;
  readonly maxEntries?: number;
  /** Accept entries whose stored checksum is 0, as writers that skip checksums leave it. */
  readonly allowZeroCrc?: boolean;
}

// deflate cannot do better than 258 bytes for 2 bits
const bestRatio = 1032;
const local = 0x04034b50;
const central = 0x02014b50;
const end = 0x06054b50;
const end64 = 0x06064b50;
const locator64 = 0x07064b50;

/** Why a name may not be in an archive, or undefined if it may. */
function badName(name: string): string | undefined {
  if (!name) return 'is empty';
  if (name.includes('\0')) return 'holds a NUL';
  if (name.includes('\\')) return 'holds a backslash';
  if (name.startsWith('/') || /^[A-Za-z]:/.test(name)) return 'is an absolute path';
  if (name.split('/').includes('..')) return 'climbs out of its folder';
  return undefined;
}

/** A zip file whose directory was checked against the file; entries are unpacked, and verified, when they are read. */
export class ZipArchive {
  readonly entries = new Map<string, ZipEntry>();
  private readonly bytes: Uint8Array;
  private readonly options: ZipReadOptions;

  constructor(bytes: Uint8Array, options: ZipReadOptions = {}) {
    this.bytes = bytes;
    this.options = options;
    const { count, size, offset } = this.directory();
    if (count > (options.maxEntries ?? 1_000_000)) throw new FormatError(`zip: ${count} entries are too many`);
    if (offset + size > bytes.length)
      throw new FormatError('zip: the central directory lies beyond the end of the file');
    const reader = new ByteReader(bytes.subarray(0, offset + size), 'zip central directory', offset);
    let total = 0;
    for (let i = 0; i < count; i++) {
      const entry = this.readEntry(reader, offset);
      if (this.entries.has(entry.name)) throw new FormatError(`zip: the name "${entry.name}" occurs twice`);
      total += entry.size;
      this.entries.set(entry.name, entry);
    }
    const limit = options.maxSize ?? 2 ** 33;
    if (total > limit) throw new FormatError(`zip: entries unpack to ${total} bytes, more than the limit of ${limit}`);
    // overlapping entries are how small bombs are made, and no writer makes them otherwise
    let last: ZipEntry | undefined;
    for (const entry of [...this.entries.values()].filter((e) => e.packedSize).sort((a, b) => a.offset - b.offset)) {
      if (last && entry.offset < last.offset + last.packedSize) {
        throw new FormatError(`zip: entries "${last.name}" and "${entry.name}" overlap`);
      }
      last = entry;
    }
  }

  private directory(): { count: number; size: number; offset: number } {
    const { bytes } = this;
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const lowest = Math.max(0, bytes.length - 22 - 65535);
    for (let at = bytes.length - 22; at >= lowest; at--) {
      if (view.getUint32(at, true) !== end || at + 22 + view.getUint16(at + 20, true) !== bytes.length) continue;
      const wide = at >= 20 && view.getUint32(at - 20, true) === locator64;
      if (wide) {
        const reader = new ByteReader(bytes, 'zip64 directory', at - 12);
        reader.position = reader.u64();
        if (reader.u32() !== end64) throw new FormatError('zip64: the end record is not where its locator says');
        reader.advance(12 + 8);
        const here = reader.u64();
        const count = reader.u64();
        if (here !== count) throw new FormatError('zip: archives in several parts are not supported');
        return { count, size: reader.u64(), offset: reader.u64() };
      }
      if (view.getUint16(at + 8, true) !== view.getUint16(at + 10, true) || view.getUint32(at + 4, true)) {
        throw new FormatError('zip: archives in several parts are not supported');
      }
      const [count, size, offset] = [
        view.getUint16(at + 10, true),
        view.getUint32(at + 12, true),
        view.getUint32(at + 16, true),
      ];
      return { count, size, offset };
    }
    throw new FormatError('zip: failed finding central directory; the file is cut off or not a zip file');
  }

  private readEntry(reader: ByteReader, directoryStart: number): ZipEntry {
    if (reader.u32() !== central) throw new FormatError(`zip: no directory entry at offset ${reader.position - 4}`);
    reader.advance(4);
    const flags = reader.u16();
    const method = reader.u16();
    reader.advance(4);
    const crc = reader.u32();
    let packedSize = reader.u32();
    let size = reader.u32();
    const nameLength = reader.u16();
    const extraLength = reader.u16();
    const commentLength = reader.u16();
    reader.advance(8);
    let headerAt = reader.u32();
    const nameBytes = reader.take(nameLength);
    const name = decodeText(nameBytes, 'zip entry name');
    const extra = new ByteReader(reader.take(extraLength), `zip entry "${name}"`);
    reader.advance(commentLength);
    while (extra.remaining >= 4) {
      const id = extra.u16();
      const field = new ByteReader(extra.take(extra.u16()), `zip64 field of "${name}"`);
      if (id !== 1) continue;
      if (size === 0xffffffff) size = field.u64();
      if (packedSize === 0xffffffff) packedSize = field.u64();
      if (headerAt === 0xffffffff) headerAt = field.u64();
    }
    const bad = badName(name);
    if (bad) throw new FormatError(`zip: the entry name ${JSON.stringify(name)} ${bad}`);
    if (flags & 0x2041) throw new FormatError(`zip: entry "${name}" is encrypted`);
    if (method !== 0 && method !== 8) throw new FormatError(`zip: entry "${name}" uses compression method ${method}`);
    if (method === 0 && size !== packedSize) {
      throw new FormatError(`zip: entry "${name}" is stored, yet its sizes differ (${packedSize} and ${size})`);
    }
    if (method === 8 && size > packedSize * bestRatio + 64) {
      throw new FormatError(
        `zip: entry "${name}" claims ${size} bytes out of ${packedSize}, more than deflate can give`,
      );
    }
    const header = new ByteReader(this.bytes.subarray(0, directoryStart), `zip entry "${name}"`, headerAt);
    if (headerAt + 30 > directoryStart || header.u32() !== local) {
      throw new FormatError(`zip: entry "${name}" has no local header at offset ${headerAt}`);
    }
    header.advance(22);
    const localNameLength = header.u16();
    const localExtraLength = header.u16();
    if (decodeText(header.take(localNameLength), 'zip entry name') !== name) {
      throw new FormatError(`zip: entry "${name}" has another name in its local header`);
    }
    header.advance(localExtraLength);
    const offset = header.advance(packedSize);
    return { name, size, packedSize, method: method ? 'deflate' : 'stored', crc, offset };
  }

  has(name: string): boolean {
    return this.entries.has(name);
  }

  /** The unpacked bytes of an entry (for stored ones a view of the file); size and checksum are verified. */
  read(name: string): Uint8Array {
    const entry = this.entries.get(name);
    if (!entry)
      throw new FormatError(`zip: no entry "${name}"; there are ${[...this.entries.keys()].slice(0, 20).join(', ')}`);
    const packed = this.bytes.subarray(entry.offset, entry.offset + entry.packedSize);
    const data = entry.method === 'stored' ? packed : inflateExactly(packed, entry.size, `zip: entry "${name}"`);
    if (crc32(data) !== entry.crc && !(entry.crc === 0 && this.options.allowZeroCrc)) {
      throw new FormatError(`zip: entry "${name}" is damaged (wrong checksum)`);
    }
    return data;
  }
}

/**
 * Opens a zip file (stored and deflated entries, zip64) after checking its whole directory: bounds, overlaps, duplicate
 * names, names that leave the folder, and sizes that deflate cannot reach.
 *
 * ```ts
 * const text = readZip(writeZip([['a.txt', new Uint8Array([104, 105])]])).read('a.txt');
 * ```
 */
export const readZip = (bytes: Uint8Array, options?: ZipReadOptions): ZipArchive => new ZipArchive(bytes, options);

export const looksLikeZip = (bytes: Uint8Array): boolean =>
  bytes.length >= 4 && bytes[0] === 0x50 && bytes[1] === 0x4b && (bytes[2] === 3 || bytes[2] === 5);

export interface ZipWriteOptions {
  /** Start every payload at a multiple of this many bytes, by an extra field of padding. */
  readonly align?: number;
  readonly method?: 'stored' | 'deflate';
}

/** Writes a zip file; the same entries give the same bytes (no times, no machine's traits). */
export function writeZip(entries: Iterable<readonly [string, Uint8Array]>, options: ZipWriteOptions = {}): Bytes {
  const { align = 1, method = 'stored' } = options;
  const parts: Uint8Array[] = [];
  const directory = new ByteWriter();
  const names = new Set<string>();
  let at = 0;
  for (const [name, data] of entries) {
    const bad = badName(name);
    if (bad) throw new FormatError(`zip: the entry name ${JSON.stringify(name)} ${bad}`);
    if (names.has(name)) throw new FormatError(`zip: the name "${name}" is given twice`);
    names.add(name);
    const nameBytes = encodeText(name);
    const packed = method === 'deflate' ? deflateSync(data) : data;
    if (data.length > 0xfffffffe || at > 0xfffffffe) throw new FormatError('zip: files over 4 GiB cannot be written');
    const fields = new ByteWriter()
      .u16(0x800)
      .u16(method === 'deflate' ? 8 : 0)
      .u16(0)
      .u16(0x21)
      .u32(crc32(data))
      .u32(packed.length)
      .u32(data.length)
      .u16(nameBytes.length)
      .done();
    const extra = new ByteWriter();
    if (align > 1) {
      const padding = (align - ((at + 30 + nameBytes.length + 4) % align)) % align;
      extra.text('FB').u16(padding).fill(padding, 0x5a);
    }
    directory.u32(central).u16(20).u16(20).raw(fields).u16(0).u16(0).u16(0).u16(0).u32(0).u32(at).raw(nameBytes);
    const header = new ByteWriter().u32(local).u16(20).raw(fields).u16(extra.length).raw(nameBytes).raw(extra.done());
    parts.push(header.done(), packed);
    at += header.length + packed.length;
  }
  const count = names.size;
  const tail = new ByteWriter().raw(directory.done());
  if (count > 0xfffe || at > 0xfffffffe) {
    const here = at + directory.length;
    tail.u32(end64).u64(44).u16(45).u16(45).u32(0).u32(0).u64(count).u64(count).u64(directory.length).u64(at);
    tail.u32(locator64).u32(0).u64(here).u32(1);
  }
  tail.u32(end).u16(0).u16(0).u16(Math.min(count, 0xffff)).u16(Math.min(count, 0xffff));
  tail.u32(directory.length).u32(Math.min(at, 0xffffffff)).u16(0);
  return concatBytes([...parts, tail.done()]);
}

export { FormatError } from '../bytes';
