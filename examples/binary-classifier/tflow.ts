import { np } from '@stele/core/numpy';
import { f } from '@stele/core/printing';
import { losses as kerasLosses, optimizers } from '@stele/keraslike';
import * as tf from '@stele/tflow';
import { z } from 'zod';

export const settings = z.strictObject({
  epochs: z.int().positive().default(5),
  seed: z.int().default(42),
  /** The article's labels are random: there is nothing to learn. `rule` labels by the sign of the sum. */
  labels: z.enum(['random', 'rule']).default('random'),
});

function glorot(inputs: number, outputs: number): tf.Tensor {
  const limit = Math.sqrt(6 / (inputs + outputs));
  return tf.random.uniform([inputs, outputs], { minval: -limit, maxval: limit });
}

class Classifier extends tf.Module {
  w1 = new tf.Variable(glorot(10, 5));
  b1 = new tf.Variable(tf.zeros([5]));
  w2 = new tf.Variable(glorot(5, 1));
  b2 = new tf.Variable(tf.zeros([1]));

  call(x: tf.Tensor): tf.Tensor {
    const hidden = tf.nn.relu(tf.matmul(x, this.w1).add(this.b1));
    return tf.sigmoid(tf.matmul(hidden, this.w2).add(this.b2));
  }
}

// not in the article: what its `compile` and `fit` do, written out
export function main(given: z.input<typeof settings> = {}) {
  const { epochs, seed, labels } = settings.parse(given);
  tf.random.set_seed(seed);
  np.random.seed(seed);

  const X = np.random.randn(1000, 10).astype('float32');
  let y = np.random.randint(0, 2, [1000, 1]).astype('float32');
  if (labels === 'rule') y = X.sum({ axis: 1, keepdims: true }).gt(0).astype('float32');
  const dataset = tf.data.Dataset.from_tensor_slices([X, y]).shuffle(1000).batch(32);

  const model = new Classifier();
  const loss_fn = new kerasLosses.BinaryCrossentropy();
  const optimizer = new optimizers.Adam(0.001);
  const variables = model.trainable_variables;

  const losses: number[] = [];
  for (let epoch = 0; epoch < epochs; epoch++) {
    let total = 0;
    let items = 0;
    for (const [batch_X, batch_y] of dataset) {
      const [tape, loss] = tf.GradientTape.record(() => loss_fn(batch_y, model.call(batch_X)) as tf.Tensor);
      const gradients = tape.gradient(loss, variables);
      optimizer.apply_gradients(gradients.map((g, i) => [g, variables[i]!] as const));
      total += Number(loss.numpy()) * batch_X.sizes[0];
      items += batch_X.sizes[0];
    }
    // weighted by batch size, as Keras prints it
    losses.push(total / items);
    console.log(`Epoch ${epoch + 1}, Loss: ${f(total / items, '.4f')}`);
  }
  return { losses };
}
