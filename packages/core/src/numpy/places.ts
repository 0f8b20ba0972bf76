import { IndexError, ShapeError, ValueError } from '../errors';
import { type ArrayData, codecs, sizeOf } from '../tensor/dtype';
import { contiguousStrides } from '../tensor/strides';
import { axisIn, flat } from './axes';
import { type ArrayLike, cast, makeArray, toArrayData } from './convert';
import type { Scalar } from './dtypes';
import { broadcast, broadcastTo } from './elementwise';
import { nonzero, setIndex } from './indexing';
import { moveaxis } from './more';
import { NDArray } from './ndarray';
import { concatenate, copy } from './shaping';

const wrap = (array: ArrayData): NDArray => new NDArray(array, true);
const longs = (values: readonly number[], shape: readonly number[] = [values.length]): NDArray =>
  wrap({ dtype: 'int64', shape, data: BigInt64Array.from(values, BigInt) });
const whole = (x: ArrayLike): number[] => {
  const a = toArrayData(x);
  return Array.from({ length: sizeOf(a.shape) }, (_, i) => codecs[a.dtype].get(a.data, i));
};
/** The places of each axis, one grid per axis. */
export function indices(dimensions: readonly number[], dtype = 'int64'): NDArray {
  const out = makeArray('int64', [dimensions.length, ...dimensions]);
  const strides = contiguousStrides(dimensions);
  const size = sizeOf(dimensions);
  for (let k = 0; k < dimensions.length; k++)
    for (let i = 0; i < size; i++)
      out.data[k * size + i] = BigInt(Math.floor(i / strides[k]!) % dimensions[k]!) as never;
  return wrap(out).astype(dtype);
}
/** The same grids as one array per axis, along the given places. */
export function ix_(...lists: ArrayLike[]): NDArray[] {
  return lists.map((list, i) => {
    const a = NDArray.from(list);
    if (a.ndim !== 1) throw new ValueError('Cross index must be 1 dimensional');
    const at = a.dtype === 'bool' ? wrap(nonzero(a)[0]!) : a;
    return at.reshape(lists.map((_, k) => (k === i ? at.size : 1)));
  });
}
export function unravel_index(places: ArrayLike, shape: readonly number[]): NDArray[] {
  const given = toArrayData(places);
  const at = whole(given);
  const size = sizeOf(shape);
  for (const i of at)
    if (i < 0 || i >= size) throw new ValueError(`index ${i} is out of bounds for array with size ${size}`);
  const strides = contiguousStrides(shape);
  return shape.map((d, k) =>
    longs(
      at.map((i) => Math.floor(i / strides[k]!) % d),
      given.shape,
    ),
  );
}
export function ravel_multi_index(places: readonly ArrayLike[], dims: readonly number[]): NDArray {
  const strides = contiguousStrides(dims);
  const shape = broadcast(...places.map((p) => toArrayData(p).shape));
  const each = places.map((p) => whole(broadcastTo(toArrayData(p), shape)));
  const out = each[0]!.map((_, i) =>
    each.reduce((sum, at, k) => {
      if (at[i]! < 0 || at[i]! >= dims[k]!) throw new ValueError('invalid entry in coordinates array');
      return sum + at[i]! * strides[k]!;
    }, 0),
  );
  return longs(out, shape);
}
/** Ones at and below a diagonal. */
export function tri(rows: number, columns: number | null = null, k = 0, dtype = 'float64'): NDArray {
  const m = columns ?? rows;
  const data = Float64Array.from({ length: rows * m }, (_, i) => Number((i % m) - Math.floor(i / m) <= k));
  return wrap({ dtype: 'float64', shape: [rows, m], data }).astype(dtype);
}
const triangleAt = (n: number, m: number, keep: (i: number, j: number) => boolean): NDArray[] => {
  const [rows, columns]: [number[], number[]] = [[], []];
  for (let i = 0; i < n; i++)
    for (let j = 0; j < m; j++)
      if (keep(i, j)) {
        rows.push(i);
        columns.push(j);
      }
  return [longs(rows), longs(columns)];
};
export const tril_indices = (n: number, k = 0, m: number | null = null): NDArray[] =>
  triangleAt(n, m ?? n, (i, j) => j - i <= k);
export const triu_indices = (n: number, k = 0, m: number | null = null): NDArray[] =>
  triangleAt(n, m ?? n, (i, j) => j - i >= k);
export const diag_indices = (n: number, ndim = 2): NDArray[] =>
  Array.from({ length: ndim }, () => longs(Array.from({ length: n }, (_, i) => i)));

