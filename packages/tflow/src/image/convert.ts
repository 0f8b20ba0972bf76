import { type Tensor as CoreTensor, type DType, isFloating, ops } from '@stele/core';
import { saturate_cast } from '../blocks';
import { define } from '../define';
import { type DTypeLike, dtypeName } from '../dtypes';
import { readText } from '../strings';
import { type Tensor, type TensorLike, toTensor } from '../tensor';

export const largest: Readonly<Record<string, number>> = {
  uint8: 255,
  int8: 127,
  int16: 32767,
  uint16: 65535,
  int32: 2147483647,
  uint32: 4294967295,
};
export function convert(x: CoreTensor, to: string, saturate: boolean): CoreTensor {
  if (to === x.scalarType) return x;
  const target = to as CoreTensor['scalarType'];
  if (!isFloating(x.scalarType) && !isFloating(target)) {
    const [scaleIn, scaleOut] = [largest[x.scalarType]!, largest[to]!];
    if (scaleIn > scaleOut) {
      const scaled = ops.floorDiv(x, Math.floor((scaleIn + 1) / (scaleOut + 1)));
      return saturate ? saturate_cast(scaled as Tensor, to) : ops.cast(scaled, target);
    }
    const wide = saturate ? saturate_cast(x as Tensor, to) : ops.cast(x, target);
    return ops.mul(wide, Math.floor((scaleOut + 1) / (scaleIn + 1)));
  }
  if (isFloating(x.scalarType) && isFloating(target)) return ops.cast(x, target);
  if (isFloating(target)) return ops.mul(ops.cast(x, target), 1 / largest[x.scalarType]!);
  const scaled = ops.mul(x, largest[to]! + 0.5);
  return saturate ? saturate_cast(scaled as Tensor, to) : ops.cast(scaled, target);
}
/** Pixels in another type, scaled so that whole numbers fill their range and floats go from 0 to 1. */
export const convert_image_dtype = define(
  'tf.image.convert_image_dtype',
  'image, dtype, saturate=False, name=None',
  (image: TensorLike, dtype: DTypeLike, saturate?: boolean): Tensor =>
    convert(pixels(image), numeric('dtype', dtypeName(dtype)), saturate ?? false) as Tensor,
);
/** A type that pixels may have. */
function numeric(what: string, name: DType): DType {
  if ((name as string) === 'string' || (!isFloating(name) && !name.includes('int')))
    throw Object.assign(new Error(`${what} must be either floating point or integer`), { name: 'AttributeError' });
  return name;
}
/** An image as a tensor. */
function pixels(image: TensorLike): Tensor {
  const text = readText(image);
  if (text !== null) numeric('image dtype', text.dtype.name);
  const t = toTensor(image);
  numeric('image dtype', t.scalarType);
  return t;
}
/** A change made to float32, given back in the image's own type. */
export function asFloats(image: TensorLike, body: (x: CoreTensor) => CoreTensor, saturate = true): Tensor {
  const x = pixels(image);
  if (x.scalarType === 'float32') return body(x) as Tensor;
  return convert(body(convert(x, 'float32', false)), x.scalarType, saturate) as Tensor;
}
