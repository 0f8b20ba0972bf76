import { type Tensor as CoreTensor, nn, ops } from '@stele/core';
import { RuntimeError } from '../../errors';
import { define, defineWide } from '../../functions/define';
import { named } from '../../methods/base';
import type { Tensor } from '../../tensor';
import { perAxis, type Sizes } from './arguments';

type Padding = Sizes | 'same' | 'valid';
const list = (sizes: readonly number[]): string => `[${sizes.join(', ')}]`;

function checkGeometry(
  input: Tensor,
  weight: Tensor,
  bias: Tensor | null,
  axes: number,
  transposed: boolean,
  groups: number,
  stride: readonly number[],
  dilation: readonly number[],
): void {
  if (weight.ndim !== axes + 2)
    throw new RuntimeError(
      `weight should have at least three dimensions`.replace(
        'at least three',
        weight.ndim < 3 ? 'at least three' : `${axes + 2}`,
      ),
    );
  const name = (t: Tensor): string => cppName(t.scalarType);
  if (input.scalarType !== weight.scalarType || (bias !== null && bias.scalarType !== input.scalarType)) {
    const [what, t] = bias !== null && bias.scalarType !== input.scalarType ? ['bias', bias] : ['weight', weight];
    throw new RuntimeError(`Input type (${name(input)}) and ${what} type (${name(t as Tensor)}) should be the same`);
  }
  if (groups <= 0) throw new RuntimeError('non-positive groups is not supported');
  if (stride.some((s) => s <= 0)) throw new RuntimeError('non-positive stride is not supported');
  if (dilation.some((d) => d <= 0)) throw new RuntimeError('dilation should be greater than zero');
  const channels = input.sizes[input.ndim - axes - 1]!;
  if (!transposed) {
    if (weight.sizes[0]! < groups)
      throw new RuntimeError(
        `Given groups=${groups}, expected weight to be at least ${groups} at dimension 0, but got weight of size ${list(weight.sizes)} instead`,
      );
    if (weight.sizes[0]! % groups !== 0)
      throw new RuntimeError(
        `Given groups=${groups}, expected weight to be divisible by ${groups} at dimension 0, but got weight of size [${list(weight.sizes)}] instead`,
      );
    if (weight.sizes[1]! * groups !== channels)
      throw new RuntimeError(
        `Given groups=${groups}, weight of size ${list(weight.sizes)}, expected input${list(input.sizes)} to have ${weight.sizes[1]! * groups} channels, but got ${channels} channels instead`,
      );
  } else if (weight.sizes[0] !== channels)
    throw new RuntimeError(
      `Given transposed=1, weight of size ${list(weight.sizes)}, expected input${list(input.sizes)} to have ${weight.sizes[0]} channels, but got ${channels} channels instead`,
    );
  const outputs = transposed ? weight.sizes[1]! * groups : weight.sizes[0]!;
  if (bias !== null && (bias.ndim !== 1 || bias.sizes[0] !== outputs))
    throw new RuntimeError(
      `Given ${transposed ? 'transposed=1, ' : ''}weight of size ${list(weight.sizes)}, expected bias to be 1-dimensional with ${outputs} elements, but got bias of size ${list(bias.sizes)} instead`,
    );
}
/** How C++ names a dtype. */
const cppName = (type: string): string =>
  ({
    float32: 'float',
    float64: 'double',
    int64: 'long int',
    int32: 'int',
    float16: 'c10::Half',
    bfloat16: 'c10::BFloat16',
    bool: 'bool',
  })[type] ?? type;

function batched(call: string, input: Tensor, axes: number): { x: Tensor; single: boolean } {
  if (input.ndim !== axes + 1 && input.ndim !== axes + 2)
    throw new RuntimeError(
      `Expected ${axes + 1}D (unbatched) or ${axes + 2}D (batched) input to ${call}, but got input of size: ${list(input.sizes)}`,
    );
  const single = input.ndim === axes + 1;
  return { x: single ? input.unsqueeze(0) : input, single };
}

/** Whole numbers are multiplied and added as float64, which is exact up to 2^53. */
function exact(
  x: CoreTensor,
  weight: CoreTensor,
  bias: CoreTensor | null,
  f: (x: CoreTensor, weight: CoreTensor, bias: CoreTensor | null) => CoreTensor,
): CoreTensor {
  if (x.scalarType.includes('float')) return f(x, weight, bias);
  const wide = (t: CoreTensor): CoreTensor => ops.cast(t, 'float64');
  return ops.cast(f(wide(x), wide(weight), bias === null ? null : wide(bias)), x.scalarType);
}

