import { type Tensor as CoreTensor, fromArray, isNumber, ops, toNumbers } from '@stele/core';
import { isScalar, resultType, type Scalar } from '../dtype';
import { IndexError, RuntimeError, scalarTypeNames } from '../errors';
import { common, family, named, type Operand, scalarTensor } from '../methods/base';
import { fromIntegers } from '../methods/integers';
import { indexParts } from '../methods/shaping';
import type { Tensor } from '../tensor';
import { define, defineMethod } from './define';
import { axisOf } from './support';

const text = (sizes: readonly number[]): string => `[${sizes.join(', ')}]`;
const count = (sizes: readonly number[]): number => sizes.reduce((a, b) => a * b, 1);
/** A scalar counts as one element on one axis. */
const line = (t: CoreTensor): CoreTensor => (t.rank === 0 ? ops.reshape(t, [1]) : t);

function checkLong(call: string, index: Tensor): void {
  if (index.scalarType !== 'int64' && index.scalarType !== 'int32')
    throw new RuntimeError(`${call}(): Expected dtype int64 for index`);
}
/** out[i][j] = input[i][index[i][j]] along a dim. */
export const gather = defineMethod(
  'gather',
  'input: Tensor, dim, index: Tensor, *, sparse_grad=False',
  (input: Tensor, dim: number, index: Tensor, _o: { sparse_grad?: boolean } = {}): Tensor => {
    const axis = axisOf(input, dim);
    if (index.numel() > 0) checkLong('gather', index);
    if (index.numel() === 0) return ops.take(ops.reshape(input, [-1]), ops.cast(index, 'int64'), 0) as Tensor;
    if (Math.max(1, index.ndim) !== Math.max(1, input.ndim))
      throw new RuntimeError('Index tensor must have the same number of dimensions as input tensor');
    const [x, at] = [line(input), line(index)];
    if (at.sizes.some((s, i) => i !== axis && s > x.sizes[i]!)) {
      const wrong = at.sizes.findIndex((s, i) => i !== axis && s > x.sizes[i]!);
      throw new RuntimeError(
        `Size does not match at dimension ${wrong} expected index ${text(index.sizes)} to be no larger than self ${text(input.sizes)} apart from dimension ${axis}`,
      );
    }
    checkRange(at, x.sizes[axis]!, axis);
    return named(ops.reshape(ops.gather(x, at, axis), index.sizes) as Tensor, 'Gather');
  },
);
function checkRange(index: CoreTensor, size: number, axis: number): void {
  for (const k of toNumbers(index))
    if (k < 0 || k >= size)
      throw new RuntimeError(`index ${k} is out of bounds for dimension ${axis} with size ${size}`);
}
/** Entries of a dim at the places of a vector. */
export const index_select = defineMethod(
  'index_select',
  'input: Tensor, dim, index: Tensor',
  (input: Tensor, dim: number, index: Tensor): Tensor => {
    const axis = axisOf(input, dim);
    if (index.ndim > 1) throw new IndexError('index_select(): Index is supposed to be a vector');
    if (index.scalarType !== 'int64' && index.scalarType !== 'int32')
      throw new RuntimeError('index_select(): Expected dtype int32 or int64 for index');
    const x = line(input);
    for (const k of toNumbers(index))
      if (k < 0 || k >= x.sizes[axis]!) throw new IndexError('index out of range in self');
    const out = ops.take(x, line(index), axis);
    return named((input.ndim === 0 ? ops.reshape(out, []) : out) as Tensor, 'IndexSelect');
  },
);
/** Elements at places counted through the whole input. */
export const take = defineMethod('take', 'input: Tensor, index: Tensor', (input: Tensor, index: Tensor): Tensor => {
  if (index.scalarType !== 'int64')
    throw new RuntimeError(`take(): Expected a long tensor for index, but got ${scalarTypeNames[index.scalarType]}`);
  const n = input.numel();
  if (n === 0 && index.numel() > 0) throw new IndexError('take(): tried to take from an empty tensor');
  for (const k of toNumbers(index))
    if (k < -n || k >= n)
      throw new IndexError(`out of range: tried to access index ${k} on a tensor of ${n} elements.`);
  return named(ops.take(ops.reshape(input, [-1]), index, 0) as Tensor, 'Take');
});
/** gather with the index and the input broadcast against each other apart from the dim. */
export const take_along_dim = defineMethod(
  'take_along_dim',
  'input: Tensor, indices: Tensor, dim=None',
  (input: Tensor, indices: Tensor, dim: number | null = null): Tensor => {
    if (indices.scalarType !== 'int64')
      throw new RuntimeError(
        `torch.take_along_dim(): dtype of indices should be Long but got ${scalarTypeNames[indices.scalarType]}`,
      );
    const counted = (t: Tensor, size: number): Tensor => ops.where(ops.less(t, 0), ops.add(t, size), t) as Tensor;
    if (dim === null) return gather(input.reshape(-1), 0, counted(indices.reshape(-1), input.numel()));
    if (input.ndim !== indices.ndim)
      throw new RuntimeError(
        `torch.take_along_dim(): input and indices should have the same number of dimensions, but got ${input.ndim} dimensions for input, and ${indices.ndim} dimensions for indices`,
      );
    const axis = axisOf(input, dim);
    const wide = input.sizes.map((s, i) => (i === axis ? s : Math.max(s === 0 ? 0 : s, indices.sizes[i]!)));
    const x = ops.expand(input, wide) as Tensor;
    const at = ops.expand(
      indices,
      wide.map((s, i) => (i === axis ? indices.sizes[i]! : s)),
    ) as Tensor;
    return gather(x, axis, counted(at, input.sizes[axis]!));
  },
);

