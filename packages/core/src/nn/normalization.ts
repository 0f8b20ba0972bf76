import { axisMap, axisMatrix } from '../ops/axisMap';
import { add, cast, div, mul, neg, pow, reciprocal, rsqrt, square, sub, trunc } from '../ops/elementwise';
import { mean, meanByShare, stopGradient, sum, variance } from '../ops/reduce';
import { expand, reshape } from '../ops/shape';
import { isFloating } from '../tensor/dtype';
import type { Tensor } from '../tensor/tensor';
import { mixed } from './blends';

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

/** The same as x f + (shift - mean f), where f = scale / sqrt(variance + epsilon). */
export function normalizeFactored(
  x: Tensor,
  centre: Tensor,
  spread: Tensor,
  epsilon: number,
  scale: Tensor | null,
  shift: Tensor | null,
): Tensor {
  const inverse = rsqrt(add(spread, epsilon));
  const factor = scale === null ? inverse : mul(inverse, scale);
  const moved = mul(centre, factor);
  return add(mul(x, factor), shift === null ? neg(moved) : sub(shift, moved));
}

/** The mean and variance over axes of values with weights; both keep the axes. */
export function weightedMoments(x: Tensor, weights: Tensor, axes: readonly number[]): readonly [Tensor, Tensor] {
  const total = sum(expand(weights, x.sizes), axes, true);
  const centre = div(sum(mul(x, weights), axes, true), total);
  return [centre, div(sum(mul(weights, square(sub(x, stopGradient(centre)))), axes, true), total)];
}
/** The mean and variance of `count` values from the sum of them and of their squares, both about a shift. */
export function momentsFromSums(
  count: Tensor,
  total: Tensor,
  squares: Tensor,
  shift: Tensor | null,
): readonly [Tensor, Tensor] {
  const share = reciprocal(count);
  const about = mul(total, share);
  return [shift === null ? about : add(about, shift), sub(mul(squares, share), square(about))];
}

/** The mean and biased variance of all axes but one. */
export function momentsExcept(x: Tensor, axis: number): { mean: Tensor; variance: Tensor; count: number } {
  const axes = x.sizes.map((_, i) => i).filter((i) => i !== axis);
  const centre = meanByShare(x, axes, true);
  // moving the centre does not change the variance to first order: no gradient has to go that way
  const spread = meanByShare(square(sub(x, stopGradient(centre))), axes);
  return { mean: reshape(centre, [-1]), variance: spread, count: axes.reduce((n, a) => n * x.sizes[a]!, 1) };
}

/** A running statistic moved towards the present one: (1 - momentum) running + momentum now. */
export const runningBlend = (running: Tensor, now: Tensor, momentum: number): Tensor => mixed(now, running, momentum);

/** The unbiased variance from the biased one of `count` values. */
export const unbiasedVariance = (biased: Tensor, count: number): Tensor => mul(biased, count / (count - 1));

/** The mean and biased variance, for each place along an axis, of the positions that a mask of the first axes keeps. */
export function momentsWhere(
  x: Tensor,
  mask: Tensor,
  axis: number,
  epsilon: number,
): { mean: Tensor; variance: Tensor } {
  const sizes = x.sizes.map((_, i) => mask.sizes[i] ?? 1);
  const weight = expand(reshape(cast(mask, x.scalarType), sizes), x.sizes);
  const axes = x.sizes.map((_, i) => i).filter((i) => i !== axis);
  const total = add(sum(weight, axes, true), epsilon);
  const centre = div(sum(mul(x, weight), axes, true), total);
  const spread = div(sum(mul(square(sub(x, centre)), weight), axes, true), total);
  return { mean: reshape(centre, [-1]), variance: reshape(spread, [-1]) };
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

/**
 * x / (shift + scale * share of the sum of the squares of `size` neighbouring channels)^power; outside the channels are
 * zeros. The share makes it their mean unless it is given.
 */
export function localResponseNorm(
  x: Tensor,
  size: number,
  scale: number,
  power: number,
  shift: number,
  { axis = 1, share = 1 / size }: { readonly axis?: number; readonly share?: number } = {},
): Tensor {
  const channels = x.sizes[axis]!;
  const first = Math.floor(size / 2);
  const rows = Array.from({ length: channels }, (_, c) => {
    const row: [number, number][] = [];
    for (let j = Math.max(0, c - first); j < Math.min(channels, c - first + size); j++) row.push([j, share]);
    return row;
  });
  const normal = (y: Tensor, means: Tensor): Tensor => div(y, pow(add(mul(means, scale), shift), power));
  if (isFloating(x.scalarType)) return normal(x, axisMap(square(x), axis, axisMatrix(channels, rows)));
  // whole squares have whole means, rounded towards zero
  const counted = rows.map((row) => row.map(([j]) => [j, 1] as const));
  const sums = axisMap(cast(square(x), 'float64'), axis, axisMatrix(channels, counted));
  return normal(cast(x, 'float32'), cast(trunc(div(sums, size)), 'float32'));
}

/** x / sqrt(mean(x^2) + epsilon) * scale over the last `rank` axes. */
export function rootMeanSquareNorm(x: Tensor, rank: number, epsilon: number, scale: Tensor | null): Tensor {
  const axes = x.sizes.map((_, i) => i).slice(x.rank - rank);
  const y = mul(x, rsqrt(add(mean(square(x), axes, true), epsilon)));
  return scale === null ? y : mul(y, scale);
}

/** Channels normalised in groups: over each group's channels and all axes after them; scale and shift are per channel. */
export function groupNorm(
  x: Tensor,
  groups: number,
  epsilon: number,
  scale: Tensor | null,
  shift: Tensor | null,
): Tensor {
  const [n, c] = x.sizes as [number, number];
  const rest = x.sizes.slice(2).reduce((a, b) => a * b, 1);
  const grouped = reshape(x, [n, groups, (c / groups) * rest]);
  const normal = normalizeWith(grouped, mean(grouped, 2, true), variance(grouped, 2, 0, true), epsilon, null, null);
  let y = reshape(normal, x.sizes);
  if (scale !== null) y = mul(y, along(scale, x, 1));
  return shift === null ? y : add(y, along(shift, x, 1));
}
