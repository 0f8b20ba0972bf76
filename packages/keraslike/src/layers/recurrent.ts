import { floatsAreMarked, ops, type Tensor } from '@stele/core';
import { z } from 'zod';
import type * as activations from '../activations/index';
import { type Call, type Keywords, read, signature } from '../arguments';
import { indexError, valueError } from '../errors';
import { inScope } from '../names';
import { deserialize_keras_object, fromConfig, plainConfig, serialize_keras_object } from '../saving/objects';
import { type Shape, showTuple, tensorFamily } from '../tensors';
import { Variable } from '../variable';
import * as cells from './cells';
import { Layer, type LayerOptions } from './layer';
import * as o from './options';
import { requireRank } from './spec';
import { mapTensors, tensorsOf } from './structure';
import { unbuilt } from './wrappers';
import { zerosOf } from './zeros';

/** What an RNN steps with: a layer, or anything with `call` and `state_size`. */
export interface Cell {
  readonly state_size: cells.StateSize;
  readonly output_size?: number;
  call(...args: any[]): any;
  get_initial_state?(batch_size: number): any;
}
type Nested = Tensor | readonly Nested[];
type CallOptions = { mask?: Tensor | null; initial_state?: unknown; training?: boolean | null };

const stepOptions = {
  return_sequences: z.boolean().default(false),
  return_state: z.boolean().default(false),
  go_backwards: z.boolean().default(false),
  stateful: z.boolean().default(false),
  // a hint that changes no number
  unroll: z.boolean().default(false),
};
const zero_output_for_mask = z.boolean().default(false);
const stepNames = 'return_sequences return_state go_backwards stateful unroll zero_output_for_mask';
const rnn = signature(1, { cell: z.custom<Cell | readonly Cell[]>(), ...stepOptions, zero_output_for_mask }, o.base);
type Steps = LayerOptions & Record<keyof typeof stepOptions | 'zero_output_for_mask', boolean>;

/** Steps a cell along time, keeping the state where a mask says so. @see https://keras.io/api/layers/recurrent_layers/rnn/ */
export class RNN extends Layer {
  declare readonly return_sequences: boolean;
  declare readonly return_state: boolean;
  declare readonly go_backwards: boolean;
  declare readonly stateful: boolean;
  declare readonly unroll: boolean;
  declare zero_output_for_mask: boolean;
  readonly cell: Cell;
  /** The states that a stateful layer goes on with. */
  declare states: readonly Variable[] | null;

  constructor(
    ...args: Call<
      [cell: Cell | readonly Cell[]],
      [return_sequences: boolean, return_state: boolean, go_backwards: boolean, stateful: boolean, unroll: boolean],
      Keywords<typeof rnn>
    >
  ) {
    const { cell, ...p } = read('RNN.__init__()', rnn, args);
    const made = Array.isArray(cell) ? new StackedRNNCells(cell as readonly Cell[]) : (cell as Cell);
    if (typeof made?.call !== 'function')
      throw valueError(`Argument \`cell\` should have a \`call\` method. Received: cell=${String(made)}`);
    if (made.state_size === undefined || made.state_size === null)
      throw valueError(
        `The RNN cell should have a \`state_size\` attribute (single integer or list of integers, one integer per RNN state). Received: cell=${String(made)}`,
      );
    super(p);
    this.keep(p, stepNames.split(' '));
    this.cell = made;
    // not among the weights
    Object.defineProperty(this, 'states', { value: null, writable: true });
    this.supports_masking = true;
    this.first_argument = 'sequences';
    this.shape_arguments = ['initial_state'];
    this.call_arguments = ['initial_state', 'mask', 'training'];
  }
  protected get sizes(): readonly (number | readonly number[])[] {
    const { state_size } = this.cell;
    return typeof state_size === 'number' ? [state_size] : state_size;
  }
  override build(sequences_shape: Shape, _initial_state_shape?: unknown): void {
    const { cell } = this;
    if (cell instanceof Layer) cell.ensureBuilt([sequences_shape[0]!, ...sequences_shape.slice(2)]);
    if (!this.stateful) return;
    if (this.states !== null) this.reset_state();
    else {
      if (sequences_shape[0] === null)
        throw valueError(
          `When using \`stateful=True\` in a RNN, the batch size must be static. Found dynamic batch size: sequence.shape=${showTuple(sequences_shape)}`,
        );
      this.makeStates(sequences_shape[0]!);
    }
  }
  private makeStates(batch: number): void {
    const zeros = tensorsOf(this.get_initial_state(batch)) as Tensor[];
    this.states = inScope(
      this.name,
      () => zeros.map((t) => new Variable(t, { trainable: false, name: 'rnn_state' })),
      this,
    );
  }
  get_initial_state(batch_size: number): any {
    if (typeof this.cell.get_initial_state === 'function') {
      const given = this.cell.get_initial_state(batch_size);
      return Array.isArray(given) ? given : [given];
    }
    return (this.sizes as number[]).map((n) => zerosOf(tensorFamily(), [batch_size, n], this.compute_dtype));
  }
  reset_state(): void {
    for (const state of this.states ?? []) state.assign(zerosOf(tensorFamily(), state.sizes, state.scalarType));
  }
  reset_states(): void {
    this.reset_state();
  }

