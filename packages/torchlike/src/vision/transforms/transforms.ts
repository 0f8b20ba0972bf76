import { bind, namespace } from '@stele/core';
import type { NDArray } from '@stele/core/numpy';
import { floatRepr, tupleRepr } from '@stele/core/printing';
import { z } from 'zod';
import { rand, randint } from '../../creation';
import { ValueError } from '../../errors';
import { Module } from '../../nn/modules/module';
import type { Tensor } from '../../tensor';
import type { Image, Mode } from '../image';
import * as F from './functional';

/** Sizes, means and paddings are shown as the tuples that they are in most Python programs. */
const shown = (v: unknown): string =>
  v === null ? 'None' : Array.isArray(v) ? tupleRepr(v) : typeof v === 'number' ? String(v) : String(v);
const python = (b: boolean): string => (b ? 'True' : 'False');
const pairMessage = 'Please provide only two dimensions (h, w) for size.';
const size = z.union([z.number(), z.array(z.number()).readonly()]);
const pairOf = (given: number | readonly number[]): readonly [number, number] => {
  if (typeof given === 'number') return [given, given];
  if (given.length !== 1 && given.length !== 2) throw new ValueError(pairMessage);
  return [given[0]!, given[1] ?? given[0]!];
};

/** Base of the transforms: called with a picture, printed by its settings. */
abstract class Transform extends Module {
  protected abstract settings(): string;
  override toString(): string {
    return `${this.kind}(${this.settings()})`;
  }
}

/**
 * Transforms run one after the other.
 *
 * ```ts
 * new Compose([new Resize([8, 8]), new ToTensor(), new Normalize([0.1307], [0.3081])]);
 * ```
 * @see https://docs.pytorch.org/vision/stable/generated/torchvision.transforms.Compose.html
 */
export class Compose extends Transform {
  readonly transforms: readonly ((img: any) => any)[];
  constructor(transforms: readonly ((img: any) => any)[]) {
    super();
    this.transforms = transforms;
  }
  forward(img: any): any {
    return this.transforms.reduce((x, transform) => transform(x), img);
  }
  protected settings(): string {
    return `\n${this.transforms.map((t) => `    ${t}\n`).join('')}`;
  }
}
/** uint8 pictures become floats in [0, 1], channels in front; float arrays keep their values. */
export class ToTensor extends Transform {
  forward(pic: Image | NDArray): Tensor {
    return F.to_tensor(pic);
  }
  protected settings(): string {
    return '';
  }
}
/** The image's channels as a uint8 tensor (C, H, W). */
export class PILToTensor extends Transform {
  forward(pic: Image): Tensor {
    return F.pil_to_tensor(pic);
  }
  protected settings(): string {
    return '';
  }
}
/** An image of a tensor or an array. */
export class ToPILImage extends Transform {
  readonly mode: Mode | null;
  constructor(mode: Mode | null = null) {
    super();
    this.mode = mode;
  }
  forward(pic: Tensor | NDArray): Image {
    return F.to_pil_image(pic, this.mode);
  }
  protected settings(): string {
    return this.mode === null ? '' : `mode=${this.mode}`;
  }
}
const normalizeSchema = z.strictObject({ mean: size, std: size, inplace: z.boolean().default(false) });
/**
 * (x - mean) / std of each channel of a float tensor.
 * @see https://docs.pytorch.org/vision/stable/generated/torchvision.transforms.Normalize.html
 */
export class Normalize extends Transform {
  readonly mean: number | readonly number[];
  readonly std: number | readonly number[];
  readonly inplace: boolean;
  constructor(
    mean: number | readonly number[],
    std: number | readonly number[],
    inplace?: boolean | { inplace?: boolean },
  );
  constructor(...args: unknown[]) {
    super();
    const o = bind('Normalize.__init__()', normalizeSchema, 2, args);
    this.mean = o.mean;
    this.std = o.std;
    this.inplace = o.inplace;
  }
  forward(tensor: Tensor): Tensor {
    return F.normalize(tensor, this.mean, this.std, this.inplace);
  }
  protected settings(): string {
    return `mean=${shown(this.mean)}, std=${shown(this.std)}`;
  }
}

/** How a resized picture is computed. */
export const InterpolationMode = namespace('torchvision.transforms.InterpolationMode', { BILINEAR: 'bilinear' });
const resizeSchema = z.strictObject({
  size,
  interpolation: z.string().default('bilinear'),
  max_size: z.int().nullable().default(null),
  antialias: z.boolean().nullable().default(true),
});
type ResizeOptions = Partial<Omit<z.infer<typeof resizeSchema>, 'size'>>;
/**
 * Bilinear resizing to (height, width), or of the shorter side to one number.
 * @see https://docs.pytorch.org/vision/stable/generated/torchvision.transforms.Resize.html
 */
export class Resize extends Transform {
  private readonly options: z.infer<typeof resizeSchema>;
  constructor(size: number | readonly number[], options?: ResizeOptions);
  constructor(...args: unknown[]) {
    super();
    this.options = bind('Resize.__init__()', resizeSchema, 1, args);
    const sides = this.options.size;
    if (typeof sides !== 'number' && sides.length !== 1 && sides.length !== 2)
      throw new ValueError('If size is a sequence, it should have 1 or 2 values');
  }
  get size(): number | readonly number[] {
    return this.options.size;
  }
  forward(img: any): any {
    return F.resize(img, this.size, this.options);
  }
  protected settings(): string {
    const { size, interpolation, max_size, antialias } = this.options;
    const smooth = antialias === null ? 'None' : python(antialias);
    return `size=${shown(size)}, interpolation=${interpolation}, max_size=${shown(max_size)}, antialias=${smooth}`;
  }
}
/** The middle of the picture. */
export class CenterCrop extends Transform {
  readonly size: readonly [number, number];
  constructor(size: number | readonly number[]) {
    super();
    this.size = pairOf(size);
  }
  forward(img: any): any {
    return F.center_crop(img, this.size);
  }
  protected settings(): string {
    return `size=${shown(this.size)}`;
  }
}

