import { floatsAreMarked, nn, ops, type Tensor } from '@stele/core';
import { z } from 'zod';
import * as activations from '../activations/index';
import { type Call, type Keywords, only, read, signature } from '../arguments';
import type { Projection } from '../constraints/index';
import { typeError, valueError } from '../errors';
import type * as initializers from '../initializers/index';
import { SeedGenerator } from '../random/stateless';
import type { Penalty } from '../regularizers/index';
import { type Shape, tensorFamily } from '../tensors';
import type { Variable } from '../variable';
import { Layer, type LayerOptions } from './layer';
import * as o from './options';
import { dropped } from './regularization';
import { zerosOf } from './zeros';

/** How many numbers a state holds, for each state. */
export type StateSize = number | readonly (number | readonly number[])[];

const activation = o.activation.default('tanh');
const recurrent_activation = o.activation.default('sigmoid');
export const weightOptions = {
  use_bias: z.boolean().default(true),
  kernel_initializer: o.initializer.default('glorot_uniform'),
  recurrent_initializer: o.initializer.default('orthogonal'),
  bias_initializer: o.initializer.default('zeros'),
};
export const unit_forget_bias = z.boolean().default(true);
export const penalties = {
  kernel_regularizer: o.regularizer,
  recurrent_regularizer: o.regularizer,
  bias_regularizer: o.regularizer,
};
export const projections = {
  kernel_constraint: o.constraint,
  recurrent_constraint: o.constraint,
  bias_constraint: o.constraint,
};
export const rates = { dropout: z.number().default(0), recurrent_dropout: z.number().default(0) };
export const reset_after = z.boolean().default(true);
export const units = z.int();
export const simpleStart = { units, activation, ...weightOptions };
export const gatedStart = { units, activation, recurrent_activation, ...weightOptions };
const implementation = { implementation: only(2, 'other implementations of the same formulas are') };

const simple = signature(1, { ...simpleStart, ...penalties, ...projections, ...rates, seed: o.seed }, o.base);
const gru = signature(
  1,
  { ...gatedStart, ...penalties, ...projections, ...rates, reset_after, seed: o.seed },
  { ...o.base, ...implementation },
);
const lstm = signature(
  1,
  { ...gatedStart, unit_forget_bias, ...penalties, ...projections, ...rates, seed: o.seed },
  { ...o.base, ...implementation },
);
const limitNames =
  'kernel_regularizer recurrent_regularizer bias_regularizer kernel_constraint recurrent_constraint bias_constraint dropout recurrent_dropout';
const initializerNames = 'use_bias kernel_initializer recurrent_initializer bias_initializer';

type Options = { training?: boolean | null };
/** What one step gives: the output, and the states for the next. */
export type StepResult = readonly [Tensor, readonly Tensor[]];

/** One step of a recurrent layer, with weights for the input and for the state. */
export abstract class RecurrentCell extends Layer {
  declare readonly units: number;
  declare readonly activation: activations.Activation;
  declare readonly use_bias: boolean;
  declare kernel: Variable;
  declare recurrent_kernel: Variable;
  declare bias: Variable | null;
  declare readonly dropout: number;
  declare readonly recurrent_dropout: number;
  declare readonly kernel_initializer: initializers.Initializer;
  declare readonly recurrent_initializer: initializers.Initializer;
  declare readonly bias_initializer: initializers.Initializer;
  declare readonly kernel_regularizer: Penalty | null;
  declare readonly recurrent_regularizer: Penalty | null;
  declare readonly bias_regularizer: Penalty | null;
  declare readonly kernel_constraint: Projection | null;
  declare readonly recurrent_constraint: Projection | null;
  declare readonly bias_constraint: Projection | null;
  readonly seed_generator: SeedGenerator;
  readonly output_size: number;
  readonly state_size: StateSize;
  protected readonly gates: number;
  private inputMasks: readonly Tensor[] | null = null;
  private stateMasks: readonly Tensor[] | null = null;

