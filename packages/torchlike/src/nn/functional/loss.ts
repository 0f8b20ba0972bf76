import { type Tensor as CoreTensor, nn, ops } from '@stele/core';
import { pyFloat } from '@stele/core/printing';
import { defaultDType, isScalar, resultType } from '../../dtype';
import { IndexError, RuntimeError, ValueError } from '../../errors';
import { define } from '../../functions/define';
import { named } from '../../methods/base';
import type { Tensor } from '../../tensor';
import { needFloat } from './activation';
import { checkReduction, legacyReduction, reduceLoss, sameSizes, sizesText, typeText } from './arguments';
import { pairwise_distance } from './distance';

type Flag = boolean | null;
type Weight = Tensor | null;

function warnSizes(name: string, input: Tensor, target: Tensor): void {
  if (!sameSizes(input, target))
    console.warn(
      `UserWarning: Using a target size (${sizesText(target)}) that is different to the input size (${sizesText(input)}). This will likely lead to incorrect results due to broadcasting. Please ensure they have the same size. (${name})`,
    );
}
/** Both operands in their common dtype; halves in float32, the result to be cast back. */
function pair(a: Tensor, b: Tensor): [CoreTensor, CoreTensor] {
  const type = resultType([a, b]);
  return [ops.cast(a, type), ops.cast(b, type)];
}
const floats = (t: CoreTensor): CoreTensor => (t.scalarType.includes('float') ? t : ops.cast(t, defaultDType()));
/** A loss that may be weighted: the mean of a weighted one divides by the weights' sum. */
function weighted(
  loss: CoreTensor,
  input: Tensor,
  weight: Weight,
  reduction: string,
  name: string,
  byCount: boolean = false,
): Tensor {
  if (weight === null) return reduceLoss(loss, reduction, name);
  if (!sameSizes(weight, input)) throw new ValueError('Weights and input must have the same size.');
  if (!['none', 'sum', 'mean'].includes(reduction))
    throw new ValueError(`Invalid reduction mode: ${reduction}. Expected one of 'none', 'mean', 'sum'.`);
  const [l, w] = pair(loss as Tensor, weight);
  const product = ops.mul(l, w);
  if (reduction === 'mean' && !byCount) return named(ops.div(ops.sum(product), ops.sum(w)) as Tensor, 'Div');
  return reduceLoss(product, reduction, reduction === 'none' ? 'Mul' : reduction === 'sum' ? 'Sum' : 'Mean');
}

/** Mean of (input - target)². */
export const mse_loss = define(
  'mse_loss',
  "input: Tensor, target: Tensor, size_average=None, reduce=None, reduction='mean', weight=None",
  (
    input: Tensor,
    target: Tensor,
    size_average: Flag = null,
    reduce: Flag = null,
    reduction: string = 'mean',
    weight: Weight = null,
  ): Tensor => {
    warnSizes('mse_loss', input, target);
    const [x, y] = pair(input, target);
    needFloat('mse_cpu', x);
    return weighted(nn.squaredError(x, y), input, weight, legacyReduction(size_average, reduce, reduction), 'MseLoss');
  },
);
/** Mean of |input - target|. */
export const l1_loss = define(
  'l1_loss',
  "input: Tensor, target: Tensor, size_average=None, reduce=None, reduction='mean', weight=None",
  (
    input: Tensor,
    target: Tensor,
    size_average: Flag = null,
    reduce: Flag = null,
    reduction: string = 'mean',
    weight: Weight = null,
  ): Tensor => {
    warnSizes('l1_loss', input, target);
    const how = legacyReduction(size_average, reduce, reduction);
    const [x, y] = pair(input, target);
    const name = how === 'none' ? 'Abs' : how === 'sum' ? 'Sum' : 'Mean';
    return weighted(nn.absoluteError(x, y), input, weight, how, name);
  },
);
/** Quadratic within delta, linear outside. */
export const huber_loss = define(
  'huber_loss',
  "input: Tensor, target: Tensor, reduction='mean', delta=1.0, weight=None",
  (input: Tensor, target: Tensor, reduction: string = 'mean', delta: number = 1, weight: Weight = null): Tensor => {
    warnSizes('huber_loss', input, target);
    if (weight === null) checkReduction(reduction);
    if (!(Number(delta) > 0)) throw new RuntimeError('huber_loss does not support non-positive values for delta.');
    const [x, y] = pair(input, target);
    needFloat('huber_cpu', x);
    return weighted(nn.huber(x, y, Number(delta)), input, weight, reduction, 'HuberLoss', true);
  },
);
/** Quadratic (over 2 beta) within beta, linear outside. */
export const smooth_l1_loss = define(
  'smooth_l1_loss',
  "input: Tensor, target: Tensor, size_average=None, reduce=None, reduction='mean', beta=1.0",
  (
    input: Tensor,
    target: Tensor,
    size_average: Flag = null,
    reduce: Flag = null,
    reduction: string = 'mean',
    beta: number = 1,
  ): Tensor => {
    warnSizes('smooth_l1_loss', input, target);
    const how = legacyReduction(size_average, reduce, reduction);
    const b = Number(beta);
    if (b < 0) throw new RuntimeError('smooth_l1_loss does not support negative values for beta.');
    const [x, y] = pair(input, target);
    if (b === 0)
      return reduceLoss(nn.absoluteError(x, y), how, how === 'none' ? 'Abs' : how === 'sum' ? 'Sum' : 'Mean');
    needFloat('smooth_l1_cpu', x);
    return reduceLoss(nn.smoothAbsolute(x, y, b), how, 'SmoothL1Loss');
  },
);

