import { declareSignatures, isFloating, isInteger, nn, ops, type Tensor, toNumbers, warn } from '@stele/core';
import { type Tail, tail } from '../arguments';
import { epsilon } from '../config/config';
import { valueError } from '../errors';
import { convert, logitsBehind, setMask, showTuple, type TensorLike, toFloat, toldShape } from '../tensors';

/** Floats in the type that they have; whole numbers and booleans become float32. */
const floats = (x: TensorLike): Tensor => {
  const t = convert(x);
  return isFloating(t.scalarType) ? t : ops.cast(t, 'float32');
};

/** Gives the two the same rank where they differ by one axis of size 1. */
export function sameRank(a: Tensor, b: Tensor, expandVectors = true): [Tensor, Tensor] {
  if (a.rank === b.rank + 1 && a.sizes.at(-1) === 1)
    return b.rank === 1 && expandVectors ? [a, ops.unsqueeze(b, -1)] : [ops.squeeze(a, [-1]), b];
  if (b.rank === a.rank + 1 && b.sizes.at(-1) === 1)
    return a.rank === 1 && expandVectors ? [ops.unsqueeze(a, -1), b] : [a, ops.squeeze(b, [-1])];
  return [a, b];
}

function both(yTrue: TensorLike, yPred: TensorLike): [Tensor, Tensor] {
  const p = floats(yPred);
  return sameRank(toFloat(yTrue, p.scalarType), p);
}
const lastMean = (x: Tensor): Tensor => (x.rank === 0 ? x : ops.mean(x, -1));

/** mean((y_true - y_pred)^2) over the last axis. @see https://keras.io/api/losses/regression_losses/ */
export function mean_squared_error(y_true: TensorLike, y_pred: TensorLike): Tensor {
  const [y, p] = both(y_true, y_pred);
  return lastMean(nn.squaredError(y, p));
}
/** mean(|y_true - y_pred|) over the last axis. */
export function mean_absolute_error(y_true: TensorLike, y_pred: TensorLike): Tensor {
  const [y, p] = both(y_true, y_pred);
  return lastMean(nn.absoluteError(y, p));
}
/** 100 mean(|(y_true - y_pred) / max(|y_true|, epsilon)|) over the last axis. */
export function mean_absolute_percentage_error(y_true: TensorLike, y_pred: TensorLike): Tensor {
  const [y, p] = both(y_true, y_pred);
  return ops.mul(lastMean(nn.relativeError(y, p, epsilon())), 100);
}
/** mean((log(max(y_true, epsilon) + 1) - log(max(y_pred, epsilon) + 1))^2) over the last axis. */
export function mean_squared_logarithmic_error(y_true: TensorLike, y_pred: TensorLike): Tensor {
  const [y, p] = both(y_true, y_pred);
  return lastMean(nn.squaredLogError(y, p, epsilon()));
}
/** Quadratic within delta, linear outside; mean over the last axis. */
export function huber(
  y_true: TensorLike,
  y_pred: TensorLike,
  ...rest: Tail<[delta: number], { delta: number }>
): Tensor {
  const { delta } = tail('huber', { delta: 1 }, rest);
  const [y, p] = both(y_true, y_pred);
  return lastMean(nn.huber(p, y, delta));
}
/** mean(log(cosh(y_pred - y_true))) over the last axis. */
export function log_cosh(y_true: TensorLike, y_pred: TensorLike): Tensor {
  const [y, p] = both(y_true, y_pred);
  return lastMean(nn.logCosh(y, p));
}
/** sum(y_true log(y_true / y_pred)) over the last axis, both held inside [epsilon, 1]. */
export function kl_divergence(y_true: TensorLike, y_pred: TensorLike): Tensor {
  const p = floats(y_pred);
  return nn.divergenceClipped(toFloat(y_true, p.scalarType), p, epsilon());
}
/** mean(y_pred - y_true log(y_pred + epsilon)) over the last axis. */
export function poisson(y_true: TensorLike, y_pred: TensorLike): Tensor {
  const p = floats(y_pred);
  const y = toFloat(y_true, p.scalarType);
  return lastMean(nn.poissonLoss(y, p, epsilon()));
}

