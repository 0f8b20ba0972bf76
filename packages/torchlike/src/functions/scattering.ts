import { type Tensor as CoreTensor, fromArray, ops, toNumbers } from '@stele/core';
import { isScalar, type Scalar } from '../dtype';
import { IndexError, RuntimeError, scalarTypeNames } from '../errors';
import { family, named, type Operand, scalarTensor } from '../methods/base';
import { fromIntegers } from '../methods/integers';
import { indexParts } from '../methods/shaping';
import type { Tensor } from '../tensor';
import { defineMethod } from './define';
import { axisOf, checkLong, checkRange, count, line, text } from './support';

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
