import { abs, add, clamp, div, maximum, mul, neg, pow, relu, rsqrt, sign, sqrt, square, sub } from '../ops/elementwise';
import { matmul } from '../ops/matmul';
import { mean, sum } from '../ops/reduce';
import { transpose, unsqueeze } from '../ops/shape';
import { toNumbers } from '../tensor/access';
import type { Tensor } from '../tensor/tensor';
import { towards } from './blends';

// Rules of optimizers that are sums and products of whole tensors; each gives the parameter, then its state. Where a
// gradient is a sum of rows, its squares (or sizes) may be given: those of the rows, summed.

const number = (t: Tensor): number => toNumbers(t)[0]!;
type Round = (x: number) => number;
/** How the numbers of a step are rounded, which are tensors of the parameter's dtype. */
const roundingOf = (p: Tensor): Round => (p.scalarType === 'float32' ? Math.fround : (x) => x);
/** 1 - beta^step, rounded as it is where the power is a tensor. */
const correction = (beta: number, step: number, r: Round): number => r(1 - r(r(beta) ** step));

/** p -= p (rate share): the part of a parameter that weight decay takes before a step. */
export function decayed(p: Tensor, rate: number, share: number): Tensor {
  const r = roundingOf(p);
  return sub(p, mul(p, r(r(share) * r(rate))));
}

/** s += g^2; p -= rate g / sqrt(s + epsilon). */
export function adagradInside(
  p: Tensor,
  g: Tensor,
  s: Tensor,
  rate: number,
  epsilon: number,
  squares: Tensor = square(g),
): [Tensor, Tensor] {
  const next = add(s, squares);
  return [sub(p, div(mul(g, rate), sqrt(add(next, epsilon)))), next];
}

/** b = momentum b + g; p -= rate b. Ahead by one step: p -= rate g + rate (momentum b). State: b. */
export function bufferedStep(
  p: Tensor,
  g: Tensor,
  b: Tensor,
  { rate, momentum, nesterov }: { readonly rate: number; readonly momentum: number; readonly nesterov: boolean },
): [Tensor, Tensor] {
  const next = add(mul(b, momentum), g);
  const step = nesterov ? add(mul(g, rate), mul(mul(next, momentum), rate)) : mul(next, rate);
  return [sub(p, step), next];
}

/**
 * b = momentum b + rate g / sqrt(s - mean^2 + epsilon); p -= b. State: b, s, the mean of g^2, and (unless null) the mean
 * of g.
 */
export function spreadStep(
  p: Tensor,
  g: Tensor,
  b: Tensor,
  s: Tensor,
  mean: Tensor | null,
  o: { readonly rate: number; readonly decay: number; readonly momentum: number; readonly epsilon: number },
): { next: Tensor; buffer: Tensor; squares: Tensor; mean: Tensor | null } {
  const squares = towards(s, square(g), 1 - o.decay);
  const middle = mean === null ? null : towards(mean, g, 1 - o.decay);
  const spread = middle === null ? squares : sub(squares, square(middle));
  const buffer = add(mul(b, o.momentum), div(mul(g, o.rate), sqrt(add(spread, o.epsilon))));
  return { next: sub(p, buffer), buffer, squares, mean: middle };
}

/** p -= rate m / (sqrt(v) + epsilon), the rate corrected already. State: m and v, the means of g and of g^2. */
export function momentsStep(
  p: Tensor,
  g: Tensor,
  m: Tensor,
  v: Tensor,
  o: Omit<Moments, 'step'>,
): [Tensor, Tensor, Tensor] {
  const moment = towards(m, g, 1 - o.beta1);
  const squares = towards(v, square(g), 1 - o.beta2);
  return [sub(p, div(mul(moment, o.rate), add(sqrt(squares), o.epsilon))), moment, squares];
}

