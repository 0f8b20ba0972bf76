import { fromArray } from '@stele/core';
import { define } from '../define';
import type { DType } from '../dtypes';
import { TensorShape } from '../shape';
import { StringTensor } from '../strings';
import { type Tensor, type TensorLike, tfFamily, toTensor } from '../tensor';
import { isStringLike, toStrings } from './strings';

/**
 * Values at index vectors of a shape: what `VarLenFeature` gives.
 * @see https://www.tensorflow.org/api_docs/python/tf/sparse/SparseTensor
 */
export class SparseTensor {
  readonly indices: Tensor;
  readonly values: Tensor | StringTensor;
  readonly dense_shape: Tensor;
  constructor(indices: TensorLike, values: TensorLike | StringTensor, dense_shape: TensorLike) {
    this.indices = toTensor(indices, 'int64');
    this.values = isStringLike(values) ? toStrings('SparseTensor()', values) : toTensor(values as TensorLike);
    this.dense_shape = toTensor(dense_shape, 'int64');
  }
  get dtype(): DType {
    return this.values.dtype;
  }
  get shape(): TensorShape {
    return TensorShape.from_dims((this.dense_shape.tolist() as (number | bigint)[]).map(Number));
  }
  toString(): string {
    return `SparseTensor(indices=${this.indices}, values=${this.values}, dense_shape=${this.dense_shape})`;
  }
  __repr__(): string {
    return this.toString();
  }
}

/** @see https://www.tensorflow.org/api_docs/python/tf/sparse/to_dense */
export const to_dense = define(
  'tf.sparse.to_dense',
  'sp_input, default_value=None, validate_indices=True, name=None',
  ({ indices, values, shape }: SparseTensor, default_value?: unknown): Tensor | StringTensor => {
    const sizes = [...shape] as number[];
    const count = sizes.reduce((a, b) => a * b, 1);
    const places = (indices.tolist() as (number | bigint)[][]).map((index) =>
      index.reduce<number>((at, v, axis) => at * sizes[axis]! + Number(v), 0),
    );
    if (values instanceof StringTensor) {
      const empty = isStringLike(default_value) ? toStrings('to_dense()', default_value).item() : new Uint8Array(0);
      const list = Array<Uint8Array>(count).fill(empty);
      places.forEach((at, i) => {
        list[at] = values.values[i]!;
      });
      return new StringTensor(list, sizes);
    }
    const given = values.numpy().data;
    const zeros = new (given.constructor as new (n: number) => typeof given)(count);
    const fill = toTensor((default_value ?? 0) as TensorLike, values.scalarType).numpy().data[0]!;
    (zeros as Float32Array).fill(fill as number);
    places.forEach((at, i) => {
      zeros[at] = given[i]!;
    });
    return fromArray(tfFamily, zeros, sizes, values.scalarType) as Tensor;
  },
);
