import { ops, type Tensor } from '@stele/core';
import { z } from 'zod';
import * as activations from '../activations/index';
import { type Call, type Keywords, type Parameters, read, signature } from '../arguments';
import { image_data_format } from '../config/config';
import { valueError } from '../errors';
import * as initializers from '../initializers/index';
import { type Shape, showTuple } from '../tensors';
import type { Variable } from '../variable';
import { Layer, requireRank } from './layer';
import * as o from './options';

type Pair = readonly [number, number];

/** Zeros before and after an axis so that 'same' gives ceil(size / stride) windows; the extra one goes to the end. */
export function samePadding(size: number, kernel: number, stride: number, dilation = 1): Pair {
  const out = Math.ceil(size / stride);
  const total = Math.max(0, (out - 1) * stride + (kernel - 1) * dilation + 1 - size);
  return [Math.floor(total / 2), total - Math.floor(total / 2)];
}
export const windowCount = (
  size: number | null,
  kernel: number,
  stride: number,
  padding: string,
  dilation = 1,
): number | null =>
  size === null
    ? null
    : padding === 'same'
      ? Math.ceil(size / stride)
      : Math.floor((size - (kernel - 1) * dilation - 1) / stride) + 1;

const conv = signature(
  2,
  {
    filters: z.int().positive(),
    kernel_size: o.pair,
    strides: o.pair.default(1),
    padding: o.padding.default('valid'),
    data_format: o.dataFormat,
    dilation_rate: o.pair.default(1),
    groups: z.int().positive().default(1),
    activation: o.activation.default(null),
    use_bias: z.boolean().default(true),
    kernel_initializer: o.initializer.default('glorot_uniform'),
    bias_initializer: o.initializer.default('zeros'),
    kernel_regularizer: o.regularizer,
    bias_regularizer: o.regularizer,
    activity_regularizer: o.regularizer,
    kernel_constraint: o.constraint,
    bias_constraint: o.constraint,
  },
  o.base,
);

/**
 * Cross-correlation of images, channels last; the kernel is (height, width, in, out).
 *
 * ```ts
 * const layer = new Conv2D(32, [3, 3], { activation: 'relu' });
 * layer.compute_output_shape([null, 28, 28, 1]); // [null, 26, 26, 32]
 * ```
 * @see https://keras.io/api/layers/convolution_layers/convolution2d/
 */
export class Conv2D extends Layer {
  private readonly settings: Parameters<typeof conv>;
  private readonly channelsFirst: boolean;
  readonly filters: number;
  readonly kernel_size: Pair;
  readonly strides: Pair;
  readonly padding: 'valid' | 'same';
  readonly dilation_rate: Pair;
  readonly groups: number;
  readonly activation: activations.Activation;
  declare kernel: Variable;
  declare bias: Variable | null;
  readonly kernel_initializer: initializers.Initializer;
  readonly bias_initializer: initializers.Initializer;

  constructor(
    ...args: Call<
      [filters: number, kernel_size: o.Pair],
      [
        strides: o.Pair,
        padding: string,
        data_format: 'channels_last' | 'channels_first' | null,
        dilation_rate: o.Pair,
        groups: number,
        activation: o.ActivationIdentifier,
        use_bias: boolean,
        kernel_initializer: initializers.InitializerIdentifier,
        bias_initializer: initializers.InitializerIdentifier,
      ],
      Keywords<typeof conv>
    >
  ) {
    const p = read('Conv2D.__init__()', conv, args);
    super(p);
    this.settings = p;
    this.channelsFirst = (p.data_format ?? image_data_format()) === 'channels_first';
    this.filters = p.filters;
    this.kernel_size = o.both(p.kernel_size);
    this.strides = o.both(p.strides);
    this.padding = p.padding;
    this.dilation_rate = o.both(p.dilation_rate);
    this.groups = p.groups;
    this.activation = activations.get(p.activation);
    this.kernel_initializer = initializers.get(p.kernel_initializer);
    this.bias_initializer = initializers.get(p.bias_initializer);
    this.input_spec = { min_ndim: 4 };
    if (p.filters % p.groups !== 0)
      throw valueError(
        `The number of filters must be evenly divisible by the number of groups. Received: groups=${p.groups}, filters=${p.filters}.`,
      );
  }
  override build(input_shape: Shape): void {
    requireRank({ min_ndim: 4 }, input_shape, this.name);
    const axis = this.channelsFirst ? 1 : input_shape.length - 1;
    const channels = input_shape[axis]!;
    if (channels === null || channels % this.groups !== 0)
      throw valueError(
        `The number of input channels must be evenly divisible by the number of groups. Received groups=${this.groups}, but the input has ${channels} channels (full input shape is ${showTuple(input_shape)}).`,
      );
    this.compute_output_shape(input_shape);
    this.kernel = this.add_weight({
      name: 'kernel',
      shape: [...this.kernel_size, channels / this.groups, this.filters],
      initializer: this.kernel_initializer,
      constraint: this.settings.kernel_constraint,
    });
    this.bias = this.settings.use_bias
      ? this.add_weight({
          name: 'bias',
          shape: [this.filters],
          initializer: this.bias_initializer,
          constraint: this.settings.bias_constraint,
        })
      : null;
    this.input_spec = { min_ndim: 4, axes: { [axis]: channels } };
    this.built = true;
  }
  override call(x: Tensor): Tensor {
    const last = this.channelsFirst ? ops.permute(x, [0, 2, 3, 1]) : x;
    const pad = (axis: 0 | 1): Pair =>
      this.padding === 'same'
        ? samePadding(last.sizes[axis + 1]!, this.kernel_size[axis], this.strides[axis], this.dilation_rate[axis])
        : [0, 0];
    const y = this.activation(
      ops.conv2d(last, this.kernel, this.bias, {
        stride: this.strides,
        padding: [pad(0), pad(1)],
        dilation: this.dilation_rate,
        groups: this.groups,
        channelsFirst: false,
      }),
    );
    return this.channelsFirst ? ops.permute(y, [0, 3, 1, 2]) : y;
  }
  override compute_output_shape(input_shape: Shape): Shape {
    const [h, w] = this.channelsFirst ? [input_shape[2]!, input_shape[3]!] : [input_shape[1]!, input_shape[2]!];
    const { padding, filters } = this;
    const oh = windowCount(h, this.kernel_size[0], this.strides[0], padding, this.dilation_rate[0]);
    const ow = windowCount(w, this.kernel_size[1], this.strides[1], padding, this.dilation_rate[1]);
    const out = this.channelsFirst ? [input_shape[0]!, filters, oh, ow] : [input_shape[0]!, oh, ow, filters];
    if ((oh !== null && oh <= 0) || (ow !== null && ow <= 0))
      throw valueError(
        `Computed output size would be negative. Received: \`inputs_shape=${showTuple(input_shape)}\`, \`kernel_shape=${showTuple([...this.kernel_size, null, filters])}\`, \`dilation_rate=${showTuple(this.dilation_rate)}\`.`,
      );
    return out;
  }
  override get_config(): Record<string, unknown> {
    const { filters, padding, groups } = this;
    return {
      ...super.get_config(),
      filters,
      kernel_size: this.kernel_size,
      strides: this.strides,
      padding,
      data_format: this.channelsFirst ? 'channels_first' : 'channels_last',
      dilation_rate: this.dilation_rate,
      groups,
      activation: activations.serialize(this.activation),
      use_bias: this.settings.use_bias,
      kernel_initializer: initializers.serialize(this.kernel_initializer),
      bias_initializer: initializers.serialize(this.bias_initializer),
    };
  }
}
