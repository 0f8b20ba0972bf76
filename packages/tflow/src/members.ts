import { namespace } from '@stele/core';
import * as cosineMembers from './cosines';
import * as cylinderMembers from './cylinder';
import './dunder';
import './graphProtocol';
import * as bitwiseMembers from './bitwise';
import * as blockMembers from './blocks';
import { ExponentialMovingAverage } from './compat/v1/averages';
import * as v1Members from './compat/v1/index';
import * as trainingMembers from './compat/v1/train/index';
import * as complexMembers from './complex';
import * as convolutionMembers from './convolution';
import { eye } from './creation';
import * as dataMembers from './data/index';
import * as debuggingMembers from './debugging';
import * as dtypeMembers from './dtypes';
import { einsum } from './einsum';
import * as elementwiseMembers from './elementwise';
import * as enumerations from './enumerations';
import { publicErrors } from './errors';
import * as factorMembers from './factors';
import * as identityMembers from './identities';
import * as imageMembers from './image/index';
import * as gfileMembers from './io/gfile';
import * as ioMembers from './io/index';
import { tf_record_iterator } from './io/records';
import * as sparseMembers from './io/sparse';
import { type KerasOnTensorFlow, keras } from './keras';
import * as linalgMembers from './linalg';
import * as liteMembers from './lite/index';
import * as mathMembers from './math';
import * as nestMembers from './nestMembers';
import * as nnMembers from './nn';
import * as normMembers from './norms';
import * as orderingMembers from './ordering';
import {
  __version__,
  broadcast_static_shape,
  config,
  device,
  get_logger,
  get_static_value,
  is_symbolic_tensor,
  is_tensor,
  logging,
  test,
  tuple,
  version,
} from './platform';
import * as poolingMembers from './pooling';
import * as raggedMembers from './ragged/index';
import * as raggedTypes from './ragged/ragged';
import { dropout, general_dropout, stateless_dropout } from './random/dropout';
import * as randomMembers from './random/index';
import { get_seed } from './random/seeds';
import { stateless_shuffle } from './random/stateless';
import { contains_saved_model, load as loadSavedModel } from './saved_model/load';
import { save as saveSavedModel } from './saved_model/save';
import * as segmentMembers from './segments';
import { invert_permutation } from './sequences';
import * as signalMembers from './signal';
import * as specialMembers from './special';
import * as summaryMembers from './summary/index';
import { summary_iterator } from './summary/reading';
import { FileWriter, Summary } from './summary/v1';
import * as textMembers from './text';
import * as trainMembers from './train/index';

