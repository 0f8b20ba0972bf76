import {
  assignFamily,
  Complex,
  type DType as CoreDType,
  Tensor as CoreTensor,
  copyData,
  currentTracer,
  describeValue,
  fromArray,
  fromNested,
  Graph,
  isComplex,
  isDifferentiable,
  isFloating,
  isSetItems,
  item,
  type Nested,
  nestedKind,
  nestedResult,
  ops,
  type Scalar,
  type Storage,
  type TensorFamily,
  toNested,
} from '@stele/core';
import { NDArray, TextArray } from '@stele/core/numpy';
import { formatValue, PyFloat, tensorflowFormat, tensorflowRepr, tensorflowText } from '@stele/core/printing';
import { op } from './dispatch';
import { as_dtype, type DType, type DTypeLike, dtypeName, kernelName } from './dtypes';
import { InvalidArgumentError, kernelError, rephrase, typeMismatch, valueError } from './errors';
import { readLists } from './listed';
import { TensorShape } from './shape';
import { closeDims, dimsOf, isNamed, shapeOf, symbolName } from './spec';

/** Whatever TensorFlow turns into a tensor: tensors, arrays, nested lists and numbers. */
export type TensorLike = CoreTensor | NDArray | ArrayBufferView | Nested | PyFloat | readonly TensorLike[];

/**
 * A value of TensorFlow: immutable, and printed as `tf.Tensor(11.0, shape=(), dtype=float32)`.
 *
 * ```ts
 * String(tf.constant([1.5, 2]).mul(2)); // 'tf.Tensor([3. 4.], shape=(2,), dtype=float32)'
 * ```
 * @see https://www.tensorflow.org/api_docs/python/tf/Tensor
 */
