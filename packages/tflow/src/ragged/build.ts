import { Tensor as CoreTensor, isTuple, ops } from '@stele/core';
import { NDArray } from '@stele/core/numpy';
import { define } from '../define';
import { type DTypeLike, dtypeName } from '../dtypes';
import { InvalidArgumentError, valueError } from '../errors';
import { isStringLike } from '../io/strings';
import { StringTensor, stringTensor } from '../strings';
import { type Tensor, type TensorLike, toTensor } from '../tensor';
import { type Flat, RaggedTensor, rowsAt, type SplitsType } from './ragged';

type Nested = Flat | RaggedTensor;
/** Values as a tensor, or as the ragged tensor that they are. */
export const toFlat = (value: unknown): Nested =>
  value instanceof RaggedTensor || value instanceof StringTensor
    ? value
    : isStringLike(value)
      ? stringTensor(value)
      : toTensor(value as TensorLike);
const whole = (value: unknown): number[] =>
  value instanceof CoreTensor || value instanceof NDArray
    ? [(value as Tensor).tolist()].flat().map(Number)
    : [...(value as Iterable<unknown>)].map(Number);
const typeOf = (value: unknown): SplitsType =>
  value instanceof CoreTensor && value.scalarType === 'int32' ? 'int32' : 'int64';
const lengthOf = (value: Nested): number => (value instanceof RaggedTensor ? value.rows : value.sizes[0]!);
const partition = (values: unknown, splits: readonly number[], type: SplitsType): RaggedTensor => {
  const given = toFlat(values);
  const inner = given instanceof RaggedTensor ? given.splits : [];
  return new RaggedTensor(given instanceof RaggedTensor ? given.flat_values : given, [splits, ...inner], type);
};
const sums = (lengths: readonly number[]): number[] => {
  const out = [0];
  for (const n of lengths) out.push(out.at(-1)! + n);
  return out;
};
const refuse = (text: string): Error => new InvalidArgumentError(text);

