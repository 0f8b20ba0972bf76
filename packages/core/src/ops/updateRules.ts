import { runMany } from '../autograd/record';
import type { Tensor } from '../tensor/tensor';
import { defineOp, type Op, real, type SampleInput } from './define';
import { elementwise, updateSpec } from './updateLoop';

/** What every rule may do with the parameter first. */
interface Decay {
  /** What of the parameter is added to its gradient. */
  readonly weightDecay?: number;
  /** What the parameter is multiplied with. */
  readonly shrink?: number;
}
type Update<A> = (p: Tensor, g: Tensor, state: readonly Tensor[], attrs: A & Decay) => readonly Tensor[];
/** One element's parameter, gradient and state, and how results are rounded. */
type Rule<A> = (
  p: number,
  g: number,
  state: readonly number[],
  attrs: A,
  round: (x: number) => number,
) => readonly number[];

/** An op of a rule with `states` tensors of state beside the parameter: they come and go in one order, p first. */
function update<A extends object>(name: string, states: number, rule: Rule<A>, example: A): Update<A> {
  const state = Array.from({ length: states }, (): SampleInput => real([3], 0.1, 1));
  const op: Op<A & Decay> = defineOp<A & Decay>({
    name,
    infer: (inputs) => updateSpec(name, inputs, inputs.length - 1),
    forward: (_family, inputs, specs, a) => {
      const { weightDecay = 0, shrink = 1 } = a;
      return elementwise(inputs, specs, ([p0, g, ...rest], r) => {
        const p = shrink === 1 ? p0! : r(p0! * shrink);
        return rule(p, weightDecay === 0 ? g! : r(g! + weightDecay * p), rest, a, r);
      });
    },
    vjp: null,
    samples: [{ inputs: [real([3]), real([3]), ...state], attrs: { ...example, weightDecay: 0.1, shrink: 0.9 } }],
  });
  return (p, g, given, attrs) => runMany(op, [p, g, ...given], attrs);
}

/** What a parameter is multiplied with where decay works on it directly: 1 - rate decay. */
export const shrinkBy = (rate: number, decay: number): number => 1 - rate * decay;

/** A rate that falls with the steps made: rate / (1 + steps decay). */
export const inverseDecay = (rate: number, decay: number, steps: number): number => rate / (1 + steps * decay);

/** s += g^2; p -= rate g / (sqrt(s) + epsilon). State: s. */
export const adagradUpdate = update<{ readonly rate: number; readonly epsilon: number }>(
  'adagradUpdate',
  1,
  (p, g, [s0], { rate, epsilon }, r) => {
    const s = r(s0! + g * g);
    return [r(p - (rate * g) / r(r(Math.sqrt(s)) + epsilon)), s];
  },
  { rate: 0.1, epsilon: 1e-10 },
);

/**
 * d = sqrt(a + epsilon) / sqrt(s + epsilon) g; p -= rate d. State: s, the mean of g^2, and a, that of d^2. A third tensor
 * of state stands for g^2 and comes back as it is.
 */
export const adadeltaUpdate = update<{ readonly rate: number; readonly decay: number; readonly epsilon: number }>(
  'adadeltaUpdate',
  2,
  (p, g, [s0, a0, ...given], { rate, decay, epsilon }, r) => {
    const g2 = given[0] ?? g * g;
    const s = r(r(s0! * decay) + (1 - decay) * g2);
    const ratio = r(r(Math.sqrt(r(a0! + epsilon))) / r(Math.sqrt(r(s + epsilon))));
    const d = r(ratio * g);
    const d2 = given.length === 0 ? d * d : ratio * ratio * g2;
    return [r(p - rate * d), s, r(r(a0! * decay) + (1 - decay) * d2), ...given];
  },
  { rate: 1, decay: 0.9, epsilon: 1e-6 },
);

interface MomentAttrs {
  readonly rate: number;
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
  /** Counts from 1. */
  readonly step: number;
}
const moments: MomentAttrs = { rate: 0.1, beta1: 0.9, beta2: 0.999, epsilon: 1e-8, step: 2 };
const blended = (m: number, g: number, beta: number, r: (x: number) => number): number => r(m + (1 - beta) * r(g - m));
const squares = (v: number, g: number, beta: number, r: (x: number) => number): number =>
  r(r(v * beta) + (1 - beta) * (g * g));

/** u = max(beta2 u, |g| + epsilon); p -= rate / (1 - beta1^step) m / u. State: m, the mean of g, and u. */
export const adamaxUpdate = update<MomentAttrs>(
  'adamaxUpdate',
  2,
  (p, g, [m0, u0], { rate, beta1, beta2, epsilon, step }, r) => {
    const m = blended(m0!, g, beta1, r);
    const u = Math.max(r(u0! * beta2), r(Math.abs(g) + epsilon));
    return [r(p - ((rate / (1 - beta1 ** step)) * m) / u), m, u];
  },
  moments,
);

