import * as tf from './index';

it("shuffles a data set in TensorFlow's order", () => {
  tf.random.set_seed(42);
  const order = [...tf.data.Dataset.range(10).shuffle(4, { seed: 42 }).as_numpy_iterator()].map(Number);
  // what TensorFlow 2.21 gives
  expect(order).toEqual([3, 0, 1, 6, 2, 5, 7, 8, 4, 9]);
});

describe('an iterator draws the orders of what it reads when it is opened', () => {
  const { Dataset } = tf.data;
  const list = (d: Iterable<any>): unknown[] =>
    [...d].map((e) => (Array.isArray(e) ? e.map((t) => Number(t.item())) : e.tolist()));
  const open = (d: Iterable<unknown>): void => void d[Symbol.iterator]();
  it('as TensorFlow does, whether or not an element is asked for', () => {
    tf.random.set_seed(3);
    const batches = Dataset.range(10).shuffle(5).batch(3);
    open(batches);
    expect(list(batches)).toEqual([[1, 4, 2], [0, 6, 7], [8, 9, 5], [3]]);
    const twice = Dataset.range(6).shuffle(6).repeat(2);
    open(twice);
    open(twice);
    expect(list(twice)).toEqual([0, 5, 3, 1, 4, 2, 5, 1, 0, 3, 2, 4]);
    const [a, b] = [Dataset.range(4).shuffle(4), Dataset.range(4, 8).shuffle(4)];
    const joined = a.concatenate(b);
    open(joined);
    expect(list(joined)).toEqual([0, 3, 2, 1, 7, 6, 5, 4]);
    const pairs = Dataset.zip([a, b]);
    open(pairs);
    expect(list(pairs)).toEqual([
      [1, 6],
      [3, 5],
      [2, 4],
      [0, 7],
    ]);
    const kept = Dataset.range(5).shuffle(5).cache();
    open(kept);
    expect(list(kept)).toEqual([1, 4, 3, 2, 0]);
    expect(list(kept)).toEqual([1, 4, 3, 2, 0]);
    const nested = Dataset.range(5).shuffle(5).skip(1).take(3).enumerate();
    open(nested);
    expect(list(nested)).toEqual([
      [0, 0],
      [1, 1],
      [2, 4],
    ]);
  });
});
