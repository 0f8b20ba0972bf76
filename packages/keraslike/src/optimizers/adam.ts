import { nn, ops, type Tensor, toNumbers } from '@stele/core';
import { z } from 'zod';
import { type Call, type Keywords, read, signature } from '../arguments';
import { valueError } from '../errors';
import { type AnyVariable, current, put, Variable } from '../variable';
import { floats, Optimizer, type OptimizerOptions } from './optimizer';
import { common, numeric, type Rate, rate, rest } from './options';
import { byRows, squares } from './rows';

// Optimizers with means of the gradient and of its square.

const moments = { beta_1: numeric(0.9), beta_2: numeric(0.999), epsilon: numeric(1e-7) };
interface MomentOptions extends OptimizerOptions {
  readonly beta_1: number;
  readonly beta_2: number;
  readonly epsilon: number;
}
type MomentCall<S> = Call<[], [learning_rate: Rate, beta_1: number, beta_2: number, epsilon: number], Keywords<S>>;

abstract class TwoMoments extends Optimizer {
  readonly beta_1: number;
  readonly beta_2: number;
  readonly epsilon: number;
  protected m: Variable[] = [];
  protected v: Variable[] = [];
  protected readonly secondName: string = 'velocity';

  constructor(o: MomentOptions) {
    super(o);
    this.beta_1 = o.beta_1;
    this.beta_2 = o.beta_2;
    this.epsilon = o.epsilon;
  }
  override build(variables: readonly AnyVariable[]): void {
    if (this.built) return;
    super.build(variables);
    const made = this.add_optimizer_variables(variables, ['momentum', this.secondName]);
    [this.m, this.v] = made as [Variable[], Variable[]];
  }
  /** The rate and the constants of a step. */
  protected settings(rate: number): {
    rate: number;
    beta1: number;
    beta2: number;
    epsilon: number;
    step: number;
  } {
    return { rate, beta1: this.beta_1, beta2: this.beta_2, epsilon: this.epsilon, step: this.made + 1 };
  }
  protected keep(w: AnyVariable, [next, m, v]: readonly Tensor[]): void {
    const i = this.place(w);
    put(w, next!);
    put(this.m[i]!, m!);
    put(this.v[i]!, v!);
  }
  protected of(w: AnyVariable): [Tensor, Tensor] {
    const i = this.place(w);
    return [current(this.m[i]!), current(this.v[i]!)];
  }
  override get_config(): Record<string, unknown> {
    return {
      ...super.get_config(),
      ...floats({ beta_1: this.beta_1, beta_2: this.beta_2, epsilon: this.epsilon }),
    };
  }
}

const amsgrad = z.boolean().default(false);
const adam = signature(0, { learning_rate: rate.default(0.001), ...moments, amsgrad, ...common });
/**
 * w -= rate sqrt(1 - beta_2^t) / (1 - beta_1^t) m / (sqrt(v) + epsilon).
 * @see https://keras.io/api/optimizers/adam/
 */
export class Adam extends TwoMoments {
  readonly amsgrad: boolean;
  private peaks: Variable[] = [];
  constructor(
    ...args: Call<
      [],
      [learning_rate: Rate, beta_1: number, beta_2: number, epsilon: number, amsgrad: boolean],
      Keywords<typeof adam>
    >
  ) {
    const o = read('Adam.__init__()', adam, args);
    super(o);
    this.amsgrad = o.amsgrad;
  }
  override build(variables: readonly AnyVariable[]): void {
    if (this.built) return;
    super.build(variables);
    if (this.amsgrad) this.peaks = this.add_optimizer_variables(variables, 'velocity_hat');
  }
  override update_step(g: Tensor, w: AnyVariable, rate: number): void {
    const [m, v] = this.of(w);
    const peak = this.peaks[this.place(w)];
    const attrs = { ...this.settings(rate), epsilonAfterCorrection: false };
    const found = ops.adamUpdate(current(w), g, m, v, attrs, peak === undefined ? null : current(peak), squares(g));
    this.keep(w, found);
    if (peak !== undefined) put(peak, found[3]!);
  }
  override get_config(): Record<string, unknown> {
    return { ...super.get_config(), amsgrad: this.amsgrad };
  }
}
const adamw = signature(0, {
  learning_rate: rate.default(0.001),
  weight_decay: z.number().nullable().default(0.004),
  ...moments,
  amsgrad,
  ...rest,
});
/** Adam whose weights shrink by rate * weight_decay (0.004) at each step. @see https://keras.io/api/optimizers/adamw/ */
export class AdamW extends Adam {
  constructor(
    ...args: Call<
      [],
      [learning_rate: Rate, weight_decay: number | null, beta_1: number, beta_2: number, epsilon: number],
      Keywords<typeof adamw>
    >
  ) {
    super(read('AdamW.__init__()', adamw, args));
    if (this.weight_decay === null)
      throw valueError('Argument `weight_decay` must be a float. Received: weight_decay=None');
  }
}

