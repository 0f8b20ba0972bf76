import { toNumbers } from '@stele/core';
import { keras } from '@stele/keraslike';

const { RandomPerspective } = keras.layers;
const pixels = (n: number, shape: readonly number[]): any =>
  keras.ops.reshape(keras.ops.arange(n, { dtype: 'float32' }), shape);
const numbers = (t: any): number[] => toNumbers(t).map(Number);

// Keras 3.15 on TensorFlow: images 0..23 of shape (2, 3, 4, 1), then 0..11 as one image
const cases: [Record<string, unknown>, number[], number[]][] = [
  [
    { seed: 3 },
    [
      0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0, 10.0, 11.0, 12.0, 12.7284, 13.4229, 14.0858, 14.5816, 15.3478,
      16.0732, 16.7609, 18.0963, 18.8835, 19.6216, 20.3152,
    ],
    [0.0, 1.02476, 2.1969, 1.34801, 4.10208, 5.06184, 6.12162, 7.29792, 6.56677, 7.42421, 8.35172, 9.35826],
  ],
  [
    { seed: 5, scale: 0.5, interpolation: 'nearest', fill_value: 7.0 },
    [
      0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0, 10.0, 11.0, 12.0, 13.0, 14.0, 15.0, 16.0, 17.0, 18.0, 19.0,
      20.0, 21.0, 22.0, 23.0,
    ],
    [0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0, 10.0, 11.0],
  ],
  [
    { seed: 4, factor: [0.5, 1.0], scale: 0.3, fill_value: -1.0 },
    [
      0.0, 1.22201, 2.25853, 2.4047, 4.75235, 5.55855, 6.24586, 6.26435, 5.3044, 7.91197, 10.0128, 10.3384, 12.0,
      13.1655, 14.2615, 10.2977, 16.2784, 17.2243, 18.1184, 18.3673, 19.8679, 20.6465, 21.3857, 22.0885,
    ],
    [0.0, 1.04144, 2.11284, 2.13792, 3.93707, 5.03108, 6.15647, 5.44108, 7.85112, 8.99706, 9.89024, 8.18412],
  ],
];
it.each(cases)('RandomPerspective of %j shows what Keras shows', (given, batch, one) => {
  const layer = new RandomPerspective(given) as any;
  const near = (found: number[], wanted: number[]): void => {
    expect(found.length).toBe(wanted.length);
    found.forEach((v, i) => {
      expect(Math.abs(v - wanted[i]!)).toBeLessThanOrEqual(2e-5 * Math.max(1, Math.abs(wanted[i]!)));
    });
  };
  near(numbers(layer(pixels(24, [2, 3, 4, 1]))), batch);
  near(numbers(layer(pixels(12, [3, 4, 1]))), one);
});
it('RandomPerspective leaves images as they are while not training, and saves what Keras saves', () => {
  const layer = new RandomPerspective({ seed: 3 }) as any;
  expect(numbers(layer(pixels(24, [2, 3, 4, 1]), { training: false }))).toEqual(numbers(pixels(24, [2, 3, 4, 1])));
  expect(Object.keys(layer.get_config()).join(' ')).toBe(
    'name trainable dtype data_format factor scale interpolation fill_value seed',
  );
});
it('RandomPerspective refuses other scales and interpolations', () => {
  expect(() => new RandomPerspective({ scale: 2 })).toThrow(/in the range \[0,1\]. Received: scale=2/);
  expect(() => new RandomPerspective({ interpolation: 'x' })).toThrow(/Expected of one \('nearest', 'bilinear'\)/);
});
