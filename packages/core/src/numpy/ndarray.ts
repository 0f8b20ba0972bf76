import { ShapeError } from '../errors';
import { nestedResult } from '../numbers';
import type { Complex } from '../tensor/complex';
import {
  type ArrayData,
  type DType,
  dtypes,
  isComplex,
  isFloating,
  isWide,
  sizeOf,
  type TypedArray,
  type WideArray,
} from '../tensor/dtype';
import { numpyRepr, numpyScalarRepr, numpyText } from '../tensor/printing/numpyStyle';
import { conjugate, imagPart, realPart } from './complexNumbers';
import { type ArrayLike, cast, makeArray, type NestedList, readElement, toArrayData, toNested } from './convert';
import { parseDType, type Scalar } from './dtypes';
import { type BinaryName, binary, compactShape, round, unary } from './elementwise';
import { getIndex, type Index, setIndex } from './indexing';
import { dot, matmul } from './linalg';
import { type Axis, argExtreme, cumsum, extreme, mean, median, prod, std, sum, truth, variance } from './reduce';
import { argsort, copy, reshape, sort, squeeze, transpose } from './shaping';

/** Keyword arguments of a reduction. */
export interface ReduceOptions {
  readonly axis?: Axis;
  readonly keepdims?: boolean;
  /** Delta degrees of freedom of `std` and `var`: they divide by n - ddof. */
  readonly ddof?: number;
  /** Type of the running sum and of the result of `sum` and `mean`. */
  readonly dtype?: string;
}

/** An axis, or keyword arguments. */
export type ReduceArg = Axis | ReduceOptions;

const isOptions = (arg: ReduceArg): arg is ReduceOptions =>
  typeof arg === 'object' && arg !== null && !Array.isArray(arg);

function reduceOptions(
  arg: ReduceArg,
  keepdims?: boolean | ReduceOptions,
): { axis: Axis; keepdims: boolean; ddof: number; dtype?: DType } {
  const options: ReduceOptions = isOptions(arg)
    ? arg
    : { axis: arg, ...(typeof keepdims === 'object' ? keepdims : { keepdims }) };
  return {
    axis: options.axis,
    keepdims: options.keepdims ?? false,
    ddof: options.ddof ?? 0,
    dtype: options.dtype === undefined || options.dtype === null ? undefined : parseDType(options.dtype),
  };
}

const oneAxis = (arg: ReduceArg, op: string): number | null | undefined => {
  const { axis } = reduceOptions(arg);
  if (typeof axis === 'object' && axis !== null)
    throw new ShapeError(`${op} takes one axis, and [${axis.join(', ')}] was given`, { op });
  return axis;
};

/**
 * An n-dimensional array with NumPy's rules: promotion, rounding, indexing and printed form. Row-major and contiguous.
 * What lies in one run of memory (`at(0)`, `at('2:5')`, `reshape`, `ravel`) shares it with the array it was taken from;
 * every other selection and `T` are copies, so write through `set`. A single number out of it is `item()` or `get()`.
 *
 * ```ts
 * const x = NDArray.from([[1, 2], [3, 4]], 'float32');
 * String(x.mean({ axis: 0 })); // '[2. 3.]'
 * ```
 */
export class NDArray implements ArrayData {
  readonly dtype: DType;
  readonly shape: readonly number[];
  readonly data: TypedArray;
  /** Whether this is a NumPy scalar, such as a full sum, and not an array of rank 0: they differ in `repr` only. */
  readonly isScalar: boolean;

  // what functions of NumPy's do too: `methods.ts` puts these on the prototype, as those functions need arrays themselves
  /** Bytes from one element to the next along each axis. */
  declare readonly strides: readonly number[];
  /** The elements as one list, sharing the memory. */
  declare readonly flat: NDArray;
  declare readonly mT: NDArray;
  declare readonly repeat: (repeats: ArrayLike, axis?: number | null) => NDArray;
  declare readonly take: (places: ArrayLike, axis?: number | null) => NDArray;
  declare readonly swapaxes: (first: number, second: number) => NDArray;
  declare readonly diagonal: (offset?: number, axis1?: number, axis2?: number) => NDArray;
  declare readonly trace: (offset?: number, axis1?: number, axis2?: number) => NDArray;
  declare readonly nonzero: () => NDArray[];
  declare readonly cumprod: (axis?: number | null) => NDArray;
  declare readonly searchsorted: (values: ArrayLike, side?: 'left' | 'right') => NDArray;
  declare readonly compress: (condition: ArrayLike, axis?: number | null) => NDArray;
  declare readonly choose: (choices: readonly ArrayLike[], mode?: 'raise' | 'wrap' | 'clip') => NDArray;
  declare readonly put: (places: ArrayLike, values: ArrayLike) => void;
  declare readonly partition: (k: ArrayLike, axis?: number) => void;
  declare readonly argpartition: (k: ArrayLike, axis?: number | null) => NDArray;
  declare readonly tobytes: () => Uint8Array;
  /** The same memory read as another dtype. */
  declare readonly view: (dtype?: string) => NDArray;

