import { nn, ops } from '@stele/core';
import { pyRepr } from '@stele/core/printing';
import { z } from 'zod';
import { ValueError } from '../errors';
import type { Tensor } from '../tensor';
import {
  type Arguments,
  betas,
  checkBetas,
  common,
  decayOf,
  type Group,
  Optimizer,
  type Params,
  requireNonNegative,
} from './optimizer';

const rated = (lr: number) => ({
  lr: z.number().default(lr),
  betas,
  eps: z.number().default(1e-8),
  weight_decay: z.number().default(0),
});
type First = [lr?: number, betas?: [number, number], eps?: number, weight_decay?: number];
interface Rated {
  lr: number;
  betas: [number, number];
  eps: number;
  weight_decay: number;
}
function check({ lr, betas, eps, weight_decay }: Rated): void {
  requireNonNegative({ 'learning rate': lr, 'epsilon value': eps });
  checkBetas(betas);
  requireNonNegative({ 'weight_decay value': weight_decay });
}

const adamax = z.strictObject({ ...rated(0.002), ...common });
type AdamaxOptions = z.infer<typeof adamax>;
/** Adam with the largest gradient in the place of the mean of squares. @see https://docs.pytorch.org/docs/stable/generated/torch.optim.Adamax.html */
export class Adamax extends Optimizer<AdamaxOptions> {
  constructor(params: Params<AdamaxOptions>, ...args: Arguments<First, Partial<AdamaxOptions>>) {
    super(params, adamax, args);
    check(this.defaults);
  }
  protected update(p: Tensor, g: Tensor, o: Group<AdamaxOptions>): void {
    const step = this.stepOf(p);
    const [beta1, beta2] = o.betas;
    const attrs = {
      rate: o.lr,
      beta1,
      beta2,
      epsilon: o.eps,
      step,
      ...decayOf({ lr: o.lr, weight_decay: o.weight_decay }),
    };
    const [next, exp_avg, exp_inf] = ops.adamaxUpdate(p.detach(), g, this.slots(p, 'exp_avg', 'exp_inf'), attrs);
    this.put(p, next, { step, exp_avg, exp_inf });
  }
}

const nadam = z.strictObject({
  ...rated(0.002),
  momentum_decay: z.number().default(0.004),
  decoupled_weight_decay: z.boolean().default(false),
  ...common,
});
type NAdamOptions = z.infer<typeof nadam>;
/** Adam with Nesterov's look ahead. @see https://docs.pytorch.org/docs/stable/generated/torch.optim.NAdam.html */
export class NAdam extends Optimizer<NAdamOptions> {
  constructor(
    params: Params<NAdamOptions>,
    ...args: Arguments<[...First, momentum_decay?: number], Partial<NAdamOptions>>
  ) {
    super(params, nadam, args);
    check(this.defaults);
    requireNonNegative({ 'momentum_decay value': this.defaults.momentum_decay });
  }
  protected update(p: Tensor, g: Tensor, o: Group<NAdamOptions>): void {
    const step = this.stepOf(p);
    const [beta1, beta2] = o.betas;
    const { product, gradientRate, momentRate } = ops.nesterovRates(step, {
      rate: o.lr,
      beta1,
      decay: o.momentum_decay,
      product: this.scalar(p, 'mu_product', 1),
    });
    const attrs = { gradientRate, momentRate, beta1, beta2, epsilon: o.eps, step, ...decayOf(o) };
    const state = this.slots(p, 'exp_avg', 'exp_avg_sq');
    const [next, exp_avg, exp_avg_sq] = ops.nadamUpdate(p.detach(), g, state, attrs);
    this.put(p, next, { step, mu_product: product, exp_avg, exp_avg_sq });
  }
}

const radam = z.strictObject({ ...rated(0.001), decoupled_weight_decay: z.boolean().default(false), ...common });
type RAdamOptions = z.infer<typeof radam>;
/** Adam whose first steps, when the mean of squares says little, leave it out. @see https://docs.pytorch.org/docs/stable/generated/torch.optim.RAdam.html */
export class RAdam extends Optimizer<RAdamOptions> {
  constructor(params: Params<RAdamOptions>, ...args: Arguments<First, Partial<RAdamOptions>>) {
    super(params, radam, args);
    check(this.defaults);
  }
  protected update(p: Tensor, g: Tensor, o: Group<RAdamOptions>): void {
    const step = this.stepOf(p);
    const [beta1, beta2] = o.betas;
    const attrs = { rate: o.lr, beta1, beta2, epsilon: o.eps, step, ...decayOf(o) };
    const state = this.slots(p, 'exp_avg', 'exp_avg_sq');
    const [next, exp_avg, exp_avg_sq] = ops.radamUpdate(p.detach(), g, state, attrs);
    this.put(p, next, { step, exp_avg, exp_avg_sq });
  }
}

const adafactor = z.strictObject({
  lr: z.number().default(0.01),
  beta2_decay: z.number().default(-0.8),
  eps: z.tuple([z.number().nullable(), z.number()]).default([null, 1e-3]),
  d: z.number().default(1),
  weight_decay: z.number().default(0),
  foreach: common.foreach,
  maximize: common.maximize,
});
type AdafactorOptions = z.infer<typeof adafactor>;
/** Adam's second moment of matrices as a row times a column. @see https://docs.pytorch.org/docs/stable/generated/torch.optim.Adafactor.html */
export class Adafactor extends Optimizer<AdafactorOptions> {
  constructor(
    params: Params<AdafactorOptions>,
    ...args: Arguments<
      [lr?: number, beta2_decay?: number, eps?: [number | null, number], d?: number, weight_decay?: number],
      Partial<AdafactorOptions>
    >
  ) {
    super(params, adafactor, args);
    const { lr, beta2_decay, eps, d, weight_decay } = this.defaults;
    const demand = (good: boolean, what: string, bound: string, value: number | null): void => {
      if (!good) throw new ValueError(`${what} should be ${bound} but is: ${pyRepr(value)}`);
    };
    demand(lr >= 0, 'Learning rate', '>= 0', lr);
    demand(beta2_decay <= 0, 'beta2_decay', '<= 0', beta2_decay);
    demand(eps[0] === null || eps[0] >= 0, 'epsilon1', '>= 0', eps[0]);
    demand(eps[1] >= 0, 'epsilon2', '>= 0', eps[1]);
    demand(d >= 1, 'Clipping threshold d', '>= 1', d);
    demand(weight_decay >= 0, 'weight_decay', '>= 0', weight_decay);
  }
  protected update(p: Tensor, g: Tensor, o: Group<AdafactorOptions>): void {
    const step = this.stepOf(p);
    const own = this.state.get(p) as Record<string, Tensor> | undefined;
    const held = own === undefined ? null : own['variance'] ? [own['variance']] : [own['row_var']!, own['col_var']!];
    const { next, state } = nn.adafactorStep(p.detach(), g, held, {
      rate: o.lr,
      step,
      decayPower: o.beta2_decay,
      epsilon1: o.eps[0],
      epsilon2: o.eps[1],
      clip: o.d,
      weightDecay: o.weight_decay,
    });
    const [first, second] = state;
    this.put(p, next, second === undefined ? { step, variance: first } : { step, row_var: first, col_var: second });
  }
}