/** Binary cross-entropy of probabilities, each logarithm held above -100. */
export const binary_cross_entropy = define(
  'binary_cross_entropy',
  "input: Tensor, target: Tensor, weight=None, size_average=None, reduce=None, reduction='mean'",
  (
    input: Tensor,
    target: Tensor,
    weight: Weight = null,
    size_average: Flag = null,
    reduce: Flag = null,
    reduction: string = 'mean',
  ): Tensor => {
    const how = legacyReduction(size_average, reduce, reduction);
    if (!sameSizes(input, target))
      throw new ValueError(
        `Using a target size (${sizesText(target)}) that is different to the input size (${sizesText(input)}) is deprecated. Please ensure they have the same size.`,
      );
    if (input.scalarType !== target.scalarType)
      throw new RuntimeError(`Found dtype ${typeText(target)} but expected ${typeText(input)}`);
    const values = ops.logicalAnd(ops.greaterEqual(input, 0), ops.lessEqual(input, 1));
    if (ops.all(values).storage.array[0] !== 1)
      throw new RuntimeError('all elements of input should be between 0 and 1');
    const loss = ops.binaryEntropyFloored(input, target, -100, 1e-12);
    return reduceLoss(weight ? ops.mul(loss, weight) : loss, how, 'BinaryCrossEntropy');
  },
);
/** The same of logits; pos_weight scales the positive term. */
export const binary_cross_entropy_with_logits = define(
  'binary_cross_entropy_with_logits',
  "input: Tensor, target: Tensor, weight=None, size_average=None, reduce=None, reduction='mean', pos_weight=None",
  (
    input: Tensor,
    target: Tensor,
    weight: Weight = null,
    size_average: Flag = null,
    reduce: Flag = null,
    reduction: string = 'mean',
    pos_weight: Weight = null,
  ): Tensor => {
    const how = legacyReduction(size_average, reduce, reduction);
    if (!sameSizes(input, target))
      throw new ValueError(`Target size (${sizesText(target)}) must be the same as input size (${sizesText(input)})`);
    const [x, y] = pair(input, target);
    const loss = pos_weight ? nn.weightedEntropyLogits(x, y, pos_weight) : nn.binaryEntropyLogits(x, y);
    return reduceLoss(weight ? ops.mul(loss, weight) : loss, how, 'BinaryCrossEntropyWithLogits');
  },
);

