import {
  add,
  div,
  equal,
  greater,
  isInf,
  log,
  maximum,
  minimum,
  mul,
  sqrt,
  square,
  sub,
  where,
} from '../ops/elementwise';
import { mean, sum, variance } from '../ops/reduce';
import { expand, slice } from '../ops/shape';
import { toNumbers } from '../tensor/access';
import { fromArray, type Tensor } from '../tensor/tensor';

/** a / b, and 0 where b is 0. */
export function divideOrZero(a: Tensor, b: Tensor): Tensor {
  const empty = equal(b, 0);
  return where(empty, 0, div(a, where(empty, 1, b)));
}

/** How many samples each threshold tells rightly and wrongly, weights summed. */
export interface Counts {
  readonly truePositives: Tensor;
  readonly falsePositives: Tensor;
  readonly trueNegatives: Tensor;
  readonly falseNegatives: Tensor;
}
export interface CountSettings {
  /** Broadcasts to the predictions. */
  readonly weights?: Tensor | null;
  /** One row of counts for each entry of the last axis. */
  readonly byLabel?: boolean;
  /** The thresholds lie evenly in [0, 1]: one pass over buckets does for all of them. */
  readonly even?: boolean;
}

/** Counts of labels (not 0 is true) and predictions above each threshold: (thresholds) or (thresholds, labels). */
export function thresholdCounts(
  labels: Tensor,
  predictions: Tensor,
  thresholds: readonly number[],
  { weights = null, byLabel = false, even = false }: CountSettings = {},
): Counts {
  const n = thresholds.length;
  const columns = byLabel ? predictions.sizes.at(-1)! : 1;
  const truth = toNumbers(labels);
  const values = toNumbers(predictions);
  const weight = weights === null ? null : toNumbers(expand(weights, predictions.sizes));
  // how much of each kind lies above exactly the first b thresholds
  const [yes, no] = [new Float64Array((n + 1) * columns), new Float64Array((n + 1) * columns)];
  const limits = thresholds.map(Math.fround);
  const above = even ? evenlyAbove(n, limits[0]! < 0 || limits[n - 1]! > 1) : null;
  const sorted = limits.every((t, i) => i === 0 || t >= limits[i - 1]!);
  const counts = Array.from({ length: 4 }, () => new Float64Array(n * columns));
  values.forEach((v, i) => {
    const column = i % columns;
    const w = weight === null ? 1 : weight[i]!;
    const positive = truth[i] !== 0;
    if (above !== null || sorted) {
      const b = above === null ? firstNotBelow(limits, v) : above(v);
      (positive ? yes : no)[b * columns + column]! += w;
      return;
    }
    limits.forEach((t, k) => {
      const kind = v > t ? (positive ? 0 : 1) : positive ? 3 : 2;
      counts[kind]![k * columns + column]! += w;
    });
  });
  if (above !== null || sorted)
    for (let column = 0; column < columns; column++) {
      let [hits, alarms] = [0, 0];
      const total = (from: Float64Array): number => {
        let s = 0;
        for (let b = 0; b <= n; b++) s += from[b * columns + column]!;
        return s;
      };
      const [all, none] = [total(yes), total(no)];
      for (let k = n - 1; k >= 0; k--) {
        hits += yes[(k + 1) * columns + column]!;
        alarms += no[(k + 1) * columns + column]!;
        const at = k * columns + column;
        [counts[0]![at], counts[1]![at], counts[2]![at], counts[3]![at]] = [hits, alarms, none - alarms, all - hits];
      }
    }
  const sizes = byLabel ? [n, columns] : [n];
  const [truePositives, falsePositives, trueNegatives, falseNegatives] = counts.map((c) =>
    fromArray(predictions.family, Float32Array.from(c), sizes, 'float32'),
  );
  return {
    truePositives: truePositives!,
    falsePositives: falsePositives!,
    trueNegatives: trueNegatives!,
    falseNegatives: falseNegatives!,
  };
}
function evenlyAbove(n: number, open: boolean): (v: number) => number {
  return (v) => {
    const bucket = Math.ceil(Math.fround(Math.min(1, Math.max(0, v)) * (n - 1))) - 1;
    return (open ? Math.max(0, bucket) : bucket) + 1;
  };
}
/** How many thresholds lie below a value. */
function firstNotBelow(limits: readonly number[], v: number): number {
  let [low, high] = [0, limits.length];
  while (low < high) {
    const mid = (low + high) >> 1;
    if (limits[mid]! < v) low = mid + 1;
    else high = mid;
  }
  return low;
}

const head = (t: Tensor): Tensor => slice(t, 0, 0, -1);
const rest = (t: Tensor): Tensor => slice(t, 0, 1, null);
export const recallOf = (c: Counts): Tensor => divideOrZero(c.truePositives, add(c.truePositives, c.falseNegatives));
export const precisionOf = (c: Counts): Tensor => divideOrZero(c.truePositives, add(c.truePositives, c.falsePositives));
export const specificityOf = (c: Counts): Tensor =>
  divideOrZero(c.trueNegatives, add(c.trueNegatives, c.falsePositives));

