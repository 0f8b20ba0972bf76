import { DTypeError, ShapeError, ValueError } from '../errors';
import { wholePower } from '../ops/wholePower';
import {
  type ArrayData,
  codecs,
  type DType,
  dtypes,
  isComplex,
  isFloating,
  isInteger,
  isUnsigned,
  isWide,
  type WideArray,
} from '../tensor/dtype';
import { tupleRepr } from '../tensor/printing/pythonText';
import { broadcastStrides, contiguousStrides, positions, sameNumbers, tryBroadcast } from '../tensor/strides';
import { complexBinary, complexUnary } from './complexNumbers';
import { type ArrayLike, cast, makeArray, toArrayData } from './convert';
import { checkFits, floatFor, isScalar, promote, promoteScalar, scalarDType } from './dtypes';

type Rule = 'same' | 'float' | 'truth';

interface BinaryOp {
  readonly rule: Rule;
  readonly number: (a: number, b: number) => number;
  /** Exact version for 64-bit whole numbers and for products of narrower ones. */
  readonly bigint?: (a: bigint, b: bigint) => bigint | boolean;
}

const floorMod = (a: number, b: number): number => {
  const rest = a % b;
  return rest !== 0 && rest < 0 !== b < 0 ? rest + b : rest === 0 ? (b < 0 ? -0 : 0) : rest;
};
const bigMod = (a: bigint, b: bigint): bigint => {
  if (b === 0n) return 0n;
  const rest = a % b;
  return rest !== 0n && rest < 0n !== b < 0n ? rest + b : rest;
};
const bigFloorDiv = (a: bigint, b: bigint): bigint => (b === 0n ? 0n : (a - bigMod(a, b)) / b);
const bigPow = (a: bigint, b: bigint): bigint => {
  if (b < 0n) throw new ValueError('Integers to negative integer powers are not allowed.', { op: 'power' });
  return wholePower(a, b);
};
const bigMax = (a: bigint, b: bigint): bigint => {
  if (a > b) return a;
  return b;
};
const bigMin = (a: bigint, b: bigint): bigint => {
  if (a < b) return a;
  return b;
};

const signOf = (x: number): boolean => x < 0 || Object.is(x, -0);
const bigGcd = (a: bigint, b: bigint): bigint => {
  let [x, y] = [a < 0n ? -a : a, b < 0n ? -b : b];
  while (y !== 0n) [x, y] = [y, x % y];
  return x;
};
const bigLcm = (a: bigint, b: bigint): bigint => {
  if (a === 0n || b === 0n) return 0n;
  const whole = (a / bigGcd(a, b)) * b;
  return whole < 0n ? -whole : whole;
};

