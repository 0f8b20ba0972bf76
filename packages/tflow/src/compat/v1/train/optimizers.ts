import { Tensor as CoreTensor, nn, ops } from '@stele/core';
import { pyStr } from '@stele/core/printing';
import { bind } from '../../../dispatch';
import { valueError } from '../../../errors';
import { type Tensor, toTensor } from '../../../tensor';
import type { Variable as EagerVariable } from '../../../variable';
import { type Run, resolve } from '../graph';
import { GraphVariable } from '../variables';
import { Optimizer } from './optimizer';

const toNumber = (t: CoreTensor): number => Number((t as Tensor).item());
const positive = (name: string, value: unknown): number => {
  const start = Number(value ?? 0.1);
  if (start <= 0) throw valueError(`${name} must be positive: ${pyStr(value)}`);
  return start;
};
const outOfRange = (name: string, value: unknown, sign: string): Error =>
  valueError(`${name} ${Number(value).toFixed(6)} needs to be ${sign} or zero`);
/** Settings are tensors of single precision, whatever the variables are. */
const setting = (value: unknown, otherwise?: number): number => Math.fround(Number(value ?? otherwise));

export class GradientDescentOptimizer extends Optimizer {
  constructor(...args: readonly unknown[]) {
    const o = bind('GradientDescentOptimizer.__init__', ['learning_rate', 'use_locking', 'name'], args);
    super(o.learning_rate, (o.name as string | undefined) ?? 'GradientDescent');
  }
  protected apply(_run: Run, _v: GraphVariable, held: EagerVariable, grad: CoreTensor, rate: number): void {
    held.write(ops.sgdUpdate(held, grad, rate));
  }
}

export class MomentumOptimizer extends Optimizer {
  private readonly momentum: number;
  private readonly nesterov: boolean;
  constructor(...args: readonly unknown[]) {
    const o = bind(
      'MomentumOptimizer.__init__',
      ['learning_rate', 'momentum', 'use_locking', 'name', 'use_nesterov'],
      args,
    );
    super(o.learning_rate, (o.name as string | undefined) ?? 'Momentum');
    this.momentum = setting(o.momentum);
    this.nesterov = Boolean(o.use_nesterov ?? false);
  }
  protected override prepare(variables: readonly GraphVariable[]): void {
    for (const v of variables) this.slot(v, 'momentum', this.label, 0);
  }
  protected apply(run: Run, v: GraphVariable, held: EagerVariable, grad: CoreTensor, rate: number): void {
    const slot = this.held(run, v, 'momentum');
    const { momentum, nesterov } = this;
    const [next, buffer] = nn.bufferedStep(held, grad, slot, { rate, momentum, nesterov });
    slot.write(buffer);
    held.write(next);
  }
}

export class AdagradOptimizer extends Optimizer {
  private readonly start: number;
  constructor(...args: readonly unknown[]) {
    const o = bind(
      'AdagradOptimizer.__init__',
      ['learning_rate', 'initial_accumulator_value', 'use_locking', 'name'],
      args,
    );
    super(o.learning_rate, (o.name as string | undefined) ?? 'Adagrad');
    this.start = positive('initial_accumulator_value', o.initial_accumulator_value);
  }
  protected override prepare(variables: readonly GraphVariable[]): void {
    for (const v of variables) this.slot(v, 'accumulator', this.label, this.start);
  }
  protected apply(run: Run, v: GraphVariable, held: EagerVariable, grad: CoreTensor, rate: number): void {
    const slot = this.held(run, v, 'accumulator');
    const [next, sums] = nn.adagradInside(held, grad, slot, rate, 0);
    slot.write(sums);
    held.write(next);
  }
}

export class RMSPropOptimizer extends Optimizer {
  private readonly decay: number;
  private readonly momentum: number;
  private readonly epsilon: number;
  private readonly centered: boolean;
  constructor(...args: readonly unknown[]) {
    const o = bind(
      'RMSPropOptimizer.__init__',
      ['learning_rate', 'decay', 'momentum', 'epsilon', 'use_locking', 'centered', 'name'],
      args,
    );
    super(o.learning_rate, (o.name as string | undefined) ?? 'RMSProp');
    this.decay = setting(o.decay, 0.9);
    this.momentum = setting(o.momentum, 0);
    this.epsilon = setting(o.epsilon, 1e-10);
    this.centered = Boolean(o.centered ?? false);
  }
  protected override prepare(variables: readonly GraphVariable[]): void {
    for (const v of variables) {
      this.slot(v, 'rms', this.label, 1);
      if (this.centered) this.slot(v, 'mg', this.label, 0);
      this.slot(v, 'momentum', this.label, 0);
    }
  }
  protected apply(run: Run, v: GraphVariable, held: EagerVariable, grad: CoreTensor, rate: number): void {
    const [rms, momentum] = [this.held(run, v, 'rms'), this.held(run, v, 'momentum')];
    const mean = this.centered ? this.held(run, v, 'mg') : null;
    const o = { rate, decay: this.decay, momentum: this.momentum, epsilon: this.epsilon };
    const found = nn.spreadStep(held, grad, momentum, rms, mean, o);
    rms.write(found.squares);
    mean?.write(found.mean!);
    momentum.write(found.buffer);
    held.write(found.next);
  }
}

