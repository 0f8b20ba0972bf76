import { ops } from '@stele/core';
import { pyRepr } from '@stele/core/printing';
import { z } from 'zod';
import { full_like } from '../creation';
import { ValueError } from '../errors';
import type { Tensor } from '../tensor';
import {
  type Arguments,
  common,
  decayOf,
  fused,
  type Group,
  Optimizer,
  type Params,
  pairOf,
  requireNonNegative,
} from './optimizer';

const adagrad = z.strictObject({
  lr: z.number().default(0.01),
  lr_decay: z.number().default(0),
  weight_decay: z.number().default(0),
  initial_accumulator_value: z.number().default(0),
  eps: z.number().default(1e-10),
  foreach: common.foreach,
  maximize: common.maximize,
  differentiable: common.differentiable,
  ...fused,
});
type AdagradOptions = z.infer<typeof adagrad>;
/**
 * s += g²; p -= lr / (1 + (step - 1) lr_decay) * g / (√s + eps).
 * @see https://docs.pytorch.org/docs/stable/generated/torch.optim.Adagrad.html
 */
export class Adagrad extends Optimizer<AdagradOptions> {
  constructor(
    params: Params<AdagradOptions>,
    ...args: Arguments<[lr?: number, lr_decay?: number, weight_decay?: number], Partial<AdagradOptions>>
  ) {
    super(params, adagrad, args);
    const { lr, lr_decay, weight_decay, initial_accumulator_value, eps } = this.defaults;
    requireNonNegative({
      'learning rate': lr,
      'lr_decay value': lr_decay,
      'weight_decay value': weight_decay,
      'initial_accumulator_value value': initial_accumulator_value,
      'epsilon value': eps,
    });
    // the sums are there before the first step, as a state dict shows
    for (const group of this.param_groups)
      for (const p of group.params)
        this.state.set(p, this.saved({ step: 0, sum: full_like(p.detach(), group.initial_accumulator_value) }));
  }
  protected update(p: Tensor, g: Tensor, o: Group<AdagradOptions>): void {
    const step = this.stepOf(p);
    const rate = ops.inverseDecay(o.lr, o.lr_decay, step - 1);
    const weightDecay = o.weight_decay;
    const attrs = { rate, epsilon: o.eps, weightDecay };
    const [next, sum] = ops.adagradUpdate(p.detach(), g, this.slots(p, 'sum'), attrs);
    this.put(p, next, { step, sum });
  }
}

const adadelta = z.strictObject({
  lr: z.number().default(1),
  rho: z.number().default(0.9),
  eps: z.number().default(1e-6),
  weight_decay: z.number().default(0),
  ...common,
});
type AdadeltaOptions = z.infer<typeof adadelta>;
/** Steps of the size that past steps had, over that of past gradients. @see https://docs.pytorch.org/docs/stable/generated/torch.optim.Adadelta.html */
export class Adadelta extends Optimizer<AdadeltaOptions> {
  constructor(
    params: Params<AdadeltaOptions>,
    ...args: Arguments<[lr?: number, rho?: number, eps?: number, weight_decay?: number], Partial<AdadeltaOptions>>
  ) {
    super(params, adadelta, args);
    const { lr, rho, eps, weight_decay } = this.defaults;
    requireNonNegative({ 'learning rate': lr, 'rho value': rho <= 1 ? rho : -rho });
    requireNonNegative({ 'epsilon value': eps, 'weight_decay value': weight_decay });
  }
  protected update(p: Tensor, g: Tensor, o: Group<AdadeltaOptions>): void {
    const attrs = { rate: o.lr, decay: o.rho, epsilon: o.eps, weightDecay: o.weight_decay };
    const state = this.slots(p, 'square_avg', 'acc_delta');
    const [next, square_avg, acc_delta] = ops.adadeltaUpdate(p.detach(), g, state, attrs);
    this.put(p, next, { step: this.stepOf(p), square_avg, acc_delta });
  }
}

const rmsprop = z.strictObject({
  lr: z.number().default(0.01),
  alpha: z.number().default(0.99),
  eps: z.number().default(1e-8),
  weight_decay: z.number().default(0),
  momentum: z.number().default(0),
  centered: z.boolean().default(false),
  capturable: common.capturable,
  foreach: common.foreach,
  maximize: common.maximize,
  differentiable: common.differentiable,
});
type RMSpropOptions = z.infer<typeof rmsprop>;
/**
 * v = alpha v + (1 - alpha) g²; p -= lr * g / (√v + eps).
 * @see https://docs.pytorch.org/docs/stable/generated/torch.optim.RMSprop.html
 */
