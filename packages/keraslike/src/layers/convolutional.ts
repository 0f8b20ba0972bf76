import { ops, type Tensor } from '@stele/core';
import { z } from 'zod';
import type * as activations from '../activations/index';
import { type Call, type Keywords, read, signature } from '../arguments';
import type { Projection } from '../constraints/index';
import { notImplemented, valueError } from '../errors';
import type * as initializers from '../initializers/index';
import type { Penalty } from '../regularizers/index';
import { type Shape, showTuple } from '../tensors';
import type { Variable } from '../variable';
import * as g from './geometry';
import { Layer, type LayerOptions } from './layer';
import * as o from './options';
import { requireRank } from './spec';

const { input_dim: _dim, activity_regularizer: _activity, ...base } = o.base;
const layout = { data_format: o.dataFormat, dilation_rate: g.sizes.default(1) };
const place = { strides: g.sizes.default(1), padding: g.paddingOption.default('valid') };
const after = { activation: o.activation.default(null), use_bias: z.boolean().default(true) };
const kernel = {
  kernel_initializer: o.initializer.default('glorot_uniform'),
  bias_initializer: o.initializer.default('zeros'),
  kernel_regularizer: o.regularizer,
  bias_regularizer: o.regularizer,
  activity_regularizer: o.regularizer,
  kernel_constraint: o.constraint,
  bias_constraint: o.constraint,
};
const first = { filters: z.number(), kernel_size: g.sizes };
const conv = signature(
  2,
  { ...first, ...place, ...layout, groups: z.int().positive().default(1), ...after, ...kernel },
  base,
);
const output_padding = g.sizes.nullable().default(null);
const transposed = signature(2, { ...first, ...place, output_padding, ...layout, ...after, ...kernel }, base);
// in three dimensions the data format stands before the output padding
const transposed3d = signature(
  2,
  {
    ...first,
    ...place,
    data_format: layout.data_format,
    output_padding,
    dilation_rate: layout.dilation_rate,
    ...after,
    ...kernel,
  },
  base,
);
type ConvolutionArguments = Call<
  [filters: number, kernel_size: g.Sizes],
  [
    strides: g.Sizes,
    padding: string,
    data_format: g.DataFormat | null,
    dilation_rate: g.Sizes,
    groups: number,
    activation: o.ActivationIdentifier,
    use_bias: boolean,
    kernel_initializer: initializers.InitializerIdentifier,
    bias_initializer: initializers.InitializerIdentifier,
  ],
  Keywords<typeof conv>
>;
type TransposedArguments = Call<
  [filters: number, kernel_size: g.Sizes],
  [strides: g.Sizes, padding: string],
  Keywords<typeof transposed>
>;
interface Common extends LayerOptions {
  readonly strides: g.Sizes;
  readonly kernel_size: g.Sizes;
  readonly dilation_rate: g.Sizes;
  readonly data_format: g.DataFormat | null;
  readonly padding: string;
}

/** Windows along one to three axes, with channels last or first. */
export abstract class Windowed extends Layer {
  declare readonly rank: number;
  declare readonly kernel_size: readonly number[];
  declare readonly strides: readonly number[];
  declare readonly padding: g.Padding;
  declare readonly data_format: g.DataFormat;
  declare readonly dilation_rate: readonly number[];
  declare readonly activation: activations.Activation;
  declare readonly use_bias: boolean;
  declare kernel: Variable;
  declare bias: Variable | null;
  declare readonly bias_initializer: initializers.Initializer;
  declare readonly bias_regularizer: Penalty | null;
  declare readonly bias_constraint: Projection | null;

