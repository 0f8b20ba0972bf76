import { type Tensor as CoreTensor, nn, ops } from '@stele/core';
import { named as named_ } from '../arguments';
import { IndexError, NotImplementedError, RuntimeError, torchSize, ValueError } from '../errors';
import { one_hot } from '../functional';
import { named } from '../methods/base';
import { assign } from '../methods/inplace';
import { generatorOf } from '../random';
import type { Tensor } from '../tensor';

export type Pair = number | readonly [number, number] | readonly number[];
export const pair = (p: Pair): readonly [number, number] =>
  typeof p === 'number' ? [p, p] : ([p[0]!, p[1] ?? p[0]!] as const);
const sides = (p: Pair): readonly [readonly [number, number], readonly [number, number]] => {
  const [h, w] = pair(p);
  return [
    [h, h],
    [w, w],
  ];
};
type Reduction = 'mean' | 'sum' | 'none';
const reduce = (loss: CoreTensor, reduction: Reduction, name: string): Tensor => {
  if (!['mean', 'sum', 'none'].includes(reduction))
    throw new ValueError(`${reduction} is not a valid value for reduction`);
  return named(nn.reduceLoss(loss, reduction) as Tensor, name);
};
const sizesText = (t: CoreTensor): string => torchSize(t.sizes);

/** x Wᵀ + b. */
export function linear(input: Tensor, weight: Tensor, bias: Tensor | null = null): Tensor {
  const out = ops.linear(input, weight, bias, true) as Tensor;
  if (input.ndim !== 2) return named(out, bias === null ? 'UnsafeView' : 'View');
  return bias === null ? named(out, 'Mm') : out;
}
export const relu = (input: Tensor, inplace = false): Tensor => (inplace ? input.relu_() : input.relu());
export const sigmoid = (input: Tensor): Tensor => input.sigmoid();
export const tanh = (input: Tensor): Tensor => input.tanh();
/** ln(1 + e^(beta x)) / beta, and x itself where beta x is above the threshold. */
export function softplus(input: Tensor, beta = 1, threshold = 20): Tensor {
  const scaled = ops.mul(input, beta);
  const soft = ops.div(ops.softplus(scaled), beta);
  return named(ops.where(ops.greater(scaled, threshold), input, soft) as Tensor, 'Softplus');
}
export const silu = (input: Tensor): Tensor => named(ops.mul(input, ops.sigmoid(input)) as Tensor, 'Silu');
export function leaky_relu(input: Tensor, negative_slope = 0.01): Tensor {
  return named(ops.where(ops.greater(input, 0), input, ops.mul(input, negative_slope)) as Tensor, 'LeakyRelu');
}
type Dim = number | { dim: number };
const dimOf = (d: Dim): number => (typeof d === 'number' ? d : d.dim);
export const softmax = (input: Tensor, dim: Dim): Tensor => input.softmax(dimOf(dim));
export const log_softmax = (input: Tensor, dim: Dim): Tensor => input.log_softmax(dimOf(dim));
export { one_hot };

