import { nn, ops, type Tensor } from '@stele/core';
import { z } from 'zod';
import { type Call, type Keywords, read, signature } from '../arguments';
import type { Projection } from '../constraints/index';
import { valueError } from '../errors';
import * as initializers from '../initializers/index';
import type { Penalty } from '../regularizers/index';
import { maskOf, type Shape, setMask, showTuple } from '../tensors';
import { Softmax } from './activation';
import { EinsumDense } from './einsumDense';
import { type CallOptions, Layer, type LayerOptions } from './layer';
import * as o from './options';
import { Dropout } from './regularization';
import { KerasTensor } from './symbolic';

const { activity_regularizer: _activity, ...base } = o.base;
const projections = {
  kernel_initializer: o.initializer.default('glorot_uniform'),
  bias_initializer: o.initializer.default('zeros'),
  kernel_regularizer: o.regularizer,
  bias_regularizer: o.regularizer,
  activity_regularizer: o.regularizer,
  kernel_constraint: o.constraint,
  bias_constraint: o.constraint,
  use_gate: z.boolean().default(false),
  seed: o.seed,
};
const window = {
  sliding_window: z.int().nullable().default(null),
  // a hint that changes no number
  flash_attention: z.boolean().nullable().default(null),
};
const heads = signature(
  2,
  {
    num_heads: z.int(),
    key_dim: z.int(),
    value_dim: z.int().nullable().default(null),
    dropout: z.number().default(0),
    use_bias: z.boolean().default(true),
    output_shape: z
      .union([z.int(), z.array(z.int()).readonly()])
      .nullable()
      .default(null),
    attention_axes: z
      .union([z.int(), z.array(z.int()).readonly()])
      .nullable()
      .default(null),
    ...window,
    ...projections,
  },
  base,
);
const projectionNames =
  'kernel_initializer bias_initializer kernel_regularizer bias_regularizer activity_regularizer kernel_constraint bias_constraint seed';

interface AttentionOptions extends CallOptions {
  value?: Tensor;
  key?: Tensor | null;
  query_mask?: Tensor | null;
  value_mask?: Tensor | null;
  key_mask?: Tensor | null;
  attention_mask?: Tensor | null;
  return_attention_scores?: boolean;
  use_causal_mask?: boolean;
}

/** Queries, keys and values projected for several heads, each of which attends by itself. */
abstract class Heads extends Layer {
  declare readonly dropout: number;
  declare readonly use_bias: boolean;
  declare readonly use_gate: boolean;
  declare readonly sliding_window: number | null;
  declare readonly seed: number | null;
  declare readonly kernel_initializer: initializers.Initializer;
  declare readonly bias_initializer: initializers.Initializer;
  declare readonly kernel_regularizer: Penalty | null;
  declare readonly bias_regularizer: Penalty | null;
  declare readonly kernel_constraint: Projection | null;
  declare readonly bias_constraint: Projection | null;
  declare query_dense: EinsumDense;
  declare key_dense: EinsumDense;
  declare gate_dense: EinsumDense;
  declare value_dense: EinsumDense;
  declare softmax_layer: Softmax;
  declare dropout_layer: Dropout;
  declare output_dense: EinsumDense;

