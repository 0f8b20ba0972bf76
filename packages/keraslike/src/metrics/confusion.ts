import { fromArray, isKeywords, nn, ops, type Tensor } from '@stele/core';
import { z } from 'zod';
import { type Call, type Keywords, read, signature } from '../arguments';
import { invalidArgument, show, valueError } from '../errors';
import { sameRank } from '../losses/functions';
import { deserialize_keras_object } from '../saving/objects';
import { convert, showTuple, type TensorLike, tensorFamily } from '../tensors';
import type { Variable } from '../variable';
import { dtype, label, Metric, optional, type Result } from './metric';

export type CountName = keyof nn.Counts;
export const countNames: readonly CountName[] = ['truePositives', 'falsePositives', 'trueNegatives', 'falseNegatives'];
const pythonNames = {
  truePositives: 'true_positives',
  falsePositives: 'false_positives',
  trueNegatives: 'true_negatives',
  falseNegatives: 'false_negatives',
} as const;

const lowest = -1e10;
type Thresholds = number | readonly number[] | null;
const thresholdsOption = z.custom<Thresholds>().nullable().default(null);

function parseThresholds(given: Thresholds, fallback: number): readonly number[] {
  if (given === null) return [fallback];
  const list = (Array.isArray(given) ? given : [given]) as (number | null)[];
  const bad = list.filter((t) => t === null || t < 0 || t > 1);
  if (bad.length > 0) throw valueError(`Threshold values must be in [0, 1]. Received: ${show(bad)}`);
  return list.map(Number);
}
/** Whether thresholds are i / (n - 1). */
export function lieEvenly(thresholds: readonly number[]): boolean {
  const n = thresholds.length;
  if (n < 3) return false;
  return thresholds.every((t, i) => {
    const even = Math.fround(i / (n - 1));
    return Math.abs(t - even) <= 1e-7 + 1e-5 * Math.abs(even);
  });
}

/** All but the k greatest entries of each row far below any threshold. */
function onlyTop(x: Tensor, k: number): Tensor {
  const [, order] = ops.sort(x, -1, true);
  const [, places] = ops.sort(order, -1);
  return ops.where(ops.less(places, k), x, lowest);
}

export interface CountOptions {
  readonly thresholds: readonly number[];
  readonly even: boolean;
  readonly top_k?: number | null;
  readonly class_id?: number | null;
  readonly multi_label?: boolean;
  readonly label_weights?: Tensor | null;
}

/** A metric of counts at thresholds. */
export abstract class CountingMetric extends Metric {
  protected readonly kept = new Map<CountName, Variable>();
  /** Makes variables for these counts. */
  protected keep(names: readonly CountName[], shape: readonly number[]): void {
    for (const name of names) this.kept.set(name, this.zeros(pythonNames[name], shape));
  }
  protected held(name: CountName): Tensor {
    return this.kept.get(name)!.value;
  }
  protected held_counts(): nn.Counts {
    return {
      truePositives: this.held('truePositives'),
      falsePositives: this.held('falsePositives'),
      trueNegatives: this.held('trueNegatives'),
      falseNegatives: this.held('falseNegatives'),
    };
  }
  /** Whether labels and predictions are counted in another way than one by one. */
  private spread(y: Tensor, p: Tensor, byLabel: boolean): boolean {
    return byLabel || y.elementCount === 1 || p.elementCount === 1;
  }
  protected count(y_true: TensorLike, y_pred: TensorLike, weight: TensorLike | null, o: CountOptions): void {
    let [p, y] = sameRank(convert(y_pred, this.dtype), convert(y_true, this.dtype));
    let w = optional(weight, this.dtype);
    if (w !== null) w = sameRank(y, ops.unsqueeze(w, -1), false)[1];
    if (o.top_k !== null && o.top_k !== undefined) p = onlyTop(p, o.top_k);
    if (o.class_id !== null && o.class_id !== undefined) {
      if (p.rank === 1)
        throw valueError(
          `When class_id is provided, y_pred must be a 2D array with shape (num_samples, num_classes), found shape: ${showTuple(p.sizes)}`,
        );
      if (o.class_id >= p.sizes.at(-1)!)
        throw invalidArgument(`slice index ${o.class_id} of dimension ${p.rank - 1} out of bounds.`);
      const one = (t: Tensor): Tensor => ops.unsqueeze(ops.select(t, -1, o.class_id!), -1);
      [y, p] = [one(y), one(p)];
    }
    if (y.elementCount !== p.elementCount && !this.spread(y, p, o.multi_label ?? false))
      throw invalidArgument(`Incompatible shapes: [1,${p.elementCount}] vs. [1,${y.elementCount}]`);
    if (w !== null) w = ops.expand(w, p.sizes);
    if (o.label_weights) {
      const labels = ops.expand(ops.unsqueeze(o.label_weights, 0), p.sizes);
      w = w === null ? labels : ops.mul(w, labels);
    }
    const byLabel = o.multi_label ?? false;
    this.atEachRun([y, p, w], ([labels, predictions, weights]) => {
      const settings = { weights: weights ?? null, byLabel, even: o.even };
      const more = nn.thresholdCounts(labels!, predictions!, o.thresholds, settings);
      for (const [name, variable] of this.kept) variable.assign_add(more[name]);
    });
  }
}

