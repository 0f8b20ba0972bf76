import * as tf from '@stele/tflow';
import { z } from 'zod';

export const settings = z.strictObject({ seed: z.int().default(42) });

const uniform = (shape: readonly number[], limit: number): tf.Variable =>
  new tf.Variable(tf.random.uniform(shape, { minval: -limit, maxval: limit }));

// not in the article: what nn.GRU computes, gates in the order reset, update, new; a mask stands for the packing
class DynamicRNN extends tf.Module {
  w = uniform([10, 60], 1 / Math.sqrt(20));
  u = uniform([20, 60], 1 / Math.sqrt(20));
  bw = uniform([60], 1 / Math.sqrt(20));
  bu = uniform([60], 1 / Math.sqrt(20));
  fc = uniform([20, 1], 1 / Math.sqrt(20));
  bfc = uniform([1], 1 / Math.sqrt(20));

  hidden(x: tf.Tensor, seq_lengths: tf.Tensor): tf.Tensor {
    let h = tf.zeros([x.sizes[0]!, 20]);
    tf.unstack(x, { axis: 1 }).forEach((xt, t) => {
      const [xr, xz, xn] = tf.split(tf.matmul(xt, this.w).add(this.bw), 3, 1) as [tf.Tensor, tf.Tensor, tf.Tensor];
      const [hr, hz, hn] = tf.split(tf.matmul(h, this.u).add(this.bu), 3, 1) as [tf.Tensor, tf.Tensor, tf.Tensor];
      const r = tf.sigmoid(xr.add(hr));
      const z = tf.sigmoid(xz.add(hz));
      const n = tf.tanh(xn.add(r.mul(hn)));
      const next = z.mul(h).add(tf.subtract(1, z).mul(n));
      // a sequence that has ended keeps its state
      h = tf.where(tf.reshape(tf.greater(seq_lengths, t), [-1, 1]), next, h);
    });
    return h;
  }
  call(x: tf.Tensor, seq_lengths: tf.Tensor): tf.Tensor {
    return tf.matmul(this.hidden(x, seq_lengths), this.fc).add(this.bfc);
  }
}

export function main(given: z.input<typeof settings> = {}) {
  tf.random.set_seed(settings.parse(given).seed);

  const batch_size = 3;
  const max_seq_len = 5;
  const feature_dim = 10;

  const seq_lengths = tf.constant([5, 3, 4]);
  const x = tf.random.normal([batch_size, max_seq_len, feature_dim]);

  const model = new DynamicRNN();
  const output = model.call(x, seq_lengths);
  console.log(`Output shape: ${output.shape}`);
  return { model, x, seq_lengths, output };
}
