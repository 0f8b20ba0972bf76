import { nn, ops, type Tensor } from '@stele/core';
import { z } from 'zod';
import { type Call, type Keywords, read, signature } from '../arguments';
import { invalidArgument, valueError } from '../errors';
import { type Shape, showTuple } from '../tensors';
import * as g from './geometry';
import { Layer } from './layer';
import * as o from './options';

const { name, input_dim: _dim, ...rest } = o.base;
const others = {
  strides: g.sizes.nullable().default(null),
  padding: g.paddingOption.default('valid'),
  data_format: o.dataFormat,
  name,
};
const maximum = signature(0, { pool_size: g.sizes.default(2), ...others }, rest);
const average = signature(1, { pool_size: g.sizes, ...others }, rest);
type Optional = [strides: g.Sizes | null, padding: string, data_format: g.DataFormat | null, name: string | null];
type MaximumArguments = Call<[], [pool_size: g.Sizes, ...Optional], Keywords<typeof maximum>>;
type AverageArguments = Call<[pool_size: g.Sizes], Optional, Keywords<typeof average>>;

const shapes = { channelsToBack: g.channelsToBack, channelsToFront: g.channelsToFront };

abstract class Pooling extends Layer {
  declare readonly pool_size: readonly number[];
  declare readonly strides: readonly number[];
  declare readonly padding: g.Padding;
  declare readonly data_format: g.DataFormat;

  constructor(rank: number, call: string, schema: typeof maximum, args: readonly unknown[]) {
    const p = read(`${call}.__init__()`, schema, args);
    super(p);
    const pool_size = g.spread(p.pool_size, rank, 'pool_size');
    this.keep(
      {
        ...p,
        pool_size,
        strides: p.strides === null ? pool_size : g.spread(p.strides, rank, 'strides'),
        padding: g.standardPadding(p.padding, false),
        data_format: g.formatOf(p.data_format),
      },
      ['pool_size', 'padding', 'strides', 'data_format'],
    );
    this.input_spec = { ndim: rank + 2 };
    this.builtAtOnce();
  }
  protected get channelsFirst(): boolean {
    return this.data_format === 'channels_first';
  }
  /** Zeros before each axis and the number of windows along it. */
  protected layout(spatial: readonly number[]): { pads: g.Pair[]; counts: number[] } {
    const along = <T>(f: (size: number, window: number, stride: number) => T): T[] =>
      spatial.map((size, i) => f(size, this.pool_size[i]!, this.strides[i]!));
    return {
      pads: along((size, k, s) => g.padsFor(this.padding, size, k, s, 1)),
      counts: along((size, k, s) => g.windowCount(size, k, s, this.padding)!),
    };
  }
  /** Images by the ops for two axes, the rest by windows along each axis. */
  protected abstract images(x: Tensor, window: g.Pair, stride: g.Pair, pads: readonly [g.Pair, g.Pair]): Tensor;
  protected abstract windows(x: Tensor, windows: readonly ReturnType<typeof nn.slidingWindows>[]): Tensor;