const counting = signature(0, { thresholds: thresholdsOption, name: label.default(null), dtype });
type CountingCall = Call<[], [thresholds: Thresholds, name: string | null, dtype: unknown], Keywords<typeof counting>>;
abstract class ConditionCount extends CountingMetric {
  private readonly init_thresholds: Thresholds;
  readonly thresholds: readonly number[];
  readonly accumulator: Variable;
  constructor(which: CountName, call: string, args: CountingCall) {
    const { thresholds, ...rest } = read(`${call}.__init__()`, counting, args);
    super(rest);
    this.init_thresholds = thresholds;
    this.thresholds = parseThresholds(thresholds, 0.5);
    this.accumulator = this.zeros('accumulator', [this.thresholds.length]);
    this.kept.set(which, this.accumulator);
  }
  protected override get update_arguments(): readonly string[] {
    return ['y_true', 'y_pred'];
  }
  override update_state(y_true: TensorLike, y_pred: TensorLike, sample_weight: TensorLike | null = null): void {
    this.count(y_true, y_pred, sample_weight, { thresholds: this.thresholds, even: lieEvenly(this.thresholds) });
  }
  override result(): Result {
    const all = this.accumulator.value;
    return this.thresholds.length === 1 ? ops.select(all, 0, 0) : all;
  }
  override get_config(): Record<string, unknown> {
    return { ...super.get_config(), thresholds: this.init_thresholds };
  }
}
/** @see https://keras.io/api/metrics/classification_metrics/ */
export class TruePositives extends ConditionCount {
  constructor(...args: CountingCall) {
    super('truePositives', 'TruePositives', args);
  }
}
export class TrueNegatives extends ConditionCount {
  constructor(...args: CountingCall) {
    super('trueNegatives', 'TrueNegatives', args);
  }
}
export class FalsePositives extends ConditionCount {
  constructor(...args: CountingCall) {
    super('falsePositives', 'FalsePositives', args);
  }
}
export class FalseNegatives extends ConditionCount {
  constructor(...args: CountingCall) {
    super('falseNegatives', 'FalseNegatives', args);
  }
}

const shares = signature(0, {
  thresholds: thresholdsOption,
  top_k: z.int().nullable().default(null),
  class_id: z.int().nullable().default(null),
  name: label.default(null),
  dtype,
});
type SharesCall = Call<
  [],
  [thresholds: Thresholds, top_k: number | null, class_id: number | null, name: string | null],
  Keywords<typeof shares>
