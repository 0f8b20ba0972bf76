import { type Tensor as CoreTensor, ops } from '@stele/core';
import { define } from './define';
import { asKernel } from './kernels';
import { type Tensor, type TensorLike, toTensor } from './tensor';

const special = (name: string, kernel: string, f: (x: CoreTensor) => CoreTensor) =>
  define(`tf.math.special.${name}`, 'x, name=None', (x: TensorLike): Tensor => {
    const t = toTensor(x);
    return asKernel(kernel, [t], () => f(t)) as Tensor;
  });
export const bessel_j0 = special('bessel_j0', 'BesselJ0', ops.cylinderJ0);
export const bessel_j1 = special('bessel_j1', 'BesselJ1', ops.cylinderJ1);
export const bessel_y0 = special('bessel_y0', 'BesselY0', ops.cylinderY0);
export const bessel_y1 = special('bessel_y1', 'BesselY1', ops.cylinderY1);
export const bessel_k0 = special('bessel_k0', 'BesselK0', ops.cylinderK0);
export const bessel_k0e = special('bessel_k0e', 'BesselK0e', ops.cylinderK0e);
export const bessel_k1 = special('bessel_k1', 'BesselK1', ops.cylinderK1);
export const bessel_k1e = special('bessel_k1e', 'BesselK1e', ops.cylinderK1e);
/** e^(-x²) times the integral of e^(t²) from 0 to x. */
export const dawsn = special('dawsn', 'Dawsn', ops.dawson);
/** The integral of e^t / t from minus infinity to x. */
export const expint = special('expint', 'Expint', ops.exponentialIntegral);
export const fresnel_cos = special('fresnel_cos', 'FresnelCos', ops.fresnelCosine);
export const fresnel_sin = special('fresnel_sin', 'FresnelSin', ops.fresnelSine);
/** The integral of log(t) / (1 - t) from 1 to x. */
export const spence = special('spence', 'Spence', ops.dilogarithm);
