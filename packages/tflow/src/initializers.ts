import { drawnInitializer } from './compat/v1/initializers';
import * as creation from './creation';
import type { DType } from './dtypes';
import { valueError } from './errors';
import * as random from './random/index';
import type { TensorLike } from './tensor';

// the initializers that TensorFlow 2 has beside Keras' own

/** Refuses types that are neither numbers nor truth. */
function numeric(dtype: DType | null): void {
  if (dtype !== null && !dtype.is_numeric && !dtype.is_bool)
    throw valueError(`Argument \`dtype\` expected to be numeric or boolean. Received ${dtype}.`);
}
function floating(dtype: DType | null): void {
  if (dtype !== null && !dtype.is_floating)
    throw valueError(`Argument \`dtype\` is expected to be floating point. Received: ${dtype}.`);
}
/** Zeros of a shape. @see https://www.tensorflow.org/api_docs/python/tf/zeros_initializer */
export const zeros_initializer = drawnInitializer(
  'zeros_initializer',
  [],
  (sizes, dtype) => creation.zeros(sizes, dtype),
  numeric,
);
/** Ones of a shape. @see https://www.tensorflow.org/api_docs/python/tf/ones_initializer */
export const ones_initializer = drawnInitializer(
  'ones_initializer',
  [],
  (sizes, dtype) => creation.ones(sizes, dtype),
  numeric,
);
/** A value, or a list of them, in a shape. @see https://www.tensorflow.org/api_docs/python/tf/constant_initializer */
export const constant_initializer = drawnInitializer(
  'constant_initializer',
  ['value', 'support_partition'],
  (sizes, dtype, o) => creation.constant((o.value ?? 0) as TensorLike, { dtype, shape: sizes }),
  (dtype, o) => {
    if (typeof o.value === 'function')
      throw new TypeError(
        'Invalid type for initial value: function. Expected Python scalar, list or tuple of values, or numpy.ndarray.',
      );
    if (dtype !== null) numeric(dtype);
  },
);
/** Normal draws. @see https://www.tensorflow.org/api_docs/python/tf/random_normal_initializer */
export const random_normal_initializer = drawnInitializer(
  'random_normal_initializer',
  ['mean', 'stddev', 'seed'],
  (sizes, dtype, o) => random.normal(sizes, o.mean ?? 0, o.stddev ?? 0.05, dtype, o.seed),
  floating,
);
/** Uniform draws. @see https://www.tensorflow.org/api_docs/python/tf/random_uniform_initializer */
export const random_uniform_initializer = drawnInitializer(
  'random_uniform_initializer',
  ['minval', 'maxval', 'seed'],
  (sizes, dtype, o) => random.uniform(sizes, o.minval ?? -0.05, o.maxval ?? 0.05, dtype, o.seed),
  numeric,
);
