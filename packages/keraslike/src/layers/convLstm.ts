import { nn, ops, type Tensor } from '@stele/core';
import { z } from 'zod';
import type * as activations from '../activations/index';
import { type Call, type Keywords, type Parameters, read, signature } from '../arguments';
import type { Projection } from '../constraints/index';
import { valueError } from '../errors';
import type * as initializers from '../initializers/index';
import { SeedGenerator } from '../random/stateless';
import type { Penalty } from '../regularizers/index';
import { fromConfig, serialize_keras_object } from '../saving/objects';
import { type Shape, showTuple, tensorFamily } from '../tensors';
import type { Variable } from '../variable';
import * as cells from './cells';
import * as g from './geometry';
import { Layer, type LayerOptions } from './layer';
import * as o from './options';
import { RNN, split } from './recurrent';
import { dropped } from './regularization';
import { zerosOf } from './zeros';

const { activity_regularizer: _activity, ...base } = o.base;
const convLstm = signature(
  2,
  {
    filters: z.number(),
    kernel_size: g.sizes,
    strides: g.sizes.default(1),
    padding: g.paddingOption.default('valid'),
    data_format: o.dataFormat,
    dilation_rate: g.sizes.default(1),
    activation: o.activation.default('tanh'),
    recurrent_activation: o.activation.default('sigmoid'),
    ...cells.weightOptions,
    unit_forget_bias: cells.unit_forget_bias,
    ...cells.penalties,
    activity_regularizer: o.regularizer,
    ...cells.projections,
    ...cells.rates,
    seed: o.seed,
    return_sequences: z.boolean().default(false),
    return_state: z.boolean().default(false),
    go_backwards: z.boolean().default(false),
    stateful: z.boolean().default(false),
  },
  { ...base, unroll: z.boolean().default(false), zero_output_for_mask: z.boolean().default(false) },
);
const names =
  'filters kernel_size strides padding data_format dilation_rate activation recurrent_activation use_bias kernel_initializer recurrent_initializer bias_initializer unit_forget_bias kernel_regularizer recurrent_regularizer bias_regularizer kernel_constraint recurrent_constraint bias_constraint dropout recurrent_dropout seed';

type CellOptions = LayerOptions &
  Omit<Parameters<typeof convLstm>, 'return_sequences' | 'return_state' | 'go_backwards' | 'stateful'>;

/** A step of a long short-term memory whose products are convolutions. */
class ConvLSTMCell extends Layer {
  declare readonly filters: number;
  declare readonly kernel_size: readonly number[];
  declare readonly strides: readonly number[];
  declare readonly padding: g.Padding;
  declare readonly data_format: g.DataFormat;
  declare readonly dilation_rate: readonly number[];
  declare readonly activation: activations.Activation;
  declare readonly recurrent_activation: activations.Activation;
  declare readonly use_bias: boolean;
  declare readonly unit_forget_bias: boolean;
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
  declare kernel: Variable;
  declare recurrent_kernel: Variable;
  declare bias: Variable | null;
  readonly seed_generator: SeedGenerator;
  readonly state_size = [-1, -1];
  private seen: Shape | null = null;
  private inputMasks: readonly Tensor[] | null = null;
  private stateMasks: readonly Tensor[] | null = null;