type Source = Tensor | Scalar;
function prepared(
  call: string,
  input: Tensor,
  dim: number,
  index: Tensor,
  src: Source,
): { x: CoreTensor; at: CoreTensor; from: CoreTensor; axis: number } {
  const axis = axisOf(input, dim);
  checkLong(call, index);
  const x = line(input);
  const at = line(index);
  const from = isScalar(src) ? ops.fullLike(ops.stopGradient(x), Number(src), at.sizes) : line(src);
  if (index.numel() > 0) {
    if (at.rank !== x.rank)
      throw new RuntimeError('Index tensor must have the same number of dimensions as self tensor');
    if (at.rank !== from.rank)
      throw new RuntimeError('Index tensor must have the same number of dimensions as src tensor');
    const wrong = at.sizes.findIndex((s, i) => (i !== axis && s > x.sizes[i]!) || s > from.sizes[i]!);
    if (wrong >= 0)
      throw new RuntimeError(
        `Expected index ${text(index.sizes)} to be no larger than self ${text(input.sizes)} apart from dimension ${axis} and to be no larger size than src ${text(from.sizes)}`,
      );
    checkRange(at, x.sizes[axis]!, axis);
  }
  if (!isScalar(src) && src.scalarType !== input.scalarType)
    throw new RuntimeError('scatter(): Expected self.dtype to be equal to src.dtype');
  return { x, at, from, axis };
}
const back = (out: CoreTensor, input: Tensor, name: string): Tensor =>
  named((input.ndim === 0 ? ops.reshape(out, []) : out) as Tensor, name);
/** src written into a copy of the input where the index says; `reduce` adds or multiplies instead. */
export const scatter = defineMethod(
  'scatter',
  'input: Tensor, dim, index: Tensor, src|value, *, reduce=None',
  (input: Tensor, dim: number, index: Tensor, src: Source, o: { reduce?: string | null } = {}): Tensor => {
    const { reduce = null } = o;
    const { x, at, from, axis } = prepared('scatter', input, dim, index, src);
    if (at.elementCount === 0 && at.rank !== x.rank) return input.clone();
    if (reduce === null) return back(ops.scatterSet(x, at, from, axis), input, 'Scatter');
    if (reduce !== 'add' && reduce !== 'multiply')
      throw new RuntimeError(`reduce argument must be either add or multiply.`);
    return back(ops.scatterReduce(x, at, from, axis, reduce === 'add' ? 'sum' : 'prod', true), input, 'Scatter');
  },
);
/** src added to a copy of the input where the index says. */
export const scatter_add = defineMethod(
  'scatter_add',
  'input: Tensor, dim, index: Tensor, src: Tensor',
  (input: Tensor, dim: number, index: Tensor, src: Tensor): Tensor => {
    const { x, at, from, axis } = prepared('scatter', input, dim, index, src);
    if (at.elementCount === 0 && at.rank !== x.rank) return input.clone();
    return back(ops.scatterReduce(x, at, from, axis, 'sum', true), input, 'ScatterAdd');
  },
);
const reductions = { sum: 'sum', prod: 'prod', mean: 'mean', amax: 'max', amin: 'min' } as const;
/** src combined with a copy of the input where the index says. */
export const scatter_reduce = defineMethod(
  'scatter_reduce',
  'input: Tensor, dim, index: Tensor, src: Tensor, reduce, *, include_self=True',
  (
    input: Tensor,
    dim: number,
    index: Tensor,
    src: Tensor,
    reduce: string,
    o: { include_self?: boolean } = {},
  ): Tensor => {
    const { include_self = true } = o;
    if (!(reduce in reductions))
      throw new RuntimeError(`reduce argument must be either sum, prod, mean, amax or amin, got ${reduce}`);
    const { x, at, from, axis } = prepared('scatter', input, dim, index, src);
    if (at.elementCount === 0 && at.rank !== x.rank) return input.clone();
    return back(
      ops.scatterReduce(x, at, from, axis, reductions[reduce as keyof typeof reductions], include_self),
      input,
      'ScatterReduce',
    );
  },
);

