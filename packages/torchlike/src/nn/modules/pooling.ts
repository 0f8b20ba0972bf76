import { z } from 'zod';
import { ValueError } from '../../errors';
import type { Tensor } from '../../tensor';
import * as F from '../functional';
import { Module } from './module';
import { type Arguments, configure, flag, listed, pythonText, type Sizes, sizes, writtenAs } from './options';

const windows = z.strictObject({
  kernel_size: sizes,
  stride: sizes.nullable().default(null),
  padding: sizes.default(0),
  dilation: sizes.default(1),
  return_indices: flag(false),
  ceil_mode: flag(false),
});
interface MaxOptions {
  kernel_size?: Sizes;
  stride?: Sizes | null;
  padding?: Sizes;
  dilation?: Sizes;
  return_indices?: boolean;
  ceil_mode?: boolean;
}
type MaxArguments = Arguments<
  [
    kernel_size: Sizes,
    stride: Sizes | null,
    padding: Sizes,
    dilation: Sizes,
    return_indices: boolean,
    ceil_mode: boolean,
  ],
  MaxOptions
>;
abstract class MaxPool extends Module {
  declare kernel_size: Sizes;
  declare stride: Sizes;
  declare padding: Sizes;
  declare dilation: Sizes;
  declare return_indices: boolean;
  declare ceil_mode: boolean;
  constructor(...args: MaxArguments) {
    super();
    const o = configure(this, windows, 1, args);
    this.stride = o.stride ?? o.kernel_size;
    if (o.stride === null) writtenAs(this, 'stride', 'kernel_size');
  }
  protected get settings() {
    const { stride, padding, dilation, ceil_mode, return_indices } = this;
    return { stride, padding, dilation, ceil_mode, return_indices };
  }
  override extra_repr(): string {
    return listed(this, 'kernel_size', 'stride', 'padding', 'dilation', 'ceil_mode');
  }
}
/** Largest element of each window; the stride is the window unless given. With return_indices also their places. */
export class MaxPool1d extends MaxPool {
  forward(input: Tensor): Tensor {
    return F.max_pool1d(input, this.kernel_size, this.settings) as Tensor;
  }
}
/**
 * Largest element of each window of (N, C, H, W) or (C, H, W); the stride is the window unless given.
 * @see https://docs.pytorch.org/docs/stable/generated/torch.nn.MaxPool2d.html
 */
export class MaxPool2d extends MaxPool {
  forward(input: Tensor): Tensor {
    return F.max_pool2d(input, this.kernel_size, this.settings) as Tensor;
  }
}
/** The same for volumes. */
export class MaxPool3d extends MaxPool {
  forward(input: Tensor): Tensor {
    return F.max_pool3d(input, this.kernel_size, this.settings) as Tensor;
  }
}

const unpooled = z.strictObject({
  kernel_size: sizes,
  stride: sizes.nullable().default(null),
  padding: sizes.default(0),
});
interface UnpoolOptions {
  kernel_size?: Sizes;
  stride?: Sizes | null;
  padding?: Sizes;
}
abstract class MaxUnpool extends Module {
  declare kernel_size: readonly number[];
  declare stride: readonly number[];
  declare padding: readonly number[];
  protected abstract readonly axes: number;
  constructor(...args: Arguments<[kernel_size: Sizes, stride: Sizes | null, padding: Sizes], UnpoolOptions>) {
    super();
    const o = configure(this, unpooled, 1, args, ['kernel_size', 'stride', 'padding']);
    const each = (v: Sizes): number[] => (typeof v === 'number' ? new Array<number>(this.axes).fill(v) : [...v]);
    this.kernel_size = each(o.kernel_size);
    this.stride = each(o.stride ?? o.kernel_size);
    this.padding = each(o.padding);
  }
  override extra_repr(): string {
    return listed(this, 'kernel_size', 'stride', 'padding');
  }
}
/** Puts each maximum back to where MaxPool1d found it, zeros elsewhere. */
export class MaxUnpool1d extends MaxUnpool {
  protected get axes(): number {
    return 1;
  }
  forward(input: Tensor, indices: Tensor, output_size: readonly number[] | null = null): Tensor {
    return F.max_unpool1d(input, indices, this.kernel_size, this.stride, this.padding, output_size);
  }
}
/** The same for MaxPool2d. */
export class MaxUnpool2d extends MaxUnpool {
  protected get axes(): number {
    return 2;
  }
  forward(input: Tensor, indices: Tensor, output_size: readonly number[] | null = null): Tensor {
    return F.max_unpool2d(input, indices, this.kernel_size, this.stride, this.padding, output_size);
  }
}
/** The same for MaxPool3d. */
export class MaxUnpool3d extends MaxUnpool {
  protected get axes(): number {
    return 3;
  }
  forward(input: Tensor, indices: Tensor, output_size: readonly number[] | null = null): Tensor {
    return F.max_unpool3d(input, indices, this.kernel_size, this.stride, this.padding, output_size);
  }
}

