import { promoteHigh, storePart } from './vector';

/** Four numbers of row p of B from column j on, B transposed or not; lanes past the last column repeat it. */
// @ts-ignore: decorator
@inline
function row(b: usize, p: usize, j: usize, n: usize, k: usize, transB: bool): v128 {
  if (!transB) return v128.load(b + ((p * n + j) << 2));
  const last = n - 1;
  const at = b + (p << 2);
  let v = v128.load32_splat(at + ((j * k) << 2));
  v = f32x4.replace_lane(v, 1, load<f32>(at + ((min(j + 1, last) * k) << 2)));
  v = f32x4.replace_lane(v, 2, load<f32>(at + ((min(j + 2, last) * k) << 2)));
  return f32x4.replace_lane(v, 3, load<f32>(at + ((min(j + 3, last) * k) << 2)));
}

/**
 * C = A B for small matrices, each term added as a fused multiply-add does it: the products of float32 are exact in float64,
 * and the sum is rounded to float32 once. flags: 1 transA, 2 transB.
 */
export function gemmFused_f32(a: usize, b: usize, c: usize, m: usize, n: usize, k: usize, flags: i32): void {
  const transA = (flags & 1) != 0, transB = (flags & 2) != 0;
  const down: usize = transA ? 4 : k << 2, right: usize = transA ? m << 2 : 4;
  for (let j: usize = 0; j < n; j += 4) {
    for (let i: usize = 0; i < m; i++) {
      let lo = f64x2.splat(0), hi = lo;
      let at = a + i * down;
      for (let p: usize = 0; p < k; p++, at += right) {
        const v = row(b, p, j, n, k, transB);
        const s = f64x2.splat(load<f32>(at) as f64);
        lo = f64x2.promote_low_f32x4(f32x4.demote_f64x2_zero(f64x2.add(lo, f64x2.mul(s, f64x2.promote_low_f32x4(v)))));
        hi = f64x2.promote_low_f32x4(f32x4.demote_f64x2_zero(f64x2.add(hi, f64x2.mul(s, promoteHigh(v)))));
      }
      const y = i64x2.shuffle(f32x4.demote_f64x2_zero(lo), f32x4.demote_f64x2_zero(hi), 0, 2);
      const to = c + ((i * n + j) << 2);
      if (j + 4 <= n) v128.store(to, y);
      else storePart(to, y, (n - j) << 2);
    }
  }
}
