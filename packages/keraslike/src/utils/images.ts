import { isDType } from '@stele/core';
import { type ArrayLike, NDArray, np } from '@stele/core/numpy';
import { type Tail, tail } from '../arguments';
import { floatx, image_data_format } from '../config/config';
import { typeError, valueError } from '../errors';
import { showTuple } from '../tensors';

/**
 * A picture as an array of rows, columns and channels (or channels first).
 * @see https://keras.io/api/data_loading/image/#img_to_array-function
 */
export function img_to_array(
  img: ArrayLike,
  ...rest: Tail<
    [data_format: string | null, dtype: string | null],
    { data_format: string | null; dtype: string | null }
  >
): NDArray {
  const given = tail('img_to_array', { data_format: null as string | null, dtype: null as string | null }, rest);
  const format = given.data_format ?? image_data_format();
  const dtype = given.dtype ?? floatx();
  if (format !== 'channels_first' && format !== 'channels_last') throw valueError(`Unknown data_format: ${format}`);
  if (!isDType(dtype)) throw typeError(`data type '${dtype}' not understood`);
  const x = NDArray.from(img, dtype);
  const first = format === 'channels_first';
  if (x.ndim === 3) return first ? (np.transpose(x, [2, 0, 1]) as NDArray) : x;
  if (x.ndim !== 2) throw valueError(`Unsupported image shape: ${showTuple(x.shape)}`);
  const [h, w] = x.shape as [number, number];
  return new NDArray({ dtype: x.dtype, shape: first ? [1, h, w] : [h, w, 1], data: x.data });
}
