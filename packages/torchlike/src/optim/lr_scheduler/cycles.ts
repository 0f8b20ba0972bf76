import { nn } from '@stele/core';
import { z } from 'zod';
import { ValueError } from '../../errors';
import {
  type AnyOptimizer,
  common,
  LRScheduler,
  last_epoch,
  numbers,
  perGroup,
  type RatedGroup,
  ratedGroups,
  read,
} from './scheduler';

const { schedules } = nn;

/** Whether the optimizer's momentum is the first of its betas. */
function momentumIsBeta(optimizer: AnyOptimizer, needed: boolean): boolean {
  const known = optimizer.defaults as object;
  if (needed && !('momentum' in known) && !('betas' in known))
    throw new ValueError('optimizer must support momentum or beta1 with `cycle_momentum` option enabled');
  return 'betas' in known;
}
function setMomentum(group: RatedGroup, value: number, beta: boolean): void {
  if (beta) group['betas'] = [value, ...group['betas'].slice(1)];
  else group['momentum'] = value;
}
const oneCycleSchema = z.strictObject({
  ...common,
  max_lr: numbers,
  total_steps: z.number().nullable().default(null),
  epochs: z.number().nullable().default(null),
  steps_per_epoch: z.number().nullable().default(null),
  pct_start: z.number().default(0.3),
  anneal_strategy: z.string().default('cos'),
  cycle_momentum: z.boolean().default(true),
  base_momentum: numbers.default(0.85),
  max_momentum: numbers.default(0.95),
  div_factor: z.number().default(25),
  final_div_factor: z.number().default(1e4),
  three_phase: z.boolean().default(false),
  ...last_epoch,
});
type OneCycleOptions = Partial<Omit<z.infer<typeof oneCycleSchema>, 'optimizer'>>;
interface Phase {
  readonly end: number;
  readonly rates: readonly [string, string];
  readonly momentums: readonly [string, string];
}
/**
 * Up from max_lr / div_factor to max_lr and down to nearly nothing, momentum the other way round; steps count batches.
 * @see https://docs.pytorch.org/docs/stable/generated/torch.optim.lr_scheduler.OneCycleLR.html
 */
export class OneCycleLR extends LRScheduler {
  readonly total_steps: number;
  readonly cycle_momentum: boolean;
  private readonly phases: readonly Phase[];
  private readonly between: (from: number, to: number, part: number) => number;
  private readonly beta: boolean;

  constructor(
    optimizer: AnyOptimizer,
    max_lr: number | readonly number[] | OneCycleOptions,
    options?: number | OneCycleOptions,
  );
  constructor(...args: unknown[]) {
    const o = read('OneCycleLR', oneCycleSchema, 2, args);
    super(o.optimizer, o.last_epoch);
    this.total_steps = stepsOf(o.total_steps, o.epochs, o.steps_per_epoch);
    if (o.pct_start < 0 || o.pct_start > 1)
      throw new ValueError(`Expected float between 0 and 1 pct_start, but got ${o.pct_start}`);
    if (o.anneal_strategy !== 'cos' && o.anneal_strategy !== 'linear')
      throw new ValueError(`anneal_strategy must be one of 'cos' or 'linear', instead got ${o.anneal_strategy}`);
    const [total, share] = [this.total_steps, o.pct_start];
    const down = {
      rates: ['max_lr', o.three_phase ? 'initial_lr' : 'min_lr'],
      momentums: ['base_momentum', 'max_momentum'],
    } as const;
    this.phases = [
      { end: share * total - 1, rates: ['initial_lr', 'max_lr'], momentums: ['max_momentum', 'base_momentum'] },
      { end: o.three_phase ? 2 * share * total - 2 : total - 1, ...down },
      ...(o.three_phase
        ? [{ end: total - 1, rates: ['initial_lr', 'min_lr'], momentums: ['max_momentum', 'max_momentum'] } as const]
        : []),
    ];
    this.between = o.anneal_strategy === 'cos' ? schedules.cosineBetween : schedules.linearBetween;
    this.cycle_momentum = o.cycle_momentum;
    this.beta = momentumIsBeta(o.optimizer, o.cycle_momentum);
    const highest = perGroup('max_lr', o.optimizer, o.max_lr);
    const strongest = perGroup('max_momentum', o.optimizer, o.max_momentum);
    const weakest = perGroup('base_momentum', o.optimizer, o.base_momentum);
    if (o.last_epoch === -1)
      ratedGroups(o.optimizer).forEach((group, i) => {
        group.initial_lr = highest[i]! / o.div_factor;
        group['max_lr'] = highest[i]!;
        group['min_lr'] = group.initial_lr / o.final_div_factor;
        if (!o.cycle_momentum) return;
        setMomentum(group, strongest[i]!, this.beta);
        group['max_momentum'] = strongest[i]!;
        group['base_momentum'] = weakest[i]!;
      });
    this.begin();
  }
  protected next(group: RatedGroup): number {
    const at = this.last_epoch;
    if (at > this.total_steps)
      throw new ValueError(`Tried to step ${at} times. The specified number of total steps is ${this.total_steps}`);
    const found = this.phases.findIndex((p) => at <= p.end);
    const k = found < 0 ? this.phases.length - 1 : found;
    const start = k === 0 ? 0 : this.phases[k - 1]!.end;
    const { end, rates, momentums } = this.phases[k]!;
    const part = (at - start) / (end - start);
    const value = ([a, b]: readonly [string, string]): number => this.between(group[a], group[b], part);
    if (this.cycle_momentum) setMomentum(group, value(momentums), this.beta);
    return value(rates);
  }
}
function stepsOf(total: number | null, epochs: number | null, perEpoch: number | null): number {
  const whole = (name: string, n: number): number => {
    if (n <= 0 || !Number.isInteger(n)) throw new ValueError(`Expected positive integer ${name}, but got ${n}`);
    return n;
  };
  if (total !== null) return whole('total_steps', total);
  if (epochs === null || perEpoch === null)
    throw new ValueError('You must define either total_steps OR (epochs AND steps_per_epoch)');
  return whole('epochs', epochs) * whole('steps_per_epoch', perEpoch);
}

