import { zlibSync } from 'fflate';
import { ByteReader, type Bytes, ByteWriter, crc32, FormatError } from '../bytes';
import { inflateExactly } from '../inflate';

/** Pixels row by row, channels together; 1 channel is grey, 2 grey and alpha, 3 RGB, 4 RGBA. */
export interface PngImage {
  readonly width: number;
  readonly height: number;
  readonly channels: 1 | 2 | 3 | 4;
  readonly depth: 8 | 16;
  readonly data: Uint8Array<ArrayBuffer> | Uint16Array<ArrayBuffer>;
  /** Of a file that was read: the alpha channel comes from one colour that is declared transparent. */
  readonly keyed?: boolean;
}

const signature = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];
const channelsOf: Readonly<Record<number, number>> = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 };
const depthsOf: Readonly<Record<number, readonly number[]>> = {
  0: [1, 2, 4, 8, 16],
  2: [8, 16],
  3: [1, 2, 4, 8],
  4: [8, 16],
  6: [8, 16],
};
const maxPixels = 2 ** 27;

interface Header {
  readonly width: number;
  readonly height: number;
  readonly depth: number;
  readonly color: number;
  readonly interlaced: boolean;
}

/** First column and row, and the steps, of the seven passes of an interlaced file. */
const passes = [
  [0, 0, 8, 8],
  [4, 0, 8, 8],
  [0, 4, 4, 8],
  [2, 0, 4, 4],
  [0, 2, 2, 4],
  [1, 0, 2, 2],
  [0, 1, 1, 2],
] as const;

function readHeader(chunk: ByteReader): Header {
  const width = chunk.u32be();
  const height = chunk.u32be();
  const [depth, color, compression, filter, interlace] = chunk.take(5) as unknown as [
    number,
    number,
    number,
    number,
    number,
  ];
  if (!width || !height || width * height > maxPixels)
    throw new FormatError(`PNG: a size of ${width} x ${height} is not possible here`);
  if (!depthsOf[color]?.includes(depth))
    throw new FormatError(`PNG: colour type ${color} with ${depth} bits does not exist`);
  if (compression || filter || interlace > 1)
    throw new FormatError('PNG: unknown compression, filter or interlace method');
  return { width, height, depth, color, interlaced: interlace === 1 };
}

/** Whether a file's header can be read, whatever comes after it. */
export function hasPngHeader(bytes: Uint8Array): boolean {
  if (bytes.length < 33 || String.fromCharCode(...bytes.subarray(12, 16)) !== 'IHDR') return false;
  const sum = new DataView(bytes.buffer, bytes.byteOffset).getUint32(29);
  if (crc32(bytes.subarray(12, 29)) !== sum) return false;
  try {
    return readHeader(new ByteReader(bytes.subarray(16, 29), 'PNG header')).width > 0;
  } catch {
    return false;
  }
}

/** Undoes the filter of each row in place of a fresh copy without the filter bytes. */
function unfilter(raw: Uint8Array, rows: number, stride: number, step: number): Uint8Array {
  const out = new Uint8Array(rows * stride);
  for (let y = 0; y < rows; y++) {
    const kind = raw[y * (stride + 1)]!;
    const from = y * (stride + 1) + 1;
    const to = y * stride;
    if (kind > 4) throw new FormatError(`PNG: row ${y} has filter ${kind}, which does not exist`);
    for (let x = 0; x < stride; x++) {
      const left = x >= step ? out[to + x - step]! : 0;
      const up = y ? out[to + x - stride]! : 0;
      const corner = y && x >= step ? out[to + x - stride - step]! : 0;
      let guess = 0;
      if (kind === 1) guess = left;
      else if (kind === 2) guess = up;
      else if (kind === 3) guess = (left + up) >> 1;
      else if (kind === 4) {
        const p = left + up - corner;
        const [a, b, c] = [Math.abs(p - left), Math.abs(p - up), Math.abs(p - corner)];
        guess = a <= b && a <= c ? left : b <= c ? up : corner;
      }
      out[to + x] = raw[from + x]! + guess;
    }
  }
  return out;
}