export class AdamOptimizer extends Optimizer {
  private readonly beta1: number;
  private readonly beta2: number;
  private readonly epsilon: number;
  private powers: [GraphVariable, GraphVariable] | null = null;
  constructor(...args: readonly unknown[]) {
    const o = bind(
      'AdamOptimizer.__init__',
      ['learning_rate', 'beta1', 'beta2', 'epsilon', 'use_locking', 'name'],
      args,
    );
    super(o.learning_rate ?? 0.001, (o.name as string | undefined) ?? 'Adam');
    this.beta1 = setting(o.beta1, 0.9);
    this.beta2 = setting(o.beta2, 0.999);
    this.epsilon = setting(o.epsilon, 1e-8);
  }
  protected override prepare(variables: readonly GraphVariable[]): void {
    this.powers ??= [this.beta1, this.beta2].map(
      (b, i) => new GraphVariable(toTensor(b, 'float32').numpy(), { name: `beta${i + 1}_power`, trainable: false }),
    ) as [GraphVariable, GraphVariable];
    for (const v of variables) {
      this.slot(v, 'm', this.label, 0);
      this.slot(v, 'v', this.label, 0);
    }
  }
  override variables(): GraphVariable[] {
    return [...super.variables(), ...(this.powers ?? [])];
  }
  protected apply(run: Run, variable: GraphVariable, held: EagerVariable, grad: CoreTensor, rate: number): void {
    const [p1, p2] = this.powers!.map((p) => Number((run.get(p) as EagerVariable).item())) as [number, number];
    const [m, v] = [this.held(run, variable, 'm'), this.held(run, variable, 'v')];
    const { beta1, beta2, epsilon } = this;
    const corrected = ops.rateCorrectedBy(rate, p1, p2, held.scalarType === 'float64' ? (x) => x : Math.fround);
    const [next, moment, squares] = nn.momentsStep(held, grad, m, v, { rate: corrected, beta1, beta2, epsilon });
    m.write(moment);
    v.write(squares);
    held.write(next);
  }
  protected override finish(run: Run): void {
    const betas = [this.beta1, this.beta2];
    this.powers!.forEach((p, i) => {
      const held = run.get(p) as EagerVariable;
      held.write(ops.mul(held, betas[i]!));
    });
  }
}

/** Rates by how far earlier steps went. */
export class AdadeltaOptimizer extends Optimizer {
  private readonly decay: number;
  private readonly epsilon: number;
  constructor(...args: readonly unknown[]) {
    const o = bind('AdadeltaOptimizer.__init__', ['learning_rate', 'rho', 'epsilon', 'use_locking', 'name'], args);
    super(o.learning_rate ?? 0.001, (o.name as string | undefined) ?? 'Adadelta');
    this.decay = setting(o.rho, 0.95);
    this.epsilon = setting(o.epsilon, 1e-8);
  }
  protected override prepare(variables: readonly GraphVariable[]): void {
    for (const v of variables) {
      this.slot(v, 'accum', this.label, 0);
      this.slot(v, 'accum_update', this.label, 0);
    }
  }
  protected apply(run: Run, v: GraphVariable, held: EagerVariable, grad: CoreTensor, rate: number): void {
    const [squares, steps] = [this.held(run, v, 'accum'), this.held(run, v, 'accum_update')];
    const { decay, epsilon } = this;
    const found = ops.adadeltaUpdate(held, grad, [squares, steps], { rate, decay, epsilon });
    squares.write(found[1]!);
    steps.write(found[2]!);
    held.write(found[0]!);
  }
}

/** Follow the regularised leader. */
export class FtrlOptimizer extends Optimizer {
  private readonly settings: Omit<nn.FtrlSettings, 'rate'>;
  private readonly names: readonly string[];
  private readonly start: number;
  constructor(...args: readonly unknown[]) {
    const o = bind(
      'FtrlOptimizer.__init__',
      [
        'learning_rate',
        'learning_rate_power',
        'initial_accumulator_value',
        'l1_regularization_strength',
        'l2_regularization_strength',
        'use_locking',
        'name',
        'accum_name',
        'linear_name',
        'l2_shrinkage_regularization_strength',
        'beta',
      ],
      args,
    );
    super(o.learning_rate, (o.name as string | undefined) ?? 'Ftrl');
    this.start = Number(o.initial_accumulator_value ?? 0.1);
    if (this.start < 0) throw outOfRange('initial_accumulator_value', this.start, 'positive');
    if (Number(o.learning_rate_power ?? -0.5) > 0)
      throw outOfRange('learning_rate_power', o.learning_rate_power, 'negative');
    for (const name of ['l1', 'l2', 'l2_shrinkage'].map((x) => `${x}_regularization_strength`))
      if (Number(o[name] ?? 0) < 0) throw outOfRange(name, o[name], 'positive');
    this.names = [o.accum_name, o.linear_name].map((name) => String(name ?? this.label));
    this.settings = {
      power: setting(o.learning_rate_power, -0.5),
      l1: setting(o.l1_regularization_strength, 0),
      l2: setting(o.l2_regularization_strength, 0),
      shrinkage: setting(o.l2_shrinkage_regularization_strength, 0),
      beta: setting(o.beta, 0),
    };
  }
  protected override prepare(variables: readonly GraphVariable[]): void {
    for (const v of variables) {
      this.slot(v, 'accum', this.names[0]!, this.start);
      this.slot(v, 'linear', this.names[1]!, 0);
    }
  }
  protected apply(run: Run, v: GraphVariable, held: EagerVariable, grad: CoreTensor, rate: number): void {
    const [accum, linear] = [this.held(run, v, 'accum'), this.held(run, v, 'linear')];
    const [next, sums, line] = nn.ftrlStep(held, grad, accum, linear, { ...this.settings, rate });
    accum.write(sums);
    linear.write(line);
    held.write(next);
  }
}

