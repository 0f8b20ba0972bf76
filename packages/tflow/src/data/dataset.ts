import {
  Tensor as CoreTensor,
  declareSignatures,
  floatsAreMarked,
  isKeywords,
  isTuple,
  ops,
  tupleOf,
} from '@stele/core';
import { NDArray } from '@stele/core/numpy';
import { PyFloat } from '@stele/core/printing';
import { combineSeeds, IteratorSeeds, Philox, type SeedPair, shuffleWindow, WordStream } from '@stele/core/random';
import { bind } from '../dispatch';
import { as_dtype, type DTypeLike, dtypeName } from '../dtypes';
import { DataLossError, FailedPreconditionError, InvalidArgumentError, OutOfRangeError, valueError } from '../errors';
import { entriesOf, leavesOf, mapEntries, mapLeaves } from '../nest';
import { seeds, stateless_categorical } from '../random';
import { type Dims, dimsFrom, fits, shapeOf, TensorSpec } from '../spec';
import { StringTensor } from '../strings';
import { Tensor, type TensorLike, toTensor } from '../tensor';
import { classText, ElementFunction, spread } from './elementFunction';
import { componentsOf, convert, mapComponents, mapSpec, specFrom, specText, unitedSpec } from './structure';

/** What `cardinality` gives for endless datasets and for those of unknown length. */
export const INFINITE_CARDINALITY = -1;
export const UNKNOWN_CARDINALITY = -2;
export const AUTOTUNE = -1;

const raised = (op: string, text: string, of = InvalidArgumentError): Error =>
  new of(
    `{{function_node __wrapped__${op}_device_/job:localhost/replica:0/task:0/device:CPU:0}} ${text} [Op:${op}] name: `,
  );
const inIterator = (text: string, of = InvalidArgumentError): Error =>
  new of(
    `{{function_node __wrapped__IteratorGetNext_output_types_1_device_/job:localhost/replica:0/task:0/device:CPU:0}} ${text} [Op:IteratorGetNext] name: `,
  );

/** A whole number among the arguments of a method: TensorFlow takes those as int64. */
function int64(name: string, value: unknown, otherwise?: number): number {
  if ((value === undefined || value === null) && otherwise !== undefined) return otherwise;
  if (value instanceof CoreTensor) {
    if (value.scalarType !== 'int64')
      throw valueError(
        `${name}: Tensor conversion requested dtype int64 for Tensor with dtype ${value.scalarType}: ${(value as Tensor).__repr__()}`,
      );
    return Number((value as Tensor).item());
  }
  const fraction = value instanceof PyFloat || (typeof value === 'number' && !Number.isInteger(value));
  if (fraction || typeof value === 'string' || typeof value === 'function')
    throw new TypeError(
      `Cannot convert ${typeof value === 'string' ? `'${value}'` : String(value)} to EagerTensor of dtype int64`,
    );
  return Number(value instanceof NDArray ? value.item() : value);
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
    const next: unknown[] = [];
    for (const it of iterators) {
      const r = it.next();
      if (r.done) return;
      next.push(r.value);
    }
    yield next;
  }
}

const select = (leaf: any, i: number): unknown =>
  leaf instanceof StringTensor ? leaf.select(i) : ops.select(leaf, 0, i);
const rowsOf = (leaf: any): number => leaf.sizes[0];

/** Elements one on another, component by component; `pad` brings them to one shape first. */
function stackElements(
  elements: readonly unknown[],
  mapped: boolean,
  pad: ((column: readonly CoreTensor[], i: number) => readonly CoreTensor[]) | null = null,
): unknown {
  const parts = elements.map(componentsOf);
  let i = 0;
  return mapComponents(elements[0], () => {
    let column = parts.map((p) => p[i]);
    const component = i++;
    const [first] = column;
    if (first instanceof Dataset) return first;
    if (first instanceof StringTensor) return StringTensor.stack(column as StringTensor[]);
    if (pad !== null) column = [...pad(column as CoreTensor[], component)];
    else
      for (const t of column as CoreTensor[]) {
        if (t.sizes.join() === first.sizes.join()) continue;
        throw inIterator(
          mapped
            ? `Cannot add tensor to the batch: number of elements does not match. Shapes are: [tensor]: [${first.sizes.join(',')}], [batch]: [${t.sizes.join(',')}]`
            : `Cannot batch tensors with different shapes in component ${component}. First element had shape [${first.sizes.join(',')}] and element ${column.indexOf(t)} had shape [${t.sizes.join(',')}].`,
        );
      }
    return ops.stack(column as CoreTensor[], 0);
  });
}

/** The spec of a dataset within an element. */
export class DatasetSpec {
  readonly element_spec: unknown;
  constructor(element_spec: unknown) {
    this.element_spec = element_spec;
  }
  toString(): string {
    return `DatasetSpec(${specText(this.element_spec)}, TensorShape([]))`;
  }
  __repr__(): string {
    return this.toString();
  }
}

/** What reads a dataset, as `iter(dataset)` gives. */
export class DatasetIterator<T = any> implements IterableIterator<T> {
  private readonly source: Iterator<T>;
  private ahead: IteratorResult<T> | null = null;
  readonly element_spec: unknown;

  constructor(source: Iterator<T>, spec: () => unknown) {
    this.source = source;
    Object.defineProperty(this, 'element_spec', { get: spec });
  }
  next(): IteratorResult<T> {
    const { ahead } = this;
    this.ahead = null;
    return ahead ?? this.source.next();
  }
  return(): IteratorResult<T> {
    this.source.return?.();
    return { done: true, value: undefined };
  }
  [Symbol.iterator](): this {
    return this;
  }
  __iter__(): this {
    return this;
  }
  __next__(): T {
    const { done, value } = this.next();
    if (done) throw Object.assign(new Error(''), { name: 'StopIteration' });
    return value;
  }
  get_next(): T {
    const { done, value } = this.next();
    if (done) throw inIterator('End of sequence', OutOfRangeError);
    return value;
  }
  get_next_as_optional(): Optional<T> {
    const { done, value } = this.next();
    return new Optional(done ? [] : [value]);
  }
}
/** A value that may be missing. */
export class Optional<T = any> {
  private readonly values: readonly T[];
  constructor(values: readonly T[]) {
    this.values = values;
  }
  has_value(): Tensor {
    return toTensor(this.values.length > 0, 'bool');
  }
  get_value(): T {
    if (this.values.length === 0) throw raised('OptionalGetValue', 'The given optional does not have a value.');
    return this.values[0]!;
  }
}

/** What `dataset.options()` knows; Stele runs every dataset alike, so that they change nothing but threads' order. */
export class Options {
  deterministic: boolean | null = null;
  autotune: Record<string, unknown> = {};
  experimental_optimization: Record<string, unknown> = {};
  experimental_distribute: Record<string, unknown> = {};
  threading: Record<string, unknown> = {};
}

