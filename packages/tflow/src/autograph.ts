let depth = 0;

/**
 * Runs a function as TensorFlow runs one that becomes a graph: Python's `float(t)` and `int(t)` of a tensor are then
 * casts, whatever its rank.
 */
export function asGraphFunction<T>(body: () => T): T {
  depth++;
  try {
    return body();
  } finally {
    depth--;
  }
}
/** Whether a function that becomes a graph is running. */
export const inGraphFunction = (): boolean => depth > 0;
