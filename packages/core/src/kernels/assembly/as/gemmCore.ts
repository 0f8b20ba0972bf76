// C = A B by panels of two vectors of columns. The terms of each element are summed in order of k within blocks of at most
// KC, and the blocks in order: the result of an element depends on k alone, not on its place or on the other sizes.
import { lanes, splatAt, storePart } from './vector';

// @ts-ignore: decorator
@inline
export const KC: i32 = 256;
// @ts-ignore: decorator
@inline
const MC: i32 = 64;
// @ts-ignore: decorator
@inline
const NC: i32 = 512;

/** A single zero offset: the segment table of a plain matrix. */
const zeroOffset = memory.data(16);
/** Where tiles go that do not fit into C whole: 4 rows of 2 vectors. */
const tile = memory.data(128, 16);

/** Four rows by `width` vectors: sums over all segments of `run` terms; segment s of row i starts at ai + segTab[s]. */
// One term at a time on purpose: unrolled, V8 spills and loses a third.
// @ts-ignore: decorator
@inline
function micro<T>(
  width: i32, packed: bool,
  a0: usize, a1: usize, a2: usize, a3: usize,
  segTab: usize, segs: i32, run: i32,
  b: usize, bStep: usize,
  c: usize, ldc: usize, accumulate: bool,
): void {
  // terms of a row of A are adjacent, or four apart in packed A
  const step: usize = packed ? 4 * sizeof<T>() : sizeof<T>();
  let c00 = i32x4.splat(0), c01 = c00, c10 = c00, c11 = c00, c20 = c00, c21 = c00, c30 = c00, c31 = c00;
  const lastSeg = segTab + (segs << 2);
  for (; segTab < lastSeg; segTab += 4) {
    const off = load<i32>(segTab) as usize;
    let p0 = a0 + off, p1 = a1 + off, p2 = a2 + off, p3 = a3 + off;
    const end = p0 + (run as usize) * step;
    while (p0 < end) {
      const b0 = v128.load(b);
      let x = splatAt<T>(p0);
      if (width == 2) {
        const b1 = v128.load(b, 16);
        c00 = v128.add<T>(c00, v128.mul<T>(x, b0));
        c01 = v128.add<T>(c01, v128.mul<T>(x, b1));
        x = splatAt<T>(p1);
        c10 = v128.add<T>(c10, v128.mul<T>(x, b0));
        c11 = v128.add<T>(c11, v128.mul<T>(x, b1));
        x = splatAt<T>(p2);
        c20 = v128.add<T>(c20, v128.mul<T>(x, b0));
        c21 = v128.add<T>(c21, v128.mul<T>(x, b1));
        x = splatAt<T>(p3);
        c30 = v128.add<T>(c30, v128.mul<T>(x, b0));
        c31 = v128.add<T>(c31, v128.mul<T>(x, b1));
      } else {
        c00 = v128.add<T>(c00, v128.mul<T>(x, b0));
        c10 = v128.add<T>(c10, v128.mul<T>(splatAt<T>(p1), b0));
        c20 = v128.add<T>(c20, v128.mul<T>(splatAt<T>(p2), b0));
        c30 = v128.add<T>(c30, v128.mul<T>(splatAt<T>(p3), b0));
      }
      p0 += step;
      p1 += step;
      p2 += step;
      p3 += step;
      b += bStep;
    }
  }
  if (accumulate) {
    let q = c;
    c00 = v128.add<T>(v128.load(q), c00);
    if (width == 2) c01 = v128.add<T>(v128.load(q, 16), c01);
    q += ldc;
    c10 = v128.add<T>(v128.load(q), c10);
    if (width == 2) c11 = v128.add<T>(v128.load(q, 16), c11);
    q += ldc;
    c20 = v128.add<T>(v128.load(q), c20);
    if (width == 2) c21 = v128.add<T>(v128.load(q, 16), c21);
    q += ldc;
    c30 = v128.add<T>(v128.load(q), c30);
    if (width == 2) c31 = v128.add<T>(v128.load(q, 16), c31);
  }
  v128.store(c, c00);
  if (width == 2) v128.store(c, c01, 16);
  c += ldc;
  v128.store(c, c10);
  if (width == 2) v128.store(c, c11, 16);
  c += ldc;
  v128.store(c, c20);
  if (width == 2) v128.store(c, c21, 16);
  c += ldc;
  v128.store(c, c30);
  if (width == 2) v128.store(c, c31, 16);
}

