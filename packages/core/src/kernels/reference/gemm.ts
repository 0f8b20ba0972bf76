import type { FloatArray } from './elementwise';

export interface GemmOptions {
  /** Row of n values added to every row of the result. */
  readonly bias?: FloatArray | undefined;
  readonly biasOffset?: number | undefined;
  /** Adds the product to what C holds. */
  readonly accumulate?: boolean | undefined;
}

/** C = A B (+ bias row) (+ C): A is [m, k], or [k, m] if `transA`; B is [k, n], or [n, k] if `transB`; C is [m, n]. */
export function gemm(
  a: FloatArray,
  aOffset: number,
  b: FloatArray,
  bOffset: number,
  c: FloatArray,
  cOffset: number,
  m: number,
  n: number,
  k: number,
  transA: boolean,
  transB: boolean,
  options?: GemmOptions,
): void {
  for (let i = 0; i < m; i++) {
    for (let j = 0; j < n; j++) {
      let sum = 0;
      for (let p = 0; p < k; p++) {
        sum += a[aOffset + (transA ? p * m + i : i * k + p)]! * b[bOffset + (transB ? j * k + p : p * n + j)]!;
      }
      if (options?.bias) sum += options.bias[(options.biasOffset ?? 0) + j]!;
      const at = cOffset + i * n + j;
      c[at] = options?.accumulate ? c[at]! + sum : sum;
    }
  }
}

/** `batch` products C[i] = A[i] B[i] (+ C[i]) with strides in elements between them; a stride of 0 uses one operand for all. */
export function gemmBatched(
  a: FloatArray,
  aOffset: number,
  aStride: number,
  b: FloatArray,
  bOffset: number,
  bStride: number,
  c: FloatArray,
  cOffset: number,
  batch: number,
  m: number,
  n: number,
  k: number,
  transA: boolean,
  transB: boolean,
  accumulate = false,
): void {
  for (let i = 0; i < batch; i++) {
    gemm(a, aOffset + i * aStride, b, bOffset + i * bStride, c, cOffset + i * m * n, m, n, k, transA, transB, {
      accumulate,
    });
  }
}
