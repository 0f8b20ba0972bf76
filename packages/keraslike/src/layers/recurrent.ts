import { fromArray, nn, ops, type Tensor } from '@stele/core';
import { z } from 'zod';
import * as activations from '../activations/index';
import { type Call, type Keywords, only, type Parameters, read, signature } from '../arguments';
import { valueError } from '../errors';
import * as initializers from '../initializers/index';
import { SeedGenerator } from '../random/stateless';
import { type Shape, tensorFamily, toFloat } from '../tensors';
import type { Variable } from '../variable';
import { Layer, requireRank } from './layer';
import * as o from './options';

const units = z.int().positive();
const activation = o.activation.default('tanh');
const recurrent_activation = o.activation.default('sigmoid');
const weights = {
  use_bias: z.boolean().default(true),
  kernel_initializer: o.initializer.default('glorot_uniform'),
  recurrent_initializer: o.initializer.default('orthogonal'),
  bias_initializer: o.initializer.default('zeros'),
};
const limits = {
  kernel_regularizer: o.regularizer,
  recurrent_regularizer: o.regularizer,
  bias_regularizer: o.regularizer,
  activity_regularizer: o.regularizer,
  kernel_constraint: o.constraint,
  recurrent_constraint: o.constraint,
  bias_constraint: o.constraint,
  dropout: only(0, 'dropout inside recurrent layers is'),
  recurrent_dropout: only(0, 'dropout inside recurrent layers is'),
};
const steps = {
  return_sequences: z.boolean().default(false),
  return_state: z.boolean().default(false),
  go_backwards: z.boolean().default(false),
  stateful: only(false, 'recurrent layers that keep their state between batches are'),
  // a hint that changes no number
  unroll: z.boolean().default(false),
};
const { seed } = o;
const use_cudnn = z.union([z.boolean(), z.literal('auto')]).default('auto');
const simple = signature(1, { units, activation, ...weights, ...limits, ...steps, seed }, o.base);
const gated = { units, activation, recurrent_activation, ...weights };
const gru = signature(
  1,
  { ...gated, ...limits, seed, ...steps, reset_after: z.boolean().default(true), use_cudnn },
  o.base,
);
const lstm = signature(
  1,
  { ...gated, unit_forget_bias: z.boolean().default(true), ...limits, seed, ...steps, use_cudnn },
  o.base,
);
type Settings = Parameters<typeof simple>;
type Gated = [activation: o.ActivationIdentifier, recurrent_activation: o.ActivationIdentifier, use_bias: boolean];

/** Steps along time, keeping the state where a mask says so; subclasses give one step. */
abstract class Recurrent extends Layer {
  readonly units: number;
  readonly return_sequences: boolean;
  readonly return_state: boolean;
  readonly activation: activations.Activation;
  declare kernel: Variable;
  declare recurrent_kernel: Variable;
  declare bias: Variable | null;
  protected readonly settings: Settings;
  protected readonly seed_generator: SeedGenerator;
  private readonly fill: Record<'kernel' | 'recurrent' | 'bias', initializers.Initializer>;
  protected abstract readonly gates: number;
  protected readonly states: number = 1;

  constructor(p: Settings, seedFirst = false) {
    super(p);
    this.settings = p;
    this.units = p.units;
    this.return_sequences = p.return_sequences;
    this.return_state = p.return_state;
    this.activation = activations.get(p.activation);
    // the order in which unseeded parts draw their seeds is Keras'
    const early = seedFirst ? new SeedGenerator(p.seed) : null;
    this.fill = {
      kernel: initializers.get(p.kernel_initializer),
      recurrent: initializers.get(p.recurrent_initializer),
      bias: initializers.get(p.bias_initializer),
    };
    this.seed_generator = early ?? new SeedGenerator(p.seed);
    this.input_spec = { ndim: 3 };
    this.supports_masking = true;
  }
  override build(input_shape: Shape): void {
    requireRank({ ndim: 3 }, input_shape, this.name);
    const features = input_shape[2]!;
    if (features === null)
      throw valueError('The last dimension of the inputs to a recurrent layer should be defined. Found None.');
    const width = this.gates * this.units;
    this.kernel = this.add_weight({
      name: 'kernel',
      shape: [features, width],
      initializer: this.fill.kernel,
      constraint: this.settings.kernel_constraint,
    });
    this.recurrent_kernel = this.add_weight({
      name: 'recurrent_kernel',
      shape: [this.units, width],
      initializer: this.fill.recurrent,
      constraint: this.settings.recurrent_constraint,
    });
    this.bias = this.settings.use_bias
      ? this.add_weight({
          name: 'bias',
          shape: this.biasShape(),
          initializer: this.fill.bias,
          constraint: this.settings.bias_constraint,
        })
      : null;
    this.afterBuild();
    this.input_spec = { ndim: 3, axes: { [-1]: features } };
    this.built = true;
  }
  protected biasShape(): number[] {
    return [this.gates * this.units];
  }
  protected afterBuild(): void {}
  /** One step: the input's projection is made beforehand for all times. */
  protected abstract step(projected: Tensor, states: readonly Tensor[]): readonly Tensor[];
  protected project(x: Tensor): Tensor {
    return ops.linear(x, this.kernel, this.bias, false);
  }

