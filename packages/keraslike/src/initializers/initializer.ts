import type { DType, Tensor } from '@stele/core';

/** What fills a new weight: a function of its shape. */
export interface Initializer {
  (shape: readonly number[], dtype?: DType): Tensor;
  get_config?(): Record<string, unknown>;
}
