import { fromArray, ops } from '@stele/core';
import { define } from '../define';
import { bind } from '../dispatch';
import { as_dtype, type DType, type DTypeLike } from '../dtypes';
import { kernelError, valueError } from '../errors';
import { gather_nd, where } from '../gather';
import { wholes } from '../places';
import { scatter_nd } from '../scatter';
import { TensorShape } from '../shape';
import { dimsFrom, shapeOf, shapeText } from '../spec';
import { StringTensor } from '../strings';
import { type Tensor, type TensorLike, tfFamily, toTensor } from '../tensor';
import { isStringLike, toStrings } from './strings';

/**
 * Values at index vectors of a shape: what `VarLenFeature` gives.
 * @see https://www.tensorflow.org/api_docs/python/tf/sparse/SparseTensor
 */
export class SparseTensor {
  readonly indices: Tensor;
  readonly values: Tensor | StringTensor;
  readonly dense_shape: Tensor;
  readonly __component__ = true;
  constructor(...args: readonly unknown[]) {
    const given = bind('SparseTensor.__init__', ['indices', 'values', 'dense_shape'], args);
    const { indices, values, dense_shape } = given;
    const missing = Object.entries({ indices, values, dense_shape }).filter(([, v]) => v === undefined);
    if (missing.length > 0)
      throw new TypeError(
        `SparseTensor.__init__() missing ${missing.length} required positional argument${missing.length === 1 ? '' : 's'}: ${missing.map(([name]) => `'${name}'`).join(missing.length < 3 ? ' and ' : ', ')}`,
      );
    this.indices = toTensor(indices, 'int64');
    this.values = isStringLike(values) ? toStrings('SparseTensor()', values) : toTensor(values as TensorLike);
    this.dense_shape = toTensor(dense_shape, 'int64');
    const [places, count, axes] = [
      this.indices,
      this.values.rank === 1 ? this.values.sizes[0]! : null,
      this.dense_shape,
    ];
    if (places.symbolic || axes.symbolic) return;
    if (places.rank !== 2) throw valueError(`Shape ${places.shape} must have rank 2`);
    if (count === null) throw valueError(`Shape ${this.values.shape} must have rank 1`);
    if (axes.rank !== 1) throw valueError(`Shape ${axes.shape} must have rank 1`);
    if (places.sizes[0] !== count) throw valueError(`Dimensions ${places.sizes[0]} and ${count} are not compatible`);
    if (places.sizes[1] !== axes.sizes[0])
      throw valueError(`Dimensions ${places.sizes[1]} and ${axes.sizes[0]} are not compatible`);
  }
  get dtype(): DType {
    return this.values.dtype;
  }
  /** What is known of such tensors, for data sets. */
  spec(): SparseTensorSpec {
    return new SparseTensorSpec([...this.shape], this.dtype);
  }
  get rows(): number {
    return Number(sized(this.dense_shape)[0]);
  }
  /** A row along the first axis. */
  select(row: number): SparseTensor {
    const places = this.indices.tolist() as (number | bigint)[][];
    const own = places.flatMap((p, i) => (Number(p[0]) === row ? [i] : []));
    const inner = sized(this.dense_shape).slice(1);
    return new SparseTensor(
      ops.reshape(
        toTensor(
          own.flatMap((i) => places[i]!.slice(1).map(Number)),
          'int64',
        ),
        [own.length, inner.length],
      ) as Tensor,
      pickedFrom(this.values, own),
      inner,
    );
  }
  /** Rows one on another. */
  static stack(parts: readonly SparseTensor[]): SparseTensor {
    const sizes = parts.map((p) => sized(p.dense_shape));
    const shape = sizes[0]!.map((_, axis) => Math.max(...sizes.map((s) => s[axis]!)));
    const places = parts.flatMap((p, i) =>
      (p.indices.tolist() as (number | bigint)[][]).map((at) => [i, ...at.map(Number)]),
    );
    const values = parts.map((p) => p.values);
    return new SparseTensor(
      ops.reshape(toTensor(places.flat(), 'int64'), [places.length, shape.length + 1]) as Tensor,
      values[0] instanceof StringTensor
        ? new StringTensor(
            (values as StringTensor[]).flatMap((v) => [...v.values]),
            [places.length],
          )
        : ops.concat(values as Tensor[], 0),
      [parts.length, ...shape],
    );
  }
  get_shape(): TensorShape {
    return this.shape;
  }
  get shape(): TensorShape {
    return TensorShape.from_dims((this.dense_shape.tolist() as (number | bigint)[]).map(Number));
  }
  toString(): string {
    return `SparseTensor(indices=${this.indices}, values=${this.values}, dense_shape=${this.dense_shape})`;
  }
  __repr__(): string {
    return this.toString();
  }
}