interface About {
  readonly spec: () => unknown;
  readonly kind: string;
}
/** Whether a test's result is a truth value; else TensorFlow's complaint. */
function checkPredicate(f: ElementFunction, colon: string): void {
  const spec = f.spec;
  if (spec === null) return;
  if (spec instanceof TensorSpec && spec.dtype.name === 'bool' && (spec.dims === null || spec.dims.length === 0))
    return;
  throw valueError(
    `Invalid \`predicate\`. \`predicate\` must return a \`tf.bool\` scalar tensor${colon}${specText(spec)}.`,
  );
}
const truth = (value: unknown): boolean => Boolean(Number((value as Tensor).item()));

/** Keywords that every method takes and that change nothing here. */
const aside = ['num_parallel_calls', 'deterministic', 'name', 'synchronous', 'use_unbounded_threadpool'];

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
  private readonly about: About;
  private known: { readonly spec: unknown } | null = null;
  private chosen = new Options();

  constructor(open: () => Iterable<T>, count: number, spec?: () => unknown, kind = 'Dataset') {
    this.open = open;
    this.count = count;
    const first = (): unknown => {
      for (const element of this) return specFrom(element);
      return null;
    };
    this.about = { spec: spec ?? first, kind };
  }

  /** Slices along the first axis; a list or record gives elements of that structure. */
  static from_tensor_slices(tensors: unknown, _name?: unknown): Dataset {
    const data = convert(tensors);
    const parts = componentsOf(data);
    if (parts.length === 0) throw valueError('Invalid `element`. `element` should not be empty.');
    if (parts.some((t) => t.rank === 0)) throw valueError('Unbatching a tensor is only supported for rank >= 1');
    const n = rowsOf(parts[0]);
    for (const t of parts) {
      if (rowsOf(t) !== n) throw valueError(`Dimensions ${n} and ${rowsOf(t)} are not compatible`);
    }
    const spec = mapSpec(specFrom(data), (s) => TensorSpec.of(s.dims!.slice(1), s.dtype.name));
    return new Dataset(
      function* () {
        for (let i = 0; i < n; i++) yield mapComponents(data, (t) => select(t, i));
      },
      n,
      () => spec,
      '_TensorSliceDataset',
    );
  }
  static from_tensors(tensors: unknown, _name?: unknown): Dataset {
    const data = convert(tensors);
    return new Dataset(
      () => [data],
      1,
      () => specFrom(data),
      '_TensorDataset',
    );
  }
  /** What a function gives that returns an iterable, called anew for each reader. */
  static from_generator(generator: unknown, ...rest: readonly unknown[]): Dataset {
    const o = bind('from_generator', ['output_types', 'output_shapes', 'args', 'output_signature', 'name'], rest);
    if (typeof generator !== 'function') throw new TypeError('`generator` must be a Python callable.');
    const signature = o.output_signature ?? null;
    if (signature !== null && (o.output_types !== undefined || o.output_shapes !== undefined))
      throw new TypeError(
        'The `output_types` and `output_shapes` arguments can not be used together with the `output_signature` argument.',
      );
    if (signature === null && (o.output_types === undefined || o.output_types === null))
      throw new TypeError(
        'To specify the output signature you need to provide either the `output_signature` argument or the `output_types` argument.',
      );
    const list = (value: unknown): unknown =>
      Array.isArray(value) ? tupleOf(value.map(list)) : mapEntries(value, list);
    let spec = signature === null ? null : list(signature);
    if (spec === null) {
      const shapes = o.output_shapes ?? null;
      let taken = 0;
      const types = list(o.output_types);
      const many = leavesOf(types).length > 1 || isTuple(types);
      const shapeList: unknown[] =
        shapes === null ? [] : many ? (entriesOf(shapes)?.map(([, v]) => v) ?? [...(shapes as unknown[])]) : [shapes];
      spec = mapLeaves(types, (t) => {
        const shape = shapes === null ? null : shapeList[taken];
        taken++;
        return TensorSpec.of(
          shape === null || shape === undefined ? null : dimsFrom(shape),
          as_dtype(t as DTypeLike).name,
        );
      });
    }
    const args =
      o.args === undefined || o.args === null
        ? []
        : (o.args as unknown[]).map((a) => toTensor(a as TensorLike).numpy());
    const typed = (value: unknown, want: unknown): unknown => {
      if (want instanceof TensorSpec) {
        if ((want.dtype.name as string) === 'string') return convert(value);
        let t: Tensor;
        try {
          t =
            value instanceof CoreTensor
              ? toTensor(value)
              : value instanceof NDArray
                ? toTensor(value.astype(want.dtype.name))
                : toTensor(value as TensorLike, want.dtype);
        } catch {
          throw inIterator(
            `TypeError: \`generator\` yielded an element that could not be converted to the expected type. The expected type was ${want.dtype.name}, but the yielded element was ${shown(value)}.`,
          );
        }
        if (t.scalarType !== want.dtype.name)
          throw inIterator(
            `TypeError: \`generator\` yielded an element of type ${t.scalarType} where an element of type ${want.dtype.name} was expected.`,
          );
        if (!fits(t.sizes, want.dims))
          throw inIterator(
            `TypeError: \`generator\` yielded an element of shape ${shapeOf(t.sizes)} where an element of shape ${want.shape} was expected.`,
          );
        return t;
      }
      const entries = entriesOf(want);
      if (entries !== null) {
        const given = new Map(entriesOf(value) ?? []);
        return mapEntriesWith(want, (key, inner) => typed(given.get(key), inner));
      }
      const parts = want as readonly unknown[];
      const values = [...(value as Iterable<unknown>)];
      if (values.length !== parts.length)
        throw inIterator(
          `TypeError: \`generator\` yielded an element that did not match the expected structure. The expected structure was ${specText(want)}, but the yielded element was ${shown(value)}.`,
        );
      return tupleOf(parts.map((inner, i) => typed(values[i], inner)));
    };
    const f = generator as (...given: unknown[]) => Iterable<unknown>;
    return new Dataset(
      function* () {
        for (const element of f(...args)) yield typed(element, spec);
      },
      UNKNOWN_CARDINALITY,
      () => spec,
      '_FlatMapDataset',
    );
  }
  static range(...given: readonly unknown[]): Dataset<Tensor> {
    const last = given.at(-1);
    const options = isKeywords(last) ? (last as { output_type?: DTypeLike }) : {};
    const args = isKeywords(last) ? given.slice(0, -1) : given;
    if (args.length < 1 || args.length > 3)
      throw valueError(`Invalid \`args\`. The length of \`args\` should be between 1 and 3 but was ${args.length}.`);
    const type =
      options.output_type === undefined || options.output_type === null ? 'int64' : dtypeName(options.output_type);
    if (args.some((a) => a instanceof CoreTensor && a.symbolic)) {
      for (const a of args) if (a instanceof CoreTensor && a.scalarType !== 'int64') int64('start', a);
      return new Dataset<Tensor>(
        () => args.map((a) => toTensor((a as Tensor).item() as number)),
        UNKNOWN_CARDINALITY,
        () => TensorSpec.of([], type),
        '_RangeDataset',
      );
    }
    const numbers = args.map((a) => int64('start', a));
    const [start, stop, step] =
      numbers.length === 1 ? [0, numbers[0]!, 1] : [numbers[0]!, numbers[1]!, numbers[2] ?? 1];
    if (step === 0) throw raised('RangeDataset', 'step must be a non-zero integer.');
    const n = Math.max(0, Math.ceil((stop - start) / step));
    return new Dataset(
      function* () {
        for (let i = 0; i < n; i++) yield toTensor(start + i * step, type);
      },
      n,
      () => TensorSpec.of([], type),
      '_RangeDataset',
    );
  }
  static zip(...given: readonly unknown[]): Dataset {
    const last = given.at(-1);
    const args =
      isKeywords(last) && 'datasets' in (last as object) ? [(last as { datasets: unknown }).datasets] : given;
    const structure = args.length === 1 && !(args[0] instanceof Dataset) ? args[0] : tupleOf([...args]);
    const list: Dataset[] = [];
    const collect = (value: unknown): unknown => {
      if (value instanceof Dataset) return list.push(value) - 1;
      if (isTuple(value) || (Array.isArray(value) && !floatsAreMarked()) || entriesOf(value) !== null)
        return Array.isArray(value) ? tupleOf(value.map(collect)) : mapEntries(value, collect);
      throw new TypeError(
        'Invalid input to `zip`. Inputs are expected to be (nested) structures of `tf.data.Dataset` objects. Python `list` is not supported and you should use `tuple` instead.',
      );
    };
    const places = collect(structure);
    const finite = list.map((d) => d.count).filter((c) => c !== INFINITE_CARDINALITY);
    const count = finite.includes(UNKNOWN_CARDINALITY)
      ? UNKNOWN_CARDINALITY
      : finite.length
        ? Math.min(...finite)
        : INFINITE_CARDINALITY;
    const pack = (values: readonly unknown[]): unknown => mapLeaves(places, (i) => values[i as number]);
    return new Dataset(
      () => {
        const iterators = list.map((d) => d[Symbol.iterator]());
        return (function* () {
          for (const values of together(iterators)) yield pack(values);
        })();
      },
      count,
      () => pack(list.map((d) => d.element_spec)),
      '_ZipDataset',
    );
  }
  /** start, start + step, ... without end. */
  static counter(...rest: readonly unknown[]): Dataset<Tensor> {
    const o = bind('counter', ['start', 'step', 'dtype', 'name'], rest);
    const [start, step] = [int64('start', o.start, 0), int64('step', o.step, 1)];
    const type = o.dtype === undefined || o.dtype === null ? 'int64' : dtypeName(o.dtype as DTypeLike);
    return new Dataset<Tensor>(
      function* () {
        for (let i = start; ; i += step) yield toTensor(i, type);
      },
      INFINITE_CARDINALITY,
      () => TensorSpec.of([], type),
      'CounterV2',
    );
  }
  /** Words of TensorFlow's generator without end, the same at every reading. */
  static random(...rest: readonly unknown[]): Dataset<Tensor> {
    const o = bind('random', ['seed', 'rerandomize_each_iteration', 'name'], rest);
    const pair = pairOf(o.seed);
    const each = o.rerandomize_each_iteration ? new IteratorSeeds(pair, true) : null;
    return new Dataset<Tensor>(
      () => {
        const stream = new WordStream(Philox.fromSeeds(...(each === null ? pair : each.next())));
        return (function* () {
          while (true) yield toTensor(stream.nextU32(), 'int64');
        })();
      },
      INFINITE_CARDINALITY,
      () => TensorSpec.of([], 'int64'),
      '_RandomDataset',
    );
  }
  /** Elements of several datasets, from which by chance. */
  static sample_from_datasets(datasets: readonly Dataset[], ...rest: readonly unknown[]): Dataset {
    const o = bind(
      'sample_from_datasets',
      ['weights', 'seed', 'stop_on_empty_dataset', 'rerandomize_each_iteration'],
      rest,
    );
    if (!Array.isArray(datasets) || datasets.length === 0)
      throw valueError('Invalid `datasets`. `datasets` should not be empty.');
    const stop = Boolean(o.stop_on_empty_dataset ?? false);
    if (o.weights instanceof Dataset) {
      const weights = o.weights;
      const draws = Dataset.random(o.seed, o.rerandomize_each_iteration).batch(2);
      return choose(
        Dataset.zip(weights, draws).map((w: Tensor, seed: Tensor) => {
          return ops.reshape(stateless_categorical(ops.unsqueeze(ops.log(w), 0), 1, seed), []);
        }),
        datasets,
        stop,
      );
    }
    let logits: Tensor = toTensor([Array<number>(datasets.length).fill(1)], 'float32');
    if (o.weights !== undefined && o.weights !== null) {
      const weights = toTensor(o.weights as TensorLike);
      if (weights.rank !== 1 || weights.sizes[0] !== datasets.length)
        throw valueError(
          `Invalid \`weights\`. The length of \`weights\` should be equal to the length of \`datasets\`, but the length of \`weights\` is ${weights.sizes[0]} and the length of \`datasets\` is ${datasets.length}.`,
        );
      if (weights.scalarType !== 'float32' && weights.scalarType !== 'float64')
        throw new TypeError(
          `Invalid \`weights\`. \`weights\` type must be either \`tf.float32\` or \`tf.float64\` but is ${weights.dtype}.`,
        );
      logits = ops.unsqueeze(ops.log(weights), 0) as Tensor;
    }
    if (datasets.length === 1) return datasets[0]!;
    const draws = Dataset.random(o.seed, o.rerandomize_each_iteration).batch(2);
    const places = new Dataset<Tensor>(
      () => {
        const source = opened(draws);
        return (function* () {
          for (const seed of source) yield ops.reshape(stateless_categorical(logits, 1, seed), []) as Tensor;
        })();
      },
      INFINITE_CARDINALITY,
      () => TensorSpec.of([], 'int64'),
    );
    return choose(places, datasets, stop);
  }
  /** Elements of several datasets, from which another dataset says. */
  static choose_from_datasets(
    datasets: readonly Dataset[],
    choice_dataset: Dataset,
    stop_on_empty_dataset?: unknown,
  ): Dataset {
    if (!Array.isArray(datasets) || datasets.length === 0)
      throw valueError('Invalid `datasets`. `datasets` should not be empty.');
    if (!(choice_dataset instanceof Dataset))
      throw new TypeError(
        `Invalid \`choice_dataset\`. \`choice_dataset\` should be a \`tf.data.Dataset\` but is ${typeof choice_dataset}.`,
      );
    const spec = choice_dataset.element_spec;
    if (!(spec instanceof TensorSpec) || spec.dtype.name !== 'int64' || (spec.dims !== null && spec.dims.length > 0))
      throw new TypeError(
        `Invalid \`choice_dataset\`. Elements of \`choice_dataset\` must be scalar \`tf.int64\` tensors but are ${specText(spec)}.`,
      );
    const stop = isKeywords(stop_on_empty_dataset)
      ? (stop_on_empty_dataset as { stop_on_empty_dataset?: boolean }).stop_on_empty_dataset
      : stop_on_empty_dataset;
    return choose(choice_dataset, datasets, Boolean(stop ?? true));
  }
  static list_files(): never {
    throw new Error(
      'tf.data.Dataset.list_files reads folders, which Stele does not in data sets: list the files and use from_tensor_slices',
    );
  }

  [Symbol.iterator](): DatasetIterator<T> {
    return new DatasetIterator(this.open()[Symbol.iterator](), () => this.element_spec);
  }
  __iter__(): DatasetIterator<T> {
    return this[Symbol.iterator]();
  }
  __len__(): number {
    return this.length;
  }
  __bool__(): boolean {
    return true;
  }
  /** TensorFlow's name of the kind of dataset. */
  get __typename__(): string {
    return this.about.kind;
  }
  /** Shapes and dtypes of the elements, in their structure. */
  get element_spec(): any {
    this.known ??= { spec: this.about.spec() };
    return this.known.spec;
  }

  /** A dataset that reads this one, element by element. */
  private through<U>(
    read: (source: Iterable<T>) => Iterable<U>,
    count: number,
    spec: () => unknown = () => this.element_spec,
    kind = 'Dataset',
  ): Dataset<U> {
    return new Dataset<U>(() => read(opened(this)), count, spec, kind);
  }

  /** Each element given to a function: the components of a list as arguments of their own. */
  map(map_func: (...parts: any[]) => unknown, ..._rest: readonly unknown[]): Dataset {
    const f = new ElementFunction(map_func, spread(this.element_spec));
    return this.through(
      function* (source) {
        for (const element of source) yield f.call(spread(element));
      },
      this.count,
      f.spec === null ? undefinedSpec(() => this.map(map_func)) : () => f.spec,
      '_MapDataset',
    );
  }
  filter(predicate: (...parts: any[]) => Tensor | boolean, _name?: unknown): Dataset<T> {
    const f = new ElementFunction(predicate, spread(this.element_spec));
    checkPredicate(f, ', but its return type is ');
    return this.through(
      function* (source) {
        for (const element of source) if (truth(f.call(spread(element)))) yield element;
      },
      UNKNOWN_CARDINALITY,
      undefined,
      '_FilterDataset',
    );
  }
  take_while(predicate: (...parts: any[]) => Tensor | boolean, _name?: unknown): Dataset<T> {
    const f = new ElementFunction(predicate, spread(this.element_spec));
    checkPredicate(f, ' but its return type is');
    return this.through(
      function* (source) {
        for (const element of source) {
          if (!truth(f.call(spread(element)))) return;
          yield element;
        }
      },
      UNKNOWN_CARDINALITY,
      undefined,
      '_TakeWhileDataset',
    );
  }
  batch(batch_size: unknown, ...rest: readonly unknown[]): Dataset {
    const o = bind('batch', ['drop_remainder', ...aside], rest);
    const size = int64('batch_size', batch_size);
    if (size < 1) throw raised('BatchDatasetV2', 'Batch size must be greater than zero.');
    const drop = Boolean(o.drop_remainder ?? false);
    const mapped = this.about.kind === '_MapDataset';
    const batched = this.through(
      function* (source) {
        let held: T[] = [];
        for (const element of source) {
          held.push(element);
          if (held.length === size) {
            yield stackElements(held, mapped);
            held = [];
          }
        }
        if (held.length > 0 && !drop) yield stackElements(held, mapped);
      },
      batches(this.count, size, drop),
      () => batchedSpec(this.element_spec, drop ? size : null),
      '_BatchDataset',
    );
    return Object.assign(batched, { _batch_size: size });
  }
  /** Batches of elements that are made equally large. */
  padded_batch(batch_size: unknown, ...rest: readonly unknown[]): Dataset {
    const o = bind('padded_batch', ['padded_shapes', 'padding_values', 'drop_remainder', 'name'], rest);
    const size = int64('batch_size', batch_size);
    if (size < 1) throw raised('PaddedBatchDatasetV2', 'Batch size must be greater than zero.');
    const drop = Boolean(o.drop_remainder ?? false);
    const spec = this.element_spec;
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
      if (dims !== null && own !== null && dims.length !== own.length)
        throw valueError(
          `The padded shape ${shapeOf(dims)} is not compatible with the shape ${shapeOf(own)} of the corresponding input component.`,
        );
    });
    const fills: (number | boolean)[] =
      o.padding_values === undefined || o.padding_values === null
        ? parts.map(() => 0)
        : flat(o.padding_values).map((v, i) => {
            if (v === null || v === undefined) return 0;
            const t = toTensor(
              v as TensorLike,
              v instanceof CoreTensor || v instanceof NDArray || parts[i] === undefined ? null : kindFor(v, parts[i]!),
            );
            if (t.scalarType !== parts[i]!.dtype.name)
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
    return this.through(
      function* (source) {
        let held: T[] = [];
        for (const element of source) {
          held.push(element);
          if (held.length === size) {
            yield stackElements(held, false, pad);
            held = [];
          }
        }
        if (held.length > 0 && !drop) yield stackElements(held, false, pad);
      },
      batches(this.count, size, drop),
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
  /** Batches of elements of any lengths, as lists of tensors. */
  ragged_batch(batch_size: unknown, ...rest: readonly unknown[]): Dataset {
    const o = bind('ragged_batch', ['drop_remainder', 'row_splits_dtype', 'name'], rest);
    const [size, drop] = [int64('batch_size', batch_size), Boolean(o.drop_remainder ?? false)];
    return this.through(
      function* (source) {
        let held: T[] = [];
        const made = (): unknown => {
          const parts = held.map(componentsOf);
          let i = 0;
          return mapComponents(held[0], () => {
            const column = parts.map((p) => p[i] as Tensor);
            i++;
            const same = column[0]!.rank === 0;
            return same ? ops.stack(column, 0) : new RaggedTensor(column);
          });
        };
        for (const element of source) {
          held.push(element);
          if (held.length === size) {
            yield made();
            held = [];
          }
        }
        if (held.length > 0 && !drop) yield made();
      },
      batches(this.count, size, drop),
      () => batchedSpec(this.element_spec, drop ? size : null),
    );
  }
  /** Batches cut anew: of a size, or of several in turn. */
  rebatch(batch_size: unknown, ...rest: readonly unknown[]): Dataset {
    const o = bind('rebatch', ['drop_remainder', 'name'], rest);
    const drop = Boolean(o.drop_remainder ?? false);
    const sizes = Array.isArray(batch_size)
      ? batch_size.map((s) => int64('batch_size', s))
      : [int64('batch_size', batch_size)];
    return this.through(
      function* (source) {
        let held: unknown[] = [];
        let turn = 0;
        for (const element of source) {
          const n = rowsOf(componentsOf(element)[0]);
          for (let i = 0; i < n; i++) {
            held.push(mapComponents(element, (t) => select(t, i)));
            if (held.length < sizes[turn % sizes.length]!) continue;
            yield stackElements(held, false);
            held = [];
            turn++;
          }
        }
        if (held.length > 0 && !drop) yield stackElements(held, false);
      },
      UNKNOWN_CARDINALITY,
      () =>
        mapSpec(this.element_spec, (s) =>
          TensorSpec.of(
            s.dims === null ? null : [drop && sizes.length === 1 ? sizes[0]! : null, ...s.dims.slice(1)],
            s.dtype.name,
          ),
        ),
    );
  }
  unbatch(_name?: unknown): Dataset {
    const spec = this.element_spec;
    const parts = leavesOf(spec).filter((s): s is TensorSpec => s instanceof TensorSpec);
    if (parts.some((s) => s.dims !== null && s.dims.length === 0))
      throw valueError('Cannot unbatch an input with scalar components.');
    const rows = parts[0]?.dims?.[0] ?? null;
    return this.through(
      function* (source) {
        for (const element of source) {
          const n = rowsOf(componentsOf(element)[0]);
          for (let i = 0; i < n; i++) yield mapComponents(element, (t) => select(t, i));
        }
      },
      rows !== null && this.count >= 0 ? this.count * rows : UNKNOWN_CARDINALITY,
      () => mapSpec(spec, (s) => TensorSpec.of(s.dims === null ? null : s.dims.slice(1), s.dtype.name)),
      '_UnbatchDataset',
    );
  }
  /** A window of `buffer_size` elements of which a random one comes next, in TensorFlow's order. */
  shuffle(buffer_size: unknown, ...rest: readonly unknown[]): Dataset<T> {
    const o = bind('shuffle', ['seed', 'reshuffle_each_iteration', 'name'], rest);
    let size = int64('buffer_size', buffer_size);
    if (size === UNKNOWN_CARDINALITY) size = Number.MAX_SAFE_INTEGER;
    if (size < 1) throw raised('ShuffleDatasetV3', 'buffer_size must be greater than zero or UNKNOWN_CARDINALITY');
    const each = new IteratorSeeds(
      pairOrNone(o.seed),
      (o.reshuffle_each_iteration as boolean | null | undefined) ?? true,
    );
    return new Dataset<T>(
      () => shuffleWindow(this, size, each.next()),
      this.count,
      () => this.element_spec,
      '_ShuffleDataset',
    );
  }
  repeat(count: unknown = null, _name?: unknown): Dataset<T> {
    if (isKeywords(count)) return this.repeat((count as { count?: unknown }).count ?? null);
    if (count instanceof CoreTensor && count.symbolic) {
      if (count.scalarType !== 'int64') int64('count', count);
      return new Dataset<T>(
        () => this.repeat(count),
        UNKNOWN_CARDINALITY,
        () => this.element_spec,
        '_RepeatDataset',
      );
    }
    const times = int64('count', count, -1);
    const endless = times < 0;
    const self = this;
    return new Dataset<T>(
      () => {
        const first = opened(self);
        return (function* () {
          for (let i = 0; endless || i < times; i++) {
            let any = false;
            for (const element of i === 0 ? first : self) {
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
          ? this.count === 0
            ? 0
            : INFINITE_CARDINALITY
          : this.count < 0
            ? this.count
            : this.count * times,
      () => this.element_spec,
      '_RepeatDataset',
    );
  }
  take(count: unknown, _name?: unknown): Dataset<T> {
    const most = int64('count', count);
    if (most < 0) return this;
    return this.through(
      function* (source) {
        if (most === 0) return;
        let left = most;
        for (const element of source) {
          yield element;
          if (--left === 0) return;
        }
      },
      this.count === INFINITE_CARDINALITY ? most : this.count < 0 ? this.count : Math.min(most, this.count),
      undefined,
      '_TakeDataset',
    );
  }
  skip(count: unknown, _name?: unknown): Dataset<T> {
    const first = int64('count', count);
    return this.through(
      function* (source) {
        if (first < 0) return;
        let left = first;
        for (const element of source) if (left-- <= 0) yield element;
      },
      first < 0 ? 0 : this.count < 0 ? this.count : Math.max(0, this.count - first),
      undefined,
      '_SkipDataset',
    );
  }
  /** Every `num_shards`-th element, from the `index`-th on. */
  shard(num_shards: unknown, index: unknown, _name?: unknown): Dataset<T> {
    const [n, k] = [int64('num_shards', num_shards), int64('index', index)];
    if (n < 1)
      throw raised('ShardDataset', `Number of shards must be greater than zero (currently num_shards = ${n}).`);
    if (k < 0 || k >= n) throw raised('ShardDataset', `Index must be between 0 and ${n - 1} (currently index = ${k}).`);
    return this.through(
      function* (source) {
        let i = 0;
        for (const element of source) if (i++ % n === k) yield element;
      },
      this.count < 0 ? this.count : Math.floor(this.count / n) + (k < this.count % n ? 1 : 0),
      undefined,
      '_ShardDataset',
    );
  }
  enumerate(start: unknown = 0, _name?: unknown): Dataset {
    const first = int64('start', isKeywords(start) ? (start as { start?: unknown }).start : start, 0);
    return this.through(
      function* (source) {
        let i = first;
        for (const element of source) yield tupleOf([toTensor(i++, 'int64'), element]);
      },
      this.count,
      () => tupleOf([TensorSpec.of([], 'int64'), this.element_spec]),
      '_ZipDataset',
    );
  }
  concatenate(dataset: Dataset, _name?: unknown): Dataset {
    const spec = unitedSpec(this.element_spec, dataset.element_spec);
    const count = [this.count, dataset.count];
    return this.through(
      function* (source) {
        yield* source;
        yield* dataset;
      },
      count.includes(INFINITE_CARDINALITY)
        ? INFINITE_CARDINALITY
        : count.includes(UNKNOWN_CARDINALITY)
          ? UNKNOWN_CARDINALITY
          : this.count + dataset.count,
      () => spec,
      '_ConcatenateDataset',
    );
  }
  /** Elements are made when asked for, so there is nothing to prefetch. */
  prefetch(buffer_size: unknown, _name?: unknown): Dataset<T> {
    if (int64('buffer_size', buffer_size, -1) < -1)
      throw raised('PrefetchDataset', 'buffer_size must be >= 0 or set buffer_size to be -1 for auto-tuning');
    return this.through((source) => source, this.count, undefined, '_PrefetchDataset');
  }
  cache(_filename?: unknown, _name?: unknown): Dataset<T> {
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
      () => kept ?? fill(opened(this)),
      this.count,
      () => this.element_spec,
      'CacheDataset',
    );
  }
  /** Datasets of `size` elements each, `shift` apart. */
  window(size: unknown, ...rest: readonly unknown[]): Dataset {
    const o = bind('window', ['shift', 'stride', 'drop_remainder', 'name'], rest);
    const width = int64('size', size);
    const shift = int64('shift', o.shift, width);
    const stride = int64('stride', o.stride, 1);
    const drop = Boolean(o.drop_remainder ?? false);
    if (width < 1) throw raised('WindowDataset', 'Window size must be greater than zero.');
    if (shift < 1) throw raised('WindowDataset', 'Window shift must be greater than zero.');
    if (stride < 1) throw raised('WindowDataset', 'Window stride must be greater than zero.');
    const span = (width - 1) * stride + 1;
    const spec = this.element_spec;
    const count =
      this.count < 0
        ? this.count
        : drop
          ? Math.max(0, Math.floor((this.count - span) / shift) + 1)
          : Math.ceil(this.count / shift);
    return this.through(
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
  /** The elements of the datasets that a function makes of each element, one dataset after the other. */
  flat_map(map_func: (...parts: any[]) => any, _name?: unknown): Dataset {
    const f = this.makingDatasets(map_func);
    return this.through(
      function* (source) {
        for (const element of source) yield* f.call(spread(element)) as Dataset;
      },
      UNKNOWN_CARDINALITY,
      innerSpec(f, () => this.flat_map(map_func)),
      '_FlatMapDataset',
    );
  }
  /** As `flat_map`, `cycle_length` of the datasets at a time, `block_length` elements from each in turn. */
  interleave(map_func: (...parts: any[]) => any, ...rest: readonly unknown[]): Dataset {
    const o = bind('interleave', ['cycle_length', 'block_length', 'num_parallel_calls', 'deterministic', 'name'], rest);
    // TensorFlow's default goes by the machine's processors; two stand for them, that the order be the same everywhere
    const cycle =
      Math.max(int64('cycle_length', o.cycle_length, -1), -1) === -1 ? 2 : int64('cycle_length', o.cycle_length);
    const block = int64('block_length', o.block_length, 1);
    if (cycle === 0) throw raised('InterleaveDataset', 'cycle_length must be greater than zero.');
    if (block < 1) throw raised('InterleaveDataset', 'block_length must be greater than zero.');
    const f = this.makingDatasets(map_func);
    return this.through(
      function* (source) {
        const input = source[Symbol.iterator]();
        const slots: (Iterator<unknown> | null)[] = Array<null>(cycle).fill(null);
        let open = 0;
        let ended = false;
        let at = 0;
        let inBlock = 0;
        const advance = (): void => {
          at = (at + 1) % cycle;
          inBlock = 0;
        };
        while (!ended || open > 0) {
          const slot = slots[at]!;
          if (slot !== null) {
            const { done, value } = slot.next();
            if (!done) {
              yield value;
              if (++inBlock === block) advance();
            } else {
              slots[at] = null;
              open--;
              advance();
            }
          } else if (!ended) {
            const { done, value } = input.next();
            if (done) ended = true;
            else {
              slots[at] = (f.call(spread(value)) as Dataset)[Symbol.iterator]();
              open++;
            }
          } else advance();
        }
      },
      UNKNOWN_CARDINALITY,
      innerSpec(f, () => this.interleave(map_func, ...rest)),
      '_InterleaveDataset',
    );
  }
  private makingDatasets(map_func: (...parts: any[]) => any): ElementFunction {
    const f = new ElementFunction(map_func, spread(this.element_spec));
    if (f.spec !== null && !(f.spec instanceof DatasetSpec)) {
      if (f.spec instanceof TensorSpec)
        throw Object.assign(new Error("'Tensor' object has no attribute '_name'"), { name: 'AttributeError' });
      throw new TypeError(`The \`map_func\` argument must return a \`Dataset\` object. Got ${specText(f.spec)}.`);
    }
    return f;
  }
  /** Windows of elements with one key, each made into a dataset by a function. */
  group_by_window(...args: readonly unknown[]): Dataset {
    const o = bind('group_by_window', ['key_func', 'reduce_func', 'window_size', 'window_size_func', 'name'], args);
    if (
      (o.window_size === undefined || o.window_size === null) ===
      (o.window_size_func === undefined || o.window_size_func === null)
    )
      throw valueError('Either the `window_size` argument or the `window_size_func` argument must be specified.');
    const key = new ElementFunction(o.key_func as never, spread(this.element_spec));
    if (key.spec instanceof TensorSpec && (key.spec.dtype.name !== 'int64' || (key.spec.dims?.length ?? 0) > 0))
      throw valueError(
        `Invalid \`key_func\`. Expected \`key_func\` to return a scalar tf.int64 tensor, but got type=${key.spec.dtype} and shape=${key.spec.shape}.`,
      );
    const reduce = o.reduce_func as (key: Tensor, window: Dataset) => Dataset;
    const spec = this.element_spec;
    const sizeOf = (k: Tensor): number =>
      o.window_size_func
        ? Number((toTensor((o.window_size_func as (k: Tensor) => TensorLike)(k)) as Tensor).item())
        : int64('window_size', o.window_size);
    const made = (k: Tensor, held: readonly unknown[]): Dataset => {
      const window = new Dataset(
        () => held,
        held.length,
        () => spec,
      );
      const out = reduce(k, window);
      if (!(out instanceof Dataset))
        throw new TypeError(`The \`reduce_func\` argument must return a \`Dataset\` object.`);
      return out;
    };
    return this.through(
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
      () => {
        try {
          return made(toTensor(0, 'int64'), []).element_spec;
        } catch {
          return spec;
        }
      },
      '_GroupByWindowDataset',
    );
  }
  /** Batches of elements of about one length. */
  bucket_by_sequence_length(...args: readonly unknown[]): Dataset {
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
    const length = new ElementFunction(o.element_length_func as never, spread(this.element_spec));
    const drop = Boolean(o.drop_remainder ?? false);
    const shapes = o.padded_shapes ?? mapSpec(this.element_spec, (s) => tupleOf([...(s.dims ?? [])]));
    const spec = this.element_spec;
    const bucketOf = (element: unknown): number => {
      const n = Number((length.call(spread(element)) as Tensor).item());
      const i = bounds.findIndex((b) => n < b);
      return i < 0 ? bounds.length : i;
    };
    const made = (bucket: number, held: readonly unknown[]): Dataset => {
      const window = new Dataset(
        () => held,
        held.length,
        () => spec,
      );
      if (o.no_padding) return window.batch(sizes[bucket]!, drop);
      let wanted: unknown = shapes;
      if (o.pad_to_bucket_boundary) {
        if (bucket === bounds.length)
          throw inIterator('When pad_to_bucket_boundary=True, elements must have length < max(bucket_boundaries).');
        wanted = mapSpec(spec, (s) => tupleOf((s.dims ?? []).map((d) => d ?? bounds[bucket]! - 1)));
      }
      return window.padded_batch(sizes[bucket]!, wanted, o.padding_values ?? null, drop);
    };
    return this.through(
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
      () => batchedSpec(o.no_padding ? spec : mapSpec(spec, (s) => s), null),
    );
  }
  /** The state after all elements. */
  reduce(initial_state: unknown, reduce_func: (state: any, element: any) => unknown, _name?: unknown): any {
    let state = convert(initial_state);
    const f = this.folding(state, reduce_func);
    for (const element of this) state = f.call([state, element]);
    return state;
  }
  private folding(state: unknown, f: (state: any, element: any) => unknown, both = false): ElementFunction {
    const made = new ElementFunction(f, [specFrom(state), this.element_spec]);
    const spec = both && isTuple(made.spec) ? made.spec[0] : made.spec;
    if (spec === null) return made;
    const [before, after] = [leavesOf(specFrom(state)) as TensorSpec[], leavesOf(spec) as TensorSpec[]];
    if (before.length !== after.length)
      throw raised(
        'ReduceDataset',
        `The number of components of the initial state and the reduce function output does not match. (initial_state=${before.length}, output=${after.length}).`,
      );
    before.forEach((s, i) => {
      if (s.dtype !== after[i]!.dtype)
        throw new TypeError(
          `The element types for the new state must match the initial state. Expected ${s.dtype} but got ${after[i]!.dtype}.`,
        );
    });
    return made;
  }
  /** What a function gives beside a state that it carries from element to element. */
  scan(initial_state: unknown, scan_func: (state: any, element: any) => unknown, _name?: unknown): Dataset {
    const start = convert(initial_state);
    const f = this.folding(start, scan_func, true);
    if (f.spec !== null && !(Array.isArray(f.spec) && f.spec.length === 2))
      throw new TypeError(
        'Invalid `scan_func`. `scan_func` should return a pair consisting of new state and the output value.',
      );
    return this.through(
      function* (source) {
        let state = start;
        for (const element of source) {
          const [next, out] = f.call([state, element]) as [unknown, unknown];
          state = next;
          yield out;
        }
      },
      this.count,
      f.spec === null ? undefinedSpec(() => this.scan(initial_state, scan_func)) : () => (f.spec as unknown[])[1],
      '_ScanDataset',
    );
  }
  /** Every element once. */
  unique(_name?: unknown): Dataset<T> {
    for (const s of leavesOf(this.element_spec) as TensorSpec[])
      if (!['int32', 'int64', 'string'].includes(s.dtype.name))
        throw new TypeError(
          `\`tf.data.Dataset.unique\` does not support type ${s.dtype} -- only \`tf.int32\`, \`tf.int64\`, and \`tf.string\` are supported.`,
        );
    return this.through(
      function* (source) {
        const seen = new Set<string>();
        for (const element of source) {
          const key = componentsOf(element)
            .map((t) => (t instanceof StringTensor ? t.values.join('|') : String((t as Tensor).tolist())))
            .join(';');
          if (seen.has(key)) continue;
          seen.add(key);
          yield element;
        }
      },
      UNKNOWN_CARDINALITY,
      undefined,
      '_UniqueDataset',
    );
  }
  /** The dataset that a function makes of this one. */
  apply(transformation_func: (dataset: Dataset<T>) => any): any {
    const made = transformation_func(this);
    if (!(made instanceof Dataset))
      throw new TypeError(`\`transformation_func\` must return a \`tf.data.Dataset\` object. Got ${classText(made)}.`);
    return made;
  }
  with_options(options: Options): Dataset<T> {
    const next = this.through((source) => source, this.count);
    next.chosen = options;
    return next;
  }
  options(): Options {
    return this.chosen;
  }
  /** The one element that there is. */
  get_single_element(_name?: unknown): T {
    const iterator = this[Symbol.iterator]();
    const { done, value } = iterator.next();
    const fail = (text: string): Error =>
      new InvalidArgumentError(
        `{{function_node __wrapped__DatasetToSingleElement_output_types_1_device_/job:localhost/replica:0/task:0/device:CPU:0}} ${text} [Op:DatasetToSingleElement] name: `,
      );
    if (done) throw fail('Dataset was empty.');
    if (!iterator.next().done) throw fail('Dataset had more than one element.');
    return value;
  }
  /** Ignores the elements whose making fails. */
  ignore_errors(log_warning?: unknown, _name?: unknown): Dataset<T> {
    void log_warning;
    return this.through(
      function* (source) {
        const iterator = source[Symbol.iterator]();
        for (;;) {
          let next: IteratorResult<T>;
          try {
            next = iterator.next();
          } catch {
            continue;
          }
          if (next.done) return;
          yield next.value;
        }
      },
      this.count < 0 ? this.count : UNKNOWN_CARDINALITY,
    );
  }
  *as_numpy_iterator(): Generator<any, void, undefined> {
    for (const element of this)
      yield mapComponents(element, (t) =>
        t instanceof Dataset ? t.as_numpy_iterator() : t instanceof Tensor ? hostValue(t) : (t as StringTensor).numpy(),
      );
  }
  cardinality(_name?: unknown): Tensor {
    return toTensor(this.count, 'int64');
  }
  /** Number of elements, as Python's `len`. */
  get length(): number {
    if (this.count === INFINITE_CARDINALITY) throw new TypeError('The dataset is infinite.');
    if (this.count === UNKNOWN_CARDINALITY) throw new TypeError('The dataset length is unknown.');
    return this.count;
  }
  /** A dataset of the same elements whose number is known. */
  withCardinality(expected: number): Dataset<T> {
    const complain = (found: string): never => {
      throw inIterator(
        `Input dataset was expected to contain ${expected} elements but contained ${found} elements.`,
        FailedPreconditionError,
      );
    };
    return this.through(function* (source) {
      let n = 0;
      for (const element of source) {
        if (expected >= 0 && ++n > expected) complain(`at least ${n}`);
        yield element;
      }
      if (expected === INFINITE_CARDINALITY || (expected >= 0 && n < expected)) complain(`only ${n}`);
    }, expected);
  }
  toString(): string {
    return `<${this.about.kind} element_spec=${specText(this.element_spec)}>`;
  }
  __repr__(): string {
    return this.toString();
  }
}

const hostValue = (t: Tensor): NDArray => t.numpy();
const shown = (value: unknown): string => (Array.isArray(value) ? `[${value.map(String).join(', ')}]` : String(value));
const mapEntriesWith = (value: unknown, f: (key: unknown, part: unknown) => unknown): unknown =>
  value instanceof Map
    ? new Map([...value].map(([k, v]) => [k, f(k, v)]))
    : Object.fromEntries(Object.entries(value as object).map(([k, v]) => [k, f(k, v)]));
const kindFor = (value: unknown, spec: TensorSpec): DTypeLike | null =>
  spec.dtype.is_floating || !(value instanceof PyFloat || (typeof value === 'number' && !Number.isInteger(value)))
    ? spec.dtype
    : null;
const pairOf = (seed: unknown): SeedPair => pairOrNone(seed) ?? randomPair();
const pairOrNone = (seed: unknown) =>
  seed === undefined || seed === null ? seeds.eagerSeeds() : combineSeeds(seeds.globalSeed, seed as number);
const randomPair = (): [number, number] => [Math.floor(Math.random() * 2 ** 31), Math.floor(Math.random() * 2 ** 31)];

const batches = (count: number, size: number, drop: boolean): number =>
  count < 0 ? count : drop ? Math.floor(count / size) : Math.ceil(count / size);
const batchedSpec = (spec: unknown, size: number | null): unknown =>
  mapSpec(spec, (s) => TensorSpec.of(s.dims === null ? null : [size, ...s.dims], s.dtype.name));
const undefinedSpec = (again: () => Dataset) => (): unknown => {
  for (const element of again()) return specFrom(element);
  return null;
};
/** The spec of the elements of the datasets that a function makes. */
const innerSpec = (f: ElementFunction, again: () => Dataset) => (): unknown =>
  f.spec instanceof DatasetSpec && f.spec.element_spec !== null ? f.spec.element_spec : undefinedSpec(again)();
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

/** Elements of the datasets that `places` names. */
function choose(places: Dataset, datasets: readonly Dataset[], stop: boolean): Dataset {
  const spec = datasets.map((d) => d.element_spec).reduce((a, b) => unitedSpec(a, b));
  return new Dataset(
    () => {
      const choices = opened(places);
      const sources: (Iterator<unknown> | null)[] = datasets.map((d) => d[Symbol.iterator]());
      return (function* () {
        let left = sources.length;
        for (const choice of choices) {
          const k = Number((choice as Tensor).item());
          if (k < 0 || k >= sources.length) throw inIterator(`Selector index out of range: ${k} >= ${sources.length}`);
          const source = sources[k];
          if (source === null || source === undefined) continue;
          const { done, value } = source.next();
          if (!done) {
            yield value;
            continue;
          }
          sources[k] = null;
          left--;
          if (stop || left === 0) return;
        }
      })();
    },
    datasets.every((d) => d.cardinality().item() === INFINITE_CARDINALITY) ? INFINITE_CARDINALITY : UNKNOWN_CARDINALITY,
    () => spec,
    '_DirectedInterleaveDataset',
  );
}

/** Rows of several lengths: what `ragged_batch` gives. */
export class RaggedTensor {
  readonly rows: readonly Tensor[];
  readonly __component__ = true;
  constructor(rows: readonly Tensor[]) {
    this.rows = rows;
  }
  to_list(): unknown[] {
    return this.rows.map((r) => r.tolist());
  }
  get shape(): unknown {
    return shapeOf([this.rows.length, null]);
  }
  get dtype(): unknown {
    return this.rows[0]!.dtype;
  }
  to_tensor(default_value = 0): Tensor {
    const width = Math.max(0, ...this.rows.map((r) => r.sizes[0]!));
    return ops.stack(
      this.rows.map((r) =>
        r.sizes[0] === width
          ? r
          : ops.concat(
              [r, ops.fullLike(r, default_value, [width - r.sizes[0]!, ...r.sizes.slice(1)], r.scalarType)],
              0,
            ),
      ),
      0,
    ) as Tensor;
  }
  toString(): string {
    return `<tf.RaggedTensor ${JSON.stringify(this.to_list()).replaceAll(',', ', ')}>`;
  }
  __repr__(): string {
    return this.toString();
  }
}

declareSignatures('tf.data.Dataset', Dataset.prototype, {
  map: 'map_func, num_parallel_calls=None, deterministic=None, synchronous=None, use_unbounded_threadpool=False, name=None',
  filter: 'predicate, name=None',
  take_while: 'predicate, name=None',
  batch: 'batch_size, drop_remainder=False, num_parallel_calls=None, deterministic=None, name=None',
  padded_batch: 'batch_size, padded_shapes=None, padding_values=None, drop_remainder=False, name=None',
  ragged_batch: 'batch_size, drop_remainder=False, row_splits_dtype=None, name=None',
  rebatch: 'batch_size, drop_remainder=False, name=None',
  unbatch: 'name=None',
  shuffle: 'buffer_size, seed=None, reshuffle_each_iteration=True, name=None',
  repeat: 'count=None, name=None',
  take: 'count, name=None',
  skip: 'count, name=None',
  shard: 'num_shards, index, name=None',
  enumerate: 'start=0, name=None',
  concatenate: 'dataset, name=None',
  prefetch: 'buffer_size, name=None',
  cache: 'filename="", name=None',
  window: 'size, shift=None, stride=1, drop_remainder=False, name=None',
  flat_map: 'map_func, name=None',
  interleave: 'map_func, cycle_length=None, block_length=None, num_parallel_calls=None, deterministic=None, name=None',
  group_by_window: 'key_func, reduce_func, window_size=None, window_size_func=None, name=None',
  bucket_by_sequence_length:
    'element_length_func, bucket_boundaries, bucket_batch_sizes, padded_shapes=None, padding_values=None, pad_to_bucket_boundary=False, no_padding=False, drop_remainder=False, name=None',
  reduce: 'initial_state, reduce_func, name=None',
  scan: 'initial_state, scan_func, name=None',
  unique: 'name=None',
  apply: 'transformation_func',
  with_options: 'options, name=None',
  get_single_element: 'name=None',
  ignore_errors: 'log_warning=False, name=None',
  cardinality: 'name=None',
});
declareSignatures('tf.data.Dataset', Dataset, {
  from_tensor_slices: 'tensors, name=None',
  from_tensors: 'tensors, name=None',
  from_generator: 'generator, output_types=None, output_shapes=None, args=None, output_signature=None, name=None',
  counter: 'start=0, step=1, dtype=tf.int64, name=None',
  random: 'seed=None, rerandomize_each_iteration=None, name=None',
  sample_from_datasets:
    'datasets, weights=None, seed=None, stop_on_empty_dataset=False, rerandomize_each_iteration=None',
  choose_from_datasets: 'datasets, choice_dataset, stop_on_empty_dataset=True',
});
