import { floatsAreMarked, isTuple, ops, tupleOf } from '@stele/core';
import { NDArray } from '@stele/core/numpy';
import { combineSeeds, IteratorSeeds, shuffleWindow } from '@stele/core/random';
import { asGraphFunction } from '../autograph';
import { InvalidArgumentError, valueError } from '../errors';
import { entriesOf, isRecord, mapEntries } from '../nest';
import { seeds } from '../random';
import { Tensor, toTensor } from '../tensor';

/** What `cardinality` gives for endless datasets and for those of unknown length. */
export const INFINITE_CARDINALITY = -1;
export const UNKNOWN_CARDINALITY = -2;

/** Marks components apart from a list of numbers: in Python they are a tuple; in JavaScript, what holds arrays. */
function isStructure(value: unknown): value is readonly unknown[] {
  if (!Array.isArray(value)) return false;
  if (isTuple(value)) return true;
  return !floatsAreMarked() && !isNumbers(value) && (value as readonly unknown[]).some(isComponent);
}
const isComponent = (part: unknown): boolean =>
  part instanceof Tensor ||
  part instanceof NDArray ||
  ArrayBuffer.isView(part) ||
  Array.isArray(part) ||
  entriesOf(part) !== null;

function mapTensors(value: unknown, f: (t: Tensor) => unknown): unknown {
  if (value instanceof Tensor) return f(value);
  if (Array.isArray(value)) return tupleOf(value.map((part) => mapTensors(part, f)));
  return mapEntries(value, (part) => mapTensors(part, f));
}
/**
 * Opens a source now, to be read once later. TensorFlow opens what lies upstream together with the iterator, and a
 * shuffle draws its order then, whether or not an element is ever asked for. (A shuffle itself opens what it reads later.)
 */
function opened<T>(source: Iterable<T>): Iterable<T> {
  const iterator = source[Symbol.iterator]();
  return { [Symbol.iterator]: () => iterator };
}

/** The elements of several iterators side by side, until one of them ends. */
function* together(iterators: readonly Iterator<unknown>[]): Generator<unknown[], void, undefined> {
  while (true) {
    const next = iterators.map((it) => it.next());
    if (next.some((r) => r.done)) return;
    yield tupleOf(next.map((r) => r.value));
  }
}

const components = (value: unknown): Tensor[] => {
  const out: Tensor[] = [];
  mapTensors(value, (t) => out.push(t));
  return out;
};

function convert(value: unknown): unknown {
  if (entriesOf(value) !== null) return mapEntries(value, convert);
  if (isStructure(value)) return tupleOf(value.map(convert));
  return value instanceof Dataset ? value : toTensor(value as number);
}

function stackElements(elements: readonly unknown[]): unknown {
  const parts = elements.map(components);
  let i = 0;
  return mapTensors(elements[0], () => {
    const column = parts.map((p) => p[i]!);
    i++;
    const first = column[0]!;
    for (const t of column) {
      if (String(t.shape) !== String(first.shape))
        throw new InvalidArgumentError(
          `Cannot batch tensors with different shapes in component ${i - 1}. First element had shape [${first.sizes.join(',')}] and element ${column.indexOf(t)} had shape [${t.sizes.join(',')}]. [Op:IteratorGetNext] name: `,
        );
    }
    return ops.stack(column, 0);
  });
}

/**
 * A lazy stream of elements (a tensor, a list or a record of tensors), read anew by each `for ... of`.
 *
 * ```ts
 * const batches = tf.data.Dataset.from_tensor_slices(tf.range(5)).batch(2);
 * [...batches].map((x) => x.shape.as_list()); // [[2], [2], [1]]
 * ```
 * @see https://www.tensorflow.org/api_docs/python/tf/data/Dataset
 */
export class Dataset<T = any> implements Iterable<T> {
  private readonly open: () => Iterable<T>;
  private readonly count: number;