export interface ConvOptions {
  stride?: Pair;
  padding?: Pair | 'same' | 'valid';
  dilation?: Pair;
  groups?: number;
}
/** Cross-correlation of (N, C, H, W) or (C, H, W) input with (out, C / groups, kH, kW) weights. */
export function conv2d(input: Tensor, weight: Tensor, bias: Tensor | null = null, ...rest: readonly unknown[]): Tensor {
  const o = named_<ConvOptions>(['stride', 'padding', 'dilation', 'groups'], rest);
  if (input.ndim === 3) return conv2d(input.unsqueeze(0), weight, bias, o).squeeze(0);
  if (input.ndim !== 4)
    throw new RuntimeError(
      `Expected 3D (unbatched) or 4D (batched) input to conv2d, but got input of size: [${input.sizes.join(', ')}]`,
    );
  const stride = pair(o.stride ?? 1);
  const dilation = pair(o.dilation ?? 1);
  const kernel = weight.sizes.slice(2);
  const same = (i: 0 | 1): readonly [number, number] => {
    const total = dilation[i] * (kernel[i]! - 1);
    return [Math.floor(total / 2), total - Math.floor(total / 2)];
  };
  if (o.padding === 'same' && (stride[0] !== 1 || stride[1] !== 1))
    throw new RuntimeError("padding='same' is not supported for strided convolutions");
  const padding =
    o.padding === 'same' ? ([same(0), same(1)] as const) : sides(o.padding === 'valid' ? 0 : (o.padding ?? 0));
  return ops.conv2d(input, weight, bias, {
    stride,
    padding,
    dilation,
    groups: o.groups ?? 1,
    channelsFirst: true,
  }) as Tensor;
}
export interface PoolOptions {
  stride?: Pair | null;
  padding?: Pair;
  dilation?: Pair;
  ceil_mode?: boolean;
  return_indices?: boolean;
  count_include_pad?: boolean;
  divisor_override?: number | null;
}
const poolAttrs = (
  kernel: Pair,
  stride: Pair | null | undefined,
  o: PoolOptions,
): Parameters<typeof ops.maxPool2d>[1] => {
  const window = pair(kernel);
  const padding = sides(o.padding ?? 0);
  if (padding[0][0] > window[0] / 2 || padding[1][0] > window[1] / 2)
    throw new RuntimeError(
      `pad should be at most half of effective kernel size, but got pad=${Math.max(padding[0][0], padding[1][0])}, kernel_size=${Math.max(...window)} and dilation=1`,
    );
  return {
    window,
    stride: pair(stride ?? kernel),
    padding,
    dilation: pair(o.dilation ?? 1),
    channelsFirst: true,
    ceil: o.ceil_mode ?? false,
  };
};
/** Largest element of each window; `max_pool2d(x, 2)` or `max_pool2d(x, { kernel_size... })` forms of torch. */
export function max_pool2d(input: Tensor, kernel_size: Pair, ...rest: readonly unknown[]): Tensor {
  const o = named_<PoolOptions>(['stride', 'padding', 'dilation', 'ceil_mode', 'return_indices'], rest);
  if (o.return_indices)
    throw new NotImplementedError('max_pool2d: use nn.MaxPool2d with return_indices for the indices');
  return max_pool2d_with_indices(input, kernel_size, o)[0];
}
export function max_pool2d_with_indices(
  input: Tensor,
  kernel_size: Pair,
  o: PoolOptions = {},
): readonly [Tensor, Tensor] {
  if (input.ndim === 3) {
    const [y, i] = max_pool2d_with_indices(input.unsqueeze(0), kernel_size, o);
    return [y.squeeze(0), i.squeeze(0)];
  }
  const out = ops.maxPool2d(input, poolAttrs(kernel_size, o.stride, o));
  return out as readonly [Tensor, Tensor];
}
export function avg_pool2d(input: Tensor, kernel_size: Pair, ...rest: readonly unknown[]): Tensor {
  const o = named_<PoolOptions>(['stride', 'padding', 'ceil_mode', 'count_include_pad', 'divisor_override'], rest);
  if (input.ndim === 3) return avg_pool2d(input.unsqueeze(0), kernel_size, o).squeeze(0);
  return ops.avgPool2d(input, {
    ...poolAttrs(kernel_size, o.stride, o),
    countPadding: o.count_include_pad ?? true,
    divisor: o.divisor_override ?? null,
  }) as Tensor;
}
/** Zeroes elements with probability p and scales the others by 1 / (1 - p). */
export function dropout(input: Tensor, p = 0.5, training = true): Tensor {
  if (p < 0 || p > 1) throw new ValueError(`dropout probability has to be between 0 and 1, but got ${p}`);
  if (!training || p === 0) return input;
  return named(ops.mul(input, mask(input, input.sizes, p)) as Tensor, p === 1 ? 'Mul' : 'Dropout');
}
const mask = (input: Tensor, sizes: readonly number[], p: number): CoreTensor => {
  const out = ops.fullLike(input.detach(), 0, sizes);
  if (p < 1) generatorOf().dropoutMask(out.storage.array, out.scalarType, p);
  return out;
};
/** Drops whole channels. */
export function dropout2d(input: Tensor, p = 0.5, training = true): Tensor {
  if (!training || p === 0) return input;
  const lead = input.ndim === 3 ? input.sizes.slice(0, 1) : input.sizes.slice(0, 2);
  return ops.mul(input, mask(input, [...lead, ...input.sizes.slice(lead.length).map(() => 1)], p)) as Tensor;
}
export const flatten = (input: Tensor, start_dim = 0, end_dim = -1): Tensor => input.flatten(start_dim, end_dim);

