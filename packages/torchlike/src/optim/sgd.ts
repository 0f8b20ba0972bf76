import { isNumber, ops } from '@stele/core';
import { z } from 'zod';
import { ValueError } from '../errors';
import { assign } from '../methods/inplace';
import type { Tensor } from '../tensor';
import { type Group, Optimizer, type Params } from './optimizer';

const schema = z.strictObject({
  lr: z.number().default(0.001),
  momentum: z.number().default(0),
  dampening: z.number().default(0),
  weight_decay: z.number().default(0),
  nesterov: z.boolean().default(false),
  maximize: z.boolean().default(false),
});
export type SGDOptions = z.infer<typeof schema>;

/**
 * p -= lr * g, or with momentum b = momentum * b + (1 - dampening) * g; p -= lr * b.
 * @see https://docs.pytorch.org/docs/stable/generated/torch.optim.SGD.html
 */
export class SGD extends Optimizer<SGDOptions> {
  constructor(params: Params<SGDOptions>, options: Partial<SGDOptions> | number = {}) {
    const given = isNumber(options) ? { lr: options } : options;
    super(params, schema, given);
    const { lr, momentum, weight_decay, nesterov, dampening } = this.defaults;
    if (lr < 0) throw new ValueError(`Invalid learning rate: ${lr}`);
    if (momentum < 0) throw new ValueError(`Invalid momentum value: ${momentum}`);
    if (weight_decay < 0) throw new ValueError(`Invalid weight_decay value: ${weight_decay}`);
    if (nesterov && (momentum <= 0 || dampening !== 0))
      throw new ValueError('Nesterov momentum requires a momentum and zero dampening');
  }
  protected update(p: Tensor, grad: Tensor, o: Group<SGDOptions>): void {
    const g = o.maximize ? ops.neg(grad) : grad;
    const value = p.detach();
    if (o.momentum === 0) {
      assign(p, ops.sgdUpdate(value, g, o.lr, o.weight_decay));
      return;
    }
    const before = this.state.get(p)?.['momentum_buffer'] as Tensor | undefined;
    const { lr: rate, momentum, dampening, nesterov, weight_decay: weightDecay } = o;
    const attrs = { rate, momentum, dampening, nesterov, weightDecay, first: before === undefined };
    const [next, buffer] = ops.momentumUpdate(value, g, before ?? g, attrs);
    assign(p, next!);
    this.state.set(p, { momentum_buffer: buffer });
  }
}