function micro2<T>(a0: usize, a1: usize, a2: usize, a3: usize, seg: usize, segs: i32, run: i32, b: usize, bStep: usize, c: usize, ldc: usize, acc: bool): void {
  micro<T>(2, false, a0, a1, a2, a3, seg, segs, run, b, bStep, c, ldc, acc);
}
function micro1<T>(a0: usize, a1: usize, a2: usize, a3: usize, seg: usize, segs: i32, run: i32, b: usize, bStep: usize, c: usize, ldc: usize, acc: bool): void {
  micro<T>(1, false, a0, a1, a2, a3, seg, segs, run, b, bStep, c, ldc, acc);
}
function microPacked2<T>(a: usize, run: i32, b: usize, bStep: usize, c: usize, ldc: usize, acc: bool): void {
  micro<T>(2, true, a, a + sizeof<T>(), a + 2 * sizeof<T>(), a + 3 * sizeof<T>(), zeroOffset, 1, run, b, bStep, c, ldc, acc);
}
function microPacked1<T>(a: usize, run: i32, b: usize, bStep: usize, c: usize, ldc: usize, acc: bool): void {
  micro<T>(1, true, a, a + sizeof<T>(), a + 2 * sizeof<T>(), a + 3 * sizeof<T>(), zeroOffset, 1, run, b, bStep, c, ldc, acc);
}

/** The valid part of the scratch tile to (or onto) C. */
export function flushTile<T>(c: usize, ldc: usize, rows: i32, cols: i32, accumulate: bool): void {
  let t = tile;
  for (let r = 0; r < rows; r++) {
    for (let j: usize = 0; j < (cols as usize) * sizeof<T>(); j += sizeof<T>()) {
      const v = load<T>(t + j);
      store<T>(c + j, accumulate ? ((load<T>(c + j) + v) as T) : v);
    }
    t += 32;
    c += ldc;
  }
}

/**
 * One panel: up to 4 rows by up to 2 vectors of columns, anywhere in C. Rows that are not there repeat the last one.
 */
// @ts-ignore: decorator
@inline
export function tileRows<T>(
  a0: usize, a1: usize, a2: usize, a3: usize,
  seg: usize, segs: i32, run: i32, b: usize, bStep: usize,
  c: usize, ldc: usize, rows: i32, cols: i32, acc: bool,
): void {
  if (rows == 4 && cols == 2 * lanes<T>()) {
    micro2<T>(a0, a1, a2, a3, seg, segs, run, b, bStep, c, ldc, acc);
  } else if (rows == 4 && cols == lanes<T>()) {
    micro1<T>(a0, a1, a2, a3, seg, segs, run, b, bStep, c, ldc, acc);
  } else {
    if (cols > lanes<T>()) micro2<T>(a0, a1, a2, a3, seg, segs, run, b, bStep, tile, 32, false);
    else micro1<T>(a0, a1, a2, a3, seg, segs, run, b, bStep, tile, 32, false);
    flushTile<T>(c, ldc, rows, cols, acc);
  }
}

// @ts-ignore: decorator
@inline
function tilePacked<T>(a: usize, run: i32, b: usize, bStep: usize, c: usize, ldc: usize, rows: i32, cols: i32, acc: bool): void {
  if (rows == 4 && cols == 2 * lanes<T>()) {
    microPacked2<T>(a, run, b, bStep, c, ldc, acc);
  } else if (rows == 4 && cols == lanes<T>()) {
    microPacked1<T>(a, run, b, bStep, c, ldc, acc);
  } else {
    if (cols > lanes<T>()) microPacked2<T>(a, run, b, bStep, tile, 32, false);
    else microPacked1<T>(a, run, b, bStep, tile, 32, false);
    flushTile<T>(c, ldc, rows, cols, acc);
  }
}

/** Vectors per row of a panel with this many columns. */
// @ts-ignore: decorator
@inline
export function panelWidth<T>(cols: i32): usize {
  return cols > lanes<T>() ? 32 : 16;
}

/** Rows of B (stride ldb bytes) into panels [kc][2 vectors]; columns past n hold whatever follows. */
export function packRows<T>(b: usize, ldb: usize, kc: i32, n: i32, dst: usize): void {
  const width = 2 * lanes<T>();
  for (let j = 0; j < n; j += width) {
    const w = panelWidth<T>(n - j);
    let src = b + (j as usize) * sizeof<T>();
    for (let p = 0; p < kc; p++) {
      v128.store(dst, v128.load(src));
      if (w == 32) v128.store(dst, v128.load(src, 16), 16);
      dst += w;
      src += ldb;
    }
  }
}

