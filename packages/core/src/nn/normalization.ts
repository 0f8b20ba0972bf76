import { add, mul, rsqrt, sub } from '../ops/elementwise';
import { mean, variance } from '../ops/reduce';
import { reshape } from '../ops/shape';
import type { Tensor } from '../tensor/tensor';

/** (x - mean) / sqrt(variance + epsilon) * scale + shift, each of the four already broadcastable to x. */
export function normalizeWith(
  x: Tensor,
  centre: Tensor,
  spread: Tensor,
  epsilon: number,
  scale: Tensor | null,
  shift: Tensor | null,
): Tensor {
  let y = mul(sub(x, centre), rsqrt(add(spread, epsilon)));
  if (scale !== null) y = mul(y, scale);
  return shift === null ? y : add(y, shift);
}

/** The mean and biased variance of all axes but one. */
export function momentsExcept(x: Tensor, axis: number): { mean: Tensor; variance: Tensor; count: number } {
  const axes = x.sizes.map((_, i) => i).filter((i) => i !== axis);
  return { mean: mean(x, axes), variance: variance(x, axes, 0), count: axes.reduce((n, a) => n * x.sizes[a]!, 1) };
}

/** A vector read along one axis of x. */
export const along = (v: Tensor, x: Tensor, axis: number): Tensor =>
  reshape(
    v,
    x.sizes.map((d, i) => (i === axis ? d : 1)),
  );

/** Normalises over the last `rank` axes. */
export function layerNorm(
  x: Tensor,
  rank: number,
  epsilon: number,
  scale: Tensor | null,
  shift: Tensor | null,
): Tensor {
  const axes = x.sizes.map((_, i) => i).slice(x.rank - rank);
  return normalizeWith(x, mean(x, axes, true), variance(x, axes, 0, true), epsilon, scale, shift);
}
