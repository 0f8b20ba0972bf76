import { nn, ops, type Tensor, toNumbers, warn } from '@stele/core';
import { z } from 'zod';
import { type Call, type Keywords, read, signature } from '../arguments';
import { epsilon } from '../config/config';
import { valueError } from '../errors';
import { sameRank } from '../losses/functions';
import { convert, type Shape, showTuple, type TensorLike } from '../tensors';
import type { Variable } from '../variable';
import { dtype, label, Metric, optional, type Result } from './metric';

function requireMatrices(name: string, y: Shape, p: Shape): void {
  if (y.length !== 2 || p.length !== 2)
    throw valueError(
      `${name} expects 2D inputs with shape (batch_size, output_dim). Received input shapes: y_pred.shape=${showTuple(p)} and y_true.shape=${showTuple(y)}.`,
    );
}

const averages = z.custom<string>().nullable().default(null);
const fraction = z.number().nullable().default(null);
const fbeta = signature(0, {
  average: averages,
  beta: z.number().default(1),
  threshold: fraction,
  name: label.default('fbeta_score'),
  dtype,
});
type Average = 'micro' | 'macro' | 'weighted' | null;
/** (1 + beta^2) P R / (beta^2 P + R). @see https://keras.io/api/metrics/classification_metrics/ */
export class FBetaScore extends Metric {
  readonly average: Average;
  readonly beta: number;
  readonly threshold: number | null;
  private counts: { tp: Variable; fp: Variable; fn: Variable; weight: Variable } | null = null;

  constructor(
    ...args: Call<
      [],
      [average: string | null, beta: number, threshold: number | null, name: string | null],
      Keywords<typeof fbeta>
    >
  ) {
    const o = read('FBetaScore.__init__()', fbeta, args);
    if (![null, 'micro', 'macro', 'weighted'].includes(o.average))
      throw valueError(
        `Invalid \`average\` argument value. Expected one of: {None, 'micro', 'macro', 'weighted'}. Received: average=${o.average}`,
      );
    if (!(o.beta > 0)) throw valueError(`Invalid \`beta\` argument value. It should be > 0. Received: beta=${o.beta}`);
    if (o.threshold !== null && (o.threshold > 1 || o.threshold <= 0))
      throw valueError(
        `Invalid \`threshold\` argument value. It should verify 0 < threshold <= 1. Received: threshold=${o.threshold}`,
      );
    super({ name: o.name, dtype: o.dtype });
    this.direction = 'up';
    this.average = o.average as Average;
    this.beta = o.beta;
    this.threshold = o.threshold;
  }
  protected override get update_arguments(): readonly string[] {
    return ['y_true', 'y_pred'];
  }
  override update_state(y_true: TensorLike, y_pred: TensorLike, sample_weight: TensorLike | null = null): void {
    const [y, given] = [convert(y_true, this.dtype), convert(y_pred, this.dtype)];
    if (this.counts === null) {
      requireMatrices('FBetaScore', y.sizes, given.sizes);
      const shape = this.average === 'micro' ? [] : [given.sizes[1]!];
      this.counts = {
        tp: this.zeros('true_positives', shape),
        fp: this.zeros('false_positives', shape),
        fn: this.zeros('false_negatives', shape),
        weight: this.zeros('intermediate_weights', shape),
      };
    }
    const said =
      this.threshold === null
        ? ops.logicalAnd(ops.greaterEqual(given, ops.max(given, -1, true)), ops.greater(ops.abs(given), 1e-9))
        : ops.greater(given, this.threshold);
    const p = ops.cast(said, this.dtype);
    const weight = optional(sample_weight, this.dtype);
    const total = (t: Tensor): Tensor => {
      const w = weight === null ? t : ops.mul(t, ops.unsqueeze(weight, 1));
      return this.average === 'micro' ? ops.sum(w) : ops.sum(w, 0);
    };
    const { tp, fp, fn, weight: seen } = this.counts;
    tp.assign_add(total(ops.mul(p, y)));
    fp.assign_add(total(ops.mul(p, ops.sub(1, y))));
    fn.assign_add(total(ops.mul(ops.sub(1, p), y)));
    seen.assign_add(total(y));
  }
  override result(): Result {
    if (this.counts === null)
      throw valueError(`${this.constructor.name}.result() needs a batch first: call update_state()`);
    const { tp, fp, fn, weight } = this.counts;
    const counts = { truePositives: tp.value, falsePositives: fp.value, falseNegatives: fn.value };
    const score = nn.fBeta(counts, this.beta, epsilon());
    if (this.average === null) return score;
    if (this.average !== 'weighted') return ops.mean(score);
    return ops.sum(ops.mul(score, ops.div(weight.value, ops.add(ops.sum(weight.value), epsilon()))));
  }
  override get_config(): Record<string, unknown> {
    const { average, beta, threshold } = this;
    return { ...super.get_config(), average, beta, threshold };
  }
}
const f1 = signature(0, { average: averages, threshold: fraction, name: label.default('f1_score'), dtype });
/** 2 P R / (P + R). @see https://keras.io/api/metrics/classification_metrics/#f1score-class */
export class F1Score extends FBetaScore {
  constructor(
    ...args: Call<[], [average: string | null, threshold: number | null, name: string | null], Keywords<typeof f1>>
  ) {
    super({ ...read('F1Score.__init__()', f1, args), beta: 1 });
  }
  override get_config(): Record<string, unknown> {
    const { beta: _, ...config } = super.get_config();
    return config;
  }
}

