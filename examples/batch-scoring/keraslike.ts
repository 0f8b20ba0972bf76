import { np } from '@stele/core/numpy';
import type { Model } from '@stele/keraslike';
import { openImage } from '../fashion-mnist/image';
import { load_network, training_phase, weightsPath } from '../fashion-mnist/keraslike';
import { trainedOnce } from '../fashion-mnist/ready';
import { resultLine, type Script, type Settings, scoreAll, settings } from './files';

export { settings };

let model: Model;
let divisor: number;

/** Loads the model once, when the job starts. */
export const init: Script['init'] = async (given) => {
  await trainedOnce(given, weightsPath(given.out), training_phase);
  model = load_network(given);
  // the article leaves the pixels at 0..255 though it trained on 0..1: `--scale` divides them
  divisor = given.scale ? 255 : 1;
};

/** Predicts a mini-batch of image files. */
export async function run(mini_batch: readonly string[]): Promise<string[]> {
  const images = mini_batch.map((path) => openImage(path).astype('float32').reshape([-1, 28, 28]).div(divisor));
  const predicted_indices = np.argmax(await model.predict(np.concatenate(images), { verbose: 0 }), { axis: 1 });
  return mini_batch.map((path, i) => resultLine(path, Number(predicted_indices.get(i))));
}

export const main = (given: Settings = {}) => scoreAll({ init, run }, given);
