import { isFloating, numel, ops } from '@stele/core';
import { define } from './define';
import { type DTypeLike, dtypeName, kernelName } from './dtypes';
import { InvalidArgumentError, kernelError, UnimplementedError, valueError } from './errors';
import { needType } from './kernels';
import { namedTuple } from './nest';
import { rankOf, vector, whole, wholes } from './places';
import { scatter_nd } from './scatter';
import { readText } from './strings';
import { type Tensor, type TensorLike, toTensor } from './tensor';

const axisOf = (axis: unknown, rank: number): number => (whole(axis) < 0 ? whole(axis) + rank : whole(axis));
const flatValues = (t: Tensor): (number | bigint | boolean)[] =>
  (ops.reshape(t, [-1]) as Tensor).tolist() as (number | bigint | boolean)[];

const topK = namedTuple('TopKV2', ['values', 'indices']);
const uniqueParts = namedTuple('Unique', ['y', 'idx']);
const countedParts = namedTuple('UniqueWithCounts', ['y', 'idx', 'count']);

const directions: Readonly<Record<string, boolean>> = { ASCENDING: false, DESCENDING: true };
function descending(direction: string | undefined): boolean {
  const found = directions[direction ?? 'ASCENDING'];
  if (found === undefined)
    throw valueError(`Argument \`direction\` should be one of ASCENDING, DESCENDING. Received: direction=${direction}`);
  return found;
}
/** The axis along which values are sorted. */
function sortedAxis(t: Tensor, axis: number | undefined, direction: string | undefined): number {
  const at = whole(axis, -1);
  // TensorFlow sorts upwards by sorting the negated values downwards
  if (!descending(direction)) needType('Neg', t.scalarType === 'uint8' ? 'int8' : t.scalarType);
  if (at < -t.rank || at >= t.rank)
    throw kernelError('StridedSlice', `slice index ${at < 0 ? at + t.rank : at} of dimension 0 out of bounds.`);
  return axisOf(at, t.rank);
}
/** The values in order along an axis. */
export const sort = define(
  'tf.sort',
  'values, axis=-1, direction="ASCENDING", name=None',
  (values: TensorLike, axis?: number, direction?: string): Tensor => {
    const t = toTensor(values);
    return ops.sort(t, sortedAxis(t, axis, direction), descending(direction))[0] as Tensor;
  },
);
/** The places of the values in order along an axis; equal values keep theirs. */
export const argsort = define(
  'tf.argsort',
  'values, axis=-1, direction="ASCENDING", stable=False, name=None',
  (values: TensorLike, axis?: number, direction?: string): Tensor => {
    const t = toTensor(values);
    return ops.sort(t, sortedAxis(t, axis, direction), descending(direction), 'int32')[1] as Tensor;
  },
);

/** The k largest entries along the last axis, and their places. */
export const top_k = define(
  'tf.math.top_k',
  'input, k=1, sorted=True, index_type=tf.int32, name=None',
  (
    input: TensorLike,
    k?: unknown,
    _sorted?: boolean,
    index_type?: DTypeLike,
  ): Tensor[] & Record<'values' | 'indices', Tensor> => {
    const t = toTensor(input);
    const told = k === undefined ? [1] : vector('TopKV2', 'Tk', k);
    needType('TopKV2', t.scalarType);
    if (k !== undefined && rankOf(k) > 0)
      throw kernelError('TopKV2', `k must be scalar, got shape [${toTensor(k as TensorLike).sizes.join(',')}]`);
    const count = told[0]!;
    if (t.rank === 0) throw new InvalidArgumentError('input must be >= 1-D, got shape [] [Op:TopKV2]');
    if (count < 0) throw kernelError('TopKV2', `Need k >= 0, got ${count}`);
    if (count > t.sizes.at(-1)!)
      throw new InvalidArgumentError(
        `input must have at least k columns. Had ${t.sizes.at(-1)}, needed ${count} [Op:TopKV2]`,
      );
    const [values, places] = ops.sort(
      t,
      t.rank - 1,
      true,
      index_type === undefined ? 'int32' : (dtypeName(index_type) as 'int32'),
    );
    const first = (x: typeof values): Tensor => ops.contiguous(ops.slice(x, t.rank - 1, 0, count)) as Tensor;
    return topK(first(values), first(places));
  },
);

