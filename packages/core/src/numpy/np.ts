import { ShapeError, ValueError } from '../errors';
import { namespace } from '../namespace';
import { isNumber } from '../numbers';
import { type ArrayData, codecs, type DType, isComplex, isFloating, sizeOf } from '../tensor/dtype';
import {
  type ArrayPrintOptions,
  arrayPrintOptions,
  numpyText,
  setArrayPrintOptions,
} from '../tensor/printing/numpyStyle';
import { angles } from './complexNumbers';
import * as contractionMembers from './contractions';
import { type ArrayLike, cast, makeArray, toArrayData } from './convert';
import { isScalar, parseDType, promote, type Scalar, scalarDType } from './dtypes';
import {
  type BinaryName,
  binary,
  broadcastTo,
  compactShape,
  inverted,
  round,
  type UnaryName,
  unary,
  where,
} from './elementwise';
import { fft } from './fft';
import { nonzero, slice } from './indexing';
import { polyfit } from './linalg';
import * as makingMembers from './making';
import { installMethods } from './methods';
import * as moreMembers from './more';
import { filled, NDArray, type ReduceArg, type ReduceOptions } from './ndarray';
import { binaryFunction, unaryFunction, withOut } from './outputs';
import * as placeMembers from './places';
import { random } from './random';
import { concatenate, copy, expandDims, flip, sort, split, squeeze, stack, take, tile, unique } from './shaping';
import * as statisticMembers from './statistics';
import { testing } from './testing';
import { TextArray } from './text';

type Shape = number | readonly number[];
type DTypeArg = string | { readonly dtype?: string } | null;

const dtypeOf = (arg: DTypeArg | undefined): string | undefined =>
  typeof arg === 'object' && arg !== null ? arg.dtype : (arg ?? undefined);
const wrap = (array: ArrayData): NDArray => new NDArray(array, true);
const all = (arrays: readonly ArrayLike[]): ArrayData[] => arrays.map((a) => toArrayData(a));
const axisOf = (arg: number | { readonly axis?: number } | undefined, standard: number): number =>
  (typeof arg === 'object' ? arg.axis : arg) ?? standard;

const snake = (name: string): string => name.replace(/[A-Z]/g, (c) => `_${c.toLowerCase()}`);
const one = (name: UnaryName) => unaryFunction(snake(name), (x) => wrap(unary(name, x)));
const two = (name: BinaryName) => binaryFunction(snake(name), (a, b) => wrap(binary(name, a, b)));
const wholeOnly = (name: 'gcd' | 'lcm') =>
  binaryFunction(name, (a, b) => {
    if ([a, b].some((x) => isFloating(toArrayData(x).dtype)))
      throw new TypeError(
        `ufunc '${name}' did not contain a loop with signature matching types: it takes whole numbers`,
      );
    return wrap(binary(name, a, b));
  });
type Reduction =
  | 'sum'
  | 'prod'
  | 'mean'
  | 'std'
  | 'var'
  | 'median'
  | 'max'
  | 'min'
  | 'argmax'
  | 'argmin'
  | 'all'
  | 'any';
const fold = (name: Reduction) =>
  withOut(
    name,
    (x: ArrayLike, axis?: ReduceArg, keepdims?: boolean | ReduceOptions): NDArray =>
      NDArray.from(x)[name](axis, keepdims),
  );

function arange(...args: readonly (number | DTypeArg | undefined)[]): NDArray {
  const numbers = args.filter(isNumber);
  const dtype = dtypeOf(
    args.find((a): a is DTypeArg => typeof a === 'string' || (typeof a === 'object' && !isNumber(a))),
  );
  const [first = 0, second, third] = numbers;
  const [start, stop, step] = (second === undefined ? [0, first, 1] : [first, second, third ?? 1]).map(Number) as [
    number,
    number,
    number,
  ];
  if (step === 0) throw new ValueError('Maximum allowed size exceeded: the step of arange is 0', { op: 'arange' });
  const target = parseDType(dtype ?? (numbers.every(Number.isInteger) ? 'int64' : 'float64'));
  const out = makeArray(target, [Math.max(0, Math.ceil((stop - start) / step))]);
  const { get, set } = codecs[target];
  if (!isFloating(target)) for (let i = 0; i < out.data.length; i++) set(out.data, i, start + i * step);
  else {
    // what NumPy repeats is the distance of the first two elements as the dtype holds them
    const cell = makeArray(target, [4]).data;
    const hold = (k: number, value: number): number => {
      set(cell, k, value);
      return get(cell, k);
    };
    const origin = hold(0, start);
    const delta = hold(2, hold(1, start + step) - origin);
    for (let i = 0; i < out.data.length; i++) set(out.data, i, i === 1 ? start + step : origin + hold(3, i * delta));
  }
  return wrap(out);
}

