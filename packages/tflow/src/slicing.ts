import { type Tensor as CoreTensor, ops } from '@stele/core';
import { define } from './define';
import { InvalidArgumentError, kernelError } from './errors';
import { rankOf, vector, wholes } from './places';
import { type Tensor, type TensorLike, toTensor } from './tensor';

/** The part of a tensor that begins at `begin`, `size` long; -1 means to the end. */
export const slice = define(
  'tf.slice',
  'input_, begin, size, name=None',
  (input_: TensorLike, begin: unknown, size: unknown): Tensor => {
    const t = toTensor(input_);
    const [from, lengths] = [vector('Slice', 'Index', begin), vector('Slice', 'Index', size)];
    if (rankOf(begin) === 0 || rankOf(size) === 0)
      throw new InvalidArgumentError(
        `Expected begin and size arguments to be 1-D tensors of size ${t.rank}, but got shapes [${rankOf(begin) === 0 ? '' : from.length}] and [${rankOf(size) === 0 ? '' : lengths.length}] instead. [Op:Slice]`,
      );
    if (from.length !== t.rank || lengths.length !== t.rank)
      throw new InvalidArgumentError(
        `Expected begin and size arguments to be 1-D tensors of size ${t.rank}, but got shapes [${from.length}] and [${lengths.length}] instead. [Op:Slice]`,
      );
    let out: CoreTensor = t;
    from.forEach((b, axis) => {
      const whole = t.sizes[axis]!;
      const length = lengths[axis] === -1 ? whole - b : lengths[axis]!;
      if (b < 0 || b > whole)
        throw new InvalidArgumentError(`Expected begin[${axis}] in [0, ${whole}], but got ${b} [Op:Slice]`);
      if (length < 0 || b + length > whole)
        throw new InvalidArgumentError(`Expected size[${axis}] in [0, ${whole - b}], but got ${length} [Op:Slice]`);
      out = ops.slice(out, axis, b, b + length);
    });
    return ops.contiguous(out) as Tensor;
  },
);

const bit = (mask: number | undefined, i: number): boolean => (((mask ?? 0) >> i) & 1) === 1;
/** `input_[begin:end:strides]`, with bit masks for open ends, ellipsis, new and dropped axes. */
export const strided_slice = define(
  'tf.strided_slice',
  'input_, begin, end, strides=None, begin_mask=0, end_mask=0, ellipsis_mask=0, new_axis_mask=0, shrink_axis_mask=0, var=None, name=None',
  (
    input_: TensorLike,
    begin: unknown,
    end: unknown,
    strides?: unknown,
    begin_mask?: number,
    end_mask?: number,
    ellipsis_mask?: number,
    new_axis_mask?: number,
    shrink_axis_mask?: number,
  ): Tensor => {
    const t = toTensor(input_);
    const [from, to] = [wholes(begin), wholes(end)];
    const steps = strides === undefined || strides === null ? from.map(() => 1) : wholes(strides);
    const refuse = (what: string): Error => kernelError('StridedSlice', what);
    if (from.length !== to.length || from.length !== steps.length)
      throw refuse(
        `Expected begin, end, and strides to be 1D equal size tensors, but got shapes [${from.length}], [${to.length}], and [${steps.length}] instead.`,
      );
    const rest = from.findIndex((_, i) => bit(ellipsis_mask, i));
    const takes = from.filter((_, i) => !bit(ellipsis_mask, i) && !bit(new_axis_mask, i)).length;
    if (takes > t.rank) throw refuse(`Index out of range using input dim ${t.rank}; input has only ${t.rank} dims`);
    const parts = from.map((b, i): ops.IndexPart => {
      if (bit(ellipsis_mask, i)) return { kind: 'rest' };
      if (bit(new_axis_mask, i)) return { kind: 'new' };
      if (bit(shrink_axis_mask, i)) {
        const before = from.slice(0, i).filter((_, j) => !bit(ellipsis_mask, j) && !bit(new_axis_mask, j)).length;
        const axis = before + (rest >= 0 && i > rest ? t.rank - takes : 0);
        const size = t.sizes[axis]!;
        if (b < -size || b >= size)
          throw refuse(`slice index ${b < 0 ? b + size : b} of dimension ${axis} out of bounds.`);
        return { kind: 'int', value: b };
      }
      if (steps[i] === 0) throw refuse(`strides[${i}] must be non-zero`);
      return {
        kind: 'slice',
        start: bit(begin_mask, i) ? null : b,
        stop: bit(end_mask, i) ? null : to[i]!,
        step: steps[i]!,
      };
    });
    return ops.contiguous(ops.pick(t, parts).result) as Tensor;
  },
);
