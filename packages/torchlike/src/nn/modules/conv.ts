import { nn } from '@stele/core';
import { z } from 'zod';
import { empty } from '../../creation';
import { torchSize, ValueError } from '../../errors';
import { Parameter, type Tensor } from '../../tensor';
import * as F from '../functional';
import { kaiming_uniform_, uniform_ } from '../init';
import { Module } from './module';
import { configure, flag, place, pythonText, shown, sizes } from './options';

type Sizes = number | readonly number[];
interface Options {
  stride?: Sizes;
  padding?: Sizes | 'same' | 'valid';
  output_padding?: Sizes;
  dilation?: Sizes;
  groups?: number;
  bias?: boolean;
  padding_mode?: string;
  dtype?: unknown;
  device?: unknown;
}
const schema = z.strictObject({
  in_channels: z.int(),
  out_channels: z.int(),
  kernel_size: sizes,
  stride: sizes.default(1),
  padding: z.union([sizes, z.string()]).default(0),
  dilation: sizes.default(1),
  groups: z.int().default(1),
  bias: flag(true),
  padding_mode: z.string().default('zeros'),
  ...place,
});
const { dilation, padding_mode, device, dtype, groups, bias, ...first } = schema.shape;
const transposed = z.strictObject({
  ...first,
  padding: sizes.default(0),
  output_padding: sizes.default(0),
  groups,
  bias,
  dilation,
  padding_mode,
  device,
  dtype,
});
const modes = "{'zeros', 'reflect', 'replicate', 'circular'}";
/** One number per axis. */
const each = (value: Sizes, axes: number): number[] =>
  typeof value === 'number' ? new Array<number>(axes).fill(value) : [...value];

abstract class ConvBase extends Module {
  declare in_channels: number;
  declare out_channels: number;
  declare kernel_size: readonly number[];
  declare stride: readonly number[];
  declare padding: readonly number[] | string;
  declare dilation: readonly number[];
  declare output_padding: readonly number[];
  declare groups: number;
  declare padding_mode: string;
  declare weight: Parameter;
  declare bias: Parameter | null;
  /** How many axes the images have. */
  protected abstract readonly axes: number;

  protected build(kind: 'plain' | 'transposed', args: readonly unknown[]): void {
    const n = this.axes;
    const o = configure<any>(this, kind === 'plain' ? schema : transposed, 3, args, ['bias']);
    for (const name of ['kernel_size', 'stride', 'padding', 'dilation', 'output_padding'] as const)
      if (typeof o[name] !== 'string') (this as Record<string, unknown>)[name] = each(o[name] ?? 0, n);
    if (kind === 'transposed' && this.padding_mode !== 'zeros')
      throw new ValueError(`Only "zeros" padding mode is supported for ${this.kind}`);
    if (this.groups <= 0) throw new ValueError('groups must be a positive integer');
    if (this.in_channels % this.groups !== 0) throw new ValueError('in_channels must be divisible by groups');
    if (this.out_channels % this.groups !== 0) throw new ValueError('out_channels must be divisible by groups');
    if (typeof this.padding === 'string') {
      if (!['same', 'valid'].includes(this.padding))
        throw new ValueError(`Invalid padding string '${this.padding}', should be one of {'same', 'valid'}`);
      if (this.padding === 'same' && this.stride.some((s) => s !== 1))
        throw new ValueError("padding='same' is not supported for strided convolutions");
    }
    if (!modes.includes(`'${this.padding_mode}'`))
      throw new ValueError(`padding_mode must be one of ${modes}, but got padding_mode='${this.padding_mode}'`);
    const [outer, inner] =
      kind === 'plain' ? [this.out_channels, this.in_channels] : [this.in_channels, this.out_channels];
    this.weight = new Parameter(empty([outer, inner / this.groups, ...this.kernel_size], { dtype: o.dtype }));
    this.bias = o.bias ? new Parameter(empty([this.out_channels], { dtype: o.dtype })) : null;
    this.reset_parameters();
  }
  reset_parameters(): void {
    kaiming_uniform_(this.weight, { a: Math.sqrt(5) });
    if (this.bias === null) return;
    const limit = nn.biasLimit(nn.computeFans(this.weight.sizes, 'outputsFirst').fanIn);
    uniform_(this.bias, -limit, limit);
  }
  override extra_repr(): string {
    const parts = [
      `${this.in_channels}, ${this.out_channels}`,
      `kernel_size=${pythonText(this.kernel_size)}`,
      `stride=${pythonText(this.stride)}`,
    ];
    const differs = (name: 'padding' | 'dilation' | 'output_padding', usual: number): void => {
      const value = this[name];
      if (typeof value === 'string' || value.some((v) => v !== usual)) parts.push(`${name}=${pythonText(value)}`);
    };
    differs('padding', 0);
    differs('dilation', 1);
    differs('output_padding', 0);
    if (this.groups !== 1) parts.push(`groups=${this.groups}`);
    if (this.bias === null) parts.push('bias=False');
    if (this.padding_mode !== 'zeros') parts.push(`padding_mode=${shown(this, 'padding_mode')}`);
    return parts.join(', ');
  }
}
interface ConvConstructor {
  in_channels: number;
  out_channels: number;
  kernel_size: Sizes;
}