>;
abstract class Share extends CountingMetric {
  private readonly init_thresholds: Thresholds;
  readonly thresholds: readonly number[];
  readonly top_k: number | null;
  readonly class_id: number | null;
  private readonly other: CountName;
  constructor(other: CountName, call: string, args: SharesCall) {
    const { thresholds, top_k, class_id, ...rest } = read(`${call}.__init__()`, shares, args);
    super(rest);
    this.direction = 'up';
    this.init_thresholds = thresholds;
    this.top_k = top_k;
    this.class_id = class_id;
    this.thresholds = parseThresholds(thresholds, top_k === null ? 0.5 : lowest);
    this.other = other;
    this.keep(['truePositives', other], [this.thresholds.length]);
  }
  protected override get update_arguments(): readonly string[] {
    return ['y_true', 'y_pred'];
  }
  override update_state(y_true: TensorLike, y_pred: TensorLike, sample_weight: TensorLike | null = null): void {
    const { thresholds, top_k, class_id } = this;
    this.count(y_true, y_pred, sample_weight, { thresholds, even: lieEvenly(thresholds), top_k, class_id });
  }
  override result(): Result {
    const hits = this.held('truePositives');
    const all = nn.divideOrZero(hits, ops.add(hits, this.held(this.other)));
    return this.thresholds.length === 1 ? ops.select(all, 0, 0) : all;
  }
  override get_config(): Record<string, unknown> {
    const { init_thresholds: thresholds, top_k, class_id } = this;
    return { ...super.get_config(), thresholds, top_k, class_id };
  }
}
/** TP / (TP + FP). @see https://keras.io/api/metrics/classification_metrics/#precision-class */
export class Precision extends Share {
  constructor(...args: SharesCall) {
    super('falsePositives', 'Precision', args);
  }
}
/** TP / (TP + FN). @see https://keras.io/api/metrics/classification_metrics/#recall-class */
export class Recall extends Share {
  constructor(...args: SharesCall) {
    super('falseNegatives', 'Recall', args);
  }
}

const bounded = <K extends string>(key: K) =>
  signature(1, {
    [key]: z.number(),
    num_thresholds: z.int().default(200),
    class_id: z.int().nullable().default(null),
    name: label.default(null),
    dtype,
  } as Record<K, z.ZodNumber> & {
    num_thresholds: z.ZodDefault<z.ZodInt>;
    class_id: z.ZodDefault<z.ZodNullable<z.ZodInt>>;
    name: z.ZodDefault<typeof label>;
    dtype: typeof dtype;
  });
const bounds = {
  specificity: bounded('specificity'),
  sensitivity: bounded('sensitivity'),
  recall: bounded('recall'),
  precision: bounded('precision'),
};
type Bound = keyof typeof bounds;
type BoundCall<K extends Bound> = Call<
  [bound: number],
  [num_thresholds: number, class_id: number | null, name: string | null],
  Keywords<(typeof bounds)[K]>
