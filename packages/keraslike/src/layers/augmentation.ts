import { fromArray, nn, numel, ops, type Tensor } from '@stele/core';
import { z } from 'zod';
import { type Call, type Keywords, only, read, signature } from '../arguments';
import { epsilon } from '../config/config';
import { show, valueError } from '../errors';
import { onImages, resizeImages } from '../ops/image';
import { drawSeed, SeedGenerator, statelessUniform } from '../random/stateless';
import { type Shape, showTuple, tensorFamily } from '../tensors';
import { atEachRun } from '../tracing';
import { DataLayer } from './dataLayer';
import { formatOf } from './geometry';
import type { LayerOptions } from './layer';
import * as o from './options';
import { isShape } from './shapes';

type Format = 'channels_last' | 'channels_first';
type Options = { training?: boolean | null };
const { seed } = o;
/** What every layer of images takes by keyword. */
export const imageBase = {
  ...o.base,
  bounding_box_format: only(null, 'bounding boxes are'),
  data_format: o.dataFormat,
};
const base = imageBase;
const range = z.array(z.number()).readonly().default([0, 255]);
export const factorOption = z.union([z.number(), z.array(z.number()).readonly()]);
export type Factor = number | readonly number[];

/** Two bounds of what is drawn, from a number or a pair. */
export function bounds(factor: Factor, low: number, high: number): readonly [number, number] {
  const refuse = (): never => {
    throw valueError(
      `The \`factor\` argument should be a number (or a list of two numbers) in the range [${low}, ${high}]. Received: factor=${show(factor)}`,
    );
  };
  if (typeof factor === 'number') {
    if (factor < low || factor > high) refuse();
    return [Math.max(-Math.abs(factor), low), Math.abs(factor)];
  }
  if (factor.length !== 2 || factor[0]! > high || factor[1]! < low) refuse();
  return [Math.min(...factor), Math.max(...factor)];
}
function orderedRange(value: readonly number[]): readonly number[] {
  if (value.length !== 2)
    throw valueError(
      `The \`value_range\` argument should be a list of two numbers. Received: value_range=${show([...value])}`,
    );
  return [...value].sort((a, b) => a - b);
}

/** A change of images that differs from call to call; unless told otherwise it is made, as while training. */
export abstract class Augmentation extends DataLayer {
  declare readonly data_format: Format;
  declare readonly seed: number | null;
  protected readonly generator: SeedGenerator;
  constructor(p: LayerOptions & { data_format?: Format | null }, given: number | null, kept: object, saved: string) {
    super(p);
    this.generator = new SeedGenerator(given);
    const layout = formatOf(p.data_format ?? null);
    this.keep({ seed: given, ...kept, data_format: layout }, ['data_format', ...saved.split(' ')]);
  }
  /** Uniform numbers, drawn anew each time. */
  protected drawn(sizes: readonly number[], low = 0, high = 1): Tensor {
    const [values] = atEachRun('augmentation', [], [{ sizes, scalarType: 'float32' }], () => [
      fromArray(
        tensorFamily(),
        statelessUniform(this.generator.pair(), numel(sizes), low, high),
        [...sizes],
        'float32',
      ),
    ]) as readonly [Tensor];
    return values;
  }
  /** Images of a batch, channels last, changed. */
  protected abstract change(x: Tensor): Tensor;
  override call(x: Tensor, options: Options = {}): Tensor {
    const images = ops.cast(x, this.compute_dtype);
    return (options.training ?? true) ? onImages(images, this.data_format, (t) => this.change(t), 'images') : images;
  }
  override compute_output_shape(input_shape: any): any {
    return input_shape;
  }
}
const perImage = (x: Tensor): number[] => [x.sizes[0]!, 1, 1, 1];

const flip = signature(
  0,
  { mode: z.string().default('horizontal_and_vertical'), seed, data_format: o.dataFormat },
  base,
);
/** Half of the images turned over. @see https://keras.io/api/layers/preprocessing_layers/image_augmentation/random_flip/ */
export class RandomFlip extends Augmentation {
  declare readonly mode: string;
  constructor(...args: Call<[], [mode: string, seed: number | null], Keywords<typeof flip>>) {
    const p = read('RandomFlip.__init__()', flip, args);
    super(p, p.seed, { mode: p.mode }, 'seed mode');
  }
  protected change(x: Tensor): Tensor {
    const flips = ops.lessEqual(this.drawn(perImage(x)), 0.5);
    const across = this.mode === 'vertical' ? x : ops.where(flips, ops.flip(x, [2]), x);
    return this.mode === 'horizontal' ? across : ops.where(flips, ops.flip(across, [1]), across);
  }
}

