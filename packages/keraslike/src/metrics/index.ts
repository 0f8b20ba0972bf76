import { CallableBase, floatResult, ops, type Tensor, toNumbers } from '@stele/core';
import { z } from 'zod';
import { type Call, type Keywords, read, signature } from '../arguments';
import { notImplemented, show, valueError } from '../errors';
import * as lossFunctions from '../losses/functions';
import { sameRank } from '../losses/functions';
import { aliases } from '../losses/names';
import { autoName, toSnakeCase } from '../names';
import { convert, maskOf, type TensorLike, toFloat } from '../tensors';
import { atEachRun, isTracing } from '../tracing';

export {
  binary_crossentropy,
  categorical_crossentropy,
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

const single = (t: Tensor): number => toNumbers(t)[0]!;

export interface Metric {
  (...args: any[]): number;
  name: string;
}
const label = z.string().nullable().default(null);
const dtype = z.any().optional();
const metric = signature(0, { dtype, name: label });
/** Base of the metrics: `update_state` adds a batch, `result` gives the value so far. @see https://keras.io/api/metrics/ */
export abstract class Metric extends CallableBase {
  name: string;
  constructor(...args: Call<[], [dtype: unknown, name: string | null], Keywords<typeof metric>>) {
    super();
    this.name = read('Metric.__init__()', metric, args).name ?? autoName(new.target.name);
  }
  get_config(): Record<string, unknown> {
    return { name: this.name };
  }
  abstract update_state(...args: any[]): void;
  abstract result(): number;
  abstract reset_state(): void;
  __call__(...args: any[]): number {
    this.update_state(...args);
    return this.result();
  }
}
Object.defineProperty(Metric.prototype, 'entry', { value: '__call__', configurable: true });

const named = signature(0, { name: label, dtype });
type Named = Call<[], [name: string | null, dtype: unknown], Keywords<typeof named>>;
const readName = (call: string, args: Named, fallback: string): string =>
  read(`${call}.__init__()`, named, args).name ?? fallback;

/** The weighted mean of all values: sum(w x) / sum(w). @see https://keras.io/api/metrics/reduction_metrics/ */
export class Mean extends Metric {
  private total = 0;
  private count = 0;
  constructor(...args: Named) {
    super({ name: readName('Mean', args, 'mean') });
  }
  /** Adds values, float32 sums as the original keeps them. */
  update_state(values: TensorLike, sample_weight: TensorLike | null = null): void {
    const v = toFloat(values);
    const mask = maskOf(values);
    let weight = sample_weight === null ? null : toFloat(sample_weight);
    if (mask !== null)
      weight = weight === null ? ops.cast(mask, 'float32') : ops.mul(weight, ops.cast(mask, 'float32'));
    if (weight === null) {
      const count = v.elementCount;
      this.addAtEachRun([ops.sum(v)], ([total]) => this.add(single(total!), count));
      return;
    }
    const [a, w] = sameRank(v, weight);
    const spread = a.rank > w.rank ? ops.reshape(w, [...w.sizes, ...Array<number>(a.rank - w.rank).fill(1)]) : w;
    const full = spread.rank === 0 ? ops.mul(ops.add(ops.mul(a, 0), 1), spread) : ops.expand(spread, a.sizes);
    this.addAtEachRun([ops.sum(ops.mul(a, full)), ops.sum(full)], ([total, count]) =>
      this.add(single(total!), single(count!)),
    );
  }
  private addAtEachRun(sums: readonly Tensor[], add: (sums: readonly Tensor[]) => void): void {
    atEachRun('update_state', sums, [], (values) => {
      add(values);
      return [];
    });
  }
  /** Adds a sum and its weight. */
  add(total: number, count: number): void {
    this.total = Math.fround(this.total + total);
    this.count = Math.fround(this.count + count);
  }
  result(): number {
    return floatResult(this.mean());
  }
  /** sum(w x) / sum(w) as it is now; 0 before any value. */
  protected mean(): number {
    if (isTracing())
      throw notImplemented(
        `${this.constructor.name}.result() gives a number, which has no value while a function is traced: call it outside`,
      );
    return this.count === 0 ? 0 : Math.fround(this.total / this.count);
  }
  reset_state(): void {
    this.total = 0;
    this.count = 0;
  }
}

export type MetricFunction = (y_true: Tensor, y_pred: Tensor) => Tensor;
/** The mean of a function of (y_true, y_pred). */
export class MeanMetricWrapper extends Mean {
  protected readonly fn: MetricFunction;
  constructor(fn: MetricFunction, name?: string | null) {
    super(name ?? (fn.name || 'mean_metric_wrapper'));
    this.fn = fn;
  }
  override update_state(y_true: TensorLike, y_pred: TensorLike, sample_weight?: TensorLike | null): void;
  override update_state(
    y_true: TensorLike,
    y_pred: TensorLike | null = null,
    sample_weight: TensorLike | null = null,
  ): void {
    const [y, p] = [convert(y_true), convert(y_pred!)];
    const values = this.fn(y, p);
    const mask = maskOf(y_pred);
    let weight = sample_weight;
    if (mask !== null) {
      const m = ops.cast(mask, 'float32');
      weight = weight === null ? m : ops.mul(sameRank(toFloat(weight), m)[0], m);
    }
    super.update_state(values, weight);
  }
}

/** y_pred > threshold equals y_true; mean over the last axis. */
export function binary_accuracy(y_true: TensorLike, y_pred: TensorLike, threshold = 0.5): Tensor {
  const [y, p] = sameRank(toFloat(y_true), toFloat(y_pred));
  const said = ops.cast(ops.greater(p, threshold), 'float32');
  const hit = ops.cast(ops.equal(y, said), 'float32');
  return hit.rank === 0 ? hit : ops.mean(hit, -1);
}
/** argmax of both agree. */
export function categorical_accuracy(y_true: TensorLike, y_pred: TensorLike): Tensor {
  const y = ops.argmax(toFloat(y_true), -1);
  return ops.cast(ops.equal(y, ops.argmax(toFloat(y_pred), -1)), 'float32');
}
/** argmax of the prediction is the label. */
export function sparse_categorical_accuracy(y_true: TensorLike, y_pred: TensorLike): Tensor {
  const p = toFloat(y_pred);
  let y = convert(y_true);
  if (y.rank === p.rank && y.rank > 0 && y.sizes.at(-1) === 1) y = ops.squeeze(y, [-1]);
  return ops.cast(ops.equal(ops.cast(y, 'int64'), ops.argmax(p, -1)), 'float32');
}
/** y_true equals y_pred. */
export function accuracy(y_true: TensorLike, y_pred: TensorLike): Tensor {
  const [y, p] = sameRank(toFloat(y_true), toFloat(y_pred));
  const hit = ops.cast(ops.equal(y, p), 'float32');
  return hit.rank === 0 ? hit : ops.mean(hit, -1);
}

export class Accuracy extends MeanMetricWrapper {
  constructor(...args: Named) {
    super(accuracy, readName('Accuracy', args, 'accuracy'));
  }
}
const thresholded = signature(0, { name: label, dtype, threshold: z.number().default(0.5) });
export class BinaryAccuracy extends MeanMetricWrapper {
  readonly threshold: number;
  constructor(
    ...args: Call<[], [name: string | null, dtype: unknown, threshold: number], Keywords<typeof thresholded>>
  ) {
    const p = read('BinaryAccuracy.__init__()', thresholded, args);
    super((y, q) => binary_accuracy(y, q, p.threshold), p.name ?? 'binary_accuracy');
    this.threshold = p.threshold;
  }
  override get_config(): Record<string, unknown> {
    return { ...super.get_config(), threshold: this.threshold };
  }
}
export class CategoricalAccuracy extends MeanMetricWrapper {
  constructor(...args: Named) {
    super(categorical_accuracy, readName('CategoricalAccuracy', args, 'categorical_accuracy'));
  }
}
export class SparseCategoricalAccuracy extends MeanMetricWrapper {
  constructor(...args: Named) {
    super(sparse_categorical_accuracy, readName('SparseCategoricalAccuracy', args, 'sparse_categorical_accuracy'));
  }
}
export class MeanSquaredError extends MeanMetricWrapper {
  constructor(...args: Named) {
    super(lossFunctions.mean_squared_error, readName('MeanSquaredError', args, 'mean_squared_error'));
  }
}
export class MeanAbsoluteError extends MeanMetricWrapper {
  constructor(...args: Named) {
    super(lossFunctions.mean_absolute_error, readName('MeanAbsoluteError', args, 'mean_absolute_error'));
  }
}
export class RootMeanSquaredError extends MeanMetricWrapper {
  constructor(...args: Named) {
    const squared = (y: Tensor, p: Tensor): Tensor => {
      const [a, b] = sameRank(toFloat(y), toFloat(p));
      return ops.square(ops.sub(b, a));
    };
    super(squared, readName('RootMeanSquaredError', args, 'root_mean_squared_error'));
  }
  override result(): number {
    return floatResult(Math.fround(Math.sqrt(this.mean())));
  }
}

/** 'accuracy' means another thing for each kind of labels: binary, class indices or one-hot. */
export function accuracyFor(y_true: Tensor, y_pred: Tensor): MetricFunction {
  const classes = y_pred.sizes.at(-1);
  if (classes === 1) return (y, p) => binary_accuracy(y, p);
  const sparse = y_true.rank < y_pred.rank || (y_true.sizes.at(-1) === 1 && classes !== 1);
  return sparse ? sparse_categorical_accuracy : categorical_accuracy;
}

type Configured = { readonly class_name: string; readonly config?: Record<string, unknown> };
export type MetricIdentifier = string | Metric | MetricFunction | Configured;
const functions: Readonly<Record<string, MetricFunction>> = {
  ...(lossFunctions as unknown as Record<string, MetricFunction>),
  binary_accuracy: (y, p) => binary_accuracy(y, p),
  categorical_accuracy,
  sparse_categorical_accuracy,
};
const classes = {
  Accuracy,
  BinaryAccuracy,
  CategoricalAccuracy,
  SparseCategoricalAccuracy,
  MeanSquaredError,
  MeanAbsoluteError,
  RootMeanSquaredError,
};

/** A metric by name or as it is; 'accuracy' is settled when the first batch shows the shapes. */
export function resolve(identifier: MetricIdentifier, y_true: Tensor, y_pred: Tensor): Metric {
  if (identifier instanceof Metric) return identifier;
  if (typeof identifier === 'function') return new MeanMetricWrapper(identifier);
  if (identifier === 'accuracy' || identifier === 'acc')
    return new MeanMetricWrapper(accuracyFor(y_true, y_pred), identifier);
  if (typeof identifier === 'object') return get(identifier);
  const name = aliases[identifier] ?? identifier;
  const fn = Object.hasOwn(functions, name) ? functions[name] : undefined;
  if (fn !== undefined) return new MeanMetricWrapper(fn, identifier);
  return get(identifier);
}
/** A metric by its class name or configuration. @throws ValueError for a name that is not there. */
export function get(identifier: string | Metric | Configured): Metric {
  if (identifier instanceof Metric) return identifier;
  if (typeof identifier === 'object') {
    const { class_name, config } = identifier;
    const made = Object.entries(classes).find(([n]) => n === class_name)?.[1];
    if (made === undefined) throw valueError(`Could not interpret metric identifier: ${show(identifier)}`);
    return new (made as new (config: object) => Metric)(config ?? {});
  }
  const made = Object.entries(classes).find(([n]) => n === identifier || toSnakeCase(n) === identifier)?.[1];
  if (made === undefined) throw valueError(`Could not interpret metric identifier: ${show(identifier)}`);
  return new made();
}

/** How a metric is written into a configuration; null for one that only the program knows. */
export function serialize(metric: MetricIdentifier): unknown {
  if (typeof metric === 'string') return metric;
  const named = Object.entries(functions).find(([, fn]) => fn === metric);
  if (named !== undefined) return named[0];
  const made = Object.entries(classes).find(([, type]) => (metric as object).constructor === type);
  return made === undefined ? null : { class_name: made[0], config: (metric as Metric).get_config() };
}
