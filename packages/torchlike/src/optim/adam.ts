import { ops } from '@stele/core';
import { z } from 'zod';
import type { Tensor } from '../tensor';
import {
  type Arguments,
  betas,
  checkBetas,
  common,
  decayOf,
  fused,
  type Group,
  Optimizer,
  type Params,
  requireNonNegative,
} from './optimizer';

const schema = z.strictObject({
  lr: z.number().default(0.001),
  betas,
  eps: z.number().default(1e-8),
  weight_decay: z.number().default(0),
  amsgrad: z.boolean().default(false),
  ...common,
  ...fused,
  decoupled_weight_decay: z.boolean().default(false),
});
const decaying = z.strictObject({
  ...schema.shape,
  weight_decay: z.number().default(0.01),
  decoupled_weight_decay: z.literal(true).default(true),
});
export type AdamOptions = z.infer<typeof schema>;
type AdamArguments = Arguments<
  [lr?: number, betas?: [number, number], eps?: number, weight_decay?: number, amsgrad?: boolean],
  Partial<AdamOptions>
>;

abstract class AdamBase extends Optimizer<AdamOptions> {
  protected check(): void {
    const { lr, eps, betas, weight_decay } = this.defaults;
    requireNonNegative({ 'learning rate': lr, 'epsilon value': eps });
    checkBetas(betas);
    requireNonNegative({ 'weight_decay value': weight_decay });
  }
  protected update(p: Tensor, g: Tensor, o: Group<AdamOptions>): void {
    const step = this.stepOf(p);
    const names = ['exp_avg', 'exp_avg_sq', ...(o.amsgrad ? ['max_exp_avg_sq'] : [])];
    const [m, v, peak = null] = this.slots(p, ...names) as [Tensor, Tensor, Tensor?];
    const [beta1, beta2] = o.betas;
    const attrs = { rate: o.lr, beta1, beta2, epsilon: o.eps, step, epsilonAfterCorrection: true, ...decayOf(o) };
    const [next, ...state] = ops.adamUpdate(p.detach(), g, m, v, attrs, peak);
    this.put(p, next, { step, ...Object.fromEntries(names.map((name, i) => [name, state[i]])) });
  }
}

/**
 * m and v are running means of g and g²; p -= lr * m̂ / (√v̂ + eps).
 * @see https://docs.pytorch.org/docs/stable/generated/torch.optim.Adam.html
 */
export class Adam extends AdamBase {
  constructor(params: Params<AdamOptions>, ...args: AdamArguments) {
    super(params, schema, args);
    this.check();
  }
}
/**
 * Adam whose weight decay, 0.01 by default, shrinks the parameter itself.
 * @see https://docs.pytorch.org/docs/stable/generated/torch.optim.AdamW.html
 */
export class AdamW extends AdamBase {
  constructor(params: Params<AdamOptions>, ...args: AdamArguments) {
    super(params, decaying as unknown as typeof schema, args);
    this.check();
  }
}