/** Every operation on two arrays, with its rule for the result's dtype. */
export const binaryOps = {
  add: { rule: 'same', number: (a, b) => a + b, bigint: (a, b) => a + b },
  subtract: { rule: 'same', number: (a, b) => a - b, bigint: (a, b) => a - b },
  multiply: { rule: 'same', number: (a, b) => a * b, bigint: (a, b) => a * b },
  divide: { rule: 'float', number: (a, b) => a / b },
  floorDivide: {
    rule: 'same',
    number: (a, b) => (b === 0 ? a / b : Math.round((a - floorMod(a, b)) / b)),
    bigint: bigFloorDiv,
  },
  mod: { rule: 'same', number: floorMod, bigint: bigMod },
  power: {
    rule: 'same',
    number: (a, b) => (a === 1 || (a === -1 && !Number.isFinite(b) && !Number.isNaN(b)) ? 1 : a ** b),
    bigint: bigPow,
  },
  maximum: { rule: 'same', number: Math.max, bigint: bigMax },
  minimum: { rule: 'same', number: Math.min, bigint: bigMin },
  fmax: {
    rule: 'same',
    number: (a, b) => (Number.isNaN(a) ? b : Number.isNaN(b) ? a : Math.max(a, b)),
    bigint: bigMax,
  },
  fmin: {
    rule: 'same',
    number: (a, b) => (Number.isNaN(a) ? b : Number.isNaN(b) ? a : Math.min(a, b)),
    bigint: bigMin,
  },
  fmod: { rule: 'same', number: (a, b) => a % b, bigint: (a, b) => (b === 0n ? 0n : a % b) },
  arctan2: { rule: 'float', number: Math.atan2 },
  hypot: { rule: 'float', number: Math.hypot },
  copysign: { rule: 'float', number: (a, b) => (signOf(a) === signOf(b) ? a : -a) },
  heaviside: { rule: 'float', number: (a, b) => (Number.isNaN(a) ? a : a === 0 ? b : Number(a > 0)) },
  logaddexp: {
    rule: 'float',
    number: (a, b) => (a === b ? a + Math.LN2 : Math.max(a, b) + Math.log1p(Math.exp(-Math.abs(a - b)))),
  },
  logaddexp2: {
    rule: 'float',
    number: (a, b) => (a === b ? a + 1 : Math.max(a, b) + Math.log1p(2 ** -Math.abs(a - b)) / Math.LN2),
  },
  floatPower: { rule: 'float', number: (a, b) => a ** b },
  gcd: { rule: 'same', number: (a, b) => Number(bigGcd(BigInt(a), BigInt(b))), bigint: bigGcd },
  lcm: { rule: 'same', number: (a, b) => Number(bigLcm(BigInt(a), BigInt(b))), bigint: bigLcm },
  equal: { rule: 'truth', number: (a, b) => Number(a === b), bigint: (a, b) => a === b },
  notEqual: { rule: 'truth', number: (a, b) => Number(a !== b), bigint: (a, b) => a !== b },
  less: { rule: 'truth', number: (a, b) => Number(a < b), bigint: (a, b) => a < b },
  lessEqual: { rule: 'truth', number: (a, b) => Number(a <= b), bigint: (a, b) => a <= b },
  greater: { rule: 'truth', number: (a, b) => Number(a > b), bigint: (a, b) => a > b },
  greaterEqual: { rule: 'truth', number: (a, b) => Number(a >= b), bigint: (a, b) => a >= b },
  logicalAnd: { rule: 'truth', number: (a, b) => Number(a !== 0 && b !== 0) },
  logicalOr: { rule: 'truth', number: (a, b) => Number(a !== 0 || b !== 0) },
  logicalXor: { rule: 'truth', number: (a, b) => Number((a !== 0) !== (b !== 0)) },
  bitwiseAnd: { rule: 'same', number: (a, b) => a & b, bigint: (a, b) => a & b },
  bitwiseOr: { rule: 'same', number: (a, b) => a | b, bigint: (a, b) => a | b },
  bitwiseXor: { rule: 'same', number: (a, b) => a ^ b, bigint: (a, b) => a ^ b },
  leftShift: { rule: 'same', number: (a, b) => a << b, bigint: (a, b) => (b < 0n || b > 63n ? 0n : a << b) },
  rightShift: { rule: 'same', number: (a, b) => a >> b, bigint: (a, b) => a >> (b < 0n || b > 63n ? 64n : b) },
} satisfies Record<string, BinaryOp>;
export type BinaryName = keyof typeof binaryOps;

/** A shape as NumPy's errors show it: `(2,3)`. */
export const compactShape = (shape: readonly number[]): string => tupleRepr(shape).replaceAll(' ', '');

/** The shape that shapes broadcast to, in NumPy's words where they do not fit. */
export function broadcast(...shapes: readonly (readonly number[])[]): readonly number[] {
  let out: readonly number[] = [];
  for (const shape of shapes) {
    const next = tryBroadcast(out, shape);
    if (next === null) {
      throw new ShapeError(
        `operands could not be broadcast together with shapes ${shapes.map(compactShape).join(' ')}`,
        { shapes },
      );
    }
    out = next;
  }
  return out;
}

