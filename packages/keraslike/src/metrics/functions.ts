import { coreFamily, fromArray, nn, ops, type Tensor } from '@stele/core';
import { type Tail, tail } from '../arguments';
import { epsilon, floatx } from '../config/config';
import { invalidArgument } from '../errors';
import { sameRank } from '../losses/functions';
import { convert, type TensorLike, tensorFamily, toFloat } from '../tensors';
import { atEachRun } from '../tracing';

const asHits = (hits: Tensor): Tensor => ops.cast(hits, floatx());
/** Labels in the predictions' type, both with the same rank. */
function pair(y_true: TensorLike, y_pred: TensorLike): [Tensor, Tensor] {
  const p = convert(y_pred);
  return sameRank(convert(y_true, p.scalarType), p);
}

/** 1 where y_true equals y_pred. */
export function accuracy(y_true: TensorLike, y_pred: TensorLike): Tensor {
  return asHits(ops.equal(...pair(y_true, y_pred)));
}
/** 1 where (y_pred > threshold) equals y_true. @see https://keras.io/api/metrics/accuracy_metrics/ */
export function binary_accuracy(
  y_true: TensorLike,
  y_pred: TensorLike,
  ...rest: Tail<[threshold: number], { threshold: number }>
): Tensor {
  const { threshold } = tail('binary_accuracy', { threshold: 0.5 }, rest);
  const [y, p] = sameRank(convert(y_true), convert(y_pred));
  return asHits(ops.equal(y, ops.cast(ops.greater(p, threshold), y.scalarType)));
}
/** 1 where the greatest entries of both stand at the same place. */
export function categorical_accuracy(y_true: TensorLike, y_pred: TensorLike): Tensor {
  return asHits(ops.equal(ops.argmax(convert(y_true), -1), ops.argmax(convert(y_pred), -1)));
}
/** 1 where the greatest entry of the prediction stands at the label. */
export function sparse_categorical_accuracy(y_true: TensorLike, y_pred: TensorLike): Tensor {
  const p = convert(y_pred);
  const y = convert(y_true);
  const column = y.rank === p.rank && y.rank > 0 && y.sizes.at(-1) === 1;
  const labels = ops.cast(column ? ops.squeeze(y, [-1]) : y, 'int64');
  const hits = asHits(ops.equal(labels, ops.argmax(p, -1)));
  const whole = column ? ops.reshape(hits, y.sizes) : hits;
  return whole.rank > 1 && whole.sizes.at(-1) === 1 ? ops.squeeze(whole, [-1]) : whole;
}

/** TensorFlow's kernel takes float32 alone. */
function requireFloat(p: Tensor): void {
  if (p.scalarType === 'float64' && tensorFamily() !== coreFamily)
    throw invalidArgument(
      'cannot compute InTopKV2 as input #0(zero-based) was expected to be a float tensor but is a double tensor',
    );
}
function amongFirst(labels: Tensor, predictions: Tensor, k: number): Tensor {
  const rows = ops.reshape(predictions, [-1, predictions.sizes.at(-1)!]);
  const flat = ops.reshape(labels, [-1]);
  const spec = { sizes: flat.sizes, scalarType: 'float32' as const };
  const [hits] = atEachRun('in_top_k', [flat, rows], [spec], ([y, p]) => [
    fromArray(tensorFamily(), Float32Array.from(nn.inTopK(y!, p!, k)), [...flat.sizes], 'float32'),
  ]);
  return ops.reshape(asHits(hits!), labels.sizes);
}
/** 1 where the greatest entry of y_true stands among the k greatest of y_pred. */
export function top_k_categorical_accuracy(
  y_true: TensorLike,
  y_pred: TensorLike,
  ...rest: Tail<[k: number], { k: number }>
): Tensor {
  const { k } = tail('top_k_categorical_accuracy', { k: 5 }, rest);
  requireFloat(convert(y_pred));
  return amongFirst(ops.argmax(convert(y_true), -1), toFloat(y_pred), k);
}
/** 1 where the label stands among the k greatest entries of y_pred, or among its first k with `from_sorted_ids`. */
export function sparse_top_k_categorical_accuracy(
  y_true: TensorLike,
  y_pred: TensorLike,
  ...rest: Tail<[k: number, from_sorted_ids: boolean], { k: number; from_sorted_ids: boolean }>
): Tensor {
  const { k, from_sorted_ids } = tail('sparse_top_k_categorical_accuracy', { k: 5, from_sorted_ids: false }, rest);
  const [y, p] = [convert(y_true), convert(y_pred)];
  if (!from_sorted_ids) requireFloat(p);
  if (!from_sorted_ids) return amongFirst(ops.cast(y, 'int32'), toFloat(p), k);
  const rows = ops.slice(ops.reshape(p, [-1, p.sizes.at(-1)!]), 1, 0, k);
  const labels = ops.reshape(ops.cast(y, p.scalarType), [-1, 1]);
  return ops.reshape(asHits(ops.any(ops.equal(labels, rows), [1])), y.sizes);
}

/** Pearson's correlation along an axis. @see https://keras.io/api/metrics/regression_metrics/ */
export function pearson_correlation(
  y_true: TensorLike,
  y_pred: TensorLike,
  ...rest: Tail<[axis: number], { axis: number }>
): Tensor {
  const { axis } = tail('pearson_correlation', { axis: -1 }, rest);
  const [y, p] = pair(y_true, y_pred);
  return nn.pearson(y, p, axis);
}
/** Lin's concordance correlation along an axis. */
export function concordance_correlation(
  y_true: TensorLike,
  y_pred: TensorLike,
  ...rest: Tail<[axis: number], { axis: number }>
): Tensor {
  const { axis } = tail('concordance_correlation', { axis: -1 }, rest);
  const [y, p] = pair(y_true, y_pred);
  return nn.concordance(y, p, axis, epsilon());
}
/** The cosine of the angle between both along an axis. */
export function cosine_similarity(
  y_true: TensorLike,
  y_pred: TensorLike,
  ...rest: Tail<[axis: number], { axis: number }>
): Tensor {
  const { axis } = tail('cosine_similarity', { axis: -1 }, rest);
  const [y, p] = pair(y_true, y_pred);
  return nn.cosineSimilarity(y, p, axis, 1e-12);
}
