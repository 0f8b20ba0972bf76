import { bind, isKeywords } from '@stele/core';
import { z } from 'zod';
import { ValueError } from '../../errors';
import { type Generator, generatorOf } from '../../random';
import { default_collate, default_convert } from './collate';
import { type Dataset, IterableDataset, itemOf, itemsOf } from './dataset';
import { iteratorOf, sizeOf } from './python';
import { BatchSampler, RandomSampler, SequentialSampler } from './sampler';

const some = z.custom<any>().nullable().default(null);
const schema = z.strictObject({
  dataset: z.custom<any>(),
  batch_size: z.int().nullable().default(1),
  shuffle: z.boolean().nullable().default(null),
  sampler: some,
  batch_sampler: some,
  num_workers: z.int().default(0),
  collate_fn: z.custom<(items: any) => unknown>().nullable().default(null),
  pin_memory: z.boolean().default(false),
  drop_last: z.boolean().default(false),
  timeout: z.number().default(0),
  worker_init_fn: some,
  multiprocessing_context: some,
  generator: z.custom<Generator | null>().nullable().default(null),
  prefetch_factor: z.int().nullable().default(null),
  persistent_workers: z.boolean().default(false),
  pin_memory_device: z.string().default(''),
  in_order: z.boolean().default(true),
});
export interface DataLoaderOptions {
  batch_size?: number | null;
  shuffle?: boolean | null;
  sampler?: Iterable<unknown> | null;
  batch_sampler?: Iterable<readonly unknown[]> | null;
  num_workers?: number;
  collate_fn?: ((items: any) => unknown) | null;
  pin_memory?: boolean;
  drop_last?: boolean;
  timeout?: number;
  worker_init_fn?: ((worker: number) => void) | null;
  generator?: Generator | null;
  prefetch_factor?: number | null;
  persistent_workers?: boolean;
  pin_memory_device?: string;
  in_order?: boolean;
}
const fixed = new Set(['batch_size', 'batch_sampler', 'sampler', 'drop_last', 'dataset', 'persistent_workers']);
const told = (x: unknown): string => (x === true ? 'True' : String(x));

/**
 * Batches of a data set; `shuffle` draws a new order each epoch, the same one that PyTorch draws. Items are read in
 * this thread, whatever num_workers says.
 *
 * ```ts
 * const dataset = new torch.utils.data.TensorDataset(torch.randn(70, 10), torch.zeros(70));
 * [...new DataLoader(dataset, { batch_size: 32, shuffle: true })].length; // 3
 * ```
 * @see https://docs.pytorch.org/docs/stable/data.html#torch.utils.data.DataLoader
 */
export class DataLoader<T = any> {
  readonly dataset: Dataset<T>;
  readonly batch_size: number | null;
  readonly drop_last: boolean;
  readonly sampler: Iterable<unknown> | null;
  readonly batch_sampler: Iterable<readonly unknown[]> | null;
  readonly num_workers: number;
  readonly collate_fn: (items: any) => unknown;
  readonly generator: Generator | null;
  readonly pin_memory: boolean;
  readonly timeout: number;
  readonly worker_init_fn: ((worker: number) => void) | null;
  readonly prefetch_factor: number | null;
  readonly persistent_workers: boolean;

