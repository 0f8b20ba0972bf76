import { fromArray, isKeywords, nn, ops, type Tensor, toNumbers } from '@stele/core';
import { invalidArgument, show, typeError } from '../errors';
import * as lossFunctions from '../losses/functions';
import { sameRank } from '../losses/functions';
import { autoName } from '../names';
import { deserialize_keras_object, plainConfig, serialize_keras_object } from '../saving/objects';
import { convert, maskOf, type TensorLike, tensorFamily } from '../tensors';
import type { Variable } from '../variable';
import { Metric, type NamedCall, optional, type Result, readNamed } from './metric';

type Reduce = (t: Tensor, axes: readonly number[]) => Tensor;
const after = (t: Tensor, first: number): number[] => Array.from({ length: t.rank - first }, (_, i) => first + i);

/** Values and weights with one entry per sample. */
function perSample(
  values: Tensor,
  given: Tensor | null,
  mask: Tensor | null,
  reduce: Reduce,
): { values: Tensor; weights: Tensor | null } {
  let v = values;
  let weights: Tensor | null = null;
  if (given !== null) {
    let w = mask === null ? given : masked(given, mask);
    [v, w] = sameRank(v, w);
    if (v.rank > w.rank) v = reduce(v, after(v, w.rank));
    const rank = w.rank;
    if (!broadcasts(w.sizes, v.sizes))
      throw invalidArgument(`Incompatible shapes: [${w.sizes.join(',')}] vs. [${v.sizes.join(',')}]`);
    w = ops.expand(w, v.sizes);
    v = ops.mul(v, w);
    weights = rank > 1 ? reduce(w, after(w, 1)) : w;
  }
  return { values: v.rank > 1 ? reduce(v, after(v, 1)) : v, weights };
}
const broadcasts = (from: readonly number[], to: readonly number[]): boolean =>
  from.length <= to.length && from.every((d, i) => d === 1 || d === to[to.length - from.length + i]);
function masked(weight: Tensor | null, mask: Tensor): Tensor {
  const m = ops.cast(mask, weight?.scalarType ?? 'float32');
  if (weight === null) return m;
  const [a, b] = sameRank(m, weight);
  return ops.mul(b, a);
}

/** The weighted sum of all values. @see https://keras.io/api/metrics/reduction_metrics/#sum-class */
export class Sum extends Metric {
  readonly total: Variable;
  constructor(...args: NamedCall) {
    super(readNamed('Sum', args, 'sum'));
    this.total = this.zeros('total');
  }
  protected override get update_arguments(): readonly string[] {
    return ['values'];
  }
  override update_state(values: TensorLike, sample_weight: TensorLike | null = null): void {
    const given = optional(sample_weight, this.dtype);
    const each = perSample(convert(values, this.dtype), given, maskOf(values), (t, axes) => ops.sum(t, axes));
    this.total.assign_add(ops.sum(each.values));
  }
  override result(): Result {
    return this.total.value;
  }
}

/** The weighted mean of all values: sum(w x) / sum(w). @see https://keras.io/api/metrics/reduction_metrics/#mean-class */
export class Mean extends Metric {
  readonly total: Variable;
  readonly count: Variable;
  constructor(...args: NamedCall) {
    super(readNamed('Mean', args, 'mean'));
    this.total = this.zeros('total');
    this.count = this.zeros('count');
  }
  protected override get update_arguments(): readonly string[] {
    return ['values'];
  }
  override update_state(values: TensorLike, sample_weight?: TensorLike | null): void;
  override update_state(...args: any[]): void;
  override update_state(values: TensorLike, sample_weight: TensorLike | null = null): void {
    const v = convert(values, this.dtype);
    const given = optional(sample_weight, this.dtype);
    const { values: each, weights } = perSample(v, given, maskOf(values), (t, axes) => ops.mean(t, axes));
    const sums = [ops.sum(each), ...(weights === null ? [] : [ops.sum(weights)])];
    const plain = each.rank === 0 ? 1 : each.sizes[0]!;
    this.atEachRun(sums, ([total, count]) => {
      this.add(toNumbers(total!)[0]!, count === null || count === undefined ? plain : toNumbers(count)[0]!);
    });
  }
  /** Adds a sum and its weight. */
  add(total: number, count: number): void {
    for (const [variable, more] of [[this.total, total] as const, [this.count, count] as const]) {
      const now = Math.fround(toNumbers(variable)[0]! + more);
      variable.adopt(fromArray(tensorFamily(), Float32Array.of(now), [], 'float32'));
    }
  }
  /** What the variables hold as a number: 0 before any value. */
  number(): number {
    const [total, count] = [toNumbers(this.total)[0]!, toNumbers(this.count)[0]!];
    return count === 0 ? 0 : Math.fround(total / count);
  }
  override result(): Result {
    return nn.divideOrZero(this.total.value, this.count.value);
  }
}