export const from_row_splits = define(
  'tf.RaggedTensor.from_row_splits',
  'values, row_splits, name=None, validate=True',
  (values: unknown, row_splits: unknown): RaggedTensor => {
    const splits = whole(row_splits);
    const n = lengthOf(toFlat(values));
    if (splits.length === 0) throw valueError('row_splits tensor may not be empty.');
    if (splits[0] !== 0) throw refuse('Arguments to from_row_splits do not form a valid RaggedTensor');
    if (splits.some((s, i) => i > 0 && s < splits[i - 1]!) || splits.at(-1) !== n)
      throw refuse('Arguments to from_row_splits do not form a valid RaggedTensor');
    return partition(values, splits, typeOf(row_splits));
  },
);
export const from_row_lengths = define(
  'tf.RaggedTensor.from_row_lengths',
  'values, row_lengths, name=None, validate=True',
  (values: unknown, row_lengths: unknown): RaggedTensor => {
    const lengths = whole(row_lengths);
    const splits = sums(lengths);
    if (lengths.some((n) => n < 0) || splits.at(-1) !== lengthOf(toFlat(values)))
      throw refuse('Arguments to from_row_lengths do not form a valid RaggedTensor');
    return partition(values, splits, typeOf(row_lengths));
  },
);
export const from_value_rowids = define(
  'tf.RaggedTensor.from_value_rowids',
  'values, value_rowids, nrows=None, name=None, validate=True',
  (values: unknown, value_rowids: unknown, nrows?: unknown): RaggedTensor => {
    const ids = whole(value_rowids);
    const rows = nrows === undefined || nrows === null ? (ids.at(-1) ?? -1) + 1 : Number(nrows);
    if (ids.some((r, i) => r < 0 || r >= rows || (i > 0 && r < ids[i - 1]!)) || ids.length !== lengthOf(toFlat(values)))
      throw refuse('Arguments to from_value_rowids do not form a valid RaggedTensor');
    const lengths = Array<number>(rows).fill(0);
    for (const r of ids) lengths[r]!++;
    return partition(values, sums(lengths), typeOf(value_rowids));
  },
);
export const from_row_starts = define(
  'tf.RaggedTensor.from_row_starts',
  'values, row_starts, name=None, validate=True',
  (values: unknown, row_starts: unknown): RaggedTensor =>
    partition(values, [...whole(row_starts), lengthOf(toFlat(values))], typeOf(row_starts)),
);
export const from_row_limits = define(
  'tf.RaggedTensor.from_row_limits',
  'values, row_limits, name=None, validate=True',
  (values: unknown, row_limits: unknown): RaggedTensor =>
    partition(values, [0, ...whole(row_limits)], typeOf(row_limits)),
);
export const from_uniform_row_length = define(
  'tf.RaggedTensor.from_uniform_row_length',
  'values, uniform_row_length, nrows=None, validate=True, name=None',
  (values: unknown, uniform_row_length: unknown): RaggedTensor => {
    const size = Number(uniform_row_length);
    const n = lengthOf(toFlat(values));
    if (size < 1 || n % size !== 0)
      throw refuse('Arguments to from_uniform_row_length do not form a valid RaggedTensor');
    return partition(values, sums(Array<number>(n / size).fill(size)), 'int64');
  },
);
export const from_nested_row_splits = define(
  'tf.RaggedTensor.from_nested_row_splits',
  'flat_values, nested_row_splits, name=None, validate=True',
  (flat_values: unknown, nested: Iterable<unknown>): RaggedTensor =>
    new RaggedTensor(toFlat(flat_values) as Flat, [...nested].map(whole)),
);
export const from_nested_row_lengths = define(
  'tf.RaggedTensor.from_nested_row_lengths',
  'flat_values, nested_row_lengths, name=None, validate=True',
  (flat_values: unknown, nested: Iterable<unknown>): RaggedTensor =>
    new RaggedTensor(
      toFlat(flat_values) as Flat,
      [...nested].map((l) => sums(whole(l))),
    ),
);
/** The rows of a tensor: of given lengths, without trailing padding, or whole. */
export const from_tensor = define(
  'tf.RaggedTensor.from_tensor',
  'tensor, lengths=None, padding=None, ragged_rank=1, name=None, row_splits_dtype=tf.int64',
  (
    tensor: unknown,
    lengths?: unknown,
    padding?: unknown,
    ragged_rank: number = 1,
    _name?: unknown,
    row_splits_dtype?: DTypeLike,
  ): RaggedTensor => {
    const t = toFlat(tensor) as Flat;
    const type =
      row_splits_dtype === undefined || row_splits_dtype === null
        ? 'int64'
        : (dtypeName(row_splits_dtype) as SplitsType);
    const has = (v: unknown): boolean => v !== undefined && v !== null;
    if (has(lengths) && has(padding)) throw valueError('Specify argument `lengths` or `padding`, but not both.');
    const [rows = 0, width = 0] = t.sizes;
    const flat = reshaped(t, [rows * width, ...t.sizes.slice(2)]);
    if (ragged_rank > 1) {
      const inner = from_tensor(flat, null, padding, { ragged_rank: ragged_rank - 1, row_splits_dtype: type });
      return new RaggedTensor(inner.flat_values, [sums(Array<number>(rows).fill(width)), ...inner.splits], type);
    }
    let kept = Array<number>(rows).fill(width);
    if (has(lengths)) kept = whole(lengths).map((n) => Math.max(0, Math.min(n, width)));
    if (has(padding)) {
      const fill =
        flat instanceof StringTensor
          ? stringTensor(padding).texts()[0]!
          : Number(toTensor(padding as TensorLike).item());
      const cells =
        flat instanceof StringTensor
          ? flat.texts()
          : ([(flat as Tensor).tolist()].flat() as (number | bigint)[]).map(Number);
      kept = kept.map((_, r) => {
        let n = width;
        while (n > 0 && cells[r * width + n - 1] === fill) n--;
        return n;
      });
    }
    const places = kept.flatMap((n, r) => Array.from({ length: n }, (_, i) => r * width + i));
    return new RaggedTensor(rowsAt(flat, places), [sums(kept)], type);
  },
);
export const reshaped = (t: Flat, sizes: readonly number[]): Flat =>
  t instanceof StringTensor ? new StringTensor(t.values, sizes) : (ops.reshape(t, sizes) as Tensor);

