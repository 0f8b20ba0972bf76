/** How a weight's axes lie: outputs first ([out, in, ...kernel]) or last ([...kernel, in, out]). */
export type WeightLayout = 'outputsFirst' | 'outputsLast';

export interface Fans {
  readonly fanIn: number;
  readonly fanOut: number;
}

export type FanMode = 'fanIn' | 'fanOut' | 'fanAvg';
export type ScaledDistribution = 'uniform' | 'normal' | 'truncatedNormal';

/**
 * Number of inputs and outputs of one unit: channels times kernel elements.
 *
 * Outputs first needs two axes or more. Outputs last takes one axis as both fans and no axis as fans of 1.
 *
 * ```ts
 * computeFans([20, 10, 3, 3], 'outputsFirst'); // { fanIn: 90, fanOut: 180 }
 * ```
 */
export function computeFans(shape: readonly number[], layout: WeightLayout): Fans {
  const rank = shape.length;
  if (layout === 'outputsFirst') {
    if (rank < 2) {
      throw new RangeError(
        `Fan in and fan out can not be computed for a tensor with fewer than 2 dimensions, got shape [${shape.join(', ')}].`,
      );
    }
    const kernel = shape.slice(2).reduce((n, d) => n * d, 1);
    return { fanIn: shape[1]! * kernel, fanOut: shape[0]! * kernel };
  }
  if (rank === 0) return { fanIn: 1, fanOut: 1 };
  if (rank === 1) return { fanIn: shape[0]!, fanOut: shape[0]! };
  const kernel = shape.slice(0, -2).reduce((n, d) => n * d, 1);
  return { fanIn: shape[rank - 2]! * kernel, fanOut: shape[rank - 1]! * kernel };
}

/** What a distribution with a given variance needs: limits of a uniform one, or the deviation of a normal one. */
export type Scaled =
  | { readonly distribution: 'uniform'; readonly limit: number }
  | { readonly distribution: 'normal' | 'truncatedNormal'; readonly std: number };

/** Standard deviation of a unit normal cut off at 2, by which a truncated normal is widened. */
export const TRUNCATED_STD = 0.8796256610342398;

/**
 * Variance scaling: variance = scale / max(1, fan), fan = fanIn, fanOut or their mean.
 *
 * Uniform limits are sqrt(3 variance), a normal's deviation sqrt(variance), a truncated normal's that over 0.8796.
 */
export function varianceScaling(
  fans: Fans,
  scale: number,
  mode: FanMode,
  distribution: ScaledDistribution = 'truncatedNormal',
): Scaled {
  if (!(scale > 0)) throw new RangeError(`varianceScaling: expected a scale above 0, got ${scale}.`);
  const { fanIn, fanOut } = fans;
  const fan = mode === 'fanIn' ? fanIn : mode === 'fanOut' ? fanOut : (fanIn + fanOut) / 2;
  const variance = scale / Math.max(1, fan);
  if (distribution === 'uniform') return { distribution, limit: Math.sqrt(3 * variance) };
  const std = Math.sqrt(variance);
  return { distribution, std: distribution === 'truncatedNormal' ? std / TRUNCATED_STD : std };
}

export type GainOf = 'linear' | 'conv' | 'sigmoid' | 'tanh' | 'relu' | 'leakyRelu' | 'selu';

/** Recommended gain of an activation: 1, 5/3 for tanh, sqrt(2) for relu, sqrt(2 / (1 + slope^2)) for leakyRelu, 3/4 for selu. */
export function gain(activation: GainOf, slope = 0.01): number {
  switch (activation) {
    case 'linear':
    case 'conv':
    case 'sigmoid':
      return 1;
    case 'tanh':
      return 5 / 3;
    case 'relu':
      return Math.SQRT2;
    case 'leakyRelu':
      return Math.sqrt(2 / (1 + slope ** 2));
    case 'selu':
      return 3 / 4;
  }
}

/** Kaiming's deviation, gain / sqrt(fan); the uniform limit is sqrt(3) times it. */
export const kaimingStd = (fan: number, gainFactor: number): number => gainFactor / Math.sqrt(fan);

/** Kaiming's uniform limit: sqrt(3) * gain / sqrt(fan). */
export const kaimingLimit = (fan: number, gainFactor: number): number => Math.sqrt(3) * kaimingStd(fan, gainFactor);