abstract class Conv extends ConvBase {
  constructor(
    in_channels: number | (ConvConstructor & Options),
    out_channels?: number,
    kernel_size?: Sizes,
    stride?: Sizes | Options,
    padding?: Sizes | 'same' | 'valid' | Options,
    dilation?: Sizes | Options,
    groups?: number | Options,
    bias?: boolean | Options,
    padding_mode?: string | Options,
    more?: Options,
  );
  constructor(...args: unknown[]) {
    super();
    this.build('plain', args);
  }
  forward(input: Tensor): Tensor {
    const { weight, bias, stride, dilation, groups } = this;
    let [x, padding] = [input, this.padding as Sizes | 'same' | 'valid'];
    if (this.padding_mode !== 'zeros') {
      x = F.pad(input, this.sides(), this.padding_mode);
      padding = 0;
    }
    return this.convolve(x, weight, bias, { stride, padding, dilation, groups });
  }
  /** What F.pad is to put around the images: the last axis first. */
  private sides(): number[] {
    const pairs = this.kernel_size.map((k, i): number[] => {
      if (Array.isArray(this.padding)) return [this.padding[i]!, this.padding[i]!];
      const total = this.padding === 'same' ? this.dilation[i]! * (k - 1) : 0;
      return [Math.floor(total / 2), total - Math.floor(total / 2)];
    });
    return pairs.reverse().flat();
  }
  protected abstract convolve(
    input: Tensor,
    weight: Tensor,
    bias: Tensor | null,
    options: {
      stride: readonly number[];
      padding: Sizes | 'same' | 'valid';
      dilation: readonly number[];
      groups: number;
    },
  ): Tensor;
}
/**
 * Cross-correlation over (N, C, L) or (C, L) with weights of shape (out, in / groups, k).
 * @see https://docs.pytorch.org/docs/stable/generated/torch.nn.Conv1d.html
 */
export class Conv1d extends Conv {
  protected get axes(): number {
    return 1;
  }
  protected convolve(...[x, w, b, o]: Parameters<Conv['convolve']>): Tensor {
    return F.conv1d(x, w, b, o);
  }
}
/**
 * Cross-correlation over (N, C, H, W) or (C, H, W) with weights of shape (out, in / groups, kH, kW).
 * @see https://docs.pytorch.org/docs/stable/generated/torch.nn.Conv2d.html
 */
