import { asFunction, describeFunction, functionDescription, tupleOf } from '@stele/core';
import { bind } from '../dispatch';
import { kernelError, valueError } from '../errors';
import { entriesOf, mapLeaves } from '../nest';
import { TensorSpec } from '../spec';
import { type Tensor, type TensorLike, toTensor } from '../tensor';
import { inIterator, int64 } from './arguments';
import { UNKNOWN_CARDINALITY } from './cardinality';
import { Dataset } from './dataset';
import { ElementFunction, spread } from './elementFunction';
import { batchedSpec, componentsOf, DatasetSpec, mapSpec, rowSpec, specText, undefinedSpec } from './structure';

const windowOf = (held: readonly unknown[], spec: unknown): unknown => {
  const whole = new Dataset(
    () => held,
    held.length,
    () => spec,
    '_VariantDataset',
  );
  if (!Array.isArray(spec) && entriesOf(spec) === null) return whole;
  let i = 0;
  return mapLeaves(spec, (s) => {
    const place = i++;
    return new Dataset(
      () => held.map((e) => componentsOf(e)[place]),
      held.length,
      () => s,
      '_VariantDataset',
    );
  });
};

export function window<T>(dataset: Dataset<T>, size: unknown, ...rest: readonly unknown[]): Dataset {
  const o = bind('window', ['shift', 'stride', 'drop_remainder', 'name'], rest);
  const width = int64('size', size);
  const shift = int64('shift', o.shift, width);
  const stride = int64('stride', o.stride, 1);
  const drop = Boolean(o.drop_remainder ?? false);
  if (width < 1) throw kernelError('WindowDataset', 'Window size must be greater than zero.');
  if (shift < 1) throw kernelError('WindowDataset', 'Window shift must be greater than zero.');
  if (stride < 1) throw kernelError('WindowDataset', 'Window stride must be greater than zero.');
  const span = (width - 1) * stride + 1;
  const spec = dataset.element_spec;
  const count =
    dataset.count < 0
      ? dataset.count
      : drop
        ? Math.max(0, Math.floor((dataset.count - span) / shift) + 1)
        : Math.ceil(dataset.count / shift);
  return dataset.through(
    function* (source) {
      const iterator = source[Symbol.iterator]();
      let buffer: T[] = [];
      let skip = 0;
      let ended = false;
      for (;;) {
        while (!ended && (skip > 0 || buffer.length < span)) {
          const { done, value } = iterator.next();
          if (done) ended = true;
          else if (skip > 0) skip--;
          else buffer.push(value);
        }
        if (buffer.length === 0 || (drop && buffer.length < span)) return;
        const picked = buffer.filter((_, i) => i % stride === 0 && i < span);
        yield windowOf(picked, spec);
        skip = Math.max(0, shift - buffer.length);
        buffer = buffer.slice(shift);
      }
    },
    count,
    () => mapLeaves(spec, (s) => new DatasetSpec(s)),
    '_WindowDataset',
  );
}

/** The elements of a window. */
const windowed = (held: readonly unknown[], spec: unknown): Dataset =>
  new Dataset(
    () => held,
    held.length,
    () => spec,
    '_VariantDataset',
  );
/** A function that gives a whole number. */
function scalarFunction(name: string, given: unknown, args: readonly unknown[]): ElementFunction {
  const f = asFunction(given) as (...parts: any[]) => TensorLike;
  const whole = (...parts: unknown[]): Tensor => toTensor(f(...parts), 'int64');
  const about = functionDescription(f);
  if (about !== null) describeFunction(whole, about);
  const made = new ElementFunction(whole, args);
  if (made.spec instanceof TensorSpec && (made.spec.dims?.length ?? 0) === 0) return made;
  if (made.spec === null) return made;
  throw valueError(
    `Invalid \`${name}\`. \`${name}\` must return a single \`tf.int64\` scalar tensor but its return type is ${specText(made.spec)}.`,
  );
}

