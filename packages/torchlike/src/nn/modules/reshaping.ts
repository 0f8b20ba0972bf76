import { z } from 'zod';
import type { Tensor } from '../../tensor';
import * as F from '../functional';
import { Module } from './module';
import { type Arguments, asFloats, configure, listed, pythonText, type Sizes, sizes } from './options';
import { typeText } from './tree';

const dims = z.strictObject({ start_dim: z.int().default(1), end_dim: z.int().default(-1) });
/** Joins the dims from start_dim to end_dim; the batch is kept by default. */
export class Flatten extends Module {
  declare start_dim: number;
  declare end_dim: number;
  constructor(...args: Arguments<[start_dim: number, end_dim: number], { start_dim?: number; end_dim?: number }>) {
    super();
    configure(this, dims, 0, args);
  }
  forward(input: Tensor): Tensor {
    return input.flatten(this.start_dim, this.end_dim);
  }
  override extra_repr(): string {
    return listed(this, 'start_dim', 'end_dim');
  }
}
const unflattened = z.strictObject({ dim: z.int(), unflattened_size: z.custom<readonly number[]>() });
/** Splits a dim into several. */
export class Unflatten extends Module {
  declare dim: number;
  declare unflattened_size: readonly number[];
  constructor(
    ...args: Arguments<
      [dim: number, unflattened_size: readonly number[]],
      { dim?: number; unflattened_size?: readonly number[] }
    >
  ) {
    super();
    const { unflattened_size: size } = configure(this, unflattened, 2, args);
    if (!Array.isArray(size))
      throw new TypeError(`unflattened_size must be a tuple of ints, but found type ${typeText(size)}`);
    const at = size.findIndex((s: unknown) => !Number.isInteger(s));
    if (at >= 0)
      throw new TypeError(
        `unflattened_size must be tuple of ints, but found element of type ${typeText(size[at])} at pos ${at}`,
      );
  }
  forward(input: Tensor): Tensor {
    return input.unflatten(this.dim, this.unflattened_size);
  }
  override extra_repr(): string {
    return listed(this, 'dim', 'unflattened_size');
  }
}

const window = {
  kernel_size: sizes,
  dilation: sizes.default(1),
  padding: sizes.default(0),
  stride: sizes.default(1),
};
interface WindowOptions {
  kernel_size?: Sizes;
  dilation?: Sizes;
  padding?: Sizes;
  stride?: Sizes;
}
const unfolded = z.strictObject(window);
/** The windows of (N, C, H, W), each as a column. */
export class Unfold extends Module {
  declare kernel_size: Sizes;
  declare dilation: Sizes;
  declare padding: Sizes;
  declare stride: Sizes;
  constructor(...args: Arguments<[kernel_size: Sizes, dilation: Sizes, padding: Sizes, stride: Sizes], WindowOptions>) {
    super();
    configure(this, unfolded, 1, args);
  }
  forward(input: Tensor): Tensor {
    return F.unfold(input, this.kernel_size, this.dilation, this.padding, this.stride);
  }
  override extra_repr(): string {
    return listed(this, 'kernel_size', 'dilation', 'padding', 'stride');
  }
}
const folded = z.strictObject({ output_size: sizes, ...window });
/** The columns that Unfold gives, added up where they overlap. */
export class Fold extends Module {
  declare output_size: Sizes;
  declare kernel_size: Sizes;
  declare dilation: Sizes;
  declare padding: Sizes;
  declare stride: Sizes;
  constructor(
    ...args: Arguments<
      [output_size: Sizes, kernel_size: Sizes, dilation: Sizes, padding: Sizes, stride: Sizes],
      WindowOptions & { output_size?: Sizes }
    >
  ) {
    super();
    configure(this, folded, 2, args);
  }
  forward(input: Tensor): Tensor {
    return F.fold(input, this.output_size, this.kernel_size, this.dilation, this.padding, this.stride);
  }
  override extra_repr(): string {
    return listed(this, 'output_size', 'kernel_size', 'dilation', 'padding', 'stride');
  }
}

