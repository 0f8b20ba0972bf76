import { add, mul, rsqrt, square } from '../ops/elementwise';
import { mean, variance } from '../ops/reduce';
import { reshape } from '../ops/shape';
import type { Tensor } from '../tensor/tensor';
import { along, normalizeWith } from './normalization';

/** Values for the places along some axes, broadcastable to x. */
export const acrossAxes = (v: Tensor, x: Tensor, axes: readonly number[]): Tensor =>
  reshape(
    v,
    x.sizes.map((d, i) => (axes.includes(i) ? d : 1)),
  );

/** Normalises over some axes; scale and shift are values for their places. */
export function normalizeAxes(
  x: Tensor,
  axes: readonly number[],
  epsilon: number,
  scale: Tensor | null,
  shift: Tensor | null,
): Tensor {
  const wide = (v: Tensor | null): Tensor | null => (v === null ? null : acrossAxes(v, x, axes));
  return normalizeWith(x, mean(x, axes, true), variance(x, axes, 0, true), epsilon, wide(scale), wide(shift));
}
/** x / sqrt(variance + epsilon), uncentred, over some axes. */
export function varianceScaled(x: Tensor, axes: readonly number[], epsilon: number, scale: Tensor | null): Tensor {
  const y = mul(x, rsqrt(add(variance(x, axes, 0, true), epsilon)));
  return scale === null ? y : mul(y, acrossAxes(scale, x, axes));
}
/** x / sqrt(mean(x^2) + epsilon) over some axes. */
export function rootMeanSquareAxes(x: Tensor, axes: readonly number[], epsilon: number, scale: Tensor | null): Tensor {
  const y = mul(x, rsqrt(add(mean(square(x), axes, true), epsilon)));
  return scale === null ? y : mul(y, acrossAxes(scale, x, axes));
}
/** Channels along an axis normalised in groups, over each group's channels and all axes but the first. */
export function groupNormAt(
  x: Tensor,
  groups: number,
  axis: number,
  epsilon: number,
  scale: Tensor | null,
  shift: Tensor | null,
): Tensor {
  const grouped = reshape(
    x,
    x.sizes.flatMap((d, i) => (i === axis ? [groups, d / groups] : [d])),
  );
  const axes = grouped.sizes.map((_, i) => i).filter((i) => i !== 0 && i !== axis);
  const normal = normalizeWith(
    grouped,
    mean(grouped, axes, true),
    variance(grouped, axes, 0, true),
    epsilon,
    null,
    null,
  );
  let y = reshape(normal, x.sizes);
  if (scale !== null) y = mul(y, along(scale, x, axis));
  return shift === null ? y : add(y, along(shift, x, axis));
}