/** mean(max(1 - y_true y_pred, 0)) over the last axis. */
export function hinge(y_true: TensorLike, y_pred: TensorLike): Tensor {
  const p = floats(y_pred);
  return lastMean(nn.hinge(nn.signedLabels(toFloat(y_true, p.scalarType)), p));
}
/** mean(max(1 - y_true y_pred, 0)^2) over the last axis. */
export function squared_hinge(y_true: TensorLike, y_pred: TensorLike): Tensor {
  const p = floats(y_pred);
  return lastMean(ops.square(nn.hinge(nn.signedLabels(toFloat(y_true, p.scalarType)), p)));
}
/** -sum(l2norm(y_true) l2norm(y_pred)) along an axis. */
export function cosine_similarity(
  y_true: TensorLike,
  y_pred: TensorLike,
  ...rest: Tail<[axis: number], { axis: number }>
): Tensor {
  const { axis } = tail('cosine_similarity', { axis: -1 }, rest);
  const [y, p] = both(y_true, y_pred);
  return ops.neg(nn.cosineSimilarity(y, p, axis, 1e-12));
}

const entropyDefaults = { from_logits: false, label_smoothing: 0, axis: -1 };
/** Options of the cross-entropies. */
export type EntropyOptions = typeof entropyDefaults;
const sparseDefaults = { from_logits: false, ignore_class: null as number | null, axis: -1 };
/** Options of the cross-entropy with class indices. */
export type SparseEntropyOptions = typeof sparseDefaults;

/** What is behind a final sigmoid or softmax is used in its place: nothing saturates. */
function behind(output: Tensor, fromLogits: boolean): [Tensor, boolean] {
  const found = logitsBehind(output);
  return found === undefined ? [output, fromLogits] : [found, true];
}

/**
 * -(y log p + (1 - y) log(1 - p)), mean over the last axis; p is held inside [1e-7, 1 - 1e-7].
 * @see https://keras.io/api/losses/probabilistic_losses/
 */
export function binary_crossentropy(
  y_true: TensorLike,
  y_pred: TensorLike,
  ...rest: Tail<[from_logits: boolean, label_smoothing: number, axis: number], EntropyOptions>
): Tensor {
  const { from_logits, label_smoothing, axis } = tail('binary_crossentropy', entropyDefaults, rest);
  const p = floats(y_pred);
  const y = nn.smoothedLabels(toFloat(y_true, p.scalarType), label_smoothing, 2);
  requireSameShape(y, p);
  const [output, logits] = behind(p, from_logits);
  const each = logits ? nn.binaryEntropyLogits(output, y) : nn.binaryEntropyClipped(output, y, epsilon());
  return ops.mean(each, axis);
}

/** -sum(y log p) along an axis; p is divided by its sum and held inside [1e-7, 1 - 1e-7]. */
export function categorical_crossentropy(
  y_true: TensorLike,
  y_pred: TensorLike,
  ...rest: Tail<[from_logits: boolean, label_smoothing: number, axis: number], EntropyOptions>
): Tensor {
  const { from_logits, label_smoothing, axis } = tail('categorical_crossentropy', entropyDefaults, rest);
  const p = floats(y_pred);
  let y = toFloat(y_true, p.scalarType);
  if (p.rank > 0 && p.sizes.at(-1) === 1)
    warn(
      `In loss categorical_crossentropy, expected y_pred.shape to be (batch_size, num_classes) with num_classes > 1. Received: y_pred.shape=${showTuple(p.sizes)}. Consider using 'binary_crossentropy' if you only have 2 classes.`,
      'UserWarning',
    );
  if (label_smoothing > 0) y = nn.smoothedLabels(y, label_smoothing, y.sizes.at(axis)!);
  requireSameShape(y, p);
  const [output, logits] = behind(p, from_logits);
  return logits ? nn.entropyLogitsStraight(output, y, axis) : nn.entropyClipped(output, y, epsilon(), axis);
}

