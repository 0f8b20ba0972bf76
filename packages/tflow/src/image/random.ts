import { type Tensor as CoreTensor, ops } from '@stele/core';
import { define } from '../define';
import { InvalidArgumentError, kernelError, valueError } from '../errors';
import { wholes } from '../places';
import { uniform } from '../random/draws';
import { stateless_uniform } from '../random/stateless';
import { type Tensor, type TensorLike, toTensor } from '../tensor';
import { adjust_brightness, adjust_contrast, adjust_hue, adjust_saturation } from './colours';

/** Uniform draws of a shape: of the program's stream, or of a seed of their own. */
type Draw = (shape: readonly number[], minval: number, maxval: number, dtype?: string) => Tensor;
const streamed =
  (seed: unknown): Draw =>
  (shape, minval, maxval, dtype = 'float32') =>
    uniform(shape, minval, maxval, dtype, seed) as Tensor;
const seeded =
  (seed: unknown): Draw =>
  (shape, minval, maxval, dtype = 'float32') =>
    stateless_uniform(shape, seed, minval, maxval, dtype) as Tensor;

type Body = (image: TensorLike, draw: Draw, ...settings: any[]) => Tensor;
/** A random change under TensorFlow's two names: of a stream, and of a seed. */
const both = (name: string, settings: string, body: Body) => {
  const count = settings === '' ? 0 : settings.split(', ').length;
  const between = settings === '' ? '' : `, ${settings}`;
  return [
    define(
      `tf.image.random_${name}`,
      `image${between}, seed=None`,
      (image: TensorLike, ...rest: unknown[]): Tensor => body(image, streamed(rest[count]), ...rest.slice(0, count)),
    ),
    define(
      `tf.image.stateless_random_${name}`,
      `image${between}, seed`,
      (image: TensorLike, ...rest: unknown[]): Tensor => body(image, seeded(rest[count]), ...rest.slice(0, count)),
    ),
  ] as const;
};

const flipped =
  (axis: 0 | 1): Body =>
  (image, draw) => {
    const x = toTensor(image);
    if (x.rank !== 3 && x.rank !== 4)
      throw valueError(
        `'image' (shape ${x.shape}) must ${x.rank < 3 ? 'be at least three-dimensional' : 'have either 3 or 4 dimensions'}.`,
      );
    const turned = ops.flip(x, [axis + x.rank - 3]);
    if (x.rank === 3) return ops.where(ops.less(draw([], 0, 1), 0.5), turned, x) as Tensor;
    const each = ops.reshape(ops.round(draw([x.sizes[0]!], 0, 1)), [x.sizes[0]!, 1, 1, 1]);
    return ops.where(ops.greater(each, 0), turned, x) as Tensor;
  };
export const [random_flip_left_right, stateless_random_flip_left_right] = both('flip_left_right', '', flipped(1));
export const [random_flip_up_down, stateless_random_flip_up_down] = both('flip_up_down', '', flipped(0));

const within = (limit: number): void => {
  if (limit < 0) throw valueError('max_delta must be non-negative.');
};
const ordered = (lower: number, upper: number): void => {
  if (upper <= lower) throw valueError('upper must be > lower.');
  if (lower < 0) throw valueError('lower must be non-negative.');
};
export const [random_brightness, stateless_random_brightness] = both('brightness', 'max_delta', (image, draw, most) => {
  within(Number(most));
  return adjust_brightness(image, draw([], -most, Number(most)));
});
export const [random_contrast, stateless_random_contrast] = both(
  'contrast',
  'lower, upper',
  (image, draw, low, high) => {
    ordered(Number(low), Number(high));
    return adjust_contrast(image, draw([], Number(low), Number(high)));
  },
);
export const [random_saturation, stateless_random_saturation] = both(
  'saturation',
  'lower, upper',
  (image, draw, low, high) => {
    ordered(Number(low), Number(high));
    return adjust_saturation(image, draw([], Number(low), Number(high)));
  },
);
export const [random_hue, stateless_random_hue] = both('hue', 'max_delta', (image, draw, most) => {
  if (Number(most) > 0.5) throw valueError('max_delta must be <= 0.5.');
  within(Number(most));
  return adjust_hue(image, draw([], -most, Number(most)));
});

/** A part of a tensor at a random place. */
function cropped(value: TensorLike, size: unknown, draw: Draw): Tensor {
  const x = toTensor(value);
  const sizes = wholes(size);
  if (sizes.length !== x.rank)
    throw kernelError('GreaterEqual', `Incompatible shapes: [${x.rank}] vs. [${sizes.length}]`);
  if (sizes.some((n, i) => n > x.sizes[i]!))
    throw new InvalidArgumentError(
      x.symbolic
        ? `assertion failed: [Need value.shape >= size, got ] [${x.sizes.join(' ')}] [${sizes.join(' ')}]`
        : `Expected 'tf.Tensor(False, shape=(), dtype=bool)' to be true. Summarized data: b'Need value.shape >= size, got '\n${x.sizes.join(', ')}\n${sizes.join(', ')}`,
    );
  const limits = x.sizes.map((d, i) => d - sizes[i]! + 1);
  const offsets = ops.remainder(draw([x.rank], 0, 2147483647, 'int32'), toTensor(limits, 'int32'));
  return sizes.reduce<CoreTensor>((t, n, axis) => {
    if (limits[axis] === 1) return t;
    const line = toTensor(
      Array.from({ length: n }, (_, i) => i),
      'int32',
    );
    return ops.takeInside(t, ops.add(line, ops.select(offsets, 0, axis)), axis);
  }, x) as Tensor;
}
export const random_crop = define(
  'tf.image.random_crop',
  'value, size, seed=None, name=None',
  (value: TensorLike, size: unknown, seed?: unknown): Tensor => cropped(value, size, streamed(seed)),
);
export const stateless_random_crop = define(
  'tf.image.stateless_random_crop',
  'value, size, seed, name=None',
  (value: TensorLike, size: unknown, seed: unknown): Tensor => cropped(value, size, seeded(seed)),
);
