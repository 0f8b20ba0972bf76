import { nn, ops, type Tensor } from '@stele/core';
import * as activations from '../activations/index';
import { epsilon } from '../config/config';
import { invalidArgument, valueError } from '../errors';
import * as g from '../layers/geometry';
import * as losses from '../losses/functions';
import { showTuple } from '../tensors';
import { family } from './define';
import { type Axis, axesOf, both, dtypeOf, floats, type Operand, tensor } from './promotion';

const define = family('nn');
const plain = (name: string, f: (x: Tensor) => Tensor) => define(name, 'x', (x: Operand): Tensor => f(floats(x)));

export const relu = define('relu', 'x', (x: Operand): Tensor => ops.relu(tensor(x)));
export const relu6 = define('relu6', 'x', (x: Operand): Tensor => activations.relu6(tensor(x)));
export const sigmoid = plain('sigmoid', activations.sigmoid);
export const softplus = plain('softplus', activations.softplus);
export const softsign = plain('softsign', activations.softsign);
export const silu = plain('silu', activations.silu);
export { silu as swish };
export const selu = plain('selu', activations.selu);
export const log_sigmoid = plain('log_sigmoid', activations.log_sigmoid);
export const hard_sigmoid = plain('hard_sigmoid', activations.hard_sigmoid);
export const hard_silu = plain('hard_silu', activations.hard_silu);
export { hard_silu as hard_swish };
export const hard_tanh = plain('hard_tanh', activations.hard_tanh);
export const tanh_shrink = plain('tanh_shrink', activations.tanh_shrink);
export const sparse_plus = plain('sparse_plus', activations.sparse_plus);
export const sparse_sigmoid = plain('sparse_sigmoid', activations.sparse_sigmoid);
export const elu = define('elu', 'x, alpha=1.0', (x: Operand, alpha = 1): Tensor => activations.elu(floats(x), alpha));
export const celu = define(
  'celu',
  'x, alpha=1.0',
  (x: Operand, alpha = 1): Tensor => activations.celu(floats(x), alpha),
);
export const gelu = define(
  'gelu',
  'x, approximate=True',
  (x: Operand, approximate = true): Tensor => activations.gelu(floats(x), approximate),
);
export const glu = define('glu', 'x, axis=-1', (x: Operand, axis = -1): Tensor => activations.glu(floats(x), axis));
export const leaky_relu = define(
  'leaky_relu',
  'x, negative_slope=0.2',
  (x: Operand, negative_slope = 0.2): Tensor => activations.leaky_relu(floats(x), negative_slope),
);
export const hard_shrink = define(
  'hard_shrink',
  'x, threshold=0.5',
  (x: Operand, threshold = 0.5): Tensor => activations.hard_shrink(floats(x), threshold),
);
export const soft_shrink = define(
  'soft_shrink',
  'x, threshold=0.5',
  (x: Operand, threshold = 0.5): Tensor => activations.soft_shrink(floats(x), threshold),
);
export const threshold = define(
  'threshold',
  'x, threshold, default_value',
  (x: Operand, threshold: number, default_value: number): Tensor =>
    activations.threshold(floats(x), threshold, default_value),
);
export const squareplus = define(
  'squareplus',
  'x, b=4',
  (x: Operand, b = 4): Tensor => activations.squareplus(floats(x), b),
);
export const sparsemax = define(
  'sparsemax',
  'x, axis=-1',
  (x: Operand, axis = -1): Tensor => activations.sparsemax(floats(x), axis),
);
export const softmax = define(
  'softmax',
  'x, axis=-1',
  (x: Operand, axis: any = -1): Tensor => activations.softmax(floats(x), axis),
);
export const log_softmax = define(
  'log_softmax',
  'x, axis=-1',
  (x: Operand, axis: any = -1): Tensor => activations.log_softmax(floats(x), axis),
);