/** The samples of the picture as numbers, still palette indices and small depths as in the file. */
function samples({ width, height, depth, color, interlaced }: Header, packed: Uint8Array): Uint16Array {
  const channels = channelsOf[color]!;
  const bits = channels * depth;
  const parts = (interlaced ? passes : [[0, 0, 1, 1] as const]).map(([x, y, dx, dy]) => {
    const columns = Math.ceil((width - x) / dx);
    const rows = columns > 0 ? Math.max(0, Math.ceil((height - y) / dy)) : 0;
    return { x, y, dx, dy, columns, rows, stride: Math.ceil((Math.max(0, columns) * bits) / 8) };
  });
  const size = parts.reduce((n, p) => n + p.rows * (p.stride + 1), 0);
  const raw = inflateExactly(packed, size, 'PNG: the pixel data', 'zlib');
  const out = new Uint16Array(width * height * channels);
  let at = 0;
  for (const { x, y, dx, dy, columns, rows, stride } of parts) {
    const length = rows * (stride + 1);
    const bytes = unfilter(raw.subarray(at, at + length), rows, stride, Math.max(1, bits >> 3));
    at += length;
    for (let row = 0; row < rows; row++) {
      for (let i = 0; i < columns * channels; i++) {
        const bit = i * depth;
        const b = row * stride + (bit >> 3);
        const value =
          depth === 16 ? bytes[b]! * 256 + bytes[b + 1]! : (bytes[b]! >> (8 - depth - (bit & 7))) & ((1 << depth) - 1);
        const column = x + dx * Math.floor(i / channels);
        out[((y + dy * row) * width + column) * channels + (i % channels)] = value;
      }
    }
  }
  return out;
}

function finish(
  header: Header,
  raw: Uint16Array,
  palette: Uint8Array | undefined,
  clear: Uint8Array | undefined,
): PngImage {
  const { width, height, depth, color } = header;
  const count = width * height;
  if (color === 3) {
    if (!palette || palette.length % 3) throw new FormatError('PNG: a palette image without a proper palette');
    const channels = clear ? 4 : 3;
    const data = new Uint8Array(count * channels);
    for (let i = 0; i < count; i++) {
      const entry = raw[i]!;
      if (entry * 3 >= palette.length)
        throw new FormatError(`PNG: colour ${entry} is not in the palette of ${palette.length / 3}`);
      for (let c = 0; c < 3; c++) data[i * channels + c] = palette[entry * 3 + c]!;
      if (clear) data[i * 4 + 3] = clear[entry] ?? 255;
    }
    return { width, height, channels, depth: 8, data };
  }
  const from = channelsOf[color]!;
  const channels = (clear ? from + 1 : from) as 1 | 2 | 3 | 4;
  const wide = depth === 16;
  const data = wide ? new Uint16Array(count * channels) : new Uint8Array(count * channels);
  const scale = wide ? 1 : 255 / ((1 << depth) - 1);
  // one colour may be declared transparent
  const key = clear && Array.from({ length: from }, (_, c) => ((clear[2 * c] ?? 0) << 8) | (clear[2 * c + 1] ?? 0));
  for (let i = 0; i < count; i++) {
    for (let c = 0; c < from; c++) data[i * channels + c] = raw[i * from + c]! * scale;
    if (key) data[i * channels + from] = key.every((k, c) => raw[i * from + c] === k) ? 0 : wide ? 65535 : 255;
  }
  return { width, height, channels, depth: wide ? 16 : 8, data, ...(key ? { keyed: true } : {}) };
}

/**
 * Decodes a PNG of any colour type, depth and interlacing. Palettes become RGB (or RGBA), depths below 8 are scaled to
 * 8 bits, a transparent colour becomes an alpha channel. Truncated and damaged files are errors.
 *
 * ```ts
 * const image = readPng(writePng({ width: 1, height: 1, channels: 1, depth: 8, data: new Uint8Array([7]) }));
 * ```
 */