  constructor(rank: number, p: Common, saved: string) {
    super(p);
    Object.defineProperty(this, 'rank', { value: rank, configurable: true });
    const spread = (value: g.Sizes, name: string, zero = false): readonly number[] => g.spread(value, rank, name, zero);
    this.keep(
      {
        ...p,
        kernel_size: spread(p.kernel_size, 'kernel_size'),
        strides: spread(p.strides, 'strides'),
        dilation_rate: spread(p.dilation_rate, 'dilation_rate'),
        data_format: g.formatOf(p.data_format),
        padding: g.standardPadding(p.padding, this instanceof BaseConvolution && rank === 1),
      },
      saved.split(' '),
    );
    if (this.strides.some((s) => s > 1) && this.dilation_rate.some((d) => d > 1))
      throw valueError(
        `\`strides > 1\` not supported in conjunction with \`dilation_rate > 1\`. Received: strides=${showTuple(this.strides)} and dilation_rate=${showTuple(this.dilation_rate)}`,
      );
    this.input_spec = { min_ndim: rank + 2 };
  }
  protected get channelsFirst(): boolean {
    return this.data_format === 'channels_first';
  }
  /** The channels of an input's shape, checked. */
  protected channels(input_shape: Shape): number {
    requireRank({ min_ndim: this.rank + 2 }, input_shape, this.name);
    const axis = this.channelsFirst ? 1 : input_shape.length - 1;
    const channels = input_shape[axis] ?? null;
    if (channels === null)
      throw valueError(
        `The channel dimension of the inputs should be defined. The input_shape received is ${showTuple(input_shape)}, where axis ${axis} (0-based) is the channel dimension, which found to be \`None\`.`,
      );
    this.input_spec = { min_ndim: this.rank + 2, axes: { [axis === this.rank + 1 ? -1 : axis]: channels } };
    return channels;
  }
  protected addBias(width: number): void {
    this.bias = this.use_bias
      ? this.add_weight({
          name: 'bias',
          shape: [width],
          initializer: this.bias_initializer,
          regularizer: this.bias_regularizer,
          constraint: this.bias_constraint,
        })
      : null;
  }
  /** Several leading axes are one batch; channels go last inside. */
  protected over(x: Tensor, f: (x: Tensor) => Tensor): Tensor {
    const lead = x.rank - this.rank - 1;
    const flat = lead === 1 ? x : ops.reshape(x, [-1, ...x.sizes.slice(lead)]);
    const y = g.withChannelsLast(flat, this.channelsFirst, f);
    return lead === 1 ? y : ops.reshape(y, [...x.sizes.slice(0, lead), ...y.sizes.slice(1)]);
  }
  protected pads(x: Tensor): readonly g.Pair[] {
    return this.kernel_size.map((k, i) =>
      g.padsFor(this.padding, x.sizes[i + 1]!, k, this.strides[i]!, this.dilation_rate[i]!),
    );
  }
  /** The shape after windows of this kind, with so many channels. */
  protected windowed(input_shape: Shape, filters: number): Shape {
    const lead = input_shape.length - this.rank - 1;
    const at = lead + (this.channelsFirst ? 1 : 0);
    if (lead !== 1) {
      const channels = input_shape.at(this.channelsFirst ? lead : -1) ?? null;
      throw valueError(
        `Kernel shape must have the same length as input, but received kernel of shape ${showTuple([...this.kernel_size, channels, filters])} and input of shape ${showTuple(input_shape)}.`,
      );
    }
    const spatial = this.kernel_size.map((k, i) =>
      g.windowCount(input_shape[at + i]!, k, this.strides[i]!, this.padding, this.dilation_rate[i]!),
    );
    if (spatial.some((d) => d !== null && d <= 0))
      throw valueError(
        `Computed output size would be zero or negative. Received \`inputs shape=${showTuple(input_shape)}\`, \`kernel shape=${showTuple([...this.kernel_size, input_shape.at(this.channelsFirst ? lead : -1) ?? null, filters])}\`, \`dilation_rate=[${this.dilation_rate.join(' ')}]\`, \`strides=${showTuple(this.strides)}\`, \`padding=${this.padding}\`.`,
      );
    const batch = input_shape.slice(0, lead);
    return this.channelsFirst ? [...batch, filters, ...spatial] : [...batch, ...spatial, filters];
  }
}

const convNames =
  'filters kernel_size strides padding data_format dilation_rate groups activation use_bias kernel_initializer bias_initializer kernel_regularizer bias_regularizer activity_regularizer kernel_constraint bias_constraint';

