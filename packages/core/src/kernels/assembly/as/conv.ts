// Convolution without im2col: the input is padded once per image, `pixels` holds the byte offset of each output pixel's window
// and `segments` the offsets of the contiguous runs inside a window. Any stride, dilation and group only changes these tables.
import { gemm, packRows, panelWidth, tileRows } from './gemmCore';
import { storePart } from './vector';

const tile = memory.data(128, 16);

/** Images [n, h, w * c] into images of ph rows of pw * c, shifted by top and left; all sizes in bytes but rows; negative shifts crop. */
export function pad(
  x: usize, y: usize, images: i32, h: i32, rowBytes: i32, ph: i32, pRowBytes: i32, top: i32, leftBytes: i32,
): void {
  const from = max(0, -leftBytes), to = max(0, leftBytes);
  const length = min(rowBytes - from, pRowBytes - to);
  for (let i = 0; i < images; i++) {
    for (let r = 0; r < ph; r++) {
      const s = r - top;
      if (s < 0 || s >= h || length <= 0) {
        memory.fill(y, 0, pRowBytes as usize);
      } else {
        memory.fill(y, 0, to as usize);
        memory.copy(y + to, x + s * rowBytes + from, length as usize);
        memory.fill(y + to + length, 0, (pRowBytes - to - length) as usize);
      }
      y += pRowBytes;
    }
    x += h * rowBytes;
  }
}

/** The inverse of pad: what pad wrote is read back, the rest (cropped away) is 0. */
export function unpad(
  y: usize, x: usize, images: i32, h: i32, rowBytes: i32, ph: i32, pRowBytes: i32, top: i32, leftBytes: i32,
): void {
  const from = max(0, -leftBytes), to = max(0, leftBytes);
  const length = min(rowBytes - from, pRowBytes - to);
  for (let i = 0; i < images; i++) {
    for (let r = 0; r < h; r++) {
      const s = r + top;
      if (s < 0 || s >= ph || length <= 0) {
        memory.fill(x, 0, rowBytes as usize);
      } else {
        memory.fill(x, 0, from as usize);
        memory.copy(x + from, y + s * pRowBytes + to, length as usize);
        memory.fill(x + from + length, 0, (rowBytes - from - length) as usize);
      }
      x += rowBytes;
    }
    y += ph * pRowBytes;
  }
}

/** Byte offsets of the windows of images * oh * ow output pixels. */
export function pixelTable(tab: usize, images: i32, oh: i32, ow: i32, imageBytes: i32, rowStep: i32, colStep: i32): void {
  for (let i = 0; i < images; i++) {
    for (let r = 0; r < oh; r++) {
      let off = i * imageBytes + r * rowStep;
      for (let q = 0; q < ow; q++) {
        store<i32>(tab, off);
        tab += 4;
        off += colStep;
      }
    }
  }
}

/** Weights [terms, n] (row stride in bytes) into panels, chunk after chunk of `chunk` terms as convForward reads them. */
export function packWeights(w: usize, stride: i32, terms: i32, n: i32, chunk: i32, dst: usize): void {
  const bytes = (n as usize) * 4;
  const perTerm = (bytes & ~31) + (bytes & 31 ? panelWidth<f32>(n & 7) : 0);
  for (let t = 0; t < terms; t += chunk) {
    const kc = min(chunk, terms - t);
    packRows<f32>(w + t * stride, stride, kc, n, dst);
    dst += (kc as usize) * perTerm;
  }
}

