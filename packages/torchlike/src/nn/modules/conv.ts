import { bind, nn } from '@stele/core';
import { z } from 'zod';
import { empty } from '../../creation';
import { sizeText, ValueError } from '../../errors';
import { Parameter, type Tensor } from '../../tensor';
import { conv2d, type Pair, pair } from '../functional';
import { kaiming_uniform_, uniform_ } from '../init';
import { Module } from './module';

const size = z.union([z.int(), z.array(z.int())]);
const schema = z.strictObject({
  in_channels: z.int().positive(),
  out_channels: z.int().positive(),
  kernel_size: size,
  stride: size.default(1),
  padding: z.union([size, z.enum(['same', 'valid'])]).default(0),
  dilation: size.default(1),
  groups: z.int().positive().default(1),
  bias: z.boolean().default(true),
  padding_mode: z.enum(['zeros']).default('zeros'),
  device: z.any().optional(),
  dtype: z.any().optional(),
});
interface Options {
  stride?: Pair;
  padding?: Pair | 'same' | 'valid';
  dilation?: Pair;
  groups?: number;
  bias?: boolean;
  padding_mode?: 'zeros';
  dtype?: unknown;
  device?: unknown;
}

/**
 * Cross-correlation over (N, C, H, W) or (C, H, W) with weights of shape (out, in / groups, kH, kW).
 * @see https://docs.pytorch.org/docs/stable/generated/torch.nn.Conv2d.html
 */
export class Conv2d extends Module {
  in_channels: number;
  out_channels: number;
  kernel_size: readonly [number, number];
  stride: readonly [number, number];
  padding: readonly [number, number] | 'same' | 'valid';
  dilation: readonly [number, number];
  groups: number;
  weight: Parameter;
  bias: Parameter | null;

  constructor(
    in_channels: number,
    out_channels: number,
    kernel_size: Pair,
    stride?: Pair | Options,
    padding?: Pair | 'same' | 'valid' | Options,
    more?: Options,
  );
  constructor(...args: unknown[]) {
    super();
    const o = bind('Conv2d.__init__()', schema, 3, args);
    if (o.in_channels % o.groups !== 0) throw new ValueError('in_channels must be divisible by groups');
    if (o.out_channels % o.groups !== 0) throw new ValueError('out_channels must be divisible by groups');
    this.in_channels = o.in_channels;
    this.out_channels = o.out_channels;
    this.kernel_size = pair(o.kernel_size);
    this.stride = pair(o.stride);
    this.padding = typeof o.padding === 'string' ? o.padding : pair(o.padding);
    this.dilation = pair(o.dilation);
    this.groups = o.groups;
    this.weight = new Parameter(
      empty(o.out_channels, o.in_channels / o.groups, ...this.kernel_size, { dtype: o.dtype }),
    );
    this.bias = o.bias ? new Parameter(empty(o.out_channels, { dtype: o.dtype })) : null;
    this.reset_parameters();
  }
  reset_parameters(): void {
    kaiming_uniform_(this.weight, { a: Math.sqrt(5) });
    if (this.bias === null) return;
    const limit = nn.biasLimit(nn.computeFans(this.weight.sizes, 'outputsFirst').fanIn);
    uniform_(this.bias, -limit, limit);
  }
  forward(input: Tensor): Tensor {
    const { stride, padding, dilation, groups } = this;
    return conv2d(input, this.weight, this.bias, { stride, padding, dilation, groups });
  }
  override extra_repr(): string {
    const parts = [
      `${this.in_channels}, ${this.out_channels}`,
      `kernel_size=${sizeText(this.kernel_size)}`,
      `stride=${sizeText(this.stride)}`,
    ];
    if (typeof this.padding === 'string') parts.push(`padding=${this.padding}`);
    else if (this.padding.some((p) => p !== 0)) parts.push(`padding=${sizeText(this.padding)}`);
    if (this.dilation.some((d) => d !== 1)) parts.push(`dilation=${sizeText(this.dilation)}`);
    if (this.groups !== 1) parts.push(`groups=${this.groups}`);
    if (this.bias === null) parts.push('bias=False');
    return parts.join(', ');
  }
}