/** Cross-correlation, the kernel is (window..., in / groups, out). */
export abstract class BaseConvolution extends Windowed {
  declare readonly filters: number;
  declare readonly groups: number;
  declare readonly kernel_initializer: initializers.Initializer;
  declare readonly kernel_regularizer: Penalty | null;
  declare readonly kernel_constraint: Projection | null;
  constructor(rank: number, name: string, args: readonly unknown[]) {
    const p = read(`${name}.__init__()`, conv, args);
    super(rank, p, convNames);
    g.requireFilters(p.filters);
    if (p.filters % p.groups !== 0)
      throw valueError(
        `The number of filters must be evenly divisible by the number of groups. Received: groups=${p.groups}, filters=${p.filters}.`,
      );
    if (this.padding === 'causal' && rank !== 1)
      throw valueError('Causal padding is only supported for `Conv1D` and `SeparableConv1D`.');
  }
  override build(input_shape: Shape): void {
    const channels = this.channels(input_shape);
    if (channels % this.groups !== 0)
      throw valueError(
        `The number of input channels must be evenly divisible by the number of groups. Received groups=${this.groups}, but the input has ${channels} channels (full input shape is ${showTuple(input_shape)}).`,
      );
    this.windowed(input_shape, this.filters);
    this.kernel = this.add_weight({
      name: 'kernel',
      shape: [...this.kernel_size, channels / this.groups, this.filters],
      initializer: this.kernel_initializer,
      regularizer: this.kernel_regularizer,
      constraint: this.kernel_constraint,
    });
    this.addBias(this.filters);
  }
  override call(x: Tensor): Tensor {
    return this.activation(
      this.over(x, (last) =>
        g.convolve(last, this.kernel, this.bias, {
          stride: this.strides,
          padding: this.pads(last),
          dilation: this.dilation_rate,
          groups: this.groups,
        }),
      ),
    );
  }
  override compute_output_shape(input_shape: Shape): Shape {
    return this.windowed(input_shape, this.filters);
  }
}
/** Along one axis; `causal` padding looks only back. @see https://keras.io/api/layers/convolution_layers/convolution1d/ */
export class Conv1D extends BaseConvolution {
  constructor(...args: ConvolutionArguments) {
    super(1, 'Conv1D', args);
  }
}
/**
 * Cross-correlation of images, channels last; the kernel is (height, width, in, out).
 *
 * ```ts
 * const layer = new Conv2D(32, [3, 3], { activation: 'relu' });
 * layer.compute_output_shape([null, 28, 28, 1]); // [null, 26, 26, 32]
 * ```
 * @see https://keras.io/api/layers/convolution_layers/convolution2d/
 */
export class Conv2D extends BaseConvolution {
  constructor(...args: ConvolutionArguments) {
    super(2, 'Conv2D', args);
  }
}
/** Of volumes. @see https://keras.io/api/layers/convolution_layers/convolution3d/ */
export class Conv3D extends BaseConvolution {
  constructor(...args: ConvolutionArguments) {
    super(3, 'Conv3D', args);
  }
}

const transposedNames = convNames
  .replace('padding data_format', 'padding output_padding data_format')
  .replace(' groups', '');
/** The gradient of a convolution as a layer; the kernel is (window..., out, in). */
abstract class BaseTransposed extends Windowed {
  declare readonly filters: number;
  declare readonly output_padding: readonly number[] | null;
  declare readonly kernel_initializer: initializers.Initializer;
  declare readonly kernel_regularizer: Penalty | null;
  declare readonly kernel_constraint: Projection | null;
  constructor(rank: number, name: string, args: readonly unknown[]) {
    const p = read(`${name}.__init__()`, (rank === 3 ? transposed3d : transposed) as typeof transposed, args);
    const spare = p.output_padding === null ? null : g.spread(p.output_padding, rank, 'output_padding', true);
    super(rank, { ...p, output_padding: spare } as never, transposedNames);
    g.requireFilters(p.filters);
    spare?.forEach((out, i) => {
      if (out >= this.strides[i]!)
        throw valueError(
          `\`output_padding\` must be strictly less than \`strides\` for all dimensions. At dimension ${i}, \`output_padding\` is ${out} but \`strides\` is ${this.strides[i]!}. Received: output_padding=${showTuple(spare)}, strides=${showTuple(this.strides)}`,
        );
    });
  }
  override build(input_shape: Shape): void {
    const channels = this.channels(input_shape);
    this.kernel = this.add_weight({
      name: 'kernel',
      shape: [...this.kernel_size, this.filters, channels],
      initializer: this.kernel_initializer,
      regularizer: this.kernel_regularizer,
      constraint: this.kernel_constraint,
    });
    this.addBias(this.filters);
  }
  private sizeOf(size: number | null, axis: number): number | null {
    const spare = this.output_padding?.[axis] ?? null;
    return g.transposedSize(
      size,
      this.kernel_size[axis]!,
      this.strides[axis]!,
      this.padding,
      this.dilation_rate[axis]!,
      spare,
    );
  }
  override call(x: Tensor): Tensor {
    return this.activation(
      this.over(x, (last) => {
        const sizes = this.kernel_size.map((_, i) => this.sizeOf(last.sizes[i + 1]!, i)!);
        const cuts = this.kernel_size.map((k, i) =>
          g.transposedCut(k, this.strides[i]!, this.padding, this.dilation_rate[i]!, this.output_padding?.[i] ?? null),
        );
        return g.convolveTransposed(last, this.kernel, this.bias, this.strides, this.dilation_rate, cuts, sizes);
      }),
    );
  }
  override compute_output_shape(input_shape: Shape): Shape {
    const at = this.channelsFirst ? 2 : 1;
    const spatial = this.kernel_size.map((_, i) => this.sizeOf(input_shape[at + i]!, i));
    const batch = input_shape[0]!;
    return this.channelsFirst ? [batch, this.filters, ...spatial] : [batch, ...spatial, this.filters];
  }
}
/** @see https://keras.io/api/layers/convolution_layers/convolution1d_transpose/ */
export class Conv1DTranspose extends BaseTransposed {
  constructor(...args: TransposedArguments) {
    super(1, 'Conv1DTranspose', args);
  }
}
/** @see https://keras.io/api/layers/convolution_layers/convolution2d_transpose/ */
export class Conv2DTranspose extends BaseTransposed {
  constructor(...args: TransposedArguments) {
    super(2, 'Conv2DTranspose', args);
  }
}
/** @see https://keras.io/api/layers/convolution_layers/convolution3d_transpose/ */
export class Conv3DTranspose extends BaseTransposed {
  constructor(...args: TransposedArguments) {
    super(3, 'Conv3DTranspose', args);
  }
}

