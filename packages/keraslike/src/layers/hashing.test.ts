import { toNumbers } from '@stele/core';
import { np } from '@stele/core/numpy';
import { toArray } from '../tensors';
import { HashedCrossing, Hashing } from './hashing';

const listed = (t: any): unknown => toArray(t).tolist();
const words = [['A'], ['B'], ['C'], ['D'], ['E']];

describe('Hashing', () => {
  const cases: [string, Hashing, unknown, unknown][] = [
    ['words', new Hashing(3), words, [[1], [0], [1], [1], [2]]],
    ['a mask', new Hashing(3, ''), [['A'], ['B'], [''], ['C'], ['D']], [[1], [1], [0], [2], [2]]],
    ['a salt of two', new Hashing({ num_bins: 3, salt: [133, 137] }), words, [[1], [2], [1], [0], [2]]],
    ['a salt', new Hashing(3, null, 133), words, [[0], [0], [2], [1], [0]]],
    [
      'whole numbers',
      new Hashing(5),
      [
        [1, -2],
        [3, 400],
      ],
      [
        [4, 0],
        [1, 3],
      ],
    ],
    ['numbers that are cut', new Hashing(5, 3), [1.5, -2, 3, 400], [2, 2, 0, 2]],
    ['an array of int64', new Hashing(5), np.array([1, -2], { dtype: 'int64' }), [4, 0]],
    ['one word', new Hashing(5), 'A', 4],
    [
      'one_hot',
      new Hashing({ num_bins: 5, output_mode: 'one_hot' }),
      [['A'], ['B']],
      [
        [0, 0, 0, 0, 1],
        [0, 0, 0, 1, 0],
      ],
    ],
    [
      'multi_hot',
      new Hashing({ num_bins: 5, output_mode: 'multi_hot' }),
      [
        ['A', 'C'],
        ['B', 'C'],
      ],
      [
        [0, 0, 1, 0, 1],
        [0, 0, 1, 1, 0],
      ],
    ],
    [
      'count',
      new Hashing({ num_bins: 5, output_mode: 'count' }),
      [
        ['A', 'A'],
        ['B', 'C'],
      ],
      [
        [0, 0, 0, 0, 2],
        [0, 0, 1, 1, 0],
      ],
    ],
  ];
  it.each(cases)('puts %s where Keras does', (_name, layer, x, expected) => {
    expect(listed(layer.__call__(x))).toEqual(expected);
  });
  it('saves what Keras saves', () => {
    const config = new Hashing({ num_bins: 3, salt: 133, name: 'h' }).get_config();
    expect(JSON.stringify(config)).toBe(
      '{"name":"h","trainable":true,"dtype":{"module":"keras","class_name":"DTypePolicy","config":{"name":"int64"},"registered_name":null},"num_bins":3,"salt":[133,133],"mask_value":null,"output_mode":"int","sparse":false}',
    );
    expect(listed((Hashing.from_config(config) as Hashing).__call__(words))).toEqual([[0], [0], [2], [1], [0]]);
  });
  it.each([
    [{ num_bins: 0 }, /non-positive values. Received: num_bins=0/],
    [{ num_bins: 2, output_mode: 'x' }, /Expected one of \('int', 'one_hot', 'multi_hot', 'count'\)/],
    [{ num_bins: 2, dtype: 'float32' }, /'int32' or 'in64'. Received: dtype=float32/],
    [{ num_bins: 2, salt: [1] }, /tuple of size 2 integers/],
  ])('refuses %j', (given, message) => {
    expect(() => new Hashing(given as never)).toThrow(message);
  });
});

describe('HashedCrossing', () => {
  const cases: [string, unknown, unknown][] = [
    [
      'flat features',
      [
        ['A', 'B', 'A', 'B', 'A'],
        [101, 101, 101, 102, 102],
      ],
      [1, 4, 1, 1, 3],
    ],
    [
      'columns',
      [
        [['A'], ['B']],
        [[1], [2]],
      ],
      [[0], [1]],
    ],
    ['one of each', ['A', 1], 0],
  ];
  it.each(cases)('crosses %s as Keras does', (_name, x, expected) => {
    expect(listed(new HashedCrossing(5).__call__(x))).toEqual(expected);
  });
  it('gives rows of ones and zeros, and saves what Keras saves', () => {
    const layer = new HashedCrossing(5, 'one_hot', { name: 'c' });
    expect(
      toNumbers(
        layer.__call__([
          ['A', 'B'],
          [101, 101],
        ]),
      ),
    ).toEqual([0, 1, 0, 0, 0, 0, 0, 0, 0, 1]);
    expect(JSON.stringify(layer.get_config())).toBe(
      '{"num_bins":5,"output_mode":"one_hot","sparse":false,"name":"c","dtype":"float32"}',
    );
  });
  it('refuses what it cannot cross', () => {
    const layer = new HashedCrossing(5);
    expect(() => layer.__call__([['A', 'B'], [1]])).toThrow(/equal shape/);
    expect(() => layer.__call__([['A']])).toThrow(/at least two inputs/);
    expect(() => layer.__call__('A')).toThrow(/list or tuple of inputs/);
    expect(() => layer.__call__([['A'], [1.5]])).toThrow(/integer or string dtype/);
    expect(() => new HashedCrossing(5, 'count')).toThrow(/Allowed values are: \('int', 'one_hot'\)/);
  });
});
