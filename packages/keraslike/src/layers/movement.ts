import { fromArray, nn, ops, type Tensor } from '@stele/core';
import { pyStr } from '@stele/core/printing';
import { z } from 'zod';
import { type Call, type Keywords, read, signature } from '../arguments';
import { notImplemented, show, valueError } from '../errors';
import { tensorFamily } from '../tensors';
import { atEachRun } from '../tracing';
import { Augmentation, imageBase as base, bounds, type Factor, factorOption } from './augmentation';
import type { LayerOptions } from './layer';
import * as o from './options';

type Format = 'channels_last' | 'channels_first';
const outside = {
  fill_mode: z.string().default('reflect'),
  interpolation: z.string().default('bilinear'),
  seed: o.seed,
  fill_value: z.number().default(0),
  data_format: o.dataFormat,
};
interface Outside extends LayerOptions {
  readonly fill_mode: string;
  readonly interpolation: string;
  readonly fill_value: number;
  readonly seed: number | null;
  readonly data_format: Format | null;
}
const modes = ['reflect', 'wrap', 'constant', 'nearest'];
const interpolations = ['nearest', 'bilinear'];

/** Images seen through a projection that is drawn for each. */
abstract class Movement extends Augmentation {
  declare readonly fill_mode: nn.OutsideMode;
  declare readonly interpolation: string;
  declare readonly fill_value: number;
  constructor(p: Outside, kept: object, saved: string) {
    super(
      p,
      p.seed,
      { ...kept, fill_mode: p.fill_mode, interpolation: p.interpolation, fill_value: p.fill_value },
      saved,
    );
    if (!modes.includes(p.fill_mode))
      throw notImplemented(`Unknown \`fill_mode\` ${p.fill_mode}. Expected of one ${show(modes)}.`);
    if (!interpolations.includes(p.interpolation))
      throw notImplemented(`Unknown \`interpolation\` ${p.interpolation}. Expected of one ${show(interpolations)}.`);
  }
  protected abstract projections(x: Tensor): Tensor;
  protected change(x: Tensor): Tensor {
    const spec = { sizes: x.sizes, scalarType: x.scalarType };
    const [out] = atEachRun('movement of images', [x], [spec], ([images]) => [
      nn.projectImages(
        images!,
        this.projections(images!),
        this.interpolation === 'bilinear',
        this.fill_mode,
        this.fill_value,
      ),
    ]) as readonly [Tensor];
    return out;
  }
}
const each = (x: Tensor): number[] => [x.sizes[0]!, 1];

const rotation = signature(1, { factor: factorOption, ...outside }, base);
/** Images turned by a part of a full turn. @see https://keras.io/api/layers/preprocessing_layers/image_augmentation/random_rotation/ */
export class RandomRotation extends Movement {
  declare readonly factor: readonly [number, number];
  constructor(...args: Call<[factor: Factor], [fill_mode: string], Keywords<typeof rotation>>) {
    const p = read('RandomRotation.__init__()', rotation, args);
    super(p, { factor: bounds(p.factor, -1, 1) }, 'factor fill_mode fill_value interpolation seed');
  }
  protected projections(x: Tensor): Tensor {
    const degrees = this.drawn([x.sizes[0]!], this.factor[0] * 360, this.factor[1] * 360);
    return nn.turningProjections(ops.reshape(degrees, each(x)), x.sizes[1]!, x.sizes[2]!);
  }
}