export { autodiff } from './autodiff';
export { batch_to_space, bitcast, ensure_shape, saturate_cast, space_to_batch } from './blocks';
export { Graph } from './compat/v1/graph';
export { complex, conj, imag, real } from './complex';
export { case, cond, switch_case } from './control/cond';
export { numpy_function, py_function } from './control/host';
export { while_loop } from './control/loop';
export { foldl, foldr, map_fn, scan, vectorized_map } from './control/rows';
export {
  constant,
  eye,
  fill,
  identity,
  linspace,
  one_hot,
  ones,
  ones_like,
  range,
  zeros,
  zeros_like,
} from './creation';
export { custom_gradient, recompute_grad } from './custom';
export {
  as_dtype,
  bfloat16,
  bool,
  complex64,
  complex128,
  DType,
  float16,
  float32,
  float64,
  int8,
  int16,
  int32,
  int64,
  string,
  uint8,
  uint16,
  uint32,
  uint64,
} from './dtypes';
export { einsum } from './einsum';
export { acosh, asinh, atanh, truncatediv, truncatemod } from './elementwise';
export { AggregationMethod, VariableAggregation, VariableSynchronization } from './enumerations';
export { autograph, executing_eagerly, init_scope, inside_function, tfFunction as function } from './function/function';
export { gradients, hessians } from './function/gradients';
export { boolean_mask, gather, gather_nd, where } from './gather';
export { grad_pass_through, guarantee_const, identity_n, scalar_mul, shape_n, unravel_index } from './identities';
export {
  constant_initializer,
  ones_initializer,
  random_normal_initializer,
  random_uniform_initializer,
  zeros_initializer,
} from './initializers';
export { make_ndarray, make_tensor_proto } from './io/index';
export { SparseTensor, SparseTensorSpec } from './io/sparse';
export { concat, split, stack, unstack } from './joining';
export { initializers, keras, losses, metrics, optimizers } from './keras';
export { tensordot } from './linalg';
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
export { clip_by_global_norm, clip_by_norm, norm } from './norms';
export {
  argsort,
  histogram_fixed_width,
  histogram_fixed_width_bins,
  searchsorted,
  sort,
  unique,
  unique_with_counts,
} from './ordering';
export {
  __version__,
  broadcast_static_shape,
  config,
  device,
  get_logger,
  get_static_value,
  is_symbolic_tensor,
  is_tensor,
  test,
  tuple,
  version,
} from './platform';
export { print } from './print';
export { RaggedTensor, RaggedTensorSpec } from './ragged/ragged';
export {
  broadcast_to,
  expand_dims,
  pad,
  rank,
  reshape,
  reverse,
  shape,
  size,
  squeeze,
  tile,
  transpose,
} from './reshaping';
export {
  scatter_nd,
  tensor_scatter_nd_add,
  tensor_scatter_nd_max,
  tensor_scatter_nd_min,
  tensor_scatter_nd_sub,
  tensor_scatter_nd_update,
} from './scatter';
export { control_dependencies, group, name_scope, no_op } from './scopes';
export {
  dynamic_partition,
  dynamic_stitch,
  meshgrid,
  repeat,
  reverse_sequence,
  roll,
  sequence_mask,
} from './sequences';
export { TensorShape } from './shape';
export { IndexedSlices } from './slices';
export { slice, strided_slice } from './slicing';
export { TensorSpec } from './spec';
export { GradientTape, UnconnectedGradients } from './tape';
export { convert_to_tensor, Tensor, type TensorLike } from './tensor';
export { TensorArray } from './tensorArray';
export { as_string } from './text';
export { Variable } from './variable';

export const { float16: half, float64: double } = dtypeMembers;
export const realdiv = mathMembers.truediv;

