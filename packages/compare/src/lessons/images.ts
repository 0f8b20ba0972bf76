import { type ArrayData, dtypes } from '@stele/core';
import { loadDataset } from '@stele/core/node';
import type { Batch } from '../lockstep/record';
import type { LessonData } from './lesson';

/** A batch of images scaled to 0..1, and their labels. */
export function imageBatch(images: ArrayData, labels: ArrayData, indices: readonly number[]): Batch {
  const size = images.shape[1]! * images.shape[2]!;
  const x = new Float32Array(indices.length * size);
  const y = dtypes.int32.create(indices.length);
  indices.forEach((index, row) => {
    for (let i = 0; i < size; i++) x[row * size + i] = Math.fround(Number(images.data[index * size + i]) / 255);
    y[row] = Number(labels.data[index]);
  });
  return {
    x: { dtype: 'float32', shape: [indices.length, images.shape[1]!, images.shape[2]!], data: x },
    y: { dtype: 'int32', shape: [indices.length], data: y },
  };
}

/** Images of clothes or digits in batches, one after another from the start; `most` bounds the test images. */
export async function loadImages(
  name: 'fashion-mnist' | 'mnist',
  root: string | undefined,
  batchSize: number,
  most = Number.POSITIVE_INFINITY,
): Promise<LessonData> {
  const { train, test, source, notice } = await loadDataset(name, root === undefined ? {} : { root });
  const count = train.images.shape[0]!;
  const size = Math.min(batchSize, count);
  const upTo = (n: number): number[] => Array.from({ length: n }, (_, i) => i);
  return {
    source,
    notice,
    batchSize: size,
    batch: (step) =>
      imageBatch(
        train.images,
        train.labels,
        upTo(size).map((i) => (step * size + i) % count),
      ),
    test: imageBatch(test.images, test.labels, upTo(Math.min(test.images.shape[0]!, most))),
  };
}
