import { type Tensor as CoreTensor, ops, tupleOf } from '@stele/core';
import { bind } from '../dispatch';
import { as_dtype, type DType, type DTypeLike } from '../dtypes';
import { valueError } from '../errors';
import type { TensorShape } from '../shape';
import { type Dims, dimsFrom, shapeOf, shapeText } from '../spec';
import { bytesText, StringTensor, stringTensor } from '../strings';
import { type Tensor, type TensorLike, toTensor } from '../tensor';

/** What the innermost rows of a ragged tensor lie in, one after another. */
export type Flat = Tensor | StringTensor;
export type SplitsType = 'int32' | 'int64';

/** Rows `from` to `to` of a tensor. */
export const rowsBetween = (flat: Flat, from: number, to: number): Flat => {
  if (!(flat instanceof StringTensor)) return ops.slice(flat, 0, from, to) as Tensor;
  const inner = flat.sizes.slice(1).reduce((a, b) => a * b, 1);
  return new StringTensor(flat.values.slice(from * inner, to * inner), [to - from, ...flat.sizes.slice(1)]);
};
/** The rows of a tensor at places. */
export const rowsAt = (flat: Flat, places: readonly number[]): Flat => {
  if (!(flat instanceof StringTensor)) return ops.take(flat, toTensor([...places], 'int32'), 0) as Tensor;
  const parts = places.map((i) => flat.select(i));
  return new StringTensor(
    parts.flatMap((p) => [...p.values]),
    [places.length, ...flat.sizes.slice(1)],
  );
};

/**
 * Rows of different lengths: the values of all rows, and where each row begins and ends among them.
 *
 * ```ts
 * String(tf.ragged.constant([[1, 2], [3]])); // '<tf.RaggedTensor [[1, 2], [3]]>'
 * ```
 * @see https://www.tensorflow.org/api_docs/python/tf/RaggedTensor
 */
export class RaggedTensor {
  readonly __component__ = true;
  /** The innermost values. */
  readonly flat_values: Flat;
  /** Where rows begin and end, the outermost axis first. */
  readonly splits: readonly (readonly number[])[];
  readonly splitsType: SplitsType;

  constructor(flat: Flat, splits: readonly (readonly number[])[], splitsType: SplitsType = 'int64') {
    this.flat_values = flat;
    this.splits = splits;
    this.splitsType = splitsType;
    RaggedTensor.made = true;
  }
  /** Whether there is any: functions look for them among their arguments only then. */
  static made = false;

