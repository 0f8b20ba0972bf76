import { bind, nn, ops, withGrad } from '@stele/core';
import { z } from 'zod';
import { tensor } from '../creation';
import { int64 } from '../dtype';
import { AssertionError, ValueError } from '../errors';
import { assign } from '../methods/inplace';
import { BatchNorm1d, BatchNorm2d, BatchNorm3d } from '../nn/modules/batchnorm';
import { Module } from '../nn/modules/module';
import type { Tensor } from '../tensor';
import {
  type After,
  type AnyOptimizer,
  common,
  LRScheduler,
  last_epoch,
  numbers,
  perGroup,
  type RatedGroup,
  ratedGroups,
  read,
} from './lr_scheduler/scheduler';

type Average = (averaged: Tensor, current: Tensor, num_averaged: Tensor) => Tensor;
type AverageAll = (averaged: Tensor[], current: Tensor[], num_averaged: Tensor) => unknown;

const share = (decay: number): number => {
  if (decay < 0 || decay > 1)
    throw new ValueError(`Invalid decay value ${decay} provided. Please provide a value in [0,1] range.`);
  return decay;
};
const averaged: Average = (mean, current, count) => mean.add(current.sub(mean).div(count.add(1)));
/** Writes over each tensor what a rule makes of it. */
function replaceEach(tensors: Iterable<Tensor>, rule: (t: Tensor, index: number) => Tensor): void {
  let i = 0;
  for (const t of tensors) t.copy_(rule(t, i++));
}
const toward = (mean: Tensor, current: Tensor, weight: number, otherwise: () => Tensor): Tensor =>
  mean.is_floating_point() ? mean.lerp(current, weight) : otherwise();

/** The rule of an exponential moving average, one tensor at a time. */
export function get_ema_avg_fn(decay = 0.999): Average {
  const keep = share(decay);
  return (mean, current) => mean.mul(keep).add(current.mul(1 - keep));
}
/** The rule of the mean of all models so far, one tensor at a time. */
export const get_swa_avg_fn = (): Average => averaged;
/** The rule of an exponential moving average, for a list of tensors in place. */
export function get_ema_multi_avg_fn(decay = 0.999): AverageAll {
  const rule = get_ema_avg_fn(decay);
  return (means, currents, count) =>
    withGrad(false, () =>
      replaceEach(means, (mean, i) => toward(mean, currents[i]!, 1 - decay, () => rule(mean, currents[i]!, count))),
    );
}
/** The rule of the mean of all models so far, for a list of tensors in place. */
export function get_swa_multi_avg_fn(): AverageAll {
  return (means, currents, count) =>
    withGrad(false, () =>
      replaceEach(means, (mean, i) =>
        toward(mean, currents[i]!, 1 / (Number(count) + 1), () => averaged(mean, currents[i]!, count)),
      ),
    );
}

const isCallable = (v: unknown): boolean => typeof v === 'function';
const schema = z.strictObject({
  model: z.custom<Module>((v) => v instanceof Module, 'is not a Module'),
  device: z.unknown().default(null),
  avg_fn: z.custom<Average>(isCallable, 'is not callable').nullable().default(null),
  multi_avg_fn: z.custom<AverageAll>(isCallable, 'is not callable').nullable().default(null),
  use_buffers: z.boolean().default(false),
});
type AveragedOptions = Partial<Omit<z.input<typeof schema>, 'model'>>;

/**
 * A copy of a model whose parameters are a mean, or a moving average, of those that it is given.
 *
 * ```ts
 * const model = new nn.Linear(2, 1);
 * const mean = new optim.swa_utils.AveragedModel(model);
 * mean.update_parameters(model);
 * mean.n_averaged.item(); // 1
 * ```
 * @see https://docs.pytorch.org/docs/stable/optim.html#weight-averaging-swa-and-ema
 */
export class AveragedModel extends Module {
  declare module: Module;
  declare n_averaged: Tensor;
  declare avg_fn: Average | null;
  declare multi_avg_fn: AverageAll | null;
  declare use_buffers: boolean;