function requireSameShape(y: Tensor, p: Tensor): void {
  const shapes = `Received: target.shape=${showTuple(toldShape(y.sizes))}, output.shape=${showTuple(toldShape(p.sizes))}`;
  if (y.rank !== p.rank)
    throw valueError(`Arguments \`target\` and \`output\` must have the same rank (ndim). ${shapes}`);
  if (y.sizes.some((d, i) => d !== p.sizes[i]))
    throw valueError(`Arguments \`target\` and \`output\` must have the same shape. ${shapes}`);
}

/** -log p[label]; y_true holds class indices, one axis fewer than y_pred. */
export function sparse_categorical_crossentropy(
  y_true: TensorLike,
  y_pred: TensorLike,
  ...rest: Tail<[from_logits: boolean, ignore_class: number | null, axis: number], SparseEntropyOptions>
): Tensor {
  const { from_logits, ignore_class, axis } = tail('sparse_categorical_crossentropy', sparseDefaults, rest);
  const p = floats(y_pred);
  if (axis !== -1 && axis !== p.rank - 1)
    throw valueError(`Only axis=-1 is currently supported. Received: axis=${axis}`);
  let y = convert(y_true);
  if (y.rank === p.rank && y.sizes.at(-1) === 1) y = ops.squeeze(y, [-1]);
  const shapes = `target.shape=${showTuple(toldShape(y.sizes))}, output.shape=${showTuple(toldShape(p.sizes))}`;
  if (y.rank !== p.rank - 1)
    throw valueError(`Argument \`output\` must have rank (ndim) \`target.ndim - 1\`. Received: ${shapes}`);
  if (y.sizes.some((d, i) => d !== p.sizes[i]))
    throw valueError(
      `Arguments \`target\` and \`output\` must have the same shape up until the last dimension: ${shapes}`,
    );
  let labels = isInteger(y.scalarType) ? y : ops.cast(y, 'int64');
  const [output, logits] = behind(p, from_logits);
  const classes = p.sizes.at(-1)!;
  const ignored = ignore_class === null ? null : ops.equal(labels, ignore_class);
  if (ignored !== null) labels = ops.where(ignored, 0, labels);
  const rows = ops.reshape(logits ? output : ops.log(ops.clamp(output, epsilon(), 1 - epsilon())), [-1, classes]);
  const each = ops.reshape(ops.crossEntropy(rows, ops.reshape(labels, [-1])), y.sizes);
  if (ignored === null) return each;
  const kept = ops.where(ignored, 0, each);
  // means leave the ignored ones out
  setMask(kept, ops.logicalNot(ignored));
  return kept;
}

/** max(0, 1 + the largest wrong score - the right one). */
export function categorical_hinge(y_true: TensorLike, y_pred: TensorLike): Tensor {
  const p = floats(y_pred);
  return nn.categoricalHinge(toFloat(y_true, p.scalarType), p);
}

const focalDefaults = { alpha: 0.25, gamma: 2, from_logits: false, label_smoothing: 0, axis: -1 };
/** Options of the focal cross-entropies. */
export type FocalOptions = typeof focalDefaults;
const binaryFocalDefaults = { apply_class_balancing: false, ...focalDefaults };
export type BinaryFocalOptions = typeof binaryFocalDefaults;

