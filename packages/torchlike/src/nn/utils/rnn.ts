import { Tensor as CoreTensor, namespace } from '@stele/core';
import { cat, full, stack, tensor } from '../../creation';
import { int64 } from '../../dtype';
import { RuntimeError, ValueError } from '../../errors';
import { define } from '../../functions/define';
import type { Tensor } from '../../tensor';

type Order = Tensor | null;
/** Sequences of several lengths without their padding, step after step. */
export class PackedSequence {
  readonly data: Tensor;
  readonly batch_sizes: Tensor;
  readonly sorted_indices: Order;
  readonly unsorted_indices: Order;

  constructor(data: Tensor, batch_sizes: Tensor, sorted: Order = null, unsorted: Order = null) {
    this.data = data;
    this.batch_sizes = batch_sizes;
    this.sorted_indices = sorted;
    this.unsorted_indices = unsorted ?? (sorted === null ? null : invert_permutation(sorted));
  }
  *[Symbol.iterator](): IterableIterator<Order> {
    yield* [this.data, this.batch_sizes, this.sorted_indices, this.unsorted_indices];
  }
  __getitem__(i: number): Order {
    return [...this].at(i) ?? null;
  }
  __len__(): number {
    return 4;
  }
  private with(data: Tensor): PackedSequence {
    return new PackedSequence(data, this.batch_sizes, this.sorted_indices, this.unsorted_indices);
  }
  to(...args: Parameters<Tensor['to']>): PackedSequence {
    return this.with(this.data.to(...args));
  }
  double(): PackedSequence {
    return this.with(this.data.double());
  }
  float(): PackedSequence {
    return this.with(this.data.float());
  }
  cpu(): this {
    return this;
  }
  get is_cuda(): boolean {
    return false;
  }
  toString(): string {
    const { data, batch_sizes, sorted_indices, unsorted_indices } = this;
    const fields = { data, batch_sizes, sorted_indices, unsorted_indices };
    return `PackedSequence(${Object.entries(fields)
      .map(([name, t]) => `${name}=${t === null ? 'None' : String(t)}`)
      .join(', ')})`;
  }
  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return this.toString();
  }
}
const whole = (values: readonly number[]): Tensor => tensor(values as number[], { dtype: int64 });

/** The order that undoes another one. */
export function invert_permutation(permutation: Tensor): Tensor;
export function invert_permutation(permutation: null): null;
export function invert_permutation(permutation: Order): Order {
  if (permutation === null) return null;
  const order = permutation.tolist() as number[];
  const back = new Array<number>(order.length);
  order.forEach((from, to) => {
    back[from] = to;
  });
  return whole(back);
}
/** How many sequences still run at each step, of lengths that fall. */
const sizesByStep = (lengths: readonly number[]): number[] =>
  Array.from({ length: lengths[0] ?? 0 }, (_, t) => lengths.filter((l) => l > t).length);

/**
 * Packs (T, B, ...) or, with batch_first, (B, T, ...) sequences of the given lengths.
 * @see https://docs.pytorch.org/docs/stable/generated/torch.nn.utils.rnn.pack_padded_sequence.html
 */
export const pack_padded_sequence = define(
  'pack_padded_sequence',
  'input: Tensor, lengths, batch_first=False, enforce_sorted=True',
  (
    input: Tensor,
    lengths: Tensor | readonly number[],
    batch_first: boolean = false,
    enforce_sorted: boolean = true,
  ): PackedSequence => {
    const given = ((Array.isArray(lengths) ? lengths : (lengths as Tensor).tolist()) as number[]).map(Number);
    const [steps, batch] = (batch_first ? [1, 0] : [0, 1]).map((axis) => input.sizes[axis]!) as [number, number];
    if (given.length !== batch)
      throw new RuntimeError(
        `Expected \`len(lengths)\` to be equal to batch_size, but got ${given.length} (batch_size=${batch})`,
      );
    if (given.some((l) => l <= 0))
      throw new RuntimeError(
        "Length of all samples has to be greater than 0, but found an element in 'lengths' that is <= 0",
      );
    const places = [...given.keys()];
    if (!enforce_sorted) places.sort((a, b) => given[b]! - given[a]!);
    else if (given.some((l, i) => i > 0 && l > given[i - 1]!))
      throw new RuntimeError(
        '`lengths` array must be sorted in decreasing order when `enforce_sorted` is True. You can pass `enforce_sorted=False` to pack_padded_sequence and/or pack_sequence to sidestep this requirement if you do not need ONNX exportability.',
      );
    const sorted = places.map((i) => given[i]!);
    if (sorted[0]! > steps)
      throw new RuntimeError(`Expected \`len(lengths)\` to be at most ${steps}, got ${sorted[0]}`);
    const sizes = sizesByStep(sorted);
    const rows = sizes.flatMap((n, t) => places.slice(0, n).map((b) => (batch_first ? b * steps + t : t * batch + b)));
    const data = input.reshape(steps * batch, ...input.sizes.slice(2)).index_select(0, whole(rows));
    return new PackedSequence(data, whole(sizes), enforce_sorted ? null : whole(places));
  },
);

