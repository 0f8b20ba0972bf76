import * as reference from '../reference/conv';
import { type ConvShape, convHeight, convWidth } from '../reference/conv';
import {
  alloc,
  begin,
  copyIn,
  type FloatArray,
  isFloat64,
  type Kernel,
  kernel,
  pokeInt,
  put,
  take,
  zero,
} from './memory';

export { type ConvShape, convHeight, convWidth } from '../reference/conv';

type Name =
  | 'pad'
  | 'unpad'
  | 'pixelTable'
  | 'packWeights'
  | 'convForward'
  | 'convFilter'
  | 'gemmStrided'
  | 'gemmWork_f32'
  | 'col2im'
  | 'flipWeights'
  | 'depthwiseForward'
  | 'depthwiseInput'
  | 'depthwiseFilter'
  | 'demote'
  | 'add_f32';
const names: Name[] = [
  'pad',
  'unpad',
  'pixelTable',
  'packWeights',
  'convForward',
  'convFilter',
  'gemmStrided',
  'gemmWork_f32',
  'col2im',
  'flipWeights',
  'depthwiseForward',
  'depthwiseInput',
  'depthwiseFilter',
  'demote',
  'add_f32',
];
let kernels: Record<Name, Kernel> | null = null;
function load(): Record<Name, Kernel> {
  kernels = Object.fromEntries(names.map((name) => [name, kernel(name)])) as Record<Name, Kernel>;
  return kernels;
}

/** Bytes of images in scratch at a time. */
const IMAGES = 1 << 19;
/** Most terms that a float32 sum takes before it is added to the total. */
const TERMS = 256;

/** Where windows lie in an image that is padded to `ph` rows of `pw` pixels (or used as it is). */
interface Plan {
  readonly oh: number;
  readonly ow: number;
  readonly ph: number;
  readonly pw: number;
  readonly padded: boolean;
  /** Images in scratch at a time. */
  readonly images: number;
  readonly depthwise: boolean;
}

function planOf(s: ConvShape): Plan {
  const oh = convHeight(s);
  const ow = convWidth(s);
  const ph = (oh - 1) * s.strideH + (s.kh - 1) * s.dilationH + 1;
  const pw = (ow - 1) * s.strideW + (s.kw - 1) * s.dilationW + 1;
  const padded = s.padTop !== 0 || s.padLeft !== 0 || ph > s.h || pw > s.w;
  const bytes = 4 * (s.h * s.w * s.ci + oh * ow * s.co + (padded ? ph * pw * s.ci : 0));
  return {
    oh,
    ow,
    ph: padded ? ph : s.h,
    pw: padded ? pw : s.w,
    padded,
    images: Math.max(1, Math.min(s.n, Math.floor(IMAGES / bytes))),
    depthwise: s.groups > 1 && s.groups === s.ci && s.co === s.ci,
  };
}

/** Byte offsets of the contiguous runs inside a window, and their length. */
interface Segments {
  readonly pointer: number;
  readonly count: number;
  readonly run: number;
  /** Segments per block of a sum. */
  readonly chunk: number;
}

function segmentsOf(s: ConvShape, p: Plan, most: number): Segments {
  const whole = s.groups === 1 && s.dilationW === 1;
  const width = whole ? s.kw * s.ci : s.ci / s.groups;
  const columns = whole ? 1 : s.kw;
  // equal pieces of a long run, if it has them; very short ones cost more than they save
  let pieces = 1;
  for (let p = 1; p <= width / 32 && width / pieces > most; p++) if (width % p === 0) pieces = p;
  const run = width / pieces;
  const count = s.kh * columns * pieces;
  const pointer = alloc(count * 4);
  let at = 0;
  for (let a = 0; a < s.kh; a++) {
    for (let b = 0; b < columns; b++) {
      const base = (a * s.dilationH * p.pw + b * s.dilationW) * s.ci;
      for (let i = 0; i < pieces; i++) pokeInt(pointer, at++, (base + i * run) * 4);
    }
  }
  const blocks = Math.ceil(count / Math.max(1, Math.floor(most / run)));
  return { pointer, count, run, chunk: Math.ceil(count / blocks) };
}

function pixelsOf(k: Record<Name, Kernel>, s: ConvShape, p: Plan): number {
  const pointer = alloc(p.images * p.oh * p.ow * 4);
  const row = p.pw * s.ci * 4;
  k.pixelTable(pointer, p.images, p.oh, p.ow, p.ph * row, s.strideH * row, s.strideW * s.ci * 4);
  return pointer;
}

/** Byte offsets of single taps of a depthwise window. */
function tapsOf(s: ConvShape, p: Plan): number {
  const pointer = alloc(s.kh * s.kw * 4);
  for (let a = 0; a < s.kh; a++) {
    for (let b = 0; b < s.kw; b++)
      pokeInt(pointer, a * s.kw + b, (a * s.dilationH * p.pw + b * s.dilationW) * s.ci * 4);
  }
  return pointer;
}

