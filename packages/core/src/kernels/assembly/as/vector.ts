// Contract of every kernel: buffers may be read up to 64 bytes past their end (the allocator pads them).
// Kernels named "flat" may also write up to 12 bytes past the end of their output; all others write exactly.

/** Lanes of T in one vector. */
// @ts-ignore: decorator
@inline
export function lanes<T>(): i32 {
  return 16 / (sizeof<T>() as i32);
}

// @ts-ignore: decorator
@inline
export function splatAt<T>(p: usize): v128 {
  if (sizeof<T>() == 4) return v128.load32_splat(p);
  return v128.load64_splat(p);
}

/** Writes the first `bytes` (a multiple of 4, below 16) of a vector. */
// @ts-ignore: decorator
@inline
export function storePart(p: usize, v: v128, bytes: usize): void {
  if (bytes & 8) {
    v128.store64_lane(p, v, 0);
    v = i64x2.shuffle(v, v, 1, 1);
    p += 8;
  }
  if (bytes & 4) v128.store32_lane(p, v, 0);
}

/** All bits set in the first `count` of four 32-bit lanes. */
// @ts-ignore: decorator
@inline
export function firstLanes(count: usize): v128 {
  return i32x4.lt_s(i32x4(0, 1, 2, 3), i32x4.splat(count as i32));
}

// @ts-ignore: decorator
@inline
export function sumLanes64(v: v128): f64 {
  return f64x2.extract_lane(v, 0) + f64x2.extract_lane(v, 1);
}

// @ts-ignore: decorator
@inline
export function promoteHigh(v: v128): v128 {
  return f64x2.promote_low_f32x4(i64x2.shuffle(v, v, 1, 1));
}
