import { type Tensor as CoreTensor, contiguousStrides, dtypes, numel, ops, type TypedArray } from '@stele/core';
import { guarded, RuntimeError } from '../errors';
import type { TensorDunder } from '../methods/dunder';
import type { Tensor } from '../tensor';
import type { MethodOf } from './define';
import type * as indexing from './indexing';
import type * as mathematical from './mathematical';
import type * as products from './products';
import type * as scans from './scans';
import type * as scattering from './scattering';
import type * as statistics from './statistics';

// the functions whose result is written into the tensor itself by a method of the same name with an underscore
const chain = [
  'abs',
  'acos',
  'asin',
  'atan',
  'bitwise_not',
  'ceil',
  'cos',
  'cosh',
  'divide',
  'eq',
  'erf',
  'expm1',
  'floor',
  'fmod',
  'ge',
  'gt',
  'le',
  'log',
  'log10',
  'log1p',
  'log2',
  'logical_not',
  'lt',
  'multiply',
  'ne',
  'negative',
  'reciprocal',
  'round',
  'rsqrt',
  'sign',
  'sin',
  'sinh',
  'square',
  'subtract',
  'tan',
  'tril',
  'triu',
  'true_divide',
  'trunc',
] as const;
const elementwise = [
  'absolute',
  'acosh',
  'addcdiv',
  'addcmul',
  'arccos',
  'arccosh',
  'arcsin',
  'arcsinh',
  'arctan',
  'arctan2',
  'arctanh',
  'asinh',
  'atan2',
  'atanh',
  'clamp_max',
  'clamp_min',
  'clip',
  'copysign',
  'deg2rad',
  'digamma',
  'erfc',
  'erfinv',
  'exp2',
  'fix',
  'float_power',
  'frac',
  'gcd',
  'greater',
  'greater_equal',
  'heaviside',
  'hypot',
  'i0',
  'igamma',
  'igammac',
  'lcm',
  'ldexp',
  'lerp',
  'less',
  'less_equal',
  'lgamma',
  'logical_and',
  'logical_or',
  'logical_xor',
  'logit',
  'mvlgamma',
  'nan_to_num',
  'nextafter',
  'not_equal',
  'rad2deg',
  'sgn',
  'sinc',
  'xlogy',
] as const;
const running = ['cumprod', 'cumsum'] as const;
const scaled = ['renorm'] as const;
const multiplied = ['addbmm', 'addmm', 'addmv', 'addr', 'baddbmm'] as const;
const indexed = [
  'index_add',
  'index_copy',
  'index_fill',
  'index_reduce',
  'put',
  'scatter',
  'scatter_add',
  'scatter_reduce',
] as const;

const masked = ['masked_scatter'] as const;

type Written<T, N extends string> = { [K in N as `${K}_`]: K extends keyof T ? MethodOf<T[K]> : never };
type OfClass<N extends keyof TensorDunder & string> = { [K in N as `${K}_`]: TensorDunder[K] };
/** The methods that write their result into the tensor. */
export interface InPlaceMethods
  extends OfClass<(typeof chain)[number]>,
    Written<typeof mathematical, (typeof elementwise)[number]>,
    Written<typeof scans, (typeof running)[number]>,
    Written<typeof statistics, (typeof scaled)[number]>,
    Written<typeof products, (typeof multiplied)[number]>,
    Written<typeof indexing, (typeof masked)[number]>,
    Written<typeof scattering, (typeof indexed)[number]> {
  squeeze_(dim?: number | readonly number[]): Tensor;
  unsqueeze_(dim: number): Tensor;
  transpose_(dim0: number, dim1: number): Tensor;
  swapaxes_(axis0: number, axis1: number): Tensor;
  swapdims_(dim0: number, dim1: number): Tensor;
  t_(): Tensor;
  as_strided_(size: readonly number[], stride: readonly number[], storage_offset?: number | null): Tensor;
  conj_physical_(): Tensor;
  resize_(...sizes: (number | readonly number[])[]): Tensor;
  resize_as_(other: Tensor): Tensor;
  fill_diagonal_(value: number, wrap?: boolean): Tensor;
}

type Loose = Record<string, (...args: unknown[]) => Tensor> & {
  write(result: CoreTensor): Tensor;
  before(...others: unknown[]): Tensor;
};
interface Place {
  sizes: readonly number[];
  strides: readonly number[];
  offset: number;
  node: Tensor['node'];
  outputIndex: number;
  requiresGrad: boolean;
}
/** Gives a tensor the shape, and the place in the graph, of a view of it. */
function become(target: Tensor, view: Tensor): Tensor {
  if (view === target) return target;
  if (target.requiresGrad && target.node === null)
    throw new RuntimeError('a leaf Variable that requires grad is being used in an in-place operation.');
  const { sizes, strides, offset, node, outputIndex, requiresGrad } = view as unknown as Place;
  Object.assign(target as unknown as Place, { sizes, strides, offset, node, outputIndex, requiresGrad });
  return target;
}
/** Another shape over the same memory, which grows if need be. */
function resized(target: Tensor, sizes: readonly number[]): Tensor {
  if (target.requiresGrad) throw new RuntimeError('cannot resize variables that require grad');
  const needed = target.offset + numel(sizes);
  const { storage } = target;
  if (needed > storage.length) {
    const array = dtypes[storage.scalarType].create(needed);
    (array as Float64Array).set(storage.array as Float64Array);
    storage.array = array as TypedArray;
  }
  Object.assign(target as unknown as Place, { sizes: [...sizes], strides: contiguousStrides(sizes) });
  return target;
}

/** Adds those methods to a class of tensors. */
export function attachInPlace(prototype: object): void {
  const members = prototype as Loose;
  const method = (name: string, body: (self: Tensor, args: unknown[]) => Tensor): void => {
    Object.defineProperty(prototype, name, {
      value: function (this: Tensor, ...args: unknown[]): Tensor {
        return guarded(() => body(this, args));
      },
      writable: true,
      configurable: true,
    });
  };
  for (const name of [...chain, ...elementwise, ...running, ...scaled, ...multiplied, ...indexed, ...masked])
    method(`${name}_`, (self, args) => {
      const own = self as unknown as Loose;
      return own.write(members[name]!.apply(own.before(...args), args));
    });
  for (const name of ['squeeze', 'unsqueeze', 'transpose', 'swapaxes', 'swapdims', 't', 'as_strided'])
    method(`${name}_`, (self, args) => become(self, members[name]!.apply(self, args)));
  method('conj_physical_', (self) => self);
  method('resize_', (self, sizes) => resized(self, (sizes.flat() as number[]).map(Number)));
  method('resize_as_', (self, [other]) => resized(self, (other as Tensor).sizes));
  method('fill_diagonal_', (self, [value, wrap]) => {
    if (self.ndim < 2) throw new RuntimeError('dimensions must larger than 1');
    if (self.ndim > 2 && self.sizes.some((s) => s !== self.sizes[0]))
      throw new RuntimeError('all dimensions of input must be of equal length');
    const [rows, columns] = self.sizes as [number, number];
    const step = self.sizes.reduce((n, _, i) => n + numel(self.sizes.slice(i + 1)), 0);
    const mask = ops.fullLike(self.detach(), 0, self.sizes, 'bool');
    const count = wrap === true && self.ndim === 2 ? Math.ceil((rows * columns) / step) : Math.min(...self.sizes);
    for (let i = 0; i < count; i++) mask.storage.array[i * step] = 1;
    return (self as unknown as Loose).write(ops.where(mask, ops.fullLike(self.detach(), Number(value)), self));
  });
}