const plain = signature(0, { learning_rate: rate.default(0.001), ...moments, ...common });
/** Adam by the greatest gradient instead of the mean of squares. @see https://keras.io/api/optimizers/adamax/ */
export class Adamax extends TwoMoments {
  protected override readonly secondName = 'norm';
  constructor(...args: MomentCall<typeof plain>) {
    super(read('Adamax.__init__()', plain, args));
  }
  override update_step(g: Tensor, w: AnyVariable, rate: number): void {
    this.keep(w, nn.adamaxOutside(current(w), g, ...this.of(w), this.settings(rate), byRows(g, ops.abs)));
  }
}

/** Adam with Nesterov's look ahead. @see https://keras.io/api/optimizers/Nadam/ */
export class Nadam extends TwoMoments {
  private product: Variable | null = null;
  private momenta: nn.Nesterov = { now: 0, next: 0, product: 1, productNext: 1 };
  constructor(...args: MomentCall<typeof plain>) {
    super(read('Nadam.__init__()', plain, args));
  }
  override build(variables: readonly AnyVariable[]): void {
    if (this.built) return;
    super.build(variables);
    this.product = this.track(new Variable(1, { dtype: variables[0]?.scalarType ?? 'float32', trainable: false }));
  }
  protected override update_all(grads: readonly Tensor[], variables: readonly AnyVariable[], rate: number): void {
    const held = this.product!;
    this.momenta = nn.nesterovMomenta(this.made + 1, this.beta_1, toNumbers(held)[0]!);
    held.assign(this.momenta.product);
    super.update_all(grads, variables, rate);
  }
  override update_step(g: Tensor, w: AnyVariable, rate: number): void {
    const o = { ...this.settings(rate), ...this.momenta };
    this.keep(w, nn.nesterovStep(current(w), g, ...this.of(w), o, squares(g)));
  }
}

/** Adam's step scaled to the length of each variable. @see https://keras.io/api/optimizers/lamb/ */
export class Lamb extends TwoMoments {
  constructor(...args: MomentCall<typeof plain>) {
    super(read('Lamb.__init__()', plain, args));
  }
  override update_step(g: Tensor, w: AnyVariable, rate: number): void {
    this.keep(w, nn.lambStep(current(w), g, ...this.of(w), this.settings(rate), squares(g)));
  }
}

const free = signature(0, {
  learning_rate: rate.default(0.0025),
  beta_1: numeric(0.9),
  beta_2: numeric(0.999),
  epsilon: numeric(1e-8),
  warmup_steps: z.int().default(0),
  ...common,
});
/** AdamW that needs no schedule: the weights lie between fast ones and their mean. */
export class ScheduleFreeAdamW extends TwoMoments {
  readonly warmup_steps: number;
  constructor(...args: MomentCall<typeof free>) {
    const o = read('ScheduleFreeAdamW.__init__()', free, args);
    super(o);
    this.warmup_steps = o.warmup_steps;
  }
  override build(variables: readonly AnyVariable[]): void {
    if (this.built) return;
    super.build(variables);
    variables.forEach((w, i) => {
      this.m[i]!.assign(ops.clone(w));
    });
  }
  override update_step(g: Tensor, w: AnyVariable, given: number): void {
    const o = this.settings(given);
    const rate = this.warmup_steps > 0 ? given * Math.min(o.step / this.warmup_steps, 1) : given;
    this.keep(w, nn.scheduleFreeStep(current(w), g, ...this.of(w), { ...o, rate }, squares(g)));
  }
  override get_config(): Record<string, unknown> {
    return { ...super.get_config(), warmup_steps: this.warmup_steps };
  }
}

