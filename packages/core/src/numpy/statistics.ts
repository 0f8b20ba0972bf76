import { ValueError } from '../errors';
import { type ArrayData, isComplex, isFloating, sizeOf } from '../tensor/dtype';
import { normalizeAxes } from '../tensor/strides';
import { axisIn } from './axes';
import { type ArrayLike, cast, toArrayData } from './convert';
import { binary, unary, where } from './elementwise';
import { percentile } from './more';
import { NDArray, type ReduceArg, type ReduceOptions } from './ndarray';
import { concatenate, reshape, sort, unique } from './shaping';

const of = (x: ArrayLike): NDArray => NDArray.from(x);
const wrap = (array: ArrayData): NDArray => new NDArray(array, true);
const floats = (x: ArrayLike): NDArray => {
  const a = of(x);
  return isFloating(a.dtype) || isComplex(a.dtype) ? a : a.astype('float64');
};
const numbers = (x: ArrayLike): Float64Array => {
  const a = toArrayData(x);
  return cast(reshape(a, [sizeOf(a.shape)]), 'float64').data as Float64Array;
};
const list64 = (data: Float64Array<ArrayBuffer>, shape: readonly number[] = [data.length]): NDArray =>
  wrap({ dtype: 'float64', shape, data });

type Fold = (x: ArrayLike, axis?: ReduceArg, keepdims?: boolean | ReduceOptions) => NDArray;
const isNaNs = (x: NDArray): NDArray => wrap(unary('isnan', x));
/** The array with another value in place of NaN. */
const without = (x: ArrayLike, value: number): NDArray => {
  const a = of(x);
  return isFloating(a.dtype) ? wrap(where(isNaNs(a), value, a)) : a;
};
const counted = (x: NDArray, axis?: ReduceArg, keepdims?: boolean | ReduceOptions): NDArray =>
  isNaNs(x).not().astype('float64').sum(axis, keepdims);

export const nansum: Fold = (x, axis, keepdims) => without(x, 0).sum(axis, keepdims);
export const nanprod: Fold = (x, axis, keepdims) => without(x, 1).prod(axis, keepdims);
/** The extreme of what is a number; NaN where nothing is. */
const nanExtreme =
  (name: 'max' | 'min'): Fold =>
  (x, axis, keepdims) => {
    const a = of(x);
    if (!isFloating(a.dtype)) return a[name](axis, keepdims);
    const found = without(a, name === 'max' ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY)[name](
      axis,
      keepdims,
    );
    return wrap(where(isNaNs(a).all(axis, keepdims), Number.NaN, found)).astype(a.dtype);
  };
export const nanmax = nanExtreme('max');
export const nanmin = nanExtreme('min');
export const nanmean: Fold = (x, axis, keepdims) => {
  const a = floats(x);
  return nansum(a, axis, keepdims)
    .div(counted(a, axis, keepdims))
    .astype(a.dtype);
};
const optionsOf = (axis: ReduceArg, keepdims?: boolean | ReduceOptions): ReduceOptions =>
  typeof axis === 'object' && axis !== null && !Array.isArray(axis)
    ? (axis as ReduceOptions)
    : { axis: axis as ReduceOptions['axis'], ...(typeof keepdims === 'object' ? keepdims : { keepdims }) };
export const nanvar: Fold = (x, axis, keepdims) => {
  const a = floats(x);
  const o = optionsOf(axis, keepdims);
  const along = o.axis ?? null;
  const centre = nanmean(a, { axis: along, keepdims: true } as ReduceOptions);
  const off = wrap(where(isNaNs(a), 0, a.sub(centre)));
  const total = off.mul(off).sum({ axis: along, keepdims: o.keepdims ?? false } as ReduceOptions);
  const n = counted(a, { axis: along, keepdims: o.keepdims ?? false } as ReduceOptions);
  return total.div(n.sub(o.ddof ?? 0)).astype(a.dtype);
};
export const nanstd: Fold = (x, axis, keepdims) => wrap(unary('sqrt', nanvar(x, axis, keepdims)));
const nanArg =
  (name: 'argmax' | 'argmin') =>
  (x: ArrayLike, axis?: ReduceArg): NDArray => {
    const a = of(x);
    if (isFloating(a.dtype) && isNaNs(a).all(axis).any().item() === true)
      throw new ValueError('All-NaN slice encountered');
    return without(a, name === 'argmax' ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY)[name](axis);
  };