  constructor(rank: number, p: CellOptions) {
    super(p);
    this.seed_generator = new SeedGenerator(p.seed);
    const held = (rate: number): number => Math.min(1, Math.max(0, rate));
    this.keep(
      {
        ...p,
        kernel_size: g.spread(p.kernel_size, rank, 'kernel_size'),
        strides: g.spread(p.strides, rank, 'strides'),
        padding: g.standardPadding(p.padding, false),
        data_format: g.formatOf(p.data_format),
        dilation_rate: g.spread(p.dilation_rate, rank, 'dilation_rate'),
        dropout: held(p.dropout),
        recurrent_dropout: held(p.recurrent_dropout),
      },
      names.split(' '),
    );
    if (this.strides.some((s) => s > 1) && this.dilation_rate.some((d) => d > 1))
      throw valueError(
        `Specifying \`strides > 1\` is not compatible with \`dilation_rate > 1\`. Please provide \`strides=1\` or \`dilation_rate=1\`. Received: strides=${showTuple(this.strides)} and dilation_rate=${showTuple(this.dilation_rate)}`,
      );
    this.call_arguments = ['states', 'training'];
  }
  private get first(): boolean {
    return this.data_format === 'channels_first';
  }
  override build(input_shape: Shape): void {
    const spatial = this.first ? input_shape.slice(2) : input_shape.slice(1, -1);
    if (spatial.includes(null))
      throw valueError(
        `ConvLSTM layers only support static input shapes for the spatial dimension. Received invalid input shape: input_shape=${showTuple(input_shape)}`,
      );
    const channels = input_shape.at(this.first ? 1 : -1) ?? null;
    if (channels === null)
      throw valueError(
        `The channel dimension of the inputs (last axis) should be defined. Found None. Full input shape received: input_shape=${showTuple(input_shape)}`,
      );
    this.seen = input_shape;
    const { filters } = this;
    this.kernel = this.add_weight({
      name: 'kernel',
      shape: [...this.kernel_size, channels, filters * 4],
      initializer: this.kernel_initializer,
      regularizer: this.kernel_regularizer,
      constraint: this.kernel_constraint,
    });
    this.recurrent_kernel = this.add_weight({
      name: 'recurrent_kernel',
      shape: [...this.kernel_size, filters, filters * 4],
      initializer: this.recurrent_initializer,
      regularizer: this.recurrent_regularizer,
      constraint: this.recurrent_constraint,
    });
    this.bias = this.use_bias
      ? this.add_weight({
          name: 'bias',
          shape: [filters * 4],
          initializer: this.unit_forget_bias
            ? cells.openForgetGate(this.bias_initializer, filters)
            : this.bias_initializer,
          regularizer: this.bias_regularizer,
          constraint: this.bias_constraint,
        })
      : null;
  }
  get_initial_state(batch_size: number): Tensor[] {
    const shape = this.stateShape([batch_size, ...this.seen!.slice(1)]) as number[];
    return [0, 1].map(() => zerosOf(tensorFamily(), shape, this.compute_dtype));
  }
  stateShape(input_shape: Shape): Shape {
    const at = this.first ? 2 : 1;
    const spatial = this.kernel_size.map((k, i) =>
      g.windowCount(input_shape[at + i]!, k, this.strides[i]!, this.padding, this.dilation_rate[i]!),
    );
    return this.first ? [input_shape[0]!, this.filters, ...spatial] : [input_shape[0]!, ...spatial, this.filters];
  }
  /** A convolution whose four blocks of channels may see an input each. */
  private gates(inputs: readonly Tensor[], kernel: Tensor, bias: Tensor | null, ofState: boolean): Tensor[] {
    const stride = this.strides.map((s) => (ofState ? 1 : s));
    const dilation = this.dilation_rate.map((d) => (ofState ? 1 : d));
    const run = (x: Tensor, k: Tensor, b: Tensor | null): Tensor => {
      const padding = this.kernel_size.map((size, i) =>
        g.padsFor(ofState ? 'same' : this.padding, x.sizes[i + 1]!, size, stride[i]!, dilation[i]!),
      );
      return g.convolve(x, k, b, { stride, padding, dilation, groups: 1 });
    };
    if (inputs.length === 1) return nn.blocks(run(inputs[0]!, kernel, bias), 4);
    const kernels = nn.blocks(kernel, 4);
    const biases = bias === null ? null : nn.blocks(bias, 4);
    return inputs.map((x, i) => run(x, kernels[i]!, biases?.[i] ?? null));
  }
  /** The same places are dropped at every step: they are drawn before the first. */
  drawMasks(step: Tensor, state: Tensor): void {
    const draw = (like: Tensor, rate: number): Tensor[] | null =>
      rate === 0 ? null : [0, 1, 2, 3].map(() => dropped(ops.fullLike(like, 1), rate, like.sizes, this.seed_generator));
    this.inputMasks ??= draw(step, this.dropout);
    this.stateMasks ??= draw(state, this.recurrent_dropout);
  }
  resetMasks(): void {
    this.inputMasks = null;
    this.stateMasks = null;
  }
  override call(x: Tensor, options: { states?: readonly Tensor[]; training?: boolean | null } = {}): any {
    const [before, cell] = options.states!.map((s) => (this.first ? g.channelsToBack(s) : s)) as [Tensor, Tensor];
    const last = this.first ? g.channelsToBack(x) : x;
    if (options.training) this.drawMasks(x, options.states![0]!);
    const masked = (t: Tensor, masks: readonly Tensor[] | null, rate: number): Tensor[] =>
      !options.training || masks === null || rate >= 1
        ? [t]
        : masks.map((m) => ops.mul(t, this.first ? g.channelsToBack(m) : m));
    const fromInput = this.gates(masked(last, this.inputMasks, this.dropout), this.kernel, this.bias, false);
    const seen = masked(before, this.stateMasks, this.recurrent_dropout);
    const fromState = this.gates(seen, this.recurrent_kernel, null, true);
    const sums = fromInput.map((v, i) => ops.add(v, fromState[i]!));
    const states = nn
      .lstmStepWith(sums, cell, this.recurrent_activation, this.activation)
      .map((t) => (this.first ? g.channelsToFront(t) : t));
    return [states[0], states];
  }
  override compute_output_shape(input_shape: Shape): any {
    const shape = this.stateShape(input_shape);
    return [shape, [shape, shape]];
  }
}

