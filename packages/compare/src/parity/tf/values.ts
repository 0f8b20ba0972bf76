import { Tensor as CoreTensor, codecs, isComplex, partOf, type TensorFamily, type TypedArray } from '@stele/core';
import * as tf from '@stele/tflow';
import type { Tolerance } from '../check';
import { exact } from '../check';
import { isObject, type Json } from '../json';
import { hasMember } from '../resolve';
import { isTensorRecord, makeTensor, readValues, type Values, valuesOf } from '../tensors';

/** Where names in recordings begin. */
export const roots: Readonly<Record<string, unknown>> = { tf };
export const family = (tf.Tensor.prototype as unknown as { family: TensorFamily }).family;
export const isTensor = (x: unknown): x is CoreTensor => x instanceof CoreTensor;

export const tensorOf = (value: Json): CoreTensor => makeTensor(readValues(value), family);

const words: Readonly<Record<string, number>> = {
  NaN: Number.NaN,
  Infinity: Number.POSITIVE_INFINITY,
  '-Infinity': Number.NEGATIVE_INFINITY,
};

/** An argument as recorded, as the facade takes it; each tensor is told to `onTensor` with its path. */
export function argument(value: Json, path: string, onTensor?: (path: string, t: CoreTensor) => void): unknown {
  if (Array.isArray(value)) return value.map((v, i) => argument(v, `${path}.${i}`, onTensor));
  if (typeof value === 'string') return words[value] ?? value;
  if (!isObject(value)) return value;
  if (isTensorRecord(value)) {
    const t = tensorOf(value);
    onTensor?.(path, t);
    return t;
  }
  return Object.fromEntries(Object.entries(value).map(([k, v]) => [k, argument(v, `${path}.${k}`, onTensor)]));
}

/** The tensors of a nested result, in order. */
export function flatten(value: unknown): unknown[] {
  if (isTensor(value) || typeof value !== 'object' || value === null) return [value];
  if (isSlices(value)) return [value];
  const parts = Symbol.iterator in value ? [...(value as Iterable<unknown>)] : Object.values(value);
  return parts.flatMap(flatten);
}

/** tf.IndexedSlices by its fields. */
interface Slices {
  readonly values: CoreTensor;
  readonly indices: CoreTensor;
  readonly dense_shape: unknown;
}
export const isSlices = (value: unknown): value is Slices =>
  hasMember(value, 'values') &&
  isTensor((value as Slices).values) &&
  hasMember(value, 'indices') &&
  hasMember(value, 'dense_shape');

/** A gradient's values; slices are added up where they belong in a tensor of the given shape. */
export function denseValues(value: CoreTensor | Slices, like: Values): Values {
  if (!isSlices(value)) return valuesOf(value);
  const from = valuesOf(value.values);
  const at = valuesOf(value.indices).data;
  const data = like.data.slice().fill(0 as never) as TypedArray;
  // a complex number is two parts
  const parts = isComplex(from.dtype) ? 2 : 1;
  const { get, set } = codecs[parts === 2 ? partOf(from.dtype) : from.dtype];
  const row = parts * like.shape.slice(1).reduce((n, d) => n * d, 1);
  at.forEach((place: number | bigint, i: number) => {
    for (let j = 0; j < row; j++) {
      const to = Number(place) * row + j;
      set(data, to, get(data, to) + get(from.data, i * row + j));
    }
  });
  return { dtype: from.dtype, shape: like.shape, data };
}

const transcendental =
  /^(exp|expm1|log|log1p|log_sigmoid|sin|cos|tan|asin|acos|atan|atan2|sinh|cosh|tanh|asinh|acosh|atanh|erf|erfc|erfinv|erfcinv|ndtri|lgamma|digamma|polygamma|zeta|betainc|igamma|igammac|lbeta|sigmoid|softplus|softmax|log_softmax|gelu|elu|selu|silu|swish|crelu|pow|xlogy|xlog1py|reduce_logsumexp|cumulative_logsumexp|log_poisson_loss|log_uniform.*|bessel_.*|.*cross_entropy.*|fft.*|rfft.*|ifft.*|irfft.*)$/;
const special =
  /^(erf|erfc|erfinv|erfcinv|ndtri|lgamma|digamma|polygamma|zeta|betainc|igamma|igammac|lbeta|bessel_.*)$/;
/** Namespaces and functions that the recordings' README calls conv, linalg and image. */
const loose = /^tf\.(linalg\.|image\.|compat\.v1\.image\.|signal\.)|conv|^tf\.(norm|tensordot|einsum|matmul)$/;

/** The tolerance of an operator's result, by dtype. */
export function opTolerance(op: string, dtype: string): Tolerance {
  const name = op.split('.').at(-1)!;
  switch (dtype) {
    // the parts of complex numbers count one by one
    case 'complex64':
    case 'float32':
      return transcendental.test(name) || loose.test(op) ? { rtol: 1e-4, atol: 1e-5 } : { rtol: 1e-5, atol: 1e-6 };
    case 'complex128':
    case 'float64':
      // the recordings give rtol alone; atol stands to it as in float32
      return special.test(name) ? { rtol: 1e-6, atol: 1e-7 } : { rtol: 1e-9, atol: 1e-10 };
    case 'float16':
    case 'bfloat16':
      return { rtol: 2e-3, atol: 2e-4 };
    default:
      return exact;
  }
}
export const gradTolerance = (op: string, dtype: string): Tolerance =>
  dtype === 'float64' ? opTolerance(op, dtype) : { rtol: 1e-3, atol: 1e-4 };

/** Flips the columns (axis -1) or rows (axis -2) of a matrix so that they point as in the recorded one. */
export function alignSigns(got: Values, want: Values, axis: -1 | -2): Values {
  const [rows, columns] = [want.shape.at(-2) ?? 1, want.shape.at(-1) ?? 1];
  const size = rows * columns;
  if (size === 0 || got.data.length !== want.data.length) return got;
  const [a, b] = [got.data.slice() as Float64Array, want.data as Float64Array];
  for (let base = 0; base < b.length; base += size) {
    const lines = axis === -1 ? columns : rows;
    for (let line = 0; line < lines; line++) {
      const at = Array.from({ length: axis === -1 ? rows : columns }, (_, k) =>
        axis === -1 ? base + k * columns + line : base + line * columns + k,
      );
      const dot = at.reduce((s, i) => s + a[i]! * b[i]!, 0);
      if (dot < 0) for (const i of at) a[i] = -a[i]!;
    }
  }
  return { ...got, data: a as unknown as Values['data'] };
}

/** What a result is, in a word or two. */
export const describe = (value: unknown): string =>
  isTensor(value) ? `a tensor ${value.scalarType}[${value.sizes.join(', ')}]` : String(value);
