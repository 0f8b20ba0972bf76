import { bind, nn, ops } from '@stele/core';
import { z } from 'zod';
import { cat, empty, stack, zeros } from '../../creation';
import { RuntimeError } from '../../errors';
import { Parameter, type Tensor } from '../../tensor';
import { dropout, linear } from '../functional';
import { uniform_ } from '../init';
import { PackedSequence } from '../utils/rnn';
import { Module } from './module';

const schema = z.strictObject({
  input_size: z.int().positive(),
  hidden_size: z.int().positive(),
  num_layers: z.int().positive().default(1),
  bias: z.boolean().default(true),
  batch_first: z.boolean().default(false),
  dropout: z.number().min(0).max(1).default(0),
  bidirectional: z.boolean().default(false),
  /** Projected states are not in Stele. */
  proj_size: z.literal(0).default(0),
  nonlinearity: z.enum(['tanh', 'relu']).default('tanh'),
  device: z.any().optional(),
  dtype: z.any().optional(),
});
export interface RNNOptions {
  num_layers?: number;
  bias?: boolean;
  batch_first?: boolean;
  dropout?: number;
  bidirectional?: boolean;
  nonlinearity?: 'tanh' | 'relu';
}
type Step = (fromInput: Tensor, fromState: Tensor, state: readonly Tensor[]) => readonly Tensor[];

abstract class RecurrentBase extends Module {
  input_size: number;
  hidden_size: number;
  num_layers: number;
  bias: boolean;
  batch_first: boolean;
  dropout: number;
  bidirectional: boolean;
  nonlinearity: 'tanh' | 'relu';
  /** How many tensors the state has. */
  protected abstract readonly states: number;
  protected abstract step(): Step;

  constructor(kind: string, gates: number, args: readonly unknown[]) {
    super();
    const o = bind(`${kind}.__init__()`, schema, 2, args);
    this.input_size = o.input_size;
    this.hidden_size = o.hidden_size;
    this.num_layers = o.num_layers;
    this.bias = o.bias;
    this.batch_first = o.batch_first;
    this.dropout = o.dropout;
    this.bidirectional = o.bidirectional;
    this.nonlinearity = o.nonlinearity;
    const rows = gates * o.hidden_size;
    const directions = o.bidirectional ? 2 : 1;
    for (let layer = 0; layer < o.num_layers; layer++)
      for (let d = 0; d < directions; d++) {
        const suffix = `l${layer}${d === 1 ? '_reverse' : ''}`;
        const inputs = layer === 0 ? o.input_size : o.hidden_size * directions;
        this.register_parameter(`weight_ih_${suffix}`, new Parameter(empty(rows, inputs)));
        this.register_parameter(`weight_hh_${suffix}`, new Parameter(empty(rows, o.hidden_size)));
        if (!o.bias) continue;
        this.register_parameter(`bias_ih_${suffix}`, new Parameter(empty(rows)));
        this.register_parameter(`bias_hh_${suffix}`, new Parameter(empty(rows)));
      }
    const limit = nn.biasLimit(o.hidden_size);
    for (const p of this.parameters()) uniform_(p, -limit, limit);
  }
  private weight(name: string): Parameter | null {
    return (this as unknown as Record<string, Parameter | undefined>)[name] ?? null;
  }

  /** Runs (T, B, input), (B, T, input) with batch_first, (T, input), or a packed sequence. */
  protected runAll(
    input: Tensor | PackedSequence,
    initial: readonly Tensor[] | null,
  ): { output: Tensor | PackedSequence; state: Tensor[] } {
    const packed = input instanceof PackedSequence ? input : null;
    let x: Tensor;
    let sizes: number[];
    let single = false;
    if (packed !== null) {
      x = packed.data;
      sizes = packed.batch_sizes.tolist() as number[];
    } else {
      let t = input as Tensor;
      if (t.ndim !== 2 && t.ndim !== 3)
        throw new RuntimeError(`${this.kind}: Expected input to be 2D or 3D, got ${t.ndim}D instead`);
      single = t.ndim === 2;
      if (single) t = t.unsqueeze(1);
      else if (this.batch_first) t = t.transpose(0, 1);
      sizes = new Array<number>(t.sizes[0]!).fill(t.sizes[1]!);
      x = t.reshape(-1, t.sizes[2]!);
    }
    if (x.sizes.at(-1) !== this.input_size)
      throw new RuntimeError(
        `input.size(-1) must be equal to input_size. Expected ${this.input_size}, got ${x.sizes.at(-1)}`,
      );
    const batch = sizes[0] ?? 0;
    const directions = this.bidirectional ? 2 : 1;
    const slots = this.num_layers * directions;
    let start = initial?.map((s) => (single ? s.unsqueeze(1) : s)) ?? null;
    for (const s of start ?? [])
      if (s.ndim !== 3 || s.sizes[0] !== slots || s.sizes[1] !== batch || s.sizes[2] !== this.hidden_size)
        throw new RuntimeError(
          `Expected hidden size (${slots}, ${batch}, ${this.hidden_size}), got [${s.sizes.join(', ')}]`,
        );
    if (start !== null && packed?.sorted_indices) start = start.map((s) => s.index_select(1, packed.sorted_indices!));
    start ??= Array.from({ length: this.states }, () => zeros(slots, batch, this.hidden_size, { dtype: x.dtype }));
    const finals: Tensor[][] = Array.from({ length: this.states }, () => []);
    const step = this.step();
    for (let layer = 0; layer < this.num_layers; layer++) {
      const outs: Tensor[] = [];
      for (let d = 0; d < directions; d++) {
        const begin = start.map((s) => s.select(0, layer * directions + d));
        const run = this.direction(x, sizes, begin, `l${layer}${d === 1 ? '_reverse' : ''}`, d === 1, step);
        outs.push(run.output);
        run.state.forEach((s, i) => {
          finals[i]!.push(s);
        });
      }
      x = outs.length === 1 ? outs[0]! : cat(outs, 1);
      if (layer < this.num_layers - 1) x = dropout(x, this.dropout, this.training);
    }
    let state = finals.map((list) => stack(list));
    if (packed !== null) {
      if (packed.unsorted_indices !== null) state = state.map((s) => s.index_select(1, packed.unsorted_indices!));
      const { batch_sizes, sorted_indices, unsorted_indices } = packed;
      return { output: new PackedSequence(x, batch_sizes, sorted_indices, unsorted_indices), state };
    }
    let output = x.reshape(sizes.length, batch, -1);
    if (single) return { output: output.squeeze(1), state: state.map((s) => s.squeeze(1)) };
    if (this.batch_first) output = output.transpose(0, 1);
    return { output, state };
  }

