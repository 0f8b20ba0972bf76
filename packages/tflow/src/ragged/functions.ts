import { Tensor as CoreTensor, ops, pythonIndex } from '@stele/core';
import { arithmetic } from '../arithmeticNames';
import { type RaggedFunction, setRaggedFunctions } from '../dispatch';
import { valueError } from '../errors';
import { SparseTensor } from '../io/sparse';
import * as math from '../math';
import * as reductions from '../reductions';
import * as segments from '../segments';
import { StringTensor } from '../strings';
import { type Tensor, type TensorLike, toTensor } from '../tensor';
import * as build from './build';
import { type Flat, joined, RaggedTensor, rowsAt } from './ragged';

type Function_ = (...args: any[]) => any;
const isRagged = (v: unknown): v is RaggedTensor => v instanceof RaggedTensor;

/** An operand for the values of a ragged one: a number for all, a value for each row, or values of the same rows. */
function beside(like: RaggedTensor, value: unknown): unknown {
  if (isRagged(value)) {
    if (String(value.splits) !== String(like.splits))
      throw valueError(
        `Inputs must have identical ragged splits: ${String(like.row_splits)} and ${String(value.row_splits)}`,
      );
    return value.flat_values;
  }
  if (!(value instanceof CoreTensor) || value.rank === 0) return value;
  // a column: a value for each row
  if (value.rank === 2 && value.sizes[1] === 1 && value.sizes[0] === like.rows)
    return rowsAt(ops.reshape(value, [-1]) as Tensor, outermost(like));
  if (value.rank === 1 && value.sizes[0] === 1) return ops.reshape(value, []);
  throw valueError(
    `Expected ragged operands of the same rows, scalars or a column of ${like.rows} rows; received a tensor of shape (${value.sizes.join(', ')})`,
  );
}
/** The outermost row of each of the values. */
function outermost(t: RaggedTensor): number[] {
  let owners = t.owners(0);
  for (let axis = 1; axis < t.ragged_rank; axis++) owners = t.owners(axis).map((row) => owners[row]!);
  return owners;
}
const onValues: RaggedFunction = (f, args) => {
  const like = args.find(isRagged)!;
  const out = f(
    ...args.map((a, i) => (i < args.length && (isRagged(a) || a instanceof CoreTensor) ? beside(like, a) : a)),
  );
  return like.with_flat_values(out as Flat);
};

/** A reduction over all, over the rows' own values, or over the rows. */
const reduced =
  (whole_: Function_, bySegment: Function_): RaggedFunction =>
  (_f, [input, axis, ...rest]) => {
    const t = input as RaggedTensor;
    const options =
      axis !== null && typeof axis === 'object' && 'axis' in (axis as object) ? (axis as { axis?: unknown }) : { axis };
    if (options.axis === undefined || options.axis === null) return whole_(t.flat_values, ...rest);
    const rank = t.dims!.length;
    const at = Number(options.axis);
    const place = at < 0 ? at + rank : at;
    if (place === t.ragged_rank) {
      const owners = t.owners(t.ragged_rank - 1);
      const out = bySegment(t.flat_values, toTensor(owners, 'int64'), t.splits.at(-1)!.length - 1) as Flat;
      return t.ragged_rank === 1 ? out : new RaggedTensor(out, t.splits.slice(0, -1), t.splitsType);
    }
    if (place === 0 && t.ragged_rank === 1) {
      const lengths = t.lengths();
      const columns = lengths.flatMap((n) => Array.from({ length: n }, (_, i) => i));
      return bySegment(t.flat_values, toTensor(columns, 'int64'), Math.max(0, ...lengths));
    }
    if (place > t.ragged_rank) return t.with_flat_values(whole_(t.flat_values, place - t.ragged_rank) as Flat);
    throw valueError(
      `a reduction of a RaggedTensor over axis ${at} is not there in Stele: use axis 0, ${t.ragged_rank} or none`,
    );
  };
