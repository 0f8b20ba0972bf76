import { nn, ops } from '@stele/core';
import type { Attributes } from '@stele/core/formats/savedmodel';
import { conv2d, depthwise_conv2d } from '../../convolution';
import { avg_pool2d, max_pool2d } from '../../pooling';
import { strided_slice } from '../../slicing';
import { GradientTape } from '../../tape';
import { type Tensor, toTensor } from '../../tensor';
import { type Kernel, type Kernels, list } from './common';

type Pair = (a: Tensor, b: Tensor) => unknown;
const two =
  (f: Pair): Kernel =>
  ([a, b]) =>
    f(a as Tensor, b as Tensor);
/** The gradients of a function's inputs for a gradient of what it gives. */
function pulled(f: (...inputs: Tensor[]) => Tensor, inputs: readonly Tensor[], g: Tensor): Tensor[] {
  const tape = new GradientTape();
  const out = tape.with(() => {
    for (const x of inputs) tape.watch(x);
    return f(...inputs);
  });
  return tape.gradient(out, [...inputs], { output_gradients: g }) as Tensor[];
}
const zeros = (sizes: unknown, like: Tensor): Tensor =>
  ops.expand(ops.fullLike(ops.sum(like), 0), list(sizes)) as Tensor;
const padding = (attrs: Attributes): unknown => {
  if (attrs.text('padding') !== 'EXPLICIT') return attrs.text('padding');
  const flat = attrs.ints('explicit_paddings');
  return [0, 1, 2, 3].map((i) => flat.slice(2 * i, 2 * i + 2));
};
const dilations = (attrs: Attributes): number[] =>
  attrs.ints('dilations').length > 0 ? attrs.ints('dilations') : [1, 1, 1, 1];
const dense =
  (attrs: Attributes) =>
  (x: Tensor, w: Tensor): Tensor =>
    conv2d(x, w, attrs.ints('strides'), padding(attrs), 'NHWC', dilations(attrs));
const depthwise =
  (attrs: Attributes) =>
  (x: Tensor, w: Tensor): Tensor =>
    depthwise_conv2d(x, w, attrs.ints('strides'), padding(attrs), 'NHWC', dilations(attrs).slice(1, 3));
/** The axes along which each of two shapes is repeated where they broadcast. */
function repeatedAxes(a: readonly number[], b: readonly number[]): [number[], number[]] {
  const rank = Math.max(a.length, b.length);
  const at = (s: readonly number[], i: number): number => s[i - rank + s.length] ?? 1;
  // summing along an axis of one entry that was not repeated changes nothing
  const grown = (s: readonly number[]): number[] =>
    Array.from({ length: rank }, (_, i) => i).filter((i) => i < rank - s.length || at(s, i) === 1);
  return [grown(a), grown(b)];
}

