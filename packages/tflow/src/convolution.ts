import { type Tensor as CoreTensor, customGradient, nn, ops } from '@stele/core';
import { define } from './define';
import { type DTypeLike, dtypeName } from './dtypes';
import { InvalidArgumentError, valueError } from './errors';
import { whole, wholes } from './indexing';
import { type Tensor, type TensorLike, toTensor } from './tensor';

type Pair = readonly [number, number];

/** One number per spatial axis, from one number, one per axis, or one per axis of the whole tensor. */
function perAxis(value: unknown, axes: number, first: boolean, otherwise = 1): number[] {
  if (value === undefined || value === null) return Array.from({ length: axes }, () => otherwise);
  const list = wholes(value);
  if (list.length === axes) return list;
  if (list.length === 1) return Array.from({ length: axes }, () => list[0]!);
  if (list.length === axes + 2) return first ? list.slice(2) : list.slice(1, -1);
  throw valueError(`expected 1, ${axes} or ${axes + 2} numbers, got ${list.length}`);
}

/** TensorFlow's paddings per spatial axis: none, as many as keep the size (the odd one at the end), or as given. */
export function paddings(
  mode: unknown,
  sizes: readonly number[],
  window: readonly number[],
  stride: readonly number[],
  dilation: readonly number[],
  first = false,
): Pair[] {
  if (Array.isArray(mode)) {
    const pairs = mode as readonly Pair[];
    return (first ? pairs.slice(2) : pairs.slice(1, -1)).map(([a, b]) => [Number(a), Number(b)]);
  }
  const name = String(mode ?? 'VALID').toUpperCase();
  if (name === 'VALID') return sizes.map(() => [0, 0]);
  if (name !== 'SAME')
    throw valueError(
      `Value for attr 'padding' of "${String(mode)}" is not in the list of allowed values: "SAME", "VALID", "EXPLICIT"`,
    );
  return sizes.map((size, i) => {
    const reach = (window[i]! - 1) * dilation[i]! + 1;
    const total = Math.max((Math.ceil(size / stride[i]!) - 1) * stride[i]! + reach - size, 0);
    return [Math.floor(total / 2), total - Math.floor(total / 2)];
  });
}

/** Axes of a channels-last tensor in channels-first order, and back. */
const toFirst = (x: CoreTensor): CoreTensor =>
  ops.permute(x, [0, x.rank - 1, ...Array.from({ length: x.rank - 2 }, (_, i) => i + 1)]);
const toLast = (x: CoreTensor): CoreTensor =>
  ops.permute(x, [0, ...Array.from({ length: x.rank - 2 }, (_, i) => i + 2), 1]);
/** [k..., in, out] weights as [out, in, k...]. */
const weightsFirst = (w: CoreTensor): CoreTensor =>
  ops.permute(w, [w.rank - 1, w.rank - 2, ...Array.from({ length: w.rank - 2 }, (_, i) => i)]);

const isFirst = (format: string | null | undefined): boolean => format?.startsWith('NC') ?? false;
function onCpu(op: string, format: string | null | undefined): void {
  if (isFirst(format))
    throw new InvalidArgumentError(
      `{{function_node __wrapped__${op}_device_/job:localhost/replica:0/task:0/device:CPU:0}} The ${op} op currently only supports the NHWC tensor format on the CPU. The op was given the format: ${format} [Op:${op}] name: `,
    );
}
function needRank(op: string, x: Tensor, rank: number): void {
  if (x.rank !== rank)
    throw new InvalidArgumentError(
      `{{function_node __wrapped__${op}_device_/job:localhost/replica:0/task:0/device:CPU:0}} convolution input must be ${rank}-dimensional: [${x.sizes.join(',')}] [Op:${op}] name: `,
    );
}

/** How many windows fit along each axis; none is no error. */
const counts = (
  sizes: readonly number[],
  window: readonly number[],
  stride: readonly number[],
  dilation: readonly number[],
  pads: readonly Pair[],
): number[] =>
  sizes.map((size, i) =>
    Math.max(0, Math.floor((size + pads[i]![0] + pads[i]![1] - (window[i]! - 1) * dilation[i]! - 1) / stride[i]!) + 1),
  );

