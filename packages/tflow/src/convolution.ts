import { Tensor as CoreTensor, describeValue, nn, ops } from '@stele/core';
import { define } from './define';
import { InvalidArgumentError, kernelError, typeMismatch, UnimplementedError, valueError } from './errors';
import { needType } from './kernels';
import { whole, wholes } from './places';
import { type Tensor, type TensorLike, toTensor } from './tensor';
import { counts, isFirst, notBoth, type Pair, paddings, perAxis, toFirst, toLast } from './windows';

/** [k..., in, out] weights as [out, in, k...]. */
const weightsFirst = (w: CoreTensor): CoreTensor =>
  ops.permute(w, [w.rank - 1, w.rank - 2, ...Array.from({ length: w.rank - 2 }, (_, i) => i)]);
/** TensorFlow's kernel over so many axes: one axis is a plane of height 1. */
const kernelOver = (axes: number): 'Conv2D' | 'Conv3D' => (axes === 3 ? 'Conv3D' : 'Conv2D');

/** Sizes as the kernel sees them: over one axis with a height of 1 put in at a place counted from the end. */
const seen = (t: CoreTensor, axes: number, place: number): readonly number[] =>
  axes === 1
    ? [...t.sizes.slice(0, Math.max(0, t.rank - place)), 1, ...t.sizes.slice(Math.max(0, t.rank - place))]
    : t.sizes;

/** Filters as a tensor: one that is none yet in the input's type, another tensor only if it has that type. */
function filtersFor(kernel: string, x: Tensor, filters: TensorLike): Tensor {
  if (!(filters instanceof CoreTensor)) return toTensor(filters, x.scalarType);
  if (filters.scalarType !== x.scalarType) throw typeMismatch(kernel, 1, x.scalarType, filters.scalarType);
  return toTensor(filters);
}

interface Cross {
  readonly axes: number;
  readonly strides: readonly number[];
  readonly padding: unknown;
  readonly dilations: readonly number[];
  readonly format?: string | null | undefined;
}
const layouts = [
  ['NHWC', 'NCHW'],
  ['NDHWC', 'NCDHW'],
] as const;
/** What a kernel finds wrong with its input and filter. */
function check(x: CoreTensor, w: CoreTensor, { axes, strides, dilations, format }: Cross): void {
  const kernel = kernelOver(axes);
  const flat = kernel === 'Conv2D';
  const allowed: readonly string[] = layouts[flat ? 0 : 1];
  if (format !== undefined && format !== null && flat === (axes === 2) && !allowed.includes(format))
    throw new InvalidArgumentError(
      `Value for attr 'data_format' of "${format}" is not in the list of allowed values: ${allowed.map((f) => `"${f}"`).join(', ')}\n\t; NodeDef: {{node ${kernel}}} [Op:${kernel}]`,
    );
  needType(kernel, x.scalarType);
  if (isFirst(format))
    throw flat
      ? kernelError(
          kernel,
          'The Conv2D op currently only supports the NHWC tensor format on the CPU. The op was given the format: NCHW',
          UnimplementedError,
        )
      : kernelError(kernel, 'CPU implementation of Conv3D currently only supports the NHWC tensor format.');
  if (x.rank < axes + 2)
    throw kernelError(
      kernel,
      flat ? `convolution input must be 4-dimensional: [${seen(x, axes, 2).join(',')}]` : 'input must be 5-dimensional',
    );
  if (w.rank !== axes + 2)
    throw kernelError(
      kernel,
      flat
        ? `convolution filter must be 4-dimensional: [${seen(w, axes, w.rank).join(',')}]`
        : 'filter must be 5-dimensional',
    );
  if (strides.some((s) => s <= 0))
    throw kernelError(
      kernel,
      flat ? 'Row and column strides should be larger than 0.' : 'Spatial strides should be larger than 0.',
    );
  if (dilations.some((d) => d <= 0)) throw kernelError(kernel, 'Dilated rates should be larger than 0.');
  const [own, wanted, out] = [x.sizes.at(-1)!, w.sizes.at(-2)!, w.sizes.at(-1)!];
  if (own % wanted !== 0)
    throw kernelError(
      kernel,
      `${flat ? 'i' : 'I'}nput depth must be evenly divisible by filter depth: ${own} vs ${wanted}`,
    );
  const groups = own / wanted;
  if (!flat && groups > 1)
    throw kernelError(kernel, `Number of channels in filter (${wanted}) must match last dimension of input (${own})`);
  if (out % groups !== 0)
    throw kernelError(kernel, `output depth must be evenly divisible by number of groups: ${out} vs ${groups}`);
}

