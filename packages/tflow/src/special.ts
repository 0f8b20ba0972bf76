import { Tensor as CoreTensor, nn, ops } from '@stele/core';
import { define } from './define';
import { asKernel } from './kernels';
import { operands } from './math';
import { type Tensor, type TensorLike, toTensor } from './tensor';

const unary = (name: string, kernel: string, f: (x: CoreTensor) => CoreTensor) =>
  define(`tf.math.${name}`, 'x, name=None', (x: TensorLike): Tensor => {
    const t = toTensor(x);
    return asKernel(kernel, [t], () => f(t)) as Tensor;
  });
/** Operands of one dtype and one shape. */
const together = (kernel: string, list: readonly TensorLike[]): CoreTensor[] => {
  let like = (list.find((x) => x instanceof CoreTensor) as CoreTensor | undefined)?.scalarType;
  const all = list.map((x): CoreTensor => {
    const t = toTensor(x, x instanceof CoreTensor ? null : like);
    like ??= t.scalarType;
    return t;
  });
  return asKernel(kernel, all, () => alike(all));
};
const alike = (all: readonly CoreTensor[]): CoreTensor[] => {
  const zero = all.map((x) => ops.fullLike(x, 0)).reduce((a, b) => ops.add(a, b));
  return all.map((x) => ops.add(x, zero));
};

export const erfinv = unary('erfinv', 'Erfinv', ops.erfinv);
export const ndtri = unary('ndtri', 'Ndtri', ops.ndtri);
export const erfcinv = unary('erfcinv', 'Ndtri', nn.erfcInverse);
/** The regularized lower incomplete gamma function P(a, x). */
export const igamma = define('tf.math.igamma', 'a, x, name=None', (a: TensorLike, x: TensorLike): Tensor => {
  const [p, q] = together('Igamma', [a, x]);
  return ops.gammaShare(p!, q!) as Tensor;
});
/** The regularized upper incomplete gamma function Q(a, x) = 1 - P(a, x). */
export const igammac = define('tf.math.igammac', 'a, x, name=None', (a: TensorLike, x: TensorLike): Tensor => {
  const [p, q] = together('Igammac', [a, x]);
  return ops.add(ops.neg(ops.gammaShare(p!, q!)), 1) as Tensor;
});
/** The regularized incomplete beta function I_x(a, b). */
export const betainc = define(
  'tf.math.betainc',
  'a, b, x, name=None',
  (a: TensorLike, b: TensorLike, x: TensorLike): Tensor => {
    const [p, q, r] = together('Betainc', [a, b, x]);
    return ops.betaShare(p!, q!, r!) as Tensor;
  },
);
/** Hurwitz's zeta function. */
export const zeta = define('tf.math.zeta', 'x, q, name=None', (x: TensorLike, q: TensorLike): Tensor => {
  const [a, b] = operands(x, q);
  return asKernel('Zeta', [a, b], () => ops.zeta(a, b)) as Tensor;
});
/** The derivative of order a of digamma, a being whole numbers. */
export const polygamma = define('tf.math.polygamma', 'a, x, name=None', (a: TensorLike, x: TensorLike): Tensor => {
  const [order, at] = together('Polygamma', [a, x]) as [Tensor, Tensor];
  const orders = [...new Set((ops.reshape(order, [-1]) as Tensor).tolist() as number[])].map(Number);
  return orders
    .filter((n) => Number.isInteger(n) && n >= 0)
    .map((n) => [n, ops.polygamma(at, n)] as const)
    .reduce<CoreTensor>(
      (out, [n, value]) => ops.where(ops.equal(order, n), value, out),
      ops.fullLike(at, Number.NaN),
    ) as Tensor;
});

export const bessel_i0 = unary('bessel_i0', 'BesselI0', ops.besselI0);
export const bessel_i1 = unary('bessel_i1', 'BesselI1', ops.besselI1);
export const bessel_i0e = unary('bessel_i0e', 'BesselI0e', ops.besselI0e);
export const bessel_i1e = unary('bessel_i1e', 'BesselI1e', ops.besselI1e);