  private before(x: Tensor, given: unknown): Nested[] {
    if (given !== null && given !== undefined) {
      const list = Array.isArray(given) ? given : [given];
      const wanted = tensorsOf(this.get_initial_state(x.sizes[0]!)).length;
      const found = tensorsOf(list).length;
      if (found < wanted) throw indexError('list index out of range');
      if (found > wanted && wanted > 1)
        throw valueError(`Too few leaves for PyTreeSpec; expected: ${found}, got: ${wanted}.`);
      if (found !== wanted && !floatsAreMarked())
        throw valueError(
          `Layer "${this.name}" expects ${wanted} state(s), but it received ${tensorsOf(list).length} initial state(s).`,
        );
      return list.slice(0, wanted).map((s) => mapTensors(s, (t: Tensor) => ops.cast(t, this.compute_dtype)));
    }
    const fresh = this.get_initial_state(x.sizes[0]!);
    if (!this.stateful || this.states === null) return fresh;
    const expected = this.states[0]!.sizes[0]!;
    if (expected !== x.sizes[0])
      throw valueError(
        `If an RNN is stateful, the batch size of the input sequences must be the same as the batch size of the initial state. \n- Expected batch size: ${expected}\n- Received batch size: ${x.sizes[0]}`,
      );
    let i = 0;
    return mapTensors(fresh, () => this.states![i++]!.value);
  }

  override call(x: Tensor, options: CallOptions = {}): any {
    const { cell } = this;
    const time = x.sizes[1]!;
    const training = options.training ?? false;
    const mask = (Array.isArray(options.mask) ? options.mask[0] : options.mask) ?? null;
    let states = this.before(x, options.initial_state);
    drawMasks(cell, ops.select(x, 1, 0), states);
    // all steps' projections at once where the cell can make them
    const projected = cell instanceof cells.RecurrentCell ? cell.project(x, training) : null;
    const step = (t: number, now: readonly Nested[]): readonly [Tensor, readonly Nested[]] => {
      if (projected !== null)
        return (cell as cells.RecurrentCell).advance(ops.select(projected, 1, t), now as Tensor[], training);
      return run(cell, ops.select(x, 1, t), now, training);
    };
    const outputs: Tensor[] = [];
    let last: Tensor | null = null;
    for (let i = 0; i < time; i++) {
      const t = this.go_backwards ? time - 1 - i : i;
      const [out, next] = step(t, states);
      if (mask === null) {
        states = [...next];
        last = out;
      } else {
        const kept = ops.cast(ops.select(mask, 1, t), 'bool');
        const pick = (a: Tensor, b: Tensor): Tensor =>
          ops.where(ops.reshape(kept, [...kept.sizes, ...Array<number>(a.rank - kept.rank).fill(1)]), a, b);
        const otherwise: Tensor = last === null || this.zero_output_for_mask ? ops.fullLike(out, 0) : last;
        last = pick(out, otherwise);
        const old = tensorsOf(states) as Tensor[];
        let k = 0;
        states = mapTensors([...next], (s: Tensor) => pick(s, old[k++]!));
      }
      if (this.return_sequences) outputs.push(last);
    }
    resetMasks(cell);
    if (this.stateful && this.states !== null)
      (tensorsOf(states) as Tensor[]).forEach((s, i) => {
        this.states![i]!.assign(s);
      });
    const end = last ?? ops.select(x, 1, 0);
    const output = this.return_sequences ? ops.stack(outputs, 1) : end;
    return this.return_state ? [output, ...states] : output;
  }
  override compute_mask(_x: unknown, mask: any): any {
    const own = Array.isArray(mask) ? (mask.flat(9)[0] ?? null) : mask;
    const out = this.return_sequences ? own : null;
    return this.return_state ? [out, ...this.sizes.map(() => null)] : out;
  }
  override compute_output_shape(sequences_shape: Shape, _initial_state_shape?: unknown): any {
    const [batch, time] = sequences_shape as [number | null, number | null];
    const states = this.sizes.map((s) => (typeof s === 'number' ? [batch, s] : s.map((n) => [batch, n])));
    const first = this.sizes[0]!;
    const size = this.cell.output_size ?? (typeof first === 'number' ? first : first[0]!);
    const out = this.return_sequences ? [batch, time, size] : [batch, size];
    return this.return_state ? [out, ...states] : out;
  }
  override get_config(): Record<string, unknown> {
    return { ...super.get_config(), cell: serialize_keras_object(this.cell) };
  }
  static override from_config(config: unknown, custom_objects: Record<string, unknown> | null = null): unknown {
    const { cell, ...rest } = unbuilt(plainConfig(config), 'cell');
    return new this(deserialize_keras_object(cell, custom_objects), rest);
  }
}

