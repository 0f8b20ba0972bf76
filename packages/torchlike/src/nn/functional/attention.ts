import { type Tensor as CoreTensor, nn, ops } from '@stele/core';
import { RuntimeError } from '../../errors';
import { define } from '../../functions/define';
import { named } from '../../methods/base';
import type { Tensor } from '../../tensor';
import { dropout } from './dropout';

/** What is added to scores so that position i sees only those up to i. */
function causalMask(like: Tensor, rows: number, columns: number): CoreTensor {
  const seen = ops.cast(ops.tril(ops.fullLike(like.detach(), 1, [rows, columns]), 0), 'bool');
  return nn.additiveMask(seen, like);
}

/** softmax(query keyᵀ scale + mask) value over the last two dims. */
export const scaled_dot_product_attention = define(
  'scaled_dot_product_attention',
  'query: Tensor, key: Tensor, value: Tensor, attn_mask=None, dropout_p=0.0, is_causal=False, *, scale=None, enable_gqa=False',
  (
    query: Tensor,
    key: Tensor,
    value: Tensor,
    attn_mask: Tensor | null = null,
    dropout_p: number = 0,
    is_causal: boolean = false,
    o: { scale?: number | null; enable_gqa?: boolean } = {},
  ): Tensor => {
    const { scale = null, enable_gqa = false } = o;
    if (query.scalarType !== key.scalarType || query.scalarType !== value.scalarType)
      throw new RuntimeError(
        `Expected query, key, and value to have the same dtype, but got query.dtype: ${query.dtype.toString().replace('torch.', '')} key.dtype: ${key.dtype.toString().replace('torch.', '')} and value.dtype: ${value.dtype.toString().replace('torch.', '')} instead.`,
      );
    if (query.ndim < 2 || key.ndim < 2 || value.ndim < 2)
      throw new RuntimeError(
        `Expected query, key, and value to all be  at least 2 dimensional, but got query.dim: ${query.ndim} key.dim: ${key.ndim} and value.dim: ${value.ndim} instead.`,
      );
    if (is_causal && attn_mask !== null)
      throw new RuntimeError('_scaled_dot_product_attention: Explicit attn_mask should not be set when is_causal=True');
    let [k, v] = [key, value];
    if (enable_gqa) {
      const heads = query.sizes.at(-3)!;
      const repeated = (t: Tensor): Tensor => {
        const own = t.sizes.at(-3)!;
        if (heads % own !== 0)
          throw new RuntimeError(`Number of heads in key and value must divide the number of heads in query`);
        return repeatHeads(t, heads / own);
      };
      [k, v] = [repeated(key), repeated(value)];
    }
    const type = query.scalarType;
    const narrow = type === 'float16' || type === 'bfloat16';
    const [q32, k32, v32] = [query, k, v].map((t) => (narrow ? (ops.cast(t, 'float32') as Tensor) : t)) as [
      Tensor,
      Tensor,
      Tensor,
    ];
    let mask: CoreTensor | null = null;
    if (is_causal) mask = causalMask(q32, query.sizes.at(-2)!, key.sizes.at(-2)!);
    else if (attn_mask !== null) {
      if (attn_mask.scalarType !== 'bool' && attn_mask.scalarType !== type)
        throw new RuntimeError(
          `Expected attn_mask dtype to be bool or float or to match query dtype, but got attn_mask.dtype: ${attn_mask.dtype.toString().replace('torch.', '')} and  query.dtype: ${query.dtype.toString().replace('torch.', '')} instead.`,
        );
      mask = nn.additiveMask(attn_mask, q32);
    }
    const factor = scale === null ? 1 / Math.sqrt(query.sizes.at(-1)!) : Number(scale);
    const out = nn.attention(q32, k32, v32, mask, factor, (w) =>
      Number(dropout_p) > 0 ? dropout(w as Tensor, Number(dropout_p), true) : w,
    );
    return named(ops.cast(out, type) as Tensor, 'UnsafeView');
  },
);
/** Each head so many times after itself. */
function repeatHeads(t: Tensor, times: number): Tensor {
  if (times === 1) return t;
  const [heads, rows, width] = t.sizes.slice(-3) as [number, number, number];
  const lead = t.sizes.slice(0, -3);
  const spread = ops.expand(ops.reshape(t, [...lead, heads, 1, rows, width]), [...lead, heads, times, rows, width]);
  return ops.reshape(spread, [...lead, heads * times, rows, width]) as Tensor;
}