interface Moments {
  readonly rate: number;
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
  /** Counts from 1. */
  readonly step: number;
}
/** u = max(beta2 u, |g|); p -= rate m / ((1 - beta1^step) (u + epsilon)). State: m, the mean of g, and u. */
export function adamaxOutside(
  p: Tensor,
  g: Tensor,
  m: Tensor,
  u: Tensor,
  o: Moments,
  size: Tensor = abs(g),
): [Tensor, Tensor, Tensor] {
  const moment = towards(m, g, 1 - o.beta1);
  const norm = maximum(mul(u, o.beta2), size);
  const below = mul(add(norm, o.epsilon), correction(o.beta1, o.step, roundingOf(p)));
  return [sub(p, div(mul(moment, o.rate), below)), moment, norm];
}

/** p -= rate sign(beta1 m + (1 - beta1) g); m = beta2 m + (1 - beta2) g. */
export function lionStep(
  p: Tensor,
  g: Tensor,
  m: Tensor,
  { rate, beta1, beta2 }: Pick<Moments, 'rate' | 'beta1' | 'beta2'>,
): [Tensor, Tensor] {
  const direction = sign(add(mul(m, beta1), mul(g, 1 - beta1)));
  return [sub(p, mul(direction, rate)), add(mul(m, beta2), mul(g, 1 - beta2))];
}

/** Adam's corrected step, scaled to the length of the parameter: p -= rate |p| / |u| u. */
export function lambStep(
  p: Tensor,
  g: Tensor,
  m: Tensor,
  v: Tensor,
  o: Moments,
  g2: Tensor = square(g),
): [Tensor, Tensor, Tensor] {
  const moment = towards(m, g, 1 - o.beta1);
  const squares = towards(v, g2, 1 - o.beta2);
  const r = roundingOf(p);
  const spread = add(sqrt(div(squares, correction(o.beta2, o.step, r))), o.epsilon);
  const update = div(div(moment, correction(o.beta1, o.step, r)), spread);
  const norm = (t: Tensor): number => r(Math.sqrt(number(sum(square(t)))));
  const [length, step] = [norm(p), norm(update)];
  const ratio = length > 0 && step > 0 ? r(length / step) : 1;
  return [sub(p, mul(update, r(ratio * r(o.rate)))), moment, squares];
}

/** The momenta of Nesterov's look ahead, u_t = beta1 (1 - 0.96^t / 2), and the products of all so far. */
export interface Nesterov {
  readonly now: number;
  readonly next: number;
  readonly product: number;
  readonly productNext: number;
}
/** Those of a step (counted from 1), from the product before it. */
export function nesterovMomenta(step: number, beta1: number, product: number, r: Round = Math.fround): Nesterov {
  const share = (t: number): number => r(1 - r(0.5 * r(r(0.96) ** t)));
  const next = r(r(beta1) * share(step + 1));
  const reached = r(r(product * r(beta1)) * share(step));
  return { now: r(r(beta1) * share(step)), next, product: reached, productNext: r(reached * next) };
}
/**
 * p -= rate (u_(t+1) m / (1 - product_(t+1)) + (1 - u_t) g / (1 - product_t)) / (sqrt(v / (1 - beta2^step)) + epsilon).
 * State: m and v, the means of g and of g^2.
 */
export function nesterovStep(
  p: Tensor,
  g: Tensor,
  m: Tensor,
  v: Tensor,
  o: Moments & Nesterov,
  g2: Tensor = square(g),
): [Tensor, Tensor, Tensor] {
  const r = roundingOf(p);
  // the betas are numbers of the parameter's dtype before they are taken from 1
  const moment = towards(m, g, correction(o.beta1, 1, r));
  const squares = towards(v, g2, correction(o.beta2, 1, r));
  const ahead = add(div(mul(moment, o.next), r(1 - o.productNext)), div(mul(g, r(1 - o.now)), r(1 - o.product)));
  const spread = add(sqrt(div(squares, correction(o.beta2, o.step, r))), o.epsilon);
  return [sub(p, div(mul(ahead, o.rate), spread)), moment, squares];
}

