import { type Tensor as CoreTensor, isNumber, ops, toNumbers } from '@stele/core';
import { isScalar, resultType } from '../dtype';
import { RuntimeError, scalarTypeNames } from '../errors';
import { common, type Operand, scalarTensor } from '../methods/base';
import { fromIntegers } from '../methods/integers';
import type { Tensor } from '../tensor';
import { define, defineMethod } from './define';
import { axisOf, count, line, text } from './support';

/** Places of the elements that are not zero, one row each; with as_tuple one vector per dim. */
export const nonzero = defineMethod(
  'nonzero',
  'input: Tensor, *, as_tuple=False',
  (input: Tensor, o: { as_tuple?: boolean } = {}): any => places(input, o.as_tuple ?? false),
);
function places(input: Tensor, tuple: boolean): Tensor | Tensor[] {
  const mask = ops.notEqual(input.detach(), 0);
  if (tuple) return ops.truePositions(line(mask)) as Tensor[];
  const found = ops.truePositions(mask);
  if (found.length === 0) return fromIntegers([], [mask.storage.array[mask.offset] === 1 ? 1 : 0, 0]);
  return ops.stack(found, 1) as Tensor;
}
/** Places of the elements that are not zero, one row each. */
export const argwhere = defineMethod(
  'argwhere',
  'input: Tensor',
  (input: Tensor): Tensor => places(input, false) as Tensor,
);
/** Which elements are among the test elements. */
export const isin = define(
  'isin',
  'elements: Operand, test_elements: Operand, *, assume_unique=False, invert=False',
  (elements: Operand, test_elements: Operand, o: { assume_unique?: boolean; invert?: boolean } = {}): Tensor => {
    const as = (x: Operand): Tensor => (isScalar(x) ? scalarTensor(x, resultType([x])) : x);
    const [a, b] = [as(elements), as(test_elements)];
    const [x, y] = common(ops.reshape(a, [-1, 1]) as Tensor, ops.reshape(b, [1, -1]) as Tensor) as [
      CoreTensor,
      CoreTensor,
    ];
    const found = ops.reshape(ops.any(ops.equal(x, y), 1), a.sizes);
    return (o.invert ? ops.logicalNot(found) : found) as Tensor;
  },
);
interface Search {
  out_int32?: boolean;
  right?: boolean;
  side?: string | null;
  sorter?: Tensor | null;
}
function inserted(call: string, bounds: Tensor, values: Tensor | number, o: Search): Tensor {
  const { out_int32 = false, side = null, sorter = null } = o;
  if (side !== null && side !== 'left' && side !== 'right')
    throw new RuntimeError(`torch.searchsorted(): side can only be 'left' or 'right' but got ${side}`);
  if (o.right && side === 'left')
    throw new RuntimeError(
      "torch.searchsorted(): side and right can't be set to opposites, got side of left while right was True",
    );
  const input = isNumber(values)
    ? scalarTensor(
        values,
        Number.isInteger(Number(values)) && !bounds.is_floating_point() ? 'int64' : bounds.scalarType,
      )
    : values;
  if (bounds.ndim > 1 && call === 'bucketize')
    throw new RuntimeError(`boundaries tensor must be 1 dimension, but got dim(${bounds.ndim})`);
  if (bounds.ndim === 0)
    throw new RuntimeError(
      "torch.searchsorted(): input value can be a scalar only when boundaries tensor dimension is 1, but we got boundaries tensor dim(0) and input value's dim(0) numel(1)",
    );
  if (bounds.ndim > 1 && (input.ndim !== bounds.ndim || input.sizes.slice(0, -1).some((s, i) => s !== bounds.sizes[i])))
    throw new RuntimeError(
      `torch.searchsorted(): boundaries tensor should be 1 dimension or the first N-1 dimensions of boundaries tensor and input value tensor must match, but we got boundaries tensor ${text(bounds.sizes)} and input value tensor ${text(input.sizes)}`,
    );
  if (sorter !== null && sorter.scalarType !== 'int64')
    throw new RuntimeError(
      `torch.searchsorted(): sorter must be a tensor of long dtype but got dtype ${scalarTypeNames[sorter.scalarType]}`,
    );
  if (sorter !== null && text(sorter.sizes) !== text(bounds.sizes))
    throw new RuntimeError(
      `torch.searchsorted(): boundary and sorter must have the same size, but got boundary tensor ${text(bounds.sizes)}and got sorter tensor ${text(sorter.sizes)}`,
    );
  if (!isNumber(values) && bounds.scalarType !== input.scalarType)
    throw new RuntimeError(
      `torch.searchsorted(): boundary tensor and input value tensor should have same dtype, but got boundary tensor dtype ${cpp(bounds)} and input value tensor dtype ${cpp(input)}`,
    );
  return ops.insertionPlaces(
    bounds,
    input,
    (o.right ?? false) || side === 'right',
    out_int32 ? 'int32' : 'int64',
    sorter,
  ) as Tensor;
}
const cpp = (t: Tensor): string =>
  ({ float32: 'Float', float64: 'Double', int64: 'Long', int32: 'Int' })[t.scalarType as string]?.toLowerCase() ??
  t.scalarType;
