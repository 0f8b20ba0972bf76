import * as torch from '@stele/torchlike';
import { labels_map } from '../fashion-mnist/settings';
import { _get_data } from '../fashion-mnist/torchlike';
import { drawGrid, type Sample, type Settings, settings } from './grid';

export { settings };

/** Displays nine random images of the data set with their labels. */
export async function main(given: Settings = {}) {
  const { data, seed, out } = settings.parse(given);
  const [dataloader] = await _get_data({ data, batch_size: 64 });
  const { dataset } = dataloader;

  torch.manual_seed(seed);
  const samples: Sample[] = [];
  for (let i = 0; i < 9; i++) {
    // `random.randint(0, len(dataset))` of the article includes its end, which is no index: this bound is left out
    const sample_idx = Number(torch.randint(0, dataset.length, [1]).item());
    const [image, label] = dataset.get(sample_idx);
    samples.push({ image: image.squeeze().numpy(), title: labels_map[label]! });
  }
  return { file: drawGrid(samples, out), titles: samples.map((s) => s.title) };
}