  constructor(
    p: LayerOptions & { units: number; seed: number | null; dropout: number; recurrent_dropout: number },
    gates: number,
    states: number,
    saved: string,
    seedFirst = false,
  ) {
    if (p.units <= 0)
      throw valueError(
        `Received an invalid value for argument \`units\`, expected a positive integer, got ${p.units}.`,
      );
    super(p);
    // the order in which unseeded parts draw their seeds is Keras'
    const early = seedFirst ? new SeedGenerator(p.seed) : null;
    const held = (rate: number): number => Math.min(1, Math.max(0, rate));
    const kept = { ...p, dropout: held(p.dropout), recurrent_dropout: held(p.recurrent_dropout) };
    this.keep(kept, saved.split(' '));
    this.seed_generator = early ?? new SeedGenerator(p.seed);
    this.gates = gates;
    this.output_size = p.units;
    this.state_size = states === 1 ? p.units : Array<number>(states).fill(p.units);
    this.call_arguments = ['states', 'training'];
  }
  protected biasShape(): number[] {
    return [this.gates * this.units];
  }
  protected biasInitializer(): initializers.Initializer {
    return this.bias_initializer;
  }
  override build(input_shape: Shape): void {
    const features = input_shape.at(-1) ?? null;
    if (features === null)
      throw valueError('The last dimension of the inputs to a recurrent layer should be defined. Found None.');
    const width = this.gates * this.units;
    this.kernel = this.add_weight({
      name: 'kernel',
      shape: [features, width],
      initializer: this.kernel_initializer,
      regularizer: this.kernel_regularizer,
      constraint: this.kernel_constraint,
    });
    this.recurrent_kernel = this.add_weight({
      name: 'recurrent_kernel',
      shape: [this.units, width],
      initializer: this.recurrent_initializer,
      regularizer: this.recurrent_regularizer,
      constraint: this.recurrent_constraint,
    });
    this.bias = this.use_bias
      ? this.add_weight({
          name: 'bias',
          shape: this.biasShape(),
          initializer: this.biasInitializer(),
          regularizer: this.bias_regularizer,
          constraint: this.bias_constraint,
        })
      : null;
  }
  get_initial_state(batch_size: number): Tensor[] {
    return ([this.state_size].flat() as number[]).map((n) =>
      zerosOf(tensorFamily(), [batch_size, n], this.compute_dtype),
    );
  }

  /** The same places are dropped at every step: they are drawn before the first. */
  drawMasks(step: Tensor, state: Tensor): void {
    // where the state is dropped too, each gate has masks of its own
    const count = this.gates > 1 && this.recurrent_dropout !== 0 ? this.gates : 1;
    const draw = (like: Tensor, rate: number): Tensor[] | null =>
      rate === 0
        ? null
        : Array.from({ length: count }, () => dropped(ops.fullLike(like, 1), rate, like.sizes, this.seed_generator));
    this.inputMasks ??= draw(step, this.dropout);
    this.stateMasks ??= draw(state, this.recurrent_dropout);
  }
  resetMasks(): void {
    this.inputMasks = null;
    this.stateMasks = null;
  }
  /** Blocks of a projection, one for each gate, of an input after dropout; the input may hold all steps. */
  private dropping(x: Tensor, masks: readonly Tensor[], kernel: Tensor): Tensor {
    const masked = (m: Tensor): Tensor => ops.mul(x, x.rank > m.rank ? ops.unsqueeze(m, 1) : m);
    if (masks.length === 1) return ops.linear(masked(masks[0]!), kernel, null, false);
    const kernels = nn.blocks(kernel, this.gates);
    return ops.concat(
      masks.map((m, i) => ops.linear(masked(m), kernels[i]!, null, false)),
      -1,
    );
  }
  protected inputBias(): Tensor | null {
    return this.bias;
  }
  /** What the input gives to the gates, for one step or for all. */
  project(x: Tensor, training: boolean): Tensor {
    const bias = this.inputBias();
    if (!training || this.inputMasks === null || this.dropout >= 1) return ops.linear(x, this.kernel, bias, false);
    const y = this.dropping(x, this.inputMasks, this.kernel);
    return bias === null ? y : ops.add(y, bias);
  }
  /** What the state gives to the gates. */
  protected recur(state: Tensor, training: boolean): Tensor {
    if (!training || this.stateMasks === null || this.recurrent_dropout >= 1)
      return ops.matmul(state, this.recurrent_kernel);
    return this.dropping(state, this.stateMasks, this.recurrent_kernel);
  }
  /** The state as one gate sees it. */
  protected stateOf(state: Tensor, gate: number, training: boolean): Tensor {
    if (!training || this.stateMasks === null || this.recurrent_dropout >= 1) return state;
    return ops.mul(state, this.stateMasks[this.stateMasks.length === 1 ? 0 : gate]!);
  }
  /** One step, the input being projected. */
  abstract advance(projected: Tensor, states: readonly Tensor[], training: boolean): StepResult;

  override call(x: Tensor, options: Options & { states?: Tensor | readonly Tensor[] } = {}): any {
    const { states } = options;
    if (states === undefined && floatsAreMarked()) throw typeError("missing a required argument: 'states'");
    if (states === undefined)
      throw valueError(`${this.constructor.name} needs the states before the step: cell(x, states)`);
    const list = Array.isArray(states) ? states : [states];
    const training = options.training ?? false;
    if (training) this.drawMasks(x, list[0]);
    return this.advance(this.project(x, training), list, training);
  }
  override compute_output_shape(input_shape: Shape): any {
    const state = [input_shape[0]!, this.units];
    return [state, ([this.state_size].flat() as number[]).map(() => state)];
  }
}

