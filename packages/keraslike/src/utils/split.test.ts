import { toNumbers, tupleOf } from '@stele/core';
import { np } from '@stele/core/numpy';
import { utils } from '../index';

const x = np.arange(10);
const y = np.arange(20).reshape([10, 2]);
const numbers = (source: Iterable<any>): unknown[] => [...source].map((t) => toNumbers(t)[0]);

// what Keras gives for the same seed
it('splits arrays in the order of Python’s shuffle', () => {
  const [left, right] = utils.split_dataset(tupleOf([x, y]), { left_size: 0.75, shuffle: true, seed: 5 });
  expect([...left].map(([a]) => toNumbers(a)[0])).toEqual([2, 3, 1, 0, 8, 7, 6, 5]);
  expect([...right].map(([, b]) => toNumbers(b))).toEqual([
    [8, 9],
    [18, 19],
  ]);
});

it('splits one array, and what gives samples by itself, from both ends', () => {
  const [left, right] = utils.split_dataset(x, { right_size: 3 });
  expect([numbers(left), numbers(right)]).toEqual([
    [0, 1, 2, 3, 4, 5, 6],
    [7, 8, 9],
  ]);
  const again = utils.split_dataset(left, { left_size: 2, right_size: 2 });
  expect(again.map(numbers)).toEqual([
    [0, 1],
    [5, 6],
  ]);
});

it.each([
  [{}, 'At least one of the `left_size` or `right_size` must be specified'],
  [{ left_size: 0 }, 'positive integer smaller than 10'],
  [{ left_size: 1.5 }, 'Received: left_size=1.5'],
  [{ left_size: 0.7, right_size: 0.6 }, 'is greater than 1'],
  [{ left_size: 8, right_size: 3 }, 'left_size + right_size = 11.0and total_length = 10'],
  [{ right_size: 11 }, 'Received: right_size=11'],
  [{ left_size: 0.01 }, 'Resulting left side dataset split will be empty'],
])('refuses %j', (sizes, message) => {
  expect(() => utils.split_dataset(x, sizes)).toThrow(message);
});

it('refuses arrays of different lengths', () => {
  expect(() => utils.split_dataset([x, np.arange(3)], 0.5)).toThrow('Mismatch found at index 1');
  expect(() => utils.split_dataset([], 0.5)).toThrow('Received an empty list dataset');
});
