import { isGradEnabled } from '@stele/core';
import { z } from 'zod';
import { empty } from '../../creation';
import { AssertionError, ValueError } from '../../errors';
import { Parameter, type Tensor } from '../../tensor';
import * as F from '../functional';
import { constant_, xavier_normal_, xavier_uniform_ } from '../init';
import { NonDynamicallyQuantizableLinear } from './linear';
import { Module } from './module';
import { type Arguments, configure, flag, float, place } from './options';

const schema = z.strictObject({
  embed_dim: z.int(),
  num_heads: z.int(),
  dropout: float(0),
  bias: flag(true),
  add_bias_kv: flag(false),
  add_zero_attn: flag(false),
  kdim: z.int().nullable().default(null),
  vdim: z.int().nullable().default(null),
  batch_first: flag(false),
  ...place,
});
interface Options {
  embed_dim?: number;
  num_heads?: number;
  dropout?: number;
  bias?: boolean;
  add_bias_kv?: boolean;
  add_zero_attn?: boolean;
  kdim?: number | null;
  vdim?: number | null;
  batch_first?: boolean;
  dtype?: unknown;
  device?: unknown;
}
type Mask = Tensor | null;

/**
 * Attention of several heads: softmax(Q Kᵀ / √d) V of projections of query, key and value, projected back. Gives the
 * result and the weights of the attention (null without need_weights).
 *
 * Shapes: (T, N, E), (N, T, E) with batch_first, or (T, E).
 * @see https://docs.pytorch.org/docs/stable/generated/torch.nn.MultiheadAttention.html
 */
export class MultiheadAttention extends Module {
  declare embed_dim: number;
  declare kdim: number;
  declare vdim: number;
  declare _qkv_same_embed_dim: boolean;
  declare num_heads: number;
  declare dropout: number;
  declare batch_first: boolean;
  declare head_dim: number;
  declare in_proj_weight: Parameter | null;
  declare q_proj_weight: Parameter | null;
  declare k_proj_weight: Parameter | null;
  declare v_proj_weight: Parameter | null;
  declare in_proj_bias: Parameter | null;
  declare out_proj: NonDynamicallyQuantizableLinear;
  declare bias_k: Parameter | null;
  declare bias_v: Parameter | null;
  declare add_zero_attn: boolean;

  constructor(
    ...args: Arguments<
      [
        embed_dim: number,
        num_heads: number,
        dropout: number,
        bias: boolean,
        add_bias_kv: boolean,
        add_zero_attn: boolean,
        kdim: number | null,
        vdim: number | null,
        batch_first: boolean,
      ],
      Options
    >
  ) {
    super();
    const o = configure(this, schema, 2, args, ['kdim', 'vdim', 'bias', 'add_bias_kv']);
    const { embed_dim: n, num_heads: heads, dtype } = o;
    if (n <= 0 || heads <= 0)
      throw new ValueError(
        `embed_dim and num_heads must be greater than 0, got embed_dim=${n} and num_heads=${heads} instead`,
      );
    this.kdim = o.kdim ?? n;
    this.vdim = o.vdim ?? n;
    this._qkv_same_embed_dim = this.kdim === n && this.vdim === n;
    this.head_dim = Math.floor(n / heads);
    if (this.head_dim * heads !== n) throw new AssertionError('embed_dim must be divisible by num_heads');
    const made = (...shape: number[]): Parameter => new Parameter(empty(shape, { dtype }));
    const same = this._qkv_same_embed_dim;
    this.q_proj_weight = same ? null : made(n, n);
    this.k_proj_weight = same ? null : made(n, this.kdim);
    this.v_proj_weight = same ? null : made(n, this.vdim);
    this.in_proj_weight = same ? made(3 * n, n) : null;
    this.in_proj_bias = o.bias ? made(3 * n) : null;
    this.out_proj = new NonDynamicallyQuantizableLinear(n, n, { bias: o.bias, dtype });
    this.bias_k = o.add_bias_kv ? made(1, 1, n) : null;
    this.bias_v = o.add_bias_kv ? made(1, 1, n) : null;
    this._reset_parameters();
  }
  _reset_parameters(): void {
    for (const p of [this.in_proj_weight, this.q_proj_weight, this.k_proj_weight, this.v_proj_weight])
      if (p !== null) xavier_uniform_(p);
    if (this.in_proj_bias !== null) {
      constant_(this.in_proj_bias, 0);
      constant_(this.out_proj.bias!, 0);
    }
    if (this.bias_k !== null) xavier_normal_(this.bias_k);
    if (this.bias_v !== null) xavier_normal_(this.bias_v);
  }
  forward(
    query: Tensor,
    key: Tensor,
    value: Tensor,
    key_padding_mask: Mask = null,
    need_weights = true,
    attn_mask: Mask = null,
    average_attn_weights = true,
    is_causal = false,
  ): [Tensor, Tensor | null] {
    const turned = this.batch_first && query.ndim === 3;
    const enter = (t: Tensor): Tensor => (turned ? t.transpose(1, 0) : t);
    const [out, weights] = F.multi_head_attention_forward(
      enter(query),
      enter(key),
      enter(value),
      this.embed_dim,
      this.num_heads,
      this.in_proj_weight,
      this.in_proj_bias,
      this.bias_k,
      this.bias_v,
      this.add_zero_attn,
      this.dropout,
      this.out_proj.weight,
      this.out_proj.bias,
      {
        training: this.training,
        key_padding_mask,
        need_weights,
        attn_mask,
        use_separate_proj_weight: !this._qkv_same_embed_dim,
        q_proj_weight: this.q_proj_weight,
        k_proj_weight: this.k_proj_weight,
        v_proj_weight: this.v_proj_weight,
        average_attn_weights,
        is_causal,
      },
    );
    return [turned ? out.transpose(1, 0) : out, weights];
  }
}
/** Whether torch would take its fast path for inference: no gradients are recorded and nothing asks for one. */
export const recordsNothing = (tensors: readonly (Tensor | null)[]): boolean =>
  !isGradEnabled() || !tensors.some((t) => t?.requires_grad);
