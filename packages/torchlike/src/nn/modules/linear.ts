import { bind, nn } from '@stele/core';
import { z } from 'zod';
import { empty } from '../../creation';
import { Parameter, type Tensor } from '../../tensor';
import { linear } from '../functional';
import { kaiming_uniform_, uniform_ } from '../init';
import { Module } from './module';

const schema = z.strictObject({
  in_features: z.int().nonnegative(),
  out_features: z.int().nonnegative(),
  bias: z.boolean().default(true),
  device: z.any().optional(),
  dtype: z.any().optional(),
});
type Options = { bias?: boolean; device?: unknown; dtype?: unknown };

export const pyBool = (b: boolean): string => (b ? 'True' : 'False');

/**
 * x Wᵀ + b, with W of shape (out_features, in_features).
 *
 * ```ts
 * String(new nn.Linear(784, 20)); // 'Linear(in_features=784, out_features=20, bias=True)'
 * ```
 * @see https://docs.pytorch.org/docs/stable/generated/torch.nn.Linear.html
 */
export class Linear extends Module {
  in_features: number;
  out_features: number;
  weight: Parameter;
  bias: Parameter | null;

  constructor(in_features: number, out_features: number, bias?: boolean | Options);
  constructor(...args: unknown[]) {
    super();
    const o = bind('Linear.__init__()', schema, 2, args);
    this.in_features = o.in_features;
    this.out_features = o.out_features;
    this.weight = new Parameter(empty(o.out_features, o.in_features, { dtype: o.dtype }));
    this.bias = o.bias ? new Parameter(empty(o.out_features, { dtype: o.dtype })) : null;
    this.reset_parameters();
  }
  reset_parameters(): void {
    kaiming_uniform_(this.weight, { a: Math.sqrt(5) });
    if (this.bias !== null) {
      const limit = nn.biasLimit(this.in_features);
      uniform_(this.bias, -limit, limit);
    }
  }
  forward(input: Tensor): Tensor {
    return linear(input, this.weight, this.bias);
  }
  override extra_repr(): string {
    return `in_features=${this.in_features}, out_features=${this.out_features}, bias=${pyBool(this.bias !== null)}`;
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
