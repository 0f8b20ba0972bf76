// log, exp, sin, cos and tan of a double, rounded correctly (ties closer than 2^-60 apart): the C library's functions are
// within 0.52 units of the last place, so they give the same bits nearly always, while JavaScript engines may be a whole
// unit off. Values are carried as unevaluated sums high + low of two doubles.

import { fma64 } from './fusedMultiply';

// under own names, because a look-up through the global is slow where it is a proxy, as in test runners
const { LN2, PI, SQRT2, abs, cos, log1p, round, sin, tan } = Math;

const SPLIT = 134217729; // 2^27 + 1
const STEPS = 128;
const FIXED = 200n;

// The result of the pair operations below: module variables, so that nothing is allocated.
let high = 0;
let low = 0;

function sum(a: number, b: number): void {
  high = a + b;
  const t = high - a;
  low = a - (high - t) + (b - t);
}

function product(a: number, b: number): void {
  high = a * b;
  let t = a * SPLIT;
  const aHigh = t - (t - a);
  const aLow = a - aHigh;
  t = b * SPLIT;
  const bHigh = t - (t - b);
  const bLow = b - bHigh;
  low = aLow * bLow - (high - aHigh * bHigh - aLow * bHigh - aHigh * bLow);
}

function pairSum(aHigh: number, aLow: number, bHigh: number, bLow: number): void {
  sum(aHigh, bHigh);
  const rest = low + (aLow + bLow);
  sum(high, rest);
}

function pairProduct(aHigh: number, aLow: number, bHigh: number, bLow: number): void {
  product(aHigh, bHigh);
  const rest = low + (aHigh * bLow + aLow * bHigh);
  sum(high, rest);
}

/** A fixed-point number as a chain of doubles, each the nearest to what is left. */
function parts(fixed: bigint, count: number): number[] {
  const out: number[] = [];
  for (let i = 0; i < count; i++) {
    const value = Number(fixed) * 2 ** -Number(FIXED);
    out.push(value);
    fixed -= BigInt(value * 2 ** Number(FIXED));
  }
  return out;
}

/** 2 atanh(1 / d) = ln((d + 1) / (d - 1)) in fixed point. */
function logRatio(d: bigint): bigint {
  let term = (2n << FIXED) / d;
  let total = 0n;
  for (let k = 1n; term !== 0n; k += 2n) {
    total += term / k;
    term /= d * d;
  }
  return total;
}

/** Sum of x^n / n! over n = first, first + step, ..., the signs alternating if asked for. */
function series(x: bigint, first: bigint, step: bigint, alternate: boolean): bigint {
  let term = 1n << FIXED;
  let total = 0n;
  for (let n = 0n; term !== 0n || n <= first; n++) {
    if (n > 0n) term = ((term * x) >> FIXED) / n;
    if (n >= first && (n - first) % step === 0n) total += alternate && ((n - first) / step) % 2n === 1n ? -term : term;
  }
  return total;
}

interface Tables {
  /** ln(j / 128) for j = 64..192: high and low parts by turns. */
  readonly log: Float64Array;
  /** exp(j / 128) for j = -64..64. */
  readonly exp: Float64Array;
  /** sin(j / 128) and cos(j / 128) for j = 0..128: high, low, high, low. */
  readonly circle: Float64Array;
  readonly ln2: readonly number[];
  readonly halfPi: readonly number[];
}

let tables: Tables | undefined;

function makeTables(): Tables {
  const one = 1n << FIXED;
  const ln2 = logRatio(3n);
  const log = new Float64Array(2 * (193 - 64));
  let value = -ln2;
  for (let j = 64; j <= 192; j++) {
    log.set(j === STEPS ? [0, 0] : parts(value, 2), 2 * (j - 64));
    value += logRatio(BigInt(2 * j + 1));
  }
  const exp = new Float64Array(2 * 129);
  for (let j = -64; j <= 64; j++) exp.set(parts(series((BigInt(j) * one) / 128n, 0n, 1n, false), 2), 2 * (j + 64));
  const circle = new Float64Array(4 * 129);
  for (let j = 0; j <= 128; j++) {
    const x = (BigInt(j) * one) / 128n;
    circle.set([...parts(series(x, 1n, 2n, true), 2), ...parts(series(x, 0n, 2n, true), 2)], 4 * j);
  }
  // Machin: pi / 2 = 8 atan(1/5) - 2 atan(1/239)
  const atan = (d: bigint): bigint => {
    let term = one / d;
    let total = 0n;
    for (let k = 1n; term !== 0n; k += 2n) {
      total += k % 4n === 1n ? term / k : -term / k;
      term /= d * d;
    }
    return total;
  };
  return { log, exp, circle, ln2: parts(ln2, 2), halfPi: parts(8n * atan(5n) - 2n * atan(239n), 3) };
}

