import { gradientsAt, type Reader, readersOf } from '../autograd/backward';
import type { Edge } from '../autograd/node';
import { edgeOf } from '../autograd/record';
import type { Tape } from '../autograd/tape';
import { scatterAdd } from '../ops/indexing';
import { concat, contiguous, expand, reshape } from '../ops/shape';
import { numel } from '../tensor/strides';
import type { Tensor } from '../tensor/tensor';

/** The gradient of a table that was only gathered from: a value per row taken. A row may come several times. */
export interface Rows {
  readonly values: Tensor;
  readonly indices: Tensor;
}
const known = new WeakMap<Tensor, Rows>();
/** Remembers the rows that a dense gradient is the sum of. */
export function keepRows(dense: Tensor, rows: Rows): void {
  known.set(dense, rows);
}
/** The rows that a gradient is the sum of; null if it is dense from the start. */
export const rowsOf = (gradient: Tensor): Rows | null => known.get(gradient) ?? null;

/** A tensor of this shape in which each row is the sum of its values; it knows its rows. */
export function sumOfRows(rows: Rows, sizes: readonly number[]): Tensor {
  const [height = 0, ...rest] = sizes;
  const width = numel(rest);
  const count = rows.indices.elementCount;
  const places = contiguous(expand(reshape(rows.indices, [count, 1]), [count, width]));
  const dense = reshape(scatterAdd(reshape(rows.values, [count, width]), places, 0, [height, width]), sizes);
  known.set(dense, rows);
  return dense;
}

/** Whether an op read the rows of a table: gather along the first axis. */
const gathers = (reader: Reader): boolean => {
  const { axis, inside } = reader.attrs as { axis?: number; inside?: boolean };
  return reader.op === 'take' && reader.place === 0 && axis === 0 && !inside;
};

/** As `gradients`, in one walk; sources that are only ever gathered from get theirs as rows. */
export function gradientsByRows(
  targets: readonly Tensor[],
  seeds: readonly Tensor[],
  sources: readonly Tensor[],
  options: { tape?: Tape | null; keepSaved?: boolean } = {},
): (Tensor | Rows | null)[] {
  const { tape = null, keepSaved = true } = options;
  const readers = readersOf(targets, sources, tape).map((list) =>
    list.length > 0 && list.every(gathers) ? list : null,
  );
  const slots: Edge[] = sources.flatMap((s, i) => readers[i]?.map((r) => r.output) ?? [edgeOf(s)]);
  const found = gradientsAt(targets, seeds, slots, tape, keepSaved);
  let next = 0;
  return sources.map((source, i) => {
    const own = readers[i];
    if (!own) return found[next++] ?? null;
    const rest = source.sizes.slice(1);
    const parts = own.flatMap((reader) => {
      const grad = found[next++];
      const at = reader.inputs[1];
      return grad && at ? [{ values: reshape(grad, [-1, ...rest]), indices: reshape(at, [-1]) }] : [];
    });
    if (parts.length === 0) return null;
    const joined = (list: readonly Tensor[]): Tensor => (list.length === 1 ? list[0]! : concat(list, 0));
    return { values: joined(parts.map((p) => p.values)), indices: joined(parts.map((p) => p.indices)) };
  });
}
