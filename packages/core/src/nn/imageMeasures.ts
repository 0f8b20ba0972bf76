import { axisMap, axisMatrix } from '../ops/axisMap';
import { add, div, mul, pow, relu, square, sub } from '../ops/elementwise';
import { mean } from '../ops/reduce';
import { concat, fullLike, reshape, slice, stack } from '../ops/shape';
import type { Tensor } from '../tensor/tensor';
import { padWith } from './padding';

export interface SimilaritySettings {
  /** The largest value that pixels may have. */
  readonly peak: number;
  /** The window's side in pixels, and the deviation of its Gaussian weights. */
  readonly size: number;
  readonly sigma: number;
  readonly k1: number;
  readonly k2: number;
}

/** The mean of each whole window under Gaussian weights, over the rows and columns of (..., h, w, c). */
function windowed(x: Tensor, { size, sigma }: SimilaritySettings): Tensor {
  const raw = Array.from({ length: size }, (_, i) => Math.exp(-0.5 * ((i - (size - 1) / 2) / sigma) ** 2));
  const total = raw.reduce((a, b) => a + b, 0);
  const along = (t: Tensor, axis: number): Tensor => {
    const inputs = t.sizes[axis]!;
    const rows = Array.from({ length: inputs - size + 1 }, (_, i) => raw.map((w, k) => [i + k, w / total] as const));
    return axisMap(t, axis, axisMatrix(inputs, rows));
  };
  return along(along(x, x.rank - 3), x.rank - 2);
}

/**
 * How alike the structure of two images is, per pixel of whole windows and channel:
 * (2 m n + a) / (m² + n² + a) times (2 cov + b) / (var x + var y + b), with a = (k1 peak)² and b = (k2 peak)².
 */
export function structuralSimilarity(x: Tensor, y: Tensor, settings: SimilaritySettings): Tensor {
  const { luminance, contrast } = similarityParts(x, y, settings);
  return mul(luminance, contrast);
}
/** Its two factors: of the means, and of the spreads. */
function similarityParts(x: Tensor, y: Tensor, settings: SimilaritySettings) {
  const a = (settings.k1 * settings.peak) ** 2;
  const b = (settings.k2 * settings.peak) ** 2;
  const [m, n] = [windowed(x, settings), windowed(y, settings)];
  const products = mul(mul(m, n), 2);
  const squares = add(square(m), square(n));
  const luminance = div(add(products, a), add(squares, a));
  const both = mul(windowed(mul(x, y), settings), 2);
  const own = windowed(add(square(x), square(y)), settings);
  return { luminance, contrast: div(add(sub(both, products), b), add(sub(own, squares), b)) };
}
/** Structural similarity over halved sizes: the product of powers of the spreads' shares, and of the whole at the last. */
export function similarityOverScales(
  x: Tensor,
  y: Tensor,
  settings: SimilaritySettings,
  powers: readonly number[],
): Tensor {
  const halved = (t: Tensor): Tensor => {
    const lead = t.sizes.slice(0, -3);
    const flat = reshape(t, [-1, ...t.sizes.slice(-3)]);
    const odd = flat.sizes.slice(1, 3).map((d) => d % 2);
    const pads: [number, number][] = [
      [0, 0],
      [0, odd[0]!],
      [0, odd[1]!],
      [0, 0],
    ];
    const even = odd.some((d) => d > 0) ? padWith(flat, pads, 'symmetric', 0) : flat;
    const [n, h, w, c] = even.sizes as [number, number, number, number];
    const means = mean(reshape(even, [n, h / 2, 2, w / 2, 2, c]), [2, 4]);
    return reshape(means, [...lead, h / 2, w / 2, c]);
  };
  let [a, b] = [x, y];
  const factors = powers.map((power, scale) => {
    if (scale > 0) [a, b] = [halved(a), halved(b)];
    const { luminance, contrast } = similarityParts(a, b, settings);
    const whole = scale === powers.length - 1 ? mul(luminance, contrast) : contrast;
    return pow(relu(mean(whole, [-3, -2])), power);
  });
  return mean(
    factors.reduce((p, q) => mul(p, q)),
    -1,
  );
}
/** The mean of that over pixels and channels. */
export const meanSimilarity = (similarity: Tensor): Tensor => mean(mean(similarity, [-3, -2]), -1);

/** Differences to the next row and to the next column of (n, h, w, c); 0 at the last. */
export function imageGradients(x: Tensor): readonly [dy: Tensor, dx: Tensor] {
  const step = (axis: 1 | 2): Tensor => {
    const n = x.sizes[axis]!;
    const difference = sub(slice(x, axis, 1, n), slice(x, axis, 0, n - 1));
    const last = x.sizes.map((d, i) => (i === axis ? 1 : d));
    return concat([difference, fullLike(x, 0, last)], axis);
  };
  return [step(1), step(2)];
}

/** Sobel's two filters over mirrored edges: (n, h, w, c) gives (n, h, w, c, 2), rows first. */
export function sobelEdges(x: Tensor): Tensor {
  const padded = padWith(
    x,
    [
      [0, 0],
      [1, 1],
      [1, 1],
      [0, 0],
    ],
    'reflect',
    0,
  );
  const over = (t: Tensor, axis: 1 | 2, weights: readonly number[]): Tensor =>
    weights.map((w, k) => mul(slice(t, axis, k, k + x.sizes[axis]!), w)).reduce((p, q) => add(p, q));
  const [smooth, steep] = [
    [1, 2, 1],
    [-1, 0, 1],
  ] as const;
  return stack([over(over(padded, 1, steep), 2, smooth), over(over(padded, 1, smooth), 2, steep)], x.rank);
}
