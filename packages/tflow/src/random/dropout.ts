import { Tensor as CoreTensor, isFloating, ops } from '@stele/core';
import { pyStr } from '@stele/core/printing';
import { fillDropoutMask } from '@stele/core/random';
import { define } from '../define';
import { kernelError, valueError } from '../errors';
import { readText } from '../strings';
import { type Tensor, type TensorLike, toTensor } from '../tensor';
import { filled, number, stateless } from './fills';
import { drawn, optional, unseededPair } from './seeds';

/** The tensor with a share of its entries set to 0 and the others scaled up. */
export const dropout = define(
  'tf.nn.dropout',
  'x, rate, noise_shape=None, seed=None, name=None',
  (x: TensorLike, rate: unknown, noise_shape?: unknown, seed?: unknown): Tensor => {
    const text = readText(x);
    if (text !== null)
      throw valueError(
        `\`x.dtype\` must be a floating point tensor as \`x\` will be scaled. Received: x_dtype=${text.dtype}`,
      );
    const t = toTensor(x);
    const share = checkRate(rate);
    if (rate instanceof CoreTensor && rate.scalarType !== t.scalarType)
      throw valueError(
        `\`x.dtype\` must be compatible with \`rate.dtype\`. Received: x.dtype=${t.dtype} and rate.dtype=<dtype: '${rate.scalarType}'>`,
      );
    if (!isFloating(t.scalarType))
      throw valueError(
        `\`x.dtype\` must be a floating point tensor as \`x\` will be scaled. Received: x_dtype=<dtype: '${t.scalarType}'>`,
      );
    if (share === 0) {
      // nothing is drawn, but the seed of an unseeded op is
      if (optional(seed) === undefined) unseededPair();
      return ops.clone(t) as Tensor;
    }
    const sizes = noiseSizes(t, noise_shape);
    const show = (list: readonly number[]): string => `[${list.join(',')}]`;
    const fits = sizes.every((d, i) => {
      const other = t.sizes[i - sizes.length + t.rank];
      return other === undefined || d === 1 || other === 1 || d === other;
    });
    if (!fits && !t.symbolic)
      throw kernelError(
        'SelectV2',
        `condition ${show(sizes)}, then ${show(t.sizes)}, and else [] must be broadcastable`,
      );
    const mask = drawn('RandomUniform', sizes, t.scalarType, seed, (stream) =>
      filled(sizes, t.scalarType, (out) => fillDropoutMask(stream.reserve(out.length), out, t.scalarType, share)),
    );
    return dropped(t, mask);
  },
);
const dropped = (t: Tensor, mask: Tensor): Tensor => {
  const out = ops.mul(t, mask);
  // what is dropped is 0 even where it was infinite
  return ops.where(ops.equal(mask, 0), ops.fullLike(out, 0), out) as Tensor;
};
function checkRate(rate: unknown): number {
  if (typeof rate === 'string' || Array.isArray(rate) || rate === null)
    throw valueError(`\`rate\` must be a scalar or scalar tensor. Received: rate=${pyStr(rate)}`);
  const share = number(rate, 0);
  if (!(share >= 0 && share < 1))
    throw valueError(`\`rate\` must be a scalar tensor or a float in the range [0, 1). Received: rate=${share}`);
  return share;
}
const noiseSizes = (t: Tensor, noise_shape: unknown): number[] =>
  noise_shape === undefined || noise_shape === null
    ? [...t.sizes]
    : (noise_shape as (number | null)[]).map((d, i) => (d === null ? t.sizes[i]! : Number(d)));
export const stateless_dropout = define(
  'tf.nn.experimental.stateless_dropout',
  'x, rate, seed, rng_alg=None, noise_shape=None, name=None',
  (x: TensorLike, rate: unknown, seed: unknown, _alg?: unknown, noise_shape?: unknown): Tensor => {
    const t = toTensor(x);
    const share = checkRate(rate);
    if (share === 0) return ops.clone(t) as Tensor;
    const sizes = noiseSizes(t, noise_shape);
    const mask = filled(sizes, t.scalarType, (out) => fillDropoutMask(stateless(seed), out, t.scalarType, share));
    return dropped(t, mask as Tensor);
  },
);

/** Dropout by the uniform numbers that a function of shape and dtype gives. */
export const general_dropout = define(
  'tf.nn.experimental.general_dropout',
  'x, rate, uniform_sampler, noise_shape=None, name=None',
  (
    x: TensorLike,
    rate: unknown,
    uniform_sampler: (options: { shape: number[]; dtype: unknown }) => TensorLike,
    noise_shape?: unknown,
  ): Tensor => {
    const t = toTensor(x);
    const share = checkRate(rate);
    if (share === 0) return ops.clone(t) as Tensor;
    const sampled = toTensor(uniform_sampler({ shape: noiseSizes(t, noise_shape), dtype: t.dtype }));
    const scale = 1 / (1 - share);
    return dropped(t, ops.mul(ops.cast(ops.greaterEqual(sampled, share), t.scalarType), scale) as Tensor);
  },
);
