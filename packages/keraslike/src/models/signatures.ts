import { z } from 'zod';
import { type Keywords, signature } from '../arguments';
import type { Callback } from '../callbacks/index';
import type * as losses from '../losses/index';
import type * as metrics from '../metrics/index';
import type * as optimizers from '../optimizers/index';
import type { TensorLike } from '../tensors';

export const compileSignature = signature(0, {
  optimizer: z.custom<optimizers.OptimizerIdentifier>().default('rmsprop'),
  loss: z.custom<losses.LossIdentifier>().nullable().default(null),
  loss_weights: z.number().nullable().default(null),
  metrics: z
    .custom<readonly metrics.MetricIdentifier[]>((v) => Array.isArray(v), 'expected a list')
    .nullable()
    .default(null),
  weighted_metrics: z
    .custom<readonly metrics.MetricIdentifier[]>((v) => Array.isArray(v), 'expected a list')
    .nullable()
    .default(null),
  run_eagerly: z.boolean().default(false),
  steps_per_execution: z.int().default(1),
  jit_compile: z.union([z.boolean(), z.literal('auto')]).default('auto'),
  auto_scale_loss: z.boolean().default(true),
});
export type CompileOptions = Keywords<typeof compileSignature>;

const verbose = z.union([z.literal('auto'), z.int().min(0).max(2)]).default('auto');
const callbacks = z
  .custom<readonly Callback[]>((v) => Array.isArray(v), 'expected a list of callbacks')
  .nullable()
  .default(null);
const weights = z.custom<TensorLike>().nullable().default(null);
const classWeight = z.record(z.string(), z.number()).nullable().default(null);
const return_dict = z.boolean().default(false);
const data = z.any().optional();
export const fitSignature = signature(0, {
  x: data,
  y: data,
  batch_size: z.int().positive().nullable().default(null),
  epochs: z.int().default(1),
  verbose,
  callbacks,
  validation_split: z.number().min(0).max(1).default(0),
  validation_data: z.custom<readonly TensorLike[] | Iterable<unknown>>().nullable().default(null),
  shuffle: z.boolean().default(true),
  class_weight: classWeight,
  sample_weight: weights,
  initial_epoch: z.int().default(0),
  steps_per_epoch: z.int().positive().nullable().default(null),
  validation_steps: z.int().positive().nullable().default(null),
  validation_batch_size: z.int().positive().nullable().default(null),
  validation_freq: z.int().positive().default(1),
});
export type FitOptions = Omit<Keywords<typeof fitSignature>, 'x' | 'y'>;
export const evaluateSignature = signature(0, {
  x: data,
  y: data,
  batch_size: z.int().positive().nullable().default(null),
  verbose,
  sample_weight: weights,
  steps: z.int().positive().nullable().default(null),
  callbacks,
  return_dict,
});
export type EvaluateOptions = Omit<Keywords<typeof evaluateSignature>, 'x' | 'y'>;
export const predictSignature = signature(1, {
  x: data,
  batch_size: z.int().positive().nullable().default(null),
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
  name: z.string().nullable().default(null),
  index: z.int().nullable().default(null),
});
