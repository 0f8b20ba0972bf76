import { cast, mul, neg, sub } from '../ops/elementwise';
import { matmul } from '../ops/matmul';
import { concat, flip, reshape, slice } from '../ops/shape';
import { fromArray, type Tensor } from '../tensor/tensor';

// Cosine transforms of the four kinds, by their matrices, and the modified one of overlapping frames.

/** The kinds by where the inputs and outputs lie: on the points, or halfway between them. */
export type CosineKind = 1 | 2 | 3 | 4;

/** How much input `i` counts in output `k` of `n`. */
function share(kind: CosineKind, n: number, i: number, k: number): number {
  switch (kind) {
    case 1:
      return (i === 0 || i === n - 1 ? 1 : 2) * Math.cos((Math.PI * i * k) / (n - 1));
    case 2:
      return 2 * Math.cos((Math.PI * k * (2 * i + 1)) / (2 * n));
    case 3:
      return (i === 0 ? 1 : 2) * Math.cos((Math.PI * i * (2 * k + 1)) / (2 * n));
    case 4:
      return 2 * Math.cos((Math.PI * (2 * i + 1) * (2 * k + 1)) / (4 * n));
  }
}
/** What makes the transform keep lengths. */
function unit(kind: CosineKind, n: number, i: number, k: number): number {
  const first = (kind === 2 && k === 0) || (kind === 3 && i === 0);
  if (kind === 3) return first ? 1 / Math.sqrt(n) : 1 / Math.sqrt(2 * n);
  return first ? 1 / Math.sqrt(4 * n) : 1 / Math.sqrt(2 * n);
}

/** The cosine transform over the last axis, twice the sums of the inputs times cosines, or one that keeps lengths. */
export function cosineTransform(x: Tensor, kind: CosineKind, orthonormal: boolean): Tensor {
  const n = x.sizes.at(-1)!;
  const table = Float64Array.from({ length: n * n }, (_, at) => {
    const [i, k] = [Math.floor(at / n), at % n];
    return share(kind, n, i, k) * (orthonormal ? unit(kind, n, i, k) : 1);
  });
  const matrix = cast(fromArray(x.family, table, [n, n], 'float64'), x.scalarType);
  const rows = reshape(x, [-1, n]);
  return reshape(matmul(rows, matrix), x.sizes);
}

const parts = (x: Tensor, count: number): Tensor[] => {
  const size = x.sizes.at(-1)! / count;
  return Array.from({ length: count }, (_, i) => slice(x, x.rank - 1, i * size, (i + 1) * size));
};
const back = (x: Tensor): Tensor => flip(x, [x.rank - 1]);

/** The modified cosine transform of windowed frames: (..., 4 q) -> (..., 2 q). */
export function modifiedCosines(frames: Tensor, orthonormal: boolean): Tensor {
  const [a, b, c, d] = parts(frames, 4) as [Tensor, Tensor, Tensor, Tensor];
  const folded = concat([sub(neg(back(c)), d), sub(a, back(b))], frames.rank - 1);
  return cosineTransform(folded, 4, orthonormal);
}
/** Frames that, windowed and added up where they overlap, are the signal again: (..., 2 q) -> (..., 4 q). */
export function modifiedCosineFrames(z: Tensor, orthonormal: boolean): Tensor {
  const turned = cosineTransform(z, 4, orthonormal);
  const [p, q] = parts(orthonormal ? turned : mul(turned, 0.5 / z.sizes.at(-1)!), 2) as [Tensor, Tensor];
  return concat([q, neg(back(q)), neg(back(p)), neg(p)], z.rank - 1);
}

/** sin(π/2 sin²(π (i + 1/2) / n)) at the points of a window. */
export const vorbisWindow = (n: number): Float64Array<ArrayBuffer> =>
  Float64Array.from({ length: n }, (_, i) => Math.sin((Math.PI / 2) * Math.sin((Math.PI * (i + 0.5)) / n) ** 2));
/** The square roots of a window's running shares of its sum, there and back. */
export function derivedWindow(window: ArrayLike<number>): Float64Array<ArrayBuffer> {
  const sums: number[] = [];
  for (let i = 0; i < window.length; i++) sums.push((sums.at(-1) ?? 0) + window[i]!);
  const whole = sums.pop() ?? 1;
  const half = sums.map((s) => Math.sqrt(s / whole));
  return Float64Array.from([...half, ...[...half].reverse()]);
}

const mel = (hertz: number): number => 1127 * Math.log(1 + hertz / 700);
/** How much each of `bins` frequencies up to half the rate counts in each of `bands` triangles, even on the mel scale. */
export function melWeights(
  bands: number,
  bins: number,
  rate: number,
  [low, high]: readonly [number, number],
): Float64Array<ArrayBuffer> {
  const [from, to] = [mel(low), mel(high)];
  const edge = (i: number): number => from + ((to - from) * i) / (bands + 1);
  return Float64Array.from({ length: bins * bands }, (_, at) => {
    const [bin, band] = [Math.floor(at / bands), at % bands];
    // the constant part counts in none
    if (bin === 0) return 0;
    const here = mel((rate / 2) * (bin / (bins - 1)));
    const rising = (here - edge(band)) / (edge(band + 1) - edge(band));
    const falling = (edge(band + 2) - here) / (edge(band + 2) - edge(band + 1));
    return Math.max(0, Math.min(rising, falling));
  });
}