const muon = signature(0, {
  learning_rate: rate.default(0.001),
  adam_beta_1: numeric(0.9),
  adam_beta_2: numeric(0.999),
  adam_weight_decay: z.number().nullable().default(0.004),
  epsilon: numeric(1e-7),
  weight_decay: z.number().nullable().default(0.004),
  ...rest,
  exclude_layers: z.array(z.string()).readonly().nullable().default(null),
  exclude_embeddings: z.boolean().default(true),
  muon_a: numeric(3.4445),
  muon_b: numeric(-4.775),
  muon_c: numeric(2.0315),
  adam_lr_ratio: numeric(1),
  momentum: numeric(0.95),
  ns_steps: z.int().default(5),
  nesterov: z.boolean().default(true),
  rms_rate: z.number().nullable().default(0.2),
});
type MuonSettings = z.output<typeof muon.schema>;
/** Matrices take the nearly orthogonal matrix of their momentum, the others Adam's step. @see https://keras.io/api/optimizers/muon/ */
export class Muon extends Optimizer {
  private readonly o: MuonSettings;
  private readonly m = new Map<AnyVariable, Variable>();
  private readonly v = new Map<AnyVariable, Variable>();
  constructor(
    ...args: Call<[], [learning_rate: Rate, adam_beta_1: number, adam_beta_2: number], Keywords<typeof muon>>
  ) {
    const o = read('Muon.__init__()', muon, args);
    super(o);
    this.o = { ...o, exclude_layers: o.exclude_layers ?? [] };
  }
  private usesAdam(w: AnyVariable): boolean {
    const path = w.path ?? w.name;
    if (w.rank !== 2) return true;
    if (this.o.exclude_embeddings && path.toLowerCase().includes('embedding')) return true;
    return (this.o.exclude_layers ?? []).some((word) => new RegExp(word).test(path));
  }
  override build(variables: readonly AnyVariable[]): void {
    if (this.built) return;
    super.build(variables);
    for (const w of variables) {
      this.m.set(w, this.add_variable_from_reference(w, 'momentum'));
      if (this.usesAdam(w)) this.v.set(w, this.add_variable_from_reference(w, 'velocity'));
    }
  }
  protected override decayOf(w: AnyVariable): number | null {
    return this.usesAdam(w) ? this.o.adam_weight_decay : this.weight_decay;
  }
  override update_step(g: Tensor, w: AnyVariable, given: number): void {
    const { o } = this;
    const m = this.m.get(w)!;
    const v = this.v.get(w);
    if (v === undefined) {
      const rate = o.rms_rate === null ? given : nn.rateForMatrix(given, w.sizes, o.rms_rate);
      const [next, moment] = nn.orthogonalStep(current(w), g, current(m), {
        rate,
        momentum: o.momentum,
        nesterov: o.nesterov,
        steps: o.ns_steps,
        weights: [o.muon_a, o.muon_b, o.muon_c],
        epsilon: 1e-7,
      });
      put(w, next);
      put(m, moment);
      return;
    }
    const attrs = {
      rate: given * o.adam_lr_ratio,
      beta1: o.adam_beta_1,
      beta2: o.adam_beta_2,
      epsilon: o.epsilon,
      step: this.made + 1,
      epsilonAfterCorrection: false,
    };
    const [next, moment, spread] = ops.adamUpdate(current(w), g, current(m), current(v), attrs, null, squares(g));
    put(w, next!);
    put(m, moment!);
    put(v, spread!);
  }
  override get_config(): Record<string, unknown> {
    const { o } = this;
    return {
      ...super.get_config(),
      adam_beta_1: o.adam_beta_1,
      adam_beta_2: o.adam_beta_2,
      epsilon: o.epsilon,
      exclude_layers: o.exclude_layers,
      muon_a: o.muon_a,
      muon_b: o.muon_b,
      muon_c: o.muon_c,
      adam_lr_ratio: o.adam_lr_ratio,
      momentum: o.momentum,
      ns_steps: o.ns_steps,
      nesterov: o.nesterov,
      exclude_embeddings: o.exclude_embeddings,
      adam_weight_decay: o.adam_weight_decay,
      rms_rate: o.rms_rate,
    };
  }
}
