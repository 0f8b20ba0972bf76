import { isNumber, type OptionsSchema, parseOptions } from '@stele/core';
import { NDArray } from '@stele/core/numpy';
import { MersenneGenerator } from '@stele/core/random';
import { z } from 'zod';
import { named } from '../../arguments';
import { from_numpy, stack, tensor } from '../../creation';
import { ValueError } from '../../errors';
import { type Generator, generatorOf } from '../../random';
import { Tensor } from '../../tensor';
import { asDataset, type Dataset } from './dataset';

/** Items as a batch: tensors are stacked, numbers become tensors, lists and objects are joined part by part. */
export function default_collate(items: readonly unknown[]): unknown {
  const first = items[0];
  if (first instanceof Tensor) return stack(items as Tensor[]);
  if (first instanceof NDArray) return stack((items as NDArray[]).map(from_numpy));
  if (isNumber(first)) {
    const floats = (items as number[]).some((v) => !Number.isInteger(v));
    return floats ? tensor(items as number[]).double() : tensor(items as number[]);
  }
  if (typeof first === 'boolean') return tensor(items as boolean[]);
  if (typeof first === 'string') return [...items];
  if (Array.isArray(first)) {
    if (items.some((i) => (i as unknown[]).length !== first.length))
      throw new ValueError('each element in list of batch should be of equal size');
    return first.map((_, k) => default_collate(items.map((i) => (i as unknown[])[k])));
  }
  if (typeof first === 'object' && first !== null)
    return Object.fromEntries(
      Object.keys(first).map((k) => [k, default_collate(items.map((i) => (i as Record<string, unknown>)[k]))]),
    );
  throw new TypeError(`default_collate: batch must contain tensors, numbers, dicts or lists; found ${typeof first}`);
}

const schema = z.strictObject({
  batch_size: z.int().positive().default(1),
  shuffle: z.boolean().default(false),
  drop_last: z.boolean().default(false),
  num_workers: z.int().nonnegative().default(0),
  generator: z.custom<Generator>().optional(),
  collate_fn: z.custom<(items: unknown[]) => unknown>().optional(),
  pin_memory: z.boolean().default(false),
});
export interface DataLoaderOptions {
  batch_size?: number;
  shuffle?: boolean;
  drop_last?: boolean;
  num_workers?: number;
  generator?: Generator;
  collate_fn?: (items: any[]) => unknown;
  pin_memory?: boolean;
}

/**
 * Batches of a data set; `shuffle` draws a new order each epoch, the same one that PyTorch draws.
 *
 * ```ts
 * const dataset = new torch.utils.data.TensorDataset(torch.randn(70, 10), torch.zeros(70));
 * [...new DataLoader(dataset, { batch_size: 32, shuffle: true })].length; // 3
 * ```
 * @see https://docs.pytorch.org/docs/stable/data.html#torch.utils.data.DataLoader
 */
export class DataLoader<T = any> {
  readonly dataset: Dataset<T>;
  readonly batch_size: number;
  readonly drop_last: boolean;
  private readonly options: z.infer<typeof schema>;

  constructor(source: Dataset<T> | readonly T[], ...rest: readonly unknown[]) {
    const options = named<DataLoaderOptions>(['batch_size', 'shuffle'], rest);
    const dataset = asDataset(source);
    this.options = parseOptions('DataLoader.__init__()', schema as OptionsSchema<z.infer<typeof schema>>, options);
    this.dataset = dataset;
    this.batch_size = this.options.batch_size;
    this.drop_last = this.options.drop_last;
    if (this.options.shuffle && dataset.length === 0)
      throw new ValueError('num_samples should be a positive integer value, but got num_samples=0');
  }
  /** How many batches an epoch has. */
  get length(): number {
    const n = this.dataset.length / this.batch_size;
    return this.drop_last ? Math.floor(n) : Math.ceil(n);
  }
  *[Symbol.iterator](): IterableIterator<any> {
    const { generator, shuffle, collate_fn } = this.options;
    const n = this.dataset.length;
    // the iterator of torch draws a base seed first, then its sampler a seed of its own where no generator is given
    generatorOf(generator).nextInt63();
    let order: ArrayLike<number> = Array.from({ length: n }, (_, i) => i);
    if (shuffle) {
      const stream = generator ? generatorOf(generator) : new MersenneGenerator(generatorOf().nextInt63());
      order = stream.permutation(n);
    }
    for (let at = 0; at < n; at += this.batch_size) {
      const end = Math.min(n, at + this.batch_size);
      if (this.drop_last && end - at < this.batch_size) return;
      const items: T[] = [];
      for (let i = at; i < end; i++) items.push(this.dataset.get(order[i]!));
      yield collate_fn ? collate_fn(items) : default_collate(items);
    }
  }
}
