import { type Tensor as CoreTensor, type DType, dtypes, fromArray, isFloating, numel, ops } from '@stele/core';
import { PyFloat } from '@stele/core/printing';
import {
  fillFullIntegers,
  fillIntegers,
  fillNormal,
  fillTruncatedNormal,
  fillUniform,
  Philox,
} from '@stele/core/random';
import { type DTypeLike, dtypeName, kernelName } from '../dtypes';
import { InvalidArgumentError, kernelError, valueError } from '../errors';
import { rankOf, typed, vector } from '../places';
import { Tensor, type TensorLike, tfFamily, toTensor } from '../tensor';
import type { Whole } from './seeds';

export const typeOf = (dtype: DTypeLike | undefined | null, otherwise: DType = 'float32'): DType =>
  dtype === undefined || dtype === null ? otherwise : dtypeName(dtype);
export const number = (v: unknown, otherwise: number, dtype: DType = 'float32'): number => {
  if (v === undefined || v === null) return otherwise;
  if (typeof v === 'string') toTensor(v as never, dtype);
  return Number(typeof v === 'object' ? toTensor(v as TensorLike).item() : v);
};
export const stateless = (seed: unknown): Philox => {
  const pair = seedPair(seed);
  return Philox.stateless(pair[0], pair[1]);
};
export function seedPair(seed: unknown): [Whole, Whole] {
  const t = typed('StatelessRandomGetKeyCounter', 'Tseed', seed ?? null);
  if (t.rank !== 1 || t.sizes[0] !== 2)
    throw kernelError('StatelessRandomGetKeyCounter', `seed must have shape [2], not [${t.sizes.join(',')}]`);
  return t.tolist() as [Whole, Whole];
}

/** A tensor of one shape and type whose values a stream fills in. */
export function filled(
  sizes: readonly number[],
  dtype: DType,
  fill: (out: ReturnType<typeof make>) => void,
): CoreTensor {
  const out = make(sizes, dtype);
  fill(out);
  return fromArray(tfFamily, out, sizes, dtype);
}
export const make = (sizes: readonly number[], dtype: DType) => dtypes[dtype].create(numel(sizes));

export type Fill = (start: Philox, out: ReturnType<typeof make>, dtype: DType, a: number, b: number) => void;
export const bell: Fill = (start, out, dtype, mean, deviation) => fillNormal(start, out, dtype, mean, deviation);
export const cutBell: Fill = (start, out, dtype, mean, deviation) =>
  fillTruncatedNormal(start, out, dtype, mean, deviation);
export const flat: Fill = (start, out, dtype, low, high) =>
  isFloating(dtype) ? fillUniform(start, out, dtype, low, high) : fillIntegers(start, out, dtype, low, high);

/** The sizes of what a kernel draws. */
export function shapeOf(kernel: string, shape: unknown): number[] {
  const sizes = vector(kernel, kernel.startsWith('Stateless') ? 'Tshape' : 'T', shape ?? null);
  if (rankOf(shape) !== 1)
    throw kernelError(
      kernel,
      `shape must be a vector of {int32,int64}, got shape [${toTensor(shape as TensorLike).sizes.join(',')}]`,
    );
  const bad = sizes.find((d) => d < 0);
  if (bad !== undefined) throw kernelError(kernel, `Dimension ${bad} must be >= 0`);
  return sizes;
}
/** Whether a parameter is one number for all draws. */
export const single = (v: unknown): boolean =>
  v === undefined ||
  v === null ||
  typeof v !== 'object' ||
  v instanceof PyFloat ||
  toTensor(v as TensorLike, null).rank === 0;
export const asType = (v: unknown, dtype: DType, otherwise: number): CoreTensor =>
  ops.cast(toTensor((v ?? otherwise) as TensorLike, null), dtype);
/** mean + stddev z, the parameters being tensors that broadcast. */
export const moved = (z: CoreTensor, mean: unknown, deviation: unknown): Tensor =>
  ops.add(ops.mul(z, asType(deviation, z.scalarType, 1)), asType(mean, z.scalarType, 0)) as Tensor;

export function bounds(dtype: DType, minval: unknown, maxval: unknown): [number, number] {
  if (!isFloating(dtype) && (maxval === undefined || maxval === null))
    throw valueError(`Must specify maxval for integer dtype tf.${dtype}`);
  for (const v of [minval, maxval])
    if (!none(v) && (!isFloating(dtype) || typeof v === 'string'))
      toTensor(v as TensorLike, v instanceof Tensor ? null : dtype);
  return [number(minval, 0), number(maxval, 1)];
}
/** Whole bounds must leave something between them. */
export function needOrder(kernel: string, low: number, high: number): void {
  if (low >= high) throw kernelError(kernel, `Need minval < maxval, got ${low} >= ${high}`);
}
export const fullRange: Fill = (start, out) => fillFullIntegers(start, out as Int32Array);
export const floatsAndInts = ['float16', 'bfloat16', 'float32', 'float64', 'int32', 'int64'];
export const unsigned = ['uint32', 'uint64'];
/** Refuses the element types that uniform draws do not have. */
export function checkUniform(type: DType, accepted: readonly string[]): void {
  if (!accepted.includes(type))
    throw valueError(
      `Argument \`dtype\` got invalid value <dtype: '${type}'>. Accepted dtypes are (${accepted.map((d) => `tf.${d}`).join(', ')}).`,
    );
}
/** The same for the kernels of whole numbers. */
export function checkWhole(kernel: string, type: DType): void {
  if (!['int32', 'int64', ...unsigned].includes(type))
    throw new InvalidArgumentError(
      `Value for attr 'dtype' of ${kernelName(type)} is not in the list of allowed values: int32, int64, uint32, uint64\n\t; NodeDef: {{node ${kernel}}} [Op:${kernel}]`,
    );
}
export const none = (x: unknown): boolean => x === null || x === undefined;
export const isWide = (seed: unknown): boolean => toTensor(seed as TensorLike, null).scalarType === 'int64';
