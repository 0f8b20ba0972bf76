import type { FloatArray } from './elementwise';

/** Geometry of a 2-D convolution: NHWC images, weights [kh, kw, ci / groups, co]. */
export interface ConvShape {
  readonly n: number;
  readonly h: number;
  readonly w: number;
  readonly ci: number;
  readonly co: number;
  readonly kh: number;
  readonly kw: number;
  readonly strideH: number;
  readonly strideW: number;
  readonly dilationH: number;
  readonly dilationW: number;
  readonly padTop: number;
  readonly padLeft: number;
  readonly padBottom: number;
  readonly padRight: number;
  readonly groups: number;
}

/** Output height of a convolution. */
export const convHeight = (s: ConvShape): number =>
  Math.floor((s.h + s.padTop + s.padBottom - s.dilationH * (s.kh - 1) - 1) / s.strideH) + 1;

/** Output width of a convolution. */
export const convWidth = (s: ConvShape): number =>
  Math.floor((s.w + s.padLeft + s.padRight - s.dilationW * (s.kw - 1) - 1) / s.strideW) + 1;

/** Calls f(index in x, index in w, index in y) for every product of the convolution, output by output. */
function eachProduct(s: ConvShape, f: (x: number, w: number, y: number) => void): void {
  const oh = convHeight(s);
  const ow = convWidth(s);
  const cig = s.ci / s.groups;
  const cog = s.co / s.groups;
  for (let n = 0; n < s.n; n++) {
    for (let p = 0; p < oh; p++) {
      for (let q = 0; q < ow; q++) {
        for (let o = 0; o < s.co; o++) {
          const y = ((n * oh + p) * ow + q) * s.co + o;
          const first = Math.floor(o / cog) * cig;
          for (let a = 0; a < s.kh; a++) {
            const r = p * s.strideH - s.padTop + a * s.dilationH;
            if (r < 0 || r >= s.h) continue;
            for (let b = 0; b < s.kw; b++) {
              const c = q * s.strideW - s.padLeft + b * s.dilationW;
              if (c < 0 || c >= s.w) continue;
              const x = ((n * s.h + r) * s.w + c) * s.ci + first;
              const w = (a * s.kw + b) * cig * s.co + o;
              for (let i = 0; i < cig; i++) f(x + i, w + i * s.co, y);
            }
          }
        }
      }
    }
  }
}

/** out [n, oh, ow, co] = x [n, h, w, ci] * weights (+ bias [co]). */
export function conv2d(
  x: FloatArray,
  xOffset: number,
  w: FloatArray,
  wOffset: number,
  out: FloatArray,
  outOffset: number,
  s: ConvShape,
  bias?: FloatArray,
  biasOffset = 0,
): void {
  const sums = new Float64Array(s.n * convHeight(s) * convWidth(s) * s.co);
  eachProduct(s, (xi, wi, yi) => {
    sums[yi]! += x[xOffset + xi]! * w[wOffset + wi]!;
  });
  for (let i = 0; i < sums.length; i++) out[outOffset + i] = sums[i]! + (bias ? bias[biasOffset + (i % s.co)]! : 0);
}

/** dx [n, h, w, ci] from dy [n, oh, ow, co] and the weights. */
export function conv2dInputGrad(
  dy: FloatArray,
  dyOffset: number,
  w: FloatArray,
  wOffset: number,
  dx: FloatArray,
  dxOffset: number,
  s: ConvShape,
): void {
  const sums = new Float64Array(s.n * s.h * s.w * s.ci);
  eachProduct(s, (xi, wi, yi) => {
    sums[xi]! += dy[dyOffset + yi]! * w[wOffset + wi]!;
  });
  dx.set(sums, dxOffset);
}

/** dw [kh, kw, ci / groups, co] from x and dy. */
export function conv2dFilterGrad(
  x: FloatArray,
  xOffset: number,
  dy: FloatArray,
  dyOffset: number,
  dw: FloatArray,
  dwOffset: number,
  s: ConvShape,
): void {
  const sums = new Float64Array((s.kh * s.kw * s.ci * s.co) / s.groups);
  eachProduct(s, (xi, wi, yi) => {
    sums[wi]! += x[xOffset + xi]! * dy[dyOffset + yi]!;
  });
  dw.set(sums, dwOffset);
}
