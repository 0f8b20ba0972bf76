import { nn } from '@stele/core';
import { z } from 'zod';
import { ValueError } from '../../errors';
import { type After, type AnyOptimizer, common, LRScheduler, last_epoch, type RatedGroup, read } from './scheduler';

const { schedules } = nn;

const cosineSchema = z.strictObject({ ...common, T_max: z.number(), eta_min: z.number().default(0), ...last_epoch });
/**
 * Half a cosine wave down to eta_min in T_max epochs.
 * @see https://docs.pytorch.org/docs/stable/generated/torch.optim.lr_scheduler.CosineAnnealingLR.html
 */
export class CosineAnnealingLR extends LRScheduler {
  readonly T_max: number;
  readonly eta_min: number;
  constructor(
    optimizer: AnyOptimizer,
    ...rest: After<[T_max: number, eta_min?: number], { T_max?: number; eta_min?: number }>
  );
  constructor(...args: unknown[]) {
    const o = read('CosineAnnealingLR', cosineSchema, 2, args);
    super(o.optimizer, o.last_epoch);
    this.T_max = o.T_max;
    this.eta_min = o.eta_min;
    this.begin();
  }
  protected next(group: RatedGroup, base: number): number {
    if (this._is_initial) return group.lr;
    if (this._step_count === 1 && this.last_epoch > 0) return this.closed(group, base);
    return schedules.cosineNext(group.lr, base, this.eta_min, this.T_max, this.last_epoch);
  }
  protected override closed(_group: RatedGroup, base: number): number {
    return schedules.cosineAt(base, this.eta_min, this.T_max, this.last_epoch);
  }
}

const restartSchema = z.strictObject({
  ...common,
  T_0: z.number(),
  T_mult: z.number().default(1),
  eta_min: z.number().default(0),
  ...last_epoch,
});
/** Half a cosine wave again and again, each T_mult times as long as the one before. */
export class CosineAnnealingWarmRestarts extends LRScheduler {
  readonly T_0: number;
  readonly T_mult: number;
  readonly eta_min: number;
  T_i: number;
  T_cur: number;
  constructor(
    optimizer: AnyOptimizer,
    ...rest: After<
      [T_0: number, T_mult?: number, eta_min?: number],
      { T_0?: number; T_mult?: number; eta_min?: number }
    >
  );
  constructor(...args: unknown[]) {
    const o = read('CosineAnnealingWarmRestarts', restartSchema, 2, args);
    if (o.T_0 <= 0 || !Number.isInteger(o.T_0)) throw new ValueError(`Expected positive integer T_0, but got ${o.T_0}`);
    if (o.T_mult < 1 || !Number.isInteger(o.T_mult))
      throw new ValueError(`Expected integer T_mult >= 1, but got ${o.T_mult}`);
    super(o.optimizer, o.last_epoch);
    this.T_0 = o.T_0;
    this.T_i = o.T_0;
    this.T_mult = o.T_mult;
    this.eta_min = o.eta_min;
    this.T_cur = o.last_epoch;
    this.begin();
  }
  protected next(_group: RatedGroup, base: number): number {
    return schedules.cosineAt(base, this.eta_min, this.T_i, this.T_cur);
  }
  override update(given?: number | null): void {
    let epoch = given ?? (this.last_epoch < 0 ? 0 : null);
    if (epoch === null) {
      epoch = this.last_epoch + 1;
      this.T_cur++;
      if (this.T_cur >= this.T_i) {
        this.T_cur %= this.T_i;
        this.T_i *= this.T_mult;
      }
    } else {
      if (epoch < 0) throw new ValueError(`Expected non-negative epoch, but got ${epoch}`);
      const place = schedules.restartAt(epoch, this.T_0, this.T_mult);
      this.T_cur = place.since;
      this.T_i = place.length;
    }
    super.update(Math.floor(epoch));
  }
}