  constructor(p: LayerOptions & { sliding_window: number | null }) {
    if (p.sliding_window !== null && p.sliding_window <= 0)
      throw valueError(`\`sliding_window\` must be a positive integer or \`None\`. Received: ${p.sliding_window}`);
    super(p);
    this.supports_masking = true;
    this.first_argument = 'query';
    this.required_arguments = ['query', 'value'];
    this.shape_arguments = ['value', 'key'];
    this.call_arguments = [
      'value',
      'key',
      'query_mask',
      'value_mask',
      'key_mask',
      'attention_mask',
      'return_attention_scores',
      'training',
      'use_causal_mask',
    ];
  }
  protected dense(
    name: string,
    equation: string,
    shape: readonly (number | null)[],
    bias: string,
    activation: string | null = null,
  ): EinsumDense {
    const fresh = (given: initializers.Initializer): initializers.Initializer =>
      given instanceof initializers.InitializerBase ? given.clone() : given;
    return new EinsumDense(equation, shape, {
      bias_axes: this.use_bias ? bias : null,
      name,
      activation,
      kernel_regularizer: this.kernel_regularizer,
      bias_regularizer: this.bias_regularizer,
      activity_regularizer: this.activity_regularizer,
      kernel_constraint: this.kernel_constraint,
      bias_constraint: this.bias_constraint,
      dtype: this.dtype_policy.name,
      kernel_initializer: fresh(this.kernel_initializer),
      bias_initializer: fresh(this.bias_initializer),
    });
  }
  protected finish(axes: readonly number[]): void {
    const dtype = this.dtype_policy.name;
    this.softmax_layer = new Softmax({ axis: axes, dtype });
    this.dropout_layer = new Dropout({ rate: this.dropout, dtype, seed: this.seed });
  }
  /** All masks as one: those of the inputs, the one given, what is causal and what is near. */
  protected maskFor(query: Tensor, value: Tensor, options: AttentionOptions, keyGiven: boolean): Tensor | null {
    const list: Tensor[] = [];
    const queryMask = maskOf(query) ?? options.query_mask ?? null;
    const valueMask = options.value_mask ?? maskOf(value);
    const keyMask = options.key_mask ?? (keyGiven ? maskOf(options.key) : null);
    if (queryMask !== null) list.push(ops.unsqueeze(ops.cast(queryMask, 'bool'), -1));
    for (const m of [valueMask, keyMask]) if (m !== null) list.push(ops.unsqueeze(ops.cast(m, 'bool'), -2));
    const [t, s] = [query.sizes[1]!, value.sizes[1]!];
    if (options.use_causal_mask) list.push(nn.bandMask(query, t, s, true, null));
    if (this.sliding_window !== null) list.push(nn.bandMask(query, t, s, false, this.sliding_window));
    if (options.attention_mask) list.unshift(ops.cast(options.attention_mask, 'bool'));
    return list.length === 0 ? null : list.reduce((a, b) => ops.logicalAnd(a, b));
  }
  /** A mask with axes for the heads. */
  protected widened(mask: Tensor, rank: number, axes: number): Tensor {
    let wide = mask;
    while (wide.rank < rank) wide = ops.unsqueeze(wide, wide.rank - axes * 2);
    return wide;
  }
  protected attend(
    scores: Tensor,
    mask: Tensor | null,
    axes: number,
    options: AttentionOptions,
    rank: number,
  ): { weights: Tensor; used: Tensor } {
    const wide = mask === null ? null : this.widened(mask, scores.rank, axes);
    // as Keras: the fused formula where nothing is dropped and the scores are not asked for
    const fused = !(this.dropout > 0 || options.return_attention_scores || rank !== 4);
    const weights =
      fused && wide !== null
        ? ops.softmax(nn.shutOut(scores, wide), -1)
        : (this.softmax_layer.call(scores, { mask: wide }) as Tensor);
    const used =
      this.dropout > 0 ? (this.dropout_layer.call(weights, { training: options.training ?? null }) as Tensor) : weights;
    return { weights, used };
  }
  override compute_mask(_query: unknown, mask: any): any {
    return mask;
  }
  protected requireSameTime(value: Shape, key: Shape): void {
    if (String(value.slice(1, -1)) !== String(key.slice(1, -1)))
      throw valueError(
        `All dimensions of \`value\` and \`key\`, except the last one, must be equal. Received: value_shape=${showTuple(value)} and key_shape=${showTuple(key)}`,
      );
  }
  protected abstract readonly headCount: number;
  override compute_output_spec(args: readonly any[], options: CallOptions): any {
    const out = super.compute_output_spec(args, options);
    if (!options['return_attention_scores']) return out;
    const [query] = args as [KerasTensor];
    const value = (options['key'] ?? options['value']) as KerasTensor;
    const scores = [query.shape[0]!, this.headCount, query.shape[1]!, value.shape[1]!];
    return [out, new KerasTensor(scores, this.compute_dtype)];
  }
}

const letter = (i: number): string => String.fromCharCode(97 + i);
const letters = (from: number, count: number): string =>
  Array.from({ length: count }, (_, i) => letter(from + i)).join('');
/** The equation of a projection: free axes stay, bound ones are summed, new ones come last. */
function projection(free: number, bound: number, made: number): { equation: string; bias: string; rank: number } {
  const input = letters(0, free + bound);
  const output = letters(free + bound, made);
  const kernel = `${letters(free, bound)}${output}`;
  return { equation: `${input},${kernel}->${letters(0, free)}${output}`, bias: output, rank: free + made };
}

/**
 * softmax(Q Kᵀ / √d) V for several heads.
 *
 * ```ts
 * const layer = new MultiHeadAttention(2, 4);
 * layer(zeros([1, 3, 8]), zeros([1, 5, 8])).sizes; // [1, 3, 8]
 * ```
 * @see https://keras.io/api/layers/attention_layers/multi_head_attention/
 */
export class MultiHeadAttention extends Heads {
  declare readonly num_heads: number;
  declare readonly key_dim: number;
  declare readonly value_dim: number;
  declare readonly output_shape: readonly number[] | null;
  declare attention_axes: readonly number[] | null;