const brightness = signature(1, { factor: factorOption, value_range: range, seed }, base);
type Coloured = Call<
  [factor: Factor],
  [value_range: readonly number[], seed: number | null],
  Keywords<typeof brightness>
>;
/** Images lighter or darker. @see https://keras.io/api/layers/preprocessing_layers/image_augmentation/random_brightness/ */
export class RandomBrightness extends Augmentation {
  declare readonly factor: readonly [number, number];
  declare readonly value_range: readonly number[];
  constructor(...args: Coloured) {
    const p = read('RandomBrightness.__init__()', brightness, args);
    const kept = { factor: bounds(p.factor, -1, 1), value_range: orderedRange(p.value_range) };
    super(p, p.seed, kept, 'factor value_range seed');
  }
  protected change(x: Tensor): Tensor {
    const [low, high] = this.value_range as [number, number];
    const delta = ops.mul(this.drawn(perImage(x), ...this.factor), high - low);
    return ops.clamp(ops.add(x, ops.cast(delta, x.scalarType)), low, high);
  }
}
/** Images with more or less contrast. @see https://keras.io/api/layers/preprocessing_layers/image_augmentation/random_contrast/ */
export class RandomContrast extends Augmentation {
  declare readonly factor: readonly [number, number];
  declare readonly value_range: readonly number[];
  constructor(...args: Coloured) {
    const p = read('RandomContrast.__init__()', brightness, args);
    super(p, p.seed, { factor: bounds(p.factor, 0, 1), value_range: p.value_range }, 'factor value_range seed');
  }
  protected change(x: Tensor): Tensor {
    const [low, high] = this.value_range as [number, number];
    const share = ops.cast(this.drawn(perImage(x), 1 - this.factor[0], 1 + this.factor[1]), x.scalarType);
    const mean = ops.mean(ops.mean(x, 1, true), 2, true);
    return ops.clamp(nn.stretched(x, mean, share), low, high);
  }
}
const invert = signature(
  0,
  { factor: factorOption.default(1), value_range: range, seed, data_format: o.dataFormat },
  base,
);
/** Some images in their complementary colours. */
export class RandomInvert extends Augmentation {
  declare readonly factor: readonly [number, number];
  declare readonly value_range: readonly number[];
  constructor(...args: Call<[], [factor: Factor, value_range: readonly number[]], Keywords<typeof invert>>) {
    const p = read('RandomInvert.__init__()', invert, args);
    super(p, p.seed, { factor: bounds(p.factor, 0, 1), value_range: p.value_range }, 'factor value_range seed');
  }
  protected change(x: Tensor): Tensor {
    const chance = this.drawn([x.sizes[0]!], ...this.factor);
    const chosen = ops.reshape(ops.less(this.drawn([x.sizes[0]!]), chance), perImage(x));
    return ops.where(chosen, ops.sub(this.value_range[1]!, x), x);
  }
}
const grey = signature(0, { factor: z.number().default(0.5), data_format: o.dataFormat, seed }, base);
/** Some images without colour. */
export class RandomGrayscale extends Augmentation {
  declare readonly factor: number;
  constructor(...args: Call<[], [factor: number, data_format: Format | null], Keywords<typeof grey>>) {
    const p = read('RandomGrayscale.__init__()', grey, args);
    if (p.factor < 0 || p.factor > 1)
      throw valueError(`\`factor\` should be between 0 and 1. Received: factor=${p.factor}`);
    super(p, p.seed, { factor: p.factor }, 'factor');
  }
  protected change(x: Tensor): Tensor {
    const chosen = ops.reshape(ops.less(this.drawn([x.sizes[0]!]), Math.fround(this.factor)), perImage(x));
    const plain = nn.luminance(x);
    return ops.where(chosen, ops.expand(plain.rank === x.rank ? plain : ops.unsqueeze(plain, -1), x.sizes), x);
  }
}
const saturation = signature(1, { factor: factorOption, value_range: range, data_format: o.dataFormat, seed }, base);
/** Images with stronger or weaker colours. */
export class RandomSaturation extends Augmentation {
  declare readonly factor: readonly [number, number];
  declare readonly value_range: readonly number[];
  constructor(...args: Call<[factor: Factor], [value_range: readonly number[]], Keywords<typeof saturation>>) {
    const p = read('RandomSaturation.__init__()', saturation, args);
    const kept = { factor: bounds(p.factor, -1, 1), value_range: orderedRange(p.value_range) };
    super(p, p.seed, kept, 'factor value_range seed');
  }
  protected change(x: Tensor): Tensor {
    const drawn = this.drawn([x.sizes[0]!], ...this.factor);
    return nn.saturated(x, ops.reshape(drawn, perImage(x)), this.value_range as [number, number], epsilon());
  }
}

