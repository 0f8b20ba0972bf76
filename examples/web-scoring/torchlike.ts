import { trainedOnce } from '../fashion-mnist/ready';
import { labels_map } from '../fashion-mnist/settings';
import { _predict, load_network, type NeuralNetwork, training_phase, weightsPath } from '../fashion-mnist/torchlike';
import { imageOf, type Script, type Settings, scoreOnce, settings } from './service';

export { settings };

const device = 'cpu';
let model: NeuralNetwork;

/** Loads the weights once, when the service starts. */
export const init: Script['init'] = async (given) => {
  await trainedOnce(given, weightsPath(given.out), (all) => training_phase(device, all));
  model = load_network(given);
  model.eval();
};

/** Answers one request `{"data": 28x28}` with the name of a class. */
export function run(raw_json: string): string {
  const x = imageOf(raw_json).reshape([-1, 28, 28]);
  const predicted_index = Number(_predict(model, x, device).get(0));
  return labels_map[predicted_index]!;
}

export const main = (given: Settings = {}) => scoreOnce({ init, run }, given);
