import type { ArrayData } from '@stele/core';

/** Arrays by name, in one idiom's own layout. */
export type Arrays = ReadonlyMap<string, ArrayData>;

/** What one training step showed. */
export interface StepRecord {
  readonly outputs: ArrayData;
  readonly loss: number;
  readonly gradients: Arrays;
  readonly parameters: Arrays;
}

export interface Batch {
  /** Inputs, row-major, in the layout of the data itself (images as [n, h, w]). */
  readonly x: ArrayData;
  readonly y: ArrayData;
}

/** One model in one idiom, driven a step at a time. */
export interface Participant {
  readonly idiom: string;
  /** Weights in this idiom's layout, by this idiom's names. */
  readonly weights: Arrays;
  load(weights: Arrays): void;
  step(batch: Batch): StepRecord;
  /** How good the model is on a batch, in the lesson's measure. */
  score(batch: Batch): number;
}
