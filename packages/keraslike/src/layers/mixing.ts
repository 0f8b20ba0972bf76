import { fromArray, isFloating, isKeywords, nn, ops, Tensor } from '@stele/core';
import { z } from 'zod';
import { type Call, type Keywords, read, signature } from '../arguments';
import { notImplemented, show, typeError, valueError } from '../errors';
import { SeedGenerator, statelessBeta, statelessOrder, statelessUniform } from '../random/stateless';
import { convert, showTuple, tensorFamily } from '../tensors';
import { atEachRun } from '../tracing';
import { bounds, type Factor, factorOption, imageBase } from './augmentation';
import { DataLayer } from './dataLayer';
import { formatOf } from './geometry';
import type { LayerOptions } from './layer';
import * as o from './options';

type Format = 'channels_last' | 'channels_first';
type Options = { training?: boolean | null };
/** Images alone, or with what belongs to them. */
type Images = Tensor | Readonly<Record<string, any>>;
type Change = (images: Tensor, others: readonly Tensor[]) => readonly Tensor[];

const rankOf = (images: Tensor): void => {
  if (images.rank !== 3 && images.rank !== 4)
    throw valueError(
      `Expected image tensor to have rank 3 (single image) or 4 (batch of images). Received: data.shape=${showTuple(images.sizes)}`,
    );
};
const numbers = (values: Float32Array<ArrayBuffer>): Tensor =>
  fromArray(tensorFamily(), values, [values.length], 'float32');
const shuffledBy = (x: Tensor, order: Int32Array<ArrayBuffer>): Tensor =>
  ops.take(x, fromArray(tensorFamily(), order, [order.length], 'int32'), 0);

/** Images of a batch mixed with each other, and their labels with them. */
abstract class Mixing extends DataLayer {
  declare readonly data_format: Format;
  declare readonly seed: number | null;
  protected readonly generator: SeedGenerator;
  constructor(p: LayerOptions & { data_format: Format | null; seed: number | null }, kept: object, saved: string) {
    super(p);
    this.generator = new SeedGenerator(p.seed);
    this.keep({ seed: p.seed, ...kept, data_format: formatOf(p.data_format) }, ['data_format', ...saved.split(' ')]);
  }
  /** What may be mixed besides images. */
  protected abstract readonly others: readonly string[];
  /** Batches of images, of labels and of masks, mixed; `alone` when what came is one image. */
  protected abstract mix(
    images: Tensor,
    labels: Tensor | null,
    masks: Tensor | null,
    alone: boolean,
  ): readonly Tensor[];
  override call(data: Images, options: Options = {}): any {
    const given: Record<string, any> = data instanceof Tensor ? { images: data } : { ...data };
    const raw = convert(given.images);
    rankOf(raw);
    const alone = raw.rank === 3;
    const images = ops.cast(raw, this.compute_dtype);
    if (!(options.training ?? true)) return data instanceof Tensor ? images : { ...given, images };
    const names = ['labels', 'segmentation_masks'].filter((name) => given[name] !== undefined);
    for (const name of ['bounding_boxes', 'segmentation_masks'])
      if (name in given && !this.others.includes(name))
        throw notImplemented(
          `${this.constructor.name}: '${name}' beside images are not there in Stele: pass ${this.others.length === 0 ? "'images' and 'labels'" : `'images', 'labels' and ${show(this.others)}`} only`,
        );
    const rest = names.map((name) => convert(given[name]));
    rest.forEach((t, i) => {
      if (!isFloating(t.scalarType))
        throw typeError(
          `${this.constructor.name}: '${names[i]}' must be of floating numbers to be mixed. Received: dtype=${t.scalarType}; cast them first, labels for example as one_hot rows`,
        );
    });
    const all = [images, ...rest].map((t) => (alone ? ops.unsqueeze(t, 0) : t));
    const change: Change = (batch, others) => {
      const at = (name: string): Tensor | null => (names.includes(name) ? others[names.indexOf(name)]! : null);
      return this.mix(batch, at('labels'), at('segmentation_masks'), alone);
    };
    const specs = all.map(({ sizes, scalarType }) => ({ sizes, scalarType }));
    const out = atEachRun('mixing of images', all, specs, ([batch, ...others]) => change(batch!, others)).map((t) =>
      alone ? ops.squeeze(t, [0]) : t,
    );
    if (data instanceof Tensor) return out[0]!;
    return { ...given, ...Object.fromEntries(['images', ...names].map((name, i) => [name, out[i]!])) };
  }
  override compute_output_shape(input_shape: any): any {
    return input_shape;
  }
}
const present = (list: readonly (Tensor | null)[]): readonly Tensor[] => list.filter((t) => t !== null);

