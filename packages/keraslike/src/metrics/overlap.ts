import { fromArray, nn, ops, type Tensor } from '@stele/core';
import { z } from 'zod';
import { type Call, type Keywords, read, signature } from '../arguments';
import { epsilon } from '../config/config';
import { valueError } from '../errors';
import { convert, type TensorLike, tensorFamily } from '../tensors';
import type { Variable } from '../variable';
import { dtype, label, Metric, optional, type Result } from './metric';

const classes = z.int();
const targets = z.array(z.int()).readonly();
const tailOptions = {
  name: label.default(null),
  dtype,
  ignore_class: z.int().nullable().default(null),
};
const sparseTrue = { sparse_y_true: z.boolean().default(true) };
const sparseBoth = { ...sparseTrue, sparse_y_pred: z.boolean().default(true), axis: z.int().default(-1) };
const oneHot = { sparse_y_pred: z.boolean().default(false), axis: z.int().default(-1) };

interface Options {
  readonly name: string | null;
  readonly dtype?: unknown;
  readonly num_classes: number;
  readonly target_class_ids: readonly number[];
  readonly ignore_class?: number | null;
  readonly sparse_y_true?: boolean;
  readonly sparse_y_pred?: boolean;
  readonly axis?: number;
}

/** The mean over some classes of intersection over union, from a table of (label, prediction) pairs. */
abstract class Overlap extends Metric {
  readonly num_classes: number;
  readonly target_class_ids: readonly number[];
  readonly ignore_class: number | null;
  readonly sparse_y_true: boolean;
  readonly sparse_y_pred: boolean;
  readonly axis: number;
  readonly total_cm: Variable;

  constructor(o: Options) {
    super({ name: o.name, dtype: o.dtype ?? 'int' });
    this.direction = 'up';
    this.num_classes = o.num_classes;
    this.target_class_ids = [...o.target_class_ids];
    this.ignore_class = o.ignore_class ?? null;
    this.sparse_y_true = o.sparse_y_true ?? true;
    this.sparse_y_pred = o.sparse_y_pred ?? true;
    this.axis = o.axis ?? -1;
    const most = Math.max(...this.target_class_ids);
    if (most >= o.num_classes)
      throw valueError(`Target class id ${most} is out of range, which is [0, ${o.num_classes}).`);
    this.total_cm = this.zeros('total_confusion_matrix', [o.num_classes, o.num_classes]);
  }
  protected override get update_arguments(): readonly string[] {
    return ['y_true', 'y_pred'];
  }
  override update_state(y_true: TensorLike, y_pred: TensorLike, sample_weight: TensorLike | null = null): void {
    const y = this.sparse_y_true ? convert(y_true) : ops.argmax(convert(y_true), this.axis);
    const p = this.sparse_y_pred ? convert(y_pred) : ops.argmax(convert(y_pred), this.axis);
    const flat = (t: Tensor): Tensor => (t.rank > 1 ? ops.reshape(t, [-1]) : t);
    const labels = flat(ops.cast(y, this.dtype));
    const given = optional(sample_weight, this.dtype);
    const weight = given === null ? null : ops.expand(flat(given), labels.sizes);
    this.atEachRun([labels, flat(ops.cast(p, this.dtype)), weight], ([a, b, w]) => {
      const n = this.num_classes;
      const more = nn.confusion(a!, b!, n, w ?? null, this.ignore_class);
      this.total_cm.assign_add(fromArray(tensorFamily(), more, [n, n], 'float64'));
    });
  }
  override result(): Result {
    const table = ops.cast(this.total_cm.value, 'float32');
    const [rows, columns] = [ops.sum(table, 0), ops.sum(table, 1)];
    const ids = this.target_class_ids.map((c) => (c < 0 ? c + this.num_classes : c));
    const wanted = fromArray(tensorFamily(), Int32Array.from(ids), [ids.length], 'int32');
    const flat = ops.reshape(table, [-1]);
    const hits = ops.take(flat, ops.mul(wanted, this.num_classes + 1), 0);
    const union = ops.sub(ops.add(ops.take(rows, wanted, 0), ops.take(columns, wanted, 0)), hits);
    const there = ops.greater(union, 1e-9);
    const overlap = ops.where(there, ops.div(hits, ops.add(union, epsilon())), 0);
    return ops.div(ops.sum(overlap), ops.add(ops.sum(ops.cast(there, 'float32')), epsilon()));
  }
  protected some(...keys: readonly (keyof Overlap)[]): Record<string, unknown> {
    return { ...super.get_config(), ...Object.fromEntries(keys.map((k) => [k, this[k]])) };
  }
}