const depthwise = signature(
  1,
  {
    kernel_size: g.sizes,
    ...place,
    depth_multiplier: z.custom<number>().default(1),
    ...layout,
    ...after,
    depthwise_initializer: o.initializer.default('glorot_uniform'),
    bias_initializer: o.initializer.default('zeros'),
    depthwise_regularizer: o.regularizer,
    bias_regularizer: o.regularizer,
    activity_regularizer: o.regularizer,
    depthwise_constraint: o.constraint,
    bias_constraint: o.constraint,
  },
  base,
);
type DepthwiseArguments = Call<
  [kernel_size: g.Sizes],
  [strides: g.Sizes, padding: string, depth_multiplier: number],
  Keywords<typeof depthwise>
>;
/** Each channel with kernels of its own; the kernel is (window..., in, multiplier). */
abstract class BaseDepthwise extends Windowed {
  declare readonly depth_multiplier: number;
  declare readonly depthwise_initializer: initializers.Initializer;
  declare readonly depthwise_regularizer: Penalty | null;
  declare readonly depthwise_constraint: Projection | null;
  constructor(rank: number, name: string, args: readonly unknown[]) {
    const p = read(`${name}.__init__()`, depthwise, args);
    if (!Number.isInteger(p.depth_multiplier) || p.depth_multiplier <= 0)
      throw valueError(
        `Invalid value for argument \`depth_multiplier\`. Expected a strictly positive value. Received depth_multiplier=${String(p.depth_multiplier)}.`,
      );
    super(
      rank,
      p,
      'depth_multiplier kernel_size strides padding data_format dilation_rate activation use_bias depthwise_initializer bias_initializer depthwise_regularizer bias_regularizer activity_regularizer depthwise_constraint bias_constraint',
    );
  }
  override build(input_shape: Shape): void {
    const channels = this.channels(input_shape);
    this.kernel = this.add_weight({
      name: 'kernel',
      shape: [...this.kernel_size, channels, this.depth_multiplier],
      initializer: this.depthwise_initializer,
      regularizer: this.depthwise_regularizer,
      constraint: this.depthwise_constraint,
    });
    this.addBias(channels * this.depth_multiplier);
  }
  override call(x: Tensor): Tensor {
    return this.activation(
      this.over(x, (last) => {
        const y = g.convolveDepthwise(last, this.kernel, {
          stride: this.strides,
          padding: this.pads(last),
          dilation: this.dilation_rate,
        });
        return this.bias === null ? y : ops.add(y, this.bias);
      }),
    );
  }
  override compute_output_shape(input_shape: Shape): Shape {
    const channels = input_shape.at(this.channelsFirst ? 1 : -1)!;
    return this.windowed(input_shape, channels * this.depth_multiplier);
  }
}
export class DepthwiseConv1D extends BaseDepthwise {
  constructor(...args: DepthwiseArguments) {
    super(1, 'DepthwiseConv1D', args);
  }
}
/** @see https://keras.io/api/layers/convolution_layers/depthwise_convolution2d/ */
export class DepthwiseConv2D extends BaseDepthwise {
  constructor(...args: DepthwiseArguments) {
    super(2, 'DepthwiseConv2D', args);
  }
}

