import * as tf from '../../index';

const { v1 } = tf.compat;
const shape = (...sizes: number[]) => tf.TensorShape.from_dims(sizes);

describe('partitioners', () => {
  it.each<[string, () => number[], number[]]>([
    ['parts of so many bytes', () => v1.variable_axis_size_partitioner(64)(shape(10, 4), tf.float32), [3, 1]],
    ['along another axis', () => v1.variable_axis_size_partitioner(64, { axis: 1 })(shape(10, 4), tf.float64), [1, 4]],
    [
      'no more than so many',
      () => v1.variable_axis_size_partitioner(64, { max_shards: 2 })(shape(10, 4), tf.float32),
      [2, 1],
    ],
    ['so many parts', () => v1.fixed_size_partitioner(3)(shape(10, 4)), [3, 1]],
    ['not more than there are rows', () => v1.fixed_size_partitioner(30, { axis: 1 })(shape(10, 4)), [1, 4]],
  ])('cut into %s', (_what, cut, wanted) => {
    expect(cut()).toEqual(wanted);
  });
});

describe('graphs', () => {
  it('print tensors on their way, and name operations without an output', () => {
    using _ = new v1.Graph().as_default();
    const lines: unknown[] = [];
    const warned = jest.spyOn(console, 'warn').mockImplementation((line) => void lines.push(line));
    const x = tf.constant([1.5, 2.5, 3.5, 4.5]);
    const y = v1.Print(x, [x, tf.constant(7)], 'x=');
    const slope = v1.gradients(tf.reduce_sum(y.mul(y)), x)[0]!;
    using session = new v1.Session();
    try {
      expect(session.run(slope).tolist()).toEqual([3, 5, 7, 9]);
    } finally {
      warned.mockRestore();
    }
    expect(lines[0]).toBe('x=[1.5 2.5 3.5...][7]');
    expect(v1.tables_initializer().name).toBe('init_all_tables');
    expect((y as { name?: string }).name).toBe('Print:0');
  });
});

describe('names that TensorFlow 2 keeps elsewhere', () => {
  it.each<[string, () => tf.Tensor, unknown]>([
    ['accumulate_n', () => v1.accumulate_n([tf.constant([1, 2]), tf.constant([3, 4])]), [4, 6]],
    [
      'diag',
      () => v1.diag(tf.constant([1, 2])),
      [
        [1, 0],
        [0, 2],
      ],
    ],
    ['scalar_mul', () => v1.scalar_mul(2, tf.constant([1.5, 2])), [3, 4]],
    ['unravel_index', () => v1.unravel_index(tf.constant(5), tf.constant([2, 3])), [1, 2]],
  ])('%s computes in graphs', (_name, make, wanted) => {
    using _ = new v1.Graph().as_default();
    const node = make();
    using session = new v1.Session();
    expect(session.run(node).tolist()).toEqual(wanted);
  });
});
