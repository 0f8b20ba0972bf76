import { Tensor as CoreTensor, floatsAreMarked, isTuple, ops } from '@stele/core';
import { NDArray } from '@stele/core/numpy';
import { PyFloat, pyRepr } from '@stele/core/printing';
import { bind } from '../dispatch';
import { as_dtype, type DTypeLike } from '../dtypes';
import { DataLossError, indexError, kernelError, valueError } from '../errors';
import { SparseTensor, SparseTensorSpec } from '../io/sparse';
import { isStringLike } from '../io/strings';
import { entriesOf, leavesOf } from '../nest';
import { rankOf } from '../places';
import { from_tensor } from '../ragged/build';
import { RaggedTensor, RaggedTensorSpec, type SplitsType } from '../ragged/ragged';
import { type Dims, dimsFrom, shapeOf, TensorSpec } from '../spec';
import { StringTensor, stringTensor } from '../strings';
import { type Tensor, type TensorLike, toTensor } from '../tensor';
import { aside, className, inIterator, int64 } from './arguments';
import { batches, UNKNOWN_CARDINALITY } from './cardinality';
import type { Dataset } from './dataset';
import { chunks, rowsIn, stackElements } from './reading';
import { batchedSpec, componentsOf, DatasetSpec, mapComponents, mapSpec, rowSpec, specText } from './structure';

const kindFor = (value: unknown, spec: TensorSpec): DTypeLike | null =>
  spec.dtype.is_floating || !(value instanceof PyFloat || (typeof value === 'number' && !Number.isInteger(value)))
    ? spec.dtype
    : null;

export function batch(dataset: Dataset, batch_size: unknown, ...rest: readonly unknown[]): Dataset {
  const o = bind('batch', ['drop_remainder', ...aside], rest);
  const size = int64('batch_size', batch_size);
  if (rankOf(batch_size) > 0) throw kernelError('BatchDatasetV2', 'batch_size must be a scalar');
  if (size < 1) throw kernelError('BatchDatasetV2', 'Batch size must be greater than zero.');
  const drop = Boolean(o.drop_remainder ?? false);
  const mapped = /^_(Parallel)?MapDataset$/.test(dataset.__typename__);
  const parallel = o.num_parallel_calls !== undefined && o.num_parallel_calls !== null;
  const batched = dataset.through(
    function* (source) {
      for (const held of chunks(source, [size], drop))
        yield stackElements(held, mapped, null, () => dataset.element_spec);
    },
    batches(dataset.count, size, drop),
    () => batchedSpec(dataset.element_spec, drop ? size : null),
    parallel ? '_ParallelBatchDataset' : '_BatchDataset',
  );
  return Object.assign(batched, { _batch_size: size });
}

const shapeIn = (t: unknown): readonly number[] => (t as CoreTensor).sizes;

