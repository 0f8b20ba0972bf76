import { isNumber, ops, toNumbers } from '@stele/core';
import { RuntimeError } from '../errors';
import { named } from '../methods/base';
import type { Tensor } from '../tensor';
import { defineMethod, typeName } from './define';
import { axisOf, count, text } from './support';

/** Pieces between indices, or so many as equal as can be. */
function pieces(input: Tensor, cuts: number | readonly number[] | Tensor, axis: number): Tensor[] {
  const size = input.sizes[axis]!;
  let bounds: number[];
  if (isNumber(cuts)) {
    const n = Number(cuts);
    if (n <= 0) throw new RuntimeError(`number of sections must be larger than 0, got ${n}`);
    const [small, more] = [Math.floor(size / n), size % n];
    bounds = [0];
    for (let i = 0; i < n; i++) bounds.push(bounds[i]! + small + (i < more ? 1 : 0));
    return bounds.slice(1).map((end, i) => named(ops.slice(input, axis, bounds[i]!, end) as Tensor, 'Slice'));
  }
  const at = Array.isArray(cuts) ? cuts.map(Number) : toNumbers(cuts as Tensor);
  const starts: (number | null)[] = [0, ...at];
  return starts.map((start, i) => {
    const { start: from, count } = ops.sliceBounds(size, start, i < at.length ? at[i]! : null, 1);
    return named(ops.slice(input, axis, from, from + count) as Tensor, 'Slice');
  });
}
type Cuts = number | readonly number[] | Tensor;
/** Parts as equal as they can be, or parts cut at indices. */
export const tensor_split = defineMethod(
  'tensor_split',
  'input: Tensor, indices_or_sections|indices|sections|tensor_indices_or_sections, dim=0 -> tuple',
  (input: Tensor, indices_or_sections: Cuts, dim: number = 0): Tensor[] => {
    if (input.ndim === 0)
      throw new RuntimeError('tensor_split expected at least a 1-dimensional tensor, but got a tensor with 0 dims');
    let cuts: Cuts = indices_or_sections;
    if (!isNumber(cuts) && !Array.isArray(cuts)) {
      const t = cuts as Tensor;
      if (t.scalarType !== 'int64')
        throw new RuntimeError(
          `tensor_split expected tensor_indices_or_sections to have dtype of long, but got ${t.dtype.toString().replace('torch.', '')}`,
        );
      if (t.ndim > 1)
        throw new RuntimeError(
          `tensor_split expected tensor_indices_or_sections to be a zero-dimensional or one-dimensional tensor, but got a tensor with ${t.ndim} dims`,
        );
      if (t.ndim === 0) cuts = Number(t.item());
    }
    return pieces(input, cuts, axisOf(input, dim));
  },
);
const directions = (name: 'hsplit' | 'vsplit' | 'dsplit', least: number, axis: (t: Tensor) => number) =>
  defineMethod(
    name,
    'input: Tensor, indices_or_sections|indices|sections -> tuple',
    (input: Tensor, cuts: number | readonly number[]): Tensor[] => {
      if (!isNumber(cuts) && !Array.isArray(cuts))
        throw new TypeError(
          `${name}() received an invalid combination of arguments - got (Tensor, ${typeName(cuts)}), but expected one of:\n * (Tensor input, int sections)\n * (Tensor input, tuple of ints indices)\n`,
        );
      if (input.ndim < least)
        throw new RuntimeError(
          `torch.${name} requires a tensor with at least ${least} dimension, but got a tensor with ${input.ndim} dimensions!`,
        );
      const at = axis(input);
      if (isNumber(cuts) && (Number(cuts) === 0 || input.sizes[at]! % Number(cuts) !== 0))
        throw new RuntimeError(
          `torch.${name} attempted to split along dimension ${at}, but the size of the dimension ${input.sizes[at]} is not divisible by the split_size ${Number(cuts)}!`,
        );
      return pieces(input, cuts, at);
    },
  );
/** Pieces side by side. */
export const hsplit = directions('hsplit', 1, (t) => (t.ndim === 1 ? 0 : 1));
/** Pieces on top of one another. */
export const vsplit = directions('vsplit', 2, () => 0);
/** Pieces one behind the other. */
export const dsplit = directions('dsplit', 3, () => 2);
/** Pieces of given lengths along a dim. */
export const split_with_sizes = defineMethod(
  'split_with_sizes',
  'input: Tensor, split_sizes, dim=0 -> tuple',
  (input: Tensor, split_sizes: readonly number[], dim: number = 0): Tensor[] => input.split(split_sizes, dim),
);
/** `split` under the name that promises no views. */
export const unsafe_split = defineMethod(
  'unsafe_split',
  'input: Tensor, split_size, dim=0 -> tuple',
  (input: Tensor, split_size: number, dim: number = 0): Tensor[] => input.split(split_size, dim),
);
export const unsafe_split_with_sizes = defineMethod(
  'unsafe_split_with_sizes',
  'input: Tensor, split_sizes, dim=0 -> tuple',
  (input: Tensor, split_sizes: readonly number[], dim: number = 0): Tensor[] => input.split(split_sizes, dim),
);
/** `chunk` under the name that promises no views. */
export const unsafe_chunk = defineMethod(
  'unsafe_chunk',
  'input: Tensor, chunks, dim=0 -> tuple',
  (input: Tensor, chunks: number, dim: number = 0): Tensor[] => input.chunk(chunks, dim),
);
/** One dim spread over several; one of their sizes may be -1. */
export const unflatten = defineMethod(
  'unflatten',
  'input: Tensor, dim, sizes',
  (input: Tensor, dim: number, sizes: readonly number[]): Tensor => {
    const axis = axisOf(input, dim);
    const own = [sizes].flat().map(Number);
    if (own.length === 0) throw new RuntimeError('unflatten: sizes must be non-empty');
    const size = input.sizes[axis]!;
    const hole = own.indexOf(-1);
    const known = count(own.filter((s) => s !== -1));
    if (own.filter((s) => s === -1).length > 1) throw new RuntimeError('only one dimension can be inferred');
    if (hole >= 0 ? known === 0 || size % known !== 0 : known !== size)
      throw new RuntimeError(
        `unflatten: Provided sizes ${text(own)} don't multiply up to the size of dim ${axis} (${size}) in the input tensor`,
      );
    const filled = own.map((s) => (s === -1 ? size / known : s));
    return named(
      ops.reshape(input, [...input.sizes.slice(0, axis), ...filled, ...input.sizes.slice(axis + 1)]) as Tensor,
      'View',
    );
  },
);