type Arguments = Call<
  [filters: number, kernel_size: g.Sizes],
  [strides: g.Sizes, padding: string],
  Keywords<typeof convLstm>
>;
abstract class ConvLSTM extends RNN {
  declare readonly cell: ConvLSTMCell;
  constructor(rank: number, call: string, args: readonly unknown[]) {
    const p = read(`${call}.__init__()`, convLstm, args);
    g.requireFilters(p.filters);
    const { steps, cell } = split(p as never, 'conv_lstm_cell');
    super(new ConvLSTMCell(rank, cell), steps as never);
    this.input_spec = { ndim: rank + 3 };
  }
  override compute_output_shape(sequences_shape: Shape): any {
    const [batch, time] = sequences_shape as [number | null, number | null];
    const state = this.cell.stateShape([batch, ...sequences_shape.slice(2)]);
    const out = this.return_sequences ? [batch, time, ...state.slice(1)] : state;
    return this.return_state ? [out, state, state] : out;
  }
  override get_config(): Record<string, unknown> {
    const { cell: _cell, ...config } = super.get_config();
    const inner: Record<string, unknown> = {
      ...this.cell.get_config(),
      activity_regularizer: serialize_keras_object(this.activity_regularizer),
    };
    const own = names.replace('bias_regularizer', 'bias_regularizer activity_regularizer').split(' ');
    return { ...config, ...Object.fromEntries(own.map((n) => [n, inner[n] ?? null])) };
  }
  static override from_config(config: unknown): unknown {
    // biome-ignore lint/complexity/noThisInStatic: the class that was asked, which may be a subclass
    return fromConfig(this as never, config);
  }
}
/** A memory of rows. @see https://keras.io/api/layers/recurrent_layers/conv_lstm1d/ */
export class ConvLSTM1D extends ConvLSTM {
  constructor(...args: Arguments) {
    super(1, 'ConvLSTM1D', args);
  }
}
/** A memory of images. @see https://keras.io/api/layers/recurrent_layers/conv_lstm2d/ */
export class ConvLSTM2D extends ConvLSTM {
  constructor(...args: Arguments) {
    super(2, 'ConvLSTM2D', args);
  }
}
/** A memory of volumes. @see https://keras.io/api/layers/recurrent_layers/conv_lstm3d/ */
export class ConvLSTM3D extends ConvLSTM {
  constructor(...args: Arguments) {
    super(3, 'ConvLSTM3D', args);
  }
}