/** Where in ascending boundaries values belong. */
export const searchsorted = define(
  'searchsorted',
  'sorted_sequence: Tensor, input|values, *, out_int32=False, right=False, side=None, sorter=None',
  (sorted_sequence: Tensor, values: Tensor | number, o: Search = {}): Tensor =>
    inserted('searchsorted', sorted_sequence, values, o),
);
/** In which bucket between boundaries each element lies. */
export const bucketize = define(
  'bucketize',
  'input, boundaries: Tensor, *, out_int32=False, right=False',
  (input: Tensor | number, boundaries: Tensor, o: { out_int32?: boolean; right?: boolean } = {}): Tensor =>
    inserted('bucketize', boundaries, input, o),
);
type Uniques = Tensor & readonly Tensor[];
function uniques(input: Tensor, neighbours: boolean, inverse: boolean, counts: boolean, dim: number | null): Uniques {
  const flat = dim === null;
  const axis = flat ? 0 : axisOf(input, dim);
  const shape = line(input.detach());
  const others = shape.sizes.map((_, i) => i).filter((i) => i !== axis);
  const x = flat ? ops.reshape(shape, [-1]) : ops.permute(shape, [axis, ...others]);
  const found = ops.distinct(x, neighbours);
  const kept = ops.take(x, found.first, 0);
  const order = shape.sizes.map((_, i) => (i === axis ? 0 : others.indexOf(i) + 1));
  const values = flat ? kept : ops.permute(kept, order);
  const back = flat ? ops.reshape(found.inverse, input.sizes) : found.inverse;
  const out = [values as Tensor, ...(inverse ? [back as Tensor] : []), ...(counts ? [found.counts as Tensor] : [])];
  return (out.length === 1 ? out[0] : out) as Uniques;
}
/** The different elements, or slices of a dim, in ascending order; with where each came to lie and how many there are. */
export const unique = defineMethod(
  'unique',
  'input: Tensor, sorted=True, return_inverse=False, return_counts=False, dim=None -> tuple',
  (
    input: Tensor,
    _sorted: boolean = true,
    return_inverse: boolean = false,
    return_counts: boolean = false,
    dim: number | null = null,
  ): any => uniques(input, false, return_inverse, return_counts, dim),
);
/** The elements, or slices of a dim, that differ from the one before. */
export const unique_consecutive = defineMethod(
  'unique_consecutive',
  'input: Tensor, return_inverse=False, return_counts=False, dim=None -> tuple',
  (input: Tensor, return_inverse: boolean = false, return_counts: boolean = false, dim: number | null = null): any =>
    uniques(input, true, return_inverse, return_counts, dim),
);
/** Places counted through a shape as one tensor of coordinates per dim. */
export const unravel_index = define(
  'unravel_index',
  'indices: Tensor, shape -> tuple',
  (indices: Tensor, shape: number | readonly number[] | Tensor): Tensor[] => {
    const sizes = isNumber(shape)
      ? [Number(shape)]
      : Array.isArray(shape)
        ? shape.map(Number)
        : toNumbers(shape as Tensor);
    if (indices.is_floating_point() || indices.scalarType === 'bool')
      throw new RuntimeError(`expected 'indices' to be integer dtype, but got ${indices.dtype}`);
    return sizes.map((size, i) => {
      const step = count(sizes.slice(i + 1));
      return ops.remainder(ops.floorDiv(ops.cast(indices, 'int64'), step), size) as Tensor;
    });
  },
);
/** nonzero in a table of `size` rows: cut off, or filled up. */
export const nonzero_static = defineMethod(
  'nonzero_static',
  'input: Tensor, *, size, fill_value=-1',
  (input: Tensor, o: { size?: number; fill_value?: number } = {}): Tensor => {
    const { size = 0, fill_value = -1 } = o;
    const found = places(input, false) as Tensor;
    const kept = ops.slice(found, 0, 0, Math.min(size, found.sizes[0]!));
    return ops.pad(
      kept,
      [
        [0, size - kept.sizes[0]!],
        [0, 0],
      ],
      Number(fill_value),
    ) as Tensor;
  },
);
