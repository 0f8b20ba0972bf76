import { type Tensor as CoreTensor, customGradient, nn, ops } from '@stele/core';
import { PyFloat } from '@stele/core/printing';
import { define } from '../define';
import { kernelError, OutOfRangeError, valueError } from '../errors';
import { whole, wholes } from '../places';
import { type Tensor, type TensorLike, toTensor } from '../tensor';
import { batched, float, needPositive, type Pair } from './batch';
import { around } from './crop';

function resizeBatch(x: CoreTensor, size: Pair, method: string, antialias: boolean): CoreTensor {
  if (!nn.scalingMethods.includes(method)) throw valueError(`Resize method is not implemented: ${method}`);
  const negative = size.find((n) => n < 0);
  if (negative !== undefined) throw valueError(`Dimension ${negative} must be >= 0`);
  if (size.some((n) => n <= 0)) throw kernelError('ResizeBilinear', 'output dimensions must be positive');
  // filters give float32, whatever the images are
  return nn.scaleImages(method === 'nearest' ? x : ops.cast(x, 'float32'), size, method, antialias);
}

/** The size asked for, or the largest within it that has the images' own proportions. */
function fitted(x: CoreTensor, [h, w]: Pair, preserve: boolean): Pair {
  if (!preserve) return [h, w];
  const [ownH, ownW] = [x.sizes[1]!, x.sizes[2]!];
  const scale = Math.min(Math.fround(h / ownH), Math.fround(w / ownW));
  return [Math.round(scale * ownH), Math.round(scale * ownW)];
}
/** Images in another size. @see https://www.tensorflow.org/api_docs/python/tf/image/resize */
export const resize = define(
  'tf.image.resize',
  'images, size, method="bilinear", preserve_aspect_ratio=False, antialias=False, name=None',
  (images: TensorLike, size: unknown, method?: string, preserve?: boolean, antialias?: boolean): Tensor =>
    batched(images, (x) => {
      const given = wholes(size);
      if (Array.isArray(size) && size.some((n) => n instanceof PyFloat || !Number.isInteger(Number(n))))
        throw valueError("'size' must be a 1-D int32 Tensor");
      if (given.length !== 2) throw valueError("'size' must be a 1-D Tensor of 2 elements: new_height, new_width");
      const to = fitted(x, given as unknown as Pair, preserve ?? false);
      return resizeBatch(x, to, String(method ?? 'bilinear').toLowerCase(), antialias ?? false);
    }),
);

const alignment = (corners: boolean | undefined, centres: boolean | undefined): nn.Alignment =>
  corners ? 'corners' : centres ? 'centres' : 'edges';
/** TF1's resizes; by the left edges of pixels unless told otherwise. */
const legacy = (name: string, method: string) =>
  define(
    `tf.compat.v1.image.${name}`,
    'images, size, align_corners=False, name=None, half_pixel_centers=False',
    (
      images: TensorLike,
      size: unknown,
      align_corners?: boolean,
      _name?: unknown,
      half_pixel_centers?: boolean,
    ): Tensor =>
      batched(images, (x) =>
        nn.scaleImages(
          method === 'nearest' ? x : ops.cast(x, 'float32'),
          wholes(size) as unknown as Pair,
          method,
          false,
          alignment(align_corners, half_pixel_centers),
        ),
      ),
  );
export const resize_bilinear = legacy('resize_bilinear', 'bilinear');
export const resize_bicubic = legacy('resize_bicubic', 'bicubic');
export const resize_nearest_neighbor = legacy('resize_nearest_neighbor', 'nearest');

/** TF1's resize by the mean of what each output covers. */
export const resize_area = define(
  'tf.compat.v1.image.resize_area',
  'images, size, align_corners=False, name=None',
  (images: TensorLike, size: unknown, align_corners?: boolean): Tensor => {
    if (align_corners) throw valueError('tf.compat.v1.image.resize_area with align_corners=True is not in Stele');
    return batched(images, (x) => resizeBatch(x, wholes(size) as unknown as Pair, 'area', false));
  },
);