/** Copies images in and pads them; returns where the (padded) images are. */
function images(
  k: Record<Name, Kernel>,
  x: FloatArray,
  offset: number,
  s: ConvShape,
  p: Plan,
  raw: number,
  padded: number,
  count: number,
): number {
  copyIn(raw, x, offset, count * s.h * s.w * s.ci);
  if (!p.padded) return raw;
  k.pad(raw, padded, count, s.h, s.w * s.ci * 4, p.ph, p.pw * s.ci * 4, s.padTop, s.padLeft * s.ci * 4);
  return padded;
}

/** Forward with the weights already in scratch. */
function forward(
  k: Record<Name, Kernel>,
  x: FloatArray,
  xOffset: number,
  w: number,
  out: FloatArray,
  outOffset: number,
  s: ConvShape,
  bias: number,
): void {
  const p = planOf(s);
  const pixels = pixelsOf(k, s, p);
  const perImage = p.oh * p.ow;
  const cig = s.ci / s.groups;
  const cog = s.co / s.groups;
  const terms = s.kh * s.kw * cig;
  let segments: Segments | null = null;
  let packed = 0;
  let packedBytes = 0;
  let taps = 0;
  if (p.depthwise) {
    taps = tapsOf(s, p);
  } else {
    segments = segmentsOf(s, p, TERMS);
    const rest = cog & 7;
    packedBytes = terms * ((cog >> 3) * 32 + (rest === 0 ? 0 : rest > 4 ? 32 : 16));
    packed = alloc(packedBytes * s.groups);
    for (let g = 0; g < s.groups; g++) {
      k.packWeights(w + g * cog * 4, s.co * 4, terms, cog, segments.chunk * segments.run, packed + g * packedBytes);
    }
  }
  const raw = alloc(p.images * s.h * s.w * s.ci * 4);
  const padded = p.padded ? alloc(p.images * p.ph * p.pw * s.ci * 4) : 0;
  const y = alloc(p.images * perImage * s.co * 4);
  for (let i = 0; i < s.n; i += p.images) {
    const count = Math.min(p.images, s.n - i);
    const source = images(k, x, xOffset + i * s.h * s.w * s.ci, s, p, raw, padded, count);
    if (segments === null) {
      k.depthwiseForward(source, pixels, count * perImage, taps, s.kh * s.kw, w, y, s.ci);
    } else {
      for (let g = 0; g < s.groups; g++) {
        k.convForward(
          source + g * cig * 4,
          pixels,
          count * perImage,
          segments.pointer,
          segments.count,
          segments.run,
          segments.chunk,
          packed + g * packedBytes,
          y + g * cog * 4,
          s.co * 4,
          cog,
        );
      }
    }
    if (bias) k.add_f32(0, y, s.co * 4, bias, 0, y, count * perImage, s.co);
    take(y, out, outOffset + i * perImage * s.co, count * perImage * s.co);
  }
}

