import { run } from '../autograd/record';
import { ShapeError } from '../errors';
import { codecs, dtypes } from '../tensor/dtype';
import { numel, positions, sameNumbers } from '../tensor/strides';
import { fromArray, type Tensor, type TensorSpec } from '../tensor/tensor';
import { defineOp, none, type Op, real, values } from './define';
import { add, exp, lgamma, log, log1p, mul, neg, sub } from './elementwise';
import { lgamma as lgammaOf } from './special';
import { incompleteBeta, incompleteGamma } from './specialMath';

type None = typeof none;

/** An op on operands of one shape, computed in float64. */
function together(
  name: string,
  compute: (...v: number[]) => number,
  rest: Pick<Parameters<typeof defineOp<None>>[0], 'vjp' | 'samples' | 'saves'>,
): Op<None> {
  return defineOp<None>({
    name,
    infer: (inputs) => {
      const [first, ...others] = inputs as readonly [TensorSpec, ...TensorSpec[]];
      for (const other of others)
        if (!sameNumbers(first.sizes, other.sizes))
          throw new ShapeError('operands need one shape', {
            op: name,
            kind: 'broadcast',
            shapes: inputs.map((i) => i.sizes),
          });
      return { sizes: first.sizes, scalarType: first.scalarType };
    },
    forward: (family, inputs, [spec]) => {
      const out = dtypes[spec!.scalarType].create(numel(spec!.sizes));
      const { get, set } = codecs[spec!.scalarType];
      const where = inputs.map((t) => positions(t.sizes, t.strides, t.offset));
      for (let i = 0; i < out.length; i++)
        set(out, i, compute(...inputs.map((t, k) => get(t.storage.array, where[k]![i]!))));
      return fromArray(family, out, spec!.sizes, spec!.scalarType);
    },
    ...rest,
  });
}

const gammaSlopeOp = together(
  'gammaShareSlope',
  // central differences in float64: far below float32's rounding
  (a, x) => {
    const h = 1e-5 * Math.max(1, a);
    const at = (v: number): number => incompleteGamma(v, x, lgammaOf)[0];
    return (at(a + h) - at(a - h)) / (2 * h);
  },
  { vjp: null, samples: [{ inputs: [values([2], [1.5, 2]), values([2], [0.5, 3])], attrs: none }] },
);
const gammaShareOp = together('gammaShare', (a, x) => incompleteGamma(a, x, lgammaOf)[0], {
  vjp: (g, c) => {
    const [a, x] = [c.input(0), c.input(1)];
    const density = exp(sub(sub(mul(sub(a, 1), log(x)), x), lgamma(a)));
    return [mul(g, run(gammaSlopeOp, [a, x], none)), mul(g, density)];
  },
  saves: { inputs: [0, 1] },
  samples: [{ inputs: [real([2, 2], 1.2, 3, true), real([2, 2], 0.4, 3)], attrs: none }],
});
/** The share of the gamma function's integral that lies below x, differentiable in both. */
export const gammaShare = (a: Tensor, x: Tensor): Tensor => run(gammaShareOp, [a, x], none);

const betaShareOp = together('betaShare', (a, b, x) => incompleteBeta(a, b, x, lgammaOf), {
  vjp: (g, c) => {
    const [a, b, x] = [c.input(0), c.input(1), c.input(2)];
    const scale = sub(lgamma(add(a, b)), add(lgamma(a), lgamma(b)));
    const power = add(mul(sub(a, 1), log(x)), mul(sub(b, 1), log1p(neg(x))));
    return [null, null, mul(g, exp(add(scale, power)))];
  },
  saves: { inputs: [0, 1, 2] },
  samples: [{ inputs: [real([2, 2], 1.2, 3, true), real([2, 2], 1.2, 3, true), real([2, 2], 0.2, 0.8)], attrs: none }],
});
/** The share of the beta function's integral that lies below x; its gradient goes to x only. */
export const betaShare = (a: Tensor, b: Tensor, x: Tensor): Tensor => run(betaShareOp, [a, b, x], none);
