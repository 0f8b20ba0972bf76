import { fromArray, ops } from '@stele/core';
import { reorder, SparseTensor, sparse_dense_matmul, to_dense } from '../../io/sparse';
import { StringTensor } from '../../strings';
import { type Tensor, tfFamily, toTensor } from '../../tensor';
import { type Kernels, list } from './common';

type Values = Tensor | StringTensor;
const wide = (values: readonly number[], sizes: readonly number[]): Tensor =>
  fromArray(tfFamily, BigInt64Array.from(values, BigInt), sizes, 'int64') as Tensor;
const rowsOf = (indices: unknown): number[][] => {
  const [count, width] = (indices as Tensor).sizes as [number, number];
  const flat = list(indices);
  return Array.from({ length: count }, (_, i) => flat.slice(i * width, (i + 1) * width));
};
/** Rows of values at places, of numbers or texts. */
function picked(values: Values, places: readonly number[]): Values {
  if (values instanceof StringTensor)
    return new StringTensor(
      places.map((i) => values.values[i]!),
      [places.length],
    );
  return ops.take(values, toTensor([...places], 'int32'), 0) as Tensor;
}
function joined(a: Values, b: Values): Values {
  if (a instanceof StringTensor && b instanceof StringTensor)
    return new StringTensor([...a.values, ...b.values], [a.values.length + b.values.length]);
  return ops.concat([a as Tensor, b as Tensor], 0) as Tensor;
}
const column = (b: Values): Values =>
  b instanceof StringTensor ? new StringTensor(b.values, [1]) : (ops.reshape(b, [1]) as Tensor);

/** Segments of rows that are looked up: their sums, divided by what the counts say. */
const combined =
  (share: (count: number) => number): Kernels[string] =>
  ([data, indices, segments]) => {
    const ids = list(segments);
    const rows = ops.take(data as Tensor, indices as Tensor, 0);
    const count = ids.length === 0 ? 0 : Math.max(...ids) + 1;
    const weight = Array.from({ length: count }, (_, s) =>
      ids.map((id) => (id === s ? share(ids.filter((other) => other === s).length) : 0)),
    );
    const flat = ops.reshape(rows, [ids.length, -1]);
    const matrix = fromArray(tfFamily, Float32Array.from(weight.flat()), [count, ids.length], 'float32');
    return ops.reshape(ops.matmul(ops.cast(matrix, flat.scalarType), flat), [
      count,
      ...(data as Tensor).sizes.slice(1),
    ]);
  };

/** Where each row of a ragged axis begins and ends. */
function splitsOf(kind: string, given: number[], count: number): number[] {
  if (kind === 'ROW_SPLITS') return given;
  const splits = [0];
  if (kind === 'VALUE_ROWIDS') {
    for (let row = 0; row < count; row++) splits.push(splits[row]! + given.filter((id) => id === row).length);
    return splits;
  }
  throw new TypeError(`SavedModel: ragged rows given by ${kind} are not there yet`);
}
/** A ragged tensor filled up to a box. */
function filledUp(inputs: readonly unknown[], kinds: readonly string[]): Values {
  const [shape, values, fallback, ...given] = inputs as [Tensor, Values, Values, ...Tensor[]];
  const parts = given.map((t) => list(t));
  const splits: number[][] = [];
  let rows = kinds[0] === 'FIRST_DIM_SIZE' ? parts[0]![0]! : 0;
  kinds.forEach((kind, i) => {
    if (kind === 'FIRST_DIM_SIZE') return;
    const found = splitsOf(kind, parts[i]!, rows);
    splits.push(found);
    rows = found[found.length - 1]!;
  });
  const inner = values.sizes.slice(1);
  const first = splits[0]!.length - 1;
  const widths = splits.map((s) => s.slice(1).reduce((most, end, i) => Math.max(most, end - s[i]!), 0));
  const asked = list(shape);
  const sizes = [first, ...widths, ...inner].map((d, i) => (asked[i] !== undefined && asked[i]! >= 0 ? asked[i]! : d));
  const block = inner.reduce((a, b) => a * b, 1);
  // for every cell of the box: which element it shows, or none
  const cells: number[] = [];
  const none = values.sizes[0]! * block;
  const fill = (count: number): void => {
    for (let i = 0; i < count; i++) cells.push(none);
  };
  const room = (level: number): number => sizes.slice(level).reduce((a, b) => a * b, 1);
  const walk = (level: number, row: number): void => {
    if (level === splits.length) {
      for (let i = 0; i < block; i++) cells.push(row * block + i);
      return;
    }
    const [from, to] = [splits[level]![row]!, splits[level]![row + 1]!];
    const width = sizes[level + 1]!;
    for (let i = 0; i < width; i++)
      if (from + i < to) walk(level + 1, from + i);
      else fill(room(level + 2));
  };
  for (let row = 0; row < sizes[0]!; row++)
    if (row < first) walk(0, row);
    else fill(room(1));
  const flat =
    values instanceof StringTensor ? new StringTensor(values.values, [none]) : (ops.reshape(values, [none]) as Tensor);
  const all = picked(joined(flat, column(fallback)), cells);
  return all instanceof StringTensor ? new StringTensor(all.values, sizes) : (ops.reshape(all, sizes) as Tensor);
}