const mixUp = signature(0, { alpha: z.number().default(0.2), data_format: o.dataFormat, seed: o.seed }, imageBase);
/**
 * Each image with another one shining through: w x + (1 - w) x', with w of a beta distribution; labels likewise.
 *
 * ```ts
 * const layer = new keras.layers.MixUp(0.2, { seed: 3 });
 * const { images, labels } = layer({ images: keras.ops.ones([4, 2, 2, 1]), labels: keras.ops.eye(4) });
 * ```
 * @see https://keras.io/api/layers/preprocessing_layers/image_augmentation/mix_up/
 */
export class MixUp extends Mixing {
  declare readonly alpha: number;
  constructor(
    ...args: Call<[], [alpha: number, data_format: Format | null, seed: number | null], Keywords<typeof mixUp>>
  ) {
    const p = read('MixUp.__init__()', mixUp, args);
    super(p, { alpha: p.alpha }, 'alpha seed');
  }
  protected get others(): readonly string[] {
    return [];
  }
  protected mix(images: Tensor, labels: Tensor | null): readonly Tensor[] {
    const n = images.sizes[0]!;
    const order = statelessOrder(this.generator.pair(), n);
    const alpha = Math.fround(this.alpha);
    const weight = numbers(statelessBeta(this.generator.pair(), n, alpha, alpha));
    return present([images, labels].map((t) => (t === null ? null : nn.blended(t, shuffledBy(t, order), weight))));
  }
}

const cutMix = signature(0, { factor: factorOption.default(1), seed: o.seed, data_format: o.dataFormat }, imageBase);
/**
 * Each image with a box of another one put in; labels are mixed in proportion to the areas.
 *
 * ```ts
 * const layer = new keras.layers.CutMix(1, { seed: 3 });
 * const { images, labels } = layer({ images: keras.ops.ones([4, 8, 8, 1]), labels: keras.ops.eye(4) });
 * ```
 * @see https://keras.io/api/layers/preprocessing_layers/image_augmentation/cut_mix/
 */
export class CutMix extends Mixing {
  declare readonly factor: readonly [number, number];
  constructor(
    ...args: Call<[], [factor: Factor, seed: number | null, data_format: Format | null], Keywords<typeof cutMix>>
  ) {
    const p = read('CutMix.__init__()', cutMix, args);
    super(p, { factor: bounds(p.factor, 0, 1) }, 'factor seed');
  }
  protected get others(): readonly string[] {
    return ['segmentation_masks'];
  }
  protected mix(images: Tensor, labels: Tensor | null, masks: Tensor | null, alone: boolean): readonly Tensor[] {
    if (alone) return present([images, labels, masks]);
    const n = images.sizes[0]!;
    const first = this.data_format === 'channels_first';
    const [height, width] = images.sizes.slice(first ? 2 : 1) as [number, number];
    const flat = (count: number, low = 0, high = 1): Float32Array<ArrayBuffer> =>
      statelessUniform(this.generator.pair(), count, low, high);
    const alpha = Math.fround(flat(1, ...this.factor)[0]! + Math.fround(1e-6));
    const ratio = ops.sqrt(ops.sub(1, numbers(statelessBeta(this.generator.pair(), n, alpha, alpha))));
    const across = nn.crops(ratio, numbers(flat(n)), width);
    const down = nn.crops(ratio, numbers(flat(n)), height);
    const order = statelessOrder(this.generator.pair(), n);
    const boxes = nn.boxMasks(across, down, height, width);
    const inside = first ? ops.permute(boxes.masks, [0, 3, 1, 2]) : boxes.masks;
    const cut = (t: Tensor | null): Tensor | null => t && ops.where(inside, shuffledBy(t, order), t);
    return present([cut(images), labels && nn.blended(labels, shuffledBy(labels, order), boxes.weight), cut(masks)]);
  }
}

