import { axisMap, axisMatrix } from '../ops/axisMap';
import { type ConvAttrs, conv2d, convInputGrad } from '../ops/conv';
import { add } from '../ops/elementwise';
import { pad, permute, reshape, select, slice } from '../ops/shape';
import type { Tensor } from '../tensor/tensor';

/** Geometry of a convolution over any number of axes, channels first. */
export interface ConvolutionAttrs {
  readonly stride: readonly number[];
  /** Before and after each axis. */
  readonly padding: readonly (readonly [number, number])[];
  readonly dilation: readonly number[];
  readonly groups: number;
}

/** The attributes of a two-dimensional convolution over the last two of three axes, or over rows of one. */
function planeAttrs(a: ConvolutionAttrs): ConvAttrs {
  const two = <T>(list: readonly T[], one: T): readonly [T, T] =>
    list.length === 1 ? [one, list[0]!] : [list.at(-2)!, list.at(-1)!];
  return {
    stride: two(a.stride, 1),
    padding: two(a.padding, [0, 0] as const),
    dilation: two(a.dilation, 1),
    groups: a.groups,
    channelsFirst: true,
  };
}
const withRow = (t: Tensor): Tensor => reshape(t, [t.sizes[0]!, t.sizes[1]!, 1, t.sizes[2]!]);
const withoutRow = (t: Tensor): Tensor => reshape(t, [t.sizes[0]!, t.sizes[1]!, t.sizes[3]!]);
const total = (list: readonly Tensor[]): Tensor => list.reduce((a, b) => add(a, b));
const channelwise = (bias: Tensor, rank: number): Tensor =>
  reshape(
    bias,
    Array.from({ length: rank - 1 }, (_, i) => (i === 0 ? bias.sizes[0]! : 1)),
  );

/** Depth slices as images: (n, c, d, h, w) as (n * d, c, h, w), and back. */
const slices = (t: Tensor): Tensor => {
  const [n, c, d, h, w] = t.sizes as [number, number, number, number, number];
  return reshape(permute(t, [0, 2, 1, 3, 4]), [n * d, c, h, w]);
};
const volumes = (t: Tensor, n: number): Tensor => {
  const [nd, c, h, w] = t.sizes as [number, number, number, number];
  return permute(reshape(t, [n, nd / n, c, h, w]), [0, 2, 1, 3, 4]);
};

/** Cross-correlation of (n, c, ...) with (out, c / groups, ...) weights over one, two or three axes. */
export function convolve(x: Tensor, weight: Tensor, bias: Tensor | null, a: ConvolutionAttrs): Tensor {
  const axes = x.rank - 2;
  const plane = planeAttrs(a);
  if (axes === 2) return conv2d(x, weight, bias, plane);
  if (axes === 1) return withoutRow(conv2d(withRow(x), withRow(weight), bias, plane));
  const padded = pad(x, [[0, 0], [0, 0], a.padding[0]!, [0, 0], [0, 0]]);
  const depth = weight.sizes[2]!;
  const count = Math.floor((padded.sizes[2]! - a.dilation[0]! * (depth - 1) - 1) / a.stride[0]!) + 1;
  const pieces = Array.from({ length: depth }, (_, k) => {
    const start = k * a.dilation[0]!;
    const taken = slice(padded, 2, start, start + (count - 1) * a.stride[0]! + 1, a.stride[0]!);
    return conv2d(slices(taken), select(weight, 2, k), null, plane);
  });
  const out = volumes(total(pieces), x.sizes[0]!);
  return bias === null ? out : add(out, channelwise(bias, out.rank));
}

/**
 * Transposed convolution: the gradient of `convolve` with respect to its input, of (n, out, ...) with (out, c / groups, ...)
 * weights. `wanted` are the result's spatial sizes.
 */
export function convolveTransposed(
  x: Tensor,
  weight: Tensor,
  bias: Tensor | null,
  wanted: readonly number[],
  given: ConvolutionAttrs,
): Tensor {
  const axes = x.rank - 2;
  const n = x.sizes[0]!;
  const c = weight.sizes[1]! * given.groups;
  // what each axis reaches beyond its first padding: more is cut off, less filled with zeros
  const reach = wanted.map(
    (_, i) =>
      (x.sizes[i + 2]! - 1) * given.stride[i]! +
      given.dilation[i]! * (weight.sizes[i + 2]! - 1) +
      1 -
      given.padding[i]![0],
  );
  const sizes = wanted.map((s, i) => Math.min(s, reach[i]!));
  const a: ConvolutionAttrs = {
    ...given,
    padding: given.padding.map(([before], i) => [before, reach[i]! - sizes[i]!] as const),
  };
  const plane = planeAttrs(a);
  let out: Tensor;
  if (axes === 2) out = convInputGrad(x, weight, [n, c, ...sizes], plane);
  else if (axes === 1) out = withoutRow(convInputGrad(withRow(x), withRow(weight), [n, c, 1, ...sizes], plane));
  else {
    const [depth, height, width] = sizes as [number, number, number];
    const images = slices(x);
    const count = x.sizes[2]!;
    out = total(
      Array.from({ length: weight.sizes[2]! }, (_, k) => {
        const piece = convInputGrad(images, select(weight, 2, k), [images.sizes[0]!, c, height, width], plane);
        // slice i of this kernel layer goes to depth i * stride + k * dilation - padding
        const rows: [number, number][][] = Array.from({ length: depth }, () => []);
        for (let i = 0; i < count; i++) rows[i * a.stride[0]! + k * a.dilation[0]! - a.padding[0]![0]]?.push([i, 1]);
        return axisMap(volumes(piece, n), 2, axisMatrix(count, rows));
      }),
    );
  }
  if (sizes.some((s, i) => s !== wanted[i]))
    out = pad(out, [[0, 0], [0, 0], ...sizes.map((s, i) => [0, wanted[i]! - s] as const)]);
  return bias === null ? out : add(out, channelwise(bias, out.rank));
}
