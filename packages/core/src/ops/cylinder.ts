import { run } from '../autograd/record';
import type { Tensor } from '../tensor/tensor';
import * as math from './cylinderMath';
import { defineOp, none, type Op, real } from './define';
import { cos, div, equal, exp, log, mul, neg, sin, square, sub, where } from './elementwise';
import { floatSpec } from './elementwise/makers';
import { mapUnary } from './loops';

type Slope = (x: Tensor, y: () => Tensor) => Tensor;
/** A function of one number with its slope, by the input and the value. */
function smooth(name: string, f: (x: number) => number, slope: Slope): (x: Tensor) => Tensor {
  const op: Op<typeof none> = defineOp<typeof none>({
    name,
    infer: floatSpec(name),
    forward: (family, [x], [spec]) => mapUnary(family, x!, spec!.scalarType, f),
    vjp: (g, c) => [
      mul(
        g,
        slope(c.input(0), () => c.output()),
      ),
    ],
    saves: { inputs: [0], outputs: [0] },
    samples: [{ inputs: [real([2, 3], 0.3, 0.9)], attrs: none }],
  });
  return (x) => run(op, [x], none);
}

/** Bessel functions of the first kind, orders 0 and 1, with slopes. */
export const cylinderJ0: (x: Tensor) => Tensor = smooth(
  'cylinderJ0',
  (x) => math.cylinderJ(0, x),
  (x) => neg(cylinderJ1(x)),
);
export const cylinderJ1: (x: Tensor) => Tensor = smooth(
  'cylinderJ1',
  (x) => math.cylinderJ(1, x),
  (x, y) => {
    const zero = equal(x, 0);
    return where(zero, 0.5, sub(cylinderJ0(x), div(y(), where(zero, 1, x))));
  },
);
/** Bessel functions of the second kind, orders 0 and 1. */
export const cylinderY0: (x: Tensor) => Tensor = smooth(
  'cylinderY0',
  (x) => math.cylinderY(0, x),
  (x) => neg(cylinderY1(x)),
);
export const cylinderY1: (x: Tensor) => Tensor = smooth(
  'cylinderY1',
  (x) => math.cylinderY(1, x),
  (x, y) => sub(cylinderY0(x), div(y(), x)),
);
/** Modified Bessel functions of the second kind, orders 0 and 1, and the same times e^x. */
export const cylinderK0: (x: Tensor) => Tensor = smooth(
  'cylinderK0',
  (x) => math.cylinderK(0, x),
  (x) => neg(cylinderK1(x)),
);
export const cylinderK1: (x: Tensor) => Tensor = smooth(
  'cylinderK1',
  (x) => math.cylinderK(1, x),
  (x, y) => sub(neg(cylinderK0(x)), div(y(), x)),
);
export const cylinderK0e: (x: Tensor) => Tensor = smooth(
  'cylinderK0e',
  (x) => math.cylinderKe(0, x),
  (x, y) => sub(y(), cylinderK1e(x)),
);
export const cylinderK1e: (x: Tensor) => Tensor = smooth(
  'cylinderK1e',
  (x) => math.cylinderKe(1, x),
  (x, y) => sub(sub(y(), div(y(), x)), cylinderK0e(x)),
);
/** e^(-x²) times the integral of e^(t²) from 0 to x. */
export const dawson = smooth('dawson', math.dawson, (x, y) => sub(1, mul(mul(x, y()), 2)));
/** The integral of e^t / t from minus infinity to x > 0. */
export const exponentialIntegral = smooth('exponentialIntegral', math.exponentialIntegral, (x) => div(exp(x), x));
/** The integral of cos(πt²/2) from 0 to x. */
export const fresnelCosine = smooth(
  'fresnelCosine',
  (x) => math.fresnel(x)[0],
  (x) => cos(mul(square(x), Math.PI / 2)),
);
/** The integral of sin(πt²/2) from 0 to x. */
export const fresnelSine = smooth(
  'fresnelSine',
  (x) => math.fresnel(x)[1],
  (x) => sin(mul(square(x), Math.PI / 2)),
);
/** The integral of ln t / (1 - t) from 1 to x. */
export const dilogarithm = smooth('dilogarithm', math.dilogarithm, (x) => {
  const one = equal(x, 1);
  return where(one, -1, div(log(x), sub(1, where(one, 0, x))));
});
