import { isFloating, nn, ops, type Tensor } from '@stele/core';
import { image_data_format } from '../config/config';
import { valueError } from '../errors';
import { convert, showTuple, type TensorLike } from '../tensors';

type Format = 'channels_last' | 'channels_first' | null;
const methods = ['bilinear', 'nearest', 'lanczos3', 'lanczos5', 'bicubic'];

/** Runs a body on a batch with channels last, whether one image or several are given, in either layout. */
export function onImages(images: TensorLike, format: Format, body: (x: Tensor) => Tensor, name: string): Tensor {
  const x = convert(images);
  if (x.rank !== 3 && x.rank !== 4)
    throw valueError(
      `Invalid images rank: expected rank 3 (single image) or rank 4 (batch of images). Received input with shape: ${name}.shape=${showTuple(x.sizes)}`,
    );
  const first = (format ?? image_data_format()) === 'channels_first';
  const batch = x.rank === 4 ? x : ops.unsqueeze(x, 0);
  const last = first ? ops.permute(batch, [0, 2, 3, 1]) : batch;
  const out = body(last);
  const placed = first && out.rank === 4 ? ops.permute(out, [0, 3, 1, 2]) : out;
  return x.rank === 4 ? placed : ops.squeeze(placed, [0]);
}

/** The largest middle part of the wanted proportions. */
function croppedTo(x: Tensor, [height, width]: readonly [number, number]): Tensor {
  const [h, w] = [x.sizes[1]!, x.sizes[2]!];
  const cropHeight = Math.max(Math.min(h, Math.trunc((w * height) / width)), 1);
  const cropWidth = Math.max(Math.min(w, Math.trunc((h * width) / height)), 1);
  const top = Math.trunc((h - cropHeight) / 2);
  const left = Math.trunc((w - cropWidth) / 2);
  return ops.slice(ops.slice(x, 1, top, top + cropHeight), 2, left, left + cropWidth);
}
/** Margins of a value that give the wanted proportions. */
function paddedTo(x: Tensor, [height, width]: readonly [number, number], value: number): Tensor {
  const [h, w] = [x.sizes[1]!, x.sizes[2]!];
  const padHeight = Math.max(h, Math.trunc((w * height) / width));
  const padWidth = Math.max(w, Math.trunc((h * width) / height));
  const top = Math.trunc((padHeight - h) / 2);
  const left = Math.trunc((padWidth - w) / 2);
  return ops.pad(
    x,
    [
      [0, 0],
      [top, top],
      [left, left],
      [0, 0],
    ],
    value,
  );
}

export interface ResizeOptions {
  interpolation?: string;
  antialias?: boolean;
  crop_to_aspect_ratio?: boolean;
  pad_to_aspect_ratio?: boolean;
  fill_mode?: string;
  fill_value?: number;
  data_format?: Format;
}
/** Images in another size; the dtype stays. @see https://keras.io/api/ops/image/ */
export function resizeImages(images: TensorLike, size: readonly number[], options: ResizeOptions = {}): Tensor {
  const interpolation = options.interpolation ?? 'bilinear';
  if (!methods.includes(interpolation))
    throw valueError(
      `Invalid value for argument \`interpolation\`. Expected of one ${showTuple(methods as never)}. Received: interpolation=${interpolation}`,
    );
  if (options.fill_mode !== undefined && options.fill_mode !== 'constant')
    throw valueError(
      `Invalid value for argument \`fill_mode\`. Only \`'constant'\` is supported. Received: fill_mode=${options.fill_mode}`,
    );
  if (options.crop_to_aspect_ratio && options.pad_to_aspect_ratio)
    throw valueError('Only one of `pad_to_aspect_ratio` & `crop_to_aspect_ratio` can be `True`.');
  if (size.length !== 2)
    throw valueError(
      `Argument \`size\` must be a tuple of two elements (height, width). Received: size=${showTuple(size)}`,
    );
  const wanted = size as unknown as readonly [number, number];
  const resized = (x: Tensor): Tensor => {
    const part = options.crop_to_aspect_ratio
      ? croppedTo(x, wanted)
      : options.pad_to_aspect_ratio
        ? paddedTo(x, wanted, options.fill_value ?? 0)
        : x;
    const same = part.sizes[1] === wanted[0] && part.sizes[2] === wanted[1];
    return same ? part : nn.scaleImages(part, wanted, interpolation, options.antialias ?? false);
  };
  const out = onImages(images, options.data_format ?? null, resized, 'images');
  const { scalarType } = convert(images);
  return out.scalarType === scalarType ? out : ops.cast(out, scalarType);
}

/** The middle of images; one that is too small is cut to the proportions and resized. */
export function centreOf(images: Tensor, size: readonly [number, number], format: Format): Tensor {
  const middle = (x: Tensor): Tensor => {
    const [down, across] = [x.sizes[1]! - size[0], x.sizes[2]! - size[1]];
    if (down < 0 || across < 0) return nn.scaleImages(croppedTo(x, size), size, 'bilinear', false);
    const top = Math.floor(down / 2);
    const left = Math.floor(across / 2);
    return ops.slice(ops.slice(x, 1, top, top + size[0]), 2, left, left + size[1]);
  };
  return onImages(isFloating(images.scalarType) ? images : ops.cast(images, 'float32'), format, middle, 'images');
}
