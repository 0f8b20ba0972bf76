import { loadDataset } from '@stele/core/node';
import { NDArray } from '@stele/core/numpy';
import { Image } from '@stele/torchlike/vision';
import { labels_map, type Parsed } from './settings';

/** The grey levels of a PNG file as an array of (height, width): `np.asarray(Image.open(path))`. */
export const openImage = (path: string): NDArray => Image.open(path).convert('L').toArray();

/** The picture to predict, (28, 28): a given file, else the first ankle boot of the test images. */
export async function imageToPredict({ image, data }: Parsed): Promise<NDArray> {
  if (image !== undefined) return openImage(image);
  const { test } = await loadDataset('fashion-mnist', data === undefined ? {} : { root: data });
  const boot = [...test.labels.data].findIndex((label) => Number(label) === labels_map.indexOf('Ankle Boot'));
  return new NDArray(test.images).at(boot);
}