/** Cross-correlation over the spatial axes of a channels-last tensor. */
function convolve(
  x: CoreTensor,
  w: CoreTensor,
  strides: readonly number[],
  padding: unknown,
  dilations: readonly number[],
): CoreTensor {
  const axes = x.rank - 2;
  const pads = paddings(padding, x.sizes.slice(1, -1), w.sizes.slice(0, axes), strides, dilations);
  const [own, wanted] = [x.sizes.at(-1)!, w.sizes.at(-2)!];
  if (own % wanted !== 0)
    throw new InvalidArgumentError(
      `{{function_node __wrapped__Conv2D_device_/job:localhost/replica:0/task:0/device:CPU:0}} input depth must be evenly divisible by filter depth: ${own} vs ${wanted} [Op:Conv2D] name: `,
    );
  const groups = own / wanted;
  const sizes = counts(x.sizes.slice(1, -1), w.sizes.slice(0, axes), strides, dilations, pads);
  if (sizes.includes(0)) return ops.fullLike(x, 0, [x.sizes[0]!, ...sizes, w.sizes.at(-1)!]);
  if (axes === 2) {
    const two = (list: readonly number[]): Pair => [list[0]!, list[1]!];
    return ops.conv2d(x, w, null, {
      stride: two(strides),
      padding: [pads[0]!, pads[1]!],
      dilation: two(dilations),
      groups,
      channelsFirst: false,
    });
  }
  const out = nn.convolve(toFirst(x), weightsFirst(w), null, {
    stride: strides,
    padding: pads,
    dilation: dilations,
    groups,
  });
  return toLast(out);
}

/** Cross-correlation of NHWC images with [height, width, in, out] filters. */
export const conv2d = define(
  'tf.nn.conv2d',
  'input, filters, strides, padding, data_format="NHWC", dilations=None, name=None',
  (
    input: TensorLike,
    filters: TensorLike,
    strides: unknown,
    padding: unknown,
    data_format?: string,
    dilations?: unknown,
  ): Tensor => {
    const x = toTensor(input);
    needRank('Conv2D', x, 4);
    onCpu('Conv2D', data_format);
    const w = toTensor(filters, x.scalarType);
    return convolve(x, w, perAxis(strides, 2, false), padding, perAxis(dilations, 2, false)) as Tensor;
  },
);
/** The same over one axis, of [batch, width, channels]. */
export const conv1d = define(
  'tf.nn.conv1d',
  'input, filters, stride, padding, data_format="NWC", dilations=None, name=None',
  (
    input: TensorLike,
    filters: TensorLike,
    stride: unknown,
    padding: unknown,
    data_format?: string,
    dilations?: unknown,
  ): Tensor => {
    const x = toTensor(input);
    onCpu('Conv2D', data_format);
    const w = toTensor(filters, x.scalarType);
    return convolve(x, w, perAxis(stride, 1, false), padding, perAxis(dilations, 1, false)) as Tensor;
  },
);
/** The same over three axes, of [batch, depth, height, width, channels]. */
export const conv3d = define(
  'tf.nn.conv3d',
  'input, filters, strides, padding, data_format="NDHWC", dilations=None, name=None',
  (
    input: TensorLike,
    filters: TensorLike,
    strides: unknown,
    padding: unknown,
    data_format?: string,
    dilations?: unknown,
  ): Tensor => {
    const x = toTensor(input);
    onCpu('Conv3D', data_format);
    const w = toTensor(filters, x.scalarType);
    return convolve(x, w, perAxis(strides, 3, false), padding, perAxis(dilations, 3, false)) as Tensor;
  },
);
/** A convolution of any number of spatial axes, as many as the filters have. */
export const convolution = define(
  'tf.nn.convolution',
  'input, filters, strides=None, padding="VALID", data_format=None, dilations=None, name=None',
  (
    input: TensorLike,
    filters: TensorLike,
    strides?: unknown,
    padding?: unknown,
    data_format?: string | null,
    dilations?: unknown,
  ): Tensor => {
    const x = toTensor(input);
    const w = toTensor(filters, x.scalarType);
    const axes = w.rank - 2;
    onCpu('Conv2D', data_format);
    return convolve(x, w, perAxis(strides, axes, false), padding, perAxis(dilations, axes, false)) as Tensor;
  },
);
/** conv2d with holes of `rate - 1` cells between the filter's. */
export const atrous_conv2d = define(
  'tf.nn.atrous_conv2d',
  'value, filters, rate, padding, name=None',
  (value: TensorLike, filters: TensorLike, rate: unknown, padding: unknown): Tensor => {
    const x = toTensor(value);
    return convolve(x, toTensor(filters, x.scalarType), [1, 1], padding, [whole(rate), whole(rate)]) as Tensor;
  },
);

