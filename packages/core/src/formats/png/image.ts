import { NotImplementedError, ValueError } from '../../errors';
import { hostFiles } from '../../host';
import type { SmoothFilter } from '../../nn/resize';
import { greyBytes, resizeBytes } from '../../nn/resizeBytes';
import { NDArray } from '../../numpy';
import { readJpeg } from '../jpeg';
import { readPng, writePng } from './index';

/** Channels of each mode: grey, grey with alpha, colours, colours with alpha. */
const channelsOf = { L: 1, LA: 2, RGB: 3, RGBA: 4 } as const;
export type Mode = keyof typeof channelsOf;
const modes = Object.keys(channelsOf) as Mode[];

/** PIL's filters by their numbers. */
export const Resampling = { NEAREST: 0, LANCZOS: 1, BILINEAR: 2, BICUBIC: 3, BOX: 4, HAMMING: 5 } as const;
const filters: readonly (SmoothFilter | 'nearest')[] = ['nearest', 'lanczos', 'linear', 'cubic', 'box', 'hamming'];

/** Each colour times its pixel's opacity. */
function timesAlpha(pixels: Uint8Array, channels: number): Uint8Array<ArrayBuffer> {
  const out = new Uint8Array(pixels);
  for (let i = 0; i < out.length; i++) {
    if (i % channels === channels - 1) continue;
    const t = out[i]! * out[i - (i % channels) + channels - 1]! + 128;
    out[i] = ((t >> 8) + t) >> 8;
  }
  return out;
}
/** Each colour over its pixel's opacity. */
function overAlpha(pixels: Uint8Array<ArrayBuffer>, channels: number): Uint8Array<ArrayBuffer> {
  const out = pixels.slice();
  for (let i = 0; i < out.length; i++) {
    const opacity = out[i - (i % channels) + channels - 1]!;
    if (i % channels !== channels - 1 && opacity > 0 && opacity < 255)
      out[i] = Math.min(255, Math.floor((255 * out[i]!) / opacity));
  }
  return out;
}

/**
 * An 8-bit picture, as PIL's `Image.Image`: what a data set without a transform gives.
 *
 * ```ts
 * const image = Image.open(new Image('L', [2, 1], Uint8Array.of(0, 255)).toPNG());
 * image.convert('RGB').getpixel([1, 0]); // [255, 255, 255]
 * ```
 * @see https://pillow.readthedocs.io/en/stable/reference/Image.html
 */
export class Image {
  readonly mode: Mode;
  readonly width: number;
  readonly height: number;
  /** Row by row, the channels of a pixel together. */
  readonly pixels: Uint8Array;

  constructor(mode: Mode, size: readonly [number, number], pixels: Uint8Array) {
    [this.width, this.height] = size;
    this.mode = mode;
    if (!modes.includes(mode))
      throw new NotImplementedError(`Image: mode '${mode}' is not in Stele; there are ${modes.join(', ')}`);
    if (pixels.length !== this.width * this.height * channelsOf[mode])
      throw new ValueError(
        `Image: ${this.width} x ${this.height} pixels of mode ${mode} need ${this.width * this.height * channelsOf[mode]} bytes, got ${pixels.length}`,
      );
    this.pixels = pixels;
  }

  /** An image on the memory of a uint8 array of (height, width) or (height, width, channels). */
  static fromarray(array: NDArray, mode?: Mode): Image {
    const [height, width, channels = 1] = array.shape as [number, number, number?];
    const fitting = modes.find((m) => channelsOf[m] === channels);
    if (array.dtype !== 'uint8' || array.ndim < 2 || array.ndim > 3 || fitting === undefined)
      throw new TypeError(`Cannot handle this data type: ${array.dtype} of shape [${array.shape.join(', ')}]`);
    return new Image(mode ?? fitting, [width, height], array.data as Uint8Array);
  }
  /** Reads a PNG or a JPEG from a path (in Node) or from its bytes. */
  static open(file: string | Uint8Array): Image {
    const bytes = typeof file === 'string' ? hostFiles('Image.open', 'pass the bytes of the file').read(file) : file;
    if (bytes[0] === 0xff && bytes[1] === 0xd8) {
      const { width, height, channels, data } = readJpeg(bytes, 'accurate');
      return new Image(modes[channels - 1]!, [width, height], data);
    }
    const png = readPng(bytes);
    const data = png.depth === 8 ? (png.data as Uint8Array) : Uint8Array.from(png.data, (v) => v >> 8);
    return new Image(modes[png.channels - 1]!, [png.width, png.height], data);
  }

