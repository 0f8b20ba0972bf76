import {
  Tensor as CoreTensor,
  customGradient,
  declareSignatures,
  EngineError,
  isComplex,
  isDifferentiable,
  isFloating,
  ops,
  unrecorded,
} from '@stele/core';
import { PyFloat } from '@stele/core/printing';
import { anyRagged, asOperator, bind, op } from './dispatch';
import { type DTypeLike, dtypeName, kernelName } from './dtypes';
import { kernelError, typeMismatch, UnimplementedError, valueError } from './errors';
import { asKernel, needType } from './kernels';
import {
  convert_to_tensor,
  isTextTensor,
  provideArithmetic,
  type Tensor,
  type TensorLike,
  TextOperand,
  toTensor,
} from './tensor';

export * from './reductions';

type Core2 = (a: CoreTensor, b: CoreTensor) => CoreTensor;

/** Two operands as tensors: what is no tensor takes the other's dtype. */
export function operands(a: TensorLike, b: TensorLike): [Tensor, Tensor] {
  if (isTextTensor(a) || isTextTensor(b)) return refuseTexts(a, b);
  if (a instanceof CoreTensor) return [toTensor(a), toTensor(b, b instanceof CoreTensor ? null : a.scalarType)];
  if (b instanceof CoreTensor) return [toTensor(a, b.scalarType), toTensor(b)];
  const x = anyTensor(a);
  if (x === null) return refuseTexts(a, b);
  return [x, toTensor(b, x.scalarType)];
}
/** The tensor of a value; null for texts. */
function anyTensor(value: TensorLike): Tensor | null {
  if (isTextTensor(value)) return null;
  try {
    return toTensor(value);
  } catch (error) {
    if (error instanceof TextOperand) return null;
    throw error;
  }
}
/** Operands of which one is text: they are of one type, or the other is refused. */
function refuseTexts(a: TensorLike, b: TensorLike): never {
  if (a instanceof CoreTensor) throw new TextOperand(a.scalarType);
  const other = b instanceof CoreTensor ? b : null;
  for (const value of [a, b]) if (!isTextTensor(value) && !(value instanceof CoreTensor)) toTexts(value);
  throw new TextOperand(null, other?.scalarType ?? null);
}
/** A value of Python next to texts must be text. */
function toTexts(value: TensorLike): void {
  const t = anyTensor(value);
  if (t !== null) toTensor(value, 'string');
}

const binary = (name: string, kernel: string, f: Core2) =>
  op(name, (a: TensorLike, b: TensorLike): Tensor => {
    const [x, y] = operands(a, b);
    return asKernel(kernel, [x, y], () => f(x, y)) as Tensor;
  });

const unary = (name: string, kernel: string, f: (x: CoreTensor) => CoreTensor) =>
  op(name, (x: TensorLike): Tensor => {
    const t = toTensor(x);
    return asKernel(kernel, [t], () => f(t)) as Tensor;
  });

/** TensorFlow gives these no gradient at all, not one of zeros. */
const flat =
  (f: (x: CoreTensor) => CoreTensor) =>
  (x: CoreTensor): CoreTensor =>
    unrecorded(() => f(x));

/** The first operand of a function that converts it alone, and the second by its element type. */
const leading = (a: TensorLike): TensorLike =>
  typeof a === 'number' || a instanceof PyFloat || Array.isArray(a) ? toTensor(a) : a;