/** The two operands and the dtype they are computed in; a bare number yields to an array's dtype. */
function operands(a: ArrayLike, b: ArrayLike, comparing: boolean): { x: ArrayData; y: ArrayData; dtype: DType } {
  if (isScalar(a) === isScalar(b)) {
    const x = toArrayData(a);
    const y = toArrayData(b);
    return { x, y, dtype: promote(x.dtype, y.dtype) };
  }
  const [array, scalar] = isScalar(a) ? [toArrayData(b), a] : [toArrayData(a), b as typeof a & number];
  const dtype = promoteScalar(array.dtype, scalar);
  let as = dtype;
  if (comparing && isInteger(dtype)) as = scalarDType(scalar) === 'uint64' ? 'uint64' : 'int64';
  else checkFits(scalar, dtype);
  const other = makeArray(as, [], scalar);
  return isScalar(a) ? { x: other, y: array, dtype: as } : { x: array, y: other, dtype: as };
}

const positionsIn = (array: ArrayData, shape: readonly number[]): Int32Array | null =>
  sameNumbers(array.shape, shape)
    ? null
    : positions(shape, broadcastStrides(array.shape, contiguousStrides(array.shape), shape), 0);

/** The elements of whole numbers or booleans as bigints. */
const bigs = ({ dtype, data }: ArrayData): WideArray =>
  isWide(dtype) ? (data as WideArray) : BigInt64Array.from(data as Int32Array, BigInt);

/** Applies an operation to two arrays of any broadcastable shapes. */
export function binary(name: BinaryName, a: ArrayLike, b: ArrayLike): ArrayData {
  const op: BinaryOp = binaryOps[name];
  const { x, y, dtype } = operands(a, b, op.rule === 'truth');
  if (isComplex(dtype)) return complexBinary(name, cast(x, dtype), cast(y, dtype), binary);
  const compute = op.rule === 'float' && !isFloating(dtype) ? 'float64' : dtype;
  if (compute === 'bool' && op.rule === 'same') return binaryBool(name, x, y);
  if ((name.startsWith('bitwise') || name.endsWith('Shift')) && isFloating(compute)) {
    throw new DTypeError(`${name} works on integers and booleans, and ${x.dtype} and ${y.dtype} were given`, {
      op: name,
    });
  }
  const shape = broadcast(x.shape, y.shape);
  const out = makeArray(op.rule === 'truth' ? 'bool' : compute, shape);
  const xs = positionsIn(x, shape);
  const ys = positionsIn(y, shape);
  const count = out.data.length;
  const narrow = name === 'multiply' || name === 'power' || name.endsWith('Shift');
  const exact =
    op.rule === 'truth'
      ? !isFloating(x.dtype) && !isFloating(y.dtype) && (isWide(x.dtype) || isWide(y.dtype))
      : isWide(compute) || (isInteger(compute) && narrow);
  if (op.bigint && exact) {
    const big = op.bigint;
    const [p, q] = [bigs(x), bigs(y)];
    const bits = dtypes[compute].itemsize * 8;
    const wide = isWide(out.dtype);
    for (let i = 0; i < count; i++) {
      const value = big(p[xs ? xs[i]! : i]!, q[ys ? ys[i]! : i]!);
      if (wide) (out.data as WideArray)[i] = value as bigint;
      else
        (out.data as Int32Array)[i] = typeof value === 'boolean' ? Number(value) : Number(BigInt.asIntN(bits, value));
    }
    return out;
  }
  // operands take the common dtype before they meet, as 64-bit whole numbers lose bits in float64
  const round = codecs[compute];
  const [getX, getY] = [codecs[x.dtype].get, codecs[y.dtype].get];
  const write = codecs[out.dtype].set;
  const half = dtypes[compute].itemsize === 2 && isFloating(compute);
  const needsRounding = half || compute === 'float32';
  const cell = dtypes[compute].create(1);
  const take = (value: number): number => {
    if (!needsRounding) return value;
    round.set(cell, 0, value);
    return round.get(cell, 0);
  };
  for (let i = 0; i < count; i++) {
    write(out.data, i, op.number(take(getX(x.data, xs ? xs[i]! : i)), take(getY(y.data, ys ? ys[i]! : i))));
  }
  return out;
}

function binaryBool(name: BinaryName, x: ArrayData, y: ArrayData): ArrayData {
  switch (name) {
    case 'add':
    case 'maximum':
    case 'bitwiseOr':
      return binary('logicalOr', x, y);
    case 'multiply':
    case 'minimum':
    case 'bitwiseAnd':
      return binary('logicalAnd', x, y);
    case 'bitwiseXor':
      return binary('logicalXor', x, y);
    case 'subtract':
      throw new DTypeError(
        'numpy boolean subtract, the `-` operator, is not supported, use the bitwise_xor, the `^` operator, or the logical_xor function instead.',
      );
    default:
      return binary(name, cast(x, 'int8'), cast(y, 'int8'));
  }
}

