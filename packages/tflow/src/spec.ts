import { type DType as CoreDType, Tensor as CoreTensor, describeValue, type Storage } from '@stele/core';
import { pyRepr } from '@stele/core/printing';
import { as_dtype, type DType, type DTypeLike } from './dtypes';
import { valueError } from './errors';
import { TensorShape } from './shape';

/** What is known of the sizes of a tensor of a graph: null for a size that is not, null for all where the rank is not. */
export type Dims = readonly (number | null)[] | null;

const partial = new WeakMap<Storage, { dims: Dims }>();
const names = new WeakMap<Storage, string>();
const types = new WeakMap<Storage, string>();

/** Says which sizes of a symbolic tensor hold for every run of its graph; those it has meanwhile are only examples. */
export function setDims(tensor: CoreTensor, dims: Dims): void {
  if (dims === null || dims.includes(null)) partial.set(tensor.storage, { dims });
  else partial.delete(tensor.storage);
}
/** Says that all sizes of a symbolic tensor hold for every run, where fewer were known. */
export function closeDims(tensor: CoreTensor, dims: Dims): void {
  // an example may be of another shape than the one that is said
  const same = dims !== null && dims.length === tensor.rank && dims.every((d, i) => d === tensor.sizes[i]);
  if (same) partial.delete(tensor.storage);
  else partial.set(tensor.storage, { dims });
}
/** The sizes of a tensor that hold for every run. */
export function dimsOf(tensor: CoreTensor): Dims {
  const found = tensor.symbolic ? partial.get(tensor.storage) : undefined;
  return found === undefined ? tensor.sizes : found.dims;
}
/** Whether some size of a tensor is only an example. */
export const isPartial = (tensor: CoreTensor): boolean => tensor.symbolic && partial.has(tensor.storage);

/** Names a tensor of a graph, and the type of the op that makes it. */
export function nameSymbol(tensor: CoreTensor, name: string, type: string | null = null): void {
  names.set(tensor.storage, name);
  if (type !== null) types.set(tensor.storage, type);
}
export const nodeType = (tensor: CoreTensor): string => types.get(tensor.storage) ?? 'Placeholder';
/** The name of a symbolic tensor, as `x:0`. */
export const symbolName = (tensor: CoreTensor, otherwise = 'Identity:0'): string =>
  names.get(tensor.storage) ?? otherwise;
/** Whether a tensor has the name of a node. */
export const isNamed = (tensor: CoreTensor): boolean => names.has(tensor.storage);

const sameDim = (a: number | null, b: number | null): boolean => a === null || b === null || a === b;
/** Whether sizes fit a pattern of sizes. */
export const fits = (dims: Dims, pattern: Dims): boolean =>
  pattern === null ||
  (dims !== null && dims.length === pattern.length && pattern.every((want, i) => want === null || dims[i] === want));
/** Whether two patterns may mean the same shape. */
export const compatible = (a: Dims, b: Dims): boolean =>
  a === null || b === null || (a.length === b.length && a.every((d, i) => sameDim(d, b[i]!)));
/** The pattern that both fit. */
export const widened = (a: Dims, b: Dims): Dims =>
  a === null || b === null || a.length !== b.length ? null : a.map((d, i) => (d === b[i] ? d : null));

export const shapeOf = (dims: Dims): TensorShape =>
  dims === null ? TensorShape.unknown() : TensorShape.from_dims(dims);

/** A shape as Python's `repr` writes it. */
export const shapeText = (dims: Dims): string =>
  dims === null ? 'TensorShape(None)' : `TensorShape([${dims.map((d) => d ?? 'None').join(', ')}])`;

