import { namespace, Tensor } from '@stele/core';
import { pyStr } from '@stele/core/printing';
import { show, valueError } from '../errors';
import { deserialize_keras_object, serialize_keras_object } from '../saving/objects';
import { toArray } from '../tensors';
import * as adam from './adam';
import * as gradient from './gradient';
import { LossScaleOptimizer } from './lossScale';
import { MultiOptimizer } from './multi';
import { Optimizer } from './optimizer';
import * as scheduleNames from './schedules';

export { Adam, Adamax, AdamW, Lamb, Muon, Nadam, ScheduleFreeAdamW } from './adam';
export { Adadelta, Adafactor, Adagrad, Ftrl, Lion, RMSprop, SGD } from './gradient';
export { LossScaleOptimizer } from './lossScale';
export { MultiOptimizer, OptimizerMap } from './multi';
export { Optimizer } from './optimizer';

const {
  CosineDecay,
  CosineDecayRestarts,
  ExponentialDecay,
  InverseTimeDecay,
  LearningRateSchedule,
  PiecewiseConstantDecay,
  PolynomialDecay,
} = scheduleNames;
export const schedules = namespace('keras.optimizers.schedules', {
  CosineDecay,
  CosineDecayRestarts,
  ExponentialDecay,
  InverseTimeDecay,
  LearningRateSchedule,
  PiecewiseConstantDecay,
  PolynomialDecay,
  deserialize: scheduleNames.deserialize,
  serialize: scheduleNames.serialize,
});

const classes: Readonly<Record<string, unknown>> = { ...gradient, ...adam, LossScaleOptimizer, MultiOptimizer };
export type OptimizerIdentifier = string | Optimizer | { class_name: string; config?: Record<string, unknown> };

/** An optimizer by name, configuration or as it is. @throws ValueError for a name that is not there. */
export function get(identifier: OptimizerIdentifier): Optimizer {
  if (identifier instanceof Optimizer) return identifier;
  if (typeof identifier === 'object' && identifier !== null && 'module' in identifier)
    return deserialize_keras_object(identifier);
  const name = typeof identifier === 'string' ? identifier : identifier?.class_name;
  const key = Object.keys(classes).find((n) => n.toLowerCase() === String(name).toLowerCase());
  if (key === undefined) throw valueError(`Could not interpret optimizer identifier: ${described(identifier)}`);
  const config = typeof identifier === 'string' ? {} : (identifier.config ?? {});
  return (classes[key] as typeof gradient.SGD).from_config(config);
}

/** How an optimizer is written into a configuration. */
export const serialize = (optimizer: Optimizer): any => serialize_keras_object(optimizer);
export const deserialize = (config: unknown, custom_objects: Record<string, unknown> | null = null): any =>
  deserialize_keras_object(config, custom_objects);

const described = (identifier: unknown): string =>
  typeof identifier === 'function' && identifier.prototype instanceof Optimizer
    ? `<class 'keras.src.optimizers.${identifier.name.toLowerCase()}.${identifier.name}'>`
    : identifier instanceof Tensor
      ? pyStr(toArray(identifier))
      : show(identifier);