/** Whether each target is among the k largest of its row; ties count as in. */
export const in_top_k = define(
  'tf.math.in_top_k',
  'targets, predictions, k, name=None',
  (targets: TensorLike, predictions: TensorLike, k: unknown): Tensor => {
    const [y, p] = [toTensor(targets), toTensor(predictions)];
    const [rows, classes] = p.sizes as readonly [number, number];
    if (p.rank !== 2) throw kernelError('InTopKV2', 'predictions must be 2-dimensional');
    if (y.rank !== 1) throw kernelError('InTopKV2', 'targets must be 1-dimensional');
    if (y.elementCount !== rows)
      throw kernelError(
        'InTopKV2',
        `First dimension of predictions ${rows} must match length of targets ${y.elementCount}`,
      );
    const values = flatValues(p).map(Number);
    const wanted = wholes(y);
    const out = Array.from({ length: rows }, (_, r) => {
      const row = values.slice(r * classes, (r + 1) * classes);
      const own = row[wanted[r]!];
      if (own === undefined || row.some((v) => !Number.isFinite(v))) return false;
      return row.filter((v) => v > own).length < whole(k);
    });
    return toTensor(out, 'bool');
  },
);

function distinct(
  x: TensorLike,
  out_idx: DTypeLike | undefined,
): { y: Tensor; idx: Tensor; counts: number[]; index: 'int32' } {
  const t = toTensor(x);
  if (t.rank !== 1) throw new InvalidArgumentError(`unique expects a 1D vector. [Op:Unique]`);
  const index = (out_idx === undefined ? 'int32' : dtypeName(out_idx)) as 'int32';
  needType('Unique', index, 'out_idx');
  const places = new Map<unknown, number>();
  const firsts: number[] = [];
  const counts: number[] = [];
  const idx = flatValues(t).map((value, i) => {
    // no NaN equals another, and the two zeros are one
    const v = typeof value === 'bigint' ? value : Number.isNaN(Number(value)) ? Symbol() : Number(value) + 0;
    let at = places.get(v);
    if (at === undefined) {
      places.set(v, (at = firsts.length));
      firsts.push(i);
      counts.push(0);
    }
    counts[at]!++;
    return at;
  });
  return { y: ops.takeInside(t, toTensor(firsts, 'int32'), 0) as Tensor, idx: toTensor(idx, index), counts, index };
}
/** The distinct values in the order of their first appearance, and where each entry's value stands there. */
export const unique = define('tf.unique', 'x, out_idx=tf.int32, name=None', (x: TensorLike, out_idx?: DTypeLike) => {
  const { y, idx } = distinct(x, out_idx);
  return uniqueParts(y, idx);
});
export const unique_with_counts = define(
  'tf.unique_with_counts',
  'x, out_idx=tf.int32, name=None',
  (x: TensorLike, out_idx?: DTypeLike) => {
    const { y, idx, counts, index } = distinct(x, out_idx);
    return countedParts(y, idx, toTensor(counts, index));
  },
);

/** Where each value would be inserted into the last axis of sorted rows. */
export const searchsorted = define(
  'tf.searchsorted',
  'sorted_sequence, values, side="left", out_type=tf.int32, name=None',
  (sorted_sequence: TensorLike, values: TensorLike, side = 'left' as string, out_type?: DTypeLike): Tensor => {
    const [rows, wanted] = [toTensor(sorted_sequence), toTensor(values)];
    if (side !== 'left' && side !== 'right')
      throw valueError(`Argument \`side\` must be either 'right' or 'left'. Received: \`side\` = '${side}'.`);
    const kernel = side === 'left' ? 'LowerBound' : 'UpperBound';
    if (wanted.rank === 0) throw kernelError('StridedSlice', 'slice index -1 of dimension 0 out of bounds.');
    if (rows.scalarType !== wanted.scalarType)
      throw new InvalidArgumentError(
        `cannot compute ${kernel} as input #1(zero-based) was expected to be a ${kernelName(rows.scalarType)} tensor but is a ${kernelName(wanted.scalarType)} tensor [Op:${kernel}] name: `,
      );
    if (numel(rows.sizes.slice(0, -1)) !== numel(wanted.sizes.slice(0, -1)))
      throw kernelError(kernel, 'Leading dim_size of both tensors must match.');
    const [n, m] = [rows.sizes.at(-1)!, wanted.sizes.at(-1)!];
    const [a, b] = [flatValues(rows).map(Number), flatValues(wanted).map(Number)];
    const out = b.map((v, i) => {
      const start = Math.floor(i / m) * n;
      let count = 0;
      while (count < n && (side === 'left' ? a[start + count]! < v : a[start + count]! <= v)) count++;
      return count;
    });
    const dtype = (out_type === undefined ? 'int32' : dtypeName(out_type)) as 'int32';
    return ops.reshape(toTensor(out, dtype), wanted.sizes) as Tensor;
  },
);