/** Gives back the padded sequences and their lengths. */
export const pad_packed_sequence = define(
  'pad_packed_sequence',
  'sequence, batch_first=False, padding_value=0.0, total_length=None -> tuple',
  (
    sequence: PackedSequence,
    batch_first: boolean = false,
    padding_value: number = 0,
    total_length: number | null = null,
  ): [Tensor, Tensor] => {
    const sizes = sequence.batch_sizes.tolist() as number[];
    const batch = sizes[0]!;
    const steps = total_length ?? sizes.length;
    if (steps < sizes.length)
      throw new ValueError(
        `Expected total_length to be at least the length of the longest sequence in input, but got total_length=${steps} and max sequence length being ${sizes.length}`,
      );
    const { data } = sequence;
    const rest = data.sizes.slice(1);
    const order = (sequence.unsorted_indices?.tolist() as number[] | undefined) ?? [...Array(batch).keys()];
    const starts: number[] = [];
    sizes.reduce((at, n, t) => {
      starts[t] = at;
      return at + n;
    }, 0);
    // the row behind the data is the padding
    const row = (t: number, b: number): number => (b < (sizes[t] ?? 0) ? starts[t]! + b : data.sizes[0]!);
    const outer = batch_first ? batch : steps;
    const inner = batch_first ? steps : batch;
    const rows = Array.from({ length: outer * inner }, (_, i) => {
      const [a, b] = [Math.floor(i / inner), i % inner];
      return batch_first ? row(b, order[a]!) : row(a, order[b]!);
    });
    const filler = full([1, ...rest], Number(padding_value), { dtype: data.dtype });
    const padded = cat([data, filler])
      .index_select(0, whole(rows))
      .reshape(outer, inner, ...rest);
    const lengths = Array.from({ length: batch }, (_, i) => sizes.filter((n) => n > i).length);
    return [padded, whole(order.map((i) => lengths[i]!))];
  },
);

/** Pads a list of sequences to the longest. */
export const pad_sequence = define(
  'pad_sequence',
  "sequences, batch_first=False, padding_value=0.0, padding_side='right'",
  (
    sequences: Iterable<Tensor> | Tensor,
    batch_first: boolean = false,
    padding_value: number = 0,
    padding_side: string = 'right',
  ): Tensor => {
    if (padding_side !== 'right' && padding_side !== 'left')
      throw new RuntimeError(`Expected padding_side to be one of left or right, but got ${padding_side}.`);
    if (typeof sequences !== 'object' || !(Symbol.iterator in sequences))
      throw new RuntimeError(
        `pad_sequence: Expected iterable for input sequences, but got arg of type: <class '${typeof sequences}'>`,
      );
    const list = sequences instanceof CoreTensor ? (sequences as Tensor).unbind(0) : [...sequences];
    if (list.length === 0) throw new RuntimeError('received an empty list of sequences');
    const longest = Math.max(...list.map((s) => s.sizes[0]!));
    const padded = list.map((s) => {
      const missing = longest - s.sizes[0]!;
      if (missing === 0) return s;
      const filler = full([missing, ...s.sizes.slice(1)], Number(padding_value), { dtype: s.dtype });
      return cat(padding_side === 'right' ? [s, filler] : [filler, s]);
    });
    return stack(padded, batch_first ? 0 : 1);
  },
);
/** The sequences of a padded batch, each with its own length. */
export const unpad_sequence = define(
  'unpad_sequence',
  'padded_sequences: Tensor, lengths, batch_first=False',
  (padded: Tensor, lengths: Tensor | readonly number[], batch_first: boolean = false): Tensor[] => {
    const given = (Array.isArray(lengths) ? lengths : (lengths as Tensor).tolist()) as number[];
    return given.map((n, i) => padded.select(batch_first ? 0 : 1, i).narrow(0, 0, Number(n)));
  },
);
/** Packs a list of sequences of several lengths. */
export const pack_sequence = define(
  'pack_sequence',
  'sequences, enforce_sorted=True',
  (sequences: readonly Tensor[], enforce_sorted: boolean = true): PackedSequence => {
    const list = [...sequences];
    return pack_padded_sequence(
      pad_sequence(list),
      list.map((s) => s.sizes[0]!),
      false,
      enforce_sorted,
    );
  },
);
/** The sequences that pack_sequence packed. */
export const unpack_sequence = define('unpack_sequence', 'packed_sequences', (packed: PackedSequence): Tensor[] => {
  const [padded, lengths] = pad_packed_sequence(packed, true);
  return unpad_sequence(padded, lengths, true);
});

export const rnn = namespace('torch.nn.utils.rnn', {
  invert_permutation,
  PackedSequence,
  pack_padded_sequence,
  pack_sequence,
  pad_packed_sequence,
  pad_sequence,
  unpack_sequence,
  unpad_sequence,
});