  constructor(
    dataset: Dataset<T> | readonly T[],
    batch_size?: number | null | DataLoaderOptions,
    shuffle?: boolean | null | DataLoaderOptions,
    sampler?: Iterable<unknown> | null | DataLoaderOptions,
    batch_sampler?: Iterable<readonly unknown[]> | null | DataLoaderOptions,
    ...more: unknown[]
  );
  constructor(...args: unknown[]) {
    const o = bind('DataLoader.__init__()', schema, 1, args, 13);
    // as it was given: 1.0 in a list of Python's is no int
    o.dataset = isKeywords(args[0]) ? args[0].dataset : args[0];
    if (o.num_workers < 0)
      throw new ValueError('num_workers option should be non-negative; use num_workers=0 to disable multiprocessing.');
    if (o.timeout < 0) throw new ValueError('timeout option should be non-negative');
    if (o.num_workers === 0 && o.prefetch_factor !== null)
      throw new ValueError(
        'prefetch_factor option could only be specified in multiprocessing.let num_workers > 0 to enable multiprocessing, otherwise set prefetch_factor to None.',
      );
    if (o.prefetch_factor !== null && o.prefetch_factor < 0)
      throw new ValueError('prefetch_factor option should be non-negative');
    if (o.persistent_workers && o.num_workers === 0)
      throw new ValueError('persistent_workers option needs num_workers > 0');
    const walks = o.dataset instanceof IterableDataset;
    if (walks) {
      const refuse = (name: string, value: unknown): Error =>
        new ValueError(
          `DataLoader with IterableDataset: expected unspecified ${name} option, but got ${name}=${told(value)}`,
        );
      if (o.shuffle) throw refuse('shuffle', o.shuffle);
      if (o.sampler !== null) throw refuse('sampler', o.sampler);
      if (o.batch_sampler !== null) throw refuse('batch_sampler', o.batch_sampler);
    }
    const shuffle = o.shuffle === true;
    if (o.sampler !== null && shuffle) throw new ValueError('sampler option is mutually exclusive with shuffle');
    let { batch_size } = o;
    if (o.batch_sampler !== null) {
      if (batch_size !== 1 || shuffle || o.sampler !== null || o.drop_last)
        throw new ValueError(
          'batch_sampler option is mutually exclusive with batch_size, shuffle, sampler, and drop_last',
        );
      batch_size = null;
    } else if (batch_size === null && o.drop_last)
      throw new ValueError('batch_size=None option disables auto-batching and is mutually exclusive with drop_last');
    const endless = {
      *[Symbol.iterator]() {
        for (;;) yield null;
      },
    };
    const { generator } = o;
    const sampler =
      o.sampler ??
      (walks ? endless : shuffle ? new RandomSampler(o.dataset, { generator }) : new SequentialSampler(o.dataset));
    const batches =
      o.batch_sampler ?? (batch_size === null ? null : new BatchSampler(sampler, batch_size, o.drop_last));
    this.dataset = o.dataset;
    this.batch_size = batch_size;
    this.drop_last = o.drop_last;
    this.sampler = sampler;
    this.batch_sampler = batches;
    this.num_workers = o.num_workers;
    this.collate_fn =
      o.collate_fn ?? (batches === null ? default_convert : (default_collate as (items: any) => unknown));
    this.generator = generator;
    this.pin_memory = o.pin_memory;
    this.timeout = o.timeout;
    this.worker_init_fn = o.worker_init_fn;
    this.prefetch_factor = o.prefetch_factor ?? (o.num_workers > 0 ? 2 : null);
    this.persistent_workers = o.persistent_workers;
  }
  /** How many batches an epoch has. */
  get length(): number {
    if (!(this.dataset instanceof IterableDataset)) return sizeOf(this.batch_sampler ?? this.sampler);
    const n = sizeOf(this.dataset) / (this.batch_size ?? 1);
    return this.drop_last ? Math.floor(n) : Math.ceil(n);
  }
  [Symbol.iterator](): IterableIterator<any> {
    return new Pass(this);
  }
  __setattr__(name: string, value: unknown): void {
    if (fixed.has(name))
      throw new ValueError(`${name} attribute should not be set after ${this.constructor.name} is initialized`);
    (this as Record<string, unknown>)[name] = value;
  }
}

/** One pass over a loader's data. It draws a seed when it is made, as torch's does, whether or not anything is read. */
class Pass implements IterableIterator<unknown> {
  private readonly loader: DataLoader;
  private readonly places: Iterator<unknown>;
  private readonly items: Iterator<unknown> | null;
  private ended = false;

  constructor(loader: DataLoader) {
    this.loader = loader;
    this.places = iteratorOf(loader.batch_sampler ?? loader.sampler);
    generatorOf(loader.generator).nextInt63();
    this.items = loader.dataset instanceof IterableDataset ? iteratorOf(loader.dataset) : null;
  }
  [Symbol.iterator](): this {
    return this;
  }
  next(): IteratorResult<unknown> {
    const place = this.ended ? { done: true as const } : this.places.next();
    if (place.done) return { done: true, value: undefined };
    const { dataset, batch_sampler, collate_fn } = this.loader;
    if (this.items !== null) return this.walked(this.items, place.value);
    const found =
      batch_sampler === null ? itemOf(dataset, place.value) : itemsOf(dataset, place.value as readonly number[]);
    return { done: false, value: collate_fn(found) };
  }
  private walked(items: Iterator<unknown>, wanted: unknown): IteratorResult<unknown> {
    const { batch_sampler, collate_fn, drop_last } = this.loader;
    if (batch_sampler === null) {
      const next = items.next();
      return next.done ? { done: true, value: undefined } : { done: false, value: collate_fn(next.value) };
    }
    const count = (wanted as readonly unknown[]).length;
    const batch: unknown[] = [];
    while (batch.length < count && !this.ended) {
      const next = items.next();
      if (next.done) this.ended = true;
      else batch.push(next.value);
    }
    if (batch.length === 0 || (drop_last && batch.length < count)) return { done: true, value: undefined };
    return { done: false, value: collate_fn(batch) };
  }
}
