import { nn, ops } from '@stele/core';
import { NDArray } from '@stele/core/numpy';
import { from_numpy, tensor } from '../../creation';
import { get_default_dtype } from '../../dtype';
import { NotImplementedError, ValueError } from '../../errors';
import { Tensor } from '../../tensor';
import { Image, type Mode, Resampling } from '../image';

export type Picture = Image | Tensor;
export type PaddingMode = 'constant' | 'edge' | 'reflect' | 'symmetric';

const typeName = (x: unknown): string => {
  if (x instanceof Tensor) return "<class 'torch.Tensor'>";
  if (x instanceof Image) return "<class 'PIL.Image.Image'>";
  if (x instanceof NDArray) return "<class 'numpy.ndarray'>";
  if (Array.isArray(x)) return "<class 'list'>";
  return `<class '${typeof x === 'string' ? 'str' : typeof x === 'number' ? 'float' : typeof x}'>`;
};
const requirePicture = (img: unknown): void => {
  if (!(img instanceof Image || img instanceof Tensor))
    throw new TypeError(`img should be PIL Image. Got ${typeName(img)}`);
};
/** The channels of an image as a uint8 tensor (C, H, W) on its memory. */
const planes = (img: Image): Tensor =>
  from_numpy(
    new NDArray({ dtype: 'uint8', shape: [img.height, img.width, img.channels], data: img.pixels as never }),
  ).permute(2, 0, 1);
const picture = (t: Tensor, mode: Mode): Image => {
  const [, height, width] = t.sizes as [number, number, number];
  return new Image(mode, [width, height], t.permute(1, 2, 0).contiguous().clone().storage.array as Uint8Array);
};
/** Runs a function of (..., H, W) tensors on a tensor or on an image. */
function onPlanes<P extends Picture>(img: P, f: (t: Tensor) => Tensor): P {
  requirePicture(img);
  return (img instanceof Image ? picture(f(planes(img)), img.mode) : f(img as Tensor)) as P;
}

/** [height, width]. */
export function sizeOf(img: Picture): [number, number] {
  requirePicture(img);
  return img instanceof Image ? [img.height, img.width] : (img.sizes.slice(-2) as [number, number]);
}
/** [channels, height, width]. */
export const get_dimensions = (img: Picture): [number, number, number] => [
  img instanceof Image ? img.channels : img.ndim === 2 ? 1 : img.sizes.at(-3)!,
  ...sizeOf(img),
];

/** uint8 pictures become floats in [0, 1] with the channels in front; float arrays are not rescaled. */
export function to_tensor(pic: Image | NDArray): Tensor {
  if (!(pic instanceof Image || pic instanceof NDArray))
    throw new TypeError(`pic should be PIL Image or ndarray. Got ${typeName(pic)}`);
  if (pic instanceof NDArray && (pic.ndim < 2 || pic.ndim > 3))
    throw new ValueError(`pic should be 2/3 dimensional. Got ${pic.ndim} dimensions.`);
  const array = pic instanceof Image ? pic.toArray() : pic;
  const rows = from_numpy(array);
  const channels = (array.ndim === 2 ? rows.unsqueeze(0) : rows.permute(2, 0, 1)).contiguous();
  return array.dtype === 'uint8' ? channels.to(get_default_dtype()).div(255) : channels;
}
/** The image's channels as they are, (C, H, W) in uint8. */
export function pil_to_tensor(pic: Image): Tensor {
  if (!(pic instanceof Image)) throw new TypeError(`pic should be PIL Image. Got ${typeName(pic)}`);
  return planes(pic).contiguous().clone();
}

/** An image of a tensor (C, H, W) or (H, W), or of an array (H, W, C); floats are taken as 0 to 1. */
export function to_pil_image(pic: Tensor | NDArray, mode: Mode | null = null): Image {
  if (!(pic instanceof Tensor || pic instanceof NDArray))
    throw new TypeError(`pic should be Tensor or ndarray. Got ${typeName(pic)}.`);
  if (pic.ndim < 2 || pic.ndim > 3) throw new ValueError(`pic should be 2/3 dimensional. Got ${pic.ndim} dimensions.`);
  let t = pic instanceof Tensor ? pic.detach() : from_numpy(pic);
  if (t.ndim === 2) t = t.unsqueeze(0);
  else if (pic instanceof NDArray) t = t.permute(2, 0, 1);
  const channels = t.sizes[0]!;
  if (channels > 4) throw new ValueError(`pic should not have > 4 channels. Got ${channels} channels.`);
  if (pic instanceof Tensor && t.is_floating_point()) t = t.mul(255).byte();
  if (t.scalarType !== 'uint8') throw new TypeError(`Input type ${t.scalarType} is not supported`);
  const natural = (['L', 'LA', 'RGB', 'RGBA'] as const)[channels - 1]!;
  if (mode !== null && mode !== natural)
    throw new ValueError(
      `Incorrect mode (${mode}) supplied for input type ${t.scalarType} with ${channels} channels. Should be ${natural}`,
    );
  return picture(t, natural);
}

