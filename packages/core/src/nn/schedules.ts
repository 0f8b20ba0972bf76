// Rules for learning rates. Those named `...Next` give the rate after one more step from the rate before it, as a
// schedule does whose rate others may change in between; the others give it from the first rate alone.

const { cos, PI } = Math;

/** The rate times gamma after every `every` steps. */
export const stepNext = (rate: number, gamma: number, every: number, at: number): number =>
  at === 0 || at % every !== 0 ? rate : rate * gamma;
export const stepAt = (base: number, gamma: number, every: number, at: number): number =>
  base * gamma ** Math.floor(at / every);

/** The rate times gamma, `times` times over. */
export const exponentialNext = (rate: number, gamma: number, times: number): number =>
  times === 0 ? rate : rate * gamma ** times;

/** How many of the milestones lie at or before a step. */
export const milestonesPassed = (milestones: readonly number[], at: number): number =>
  milestones.filter((m) => m <= at).length;

/** A share of the first rate up to `total` steps, then all of it. */
export function constantNext(rate: number, factor: number, total: number, at: number): number {
  if (at === 0) return rate * factor;
  return at === total ? rate * (1 / factor) : rate;
}
export const constantAt = (base: number, factor: number, total: number, at: number): number =>
  base * (factor + (at >= total ? 1 : 0) * (1 - factor));

/** From the share `start` of the first rate to the share `end` in `total` equal steps. */
export function linearNext(rate: number, start: number, end: number, total: number, at: number): number {
  if (at === 0) return rate * start;
  return at > total ? rate : rate * (1 + (end - start) / (total * start + (at - 1) * (end - start)));
}
export const linearAt = (base: number, start: number, end: number, total: number, at: number): number =>
  base * (start + ((end - start) * Math.min(total, at)) / total);

/** base (1 - at / total)^power, and 0 after that. */
export const polynomialNext = (rate: number, total: number, power: number, at: number): number =>
  at > total ? rate : rate * ((1 - at / total) / (1 - (at - 1) / total)) ** power;
export const polynomialAt = (base: number, total: number, power: number, at: number): number =>
  base * (1 - Math.min(total, at) / total) ** power;

/** Half a cosine wave from base down to `floor` in `period` steps, and up again in as many. */
export function cosineNext(rate: number, base: number, floor: number, period: number, at: number): number {
  if ((at - 1 - period) % (2 * period) === 0) return rate + ((base - floor) * (1 - cos(PI / period))) / 2;
  return ((1 + cos((PI * at) / period)) / (1 + cos((PI * (at - 1)) / period))) * (rate - floor) + floor;
}
export const cosineAt = (base: number, floor: number, period: number, at: number): number =>
  floor + ((base - floor) * (1 + cos((PI * at) / period))) / 2;

/** Steps since the last restart and the length of the present run, where the first has `first` and each `times` as many. */
export function restartAt(at: number, first: number, times: number): { since: number; length: number } {
  if (at < first) return { since: at, length: first };
  if (times === 1) return { since: at % first, length: first };
  const runs = Math.trunc(Math.log((at / first) * (times - 1) + 1) / Math.log(times));
  return { since: at - (first * (times ** runs - 1)) / (times - 1), length: first * times ** runs };
}

/** From one value to another by half a cosine wave, or straight: `part` of the way. */
export const cosineBetween = (from: number, to: number, part: number): number =>
  to + ((from - to) / 2) * (cos(PI * part) + 1);
export const linearBetween = (from: number, to: number, part: number): number => (to - from) * part + from;
/** The next value on the way to `to`, from the present one: step number `step` of `steps`, straight or by half a cosine wave. */
export function approach(now: number, to: number, step: number, steps: number, cosine: boolean): number {
  const weightAt = (at: number): number => {
    const part = Math.max(0, Math.min(1, at / Math.max(1, steps)));
    return cosine ? (1 - cos(PI * part)) / 2 : part;
  };
  const [before, after] = [weightAt(step - 1), weightAt(step)];
  const from = before === 1 ? to : (now - before * to) / (1 - before);
  return to * after + from * (1 - after);
}

/** A triangle wave that rises for `up` steps and falls for `down`: its height (0 to 1) and which cycle it is in, from 1. */
export function triangleAt(at: number, up: number, down: number): { height: number; cycle: number } {
  const total = up + down;
  const turn = up / total;
  const cycle = Math.floor(1 + at / total);
  const x = 1 + at / total - cycle;
  return { height: x <= turn ? x / turn : (x - 1) / (turn - 1), cycle };
}

/** How high the triangles are: all alike, each half of the one before, or falling by gamma with every step. */
export const triangleScale = (mode: 'equal' | 'halving' | 'falling', gamma: number, at: number): number =>
  mode === 'equal' ? 1 : mode === 'halving' ? 1 / 2 ** (at - 1) : gamma ** at;

