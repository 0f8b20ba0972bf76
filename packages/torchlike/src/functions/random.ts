import { copyData, empty, fromArray } from '@stele/core';
import { multinomial as draw } from '@stele/core/random';
import { dtypeOf } from '../dtype';
import { RuntimeError, scalarTypeNames } from '../errors';
import { family } from '../methods/base';
import { type Generator, generatorOf } from '../random';
import type { Tensor } from '../tensor';
import { defineMethod } from './define';

/**
 * Category numbers drawn in proportion to the weights of each row.
 * @see https://docs.pytorch.org/docs/stable/generated/torch.multinomial.html
 */
export const multinomial = defineMethod(
  'multinomial',
  'input: Tensor, num_samples, replacement=False, *, generator=None',
  (
    input: Tensor,
    num_samples: number,
    replacement: boolean = false,
    o: { generator?: Generator | null } = {},
  ): Tensor => {
    if (!dtypeOf(input.scalarType).is_floating_point)
      throw new RuntimeError(
        `multinomial only supports floating-point dtypes for input, got: ${scalarTypeNames[input.scalarType]}`,
      );
    if (input.ndim < 1 || input.ndim > 2) throw new RuntimeError('prob_dist must be 1 or 2 dim');
    const samples = Number(num_samples);
    const categories = input.sizes.at(-1)!;
    if (samples <= 0) throw new RuntimeError('cannot sample n_sample <= 0 samples');
    if (!replacement && samples > categories)
      throw new RuntimeError('cannot sample n_sample > prob_dist.size(-1) samples without replacement');
    const rows = input.ndim === 1 ? 1 : input.sizes[0]!;
    const sizes = input.ndim === 1 ? [samples] : [rows, samples];
    if (rows === 0) return empty(family, sizes, 'int64') as Tensor;
    const wide = input.scalarType === 'float64';
    const weights = wide
      ? (copyData(input) as Float64Array<ArrayBuffer>)
      : Float32Array.from(copyData(input.float()) as Float32Array);
    for (let row = 0; row < rows; row++) {
      let total = 0;
      for (let j = 0; j < categories; j++) {
        const w = weights[row * categories + j]!;
        if (!(w >= 0 && w < Number.POSITIVE_INFINITY))
          throw new RuntimeError('probability tensor contains either `inf`, `nan` or element < 0');
        total += w;
      }
      if (!(total > 0)) throw new RuntimeError('invalid multinomial distribution (sum of probabilities <= 0)');
    }
    const drawn = draw(generatorOf(o.generator), weights, rows, samples, replacement);
    return fromArray(family, BigInt64Array.from(drawn, BigInt), sizes, 'int64') as Tensor;
  },
);
