import { Tensor as CoreTensor, customGradient, isFloating, ops, unrecorded } from '@stele/core';
import { bind, op } from './dispatch';
import { type DTypeLike, dtypeName, kernelName } from './dtypes';
import { InvalidArgumentError, kernelError, UnimplementedError } from './errors';
import { provideArithmetic, type Tensor, type TensorLike, toTensor } from './tensor';

type Core2 = (a: CoreTensor, b: CoreTensor) => CoreTensor;

/** Two operands as tensors: what is no tensor takes the other's dtype. */
export function operands(a: TensorLike, b: TensorLike): [Tensor, Tensor] {
  if (a instanceof CoreTensor) return [toTensor(a), toTensor(b, b instanceof CoreTensor ? null : a.scalarType)];
  if (b instanceof CoreTensor) return [toTensor(a, b.scalarType), toTensor(b)];
  const x = toTensor(a);
  return [x, toTensor(b, x.scalarType)];
}

const binary = (name: string, f: Core2) =>
  op(name, (a: TensorLike, b: TensorLike): Tensor => {
    const [x, y] = operands(a, b);
    return f(x, y) as Tensor;
  });

const kernels: Readonly<Record<string, string>> = {
  exp: 'Exp',
  log: 'Log',
  sqrt: 'Sqrt',
  rsqrt: 'Rsqrt',
  tanh: 'Tanh',
  sigmoid: 'Sigmoid',
  sin: 'Sin',
  cos: 'Cos',
};
const unary = (name: string, f: (x: CoreTensor) => CoreTensor, floatOnly = true) =>
  op(name, (x: TensorLike): Tensor => {
    const t = toTensor(x);
    if (floatOnly && !isFloating(t.scalarType)) {
      const kernel = kernels[name] ?? name;
      throw new InvalidArgumentError(
        `Value for attr 'T' of ${kernelName(t.scalarType)} is not in the list of allowed values: bfloat16, half, float, double, complex64, complex128\n\t; NodeDef: {{node ${kernel}}} [Op:${kernel}]`,
      );
    }
    return f(t) as Tensor;
  });

/** TensorFlow gives these no gradient at all, not one of zeros. */
const flat =
  (f: (x: CoreTensor) => CoreTensor) =>
  (x: CoreTensor): CoreTensor =>
    unrecorded(() => f(x));

export const add = binary('add', ops.add);
export const subtract = binary('subtract', ops.sub);
export const multiply = binary('multiply', ops.mul);
/** a / b; integers are divided as float64, as TensorFlow does. */
export const divide = binary('divide', (a, b) => {
  if (a.scalarType !== b.scalarType || isFloating(a.scalarType)) return ops.div(a, b);
  const wide = ['int8', 'uint8', 'int16'].includes(a.scalarType) ? 'float32' : 'float64';
  return ops.div(ops.cast(a, wide), ops.cast(b, wide));
});
export const truediv = divide;
const whole =
  (f: Core2, kernel: string): Core2 =>
  (a, b) => {
    if (!isFloating(b.scalarType) && !b.symbolic && ops.any(ops.equal(b, 0)).storage.array[0])
      throw new InvalidArgumentError(
        `{{function_node __wrapped__${kernel}_device_/job:localhost/replica:0/task:0/device:CPU:0}} Integer division by zero [Op:${kernel}] name: `,
      );
    return f(a, b);
  };
export const floordiv = binary('floordiv', whole(ops.floorDiv, 'FloorDiv'));
export const floormod = binary('floormod', whole(ops.remainder, 'FloorMod'));
export const pow = binary('pow', (a, b) => {
  if (!isFloating(b.scalarType) && !b.symbolic && ops.any(ops.less(b, 0)).storage.array[0])
    throw kernelError('Pow', 'Integers to negative integer powers are not allowed');
  return ops.pow(a, b);
});
/** The larger of two; of a tie the first takes the gradient. */
export const maximum = binary('maximum', ops.maximumFirst);
export const minimum = binary('minimum', ops.minimumFirst);
export const squared_difference = binary('squared_difference', (a, b) => ops.square(ops.sub(a, b)));
export const atan2 = binary('atan2', ops.atan2);
export const equal = binary('equal', ops.equal);
export const not_equal = binary('not_equal', ops.notEqual);
export const less = binary('less', ops.less);
export const less_equal = binary('less_equal', ops.lessEqual);
export const greater = binary('greater', ops.greater);
export const greater_equal = binary('greater_equal', ops.greaterEqual);
export const logical_and = binary('logical_and', ops.logicalAnd);
export const logical_or = binary('logical_or', ops.logicalOr);
export const logical_xor = binary('logical_xor', ops.logicalXor);
export const logical_not = unary('logical_not', ops.logicalNot, false);