/** Values at places, and rows of different lengths. */
export const sparseKernels: Kernels = {
  SparseToDense: ([indices, shape, values, fallback]) =>
    to_dense(new SparseTensor(indices as Tensor, values as Tensor, shape as Tensor), fallback),
  SparseTensorDenseMatMul: ([indices, values, shape, b], attrs) =>
    sparse_dense_matmul(
      new SparseTensor(indices as Tensor, values as Tensor, shape as Tensor),
      b as Tensor,
      attrs.bool('adjoint_a'),
      attrs.bool('adjoint_b'),
    ),
  SparseReorder: ([indices, values, shape]) => {
    const out = reorder(new SparseTensor(indices as Tensor, values as Tensor, shape as Tensor));
    return [out.indices, out.values];
  },
  SparseReshape: ([indices, from, to]) => {
    const [old, asked] = [list(from), list(to)];
    const count = old.reduce((a, b) => a * b, 1);
    const known = asked.reduce((a, b) => (b < 0 ? a : a * b), 1);
    const sizes = asked.map((d) => (d < 0 ? count / known : d));
    const rows = rowsOf(indices).map((row) => {
      let at = row.reduce((sum, v, axis) => sum * old[axis]! + v, 0);
      const place = sizes.map(() => 0);
      for (let axis = sizes.length - 1; axis >= 0; axis--) {
        place[axis] = at % sizes[axis]!;
        at = Math.floor(at / sizes[axis]!);
      }
      return place;
    });
    return [wide(rows.flat(), [rows.length, sizes.length]), wide(sizes, [sizes.length])];
  },
  SparseFillEmptyRows: ([indices, values, shape, fallback]) => {
    const rows = rowsOf(indices);
    const height = list(shape)[0]!;
    const width = list(shape).length;
    const places: number[] = [];
    const made: number[][] = [];
    const empty: boolean[] = [];
    const back = rows.map(() => 0);
    for (let row = 0; row < height; row++) {
      const own = rows.flatMap((r, i) => (r[0] === row ? [i] : []));
      empty.push(own.length === 0);
      if (own.length === 0) {
        made.push([row, ...Array<number>(width - 1).fill(0)]);
        places.push(rows.length);
      }
      for (const i of own) {
        back[i] = made.length;
        made.push(rows[i]!);
        places.push(i);
      }
    }
    return [
      wide(made.flat(), [made.length, width]),
      picked(joined(values as Values, column(fallback as Values)), places),
      toTensor(empty, 'bool'),
      wide(back, [back.length]),
    ];
  },
  SparseSegmentSum: combined(() => 1),
  SparseSegmentMean: combined((count) => 1 / count),
  SparseSegmentSqrtN: combined((count) => 1 / Math.sqrt(count)),
  RaggedTensorToTensor: (inputs, attrs) => filledUp(inputs, attrs.texts('row_partition_types')),
  RaggedRange: ([starts, limits, deltas], attrs) => {
    const [from, to, by] = [list(starts), list(limits), list(deltas)];
    const count = Math.max(from.length, to.length, by.length);
    const at = (of: number[], i: number): number => of[of.length === 1 ? 0 : i]!;
    const runs = Array.from({ length: count }, (_, i) => {
      const n = Math.max(0, Math.ceil((at(to, i) - at(from, i)) / at(by, i)));
      return Array.from({ length: n }, (_, k) => at(from, i) + k * at(by, i));
    });
    let end = 0;
    const splits = [0, ...runs.map((run) => (end += run.length))];
    return [wide(splits, [splits.length]), toTensor(runs.flat(), attrs.type('T', 'int32'))];
  },
};