/** The binary cross-entropy weighted by (1 - probability of what is true)^gamma, mean over an axis. */
export function binary_focal_crossentropy(
  y_true: TensorLike,
  y_pred: TensorLike,
  ...rest: Tail<
    [apply_class_balancing: boolean, alpha: number, gamma: number, from_logits: boolean, label_smoothing: number],
    BinaryFocalOptions
  >
): Tensor {
  const o = tail('binary_focal_crossentropy', binaryFocalDefaults, rest);
  const given = floats(y_pred);
  const y = nn.smoothedLabels(toFloat(y_true, given.scalarType), o.label_smoothing, 2);
  const p = o.from_logits ? ops.sigmoid(given) : given;
  requireSameShape(y, p);
  return ops.mean(nn.binaryFocal(y, p, o.gamma, o.apply_class_balancing ? o.alpha : null, epsilon()), o.axis);
}
/** The categorical cross-entropy weighted by alpha (1 - p)^gamma. */
export function categorical_focal_crossentropy(
  y_true: TensorLike,
  y_pred: TensorLike,
  ...rest: Tail<[alpha: number, gamma: number, from_logits: boolean, label_smoothing: number], FocalOptions>
): Tensor {
  const o = tail('categorical_focal_crossentropy', focalDefaults, rest);
  const given = floats(y_pred);
  let y = toFloat(y_true, given.scalarType);
  if (o.label_smoothing > 0) y = nn.smoothedLabels(y, o.label_smoothing, y.sizes.at(-1)!);
  const p = o.from_logits ? ops.softmax(given, o.axis) : given;
  return nn.categoricalFocal(y, p, o.gamma, o.alpha, epsilon(), o.axis);
}

type Axes = number | readonly number[] | null;
/** 1 - 2 |y p| / (|y| + |p|). */
export function dice(y_true: TensorLike, y_pred: TensorLike, ...rest: Tail<[axis: Axes], { axis: Axes }>): Tensor {
  const { axis } = tail('dice', { axis: null as Axes }, rest);
  const p = floats(y_pred);
  return nn.diceLoss(toFloat(y_true, p.scalarType), p, axis, epsilon());
}
const tverskyDefaults = { alpha: 0.5, beta: 0.5, axis: null as Axes };
/** 1 - |y p| / (|y p| + alpha |y (1 - p)| + beta |p (1 - y)|). */
export function tversky(
  y_true: TensorLike,
  y_pred: TensorLike,
  ...rest: Tail<[alpha: number, beta: number, axis: Axes], typeof tverskyDefaults>
): Tensor {
  const { alpha, beta, axis } = tail('tversky', tverskyDefaults, rest);
  const p = floats(y_pred);
  return nn.tverskyLoss(toFloat(y_true, p.scalarType), p, alpha, beta, axis, epsilon());
}

