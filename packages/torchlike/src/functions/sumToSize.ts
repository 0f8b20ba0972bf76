import { type Tensor as CoreTensor, ops } from '@stele/core';
import { RuntimeError } from '../errors';
import type { Tensor } from '../tensor';

const text = (sizes: readonly number[]): string => `[${sizes.join(', ')}]`;
function summed(input: Tensor, sizes: readonly number[]): Tensor {
  if (sizes.length === 0) return input.sum();
  const shift = input.ndim - sizes.length;
  if (shift < 0 || sizes.some((s, i) => s !== 1 && s !== input.sizes[i + shift]))
    throw new RuntimeError(`size {${text(sizes)}} is not expandable to size {${text(input.sizes)}}.`);
  const axes = input.sizes
    .map((_, i) => i)
    .filter((i) => i < shift || (sizes[i - shift] === 1 && input.sizes[i] !== 1));
  const out: CoreTensor = axes.length > 0 ? input.sum(axes, true) : input;
  return out === input && shift === 0 ? input : (ops.reshape(out, sizes) as Tensor);
}
/** Sums over the dims along which a tensor of that shape was broadcast; sizes may be given one by one. */
export const sumToSize = (input: Tensor, ...sizes: (number | readonly number[])[]): Tensor =>
  summed(input, (sizes.flat() as number[]).map(Number));
