import * as tf from '@stele/tflow';
import { z } from 'zod';

export const settings = z.strictObject({ seed: z.int().default(42) });

/** Weights as Keras starts them: uniform within sqrt(6 / (inputs + outputs)). */
function glorot(inputs: number, outputs: number): tf.Tensor {
  const limit = Math.sqrt(6 / (inputs + outputs));
  return tf.random.uniform([inputs, outputs], { minval: -limit, maxval: limit });
}

// the network of the article's Keras pane, with the layers written out
class SimpleNN extends tf.Module {
  w1 = new tf.Variable(glorot(10, 5));
  b1 = new tf.Variable(tf.zeros([5]));
  w2 = new tf.Variable(glorot(5, 1));
  b2 = new tf.Variable(tf.zeros([1]));

  call(x: tf.Tensor): tf.Tensor {
    x = tf.nn.relu(tf.matmul(x, this.w1).add(this.b1));
    x = tf.sigmoid(tf.matmul(x, this.w2).add(this.b2));
    return x;
  }
}

export function main(given: z.input<typeof settings> = {}) {
  tf.random.set_seed(settings.parse(given).seed);

  const model = new SimpleNN();
  const input_data = tf.random.normal([3, 10]);
  const output = model.call(input_data);
  console.log(`Model output shape: ${output.shape}`);
  console.log(`Sample output: ${output.numpy()}`);
  return { model, output };
}
