import { CallableBase, type DType, floatsAreMarked, ops, Tensor } from '@stele/core';
import { z } from 'zod';
import { type Call, type Keywords, read, signature } from '../arguments';
import { floatx } from '../config/config';
import * as policies from '../dtypes/index';
import { missingArguments, notImplemented, valueError } from '../errors';
import { autoName, inNodeScope } from '../names';
import { plainConfig, savedSetting } from '../saving/objects';
import { keepLogits, logitsBehind, maskOf, type TensorLike, tensorFamily, toFloat } from '../tensors';
import { type LossFunction, sameRank } from './functions';

export type Reduction = 'sum_over_batch_size' | 'sum' | 'none' | 'mean' | 'mean_with_sample_weight' | null;

const reductions: readonly unknown[] = ['sum_over_batch_size', 'sum', null, 'none', 'mean', 'mean_with_sample_weight'];

// any value passes here: the base class refuses an unknown one in Keras' words
export const reduction = z.custom<Reduction>().default('sum_over_batch_size');
export const name = z.string().nullable().default(null);
export const dtype = z.any().optional();
const loss = signature(0, { name, reduction, dtype });
export type LossOptions = Keywords<typeof loss>;

/** Values times their weights, reduced. A mask counts as weights of 0, and the mean then leaves the masked ones out. */
export function reduceWeighted(
  values: Tensor,
  sampleWeight: Tensor | null,
  mask: Tensor | null,
  reduction: Reduction,
): Tensor {
  let weight = sampleWeight === null ? null : ops.cast(sampleWeight, values.scalarType);
  if (mask !== null) {
    let m = ops.cast(mask, values.scalarType);
    if (reduction === 'mean' || reduction === 'sum_over_batch_size') {
      const valid = ops.sum(m);
      // no valid element: every weight stays 0
      m = ops.mul(m, ops.div(m.elementCount, ops.maximumFirst(valid, 1)));
    }
    if (weight === null) weight = m;
    else {
      const [a, b] = sameRank(m, weight);
      weight = ops.mul(b, a);
    }
  }
  let loss = values;
  if (weight !== null) {
    const [v, w] = sameRank(loss, weight);
    weight = w;
    loss = ops.mul(v, w);
  }
  if (reduction === null || reduction === 'none' || loss.rank === 0 || (loss.rank === 1 && loss.sizes[0] === 0))
    return loss;
  const total = ops.sum(loss);
  if (reduction === 'sum') return total;
  if (reduction === 'mean_with_sample_weight' && weight !== null) {
    const sum = ops.sum(weight);
    const zero = ops.equal(sum, 0);
    return ops.where(zero, 0, ops.div(total, ops.where(zero, 1, sum)));
  }
  return ops.div(total, loss.elementCount);
}

export interface Loss {
  (y_true: TensorLike, y_pred: TensorLike, sample_weight?: TensorLike | null): Tensor;
  name: string;
}
/**
 * Base of the losses; subclasses define `call(y_true, y_pred)` with one value per sample.
 * @see https://keras.io/api/losses/
 */
export class Loss extends CallableBase {
  name: string;
  reduction: Reduction;
  readonly dtype: DType;

  constructor(...args: Call<[], [name: string | null, reduction: Reduction], LossOptions>) {
    super();
    const { name, reduction, dtype } = read('Loss.__init__()', loss, args);
    if (!reductions.includes(reduction))
      throw valueError(
        `Invalid value for argument \`reduction\`. Expected one of {'sum_over_batch_size', 'sum', None, 'none', 'mean', 'mean_with_sample_weight'}. Received: reduction=${String(reduction)}`,
      );
    this.name = name ?? autoName(new.target.name);
    this.reduction = reduction;
    this.dtype = policies.get(dtype ?? floatx()).compute_dtype;
  }

  call(_y_true: Tensor, _y_pred: Tensor): Tensor {
    throw notImplemented(
      floatsAreMarked()
        ? ''
        : `The loss ${this.name} has no \`call(y_true, y_pred)\`: define it in the subclass of Loss`,
    );
  }

  __call__(y_true: TensorLike, y_pred: TensorLike, sample_weight: TensorLike | null = null): Tensor {
    if (y_pred === undefined)
      throw missingArguments('Loss.__call__()', y_true === undefined ? ['y_true', 'y_pred'] : ['y_pred']);
    try {
      return inNodeScope(this.name, () => this.weighted(y_true, y_pred, sample_weight));
    } catch (error) {
      throw tensorFamily().rephrase(error);
    }
  }
  /** The labels as `call` gets them. */
  protected truth(y_true: TensorLike): Tensor {
    return toFloat(y_true, this.dtype);
  }
  private weighted(y_true: TensorLike, y_pred: TensorLike, sample_weight: TensorLike | null): Tensor {
    const { dtype } = this;
    const p = keepLogitsOf(y_pred, toFloat(y_pred, dtype));
    const found: unknown = this.call(this.truth(y_true), p);
    if (found === null || found === undefined) throw valueError('None values not supported.');
    const values = ops.cast(found as Tensor, dtype);
    const weight = sample_weight === null ? null : toFloat(sample_weight, dtype);
    const masks = [maskOf(y_pred), maskOf(values)].filter((m) => m !== null);
    const mask = masks.length === 2 ? ops.logicalAnd(masks[0]!, masks[1]!) : (masks[0] ?? null);
    return reduceWeighted(values, weight, mask, this.reduction);
  }

  get_config(): Record<string, unknown> {
    return { name: this.name, reduction: this.reduction };
  }
  static from_config<T>(this: new (config: any) => T, config: unknown): T {
    return new this(plainConfig(config));
  }
}
Object.defineProperty(Loss.prototype, 'entry', { value: '__call__', configurable: true });

/** A prediction in another dtype still has the logits that it came from. */
function keepLogitsOf(given: TensorLike, cast: Tensor): Tensor {
  const logits = cast === given || !(given instanceof Tensor) ? undefined : logitsBehind(given);
  return logits === undefined ? cast : keepLogits(cast, logits);
}

/** A loss of a plain function of (y_true, y_pred). */
export class LossFunctionWrapper extends Loss {
  protected fn: LossFunction;

  private readonly settings: Readonly<Record<string, unknown>>;

  /** `options` may hold what else the function was made with, so that a configuration can tell it. */
  constructor(fn: LossFunction, options: LossOptions & Record<string, unknown> = {}) {
    super({ reduction: options.reduction, name: options.name ?? fn.name, dtype: options.dtype });
    this.fn = fn;
    const { dtype: _dtype, name: _name, reduction: _reduction, ...settings } = options;
    this.settings = settings;
  }
  override call(y_true: Tensor, y_pred: Tensor): Tensor {
    const [y, p] = sameRank(y_true, y_pred);
    return this.fn(y, p);
  }
  override get_config(): Record<string, unknown> {
    const saved = Object.entries(this.settings).map(([k, v]) => [k, savedSetting(k, v)]);
    return { ...super.get_config(), ...Object.fromEntries(saved) };
  }
}