const separable = signature(
  2,
  {
    ...first,
    ...place,
    ...layout,
    depth_multiplier: z.int().positive().default(1),
    ...after,
    depthwise_initializer: o.initializer.default('glorot_uniform'),
    pointwise_initializer: o.initializer.default('glorot_uniform'),
    bias_initializer: o.initializer.default('zeros'),
    depthwise_regularizer: o.regularizer,
    pointwise_regularizer: o.regularizer,
    bias_regularizer: o.regularizer,
    activity_regularizer: o.regularizer,
    depthwise_constraint: o.constraint,
    pointwise_constraint: o.constraint,
    bias_constraint: o.constraint,
  },
  base,
);
type SeparableArguments = Call<
  [filters: number, kernel_size: g.Sizes],
  [strides: g.Sizes, padding: string],
  Keywords<typeof separable>
>;
/** A depthwise convolution, then one of windows of a single place that mixes the channels. */
abstract class BaseSeparable extends Windowed {
  declare readonly filters: number;
  declare readonly depth_multiplier: number;
  declare depthwise_kernel: Variable;
  declare pointwise_kernel: Variable;
  declare readonly depthwise_initializer: initializers.Initializer;
  declare readonly pointwise_initializer: initializers.Initializer;
  declare readonly depthwise_regularizer: Penalty | null;
  declare readonly pointwise_regularizer: Penalty | null;
  declare readonly depthwise_constraint: Projection | null;
  declare readonly pointwise_constraint: Projection | null;
  constructor(rank: number, name: string, args: readonly unknown[]) {
    const p = read(`${name}.__init__()`, separable, args);
    super(
      rank,
      p,
      'depth_multiplier filters kernel_size strides padding data_format dilation_rate activation use_bias depthwise_initializer pointwise_initializer bias_initializer depthwise_regularizer pointwise_regularizer bias_regularizer activity_regularizer depthwise_constraint pointwise_constraint bias_constraint',
    );
    g.requireFilters(p.filters);
    if (this.padding === 'causal' && rank !== 1)
      throw notImplemented('Causal padding is only supported for `Conv1D` and `SeparableConv1D`.');
  }
  override build(input_shape: Shape): void {
    const channels = this.channels(input_shape);
    this.depthwise_kernel = this.add_weight({
      name: 'depthwise_kernel',
      shape: [...this.kernel_size, channels, this.depth_multiplier],
      initializer: this.depthwise_initializer,
      regularizer: this.depthwise_regularizer,
      constraint: this.depthwise_constraint,
    });
    this.pointwise_kernel = this.add_weight({
      name: 'pointwise_kernel',
      shape: [...this.kernel_size.map(() => 1), this.depth_multiplier * channels, this.filters],
      initializer: this.pointwise_initializer,
      regularizer: this.pointwise_regularizer,
      constraint: this.pointwise_constraint,
    });
    this.addBias(this.filters);
  }
  override call(x: Tensor): Tensor {
    return this.activation(
      this.over(x, (last) => {
        const deep = g.convolveDepthwise(last, this.depthwise_kernel, {
          stride: this.strides,
          padding: this.pads(last),
          dilation: this.dilation_rate,
        });
        const matrix = ops.reshape(this.pointwise_kernel, this.pointwise_kernel.sizes.slice(this.rank));
        return ops.linear(deep, matrix, this.bias, false);
      }),
    );
  }
  override compute_output_shape(input_shape: Shape): Shape {
    return this.windowed(input_shape, this.filters);
  }
}
/** @see https://keras.io/api/layers/convolution_layers/separable_convolution1d/ */
export class SeparableConv1D extends BaseSeparable {
  constructor(...args: SeparableArguments) {
    super(1, 'SeparableConv1D', args);
  }
}
/** @see https://keras.io/api/layers/convolution_layers/separable_convolution2d/ */
export class SeparableConv2D extends BaseSeparable {
  constructor(...args: SeparableArguments) {
    super(2, 'SeparableConv2D', args);
  }
}

export {
  Conv1D as Convolution1D,
  Conv1DTranspose as Convolution1DTranspose,
  Conv2D as Convolution2D,
  Conv2DTranspose as Convolution2DTranspose,
  Conv3D as Convolution3D,
  Conv3DTranspose as Convolution3DTranspose,
  SeparableConv1D as SeparableConvolution1D,
  SeparableConv2D as SeparableConvolution2D,
};