export const nanargmax = nanArg('argmax');
export const nanargmin = nanArg('argmin');
/** Each line of an array along an axis, as lists without NaN, and what is made of them. */
function lines(x: ArrayLike, axis: number | null | undefined, f: (line: NDArray) => NDArray): NDArray {
  const a = floats(x);
  if (axis === null || axis === undefined)
    return f(list64(Float64Array.from(numbers(a).filter((v) => !Number.isNaN(v)))));
  const at = axisIn(axis, a.ndim);
  const rest = a.shape.filter((_, i) => i !== at);
  const rows = a
    .transpose([...a.shape.map((_, i) => i).filter((i) => i !== at), at])
    .reshape([sizeOf(rest), a.shape[at]!]);
  const made = [...rows].map((row) => f(list64(Float64Array.from(numbers(row).filter((v) => !Number.isNaN(v))))));
  const inner = made[0]?.shape ?? [];
  const flat = wrap(concatenate(made.map((m) => m.reshape([m.size]))));
  const full = flat.reshape([...rest, ...inner]);
  return full.transpose([...inner.map((_, i) => rest.length + i), ...rest.map((_, i) => i)]);
}
const middle = (line: NDArray): NDArray => (line.size === 0 ? list64(Float64Array.of(Number.NaN), []) : line.median());
export const nanmedian = (x: ArrayLike, axis?: number | null): NDArray =>
  lines(x, axis, middle).astype(floats(x).dtype);
export const nanpercentile = (x: ArrayLike, q: ArrayLike, axis?: number | null): NDArray =>
  lines(x, axis, (line) => percentile(line, q));
export const nanquantile = (x: ArrayLike, q: ArrayLike, axis?: number | null): NDArray =>
  nanpercentile(x, binary('multiply', q, 100), axis);
/** Running sums that leave NaN out. */
export const nancumsum = (x: ArrayLike, axis?: number | null): NDArray => without(x, 0).cumsum(axis);
/** Numbers in place of NaN and of the infinities: the dtype's limits unless others are given. */
export function nan_to_num(
  x: ArrayLike,
  o: {
    readonly copy?: boolean;
    readonly nan?: number;
    readonly posinf?: number | null;
    readonly neginf?: number | null;
  } = {},
): NDArray {
  const a = of(x);
  if (!isFloating(a.dtype)) return a.copy();
  const most = a.dtype === 'float64' ? Number.MAX_VALUE : a.dtype === 'float16' ? 65504 : (2 - 2 ** -23) * 2 ** 127;
  const high = where(binary('equal', a, Number.POSITIVE_INFINITY), o.posinf ?? most, a);
  const low = where(binary('equal', a, Number.NEGATIVE_INFINITY), o.neginf ?? -most, high);
  return wrap(where(isNaNs(a), o.nan ?? 0, low)).astype(a.dtype);
}

