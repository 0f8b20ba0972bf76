import * as tf from '@stele/tflow';
import { z } from 'zod';
import { linearData } from '../linear-data/data';

export const settings = z.strictObject({
  epochs: z.int().positive().default(1500),
  learning_rate: z.number().positive().default(0.001),
  seed: z.int().default(0),
});

/** The Dense layer makes the two variables that the first version declared. */
export class LinearRegression extends tf.keras.Model {
  dense = new tf.keras.layers.Dense(1, { activation: null });

  override call(x: tf.Tensor): tf.Tensor {
    return this.dense(x) as tf.Tensor;
  }
}

export function main(given: z.input<typeof settings> = {}) {
  const { epochs, learning_rate, seed } = settings.parse(given);
  const points = linearData();
  const x = tf.constant(points.x.reshape(-1, 1));
  const y = tf.constant(points.y);

  tf.keras.utils.set_random_seed(seed);
  const model = new LinearRegression();
  const optimizer = new tf.keras.optimizers.SGD(learning_rate);
  const losses: number[] = [];

  for (let epoch = 0; epoch < epochs; epoch++) {
    const tape = new tf.GradientTape();
    const loss = tape.with(() => {
      // a vector again: against a column the loss would be one number a point, see `perPointLoss` of the first version
      const y_pred = tf.reshape(model(x), [-1]);
      // the article gives the prediction first; a squared error is the same either way
      return tf.losses.mse(y, y_pred) as tf.Tensor;
    });

    const grads = tape.gradient(loss, model.trainable_variables);
    // `apply_gradients` and `trainable_variables`: the article's text drops a letter of the one and mixes up the other
    optimizer.apply_gradients(grads.map((g, i) => [g, model.trainable_variables[i]!]));

    losses.push(Number(loss.item()));
    if (epoch % 20 === 0) console.log(`Epoch ${epoch} : Loss ${loss.item()}`);
  }
  const [w, b] = model.trainable_variables.map((v) => Number(v.numpy().item())) as [number, number];
  return { w, b, losses, model };
}
