import { type Tensor as CoreTensor, customGradient, isFloating, ops, toNumbers } from '@stele/core';
import { pyStr } from '@stele/core/printing';
import { define } from './define';
import { type DTypeLike, dtypeName } from './dtypes';
import { InvalidArgumentError, kernelError, valueError } from './errors';
import { needType } from './kernels';
import { axisOf, constant, rankOf, vector, whole, wholes } from './places';
import { bytesText, readText, type StringTensor } from './strings';
import { Tensor, type TensorLike, toTensor } from './tensor';

/** Each entry as often as told, along an axis (of the flattened tensor where none is given). */
export const repeat = define(
  'tf.repeat',
  'input, repeats, axis=None, name=None',
  (input: TensorLike, repeats: unknown, axis?: number | null): Tensor => {
    const given = toTensor(input);
    const flat = axis === undefined || axis === null;
    const t = flat ? ops.reshape(given, [-1]) : given;
    const along = flat ? 0 : axisOf(whole(axis), t.rank);
    const size = t.sizes[along];
    if (along < 0 || size === undefined)
      throw valueError(`axis=${whole(axis)} out of bounds: expected -${t.rank}<=axis<${t.rank}`);
    const text = readText(repeats);
    if (text !== null)
      throw new TypeError(
        `Argument \`tensor\` (name: repeats) must be of type integer. Received \`tensor\` = ${text.rank === 0 ? bytesText((text as unknown as StringTensor).item()) : text} of dtype: <dtype: 'string'>`,
      );
    const told = toTensor(repeats as TensorLike);
    if (isFloating(told.scalarType))
      throw new TypeError(
        `Argument \`tensor\` (name: repeats) must be of type integer. Received \`tensor\` = ${String(repeats)} of dtype: <dtype: '${told.scalarType}'>`,
      );
    if (told.rank > 1) throw valueError(`Shape ${told.shape} must have rank at most 1`);
    const counts = wholes(told);
    const negative = counts.length === 1 ? counts.find((n) => n < 0) : undefined;
    if (negative !== undefined) throw kernelError('Tile', `Expected multiples[1] >= 0, but got ${negative}`);
    const each = counts.length === 1 ? Array.from({ length: size }, () => counts[0]!) : counts;
    if (each.length !== size) throw valueError(`Dimensions ${size} and ${each.length} are not compatible`);
    const from = each.flatMap((n, i) => Array.from({ length: Math.max(n, 0) }, () => i));
    return ops.takeInside(t, constant(from, 'int32'), along) as Tensor;
  },
);

/** The tensor moved along axes, what leaves at one end coming in at the other. */
export const roll = define(
  'tf.roll',
  'input, shift, axis, name=None',
  (input: TensorLike, shift: unknown, axis: unknown): Tensor => {
    let t: CoreTensor = toTensor(input);
    const shifts = vector('Roll', 'Tshift', shift);
    const axes = vector('Roll', 'Taxis', axis);
    if (t.rank === 0) throw kernelError('Roll', 'input must be 1-D or higher');
    for (const [what, value] of Object.entries({ shift, axis }))
      if (rankOf(value) > 1)
        throw kernelError(
          'Roll',
          `${what} must be a scalar or a 1-D vector. Found: [${toTensor(value as TensorLike).sizes.join(',')}]`,
        );
    if (shifts.length !== axes.length) throw kernelError('Roll', 'shift and axis must have the same size');
    axes.forEach((a, i) => {
      const along = axisOf(a, t.rank);
      const size = t.sizes[along];
      if (size === undefined) throw kernelError('Roll', `axis ${along} is out of range`);
      if (size === 0) return;
      const by = (((shifts[i] ?? shifts[0]!) % size) + size) % size;
      if (by !== 0) t = ops.concat([ops.slice(t, along, size - by, size), ops.slice(t, along, 0, size - by)], along);
    });
    return ops.contiguous(t) as Tensor;
  },
);