export interface LossOptions {
  reduction?: Reduction;
  weight?: Tensor | null;
}
function checkBroadcast(name: string, input: Tensor, target: Tensor): void {
  if (!input.shape.every((s, i) => s === target.sizes[i]) || input.ndim !== target.ndim)
    console.warn(
      `UserWarning: Using a target size (${sizesText(target)}) that is different to the input size (${sizesText(input)}). This will likely lead to incorrect results due to broadcasting. Please ensure they have the same size. (${name})`,
    );
}
/** Mean of (input - target)². */
export function mse_loss(input: Tensor, target: Tensor, o: LossOptions = {}): Tensor {
  checkBroadcast('mse_loss', input, target);
  const [x, y] = promoted(input, target);
  return reduce(nn.squaredError(x, y), o.reduction ?? 'mean', 'MseLoss');
}
const promoted = (a: Tensor, b: Tensor): [Tensor, Tensor] =>
  a.scalarType === b.scalarType ? [a, b] : [a, b.to(a.dtype)];
/** Mean of |input - target|. */
export function l1_loss(input: Tensor, target: Tensor, o: LossOptions = {}): Tensor {
  checkBroadcast('l1_loss', input, target);
  const [x, y] = promoted(input, target);
  return reduce(
    nn.absoluteError(x, y),
    o.reduction ?? 'mean',
    o.reduction === 'none' ? 'Abs' : o.reduction === 'sum' ? 'Sum' : 'Mean',
  );
}
export function huber_loss(input: Tensor, target: Tensor, o: LossOptions & { delta?: number } = {}): Tensor {
  return reduce(nn.huber(input, target, o.delta ?? 1), o.reduction ?? 'mean', 'HuberLoss');
}
/** Binary cross-entropy of probabilities, each logarithm held above -100. */
export function binary_cross_entropy(input: Tensor, target: Tensor, o: LossOptions = {}): Tensor {
  if (input.ndim !== target.ndim || input.sizes.some((s, i) => s !== target.sizes[i]))
    throw new ValueError(
      `Using a target size (${sizesText(target)}) that is different to the input size (${sizesText(input)}) is deprecated. Please ensure they have the same size.`,
    );
  if (input.scalarType !== target.scalarType)
    throw new RuntimeError(`Found dtype ${typeName(target)} but expected ${typeName(input)}`);
  const values = ops.logicalAnd(ops.greaterEqual(input, 0), ops.lessEqual(input, 1));
  if (ops.all(values).storage.array[0] !== 1) throw new RuntimeError('all elements of input should be between 0 and 1');
  const loss = ops.binaryEntropyFloored(input, target, -100, 1e-12);
  return reduce(o.weight ? ops.mul(loss, o.weight) : loss, o.reduction ?? 'mean', 'BinaryCrossEntropy');
}
const typeName = (t: Tensor): string =>
  ({
    float32: 'Float',
    float64: 'Double',
    int64: 'Long',
    int32: 'Int',
    bool: 'Bool',
    uint8: 'Byte',
    int8: 'Char',
    int16: 'Short',
    float16: 'Half',
    bfloat16: 'BFloat16',
  })[t.scalarType];
