import { abs, add, clamp, div, less, maximum, mul, rsqrt, sqrt, square, where } from '../ops/elementwise';
import { matmul } from '../ops/matmul';
import { sum } from '../ops/reduce';
import { transpose, tril, triu } from '../ops/shape';
import type { Tensor } from '../tensor/tensor';

/** factor sum(|w|). */
export const absolutePenalty = (w: Tensor, factor: number): Tensor => mul(sum(abs(w)), factor);
/** factor sum(w^2). */
export const squaredPenalty = (w: Tensor, factor: number): Tensor => mul(sum(square(w)), factor);

/** x / |x| along axes (all of them for null), with 1 / |x| at most 1 / epsilon. */
export function unitAlong(x: Tensor, axis: number | readonly number[] | null, epsilon: number): Tensor {
  const squares = sum(square(x), axis, true);
  const least = epsilon * epsilon;
  // the root of what is too short is not taken at all: its slope at 0 is infinite, and 0 times it no number
  return mul(x, where(less(squares, least), 1 / epsilon, rsqrt(maximum(squares, least))));
}

/** The mean of the absolute products of different rows (or columns) of a matrix, each of length one, times a factor. */
export function overlapPenalty(w: Tensor, factor: number, rows: boolean, epsilon: number): Tensor {
  const unit = unitAlong(w, rows ? 1 : 0, epsilon);
  const size = w.sizes[rows ? 0 : 1]!;
  const product = rows ? matmul(unit, transpose(unit, 0, 1)) : matmul(transpose(unit, 0, 1), unit);
  const others = add(triu(product, 1), tril(product, -1));
  return div(mul(sum(abs(others)), 0.5 * factor), (size * (size - 1)) / 2);
}

/** Vectors along some axes brought to lengths between two bounds; `rate` is how far they go there. */
export function boundedNorm(
  w: Tensor,
  axes: number | readonly number[],
  low: number,
  high: number,
  rate: number,
  epsilon: number,
): Tensor {
  const norms = sqrt(sum(square(w), axes, true));
  const held = clamp(norms, low, high);
  const wanted = rate === 1 ? held : add(mul(held, rate), mul(norms, 1 - rate));
  return mul(w, div(wanted, add(norms, epsilon)));
}
/** Vectors along some axes divided by their length. */
export const unitNorm = (w: Tensor, axes: number | readonly number[], epsilon: number): Tensor =>
  div(w, add(sqrt(sum(square(w), axes, true)), epsilon));
