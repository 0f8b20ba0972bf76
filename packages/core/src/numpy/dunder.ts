import { EngineError, IndexError } from '../errors';
import { isNumber } from '../numbers';
import { pythonIndex } from '../pythonIndex';
import { declareAttributes } from '../signature';
import { Complex } from '../tensor/complex';
import { type ArrayData, codecs, dtypes, isComplex, isFloating, type TypedArray } from '../tensor/dtype';
import { formatValue, PyFloat } from '../tensor/printing/index';
import { Tensor } from '../tensor/tensor';
import { type ArrayLike, isArrayData, makeArray, toArrayData } from './convert';
import { type BinaryName, binary, compactShape, inverted } from './elementwise';
import { getIndex, type Index, type Resolved, resolve, setIndex } from './indexing';
import { NDArray } from './ndarray';
import { NumpyDType } from './scalars';

const raised = (name: string, message: string): Error => {
  const error = new Error(message);
  error.name = name;
  return error;
};
/** The engine's errors under Python's names, where NumPy raises others. */
function guarded<T>(body: () => T): T {
  try {
    return body();
  } catch (error) {
    if (!(error instanceof EngineError)) throw error;
    const names: Readonly<Record<string, string>> = {
      ShapeError: 'ValueError',
      DTypeError: 'TypeError',
      GradError: 'RuntimeError',
    };
    const text = error.details.op ? error.message.slice(error.details.op.length + 2) : error.message;
    throw raised(names[error.name] ?? error.name, text);
  }
}

/**
 * A selection that NumPy gives as a view although its elements do not lie in one run: it reads them from its base
 * whenever it is asked, and writes go there.
 */
class ArrayView extends NDArray {
  private readonly base: ArrayData;
  private readonly places: Int32Array;

  constructor(base: ArrayData, shape: readonly number[], places: Int32Array) {
    super({ dtype: base.dtype, shape, data: gathered(base, places) });
    this.base = base;
    this.places = places;
    Object.defineProperty(this, 'data', { get: () => gathered(base, places) });
  }
  override set(index: Index | readonly Index[], value: ArrayLike): void {
    const changed: ArrayData = { dtype: this.dtype, shape: this.shape, data: this.data };
    setIndex(changed, Array.isArray(index) ? (index as Index[]) : [index as Index], value);
    const to = this.base.data as Float64Array;
    const from = changed.data as Float64Array;
    if (this.base instanceof ArrayView) {
      const whole = this.base.data as Float64Array;
      for (let i = 0; i < from.length; i++) whole[this.places[i]!] = from[i]!;
      this.base.set(['...'], { dtype: this.dtype, shape: this.base.shape, data: whole as unknown as TypedArray });
    } else for (let i = 0; i < from.length; i++) to[this.places[i]!] = from[i]!;
  }
  override fill(value: number): void {
    this.set(['...'], value);
  }
  override sort(axis = -1): void {
    const sorted = this.copy();
    sorted.sort(axis);
    this.set(['...'], sorted);
  }
}
function gathered(base: ArrayData, places: Int32Array): TypedArray {
  const out = dtypes[base.dtype].create(places.length) as Float64Array;
  const from = base.data as Float64Array;
  for (let i = 0; i < out.length; i++) out[i] = from[places[i]!]!;
  return out as unknown as TypedArray;
}

const notIndex = (): Error =>
  new IndexError(
    'only integers, slices (`:`), ellipsis (`...`), numpy.newaxis (`None`) and integer or boolean arrays are valid indices',
  );
function numpyIndex(index: unknown): Index[] {
  return pythonIndex(index, notIndex).map((part): Index => {
    switch (part.kind) {
      case 'int':
        return part.value;
      case 'new':
        return null;
      case 'rest':
        return '...';
      case 'slice':
        return part;
      case 'truth':
        return { dtype: 'bool', shape: [], data: Uint8Array.of(part.value ? 1 : 0) };
      default: {
        const array = toArrayData(part.value as ArrayLike);
        if (array.data.length === 0) return { dtype: 'int64', shape: array.shape, data: new BigInt64Array(0) };
        if (isFloating(array.dtype)) throw notIndex();
        // a NumPy integer is an index like any other
        return array.shape.length === 0 && array.dtype !== 'bool' ? codecs[array.dtype].get(array.data, 0) : array;
      }
    }
  });
}

