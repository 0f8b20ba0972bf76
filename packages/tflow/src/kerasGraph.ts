import { Tensor as CoreTensor, traceInto } from '@stele/core';
import { asTraced, type GraphExplanation, type SpecTracer, setScopeListener } from '@stele/keraslike';
import { setGraphHook } from './dispatch';
import { OpError } from './errors';
import { executionError } from './graphErrors';
import { mapLeaves } from './nest';
import { enterGraph } from './random/seeds';
import { closeDims, dimsOf, isPartial, nameSymbol } from './spec';
import { type Tensor, tfFamily } from './tensor';
import { FunctionGraph, symbolFor, tracingHook } from './tracing';
import { setVariableTracer } from './variable';

const symbolic = (error: unknown): boolean =>
  (error as { details?: { kind?: string } } | null)?.details?.kind === 'symbolic';

/** A kernel's complaint, also where it came through a program's own code; null for all else. */
function kernelsOwn(error: unknown): OpError | null {
  if (error instanceof OpError) return error;
  const inner = (error as { $js?: unknown } | null)?.$js;
  return inner instanceof OpError ? inner : null;
}

/**
 * What TensorFlow says of a mistake in a step of `fit` or `evaluate`, which it runs as a graph: the step is traced once
 * more for a batch of any size, and if shapes alone show the mistake the graph cannot be made; else it is the run's.
 */
export const explainStep: GraphExplanation = (error, batch, step, anySize) => {
  const complaint = kernelsOwn(error);
  if (complaint === null) return null;
  const graph = new FunctionGraph();
  graph.naming = true;
  let count = 0;
  const slot = (part: unknown): unknown =>
    mapLeaves(part, (leaf) => {
      if (!(leaf instanceof CoreTensor)) return leaf;
      const symbol = symbolFor(
        graph,
        anySize ? [null, ...leaf.sizes.slice(1)] : leaf.sizes,
        leaf.scalarType,
        leaf.sizes,
      );
      const name = graph.names.unique(count++ === 0 ? 'data' : `data_${count - 1}`);
      nameSymbol(symbol, `${name}:0`, 'Placeholder');
      return symbol;
    });
  const traced = { ...batch, x: slot(batch.x), y: slot(batch.y), weight: slot(batch.weight) };
  const variables = setVariableTracer({
    created: (_, initial) => initial,
    assigned: (variable, value) => {
      graph.effect('assign', [value], [], tfFamily, ([next]) => {
        variable.write(next! as Tensor);
        return [];
      });
      return true;
    },
  });
  const hook = setGraphHook(tracingHook);
  const leave = enterGraph(graph);
  const listener = setScopeListener((name) => graph.names.enter(name));
  try {
    traceInto(graph, () => asTraced(anySize, () => step(traced)));
  } catch (found) {
    const kernel = kernelsOwn(found);
    if (kernel === null && !symbolic(found)) return found;
    if (kernel?.message.startsWith('Graph execution error')) return kernel;
  } finally {
    setScopeListener(listener);
    leave();
    setGraphHook(hook);
    setVariableTracer(variables);
  }
  return executionError(complaint, null);
};

/** Calls of a program's own layers on symbols: one run in a graph, with sizes open where they are. */
export const openTracer: SpecTracer = {
  run(specs, body) {
    const graph = new FunctionGraph();
    const symbols = specs.map(({ shape, dtype }) => symbolFor(graph, shape, dtype));
    // what would be assigned is not
    const variables = setVariableTracer({ created: (_, initial) => initial, assigned: () => true });
    const hook = setGraphHook(tracingHook);
    const leave = enterGraph(graph);
    try {
      return traceInto(graph, () => body(symbols));
    } finally {
      leave();
      setVariableTracer(variables);
      setGraphHook(hook);
    }
  },
  specOf: (t) => ({ shape: dimsOf(t as Tensor) ?? [], dtype: t.scalarType }),
  tell(t, shape) {
    const dims = dimsOf(t);
    if (!isPartial(t) || (dims !== null && dims.length !== shape.length)) return;
    closeDims(
      t,
      shape.map((d, i) => dims?.[i] ?? d),
    );
  },
};