/** The same from B given transposed, [n, k] with stride ldb bytes; columns past n repeat the last one. */
export function packColumns<T>(b: usize, ldb: usize, kc: i32, n: i32, dst: usize): void {
  const width = 2 * lanes<T>();
  for (let j = 0; j < n; j += width) {
    const w = panelWidth<T>(n - j);
    for (let half: usize = 0; half < w; half += 16) {
      const col = j + ((half / sizeof<T>()) as i32);
      const last = n - 1;
      const s0 = b + (min(col, last) as usize) * ldb;
      const s1 = b + (min(col + 1, last) as usize) * ldb;
      let d = dst + half;
      let p: usize = 0;
      const bytes = (kc as usize) * sizeof<T>();
      if (sizeof<T>() == 4) {
        const s2 = b + (min(col + 2, last) as usize) * ldb;
        const s3 = b + (min(col + 3, last) as usize) * ldb;
        for (; p + 16 <= bytes; p += 16) {
          const r0 = v128.load(s0 + p), r1 = v128.load(s1 + p), r2 = v128.load(s2 + p), r3 = v128.load(s3 + p);
          const t0 = i32x4.shuffle(r0, r1, 0, 4, 1, 5), t1 = i32x4.shuffle(r2, r3, 0, 4, 1, 5);
          const t2 = i32x4.shuffle(r0, r1, 2, 6, 3, 7), t3 = i32x4.shuffle(r2, r3, 2, 6, 3, 7);
          v128.store(d, i64x2.shuffle(t0, t1, 0, 2));
          v128.store(d + w, i64x2.shuffle(t0, t1, 1, 3));
          v128.store(d + 2 * w, i64x2.shuffle(t2, t3, 0, 2));
          v128.store(d + 3 * w, i64x2.shuffle(t2, t3, 1, 3));
          d += 4 * w;
        }
        for (; p < bytes; p += 4) {
          store<T>(d, load<T>(s0 + p));
          store<T>(d, load<T>(s1 + p), 4);
          store<T>(d, load<T>(s2 + p), 8);
          store<T>(d, load<T>(s3 + p), 12);
          d += w;
        }
      } else {
        for (; p < bytes; p += 8) {
          store<T>(d, load<T>(s0 + p));
          store<T>(d, load<T>(s1 + p), 8);
          d += w;
        }
      }
    }
    dst += (kc as usize) * w;
  }
}

/** A given transposed, [k, m] with stride lda bytes, into blocks [4 rows][kc] interleaved by term. */
function packA<T>(a: usize, lda: usize, kc: i32, rows: i32, dst: usize): void {
  for (let i = 0; i < rows; i += 4) {
    let src = a + (i as usize) * sizeof<T>();
    for (let p = 0; p < kc; p++) {
      v128.store(dst, v128.load(src));
      if (sizeof<T>() == 8) v128.store(dst, v128.load(src, 16), 16);
      dst += 4 * sizeof<T>();
      src += lda;
    }
  }
}

/** One row times B [k, n]: no packing, 8 vectors of columns at a time. */
function rowTimes<T>(a: usize, aStep: usize, b: usize, ldb: usize, c: usize, n: i32, k: i32): void {
  const blocks = (k + KC - 1) / KC;
  const size = k / blocks, rest = k % blocks;
  const bytes = (n as usize) * sizeof<T>();
  for (let t = 0; t < blocks; t++) {
    const kc = size + (t < rest ? 1 : 0);
    let j: usize = 0;
    for (; j + 128 <= bytes; j += 128) {
      let c0 = i32x4.splat(0), c1 = c0, c2 = c0, c3 = c0, c4 = c0, c5 = c0, c6 = c0, c7 = c0;
      let q = b + j, x = a;
      for (let p = 0; p < kc; p++) {
        const s = splatAt<T>(x);
        c0 = v128.add<T>(c0, v128.mul<T>(s, v128.load(q)));
        c1 = v128.add<T>(c1, v128.mul<T>(s, v128.load(q, 16)));
        c2 = v128.add<T>(c2, v128.mul<T>(s, v128.load(q, 32)));
        c3 = v128.add<T>(c3, v128.mul<T>(s, v128.load(q, 48)));
        c4 = v128.add<T>(c4, v128.mul<T>(s, v128.load(q, 64)));
        c5 = v128.add<T>(c5, v128.mul<T>(s, v128.load(q, 80)));
        c6 = v128.add<T>(c6, v128.mul<T>(s, v128.load(q, 96)));
        c7 = v128.add<T>(c7, v128.mul<T>(s, v128.load(q, 112)));
        q += ldb;
        x += aStep;
      }
      const d = c + j;
      if (t) {
        c0 = v128.add<T>(v128.load(d), c0);
        c1 = v128.add<T>(v128.load(d, 16), c1);
        c2 = v128.add<T>(v128.load(d, 32), c2);
        c3 = v128.add<T>(v128.load(d, 48), c3);
        c4 = v128.add<T>(v128.load(d, 64), c4);
        c5 = v128.add<T>(v128.load(d, 80), c5);
        c6 = v128.add<T>(v128.load(d, 96), c6);
        c7 = v128.add<T>(v128.load(d, 112), c7);
      }
      v128.store(d, c0);
      v128.store(d, c1, 16);
      v128.store(d, c2, 32);
      v128.store(d, c3, 48);
      v128.store(d, c4, 64);
      v128.store(d, c5, 80);
      v128.store(d, c6, 96);
      v128.store(d, c7, 112);
    }
    for (; j < bytes; j += 16) {
      let s = i32x4.splat(0);
      let q = b + j, x = a;
      for (let p = 0; p < kc; p++) {
        s = v128.add<T>(s, v128.mul<T>(splatAt<T>(x), v128.load(q)));
        q += ldb;
        x += aStep;
      }
      if (t) s = v128.add<T>(v128.load(c + j), s);
      if (j + 16 <= bytes) v128.store(c + j, s);
      else storePart(c + j, s, bytes - j);
    }
    a += (kc as usize) * aStep;
    b += (kc as usize) * ldb;
  }
}

