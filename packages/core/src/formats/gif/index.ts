import { FormatError } from '../bytes';

/** The pictures of a file one after another, each of the whole size, in red, green and blue. */
export interface GifImage {
  readonly width: number;
  readonly height: number;
  readonly frames: number;
  readonly data: Uint8Array;
}
const broken = (what: string): FormatError => new FormatError(`GIF: ${what}`);
/** More than this is no picture that anybody wants to see at once. */
const mostBytes = 2 ** 30;

class Reader {
  private readonly bytes: Uint8Array;
  at = 0;
  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
  }
  u8(): number {
    const byte = this.bytes[this.at++];
    if (byte === undefined) throw broken('the file is cut off');
    return byte;
  }
  u16(): number {
    return this.u8() + 256 * this.u8();
  }
  take(count: number): Uint8Array {
    if (this.at + count > this.bytes.length) throw broken('the file is cut off');
    this.at += count;
    return this.bytes.subarray(this.at - count, this.at);
  }
  /** Blocks with their lengths before them, up to an empty one. */
  blocks(): Uint8Array[] {
    const out: Uint8Array[] = [];
    for (let length = this.u8(); length > 0; length = this.u8()) out.push(this.take(length));
    return out;
  }
}

/** The colour numbers behind codes of growing length. */
function unpacked(blocks: readonly Uint8Array[], smallest: number, count: number): Uint8Array {
  if (smallest < 1 || smallest > 11) throw broken(`codes of ${smallest} bits are not possible`);
  const out = new Uint8Array(count);
  const clear = 1 << smallest;
  // of each code: the one it continues, its last number and how long it is
  const [before, last, lengths] = [new Int16Array(4096), new Uint8Array(4096), new Uint16Array(4096)];
  for (let i = 0; i < clear; i++) [last[i], lengths[i]] = [i, 1];
  let [size, next, previous, filled, bits, held] = [smallest + 1, clear + 2, -1, 0, 0, 0];
  const firstOf = (code: number): number => {
    let c = code;
    while (lengths[c]! > 1) c = before[c]!;
    return last[c]!;
  };
  for (const block of blocks)
    for (const byte of block) {
      held |= byte << bits;
      bits += 8;
      while (bits >= size) {
        const code = held & ((1 << size) - 1);
        held >>>= size;
        bits -= size;
        if (code === clear) {
          [size, next, previous] = [smallest + 1, clear + 2, -1];
          continue;
        }
        if (code === clear + 1) return out;
        if (previous >= 0 && next < 4096) {
          if (code > next) throw broken('a code is not in its table');
          before[next] = previous;
          last[next] = firstOf(code === next ? previous : code);
          lengths[next] = lengths[previous]! + 1;
          next++;
          if (next === 1 << size && size < 12) size++;
        } else if (code >= next) throw broken('a code is not in its table');
        const length = lengths[code]!;
        for (let c = code, at = filled + length - 1; at >= filled; at--) {
          if (at < count) out[at] = last[c]!;
          c = before[c]!;
        }
        filled = Math.min(count, filled + length);
        previous = code;
      }
    }
  if (filled < count) throw broken('the pixels are cut off');
  return out;
}

interface Picture {
  readonly left: number;
  readonly top: number;
  readonly columns: number;
  readonly rows: number;
  readonly colours: Uint8Array;
  readonly numbers: Uint8Array;
  /** The rows in another order than from the top, or null. */
  readonly order: readonly number[] | null;
  /** The number of what lets through what was there before, or -1. */
  readonly clear: number;
}
function picturesOf(reader: Reader, general: Uint8Array | null, tableOf: (flags: number) => Uint8Array | null) {
  const pictures: Picture[] = [];
  let clear = -1;
  for (;;) {
    const kind = reader.u8();
    if (kind === 0x3b) return pictures;
    if (kind === 0x21) {
      const control = reader.u8() === 0xf9;
      const [block] = reader.blocks();
      if (control) clear = block !== undefined && block[0]! & 1 ? (block[3] ?? -1) : -1;
      continue;
    }
    if (kind !== 0x2c) throw broken(`a part of kind ${kind} is not known`);
    const [left, top, columns, rows] = [reader.u16(), reader.u16(), reader.u16(), reader.u16()];
    const own = reader.u8();
    const colours = tableOf(own) ?? general;
    if (colours === null) throw broken('a picture has no colours');
    const smallest = reader.u8();
    const blocks = reader.blocks();
    // no code stands for more than 4096 pixels
    if (columns * rows > 4096 * 8 * (1 + blocks.reduce((n, b) => n + b.length, 0)))
      throw broken('the pixels are cut off');
    const numbers = unpacked(blocks, smallest, columns * rows);
    pictures.push({ left, top, columns, rows, colours, numbers, order: own & 64 ? interlaced(rows) : null, clear });
    clear = -1;
  }
}

/**
 * Reads every picture of a file, as large as the largest of them. What one does not cover, or lets through, shows the
 * one before it; the first is black there.
 * @throws FormatError for what is not such a file, or is cut short.
 */
export function readGif(bytes: Uint8Array): GifImage {
  const reader = new Reader(bytes);
  const mark = String.fromCharCode(...reader.take(6));
  if (mark !== 'GIF87a' && mark !== 'GIF89a') throw broken('the mark at the start is missing');
  reader.take(4);
  const flags = reader.u8();
  reader.take(2);
  const tableOf = (given: number): Uint8Array | null => (given & 128 ? reader.take(3 << ((given & 7) + 1)) : null);
  const pictures = picturesOf(reader, tableOf(flags), tableOf);
  if (pictures.length === 0) throw broken('there is no picture');
  const width = Math.max(...pictures.map((p) => p.columns));
  const height = Math.max(...pictures.map((p) => p.rows));
  const size = 3 * width * height;
  if (size * pictures.length > mostBytes) throw broken('the pictures are too large together');
  const data = new Uint8Array(size * pictures.length);
  pictures.forEach(({ left, top, columns, rows, colours, numbers, order, clear }, k) => {
    if (k > 0) data.copyWithin(k * size, (k - 1) * size, k * size);
    for (let y = 0; y < rows; y++)
      for (let x = 0; x < columns; x++) {
        const [column, row] = [left + x, top + (order === null ? y : order[y]!)];
        const colour = numbers[y * columns + x]!;
        if (colour === clear || column >= width || row >= height) continue;
        if (3 * colour >= colours.length) throw broken(`colour ${colour} is not in the table`);
        data.set(colours.subarray(3 * colour, 3 * colour + 3), k * size + 3 * (row * width + column));
      }
  });
  return { width, height, frames: pictures.length, data };
}
/** The rows in the order in which an interlaced picture has them. */
const interlaced = (rows: number): number[] =>
  (
    [
      [0, 8],
      [4, 8],
      [2, 4],
      [1, 2],
    ] as const
  ).flatMap(([from, step]) =>
    Array.from({ length: Math.max(0, Math.ceil((rows - from) / step)) }, (_, i) => from + i * step),
  );

export { FormatError } from '../bytes';
