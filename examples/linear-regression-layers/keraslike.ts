import { layers, Model, optimizers, type TensorLike, utils } from '@stele/keraslike';
import { z } from 'zod';
import { linearData } from '../linear-data/data';

export const settings = z.strictObject({
  epochs: z.int().positive().default(500),
  learning_rate: z.number().positive().default(0.001),
  // the article fits by MAE and runs its other loops by MSE: their lines are near each other, not equal
  loss: z.string().default('mean_absolute_error'),
  seed: z.int().default(0),
  verbose: z.int().min(0).max(2).default(1),
});

export class LinearRegression extends Model {
  dense = new layers.Dense(1, { activation: null });

  override call(x: TensorLike) {
    return this.dense(x);
  }
}

export async function main(given: z.input<typeof settings> = {}) {
  const { epochs, learning_rate, loss, seed, verbose } = settings.parse(given);
  const points = linearData();
  // Keras 2 made columns of the article's vectors; Keras 3 asks for two dimensions
  const x = points.x.reshape(-1, 1);
  const y = points.y.reshape(-1, 1);

  utils.set_random_seed(seed);
  const model = new LinearRegression();
  model.compile({ optimizer: new optimizers.SGD({ learning_rate }), loss });
  const history = await model.fit(x, y, { epochs, batch_size: 200, verbose });

  const [w, b] = model.get_weights().map((weights) => Number(weights.item())) as [number, number];
  return { w, b, losses: history.history['loss']!, model };
}