const averaged = z.strictObject({
  ...unpooled.shape,
  ceil_mode: flag(false),
  count_include_pad: flag(true),
});
const divided = z.strictObject({ ...averaged.shape, divisor_override: z.int().nullable().default(null) });
interface AverageOptions extends UnpoolOptions {
  ceil_mode?: boolean;
  count_include_pad?: boolean;
  divisor_override?: number | null;
}
abstract class AvgPool extends Module {
  declare kernel_size: Sizes;
  declare stride: Sizes;
  declare padding: Sizes;
  declare ceil_mode: boolean;
  declare count_include_pad: boolean;
  override extra_repr(): string {
    return listed(this, 'kernel_size', 'stride', 'padding');
  }
}
/** Mean of each window; the stride is the window unless given. */
export class AvgPool1d extends AvgPool {
  constructor(
    ...args: Arguments<
      [kernel_size: Sizes, stride: Sizes | null, padding: Sizes, ceil_mode: boolean, count_include_pad: boolean],
      AverageOptions
    >
  ) {
    super();
    const o = configure(this, averaged, 1, args, ['kernel_size', 'stride', 'padding']);
    this.kernel_size = [o.kernel_size].flat();
    this.stride = [o.stride ?? o.kernel_size].flat();
    this.padding = [o.padding].flat();
  }
  forward(input: Tensor): Tensor {
    const { kernel_size, stride, padding, ceil_mode, count_include_pad } = this;
    return F.avg_pool1d(input, kernel_size, { stride, padding, ceil_mode, count_include_pad });
  }
}
abstract class DividedPool extends AvgPool {
  declare divisor_override: number | null;
  constructor(
    ...args: Arguments<
      [
        kernel_size: Sizes,
        stride: Sizes | null,
        padding: Sizes,
        ceil_mode: boolean,
        count_include_pad: boolean,
        divisor_override: number | null,
      ],
      AverageOptions
    >
  ) {
    super();
    const o = configure(this, divided, 1, args);
    this.stride = o.stride ?? o.kernel_size;
    if (o.stride === null) writtenAs(this, 'stride', 'kernel_size');
  }
  protected get settings() {
    const { stride, padding, ceil_mode, count_include_pad, divisor_override } = this;
    return { stride, padding, ceil_mode, count_include_pad, divisor_override };
  }
}
/**
 * Mean of each window of (N, C, H, W) or (C, H, W).
 * @see https://docs.pytorch.org/docs/stable/generated/torch.nn.AvgPool2d.html
 */
export class AvgPool2d extends DividedPool {
  forward(input: Tensor): Tensor {
    return F.avg_pool2d(input, this.kernel_size, this.settings);
  }
}
/** The same for volumes. */
export class AvgPool3d extends DividedPool {
  forward(input: Tensor): Tensor {
    return F.avg_pool3d(input, this.kernel_size, this.settings);
  }
}

const powered = z.strictObject({
  norm_type: z.number(),
  kernel_size: sizes,
  stride: sizes.nullable().default(null),
  ceil_mode: flag(false),
});
abstract class LPPool extends Module {
  declare norm_type: number;
  declare kernel_size: Sizes;
  declare stride: Sizes | null;
  declare ceil_mode: boolean;
  constructor(
    ...args: Arguments<
      [norm_type: number, kernel_size: Sizes, stride: Sizes | null, ceil_mode: boolean],
      { norm_type?: number; kernel_size?: Sizes; stride?: Sizes | null; ceil_mode?: boolean }
    >
  ) {
    super();
    configure(this, powered, 2, args);
  }
  override extra_repr(): string {
    return listed(this, 'norm_type', 'kernel_size', 'stride', 'ceil_mode');
  }
}
/** (Σ xᵖ)^(1/p) of each window. */
export class LPPool1d extends LPPool {
  forward(input: Tensor): Tensor {
    return F.lp_pool1d(input, this.norm_type, this.kernel_size as number, this.stride as number, this.ceil_mode);
  }
}
/** The same for images. */
export class LPPool2d extends LPPool {
  forward(input: Tensor): Tensor {
    return F.lp_pool2d(input, this.norm_type, this.kernel_size, this.stride, this.ceil_mode);
  }
}
/** The same for volumes. */
export class LPPool3d extends LPPool {
  forward(input: Tensor): Tensor {
    return F.lp_pool3d(input, this.norm_type, this.kernel_size, this.stride, this.ceil_mode);
  }
}

/** A size, or null for an axis that stays as it is. */
type Wanted = number | null | readonly (number | null)[];
const wanted = z.union([z.int(), z.null(), z.array(z.int().nullable())]);
const adaptive = z.strictObject({ output_size: wanted });
const adaptiveMax = z.strictObject({ output_size: wanted, return_indices: flag(false) });
abstract class AdaptiveAvgPool extends Module {
  declare output_size: Wanted;
  constructor(...args: Arguments<[output_size: Wanted], { output_size: Wanted }>) {
    super();
    configure(this, adaptive, 1, args);
  }
  override extra_repr(): string {
    return listed(this, 'output_size');
  }
}
/** Means of as many windows as the result is to have elements. */
export class AdaptiveAvgPool1d extends AdaptiveAvgPool {
  forward(input: Tensor): Tensor {
    return F.adaptive_avg_pool1d(input, this.output_size as Sizes);
  }
}
/**
 * The same for images.
 * @see https://docs.pytorch.org/docs/stable/generated/torch.nn.AdaptiveAvgPool2d.html
 */
