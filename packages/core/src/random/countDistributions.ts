import { expExact, logExact, powExact } from './exactMath';

/** What the composed distributions draw from. */
export interface BasicDraws {
  double(): number;
  normal(): number;
  exponential(): number;
}

/** Number of successes of n trials of probability p, by inversion or, from n p = 30 on, by BTPE rejection. */
export function binomial(draw: () => number, n: number, p: number): number {
  if (!(n >= 0 && p >= 0 && p <= 1))
    throw new RangeError(`binomial: expected n >= 0 and 0 <= p <= 1, got n = ${n}, p = ${p}.`);
  if (n === 0 || p === 0) return 0;
  const small = p <= 0.5 ? p : 1 - p;
  const count = small * n <= 30 ? binomialInversion(draw, n, small) : binomialRejection(draw, n, small);
  return p <= 0.5 ? count : n - count;
}

function binomialInversion(draw: () => number, n: number, p: number): number {
  const q = 1 - p;
  const start = expExact(n * logExact(q));
  const np = n * p;
  const bound = Math.trunc(Math.min(n, np + 10 * Math.sqrt(np * q + 1)));
  let x = 0;
  let px = start;
  let u = draw();
  while (u > px) {
    x++;
    if (x > bound) {
      x = 0;
      px = start;
      u = draw();
    } else {
      u -= px;
      px = ((n - x + 1) * p * px) / (x * q);
    }
  }
  return x;
}

/** The tail of Stirling's series for ln x!, as BTPE takes it. */
const stirling = (x: number): number => {
  const s = x * x;
  return (13680 - (462 - (132 - (99 - 140 / s) / s) / s) / s) / x / 166320;
};

function binomialRejection(draw: () => number, n: number, p: number): number {
  const q = 1 - p;
  const fm = n * p + p;
  const m = Math.floor(fm);
  const p1 = Math.floor(2.195 * Math.sqrt(n * p * q) - 4.6 * q) + 0.5;
  const xm = m + 0.5;
  const xl = xm - p1;
  const xr = xm + p1;
  const c = 0.134 + 20.5 / (15.3 + m);
  let a = (fm - xl) / (fm - xl * p);
  const left = a * (1 + a / 2);
  a = (xr - fm) / (xr * q);
  const right = a * (1 + a / 2);
  const p2 = p1 * (1 + 2 * c);
  const p3 = p2 + c / left;
  const p4 = p3 + c / right;
  const npq = n * p * q;
  for (;;) {
    const u = draw() * p4;
    let v = draw();
    let y: number;
    if (u <= p1) return Math.floor(xm - p1 * v + u);
    if (u <= p2) {
      const x = xl + (u - p1) / c;
      v = v * c + 1 - Math.abs(m - x + 0.5) / p1;
      if (v > 1) continue;
      y = Math.floor(x);
    } else if (u <= p3) {
      y = Math.floor(xl + logExact(v) / left);
      if (y < 0 || v === 0) continue;
      v = v * (u - p2) * left;
    } else {
      y = Math.floor(xr - logExact(v) / right);
      if (y > n || v === 0) continue;
      v = v * (u - p3) * right;
    }
    const k = Math.abs(y - m);
    if (k > 20 && k < npq / 2 - 1) {
      const rho = (k / npq) * ((k * (k / 3 + 0.625) + 1 / 6) / npq + 0.5);
      const t = (-k * k) / (2 * npq);
      const log = logExact(v);
      if (log < t - rho) return y;
      if (log > t + rho) continue;
      const [x1, f1, z, w] = [y + 1, m + 1, n + 1 - m, n - y + 1];
      const limit =
        xm * logExact(f1 / x1) +
        (n - m + 0.5) * logExact(z / w) +
        (y - m) * logExact((w * p) / (x1 * q)) +
        stirling(f1) +
        stirling(z) +
        stirling(x1) +
        stirling(w);
      if (log <= limit) return y;
      continue;
    }
    const s = p / q;
    a = s * (n + 1);
    let f = 1;
    for (let i = m + 1; i <= y; i++) f *= a / i - s;
    for (let i = y + 1; i <= m; i++) f /= a / i - s;
    if (v <= f) return y;
  }
}

