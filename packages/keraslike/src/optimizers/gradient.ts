import { nn, ops, type Tensor } from '@stele/core';
import { z } from 'zod';
import { type Call, type Keywords, read, signature } from '../arguments';
import { valueError } from '../errors';
import * as initializers from '../initializers/index';
import { type AnyVariable, current, put, Variable } from '../variable';
import { floats, Optimizer } from './optimizer';
import { common, numeric, type Rate, rate } from './options';
import { squares } from './rows';

// Steps along the gradient, with momentum or scaled by the sum of squares.

const sgd = signature(0, {
  learning_rate: rate.default(0.01),
  momentum: z.number().default(0),
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
  private momentums: Variable[] = [];

  constructor(
    ...args: Call<
      [],
      [learning_rate: Rate, momentum: number, nesterov: boolean, weight_decay: number | null],
      Keywords<typeof sgd>
    >
  ) {
    const o = read('SGD.__init__()', sgd, args);
    super(o);
    if (o.momentum < 0 || o.momentum > 1) throw valueError('`momentum` must be a float between [0, 1].');
    this.momentum = o.momentum;
    this.nesterov = o.nesterov;
  }
  override get assigned_first(): string | null {
    return this.momentum === 0 ? null : 'momentum';
  }
  override build(variables: readonly AnyVariable[]): void {
    if (this.built) return;
    super.build(variables);
    if (this.momentum !== 0) this.momentums = this.add_optimizer_variables(variables, 'momentum');
  }
  override update_step(g: Tensor, w: AnyVariable, rate: number): void {
    if (this.momentum === 0) {
      put(w, ops.sgdUpdate(current(w), g, rate));
      return;
    }
    const v = this.momentums[this.place(w)]!;
    const { momentum, nesterov } = this;
    const [next, velocity] = ops.velocityUpdate(current(w), g, current(v), { rate, momentum, nesterov });
    put(w, next!);
    put(v, velocity!);
  }
  override get_config(): Record<string, unknown> {
    return { ...super.get_config(), ...floats({ momentum: this.momentum }), nesterov: this.nesterov };
  }
}

const rmsprop = signature(0, {
  learning_rate: rate.default(0.001),
  rho: numeric(0.9),
  momentum: numeric(0),
  epsilon: numeric(1e-7),
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
  override get assigned_first(): string | null {
    return 'velocity';
  }
  override build(variables: readonly AnyVariable[]): void {
    if (this.built) return;
    super.build(variables);
    this.squares = this.add_optimizer_variables(variables, 'velocity');
    if (this.momentum > 0) this.momenta = this.add_optimizer_variables(variables, 'momentum');
    if (this.centered) this.means = this.add_optimizer_variables(variables, 'average_gradient');
  }
  override update_step(g: Tensor, w: AnyVariable, rate: number): void {
    const i = this.place(w);
    const slots = [this.squares, this.means, this.momenta].flatMap((slot) => slot[i] ?? []);
    const attrs = {
      rate,
      decay: this.rho,
      epsilon: this.epsilon,
      epsilonInside: true,
      momentum: this.momentum,
      centered: this.centered,
    };
    const [next, ...state] = ops.rmspropUpdate(current(w), g, slots.map(current), attrs, squares(g));
    put(w, next!);
    slots.forEach((slot, k) => {
      put(slot, state[k]!);
    });
  }
  override get_config(): Record<string, unknown> {
    const { rho, momentum, epsilon, centered } = this;
    return { ...super.get_config(), ...floats({ rho, momentum, epsilon }), centered };
  }
}

const adagrad = signature(0, {
  learning_rate: rate.default(0.001),
  initial_accumulator_value: numeric(0.1),
  epsilon: numeric(1e-7),
  ...common,
});
/** s += g^2; w -= rate g / sqrt(s + epsilon). @see https://keras.io/api/optimizers/adagrad/ */
export class Adagrad extends Optimizer {
  readonly initial_accumulator_value: number;
  readonly epsilon: number;
  private sums: Variable[] = [];
  constructor(
    ...args: Call<
      [],
      [learning_rate: Rate, initial_accumulator_value: number, epsilon: number],
      Keywords<typeof adagrad>
    >
  ) {
    const o = read('Adagrad.__init__()', adagrad, args);
    super(o);
    this.initial_accumulator_value = o.initial_accumulator_value;
    this.epsilon = o.epsilon;
  }
  override build(variables: readonly AnyVariable[]): void {
    if (this.built) return;
    super.build(variables);
    const first = new initializers.Constant(this.initial_accumulator_value);
    this.sums = this.add_optimizer_variables(variables, 'accumulator', first);
  }
  override update_step(g: Tensor, w: AnyVariable, rate: number): void {
    const s = this.sums[this.place(w)]!;
    const [next, sum] = nn.adagradInside(current(w), g, current(s), rate, this.epsilon, squares(g));
    put(w, next);
    put(s, sum);
  }
  override get_config(): Record<string, unknown> {
    const { initial_accumulator_value, epsilon } = this;
    return { ...super.get_config(), ...floats({ initial_accumulator_value, epsilon }) };
  }
}

const adadelta = signature(0, {
  learning_rate: rate.default(0.001),
  rho: numeric(0.95),
  epsilon: numeric(1e-7),
  ...common,
});
/** d = sqrt(a + epsilon) / sqrt(s + epsilon) g; w -= rate d. @see https://keras.io/api/optimizers/adadelta/ */
export class Adadelta extends Optimizer {
  readonly rho: number;
  readonly epsilon: number;
  private grads: Variable[] = [];
  private deltas: Variable[] = [];
  constructor(...args: Call<[], [learning_rate: Rate, rho: number, epsilon: number], Keywords<typeof adadelta>>) {
    const o = read('Adadelta.__init__()', adadelta, args);
    super(o);
    this.rho = o.rho;
    this.epsilon = o.epsilon;
  }
  override get assigned_first(): string | null {
    return 'accumulated_grad';
  }
  override build(variables: readonly AnyVariable[]): void {
    if (this.built) return;
    super.build(variables);
    const made = this.add_optimizer_variables(variables, ['accumulated_grad', 'accumulated_delta_var']);
    [this.grads, this.deltas] = made as [Variable[], Variable[]];
  }
  override update_step(g: Tensor, w: AnyVariable, rate: number): void {
    const [s, a] = [this.grads[this.place(w)]!, this.deltas[this.place(w)]!];
    const settings = { rate, decay: this.rho, epsilon: this.epsilon };
    const g2 = squares(g);
    const state = [current(s), current(a), ...(g2 === undefined ? [] : [g2])];
    const [next, spread, steps] = ops.adadeltaUpdate(current(w), g, state, settings);
    put(w, next!);
    put(s, spread!);
    put(a, steps!);
  }
  override get_config(): Record<string, unknown> {
    return { ...super.get_config(), ...floats({ rho: this.rho, epsilon: this.epsilon }) };
  }
}

const ftrl = signature(0, {
  learning_rate: rate.default(0.001),
  learning_rate_power: numeric(-0.5),
  initial_accumulator_value: numeric(0.1),
  l1_regularization_strength: numeric(0),
  l2_regularization_strength: numeric(0),
  l2_shrinkage_regularization_strength: numeric(0),
  beta: numeric(0),
  ...common,
});
/** Follow the regularised leader. @see https://keras.io/api/optimizers/ftrl/ */
export class Ftrl extends Optimizer {
  readonly learning_rate_power: number;
  readonly initial_accumulator_value: number;
  readonly l1_regularization_strength: number;
  readonly l2_regularization_strength: number;
  readonly l2_shrinkage_regularization_strength: number;
  readonly beta: number;
  private sums: Variable[] = [];
  private lines: Variable[] = [];
  constructor(
    ...args: Call<
      [],
      [learning_rate: Rate, learning_rate_power: number, initial_accumulator_value: number],
      Keywords<typeof ftrl>
    >
  ) {
    const o = read('Ftrl.__init__()', ftrl, args);
    super(o);
    const atLeastZero = (name: string, value: number): number => {
      if (value < 0) throw valueError(`\`${name}\` needs to be positive or zero. Received: ${name}=${value}.`);
      return value;
    };
    this.initial_accumulator_value = atLeastZero('initial_accumulator_value', o.initial_accumulator_value);
    if (o.learning_rate_power > 0)
      throw valueError(
        `\`learning_rate_power\` needs to be negative or zero. Received: learning_rate_power=${o.learning_rate_power}.`,
      );
    this.learning_rate_power = o.learning_rate_power;
    this.l1_regularization_strength = atLeastZero('l1_regularization_strength', o.l1_regularization_strength);
    this.l2_regularization_strength = atLeastZero('l2_regularization_strength', o.l2_regularization_strength);
    this.l2_shrinkage_regularization_strength = atLeastZero(
      'l2_shrinkage_regularization_strength',
      o.l2_shrinkage_regularization_strength,
    );
    this.beta = o.beta;
  }
  override build(variables: readonly AnyVariable[]): void {
    if (this.built) return;
    super.build(variables);
    const first = new initializers.Constant(this.initial_accumulator_value);
    const made = this.add_optimizer_variables(variables, ['accumulator', 'linear'], [first, 'zeros']);
    [this.sums, this.lines] = made as [Variable[], Variable[]];
  }
  override update_step(g: Tensor, w: AnyVariable, rate: number): void {
    const [n, z] = [this.sums[this.place(w)]!, this.lines[this.place(w)]!];
    const settings = {
      rate,
      power: this.learning_rate_power,
      l1: this.l1_regularization_strength,
      l2: this.l2_regularization_strength,
      shrinkage: this.l2_shrinkage_regularization_strength,
      beta: this.beta,
    };
    const [next, sum, line] = nn.ftrlStep(current(w), g, current(n), current(z), settings, squares(g));
    put(w, next);
    put(n, sum);
    put(z, line);
  }
  override get_config(): Record<string, unknown> {
    return {
      ...super.get_config(),
      ...floats({
        learning_rate_power: this.learning_rate_power,
        initial_accumulator_value: this.initial_accumulator_value,
        l1_regularization_strength: this.l1_regularization_strength,
        l2_regularization_strength: this.l2_regularization_strength,
        l2_shrinkage_regularization_strength: this.l2_shrinkage_regularization_strength,
        beta: this.beta,
      }),
    };
  }
}

const lion = signature(0, {
  learning_rate: rate.default(0.001),
  beta_1: numeric(0.9),
  beta_2: numeric(0.99),
  ...common,
});
/** w -= rate sign(beta_1 m + (1 - beta_1) g). @see https://keras.io/api/optimizers/lion/ */
export class Lion extends Optimizer {
  readonly beta_1: number;
  readonly beta_2: number;
  private momentums: Variable[] = [];
  constructor(...args: Call<[], [learning_rate: Rate, beta_1: number, beta_2: number], Keywords<typeof lion>>) {
    const o = read('Lion.__init__()', lion, args);
    super(o);
    if (o.beta_1 <= 0 || o.beta_1 > 1)
      throw valueError(
        `Argument \`beta_1\` must be in the [0, 1] range. Otherwise, the optimizer degenerates to SignSGD. Received: beta_1=${o.beta_1}.`,
      );
    this.beta_1 = o.beta_1;
    this.beta_2 = o.beta_2;
  }
  override build(variables: readonly AnyVariable[]): void {
    if (this.built) return;
    super.build(variables);
    this.momentums = this.add_optimizer_variables(variables, 'momentum');
  }
  override update_step(g: Tensor, w: AnyVariable, rate: number): void {
    const m = this.momentums[this.place(w)]!;
    const { beta_1: beta1, beta_2: beta2 } = this;
    const [next, moment] = nn.lionStep(current(w), g, current(m), { rate, beta1, beta2 });
    put(w, next);
    put(m, moment);
  }
  override get_config(): Record<string, unknown> {
    return { ...super.get_config(), ...floats({ beta_1: this.beta_1, beta_2: this.beta_2 }) };
  }
}

const adafactor = signature(0, {
  learning_rate: rate.default(0.001),
  beta_2_decay: numeric(-0.8),
  epsilon_1: numeric(1e-30),
  epsilon_2: numeric(1e-3),
  clip_threshold: numeric(1),
  relative_step: z.boolean().default(true),
  ...common,
});
/** Adam with the mean of squares of a matrix kept as row and column means. @see https://keras.io/api/optimizers/adafactor/ */
export class Adafactor extends Optimizer {
  readonly beta_2_decay: number;
  readonly epsilon_1: number;
  readonly epsilon_2: number;
  readonly clip_threshold: number;
  readonly relative_step: boolean;
  private rows: Variable[] = [];
  private columns: Variable[] = [];
  private spreads: Variable[] = [];
  constructor(
    ...args: Call<
      [],
      [learning_rate: Rate, beta_2_decay: number, epsilon_1: number, epsilon_2: number],
      Keywords<typeof adafactor>
    >
  ) {
    const o = read('Adafactor.__init__()', adafactor, args);
    super(o);
    this.beta_2_decay = o.beta_2_decay;
    this.epsilon_1 = o.epsilon_1;
    this.epsilon_2 = o.epsilon_2;
    this.clip_threshold = o.clip_threshold;
    this.relative_step = o.relative_step;
  }
  override build(variables: readonly AnyVariable[]): void {
    if (this.built) return;
    super.build(variables);
    for (const v of variables) {
      const part = (shape: readonly number[] | null): Variable =>
        shape === null
          ? this.track(new Variable(0, { name: v.name, dtype: 'int32', trainable: false }))
          : this.add_variable({ shape, dtype: v.scalarType, name: v.name });
      const matrix = v.rank >= 2;
      this.rows.push(part(matrix ? v.sizes.slice(0, -1) : null));
      this.columns.push(part(matrix ? [...v.sizes.slice(0, -2), v.sizes.at(-1)!] : null));
      this.spreads.push(this.add_variable_from_reference(v, 'velocity'));
    }
  }
  override update_step(g: Tensor, w: AnyVariable, rate: number): void {
    const i = this.place(w);
    const step = this.made + 1;
    const matrix = w.rank >= 2;
    const state = (v: Variable): Tensor | null => (matrix ? current(v) : null);
    const { next, rows, columns, spread } = nn.factoredStep(
      current(w),
      g,
      state(this.rows[i]!),
      state(this.columns[i]!),
      current(this.spreads[i]!),
      {
        rate,
        step,
        decayPower: this.beta_2_decay,
        epsilon1: this.epsilon_1,
        epsilon2: this.epsilon_2,
        clip: this.clip_threshold,
      },
      squares(g),
    );
    put(w, next);
    if (rows !== null) put(this.rows[i]!, rows);
    if (columns !== null) put(this.columns[i]!, columns);
    put(this.spreads[i]!, spread);
  }
  override get_config(): Record<string, unknown> {
    const { beta_2_decay, epsilon_1, epsilon_2, clip_threshold, relative_step } = this;
    return {
      ...super.get_config(),
      ...floats({ beta_2_decay, epsilon_1, epsilon_2, clip_threshold }),
      relative_step,
    };
  }
}