/**
 * The rates of Adam with Nesterov's look ahead: mu_t = beta1 (1 - 0.96^(t decay) / 2) for this step and the next, each
 * corrected by the product of all so far, which is kept as a float32.
 */
export function nesterovRates(
  step: number,
  { rate, beta1, decay, product }: { rate: number; beta1: number; decay: number; product: number },
): { product: number; gradientRate: number; momentRate: number } {
  const mu = (t: number): number => beta1 * (1 - 0.5 * 0.96 ** (t * decay));
  const now = Math.fround(product * mu(step));
  return {
    product: now,
    gradientRate: (rate * (1 - mu(step))) / (1 - now),
    momentRate: (rate * mu(step + 1)) / (1 - now * mu(step + 1)),
  };
}
/** p -= (gradientRate g + momentRate m) / (sqrt(v / (1 - beta2^step)) + epsilon). State: m and v, the means of g and g^2. */
export const nadamUpdate = update<
  Omit<MomentAttrs, 'rate'> & { readonly gradientRate: number; readonly momentRate: number }
>(
  'nadamUpdate',
  2,
  (p, g, [m0, v0], { gradientRate, momentRate, beta1, beta2, epsilon, step }, r) => {
    const m = blended(m0!, g, beta1, r);
    const v = squares(v0!, g, beta2, r);
    const spread = r(r(Math.sqrt(r(v / (1 - beta2 ** step)))) + epsilon);
    return [r(r(p - (gradientRate * g) / spread) - (momentRate * m) / spread), m, v];
  },
  { beta1: 0.9, beta2: 0.999, epsilon: 1e-8, step: 2, gradientRate: 0.1, momentRate: 0.2 },
);

/** Adam that leaves the second moment out while too few steps support it, and rectifies it later. State: m and v. */
export const radamUpdate = update<MomentAttrs>(
  'radamUpdate',
  2,
  (p, g, [m0, v0], { rate, beta1, beta2, epsilon, step }, r) => {
    const m = blended(m0!, g, beta1, r);
    const v = squares(v0!, g, beta2, r);
    const correction = 1 - beta2 ** step;
    const most = 2 / (1 - beta2) - 1;
    const length = most - (2 * step * beta2 ** step) / correction;
    const move = r(r(m / (1 - beta1 ** step)) * rate);
    if (length <= 5) return [r(p - move), m, v];
    const rectified = Math.sqrt(((length - 4) * (length - 2) * most) / ((most - 4) * (most - 2) * length));
    return [r(p - r(r(move * r(Math.sqrt(correction) / r(r(Math.sqrt(v)) + epsilon))) * rectified)), m, v];
  },
  moments,
);

interface SignAttrs {
  readonly fewer: number;
  readonly grow: number;
  readonly least: number;
  readonly most: number;
}
/** Steps of a size of their own per element, that grows while the sign of g stays and shrinks where it turns. State: the last g, and the sizes. */
export const signUpdate = update<SignAttrs>(
  'signUpdate',
  2,
  (p, g0, [last, size0], { fewer, grow, least, most }, r) => {
    const turn = Math.sign(g0 * last!);
    const size = Math.min(Math.max(r(size0! * (turn > 0 ? grow : turn < 0 ? fewer : 1)), r(least)), r(most));
    const g = turn < 0 ? 0 : g0;
    return [r(p - Math.sign(g) * size), g, size];
  },
  { fewer: 0.5, grow: 1.2, least: 1e-6, most: 50 },
);

/** p = (1 - decay rate) p - rate g; the average follows p by the share `follow`. State: the average. */
export const averagedUpdate = update<{ readonly rate: number; readonly decay: number; readonly follow: number }>(
  'averagedUpdate',
  1,
  (p0, g, [average], { rate, decay, follow }, r) => {
    const p = r(r(p0 * (1 - decay * rate)) - rate * g);
    return [p, follow === 1 ? p : r(average! + r(r(p - average!) * follow))];
  },
  { rate: 0.1, decay: 1e-4, follow: 0.5 },
);
/** The rate and the share of the step after `step`: rate / (1 + decay rate step)^power and 1 / max(1, step - start), as float32. */
export const averagedNext = (
  step: number,
  { rate, decay, power, start }: { rate: number; decay: number; power: number; start: number },
): { rate: number; follow: number } => ({
  rate: Math.fround(rate / (1 + decay * rate * step) ** power),
  follow: Math.fround(1 / Math.max(1, step - start)),
});