const word = new Float64Array(1);
const words = new Uint32Array(word.buffer);

/** sin(j / 128) and cos(j / 128) for j = 0..128, each as high and low part. */
export const circleTable = (): Float64Array => (tables ??= makeTables()).circle;

/** Natural logarithm. */
export function logExact(x: number): number {
  if (!(x > 0) || x === Infinity) return Math.log(x);
  logPair(x);
  return high + low;
}

/** x to the power y, for a positive x whose power is neither subnormal nor too large. */
export function powExact(x: number, y: number): number {
  if (!(x > 0) || x === Infinity || y === 0) return x ** y;
  logPair(x);
  pairProduct(high, low, y, 0);
  if (!(high > -700 && high < 709)) return x ** y;
  return expPair(high, low);
}

/** Leaves the logarithm of a positive number as a pair. */
function logPair(x: number): void {
  const { log, ln2 } = (tables ??= makeTables());
  let e = 0;
  if (x < 2.2250738585072014e-308) {
    x *= 2 ** 54;
    e = -54;
  }
  word[0] = x;
  e += (words[1]! >>> 20) - 1023;
  words[1] = (words[1]! & 0xfffff) | 0x3ff00000;
  let m = word[0]!;
  if (m > SQRT2) {
    m /= 2;
    e++;
  }
  // m = (128 / c) (1 + r), c a whole number; for m near 1, c is 128 and r = m - 1 exactly
  const c = round(STEPS / m);
  product(m, c / STEPS);
  sum(high - 1, low);
  const r = high;
  const rLow = low;
  const tail = r * r * r * (1 / 3 - r * (0.25 - r * (0.2 - r * (1 / 6 - r * (1 / 7 - r * (0.125 - r / 9))))));
  product(r, r);
  const square = -0.5 * high;
  const squareLow = -0.5 * low - r * rLow;
  pairSum(r, rLow, square, squareLow);
  pairSum(high, low, tail, 0);
  if (c !== STEPS) pairSum(-log[2 * (c - 64)]!, -log[2 * (c - 64) + 1]!, high, low);
  if (e !== 0) {
    const restHigh = high;
    const restLow = low;
    product(e, ln2[0]!);
    pairSum(high, low + e * ln2[1]!, restHigh, restLow);
  }
}

/** Exponential function. */
export function expExact(x: number): number {
  return x > -700 && x < 709 ? expPair(x, 0) : Math.exp(x);
}

function expPair(x: number, xLow: number): number {
  const { exp, ln2 } = (tables ??= makeTables());
  const n = round(x / LN2);
  product(-n, ln2[0]!);
  pairSum(x, xLow, high, low - n * ln2[1]!);
  const j = round(high * STEPS);
  sum(high - j / STEPS, low);
  const t = high;
  const tLow = low;
  const tail = t * t * t * (1 / 6 + t * (1 / 24 + t * (1 / 120 + t * (1 / 720 + t / 5040))));
  product(t, t);
  pairSum(t, tLow, 0.5 * high, 0.5 * low + t * tLow);
  pairSum(high, low, tail, 0);
  pairSum(1, 0, high, low);
  pairProduct(high, low, exp[2 * (j + 64)]!, exp[2 * (j + 64) + 1]!);
  // two steps, so that neither factor overflows
  const whole = high + low;
  const first = n >> 1;
  return whole * 2 ** first * 2 ** (n - first);
}

let quadrant = 0;
let sinHigh = 0;
let sinLow = 0;
let cosHigh = 0;
let cosLow = 0;

/** Leaves sine and cosine of the part of x within pi/4, and the number of quarter turns taken off. */
function circle(x: number): void {
  const { circle: table, halfPi } = (tables ??= makeTables());
  const n = round(x / (PI / 2));
  quadrant = n & 3;
  product(-n, halfPi[0]!);
  pairSum(x, 0, high, low);
  const restHigh = high;
  const restLow = low;
  product(-n, halfPi[1]!);
  pairSum(restHigh, restLow, high, low - n * halfPi[2]!);
  const negative = high < 0;
  const aHigh = negative ? -high : high;
  const aLow = negative ? -low : low;
  const j = round(aHigh * STEPS);
  sum(aHigh - j / STEPS, aLow);
  const t = high;
  const tLow = low;
  product(t, t);
  const square = high;
  const squareLow = low + 2 * t * tLow;
  // sin t = t + odd, cos t - 1 = -t^2/2 + even
  const odd = t * square * (-1 / 6 + square * (1 / 120 - square / 5040));
  const even = square * square * (1 / 24 - square * (1 / 720 - square / 40320));
  pairSum(t, tLow, odd, 0);
  const s = high;
  const sLow = low;
  pairSum(-0.5 * square, -0.5 * squareLow, even, 0);
  const c = high;
  const cLow = low;
  const S = table[4 * j]!;
  const SLow = table[4 * j + 1]!;
  const C = table[4 * j + 2]!;
  const CLow = table[4 * j + 3]!;
  pairProduct(S, SLow, c, cLow);
  let keepHigh = high;
  let keepLow = low;
  pairProduct(C, CLow, s, sLow);
  pairSum(high, low, keepHigh, keepLow);
  pairSum(S, SLow, high, low);
  sinHigh = negative ? -high : high;
  sinLow = negative ? -low : low;
  pairProduct(C, CLow, c, cLow);
  keepHigh = high;
  keepLow = low;
  pairProduct(S, SLow, -s, -sLow);
  pairSum(high, low, keepHigh, keepLow);
  pairSum(C, CLow, high, low);
  cosHigh = high;
  cosLow = low;
}

