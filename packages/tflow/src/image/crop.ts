import { type Tensor as CoreTensor, ops } from '@stele/core';
import { define } from '../define';
import { InvalidArgumentError, kernelError, valueError } from '../errors';
import { whole, wholes } from '../places';
import { type Tensor, type TensorLike, toTensor } from '../tensor';
import { paddings } from '../windows';
import { batched, needPositive, type Pair } from './batch';

const cut = (x: CoreTensor, top: number, left: number, h: number, w: number): CoreTensor =>
  ops.contiguous(ops.slice(ops.slice(x, 1, top, top + h), 2, left, left + w));
export const crop_to_bounding_box = define(
  'tf.image.crop_to_bounding_box',
  'image, offset_height, offset_width, target_height, target_width',
  (image: TensorLike, top: unknown, left: unknown, height: unknown, width: unknown): Tensor =>
    batched(
      image,
      (x) => {
        const [t, l, h, w] = [whole(top), whole(left), whole(height), whole(width)];
        if (t < 0) throw valueError('offset_height must be >= 0.');
        if (l < 0) throw valueError('offset_width must be >= 0.');
        needPositive({ target_height: h, target_width: w });
        if (w + l > x.sizes[2]!) throw valueError('width must be >= target + offset.');
        if (h + t > x.sizes[1]!) throw valueError('height must be >= target + offset.');
        return cut(x, t, l, h, w);
      },
      'image',
    ),
);
export const pad_to_bounding_box = define(
  'tf.image.pad_to_bounding_box',
  'image, offset_height, offset_width, target_height, target_width',
  (image: TensorLike, top: unknown, left: unknown, height: unknown, width: unknown): Tensor =>
    batched(image, (x) => around(x, whole(top), whole(left), whole(height), whole(width)), 'image'),
);
export function around(x: CoreTensor, top: number, left: number, height: number, width: number): CoreTensor {
  const [below, right] = [height - top - x.sizes[1]!, width - left - x.sizes[2]!];
  if (top < 0) throw valueError('offset_height must be >= 0');
  if (left < 0) throw valueError('offset_width must be >= 0');
  if (right < 0) throw valueError('width must be <= target - offset');
  if (below < 0) throw valueError('height must be <= target - offset');
  return ops.pad(
    x,
    [
      [0, 0],
      [top, below],
      [left, right],
      [0, 0],
    ],
    0,
  );
}
export const central_crop = define(
  'tf.image.central_crop',
  'image, central_fraction',
  (image: TensorLike, central_fraction: number): Tensor => {
    const share = Number(central_fraction);
    if (share <= 0 || share > 1) throw valueError('central_fraction must be within (0, 1]');
    return batched(
      image,
      (x) => {
        const at = (n: number): number => Math.trunc((n - n * share) / 2);
        const [t, l] = [at(x.sizes[1]!), at(x.sizes[2]!)];
        return cut(x, t, l, x.sizes[1]! - 2 * t, x.sizes[2]! - 2 * l);
      },
      'atLeast3',
    );
  },
);
function fit(x: CoreTensor, height: number, width: number): CoreTensor {
  const [h, w] = [x.sizes[1]!, x.sizes[2]!];
  const half = (a: number): number => Math.max(Math.floor(a / 2), 0);
  const cropped = cut(x, half(h - height), half(w - width), Math.min(height, h), Math.min(width, w));
  return around(cropped, half(height - h), half(width - w), height, width);
}
export const resize_with_crop_or_pad = define(
  'tf.image.resize_with_crop_or_pad',
  'image, target_height, target_width',
  (image: TensorLike, target_height: unknown, target_width: unknown): Tensor =>
    batched(
      image,
      (x) => {
        const [height, width] = [whole(target_height), whole(target_width)];
        needPositive({ target_height: height, target_width: width });
        return fit(x, height, width);
      },
      'image',
    ),
);

/** Patches of images laid into their channels. */
export const extract_patches = define(
  'tf.image.extract_patches',
  'images, sizes, strides, rates, padding, name=None',
  (images: TensorLike, sizes: unknown, strides: unknown, rates: unknown, padding: string): Tensor => {
    const x = toTensor(images);
    if (x.rank !== 4) throw kernelError('ExtractImagePatches', `input must be 4-dimensional[${x.sizes.join(',')}]`);
    for (const [name, list] of Object.entries({ ksizes: sizes, strides, rates }))
      if (wholes(list).length !== 4)
        throw new InvalidArgumentError(
          `Length for attr '${name}' of ${wholes(list).length} must be at least minimum 4\n\t; NodeDef: {{node ExtractImagePatches}} [Op:ExtractImagePatches] name: `,
        );
    const pair = (v: unknown): Pair => wholes(v).slice(1, 3) as unknown as Pair;
    const [window, stride, rate] = [pair(sizes), pair(strides), pair(rates)];
    const pads = paddings(padding, [x.sizes[1]!, x.sizes[2]!], window, stride, rate, { explicit: false }) as [
      Pair,
      Pair,
    ];
    const padded = ops.pad(x, [[0, 0], pads[0], pads[1], [0, 0]], 0);
    const count = (axis: 0 | 1): number =>
      Math.floor((padded.sizes[axis + 1]! - (window[axis] - 1) * rate[axis] - 1) / stride[axis]) + 1;
    const [rows, columns] = [count(0), count(1)];
    const parts: CoreTensor[] = [];
    for (let i = 0; i < window[0]; i++)
      for (let j = 0; j < window[1]; j++) {
        const line = ops.slice(padded, 1, i * rate[0], i * rate[0] + (rows - 1) * stride[0] + 1, stride[0]);
        parts.push(ops.slice(line, 2, j * rate[1], j * rate[1] + (columns - 1) * stride[1] + 1, stride[1]));
      }
    return ops.concat(parts, 3) as Tensor;
  },
);