const rint = (x: number): number => {
  const floor = Math.floor(x);
  const rest = x - floor;
  if (rest < 0.5) return floor === 0 && x < 0 ? -0 : floor;
  if (rest > 0.5) return floor === -1 ? -0 : floor + 1;
  return floor % 2 === 0 ? floor : floor === -1 ? -0 : floor + 1;
};

interface UnaryOp {
  readonly rule: Rule | 'whole';
  readonly number: (x: number) => number;
  readonly bigint?: (x: bigint) => bigint;
}

/** Every function of one array; `whole` functions leave integers as they are. */
export const unaryOps = {
  negative: { rule: 'same', number: (x) => -x, bigint: (x) => -x },
  abs: { rule: 'same', number: Math.abs, bigint: (x) => (x < 0n ? -x : x) },
  sign: { rule: 'same', number: Math.sign, bigint: (x) => (x > 0n ? 1n : x < 0n ? -1n : 0n) },
  square: { rule: 'same', number: (x) => x * x, bigint: (x) => x * x },
  exp: { rule: 'float', number: Math.exp },
  expm1: { rule: 'float', number: Math.expm1 },
  log: { rule: 'float', number: Math.log },
  log2: { rule: 'float', number: Math.log2 },
  log10: { rule: 'float', number: Math.log10 },
  log1p: { rule: 'float', number: Math.log1p },
  exp2: { rule: 'float', number: (x) => 2 ** x },
  sqrt: { rule: 'float', number: Math.sqrt },
  cbrt: { rule: 'float', number: Math.cbrt },
  reciprocal: { rule: 'same', number: (x) => 1 / x, bigint: (x) => (x === 0n ? 0n : 1n / x) },
  fabs: { rule: 'float', number: Math.abs },
  deg2rad: { rule: 'float', number: (x) => (x * Math.PI) / 180 },
  rad2deg: { rule: 'float', number: (x) => (x * 180) / Math.PI },
  sinc: { rule: 'float', number: (x) => (x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x)) },
  sin: { rule: 'float', number: Math.sin },
  cos: { rule: 'float', number: Math.cos },
  tan: { rule: 'float', number: Math.tan },
  arcsin: { rule: 'float', number: Math.asin },
  arccos: { rule: 'float', number: Math.acos },
  arctan: { rule: 'float', number: Math.atan },
  sinh: { rule: 'float', number: Math.sinh },
  cosh: { rule: 'float', number: Math.cosh },
  tanh: { rule: 'float', number: Math.tanh },
  arcsinh: { rule: 'float', number: Math.asinh },
  arccosh: { rule: 'float', number: Math.acosh },
  arctanh: { rule: 'float', number: Math.atanh },
  floor: { rule: 'whole', number: Math.floor },
  ceil: { rule: 'whole', number: Math.ceil },
  trunc: { rule: 'whole', number: Math.trunc },
  rint: { rule: 'float', number: rint },
  isnan: { rule: 'truth', number: (x) => Number(Number.isNaN(x)) },
  isinf: { rule: 'truth', number: (x) => Number(Math.abs(x) === Number.POSITIVE_INFINITY) },
  isfinite: { rule: 'truth', number: (x) => Number(Number.isFinite(x)) },
  signbit: { rule: 'truth', number: (x) => Number(signOf(x)) },
  logicalNot: { rule: 'truth', number: (x) => Number(x === 0) },
} satisfies Record<string, UnaryOp>;
export type UnaryName = keyof typeof unaryOps;

