import type { Node } from '../autograd/node';
import { dispatch } from '../autograd/record';
import { alias, type Tensor } from '../tensor/tensor';
import { defineOp, none, real } from './define';

const identitiesOp = defineOp<typeof none>({
  name: 'identities',
  infer: (inputs) => inputs.map(({ sizes, scalarType }) => ({ sizes, scalarType })),
  forward: (_, inputs) => inputs.map((x) => alias(x)),
  vjp: (_, context) =>
    Array.from({ length: context.inputCount }, (_, i) => (context.needs(i) ? context.grad(i) : null)),
  samples: [{ inputs: [real([2, 3]), real([4])], attrs: none }],
});

/**
 * The same values as one node of the graph, through which all their gradients pass at once; `change`, if given, sees
 * and may replace them.
 */
export function identities(inputs: readonly Tensor[], change: Node['custom'] = null): readonly Tensor[] {
  return dispatch(identitiesOp, inputs, none, undefined, change) as readonly Tensor[];
}