const sum = binary('add', 'AddV2', ops.add);
/** Joins two texts element by element; the module of texts hands it over. */
type Join = (a: TensorLike, b: TensorLike) => Tensor;
let join: Join;
export function provideJoin(given: Join): void {
  join = given;
}
/** The type of a value, which is taken as of a given one where it can be. */
function hinted(value: TensorLike, type: string): Tensor | null {
  if (value instanceof CoreTensor) return toTensor(value);
  try {
    return toTensor(value, type);
  } catch {
    return anyTensor(value);
  }
}
/** a + b: each has its own type, which must be one; texts are joined. */
export const add: typeof sum = (a, b, ...rest) => {
  if (anyRagged([a, b])) return sum(a as TensorLike, b as TensorLike, ...rest);
  const first = anyTensor(a as TensorLike);
  const second = isTextTensor(b) ? null : hinted(b as TensorLike, first?.scalarType ?? 'string');
  if (first !== null && second !== null) return sum(first, second, ...rest);
  if (first === null && second === null) return join(a as TensorLike, b as TensorLike);
  if (first === null) throw typeMismatch('Add', 1, 'string', second!.scalarType);
  throw typeMismatch('AddV2', 1, first.scalarType, 'string');
};
declareSignatures('tf', { add: sum }, { add: 'x, y, name=None' });
export const subtract = binary('subtract', 'Sub', ops.sub);
export const multiply = binary('multiply', 'Mul', ops.mul);
/** What a true quotient is taken of: whole numbers as floats of enough bits. */
export const quotientOperand = (t: CoreTensor): CoreTensor => {
  if (!t.scalarType.includes('int')) return t;
  return ops.cast(t, ['int8', 'uint8', 'int16', 'uint16'].includes(t.scalarType) ? 'float32' : 'float64');
};
/** a / b; integers are divided as float64, as TensorFlow does. */
export const divide = op('divide', (a: TensorLike, b: TensorLike): Tensor => {
  const [x, y] = quotientOperands(a, b);
  return asKernel('RealDiv', [x, y], () => ops.div(x, y)) as Tensor;
});
const notDivided = (type: string): Error =>
  new TypeError(
    `Invalid dtype tf.${type} in __truediv__. Expected one of {tf.uint8, tf.int8, tf.uint16, tf.int16, tf.uint32, tf.int32, tf.uint64, tf.int64, tf.bfloat16, tf.float16, tf.float32, tf.float64, tf.complex64, tf.complex128}.`,
  );
/** The operands of a true quotient: of one element type, whole numbers as floats. */
export function quotientOperands(a: TensorLike, b: TensorLike): [CoreTensor, CoreTensor] {
  const texts = [a, b].map((v) => anyTensor(v) === null);
  if (texts.some((t) => t)) {
    const names = [a, b].map((v, i) => (texts[i] ? 'string' : toTensor(v).scalarType));
    if (names[0] !== names[1])
      throw new TypeError(`\`x\` and \`y\` must have the same dtype, got tf.${names[0]} != tf.${names[1]}.`);
    throw notDivided('string');
  }
  const x = toTensor(a);
  const y = hinted(b, x.scalarType) ?? toTensor(b);
  if (x.scalarType !== y.scalarType)
    throw new TypeError(`\`x\` and \`y\` must have the same dtype, got tf.${x.scalarType} != tf.${y.scalarType}.`);
  if (x.scalarType === 'bool') throw notDivided('bool');
  return [quotientOperand(x), quotientOperand(y)];
}
/** a / b, where the first operand's element type is that of both. */
export const truediv = op('truediv', (a: TensorLike, b: TensorLike): Tensor => divide(leading(a), b));
/** A complaint that waits for the graph's run: the operation is then a step as a whole. */
const laterValue = (kernel: string): Error =>
  new EngineError(`${kernel}: a tensor of a graph under construction has no value yet`, {
    op: 'read',
    kind: 'symbolic',
  });