/** What is given for each component: one value for all, or a structure as the elements'. */
function alike(spec: unknown, given: unknown, single = false): unknown[] {
  const entries = entriesOf(spec);
  if (entries !== null) {
    const by = entriesOf(given);
    if (by === null && single) return leavesOf(spec).map(() => given);
    if (by === null)
      throw new TypeError(
        'If shallow structure is a sequence, input must also be a sequence. Input has type: ' +
          `'${className(given)}'.`,
      );
    const values = new Map(by);
    return entries.flatMap(([k, part]) => alike(part, values.get(k), single));
  }
  if (!Array.isArray(spec)) {
    if (single && isTuple(given))
      throw new TypeError(
        "If shallow structure is a sequence, input must also be a sequence. Input has type: 'ndarray'.",
      );
    return [given];
  }
  const many = isTuple(given) || (Array.isArray(given) && !floatsAreMarked());
  if (!many && single) return leavesOf(spec).map(() => given);
  const values = many || Array.isArray(given) ? [...(given as unknown[])] : [given];
  if (values.length !== spec.length)
    throw valueError(
      `The two structures don't have the same sequence length. Input structure has length ${values.length}, while shallow structure has length ${spec.length}.`,
    );
  return spec.flatMap((part, i) => alike(part, values[i], single));
}
function paddedShape(given: unknown, part: TensorSpec): Dims {
  const nested = Array.isArray(given) && given.some((d) => Array.isArray(d));
  if (nested) {
    const t = toTensor(given as TensorLike, 'int64');
    throw valueError(
      `Padded shape ${isTuple(given) ? `(${given.map(pyRepr).join(', ')})` : pyRepr(given)} must be a \`tf.int64\` vector tensor, but its shape was ${shapeOf(t.sizes)}.`,
    );
  }
  const dims = dimsFrom(given);
  const own = part.dims;
  const misfit =
    dims !== null &&
    own !== null &&
    (dims.length !== own.length || dims.some((d, i) => d !== null && own[i] !== null && d < own[i]!));
  if (misfit)
    throw valueError(
      `The padded shape ${shapeOf(dims)} is not compatible with the shape ${shapeOf(own)} of the corresponding input component.`,
    );
  return dims;
}
/** The value that fills a component up. */
function padding(value: unknown, part: TensorSpec): number | boolean | Uint8Array {
  const text = (part.dtype.name as string) === 'string';
  if (value === null || value === undefined) return text ? new Uint8Array(0) : 0;
  const t = isStringLike(value)
    ? stringTensor(value)
    : toTensor(
        value as TensorLike,
        value instanceof CoreTensor || value instanceof NDArray || text ? null : kindFor(value, part),
      );
  if (t.rank > 0)
    throw valueError(
      `Invalid \`padding_values\`. \`padding_values\` values should be scalars, but got ${shapeOf(t.sizes)}.`,
    );
  if (t.dtype !== part.dtype)
    throw new TypeError(
      `Invalid \`padding_values\`. \`padding_values\` values type ${t.dtype} does not match type ${part.dtype} of the corresponding input component.`,
    );
  return t.item() as number | boolean | Uint8Array;
}

export function padded_batch(dataset: Dataset, batch_size: unknown, ...rest: readonly unknown[]): Dataset {
  const o = bind('padded_batch', ['padded_shapes', 'padding_values', 'drop_remainder', 'name'], rest);
  const size = int64('batch_size', batch_size);
  if (size < 1) throw kernelError('PaddedBatchDatasetV2', 'Batch size must be greater than zero.');
  const drop = Boolean(o.drop_remainder ?? false);
  const spec = dataset.element_spec;
  const parts = leavesOf(spec) as TensorSpec[];
  for (const part of leavesOf(spec)) {
    if (part instanceof TensorSpec) continue;
    throw new TypeError(
      part instanceof DatasetSpec
        ? '`padded_batch` is not supported for datasets of datasets'
        : `\`padded_batch\` is only supported for datasets that produce tensor elements but type spec of elements in the input dataset is not a subclass of TensorSpec: \`${String(part)}\`.`,
    );
  }
  const open = (value: unknown): boolean => value === undefined || value === null;
  if (open(o.padded_shapes)) {
    const unranked = parts.findIndex((part) => part.dims === null);
    if (unranked >= 0)
      throw valueError(`You must provide \`padded_shapes\` argument because component ${unranked} has unknown rank.`);
  }
  const shapes: Dims[] = (open(o.padded_shapes) ? parts.map((part) => part.shape) : alike(spec, o.padded_shapes)).map(
    (shape, i) => paddedShape(shape, parts[i]!),
  );
  const fills = (open(o.padding_values) ? parts.map(() => null) : alike(spec, o.padding_values, true)).map((value, i) =>
    padding(value, parts[i]!),
  );
  const pad = (column: readonly unknown[], i: number): readonly unknown[] => {
    const dims = shapes[i] ?? null;
    const rank = shapeIn(column[0]).length;
    const sizes = Array.from(
      { length: rank },
      (_, axis) => dims?.[axis] ?? Math.max(...column.map((t) => shapeIn(t)[axis]!)),
    );
    return column.map((t) => {
      const own = shapeIn(t);
      if (own.some((d, axis) => d > sizes[axis]!))
        throw inIterator('Attempted to pad to a smaller size than the input element.', DataLossError);
      if (own.every((d, axis) => d === sizes[axis])) return t;
      if (t instanceof StringTensor) return t.padded(sizes, fills[i] as Uint8Array);
      let out = t as CoreTensor;
      sizes.forEach((want, axis) => {
        const missing = want - out.sizes[axis]!;
        if (missing === 0) return;
        const shape = out.sizes.map((d, k) => (k === axis ? missing : d));
        out = ops.concat([out, ops.fullLike(out, fills[i] as number, shape, out.scalarType)], axis);
      });
      return out;
    });
  };
  let at = 0;
  return dataset.through(
    function* (source) {
      for (const held of chunks(source, [size], drop)) yield stackElements(held, false, pad);
    },
    batches(dataset.count, size, drop),
    () => {
      at = 0;
      return mapSpec(spec, (s) => {
        const dims = shapes[at++] ?? null;
        return TensorSpec.of(dims === null ? null : [drop ? size : null, ...dims], s.dtype.name);
      });
    },
    '_PaddedBatchDataset',
  );
}

