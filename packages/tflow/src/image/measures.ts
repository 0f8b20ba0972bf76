import { type Tensor as CoreTensor, isFloating, nn, ops } from '@stele/core';
import { define } from '../define';
import { InvalidArgumentError, kernelError, valueError } from '../errors';
import { whole } from '../places';
import { TensorShape } from '../shape';
import { type Tensor, type TensorLike, toTensor } from '../tensor';
import { convert, largest } from './convert';

/** Sum of the absolute differences of neighbouring pixels, per image. */
export const total_variation = define('tf.image.total_variation', 'images, name=None', (images: TensorLike): Tensor => {
  const x = toTensor(images);
  if (x.rank !== 3 && x.rank !== 4) throw valueError("'images' must be either 3 or 4-dimensional.");
  return nn.totalVariation(x) as Tensor;
});
/** Two images must agree in their last three axes. */
function sameImages(x: CoreTensor, y: CoreTensor): void {
  const [p, q] = [x, y].map((t) => TensorShape.from_dims(t.sizes.slice(-3)));
  if (String(p) !== String(q)) throw valueError(`Shapes ${p} and ${q} are incompatible`);
}
/** The largest pixel value, on the scale of floats. */
const peakOf = (image: TensorLike, max_val: number): number => {
  const own = toTensor(image).scalarType;
  return isFloating(own) ? Number(max_val) : Number(max_val) / largest[own]!;
};
/** Peak signal-to-noise ratio of two images in decibels. */
export const psnr = define(
  'tf.image.psnr',
  'a, b, max_val, name=None',
  (a: TensorLike, b: TensorLike, max_val: number): Tensor => {
    const [x, y] = [convert(toTensor(a), 'float32', false), convert(toTensor(b), 'float32', false)];
    sameImages(x, y);
    const peak = peakOf(a, max_val);
    return nn.peakSignalToNoise(x, y, peak) as Tensor;
  },
);

/** How alike the structure of two images is: 1 for the same image. */
export const ssim = define(
  'tf.image.ssim',
  'img1, img2, max_val, filter_size=11, filter_sigma=1.5, k1=0.01, k2=0.03, return_index_map=False',
  (
    img1: TensorLike,
    img2: TensorLike,
    max_val: number,
    filter_size?: number,
    filter_sigma?: number,
    k1?: number,
    k2?: number,
    return_index_map?: boolean,
  ): Tensor => {
    const [x, y] = [convert(toTensor(img1), 'float32', false), convert(toTensor(img2), 'float32', false)];
    sameImages(x, y);
    const size = whole(filter_size, 11);
    if (x.sizes.slice(-3, -1).some((d) => d < size))
      throw new InvalidArgumentError(
        `Expected 'tf.Tensor(False, shape=(), dtype=bool)' to be true. Summarized data: [${x.sizes.join(' ')}] ${size}`,
      );
    const map = nn.structuralSimilarity(x, y, {
      peak: peakOf(img1, max_val),
      size,
      sigma: Number(filter_sigma ?? 1.5),
      k1: Number(k1 ?? 0.01),
      k2: Number(k2 ?? 0.03),
    });
    return (return_index_map ? ops.mean(map, -1) : nn.meanSimilarity(map)) as Tensor;
  },
);
const scalePowers = [0.0448, 0.2856, 0.3001, 0.2363, 0.1333];
/** SSIM over halved sizes, weighed by powers. */
export const ssim_multiscale = define(
  'tf.image.ssim_multiscale',
  'img1, img2, max_val, power_factors=(0.0448, 0.2856, 0.3001, 0.2363, 0.1333), filter_size=11, filter_sigma=1.5, k1=0.01, k2=0.03',
  (
    img1: TensorLike,
    img2: TensorLike,
    max_val: number,
    power_factors?: readonly number[],
    filter_size?: number,
    filter_sigma?: number,
    k1?: number,
    k2?: number,
  ): Tensor => {
    const [x, y] = [convert(toTensor(img1), 'float32', false), convert(toTensor(img2), 'float32', false)];
    sameImages(x, y);
    const size = whole(filter_size, 11);
    const powers = (power_factors ?? scalePowers).map(Number);
    const least = 2 ** (powers.length - 1);
    if (x.sizes.slice(-3, -1).some((d) => Math.ceil(d / least) < size))
      throw new InvalidArgumentError(
        `Expected 'tf.Tensor(False, shape=(), dtype=bool)' to be true. Summarized data: [${x.sizes.join(' ')}] ${size}`,
      );
    const settings = {
      peak: peakOf(img1, max_val),
      size,
      sigma: Number(filter_sigma ?? 1.5),
      k1: Number(k1 ?? 0.01),
      k2: Number(k2 ?? 0.03),
    };
    return nn.similarityOverScales(x, y, settings, powers) as Tensor;
  },
);
/** Differences to the next row and to the next column. */
export const image_gradients = define('tf.image.image_gradients', 'image', (image: TensorLike): Tensor[] => {
  const x = toTensor(image);
  if (x.rank !== 4) throw valueError(`image_gradients expects a 4D tensor [batch_size, h, w, d], not ${x.shape}.`);
  return [...nn.imageGradients(x)] as Tensor[];
});
/** Sobel's edge maps, those of rows and of columns along a new last axis. */
export const sobel_edges = define('tf.image.sobel_edges', 'image', (image: TensorLike): Tensor => {
  const x = toTensor(image);
  if (x.rank !== 4 && !x.symbolic)
    throw kernelError(
      'MirrorPad',
      `The first dimension of paddings must be the rank of inputs[4,2], [${x.sizes.join(',')}]`,
    );
  return nn.sobelEdges(x) as Tensor;
});