const asInt = (t: Tensor): Tensor => math.cast(t, 'int32');
const logical =
  (fold: Function_): Function_ =>
  (x: Tensor, ids: Tensor, n: number) =>
    math.cast(fold(asInt(x), ids, n), 'bool');

const listed = (values: unknown): unknown[] => [...(values as Iterable<unknown>)];
const concat: RaggedFunction = (_, [values, axis]) => {
  const given = listed(values).map((v) => (isRagged(v) ? v : build.from_tensor(v)));
  const at = Number(axis ?? 0);
  const rank = given[0]!.dims!.length;
  const place = at < 0 ? at + rank : at;
  if (place === 0) {
    const rows = given.flatMap((t) => [...t]);
    return RaggedTensor.stack(rows as Flat[], given[0]!.splitsType);
  }
  if (place === 1) {
    const rows = Array.from({ length: given[0]!.rows }, (_, i) => given.map((t) => t.select(i)));
    return RaggedTensor.stack(
      rows.map((parts) =>
        isRagged(parts[0])
          ? RaggedTensor.stack((parts as RaggedTensor[]).flatMap((p) => [...p]) as Flat[])
          : joined(parts as Flat[]),
      ),
      given[0]!.splitsType,
    );
  }
  throw valueError(`tf.concat of RaggedTensors along axis ${at} is not there in Stele: use axis 0 or 1`);
};
const stack: RaggedFunction = (_, [values, axis]) => {
  if (Number(axis ?? 0) !== 0) throw valueError('tf.stack of RaggedTensors is there for axis 0 in Stele');
  return RaggedTensor.stack(listed(values).map((v) => (isRagged(v) ? v : build.from_tensor(v))));
};
const gather: RaggedFunction = (f, [params, indices]) => {
  if (isRagged(indices) && !isRagged(params)) return indices.with_flat_values(f(params, indices.flat_values) as Flat);
  const t = params as RaggedTensor;
  const places = toTensor(indices as TensorLike);
  return RaggedTensor.stack(
    ([places.tolist()].flat(9) as (number | bigint)[]).map((i) => t.select(Number(i))) as Flat[],
    t.splitsType,
  );
};
const expand_dims: RaggedFunction = (f, [input, axis]) => {
  const t = input as RaggedTensor;
  const rank = t.dims!.length;
  const at = Number(axis) < 0 ? Number(axis) + rank + 1 : Number(axis);
  if (at === 0) return new RaggedTensor(t.flat_values, [[0, t.rows], ...t.splits], t.splitsType);
  if (at > t.ragged_rank) return t.with_flat_values(f(t.flat_values, at - t.ragged_rank) as Flat);
  const count = t.splits[at - 1]!.at(-1)!;
  const ones = Array.from({ length: count + 1 }, (_, i) => i);
  return new RaggedTensor(t.flat_values, [...t.splits.slice(0, at), ones, ...t.splits.slice(at)], t.splitsType);
};
const where: RaggedFunction = (f, args) => {
  if (args.length < 2) throw valueError('tf.where of a RaggedTensor alone is not there in Stele');
  return onValues(f, args);
};

