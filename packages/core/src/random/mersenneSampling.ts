import type { DType, TypedArray } from '../tensor/dtype';
import { dtypes } from '../tensor/dtype';
import { logExact } from './exactMath';
import { requireFloating, roundTo } from './fillElements';
import type { MersenneGenerator } from './mersenneGenerator';

/**
 * Draws category numbers in proportion to the weights of each row, PyTorch's way.
 *
 * Without replacement, or for one sample: the largest of weight / exponential(1), in order. With replacement: the first
 * category whose running share reaches r53. Returns rows * samples numbers.
 */
export function multinomial(
  generator: MersenneGenerator,
  weights: Float32Array<ArrayBuffer> | Float64Array<ArrayBuffer>,
  rows: number,
  samples: number,
  replacement: boolean,
): Int32Array<ArrayBuffer> {
  const categories = weights.length / rows;
  if (!replacement && samples > categories) {
    throw new RangeError(
      `multinomial: cannot draw ${samples} samples without replacement from ${categories} categories; draw fewer, or with replacement.`,
    );
  }
  checkWeights(weights, rows, categories);
  const dtype: DType = weights instanceof Float32Array ? 'float32' : 'float64';
  const out = new Int32Array(rows * samples);
  if (!replacement || samples === 1) {
    const race = dtypes[dtype].create(weights.length) as Float32Array<ArrayBuffer> | Float64Array<ArrayBuffer>;
    generator.exponential(race, dtype, 1);
    for (let i = 0; i < race.length; i++) race[i] = weights[i]! / race[i]!;
    for (let row = 0; row < rows; row++) largest(race, row * categories, categories, samples, out, row * samples);
    return out;
  }
  const shares = new Float64Array(categories);
  for (let row = 0; row < rows; row++) {
    let total = 0;
    for (let j = 0; j < categories; j++) shares[j] = total = roundTo(dtype, total + weights[row * categories + j]!);
    for (let j = 0; j < categories; j++) shares[j] = roundTo(dtype, shares[j]! / total);
    shares[categories - 1] = 1;
    for (let s = 0; s < samples; s++) out[row * samples + s] = firstAtLeast(shares, generator.twister.r53());
  }
  return out;
}

function checkWeights(weights: ArrayLike<number>, rows: number, categories: number): void {
  for (let row = 0; row < rows; row++) {
    let total = 0;
    for (let j = 0; j < categories; j++) {
      const w = weights[row * categories + j]!;
      if (!(w >= 0 && w < Infinity)) {
        throw new RangeError(`multinomial: weights must be finite and not negative, row ${row} has ${w}.`);
      }
      total += w;
    }
    if (!(total > 0))
      throw new RangeError(`multinomial: the weights of row ${row} sum to ${total}; make one positive.`);
  }
}

function largest(x: ArrayLike<number>, at: number, n: number, count: number, out: Int32Array, outAt: number): void {
  if (count === 1) {
    let best = 0;
    for (let j = 1; j < n; j++) if (x[at + j]! > x[at + best]!) best = j;
    out[outAt] = best;
    return;
  }
  const order = Int32Array.from({ length: n }, (_, j) => j).sort((a, b) => x[at + b]! - x[at + a]! || a - b);
  out.set(order.subarray(0, count), outAt);
}

function firstAtLeast(shares: Float64Array, u: number): number {
  let from = 0;
  let to = shares.length;
  while (from < to) {
    const middle = (from + to) >> 1;
    if (shares[middle]! < u) from = middle + 1;
    else to = middle;
  }
  return Math.min(from, shares.length - 1);
}

/** The error function to about 1e-15: its series near 0, a continued fraction of its complement farther out. */
function erf(x: number): number {
  const a = Math.abs(x);
  if (a > 6) return Math.sign(x);
  if (a < 2.5) {
    let term = x;
    let total = x;
    for (let n = 1; Math.abs(term) > 1e-17 * Math.abs(total); n++) {
      term *= (-x * x) / n;
      total += term / (2 * n + 1);
    }
    return (2 / Math.sqrt(Math.PI)) * total;
  }
  let fraction = 0;
  for (let k = 60; k > 0; k--) fraction = k / 2 / (a + fraction);
  return Math.sign(x) * (1 - Math.exp(-a * a) / Math.sqrt(Math.PI) / (a + fraction));
}

const cdf = (x: number): number => (1 + erf(x / Math.SQRT2)) / 2;

/**
 * A normal cut off at a and b, PyTorch 2's way: whole arrays are drawn again and again, and every element takes its first
 * acceptable draw, from normals where [a, b] holds more than 0.3 of them, else from uniforms in [a, b] by rejection.
 */
export function truncatedNormal(
  generator: MersenneGenerator,
  out: TypedArray,
  dtype: DType,
  mean = 0,
  std = 1,
  a = -2,
  b = 2,
): void {
  requireFloating('truncatedNormal', dtype);
  if (dtype !== 'float32' && dtype !== 'float64') {
    throw new TypeError(`truncatedNormal fills float32 and float64 arrays, got ${dtype}; fill float32 and convert.`);
  }
  if (!(a < b && std > 0)) {
    throw new RangeError(`truncatedNormal: expected a < b and std > 0, got a = ${a}, b = ${b}, std = ${std}.`);
  }
  const result = out as Float64Array<ArrayBuffer>;
  const n = result.length;
  const again = dtypes[dtype].create(n) as Float64Array<ArrayBuffer>;
  if (cdf((b - mean) / std) - cdf((a - mean) / std) > 0.3) {
    const [low, high] = [roundTo(dtype, a), roundTo(dtype, b)];
    const outside = (v: number): boolean => v < low || v > high;
    generator.normal(result, dtype, mean, std);
    while (result.some(outside)) {
      generator.normal(again, dtype, mean, std);
      for (let i = 0; i < n; i++) if (outside(result[i]!)) result[i] = again[i]!;
    }
    return;
  }
  const round = dtype === 'float32' ? Math.fround : (v: number) => v;
  const peak = round(-0.5 * ((Math.max(a, Math.min(mean, b)) - mean) / std) ** 2);
  const [m, s] = [round(mean), round(std)];
  const logs = dtypes[dtype].create(n) as Float64Array<ArrayBuffer>;
  const pending = new Uint8Array(n).fill(1);
  for (let left = n; left > 0; ) {
    generator.uniform(again, dtype, a, b);
    generator.uniform01(logs, dtype);
    for (let i = 0; i < n; i++) {
      if (!pending[i]) continue;
      const candidate = (result[i] = again[i]!);
      const z = round(round(candidate - m) / s);
      const density = round(round(round(z * z) * -0.5) - peak);
      if (round(logExact(logs[i]!)) > density) continue;
      pending[i] = 0;
      left--;
    }
  }
}