  get ragged_rank(): number {
    return this.splits.length;
  }
  get dtype(): DType {
    return this.flat_values.dtype;
  }
  get rows(): number {
    return this.splits[0]!.length - 1;
  }
  /** What the rows hold: the values, or a ragged tensor of the next axis. */
  get values(): Flat | RaggedTensor {
    return this.splits.length === 1
      ? this.flat_values
      : new RaggedTensor(this.flat_values, this.splits.slice(1), this.splitsType);
  }
  private ints(values: readonly number[]): Tensor {
    return toTensor([...values], this.splitsType);
  }
  get row_splits(): Tensor {
    return this.ints(this.splits[0]!);
  }
  get nested_row_splits(): readonly Tensor[] {
    return tupleOf(this.splits.map((s) => this.ints(s)));
  }
  get dims(): Dims {
    return [this.rows, ...this.splits.map(() => null), ...this.flat_values.sizes.slice(1)];
  }
  get shape(): TensorShape {
    return shapeOf(this.dims);
  }
  get uniform_row_length(): null {
    return null;
  }
  get_shape(): TensorShape {
    return this.shape;
  }
  lengths(axis = 0): number[] {
    const s = this.splits[axis]!;
    return s.slice(1).map((to, i) => to - s[i]!);
  }
  nrows(): Tensor {
    return toTensor(this.rows, this.splitsType);
  }
  row_lengths(axis = 1): Tensor {
    if (axis === 0) return this.nrows();
    return this.ints(this.lengths(Number(axis) - 1));
  }
  nested_row_lengths(): readonly Tensor[] {
    return tupleOf(this.splits.map((_, i) => this.ints(this.lengths(i))));
  }
  row_starts(): Tensor {
    return this.ints(this.splits[0]!.slice(0, -1));
  }
  row_limits(): Tensor {
    return this.ints(this.splits[0]!.slice(1));
  }
  /** The row of each value, by its number. */
  owners(axis = 0): number[] {
    return this.lengths(axis).flatMap((n, row) => Array<number>(n).fill(row));
  }
  value_rowids(): Tensor {
    return this.ints(this.owners());
  }
  bounding_shape(...args: readonly unknown[]): Tensor {
    const { axis } = bind('bounding_shape', ['axis', 'name', 'out_type'], args);
    const all = [
      this.rows,
      ...this.splits.map((_, i) => Math.max(0, ...this.lengths(i))),
      ...this.flat_values.sizes.slice(1),
    ];
    return axis === undefined || axis === null ? this.ints(all) : toTensor(all[Number(axis)]!, this.splitsType);
  }
  with_flat_values(flat: Flat): RaggedTensor {
    return new RaggedTensor(flat, this.splits, this.splitsType);
  }
  with_values(values: Flat | RaggedTensor): RaggedTensor {
    return values instanceof RaggedTensor
      ? new RaggedTensor(values.flat_values, [this.splits[0]!, ...values.splits], this.splitsType)
      : new RaggedTensor(values, [this.splits[0]!], this.splitsType);
  }
  /** What is known of such tensors, for data sets. */
  spec(): RaggedTensorSpec {
    return new RaggedTensorSpec(this.dims, this.dtype, this.ragged_rank, this.splitsType);
  }
  /** One row. */
  select(row: number): Flat | RaggedTensor {
    const [from, to] = [this.splits[0]![row]!, this.splits[0]![row + 1]!];
    if (this.splits.length === 1) return rowsBetween(this.flat_values, from, to);
    return (this.values as RaggedTensor).between(from, to);
  }
  /** Rows `from` to `to`. */
  between(from: number, to: number): RaggedTensor {
    const splits: number[][] = [];
    let [a, b] = [from, to];
    for (const s of this.splits) {
      const start = s[a]!;
      splits.push(s.slice(a, b + 1).map((v) => v - start));
      [a, b] = [s[a]!, s[b]!];
    }
    return new RaggedTensor(rowsBetween(this.flat_values, a, b), splits, this.splitsType);
  }
  /** Rows of one rank, one under another. */
  static stack(parts: readonly (Flat | RaggedTensor)[], splitsType: SplitsType = 'int64'): RaggedTensor {
    const ends = [0];
    for (const part of parts) ends.push(ends.at(-1)! + (part instanceof RaggedTensor ? part.rows : part.sizes[0]!));
    const [first] = parts;
    if (!(first instanceof RaggedTensor)) return new RaggedTensor(joined(parts as Flat[]), [ends], splitsType);
    const list = parts as RaggedTensor[];
    const inner = first.splits.map((_, axis) => {
      const out = [0];
      for (const part of list) for (const n of part.lengths(axis)) out.push(out.at(-1)! + n);
      return out;
    });
    return new RaggedTensor(joined(list.map((p) => p.flat_values)), [ends, ...inner], first.splitsType);
  }
  to_list(): unknown[] {
    return Array.from({ length: this.rows }, (_, i) => {
      const row = this.select(i);
      return row instanceof RaggedTensor ? row.to_list() : (row as Tensor).tolist();
    }) as unknown[];
  }
  /** NumPy's array of the rows, or of all values where the rows are of one length. */
  numpy(): unknown {
    const widths = new Set(this.lengths());
    if (this.splits.length === 1 && widths.size === 1) {
      const [n] = widths;
      const { flat_values: flat } = this;
      const sizes = [this.rows, n!, ...flat.sizes.slice(1)];
      return flat instanceof StringTensor
        ? new StringTensor(flat.values, sizes).numpy()
        : (ops.reshape(flat, sizes) as Tensor).numpy();
    }
    return Array.from({ length: this.rows }, (_, i) => (this.select(i) as Tensor).numpy());
  }
  /** A tensor with room for the longest rows. */
  to_tensor(...args: readonly unknown[]): Flat {
    const o = bind('to_tensor', ['default_value', 'name', 'shape'], args);
    const wanted = o.shape === undefined || o.shape === null ? null : dimsFrom(o.shape);
    const bounds = [this.rows, ...this.splits.map((_, i) => Math.max(0, ...this.lengths(i)))];
    const sizes = bounds.map((d, i) => wanted?.[i] ?? d);
    const places: number[] = [];
    const none = this.flat_values.sizes[0]!;
    const visit = (depth: number, from: number, to: number): void => {
      const splits = this.splits[depth]!;
      for (let i = 0; i < sizes[depth]!; i++) {
        const [a, b] = i < to - from ? [splits[from + i]!, splits[from + i + 1]!] : [0, 0];
        if (depth < this.splits.length - 1) visit(depth + 1, a, b);
        else for (let k = 0; k < sizes[depth + 1]!; k++) places.push(k < b - a ? a + k : none);
      }
    };
    visit(0, 0, this.rows);
    const inner = this.flat_values.sizes.slice(1);
    const out = [...sizes, ...inner];
    if (this.flat_values instanceof StringTensor) {
      const fill = o.default_value === undefined || o.default_value === null ? '' : o.default_value;
      const more = stringTensor(fill);
      const padded = new StringTensor([...this.flat_values.values, more.values[0]!], [none + 1]);
      return new StringTensor((rowsAt(padded, places) as StringTensor).values, out);
    }
    const fill = toTensor((o.default_value ?? 0) as TensorLike, this.flat_values.scalarType);
    const row = ops.expand(fill, [1, ...inner]);
    const padded = ops.concat([this.flat_values, row], 0) as Tensor;
    return ops.reshape(rowsAt(padded, places) as Tensor, out) as Tensor;
  }
  /** The tensors that stand for the value in graphs. */
  toGraph(): readonly CoreTensor[] {
    if (this.flat_values instanceof StringTensor)
      throw new TypeError(
        'a RaggedTensor of strings cannot go through a graph in Stele; call the function outside of tf.function',
      );
    return [this.flat_values, ...this.nested_row_splits];
  }
  fromGraph([flat, ...splits]: readonly CoreTensor[]): RaggedTensor {
    return new RaggedTensor(
      flat as Tensor,
      splits.map((s) => ((s as Tensor).tolist() as (number | bigint)[]).map(Number)),
      this.splitsType,
    );
  }
  *[Symbol.iterator](): IterableIterator<Flat | RaggedTensor> {
    for (let i = 0; i < this.rows; i++) yield this.select(i);
  }
  private laid(): string {
    const text = (value: Flat | RaggedTensor): string => {
      if (value instanceof RaggedTensor) return value.laid();
      if (value instanceof StringTensor) return laidOut(value.nested(bytesText), value.rank);
      return laidOut(value.tolist(), value.rank, (v) => scalarText(v, value));
    };
    const rows = [...this].map(text);
    const dense = this.splits.length === 1 && new Set(this.lengths()).size === 1 && this.lengths()[0]! > 0;
    return dense ? `[${rows.join(',\n ')}]` : lineOf(rows);
  }
  toString(): string {
    return `<tf.RaggedTensor ${this.laid()}>`;
  }
  __str__(): string {
    return this.toString();
  }
  __repr__(): string {
    return this.toString();
  }
}
const scalarText = (v: unknown, t: Tensor): string =>
  typeof v === 'boolean'
    ? v
      ? 'True'
      : 'False'
    : t.dtype.is_floating
      ? String(toTensor(Number(v), t.dtype).numpy())
      : String(v);

