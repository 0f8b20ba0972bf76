import type { Tensor } from '@stele/core';
import { show, valueError } from '../errors';
import * as losses from '../losses/functions';
import { aliases } from '../losses/names';
import { toSnakeCase } from '../names';
import { deserialize_keras_object, serialize_keras_object } from '../saving/objects';
import * as confusion from './confusion';
import * as functions from './functions';
import { Metric } from './metric';
import * as overlap from './overlap';
import { Mean, MeanMetricWrapper, type MetricFunction, Sum } from './reduction';
import * as scores from './scores';
import * as wrapped from './wrapped';

export {
  binary_crossentropy,
  binary_focal_crossentropy,
  categorical_crossentropy,
  categorical_focal_crossentropy,
  categorical_hinge,
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
} from '../losses/functions';
export {
  AUC,
  FalseNegatives,
  FalsePositives,
  Precision,
  PrecisionAtRecall,
  Recall,
  RecallAtPrecision,
  SensitivityAtSpecificity,
  SpecificityAtSensitivity,
  TrueNegatives,
  TruePositives,
} from './confusion';
export {
  binary_accuracy,
  categorical_accuracy,
  concordance_correlation,
  pearson_correlation,
  sparse_categorical_accuracy,
  sparse_top_k_categorical_accuracy,
  top_k_categorical_accuracy,
} from './functions';
export { Metric } from './metric';
export { BinaryIoU, IoU, MeanIoU, OneHotIoU, OneHotMeanIoU } from './overlap';
export { Mean, MeanMetricWrapper, type MetricFunction, Sum } from './reduction';
export { F1Score, FBetaScore, R2Score } from './scores';
export * from './wrapped';

/** 'accuracy' means another thing for each kind of labels: binary, class indices or one-hot. */
export function accuracyFor(y_true: Tensor, y_pred: Tensor): MetricFunction {
  const classes = y_pred.sizes.at(-1);
  if (classes === 1) return functions.binary_accuracy;
  const sparse = y_true.rank < y_pred.rank || (y_true.sizes.at(-1) === 1 && classes !== 1);
  return sparse ? functions.sparse_categorical_accuracy : functions.categorical_accuracy;
}

type Configured = { readonly class_name: string; readonly config?: Record<string, unknown> };
export type MetricIdentifier = string | Metric | MetricFunction | Configured;

type MetricClass = new (...args: any[]) => Metric;
const { Accuracy, ...others } = wrapped;
const { CountingMetric: _, ...counting } = confusion;
const classes: Readonly<Record<string, MetricClass>> = Object.fromEntries(
  Object.entries({
    Metric,
    Mean,
    Sum,
    MeanMetricWrapper,
    Accuracy,
    ...others,
    ...counting,
    ...scores,
    ...overlap,
  }).filter(([, type]) => typeof type === 'function' && type.prototype instanceof Metric),
) as Readonly<Record<string, MetricClass>>;
const short: Readonly<Record<string, string>> = {
  bce: 'BinaryCrossentropy',
  mse: 'MeanSquaredError',
  mae: 'MeanAbsoluteError',
  mape: 'MeanAbsolutePercentageError',
  msle: 'MeanSquaredLogarithmicError',
};
function classOf(name: string): MetricClass | undefined {
  const known = short[name] ?? (name === name.toUpperCase() ? short[name.toLowerCase()] : undefined) ?? name;
  if (Object.hasOwn(classes, known)) return classes[known];
  return Object.entries(classes).find(([n]) => toSnakeCase(n) === known)?.[1];
}

/** A metric by name or as it is; 'accuracy' is settled when the first batch shows the shapes. */
export function resolve(identifier: MetricIdentifier, y_true: Tensor, y_pred: Tensor): Metric {
  if (identifier instanceof Metric) return identifier;
  if (typeof identifier === 'function')
    return (identifier as { prototype?: unknown }).prototype instanceof Metric
      ? new (identifier as unknown as MetricClass)()
      : new MeanMetricWrapper(identifier, identifier.name);
  if (identifier === 'accuracy' || identifier === 'acc')
    return new MeanMetricWrapper(accuracyFor(y_true, y_pred), identifier);
  if (typeof identifier === 'object') return get(identifier);
  const name = aliases[identifier] ?? identifier;
  const all: Readonly<Record<string, unknown>> = { ...losses, ...functions };
  const fn = Object.hasOwn(all, name) && name !== 'sameRank' ? (all[name] as MetricFunction) : undefined;
  if (fn !== undefined) return new MeanMetricWrapper(fn, identifier);
  return get(identifier);
}
/** A metric by its class name or configuration. @throws ValueError for a name that is not there. */
export function get(identifier: MetricIdentifier): Metric {
  if (identifier instanceof Metric) return identifier;
  if (typeof identifier === 'string') {
    const made = classOf(identifier);
    if (made !== undefined) return new made();
  } else if (typeof identifier === 'function') return new (identifier as unknown as MetricClass)();
  else if (identifier !== null && typeof identifier === 'object') {
    if (!('module' in identifier) && Object.hasOwn(classes, identifier.class_name))
      return (classes[identifier.class_name] as unknown as typeof Metric).from_config(identifier.config ?? {});
    return deserialize(identifier);
  }
  throw valueError(`Could not interpret metric identifier: ${show(identifier)}`);
}
export const serialize = (metric: unknown): any => serialize_keras_object(metric);
export const deserialize = (config: unknown, custom_objects: Record<string, unknown> | null = null): any =>
  deserialize_keras_object(config, custom_objects);
