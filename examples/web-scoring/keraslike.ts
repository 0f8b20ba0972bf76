import { np } from '@stele/core/numpy';
import type { Model } from '@stele/keraslike';
import { load_network, training_phase, weightsPath } from '../fashion-mnist/keraslike';
import { trainedOnce } from '../fashion-mnist/ready';
import { labels_map } from '../fashion-mnist/settings';
import { imageOf, type Script, type Settings, scoreOnce, settings } from './service';

export { settings };

let model: Model;

/** Loads the model once, when the service starts. */
export const init: Script['init'] = async (given) => {
  await trainedOnce(given, weightsPath(given.out), training_phase);
  model = load_network(given);
};

/** Answers one request `{"data": 28x28}` with the name of a class. */
export async function run(raw_json: string): Promise<string> {
  const x = imageOf(raw_json).reshape([-1, 28, 28]);
  const predicted_index = Number(np.argmax(await model.predict(x, { verbose: 0 })));
  return labels_map[predicted_index]!;
}

export const main = (given: Settings = {}) => scoreOnce({ init, run }, given);
