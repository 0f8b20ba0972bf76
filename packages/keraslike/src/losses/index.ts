import type { Tensor } from '@stele/core';
import { show, valueError } from '../errors';
import { toSnakeCase } from '../names';
import * as classes from './classes';
import * as functions from './functions';
import type { Loss } from './loss';
import { aliases } from './names';

export * from './classes';
export {
  binary_crossentropy,
  categorical_crossentropy,
  cosine_similarity,
  hinge,
  huber,
  kl_divergence,
  log_cosh,
  mean_absolute_error,
  mean_absolute_percentage_error,
  mean_squared_error,
  mean_squared_logarithmic_error,
  poisson,
  sparse_categorical_crossentropy,
  squared_hinge,
} from './functions';
export { Loss, LossFunctionWrapper, type LossOptions, type Reduction } from './loss';

export type LossIdentifier =
  | string
  | Loss
  | ((y_true: Tensor, y_pred: Tensor) => Tensor)
  | { class_name: string; config?: Record<string, unknown> };

/**
 * A loss by its name, class name or as it is.
 * @throws ValueError for a name that is not there.
 */
export function get(identifier: LossIdentifier): Loss | ((y_true: Tensor, y_pred: Tensor) => Tensor) {
  if (typeof identifier !== 'string') {
    if (typeof identifier === 'function') return identifier;
    const known = Object.entries(classes).find(([n]) => n === identifier?.class_name)?.[1];
    if (known !== undefined) return new (known as new (config: object) => Loss)(identifier.config ?? {});
    throw valueError(`Could not interpret loss identifier: ${show(identifier)}`);
  }
  const name = aliases[identifier] ?? identifier;
  const fn = Object.hasOwn(functions, name) ? (functions as Record<string, unknown>)[name] : undefined;
  if (fn !== undefined && name !== 'sameRank') return fn as (y_true: Tensor, y_pred: Tensor) => Tensor;
  const made = Object.entries(classes).find(([n]) => n === identifier || toSnakeCase(n) === identifier)?.[1];
  if (made !== undefined) return new (made as new () => Loss)();
  throw valueError(`Could not interpret loss identifier: ${identifier}`);
}

/** How a loss is written into a configuration; null for one that only the program knows. */
export function serialize(loss: Loss | ((...args: any[]) => Tensor)): unknown {
  const named = Object.entries(functions).find(([, fn]) => fn === loss);
  if (named !== undefined) return named[0];
  const made = Object.entries(classes).find(([, type]) => loss.constructor === type);
  return made === undefined ? null : { class_name: made[0], config: (loss as Loss).get_config() };
}
