import { type Tensor as CoreTensor, nn } from '@stele/core';
import { bind } from './dispatch';
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

  constructor(...args: readonly unknown[]) {
    const given = bind('IndexedSlices.__init__', ['values', 'indices', 'dense_shape'], args);
    const { values, indices, dense_shape } = given as Record<string, TensorLike>;
    if (indices === undefined)
      throw new TypeError("IndexedSlices.__init__() missing 1 required positional argument: 'indices'");
    const [v, at] = [toTensor(values!), toTensor(indices)];
    const shape = dense_shape === undefined || dense_shape === null ? null : toTensor(dense_shape);
    // without a shape there are as many rows as the indices ask for
    const height = (): number => Math.max(-1, ...[at.tolist()].flat().map(Number)) + 1;
    const rows = shape === null ? height() : Number((shape.tolist() as number[])[0]);
    const dense = nn.sumOfRows({ values: v, indices: at }, [rows, ...v.sizes.slice(1)]);
    super(dense.storage, dense.sizes, dense.strides, dense.offset);
    this.values = v;
    this.indices = at;
    this.dense_shape = shape;
    nn.keepRows(this, { values: v, indices: at });
  }
  override toString(): string {
    const shape = this.dense_shape === null ? '' : `, dense_shape=${String(this.dense_shape)}`;
    return `IndexedSlices(indices=${String(this.indices)}, values=${String(this.values)}${shape})`;
  }
  override __repr__(): string {
    return `${this.toString()}`;
  }
}

/** The rows of a source's gradient as slices of its shape. */
export const slices = ({ values, indices }: nn.Rows, source: CoreTensor): IndexedSlices =>
  new IndexedSlices(values as Tensor, indices as Tensor, toTensor([...source.sizes], 'int32'));