export function ragged_batch(dataset: Dataset, batch_size: unknown, ...rest: readonly unknown[]): Dataset {
  const o = bind('ragged_batch', ['drop_remainder', 'row_splits_dtype', 'name'], rest);
  const [size, drop] = [int64('batch_size', batch_size), Boolean(o.drop_remainder ?? false)];
  const type = (
    o.row_splits_dtype === undefined || o.row_splits_dtype === null
      ? 'int64'
      : as_dtype(o.row_splits_dtype as DTypeLike).name
  ) as SplitsType;
  const spec = dataset.element_spec;
  // how deep the rows of each component differ: those of known sizes are batched as ever
  const depths = leavesOf(spec).map((s) =>
    s instanceof TensorSpec && s.dims?.includes(null) ? s.dims.lastIndexOf(null) : null,
  );
  return dataset.through(
    function* (source) {
      for (const held of chunks(source, [size], drop)) {
        const parts = held.map(componentsOf);
        let i = 0;
        yield mapComponents(held[0], (first) => {
          const column = parts.map((p) => p[i] as Tensor);
          const depth = depths[i++];
          if (first instanceof RaggedTensor) return RaggedTensor.stack(column, type);
          if (depth === null || depth === undefined)
            return first instanceof StringTensor ? StringTensor.stack(column as never) : ops.stack(column, 0);
          const rows = depth === 0 ? column : column.map((t) => from_tensor(t, { ragged_rank: depth }));
          return RaggedTensor.stack(rows as Tensor[], type);
        });
      }
    },
    batches(dataset.count, size, drop),
    () =>
      batchedSpec(
        mapSpec(spec, (s) =>
          s.dims?.includes(null) ? new RaggedTensorSpec(s.shape, s.dtype, s.dims.lastIndexOf(null), type) : s,
        ),
        drop ? size : null,
      ),
    '_BatchDataset',
  );
}

export function sparse_batch(dataset: Dataset, batch_size: unknown, row_shape: unknown): Dataset {
  const size = int64('batch_size', batch_size);
  const row = dimsFrom(row_shape)!;
  const spec = dataset.element_spec;
  if (!(spec instanceof TensorSpec))
    throw new TypeError(
      `\`dense_to_sparse_batch\` requires an input dataset whose elements have a single component, but the given dataset has the following component types: ${specText(mapSpec(spec, (s) => s.dtype))}.`,
    );
  return dataset.through(
    function* (source) {
      for (const held of chunks(source, [size], false)) {
        const elements = held as Tensor[];
        const sizes = row.map((d, axis) => d ?? Math.max(...elements.map((t) => t.sizes[axis]!)));
        const places: number[][] = [];
        for (const [i, t] of elements.entries()) {
          if (t.rank !== sizes.length || t.sizes.some((d, axis) => d > sizes[axis]!))
            throw inIterator(
              `Dense shape of element is not compatible: element had shape [${t.sizes.join(',')}] but the row shape is [${sizes.join(',')}].`,
            );
          const n = t.sizes.reduce((a, b) => a * b, 1);
          for (let at = 0; at < n; at++) {
            let rest = at;
            const place = t.sizes.map(() => 0);
            for (let axis = t.rank - 1; axis >= 0; axis--) {
              place[axis] = rest % t.sizes[axis]!;
              rest = Math.floor(rest / t.sizes[axis]!);
            }
            places.push([i, ...place]);
          }
        }
        const values = ops.concat(
          elements.map((t) => ops.reshape(t, [-1])),
          0,
        ) as Tensor;
        yield new SparseTensor(places, values, [elements.length, ...sizes]);
      }
    },
    batches(dataset.count, size, false),
    () => new SparseTensorSpec([null, ...row], spec.dtype),
    '_DenseToSparseBatchDataset',
  );
}

