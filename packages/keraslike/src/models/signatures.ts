import { isKeywords } from '@stele/core';
import { z } from 'zod';
import { type Keywords, type Parameters, signature } from '../arguments';
import { Callback } from '../callbacks/callback';
import type * as losses from '../losses/index';
import type * as metrics from '../metrics/index';
import type * as optimizers from '../optimizers/index';
import type { TensorLike } from '../tensors';

/** An array or dataset, or lists and dictionaries of arrays. */
export type Data = TensorLike | readonly TensorLike[] | Iterable<unknown> | Readonly<Record<string, TensorLike>>;
/** Metrics of one output, or lists and dictionaries with those of each. */
export type MetricsOption =
  | readonly (metrics.MetricIdentifier | readonly metrics.MetricIdentifier[] | null)[]
  | Readonly<Record<string, metrics.MetricIdentifier | readonly metrics.MetricIdentifier[]>>;
const metricsOption = z.custom<MetricsOption>().nullable().default(null);
export const compileSignature = signature(0, {
  optimizer: z.custom<optimizers.OptimizerIdentifier>().default('rmsprop'),
  loss: z
    .custom<losses.LossIdentifier | readonly unknown[] | Readonly<Record<string, unknown>>>()
    .nullable()
    .default(null),
  loss_weights: z
    .custom<number | readonly (number | null)[] | Readonly<Record<string, number>>>()
    .nullable()
    .default(null),
  metrics: metricsOption,
  weighted_metrics: metricsOption,
  run_eagerly: z.boolean().default(false),
  steps_per_execution: z.int().positive().default(1),
  jit_compile: z.union([z.boolean(), z.literal('auto')]).default('auto'),
  auto_scale_loss: z.boolean().default(true),
});
export type CompileOptions = Keywords<typeof compileSignature>;

const verbose = z.union([z.literal('auto'), z.int().min(0).max(2)]).default('auto');
const callbacks = z
  .custom<readonly Callback[] | Callback>(
    (v) => Array.isArray(v) || v instanceof Callback,
    'expected a list of callbacks',
  )
  .nullable()
  .default(null);
const weights = z.custom<Data>().nullable().default(null);
const classWeight = z
  .custom<Readonly<Record<number, number>> | ReadonlyMap<number, number>>(
    (v) => v instanceof Map || isKeywords(v),
    'expected a dictionary from class indices to weights',
  )
  .transform((v) => (v instanceof Map ? Object.fromEntries(v) : v) as Readonly<Record<number, number>>)
  .nullable()
  .default(null);
const return_dict = z.boolean().default(false);
const data = z.any().optional();
export const fitSignature = signature(
  0,
  {
    x: data,
    y: data,
    batch_size: z.int().nullable().default(null),
    epochs: z.int().default(1),
    verbose,
    callbacks,
    validation_split: z.number().default(0),
    validation_data: z.custom<readonly TensorLike[] | Iterable<unknown>>().nullable().default(null),
    shuffle: z.custom<boolean>().default(true),
    class_weight: classWeight,
    sample_weight: weights,
    initial_epoch: z.int().default(0),
    steps_per_epoch: z.int().positive().nullable().default(null),
    validation_steps: z.int().positive().nullable().default(null),
    validation_batch_size: z.int().nullable().default(null),
    validation_freq: z.union([z.int().positive(), z.array(z.int()).readonly()]).default(1),
  },
  {
    signal: z.custom<AbortSignal>().nullable().default(null),
  },
);
export type FitSettings = Parameters<typeof fitSignature>;
export type FitOptions = Omit<Keywords<typeof fitSignature>, 'x' | 'y'>;
export const evaluateSignature = signature(0, {
  x: data,
  y: data,
  batch_size: z.int().nullable().default(null),
  verbose,
  sample_weight: weights,
  steps: z.int().positive().nullable().default(null),
  callbacks,
  return_dict,
});
export type EvaluateOptions = Omit<Keywords<typeof evaluateSignature>, 'x' | 'y'>;
export const predictSignature = signature(1, {
  x: data,
  batch_size: z.int().nullable().default(null),
  verbose,
  steps: z.int().positive().nullable().default(null),
  callbacks,
});
export type PredictOptions = Omit<Keywords<typeof predictSignature>, 'x'>;
export const trainBatchSignature = signature(1, {
  x: data,
  y: data,
  sample_weight: weights,
  class_weight: classWeight,
  return_dict,
});
export const testBatchSignature = signature(1, { x: data, y: data, sample_weight: weights, return_dict });
export const layerSignature = signature(0, {
  name: z.custom<string | null>().default(null),
  index: z.int().nullable().default(null),
});