/** Nested lists as NumPy's `array2string` lays them out. */
function laidOut(value: unknown, rank: number, show: (v: unknown) => string = String): string {
  if (!Array.isArray(value)) return show(value);
  const parts = value.map((part) => laidOut(part, rank - 1, show));
  if (rank <= 1) return lineOf(parts);
  return `[${parts.map((p) => p.replaceAll('\n', '\n ')).join(`,${'\n'.repeat(rank - 1)} `)}]`;
}
/** Words in brackets, in lines of 75 characters as NumPy breaks them. */
function lineOf(words: readonly string[]): string {
  const width = 74;
  const prefix = ' ';
  let done = '';
  let line = prefix;
  const flush = (): void => {
    done += `${line.trimEnd()}\n`;
  };
  words.forEach((word, i) => {
    const [first = '', ...more] = word.split('\n');
    const longest = Math.max(first.length, ...more.map((l) => l.length));
    let indent = ' '.repeat(line.length);
    if (line.length + longest > width && line.length > prefix.length) {
      flush();
      line = prefix;
      indent = prefix;
    }
    line += first;
    for (const next of more) {
      flush();
      line = indent + next;
    }
    if (more.length > 0) line += ' '.repeat(longest - more.at(-1)!.length);
    if (i < words.length - 1) line += ', ';
  });
  return `[${(done + line).slice(prefix.length)}]`;
}