/** Whole numbers are not divided by 0. */
export function refuseZero(kernel: string, y: CoreTensor): void {
  if (isFloating(y.scalarType)) return;
  if (y.symbolic) throw laterValue(kernel);
  if (ops.any(ops.equal(y, 0)).storage.array[0]) throw kernelError(kernel, 'Integer division by zero');
}
/** The quotient rounded down; it has no gradient. */
export const floordiv = binary('floordiv', 'FloorDiv', (a, b) => {
  refuseZero('FloorDiv', b);
  return unrecorded(() => ops.floorDiv(a, b));
});
export const floormod = binary('floormod', 'FloorMod', (a, b) => {
  refuseZero('FloorMod', b);
  return ops.remainder(a, b);
});
export const pow = binary('pow', 'Pow', (a, b) => {
  if (isDifferentiable(b.scalarType)) return ops.powOfPositive(a, b);
  if (b.symbolic) throw laterValue('Pow');
  if (ops.any(ops.less(b, 0)).storage.array[0])
    throw kernelError('Pow', 'Integers to negative integer powers are not allowed');
  return ops.pow(a, b);
});
/** The larger of two; of a tie the first takes the gradient. */
export const maximum = binary('maximum', 'Maximum', ops.maximumFirst);
export const minimum = binary('minimum', 'Minimum', ops.minimumFirst);
export const squared_difference = binary('squared_difference', 'SquaredDifference', (a, b) => {
  const d = ops.sub(a, b);
  if (!isComplex(d.scalarType)) return ops.square(d);
  // TensorFlow's slope of complex numbers is twice the difference, not conjugated
  const [out] = customGradient(
    'SquaredDifference',
    [d],
    () => [ops.mul(d, ops.conj(d))],
    ([g]) => [ops.mul(ops.mul(g!, d), 2)],
  );
  return out!;
});
export const atan2 = binary('atan2', 'Atan2', ops.atan2);
export const equal = binary('equal', 'Equal', ops.equal);
export const not_equal = binary('not_equal', 'NotEqual', ops.notEqual);
export const less = binary('less', 'Less', ops.less);
export const less_equal = binary('less_equal', 'LessEqual', ops.lessEqual);
export const greater = binary('greater', 'Greater', ops.greater);
export const greater_equal = binary('greater_equal', 'GreaterEqual', ops.greaterEqual);
/** A value of Python where truth values are taken. */
const truth = (value: TensorLike): Tensor =>
  toTensor(value, value instanceof CoreTensor || isTextTensor(value) ? null : 'bool');
const logical = (name: string, kernel: string, f: Core2) =>
  op(name, (a: TensorLike, b: TensorLike): Tensor => {
    const [x, y] = [truth(a), truth(b)];
    return asKernel(kernel, [x, y], () => f(x, y)) as Tensor;
  });
export const logical_and = logical('logical_and', 'LogicalAnd', ops.logicalAnd);
export const logical_or = logical('logical_or', 'LogicalOr', ops.logicalOr);
export const logical_xor = logical('logical_xor', 'LogicalXor', ops.logicalXor);
export const logical_not = op('logical_not', (x: TensorLike): Tensor => {
  const t = truth(x);
  return asKernel('LogicalNot', [t], () => ops.logicalNot(t)) as Tensor;
});

export const negative = unary('negative', 'Neg', ops.neg);
const plainAbs = unary('abs', 'Abs', ops.abs);
const complexAbs = unary('abs', 'ComplexAbs', ops.abs);
/** |x|; of complex numbers their lengths. */
export const abs: typeof plainAbs = (x) => {
  const t = anyTensor(x as TensorLike);
  return t !== null && isComplex(t.scalarType) ? complexAbs(t) : plainAbs(t ?? x);
};
export const sign = unary('sign', 'Sign', ops.sign);
export const square = unary('square', 'Square', ops.square);
export const exp = unary('exp', 'Exp', ops.exp);
export const expm1 = unary('expm1', 'Expm1', ops.expm1);
export const log = unary('log', 'Log', ops.log);
export const log1p = unary('log1p', 'Log1p', ops.log1p);
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
        return [ops.where(silent, ops.fullLike(g!, 0), ops.mul(g!, ops.conj(slope(y!))))];
      },
    );
    return y!;
  };
export const sqrt = unary(
  'sqrt',
  'Sqrt',
  quiet('Sqrt', ops.sqrt, (y) => ops.div(ops.fullLike(y, 0.5), y)),
);
export const rsqrt = unary(
  'rsqrt',
  'Rsqrt',
  quiet('Rsqrt', ops.rsqrt, (y) => ops.mul(ops.mul(y, ops.square(y)), -0.5)),
);
export const reciprocal = unary('reciprocal', 'Reciprocal', ops.reciprocal);
export const sin = unary('sin', 'Sin', ops.sin);
export const cos = unary('cos', 'Cos', ops.cos);
export const tan = unary('tan', 'Tan', ops.tan);
export const asin = unary('asin', 'Asin', ops.asin);
export const acos = unary('acos', 'Acos', ops.acos);
export const atan = unary('atan', 'Atan', ops.atan);
export const sinh = unary('sinh', 'Sinh', ops.sinh);
export const cosh = unary('cosh', 'Cosh', ops.cosh);
export const tanh = unary('tanh', 'Tanh', ops.tanh);
export const sigmoid = unary('sigmoid', 'Sigmoid', ops.sigmoid);
export const softplus = unary('softplus', 'Softplus', ops.softplus);
export const erf = unary('erf', 'Erf', ops.erf);
export const lgamma = unary('lgamma', 'Lgamma', ops.lgamma);
export const digamma = unary('digamma', 'Digamma', ops.digamma);
export const floor = unary('floor', 'Floor', flat(ops.floor));
export const ceil = unary('ceil', 'Ceil', flat(ops.ceil));
export const round = unary('round', 'Round', flat(ops.round));
export const is_nan = unary('is_nan', 'IsNan', ops.isNaN);
export const is_inf = unary('is_inf', 'IsInf', ops.isInf);
export const is_finite = unary('is_finite', 'IsFinite', ops.isFinite);