/** Cross-correlation over the spatial axes of a channels-last tensor, all axes before them taken for one batch. */
function convolve(x: CoreTensor, w: CoreTensor, o: Cross): CoreTensor {
  check(x, w, o);
  const { axes, strides, padding, dilations } = o;
  if (x.rank > axes + 2) {
    const batch = x.sizes.slice(0, -axes - 1);
    const out = convolve(ops.reshape(x, [-1, ...x.sizes.slice(-axes - 1)]), w, o);
    return ops.reshape(out, [...batch, ...out.sizes.slice(1)]);
  }
  const window = w.sizes.slice(0, axes);
  const sizes = x.sizes.slice(1, -1);
  const pads = paddings(padding, sizes, window, strides, dilations, { explicit: axes < 3 });
  const found = counts(kernelOver(axes), sizes, window, strides, dilations, pads);
  // no windows: an empty result, which still has gradients of zeros
  if (found.includes(0))
    return ops.add(ops.fullLike(x, 0, [x.sizes[0]!, ...found, w.sizes.at(-1)!]), ops.add(ops.sum(x), ops.sum(w)));
  const groups = x.sizes.at(-1)! / w.sizes.at(-2)!;
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

/** The strides of a call, of which the kernel takes none along the batch and the channels. */
function stridesOf(value: unknown, axes: number, format: string | null | undefined): number[] {
  const list = value === undefined || value === null ? [] : wholes(value);
  if (axes === 3 && list.length < 5 && list.length > 0)
    throw new InvalidArgumentError(`Length for attr 'strides' of ${list.length} must be at least minimum 5`);
  const strides = perAxis('strides', value, axes, isFirst(format));
  if (list.length === axes + 2 && list.reduce((n, s) => n * s, 1) !== strides.reduce((n, s) => n * s, 1))
    throw kernelError(
      kernelOver(axes),
      'Current implementation does not yet support strides in the batch and depth dimensions.',
      axes === 3 ? InvalidArgumentError : UnimplementedError,
    );
  return strides;
}

const convolutionOver = (axes: number, strideName: string, layout: string) =>
  define(
    `tf.nn.conv${axes}d`,
    `input, filters, ${strideName}, padding, data_format="${layout}", dilations=None, name=None`,
    (
      input: TensorLike,
      filters: TensorLike,
      strides: unknown,
      padding: unknown,
      format?: string,
      rates?: unknown,
    ): Tensor => {
      const x = toTensor(input);
      if (axes === 3 && !Array.isArray(strides))
        throw new TypeError(`Expected list for 'strides' argument to 'conv3d' Op, not ${String(strides)}.`);
      return convolve(x, filtersFor(kernelOver(axes), x, filters), {
        axes,
        strides: stridesOf(strides, axes, format),
        padding,
        dilations: perAxis('dilations', rates, axes, isFirst(format)),
        format,
      }) as Tensor;
    },
  );
/** Cross-correlation of NHWC images with [height, width, in, out] filters. */
export const conv2d = convolutionOver(2, 'strides', 'NHWC');
/** The same over one axis, of [batch, width, channels]. */
export const conv1d = convolutionOver(1, 'stride', 'NWC');
/** The same over three axes, of [batch, depth, height, width, channels]. */
export const conv3d = convolutionOver(3, 'strides', 'NDHWC');

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
    const w = filtersFor('Conv2D', x, filters);
    const axes = w.rank - 2;
    const [steps, rates] = [perAxis('strides', strides, axes, false), perAxis('dilations', dilations, axes, false)];
    notBoth(steps, rates);
    return convolve(x, w, { axes, strides: steps, padding, dilations: rates, format: data_format }) as Tensor;
  },
);
/** Its transpose: the gradient with respect to its input. */
export const atrous_conv2d_transpose = define(
  'tf.nn.atrous_conv2d_transpose',
  'value, filters, output_shape, rate, padding, name=None',
  (value: TensorLike, filters: TensorLike, output_shape: unknown, rate: unknown, padding: unknown): Tensor =>
    conv2d_transpose(value, filters, output_shape, 1, padding, 'NHWC', whole(rate)) as Tensor,
);
/** conv2d with holes of `rate - 1` cells between the filter's. */
export const atrous_conv2d = define(
  'tf.nn.atrous_conv2d',
  'value, filters, rate, padding, name=None',
  (value: TensorLike, filters: TensorLike, rate: unknown, padding: unknown): Tensor => {
    const x = toTensor(value);
    const dilations = [whole(rate), whole(rate)];
    return convolve(x, filtersFor('Conv2D', x, filters), { axes: 2, strides: [1, 1], padding, dilations }) as Tensor;
  },
);

