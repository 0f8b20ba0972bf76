import type { NDArray } from '@stele/core/numpy';
import { mnist } from '@stele/keraslike/datasets';
import { tf } from '@stele/tflow';
import { type History, plotLosses, type Settings, settings } from './settings';

export { settings };

/** The Keras network of the article, written out: what its layers do, on variables of one's own. */
export class CNNModel extends tf.Module {
  conv1: readonly [tf.Variable, tf.Variable];
  conv2: readonly [tf.Variable, tf.Variable];
  dense1: readonly [tf.Variable, tf.Variable];
  dense2: readonly [tf.Variable, tf.Variable];

  constructor() {
    super();
    const initializer = new tf.initializers.GlorotUniform();
    const weights = (...shape: number[]) =>
      [new tf.Variable(initializer(shape)), new tf.Variable(tf.zeros([shape.at(-1)!]))] as const;
    this.conv1 = weights(3, 3, 1, 32);
    this.conv2 = weights(3, 3, 32, 64);
    this.dense1 = weights(9216, 1024);
    this.dense2 = weights(1024, 10);
  }

  /** Logits: the softmax is part of the loss. */
  call(x: tf.Tensor): tf.Tensor {
    x = tf.nn.relu(tf.nn.bias_add(tf.nn.conv2d(x, this.conv1[0], 1, 'VALID'), this.conv1[1]));
    x = tf.nn.relu(tf.nn.bias_add(tf.nn.conv2d(x, this.conv2[0], 1, 'VALID'), this.conv2[1]));
    x = tf.nn.max_pool2d(x, 2, 2, 'VALID');
    x = tf.reshape(x, [-1, 9216]);
    x = tf.nn.relu(tf.add(tf.matmul(x, this.dense1[0]), this.dense1[1]));
    return tf.add(tf.matmul(x, this.dense2[0]), this.dense2[1]);
  }
}

const loss_of = (labels: tf.Tensor, logits: tf.Tensor): tf.Tensor =>
  tf.reduce_mean(tf.nn.softmax_cross_entropy_with_logits(labels, logits));
const correct_of = (labels: tf.Tensor, logits: tf.Tensor): tf.Tensor =>
  tf.reduce_sum(tf.cast(tf.equal(tf.argmax(labels, 1), tf.argmax(logits, 1)), tf.float32));

export async function main(given: Settings = {}) {
  const { data, epochs, samples, seed, out } = settings.parse(given);
  tf.keras.utils.set_random_seed(seed);

  const [[images, labels]] = await mnist.load_data(data === undefined ? {} : { root: data });
  const part = (a: NDArray): NDArray => (samples === undefined ? a : a.at({ stop: samples }));
  const x = part(images).reshape(-1, 28, 28, 1).astype('float32').div(255.0);
  const y = tf.one_hot(tf.constant(part(labels), tf.int32), 10).numpy();
  // the last 30 % are for validation, as `validation_split=0.3` has it
  const cut = Math.floor(x.shape[0]! * 0.7);
  const { Dataset } = tf.data;
  const train = Dataset.from_tensor_slices([x.at({ stop: cut }), y.at({ stop: cut })])
    .shuffle(cut)
    .batch(32);
  const validation = Dataset.from_tensor_slices([x.at({ start: cut }), y.at({ start: cut })]).batch(32);

  const model = new CNNModel();
  const train_step = tf.function((x: tf.Tensor, y: tf.Tensor) => {
    const [tape, [loss, logits]] = tf.GradientTape.record(() => {
      const logits = model.call(x);
      return [loss_of(y, logits), logits] as const;
    });
    const grads = tape.gradient(loss, model.trainable_variables);
    model.trainable_variables.forEach((variable, i) => {
      variable.assign_sub(tf.multiply(0.01, grads[i]!));
    });
    return [loss, correct_of(y, logits)] as const;
  });
  const test_step = tf.function((x: tf.Tensor, y: tf.Tensor) => {
    const logits = model.call(x);
    return [loss_of(y, logits), correct_of(y, logits)] as const;
  });

  /** Mean loss and accuracy over a data set. */
  const run = (dataset: typeof train, step: typeof train_step, epoch: number) => {
    let [loss_sum, correct, items, batch] = [0, 0, 0, 0];
    for (const [x_batch, y_batch] of dataset as Iterable<[tf.Tensor, tf.Tensor]>) {
      const [loss, right] = step(x_batch, y_batch);
      const n = x_batch.sizes[0]!;
      loss_sum += Number(loss.item()) * n;
      correct += Number(right.item());
      items += n;
      if (step === train_step && ++batch % 100 === 0)
        console.log(`Epoch ${epoch}/${epochs} - batch ${batch} - loss: ${(loss_sum / items).toFixed(4)}`);
    }
    return { loss: loss_sum / items, accuracy: correct / items };
  };

  const history = { loss: [], accuracy: [], val_loss: [], val_accuracy: [] } as Record<keyof History, number[]>;
  for (let epoch = 1; epoch <= epochs; epoch++) {
    const trained = run(train, train_step, epoch);
    const tested = run(validation, test_step, epoch);
    history.loss.push(trained.loss);
    history.accuracy.push(trained.accuracy);
    history.val_loss.push(tested.loss);
    history.val_accuracy.push(tested.accuracy);
    console.log(
      `Epoch ${epoch}/${epochs} - loss: ${trained.loss.toFixed(4)} - accuracy: ${trained.accuracy.toFixed(4)} - val_loss: ${tested.loss.toFixed(4)} - val_accuracy: ${tested.accuracy.toFixed(4)}`,
    );
  }

  const file = plotLosses('The same network on raw variables', history, out, 'tflow.svg');
  return { model, history: history as History, file };
}