export class Tensor extends CoreTensor {
  get shape(): TensorShape {
    return this.symbolic ? shapeOf(dimsOf(this)) : TensorShape.from_dims(this.sizes);
  }
  get dtype(): DType {
    return as_dtype(this.scalarType);
  }
  /** A number where JavaScript wants one, the printed form where it wants text. */
  override [Symbol.toPrimitive](hint: string): string | number | bigint | boolean {
    const value = hint === 'number' ? this.item() : null;
    return value === null || value instanceof Complex ? this.toString() : value;
  }
  get ndim(): number {
    return this.rank;
  }
  /** The values as an array of NumPy's kind. */
  numpy(): NDArray {
    if (this.symbolic)
      throw Object.assign(new Error("'SymbolicTensor' object has no attribute 'numpy'"), { name: 'AttributeError' });
    return new NDArray({ dtype: this.scalarType, shape: this.sizes, data: copyData(this) }, true);
  }
  /** The same for NumPy's functions. */
  __array__(): NDArray {
    if (this.symbolic)
      throw Object.assign(
        new Error(
          `Cannot convert a symbolic tf.Tensor (${symbolName(this)}) to a numpy array. This error may indicate that you're trying to pass a Tensor to a NumPy call, which is not supported.`,
        ),
        { name: 'NotImplementedError' },
      );
    return this.numpy();
  }
  /** The one element as a JavaScript value, as `float(t)` gives in Python. */
  item(): Scalar {
    return nestedResult(item(this), isFloating(this.scalarType));
  }
  tolist(): Nested {
    return nestedResult(toNested(this), isFloating(this.scalarType));
  }
  get_shape(): TensorShape {
    return this.shape;
  }
  /** Checks the shape against one that is known; a tensor with values already has all that it says. */
  set_shape(shape: unknown): void {
    const given = TensorShape.__new__(shape);
    if (!this.shape.is_compatible_with(given))
      throw valueError(`Tensor's shape ${this.shape} is not compatible with supplied shape ${given}.`);
    if (this.symbolic) closeDims(this, this.shape.merge_with(given).dims);
  }
  get device(): string {
    return this.symbolic ? '' : '/job:localhost/replica:0/task:0/device:CPU:0';
  }
  add(other: TensorLike): Tensor {
    return arithmetic.add(this, other);
  }
  sub(other: TensorLike): Tensor {
    return arithmetic.subtract(this, other);
  }
  mul(other: TensorLike): Tensor {
    return arithmetic.multiply(this, other);
  }
  div(other: TensorLike): Tensor {
    return arithmetic.divide(this, other);
  }
  floordiv(other: TensorLike): Tensor {
    return arithmetic.floordiv(this, other);
  }
  mod(other: TensorLike): Tensor {
    return arithmetic.floormod(this, other);
  }
  pow(other: TensorLike): Tensor {
    return arithmetic.pow(this, other);
  }
  neg(): Tensor {
    return arithmetic.negative(this);
  }
  matmul(other: TensorLike): Tensor {
    return arithmetic.matmul(this, other);
  }
  eq(other: TensorLike): Tensor {
    return arithmetic.equal(this, other);
  }
  ne(other: TensorLike): Tensor {
    return arithmetic.not_equal(this, other);
  }
  lt(other: TensorLike): Tensor {
    return arithmetic.less(this, other);
  }
  le(other: TensorLike): Tensor {
    return arithmetic.less_equal(this, other);
  }
  gt(other: TensorLike): Tensor {
    return arithmetic.greater(this, other);
  }
  ge(other: TensorLike): Tensor {
    return arithmetic.greater_equal(this, other);
  }
  /** Row `i`, as `t[i]` in Python. */
  at(index: number): Tensor {
    return arithmetic.at(this, index);
  }
  /** The rows, as iterating over a tensor gives them in Python. */
  [Symbol.iterator](): IterableIterator<Tensor> {
    if (this.rank === 0) throw new TypeError('Cannot iterate over a scalar tensor.');
    return this.rows();
  }
  private *rows(): IterableIterator<Tensor> {
    for (let i = 0; i < this.sizes[0]!; i++) yield this.at(i);
  }
  override toString(): string {
    if (this.symbolic || isConstant(this))
      return `Tensor("${symbolName(this)}", shape=${this.shape}, dtype=${this.scalarType})`;
    return tensorflowText({ dtype: this.scalarType, shape: this.sizes, data: copyData(this) });
  }
  __repr__(): string {
    if (this.symbolic || isConstant(this))
      return `<tf.Tensor '${symbolName(this)}' shape=${this.shape} dtype=${this.scalarType}>`;
    return tensorflowRepr({ dtype: this.scalarType, shape: this.sizes, data: copyData(this) });
  }
  /** What an f-string shows: `11.0` for a scalar. */
  __format__(spec: string): string {
    if (spec !== '') return formatValue(Number(this.item()), spec);
    return tensorflowFormat({ dtype: this.scalarType, shape: this.sizes, data: copyData(this) });
  }
  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return this.__repr__();
  }
}

/** Whether a tensor is a constant of the graph that is being traced: it has a value, but Python does not see it. */
const isConstant = (t: Tensor): boolean => isNamed(t) && !('assign' in t) && currentTracer() instanceof Graph;

/** The functions behind the operator methods; the math module hands them over. */
type Arithmetic = Record<
  | 'add'
  | 'subtract'
  | 'multiply'
  | 'divide'
  | 'floordiv'
  | 'floormod'
  | 'pow'
  | 'matmul'
  | 'equal'
  | 'not_equal'
  | 'less'
  | 'less_equal'
  | 'greater'
  | 'greater_equal',
  (a: TensorLike, b: TensorLike) => Tensor
> & { negative(a: TensorLike): Tensor; at(a: Tensor, index: number): Tensor };
let arithmetic: Arithmetic;
export function provideArithmetic(provided: Arithmetic): void {
  arithmetic = provided;
}

export const tfFamily: TensorFamily = {
  name: 'tf',
  conversion: 'tf.constant(t.numpy())',
  create: (storage: Storage, sizes, strides, offset) => new Tensor(storage, sizes, strides, offset),
  rephrase,
};
assignFamily(Tensor, tfFamily);

/** Nested lists with what is in them as numbers; what is no number stays as it is. */
function unwrap(value: unknown, found: { float: boolean }): Nested {
  if (value instanceof PyFloat) {
    found.float = true;
    return value.value;
  }
  if (value instanceof CoreTensor) {
    if (isFloating(value.scalarType)) found.float = true;
    return toNested(value);
  }
  if (value instanceof NDArray) {
    if (isFloating(value.dtype)) found.float = true;
    return value.tolist() as Nested;
  }
  if (Array.isArray(value) && !isSetItems(value)) return value.map((part) => unwrap(part, found));
  return value as Nested;
}