/** Four terms of four dot products: four rows transposed in registers, so that lanes are the products. */
// @ts-ignore: decorator
@inline
function fourTerms(sum: v128, x0: v128, x1: v128, x2: v128, x3: v128, q0: usize, q1: usize, q2: usize, q3: usize): v128 {
  const r0 = v128.load(q0), r1 = v128.load(q1), r2 = v128.load(q2), r3 = v128.load(q3);
  const t0 = i32x4.shuffle(r0, r1, 0, 4, 1, 5), t1 = i32x4.shuffle(r2, r3, 0, 4, 1, 5);
  const t2 = i32x4.shuffle(r0, r1, 2, 6, 3, 7), t3 = i32x4.shuffle(r2, r3, 2, 6, 3, 7);
  sum = f32x4.add(sum, f32x4.mul(x0, i64x2.shuffle(t0, t1, 0, 2)));
  sum = f32x4.add(sum, f32x4.mul(x1, i64x2.shuffle(t0, t1, 1, 3)));
  sum = f32x4.add(sum, f32x4.mul(x2, i64x2.shuffle(t2, t3, 0, 2)));
  return f32x4.add(sum, f32x4.mul(x3, i64x2.shuffle(t2, t3, 1, 3)));
}

/** One row times B given transposed, [n, k]: dot products, in the same order of terms as everywhere. */
function rowTimesColumns<T>(a: usize, aStep: usize, b: usize, ldb: usize, c: usize, n: i32, k: i32): void {
  const blocks = (k + KC - 1) / KC;
  const even = k / blocks, rest = k % blocks;
  for (let t = 0; t < blocks; t++) {
    const kc = even + (t < rest ? 1 : 0);
    let j = 0;
    if (sizeof<T>() == 4) {
      for (; j + 8 <= n; j += 8) {
        let s0 = i32x4.splat(0), s1 = s0;
        let q0 = b + (j as usize) * ldb;
        let q1 = q0 + ldb, q2 = q1 + ldb, q3 = q2 + ldb, q4 = q3 + ldb, q5 = q4 + ldb, q6 = q5 + ldb, q7 = q6 + ldb;
        let x = a;
        let p = kc;
        for (; p >= 4; p -= 4) {
          const x0 = splatAt<T>(x), x1 = splatAt<T>(x + aStep), x2 = splatAt<T>(x + 2 * aStep), x3 = splatAt<T>(x + 3 * aStep);
          s0 = fourTerms(s0, x0, x1, x2, x3, q0, q1, q2, q3);
          s1 = fourTerms(s1, x0, x1, x2, x3, q4, q5, q6, q7);
          x += 4 * aStep;
          q0 += 16; q1 += 16; q2 += 16; q3 += 16; q4 += 16; q5 += 16; q6 += 16; q7 += 16;
        }
        for (; p > 0; p--) {
          const s = splatAt<T>(x);
          s0 = f32x4.add(s0, f32x4.mul(s, f32x4(load<f32>(q0), load<f32>(q1), load<f32>(q2), load<f32>(q3))));
          s1 = f32x4.add(s1, f32x4.mul(s, f32x4(load<f32>(q4), load<f32>(q5), load<f32>(q6), load<f32>(q7))));
          x += aStep;
          q0 += 4; q1 += 4; q2 += 4; q3 += 4; q4 += 4; q5 += 4; q6 += 4; q7 += 4;
        }
        const d = c + (j << 2);
        if (t) {
          s0 = f32x4.add(v128.load(d), s0);
          s1 = f32x4.add(v128.load(d, 16), s1);
        }
        v128.store(d, s0);
        v128.store(d, s1, 16);
      }
    }
    for (; j < n; j++) {
      let s: T = 0 as T;
      let q = b + (j as usize) * ldb, x = a;
      for (let p = 0; p < kc; p++, q += sizeof<T>(), x += aStep) s += load<T>(x) * load<T>(q);
      const d = c + (j as usize) * sizeof<T>();
      store<T>(d, t ? ((load<T>(d) + s) as T) : s);
    }
    a += (kc as usize) * aStep;
    b += (kc as usize) * sizeof<T>();
  }
}