const boxes = signature(
  1,
  { max_number: z.number(), fill_value: z.number().default(-1) },
  { ...imageBase, data_format: o.dataFormat, bounding_box_format: z.string().nullable().default(null) },
);
/**
 * As many bounding boxes for each image: the first of them, or others of `fill_value` after them.
 *
 * ```ts
 * const layer = new keras.layers.MaxNumBoundingBoxes(3, { bounding_box_format: 'xyxy' });
 * const bounding_boxes = { boxes: keras.ops.ones([2, 1, 4]), labels: keras.ops.ones([2, 1]) };
 * layer({ images: keras.ops.ones([2, 8, 8, 3]), bounding_boxes }).bounding_boxes.boxes.shape; // [2, 3, 4]
 * ```
 */
export class MaxNumBoundingBoxes extends DataLayer {
  declare readonly data_format: Format;
  declare readonly max_number: number;
  declare readonly fill_value: number;
  declare readonly bounding_box_format: string | null;
  constructor(...args: Call<[max_number: number], [fill_value: number], Keywords<typeof boxes>>) {
    const p = read('MaxNumBoundingBoxes.__init__()', boxes, args);
    super(p);
    const { bounding_box_format } = p;
    const kept = { max_number: Math.trunc(p.max_number), fill_value: Math.trunc(p.fill_value), bounding_box_format };
    const format = bounding_box_format === null ? [] : ['bounding_box_format'];
    this.keep({ ...kept, data_format: formatOf(p.data_format) }, ['data_format', ...format, 'max_number']);
  }
  override call(data: Images): any {
    if (data instanceof Tensor) {
      rankOf(data);
      return data;
    }
    const images = convert(data.images);
    rankOf(images);
    const given = data.bounding_boxes;
    if (given === undefined) return { ...data, images };
    if (this.bounding_box_format === null)
      throw valueError(
        `You passed an input with a 'bounding_boxes' key, but you didn't specify a bounding box format. Pass a \`bounding_box_format\` argument to your MaxNumBoundingBoxes layer, e.g. \`bounding_box_format='xyxy'\`.`,
      );
    if (!isKeywords(given) || !('boxes' in given) || !('labels' in given))
      throw valueError(
        `Expected \`bounding_boxes\` agurment to be a dict with keys 'boxes' and 'labels'. Received: bounding_boxes=${show(given)}`,
      );
    const fitted = (x: Tensor, axis: number): Tensor => {
      const most = this.max_number;
      const kept = x.sizes[axis]! > most ? ops.slice(x, axis, 0, most) : x;
      const missing = most - kept.sizes[axis]!;
      return ops.pad(
        kept,
        kept.sizes.map((_, i) => [0, i === axis ? missing : 0] as const),
        this.fill_value,
      );
    };
    const axis = images.rank - 3;
    const own = { boxes: ops.cast(convert(given.boxes as any), 'float32'), labels: convert(given.labels as any) };
    if (own.boxes.rank !== axis + 2 || own.labels.rank !== axis + 1 || own.boxes.sizes.at(-1) !== 4)
      throw valueError(
        `MaxNumBoundingBoxes expects boxes of shape ${axis === 1 ? '(batch, boxes, 4) and labels of (batch, boxes)' : '(boxes, 4) and labels of (boxes,)'}. Received: boxes of shape ${showTuple(own.boxes.sizes)} and labels of ${showTuple(own.labels.sizes)}`,
      );
    const bounding_boxes = { ...given, boxes: fitted(own.boxes, axis), labels: fitted(own.labels, axis) };
    return { ...data, images, bounding_boxes };
  }
  override compute_output_shape(input_shape: any): any {
    if (!isKeywords(input_shape) || !('bounding_boxes' in input_shape)) return input_shape;
    const given = input_shape.bounding_boxes as Readonly<Record<string, readonly (number | null)[]>>;
    const resized = (shape: readonly (number | null)[]): (number | null)[] =>
      shape.map((d, i) => (i === 1 ? this.max_number : d));
    return {
      ...input_shape,
      bounding_boxes: { ...given, boxes: resized(given.boxes!), labels: resized(given.labels!) },
    };
  }
}
