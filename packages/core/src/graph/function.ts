import type { Storage, Tensor } from '../tensor/tensor';
import type { Graph, Step } from './graph';

/** A traced function without effects: what comes in and what goes out, by name. */
export interface GraphFunction {
  readonly graph: Graph;
  readonly inputs: readonly (readonly [name: string, symbol: Tensor])[];
  readonly outputs: readonly (readonly [name: string, value: Tensor])[];
}

/** The steps on which the outputs depend, in the order they ran; with `effects`, those that change something too. */
export function neededSteps({ graph, outputs }: GraphFunction, effects = false): Step[] {
  const wanted = new Set<Storage>(outputs.map(([, t]) => t.storage));
  const needed: Step[] = [];
  for (const step of [...graph.steps].reverse()) {
    if (!step.outputs.some((t) => wanted.has(t.storage)) && !(effects && step.attrs === null)) continue;
    needed.push(step);
    for (const t of step.inputs) wanted.add(t.storage);
  }
  return needed.reverse();
}
