import { isNumber } from '@stele/core';
import { tensor } from './creation';
import { type dtype, dtypeOf, resultType, type Scalar } from './dtype';
import { named } from './methods/base';
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
  'log_softmax',
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
  'norm',
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
  'softmax',
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

/** torch's functions that are also methods of a tensor: `torch.exp(x)` is `x.exp()`. */
export const functions = Object.fromEntries(
  names.map((name) => [
    name,
    (input: Tensor | number, ...args: unknown[]) => {
      const self = isTensor(input) ? input : isNumber(input) ? tensor(input) : null;
      if (self === null)
        throw new TypeError(`${name}(): argument 'input' (position 1) must be Tensor, not ${typeof input}`);
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
export const max: Extreme = ((input: Tensor, ...args: []) => input.max(...args)) as Extreme;
export const min: Extreme = ((input: Tensor, ...args: []) => input.min(...args)) as Extreme;
interface Extreme {
  (input: Tensor): Tensor;
  (input: Tensor, other: Tensor): Tensor;
  (input: Tensor, dim: number | { dim: number; keepdim?: boolean }, keepdim?: boolean): ReturnType<Tensor['sort']>;
}

export const is_tensor = isTensor;
export const numel = (input: Tensor): number => input.numel();
export const detach = (input: Tensor): Tensor => input.detach();
export const result_type = (a: Tensor | Scalar, b: Tensor | Scalar): dtype => dtypeOf(resultType([a, b]));

/** beta * input + alpha * (mat1 @ mat2). */
export function addmm(input: Tensor, mat1: Tensor, mat2: Tensor, o: { beta?: number; alpha?: number } = {}): Tensor {
  const { beta = 1, alpha = 1 } = o;
  const product = alpha === 1 ? mat1.mm(mat2) : mat1.mm(mat2).mul(alpha);
  return named(product.add(beta === 1 ? input : input.mul(beta)), 'Addmm');
}

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
  log_softmax,
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
  norm,
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
  softmax,
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
