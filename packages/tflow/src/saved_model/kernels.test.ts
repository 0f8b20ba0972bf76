import type { Attributes } from '@stele/core/formats/savedmodel';
import { tf } from '../index';
import { graphHost } from './kernels';

/** Attributes of a node by their names. */
function attributes(given: Readonly<Record<string, unknown>>): Attributes {
  const get = (name: string, absent?: unknown): unknown => given[name] ?? absent;
  const list = (name: string): unknown => given[name] ?? [];
  return {
    bool: (name: string, absent = false) => get(name, absent),
    int: (name: string, absent = 0) => get(name, absent),
    float: (name: string, absent = 0) => get(name, absent),
    text: (name: string, absent = '') => get(name, absent),
    type: get,
    ints: list,
    texts: list,
    types: list,
    shapes: list,
  } as unknown as Attributes;
}
const run = (op: string, inputs: readonly unknown[], attrs: Readonly<Record<string, unknown>> = {}): unknown => {
  const plain = (v: any): unknown => {
    if (Array.isArray(v)) return v.map(plain);
    if (v instanceof Uint8Array) return new TextDecoder().decode(v);
    return v !== null && typeof v === 'object' && 'tolist' in v
      ? plain(v.tolist())
      : typeof v === 'bigint'
        ? Number(v)
        : v;
  };
  return plain(graphHost.kernels[op]!(inputs, attributes(attrs)));
};
const f = (v: unknown): tf.Tensor => tf.constant(v as number[], tf.float32);
const i = (v: unknown): tf.Tensor => tf.constant(v as number[], tf.int32);
const wide = (v: unknown): tf.Tensor => tf.constant(v as number[], tf.int64);
const s = (v: unknown): tf.Tensor => tf.constant(v as never);

// what TensorFlow's own nodes of these kinds give
it.each<[string, readonly unknown[], Readonly<Record<string, unknown>>, unknown]>([
  ['Reshape', [s(['a', 'b']), i([2, 1])], {}, [[['a'], ['b']]]],
  ['ConcatV2', [s(['a']), s(['b', 'a']), i(0)], {}, [['a', 'b', 'a']]],
  ['Equal', [s(['a', 'b']), s('b')], {}, [[false, true]]],
  ['SelectV2', [tf.constant([true, false]), s('x'), s(['y', 'z'])], {}, [['x', 'z']]],
  [
    'Unique',
    [s(['a', 'b', 'a'])],
    {},
    [
      ['a', 'b'],
      [0, 1, 0],
    ],
  ],
  [
    'StringSplitV2',
    [s(['a,b', '']), s(',')],
    {},
    [
      [
        [0, 0],
        [0, 1],
        [1, 0],
      ],
      ['a', 'b', ''],
      [2, 2],
    ],
  ],
  ['StringToHashBucketFast', [s(['Hello World', ''])], { num_buckets: 10 }, [1, 3]],
  ['AsString', [f([1.5, -2])], { precision: 2 }, ['1.50', '-2.00']],
  [
    'UnicodeDecode',
    [s(['ab', 'é'])],
    {},
    [
      [0, 2, 3],
      [97, 98, 233],
    ],
  ],
  [
    'SparseReshape',
    [
      wide([
        [0, 1],
        [2, 3],
      ]),
      wide([3, 4]),
      wide([2, -1]),
    ],
    {},
    [
      [
        [0, 1],
        [1, 5],
      ],
      [2, 6],
    ],
  ],
  [
    'SparseFillEmptyRows',
    [
      wide([
        [0, 0],
        [2, 1],
      ]),
      f([5, 6]),
      wide([3, 2]),
      f(0),
    ],
    {},
    [
      [
        [0, 0],
        [1, 0],
        [2, 1],
      ],
      [5, 0, 6],
      [false, true, false],
      [0, 2],
    ],
  ],
  [
    'SparseSegmentMean',
    [
      f([
        [1, 2],
        [3, 4],
      ]),
      i([0, 1]),
      i([0, 0]),
    ],
    {},
    [[2, 3]],
  ],
  [
    'RaggedTensorToTensor',
    [i([-1, -1]), f([1, 2, 3]), f(0), i([0, 2, 2, 3])],
    { row_partition_types: ['ROW_SPLITS'] },
    [
      [1, 2],
      [0, 0],
      [3, 0],
    ],
  ],
  [
    'RaggedTensorToTensor',
    [i([-1, 3]), s(['a', 'b']), s('-'), wide(2), wide([1, 1])],
    { row_partition_types: ['FIRST_DIM_SIZE', 'VALUE_ROWIDS'] },
    [
      ['-', '-', '-'],
      ['a', 'b', '-'],
    ],
  ],
  [
    'RaggedRange',
    [i([0, 5]), i([3, 6]), i([1])],
    { T: 'int32' },
    [
      [0, 3, 4],
      [0, 1, 2, 5],
    ],
  ],
  ['BroadcastGradientArgs', [i([2, 1]), i([3, 2, 4])], { T: 'int32' }, [[0, 2], []]],
  ['TanhGrad', [f([0.5]), f([2])], {}, [1.5]],
  ['ReluGrad', [f([1, 2]), f([-1, 1])], {}, [0, 2]],
  ['StridedSliceGrad', [i([3]), i([1]), i([3]), i([1]), f([5, 6])], {}, [0, 5, 6]],
  [
    'BiasAddGrad',
    [
      f([
        [1, 2],
        [3, 4],
      ]),
    ],
    {},
    [4, 6],
  ],
  ['PopulationCount', [i([3, -1])], {}, [2, 32]],
  ['LowerBound', [f([[1, 2, 3]]), f([[2, 4]])], { out_type: 'int32' }, [[1, 3]]],
  ['DynamicStitch', [i([0, 2]), i([1]), f([1, 3]), f([2])], {}, [1, 2, 3]],
])('runs %s', (op, inputs, attrs, want) => {
  expect(run(op, inputs, attrs)).toEqual(want);
});
it('draws what a stateless function draws', () => {
  const seed = tf.constant([3, 4], tf.int32);
  const [key, counter] = graphHost.kernels['StatelessRandomGetKeyCounter']!([seed], attributes({})) as tf.Tensor[];
  const drawn = run('StatelessRandomNormalV2', [i([4]), key, counter, i(1)], { dtype: 'float32' });
  expect(drawn).toEqual(tf.random.stateless_normal([4], seed).numpy().tolist());
});
it('fills tables, finds in them and gives them out', () => {
  const [table] = graphHost.kernels['HashTableV2']!([], attributes({})) as unknown[];
  run('LookupTableImportV2', [table, s(['a', 'b']), wide([1, 2])]);
  run('LookupTableInsertV2', [table, s(['c']), wide([3])]);
  run('LookupTableRemoveV2', [table, s(['a'])]);
  expect(run('LookupTableFindV2', [table, s([['c', 'a']]), wide(-1)])).toEqual([[[3, -1]]]);
  expect(run('LookupTableExportV2', [table])).toEqual([
    ['b', 'c'],
    [2, 3],
  ]);
});
it('stops where a condition does not hold', () => {
  expect(() => run('Assert', [tf.constant(false), s('too small'), i([1, 2])])).toThrow(
    'assertion failed: [too small] [1 2]',
  );
});