export const negative = unary('negative', ops.neg, false);
export const abs = unary('abs', ops.abs, false);
export const sign = unary('sign', ops.sign, false);
export const square = unary('square', ops.square, false);
export const exp = unary('exp', ops.exp);
export const expm1 = unary('expm1', ops.expm1);
export const log = unary('log', ops.log);
export const log1p = unary('log1p', ops.log1p);
/** A slope that is 0 wherever nothing arrives, even where it would be infinite. */
const quiet =
  (name: string, f: (x: CoreTensor) => CoreTensor, slope: (y: CoreTensor) => CoreTensor) =>
  (x: CoreTensor): CoreTensor => {
    if (x.symbolic) return f(x);
    const [y] = customGradient(
      name,
      [x],
      () => [f(x)],
      ([g]) => {
        const silent = ops.equal(g!, 0);
        return [ops.where(silent, ops.fullLike(g!, 0), ops.mul(g!, slope(y!)))];
      },
    );
    return y!;
  };
export const sqrt = unary(
  'sqrt',
  quiet('Sqrt', ops.sqrt, (y) => ops.div(ops.fullLike(y, 0.5), y)),
);
export const rsqrt = unary(
  'rsqrt',
  quiet('Rsqrt', ops.rsqrt, (y) => ops.mul(ops.mul(y, ops.square(y)), -0.5)),
);
export const reciprocal = unary('reciprocal', ops.reciprocal);
export const sin = unary('sin', ops.sin);
export const cos = unary('cos', ops.cos);
export const tan = unary('tan', ops.tan);
export const asin = unary('asin', ops.asin);
export const acos = unary('acos', ops.acos);
export const atan = unary('atan', ops.atan);
export const sinh = unary('sinh', ops.sinh);
export const cosh = unary('cosh', ops.cosh);
export const tanh = unary('tanh', ops.tanh);
export const sigmoid = unary('sigmoid', ops.sigmoid);
export const softplus = unary('softplus', ops.softplus);
export const erf = unary('erf', ops.erf);
export const lgamma = unary('lgamma', ops.lgamma);
export const digamma = unary('digamma', ops.digamma);
export const floor = unary('floor', flat(ops.floor), false);
export const ceil = unary('ceil', flat(ops.ceil), false);
export const round = unary('round', flat(ops.round), false);
export const is_nan = unary('is_nan', ops.isNaN, false);
export const is_inf = unary('is_inf', ops.isInf, false);
export const is_finite = unary('is_finite', ops.isFinite, false);

/** Values of another element type; floats lose their fraction towards zero on the way to integers. */
/** Whether a value is a tensor of texts. */
const isStrings = (x: unknown): boolean => (x as { dtype?: { name?: string } } | null)?.dtype?.name === 'string';

export const cast = op('cast', (x: TensorLike, dtype: DTypeLike): Tensor => {
  if (isStrings(x)) {
    if (dtypeName(dtype) === ('string' as never)) return x as unknown as Tensor;
    throw kernelError('Cast', `Cast string to ${kernelName(dtypeName(dtype))} is not supported`, UnimplementedError);
  }
  return ops.cast(toTensor(x), dtypeName(dtype)) as Tensor;
});

/** The values held between two numbers; outside them the gradient is 0. */
export const clip_by_value = op('clip_by_value', (t: TensorLike, ...rest: readonly unknown[]): Tensor => {
  const { clip_value_min: low, clip_value_max: high } = bind(
    'clip_by_value',
    ['clip_value_min', 'clip_value_max', 'name'],
    rest,
  );
  const x = toTensor(t);
  if (typeof low === 'number' && typeof high === 'number') return ops.clamp(x, low, high) as Tensor;
  return maximum(minimum(x, high as TensorLike), low as TensorLike);
});

/**
 * The matrix product over the last two axes.
 * @throws InvalidArgumentError `Matrix size-incompatible: In[0]: [2,3], In[1]: [4,5]`.
 * @see https://www.tensorflow.org/api_docs/python/tf/linalg/matmul
 */
export const matmul = op('matmul', (a: TensorLike, b: TensorLike, ...rest: readonly unknown[]): Tensor => {
  const { transpose_a, transpose_b } = bind('matmul', ['transpose_a', 'transpose_b', 'name'], rest);
  if (isStrings(a) || isStrings(b))
    throw new InvalidArgumentError(
      "Value for attr 'T' of string is not in the list of allowed values: bfloat16, half, float, double, int32, int64, uint8, uint16, uint32, uint64, complex64, complex128\n\t; NodeDef: {{node MatMul}} [Op:MatMul] name: ",
    );
  const [x, y] = operands(a, b);
  return ops.matmul(transpose_a ? ops.transpose(x, -1, -2) : x, transpose_b ? ops.transpose(y, -1, -2) : y) as Tensor;
});