  constructor(array: ArrayData, isScalar = false) {
    const size = sizeOf(array.shape);
    if (array.data.length !== size * dtypes[array.dtype].width) {
      throw new ShapeError(
        `an array of shape ${compactShape(array.shape)} has ${size} elements, and ${array.data.length} were given`,
      );
    }
    this.dtype = array.dtype;
    this.shape = array.shape;
    this.data = array.data;
    this.isScalar = isScalar && array.shape.length === 0;
  }

  /** An array of anything array-like; what is an array already keeps its memory unless the dtype changes. */
  static from(value: ArrayLike, dtype?: string | null): NDArray {
    if (value instanceof NDArray && (dtype === undefined || dtype === null || parseDType(dtype) === value.dtype))
      return value;
    return new NDArray(toArrayData(value, dtype));
  }

  /** What Python calls its class. */
  get __typename__(): string {
    return this.isScalar ? `numpy.${this.dtype}` : 'numpy.ndarray';
  }
  get ndim(): number {
    return this.shape.length;
  }
  get size(): number {
    return sizeOf(this.shape);
  }
  get itemsize(): number {
    return dtypes[this.dtype].itemsize;
  }
  get nbytes(): number {
    return this.size * this.itemsize;
  }
  /** Length of the first axis, as Python's `len`. */
  get length(): number {
    if (this.shape.length === 0) throw new TypeError('len() of unsized object: an array of rank 0 has no length');
    return this.shape[0]!;
  }
  get T(): NDArray {
    return this.transpose();
  }

  reshape(...shape: number[] | [readonly number[]]): NDArray {
    return new NDArray(reshape(this, shape.flat()));
  }
  ravel(): NDArray {
    return new NDArray(reshape(this, [this.size]));
  }
  flatten(): NDArray {
    return this.ravel().copy();
  }
  transpose(...axes: number[] | [readonly number[] | null]): NDArray {
    const order = axes.flat() as number[];
    return new NDArray(transpose(this, axes.length === 0 || axes[0] === null ? null : order));
  }
  squeeze(axis?: number | readonly number[] | null): NDArray {
    return new NDArray(squeeze(this, axis));
  }
  astype(dtype: string): NDArray {
    return new NDArray(cast(this, parseDType(dtype)), this.isScalar);
  }
  /** The real parts. */
  get real(): NDArray {
    return new NDArray(realPart(this), this.isScalar);
  }
  /** The imaginary parts. */
  get imag(): NDArray {
    return new NDArray(imagPart(this), this.isScalar);
  }
  conj(): NDArray {
    return new NDArray(conjugate(this, unary), this.isScalar);
  }
  conjugate(): NDArray {
    return this.conj();
  }
  copy(): NDArray {
    return new NDArray(copy(this));
  }
  fill(value: Scalar): void {
    setIndex(this, ['...'], value);
  }

  /** Nested lists of numbers; of an array of rank 0, the number. 64-bit values that no number holds are bigints. */
  tolist(): Scalar | NestedList {
    return nestedResult(toNested(this), isFloating(this.dtype));
  }
  /** The one element, or the one at a position, as a JavaScript value. */
  item(...index: number[]): Scalar {
    if (index.length > 0) return index.length === 1 ? this.ravel().get(index[0]!) : this.get(...index);
    if (this.size !== 1)
      throw new ShapeError(
        `can only convert an array of size 1 to a Python scalar, and the shape is ${compactShape(this.shape)}`,
      );
    return nestedResult(readElement(this, 0), isFloating(this.dtype));
  }

