import './signatures/functions';
import { namespace } from '@stele/core';
import * as members from './members';

export * from './members';

/**
 * The whole of TensorFlow as one object, in which a name that is not there throws a sentence.
 *
 * ```ts
 * import { tf } from '@stele/tflow';
 * String(tf.constant([1, 2]).add(1)); // 'tf.Tensor([2 3], shape=(2,), dtype=int32)'
 * ```
 * @see https://www.tensorflow.org/api_docs/python/tf
 */
export const tf: typeof members = namespace('tensorflow', { ...members });
/** The types of that object's classes. */
export declare namespace tf {
  export type DType = members.DType;
  export type GradientTape = members.GradientTape;
  export type Graph = members.Graph;
  export type Module = members.Module;
  export type Tensor = members.Tensor;
  export type TensorShape = members.TensorShape;
  export type Variable = members.Variable;
}
