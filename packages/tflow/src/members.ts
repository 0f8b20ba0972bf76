import { namespace } from '@stele/core';
import './dunder';
import * as v1Members from './compat/v1';
import * as datasetMembers from './data/dataset';
import * as mathMembers from './math';
import * as nnMembers from './nn';
import * as randomMembers from './random';

export * from './array';
export { Graph } from './compat/v1';
export {
  as_dtype,
  bfloat16,
  bool,
  DType,
  float16,
  float32,
  float64,
  int8,
  int16,
  int32,
  int64,
  uint8,
} from './dtypes';
export * as errors from './errors';
export { init_scope, tfFunction as function } from './function';
export { initializers, keras, losses, metrics, optimizers } from './keras';
export {
  abs,
  acos,
  add,
  add_n,
  argmax,
  argmin,
  asin,
  atan,
  cast,
  clip_by_value,
  cos,
  cosh,
  cumsum,
  divide,
  equal,
  exp,
  floor,
  greater,
  greater_equal,
  less,
  less_equal,
  logical_and,
  logical_not,
  logical_or,
  matmul,
  maximum,
  minimum,
  multiply,
  negative,
  not_equal,
  pow,
  reduce_all,
  reduce_any,
  reduce_logsumexp,
  reduce_max,
  reduce_mean,
  reduce_min,
  reduce_prod,
  reduce_sum,
  round,
  sigmoid,
  sign,
  sin,
  sinh,
  sqrt,
  square,
  stop_gradient,
  subtract,
  tan,
  tanh,
  truediv,
} from './math';
export { Module } from './module';
export { TensorShape } from './shape';
export { GradientTape } from './tape';
export { convert_to_tensor, Tensor, type TensorLike } from './tensor';
export { Variable } from './variable';

export const math = namespace('tf.math', { ...mathMembers });
export const nn = namespace('tf.nn', { ...nnMembers });
export const linalg = namespace('tf.linalg', { matmul: mathMembers.matmul });
export const random = namespace('tf.random', {
  set_seed: randomMembers.set_seed,
  normal: randomMembers.normal,
  truncated_normal: randomMembers.truncated_normal,
  uniform: randomMembers.uniform,
  shuffle: randomMembers.shuffle,
});
export const data = namespace('tf.data', {
  Dataset: datasetMembers.Dataset,
  INFINITE_CARDINALITY: -1,
  UNKNOWN_CARDINALITY: -2,
});
export const compat = namespace('tf.compat', { v1: namespace('tf.compat.v1', { ...v1Members }) });
