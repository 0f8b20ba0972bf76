import { namespace, ops, type Tensor } from '@stele/core';
import { z } from 'zod';
import { type Call, type Keywords, only, read, signature } from '../arguments';
import { show, valueError } from '../errors';
import { type AnyVariable, current, put, type Variable } from '../variable';
import { Optimizer } from './optimizer';
import {
  CosineDecay,
  ExponentialDecay,
  isSavedSchedule,
  LearningRateSchedule,
  PiecewiseConstantDecay,
  reviveSchedule,
  type SavedSchedule,
} from './schedules';

export { Optimizer } from './optimizer';
export const schedules = namespace('keras.optimizers.schedules', {
  CosineDecay,
  ExponentialDecay,
  LearningRateSchedule,
  PiecewiseConstantDecay,
});

const rate = z
  .custom<number | LearningRateSchedule | SavedSchedule>(
    (v) => typeof v === 'number' || v instanceof LearningRateSchedule || isSavedSchedule(v),
    'expected a number or a LearningRateSchedule',
  )
  .transform((v) => (isSavedSchedule(v) ? reviveSchedule(v) : v));
const nullable = z.number().nullable().default(null);
const clipping = { clipnorm: nullable, clipvalue: nullable, global_clipnorm: nullable };
const average = 'averages of the weights (use_ema) are';
const rest = {
  use_ema: only(false, average),
  ema_momentum: z.number().default(0.99),
  ema_overwrite_frequency: only(null, average),
  loss_scale_factor: only(null, 'loss scaling is'),
  gradient_accumulation_steps: only(null, 'gradient accumulation is'),
  name: z.string().nullable().optional(),
};
const common = { weight_decay: nullable, ...clipping, ...rest };
type Rate = number | LearningRateSchedule;

const sgd = signature(0, {
  learning_rate: rate.default(0.01),
  momentum: z.number().min(0).max(1).default(0),
  nesterov: z.boolean().default(false),
  ...common,
});
/**
 * v = momentum v - rate g; w += v (with `nesterov`: w += momentum v - rate g).
 * @see https://keras.io/api/optimizers/sgd/
 */
export class SGD extends Optimizer {
  readonly momentum: number;
  readonly nesterov: boolean;
  private velocities: Variable[] = [];

  constructor(
    ...args: Call<
      [],
      [learning_rate: Rate, momentum: number, nesterov: boolean, weight_decay: number | null],
      Keywords<typeof sgd>
    >
  ) {
    const o = read('SGD.__init__()', sgd, args);
    super(o);
    this.momentum = o.momentum;
    this.nesterov = o.nesterov;
  }
  protected createState(variables: readonly AnyVariable[]): void {
    if (this.momentum !== 0) this.velocities = this.slot(variables, 'momentum');
  }
  protected update(g: Tensor, w: AnyVariable, i: number, learning: number): void {
    if (this.momentum === 0) {
      put(w, ops.sgdUpdate(current(w), g, learning));
      return;
    }
    const v = this.velocities[i]!;
    const [next, velocity] = ops.velocityUpdate(current(w), g, current(v), {
      rate: learning,
      momentum: this.momentum,
      nesterov: this.nesterov,
    });
    put(w, next!);
    put(v, velocity!);
  }
  override get_config(): Record<string, unknown> {
    return { ...super.get_config(), momentum: this.momentum, nesterov: this.nesterov };
  }
}

const betas = { beta_1: z.number().default(0.9), beta_2: z.number().default(0.999), epsilon: z.number().default(1e-7) };
const amsgrad = only(false, 'the AMSGrad variant is');
const adam = signature(0, { learning_rate: rate.default(0.001), ...betas, amsgrad, ...common });
const adamw = signature(0, {
  learning_rate: rate.default(0.001),
  weight_decay: z.number().nullable().default(0.004),
  ...betas,
  amsgrad,
  ...clipping,
  ...rest,
});
/**
 * w -= rate sqrt(1 - beta_2^t) / (1 - beta_1^t) m / (sqrt(v) + epsilon).
 * @see https://keras.io/api/optimizers/adam/
 */
export class Adam extends Optimizer {
  readonly beta_1: number;
  readonly beta_2: number;
  readonly epsilon: number;
  private m: Variable[] = [];
  private v: Variable[] = [];