/** (x - mean) / std of each channel. */
export function normalize(
  img: Tensor,
  mean: number | readonly number[],
  std: number | readonly number[],
  inplace = false,
): Tensor {
  if (!(img instanceof Tensor)) throw new TypeError(`img should be Tensor Image. Got ${typeName(img)}`);
  if (!img.is_floating_point()) throw new TypeError(`Input tensor should be a float tensor. Got ${img.dtype}.`);
  if (img.ndim < 3)
    throw new ValueError(
      `Expected tensor to be a tensor image of size (..., C, H, W). Got tensor.size() = ${img.shape}`,
    );
  const perChannel = (v: number | readonly number[]): Tensor => {
    const t = tensor(v as number, { dtype: img.dtype });
    return t.ndim === 1 ? t.reshape(-1, 1, 1) : t;
  };
  const [m, s] = [perChannel(mean), perChannel(std)];
  if (s.eq(0).any().item())
    throw new ValueError(`std evaluated to zero after conversion to ${img.dtype}, leading to division by zero.`);
  return inplace ? img.sub_(m).div_(s) : img.sub(m).div(s);
}

/** The size that `Resize` gives: both sides, or the shorter one with the longer in proportion. */
function resizedTo([height, width]: [number, number], size: readonly number[], max: number | null): [number, number] {
  if (size.length === 2) return [size[0]!, size[1]!];
  const [short, long] = width <= height ? [width, height] : [height, width];
  let newShort = size[0]!;
  let newLong = Math.trunc((newShort * long) / short);
  if (max !== null) {
    if (max <= newShort)
      throw new ValueError(
        `max_size = ${max} must be strictly greater than the requested size for the smaller edge size = ${newShort}`,
      );
    if (newLong > max) {
      newShort = Math.trunc((max * newShort) / newLong);
      newLong = max;
    }
  }
  return width <= height ? [newLong, newShort] : [newShort, newLong];
}
/** Bilinear resizing: images as PIL does it, in 8 bits; tensors in floats, with or without antialiasing. */
export function resize<P extends Picture>(
  img: P,
  size: number | readonly number[],
  o: { interpolation?: string; max_size?: number | null; antialias?: boolean | null } = {},
): P {
  requirePicture(img);
  const { interpolation = 'bilinear', max_size = null, antialias = true } = o;
  if (interpolation !== 'bilinear')
    throw new NotImplementedError(`resize: interpolation '${interpolation}' is not in Stele; use 'bilinear'`);
  const [height, width] = resizedTo(sizeOf(img), [size].flat() as number[], max_size);
  if (!(height > 0 && width > 0)) throw new ValueError('height and width must be > 0');
  if (img instanceof Image) return img.resize([width, height], Resampling.BILINEAR) as P;
  const t = img as Tensor;
  const floats = t.is_floating_point() ? t : t.float();
  const axes = [height, width].map((size) => ({ size, scale: null, alignCorners: false }));
  const out = nn.resize(floats, axes, (n, axis) =>
    antialias ? nn.smoothMatrix(n, axis, 'linear') : nn.linearMatrix(n, axis, t.scalarType),
  ) as Tensor;
  return (t.is_floating_point() ? out : out.round().to(t.dtype)) as P;
}