/** Values of another element type; floats lose their fraction towards zero on the way to integers. */
export const cast = op('cast', (x: TensorLike, dtype: DTypeLike): Tensor => {
  const to = dtypeName(dtype);
  const t = anyTensor(x);
  const [from, text] = [t?.scalarType ?? 'string', (to as string) === 'string'];
  if (t === null && text) return convert_to_tensor(x, 'string');
  if (t === null || text)
    throw kernelError('Cast', `Cast ${kernelName(from)} to ${kernelName(to)} is not supported`, UnimplementedError);
  return ops.cast(t, to) as Tensor;
});

/** Whether whole values would be held by a number with a fraction. */
const isWholeType = (x: Tensor, ...limits: number[]): boolean =>
  !isDifferentiable(x.scalarType) && !limits.every(Number.isInteger);
/** The values held between two numbers; outside them the gradient is 0. */
export const clip_by_value = op('clip_by_value', (t: TensorLike, ...rest: readonly unknown[]): Tensor => {
  const { clip_value_min: low, clip_value_max: high } = bind(
    'clip_by_value',
    ['clip_value_min', 'clip_value_max', 'name'],
    rest,
  );
  if (anyTensor(t) === null) toTensor(high as TensorLike, 'string');
  const x = toTensor(t);
  if (typeof low === 'number' && typeof high === 'number' && low <= high && !isWholeType(x, low, high))
    return ops.clamp(x, low, high) as Tensor;
  const inside = (y: Tensor): Tensor => {
    if (!y.symbolic && String(y.sizes) !== String(x.sizes))
      throw valueError(`Shapes ${x.shape} and ${y.shape} are incompatible`);
    return y;
  };
  return inside(maximum(inside(minimum(x, high as TensorLike)), low as TensorLike));
});

/**
 * The matrix product over the last two axes.
 * @throws InvalidArgumentError `Matrix size-incompatible: In[0]: [2,3], In[1]: [4,5]`.
 * @see https://www.tensorflow.org/api_docs/python/tf/linalg/matmul
 */
export const matmul = op('matmul', (a: TensorLike, b: TensorLike, ...rest: readonly unknown[]): Tensor => {
  const given = bind(
    'matmul',
    [
      'transpose_a',
      'transpose_b',
      'adjoint_a',
      'adjoint_b',
      'a_is_sparse',
      'b_is_sparse',
      'output_type',
      'grad_a',
      'grad_b',
      'name',
    ],
    rest,
  );
  const { transpose_a, transpose_b, adjoint_a, adjoint_b, output_type } = given;
  for (const side of ['a', 'b'] as const)
    if (given[`transpose_${side}`] && given[`adjoint_${side}`])
      throw valueError(
        `Only one of \`transpose_${side}\` and \`adjoint_${side}\` can be True. Received \`transpose_${side}\`=True, \`adjoint_${side}\`=True.`,
      );
  const first = anyTensor(a);
  const second = first === null ? null : hinted(b, first.scalarType);
  if (first === null) needType('MatMul', 'string');
  if (first === null || second === null) throw typeMismatch('MatMul', 1, first?.scalarType ?? 'string', 'string');
  // 8-bit whole numbers may be multiplied as 32-bit ones
  const wide = output_type !== undefined && output_type !== null && dtypeName(output_type) === 'int32';
  const [x, y] = wide ? [ops.cast(first, 'int32'), ops.cast(second, 'int32')] : [first, second];
  const turned = (t: CoreTensor, turn: unknown): CoreTensor => (turn ? ops.transpose(t, -1, -2) : t);
  if (x.scalarType === y.scalarType) needType('MatMul', x.scalarType);
  if (x.rank === y.rank && x.rank < 2) throw kernelError('MatMul', `In[0] and In[1] ndims must be == 2: ${x.rank}`);
  const own = (t: CoreTensor, conjugate: unknown): CoreTensor => (conjugate ? ops.conj(t) : t);
  const [p, q] = [
    turned(own(x, adjoint_a), transpose_a || adjoint_a),
    turned(own(y, adjoint_b), transpose_b || adjoint_b),
  ];
  const batches = [p.sizes.slice(0, -2), q.sizes.slice(0, -2)] as const;
  const fits = batches[0].every((d, i) => {
    const other = batches[1][i - batches[0].length + batches[1].length];
    return other === undefined || d === 1 || other === 1 || d === other;
  });
  if (!fits && p.rank > 1 && q.rank > 1)
    throw kernelError(
      'BatchMatMulV2',
      `In[0] and In[1] must have compatible batch dimensions: [${p.sizes.join(',')}] vs. [${q.sizes.join(',')}]`,
    );
  return ops.matmul(p, q) as Tensor;
});

