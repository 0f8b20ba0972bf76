import { declareSignatures, describeValue, wordMethods } from '@stele/core';
import { FailedPreconditionError, InvalidArgumentError, kernelError, noAttribute } from '../errors';
import { leavesOf } from '../nest';
import { type StringTensor, textInput } from '../strings';
import { Tensor, toTensor } from '../tensor';
import { inIterator } from './arguments';
import * as batching from './batching';
import { INFINITE_CARDINALITY, UNKNOWN_CARDINALITY } from './cardinality';
import * as combining from './combining';
import { classText } from './elementFunction';
import * as folding from './folding';
import { DatasetIterator } from './iterator';
import * as mapping from './mapping';
import { Options } from './options';
import * as ordering from './ordering';
import { hostValue, opened } from './reading';
import * as resampling from './resampling';
import * as saving from './saving';
import * as sources from './sources';
import { DatasetSpec, mapComponents, specFrom, specText } from './structure';
import * as windows from './windows';

interface About {
  readonly spec: () => unknown;
  readonly kind: string;
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
  /** Number of elements; INFINITE_CARDINALITY or UNKNOWN_CARDINALITY where there is none. */
  readonly count: number;
  private readonly about: About;
  private known: { readonly spec: unknown } | null = null;
  private chosen = new Options();