/** The same of logits; pos_weight scales the positive term. */
export function binary_cross_entropy_with_logits(
  input: Tensor,
  target: Tensor,
  o: LossOptions & { pos_weight?: Tensor | null } = {},
): Tensor {
  if (input.ndim !== target.ndim || input.sizes.some((s, i) => s !== target.sizes[i]))
    throw new ValueError(`Target size (${sizesText(target)}) must be the same as input size (${sizesText(input)})`);
  const y = ops.cast(target, input.scalarType);
  const loss = o.pos_weight ? nn.weightedEntropyLogits(input, y, o.pos_weight) : nn.binaryEntropyLogits(input, y);
  return reduce(o.weight ? ops.mul(loss, o.weight) : loss, o.reduction ?? 'mean', 'BinaryCrossEntropyWithLogits');
}

export interface ClassOptions extends LossOptions {
  ignore_index?: number;
  label_smoothing?: number;
}
/** Classes in front: (N, C, d1, ...) and (N, d1, ...) as (M, C) and (M). */
function rows(input: Tensor, target: Tensor): [Tensor, Tensor] {
  if (input.ndim === 0) throw new RuntimeError('input tensor should be 1D or 2D');
  if (input.ndim === 1) return [input.unsqueeze(0), target.reshape(-1)];
  if (input.sizes[0] !== target.sizes[0])
    throw new ValueError(
      `Expected input batch_size (${input.sizes[0]}) to match target batch_size (${target.sizes[0]}).`,
    );
  if (input.ndim === 2) {
    if (target.ndim !== 1) throw new RuntimeError('0D or 1D target tensor expected, multi-target not supported');
    return [input, target];
  }
  const moved = input.permute(0, ...Array.from({ length: input.ndim - 2 }, (_, i) => i + 2), 1);
  return [moved.reshape(-1, input.sizes[1]!), target.reshape(-1)];
}
/** -log-probability of each target class, weighted, ignoring `ignore_index`. */
export function nll_loss(input: Tensor, target: Tensor, o: ClassOptions = {}): Tensor {
  checkClasses(input, target);
  const [x, t] = rows(input, target);
  return classLoss(x, t, target, o, input);
}
function checkClasses(input: Tensor, target: Tensor): void {
  if (target.scalarType !== 'int64' && target.scalarType !== 'uint8')
    throw new RuntimeError(
      target.is_floating_point() || input.ndim < 1
        ? `expected scalar type Long but found ${typeName(target)}`
        : `"nll_loss_forward_reduce_cuda_kernel_2d_index" not implemented for '${typeName(target)}'`,
    );
}
/** From log-probabilities (M, C); `shape` is the target as the caller gave it. */
function classLoss(x: Tensor, target: Tensor, shape: Tensor, o: ClassOptions, input: Tensor): Tensor {
  const { reduction = 'mean', ignore_index = -100, label_smoothing = 0, weight = null } = o;
  const classes = x.sizes[1]!;
  const kept = target.ne(ignore_index);
  const labels = kept.all().item() === true ? target : (target.mul(kept.to(target.dtype)) as Tensor);
  for (const k of labels.tolist() as number[])
    if (k < 0 || k >= classes) throw new IndexError(`Target ${k} is out of bounds.`);
  const ids = labels.long();
  const settings = { weight, kept: kept.to(x.dtype), smoothing: label_smoothing };
  const found = nn.classEntropy(x, ids, settings);
  const loss = found.loss as Tensor;
  if (reduction === 'none')
    return named(shape.ndim === input.ndim - 1 && input.ndim !== 2 ? loss.reshape([...shape.sizes]) : loss, 'NllLoss');
  const sum = ops.sum(loss);
  if (reduction === 'sum') return named(sum as Tensor, 'NllLoss');
  return named(ops.div(sum, ops.stopGradient(ops.sum(found.weights))) as Tensor, 'NllLoss');
}
/** Cross-entropy of logits with class indices, or with class probabilities of the same shape. */
export function cross_entropy(input: Tensor, target: Tensor, o: ClassOptions = {}): Tensor {
  const axis = input.ndim === 1 ? 0 : 1;
  const { reduction = 'mean', weight = null, label_smoothing = 0 } = o;
  const probabilities =
    target.is_floating_point() && target.ndim === input.ndim && target.sizes.every((s, i) => s === input.sizes[i]);
  if (probabilities) {
    const classes = input.sizes[axis]!;
    const y = nn.smoothedLabels(target, label_smoothing, classes);
    const along = (w: Tensor): CoreTensor =>
      ops.reshape(
        w,
        input.sizes.map((_, i) => (i === axis ? classes : 1)),
      );
    const weighted = weight === null ? y : ops.mul(y, along(weight));
    const loss = nn.entropyLogits(input, weighted, axis);
    if (reduction !== 'mean') return reduce(loss, reduction, 'Neg');
    const count = input.ndim === 1 ? 1 : input.numel() / classes;
    return named(ops.div(ops.sum(loss), count) as Tensor, 'Div');
  }
  checkClasses(input, target);
  const [x, t] = rows(input, target);
  const simple = weight === null && label_smoothing === 0 && input.ndim === 2 && target.scalarType === 'int64';
  const ignore = o.ignore_index ?? -100;
  if (simple && t.eq(ignore).any().item() === false) return reduce(ops.crossEntropy(x, t), reduction, 'NllLoss');
  return classLoss(ops.logSoftmax(x, 1) as Tensor, t, target, o, input);
}

