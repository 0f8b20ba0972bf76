import { fromArray } from '@stele/core';
import type { Tensor } from '../tensor';
import { family } from './base';

/** An int64 tensor of whole numbers. */
export const fromIntegers = (values: readonly number[], sizes: readonly number[]): Tensor =>
  fromArray(family, BigInt64Array.from(values, BigInt), sizes, 'int64') as Tensor;