  constructor(open: () => Iterable<T>, count: number, spec?: () => unknown, kind = 'Dataset') {
    if (typeof open !== 'function')
      throw new TypeError("Can't instantiate abstract class DatasetV2 with abstract methods _inputs, element_spec");
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
    return sources.from_tensor_slices(tensors);
  }
  static from_tensors(tensors: unknown, _name?: unknown): Dataset {
    return sources.from_tensors(tensors);
  }
  /** What a function gives that returns an iterable, called anew for each reader. */
  static from_generator(generator: unknown, ...rest: readonly unknown[]): Dataset {
    return sources.from_generator(generator, ...rest);
  }
  static range(...given: readonly unknown[]): Dataset<Tensor> {
    return sources.range(...given);
  }
  static zip(...given: readonly unknown[]): Dataset {
    return combining.zip(...given);
  }
  /** start, start + step, ... without end. */
  static counter(...rest: readonly unknown[]): Dataset<Tensor> {
    return sources.counter(...rest);
  }
  /** Words of TensorFlow's generator without end, the same at every reading. */
  static random(...rest: readonly unknown[]): Dataset<Tensor> {
    return sources.random(...rest);
  }
  /** Elements of several datasets, from which by chance. */
  static sample_from_datasets(datasets: readonly Dataset[], ...rest: readonly unknown[]): Dataset {
    return combining.sample_from_datasets(datasets, ...rest);
  }
  /** Elements of several datasets, from which another dataset says. */
  static choose_from_datasets(
    datasets: readonly Dataset[],
    choice_dataset: Dataset,
    stop_on_empty_dataset?: unknown,
  ): Dataset {
    return combining.choose_from_datasets(datasets, choice_dataset, stop_on_empty_dataset);
  }
  static list_files(file_pattern: unknown, ...rest: readonly unknown[]): Dataset {
    return sources.list_files(file_pattern, ...rest);
  }
  /** The dataset that `save` wrote into a folder. */
  static load(path: unknown, ..._rest: readonly unknown[]): Dataset {
    return saving.load(path);
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
  through<U>(
    read: (source: Iterable<T>) => Iterable<U>,
    count: number,
    spec: () => unknown = () => this.element_spec,
    kind = 'Dataset',
  ): Dataset<U> {
    return new Dataset<U>(() => read(opened(this)), count, spec, kind);
  }

  /** Each element given to a function: the components of a list as arguments of their own. */
  map(map_func: (...parts: any[]) => unknown, ...rest: readonly unknown[]): Dataset {
    return mapping.map(this, map_func, ...rest);
  }
  filter(predicate: (...parts: any[]) => Tensor | boolean, _name?: unknown): Dataset<T> {
    return mapping.filter(this, predicate);
  }
  take_while(predicate: (...parts: any[]) => Tensor | boolean, _name?: unknown): Dataset<T> {
    return mapping.take_while(this, predicate);
  }
  batch(batch_size: unknown, ...rest: readonly unknown[]): Dataset {
    return batching.batch(this, batch_size, ...rest);
  }
  /** Batches of elements that are made equally large. */
  padded_batch(batch_size: unknown, ...rest: readonly unknown[]): Dataset {
    return batching.padded_batch(this, batch_size, ...rest);
  }
  /** Batches of elements of any lengths, as lists of tensors. */
  ragged_batch(batch_size: unknown, ...rest: readonly unknown[]): Dataset {
    return batching.ragged_batch(this, batch_size, ...rest);
  }
  /** Batches cut anew: of a size, or of several in turn. */
  rebatch(batch_size: unknown, ...rest: readonly unknown[]): Dataset {
    return batching.rebatch(this, batch_size, ...rest);
  }
  unbatch(_name?: unknown): Dataset {
    return batching.unbatch(this);
  }
  /** A window of `buffer_size` elements of which a random one comes next, in TensorFlow's order. */
  shuffle(buffer_size: unknown, ...rest: readonly unknown[]): Dataset<T> {
    return ordering.shuffle(this, buffer_size, ...rest);
  }
  repeat(count: unknown = null, _name?: unknown): Dataset<T> {
    return ordering.repeat(this, count);
  }
  take(count: unknown, _name?: unknown): Dataset<T> {
    return ordering.take(this, count);
  }
  skip(count: unknown, _name?: unknown): Dataset<T> {
    return ordering.skip(this, count);
  }
  /** Every `num_shards`-th element, from the `index`-th on. */
  shard(num_shards: unknown, index: unknown, _name?: unknown): Dataset<T> {
    return ordering.shard(this, num_shards, index);
  }
  enumerate(start: unknown = 0, _name?: unknown): Dataset {
    return ordering.enumerate(this, start);
  }
  concatenate(dataset: Dataset, _name?: unknown): Dataset {
    return combining.concatenate(this, dataset);
  }
  /** Elements are made when asked for, so there is nothing to prefetch. */
  prefetch(buffer_size: unknown, _name?: unknown): Dataset<T> {
    return ordering.prefetch(this, buffer_size);
  }
  cache(filename?: unknown, _name?: unknown): Dataset<T> {
    if (filename !== undefined && filename !== null) textInput('CacheDatasetV2', filename);
    return ordering.cache(this);
  }
  /** Datasets of `size` elements each, `shift` apart. */
  window(size: unknown, ...rest: readonly unknown[]): Dataset {
    return windows.window(this, size, ...rest);
  }
  /** The elements of the datasets that a function makes of each element, one dataset after the other. */
  flat_map(map_func: (...parts: any[]) => any, _name?: unknown): Dataset {
    return mapping.flat_map(this, map_func);
  }
  /** As `flat_map`, `cycle_length` of the datasets at a time, `block_length` elements from each in turn. */
  interleave(map_func: (...parts: any[]) => any, ...rest: readonly unknown[]): Dataset {
    return mapping.interleave(this, map_func, ...rest);
  }
  /** Windows of elements with one key, each made into a dataset by a function. */
  group_by_window(...args: readonly unknown[]): Dataset {
    return windows.group_by_window(this, ...args);
  }
  /** Batches of elements of about one length. */
  bucket_by_sequence_length(...args: readonly unknown[]): Dataset {
    return windows.bucket_by_sequence_length(this, ...args);
  }
  /** The state after all elements. */
  reduce(initial_state: unknown, reduce_func: (state: any, element: any) => unknown, _name?: unknown): any {
    return folding.reduce(this, initial_state, reduce_func);
  }
  /** What a function gives beside a state that it carries from element to element. */
  scan(initial_state: unknown, scan_func: (state: any, element: any) => unknown, _name?: unknown): Dataset {
    return folding.scan(this, initial_state, scan_func);
  }
  /** Every element once. */
  unique(_name?: unknown): Dataset<T> {
    return folding.unique(this);
  }
  /** Writes the elements into a folder, from which `load` reads them. */
  save(path: unknown, ..._rest: readonly unknown[]): void {
    saving.save(this, path);
  }
  /** Keeps the elements in a folder when they are first read. */
  snapshot(path: unknown, ..._rest: readonly unknown[]): Dataset<T> {
    return saving.snapshot(this, path);
  }
  /** Elements with their classes, of which each comes as often as asked for. */
  rejection_resample(
    class_func: (...parts: any[]) => any,
    target_dist: unknown,
    initial_dist: unknown = null,
    seed: unknown = null,
    _name?: unknown,
  ): Dataset {
    return resampling.rejection_resample(this, class_func, target_dist, initial_dist, seed);
  }
  /** Batches of elements of any lengths, as sparse tensors of a shape. */
  sparse_batch(batch_size: unknown, row_shape: unknown, _name?: unknown): Dataset {
    return batching.sparse_batch(this, batch_size, row_shape);
  }
  /** The dataset that a function makes of this one. */
  apply(transformation_func: (dataset: Dataset<T>) => any): any {
    if (typeof transformation_func !== 'function')
      throw new TypeError(`${describeValue(transformation_func).type.slice(7, -1)} object is not callable`);
    const made = transformation_func(this);
    if (!(made instanceof Dataset))
      throw new TypeError(`\`transformation_func\` must return a \`tf.data.Dataset\` object. Got ${classText(made)}.`);
    return made;
  }
  with_options(options: Options): Dataset<T> {
    if (!(options instanceof Options)) throw noAttribute(options, '_to_proto');
    const next = this.through((source) => source, this.count, undefined, '_OptionsDataset');
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
      kernelError('DatasetToSingleElement', text, InvalidArgumentError, { made: '_output_types_1' });
    if (done) throw fail('Dataset was empty.');
    if (!iterator.next().done) throw fail('Dataset had more than one element.');
    return value;
  }
  /** Ignores the elements whose making fails. */
  ignore_errors(log_warning?: unknown, _name?: unknown): Dataset<T> {
    return folding.ignore_errors(this, log_warning);
  }
  as_numpy_iterator(): NumpyIterator {
    if (leavesOf(this.element_spec).some((s) => s instanceof DatasetSpec))
      throw new TypeError(
        "`tf.data.Dataset.as_numpy_iterator()` is not supported for datasets that produce values of type <class 'tensorflow.python.data.ops.dataset_ops.DatasetV2'>",
      );
    return new NumpyIterator(this);
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
    return this.through(
      function* (source) {
        let n = 0;
        for (const element of source) {
          if (expected >= 0 && ++n > expected) complain(`at least ${n}`);
          yield element;
        }
        if (expected === INFINITE_CARDINALITY || (expected >= 0 && n < expected)) complain(`only ${n}`);
      },
      expected,
      undefined,
      '_AssertCardinalityDataset',
    );
  }
  toString(): string {
    return `<${this.about.kind} element_spec=${specText(this.element_spec)}>`;
  }
  __repr__(): string {
    return this.toString();
  }
}

/** The elements as arrays of NumPy. */
export class NumpyIterator implements IterableIterator<any> {
  private readonly source: Iterator<unknown>;
  constructor(dataset: Dataset) {
    this.source = dataset[Symbol.iterator]();
  }
  next(): IteratorResult<any> {
    const { done, value } = this.source.next();
    if (done) return { done, value: undefined };
    const host = mapComponents(value, (t) =>
      t === null ? null : t instanceof Tensor ? hostValue(t) : 'numpy' in t ? (t as StringTensor).numpy() : t,
    );
    return { done: false, value: host };
  }
  [Symbol.iterator](): this {
    return this;
  }
  __iter__(): this {
    return this;
  }
  __next__(): unknown {
    const { done, value } = this.next();
    if (done) throw Object.assign(new Error(''), { name: 'StopIteration' });
    return value;
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
  save: 'path, compression=None, shard_func=None, checkpoint_args=None',
  snapshot: 'path, compression="AUTO", reader_func=None, shard_func=None, name=None',
  rejection_resample: 'class_func, target_dist, initial_dist=None, seed=None, name=None',
  sparse_batch: 'batch_size, row_shape, name=None',
  cardinality: 'name=None',
});
wordMethods('DatasetV2', Dataset.prototype);
declareSignatures('tf.data.Dataset', Dataset, {
  from_tensor_slices: 'tensors, name=None',
  from_tensors: 'tensors, name=None',
  from_generator: 'generator, output_types=None, output_shapes=None, args=None, output_signature=None, name=None',
  counter: 'start=0, step=1, dtype=tf.int64, name=None',
  list_files: 'file_pattern, shuffle=None, seed=None, name=None',
  load: 'path, element_spec=None, compression=None, reader_func=None, wait=False',
  random: 'seed=None, rerandomize_each_iteration=None, name=None',
  sample_from_datasets:
    'datasets, weights=None, seed=None, stop_on_empty_dataset=False, rerandomize_each_iteration=None',
  choose_from_datasets: 'datasets, choice_dataset, stop_on_empty_dataset=True',
});
wordMethods('DatasetV2', Dataset, true);
