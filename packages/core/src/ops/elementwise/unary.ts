import { run } from '../../autograd/record';
import type { Tensor } from '../../tensor/tensor';
import { defineOp, type Op, real } from '../define';
import { mapUnary } from '../loops';
import { erf as erfOf, lgamma as lgammaOf, polygamma as polygammaOf, roundEven } from '../special';
import { add, div, mul, sub } from './binary';
import { call, floatSpec, unary, type Vjp } from './makers';

const negOp = unary(
  'neg',
  (x) => -x,
  (g) => [neg(g)],
  { anyNumber: true, big: (x) => -x },
);
/** -x. */
export const neg = call(negOp);
const signOp = unary(
  'sign',
  (x) => (Number.isNaN(x) ? x : x > 0 ? 1 : x < 0 ? -1 : 0),
  (g) => [mul(g, 0)],
  { anyNumber: true, low: 0.5, big: (x) => (x > 0n ? 1n : x < 0n ? -1n : 0n) },
);
/** -1, 0 or 1. */
export const sign = call(signOp);
const absOp = unary('abs', Math.abs, (g, c) => [mul(g, sign(c.input(0)))], {
  saves: 'input',
  anyNumber: true,
  low: 0.5,
  big: (x) => (x < 0n ? -x : x),
});
/** |x|; the gradient at 0 is 0. */
export const abs = call(absOp);
const expOp = unary('exp', Math.exp, (g, c) => [mul(g, c.output())], { saves: 'output' });
/** e^x. */
export const exp = call(expOp);
const expm1Op = unary('expm1', Math.expm1, (g, c) => [mul(g, add(c.output(), 1))], { saves: 'output' });
/** e^x - 1. */
export const expm1 = call(expm1Op);
const logOp = unary('log', Math.log, (g, c) => [div(g, c.input(0))], { saves: 'input', low: 0.3 });
/** ln x. */
export const log = call(logOp);
const log1pOp = unary('log1p', Math.log1p, (g, c) => [div(g, add(c.input(0), 1))], { saves: 'input', low: -0.5 });
/** ln(1 + x). */
export const log1p = call(log1pOp);
const log2Op = unary('log2', Math.log2, (g, c) => [div(g, mul(c.input(0), Math.LN2))], { saves: 'input', low: 0.3 });
export const log2 = call(log2Op);
const log10Op = unary('log10', Math.log10, (g, c) => [div(g, mul(c.input(0), Math.LN10))], {
  saves: 'input',
  low: 0.3,
});
export const log10 = call(log10Op);
const sqrtOp = unary('sqrt', Math.sqrt, (g, c) => [div(g, mul(c.output(), 2))], { saves: 'output', low: 0.3 });
/** Square root. */
export const sqrt = call(sqrtOp);
const rsqrtOp = unary(
  'rsqrt',
  (x) => 1 / Math.sqrt(x),
  (g, c) => {
    const y = c.output();
    return [mul(mul(mul(g, -0.5), y), mul(y, y))];
  },
  { saves: 'output', low: 0.3 },
);
/** 1 / sqrt(x). */
export const rsqrt = call(rsqrtOp);
const reciprocalOp = unary(
  'reciprocal',
  (x) => 1 / x,
  (g, c) => [neg(mul(g, square(c.output())))],
  { saves: 'output', low: 0.5 },
);
/** 1 / x. */
export const reciprocal = call(reciprocalOp);
const squareOp = unary(
  'square',
  (x) => x * x,
  (g, c) => [mul(g, mul(c.input(0), 2))],
  { saves: 'input', anyNumber: true, big: (x) => x * x },
);
/** x^2. */
export const square = call(squareOp);
const sinOp = unary('sin', Math.sin, (g, c) => [mul(g, cos(c.input(0)))], { saves: 'input' });
export const sin = call(sinOp);
const cosOp = unary('cos', Math.cos, (g, c) => [neg(mul(g, sin(c.input(0))))], { saves: 'input' });
export const cos = call(cosOp);
const tanOp = unary('tan', Math.tan, (g, c) => [mul(g, add(square(c.output()), 1))], {
  saves: 'output',
  low: -1,
  high: 1,
});
export const tan = call(tanOp);
const asinOp = unary('asin', Math.asin, (g, c) => [mul(g, rsqrt(sub(1, square(c.input(0)))))], {
  saves: 'input',
  low: -0.8,
  high: 0.8,
});
export const asin = call(asinOp);
const acosOp = unary('acos', Math.acos, (g, c) => [neg(mul(g, rsqrt(sub(1, square(c.input(0))))))], {
  saves: 'input',
  low: -0.8,
  high: 0.8,
});
export const acos = call(acosOp);
const atanOp = unary('atan', Math.atan, (g, c) => [div(g, add(square(c.input(0)), 1))], { saves: 'input' });
export const atan = call(atanOp);
const sinhOp = unary('sinh', Math.sinh, (g, c) => [mul(g, cosh(c.input(0)))], { saves: 'input' });
export const sinh = call(sinhOp);
const coshOp = unary('cosh', Math.cosh, (g, c) => [mul(g, sinh(c.input(0)))], { saves: 'input' });
export const cosh = call(coshOp);
const asinhOp = unary('asinh', Math.asinh, (g, c) => [mul(g, rsqrt(add(square(c.input(0)), 1)))], { saves: 'input' });
export const asinh = call(asinhOp);
const acoshOp = unary('acosh', Math.acosh, (g, c) => [mul(g, rsqrt(sub(square(c.input(0)), 1)))], {
  saves: 'input',
  low: 1.3,
  high: 3,
});
export const acosh = call(acoshOp);
const atanhOp = unary('atanh', Math.atanh, (g, c) => [div(g, sub(1, square(c.input(0))))], {
  saves: 'input',
  low: -0.8,
  high: 0.8,
});
export const atanh = call(atanhOp);
const erfOp = unary('erf', erfOf, (g, c) => [mul(g, mul(exp(neg(square(c.input(0)))), 2 / Math.sqrt(Math.PI)))], {
  saves: 'input',
});
/** Error function. */
export const erf = call(erfOp);
const lgammaOp = unary('lgamma', lgammaOf, (g, c) => [mul(g, digamma(c.input(0)))], {
  saves: 'input',
  low: 0.4,
  high: 4,
});
export const lgamma = call(lgammaOp);
const polygammaOp: Op<{ order: number }> = defineOp<{ order: number }>({
  name: 'polygamma',
  infer: floatSpec('polygamma'),
  forward: (family, [x], [spec], { order }) => mapUnary(family, x!, spec!.scalarType, (v) => polygammaOf(order, v)),
  vjp: (g, c) => [mul(g, polygamma(c.input(0), c.attrs.order + 1))],
  saves: { inputs: [0] },
  samples: [0, 1, 2].map((order) => ({ inputs: [real([2, 3], 0.5, 4)], attrs: { order } })),
});
/** The derivative of order `order` + 1 of lgamma; order 0 is digamma. */
export const polygamma = (x: Tensor, order: number): Tensor => run(polygammaOp, [x], { order });
/** Derivative of lgamma. */
export const digamma = (x: Tensor): Tensor => polygamma(x, 0);
const zeroGrad: Vjp = (g) => [mul(g, 0)];
const floorOp = unary('floor', Math.floor, zeroGrad, { anyNumber: true, low: 0.1, high: 0.9, big: (x) => x });
export const floor = call(floorOp);
const ceilOp = unary('ceil', Math.ceil, zeroGrad, { anyNumber: true, low: 0.1, high: 0.9, big: (x) => x });
export const ceil = call(ceilOp);
const truncOp = unary('trunc', Math.trunc, zeroGrad, { anyNumber: true, low: 0.1, high: 0.9, big: (x) => x });
export const trunc = call(truncOp);
const roundOp = unary('round', roundEven, zeroGrad, { anyNumber: true, low: 0.1, high: 0.4, big: (x) => x });
/** Nearest integer, halves to even. */
export const round = call(roundOp);