const isOperand = (value: unknown): boolean => value instanceof CoreTensor || isTextTensor(value);
const hasTensor = (value: unknown): boolean => isOperand(value) || (Array.isArray(value) && value.some(hasTensor));
const firstTensor = (value: unknown): unknown =>
  isOperand(value) ? value : Array.isArray(value) ? value.map(firstTensor).find((t) => t !== undefined) : undefined;

/** Lists that hold tensors, packed into one: the first tensor says of what type. */
function packed(parts: readonly TensorLike[], wanted: CoreDType | null): Tensor {
  const like = firstTensor(parts) as CoreTensor;
  const type = wanted ?? (like instanceof CoreTensor ? like.scalarType : 'string');
  const list = parts.map((part) => {
    if (isOperand(part)) return toTensor(part);
    return Array.isArray(part) && part.some(hasTensor) ? packed(part, type as CoreDType) : toTensor(part, type);
  });
  const first = list[0]!;
  const name = parts.every(isOperand) ? 'packed' : '';
  const other = list.findIndex((t) => t.scalarType !== first.scalarType);
  if (other > 0) throw typeMismatch('Pack', other, first.scalarType, list[other]!.scalarType, name);
  const show = (t: CoreTensor): string => `[${t.sizes.join(',')}]`;
  const bad = list.findIndex((t) => show(t) !== show(first));
  if (bad > 0 && !list.some((t) => t.symbolic))
    throw kernelError(
      'Pack',
      `Shapes of all inputs must match: values[0].shape = ${show(first)} != values[${bad}].shape = ${show(list[bad]!)}`,
      InvalidArgumentError,
      { made: `_N_${list.length}`, name },
    );
  return ops.stack(list, 0) as Tensor;
}

/** Whether a whole number among values needs more than 32 bits. */
const isLong = (value: Nested): boolean =>
  Array.isArray(value) ? value.some(isLong) : Number(value) > 2147483647 || Number(value) < -2147483648;
/** Whether a finite number is more than a float32 holds. */
const isHuge = (value: Nested): boolean =>
  Array.isArray(value) ? value.some(isHuge) : Number.isFinite(value) && !Number.isFinite(Math.fround(Number(value)));
/** Whether one does not even fit in 64. */
const isBeyond = (value: Nested): boolean =>
  Array.isArray(value) ? value.some(isBeyond) : typeof value === 'bigint' && BigInt.asIntN(64, value) !== value;

/** Text where a tensor of numbers is needed: the function that needs it says so in its kernel's words. */
export class TextOperand extends Error {
  /** The element type that the text was to have; null where any would do. */
  readonly wanted: string | null;
  /** The element type of the operand after it; null where there is none. */
  readonly beside: string | null;
  /** The kernel whose input it is, where that is not the function's own, and which input. */
  kernel: string | null = null;
  place = 1;
  constructor(wanted: string | null, beside: string | null = null) {
    super(`text is not taken here in Stele: a tensor of ${wanted ?? 'numbers'} is needed`);
    this.name = 'NotImplementedError';
    this.wanted = wanted;
    this.beside = beside;
  }
}
export const isTextTensor = (value: unknown): boolean =>
  (value as { dtype?: { name?: string } } | null)?.dtype?.name === 'string';
