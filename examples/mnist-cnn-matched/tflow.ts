import type { NDArray } from '@stele/core/numpy';
import { tf } from '@stele/tflow';
import { flat, loadData, type Outcome, plotLosses, report, type Settings, settings, startWeights } from './matched';

export { settings };

export async function main(given: Settings = {}): Promise<Outcome> {
  const parsed = settings.parse(given);
  const { epochs, batch_size, learning_rate, out } = parsed;
  const { x_train, y_train, x_val, y_val } = await loadData(parsed);
  const images = (x: NDArray) => tf.constant(x.reshape(-1, 28, 28, 1));

  const variables = startWeights(parsed).map((value) => new tf.Variable(value));
  const model = (x: tf.Tensor): tf.Tensor => {
    const [k1, b1, k2, b2, w1, b3, w2, b4] = variables as [
      tf.Variable,
      tf.Variable,
      tf.Variable,
      tf.Variable,
      tf.Variable,
      tf.Variable,
      tf.Variable,
      tf.Variable,
    ];
    x = tf.nn.relu(tf.nn.bias_add(tf.nn.conv2d(x, k1, 1, 'VALID'), b1));
    x = tf.nn.relu(tf.nn.bias_add(tf.nn.conv2d(x, k2, 1, 'VALID'), b2));
    x = tf.nn.max_pool2d(x, 2, 2, 'VALID');
    x = tf.reshape(x, [-1, flat]);
    x = tf.nn.relu(tf.add(tf.matmul(x, w1), b3));
    return tf.add(tf.matmul(x, w2), b4);
  };
  const loss_of = (x: tf.Tensor, y: tf.Tensor): tf.Tensor =>
    tf.reduce_mean(tf.nn.sparse_softmax_cross_entropy_with_logits(y, model(x)));

  const train_step = tf.function((x: tf.Tensor, y: tf.Tensor) => {
    const [tape, loss] = tf.GradientTape.record(() => loss_of(x, y));
    tape.gradient(loss, variables).forEach((grad, i) => {
      variables[i]!.assign_sub(tf.multiply(learning_rate, grad));
    });
    return loss;
  });
  const test_step = tf.function(loss_of);

  const batches = (x: NDArray, y: NDArray) =>
    tf.data.Dataset.from_tensor_slices([images(x), tf.constant(y)]).batch(batch_size);
  /** The mean loss over batches. */
  const run = (dataset: ReturnType<typeof batches>, step: typeof train_step): number => {
    let [sum, items] = [0, 0];
    for (const [x, y] of dataset as Iterable<[tf.Tensor, tf.Tensor]>) {
      sum += Number(step(x, y).item()) * x.sizes[0]!;
      items += x.sizes[0]!;
    }
    return sum / items;
  };

  const outputs = (): number[] => tf.reshape(model(images(x_val.at({ stop: 8 }))), [-1]).tolist() as number[];
  const before = outputs();
  const [loss, val_loss]: [number[], number[]] = [[], []];
  for (let epoch = 1; epoch <= epochs; epoch++) {
    loss.push(run(batches(x_train, y_train), train_step));
    val_loss.push(run(batches(x_val, y_val), test_step));
    report(epoch, epochs, loss.at(-1)!, val_loss.at(-1)!);
  }
  const file = plotLosses('TensorFlow, everything equal', { loss, val_loss }, out, 'tflow.svg');
  return { loss, val_loss, before, after: outputs(), file };
}
