import { np } from '@stele/core/numpy';
import { fashion_mnist } from '@stele/keraslike/datasets';
import { labels_map } from '../fashion-mnist/settings';
import { drawGrid, type Sample, type Settings, settings } from './grid';

export { settings };

/** Displays nine random images of the data set with their labels. */
export async function main(given: Settings = {}) {
  const { data, seed, out } = settings.parse(given);
  const [[images, labels]] = await fashion_mnist.load_data(data === undefined ? {} : { root: data });

  np.random.seed(seed);
  const samples: Sample[] = [];
  for (let i = 0; i < 9; i++) {
    // `random.randint(0, len(images))` of the article includes its end, which is no index: NumPy's leaves it out
    const sample_idx = np.random.randint(0, images.length);
    samples.push({ image: images.at(sample_idx), title: labels_map[Number(labels.get(sample_idx))]! });
  }
  return { file: drawGrid(samples, out), titles: samples.map((s) => s.title) };
}