export class Conv2d extends Conv {
  protected get axes(): number {
    return 2;
  }
  protected convolve(...[x, w, b, o]: Parameters<Conv['convolve']>): Tensor {
    return F.conv2d(x, w, b, o);
  }
}
/** Cross-correlation over (N, C, D, H, W) or (C, D, H, W). */
export class Conv3d extends Conv {
  protected get axes(): number {
    return 3;
  }
  protected convolve(...[x, w, b, o]: Parameters<Conv['convolve']>): Tensor {
    return F.conv3d(x, w, b, o);
  }
}

abstract class ConvTranspose extends ConvBase {
  constructor(
    in_channels: number | (ConvConstructor & Options),
    out_channels?: number,
    kernel_size?: Sizes,
    stride?: Sizes | Options,
    padding?: Sizes | Options,
    output_padding?: Sizes | Options,
    groups?: number | Options,
    bias?: boolean | Options,
    dilation?: Sizes | Options,
    padding_mode?: string | Options,
    more?: Options,
  );
  constructor(...args: unknown[]) {
    super();
    this.build('transposed', args);
  }
  forward(input: Tensor, output_size: readonly number[] | null = null): Tensor {
    const { weight, bias, stride, dilation, groups } = this;
    const padding = this.padding as readonly number[];
    const output_padding = output_size === null ? this.output_padding : this.extra(input, output_size);
    return this.convolve(input, weight, bias, { stride, padding, output_padding, groups, dilation });
  }
  /** How much longer than the shortest result the wanted one is, on each axis. */
  private extra(input: Tensor, wanted: readonly number[]): number[] {
    const n = this.axes;
    const lead = input.ndim === n + 2 ? 2 : 1;
    const size = wanted.length === lead + n ? wanted.slice(lead) : wanted;
    if (size.length !== n)
      throw new ValueError(
        `ConvTranspose${n}D: for ${input.ndim}D input, output_size must have ${n} or ${lead + n} elements (got ${size.length})`,
      );
    const padding = this.padding as readonly number[];
    const least = size.map(
      (_, d) =>
        (input.sizes[d + lead]! - 1) * this.stride[d]! -
        2 * padding[d]! +
        this.dilation[d]! * (this.kernel_size[d]! - 1) +
        1,
    );
    const most = least.map((m, d) => m + this.stride[d]! - 1);
    if (size.some((s, d) => s < least[d]! || s > most[d]!))
      throw new ValueError(
        `requested an output size of [${size.join(', ')}], but valid sizes range from [${least.join(', ')}] to [${most.join(', ')}] (for an input of ${torchSize(input.sizes.slice(2))})`,
      );
    return size.map((s, d) => s - least[d]!);
  }
  protected abstract convolve(
    input: Tensor,
    weight: Tensor,
    bias: Tensor | null,
    options: {
      stride: readonly number[];
      padding: readonly number[];
      output_padding: readonly number[];
      groups: number;
      dilation: readonly number[];
    },
  ): Tensor;
}
/** The gradient of a Conv1d with respect to its input, as a layer: weights of shape (in, out / groups, k). */
export class ConvTranspose1d extends ConvTranspose {
  protected get axes(): number {
    return 1;
  }
  protected convolve(...[x, w, b, o]: Parameters<ConvTranspose['convolve']>): Tensor {
    return F.conv_transpose1d(x, w, b, o);
  }
}
/**
 * The same for images.
 * @see https://docs.pytorch.org/docs/stable/generated/torch.nn.ConvTranspose2d.html
 */
export class ConvTranspose2d extends ConvTranspose {
  protected get axes(): number {
    return 2;
  }
  protected convolve(...[x, w, b, o]: Parameters<ConvTranspose['convolve']>): Tensor {
    return F.conv_transpose2d(x, w, b, o);
  }
}
/** The same for volumes. */
export class ConvTranspose3d extends ConvTranspose {
  protected get axes(): number {
    return 3;
  }
  protected convolve(...[x, w, b, o]: Parameters<ConvTranspose['convolve']>): Tensor {
    return F.conv_transpose3d(x, w, b, o);
  }
}
