import type { FloatArray } from './elementwise';

/** Geometry of a 2-D pooling of NHWC images; windows may reach beyond the padding (a ceiling mode), `oh` and `ow` decide. */
export interface PoolShape {
  readonly n: number;
  readonly h: number;
  readonly w: number;
  readonly c: number;
  readonly oh: number;
  readonly ow: number;
  readonly kh: number;
  readonly kw: number;
  readonly strideH: number;
  readonly strideW: number;
  /** Averages know no dilation. */
  readonly dilationH: number;
  readonly dilationW: number;
  readonly padTop: number;
  readonly padLeft: number;
  readonly padBottom: number;
  readonly padRight: number;
}

/**
 * Largest value of each window and its index h * w' + w within the image: the first of equals; NaN wins, the last NaN if there
 * are several. A window without any pixel gives minus infinity.
 */
export function maxPool(
  x: FloatArray,
  xOffset: number,
  out: FloatArray,
  outOffset: number,
  indices: Int32Array,
  indicesOffset: number,
  s: PoolShape,
): void {
  for (let n = 0; n < s.n; n++) {
    for (let p = 0; p < s.oh; p++) {
      for (let q = 0; q < s.ow; q++) {
        for (let c = 0; c < s.c; c++) {
          let best = Number.NEGATIVE_INFINITY;
          let at = -1;
          for (let a = 0; a < s.kh; a++) {
            const h = p * s.strideH - s.padTop + a * s.dilationH;
            if (h < 0 || h >= s.h) continue;
            for (let b = 0; b < s.kw; b++) {
              const w = q * s.strideW - s.padLeft + b * s.dilationW;
              if (w < 0 || w >= s.w) continue;
              const v = x[xOffset + ((n * s.h + h) * s.w + w) * s.c + c]!;
              if (at < 0) at = h * s.w + w;
              if (v > best || Number.isNaN(v)) {
                best = v;
                at = h * s.w + w;
              }
            }
          }
          const y = ((n * s.oh + p) * s.ow + q) * s.c + c;
          out[outOffset + y] = best;
          indices[indicesOffset + y] = Math.max(at, 0);
        }
      }
    }
  }
}

/** dx [n, h, w, c]: each dy added where its index points. */
export function maxPoolGrad(
  dy: FloatArray,
  dyOffset: number,
  indices: Int32Array,
  indicesOffset: number,
  dx: FloatArray,
  dxOffset: number,
  s: PoolShape,
): void {
  const sums = new Float64Array(s.n * s.h * s.w * s.c);
  const perImage = s.oh * s.ow * s.c;
  for (let i = 0; i < s.n * perImage; i++) {
    const pixel = Math.floor(i / perImage) * s.h * s.w + indices[indicesOffset + i]!;
    sums[pixel * s.c + (i % s.c)]! += dy[dyOffset + i]!;
  }
  dx.set(sums, dxOffset);
}

/** Calls f(index in x, index in y, divisor) for every pixel of every window. */
function eachPixel(s: PoolShape, includePad: boolean, f: (x: number, y: number, divisor: number) => void): void {
  for (let n = 0; n < s.n; n++) {
    for (let p = 0; p < s.oh; p++) {
      for (let q = 0; q < s.ow; q++) {
        const h0 = p * s.strideH - s.padTop;
        const w0 = q * s.strideW - s.padLeft;
        const h1 = Math.min(h0 + s.kh, s.h);
        const w1 = Math.min(w0 + s.kw, s.w);
        const divisor = includePad
          ? (Math.min(h0 + s.kh, s.h + s.padBottom) - h0) * (Math.min(w0 + s.kw, s.w + s.padRight) - w0)
          : (h1 - Math.max(h0, 0)) * (w1 - Math.max(w0, 0));
        for (let h = Math.max(h0, 0); h < h1; h++) {
          for (let w = Math.max(w0, 0); w < w1; w++) {
            for (let c = 0; c < s.c; c++) {
              f(((n * s.h + h) * s.w + w) * s.c + c, ((n * s.oh + p) * s.ow + q) * s.c + c, divisor);
            }
          }
        }
      }
    }
  }
}

/** Mean of each window, over the pixels of the padded image it covers if `includePad`, else over those of the image. */
export function avgPool(
  x: FloatArray,
  xOffset: number,
  out: FloatArray,
  outOffset: number,
  s: PoolShape,
  includePad: boolean,
): void {
  const sums = new Float64Array(s.n * s.oh * s.ow * s.c);
  eachPixel(s, includePad, (xi, yi, divisor) => {
    sums[yi]! += x[xOffset + xi]! / divisor;
  });
  out.set(sums, outOffset);
}

/** dx [n, h, w, c]: dy / divisor added to every pixel of its window. */
export function avgPoolGrad(
  dy: FloatArray,
  dyOffset: number,
  dx: FloatArray,
  dxOffset: number,
  s: PoolShape,
  includePad: boolean,
): void {
  const sums = new Float64Array(s.n * s.h * s.w * s.c);
  eachPixel(s, includePad, (xi, yi, divisor) => {
    sums[xi]! += dy[dyOffset + yi]! / divisor;
  });
  dx.set(sums, dxOffset);
}
