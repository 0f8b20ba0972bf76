import { ops, type Tensor } from '@stele/core';
import type { NDArray } from '@stele/core/numpy';
import { convert, type TensorLike, toArray } from '../tensors';

export { gelu, relu, sigmoid, silu, softmax, softplus, tanh } from '../activations/index';

/** @see https://keras.io/api/ops/core/ */
export const convert_to_tensor = (x: TensorLike): Tensor => convert(x);
export const convert_to_numpy = (x: TensorLike): NDArray => toArray(convert(x));
export const shape = (x: TensorLike): readonly number[] => convert(x).sizes;
export const reshape = (x: TensorLike, newshape: readonly number[]): Tensor => ops.reshape(convert(x), newshape);
export const matmul = (a: TensorLike, b: TensorLike): Tensor => ops.matmulAny(convert(a), convert(b));
export const argmax = (x: TensorLike, axis = -1): Tensor => ops.cast(ops.argmax(convert(x), axis), 'int32');
export const mean = (x: TensorLike, axis?: number | readonly number[] | null, keepdims = false): Tensor =>
  ops.mean(convert(x), axis, keepdims);
export const sum = (x: TensorLike, axis?: number | readonly number[] | null, keepdims = false): Tensor =>
  ops.sum(convert(x), axis, keepdims);
export const square = (x: TensorLike): Tensor => ops.square(convert(x));
export const add = (a: TensorLike, b: TensorLike): Tensor => ops.add(convert(a), convert(b));
export const subtract = (a: TensorLike, b: TensorLike): Tensor => ops.sub(convert(a), convert(b));
export const multiply = (a: TensorLike, b: TensorLike): Tensor => ops.mul(convert(a), convert(b));
export const exp = (x: TensorLike): Tensor => ops.exp(convert(x));
export const log = (x: TensorLike): Tensor => ops.log(convert(x));
