import {
  type Tensor as CoreTensor,
  customGradient,
  isComplex,
  isDifferentiable,
  isFloating,
  ops,
  unrecorded,
} from '@stele/core';
import { define, type PythonFunction } from './define';
import { valueError } from './errors';
import { asKernel, needType } from './kernels';
import { operands, quotientOperands, refuseZero } from './math';
import { reducedAxes, scannedAxis } from './reductions';
import { Tensor, type TensorLike, toTensor } from './tensor';

type One = (x: CoreTensor) => CoreTensor;
type Two = (x: CoreTensor, y: CoreTensor) => CoreTensor;

const unary = (name: string, kernel: string, f: One): PythonFunction<[TensorLike], Tensor> =>
  define(`tf.math.${name}`, 'x, name=None', (x: TensorLike): Tensor => {
    const t = toTensor(x);
    return asKernel(kernel, [t], () => f(t)) as Tensor;
  });
const binary = (name: string, kernel: string, f: Two): PythonFunction<[TensorLike, TensorLike], Tensor> =>
  define(`tf.math.${name}`, 'x, y, name=None', (x: TensorLike, y: TensorLike): Tensor => {
    const [a, b] = operands(x, y);
    return asKernel(kernel, [a, b], () => f(a, b)) as Tensor;
  });

export const asinh = unary('asinh', 'Asinh', ops.asinh);
export const acosh = unary('acosh', 'Acosh', ops.acosh);
export const atanh = unary('atanh', 'Atanh', ops.atanh);
/** -softplus(-x). */
export const log_sigmoid = unary('log_sigmoid', 'Neg', (x) =>
  asKernel('Softplus', [x], () => ops.neg(ops.softplus(ops.neg(x)))),
);
/** x / (1 + |x|). */
export const softsign = define('tf.nn.softsign', 'features, name=None', (features: TensorLike): Tensor => {
  const x = toTensor(features);
  return asKernel('Softsign', [x], () => ops.softsign(x)) as Tensor;
});

const zeroLike = (x: CoreTensor): CoreTensor => ops.fullLike(x, 0);
/** x / y, and 0 where y is 0; whole numbers are divided as `divide` does. */
export const divide_no_nan = define(
  'tf.math.divide_no_nan',
  'x, y, name=None',
  (x: TensorLike, y: TensorLike): Tensor => {
    const [a, b] = quotientOperands(x, y);
    return asKernel('DivNoNan', [a, b], () => ops.divNoNan(a, b)) as Tensor;
  },
);
/** The same complex numbers; the cotangent on the way back is conjugated. */
function turning(x: CoreTensor): CoreTensor {
  const [out] = customGradient(
    'Identity',
    [x],
    () => [ops.clone(x)],
    ([g]) => [ops.conj(g!)],
  );
  return out!;
}
/** These take slopes of complex numbers as they are, where others take their conjugates. */
const unturned =
  (f: Two): Two =>
  (x, y) =>
    isComplex(x.scalarType) && isComplex(y.scalarType) ? turning(f(turning(x), turning(y))) : f(x, y);
/** Operands of one element type, which the first decides. */
const led = (name: string, kernel: string, f: Two): PythonFunction<[TensorLike, TensorLike], Tensor> =>
  define(`tf.math.${name}`, 'x, y, name=None', (x: TensorLike, y: TensorLike): Tensor => {
    const a = toTensor(x);
    if (y instanceof Tensor && y.scalarType !== a.scalarType)
      throw valueError(
        `y: Tensor conversion requested dtype ${a.scalarType} for Tensor with dtype ${y.scalarType}: ${y.__repr__()}`,
      );
    const b = toTensor(y, a.scalarType);
    return asKernel(kernel, [a, b], () => f(a, b)) as Tensor;
  });
/** x y, and 0 where y is 0, whatever x is. */
export const multiply_no_nan = led('multiply_no_nan', 'MulNoNan', unturned(ops.mulNoNan));
/** x log(y), and 0 where x is 0. */
export const xlogy = binary('xlogy', 'Xlogy', unturned(ops.logUnlessZero));
/** x log(1 + y), and 0 where x is 0. */
export const xlog1py = binary('xlog1py', 'Xlog1py', unturned(ops.log1pUnlessZero));
/** x / y, and 0 where x is 0, with no gradient there. */
export const xdivy = binary('xdivy', 'Xdivy', unturned(ops.divUnlessZero));

/** The nearest whole number, halves to even; no gradient. */
export const rint = unary('rint', 'Rint', (x) => unrecorded(() => ops.round(x)));

/** The quotient without its fraction; it has no gradient. */
export const truncatediv = binary('truncatediv', 'TruncateDiv', (x, y) => {
  refuseZero('TruncateDiv', y);
  return unrecorded(() =>
    // of whole numbers: the quotient of what is left after taking the remainder away
    isFloating(x.scalarType) ? ops.trunc(ops.div(x, y)) : ops.floorDiv(ops.sub(x, ops.fmod(x, y)), y),
  );
});
/** What truncated division leaves; it has the sign of x. */
export const truncatemod = binary('truncatemod', 'TruncateMod', (x, y) => {
  refuseZero('TruncateMod', y);
  return ops.fmod(x, y);
});