export const one_hot = define(
  'one_hot',
  'x, num_classes, axis=-1, dtype=None, sparse=False',
  (x: Operand, num_classes: number, axis = -1, dtype: unknown = null): Tensor => {
    if (Number(num_classes) < 0) throw invalidArgument(`depth must be non-negative, got: ${Number(num_classes)}`);
    const rows = ops.oneHot(ops.cast(tensor(x), 'int64'), Number(num_classes), dtypeOf(dtype) ?? 'float32');
    const at = Number(axis) < 0 ? Number(axis) + rows.rank : Number(axis);
    if (at === rows.rank - 1) return rows;
    const order = [...rows.sizes.keys()].slice(0, -1);
    order.splice(at, 0, rows.rank - 1);
    return ops.permute(rows, order);
  },
);
export const multi_hot = define(
  'multi_hot',
  'inputs, num_classes=None, axis=-1, dtype=None, sparse=False, **kwargs',
  (inputs: Operand, num_classes: number | null = null, _axis = -1, dtype: unknown = null): Tensor => {
    if (num_classes === null) throw valueError('Argument `num_classes` must be specified.');
    const t = ops.cast(tensor(inputs), 'int64');
    return ops.max(ops.oneHot(t, Number(num_classes), dtypeOf(dtype) ?? 'float32'), t.rank > 1 ? 1 : 0);
  },
);

export const binary_crossentropy = define(
  'binary_crossentropy',
  'target, output, from_logits=False',
  (target: Operand, output: Operand, from_logits = false): Tensor => {
    const p = floats(output);
    const y = ops.cast(tensor(target), p.scalarType);
    if (String(y.sizes) !== String(p.sizes))
      throw valueError(
        `Arguments \`target\` and \`output\` must have the same shape. Received: target.shape=${showTuple(y.sizes)}, output.shape=${showTuple(p.sizes)}`,
      );
    return from_logits ? nn.binaryEntropyLogits(p, y) : nn.binaryEntropyClipped(p, y, epsilon());
  },
);
export const categorical_crossentropy = define(
  'categorical_crossentropy',
  'target, output, from_logits=False, axis=-1',
  (target: Operand, output: Operand, from_logits = false, axis = -1): Tensor =>
    losses.categorical_crossentropy(tensor(target), floats(output), { from_logits, axis: Number(axis) }),
);
export const sparse_categorical_crossentropy = define(
  'sparse_categorical_crossentropy',
  'target, output, from_logits=False, axis=-1',
  (target: Operand, output: Operand, from_logits = false, axis = -1): Tensor =>
    losses.sparse_categorical_crossentropy(tensor(target), floats(output), { from_logits, axis: Number(axis) }),
);

type Format = g.DataFormat | null;
const firstOf = (format: Format): boolean => g.formatOf(format) === 'channels_first';
const pads = (
  padding: string,
  x: Tensor,
  window: readonly number[],
  strides: readonly number[],
  dilation: readonly number[],
): g.Pair[] =>
  window.map((k, i) => g.padsFor(g.standardPadding(padding, false), x.sizes[i + 1]!, k, strides[i]!, dilation[i]!));
type Laid = Omit<g.Geometry, 'groups'>;
/** A convolution by as many axes as its kernel has beside those of channels. */
const laid = (name: string, run: (x: Tensor, kernel: Tensor, how: Laid) => Tensor) =>
  define(
    name,
    'inputs, kernel, strides=1, padding="valid", data_format=None, dilation_rate=1',
    (
      inputs: Operand,
      kernel: Operand,
      strides: g.Sizes = 1,
      padding = 'valid',
      data_format: Format = null,
      dilation_rate: g.Sizes = 1,
    ): Tensor => {
      const [x, k] = both(inputs, kernel);
      const rank = k.rank - 2;
      const [stride, dilation] = [g.spread(strides, rank, 'strides'), g.spread(dilation_rate, rank, 'dilation_rate')];
      const window = k.sizes.slice(0, rank);
      return g.withChannelsLast(x, firstOf(data_format), (t) =>
        run(t, k, { stride, dilation, padding: pads(padding, t, window, stride, dilation) }),
      );
    },
  );