  override call(x: Tensor): Tensor {
    const rank = this.pool_size.length;
    const at = this.channelsFirst ? 2 : 1;
    const spatial = x.sizes.slice(at, at + rank);
    const { pads, counts: found } = this.layout(spatial);
    // TensorFlow divides towards zero
    const counts = found.map((n, i) =>
      n > 0 ? n : Math.trunc((spatial[i]! - this.pool_size[i]! + this.strides[i]!) / this.strides[i]!) || 0,
    );
    counts.forEach((n, i) => {
      if (n < 0)
        throw invalidArgument(
          `Computed output size would be negative: ${n} [input_size: ${spatial[i]}, effective_filter_size: ${this.pool_size[i]}, stride: ${this.strides[i]}]`,
        );
    });
    // a window that is a little too large gives nothing
    if (counts.includes(0) && !spatial.includes(0))
      return ops.reshape(ops.slice(x, at, 0, 0), [...x.sizes.slice(0, at), ...counts, ...x.sizes.slice(at + rank)]);
    const [window, stride] = [this.pool_size, this.strides] as unknown as readonly [g.Pair, g.Pair];
    if (rank === 2) return this.images(x, window, stride, pads as unknown as readonly [g.Pair, g.Pair]);
    if (rank === 1) {
      // a line is an image one cell wide
      const image = this.images(ops.unsqueeze(x, at + 1), [window[0], 1], [stride[0], 1], [pads[0]!, [0, 0]]);
      return ops.squeeze(image, [at + 1]);
    }
    if (!this.channelsFirst) return this.volumes(x, counts, pads as readonly g.Pair[]);
    const windows = spatial.map((size, i) =>
      nn.slidingWindows(
        size,
        { window: this.pool_size[i]!, stride: this.strides[i]!, padding: pads[i]![0], dilation: 1 },
        counts[i]!,
      ),
    );
    if (this.channelsFirst) return this.windows(x, windows);
    return shapes.channelsToBack(this.windows(shapes.channelsToFront(x), windows));
  }
  /** Of volumes the slices first, as images, and then the slices' results along the depth. */
  private volumes(x: Tensor, counts: readonly number[], pads: readonly g.Pair[]): Tensor {
    const [batch, depth, height, width, channels] = x.sizes as readonly [number, number, number, number, number];
    const [d, h, w] = this.pool_size as readonly [number, number, number];
    const [down, along, across] = this.strides as readonly [number, number, number];
    const slices = ops.reshape(x, [batch * depth, height, width, channels]);
    const flat = this.images(slices, [h, w], [along, across], [pads[1]!, pads[2]!]);
    const [rows, columns] = [counts[1]!, counts[2]!];
    const deep = ops.reshape(flat, [batch, depth, rows * columns, channels]);
    const out = this.images(deep, [d, 1], [down, 1], [pads[0]!, [0, 0]]);
    return ops.reshape(out, [batch, counts[0]!, rows, columns, channels]);
  }
  override compute_output_shape(input_shape: Shape): Shape {
    const at = this.channelsFirst ? 2 : 1;
    const out = [...input_shape];
    this.pool_size.forEach((k, i) => {
      out[at + i] = g.windowCount(input_shape[at + i]!, k, this.strides[i]!, this.padding);
    });
    if (out.some((d, i) => i > 0 && d !== null && d <= 0 && input_shape[i]! > 0))
      throw valueError(
        `Computed output size would be zero or negative. Received: \`inputs.shape=[${input_shape.map((d) => d ?? 'None').join(' ')}]\`, \`pool_size=[${this.pool_size.join(' ')}]\`, \`strides=${showTuple(this.strides)}\`, \`padding=${this.padding}\`.`,
      );
    return out;
  }
}

abstract class MaxPooling extends Pooling {
  protected images(x: Tensor, window: g.Pair, stride: g.Pair, padding: readonly [g.Pair, g.Pair]): Tensor {
    const { channelsFirst } = this;
    const plain = { window, stride, padding, dilation: [1, 1] as const, channelsFirst, ceil: false };
    return ops.maxPool2d(x, plain)[0];
  }
  protected windows(x: Tensor, windows: readonly ReturnType<typeof nn.slidingWindows>[]): Tensor {
    return nn.maxPool(x, windows)[0];
  }
}
abstract class AveragePooling extends Pooling {
  protected images(x: Tensor, window: g.Pair, stride: g.Pair, padding: readonly [g.Pair, g.Pair]): Tensor {
    const { channelsFirst } = this;
    const plain = { window, stride, padding, dilation: [1, 1] as const, channelsFirst, ceil: false };
    return ops.avgPool2d(x, { ...plain, countPadding: false, divisor: null });
  }
  protected windows(x: Tensor, windows: readonly ReturnType<typeof nn.slidingWindows>[]): Tensor {
    return nn.averagePool(
      x,
      windows,
      windows.map((w) => (i) => w.ends[i]! - w.starts[i]!),
    );
  }
}
/** The largest value of each window; strides default to the window. @see https://keras.io/api/layers/pooling_layers/max_pooling1d/ */
export class MaxPooling1D extends MaxPooling {
  constructor(...args: MaximumArguments) {
    super(1, 'MaxPooling1D', maximum, args);
  }
}
/** @see https://keras.io/api/layers/pooling_layers/max_pooling2d/ */
export class MaxPooling2D extends MaxPooling {
  constructor(...args: MaximumArguments) {
    super(2, 'MaxPooling2D', maximum, args);
  }
}
/** @see https://keras.io/api/layers/pooling_layers/max_pooling3d/ */
export class MaxPooling3D extends MaxPooling {
  constructor(...args: MaximumArguments) {
    super(3, 'MaxPooling3D', maximum, args);
  }
}
const asMaximum = average as unknown as typeof maximum;
/** The mean of each window; padding does not count. @see https://keras.io/api/layers/pooling_layers/average_pooling1d/ */
export class AveragePooling1D extends AveragePooling {
  constructor(...args: AverageArguments) {
    super(1, 'AveragePooling1D', asMaximum, args);
  }
}
/** @see https://keras.io/api/layers/pooling_layers/average_pooling2d/ */
export class AveragePooling2D extends AveragePooling {
  constructor(...args: AverageArguments) {
    super(2, 'AveragePooling2D', asMaximum, args);
  }
}
/** @see https://keras.io/api/layers/pooling_layers/average_pooling3d/ */
export class AveragePooling3D extends AveragePooling {
  constructor(...args: AverageArguments) {
    super(3, 'AveragePooling3D', asMaximum, args);
  }
}