/** One step of any cell: output and states, each in a list. */
function run(
  cell: Cell,
  x: Tensor,
  states: readonly Nested[],
  training: boolean,
): readonly [Tensor, readonly Nested[]] {
  const result = cell instanceof Layer ? cell.__call__(x, states, { training }) : cell.call(x, states, { training });
  const [out, next] = result as [Tensor, Nested | readonly Nested[]];
  return [out, Array.isArray(next) ? next : [next as Tensor]];
}
/** A cell that drops the same places at every step. */
interface Masking {
  readonly dropout: number;
  readonly recurrent_dropout: number;
  drawMasks(step: Tensor, state: Tensor): void;
  resetMasks(): void;
}
const masks = (cell: Cell): cell is Cell & Masking => 'drawMasks' in cell;
function drawMasks(cell: Cell, step: Tensor, states: readonly Nested[]): void {
  if (masks(cell)) cell.drawMasks(step, tensorsOf(states)[0] as Tensor);
  else if (cell instanceof StackedRNNCells) {
    const some = (c: Cell): boolean =>
      c instanceof StackedRNNCells ? c.cells.some(some) : masks(c) && (c.dropout > 0 || c.recurrent_dropout > 0);
    if (!some(cell)) return;
    let input = step;
    cell.cells.forEach((c, i) => {
      const own = states[i]!;
      const list = Array.isArray(own) ? own : [own as Tensor];
      drawMasks(c, input, list);
      input = run(c, input, list, false)[0];
    });
  }
}
function resetMasks(cell: Cell): void {
  if (masks(cell)) cell.resetMasks();
  else if (cell instanceof StackedRNNCells) cell.cells.forEach(resetMasks);
}

