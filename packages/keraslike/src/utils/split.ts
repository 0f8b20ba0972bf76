import { Tensor as CoreTensor, isTuple, ops, tupleOf } from '@stele/core';
import { NDArray } from '@stele/core/numpy';
import { PyFloat } from '@stele/core/printing';
import { scriptRandom } from '@stele/core/random';
import { z } from 'zod';
import { type Call, type Keywords, only, read, signature } from '../arguments';
import { show, typeError, valueError } from '../errors';
import { isFeedLike } from '../models/data';
import { showTuple } from '../tensors';
import { fromNumPy } from './arrays';
import { type Source, sourceOf } from './sources';

const split = signature(1, {
  dataset: z.any(),
  left_size: z.any().default(null),
  right_size: z.any().default(null),
  shuffle: z.boolean().default(false),
  seed: z.number().nullable().default(null),
  preferred_backend: only<string | null>(null, "other backends' datasets are"),
});
type Size = number | null;
/** A dataset, one array, or several of the same length. */
export type Splittable = NDArray | readonly NDArray[] | Iterable<unknown>;

interface Samples {
  readonly count: number;
  at(i: number): unknown;
}
function arraysOf(list: readonly unknown[]): Samples {
  const kind = isTuple(list) ? 'tuple' : 'list';
  if (list.length === 0)
    throw valueError(`Received an empty list dataset. Please provide a non-empty ${kind} of arrays.`);
  const tensors = list.map((a, i) => {
    if (a instanceof CoreTensor) return a;
    if (!(a instanceof NDArray))
      throw valueError(`Expected a ${kind} of \`numpy.ndarray\` objects,Received: ${show(a)} at index ${i}.`);
    return fromNumPy(a);
  });
  const [first] = tensors as [CoreTensor];
  tensors.forEach((t, i) => {
    if (t.sizes[0] !== first.sizes[0])
      throw valueError(
        `Received a ${kind} of NumPy arrays with different lengths.Mismatch found at index ${i}, Expected shape=${showTuple(first.sizes)} Received shape=${showTuple(t.sizes)}.Please provide a ${kind} of NumPy arrays of the same length.`,
      );
  });
  return { count: first.sizes[0]!, at: (i) => tupleOf(tensors.map((t) => ops.select(t, 0, i))) };
}
function samplesOf(dataset: unknown): Samples {
  if (Array.isArray(dataset)) return arraysOf(dataset);
  if (dataset instanceof NDArray || dataset instanceof CoreTensor) {
    const t = dataset instanceof NDArray ? fromNumPy(dataset) : dataset;
    return { count: t.sizes[0]!, at: (i) => ops.select(t, 0, i) };
  }
  if (!isFeedLike(dataset)) throw typeError(`Unsupported dataset type: ${show(dataset)}`);
  const given = dataset as Iterable<unknown> & { _batch_size?: unknown; unbatch?(): Iterable<unknown> };
  const elements = [...(given._batch_size != null && given.unbatch ? given.unbatch() : given)];
  return { count: elements.length, at: (i) => elements[i] };
}

const roundEven = (x: number): number => (x % 1 === 0.5 ? 2 * Math.round(x / 2) : Math.round(x));
const isFraction = (x: unknown): boolean => x instanceof PyFloat || (typeof x === 'number' && !Number.isInteger(x));

/** How many samples go left and right. */
function sizesOf(left: Size, right: Size, total: number): [number, number] {
  for (const [name, size] of [
    ['left_size', left],
    ['right_size', right],
  ] as const)
    if (size !== null && typeof size !== 'number' && !((size as unknown) instanceof PyFloat))
      throw typeError(`Invalid \`${name}\` Type. Expected: int or float or None, Received: ${show(size)}.`);
  if (left !== null && right !== null && Number(left) === 0 && Number(right) === 0)
    throw valueError('Both `left_size` and `right_size` are zero. At least one of the split sizes must be non-zero.');
  const outside = (size: Size): boolean =>
    size !== null && (Number(size) <= 0 || Number(size) >= (isFraction(size) ? 1 : total));
  if (outside(left))
    throw valueError(
      `\`left_size\` should be either a positive integer smaller than ${total}, or a float within the range \`[0, 1]\`. Received: left_size=${left}`,
    );
  if (outside(right))
    throw valueError(
      `\`right_size\` should be either a positive integer and smaller than ${total} or a float within the range \`[0, 1]\`. Received: right_size=${right}`,
    );
  if (isFraction(left) && isFraction(right) && Number(left) + Number(right) > 1)
    throw valueError('The sum of `left_size` and `right_size` is greater than 1. It must be less than or equal to 1.');
  const counted = (size: Size): Size =>
    size === null ? null : isFraction(size) ? roundEven(Number(size) * total) : Number(size);
  const [l, r] = [counted(left), counted(right)];
  const sizes: [number, number] = [l ?? total - r!, r ?? total - l!];
  if (sizes[0] + sizes[1] > total)
    throw valueError(
      `The sum of \`left_size\` and \`right_size\` should be smaller than the ${total}. Received: left_size + right_size = ${sizes[0] + sizes[1]}${[left, right].every((x) => x === null || isFraction(x)) ? '' : '.0'}and total_length = ${total}`,
    );
  sizes.forEach((size, i) => {
    if (size === 0)
      throw valueError(
        `With \`dataset\` of length=${total}, \`left_size\`=${sizes[0]} and \`right_size\`=${sizes[1]}.Resulting ${i === 0 ? 'left' : 'right'} side dataset split will be empty. Adjust any of the aforementioned parameters`,
      );
  });
  return sizes;
}

/**
 * Samples from the beginning and from the end of a dataset, or of arrays, as two datasets.
 *
 * ```ts
 * const [left, right] = keras.utils.split_dataset(np.arange(10), { left_size: 0.8 });
 * [...right].length; // 2
 * ```
 * @throws ValueError for sizes that leave a side empty; TypeError for what is not a dataset.
 * @see https://keras.io/api/utils/python_utils/#split_dataset-function
 */
export function split_dataset(
  ...args: Call<
    [dataset: Splittable],
    [left_size: Size, right_size: Size, shuffle: boolean, seed: number | null],
    Keywords<typeof split>
  >
): readonly [left: Source, right: Source] {
  const o = read('split_dataset()', split, args);
  if (o.left_size === null && o.right_size === null)
    throw valueError(
      'At least one of the `left_size` or `right_size` must be specified. Received: left_size=None and right_size=None',
    );
  const { count, at } = samplesOf(o.dataset);
  if (count === 0)
    throw valueError(
      'Received an empty dataset. Argument `dataset` must be a non-empty list/tuple of `numpy.ndarray` objects or `tf.data.Dataset` objects.',
    );
  const order = Array.from({ length: count }, (_, i) => i);
  if (o.shuffle) {
    const random = scriptRandom();
    random.seed(o.seed ?? random.randrange(0, 1_000_001));
    random.shuffle(order);
  }
  const [left, right] = sizesOf(o.left_size as Size, o.right_size as Size, count);
  const batch = (o.dataset as { _batch_size?: unknown })._batch_size;
  const part = (from: number, size: number): Source => {
    const source = sourceOf(size, (i) => at(order[from + i]!));
    return batch == null ? source : source.batch(Number(batch));
  };
  return tupleOf([part(0, left), part(count - right, right)]) as unknown as readonly [Source, Source];
}