/** y[pixel, 0..n) (row stride ldy bytes) from x, by chunks of `chunkSegs` segments of `run` terms. */
export function convForward(
  x: usize, pixels: usize, count: i32, segments: usize, segs: i32, run: i32, chunkSegs: i32,
  packed: usize, y: usize, ldy: usize, n: i32,
): void {
  for (let s = 0; s < segs; s += chunkSegs) {
    const ss = min(chunkSegs, segs - s);
    const seg = segments + (s << 2);
    for (let j = 0; j < n; j += 8) {
      const cols = min(8, n - j);
      const width = panelWidth<f32>(cols);
      let c = y + (j << 2);
      let tab = pixels;
      for (let i = 0; i < count; i += 4) {
        const rows = min(4, count - i);
        const a0 = x + load<i32>(tab);
        const a1 = rows > 1 ? x + load<i32>(tab, 4) : a0;
        const a2 = rows > 2 ? x + load<i32>(tab, 8) : a1;
        const a3 = rows > 3 ? x + load<i32>(tab, 12) : a2;
        tileRows<f32>(a0, a1, a2, a3, seg, ss, run, packed, width, c, ldy, rows, cols, s > 0);
        c += 4 * ldy;
        tab += 16;
      }
      packed += ((ss * run) as usize) * width;
    }
  }
}

/** Four terms by two vectors of output channels, summed over pixels. */
// @ts-ignore: decorator
@inline
function filterTile(width: i32, adjacent: bool, x: usize, o0: usize, o1: usize, o2: usize, o3: usize, tab: usize, end: usize, dy: usize, ldy: usize): void {
  let c00 = i32x4.splat(0), c01 = c00, c10 = c00, c11 = c00, c20 = c00, c21 = c00, c30 = c00, c31 = c00;
  while (tab < end) {
    const p = x + (load<i32>(tab) as usize);
    const b0 = v128.load(dy);
    let s = adjacent ? v128.load32_splat(p) : v128.load32_splat(p + o0);
    if (width == 2) {
      const b1 = v128.load(dy, 16);
      c00 = f32x4.add(c00, f32x4.mul(s, b0));
      c01 = f32x4.add(c01, f32x4.mul(s, b1));
      s = adjacent ? v128.load32_splat(p, 4) : v128.load32_splat(p + o1);
      c10 = f32x4.add(c10, f32x4.mul(s, b0));
      c11 = f32x4.add(c11, f32x4.mul(s, b1));
      s = adjacent ? v128.load32_splat(p, 8) : v128.load32_splat(p + o2);
      c20 = f32x4.add(c20, f32x4.mul(s, b0));
      c21 = f32x4.add(c21, f32x4.mul(s, b1));
      s = adjacent ? v128.load32_splat(p, 12) : v128.load32_splat(p + o3);
      c30 = f32x4.add(c30, f32x4.mul(s, b0));
      c31 = f32x4.add(c31, f32x4.mul(s, b1));
    } else {
      c00 = f32x4.add(c00, f32x4.mul(s, b0));
      c10 = f32x4.add(c10, f32x4.mul(adjacent ? v128.load32_splat(p, 4) : v128.load32_splat(p + o1), b0));
      c20 = f32x4.add(c20, f32x4.mul(adjacent ? v128.load32_splat(p, 8) : v128.load32_splat(p + o2), b0));
      c30 = f32x4.add(c30, f32x4.mul(adjacent ? v128.load32_splat(p, 12) : v128.load32_splat(p + o3), b0));
    }
    dy += ldy;
    tab += 4;
  }
  v128.store(tile, c00);
  v128.store(tile, c01, 16);
  v128.store(tile, c10, 32);
  v128.store(tile, c11, 48);
  v128.store(tile, c20, 64);
  v128.store(tile, c21, 80);
  v128.store(tile, c30, 96);
  v128.store(tile, c31, 112);
}
function filterAdjacent2(x: usize, tab: usize, end: usize, dy: usize, ldy: usize): void {
  filterTile(2, true, x, 0, 0, 0, 0, tab, end, dy, ldy);
}
function filterAdjacent1(x: usize, tab: usize, end: usize, dy: usize, ldy: usize): void {
  filterTile(1, true, x, 0, 0, 0, 0, tab, end, dy, ldy);
}
function filterAny2(x: usize, o0: usize, o1: usize, o2: usize, o3: usize, tab: usize, end: usize, dy: usize, ldy: usize): void {
  filterTile(2, false, x, o0, o1, o2, o3, tab, end, dy, ldy);
}
function filterAny1(x: usize, o0: usize, o1: usize, o2: usize, o3: usize, tab: usize, end: usize, dy: usize, ldy: usize): void {
  filterTile(1, false, x, o0, o1, o2, o3, tab, end, dy, ldy);
}

