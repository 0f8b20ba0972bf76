import { codecs, type DType, isDType, type TypedArray } from '../../tensor/dtype';
import { numel } from '../../tensor/strides';
import { arrayFromBytes, FormatError, swapBytes } from '../bytes';
import { inflateExactly } from '../inflate';
import { type Hdf5Dataset, type Hdf5Group, type Hdf5Node, type Hdf5Value, newGroup } from './types';

const signature = [0x89, 0x48, 0x44, 0x46, 0x0d, 0x0a, 0x1a, 0x0a];
const fail = (what: string): never => {
  throw new FormatError(`HDF5 file: ${what}`);
};
const mostMembers = 100_000;

interface Message {
  readonly type: number;
  readonly at: number;
  readonly size: number;
  readonly flags: number;
}
/** What an element is, and how its bytes lie. */
type ElementType =
  | { readonly kind: 'number'; readonly dtype: DType; readonly size: number; readonly swapped: boolean }
  | { readonly kind: 'text'; readonly size: number; readonly spaces: boolean }
  | { readonly kind: 'anyText'; readonly size: number };

class Hdf5Reader {
  private readonly view: DataView;
  private readonly bytes: Uint8Array;
  private readonly base: number;
  private readonly offsetSize: number;
  private readonly lengthSize: number;
  private readonly rootAt: number;
  private readonly heaps = new Map<number, Map<number, Uint8Array>>();
  private visited = 0;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    if (signature.some((b, i) => bytes[i] !== b)) fail('it does not begin as one');
    const version = this.u8(8);
    if (version <= 1) {
      this.offsetSize = this.u8(13);
      this.lengthSize = this.u8(14);
      const at = version === 0 ? 24 : 28;
      this.checkSizes();
      this.base = this.offset(at);
      this.rootAt = this.offset(at + 4 * this.offsetSize + this.offsetSize);
    } else if (version <= 3) {
      this.offsetSize = this.u8(9);
      this.lengthSize = this.u8(10);
      this.checkSizes();
      this.base = this.offset(12);
      this.rootAt = this.offset(12 + 3 * this.offsetSize);
    } else {
      throw new FormatError(`HDF5 file: superblock version ${version} is not known`);
    }
  }
  private checkSizes(): void {
    for (const size of [this.offsetSize, this.lengthSize])
      if (![2, 4, 8].includes(size)) fail(`offsets and lengths of ${size} bytes are not known`);
  }
  private need(at: number, n: number): void {
    if (!(at >= 0 && n >= 0 && at + n <= this.bytes.length))
      fail(`it ends at byte ${this.bytes.length}, and ${n} bytes at ${at} are needed: it is cut short or damaged`);
  }
  private u8(at: number): number {
    this.need(at, 1);
    return this.bytes[at]!;
  }
  private u16(at: number): number {
    this.need(at, 2);
    return this.view.getUint16(at, true);
  }
  private u32(at: number): number {
    this.need(at, 4);
    return this.view.getUint32(at, true);
  }
  private sized(at: number, size: number): number {
    this.need(at, size);
    if (size === 1) return this.u8(at);
    if (size === 2) return this.u16(at);
    if (size === 4) return this.u32(at);
    const value = this.view.getBigUint64(at, true);
    if (value === 0xffffffffffffffffn) return -1;
    return value > 0x1fffffffffffffn ? fail(`the number ${value} is out of range`) : Number(value);
  }
  /** An address; -1 for none. */
  private offset(at: number): number {
    return this.sized(at, this.offsetSize);
  }
  private length(at: number): number {
    return this.sized(at, this.lengthSize);
  }
  private is(at: number, mark: string): boolean {
    this.need(at, mark.length);
    return [...mark].every((c, i) => this.bytes[at + i] === c.charCodeAt(0));
  }
  private text(at: number, most: number): string {
    let end = at;
    while (end < at + most && this.u8(end) !== 0) end++;
    return new TextDecoder().decode(this.bytes.subarray(at, end));
  }

  root(): Hdf5Group {
    const node = this.object(this.rootAt, 0);
    return node.kind === 'group' ? node : fail('its root is not a group');
  }
  private object(relative: number, depth: number): Hdf5Node {
    if (depth > 64) fail('groups lie more than 64 deep in each other');
    if (++this.visited > mostMembers) fail(`it has more than ${mostMembers} members, or they lie in each other`);
    const messages = this.messages(relative + this.base);
    const attributes = new Map<string, Hdf5Value>();
    for (const m of messages) {
      if (m.type === 0x0c) {
        const [name, value] = this.attribute(m);
        attributes.set(name, value);
      }
      if (m.type === 0x15 && this.denseAttributes(m)) fail('attributes in a heap of their own cannot be read here');
    }
    const data = messages.find((m) => m.type === 0x08);
    if (data !== undefined) return this.dataset(messages, data, attributes);
    const group = { ...newGroup(), attributes };
    for (const [name, at] of this.links(messages)) group.members.set(name, this.object(at, depth + 1));
    return group;
  }

  private messages(at: number): Message[] {
    if (this.is(at, 'OHDR')) return this.newMessages(at);
    if (this.u8(at) !== 1) fail(`an object header at ${at} has version ${this.u8(at)}`);
    const found: Message[] = [];
    const blocks: [number, number][] = [[at + 16, this.u32(at + 8)]];
    for (let b = 0; b < blocks.length; b++) {
      if (b > 1000) fail('an object header goes on and on');
      let [p, left] = blocks[b]!;
      while (left >= 8) {
        const [type, size, flags] = [this.u16(p), this.u16(p + 2), this.u8(p + 4)];
        this.need(p + 8, size);
        if (type === 0x10) blocks.push([this.offset(p + 8) + this.base, this.length(p + 8 + this.offsetSize)]);
        else if (type !== 0) found.push({ type, at: p + 8, size, flags });
        p += 8 + size;
        left -= 8 + size;
      }
    }
    return found;
  }
  private newMessages(at: number): Message[] {
    const flags = this.u8(at + 5);
    let p = at + 6 + (flags & 0x20 ? 16 : 0) + (flags & 0x10 ? 4 : 0);
    const width = 2 ** (flags & 3);
    const blocks: [number, number][] = [[p + width, this.sized(p, width)]];
    const found: Message[] = [];
    for (let b = 0; b < blocks.length; b++) {
      if (b > 1000) fail('an object header goes on and on');
      let [from, left] = blocks[b]!;
      const head = flags & 4 ? 6 : 4;
      while (left >= head) {
        p = from;
        const [type, size, own] = [this.u8(p), this.u16(p + 1), this.u8(p + 3)];
        const body = p + head;
        if (size > left) break;
        if (type === 0x10) {
          const [next, length] = [this.offset(body) + this.base, this.length(body + this.offsetSize)];
          // each further block has a mark before it and a checksum after
          blocks.push([next + 4, length - 8]);
        } else if (type !== 0) found.push({ type, at: body, size, flags: own });
        from = body + size;
        left -= head + size;
      }
    }
    return found;
  }

  /** Names and addresses of a group's members. */
  private links(messages: readonly Message[]): [string, number][] {
    const found: [string, number][] = [];
    for (const m of messages) {
      if (m.type === 0x11) {
        const heap = this.offset(m.at + this.offsetSize) + this.base;
        if (!this.is(heap, 'HEAP')) fail(`there is no heap of names at ${heap}`);
        const names = this.offset(heap + 8 + 2 * this.lengthSize) + this.base;
        const size = this.length(heap + 8);
        this.tree(this.offset(m.at) + this.base, names, size, found, 0);
      } else if (m.type === 0x06) found.push(...this.link(m.at));
      else if (m.type === 0x02) {
        const flags = this.u8(m.at + 1);
        const heap = this.offset(m.at + 2 + (flags & 1 ? 8 : 0));
        if (heap !== -1) fail('groups whose names lie in a heap of the newer kind cannot be read here');
      }
    }
    return found;
  }
  private tree(at: number, names: number, size: number, found: [string, number][], depth: number): void {
    if (depth > 16 || found.length > mostMembers) fail("a group's tree is not one");
    if (this.is(at, 'SNOD')) {
      const count = this.u16(at + 6);
      const step = 2 * this.offsetSize + 24;
      for (let i = 0; i < count; i++) {
        const entry = at + 8 + i * step;
        const name = this.offset(entry);
        if (name < 0 || name >= size) fail('a name lies outside its heap');
        if (this.u32(entry + 2 * this.offsetSize) === 2) continue;
        found.push([this.text(names + name, size - name), this.offset(entry + this.offsetSize)]);
      }
      return;
    }
    if (!this.is(at, 'TREE')) fail(`there is no tree at ${at}`);
    const count = this.u16(at + 6);
    const first = at + 8 + 2 * this.offsetSize;
    const step = this.lengthSize + this.offsetSize;
    for (let i = 0; i < count; i++)
      this.tree(this.offset(first + i * step + this.lengthSize) + this.base, names, size, found, depth + 1);
  }
  private link(at: number): [string, number][] {
    const flags = this.u8(at + 1);
    let p = at + 2;
    const type = flags & 8 ? this.u8(p++) : 0;
    if (flags & 4) p += 8;
    if (flags & 16) p += 1;
    const width = 2 ** (flags & 3);
    const size = this.sized(p, width);
    const name = this.text(p + width, size);
    // links to names, in this file or another, are left out
    return type === 0 ? [[name, this.offset(p + width + size)]] : [];
  }

  private shape(at: number): number[] {
    const version = this.u8(at);
    const rank = this.u8(at + 1);
    if (version === 2 && this.u8(at + 3) === 2) return [0];
    const first = at + (version === 1 ? 8 : 4);
    return Array.from({ length: rank }, (_, i) => this.length(first + i * this.lengthSize));
  }
  private type(at: number): ElementType {
    const [kind, size] = [this.u8(at) & 15, this.u32(at + 4)];
    const swapped = (this.u8(at + 1) & 1) === 1;
    if (kind === 0) {
      const signed = (this.u8(at + 1) & 8) !== 0;
      const name = `${signed ? '' : 'u'}int${8 * size}`;
      const dtype = isDType(name) ? name : undefined;
      if (dtype === undefined) throw new FormatError(`HDF5 file: integers of ${size} bytes cannot be read here`);
      return { kind: 'number', dtype, size, swapped };
    }
    if (kind === 1) {
      const dtype = ({ 2: 'float16', 4: 'float32', 8: 'float64' } as const)[size as 2];
      if (dtype === undefined) throw new FormatError(`HDF5 file: floats of ${size} bytes cannot be read here`);
      return { kind: 'number', dtype, size, swapped };
    }
    if (kind === 3) return { kind: 'text', size, spaces: (this.u8(at + 1) & 15) === 2 };
    if (kind === 8) {
      const inner = this.type(at + 8);
      return inner.kind === 'number' && size === 1 ? { ...inner, dtype: 'bool' } : inner;
    }
    if (kind === 9 && (this.u8(at + 1) & 15) === 1) return { kind: 'anyText', size };
    const names = [
      '',
      '',
      'times',
      '',
      'bit fields',
      'opaque values',
      'records',
      'references',
      '',
      'lists of any length',
      'arrays',
    ];
    throw new FormatError(`HDF5 file: elements that are ${names[kind] ?? `of class ${kind}`} cannot be read here`);
  }
  private heapText(at: number): string {
    const size = this.u32(at);
    const heap = this.offset(at + 4);
    const index = this.u32(at + 4 + this.offsetSize);
    if (size === 0 || heap <= 0) return '';
    const found = this.heap(heap + this.base).get(index);
    if (found === undefined) throw new FormatError('HDF5 file: a text is missing in its heap');
    return new TextDecoder().decode(found.subarray(0, size));
  }
  private heap(at: number): Map<number, Uint8Array> {
    const known = this.heaps.get(at);
    if (known !== undefined) return known;
    const found = new Map<number, Uint8Array>();
    if (!this.is(at, 'GCOL')) fail(`there is no heap of texts at ${at}`);
    const end = at + this.length(at + 8);
    this.need(at, end - at);
    for (let p = at + 8 + this.lengthSize; p + 8 + this.lengthSize <= end; ) {
      const [index, size] = [this.u16(p), this.length(p + 8)];
      if (index === 0) break;
      const from = p + 8 + this.lengthSize;
      this.need(from, size);
      found.set(index, this.bytes.subarray(from, from + size));
      p = from + ((size + 7) & ~7);
    }
    this.heaps.set(at, found);
    return found;
  }
  /** Elements that lie one after another in some bytes of the file, or outside it. */
  private elements(type: ElementType, bytes: Uint8Array, count: number): TypedArray | string[] {
    if (bytes.length < type.size * count)
      fail(`${count} elements need ${type.size * count} bytes, and there are ${bytes.length}`);
    if (type.kind === 'number') {
      const own = new Uint8Array(bytes.subarray(0, type.size * count));
      if (type.swapped) swapBytes(own, type.size);
      return type.dtype === 'bool' ? own : arrayFromBytes(type.dtype, own);
    }
    return Array.from({ length: count }, (_, i) => {
      const part = bytes.subarray(i * type.size, (i + 1) * type.size);
      if (type.kind === 'anyText') return this.pointed(part);
      const end = part.indexOf(0);
      const text = new TextDecoder().decode(end < 0 ? part : part.subarray(0, end));
      return type.spaces ? text.trimEnd() : text;
    });
  }
  private pointed(part: Uint8Array): string {
    if (part.buffer !== this.bytes.buffer) fail('texts inside compressed data cannot be read here');
    return this.heapText(part.byteOffset - this.bytes.byteOffset);
  }

  private attribute(m: Message): [string, Hdf5Value] {
    const version = this.u8(m.at);
    if (version < 1 || version > 3) fail(`an attribute has version ${version}`);
    if (version > 1 && this.u8(m.at + 1) !== 0)
      fail('an attribute shares its type with others, which cannot be read here');
    const [nameSize, typeSize, spaceSize] = [this.u16(m.at + 2), this.u16(m.at + 4), this.u16(m.at + 6)];
    const pad = (n: number): number => (version === 1 ? (n + 7) & ~7 : n);
    const nameAt = m.at + (version === 3 ? 9 : 8);
    const typeAt = nameAt + pad(nameSize);
    const spaceAt = typeAt + pad(typeSize);
    const dataAt = spaceAt + pad(spaceSize);
    const name = this.text(nameAt, nameSize);
    const type = this.type(typeAt);
    const shape = this.shape(spaceAt);
    const count = numel(shape);
    this.need(dataAt, type.size * count);
    const data = this.elements(type, this.bytes.subarray(dataAt, dataAt + type.size * count), count);
    if (Array.isArray(data)) return [name, shape.length === 0 ? data[0]! : data];
    const dtype = type.kind === 'number' ? type.dtype : 'float64';
    if (shape.length > 0) return [name, { dtype, shape, data: data as TypedArray }];
    const one = codecs[dtype].get(data as TypedArray, 0);
    return [name, dtype === 'bool' ? one !== 0 : one];
  }
  private denseAttributes(m: Message): boolean {
    const flags = this.u8(m.at + 1);
    return this.offset(m.at + 2 + (flags & 1 ? 2 : 0)) !== -1;
  }

  private dataset(messages: readonly Message[], layout: Message, attributes: Map<string, Hdf5Value>): Hdf5Dataset {
    const spaceMessage = messages.find((m) => m.type === 0x01);
    const typeMessage = messages.find((m) => m.type === 0x03);
    if (spaceMessage === undefined || typeMessage === undefined)
      throw new FormatError('HDF5 file: a dataset has no shape or type');
    if (typeMessage.flags & 2) fail('a dataset shares its type with others, which cannot be read here');
    const shape = this.shape(spaceMessage.at);
    const type = this.type(typeMessage.at);
    const count = numel(shape);
    if (count * type.size > 2 ** 32) fail(`a dataset of ${count} elements is too large`);
    const data = this.elements(type, this.stored(messages, layout, shape, type.size, count), count);
    const dtype = type.kind === 'number' ? type.dtype : null;
    return { kind: 'dataset', attributes, shape, data, dtype };
  }
  private stored(
    messages: readonly Message[],
    m: Message,
    shape: readonly number[],
    size: number,
    count: number,
  ): Uint8Array {
    const version = this.u8(m.at);
    const whole = count * size;
    const plain = (at: number): Uint8Array => {
      if (whole === 0) return new Uint8Array(0);
      // nothing was written: all zeros
      if (at === -1) return new Uint8Array(whole);
      this.need(at + this.base, whole);
      return this.bytes.subarray(at + this.base, at + this.base + whole);
    };
    if (version === 3 || version === 4) {
      const kind = this.u8(m.at + 1);
      if (kind === 0) {
        const length = this.u16(m.at + 2);
        this.need(m.at + 4, length);
        return this.bytes.subarray(m.at + 4, m.at + 4 + length);
      }
      if (kind === 1) return plain(this.offset(m.at + 2));
      if (kind === 2 && version === 3) {
        const rank = this.u8(m.at + 2);
        const at = this.offset(m.at + 3);
        const first = m.at + 3 + this.offsetSize;
        const chunk = Array.from({ length: rank - 1 }, (_, i) => this.u32(first + i * 4));
        return this.chunked(messages, at, chunk, shape, size, whole);
      }
      return fail(
        `data laid out in way ${kind} of version ${version} cannot be read here: save it again without libver='latest'`,
      );
    }
    if (version > 2) return fail(`a dataset's layout has version ${version}`);
    const [rank, kind] = [this.u8(m.at + 1), this.u8(m.at + 2)];
    if (kind === 1) return plain(this.offset(m.at + 8));
    if (kind === 2) {
      const first = m.at + 8 + this.offsetSize;
      const chunk = Array.from({ length: rank - 1 }, (_, i) => this.u32(first + i * 4));
      return this.chunked(messages, this.offset(m.at + 8), chunk, shape, size, whole);
    }
    const data = m.at + 8 + rank * 4;
    return this.bytes.subarray(data + 4, data + 4 + this.u32(data));
  }

  private filters(messages: readonly Message[]): number[] {
    const m = messages.find((f) => f.type === 0x0b);
    if (m === undefined) return [];
    const [version, count] = [this.u8(m.at), this.u8(m.at + 1)];
    let p = m.at + (version === 1 ? 8 : 2);
    return Array.from({ length: count }, () => {
      const id = this.u16(p);
      const named = version === 1 || id >= 256;
      const nameSize = named ? this.u16(p + 2) : 0;
      const values = this.u16(p + (named ? 6 : 4));
      const padding = version === 1 && values % 2 === 1 ? 4 : 0;
      p += (named ? 8 : 6) + (version === 1 ? (nameSize + 7) & ~7 : nameSize) + values * 4 + padding;
      return id;
    });
  }
  private chunked(
    messages: readonly Message[],
    treeAt: number,
    chunk: readonly number[],
    shape: readonly number[],
    size: number,
    whole: number,
  ): Uint8Array {
    const out = new Uint8Array(whole);
    if (treeAt === -1 || whole === 0) return out;
    const filters = this.filters(messages);
    const rank = shape.length;
    const bytes = numel(chunk) * size;
    if (chunk.length !== rank || bytes === 0 || bytes > 2 ** 31) fail('the chunks of a dataset do not fit its shape');
    const rowBytes = (chunk[rank - 1] ?? 1) * size;
    const visit = (at: number, depth: number): void => {
      if (depth > 32 || !this.is(at, 'TREE')) fail(`there is no tree of chunks at ${at}`);
      const [level, count] = [this.u8(at + 5), this.u16(at + 6)];
      const keySize = 8 + (rank + 1) * 8;
      const first = at + 8 + 2 * this.offsetSize;
      for (let i = 0; i < count; i++) {
        const key = first + i * (keySize + this.offsetSize);
        const child = this.offset(key + keySize) + this.base;
        if (level > 0) {
          visit(child, depth + 1);
          continue;
        }
        const stored = this.u32(key);
        this.need(child, stored);
        const data = unfiltered(this.bytes.subarray(child, child + stored), filters, this.u32(key + 4), size, bytes);
        const start = Array.from({ length: rank }, (_, d) => this.sized(key + 8 + d * 8, 8));
        place(data, start);
      }
    };
    const place = (data: Uint8Array, start: readonly number[]): void => {
      const rows = numel(chunk.slice(0, -1));
      for (let r = 0; r < rows; r++) {
        let rest = r;
        let to = 0;
        let inside = true;
        const at: number[] = [];
        for (let d = rank - 2; d >= 0; d--) {
          at[d] = start[d]! + (rest % chunk[d]!);
          rest = Math.floor(rest / chunk[d]!);
          if (at[d]! >= shape[d]!) inside = false;
        }
        if (!inside) continue;
        for (let d = 0; d < rank - 1; d++) to = (to + at[d]!) * shape[d + 1]!;
        const last = start[rank - 1] ?? 0;
        const n = Math.min(chunk[rank - 1] ?? 1, (shape[rank - 1] ?? 1) - last);
        if (n > 0) out.set(data.subarray(r * rowBytes, r * rowBytes + n * size), (to + last) * size);
      }
    };
    visit(treeAt + this.base, 0);
    return out;
  }
}
/** Undoes a chunk's filters, the last first; bits of the mask leave some out. */
function unfiltered(
  stored: Uint8Array,
  filters: readonly number[],
  mask: number,
  size: number,
  whole: number,
): Uint8Array {
  let data = stored;
  for (let i = filters.length - 1; i >= 0; i--) {
    if ((mask >> i) & 1) continue;
    const id = filters[i];
    if (id === 1)
      data = inflateExactly(
        data,
        whole + (filters.indexOf(3) < i && filters.includes(3) ? 4 : 0),
        'a chunk of an HDF5 file',
        'zlib',
      );
    else if (id === 2) {
      const n = Math.floor(data.length / size);
      const out = new Uint8Array(data.length);
      for (let b = 0; b < size; b++) for (let k = 0; k < n; k++) out[k * size + b] = data[b * n + k]!;
      data = out;
    } else if (id === 3) data = data.subarray(0, data.length - 4);
    else fail(`the compression with number ${id} cannot be undone here`);
  }
  if (data.length < whole) fail(`a chunk has ${data.length} bytes of ${whole}`);
  return data;
}

/**
 * The groups, datasets and attributes of an HDF5 file, as h5py writes them unless it is asked for the newest layout.
 * @throws FormatError for what is not such a file, or is cut short.
 */
export const readHdf5 = (bytes: Uint8Array): Hdf5Group => new Hdf5Reader(bytes).root();
/** Whether bytes begin as an HDF5 file does. */
export const looksLikeHdf5 = (bytes: Uint8Array): boolean => signature.every((b, i) => bytes[i] === b);
/** Where an HDF5 file says that it ends; null if not even that can be read. */
export function endOfHdf5(bytes: Uint8Array): number | null {
  const version = bytes[8];
  if (version === undefined || version > 3) return null;
  const size = bytes[version <= 1 ? 13 : 9] ?? 0;
  const at = [24, 28, 12, 12][version]! + 2 * size;
  if (![2, 4, 8].includes(size) || at + size > bytes.length) return null;
  let end = 0;
  for (let i = size - 1; i >= 0; i--) end = end * 256 + bytes[at + i]!;
  return end;
}