/** Means with weights. */
export function average(
  x: ArrayLike,
  axis?: ReduceArg,
  given:
    | ArrayLike
    | null
    | { readonly weights?: ArrayLike | null; readonly keepdims?: boolean; readonly returned?: boolean } = null,
): NDArray | NDArray[] {
  const keyed = typeof axis === 'object' && axis !== null && !Array.isArray(axis) ? axis : given;
  const o = (
    typeof keyed === 'object' && keyed !== null && !Array.isArray(keyed) && !('shape' in keyed) ? keyed : {}
  ) as {
    readonly axis?: number | null;
    readonly weights?: ArrayLike | null;
    readonly keepdims?: boolean;
    readonly returned?: boolean;
  };
  const along = keyed === axis ? o.axis : (axis as number | null | undefined);
  const weights =
    keyed === given && (given === null || Array.isArray(given) || 'shape' in (given as object))
      ? (given as ArrayLike | null)
      : (o.weights ?? null);
  const a = floats(x);
  const fold = { axis: along ?? null, keepdims: o.keepdims ?? false };
  let total: NDArray;
  let result: NDArray;
  if (weights === null) {
    result = a.mean(fold);
    total = wrap(binary('add', binary('multiply', result, 0), a.size / result.size));
  } else {
    let w = of(weights);
    if (w.ndim !== a.ndim || String(w.shape) !== String(a.shape)) {
      if (along === null || along === undefined)
        throw new TypeError('Axis must be specified when shapes of a and weights differ.');
      const at = axisIn(along, a.ndim);
      if (w.ndim !== 1 || w.size !== a.shape[at])
        throw new ValueError('Shape of weights must be consistent with shape of a along specified axis.');
      w = w.reshape(a.shape.map((_, i) => (i === at ? w.size : 1)));
    }
    const full = wrap(binary('add', binary('multiply', a, 0), w));
    total = full.sum(fold);
    if (total.eq(0).any().item() === true)
      throw Object.assign(new Error("Weights sum to zero, can't be normalized"), { name: 'ZeroDivisionError' });
    result = a.mul(w).sum(fold).div(total);
  }
  return o.returned ? [result, total] : result;
}

/** Covariances of variables, each a row (or a column). */
export function cov(
  m: ArrayLike,
  y: ArrayLike | null = null,
  rowvar = true,
  bias = false,
  ddof: number | null = null,
): NDArray {
  const rows = (x: ArrayLike): NDArray => {
    const a = floats(x);
    if (a.ndim > 2) throw new ValueError('m has more than 2 dimensions');
    return a.ndim === 2 ? (rowvar || a.shape[0] === 1 ? a : a.T) : a.reshape(1, -1);
  };
  const x = y === null ? rows(m) : wrap(concatenate([rows(m), rows(y)]));
  const off = x.sub(x.mean(1, true));
  const n = x.shape[1]! - (ddof ?? (bias ? 0 : 1));
  const c = off.matmul(isComplex(off.dtype) ? off.conj().T : off.T).div(Math.max(n, 0));
  return wrap({ ...c, shape: c.shape.filter((d) => d !== 1) });
}
export function corrcoef(x: ArrayLike, y: ArrayLike | null = null, rowvar = true): NDArray {
  const c = cov(x, y, rowvar);
  if (c.ndim === 0) return c.div(c);
  const n = c.shape[0]!;
  const deviation = wrap(
    unary(
      'sqrt',
      c.at(
        Array.from({ length: n }, (_, i) => i),
        Array.from({ length: n }, (_, i) => i),
      ),
    ),
  );
  return c.div(deviation.reshape(-1, 1)).div(deviation.reshape(1, -1)).clip(-1, 1);
}