>;
abstract class BestUnder extends CountingMetric {
  readonly num_thresholds: number;
  readonly class_id: number | null;
  readonly value: number;
  readonly thresholds: readonly number[];
  private readonly key: Bound;
  constructor(key: Bound, call: string, args: readonly unknown[]) {
    const o = read(`${call}.__init__()`, bounds[key] as (typeof bounds)['recall'], args) as unknown as {
      num_thresholds: number;
      class_id: number | null;
      name: string | null;
      dtype?: unknown;
    } & Record<Bound, number>;
    const value = o[key];
    if (value < 0 || value > 1)
      throw valueError(`Argument \`${key}\` must be in the range [0, 1]. Received: ${key}=${value}`);
    super({ name: o.name, dtype: o.dtype });
    const n = o.num_thresholds;
    if (n <= 0) throw valueError(`Argument \`num_thresholds\` must be an integer > 0. Received: num_thresholds=${n}`);
    this.direction = 'up';
    this.key = key;
    this.value = value;
    this.num_thresholds = n;
    this.class_id = o.class_id;
    this.thresholds = n === 1 ? [0.5] : Array.from({ length: n }, (_, i) => i / (n - 1));
    this.keep(countNames, [n]);
  }
  protected override get update_arguments(): readonly string[] {
    return ['y_true', 'y_pred'];
  }
  override update_state(y_true: TensorLike, y_pred: TensorLike, sample_weight: TensorLike | null = null): void {
    const { thresholds, class_id } = this;
    this.count(y_true, y_pred, sample_weight, { thresholds, even: this.num_thresholds > 1, class_id });
  }
  /** What is bounded, and what is to be as great as can be. */
  protected abstract pair(counts: nn.Counts): readonly [Tensor, Tensor];
  override result(): Result {
    const [held, wanted] = this.pair(this.held_counts());
    return ops.maximum(ops.max(ops.where(ops.greaterEqual(held, this.value), wanted, 0)), 0);
  }
  override get_config(): Record<string, unknown> {
    const { class_id, num_thresholds, key, value } = this;
    return { ...super.get_config(), class_id, num_thresholds, [key]: value };
  }
}
/** The best sensitivity with at least this specificity. */
export class SensitivityAtSpecificity extends BestUnder {
  constructor(...args: BoundCall<'specificity'>) {
    super('specificity', 'SensitivityAtSpecificity', args);
  }
  protected pair(c: nn.Counts): readonly [Tensor, Tensor] {
    return [nn.specificityOf(c), nn.recallOf(c)];
  }
}
/** The best specificity with at least this sensitivity. */
export class SpecificityAtSensitivity extends BestUnder {
  constructor(...args: BoundCall<'sensitivity'>) {
    super('sensitivity', 'SpecificityAtSensitivity', args);
  }
  protected pair(c: nn.Counts): readonly [Tensor, Tensor] {
    return [nn.recallOf(c), nn.specificityOf(c)];
  }
}
/** The best precision with at least this recall. */
export class PrecisionAtRecall extends BestUnder {
  constructor(...args: BoundCall<'recall'>) {
    super('recall', 'PrecisionAtRecall', args);
  }
  protected pair(c: nn.Counts): readonly [Tensor, Tensor] {
    return [nn.recallOf(c), nn.precisionOf(c)];
  }
}
/** The best recall with at least this precision. */
export class RecallAtPrecision extends BestUnder {
  constructor(...args: BoundCall<'precision'>) {
    super('precision', 'RecallAtPrecision', args);
  }
  protected pair(c: nn.Counts): readonly [Tensor, Tensor] {
    return [nn.precisionOf(c), nn.recallOf(c)];
  }
}

const auc = signature(0, {
  num_thresholds: z.int().default(200),
  curve: z.string().default('ROC'),
  summation_method: z.string().default('interpolation'),
  name: label.default(null),
  dtype,
  thresholds: z.array(z.number()).readonly().nullable().default(null),
  multi_label: z.boolean().default(false),
  num_labels: z.int().nullable().default(null),
  label_weights: z.custom<TensorLike>().nullable().default(null),
  from_logits: z.boolean().default(false),
});
const curves = ['PR', 'ROC', 'PRGAIN'] as const;
const summations = ['interpolation', 'majoring', 'minoring'] as const;
/** The area under a curve of counts at thresholds. @see https://keras.io/api/metrics/classification_metrics/#auc-class */
export class AUC extends CountingMetric {
  readonly num_thresholds: number;
  readonly curve: nn.Curve;
  readonly summation_method: nn.Summation;
  readonly thresholds: readonly number[];
  readonly multi_label: boolean;
  readonly num_labels: number | null;
  readonly label_weights: Tensor | null;
  private readonly given_thresholds: readonly number[] | null;
  private readonly given_weights: TensorLike | null;
  private readonly even: boolean;
  private readonly from_logits: boolean;

