import { nn, ops, type Tensor } from '@stele/core';
import { z } from 'zod';
import { type Call, type Keywords, read, signature } from '../arguments';
import * as losses from '../losses/functions';
import { sameRank } from '../losses/functions';
import { toSnakeCase } from '../names';
import { convert, type TensorLike } from '../tensors';
import * as functions from './functions';
import { dtype, label, type NamedCall, type Result, readNamed } from './metric';
import { FunctionMetric, Mean } from './reduction';

// Metrics that are the mean of a function of labels and predictions.

/** One that has no settings of its own, named as its class unless another name is given. */
const plainMetric = (
  call: string,
  f: (y: TensorLike, p: TensorLike) => Tensor,
  direction?: 'up' | 'down',
  name = toSnakeCase(call),
): (new (
  ...args: NamedCall
) => FunctionMetric) =>
  class extends FunctionMetric {
    constructor(...args: NamedCall) {
      super(f, readNamed(call, args, name), direction);
    }
  };

/** @see https://keras.io/api/metrics/accuracy_metrics/#accuracy-class */
export class Accuracy extends plainMetric('Accuracy', functions.accuracy, 'up') {}
const thresholded = signature(0, { name: label.default('binary_accuracy'), dtype, threshold: z.number().default(0.5) });
/** How often (y_pred > threshold) is y_true. @see https://keras.io/api/metrics/accuracy_metrics/#binaryaccuracy-class */
export class BinaryAccuracy extends FunctionMetric {
  constructor(
    ...args: Call<[], [name: string | null, dtype: unknown, threshold: number], Keywords<typeof thresholded>>
  ) {
    super(functions.binary_accuracy, read('BinaryAccuracy.__init__()', thresholded, args), 'up');
  }
}
/** @see https://keras.io/api/metrics/accuracy_metrics/#categoricalaccuracy-class */
export class CategoricalAccuracy extends plainMetric('CategoricalAccuracy', functions.categorical_accuracy, 'up') {}
/** @see https://keras.io/api/metrics/accuracy_metrics/#sparsecategoricalaccuracy-class */
export class SparseCategoricalAccuracy extends plainMetric(
  'SparseCategoricalAccuracy',
  functions.sparse_categorical_accuracy,
  'up',
) {}
const topK = signature(0, { k: z.int().default(5), name: label.default('top_k_categorical_accuracy'), dtype });
/** @see https://keras.io/api/metrics/accuracy_metrics/#topkcategoricalaccuracy-class */
export class TopKCategoricalAccuracy extends FunctionMetric {
  constructor(...args: Call<[], [k: number, name: string | null, dtype: unknown], Keywords<typeof topK>>) {
    super(functions.top_k_categorical_accuracy, read('TopKCategoricalAccuracy.__init__()', topK, args), 'up');
  }
}
const sparseTopK = signature(0, {
  k: z.int().default(5),
  name: label.default('sparse_top_k_categorical_accuracy'),
  dtype,
  from_sorted_ids: z.boolean().default(false),
});
/** @see https://keras.io/api/metrics/accuracy_metrics/#sparsetopkcategoricalaccuracy-class */
export class SparseTopKCategoricalAccuracy extends FunctionMetric {
  constructor(
    ...args: Call<
      [],
      [k: number, name: string | null, dtype: unknown, from_sorted_ids: boolean],
      Keywords<typeof sparseTopK>
    >
  ) {
    const o = read('SparseTopKCategoricalAccuracy.__init__()', sparseTopK, args);
    super(functions.sparse_top_k_categorical_accuracy, o, 'up');
  }
  override get_config(): Record<string, unknown> {
    const { from_sorted_ids, ...config } = super.get_config();
    return from_sorted_ids === true ? { ...config, from_sorted_ids } : config;
  }
}