const iou = signature(2, { num_classes: classes, target_class_ids: targets, ...tailOptions, ...sparseBoth });
/** @see https://keras.io/api/metrics/segmentation_metrics/#iou-class */
export class IoU extends Overlap {
  constructor(
    ...args: Call<
      [num_classes: number, target_class_ids: readonly number[]],
      [name: string | null, dtype: unknown],
      Keywords<typeof iou>
    >
  ) {
    super(read('IoU.__init__()', iou, args));
  }
  override get_config(): Record<string, unknown> {
    return this.some('num_classes', 'target_class_ids', 'ignore_class', 'sparse_y_true', 'sparse_y_pred', 'axis');
  }
}
const binaryIou = signature(0, {
  target_class_ids: targets.default([0, 1]),
  threshold: z.number().default(0.5),
  name: label.default(null),
  dtype,
});
/** @see https://keras.io/api/metrics/segmentation_metrics/#binaryiou-class */
export class BinaryIoU extends Overlap {
  readonly threshold: number;
  constructor(
    ...args: Call<
      [],
      [target_class_ids: readonly number[], threshold: number, name: string | null],
      Keywords<typeof binaryIou>
    >
  ) {
    const { threshold, ...rest } = read('BinaryIoU.__init__()', binaryIou, args);
    super({ ...rest, num_classes: 2 });
    this.threshold = threshold;
  }
  protected override get update_arguments(): readonly string[] {
    return ['y_true', 'y_pred'];
  }
  override update_state(y_true: TensorLike, y_pred: TensorLike, sample_weight: TensorLike | null = null): void {
    const said = ops.cast(ops.greaterEqual(convert(y_pred, 'float32'), this.threshold), this.dtype);
    super.update_state(y_true, said, sample_weight);
  }
  override get_config(): Record<string, unknown> {
    return { ...this.some('target_class_ids'), threshold: this.threshold };
  }
}
const meanIou = signature(1, { num_classes: classes, ...tailOptions, ...sparseBoth });
const every = (n: number): number[] => Array.from({ length: n }, (_, i) => i);
/** @see https://keras.io/api/metrics/segmentation_metrics/#meaniou-class */
export class MeanIoU extends Overlap {
  constructor(...args: Call<[num_classes: number], [name: string | null, dtype: unknown], Keywords<typeof meanIou>>) {
    const o = read('MeanIoU.__init__()', meanIou, args);
    super({ ...o, target_class_ids: every(o.num_classes) });
  }
  override get_config(): Record<string, unknown> {
    return this.some('num_classes', 'ignore_class', 'sparse_y_true', 'sparse_y_pred', 'axis');
  }
}
const oneHotIou = signature(2, { num_classes: classes, target_class_ids: targets, ...tailOptions, ...oneHot });
/** @see https://keras.io/api/metrics/segmentation_metrics/#onehotiou-class */
export class OneHotIoU extends Overlap {
  constructor(
    ...args: Call<
      [num_classes: number, target_class_ids: readonly number[]],
      [name: string | null, dtype: unknown],
      Keywords<typeof oneHotIou>
    >
  ) {
    super({ ...read('OneHotIoU.__init__()', oneHotIou, args), sparse_y_true: false });
  }
  override get_config(): Record<string, unknown> {
    return this.some('num_classes', 'target_class_ids', 'ignore_class', 'sparse_y_pred', 'axis');
  }
}
const oneHotMean = signature(1, { num_classes: classes, ...tailOptions, ...oneHot });
/** @see https://keras.io/api/metrics/segmentation_metrics/#onehotmeaniou-class */
export class OneHotMeanIoU extends Overlap {
  constructor(
    ...args: Call<[num_classes: number], [name: string | null, dtype: unknown], Keywords<typeof oneHotMean>>
  ) {
    const o = read('OneHotMeanIoU.__init__()', oneHotMean, args);
    super({ ...o, target_class_ids: every(o.num_classes), sparse_y_true: false });
  }
  override get_config(): Record<string, unknown> {
    return this.some('num_classes', 'ignore_class', 'sparse_y_pred', 'axis');
  }
}