function linspace(
  start: number,
  stop: number,
  num = 50,
  options: { endpoint?: boolean; dtype?: string } = {},
): NDArray {
  if (!Number.isInteger(num) || num < 0)
    throw new ValueError(`Number of samples, ${num}, must be non-negative.`, { op: 'linspace' });
  const endpoint = options.endpoint ?? true;
  const gaps = endpoint ? num - 1 : num;
  const step = (stop - start) / gaps;
  const values = Float64Array.from({ length: num }, (_, i) => (gaps <= 0 ? start : i * step + start));
  if (endpoint && num > 1) values[num - 1] = stop;
  return wrap(cast({ dtype: 'float64', shape: [num], data: values }, parseDType(options.dtype ?? 'float64')));
}

function meshgrid(...arrays: ArrayLike[]): NDArray[] {
  const flat = all(arrays).map((a) => ({ ...a, shape: [a.data.length] }));
  const axis = (i: number): number => (i < 2 && flat.length > 1 ? 1 - i : i);
  const shape = flat.map((_, i) => flat[axis(i)]!.shape[0]!);
  return flat.map((a, i) =>
    wrap(copy(broadcastTo({ ...a, shape: shape.map((_, k) => (k === axis(i) ? a.shape[0]! : 1)) }, shape))),
  );
}

interface Closeness {
  readonly rtol?: number;
  readonly atol?: number;
  readonly equal_nan?: boolean;
}

/** |a - b| <= atol + rtol |b|, in float64; equal infinities are close. */
function isclose(a: ArrayLike, b: ArrayLike, { rtol = 1e-5, atol = 1e-8, equal_nan = false }: Closeness = {}): NDArray {
  const given = [toArrayData(a), toArrayData(b)] as const;
  const type = given.some((v) => isComplex(v.dtype)) ? 'complex128' : 'float64';
  const [x, y] = [cast(given[0], type), cast(given[1], type)];
  const distance = unary('abs', binary('subtract', x, y));
  const bound = binary('add', binary('multiply', unary('abs', y), rtol), atol);
  const near = binary('logicalAnd', binary('lessEqual', distance, bound), unary('isfinite', y));
  const same = binary('logicalOr', near, binary('equal', x, y));
  return wrap(equal_nan ? binary('logicalOr', same, binary('logicalAnd', unary('isnan', x), unary('isnan', y))) : same);
}

function arrayEqual(a: ArrayLike, b: ArrayLike): boolean {
  const [x, y] = [toArrayData(a), toArrayData(b)];
  return (
    compactShape(x.shape) === compactShape(y.shape) &&
    wrap(binary('equal', x, y))
      .all()
      .item() === true
  );
}

interface UniqueOptions {
  readonly return_index?: boolean;
  readonly return_inverse?: boolean;
  readonly return_counts?: boolean;
}
function uniqueValues(
  x: ArrayLike,
  options: UniqueOptions & ({ return_index: true } | { return_inverse: true } | { return_counts: true }),
): NDArray[];
function uniqueValues(x: ArrayLike, options?: UniqueOptions): NDArray;
function uniqueValues(x: ArrayLike, options: UniqueOptions = {}): NDArray | NDArray[] {
  const found = unique(toArrayData(x));
  const extra = [
    ...(options.return_index ? [found.index] : []),
    ...(options.return_inverse ? [found.inverse] : []),
    ...(options.return_counts ? [found.counts] : []),
  ];
  return extra.length === 0 ? wrap(found.values) : [found.values, ...extra].map(wrap);
}