/** What is nearest to p under penalties on its size: sign(p) max(|p| - l1, 0) / l2. */
export const shrunken = (p: Tensor, l1: number, l2: number): Tensor =>
  l1 === 0 ? div(p, l2) : div(sub(p, clamp(p, -l1, l1)), l2);

/**
 * s += g^2; the rate of each weight is rate / sqrt(s); p -= rate g, and is then what is nearest under penalties on its
 * size. State: s.
 */
export function proximalAdagradStep(
  p: Tensor,
  g: Tensor,
  s: Tensor,
  o: { readonly rate: number; readonly l1: number; readonly l2: number },
): [Tensor, Tensor] {
  const next = add(s, square(g));
  const rates = mul(rsqrt(next), o.rate);
  const moved = sub(p, mul(g, rates));
  const small = o.l1 > 0 ? mul(sign(moved), relu(sub(abs(moved), mul(rates, o.l1)))) : moved;
  return [div(small, add(mul(rates, o.l2), 1)), next];
}

/**
 * p = -rate sign(n) max(|n| - l1 step, 0) / (l2 step rate + sqrt(s)). State: n, the sum of g, and s, the sum of g^2;
 * steps count from 1.
 */
export function averagedAdagradStep(
  p: Tensor,
  g: Tensor,
  n: Tensor,
  s: Tensor,
  o: { readonly rate: number; readonly l1: number; readonly l2: number; readonly step: number },
): [Tensor, Tensor, Tensor] {
  const r = roundingOf(p);
  const [sums, squares] = [add(n, g), add(s, square(g))];
  const top = o.l1 > 0 ? mul(mul(sign(sums), -o.rate), relu(sub(abs(sums), r(o.l1 * o.step)))) : mul(sums, -o.rate);
  return [div(top, add(sqrt(squares), r(r(o.l2 * o.step) * o.rate))), sums, squares];
}

export interface FtrlSettings {
  readonly rate: number;
  readonly power: number;
  readonly l1: number;
  readonly l2: number;
  readonly shrinkage: number;
  readonly beta: number;
}
/** Follow the regularised leader: p = (clip(z, l1) - z) / (n^-power / rate + 2 l2). State: n, the sum of g^2, and z. */
export function ftrlStep(
  p: Tensor,
  g: Tensor,
  n: Tensor,
  z: Tensor,
  o: FtrlSettings,
  g2: Tensor = square(g),
): [Tensor, Tensor, Tensor] {
  const next = add(n, g2);
  const [now, before] = [pow(next, -o.power), pow(n, -o.power)];
  const growth = mul(div(sub(now, before), o.rate), p);
  const line = add(z, sub(o.shrinkage === 0 ? g : add(g, mul(p, 2 * o.shrinkage)), growth));
  const l2 = o.l2 + o.beta / (2 * o.rate);
  return [div(sub(clamp(line, -o.l1, o.l1), line), add(div(now, o.rate), 2 * l2)), next, line];
}

export interface FactoredSettings {
  readonly rate: number;
  readonly step: number;
  /** The share that a new square has in the means is step^decayPower. */
  readonly decayPower: number;
  /** Added to each square. */
  readonly epsilon1: number;
  /** Least size of the parameter that its step is measured by. */
  readonly epsilon2: number;
  readonly clip: number;
}
const rootOfMean = (t: Tensor): number => Math.sqrt(number(mean(square(t))));
/**
 * Adafactor with epsilon added to the squares and the row means divided by their own mean along the last axis. State: row
 * means and column means (null for fewer than two axes), and the spread itself.
 */