/** acc[terms, n] (float64, row stride ldacc bytes) += sum over pixels of x[pixel + terms[t]] dy[pixel, 0..n), in chunks of pixels. */
export function convFilter(
  x: usize, pixels: usize, count: i32, terms: usize, k: i32, dy: usize, ldy: usize, n: i32, acc: usize, ldacc: usize, chunk: i32,
): void {
  for (let q = 0; q < count; q += chunk) {
    const from = pixels + (q << 2);
    const end = pixels + (min(q + chunk, count) << 2);
    const rowsAt = dy + (q as usize) * ldy;
    for (let j = 0; j < n; j += 8) {
      const cols = min(8, n - j);
      const d = rowsAt + (j << 2);
      for (let t = 0; t < k; t += 4) {
        const rows = min(4, k - t);
        const tab = terms + (t << 2);
        const o0 = load<i32>(tab);
        const o1 = rows > 1 ? load<i32>(tab, 4) : o0;
        const o2 = rows > 2 ? load<i32>(tab, 8) : o1;
        const o3 = rows > 3 ? load<i32>(tab, 12) : o2;
        if (rows == 4 && o3 - o0 == 12 && o1 - o0 == 4 && o2 - o0 == 8) {
          if (cols > 4) filterAdjacent2(x + o0, from, end, d, ldy);
          else filterAdjacent1(x + o0, from, end, d, ldy);
        } else {
          if (cols > 4) filterAny2(x, o0, o1, o2, o3, from, end, d, ldy);
          else filterAny1(x, o0, o1, o2, o3, from, end, d, ldy);
        }
        let s = tile;
        let a = acc + (t as usize) * ldacc + (j << 3);
        for (let r = 0; r < rows; r++) {
          if (cols == 8) {
            for (let h: usize = 0; h < 32; h += 8) {
              const v = f64x2.promote_low_f32x4(v128.load64_zero(s + h));
              v128.store(a + 2 * h, f64x2.add(v128.load(a + 2 * h), v));
            }
          } else {
            for (let c = 0; c < cols; c++) {
              store<f64>(a + (c << 3), load<f64>(a + (c << 3)) + (load<f32>(s + (c << 2)) as f64));
            }
          }
          s += 32;
          a += ldacc;
        }
      }
    }
  }
}

/** Product of a strided matrix, for the columns of an input gradient: C [m, n] = A [m, k] B^T with B [n, k], strides in bytes. */
export function gemmStrided(a: usize, lda: usize, b: usize, ldb: usize, c: usize, ldc: usize, m: i32, n: i32, k: i32, work: usize): void {
  gemm<f32>(a, lda, b, ldb, c, ldc, m, n, k, false, true, work);
}

/** x[pixel + segment] += columns[pixel, segment * run ..]. */
export function col2im(columns: usize, x: usize, pixels: usize, count: i32, segments: usize, segs: i32, run: i32): void {
  const bytes = (run as usize) << 2;
  for (let i = 0; i < count; i++) {
    const base = x + load<i32>(pixels + (i << 2));
    for (let s = 0; s < segs; s++) {
      const d = base + load<i32>(segments + (s << 2));
      let q: usize = 0;
      for (; q + 16 <= bytes; q += 16) v128.store(d + q, f32x4.add(v128.load(d + q), v128.load(columns + q)));
      if (q < bytes) storePart(d + q, f32x4.add(v128.load(d + q), v128.load(columns + q)), bytes - q);
      columns += bytes;
    }
  }
}

