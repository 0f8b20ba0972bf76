import { Tensor as CoreTensor, EngineError, ops } from '@stele/core';
import { define } from './define';
import { kernelName } from './dtypes';
import { InvalidArgumentError, kernelError, noAttribute, valueError } from './errors';
import { type Tensor, type TensorLike, toTensor } from './tensor';

/** Words what is wrong with an equation as TensorFlow does. */
function worded(error: unknown, equation: string, count: number): unknown {
  if (!(error instanceof EngineError)) return error;
  const details = error.details as {
    kind?: string;
    reason?: string;
    letter?: string;
    shapes?: readonly number[][];
    operand?: number;
    wanted?: number;
    axis?: number;
    expected?: number;
    got?: number;
  };
  const terms = equation.replace(/\s+/g, '').split('->')[0]!.split(',').length;
  if (details.kind === 'equation') {
    if (details.reason === 'unknown')
      return valueError(`Output subscripts contain the label ${details.letter} not present in the input subscripts.`);
    if (/[^A-Za-z,.>\s-]/.test(equation)) return valueError(`Subscripts have incorrect format: ${equation}`);
    if (terms !== count) return valueError(`Got ${count} inputs for equation "${equation}", expecting ${terms}`);
    const result = equation.replace(/\s+/g, '').split('->')[1] ?? '';
    if ([...result.replace('...', '')].some((c, i, all) => all.indexOf(c) !== i))
      return valueError(`Output subscripts contain a label appearing more than once: ${equation}`);
    return valueError(`Subscripts have incorrect format: ${equation}`);
  }
  if (details.kind === 'einsumSize')
    return kernelError(
      'Einsum',
      `Expected dimension ${details.expected} at axis ${details.axis} of the input shaped [${details.shapes?.[0]?.join(',')}] but got dimension ${details.got}`,
    );
  if (details.kind === 'subscripts')
    return kernelError(
      'Einsum',
      `Expected input ${details.operand} to have rank ${details.wanted} but got: ${details.shapes?.[0]?.length}`,
    );
  return error;
}

/** A label stands for axes of one size: not even 1 goes with others. */
function refuseSizes(equation: string, tensors: readonly Tensor[]): void {
  const known = new Map<string, number>();
  const terms = equation.replace(/\s+/g, '').split('->')[0]!.split(',');
  tensors.forEach((t, i) => {
    const [before = '', after = ''] = (terms[i] ?? '').split('...');
    [...before, ...after].forEach((label, at) => {
      const axis = at < before.length ? at : t.rank - after.length + at - before.length;
      const size = t.sizes[axis];
      const wanted = known.get(label);
      if (size === undefined) return;
      if (wanted !== undefined && wanted !== size)
        throw kernelError(
          'Einsum',
          `Expected dimension ${wanted} at axis ${axis} of the input shaped [${t.sizes.join(',')}] but got dimension ${size}`,
        );
      known.set(label, size);
    });
  });
}

/**
 * Sums of products over the axes that the result does not name.
 *
 * ```ts
 * String(tf.einsum('i,i->', tf.constant([1, 2]), tf.constant([3, 4]))); // 'tf.Tensor(11, shape=(), dtype=int32)'
 * ```
 * @see https://www.tensorflow.org/api_docs/python/tf/einsum
 */
export const einsum = define(
  'tf.einsum',
  'equation, *inputs, **kwargs',
  (equation: string, ...inputs: unknown[]): Tensor => {
    const tensors = inputs.filter(
      (x) => typeof x !== 'object' || x === null || Object.getPrototypeOf(x) !== Object.prototype,
    );
    if (typeof equation !== 'string') throw noAttribute(equation, 'replace');
    const all = tensors.map((x) => {
      if (!(x instanceof CoreTensor) && !(typeof x === 'object' && x !== null && 'shape' in x))
        throw noAttribute(x, 'shape');
      return toTensor(x as TensorLike);
    });
    const other = all.findIndex((t) => t.scalarType !== all[0]!.scalarType);
    if (other > 0)
      throw new InvalidArgumentError(
        `cannot compute Einsum as input #${other}(zero-based) was expected to be a ${kernelName(all[0]!.scalarType)} tensor but is a ${kernelName(all[other]!.scalarType)} tensor [Op:Einsum] name: `,
      );
    refuseSizes(equation, all);
    try {
      return ops.einsum(equation, all) as Tensor;
    } catch (error) {
      throw worded(error, equation, all.length);
    }
  },
);