function whereTrue(condition: ArrayLike): NDArray[];
function whereTrue(condition: ArrayLike, a: ArrayLike, b: ArrayLike): NDArray;
function whereTrue(condition: ArrayLike, a?: ArrayLike, b?: ArrayLike): NDArray | NDArray[] {
  if (a === undefined && b === undefined) return nonzero(toArrayData(condition)).map(wrap);
  if (a === undefined || b === undefined)
    throw new ValueError('either both or neither of x and y should be given', { op: 'where' });
  return wrap(where(condition, a, b));
}

function diag(x: ArrayLike): NDArray {
  const a = toArrayData(x);
  const [n, m = 0] = a.shape as [number, number?];
  if (a.shape.length === 1) {
    const out = makeArray(a.dtype, [n, n]);
    for (let i = 0; i < n; i++) out.data[i * (n + 1)] = a.data[i]!;
    return wrap(out);
  }
  if (a.shape.length !== 2)
    throw new ShapeError(`Input must be 1- or 2-d, and its shape is ${compactShape(a.shape)}`, { op: 'diag' });
  const out = makeArray(a.dtype, [Math.min(n, m)]);
  for (let i = 0; i < out.data.length; i++) out.data[i] = a.data[i * (m + 1)]!;
  return wrap(out);
}

function eye(n: number, columns?: number | { readonly dtype?: string } | null, dtype?: DTypeArg): NDArray {
  const m = typeof columns === 'number' ? columns : n;
  const out = makeArray(
    parseDType(dtypeOf(dtype) ?? (typeof columns === 'object' ? columns?.dtype : undefined) ?? 'float64'),
    [n, m],
  );
  for (let i = 0; i < Math.min(n, m); i++) codecs[out.dtype].set(out.data, i * m + i, 1);
  return wrap(out);
}

const atLeast2d = (a: ArrayData): ArrayData =>
  a.shape.length < 2 ? { ...a, shape: [1, ...(a.shape.length ? a.shape : [1])] } : a;

const like = (x: ArrayLike, dtype: DTypeArg | undefined, value: Scalar): NDArray => {
  const a = toArrayData(x);
  return filled(a.shape, dtypeOf(dtype) ?? a.dtype, value);
};

const { norm, solve, inv, ...more } = moreMembers;
const { remove, ...places } = placeMembers;
const { bytesOf: _bytesOf, viewAs: _viewAs, ...making } = makingMembers;

/** An array of texts, or of the numbers that they write where a dtype of numbers is asked for. */
const textArray = (value: unknown, dtype: DTypeArg | undefined): NDArray => {
  const found = TextArray.from(value);
  const text = dtype === undefined || dtype === null || /^(str|<U|U\d|object)/.test(String(dtype));
  return (text ? found : found.astype(dtypeOf(dtype)!)) as unknown as NDArray;
};

/** Each part along an axis as often as its count says. */
function repeat(x: ArrayLike, repeats: ArrayLike, axis?: number | null): NDArray {
  const a = toArrayData(x);
  const source = axis === undefined || axis === null ? { ...a, shape: [sizeOf(a.shape)] } : a;
  const along = (axis ?? 0) < 0 ? axis! + a.shape.length : (axis ?? 0);
  const counts = toArrayData(repeats);
  const n = source.shape[along]!;
  const times = Array.from({ length: sizeOf(counts.shape) }, (_, i) => codecs[counts.dtype].get(counts.data, i));
  if (times.some((t) => t < 0)) throw new ValueError('repeats may not contain negative values.');
  if (times.length !== 1 && times.length !== n)
    throw new ValueError(`operands could not be broadcast together with shape (${n},) (${times.length},)`);
  const places = Array.from({ length: n }, (_, i) =>
    new Array<number>(times.length === 1 ? times[0]! : times[i]!).fill(i),
  );
  return wrap(take(source, places.flat(), along));
}
/** The parts at some places of an axis, or of the flat array. */
function takeAt(x: ArrayLike, indices: ArrayLike, axis?: number | null): NDArray {
  const at = toArrayData(indices);
  const array = NDArray.from(x);
  if (axis === undefined || axis === null) return array.ravel().at(at);
  const before = new Array<string>(axis < 0 ? axis + array.ndim : axis).fill(':');
  return array.at(...before, at);
}

