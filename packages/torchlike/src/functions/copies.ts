import { ops } from '@stele/core';
import { RuntimeError } from '../errors';
import { named } from '../methods/base';
import type { Tensor } from '../tensor';
import { define, defineMethod } from './define';
import { diagonal } from './diagonals';
import { as_strided } from './reshaping';
import { text } from './support';

type Sizes = readonly number[];
const copied = (t: Tensor, name: string): Tensor => named(ops.clone(t) as Tensor, name);

/** What the function of the same name without `_copy` shows as a view, in memory of its own. */
export const diagonal_copy = define(
  'diagonal_copy',
  'input: Tensor, offset=0, dim1=0, dim2=1',
  (input: Tensor, offset: number = 0, dim1: number = 0, dim2: number = 1): Tensor =>
    copied(diagonal(input, offset, dim1, dim2), 'DiagonalCopy'),
);
/** `Tensor.expand` into own memory. */
export const expand_copy = define(
  'expand_copy',
  'input: Tensor, size',
  (input: Tensor, size: Sizes): Tensor => copied(input.expand(size), 'ExpandCopy'),
);
/** `torch.permute` into own memory. */
export const permute_copy = define(
  'permute_copy',
  'input: Tensor, dims',
  (input: Tensor, dims: Sizes): Tensor => copied(input.permute(dims), 'PermuteCopy'),
);
/** `torch.transpose` into own memory. */
export const transpose_copy = define(
  'transpose_copy',
  'input: Tensor, dim0, dim1',
  (input: Tensor, dim0: number, dim1: number): Tensor => copied(input.transpose(dim0, dim1), 'TransposeCopy'),
);
/** `torch.t` into own memory. */
export const t_copy = define('t_copy', 'input: Tensor', (input: Tensor): Tensor => copied(input.t(), 'TCopy'));
/** `torch.squeeze` into own memory. */
export const squeeze_copy = define(
  'squeeze_copy',
  'input: Tensor, dim=None',
  (input: Tensor, dim: number | Sizes | null = null): Tensor =>
    copied(dim === null ? input.squeeze() : input.squeeze(dim), 'SqueezeCopy'),
);
/** `torch.unsqueeze` into own memory. */
export const unsqueeze_copy = define(
  'unsqueeze_copy',
  'input: Tensor, dim',
  (input: Tensor, dim: number): Tensor => copied(input.unsqueeze(dim), 'UnsqueezeCopy'),
);
/** `Tensor.view` into own memory. */
export const view_copy = define(
  'view_copy',
  'input: Tensor, size',
  (input: Tensor, size: Sizes): Tensor => copied(input.view(size as never), 'ViewCopy'),
);
/** `torch.select` into own memory. */
export const select_copy = define(
  'select_copy',
  'input: Tensor, dim, index',
  (input: Tensor, dim: number, index: number): Tensor => copied(input.select(dim, index), 'SelectCopy'),
);
/** `Tensor.unfold` into own memory. */
export const unfold_copy = define(
  'unfold_copy',
  'input: Tensor, dimension, size, step',
  (input: Tensor, dimension: number, size: number, step: number): Tensor =>
    copied(input.unfold(dimension, size, step), 'UnfoldCopy'),
);
/** `torch.unbind` with each part in own memory. */
export const unbind_copy = define(
  'unbind_copy',
  'input: Tensor, dim=0 -> tuple',
  (input: Tensor, dim: number = 0): Tensor[] => input.unbind(dim).map((t) => copied(t, 'UnbindCopy')),
);
/** `torch.split` with each part in own memory. */
export const split_copy = define(
  'split_copy',
  'input: Tensor, split_size, dim=0 -> tuple',
  (input: Tensor, split_size: number, dim: number = 0): Tensor[] =>
    input.split(split_size, dim).map((t) => copied(t, 'SplitCopy')),
);
/** `torch.split` by sizes with each part in own memory. */
export const split_with_sizes_copy = define(
  'split_with_sizes_copy',
  'input: Tensor, split_sizes, dim=0 -> tuple',
  (input: Tensor, split_sizes: Sizes, dim: number = 0): Tensor[] =>
    input.split(split_sizes, dim).map((t) => copied(t, 'SplitWithSizesCopy')),
);
/** `torch.as_strided` into own memory. */
export const as_strided_copy = define(
  'as_strided_copy',
  'input: Tensor, size, stride, storage_offset=None',
  (input: Tensor, size: Sizes, stride: Sizes, storage_offset: number | null = null): Tensor =>
    copied(as_strided(input, size, stride, storage_offset), 'AsStridedCopy'),
);
/** The input with what as_strided would show replaced. */
export const as_strided_scatter = defineMethod(
  'as_strided_scatter',
  'input: Tensor, src: Tensor, size, stride, storage_offset=None',
  (input: Tensor, src: Tensor, size: Sizes, stride: Sizes, storage_offset: number | null = null): Tensor => {
    if (text(size) !== text(src.sizes))
      throw new RuntimeError(
        `expected src to have a size equal to the slice of self. src size = ${text(src.sizes)}, slice size = ${text(size)}`,
      );
    const base = ops.contiguous(input);
    const attrs = {
      baseSizes: base.sizes,
      baseStrides: base.strides,
      sizes: [...size],
      strides: [...stride],
      offset: storage_offset ?? 0,
    };
    return named(ops.windowPut(base, src, attrs) as Tensor, 'AsStridedScatter');
  },
);
