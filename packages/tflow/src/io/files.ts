import { copyData, fromArray, hostFiles, isFloating, ops } from '@stele/core';
import { readBmp } from '@stele/core/formats/bmp';
import { type GifImage, readGif } from '@stele/core/formats/gif';
import { readJpeg } from '@stele/core/formats/jpeg';
import {
  FormatError,
  hasPngHeader,
  type PngImage,
  readPng,
  withChannels,
  withChannels16,
  writePng,
} from '@stele/core/formats/png';
import { arrayFromBytes } from '@stele/core/formats/tensorproto';
import { define } from '../define';
import { as_dtype, type DTypeLike, dtypeName } from '../dtypes';
import { kernelError, NotFoundError, valueError } from '../errors';
import { needType } from '../kernels';
import { StringTensor } from '../strings';
import { type Tensor, type TensorLike, tfFamily, toTensor } from '../tensor';
import { scalarString, toBytes, toPath, toStrings } from './strings';

const instead = 'there is nothing to read from or write to';

/** @see https://www.tensorflow.org/api_docs/python/tf/io/read_file */
export const read_file = define('tf.io.read_file', 'filename, name=None', (filename: unknown): StringTensor => {
  const path = toPath('read_file()', filename);
  const files = hostFiles('tf.io.read_file()', instead);
  if (!files.exists(path)) throw kernelError('ReadFile', `${path}; No such file or directory`, NotFoundError);
  return scalarString(files.read(path));
});
/** @see https://www.tensorflow.org/api_docs/python/tf/io/write_file */
export const write_file = define(
  'tf.io.write_file',
  'filename, contents, name=None',
  (filename: unknown, contents: unknown): void => {
    const files = hostFiles('tf.io.write_file()', instead);
    files.write(toPath('write_file()', filename), new Uint8Array(toBytes('write_file()', contents)));
  },
);

/**
 * Bytes as numbers: the strings' shape with one more axis.
 * @see https://www.tensorflow.org/api_docs/python/tf/io/decode_raw
 */
export const decode_raw = define(
  'tf.io.decode_raw',
  'input_bytes, out_type, little_endian=True, fixed_length=None, name=None',
  (input_bytes: unknown, out_type: DTypeLike, little_endian = true, fixed_length?: number | null): Tensor => {
    const { values, sizes } = toStrings('decode_raw()', input_bytes);
    const dtype = dtypeName(out_type);
    needType('DecodeRaw', dtype, 'out_type');
    const size = as_dtype(dtype).size;
    const length = fixed_length ?? values[0]?.length ?? 0;
    const joined = new Uint8Array(values.length * length);
    values.forEach((value, i) => {
      if (fixed_length === undefined || fixed_length === null) {
        if (value.length !== length)
          throw kernelError(
            'DecodeRaw',
            `DecodeRaw requires input strings to all be the same size, but element ${i} has size ${length} != ${value.length}`,
          );
      }
      joined.set(value.subarray(0, length), i * length);
    });
    if (length % size !== 0)
      throw kernelError(
        'DecodeRaw',
        `Input to DecodeRaw has length ${length} that is not a multiple of ${size}, the size of ${dtype}`,
      );
    if (!little_endian) for (let at = 0; at < joined.length; at += size) joined.subarray(at, at + size).reverse();
    return fromArray(tfFamily, arrayFromBytes(dtype, joined), [...sizes, length / size], dtype) as Tensor;
  },
);
const isPng = (b: Uint8Array): boolean => b[0] === 0x89 && b[1] === 0x50 && b[2] === 0x4e && b[3] === 0x47;
const isGif = (b: Uint8Array): boolean => b[0] === 0x47 && b[1] === 0x49 && b[2] === 0x46;
const isBmp = (b: Uint8Array): boolean => b[0] === 0x42 && b[1] === 0x4d;
const isWebP = (b: Uint8Array): boolean => b[0] === 0x52 && b[8] === 0x57 && b[9] === 0x45;