/** A float as Python prints it. */
const floatText = (x: number): string => String(pyFloat(x));
const bySize = (size: readonly number[]): string => `[${size.join(', ')}]`;
/** Classes in front: (N, C, d1, ...) and (N, d1, ...) as (M, C) and (M). */
function rows(input: Tensor, target: Tensor): [Tensor, Tensor] {
  if (input.ndim === 0) throw new RuntimeError('input tensor should be 1D or 2D');
  if (input.ndim === 1) {
    if (target.ndim > 1) throw new RuntimeError('0D or 1D target tensor expected, multi-target not supported');
    if (target.ndim === 1 && target.sizes[0] !== 1)
      throw new RuntimeError(`For 1D input, 1D target must have size 1, but got target size: ${target.sizes[0]}`);
    return [input.unsqueeze(0), target.reshape(-1)];
  }
  if (input.ndim === 2 && target.ndim !== 1)
    throw new RuntimeError('0D or 1D target tensor expected, multi-target not supported');
  if (input.sizes[0] !== target.sizes[0])
    throw new ValueError(
      `Expected input batch_size (${input.sizes[0]}) to match target batch_size (${target.sizes[0]}).`,
    );
  if (input.ndim === 2) return [input, target];
  const wanted = [input.sizes[0]!, ...input.sizes.slice(2)];
  if (bySize(wanted) !== bySize(target.sizes)) {
    if (input.ndim === 4) {
      if (target.ndim !== 3)
        throw new RuntimeError(
          `only batches of spatial targets supported (3D tensors) but got targets of dimension: ${target.ndim}`,
        );
      throw new RuntimeError(`size mismatch (got input: ${bySize(input.sizes)} , target: ${bySize(target.sizes)}`);
    }
    throw new RuntimeError(`Expected target size ${bySize(wanted)}, got ${bySize(target.sizes)}`);
  }
  const moved = input.permute(0, ...Array.from({ length: input.ndim - 2 }, (_, i) => i + 2), 1);
  return [moved.reshape(input.numel() / Math.max(1, input.sizes[1]!), input.sizes[1]!), target.reshape(-1)];
}
function checkClasses(input: Tensor, target: Tensor, weight: Weight): void {
  const classes = input.sizes[input.ndim === 1 ? 0 : 1];
  if (weight !== null && (weight.ndim !== 1 || weight.numel() !== classes))
    throw new RuntimeError(
      `weight tensor should be defined either for all ${classes} classes or no classes but got weight tensor of shape: ${bySize(weight.sizes)}`,
    );
  if (target.scalarType !== 'int64' && target.scalarType !== 'uint8')
    throw new RuntimeError(`expected target dtype to be Long or Byte, but got ${typeText(target)}`);
}
interface ClassOptions {
  readonly weight: Weight;
  readonly ignore: number;
  readonly reduction: string;
  readonly smoothing: number;
}
/** From log-probabilities (M, C); `shape` is the target as the caller gave it. */
function classLoss(x: Tensor, target: Tensor, shape: Tensor, o: ClassOptions): Tensor {
  const classes = x.sizes[1]!;
  const kept = target.ne(o.ignore);
  const labels = kept.all().item() === true ? target : (target.mul(kept.to(target.dtype)) as Tensor);
  for (const k of labels.tolist() as number[])
    if (k < 0 || k >= classes) throw new IndexError(`Target ${k} is out of bounds.`);
  const ids = labels.long();
  const settings = { weight: o.weight, kept: kept.to(x.dtype), smoothing: o.smoothing };
  const { loss, weights } = nn.classEntropy(x, ids, settings);
  const name = o.smoothing > 0 ? 'Add' : x.ndim === 4 ? 'NllLoss2D' : 'NllLoss';
  if (o.reduction === 'none') return named(ops.reshape(loss, shape.sizes) as Tensor, name);
  const sum = ops.sum(loss);
  if (o.reduction === 'sum') return named(sum as Tensor, name);
  return named(ops.div(sum, ops.stopGradient(ops.sum(weights))) as Tensor, name);
}
/** -log-probability of each target class, weighted, ignoring `ignore_index`. */
export const nll_loss = define(
  'nll_loss',
  "input: Tensor, target: Tensor, weight=None, size_average=None, ignore_index=-100, reduce=None, reduction='mean'",
  (
    input: Tensor,
    target: Tensor,
    weight: Weight = null,
    size_average: Flag = null,
    ignore_index: number = -100,
    reduce: Flag = null,
    reduction: string = 'mean',
  ): Tensor => {
    const how = legacyReduction(size_average, reduce, reduction);
    checkReduction(how);
    const [x, t] = rows(input, target);
    checkClasses(input, target, weight);
    return classLoss(x, t, target, { weight, ignore: Number(ignore_index), reduction: how, smoothing: 0 });
  },
);
/** Cross-entropy of logits with class indices, or with class probabilities of the same shape. */
export const cross_entropy = define(
  'cross_entropy',
  "input: Tensor, target: Tensor, weight=None, size_average=None, ignore_index=-100, reduce=None, reduction='mean', label_smoothing=0.0",
  (
    input: Tensor,
    target: Tensor,
    weight: Weight = null,
    size_average: Flag = null,
    ignore_index: number = -100,
    reduce: Flag = null,
    reduction: string = 'mean',
    label_smoothing: number = 0,
  ): Tensor => {
    const how = legacyReduction(size_average, reduce, reduction);
    checkReduction(how);
    const smoothing = Number(label_smoothing);
    const axis = input.ndim === 1 ? 0 : 1;
    if (sameSizes(input, target)) {
      if (!target.is_floating_point())
        throw new RuntimeError(
          `Expected floating point type for target with class probabilities, got ${typeText(target)}`,
        );
      if (Number(ignore_index) >= 0) throw new RuntimeError('ignore_index is not supported for floating point target');
      const classes = input.sizes[axis]!;
      const y = nn.smoothedLabels(target, smoothing, classes);
      const sizes = input.sizes.map((_, i) => (i === axis ? classes : 1));
      const all = weight === null ? y : ops.mul(y, ops.reshape(weight, sizes));
      const loss = nn.entropyLogits(input, all, axis);
      if (how !== 'mean') return reduceLoss(loss, how, 'Neg');
      return named(ops.div(ops.sum(loss), input.ndim === 1 ? 1 : input.numel() / classes) as Tensor, 'Div');
    }
    if (!(smoothing >= 0 && smoothing <= 1))
      throw new RuntimeError(`label_smoothing must be between 0.0 and 1.0. Got: ${smoothing}`);
    const [x, t] = rows(input, target);
    checkClasses(input, target, weight);
    const simple = weight === null && smoothing === 0 && input.ndim === 2 && target.scalarType === 'int64';
    const ignore = Number(ignore_index);
    if (simple && t.eq(ignore).any().item() === false && input.scalarType.endsWith('2'))
      return reduceLoss(ops.crossEntropy(x, t), how, 'NllLoss');
    const log = ops.logSoftmax(x, 1) as Tensor;
    return classLoss(log, t, target, { weight, ignore, reduction: how, smoothing });
  },
);