export class AdaptiveAvgPool2d extends AdaptiveAvgPool {
  forward(input: Tensor): Tensor {
    return F.adaptive_avg_pool2d(input, this.output_size);
  }
}
/** The same for volumes. */
export class AdaptiveAvgPool3d extends AdaptiveAvgPool {
  forward(input: Tensor): Tensor {
    return F.adaptive_avg_pool3d(input, this.output_size);
  }
}
abstract class AdaptiveMaxPool extends Module {
  declare output_size: Wanted;
  declare return_indices: boolean;
  constructor(
    ...args: Arguments<
      [output_size: Wanted, return_indices: boolean],
      { output_size?: Wanted; return_indices?: boolean }
    >
  ) {
    super();
    configure(this, adaptiveMax, 1, args);
  }
  override extra_repr(): string {
    return listed(this, 'output_size');
  }
}
/** Largest elements of as many windows as the result is to have elements; with return_indices also their places. */
export class AdaptiveMaxPool1d extends AdaptiveMaxPool {
  forward(input: Tensor): Tensor {
    return F.adaptive_max_pool1d(input, this.output_size as Sizes, this.return_indices) as Tensor;
  }
}
/** The same for images. */
export class AdaptiveMaxPool2d extends AdaptiveMaxPool {
  forward(input: Tensor): Tensor {
    return F.adaptive_max_pool2d(input, this.output_size, this.return_indices) as Tensor;
  }
}
/** The same for volumes. */
export class AdaptiveMaxPool3d extends AdaptiveMaxPool {
  forward(input: Tensor): Tensor {
    return F.adaptive_max_pool3d(input, this.output_size, this.return_indices) as Tensor;
  }
}

const ratio = z.union([z.number(), z.array(z.number())]);
const fractional = z.strictObject({
  kernel_size: sizes,
  output_size: sizes.nullable().default(null),
  output_ratio: ratio.nullable().default(null),
  return_indices: flag(false),
  _random_samples: z.custom<Tensor | null>().nullable().default(null),
});
interface FractionalOptions {
  kernel_size?: Sizes;
  output_size?: Sizes | null;
  output_ratio?: Sizes | null;
  return_indices?: boolean;
  _random_samples?: Tensor | null;
}
abstract class FractionalMaxPool extends Module {
  declare kernel_size: readonly number[];
  declare output_size: readonly number[] | null;
  declare output_ratio: readonly number[] | null;
  declare return_indices: boolean;
  declare _random_samples: Tensor | null;
  protected abstract readonly axes: number;
  constructor(
    ...args: Arguments<
      [kernel_size: Sizes, output_size: Sizes | null, output_ratio: Sizes | null, return_indices: boolean],
      FractionalOptions
    >
  ) {
    super();
    const o = configure(this, fractional, 1, args, ['kernel_size', 'output_size', 'output_ratio', '_random_samples']);
    const each = (v: Sizes): number[] => (typeof v === 'number' ? new Array<number>(this.axes).fill(v) : [...v]);
    this.kernel_size = each(o.kernel_size);
    if (this.kernel_size.some((k) => k <= 0))
      throw new ValueError(`kernel_size must be greater than 0, but got ${pythonText(o.kernel_size)}`);
    this.register_buffer('_random_samples', o._random_samples);
    this.output_size = o.output_size === null ? null : each(o.output_size);
    this.output_ratio = o.output_ratio === null ? null : each(o.output_ratio);
    if (this.output_size === null && this.output_ratio === null)
      throw new ValueError(`${this.kind} requires specifying either an output size, or a pooling ratio`);
    if (this.output_size !== null && this.output_ratio !== null)
      throw new ValueError('only one of output_size and output_ratio may be specified');
    if (this.output_ratio?.some((r) => !(0 < r && r < 1)))
      throw new ValueError(`output_ratio must be between 0 and 1 (got ${pythonText(o.output_ratio)})`);
  }
  protected get settings() {
    const { output_size, output_ratio, return_indices, _random_samples } = this;
    return { output_size, output_ratio, return_indices, _random_samples };
  }
}
/** Largest element of each of a number of windows whose places are drawn at random. */
export class FractionalMaxPool2d extends FractionalMaxPool {
  protected get axes(): number {
    return 2;
  }
  forward(input: Tensor): Tensor {
    return F.fractional_max_pool2d(input, this.kernel_size, this.settings) as Tensor;
  }
}
/** The same for volumes. */
export class FractionalMaxPool3d extends FractionalMaxPool {
  protected get axes(): number {
    return 3;
  }
  forward(input: Tensor): Tensor {
    return F.fractional_max_pool3d(input, this.kernel_size, this.settings) as Tensor;
  }
}