const ownKernel = 'DepthwiseConv2dNative';
/** Each channel by its own filters: [height, width, in, multiplier]. */
function depthwise(
  input: TensorLike,
  filter: TensorLike,
  strides: unknown,
  padding: unknown,
  format: string | null | undefined,
  rates: unknown,
): Tensor {
  const x = toTensor(input);
  const w = filtersFor(ownKernel, x, filter);
  if (isFirst(format))
    throw kernelError(ownKernel, 'Depthwise convolution on CPU is only supported for NHWC format', UnimplementedError);
  if (x.rank !== 4) throw kernelError(ownKernel, `input must be 4-dimensional[${x.sizes.join(',')}]`);
  if (w.rank !== 4) throw kernelError(ownKernel, `filter must be 4-dimensional: [${w.sizes.join(',')}]`);
  const [h, wd, c, multiplier] = w.sizes as readonly [number, number, number, number];
  if (c !== x.sizes[3])
    throw kernelError(ownKernel, `input and filter must have the same depth: ${x.sizes[3]} vs ${c}`);
  const steps = perAxis('strides', strides, 2, false);
  if (steps[0] !== steps[1])
    throw kernelError(
      ownKernel,
      'Current implementation only supports equal length strides in the row and column dimensions.',
    );
  const dilations = perAxis('dilations', rates, 2, false);
  const one = ops.reshape(w, [h, wd, 1, c * multiplier]);
  return convolve(x, one, { axes: 2, strides: steps, padding, dilations }) as Tensor;
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
    if (!Array.isArray(strides))
      throw new TypeError(
        `Expected list for 'strides' argument to 'depthwise_conv2d_native' Op, not ${describeValue(strides).text}.`,
      );
    if (strides.length !== 4)
      throw kernelError('DepthwiseConv2dNative', 'Sliding window strides field must specify 4 dimensions');
    return depthwise(input, filter, strides, padding, data_format, dilations);
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
    const inner = depthwise(input, depthwise_filter, strides, padding, data_format, dilations);
    const mixing = filtersFor('Conv2D', inner, pointwise_filter);
    return convolve(inner, mixing, { axes: 2, strides: [1, 1], padding: 'VALID', dilations: [1, 1] }) as Tensor;
  },
);