/** The diagonal of two axes, put last. */
export function diagonal(x: ArrayLike, offset = 0, axis1 = 0, axis2 = 1): NDArray {
  const a = NDArray.from(x);
  if (a.ndim < 2) throw new ValueError('diag requires an array of at least two dimensions');
  const [p, q] = [axisIn(axis1, a.ndim), axisIn(axis2, a.ndim)];
  if (p === q) throw new ValueError('axis1 and axis2 cannot be the same');
  const order = a.shape.map((_, i) => i).filter((i) => i !== p && i !== q);
  const moved = a.transpose([...order, p, q]);
  const [n, m] = [a.shape[p]!, a.shape[q]!];
  const length = Math.max(0, Math.min(n - Math.max(-offset, 0), m - Math.max(offset, 0)));
  const at = Array.from({ length }, (_, i) => (i + Math.max(-offset, 0)) * m + i + Math.max(offset, 0));
  return moved.reshape([...order.map((i) => a.shape[i]!), n * m]).at('...', longs(at));
}
/** The sum along the diagonal of two axes. */
export const trace = (x: ArrayLike, offset = 0, axis1 = 0, axis2 = 1): NDArray =>
  diagonal(x, offset, axis1, axis2).sum(-1);
export function fill_diagonal(x: NDArray, value: ArrayLike): void {
  if (x.ndim < 2) throw new ValueError('array must be at least 2-d');
  if (x.ndim > 2 && new Set(x.shape).size > 1) throw new ValueError('All dimensions of input must be of equal length');
  const step = contiguousStrides(x.shape).reduce((a, b) => a + b, 0);
  const end = x.ndim === 2 ? Math.min(x.shape[1]! ** 2, x.size) : x.size;
  const places: number[] = [];
  for (let i = 0; i < end; i += step) places.push(i);
  put(x, places, value);
}

/** Writes values, repeated as often as needed, at places of the flat array. */
export function put(x: NDArray, places: ArrayLike, values: ArrayLike): void {
  const at = whole(places);
  const v = toArrayData(values);
  const count = sizeOf(v.shape);
  if (count === 0 || at.length === 0) return;
  for (const i of at)
    if (i < -x.size || i >= x.size) throw new IndexError(`index ${i} is out of bounds for axis 0 with size ${x.size}`);
  const all = new NDArray(copy(flat(x)));
  const picked = new NDArray(flat(v)).at(longs(at.map((_, i) => i % count)));
  all.set([longs(at.map((i) => (i < 0 ? i + x.size : i)))], picked);
  setIndex(x, ['...'], all.reshape(x.shape));
}
/** Writes the first values where a mask holds. */
export function place(x: NDArray, mask: ArrayLike, values: ArrayLike): void {
  put(x, wrap(nonzero(flat(mask))[0]!), values);
}
/** Writes, where a mask holds, the values at the same places. */
export function putmask(x: NDArray, mask: ArrayLike, values: ArrayLike): void {
  const at = whole(wrap(nonzero(flat(mask))[0]!));
  const v = new NDArray(flat(values));
  if (v.size === 0 || at.length === 0) return;
  put(x, at, v.at(longs(at.map((i) => i % v.size))));
}

/** Where each element of `places` points along an axis, as places of the flat array. */
function alongAxis(a: NDArray, places: ArrayLike, axis: number): { at: number[]; shape: readonly number[] } {
  const given = toArrayData(places);
  if (given.shape.length !== a.ndim)
    throw new ValueError('`indices` and `arr` must have the same number of dimensions');
  const shape = broadcast(
    given.shape.map((d, i) => (i === axis ? 1 : d)),
    a.shape.map((d, i) => (i === axis ? 1 : d)),
  ).map((d, i) => (i === axis ? given.shape[axis]! : d));
  const list = whole(broadcastTo(given, shape));
  const [own, strides] = [contiguousStrides(shape), contiguousStrides(a.shape)];
  const n = a.shape[axis]!;
  const at = list.map((k, i) => {
    if (k < -n || k >= n) throw new IndexError(`index ${k} is out of bounds for axis ${axis} with size ${n}`);
    return own.reduce((sum, step, d) => {
      const here = d === axis ? (k < 0 ? k + n : k) : Math.floor(i / step) % shape[d]!;
      return sum + (a.shape[d] === 1 && d !== axis ? 0 : here) * strides[d]!;
    }, 0);
  });
  return { at, shape };
}
/** The elements that places along an axis choose, for each of the other places. */
export function take_along_axis(x: ArrayLike, places: ArrayLike, axis: number | null = -1): NDArray {
  if (axis === null) return take_along_axis(flat(x), flat(places), 0);
  const a = NDArray.from(x);
  const { at, shape } = alongAxis(a, places, axisIn(axis, a.ndim));
  return a.ravel().at(longs(at)).reshape(shape);
}
export function put_along_axis(x: NDArray, places: ArrayLike, values: ArrayLike, axis: number): void {
  const { at, shape } = alongAxis(x, places, axisIn(axis, x.ndim));
  put(x, at, broadcastTo(toArrayData(values), shape));
}
/** The parts along an axis where a list of truths holds. */
export function compress(condition: ArrayLike, x: ArrayLike, axis: number | null = null): NDArray {
  const a = axis === null ? new NDArray(flat(x)) : NDArray.from(x);
  const at = axisIn(axis ?? 0, a.ndim);
  return a.at(...new Array<string>(at).fill(':'), wrap(nonzero(cast(toArrayData(condition), 'bool'))[0]!));
}
/** The elements where a condition holds, as one list. */
export const extract = (condition: ArrayLike, x: ArrayLike): NDArray =>
  new NDArray(flat(x)).at(wrap(nonzero(flat(condition))[0]!));
