import { nn } from '@stele/core';
import { z } from 'zod';
import { ValueError } from '../../errors';
import { ReduceLROnPlateau } from './plateau';
import { type AnyOptimizer, common, LRScheduler, last_epoch, type RatedGroup, ratedGroups, read } from './scheduler';

const list = z.array(z.custom<LRScheduler>((v) => v instanceof LRScheduler, 'expected schedulers')).readonly();
function check(kind: string, optimizer: AnyOptimizer, schedulers: readonly LRScheduler[]): void {
  schedulers.forEach((scheduler, i) => {
    if (scheduler instanceof ReduceLROnPlateau)
      throw new ValueError(
        `${kind} does not support \`ReduceLROnPlateau\` scheduler as it requires additional kwargs to be specified when calling \`step\`, but got one at index ${i} in the given schedulers sequence.`,
      );
    if (scheduler.optimizer !== optimizer)
      throw new ValueError(
        `${kind} expects all schedulers to belong to the same optimizer, but got scheduler ${scheduler.constructor.name} at index ${i} has ${scheduler.optimizer}, which is different from ${optimizer.constructor.name}.`,
      );
  });
}

/** Base of the schedulers that hold others. */
abstract class Composed extends LRScheduler {
  readonly schedulers: readonly LRScheduler[];
  constructor(optimizer: AnyOptimizer, schedulers: readonly LRScheduler[], last: number) {
    super(optimizer, last);
    this.schedulers = schedulers;
  }
  protected next(group: RatedGroup): number {
    return group.lr;
  }
  override state_dict(): Record<string, unknown> {
    const { schedulers: _, ...rest } = super.state_dict();
    return { ...rest, _schedulers: this.schedulers.map((s) => s.state_dict()) };
  }
  override load_state_dict(state_dict: Readonly<Record<string, unknown>> | ReadonlyMap<string, unknown>): void {
    const { _schedulers, ...rest } = state_dict instanceof Map ? Object.fromEntries(state_dict) : state_dict;
    super.load_state_dict(rest);
    (_schedulers as Record<string, unknown>[]).forEach((state, i) => {
      this.schedulers[i]!.load_state_dict(state);
    });
  }
}

const sequentialSchema = z.strictObject({
  ...common,
  schedulers: list,
  milestones: z.array(z.int()).readonly(),
  ...last_epoch,
});
interface SequentialOptions {
  schedulers?: readonly LRScheduler[];
  milestones?: readonly number[];
  last_epoch?: number;
}
/** One scheduler after the other, each from its milestone on. */
export class SequentialLR extends Composed {
  readonly milestones: readonly number[];
  constructor(
    optimizer: AnyOptimizer,
    schedulers: readonly LRScheduler[] | SequentialOptions,
    milestones?: readonly number[] | SequentialOptions,
  );
  constructor(...args: unknown[]) {
    const o = read('SequentialLR', sequentialSchema, 3, args);
    if (o.schedulers.length < 1)
      throw new ValueError('SequentialLR expects at least one scheduler, but got no scheduler.');
    check('SequentialLR', o.optimizer, o.schedulers);
    if (o.milestones.length !== o.schedulers.length - 1)
      throw new ValueError(
        `Sequential Schedulers expects number of schedulers provided to be one more than the number of milestone points, but got number of schedulers ${o.schedulers.length} and the number of milestones to be equal to ${o.milestones.length}`,
      );
    super(o.optimizer, o.schedulers, o.last_epoch + 1);
    this.milestones = o.milestones;
    // each scheduler set the rates when it was made: all but the first one's is undone
    for (const group of ratedGroups(o.optimizer)) group.lr = group.initial_lr!;
    const undo = (s: LRScheduler): void => {
      if (s instanceof Composed) s.schedulers.forEach(undo);
      else s.last_epoch--;
    };
    o.schedulers.forEach(undo);
    const first = o.schedulers[nn.schedules.milestonesPassed(this.milestones, 0)]!;
    first.initialStep();
    this._last_lr = first._last_lr;
  }
  override step(): void {
    this.last_epoch++;
    const at = nn.schedules.milestonesPassed(this.milestones, this.last_epoch);
    const scheduler = this.schedulers[at]!;
    if (at > 0 && this.milestones[at - 1] === this.last_epoch) scheduler.update(0);
    else scheduler.step();
    this._last_lr = scheduler._last_lr;
  }
}

const chainedSchema = z.strictObject({ schedulers: list, optimizer: common.optimizer.nullable().default(null) });
/** Several schedulers, all stepping at once. */
export class ChainedScheduler extends Composed {
  constructor(schedulers: readonly LRScheduler[], optimizer: AnyOptimizer | null = null) {
    const o = chainedSchema.parse({ schedulers, optimizer });
    if (o.schedulers.length < 1)
      throw new ValueError('ChainedScheduler expects at least one scheduler to be chained, but got no scheduler.');
    const chosen = o.optimizer ?? o.schedulers[0]!.optimizer;
    check('ChainedScheduler', chosen, o.schedulers);
    super(chosen, o.schedulers, 0);
    this._last_lr = ratedGroups(chosen).map((g) => g.lr);
  }
  override step(): void {
    for (const scheduler of this.schedulers) scheduler.step();
    this._last_lr = ratedGroups(this.optimizer).map((g) => g.lr);
  }
}