/** What NumPy computes with: numbers, lists and arrays. Tensors bring their own operators. */
const known = (x: unknown): x is ArrayLike =>
  isNumber(x) ||
  typeof x === 'boolean' ||
  x instanceof Complex ||
  Array.isArray(x) ||
  (isArrayData(x) && !((x as unknown) instanceof Tensor));

const operators: Readonly<Record<string, BinaryName>> = {
  add: 'add',
  sub: 'subtract',
  mul: 'multiply',
  truediv: 'divide',
  floordiv: 'floorDivide',
  mod: 'mod',
  pow: 'power',
  and: 'bitwiseAnd',
  or: 'bitwiseOr',
  xor: 'bitwiseXor',
  lshift: 'leftShift',
  rshift: 'rightShift',
};
const comparisons: Readonly<Record<string, BinaryName>> = {
  lt: 'less',
  le: 'lessEqual',
  gt: 'greater',
  ge: 'greaterEqual',
};
const ufuncs: Readonly<Record<string, string>> = {
  floorDivide: 'floor_divide',
  bitwiseAnd: 'bitwise_and',
  bitwiseOr: 'bitwise_or',
  bitwiseXor: 'bitwise_xor',
  mod: 'remainder',
  leftShift: 'left_shift',
  rightShift: 'right_shift',
};

type Dunders = Record<string, (this: NDArray, ...args: any[]) => unknown>;
const define = (members: Dunders): void => {
  for (const [name, value] of Object.entries(members))
    Object.defineProperty(NDArray.prototype, name, { value, writable: true, configurable: true });
};
const result = (op: BinaryName, a: ArrayLike, b: ArrayLike): NDArray =>
  guarded(() => new NDArray(binary(op, a, b), true));
const rank = (d: string): number => (d === 'bool' ? 0 : d.includes('complex') ? 3 : d.includes('float') ? 2 : 1);

for (const [name, op] of Object.entries(operators))
  define({
    [`__${name}__`](other: unknown) {
      return known(other) ? result(op, this, other) : undefined;
    },
    [`__r${name}__`](other: unknown) {
      return known(other) ? result(op, other, this) : undefined;
    },
    [`__i${name}__`](other: unknown) {
      if (!known(other)) return undefined;
      const next = result(op, this, other);
      if (this.isScalar) return next;
      if (rank(next.dtype) > rank(this.dtype))
        throw new TypeError(
          `Cannot cast ufunc '${ufuncs[op] ?? op}' output from dtype('${next.dtype}') to dtype('${this.dtype}') with casting rule 'same_kind'`,
        );
      if (compactShape(next.shape) !== compactShape(this.shape))
        throw raised(
          'ValueError',
          `non-broadcastable output operand with shape ${compactShape(this.shape)} doesn't match the broadcast shape ${compactShape(next.shape)}`,
        );
      this.set(['...'], next);
      return this;
    },
  });
for (const [name, op] of Object.entries(comparisons))
  define({
    [`__${name}__`](other: unknown) {
      return known(other) ? result(op, this, other) : undefined;
    },
  });

/** What has no number is unequal to all elements. */
function equality(self: NDArray, other: unknown, op: 'equal' | 'notEqual'): NDArray | undefined {
  if (known(other)) return result(op, self, other);
  if (typeof other === 'object' && other !== null && '__eq__' in other) return undefined;
  return new NDArray(makeArray('bool', self.shape, op === 'notEqual'), self.isScalar);
}

/** The one element, where Python asks for a number. */
function one(array: NDArray): number | bigint | boolean {
  if (array.ndim > 0) throw new TypeError('only 0-dimensional arrays can be converted to Python scalars');
  const value = array.item();
  if (value instanceof Complex) throw new TypeError('float() argument must be a string or a real number, not complex');
  return value;
}