export class RMSprop extends Optimizer<RMSpropOptions> {
  constructor(
    params: Params<RMSpropOptions>,
    ...args: Arguments<
      [lr?: number, alpha?: number, eps?: number, weight_decay?: number, momentum?: number, centered?: boolean],
      Partial<RMSpropOptions>
    >
  ) {
    super(params, rmsprop, args);
    const { lr, eps, momentum, weight_decay, alpha } = this.defaults;
    requireNonNegative({
      'learning rate': lr,
      'epsilon value': eps,
      'momentum value': momentum,
      'weight_decay value': weight_decay,
      'alpha value': alpha,
    });
  }
  protected update(p: Tensor, g: Tensor, o: Group<RMSpropOptions>): void {
    const { centered, momentum } = o;
    const names = ['square_avg', ...(centered ? ['grad_avg'] : []), ...(momentum > 0 ? ['momentum_buffer'] : [])];
    const [next, ...state] = ops.rmspropUpdate(p.detach(), g, this.slots(p, ...names), {
      rate: o.lr,
      decay: o.alpha,
      epsilon: o.eps,
      epsilonInside: false,
      momentum,
      centered,
      ...(decayOf({ lr: o.lr, weight_decay: o.weight_decay }) as { weightDecay: number }),
    });
    this.put(p, next, { step: this.stepOf(p), ...Object.fromEntries(names.map((name, i) => [name, state[i]])) });
  }
}

const rprop = z.strictObject({
  lr: z.number().default(0.01),
  etas: pairOf(0.5, 1.2),
  step_sizes: pairOf(1e-6, 50),
  ...common,
});
type RpropOptions = z.infer<typeof rprop>;
/** Each element steps by a size of its own, that grows while its gradient keeps its sign. @see https://docs.pytorch.org/docs/stable/generated/torch.optim.Rprop.html */
export class Rprop extends Optimizer<RpropOptions> {
  constructor(
    params: Params<RpropOptions>,
    ...args: Arguments<[lr?: number, etas?: [number, number], step_sizes?: [number, number]], Partial<RpropOptions>>
  ) {
    super(params, rprop, args);
    const { lr, etas } = this.defaults;
    requireNonNegative({ 'learning rate': lr });
    if (!(etas[0] > 0 && etas[0] < 1 && etas[1] > 1))
      throw new ValueError(`Invalid eta values: ${pyRepr(etas[0])}, ${pyRepr(etas[1])}`);
  }
  protected update(p: Tensor, g: Tensor, o: Group<RpropOptions>): void {
    const [last] = this.slots(p, 'prev') as [Tensor];
    const size = (this.state.get(p)?.['step_size'] as Tensor | undefined) ?? full_like(p.detach(), o.lr);
    const [shrink, grow] = o.etas;
    const [least, most] = o.step_sizes;
    const [next, prev, step_size] = ops.signUpdate(p.detach(), g, [last, size], { fewer: shrink, grow, least, most });
    this.put(p, next, { step: this.stepOf(p), prev, step_size });
  }
}

const asgd = z.strictObject({
  lr: z.number().default(0.01),
  lambd: z.number().default(1e-4),
  alpha: z.number().default(0.75),
  t0: z.number().default(1e6),
  weight_decay: z.number().default(0),
  foreach: common.foreach,
  maximize: common.maximize,
  differentiable: common.differentiable,
  capturable: common.capturable,
});
type ASGDOptions = z.infer<typeof asgd>;
/** SGD with a decaying rate, and beside the parameter the average of its last values (`ax`). @see https://docs.pytorch.org/docs/stable/generated/torch.optim.ASGD.html */
export class ASGD extends Optimizer<ASGDOptions> {
  constructor(
    params: Params<ASGDOptions>,
    ...args: Arguments<
      [lr?: number, lambd?: number, alpha?: number, t0?: number, weight_decay?: number],
      Partial<ASGDOptions>
    >
  ) {
    super(params, asgd, args);
    const { lr, weight_decay } = this.defaults;
    requireNonNegative({ 'learning rate': lr, 'weight_decay value': weight_decay });
  }
  protected update(p: Tensor, g: Tensor, o: Group<ASGDOptions>): void {
    const step = this.stepOf(p);
    const attrs = {
      rate: this.scalar(p, 'eta', Math.fround(o.lr)),
      decay: o.lambd,
      follow: this.scalar(p, 'mu', 1),
      weightDecay: o.weight_decay,
    };
    const [next, ax] = ops.averagedUpdate(p.detach(), g, this.slots(p, 'ax'), attrs);
    const { rate, follow } = ops.averagedNext(step, { rate: o.lr, decay: o.lambd, power: o.alpha, start: o.t0 });
    this.put(p, next, { step, eta: rate, mu: follow, ax });
  }
}