/** The sizes that a value says: a shape, a list, a number; undefined or null for any shape. */
export function dimsFrom(shape: unknown): Dims {
  if (shape === null || shape === undefined) return null;
  if (shape instanceof TensorShape) return shape.dims;
  if (typeof shape === 'number') return [shape];
  if (typeof shape === 'string')
    throw new TypeError(
      `Failed to convert '${pyRepr(shape)}' to a shape: '${pyRepr(shape)}'could not be converted to a dimension. A shape should either be single dimension (e.g. 10), or an iterable of dimensions (e.g. [1, 10, None]).`,
    );
  const tolist = (shape as { tolist?: () => unknown }).tolist;
  const list = typeof tolist === 'function' ? (tolist.call(shape) as unknown[]) : [...(shape as Iterable<unknown>)];
  return list.map((d) => (d === null || d === undefined || Number(d) < 0 ? null : Number(d)));
}

/**
 * A tensor's shape and dtype, for functions that are traced before there are values.
 *
 * ```ts
 * new tf.TensorSpec([null, 2], tf.float32).shape.as_list(); // [null, 2]
 * ```
 * @see https://www.tensorflow.org/api_docs/python/tf/TensorSpec
 */
export class TensorSpec {
  readonly shape: TensorShape;
  readonly dtype: DType;
  readonly name: string | null;

  constructor(shape: unknown, ...rest: readonly unknown[]) {
    let [dtype, name] = rest as [DTypeLike | undefined, string | null | undefined];
    const options = rest.at(-1);
    if (typeof options === 'object' && options !== null && Object.getPrototypeOf(options) === Object.prototype) {
      const given = options as { dtype?: DTypeLike; name?: string | null; shape?: unknown };
      if (rest.length === 1) dtype = given.dtype;
      name = given.name ?? (rest.length > 2 ? name : null);
    }
    if (
      typeof shape === 'object' &&
      shape !== null &&
      Object.getPrototypeOf(shape) === Object.prototype &&
      rest.length === 0
    ) {
      const given = shape as { shape?: unknown; dtype?: DTypeLike; name?: string | null };
      shape = given.shape;
      dtype = given.dtype;
      name = given.name ?? null;
    }
    this.shape = shapeOf(dimsFrom(shape));
    this.dtype = as_dtype(dtype ?? 'float32');
    this.name = name ?? null;
  }
  static of(dims: Dims, dtype: CoreDType | string, name: string | null = null): TensorSpec {
    return new TensorSpec(shapeOf(dims), dtype as DTypeLike, name);
  }
  static from_tensor(tensor: CoreTensor, name: string | null = null): TensorSpec {
    if (!(tensor instanceof CoreTensor))
      throw valueError(`\`tensor\` should be a tf.Tensor, but got type ${describeValue(tensor).type}.`);
    return TensorSpec.of(dimsOf(tensor), tensor.scalarType, name);
  }
  static from_spec(spec: TensorSpec, name: string | null = null): TensorSpec {
    return TensorSpec.of(spec.dims, spec.dtype.name, name ?? spec.name);
  }
  get dims(): Dims {
    return this.shape.dims;
  }
  is_compatible_with(other: TensorSpec | CoreTensor): boolean {
    const [dims, dtype] =
      other instanceof TensorSpec ? [other.dims, other.dtype.name] : [dimsOf(other), other.scalarType];
    return dtype === this.dtype.name && compatible(dims, this.dims);
  }
  is_subtype_of(other: TensorSpec): boolean {
    return this.dtype === other.dtype && fits(this.dims, other.dims);
  }
  most_specific_compatible_type(other: TensorSpec): TensorSpec {
    return TensorSpec.of(widened(this.dims, other.dims), this.dtype.name);
  }
  __eq__(other: unknown): boolean {
    return other instanceof TensorSpec && String(other) === String(this);
  }
  __ne__(other: unknown): boolean {
    return !this.__eq__(other);
  }
  __hash__(): number {
    return [...String(this)].reduce((h, c) => (h * 31 + c.charCodeAt(0)) | 0, 7);
  }
  toString(): string {
    return `TensorSpec(shape=${this.shape}, dtype=tf.${this.dtype.name}, name=${this.name === null ? 'None' : `'${this.name}'`})`;
  }
  __repr__(): string {
    return this.toString();
  }
}
