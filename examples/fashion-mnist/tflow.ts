import { readFileSync } from 'node:fs';
import { readSafetensors, writeSafetensors } from '@stele/core/formats/safetensors';
import { writeFileAtomic } from '@stele/core/node';
import { NDArray } from '@stele/core/numpy';
import { f } from '@stele/core/printing';
import * as tf from '@stele/tflow';
import { outputFile } from '../output';
import { imageToPredict } from './image';
import { _get_data } from './keraslike';
import { existing } from './ready';
import { labels_map, type Outcome, type Parsed, type Settings, settings } from './settings';
import { readWeights } from './weights';

// the article's TensorFlow and Keras versions load the data in the same lines
export { _get_data, settings };

/**
 * Neural network that classifies Fashion-MNIST images. The article extends keras.Model, which found the variables in
 * Keras 2; in Keras 3 its `trainable_variables` stay empty, so this extends tf.Module, which finds them.
 */
export class NeuralNetwork extends tf.Module {
  w1: tf.Variable;
  b1: tf.Variable;
  w2: tf.Variable;
  b2: tf.Variable;

  constructor() {
    super();
    const initializer = new tf.keras.initializers.GlorotUniform();
    this.w1 = new tf.Variable(initializer([784, 20]));
    this.b1 = new tf.Variable(tf.zeros([20]));
    this.w2 = new tf.Variable(initializer([20, 10]));
    this.b2 = new tf.Variable(tf.zeros([10]));
  }

  call(x: tf.Tensor, _options: { training: boolean }): tf.Tensor {
    // what a Keras model does with floats on entry: the article's loops hand in float64, which matmul refuses
    x = tf.cast(x, tf.float32);
    x = tf.reshape(x, [-1, 784]);
    x = tf.matmul(x, this.w1).add(this.b1);
    x = tf.nn.relu(x);
    x = tf.matmul(x, this.w2).add(this.b2);
    return x;
  }

  /** The weights in Stele's form, by name. */
  save_weights(path: string): void {
    const { w1, b1, w2, b2 } = this;
    writeFileAtomic(path, writeSafetensors(Object.entries({ w1, b1, w2, b2 }).map(([name, v]) => [name, v.numpy()])));
  }
  load_weights(path: string): void {
    const { tensors } = readSafetensors(readFileSync(path));
    for (const name of ['w1', 'b1', 'w2', 'b2'] as const) this[name].assign(new NDArray(tensors.get(name)!));
  }
}

type LossFn = InstanceType<typeof tf.keras.losses.SparseCategoricalCrossentropy>;
type Optimizer = InstanceType<typeof tf.optimizers.SGD>;
type Batches = Awaited<ReturnType<typeof _get_data>>[number];

/** Trains on one minibatch (backpropagation); traced once, so no breakpoint stops in it. */
export const _fit_one_batch = tf.function(
  (x: tf.Tensor, y: tf.Tensor, model: NeuralNetwork, loss_fn: LossFn, optimizer: Optimizer): [tf.Tensor, tf.Tensor] => {
    const tape = new tf.GradientTape();
    const [y_prime, loss] = tape.with(() => {
      const y_prime = model.call(x, { training: true });
      return [y_prime, loss_fn(y, y_prime) as tf.Tensor];
    });

    const grads = tape.gradient(loss, model.trainable_variables);
    optimizer.apply_gradients(grads.map((g, i) => [g, model.trainable_variables[i]!]));

    return [y_prime, loss];
  },
);

/** Running sums over an epoch. */
class Sums {
  loss = 0;
  mean = 0;
  correct = 0;
  items = 0;

  add(x: tf.Tensor, y: tf.Tensor, y_prime: tf.Tensor, loss: tf.Tensor): void {
    this.correct += Number(tf.math.argmax(y_prime, 1).eq(y).numpy().sum());
    this.loss += Number(loss.numpy());
    this.mean += Number(loss.numpy()) * x.shape[0]!;
    this.items += x.shape[0]!;
  }
  get accuracy(): number {
    return this.correct / this.items;
  }
  /** The article adds up the batches' means and divides by the items: about 1/64 of the mean loss, kept as printed. */
  get average_loss(): number {
    return this.loss / this.items;
  }
  get mean_loss(): number {
    return this.mean / this.items;
  }
}

/** Trains the model for one epoch. */
export function _fit(dataset: Batches, model: NeuralNetwork, loss_fn: LossFn, optimizer: Optimizer): Sums {
  const sums = new Sums();

  // for printing only
  const batch_count = dataset.length;
  const print_every = 100;

  let batch_index = 0;
  for (let [x, y] of dataset) {
    x = tf.cast(x, tf.float64);
    y = tf.cast(y, tf.int64);

    const [y_prime, loss] = _fit_one_batch(x, y, model, loss_fn, optimizer);
    sums.add(x, y, y_prime, loss);

    batch_index++;
    if (batch_index % print_every === 0 || batch_index === batch_count)
      console.log(
        f`[Batch ${[batch_index, '>3d']} - ${[sums.items, '>5d']} items] loss: ${[sums.average_loss, '>7f']}, accuracy: ${[sums.accuracy * 100, '>0.1f']}%`,
      );
  }
  return sums;
}