/** What works on each value by itself. */
const eachValue = (
  'abs absolute acos acosh add add_n angle argmax_none asin asinh atan atan2 atanh bitcast cast ceil clip_by_value cos cosh digamma ' +
  'divide divide_no_nan dropout elu equal erf erfc exp expm1 floor floordiv floormod gelu greater greater_equal identity is_finite ' +
  'is_inf is_nan leaky_relu less less_equal lgamma log log1p log_sigmoid logical_and logical_not logical_or logical_xor maximum minimum ' +
  'mod multiply multiply_no_nan negative not_equal one_hot ones_like pow real reciprocal relu relu6 rint round rsqrt saturate_cast selu ' +
  'sigmoid sign silu sin sinh softplus softsign sqrt square squared_difference stop_gradient subtract swish tan tanh truediv xdivy xlogy ' +
  'zeros_like as_string length lower upper regex_full_match regex_replace strip substr to_hash_bucket to_hash_bucket_fast ' +
  'to_hash_bucket_strong to_number embedding_lookup'
).split(' ');
const table: Record<string, RaggedFunction> = {
  ...Object.fromEntries(eachValue.map((name) => [name, onValues])),
  add: (_, args) => onValues(math.add as never, args),
  reduce_sum: reduced(reductions.reduce_sum, segments.unsorted_segment_sum),
  reduce_mean: reduced(reductions.reduce_mean, (x: Tensor, ids: Tensor, n: number) =>
    math.divide(
      segments.unsorted_segment_sum(x, ids, n),
      segments.unsorted_segment_sum(ops.fullLike(x, 1) as Tensor, ids, n),
    ),
  ),
  reduce_max: reduced(reductions.reduce_max, segments.unsorted_segment_max),
  reduce_min: reduced(reductions.reduce_min, segments.unsorted_segment_min),
  reduce_prod: reduced(reductions.reduce_prod, segments.unsorted_segment_prod),
  reduce_any: reduced(reductions.reduce_any, logical(segments.unsorted_segment_max)),
  reduce_all: reduced(reductions.reduce_all, logical(segments.unsorted_segment_min)),
  concat,
  stack,
  gather,
  expand_dims,
  where,
  embedding_lookup: gather,
  size: (f, [t]) => f((t as RaggedTensor).flat_values),
  rank: (_, [t]) => toTensor((t as RaggedTensor).dims!.length, 'int32'),
  join: (f, [inputs, ...rest]) => {
    const parts = listed(inputs);
    const like = parts.find(isRagged)!;
    return like.with_flat_values(
      f(
        parts.map((p) => beside(like, p)),
        ...rest,
      ) as Flat,
    );
  },
  reduce_join: (f, [input, ...rest]) => {
    const rows = [...(input as RaggedTensor)] as StringTensor[];
    return StringTensor.stack(
      rows.map(
        (row) =>
          f(
            row,
            ...rest.map((o) => (typeof o === 'object' && o !== null && 'axis' in o ? { ...o, axis: 0 } : o)),
          ) as StringTensor,
      ),
    );
  },
  reverse: (_, [input, axis]) => {
    const t = input as RaggedTensor;
    const axes = [axis].flat().map(Number);
    let rows = [...t] as Flat[];
    if (axes.includes(1))
      rows = rows.map((row) =>
        rowsAt(
          row,
          Array.from({ length: row.sizes[0]! }, (_, i) => row.sizes[0]! - 1 - i),
        ),
      );
    return RaggedTensor.stack(axes.includes(0) ? rows.reverse() : rows, t.splitsType);
  },
};
setRaggedFunctions({
  found: (args) => {
    if (!RaggedTensor.made) return false;
    return args.some((a) => isRagged(a) || (Array.isArray(a) && a.some(isRagged)));
  },
  of: (name) => table[name] ?? null,
});

/** Rows to a sparse tensor. */
function to_sparse(t: RaggedTensor): SparseTensor {
  const places = t.lengths().flatMap((n, row) => Array.from({ length: n }, (_, i) => [row, i]));
  return new SparseTensor(ops.reshape(toTensor(places.flat(), 'int64'), [places.length, 2]), t.flat_values, [
    t.rows,
    Math.max(0, ...t.lengths()),
  ]);
}
const from_sparse = (sparse: SparseTensor): RaggedTensor => {
  const rows = (sparse.indices.tolist() as (number | bigint)[][]).map(([row]) => Number(row));
  const lengths = Array<number>(Number(sparse.shape[0])).fill(0);
  for (const row of rows) lengths[row]!++;
  return build.from_row_lengths(sparse.values, lengths);
};

