import { bind, withGrad } from '@stele/core';
import { z } from 'zod';
import { empty } from '../../creation';
import { AssertionError } from '../../errors';
import { Parameter, type Tensor } from '../../tensor';
import * as F from '../functional';
import { normal_ } from '../init';
import { Module } from './module';
import { configure, flag, float, listed, place, pythonText } from './options';

const tensor = z.custom<Tensor | null>().nullable().default(null);
const table = z.strictObject({
  num_embeddings: z.int().nonnegative(),
  embedding_dim: z.int().nonnegative(),
  padding_idx: z.int().nullable().default(null),
  max_norm: z.number().nullable().default(null),
  norm_type: float(2),
  scale_grad_by_freq: flag(false),
  sparse: flag(false),
  _weight: tensor,
  _freeze: flag(false),
  ...place,
});
const bag = z.strictObject({
  num_embeddings: z.int().nonnegative(),
  embedding_dim: z.int().nonnegative(),
  max_norm: z.number().nullable().default(null),
  norm_type: float(2),
  scale_grad_by_freq: flag(false),
  mode: z.string().default('mean'),
  sparse: flag(false),
  _weight: tensor,
  include_last_offset: flag(false),
  padding_idx: z.int().nullable().default(null),
  ...place,
});
interface Options {
  padding_idx?: number | null;
  max_norm?: number | null;
  norm_type?: number;
  scale_grad_by_freq?: boolean;
  sparse?: boolean;
  mode?: string;
  include_last_offset?: boolean;
  dtype?: unknown;
  device?: unknown;
}
const { num_embeddings: _n, embedding_dim: _d, _weight, _freeze, ...rest } = table.shape;
const pretrained = z.strictObject({
  embeddings: z.custom<Tensor>(),
  freeze: flag(true),
  padding_idx: rest.padding_idx,
  max_norm: rest.max_norm,
  norm_type: rest.norm_type,
  scale_grad_by_freq: rest.scale_grad_by_freq,
  sparse: rest.sparse,
});
const pretrainedBag = z.strictObject({
  embeddings: z.custom<Tensor>(),
  freeze: flag(true),
  max_norm: rest.max_norm,
  norm_type: rest.norm_type,
  scale_grad_by_freq: rest.scale_grad_by_freq,
  mode: bag.shape.mode,
  sparse: rest.sparse,
  include_last_offset: bag.shape.include_last_offset,
  padding_idx: rest.padding_idx,
});

abstract class Rows extends Module {
  declare num_embeddings: number;
  declare embedding_dim: number;
  declare padding_idx: number | null;
  declare max_norm: number | null;
  declare norm_type: number;
  declare scale_grad_by_freq: boolean;
  declare sparse: boolean;
  declare weight: Parameter;

  protected build(given: Tensor | null, learned: boolean, dtype: unknown, label: string): void {
    const { num_embeddings: n, embedding_dim: d, padding_idx: at } = this;
    if (at !== null && (at >= n || at < -n)) throw new AssertionError(`${label} must be within num_embeddings`);
    if (at !== null && at < 0) this.padding_idx = n + at;
    if (given === null) {
      this.weight = new Parameter(empty([n, d], { dtype: dtype as never }), learned);
      this.reset_parameters();
      return;
    }
    if (given.ndim !== 2 || given.sizes[0] !== n || given.sizes[1] !== d)
      throw new AssertionError('Shape of weight does not match num_embeddings and embedding_dim');
    this.weight = new Parameter(given, learned);
  }
  reset_parameters(): void {
    normal_(this.weight);
    const at = this.padding_idx;
    if (at !== null) withGrad(false, () => this.weight.select(0, at).fill_(0));
  }
}
/**
 * Rows of a table that is learned, at whole-number places.
 * @see https://docs.pytorch.org/docs/stable/generated/torch.nn.Embedding.html
 */