  override call(
    x: Tensor,
    options: { mask?: Tensor | null; initial_state?: Tensor | readonly Tensor[] | null } = {},
  ): Tensor | Tensor[] {
    const [batch, time] = x.sizes as readonly [number, number, number];
    const mask = options.mask ?? null;
    const zeros = (): Tensor =>
      fromArray(tensorFamily(), new Float32Array(batch * this.units), [batch, this.units], 'float32');
    const given = options.initial_state ?? null;
    let states: readonly Tensor[] =
      given === null
        ? Array.from({ length: this.states }, zeros)
        : (Array.isArray(given) ? given : [given as Tensor]).map((s) => toFloat(s));
    if (states.length !== this.states)
      throw valueError(
        `Layer "${this.name}" expects ${this.states} state(s), but it received ${states.length} initial state(s).`,
      );
    const projected = this.project(x);
    const outputs: Tensor[] = [];
    let last = zeros();
    for (let i = 0; i < time; i++) {
      const t = this.settings.go_backwards ? time - 1 - i : i;
      const next = this.step(ops.select(projected, 1, t), states);
      if (mask === null) {
        states = next;
        last = next[0]!;
      } else {
        const keep = ops.unsqueeze(ops.cast(ops.select(mask, 1, t), 'bool'), -1);
        last = ops.where(keep, next[0]!, last);
        states = next.map((s, k) => ops.where(keep, s, states[k]!));
      }
      if (this.return_sequences) outputs.push(last);
    }
    const output = this.return_sequences ? ops.stack(outputs, 1) : last;
    return this.return_state ? [output, ...states] : output;
  }
  override compute_mask(_x: Tensor, mask: Tensor | null): Tensor | null {
    return this.return_sequences ? mask : null;
  }
  override compute_output_shape(input_shape: Shape): Shape | Shape[] {
    const state = [input_shape[0]!, this.units];
    const out = this.return_sequences ? [input_shape[0]!, input_shape[1]!, this.units] : state;
    return this.return_state ? [out, ...Array.from({ length: this.states }, () => state)] : out;
  }
  override get_config(): Record<string, unknown> {
    const { use_bias, seed, return_sequences, return_state, go_backwards, units } = this.settings;
    return {
      ...super.get_config(),
      units,
      activation: activations.serialize(this.activation),
      use_bias,
      kernel_initializer: initializers.serialize(this.fill.kernel),
      recurrent_initializer: initializers.serialize(this.fill.recurrent),
      bias_initializer: initializers.serialize(this.fill.bias),
      seed,
      return_sequences,
      return_state,
      go_backwards,
    };
  }
}

/** h' = activation(x · kernel + bias + h · recurrent_kernel). @see https://keras.io/api/layers/recurrent_layers/simple_rnn/ */
export class SimpleRNN extends Recurrent {
  protected readonly gates = 1;
  constructor(
    ...args: Call<[units: number], [activation: o.ActivationIdentifier, use_bias: boolean], Keywords<typeof simple>>
  ) {
    super(read('SimpleRNN.__init__()', simple, args), true);
  }
  protected step(projected: Tensor, [h]: readonly Tensor[]): readonly Tensor[] {
    return [this.activation(ops.add(projected, ops.matmul(h!, this.recurrent_kernel)))];
  }
}

/**
 * A gated recurrent unit with gates in the order update, reset, new; the reset gate works after the matrix product
 * unless `reset_after` is false.
 * @see https://keras.io/api/layers/recurrent_layers/gru/
 */
