import { Complex } from '../tensor/complex';
import { type DType, dtypes, isComplex, isDType, isFloating, isUnsigned } from '../tensor/dtype';
import { cast, toArrayData } from './convert';
import { checkFits, isScalar, parseDType, promote } from './dtypes';
import { NDArray } from './ndarray';

/** `np.float32` and the like: called, it makes a scalar; given as a dtype, it names one. */
export interface ScalarType {
  (value?: unknown): NDArray;
  readonly dtypeName: DType;
  readonly __name__: string;
}

/** A dtype as NumPy has it: `dtype('float32')`, equal to its name and to its scalar type. */
export class NumpyDType {
  readonly name: DType;
  constructor(name: DType) {
    this.name = name;
  }
  get itemsize(): number {
    return dtypes[this.name].itemsize;
  }
  get kind(): string {
    return this.name === 'bool'
      ? 'b'
      : isComplex(this.name)
        ? 'c'
        : isUnsigned(this.name)
          ? 'u'
          : isFloating(this.name)
            ? 'f'
            : 'i';
  }
  get type(): ScalarType {
    return scalarTypes[this.name]!;
  }
  __eq__(other: unknown): boolean {
    return nameOf(other) === this.name;
  }
  __ne__(other: unknown): boolean {
    return nameOf(other) !== this.name;
  }
  __hash__(): number {
    return Object.keys(dtypes).indexOf(this.name);
  }
  toString(): string {
    return this.name;
  }
  __str__(): string {
    return this.name;
  }
  __repr__(): string {
    return `dtype('${this.name}')`;
  }
}

/** The dtype that a name, a dtype or a scalar type stands for; null if it stands for none. */
function nameOf(value: unknown): DType | null {
  if (value instanceof NumpyDType) return value.name;
  if (typeof value === 'function' && 'dtypeName' in value) return value.dtypeName as DType;
  if (value === Complex) return 'complex128';
  if (typeof value !== 'string') return null;
  try {
    return parseDType(value);
  } catch {
    return null;
  }
}

function scalarType(name: DType): ScalarType {
  const make = (value: unknown = 0): NDArray => {
    const given = typeof value === 'string' ? Number(value) : value;
    const array = toArrayData(given as number);
    if (isScalar(given) && !isFloating(array.dtype)) checkFits(given, name);
    return new NDArray(cast(array, name), true);
  };
  Object.defineProperties(make, {
    dtypeName: { value: name },
    name: { value: name },
    __name__: { value: name },
    __module__: { value: 'numpy' },
    __repr__: { value: () => `<class 'numpy.${name}'>` },
    // what is an instance of np.float32: a scalar of that dtype
    [Symbol.hasInstance]: { value: (x: unknown) => x instanceof NDArray && x.isScalar && x.dtype === name },
  });
  return make as ScalarType;
}
export const scalarTypes: Readonly<Record<string, ScalarType>> = Object.fromEntries(
  Object.keys(dtypes).map((name) => [name, scalarType(name as DType)]),
);

/** An abstract scalar type: only for `isinstance` and `issubdtype`. */
function kindOf(name: string, holds: (dtype: DType) => boolean): object {
  const type = (): never => {
    throw new TypeError(`cannot create 'numpy.${name}' instances`);
  };
  return Object.defineProperties(type, {
    name: { value: name },
    __name__: { value: name },
    __repr__: { value: () => `<class 'numpy.${name}'>` },
    holds: { value: holds },
    [Symbol.hasInstance]: { value: (x: unknown) => x instanceof NDArray && x.isScalar && holds(x.dtype) },
  });
}
const isWhole = (d: DType): boolean => d !== 'bool' && !isFloating(d) && !isComplex(d);
export const kinds = {
  generic: kindOf('generic', () => true),
  number: kindOf('number', (d) => d !== 'bool'),
  floating: kindOf('floating', isFloating),
  complexfloating: kindOf('complexfloating', isComplex),
  inexact: kindOf('inexact', (d) => isFloating(d) || isComplex(d)),
  integer: kindOf('integer', isWhole),
  signedinteger: kindOf('signedinteger', (d) => isWhole(d) && !isUnsigned(d)),
  unsignedinteger: kindOf('unsignedinteger', isUnsigned),
};

/** Whether a dtype is of a kind, or the same dtype. */
export function issubdtype(a: unknown, b: unknown): boolean {
  const name = nameOf(a);
  if (name === null) return false;
  if (typeof b === 'function' && 'holds' in b) return (b.holds as (d: DType) => boolean)(name);
  return nameOf(b) === name;
}

const mantissa: Readonly<Record<string, { bits: number; max: number; tiny: number }>> = {
  float16: { bits: 10, max: 65504, tiny: 2 ** -14 },
  float32: { bits: 23, max: (2 - 2 ** -23) * 2 ** 127, tiny: 2 ** -126 },
  float64: { bits: 52, max: Number.MAX_VALUE, tiny: 2 ** -1022 },
};
/** Limits of a floating dtype. */
export function finfo(dtype: unknown): Record<'eps' | 'max' | 'min' | 'tiny', NDArray> & { bits: number } {
  const name = nameOf(dtype) ?? 'float64';
  const facts = mantissa[name];
  if (facts === undefined) throw new TypeError(`data type '${name}' not inexact`);
  const type = scalarTypes[name]!;
  return {
    bits: dtypes[name].itemsize * 8,
    eps: type(2 ** -facts.bits),
    max: type(facts.max),
    min: type(-facts.max),
    tiny: type(facts.tiny),
  };
}
/** Limits of an integer dtype. */
export class IntegerLimits {
  readonly dtype: NumpyDType;
  readonly bits: number;
  readonly min: number | bigint;
  readonly max: number | bigint;
  constructor(name: DType) {
    const { min, max, itemsize } = dtypes[name];
    const plain = (v: number | bigint): number | bigint => (Number.isSafeInteger(Number(v)) ? Number(v) : v);
    this.dtype = new NumpyDType(name);
    this.bits = itemsize * 8;
    this.min = plain(min);
    this.max = plain(max);
  }
  __repr__(): string {
    return `iinfo(min=${this.min}, max=${this.max}, dtype=${this.dtype.name})`;
  }
  __str__(): string {
    const line = '-'.repeat(63);
    return `Machine parameters for ${this.dtype.name}\n${line}\nmin = ${this.min}\nmax = ${this.max}\n${line}\n`;
  }
}
export function iinfo(dtype: unknown): IntegerLimits {
  const name = nameOf(dtype);
  if (name === null || !isDType(name) || !isWhole(name))
    throw new TypeError(`Invalid integer data type '${String(dtype)}'.`);
  return new IntegerLimits(name);
}
/** The smallest dtype that holds two. */
export const promoteTypes = (a: unknown, b: unknown): NumpyDType =>
  new NumpyDType(promote(numpyDType(a).name, numpyDType(b).name));
export const numpyDType = (name: unknown): NumpyDType => {
  const found = nameOf(name);
  if (found === null && typeof name !== 'string')
    throw new TypeError(`Cannot interpret '${typeof name === 'function' ? name.name : String(name)}' as a data type`);
  return new NumpyDType(found ?? parseDType(String(name)));
};
