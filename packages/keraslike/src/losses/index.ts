import type { Tensor } from '@stele/core';
import { show, valueError } from '../errors';
import { deserialize_keras_object, serialize_keras_object } from '../saving/objects';
import { get_registered_object } from '../saving/registry';
import * as classes from './classes';
import * as functions from './functions';
import type { Loss } from './loss';
import { aliases } from './names';

export * from './classes';
export {
  binary_crossentropy,
  binary_focal_crossentropy,
  categorical_crossentropy,
  categorical_focal_crossentropy,
  categorical_generalized_cross_entropy,
  categorical_hinge,
  circle,
  cosine_similarity,
  ctc,
  dice,
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
  tversky,
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
    if (typeof identifier === 'object' && identifier !== null && 'class_name' in identifier)
      return deserialize(identifier);
    throw valueError(`Could not interpret loss identifier: ${show(identifier)}`);
  }
  const name = aliases[identifier] ?? identifier;
  const fn = Object.hasOwn(functions, name) ? (functions as Record<string, unknown>)[name] : undefined;
  if (fn !== undefined && name !== 'sameRank') return fn as (y_true: Tensor, y_pred: Tensor) => Tensor;
  const made = Object.hasOwn(classes, identifier) ? (classes as Record<string, unknown>)[identifier] : undefined;
  if (made !== undefined) return new (made as new () => Loss)();
  throw valueError(`Could not interpret loss identifier: ${identifier}`);
}

/** How a loss is written into a configuration: the name of a function, the class and settings of an object. */
export function serialize(loss: Loss | ((...args: any[]) => Tensor)): unknown {
  const named = Object.entries(functions).find(([, fn]) => fn === loss);
  return named === undefined ? serialize_keras_object(loss) : named[0];
}
/** The loss of a name or configuration. */
export function deserialize(name: unknown, custom_objects: Record<string, unknown> | null = null): any {
  if (typeof name !== 'string') return deserialize_keras_object(name, custom_objects);
  const custom = get_registered_object(name, custom_objects);
  return (custom as Loss | null) ?? get(name);
}