/** A vector of places along a dim, read as an index of the source's shape. */
function alongDim(
  call: string,
  input: Tensor,
  dim: number,
  index: Tensor,
  source: CoreTensor,
): { x: CoreTensor; at: CoreTensor; from: CoreTensor; axis: number } {
  const axis = axisOf(input, dim);
  if (index.ndim > 1)
    throw new IndexError(
      `${call}(): Index is supposed to be a vector, but got dim: ${index.ndim} with type: ${scalarTypeNames[index.scalarType]} and size: ${text(index.sizes)}`,
    );
  if (index.scalarType !== 'int64' && index.scalarType !== 'int32')
    throw new RuntimeError(
      `${call}(): Expected dtype int32/int64 for index but got: ${scalarTypeNames[index.scalarType]}`,
    );
  const x = line(input);
  const from = line(source);
  const places = line(index);
  const n = places.sizes[0]!;
  if (from.rank === x.rank && from.sizes[axis] !== n)
    throw new IndexError(
      `${call}(): Number of indices (${n}) should be equal to source.size(dim): (${from.sizes[axis]}), for dim: ${axis}`,
    );
  for (const k of toNumbers(places))
    if (k < 0 || k >= x.sizes[axis]!)
      throw new IndexError(
        call === 'index_add'
          ? 'index out of range in self'
          : `${call}(): index ${k} is out of bounds for dimension ${axis} with size ${x.sizes[axis]}`,
      );
  const sizes = x.sizes.map((s, i) => (i === axis ? n : s));
  const at = ops.contiguous(
    ops.expand(
      ops.reshape(
        ops.cast(places, 'int64'),
        sizes.map((_, i) => (i === axis ? n : 1)),
      ),
      sizes,
    ),
  );
  return { x, at, from, axis };
}
/** alpha source added to a copy of the input at places of a dim. */
export const index_add = defineMethod(
  'index_add',
  'input: Tensor, dim, index: Tensor, source: Tensor, *, alpha=1',
  (input: Tensor, dim: number, index: Tensor, source: Tensor, o: { alpha?: number } = {}): Tensor => {
    if (source.scalarType !== input.scalarType)
      throw new RuntimeError('index_add_(): self and source must have the same scalar type');
    const alpha = Number(o.alpha ?? 1);
    const scaled = alpha === 1 ? source : ops.mul(source, alpha);
    const { x, at, from, axis } = alongDim('index_add', input, dim, index, scaled);
    if (from.sizes.length !== x.sizes.length || from.sizes.some((s, i) => i !== axis && s !== x.sizes[i]))
      throw new RuntimeError(
        `source tensor shape must match self tensor shape, excluding the specified dimension. Got self.shape = ${text(input.sizes)} source.shape = ${text(source.sizes)}`,
      );
    return back(ops.add(x, ops.scatterAdd(from, at, axis, x.sizes)), input, 'IndexAdd');
  },
);
/** source written into a copy of the input at places of a dim. */
export const index_copy = defineMethod(
  'index_copy',
  'input: Tensor, dim, index: Tensor, source: Tensor',
  (input: Tensor, dim: number, index: Tensor, source: Tensor): Tensor => {
    if (source.scalarType !== input.scalarType)
      throw new RuntimeError(
        `index_copy_(): self and source expected to have the same dtype, but got (self) ${scalarTypeNames[input.scalarType]} and (source) ${scalarTypeNames[source.scalarType]}`,
      );
    const { x, at, from, axis } = alongDim('index_copy', input, dim, index, source);
    return back(ops.scatterSet(x, at, ops.expand(from, at.sizes), axis), input, 'IndexCopy');
  },
);
/** One value written into a copy of the input at places of a dim. */
export const index_fill = defineMethod(
  'index_fill',
  'input: Tensor, dim, index: Tensor, value: Operand',
  (input: Tensor, dim: number, index: Tensor, value: Operand): Tensor => {
    if (!isScalar(value) && value.ndim > 0)
      throw new RuntimeError(`Only supports 0-dimension value tensor, but got tensor with ${value.ndim} dimensions.`);
    const negative = toNumbers(index).map((k) => (k < 0 ? k + (input.ndim === 0 ? 1 : input.size(dim)) : k));
    const places = fromIntegers(negative, index.sizes);
    const one = isScalar(value) ? scalarTensor(value, input.scalarType) : ops.cast(value, input.scalarType);
    const axis = axisOf(input, dim);
    const x = line(input);
    const sizes = x.sizes.map((s, i) => (i === axis ? places.numel() : s));
    const { at } = alongDim('index_fill', input, dim, places, ops.expand(one, sizes));
    const chosen = ops.scatterSet(
      ops.fullLike(ops.stopGradient(x), 0, x.sizes, 'bool'),
      at,
      ops.fullLike(ops.stopGradient(x), 1, at.sizes, 'bool'),
      axis,
    );
    return back(ops.where(chosen, one, x), input, 'IndexFill');
  },
);
const indexReductions = { prod: 'prod', mean: 'mean', amax: 'max', amin: 'min' } as const;
/** source combined with a copy of the input at places of a dim. */
export const index_reduce = defineMethod(
  'index_reduce',
  'input: Tensor, dim, index: Tensor, source: Tensor, reduce, *, include_self=True',
  (
    input: Tensor,
    dim: number,
    index: Tensor,
    source: Tensor,
    reduce: string,
    o: { include_self?: boolean } = {},
  ): Tensor => {
    if (!(reduce in indexReductions))
      throw new RuntimeError(
        `index_reduce(): Expected reduce to be one of prod, mean, amax or amin but got ${reduce}.`,
      );
    const { x, at, from, axis } = alongDim('index_reduce', input, dim, index, source);
    const how = indexReductions[reduce as keyof typeof indexReductions];
    return back(
      ops.scatterReduce(x, at, ops.contiguous(ops.expand(from, at.sizes)), axis, how, o.include_self ?? true),
      input,
      'IndexReduce',
    );
  },
);
/** Values written (or with accumulate added) where the indices, one tensor per leading dim, say. */
export const index_put = defineMethod(
  'index_put',
  'input: Tensor, indices, values: Tensor, accumulate=False',
  (input: Tensor, indices: readonly (Tensor | null)[], values: Tensor, accumulate: boolean = false): Tensor => {
    if (values.scalarType !== input.scalarType)
      throw new RuntimeError(
        `Index put requires the source and destination dtypes match, got ${scalarTypeNames[input.scalarType]} for the destination and ${scalarTypeNames[values.scalarType]} for the source.`,
      );
    const whole = { kind: 'slice', start: null, stop: null, step: 1 } as const;
    const parts = indices.map((p) => (p === null ? whole : indexParts([p])[0]!));
    if (!accumulate) return named(ops.replaced(input, parts, values) as Tensor, 'IndexPut');
    // the places that the indices choose, counted through the input
    const places = fromArray(
      family,
      BigInt64Array.from({ length: input.numel() }, (_, i) => BigInt(i)),
      input.sizes,
      'int64',
    );
    const { result } = ops.pick(places, parts);
    const from = ops.reshape(ops.expand(values, result.sizes), [count(result.sizes)]);
    const sum = ops.scatterAdd(from, ops.reshape(result, [count(result.sizes)]), 0, [input.numel()]);
    return named(ops.add(input, ops.reshape(sum, input.sizes)) as Tensor, 'IndexPut');
  },
);
/** source written (or with accumulate added) at places counted through the whole input. */
export const put = defineMethod(
  'put',
  'input: Tensor, index: Tensor, source: Tensor, accumulate=False',
  (input: Tensor, index: Tensor, source: Tensor, accumulate: boolean = false): Tensor => {
    if (index.scalarType !== 'int64')
      throw new RuntimeError(`put_(): Expected a long tensor for index, but got ${scalarTypeNames[index.scalarType]}`);
    if (source.scalarType !== input.scalarType)
      throw new RuntimeError(
        `put_(): self and source expected to have the same dtype, but got self.dtype = ${scalarTypeNames[input.scalarType]} and source.dtype = ${scalarTypeNames[source.scalarType]}`,
      );
    if (index.numel() !== source.numel())
      throw new RuntimeError(
        `put_(): Expected source and index to have the same number of elements, but got source.numel() = ${source.numel()}, index.numel() = ${index.numel()}`,
      );
    const n = input.numel();
    const places = toNumbers(index).map((k) => {
      if (k < -n || k >= n)
        throw new IndexError(`out of range: tried to access index ${k} on a tensor of ${n} elements.`);
      return k < 0 ? k + n : k;
    });
    const at = fromIntegers(places, [places.length]);
    const flat = ops.reshape(input, [-1]);
    const from = ops.reshape(source, [-1]);
    const out = accumulate ? ops.add(flat, ops.scatterAdd(from, at, 0, [n])) : ops.scatterSet(flat, at, from, 0);
    return named(ops.reshape(out, input.sizes) as Tensor, 'Put');
  },
);

