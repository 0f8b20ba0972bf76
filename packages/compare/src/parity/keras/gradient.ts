import { gradients, Tape, type Tensor } from '@stele/core';

/** Runs a function under a tape that watches some tensors, and gives the gradients of its weighted outputs. */
export function withGradients<T>(
  watched: readonly Tensor[],
  body: () => T,
): {
  result: T;
  of(outputs: readonly Tensor[], seeds: readonly Tensor[], sources: readonly Tensor[]): (Tensor | null)[];
} {
  const tape = new Tape(true, true);
  tape.start();
  for (const t of watched) tape.watch(t);
  try {
    const result = body();
    return { result, of: (outputs, seeds, sources) => gradients(outputs, seeds, sources, { tape, keepSaved: true }) };
  } finally {
    tape.stop();
  }
}
