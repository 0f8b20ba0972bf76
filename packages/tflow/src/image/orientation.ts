import { Tensor as CoreTensor, ops } from '@stele/core';
import { define } from '../define';
import { whole } from '../places';
import { type Tensor, type TensorLike, toTensor } from '../tensor';
import { batched } from './batch';

const mirrored = (name: string, axis: number) =>
  define(
    `tf.image.${name}`,
    'image',
    (image: TensorLike): Tensor => batched(image, (x) => ops.flip(x, [axis]), 'atLeast3'),
  );
export const flip_left_right = mirrored('flip_left_right', 2);
export const flip_up_down = mirrored('flip_up_down', 1);
/** Images turned counter-clockwise by quarters. */
export const rot90 = define(
  'tf.image.rot90',
  'image, k=1, name=None',
  (image: TensorLike, k?: unknown): Tensor =>
    batched(
      image,
      (x) => {
        if (k !== undefined && k !== null && !(k instanceof CoreTensor)) toTensor(k as TensorLike, 'int32');
        const quarters = ((whole(k, 1) % 4) + 4) % 4;
        if (quarters === 0) return x;
        if (quarters === 2) return ops.flip(x, [1, 2]);
        const turned = ops.permute(x, [0, 2, 1, 3]);
        return ops.contiguous(ops.flip(turned, [quarters === 1 ? 1 : 2]));
      },
      'atLeast3',
    ),
);
/** Rows and columns exchanged. */
export const transpose = define(
  'tf.image.transpose',
  'image, name=None',
  (image: TensorLike): Tensor => batched(image, (x) => ops.contiguous(ops.permute(x, [0, 2, 1, 3])), 'atLeast3'),
);
