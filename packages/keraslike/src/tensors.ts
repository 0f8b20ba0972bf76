import { copyData, coreFamily, type DType, fromArray, isFloating, ops, Tensor, type TensorFamily } from '@stele/core';
import { type ArrayLike, NDArray, TextArray } from '@stele/core/numpy';
import { PyFloat } from '@stele/core/printing';
import { invalidArgument, show, unimplemented, valueError } from './errors';

/** Whatever a layer, a loss or `fit` takes as one tensor. */
export type TensorLike = Tensor | ArrayLike;
/** A shape whose unknown sizes are null. */
export type Shape = readonly (number | null)[];

let current: TensorFamily = coreFamily;

/**
 * Chooses the class of tensors that layers make: Keras on TensorFlow gives `tf.Tensor`, so tflow calls this when it is
 * loaded; without it they are core's own. Returns the class before.
 */
export function setTensorFamily(family: TensorFamily): TensorFamily {
  const before = current;
  current = family;
  return before;
}
export const tensorFamily = (): TensorFamily => current;
/** What Keras' dtype 'int' is: as wide as its backend's whole numbers. */
export const wholeType = (): DType => (current === coreFamily ? 'int32' : 'int64');

/** A tensor of anything array-like; lists of numbers with a fraction become float32. */
export function convert(value: TensorLike, dtype?: DType): Tensor {
  if (value instanceof Tensor) return dtype === undefined ? value : ops.cast(value, dtype);
  if (value === null || value === undefined)
    throw Object.assign(
      new Error("Attempt to convert a value (None) with an unsupported type (<class 'NoneType'>) to a Tensor."),
      { name: 'ValueError' },
    );
  if (holdsText(value)) {
    if (dtype === undefined) throw invalidArgument("Value for attr 'T' of string is not in the list of allowed values");
    throw unimplemented(`Cast string to ${castNames[dtype] ?? dtype} is not supported`);
  }
  const typed = ArrayBuffer.isView(value) || (typeof value === 'object' && value !== null && 'dtype' in value);
  const array = NDArray.from(value);
  const plain: DType = typed
    ? array.dtype
    : array.dtype === 'float64'
      ? 'float32'
      : array.dtype === 'int64'
        ? 'int32'
        : array.dtype;
  const tensor = fromArray(current, array.data, array.shape, array.dtype);
  return ops.cast(tensor, dtype ?? plain);
}

const holdsText = (value: unknown): boolean =>
  typeof value === 'string' ||
  value instanceof TextArray ||
  (typeof value === 'object' && value !== null && (value as { dtype?: { name?: unknown } }).dtype?.name === 'string');
/** TensorFlow's own names of types. */
const castNames: Partial<Record<DType, string>> = { float32: 'float', float64: 'double', float16: 'half' };

/** The same as floats of the layers' type; whole numbers and booleans are turned into floats too. */
export const toFloat = (x: TensorLike, dtype: DType = 'float32'): Tensor => ops.cast(convert(x), dtype);

/** Lists have no element type in JavaScript: as inputs of layers they are floats. */
export const asInput = (x: TensorLike, dtype: DType): Tensor =>
  Array.isArray(x) || typeof x === 'number' ? convert(x, dtype) : autocast(x, dtype);

/** Floating inputs in the layers' type; others as they are. */
export function autocast(x: TensorLike, dtype: DType): Tensor {
  const t = convert(x);
  return isFloating(t.scalarType) ? ops.cast(t, dtype) : t;
}

/** A copy of a tensor's values as an array. */
export const toArray = (t: Tensor): NDArray =>
  new NDArray({ dtype: t.scalarType, shape: [...t.sizes], data: copyData(t) });

/** `(None, 3)` as Python prints a tuple. */
export const showTuple = (shape: Shape): string =>
  shape.length === 1 ? `(${shape[0] ?? 'None'},)` : `(${shape.map((d) => d ?? 'None').join(', ')})`;

const logits = new WeakMap<Tensor, Tensor>();
/** Remembers the logits behind a softmax or sigmoid output, which the cross-entropies use in its place. */
export function keepLogits(output: Tensor, from: Tensor): Tensor {
  logits.set(output, from);
  return output;
}
export const logitsBehind = (output: Tensor): Tensor | undefined => logits.get(output);

const masks = new WeakMap<Tensor, Tensor>();
export const maskOf = (t: unknown): Tensor | null => (t instanceof Tensor ? (masks.get(t) ?? null) : null);
export function setMask(t: Tensor, mask: Tensor): void {
  masks.set(t, mask);
}

/**
 * The sizes of a shape; null where unknown.
 * @throws ValueError in Keras' words for what is no shape.
 */
export function standardShape(given: unknown): Shape {
  const list = typeof given === 'string' ? [...given] : given;
  const text = (v: unknown): string => (typeof v === 'string' ? `'${v}'` : show(v));
  if (!Array.isArray(list)) throw valueError(`Cannot convert '${show(given)}' to a shape.`);
  const parts = list.map(text);
  const shown = typeof given === 'string' ? given : `(${parts.length === 1 ? `${parts[0]},` : parts.join(', ')})`;
  for (const d of list) {
    if (d === null || d === undefined) continue;
    if (typeof d === 'boolean') continue;
    if (typeof d !== 'number' || !Number.isInteger(d)) {
      const type =
        typeof d === 'string' ? 'str' : typeof d === 'number' || d instanceof PyFloat ? 'float' : pythonType(d);
      throw valueError(
        `Cannot convert '${shown}' to a shape. Found invalid dimension '${show(d)}' of type '<class '${type}'>'. `,
      );
    }
    if (d < 0) throw valueError(`Cannot convert '${shown}' to a shape. Negative dimensions are not allowed.`);
  }
  return list.map((d) => (typeof d === 'boolean' ? Number(d) : (d ?? null)));
}
const pythonType = (d: unknown): string => (Array.isArray(d) ? 'list' : ((d as object)?.constructor?.name ?? typeof d));

let anyBatch: boolean | 'fixed' = false;
/** Runs a step as a graph of TensorFlow's runs it: mistakes are found while it is traced, when the batch's size is open. */
export function asTraced<T>(on: boolean | 'fixed', body: () => T): T {
  const before = anyBatch;
  anyBatch = on;
  try {
    return body();
  } finally {
    anyBatch = before;
  }
}
/** Whether a step for batches of any size is running. */
export const inStep = (): boolean => anyBatch !== false;
/** A batch's shape as an error tells it. */
export const toldShape = (sizes: Shape): Shape =>
  anyBatch === true && sizes.length > 0 ? [null, ...sizes.slice(1)] : sizes;
/** A tensor as an error tells it: its values, or in a graph its name, shape and type. */
export const toldTensor = (t: Tensor): string =>
  anyBatch ? `Tensor("data:0", shape=${showTuple(toldShape(t.sizes))}, dtype=${t.scalarType})` : String(toArray(t));