  constructor(
    ...args: Call<[], [num_thresholds: number, curve: string, summation_method: string], Keywords<typeof auc>>
  ) {
    const given = read('AUC.__init__()', auc, args);
    const saved = given.label_weights;
    const label_weights = isKeywords(saved) && 'class_name' in saved ? deserialize_keras_object(saved) : saved;
    const o = { ...given, label_weights: label_weights as TensorLike | null };
    const curve = curves.find((c) => c === o.curve || c.toLowerCase() === o.curve);
    const summation = summations.find((s) => s === o.summation_method || s === uncapitalised(o.summation_method));
    const n = o.thresholds === null ? o.num_thresholds : o.thresholds.length + 2;
    if (o.thresholds === null && n <= 1)
      throw valueError(`Argument \`num_thresholds\` must be an integer > 1. Received: num_thresholds=${n}`);
    if (curve === undefined)
      throw valueError(`Invalid AUC curve value: "${o.curve}". Expected values are ["PR", "ROC", "PRGAIN"]`);
    if (summation === undefined)
      throw valueError(
        `Invalid AUC summation method value: "${o.summation_method}". Expected values are ["interpolation", "majoring", "minoring"]`,
      );
    super({ name: o.name, dtype: o.dtype });
    this.direction = 'up';
    this.num_thresholds = n;
    this.curve = curve;
    this.summation_method = summation;
    const inner =
      o.thresholds === null
        ? Array.from({ length: n - 2 }, (_, i) => (i + 1) / (n - 1))
        : [...o.thresholds].sort((a, b) => a - b);
    this.even = o.thresholds === null || lieEvenly([0, ...inner, 1]);
    // no prediction lies outside the first and the last
    this.thresholds = [-1e-7, ...inner, 1 + 1e-7];
    this.given_thresholds = o.thresholds === null ? null : inner;
    this.multi_label = o.multi_label;
    this.num_labels = o.num_labels;
    this.given_weights = o.label_weights;
    this.label_weights = optional(o.label_weights, this.dtype);
    this.from_logits = o.from_logits;
    if (!o.multi_label && o.num_labels) throw valueError('`num_labels` is needed only when `multi_label` is True.');
    if (!o.multi_label) this.keep(countNames, [n]);
    else if (o.num_labels) this.keep(countNames, [n, o.num_labels]);
  }
  protected override get update_arguments(): readonly string[] {
    return ['y_true', 'y_pred'];
  }
  override update_state(y_true: TensorLike, y_pred: TensorLike, sample_weight: TensorLike | null = null): void {
    let p = convert(y_pred, this.dtype);
    if (this.kept.size === 0) {
      if (p.rank !== 2)
        throw valueError(
          `\`y_pred\` must have rank 2 when \`multi_label=True\`. Found rank ${p.rank}. Full shape received for \`y_pred\`: ${showTuple(p.sizes)}`,
        );
      this.keep(countNames, [this.num_thresholds, p.sizes[1]!]);
    }
    if (this.from_logits) p = ops.sigmoid(p);
    const { thresholds, even, multi_label } = this;
    const label_weights = multi_label ? null : this.label_weights;
    this.count(y_true, p, sample_weight, { thresholds, even, multi_label, label_weights });
  }
  override result(): Result {
    if (this.kept.size === 0) return fromArray(tensorFamily(), new Float32Array(1), [], 'float32');
    const area = nn.areaUnderCurve(this.held_counts(), this.curve, this.summation_method);
    if (!this.multi_label) return area;
    const w = this.label_weights;
    return w === null ? ops.mean(area) : nn.divideOrZero(ops.sum(ops.mul(area, w)), ops.sum(w));
  }
  override get_config(): Record<string, unknown> {
    const { num_thresholds, curve, summation_method, multi_label, num_labels, from_logits } = this;
    return {
      ...super.get_config(),
      num_thresholds,
      curve,
      summation_method,
      multi_label,
      num_labels,
      label_weights: this.given_weights,
      from_logits,
      ...(this.given_thresholds === null ? {} : { thresholds: this.given_thresholds }),
    };
  }
}
const uncapitalised = (s: string): string => s.charAt(0).toLowerCase() + s.slice(1);