/** From the array of choices that each number names. */
export function choose(
  numbers: ArrayLike,
  choices: readonly ArrayLike[],
  mode: 'raise' | 'wrap' | 'clip' = 'raise',
): NDArray {
  const n = choices.length;
  const arrays = choices.map((c) => NDArray.from(c));
  const shape = broadcast(toArrayData(numbers).shape, ...arrays.map((c) => c.shape));
  const at = whole(broadcastTo(toArrayData(numbers), shape)).map((k) => {
    if (mode === 'wrap') return ((k % n) + n) % n;
    if (mode === 'clip') return Math.min(Math.max(k, 0), n - 1);
    if (k < 0 || k >= n) throw new ValueError('invalid entry in choice array');
    return k;
  });
  const size = sizeOf(shape);
  const rows = arrays.map((c) => wrap(broadcastTo(c, shape)).ravel());
  const joined = wrap(concatenate(rows));
  return joined.at(longs(at.map((k, i) => k * size + i))).reshape(shape);
}
/** The first choice whose condition holds; `default` where none does. */
export function select(
  conditions: readonly ArrayLike[],
  choices: readonly ArrayLike[],
  otherwise: Scalar = 0,
): NDArray {
  if (conditions.length !== choices.length)
    throw new ValueError('list of cases must be same length as list of conditions');
  if (conditions.length === 0) throw new ValueError('select with an empty condition list is not possible');
  const shape = broadcast(...conditions.map((c) => toArrayData(c).shape), ...choices.map((c) => toArrayData(c).shape));
  const filled = (x: ArrayLike): NDArray => wrap(broadcastTo(toArrayData(x), shape));
  const none = filled(makeArray(NDArray.from(choices[0]!).dtype, [], otherwise));
  const taken = new Array<number>(sizeOf(shape)).fill(choices.length);
  conditions.forEach((c, k) => {
    whole(broadcastTo(cast(toArrayData(c), 'bool'), shape)).forEach((holds, i) => {
      if (holds && taken[i] === choices.length) taken[i] = k;
    });
  });
  return choose(longs(taken, shape), [...choices.map(filled), none]);
}

