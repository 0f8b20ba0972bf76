import {
  add,
  cast,
  clamp,
  div,
  greater,
  greaterEqual,
  less,
  lessEqual,
  maximumFirst,
  mul,
  neg,
  relu,
  sigmoid,
  sqrt,
  square,
  sub,
  where,
} from '../ops/elementwise';
import { sort } from '../ops/indexing';
import { cumsum, stopGradient, sum } from '../ops/reduce';
import { reshape, slice } from '../ops/shape';
import { fromArray, type Tensor } from '../tensor/tensor';
import { leakyRelu } from './activations';
import { hardTanh } from './thresholds';

/**
 * max(x - tau, 0) along an axis with tau = (sum of the running sums of the k largest - 1) / k, k being how many of them
 * stay above their mean excess. The point of the simplex nearest to x would have the sum of the k largest instead: Keras
 * adds up the running sums, and its numbers are followed.
 */
export function sparsemax(x: Tensor, axis: number): Tensor {
  const at = axis < 0 ? axis + x.rank : axis;
  const n = x.sizes[at]!;
  const [sorted] = sort(x, at, true);
  const total = cumsum(sorted, at);
  const shape = x.sizes.map((_, i) => (i === at ? n : 1));
  const count = reshape(
    fromArray(
      x.family,
      Float64Array.from({ length: n }, (_, i) => i + 1),
      [n],
      'float64',
    ),
    shape,
  );
  const inside = cast(greater(sub(sorted, div(sub(total, 1), cast(count, x.scalarType))), 0), x.scalarType);
  const kept = stopGradient(sum(inside, at, true));
  const tau = div(sub(sum(mul(total, inside), at, true), 1), kept);
  return maximumFirst(sub(x, tau), 0);
}
/** 0 up to -1, (x + 1)^2 / 4 up to 1, then x. */
export const sparsePlus = (x: Tensor): Tensor =>
  where(lessEqual(x, -1), 0, where(less(x, 1), mul(square(add(x, 1)), 0.25), x));
/** 0 up to -1, (x + 1) / 2 up to 1, then 1. */
export const sparseSigmoid = (x: Tensor): Tensor =>
  where(lessEqual(x, -1), 0, where(greaterEqual(x, 1), 1, mul(add(x, 1), 0.5)));
/** (x + sqrt(x^2 + b)) / 2. */
export const squarePlus = (x: Tensor, b: number): Tensor => div(add(x, sqrt(add(square(x), b))), 2);
/** The first half along an axis times the sigmoid of the second. */
export function gatedHalves(x: Tensor, axis: number): Tensor {
  const at = axis < 0 ? axis + x.rank : axis;
  const half = x.sizes[at]! / 2;
  return mul(slice(x, at, 0, half), sigmoid(slice(x, at, half, 2 * half)));
}
/** x above a threshold, a slope below, held under an upper bound. */
export function boundedRelu(x: Tensor, slope: number, bound: number | null, threshold: number): Tensor {
  if (slope !== 0 && bound === null && threshold === 0) return leakyRelu(x, slope);
  let y: Tensor;
  if (threshold !== 0) y = mul(x, cast(greater(x, threshold), x.scalarType));
  else y = bound === 6 ? hardTanh(x, 0, 6) : relu(x);
  if (bound !== null && !(threshold === 0 && bound === 6)) y = clamp(y, 0, bound);
  return slope === 0 ? y : sub(y, mul(relu(threshold === 0 ? neg(x) : add(neg(x), threshold)), slope));
}
