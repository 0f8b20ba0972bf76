import { z } from 'zod';
import { type Call, type Keywords, only, read, signature } from '../arguments';
import { valueError } from '../errors';

const rate = z.number();
const name = z.string().nullable().optional();
const exponential = signature(3, {
  initial_learning_rate: rate,
  decay_steps: z.number(),
  decay_rate: z.number(),
  staircase: z.boolean().default(false),
  name,
});
const piecewise = signature(2, { boundaries: z.array(z.number()).readonly(), values: z.array(rate).readonly(), name });
const warm = 'warming up is';
const cosine = signature(2, {
  initial_learning_rate: rate,
  decay_steps: z.number(),
  alpha: z.number().default(0),
  name,
  warmup_target: only(null, warm),
  warmup_steps: only(0, warm),
});

/** A learning rate as a function of the number of steps made. @see https://keras.io/api/optimizers/learning_rate_schedules/ */
export abstract class LearningRateSchedule {
  abstract __call__(step: number): number;
  abstract get_config(): Record<string, unknown>;
}

/** initial * rate^(step / decay_steps), the exponent rounded down if `staircase`. */
export class ExponentialDecay extends LearningRateSchedule {
  private readonly initial: number;
  private readonly every: number;
  private readonly rate: number;
  private readonly staircase: boolean;

  constructor(
    ...args: Call<
      [initial_learning_rate: number, decay_steps: number, decay_rate: number],
      [staircase: boolean],
      Keywords<typeof exponential>
    >
  ) {
    super();
    const o = read('ExponentialDecay.__init__()', exponential, args);
    requirePositive(o.decay_steps);
    this.initial = o.initial_learning_rate;
    this.every = o.decay_steps;
    this.rate = o.decay_rate;
    this.staircase = o.staircase;
  }
  __call__(step: number): number {
    const p = step / this.every;
    return this.initial * this.rate ** (this.staircase ? Math.floor(p) : p);
  }
  get_config(): Record<string, unknown> {
    return {
      initial_learning_rate: this.initial,
      decay_steps: this.every,
      decay_rate: this.rate,
      staircase: this.staircase,
    };
  }
}

/** values[i] from boundaries[i - 1] (left out) to boundaries[i] (taken in). */
export class PiecewiseConstantDecay extends LearningRateSchedule {
  private readonly boundaries: readonly number[];
  private readonly values: readonly number[];

  constructor(
    ...args: Call<[boundaries: readonly number[], values: readonly number[]], [], Keywords<typeof piecewise>>
  ) {
    super();
    const { boundaries, values } = read('PiecewiseConstantDecay.__init__()', piecewise, args);
    if (boundaries.length !== values.length - 1)
      throw valueError(
        `The length of boundaries should be 1 less than the length of values. Received: boundaries=[${boundaries.join(', ')}] of length ${boundaries.length}, and values=[${values.join(', ')}] of length ${values.length}.`,
      );
    this.boundaries = boundaries;
    this.values = values;
  }
  __call__(step: number): number {
    const i = this.boundaries.findIndex((b) => step <= b);
    return this.values[i === -1 ? this.values.length - 1 : i]!;
  }
  get_config(): Record<string, unknown> {
    return { boundaries: this.boundaries, values: this.values };
  }
}

/** From the initial rate along half a cosine to alpha times it. */
export class CosineDecay extends LearningRateSchedule {
  private readonly initial: number;
  private readonly steps: number;
  private readonly alpha: number;

  constructor(
    ...args: Call<[initial_learning_rate: number, decay_steps: number], [alpha: number], Keywords<typeof cosine>>
  ) {
    super();
    const o = read('CosineDecay.__init__()', cosine, args);
    requirePositive(o.decay_steps);
    this.initial = o.initial_learning_rate;
    this.steps = o.decay_steps;
    this.alpha = o.alpha;
  }
  __call__(step: number): number {
    const part = Math.min(step, this.steps) / this.steps;
    return this.initial * ((1 - this.alpha) * 0.5 * (1 + Math.cos(Math.PI * part)) + this.alpha);
  }
  get_config(): Record<string, unknown> {
    return { initial_learning_rate: this.initial, decay_steps: this.steps, alpha: this.alpha };
  }
}

function requirePositive(steps: number): void {
  if (!(steps > 0)) throw valueError(`Argument \`decay_steps\` must be > 0. Received: decay_steps=${steps}`);
}

const classes = { CosineDecay, ExponentialDecay, PiecewiseConstantDecay };
export interface SavedSchedule {
  readonly class_name: keyof typeof classes;
  readonly config: Record<string, unknown>;
}
export const isSavedSchedule = (x: unknown): x is SavedSchedule =>
  typeof x === 'object' && x !== null && 'class_name' in x && Object.hasOwn(classes, String(x.class_name));
export const reviveSchedule = ({ class_name, config }: SavedSchedule): LearningRateSchedule =>
  new (classes[class_name] as new (config: object) => LearningRateSchedule)(config);