/** A sparse tensor; all else is refused. */
function needSparse(value: unknown): SparseTensor {
  if (value instanceof SparseTensor) return value;
  throw new TypeError('Input must be a SparseTensor.');
}
/** Index vectors lie within the shape, in order, each once. */
function checkPlaces(rows: readonly (readonly (number | bigint)[])[], sizes: readonly number[]): void {
  let before = -1;
  rows.forEach((row, i) => {
    const shown = `indices[${i}] = [${row.join(',')}]`;
    const refuse = (what: string): Error => kernelError('SparseToDense', `${shown} is ${what}`);
    if (row.some((v, axis) => Number(v) < 0 || Number(v) >= sizes[axis]!))
      throw refuse(`out of bounds: need 0 <= index < [${sizes.join(',')}]`);
    const at = row.reduce<number>((n, v, axis) => n * sizes[axis]! + Number(v), 0);
    if (at < before)
      throw refuse(
        'out of order. Many sparse ops require sorted indices.\n    Use `tf.sparse.reorder` to create a correctly ordered copy.\n',
      );
    if (at === before) throw refuse('repeated');
    before = at;
  });
}
const pickedFrom = (values: Tensor | StringTensor, places: readonly number[]): Tensor | StringTensor =>
  values instanceof StringTensor
    ? new StringTensor(
        places.map((i) => values.values[i]!),
        [places.length],
      )
    : (ops.take(values, toTensor([...places], 'int32'), 0) as Tensor);

/**
 * What is known of sparse tensors: their shape and dtype.
 * @see https://www.tensorflow.org/api_docs/python/tf/SparseTensorSpec
 */
export class SparseTensorSpec {
  readonly shape: TensorShape;
  readonly dtype: DType;
  constructor(...args: readonly unknown[]) {
    const { shape, dtype } = bind('SparseTensorSpec.__init__', ['shape', 'dtype'], args);
    this.shape = shapeOf(dimsFrom(shape));
    this.dtype = as_dtype((dtype ?? 'float32') as DTypeLike);
  }
  private with(dims: (number | null)[] | null): SparseTensorSpec {
    return new SparseTensorSpec(shapeOf(dims), this.dtype);
  }
  batched(size: number | null): SparseTensorSpec {
    return this.with(this.shape.dims === null ? null : [size, ...this.shape.dims]);
  }
  row(): SparseTensorSpec {
    return this.with(this.shape.dims === null ? null : this.shape.dims.slice(1));
  }
  __eq__(other: unknown): boolean {
    return other instanceof SparseTensorSpec && String(other) === String(this);
  }
  toString(): string {
    return `SparseTensorSpec(${shapeText(this.shape.dims)}, tf.${this.dtype.name})`;
  }
  __repr__(): string {
    return this.toString();
  }
}

/** @see https://www.tensorflow.org/api_docs/python/tf/sparse/to_dense */
export const to_dense = define(
  'tf.sparse.to_dense',
  'sp_input, default_value=None, validate_indices=True, name=None',
  (sp_input: SparseTensor, default_value?: unknown, validate_indices?: unknown): Tensor | StringTensor => {
    const { indices, values, shape } = needSparse(sp_input);
    const sizes = [...shape] as number[];
    if (validate_indices !== false) checkPlaces(indices.tolist() as (number | bigint)[][], sizes);
    const count = sizes.reduce((a, b) => a * b, 1);
    const places = (indices.tolist() as (number | bigint)[][]).map((index) =>
      index.reduce<number>((at, v, axis) => at * sizes[axis]! + Number(v), 0),
    );
    if (values instanceof StringTensor) {
      const empty = isStringLike(default_value) ? toStrings('to_dense()', default_value).item() : new Uint8Array(0);
      const list = Array<Uint8Array>(count).fill(empty);
      places.forEach((at, i) => {
        list[at] = values.values[i]!;
      });
      return new StringTensor(list, sizes);
    }
    const given = values.numpy().data;
    const zeros = new (given.constructor as new (n: number) => typeof given)(count);
    const fill = toTensor((default_value ?? 0) as TensorLike, values.scalarType).numpy().data[0]!;
    (zeros as Float32Array).fill(fill as number);
    places.forEach((at, i) => {
      zeros[at] = given[i]!;
    });
    return fromArray(tfFamily, zeros, sizes, values.scalarType) as Tensor;
  },
);

