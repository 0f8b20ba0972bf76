import { ops } from '@stele/core';
import { z } from 'zod';
import { ValueError } from '../errors';
import type { Tensor } from '../tensor';
import { type Arguments, common, fused, type Group, Optimizer, type Params, requireNonNegative } from './optimizer';

const schema = z.strictObject({
  lr: z.number().default(0.001),
  momentum: z.number().default(0),
  dampening: z.number().default(0),
  weight_decay: z.number().default(0),
  nesterov: z.boolean().default(false),
  maximize: common.maximize,
  foreach: common.foreach,
  differentiable: common.differentiable,
  ...fused,
});
export type SGDOptions = z.infer<typeof schema>;

/**
 * p -= lr * g, or with momentum b = momentum * b + (1 - dampening) * g; p -= lr * b.
 * @see https://docs.pytorch.org/docs/stable/generated/torch.optim.SGD.html
 */
export class SGD extends Optimizer<SGDOptions> {
  constructor(
    params: Params<SGDOptions>,
    ...args: Arguments<
      [lr?: number, momentum?: number, dampening?: number, weight_decay?: number, nesterov?: boolean],
      Partial<SGDOptions>
    >
  ) {
    super(params, schema, args);
    const { lr, momentum, weight_decay, nesterov, dampening } = this.defaults;
    requireNonNegative({ 'learning rate': lr, 'momentum value': momentum, 'weight_decay value': weight_decay });
    if (nesterov && (momentum <= 0 || dampening !== 0))
      throw new ValueError('Nesterov momentum requires a momentum and zero dampening');
  }
  protected update(p: Tensor, g: Tensor, o: Group<SGDOptions>): void {
    const value = p.detach();
    const { lr: rate, momentum, dampening, nesterov, weight_decay: weightDecay } = o;
    if (momentum === 0) {
      this.put(p, ops.sgdUpdate(value, g, rate, weightDecay), {});
      return;
    }
    const before = this.state.get(p)?.['momentum_buffer'] as Tensor | undefined;
    const attrs = { rate, momentum, dampening, nesterov, weightDecay, first: before === undefined };
    const [next, momentum_buffer] = ops.momentumUpdate(value, g, before ?? g, attrs);
    this.put(p, next, { momentum_buffer });
  }
}
