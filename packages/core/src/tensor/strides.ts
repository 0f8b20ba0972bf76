import { IndexError, ShapeError, showShape } from '../errors';

/** Row-major strides of a shape, in elements. */
export function contiguousStrides(sizes: readonly number[]): number[] {
  const strides = new Array<number>(sizes.length);
  let step = 1;
  for (let i = sizes.length - 1; i >= 0; i--) {
    strides[i] = step;
    step *= Math.max(sizes[i]!, 1);
  }
  return strides;
}

export function numel(sizes: readonly number[]): number {
  let n = 1;
  for (let i = 0; i < sizes.length; i++) n *= sizes[i]!;
  return n;
}

/** Whether elements lie in row-major order without gaps. */
export function isContiguous(sizes: readonly number[], strides: readonly number[]): boolean {
  let step = 1;
  for (let i = sizes.length - 1; i >= 0; i--) {
    const size = sizes[i]!;
    if (size === 0) return true;
    if (size === 1) continue;
    if (strides[i] !== step) return false;
    step *= size;
  }
  return true;
}

/** Whether the elements fill one gap-free block in some order of the axes. */
export function isDense(sizes: readonly number[], strides: readonly number[]): boolean {
  if (isContiguous(sizes, strides)) return true;
  const axes = sizes.map((_, i) => i).filter((i) => sizes[i] !== 1);
  axes.sort((a, b) => strides[a]! - strides[b]!);
  let step = 1;
  for (const axis of axes) {
    if (strides[axis] !== step) return false;
    step *= sizes[axis]!;
  }
  return true;
}

export function sameNumbers(a: readonly number[], b: readonly number[]): boolean {
  if (a === b) return true;
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}

/** The shape two shapes broadcast to, or null. */
export function tryBroadcast(a: readonly number[], b: readonly number[]): readonly number[] | null {
  if (sameNumbers(a, b)) return a;
  const rank = Math.max(a.length, b.length);
  const out = new Array<number>(rank);
  for (let i = 1; i <= rank; i++) {
    const x = i <= a.length ? a[a.length - i]! : 1;
    const y = i <= b.length ? b[b.length - i]! : 1;
    if (x !== y && x !== 1 && y !== 1) return null;
    out[rank - i] = x === 1 ? y : x;
  }
  return out;
}

/** The shape that all shapes broadcast to; throws a ShapeError naming the two that do not fit. */
export function broadcastShapes(op: string, ...shapes: readonly (readonly number[])[]): readonly number[] {
  let out: readonly number[] = shapes[0] ?? [];
  for (let i = 1; i < shapes.length; i++) {
    const next = tryBroadcast(out, shapes[i]!);
    if (next === null) {
      throw new ShapeError(
        `shapes ${showShape(out)} and ${showShape(shapes[i]!)} cannot be broadcast together: each pair of trailing sizes must be equal or 1`,
        { op, kind: 'broadcast', shapes: [out, shapes[i]!] },
      );
    }
    out = next;
  }
  return out;
}

/** Strides with which a tensor reads as the larger shape: 0 along repeated axes. */
export function broadcastStrides(
  sizes: readonly number[],
  strides: readonly number[],
  to: readonly number[],
): readonly number[] {
  if (sameNumbers(sizes, to)) return strides;
  const out = new Array<number>(to.length).fill(0);
  const shift = to.length - sizes.length;
  for (let i = 0; i < sizes.length; i++) out[i + shift] = sizes[i] === 1 && to[i + shift] !== 1 ? 0 : strides[i]!;
  return out;
}

/** An axis counted from either end, made non-negative; throws an IndexError. */
export function normalizeAxis(op: string, axis: number, rank: number): number {
  const bound = Math.max(rank, 1);
  if (!Number.isInteger(axis) || axis < -bound || axis >= bound) {
    throw new IndexError(
      `axis ${axis} is out of range for a tensor of rank ${rank} (expected ${-bound} to ${bound - 1})`,
      {
        op,
        kind: 'axis',
        axis,
        rank,
      },
    );
  }
  return axis < 0 ? axis + bound : axis;
}

/** Axes made non-negative, unique and ascending; null means all. */
export function normalizeAxes(op: string, axes: number | readonly number[] | null | undefined, rank: number): number[] {
  if (axes === null || axes === undefined) return Array.from({ length: rank }, (_, i) => i);
  const list = typeof axes === 'number' ? [axes] : axes;
  const out = list.map((axis) => normalizeAxis(op, axis, rank));
  // a scalar takes axis 0 or -1, and has none to reduce
  if (rank === 0) return [];
  const unique = [...new Set(out)].sort((a, b) => a - b);
  if (unique.length !== out.length) {
    throw new ShapeError(
      `axis ${out.find((a, i) => out.indexOf(a) !== i)} appears more than once in ${showShape(list)}`,
      {
        op,
        kind: 'repeatedAxis',
        axis: out.find((a, i) => out.indexOf(a) !== i),
      },
    );
  }
  return unique;
}

/** The shape after reducing some axes. */
export function reducedShape(sizes: readonly number[], axes: readonly number[], keepDims: boolean): number[] {
  const out: number[] = [];
  for (let i = 0; i < sizes.length; i++) {
    if (!axes.includes(i)) out.push(sizes[i]!);
    else if (keepDims) out.push(1);
  }
  return out;
}

/**
 * Strides with which the same memory reads as another shape, or null where that needs a copy.
 * An axis can be merged with its neighbour only if their strides chain.
 */
export function viewStrides(
  sizes: readonly number[],
  strides: readonly number[],
  to: readonly number[],
): readonly number[] | null {
  if (numel(sizes) === 0 || isContiguous(sizes, strides)) return contiguousStrides(to);
  const out = new Array<number>(to.length);
  let view = to.length - 1;
  let chunkStride = strides[strides.length - 1] ?? 1;
  let chunk = 1;
  let viewed = 1;
  for (let d = sizes.length - 1; d >= 0; d--) {
    chunk *= sizes[d]!;
    if (d > 0 && (sizes[d - 1] === 1 || strides[d - 1] === chunk * chunkStride)) continue;
    while (view >= 0 && (viewed < chunk || to[view] === 1)) {
      out[view] = viewed * chunkStride;
      viewed *= to[view]!;
      view--;
    }
    if (viewed !== chunk) return null;
    if (d > 0) {
      chunkStride = strides[d - 1]!;
      chunk = 1;
      viewed = 1;
    }
  }
  return view === -1 ? out : null;
}

/** Calls back with the memory position of every element in row-major order; for kernels that take any strides. */
export function forEachPosition(
  sizes: readonly number[],
  strides: readonly number[],
  offset: number,
  visit: (position: number, index: number) => void,
): void {
  const n = numel(sizes);
  if (n === 0) return;
  const rank = sizes.length;
  const counter = new Array<number>(rank).fill(0);
  let position = offset;
  for (let index = 0; index < n; index++) {
    visit(position, index);
    for (let axis = rank - 1; axis >= 0; axis--) {
      position += strides[axis]!;
      if (++counter[axis]! < sizes[axis]!) break;
      position -= strides[axis]! * sizes[axis]!;
      counter[axis] = 0;
    }
  }
}

/** The memory positions of all elements in row-major order. */
export function positions(sizes: readonly number[], strides: readonly number[], offset: number): Int32Array {
  const out = new Int32Array(numel(sizes));
  forEachPosition(sizes, strides, offset, (position, index) => {
    out[index] = position;
  });
  return out;
}
