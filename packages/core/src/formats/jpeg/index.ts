import { FormatError } from '../bytes';
import { fastQuantizers, fastTransform, inverseTransform } from './idct';
import { type Plane, widened } from './sampling';

/** Pixels of a JPEG file row by row: 1 channel is grey, 3 are RGB. */
export interface JpegImage {
  readonly width: number;
  readonly height: number;
  readonly channels: 1 | 3;
  readonly data: Uint8Array<ArrayBuffer>;
}

const zigzag = [
  0, 1, 8, 16, 9, 2, 3, 10, 17, 24, 32, 25, 18, 11, 4, 5, 12, 19, 26, 33, 40, 48, 41, 34, 27, 20, 13, 6, 7, 14, 21, 28,
  35, 42, 49, 56, 57, 50, 43, 36, 29, 22, 15, 23, 30, 37, 44, 51, 58, 59, 52, 45, 38, 31, 39, 46, 53, 60, 61, 54, 47,
  55, 62, 63,
];
const broken = (what: string): FormatError => new FormatError(`JPEG: ${what}`);

interface Component {
  readonly id: number;
  readonly h: number;
  readonly v: number;
  readonly table: number;
  dc: number;
  ac: number;
  last: number;
  plane: Plane;
}
/** Codes by their length and value. */
type Codes = ReadonlyMap<number, number>;

/** The bits of a scan; a zero byte after 0xff is stuffing, any other one ends the data. */
class Bits {
  private readonly bytes: Uint8Array;
  at: number;
  private word = 0;
  private left = 0;
  constructor(bytes: Uint8Array, at: number) {
    this.bytes = bytes;
    this.at = at;
  }
  bit(): number {
    if (this.left === 0) {
      const byte = this.bytes[this.at];
      if (byte === undefined) throw broken('the image data are cut off');
      if (byte === 0xff) {
        if (this.bytes[this.at + 1] !== 0) throw broken('the image data end too early');
        this.at++;
      }
      this.at++;
      this.word = byte;
      this.left = 8;
    }
    return (this.word >> --this.left) & 1;
  }
  take(n: number): number {
    let out = 0;
    for (let i = 0; i < n; i++) out = out * 2 + this.bit();
    return out;
  }
  /** A signed number of n bits as JPEG writes it. */
  signed(n: number): number {
    const v = this.take(n);
    return n > 0 && v < 1 << (n - 1) ? v - (1 << n) + 1 : v;
  }
  code(codes: Codes): number {
    let value = 0;
    for (let length = 1; length <= 16; length++) {
      value = value * 2 + this.bit();
      const found = codes.get(length * 65536 + value);
      if (found !== undefined) return found;
    }
    throw broken('a code in the image data is not in its table');
  }
  /** Passes over a restart mark. */
  restart(): void {
    this.left = 0;
    if (this.bytes[this.at] !== 0xff || (this.bytes[this.at + 1]! & 0xf8) !== 0xd0)
      throw broken('a restart mark is missing');
    this.at += 2;
  }
}

/**
 * Reads a baseline JPEG file with the arithmetic of the usual decoder: smooth upsampling, and the fast or
 * the accurate integer transform.
 * @throws FormatError for progressive files, other colour spaces than grey and YCbCr, and damaged ones.
 */
export function readJpeg(bytes: Uint8Array, transform: 'fast' | 'accurate' = 'accurate', grey = false): JpegImage {
  if (bytes[0] !== 0xff || bytes[1] !== 0xd8) throw broken('the mark at the start is missing');
  const quantizers: Int32Array[] = [];
  const codes = new Map<number, Codes>();
  let [width, height, interval, adobe] = [0, 0, 0, -1];
  let components: Component[] = [];
  for (let at = 2; ; ) {
    while (bytes[at] === 0xff && bytes[at + 1] === 0xff) at++;
    const mark = bytes[at + 1];
    if (bytes[at] !== 0xff || mark === undefined || at + 4 > bytes.length) throw broken('the file is cut off');
    const length = bytes[at + 2]! * 256 + bytes[at + 3]!;
    const part = bytes.subarray(at + 4, at + 2 + length);
    if (length < 2 || part.length !== length - 2) throw broken('the file is cut off');
    at += 2 + length;
    if (mark === 0xdb) readQuantizers(part, quantizers);
    else if (mark === 0xc4) readCodes(part, codes);
    else if (mark === 0xdd) interval = part[0]! * 256 + part[1]!;
    else if (mark === 0xee && String.fromCharCode(...part.subarray(0, 5)) === 'Adobe') adobe = part[11] ?? -1;
    else if (mark === 0xc0 || mark === 0xc1) {
      if (part[0] !== 8) throw broken(`${part[0]} bits a sample are not supported, only 8`);
      [height, width] = [part[1]! * 256 + part[2]!, part[3]! * 256 + part[4]!];
      if (width * height === 0 || width * height > 2 ** 27) throw broken(`a size of ${width} x ${height}`);
      components = Array.from({ length: part[5]! }, (_, i) => {
        const [id, sampling, table] = part.subarray(6 + 3 * i, 9 + 3 * i) as unknown as [number, number, number];
        const plane = { data: new Uint8ClampedArray(0), stride: 0, width: 0, height: 0 };
        return { id, h: sampling >> 4, v: sampling & 15, table, dc: 0, ac: 0, last: 0, plane };
      });
    } else if (mark >= 0xc2 && mark <= 0xcf && mark !== 0xc8 && mark !== 0xcc)
      throw broken(`${mark === 0xc2 ? 'progressive' : 'this kind of'} files are not supported, only baseline ones`);
    else if (mark === 0xda) {
      const n = components.length;
      if (n !== 1 && n !== 3) throw broken(`${n} components are not supported, only grey and colour ones`);
      if (part[0] !== n) throw broken('scans of some components alone are not supported');
      if (n === 3 && adobe === 0) throw broken('the colours are RGB; only YCbCr is supported');
      for (let i = 0; i < n; i++) {
        const found = components.find((c) => c.id === part[1 + 2 * i]);
        if (found === undefined) throw broken('the scan names an unknown component');
        [found.dc, found.ac] = [part[2 + 2 * i]! >> 4, part[2 + 2 * i]! & 15];
      }
      const fast = transform === 'fast';
      const tables = fast ? quantizers.map(fastQuantizers) : quantizers;
      scan(bytes, at, { width, height, interval, components, quantizers: tables, codes, fast });
      return coloured(width, height, grey ? components.slice(0, 1) : components, components);
    }
  }
}

