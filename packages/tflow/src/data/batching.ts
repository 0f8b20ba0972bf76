import { Tensor as CoreTensor, isTuple, ops } from '@stele/core';
import { NDArray } from '@stele/core/numpy';
import { PyFloat } from '@stele/core/printing';
import { bind } from '../dispatch';
import type { DTypeLike } from '../dtypes';
import { DataLossError, kernelError, valueError } from '../errors';
import { entriesOf, leavesOf } from '../nest';
import { rankOf } from '../places';
import { type Dims, dimsFrom, shapeOf, TensorSpec } from '../spec';
import { readText } from '../strings';
import { type Tensor, type TensorLike, toTensor } from '../tensor';
import { aside, inIterator, int64 } from './arguments';
import { batches, UNKNOWN_CARDINALITY } from './cardinality';
import type { Dataset } from './dataset';
import { RaggedTensor } from './ragged';
import { chunks, rowsIn, stackElements } from './reading';
import { batchedSpec, componentsOf, mapComponents, mapSpec } from './structure';

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
      for (const held of chunks(source, [size], drop)) yield stackElements(held, mapped);
    },
    batches(dataset.count, size, drop),
    () => batchedSpec(dataset.element_spec, drop ? size : null),
    parallel ? '_ParallelBatchDataset' : '_BatchDataset',
  );
  return Object.assign(batched, { _batch_size: size });
}

export function padded_batch(dataset: Dataset, batch_size: unknown, ...rest: readonly unknown[]): Dataset {
  const o = bind('padded_batch', ['padded_shapes', 'padding_values', 'drop_remainder', 'name'], rest);
  const size = int64('batch_size', batch_size);
  if (size < 1) throw kernelError('PaddedBatchDatasetV2', 'Batch size must be greater than zero.');
  const drop = Boolean(o.drop_remainder ?? false);
  const spec = dataset.element_spec;
  const parts = leavesOf(spec) as TensorSpec[];
  const flat = (value: unknown): unknown[] => {
    const entries = entriesOf(value);
    if (entries !== null) {
      const keys = entriesOf(spec)?.map(([k]) => k) ?? [];
      const by = new Map(entries);
      return keys.flatMap((k) => flat(by.get(k)));
    }
    const many = Array.isArray(spec);
    return many && (isTuple(value) || Array.isArray(value)) ? [...(value as unknown[])] : [value];
  };
  const shapes: Dims[] =
    o.padded_shapes === undefined || o.padded_shapes === null
      ? parts.map((p) => {
          if (p.dims === null)
            throw valueError(
              `You must provide \`padded_shapes\` argument because component ${parts.indexOf(p)} has unknown rank.`,
            );
          return p.dims;
        })
      : flat(o.padded_shapes).map((s) => dimsFrom(s));
  shapes.forEach((dims, i) => {
    const own = parts[i]?.dims ?? null;
    const larger = (d: number | null, axis: number): boolean => d !== null && own?.[axis] !== null && d < own![axis]!;
    if (dims !== null && own !== null && (dims.length !== own.length || dims.some(larger)))
      throw valueError(
        `The padded shape ${shapeOf(dims)} is not compatible with the shape ${shapeOf(own)} of the corresponding input component.`,
      );
  });
  const fills: (number | boolean)[] =
    o.padding_values === undefined || o.padding_values === null
      ? parts.map(() => 0)
      : flat(o.padding_values).map((v, i) => {
          if (v === null || v === undefined) return 0;
          const text = readText(v);
          const t =
            text ??
            toTensor(
              v as TensorLike,
              v instanceof CoreTensor || v instanceof NDArray || parts[i] === undefined ? null : kindFor(v, parts[i]!),
            );
          if (t.dtype !== parts[i]!.dtype)
            throw new TypeError(
              `Invalid \`padding_values\`. \`padding_values\` values type ${t.dtype} does not match type ${parts[i]!.dtype} of the corresponding input component.`,
            );
          return t.item() as number | boolean;
        });
  const pad = (column: readonly CoreTensor[], i: number): readonly CoreTensor[] => {
    const dims = shapes[i] ?? null;
    const rank = column[0]!.rank;
    const sizes = Array.from(
      { length: rank },
      (_, axis) => dims?.[axis] ?? Math.max(...column.map((t) => t.sizes[axis]!)),
    );
    return column.map((t) => {
      if (t.sizes.some((d, axis) => d > sizes[axis]!))
        throw inIterator('Attempted to pad to a smaller size than the input element.', DataLossError);
      if (t.sizes.every((d, axis) => d === sizes[axis])) return t;
      let out = t;
      sizes.forEach((want, axis) => {
        const missing = want - out.sizes[axis]!;
        if (missing === 0) return;
        const shape = out.sizes.map((d, k) => (k === axis ? missing : d));
        out = ops.concat([out, ops.fullLike(out, Number(fills[i] ?? 0), shape, out.scalarType)], axis);
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
  return dataset.through(
    function* (source) {
      for (const held of chunks(source, [size], drop)) {
        const parts = held.map(componentsOf);
        let i = 0;
        yield mapComponents(held[0], () => {
          const column = parts.map((p) => p[i] as Tensor);
          i++;
          const same = column[0]!.rank === 0;
          return same ? ops.stack(column, 0) : new RaggedTensor(column);
        });
      }
    },
    batches(dataset.count, size, drop),
    () => batchedSpec(dataset.element_spec, drop ? size : null),
  );
}

export function rebatch(dataset: Dataset, batch_size: unknown, ...rest: readonly unknown[]): Dataset {
  const o = bind('rebatch', ['drop_remainder', 'name'], rest);
  const drop = Boolean(o.drop_remainder ?? false);
  const sizes = Array.isArray(batch_size)
    ? batch_size.map((s) => int64('batch_size', s))
    : [int64('batch_size', batch_size)];
  return dataset.through(
    function* (source) {
      for (const held of chunks(rowsIn(source), sizes, drop)) yield stackElements(held, false);
    },
    UNKNOWN_CARDINALITY,
    () =>
      mapSpec(dataset.element_spec, (s) =>
        TensorSpec.of(
          s.dims === null ? null : [drop && sizes.length === 1 ? sizes[0]! : null, ...s.dims.slice(1)],
          s.dtype.name,
        ),
      ),
  );
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
    () => mapSpec(spec, (s) => TensorSpec.of(s.dims === null ? null : s.dims.slice(1), s.dtype.name)),
    '_UnbatchDataset',
  );
}
