import { hostFiles, nn } from '@stele/core';
import { readPng, writePng } from '@stele/core/formats/png';
import { NDArray } from '@stele/core/numpy';
import { NotImplementedError, ValueError } from '../errors';

/** Channels of each mode: grey, grey with alpha, colours, colours with alpha. */
const channelsOf = { L: 1, LA: 2, RGB: 3, RGBA: 4 } as const;
export type Mode = keyof typeof channelsOf;
const modes = Object.keys(channelsOf) as Mode[];

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
  /** Reads a PNG from a path (in Node) or from its bytes. */
  static open(file: string | Uint8Array): Image {
    const bytes = typeof file === 'string' ? hostFiles('Image.open', 'pass the bytes of the file').read(file) : file;
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
  /** Python's `numpy.asarray(image)`: (height, width), or with a last axis of channels. */
  toArray(): NDArray {
    const shape = [this.height, this.width, ...(this.channels === 1 ? [] : [this.channels])];
    return new NDArray({ dtype: 'uint8', shape, data: this.pixels as Uint8Array<ArrayBuffer> });
  }
  /** The same picture in another mode. */
  convert(mode: Mode): Image {
    if (mode === this.mode) return this;
    const [from, to] = [this.channels, channelsOf[mode]];
    const colours = (n: number): number => (n > 2 ? 3 : 1);
    const grey = colours(from) === 3 && colours(to) === 1 ? nn.greyBytes(this.pixels, from) : null;
    const out = new Uint8Array(this.width * this.height * to);
    for (let i = 0; i < this.width * this.height; i++) {
      for (let c = 0; c < colours(to); c++)
        out[i * to + c] = grey ? grey[i]! : this.pixels[i * from + (colours(from) === 3 ? c : 0)]!;
      if (to % 2 === 0) out[i * to + to - 1] = from % 2 === 0 ? this.pixels[i * from + from - 1]! : 255;
    }
    return new Image(mode, this.size, out);
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