/** h' = activation(x · kernel + bias + h · recurrent_kernel). @see https://keras.io/api/layers/recurrent_layers/simple_rnn_cell/ */
export class SimpleRNNCell extends RecurrentCell {
  constructor(...args: Call<[units: number], [activation: o.ActivationIdentifier], Keywords<typeof simple>>) {
    super(
      read('SimpleRNNCell.__init__()', simple, args),
      1,
      1,
      `units activation ${initializerNames} ${limitNames} seed`,
      true,
    );
  }
  advance(projected: Tensor, [h]: readonly Tensor[], training: boolean): StepResult {
    const out = this.activation(ops.add(projected, this.recur(h!, training)));
    return [out, [out]];
  }
}

type Gated = [activation: o.ActivationIdentifier, recurrent_activation: o.ActivationIdentifier, use_bias: boolean];
const isPlain = (cell: { activation: unknown; recurrent_activation: unknown }): boolean =>
  cell.activation === activations.tanh && cell.recurrent_activation === activations.sigmoid;

/**
 * One step of a gated recurrent unit with gates in the order update, reset, new; the reset gate works after the matrix
 * product unless `reset_after` is false.
 * @see https://keras.io/api/layers/recurrent_layers/gru_cell/
 */
export class GRUCell extends RecurrentCell {
  declare readonly recurrent_activation: activations.Activation;
  declare readonly reset_after: boolean;
  constructor(...args: Call<[units: number], Gated, Keywords<typeof gru>>) {
    super(
      read('GRUCell.__init__()', gru, args),
      3,
      1,
      `units activation recurrent_activation ${initializerNames} ${limitNames} reset_after seed`,
    );
  }
  protected override biasShape(): number[] {
    return this.reset_after ? [2, 3 * this.units] : [3 * this.units];
  }
  protected override inputBias(): Tensor | null {
    return this.bias === null || !this.reset_after ? this.bias : ops.select(this.bias, 0, 0);
  }
  advance(projected: Tensor, [state]: readonly Tensor[], training: boolean): StepResult {
    const h = state!;
    const [xz, xr, xn] = nn.blocks(projected, 3) as [Tensor, Tensor, Tensor];
    let out: Tensor;
    if (this.reset_after) {
      const bare = this.recur(h, training);
      const inner = this.bias === null ? bare : ops.add(bare, ops.select(this.bias, 0, 1));
      const [hz, hr, hn] = nn.blocks(inner, 3) as [Tensor, Tensor, Tensor];
      if (isPlain(this)) out = nn.gruStep([xr, xz, xn], [hr, hz, hn], h);
      else {
        const z = this.recurrent_activation(ops.add(xz, hz));
        const r = this.recurrent_activation(ops.add(xr, hr));
        out = nn.updated(z, h, this.activation(ops.add(xn, ops.mul(r, hn))));
      }
    } else {
      const [kz, kr, kn] = nn.blocks(this.recurrent_kernel, 3) as [Tensor, Tensor, Tensor];
      const seen = (gate: number): Tensor => this.stateOf(h, gate, training);
      const z = this.recurrent_activation(ops.add(xz, ops.matmul(seen(0), kz)));
      const r = this.recurrent_activation(ops.add(xr, ops.matmul(seen(1), kr)));
      out = nn.updated(z, h, this.activation(ops.add(xn, ops.matmul(ops.mul(r, seen(2)), kn))));
    }
    return [out, [out]];
  }
}

/** One step of a long short-term memory with gates in the order input, forget, cell, output. @see https://keras.io/api/layers/recurrent_layers/lstm_cell/ */
export class LSTMCell extends RecurrentCell {
  declare readonly recurrent_activation: activations.Activation;
  declare readonly unit_forget_bias: boolean;
  constructor(...args: Call<[units: number], Gated, Keywords<typeof lstm>>) {
    super(
      read('LSTMCell.__init__()', lstm, args),
      4,
      2,
      `units activation recurrent_activation ${initializerNames.replace('use_bias', 'use_bias unit_forget_bias')} ${limitNames} seed`,
    );
  }
  protected override biasInitializer(): initializers.Initializer {
    return this.unit_forget_bias ? openForgetGate(this.bias_initializer, this.units) : this.bias_initializer;
  }
  advance(projected: Tensor, [h, c]: readonly Tensor[], training: boolean): StepResult {
    const gates = nn.blocks(ops.add(projected, this.recur(h!, training)), 4);
    const states = isPlain(this)
      ? nn.lstmStep(gates, c!)
      : nn.lstmStepWith(gates, c!, this.recurrent_activation, this.activation);
    return [states[0], states];
  }
}
/** Biases of four gates, the forget gate's ones. */
export const openForgetGate =
  (given: initializers.Initializer, units: number): initializers.Initializer =>
  (_shape, dtype) => {
    const part = (n: number): Tensor => given([n], dtype);
    return ops.concat([part(units), ops.fullLike(part(units), 1), part(2 * units)], 0);
  };