/** Evaluates one minibatch. */
export const _evaluate_one_batch = tf.function(
  (x: tf.Tensor, y: tf.Tensor, model: NeuralNetwork, loss_fn: LossFn): [tf.Tensor, tf.Tensor] => {
    const y_prime = model.call(x, { training: false });
    const loss = loss_fn(y, y_prime) as tf.Tensor;
    return [y_prime, loss];
  },
);

/** Evaluates the model on the whole data set once. */
export function _evaluate(dataset: Batches, model: NeuralNetwork, loss_fn: LossFn): Sums {
  const sums = new Sums();

  for (let [x, y] of dataset) {
    x = tf.cast(x, tf.float64);
    y = tf.cast(y, tf.int64);

    const [y_prime, loss] = _evaluate_one_batch(x, y, model, loss_fn);
    sums.add(x, y, y_prime, loss);
  }
  return sums;
}

export const weightsPath = (out: string | undefined): string => outputFile('fashion-mnist', out, 'weights.safetensors');

/** Trains the model for a number of epochs, and saves it. */
export async function training_phase(given: Parsed): Promise<Outcome> {
  const { learning_rate, epochs, seed } = given;
  tf.keras.utils.set_random_seed(seed);
  const [train_dataset, test_dataset] = await _get_data(given);

  const model = new NeuralNetwork();

  const loss_fn = new tf.keras.losses.SparseCategoricalCrossentropy({ from_logits: true });
  const optimizer = new tf.optimizers.SGD(learning_rate);

  console.log('\n***Training***');
  const t_begin = performance.now();

  for (let epoch = 0; epoch < epochs; epoch++) {
    console.log(`\nEpoch ${epoch + 1}\n-------------------------------`);
    const train = _fit(train_dataset, model, loss_fn, optimizer);
    console.log(
      f`Train loss: ${[train.average_loss, '>8f']}, train accuracy: ${[train.accuracy * 100, '>0.1f']}% (mean loss: ${[train.mean_loss, '>8f']})`,
    );
  }

  const t_elapsed = (performance.now() - t_begin) / 1000;
  console.log(f`\nTime per epoch: ${[t_elapsed / epochs, '>.3f']} sec`);

  console.log('\n***Evaluating***');
  const test = _evaluate(test_dataset, model, loss_fn);
  console.log(
    f`Test loss: ${[test.average_loss, '>8f']}, test accuracy: ${[test.accuracy * 100, '>0.1f']}% (mean loss: ${[test.mean_loss, '>8f']})`,
  );

  model.save_weights(weightsPath(given.out));
  return { accuracy: test.accuracy, test_loss: test.average_loss, mean_loss: test.mean_loss };
}

/** Makes a prediction for input x. */
export const _predict = tf.function((model: NeuralNetwork, x: tf.Tensor): tf.Tensor => {
  const y_prime = model.call(x, { training: false });
  const probabilities = tf.nn.softmax(y_prime, { axis: 1 });
  const predicted_indices = tf.math.argmax(probabilities, { axis: 1 });
  return predicted_indices;
});

/** The network with the weights that training saved, or those of a given file. */
export function load_network({ weights, out }: Pick<Parsed, 'weights' | 'out'>): NeuralNetwork {
  const model = new NeuralNetwork();
  if (weights === undefined) model.load_weights(existing(weightsPath(out)));
  else {
    const [w1, b1, w2, b2] = readWeights(existing(weights));
    model.w1.assign(w1);
    model.b1.assign(b1);
    model.w2.assign(w2);
    model.b2.assign(b2);
  }
  return model;
}

/** Makes a prediction for a local image. */
export async function inference_phase(given: Parsed): Promise<Outcome> {
  console.log('\n***Predicting***');

  const model = load_network(given);

  const image = await imageToPredict(given);
  const x = image.reshape([-1, 28, 28]).div(255.0);

  const predicted_index = Number(_predict(model, tf.constant(x)).numpy().get(0));
  const predicted_name = labels_map[predicted_index]!;

  console.log(`Predicted class: ${predicted_name}`);
  return { predicted: predicted_name };
}

export async function main(given: Settings = {}): Promise<Outcome> {
  const parsed = settings.parse(given);
  const trained = parsed.phase === 'inference' ? {} : await training_phase(parsed);
  const predicted = parsed.phase === 'training' ? {} : await inference_phase(parsed);
  return { ...trained, ...predicted };
}
