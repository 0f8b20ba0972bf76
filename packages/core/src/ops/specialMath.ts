import { erfc } from './special';

/** The function that undoes the normal distribution's: Wichura's rational approximations, sharpened by one Newton step. */
export function ndtri(p: number): number {
  if (Number.isNaN(p) || p < 0 || p > 1) return Number.NaN;
  if (p === 0) return Number.NEGATIVE_INFINITY;
  if (p === 1) return Number.POSITIVE_INFINITY;
  const low = Math.min(p, 1 - p);
  const t = Math.sqrt(-2 * Math.log(low));
  let x = t - (2.515517 + t * (0.802853 + t * 0.010328)) / (1 + t * (1.432788 + t * (0.189269 + t * 0.001308)));
  for (let i = 0; i < 4; i++) {
    const tail = 0.5 * erfc(x / Math.SQRT2);
    const density = Math.exp(-0.5 * x * x) / Math.sqrt(2 * Math.PI);
    if (density === 0) break;
    const step = (tail - low) / density;
    x += step / (1 - (x * step) / 2);
  }
  return p < 0.5 ? -x : x;
}

/** The function that undoes erf. */
export function erfinv(y: number): number {
  if (Number.isNaN(y) || Math.abs(y) > 1) return Number.NaN;
  if (Math.abs(y) === 1) return y * Number.POSITIVE_INFINITY;
  if (Math.abs(y) < 1e-8) return (y * Math.sqrt(Math.PI)) / 2;
  const a = Math.abs(y);
  // near 1, 1 - a is exact, and the tail keeps its digits
  let x = a < 0.5 ? (a * Math.sqrt(Math.PI)) / 2 : -ndtri((1 - a) / 2) / Math.SQRT2;
  for (let i = 0; i < 3; i++) {
    const error = a < 0.5 ? 1 - erfc(x) - a : 1 - a - erfc(x);
    const slope = (2 / Math.sqrt(Math.PI)) * Math.exp(-x * x);
    if (slope === 0) break;
    const step = error / slope;
    x -= step / (1 + x * step);
  }
  return Math.sign(y) * x;
}

/** ln Φ(x), Φ the normal distribution. */
export function logNdtr(x: number): number {
  if (x > -1) return Math.log1p(-0.5 * erfc(x / Math.SQRT2));
  if (x > -35) return Math.log(0.5 * erfc(-x / Math.SQRT2));
  // asymptotic series of the tail
  const s = 1 / (x * x);
  const series = 1 - s * (1 - s * (3 - s * (15 - s * 105)));
  return -0.5 * x * x - Math.log(-x) - 0.5 * Math.log(2 * Math.PI) + Math.log(series);
}

/** Modified Bessel functions of the first kind, times e^-|x|: by their integral, whose trapezoid sum converges fast. */
function besselScaled(order: 0 | 1, x: number): number {
  if (!Number.isFinite(x)) return Number.isNaN(x) ? x : order === 1 && x < 0 ? -0 : 0;
  const a = Math.abs(x);
  if (a > 500) {
    const mu = 4 * order * order;
    let term = 1;
    let sum = 1;
    for (let k = 1; k < 20; k++) {
      term *= -(mu - (2 * k - 1) ** 2) / (k * 8 * a);
      sum += term;
    }
    return ((order === 1 && x < 0 ? -1 : 1) * sum) / Math.sqrt(2 * Math.PI * a);
  }
  const n = 256;
  let sum = 0;
  for (let i = 0; i <= n; i++) {
    const t = (Math.PI * i) / n;
    sum += (i === 0 || i === n ? 0.5 : 1) * Math.exp(a * (Math.cos(t) - 1)) * (order === 1 ? Math.cos(t) : 1);
  }
  return ((order === 1 && x < 0 ? -1 : 1) * sum) / n;
}
export const i0e = (x: number): number => besselScaled(0, x);
export const i1e = (x: number): number => besselScaled(1, x);
export const i0 = (x: number): number =>
  Number.isFinite(x) ? besselScaled(0, x) * Math.exp(Math.abs(x)) : Math.abs(x);
export const i1 = (x: number): number => (Number.isFinite(x) ? besselScaled(1, x) * Math.exp(Math.abs(x)) : x);

/** Bessel functions of the first kind of order n, by their integral over half a turn. */
export function besselJ(n: number, x: number): number {
  if (!Number.isFinite(x)) return Number.isNaN(x) ? x : 0;
  const steps = 64 + 2 * Math.ceil(Math.abs(x));
  let sum = 0;
  for (let i = 0; i < steps; i++) {
    const t = (Math.PI * (i + 0.5)) / steps;
    sum += Math.cos(n * t - x * Math.sin(t));
  }
  return sum / steps;
}

