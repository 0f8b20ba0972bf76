import { np } from '@stele/core/numpy';
import * as tf from '@stele/tflow';
import { openImage } from '../fashion-mnist/image';
import { trainedOnce } from '../fashion-mnist/ready';
import { _predict, load_network, type NeuralNetwork, training_phase, weightsPath } from '../fashion-mnist/tflow';
import { resultLine, type Script, type Settings, scoreAll, settings } from './files';

export { settings };

let model: NeuralNetwork;
let divisor: number;

/** Loads the weights once, when the job starts. */
export const init: Script['init'] = async (given) => {
  await trainedOnce(given, weightsPath(given.out), training_phase);
  model = load_network(given);
  // the article leaves the pixels at 0..255 though it trained on 0..1: `--scale` divides them
  divisor = given.scale ? 255 : 1;
};

/** Predicts a mini-batch of image files. */
export function run(mini_batch: readonly string[]): string[] {
  const images = mini_batch.map((path) => openImage(path).astype('float32').reshape([-1, 28, 28]).div(divisor));
  const predicted_indices = _predict(model, tf.constant(np.concatenate(images))).numpy();
  return mini_batch.map((path, i) => resultLine(path, Number(predicted_indices.get(i))));
}

export const main = (given: Settings = {}) => scoreAll({ init, run }, given);
