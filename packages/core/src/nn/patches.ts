import { scatterAdd, take } from '../ops/indexing';
import { expand, pad, reshape, slice } from '../ops/shape';
import { fromArray, type Tensor } from '../tensor/tensor';

type Pair = readonly [number, number];
/** How patches lie in an image; each pair is of rows and columns. */
export interface PatchAttrs {
  readonly kernel: Pair;
  readonly dilation: Pair;
  readonly padding: Pair;
  readonly stride: Pair;
}

/** How many patches fit along each axis. */
export const patchCounts = (image: Pair, a: PatchAttrs): Pair => {
  const count = (i: 0 | 1): number =>
    Math.floor((image[i] + 2 * a.padding[i] - a.dilation[i] * (a.kernel[i] - 1) - 1) / a.stride[i]) + 1;
  return [count(0), count(1)];
};

/** Places in the padded plane: one row per kernel cell, one column per patch. */
function patchPlaces(
  image: Pair,
  a: PatchAttrs,
): { places: BigInt64Array<ArrayBuffer>; cells: number; patches: number } {
  const [rows, cols] = patchCounts(image, a);
  const width = image[1] + 2 * a.padding[1];
  const cells = a.kernel[0] * a.kernel[1];
  const places = new BigInt64Array(cells * rows * cols);
  let k = 0;
  for (let p = 0; p < a.kernel[0]; p++)
    for (let q = 0; q < a.kernel[1]; q++)
      for (let r = 0; r < rows; r++)
        for (let s = 0; s < cols; s++)
          places[k++] = BigInt((r * a.stride[0] + p * a.dilation[0]) * width + s * a.stride[1] + q * a.dilation[1]);
  return { places, cells, patches: rows * cols };
}

/** The patches of images (n, c, h, w) as columns: (n, c * kernel cells, patches). */
export function unfoldPatches(x: Tensor, a: PatchAttrs): Tensor {
  const [n, c, h, w] = x.sizes as [number, number, number, number];
  const { places, cells, patches } = patchPlaces([h, w], a);
  const [ph, pw] = a.padding;
  const padded = pad(x, [
    [0, 0],
    [0, 0],
    [ph, ph],
    [pw, pw],
  ]);
  const flat = reshape(padded, [n, c, (h + 2 * ph) * (w + 2 * pw)]);
  const columns = take(flat, fromArray(x.family, places, [cells * patches], 'int64'), 2);
  return reshape(columns, [n, c * cells, patches]);
}

/** Columns (n, c * kernel cells, patches) added up into images (n, c, h, w): the transpose of unfoldPatches. */
export function foldPatches(x: Tensor, image: Pair, a: PatchAttrs): Tensor {
  const { places, cells, patches } = patchPlaces(image, a);
  const [n, m] = x.sizes as [number, number];
  const c = m / cells;
  const [h, w] = image;
  const [ph, pw] = a.padding;
  const source = reshape(x, [n, c, cells * patches]);
  const at = expand(fromArray(x.family, places, [1, 1, cells * patches], 'int64'), source.sizes);
  const flat = scatterAdd(source, at, 2, [n, c, (h + 2 * ph) * (w + 2 * pw)]);
  const padded = reshape(flat, [n, c, h + 2 * ph, w + 2 * pw]);
  return slice(slice(padded, 2, ph, ph + h), 3, pw, pw + w);
}