/** Hurwitz's zeta: the sum of (q + k)^-s over k >= 0, for s > 1. */
export function zeta(s: number, q: number): number {
  if (Number.isNaN(s) || Number.isNaN(q)) return Number.NaN;
  if (s === 1) return Number.POSITIVE_INFINITY;
  if (s < 1) return Number.NaN;
  if (q <= 0) {
    if (Number.isInteger(q)) return Number.POSITIVE_INFINITY;
    if (!Number.isInteger(s)) return Number.NaN;
  }
  let sum = 0;
  let a = q;
  while (a < 12) {
    sum += a ** -s;
    a++;
  }
  sum += a ** (1 - s) / (s - 1) + 0.5 * a ** -s;
  const even = [1 / 6, -1 / 30, 1 / 42, -1 / 30, 5 / 66, -691 / 2730, 7 / 6];
  let term = s * a ** (-s - 1);
  let factorial = 2;
  for (let k = 0; k < even.length; k++) {
    sum += (even[k]! / factorial) * term;
    term *= ((s + 2 * k + 1) * (s + 2 * k + 2)) / (a * a);
    factorial *= (2 * k + 3) * (2 * k + 4);
  }
  return sum;
}

/** The share of Γ(a) that the integral up to x holds, and what is left: [P(a, x), Q(a, x)]. */
export function incompleteGamma(a: number, x: number, lgamma: (x: number) => number): readonly [number, number] {
  if (Number.isNaN(a) || Number.isNaN(x) || a < 0 || x < 0) return [Number.NaN, Number.NaN];
  if (a === 0) return x > 0 ? [1, 0] : [Number.NaN, Number.NaN];
  if (x === 0) return [0, 1];
  if (a === Number.POSITIVE_INFINITY) return x === Number.POSITIVE_INFINITY ? [Number.NaN, Number.NaN] : [0, 1];
  if (x === Number.POSITIVE_INFINITY) return [1, 0];
  const scale = Math.exp(a * Math.log(x) - x - lgamma(a));
  if (x < a + 1) {
    let term = 1 / a;
    let sum = term;
    for (let k = 1; k < 10000 && Math.abs(term) > Math.abs(sum) * 1e-17; k++) {
      term *= x / (a + k);
      sum += term;
    }
    const p = Math.min(1, sum * scale);
    return [p, 1 - p];
  }
  // Lentz's continued fraction
  const tiny = 1e-300;
  let b = x + 1 - a;
  let c = 1 / tiny;
  let d = 1 / b;
  let h = d;
  for (let k = 1; k < 10000; k++) {
    const n = -k * (k - a);
    b += 2;
    d = n * d + b;
    if (Math.abs(d) < tiny) d = tiny;
    c = b + n / c;
    if (Math.abs(c) < tiny) c = tiny;
    d = 1 / d;
    const step = d * c;
    h *= step;
    if (Math.abs(step - 1) < 1e-16) break;
  }
  const q = Math.min(1, scale * h);
  return [1 - q, q];
}

export function gcd(a: bigint, b: bigint): bigint {
  let [x, y] = [a < 0n ? -a : a, b < 0n ? -b : b];
  while (y !== 0n) [x, y] = [y, x % y];
  return x;
}

/** The continued fraction of the incomplete beta function, by Lentz. */
function betaFraction(a: number, b: number, x: number): number {
  const tiny = 1e-300;
  let c = 1;
  let d = 1 - ((a + b) * x) / (a + 1);
  d = 1 / (Math.abs(d) < tiny ? tiny : d);
  let out = d;
  for (let m = 1; m < 500; m++) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m));
    d = 1 + even * d;
    c = 1 + even / c;
    d = 1 / (Math.abs(d) < tiny ? tiny : d);
    c = Math.abs(c) < tiny ? tiny : c;
    out *= d * c;
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
    d = 1 + odd * d;
    c = 1 + odd / c;
    d = 1 / (Math.abs(d) < tiny ? tiny : d);
    c = Math.abs(c) < tiny ? tiny : c;
    const step = d * c;
    out *= step;
    if (Math.abs(step - 1) < 1e-16) break;
  }
  return out;
}
/** The share of the beta function's integral that lies below x: I_x(a, b). */
export function incompleteBeta(a: number, b: number, x: number, logGamma: (v: number) => number): number {
  if (!(a > 0) || !(b > 0) || !(x >= 0 && x <= 1)) return Number.NaN;
  if (x === 0 || x === 1) return x;
  const front = Math.exp(logGamma(a + b) - logGamma(a) - logGamma(b) + a * Math.log(x) + b * Math.log1p(-x));
  return x < (a + 1) / (a + b + 2) ? (front * betaFraction(a, b, x)) / a : 1 - (front * betaFraction(b, a, 1 - x)) / b;
}
