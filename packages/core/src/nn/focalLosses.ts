import { add, clamp, div, log, maximumFirst, mul, neg, pow, relu, softplus, sub, where } from '../ops/elementwise';
import { matmul } from '../ops/matmul';
import { logSumExp, max, sum } from '../ops/reduce';
import { transpose } from '../ops/shape';
import type { Tensor } from '../tensor/tensor';
import { binaryEntropyClipped } from './losses';

type Axes = number | readonly number[] | null;

/** The binary entropy times (1 - probability of what is true)^gamma, and times alpha or 1 - alpha if balanced. */
export function binaryFocal(y: Tensor, p: Tensor, gamma: number, alpha: number | null, epsilon: number): Tensor {
  const entropy = binaryEntropyClipped(p, y, epsilon);
  const right = add(mul(y, p), mul(sub(1, y), sub(1, p)));
  const focal = mul(pow(sub(1, right), gamma), entropy);
  return alpha === null ? focal : mul(add(mul(y, alpha), mul(sub(1, y), 1 - alpha)), focal);
}
/** -sum(alpha (1 - p)^gamma y log p) along an axis; p is divided by its sum and held inside [epsilon, 1 - epsilon]. */
export function categoricalFocal(
  y: Tensor,
  p: Tensor,
  gamma: number,
  alpha: number,
  epsilon: number,
  axis: number,
): Tensor {
  const held = clamp(div(p, sum(p, axis, true)), epsilon, 1 - epsilon);
  const entropy = mul(neg(y), log(held));
  return sum(mul(mul(pow(sub(1, held), gamma), alpha), entropy), axis);
}
/** max(0, 1 + the largest wrong score - the right one), along the last axis. */
export function categoricalHinge(y: Tensor, p: Tensor): Tensor {
  const right = sum(mul(y, p), -1);
  const wrong = max(mul(sub(1, y), p), -1);
  return maximumFirst(add(sub(wrong, right), 1), 0);
}
/** 1 - 2 |y p| / (|y| + |p| + epsilon) over some axes. */
export function diceLoss(y: Tensor, p: Tensor, axes: Axes, epsilon: number): Tensor {
  const both = mul(sum(mul(y, p), axes), 2);
  return sub(1, div(both, add(add(sum(y, axes), sum(p, axes)), epsilon)));
}
/** 1 - |y p| / (|y p| + alpha |y (1 - p)| + beta |p (1 - y)| + epsilon) over some axes. */
export function tverskyLoss(y: Tensor, p: Tensor, alpha: number, beta: number, axes: Axes, epsilon: number): Tensor {
  const both = sum(mul(y, p), axes);
  const missed = mul(sum(mul(sub(1, p), y), axes), alpha);
  const wrong = mul(sum(mul(p, sub(1, y)), axes), beta);
  return sub(1, div(both, add(add(add(both, missed), wrong), epsilon)));
}
/** (1 - p^q) / q of the probability of what is true. */
export const generalizedEntropy = (p: Tensor, q: number): Tensor => div(sub(1, pow(p, q)), q);

/** Pairs of the same class pulled together and others pushed apart, the more the further they are from where they belong. */
export function circleLoss(
  embeddings: Tensor,
  references: Tensor,
  same: Tensor,
  different: Tensor,
  gamma: number,
  margin: number,
): Tensor {
  const apart = relu(sub(1, matmul(embeddings, transpose(references, 0, 1))));
  const pull = relu(mul(add(apart, margin), same));
  const push = relu(mul(sub(1 + margin, apart), different));
  const near = mul(mul(pull, sub(margin, apart)), -gamma);
  const far = mul(mul(push, sub(1 - margin, apart)), gamma);
  const total = (terms: Tensor, mask: Tensor): Tensor => logSumExp(where(mask, terms, Number.NEGATIVE_INFINITY), 1);
  return softplus(add(total(near, same), total(far, different)));
}
