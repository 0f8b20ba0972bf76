import { bind, isNumber } from '@stele/core';
import { MersenneGenerator } from '@stele/core/random';
import { z } from 'zod';
import { as_tensor } from '../../creation';
import { float64 } from '../../dtype';
import { NotImplementedError, ValueError } from '../../errors';
import { multinomial } from '../../functions/random';
import { type Generator, generatorOf } from '../../random';
import type { Tensor } from '../../tensor';
import { iteratorOf, sizeOf } from './python';

const generator = z.custom<Generator | null>().nullable().default(null);
const source = z.custom<unknown>();
const told = (x: unknown): string =>
  x === null ? 'None' : typeof x === 'boolean' ? (x ? 'True' : 'False') : Array.isArray(x) ? `[${x}]` : String(x);
const isCount = (n: unknown): boolean => isNumber(n) && Number.isInteger(Number(n)) && Number(n) > 0;

interface PythonSampler {
  __iter__(): unknown;
}
function pythonIter(this: Sampler<unknown>): Iterator<unknown> {
  return this[Symbol.iterator]();
}
/**
 * Says in which order a DataLoader takes its items. A class of one's own defines how it is iterated, in JavaScript's way
 * or in Python's.
 * @see https://docs.pytorch.org/docs/stable/data.html#torch.utils.data.Sampler
 */
export class Sampler<T = number> {
  // biome-ignore lint/complexity/noUselessConstructor: Python's subclasses may hand on their data source
  constructor(..._source: readonly unknown[]) {}
  [Symbol.iterator](): Iterator<T> {
    const { __iter__ } = this as unknown as PythonSampler;
    if (__iter__ !== pythonIter) return iteratorOf(__iter__.call(this)) as Iterator<T>;
    throw new NotImplementedError('Subclasses of Sampler should implement __iter__.');
  }
  /** How many items a pass gives. */
  get length(): number {
    const { __len__ } = this as unknown as { __len__?: () => number };
    if (__len__ !== undefined) return Number(__len__.call(this));
    throw new TypeError(`object of type '${this.constructor.name}' has no len()`);
  }
}
Object.defineProperty(Sampler.prototype, '__iter__', { value: pythonIter, writable: true, configurable: true });

/** 0, 1, 2, ... */
export class SequentialSampler extends Sampler {
  readonly data_source: unknown;
  constructor(data_source: unknown) {
    super();
    this.data_source = data_source;
  }
  override get length(): number {
    return sizeOf(this.data_source);
  }
  override *[Symbol.iterator](): Iterator<number> {
    for (let i = 0; i < this.length; i++) yield i;
  }
}
const random = z.strictObject({
  data_source: source,
  replacement: z.custom<boolean>().default(false),
  num_samples: z.int().nullable().default(null),
  generator,
});
interface RandomOptions {
  replacement?: boolean;
  num_samples?: number | null;
  generator?: Generator | null;
}
/** A random order, PyTorch's own; with replacement independent draws. */
export class RandomSampler extends Sampler {
  readonly data_source: unknown;
  readonly replacement: boolean;
  readonly generator: Generator | null;
  private readonly wanted: number | null;

