import { withGrad } from '@stele/core';
import { cat } from '../../creation';
import { define } from '../../functions/define';
import type { Tensor } from '../../tensor';
import { setData } from '../modules/state';

/** Parameters one after the other as one vector, in the graph. */
export const parameters_to_vector = define(
  'parameters_to_vector',
  'parameters',
  (parameters: Iterable<Tensor>): Tensor => cat([...parameters].map((p) => p.reshape(-1))),
);
/** Gives parameters the parts of a vector as their memory. */
export const vector_to_parameters = define(
  'vector_to_parameters',
  'vec, parameters',
  (vec: Tensor, parameters: Iterable<Tensor>): void => {
    if (typeof vec?.sizes !== 'object') throw new TypeError(`expected torch.Tensor, but got: ${typeof vec}`);
    let at = 0;
    for (const p of parameters) {
      const n = p.numel();
      const part = withGrad(false, () =>
        vec
          .detach()
          .narrow(0, at, n)
          .reshape([...p.sizes]),
      );
      setData(p, part);
      at += n;
    }
  },
);