  private direction(
    x: Tensor,
    sizes: readonly number[],
    begin: readonly Tensor[],
    suffix: string,
    reverse: boolean,
    step: Step,
  ): { output: Tensor; state: Tensor[] } {
    const all = linear(x, this.weight(`weight_ih_${suffix}`)!, this.weight(`bias_ih_${suffix}`));
    const fromInput = all.split(sizes);
    const hh = this.weight(`weight_hh_${suffix}`)!;
    const bias = this.weight(`bias_hh_${suffix}`);
    const outputs = new Array<Tensor>(sizes.length);
    const ended: Tensor[][] = begin.map(() => []);
    const order = [...sizes.keys()];
    if (reverse) order.reverse();
    let state: readonly Tensor[] = reverse ? begin.map((s) => s.narrow(0, 0, sizes.at(-1)!)) : begin;
    for (const t of order) {
      const n = sizes[t]!;
      const have = state[0]!.sizes[0]!;
      if (n < have) {
        state.forEach((s, i) => {
          ended[i]!.unshift(s.narrow(0, n, have - n));
        });
        state = state.map((s) => s.narrow(0, 0, n));
      } else if (n > have) state = state.map((s, i) => cat([s, begin[i]!.narrow(0, have, n - have)]));
      state = step(fromInput[t]!, linear(state[0]!, hh, bias), state);
      outputs[t] = state[0]!;
    }
    return { output: cat(outputs), state: state.map((s, i) => (ended[i]!.length > 0 ? cat([s, ...ended[i]!]) : s)) };
  }
  override extra_repr(): string {
    const parts = [`${this.input_size}, ${this.hidden_size}`];
    if (this.num_layers !== 1) parts.push(`num_layers=${this.num_layers}`);
    if (!this.bias) parts.push('bias=False');
    if (this.batch_first) parts.push('batch_first=True');
    if (this.dropout !== 0) parts.push(`dropout=${this.dropout}`);
    if (this.bidirectional) parts.push('bidirectional=True');
    return parts.join(', ');
  }
}
const blocks = (t: Tensor, n: number): readonly Tensor[] => nn.blocks(t, n) as Tensor[];
type Sizes = [
  input_size: number | ({ input_size: number; hidden_size: number } & RNNOptions),
  hidden_size?: number,
  ...rest: (number | RNNOptions)[],
];

/**
 * Gated recurrent unit: gives [output, h_n].
 * @see https://docs.pytorch.org/docs/stable/generated/torch.nn.GRU.html
 */
export class GRU extends RecurrentBase {
  protected get states(): number {
    return 1;
  }
  constructor(...args: Sizes) {
    super('GRU', 3, args);
  }
  protected step(): Step {
    return (a, b, [h]) => [nn.gruStep(blocks(a, 3), blocks(b, 3), h!) as Tensor];
  }
  forward<T extends Tensor | PackedSequence>(input: T, hx: Tensor | null = null): [T, Tensor] {
    const { output, state } = this.runAll(input, hx === null ? null : [hx]);
    return [output as T, state[0]!];
  }
}
/** Plain recurrence h' = tanh(W x + b + U h + c), or relu: gives [output, h_n]. */
export class RNN extends RecurrentBase {
  protected get states(): number {
    return 1;
  }
  constructor(...args: Sizes) {
    super('RNN', 1, args);
  }
  protected step(): Step {
    const f = this.nonlinearity === 'relu' ? ops.relu : ops.tanh;
    return (a, b) => [f(ops.add(a, b)) as Tensor];
  }
  forward<T extends Tensor | PackedSequence>(input: T, hx: Tensor | null = null): [T, Tensor] {
    const { output, state } = this.runAll(input, hx === null ? null : [hx]);
    return [output as T, state[0]!];
  }
}
/** Long short-term memory: gives [output, [h_n, c_n]]. */
export class LSTM extends RecurrentBase {
  protected get states(): number {
    return 2;
  }
  constructor(...args: Sizes) {
    super('LSTM', 4, args);
  }
  protected step(): Step {
    return (a, b, [, c]) => nn.lstmStep(blocks(ops.add(a, b) as Tensor, 4), c!) as unknown as readonly Tensor[];
  }
  forward<T extends Tensor | PackedSequence>(
    input: T,
    hx: readonly [Tensor, Tensor] | null = null,
  ): [T, [Tensor, Tensor]] {
    const { output, state } = this.runAll(input, hx);
    return [output as T, [state[0]!, state[1]!]];
  }
}