function convolution(axes: 1 | 2 | 3) {
  const call = `conv${axes}d`;
  return defineWide(
    call,
    'input: Tensor, weight: Tensor, bias=None, stride=1, padding=0, dilation=1, groups=1',
    (
      input: Tensor,
      weight: Tensor,
      bias: Tensor | null = null,
      stride: Sizes = 1,
      padding: Padding = 0,
      dilation: Sizes = 1,
      groups: number = 1,
    ): Tensor => {
      const steps = perAxis('stride', stride, axes);
      const spread = perAxis('dilation', dilation, axes);
      const { x, single } = batched(call, input, axes);
      if (typeof padding !== 'string' && perAxis('padding', padding, axes).some((p) => p < 0))
        throw new RuntimeError('negative padding is not supported');
      checkGeometry(input, weight, bias, axes, false, Number(groups), steps, spread);
      const kernel = weight.sizes.slice(2);
      let pads: (readonly [number, number])[];
      if (padding === 'same') {
        if (steps.some((s) => s !== 1))
          throw new RuntimeError("padding='same' is not supported for strided convolutions");
        pads = kernel.map((k, i) => {
          const total = spread[i]! * (k - 1);
          return [Math.floor(total / 2), total - Math.floor(total / 2)];
        });
      } else if (typeof padding === 'string' && padding !== 'valid')
        throw new RuntimeError(`Invalid padding string: '${String(padding)}'`);
      else pads = perAxis('padding', padding === 'valid' ? 0 : padding, axes).map((p) => [p, p]);
      if (pads.some(([p]) => p < 0)) throw new RuntimeError('negative padding is not supported');
      const room = x.sizes.slice(2).map((s, i) => s + pads[i]![0] + pads[i]![1]);
      if (room.some((r, i) => r < spread[i]! * (kernel[i]! - 1) + 1))
        throw new RuntimeError(
          `Calculated padded input size per channel: (${room.join(' x ')}). Kernel size: (${kernel.map((k, i) => spread[i]! * (k - 1) + 1).join(' x ')}). Kernel size can't be greater than actual input size`,
        );
      const out = exact(x, weight, bias, (a, w, b) =>
        nn.convolve(a, w, b, {
          stride: steps,
          padding: pads,
          dilation: spread,
          groups: Number(groups),
        }),
      ) as Tensor;
      return named(single ? out.squeeze(0) : out, single ? 'Squeeze' : 'Convolution');
    },
  );
}
/** Cross-correlation of (N, C, L) or (C, L) input with (out, C / groups, k) weights. */
export const conv1d = convolution(1);
/** Cross-correlation of (N, C, H, W) or (C, H, W) input with (out, C / groups, kH, kW) weights. */
export const conv2d = convolution(2);
/** Cross-correlation of (N, C, D, H, W) or (C, D, H, W) input with (out, C / groups, kD, kH, kW) weights. */
export const conv3d = convolution(3);

function transposed(axes: 1 | 2 | 3) {
  const call = `conv_transpose${axes}d`;
  return defineWide(
    call,
    'input: Tensor, weight: Tensor, bias=None, stride=1, padding=0, output_padding=0, groups=1, dilation=1',
    (
      input: Tensor,
      weight: Tensor,
      bias: Tensor | null = null,
      stride: Sizes = 1,
      padding: Sizes = 0,
      output_padding: Sizes = 0,
      groups: number = 1,
      dilation: Sizes = 1,
    ): Tensor => {
      const steps = perAxis('stride', stride, axes);
      const spread = perAxis('dilation', dilation, axes);
      const pads = perAxis('padding', padding, axes);
      const extra = perAxis('output_padding', output_padding, axes);
      const { x, single } = batched(call, input, axes);
      checkGeometry(input, weight, bias, axes, true, Number(groups), steps, spread);
      if (pads.some((p) => p < 0)) throw new RuntimeError('negative padding is not supported');
      extra.forEach((e, i) => {
        if (e >= steps[i]! && e >= spread[i]!)
          throw new RuntimeError(
            `output padding must be smaller than either stride or dilation, but got output_padding_height: ${extra.at(-2) ?? 0} output_padding_width: ${extra.at(-1)} stride_height: ${steps.at(-2) ?? 1} stride_width: ${steps.at(-1)} dilation_height: ${spread.at(-2) ?? 1} dilation_width: ${spread.at(-1)}`,
          );
      });
      const kernel = weight.sizes.slice(2);
      const sizes = x.sizes
        .slice(2)
        .map((s, i) => (s - 1) * steps[i]! - 2 * pads[i]! + spread[i]! * (kernel[i]! - 1) + extra[i]! + 1);
      if (sizes.some((s) => s < 1))
        throw new RuntimeError(
          `Given input size per channel: (${x.sizes.slice(2).join(' x ')}). Calculated output size per channel: (${sizes.join(' x ')}). Output size is too small`,
        );
      const out = exact(x, weight, bias, (a, w, b) =>
        nn.convolveTransposed(a, w, b, sizes, {
          stride: steps,
          padding: pads.map((p) => [p, p] as const),
          dilation: spread,
          groups: Number(groups),
        }),
      ) as Tensor;
      return named(single ? out.squeeze(0) : out, single ? 'Squeeze' : 'Convolution');
    },
  );
}
/** The transpose of conv1d with respect to its input: (N, C, L) with (C, out / groups, k) weights. */
export const conv_transpose1d = transposed(1);
/** The transpose of conv2d with respect to its input. */
export const conv_transpose2d = transposed(2);
/** The transpose of conv3d with respect to its input. */
export const conv_transpose3d = transposed(3);

