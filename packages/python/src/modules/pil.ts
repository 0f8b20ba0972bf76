import { nn } from '@stele/core';
import type { NDArray } from '@stele/core/numpy';
import { Image, type Mode } from '@stele/torchlike/vision';
import { error } from '../runtime/raise';
import { type RunContext, registerModule } from '../runtime/registry';
import { PyBytes } from '../runtime/values';
import { pathOf } from './paths';

/** PIL's filters by their numbers. */
export const Resampling = { NEAREST: 0, LANCZOS: 1, BILINEAR: 2, BICUBIC: 3, BOX: 4, HAMMING: 5 };

function nearest(image: Image, width: number, height: number): Uint8Array<ArrayBuffer> {
  const { channels } = image;
  const out = new Uint8Array(width * height * channels);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const from = [((y + 0.5) * image.height) / height, ((x + 0.5) * image.width) / width].map(Math.floor);
      for (let c = 0; c < channels; c++)
        out[(y * width + x) * channels + c] = image.pixels[(from[0]! * image.width + from[1]!) * channels + c]!;
    }
  return out;
}

/** `image.resize((width, height), resample)`: bicubic unless a filter is given, as in PIL. */
export function resize(image: Image, size: readonly number[], resample: number | null = null): Image {
  const [width, height] = size.map(Number) as [number, number];
  if (!(width > 0 && height > 0)) throw error('ValueError', 'height and width must be > 0');
  const filter = Number(resample ?? Resampling.BICUBIC);
  if (filter === Resampling.NEAREST) return new Image(image.mode, [width, height], nearest(image, width, height));
  if (filter !== Resampling.BILINEAR && filter !== Resampling.BICUBIC)
    throw error('NotImplementedError', 'Image.resize: Stele has NEAREST, BILINEAR and BICUBIC');
  const from = [image.height, image.width, image.channels] as const;
  const pixels = nn.resizeBytes(image.pixels, from, [height, width], filter === Resampling.BICUBIC);
  return new Image(image.mode, [width, height], pixels);
}

function members(run: RunContext): object {
  const open = (file: unknown): Image => {
    if (file instanceof Uint8Array || file instanceof PyBytes)
      return Image.open(file instanceof PyBytes ? file.data : file);
    const path = pathOf(file);
    const bytes = run.files?.read(path) ?? null;
    if (bytes === null) throw error('FileNotFoundError', `[Errno 2] No such file or directory: '${path}'`);
    try {
      return Image.open(bytes);
    } catch (e) {
      throw error('OSError', `cannot identify image file '${path}': ${(e as Error).message}`);
    }
  };
  return {
    Image,
    open,
    fromarray: (array: NDArray, mode?: Mode): Image => Image.fromarray(array, mode),
    new: (mode: Mode, size: readonly [number, number], color: number | readonly number[] = 0): Image => {
      const channels = { L: 1, LA: 2, RGB: 3, RGBA: 4 }[mode];
      const paint = typeof color === 'number' ? new Array<number>(channels).fill(color) : color;
      const pixels = new Uint8Array(size[0] * size[1] * channels);
      for (let i = 0; i < pixels.length; i++) pixels[i] = paint[i % channels]!;
      return new Image(mode, size, pixels);
    },
    Resampling,
    ...Resampling,
  };
}

// what Python code asks of an image beside its own methods
const extras: Readonly<Record<string, (this: Image, ...args: any[]) => unknown>> = {
  resize(size: readonly number[], resample: number | null = null) {
    return resize(this, size, resample);
  },
  copy() {
    return new Image(this.mode, this.size, this.pixels.slice());
  },
  tobytes() {
    return this.pixels.slice();
  },
  getdata() {
    const { channels } = this;
    return Array.from({ length: this.width * this.height }, (_, i) =>
      channels === 1 ? this.pixels[i]! : [...this.pixels.subarray(i * channels, (i + 1) * channels)],
    );
  },
  show() {},
  close() {},
  load() {},
  __enter__() {
    return this;
  },
  __exit__() {
    return false;
  },
  numpy() {
    return this.toArray();
  },
};
for (const [name, value] of Object.entries(extras))
  if (!(name in Image.prototype)) Object.defineProperty(Image.prototype, name, { value, configurable: true });

registerModule('PIL', () => ({ __version__: '12.3.0' }));
registerModule('PIL.Image', members);