/** Each channel by its own filters: [height, width, in, multiplier]. */
function depthwise(
  x: CoreTensor,
  w: CoreTensor,
  strides: readonly number[],
  padding: unknown,
  dilations: readonly number[],
): CoreTensor {
  const [h, wd, c, multiplier] = w.sizes as readonly [number, number, number, number];
  if (c !== x.sizes.at(-1))
    throw new InvalidArgumentError(
      `input and filter must have the same depth: ${x.sizes.at(-1)} vs ${c} [Op:DepthwiseConv2dNative]`,
    );
  return convolve(x, ops.reshape(w, [h, wd, 1, c * multiplier]), strides, padding, dilations);
}
export const depthwise_conv2d = define(
  'tf.nn.depthwise_conv2d',
  'input, filter, strides, padding, data_format=None, dilations=None, name=None',
  (
    input: TensorLike,
    filter: TensorLike,
    strides: unknown,
    padding: unknown,
    data_format?: string | null,
    dilations?: unknown,
  ): Tensor => {
    const x = toTensor(input);
    onCpu('DepthwiseConv2dNative', data_format);
    const w = toTensor(filter, x.scalarType);
    return depthwise(x, w, perAxis(strides, 2, false), padding, perAxis(dilations, 2, false)) as Tensor;
  },
);
/** A depthwise convolution, then a mixing of its channels. */
export const separable_conv2d = define(
  'tf.nn.separable_conv2d',
  'input, depthwise_filter, pointwise_filter, strides, padding, data_format=None, dilations=None, name=None',
  (
    input: TensorLike,
    depthwise_filter: TensorLike,
    pointwise_filter: TensorLike,
    strides: unknown,
    padding: unknown,
    data_format?: string | null,
    dilations?: unknown,
  ): Tensor => {
    const x = toTensor(input);
    onCpu('DepthwiseConv2dNative', data_format);
    const w = toTensor(depthwise_filter, x.scalarType);
    const inner = depthwise(x, w, perAxis(strides, 2, false), padding, perAxis(dilations, 2, false));
    return convolve(inner, toTensor(pointwise_filter, x.scalarType), [1, 1], 'VALID', [1, 1]) as Tensor;
  },
);

/** The gradient of a convolution with respect to its input: [k..., out, in] filters. */
function transposed(
  x: CoreTensor,
  w: CoreTensor,
  output_shape: unknown,
  strides: readonly number[],
  padding: unknown,
  dilations: readonly number[],
): Tensor {
  const axes = x.rank - 2;
  const given = wholes(output_shape);
  const sizes = given.length === axes + 2 ? given.slice(1, -1) : given;
  const pads = paddings(padding, sizes, w.sizes.slice(0, axes), strides, dilations);
  const out = nn.convolveTransposed(toFirst(x), weightsFirst(w), null, sizes, {
    stride: strides,
    padding: pads,
    dilation: dilations,
    groups: 1,
  });
  return ops.contiguous(toLast(out)) as Tensor;
}
export const conv2d_transpose = define(
  'tf.nn.conv2d_transpose',
  'input, filters, output_shape, strides, padding="SAME", data_format="NHWC", dilations=None, name=None',
  (
    input: TensorLike,
    filters: TensorLike,
    output_shape: unknown,
    strides: unknown,
    padding?: unknown,
    data_format?: string,
    dilations?: unknown,
  ): Tensor => {
    const x = toTensor(input);
    onCpu('Conv2DBackpropInput', data_format);
    const w = toTensor(filters, x.scalarType);
    return transposed(x, w, output_shape, perAxis(strides, 2, false), padding ?? 'SAME', perAxis(dilations, 2, false));
  },
);
export const conv1d_transpose = define(
  'tf.nn.conv1d_transpose',
  'input, filters, output_shape, strides, padding="SAME", data_format="NWC", dilations=None, name=None',
  (
    input: TensorLike,
    filters: TensorLike,
    output_shape: unknown,
    strides: unknown,
    padding?: unknown,
    data_format?: string,
    dilations?: unknown,
  ): Tensor => {
    const x = toTensor(input);
    onCpu('Conv2DBackpropInput', data_format);
    const w = toTensor(filters, x.scalarType);
    return transposed(x, w, output_shape, perAxis(strides, 1, false), padding ?? 'SAME', perAxis(dilations, 1, false));
  },
);
export const conv3d_transpose = define(
  'tf.nn.conv3d_transpose',
  'input, filters, output_shape, strides, padding="SAME", data_format="NDHWC", dilations=None, name=None',
  (
    input: TensorLike,
    filters: TensorLike,
    output_shape: unknown,
    strides: unknown,
    padding?: unknown,
    data_format?: string,
    dilations?: unknown,
  ): Tensor => {
    const x = toTensor(input);
    onCpu('Conv3DBackpropInputV2', data_format);
    const w = toTensor(filters, x.scalarType);
    return transposed(x, w, output_shape, perAxis(strides, 3, false), padding ?? 'SAME', perAxis(dilations, 3, false));
  },
);

