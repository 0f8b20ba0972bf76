import type { GemmOptions } from '../reference/gemm';
import {
  alloc,
  begin,
  copyIn,
  type FloatArray,
  isFloat64,
  type Kernel,
  kernel,
  mark,
  put,
  release,
  take,
} from './memory';

export type { GemmOptions } from '../reference/gemm';

interface Set {
  readonly gemm: Kernel;
  readonly work: Kernel;
  readonly add: Kernel;
}

let sets: readonly [Set, Set] | null = null;
let fused: Kernel | null = null;

function load(): readonly [Set, Set] {
  const set = (t: string): Set => ({
    gemm: kernel(`gemm_${t}`),
    work: kernel(`gemmWork_${t}`),
    add: kernel(`add_${t}`),
  });
  sets = [set('f32'), set('f64')];
  return sets;
}

/** Most bytes of A, or of a group of products, in scratch at a time. */
const CHUNK = 4 << 20;

/** Up to so many terms a product of float32 matrices is made of fused multiply-adds, as the frameworks' CPU kernels make it. */
const SMALL = 4096;

/**
 * C = A B (+ bias row) (+ C): A is [m, k], or [k, m] if `transA`; B is [k, n], or [n, k] if `transB`; C is [m, n].
 *
 * Each element is summed in blocks of at most 256 terms, in an order that depends on k alone; in small matrices of float32
 * term after term, each rounded once.
 */
export function gemm(
  a: FloatArray,
  aOffset: number,
  b: FloatArray,
  bOffset: number,
  c: FloatArray,
  cOffset: number,
  m: number,
  n: number,
  k: number,
  transA: boolean,
  transB: boolean,
  options?: GemmOptions,
): void {
  if (m === 0 || n === 0) return;
  const wide = isFloat64(c);
  const set = (sets ?? load())[wide ? 1 : 0];
  const size = wide ? 8 : 4;
  begin();
  const work = alloc(set.work(n));
  const bp = put(b, bOffset, k * n);
  const bias = options?.bias ? put(options.bias, options.biasOffset ?? 0, n) : 0;
  const flags = (transA ? 1 : 0) + (transB ? 2 : 0);
  // rows of A may come in pieces; columns of a transposed A may not
  const rows = transA ? m : Math.min(m, Math.max(64, Math.floor(CHUNK / ((k + n) * size)) & ~3));
  const start = mark();
  for (let i = 0; i < m; i += rows) {
    const r = Math.min(rows, m - i);
    release(start);
    const ap = put(a, transA ? aOffset : aOffset + i * k, r * k);
    const cp = alloc(r * n * size);
    if (!wide && m > 1 && n > 1 && m * n * k <= SMALL) {
      fused ??= kernel('gemmFused_f32');
      fused(ap, bp, cp, m, n, k, flags);
    } else set.gemm(ap, 0, bp, 0, cp, 0, 1, r, n, k, flags, work);
    if (bias) set.add(0, cp, n * size, bias, 0, cp, r, n);
    if (options?.accumulate) {
      const old = put(c, cOffset + i * n, r * n);
      set.add(0, old, 0, cp, 0, cp, 1, r * n);
    }
    take(cp, c, cOffset + i * n, r * n);
  }
}

/**
 * `batch` products C[i] = A[i] B[i] (+ C[i]) with strides in elements between them; a stride of 0 uses one operand for all.
 */
export function gemmBatched(
  a: FloatArray,
  aOffset: number,
  aStride: number,
  b: FloatArray,
  bOffset: number,
  bStride: number,
  c: FloatArray,
  cOffset: number,
  batch: number,
  m: number,
  n: number,
  k: number,
  transA: boolean,
  transB: boolean,
  accumulate = false,
): void {
  if (batch === 0 || m === 0 || n === 0) return;
  const wide = isFloat64(c);
  const set = (sets ?? load())[wide ? 1 : 0];
  const size = wide ? 8 : 4;
  begin();
  const work = alloc(set.work(n));
  const flags = (transA ? 1 : 0) + (transB ? 2 : 0);
  const perProduct = ((aStride ? m * k : 0) + (bStride ? k * n : 0) + m * n) * size;
  const group = Math.max(1, Math.min(batch, Math.floor(CHUNK / perProduct)));
  const shared = mark();
  const ap = alloc((aStride ? group : 1) * m * k * size);
  const bp = alloc((bStride ? group : 1) * k * n * size);
  const cp = alloc(group * m * n * size);
  const old = accumulate ? alloc(group * m * n * size) : 0;
  if (!aStride) copyIn(ap, a, aOffset, m * k);
  if (!bStride) copyIn(bp, b, bOffset, k * n);
  for (let i = 0; i < batch; i += group) {
    const g = Math.min(group, batch - i);
    if (aStride) gather(ap, a, aOffset + i * aStride, aStride, m * k, g, size);
    if (bStride) gather(bp, b, bOffset + i * bStride, bStride, k * n, g, size);
    set.gemm(ap, aStride ? m * k * size : 0, bp, bStride ? k * n * size : 0, cp, m * n * size, g, m, n, k, flags, work);
    if (accumulate) {
      copyIn(old, c, cOffset + i * m * n, g * m * n);
      set.add(0, old, 0, cp, 0, cp, 1, g * m * n);
    }
    take(cp, c, cOffset + i * m * n, g * m * n);
  }
  release(shared);
}

function gather(
  pointer: number,
  x: FloatArray,
  offset: number,
  stride: number,
  length: number,
  count: number,
  size: number,
): void {
  if (stride === length) {
    copyIn(pointer, x, offset, length * count);
    return;
  }
  for (let i = 0; i < count; i++) copyIn(pointer + i * length * size, x, offset + i * stride, length);
}