const global = signature(0, { data_format: o.dataFormat, keepdims: z.boolean().default(false) }, o.base);
type GlobalArguments = Call<[], [data_format: g.DataFormat | null, keepdims: boolean], Keywords<typeof global>>;
abstract class GlobalPooling extends Layer {
  declare readonly data_format: g.DataFormat;
  declare readonly keepdims: boolean;
  protected readonly axes: readonly number[];
  constructor(rank: number, call: string, args: readonly unknown[]) {
    const p = read(`${call}.__init__()`, global, args);
    super(p);
    this.keep({ ...p, data_format: g.formatOf(p.data_format) }, ['data_format', 'keepdims']);
    this.input_spec = { ndim: rank + 2 };
    this.axes = Array.from({ length: rank }, (_, i) => i + (this.data_format === 'channels_last' ? 1 : 2));
    this.builtAtOnce();
  }
  override compute_output_shape(input_shape: Shape): Shape {
    if (this.keepdims) return input_shape.map((d, i) => (this.axes.includes(i) ? 1 : d));
    return input_shape.filter((_, i) => !this.axes.includes(i));
  }
}
abstract class GlobalMax extends GlobalPooling {
  override call(x: Tensor): Tensor {
    return ops.max(x, this.axes, this.keepdims);
  }
}
abstract class GlobalAverage extends GlobalPooling {
  override call(x: Tensor, _options: { mask?: Tensor | null } = {}): Tensor {
    return ops.mean(x, this.axes, this.keepdims);
  }
}
/** The mean over time; masked steps do not count. @see https://keras.io/api/layers/pooling_layers/global_average_pooling1d/ */
export class GlobalAveragePooling1D extends GlobalAverage {
  constructor(...args: GlobalArguments) {
    super(1, 'GlobalAveragePooling1D', args);
    this.supports_masking = true;
  }
  override call(x: Tensor, options: { mask?: Tensor | null } = {}): Tensor {
    const mask = options.mask ?? null;
    if (mask === null) return super.call(x);
    const axis = this.axes[0]!;
    const kept = ops.unsqueeze(ops.cast(mask, x.scalarType), axis === 1 ? 2 : 1);
    return ops.div(ops.sum(ops.mul(x, kept), axis, this.keepdims), ops.sum(kept, axis, this.keepdims));
  }
  override compute_mask(): null {
    return null;
  }
}
/** @see https://keras.io/api/layers/pooling_layers/global_average_pooling2d/ */
export class GlobalAveragePooling2D extends GlobalAverage {
  constructor(...args: GlobalArguments) {
    super(2, 'GlobalAveragePooling2D', args);
  }
}
/** @see https://keras.io/api/layers/pooling_layers/global_average_pooling3d/ */
export class GlobalAveragePooling3D extends GlobalAverage {
  constructor(...args: GlobalArguments) {
    super(3, 'GlobalAveragePooling3D', args);
  }
}
/** @see https://keras.io/api/layers/pooling_layers/global_max_pooling1d/ */
export class GlobalMaxPooling1D extends GlobalMax {
  constructor(...args: GlobalArguments) {
    super(1, 'GlobalMaxPooling1D', args);
  }
}
/** @see https://keras.io/api/layers/pooling_layers/global_max_pooling2d/ */
export class GlobalMaxPooling2D extends GlobalMax {
  constructor(...args: GlobalArguments) {
    super(2, 'GlobalMaxPooling2D', args);
  }
}
/** @see https://keras.io/api/layers/pooling_layers/global_max_pooling3d/ */
export class GlobalMaxPooling3D extends GlobalMax {
  constructor(...args: GlobalArguments) {
    super(3, 'GlobalMaxPooling3D', args);
  }
}

