import { layers, models, utils } from '@stele/keraslike';
import * as tf from '@stele/tflow';
import { z } from 'zod';

export const settings = z.strictObject({ seed: z.int().default(42) });

export function main(given: z.input<typeof settings> = {}) {
  // the article sets no seed; with one, the numbers are Keras' own
  const { seed } = settings.parse(given);
  utils.set_random_seed(seed);
  tf.random.set_seed(seed);

  // define a simple neural network
  const model = new models.Sequential([
    new layers.Dense(5, { activation: 'relu', input_shape: [10] }),
    new layers.Dense(1, { activation: 'sigmoid' }),
  ]);

  // compile the model
  model.compile({ optimizer: 'adam', loss: 'binary_crossentropy' });

  // sample input
  const input_data = tf.random.normal([3, 10]);
  const output = model(input_data) as tf.Tensor;
  console.log(`Model output shape: ${output.shape}`);
  console.log(`Sample output: ${output.numpy()}`);
  return { model, output };
}
