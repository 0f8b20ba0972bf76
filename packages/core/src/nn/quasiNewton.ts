import { add, mul, neg, sub } from '../ops/elementwise';
import { sum } from '../ops/reduce';
import { item } from '../tensor/access';
import type { Tensor } from '../tensor/tensor';

/** One remembered change of the gradient and the step that made it; `rho` is 1 / (y · s). */
export interface CurvaturePair {
  readonly y: Tensor;
  readonly s: Tensor;
  readonly rho: number;
}
/** The dot product of two vectors as a number. */
export const dotNumber = (a: Tensor, b: Tensor): number => Number(item(sum(mul(a, b))));

/** The limited-memory BFGS direction -H g from the pairs remembered, oldest first, and the scale of H's start. */
export function lbfgsDirection(gradient: Tensor, pairs: readonly CurvaturePair[], scale: number): Tensor {
  const alphas: number[] = [];
  let q = neg(gradient);
  for (let i = pairs.length - 1; i >= 0; i--) {
    const { y, s, rho } = pairs[i]!;
    alphas[i] = dotNumber(s, q) * rho;
    q = sub(q, mul(y, alphas[i]!));
  }
  let r = mul(q, scale);
  pairs.forEach(({ y, s, rho }, i) => {
    r = add(r, mul(s, alphas[i]! - dotNumber(y, r) * rho));
  });
  return r;
}

/** Where the cubic through two points with given slopes is smallest, held inside bounds. */
export function cubicMinimum(
  x1: number,
  f1: number,
  g1: number,
  x2: number,
  f2: number,
  g2: number,
  bounds: readonly [number, number] = x1 <= x2 ? [x1, x2] : [x2, x1],
): number {
  const d1 = g1 + g2 - (3 * (f1 - f2)) / (x1 - x2);
  const square = d1 ** 2 - g1 * g2;
  if (!(square >= 0)) return (bounds[0] + bounds[1]) / 2;
  const d2 = Math.sqrt(square);
  const at =
    x1 <= x2
      ? x2 - (x2 - x1) * ((g2 + d2 - d1) / (g2 - g1 + 2 * d2))
      : x1 - (x1 - x2) * ((g1 + d2 - d1) / (g1 - g2 + 2 * d2));
  return Math.min(Math.max(at, bounds[0]), bounds[1]);
}

/** A point along a line: how far, the loss, the gradient and its slope along the line. */
export interface LinePoint {
  readonly t: number;
  readonly loss: number;
  readonly gradient: Tensor;
  readonly slope: number;
}
/**
 * Searches along a line for a step that meets the strong Wolfe conditions: enough descent (c1), and a slope small enough
 * (c2). `evaluate` gives the loss and the gradient at a distance; `longest` is the direction's largest element.
 */
export function strongWolfe(
  evaluate: (t: number) => LinePoint,
  start: LinePoint,
  first: number,
  longest: number,
  { c1 = 1e-4, c2 = 0.9, smallest = 1e-9, most = 25 } = {},
): { point: LinePoint; evaluations: number } {
  let now = evaluate(first);
  let evaluations = 1;
  let before = start;
  let done = false;
  let tries = 0;
  let bracket: LinePoint[] = [];
  const tooHigh = (p: LinePoint): boolean => p.loss > start.loss + c1 * p.t * start.slope;
  for (; tries < most; tries++) {
    if (tooHigh(now) || (tries > 1 && now.loss >= before.loss)) bracket = [before, now];
    else if (Math.abs(now.slope) <= -c2 * start.slope) {
      bracket = [now];
      done = true;
    } else if (now.slope >= 0) bracket = [before, now];
    if (bracket.length > 0) break;
    const bounds = [now.t + 0.01 * (now.t - before.t), now.t * 10] as const;
    const t = cubicMinimum(before.t, before.loss, before.slope, now.t, now.loss, now.slope, bounds);
    before = now;
    now = evaluate(t);
    evaluations++;
  }
  if (bracket.length === 0) bracket = [start, now];
  let low = bracket[0]!.loss <= bracket.at(-1)!.loss ? 0 : 1;
  let stuck = false;
  while (!done && tries < most) {
    const [a, b] = bracket as [LinePoint, LinePoint];
    if (Math.abs(b.t - a.t) * longest < smallest) break;
    let t = cubicMinimum(a.t, a.loss, a.slope, b.t, b.loss, b.slope);
    const [near, far] = [Math.min(a.t, b.t), Math.max(a.t, b.t)];
    const margin = 0.1 * (far - near);
    if (Math.min(far - t, t - near) < margin) {
      if (stuck || t >= far || t <= near) {
        t = Math.abs(t - far) < Math.abs(t - near) ? far - margin : near + margin;
        stuck = false;
      } else stuck = true;
    } else stuck = false;
    now = evaluate(t);
    evaluations++;
    tries++;
    const high = 1 - low;
    if (tooHigh(now) || now.loss >= bracket[low]!.loss) {
      bracket[high] = now;
      low = bracket[0]!.loss <= bracket[1]!.loss ? 0 : 1;
    } else {
      if (Math.abs(now.slope) <= -c2 * start.slope) done = true;
      else if (now.slope * (bracket[high]!.t - bracket[low]!.t) >= 0) bracket[high] = bracket[low]!;
      bracket[low] = now;
    }
  }
  return { point: bracket[low]!, evaluations };
}