const LARGE = 2 ** 20;

/** Sine; angles beyond 2^20 are left to the engine. */
export function sinExact(x: number): number {
  if (x === 0 || !(abs(x) < LARGE)) return sin(x);
  circle(x);
  const value = quadrant & 1 ? cosHigh + cosLow : sinHigh + sinLow;
  return quadrant & 2 ? -value : value;
}

/** Cosine; angles beyond 2^20 are left to the engine. */
export function cosExact(x: number): number {
  if (!(abs(x) < LARGE)) return cos(x);
  circle(x);
  const value = quadrant & 1 ? sinHigh + sinLow : cosHigh + cosLow;
  return quadrant === 1 || quadrant === 2 ? -value : value;
}

/** Tangent; angles beyond 2^20 are left to the engine. */
export function tanExact(x: number): number {
  if (x === 0 || !(abs(x) < LARGE)) return tan(x);
  circle(x);
  const turned = (quadrant & 1) === 1;
  const [top, topLow] = turned ? [-cosHigh, -cosLow] : [sinHigh, sinLow];
  const [bottom, bottomLow] = turned ? [sinHigh, sinLow] : [cosHigh, cosLow];
  const quotient = top / bottom;
  product(-quotient, bottom);
  const rest = top + high + (low + topLow - quotient * bottomLow);
  return quotient + rest / bottom;
}

const LOG1P = [
  0.6666666666666735, 0.3999999999940942, 0.2857142874366239, 0.22222198432149784, 0.1818357216161805,
  0.15313837699209373, 0.14798198605116586,
] as const;
const LN2_HIGH = 0.6931471803691238;
const LN2_LOW = 1.9082149292705877e-10;

/**
 * ln(1 + x), not rounded correctly but with the operations, fused ones too, of the C library's log1p on x86-64
 * with FMA, whose last bits some libraries show.
 *
 * 1 + x = 2^k (1 + f); with s = f / (2 + f), ln(1 + f) = f - (f^2/2 - s (f^2/2 + R(s^2))), the polynomial R by pairs.
 */
export function log1pLibrary(x: number): number {
  if (!(x > -1 && x < 2 ** 53)) return log1p(x);
  const size = abs(x);
  if (size < 2 ** -54) return x;
  if (size < 2 ** -29) return x - x * x * 0.5;
  let k = 0;
  let f = x;
  let c = 0;
  word[0] = x;
  // compared by the high word, as there: -0.2929 < x < 0.4142 needs no scaling
  const top = words[1]! | 0;
  if (!(top < 0x3fda827a && (top > 0 || top <= (0xbfd2bec3 | 0)))) {
    const u = 1 + x;
    word[0] = u;
    k = (words[1]! >>> 20) - 1023;
    c = (k > 0 ? 1 - (u - x) : x - (u - 1)) / u;
    const fraction = words[1]! & 0xfffff;
    const small = fraction < 0x6a09e;
    words[1] = fraction | (small ? 0x3ff00000 : 0x3fe00000);
    if (!small) k++;
    f = word[0]! - 1;
    if (abs(f) < 2 ** -20) {
      if (f === 0) return fma64(k, LN2_HIGH, fma64(k, LN2_LOW, c));
      const short = 0.5 * f * f * fma64(-0.6666666666666666, f, 1);
      return fma64(k, LN2_HIGH, -(short - fma64(k, LN2_LOW, c) - f));
    }
  }
  const square = 0.5 * f * f;
  const s = f / (2 + f);
  const z = s * s;
  const z2 = z * z;
  const z4 = z2 * z2;
  const first = fma64(z, LOG1P[0], z2 * fma64(z, LOG1P[2], LOG1P[1]));
  const r = fma64(z4 * z2, fma64(z, LOG1P[6], LOG1P[5]), fma64(z4, fma64(z, LOG1P[4], LOG1P[3]), first));
  const t = s * (square + r);
  if (k === 0) return f - (square - t);
  return fma64(k, LN2_HIGH, -(square - (t + fma64(k, LN2_LOW, c)) - f));
}