/** Pixels of 8 bits as the element type that was asked for. */
function typed(call: string, eight: Tensor, wanted: string): Tensor {
  if (wanted === 'uint8') return eight;
  if (call !== 'decode_image' || !isFloating(wanted as never))
    throw valueError(`tf.io.${call}(): dtype ${wanted} is not there, only tf.uint8 and tf.uint16`);
  return ops.div(ops.cast(eight, wanted as never), 255) as Tensor;
}
/** The pictures of a GIF file; a kernel for single pictures takes a file of one. */
function gifFrom(bytes: Uint8Array, kernel: string, channels: number, expand: boolean): Tensor {
  if (channels !== 0 && channels !== 3) throw kernelError(kernel, `channels must be 0 or 3 for GIF, got ${channels}`);
  const single = kernel !== 'DecodeImage';
  let image: GifImage;
  try {
    image = readGif(bytes);
  } catch (error) {
    if (!(error instanceof FormatError)) throw error;
    const flags = bytes[10] ?? 0;
    const opened = bytes.length >= 13 + (flags & 128 ? 3 << ((flags & 7) + 1) : 0);
    const why = opened
      ? 'failed to slurp gif file: Failed to read from given file'
      : 'failed to open gif file: No screen descriptor detected';
    throw kernelError(kernel, `Invalid GIF data (size ${bytes.length}), ${why}`);
  }
  const { width, height, frames, data } = image;
  if (single && frames > 1)
    throw kernelError(
      kernel,
      `Got ${frames} frames, but animated gifs can only be decoded by tf.io.decode_gif or tf.io.decode_image`,
    );
  const one = single || !expand;
  const shown = one ? data.subarray(0, 3 * width * height).slice() : data;
  const sizes = [height, width, 3];
  return fromArray(tfFamily, shown as never, one ? sizes : [frames, ...sizes], 'uint8') as Tensor;
}
function bmpFrom(bytes: Uint8Array, kernel: string, channels: number): Tensor {
  if (kernel !== 'DecodeImage')
    throw kernelError(
      kernel,
      `Trying to decode BMP format using a wrong op. Use \`decode_bmp\` or \`decode_image\` instead. Op used: ${kernel}`,
    );
  if (![0, 3, 4].includes(channels))
    throw kernelError(kernel, `\`channels\` must be 0, 3 or 4 for BMP, but got ${channels}`);
  if (bytes.length < 32)
    throw kernelError(
      kernel,
      `Incomplete bmp content, requires at least 32 bytes to find the header size, width, height, and bpp, got ${bytes.length} bytes`,
    );
  try {
    const image = readBmp(bytes);
    if (channels !== 0 && channels !== image.channels)
      throw valueError(
        `tf.io.decode_image(): the BMP file has ${image.channels} channels; those that are asked for, ${channels}, are not made of them here`,
      );
    return fromArray(tfFamily, image.data as never, [image.height, image.width, image.channels], 'uint8') as Tensor;
  } catch (error) {
    if (!(error instanceof FormatError)) throw error;
    throw kernelError(kernel, error.message.replace(/^BMP: /, ''));
  }
}

function decode(
  call: string,
  kernel: string,
  contents: unknown,
  channels: number,
  dtype: DTypeLike,
  transform: 'fast' | 'accurate' = 'fast',
  expand = true,
): Tensor {
  const bytes = toBytes(`${call}()`, contents);
  if (bytes.length === 0) throw kernelError(kernel, 'Input is empty.');
  const jpeg = bytes[0] === 0xff && bytes[1] === 0xd8;
  if (!isPng(bytes) && !jpeg) {
    const wanted = as_dtype(dtype).name;
    if (isGif(bytes)) return typed(call, gifFrom(bytes, kernel, channels, expand), wanted);
    if (isBmp(bytes)) return typed(call, bmpFrom(bytes, kernel, channels), wanted);
    if (!isWebP(bytes))
      throw kernelError(kernel, 'Unknown image file format. One of JPEG, JPEG XL, PNG, GIF, BMP, WebP required.');
    throw Object.assign(
      new Error(`tf.io.${call}(): the image is a WebP file, which cannot be decoded here; convert it first`),
      { name: 'NotImplementedError' },
    );
  }
  if (![0, 1, 3, 4].includes(channels))
    throw kernelError(kernel, `\`channels\` must be 0, 1, 3 or 4 but got ${channels}`);
  const wanted = as_dtype(dtype).name;
  if (kernel === 'DecodePng') needType(kernel, wanted, 'dtype');
  const image = jpeg ? jpegFrom(bytes, kernel, transform, channels === 1) : pngFrom(bytes, kernel);
  // a transparent colour alone makes no alpha channel unless one is asked for
  const own = 'keyed' in image && image.keyed ? image.channels - 1 : image.channels;
  const count = channels === 0 ? own : channels;
  const sizes = [image.height, image.width, count];
  if (wanted === 'uint16') {
    const wide = withChannels16(image, count);
    return fromArray(tfFamily, wide, sizes, 'uint16') as Tensor;
  }
  const eight = fromArray(tfFamily, withChannels(image, count), sizes, 'uint8') as Tensor;
  return typed(call, eight, wanted);
}
function jpegFrom(bytes: Uint8Array, kernel: string, ...how: [transform: 'fast' | 'accurate', grey: boolean]) {
  try {
    return { ...readJpeg(bytes, ...how), depth: 8 as const };
  } catch (error) {
    // what is whole but of a kind that is not read here keeps its own sentence
    if (!(error instanceof FormatError) || error.message.includes('not supported')) throw error;
    throw kernelError(kernel, 'jpeg::Uncompress failed. Invalid JPEG data or crop window.');
  }
}
function pngFrom(bytes: Uint8Array, kernel: string): PngImage {
  try {
    return readPng(bytes);
  } catch (error) {
    if (!(error instanceof FormatError)) throw error;
    // the header is what a decoder begins with
    const why = hasPngHeader(bytes)
      ? `Invalid PNG data, size ${bytes.length}`
      : 'Invalid PNG. Failed to initialize decoder.';
    throw kernelError(kernel, why);
  }
}