function readQuantizers(part: Uint8Array, into: Int32Array[]): void {
  for (let at = 0; at < part.length; ) {
    const [wide, id] = [part[at]! >> 4, part[at]! & 15];
    at++;
    const table = new Int32Array(64);
    for (let i = 0; i < 64; i++) {
      table[zigzag[i]!] = wide ? part[at]! * 256 + part[at + 1]! : part[at]!;
      at += wide ? 2 : 1;
    }
    into[id] = table;
  }
}
function readCodes(part: Uint8Array, into: Map<number, Codes>): void {
  for (let at = 0; at < part.length; ) {
    const id = part[at]!;
    const counts = part.subarray(at + 1, at + 17);
    at += 17;
    const table = new Map<number, number>();
    let value = 0;
    for (let length = 1; length <= 16; length++) {
      for (let i = 0; i < counts[length - 1]!; i++) table.set(length * 65536 + value++, part[at++]!);
      value *= 2;
    }
    into.set(id, table);
  }
}

interface Frame {
  readonly width: number;
  readonly height: number;
  readonly interval: number;
  readonly components: readonly Component[];
  readonly quantizers: readonly Int32Array[];
  readonly codes: ReadonlyMap<number, Codes>;
  readonly fast: boolean;
}
function scan(bytes: Uint8Array, at: number, frame: Frame): void {
  const { width, height, interval, components, quantizers, codes } = frame;
  const transformed = frame.fast ? fastTransform : inverseTransform;
  const [most, tallest] = [Math.max(...components.map((c) => c.h)), Math.max(...components.map((c) => c.v))];
  if (components.some((c) => c.h < 1 || c.h > 4 || c.v < 1 || c.v > 4)) throw broken('impossible sampling factors');
  // a single component comes block by block, whatever its factors
  const alone = components.length === 1;
  const across = Math.ceil(width / (8 * (alone ? 1 : most)));
  const down = Math.ceil(height / (8 * (alone ? 1 : tallest)));
  for (const c of components) {
    const [h, v] = alone ? [1, 1] : [c.h, c.v];
    const stride = across * h * 8;
    c.plane = {
      data: new Uint8ClampedArray(stride * down * v * 8),
      stride,
      width: Math.ceil((width * c.h) / most),
      height: Math.ceil((height * c.v) / tallest),
    };
  }
  const bits = new Bits(bytes, at);
  const block = new Int32Array(64);
  for (let unit = 0; unit < across * down; unit++) {
    if (interval > 0 && unit > 0 && unit % interval === 0) {
      bits.restart();
      for (const c of components) c.last = 0;
    }
    for (const c of components) {
      const [h, v] = alone ? [1, 1] : [c.h, c.v];
      const [dc, ac, quantizer] = [codes.get(c.dc), codes.get(16 + c.ac), quantizers[c.table]];
      if (dc === undefined || ac === undefined || quantizer === undefined) throw broken('a table is missing');
      for (let i = 0; i < h * v; i++) {
        block.fill(0);
        c.last += bits.signed(bits.code(dc));
        block[0] = c.last * quantizer[0]!;
        for (let k = 1; k < 64; k++) {
          const code = bits.code(ac);
          if (code === 0) break;
          k += code >> 4;
          if (k > 63) throw broken('a block has more than 64 values');
          if ((code & 15) > 0) block[zigzag[k]!] = bits.signed(code & 15) * quantizer[zigzag[k]!]!;
        }
        const column = (unit % across) * h + (i % h);
        const row = Math.floor(unit / across) * v + Math.floor(i / h);
        transformed(block, c.plane.data, row * 8 * c.plane.stride + column * 8, c.plane.stride);
      }
    }
  }
}

function coloured(
  width: number,
  height: number,
  components: readonly Component[],
  every: readonly Component[],
): JpegImage {
  const most = Math.max(...every.map((c) => c.h));
  const tallest = Math.max(...every.map((c) => c.v));
  const planes = components.map((c) => widened(c.plane, most / c.h, tallest / c.v));
  const channels = planes.length as 1 | 3;
  const out = new Uint8ClampedArray(width * height * channels);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const [luma, blue, red] = planes.map((p) => p.data[y * p.stride + x]!) as [number, number, number];
      const to = (y * width + x) * channels;
      if (channels === 1) {
        out[to] = luma;
        continue;
      }
      const [cb, cr] = [blue - 128, red - 128];
      out[to] = luma + ((91881 * cr + 32768) >> 16);
      out[to + 1] = luma + ((-22554 * cb - 46802 * cr + 32768) >> 16);
      out[to + 2] = luma + ((116130 * cb + 32768) >> 16);
    }
  return { width, height, channels, data: new Uint8Array(out.buffer) };
}

export { FormatError } from '../bytes';
