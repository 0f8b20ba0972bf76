import { type DatasetName, type DatasetOptions, loadDataset } from '@stele/core/node';
import { NDArray } from '@stele/core/numpy';
import * as own from './index';
import { provideDatasets } from './registry';

type Pair = readonly [images: NDArray, labels: NDArray];

/** Images and labels as Keras gives them: uint8 arrays of (n, 28, 28) and (n,). */
async function load(name: DatasetName, options: DatasetOptions): Promise<readonly [train: Pair, test: Pair]> {
  const { train, test, notice } = await loadDataset(name, options);
  if (notice !== undefined) console.warn(notice);
  return [
    [new NDArray(train.images), new NDArray(train.labels)],
    [new NDArray(test.images), new NDArray(test.labels)],
  ];
}

/** @see https://keras.io/api/datasets/fashion_mnist/ */
export const fashion_mnist = {
  load_data: (options: DatasetOptions = {}): ReturnType<typeof load> => load('fashion-mnist', options),
};
/** @see https://keras.io/api/datasets/mnist/ */
export const mnist = {
  load_data: (options: DatasetOptions = {}): ReturnType<typeof load> => load('mnist', options),
};

provideDatasets(own);