/** The bin of each value between ascending (or descending) edges. */
export function digitize(x: ArrayLike, bins: ArrayLike, right = false): NDArray {
  const edges = numbers(bins);
  const down = edges.length > 1 && edges[0]! > edges.at(-1)!;
  for (let i = 1; i < edges.length; i++)
    if (down ? edges[i]! > edges[i - 1]! : edges[i]! < edges[i - 1]!)
      throw new ValueError('bins must be monotonically increasing or decreasing');
  const a = toArrayData(x);
  const data = BigInt64Array.from(numbers(x), (v) => {
    let n = 0;
    while (
      n < edges.length &&
      (down ? (right ? v <= edges[n]! : v < edges[n]!) : right ? v > edges[n]! : v >= edges[n]!)
    )
      n++;
    return BigInt(n);
  });
  return wrap({ dtype: 'int64', shape: a.shape, data });
}
/** Values between points, on straight lines. */
export function interp(
  x: ArrayLike,
  xp: ArrayLike,
  fp: ArrayLike,
  left: number | null = null,
  right: number | null = null,
): NDArray {
  const [xs, fs] = [numbers(xp), numbers(fp)];
  if (xs.length !== fs.length) throw new ValueError('fp and xp are not of the same length.');
  if (xs.length === 0) throw new ValueError('array of sample points is empty');
  const n = xs.length;
  const data = Float64Array.from(numbers(x), (v) => {
    if (Number.isNaN(v)) return v;
    if (v < xs[0]!) return left ?? fs[0]!;
    if (v > xs[n - 1]!) return right ?? fs[n - 1]!;
    let [low, high] = [0, n - 1];
    while (high - low > 1) {
      const mid = (low + high) >> 1;
      if (xs[mid]! <= v) low = mid;
      else high = mid;
    }
    if (v === xs[high]) return fs[high]!;
    return n === 1 ? fs[0]! : ((fs[high]! - fs[low]!) / (xs[high]! - xs[low]!)) * (v - xs[low]!) + fs[low]!;
  });
  return list64(data, toArrayData(x).shape);
}
/** Slopes by central differences, one-sided at the ends. */
export function gradient(
  x: ArrayLike,
  ...rest: (ArrayLike | { readonly axis?: number | readonly number[]; readonly edge_order?: number })[]
): NDArray | NDArray[] {
  const last = rest.at(-1);
  const keyed = typeof last === 'object' && last !== null && !Array.isArray(last) && !('shape' in last);
  const o = (keyed ? last : {}) as { readonly axis?: number | readonly number[]; readonly edge_order?: number };
  const spacing = (keyed ? rest.slice(0, -1) : rest) as ArrayLike[];
  const a = floats(x);
  const axes =
    o.axis === undefined || o.axis === null ? a.shape.map((_, i) => i) : normalizeAxes('gradient', o.axis, a.ndim);
  if (spacing.length > 1 && spacing.length !== axes.length) throw new TypeError('invalid number of arguments');
  if (o.edge_order !== undefined && ![1, 2].includes(o.edge_order))
    throw new ValueError("'edge_order' greater than 2 not supported");
  const found = axes.map((axis, k) => {
    const n = a.shape[axis]!;
    if (n < (o.edge_order ?? 1) + 1)
      throw new ValueError(
        'Shape of array too small to calculate a numerical gradient, at least (edge_order + 1) elements are required.',
      );
    const step = spacing.length === 0 ? 1 : spacing.length === 1 ? spacing[0]! : spacing[k]!;
    const at = toArrayData(step).shape.length === 0 ? null : numbers(step);
    if (at !== null && at.length !== n)
      throw new ValueError('when 1d, distances must match the length of the corresponding dimension');
    const h = at === null ? Number(numbers(step)[0]) : 0;
    const gaps = Array.from({ length: n - 1 }, (_, i) => (at === null ? h : at[i + 1]! - at[i]!));
    const slice = (i: number): NDArray => a.at(...new Array<string>(axis).fill(':'), `${i}:${i + 1}`);
    const even = at === null || gaps.every((g) => g === gaps[0]);
    const parts = Array.from({ length: n }, (_, i): NDArray => {
      if (i === 0 || i === n - 1) {
        const [d, e] = i === 0 ? [1, 0] : [-1, n - 1];
        const gap = gaps[i === 0 ? 0 : n - 2]!;
        if ((o.edge_order ?? 1) === 1)
          return i === 0
            ? slice(1).sub(slice(0)).div(gap)
            : slice(n - 1)
                .sub(slice(n - 2))
                .div(gap);
        const [g1, g2] = i === 0 ? [gaps[0]!, gaps[1]!] : [gaps[n - 2]!, gaps[n - 3]!];
        const [p, q, r] = even
          ? [-1.5 / g1, 2 / g1, -0.5 / g1]
          : [-(2 * g1 + g2) / (g1 * (g1 + g2)), (g1 + g2) / (g1 * g2), -g1 / (g2 * (g1 + g2))];
        return slice(e)
          .mul(p * d)
          .add(slice(e + d).mul(q * d))
          .add(slice(e + 2 * d).mul(r * d));
      }
      const [g1, g2] = [gaps[i - 1]!, gaps[i]!];
      if (even)
        return slice(i + 1)
          .sub(slice(i - 1))
          .div(2 * g1);
      return slice(i - 1)
        .mul(-g2 / (g1 * (g1 + g2)))
        .add(slice(i).mul((g2 - g1) / (g1 * g2)))
        .add(slice(i + 1).mul(g1 / (g2 * (g1 + g2))));
    });
    return wrap(concatenate(parts, axis));
  });
  return found.length === 1 ? found[0]! : found;
}
/** The sum under straight lines through points. */
export function trapezoid(y: ArrayLike, x: ArrayLike | null = null, dx = 1, axis = -1): NDArray {
  const a = floats(y);
  const at = axisIn(axis, a.ndim);
  const n = a.shape[at]!;
  const cut = (from: number, to: number): NDArray => a.at(...new Array<string>(at).fill(':'), `${from}:${to}`);
  let gap: NDArray | number = dx;
  if (x !== null) {
    const xs = of(x);
    gap =
      xs.ndim === 1
        ? xs
            .at('1:')
            .sub(xs.at(':-1'))
            .reshape(a.shape.map((_, i) => (i === at ? n - 1 : 1)))
        : xs.at(...new Array<string>(at).fill(':'), '1:').sub(xs.at(...new Array<string>(at).fill(':'), ':-1'));
  }
  return cut(1, n)
    .add(cut(0, n - 1))
    .mul(gap)
    .div(2)
    .sum(at);
}
/** Sums of products with a list slid over another. */
export function convolve(a: ArrayLike, v: ArrayLike, mode: 'full' | 'same' | 'valid' = 'full'): NDArray {
  const [given, other] = [of(a), of(v)];
  if (given.size === 0) throw new ValueError('a cannot be empty');
  if (other.size === 0) throw new ValueError('v cannot be empty');
  if (given.ndim > 1 || other.ndim > 1) throw new ValueError('object too deep for desired array');
  const [x, w] = given.size >= other.size ? [given.ravel(), other.ravel()] : [other.ravel(), given.ravel()];
  const [n, m] = [x.size, w.size];
  if (!['full', 'same', 'valid'].includes(mode))
    throw new ValueError(`mode must be one of 'valid', 'same', or 'full' (got '${mode}')`);
  let total: NDArray | null = null;
  for (let i = 0; i < m; i++) {
    const zeros = (k: number): ArrayData => ({ ...NDArray.from(Array.from({ length: k }, () => 0)).astype(x.dtype) });
    const shifted = wrap(concatenate([zeros(i), x, zeros(m - 1 - i)])).mul(w.at(i));
    total = total === null ? shifted : total.add(shifted);
  }
  const full = total!;
  if (mode === 'full') return full;
  const [start, length] = mode === 'same' ? [Math.floor((m - 1) / 2), n] : [m - 1, n - m + 1];
  return full.at(`${start}:${start + length}`);
}
export const correlate = (a: ArrayLike, v: ArrayLike, mode: 'full' | 'same' | 'valid' = 'valid'): NDArray => {
  const [x, w] = [of(a).ravel(), of(v).ravel()];
  const turned = isComplex(w.dtype) ? w.conj().at('::-1') : w.at('::-1');
  if (mode !== 'same' || x.size >= w.size) return convolve(x, turned, mode);
  const full = convolve(x, turned);
  const start = Math.floor((x.size - 1) / 2);
  return full.at(`${start}:${start + w.size}`);
};
/** Differences of neighbours of the flat array, with values before and after. */
export function ediff1d(x: ArrayLike, after: ArrayLike | null = null, before: ArrayLike | null = null): NDArray {
  const a = of(x).ravel();
  const steps = a.at('1:').sub(a.at(':-1'));
  const end = (v: ArrayLike | null): NDArray[] => (v === null ? [] : [of(v).ravel().astype(a.dtype)]);
  return wrap(concatenate([...end(before), steps, ...end(after)]));
}
/** Counts of points per cell of a grid, and the edges. */
export function histogram2d(
  x: ArrayLike,
  y: ArrayLike,
  bins: number | readonly [number, number] = 10,
  o: { readonly range?: readonly (readonly [number, number])[]; readonly density?: boolean } = {},
): NDArray[] {
  const [xs, ys] = [numbers(x), numbers(y)];
  if (xs.length !== ys.length) throw new ValueError('x and y must have the same length.');
  const counts = typeof bins === 'number' ? [bins, bins] : bins;
  const edges = [xs, ys].map((v, k) => {
    let [low, high] = o.range?.[k] ?? [Math.min(...v), Math.max(...v)];
    if (low === high) [low, high] = [low! - 0.5, high! + 0.5];
    const n = counts[k]!;
    return Float64Array.from({ length: n + 1 }, (_, i) => (i === n ? high! : low! + (i * (high! - low!)) / n));
  });
  const [n, m] = [counts[0]!, counts[1]!];
  const out = new Float64Array(n * m);
  const cell = (v: number, e: Float64Array): number => {
    if (!(v >= e[0]! && v <= e.at(-1)!)) return -1;
    let k = e.length - 2;
    while (k > 0 && v < e[k]!) k--;
    return k;
  };
  xs.forEach((v, i) => {
    const [p, q] = [cell(v, edges[0]!), cell(ys[i]!, edges[1]!)];
    if (p >= 0 && q >= 0) out[p * m + q]!++;
  });
  if (o.density) {
    const total = out.reduce((a, b) => a + b, 0);
    for (let i = 0; i < out.length; i++) {
      const area =
        (edges[0]![Math.floor(i / m) + 1]! - edges[0]![Math.floor(i / m)]!) *
        (edges[1]![(i % m) + 1]! - edges[1]![i % m]!);
      out[i] = out[i]! / total / area;
    }
  }
  return [list64(out, [n, m]), list64(edges[0]!), list64(edges[1]!)];
}