export function rebatch(dataset: Dataset, batch_size: unknown, ...rest: readonly unknown[]): Dataset {
  const o = bind('rebatch', ['drop_remainder', 'name'], rest);
  const drop = Boolean(o.drop_remainder ?? false);
  const given = batch_size instanceof CoreTensor && batch_size.rank > 0 ? (batch_size as Tensor).tolist() : batch_size;
  const sizes = Array.isArray(given) ? given.map((s) => int64('batch_sizes', s)) : [int64('batch_sizes', given)];
  const inner = leavesOf(dataset.element_spec).filter((s): s is TensorSpec => s instanceof TensorSpec);
  const scalar = inner.some((s) => s.dims !== null && s.dims.length === 0);
  const same = sizes.every((s) => s === sizes[0]);
  if (same && !drop && scalar)
    throw valueError(
      'Invalid `batch_sizes`. Expected dataset with rank of >= 1 but found a dataset with scalar elements. Fix the issue by adding the `batch` transformation to the dataset.',
    );
  if (sizes.length === 0) throw indexError('index 0 is out of bounds for axis 0 with size 0');
  if (sizes.some((s) => s < 1))
    throw kernelError('RebatchDatasetV2', `Batch sizes must be positive integers, got ${sizes.find((s) => s < 1)}`);
  // the sizes of all batches are known if none may be smaller
  const before = inner.map((s) => s.dims?.[0] ?? null);
  const whole = drop || (before.length > 0 && before.every((n) => n !== null && n % sizes[0]! === 0));
  const size = same && whole ? sizes[0]! : null;
  return dataset.through(
    function* (source) {
      for (const held of chunks(rowsIn(source), sizes, drop)) yield stackElements(held, false);
    },
    rebatched(dataset.count, before, sizes, drop),
    () => batchedSpec(rowSpec(dataset.element_spec), size),
    '_RebatchDataset',
  );
}
/** How many batches there are, if all that is cut anew is of a known size. */
function rebatched(count: number, before: readonly (number | null)[], sizes: readonly number[], drop: boolean): number {
  const [n] = before;
  if (count < 0 || n === null || n === undefined || sizes.length > 1) return count === -1 ? count : UNKNOWN_CARDINALITY;
  return batches(count * n, sizes[0]!, drop);
}

export function unbatch(dataset: Dataset): Dataset {
  const spec = dataset.element_spec;
  const parts = leavesOf(spec).filter((s): s is TensorSpec => s instanceof TensorSpec);
  if (parts.some((s) => s.dims !== null && s.dims.length === 0))
    throw valueError('Cannot unbatch an input with scalar components.');
  const rows = parts[0]?.dims?.[0] ?? null;
  const other = parts.map((s) => s.dims?.[0] ?? null).find((d) => d !== null && rows !== null && d !== rows);
  if (other !== undefined)
    throw valueError(
      `\`unbatch()\` is only supported for datasets of elements whose components have a matching leading dimension. Encountered both ${rows} and ${other}.`,
    );
  return dataset.through(
    rowsIn,
    rows !== null && dataset.count >= 0 ? dataset.count * rows : UNKNOWN_CARDINALITY,
    () => rowSpec(spec),
    '_UnbatchDataset',
  );
}