const sized = (t: Tensor): number[] => (t.tolist() as (number | bigint)[]).map(Number);
const numbersOf = (call: string, { values }: SparseTensor): Tensor => {
  if (values instanceof StringTensor) throw new TypeError(`${call}: the values are strings; give a tensor of numbers`);
  return values;
};
/** All elements, through which gradients come back to the values. */
const spread = (call: string, sparse: SparseTensor): Tensor =>
  scatter_nd(sparse.indices, numbersOf(call, sparse), sparse.dense_shape);
/** The entries at other index vectors: columns of the present ones, rows in an order. */
function rearranged(
  sparse: SparseTensor,
  order: readonly number[] | null,
  perm: readonly number[] | null,
): SparseTensor {
  const { indices, values } = sparse;
  const rows = indices.tolist() as (number | bigint)[][];
  const moved = perm === null ? rows : rows.map((row) => perm.map((p) => row[p]!));
  const sizes = sized(sparse.dense_shape);
  const shape = perm === null ? sizes : perm.map((p) => sizes[p]!);
  const flat = moved.map((row) => row.reduce<number>((at, v, axis) => at * shape[axis]! + Number(v), 0));
  const sorted = order ?? flat.map((_, i) => i).sort((a, b) => flat[a]! - flat[b]!);
  const picked = pickedFrom(values, sorted);
  return new SparseTensor(
    sorted.map((i) => moved[i]!.map(Number)),
    picked,
    shape,
  );
}

/** @see https://www.tensorflow.org/api_docs/python/tf/sparse/from_dense */
export const from_dense = define('tf.sparse.from_dense', 'tensor, name=None', (tensor: TensorLike): SparseTensor => {
  const t = toTensor(tensor);
  const places = where(t.scalarType === 'bool' ? t : (ops.notEqual(t, 0) as Tensor)) as Tensor;
  return new SparseTensor(places, gather_nd(t, places), [...t.sizes]);
});
/** The entries by their places, row after row. */
export const reorder = define(
  'tf.sparse.reorder',
  'sp_input, name=None',
  (sp_input: SparseTensor): SparseTensor => rearranged(needSparse(sp_input), null, null),
);
/** @see https://www.tensorflow.org/api_docs/python/tf/sparse/transpose */
export const transpose = define(
  'tf.sparse.transpose',
  'sp_input, perm=None, name=None',
  (sp_input: SparseTensor, perm?: readonly number[] | null): SparseTensor => {
    const rank = sp_input.dense_shape.sizes[0]!;
    const order =
      perm === undefined || perm === null ? Array.from({ length: rank }, (_, i) => rank - 1 - i) : wholes(perm);
    return rearranged(sp_input, null, order);
  },
);
/** @see https://www.tensorflow.org/api_docs/python/tf/sparse/reduce_sum */
export const reduce_sum = define(
  'tf.sparse.reduce_sum',
  'sp_input, axis=None, keepdims=None, output_is_sparse=False, name=None',
  (
    sp_input: SparseTensor,
    axis?: unknown,
    keepdims?: boolean | null,
    output_is_sparse?: boolean,
  ): Tensor | SparseTensor => {
    const dense = spread('tf.sparse.reduce_sum()', sp_input);
    const axes = axis === undefined || axis === null ? null : wholes(axis);
    const out = ops.sum(dense, axes ?? dense.sizes.map((_, i) => i), keepdims ?? false) as Tensor;
    return output_is_sparse ? from_dense(out) : out;
  },
);
/** A sparse matrix times a dense one. */
export const sparse_dense_matmul = define(
  'tf.sparse.sparse_dense_matmul',
  'sp_a, b, adjoint_a=False, adjoint_b=False, name=None',
  (sp_a: SparseTensor, b: TensorLike, adjoint_a?: boolean, adjoint_b?: boolean): Tensor => {
    const [x, y] = [spread('tf.sparse.sparse_dense_matmul()', sp_a), toTensor(b)];
    const [p, q] = [adjoint_a ? ops.transpose(x, 0, 1) : x, adjoint_b ? ops.transpose(y, 0, 1) : y];
    if (p.sizes[1] !== q.sizes[0])
      throw kernelError(
        'SparseTensorDenseMatMul',
        `Cannot multiply A and B because inner dimension does not match: ${p.sizes[1]} vs. ${q.sizes[0]}.  Did you forget a transpose?  Dimensions of A: [${x.sizes.join(', ')}).  Dimensions of B: [${y.sizes.join(',')}]`,
      );
    return ops.matmul(p, q) as Tensor;
  },
);
