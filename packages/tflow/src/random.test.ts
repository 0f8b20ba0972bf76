import * as tf from './index';

describe("TensorFlow's own streams", () => {
  it('follow the global seed', () => {
    tf.random.set_seed(42);
    // recorded from TensorFlow 2.21
    const [a, b] = tf.random.normal([2]).tolist() as number[];
    expect(a).toBeCloseTo(0.3274685, 7);
    expect(b).toBeCloseTo(-0.8426258, 7);
    tf.random.set_seed(42);
    expect((tf.random.uniform([1]).tolist() as number[])[0]).toBeCloseTo(0.6645621, 7);
  });
  it('are drawn anew at each replay of a traced function', () => {
    tf.random.set_seed(1);
    const draw = tf.function(() => tf.random.uniform([3]));
    expect(draw().tolist()).not.toEqual(draw().tolist());
  });
});
