import type { Op, VjpContext } from '../ops/define';
import type { Tensor } from '../tensor/tensor';
import { withGrad } from './mode';
import { attach } from './record';
import { openTapes } from './tape';

/** Runs a body that nobody records: grad mode off, open tapes looking away. */
export function unrecorded<T>(body: () => T): T {
  const held = openTapes.splice(0);
  try {
    return withGrad(false, body);
  } finally {
    openTapes.unshift(...held);
  }
}

const none = {};

/**
 * Outputs with a gradient of one's own: `compute` is not recorded, `backward` turns the outputs' cotangents (null where
 * none arrived) into the inputs'. The outputs must be tensors that `compute` made.
 */
export function customGradient(
  name: string,
  inputs: readonly Tensor[],
  compute: () => readonly Tensor[],
  backward: (grads: readonly (Tensor | null)[], context: VjpContext<object>) => readonly (Tensor | null)[],
): readonly Tensor[] {
  const outputs = unrecorded(compute);
  const op: Op<object> = {
    name,
    infer: () => outputs,
    forward: () => outputs,
    vjp: null,
    samples: [],
    fast: null,
  };
  attach(op, inputs, outputs, none, backward as Parameters<typeof attach>[4]);
  return outputs;
}