/** Of each entry of the batch axis, the first `seq_lengths[i]` along the sequence axis in reverse. */
export const reverse_sequence = define(
  'tf.reverse_sequence',
  'input, seq_lengths, seq_axis=None, batch_axis=None, name=None',
  (input: TensorLike, seq_lengths: unknown, seq_axis?: number | null, batch_axis?: number | null): Tensor => {
    const t = toTensor(input);
    const [seq, batch] = [axisOf(whole(seq_axis), t.rank), axisOf(whole(batch_axis), t.rank)];
    const refuse = (what: string): Error => kernelError('ReverseSequence', what);
    const lengths = wholes(seq_lengths);
    if (whole(seq_axis) < 0) throw refuse(`Invalid seq_dim ${whole(seq_axis)}`);
    if (seq === batch) throw refuse(`batch_dim == seq_dim == ${seq}`);
    if (seq >= t.rank) throw refuse(`seq_dim must be < input rank ( ${seq} vs. ${t.rank})`);
    if (batch >= t.rank) throw refuse(`batch_dim must be < input rank ( ${batch} vs. ${t.rank})`);
    if (lengths.length !== t.sizes[batch])
      throw refuse(`Length of seq_lengths != input.dims(${batch}), (${lengths.length} vs. ${t.sizes[batch]})`);
    const rows = lengths.map((n, i) => {
      if (n < 0) throw refuse(`seq_lens(${i}) < 0`);
      const row = ops.slice(t, batch, i, i + 1);
      if (n > t.sizes[seq]!) throw new InvalidArgumentError(`seq_lens(${i}) > input.dims(${seq}) [Op:ReverseSequence]`);
      return ops.concat([ops.flip(ops.slice(row, seq, 0, n), [seq]), ops.slice(row, seq, n, t.sizes[seq]!)], seq);
    });
    return ops.concat(rows, batch) as Tensor;
  },
);

/** For each length, that many true entries, then false ones. */
export const sequence_mask = define(
  'tf.sequence_mask',
  'lengths, maxlen=None, dtype=tf.bool, name=None',
  (lengths: TensorLike, maxlen?: unknown, dtype?: DTypeLike): Tensor => {
    const t = toTensor(lengths);
    if (maxlen !== undefined && maxlen !== null && rankOf(maxlen) > 0)
      throw valueError(
        `Argument \`maxlen\` must be scalar for sequence_mask, received \`maxlen\` = ${pyStr(
          maxlen instanceof Tensor
            ? maxlen
            : toTensor(maxlen as TensorLike)
                .numpy()
                .__repr__()
                .replace(/^array\(|, dtype=.*|\)$/g, ''),
        )} with shape '${toTensor(maxlen as TensorLike).shape}' instead`,
      );
    if (typeof maxlen === 'string') toTensor(0, 'string');
    if (maxlen !== undefined && maxlen !== null && whole(maxlen) < 0)
      throw kernelError('Range', `Requires start <= limit when delta > 0: 0/${whole(maxlen)}`);
    const longest = Math.ceil(
      maxlen === undefined || maxlen === null ? Math.max(0, ...toNumbers(t).map(Math.ceil)) : whole(maxlen),
    );
    const line = constant(
      Array.from({ length: longest }, (_, i) => i),
      'int32',
    );
    const mask = ops.less(ops.cast(line, t.scalarType), ops.unsqueeze(t, t.rank));
    return (dtype === undefined || dtype === null ? mask : ops.cast(mask, dtypeName(dtype))) as Tensor;
  },
);

/** Lines spread over a grid, one tensor per line; 'xy' puts the second first. */
export const meshgrid = define('tf.meshgrid', '*args, indexing="xy", name=None', (...args: unknown[]): Tensor[] => {
  const options = (
    args.at(-1) instanceof Object && Object.getPrototypeOf(args.at(-1)) === Object.prototype ? args.pop() : {}
  ) as { indexing?: string };
  const indexing = options.indexing ?? 'xy';
  if (indexing !== 'xy' && indexing !== 'ij')
    throw valueError(`Argument \`indexing\` parameter must be either 'xy' or 'ij', got '${indexing}'`);
  const lines = args.map((a) => ops.reshape(toTensor(a as TensorLike), [-1]));
  const swap = indexing === 'xy' && lines.length > 1;
  const place = (i: number): number => (swap && i < 2 ? 1 - i : i);
  const sizes = lines.map((_, i) => lines[place(i)]!.sizes[0]!);
  return lines.map((line, i) => {
    const shape = lines.map((_, d) => (d === place(i) ? line.sizes[0]! : 1));
    return ops.contiguous(ops.expand(ops.reshape(line, shape), sizes)) as Tensor;
  });
});