/** How often each whole number occurs, or the sum of the weights where it does. */
export const bincount = define(
  'tf.math.bincount',
  'arr, weights=None, minlength=None, maxlength=None, dtype=tf.int32, name=None, axis=None, binary_output=False',
  (
    arr: TensorLike,
    weights?: TensorLike | null,
    minlength?: unknown,
    maxlength?: unknown,
    dtype?: DTypeLike,
    _name?: unknown,
    axis?: number | null,
    binary_output?: boolean,
  ): Tensor => {
    if (readText(arr) !== null) throw kernelError('Cast', 'Cast string to int32 is not supported', UnimplementedError);
    const t = toTensor(arr);
    const numbers = wholes(t).map(Math.trunc);
    if (numbers.some((v) => v < 0)) throw kernelError('DenseBincount', 'Input arr must be non-negative!');
    let size = numbers.length === 0 ? 0 : Math.max(...numbers) + 1;
    if (minlength !== undefined && minlength !== null) size = Math.max(size, whole(minlength));
    if (maxlength !== undefined && maxlength !== null) size = Math.min(size, whole(maxlength));
    const given = weights === undefined || weights === null ? null : toTensor(weights);
    const shares = given === null ? null : flatValues(given).map(Number);
    if (shares !== null && shares.length > 0 && String(given!.sizes) !== String(t.sizes))
      throw kernelError(
        'DenseBincount',
        `\`weights\` must be the same shape as \`arr\` or a length-0 \`Tensor\`, in which case it acts as all weights equal to 1. Received [${given!.sizes.join(',')}]`,
      );
    const flat = axis === undefined || axis === null || Number(axis) === 0 || t.rank < 2;
    const each = flat ? numbers.length : t.sizes.at(-1)!;
    const rows = each === 0 ? 1 : Math.max(1, numbers.length / each);
    const out = new Array<number>(rows * size).fill(0);
    numbers.forEach((v, i) => {
      const at = Math.floor(i / each) * size + v;
      if (v < size) out[at] = binary_output ? 1 : out[at]! + (shares?.[i] ?? 1);
    });
    const type = given?.scalarType ?? (dtype === undefined || dtype === null ? 'int32' : dtypeName(dtype));
    const sizes = flat ? [size] : [rows, size];
    return ops.reshape(ops.cast(toTensor(out, 'float64'), type), sizes) as Tensor;
  },
);

/** Counts of predicted (columns) against true (rows) classes. */
export const confusion_matrix = define(
  'tf.math.confusion_matrix',
  'labels, predictions, num_classes=None, weights=None, dtype=tf.int32, name=None',
  (
    labels: TensorLike,
    predictions: TensorLike,
    num_classes?: unknown,
    weights?: TensorLike | null,
    dtype?: DTypeLike,
  ): Tensor => {
    const [rows, columns] = [toTensor(labels), toTensor(predictions)].map(oneLine) as [Tensor, Tensor];
    const [y, p] = [wholes(rows).map(Math.trunc), wholes(columns).map(Math.trunc)];
    const classes =
      num_classes === undefined || num_classes === null ? Math.max(-1, ...y, ...p) + 1 : whole(num_classes);
    for (const [what, list] of [
      ['labels', y],
      ['predictions', p],
    ] as const) {
      if (list.some((v) => v < 0))
        throw new InvalidArgumentError(
          `\`${what}\` contains negative values.  \nCondition x >= 0 did not hold element-wise:`,
        );
      if (list.some((v) => v >= classes)) throw new InvalidArgumentError(`\`${what}\` out of bound`);
    }
    if (y.length !== p.length)
      throw kernelError(
        'Pack',
        `Shapes of all inputs must match: values[0].shape = [${y.length}] != values[1].shape = [${p.length}]`,
      );
    const type = dtype === undefined || dtype === null ? 'int32' : dtypeName(dtype);
    const places = y.map((label, i) => [label, p[i]!]);
    const shares =
      weights === undefined || weights === null
        ? ops.fullLike(rows, 1, [y.length], type)
        : ops.cast(toTensor(weights), type);
    return scatter_nd(toTensor(places.length === 0 ? ops.fullLike(rows, 0, [0, 2], 'int32') : places), shares, [
      classes,
      classes,
    ]);
  },
);
/** A column as a line. */
const oneLine = (t: Tensor): Tensor => (t.rank === 2 && t.sizes[1] === 1 ? (ops.squeeze(t, [1]) as Tensor) : t);