export function group_by_window(dataset: Dataset, ...args: readonly unknown[]): Dataset {
  const o = bind('group_by_window', ['key_func', 'reduce_func', 'window_size', 'window_size_func', 'name'], args);
  if (
    (o.window_size === undefined || o.window_size === null) ===
    (o.window_size_func === undefined || o.window_size_func === null)
  )
    throw valueError('Either the `window_size` argument or the `window_size_func` argument must be specified.');
  const spec = dataset.element_spec;
  const key = scalarFunction('key_func', o.key_func, spread(spec));
  const reduce = new ElementFunction(o.reduce_func as never, [TensorSpec.of([], 'int64'), new DatasetSpec(spec)]);
  if (reduce.spec !== null && !(reduce.spec instanceof DatasetSpec))
    throw new TypeError(
      `Invalid \`reduce_func\`. \`reduce_func\` must return a single \`tf.data.Dataset\` object but its return type is ${specText(reduce.spec)}.`,
    );
  const sizes =
    typeof o.window_size_func === 'function'
      ? scalarFunction('window_size_func', o.window_size_func, [TensorSpec.of([], 'int64')])
      : null;
  const sizeOf = (k: Tensor): number => {
    const size = sizes === null ? int64('window_size', o.window_size) : Number((sizes.call([k]) as Tensor).item());
    if (size < 1) throw inIterator(`Window size must be greater than zero, but got ${size}.`);
    return size;
  };
  const made = (k: Tensor, held: readonly unknown[]): Dataset => reduce.call([k, windowed(held, spec)]) as Dataset;
  return dataset.through(
    function* (source) {
      const groups = new Map<string, { key: Tensor; held: unknown[]; size: number }>();
      for (const element of source) {
        const k = key.call(spread(element)) as Tensor;
        const name = String(k.item());
        let group = groups.get(name);
        if (group === undefined) groups.set(name, (group = { key: k, held: [], size: sizeOf(k) }));
        group.held.push(element);
        if (group.held.length < group.size) continue;
        groups.delete(name);
        yield* made(group.key, group.held);
      }
      for (const group of [...groups.values()].sort((a, b) => Number(a.key.item()) - Number(b.key.item())))
        yield* made(group.key, group.held);
    },
    UNKNOWN_CARDINALITY,
    reduce.spec instanceof DatasetSpec
      ? () => (reduce.spec as DatasetSpec).element_spec
      : undefinedSpec(() => group_by_window(dataset, ...args)),
    '_GroupByWindowDataset',
  );
}

export function bucket_by_sequence_length(dataset: Dataset, ...args: readonly unknown[]): Dataset {
  const o = bind(
    'bucket_by_sequence_length',
    [
      'element_length_func',
      'bucket_boundaries',
      'bucket_batch_sizes',
      'padded_shapes',
      'padding_values',
      'pad_to_bucket_boundary',
      'no_padding',
      'drop_remainder',
      'name',
    ],
    args,
  );
  const bounds = [...(o.bucket_boundaries as unknown[])].map(Number);
  const sizes = [...(o.bucket_batch_sizes as unknown[])].map(Number);
  if (sizes.length !== bounds.length + 1)
    throw valueError(
      '`len(bucket_batch_sizes)` must equal `len(bucket_boundaries) + 1` but `len(bucket_batch_sizes)=' +
        `${sizes.length}\` and \`len(bucket_boundaries)=${bounds.length}\`.`,
    );
  const length = new ElementFunction(o.element_length_func as never, spread(dataset.element_spec));
  const drop = Boolean(o.drop_remainder ?? false);
  const shapes = o.padded_shapes ?? mapSpec(dataset.element_spec, (s) => tupleOf([...(s.dims ?? [])]));
  const spec = dataset.element_spec;
  const bucketOf = (element: unknown): number => {
    const n = Number((length.call(spread(element)) as Tensor).item());
    const i = bounds.findIndex((b) => n < b);
    return i < 0 ? bounds.length : i;
  };
  const made = (bucket: number, held: readonly unknown[]): Dataset => {
    const window = windowed(held, spec);
    if (o.no_padding) return window.batch(sizes[bucket]!, drop);
    let wanted: unknown = shapes;
    if (o.pad_to_bucket_boundary) {
      if (bucket === bounds.length)
        throw inIterator('When pad_to_bucket_boundary=True, elements must have length < max(bucket_boundaries).');
      wanted = mapSpec(spec, (s) => tupleOf((s.dims ?? []).map((d) => d ?? bounds[bucket]! - 1)));
    }
    return window.padded_batch(sizes[bucket]!, wanted, o.padding_values ?? null, drop);
  };
  return dataset.through(
    function* (source) {
      const groups = new Map<number, unknown[]>();
      for (const element of source) {
        const bucket = bucketOf(element);
        const held = groups.get(bucket) ?? [];
        groups.set(bucket, held);
        held.push(element);
        if (held.length < sizes[bucket]!) continue;
        groups.delete(bucket);
        yield* made(bucket, held);
      }
      for (const bucket of [...groups.keys()].sort((a, b) => a - b)) yield* made(bucket, groups.get(bucket)!);
    },
    UNKNOWN_CARDINALITY,
    () => batchedSpec(o.pad_to_bucket_boundary ? spec : rowSpec(made(0, []).element_spec), null),
    '_GroupByWindowDataset',
  );
}
