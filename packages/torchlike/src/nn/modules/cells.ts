import { nn, ops } from '@stele/core';
import { z } from 'zod';
import { empty, zeros } from '../../creation';
import { RuntimeError, ValueError } from '../../errors';
import { Parameter, type Tensor } from '../../tensor';
import * as F from '../functional';
import { uniform_ } from '../init';
import { Module } from './module';
import { type Arguments, configure, flag, place } from './options';

const plain = z.strictObject({ input_size: z.int(), hidden_size: z.int(), bias: flag(true), ...place });
const curved = z.strictObject({
  input_size: z.int(),
  hidden_size: z.int(),
  bias: flag(true),
  nonlinearity: z.string().default('tanh'),
  ...place,
});
interface CellOptions {
  input_size?: number;
  hidden_size?: number;
  bias?: boolean;
  dtype?: unknown;
  device?: unknown;
}
type CellArguments = Arguments<[input_size: number, hidden_size: number, bias: boolean], CellOptions>;
const blocks = (t: Tensor, n: number): readonly Tensor[] => nn.blocks(t, n) as Tensor[];

/** One step of a recurrent layer, for one sample or a batch. */
export abstract class RNNCellBase extends Module {
  declare input_size: number;
  declare hidden_size: number;
  declare bias: boolean;
  declare weight_ih: Parameter;
  declare weight_hh: Parameter;
  declare bias_ih: Parameter | null;
  declare bias_hh: Parameter | null;

  protected build(gates: number, dtype: unknown): void {
    const rows = gates * this.hidden_size;
    const made = (...shape: number[]): Parameter => new Parameter(empty(shape, { dtype: dtype as never }));
    this.weight_ih = made(rows, this.input_size);
    this.weight_hh = made(rows, this.hidden_size);
    this.bias_ih = this.bias ? made(rows) : null;
    this.bias_hh = this.bias ? made(rows) : null;
    this.reset_parameters();
  }
  reset_parameters(): void {
    const limit = nn.biasLimit(this.hidden_size);
    for (const p of this.parameters()) uniform_(p, -limit, limit);
  }
  /** The projections of the input and of the state, and the state as a batch. */
  protected project(input: Tensor, given: readonly Tensor[] | null, states: number) {
    if (input.ndim !== 1 && input.ndim !== 2)
      throw new ValueError(`${this.kind}: Expected input to be 1D or 2D, got ${input.ndim}D instead`);
    given?.forEach((s, i) => {
      if (s.ndim !== 1 && s.ndim !== 2)
        throw new ValueError(
          `${this.kind}: Expected ${states > 1 ? `hx[${i}]` : 'hidden'} to be 1D or 2D, got ${s.ndim}D instead`,
        );
    });
    const single = input.ndim === 1;
    const x = single ? input.unsqueeze(0) : input;
    const state =
      given?.map((s) => (single ? s.unsqueeze(0) : s)) ??
      Array.from({ length: states }, () => zeros([x.sizes[0]!, this.hidden_size], { dtype: x.dtype }));
    if (x.sizes[1] !== this.input_size)
      throw new RuntimeError(`input has inconsistent input_size: got ${x.sizes[1]} expected ${this.input_size}`);
    state.forEach((s, i) => {
      if (s.sizes[0] !== x.sizes[0])
        throw new RuntimeError(`Input batch size ${x.sizes[0]} doesn't match hidden${i} batch size ${s.sizes[0]}`);
      if (s.sizes[1] !== this.hidden_size)
        throw new RuntimeError(
          `hidden${i} has inconsistent hidden_size: got ${s.sizes[1]}, expected ${this.hidden_size}`,
        );
    });
    const fromInput = F.linear(x, this.weight_ih, this.bias_ih);
    const fromState = F.linear(state[0]!, this.weight_hh, this.bias_hh);
    const leave = (t: Tensor): Tensor => (single ? t.squeeze(0) : t);
    return { fromInput, fromState, state, leave };
  }
  override extra_repr(): string {
    return `${this.input_size}, ${this.hidden_size}${this.bias ? '' : ', bias=False'}`;
  }
}
/** h' = tanh(W x + b + U h + c), or relu. */
export class RNNCell extends RNNCellBase {
  declare nonlinearity: 'tanh' | 'relu';
  constructor(
    ...args: Arguments<
      [input_size: number, hidden_size: number, bias: boolean, nonlinearity: 'tanh' | 'relu'],
      CellOptions & { nonlinearity?: 'tanh' | 'relu' }
    >
  ) {
    super();
    this.build(1, configure(this, curved, 2, args).dtype);
  }
  forward(input: Tensor, hx: Tensor | null = null): Tensor {
    if (this.nonlinearity !== 'tanh' && this.nonlinearity !== 'relu')
      throw new RuntimeError(`Unknown nonlinearity: ${this.nonlinearity as string}`);
    const { fromInput, fromState, leave } = this.project(input, hx === null ? null : [hx], 1);
    const f = this.nonlinearity === 'relu' ? ops.relu : ops.tanh;
    return leave(f(ops.add(fromInput, fromState)) as Tensor);
  }
  override extra_repr(): string {
    return `${super.extra_repr()}${this.nonlinearity === 'tanh' ? '' : `, nonlinearity=${this.nonlinearity}`}`;
  }
}
/** One step of an LSTM: gives [h', c']. */
export class LSTMCell extends RNNCellBase {
  constructor(...args: CellArguments) {
    super();
    this.build(4, configure(this, plain, 2, args).dtype);
  }
  forward(input: Tensor, hx: readonly [Tensor, Tensor] | null = null): [Tensor, Tensor] {
    const { fromInput, fromState, state, leave } = this.project(input, hx, 2);
    const [h, c] = nn.lstmStep(blocks(ops.add(fromInput, fromState) as Tensor, 4), state[1]!);
    return [leave(h as Tensor), leave(c as Tensor)];
  }
}
/** One step of a GRU. */
export class GRUCell extends RNNCellBase {
  constructor(...args: CellArguments) {
    super();
    this.build(3, configure(this, plain, 2, args).dtype);
  }
  forward(input: Tensor, hx: Tensor | null = null): Tensor {
    const { fromInput, fromState, state, leave } = this.project(input, hx === null ? null : [hx], 1);
    return leave(nn.gruStep(blocks(fromInput, 3), blocks(fromState, 3), state[0]!) as Tensor);
  }
}
