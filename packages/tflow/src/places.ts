import { Tensor as CoreTensor, numel, ops } from '@stele/core';
import { pyRepr } from '@stele/core/printing';
import { kernelError } from './errors';
import { needType } from './kernels';
import { Tensor, type TensorLike, TextOperand, toTensor } from './tensor';

/** Whole numbers given as a number, a list or a tensor. */
export function wholes(value: unknown): number[] {
  if (value instanceof Tensor) return [value.tolist()].flat(9).map(Number);
  return Array.isArray(value) ? value.map(Number) : [Number(value instanceof Object ? value.valueOf() : value)];
}
export const whole = (value: unknown, otherwise = 0): number =>
  value === undefined || value === null ? otherwise : wholes(value)[0]!;
export const axisOf = (axis: number, rank: number): number => (axis < 0 ? axis + rank : axis);
export function indexTensor(value: TensorLike, kernel = ''): Tensor {
  return typed(kernel, 'Tindices', value);
}
/** What a kernel takes for one of its inputs, of a type that it takes there; `attribute` is what it calls that type. */
export function typed(kernel: string, attribute: string, value: unknown): Tensor {
  try {
    const t = toTensor(value as TensorLike);
    // of nothing, the type is the kernel's own
    if (t.elementCount === 0 && Array.isArray(value)) return ops.cast(t, 'int32') as Tensor;
    needType(kernel, t.scalarType, attribute);
    return t;
  } catch (error) {
    if (error instanceof TextOperand) needType(kernel, 'string', attribute);
    throw error;
  }
}
export const constant = (values: readonly number[], dtype: 'int32' | 'int64', sizes = [values.length]): CoreTensor =>
  ops.reshape(toTensor([...values], dtype), sizes);

/** Indices [..., k] into the first k of `sizes`, as places in their flattening. */
export function flatPlaces(indices: CoreTensor, sizes: readonly number[], kernel = 'GatherNd'): CoreTensor {
  const depth = indices.sizes.at(-1)!;
  const dtype = indices.scalarType as 'int32' | 'int64';
  const strides = sizes.slice(0, depth).map((_, i) => numel(sizes.slice(i + 1, depth)));
  if (!indices.symbolic) checkPlaces(indices, sizes, kernel);
  if (depth === 0) return ops.fullLike(indices, 0, indices.sizes.slice(0, -1), dtype);
  return ops.cast(ops.sum(ops.mul(indices, constant(strides, dtype)), -1), dtype);
}
function checkPlaces(indices: CoreTensor, sizes: readonly number[], kernel: string): void {
  const depth = indices.sizes.at(-1)!;
  const values = wholes(indices);
  values.forEach((v, i) => {
    const size = sizes[i % depth]!;
    if (v >= 0 && v < size) return;
    const row = Math.floor(i / depth);
    const shown = values.slice(row * depth, (row + 1) * depth).join(', ');
    throw kernelError(
      kernel,
      `indices[${row}] = [${shown}] does not index into ${kernel === 'GatherNd' ? `param shape [${sizes.join(',')}], node name: GatherNd` : `shape [${sizes.join(',')}]`}`,
    );
  });
}

/** Sizes, from a list, a tensor or one number. */
export const toSizes = (shape: unknown): number[] => {
  if (shape instanceof Tensor) return [shape.tolist()].flat().map(Number);
  return Array.isArray(shape) || (typeof shape === 'object' && shape !== null && Symbol.iterator in shape)
    ? Array.from(shape as Iterable<number>, Number)
    : [Number(shape)];
};
const isWhole = (v: unknown): v is number => typeof v === 'number' && Number.isInteger(v);
/** The whole numbers that a kernel takes, such as a shape; `attribute` is what the kernel calls their type. */
export function vector(kernel: string, attribute: string, value: unknown): number[] {
  if (isWhole(value)) return [value];
  if (Array.isArray(value) && value.every(isWhole)) return [...value];
  // sizes one by one: a graph being traced follows each of them, and not what is packed of them
  if (Array.isArray(value) && value.every((v) => isWhole(v) || (v instanceof CoreTensor && v.rank === 0))) {
    for (const v of value) if (v instanceof CoreTensor) needType(kernel, v.scalarType, attribute);
    return wholes(value);
  }
  return wholes(typed(kernel, attribute, value));
}
/** How many axes a value has that is a number, a list or a tensor. */
export const rankOf = (value: unknown): number =>
  value instanceof CoreTensor ? value.rank : Array.isArray(value) ? 1 + (value.length === 0 ? 0 : rankOf(value[0])) : 0;

/** Sizes of something new: none may be negative. */
export function newSizes(shape: unknown): number[] {
  if (shape === null || shape === undefined || (Array.isArray(shape) && !shape.every(isWhole))) {
    // a shape that is partly known has sizes that are no numbers
    toTensor(
      (shape ?? null) as TensorLike,
      Array.isArray(shape) && shape.some((d) => d instanceof CoreTensor) ? null : 'int32',
    );
  }
  if (typeof shape === 'string') throw new TypeError(`Cannot convert ${pyRepr(shape)} to EagerTensor of dtype int32`);
  const rank = rankOf(shape);
  if (rank > 1)
    throw kernelError(
      'Fill',
      `dims must represent a vector, got shape [${toTensor(shape as TensorLike).sizes.join(',')}]`,
    );
  const sizes = toSizes(shape);
  const bad = sizes.find((d) => d < 0);
  if (bad !== undefined) throw kernelError('Fill', `Dimension ${bad} must be >= 0`);
  return sizes;
}
