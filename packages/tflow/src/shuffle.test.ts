import * as tf from './index';

it("shuffles a data set in TensorFlow's order", () => {
  tf.random.set_seed(42);
  const order = [...tf.data.Dataset.range(10).shuffle(4, { seed: 42 }).as_numpy_iterator()].map(Number);
  // what TensorFlow 2.21 gives
  expect(order).toEqual([3, 0, 1, 6, 2, 5, 7, 8, 4, 9]);
});
