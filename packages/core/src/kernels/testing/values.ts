/** A small generator of numbers in [0, 1), the same on every run. */
export function uniform(seed: number): () => number {
  let state = (seed * 2654435761 + 1) >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 4294967296;
  };
}

/** n float32 values between -scale and scale. */
export function random32(n: number, seed = 1, scale = 1): Float32Array<ArrayBuffer> {
  const next = uniform(seed);
  return new Float32Array(n).map(() => (next() * 2 - 1) * scale);
}

/** n float64 values between -scale and scale. */
export function random64(n: number, seed = 1, scale = 1): Float64Array<ArrayBuffer> {
  const next = uniform(seed);
  return new Float64Array(n).map(() => (next() * 2 - 1) * scale);
}

/** What float kernels get wrong first. */
export const specials: readonly number[] = [
  Number.NaN,
  Number.POSITIVE_INFINITY,
  Number.NEGATIVE_INFINITY,
  0,
  -0,
  1e-45,
  -1e-45,
  1e-39,
  -1e-39,
  1.1754943508222875e-38,
  3.4028234663852886e38,
  -3.4028234663852886e38,
  1,
  -1,
  0.5,
  -0.5,
  1.5,
  2.5,
  -2.5,
  88.7,
  89,
  -87.5,
  -103.9,
  -105,
  16777217,
];

/** Lengths around the vector and block sizes. */
export const lengths: readonly number[] = [0, 1, 3, 4, 5, 7, 8, 17, 1000, 40001];

/** Distance of a float32 value from an exact one in units in the last place of the exact one; equal specials count as 0. */
export function ulps(got: number, exact: number): number {
  if (Number.isNaN(exact) || Number.isNaN(got))
    return Number.isNaN(exact) && Number.isNaN(got) ? 0 : Number.POSITIVE_INFINITY;
  const rounded = Math.fround(exact);
  if (Object.is(got, rounded)) return 0;
  if (!Number.isFinite(rounded) || !Number.isFinite(got))
    return Math.abs(exact) > 3.4028234e38 ? 0 : Number.POSITIVE_INFINITY;
  if (got === 0 && rounded === 0) return Number.POSITIVE_INFINITY;
  const exponent = Math.max(-126, Math.floor(Math.log2(Math.abs(exact) || 1e-45)));
  return Math.abs(got - exact) / 2 ** (exponent - 23);
}

/** Largest difference relative to the largest expected magnitude; a NaN or an infinity in the wrong place counts as infinite. */
export function difference(got: ArrayLike<number>, expected: ArrayLike<number>): number {
  if (got.length !== expected.length) return Number.POSITIVE_INFINITY;
  let worst = 0;
  let scale = 0;
  for (let i = 0; i < got.length; i++) {
    const a = got[i]!;
    const b = expected[i]!;
    if (Object.is(a, b)) continue;
    if (!Number.isFinite(a) || !Number.isFinite(b)) return Number.POSITIVE_INFINITY;
    worst = Math.max(worst, Math.abs(a - b));
  }
  for (let i = 0; i < expected.length; i++)
    if (Number.isFinite(expected[i]!)) scale = Math.max(scale, Math.abs(expected[i]!));
  return worst === 0 ? 0 : worst / scale;
}