const adaptive = signature(1, { output_size: g.sizes, data_format: o.dataFormat }, o.base);
type AdaptiveArguments = Call<[output_size: g.Sizes], [data_format: g.DataFormat | null], Keywords<typeof adaptive>>;
/** So many windows as the output has places, sharing out the input. */
abstract class AdaptivePooling extends Layer {
  declare readonly output_size: readonly number[];
  declare readonly data_format: g.DataFormat;
  constructor(rank: number, call: string, args: readonly unknown[]) {
    const p = read(`${call}.__init__()`, adaptive, args);
    super(p);
    const output_size = g.spread(p.output_size, rank, 'output_size');
    this.keep({ ...p, output_size, data_format: g.formatOf(p.data_format) }, ['output_size', 'data_format']);
    this.input_spec = { ndim: rank + 2 };
  }
  protected abstract pool(x: Tensor): Tensor;
  override call(x: Tensor): Tensor {
    if (this.data_format === 'channels_first') return this.pool(x);
    return shapes.channelsToBack(this.pool(shapes.channelsToFront(x)));
  }
  override compute_output_shape(input_shape: Shape): Shape {
    const [batch] = input_shape;
    const { output_size } = this;
    return this.data_format === 'channels_first'
      ? [batch!, input_shape[1]!, ...output_size]
      : [batch!, ...output_size, input_shape.at(-1)!];
  }
}
abstract class AdaptiveAverage extends AdaptivePooling {
  protected pool(x: Tensor): Tensor {
    return nn.adaptiveAveragePool(x, this.output_size);
  }
}
abstract class AdaptiveMax extends AdaptivePooling {
  protected pool(x: Tensor): Tensor {
    const windows = this.output_size.map((n, i) => nn.adaptiveWindows(x.sizes[i + 2]!, n));
    return nn.maxPool(x, windows)[0];
  }
}
export class AdaptiveAveragePooling1D extends AdaptiveAverage {
  constructor(...args: AdaptiveArguments) {
    super(1, 'AdaptiveAveragePooling1D', args);
  }
}
export class AdaptiveAveragePooling2D extends AdaptiveAverage {
  constructor(...args: AdaptiveArguments) {
    super(2, 'AdaptiveAveragePooling2D', args);
  }
}
export class AdaptiveAveragePooling3D extends AdaptiveAverage {
  constructor(...args: AdaptiveArguments) {
    super(3, 'AdaptiveAveragePooling3D', args);
  }
}
export class AdaptiveMaxPooling1D extends AdaptiveMax {
  constructor(...args: AdaptiveArguments) {
    super(1, 'AdaptiveMaxPooling1D', args);
  }
}
export class AdaptiveMaxPooling2D extends AdaptiveMax {
  constructor(...args: AdaptiveArguments) {
    super(2, 'AdaptiveMaxPooling2D', args);
  }
}
export class AdaptiveMaxPooling3D extends AdaptiveMax {
  constructor(...args: AdaptiveArguments) {
    super(3, 'AdaptiveMaxPooling3D', args);
  }
}

export {
  AveragePooling1D as AvgPool1D,
  AveragePooling2D as AvgPool2D,
  AveragePooling3D as AvgPool3D,
  GlobalAveragePooling1D as GlobalAvgPool1D,
  GlobalAveragePooling2D as GlobalAvgPool2D,
  GlobalAveragePooling3D as GlobalAvgPool3D,
  GlobalMaxPooling1D as GlobalMaxPool1D,
  GlobalMaxPooling2D as GlobalMaxPool2D,
  GlobalMaxPooling3D as GlobalMaxPool3D,
  MaxPooling1D as MaxPool1D,
  MaxPooling2D as MaxPool2D,
  MaxPooling3D as MaxPool3D,
};
