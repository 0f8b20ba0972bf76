import { nn, ops, type Tensor } from '@stele/core';
import { valueError } from '../errors';
import { family } from './define';
import { onImages, resizeImages } from './image';
import { floats, type Operand, tensor } from './promotion';

const define = family('image');
type Format = 'channels_last' | 'channels_first' | null;

export const resize = define(
  'resize',
  'images, size, interpolation="bilinear", antialias=False, crop_to_aspect_ratio=False, pad_to_aspect_ratio=False, fill_mode="constant", fill_value=0.0, data_format=None',
  (
    images: Operand,
    size: readonly number[],
    interpolation = 'bilinear',
    antialias = false,
    crop_to_aspect_ratio = false,
    pad_to_aspect_ratio = false,
    fill_mode = 'constant',
    fill_value = 0,
    data_format: Format = null,
  ): Tensor =>
    resizeImages(tensor(images), size.map(Number), {
      interpolation,
      antialias,
      crop_to_aspect_ratio,
      pad_to_aspect_ratio,
      fill_mode,
      fill_value: Number(fill_value),
      data_format,
    }),
);
const colours = (name: string, f: (x: Tensor) => Tensor) =>
  define(
    name,
    'images, data_format=None',
    (images: Operand, data_format: Format = null): Tensor => onImages(floats(images), data_format, f, 'images'),
  );
export const rgb_to_grayscale = colours('rgb_to_grayscale', (x) => {
  const grey = nn.luminance(x);
  return grey.rank === x.rank ? grey : ops.unsqueeze(grey, -1);
});
export const rgb_to_hsv = colours('rgb_to_hsv', nn.rgbToHsv);
export const hsv_to_rgb = colours('hsv_to_rgb', nn.hsvToRgb);

/** Images seen through projections of eight numbers each. */
export const affine_transform = define(
  'affine_transform',
  'images, transform, interpolation="bilinear", fill_mode="constant", fill_value=0, data_format=None',
  (
    images: Operand,
    transform: Operand,
    interpolation = 'bilinear',
    fill_mode = 'constant',
    fill_value = 0,
    data_format: Format = null,
  ): Tensor => {
    if (interpolation !== 'nearest' && interpolation !== 'bilinear')
      throw valueError(
        `Invalid value for argument \`interpolation\`. Expected of one ('nearest', 'bilinear'). Received: interpolation=${interpolation}`,
      );
    if (!['constant', 'nearest', 'wrap', 'reflect'].includes(fill_mode))
      throw valueError(
        `Invalid value for argument \`fill_mode\`. Expected of one ('constant', 'nearest', 'wrap', 'reflect'). Received: fill_mode=${fill_mode}`,
      );
    const project = (x: Tensor): Tensor =>
      nn.projectImages(
        x,
        tensor(transform),
        interpolation === 'bilinear',
        fill_mode as nn.OutsideMode,
        Number(fill_value),
      );
    return onImages(tensor(images), data_format, project, 'images');
  },
);

type Side = number | null;
/** Two of margin before, margin after and wanted size say the third. */
function margins(
  before: Side,
  after: Side,
  wanted: Side,
  size: number,
  cut: boolean,
  names: string,
): readonly [number, number] {
  if ([before, after, wanted].filter((v) => v !== null).length !== 2)
    throw valueError(
      `Must specify exactly two of ${names}. Received: ${[before, after, wanted].map((v) => v ?? 'None').join(', ')}`,
    );
  const [a, b, n] = [before, after, wanted].map((v) => (v === null ? null : Number(v)));
  const spare = cut ? size - (n ?? 0) : (n ?? 0) - size;
  const out = [a ?? spare - b!, b ?? spare - a!] as const;
  if (out.some((v) => v < 0))
    throw valueError(
      `the ${cut ? 'cropping' : 'padding'} must be >= 0, and ${names} give ${out.join(', ')} for a size of ${size}`,
    );
  return out;
}
export const pad_images = define(
  'pad_images',
  'images, top_padding=None, left_padding=None, bottom_padding=None, right_padding=None, target_height=None, target_width=None, data_format=None',
  (
    images: Operand,
    top: Side = null,
    left: Side = null,
    bottom: Side = null,
    right: Side = null,
    height: Side = null,
    width: Side = null,
    data_format: Format = null,
  ): Tensor =>
    onImages(
      tensor(images),
      data_format,
      (x) =>
        ops.pad(x, [
          [0, 0],
          margins(top, bottom, height, x.sizes[1]!, false, 'top_padding, bottom_padding, target_height'),
          margins(left, right, width, x.sizes[2]!, false, 'left_padding, right_padding, target_width'),
          [0, 0],
        ]),
      'images',
    ),
);
export const crop_images = define(
  'crop_images',
  'images, top_cropping=None, left_cropping=None, bottom_cropping=None, right_cropping=None, target_height=None, target_width=None, data_format=None',
  (
    images: Operand,
    top: Side = null,
    left: Side = null,
    bottom: Side = null,
    right: Side = null,
    height: Side = null,
    width: Side = null,
    data_format: Format = null,
  ): Tensor =>
    onImages(
      tensor(images),
      data_format,
      (x) => {
        const [h, w] = [x.sizes[1]!, x.sizes[2]!];
        const [above, below] = margins(top, bottom, height, h, true, 'top_cropping, bottom_cropping, target_height');
        const [before, after] = margins(left, right, width, w, true, 'left_cropping, right_cropping, target_width');
        return ops.slice(ops.slice(x, 1, above, h - below), 2, before, w - after);
      },
      'images',
    ),
);