const stacked = signature(1, { cells: z.custom<readonly Cell[]>() }, o.base);
/** Cells one on another as one. @see https://keras.io/api/layers/recurrent_layers/stacked_rnn_cell/ */
export class StackedRNNCells extends Layer {
  readonly cells: readonly Cell[];
  constructor(...args: Call<[cells: readonly Cell[]], [], Keywords<typeof stacked>>) {
    const { cells: given, ...p } = read('StackedRNNCells.__init__()', stacked, args);
    for (const cell of given) {
      if (typeof cell.call !== 'function')
        throw valueError(
          `All cells must have a \`call\` method. Received cell without a \`call\` method: ${String(cell)}`,
        );
      if (cell.state_size === undefined)
        throw valueError(
          `All cells must have a \`state_size\` attribute. Received cell without a \`state_size\`: ${String(cell)}`,
        );
    }
    super(p);
    this.cells = [...given];
    this.call_arguments = ['states', 'training'];
  }
  get state_size(): cells.StateSize {
    return this.cells.map((c) => c.state_size as number | readonly number[]);
  }
  get output_size(): number {
    const last = this.cells.at(-1)!;
    const { state_size } = last;
    return last.output_size ?? (typeof state_size === 'number' ? state_size : (state_size[0] as number));
  }
  get_initial_state(batch_size: number): any {
    return this.cells.map((cell) => {
      if (typeof cell.get_initial_state === 'function') return cell.get_initial_state(batch_size);
      const zeros = (n: number): Tensor => zerosOf(tensorFamily(), [batch_size, n], this.compute_dtype);
      return typeof cell.state_size === 'number' ? zeros(cell.state_size) : (cell.state_size as number[]).map(zeros);
    });
  }
  override build(input_shape: Shape): void {
    let shape = input_shape;
    for (const cell of this.cells) {
      if (cell instanceof Layer) cell.ensureBuilt(shape);
      const { state_size } = cell;
      const first = typeof state_size === 'number' ? state_size : (state_size[0] as number);
      shape = [shape[0]!, cell.output_size ?? first];
    }
  }
  override call(x: Tensor, options: { states?: readonly Nested[]; training?: boolean | null } = {}): any {
    let out = x;
    const next = this.cells.map((cell, i) => {
      const own = options.states![i]!;
      const list = Array.isArray(own) ? own : [own as Tensor];
      const [y, states] = run(cell, out, list, options.training ?? false);
      out = y;
      return states.length === 1 && !Array.isArray(own) ? states[0]! : states;
    });
    return [out, next];
  }
  override get_config(): Record<string, unknown> {
    return { ...super.get_config(), cells: this.cells.map(serialize_keras_object) };
  }
  static override from_config(config: unknown, custom_objects: Record<string, unknown> | null = null): unknown {
    const { cells: saved, ...rest } = unbuilt(plainConfig(config), 'cells');
    return new StackedRNNCells(
      (saved as unknown[]).map((c) => deserialize_keras_object(c, custom_objects) as Cell),
      rest,
    );
  }
}

const { activity_regularizer: _activity, ...base } = o.base;
const activity = { activity_regularizer: o.regularizer };
const mask = { zero_output_for_mask };
const use_cudnn = z.union([z.boolean(), z.literal('auto')]).default('auto');
const simple = signature(
  1,
  {
    ...cells.simpleStart,
    ...cells.penalties,
    ...activity,
    ...cells.projections,
    ...cells.rates,
    ...stepOptions,
    seed: o.seed,
  },
  { ...base, ...mask },
);
const implementation = { implementation: z.number().optional() };
const gru = signature(
  1,
  {
    ...cells.gatedStart,
    ...cells.penalties,
    ...activity,
    ...cells.projections,
    ...cells.rates,
    seed: o.seed,
    ...stepOptions,
    reset_after: cells.reset_after,
    use_cudnn,
  },
  { ...base, ...mask, ...implementation },
);
const lstm = signature(
  1,
  {
    ...cells.gatedStart,
    unit_forget_bias: cells.unit_forget_bias,
    ...cells.penalties,
    ...activity,
    ...cells.projections,
    ...cells.rates,
    seed: o.seed,
    ...stepOptions,
    use_cudnn,
  },
  { ...base, ...mask, ...implementation },
);
type Gated = [activation: o.ActivationIdentifier, recurrent_activation: o.ActivationIdentifier, use_bias: boolean];

/** Splits the arguments of a layer into those of its cell and those of the steps. */
export function split<T extends Steps>(p: T, cellName: string): { steps: Steps; cell: any } {
  const {
    return_sequences,
    return_state,
    go_backwards,
    stateful,
    unroll,
    zero_output_for_mask: zero,
    name,
    activity_regularizer,
    input_shape,
    input_dim,
    ...rest
  } = p as T & { use_cudnn?: unknown; implementation?: unknown };
  const { use_cudnn: _cudnn, implementation: _which, ...cell } = rest as Record<string, unknown>;
  const { trainable, dtype, autocast } = p;
  const flags = { return_sequences, return_state, go_backwards, stateful, unroll, zero_output_for_mask: zero };
  const all = { ...flags, name, activity_regularizer, input_shape, input_dim, trainable, dtype, autocast };
  const given = Object.fromEntries(Object.entries(all).filter(([, v]) => v !== undefined));
  return { steps: given as unknown as Steps, cell: { ...cell, name: cellName } };
}