const patchAttrs = (
  kernel_size: Sizes,
  dilation: Sizes,
  padding: Sizes,
  stride: Sizes,
): Parameters<typeof nn.unfoldPatches>[1] => {
  const two = (what: string, v: Sizes): readonly [number, number] =>
    perAxis(what, v, 2) as unknown as readonly [number, number];
  const attrs = {
    kernel: two('kernel_size', kernel_size),
    dilation: two('dilation', dilation),
    padding: two('padding', padding),
    stride: two('stride', stride),
  };
  for (const what of ['kernel', 'dilation', 'stride'] as const)
    if (attrs[what].some((v) => v <= 0))
      throw new RuntimeError(
        `${what === 'kernel' ? 'kernel size' : what} should be greater than zero, but got ${what === 'kernel' ? 'kernel_' : `${what}_`}height: ${attrs[what][0]} ${what === 'kernel' ? 'kernel_' : `${what}_`}width: ${attrs[what][1]}`,
      );
  return attrs;
};
/** The patches of (N, C, H, W) images as columns (N, C * kernel cells, patches). */
export const unfold = define(
  'unfold',
  'input: Tensor, kernel_size, dilation=1, padding=0, stride=1',
  (input: Tensor, kernel_size: Sizes, dilation: Sizes = 1, padding: Sizes = 0, stride: Sizes = 1): Tensor => {
    const attrs = patchAttrs(kernel_size, dilation, padding, stride);
    if (input.ndim !== 3 && input.ndim !== 4)
      throw new RuntimeError(
        `Expected 3D or 4D (batch mode) tensor with possibly 0 batch size and other non-zero dimensions for input, but got: ${list(input.sizes)}`,
      );
    const x = input.ndim === 3 ? input.unsqueeze(0) : input;
    const counts = nn.patchCounts(x.sizes.slice(2) as unknown as readonly [number, number], attrs);
    if (counts.some((n) => n < 1))
      throw new RuntimeError(
        `Given input with spatial size (${x.sizes[2]}, ${x.sizes[3]}), kernel_size=(${attrs.kernel.join(', ')}), dilation=(${attrs.dilation.join(', ')}), padding=(${attrs.padding.join(', ')}), calculated shape of the array of sliding blocks as (${counts.join(', ')}), but its components must be at least one.`,
      );
    const out = nn.unfoldPatches(x, attrs) as Tensor;
    return named(input.ndim === 3 ? out.squeeze(0) : out, input.ndim === 3 ? 'Squeeze' : 'Im2Col');
  },
);
/** Columns (N, C * kernel cells, patches) added up into (N, C, H, W) images. */
export const fold = define(
  'fold',
  'input: Tensor, output_size, kernel_size, dilation=1, padding=0, stride=1',
  (
    input: Tensor,
    output_size: Sizes,
    kernel_size: Sizes,
    dilation: Sizes = 1,
    padding: Sizes = 0,
    stride: Sizes = 1,
  ): Tensor => {
    const attrs = patchAttrs(kernel_size, dilation, padding, stride);
    const image = perAxis('output_size', output_size, 2) as unknown as readonly [number, number];
    if (input.ndim !== 2 && input.ndim !== 3)
      throw new RuntimeError(
        `Expected 2D or 3D (batch mode) tensor for input with possibly 0 batch size and non-zero dimensions for input, but got: ${list(input.sizes)}`,
      );
    const x = input.ndim === 2 ? input.unsqueeze(0) : input;
    const cells = attrs.kernel[0] * attrs.kernel[1];
    if (x.sizes[1]! % cells !== 0)
      throw new RuntimeError(
        `Expected size of input's dimension 1 to be divisible by the product of kernel_size, but got input.size(1)=${x.sizes[1]} and kernel_size=(${attrs.kernel.join(', ')}).`,
      );
    const counts = nn.patchCounts(image, attrs);
    if (x.sizes[2] !== counts[0] * counts[1])
      throw new RuntimeError(
        `Given output_size=(${image.join(', ')}), kernel_size=(${attrs.kernel.join(', ')}), dilation=(${attrs.dilation.join(', ')}), padding=(${attrs.padding.join(', ')}), stride=(${attrs.stride.join(', ')}), expected size of input's dimension 2 to match the calculated number of sliding blocks ${counts[0]} * ${counts[1]} = ${counts[0] * counts[1]}, but got input.size(2)=${x.sizes[2]}.`,
      );
    const out = nn.foldPatches(x, image, attrs) as Tensor;
    return named(input.ndim === 2 ? out.squeeze(0) : out, input.ndim === 2 ? 'Squeeze' : 'Col2Im');
  },
);