const cyclicSchema = z.strictObject({
  ...common,
  base_lr: numbers,
  max_lr: numbers,
  step_size_up: z.number().default(2000),
  step_size_down: z.number().nullable().default(null),
  mode: z.string().default('triangular'),
  gamma: z.number().default(1),
  scale_fn: z.custom<((x: number) => number) | null>((v) => v === null || typeof v === 'function').default(null),
  scale_mode: z.enum(['cycle', 'iterations']).default('cycle'),
  cycle_momentum: z.boolean().default(true),
  base_momentum: numbers.default(0.8),
  max_momentum: numbers.default(0.9),
  ...last_epoch,
});
const scales = { triangular: 'equal', triangular2: 'halving', exp_range: 'falling' } as Readonly<
  Record<string, 'equal' | 'halving' | 'falling'>
>;
type CyclicOptions = Partial<Omit<z.infer<typeof cyclicSchema>, 'optimizer'>>;
/** A triangle wave between base_lr and max_lr; steps count batches. */
export class CyclicLR extends LRScheduler {
  readonly max_lrs: readonly number[];
  private readonly settings: z.infer<typeof cyclicSchema>;
  private readonly beta: boolean;
  private readonly momentums: readonly (readonly [number, number])[];

  constructor(
    optimizer: AnyOptimizer,
    base_lr: number | readonly number[] | CyclicOptions,
    max_lr?: number | readonly number[] | CyclicOptions,
    options?: number | CyclicOptions,
  );
  constructor(...args: unknown[]) {
    const o = read('CyclicLR', cyclicSchema, 3, args);
    super(o.optimizer, o.last_epoch);
    if (!(o.mode in scales) && o.scale_fn === null) throw new ValueError('mode is invalid and scale_fn is None');
    this.settings = o;
    const groups = ratedGroups(o.optimizer);
    const lowest = perGroup('base_lr', o.optimizer, o.base_lr);
    this.max_lrs = perGroup('max_lr', o.optimizer, o.max_lr);
    this.beta = momentumIsBeta(o.optimizer, o.cycle_momentum);
    const [weakest, strongest] = [
      perGroup('base_momentum', o.optimizer, o.base_momentum),
      perGroup('max_momentum', o.optimizer, o.max_momentum),
    ];
    this.momentums = weakest.map((m, i) => [m, strongest[i]!]);
    if (o.last_epoch === -1)
      groups.forEach((group, i) => {
        group.lr = lowest[i]!;
        if (!o.cycle_momentum) return;
        setMomentum(group, strongest[i]!, this.beta);
        group['max_momentum'] = strongest[i]!;
        group['base_momentum'] = weakest[i]!;
      });
    this.begin();
    this.base_lrs = lowest;
  }
  protected next(group: RatedGroup, base: number, i: number): number {
    const { step_size_up, step_size_down, mode, gamma, scale_fn, scale_mode, cycle_momentum } = this.settings;
    const { height, cycle } = schedules.triangleAt(this.last_epoch, step_size_up, step_size_down ?? step_size_up);
    const byStep = scale_fn === null ? mode === 'exp_range' : scale_mode === 'iterations';
    const at = byStep ? this.last_epoch : cycle;
    const scale = scale_fn !== null ? scale_fn(at) : schedules.triangleScale(scales[mode]!, gamma, at);
    if (cycle_momentum) {
      const [weakest, strongest] = this.momentums[i]!;
      setMomentum(group, schedules.linearBetween(strongest, weakest, height * scale), this.beta);
    }
    return base + (this.max_lrs[i]! - base) * height * scale;
  }
}
