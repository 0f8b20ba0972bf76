import { ops, type Tensor } from '@stele/core';
import { z } from 'zod';
import { image_data_format } from '../config/config';
import { valueError } from '../errors';
import { type Shape, showTuple } from '../tensors';
import { samePadding, windowCount } from './convolutional';
import { Layer } from './layer';
import * as o from './options';

type Pair = readonly [number, number];
const pool = z.strictObject({
  pool_size: o.pair.default(2),
  strides: o.pair.nullable().default(null),
  padding: o.padding.default('valid'),
  data_format: o.dataFormat,
  ...o.base,
});
export type PoolingOptions = Omit<z.input<typeof pool>, 'pool_size'>;

abstract class Pooling2D extends Layer {
  protected readonly window: Pair;
  protected readonly strides: Pair;
  protected readonly padding: string;
  protected readonly channelsFirst: boolean;

  constructor(layer: string, pool_size: number | Pair | undefined, options?: PoolingOptions) {
    const p = o.read(layer, pool, { pool_size }, options);
    super(p);
    this.window = o.both(p.pool_size);
    this.strides = p.strides === null ? this.window : o.both(p.strides);
    this.padding = p.padding;
    this.channelsFirst = (p.data_format ?? image_data_format()) === 'channels_first';
    this.input_spec = { ndim: 4 };
  }
  protected abstract pool(x: Tensor, pads: readonly [Pair, Pair]): Tensor;

  override call(x: Tensor): Tensor {
    const at = this.channelsFirst ? 2 : 1;
    const pad = (axis: 0 | 1): Pair =>
      this.padding === 'same' ? samePadding(x.sizes[at + axis]!, this.window[axis], this.strides[axis]) : [0, 0];
    return this.pool(x, [pad(0), pad(1)]);
  }
  override compute_output_shape(input_shape: Shape): Shape {
    const at = this.channelsFirst ? 2 : 1;
    const out = [...input_shape];
    for (const axis of [0, 1] as const)
      out[at + axis] = windowCount(input_shape[at + axis]!, this.window[axis], this.strides[axis], this.padding);
    if (out.some((d) => d !== null && d <= 0))
      throw valueError(
        `Computed output size would be negative. Received: \`inputs.shape=${showTuple(input_shape)}\` and \`pool_size=${showTuple(this.window)}\`.`,
      );
    return out;
  }
  override get_config(): Record<string, unknown> {
    return {
      ...super.get_config(),
      pool_size: this.window,
      padding: this.padding,
      strides: this.strides,
      data_format: this.channelsFirst ? 'channels_first' : 'channels_last',
    };
  }
}

/** The largest value of each window; strides default to the window. @see https://keras.io/api/layers/pooling_layers/max_pooling2d/ */
export class MaxPooling2D extends Pooling2D {
  constructor(pool_size?: number | Pair, options?: PoolingOptions) {
    super('MaxPooling2D', pool_size, options);
  }
  protected pool(x: Tensor, padding: readonly [Pair, Pair]): Tensor {
    const { window, strides, channelsFirst } = this;
    return ops.maxPool2d(x, { window, stride: strides, padding, dilation: [1, 1], channelsFirst, ceil: false })[0];
  }
}
/** The mean of each window; padding does not count. @see https://keras.io/api/layers/pooling_layers/average_pooling2d/ */
export class AveragePooling2D extends Pooling2D {
  constructor(pool_size?: number | Pair, options?: PoolingOptions) {
    super('AveragePooling2D', pool_size, options);
  }
  protected pool(x: Tensor, padding: readonly [Pair, Pair]): Tensor {
    const { window, strides, channelsFirst } = this;
    const plain = { window, stride: strides, padding, dilation: [1, 1] as Pair, channelsFirst, ceil: false };
    return ops.avgPool2d(x, { ...plain, countPadding: false, divisor: null });
  }
}