/** target (ln target - input), input and with log_target the target being logarithms. */
export const kl_div = define(
  'kl_div',
  "input: Tensor, target: Tensor, size_average=None, reduce=None, reduction='mean', log_target=False",
  (
    input: Tensor,
    target: Tensor,
    size_average: Flag = null,
    reduce: Flag = null,
    reduction: string = 'mean',
    log_target: boolean = false,
  ): Tensor => {
    const legacy = (size_average ?? null) !== null || (reduce ?? null) !== null;
    const how = legacyReduction(size_average, reduce, reduction);
    if (!legacy && how === 'mean')
      console.warn(
        "UserWarning: reduction: 'mean' divides the total loss by both the batch size and the support size.'batchmean' divides only by the batch size, and aligns with the KL div math definition.'mean' will be changed to behave the same as 'batchmean' in the next major release.",
      );
    const [x, y] = pair(input, target);
    const loss = log_target ? ops.mul(ops.exp(y), ops.sub(y, x)) : ops.sub(ops.xLogY(y, y), ops.mul(y, x));
    if (how !== 'batchmean')
      return reduceLoss(loss, how, how === 'none' ? (log_target ? 'Mul' : 'Sub') : how === 'sum' ? 'Sum' : 'Mean');
    const total = ops.sum(loss);
    return input.ndim === 0 ? (total as Tensor) : named(ops.div(total, input.sizes[0]!) as Tensor, 'Div');
  },
);
const node = (how: string, none: string): string => (how === 'mean' ? 'Mean' : how === 'sum' ? 'Sum' : none);
/** e^input - target input, or input - target ln(input + eps); `full` adds Stirling's approximation. */
export const poisson_nll_loss = define(
  'poisson_nll_loss',
  "input: Tensor, target: Tensor, log_input=True, full=False, size_average=None, eps=1e-08, reduce=None, reduction='mean'",
  (
    input: Tensor,
    target: Tensor,
    log_input: boolean = true,
    full: boolean = false,
    size_average: Flag = null,
    eps: number = 1e-8,
    reduce: Flag = null,
    reduction: string = 'mean',
  ): Tensor => {
    const how = legacyReduction(size_average, reduce, reduction);
    checkReduction(how);
    const [x, y] = pair(input, target).map(floats) as [CoreTensor, CoreTensor];
    let loss = log_input
      ? ops.sub(ops.exp(x), ops.mul(y, x))
      : ops.sub(x, ops.mul(y, ops.log(ops.add(x, Number(eps)))));
    if (full) {
      const stirling = ops.add(ops.sub(ops.mul(y, ops.log(y)), y), ops.mul(ops.log(ops.mul(y, 2 * Math.PI)), 0.5));
      loss = ops.add(loss, ops.where(ops.lessEqual(y, 1), 0, stirling));
    }
    return reduceLoss(loss, how, node(how, 'Sub'));
  },
);
/** (ln var + (input - target)² / var) / 2, var held above eps; `full` adds ln(2π) / 2. */
export const gaussian_nll_loss = define(
  'gaussian_nll_loss',
  "input: Tensor, target: Tensor, var, full=False, eps=1e-06, reduction='mean'",
  (
    input: Tensor,
    target: Tensor,
    variance: Tensor | number,
    full: boolean = false,
    eps: number = 1e-6,
    reduction: string = 'mean',
  ): Tensor => {
    let v: Tensor = isScalar(variance)
      ? (ops.fullLike(input.detach(), Number(variance)) as Tensor)
      : (variance as Tensor);
    if (v.lt(0).any().item() === true) throw new ValueError('var has negative entry/entries');
    if (!sameSizes(v, input)) {
      const shorter = bySize(input.sizes.slice(0, -1)) === bySize(v.sizes);
      const apart = input.ndim === v.ndim && v.sizes.reduce((n, s, i) => n + (s === input.sizes[i] ? 0 : s), 0) === 1;
      if (shorter) v = v.unsqueeze(-1);
      else if (!apart) throw new ValueError('var is of incorrect size');
    }
    if (!['none', 'mean', 'sum'].includes(reduction)) throw new ValueError(`${reduction} is not valid`);
    const [x, y] = pair(input, target);
    const held = nn.floored(v, Number(eps));
    let loss = ops.mul(ops.add(ops.log(held), ops.div(ops.square(ops.sub(x, y)), held)), 0.5);
    if (full) loss = ops.add(loss, 0.5 * Math.log(2 * Math.PI));
    return reduceLoss(loss, reduction, node(reduction, full ? 'Add' : 'Mul'));
  },
);
/** input where target is 1, max(0, margin - input) where it is -1. */
export const hinge_embedding_loss = define(
  'hinge_embedding_loss',
  "input: Tensor, target: Tensor, margin=1.0, size_average=None, reduce=None, reduction='mean'",
  (
    input: Tensor,
    target: Tensor,
    margin: number = 1,
    size_average: Flag = null,
    reduce: Flag = null,
    reduction: string = 'mean',
  ): Tensor => {
    const how = legacyReduction(size_average, reduce, reduction);
    checkReduction(how);
    const gap = ops.clamp(ops.sub(Number(margin), input), 0, null);
    const loss = ops.add(ops.where(ops.notEqual(target, 1), gap, 0), ops.where(ops.notEqual(target, -1), input, 0));
    return reduceLoss(loss, how, node(how, 'Add'));
  },
);
/** max(0, -target (input1 - input2) + margin). */
export const margin_ranking_loss = define(
  'margin_ranking_loss',
  "input1: Tensor, input2: Tensor, target: Tensor, margin=0, size_average=None, reduce=None, reduction='mean'",
  (
    input1: Tensor,
    input2: Tensor,
    target: Tensor,
    margin: number = 0,
    size_average: Flag = null,
    reduce: Flag = null,
    reduction: string = 'mean',
  ): Tensor => {
    const how = legacyReduction(size_average, reduce, reduction);
    checkReduction(how);
    if (input1.ndim !== input2.ndim || input1.ndim !== target.ndim)
      throw new RuntimeError(
        `margin_ranking_loss : All input tensors should have same dimension but got sizes: input1: ${sizesText(input1)}, input2: ${sizesText(input2)}, target: ${sizesText(target)} `,
      );
    const inner = target.neg().mul(input1.sub(input2)).add(margin);
    return reduceLoss(ops.clamp(inner, 0, null), how, node(how, 'ClampMin'));
  },
);
/** 1 - cos(input1, input2) where target is 1, max(0, cos - margin) where it is -1. */
export const cosine_embedding_loss = define(
  'cosine_embedding_loss',
  "input1: Tensor, input2: Tensor, target: Tensor, margin=0, size_average=None, reduce=None, reduction='mean'",
  (
    input1: Tensor,
    input2: Tensor,
    target: Tensor,
    margin: number = 0,
    size_average: Flag = null,
    reduce: Flag = null,
    reduction: string = 'mean',
  ): Tensor => {
    const how = legacyReduction(size_average, reduce, reduction);
    checkReduction(how);
    const rank = input1.ndim;
    if (!((target.ndim === 0 && rank === 1) || (target.ndim === 1 && rank === 2)))
      throw new RuntimeError(
        target.ndim === 0
          ? `0D target tensor expects 1D input tensors, but found inputs with sizes ${bySize(input1.sizes)} and ${bySize(input2.sizes)}.`
          : target.ndim === 1
            ? `1D target tensor expects 2D input tensors, but found inputs with sizes ${bySize(input1.sizes)} and ${bySize(input2.sizes)}.`
            : '0D or 1D target tensor expected, multi-target not supported',
      );
    const axis = target.ndim;
    const [a, b] = pair(input1, input2).map(floats) as [CoreTensor, CoreTensor];
    const squares = (t: CoreTensor): CoreTensor => ops.add(ops.sum(ops.square(t), axis), 1e-12);
    const cosine = ops.div(ops.sum(ops.mul(a, b), axis), ops.sqrt(ops.mul(squares(a), squares(b))));
    const apart = ops.clamp(ops.sub(cosine, Number(margin)), 0, null);
    const loss = ops.add(
      ops.where(ops.equal(target, 1), ops.sub(1, cosine), 0),
      ops.where(ops.equal(target, -1), apart, 0),
    );
    return reduceLoss(loss, how, node(how, 'Add'));
  },
);
/** ln(1 + e^(-target input)). */
export const soft_margin_loss = define(
  'soft_margin_loss',
  "input: Tensor, target: Tensor, size_average=None, reduce=None, reduction='mean'",
  (
    input: Tensor,
    target: Tensor,
    size_average: Flag = null,
    reduce: Flag = null,
    reduction: string = 'mean',
  ): Tensor => {
    const how = legacyReduction(size_average, reduce, reduction);
    const [x, y] = pair(input, target);
    return reduceLoss(ops.log1p(ops.exp(ops.mul(ops.neg(y), x))), how, 'SoftMarginLoss');
  },
);
/** Mean over the classes of binary cross-entropies of logits. */
export const multilabel_soft_margin_loss = define(
  'multilabel_soft_margin_loss',
  "input: Tensor, target: Tensor, weight=None, size_average=None, reduce=None, reduction='mean'",
  (
    input: Tensor,
    target: Tensor,
    weight: Weight = null,
    size_average: Flag = null,
    reduce: Flag = null,
    reduction: string = 'mean',
  ): Tensor => {
    const how = legacyReduction(size_average, reduce, reduction);
    checkReduction(how);
    const [x, y] = pair(input, target);
    let loss = ops.neg(ops.add(ops.mul(y, nn.logSigmoid(x)), ops.mul(ops.sub(1, y), nn.logSigmoid(ops.neg(x)))));
    if (weight !== null) loss = ops.mul(loss, weight);
    const classes = input.sizes.at(-1)!;
    return reduceLoss(ops.div(ops.sum(loss, -1), classes), how, node(how, 'Div'));
  },
);
/** Σ max(0, margin - x[y] + x[i])^p weight[y] / C over the other classes i. */
export const multi_margin_loss = define(
  'multi_margin_loss',
  "input: Tensor, target: Tensor, p=1, margin=1.0, weight=None, size_average=None, reduce=None, reduction='mean'",
  (
    input: Tensor,
    target: Tensor,
    p: number = 1,
    margin: number = 1,
    weight: Weight = null,
    size_average: Flag = null,
    reduce: Flag = null,
    reduction: string = 'mean',
  ): Tensor => {
    const how = legacyReduction(size_average, reduce, reduction);
    checkReduction(how);
    if (Number(p) !== 1 && Number(p) !== 2) throw new ValueError('only p == 1 and p == 2 supported');
    if (weight !== null && weight.ndim !== 1) throw new ValueError('weight must be one-dimensional');
    if (input.ndim > 2 || input.numel() === 0)
      throw new RuntimeError(
        `Expected non-empty vector or matrix with optional 0-dim batch size, but got: ${bySize(input.sizes)}`,
      );
    const x = input.ndim < 2 ? input.reshape(1, -1) : input;
    const t = target.reshape(-1);
    const classes = x.sizes[1]!;
    if (t.numel() !== x.sizes[0])
      throw new RuntimeError(
        `multi_margin_loss: target tensor should be 1-D with size equal to the number of input samples (batch size). Expected target size [${x.sizes[0]}], but got ${bySize(target.sizes)}. Input has shape ${bySize(x.sizes)}.`,
      );
    if (target.scalarType !== 'int64')
      throw new RuntimeError(`expected scalar type Long but found ${typeText(target)}`);
    if (weight !== null && weight.numel() !== classes)
      throw new RuntimeError(`inconsistent weight size, expected ${classes} but got ${bySize(weight.sizes)}`);
    for (const k of t.tolist() as number[]) if (k < 0 || k >= classes) throw new RuntimeError('target out of range');
    const own = ops.gather(x, ops.unsqueeze(t, 1), 1);
    let gap = ops.clamp(ops.add(ops.sub(x, own), Number(margin)), 0, null);
    if (Number(p) === 2) gap = ops.square(gap);
    if (weight !== null) gap = ops.mul(gap, ops.unsqueeze(ops.take(weight, t, 0), 1));
    const hot = ops.cast(ops.oneHot(t, classes, 'int64', true), 'bool');
    const loss = ops.div(ops.sum(ops.where(hot, 0, gap), 1), classes);
    return reduceLoss(how === 'none' && input.ndim < 2 ? ops.reshape(loss, []) : loss, how, 'MultiMarginLoss');
  },
);
/** Σ max(0, 1 - (x[y] - x[i])) / C over the target classes y, listed up to a -1, and the classes i that are none. */
export const multilabel_margin_loss = define(
  'multilabel_margin_loss',
  "input: Tensor, target: Tensor, size_average=None, reduce=None, reduction='mean'",
  (
    input: Tensor,
    target: Tensor,
    size_average: Flag = null,
    reduce: Flag = null,
    reduction: string = 'mean',
  ): Tensor => {
    const how = legacyReduction(size_average, reduce, reduction);
    checkReduction(how);
    if (input.ndim > 2 || input.numel() === 0)
      throw new RuntimeError(
        `Expected non-empty vector or matrix with optional 0-dim batch size, but got: ${bySize(input.sizes)}`,
      );
    if (!sameSizes(input, target))
      throw new RuntimeError(
        `inconsistent target size: ${bySize(target.sizes)} for input of size: ${bySize(input.sizes)}`,
      );
    const x = input.ndim < 2 ? input.reshape(1, -1) : input;
    const [n, classes] = x.sizes as [number, number];
    const listed = target.reshape(n, classes).tolist() as number[][];
    const counts = ops.fullLike(x.detach(), 0, [n, classes]);
    const others = ops.fullLike(x.detach(), 1, [n, classes]);
    listed.forEach((row, i) => {
      for (const k of row) {
        if (k === -1) break;
        if (k < 0 || k >= classes) throw new RuntimeError("argument #2 'target' is out of range");
        (counts.storage.array as Float64Array)[i * classes + k]! += 1;
        (others.storage.array as Float64Array)[i * classes + k] = 0;
      }
    });
    const gap = ops.clamp(ops.add(ops.sub(ops.unsqueeze(x, 1), ops.unsqueeze(x, 2)), 1), 0, null);
    const pairs = ops.mul(ops.unsqueeze(counts, 2), ops.unsqueeze(others, 1));
    const loss = ops.div(ops.sum(ops.mul(gap, pairs), [1, 2]), classes);
    return reduceLoss(how === 'none' && input.ndim < 2 ? ops.reshape(loss, []) : loss, how, 'MultilabelMarginLoss');
  },
);

