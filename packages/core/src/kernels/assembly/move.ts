import type { TypedArray } from '../../tensor/dtype';
import * as reference from '../reference/move';
import { alloc, begin, copyIn, type Kernel, kernel, pokeInt, put, take } from './memory';

interface Set {
  readonly transpose: Kernel;
  readonly stridedCopy: Kernel;
}
let set: Set | null = null;
function load(): Set {
  set = { transpose: kernel('transpose'), stridedCopy: kernel('stridedCopy') };
  return set;
}

/** Below this many elements a loop in TypeScript is cheaper than going through scratch. */
const SMALL = 96;
/** Elements of a source region in scratch at a time. */
const REGION = 1 << 18;

const fourBytes = (x: TypedArray): x is Float32Array<ArrayBuffer> | Int32Array<ArrayBuffer> =>
  x instanceof Float32Array || x instanceof Int32Array;

/** out [batch, cols, rows] = x [batch, rows, cols]. */
export function transpose<T extends TypedArray>(
  x: T,
  xOffset: number,
  out: T,
  outOffset: number,
  batch: number,
  rows: number,
  cols: number,
): void {
  const n = rows * cols;
  if (n * batch < SMALL || !fourBytes(x) || !fourBytes(out)) {
    reference.transpose(x, xOffset, out, outOffset, batch, rows, cols);
    return;
  }
  const run = (set ?? load()).transpose;
  const group = Math.min(batch, Math.max(1, Math.floor(REGION / 4 / n)));
  begin();
  const xp = alloc(group * n * 4);
  const yp = alloc(group * n * 4);
  for (let i = 0; i < batch; i += group) {
    const g = Math.min(group, batch - i);
    copyIn(xp, x, xOffset + i * n, g * n);
    run(xp, yp, g, rows, cols);
    take(yp, out, outOffset + i * n, g * n);
  }
}

/** Dimensions of size 1 dropped, and neighbours joined where the outer stride continues the inner one. */
function merge(shape: readonly number[], strides: readonly number[]): [number[], number[]] {
  const sizes: number[] = [];
  const steps: number[] = [];
  for (let d = 0; d < shape.length; d++) {
    const size = shape[d]!;
    if (size === 1) continue;
    const last = sizes.length - 1;
    if (last >= 0 && steps[last] === strides[d]! * size) {
      sizes[last]! *= size;
      steps[last] = strides[d]!;
    } else {
      sizes.push(size);
      steps.push(strides[d]!);
    }
  }
  return [sizes, steps];
}

/** out, contiguous, = the elements of x that shape and strides (in elements) select from xOffset on. */
export function permute<T extends TypedArray>(
  x: T,
  xOffset: number,
  shape: readonly number[],
  strides: readonly number[],
  out: T,
  outOffset: number,
): void {
  let count = 1;
  for (const d of shape) count *= d;
  if (count === 0) return;
  const [sizes, steps] = merge(shape, strides);
  const rank = sizes.length;
  if (rank === 1 && steps[0] === 1) {
    out.set(x.subarray(xOffset, xOffset + count) as never, outOffset);
    return;
  }
  if (count < SMALL || rank > 6 || !fourBytes(x) || !fourBytes(out) || steps.some((s) => s < 0)) {
    reference.permute(x, xOffset, shape, strides, out, outOffset);
    return;
  }
  const [b, c, r] = rank === 3 ? sizes : rank === 2 ? [1, ...sizes] : [];
  const [sb, sc, sr] = rank === 3 ? steps : rank === 2 ? [c! * r!, ...steps] : [];
  if (b !== undefined && sc === 1 && sr === c && sb === c! * r!) {
    transpose(x, xOffset, out as typeof x, outOffset, b, r!, c!);
    return;
  }
  copyRegion(x, xOffset, sizes, steps, out, outOffset);
}

/** Splits off outer dimensions until the source region of the rest is small or dense enough to be copied in. */
function copyRegion(
  x: Float32Array | Int32Array,
  xOffset: number,
  sizes: readonly number[],
  steps: readonly number[],
  out: Float32Array | Int32Array,
  outOffset: number,
): void {
  let count = 1;
  let span = 1;
  for (let d = 0; d < sizes.length; d++) {
    count *= sizes[d]!;
    span += (sizes[d]! - 1) * steps[d]!;
  }
  if (span > 2 * count + 4096 || (span > REGION && sizes.length > 1 && steps[0]! * 2 >= span / sizes[0]!)) {
    if (sizes.length === 1) {
      for (let i = 0; i < count; i++) out[outOffset + i] = x[xOffset + i * steps[0]!]!;
      return;
    }
    const inner = count / sizes[0]!;
    const restSizes = sizes.slice(1);
    const restSteps = steps.slice(1);
    for (let i = 0; i < sizes[0]!; i++) {
      copyRegion(x, xOffset + i * steps[0]!, restSizes, restSteps, out, outOffset + i * inner);
    }
    return;
  }
  const run = (set ?? load()).stridedCopy;
  begin();
  const table = alloc(48);
  const missing = 6 - sizes.length;
  for (let d = 0; d < 6; d++) {
    pokeInt(table, d, d < missing ? 1 : sizes[d - missing]!);
    pokeInt(table, 6 + d, d < missing ? 0 : steps[d - missing]! * 4);
  }
  const xp = put(x, xOffset, span);
  const yp = alloc(count * 4);
  run(xp, yp, table);
  take(yp, out, outOffset, count);
}
