import { layers, models, utils } from '@stele/keraslike';
import { mnist } from '@stele/keraslike/datasets';
import { type History, plotLosses, type Settings, settings } from './settings';

export { settings };

const { Conv2D, Dense, Flatten, MaxPooling2D } = layers;
const { Sequential } = models;
const { to_categorical } = utils;

/** The article's network: 9,467,274 parameters, most of them in the first dense layer. */
export function build() {
  const model = new Sequential();
  model.add(new Conv2D(32, [3, 3], { input_shape: [28, 28, 1], activation: 'relu' }));
  model.add(new Conv2D(64, [3, 3], { activation: 'relu' }));
  model.add(new MaxPooling2D([2, 2]));
  model.add(new Flatten());
  model.add(new Dense(1024, { activation: 'relu' }));
  model.add(new Dense(10, { activation: 'softmax' }));
  return model;
}

export async function main(given: Settings = {}) {
  const { data, epochs, samples, seed, out, verbose } = settings.parse(given);
  utils.set_random_seed(seed);

  // the article's text lost this line
  const [train, test] = await mnist.load_data(data === undefined ? {} : { root: data });
  const part = (a: (typeof train)[number]) => (samples === undefined ? a : a.at({ stop: samples }));
  let [x_train, y_train] = train.map(part) as [(typeof train)[0], (typeof train)[1]];
  let [x_test, y_test] = test.map(part) as [(typeof test)[0], (typeof test)[1]];

  // reshaping and one hot encoding
  x_train = x_train.reshape(x_train.shape[0]!, 28, 28, 1);
  x_test = x_test.reshape(x_test.shape[0]!, 28, 28, 1);
  y_train = to_categorical(y_train, 10);
  y_test = to_categorical(y_test, 10);
  // scaling
  x_train = x_train.astype('float32');
  x_test = x_test.astype('float32');
  x_train = x_train.div(255.0);
  x_test = x_test.div(255.0);

  const model = build();

  // compile
  model.compile({ optimizer: 'sgd', loss: 'categorical_crossentropy', metrics: ['accuracy'] });

  // training; in the article this line is swallowed by a comment
  const history = await model.fit(x_train, y_train, { validation_split: 0.3, epochs, verbose });

  // a few minutes of work deserve a look at the images that the article prepares but does not use
  const [test_loss, test_accuracy] = (await model.evaluate(x_test, y_test, { verbose: 0 })) as number[];
  console.log(`Test loss: ${test_loss!.toFixed(4)}, test accuracy: ${(100 * test_accuracy!).toFixed(1)}%`);

  const losses = history.history as unknown as History;
  const file = plotLosses("TensorFlow model's loss curve", losses, out, 'keraslike.svg');
  return { model, history: losses, test_loss: test_loss!, test_accuracy: test_accuracy!, file };
}
