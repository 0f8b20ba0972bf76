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

it('draws TensorFlow’s stateless gamma numbers, column by column', () => {
  expect((tf.random.stateless_gamma([2, 2], [3, 5], [2, 0.5]) as any).numpy().tolist()).toEqual([
    [3.738412618637085, 0.08944911509752274],
    [3.8231892585754395, 0.19562721252441406],
  ]);
});

it.each([
  ['gamma', () => tf.random.gamma([2000], 2), 2],
  ['poisson', () => tf.random.poisson([2000], 7), 7],
  ['stateless_poisson', () => tf.random.stateless_poisson([2000], [1, 2], 7), 7],
  ['stateless_binomial', () => tf.random.stateless_binomial([2000], [1, 2], 10, 0.3), 3],
] as [string, () => any, number][])('%s: draws differ, and their mean is near', (_, draw, mean) => {
  tf.random.set_seed(1);
  const values: number[] = draw().numpy().tolist();
  expect(new Set(values).size).toBeGreaterThan(5);
  expect(Math.abs(values.reduce((a, b) => a + b) / values.length - mean)).toBeLessThan(0.2);
});
