import { define } from '../define';
import { Dataset } from './dataset';

export { AUTOTUNE, INFINITE_CARDINALITY, UNKNOWN_CARDINALITY } from './cardinality';
export { CsvDataset, make_csv_dataset } from './csv';
export {
  AutoShardPolicy,
  AutotuneAlgorithm,
  AutotuneOptions,
  DistributeOptions,
  ExternalStatePolicy,
  OptimizationOptions,
  ThreadingOptions,
} from './options';

type Change = (dataset: Dataset) => Dataset;

/** The same elements, whose number is then known: reading another number of them is an error. */
export const assert_cardinality =
  (expected_cardinality: number): Change =>
  (dataset) =>
    dataset.withCardinality(Number(expected_cardinality));
export const cardinality = (dataset: Dataset) => dataset.cardinality();
export const { counter: Counter, random: RandomDataset, choose_from_datasets, sample_from_datasets } = Dataset;
export const enumerate_dataset =
  (start = 0): Change =>
  (dataset) =>
    dataset.enumerate(start);
export const get_single_element = (dataset: Dataset): unknown => dataset.get_single_element();
export const ignore_errors = (): Change => (dataset) => dataset.ignore_errors();
export const take_while =
  (f: (...parts: any[]) => any): Change =>
  (dataset) =>
    dataset.take_while(f);
export const unbatch = (): Change => (dataset) => dataset.unbatch();
export const unique = (): Change => (dataset) => dataset.unique();
/** Batches of elements of any lengths, as ragged tensors. */
export const dense_to_ragged_batch = define(
  'tf.data.experimental.dense_to_ragged_batch',
  'batch_size, drop_remainder=False, row_splits_dtype=None',
  (batch_size: unknown, drop_remainder?: unknown): Change =>
    (dataset) =>
      dataset.ragged_batch(batch_size, drop_remainder ?? false),
);
export const dense_to_sparse_batch = define(
  'tf.data.experimental.dense_to_sparse_batch',
  'batch_size, row_shape',
  (batch_size: unknown, row_shape: unknown): Change =>
    (dataset) =>
      dataset.sparse_batch(batch_size, row_shape),
);
export const rejection_resample = define(
  'tf.data.experimental.rejection_resample',
  'class_func, target_dist, initial_dist=None, seed=None',
  (f: (...parts: any[]) => any, target: unknown, initial?: unknown, seed?: unknown): Change =>
    (dataset) =>
      dataset.rejection_resample(f, target, initial, seed),
);
export const scan = define(
  'tf.data.experimental.scan',
  'initial_state, scan_func',
  (state: unknown, f: (state: any, element: any) => unknown): Change =>
    (dataset) =>
      dataset.scan(state, f),
);
export const group_by_window = define(
  'tf.data.experimental.group_by_window',
  'key_func, reduce_func, window_size=None, window_size_func=None',
  (...args: unknown[]): Change =>
    (dataset) =>
      dataset.group_by_window(...args),
);
/** Shuffled and repeated, each repetition in an order of its own. */
export const shuffle_and_repeat = define(
  'tf.data.experimental.shuffle_and_repeat',
  'buffer_size, count=None, seed=None',
  (buffer_size: unknown, count?: unknown, seed?: unknown): Change =>
    (dataset) =>
      dataset.shuffle(buffer_size, { seed: seed ?? null }).repeat(count ?? null),
);
export const map_and_batch = define(
  'tf.data.experimental.map_and_batch',
  'map_func, batch_size, num_parallel_batches=None, drop_remainder=False, num_parallel_calls=None',
  (f: (...parts: any[]) => unknown, batch_size: unknown, _parallel?: unknown, drop_remainder?: unknown): Change =>
    (dataset) =>
      dataset.map(f).batch(batch_size, drop_remainder ?? false),
);
export const prefetch_to_device =
  (_device: unknown, buffer_size: unknown = null): Change =>
  (dataset) =>
    dataset.prefetch(buffer_size ?? -1);
export const copy_to_device =
  (_target: unknown, _source?: unknown): Change =>
  (dataset) =>
    dataset;
