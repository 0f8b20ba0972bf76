import { NotImplementedError, RuntimeError } from '../../errors';
import { define } from '../../functions/define';
import type { Tensor } from '../../tensor';
import { cross_entropy } from './classLoss';
import { linear } from './sparse';

const tuple = (sizes: readonly number[]): string => `(${sizes.join(', ')}${sizes.length === 1 ? ',' : ''})`;
const differ = (a: readonly number[], b: readonly number[]): boolean =>
  a.length !== b.length || a.some((s, i) => s !== b[i]);

export interface LinearEntropyOptions {
  linear_bias?: Tensor | null;
  weight?: Tensor | null;
  reduction?: 'mean' | 'sum' | 'none';
  ignore_index?: number | null;
  label_smoothing?: number;
  options?: unknown;
}
/**
 * cross_entropy(x Wᵀ + b, target), with weights of shape (C, ..., in_features) for losses at several places.
 * @see https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.linear_cross_entropy.html
 */
export const linear_cross_entropy = define(
  'linear_cross_entropy',
  'input: Tensor, linear_weight: Tensor, target: Tensor, *, linear_bias=None, weight=None, reduction="mean", ignore_index=None, label_smoothing=0.0, options=None',
  (input: Tensor, linear_weight: Tensor, target: Tensor, o: LinearEntropyOptions = {}): Tensor => {
    const { linear_bias = null, weight = null, reduction = 'mean', ignore_index = null, label_smoothing = 0 } = o;
    if ((o.options ?? null) !== null)
      throw new NotImplementedError(
        'linear_cross_entropy: options say how PyTorch saves memory, which Stele does not do; leave them out for the same numbers',
      );
    if (input.ndim < 1 || input.ndim > 2)
      throw new RuntimeError(`expected input with dimensionality 1 or 2, got ${input.ndim}`);
    if (linear_weight.ndim < 2)
      throw new RuntimeError(`expected linear_weight with dimensionality at least 2, got ${linear_weight.ndim}`);
    const features = input.sizes.at(-1)!;
    if (features !== linear_weight.sizes.at(-1))
      throw new RuntimeError(
        `expected equal input and linear_weight last dimensions (in_features), got ${features} and ${linear_weight.sizes.at(-1)}, respectively`,
      );
    const outputs = linear_weight.sizes.slice(0, -1);
    if (linear_bias !== null && differ(linear_bias.sizes, outputs))
      throw new RuntimeError(`expected linear_bias shape ${tuple(outputs)}, got ${tuple(linear_bias.sizes)}`);
    if (outputs.length > 1 && input.ndim === 1)
      throw new RuntimeError(
        `K-dimensional loss defined by linear_weight shape ${tuple(linear_weight.sizes)} requires batched input, (N, ${features}), got unbatched input with shape ${tuple(input.sizes)}`,
      );
    const shape = [...input.sizes.slice(0, -1), ...outputs];
    if (!differ(target.sizes, shape) && ignore_index !== null)
      throw new RuntimeError('ignore_index cannot be specified when target contains probabilities');
    const flat = linear(input, linear_weight.reshape(-1, features), linear_bias?.reshape(-1) ?? null);
    const logits = outputs.length > 1 ? flat.reshape([...shape]) : flat;
    return cross_entropy(logits, target, { weight, reduction, ignore_index: ignore_index ?? -100, label_smoothing });
  },
);