interface Pooling {
  readonly average: boolean;
  readonly window: readonly number[];
  readonly stride: readonly number[];
  readonly dilation: readonly number[];
  readonly padding: unknown;
  readonly first: boolean;
}
function pooled(given: CoreTensor, p: Pooling): Tensor {
  const axes = p.window.length;
  const x = p.first ? toLast(given) : given;
  const pads = paddings(p.padding, x.sizes.slice(1, -1), p.window, p.stride, p.dilation, p.first);
  let out: CoreTensor;
  const found = counts(x.sizes.slice(1, -1), p.window, p.stride, p.dilation, pads);
  if (found.includes(0)) out = ops.fullLike(x, 0, [x.sizes[0]!, ...found, x.sizes.at(-1)!]);
  else if (axes === 2) {
    const two = (list: readonly number[]): Pair => [list[0]!, list[1]!];
    const attrs = {
      window: two(p.window),
      stride: two(p.stride),
      padding: [pads[0]!, pads[1]!] as const,
      dilation: two(p.dilation),
      channelsFirst: false,
      ceil: false,
    };
    out = p.average ? ops.avgPool2d(x, { ...attrs, countPadding: false, divisor: null }) : ops.maxPool2d(x, attrs)[0];
  } else {
    const windows = p.window.map((w, i): ops.Windows => {
      const size = x.sizes[i + 1]!;
      const [before, after] = pads[i]!;
      const [step, hole] = [p.stride[i]!, p.dilation[i]!];
      const count = Math.floor((size + before + after - (w - 1) * hole - 1) / step) + 1;
      const starts = Array.from({ length: count }, (_, k) => {
        const start = k * step - before;
        return start >= 0 ? start : start + Math.ceil(-start / hole) * hole;
      });
      const ends = Array.from({ length: count }, (_, k) => Math.min(k * step - before + (w - 1) * hole + 1, size));
      return { starts, ends, dilation: hole };
    });
    const moved = toFirst(x);
    const counts = windows.map((w) => (i: number) => Math.ceil((w.ends[i]! - w.starts[i]!) / w.dilation));
    out = toLast(p.average ? nn.averagePool(moved, windows, counts) : largest(moved, windows));
  }
  return ops.contiguous(p.first ? toFirst(out) : out) as Tensor;
}
/** The largest of each window; over three axes TensorFlow gives every one of equals the whole gradient. */
function largest(x: CoreTensor, windows: readonly ops.Windows[]): CoreTensor {
  if (windows.length < 3) return nn.maxPool(x, windows)[0];
  const [out] = customGradient(
    'MaxPool3D',
    [x],
    () => [ops.clone(nn.maxPool(x, windows)[0])],
    ([g]) => [nn.maxPoolGradientToAll(x, out!, g!, windows)],
  );
  return out!;
}
const pooling = (name: string, axes: number, average: boolean, format: string) =>
  define(
    `tf.nn.${name}`,
    `input, ksize, strides, padding, data_format="${format}", name=None`,
    (input: TensorLike, ksize: unknown, strides?: unknown, padding?: unknown, data_format?: string): Tensor => {
      const first = isFirst(data_format);
      const window = perAxis(ksize, axes, first);
      return pooled(toTensor(input), {
        average,
        window,
        stride: strides === undefined ? window : perAxis(strides, axes, first),
        dilation: window.map(() => 1),
        padding,
        first,
      });
    },
  );
