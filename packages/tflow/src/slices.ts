import { type Tensor as CoreTensor, type Edge, gradientsAt, ops, type Reader, type Tape } from '@stele/core';
import { Tensor, type TensorLike, toTensor } from './tensor';

/**
 * A gradient that gather gives: values for the rows named by `indices`, in which a row may come several times.
 * As a tensor it is dense, those of one row summed.
 * @see https://www.tensorflow.org/api_docs/python/tf/IndexedSlices
 */
export class IndexedSlices extends Tensor {
  readonly values: Tensor;
  readonly indices: Tensor;
  readonly dense_shape: Tensor | null;

  constructor(values: TensorLike, indices: TensorLike, dense_shape?: TensorLike | null) {
    const [v, at] = [toTensor(values), toTensor(indices)];
    const shape = dense_shape === undefined || dense_shape === null ? null : toTensor(dense_shape);
    const named = [at.tolist()].flat().map(Number);
    const rows = shape === null ? Math.max(-1, ...named) + 1 : Number((shape.tolist() as number[])[0]);
    const rest = v.sizes.slice(1);
    const width = rest.reduce((n, d) => n * d, 1);
    const flat = ops.reshape(v, [named.length, width]);
    const places = ops.contiguous(ops.expand(ops.reshape(at, [-1, 1]), [named.length, width]));
    const dense = ops.reshape(ops.scatterAdd(flat, places, 0, [rows, width]), [rows, ...rest]);
    super(dense.storage, dense.sizes, dense.strides, dense.offset);
    this.values = v;
    this.indices = at;
    this.dense_shape = shape;
  }
  override toString(): string {
    const shape = this.dense_shape === null ? '' : `, dense_shape=${String(this.dense_shape)}`;
    return `IndexedSlices(indices=${String(this.indices)}, values=${String(this.values)}${shape})`;
  }
  override __repr__(): string {
    return `${this.toString()}`;
  }
}

/** Whether an op read the rows of a table: gather along the first axis. */
const gathers = (reader: Reader): boolean =>
  reader.op === 'take' && reader.place === 0 && (reader.attrs as { axis?: number }).axis === 0;

/** The slots whose gradients make up a sparse gradient, if every reader of the source is a gather of rows. */
export const sparseSlots = (readers: readonly Reader[]): readonly Edge[] | null =>
  readers.length > 0 && readers.every(gathers) ? readers.map((r) => r.output) : null;

/** The gradient of a source that is only ever gathered from, one slice per row that was taken. */
export function sparseGradient(
  source: CoreTensor,
  readers: readonly Reader[],
  targets: readonly CoreTensor[],
  seeds: readonly CoreTensor[],
  tape: Tape,
): IndexedSlices | null {
  const slots = sparseSlots(readers);
  if (slots === null) return null;
  const grads = gradientsAt(targets, seeds, slots, tape);
  const rest = source.sizes.slice(1);
  const parts = readers.flatMap((reader, i) => {
    const grad = grads[i];
    const at = reader.inputs[1];
    return grad && at ? [{ values: ops.reshape(grad, [-1, ...rest]), indices: ops.reshape(at, [-1]) }] : [];
  });
  if (parts.length === 0) return null;
  const joined = (list: readonly CoreTensor[]): Tensor =>
    (list.length === 1 ? list[0]! : ops.concat(list, 0)) as Tensor;
  return new IndexedSlices(
    joined(parts.map((p) => p.values)),
    joined(parts.map((p) => p.indices)),
    toTensor([...source.sizes], 'int32'),
  );
}