  constructor(
    data_source: unknown,
    replacement?: boolean | RandomOptions,
    num_samples?: number | null | RandomOptions,
    generator?: Generator | null | RandomOptions,
  );
  constructor(...args: unknown[]) {
    super();
    const o = bind('RandomSampler.__init__()', random, 1, args);
    this.data_source = o.data_source;
    this.replacement = o.replacement;
    this.generator = o.generator;
    this.wanted = o.num_samples;
    if (typeof o.replacement !== 'boolean')
      throw new TypeError(`replacement should be a boolean value, but got replacement=${told(o.replacement)}`);
    if (!isCount(this.num_samples))
      throw new ValueError(
        `num_samples should be a positive integer value, but got num_samples=${told(this.num_samples)}`,
      );
  }
  get num_samples(): number {
    return this.wanted ?? sizeOf(this.data_source);
  }
  override get length(): number {
    return this.num_samples;
  }
  override *[Symbol.iterator](): Iterator<number> {
    const n = sizeOf(this.data_source);
    const stream =
      this.generator === null ? new MersenneGenerator(generatorOf().nextInt63()) : generatorOf(this.generator);
    const count = this.num_samples;
    if (this.replacement) {
      for (let at = 0; at < count; at += 32) {
        const some = new Int32Array(Math.min(32, count - at));
        stream.randint(some, 'int32', 0, n);
        yield* some;
      }
      return;
    }
    for (let i = 0; i < Math.floor(count / n); i++) yield* stream.permutation(n);
    // drawn even where nothing is left to give
    yield* stream.permutation(n).subarray(0, count % n);
  }
}
/** Some places in a random order. */
export class SubsetRandomSampler<T = number> extends Sampler<T> {
  readonly indices: readonly T[];
  readonly generator: Generator | null;
  constructor(indices: readonly T[], generator?: Generator | null | { generator?: Generator | null });
  constructor(...args: unknown[]) {
    super();
    const o = bind('SubsetRandomSampler.__init__()', subset, 1, args);
    this.indices = o.indices as readonly T[];
    this.generator = o.generator;
  }
  override get length(): number {
    return sizeOf(this.indices);
  }
  override *[Symbol.iterator](): Iterator<T> {
    for (const i of generatorOf(this.generator).permutation(this.length)) yield this.indices[i]!;
  }
}
const subset = z.strictObject({ indices: source, generator });
const weighted = z.strictObject({
  weights: source,
  num_samples: z.custom<number>(),
  replacement: z.custom<boolean>().default(true),
  generator,
});
/** Places in proportion to their weights. */
export class WeightedRandomSampler extends Sampler {
  readonly weights: Tensor;
  readonly num_samples: number;
  readonly replacement: boolean;
  readonly generator: Generator | null;
  constructor(
    weights: readonly number[] | Tensor,
    num_samples: number,
    replacement?: boolean | { replacement?: boolean; generator?: Generator | null },
    generator?: Generator | null | { generator?: Generator | null },
  );
  constructor(...args: unknown[]) {
    super();
    const o = bind('WeightedRandomSampler.__init__()', weighted, 2, args);
    if (!isCount(o.num_samples))
      throw new ValueError(
        `num_samples should be a positive integer value, but got num_samples=${told(o.num_samples)}`,
      );
    if (typeof o.replacement !== 'boolean')
      throw new ValueError(`replacement should be a boolean value, but got replacement=${told(o.replacement)}`);
    this.weights = as_tensor(o.weights as never, { dtype: float64 });
    if (this.weights.ndim !== 1)
      throw new ValueError(
        `weights should be a 1d sequence but given weights have shape (${this.weights.sizes.join(', ')})`,
      );
    this.num_samples = Number(o.num_samples);
    this.replacement = o.replacement;
    this.generator = o.generator;
  }
  override get length(): number {
    return this.num_samples;
  }
  override *[Symbol.iterator](): Iterator<number> {
    const { generator } = this;
    yield* multinomial(this.weights, this.num_samples, this.replacement, { generator }).tolist() as number[];
  }
}
const batches = z.strictObject({ sampler: source, batch_size: z.custom<number>(), drop_last: z.custom<boolean>() });
/** Lists of what another sampler gives. */
export class BatchSampler<T = number> extends Sampler<T[]> {
  readonly sampler: Iterable<T>;
  readonly batch_size: number;
  readonly drop_last: boolean;
  constructor(
    sampler: Iterable<T>,
    batch_size: number | { batch_size: number; drop_last: boolean },
    drop_last?: boolean | { drop_last: boolean },
  );
  constructor(...args: unknown[]) {
    super();
    const o = bind('BatchSampler.__init__()', batches, 3, args);
    if (!isCount(o.batch_size))
      throw new ValueError(`batch_size should be a positive integer value, but got batch_size=${told(o.batch_size)}`);
    if (typeof o.drop_last !== 'boolean')
      throw new ValueError(`drop_last should be a boolean value, but got drop_last=${told(o.drop_last)}`);
    this.sampler = o.sampler as Iterable<T>;
    this.batch_size = Number(o.batch_size);
    this.drop_last = o.drop_last;
  }
  override get length(): number {
    const n = sizeOf(this.sampler) / this.batch_size;
    return this.drop_last ? Math.floor(n) : Math.ceil(n);
  }
  override *[Symbol.iterator](): Iterator<T[]> {
    const items = iteratorOf(this.sampler) as Iterator<T>;
    for (;;) {
      const batch: T[] = [];
      while (batch.length < this.batch_size) {
        const next = items.next();
        if (next.done) break;
        batch.push(next.value);
      }
      if (batch.length === 0 || (this.drop_last && batch.length < this.batch_size)) return;
      yield batch;
    }
  }
}
const shared = z.strictObject({
  dataset: source,
  num_replicas: z.int(),
  rank: z.int(),
  shuffle: z.boolean().default(true),
  seed: z.int().default(0),
  drop_last: z.boolean().default(false),
});
/** One of several equal shares of a data set, in an order that all of them draw alike. */
export class DistributedSampler extends Sampler {
  readonly dataset: unknown;
  readonly num_replicas: number;
  readonly rank: number;
  readonly shuffle: boolean;
  readonly seed: number;
  readonly drop_last: boolean;
  epoch = 0;
  constructor(
    dataset: unknown,
    num_replicas:
      | number
      | { num_replicas: number; rank: number; shuffle?: boolean; seed?: number; drop_last?: boolean },
    rank?: number | { rank: number; shuffle?: boolean; seed?: number; drop_last?: boolean },
    shuffle?: boolean | { shuffle?: boolean; seed?: number; drop_last?: boolean },
  );
  constructor(...args: unknown[]) {
    super();
    const o = bind('DistributedSampler.__init__()', shared, 3, args);
    if (o.rank >= o.num_replicas || o.rank < 0)
      throw new ValueError(`Invalid rank ${o.rank}, rank should be in the interval [0, ${o.num_replicas - 1}]`);
    this.dataset = o.dataset;
    this.num_replicas = o.num_replicas;
    this.rank = o.rank;
    this.shuffle = o.shuffle;
    this.seed = o.seed;
    this.drop_last = o.drop_last;
  }
  set_epoch(epoch: number): void {
    this.epoch = epoch;
  }
  override get length(): number {
    const n = sizeOf(this.dataset);
    if (this.drop_last && n % this.num_replicas !== 0) return Math.ceil((n - this.num_replicas) / this.num_replicas);
    return Math.ceil(n / this.num_replicas);
  }
  override *[Symbol.iterator](): Iterator<number> {
    const n = sizeOf(this.dataset);
    const order = this.shuffle
      ? new MersenneGenerator(this.seed + this.epoch).permutation(n)
      : Int32Array.from({ length: n }, (_, i) => i);
    const total = this.length * this.num_replicas;
    for (let i = this.rank; i < total; i += this.num_replicas) yield order[i % n]!;
  }
}