  constructor(open: () => Iterable<T>, count: number) {
    this.open = open;
    this.count = count;
  }

  /** Slices along the first axis; a list or record gives elements of that structure. */
  static from_tensor_slices(tensors: unknown): Dataset {
    const data = convert(tensors);
    const parts = components(data);
    if (parts.some((t) => t.rank === 0)) throw valueError('Unbatching a tensor is only supported for rank >= 1');
    const n = parts[0]?.sizes[0] ?? 0;
    for (const t of parts) {
      if (t.sizes[0] !== n) throw valueError(`Dimensions ${n} and ${t.sizes[0]} are not compatible`);
    }
    return new Dataset(function* () {
      for (let i = 0; i < n; i++) yield mapTensors(data, (t) => ops.select(t, 0, i));
    }, n);
  }
  static from_tensors(tensors: unknown): Dataset {
    const data = convert(tensors);
    return new Dataset(() => [data], 1);
  }
  static range(...args: readonly number[]): Dataset<Tensor> {
    const [start, stop, step] = args.length === 1 ? [0, args[0]!, 1] : [args[0]!, args[1]!, args[2] ?? 1];
    const n = Math.max(0, Math.ceil((stop - start) / step));
    return new Dataset(function* () {
      for (let i = 0; i < n; i++) yield toTensor(start + i * step, 'int64');
    }, n);
  }
  static zip(...datasets: readonly any[]): Dataset {
    const list = (Array.isArray(datasets[0]) ? datasets[0] : datasets) as Dataset[];
    const finite = list.map((d) => d.count).filter((c) => c !== INFINITE_CARDINALITY);
    const count = finite.includes(UNKNOWN_CARDINALITY)
      ? UNKNOWN_CARDINALITY
      : finite.length
        ? Math.min(...finite)
        : INFINITE_CARDINALITY;
    return new Dataset(() => together(list.map((d) => d[Symbol.iterator]())), count);
  }

  [Symbol.iterator](): Iterator<T> {
    return this.open()[Symbol.iterator]();
  }

  /** A dataset that reads this one, element by element. */
  private through<U>(read: (source: Iterable<T>) => Iterable<U>, count: number): Dataset<U> {
    return new Dataset<U>(() => read(opened(this)), count);
  }

