import { type AxisMatrix, axisMap, axisMatrix, largestInWindows, turned, type Windows } from '../ops/axisMap';
import { abs, add, equal, greater, logicalAnd, mul, pow, relu, sign, where } from '../ops/elementwise';
import { gather } from '../ops/indexing';
import { stopGradient } from '../ops/reduce';
import { scatterSet } from '../ops/scatter';
import { fullLike, reshape } from '../ops/shape';
import { numel } from '../tensor/strides';
import type { Tensor } from '../tensor/tensor';

/** How windows lie along one axis. */
export interface PoolAxis {
  readonly window: number;
  readonly stride: number;
  readonly padding: number;
  readonly dilation: number;
}

/** How many windows fit along an axis; with `ceil` a last one that fits only partly counts, if it starts inside. */
export function pooledSize(size: number, { window, stride, padding, dilation }: PoolAxis, ceil: boolean): number {
  const span = size + 2 * padding - dilation * (window - 1) - 1;
  const fit = (ceil ? Math.ceil(span / stride) : Math.floor(span / stride)) + 1;
  return ceil && (fit - 1) * stride >= size + padding ? fit - 1 : fit;
}

const indices = (n: number): number[] => Array.from({ length: n }, (_, i) => i);

/** The windows of a pooling axis, cut off at the ends of the input. */
export function slidingWindows(size: number, axis: PoolAxis, count: number): Windows {
  const { window, stride, padding, dilation } = axis;
  const starts = indices(count).map((i) => {
    const start = i * stride - padding;
    return start >= 0 ? start : start + Math.ceil(-start / dilation) * dilation;
  });
  const ends = indices(count).map((i) => Math.min(i * stride - padding + (window - 1) * dilation + 1, size));
  return { starts, ends, dilation };
}

/** Windows that share out an axis evenly: from floor(i n / m) to ceil((i + 1) n / m). */
export const adaptiveWindows = (size: number, count: number): Windows => ({
  starts: indices(count).map((i) => Math.floor((i * size) / count)),
  ends: indices(count).map((i) => Math.ceil(((i + 1) * size) / count)),
  dilation: 1,
});

/** The last axes as one. */
const flatPlane = (x: Tensor, axes: number): Tensor =>
  reshape(x, [...x.sizes.slice(0, x.rank - axes), numel(x.sizes.slice(x.rank - axes))]);

/** Largest element of each window over the last axes, and its place counted through them; a tie goes to the first. */
export function maxPool(x: Tensor, windows: readonly Windows[]): readonly [Tensor, Tensor] {
  const places = largestInWindows(x, windows);
  const picked = gather(flatPlane(x, windows.length), flatPlane(places, windows.length), -1);
  return [reshape(picked, places.sizes), places];
}

const averaging = (inputs: number, w: Windows, divisor: (i: number) => number): AxisMatrix =>
  axisMatrix(
    inputs,
    w.starts.map((start, i) => {
      const row: [number, number][] = [];
      for (let k = start; k < w.ends[i]!; k += w.dilation) row.push([k, 1 / divisor(i)]);
      return row;
    }),
  );

/** Mean of each window over the last axes; `divisors` says, per axis, by what a window's sum is divided. */
export function averagePool(
  x: Tensor,
  windows: readonly Windows[],
  divisors: readonly ((i: number) => number)[],
): Tensor {
  return windows.reduce((t, w, a) => {
    const axis = x.rank - windows.length + a;
    return axisMap(t, axis, averaging(x.sizes[axis]!, w, divisors[a]!));
  }, x);
}

/** Mean of each of the windows that share out the last axes evenly. */
export function adaptiveAveragePool(x: Tensor, counts: readonly number[]): Tensor {
  const windows = counts.map((n, a) => adaptiveWindows(x.sizes[x.rank - counts.length + a]!, n));
  return averagePool(
    x,
    windows,
    windows.map((w) => (i) => w.ends[i]! - w.starts[i]!),
  );
}

/** (n times the mean of the elements' p-th powers)^(1 / p), where `means` are those of windows of n elements. */
export const powerOfMeans = (means: Tensor, n: number, p: number): Tensor =>
  pow(mul(mul(sign(means), relu(abs(means))), n), 1 / p);

/** Values put back at the places, counted through the last axes, from which maxPool took them; zeros elsewhere. */
export function maxUnpool(x: Tensor, places: Tensor, sizes: readonly number[]): Tensor {
  const axes = sizes.length;
  const lead = x.sizes.slice(0, x.rank - axes);
  const empty = fullLike(stopGradient(x), 0, [...lead, numel(sizes)]);
  return reshape(scatterSet(empty, flatPlane(places, axes), flatPlane(x, axes), -1), [...lead, ...sizes]);
}

/** The gradient of a maximum over windows in which every element that equals the maximum gets all of it. */
export function maxPoolGradientToAll(x: Tensor, largest: Tensor, grad: Tensor, windows: readonly Windows[]): Tensor {
  const first = x.rank - windows.length;
  const widest = windows.map((w) => Math.max(...w.starts.map((s, i) => Math.ceil((w.ends[i]! - s) / w.dilation))));
  let out = mul(x, 0);
  const visit = (axis: number, steps: readonly number[]): void => {
    if (axis < windows.length) {
      for (let k = 0; k < widest[axis]!; k++) visit(axis + 1, [...steps, k]);
      return;
    }
    // one cell of every window: read it, keep the gradient where it is the largest, and put it back
    const reading = windows.map((w, a) =>
      axisMatrix(
        x.sizes[first + a]!,
        w.starts.map((start, i) => {
          const at = start + steps[a]! * w.dilation;
          return at < w.ends[i]! ? [[at, 1] as const] : [];
        }),
      ),
    );
    const inside = windows.reduce((t, _, a) => axisMap(t, first + a, reading[a]!), add(mul(x, 0), 1));
    const cell = windows.reduce((t, _, a) => axisMap(t, first + a, reading[a]!), x);
    const hit = logicalAnd(equal(cell, largest), greater(inside, 0));
    const share = where(hit, grad, mul(grad, 0));
    const back = windows.reduce((t, _, a) => axisMap(t, first + a, turned(reading[a]!)), share);
    out = add(out, back);
  };
  visit(0, []);
  return out;
}