function checkMask(call: string, mask: Tensor): void {
  if (mask.scalarType !== 'bool')
    throw new RuntimeError(
      `${call} only supports boolean masks, but got mask with dtype ${mask.dtype.toString().replace('torch.', '')}`,
    );
}
/** The input with a value where the mask is true. */
export const masked_fill = defineMethod(
  'masked_fill',
  'input: Tensor, mask: Tensor, value: Operand',
  (input: Tensor, mask: Tensor, value: Operand): Tensor => {
    checkMask('masked_fill', mask);
    if (!isScalar(value) && value.ndim > 0)
      throw new RuntimeError(
        `masked_fill_ only supports a 0-dimensional value tensor, but got tensor with ${value.ndim} dimension(s).`,
      );
    const type = input.scalarType;
    if (isScalar(value) && !input.is_floating_point() && typeof value !== 'boolean' && !Number.isInteger(Number(value)))
      throw new RuntimeError(
        `value cannot be converted to type ${type === 'int64' ? 'int64_t' : type} without overflow`,
      );
    const one = isScalar(value) ? scalarTensor(value, type) : ops.cast(value, type);
    return named(ops.where(mask, one, input) as Tensor, 'MaskedFill');
  },
);
/** The elements where the mask is true, in order. */
export const masked_select = defineMethod(
  'masked_select',
  'input: Tensor, mask: Tensor',
  (input: Tensor, mask: Tensor): Tensor => {
    if (mask.scalarType !== 'bool') throw new RuntimeError(`masked_select: expected BoolTensor for mask`);
    const sizes = ops.logicalAnd(ops.fullLike(input.detach(), 0), mask).sizes;
    const at = ops.truePositions(ops.reshape(ops.expand(mask, sizes), [-1]))[0]!;
    return named(ops.take(ops.reshape(ops.expand(input, sizes), [-1]), at, 0) as Tensor, 'MaskedSelect');
  },
);
/** The input with the source's elements, in order, where the mask is true. */
export const masked_scatter = defineMethod(
  'masked_scatter',
  'input: Tensor, mask: Tensor, source: Tensor',
  (input: Tensor, mask: Tensor, source: Tensor): Tensor => {
    if (mask.scalarType !== 'bool')
      throw new RuntimeError(
        `masked_scatter_ only supports boolean masks, but got mask with dtype ${scalarTypeNames[mask.scalarType]}`,
      );
    if (source.scalarType !== input.scalarType)
      throw new RuntimeError(
        `masked_scatter_: expected self and source to have same dtypes but got ${scalarTypeNames[input.scalarType]} and ${scalarTypeNames[source.scalarType]}`,
      );
    const sizes = ops.logicalAnd(ops.fullLike(input.detach(), 0), mask).sizes;
    const at = ops.truePositions(ops.reshape(ops.expand(mask, sizes), [-1]))[0]!;
    const n = at.elementCount;
    if (n > source.numel()) throw new RuntimeError('Number of elements of source < number of ones in mask');
    const x = ops.reshape(ops.expand(input, sizes), [-1]);
    const from = ops.slice(ops.reshape(source, [-1]), 0, 0, n);
    return named(
      ops.reshape(n === 0 ? ops.clone(x) : ops.scatterSet(x, at, from, 0), sizes) as Tensor,
      'MaskedScatter',
    );
  },
);
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
/** The value everywhere. */
export const fill = define('fill', 'input: Tensor, value: Operand', (input: Tensor, value: Operand): Tensor => {
  const one = isScalar(value) ? scalarTensor(value, input.scalarType) : ops.cast(value, input.scalarType);
  const nowhere = ops.fullLike(input.detach(), 0, input.sizes, 'bool');
  return named(ops.where(nowhere, input, ops.expand(one, input.sizes)) as Tensor, 'Fill');
});