const operators: Readonly<Record<string, Function_>> = arithmetic;
const comparisons: Readonly<Record<string, Function_>> = {
  eq: math.equal,
  ne: math.not_equal,
  lt: math.less,
  le: math.less_equal,
  gt: math.greater,
  ge: math.greater_equal,
  and: math.logical_and,
  or: math.logical_or,
};
const members: Record<string, (this: RaggedTensor, ...args: any[]) => unknown> = {
  __neg__() {
    return math.negative(this as never);
  },
  __abs__() {
    return math.abs(this as never);
  },
  __invert__() {
    return math.logical_not(this as never);
  },
  __getitem__(key: unknown) {
    return picked(this, key);
  },
  to_sparse() {
    return to_sparse(this);
  },
};
for (const [name, f] of Object.entries({ ...operators, ...comparisons }))
  members[`__${name}__`] = function (other: unknown) {
    return f(this, other);
  };
for (const [name, f] of Object.entries(operators))
  members[`__r${name}__`] = function (other: unknown) {
    return f(other, this);
  };
for (const [name, value] of Object.entries(members))
  Object.defineProperty(RaggedTensor.prototype, name, { value, writable: true, configurable: true });
Object.assign(RaggedTensor, {
  from_nested_row_lengths: build.from_nested_row_lengths,
  from_nested_row_splits: build.from_nested_row_splits,
  from_row_lengths: build.from_row_lengths,
  from_row_limits: build.from_row_limits,
  from_row_splits: build.from_row_splits,
  from_row_starts: build.from_row_starts,
  from_sparse,
  from_tensor: build.from_tensor,
  from_uniform_row_length: build.from_uniform_row_length,
  from_value_rowids: build.from_value_rowids,
});

/** `t[key]`: rows, then what the rows hold. */
function picked(t: RaggedTensor | Flat, key: unknown): unknown {
  const parts = pythonIndex(
    key,
    (part) => new TypeError(`Only integers, slices (\`:\`), and ellipsis are valid indices, got ${String(part)}`),
  );
  if (!isRagged(t)) return (t as unknown as { __getitem__(k: unknown): unknown }).__getitem__(key);
  const [first, ...rest] = parts;
  const raw = Array.isArray(key) && Object.getPrototypeOf(key) !== Array.prototype ? [...key].slice(1) : [];
  const inner = (value: RaggedTensor | Flat): unknown => {
    if (rest.length === 0) return value;
    return picked(value, raw.length === 1 ? raw[0] : Object.setPrototypeOf(raw, Object.getPrototypeOf(key)));
  };
  if (first?.kind === 'int') {
    const at = first.value < 0 ? first.value + t.rows : first.value;
    if (at < 0 || at >= t.rows)
      throw valueError(`Index ${first.value} out of bounds for RaggedTensor of ${t.rows} rows`);
    return inner(t.select(at));
  }
  if (first?.kind === 'slice') {
    const step = first.step ?? 1;
    const clamp = (v: number): number => Math.max(0, Math.min(t.rows, v < 0 ? v + t.rows : v));
    const [from, to] = [clamp(first.start ?? 0), clamp(first.stop ?? t.rows)];
    const rows: (Flat | RaggedTensor)[] = [];
    for (let i = from; i < to; i += step) rows.push(t.select(i));
    const kept = rows.length === 0 ? t.between(0, 0) : RaggedTensor.stack(rows as Flat[], t.splitsType);
    if (rest.length === 0) return kept;
    const parts_ = [...kept].map((row) => inner(row));
    if (rest[0]!.kind === 'int') {
      const cells = parts_ as Tensor[];
      return cells[0] instanceof StringTensor
        ? StringTensor.stack(cells as unknown as StringTensor[])
        : ops.stack(cells, 0);
    }
    return RaggedTensor.stack(parts_ as Flat[], t.splitsType);
  }
  throw new TypeError('RaggedTensors are indexed by whole numbers and slices in Stele');
}
