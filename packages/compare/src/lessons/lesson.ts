import type { WeightMap } from '../lockstep/layout';
import type { Batch, Participant } from '../lockstep/record';

/** Batches of a lesson, made from its data. */
export interface LessonData {
  /** Where the data came from, in words. */
  readonly source: string;
  /** What to tell the user about it, if anything. */
  readonly notice?: string | undefined;
  readonly batchSize: number;
  batch(step: number): Batch;
  readonly test: Batch;
}

/** One model in several idioms, which `stele compare` runs in lock-step. */
export interface Lesson {
  readonly name: string;
  readonly title: string;
  /** What `score` of the participants is called in the table. */
  readonly score: { readonly name: string; readonly percent: boolean };
  readonly weights: readonly WeightMap[];
  /** Why two idioms differ where they do; without one every difference is to be 0. */
  readonly reasons: readonly string[];
  load(root: string | undefined): Promise<LessonData>;
  participants(): Participant[];
}
