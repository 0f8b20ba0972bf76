import type { AdamInsideScalars, AdamOutsideScalars, RmspropScalars, SgdScalars } from '../reference/optimizer';
import { CHUNK } from './elementwise';
import { alloc, begin, copyIn, type Kernel, kernel, take } from './memory';

export type { AdamInsideScalars, AdamOutsideScalars, RmspropScalars, SgdScalars } from '../reference/optimizer';

type Name =
  | 'sgd'
  | 'sgdVelocity'
  | 'sgdScaledVelocity'
  | 'adamOutside'
  | 'adamInside'
  | 'rmspropOutside'
  | 'rmspropInside';
const names: Name[] = [
  'sgd',
  'sgdVelocity',
  'sgdScaledVelocity',
  'adamOutside',
  'adamInside',
  'rmspropOutside',
  'rmspropInside',
];
let kernels: Record<Name, Kernel> | null = null;
function load(): Record<Name, Kernel> {
  kernels = Object.fromEntries(names.map((name) => [name, kernel(name)])) as Record<Name, Kernel>;
  return kernels;
}

type Run = (p: number, g: number, a: number, b: number, c: number, n: number) => void;

/** Where p and the buffers go after the step, in order, in place of where they came from. */
export type Targets = readonly (Float32Array | null)[];

/** Copies p, g and up to three buffers in piece by piece, runs, and copies all but g out. */
function pieces(
  run: Run,
  p: Float32Array,
  g: Float32Array,
  a: Float32Array | null,
  b: Float32Array | null,
  c: Float32Array | null,
  [pTo, aTo, bTo, cTo]: Targets = [p, a, b, c],
): void {
  const most = Math.min(p.length, CHUNK / 2);
  begin();
  const pp = alloc(most * 4);
  const gp = alloc(most * 4);
  const ap = a ? alloc(most * 4) : 0;
  const bp = b ? alloc(most * 4) : 0;
  const cp = c ? alloc(most * 4) : 0;
  for (let i = 0; i < p.length; i += most) {
    const n = Math.min(most, p.length - i);
    copyIn(pp, p, i, n);
    copyIn(gp, g, i, n);
    if (a) copyIn(ap, a, i, n);
    if (b) copyIn(bp, b, i, n);
    if (c) copyIn(cp, c, i, n);
    run(pp, gp, ap, bp, cp, n);
    take(pp, pTo!, i, n);
    if (a) take(ap, aTo!, i, n);
    if (b) take(bp, bTo!, i, n);
    if (c) take(cp, cTo!, i, n);
  }
}

/** d = g + decay p; v = first ? d : momentum v + (1 - dampening) d; p -= lr (nesterov ? d + momentum v : v); without v, p -= lr d. */
export function sgd(p: Float32Array, g: Float32Array, v: Float32Array | null, s: SgdScalars, into?: Targets): void {
  const k = kernels ?? load();
  const run: Run = v
    ? (pp, gp, vp, _b, _c, n) =>
        k.sgdVelocity(pp, gp, vp, n, s.lr, s.decay, s.momentum, 1 - s.dampening, s.nesterov ? 1 : 0, s.first ? 1 : 0)
    : (pp, gp, _a, _b, _c, n) => k.sgd(pp, gp, n, s.lr, s.decay);
  pieces(run, p, g, v, null, null, into);
}

/** v = momentum v - lr g; p += nesterov ? momentum v - lr g : v. */
export function sgdScaledVelocity(
  p: Float32Array,
  g: Float32Array,
  v: Float32Array,
  lr: number,
  momentum: number,
  nesterov: boolean,
  into?: Targets,
): void {
  const k = kernels ?? load();
  pieces(
    (pp, gp, vp, _b, _c, n) => k.sgdScaledVelocity(pp, gp, vp, n, lr, momentum, nesterov ? 1 : 0),
    p,
    g,
    v,
    null,
    null,
    into,
  );
}

/** m += (1 - beta1) (g - m); v = beta2 v + (1 - beta2) g g; p -= step m / (sqrt(v) / rootCorrection + epsilon); `peak` keeps the largest v. */
export function adamOutside(
  p: Float32Array,
  g: Float32Array,
  m: Float32Array,
  v: Float32Array,
  peak: Float32Array | null,
  s: AdamOutsideScalars,
  into?: Targets,
): void {
  const k = kernels ?? load();
  const run: Run = (pp, gp, mp, vp, kp, n) =>
    k.adamOutside(
      pp,
      gp,
      mp,
      vp,
      kp,
      n,
      s.step,
      1 - s.beta1,
      s.beta2,
      1 - s.beta2,
      s.rootCorrection,
      s.epsilon,
      s.decay,
      s.shrink,
    );
  pieces(run, p, g, m, v, peak, into);
}

/** m += (g - m) (1 - beta1); v += (g g - v) (1 - beta2); p -= m alpha / (sqrt(v) + epsilon); `peak` keeps the largest v. */
export function adamInside(
  p: Float32Array,
  g: Float32Array,
  m: Float32Array,
  v: Float32Array,
  peak: Float32Array | null,
  s: AdamInsideScalars,
  into?: Targets,
): void {
  const k = kernels ?? load();
  const run: Run = (pp, gp, mp, vp, kp, n) =>
    k.adamInside(pp, gp, mp, vp, kp, n, s.alpha, 1 - s.beta1, 1 - s.beta2, s.epsilon);
  pieces(run, p, g, m, v, peak, into);
}

/**
 * s = rho s + (1 - rho) g g; mean += (1 - rho) (g - mean); q = sqrt(s - mean^2) + epsilon;
 * p -= lr g / q, or with a buffer b = momentum b + g / q; p -= lr b.
 */
export function rmspropOutside(
  p: Float32Array,
  g: Float32Array,
  square: Float32Array,
  mean: Float32Array | null,
  b: Float32Array | null,
  s: RmspropScalars,
  into?: Targets,
): void {
  const k = kernels ?? load();
  const run: Run = (pp, gp, sp, mp, bp, n) =>
    k.rmspropOutside(pp, gp, sp, mp, bp, n, s.lr, s.rho, 1 - s.rho, s.epsilon, s.momentum, s.decay);
  pieces(run, p, g, square, mean, b, into);
}

/**
 * s = rho s + (1 - rho) g g; mean = rho mean + (1 - rho) g; step = lr g / sqrt(s - mean^2 + epsilon);
 * p -= step, or with a buffer b = momentum b + step; p -= b.
 */
export function rmspropInside(
  p: Float32Array,
  g: Float32Array,
  square: Float32Array,
  mean: Float32Array | null,
  b: Float32Array | null,
  s: RmspropScalars,
  into?: Targets,
): void {
  const k = kernels ?? load();
  const run: Run = (pp, gp, sp, mp, bp, n) =>
    k.rmspropInside(pp, gp, sp, mp, bp, n, s.lr, s.rho, 1 - s.rho, s.epsilon, s.momentum);
  pieces(run, p, g, square, mean, b, into);
}