function triplet(near: Tensor, far: Tensor, margin: number, reduction: string): Tensor {
  return reduceLoss(ops.clamp(near.sub(far).add(margin), 0, null), reduction, node(reduction, 'ClampMin'));
}
/** max(0, ‖anchor - positive‖ - ‖anchor - negative‖ + margin). */
export const triplet_margin_loss = define(
  'triplet_margin_loss',
  "anchor: Tensor, positive: Tensor, negative: Tensor, margin=1.0, p=2, eps=1e-06, swap=False, size_average=None, reduce=None, reduction='mean'",
  (
    anchor: Tensor,
    positive: Tensor,
    negative: Tensor,
    margin: number = 1,
    p: number = 2,
    eps: number = 1e-6,
    swap: boolean = false,
    size_average: Flag = null,
    reduce: Flag = null,
    reduction: string = 'mean',
  ): Tensor => {
    const how = legacyReduction(size_average, reduce, reduction);
    checkReduction(how);
    if (!(Number(margin) > 0)) throw new ValueError(`margin must be greater than 0, got ${floatText(Number(margin))}`);
    if (anchor.ndim !== positive.ndim || positive.ndim !== negative.ndim)
      throw new RuntimeError(
        `The anchor, positive, and negative tensors are expected to have the same number of dimensions, but got: anchor ${anchor.ndim}D, positive ${positive.ndim}D, and negative ${negative.ndim}D inputs`,
      );
    const near = pairwise_distance(anchor, positive, p, eps);
    let far = pairwise_distance(anchor, negative, p, eps);
    if (swap) far = far.minimum(pairwise_distance(positive, negative, p, eps));
    return triplet(near, far, Number(margin), how);
  },
);
/** The same with a distance of one's own. */
export const triplet_margin_with_distance_loss = define(
  'triplet_margin_with_distance_loss',
  "anchor: Tensor, positive: Tensor, negative: Tensor, *, distance_function=None, margin=1.0, swap=False, reduction='mean'",
  (
    anchor: Tensor,
    positive: Tensor,
    negative: Tensor,
    o: {
      distance_function?: ((a: Tensor, b: Tensor) => Tensor) | null;
      margin?: number;
      swap?: boolean;
      reduction?: string;
    } = {},
  ): Tensor => {
    const { margin = 1, swap = false, reduction = 'mean' } = o;
    const distance = o.distance_function ?? ((a: Tensor, b: Tensor): Tensor => pairwise_distance(a, b));
    checkReduction(reduction);
    if (!(Number(margin) > 0)) throw new ValueError(`margin must be greater than 0, got ${floatText(Number(margin))}`);
    const near = distance(anchor, positive);
    let far = distance(anchor, negative);
    if (swap) far = far.minimum(distance(positive, negative));
    return triplet(near, far, Number(margin), reduction);
  },
);