  constructor(
    model: Module,
    device?: unknown,
    avg_fn?: Average | AveragedOptions | null,
    multi_avg_fn?: AverageAll | AveragedOptions | null,
    use_buffers?: boolean | AveragedOptions,
    more?: AveragedOptions,
  );
  constructor(...args: unknown[]) {
    super();
    const o = bind('AveragedModel.__init__()', schema, 1, args);
    if (o.avg_fn !== null && o.multi_avg_fn !== null)
      throw new AssertionError('Only one of avg_fn and multi_avg_fn should be provided');
    this.module = o.model.__deepcopy__();
    this.register_buffer('n_averaged', tensor(0, { dtype: int64 }));
    this.avg_fn = o.avg_fn;
    this.multi_avg_fn = o.multi_avg_fn;
    this.use_buffers = o.use_buffers;
  }
  forward(...inputs: any[]): any {
    return (this.module as unknown as (...args: unknown[]) => unknown)(...inputs);
  }
  /** Takes the model as it is now into the average; the first one is copied. */
  update_parameters(model: Module): void {
    const kept = (m: Module): Tensor[] => [...m.parameters(), ...(this.use_buffers ? m.buffers() : [])];
    const means = kept(this.module).map((t) => t.detach());
    const currents = kept(model).map((t) => t.detach());
    const count = this.n_averaged;
    const first = Number(count) === 0;
    if (first) replaceEach(means, (_, i) => currents[i]!);
    else if (this.multi_avg_fn !== null) {
      for (const dtype of new Set(means.map((t) => t.dtype))) {
        const alike = (_: unknown, i: number): boolean => means[i]!.dtype === dtype;
        this.multi_avg_fn(means.filter(alike), currents.filter(alike), count);
      }
    } else {
      const rule = this.avg_fn ?? averaged;
      replaceEach(means, (mean, i) => rule(mean, currents[i]!, count));
    }
    if (!this.use_buffers) {
      const sources = [...model.buffers()];
      replaceEach(this.module.buffers(), (_, i) => sources[i]!.detach());
    }
    assign(count, ops.add(count, 1));
  }
}

/** Computes the running statistics of every batch normalization of a model anew, over all batches of a loader. */
export function update_bn(loader: Iterable<any>, model: Module, _device: unknown = null): void {
  withGrad(false, () => {
    const kinds = [BatchNorm1d, BatchNorm2d, BatchNorm3d];
    const norms = [...model.modules()].filter((m) => kinds.some((k) => m instanceof k)) as BatchNorm1d[];
    if (norms.length === 0) return;
    const momenta = norms.map((m) => m.momentum);
    for (const m of norms) m.reset_running_stats();
    const { training } = model;
    model.train();
    norms.forEach((m) => {
      m.momentum = null;
    });
    for (const batch of loader)
      (model as unknown as (x: unknown) => unknown)(Array.isArray(batch) ? (batch as unknown[])[0] : batch);
    norms.forEach((m, i) => {
      m.momentum = momenta[i]!;
    });
    model.train(training);
  });
}

const swaSchema = z.strictObject({
  ...common,
  swa_lr: numbers,
  anneal_epochs: z.number().default(10),
  anneal_strategy: z.string().default('cos'),
  ...last_epoch,
});
interface SWALROptions {
  anneal_epochs?: number;
  anneal_strategy?: 'cos' | 'linear';
}
/**
 * From the rate that each group has to a fixed one, over some epochs.
 * @see https://docs.pytorch.org/docs/stable/generated/torch.optim.swa_utils.SWALR.html
 */
export class SWALR extends LRScheduler {
  anneal_epochs: number;
  _anneal_strategy: string;

  constructor(
    optimizer: AnyOptimizer,
    swa_lr: number | readonly number[],
    ...args: After<[anneal_epochs?: number, anneal_strategy?: 'cos' | 'linear', last_epoch?: number], SWALROptions>
  );
  constructor(...args: unknown[]) {
    const o = read('SWALR', swaSchema, 2, args);
    super(o.optimizer, o.last_epoch);
    const rates = perGroup('swa_lr', o.optimizer, o.swa_lr);
    ratedGroups(o.optimizer).forEach((group, i) => {
      group['swa_lr'] = rates[i]!;
    });
    if (o.anneal_strategy !== 'cos' && o.anneal_strategy !== 'linear')
      throw new ValueError(`anneal_strategy must be one of 'cos' or 'linear', instead got ${o.anneal_strategy}`);
    if (!Number.isInteger(o.anneal_epochs) || o.anneal_epochs < 0)
      throw new ValueError(`anneal_epochs must be equal or greater than 0, got ${o.anneal_epochs}`);
    this.anneal_epochs = o.anneal_epochs;
    this._anneal_strategy = o.anneal_strategy;
    this.begin();
  }
  protected next(group: RatedGroup): number {
    const step = this.anneal_epochs === 0 ? Math.max(1, this._step_count - 1) : this._step_count - 1;
    const cosine = this._anneal_strategy === 'cos';
    return nn.schedules.approach(group.lr, group['swa_lr'] as number, step, this.anneal_epochs, cosine);
  }
}
