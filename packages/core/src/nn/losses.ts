import { abs, add, clamp, div, exp, greater, log, log1p, mul, neg, relu, square, sub, where } from '../ops/elementwise';
import { mean, sum } from '../ops/reduce';
import { logSoftmax } from '../ops/softmax';
import type { Tensor } from '../tensor/tensor';

export type Reduction = 'none' | 'mean' | 'sum';

/** A loss tensor reduced to its mean or sum, or left as it is. */
export const reduceLoss = (loss: Tensor, reduction: Reduction): Tensor =>
  reduction === 'none' ? loss : reduction === 'mean' ? mean(loss) : sum(loss);

/** (a - b)^2. */
export const squaredError = (a: Tensor, b: Tensor): Tensor => square(sub(a, b));
/** |a - b|. */
export const absoluteError = (a: Tensor, b: Tensor): Tensor => abs(sub(a, b));

/** Huber's loss: quadratic within delta, linear outside. */
export function huber(a: Tensor, b: Tensor, delta: number): Tensor {
  const d = abs(sub(a, b));
  return where(greater(d, delta), mul(sub(d, 0.5 * delta), delta), mul(square(d), 0.5));
}

/** -(y log p + (1 - y) log(1 - p)) with p held inside [epsilon, 1 - epsilon]. */
export function binaryEntropyClipped(p: Tensor, y: Tensor, epsilon: number): Tensor {
  const q = clamp(p, epsilon, 1 - epsilon);
  return neg(add(mul(y, log(q)), mul(sub(1, y), log(sub(1, q)))));
}

/** max(x, 0) - x y + log(1 + e^-|x|): binary cross-entropy of logits x, never infinite. */
export const binaryEntropyLogits = (x: Tensor, y: Tensor): Tensor =>
  add(sub(relu(x), mul(x, y)), log1p(exp(neg(abs(x)))));

/** -sum(y log softmax(x)) over the last axis. */
export const entropyLogits = (x: Tensor, y: Tensor, axis = -1): Tensor => neg(sum(mul(y, logSoftmax(x, axis)), axis));

/** -sum(y log p) over an axis, with p divided by its sum and held inside [epsilon, 1 - epsilon] first. */
export function entropyClipped(p: Tensor, y: Tensor, epsilon: number, axis = -1): Tensor {
  const q = clamp(div(p, sum(p, axis, true)), epsilon, 1 - epsilon);
  return neg(sum(mul(y, log(q)), axis));
}