/** How many entries are not zero, over axes. */
export const count_nonzero = define(
  'tf.math.count_nonzero',
  'input, axis=None, keepdims=None, dtype=tf.int64, name=None',
  (
    input: TensorLike,
    axis?: number | readonly number[] | null,
    keepdims?: boolean | null,
    dtype?: DTypeLike,
  ): Tensor => {
    const hit = ops.cast(ops.notEqual(toTensor(input), 0), 'int64');
    const at = axis === undefined || axis === null ? null : wholes(axis);
    const type = dtype === undefined || dtype === null ? 'int64' : dtypeName(dtype);
    return ops.cast(ops.sum(hit, at, keepdims ?? false), type) as Tensor;
  },
);
/** The share of zeros. */
export const zero_fraction = define('tf.math.zero_fraction', 'value, name=None', (value: TensorLike): Tensor => {
  const t = toTensor(value);
  const zeros = ops.sum(ops.cast(ops.equal(t, 0), 'float32'));
  return ops.div(zeros, numel(t.sizes)) as Tensor;
});

/** Counts of values in bins of one width between two numbers; what lies outside goes to the outer bins. */
export const histogram_fixed_width = define(
  'tf.histogram_fixed_width',
  'values, value_range, nbins=100, dtype=tf.int32, name=None',
  (values: TensorLike, value_range: TensorLike, nbins?: unknown, dtype?: DTypeLike): Tensor => {
    const t = toTensor(values);
    const [low, high] = flatValues(toTensor(value_range)).map(Number) as [number, number];
    const bins = whole(nbins, 100);
    const refuse = (what: string): Error => kernelError('HistogramFixedWidth', what);
    if (low >= high)
      throw refuse(`value_range should satisfy value_range[0] < value_range[1], but got '[${low}, ${high}]'`);
    if (bins <= 0) throw refuse(`nbins should be a positive number, but got '${bins}'`);
    const out = new Array<number>(bins).fill(0);
    // the width and the quotients round as the values' own type does
    const round = isFloating(t.scalarType) && t.scalarType !== 'float64' ? Math.fround : (v: number): number => v;
    const width = round(round(high - low) / bins);
    for (const v of flatValues(t).map(Number)) {
      const bin = Math.floor(round(round(v - low) / width));
      out[Math.min(bins - 1, Math.max(0, bin))]!++;
    }
    return toTensor(out, dtype === undefined || dtype === null ? 'int32' : dtypeName(dtype));
  },
);
/** The bin that each value falls in, of bins of one width between two numbers. */
export const histogram_fixed_width_bins = define(
  'tf.histogram_fixed_width_bins',
  'values, value_range, nbins=100, dtype=tf.int32, name=None',
  (values: TensorLike, value_range: TensorLike, nbins?: unknown, dtype?: DTypeLike): Tensor => {
    const t = toTensor(values);
    const [low, high] = flatValues(toTensor(value_range)).map(Number) as [number, number];
    const bins = whole(nbins, 100);
    const scaled = ops.div(ops.sub(t, low), high - low);
    const places = ops.floor(ops.mul(scaled, bins));
    const type = dtype === undefined || dtype === null ? 'int32' : dtypeName(dtype);
    return ops.cast(ops.clamp(places, 0, bins - 1), type) as Tensor;
  },
);
