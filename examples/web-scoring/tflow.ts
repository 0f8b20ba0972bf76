import * as tf from '@stele/tflow';
import { trainedOnce } from '../fashion-mnist/ready';
import { labels_map } from '../fashion-mnist/settings';
import { _predict, load_network, type NeuralNetwork, training_phase, weightsPath } from '../fashion-mnist/tflow';
import { imageOf, type Script, type Settings, scoreOnce, settings } from './service';

export { settings };

let model: NeuralNetwork;

/** Loads the weights once, when the service starts. */
export const init: Script['init'] = async (given) => {
  await trainedOnce(given, weightsPath(given.out), training_phase);
  model = load_network(given);
};

/** Answers one request `{"data": 28x28}` with the name of a class. */
export function run(raw_json: string): string {
  const x = imageOf(raw_json).reshape([-1, 28, 28]);
  const predicted_index = Number(_predict(model, tf.constant(x)).numpy().get(0));
  return labels_map[predicted_index]!;
}

export const main = (given: Settings = {}) => scoreOnce({ init, run }, given);
