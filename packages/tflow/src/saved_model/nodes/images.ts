import { ops } from '@stele/core';
import { batch_to_space, space_to_batch } from '../../blocks';
import { conv3d_transpose } from '../../convolution';
import { adjust_contrast, adjust_hue, adjust_saturation, hsv_to_rgb, rgb_to_hsv } from '../../image/colours';
import { extract_patches } from '../../image/crop';
import { crop_and_resize, resize_area, resize_bicubic } from '../../image/resize';
import { non_max_suppression } from '../../image/suppression';
import { decode_image, decode_jpeg, decode_png, encode_png } from '../../io/files';
import { max_pool_with_argmax } from '../../pooling';
import type { Tensor } from '../../tensor';
import { toTensor } from '../../tensor';
import { type Kernel, type Kernels, list, number, plain } from './common';

const decoded =
  (f: (...args: any[]) => Tensor): Kernel =>
  ([bytes], attrs) =>
    f(bytes, { channels: attrs.int('channels'), dtype: attrs.type('dtype', 'uint8') });
const suppressed = ([boxes, scores, most, overlap, least]: readonly unknown[]): Tensor =>
  non_max_suppression(
    boxes as Tensor,
    scores as Tensor,
    number(most),
    overlap === undefined ? 0.5 : number(overlap),
    least === undefined ? Number.NEGATIVE_INFINITY : number(least),
  );

/** Pictures and windows of them. */
export const imageKernels: Kernels = {
  ResizeBicubic: ([x, size], attrs) =>
    resize_bicubic(x as Tensor, list(size), attrs.bool('align_corners'), null, attrs.bool('half_pixel_centers')),
  ResizeArea: ([x, size], attrs) => resize_area(x as Tensor, list(size), attrs.bool('align_corners')),
  CropAndResize: ([x, boxes, at, size], attrs) =>
    crop_and_resize(
      x as Tensor,
      boxes as Tensor,
      at as Tensor,
      list(size),
      attrs.text('method', 'bilinear'),
      attrs.float('extrapolation_value'),
    ),
  RGBToHSV: plain(rgb_to_hsv),
  HSVToRGB: plain(hsv_to_rgb),
  AdjustContrastv2: ([x, factor]) => adjust_contrast(x as Tensor, number(factor)),
  AdjustHue: ([x, delta]) => adjust_hue(x as Tensor, number(delta)),
  AdjustSaturation: ([x, factor]) => adjust_saturation(x as Tensor, number(factor)),
  ExtractImagePatches: ([x], attrs) =>
    extract_patches(
      x as Tensor,
      attrs.ints('ksizes'),
      attrs.ints('strides'),
      attrs.ints('rates'),
      attrs.text('padding'),
    ),
  NonMaxSuppression: ([boxes, scores, most], attrs) =>
    non_max_suppression(boxes as Tensor, scores as Tensor, number(most), attrs.float('iou_threshold', 0.5)),
  NonMaxSuppressionV2: suppressed,
  NonMaxSuppressionV3: suppressed,
  NonMaxSuppressionV4: (inputs, attrs) => {
    const found = suppressed(inputs);
    const count = found.sizes[0]!;
    const room = attrs.bool('pad_to_max_output_size') ? Math.max(0, number(inputs[2]) - count) : 0;
    return [ops.pad(found, [[0, room]], 0), toTensor(count, 'int32')];
  },
  MaxPoolWithArgmax: ([x], attrs) => [
    ...max_pool_with_argmax(x as Tensor, attrs.ints('ksize'), attrs.ints('strides'), attrs.text('padding'), {
      output_dtype: attrs.type('Targmax', 'int64'),
      include_batch_in_index: attrs.bool('include_batch_in_index'),
    }),
  ],
  Conv3DBackpropInputV2: ([sizes, w, g], attrs) =>
    conv3d_transpose(g as Tensor, w as Tensor, list(sizes), attrs.ints('strides'), attrs.text('padding')),
  SpaceToBatch: ([x, pads], attrs) => {
    const block = attrs.int('block_size');
    return space_to_batch(x as Tensor, [block, block], pads as Tensor);
  },
  BatchToSpace: ([x, crops], attrs) => {
    const block = attrs.int('block_size');
    return batch_to_space(x as Tensor, [block, block], crops as Tensor);
  },
  DecodePng: decoded(decode_png),
  DecodeJpeg: decoded(decode_jpeg),
  DecodeImage: decoded(decode_image),
  EncodePng: ([x]) => encode_png(x as Tensor),
};