const legacyMethods = ['bilinear', 'nearest', 'bicubic', 'area'];
/** TF1's resize, by a method's name or number; images that have the size already stay as they are. */
export const legacyResize = define(
  'tf.compat.v1.image.resize_images',
  'images, size, method=0, align_corners=False, preserve_aspect_ratio=False, name=None',
  (images: TensorLike, size: unknown, method?: string | number, align_corners?: boolean, preserve?: boolean): Tensor =>
    batched(images, (x) => {
      const to = fitted(x, wholes(size) as unknown as Pair, preserve ?? false);
      if (to[0] === x.sizes[1] && to[1] === x.sizes[2]) return x;
      const kind = legacyMethods[Number(method ?? 0)] ?? String(method).toLowerCase();
      if (kind === 'area' && align_corners)
        throw valueError('tf.compat.v1.image.resize by area with align_corners is not in Stele');
      if (kind === 'area') return resizeBatch(x, to, kind, false);
      if (!legacyMethods.includes(kind)) throw valueError('Resize method is not implemented.');
      const source = kind === 'nearest' ? x : ops.cast(x, 'float32');
      return nn.scaleImages(source, to, kind, false, alignment(align_corners, false));
    }),
);

/** Parts of an image, in fractions of its size, resampled to one size. */
export const crop_and_resize = define(
  'tf.image.crop_and_resize',
  'image, boxes, box_indices, crop_size, method="bilinear", extrapolation_value=0.0, name=None',
  (
    image: TensorLike,
    boxes: TensorLike,
    box_indices: TensorLike,
    crop_size: unknown,
    method?: string,
    extrapolation_value?: number,
  ): Tensor => {
    const x = float(toTensor(image));
    const edges = toTensor(boxes) as Tensor;
    const list = edges.tolist() as unknown as nn.Box[];
    const size = wholes(crop_size) as unknown as Pair;
    const kind = method ?? 'bilinear';
    if (size.some((n) => n <= 0)) throw kernelError('CropAndResize', 'crop dimensions must be positive');
    if (list.some((box) => box.length !== 4)) throw kernelError('CropAndResize', 'boxes must have 4 columns');
    if (kind !== 'bilinear' && kind !== 'nearest')
      throw valueError(`Argument \`method\` must be 'bilinear' or 'nearest', got '${kind}'`);
    const crops = wholes(box_indices instanceof Object ? toTensor(box_indices) : box_indices).map((index, b) => {
      if (index < 0 || index >= x.sizes[0]!)
        throw kernelError('CropAndResize', 'box_index has values outside [0, batch_size)', OutOfRangeError);
      return nn.resampledBox(
        ops.slice(x, 0, index, index + 1),
        list[b]!,
        size,
        kind === 'nearest',
        Number(extrapolation_value ?? 0),
      );
    });
    // of no boxes the images still have a gradient, of zeros
    if (crops.length === 0)
      return ops.add(ops.fullLike(x, 0, [0, ...size, x.sizes[3]!]), ops.mul(ops.sum(x, [0, 1, 2], true), 0)) as Tensor;
    const together = ops.concat(crops, 0);
    const at = wholes(box_indices instanceof Object ? toTensor(box_indices) : box_indices);
    const [out] = customGradient(
      'CropAndResize',
      [together, edges],
      () => [ops.clone(together)],
      ([g]) => [
        g!,
        ops.stack(
          list.map((box, b) =>
            nn.boxSlopes(ops.slice(x, 0, at[b]!, at[b]! + 1), box, size, ops.slice(g!, 0, b, b + 1)),
          ),
          0,
        ),
      ],
    );
    return out as Tensor;
  },
);
export const resize_with_pad = define(
  'tf.image.resize_with_pad',
  'image, target_height, target_width, method="bilinear", antialias=False',
  (image: TensorLike, target_height: unknown, target_width: unknown, method?: string, antialias?: boolean): Tensor =>
    batched(
      image,
      (x) => {
        const [height, width] = [whole(target_height), whole(target_width)];
        needPositive({ target_height: height, target_width: width });
        const [h, w] = [x.sizes[1]!, x.sizes[2]!];
        const ratio = Math.max(w / width, h / height);
        const size: Pair = [Math.floor(h / ratio), Math.floor(w / ratio)];
        const kind = String(method ?? 'bilinear').toLowerCase();
        const resized = resizeBatch(x, size, kind, antialias ?? false);
        const top = Math.max(0, Math.floor((height - h / ratio) / 2));
        const left = Math.max(0, Math.floor((width - w / ratio) / 2));
        return around(resized, top, left, height, width);
      },
      'image',
    ),
);