/** The slices whose number in `partitions` is i, for each i. */
export const dynamic_partition = define(
  'tf.dynamic_partition',
  'data, partitions, num_partitions, name=None',
  (data: TensorLike, partitions: TensorLike, num_partitions: number): Tensor[] => {
    const [t, p] = [toTensor(data), toTensor(partitions)];
    const numbers = wholes(p);
    const count = whole(num_partitions);
    if (p.sizes.some((d, i) => d !== t.sizes[i]))
      throw kernelError(
        'DynamicPartition',
        `data.shape must start with partitions.shape, got data.shape = [${t.sizes.join(',')}], partitions.shape = [${p.sizes.join(',')}]`,
      );
    numbers.forEach((n, i) => {
      if (n < 0 || n >= count)
        throw new InvalidArgumentError(`partitions[${i}] = ${n} is not in [0, ${count}) [Op:DynamicPartition]`);
    });
    const rows = ops.reshape(t, [numbers.length, ...t.sizes.slice(p.rank)]);
    return Array.from({ length: count }, (_, k) => {
      const own = numbers.flatMap((n, i) => (n === k ? [i] : []));
      return ops.takeInside(rows, constant(own, 'int32'), 0) as Tensor;
    });
  },
);

/** Slices put at the places that index lists name, later ones over earlier ones. */
export const dynamic_stitch = define(
  'tf.dynamic_stitch',
  'indices, data, name=None',
  (indices: readonly TensorLike[], data: readonly TensorLike[]): Tensor => {
    if (indices.length !== data.length)
      throw valueError(
        `List argument 'data' to 'dynamic_stitch' Op with length ${data.length} must match length ${indices.length} of argument 'indices'.`,
      );
    const places = indices.map((t) => toTensor(t));
    const pieces = data.map((t) => toTensor(t));
    const rest = pieces[0]!.sizes.slice(places[0]!.rank);
    const show = (sizes: readonly number[]): string => `[${sizes.join(',')}]`;
    pieces.forEach((piece, i) => {
      const outer = places[i]!.sizes;
      if (show(piece.sizes.slice(0, outer.length)) !== show(outer))
        throw kernelError(
          'DynamicStitch',
          `data[${i}].shape = ${show(piece.sizes)} does not start with indices[${i}].shape = ${show(outer)}`,
        );
      if (show(piece.sizes.slice(outer.length)) !== show(rest))
        throw kernelError(
          'DynamicStitch',
          `Need data[0].shape[${places[0]!.rank}:] = data[${i}].shape[${outer.length}:], got data[0].shape = ${show(pieces[0]!.sizes)}, data[${i}].shape = ${show(piece.sizes)}, indices[0].shape = ${show(places[0]!.sizes)}, indices[${i}].shape = ${show(outer)}`,
        );
      if (wholes(places[i]).some((n) => n < 0)) throw kernelError('DynamicStitch', `indices[${i}] is out of range`);
    });
    const lists = places.map((t) => wholes(t));
    const all = lists.flat();
    const last = new Map(all.map((place, i) => [place, i]));
    const count = all.length === 0 ? 0 : Math.max(...all) + 1;
    const stitch = (): CoreTensor[] => {
      const rows = ops.concat(
        pieces.map((t, i) => ops.reshape(t, [lists[i]!.length, ...rest])),
        0,
      );
      const padded = ops.concat([rows, ops.fullLike(rows, 0, [1, ...rest])], 0);
      const from = Array.from({ length: count }, (_, i) => last.get(i) ?? rows.sizes[0]!);
      return [ops.takeInside(padded, constant(from, 'int32'), 0)];
    };
    // every piece gets the gradient of its places, even where a later one lies over it
    const [out] = customGradient('DynamicStitch', pieces, stitch, ([g]) =>
      pieces.map((t, i) => (g ? ops.reshape(ops.takeInside(g, constant(lists[i]!, 'int32'), 0), t.sizes) : null)),
    );
    return out as Tensor;
  },
);

/** y with y[x[i]] = i. */
export const invert_permutation = define('tf.math.invert_permutation', 'x, name=None', (x: TensorLike): Tensor => {
  const t = toTensor(x);
  needType('InvertPermutation', t.scalarType);
  if (t.rank !== 1) throw kernelError('InvertPermutation', 'invert_permutation expects a 1D vector.');
  const values = wholes(t);
  const out = new Array<number>(values.length).fill(-1);
  values.forEach((v, i) => {
    if (v < 0 || v >= values.length)
      throw new InvalidArgumentError(`${v} is not between 0 and ${values.length} [Op:InvertPermutation]`);
    if (out[v] !== -1) throw new InvalidArgumentError(`${v} is duplicated in the input. [Op:InvertPermutation]`);
    out[v] = i;
  });
  return toTensor(out, t.scalarType);
});
