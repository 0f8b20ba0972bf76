import { ShapeError, ValueError } from '../errors';
import { type ArrayData, codecs, isFloating, isUnsigned, isWide, sizeOf } from '../tensor/dtype';
import { contiguousStrides } from '../tensor/strides';
import { axisIn, flat } from './axes';
import { type ArrayLike, cast, makeArray, toArrayData } from './convert';
import { binary, compactShape, unary } from './elementwise';
import { nonzero } from './indexing';
import { NDArray } from './ndarray';
import { concatenate, copy, reshape, sort, transpose } from './shaping';

const wrap = (array: ArrayData): NDArray => new NDArray(array, true);
const part = (x: ArrayData, axis: number, start: number, stop: number): NDArray =>
  new NDArray(x).at(...new Array<string>(axis).fill(':'), `${start}:${stop}`);

/** Products of the elements up to each place. */
export function cumprod(x: ArrayLike, axis?: number | null): NDArray {
  const a = axis === undefined || axis === null ? flat(x) : toArrayData(x);
  const at = axisIn(axis ?? 0, a.shape.length);
  const out = isFloating(a.dtype) || isWide(a.dtype) ? copy(a) : cast(a, isUnsigned(a.dtype) ? 'uint64' : 'int64');
  const step = contiguousStrides(a.shape)[at]!;
  const data = out.data as Float64Array;
  for (let i = 0; i < data.length; i++)
    if (Math.floor(i / step) % a.shape[at]! > 0) data[i] = data[i]! * data[i - step]!;
  return wrap(out);
}
/** Differences of neighbours along an axis, n times. */
export function diff(x: ArrayLike, n = 1, axis = -1): NDArray {
  let a = toArrayData(x);
  const at = axisIn(axis, a.shape.length);
  for (let k = 0; k < n; k++) {
    const size = a.shape[at]!;
    a = binary(a.dtype === 'bool' ? 'notEqual' : 'subtract', part(a, at, 1, size), part(a, at, 0, size - 1));
  }
  return wrap(a);
}
/** Surrounds an array with one value, or with copies of its border. */
export function pad(
  x: ArrayLike,
  width: ArrayLike,
  mode: string | { mode?: string; constant_values?: number } = 'constant',
  options: { constant_values?: number } = {},
): NDArray {
  const a = toArrayData(x);
  const o = typeof mode === 'string' ? { mode, ...options } : { mode: 'constant', ...mode };
  if (!['constant', 'edge', 'reflect'].includes(o.mode))
    throw new ValueError(`mode '${o.mode}' is not supported`, { op: 'pad' });
  const given = toArrayData(width);
  const counts = a.shape.map((_, i): [number, number] => {
    const n = (k: number): number => codecs[given.dtype].get(given.data, k);
    if (given.data.length === 1) return [n(0), n(0)];
    return given.shape.length === 1 ? [n(0), n(1)] : given.shape[0] === 1 ? [n(0), n(1)] : [n(2 * i), n(2 * i + 1)];
  });
  const shape = a.shape.map((d, i) => d + counts[i]![0] + counts[i]![1]);
  const out = makeArray(a.dtype, shape, o.mode === 'constant' ? Number(o.constant_values ?? 0) : 0);
  const strides = contiguousStrides(a.shape);
  const steps = contiguousStrides(shape);
  const bounce = (p: number, n: number): number => {
    if (n === 1) return 0;
    const period = 2 * (n - 1);
    const q = ((p % period) + period) % period;
    return q < n ? q : period - q;
  };
  for (let i = 0; i < out.data.length; i++) {
    let from = 0;
    let inside = true;
    for (let k = 0; k < shape.length; k++) {
      let p = (Math.floor(i / steps[k]!) % shape[k]!) - counts[k]![0];
      if (p < 0 || p >= a.shape[k]!) {
        if (o.mode === 'constant') {
          inside = false;
          break;
        }
        p = o.mode === 'edge' ? Math.min(Math.max(p, 0), a.shape[k]! - 1) : bounce(p, a.shape[k]!);
      }
      from += p * strides[k]!;
    }
    if (inside) out.data[i] = a.data[from]!;
  }
  return wrap(out);
}
/** Elements moved along an axis; what leaves at the end comes in at the start. */
export function roll(x: ArrayLike, shift: number, axis?: number | null): NDArray {
  const a = toArrayData(x);
  if (axis === undefined || axis === null) return roll(flat(x), shift, 0).reshape(a.shape);
  const at = axisIn(axis, a.shape.length);
  const n = a.shape[at]!;
  const by = n === 0 ? 0 : ((shift % n) + n) % n;
  return by === 0 ? wrap(copy(a)) : wrap(concatenate([part(a, at, n - by, n), part(a, at, 0, n - by)], at));
}
export function moveaxis(x: ArrayLike, source: number, destination: number): NDArray {
  const a = toArrayData(x);
  const order = a.shape.map((_, i) => i).filter((i) => i !== axisIn(source, a.shape.length));
  order.splice(axisIn(destination, a.shape.length), 0, axisIn(source, a.shape.length));
  return wrap(transpose(a, order));
}
export function swapaxes(x: ArrayLike, first: number, second: number): NDArray {
  const a = toArrayData(x);
  const order = a.shape.map((_, i) => i);
  const [p, q] = [axisIn(first, order.length), axisIn(second, order.length)];
  [order[p], order[q]] = [order[q]!, order[p]!];
  return wrap(transpose(a, order));
}
export const atleast_1d = (x: ArrayLike): NDArray => {
  const a = toArrayData(x);
  return wrap(a.shape.length === 0 ? reshape(a, [1]) : a);
};
export const atleast_2d = (x: ArrayLike): NDArray => {
  const a = toArrayData(x);
  return wrap(a.shape.length >= 2 ? a : reshape(a, [1, a.data.length]));
};
export const append = (x: ArrayLike, values: ArrayLike, axis?: number | null): NDArray =>
  axis === undefined || axis === null
    ? wrap(concatenate([flat(x), flat(values)]))
    : wrap(concatenate([toArrayData(x), toArrayData(values)], axis));

