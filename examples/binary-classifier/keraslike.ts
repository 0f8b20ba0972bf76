import { np } from '@stele/core/numpy';
import { f } from '@stele/core/printing';
import { layers, models, optimizers, utils } from '@stele/keraslike';
import { z } from 'zod';

export const settings = z.strictObject({
  epochs: z.int().positive().default(5),
  seed: z.int().default(42),
  /** The article's labels are random: there is nothing to learn. `rule` labels by the sign of the sum. */
  labels: z.enum(['random', 'rule']).default('random'),
  verbose: z.int().min(0).max(2).default(1),
});

export async function main(given: z.input<typeof settings> = {}) {
  const { epochs, seed, labels, verbose } = settings.parse(given);
  // the article sets no seed; with one, the numbers are Keras' own
  utils.set_random_seed(seed);
  np.random.seed(seed);

  // create sample data
  const X = np.random.randn(1000, 10).astype('float32');
  let y = np.random.randint(0, 2, [1000, 1]).astype('float32');
  if (labels === 'rule') y = X.sum({ axis: 1, keepdims: true }).gt(0).astype('float32');

  // define model
  const model = new models.Sequential([
    new layers.Dense(5, { activation: 'relu', input_shape: [10] }),
    new layers.Dense(1, { activation: 'sigmoid' }),
  ]);

  // compile model
  model.compile({ optimizer: new optimizers.Adam(0.001), loss: 'binary_crossentropy', metrics: ['accuracy'] });

  // train model
  const history = await model.fit(X, y, { epochs, batch_size: 32, verbose });

  // print results
  const { loss: losses, accuracy: accuracies } = history.history as { loss: number[]; accuracy: number[] };
  losses.forEach((loss, i) => {
    console.log(`Epoch ${i + 1}, Loss: ${f(loss, '.4f')}, Accuracy: ${f(accuracies[i], '.4f')}`);
  });
  return { losses, accuracies };
}
