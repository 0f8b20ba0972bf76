import { markFloats } from '@stele/core';
import { pyFloat } from '@stele/core/printing';
import * as tf from './index';

class Tuple extends Array<unknown> {}
const tuple = (...items: unknown[]): Tuple => {
  const t = new Tuple();
  t.push(...items);
  return t;
};
type Dunder = Record<string, (...args: unknown[]) => unknown>;
const call = (t: unknown, name: string, ...args: unknown[]): unknown => (t as Dunder)[name]!(...args);
const all = { start: null, stop: null, step: null };
const ellipsis = { __repr__: () => 'Ellipsis' };
const x = tf.reshape(tf.cast(tf.range(6), tf.float32), [2, 3]);
const i = tf.constant([5, 6]);

beforeAll(() => {
  markFloats(true);
});
afterAll(() => {
  markFloats(false);
});

describe('operators on a tf.Tensor', () => {
  it.each<[string, tf.Tensor, unknown, string]>([
    ['__and__', i, 3, '[1 2]'],
    ['__rpow__', i, 2, '[32 64]'],
    ['__rmod__', i, -7, '[3 5]'],
    ['__truediv__', i, 2, '[2.5 3. ]'],
    ['__radd__', x, pyFloat(1), '[[1. 2. 3.]\n [4. 5. 6.]]'],
    ['__eq__', i, 5, '[ True False]'],
    ['__eq__', i, [1, 2, 3], 'False'],
    ['__and__', tf.constant([true, false]), true, '[ True False]'],
  ])('%s', (name, t, other, text) => {
    expect((call(t, name, other) as tf.Tensor).__format__('')).toBe(text);
  });
  it.each<[string, tf.Tensor, unknown, string]>([
    [
      '__add__',
      i,
      1.5,
      'cannot compute AddV2 as input #1(zero-based) was expected to be a int32 tensor but is a float tensor [Op:AddV2] name: ',
    ],
    ['__radd__', i, 1.5, 'Cannot convert 1.5 to EagerTensor of dtype int32'],
    [
      '__add__',
      i,
      null,
      "Attempt to convert a value (None) with an unsupported type (<class 'NoneType'>) to a Tensor.",
    ],
    ['__setitem__', i, 0, "'tensorflow.python.framework.ops.EagerTensor' object does not support item assignment"],
    [
      '__bool__',
      x,
      null,
      'The truth value of an array with more than one element is ambiguous. Use a.any() or a.all()',
    ],
    ['__hash__', x, null, 'Tensor is unhashable. Instead, use tensor.ref() as the key.'],
    ['__len__', tf.constant(1), null, 'Scalar tensor has no `len()`'],
  ])('%s refuses', (name, t, other, message) => {
    expect(() => call(t, name, other)).toThrow(message);
  });
  it('compares with None by identity', () => {
    expect(call(i, '__eq__', null)).toBe(false);
    expect(call(i, '__ne__', null)).toBe(true);
  });
});

describe('strided slices', () => {
  it.each<[unknown, string]>([
    [-1, '[3. 4. 5.]'],
    [{ start: null, stop: null, step: -1 }, '[[3. 4. 5.]\n [0. 1. 2.]]'],
    [tuple(ellipsis, 1), '[1. 4.]'],
    [tuple(all, { start: 1, stop: 9, step: null }), '[[1. 2.]\n [4. 5.]]'],
    [tf.constant(1), '[3. 4. 5.]'],
    [[0, 1], '1.0'],
    [x.gt(2), '[3. 4. 5.]'],
    [{ start: 1, stop: tf.constant(2), step: null }, '[[3. 4. 5.]]'],
  ])('%p', (index, text) => {
    expect((call(x, '__getitem__', index) as tf.Tensor).__format__('')).toBe(text);
  });
  it.each<[unknown, string]>([
    [5, 'slice index 5 of dimension 0 out of bounds.'],
    [tuple(0, 0, 0), 'Index out of range using input dim 2; input has only 2 dims'],
    ['a', "valid indices, got 'a'"],
    [tf.constant([0, 1]), 'valid indices, got <tf.Tensor: shape=(2,), dtype=int32, numpy=array([0, 1], dtype=int32)>'],
  ])('refuses %p', (index, message) => {
    expect(() => call(x, '__getitem__', index)).toThrow(message);
  });
});

it('lets shapes and dtypes compare and print as in Python', () => {
  expect(call(x.shape, '__eq__', tuple(2, 3))).toBe(true);
  expect(call(x.shape, '__repr__')).toBe('TensorShape([2, 3])');
  expect(call(call(x.shape, '__add__', [1]), '__repr__')).toBe('TensorShape([2, 3, 1])');
  expect(call(x.dtype, '__eq__', 'float32')).toBe(true);
  expect(call(x.dtype, '__repr__')).toBe('tf.float32');
  expect(new tf.Variable(3).dtype.name).toBe('int32');
});