export function readPng(bytes: Uint8Array): PngImage {
  if (!signature.every((byte, i) => bytes[i] === byte)) throw new FormatError('PNG: not a PNG file (wrong signature)');
  const reader = new ByteReader(bytes, 'PNG', 8);
  let header: Header | undefined;
  let palette: Uint8Array | undefined;
  let clear: Uint8Array | undefined;
  const parts: Uint8Array[] = [];
  for (;;) {
    const length = reader.u32be();
    const start = reader.position;
    const type = String.fromCharCode(...reader.take(4));
    const body = reader.take(length);
    if (crc32(bytes.subarray(start, reader.position)) !== reader.u32be()) {
      throw new FormatError(`PNG: chunk ${type} at offset ${start - 4} is damaged (wrong checksum)`);
    }
    if (!header && type !== 'IHDR') throw new FormatError(`PNG: chunk ${type} comes before the header`);
    if (type === 'IHDR') header = readHeader(new ByteReader(body, 'PNG header'));
    else if (type === 'PLTE') palette = body;
    else if (type === 'tRNS') clear = body;
    else if (type === 'IDAT') parts.push(body);
    else if (type === 'IEND') break;
    else if (type.charCodeAt(0) < 97)
      throw new FormatError(`PNG: chunk ${type} is needed to read the file, but not known`);
  }
  if (!parts.length) throw new FormatError('PNG: there is no pixel data');
  const whole = new ByteWriter(parts.reduce((n, p) => n + p.length, 0));
  for (const part of parts) whole.raw(part);
  return finish(
    header!,
    samples(header!, whole.done()),
    palette,
    header!.color === 4 || header!.color === 6 ? undefined : clear,
  );
}

/** Encodes an image as a PNG (each row with the filter that looks best by the usual sum of differences). */
export function writePng(image: PngImage): Bytes {
  const { width, height, channels, depth, data } = image;
  if (data.length !== width * height * channels || !(width > 0 && height > 0)) {
    throw new FormatError(
      `PNG: ${width} x ${height} pixels of ${channels} channels need ${width * height * channels} values, got ${data.length}`,
    );
  }
  const step = channels * (depth / 8);
  const stride = width * step;
  const raw = new Uint8Array(height * stride);
  for (let i = 0; i < data.length; i++) {
    if (depth === 8) raw[i] = data[i]!;
    else {
      raw[2 * i] = data[i]! >> 8;
      raw[2 * i + 1] = data[i]!;
    }
  }
  const rows = new Uint8Array(height * (stride + 1));
  const trial = new Uint8Array(stride);
  for (let y = 0; y < height; y++) {
    let best = Number.POSITIVE_INFINITY;
    for (let kind = 0; kind < 3; kind++) {
      let sum = 0;
      for (let x = 0; x < stride; x++) {
        const at = y * stride + x;
        const guess = kind === 1 ? (x >= step ? raw[at - step]! : 0) : kind === 2 && y ? raw[at - stride]! : 0;
        trial[x] = raw[at]! - guess;
        sum += trial[x]! < 128 ? trial[x]! : 256 - trial[x]!;
      }
      if (sum >= best) continue;
      best = sum;
      rows[y * (stride + 1)] = kind;
      rows.set(trial, y * (stride + 1) + 1);
    }
  }
  const out = new ByteWriter().raw(signature);
  const chunk = (type: string, body: Uint8Array): void => {
    const whole = new ByteWriter().text(type).raw(body).done();
    out.u32be(body.length).raw(whole).u32be(crc32(whole));
  };
  const color = [0, 4, 2, 6][channels - 1]!;
  chunk('IHDR', new ByteWriter().u32be(width).u32be(height).raw([depth, color, 0, 0, 0]).done());
  chunk('IDAT', zlibSync(rows, { level: 9 }));
  chunk('IEND', new Uint8Array(0));
  return out.done();
}

export { FormatError } from '../bytes';
export { withChannels, withChannels16 } from './channels';
export { Image, type Mode, Resampling } from './image';
