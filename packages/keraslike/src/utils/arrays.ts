import { fromArray, type Tensor } from '@stele/core';
import type { NDArray } from '@stele/core/numpy';
import { tensorFamily } from '../tensors';

/** An array as a tensor of the same element type. */
export function fromNumPy(array: NDArray): Tensor {
  const { data, shape, dtype } = array;
  return fromArray(tensorFamily(), data, shape, dtype);
}
