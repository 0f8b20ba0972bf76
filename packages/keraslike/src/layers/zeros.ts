import { type DType, dtypes, fromArray, numel, type Tensor, type TensorFamily } from '@stele/core';

/** A tensor of zeros. */
export const zerosOf = (family: TensorFamily, sizes: readonly number[], dtype: DType): Tensor =>
  fromArray(family, dtypes[dtype].create(numel(sizes)), [...sizes], dtype);
