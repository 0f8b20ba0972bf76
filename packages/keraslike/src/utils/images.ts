import { hostFiles, isDType } from '@stele/core';
import { Image, Resampling } from '@stele/core/formats/png';
import { type ArrayLike, NDArray, np } from '@stele/core/numpy';
import { z } from 'zod';
import { type Call, type Keywords, read, signature, type Tail, tail } from '../arguments';
import { floatx, image_data_format } from '../config/config';
import { notImplemented, typeError, valueError } from '../errors';
import { showTuple } from '../tensors';

const formatOf = (given: string | null): string => {
  const format = given ?? image_data_format();
  if (format !== 'channels_first' && format !== 'channels_last')
    throw valueError(
      `The \`data_format\` argument must be one of {'channels_first', 'channels_last'}. Received: data_format=${format}`,
    );
  return format;
};
const dtypeOf = (given: string | null): string => {
  const dtype = given ?? floatx();
  if (!isDType(dtype)) throw typeError(`data type '${dtype}' not understood`);
  return dtype;
};

/**
 * A picture as an array of rows, columns and channels (or channels first).
 * @see https://keras.io/api/data_loading/image/#img_to_array-function
 */
export function img_to_array(
  img: ArrayLike | Image,
  ...rest: Tail<
    [data_format: string | null, dtype: string | null],
    { data_format: string | null; dtype: string | null }
  >
): NDArray {
  const given = tail('img_to_array', { data_format: null as string | null, dtype: null as string | null }, rest);
  const format = formatOf(given.data_format);
  const x = NDArray.from(img instanceof Image ? img.toArray() : img, dtypeOf(given.dtype));
  const first = format === 'channels_first';
  if (x.ndim === 3) return first ? (np.transpose(x, [2, 0, 1]) as NDArray) : x;
  if (x.ndim !== 2) throw valueError(`Unsupported image shape: ${showTuple(x.shape)}`);
  const [h, w] = x.shape as [number, number];
  return new NDArray({ dtype: x.dtype, shape: first ? [1, h, w] : [h, w, 1], data: x.data });
}

const pictured = signature(1, {
  x: z.any(),
  data_format: z.string().nullable().default(null),
  scale: z.boolean().default(true),
  dtype: z.string().nullable().default(null),
});
/**
 * An array of rows, columns and channels as a picture; `scale` spreads its values over 0..255.
 *
 * ```ts
 * keras.utils.array_to_img([[[0], [1]]]).size; // [2, 1]
 * ```
 * @throws ValueError for arrays that are not of rank 3 with 1, 3 or 4 channels.
 * @see https://keras.io/api/data_loading/image/#array_to_img-function
 */
export function array_to_img(
  ...args: Call<
    [x: ArrayLike],
    [data_format: string | null, scale: boolean, dtype: string | null],
    Keywords<typeof pictured>
  >
): Image {
  const o = read('array_to_img()', pictured, args);
  const format = formatOf(o.data_format);
  let x = NDArray.from(o.x as ArrayLike, dtypeOf(o.dtype));
  if (x.ndim !== 3)
    throw valueError(`Expected image array to have rank 3 (single image). Got array with shape: ${showTuple(x.shape)}`);
  if (format === 'channels_first') x = np.transpose(x, [1, 2, 0]) as NDArray;
  if (o.scale) {
    x = np.subtract(x, np.min(x)) as NDArray;
    const most = np.max(x);
    if (Number(most) !== 0) x = np.divide(x, most) as NDArray;
    x = np.multiply(x, 255) as NDArray;
  }
  const [height, width, channels] = x.shape as [number, number, number];
  if (channels !== 1 && channels !== 3 && channels !== 4) throw valueError(`Unsupported channel number: ${channels}`);
  if (channels === 1 && Number(np.max(x)) > 255)
    throw notImplemented(
      `array_to_img(): grey values above 255 (here up to ${Number(np.max(x))}) need PIL's mode 'I', which is not in Stele; pass scale=True`,
    );
  const pixels = x.astype('uint8').data as Uint8Array;
  return new Image(channels === 1 ? 'L' : channels === 3 ? 'RGB' : 'RGBA', [width, height], pixels);
}