export class GRU extends Recurrent {
  protected readonly gates = 3;
  readonly reset_after: boolean;
  readonly recurrent_activation: activations.Activation;

  constructor(...args: Call<[units: number], Gated, Keywords<typeof gru>>) {
    const p = read('GRU.__init__()', gru, args);
    super(p);
    this.reset_after = p.reset_after;
    this.recurrent_activation = activations.get(p.recurrent_activation);
  }
  protected override biasShape(): number[] {
    return this.reset_after ? [2, 3 * this.units] : [3 * this.units];
  }
  protected override project(x: Tensor): Tensor {
    const bias = this.bias === null || !this.reset_after ? this.bias : ops.select(this.bias, 0, 0);
    return ops.linear(x, this.kernel, bias, false);
  }
  protected step(projected: Tensor, [h]: readonly Tensor[]): readonly Tensor[] {
    const state = h!;
    const [xz, xr, xn] = nn.blocks(projected, 3) as [Tensor, Tensor, Tensor];
    if (this.reset_after) {
      const bias = this.bias === null ? null : ops.select(this.bias, 0, 1);
      const [hz, hr, hn] = nn.blocks(ops.linear(state, this.recurrent_kernel, bias, false), 3) as [
        Tensor,
        Tensor,
        Tensor,
      ];
      if (this.settings.activation === 'tanh' && this.recurrent_activation === activations.sigmoid)
        return [nn.gruStep([xr, xz, xn], [hr, hz, hn], state)];
      const z = this.recurrent_activation(ops.add(xz, hz));
      const r = this.recurrent_activation(ops.add(xr, hr));
      return [mixed(z, state, this.activation(ops.add(xn, ops.mul(r, hn))))];
    }
    const [kz, kr, kn] = nn.blocks(this.recurrent_kernel, 3) as [Tensor, Tensor, Tensor];
    const z = this.recurrent_activation(ops.add(xz, ops.matmul(state, kz)));
    const r = this.recurrent_activation(ops.add(xr, ops.matmul(state, kr)));
    return [mixed(z, state, this.activation(ops.add(xn, ops.matmul(ops.mul(r, state), kn))))];
  }
  override get_config(): Record<string, unknown> {
    return {
      ...super.get_config(),
      reset_after: this.reset_after,
      recurrent_activation: activations.serialize(this.recurrent_activation),
    };
  }
}
/** z h + (1 - z) n. */
const mixed = (z: Tensor, h: Tensor, n: Tensor): Tensor => ops.add(ops.mul(z, h), ops.mul(ops.sub(1, z), n));

/** A long short-term memory with gates in the order input, forget, cell, output. @see https://keras.io/api/layers/recurrent_layers/lstm/ */
export class LSTM extends Recurrent {
  protected readonly gates = 4;
  protected override readonly states = 2;
  readonly unit_forget_bias: boolean;
  readonly recurrent_activation: activations.Activation;

  constructor(...args: Call<[units: number], Gated, Keywords<typeof lstm>>) {
    const p = read('LSTM.__init__()', lstm, args);
    super(p);
    this.unit_forget_bias = p.unit_forget_bias;
    this.recurrent_activation = activations.get(p.recurrent_activation);
  }
  protected override afterBuild(): void {
    if (this.bias === null || !this.unit_forget_bias) return;
    const values = this.bias.numpy().data as Float32Array;
    values.fill(1, this.units, 2 * this.units);
    this.bias.assign(values);
  }
  protected step(projected: Tensor, [h, c]: readonly Tensor[]): readonly Tensor[] {
    const gates = nn.blocks(ops.add(projected, ops.matmul(h!, this.recurrent_kernel)), 4);
    if (this.settings.activation === 'tanh' && this.recurrent_activation === activations.sigmoid)
      return nn.lstmStep(gates, c!);
    const [i, f, o_] = [gates[0]!, gates[1]!, gates[3]!].map((g) => this.recurrent_activation(g)) as [
      Tensor,
      Tensor,
      Tensor,
    ];
    const cell = ops.add(ops.mul(f, c!), ops.mul(i, this.activation(gates[2]!)));
    return [ops.mul(o_, this.activation(cell)), cell];
  }
  override get_config(): Record<string, unknown> {
    return {
      ...super.get_config(),
      unit_forget_bias: this.unit_forget_bias,
      recurrent_activation: activations.serialize(this.recurrent_activation),
    };
  }
}