const crop = signature(
  2,
  { height: z.int(), width: z.int(), seed, data_format: o.dataFormat, name: o.base.name },
  base,
);
/** A part of the images that lies anywhere. @see https://keras.io/api/layers/preprocessing_layers/image_augmentation/random_crop/ */
export class RandomCrop extends Augmentation {
  declare readonly height: number;
  declare readonly width: number;
  constructor(...args: Call<[height: number, width: number], [seed: number | null], Keywords<typeof crop>>) {
    const p = read('RandomCrop.__init__()', crop, args);
    const own = p.seed ?? drawSeed();
    super(p, p.seed, { height: p.height, width: p.width }, 'height width seed');
    Object.defineProperty(this, 'seed', { value: own, writable: true, enumerable: true });
  }
  protected change(x: Tensor): Tensor {
    const { height, width } = this;
    const [h, w] = [x.sizes[1]!, x.sizes[2]!];
    let top: number;
    let left: number;
    if (h > height && w > width) {
      const draw = (most: number): number => Math.trunc(statelessUniform(this.generator.pair(), 1, 0, most)[0]!);
      top = draw(h - height + 1);
      left = draw(w - width + 1);
    } else {
      top = Math.trunc((h - Math.max(Math.min(h, Math.trunc((w * height) / width)), 1)) / 2);
      left = Math.trunc((w - Math.max(Math.min(w, Math.trunc((h * width) / height)), 1)) / 2);
    }
    const part = ops.slice(ops.slice(x, 1, top, Math.min(h, top + height)), 2, left, Math.min(w, left + width));
    return resizeImages(part, [height, width], { data_format: 'channels_last' });
  }
  override compute_output_shape(input_shape: any): any {
    if (!isShape(input_shape)) throw valueError('RandomCrop takes one input');
    const out = [...(input_shape as Shape)];
    const at = out.length - (this.data_format === 'channels_last' ? 3 : 2);
    out[at] = this.height;
    out[at + 1] = this.width;
    return out;
  }
}

const contrast = signature(0, { value_range: range }, { ...base, data_format: o.dataFormat });
/** Each channel stretched over the whole range. */
export class AutoContrast extends DataLayer {
  declare readonly value_range: readonly number[];
  constructor(...args: Call<[], [value_range: readonly number[]], Keywords<typeof contrast>>) {
    const p = read('AutoContrast.__init__()', contrast, args);
    super(p);
    const kept = { value_range: orderedRange(p.value_range), data_format: formatOf(p.data_format) };
    this.keep(kept, ['data_format', 'value_range']);
  }
  override call(x: Tensor): Tensor {
    if (x.rank !== 3 && x.rank !== 4)
      throw valueError(
        `Expected image tensor to have rank 3 (single image) or 4 (batch of images). Received: data.shape=${showTuple(x.sizes)}`,
      );
    const batch = x.rank === 4 ? x : ops.unsqueeze(x, 0);
    const out = nn.stretchedContrast(ops.cast(batch, this.compute_dtype), this.value_range as [number, number]);
    return x.rank === 4 ? out : ops.squeeze(out, [0]);
  }
  override compute_output_shape(input_shape: any): any {
    return input_shape;
  }
}