const values = (x: ArrayLike): NDArray => wrap(unique(toArrayData(x)).values);
const has = (x: NDArray, y: NDArray): NDArray => {
  const known = new Set<unknown>(y.data as Iterable<unknown>);
  return wrap({
    dtype: 'bool',
    shape: x.shape,
    data: Uint8Array.from(x.data as Float64Array, (v) => Number(known.has(v))),
  });
};
const pair = (a: ArrayLike, b: ArrayLike): [NDArray, NDArray] => {
  const [x, y] = [values(a), values(b)];
  const dtype = concatenate([x, y]).dtype;
  return [x.astype(dtype), y.astype(dtype)];
};
/** What two arrays have in common, sorted. */
export const intersect1d = (a: ArrayLike, b: ArrayLike): NDArray => {
  const [x, y] = pair(a, b);
  return x.at(has(x, y));
};
export const union1d = (a: ArrayLike, b: ArrayLike): NDArray => values(concatenate([values(a), values(b)]));
export const setdiff1d = (a: ArrayLike, b: ArrayLike): NDArray => {
  const [x, y] = pair(a, b);
  return x.at(has(x, y).not());
};
export const setxor1d = (a: ArrayLike, b: ArrayLike): NDArray => {
  const [x, y] = pair(a, b);
  return wrap(sort(concatenate([x.at(has(x, y).not()), y.at(has(y, x).not())])));
};
const kth = (x: ArrayLike, n: ArrayLike, axis: number | null): void => {
  const a = toArrayData(x);
  const size = axis === null ? sizeOf(a.shape) : a.shape[axisIn(axis, a.shape.length)]!;
  for (const k of numbers(n)) if (k < -size || k >= size) throw new ValueError(`kth(=${k}) out of bounds (${size})`);
};
/** Sorted so far that the k-th element is in its place; here wholly sorted. */
export const partition = (x: ArrayLike, k: ArrayLike, axis: number | null = -1): NDArray => {
  kth(x, k, axis);
  return wrap(sort(toArrayData(x), axis));
};
export const argpartition = (x: ArrayLike, k: ArrayLike, axis: number | null = -1): NDArray => {
  kth(x, k, axis);
  return of(x).argsort(axis);
};
