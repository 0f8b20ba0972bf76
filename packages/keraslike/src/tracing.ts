import { currentTracer, Graph, type Step, setTracer, type Tensor, type TensorSpec } from '@stele/core';
import { notImplemented } from './errors';
import { tensorFamily } from './tensors';

/** Whether a function is being traced into a graph, so that tensors have no values now. */
export const isTracing = (): boolean => currentTracer() !== null;

/**
 * Does something that is no op (an assignment, a random draw, an optimizer's step): now, or at each replay of the
 * function that is being traced. `specs` are the shapes and dtypes of what it gives.
 */
export function atEachRun(
  name: string,
  inputs: readonly Tensor[],
  specs: readonly TensorSpec[],
  run: Step['run'],
): readonly Tensor[] {
  const tracer = currentTracer();
  if (tracer === null) return run(inputs);
  if (tracer instanceof Graph) return tracer.effect(name, inputs, specs, tensorFamily(), run);
  throw notImplemented(`${name} cannot be part of what is being traced here`);
}

/** A shape whose unknown sizes are null, and a dtype: what is known of a tensor while a function is traced. */
export interface OpenSpec {
  readonly shape: readonly (number | null)[];
  readonly dtype: Tensor['scalarType'];
}
/** Runs a body with symbols for these specs, as a graph of the framework underneath; `specOf` tells what came out. */
export interface SpecTracer {
  run<T>(specs: readonly OpenSpec[], body: (symbols: readonly Tensor[]) => T): T;
  specOf(t: Tensor): OpenSpec;
  /** Says which sizes a tensor has, where the graph that is being traced knows fewer. */
  tell(t: Tensor, shape: OpenSpec['shape']): void;
}
let specs: SpecTracer | null = null;
/** Sets how calls of a program's own layers on symbols are traced. */
export const setSpecTracer = (next: SpecTracer): void => {
  specs = next;
};
export const specTracer = (): SpecTracer | null => specs;

/** Runs a body outside the function that is being traced. */
export function untraced<T>(body: () => T): T {
  const before = setTracer(null);
  try {
    return body();
  } finally {
    setTracer(before);
  }
}
