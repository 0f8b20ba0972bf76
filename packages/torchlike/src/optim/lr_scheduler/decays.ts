import { nn } from '@stele/core';
import { z } from 'zod';
import { ValueError } from '../../errors';
import { type After, type AnyOptimizer, common, LRScheduler, last_epoch, type RatedGroup, read } from './scheduler';

const { schedules } = nn;

type Factor = (epoch: number) => number;
const lambdaSchema = z.strictObject({
  ...common,
  lr_lambda: z.custom<Factor | readonly Factor[]>(
    (v) => typeof v === 'function' || Array.isArray(v),
    'expected a function or a list of them',
  ),
  ...last_epoch,
});
abstract class ByFunction extends LRScheduler {
  readonly lr_lambdas: readonly Factor[];
  constructor(
    optimizer: AnyOptimizer,
    lr_lambda: Factor | readonly Factor[] | { lr_lambda: Factor | readonly Factor[]; last_epoch?: number },
    last_epoch?: number | { last_epoch?: number },
  );
  constructor(...args: unknown[]) {
    const o = read(new.target.name, lambdaSchema, 2, args);
    super(o.optimizer, o.last_epoch);
    const groups = o.optimizer.param_groups.length;
    const list = typeof o.lr_lambda === 'function' ? new Array<Factor>(groups).fill(o.lr_lambda) : o.lr_lambda;
    if (list.length !== groups) throw new ValueError(`Expected ${groups} lr_lambdas, but got ${list.length}`);
    this.lr_lambdas = list;
    this.begin();
  }
  override state_dict(): Record<string, unknown> {
    return { ...super.state_dict(), lr_lambdas: this.lr_lambdas.map(() => null) };
  }
  override load_state_dict(state_dict: Readonly<Record<string, unknown>> | ReadonlyMap<string, unknown>): void {
    const { lr_lambdas: _, ...rest } = state_dict instanceof Map ? Object.fromEntries(state_dict) : state_dict;
    super.load_state_dict(rest);
  }
}
/** The first rate times a function of the epoch. */
export class LambdaLR extends ByFunction {
  protected next(_group: RatedGroup, base: number, i: number): number {
    return base * this.lr_lambdas[i]!(this.last_epoch);
  }
}
/** The rate before times a function of the epoch. */
export class MultiplicativeLR extends ByFunction {
  protected next(group: RatedGroup, _base: number, i: number): number {
    return this._is_initial ? group.lr : group.lr * this.lr_lambdas[i]!(this.last_epoch);
  }
}

const stepSchema = z.strictObject({
  ...common,
  step_size: z.int().positive(),
  gamma: z.number().default(0.1),
  ...last_epoch,
});
/** The rate times gamma after every `step_size` epochs. @see https://docs.pytorch.org/docs/stable/generated/torch.optim.lr_scheduler.StepLR.html */
export class StepLR extends LRScheduler {
  readonly step_size: number;
  readonly gamma: number;
  constructor(
    optimizer: AnyOptimizer,
    ...rest: After<[step_size: number, gamma?: number], { step_size?: number; gamma?: number }>
  );
  constructor(...args: unknown[]) {
    const o = read('StepLR', stepSchema, 2, args);
    super(o.optimizer, o.last_epoch);
    this.step_size = o.step_size;
    this.gamma = o.gamma;
    this.begin();
  }
  protected next(group: RatedGroup): number {
    return schedules.stepNext(group.lr, this.gamma, this.step_size, this.last_epoch);
  }
  protected override closed(_group: RatedGroup, base: number): number {
    return schedules.stepAt(base, this.gamma, this.step_size, this.last_epoch);
  }
}

const multiStepSchema = z.strictObject({
  ...common,
  milestones: z.array(z.int()).readonly(),
  gamma: z.number().default(0.1),
  ...last_epoch,
});
/** The rate times gamma at each milestone; one that is named twice counts twice. */
export class MultiStepLR extends LRScheduler {
  readonly milestones: readonly number[];
  readonly gamma: number;
  constructor(
    optimizer: AnyOptimizer,
    ...rest: After<[milestones: readonly number[], gamma?: number], { milestones?: readonly number[]; gamma?: number }>
  );
  constructor(...args: unknown[]) {
    const o = read('MultiStepLR', multiStepSchema, 2, args);
    super(o.optimizer, o.last_epoch);
    this.milestones = o.milestones;
    this.gamma = o.gamma;
    this.begin();
  }
  protected next(group: RatedGroup): number {
    const passed = (at: number): number => schedules.milestonesPassed(this.milestones, at);
    return schedules.exponentialNext(group.lr, this.gamma, passed(this.last_epoch) - passed(this.last_epoch - 1));
  }
  protected override closed(_group: RatedGroup, base: number): number {
    return schedules.exponentialNext(base, this.gamma, schedules.milestonesPassed(this.milestones, this.last_epoch));
  }
}