  /** The elements that an index chooses, as an array: `x.at(0)`, `x.at(':', '1:3')`, `x.at(mask)`, `x.at('...', null)`. */
  at(...index: Index[]): NDArray {
    return new NDArray(getIndex(this, index), true);
  }
  /** One element as a JavaScript value; the index must name a position on every axis. */
  get(...index: number[]): Scalar {
    const found = getIndex(this, index);
    if (found.shape.length > 0) {
      throw new ShapeError(
        `get needs one position for each of the ${this.ndim} axes and received ${index.length}; use at(...) for a part of the array`,
      );
    }
    return nestedResult(readElement(found, 0), isFloating(this.dtype));
  }
  /** Writes into the elements that an index chooses: `x.set(0, 5)`, `x.set([0, ':'], row)`, `x.set(mask, 0)`; a list is one part per axis. */
  set(index: Index | readonly Index[], value: ArrayLike): void {
    setIndex(this, Array.isArray(index) ? (index as Index[]) : [index as Index], value);
  }

  sum(arg?: ReduceArg, keepdims?: boolean | ReduceOptions): NDArray {
    const o = reduceOptions(arg, keepdims);
    return new NDArray(sum(this, o.axis, o.keepdims, o.dtype), true);
  }
  prod(arg?: ReduceArg, keepdims?: boolean | ReduceOptions): NDArray {
    const o = reduceOptions(arg, keepdims);
    return new NDArray(prod(this, o.axis, o.keepdims), true);
  }
  mean(arg?: ReduceArg, keepdims?: boolean | ReduceOptions): NDArray {
    const o = reduceOptions(arg, keepdims);
    return new NDArray(mean(this, o.axis, o.keepdims, o.dtype), true);
  }
  std(arg?: ReduceArg, keepdims?: boolean | ReduceOptions): NDArray {
    const o = reduceOptions(arg, keepdims);
    return new NDArray(std(this, o.axis, o.keepdims, o.ddof), true);
  }
  var(arg?: ReduceArg, keepdims?: boolean | ReduceOptions): NDArray {
    const o = reduceOptions(arg, keepdims);
    return new NDArray(variance(this, o.axis, o.keepdims, o.ddof), true);
  }
  median(arg?: ReduceArg, keepdims?: boolean | ReduceOptions): NDArray {
    const o = reduceOptions(arg, keepdims);
    return new NDArray(median(this, o.axis, o.keepdims), true);
  }
  max(arg?: ReduceArg, keepdims?: boolean | ReduceOptions): NDArray {
    const o = reduceOptions(arg, keepdims);
    return new NDArray(extreme('max', this, o.axis, o.keepdims), true);
  }
  min(arg?: ReduceArg, keepdims?: boolean | ReduceOptions): NDArray {
    const o = reduceOptions(arg, keepdims);
    return new NDArray(extreme('min', this, o.axis, o.keepdims), true);
  }
  argmax(arg?: ReduceArg, keepdims?: boolean | ReduceOptions): NDArray {
    return new NDArray(argExtreme('max', this, oneAxis(arg, 'argmax'), reduceOptions(arg, keepdims).keepdims), true);
  }
  argmin(arg?: ReduceArg, keepdims?: boolean | ReduceOptions): NDArray {
    return new NDArray(argExtreme('min', this, oneAxis(arg, 'argmin'), reduceOptions(arg, keepdims).keepdims), true);
  }
  all(arg?: ReduceArg, keepdims?: boolean | ReduceOptions): NDArray {
    const o = reduceOptions(arg, keepdims);
    return new NDArray(truth('all', this, o.axis, o.keepdims), true);
  }
  any(arg?: ReduceArg, keepdims?: boolean | ReduceOptions): NDArray {
    const o = reduceOptions(arg, keepdims);
    return new NDArray(truth('any', this, o.axis, o.keepdims), true);
  }
  cumsum(arg?: ReduceArg): NDArray {
    return new NDArray(cumsum(this, oneAxis(arg, 'cumsum')));
  }

  /** Sorts in place. */
  sort(axis: number = -1): void {
    (this.data as Float64Array).set(sort(this, axis).data as Float64Array);
  }
  argsort(axis: number | null = -1): NDArray {
    return new NDArray(argsort(this, axis));
  }