const isList = (v: unknown): v is readonly unknown[] => Array.isArray(v) || isTuple(v);
/** How deep lists lie within lists. */
const depthOf = (v: unknown): number =>
  v instanceof NDArray ? v.shape.length : isList(v) ? 1 + Math.max(0, ...v.map(depthOf)) : 0;

/**
 * A ragged tensor of nested lists.
 *
 * ```ts
 * String(tf.ragged.constant([[1, 2], [3]]).row_lengths()); // 'tf.Tensor([2 1], shape=(2,), dtype=int64)'
 * ```
 */
export const constant = define(
  'tf.ragged.constant',
  'pylist, dtype=None, ragged_rank=None, inner_shape=None, name=None, row_splits_dtype=tf.int64',
  (
    pylist: unknown,
    dtype?: DTypeLike | null,
    ragged_rank?: number | null,
    inner_shape?: unknown,
    _name?: unknown,
    row_splits_dtype?: DTypeLike,
  ): Nested => {
    const type =
      row_splits_dtype === undefined || row_splits_dtype === null
        ? 'int64'
        : (dtypeName(row_splits_dtype) as SplitsType);
    const list: unknown = pylist instanceof NDArray ? pylist.tolist() : pylist;
    const inner =
      inner_shape === undefined || inner_shape === null ? null : [...(inner_shape as Iterable<unknown>)].map(Number);
    const depth = depthOf(list);
    const rank = ragged_rank ?? (inner === null ? depth - 1 : depth - 1 - inner.length);
    if (depth === 0) return typed(list, dtype);
    if (rank > depth - 1 && depth > 1)
      throw valueError(
        `pylist has scalar values depth ${depth}, but ragged_rank=${rank} requires scalar value depth greater than ${rank}`,
      );
    const splits: number[][] = [];
    let level: readonly unknown[] = list as readonly unknown[];
    for (let axis = 0; axis < rank; axis++) {
      const rows = level.map((row) => {
        if (!isList(row)) throw valueError('all scalar values must have the same nesting depth');
        return row;
      });
      splits.push(sums(rows.map((row) => row.length)));
      level = rows.flat(1);
    }
    if (depth - rank === 1 && level.some(isList))
      throw valueError('all scalar values must have the same nesting depth');
    const flat = level.length === 0 ? empty(dtype, inner ?? []) : typed([...level], dtype);
    return rank <= 0 ? flat : new RaggedTensor(flat, splits, type);
  },
);
const typed = (value: unknown, dtype?: DTypeLike | null): Flat =>
  isStringLike(value) ? stringTensor(value) : toTensor(value as TensorLike, dtype ?? null);
const empty = (dtype: DTypeLike | null | undefined, inner: readonly number[]): Flat =>
  dtype !== undefined && dtype !== null && dtypeName(dtype) === ('string' as string)
    ? new StringTensor([], [0, ...inner])
    : (ops.reshape(toTensor([] as unknown as TensorLike, dtype ?? null), [0, ...inner]) as Tensor);