const exponentialSchema = z.strictObject({ ...common, gamma: z.number(), ...last_epoch });
/** The rate times gamma after every epoch. */
export class ExponentialLR extends LRScheduler {
  readonly gamma: number;
  constructor(optimizer: AnyOptimizer, ...rest: After<[gamma: number], { gamma?: number }>);
  constructor(...args: unknown[]) {
    const o = read('ExponentialLR', exponentialSchema, 2, args);
    super(o.optimizer, o.last_epoch);
    this.gamma = o.gamma;
    this.begin();
  }
  protected next(group: RatedGroup): number {
    return schedules.exponentialNext(group.lr, this.gamma, this._is_initial ? 0 : 1);
  }
  protected override closed(_group: RatedGroup, base: number): number {
    return schedules.exponentialNext(base, this.gamma, this.last_epoch);
  }
}

const constantSchema = z.strictObject({
  ...common,
  factor: z.number().default(1 / 3),
  total_iters: z.int().default(5),
  ...last_epoch,
});
/** A share of the rate for the first epochs. */
export class ConstantLR extends LRScheduler {
  readonly factor: number;
  readonly total_iters: number;
  constructor(
    optimizer: AnyOptimizer,
    ...rest: After<[factor?: number, total_iters?: number], { factor?: number; total_iters?: number }>
  );
  constructor(...args: unknown[]) {
    const o = read('ConstantLR', constantSchema, 1, args);
    if (o.factor > 1 || o.factor < 0)
      throw new ValueError('Constant multiplicative factor expected to be between 0 and 1.');
    super(o.optimizer, o.last_epoch);
    this.factor = o.factor;
    this.total_iters = o.total_iters;
    this.begin();
  }
  protected next(group: RatedGroup): number {
    return schedules.constantNext(group.lr, this.factor, this.total_iters, this.last_epoch);
  }
  protected override closed(_group: RatedGroup, base: number): number {
    return schedules.constantAt(base, this.factor, this.total_iters, this.last_epoch);
  }
}

const linearSchema = z.strictObject({
  ...common,
  start_factor: z.number().default(1 / 3),
  end_factor: z.number().default(1),
  total_iters: z.int().default(5),
  ...last_epoch,
});
interface LinearOptions {
  start_factor?: number;
  end_factor?: number;
  total_iters?: number;
}
/** From one share of the rate to another in equal steps. */
export class LinearLR extends LRScheduler {
  readonly start_factor: number;
  readonly end_factor: number;
  readonly total_iters: number;
  constructor(
    optimizer: AnyOptimizer,
    ...rest: After<[start_factor?: number, end_factor?: number, total_iters?: number], LinearOptions>
  );
  constructor(...args: unknown[]) {
    const o = read('LinearLR', linearSchema, 1, args);
    if (o.start_factor > 1 || o.start_factor <= 0)
      throw new ValueError('Starting multiplicative factor expected to be greater than 0 and less or equal to 1.');
    if (o.end_factor > 1 || o.end_factor < 0)
      throw new ValueError('Ending multiplicative factor expected to be between 0 and 1.');
    super(o.optimizer, o.last_epoch);
    this.start_factor = o.start_factor;
    this.end_factor = o.end_factor;
    this.total_iters = o.total_iters;
    this.begin();
  }
  protected next(group: RatedGroup): number {
    if (this._is_initial && this.last_epoch !== 0) return group.lr;
    return schedules.linearNext(group.lr, this.start_factor, this.end_factor, this.total_iters, this.last_epoch);
  }
  protected override closed(_group: RatedGroup, base: number): number {
    return schedules.linearAt(base, this.start_factor, this.end_factor, this.total_iters, this.last_epoch);
  }
}

const polynomialSchema = z.strictObject({
  ...common,
  total_iters: z.int().default(5),
  power: z.number().default(1),
  ...last_epoch,
});
/** The first rate times (1 - epoch / total_iters)^power. */
export class PolynomialLR extends LRScheduler {
  readonly total_iters: number;
  readonly power: number;
  constructor(
    optimizer: AnyOptimizer,
    ...rest: After<[total_iters?: number, power?: number], { total_iters?: number; power?: number }>
  );
  constructor(...args: unknown[]) {
    const o = read('PolynomialLR', polynomialSchema, 1, args);
    super(o.optimizer, o.last_epoch);
    this.total_iters = o.total_iters;
    this.power = o.power;
    this.begin();
  }
  protected next(group: RatedGroup): number {
    if (this._is_initial) return group.lr;
    return schedules.polynomialNext(group.lr, this.total_iters, this.power, this.last_epoch);
  }
  protected override closed(_group: RatedGroup, base: number): number {
    return schedules.polynomialAt(base, this.total_iters, this.power, this.last_epoch);
  }
}
