import { PyFloat } from '@stele/core/printing';
import * as keras from '@stele/keraslike';
import * as tf from './index';

type Loose = any;
const values = (t: Loose): unknown => t.numpy().tolist();
const flat = (t: Loose): number[] => (values(tf.reshape(t, [-1])) as number[]).map(Number);
const { NaN: nan, POSITIVE_INFINITY: inf } = Number;
const f = (list: Loose): tf.Tensor => tf.constant(list, tf.float32);

/** What TensorFlow 2.21 gave. */
it.each<[string, () => unknown, unknown]>([
  [
    'gather along axis 0 leaves batches out',
    () =>
      values(
        tf.gather(
          f([
            [1, 2],
            [3, 4],
          ]),
          [[1], [0]],
          null,
          0,
          1,
        ),
      ),
    [[[3, 4]], [[1, 2]]],
  ],
  ['an open size of nothing', () => tf.reshape(tf.zeros([0, 3]), [0, -1]).sizes, [0, 3]],
  [
    'one_hot converts its values',
    () => values(tf.one_hot([0, 1], 2, 1, 0, -1, tf.float32)),
    [
      [1, 0],
      [0, 1],
    ],
  ],
  [
    'lengths with a fraction',
    () => values(tf.sequence_mask(f([-0.5, 1.2]))),
    [
      [false, false],
      [true, true],
    ],
  ],
  [
    'no number is never the largest',
    () => [values(tf.argmax(f([nan, 1, 3]))), values(tf.argmin(f([nan, 1, 3])))],
    [2, 1],
  ],
  ['a saturated float', () => values(tf.saturate_cast(f([1e10, -1e10]), tf.int32)), [2147483520, -2147483648]],
  ['a saturated infinity', () => values(tf.saturate_cast(f([inf]), tf.float64)), [3.4028234663852886e38]],
  [
    'rows of a tensor summed',
    () =>
      values(
        tf.add_n(
          f([
            [1, 2],
            [3, 4],
          ]),
        ),
      ),
    [4, 6],
  ],
  ["a generator's skip gives the state before", () => values(tf.random.Generator.from_seed(1).skip(2)), [1, 0, 0]],
  ['keras.random.binomial', () => values(keras.random.binomial([4], 10, 0.3, { seed: 5 })), [3, 3, 3, 6]],
  ['keras.random.randint of bytes', () => values(keras.random.randint([4], 0, 200, 'uint8', 5)), [143, 181, 113, 111]],
])('%s', (_, run, expected) => {
  expect(run()).toEqual(expected);
});

it.each<[string, () => tf.Tensor, number[]]>([
  ['keras.random.gamma', () => keras.random.gamma([3], 2, { seed: 5 }) as tf.Tensor, [2.0623477, 5.2191057, 1.4014777]],
  ['keras.random.beta', () => keras.random.beta([2], 2, 3, { seed: 5 }) as tf.Tensor, [0.703774, 0.5319366]],
])('%s', (_, run, expected) => {
  flat(run()).forEach((v, i) => {
    expect(v).toBeCloseTo(expected[i]!, 5);
  });
});

it('cropped boxes have a gradient', () => {
  const image = tf.reshape(f([...Array(16).keys()].map((i) => i ** 1.5)), [1, 4, 4, 1]);
  const boxes = f([
    [0.1, 0.2, 0.8, 0.9],
    [0.3, 0.3, 0.3, 0.6],
  ]);
  using tape = new tf.GradientTape();
  tape.watch(boxes);
  const crops = tf.image.crop_and_resize(image, boxes, [0, 0], [3, 2]);
  const expected = [116.078415, 29.989368, 172.060898, 36.573822, 96.719322, 26.660751, 96.719315, 30.130033];
  flat(tape.gradient(crops, boxes)).forEach((v, i) => {
    expect(v).toBeCloseTo(expected[i]!, 3);
  });
});

it.each<[string, (z: tf.Tensor, w: tf.Tensor) => tf.Tensor, [number, number]]>([
  ['squared_difference', tf.math.squared_difference, [-10, 2]],
  ['multiply_no_nan', tf.math.multiply_no_nan, [4, 2]],
  ['xlogy', tf.math.xlogy, [1.4730431, 0.82954199]],
  ['xdivy', tf.math.xdivy, [0.2, 0.4]],
])('the slope of %s in complex numbers is not conjugated', (_, run, [real, imaginary]) => {
  const complex = (a: number, b: number): tf.Tensor => tf.complex(f([a]), f([b]));
  const [z, w] = [complex(1, 2), complex(3, -1)];
  using tape = new tf.GradientTape();
  tape.watch(z);
  const y = run(z, w);
  const g = tape.gradient(y, z, { output_gradients: complex(1, 1) });
  expect(flat(tf.math.real(g as tf.Tensor))[0]).toBeCloseTo(real, 5);
  expect(flat(tf.math.imag(g as tf.Tensor))[0]).toBeCloseTo(imaginary, 5);
});

it.each<[string, () => unknown, string]>([
  [
    'a whole number first',
    () => tf.add(2, f([1.5])),
    'cannot compute AddV2 as input #1(zero-based) was expected to be a int32',
  ],
  ['its quotient', () => tf.truediv(2, f([1.5])), '`x` and `y` must have the same dtype, got tf.int32 != tf.float32.'],
  [
    'a bound with a fraction',
    () => tf.clip_by_value(tf.constant([1, 2]), -1.5, 2),
    'Cannot convert -1.5 to EagerTensor',
  ],
  [
    'a bound of another shape',
    () => tf.clip_by_value(f([1, 2]), f([[1, 2]]), 2),
    'Shapes (2,) and (1, 2) are incompatible',
  ],
  [
    'a filling with a fraction',
    () => tf.pad(tf.constant([1]), [[1, 1]], 'CONSTANT', new PyFloat(0.5)),
    'Cannot convert 0.5',
  ],
  ['a step with a fraction', () => tf.range(0, 10, 2.5, tf.int32), 'Cannot convert 2.5 to EagerTensor of dtype int32'],
  [
    'more batches than axes',
    () => tf.gather(tf.zeros([2, 2, 2]), tf.zeros([2, 2], tf.int32), null, 1, 2),
    'batch_dims (2) must be less than or equal to axis (1).',
  ],
  [
    'a mask from an axis at the end',
    () => tf.boolean_mask(tf.zeros([2, 3]), [true, false, true], -1),
    'Shapes () and (3,) are incompatible',
  ],
  ['bytes that do not fill', () => tf.bitcast(tf.zeros([3]), tf.float64), 'Cannot bitcast from 1 to 2'],
  [
    'another element type',
    () => tf.math.multiply_no_nan(f([1]), tf.constant([1])),
    'y: Tensor conversion requested dtype float32',
  ],
])('%s is refused', (_, run, message) => {
  expect(run).toThrow(message);
});
