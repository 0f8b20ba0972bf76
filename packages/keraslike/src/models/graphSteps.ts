import { asTraced } from '../tensors';
import type { Batch } from './data';

/** Says of a mistake in a step what a graph of the step would say, or null where it would say the same. */
export type GraphExplanation = (
  error: unknown,
  batch: Batch,
  step: (batch: Batch) => unknown,
  anySize: boolean,
) => unknown;
let explain: GraphExplanation | null = null;
/** Sets how mistakes in steps are worded that would be graphs in the framework underneath. */
export const setGraphExplanation = (next: GraphExplanation): void => {
  explain = next;
};

/** Runs a step, for batches of `anySize` or this one alone; where the framework underneath makes a graph of it, mistakes are those of the graph. */
export function asGraphStep<T>(graphs: boolean, batch: Batch, step: (batch: Batch) => T, anySize = true): T {
  try {
    return asTraced(graphs && anySize && (batch.fixed ? 'fixed' : true), () => step(batch));
  } catch (error) {
    throw (graphs ? explain?.(error, batch, step, anySize) : null) ?? error;
  }
}