export class Embedding extends Rows {
  constructor(
    num_embeddings: number | ({ num_embeddings: number; embedding_dim: number } & Options),
    embedding_dim?: number,
    padding_idx?: number | null | Options,
    max_norm?: number | null | Options,
    norm_type?: number | Options,
    more?: Options,
  );
  constructor(...args: unknown[]) {
    super();
    const o = configure(this, table, 2, args, ['_weight', '_freeze']);
    this.build(o._weight, !o._freeze, o.dtype, 'Padding_idx');
  }
  forward(input: Tensor): Tensor {
    const { padding_idx, max_norm, norm_type, scale_grad_by_freq, sparse } = this;
    return F.embedding(input, this.weight, { padding_idx, max_norm, norm_type, scale_grad_by_freq, sparse });
  }
  override extra_repr(): string {
    const parts = [`${this.num_embeddings}, ${this.embedding_dim}`];
    if (this.padding_idx !== null) parts.push(listed(this, 'padding_idx'));
    if (this.max_norm !== null) parts.push(listed(this, 'max_norm'));
    if (this.norm_type !== 2) parts.push(listed(this, 'norm_type'));
    if (this.scale_grad_by_freq) parts.push('scale_grad_by_freq=True');
    if (this.sparse) parts.push('sparse=True');
    return parts.join(', ');
  }
  /** A layer on a given table, which is not learned unless `freeze` is false. */
  static from_pretrained(
    embeddings: Tensor,
    freeze?: boolean | (Options & { freeze?: boolean }),
    more?: Options,
  ): Embedding;
  static from_pretrained(...args: unknown[]): Embedding {
    const { embeddings, freeze, ...o } = bind('Embedding.from_pretrained()', pretrained, 1, args);
    const [n, d] = tableSizes(embeddings);
    const all = { num_embeddings: n, embedding_dim: d, _weight: embeddings, _freeze: freeze, ...o };
    return new this(all as never);
  }
}
/** Sums, means or largest elements of rows of a table, bag by bag. */
export class EmbeddingBag extends Rows {
  declare mode: 'sum' | 'mean' | 'max';
  declare include_last_offset: boolean;

  constructor(
    num_embeddings: number | ({ num_embeddings: number; embedding_dim: number } & Options),
    embedding_dim?: number,
    max_norm?: number | null | Options,
    norm_type?: number | Options,
    more?: Options,
  );
  constructor(...args: unknown[]) {
    super();
    const o = configure(this, bag, 2, args, ['_weight']);
    this.build(o._weight, true, o.dtype, 'padding_idx');
  }
  forward(input: Tensor, offsets: Tensor | null = null, per_sample_weights: Tensor | null = null): Tensor {
    const { max_norm, norm_type, scale_grad_by_freq, mode, sparse, include_last_offset, padding_idx } = this;
    const options = { max_norm, norm_type, scale_grad_by_freq, mode, sparse, include_last_offset, padding_idx };
    return F.embedding_bag(input, this.weight, offsets, { ...options, per_sample_weights });
  }
  override extra_repr(): string {
    const parts = [`${this.num_embeddings}, ${this.embedding_dim}`];
    if (this.max_norm !== null) parts.push(listed(this, 'max_norm'));
    if (this.norm_type !== 2) parts.push(listed(this, 'norm_type'));
    if (this.scale_grad_by_freq) parts.push('scale_grad_by_freq=True');
    parts.push(`mode='${this.mode}'`);
    if (this.padding_idx !== null) parts.push(`padding_idx=${pythonText(this.padding_idx)}`);
    return parts.join(', ');
  }
  static from_pretrained(
    embeddings: Tensor,
    freeze?: boolean | (Options & { freeze?: boolean }),
    more?: Options,
  ): EmbeddingBag;
  static from_pretrained(...args: unknown[]): EmbeddingBag {
    const { embeddings, freeze, ...o } = bind('EmbeddingBag.from_pretrained()', pretrainedBag, 1, args);
    const [n, d] = tableSizes(embeddings);
    const layer = new this({ num_embeddings: n, embedding_dim: d, _weight: embeddings, ...o } as never);
    layer.weight.requires_grad = !freeze;
    return layer;
  }
}
function tableSizes(embeddings: Tensor): readonly [number, number] {
  if (embeddings.ndim !== 2) throw new AssertionError('Embeddings parameter is expected to be 2-dimensional');
  return embeddings.sizes as readonly [number, number];
}
