let converting: boolean[] = [];

/**
 * Runs a function as TensorFlow runs one that becomes a graph: Python's `float(t)` and `int(t)` of a tensor are then
 * casts, whatever its rank, and its branches and loops over tensors steps of the graph; unless `autograph` is false.
 */
export function asGraphFunction<T>(body: () => T, autograph = true): T {
  converting.push(autograph);
  try {
    return body();
  } finally {
    converting.pop();
  }
}
/** Whether a function that becomes a graph is running, its Python converted too. */
export const inGraphFunction = (): boolean => converting.at(-1) ?? false;

/** Runs a body as Python runs it. */
export function outsideGraphFunction<T>(body: () => T): T {
  const before = converting;
  converting = [];
  try {
    return body();
  } finally {
    converting = before;
  }
}