export const conv = laid('conv', (x, kernel, how) =>
  g.convolve(x, kernel, null, { ...how, groups: x.sizes.at(-1)! / kernel.sizes.at(-2)! }),
);
export const depthwise_conv = laid('depthwise_conv', g.convolveDepthwise);
export const separable_conv = define(
  'separable_conv',
  'inputs, depthwise_kernel, pointwise_kernel, strides=1, padding="valid", data_format=None, dilation_rate=1',
  (
    inputs: Operand,
    depthwise_kernel: Operand,
    pointwise_kernel: Operand,
    strides: g.Sizes = 1,
    padding = 'valid',
    data_format: Format = null,
    dilation_rate: g.Sizes = 1,
  ): Tensor =>
    conv(
      depthwise_conv(inputs, depthwise_kernel, strides, padding, data_format, dilation_rate),
      pointwise_kernel,
      1,
      'valid',
      data_format,
      1,
    ),
);
export const conv_transpose = define(
  'conv_transpose',
  'inputs, kernel, strides=1, padding="valid", output_padding=None, data_format=None, dilation_rate=1',
  (
    inputs: Operand,
    kernel: Operand,
    strides: g.Sizes = 1,
    padding = 'valid',
    output_padding: g.Sizes | null = null,
    data_format: Format = null,
    dilation_rate: g.Sizes = 1,
  ): Tensor => {
    const [x, k] = both(inputs, kernel);
    const rank = k.rank - 2;
    const how = g.standardPadding(padding, false);
    const [stride, dilation] = [g.spread(strides, rank, 'strides'), g.spread(dilation_rate, rank, 'dilation_rate')];
    const spare = output_padding === null ? null : g.spread(output_padding, rank, 'output_padding', true);
    const window = k.sizes.slice(0, rank);
    return g.withChannelsLast(x, firstOf(data_format), (t) => {
      const sizes = window.map(
        (w, i) => g.transposedSize(t.sizes[i + 1]!, w, stride[i]!, how, dilation[i]!, spare?.[i] ?? null)!,
      );
      const cuts = window.map((w, i) => g.transposedCut(w, stride[i]!, how, dilation[i]!, spare?.[i] ?? null));
      return g.convolveTransposed(t, k, null, stride, dilation, cuts, sizes);
    });
  },
);
type Windows = ReturnType<typeof nn.slidingWindows>;
const pooled = (name: string, f: (x: Tensor, windows: readonly Windows[]) => Tensor) =>
  define(
    name,
    'inputs, pool_size, strides=None, padding="valid", data_format=None',
    (
      inputs: Operand,
      pool_size: g.Sizes,
      strides: g.Sizes | null = null,
      padding = 'valid',
      data_format: Format = null,
    ): Tensor => {
      const x = tensor(inputs);
      const rank = x.rank - 2;
      const window = g.spread(pool_size, rank, 'pool_size');
      const stride = strides === null ? window : g.spread(strides, rank, 'strides');
      const how = g.standardPadding(padding, false);
      const run = (t: Tensor): Tensor =>
        f(
          t,
          window.map((w, i) => {
            const size = t.sizes[i + 2]!;
            const count = g.windowCount(size, w, stride[i]!, how)!;
            const [before] = g.padsFor(how, size, w, stride[i]!, 1);
            return nn.slidingWindows(size, { window: w, stride: stride[i]!, padding: before, dilation: 1 }, count);
          }),
        );
      return firstOf(data_format) ? run(x) : g.channelsToBack(run(g.channelsToFront(x)));
    },
  );
export const max_pool = pooled('max_pool', (x, windows) => nn.maxPool(x, windows)[0]);
export const average_pool = pooled('average_pool', (x, windows) =>
  nn.averagePool(
    x,
    windows,
    windows.map((w) => (i) => w.ends[i]! - w.starts[i]!),
  ),
);
const adaptive = (name: string, f: (x: Tensor, counts: readonly number[]) => Tensor) =>
  define(
    name,
    'inputs, output_size, data_format=None',
    (inputs: Operand, output_size: g.Sizes, data_format: Format = null): Tensor => {
      const x = tensor(inputs);
      const counts = g.spread(output_size, x.rank - 2, 'output_size');
      return firstOf(data_format) ? f(x, counts) : g.channelsToBack(f(g.channelsToFront(x), counts));
    },
  );
