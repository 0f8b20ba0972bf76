import { GradError } from '../errors';
import type { Tensor } from '../tensor/tensor';
import type { Node } from './node';

let enabled = false;
let checksNaN = true;

/** Whether the backward pass looks for what went wrong. */
export const isAnomalyEnabled = (): boolean => enabled;
/** Whether it then also looks for NaN among the gradients. */
export const isAnomalyCheckingNaN = (): boolean => checksNaN;

export function setAnomaly(value: boolean, checkNaN = true): void {
  enabled = value;
  checksNaN = checkNaN;
}

function holdsNaN(t: Tensor): boolean {
  if (t.symbolic || !t.scalarType.includes('float')) return false;
  for (const x of t.storage.array as Float64Array) if (Number.isNaN(x)) return true;
  return false;
}

/** Throws at the first node that gives NaN as a gradient, where that is asked for. */
export function refuseNaN(node: Node, results: readonly (Tensor | null)[]): void {
  if (!enabled || !checksNaN) return;
  results.forEach((grad, output) => {
    if (grad !== null && node.inputs[output] !== null && holdsNaN(grad))
      throw new GradError(`the gradient of ${node.op.name} with respect to input ${output} has NaN in it`, {
        op: 'backward',
        kind: 'nanGradient',
        maker: node,
        output,
      });
  });
}