  add(other: ArrayLike): NDArray {
    return this.#with('add', other);
  }
  sub(other: ArrayLike): NDArray {
    return this.#with('subtract', other);
  }
  mul(other: ArrayLike): NDArray {
    return this.#with('multiply', other);
  }
  div(other: ArrayLike): NDArray {
    return this.#with('divide', other);
  }
  floordiv(other: ArrayLike): NDArray {
    return this.#with('floorDivide', other);
  }
  mod(other: ArrayLike): NDArray {
    return this.#with('mod', other);
  }
  pow(other: ArrayLike): NDArray {
    return this.#with('power', other);
  }
  eq(other: ArrayLike): NDArray {
    return this.#with('equal', other);
  }
  ne(other: ArrayLike): NDArray {
    return this.#with('notEqual', other);
  }
  lt(other: ArrayLike): NDArray {
    return this.#with('less', other);
  }
  le(other: ArrayLike): NDArray {
    return this.#with('lessEqual', other);
  }
  gt(other: ArrayLike): NDArray {
    return this.#with('greater', other);
  }
  ge(other: ArrayLike): NDArray {
    return this.#with('greaterEqual', other);
  }
  and(other: ArrayLike): NDArray {
    return this.#with('bitwiseAnd', other);
  }
  or(other: ArrayLike): NDArray {
    return this.#with('bitwiseOr', other);
  }
  neg(): NDArray {
    return new NDArray(unary('negative', this), this.isScalar);
  }
  abs(): NDArray {
    return new NDArray(unary('abs', this), this.isScalar);
  }
  /** True where an element is zero or false. */
  not(): NDArray {
    return new NDArray(unary('logicalNot', this), this.isScalar);
  }
  round(decimals = 0): NDArray {
    return new NDArray(round(this, decimals), this.isScalar);
  }
  /** Elements held between two bounds; null leaves one open. */
  clip(low: ArrayLike | null, high: ArrayLike | null = null): NDArray {
    let out: ArrayData = this;
    if (low !== null) out = binary('maximum', out, low);
    if (high !== null) out = binary('minimum', out, high);
    return new NDArray(out === this ? copy(this) : out, this.isScalar);
  }
  dot(other: ArrayLike): NDArray {
    return new NDArray(dot(this, toArrayData(other)), true);
  }
  matmul(other: ArrayLike): NDArray {
    return new NDArray(matmul(this, toArrayData(other)), true);
  }

  #with(op: BinaryName, other: ArrayLike): NDArray {
    return new NDArray(binary(op, this, other), true);
  }

  /** The parts along the first axis; of one axis, its elements as arrays of rank 0 (`tolist()` gives numbers). */
  *[Symbol.iterator](): IterableIterator<NDArray> {
    if (this.ndim === 0) throw new TypeError('iteration over a 0-d array');
    for (let i = 0; i < this.shape[0]!; i++) yield this.at(i);
  }

  /** What Python's `str` gives. */
  toString(): string {
    return numpyText(this);
  }
  /** What Python's `repr` gives. */
  __repr__(): string {
    if (!this.isScalar) return numpyRepr(this);
    if (isComplex(this.dtype)) return numpyScalarRepr(readElement(this, 0) as Complex, this.dtype);
    return numpyScalarRepr(
      isWide(this.dtype) ? (this.data as WideArray)[0]! : Number(readElement(this, 0)),
      this.dtype,
    );
  }
  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return this.__repr__();
  }
  /** Nested lists; integers that no number holds become strings of digits, so that none is lost. */
  toJSON(): unknown {
    const plain = (value: Scalar | NestedList): unknown =>
      Array.isArray(value) ? value.map(plain) : typeof value === 'bigint' ? String(value) : value;
    return plain(this.tolist());
  }
  [Symbol.toPrimitive](hint: string): number | bigint | boolean | string {
    if (hint === 'string' || isComplex(this.dtype)) return this.toString();
    if (this.size === 1) return readElement(this, 0) as number;
    if (hint === 'default') return this.toString();
    throw new TypeError(
      `only an array of size 1 can be converted to a number, and the shape is ${compactShape(this.shape)}`,
    );
  }
}

/** A new array of zeros, or of one value. */
export const filled = (shape: number | readonly number[], dtype: string, value?: Scalar): NDArray =>
  new NDArray(makeArray(parseDType(dtype), typeof shape === 'number' ? [shape] : [...shape], value));