/** Rows of numbers in sequence. */
export const range = define(
  'tf.ragged.range',
  'starts, limits=None, deltas=1, dtype=None, name=None, row_splits_dtype=tf.int64',
  (starts: unknown, limits?: unknown, deltas: unknown = 1, dtype?: DTypeLike | null): RaggedTensor => {
    const one = limits === undefined || limits === null;
    const first = toTensor(starts as TensorLike);
    const lists = [one ? 0 : starts, one ? starts : limits, deltas].map((v) =>
      [toTensor(v as TensorLike).tolist()].flat().map(Number),
    );
    const n = Math.max(...lists.map((l) => l.length));
    const at = (k: number, i: number): number => (lists[k]!.length === 1 ? lists[k]![0]! : lists[k]![i]!);
    const rows = Array.from({ length: n }, (_, i) => {
      const [a, b, d] = [at(0, i), at(1, i), at(2, i)];
      return Array.from({ length: Math.max(0, Math.ceil((b - a) / d)) }, (_, k) => a + k * d);
    });
    const flat = rows.flat();
    const type = dtype ?? first.dtype;
    return new RaggedTensor(flat.length === 0 ? empty(type, []) : toTensor(flat, type), [
      sums(rows.map((r) => r.length)),
    ]);
  },
);
/** Tensors of different lengths as the rows of one. */
export const stack = define(
  'tf.ragged.stack',
  'values, axis=0, name=None',
  (values: Iterable<unknown>, axis = 0): RaggedTensor => {
    if (axis !== 0)
      throw valueError('tf.ragged.stack: axis 0 is there in Stele; stack and transpose the lists instead');
    return RaggedTensor.stack([...values].map(toFlat));
  },
);
/** A function of the values, whose rows stay as they are. */
export const map_flat_values = define(
  'tf.ragged.map_flat_values',
  'op, *args, **kwargs',
  (f: unknown, ...args: readonly unknown[]): unknown => {
    const like = args.find((a): a is RaggedTensor => a instanceof RaggedTensor);
    const call = f as (...given: unknown[]) => unknown;
    const keywords = args.at(-1);
    const bare = args.map((a) => (a instanceof RaggedTensor ? a.flat_values : a));
    const plain =
      typeof keywords === 'object' &&
      keywords !== null &&
      Object.keys(keywords).length === 0 &&
      Object.getPrototypeOf(keywords) === Object.prototype;
    const out = call(...(plain ? bare.slice(0, -1) : bare));
    return like === undefined ? out : like.with_flat_values(toFlat(out) as Flat);
  },
);
/** The elements that a mask keeps, row by row. */
export const boolean_mask = define(
  'tf.ragged.boolean_mask',
  'data, mask, name=None',
  (data: unknown, mask: unknown): Nested => {
    const values = toFlat(depthOf(data) > 1 && Array.isArray(data) ? constant(data) : data);
    const keep = toFlat(depthOf(mask) > 1 && Array.isArray(mask) ? constant(mask) : mask);
    const cells = [((keep instanceof RaggedTensor ? keep.flat_values : keep) as Tensor).tolist()].flat(9) as boolean[];
    const places = cells.flatMap((on, i) => (on ? [i] : []));
    if (!(keep instanceof RaggedTensor)) {
      if (keep.sizes.length === 1) return rowsAt(values as Flat, places);
      return boolean_mask(from_tensor(values), from_tensor(keep));
    }
    const source = values instanceof RaggedTensor ? values : from_tensor(values);
    const { splits } = keep;
    const last = splits.at(-1)!;
    const kept = last.slice(1).map((to, i) => cells.slice(last[i]!, to).filter(Boolean).length);
    return new RaggedTensor(
      rowsAt(source.flat_values, places),
      [...splits.slice(0, -1), sums(kept)],
      source.splitsType,
    );
  },
);
export const row_splits_to_segment_ids = define(
  'tf.ragged.row_splits_to_segment_ids',
  'splits, name=None, out_type=None',
  (splits: unknown): Tensor => {
    const s = whole(splits);
    return toTensor(
      s.slice(1).flatMap((to, i) => Array<number>(to - s[i]!).fill(i)),
      typeOf(splits),
    );
  },
);
export const segment_ids_to_row_splits = define(
  'tf.ragged.segment_ids_to_row_splits',
  'segment_ids, num_segments=None, out_type=None, name=None',
  (segment_ids: unknown, num_segments?: unknown): Tensor => {
    const ids = whole(segment_ids);
    const n = num_segments === undefined || num_segments === null ? (ids.at(-1) ?? -1) + 1 : Number(num_segments);
    return toTensor(sums(Array.from({ length: n }, (_, k) => ids.filter((i) => i === k).length)), typeOf(segment_ids));
  },
);