/** Applies a function to every element. */
export function unary(name: UnaryName, value: ArrayLike): ArrayData {
  const op: UnaryOp = unaryOps[name];
  const x = toArrayData(value);
  if (isComplex(x.dtype)) return complexUnary(name, x, unary, binary);
  if (name === 'negative' && x.dtype === 'bool') {
    throw new DTypeError(
      'The numpy boolean negative, the `-` operator, is not supported, use the `~` operator or the logical_not function instead.',
    );
  }
  if (op.rule === 'whole' && !isFloating(x.dtype)) return cast(x, x.dtype);
  const bool = op.rule === 'same' && x.dtype === 'bool';
  if (bool && name === 'abs') return cast(x, 'bool');
  const from = bool ? cast(x, 'int8') : x;
  const dtype = op.rule === 'truth' ? 'bool' : op.rule === 'float' ? floatFor(x.dtype) : from.dtype;
  const out = makeArray(dtype, x.shape);
  if (isWide(dtype) && op.bigint) {
    for (let i = 0; i < out.data.length; i++) out.data[i] = op.bigint((from.data as WideArray)[i]!);
    return out;
  }
  const { get } = codecs[from.dtype];
  const { set } = codecs[dtype];
  for (let i = 0; i < out.data.length; i++) set(out.data, i, op.number(get(from.data, i)));
  return out;
}

/** Every bit turned over; of booleans, not. */
export function inverted(value: ArrayLike): ArrayData {
  const x = toArrayData(value);
  const ones = x.dtype === 'bool' ? true : isUnsigned(x.dtype) ? dtypes[x.dtype].max : -1;
  return binary('bitwiseXor', x, ones);
}

/** Rounds to a number of decimals, halves to even, in the array's own precision. */
export function round(value: ArrayLike, decimals = 0): ArrayData {
  const x = toArrayData(value);
  if (!isFloating(x.dtype)) {
    if (decimals >= 0) return cast(x, x.dtype === 'bool' ? 'float16' : x.dtype);
    const scaled = unary('rint', binary('divide', x, 10 ** -decimals));
    return cast(binary('multiply', scaled, 10 ** -decimals), x.dtype);
  }
  if (decimals === 0) return unary('rint', x);
  return decimals > 0
    ? binary('divide', unary('rint', binary('multiply', x, 10 ** decimals)), 10 ** decimals)
    : binary('multiply', unary('rint', binary('divide', x, 10 ** -decimals)), 10 ** -decimals);
}

/** Elements of `a` where the condition holds, else of `b`. */
export function where(condition: ArrayLike, a: ArrayLike, b: ArrayLike): ArrayData {
  const c = cast(toArrayData(condition), 'bool');
  const { x, y, dtype } = operands(a, b, false);
  const shape = broadcast(c.shape, x.shape, y.shape);
  const [xd, yd] = [cast(x, dtype).data, cast(y, dtype).data] as [Float64Array, Float64Array];
  const [cs, xs, ys] = [positionsIn(c, shape), positionsIn(x, shape), positionsIn(y, shape)];
  const out = makeArray(dtype, shape);
  if (isComplex(dtype)) {
    for (let i = 0; i < out.data.length; i++) {
      const [k, side] = [i >> 1, i & 1];
      const [a, at] = c.data[cs ? cs[k]! : k] ? [xd, xs] : [yd, ys];
      out.data[i] = a[2 * (at ? at[k]! : k) + side]!;
    }
    return out;
  }
  for (let i = 0; i < out.data.length; i++) {
    out.data[i] = c.data[cs ? cs[i]! : i] ? xd[xs ? xs[i]! : i]! : yd[ys ? ys[i]! : i]!;
  }
  return out;
}

/** A copy repeated along new or single axes to fill a shape. */
export function broadcastTo(array: ArrayData, shape: readonly number[]): ArrayData {
  const fits = tryBroadcast(array.shape, shape);
  if (!fits || !sameNumbers(fits, shape)) {
    throw new ShapeError(
      `could not broadcast input array from shape ${compactShape(array.shape)} into shape ${compactShape(shape)}`,
      {
        shapes: [array.shape, shape],
      },
    );
  }
  const at = positionsIn(array, shape);
  if (!at) return array;
  const out = makeArray(array.dtype, shape);
  const { width } = dtypes[array.dtype];
  for (let i = 0; i < at.length; i++)
    for (let k = 0; k < width; k++) out.data[width * i + k] = array.data[width * at[i]! + k]!;
  return out;
}