const kinds = 'height_factor width_factor fill_mode interpolation seed fill_value';
/** Two bounds of a factor of height or width. */
function limits(factor: Factor, _name: string, openBelow: boolean): readonly [number, number] {
  const list = typeof factor === 'number' ? [factor] : factor;
  const fits = (v: number): boolean => v <= 1 && (openBelow ? v > -1 : v >= -1);
  if ((typeof factor !== 'number' && factor.length !== 2) || !list.every(fits))
    throw valueError(
      `The ${openBelow ? '`height_factor` and `width_factor` arguments' : '`factor` argument'} should be a number (or a list of two numbers) in the range ${openBelow ? '(' : '['}-1.0, 1.0]. Received: input_number=${pyStr(list.find((v) => !fits(v)) ?? factor)}`,
    );
  return typeof factor === 'number'
    ? [-Math.abs(factor), Math.abs(factor)]
    : [Math.min(...factor), Math.max(...factor)];
}
const zoom = signature(
  1,
  { height_factor: factorOption, width_factor: factorOption.nullable().default(null), ...outside },
  base,
);
/** Images nearer or further. @see https://keras.io/api/layers/preprocessing_layers/image_augmentation/random_zoom/ */
export class RandomZoom extends Movement {
  declare readonly height_factor: Factor;
  declare readonly width_factor: Factor | null;
  constructor(...args: Call<[height_factor: Factor], [width_factor: Factor | null], Keywords<typeof zoom>>) {
    const p = read('RandomZoom.__init__()', zoom, args);
    limits(p.height_factor, 'height_factor', true);
    if (p.width_factor !== null) limits(p.width_factor, 'width_factor', true);
    super(p, { height_factor: p.height_factor, width_factor: p.width_factor }, kinds);
  }
  protected projections(x: Tensor): Tensor {
    const draw = (factor: Factor): Tensor => {
      const [low, high] = limits(factor, 'factor', true);
      return this.drawn(each(x), 1 + low, 1 + high);
    };
    const down = draw(this.height_factor);
    const across = this.width_factor === null ? down : draw(this.width_factor);
    return nn.zoomingProjections(across, down, x.sizes[1]!, x.sizes[2]!);
  }
}
const translation = signature(2, { height_factor: factorOption, width_factor: factorOption, ...outside }, base);
/** Images moved by parts of their size. @see https://keras.io/api/layers/preprocessing_layers/image_augmentation/random_translation/ */
export class RandomTranslation extends Movement {
  declare readonly height_factor: Factor;
  declare readonly width_factor: Factor;
  constructor(
    ...args: Call<[height_factor: Factor, width_factor: Factor], [fill_mode: string], Keywords<typeof translation>>
  ) {
    const p = read('RandomTranslation.__init__()', translation, args);
    limits(p.height_factor, 'height_factor', false);
    limits(p.width_factor, 'width_factor', false);
    super(p, { height_factor: p.height_factor, width_factor: p.width_factor }, kinds);
  }
  protected projections(x: Tensor): Tensor {
    const draw = (factor: Factor, size: number): Tensor =>
      ops.mul(this.drawn(each(x), ...limits(factor, 'factor', false)), size);
    const down = draw(this.height_factor, x.sizes[1]!);
    return nn.movingProjections(draw(this.width_factor, x.sizes[2]!), down);
  }
}

const perspective = signature(
  0,
  {
    factor: factorOption.default(1),
    scale: z.number().default(1),
    interpolation: outside.interpolation,
    fill_value: outside.fill_value,
    seed: o.seed,
    data_format: o.dataFormat,
  },
  base,
);
/** Some images seen from another side: their corners moved by up to half of where they lie, times `scale`. */
export class RandomPerspective extends Augmentation {
  declare readonly factor: readonly [number, number];
  declare readonly scale: number;
  declare readonly interpolation: string;
  declare readonly fill_value: number;
  constructor(...args: Call<[], [factor: Factor, scale: number, interpolation: string], Keywords<typeof perspective>>) {
    const p = read('RandomPerspective.__init__()', perspective, args);
    const { scale, interpolation, fill_value } = p;
    const kept = { factor: bounds(p.factor, 0, 1), scale, interpolation, fill_value };
    super(p, p.seed, kept, 'factor scale interpolation fill_value seed');
    if (scale < 0 || scale > 1)
      throw valueError(`The \`scale\` argument should be a number in the range [0,1]. Received: scale=${scale}`);
    if (!interpolations.includes(interpolation))
      throw notImplemented(
        `Unknown \`interpolation\` ${interpolation}. Expected of one ('${interpolations.join("', '")}').`,
      );
  }
  protected change(x: Tensor): Tensor {
    const spec = { sizes: x.sizes, scalarType: x.scalarType };
    const [out] = atEachRun('perspective of images', [x], [spec], ([images]) => [this.seen(images!)]) as readonly [
      Tensor,
    ];
    return out;
  }
  private seen(x: Tensor): Tensor {
    const [n, height, width] = x.sizes as [number, number, number];
    const chance = this.drawn([n], ...this.factor);
    const chosen = ops.reshape(ops.less(this.drawn([n]), chance), [n, 1, 1, 1]);
    const share = this.drawn([n, 4, 2], -0.5 * this.scale, 0.5 * this.scale);
    const corners = Float32Array.of(0, 0, width - 1, 0, 0, height - 1, width - 1, height - 1);
    const start = ops.expand(fromArray(tensorFamily(), corners, [1, 4, 2], 'float32'), [n, 4, 2]);
    const projections = nn.cornerProjections(start, ops.add(start, ops.mul(start, share)));
    const smooth = this.interpolation === 'bilinear';
    return ops.where(chosen, nn.projectImages(x, projections, smooth, 'constant', this.fill_value), x);
  }
}