/** @see https://keras.io/api/metrics/regression_metrics/#meansquarederror-class */
export class MeanSquaredError extends plainMetric('MeanSquaredError', losses.mean_squared_error, 'down') {}
/** @see https://keras.io/api/metrics/regression_metrics/#meanabsoluteerror-class */
export class MeanAbsoluteError extends plainMetric('MeanAbsoluteError', losses.mean_absolute_error, 'down') {}
/** @see https://keras.io/api/metrics/regression_metrics/#meanabsolutepercentageerror-class */
export class MeanAbsolutePercentageError extends plainMetric(
  'MeanAbsolutePercentageError',
  losses.mean_absolute_percentage_error,
  'down',
) {}
export class MeanSquaredLogarithmicError extends plainMetric(
  'MeanSquaredLogarithmicError',
  losses.mean_squared_logarithmic_error,
  'down',
) {}
/** The root of the mean of squared errors. @see https://keras.io/api/metrics/regression_metrics/#rootmeansquarederror-class */
export class RootMeanSquaredError extends Mean {
  constructor(...args: NamedCall) {
    super(readNamed('RootMeanSquaredError', args, 'root_mean_squared_error'));
    this.direction = 'down';
  }
  protected override get update_arguments(): readonly string[] {
    return ['y_true', 'y_pred'];
  }
  override update_state(y_true: TensorLike, y_pred?: any, sample_weight: TensorLike | null = null): void {
    const [y, p] = sameRank(convert(y_true, this.dtype), convert(y_pred, this.dtype));
    super.update_state(nn.squaredError(y, p), sample_weight);
  }
  override result(): Result {
    return ops.sqrt(super.result());
  }
}
const cosine = signature(0, { name: label.default('cosine_similarity'), dtype, axis: z.int().default(-1) });
/** @see https://keras.io/api/metrics/regression_metrics/#cosinesimilarity-class */
export class CosineSimilarity extends FunctionMetric {
  constructor(...args: Call<[], [name: string | null, dtype: unknown, axis: number], Keywords<typeof cosine>>) {
    super(functions.cosine_similarity, read('CosineSimilarity.__init__()', cosine, args), 'up');
  }
  override get_config(): Record<string, unknown> {
    const { axis: _, ...config } = super.get_config();
    return config;
  }
}
export class LogCoshError extends plainMetric('LogCoshError', losses.log_cosh, 'down', 'logcosh') {}
const alongAxis = signature(0, { name: label.default(null), dtype, axis: z.int().default(-1) });
type AxisCall = Call<[], [name: string | null, dtype: unknown, axis: number], Keywords<typeof alongAxis>>;
export class PearsonCorrelation extends FunctionMetric {
  constructor(...args: AxisCall) {
    const o = read('PearsonCorrelation.__init__()', alongAxis, args);
    super(functions.pearson_correlation, { ...o, name: o.name ?? 'pearson_correlation' }, 'up');
  }
}
export class ConcordanceCorrelation extends FunctionMetric {
  constructor(...args: AxisCall) {
    const o = read('ConcordanceCorrelation.__init__()', alongAxis, args);
    super(functions.concordance_correlation, { ...o, name: o.name ?? 'concordance_correlation' }, 'up');
  }
}

/** @see https://keras.io/api/metrics/hinge_metrics/ */
export class Hinge extends plainMetric('Hinge', losses.hinge, 'down') {}
export class SquaredHinge extends plainMetric('SquaredHinge', losses.squared_hinge, 'down') {}
export class CategoricalHinge extends plainMetric('CategoricalHinge', losses.categorical_hinge, 'down') {}

/** @see https://keras.io/api/metrics/probabilistic_metrics/ */
export class KLDivergence extends plainMetric('KLDivergence', losses.kl_divergence) {}
export class Poisson extends plainMetric('Poisson', losses.poisson) {}
const binary = signature(0, {
  name: label.default('binary_crossentropy'),
  dtype,
  from_logits: z.boolean().default(false),
  label_smoothing: z.number().default(0),
});
export class BinaryCrossentropy extends FunctionMetric {
  constructor(...args: Call<[], [name: string | null, dtype: unknown, from_logits: boolean], Keywords<typeof binary>>) {
    super(losses.binary_crossentropy, read('BinaryCrossentropy.__init__()', binary, args), 'down');
  }
}
const categorical = signature(0, {
  name: label.default('categorical_crossentropy'),
  dtype,
  from_logits: z.boolean().default(false),
  label_smoothing: z.number().default(0),
  axis: z.int().default(-1),
});
export class CategoricalCrossentropy extends FunctionMetric {
  constructor(
    ...args: Call<[], [name: string | null, dtype: unknown, from_logits: boolean], Keywords<typeof categorical>>
  ) {
    super(losses.categorical_crossentropy, read('CategoricalCrossentropy.__init__()', categorical, args), 'down');
  }
}
const sparse = signature(0, {
  name: label.default('sparse_categorical_crossentropy'),
  dtype,
  from_logits: z.boolean().default(false),
  ignore_class: z.int().nullable().default(null),
  axis: z.int().default(-1),
});
export class SparseCategoricalCrossentropy extends FunctionMetric {
  constructor(...args: Call<[], [name: string | null, dtype: unknown, from_logits: boolean], Keywords<typeof sparse>>) {
    const o = read('SparseCategoricalCrossentropy.__init__()', sparse, args);
    super(losses.sparse_categorical_crossentropy, o, 'down');
  }
}