/** (…, C r², H, W) as (…, C, H r, W r). */
export const pixel_shuffle = define(
  'pixel_shuffle',
  'input: Tensor, upscale_factor',
  (input: Tensor, r: number): Tensor => {
    if (input.ndim < 3)
      throw new RuntimeError(
        `pixel_shuffle expects input to have at least 3 dimensions, but got input with ${input.ndim} dimension(s)`,
      );
    if (r <= 0) throw new RuntimeError(`pixel_shuffle expects a positive upscale_factor, but got ${r}`);
    const lead = input.sizes.slice(0, -3);
    const [c, h, w] = input.sizes.slice(-3) as [number, number, number];
    if (c % (r * r) !== 0)
      throw new RuntimeError(
        `pixel_shuffle expects its input's 'channel' dimension to be divisible by the square of upscale_factor, but input.size(-3)=${c} is not divisible by ${r * r}`,
      );
    const n = lead.length;
    const parts = ops.reshape(input, [...lead, c / (r * r), r, r, h, w]);
    const order = [...lead.keys(), n, n + 3, n + 1, n + 4, n + 2];
    return named(
      ops.reshape(ops.permute(parts, order), [...lead, c / (r * r), h * r, w * r]) as Tensor,
      'PixelShuffle',
    );
  },
);
/** (…, C, H r, W r) as (…, C r², H, W). */
export const pixel_unshuffle = define(
  'pixel_unshuffle',
  'input: Tensor, downscale_factor',
  (input: Tensor, r: number): Tensor => {
    if (input.ndim < 3)
      throw new RuntimeError(
        `pixel_unshuffle expects input to have at least 3 dimensions, but got input with ${input.ndim} dimension(s)`,
      );
    if (r <= 0) throw new RuntimeError(`pixel_unshuffle expects a positive downscale_factor, but got ${r}`);
    const lead = input.sizes.slice(0, -3);
    const [c, h, w] = input.sizes.slice(-3) as [number, number, number];
    for (const [size, name, at] of [
      [h, 'height', -2],
      [w, 'width', -1],
    ] as const)
      if (size % r !== 0)
        throw new RuntimeError(
          `pixel_unshuffle expects ${name} to be divisible by downscale_factor, but input.size(${at})=${size} is not divisible by ${r}`,
        );
    const n = lead.length;
    const parts = ops.reshape(input, [...lead, c, h / r, r, w / r, r]);
    const order = [...lead.keys(), n, n + 2, n + 4, n + 1, n + 3];
    return named(
      ops.reshape(ops.permute(parts, order), [...lead, c * r * r, h / r, w / r]) as Tensor,
      'PixelUnshuffle',
    );
  },
);
/** Channels (N, g k, …) reordered so that the groups alternate. */
export const channel_shuffle = define(
  'channel_shuffle',
  'input: Tensor, groups',
  (input: Tensor, groups: number): Tensor => {
    if (input.ndim < 3)
      throw new RuntimeError(
        `channel_shuffle expects input with > 2 dims, but got input with sizes ${list(input.sizes)}`,
      );
    const [n, c] = input.sizes as [number, number];
    if (groups <= 0)
      throw new RuntimeError(`Number of groups to divide channels in must be positive. Value of groups:${groups}`);
    if (c % groups !== 0)
      throw new RuntimeError(`Number of channels must be divisible by groups. Got ${c} channels and ${groups} groups.`);
    const rest = input.sizes.slice(2);
    const parts = ops.reshape(input, [n, groups, c / groups, ...rest]);
    return named(ops.reshape(ops.transpose(parts, 1, 2), input.sizes) as Tensor, 'ChannelShuffle');
  },
);
