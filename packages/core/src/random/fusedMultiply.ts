// Fused multiply-add (one rounding) in a language that has only plain double arithmetic: products are split exactly
// (Dekker), sums leave exact remainders (Knuth), and the last sum is rounded to odd, so that rounding it again is right.

// under own names, because a look-up through the global is slow where it is a proxy, as in test runners
const { fround, max, min } = Math;

const SPLIT = 134217729; // 2^27 + 1
const word = new Float64Array(1);
const half = new Int32Array(word.buffer);

/**
 * a * b + c rounded once to float32, for a, b and c that are float32 values.
 *
 * The product is exact in double, so only the sum can be rounded twice: when it falls on the middle between two
 * float32 numbers (one sum in about 2^29 for unrelated operands), the remainder of the sum decides.
 */
export function fma32(a: number, b: number, c: number): number {
  const product = a * b;
  const sum = product + c;
  const near = fround(sum);
  const away = sum - near;
  if (away === 0) return near;
  const other = near + 2 * away;
  return fround(other) === other ? breakTie(product, c, sum, near, other) : near;
}

function breakTie(x: number, y: number, sum: number, near: number, other: number): number {
  const back = sum - x;
  const rest = x - (sum - back) + (y - back);
  if (rest === 0 || !Number.isFinite(rest)) return near;
  return rest > 0 ? max(near, other) : min(near, other);
}

/** a * b + c rounded once to float64, for operands whose product neither overflows nor is subnormal. */
export function fma64(a: number, b: number, c: number): number {
  const product = a * b;
  if (product === 0 || !Number.isFinite(product + c)) return product + c;
  let t = a * SPLIT;
  const aHigh = t - (t - a);
  const aLow = a - aHigh;
  t = b * SPLIT;
  const bHigh = t - (t - b);
  const bLow = b - bHigh;
  const low = aLow * bLow - (product - aHigh * bHigh - aLow * bHigh - aHigh * bLow);
  if (low === 0) return product + c;
  // c + low = s + e, product + s = v + f, result = v + (e + f), the bracket rounded to odd
  const s = c + low;
  t = s - c;
  const e = c - (s - t) + (low - t);
  const v = product + s;
  t = v - product;
  const f = product - (v - t) + (s - t);
  const z = e + f;
  t = z - e;
  const rest = e - (z - t) + (f - t);
  return v + (rest === 0 ? z : toOdd(z, rest));
}

function toOdd(value: number, rest: number): number {
  word[0] = value;
  const last = half[0]!;
  if (last & 1) return value;
  if (rest > 0 === value > 0) half[0] = last | 1;
  else {
    half[0] = last - 1;
    if (last === 0) half[1] = half[1]! - 1;
  }
  return word[0]!;
}