const GAMMA_SERIES = [
  0.08333333333333333, -0.002777777777777778, 0.0007936507936507937, -0.0005952380952380952, 0.0008417508417508418,
  -0.001917526917526918, 0.00641025641025641, -0.02955065359477124, 0.1796443723688307, -1.3924322169059,
] as const;

/** ln of the gamma function by Stirling's series from 7 on. */
function logGamma(x: number): number {
  if (x === 1 || x === 2) return 0;
  const steps = x < 7 ? Math.trunc(7 - x) : 0;
  let at = x + steps;
  const inverse = 1 / (at * at);
  let series: number = GAMMA_SERIES[9];
  for (let k = 8; k >= 0; k--) series = series * inverse + GAMMA_SERIES[k]!;
  let value = series / at + 0.5 * 1.8378770664093453 + (at - 0.5) * logExact(at) - at;
  for (let k = 1; k <= steps; k++) {
    value -= logExact(at - 1);
    at -= 1;
  }
  return value;
}

/** Number of events at a rate: products of uniforms below 10, transformed rejection from there on. */
export function poisson(draw: () => number, rate: number): number {
  if (!(rate >= 0)) throw new RangeError(`poisson: expected a rate of 0 or more, got ${rate}.`);
  if (rate === 0) return 0;
  if (rate < 10) {
    const end = expExact(-rate);
    let count = 0;
    for (let product = draw(); product > end; product *= draw()) count++;
    return count;
  }
  const root = Math.sqrt(rate);
  const log = logExact(rate);
  const b = 0.931 + 2.53 * root;
  const a = -0.059 + 0.02483 * b;
  const inverseAlpha = 1.1239 + 1.1328 / (b - 3.4);
  const edge = 0.9277 - 3.6224 / (b - 2);
  for (;;) {
    const u = draw() - 0.5;
    const v = draw();
    const us = 0.5 - Math.abs(u);
    const k = Math.floor(((2 * a) / us + b) * u + rate + 0.43);
    if (us >= 0.07 && v <= edge) return k;
    if (k < 0 || (us < 0.013 && v > us)) continue;
    const height = logExact(v) + logExact(inverseAlpha) - logExact(a / (us * us) + b);
    if (height <= -rate + k * log - logGamma(k + 1)) return k;
  }
}

/** Gamma of unit scale: Marsaglia and Tsang from shape 1 on, Ahrens and Dieter below. */
export function standardGamma(draws: BasicDraws, shape: number): number {
  if (!(shape >= 0)) throw new RangeError(`standardGamma: expected a shape of 0 or more, got ${shape}.`);
  if (shape === 1) return draws.exponential();
  if (shape === 0) return 0;
  if (shape < 1) {
    for (;;) {
      const u = draws.double();
      const v = draws.exponential();
      if (u <= 1 - shape) {
        const x = powExact(u, 1 / shape);
        if (x <= v) return x;
      } else {
        const y = -logExact((1 - u) / shape);
        const x = powExact(1 - shape + shape * y, 1 / shape);
        if (x <= v + y) return x;
      }
    }
  }
  const b = shape - 1 / 3;
  const c = 1 / Math.sqrt(9 * b);
  for (;;) {
    let x: number;
    let v: number;
    do {
      x = draws.normal();
      v = 1 + c * x;
    } while (v <= 0);
    v = v * v * v;
    const u = draws.double();
    if (u < 1 - 0.0331 * (x * x) * (x * x)) return b * v;
    if (logExact(u) < 0.5 * x * x + b * (1 - v + logExact(v))) return b * v;
  }
}
