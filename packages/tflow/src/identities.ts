import { type Tensor as CoreTensor, ops } from '@stele/core';
import { custom_gradient } from './custom';
import { compose, define } from './define';
import type { DTypeLike } from './dtypes';
import { kernelError, valueError } from './errors';
import { asKernel } from './kernels';
import { multiply } from './math';
import { indexTensor, wholes } from './places';
import { shape } from './reshaping';
import { readText, stringTensor } from './strings';
import { type Tensor, type TensorLike, toTensor } from './tensor';

const flat = (x: CoreTensor): CoreTensor => ops.reshape(x, [-1]);
const unary = (name: string, kernel: string, f: (x: CoreTensor) => CoreTensor) =>
  define(`tf.math.${name}`, 'x, name=None', (x: TensorLike): Tensor => {
    const t = toTensor(x);
    return asKernel(kernel, [t], () => f(t)) as Tensor;
  });

/** 1 - erf(x), precise where that is small. */
export const erfc = unary('erfc', 'Erfc', ops.erfc);
/** 1 / x, and 0 where x is 0. */
export const reciprocal_no_nan = unary('reciprocal_no_nan', 'DivNoNan', (x) => ops.divNoNan(ops.fullLike(x, 1), x));
/** The logarithm of Dirichlet's beta function of the last axis. */
export const lbeta = define('tf.math.lbeta', 'x, name=None', (x: TensorLike): Tensor => {
  const t = toTensor(x);
  return asKernel('Lgamma', [t], () => ops.sub(ops.sum(ops.lgamma(t), -1), ops.lgamma(ops.sum(t, -1)))) as Tensor;
});
/** x times a tensor of rank 0. */
export const scalar_mul = define(
  'tf.math.scalar_mul',
  'scalar, x, name=None',
  (scalar: TensorLike, x: TensorLike): Tensor => {
    const t = toTensor(x);
    const by = toTensor(scalar, t.scalarType);
    if (by.rank !== 0) throw valueError(`The input scalar must be a 0-D value. Received shape ${by.shape}.`);
    return multiply(by, t);
  },
);

/** Whether what follows each entry stands in an order with it; of fewer than two entries it does. */
const ordered = (name: string, holds: typeof ops.lessEqual) =>
  define(`tf.math.${name}`, 'x, name=None', (x: TensorLike): Tensor => {
    const text = readText(x);
    if (text !== null)
      throw new TypeError(`Expected x to be numeric, instead found: ${text.rank === 0 ? stringTensor([text]) : text}`);
    const t = flat(toTensor(x));
    const n = Math.max(t.sizes[0]! - 1, 0);
    return ops.all(holds(ops.slice(t, 0, 0, n), ops.slice(t, 0, t.sizes[0]! - n, t.sizes[0]!))) as Tensor;
  });
export const is_non_decreasing = ordered('is_non_decreasing', ops.lessEqual);
export const is_strictly_increasing = ordered('is_strictly_increasing', ops.less);

export const identity_n = define('tf.identity_n', 'input, name=None', (input: readonly TensorLike[]): Tensor[] =>
  [...input].map((x) => ops.clone(toTensor(x)) as Tensor),
);
export const guarantee_const = define(
  'tf.guarantee_const',
  'input, name=None',
  (input: TensorLike): Tensor => ops.clone(toTensor(input)) as Tensor,
);
export const shape_n = compose(
  'tf.shape_n',
  'input, out_type=tf.int32, name=None',
  (input: readonly TensorLike[], out_type?: DTypeLike): Tensor[] => [...input].map((x) => shape(x, out_type)),
);
/** Places in the flattening of a shape as index vectors: one row for each axis. */
export const unravel_index = define(
  'tf.unravel_index',
  'indices, dims, name=None',
  (indices: TensorLike, dims: TensorLike): Tensor => {
    const at = indexTensor(indices);
    const sizes = wholes(toTensor(dims));
    const count = sizes.reduce((a, b) => a * b, 1);
    const wrong = at.symbolic ? undefined : wholes(at).find((k) => k < 0 || k >= count);
    if (wrong !== undefined) throw kernelError('UnravelIndex', 'index is out of bound as with dims');
    let rest: CoreTensor = at;
    const rows = [...sizes].reverse().map((d) => {
      const row = ops.remainder(rest, d);
      rest = ops.floorDiv(rest, d);
      return row;
    });
    return ops.stack(rows.reverse(), 0) as Tensor;
  },
);
/** A function whose gradient is that of doing nothing: what comes to its result goes to its argument. */
export const grad_pass_through = (f: (...args: any[]) => unknown) =>
  custom_gradient((...args: unknown[]) => [
    f(...args),
    (...grads: unknown[]) => (grads.length === 1 ? grads[0] : grads),
  ]);