export function factoredStep(
  p: Tensor,
  g: Tensor,
  rows: Tensor | null,
  columns: Tensor | null,
  v: Tensor,
  o: FactoredSettings,
  g2: Tensor | null = null,
): { next: Tensor; rows: Tensor | null; columns: Tensor | null; spread: Tensor } {
  const squares = add(g2 ?? square(g), o.epsilon1);
  const share = o.step ** o.decayPower;
  const blend = (old: Tensor, fresh: Tensor): Tensor => add(mul(old, 1 - share), mul(fresh, share));
  const r = rows === null ? null : blend(rows, mean(squares, -1));
  const c = columns === null ? null : blend(columns, mean(squares, -2));
  const spread =
    r === null || c === null ? blend(v, squares) : mul(unsqueeze(div(r, mean(r, -1, true)), -1), unsqueeze(c, -2));
  const update = div(g, sqrt(spread));
  const length = g2 === null ? rootOfMean(update) : Math.sqrt(number(mean(div(g2, spread))));
  const size = Math.max(o.epsilon2, rootOfMean(p)) * Math.min(o.rate, 1 / Math.sqrt(o.step));
  const scale = size / Math.max(1, length / o.clip);
  return { next: sub(p, mul(update, scale)), rows: r, columns: c, spread };
}

/** A matrix with all its singular values brought near 1, by steps of x = a x + (b x x' + c (x x')^2) x. */
export function nearOrthogonal(
  given: Tensor,
  steps: number,
  [a, b, c]: readonly [number, number, number],
  epsilon: number,
): Tensor {
  const tall = given.sizes.at(-2)! > given.sizes.at(-1)!;
  let x = tall ? transpose(given, -2, -1) : given;
  x = div(x, add(sqrt(sum(square(x), [-2, -1], true)), epsilon));
  for (let i = 0; i < steps; i++) {
    const gram = matmul(x, transpose(x, -2, -1));
    x = add(mul(x, a), matmul(add(mul(gram, b), matmul(mul(gram, c), gram)), x));
  }
  return tall ? transpose(x, -2, -1) : x;
}
/** A rate that matches the root mean square of other rules' steps: rate sqrt(max(rows, columns)) share. */
export const rateForMatrix = (rate: number, [rows, columns]: readonly number[], share: number): number =>
  rate * Math.sqrt(Math.max(rows!, columns!)) * share;
/** m = momentum m + g; p -= rate of the nearly orthogonal matrix of m (or of g + momentum m). */
export function orthogonalStep(
  p: Tensor,
  g: Tensor,
  m: Tensor,
  o: {
    readonly rate: number;
    readonly momentum: number;
    readonly nesterov: boolean;
    readonly steps: number;
    readonly weights: readonly [number, number, number];
    readonly epsilon: number;
  },
): [Tensor, Tensor] {
  const moment = add(m, add(g, mul(m, o.momentum - 1)));
  const direction = nearOrthogonal(
    o.nesterov ? add(g, mul(moment, o.momentum)) : moment,
    o.steps,
    o.weights,
    o.epsilon,
  );
  return [sub(p, mul(direction, o.rate)), moment];
}

/** Adam without first moments whose parameters lie between the fast ones (state z) and their running mean. */
export function scheduleFreeStep(
  y: Tensor,
  g: Tensor,
  z: Tensor,
  v: Tensor,
  o: Moments,
  g2: Tensor = square(g),
): [Tensor, Tensor, Tensor] {
  const squares = towards(v, g2, 1 - o.beta2);
  const spread = add(sqrt(div(squares, 1 - o.beta2 ** o.step)), o.epsilon);
  const fast = sub(z, div(mul(g, o.rate), spread));
  // the mean is taken out of y by the fast parameters as they are after their step, as in the original
  const averaged = div(add(y, neg(mul(fast, 1 - o.beta1))), o.beta1);
  const x = add(mul(averaged, 1 - 1 / o.step), mul(fast, 1 / o.step));
  return [add(mul(fast, 1 - o.beta1), mul(x, o.beta1)), fast, squares];
}
