import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import * as tf from '../index';

const { Dataset } = tf.data;
const plain = (value: any): unknown => {
  if (Array.isArray(value)) return value.map(plain);
  if (value instanceof tf.RaggedTensor || value instanceof tf.SparseTensor) return String(value);
  if (typeof value?.texts === 'function') return value.rank === 0 ? value.texts()[0] : value.texts();
  if (typeof value?.tolist === 'function')
    return JSON.parse(JSON.stringify(value.tolist(), (_, v) => (typeof v === 'bigint' ? Number(v) : v)));
  return Object.fromEntries(Object.entries(value).map(([k, v]) => [k, plain(v)]));
};
const all = (dataset: Iterable<unknown>): unknown => [...dataset].map(plain);
const R = (...args: number[]) => Dataset.range(...args);
const rows = () => R(1, 4).map((x: tf.Tensor) => tf.fill(tf.reshape(x, [1]), x));

it.each<[string, () => Iterable<unknown>, unknown]>([
  ['rebatch', () => R(7).batch(4).rebatch(3), [[0, 1, 2], [3, 4, 5], [6]]],
  [
    'padded texts',
    () => Dataset.from_tensors(['a', 'b']).padded_batch(1, { padded_shapes: [3], padding_values: '-' }),
    [['a', 'b', '-']],
  ],
  [
    'one padding for all',
    () => Dataset.zip(rows(), rows()).padded_batch(2, { padding_values: -1 }),
    [
      [
        [
          [1, -1],
          [2, 2],
        ],
        [
          [1, -1],
          [2, 2],
        ],
      ],
      [[[3, 3, 3]], [[3, 3, 3]]],
    ],
  ],
  ['ragged batch', () => rows().ragged_batch(2), ['<tf.RaggedTensor [[1], [2, 2]]>', '<tf.RaggedTensor [[3, 3, 3]]>']],
  [
    'group_by_window',
    () =>
      R(5).group_by_window(
        (x: any) => tf.math.floormod(x, 2),
        (_: unknown, w: any) => w.batch(2),
        2,
      ),
    [[0, 2], [1, 3], [4]],
  ],
  [
    'texts cut',
    () =>
      Dataset.from_tensor_slices(['a b', 'c']).flat_map((s: any) => Dataset.from_tensor_slices(tf.strings.split(s))),
    ['a', 'b', 'c'],
  ],
])('%s', (_, make, expected) => {
  expect(all(make())).toEqual(expected);
});

it.each<[string, () => unknown, string]>([
  [
    'rebatch',
    () => R(8).batch(4, true).rebatch(2),
    '<_RebatchDataset element_spec=TensorSpec(shape=(2,), dtype=tf.int64, name=None)>',
  ],
  [
    'windows',
    () =>
      R(7)
        .window(3)
        .flat_map((w: any) => w.batch(3)),
    '<_FlatMapDataset element_spec=TensorSpec(shape=(None,), dtype=tf.int64, name=None)>',
  ],
  [
    'ragged',
    () => rows().ragged_batch(2),
    '<_BatchDataset element_spec=RaggedTensorSpec(TensorShape([None, None]), tf.int64, 1, tf.int64)>',
  ],
  [
    'slices of ragged',
    () => Dataset.from_tensor_slices(tf.ragged.constant([[1], []])),
    '<_TensorSliceDataset element_spec=RaggedTensorSpec(TensorShape([None]), tf.int32, 0, tf.int64)>',
  ],
  ['counter', () => Dataset.counter(), '<_ScanDataset element_spec=TensorSpec(shape=(), dtype=tf.int64, name=None)>'],
])('%s prints', (_, make, expected) => {
  expect(String(make())).toBe(expected);
});

it.each<[string, () => unknown, string]>([
  [
    'unique of pairs',
    () => Dataset.zip(R(2), R(2)).unique(),
    'UniqueDataset only supports inputs with a single component.',
  ],
  ['rebatch of scalars', () => R(3).rebatch(2), 'found a dataset with scalar elements'],
  [
    'a window of none',
    () => [
      ...R(3).group_by_window(
        (x: any) => x,
        (_: unknown, w: any) => w,
        0,
      ),
    ],
    'Window size must be greater than zero, but got 0.',
  ],
  [
    'numbers of datasets',
    () => R(3).window(2).as_numpy_iterator(),
    'not supported for datasets that produce values of type',
  ],
  [
    'options',
    () => Object.assign(new tf.data.Options(), { deterministic: 'yes' }),
    'Property "deterministic" must be of type',
  ],
])('%s is refused', (_, run, message) => {
  expect(run).toThrow(message);
});

describe('files', () => {
  const folder = mkdtempSync(join(tmpdir(), 'stele-data-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  const at = (name: string) => join(folder, name);
  it('lines, fields and saved elements are read', () => {
    writeFileSync(at('a.csv'), 'n,t\n1,x\r\n2,"y, z"\n');
    expect(all(new tf.data.TextLineDataset(at('a.csv')).skip(1))).toEqual(['1,x', '2,"y, z"']);
    expect(all(new tf.data.experimental.CsvDataset(at('a.csv'), [tf.int32, tf.string], { header: true }))).toEqual([
      [1, 'x'],
      [2, 'y, z'],
    ]);
    expect(all(tf.io.decode_csv(['3,4.5'], [0, 1.5]))).toEqual([[3], [4.5]]);
    Dataset.zip(R(2), Dataset.from_tensor_slices(['p', 'q'])).save(at('kept'));
    expect(all(Dataset.load(at('kept')))).toEqual([
      [0, 'p'],
      [1, 'q'],
    ]);
  });
});

it('ragged tensors compute row by row', () => {
  const t = tf.ragged.constant([[1, 2.5], [], [3]]) as tf.RaggedTensor;
  expect(String(tf.add(t as never, 1))).toBe('<tf.RaggedTensor [[2.0, 3.5], [], [4.0]]>');
  expect(tf.reduce_sum(t as never, 1).tolist()).toEqual([3.5, 0, 3]);
  expect((t.to_tensor(-1) as tf.Tensor).tolist()).toEqual([
    [1, 2.5],
    [-1, -1],
    [3, -1],
  ]);
  expect(String(tf.concat([t, t] as never, 1))).toBe('<tf.RaggedTensor [[1.0, 2.5, 1.0, 2.5], [], [3.0, 3.0]]>');
});

it('what a function draws begins anew with each reader', () => {
  tf.random.set_seed(3);
  const drawn = R(3).map(() => tf.random.uniform([], { seed: 1 }));
  expect(all(drawn)).toEqual(all(drawn));
});
it('parsed features come by name, and batches of texts stay open', () => {
  const { Example, Feature, Features, Int64List } = tf.train;
  const one = (v: number) => new Feature({ int64_list: new Int64List({ value: [v] }) });
  const bytes = new Example({ features: new Features({ feature: { b: one(1), a: one(2) } }) }).SerializeToString();
  const spec = () => new tf.io.FixedLenFeature([], tf.int64);
  expect(Object.keys(tf.io.parse_single_example(bytes, { b: spec(), a: spec() }))).toEqual(['a', 'b']);
  const lengths = Dataset.from_tensor_slices(['a', 'bc'])
    .batch(2)
    .map((t: any) => tf.strings.length(t));
  expect(String(lengths.element_spec)).toBe('TensorSpec(shape=(None,), dtype=tf.int32, name=None)');
});
