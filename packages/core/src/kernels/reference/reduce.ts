import { SHORT_SUM, sumByEights, sumInTurn } from '../../sums';
import type { FloatArray } from './elementwise';

export type Reduction = 'sum' | 'mean' | 'max' | 'min' | 'sumsq';
export type ArgReduction = 'argmax' | 'argmin';

function reduce(kind: Reduction, x: FloatArray, offset: number, n: number, step: number, alongRow: boolean): number {
  if (kind === 'max' || kind === 'min') {
    let best = kind === 'max' ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
    for (let i = 0; i < n; i++) best = Math[kind](best, x[offset + i * step]!);
    return best;
  }
  const short = x instanceof Float32Array && n <= SHORT_SUM;
  const read = (i: number): number => {
    const v = x[offset + i * step]!;
    return kind !== 'sumsq' ? v : short ? Math.fround(v * v) : v * v;
  };
  let sum = 0;
  if (short) sum = (alongRow ? sumByEights : sumInTurn)(read, n);
  else for (let i = 0; i < n; i++) sum += read(i);
  return kind === 'mean' ? sum / n : sum;
}

/** One number out of n elements, long sums in float64; NaN wins max and min; the extreme of nothing is infinite. */
export function reduceAll(kind: Reduction, x: FloatArray, xOffset: number, n: number): number {
  return reduce(kind, x, xOffset, n, 1, true);
}

/** Over the last axis: [rows, cols] to [rows]. */
export function reduceRows(
  kind: Reduction,
  x: FloatArray,
  xOffset: number,
  out: FloatArray,
  outOffset: number,
  rows: number,
  cols: number,
): void {
  for (let r = 0; r < rows; r++) out[outOffset + r] = reduce(kind, x, xOffset + r * cols, cols, 1, true);
}

/** Over the first axis: [rows, cols] to [cols]. */
export function reduceColumns(
  kind: Reduction,
  x: FloatArray,
  xOffset: number,
  out: FloatArray,
  outOffset: number,
  rows: number,
  cols: number,
): void {
  for (let c = 0; c < cols; c++) out[outOffset + c] = reduce(kind, x, xOffset + c, rows, cols, false);
}

/** Index of the first extreme of each row, or of its first NaN. */
export function argRows(
  kind: ArgReduction,
  x: FloatArray,
  xOffset: number,
  out: Int32Array,
  outOffset: number,
  rows: number,
  cols: number,
): void {
  for (let r = 0; r < rows; r++) {
    let at = 0;
    for (let c = 1; c < cols; c++) {
      const v = x[xOffset + r * cols + c]!;
      const best = x[xOffset + r * cols + at]!;
      if (Number.isNaN(best)) break;
      if (Number.isNaN(v) || (kind === 'argmax' ? v > best : v < best)) at = c;
    }
    out[outOffset + r] = at;
  }
}
