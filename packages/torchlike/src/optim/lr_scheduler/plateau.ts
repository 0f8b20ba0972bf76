import { nn } from '@stele/core';
import { z } from 'zod';
import { ValueError } from '../../errors';
import { type AnyOptimizer, common, LRScheduler, numbers, perGroup, ratedGroups, read } from './scheduler';

const schema = z.strictObject({
  ...common,
  mode: z.string().default('min'),
  factor: z.number().default(0.1),
  patience: z.number().default(10),
  threshold: z.number().default(1e-4),
  threshold_mode: z.string().default('rel'),
  cooldown: z.number().default(0),
  min_lr: numbers.default(0),
  eps: z.number().default(1e-8),
});
type Options = Partial<Omit<z.infer<typeof schema>, 'optimizer'>>;

/**
 * The rate times `factor` when a measurement has not improved for more than `patience` epochs.
 *
 * ```ts
 * const optimizer = new optim.SGD([new nn.Parameter(torch.ones(1))], { lr: 0.1 });
 * const scheduler = new optim.lr_scheduler.ReduceLROnPlateau(optimizer, 'min', { patience: 3 });
 * scheduler.step(0.25); // the loss of an epoch
 * ```
 * @see https://docs.pytorch.org/docs/stable/generated/torch.optim.lr_scheduler.ReduceLROnPlateau.html
 */
export class ReduceLROnPlateau extends LRScheduler {
  readonly mode: string;
  readonly factor: number;
  readonly patience: number;
  readonly threshold: number;
  readonly threshold_mode: string;
  readonly cooldown: number;
  readonly min_lrs: number[];
  readonly eps: number;
  best: number;
  cooldown_counter = 0;
  num_bad_epochs = 0;

  constructor(optimizer: AnyOptimizer, mode?: string | Options, options?: Options);
  constructor(...args: unknown[]) {
    const o = read('ReduceLROnPlateau', schema, 1, args);
    if (o.factor >= 1) throw new ValueError('Factor should be < 1.0.');
    if (o.mode !== 'min' && o.mode !== 'max') throw new ValueError(`mode ${o.mode} is unknown!`);
    if (o.threshold_mode !== 'rel' && o.threshold_mode !== 'abs')
      throw new ValueError(`threshold mode ${o.threshold_mode} is unknown!`);
    super(o.optimizer, 0);
    this.mode = o.mode;
    this.factor = o.factor;
    this.patience = o.patience;
    this.threshold = o.threshold;
    this.threshold_mode = o.threshold_mode;
    this.cooldown = o.cooldown;
    this.min_lrs = perGroup('min_lrs', o.optimizer, o.min_lr);
    this.eps = o.eps;
    this.best = o.mode === 'min' ? Number.POSITIVE_INFINITY : Number.NEGATIVE_INFINITY;
    this._last_lr = ratedGroups(o.optimizer).map((g) => g.lr);
  }
  get in_cooldown(): boolean {
    return this.cooldown_counter > 0;
  }
  protected next({ lr }: { lr: number }): number {
    return lr;
  }
  /** Takes the measurement of an epoch: a number, or a tensor of one element. */
  override step(metrics?: unknown, epoch?: number | null): void {
    if (metrics === undefined || metrics === null)
      throw new TypeError("ReduceLROnPlateau.step() missing 1 required positional argument: 'metrics'");
    const now = Number(metrics);
    this.last_epoch = epoch ?? this.last_epoch + 1;
    if (nn.schedules.improved(now, this.best, this.mode === 'min', this.threshold, this.threshold_mode === 'rel')) {
      this.best = now;
      this.num_bad_epochs = 0;
    } else this.num_bad_epochs++;
    if (this.in_cooldown) {
      this.cooldown_counter--;
      this.num_bad_epochs = 0;
    }
    if (this.num_bad_epochs > this.patience) {
      ratedGroups(this.optimizer).forEach((group, i) => {
        const lower = Math.max(group.lr * this.factor, this.min_lrs[i]!);
        if (group.lr - lower > this.eps) group.lr = lower;
      });
      this.cooldown_counter = this.cooldown;
      this.num_bad_epochs = 0;
    }
    this._last_lr = ratedGroups(this.optimizer).map((g) => g.lr);
  }
}
