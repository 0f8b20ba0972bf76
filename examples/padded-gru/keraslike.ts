import { layers, models, utils } from '@stele/keraslike';
import * as tf from '@stele/tflow';
import { z } from 'zod';

export const settings = z.strictObject({ seed: z.int().default(42) });

// not in the article, which has PyTorch alone: Keras takes a mask where PyTorch packs
class DynamicRNN extends models.Model {
  rnn = new layers.GRU(20);
  fc = new layers.Dense(1);

  override call(x: tf.Tensor, { mask }: { mask?: tf.Tensor } = {}): tf.Tensor {
    return this.fc(this.rnn(x, { mask: mask ?? null })) as tf.Tensor;
  }
}

export function main(given: z.input<typeof settings> = {}) {
  // with a seed, the numbers are Keras' own
  const { seed } = settings.parse(given);
  utils.set_random_seed(seed);
  tf.random.set_seed(seed);

  const batch_size = 3;
  const max_seq_len = 5;
  const feature_dim = 10;

  const seq_lengths = tf.constant([5, 3, 4]);
  const x = tf.random.normal([batch_size, max_seq_len, feature_dim]);
  const mask = tf.less(tf.range(max_seq_len), tf.reshape(seq_lengths, [-1, 1]));

  const model = new DynamicRNN();
  const output = model(x, { mask }) as tf.Tensor;
  console.log(`Output shape: ${output.shape}`);
  return { model, x, seq_lengths, output };
}
