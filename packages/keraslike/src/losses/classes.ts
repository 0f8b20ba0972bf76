import { ops } from '@stele/core';
import { z } from 'zod';
import { type Call, type Keywords, read, signature } from '../arguments';
import * as functions from './functions';
import { dtype, LossFunctionWrapper, type LossOptions, name, type Reduction, reduction } from './loss';

const common = { reduction, name, dtype };
const plain = signature(0, common);
type Plain = Call<[], [reduction: Reduction, name: string | null], Keywords<typeof plain>>;
/** The arguments of a loss that has no others; its name unless another is given. */
const readPlain = (call: string, args: Plain, fallback: string): LossOptions => {
  const o = read(`${call}.__init__()`, plain, args);
  return { ...o, name: o.name ?? fallback };
};

/** mean((y_true - y_pred)^2). @see https://keras.io/api/losses/regression_losses/ */
export class MeanSquaredError extends LossFunctionWrapper {
  constructor(...args: Plain) {
    super(functions.mean_squared_error, readPlain('MeanSquaredError', args, 'mean_squared_error'));
  }
}
export class MeanAbsoluteError extends LossFunctionWrapper {
  constructor(...args: Plain) {
    super(functions.mean_absolute_error, readPlain('MeanAbsoluteError', args, 'mean_absolute_error'));
  }
}
export class MeanAbsolutePercentageError extends LossFunctionWrapper {
  constructor(...args: Plain) {
    super(
      functions.mean_absolute_percentage_error,
      readPlain('MeanAbsolutePercentageError', args, 'mean_absolute_percentage_error'),
    );
  }
}
export class MeanSquaredLogarithmicError extends LossFunctionWrapper {
  constructor(...args: Plain) {
    super(
      functions.mean_squared_logarithmic_error,
      readPlain('MeanSquaredLogarithmicError', args, 'mean_squared_logarithmic_error'),
    );
  }
}
export class LogCosh extends LossFunctionWrapper {
  constructor(...args: Plain) {
    super(functions.log_cosh, readPlain('LogCosh', args, 'log_cosh'));
  }
}
export class KLDivergence extends LossFunctionWrapper {
  constructor(...args: Plain) {
    super(functions.kl_divergence, readPlain('KLDivergence', args, 'kl_divergence'));
  }
}
export class Poisson extends LossFunctionWrapper {
  constructor(...args: Plain) {
    super(functions.poisson, readPlain('Poisson', args, 'poisson'));
  }
}
export class Hinge extends LossFunctionWrapper {
  constructor(...args: Plain) {
    super(functions.hinge, readPlain('Hinge', args, 'hinge'));
  }
}
export class SquaredHinge extends LossFunctionWrapper {
  constructor(...args: Plain) {
    super(functions.squared_hinge, readPlain('SquaredHinge', args, 'squared_hinge'));
  }
}

const huber = signature(0, { delta: z.number().default(1), ...common });
/** Quadratic within delta, linear outside. */
export class Huber extends LossFunctionWrapper {
  constructor(...args: Call<[], [delta: number, reduction: Reduction], Keywords<typeof huber>>) {
    const o = read('Huber.__init__()', huber, args);
    super((y, p) => functions.huber(y, p, o.delta), { ...o, name: o.name ?? 'huber_loss' });
  }
}

const cosine = signature(0, { axis: z.int().default(-1), ...common });
/** Minus the cosine between labels and predictions. */
export class CosineSimilarity extends LossFunctionWrapper {
  constructor(...args: Call<[], [axis: number, reduction: Reduction], Keywords<typeof cosine>>) {
    const o = read('CosineSimilarity.__init__()', cosine, args);
    super((y, p) => ops.neg(functions.cosine_similarity(y, p, o.axis)), { ...o, name: o.name ?? 'cosine_similarity' });
  }
}

const entropy = signature(0, {
  from_logits: z.boolean().default(false),
  label_smoothing: z.number().min(0).max(1).default(0),
  axis: z.int().default(-1),
  ...common,
});
type Entropy = Call<
  [],
  [from_logits: boolean, label_smoothing: number, axis: number, reduction: Reduction],
  Keywords<typeof entropy>
>;
/**
 * -(y log p + (1 - y) log(1 - p)) of probabilities, or of logits.
 * @see https://keras.io/api/losses/probabilistic_losses/#binarycrossentropy-class
 */
export class BinaryCrossentropy extends LossFunctionWrapper {
  constructor(...args: Entropy) {
    const o = read('BinaryCrossentropy.__init__()', entropy, args);
    super((y, p) => functions.binary_crossentropy(y, p, o.from_logits, o.label_smoothing, o.axis), {
      ...o,
      name: o.name ?? 'binary_crossentropy',
    });
  }
}
/** -sum(y log p) of one-hot labels. */
export class CategoricalCrossentropy extends LossFunctionWrapper {
  constructor(...args: Entropy) {
    const o = read('CategoricalCrossentropy.__init__()', entropy, args);
    super((y, p) => functions.categorical_crossentropy(y, p, o.from_logits, o.label_smoothing, o.axis), {
      ...o,
      name: o.name ?? 'categorical_crossentropy',
    });
  }
}
const sparse = signature(0, {
  from_logits: z.boolean().default(false),
  ignore_class: z.int().nullable().default(null),
  reduction,
  axis: z.int().default(-1),
  name,
  dtype,
});
/** -log p[label] of class indices. */
export class SparseCategoricalCrossentropy extends LossFunctionWrapper {
  constructor(
    ...args: Call<
      [],
      [from_logits: boolean, ignore_class: number | null, reduction: Reduction, axis: number],
      Keywords<typeof sparse>
    >
  ) {
    const o = read('SparseCategoricalCrossentropy.__init__()', sparse, args);
    super((y, p) => functions.sparse_categorical_crossentropy(y, p, o.from_logits, o.ignore_class, o.axis), {
      ...o,
      name: o.name ?? 'sparse_categorical_crossentropy',
    });
  }
}