/** Without the parts at some places of an axis. */
export function remove(
  x: ArrayLike,
  places: number | ArrayLike | { start?: number | null },
  axis: number | null = null,
): NDArray {
  const a = axis === null ? new NDArray(flat(x)) : NDArray.from(x);
  const at = axisIn(axis ?? 0, a.ndim);
  const n = a.shape[at]!;
  const isPart = typeof places === 'object' && places !== null && 'start' in places && !('shape' in places);
  const picked = isPart
    ? whole(longs(Array.from({ length: n }, (_, i) => i)).at(places as never))
    : toArrayData(places as ArrayLike).dtype === 'bool'
      ? whole(wrap(nonzero(toArrayData(places as ArrayLike))[0]!))
      : whole(places as ArrayLike);
  for (const i of picked)
    if (i < -n || i >= n) throw new IndexError(`index ${i} is out of bounds for axis ${at} with size ${n}`);
  const gone = new Set(picked.map((i) => (i < 0 ? i + n : i)));
  const kept = Array.from({ length: n }, (_, i) => i).filter((i) => !gone.has(i));
  return a.at(...new Array<string>(at).fill(':'), longs(kept));
}
/** With values put in before some places of an axis. */
export function insert(
  x: ArrayLike,
  places: number | ArrayLike,
  values: ArrayLike,
  axis: number | null = null,
): NDArray {
  const a = axis === null ? new NDArray(flat(x)) : NDArray.from(x);
  const at = axisIn(axis ?? 0, a.ndim);
  const n = a.shape[at]!;
  const given = toArrayData(places);
  const single = given.shape.length === 0;
  const list = whole(given);
  for (const i of list)
    if (i < -n || i > n) throw new IndexError(`index ${i} is out of bounds for axis ${at} with size ${n}`);
  let v = wrap(cast(toArrayData(values), a.dtype));
  // one place takes as many parts as the values have along the axis; a bare place takes them along their first axis
  if (list.length === 1) {
    v = v.reshape([...new Array<number>(Math.max(a.ndim - v.ndim, 0)).fill(1), ...v.shape]);
    if (single) v = moveaxis(v, 0, at);
  }
  const count = list.length === 1 ? v.shape[at]! : list.length;
  const front = [at, ...a.shape.map((_, i) => i).filter((i) => i !== at)];
  const parts = wrap(
    broadcastTo(
      v,
      a.shape.map((d, i) => (i === at ? count : d)),
    ),
  ).transpose(front);
  const spots = (list.length === 1 ? new Array<number>(count).fill(list[0]!) : list).map((i) => (i < 0 ? i + n : i));
  const order = spots.map((_, i) => i).sort((p, q) => spots[p]! - spots[q]! || p - q);
  // rows of the array and of the values, in their new order
  const rows: [boolean, number][] = [];
  let next = 0;
  for (let i = 0; i <= n; i++) {
    while (next < order.length && spots[order[next]!] === i) rows.push([true, order[next++]!]);
    if (i < n) rows.push([false, i]);
  }
  const both = wrap(concatenate([a.transpose(front), parts]));
  const moved = both.at(longs(rows.map(([added, i]) => (added ? n + i : i))));
  const back = Array.from({ length: a.ndim }, (_, i) => (i === at ? 0 : i < at ? i + 1 : i));
  return moved.transpose(back).astype(a.dtype);
}
/** Another shape, the elements repeated as often as needed. */
export function resize(x: ArrayLike, shape: number | readonly number[]): NDArray {
  const a = new NDArray(flat(x));
  const sizes = typeof shape === 'number' ? [shape] : shape;
  const total = sizeOf(sizes);
  if (a.size === 0) return wrap(makeArray(a.dtype, sizes));
  return a.at(longs(Array.from({ length: total }, (_, i) => i % a.size))).reshape(sizes);
}
/** Arrays at the shape they broadcast to. */
export const broadcast_arrays = (...arrays: ArrayLike[]): NDArray[] => {
  const shape = broadcast(...arrays.map((a) => toArrayData(a).shape));
  return arrays.map((a) => wrap(copy(broadcastTo(toArrayData(a), shape))));
};
/** Quarter turns of a plane. */
export function rot90(x: ArrayLike, k = 1, axes: readonly [number, number] = [0, 1]): NDArray {
  const a = NDArray.from(x);
  const [p, q] = [axisIn(axes[0], a.ndim), axisIn(axes[1], a.ndim)];
  if (p === q) throw new ValueError('Axes must be different.');
  const turns = ((k % 4) + 4) % 4;
  const reversed = (axis: number): string[] => a.shape.map((_, i) => (i === axis ? '::-1' : ':'));
  const order = a.shape.map((_, i) => (i === p ? q : i === q ? p : i));
  if (turns === 0) return a.copy();
  if (turns === 2) return a.at(...reversed(p)).at(...reversed(q));
  return turns === 1 ? a.at(...reversed(q)).transpose(order) : a.transpose(order).at(...reversed(q));
}
export function rollaxis(x: ArrayLike, axis: number, start = 0): NDArray {
  const a = NDArray.from(x);
  const from = axisIn(axis, a.ndim);
  const to = start < 0 ? start + a.ndim : start;
  if (to < 0 || to > a.ndim)
    throw new ShapeError(`'start' arg requires ${-a.ndim} <= start < ${a.ndim + 1}, but ${start} was passed in`);
  const order = a.shape.map((_, i) => i).filter((i) => i !== from);
  order.splice(to > from ? to - 1 : to, 0, from);
  return a.transpose(order);
}
/** Without zeros at the ends. */
export function trim_zeros(x: ArrayLike, trim = 'fb'): NDArray {
  const a = NDArray.from(x);
  const at = whole(wrap(nonzero(a)[0]!));
  if (at.length === 0) return a.at(':0');
  const first = trim.toLowerCase().includes('f') ? at[0]! : 0;
  const last = trim.toLowerCase().includes('b') ? at.at(-1)! + 1 : a.size;
  return a.at(`${first}:${last}`);
}
