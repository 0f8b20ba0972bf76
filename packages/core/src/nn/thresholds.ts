import {
  add,
  div,
  expm1,
  greater,
  greaterEqual,
  less,
  lessEqual,
  logicalAnd,
  minimumFirst,
  mul,
  neg,
  softplus,
  sub,
  where,
} from '../ops/elementwise';
import type { Tensor } from '../tensor/tensor';

/** x where x > 0, alpha (e^(x / alpha) - 1) elsewhere. */
export const celu = (x: Tensor, alpha: number): Tensor =>
  where(greater(x, 0), x, mul(expm1(div(minimumFirst(x, 0), alpha)), alpha));
const within = (x: Tensor, width: number): Tensor => logicalAnd(greaterEqual(x, -width), lessEqual(x, width));
/** 0 within [-width, width], x outside. */
export const hardShrink = (x: Tensor, width: number): Tensor => where(within(x, width), 0, x);
/** x moved by width towards 0, and 0 where it would cross it. */
export const softShrink = (x: Tensor, width: number): Tensor =>
  where(within(x, width), 0, where(greater(x, width), sub(x, width), add(x, width)));
/** x held within bounds; on the bounds no gradient flows. */
export const hardTanh = (x: Tensor, low: number, high: number): Tensor =>
  where(greaterEqual(x, high), high, where(lessEqual(x, low), low, x));
/** x / 6 + 1/2 held within [0, 1]; on the bounds no gradient flows. */
export const hardSigmoidHeld = (x: Tensor): Tensor => div(hardTanh(add(x, 3), 0, 6), 6);
/** x times its hard sigmoid. */
export const hardSwish = (x: Tensor): Tensor =>
  where(lessEqual(x, -3), mul(x, 0), where(less(x, 3), div(mul(x, add(x, 3)), 6), x));
/** ln σ(x). */
export const logSigmoid = (x: Tensor): Tensor => neg(softplus(neg(x)));
/** x where it is above the threshold, the value elsewhere. */
export const aboveThreshold = (x: Tensor, threshold: number, value: number): Tensor =>
  where(lessEqual(x, threshold), value, x);
/** x where x > 0, slope x elsewhere; the slope is a tensor that is learnt. */
export const learntLeak = (x: Tensor, slope: Tensor): Tensor => where(greater(x, 0), x, mul(slope, x));
/** ln(1 + e^(beta x)) / beta, and x itself where beta x is above the threshold. */
export function softplusWith(x: Tensor, beta: number, threshold: number): Tensor {
  const scaled = mul(x, beta);
  return where(greater(scaled, threshold), x, div(softplus(scaled), beta));
}