  /** [width, height]. */
  get size(): readonly [number, number] {
    return [this.width, this.height];
  }
  get channels(): number {
    return channelsOf[this.mode];
  }
  getbands(): string[] {
    return [...this.mode];
  }
  /** The value at [x, y]: a number, or one per channel. */
  getpixel([x, y]: readonly [number, number]): number | number[] {
    if (!(x >= 0 && y >= 0 && x < this.width && y < this.height)) throw new RangeError('image index out of range');
    const at = (y * this.width + x) * this.channels;
    return this.channels === 1 ? this.pixels[at]! : [...this.pixels.subarray(at, at + this.channels)];
  }
  /** The pixels as (height, width), or with a last axis of channels. */
  toArray(): NDArray {
    const shape = [this.height, this.width, ...(this.channels === 1 ? [] : [this.channels])];
    return new NDArray({ dtype: 'uint8', shape, data: this.pixels as Uint8Array<ArrayBuffer> });
  }
  /** The same picture in another mode. */
  convert(mode: Mode): Image {
    if (mode === this.mode) return this;
    const [from, to] = [this.channels, channelsOf[mode]];
    const colours = (n: number): number => (n > 2 ? 3 : 1);
    const grey = colours(from) === 3 && colours(to) === 1 ? greyBytes(this.pixels, from) : null;
    const out = new Uint8Array(this.width * this.height * to);
    for (let i = 0; i < this.width * this.height; i++) {
      for (let c = 0; c < colours(to); c++)
        out[i * to + c] = grey ? grey[i]! : this.pixels[i * from + (colours(from) === 3 ? c : 0)]!;
      if (to % 2 === 0) out[i * to + to - 1] = from % 2 === 0 ? this.pixels[i * from + from - 1]! : 255;
    }
    return new Image(mode, this.size, out);
  }
  /**
   * The picture, or the part of it within `box` (left, top, right, bottom), in another size (width, height).
   *
   * Filters other than the nearest pixel weigh colours by their opacity.
   */
  resize(size: readonly number[], resample: number | null = null, box: readonly number[] | null = null): Image {
    const { mode, channels, pixels } = this;
    const [width, height] = size.map(Number) as [number, number];
    if (!(width > 0 && height > 0)) throw new ValueError('height and width must be > 0');
    const [left, top, right, bottom] = (box ?? [0, 0, this.width, this.height]) as [number, number, number, number];
    const filter = filters[Number(resample ?? Resampling.BICUBIC)];
    if (filter === undefined) throw new ValueError(`Unknown resampling filter (${resample}).`);
    if (filter === 'nearest') {
      const out = new Uint8Array(width * height * channels);
      for (let y = 0; y < height; y++)
        for (let x = 0; x < width; x++) {
          const row = Math.floor(top + ((y + 0.5) * (bottom - top)) / height);
          const column = Math.floor(left + ((x + 0.5) * (right - left)) / width);
          const from = (row * this.width + column) * channels;
          out.set(pixels.subarray(from, from + channels), (y * width + x) * channels);
        }
      return new Image(mode, [width, height], out);
    }
    const alpha = channels % 2 === 0;
    const from = alpha ? timesAlpha(pixels, channels) : pixels;
    const within = { top, left, height: bottom - top, width: right - left };
    const out = resizeBytes(from, [this.height, this.width, channels], [height, width], filter, within);
    return new Image(mode, [width, height], alpha ? overAlpha(out, channels) : out);
  }
  /** The bytes of a PNG. */
  toPNG(): Uint8Array<ArrayBuffer> {
    const { width, height } = this;
    const data = this.pixels as Uint8Array<ArrayBuffer>;
    return writePng({ width, height, channels: this.channels as 1, depth: 8, data });
  }
  /** Writes a PNG (in Node; whole or not at all). */
  save(path: string): void {
    if (!/\.png$/i.test(path))
      throw new NotImplementedError(
        `Image.save: Stele writes PNG only; received '${path}', which does not end in .png`,
      );
    hostFiles('Image.save', 'use toPNG() for the bytes').write(path, this.toPNG());
  }
  toString(): string {
    return `<PIL.Image.Image image mode=${this.mode} size=${this.width}x${this.height}>`;
  }
  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return this.toString();
  }
}