/** @see https://www.tensorflow.org/api_docs/python/tf/io/decode_png */
export const decode_png = define(
  'tf.io.decode_png',
  'contents, channels=0, dtype="uint8", name=None',
  (contents: unknown, channels: number | null = 0, dtype: DTypeLike = 'uint8') =>
    decode('decode_png', 'DecodePng', contents, Number(channels ?? 0), dtype),
);
/** @see https://www.tensorflow.org/api_docs/python/tf/io/decode_jpeg */
export const decode_jpeg = define(
  'tf.io.decode_jpeg',
  'contents, channels=0, ratio=1, fancy_upscaling=True, try_recover_truncated=False, acceptable_fraction=1, dct_method="", name=None',
  (
    contents: unknown,
    channels: number | null = 0,
    ratio: unknown = 1,
    fancy: unknown = true,
    _recover?: unknown,
    _fraction?: unknown,
    dct_method: unknown = '',
  ) => {
    if (Number(ratio) !== 1 || fancy === false)
      throw Object.assign(
        new Error('tf.io.decode_jpeg(): ratio and fancy_upscaling other than the defaults are not there yet'),
        {
          name: 'NotImplementedError',
        },
      );
    if (!['', 'INTEGER_FAST', 'INTEGER_ACCURATE'].includes(String(dct_method)))
      throw kernelError(
        'DecodeJpeg',
        `dct_method must be one of ['', 'INTEGER_FAST', 'INTEGER_ACCURATE'], got ${dct_method}`,
      );
    const transform = dct_method === 'INTEGER_ACCURATE' ? 'accurate' : 'fast';
    return decode('decode_jpeg', 'DecodeJpeg', contents, Number(channels ?? 0), 'uint8', transform);
  },
);
/** @see https://www.tensorflow.org/api_docs/python/tf/io/decode_image */
export const decode_image = define(
  'tf.io.decode_image',
  'contents, channels=None, dtype="uint8", name=None, expand_animations=True',
  (
    contents: unknown,
    channels: number | null = 0,
    dtype: DTypeLike = 'uint8',
    _name?: unknown,
    expand_animations: boolean = true,
  ) => decode('decode_image', 'DecodeImage', contents, Number(channels ?? 0), dtype, 'fast', expand_animations),
);
/** @see https://www.tensorflow.org/api_docs/python/tf/io/encode_png */
export const encode_png = define(
  'tf.io.encode_png',
  'image, compression=-1, name=None',
  (image: TensorLike): StringTensor => scalarString(pngOf(toTensor(image))),
);

/** The PNG file of an image [height, width, channels]. */
export function pngOf(t: Tensor): Uint8Array {
  const [height, width, channels] = t.sizes;
  needType('EncodePng', t.scalarType);
  if (t.rank < 3) throw kernelError('EncodePng', `images must be at least rank 3[${t.sizes.join(',')}]`);
  if (t.rank === 3 && (channels! < 1 || channels! > 4))
    throw kernelError('EncodePng', `image must have 1, 2, 3, or 4 channels, got ${channels}`);
  if (t.rank !== 3)
    throw kernelError(
      'EncodePng',
      `image must be a tensor of shape [height, width, 1 to 4], received ${t.scalarType} of shape [${t.sizes.join(',')}]`,
    );
  const data = copyData(t) as Uint8Array<ArrayBuffer> | Uint16Array<ArrayBuffer>;
  const depth = t.scalarType === 'uint16' ? 16 : 8;
  return writePng({ width: width!, height: height!, channels: channels as 1, depth, data });
}

/** Whether bytes begin as a JPEG file does. @see https://www.tensorflow.org/api_docs/python/tf/io/is_jpeg */
export const is_jpeg = define('tf.io.is_jpeg', 'contents, name=None', (contents: unknown): Tensor => {
  const [a, b, c] = toBytes('is_jpeg()', contents);
  return toTensor(a === 0xff && b === 0xd8 && c === 0xff, 'bool');
});
/** Bytes as text of web-safe base64, without padding unless `pad`. */
export const encode_base64 = define(
  'tf.io.encode_base64',
  'input, pad=False, name=None',
  (input: unknown, pad?: boolean): StringTensor => {
    const t = toStrings('encode_base64()', input);
    const encoder = new TextEncoder();
    return new StringTensor(
      t.values.map((bytes) => {
        const text = btoa(String.fromCharCode(...bytes))
          .replaceAll('+', '-')
          .replaceAll('/', '_');
        return encoder.encode(pad ? text : text.replace(/=+$/, ''));
      }),
      t.sizes,
    );
  },
);
export const decode_base64 = define('tf.io.decode_base64', 'input, name=None', (input: unknown): StringTensor => {
  const t = toStrings('decode_base64()', input);
  return new StringTensor(
    t.texts().map((text) => {
      if (text.replace(/=+$/, '').length % 4 === 1)
        throw kernelError('DecodeBase64', 'Base64 string length cannot be 1 modulo 4.');
      if (/[^A-Za-z0-9_=-]/.test(text) || text.replace(/=+$/, '').length % 4 === 1)
        throw kernelError('DecodeBase64', 'Invalid character found in base64.');
      return Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), (c) => c.charCodeAt(0));
    }),
    t.sizes,
  );
});
