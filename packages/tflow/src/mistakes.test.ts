import { pyFloat } from '@stele/core/printing';
import * as tf from './index';

const thrown = (run: () => unknown): string => {
  try {
    run();
  } catch (error) {
    return `${(error as Error).name}: ${(error as Error).message}`;
  }
  return 'nothing';
};
const any = tf as any;
const texts = (...values: string[]): any => tf.constant(values as never);

describe('lists are read as TensorFlow reads them', () => {
  it.each([
    ['a number, then a list', [1, [2, 3]], "Can't convert Python sequence with mixed types to Tensor."],
    ['a list, then a number', [[1, 2], 3], "Can't convert non-rectangular Python sequence to Tensor."],
    ['truth, then a number', [true, 1], "Can't convert Python sequence with mixed types to Tensor."],
    ['a number, then nothing', [1, null], "Can't convert Python sequence with mixed types to Tensor."],
    ['nothing', [null], "Attempt to convert a value (None) with an unsupported type (<class 'NoneType'>) to a Tensor."],
    ['a number of 70 bits', 2n ** 70n, "Can't convert Python sequence with out-of-range integer to Tensor."],
    ['tensors of two types', [tf.constant(pyFloat(1)), tf.constant(1)], 'cannot compute Pack as input #1(zero-based)'],
    [
      'tensors of two shapes',
      [tf.constant([1]), tf.constant([1, 2])],
      'values[0].shape = [1] != values[1].shape = [2]',
    ],
    ['a tensor, then a text', [tf.constant(1), 'a'], "Cannot convert 'a' to EagerTensor of dtype int32"],
  ])('%s', (_, value, sentence) => {
    expect(thrown(() => tf.convert_to_tensor(value as never))).toContain(sentence);
  });
  it('numbers before truth, and nothing before something, are taken', () => {
    expect(tf.constant([1, true] as never).tolist()).toEqual([1, 1]);
    expect(tf.constant([[], [1]] as never).sizes).toEqual([2, 0]);
  });
});

describe('what a kernel takes for its places and sizes', () => {
  it.each([
    ['reshape', () => tf.reshape([1, 2], tf.constant([pyFloat(2)])), "attr 'Tshape' of float"],
    ['transpose', () => tf.transpose([[1, 2]], 'ab'), "attr 'Tperm' of string"],
    ['tile', () => tf.tile([1, 2], [1.5]), "attr 'Tmultiples' of float"],
    ['expand_dims', () => tf.expand_dims([1], 'a'), "attr 'Tdim' of string"],
    ['roll', () => tf.roll([1, 2], 1, 'a'), "attr 'Taxis' of string"],
    ['reverse', () => tf.reverse([1, 2], [0.5]), "attr 'Tidx' of float"],
    ['pad', () => tf.pad([1, 2], [[1.5, 1]]), "attr 'Tpaddings' of float"],
    ['split', () => tf.split([1, 2, 3], [1, 1.5]), "attr 'Tlen' of float"],
    ['scatter_nd', () => tf.scatter_nd([[0.5]], [1], [3]), "attr 'Tindices' of float"],
    ['top_k', () => tf.math.top_k([1, 2], 'a'), "attr 'Tk' of string"],
    ['argmax', () => tf.argmax([1, 2], 0.5), 'axis must be int or Tensor with integer datatype'],
    ['sum', () => tf.reduce_sum([1, 2], 0.5), 'Cannot convert 0.5 to EagerTensor of dtype int32'],
    ['sums of axes', () => tf.reduce_sum([1, 2], tf.constant([0.5]) as never), "attr 'Tidx' of float"],
    ['all', () => tf.reduce_all([0, 1] as never), 'Cannot convert [0, 1] to EagerTensor of dtype bool'],
    ['einsum', () => tf.einsum('ii->i', tf.ones([2, 3])), 'Expected dimension 2 at axis 1 of the input shaped [2,3]'],
    ['einsum of 1', () => tf.einsum('i,i->i', tf.ones([1]), tf.ones([2])), 'but got dimension 2'],
    ['an index', () => any.constant([1, 2]).__getitem__(-3), 'slice index -1 of dimension 0 out of bounds.'],
  ])('%s', (_, run, sentence) => {
    expect(thrown(run)).toContain(sentence);
  });
});