const up = z.strictObject({ upscale_factor: z.int() });
/** (N, C r², H, W) as (N, C, H r, W r). */
export class PixelShuffle extends Module {
  declare upscale_factor: number;
  constructor(...args: Arguments<[upscale_factor: number], { upscale_factor: number }>) {
    super();
    configure(this, up, 1, args);
  }
  forward(input: Tensor): Tensor {
    return F.pixel_shuffle(input, this.upscale_factor);
  }
  override extra_repr(): string {
    return listed(this, 'upscale_factor');
  }
}
const down = z.strictObject({ downscale_factor: z.int() });
/** (N, C, H r, W r) as (N, C r², H, W). */
export class PixelUnshuffle extends Module {
  declare downscale_factor: number;
  constructor(...args: Arguments<[downscale_factor: number], { downscale_factor: number }>) {
    super();
    configure(this, down, 1, args);
  }
  forward(input: Tensor): Tensor {
    return F.pixel_unshuffle(input, this.downscale_factor);
  }
  override extra_repr(): string {
    return listed(this, 'downscale_factor');
  }
}
const groups = z.strictObject({ groups: z.int() });
/** Channels dealt out to groups in turn. */
export class ChannelShuffle extends Module {
  declare groups: number;
  constructor(...args: Arguments<[groups: number], { groups: number }>) {
    super();
    configure(this, groups, 1, args);
  }
  forward(input: Tensor): Tensor {
    return F.channel_shuffle(input, this.groups);
  }
  override extra_repr(): string {
    return listed(this, 'groups');
  }
}

const scale = z
  .union([z.number(), z.array(z.number())])
  .nullable()
  .default(null);
const resized = z.strictObject({
  size: sizes.nullable().default(null),
  scale_factor: scale,
  mode: z.string().default('nearest'),
  align_corners: z.boolean().nullable().default(null),
  recompute_scale_factor: z.boolean().nullable().default(null),
});
const resizedPlane = z.strictObject({ size: resized.shape.size, scale_factor: scale });
interface ResizeOptions {
  size?: Sizes | null;
  scale_factor?: Sizes | null;
  mode?: string;
  align_corners?: boolean | null;
  recompute_scale_factor?: boolean | null;
}
/** Images of another size, or of a multiple of their own. */
export class Upsample extends Module {
  declare name: string;
  declare size: Sizes | null;
  declare scale_factor: Sizes | null;
  declare mode: string;
  declare align_corners: boolean | null;
  declare recompute_scale_factor: boolean | null;
  constructor(
    ...args: Arguments<
      [
        size: Sizes | null,
        scale_factor: Sizes | null,
        mode: string,
        align_corners: boolean | null,
        recompute_scale_factor: boolean | null,
      ],
      ResizeOptions
    >
  ) {
    super();
    this.name = this.kind;
    configure<ResizeOptions>(this, this.schema, 0, args);
    this.scale_factor ||= null;
    this.mode ??= 'nearest';
    this.align_corners ??= null;
    this.recompute_scale_factor ??= null;
    asFloats(this, 'scale_factor');
  }
  protected get schema() {
    return resized;
  }
  forward(input: Tensor): Tensor {
    const { size, scale_factor, mode, align_corners, recompute_scale_factor } = this;
    return F.interpolate(input, { size, scale_factor, mode, align_corners, recompute_scale_factor });
  }
  override extra_repr(): string {
    const { scale_factor } = this;
    const factors = Array.isArray(scale_factor)
      ? `(${scale_factor.map((f: number) => pythonText(f, 'float')).join(', ')})`
      : pythonText(scale_factor, 'float');
    return `${scale_factor === null ? listed(this, 'size') : `scale_factor=${factors}`}, mode='${this.mode}'`;
  }
}
type PlaneArguments = Arguments<
  [size: Sizes | null, scale_factor: Sizes | null],
  { size?: Sizes | null; scale_factor?: Sizes | null }
>;
/** Upsample in 'nearest' mode. */
export class UpsamplingNearest2d extends Upsample {
  constructor(...args: PlaneArguments) {
    super(...args);
  }
  protected override get schema() {
    return resizedPlane as unknown as typeof resized;
  }
}
/** Upsample in 'bilinear' mode, corners aligned. */
export class UpsamplingBilinear2d extends Upsample {
  constructor(...args: PlaneArguments) {
    super(...args);
    this.mode = 'bilinear';
    this.align_corners = true;
  }
  protected override get schema() {
    return resizedPlane as unknown as typeof resized;
  }
}