export function joined(parts: readonly Flat[]): Flat {
  if (!(parts[0] instanceof StringTensor)) return ops.concat(parts as Tensor[], 0) as Tensor;
  const list = parts as StringTensor[];
  return new StringTensor(
    list.flatMap((p) => [...p.values]),
    [list.reduce((n, p) => n + p.sizes[0]!, 0), ...list[0]!.sizes.slice(1)],
  );
}

/**
 * What is known of ragged tensors: their shape, with unknown sizes where rows differ, and dtype.
 * @see https://www.tensorflow.org/api_docs/python/tf/RaggedTensorSpec
 */
export class RaggedTensorSpec {
  readonly dims: Dims;
  readonly dtype: DType;
  readonly ragged_rank: number;
  readonly row_splits_dtype: DType;
  constructor(...args: readonly unknown[]) {
    const o = bind(
      'RaggedTensorSpec.__init__',
      ['shape', 'dtype', 'ragged_rank', 'row_splits_dtype', 'flat_values_spec'],
      args,
    );
    this.dims = dimsFrom(o.shape);
    this.dtype = as_dtype((o.dtype ?? 'float32') as DTypeLike);
    this.row_splits_dtype = as_dtype((o.row_splits_dtype ?? 'int64') as DTypeLike);
    if (!['int32', 'int64'].includes(this.row_splits_dtype.name))
      throw valueError(`row_splits_dtype must be int32 or int64. Received: ${this.row_splits_dtype}.`);
    if (o.ragged_rank === undefined || o.ragged_rank === null) {
      if (this.dims === null) throw valueError('Must specify ragged_rank or a shape with a known rank.');
      this.ragged_rank = this.dims.length - 1;
    } else this.ragged_rank = Number(o.ragged_rank);
    if (this.dims !== null && this.ragged_rank >= Math.max(1, this.dims.length))
      throw valueError(`Argument \`ragged_rank\` (${this.ragged_rank}) must be less than rank (${this.dims.length}).`);
  }
  get shape(): TensorShape {
    return shapeOf(this.dims);
  }
  private with(dims: Dims, rank: number): RaggedTensorSpec {
    return new RaggedTensorSpec(shapeOf(dims), this.dtype, rank, this.row_splits_dtype);
  }
  batched(size: number | null): RaggedTensorSpec {
    return this.with(this.dims === null ? null : [size, ...this.dims], this.ragged_rank + 1);
  }
  row(): RaggedTensorSpec {
    return this.with(this.dims === null ? null : this.dims.slice(1), this.ragged_rank - 1);
  }
  is_compatible_with(other: unknown): boolean {
    return other instanceof RaggedTensorSpec && other.dtype === this.dtype && other.ragged_rank === this.ragged_rank;
  }
  __eq__(other: unknown): boolean {
    return other instanceof RaggedTensorSpec && String(other) === String(this);
  }
  toString(): string {
    return `RaggedTensorSpec(${shapeText(this.dims)}, tf.${this.dtype.name}, ${this.ragged_rank}, tf.${this.row_splits_dtype.name})`;
  }
  __repr__(): string {
    return this.toString();
  }
}