export type Curve = 'ROC' | 'PR' | 'PRGAIN';
export type Summation = 'interpolation' | 'minoring' | 'majoring';
/** The area under a curve of counts at ascending thresholds: sums of (x_i - x_i+1) times a height between y_i and y_i+1. */
export function areaUnderCurve(c: Counts, curve: Curve, summation: Summation): Tensor {
  if (curve === 'PR' && summation === 'interpolation') return interpolatedPrecisionRecall(c);
  const [x, y] = curveOf(c, curve);
  const [a, b] = [head(y), rest(y)];
  const heights =
    summation === 'interpolation' ? div(add(a, b), 2) : summation === 'minoring' ? minimum(a, b) : maximum(a, b);
  return sum(mul(sub(head(x), rest(x)), heights), 0);
}
function curveOf(c: Counts, curve: Curve): [Tensor, Tensor] {
  if (curve === 'ROC') return [divideOrZero(c.falsePositives, add(c.falsePositives, c.trueNegatives)), recallOf(c)];
  if (curve === 'PR') return [recallOf(c), precisionOf(c)];
  const scale = divideOrZero(add(c.truePositives, c.falseNegatives), add(c.trueNegatives, c.falsePositives));
  const none = equal(c.truePositives, 0);
  const gain = (wrong: Tensor): Tensor => sub(1, mul(scale, divideOrZero(wrong, c.truePositives)));
  const recall = where(none, 0, gain(c.falseNegatives));
  return [maximum(recall, 0), where(none, 1, gain(c.falsePositives))];
}
/** Between two thresholds true positives grow with all positives along a straight line (Davis and Goadrich 2006). */
function interpolatedPrecisionRecall(c: Counts): Tensor {
  const { truePositives: t } = c;
  const positives = add(t, c.falsePositives);
  const steps = sub(head(t), rest(t));
  const slope = divideOrZero(steps, maximum(sub(head(positives), rest(positives)), 0));
  const offset = sub(rest(t), mul(slope, rest(positives)));
  const both = greater(minimum(head(positives), rest(positives)), 0);
  const ratio = where(both, divideOrZero(head(positives), maximum(rest(positives), 0)), 1);
  const growth = mul(slope, add(steps, mul(offset, log(ratio))));
  return sum(divideOrZero(growth, maximum(add(rest(t), rest(c.falseNegatives)), 0)), 0);
}

/** F = (1 + beta^2) P R / (beta^2 P + R), each denominator a little more. */
export function fBeta(c: Omit<Counts, 'trueNegatives'>, beta: number, epsilon: number): Tensor {
  const precision = div(c.truePositives, add(add(c.truePositives, c.falsePositives), epsilon));
  const recall = div(c.truePositives, add(add(c.truePositives, c.falseNegatives), epsilon));
  const below = add(add(mul(precision, beta * beta), recall), epsilon);
  return mul(div(mul(precision, recall), below), 1 + beta * beta);
}

/** 1 - sum of squared residuals / sum of squared distances from the mean, 0 where the latter is 0. */
export function determination(
  total: { readonly sum: Tensor; readonly squares: Tensor; readonly count: Tensor },
  residuals: Tensor,
): { readonly scores: Tensor; readonly spread: Tensor } {
  const spread = sub(total.squares, mul(total.sum, div(total.sum, total.count)));
  const raw = sub(1, div(residuals, spread));
  return { scores: where(isInf(raw), 0, raw), spread };
}

/** How often each class (row) was taken for each (column), weights summed; other numbers than 0 to classes - 1 are left out. */
export function confusion(
  labels: Tensor,
  predictions: Tensor,
  classes: number,
  weights: Tensor | null,
  ignored: number | null,
): Float64Array<ArrayBuffer> {
  const counts = new Float64Array(classes * classes);
  const said = toNumbers(predictions);
  const weight = weights === null ? null : toNumbers(weights);
  const known = (c: number): boolean => c >= 0 && c < classes;
  toNumbers(labels).forEach((label, i) => {
    if (known(label) && known(said[i]!) && label !== ignored) counts[label * classes + said[i]!]! += weight?.[i] ?? 1;
  });
  return counts;
}

/** Whether fewer than k values of a row are greater than its value at the target, which must be finite. */
export function inTopK(targets: Tensor, predictions: Tensor, k: number): Uint8Array {
  const classes = predictions.sizes.at(-1)!;
  const values = toNumbers(predictions);
  return Uint8Array.from(toNumbers(targets), (target, i) => {
    const at = values[i * classes + target];
    if (target < 0 || target >= classes || !Number.isFinite(at)) return 0;
    const row = values.slice(i * classes, (i + 1) * classes);
    return row.every(Number.isFinite) || row.every((v) => !Number.isNaN(v))
      ? Number(row.filter((v) => v > at!).length < k)
      : 0;
  });
}

const centred = (x: Tensor, axis: number): Tensor => sub(x, mean(x, axis, true));
/** The mean of the product of both, each centred and divided by its standard deviation. */
export function pearson(y: Tensor, p: Tensor, axis: number): Tensor {
  const scaled = (x: Tensor): Tensor => div(centred(x, axis), sqrt(variance(centred(x, axis), axis, 0, true)));
  return mean(mul(scaled(y), scaled(p)), axis);
}
/** Twice the covariance over the sum of both variances and the squared distance of the means. */
export function concordance(y: Tensor, p: Tensor, axis: number, epsilon: number): Tensor {
  const [a, b] = [mean(y, axis, true), mean(p, axis, true)];
  const spread = add(variance(sub(y, a), axis, 0, true), variance(sub(p, b), axis, 0, true));
  const below = add(add(spread, square(sub(a, b))), epsilon);
  return mean(div(mul(mul(sub(y, b), sub(p, b)), 2), below), axis);
}