/** Kinds of nodes that functions with gradients hold. */
export const gradientKernels: Kernels = {
  TanhGrad: two((y, g) => ops.mul(g, ops.sub(1, ops.mul(y, y)))),
  SigmoidGrad: two((y, g) => ops.mul(ops.mul(g, y), ops.sub(1, y))),
  ReluGrad: two((g, x) => ops.where(ops.greater(x, 0), g, ops.fullLike(g, 0))),
  Relu6Grad: two((g, x) => ops.where(ops.logicalAnd(ops.greater(x, 0), ops.less(x, 6)), g, ops.fullLike(g, 0))),
  EluGrad: two((g, y) => ops.where(ops.less(y, 0), ops.mul(g, ops.add(y, 1)), g)),
  SeluGrad: ([g, y]) => {
    const [scale, alpha] = [1.0507009873554805, 1.6732632423543772];
    return ops.where(
      ops.less(y as Tensor, 0),
      ops.mul(g as Tensor, ops.add(y as Tensor, scale * alpha)),
      ops.mul(g as Tensor, scale),
    );
  },
  LeakyReluGrad: ([g, x], attrs) =>
    ops.where(ops.greater(x as Tensor, 0), g as Tensor, ops.mul(g as Tensor, attrs.float('alpha', 0.2))),
  SoftplusGrad: two((g, x) => ops.mul(g, ops.sigmoid(x))),
  SoftsignGrad: two((g, x) => ops.div(g, ops.square(ops.add(ops.abs(x), 1)))),
  SqrtGrad: two((y, g) => ops.div(ops.mul(g, 0.5), y)),
  RsqrtGrad: two((y, g) => ops.mul(ops.mul(g, -0.5), ops.mul(y, ops.mul(y, y)))),
  ReciprocalGrad: two((y, g) => ops.neg(ops.mul(g, ops.mul(y, y)))),
  InvGrad: two((y, g) => ops.neg(ops.mul(g, ops.mul(y, y)))),
  BroadcastGradientArgs: ([a, b], attrs) =>
    repeatedAxes(list(a), list(b)).map((axes) => toTensor(axes, attrs.type('T', 'int32'))),
  BiasAddGrad: ([g]) => {
    const t = g as Tensor;
    return ops.sum(
      t,
      Array.from({ length: t.rank - 1 }, (_, i) => i),
    );
  },
  Conv2DBackpropFilter: ([x, sizes, g], attrs) =>
    pulled((w) => dense(attrs)(x as Tensor, w), [zeros(sizes, x as Tensor)], g as Tensor)[0],
  DepthwiseConv2dNativeBackpropFilter: ([x, sizes, g], attrs) =>
    pulled((w) => depthwise(attrs)(x as Tensor, w), [zeros(sizes, x as Tensor)], g as Tensor)[0],
  DepthwiseConv2dNativeBackpropInput: ([sizes, w, g], attrs) =>
    pulled((x) => depthwise(attrs)(x, w as Tensor), [zeros(sizes, w as Tensor)], g as Tensor)[0],
  MaxPoolGrad: ([x, , g], attrs) =>
    pulled(
      (t) => max_pool2d(t, attrs.ints('ksize'), attrs.ints('strides'), padding(attrs)),
      [x as Tensor],
      g as Tensor,
    )[0],
  AvgPoolGrad: ([sizes, g], attrs) =>
    pulled(
      (t) => avg_pool2d(t, attrs.ints('ksize'), attrs.ints('strides'), padding(attrs)),
      [zeros(sizes, g as Tensor)],
      g as Tensor,
    )[0],
  FusedBatchNormGradV3: ([g, x, scale, mean, variance], attrs) => {
    const norm = (t: Tensor, s: Tensor, b: Tensor): Tensor => {
      const axes = [0, 1, 2];
      const training = attrs.bool('is_training', true);
      const m = training ? ops.mean(t, axes) : (mean as Tensor);
      const v = training ? ops.variance(t, axes, 0) : (variance as Tensor);
      const factor = ops.mul(ops.rsqrt(ops.add(v, attrs.float('epsilon', 1e-4))), s);
      return ops.add(ops.mul(ops.sub(t, m), factor), b) as Tensor;
    };
    const [dx, ds, db] = pulled(
      norm,
      [x as Tensor, scale as Tensor, ops.fullLike(scale as Tensor, 0) as Tensor],
      g as Tensor,
    );
    return [dx, ds, db, toTensor(0, 'float32'), toTensor(0, 'float32')];
  },
  LogSoftmax: ([x]) => ops.logSoftmax(x as Tensor, -1),
  Selu: ([x]) => nn.selu(x as Tensor),
  StridedSliceGrad: ([sizes, begin, end, strides, g], attrs) => {
    const masks = Object.fromEntries(
      ['begin', 'end', 'ellipsis', 'new_axis', 'shrink_axis'].map((name) => [
        `${name}_mask`,
        attrs.int(`${name}_mask`),
      ]),
    );
    const cut = (t: Tensor): Tensor => strided_slice(t, list(begin), list(end), list(strides), masks);
    return pulled(cut, [zeros(sizes, g as Tensor)], g as Tensor)[0];
  },
  ConcatOffset: ([axis, ...shapes]) => {
    const at = list(axis)[0]!;
    let from = 0;
    return shapes.map((shape) => {
      const sizes = list(shape);
      const offset = toTensor(
        sizes.map((_, i) => (i === at ? from : 0)),
        'int32',
      );
      from += sizes[at]!;
      return offset;
    });
  },
};