  constructor(
    ...args: Call<
      [num_heads: number, key_dim: number],
      [value_dim: number | null, dropout: number, use_bias: boolean],
      Keywords<typeof heads>
    >
  ) {
    const p = read('MultiHeadAttention.__init__()', heads, args);
    super(p);
    for (const key of ['num_heads', 'key_dim', 'value_dim'] as const)
      if (p[key] !== null && !(p[key] > 0))
        throw valueError(
          `Received an invalid value for argument \`${key}\`, expected a positive integer. Received: ${key}=${p[key]}`,
        );
    const listed = (v: number | readonly number[] | null): readonly number[] | null =>
      typeof v === 'number' ? [v] : v;
    this.keep(
      {
        ...p,
        value_dim: p.value_dim ?? p.key_dim,
        output_shape: listed(p.output_shape),
        attention_axes: listed(p.attention_axes),
      },
      `num_heads key_dim value_dim dropout use_bias use_gate output_shape attention_axes sliding_window ${projectionNames}`.split(
        ' ',
      ),
    );
  }
  protected get headCount(): number {
    return this.num_heads;
  }
  override build(query_shape: Shape, value_shape: Shape = query_shape, key_shape: Shape = value_shape): void {
    this.requireSameTime(value_shape, key_shape);
    const project = (name: string, shape: Shape, width: number, activation: string | null = null): EinsumDense => {
      const { equation, bias, rank } = projection(shape.length - 1, 1, 2);
      const size = [...Array<null>(rank - 3).fill(null), this.num_heads, width];
      const dense = this.dense(name, equation, size, bias, activation);
      dense.build(shape);
      return dense;
    };
    this.query_dense = project('query', query_shape, this.key_dim);
    this.key_dense = project('key', key_shape, this.key_dim);
    if (this.use_gate) this.gate_dense = project('gate', query_shape, this.value_dim, 'sigmoid');
    this.value_dense = project('value', value_shape, this.value_dim);
    const rank = value_shape.length + 1;
    this.attention_axes =
      this.attention_axes === null
        ? Array.from({ length: rank - 3 }, (_, i) => i + 1)
        : this.attention_axes.map((a) => (a < 0 ? rank - 1 + a : a));
    this.finish(this.attention_axes.map((_, i) => i - this.attention_axes!.length));
    const out = this.output_shape ?? [query_shape.at(-1)!];
    const { equation, bias, rank: outRank } = projection(query_shape.length - 1, 2, out.length);
    const size = [...Array<null>(outRank - 1 - out.length).fill(null), ...out];
    this.output_dense = this.dense('attention_output', equation, size, bias);
    const inner = [...(this.query_dense.compute_output_shape(query_shape) as Shape)];
    inner[inner.length - 1] = this.value_dim;
    this.output_dense.build(inner);
  }
  /** The equations of scores and outputs for projections of this rank. */
  private equations(rank: number): readonly [string, string] {
    const axes = this.attention_axes!;
    const target = letters(0, rank);
    let next = rank;
    const batch: number[] = [];
    const source = [...target].map((l, i) => {
      if (i === rank - 1) return l;
      if (!axes.includes(i)) {
        batch.push(i);
        return l;
      }
      return letter(next++);
    });
    const product = [...batch.map((i) => target[i]), ...axes.map((i) => target[i]), ...axes.map((i) => source[i])].join(
      '',
    );
    return [`${source.join('')},${target}->${product}`, `${product},${source.join('')}->${target}`];
  }
  override call(query: Tensor, options: AttentionOptions = {}): any {
    const value = options.value!;
    const key = options.key ?? value;
    const mask = this.maskFor(query, value, options, Boolean(options.key));
    const q = this.query_dense.__call__(query) as Tensor;
    const k = this.key_dense.__call__(key) as Tensor;
    const v = this.value_dense.__call__(value) as Tensor;
    const [dot, combine] = this.equations(q.rank);
    const scores = ops.einsum(dot, [k, ops.mul(q, 1 / Math.sqrt(this.key_dim))]);
    const { weights, used } = this.attend(scores, mask, this.attention_axes!.length, options, q.rank);
    const heard = ops.einsum(combine, [used, v]);
    const gated = this.use_gate ? ops.mul(heard, this.gate_dense.__call__(query) as Tensor) : heard;
    const out = this.output_dense.__call__(gated) as Tensor;
    const queryMask = maskOf(query);
    if (queryMask !== null) setMask(out, queryMask);
    return options.return_attention_scores ? [out, weights] : out;
  }
  override compute_output_shape(query_shape: any, value_shape: any = query_shape, key_shape: any = value_shape): any {
    this.requireSameTime(value_shape, key_shape);
    return this.output_shape === null ? query_shape : [...query_shape.slice(0, -1), ...this.output_shape];
  }
}

