// Pooling over NHWC images; four channels at a time, written exactly.
import { storePart } from './vector';

/** Values and indices h * w' + w of the maxima; the first of equals, except that a later NaN replaces what was there. */
export function maxPool(
  x: usize, y: usize, idx: usize, images: i32, h: i32, w: i32, c: i32, oh: i32, ow: i32,
  kh: i32, kw: i32, sh: i32, sw: i32, dh: i32, dw: i32, top: i32, left: i32,
): void {
  const bytes = (c as usize) << 2;
  for (let n = 0; n < images; n++) {
    for (let r = 0; r < oh; r++) {
      for (let q = 0; q < ow; q++) {
        const h0 = r * sh - top, w0 = q * sw - left;
        const hEnd = min(h0 + kh * dh, h), wEnd = min(w0 + kw * dw, w);
        const hStart = h0 < 0 ? h0 + ((dh - 1 - h0) / dh) * dh : h0;
        const wStart = w0 < 0 ? w0 + ((dw - 1 - w0) / dw) * dw : w0;
        for (let j: usize = 0; j < bytes; j += 16) {
          let best = f32x4.splat(-Infinity);
          let at = i32x4.splat(hStart * w + wStart);
          for (let a = hStart; a < hEnd; a += dh) {
            for (let b = wStart; b < wEnd; b += dw) {
              const pixel = a * w + b;
              const v = v128.load(x + (pixel as usize) * bytes + j);
              const take = v128.or(f32x4.gt(v, best), f32x4.ne(v, v));
              best = v128.bitselect(v, best, take);
              at = v128.bitselect(i32x4.splat(pixel), at, take);
            }
          }
          if (j + 16 <= bytes) {
            v128.store(y + j, best);
            v128.store(idx + j, at);
          } else {
            storePart(y + j, best, bytes - j);
            storePart(idx + j, at, bytes - j);
          }
        }
        y += bytes;
        idx += bytes;
      }
    }
    x += ((h * w) as usize) * bytes;
  }
}

/** dx[image, index, c] += dy; dx starts as zeros. */
export function maxPoolGrad(dy: usize, idx: usize, dx: usize, images: i32, inPixels: i32, outPixels: i32, c: i32): void {
  const bytes = (c as usize) << 2;
  for (let n = 0; n < images; n++) {
    for (let p = 0; p < outPixels; p++) {
      for (let j: usize = 0; j < bytes; j += 4) {
        const d = dx + (load<i32>(idx + j) as usize) * bytes + j;
        store<f32>(d, load<f32>(d) + load<f32>(dy + j));
      }
      dy += bytes;
      idx += bytes;
    }
    dx += (inPixels as usize) * bytes;
  }
}

/** What an average divides by: the window within the padded image, or within the image itself. */
// @ts-ignore: decorator
@inline
function divisorOf(h0: i32, w0: i32, kh: i32, kw: i32, h: i32, w: i32, bottom: i32, right: i32, includePad: bool): f32 {
  if (includePad) return ((min(h0 + kh, h + bottom) - h0) * (min(w0 + kw, w + right) - w0)) as f32;
  return ((min(h0 + kh, h) - max(h0, 0)) * (min(w0 + kw, w) - max(w0, 0))) as f32;
}

/** Mode 0: y = averages of x. Mode 1: x += gradient of y, x starting as zeros. */
// @ts-ignore: decorator
@inline
function average(
  back: bool, x: usize, y: usize, images: i32, h: i32, w: i32, c: i32, oh: i32, ow: i32,
  kh: i32, kw: i32, sh: i32, sw: i32, top: i32, left: i32, bottom: i32, right: i32, includePad: i32,
): void {
  const bytes = (c as usize) << 2;
  for (let n = 0; n < images; n++) {
    for (let r = 0; r < oh; r++) {
      for (let q = 0; q < ow; q++) {
        const h0 = r * sh - top, w0 = q * sw - left;
        const hStart = max(h0, 0), hEnd = min(h0 + kh, h);
        const wStart = max(w0, 0), wEnd = min(w0 + kw, w);
        const divisor = f32x4.splat(divisorOf(h0, w0, kh, kw, h, w, bottom, right, includePad != 0));
        for (let j: usize = 0; j < bytes; j += 16) {
          if (back) {
            const g = f32x4.div(v128.load(y + j), divisor);
            for (let a = hStart; a < hEnd; a++) {
              for (let b = wStart; b < wEnd; b++) {
                const d = x + ((a * w + b) as usize) * bytes + j;
                const v = f32x4.add(v128.load(d), g);
                if (j + 16 <= bytes) v128.store(d, v);
                else storePart(d, v, bytes - j);
              }
            }
          } else {
            let s = i32x4.splat(0);
            for (let a = hStart; a < hEnd; a++) {
              for (let b = wStart; b < wEnd; b++) s = f32x4.add(s, v128.load(x + ((a * w + b) as usize) * bytes + j));
            }
            s = f32x4.div(s, divisor);
            if (j + 16 <= bytes) v128.store(y + j, s);
            else storePart(y + j, s, bytes - j);
          }
        }
        y += bytes;
      }
    }
    x += ((h * w) as usize) * bytes;
  }
}

export function avgPool(
  x: usize, y: usize, images: i32, h: i32, w: i32, c: i32, oh: i32, ow: i32,
  kh: i32, kw: i32, sh: i32, sw: i32, top: i32, left: i32, bottom: i32, right: i32, includePad: i32,
): void {
  average(false, x, y, images, h, w, c, oh, ow, kh, kw, sh, sw, top, left, bottom, right, includePad);
}

export function avgPoolGrad(
  dy: usize, dx: usize, images: i32, h: i32, w: i32, c: i32, oh: i32, ow: i32,
  kh: i32, kw: i32, sh: i32, sw: i32, top: i32, left: i32, bottom: i32, right: i32, includePad: i32,
): void {
  average(true, dx, dy, images, h, w, c, oh, ow, kh, kw, sh, sw, top, left, bottom, right, includePad);
}
