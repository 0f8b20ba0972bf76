import { type Tensor as CoreTensor, customGradient, isFloating, ops } from '@stele/core';
import { define, type PythonFunction } from './define';
import { kernelName } from './dtypes';
import { InvalidArgumentError } from './errors';
import { wholes } from './indexing';
import { operands } from './math';
import { type Tensor, type TensorLike, toTensor } from './tensor';

type One = (x: CoreTensor) => CoreTensor;
type Two = (x: CoreTensor, y: CoreTensor) => CoreTensor;

function needFloat(kernel: string, t: Tensor): Tensor {
  if (isFloating(t.scalarType)) return t;
  throw new InvalidArgumentError(
    `Value for attr 'T' of ${kernelName(t.scalarType)} is not in the list of allowed values: bfloat16, half, float, double, complex64, complex128\n\t; NodeDef: {{node ${kernel}}} [Op:${kernel}] name: `,
  );
}
const unary = (name: string, kernel: string, f: One): PythonFunction<[TensorLike], Tensor> =>
  define(`tf.math.${name}`, 'x, name=None', (x: TensorLike): Tensor => f(needFloat(kernel, toTensor(x))) as Tensor);
const binary = (name: string, kernel: string, f: Two): PythonFunction<[TensorLike, TensorLike], Tensor> =>
  define(`tf.math.${name}`, 'x, y, name=None', (x: TensorLike, y: TensorLike): Tensor => {
    const [a, b] = operands(x, y);
    return f(needFloat(kernel, a), b) as Tensor;
  });

export const asinh = unary('asinh', 'Asinh', ops.asinh);
export const acosh = unary('acosh', 'Acosh', ops.acosh);
export const atanh = unary('atanh', 'Atanh', ops.atanh);
/** -softplus(-x). */
export const log_sigmoid = unary('log_sigmoid', 'Softplus', (x) => ops.neg(ops.softplus(ops.neg(x))));
/** x / (1 + |x|). */
export const softsign = define('tf.nn.softsign', 'features, name=None', (features: TensorLike): Tensor => {
  const x = needFloat('Softsign', toTensor(features));
  return ops.div(x, ops.add(ops.abs(x), 1)) as Tensor;
});

const zeroLike = (x: CoreTensor): CoreTensor => ops.fullLike(x, 0);
/** f where a is not 0, and 0 (with no gradient into f) elsewhere. */
const guarded = (a: CoreTensor, f: (safe: (t: CoreTensor) => CoreTensor) => CoreTensor): CoreTensor => {
  const zero = ops.equal(a, 0);
  const out = f((t) => ops.where(zero, ops.fullLike(t, 1), t));
  return ops.where(zero, zeroLike(out), out);
};
/** x / y, and 0 where y is 0. */
export const divide_no_nan = binary('divide_no_nan', 'DivNoNan', (x, y) => guarded(y, (safe) => ops.div(x, safe(y))));
/** x y, and 0 where y is 0, whatever x is. */
export const multiply_no_nan = binary('multiply_no_nan', 'MulNoNan', (x, y) => {
  const zero = ops.equal(y, 0);
  const out = ops.mul(ops.where(zero, zeroLike(x), x), y);
  return ops.where(zero, zeroLike(out), out);
});
/** x log(y), and 0 where x is 0. */
export const xlogy = binary('xlogy', 'Xlogy', (x, y) => {
  const zero = ops.logicalAnd(ops.equal(x, 0), ops.logicalNot(ops.isNaN(y)));
  const out = ops.mul(x, ops.log(ops.where(zero, ops.fullLike(y, 1), y)));
  return out;
});
/** x log(1 + y), and 0 where x is 0. */
export const xlog1py = binary('xlog1py', 'Xlog1py', (x, y) => {
  const zero = ops.logicalAnd(ops.equal(x, 0), ops.logicalNot(ops.isNaN(y)));
  return ops.mul(x, ops.log1p(ops.where(zero, zeroLike(y), y)));
});
/** x / y, and 0 where x is 0, with no gradient there. */
export const xdivy = binary('xdivy', 'Xdivy', (x, y) => {
  const zero = ops.equal(x, 0);
  const safe = ops.where(zero, ops.fullLike(y, 1), y);
  return ops.where(zero, zeroLike(safe), ops.div(x, safe));
});

/** The nearest whole number, halves to even; no gradient. */
export const rint = unary('rint', 'Rint', (x) => ops.stopGradient(ops.round(x)));

