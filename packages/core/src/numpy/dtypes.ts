import { DTypeError, OverflowError } from '../errors';
import { Complex } from '../tensor/complex';
import {
  type DType,
  dtypes,
  isComplex,
  isDType,
  isFloating,
  isInteger,
  isUnsigned,
  pairOf,
  partOf,
} from '../tensor/dtype';
import { numpyCodes } from '../tensor/numpyCodes';
import { PyFloat } from '../tensor/printing/pythonText';

const aliases: Readonly<Record<string, DType>> = {
  ...numpyCodes,
  float: 'float64',
  double: 'float64',
  single: 'float32',
  half: 'float16',
  int: 'int64',
  intp: 'int64',
  long: 'int64',
  '?': 'bool',
  b: 'int8',
  B: 'uint8',
  h: 'int16',
  H: 'uint16',
  i: 'int32',
  I: 'uint32',
  l: 'int64',
  L: 'uint64',
  q: 'int64',
  Q: 'uint64',
  e: 'float16',
  f: 'float32',
  d: 'float64',
  F: 'complex64',
  D: 'complex128',
  bool_: 'bool',
  boolean: 'bool',
  complex: 'complex128',
  csingle: 'complex64',
  cdouble: 'complex128',
  uint: 'uint64',
  uintp: 'uint64',
  ulong: 'uint64',
  byte: 'int8',
  ubyte: 'uint8',
  short: 'int16',
  ushort: 'uint16',
  intc: 'int32',
  uintc: 'uint32',
  longlong: 'int64',
  ulonglong: 'uint64',
};

/** A dtype by any of NumPy's names for it: `'float32'`, `'f4'`, `'<f4'`, `'float'`. */
export function parseDType(given: string | { readonly name: string }): DType {
  const name = typeof given === 'string' ? given : given.name;
  if (isDType(name)) return name;
  const bare = name.replace(/^[<=|]/, '');
  const dtype = aliases[bare];
  if (dtype) return dtype;
  throw new DTypeError(`data type '${name}' not understood`);
}

/** A number as it comes from a script, without a dtype of its own; a whole number counts as a Python int unless marked. */
export type Scalar = number | bigint | boolean | Complex;

export const isScalar = (value: unknown): value is Scalar =>
  typeof value === 'number' ||
  typeof value === 'bigint' ||
  typeof value === 'boolean' ||
  value instanceof PyFloat ||
  value instanceof Complex;

/** The dtype that a bare number becomes: bool, int64 (uint64 where only that holds it) or float64. */
export const scalarDType = (value: Scalar): DType =>
  value instanceof Complex
    ? 'complex128'
    : typeof value === 'boolean'
      ? 'bool'
      : typeof value === 'bigint' && value >= 2n ** 63n
        ? 'uint64'
        : typeof value === 'bigint' || (Number.isInteger(value) && !Object.is(value, -0))
          ? 'int64'
          : 'float64';

const signedByBits: Readonly<Record<number, DType>> = { 2: 'int16', 4: 'int32', 8: 'int64' };
const floatByBits: Readonly<Record<number, DType>> = { 2: 'float16', 4: 'float32', 8: 'float64' };

/** The smallest float type that a function like exp gives for a dtype. */
export function floatFor(dtype: DType): DType {
  if (isFloating(dtype)) return dtype;
  if (dtype === 'bool' || dtype === 'int8' || dtype === 'uint8') return 'float16';
  return dtype === 'int16' || dtype === 'uint16' ? 'float32' : 'float64';
}

/** The dtype of an operation on two arrays: the smallest that holds both. */
export function promote(a: DType, b: DType): DType {
  if (a === b) return a;
  if (a === 'bool') return b;
  if (b === 'bool') return a;
  if (isComplex(a) || isComplex(b)) {
    const [x, y] = [a, b].map((d) => (isComplex(d) ? partOf(d) : d)) as [DType, DType];
    return pairOf(promote(x, y));
  }
  if (isInteger(a) && isInteger(b)) {
    const [small, large] = dtypes[a].itemsize <= dtypes[b].itemsize ? [a, b] : [b, a];
    if (isUnsigned(a) === isUnsigned(b)) return large;
    if (dtypes[small].itemsize < dtypes[large].itemsize && !isUnsigned(large)) return large;
    // of both kinds: the next wider signed one, and where there is none a float
    return signedByBits[2 * dtypes[large].itemsize] ?? 'float64';
  }
  if (a === 'bfloat16' || b === 'bfloat16') {
    const other = a === 'bfloat16' ? b : a;
    if (other === 'float32' || other === 'float64') return other;
    if (other === 'int8' || other === 'uint8') return 'bfloat16';
    throw new DTypeError(`${a} and ${b} have no common dtype; convert one with astype`, { dtypes: [a, b] });
  }
  const bits = Math.max(...[a, b].map((dtype) => dtypes[floatFor(dtype)].itemsize));
  return floatByBits[bits]!;
}

/** The dtype of an operation on an array and a bare number: the number yields unless it is of a higher kind. */
export function promoteScalar(dtype: DType, value: Scalar): DType {
  const kind = scalarDType(value);
  if (isComplex(dtype)) return dtype;
  if (kind === 'complex128') return isFloating(dtype) ? pairOf(dtype) : 'complex128';
  if (kind === 'bool' || isFloating(dtype)) return dtype;
  if (kind === 'float64') return 'float64';
  return dtype === 'bool' ? 'int64' : dtype;
}

/** Throws where a whole number does not fit the integer dtype it is to take. */
export function checkFits(value: Scalar, dtype: DType): void {
  if (!isInteger(dtype) || typeof value === 'boolean' || value instanceof Complex) return;
  if (typeof value === 'number' && !Number.isInteger(value)) return;
  const { min, max } = dtypes[dtype];
  if (value < min || value > max)
    throw new OverflowError(`Python integer ${value} out of bounds for ${dtype}`, { dtypes: [dtype] });
}
