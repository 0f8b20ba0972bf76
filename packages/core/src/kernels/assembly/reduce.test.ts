import * as reference from '../reference';
import { difference, lengths, random32, random64 } from '../testing/values';
import type { Reduction } from './reduce';
import { argRows, reduceAll, reduceColumns, reduceRows } from './reduce';

const kinds: Reduction[] = ['sum', 'mean', 'max', 'min', 'sumsq'];
const shapes = [
  [0, 5],
  [3, 0],
  [1, 1],
  [5, 3],
  [4, 8],
  [64, 10],
  [7, 17],
  [9, 1000],
  [2, 20_001],
  [30_001, 3],
] as const;

describe.each([
  ['float32', random32, 1.2e-7],
  ['float64', random64, 1e-14],
] as const)('reductions of %s', (_type, make, tolerance) => {
  it.each(kinds)('%s of all', (kind) => {
    for (const n of lengths) {
      const x = make(n + 3, 1);
      const got = reduceAll(kind, x, 3, n);
      const expected = reference.reduceAll(kind, x, 3, n);
      if (!Number.isFinite(expected)) expect(got).toBe(expected);
      else expect(Math.abs(got - expected)).toBeLessThanOrEqual(1e-13 * Math.max(1, n));
    }
  });

  it.each(kinds)('%s over either axis', (kind) => {
    for (const [rows, cols] of shapes) {
      const x = make(rows * cols + 2, 1);
      for (const [run, ref, width] of [
        [reduceRows, reference.reduceRows, rows],
        [reduceColumns, reference.reduceColumns, cols],
      ] as const) {
        const got = make(width + 1, 2);
        const expected = got.slice();
        run(kind, x, 2, got, 1, rows, cols);
        ref(kind, x, 2, expected, 1, rows, cols);
        expect(difference(got, expected)).toBeLessThan(tolerance);
      }
    }
  });

  it('NaN wins, wherever it is', () => {
    for (const at of [0, 3, 4, 9, 15, 16]) {
      const x = make(17, 1);
      x[at] = Number.NaN;
      for (const kind of kinds) expect(reduceAll(kind, x, 0, 17)).toBeNaN();
      const out = make(17, 2);
      reduceColumns('max', x, 0, out, 0, 1, 17);
      expect(out[at]).toBeNaN();
      expect(out.filter(Number.isNaN).length).toBe(1);
    }
  });

  it('index of the first extreme or NaN of each row', () => {
    for (const [rows, cols] of shapes) {
      if (cols === 0) continue;
      const x = make(rows * cols + 1, 1).map((v) => Math.round(v * 20));
      if (rows * cols > 40) {
        x[20] = Number.NaN;
        x[31] = Number.NaN;
        x[5] = Number.POSITIVE_INFINITY;
      }
      for (const kind of ['argmax', 'argmin'] as const) {
        const got = new Int32Array(rows + 1);
        const expected = new Int32Array(rows + 1);
        argRows(kind, x, 1, got, 1, rows, cols);
        reference.argRows(kind, x, 1, expected, 1, rows, cols);
        expect(difference(got, expected)).toBe(0);
      }
    }
  });
});
