import { add, cast, equal, mul, tanh, where } from '../ops/elementwise';
import { matmul } from '../ops/matmul';
import { all, sum } from '../ops/reduce';
import { fullLike, transpose, unsqueeze } from '../ops/shape';
import { softmax } from '../ops/softmax';
import { fromArray, type Tensor } from '../tensor/tensor';

/** A mask of what may be seen as what is added to scores: 0, or minus infinity where it is false. */
export function additiveMask(mask: Tensor, like: Tensor): Tensor {
  if (mask.scalarType !== 'bool') return cast(mask, like.scalarType);
  const zero = fullLike(like, 0, mask.sizes);
  return where(mask, zero, Number.NEGATIVE_INFINITY);
}

/** Softmax over the last axis in which a row of nothing but minus infinities gives zeros. */
export function maskedSoftmax(scores: Tensor): Tensor {
  const shut = all(equal(scores, Number.NEGATIVE_INFINITY), -1, true);
  return where(shut, 0, softmax(where(shut, 0, scores), -1));
}

/** softmax(q kᵀ scale + mask) v over the last two axes; `drop` is applied to the weights. */
export function attention(
  query: Tensor,
  key: Tensor,
  value: Tensor,
  mask: Tensor | null,
  scale: number,
  drop: (weights: Tensor) => Tensor,
): Tensor {
  const scores = mul(matmul(query, transpose(key, -1, -2)), scale);
  if (mask === null) return matmul(drop(softmax(scores, -1)), value);
  return matmul(drop(maskedSoftmax(add(scores, mask))), value);
}

/** Which of the keys each query may see: those up to itself, and those nearer than a width; (1, queries, keys). */
export function bandMask(like: Tensor, queries: number, keys: number, causal: boolean, width: number | null): Tensor {
  const seen = new Uint8Array(queries * keys);
  for (let i = 0; i < queries; i++)
    for (let j = 0; j < keys; j++)
      if ((!causal || j <= i) && (width === null || Math.abs(i - j) < width)) seen[i * keys + j] = 1;
  return fromArray(like.family, seen, [1, queries, keys], 'bool');
}
/** Scores of which what a mask shuts out is far below all others. */
export const shutOut = (scores: Tensor, mask: Tensor): Tensor => where(mask, scores, -0.7 * 3.4028234663852886e38);
/** sum of tanh(query + key), each times a scale, for every pair of them. */
export function additiveScores(query: Tensor, key: Tensor, inner: Tensor | null, outer: Tensor | null): Tensor {
  const pairs = add(unsqueeze(query, -2), unsqueeze(key, -3));
  const bent = tanh(inner === null ? pairs : mul(inner, pairs));
  return sum(outer === null ? bent : mul(outer, bent), -1);
}