function triangle(x: ArrayLike, keep: (row: number, column: number) => boolean): NDArray {
  const a = copy(toArrayData(x));
  if (a.shape.length < 2)
    throw new ShapeError(`needs a matrix, and the shape is ${compactShape(a.shape)}`, { op: 'tril' });
  const [rows, columns] = a.shape.slice(-2) as [number, number];
  for (let i = 0; i < a.data.length; i++)
    if (!keep(Math.floor(i / columns) % rows, i % columns)) a.data[i] = isWide(a.dtype) ? (0n as never) : 0;
  return wrap(a);
}
export const tril = (x: ArrayLike, k = 0): NDArray => triangle(x, (i, j) => j - i <= k);
export const triu = (x: ArrayLike, k = 0): NDArray => triangle(x, (i, j) => j - i >= k);
export const argwhere = (x: ArrayLike): NDArray => {
  const places = nonzero(toArrayData(x));
  const rows = places[0]?.data.length ?? 0;
  const out = makeArray('int64', [rows, places.length]);
  places.forEach((p, k) => {
    for (let i = 0; i < rows; i++) out.data[i * places.length + k] = p.data[i]!;
  });
  return wrap(out);
};
export const flatnonzero = (x: ArrayLike): NDArray => wrap(nonzero(flat(x))[0]!);
export const count_nonzero = (x: ArrayLike): number => nonzero(flat(x))[0]!.data.length;
/** Where values would go into a sorted list. */
export function searchsorted(sorted: ArrayLike, values: ArrayLike, side: 'left' | 'right' = 'left'): NDArray {
  const list = cast(toArrayData(sorted), 'float64').data as Float64Array;
  const v = cast(toArrayData(values), 'float64');
  const data = BigInt64Array.from(v.data as Float64Array, (x) => {
    let [low, high] = [0, list.length];
    while (low < high) {
      const mid = (low + high) >> 1;
      if (side === 'left' ? list[mid]! < x : list[mid]! <= x) low = mid + 1;
      else high = mid;
    }
    return BigInt(low);
  });
  return wrap({ dtype: 'int64', shape: v.shape, data });
}
export function isin(x: ArrayLike, values: ArrayLike): NDArray {
  const wanted = new Set<unknown>(new NDArray(flat(values)).data as Iterable<unknown>);
  const a = toArrayData(x);
  const list = cast(flat(values), a.dtype).data as Float64Array;
  const found = new Set<unknown>(list);
  return wrap({
    dtype: 'bool',
    shape: a.shape,
    data: Uint8Array.from(a.data as Float64Array, (v) => Number(found.has(v) || wanted.has(v))),
  });
}

/** The q-th percentile by linear interpolation between neighbours. */
export function percentile(x: ArrayLike, q: ArrayLike): NDArray {
  const sorted = sort(cast(flat(x), 'float64'), 0).data as Float64Array;
  const wanted = cast(toArrayData(q), 'float64');
  const data = Float64Array.from(wanted.data as Float64Array, (p) => {
    const at = (p / 100) * (sorted.length - 1);
    const low = Math.floor(at);
    const t = at - low;
    const [a, b] = [sorted[low]!, sorted[Math.min(low + 1, sorted.length - 1)]!];
    return t >= 0.5 ? b - (b - a) * (1 - t) : a + (b - a) * t;
  });
  return wrap({ dtype: 'float64', shape: wanted.shape, data });
}
export const quantile = (x: ArrayLike, q: ArrayLike): NDArray => percentile(x, binary('multiply', q, 100));
export const ptp = (x: ArrayLike, axis?: number | null): NDArray =>
  NDArray.from(x).max(axis).sub(NDArray.from(x).min(axis));