/** A recurrent layer with a cell of its own. */
abstract class CellLayer extends RNN {
  declare readonly cell: cells.RecurrentCell;
  constructor(
    cell: cells.RecurrentCell,
    steps: Steps,
    private readonly cellNames: string,
  ) {
    super(cell, steps as never);
    this.input_spec = { ndim: 3 };
  }
  get units(): number {
    return this.cell.units;
  }
  get activation(): activations.Activation {
    return this.cell.activation;
  }
  get use_bias(): boolean {
    return this.cell.use_bias;
  }
  get dropout(): number {
    return this.cell.dropout;
  }
  get recurrent_dropout(): number {
    return this.cell.recurrent_dropout;
  }
  override build(sequences_shape: Shape, initial_state_shape?: unknown): void {
    requireRank({ ndim: 3 }, sequences_shape, this.name);
    super.build(sequences_shape, initial_state_shape);
  }
  override get_config(): Record<string, unknown> {
    const { cell: _cell, ...config } = super.get_config();
    const inner: Record<string, unknown> = {
      ...this.cell.get_config(),
      activity_regularizer: serialize_keras_object(this.activity_regularizer),
    };
    return { ...config, ...Object.fromEntries(this.cellNames.split(' ').map((n) => [n, inner[n] ?? null])) };
  }
  static override from_config(config: unknown): unknown {
    // biome-ignore lint/complexity/noThisInStatic: the class that was asked, which may be a subclass
    return fromConfig(this as never, config);
  }
}
const initializerNames = 'use_bias kernel_initializer recurrent_initializer bias_initializer';
const limitNames =
  'kernel_regularizer recurrent_regularizer bias_regularizer activity_regularizer kernel_constraint recurrent_constraint bias_constraint dropout recurrent_dropout';

/** h' = activation(x · kernel + bias + h · recurrent_kernel). @see https://keras.io/api/layers/recurrent_layers/simple_rnn/ */
export class SimpleRNN extends CellLayer {
  constructor(
    ...args: Call<[units: number], [activation: o.ActivationIdentifier, use_bias: boolean], Keywords<typeof simple>>
  ) {
    const { steps, cell } = split(read('SimpleRNN.__init__()', simple, args) as never, 'simple_rnn_cell');
    super(new cells.SimpleRNNCell(cell), steps, `units activation ${initializerNames} ${limitNames}`);
  }
}
/**
 * A gated recurrent unit with gates in the order update, reset, new; the reset gate works after the matrix product
 * unless `reset_after` is false.
 * @see https://keras.io/api/layers/recurrent_layers/gru/
 */
export class GRU extends CellLayer {
  constructor(...args: Call<[units: number], Gated, Keywords<typeof gru>>) {
    const { steps, cell } = split(read('GRU.__init__()', gru, args) as never, 'gru_cell');
    super(
      new cells.GRUCell(cell),
      steps,
      `units activation recurrent_activation ${initializerNames} ${limitNames} reset_after seed`,
    );
  }
  get reset_after(): boolean {
    return (this.cell as cells.GRUCell).reset_after;
  }
}
/** A long short-term memory with gates in the order input, forget, cell, output. @see https://keras.io/api/layers/recurrent_layers/lstm/ */
export class LSTM extends CellLayer {
  constructor(...args: Call<[units: number], Gated, Keywords<typeof lstm>>) {
    const { steps, cell } = split(read('LSTM.__init__()', lstm, args) as never, 'lstm_cell');
    super(
      new cells.LSTMCell(cell),
      steps,
      `units activation recurrent_activation ${initializerNames} unit_forget_bias ${limitNames} seed`,
    );
  }
  get unit_forget_bias(): boolean {
    return (this.cell as cells.LSTMCell).unit_forget_bias;
  }
}