describe('texts where numbers stand', () => {
  it.each([
    [
      'less',
      () => tf.less(texts('a'), texts('b')),
      "Value for attr 'T' of string is not in the list of allowed values: float, double",
    ],
    ['minus a number', () => texts('a').__sub__(1), 'TypeError: Cannot convert 1 to EagerTensor of dtype string'],
    [
      'a number minus texts',
      () => any.constant(1).__sub__(texts('a')),
      'cannot compute Sub as input #1(zero-based) was expected to be a int32 tensor but is a string',
    ],
    [
      'plus a number',
      () => texts('a').__add__(1),
      'cannot compute Add as input #1(zero-based) was expected to be a string tensor but is a int32',
    ],
    [
      'over a number',
      () => texts('a').__truediv__(2),
      '`x` and `y` must have the same dtype, got tf.string != tf.int32.',
    ],
    ['negated', () => texts('a').__neg__(), "attr 'T' of string"],
    [
      'as a float',
      () => any.cast('1.5', tf.float32),
      'UnimplementedError: {{function_node __wrapped__Cast_device_/job:localhost/replica:0/task:0/device:CPU:0}} Cast string to float is not supported',
    ],
    ['from a float', () => tf.cast([1.5], tf.string), 'Cast float to string is not supported'],
    [
      'joined with numbers',
      () => tf.concat([texts('a'), tf.constant([1])] as never, 0),
      'cannot compute ConcatV2 as input #1(zero-based) was expected to be a string',
    ],
    ['ones', () => tf.ones([2], tf.string), 'Cannot convert 1 to EagerTensor of dtype string'],
  ])('%s', (_, run, sentence) => {
    expect(thrown(run)).toContain(sentence);
  });
  it('are moved like numbers', () => {
    const words = texts('a', 'b', 'c', 'd');
    expect(String(tf.transpose(tf.reshape(words, [2, 2])))).toBe(
      "tf.Tensor(\n[[b'a' b'c']\n [b'b' b'd']], shape=(2, 2), dtype=string)",
    );
    expect(String(tf.concat([words, texts('e')] as never, 0).shape)).toBe('(5,)');
    expect(String(tf.gather(words, [3, 0]))).toBe("tf.Tensor([b'd' b'a'], shape=(2,), dtype=string)");
    expect(String(tf.where([true, false], 'x' as never, texts('y', 'z')))).toBe(
      "tf.Tensor([b'x' b'z'], shape=(2,), dtype=string)",
    );
    expect(String(any.constant(['a', 'b']).__getitem__(-1))).toBe("tf.Tensor(b'b', shape=(), dtype=string)");
    expect(String(tf.add('a' as never, texts('b', 'c')))).toBe("tf.Tensor([b'ab' b'ac'], shape=(2,), dtype=string)");
    expect(tf.size(words).item()).toBe(4);
    expect(thrown(() => tf.reshape(words, [3]))).toContain('Input to reshape is a tensor with 4 values');
  });
});

describe('arrays, sparse tensors and datasets', () => {
  it.each([
    [
      'read of what was never written',
      () => new tf.TensorArray(tf.float32, { size: 2 }).read(0),
      'Cannot convert a partially known TensorShape <unknown> to a Tensor.',
    ],
    [
      'write below 0',
      () => new tf.TensorArray(tf.float32, { size: 2 }).write(-1, 1.5),
      'Writing to negative indices (index -1) is not allowed.',
    ],
    [
      'too many rows',
      () => new tf.TensorArray(tf.float32, { size: 2 }).unstack(tf.ones([3])),
      'Cannot unstack 3 tensors into a TensorArray of static size 2',
    ],
    [
      'an index out of bounds',
      () => tf.sparse.to_dense(new tf.SparseTensor([[5]], [1], [2])),
      'indices[0] = [5] is out of bounds: need 0 <= index < [2]',
    ],
    [
      'indices that are not in order',
      () => tf.sparse.to_dense(new tf.SparseTensor([[1], [0]], [1, 2], [2])),
      'indices[1] = [0] is out of order.',
    ],
    ['values that do not fit', () => new tf.SparseTensor([[0]], [1, 2], [2]), 'Dimensions 1 and 2 are not compatible'],
    ['segments that go back', () => tf.math.segment_sum([1, 2, 3], [0, 2, 1]), 'segment ids are not increasing'],
    ['segments below 0', () => tf.math.segment_sum([1, 2], [0, -1]), 'segment ids must be >= 0'],
    [
      'a matrix and a vector of another type',
      () => tf.linalg.solve(tf.eye(2), tf.ones([2, 1], tf.float64)),
      'cannot compute MatrixSolve as input #1(zero-based)',
    ],
    [
      'a number larger than a float',
      () => tf.constant(pyFloat(1e40)),
      'a value out of range for a double-precision float.',
    ],
    [
      'a pattern that does not end',
      () => tf.strings.regex_replace('a', '(', 'b'),
      'Invalid pattern: (, error: missing ): (',
    ],
    [
      'a number as texts',
      () => tf.strings.upper(tf.constant(1) as never),
      'cannot compute StringUpper as input #0(zero-based) was expected to be a string tensor but is a int32',
    ],
    ['a module of Keras', () => any.keras.layers.Dens, "module 'tf.keras.layers' has no attribute 'Dens'"],
  ])('%s', (_, run, sentence) => {
    expect(thrown(run)).toContain(sentence);
  });
});
