import { ops } from '@stele/core';
import { define } from './define';
import { type Tensor, type TensorLike, toTensor } from './tensor';

/**
 * Sums of products over the axes that the result does not name.
 *
 * ```ts
 * String(tf.einsum('i,i->', tf.constant([1, 2]), tf.constant([3, 4]))); // 'tf.Tensor(11, shape=(), dtype=int32)'
 * ```
 * @see https://www.tensorflow.org/api_docs/python/tf/einsum
 */
export const einsum = define(
  'tf.einsum',
  'equation, *inputs, **kwargs',
  (equation: string, ...inputs: unknown[]): Tensor => {
    const tensors = inputs.filter(
      (x) => typeof x !== 'object' || x === null || Object.getPrototypeOf(x) !== Object.prototype,
    );
    const first = toTensor(tensors[0] as TensorLike);
    return ops.einsum(
      equation,
      tensors.map((x) => toTensor(x as TensorLike, first.scalarType)),
    ) as Tensor;
  },
);