define({
  __eq__(other: unknown) {
    return equality(this, other, 'equal');
  },
  __ne__(other: unknown) {
    return equality(this, other, 'notEqual');
  },
  __matmul__(other: unknown) {
    return known(other) ? guarded(() => this.matmul(other)) : undefined;
  },
  __rmatmul__(other: unknown) {
    return known(other) ? guarded(() => NDArray.from(other).matmul(this)) : undefined;
  },
  __complex__() {
    return Complex.from(this.item());
  },
  __divmod__(other: unknown) {
    return known(other) ? [result('floorDivide', this, other), result('mod', this, other)] : undefined;
  },
  __neg__() {
    return guarded(() => this.neg());
  },
  __pos__() {
    return this;
  },
  __abs__() {
    return this.abs();
  },
  __invert__() {
    return new NDArray(inverted(this), this.isScalar);
  },
  __round__(digits: unknown) {
    const rounded = this.round(digits === undefined || digits === null ? 0 : Number(digits));
    return digits === undefined || digits === null ? Math.trunc(Number(one(rounded))) : rounded;
  },
  __getitem__(index: unknown) {
    return guarded(() => {
      const parts = numpyIndex(index);
      const found: Resolved = resolve(this.shape, parts);
      const view = this instanceof ArrayView;
      if (isComplex(this.dtype) || found.copied || found.shape.length === 0 || (found.at === null && !view))
        return new NDArray(getIndex(this, parts), true);
      const count = found.shape.reduce((n, d) => n * d, 1);
      const places = found.at ?? Int32Array.from({ length: count }, (_, i) => found.start + i);
      return new ArrayView(this, found.shape, places);
    });
  },
  __setitem__(index: unknown, value: unknown) {
    guarded(() => {
      const given = value instanceof Tensor ? toArrayData(value as never) : (value as ArrayLike);
      this.set(numpyIndex(index), given);
    });
  },
  __len__() {
    if (this.ndim === 0) throw new TypeError('len() of unsized object');
    return this.shape[0];
  },
  __iter__() {
    if (this.ndim === 0) throw new TypeError('iteration over a 0-d array');
    return this[Symbol.iterator]();
  },
  __contains__(element: unknown) {
    const same = equality(this, element, 'equal');
    return same !== undefined && same.any().item() === true;
  },
  __bool__() {
    if (this.size > 1)
      throw raised(
        'ValueError',
        'The truth value of an array with more than one element is ambiguous. Use a.any() or a.all()',
      );
    if (this.size === 0)
      throw raised(
        'ValueError',
        'The truth value of an empty array is ambiguous. Use `array.size > 0` to check that an array is not empty.',
      );
    return Boolean(Number(this.item()));
  },
  __float__() {
    return Number(one(this));
  },
  __int__() {
    const value = one(this);
    return typeof value === 'bigint' ? value : Math.trunc(Number(value));
  },
  __index__() {
    if (this.ndim > 0 || isFloating(this.dtype) || this.dtype === 'bool')
      throw new TypeError(
        this.isScalar
          ? `'numpy.${this.dtype}' object cannot be interpreted as an integer`
          : 'only integer scalar arrays can be converted to a scalar index',
      );
    return one(this);
  },
  /** The number that a scalar is equal to, and is found under in a dict. */
  __plain__() {
    return this.isScalar ? this.item() : undefined;
  },
  __hash__() {
    if (!this.isScalar) throw new TypeError("unhashable type: 'numpy.ndarray'");
    return one(this);
  },
  __str__() {
    return this.toString();
  },
  __format__(spec: string) {
    if (spec === '') return this.toString();
    if (this.ndim > 0) throw new TypeError('unsupported format string passed to numpy.ndarray.__format__');
    const value = one(this);
    return formatValue(isFloating(this.dtype) ? new PyFloat(Number(value)) : value, spec);
  },
});

declareAttributes(NDArray.prototype, {
  shape: 'tuple',
  strides: 'tuple',
  dtype: (array: NDArray) => new NumpyDType(array.dtype),
});