const r2 = signature(0, {
  class_aggregation: z.string().nullable().default('uniform_average'),
  num_regressors: z.int().default(0),
  name: label.default('r2_score'),
  dtype,
});
/** 1 - residuals / spread. @see https://keras.io/api/metrics/regression_metrics/#r2score-class */
export class R2Score extends Metric {
  readonly class_aggregation: string | null;
  readonly num_regressors: number;
  readonly num_samples: Variable;
  private sums: { squares: Variable; sum: Variable; residual: Variable; count: Variable } | null = null;

  constructor(
    ...args: Call<
      [],
      [class_aggregation: string | null, num_regressors: number, name: string | null],
      Keywords<typeof r2>
    >
  ) {
    const o = read('R2Score.__init__()', r2, args);
    super({ name: o.name, dtype: o.dtype });
    if (![null, 'uniform_average', 'variance_weighted_average'].includes(o.class_aggregation))
      throw valueError(
        `Invalid value for argument \`class_aggregation\`. Expected one of (None, 'uniform_average', 'variance_weighted_average'). Received: class_aggregation=${o.class_aggregation}`,
      );
    if (o.num_regressors < 0)
      throw valueError(
        `Invalid value for argument \`num_regressors\`. Expected a value >= 0. Received: num_regressors=${o.num_regressors}`,
      );
    this.direction = 'up';
    this.class_aggregation = o.class_aggregation;
    this.num_regressors = o.num_regressors;
    this.num_samples = this.zeros('num_samples');
  }
  protected override get update_arguments(): readonly string[] {
    return ['y_true', 'y_pred'];
  }
  override update_state(y_true: TensorLike, y_pred: TensorLike, sample_weight: TensorLike | null = null): void {
    const [y, p] = sameRank(convert(y_true, this.dtype), convert(y_pred, this.dtype));
    if (this.sums === null) {
      requireMatrices('R2Score', y.sizes, p.sizes);
      const shape = [p.sizes[1]!];
      this.sums = {
        squares: this.zeros('squared_sum', shape),
        sum: this.zeros('sum', shape),
        residual: this.zeros('residual', shape),
        count: this.zeros('count', shape),
      };
    }
    let w = convert(sample_weight ?? 1, this.dtype);
    if (w.rank === 1) w = ops.unsqueeze(w, 1);
    w = ops.expand(w, y.sizes);
    const weighted = ops.mul(y, w);
    this.sums.sum.assign_add(ops.sum(weighted, 0));
    this.sums.squares.assign_add(ops.sum(ops.mul(y, weighted), 0));
    this.sums.residual.assign_add(ops.sum(ops.mul(nn.squaredError(y, p), w), 0));
    this.sums.count.assign_add(ops.sum(w, 0));
    this.num_samples.assign_add(y.elementCount);
  }
  override result(): Result {
    if (this.sums === null) throw valueError('R2Score.result() needs a batch first: call update_state()');
    const { squares, sum, residual, count } = this.sums;
    const total = { sum: sum.value, squares: squares.value, count: count.value };
    const { scores, spread } = nn.determination(total, residual.value);
    const score =
      this.class_aggregation === 'uniform_average'
        ? ops.mean(scores)
        : this.class_aggregation === null
          ? scores
          : ops.div(ops.sum(ops.mul(spread, scores)), ops.sum(spread));
    if (this.num_regressors === 0) return score;
    const spare = toNumbers(this.num_samples)[0]! - this.num_regressors - 1;
    if (spare <= 0) {
      warn(
        spare < 0
          ? 'More independent predictors than datapoints in adjusted R2 score. Falling back to standard R2 score.'
          : 'Division by zero in Adjusted R2 score. Falling back to standard R2 score.',
        'UserWarning',
      );
      return score;
    }
    return ops.sub(1, ops.div(ops.mul(ops.sub(1, score), spare + this.num_regressors), spare));
  }
  override get_config(): Record<string, unknown> {
    const { class_aggregation, num_regressors } = this;
    return { ...super.get_config(), class_aggregation, num_regressors };
  }
}