/** A state for the length of a block: Python's `with`. */
class During {
  readonly #enter: () => unknown;
  readonly #leave: () => void;
  constructor(enter: () => unknown, leave: () => void) {
    this.#enter = enter;
    this.#leave = leave;
  }
  __enter__(): unknown {
    return this.#enter();
  }
  __exit__(): null {
    this.#leave();
    return null;
  }
}

const functions = {
  array: (value: ArrayLike, dtype?: DTypeArg): NDArray => {
    if (TextArray.reads(value)) return textArray(value, dtype);
    const found = toArrayData(value, dtypeOf(dtype));
    return new NDArray(copy(found));
  },
  asarray: (value: ArrayLike, dtype?: DTypeArg): NDArray =>
    TextArray.reads(value) ? textArray(value, dtype) : NDArray.from(value, dtypeOf(dtype)),
  zeros: (shape: Shape, dtype?: DTypeArg): NDArray => filled(shape, dtypeOf(dtype) ?? 'float64'),
  ones: (shape: Shape, dtype?: DTypeArg): NDArray => filled(shape, dtypeOf(dtype) ?? 'float64', 1),
  empty: (shape: Shape, dtype?: DTypeArg): NDArray => filled(shape, dtypeOf(dtype) ?? 'float64'),
  full: (shape: Shape, value: Scalar, dtype?: DTypeArg): NDArray =>
    filled(shape, dtypeOf(dtype) ?? scalarDType(value), value),
  zeros_like: (x: ArrayLike, dtype?: DTypeArg): NDArray => like(x, dtype, 0),
  ones_like: (x: ArrayLike, dtype?: DTypeArg): NDArray => like(x, dtype, 1),
  full_like: (x: ArrayLike, value: Scalar, dtype?: DTypeArg): NDArray => like(x, dtype, value),
  empty_like: (x: ArrayLike, dtype?: DTypeArg): NDArray => like(x, dtype, 0),
  arange,
  linspace,
  eye,
  identity: (n: number, dtype?: DTypeArg): NDArray => eye(n, null, dtype),
  diag,
  meshgrid,

  reshape: (x: ArrayLike, shape: Shape): NDArray =>
    NDArray.from(x).reshape(typeof shape === 'number' ? [shape] : shape),
  ravel: (x: ArrayLike): NDArray => NDArray.from(x).ravel(),
  transpose: (x: ArrayLike, axes?: readonly number[] | null): NDArray => NDArray.from(x).transpose(axes ?? null),
  squeeze: (x: ArrayLike, axis?: number | readonly number[] | null): NDArray => wrap(squeeze(toArrayData(x), axis)),
  expand_dims: (x: ArrayLike, axis: number | readonly number[]): NDArray => wrap(expandDims(toArrayData(x), axis)),
  broadcast_to: (x: ArrayLike, shape: readonly number[]): NDArray => wrap(copy(broadcastTo(toArrayData(x), shape))),
  concatenate: (arrays: readonly ArrayLike[], axis?: number | null | { readonly axis?: number | null }): NDArray =>
    wrap(concatenate(all(arrays), axis === null ? null : typeof axis === 'object' ? axis.axis : axis)),
  concat: (arrays: readonly ArrayLike[], axis?: number | null): NDArray => wrap(concatenate(all(arrays), axis)),
  stack: (arrays: readonly ArrayLike[], axis?: number | { readonly axis?: number }): NDArray =>
    wrap(stack(all(arrays), axisOf(axis, 0))),
  vstack: (arrays: readonly ArrayLike[]): NDArray => wrap(concatenate(all(arrays).map(atLeast2d))),
  hstack: (arrays: readonly ArrayLike[]): NDArray => {
    const parts = all(arrays).map((a) => (a.shape.length === 0 ? { ...a, shape: [1] } : a));
    return wrap(concatenate(parts, parts[0]?.shape.length === 1 ? 0 : 1));
  },
  column_stack: (arrays: readonly ArrayLike[]): NDArray =>
    wrap(
      concatenate(
        all(arrays).map((a) => (a.shape.length < 2 ? { ...a, shape: [a.data.length, 1] } : a)),
        1,
      ),
    ),
  split: (x: ArrayLike, parts: number | readonly number[], axis = 0): NDArray[] =>
    split(toArrayData(x), parts, axis, true).map(wrap),
  array_split: (x: ArrayLike, parts: number | readonly number[], axis = 0): NDArray[] =>
    split(toArrayData(x), parts, axis, false).map(wrap),
  tile: (x: ArrayLike, reps: Shape): NDArray => wrap(tile(toArrayData(x), typeof reps === 'number' ? [reps] : reps)),
  repeat,
  flip: (x: ArrayLike, axis?: number | readonly number[] | null): NDArray => wrap(flip(toArrayData(x), axis)),
  take: takeAt,
  copy: (x: ArrayLike): NDArray => wrap(copy(toArrayData(x))),
  astype: (x: ArrayLike, dtype: string): NDArray => NDArray.from(x).astype(dtype),

  where: whereTrue,
  nonzero: (x: ArrayLike): NDArray[] => nonzero(toArrayData(x)).map(wrap),
  argsort: (x: ArrayLike, axis?: number | null | { readonly axis?: number | null }): NDArray =>
    NDArray.from(x).argsort(typeof axis === 'object' && axis !== null ? axis.axis : axis),
  sort: (x: ArrayLike, axis?: number | null | { readonly axis?: number | null }): NDArray =>
    wrap(sort(toArrayData(x), typeof axis === 'object' && axis !== null ? axis.axis : axis)),
  unique: uniqueValues,
  bincount: (x: ArrayLike, minlength = 0): NDArray => {
    const values = cast(toArrayData(x), 'int64').data as BigInt64Array;
    const counts = new BigInt64Array(values.reduce((n, v) => Math.max(n, Number(v) + 1), minlength));
    for (const v of values) {
      if (v < 0n) throw new ValueError("'list' argument must have no negative elements", { op: 'bincount' });
      counts[Number(v)]! += 1n;
    }
    return wrap({ dtype: 'int64', shape: [counts.length], data: counts });
  },

  sum: fold('sum'),
  prod: fold('prod'),
  mean: fold('mean'),
  std: fold('std'),
  var: fold('var'),
  median: fold('median'),
  max: fold('max'),
  min: fold('min'),
  amax: fold('max'),
  amin: fold('min'),
  argmax: fold('argmax'),
  argmin: fold('argmin'),
  all: fold('all'),
  any: fold('any'),
  cumsum: withOut('cumsum', (x: ArrayLike, axis?: ReduceArg): NDArray => NDArray.from(x).cumsum(axis)),

  abs: one('abs'),
  absolute: one('abs'),
  negative: one('negative'),
  sign: one('sign'),
  square: one('square'),
  exp: one('exp'),
  expm1: one('expm1'),
  log: one('log'),
  log2: one('log2'),
  log10: one('log10'),
  log1p: one('log1p'),
  sqrt: one('sqrt'),
  sin: one('sin'),
  cos: one('cos'),
  tan: one('tan'),
  arcsin: one('arcsin'),
  arccos: one('arccos'),
  arctan: one('arctan'),
  sinh: one('sinh'),
  cosh: one('cosh'),
  tanh: one('tanh'),
  floor: one('floor'),
  ceil: one('ceil'),
  trunc: one('trunc'),
  rint: one('rint'),
  exp2: one('exp2'),
  cbrt: one('cbrt'),
  reciprocal: one('reciprocal'),
  fabs: one('fabs'),
  deg2rad: one('deg2rad'),
  rad2deg: one('rad2deg'),
  radians: one('deg2rad'),
  degrees: one('rad2deg'),
  sinc: one('sinc'),
  arcsinh: one('arcsinh'),
  arccosh: one('arccosh'),
  arctanh: one('arctanh'),
  signbit: one('signbit'),
  isnan: one('isnan'),
  isinf: one('isinf'),
  isfinite: one('isfinite'),
  logical_not: one('logicalNot'),
  round: withOut('round', (x: ArrayLike, decimals: number = 0): NDArray => wrap(round(x, decimals))),
  around: (x: ArrayLike, decimals = 0): NDArray => wrap(round(x, decimals)),
  clip: withOut(
    'clip',
    (x: ArrayLike, low: ArrayLike | null, high: ArrayLike | null): NDArray => NDArray.from(x).clip(low, high),
  ),

  add: two('add'),
  subtract: two('subtract'),
  multiply: two('multiply'),
  divide: two('divide'),
  true_divide: two('divide'),
  floor_divide: two('floorDivide'),
  mod: two('mod'),
  remainder: two('mod'),
  power: two('power'),
  maximum: two('maximum'),
  minimum: two('minimum'),
  arctan2: two('arctan2'),
  fmax: two('fmax'),
  fmin: two('fmin'),
  fmod: two('fmod'),
  hypot: two('hypot'),
  copysign: two('copysign'),
  heaviside: two('heaviside'),
  logaddexp: two('logaddexp'),
  logaddexp2: two('logaddexp2'),
  float_power: two('floatPower'),
  gcd: wholeOnly('gcd'),
  lcm: wholeOnly('lcm'),
  /** The order that sorts by several keys, the last one first. */
  lexsort: (keys: readonly ArrayLike[]): NDArray =>
    keys.reduce<NDArray | null>((order, key) => {
      const k = NDArray.from(key);
      return order === null ? k.argsort() : order.at(k.at(order).argsort());
    }, null)!,
  equal: two('equal'),
  not_equal: two('notEqual'),
  less: two('less'),
  less_equal: two('lessEqual'),
  greater: two('greater'),
  greater_equal: two('greaterEqual'),
  logical_and: two('logicalAnd'),
  logical_or: two('logicalOr'),
  logical_xor: two('logicalXor'),
  real: (x: ArrayLike): NDArray => NDArray.from(x).real,
  imag: (x: ArrayLike): NDArray => NDArray.from(x).imag,
  conj: (x: ArrayLike): NDArray => NDArray.from(x).conj(),
  conjugate: (x: ArrayLike): NDArray => NDArray.from(x).conj(),
  angle: (x: ArrayLike): NDArray => wrap(angles(toArrayData(x))),
  iscomplexobj: (x: ArrayLike): boolean => isComplex(toArrayData(x).dtype),
  bitwise_and: two('bitwiseAnd'),
  bitwise_or: two('bitwiseOr'),
  bitwise_xor: two('bitwiseXor'),
  left_shift: two('leftShift'),
  right_shift: two('rightShift'),
  invert: (x: ArrayLike): NDArray => wrap(inverted(x)),
  bitwise_not: (x: ArrayLike): NDArray => wrap(inverted(x)),

  dot: withOut('dot', (a: ArrayLike, b: ArrayLike): NDArray => NDArray.from(a).dot(b)),
  matmul: withOut('matmul', (a: ArrayLike, b: ArrayLike): NDArray => NDArray.from(a).matmul(b)),
  outer: (a: ArrayLike, b: ArrayLike): NDArray => NDArray.from(a).reshape(-1, 1).mul(NDArray.from(b).ravel()),
  /** Coefficients of the polynomial of least squares, highest power first; `polyfit(x, y, 1)` is slope and intercept. */
  polyfit: (x: ArrayLike, y: ArrayLike, degree: number): NDArray =>
    wrap(polyfit(toArrayData(x), toArrayData(y), degree)),
  polyval: (coefficients: ArrayLike, x: ArrayLike): NDArray =>
    [...NDArray.from(coefficients)].reduce((sum, c) => sum.mul(x).add(c), NDArray.from(x).mul(0)),

  ...contractionMembers,
  ...making,
  ...places,
  ...statisticMembers,
  delete: remove,
  dstack: (arrays: readonly ArrayLike[]): NDArray =>
    wrap(
      concatenate(
        all(arrays).map((a) => (a.shape.length < 3 ? expandDims(atLeast2d(a), 2) : a)),
        2,
      ),
    ),
  hsplit: (x: ArrayLike, parts: number | readonly number[]): NDArray[] =>
    split(toArrayData(x), parts, toArrayData(x).shape.length > 1 ? 1 : 0, true).map(wrap),
  vsplit: (x: ArrayLike, parts: number | readonly number[]): NDArray[] =>
    split(toArrayData(x), parts, 0, true).map(wrap),
  dsplit: (x: ArrayLike, parts: number | readonly number[]): NDArray[] =>
    split(toArrayData(x), parts, 2, true).map(wrap),
  array2string: (x: ArrayLike, options: Partial<ArrayPrintOptions> & { readonly separator?: string } = {}): string =>
    numpyText(toArrayData(x), options, options.separator),
  array_repr: (x: ArrayLike): string => NDArray.from(x).__repr__(),
  array_str: (x: ArrayLike): string => String(NDArray.from(x)),

  isclose,
  allclose: (a: ArrayLike, b: ArrayLike, options?: Closeness): boolean => isclose(a, b, options).all().item() === true,
  array_equal: arrayEqual,
  shape: (x: ArrayLike): readonly number[] => toArrayData(x).shape,
  ndim: (x: ArrayLike): number => toArrayData(x).shape.length,
  size: (x: ArrayLike): number => NDArray.from(x).size,
  isscalar: (x: unknown): boolean => isScalar(x) || (x instanceof NDArray && x.isScalar),
  /** A dtype by any of its names. */
  dtype: (name: string): DType => parseDType(name),
  ...more,
  result_type: (...arrays: readonly ArrayLike[]): DType =>
    all(arrays)
      .map((a) => a.dtype)
      .reduce(promote),
  permute_dims: (x: ArrayLike, axes: readonly number[]): NDArray => NDArray.from(x).transpose(axes),
  positive: (x: ArrayLike): NDArray => NDArray.from(x).copy(),
  fliplr: (x: ArrayLike): NDArray => wrap(flip(toArrayData(x), 1)),
  flipud: (x: ArrayLike): NDArray => wrap(flip(toArrayData(x), 0)),
  set_printoptions: setArrayPrintOptions,
  printoptions: (options: Partial<ArrayPrintOptions> = {}): During => {
    const before = arrayPrintOptions();
    return new During(
      () => {
        setArrayPrintOptions(options);
        return new Map(Object.entries(arrayPrintOptions()));
      },
      () => setArrayPrintOptions(before),
    );
  },
  /** No arithmetic warns here, so that there is nothing to silence. */
  errstate: (_options?: object): During =>
    new During(
      () => null,
      () => {},
    ),
  get_printoptions: (): Map<string, unknown> => new Map(Object.entries(arrayPrintOptions())),
};

const constants = {
  float16: 'float16',
  float32: 'float32',
  float64: 'float64',
  int8: 'int8',
  int16: 'int16',
  int32: 'int32',
  int64: 'int64',
  uint8: 'uint8',
  complex64: 'complex64',
  complex128: 'complex128',
  uint16: 'uint16',
  uint32: 'uint32',
  uint64: 'uint64',
  bool: 'bool',
  bool_: 'bool',
  pi: Math.PI,
  e: Math.E,
  inf: Number.POSITIVE_INFINITY,
  nan: Number.NaN,
  newaxis: null,
  ndarray: NDArray,
  s_: slice,
  random,
  testing,
  fft,
  linalg: namespace('numpy.linalg', { norm, solve, inv }),
} as const;

const members: typeof functions & typeof constants = { ...functions, ...constants };

installMethods({ repeat, take: takeAt });

/**
 * NumPy's functions under NumPy's names, keyword arguments in one trailing object. A name that is not there throws.
 *
 * ```ts
 * const x = np.array([[1, 2], [3, 4]], np.float32);
 * String(np.sum(x, { axis: 1, keepdims: true })); // '[[3.]\n [7.]]'
 * ```
 */
export const np = namespace('numpy', members);