/** Connectionist temporal classification: -ln of the probability of all alignments of the targets with the inputs. */
export const ctc_loss = define(
  'ctc_loss',
  "log_probs: Tensor, targets: Tensor, input_lengths, target_lengths, blank=0, reduction='mean', zero_infinity=False",
  (
    log_probs: Tensor,
    targets: Tensor,
    input_lengths: Tensor | readonly number[],
    target_lengths: Tensor | readonly number[],
    blank: number = 0,
    reduction: string = 'mean',
    zero_infinity: boolean = false,
  ): Tensor => {
    checkReduction(reduction);
    const lengths = (l: Tensor | readonly number[]): number[] =>
      ('tolist' in l ? [(l as Tensor).tolist()].flat() : [...l]).map(Number);
    const single = log_probs.ndim === 2;
    const x = single ? log_probs.unsqueeze(1) : log_probs;
    const [steps, n, classes] = x.sizes as [number, number, number];
    const inputs = lengths(input_lengths);
    const wanted = lengths(target_lengths);
    if (inputs.length !== n) throw new RuntimeError(`input_lengths must be of size batch_size`);
    if (wanted.length !== n) throw new RuntimeError(`target_lengths must be of size batch_size`);
    if (!(blank >= 0 && blank < classes)) throw new RuntimeError('blank must be in label range');
    for (const l of inputs)
      if (l > steps || l < 0)
        throw new RuntimeError(
          `Expected input_lengths to have value at most ${steps}, but got value ${l} (while checking arguments for ctc_loss_cpu)`,
        );
    const flat = (targets.reshape(-1).tolist() as number[]).map(Number);
    let at = 0;
    const rows = wanted.map((l, i) => {
      const start = targets.ndim === 2 ? i * targets.sizes[1]! : at;
      at += l;
      return flat.slice(start, start + l);
    });
    const loss = ops.alignmentLoss(x, {
      targets: rows,
      lengths: inputs,
      blank: Number(blank),
      zeroInfinity: zero_infinity,
    });
    if (reduction === 'none') return named((single ? ops.reshape(loss, []) : loss) as Tensor, 'CtcLoss');
    if (reduction === 'sum') return named(ops.sum(loss) as Tensor, 'Sum');
    const divisors = wanted.map((l) => Math.max(1, l));
    const scale = ops.fullLike(loss, 0, [n]);
    divisors.forEach((d, i) => {
      (scale.storage.array as Float64Array)[i] = d;
    });
    return named(ops.mean(ops.div(loss, scale)) as Tensor, 'Mean');
  },
);