/** Bytes of work space that gemm of n columns needs. */
// @ts-ignore: decorator
@inline
export function gemmWork<T>(n: i32): usize {
  return ((min(n, NC) + 8) * KC + (MC + 4) * KC) * (sizeof<T>() as i32);
}

/** C [m, n] = A B; strides in bytes; A is [m, k], or [k, m] if transA; B is [k, n], or [n, k] if transB. */
export function gemm<T>(
  a: usize, lda: usize, b: usize, ldb: usize, c: usize, ldc: usize,
  m: i32, n: i32, k: i32, transA: bool, transB: bool, work: usize,
): void {
  if (k == 0) {
    for (let i = 0; i < m; i++) memory.fill(c + (i as usize) * ldc, 0, (n as usize) * sizeof<T>());
    return;
  }
  const size = sizeof<T>();
  if (m == 1 && !transB) return rowTimes<T>(a, transA ? lda : size, b, ldb, c, n, k);
  // float64 takes the general way, where the matrix is read by rows and not packed
  if (m == 1 && transB && !transA && sizeof<T>() == 8 && ldc == (n as usize) * size) {
    return gemm<T>(b, ldb, a, size, c, size, n, 1, k, false, false, work);
  }
  if (m == 1 && transB) return rowTimesColumns<T>(a, transA ? lda : size, b, ldb, c, n, k);
  // a column on the right is a row on the left of the transposed product
  if (n == 1 && ldc == size) {
    const step = transB ? size : ldb;
    if (transA) return rowTimes<T>(b, step, a, lda, c, m, k);
    if (sizeof<T>() == 4) return rowTimesColumns<T>(b, step, a, lda, c, m, k);
  }
  const blocks = (k + KC - 1) / KC;
  const even = k / blocks, rest = k % blocks;
  const width = 2 * lanes<T>();
  // few rows do not pay for packing
  const direct = !transB && m <= 16;
  for (let jc = 0; jc < n; jc += NC) {
    const nc = min(NC, n - jc);
    let ap = a;
    let bp = b + (jc as usize) * (transB ? ldb : size);
    for (let t = 0; t < blocks; t++) {
      const kc = even + (t < rest ? 1 : 0);
      const packedA = work + ((((nc + 7) & ~7) * KC) as usize) * size;
      if (transB) packColumns<T>(bp, ldb, kc, nc, work);
      else if (!direct) packRows<T>(bp, ldb, kc, nc, work);
      for (let ic = 0; ic < m; ic += MC) {
        const mc = min(MC, m - ic);
        if (transA) packA<T>(ap + (ic as usize) * size, lda, kc, mc, packedA);
        let panel = work;
        for (let j = 0; j < nc; j += width) {
          const cols = min(width, nc - j);
          const bb = direct ? bp + (j as usize) * size : panel;
          const bStep = direct ? ldb : panelWidth<T>(cols);
          let cp = c + (ic as usize) * ldc + ((jc + j) as usize) * size;
          for (let i = 0; i < mc; i += 4) {
            const rows = min(4, mc - i);
            if (transA) {
              tilePacked<T>(packedA + ((i * kc) as usize) * size, kc, bb, bStep, cp, ldc, rows, cols, t > 0);
            } else {
              const a0 = ap + ((ic + i) as usize) * lda;
              const a1 = rows > 1 ? a0 + lda : a0;
              const a2 = rows > 2 ? a1 + lda : a1;
              const a3 = rows > 3 ? a2 + lda : a2;
              tileRows<T>(a0, a1, a2, a3, zeroOffset, 1, kc, bb, bStep, cp, ldc, rows, cols, t > 0);
            }
            cp += 4 * ldc;
          }
          panel += (kc as usize) * panelWidth<T>(cols);
        }
      }
      ap += (kc as usize) * (transA ? lda : size);
      bp += (kc as usize) * (transB ? size : ldb);
    }
  }
}