  constructor(
    ...args: Call<
      [],
      [learning_rate: Rate, beta_1: number, beta_2: number, epsilon: number, amsgrad: boolean],
      Keywords<typeof adam>
    >
  ) {
    const o = read('Adam.__init__()', adam, args);
    super(o);
    this.beta_1 = o.beta_1;
    this.beta_2 = o.beta_2;
    this.epsilon = o.epsilon;
  }
  protected createState(variables: readonly AnyVariable[]): void {
    this.m = this.slot(variables, 'momentum');
    this.v = this.slot(variables, 'velocity');
  }
  protected update(g: Tensor, w: AnyVariable, i: number, learning: number): void {
    const [next, m, v] = ops.adamUpdate(current(w), g, current(this.m[i]!), current(this.v[i]!), {
      rate: learning,
      beta1: this.beta_1,
      beta2: this.beta_2,
      epsilon: this.epsilon,
      step: this.iterations + 1,
      epsilonAfterCorrection: false,
    });
    put(w, next!);
    put(this.m[i]!, m!);
    put(this.v[i]!, v!);
  }
  override get_config(): Record<string, unknown> {
    return { ...super.get_config(), beta_1: this.beta_1, beta_2: this.beta_2, epsilon: this.epsilon };
  }
}
/** Adam whose weights shrink by rate * weight_decay (0.004) at each step. */
export class AdamW extends Adam {
  constructor(
    ...args: Call<
      [],
      [learning_rate: Rate, weight_decay: number | null, beta_1: number, beta_2: number, epsilon: number],
      Keywords<typeof adamw>
    >
  ) {
    super(read('AdamW.__init__()', adamw, args));
  }
}

const rmsprop = signature(0, {
  learning_rate: rate.default(0.001),
  rho: z.number().default(0.9),
  momentum: z.number().default(0),
  epsilon: z.number().default(1e-7),
  centered: z.boolean().default(false),
  ...common,
});
/**
 * v = rho v + (1 - rho) g^2; w -= rate g / sqrt(v + epsilon).
 * @see https://keras.io/api/optimizers/rmsprop/
 */
export class RMSprop extends Optimizer {
  readonly rho: number;
  readonly momentum: number;
  readonly epsilon: number;
  readonly centered: boolean;
  private squares: Variable[] = [];
  private means: Variable[] = [];
  private momenta: Variable[] = [];

  constructor(
    ...args: Call<
      [],
      [learning_rate: Rate, rho: number, momentum: number, epsilon: number, centered: boolean],
      Keywords<typeof rmsprop>
    >
  ) {
    const o = read('RMSprop.__init__()', rmsprop, args);
    super(o);
    this.rho = o.rho;
    this.momentum = o.momentum;
    this.epsilon = o.epsilon;
    this.centered = o.centered;
  }
  protected createState(variables: readonly AnyVariable[]): void {
    this.squares = this.slot(variables, 'velocity');
    if (this.momentum > 0) this.momenta = this.slot(variables, 'momentum');
    if (this.centered) this.means = this.slot(variables, 'average_gradient');
  }
  protected update(g: Tensor, w: AnyVariable, i: number, learning: number): void {
    const slots = [this.squares, this.means, this.momenta].flatMap((slot) => slot[i] ?? []);
    const [next, ...state] = ops.rmspropUpdate(current(w), g, slots.map(current), {
      rate: learning,
      decay: this.rho,
      epsilon: this.epsilon,
      epsilonInside: true,
      momentum: this.momentum,
      centered: this.centered,
    });
    put(w, next!);
    slots.forEach((slot, k) => {
      put(slot, state[k]!);
    });
  }
  override get_config(): Record<string, unknown> {
    const { rho, momentum, epsilon, centered } = this;
    return { ...super.get_config(), rho, momentum, epsilon, centered };
  }
}

const classes = { SGD, Adam, AdamW, RMSprop };
export type OptimizerIdentifier = string | Optimizer | { class_name: string; config?: Record<string, unknown> };

/** An optimizer by name, configuration or as it is. @throws ValueError for a name that is not there. */
export function get(identifier: OptimizerIdentifier): Optimizer {
  if (identifier instanceof Optimizer) return identifier;
  const name = typeof identifier === 'string' ? identifier : identifier?.class_name;
  const key = Object.keys(classes).find((n) => n.toLowerCase() === String(name).toLowerCase());
  if (key === undefined) throw valueError(`Could not interpret optimizer identifier: ${show(identifier)}`);
  const config = typeof identifier === 'string' ? {} : (identifier.config ?? {});
  return new (classes[key as keyof typeof classes] as new (config: object) => Optimizer)(config);
}

/** How an optimizer is written into a configuration; null for one that only the program knows. */
export const serialize = (optimizer: Optimizer): { class_name: string; config: Record<string, unknown> } | null =>
  Object.values(classes).some((type) => optimizer.constructor === type)
    ? { class_name: optimizer.constructor.name, config: optimizer.get_config() }
    : null;