/** out[kh, kw, o, i] = w[KH-1-kh, KW-1-kw, i, o] per group: from [taps, cig, co] to [taps, cog, ci], i and o counted within a group. */
export function flipWeights(w: usize, out: usize, taps: i32, ci: i32, co: i32, groups: i32): void {
  const cig = ci / groups, cog = co / groups;
  for (let t = 0; t < taps; t++) {
    const src = w + (((taps - 1 - t) * cig * co) << 2);
    const dst = out + ((t * cog * ci) << 2);
    for (let g = 0; g < groups; g++) {
      for (let o = 0; o < cog; o++) {
        for (let i = 0; i < cig; i++) {
          store<f32>(dst + ((o * ci + g * cig + i) << 2), load<f32>(src + ((i * co + g * cog + o) << 2)));
        }
      }
    }
  }
}

/** Depthwise, one output per channel: y[pixel, c] = sum over taps of x[pixel + tap, c] w[tap, c]. */
export function depthwiseForward(x: usize, pixels: usize, count: i32, taps: usize, k: i32, w: usize, y: usize, channels: i32): void {
  const bytes = (channels as usize) << 2;
  for (let i = 0; i < count; i++) {
    const base = x + load<i32>(pixels + (i << 2));
    for (let c: usize = 0; c < bytes; c += 16) {
      let s = i32x4.splat(0);
      let wp = w + c;
      for (let t = 0; t < k; t++) {
        s = f32x4.add(s, f32x4.mul(v128.load(base + load<i32>(taps + (t << 2)) + c), v128.load(wp)));
        wp += bytes;
      }
      if (c + 16 <= bytes) v128.store(y + c, s);
      else storePart(y + c, s, bytes - c);
    }
    y += bytes;
  }
}

/** dx[pixel + tap, c] += dy[pixel, c] w[tap, c]. */
export function depthwiseInput(dx: usize, pixels: usize, count: i32, taps: usize, k: i32, w: usize, dy: usize, channels: i32): void {
  const bytes = (channels as usize) << 2;
  for (let i = 0; i < count; i++) {
    const base = dx + load<i32>(pixels + (i << 2));
    for (let t = 0; t < k; t++) {
      const d = base + load<i32>(taps + (t << 2));
      const wp = w + (t as usize) * bytes;
      for (let c: usize = 0; c < bytes; c += 16) {
        const v = f32x4.add(v128.load(d + c), f32x4.mul(v128.load(dy + c), v128.load(wp + c)));
        if (c + 16 <= bytes) v128.store(d + c, v);
        else storePart(d + c, v, bytes - c);
      }
    }
    dy += bytes;
  }
}

/** acc[tap, c] (float64) += sum over pixels of x[pixel + tap, c] dy[pixel, c]; float32 within chunks. */
export function depthwiseFilter(x: usize, pixels: usize, count: i32, taps: usize, k: i32, dy: usize, acc: usize, channels: i32, chunk: i32): void {
  const bytes = (channels as usize) << 2;
  for (let q = 0; q < count; q += chunk) {
    const end = min(q + chunk, count);
    for (let t = 0; t < k; t++) {
      const tap = x + load<i32>(taps + (t << 2));
      for (let c: usize = 0; c < bytes; c += 16) {
        let s = i32x4.splat(0);
        let d = dy + (q as usize) * bytes + c;
        for (let i = q; i < end; i++) {
          s = f32x4.add(s, f32x4.mul(v128.load(tap + load<i32>(pixels + (i << 2)) + c), v128.load(d)));
          d += bytes;
        }
        v128.store(tile, s);
        const lanes = min(4, (bytes - c) >> 2);
        let a = acc + (((t as usize) * bytes + c) << 1);
        for (let l: usize = 0; l < lanes; l++, a += 8) store<f64>(a, load<f64>(a) + (load<f32>(tile + (l << 2)) as f64));
      }
    }
  }
}