/** Xavier's deviation: gain * sqrt(2 / (fanIn + fanOut)). */
export const xavierStd = ({ fanIn, fanOut }: Fans, gainFactor = 1): number =>
  gainFactor * Math.sqrt(2 / (fanIn + fanOut));

/** Xavier's uniform limit: sqrt(3) * gain * sqrt(2 / (fanIn + fanOut)). */
export const xavierLimit = (fans: Fans, gainFactor = 1): number => Math.sqrt(3) * xavierStd(fans, gainFactor);

/** The uniform limit of a dense or convolution bias: 1 / sqrt(fanIn), 0 for no inputs. */
export const biasLimit = (fanIn: number): number => (fanIn > 0 ? 1 / Math.sqrt(fanIn) : 0);

type FloatArray = Float32Array | Float64Array;

/**
 * Turns a rows x columns matrix (row-major, rows >= columns) in place into the Q of its QR factorisation by Householder
 * reflections, each column times the sign of R's diagonal, so that Q is uniform among matrices with orthonormal columns.
 *
 * Computed in float64 and rounded once at the end.
 */
export function orthogonalColumns(matrix: FloatArray, rows: number, columns: number): void {
  if (rows < columns || matrix.length !== rows * columns) {
    throw new RangeError(
      `orthogonalColumns: expected at least as many rows as columns and rows * columns elements, got ${rows} x ${columns} with ${matrix.length} elements; transpose first.`,
    );
  }
  const a = Float64Array.from(matrix);
  const scales = new Float64Array(columns);
  const signs = new Float64Array(columns);
  for (let k = 0; k < columns; k++) {
    let square = 0;
    for (let i = k + 1; i < rows; i++) square += a[i * columns + k]! ** 2;
    const alpha = a[k * columns + k]!;
    // LAPACK's rule: nothing below the diagonal, no reflection
    const beta = square === 0 ? alpha : -Math.sign(alpha || 1) * Math.sqrt(alpha * alpha + square);
    signs[k] = Math.sign(beta);
    if (square === 0) continue;
    scales[k] = (beta - alpha) / beta;
    for (let i = k + 1; i < rows; i++) a[i * columns + k] = a[i * columns + k]! / (alpha - beta);
    for (let j = k + 1; j < columns; j++) reflect(a, rows, columns, k, j, scales[k]!);
  }
  const q = new Float64Array(rows * columns);
  for (let j = 0; j < columns; j++) {
    q[j * columns + j] = 1;
    for (let k = j; k >= 0; k--) {
      let dot = q[k * columns + j]!;
      for (let i = k + 1; i < rows; i++) dot += a[i * columns + k]! * q[i * columns + j]!;
      dot *= scales[k]!;
      q[k * columns + j] = q[k * columns + j]! - dot;
      for (let i = k + 1; i < rows; i++) q[i * columns + j] = q[i * columns + j]! - dot * a[i * columns + k]!;
    }
  }
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++) matrix[i * columns + j] = q[i * columns + j]! * signs[j]!;
  }
}

function reflect(a: Float64Array, rows: number, columns: number, k: number, j: number, scale: number): void {
  let dot = a[k * columns + j]!;
  for (let i = k + 1; i < rows; i++) dot += a[i * columns + k]! * a[i * columns + j]!;
  dot *= scale;
  a[k * columns + j] = a[k * columns + j]! - dot;
  for (let i = k + 1; i < rows; i++) a[i * columns + j] = a[i * columns + j]! - dot * a[i * columns + k]!;
}

/** The transpose of a rows x columns matrix. */
export function transposed<T extends FloatArray>(matrix: T, rows: number, columns: number): T {
  const out = new (matrix.constructor as new (n: number) => T)(matrix.length);
  for (let i = 0; i < rows; i++) for (let j = 0; j < columns; j++) out[j * rows + i] = matrix[i * columns + j]!;
  return out;
}

/** Ones on the diagonal of a rows x columns matrix, times a gain. */
export function identity<T extends FloatArray>(out: T, rows: number, columns: number, factor = 1): T {
  out.fill(0);
  for (let i = 0; i < Math.min(rows, columns); i++) out[i * columns + i] = factor;
  return out;
}

/** Every element the same value. */
export function constant<T extends FloatArray>(out: T, value: number): T {
  return out.fill(value) as T;
}