export const max_pool1d = pooling('max_pool1d', 1, false, 'NWC');
export const max_pool2d = pooling('max_pool2d', 2, false, 'NHWC');
export const max_pool3d = pooling('max_pool3d', 3, false, 'NDHWC');
export const avg_pool1d = pooling('avg_pool1d', 1, true, 'NWC');
export const avg_pool2d = pooling('avg_pool2d', 2, true, 'NHWC');
export const avg_pool3d = pooling('avg_pool3d', 3, true, 'NDHWC');
const anyRank = (name: string, average: boolean) =>
  define(
    `tf.nn.${name}`,
    'input, ksize, strides, padding, data_format=None, name=None',
    (input: TensorLike, ksize: unknown, strides?: unknown, padding?: unknown, data_format?: string | null): Tensor => {
      const x = toTensor(input);
      const first = isFirst(data_format);
      const window = perAxis(ksize, x.rank - 2, first);
      return pooled(x, {
        average,
        window,
        stride: strides === undefined ? window : perAxis(strides, x.rank - 2, first),
        dilation: window.map(() => 1),
        padding,
        first,
      });
    },
  );
export const max_pool = anyRank('max_pool', false);
export const avg_pool = anyRank('avg_pool', true);
/** Pooling over as many axes as the window has. */
export const pool = define(
  'tf.nn.pool',
  'input, window_shape, pooling_type, strides=None, padding="VALID", data_format=None, dilations=None, name=None',
  (
    input: TensorLike,
    window_shape: unknown,
    pooling_type: string,
    strides?: unknown,
    padding?: unknown,
    data_format?: string | null,
    dilations?: unknown,
  ): Tensor => {
    const window = wholes(window_shape);
    const first = isFirst(data_format);
    if (pooling_type !== 'MAX' && pooling_type !== 'AVG')
      throw valueError(`Pooling type '${pooling_type}' is not supported: 'MAX' and 'AVG' are`);
    return pooled(toTensor(input), {
      average: pooling_type === 'AVG',
      window,
      stride: perAxis(strides, window.length, first),
      dilation: perAxis(dilations, window.length, first),
      padding,
      first,
    });
  },
);
/** The largest of each window, and its place in the flattened image (or batch). */
export const max_pool_with_argmax = define(
  'tf.nn.max_pool_with_argmax',
  'input, ksize, strides, padding, data_format="NHWC", output_dtype=tf.int64, include_batch_in_index=False, name=None',
  (
    input: TensorLike,
    ksize: unknown,
    strides: unknown,
    padding: unknown,
    _format?: string,
    output_dtype?: DTypeLike,
    include_batch_in_index?: boolean,
  ): Tensor[] => {
    const x = toTensor(input);
    const [window, stride] = [perAxis(ksize, 2, false), perAxis(strides, 2, false)];
    const pads = paddings(padding, x.sizes.slice(1, 3), window, stride, [1, 1]);
    const [values, places] = ops.maxPool2d(x, {
      window: [window[0]!, window[1]!],
      stride: [stride[0]!, stride[1]!],
      padding: [pads[0]!, pads[1]!],
      dilation: [1, 1],
      channelsFirst: false,
      ceil: false,
    });
    const [n, h, w, c] = x.sizes as readonly [number, number, number, number];
    const line = (count: number, sizes: number[]): CoreTensor =>
      ops.reshape(
        toTensor(
          Array.from({ length: count }, (_, i) => i),
          'int64',
        ),
        sizes,
      );
    let flat = ops.add(ops.mul(places, c), line(c, [1, 1, 1, c]));
    if (include_batch_in_index) flat = ops.add(flat, ops.mul(line(n, [n, 1, 1, 1]), h * w * c));
    const type = output_dtype === undefined || output_dtype === null ? 'int64' : dtypeName(output_dtype);
    return [values as Tensor, ops.cast(flat, type) as Tensor];
  },
);