/** The part of the picture from row `top` and column `left` on; what lies outside is 0. */
export function crop<P extends Picture>(img: P, top: number, left: number, height: number, width: number): P {
  const [h, w] = sizeOf(img);
  const outside = [Math.max(-left, 0), Math.max(-top, 0), Math.max(left + width - w, 0), Math.max(top + height - h, 0)];
  const whole = outside.some((n) => n > 0) ? pad(img, outside) : img;
  return onPlanes(whole, (t) => t.narrow(-2, Math.max(top, 0), height).narrow(-1, Math.max(left, 0), width));
}
const roundEven = (x: number): number => (x % 1 === 0.5 && Math.floor(x) % 2 === 0 ? Math.floor(x) : Math.round(x));
/** The middle of the picture, filled up with 0 where it is smaller. */
export function center_crop<P extends Picture>(img: P, size: number | readonly number[]): P {
  const [height, width] = typeof size === 'number' ? [size, size] : [size[0]!, size[1] ?? size[0]!];
  const [h, w] = sizeOf(img);
  if (width > w || height > h) {
    const sides = (wanted: number, there: number): [number, number] =>
      wanted > there ? [Math.floor((wanted - there) / 2), Math.floor((wanted - there + 1) / 2)] : [0, 0];
    const [left, right] = sides(width, w);
    const [top, bottom] = sides(height, h);
    return center_crop(pad(img, [left, top, right, bottom]), [height, width]);
  }
  return crop(img, roundEven((h - height) / 2), roundEven((w - width) / 2), height, width);
}

/** Adds [left, top, right, bottom] rows and columns (or one number, or [sides, ends]). */
export function pad<P extends Picture>(
  img: P,
  padding: number | readonly number[],
  fill = 0,
  padding_mode: PaddingMode = 'constant',
): P {
  const p = [padding].flat() as number[];
  const [left, top, right, bottom] = (
    p.length === 4 ? p : p.length === 2 ? [...p, ...p] : [p[0], p[0], p[0], p[0]]
  ) as [number, number, number, number];
  return onPlanes(img, (t) => {
    if (padding_mode === 'constant') {
      const pads = t.sizes.map((_, i): [number, number] =>
        i === t.ndim - 1 ? [left, right] : i === t.ndim - 2 ? [top, bottom] : [0, 0],
      );
      return ops.pad(t, pads, fill) as Tensor;
    }
    const rows = t.index_select(-2, tensor(mirrored(t.sizes.at(-2)!, top, bottom, padding_mode)));
    return rows.index_select(-1, tensor(mirrored(t.sizes.at(-1)!, left, right, padding_mode)));
  });
}
/** The places that a padded axis reads. */
function mirrored(n: number, before: number, after: number, mode: PaddingMode): number[] {
  const most = mode === 'reflect' ? n - 1 : n;
  if (mode !== 'edge' && Math.max(before, after) > most)
    throw new ValueError(`padding of ${Math.max(before, after)} is more than mode '${mode}' can take from ${n} pixels`);
  return Array.from({ length: before + n + after }, (_, k) => {
    const i = k - before;
    if (i >= 0 && i < n) return i;
    if (mode === 'edge') return i < 0 ? 0 : n - 1;
    const shift = mode === 'symmetric' ? 1 : 0;
    return i < 0 ? -i - shift : 2 * (n - 1) - i + shift;
  });
}

export const hflip = <P extends Picture>(img: P): P => onPlanes(img, (t) => t.flip(-1));
export const vflip = <P extends Picture>(img: P): P => onPlanes(img, (t) => t.flip(-2));

/** Brightness: of images by PIL's whole numbers, of tensors 0.2989 R + 0.587 G + 0.114 B. */
export function rgb_to_grayscale<P extends Picture>(img: P, num_output_channels = 1): P {
  requirePicture(img);
  if (num_output_channels !== 1 && num_output_channels !== 3)
    throw new ValueError('num_output_channels should be either 1 or 3');
  if (img instanceof Image) {
    const grey = img.convert('L');
    return (num_output_channels === 1 ? grey : grey.convert('RGB')) as P;
  }
  const t = img as Tensor;
  const channels = t.ndim < 3 ? 1 : t.sizes.at(-3)!;
  if (t.ndim < 3) throw new TypeError(`Input image tensor should have at least 3 dimensions, but found ${t.ndim}`);
  if (channels !== 1 && channels !== 3)
    throw new TypeError(`Input image tensor permitted channel values are [1, 3], but found ${channels}`);
  const part = (i: number, weight: number): Tensor => t.select(-3, i).mul(weight);
  const grey =
    channels === 1 ? t.clone() : part(0, 0.2989).add(part(1, 0.587)).add(part(2, 0.114)).to(t.dtype).unsqueeze(-3);
  return (num_output_channels === 1 ? grey : grey.expand(...t.sizes.slice(0, -3), 3, ...t.sizes.slice(-2))) as P;
}
