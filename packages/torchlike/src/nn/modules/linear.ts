import { nn } from '@stele/core';
import { z } from 'zod';
import { empty } from '../../creation';
import { ValueError } from '../../errors';
import { Parameter, type Tensor } from '../../tensor';
import * as F from '../functional';
import { kaiming_uniform_, uniform_ } from '../init';
import { Module } from './module';
import { configure, flag, place, pythonText } from './options';

const schema = z.strictObject({
  in_features: z.int().nonnegative(),
  out_features: z.int().nonnegative(),
  bias: flag(true),
  ...place,
});
type Options = { bias?: boolean; device?: unknown; dtype?: unknown };

/**
 * x Wᵀ + b, with W of shape (out_features, in_features).
 *
 * ```ts
 * String(new nn.Linear(784, 20)); // 'Linear(in_features=784, out_features=20, bias=True)'
 * ```
 * @see https://docs.pytorch.org/docs/stable/generated/torch.nn.Linear.html
 */
export class Linear extends Module {
  declare in_features: number;
  declare out_features: number;
  declare weight: Parameter;
  declare bias: Parameter | null;

  constructor(
    in_features: number | ({ in_features: number; out_features: number } & Options),
    out_features?: number,
    bias?: boolean | Options,
  );
  constructor(...args: unknown[]) {
    super();
    const o = configure(this, schema, 2, args, ['bias']);
    this.weight = new Parameter(empty([o.out_features, o.in_features], { dtype: o.dtype }));
    this.bias = o.bias ? new Parameter(empty([o.out_features], { dtype: o.dtype })) : null;
    this.reset_parameters();
  }
  reset_parameters(): void {
    kaiming_uniform_(this.weight, { a: Math.sqrt(5) });
    if (this.bias === null) return;
    const limit = nn.biasLimit(this.in_features);
    uniform_(this.bias, -limit, limit);
  }
  forward(input: Tensor): Tensor {
    return F.linear(input, this.weight, this.bias);
  }
  override extra_repr(): string {
    return `in_features=${this.in_features}, out_features=${this.out_features}, bias=${pythonText(this.bias !== null)}`;
  }
}
/** The output projection of attention, as torch prints it: a Linear. */
export class NonDynamicallyQuantizableLinear extends Linear {}

const pairs = z.strictObject({
  in1_features: z.int(),
  in2_features: z.int(),
  out_features: z.int(),
  bias: flag(true),
  ...place,
});
/** x1ᵀ W x2 + b, with W of shape (out_features, in1_features, in2_features). */
export class Bilinear extends Module {
  declare in1_features: number;
  declare in2_features: number;
  declare out_features: number;
  declare weight: Parameter;
  declare bias: Parameter | null;

  constructor(
    in1_features: number | ({ in1_features: number; in2_features: number; out_features: number } & Options),
    in2_features?: number,
    out_features?: number,
    bias?: boolean | Options,
  );
  constructor(...args: unknown[]) {
    super();
    const o = configure(this, pairs, 3, args, ['bias']);
    const { dtype } = o;
    if (o.in1_features <= 0) throw new ValueError(`in1_features must be > 0, but got (in1_features=${o.in1_features})`);
    this.weight = new Parameter(empty([o.out_features, o.in1_features, o.in2_features], { dtype }));
    this.bias = o.bias ? new Parameter(empty([o.out_features], { dtype })) : null;
    this.reset_parameters();
  }
  reset_parameters(): void {
    const limit = nn.biasLimit(this.in1_features);
    uniform_(this.weight, -limit, limit);
    if (this.bias !== null) uniform_(this.bias, -limit, limit);
  }
  forward(input1: Tensor, input2: Tensor): Tensor {
    return F.bilinear(input1, input2, this.weight, this.bias);
  }
  override extra_repr(): string {
    const { in1_features: a, in2_features: b, out_features: out } = this;
    return `in1_features=${a}, in2_features=${b}, out_features=${out}, bias=${pythonText(this.bias !== null)}`;
  }
}

/** Gives back its input, whatever it was made with. */
export class Identity extends Module {
  constructor(..._args: unknown[]) {
    super();
  }
  forward(input: Tensor): Tensor {
    return input;
  }
}