/** A path as text: a string, or an object such as Python's that is a path. */
const pathText = (path: unknown): string => String(path);
const isPath = (x: unknown): boolean =>
  typeof x === 'string' || (typeof x === 'object' && x !== null && ('__fspath__' in x || x instanceof URL));

const resamplings: Readonly<Record<string, number>> = {
  nearest: Resampling.NEAREST,
  bilinear: Resampling.BILINEAR,
  bicubic: Resampling.BICUBIC,
  hamming: Resampling.HAMMING,
  box: Resampling.BOX,
  lanczos: Resampling.LANCZOS,
};
const modes: Readonly<Record<string, 'L' | 'RGB' | 'RGBA'>> = { grayscale: 'L', rgb: 'RGB', rgba: 'RGBA' };
const loaded = signature(1, {
  path: z.any(),
  color_mode: z.string().default('rgb'),
  target_size: z.any().default(null),
  interpolation: z.string().default('nearest'),
  keep_aspect_ratio: z.boolean().default(false),
});
type Size = readonly [height: number, width: number];
/**
 * A picture from a PNG or JPEG file or its bytes, in a mode and, if wanted, another size.
 *
 * @throws FormatError for other files, and for progressive JPEG.
 * @see https://keras.io/api/data_loading/image/#load_img-function
 */
export function load_img(
  ...args: Call<
    [path: string | Uint8Array],
    [color_mode: string, target_size: Size | null, interpolation: string, keep_aspect_ratio: boolean],
    Keywords<typeof loaded>
  >
): Image {
  const o = read('load_img()', loaded, args);
  if (!isPath(o.path) && !(o.path instanceof Uint8Array))
    throw typeError(`path should be path-like or io.BytesIO, not ${typeof o.path}`);
  let image = Image.open(o.path instanceof Uint8Array ? o.path : pathText(o.path));
  const mode = modes[o.color_mode];
  if (mode === undefined) throw valueError('color_mode must be "grayscale", "rgb", or "rgba"');
  image = image.convert(mode);
  if (o.target_size === null) return image;
  const [toHeight, toWidth] = [...(o.target_size as Size)].map(Number) as [number, number];
  const { width, height } = image;
  if (width === toWidth && height === toHeight) return image;
  const resample = resamplings[o.interpolation];
  if (resample === undefined)
    throw valueError(
      `Invalid interpolation method ${o.interpolation} specified. Supported methods are ${Object.keys(resamplings).join(', ')}`,
    );
  if (!o.keep_aspect_ratio) return image.resize([toWidth, toHeight], resample);
  const h = Math.min(height, Math.floor((width * toHeight) / toWidth));
  const w = Math.min(width, Math.floor((height * toWidth) / toHeight));
  const [top, left] = [Math.floor((height - h) / 2), Math.floor((width - w) / 2)];
  return image.resize([toWidth, toHeight], resample, [left, top, left + w, top + h]);
}

const saved = signature(2, {
  path: z.any(),
  x: z.any(),
  data_format: z.string().nullable().default(null),
  file_format: z.string().nullable().default(null),
  scale: z.boolean().default(true),
});
/**
 * Writes an array as a PNG file.
 *
 * @throws NotImplementedError for other formats than PNG.
 * @see https://keras.io/api/data_loading/image/#save_img-function
 */
export function save_img(
  ...args: Call<
    [path: string, x: ArrayLike],
    [data_format: string | null, file_format: string | null, scale: boolean],
    Keywords<typeof saved>
  >
): void {
  const o = read('save_img()', saved, args);
  const path = pathText(o.path);
  const format = (o.file_format ?? /\.([^./\\]*)$/.exec(path)?.[1] ?? '').toLowerCase();
  const image = array_to_img(o.x as ArrayLike, { data_format: o.data_format, scale: o.scale });
  if (format !== 'png')
    throw notImplemented(
      `save_img(): '${path}' would be written as '${format}', and Stele writes PNG only; pass a path that ends in .png`,
    );
  hostFiles('save_img()', 'use array_to_img(x).toPNG() for the bytes').write(path, image.toPNG());
}
