import { SHORT_SUM } from '../../sums';
import type { ArgReduction, Reduction } from '../reference/reduce';
import { CHUNK } from './elementwise';
import { alloc, begin, copyIn, type FloatArray, isFloat64, type Kernel, kernel, put, take, zero } from './memory';

export type { ArgReduction, Reduction } from '../reference/reduce';

interface Set {
  readonly all: Readonly<Record<Reduction, Kernel>>;
  readonly rows: Readonly<Record<Reduction, Kernel>>;
  readonly columns: Readonly<Record<Reduction, Kernel>>;
  readonly arg: Readonly<Record<ArgReduction, Kernel>>;
  /** Sums of few rows, for float32. */
  readonly short: Readonly<Record<'sum' | 'mean' | 'sumsq', Kernel>>;
  readonly demote: Kernel;
  readonly divide: Kernel;
}

let sets: readonly [Set, Set] | null = null;

function load(): readonly [Set, Set] {
  const set = (t: string): Set => {
    const of = (kind: string) => ({
      sum: kernel(`sum${kind}_${t}`),
      mean: kernel(`sum${kind}_${t}`),
      sumsq: kernel(`sumsq${kind}_${t}`),
      max: kernel(`max${kind === '' ? '_all' : kind}_${t}`),
      min: kernel(`min${kind === '' ? '_all' : kind}_${t}`),
    });
    const arg = { argmax: kernel(`argmax_${t}`), argmin: kernel(`argmin_${t}`) };
    return {
      all: of(''),
      rows: of('Rows'),
      columns: of('Columns'),
      arg,
      short: {
        sum: kernel('sumColumnsShort_f32'),
        mean: kernel('sumColumnsShort_f32'),
        sumsq: kernel('sumsqColumnsShort_f32'),
      },
      demote: kernel('demote'),
      divide: kernel(`div_${t}`),
    };
  };
  sets = [set('f32'), set('f64')];
  return sets;
}

/** One number out of n elements, long sums made in float64; NaN wins max and min; the extreme of nothing is infinite. */
export function reduceAll(kind: Reduction, x: FloatArray, xOffset: number, n: number): number {
  const wide = isFloat64(x);
  const run = (sets ?? load())[wide ? 1 : 0].all[kind];
  begin();
  const xp = alloc(Math.min(n, CHUNK) * (wide ? 8 : 4));
  let result = kind === 'max' ? Number.NEGATIVE_INFINITY : kind === 'min' ? Number.POSITIVE_INFINITY : 0;
  for (let i = 0; i < n; i += CHUNK) {
    const m = Math.min(n - i, CHUNK);
    copyIn(xp, x, xOffset + i, m);
    const part = run(xp, m);
    if (kind === 'max') result = Math.max(result, part);
    else if (kind === 'min') result = Math.min(result, part);
    else result += part;
  }
  return kind === 'mean' ? result / n : result;
}

/** Over the last axis: [rows, cols] to [rows]; long float32 sums go through float64. */
export function reduceRows(
  kind: Reduction,
  x: FloatArray,
  xOffset: number,
  out: FloatArray,
  outOffset: number,
  rows: number,
  cols: number,
): void {
  if (cols > CHUNK) {
    for (let r = 0; r < rows; r++) out[outOffset + r] = reduceAll(kind, x, xOffset + r * cols, cols);
    return;
  }
  const wide = isFloat64(x);
  const run = (sets ?? load())[wide ? 1 : 0].rows[kind];
  const size = wide ? 8 : 4;
  const group = Math.min(rows, Math.max(1, Math.floor(CHUNK / Math.max(cols, 1))));
  const divisor = kind === 'mean' ? cols : 1;
  begin();
  const xp = alloc(group * cols * size);
  const yp = alloc(group * size);
  for (let r = 0; r < rows; r += group) {
    const g = Math.min(rows - r, group);
    copyIn(xp, x, xOffset + r * cols, g * cols);
    run(xp, yp, g, cols, divisor);
    take(yp, out, outOffset + r, g);
  }
}

/** Over the first axis: [rows, cols] to [cols], as a bias gradient; long float32 sums go through float64. */
export function reduceColumns(
  kind: Reduction,
  x: FloatArray,
  xOffset: number,
  out: FloatArray,
  outOffset: number,
  rows: number,
  cols: number,
): void {
  const wide = isFloat64(x);
  const set = (sets ?? load())[wide ? 1 : 0];
  const size = wide ? 8 : 4;
  const extreme = kind === 'max' || kind === 'min';
  const single = !wide && !extreme && rows <= SHORT_SUM;
  const run = single ? set.short[kind] : set.columns[kind];
  const group = Math.min(rows, Math.max(1, Math.floor(CHUNK / Math.max(cols, 1))));
  begin();
  // whole vectors of eight columns
  const padded = (cols + 7) & ~7;
  const acc = alloc(padded * 8);
  const xp = alloc(group * cols * size + 64);
  const yp = alloc(cols * size);
  if (!extreme || rows === 0) zero(acc, padded * 8);
  for (let r = 0; r < rows; r += group) {
    const g = Math.min(rows - r, group);
    if (extreme && r === 0) copyIn(acc, x, xOffset, cols);
    copyIn(xp, x, xOffset + r * cols, g * cols);
    run(xp, acc, g, cols);
  }
  if (extreme && rows === 0) {
    out.fill(kind === 'max' ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY, outOffset, outOffset + cols);
  } else if (extreme) {
    take(acc, out, outOffset, cols);
  } else if (!wide && !single) {
    set.demote(acc, yp, cols, kind === 'mean' ? rows : 1);
    take(yp, out, outOffset, cols);
  } else {
    if (kind === 'mean') {
      const count = put(wide ? Float64Array.of(rows) : Float32Array.of(rows), 0, 1);
      set.divide(1, acc, 0, count, 0, acc, 1, cols);
    }
    take(acc, out, outOffset, cols);
  }
}

/** Index of the first extreme of each row, or of its first NaN; cols must be positive. */
export function argRows(
  kind: ArgReduction,
  x: FloatArray,
  xOffset: number,
  out: Int32Array,
  outOffset: number,
  rows: number,
  cols: number,
): void {
  const wide = isFloat64(x);
  const run = (sets ?? load())[wide ? 1 : 0].arg[kind];
  const size = wide ? 8 : 4;
  const group = Math.min(rows, Math.max(1, Math.floor(CHUNK / Math.max(cols, 1))));
  begin();
  const xp = alloc(group * cols * size);
  const yp = alloc(group * 4);
  for (let r = 0; r < rows; r += group) {
    const g = Math.min(rows - r, group);
    copyIn(xp, x, xOffset + r * cols, g * cols);
    run(xp, yp, g, cols);
    take(yp, out, outOffset + r, g);
  }
}