/** out [n, oh, ow, co] = x [n, h, w, ci] * weights [kh, kw, ci / groups, co] (+ bias [co]). */
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
  if (isFloat64(x)) {
    reference.conv2d(x, xOffset, w, wOffset, out, outOffset, s, bias, biasOffset);
    return;
  }
  if (s.n === 0 || s.co === 0) return;
  const k = kernels ?? load();
  begin();
  const wp = put(w, wOffset, (s.kh * s.kw * s.ci * s.co) / s.groups);
  forward(k, x, xOffset, wp, out, outOffset, s, bias ? put(bias, biasOffset, s.co) : 0);
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
  if (isFloat64(dy)) {
    reference.conv2dInputGrad(dy, dyOffset, w, wOffset, dx, dxOffset, s);
    return;
  }
  if (s.n === 0 || s.ci === 0) return;
  const k = kernels ?? load();
  const p = planOf(s);
  begin();
  const weights = (s.kh * s.kw * s.ci * s.co) / s.groups;
  const wp = put(w, wOffset, weights);
  if (s.strideH === 1 && s.strideW === 1 && !p.depthwise) {
    // a convolution of dy with the flipped, transposed weights
    const flipped = alloc(weights * 4);
    k.flipWeights(wp, flipped, s.kh * s.kw, s.ci, s.co, s.groups);
    const padTop = (s.kh - 1) * s.dilationH - s.padTop;
    const padLeft = (s.kw - 1) * s.dilationW - s.padLeft;
    const back: ConvShape = {
      ...s,
      h: p.oh,
      w: p.ow,
      ci: s.co,
      co: s.ci,
      padTop,
      padLeft,
      padBottom: s.h - p.oh + s.padTop,
      padRight: s.w - p.ow + s.padLeft,
    };
    forward(k, dy, dyOffset, flipped, dx, dxOffset, back, 0);
    return;
  }
  const perImage = p.oh * p.ow;
  const cig = s.ci / s.groups;
  const cog = s.co / s.groups;
  const terms = s.kh * s.kw * cig;
  const group = Math.max(1, Math.min(p.images, Math.floor((2 * IMAGES) / (perImage * terms * 4))));
  const plan: Plan = { ...p, images: group };
  const pixels = pixelsOf(k, s, plan);
  const y = alloc(group * perImage * s.co * 4);
  const source = alloc(group * s.h * s.w * s.ci * 4);
  const paddedBytes = p.ph * p.pw * s.ci * 4;
  const padded = alloc(group * paddedBytes);
  const taps = p.depthwise ? tapsOf(s, p) : 0;
  const segments = p.depthwise ? null : segmentsOf(s, p, Number.POSITIVE_INFINITY);
  const columns = segments ? alloc(group * perImage * terms * 4) : 0;
  const work = segments ? alloc(k.gemmWork_f32(terms)) : 0;
  for (let i = 0; i < s.n; i += group) {
    const count = Math.min(group, s.n - i);
    copyIn(y, dy, dyOffset + i * perImage * s.co, count * perImage * s.co);
    zero(padded, count * paddedBytes);
    if (segments === null) {
      k.depthwiseInput(padded, pixels, count * perImage, taps, s.kh * s.kw, wp, y, s.ci);
    } else {
      for (let g = 0; g < s.groups; g++) {
        k.gemmStrided(
          y + g * cog * 4,
          s.co * 4,
          wp + g * cog * 4,
          s.co * 4,
          columns,
          terms * 4,
          count * perImage,
          terms,
          cog,
          work,
        );
        k.col2im(
          columns,
          padded + g * cig * 4,
          pixels,
          count * perImage,
          segments.pointer,
          segments.count,
          segments.run,
        );
      }
    }
    k.unpad(padded, source, count, s.h, s.w * s.ci * 4, p.ph, p.pw * s.ci * 4, s.padTop, s.padLeft * s.ci * 4);
    take(source, dx, dxOffset + i * s.h * s.w * s.ci, count * s.h * s.w * s.ci);
  }
}

/** Pixels per float32 partial sum of a filter gradient. */
const PIXELS = 256;

/** dw [kh, kw, ci / groups, co] from x and dy: float32 sums over at most 256 pixels, added up in float64. */
export function conv2dFilterGrad(
  x: FloatArray,
  xOffset: number,
  dy: FloatArray,
  dyOffset: number,
  dw: FloatArray,
  dwOffset: number,
  s: ConvShape,
): void {
  if (isFloat64(x)) {
    reference.conv2dFilterGrad(x, xOffset, dy, dyOffset, dw, dwOffset, s);
    return;
  }
  const k = kernels ?? load();
  const p = planOf(s);
  begin();
  const cig = s.ci / s.groups;
  const cog = s.co / s.groups;
  const terms = s.kh * s.kw * cig;
  const weights = terms * s.co;
  const perImage = p.oh * p.ow;
  const acc = alloc(weights * 8);
  zero(acc, weights * 8);
  const pixels = pixelsOf(k, s, p);
  const result = alloc(weights * 4);
  const table = p.depthwise ? tapsOf(s, p) : alloc(terms * 4);
  if (!p.depthwise) {
    let at = 0;
    for (let a = 0; a < s.kh; a++) {
      for (let b = 0; b < s.kw; b++) {
        const base = (a * s.dilationH * p.pw + b * s.dilationW) * s.ci;
        for (let i = 0; i < cig; i++) pokeInt(table, at++, (base + i) * 4);
      }
    }
  }
  const raw = alloc(p.images * s.h * s.w * s.ci * 4);
  const padded = p.padded ? alloc(p.images * p.ph * p.pw * s.ci * 4) : 0;
  const d = alloc(p.images * perImage * s.co * 4);
  for (let i = 0; i < s.n; i += p.images) {
    const count = Math.min(p.images, s.n - i);
    const source = images(k, x, xOffset + i * s.h * s.w * s.ci, s, p, raw, padded, count);
    copyIn(d, dy, dyOffset + i * perImage * s.co, count * perImage * s.co);
    if (p.depthwise) {
      k.depthwiseFilter(source, pixels, count * perImage, table, s.kh * s.kw, d, acc, s.ci, PIXELS);
      continue;
    }
    for (let g = 0; g < s.groups; g++) {
      const from = source + g * cig * 4;
      k.convFilter(
        from,
        pixels,
        count * perImage,
        table,
        terms,
        d + g * cog * 4,
        s.co * 4,
        cog,
        acc + g * cog * 8,
        s.co * 8,
        PIXELS,
      );
    }
  }
  k.demote(acc, result, weights, 1);
  take(result, dw, dwOffset, weights);
}
