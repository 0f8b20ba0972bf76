import { z } from 'zod';
import { RuntimeError } from '../../errors';
import type { Tensor } from '../../tensor';
import * as F from '../functional';
import { Linear } from './linear';
import { Module } from './module';
import { type Arguments, configure, flag, float, listed, place, pythonText, shown } from './options';

const schema = z.strictObject({
  in_features: z.int(),
  num_classes: z.int(),
  out_features: z.array(z.int()).default(() => []),
  bias: flag(false),
  ...place,
  reduction: z.string().default('mean'),
  weight: z.custom<Tensor | null>().nullable().default(null),
  ignore_index: z.int().nullable().default(null),
  label_smoothing: float(0),
  options: z.custom<unknown>().nullable().default(null),
});
interface Options {
  in_features?: number;
  num_classes?: number;
  out_features?: readonly number[];
  bias?: boolean;
  reduction?: 'mean' | 'sum' | 'none';
  weight?: Tensor | null;
  ignore_index?: number | null;
  label_smoothing?: number;
  dtype?: unknown;
}
/**
 * A linear layer and the cross-entropy of its results.
 * @see https://docs.pytorch.org/docs/stable/generated/torch.nn.LinearCrossEntropyLoss.html
 */
export class LinearCrossEntropyLoss extends Module {
  declare num_classes: number;
  declare out_features: readonly number[];
  declare reduction: 'mean' | 'sum' | 'none';
  declare weight: Tensor | null;
  declare ignore_index: number | null;
  declare label_smoothing: number;
  declare linear: Linear;
  declare options: unknown;

  constructor(...args: Arguments<[in_features: number, num_classes: number], Options>) {
    super();
    const o = configure(this, schema, 2, args, ['in_features', 'bias', 'weight'], 2);
    if (o.weight !== null && (o.weight.ndim !== 1 || o.weight.sizes[0] !== o.num_classes))
      throw new RuntimeError(`expected weight shape to be (${o.num_classes},), got ${pythonText([...o.weight.sizes])}`);
    if (o.label_smoothing < 0 || o.label_smoothing > 1)
      throw new RuntimeError(`expected label_smoothing to be in range [0, 1], got ${shown(this, 'label_smoothing')}`);
    this.register_buffer('weight', o.weight);
    const rows = o.out_features.reduce((n, s) => n * s, o.num_classes);
    this.linear = new Linear(o.in_features, rows, { bias: o.bias, dtype: o.dtype });
  }
  override extra_repr(): string {
    const { in_features, bias } = this.linear;
    const own = listed(this, 'reduction', 'ignore_index', 'label_smoothing', 'options');
    const shape = `num_classes=${this.num_classes}, out_features=${pythonText(this.out_features)}`;
    return `in_features=${in_features}, ${shape}, bias=${pythonText(bias !== null)}, ${own}`;
  }
  forward(input: Tensor, target: Tensor): Tensor {
    const shape = [this.num_classes, ...this.out_features];
    const { reduction, ignore_index, label_smoothing, options, weight } = this;
    const linear_bias = this.linear.bias?.reshape([...shape]) ?? null;
    return F.linear_cross_entropy(input, this.linear.weight.reshape([...shape, this.linear.in_features]), target, {
      linear_bias,
      weight,
      reduction,
      ignore_index,
      label_smoothing,
      options,
    });
  }
}
