import type { NDArray } from '@stele/core/numpy';
import { mnist } from '@stele/keraslike/datasets';
import { tf } from '@stele/tflow';
import { announcer, type Outcome, report, type Settings, settings } from './settings';

export { settings };

/** A dense network on variables of one's own. */
class Network extends tf.Module {
  w1: tf.Variable;
  b1 = new tf.Variable(tf.zeros([128]));
  w2: tf.Variable;
  b2 = new tf.Variable(tf.zeros([10]));

  constructor() {
    super();
    const initializer = new tf.initializers.GlorotUniform();
    this.w1 = new tf.Variable(initializer([784, 128]));
    this.w2 = new tf.Variable(initializer([128, 10]));
  }
  call(x: tf.Tensor, training: boolean): tf.Tensor {
    x = tf.reshape(x, [-1, 784]);
    x = tf.nn.relu(tf.add(tf.matmul(x, this.w1), this.b1));
    if (training) {
      // dropout: a fifth of the values, the rest grows by as much
      const kept = tf.cast(tf.greater_equal(tf.random.uniform(tf.shape(x)), 0.2), tf.float32);
      x = tf.multiply(tf.divide(x, 0.8), kept);
    }
    return tf.add(tf.matmul(x, this.w2), this.b2);
  }
}

export async function main(given: Settings = {}): Promise<Outcome> {
  const { data, epochs, batch_size, learning_rate, seed } = settings.parse(given);
  tf.keras.utils.set_random_seed(seed);
  const step = announcer();

  step();
  const [train, test] = await mnist.load_data(data === undefined ? {} : { root: data });
  console.log(`   ${train[0].shape[0]} images for training, ${test[0].shape[0]} for the test`);

  step();
  const batches = (images: NDArray, labels: NDArray, shuffle: boolean) => {
    const all = tf.data.Dataset.from_tensor_slices([
      tf.divide(tf.cast(tf.constant(images), tf.float32), 255.0),
      tf.cast(tf.constant(labels), tf.int32),
    ]);
    return (shuffle ? all.shuffle(images.shape[0]!) : all).batch(batch_size);
  };
  const train_dataset = batches(...train, true);
  const test_dataset = batches(...test, false);

  step();
  const model = new Network();
  console.log(`   ${model.trainable_variables.reduce((sum, v) => sum + v.elementCount, 0)} parameters`);

  step();
  const loss_fn = (y: tf.Tensor, logits: tf.Tensor): tf.Tensor =>
    tf.reduce_mean(tf.nn.sparse_softmax_cross_entropy_with_logits(y, logits));
  const optimizer = new tf.optimizers.Adam(learning_rate);

  step();
  const correct = (y: tf.Tensor, logits: tf.Tensor): tf.Tensor =>
    tf.reduce_sum(tf.cast(tf.equal(tf.cast(y, tf.int64), tf.argmax(logits, 1)), tf.float32));

  const train_step = tf.function((x: tf.Tensor, y: tf.Tensor) => {
    const [tape, [loss, logits]] = tf.GradientTape.record(() => {
      const logits = model.call(x, true);
      return [loss_fn(y, logits), logits] as const;
    });
    const variables = model.trainable_variables;
    const grads = tape.gradient(loss, variables);
    optimizer.apply_gradients(variables.map((variable, i) => [grads[i]!, variable]));
    return [loss, correct(y, logits)] as const;
  });
  const test_step = tf.function((x: tf.Tensor, y: tf.Tensor) => {
    const logits = model.call(x, false);
    return [loss_fn(y, logits), correct(y, logits)] as const;
  });
  const run = (dataset: typeof train_dataset, take: typeof train_step) => {
    let [loss_sum, right, items] = [0, 0, 0];
    for (const [x, y] of dataset as Iterable<[tf.Tensor, tf.Tensor]>) {
      const [loss, hits] = take(x, y);
      loss_sum += Number(loss.item()) * x.sizes[0]!;
      right += Number(hits.item());
      items += x.sizes[0]!;
    }
    return { loss: loss_sum / items, accuracy: right / items };
  };

  step();
  for (let epoch = 1; epoch <= epochs; epoch++) {
    const { loss, accuracy } = run(train_dataset, train_step);
    console.log(`   Epoch ${epoch}/${epochs} - accuracy: ${accuracy.toFixed(4)} - loss: ${loss.toFixed(4)}`);
  }

  step();
  const outcome = { train: run(train_dataset, test_step), test: run(test_dataset, test_step) };
  report(outcome);
  return outcome;
}