/** A polynomial at x, the coefficient of the highest power first. */
export const polyval = define(
  'tf.math.polyval',
  'coeffs, x, name=None',
  (coeffs: readonly TensorLike[], x: TensorLike): Tensor => {
    const at = toTensor(x);
    if (!Array.isArray(coeffs))
      throw valueError(
        "Argument coeffs must be list type. Received type <class 'tensorflow.python.framework.ops.EagerTensor'>.",
      );
    if (coeffs.length === 0) return ops.fullLike(at, 0) as Tensor;
    const [first, ...rest] = coeffs.map((c) => toTensor(c, at.scalarType));
    return rest.reduce<CoreTensor>((p, c) => ops.add(ops.mul(p, at), c), ops.add(first!, zeroLike(at))) as Tensor;
  },
);

/** sqrt of the sum of squares over axes. */
export const reduce_euclidean_norm = define(
  'tf.math.reduce_euclidean_norm',
  'input_tensor, axis=None, keepdims=False, name=None',
  (input_tensor: TensorLike, axis?: unknown, keepdims?: boolean): Tensor => {
    const x = toTensor(input_tensor);
    const norm = (t: CoreTensor): CoreTensor =>
      ops.sqrt(
        ops.sum(
          isComplex(t.scalarType) ? ops.mul(t, ops.conj(t)) : ops.square(t),
          reducedAxes('EuclideanNorm', x, axis),
          keepdims ?? false,
        ),
      );
    if (isComplex(x.scalarType)) {
      // its gradient is x g / norm, not conjugated
      const [out] = customGradient(
        'EuclideanNorm',
        [x],
        () => [norm(x)],
        ([g]) => {
          const kept = reducedAxes('EuclideanNorm', x, axis) ?? x.sizes.map((_, i) => i);
          const wide = (t: CoreTensor): CoreTensor =>
            ops.reshape(
              t,
              x.sizes.map((d, i) => (kept.includes(i) || kept.includes(i - x.rank) ? 1 : d)),
            );
          return [ops.mul(x, ops.div(wide(g!), wide(out!)))];
        },
      );
      return out as Tensor;
    }
    return asKernel('EuclideanNorm', [x], () =>
      isDifferentiable(x.scalarType) ? norm(x) : ops.cast(norm(ops.cast(x, 'float64')), x.scalarType),
    ) as Tensor;
  },
);

/** A running fold along an axis, from either end, with or without the entry itself. */
function running(
  x: CoreTensor,
  along: number,
  exclusive: boolean,
  reverse: boolean,
  first: number,
  fold: (total: CoreTensor, next: CoreTensor) => CoreTensor,
): CoreTensor {
  const size = x.sizes[along]!;
  if (size === 0) return ops.clone(x);
  const order = Array.from({ length: size }, (_, i) => (reverse ? size - 1 - i : i));
  const out = new Array<CoreTensor>(size);
  // what stands before the first entry depends on none, but has a gradient of 0
  const row = ops.select(x, along, 0);
  let total = ops.where(ops.equal(ops.fullLike(row, 0), 0), ops.fullLike(row, first), row);
  for (const i of order) {
    const next = fold(total, ops.select(x, along, i));
    out[i] = exclusive ? total : next;
    total = next;
  }
  return ops.stack(out, along);
}
/** Running products along an axis; where an entry is 0 TensorFlow's gradient is 0. */
export const cumprod = define(
  'tf.math.cumprod',
  'x, axis=0, exclusive=False, reverse=False, name=None',
  (x: TensorLike, axis?: unknown, exclusive?: boolean, reverse?: boolean): Tensor => {
    const t = toTensor(x);
    needType('Cumprod', t.scalarType);
    const along = scannedAxis('Cumprod', t, axis);
    const [before, back] = [exclusive ?? false, reverse ?? false];
    const [out] = customGradient(
      'Cumprod',
      [t],
      () => [running(t, along, before, back, 1, ops.mul)],
      ([g]) => [divide_no_nan(ops.cumsum(ops.mul(out!, g!), along, before, !back) as Tensor, t)],
    );
    return out as Tensor;
  },
);
/** log of the running sums of exponentials along an axis. */
export const cumulative_logsumexp = define(
  'tf.math.cumulative_logsumexp',
  'x, axis=0, exclusive=False, reverse=False, name=None',
  (x: TensorLike, axis?: unknown, exclusive?: boolean, reverse?: boolean): Tensor => {
    const t = toTensor(x);
    needType('CumulativeLogsumexp', t.scalarType);
    return running(
      t,
      scannedAxis('CumulativeLogsumexp', t, axis),
      exclusive ?? false,
      reverse ?? false,
      Number.NEGATIVE_INFINITY,
      (total, next) => {
        const largest = ops.stopGradient(ops.maximum(total, next));
        const top = ops.where(ops.isInf(largest), zeroLike(largest), largest);
        return ops.add(top, ops.log(ops.add(ops.exp(ops.sub(total, top)), ops.exp(ops.sub(next, top)))));
      },
    ) as Tensor;
  },
);

/** The next float after x in the direction of y. */
export const nextafter = define('tf.math.nextafter', 'x1, x2, name=None', (x1: TensorLike, x2: TensorLike): Tensor => {
  const [a, b] = operands(x1, x2);
  return asKernel('NextAfter', [a, b], () => ops.nextAfter(a, b)) as Tensor;
});