export type AxisArgument = number | readonly number[] | null;
type CoreReduce = (x: CoreTensor, axes?: AxisArgument, keepDims?: boolean) => CoreTensor;
const reduce = (name: string, f: CoreReduce) =>
  op(name, (input: TensorLike, ...rest: readonly unknown[]): Tensor => {
    const { axis, keepdims } = bind(name, ['axis', 'keepdims', 'name'], rest);
    const at = axis instanceof CoreTensor ? (toTensor(axis).tolist() as AxisArgument) : (axis as AxisArgument);
    return f(toTensor(input), at ?? null, (keepdims as boolean | undefined) ?? false) as Tensor;
  });

/** Sum over axes: `reduce_sum(x, 1, true)` or `reduce_sum(x, { axis: 1, keepdims: true })`. */
export const reduce_sum = reduce('reduce_sum', ops.sum);
/** Mean over axes; of integers it is an integer. */
export const reduce_mean = reduce('reduce_mean', (x, axes, keep) =>
  isFloating(x.scalarType)
    ? ops.mean(x, axes, keep)
    : ops.cast(ops.mean(ops.cast(x, 'float64'), axes, keep), x.scalarType),
);
/** Of no entries an extreme is the least, or the largest, number there is. */
const extreme =
  (f: CoreReduce, nothing: number): CoreReduce =>
  (x, axes, keep) => {
    const along =
      axes === null || axes === undefined
        ? x.sizes.map((_, i) => i)
        : [axes].flat().map((a) => (a < 0 ? a + x.rank : a));
    if (!along.some((a) => x.sizes[a] === 0)) return f(x, axes, keep);
    const sizes = x.sizes.flatMap((d, i) => (along.includes(i) ? (keep ? [1] : []) : [d]));
    return ops.fullLike(x, nothing, sizes);
  };
export const reduce_max = reduce('reduce_max', extreme(ops.max, Number.NEGATIVE_INFINITY));
export const reduce_min = reduce('reduce_min', extreme(ops.min, Number.POSITIVE_INFINITY));
export const reduce_prod = reduce('reduce_prod', ops.prod);
export const reduce_any = reduce('reduce_any', ops.any);
export const reduce_all = reduce('reduce_all', ops.all);
export const reduce_variance = reduce('reduce_variance', (x, axes, keep) => ops.variance(x, axes, 0, keep));
export const reduce_std = reduce('reduce_std', (x, axes, keep) => ops.sqrt(ops.variance(x, axes, 0, keep)));
export const reduce_logsumexp = reduce('reduce_logsumexp', extreme(ops.logSumExp, Number.NEGATIVE_INFINITY));

const searched = (name: string, f: typeof ops.argmax) =>
  op(name, (...args: readonly unknown[]): Tensor => {
    const { input, axis, output_type } = bind(name, ['input', 'axis', 'output_type', 'name'], args);
    return f(
      toTensor(input as TensorLike),
      (axis as number | undefined) ?? 0,
      false,
      output_type === undefined ? 'int64' : dtypeName(output_type as DTypeLike),
    ) as Tensor;
  });
/** Index of the first largest element along an axis (0 unless given). */
export const argmax = searched('argmax', ops.argmax);
export const argmin = searched('argmin', ops.argmin);

export const cumsum = op('cumsum', (x: TensorLike, ...rest: readonly unknown[]): Tensor => {
  const { axis, exclusive, reverse } = bind('cumsum', ['axis', 'exclusive', 'reverse', 'name'], rest);
  return ops.cumsum(toTensor(x), axis ?? 0, exclusive ?? false, reverse ?? false) as Tensor;
});
export const add_n = op(
  'add_n',
  (inputs: readonly TensorLike[]): Tensor => inputs.map((x) => toTensor(x)).reduce((a, b) => ops.add(a, b) as Tensor),
);
export const stop_gradient = op(
  'stop_gradient',
  (input: TensorLike): Tensor => ops.stopGradient(toTensor(input)) as Tensor,
);

provideArithmetic({
  add,
  subtract,
  multiply,
  divide,
  floordiv,
  floormod,
  pow,
  matmul,
  equal,
  not_equal,
  less,
  less_equal,
  greater,
  greater_equal,
  negative,
  at: op('strided_slice', (t: Tensor, index: number): Tensor => ops.select(t, 0, index) as Tensor),
});