/** The tensor that a value stands for; a tensor of another dtype than asked for is refused, as TensorFlow does. */
export function toTensor(value: TensorLike, dtype?: DTypeLike | null): Tensor {
  const wanted = dtype === undefined || dtype === null ? null : dtypeName(dtype);
  if (value instanceof CoreTensor) {
    if (wanted !== null && value.scalarType !== wanted) {
      throw valueError(
        `Tensor conversion requested dtype ${wanted} for Tensor with dtype ${value.scalarType}: ${value instanceof Tensor ? value.__repr__() : value}`,
      );
    }
    return (value.family === tfFamily ? value : ops.clone(adopt(value))) as Tensor;
  }
  if (value instanceof NDArray) return ofArray(value, wanted);
  if (ArrayBuffer.isView(value)) return ofArray(NDArray.from(value as never), wanted);
  if (isTextTensor(value)) throw new TextOperand(wanted);
  if (hasTensor(value)) return packed(value as readonly TensorLike[], wanted);
  if (value instanceof TextArray && wanted !== null) return ofArray(value.astype(wanted) as NDArray, wanted);
  const found = { float: false };
  const nested = unwrap(value, found);
  const refuse = (): Error =>
    new TypeError(
      `Cannot convert ${describeValue(value).text} to EagerTensor of dtype ${kernelName(wanted ?? 'float32')}`,
    );
  const numbersWanted = wanted !== null && wanted !== 'bool';
  const { kind: first, sizes } = readLists(nested, numbersWanted);
  if (first === null) return ops.fullLike(fromNested(tfFamily, [], wanted ?? 'float32'), 0, sizes) as Tensor;
  if (first === 'text') {
    if (wanted !== null) throw refuse();
    throw new TextOperand(null);
  }
  if ((wanted as string | null) === 'string') throw refuse();
  const exact = nestedKind(nested);
  const kind = found.float && exact !== 'complex' ? 'float' : exact;
  if (kind === 'int' && wanted !== 'uint64' && (wanted === null || !isDifferentiable(wanted)) && isBeyond(nested))
    throw valueError("Can't convert Python sequence with out-of-range integer to Tensor.");
  const whole = isLong(nested) ? 'int64' : 'int32';
  const usual = { bool: 'bool', int: whole, float: 'float32', complex: 'complex128', none: 'float32' } as const;
  const target: CoreDType = wanted ?? usual[kind];
  if (
    (kind === 'float' && !isDifferentiable(target)) ||
    (kind === 'complex' && !isComplex(target)) ||
    (target === 'bool' && kind === 'int')
  )
    throw refuse();
  if (wanted === null && kind === 'float' && isHuge(nested))
    throw valueError("Can't convert Python sequence with a value out of range for a double-precision float.");
  return fromNested(tfFamily, nested, target) as Tensor;
}

/** A neutral tensor taken into TensorFlow's family; one of another facade is refused by the engine. */
function adopt(value: CoreTensor): CoreTensor {
  if (value.family.name !== 'core')
    throw new InvalidArgumentError(
      `a ${value.family.name} tensor is no tf.Tensor: convert it first with ${tfFamily.conversion}`,
    );
  return tfFamily.create(value.storage, value.sizes, value.strides, value.offset);
}

function ofArray(array: NDArray, wanted: CoreDType | null): Tensor {
  const cast = wanted === null || wanted === array.dtype ? array.copy() : array.astype(wanted);
  return fromArray(tfFamily, cast.data, cast.shape, cast.dtype) as Tensor;
}

/** Reads text, and what holds it, as a tensor of strings; null for all else. */
type TextReader = (value: unknown, dtype: DTypeLike | null) => Tensor | null;
let texts: TextReader | null = null;
export function provideTexts(reader: TextReader): void {
  texts = reader;
}

/**
 * The tensor of a value. Whole JavaScript numbers are Python ints (int32) unless a dtype is given; see `pyFloat`.
 * @see https://www.tensorflow.org/api_docs/python/tf/convert_to_tensor
 */
export const convert_to_tensor = op(
  'convert_to_tensor',
  (value: TensorLike, dtype?: DTypeLike | null, dtype_hint?: DTypeLike | null): Tensor => {
    const text = texts?.(value, dtype ?? null) ?? null;
    if (text !== null) return text;
    const t = hinted(value, dtype, dtype_hint);
    // sparse slices become the dense tensor that they stand for
    return 'dense_shape' in t ? (tfFamily.create(t.storage, t.sizes, t.strides, t.offset) as Tensor) : t;
  },
);
/** A tensor of the dtype hinted at where the value can have it. */
function hinted(value: TensorLike, dtype?: DTypeLike | null, hint?: DTypeLike | null): Tensor {
  const open = (dtype === undefined || dtype === null) && hint !== undefined && hint !== null;
  if (!open || value instanceof CoreTensor) return toTensor(value, dtype);
  try {
    return toTensor(value, hint);
  } catch {
    return toTensor(value);
  }
}
