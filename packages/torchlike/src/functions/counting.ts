import { ops } from '@stele/core';
import type { Dims } from '../methods/shaping';
import type { Tensor } from '../tensor';
import { defineMethod } from './define';

/** How many elements are not zero, of all or over dims. */
export const count_nonzero = defineMethod(
  'count_nonzero',
  'input: Tensor, dim=None',
  (input: Tensor, dim: Dims | null = null): Tensor =>
    ops.sum(ops.cast(ops.cast(input, 'bool'), 'int64'), Array.isArray(dim) && dim.length === 0 ? null : dim) as Tensor,
);
