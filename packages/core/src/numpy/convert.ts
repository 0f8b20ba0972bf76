import { DTypeError, ShapeError, showShape } from '../errors';
import { Complex } from '../tensor/complex';
import {
  type ArrayData,
  codecs,
  converter,
  type DType,
  dtypes,
  isComplex,
  isWide,
  sizeOf,
  type TypedArray,
  type WideArray,
} from '../tensor/dtype';
import { PyFloat } from '../tensor/printing/pythonText';
import { parseDType, promote, type Scalar, scalarDType } from './dtypes';

/** A number, or nested lists of numbers and arrays. */
export type Nested = Scalar | readonly (Nested | ArrayData)[];

/** Whatever reads as an array: arrays, tensors with `numpy()`, typed arrays, nested lists, single numbers. */
export type ArrayLike = ArrayData | Nested | TypedArrayLike | { numpy(): ArrayData };

export type TypedArrayLike =
  | Float32Array
  | Float64Array
  | BigInt64Array
  | Int32Array
  | Int16Array
  | Int8Array
  | Uint8Array
  | Uint8ClampedArray
  | Uint16Array
  | Uint32Array
  | BigUint64Array;

export const isArrayData = (value: unknown): value is ArrayData =>
  typeof value === 'object' &&
  value !== null &&
  'data' in value &&
  'dtype' in value &&
  'shape' in value &&
  ArrayBuffer.isView(value.data);

export function makeArray(dtype: DType, shape: readonly number[], fill?: Scalar): ArrayData {
  const data = dtypes[dtype].create(sizeOf(shape));
  if (fill !== undefined && fill !== 0 && fill !== 0n && fill !== false) {
    if (data.length > 0) {
      if (isComplex(dtype)) {
        const z = Complex.from(fill)!;
        for (let i = 0; i < data.length; i++) data[i] = i % 2 === 0 ? z.re : z.im;
        return { dtype, shape, data };
      }
      if (isWide(dtype) && typeof fill === 'bigint') (data as WideArray)[0] = fill;
      else codecs[dtype].set(data, 0, Number(fill));
      (data as Float64Array).fill((data as Float64Array)[0]!);
    }
  }
  return { dtype, shape, data };
}

/** A copy in another dtype: toward zero for integers, which wrap; any non-zero is true. */
export function cast(array: ArrayData, dtype: DType): ArrayData {
  const { shape, data } = array;
  if (array.dtype === dtype) return { dtype, shape, data: data.slice() as TypedArray };
  const out = dtypes[dtype].create(sizeOf(shape));
  const convert = converter(array.dtype, dtype);
  const count = sizeOf(shape);
  for (let i = 0; i < count; i++) convert(data, i, out, i);
  return { dtype, shape, data: out };
}

const typedArrayDType = (array: ArrayBufferView): DType | null => {
  if (array instanceof Float32Array) return 'float32';
  if (array instanceof Float64Array) return 'float64';
  if (array instanceof BigInt64Array) return 'int64';
  if (array instanceof Int32Array) return 'int32';
  if (array instanceof BigUint64Array) return 'uint64';
  if (array instanceof Uint32Array) return 'uint32';
  if (array instanceof Uint16Array) return 'uint16';
  if (array instanceof Int16Array) return 'int16';
  if (array instanceof Int8Array) return 'int8';
  return array instanceof Uint8Array || array instanceof Uint8ClampedArray ? 'uint8' : null;
};

function leaf(value: unknown): ArrayData | null {
  if (isArrayData(value)) return value;
  if (typeof value === 'object' && value !== null && 'numpy' in value && typeof value.numpy === 'function') {
    // an object may say otherwise to NumPy than to who asks it
    const own = (value as { __array__?: () => unknown }).__array__;
    const array: unknown = typeof own === 'function' ? own.call(value) : value.numpy();
    if (isArrayData(array)) return array;
  }
  if (ArrayBuffer.isView(value)) {
    const dtype = typedArrayDType(value);
    if (dtype === null)
      throw new DTypeError(
        `a ${value.constructor.name} has no dtype here; copy it into one of: ${Object.keys(dtypes).join(', ')}`,
      );
    const typed = value as unknown as TypedArray;
    const data = value instanceof Uint8ClampedArray ? new Uint8Array(value) : typed;
    return { dtype, shape: [typed.length], data: data as TypedArray };
  }
  return null;
}

