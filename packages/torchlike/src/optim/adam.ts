import { isNumber, ops } from '@stele/core';
import { z } from 'zod';
import { tensor, zeros_like } from '../creation';
import { float32 } from '../dtype';
import { NotImplementedError, ValueError } from '../errors';
import { assign } from '../methods/inplace';
import type { Tensor } from '../tensor';
import { type Group, Optimizer, type Params } from './optimizer';

const schemaWith = (decay: number, decoupled: boolean) =>
  z.strictObject({
    lr: z.number().default(0.001),
    betas: z.tuple([z.number(), z.number()]).default([0.9, 0.999]),
    eps: z.number().default(1e-8),
    weight_decay: z.number().default(decay),
    amsgrad: z.boolean().default(false),
    maximize: z.boolean().default(false),
    decoupled_weight_decay: z.boolean().default(decoupled),
  });
const schema = schemaWith(0, false);
export type AdamOptions = z.infer<typeof schema>;

/**
 * m and v are running means of g and g²; p -= lr * m̂ / (√v̂ + eps).
 * @see https://docs.pytorch.org/docs/stable/generated/torch.optim.Adam.html
 */
export class Adam extends Optimizer<AdamOptions> {
  constructor(params: Params<AdamOptions>, options: Partial<AdamOptions> | number = {}, decay = schema) {
    super(params, decay, isNumber(options) ? { lr: options } : options);
    const { lr, eps, betas, weight_decay, amsgrad } = this.defaults;
    if (lr < 0) throw new ValueError(`Invalid learning rate: ${lr}`);
    if (eps < 0) throw new ValueError(`Invalid epsilon value: ${eps}`);
    betas.forEach((b, i) => {
      if (b < 0 || b >= 1) throw new ValueError(`Invalid beta parameter at index ${i}: ${b}`);
    });
    if (weight_decay < 0) throw new ValueError(`Invalid weight_decay value: ${weight_decay}`);
    if (amsgrad) throw new NotImplementedError(`${this.constructor.name}: amsgrad is not in Stele; leave it false`);
  }
  protected update(p: Tensor, grad: Tensor, o: Group<AdamOptions>): void {
    let g = o.maximize ? ops.neg(grad) : grad;
    let value = p.detach() as ReturnType<typeof ops.neg>;
    if (o.weight_decay !== 0) {
      if (o.decoupled_weight_decay) value = ops.mul(value, 1 - o.lr * o.weight_decay);
      else g = ops.add(g, ops.mul(value, o.weight_decay));
    }
    const own = this.state.get(p);
    const step = Number((own?.['step'] as Tensor | undefined)?.item() ?? 0) + 1;
    const m = (own?.['exp_avg'] as Tensor | undefined) ?? zeros_like(p);
    const v = (own?.['exp_avg_sq'] as Tensor | undefined) ?? zeros_like(p);
    const [beta1, beta2] = o.betas;
    const attrs = { rate: o.lr, beta1, beta2, epsilon: o.eps, step, epsilonAfterCorrection: true };
    const [next, exp_avg, exp_avg_sq] = ops.adamUpdate(value, g, m, v, attrs);
    assign(p, next!);
    this.state.set(p, { step: tensor(step, { dtype: float32 }), exp_avg, exp_avg_sq });
  }
}
const decaying = schemaWith(0.01, true);
/** Adam whose weight decay, 0.01 by default, shrinks the parameter itself. */
export class AdamW extends Adam {
  constructor(params: Params<AdamOptions>, options: Partial<AdamOptions> | number = {}) {
    super(params, options, decaying);
  }
}