/** The sum of several tensors of one shape. */
export const add_n = op('add_n', (inputs: TensorLike | readonly TensorLike[]): Tensor => {
  // a tensor is the list of its rows
  const list =
    inputs instanceof CoreTensor && inputs.rank > 0 && !inputs.symbolic
      ? Array.from({ length: inputs.sizes[0]! }, (_, i) => ops.select(inputs, 0, i))
      : inputs instanceof CoreTensor
        ? [inputs]
        : (inputs as readonly TensorLike[]);
  if (typeof list === 'number' || (list as unknown) instanceof PyFloat)
    throw new TypeError(`'${typeof list === 'number' ? 'int' : 'float'}' object is not iterable`);
  if (!Array.isArray(list) || list.length === 0)
    throw valueError('Inputs must be an iterable of at least one Tensor/IndexedSlices with the same dtype and shape.');
  const tensors = list.map((x) => toTensor(x as TensorLike));
  const shown = tensors.map((t) => `[${t.sizes.join(',')}]`);
  return asKernel('AddN', tensors, () => {
    const other = shown.findIndex((sizes) => sizes !== shown[0]);
    if (other > 0 && !tensors.some((t) => t.symbolic))
      throw kernelError(
        'AddN',
        `Inputs to operation AddN of type AddN must have the same size and shape.  Input 0: ${shown[0]} != input ${other}: ${shown[other]}`,
      );
    return tensors.reduce((a, b) => ops.add(a, b) as Tensor);
  });
});
/** The same, of tensors that are checked before. */
export const accumulate_n = op('accumulate_n', (inputs: readonly TensorLike[]): Tensor => {
  const list = Array.isArray(inputs) ? inputs.map((x) => toTensor(x as TensorLike)) : [];
  if (list.length === 0 || list.some((t) => t.scalarType !== list[0]!.scalarType))
    throw valueError('inputs must be a list of at least one Tensor with the same dtype and shape');
  const other = list.find((t) => !t.shape.is_compatible_with(list[0]!.shape));
  if (other !== undefined) throw valueError(`Shapes ${list[0]!.shape} and ${other.shape} are not compatible`);
  return add_n(list);
});
export const stop_gradient = op(
  'stop_gradient',
  (input: TensorLike): Tensor => ops.stopGradient(toTensor(input)) as Tensor,
);

type Operator = (a: TensorLike, b: TensorLike) => Tensor;
/** A function as the operator methods call it. */
const as =
  (operator: string, f: Operator): Operator =>
  (a, b) =>
    asOperator(operator, () => f(a, b));
provideArithmetic({
  add: as('add', add),
  subtract: as('sub', subtract),
  multiply: as('mul', multiply),
  divide: as('truediv', divide),
  floordiv: as('floordiv', floordiv),
  floormod: as('mod', floormod),
  pow: as('pow', pow),
  matmul: as('matmul', matmul),
  equal,
  not_equal,
  less,
  less_equal,
  greater,
  greater_equal,
  negative,
  at: op('strided_slice', (t: Tensor, index: number): Tensor => ops.select(t, 0, index) as Tensor),
});
