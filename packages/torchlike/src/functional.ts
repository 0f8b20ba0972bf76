import { isNumber } from '@stele/core';
import { tensor } from './creation';
import { type dtype, dtypeOf, resultType, type Scalar } from './dtype';
import { typeName } from './functions/define';
import { isTensor, type Tensor } from './tensor';

type Methods = { [K in keyof Tensor]: Tensor[K] extends (...args: infer A) => infer R ? (...args: A) => R : never };
type AsFunction<K extends keyof Tensor> = (
  input: Tensor | number,
  ...args: Parameters<Methods[K]>
) => ReturnType<Methods[K]>;

const names = [
  'abs',
  'acos',
  'add',
  'amax',
  'amin',
  'argmax',
  'argmin',
  'asin',
  'atan',
  'bitwise_and',
  'bitwise_left_shift',
  'bitwise_not',
  'bitwise_or',
  'bitwise_right_shift',
  'bitwise_xor',
  'bmm',
  'ceil',
  'chunk',
  'clone',
  'cos',
  'cosh',
  'div',
  'divide',
  'dot',
  'eq',
  'equal',
  'erf',
  'exp',
  'expm1',
  'flatten',
  'flip',
  'floor',
  'floor_divide',
  'fmod',
  'ge',
  'gt',
  'isfinite',
  'isinf',
  'isnan',
  'le',
  'log',
  'log10',
  'log1p',
  'log2',
  'logical_not',
  'lt',
  'matmul',
  'mm',
  'mul',
  'multiply',
  'mv',
  'narrow',
  'ne',
  'neg',
  'negative',
  'permute',
  'pow',
  'prod',
  'ravel',
  'reciprocal',
  'relu',
  'remainder',
  'reshape',
  'round',
  'rsqrt',
  'rsub',
  'select',
  'sigmoid',
  'sign',
  'sin',
  'sinh',
  'split',
  'sqrt',
  'square',
  'squeeze',
  'sub',
  'subtract',
  'swapaxes',
  'tan',
  'tanh',
  't',
  'transpose',
  'tril',
  'triu',
  'true_divide',
  'trunc',
  'unbind',
  'unsqueeze',
] as const;
type Name = (typeof names)[number];

/** Functions whose input may be a number. */
const numbersFirst = new Set<string>([
  'add',
  'bitwise_and',
  'bitwise_left_shift',
  'bitwise_or',
  'bitwise_right_shift',
  'bitwise_xor',
  'div',
  'divide',
  'floor_divide',
  'mul',
  'multiply',
  'pow',
  'remainder',
  'sub',
  'subtract',
  'true_divide',
]);
/** Functions of which torch has several forms: it answers a call that fits none with all of them. */
const forms: Readonly<Record<string, readonly string[]>> = {
  ...Object.fromEntries(
    ['eq', 'ne', 'lt', 'le', 'gt', 'ge', 'fmod'].map((name) => [
      name,
      ['Tensor input, Tensor other', 'Tensor input, Number other'],
    ]),
  ),
  ...Object.fromEntries(
    ['remainder', 'bitwise_and', 'bitwise_or', 'bitwise_xor', 'bitwise_left_shift', 'bitwise_right_shift'].map(
      (name) => [name, ['Tensor input, Tensor other', 'Number self, Tensor other', 'Tensor input, Number other']],
    ),
  ),
  pow: ['Tensor input, Tensor exponent', 'Number self, Tensor exponent', 'Tensor input, Number exponent'],
  rsub: ['Tensor input, Tensor other, *, Number alpha = 1', 'Tensor input, Number other, Number alpha = 1'],
};
/** What torch says where no form fits the arguments. */
function noForm(name: string, args: readonly unknown[]): TypeError {
  const list = forms[name]!.map((form) => ` * (${form}${form.includes('alpha') ? '' : ', *, Tensor out = None'})\n`);
  return new TypeError(
    `${name}() received an invalid combination of arguments - got (${args.map(typeName).join(', ')}), but expected one of:\n${list.join('')}`,
  );
}

