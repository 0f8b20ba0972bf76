import { ops, parseOptions } from '@stele/core';
import { z } from 'zod';
import * as functions from './functions';
import { LossFunctionWrapper, type LossOptions, type Reduction } from './loss';

const common = {
  reduction: z.custom<Reduction>().optional(),
  name: z.string().nullable().optional(),
  dtype: z.any().optional(),
};
const plain = z.strictObject(common);

/** Python takes `reduction` first where a loss has nothing else. */
function readPlain(call: string, given: LossOptions | Reduction | undefined): LossOptions {
  return parseOptions(
    `${call}.__init__()`,
    plain,
    typeof given === 'string' ? { reduction: given } : given,
  ) as LossOptions;
}

/** mean((y_true - y_pred)^2). @see https://keras.io/api/losses/regression_losses/ */
export class MeanSquaredError extends LossFunctionWrapper {
  constructor(options?: LossOptions | Reduction) {
    super(functions.mean_squared_error, { name: 'mean_squared_error', ...readPlain('MeanSquaredError', options) });
  }
}
export class MeanAbsoluteError extends LossFunctionWrapper {
  constructor(options?: LossOptions | Reduction) {
    super(functions.mean_absolute_error, { name: 'mean_absolute_error', ...readPlain('MeanAbsoluteError', options) });
  }
}
export class MeanAbsolutePercentageError extends LossFunctionWrapper {
  constructor(options?: LossOptions | Reduction) {
    super(functions.mean_absolute_percentage_error, {
      name: 'mean_absolute_percentage_error',
      ...readPlain('MeanAbsolutePercentageError', options),
    });
  }
}
export class MeanSquaredLogarithmicError extends LossFunctionWrapper {
  constructor(options?: LossOptions | Reduction) {
    super(functions.mean_squared_logarithmic_error, {
      name: 'mean_squared_logarithmic_error',
      ...readPlain('MeanSquaredLogarithmicError', options),
    });
  }
}
export class LogCosh extends LossFunctionWrapper {
  constructor(options?: LossOptions | Reduction) {
    super(functions.log_cosh, { name: 'log_cosh', ...readPlain('LogCosh', options) });
  }
}
export class KLDivergence extends LossFunctionWrapper {
  constructor(options?: LossOptions | Reduction) {
    super(functions.kl_divergence, { name: 'kl_divergence', ...readPlain('KLDivergence', options) });
  }
}
export class Poisson extends LossFunctionWrapper {
  constructor(options?: LossOptions | Reduction) {
    super(functions.poisson, { name: 'poisson', ...readPlain('Poisson', options) });
  }
}
export class Hinge extends LossFunctionWrapper {
  constructor(options?: LossOptions | Reduction) {
    super(functions.hinge, { name: 'hinge', ...readPlain('Hinge', options) });
  }
}
export class SquaredHinge extends LossFunctionWrapper {
  constructor(options?: LossOptions | Reduction) {
    super(functions.squared_hinge, { name: 'squared_hinge', ...readPlain('SquaredHinge', options) });
  }
}

const huberOptions = z.strictObject({ delta: z.number().default(1), ...common });
/** Quadratic within delta, linear outside. */
export class Huber extends LossFunctionWrapper {
  constructor(options: z.input<typeof huberOptions> | number = {}) {
    const o = parseOptions(
      'Huber.__init__()',
      huberOptions,
      typeof options === 'number' ? { delta: options } : options,
    );
    super((y, p) => functions.huber(y, p, o.delta), { name: 'huber_loss', ...(o as LossOptions) });
  }
}

const cosineOptions = z.strictObject({ axis: z.int().default(-1), ...common });
/** Minus the cosine between labels and predictions. */
export class CosineSimilarity extends LossFunctionWrapper {
  constructor(options: z.input<typeof cosineOptions> = {}) {
    const o = parseOptions('CosineSimilarity.__init__()', cosineOptions, options);
    super((y, p) => ops.neg(functions.cosine_similarity(y, p, o.axis)), {
      name: 'cosine_similarity',
      ...(o as LossOptions),
    });
  }
}

const entropy = z.strictObject({
  from_logits: z.boolean().default(false),
  label_smoothing: z.number().min(0).max(1).default(0),
  axis: z.int().default(-1),
  ...common,
});
/**
 * -(y log p + (1 - y) log(1 - p)) of probabilities, or of logits.
 * @see https://keras.io/api/losses/probabilistic_losses/#binarycrossentropy-class
 */
export class BinaryCrossentropy extends LossFunctionWrapper {
  constructor(options: z.input<typeof entropy> = {}) {
    const { from_logits, label_smoothing, axis, ...rest } = parseOptions(
      'BinaryCrossentropy.__init__()',
      entropy,
      options,
    );
    super((y, p) => functions.binary_crossentropy(y, p, { from_logits, label_smoothing, axis }), {
      name: 'binary_crossentropy',
      ...(rest as LossOptions),
    });
  }
}
/** -sum(y log p) of one-hot labels. */
export class CategoricalCrossentropy extends LossFunctionWrapper {
  constructor(options: z.input<typeof entropy> = {}) {
    const { from_logits, label_smoothing, axis, ...rest } = parseOptions(
      'CategoricalCrossentropy.__init__()',
      entropy,
      options,
    );
    super((y, p) => functions.categorical_crossentropy(y, p, { from_logits, label_smoothing, axis }), {
      name: 'categorical_crossentropy',
      ...(rest as LossOptions),
    });
  }
}
const sparse = z.strictObject({
  from_logits: z.boolean().default(false),
  ignore_class: z.int().nullable().default(null),
  axis: z.int().default(-1),
  ...common,
});
/** -log p[label] of class indices. */
export class SparseCategoricalCrossentropy extends LossFunctionWrapper {
  constructor(options: z.input<typeof sparse> = {}) {
    const { from_logits, ignore_class, axis, ...rest } = parseOptions(
      'SparseCategoricalCrossentropy.__init__()',
      sparse,
      options,
    );
    super((y, p) => functions.sparse_categorical_crossentropy(y, p, { from_logits, ignore_class, axis }), {
      name: 'sparse_categorical_crossentropy',
      ...(rest as LossOptions),
    });
  }
}
