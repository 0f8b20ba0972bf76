import { declareAttributes, declareSignatures } from '@stele/core';
import { rephrase } from '../errors';
import { Tensor } from '../tensor';

const other = 'other';
const reduced = 'dim|axis=None, keepdim|keepdims=False';
const summed = `${reduced}, *, dtype=None`;
const drawn = '*, generator=None';

/** The parameters of a tensor's methods; as functions of torch they have `input` before them. */
export const methods: Readonly<Record<string, string>> = {
  add: 'other, *, alpha=1',
  sub: 'other, *, alpha=1',
  subtract: other,
  rsub: 'other, *, alpha=1',
  mul: other,
  multiply: other,
  div: 'other, *, rounding_mode=None',
  divide: other,
  true_divide: other,
  floor_divide: other,
  remainder: other,
  fmod: other,
  pow: 'exponent',
  bitwise_and: other,
  bitwise_or: other,
  bitwise_xor: other,
  bitwise_left_shift: other,
  bitwise_right_shift: other,
  round: '*, decimals=0',
  eq: other,
  ne: other,
  lt: other,
  le: other,
  gt: other,
  ge: other,
  matmul: other,
  mm: 'mat2',
  bmm: 'mat2',
  mv: 'vec',
  dot: 'tensor|other',
  equal: other,
  sum: summed,
  mean: summed,
  prod: summed,
  max: 'dim|axis|other=None, keepdim=False -> tuple',
  min: 'dim|axis|other=None, keepdim=False -> tuple',
  amax: reduced,
  amin: reduced,
  argmax: reduced,
  argmin: reduced,
  any: reduced,
  all: reduced,
  flatten: 'start_dim=0, end_dim=-1',
  squeeze: 'dim=None',
  unsqueeze: 'dim',
  transpose: 'dim0, dim1',
  swapaxes: 'axis0, axis1',
  reshape: 'shape, *sizes',
  permute: 'dims, *more',
  flip: 'dims, *more',
  narrow: 'dim, start, length',
  select: 'dim, index',
  split: 'split_size|split_size_or_sections, dim=0 -> tuple',
  chunk: 'chunks, dim=0 -> tuple',
  unbind: 'dim=0 -> tuple',
  tril: 'diagonal=0',
  triu: 'diagonal=0',
};

// what the engine refuses before an op runs (an axis that is none, say) is worded as torch words it
const members = Tensor.prototype as unknown as Record<string, (...args: unknown[]) => unknown>;
for (const name of Object.keys(methods)) {
  const method = members[name]!;
  const worded = function (this: unknown, ...args: unknown[]): unknown {
    try {
      return method.apply(this, args);
    } catch (error) {
      throw rephrase(error);
    }
  };
  Object.defineProperty(Tensor.prototype, name, { value: worded, writable: true, configurable: true });
}

declareSignatures('torch.Tensor', Tensor.prototype, {
  ...methods,
  view_as: other,
  reshape_as: other,
  expand_as: other,
  type_as: other,
  view: 'size|dtype, *more',
  expand: 'size, *more',
  repeat: 'repeats, *more',
  size: 'dim=None -> tuple',
  stride: 'dim=None -> tuple',
  where: 'condition, other',
  requires_grad_: 'requires_grad=True',
  register_hook: 'hook',
  backward: 'gradient=None, *, retain_graph=None, create_graph=False, inputs=None',
  register_post_accumulate_grad_hook: 'hook',
  numpy: '*, force=False',
  add_: 'other, *, alpha=1',
  sub_: 'other, *, alpha=1',
  clamp_: 'min=None, max=None',
  copy_: 'src|source, non_blocking=False',
  fill_: 'value',
  masked_fill_: 'mask, value',
  uniform_: `from=0, to=1, ${drawn}`,
  normal_: `mean=0, std=1, ${drawn}`,
  random_: `from=0, to=None, ${drawn}`,
  bernoulli_: `p=0.5, ${drawn}`,
  exponential_: `lambd=1, ${drawn}`,
  log_normal_: `mean=1, std=2, ${drawn}`,
  geometric_: `p, ${drawn}`,
  cauchy_: `median=0, sigma=1, ${drawn}`,
});
declareAttributes(Tensor.prototype, {});