/** torch's functions that are also methods of a tensor: `torch.exp(x)` is `x.exp()`. */
export const functions = Object.fromEntries(
  names.map((name) => [
    name,
    (input: Tensor | number, ...args: unknown[]) => {
      let self = isTensor(input) ? input : null;
      const number = isNumber(input) || typeof input === 'boolean';
      // a number counts as a tensor without axes, whose dtype yields to the other's
      if (number && numbersFirst.has(name) && (isTensor(args[0]) || !(name in forms))) self = tensor(input as number);
      if (self === null) {
        if (name in forms && args.length > 0) throw noForm(name, [input, ...args]);
        throw new TypeError(`${name}(): argument 'input' (position 1) must be Tensor, not ${typeName(input)}`);
      }
      return (self[name] as (...a: unknown[]) => unknown).apply(self, args);
    },
  ]),
) as unknown as { [K in Name]: AsFunction<K> };

type Keep = { dim?: number | readonly number[] | null; keepdim?: boolean; dtype?: dtype | null };
type Dim = number | readonly number[] | null | Keep;
export const sum = (input: Tensor, dim?: Dim, keepdim?: boolean | Keep, more?: Keep): Tensor =>
  input.sum(dim, keepdim, more);
export const mean = (input: Tensor, dim?: Dim, keepdim?: boolean | Keep, more?: Keep): Tensor =>
  input.mean(dim, keepdim, more);
export const any = (input: Tensor, dim?: Dim, keepdim?: boolean): Tensor => input.any(dim, keepdim);
export const all = (input: Tensor, dim?: Dim, keepdim?: boolean): Tensor => input.all(dim, keepdim);
const extreme = (name: 'max' | 'min'): Extreme =>
  ((input: Tensor, ...args: []) => {
    if (!isTensor(input))
      throw new TypeError(
        `${name}() received an invalid combination of arguments - got (${[input, ...args].map(typeName).join(', ')}), but expected one of:\n * (Tensor input, *, Tensor out = None)\n * (Tensor input, Tensor other, *, Tensor out = None)\n * (Tensor input, int dim, bool keepdim = False, *, tuple of Tensors out = None)\n`,
      );
    return input[name](...args);
  }) as Extreme;
export const max: Extreme = extreme('max');
export const min: Extreme = extreme('min');
interface Extreme {
  (input: Tensor): Tensor;
  (input: Tensor, other: Tensor): Tensor;
  (input: Tensor, dim: number | { dim: number; keepdim?: boolean }, keepdim?: boolean): ReturnType<Tensor['sort']>;
}

export const is_tensor = isTensor;
export const numel = (input: Tensor): number => input.numel();
export const detach = (input: Tensor): Tensor => input.detach();
export const result_type = (a: Tensor | Scalar, b: Tensor | Scalar): dtype => dtypeOf(resultType([a, b]));

export const {
  abs,
  acos,
  add,
  amax,
  amin,
  argmax,
  argmin,
  asin,
  atan,
  bitwise_and,
  bitwise_left_shift,
  bitwise_not,
  bitwise_or,
  bitwise_right_shift,
  bitwise_xor,
  bmm,
  ceil,
  chunk,
  clone,
  cos,
  cosh,
  div,
  divide,
  dot,
  eq,
  equal,
  erf,
  exp,
  expm1,
  flatten,
  flip,
  floor,
  floor_divide,
  fmod,
  ge,
  gt,
  isfinite,
  isinf,
  isnan,
  le,
  log,
  log10,
  log1p,
  log2,
  logical_not,
  lt,
  matmul,
  mm,
  mul,
  multiply,
  mv,
  narrow,
  ne,
  neg,
  negative,
  permute,
  pow,
  prod,
  ravel,
  reciprocal,
  relu,
  remainder,
  reshape,
  round,
  rsqrt,
  rsub,
  select,
  sigmoid,
  sign,
  sin,
  sinh,
  split,
  sqrt,
  square,
  squeeze,
  sub,
  subtract,
  swapaxes,
  tan,
  tanh,
  t,
  transpose,
  tril,
  triu,
  true_divide,
  trunc,
  unbind,
  unsqueeze,
} = functions;