export type MetricFunction = (y_true: Tensor, y_pred: Tensor, ...rest: any[]) => Tensor;
type WrapperCall = readonly [
  fn: MetricFunction | Record<string, unknown>,
  name?: string | null | Record<string, unknown>,
  dtype?: unknown,
  settings?: Readonly<Record<string, unknown>>,
];
/**
 * The mean of a function of (y_true, y_pred); further keywords go to the function.
 * @see https://keras.io/api/metrics/reduction_metrics/#meanmetricwrapper-class
 */
export class MeanMetricWrapper extends Mean {
  protected readonly fn: MetricFunction;
  protected readonly settings: Readonly<Record<string, unknown>>;
  constructor(...args: WrapperCall) {
    const last = args.at(-1);
    const keywords = isKeywords(last) ? last : {};
    const places = isKeywords(last) ? args.slice(0, -1) : args;
    const { fn = places[0], name = places[1], dtype = places[2], ...settings } = plainConfig(keywords);
    super({ name: name ?? autoName(new.target.name), ...(dtype === undefined ? {} : { dtype }) });
    this.fn = typeof fn === 'function' ? fn : deserialize_keras_object(fn);
    if (typeof this.fn !== 'function')
      throw typeError(
        `MeanMetricWrapper.__init__() needs a function of (y_true, y_pred) as \`fn\`. Received: ${show(fn)}`,
      );
    this.settings = settings;
    if (Object.values(lossFunctions).includes(this.fn as never)) this.direction = 'down';
  }
  protected override get update_arguments(): readonly string[] {
    return ['y_true', 'y_pred'];
  }
  protected override get update_owner(): string {
    return 'MeanMetricWrapper';
  }
  override update_state(y_true: TensorLike, y_pred?: any, sample_weight: TensorLike | null = null): void {
    const [y, p] = [convert(y_true), convert(y_pred)];
    const values = Object.keys(this.settings).length === 0 ? this.fn(y, p) : this.fn(y, p, this.settings);
    const mask = maskOf(y_pred);
    let weight = optional(sample_weight, this.dtype);
    if (mask !== null) weight = masked(weight, mask);
    super.update_state(values, weight);
  }
  override get_config(): Record<string, unknown> {
    return {
      ...super.get_config(),
      fn: serialize_keras_object(this.fn),
      ...(serialize_keras_object(this.settings) as object),
    };
  }
}

/** A metric of one of Keras' own functions: its configuration is its options. */
export abstract class FunctionMetric extends MeanMetricWrapper {
  private readonly options: Readonly<Record<string, unknown>>;
  constructor(
    fn: MetricFunction,
    { name, dtype, ...options }: { name: string | null; dtype?: unknown; [option: string]: unknown },
    direction: 'up' | 'down' | null = null,
  ) {
    super(fn, name, dtype, options);
    this.options = options;
    Object.assign(this, options);
    if (direction !== null) this.direction = direction;
  }
  override get_config(): Record<string, unknown> {
    return { name: this.name, dtype: this.dtype, ...this.options };
  }
}