/** Whether a measurement is better than the best so far by more than a threshold, relative to the best or absolute. */
export function improved(now: number, best: number, smaller: boolean, threshold: number, relative: boolean): boolean {
  const sign = smaller ? -1 : 1;
  const bound = relative ? best * (1 + sign * threshold) : best + sign * threshold;
  return smaller ? now < bound : now > bound;
}

// Decays in which every operation is rounded, as where rate and settings are tensors: to float32 unless told otherwise.

export type Round = (x: number) => number;

/**
 * How many decays lie within `at` steps: at / every, the finished ones only if `whole`. Graphs that divide by a constant
 * multiply by its reciprocal instead, which shows where the quotient should be whole: 41 (1 / 41) is less than 1.
 */
export function decaysMade(
  at: number,
  every: number,
  whole: boolean,
  r: Round = Math.fround,
  reciprocal = false,
): number {
  const times = reciprocal ? r(r(at) * r(1 / r(every))) : r(r(at) / r(every));
  return whole ? Math.floor(times) : times;
}
/** rate gamma^times. */
export const exponentialDecay = (rate: number, gamma: number, times: number, r: Round = Math.fround): number =>
  r(r(rate) * r(r(gamma) ** times));
/** rate / (1 + decay times). */
export const inverseDecay = (rate: number, decay: number, times: number, r: Round = Math.fround): number =>
  r(r(rate) / r(1 + r(r(decay) * times)));

/** (from - to) (1 - at / steps)^power + to; with `cycle` the steps are as many again whenever they are done. */
export function polynomialDecay(
  from: number,
  to: number,
  { steps, power, cycle }: { readonly steps: number; readonly power: number; readonly cycle: boolean },
  at: number,
  r: Round = Math.fround,
  reciprocal = false,
): number {
  const runs = cycle && at !== 0 ? Math.ceil(decaysMade(at, steps, false, r, reciprocal)) : 1;
  const all = r(r(steps) * runs);
  const left = r(1 - decaysMade(Math.min(at, all), all, false, r, reciprocal && !cycle));
  return r(r(r(r(from) - r(to)) * r(left ** r(power))) + r(to));
}

/** From `height` to 0 along half a cosine wave: height (1 + cos(pi part)) / 2. */
const cosineFall = (height: number, part: number, r: Round): number =>
  r(r(0.5 * height) * r(1 + r(cos(r(r(PI) * part)))));
/** rate ((1 - floor) height (1 + cos(pi part)) / 2 + floor), `part` of the way down to the share `floor` of the rate. */
export const cosineDecay = (rate: number, floor: number, part: number, height = 1, r: Round = Math.fround): number =>
  r(r(rate) * r(r(r(1 - floor) * cosineFall(height, part, r)) + r(floor)));
/** rate ((floor + line) (1 + cos(2 pi periods part)) / 2 + least): a line down to 0 under a cosine wave. */
export const linearCosine = (
  rate: number,
  line: number,
  part: number,
  o: { readonly periods: number; readonly floor: number; readonly least: number },
  r: Round = Math.fround,
): number => {
  const wave = cosineFall(1, r(r(2 * r(o.periods)) * part), r);
  return r(r(rate) * r(r(r(r(o.floor) + line) * wave) + r(o.least)));
};
/** sqrt(first / (1 + at)^power). */
export const noiseAt = (first: number, power: number, at: number, r: Round = Math.fround): number =>
  r(Math.sqrt(r(r(first) / r(r(1 + r(at)) ** r(power)))));
/** rate + (to - rate) at / steps. */
export const linearRise = (rate: number, to: number, steps: number, at: number, r: Round = Math.fround): number =>
  r(r(r(r(to) - r(rate)) * r(r(at) / r(steps))) + r(rate));

/** Which of the pieces between boundaries a step falls into; a boundary belongs to the piece before it. */
export function pieceAt(boundaries: readonly number[], at: number): number {
  const i = boundaries.findIndex((b) => at <= b);
  return i < 0 ? boundaries.length : i;
}

/** Which run a share of the first run's steps falls into, if each has `times` as many, and how far it is done; in float32. */
export function restartPart(done: number, times: number): { run: number; part: number } {
  const f: Round = Math.fround;
  const at = f(done);
  if (times === 1) return { run: Math.floor(at), part: at - Math.floor(at) };
  const t = f(times);
  const run = Math.floor(f(f(Math.log(f(1 - f(at * f(1 - t))))) / f(Math.log(t))));
  const power = f(t ** run);
  const before = f(f(1 - power) / f(1 - t));
  return { run, part: f(f(at - before) / power) };
}
