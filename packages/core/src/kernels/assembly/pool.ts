import type { PoolShape } from '../reference/pool';
import * as reference from '../reference/pool';
import { alloc, begin, copyIn, type FloatArray, isFloat64, type Kernel, kernel, take, zero } from './memory';

export type { PoolShape } from '../reference/pool';

interface Set {
  readonly max: Kernel;
  readonly maxGrad: Kernel;
  readonly avg: Kernel;
  readonly avgGrad: Kernel;
}
let set: Set | null = null;
function load(): Set {
  set = {
    max: kernel('maxPool'),
    maxGrad: kernel('maxPoolGrad'),
    avg: kernel('avgPool'),
    avgGrad: kernel('avgPoolGrad'),
  };
  return set;
}

/** Images in scratch at a time. */
const group = (s: PoolShape): number =>
  Math.max(1, Math.min(s.n, Math.floor((1 << 17) / Math.max(1, s.c * (s.h * s.w + 2 * s.oh * s.ow)))));

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
  if (isFloat64(x)) {
    reference.maxPool(x, xOffset, out, outOffset, indices, indicesOffset, s);
    return;
  }
  const k = set ?? load();
  const images = group(s);
  const input = s.h * s.w * s.c;
  const output = s.oh * s.ow * s.c;
  begin();
  const xp = alloc(images * input * 4);
  const yp = alloc(images * output * 4);
  const ip = alloc(images * output * 4);
  for (let i = 0; i < s.n; i += images) {
    const n = Math.min(images, s.n - i);
    copyIn(xp, x, xOffset + i * input, n * input);
    k.max(
      xp,
      yp,
      ip,
      n,
      s.h,
      s.w,
      s.c,
      s.oh,
      s.ow,
      s.kh,
      s.kw,
      s.strideH,
      s.strideW,
      s.dilationH,
      s.dilationW,
      s.padTop,
      s.padLeft,
    );
    take(yp, out, outOffset + i * output, n * output);
    take(ip, indices, indicesOffset + i * output, n * output);
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
  if (isFloat64(dy)) {
    reference.maxPoolGrad(dy, dyOffset, indices, indicesOffset, dx, dxOffset, s);
    return;
  }
  const k = set ?? load();
  const images = group(s);
  const input = s.h * s.w * s.c;
  const output = s.oh * s.ow * s.c;
  begin();
  const dxp = alloc(images * input * 4);
  const dyp = alloc(images * output * 4);
  const ip = alloc(images * output * 4);
  for (let i = 0; i < s.n; i += images) {
    const n = Math.min(images, s.n - i);
    copyIn(dyp, dy, dyOffset + i * output, n * output);
    copyIn(ip, indices, indicesOffset + i * output, n * output);
    zero(dxp, n * input * 4);
    k.maxGrad(dyp, ip, dxp, n, s.h * s.w, s.oh * s.ow, s.c);
    take(dxp, dx, dxOffset + i * input, n * input);
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
  if (isFloat64(x)) {
    reference.avgPool(x, xOffset, out, outOffset, s, includePad);
    return;
  }
  average((set ?? load()).avg, false, x, xOffset, out, outOffset, s, includePad);
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
  if (isFloat64(dy)) {
    reference.avgPoolGrad(dy, dyOffset, dx, dxOffset, s, includePad);
    return;
  }
  average((set ?? load()).avgGrad, true, dy, dyOffset, dx, dxOffset, s, includePad);
}

function average(
  run: Kernel,
  back: boolean,
  from: FloatArray,
  fromOffset: number,
  to: FloatArray,
  toOffset: number,
  s: PoolShape,
  includePad: boolean,
): void {
  const images = group(s);
  const input = back ? s.oh * s.ow * s.c : s.h * s.w * s.c;
  const output = back ? s.h * s.w * s.c : s.oh * s.ow * s.c;
  begin();
  const a = alloc(images * input * 4);
  const b = alloc(images * output * 4);
  for (let i = 0; i < s.n; i += images) {
    const n = Math.min(images, s.n - i);
    copyIn(a, from, fromOffset + i * input, n * input);
    if (back) zero(b, n * output * 4);
    run(
      a,
      b,
      n,
      s.h,
      s.w,
      s.c,
      s.oh,
      s.ow,
      s.kh,
      s.kw,
      s.strideH,
      s.strideW,
      s.padTop,
      s.padLeft,
      s.padBottom,
      s.padRight,
      includePad ? 1 : 0,
    );
    take(b, to, toOffset + i * output, n * output);
  }
}
