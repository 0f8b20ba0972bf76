import * as reference from '../reference';
import { difference, random32, random64 } from '../testing/values';
import { gemm, gemmBatched } from './gemm';

const sizes: [number, number, number][] = [
  [0, 3, 4],
  [3, 0, 4],
  [3, 4, 0],
  [1, 1, 1],
  [1, 7, 5],
  [7, 1, 5],
  [2, 3, 4],
  [5, 9, 3],
  [4, 8, 16],
  [13, 12, 257],
  [17, 10, 20],
  [64, 20, 784],
  [10, 64, 20],
  [1, 130, 600],
  [130, 1, 600],
  [70, 5, 300],
  [6, 530, 9],
  [1500, 3, 700],
];
const transpositions = [
  [false, false],
  [true, false],
  [false, true],
  [true, true],
] as const;

describe('gemm', () => {
  it.each(sizes)('%d x %d x %d in every transposition', (m, n, k) => {
    for (const [make, tolerance] of [
      [random32, 1e-6],
      [random64, 1e-14],
    ] as const) {
      const a = make(m * k + 3, 1);
      const b = make(k * n + 5, 2);
      const bias = make(n + 1, 3);
      for (const [transA, transB] of transpositions) {
        for (const options of [undefined, { bias, biasOffset: 1 }, { accumulate: true }, { bias, accumulate: true }]) {
          const got = make(m * n + 4, 4);
          const expected = got.slice();
          gemm(a, 3, b, 5, got, 2, m, n, k, transA, transB, options);
          reference.gemm(a, 3, b, 5, expected, 2, m, n, k, transA, transB, options);
          // sums of terms of both signs: relative to the size of the terms
          expect(difference(got, expected)).toBeLessThan(tolerance);
        }
      }
    }
  });

  it('a long float32 sum of positive terms is within 1.3e-6 of float64', () => {
    for (const k of [255, 256, 257, 3000, 20_000]) {
      const a = random32(12 * k, 1).map(Math.abs);
      const b = random32(9 * k, 2).map(Math.abs);
      const got = new Float32Array(108);
      const expected = new Float64Array(108);
      gemm(a, 0, b, 0, got, 0, 12, 9, k, false, true);
      reference.gemm(a, 0, b, 0, expected, 0, 12, 9, k, false, true);
      const worst = expected.reduce((w, v, i) => Math.max(w, Math.abs(got[i]! - v) / v), 0);
      expect(worst).toBeLessThan(1.3e-6);
    }
  });

  it('an element depends on its row and column only, not on the size of the product', () => {
    const k = 700;
    const a = random32(40 * k, 1);
    const b = random32(k * 33, 2);
    const whole = new Float32Array(40 * 33);
    gemm(a, 0, b, 0, whole, 0, 40, 33, k, false, false);
    for (const [first, rows] of [
      [0, 1],
      [3, 2],
      [39, 1],
      [8, 5],
      [10, 17],
    ] as const) {
      const part = new Float32Array(rows * 33);
      gemm(a, first * k, b, 0, part, 0, rows, 33, k, false, false);
      expect(difference(part, whole.slice(first * 33, (first + rows) * 33))).toBe(0);
    }
    const transposed = new Float32Array(33 * k);
    for (let i = 0; i < k; i++) for (let j = 0; j < 33; j++) transposed[j * k + i] = b[i * 33 + j]!;
    const other = new Float32Array(40 * 33);
    gemm(a, 0, transposed, 0, other, 0, 40, 33, k, false, true);
    expect(difference(other, whole)).toBe(0);
    const row = new Float32Array(33);
    gemm(a, 5 * k, transposed, 0, row, 0, 1, 33, k, false, true);
    expect(difference(row, whole.slice(5 * 33, 6 * 33))).toBe(0);
    const column = new Float32Array(40);
    gemm(a, 0, transposed, 4 * k, column, 0, 40, 1, k, false, false);
    expect(
      difference(
        column,
        Float32Array.from({ length: 40 }, (_, i) => whole[i * 33 + 4]!),
      ),
    ).toBe(0);
  });

  it('carries NaN and infinity to their row and column', () => {
    const a = new Float32Array(30).fill(1);
    const b = new Float32Array(50).fill(1);
    a[7] = Number.NaN;
    b[3] = Number.POSITIVE_INFINITY;
    const got = new Float32Array(60);
    const expected = new Float32Array(60);
    gemm(a, 0, b, 0, got, 0, 6, 10, 5, false, false);
    reference.gemm(a, 0, b, 0, expected, 0, 6, 10, 5, false, false);
    expect(difference(got, expected)).toBe(0);
  });
});

describe('gemmBatched', () => {
  it.each([
    [0, 3, 4, 5],
    [1, 3, 4, 5],
    [7, 6, 5, 4],
    [200, 8, 8, 8],
    [3, 200, 300, 100],
    [36, 100, 100, 100],
  ])('%d products of %d x %d x %d', (batch, m, n, k) => {
    for (const [make, tolerance] of [
      [random32, 1e-6],
      [random64, 1e-14],
    ] as const) {
      for (const [transA, transB] of transpositions) {
        for (const [aStride, bStride] of [
          [m * k, k * n],
          [0, k * n],
          [m * k, 0],
          [m * k + 3, k * n + 1],
        ] as const) {
          if (batch * m * n * k > 1e6 && (transA || aStride !== m * k)) continue;
          const a = make(m * k + aStride * batch, 1);
          const b = make(k * n + bStride * batch, 2);
          const got = make(batch * m * n + 1, 3);
          const expected = got.slice();
          gemmBatched(a, 0, aStride, b, 0, bStride, got, 1, batch, m, n, k, transA, transB, transB);
          reference.gemmBatched(a, 0, aStride, b, 0, bStride, expected, 1, batch, m, n, k, transA, transB, transB);
          expect(difference(got, expected)).toBeLessThan(tolerance);
        }
      }
    }
  });
});