const grouped = signature(
  3,
  {
    head_dim: z.int(),
    num_query_heads: z.int(),
    num_key_value_heads: z.int(),
    dropout: z.number().default(0),
    use_bias: z.boolean().default(true),
    ...window,
    ...projections,
  },
  base,
);
/** Attention in which several heads of queries share one of keys and values. @see https://keras.io/api/layers/attention_layers/group_query_attention/ */
export class GroupedQueryAttention extends Heads {
  declare readonly head_dim: number;
  declare readonly num_query_heads: number;
  declare readonly num_key_value_heads: number;
  constructor(
    ...args: Call<
      [head_dim: number, num_query_heads: number, num_key_value_heads: number],
      [dropout: number, use_bias: boolean],
      Keywords<typeof grouped>
    >
  ) {
    const p = read('GroupedQueryAttention.__init__()', grouped, args);
    if (p.num_query_heads % p.num_key_value_heads !== 0)
      throw valueError('`num_query_heads` must be divisible by `num_key_value_heads`.');
    super(p);
    this.keep(
      p,
      `head_dim num_query_heads num_key_value_heads use_bias use_gate sliding_window dropout ${projectionNames}`.split(
        ' ',
      ),
    );
  }
  protected get headCount(): number {
    return this.num_query_heads;
  }
  /** What files call an attribute that holds a layer. */
  stored_name(attribute: string): string {
    return `_${attribute}`;
  }
  override build(query_shape: Shape, value_shape: Shape = query_shape, key_shape: Shape = value_shape): void {
    const { num_query_heads: many, num_key_value_heads: few, head_dim } = this;
    const made = (dense: EinsumDense, shape: Shape): EinsumDense => {
      dense.build(shape);
      return dense;
    };
    const q = 'bqm,muh->bquh';
    const kv = 'bkm,mvh->bkvh';
    this.query_dense = made(this.dense('query', q, [null, many, head_dim], 'uh'), query_shape);
    this.key_dense = made(this.dense('key', kv, [null, few, head_dim], 'vh'), key_shape);
    if (this.use_gate)
      this.gate_dense = made(this.dense('gate', q, [null, many, head_dim], 'uh', 'sigmoid'), query_shape);
    this.value_dense = made(this.dense('value', kv, [null, few, head_dim], 'vh'), value_shape);
    this.finish([-1]);
    const out = this.dense('attention_output', 'bquh,uhm->bqm', [null, query_shape.at(-1)!], 'm');
    this.output_dense = made(out, [null, null, many, head_dim]);
  }
  override call(query: Tensor, options: AttentionOptions = {}): any {
    const value = options.value!;
    const key = options.key ?? value;
    const mask = this.maskFor(query, value, options, Boolean(options.key));
    const times = this.num_query_heads / this.num_key_value_heads;
    const shared = (x: Tensor): Tensor => {
      const [b, t, n, d] = x.sizes as [number, number, number, number];
      return ops.reshape(ops.expand(ops.unsqueeze(x, 3), [b, t, n, times, d]), [b, t, n * times, d]);
    };
    const q = this.query_dense.__call__(query) as Tensor;
    const k = shared(this.key_dense.__call__(key) as Tensor);
    const v = shared(this.value_dense.__call__(value) as Tensor);
    const scores = ops.einsum('bquh,bkuh->buqk', [ops.mul(q, 1 / Math.sqrt(this.head_dim)), k]);
    const { weights, used } = this.attend(scores, mask, 1, options, 4);
    const heard = ops.einsum('buqk,bkuh->bquh', [used, v]);
    const gated = this.use_gate ? ops.mul(heard, this.gate_dense.__call__(query) as Tensor) : heard;
    const out = this.output_dense.__call__(gated) as Tensor;
    return options.return_attention_scores ? [out, weights] : out;
  }
  override compute_output_shape(query_shape: any, value_shape: any = query_shape, key_shape: any = value_shape): any {
    if (query_shape.at(-1) !== value_shape.at(-1))
      throw valueError(
        `The last dimension of \`query_shape\` and \`value_shape\` must be equal, but are ${query_shape.at(-1)}, ${value_shape.at(-1)}. Received: query_shape=${showTuple(query_shape)}, value_shape=${showTuple(value_shape)}`,
      );
    this.requireSameTime(value_shape, key_shape);
    return query_shape;
  }
}
export { GroupedQueryAttention as GroupQueryAttention };
