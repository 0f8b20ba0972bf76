import { np } from '@stele/core/numpy';
import { openImage } from '../fashion-mnist/image';
import { trainedOnce } from '../fashion-mnist/ready';
import { _predict, load_network, type NeuralNetwork, training_phase, weightsPath } from '../fashion-mnist/torchlike';
import { resultLine, type Script, type Settings, scoreAll, settings } from './files';

export { settings };

const device = 'cpu';
let model: NeuralNetwork;

/** Loads the weights once, when the job starts. */
export const init: Script['init'] = async (given) => {
  await trainedOnce(given, weightsPath(given.out), (all) => training_phase(device, all));
  model = load_network(given);
};

/** Predicts a mini-batch of image files. The pixels are scaled here, as they were in training. */
export function run(mini_batch: readonly string[]): string[] {
  const images = mini_batch.map((image_path) => openImage(image_path).reshape([-1, 28, 28]).div(255.0));
  const predicted_indices = _predict(model, np.concatenate(images), device);
  return mini_batch.map((image_path, i) => resultLine(image_path, Number(predicted_indices.get(i))));
}

export const main = (given: Settings = {}) => scoreAll({ init, run }, given);