const circleDefaults = {
  ref_labels: null as TensorLike | null,
  ref_embeddings: null as TensorLike | null,
  remove_diagonal: true,
  gamma: 80,
  margin: 0.4,
};
/** Pairs of embeddings of the same class pulled together, others pushed apart. */
export function circle(
  y_true: TensorLike,
  y_pred: TensorLike,
  ...rest: Tail<[ref_labels: TensorLike | null, ref_embeddings: TensorLike | null], typeof circleDefaults>
): Tensor {
  const o = tail('circle', circleDefaults, rest);
  const embeddings = floats(y_pred);
  const labels = ops.reshape(ops.cast(convert(y_true), 'int32'), [-1, 1]);
  const others = o.ref_labels === null ? labels : ops.reshape(ops.cast(convert(o.ref_labels), 'int32'), [-1, 1]);
  let same = ops.equal(labels, ops.transpose(others, 0, 1));
  const different = ops.logicalNot(same);
  if (o.remove_diagonal) {
    const diagonal = ops.tril(ops.triu(ops.fullLike(embeddings, 1, same.sizes)));
    same = ops.logicalAnd(same, ops.equal(diagonal, 0));
  }
  const mask = (m: Tensor): Tensor => ops.cast(m, embeddings.scalarType);
  const references = o.ref_embeddings === null ? embeddings : toFloat(o.ref_embeddings, embeddings.scalarType);
  const out = nn.circleLoss(embeddings, references, mask(same), mask(different), o.gamma, o.margin);
  setMask(out, ops.greater(out, 0));
  return out;
}
/** (1 - p^q) / q of the probability of the true class. */
export function categorical_generalized_cross_entropy(y_true: TensorLike, y_pred: TensorLike, q: number): Tensor {
  const p = floats(y_pred);
  const rows = ops.oneHot(ops.cast(convert(y_true), 'int64'), p.sizes.at(-1)!, p.scalarType);
  return nn.generalizedEntropy(ops.sum(ops.mul(p, rows), -1), Number(q));
}
/** -log of the summed probability of all alignments of labels with steps; label 0 is the blank and pads. */
export function ctc(y_true: TensorLike, y_pred: TensorLike): Tensor {
  const y = convert(y_true);
  const logits = floats(y_pred);
  if (y.rank !== 2)
    throw valueError(
      `Targets \`y_true\` are expected to be a tensor of shape \`(batch_size, max_length)\` in integer format. Received: y_true.shape=${showTuple(y.sizes)}`,
    );
  if (logits.rank !== 3)
    throw valueError(
      `Logits \`y_pred\` are expected to be a tensor of shape \`(batch_size, max_length, num_classes)\`. Received: y_pred.shape=${showTuple(logits.sizes)}`,
    );
  const [batch, width] = y.sizes as [number, number];
  const all = toNumbers(y).map(Number);
  const rows = Array.from({ length: batch }, (_, i) => all.slice(i * width, (i + 1) * width));
  const targets = rows.map((row) => row.slice(0, row.filter((label) => label !== 0).length));
  const lengths = rows.map(() => logits.sizes[1]!);
  const steps = ops.permute(ops.logSoftmax(logits, -1), [1, 0, 2]);
  return ops.alignmentLoss(steps, { targets, lengths, blank: 0, zeroInfinity: false });
}

declareSignatures(
  'keras.losses',
  {
    mean_squared_error,
    mean_absolute_error,
    mean_absolute_percentage_error,
    mean_squared_logarithmic_error,
    huber,
    log_cosh,
    kl_divergence,
    poisson,
    hinge,
    squared_hinge,
    categorical_hinge,
    cosine_similarity,
    binary_crossentropy,
    binary_focal_crossentropy,
    categorical_crossentropy,
    categorical_focal_crossentropy,
    sparse_categorical_crossentropy,
    categorical_generalized_cross_entropy,
    dice,
    tversky,
    circle,
    ctc,
  },
  {
    ...Object.fromEntries(
      'mean_squared_error mean_absolute_error mean_absolute_percentage_error mean_squared_logarithmic_error log_cosh kl_divergence poisson hinge squared_hinge categorical_hinge ctc'
        .split(' ')
        .map((name) => [name, 'y_true, y_pred']),
    ),
    huber: 'y_true, y_pred, delta=1.0',
    cosine_similarity: 'y_true, y_pred, axis=-1',
    binary_crossentropy: 'y_true, y_pred, from_logits=False, label_smoothing=0.0, axis=-1',
    binary_focal_crossentropy:
      'y_true, y_pred, apply_class_balancing=False, alpha=0.25, gamma=2.0, from_logits=False, label_smoothing=0.0, axis=-1',
    categorical_crossentropy: 'y_true, y_pred, from_logits=False, label_smoothing=0.0, axis=-1',
    categorical_focal_crossentropy:
      'y_true, y_pred, alpha=0.25, gamma=2.0, from_logits=False, label_smoothing=0.0, axis=-1',
    sparse_categorical_crossentropy: 'y_true, y_pred, from_logits=False, ignore_class=None, axis=-1',
    categorical_generalized_cross_entropy: 'y_true, y_pred, q',
    dice: 'y_true, y_pred, axis=None',
    tversky: 'y_true, y_pred, alpha=0.5, beta=0.5, axis=None',
    circle: 'y_true, y_pred, ref_labels=None, ref_embeddings=None, remove_diagonal=True, gamma=80, margin=0.4',
  },
);

export type LossFunction = (y_true: Tensor, y_pred: Tensor) => Tensor;
