import { np } from '@stele/core/numpy';
import { f } from '@stele/core/printing';
import { layers, losses, Model, models, optimizers, type TensorLike, utils } from '@stele/keraslike';
import { fashion_mnist } from '@stele/keraslike/datasets';
import * as tf from '@stele/tflow';
import { outputFile } from '../output';
import { imageToPredict } from './image';
import { existing } from './ready';
import { labels_map, type Outcome, type Parsed, type Settings, settings } from './settings';
import { readWeights } from './weights';

export { settings };

/** Reads Fashion-MNIST, and returns two Datasets that hold training and test data. */
export async function _get_data({
  data,
  batch_size,
  shuffle_items = false,
}: Pick<Parsed, 'data' | 'batch_size'> & Partial<Pick<Parsed, 'shuffle_items'>>) {
  const [[training_images, training_labels], [test_images, test_labels]] = await fashion_mnist.load_data(
    data === undefined ? {} : { root: data },
  );

  let train_dataset = tf.data.Dataset.from_tensor_slices([training_images, training_labels]);
  let test_dataset = tf.data.Dataset.from_tensor_slices([test_images, test_labels]);

  const scale = (image: tf.Tensor, label: tf.Tensor) => [tf.cast(image, tf.float32).div(255.0), label];
  train_dataset = train_dataset.map(scale);
  test_dataset = test_dataset.map(scale);

  // the article makes batches first and shuffles those: items never change their batch, and a window of 500 is less
  // than Fashion-MNIST's 938; `--shuffle_items` mixes all items and makes batches of them
  train_dataset = shuffle_items
    ? train_dataset.shuffle(training_images.length).batch(batch_size)
    : train_dataset.batch(batch_size).shuffle(500);
  test_dataset = test_dataset.batch(batch_size).shuffle(500);
  return [train_dataset, test_dataset] as const;
}

/** Neural network that classifies Fashion-MNIST images. */
export class NeuralNetwork extends Model {
  sequence = new models.Sequential([
    new layers.Flatten({ input_shape: [28, 28] }),
    new layers.Dense(20, { activation: 'relu' }),
    new layers.Dense(10),
  ]);

  override call(x: TensorLike) {
    const y_prime = this.sequence(x);
    return y_prime;
  }
}

// the article saves to a folder; Keras 3 asks for the ending
export const weightsPath = (out: string | undefined): string => outputFile('fashion-mnist', out, 'model.keras');

/** Trains the model for a number of epochs, and saves it. */
export async function training_phase(given: Parsed): Promise<Outcome> {
  const { learning_rate, epochs, seed } = given;
  utils.set_random_seed(seed);
  const [train_dataset, test_dataset] = await _get_data(given);

  const model = new NeuralNetwork();

  const loss_fn = new losses.SparseCategoricalCrossentropy({ from_logits: true });
  const optimizer = new optimizers.SGD(learning_rate);
  const metrics = ['accuracy'];
  // the article passes `metrics` third: Keras 3 takes the third argument for `loss_weights`
  model.compile({ optimizer, loss: loss_fn, metrics });

  console.log('\n***Training***');
  const history = await model.fit(train_dataset, { epochs, verbose: given.verbose });

  console.log('\n***Evaluating***');
  const [test_loss, test_accuracy] = await model.evaluate(test_dataset, { verbose: given.verbose });
  // the true mean, where the other two versions of the article print about 1/64 of it
  console.log(f`Test loss: ${[test_loss, '>8f']}, test accuracy: ${[test_accuracy * 100, '>0.1f']}%`);

  model.save(weightsPath(given.out));
  return { accuracy: test_accuracy, mean_loss: test_loss, history: history.history };
}

/** The model that training saved, or a new one with the weights of a given file. */
export function load_network({ weights, out }: Pick<Parsed, 'weights' | 'out'>): Model {
  if (weights === undefined)
    return models.load_model(existing(weightsPath(out)), { custom_objects: { NeuralNetwork }, compile: false });
  const model = new NeuralNetwork();
  model.set_weights(readWeights(existing(weights)));
  return model;
}

/** Makes a prediction for a local image. */
export async function inference_phase(given: Parsed): Promise<Outcome> {
  console.log('\n***Predicting***');

  const model = load_network(given);

  const image = await imageToPredict(given);
  const x = image.reshape([-1, 28, 28]).div(255.0);

  const predicted_index = Number(np.argmax(await model.predict(x, { verbose: 0 })));
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
