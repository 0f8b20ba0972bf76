import { ops, type Tensor } from '@stele/core';
import { type Call, type Keywords, type Parameters, read, signature } from '../arguments';
import { image_data_format } from '../config/config';
import { valueError } from '../errors';
import { type Shape, showTuple } from '../tensors';
import { samePadding, windowCount } from './convolutional';
import { Layer } from './layer';
import * as o from './options';

type Pair = readonly [number, number];
const { name, ...rest } = o.base;
const others = {
  strides: o.pair.nullable().default(null),
  padding: o.padding.default('valid'),
  data_format: o.dataFormat,
  name,
};
const maximum = signature(0, { pool_size: o.pair.default(2), ...others }, rest);
const average = signature(1, { pool_size: o.pair, ...others }, rest);
type PoolingOptions = Keywords<typeof maximum>;
type Optional = [
  strides: o.Pair | null,
  padding: string,
  data_format: 'channels_last' | 'channels_first' | null,
  name: string | null,
];

abstract class Pooling2D extends Layer {
  readonly pool_size: Pair;
  readonly strides: Pair;
  readonly padding: 'valid' | 'same';
  protected readonly channelsFirst: boolean;

  constructor(p: Parameters<typeof maximum>) {
    super(p);
    this.pool_size = o.both(p.pool_size);
    this.strides = p.strides === null ? this.pool_size : o.both(p.strides);
    this.padding = p.padding;
    this.channelsFirst = (p.data_format ?? image_data_format()) === 'channels_first';
    this.input_spec = { ndim: 4 };
  }
  protected abstract pool(x: Tensor, pads: readonly [Pair, Pair]): Tensor;

  override call(x: Tensor): Tensor {
    const at = this.channelsFirst ? 2 : 1;
    const pad = (axis: 0 | 1): Pair =>
      this.padding === 'same' ? samePadding(x.sizes[at + axis]!, this.pool_size[axis], this.strides[axis]) : [0, 0];
    return this.pool(x, [pad(0), pad(1)]);
  }
  override compute_output_shape(input_shape: Shape): Shape {
    const at = this.channelsFirst ? 2 : 1;
    const out = [...input_shape];
    for (const axis of [0, 1] as const)
      out[at + axis] = windowCount(input_shape[at + axis]!, this.pool_size[axis], this.strides[axis], this.padding);
    if (out.some((d) => d !== null && d <= 0))
      throw valueError(
        `Computed output size would be negative. Received: \`inputs.shape=${showTuple(input_shape)}\` and \`pool_size=${showTuple(this.pool_size)}\`.`,
      );
    return out;
  }
  override get_config(): Record<string, unknown> {
    return {
      ...super.get_config(),
      pool_size: this.pool_size,
      padding: this.padding,
      strides: this.strides,
      data_format: this.channelsFirst ? 'channels_first' : 'channels_last',
    };
  }
}

/** The largest value of each window; strides default to the window. @see https://keras.io/api/layers/pooling_layers/max_pooling2d/ */
export class MaxPooling2D extends Pooling2D {
  constructor(...args: Call<[], [pool_size: o.Pair, ...Optional], PoolingOptions>) {
    super(read('MaxPooling2D.__init__()', maximum, args));
  }
  protected pool(x: Tensor, padding: readonly [Pair, Pair]): Tensor {
    const { pool_size: window, strides, channelsFirst } = this;
    return ops.maxPool2d(x, { window, stride: strides, padding, dilation: [1, 1], channelsFirst, ceil: false })[0];
  }
}
/** The mean of each window; padding does not count. @see https://keras.io/api/layers/pooling_layers/average_pooling2d/ */
export class AveragePooling2D extends Pooling2D {
  constructor(...args: Call<[pool_size: o.Pair], Optional, Keywords<typeof average>>) {
    super(read('AveragePooling2D.__init__()', average, args));
  }
  protected pool(x: Tensor, padding: readonly [Pair, Pair]): Tensor {
    const { pool_size: window, strides, channelsFirst } = this;
    const plain = { window, stride: strides, padding, dilation: [1, 1] as Pair, channelsFirst, ceil: false };
    return ops.avgPool2d(x, { ...plain, countPadding: false, divisor: null });
  }
}