abstract class RandomFlip extends Transform {
  readonly p: number;
  constructor(p: number | { p?: number } = 0.5) {
    super();
    this.p = Number(typeof p === 'object' && p !== null && 'p' in p ? (p.p ?? 0.5) : p);
  }
  protected abstract flip(img: any): any;
  forward(img: any): any {
    return Number(rand(1).item()) < this.p ? this.flip(img) : img;
  }
  protected settings(): string {
    return `p=${floatRepr(this.p)}`;
  }
}
/** Mirrors left and right with probability p. */
export class RandomHorizontalFlip extends RandomFlip {
  protected flip(img: any): any {
    return F.hflip(img);
  }
}
/** Mirrors top and bottom with probability p. */
export class RandomVerticalFlip extends RandomFlip {
  protected flip(img: any): any {
    return F.vflip(img);
  }
}

const paddingMode = z
  .custom<F.PaddingMode>(
    (v) => v === 'constant' || v === 'edge' || v === 'reflect' || v === 'symmetric',
    'Padding mode should be either constant, edge, reflect or symmetric',
  )
  .default('constant');
const checkPadding = (padding: number | readonly number[]): void => {
  if (typeof padding !== 'number' && ![1, 2, 4].includes(padding.length))
    throw new ValueError(`Padding must be an int or a 1, 2, or 4 element tuple, not a ${padding.length} element tuple`);
};
const cropSchema = z.strictObject({
  size,
  padding: size.nullable().default(null),
  pad_if_needed: z.boolean().default(false),
  fill: z.number().default(0),
  padding_mode: paddingMode,
});
type CropOptions = Partial<Omit<z.infer<typeof cropSchema>, 'size'>>;
/** A part of the picture at a random place. */
export class RandomCrop extends Transform {
  readonly size: readonly [number, number];
  private readonly options: z.infer<typeof cropSchema>;
  constructor(size: number | readonly number[], options?: CropOptions);
  constructor(...args: unknown[]) {
    super();
    this.options = bind('RandomCrop.__init__()', cropSchema, 1, args);
    this.size = pairOf(this.options.size);
    if (this.options.padding !== null) checkPadding(this.options.padding);
  }
  forward(given: any): any {
    const { padding, pad_if_needed, fill, padding_mode } = this.options;
    let img = padding === null ? given : F.pad(given, padding, fill, padding_mode);
    const [th, tw] = this.size;
    const [, before] = F.sizeOf(img);
    if (pad_if_needed && before < tw) img = F.pad(img, [tw - before, 0], fill, padding_mode);
    const [tall] = F.sizeOf(img);
    if (pad_if_needed && tall < th) img = F.pad(img, [0, th - tall], fill, padding_mode);
    const [h, w] = F.sizeOf(img);
    if (h < th || w < tw)
      throw new ValueError(
        `Required crop size ${tupleRepr(this.size)} is larger than input image size ${tupleRepr([h, w])}`,
      );
    if (h === th && w === tw) return img;
    const top = Number(randint(0, h - th + 1, [1]).item());
    const left = Number(randint(0, w - tw + 1, [1]).item());
    return F.crop(img, top, left, th, tw);
  }
  protected settings(): string {
    return `size=${shown(this.size)}, padding=${shown(this.options.padding)}`;
  }
}
const padSchema = z.strictObject({ padding: size, fill: z.number().default(0), padding_mode: paddingMode });
/** Rows and columns added on every side. */
export class Pad extends Transform {
  private readonly options: z.infer<typeof padSchema>;
  constructor(padding: number | readonly number[], options?: { fill?: number; padding_mode?: F.PaddingMode });
  constructor(...args: unknown[]) {
    super();
    this.options = bind('Pad.__init__()', padSchema, 1, args);
    checkPadding(this.options.padding);
  }
  forward(img: any): any {
    return F.pad(img, this.options.padding, this.options.fill, this.options.padding_mode);
  }
  protected settings(): string {
    const { padding, fill, padding_mode } = this.options;
    return `padding=${shown(padding)}, fill=${fill}, padding_mode=${padding_mode}`;
  }
}
/** Brightness only, as one channel or three equal ones. */
export class Grayscale extends Transform {
  readonly num_output_channels: number;
  constructor(num_output_channels: number | { num_output_channels?: number } = 1) {
    super();
    const given = num_output_channels as { num_output_channels?: number };
    this.num_output_channels = Number(given.num_output_channels ?? (typeof given === 'object' ? 1 : given));
  }
  forward(img: any): any {
    return F.rgb_to_grayscale(img, this.num_output_channels);
  }
  protected settings(): string {
    return `num_output_channels=${this.num_output_channels}`;
  }
}
/** A function as a transform. */
export class Lambda extends Transform {
  readonly lambd: (img: any) => any;
  constructor(lambd: (img: any) => any) {
    super();
    if (typeof lambd !== 'function')
      throw new TypeError(
        `Argument lambd should be callable, got '${typeof lambd === 'number' ? 'int' : typeof lambd}'`,
      );
    this.lambd = lambd;
  }
  forward(img: any): any {
    return this.lambd(img);
  }
  protected settings(): string {
    return '';
  }
}
