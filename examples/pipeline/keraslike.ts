import { layers, losses, metrics, models, optimizers, utils } from '@stele/keraslike';
import { mnist } from '@stele/keraslike/datasets';
import { announcer, type Outcome, report, type Settings, settings } from './settings';

export { settings };

export async function main(given: Settings = {}): Promise<Outcome> {
  const { data, epochs, batch_size, learning_rate, seed, verbose } = settings.parse(given);
  utils.set_random_seed(seed);
  const step = announcer();

  step();
  const [train, test] = await mnist.load_data(data === undefined ? {} : { root: data });
  console.log(`   ${train[0].shape[0]} images for training, ${test[0].shape[0]} for the test`);

  step();
  const [x_train, x_test] = [train, test].map(([images]) => images.astype('float32').div(255.0)) as [
    (typeof train)[0],
    (typeof test)[0],
  ];
  const [y_train, y_test] = [train[1], test[1]];

  step();
  const model = new models.Sequential([
    new layers.Flatten({ input_shape: [28, 28] }),
    new layers.Dense(128, { activation: 'relu' }),
    new layers.Dropout(0.2),
    new layers.Dense(10),
  ]);
  console.log(`   ${model.count_params()} parameters`);

  step();
  const loss = new losses.SparseCategoricalCrossentropy({ from_logits: true });
  const optimizer = new optimizers.Adam(learning_rate);

  step();
  const metric = new metrics.SparseCategoricalAccuracy({ name: 'accuracy' });
  model.compile({ optimizer, loss, metrics: [metric] });

  step();
  await model.fit(x_train, y_train, { batch_size, epochs, verbose });

  step();
  const measured = async (x: typeof x_train, y: typeof y_train) => {
    const [loss, accuracy] = (await model.evaluate(x, y, { verbose: 0 })) as [number, number];
    return { loss, accuracy };
  };
  const outcome = { train: await measured(x_train, y_train), test: await measured(x_test, y_test) };
  report(outcome);
  return outcome;
}