/**
 * Any array-like as plain data; arrays and typed arrays are not copied.
 * Lists take the dtype of what they hold: all booleans bool, all whole numbers int64, else float64.
 */
export function toArrayData(value: ArrayLike, dtypeName?: string | null): ArrayData {
  const dtype = dtypeName === undefined || dtypeName === null ? null : parseDType(dtypeName);
  const ready = leaf(value);
  if (ready) return dtype === null || ready.dtype === dtype ? ready : cast(ready, dtype);

  let common: DType | null = null;
  const leaves: (Scalar | ArrayData)[] = [];
  const visit = (item: unknown): readonly number[] => {
    if (Array.isArray(item)) {
      let inner: readonly number[] | null = null;
      for (const child of item) {
        const shape = visit(child);
        if (inner && (inner.length !== shape.length || inner.some((d, i) => d !== shape[i]))) {
          throw new ShapeError(
            `the list is ragged: one item has shape ${showShape(inner)} and another ${showShape(shape)}; all items of a list must have the same shape`,
            { op: 'array', shapes: [inner, shape] },
          );
        }
        inner = shape;
      }
      return [item.length, ...(inner ?? [])];
    }
    const array = leaf(item);
    if (array) {
      common = common === null ? array.dtype : promote(common, array.dtype);
      leaves.push(array);
      return array.shape;
    }
    if (item instanceof PyFloat) {
      common = common === null ? 'float64' : promote(common, 'float64');
      leaves.push(item.value);
      return [];
    }
    if (item instanceof Complex) {
      common = common === null ? 'complex128' : promote(common, 'complex128');
      leaves.push(item);
      return [];
    }
    if (typeof item !== 'number' && typeof item !== 'bigint' && typeof item !== 'boolean') {
      // what says itself why it is no array
      const { __array__: said } = (item ?? {}) as { __array__?: unknown };
      if (typeof said === 'function') said.call(item);
      throw new DTypeError(
        `a number, boolean, array or list was expected and ${item === null ? 'null' : typeof item} was received`,
        { op: 'array' },
      );
    }
    const own = scalarDType(item);
    common = common === null ? own : promote(common, own);
    leaves.push(item);
    return [];
  };
  const shape = visit(value);
  const out = makeArray(dtype ?? common ?? 'float64', shape);
  let at = 0;
  const write = codecs[out.dtype].set;
  for (const item of leaves) {
    if (item instanceof Complex) {
      if (!isComplex(out.dtype))
        throw new DTypeError(`float() argument must be a string or a real number, not 'complex'`, { op: 'array' });
      out.data[2 * at] = item.re;
      out.data[2 * at + 1] = item.im;
      at++;
    } else if (typeof item === 'object') {
      const part = cast(item, out.dtype).data;
      const { width } = dtypes[out.dtype];
      (out.data as Float64Array).set(part as Float64Array, at * width);
      at += part.length / width;
    } else if (isWide(out.dtype) && typeof item === 'bigint') (out.data as WideArray)[at++] = item;
    else write(out.data, at++, Number(item));
  }
  return out;
}

/** One element as a JavaScript value: boolean, number, or bigint where a 64-bit whole number is not safe as one. */
export function readElement({ dtype, data }: ArrayData, index: number): Scalar {
  if (dtype === 'bool') return (data as Uint8Array)[index] !== 0;
  if (isComplex(dtype)) return new Complex(data[2 * index] as number, data[2 * index + 1] as number);
  if (isWide(dtype)) {
    const value = (data as WideArray)[index]!;
    const number = Number(value);
    return Number.isSafeInteger(number) ? number : value;
  }
  return codecs[dtype].get(data, index);
}

/** Nested lists of JavaScript values. */
export function toNested(array: ArrayData): Scalar | NestedList {
  let at = 0;
  const build = (axis: number): Scalar | NestedList => {
    if (axis === array.shape.length) return readElement(array, at++);
    return Array.from({ length: array.shape[axis]! }, () => build(axis + 1));
  };
  return build(0);
}
export type NestedList = (Scalar | NestedList)[];