  /** Each element given to a function: the components of a list as arguments of their own. */
  map(f: (...parts: any[]) => unknown): Dataset {
    return this.through(function* (source) {
      for (const element of source) {
        const made = asGraphFunction(() => (Array.isArray(element) ? f(...element) : f(element)));
        yield made instanceof Tensor ? made : convert(made);
      }
    }, this.count);
  }
  filter(keep: (...parts: any[]) => Tensor | boolean): Dataset<T> {
    return this.through(function* (source) {
      for (const element of source) {
        const answer = asGraphFunction(() => (Array.isArray(element) ? keep(...element) : keep(element)));
        if (typeof answer === 'boolean' ? answer : answer.item()) yield element;
      }
    }, UNKNOWN_CARDINALITY);
  }
  batch(batch_size: number, options: boolean | { drop_remainder?: boolean } = false): Dataset {
    if (batch_size < 1)
      throw new InvalidArgumentError('Batch size must be greater than zero. [Op:BatchDatasetV2] name: ');
    const drop = typeof options === 'boolean' ? options : (options.drop_remainder ?? false);
    const count =
      this.count < 0 ? this.count : drop ? Math.floor(this.count / batch_size) : Math.ceil(this.count / batch_size);
    return this.through(function* (source) {
      let held: T[] = [];
      for (const element of source) {
        held.push(element);
        if (held.length === batch_size) {
          yield stackElements(held);
          held = [];
        }
      }
      if (held.length > 0 && !drop) yield stackElements(held);
    }, count);
  }
  /** A window of `buffer_size` elements of which a random one comes next, in TensorFlow's order. */
  shuffle(buffer_size: number, ...rest: readonly unknown[]): Dataset<T> {
    if (buffer_size < 1)
      throw new InvalidArgumentError(
        'buffer_size must be greater than zero or UNKNOWN_CARDINALITY [Op:ShuffleDatasetV3] name: ',
      );
    const last = rest[0];
    const options = (isRecord(last) ? last : { seed: rest[0], reshuffle_each_iteration: rest[1] }) as {
      seed?: number;
      reshuffle_each_iteration?: boolean;
    };
    const pair = options.seed === undefined ? seeds.eagerSeeds() : combineSeeds(seeds.globalSeed, options.seed);
    const each = new IteratorSeeds(pair, options.reshuffle_each_iteration ?? true);
    return new Dataset<T>(() => shuffleWindow(this, buffer_size, each.next()), this.count);
  }
  repeat(count: number | null = null): Dataset<T> {
    const endless = count === null || count < 0;
    const self = this;
    return new Dataset<T>(
      () => {
        const first = opened(self);
        return (function* () {
          for (let i = 0; endless || i < count; i++) {
            let any = false;
            for (const element of i === 0 ? first : self) {
              any = true;
              yield element;
            }
            if (!any) return;
          }
        })();
      },
      endless ? (this.count === 0 ? 0 : INFINITE_CARDINALITY) : this.count < 0 ? this.count : this.count * count,
    );
  }
  take(count: number): Dataset<T> {
    if (count < 0) return this;
    return this.through(
      function* (source) {
        if (count === 0) return;
        let left = count;
        for (const element of source) {
          yield element;
          if (--left === 0) return;
        }
      },
      this.count === INFINITE_CARDINALITY ? count : this.count < 0 ? this.count : Math.min(count, this.count),
    );
  }
  skip(count: number): Dataset<T> {
    return this.through(
      function* (source) {
        let left = count;
        for (const element of source) if (count >= 0 && left-- <= 0) yield element;
      },
      count < 0 ? 0 : this.count < 0 ? this.count : Math.max(0, this.count - count),
    );
  }
  enumerate(start = 0): Dataset {
    return this.through(function* (source) {
      let i = start;
      for (const element of source) yield tupleOf([toTensor(i++, 'int64'), element]);
    }, this.count);
  }
  concatenate(other: Dataset): Dataset {
    const count = [this.count, other.count];
    return this.through(
      function* (source) {
        yield* source;
        yield* other;
      },
      count.includes(INFINITE_CARDINALITY)
        ? INFINITE_CARDINALITY
        : count.includes(UNKNOWN_CARDINALITY)
          ? UNKNOWN_CARDINALITY
          : this.count + other.count,
    );
  }
  /** Elements are made when asked for, so there is nothing to prefetch. */
  prefetch(_buffer_size: number): Dataset<T> {
    return this;
  }
  cache(): Dataset<T> {
    let kept: T[] | null = null;
    const fill = function* (source: Iterable<T>): Generator<T, void, undefined> {
      const made: T[] = [];
      for (const element of source) {
        made.push(element);
        yield element;
      }
      kept = made;
    };
    return new Dataset<T>(() => kept ?? fill(opened(this)), this.count);
  }
  *as_numpy_iterator(): Generator<any, void, undefined> {
    for (const element of this) yield mapTensors(element, (t) => t.numpy());
  }
  cardinality(): Tensor {
    return toTensor(this.count, 'int64');
  }
  /** Number of elements, as Python's `len`. */
  get length(): number {
    if (this.count === INFINITE_CARDINALITY) throw new TypeError('The dataset is infinite.');
    if (this.count === UNKNOWN_CARDINALITY) throw new TypeError('The dataset length is unknown.');
    return this.count;
  }
}

const isNumbers = (value: unknown): boolean =>
  typeof value === 'number' ||
  typeof value === 'boolean' ||
  typeof value === 'bigint' ||
  (Array.isArray(value) && value.every(isNumbers));
