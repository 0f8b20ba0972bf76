import { add, cast, equal, mul, where } from '../ops/elementwise';
import { matmul } from '../ops/matmul';
import { all } from '../ops/reduce';
import { fullLike, transpose } from '../ops/shape';
import { softmax } from '../ops/softmax';
import type { Tensor } from '../tensor/tensor';

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