/** Counts per bin, and the bins' edges. */
export function histogram(
  x: ArrayLike,
  bins: number | ArrayLike = 10,
  options: { range?: readonly [number, number]; density?: boolean } = {},
): NDArray[] {
  const values = cast(flat(x), 'float64').data as Float64Array;
  let edges: Float64Array<ArrayBuffer>;
  if (typeof bins === 'number') {
    let [low, high] = options.range ?? [Math.min(...values), Math.max(...values)];
    if (values.length === 0 && options.range === undefined) [low, high] = [0, 1];
    if (low === high) [low, high] = [low - 0.5, high + 0.5];
    edges = Float64Array.from({ length: bins + 1 }, (_, i) => (i === bins ? high : low + (i * (high - low)) / bins));
  } else edges = Float64Array.from(cast(toArrayData(bins), 'float64').data as Float64Array);
  const n = edges.length - 1;
  const counts = new Float64Array(n);
  for (const v of values) {
    if (!(v >= edges[0]! && v <= edges[n]!)) continue;
    let at = n - 1;
    while (at > 0 && v < edges[at]!) at--;
    counts[at]!++;
  }
  const total = counts.reduce((a, b) => a + b, 0);
  const heights: ArrayData = options.density
    ? {
        dtype: 'float64' as const,
        shape: [n],
        data: Float64Array.from(counts, (c, i) => c / total / (edges[i + 1]! - edges[i]!)),
      }
    : { dtype: 'int64' as const, shape: [n], data: BigInt64Array.from(counts, BigInt) };
  return [wrap(heights), wrap({ dtype: 'float64', shape: [n + 1], data: edges })];
}
/** Numbers evenly apart on a scale of powers. */
export const logspace = (start: number, stop: number, num = 50, base = 10): NDArray =>
  wrap({
    dtype: 'float64',
    shape: [num],
    data: Float64Array.from(
      { length: num },
      (_, i) => base ** (num === 1 ? start : start + (i * (stop - start)) / (num - 1)),
    ),
  });

/** Length of a vector, or of all elements as one; `ord` 1 sums absolute values, infinity takes the largest. */
export function norm(
  x: ArrayLike,
  ord: number | null | string = null,
  axis?: number | null,
  keepdims = false,
): NDArray {
  const a = NDArray.from(x);
  const floats = isFloating(a.dtype) ? a : a.astype('float64');
  if (ord === null || ord === 'fro' || Number(ord) === 2) {
    if (Number(ord) === 2 && ord !== null && axis === undefined && a.ndim === 2)
      throw new ValueError('the spectral norm of a matrix is not here; use the Frobenius norm', { op: 'norm' });
    return wrap(unary('sqrt', floats.mul(floats).sum(axis, keepdims)));
  }
  if (Number(ord) === 1) return floats.abs().sum(axis, keepdims);
  if (Number(ord) === Number.POSITIVE_INFINITY) return floats.abs().max(axis, keepdims);
  throw new ValueError(`Invalid norm order '${String(ord)}' for vectors`, { op: 'norm' });
}
/** Solves a x = b by elimination with row exchanges, in float64. */
export function solve(a: ArrayLike, b: ArrayLike): NDArray {
  const m = cast(toArrayData(a), 'float64');
  const r = cast(toArrayData(b), 'float64');
  const n = m.shape[0]!;
  if (m.shape.length !== 2 || m.shape[1] !== n)
    throw new ShapeError('Last 2 dimensions of the array must be square', { op: 'solve' });
  const width = sizeOf(r.shape) / n;
  const rows = Array.from({ length: n }, (_, i) =>
    Float64Array.of(
      ...(m.data as Float64Array).subarray(i * n, i * n + n),
      ...(r.data as Float64Array).subarray(i * width, i * width + width),
    ),
  );
  for (let c = 0; c < n; c++) {
    let best = c;
    for (let i = c + 1; i < n; i++) if (Math.abs(rows[i]![c]!) > Math.abs(rows[best]![c]!)) best = i;
    if (rows[best]![c] === 0) throw new ValueError('Singular matrix', { op: 'solve' });
    [rows[c], rows[best]] = [rows[best]!, rows[c]!];
    for (let i = c + 1; i < n; i++) {
      const f = rows[i]![c]! / rows[c]![c]!;
      for (let k = c; k < n + width; k++) rows[i]![k] = rows[i]![k]! - f * rows[c]![k]!;
    }
  }
  const out = new Float64Array(n * width);
  for (let i = n - 1; i >= 0; i--)
    for (let k = 0; k < width; k++) {
      let v = rows[i]![n + k]!;
      for (let j = i + 1; j < n; j++) v -= rows[i]![j]! * out[j * width + k]!;
      out[i * width + k] = v / rows[i]![i]!;
    }
  return wrap({ dtype: 'float64', shape: r.shape, data: out });
}
export const inv = (a: ArrayLike): NDArray => {
  const n = toArrayData(a).shape[0]!;
  return solve(a, {
    dtype: 'float64',
    shape: [n, n],
    data: Float64Array.from({ length: n * n }, (_, i) => (i % (n + 1) === 0 ? 1 : 0)),
  });
};
