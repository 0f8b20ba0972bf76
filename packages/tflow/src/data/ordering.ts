import { Tensor as CoreTensor, isKeywords, tupleOf } from '@stele/core';
import { IteratorSeeds, shuffleWindow } from '@stele/core/random';
import { bind } from '../dispatch';
import { kernelError } from '../errors';
import { TensorSpec } from '../spec';
import { toTensor } from '../tensor';
import { int64 } from './arguments';
import { INFINITE_CARDINALITY, UNKNOWN_CARDINALITY } from './cardinality';
import { Dataset } from './dataset';
import { opened } from './reading';
import { pairOrNone } from './seeds';

export function shuffle<T>(dataset: Dataset<T>, buffer_size: unknown, ...rest: readonly unknown[]): Dataset<T> {
  const o = bind('shuffle', ['seed', 'reshuffle_each_iteration', 'name'], rest);
  let size = int64('buffer_size', buffer_size);
  if (size === UNKNOWN_CARDINALITY) size = Number.MAX_SAFE_INTEGER;
  if (size < 1) throw kernelError('ShuffleDatasetV3', 'buffer_size must be greater than zero or UNKNOWN_CARDINALITY');
  const each = new IteratorSeeds(
    pairOrNone(o.seed),
    (o.reshuffle_each_iteration as boolean | null | undefined) ?? true,
  );
  return new Dataset<T>(
    () => shuffleWindow(dataset, size, each.next()),
    dataset.count,
    () => dataset.element_spec,
    '_ShuffleDataset',
  );
}

export function repeat<T>(dataset: Dataset<T>, count: unknown): Dataset<T> {
  if (isKeywords(count)) return dataset.repeat((count as { count?: unknown }).count ?? null);
  if (count instanceof CoreTensor && count.symbolic) {
    if (count.scalarType !== 'int64') int64('count', count);
    return new Dataset<T>(
      () => dataset.repeat(count),
      UNKNOWN_CARDINALITY,
      () => dataset.element_spec,
      '_RepeatDataset',
    );
  }
  const times = int64('count', count, -1);
  const endless = times < 0;
  return new Dataset<T>(
    () => {
      const first = opened(dataset);
      return (function* () {
        for (let i = 0; endless || i < times; i++) {
          let any = false;
          for (const element of i === 0 ? first : dataset) {
            any = true;
            yield element;
          }
          if (!any) return;
        }
      })();
    },
    times === 0
      ? 0
      : endless
        ? dataset.count === 0
          ? 0
          : INFINITE_CARDINALITY
        : dataset.count < 0
          ? dataset.count
          : dataset.count * times,
    () => dataset.element_spec,
    '_RepeatDataset',
  );
}

export function take<T>(dataset: Dataset<T>, count: unknown): Dataset<T> {
  const most = int64('count', count);
  if (most < 0) return dataset.through((source) => source, dataset.count, undefined, '_TakeDataset');
  return dataset.through(
    function* (source) {
      if (most === 0) return;
      let left = most;
      for (const element of source) {
        yield element;
        if (--left === 0) return;
      }
    },
    dataset.count === INFINITE_CARDINALITY ? most : dataset.count < 0 ? dataset.count : Math.min(most, dataset.count),
    undefined,
    '_TakeDataset',
  );
}

export function skip<T>(dataset: Dataset<T>, count: unknown): Dataset<T> {
  const first = int64('count', count);
  return dataset.through(
    function* (source) {
      if (first < 0) return;
      let left = first;
      for (const element of source) if (left-- <= 0) yield element;
    },
    first < 0 ? 0 : dataset.count < 0 ? dataset.count : Math.max(0, dataset.count - first),
    undefined,
    '_SkipDataset',
  );
}

export function shard<T>(dataset: Dataset<T>, num_shards: unknown, index: unknown): Dataset<T> {
  const [n, k] = [int64('num_shards', num_shards), int64('index', index)];
  if (n < 1)
    throw kernelError('ShardDataset', `Number of shards must be greater than zero (currently num_shards = ${n}).`);
  if (k < 0 || k >= n)
    throw kernelError('ShardDataset', `Index must be between 0 and ${n - 1} (currently index = ${k}).`);
  return dataset.through(
    function* (source) {
      let i = 0;
      for (const element of source) if (i++ % n === k) yield element;
    },
    dataset.count < 0 ? dataset.count : Math.floor(dataset.count / n) + (k < dataset.count % n ? 1 : 0),
    undefined,
    '_ShardDataset',
  );
}

export function enumerate(dataset: Dataset, start: unknown): Dataset {
  const first = int64('start', isKeywords(start) ? (start as { start?: unknown }).start : start, 0);
  return dataset.through(
    function* (source) {
      let i = first;
      for (const element of source) yield tupleOf([toTensor(i++, 'int64'), element]);
    },
    dataset.count,
    () => tupleOf([TensorSpec.of([], 'int64'), dataset.element_spec]),
    '_ZipDataset',
  );
}

export function prefetch<T>(dataset: Dataset<T>, buffer_size: unknown): Dataset<T> {
  if (int64('buffer_size', buffer_size, -1) < -1)
    throw kernelError('PrefetchDataset', 'buffer_size must be >= 0 or set buffer_size to be -1 for auto-tuning');
  return dataset.through((source) => source, dataset.count, undefined, '_PrefetchDataset');
}

export function cache<T>(dataset: Dataset<T>): Dataset<T> {
  let kept: T[] | null = null;
  const fill = function* (source: Iterable<T>): Generator<T, void, undefined> {
    const made: T[] = [];
    for (const element of source) {
      made.push(element);
      yield element;
    }
    kept = made;
  };
  return new Dataset<T>(
    () => kept ?? fill(opened(dataset)),
    dataset.count,
    () => dataset.element_spec,
    'CacheDataset',
  );
}