/** A module's members but some, which belong to another namespace. */
function without<T extends object, K extends keyof T>(members: T, names: readonly K[]): Omit<T, K> {
  const out = { ...members };
  for (const name of names) delete out[name];
  return out;
}
/** A new axis in an index. */
export const newaxis = null;
export const bitwise = namespace('tf.bitwise', { ...bitwiseMembers });
export const math = namespace('tf.math', {
  ...without(mathMembers, [
    'operands',
    'provideJoin',
    'quotientOperand',
    'quotientOperands',
    'reducedAxes',
    'refuseZero',
    'scannedAxis',
  ]),
  ...without(identityMembers, ['grad_pass_through', 'guarantee_const', 'identity_n', 'shape_n', 'unravel_index']),
  mod: mathMembers.floormod,
  softmax: nnMembers.softmax,
  log_softmax: nnMembers.log_softmax,
  ...without(complexMembers, ['complex']),
  ...without(segmentMembers, ['sparseSegments']),
  ...specialMembers,
  special: namespace('tf.math.special', { ...specialMembers, ...cylinderMembers }),
  ...without(elementwiseMembers, ['truncatediv', 'truncatemod']),
  l2_normalize: normMembers.l2_normalize,
  ...without(orderingMembers, [
    'argsort',
    'histogram_fixed_width',
    'histogram_fixed_width_bins',
    'searchsorted',
    'sort',
    'unique',
    'unique_with_counts',
  ]),
  invert_permutation: invert_permutation,
});
const imageFiles = {
  decode_image: ioMembers.decode_image,
  decode_jpeg: ioMembers.decode_jpeg,
  decode_png: ioMembers.decode_png,
  encode_png: ioMembers.encode_png,
  is_jpeg: ioMembers.is_jpeg,
};
export const image = namespace(
  'tf.image',
  without({ ...imageMembers, ...imageFiles }, [
    'legacyResize',
    'resize_area',
    'resize_bicubic',
    'resize_bilinear',
    'resize_nearest_neighbor',
  ]),
);
export const strings = namespace('tf.strings', { ...textMembers });
export const nest = namespace('tf.nest', { ...nestMembers });
export const signal = namespace('tf.signal', { frame: blockMembers.frame, ...signalMembers, ...cosineMembers });
export const nn = namespace('tf.nn', {
  lrn: nnMembers.local_response_normalization,
  ...nnMembers,
  ...convolutionMembers,
  ...poolingMembers,
  ...without(normMembers, ['clip_by_global_norm', 'clip_by_norm', 'fused_batch_norm', 'global_norm', 'norm']),
  softsign: elementwiseMembers.softsign,
  dropout,
  experimental: namespace('tf.nn.experimental', {
    general_dropout,
    stateless_dropout,
  }),
  depth_to_space: blockMembers.depth_to_space,
  space_to_depth: blockMembers.space_to_depth,
  in_top_k: orderingMembers.in_top_k,
  top_k: orderingMembers.top_k,
  zero_fraction: orderingMembers.zero_fraction,
});
export const linalg = namespace('tf.linalg', {
  ...linalgMembers,
  ...factorMembers,
  eye,
  einsum,
  matmul: mathMembers.matmul,
  global_norm: normMembers.global_norm,
  l2_normalize: normMembers.l2_normalize,
  norm: normMembers.norm,
});
export const random = namespace('tf.random', {
  ...randomMembers,
  experimental: namespace('tf.random.experimental', {
    Generator: randomMembers.Generator,
    create_rng_state: randomMembers.create_rng_state,
    get_global_generator: randomMembers.get_global_generator,
    set_global_generator: randomMembers.set_global_generator,
    stateless_fold_in: randomMembers.fold_in,
    stateless_split: randomMembers.split,
    stateless_shuffle,
  }),
});
export const data = namespace('tf.data', {
  ...dataMembers,
  experimental: namespace('tf.data.experimental', { ...dataMembers.experimental }),
});
export const debugging = namespace('tf.debugging', { ...debuggingMembers });
export const { Assert, assert_equal, assert_greater, assert_less, assert_rank } = debuggingMembers;
export const errors = namespace('tf.errors', publicErrors);
export const dtypes = namespace('tf.dtypes', {
  ...without(dtypeMembers, ['dtypeName', 'kernelName']),
  cast: mathMembers.cast,
  complex: complexMembers.complex,
  saturate_cast: blockMembers.saturate_cast,
});
export const io = namespace('tf.io', {
  gfile: namespace('tf.io.gfile', gfileMembers),
  ...without(ioMembers, ['make_ndarray', 'make_tensor_proto']),
});
export const ragged = namespace('tf.ragged', { ...raggedMembers });
export const sparse = namespace('tf.sparse', {
  ...without(sparseMembers, ['SparseTensorSpec']),
  ...segmentMembers.sparseSegments,
});
export const saved_model = namespace('tf.saved_model', {
  contains_saved_model,
  load: loadSavedModel,
  save: saveSavedModel,
});
export const summary = namespace('tf.summary', {
  ...without(summaryMembers, ['eventFileIn', 'experimental']),
  experimental: namespace('tf.summary.experimental', { ...summaryMembers.experimental }),
});
export const train = namespace('tf.train', {
  ...trainMembers,
  Coordinator: trainingMembers.Coordinator,
  ExponentialMovingAverage,
});
export const lite = namespace('tf.lite', { ...liteMembers });
const {
  shared,
  gfile: olderFiles,
  variants,
  nn: olderNN,
  losses: olderLosses,
  metrics: olderMetrics,
  summaries: olderSummaries,
  ...ownV1
} = v1Members;
const older = {
  argmax: variants.argmax,
  argmin: variants.argmin,
  confusion_matrix: variants.confusion_matrix,
  count_nonzero: variants.count_nonzero,
  reduce_all: variants.reduce_all,
  reduce_any: variants.reduce_any,
  reduce_logsumexp: variants.reduce_logsumexp,
  reduce_max: variants.reduce_max,
  reduce_mean: variants.reduce_mean,
  reduce_min: variants.reduce_min,
  reduce_prod: variants.reduce_prod,
  reduce_sum: variants.reduce_sum,
};
/** What TF1 has as TensorFlow 2 has it, which keeps most of it elsewhere. */
const laterNames = {
  AggregationMethod: enumerations.AggregationMethod,
  OpError: errors.OpError,
  RaggedTensor: raggedTypes.RaggedTensor,
  RaggedTensorSpec: raggedTypes.RaggedTensorSpec,
  SparseTensorSpec: sparseMembers.SparseTensorSpec,
  VariableSynchronization: enumerations.VariableSynchronization,
  accumulate_n: math.accumulate_n,
  diag: linalg.tensor_diag,
  diag_part: linalg.tensor_diag_part,
  erfc: math.erfc,
  grad_pass_through: identityMembers.grad_pass_through,
  guarantee_const: identityMembers.guarantee_const,
  histogram_fixed_width_bins: orderingMembers.histogram_fixed_width_bins,
  identity_n: identityMembers.identity_n,
  is_non_decreasing: math.is_non_decreasing,
  is_strictly_increasing: math.is_strictly_increasing,
  is_symbolic_tensor: is_symbolic_tensor,
  lbeta: math.lbeta,
  newaxis: null,
  random_crop: image.random_crop,
  realdiv,
  scalar_mul: identityMembers.scalar_mul,
  shape_n: identityMembers.shape_n,
  sparse_reorder: sparse.reorder,
  sparse_tensor_dense_matmul: sparse.sparse_dense_matmul,
  sparse_transpose: sparse.transpose,
  unravel_index: identityMembers.unravel_index,
};
export const compat = namespace('tf.compat', {
  v1: namespace('tf.compat.v1', {
    ...shared,
    ...without(variants, ['eitherName']),
    ...ownV1,
    ...laterNames,
    __version__,
    VERSION: __version__,
    ...without(debuggingMembers, ['check_numerics']),
    math: namespace('tf.compat.v1.math', {
      ...math,
      ...older,
      log_softmax: olderNN.log_softmax,
      softmax: olderNN.softmax,
    }),
    linalg: namespace('tf.compat.v1.linalg', { ...linalg, norm: variants.norm, l2_normalize: olderNN.l2_normalize }),
    bitwise,
    config,
    device,
    debugging,
    errors,
    initializers: namespace('tf.compat.v1.initializers', {
      constant: ownV1.constant_initializer,
      glorot_normal: ownV1.glorot_normal_initializer,
      glorot_uniform: ownV1.glorot_uniform_initializer,
      ones: ownV1.ones_initializer,
      random_normal: ownV1.random_normal_initializer,
      random_uniform: ownV1.random_uniform_initializer,
      truncated_normal: ownV1.truncated_normal_initializer,
      zeros: ownV1.zeros_initializer,
      global_variables: ownV1.global_variables_initializer,
      local_variables: ownV1.local_variables_initializer,
      tables_initializer: ownV1.tables_initializer,
      variables: ownV1.variables_initializer,
    }),
    io: namespace('tf.compat.v1.io', {
      ...without(ioMembers, ['make_ndarray', 'make_tensor_proto']),
      gfile: namespace('tf.io.gfile', gfileMembers),
      tf_record_iterator,
    }),
    keras: keras as KerasOnTensorFlow,
    lite,
    logging,
    gfile: namespace('tf.compat.v1.gfile', { ...olderFiles }),
    losses: namespace('tf.compat.v1.losses', { ...olderLosses }),
    metrics: namespace('tf.compat.v1.metrics', { ...olderMetrics }),
    saved_model,
    signal,
    sparse,
    test,
    version,
    tuple,
    is_tensor,
    get_static_value,
    get_logger,
    broadcast_static_shape,
    data: namespace('tf.compat.v1.data', { ...v1Members.data, Dataset: dataMembers.Dataset }),
    Summary,
    summary: namespace('tf.compat.v1.summary', { FileWriter, Summary, ...olderSummaries }),
    train: namespace('tf.compat.v1.train', {
      ...trainMembers,
      NewCheckpointReader: trainMembers.load_checkpoint,
      ...trainingMembers,
      ExponentialMovingAverage,
      summary_iterator,
    }),
    random: namespace('tf.compat.v1.random', {
      ...random,
      get_seed,
      set_random_seed: randomMembers.set_seed,
    }),
    image: namespace('tf.compat.v1.image', {
      ...without(imageMembers, ['legacyResize']),
      resize: imageMembers.legacyResize,
      resize_images: imageMembers.legacyResize,
    }),
    nn: namespace('tf.compat.v1.nn', { ...nn, ...olderNN, fused_batch_norm: normMembers.fused_batch_norm }),
  }),
});