export const adaptive_average_pool = adaptive('adaptive_average_pool', nn.adaptiveAveragePool);
export const adaptive_max_pool = adaptive(
  'adaptive_max_pool',
  (x, counts) =>
    nn.maxPool(
      x,
      counts.map((n, i) => nn.adaptiveWindows(x.sizes[i + 2]!, n)),
    )[0],
);

const list = (axis: Axis, rank: number): number[] =>
  ([axesOf(axis) ?? -1].flat() as number[]).map((a) => (a < 0 ? a + rank : a)).sort((a, b) => a - b);
const optional = (x: Operand | null | undefined): Tensor | null => (x === null || x === undefined ? null : floats(x));
export const batch_normalization = define(
  'batch_normalization',
  'x, mean, variance, axis, offset=None, scale=None, epsilon=0.001',
  (
    x: Operand,
    mean: Operand,
    variance: Operand,
    axis: number,
    offset: Operand | null = null,
    scale: Operand | null = null,
    own = 0.001,
  ): Tensor => {
    const t = floats(x);
    const at = Number(axis) < 0 ? Number(axis) + t.rank : Number(axis);
    const along = (v: Tensor | null): Tensor | null => (v === null ? null : nn.along(v, t, at));
    return nn.normalizeFactored(
      t,
      along(floats(mean))!,
      along(floats(variance))!,
      Number(own),
      along(optional(scale)),
      along(optional(offset)),
    );
  },
);
export const layer_normalization = define(
  'layer_normalization',
  'x, gamma=None, beta=None, axis=-1, epsilon=None, **kwargs',
  (
    x: Operand,
    gamma: Operand | null = null,
    beta: Operand | null = null,
    axis: Axis = -1,
    own: number | null = null,
    rest: { rms_scaling?: boolean } = {},
  ): Tensor => {
    const t = floats(x);
    const e = own === null ? epsilon() : Number(own);
    if (rest.rms_scaling) return nn.varianceScaled(t, list(axis, t.rank), e, optional(gamma));
    return nn.normalizeAxes(t, list(axis, t.rank), e, optional(gamma), optional(beta));
  },
);
export const rms_normalization = define(
  'rms_normalization',
  'x, scale=None, axis=-1, epsilon=None',
  (x: Operand, scale: Operand | null = null, axis: Axis = -1, own: number | null = null): Tensor => {
    const t = floats(x);
    return nn.rootMeanSquareAxes(t, list(axis, t.rank), own === null ? epsilon() : Number(own), optional(scale));
  },
);
/** x divided by its length along an axis. */
export const normalize = define(
  'normalize',
  'x, axis=-1, order=2, epsilon=None',
  (x: Operand, axis: Axis = -1, order = 2, own: number | null = null): Tensor => {
    const t = floats(x);
    const e = own === null ? epsilon() : Number(own);
    if (!Number.isInteger(Number(order)) || Number(order) < 1)
      throw valueError(`Argument \`order\` must be an int >= 1. Received: order=${Number(order)}`);
    if (Number(order) === 2) return nn.unitAlong(t, axesOf(axis), e);
    const length = nn.vectorNorm(t, Number(order), axesOf(axis), true);
    return ops.div(t, ops.maximum(length, e));
  },
);
export const dot_product_attention = define(
  'dot_product_attention',
  'query, key, value, bias=None, mask=None, scale=None, is_causal=False, flash_attention=None, attn_logits_soft_cap=None',
  (
    query: Operand,
    key: Operand,
    value: Operand,
    bias: Operand | null = null,
    mask: Operand | null = null,
    scale: number | null = null,
    is_causal = false,
    _flash: unknown = null,
    cap: number | null = null,
  ): Tensor => {
    const [q, k, v] = [floats(query), floats(key), floats(value)];
    if (q.rank !== 4)
      throw valueError(
        `\`dot_product_attention\` only supports 4D inputs. Received: query.shape=${showTuple(q.sizes)}, key.shape=${showTuple(k.sizes)}, value.shape=${showTuple(v.sizes)}.`,
      );
    let scores = ops.mul(
      ops.einsum('btnh,bsnh->bnts', [q, k]),
      scale === null ? 1 / Math.sqrt(k.sizes.at(-1)!) : Number(scale),
    );
    if (cap !== null) scores = nn.softCapped(scores, Number(cap));
    if (bias !== null) scores = ops.add(scores, floats(bias));
    let seen = mask === null ? null : tensor(mask, 'bool');
    if (is_causal) {
      const causal = nn.bandMask(scores, scores.sizes[2]!, scores.sizes[3]!, true, null);
      seen = seen === null ? causal : ops.logicalAnd(seen, causal);
    }
    const weights = ops.softmax(seen === null ? scores : nn.shutOut(scores, seen), -1);
    return ops.einsum('bnts,bsnh->btnh', [weights, v]);
  },
);
export const unfold = define(
  'unfold',
  'x, kernel_size, dilation=1, padding=0, stride=1',
  (x: Operand, kernel_size: g.Sizes, dilation: g.Sizes = 1, padding: g.Sizes = 0, stride: g.Sizes = 1): Tensor =>
    nn.unfoldPatches(tensor(x), {
      kernel: pairOf(kernel_size),
      dilation: pairOf(dilation),
      padding: pairOf(padding),
      stride: pairOf(stride),
    }),
);
export const fold = define(
  'fold',
  'x, output_size, kernel_size, dilation=1, padding=0, stride=1',
  (
    x: Operand,
    output_size: g.Sizes,
    kernel_size: g.Sizes,
    dilation: g.Sizes = 1,
    padding: g.Sizes = 0,
    stride: g.Sizes = 1,
  ): Tensor =>
    nn.foldPatches(tensor(x), pairOf(output_size), {
      kernel: pairOf(kernel_size),
      dilation: pairOf(dilation),
      padding: pairOf(padding),
      stride: pairOf(stride),
    }),
);
const pairOf = (v: g.Sizes): g.Pair => (typeof v === 'number' ? [v, v] : [Number(v[0]), Number(v[1])]);
/** -log of the summed probability of all alignments of labels with steps. */
export const ctc_loss = define(
  'ctc_loss',
  'target, output, target_length, output_length, mask_index=0',
  (target: Operand, output: Operand, target_length: Operand, output_length: Operand, mask_index = 0): Tensor =>
    nn.alignedLoss(tensor(target), floats(output), tensor(target_length), tensor(output_length), Number(mask_index)),
);
export const psnr = define('psnr', 'x1, x2, max_val', (x1: Operand, x2: Operand, max_val: number): Tensor => {
  const [a, b] = both(x1, x2, 'float');
  const error = ops.mean(ops.square(ops.sub(a, b)));
  return ops.sub(20 * Math.log10(Number(max_val)), ops.mul(ops.log10(error), 10));
});
const blocks = (x: Operand, size: number, format: string, body: (t: Tensor, n: number) => Tensor): Tensor =>
  g.withChannelsLast(tensor(x), format === 'channels_first', (t) => body(t, Number(size)));
export const depth_to_space = define(
  'depth_to_space',
  'x, block_size, data_format="channels_last"',
  (x: Operand, block_size: number, data_format = 'channels_last'): Tensor =>
    blocks(x, block_size, data_format, (t, n) => {
      const [b, h, w, c] = t.sizes as [number, number, number, number];
      const wide = ops.permute(ops.reshape(t, [b, h, w, n, n, c / (n * n)]), [0, 1, 3, 2, 4, 5]);
      return ops.reshape(wide, [b, h * n, w * n, c / (n * n)]);
    }),
);
export const space_to_depth = define(
  'space_to_depth',
  'x, block_size, data_format="channels_last"',
  (x: Operand, block_size: number, data_format = 'channels_last'): Tensor =>
    blocks(x, block_size, data_format, (t, n) => {
      const [b, h, w, c] = t.sizes as [number, number, number, number];
      const wide = ops.permute(ops.reshape(t, [b, h / n, n, w / n, n, c]), [0, 1, 3, 2, 4, 5]);
      return ops.reshape(wide, [b, h / n, w / n, c * n * n]);
    }),
);