function refuseZero(y: CoreTensor, kernel: string): void {
  if (!isFloating(y.scalarType) && !y.symbolic && ops.any(ops.equal(y, 0)).storage.array[0])
    throw new InvalidArgumentError(
      `{{function_node __wrapped__${kernel}_device_/job:localhost/replica:0/task:0/device:CPU:0}} Integer division by zero [Op:${kernel}] name: `,
    );
}
/** The quotient without its fraction, of whole numbers. */
export const truncatediv = define('tf.truncatediv', 'x, y, name=None', (x: TensorLike, y: TensorLike): Tensor => {
  const [a, b] = operands(x, y);
  refuseZero(b, 'TruncateDiv');
  if (isFloating(a.scalarType)) return ops.trunc(ops.div(a, b)) as Tensor;
  // towards zero: the quotient of what is left after taking the remainder away
  return ops.floorDiv(ops.sub(a, ops.fmod(a, b)), b) as Tensor;
});
/** What truncated division leaves; it has the sign of x. */
export const truncatemod = define('tf.truncatemod', 'x, y, name=None', (x: TensorLike, y: TensorLike): Tensor => {
  const [a, b] = operands(x, y);
  refuseZero(b, 'TruncateMod');
  return ops.fmod(a, b) as Tensor;
});

/** A polynomial at x, the coefficient of the highest power first. */
export const polyval = define(
  'tf.math.polyval',
  'coeffs, x, name=None',
  (coeffs: readonly TensorLike[], x: TensorLike): Tensor => {
    const at = toTensor(x);
    if (coeffs.length === 0) return ops.fullLike(at, 0) as Tensor;
    const [first, ...rest] = coeffs.map((c) => toTensor(c, at.scalarType));
    return rest.reduce<CoreTensor>((p, c) => ops.add(ops.mul(p, at), c), ops.add(first!, zeroLike(at))) as Tensor;
  },
);

const axesOf = (axis: unknown): readonly number[] | null => (axis === undefined || axis === null ? null : wholes(axis));
/** sqrt of the sum of squares over axes. */
export const reduce_euclidean_norm = define(
  'tf.math.reduce_euclidean_norm',
  'input_tensor, axis=None, keepdims=False, name=None',
  (input_tensor: TensorLike, axis?: unknown, keepdims?: boolean): Tensor => {
    const x = toTensor(input_tensor);
    return ops.sqrt(ops.sum(ops.square(x), axesOf(axis), keepdims ?? false)) as Tensor;
  },
);

/** A running fold along an axis, from either end, with or without the entry itself. */
function running(
  x: CoreTensor,
  axis: number,
  exclusive: boolean,
  reverse: boolean,
  first: number,
  fold: (total: CoreTensor, next: CoreTensor) => CoreTensor,
): CoreTensor {
  const along = axis < 0 ? axis + x.rank : axis;
  const size = x.sizes[along]!;
  if (size === 0) return ops.clone(x);
  const order = Array.from({ length: size }, (_, i) => (reverse ? size - 1 - i : i));
  const out = new Array<CoreTensor>(size);
  let total = ops.fullLike(ops.select(x, along, 0), first);
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
  (x: TensorLike, axis?: number, exclusive?: boolean, reverse?: boolean): Tensor => {
    const t = toTensor(x);
    const along = (axis ?? 0) < 0 ? (axis ?? 0) + t.rank : (axis ?? 0);
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
  (x: TensorLike, axis?: number, exclusive?: boolean, reverse?: boolean): Tensor => {
    const t = toTensor(x);
    return running(t, axis ?? 0, exclusive ?? false, reverse ?? false, Number.NEGATIVE_INFINITY, (total, next) => {
      const largest = ops.stopGradient(ops.maximum(total, next));
      const top = ops.where(ops.isInf(largest), zeroLike(largest), largest);
      return ops.add(top, ops.log(ops.add(ops.exp(ops.sub(total, top)), ops.exp(ops.sub(next, top)))));
    }) as Tensor;
  },
);

/** The next float after x in the direction of y. */
export const nextafter = define('tf.math.nextafter', 'x1, x2, name=None', (x1: TensorLike, x2: TensorLike): Tensor => {
  const [a, b] = operands(x1, x2);
  const [x, y] = [ops.add(a, zeroLike(b)), ops.add(b, zeroLike(a))];
  const flat = (t: CoreTensor): number[] => (ops.reshape(t, [-1]) as Tensor).tolist() as number[];
  const ys = flat(y);
  const out = flat(x).map((v, i) => stepTo(Number(v), Number(ys[i]), x.scalarType === 'float64'));
  return ops.reshape(toTensor(out, x.scalarType), x.sizes) as Tensor;
});
function stepTo(x: number, y: number, wide: boolean): number {
  if (Number.isNaN(x) || Number.isNaN(y)) return Number.NaN;
  if (x === y) return y;
  if (x === 0) return (wide ? Number.MIN_VALUE : 1.401298464324817e-45) * Math.sign(y);
  const up = y > x === x > 0;
  if (wide) {
    const words = new BigInt64Array(new Float64Array([x]).buffer);
    words[0] = words[0]! + (up ? 1n : -1n);
    return new Float64Array(words.buffer)[0]!;
  }
  const words = new Int32Array(new Float32Array([x]).buffer);
  words[0] = words[0]! + (up ? 1 : -1);
  return new Float32Array(words.buffer)[0]!;
}
