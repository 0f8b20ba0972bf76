import { namespace, namespaceName } from '@stele/core';
import * as keraslike from '@stele/keraslike';
import { Dataset } from './data/dataset';
import { convert, specFrom } from './data/structure';
import { explainStep, openTracer } from './kerasGraph';
import { seeds } from './random/seeds';
import { tfFamily } from './tensor';

// Keras on TensorFlow: its tensors are tf.Tensor, and both read one global seed
keraslike.setTensorFamily(tfFamily);
keraslike.setSeedStore({
  get: () => seeds.globalSeed,
  set: (seed) => seeds.setGlobalSeed(seed),
});
// fit and evaluate are graphs there
keraslike.setGraphExplanation(explainStep);
keraslike.setSpecTracer(openTracer);
// what keras.utils reads from folders or splits are tf.data's datasets
keraslike.setSourceMaker(
  (open, count, sample) =>
    new Dataset<any>(
      function* () {
        for (const element of open()) yield convert(element);
      },
      count,
      () => specFrom(convert(sample())),
    ),
);

type Long =
  | 'kl_divergence'
  | 'log_cosh'
  | 'mean_absolute_error'
  | 'mean_absolute_percentage_error'
  | 'mean_squared_error'
  | 'mean_squared_logarithmic_error';
type Shortened<T extends Record<Long, unknown>> = Omit<T, Long> & {
  kld: T['kl_divergence'];
  KLD: T['kl_divergence'];
  kullback_leibler_divergence: T['kl_divergence'];
  logcosh: T['log_cosh'];
  mae: T['mean_absolute_error'];
  MAE: T['mean_absolute_error'];
  mape: T['mean_absolute_percentage_error'];
  MAPE: T['mean_absolute_percentage_error'];
  mse: T['mean_squared_error'];
  MSE: T['mean_squared_error'];
  msle: T['mean_squared_logarithmic_error'];
  MSLE: T['mean_squared_logarithmic_error'];
};

/** `tf.keras` spells some losses by their short names only. */
function shortened<T extends Record<Long, unknown>>(names: T): Shortened<T> {
  const {
    kl_divergence: kld,
    log_cosh: logcosh,
    mean_absolute_error: mae,
    mean_absolute_percentage_error: mape,
    mean_squared_error: mse,
    mean_squared_logarithmic_error: msle,
    ...rest
  } = names;
  const short = { kld, mae, mape, mse, msle, logcosh, kullback_leibler_divergence: kld };
  return { ...rest, ...short, KLD: kld, MAE: mae, MAPE: mape, MSE: mse, MSLE: msle } as Shortened<T>;
}

export const losses: Shortened<typeof keraslike.losses> = namespace('tf.keras.losses', shortened(keraslike.losses));
export const metrics: Shortened<typeof keraslike.metrics> = namespace('tf.keras.metrics', shortened(keraslike.metrics));
export const initializers: typeof keraslike.initializers = keraslike.initializers;
export const optimizers: typeof keraslike.optimizers = keraslike.optimizers;

/** Keras' modules under the names that they have within TensorFlow. */
function renamed<T extends object>(modules: T): T {
  const out = { ...modules } as Record<string, unknown>;
  for (const [key, value] of Object.entries(out)) {
    const name = typeof value === 'object' && value !== null ? namespaceName(value) : null;
    // what is read when it is asked for stays so
    if (name === `keras.${key}`)
      out[key] = namespace(
        `tf.${name}`,
        Object.defineProperties({}, Object.getOwnPropertyDescriptors(value as object)),
      );
  }
  return out as unknown as T;
}
type TfKeras = Omit<typeof keraslike.keras, 'losses' | 'metrics'> & { losses: typeof losses; metrics: typeof metrics };
/** Keras' namespace within TensorFlow's. */
export interface KerasOnTensorFlow extends TfKeras {}
/**
 * Keras, on TensorFlow's tensors.
 * @see https://www.tensorflow.org/api_docs/python/tf/keras
 */
export const keras: TfKeras = namespace('tf.keras', { ...renamed(keraslike.keras), losses, metrics });
/** The types of that object's classes. */
export declare namespace keras {
  export type Callback = keraslike.Callback;
  export type KerasTensor = keraslike.KerasTensor;
  export type Layer = keraslike.Layer;
  export type Loss = keraslike.Loss;
  export type Metric = keraslike.Metric;
  export type Model = keraslike.Model;
  export type Optimizer = keraslike.Optimizer;
  export type Sequential = keraslike.Sequential;
  export type Variable = keraslike.Variable;
}