export interface BatchNormOptions {
  weight?: Tensor | null;
  bias?: Tensor | null;
  training?: boolean;
  momentum?: number;
  eps?: number;
}
/** Normalises each channel by batch or running statistics; in training the running ones are updated in place. */
export function batch_norm(
  input: Tensor,
  running_mean: Tensor | null,
  running_var: Tensor | null,
  o: BatchNormOptions = {},
): Tensor {
  const { weight = null, bias = null, training = false, momentum = 0.1, eps = 1e-5 } = o;
  const at = (v: CoreTensor | null): CoreTensor | null => (v === null ? null : nn.along(v, input, 1));
  let centre: CoreTensor;
  let spread: CoreTensor;
  if (training) {
    const m = nn.momentsExcept(input, 1);
    if (m.count === 1)
      throw new ValueError(`Expected more than 1 value per channel when training, got input size ${sizesText(input)}`);
    [centre, spread] = [m.mean, m.variance];
    const blend = (running: Tensor | null, now: CoreTensor): void => {
      if (running !== null) assign(running, nn.runningBlend(running.detach(), now, momentum));
    };
    const [seen, varied] = [centre, spread].map((t) => (t as Tensor).detach()) as [Tensor, Tensor];
    blend(running_mean, seen);
    blend(running_var, nn.unbiasedVariance(varied, m.count));
  } else [centre, spread] = [running_mean!, running_var!];
  return named(
    nn.normalizeWith(input, at(centre)!, at(spread)!, eps, at(weight), at(bias)) as Tensor,
    'NativeBatchNorm',
  );
}
/** Rows of a table at whole-number places. */
export const embedding = (input: Tensor, weight: Tensor): Tensor =>
  named(ops.take(weight, input, 0) as Tensor, 'Embedding');
export function layer_norm(
  input: Tensor,
  shape: readonly number[],
  weight: Tensor | null = null,
  bias: Tensor | null = null,
  eps = 1e-5,
): Tensor {
  return named(nn.layerNorm(input, shape.length, eps, weight, bias) as Tensor, 'NativeLayerNorm');
}