/** What the kernel of a convolution's gradient finds wrong. */
function checkTransposed(
  x: CoreTensor,
  w: CoreTensor,
  sizes: readonly number[],
  o: Cross,
  pads: readonly Pair[],
): void {
  const { axes, strides, dilations } = o;
  const flat = axes < 3;
  const kernel = flat ? 'Conv2DBackpropInput' : 'Conv3DBackpropInputV2';
  const fail = (text: string): Error =>
    kernelError(kernel, `${flat ? 'Conv2DCustomBackpropInput' : 'Conv3DBackpropInputOp'}: ${text}`);
  const [n, c] = [sizes[0]!, sizes.at(-1)!];
  if (n !== x.sizes[0])
    throw fail(
      `input and out_backprop must have the same batch size. Input batch: ${n}, outbackprop batch: ${x.sizes[0]}, batch_dim: 0`,
    );
  const [own, wanted] = [x.sizes.at(-1)!, w.sizes.at(-1)!];
  const inner = w.sizes.at(-2)!;
  if (flat && c % inner !== 0) throw fail('input depth must be evenly divisible by filter depth');
  if (!flat && c !== inner)
    throw kernelError(
      kernel,
      `input and filter_sizes must have the same number of channels. Got ${c} for input and ${inner} for filter_sizes`,
    );
  if (own !== wanted)
    throw flat
      ? fail('filter and out_backprop must have the same out_depth')
      : kernelError(
          kernel,
          `out_backprop and filter_sizes must have the same number of channels. Got ${own} for out_backprop and ${wanted} for filter_sizes`,
        );
  const found = counts(kernel, sizes.slice(1, -1), w.sizes.slice(0, axes), strides, dilations, pads);
  found.forEach((count, i) => {
    const [actual, place] = [x.sizes[i + 1]!, i + (axes === 1 ? 2 : 1)];
    if (actual !== count)
      throw fail(
        `Size of out_backprop doesn't match computed: actual = ${actual}, computed = ${count} spatial_dim: ${place} input: ${sizes[i + 1]} filter: ${w.sizes[i]} output: ${actual} stride: ${strides[i]} dilation: ${dilations[i]}`,
      );
  });
}
const transposedOver = (axes: number, layout: string) =>
  define(
    `tf.nn.conv${axes}d_transpose`,
    `input, filters, output_shape, strides, padding="SAME", data_format="${layout}", dilations=None, name=None`,
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
      if (isFirst(data_format))
        throw axes === 3
          ? kernelError('Conv3DBackpropInputV2', 'Conv3DBackpropInputOpV2 only supports NDHWC on the CPU.')
          : kernelError('Conv2DBackpropInput', 'Conv2DCustomBackpropInputOp only supports NHWC.');
      const w = filtersFor(axes === 3 ? 'Conv3DBackpropInputV2' : 'Conv2DBackpropInput', x, filters);
      const given = wholes(output_shape);
      if (x.rank !== axes + 2)
        throw axes === 3
          ? kernelError('Conv3DBackpropInputV2', 'out_backprop tensor must have 5 dimensions')
          : kernelError(
              'Conv2DBackpropInput',
              `input_sizes must be 4-dimensional, got: ${x.rank + (axes === 1 ? 1 : 0)}`,
            );
      // the spatial sizes alone stand for those of all axes
      const sizes = given.length === axes ? [x.sizes[0]!, ...given, w.sizes.at(-2)!] : given;
      const o: Cross = {
        axes,
        strides: perAxis('strides', strides, axes, false),
        padding,
        dilations: perAxis('dilations', dilations, axes, false),
      };
      const pads = paddings(padding ?? 'SAME', sizes.slice(1, -1), w.sizes.slice(0, axes), o.strides, o.dilations);
      checkTransposed(x, w, sizes, o, pads);
      const out = nn.convolveTransposed(toFirst(x), weightsFirst(w), null, sizes.slice(1, -1), {
        stride: o.strides,
        padding: pads,
        dilation: o.dilations,
        groups: 1,
      });
      return ops.contiguous(toLast(out)) as Tensor;
    },
  );
/** The gradient of `conv2d` with respect to its input, with [height, width, out, in] filters. */
export const conv2d_transpose = transposedOver(2, 'NHWC');
export const conv1d_transpose = transposedOver(1, 'NWC');
export const conv3d_transpose = transposedOver(3, 'NDHWC');

const transposes = [conv1d_transpose, conv2d_transpose, conv3d_transpose] as const;
/** The transposed convolution over as many axes as the input has between its first and its last. */
export const conv_transpose = define(
  'tf.nn.conv_transpose',
  'input, filters, output_shape, strides, padding="SAME", data_format=None, dilations=None, name=None',
  (
    input: TensorLike,
    filters: TensorLike,
    output_shape: unknown,
    strides: unknown,
    padding?: unknown,
    data_format?: string | null,
    dilations?: unknown,
  ): Tensor => {
    const axes = Array.isArray(output_shape) ? output_shape.length - 2 : toTensor(input).rank - 2;
    const run = transposes[axes - 1];
    if (run === undefined)
      throw valueError(
        `\`output_shape\` must be of length 3, 4 or 5. Received: output_shape=${String(output_shape)} of length ${axes + 2}.`,
      );
    const layout = data_format ?? ['NWC', 'NHWC', 'NDHWC'][axes - 1]!;
    return run(input, filters, output_shape, strides, padding, layout, dilations) as Tensor;
  },
);
