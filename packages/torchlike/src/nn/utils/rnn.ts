import { namespace } from '@stele/core';
import { cat, stack, tensor, zeros } from '../../creation';
import { RuntimeError } from '../../errors';
import type { Tensor } from '../../tensor';

/** Sequences of several lengths without their padding, step after step. */
export class PackedSequence {
  readonly data: Tensor;
  readonly batch_sizes: Tensor;
  readonly sorted_indices: Tensor | null;
  readonly unsorted_indices: Tensor | null;

  constructor(data: Tensor, batch_sizes: Tensor, sorted: Tensor | null = null, unsorted: Tensor | null = null) {
    this.data = data;
    this.batch_sizes = batch_sizes;
    this.sorted_indices = sorted;
    this.unsorted_indices = unsorted;
  }
}

/** Steps of a batch sorted by falling length: [batch sizes]. */
const sizesByStep = (lengths: readonly number[]): number[] =>
  Array.from({ length: lengths[0] ?? 0 }, (_, t) => lengths.filter((l) => l > t).length);

/**
 * Packs (T, B, ...) or, with batch_first, (B, T, ...) sequences of the given lengths.
 * @see https://docs.pytorch.org/docs/stable/generated/torch.nn.utils.rnn.pack_padded_sequence.html
 */
export function pack_padded_sequence(
  input: Tensor,
  lengths: Tensor | readonly number[],
  options: { batch_first?: boolean; enforce_sorted?: boolean } = {},
): PackedSequence {
  const { batch_first = false, enforce_sorted = true } = options;
  const given = (Array.isArray(lengths) ? lengths : (lengths as Tensor).tolist()) as number[];
  let x = batch_first ? input.transpose(0, 1) : input;
  if (given.length !== x.sizes[1])
    throw new RuntimeError(
      `Expected \`len(lengths)\` to be equal to batch_size, but got ${given.length} (batch_size=${x.sizes[1]})`,
    );
  if (given.some((l) => l <= 0))
    throw new RuntimeError(
      "Length of all samples has to be greater than 0, but found an element in 'lengths' that is <= 0",
    );
  let order: Tensor | null = null;
  let back: Tensor | null = null;
  let sorted = given;
  if (!enforce_sorted) {
    const places = [...given.keys()].sort((a, b) => given[b]! - given[a]!);
    sorted = places.map((i) => given[i]!);
    order = tensor(places);
    const inverse = new Array<number>(places.length);
    places.forEach((from, to) => {
      inverse[from] = to;
    });
    back = tensor(inverse);
    x = x.index_select(1, order);
  } else if (given.some((l, i) => i > 0 && l > given[i - 1]!))
    throw new RuntimeError(
      '`lengths` array must be sorted in decreasing order when `enforce_sorted` is True. You can pass `enforce_sorted=False` to pack_padded_sequence and/or pack_sequence to sidestep this requirement if you do not need ONNX exportability.',
    );
  if (sorted[0]! > x.sizes[0]!)
    throw new RuntimeError(`Expected \`len(lengths)\` to be at most ${x.sizes[0]}, got ${sorted[0]}`);
  const sizes = sizesByStep(sorted);
  const data = cat(sizes.map((n, t) => x.select(0, t).narrow(0, 0, n)));
  return new PackedSequence(data, tensor(sizes), order, back);
}

/** Gives back the padded sequences and their lengths. */
export function pad_packed_sequence(
  sequence: PackedSequence,
  options: { batch_first?: boolean; padding_value?: number; total_length?: number | null } = {},
): [Tensor, Tensor] {
  const { batch_first = false, padding_value = 0, total_length = null } = options;
  const sizes = sequence.batch_sizes.tolist() as number[];
  const batch = sizes[0]!;
  const steps = total_length ?? sizes.length;
  if (steps < sizes.length)
    throw new RuntimeError(
      `Expected total_length to be at least the length of the longest sequence in input, but got total_length=${steps} and max sequence length being ${sizes.length}`,
    );
  const rest = sequence.data.sizes.slice(1);
  const filler = (n: number): Tensor => zeros(n, ...rest, { dtype: sequence.data.dtype }).fill_(padding_value);
  const parts = sequence.data.split(sizes);
  let padded = stack(
    Array.from({ length: steps }, (_, t) => {
      const part = parts[t];
      if (part === undefined) return filler(batch);
      return sizes[t] === batch ? part : cat([part, filler(batch - sizes[t]!)]);
    }),
  );
  let lengths = Array.from({ length: batch }, (_, i) => sizes.filter((n) => n > i).length);
  if (sequence.unsorted_indices !== null) {
    padded = padded.index_select(1, sequence.unsorted_indices);
    lengths = (sequence.unsorted_indices.tolist() as number[]).map((i) => lengths[i]!);
  }
  return [batch_first ? padded.transpose(0, 1) : padded, tensor(lengths)];
}

/** Pads a list of sequences to the longest. */
export function pad_sequence(
  sequences: readonly Tensor[],
  options: { batch_first?: boolean; padding_value?: number } = {},
): Tensor {
  const { batch_first = false, padding_value = 0 } = options;
  const longest = Math.max(...sequences.map((s) => s.sizes[0]!));
  const padded = sequences.map((s) =>
    s.sizes[0] === longest
      ? s
      : cat([s, zeros(longest - s.sizes[0]!, ...s.sizes.slice(1), { dtype: s.dtype }).fill_(padding_value)]),
  );
  return stack(padded, batch_first ? 0 : 1);
}

export const rnn = namespace('torch.nn.utils.rnn', {
  PackedSequence,
  pack_padded_sequence,
  pad_packed_sequence,
  pad_sequence,
});
