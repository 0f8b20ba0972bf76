import { gemm, gemmWork } from './gemmCore';

/** `batch` products with strides sa, sb, sc in bytes (0 repeats an operand); flags: 1 transA, 2 transB. */
// @ts-ignore: decorator
@inline
function gemmBatch<T>(
  a: usize, sa: usize, b: usize, sb: usize, c: usize, sc: usize, batch: i32,
  m: i32, n: i32, k: i32, flags: i32, work: usize,
): void {
  const transA = (flags & 1) != 0, transB = (flags & 2) != 0;
  const lda = ((transA ? m : k) as usize) * sizeof<T>();
  const ldb = ((transB ? k : n) as usize) * sizeof<T>();
  for (let i = 0; i < batch; i++) {
    gemm<T>(a, lda, b, ldb, c, (n as usize) * sizeof<T>(), m, n, k, transA, transB, work);
    a += sa;
    b += sb;
    c += sc;
  }
}

export function gemm_f32(a: usize, sa: usize, b: usize, sb: usize, c: usize, sc: usize, batch: i32, m: i32, n: i32, k: i32, flags: i32, work: usize): void {
  gemmBatch<f32>(a, sa, b, sb, c, sc, batch, m, n, k, flags, work);
}
export function gemm_f64(a: usize, sa: usize, b: usize, sb: usize, c: usize, sc: usize, batch: i32, m: i32, n: i32, k: i32, flags: i32, work: usize): void {
  gemmBatch<f64>(a, sa, b, sb, c, sc, batch, m, n, k, flags, work);
}
export function gemmWork_f32(n: i32): usize { return gemmWork<f32>(n); }
export function gemmWork_f64(n: i32): usize { return gemmWork<f64>(n); }