/** Steps down the gradient, after each of which small weights are taken for zeros. */
export class ProximalGradientDescentOptimizer extends Optimizer {
  private readonly l1: number;
  private readonly l2: number;
  constructor(...args: readonly unknown[]) {
    const o = bind(
      'ProximalGradientDescentOptimizer.__init__',
      ['learning_rate', 'l1_regularization_strength', 'l2_regularization_strength', 'use_locking', 'name'],
      args,
    );
    super(o.learning_rate, (o.name as string | undefined) ?? 'ProximalGradientDescent');
    this.l1 = setting(o.l1_regularization_strength, 0);
    this.l2 = setting(o.l2_regularization_strength, 0);
  }
  protected apply(_run: Run, _v: GraphVariable, held: EagerVariable, grad: CoreTensor, rate: number): void {
    held.write(nn.shrunken(ops.sgdUpdate(held, grad, rate), rate * this.l1, 1 + rate * this.l2));
  }
}

/** Steps as Adagrad's, after each of which small weights are taken for zeros. */
export class ProximalAdagradOptimizer extends Optimizer {
  private readonly l1: number;
  private readonly l2: number;
  private readonly start: number;
  constructor(...args: readonly unknown[]) {
    const o = bind(
      'ProximalAdagradOptimizer.__init__',
      [
        'learning_rate',
        'initial_accumulator_value',
        'l1_regularization_strength',
        'l2_regularization_strength',
        'use_locking',
        'name',
      ],
      args,
    );
    super(o.learning_rate, (o.name as string | undefined) ?? 'ProximalAdagrad');
    this.start = positive('initial_accumulator_value', o.initial_accumulator_value);
    this.l1 = setting(o.l1_regularization_strength, 0);
    this.l2 = setting(o.l2_regularization_strength, 0);
  }
  protected override prepare(variables: readonly GraphVariable[]): void {
    for (const v of variables) this.slot(v, 'accumulator', this.label, this.start);
  }
  protected apply(run: Run, v: GraphVariable, held: EagerVariable, grad: CoreTensor, rate: number): void {
    const slot = this.held(run, v, 'accumulator');
    const [next, sums] = nn.proximalAdagradStep(held, grad, slot, { rate, l1: this.l1, l2: this.l2 });
    slot.write(sums);
    held.write(next);
  }
}
/** Weights from the sums of all gradients so far, as if each had been penalised at every step. */
export class AdagradDAOptimizer extends Optimizer {
  private readonly l1: number;
  private readonly l2: number;
  private readonly start: number;
  private readonly step: unknown;
  constructor(...args: readonly unknown[]) {
    const o = bind(
      'AdagradDAOptimizer.__init__',
      [
        'learning_rate',
        'global_step',
        'initial_gradient_squared_accumulator_value',
        'l1_regularization_strength',
        'l2_regularization_strength',
        'use_locking',
        'name',
      ],
      args,
    );
    super(o.learning_rate, (o.name as string | undefined) ?? 'AdagradDA');
    this.start = positive('initial_gradient_squared_accumulator_value', o.initial_gradient_squared_accumulator_value);
    this.step = o.global_step;
    this.l1 = setting(o.l1_regularization_strength, 0);
    this.l2 = setting(o.l2_regularization_strength, 0);
  }
  protected override prepare(variables: readonly GraphVariable[]): void {
    for (const v of variables) {
      this.slot(v, 'gradient_accumulator', this.label, 0);
      this.slot(v, 'gradient_squared_accumulator', this.label, this.start);
    }
  }
  protected apply(run: Run, v: GraphVariable, held: EagerVariable, grad: CoreTensor, rate: number): void {
    const sums = this.held(run, v, 'gradient_accumulator');
    const squares = this.held(run, v, 'gradient_squared_accumulator');
    const given = resolve(this.step, run);
    const step = 1 + Number(given instanceof CoreTensor ? toNumber(given) : given);
    const found = nn.averagedAdagradStep(held, grad, sums, squares, { rate, l1: this.l1, l2: this.l2, step });
    sums.write(found[1]);
    squares.write(found[2]);
    held.write(found[0]);
  }
}
