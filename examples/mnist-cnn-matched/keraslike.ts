import { toNumbers } from '@stele/core';
import { callbacks, layers, losses, models, optimizers } from '@stele/keraslike';
import { loadData, type Outcome, plotLosses, report, type Settings, settings, startWeights } from './matched';

export { settings };

export async function main(given: Settings = {}): Promise<Outcome> {
  const parsed = settings.parse(given);
  const { epochs, batch_size, learning_rate, hidden, out } = parsed;
  const { x_train, y_train, x_val, y_val } = await loadData(parsed);
  const images = (x: typeof x_train) => x.reshape(-1, 28, 28, 1);

  const model = new models.Sequential([
    new layers.Conv2D(32, [3, 3], { input_shape: [28, 28, 1], activation: 'relu' }),
    new layers.Conv2D(64, [3, 3], { activation: 'relu' }),
    new layers.MaxPooling2D([2, 2]),
    new layers.Flatten(),
    new layers.Dense(hidden, { activation: 'relu' }),
    new layers.Dense(10),
  ]);
  model.set_weights(startWeights(parsed));
  model.compile({
    optimizer: new optimizers.SGD(learning_rate),
    loss: new losses.SparseCategoricalCrossentropy({ from_logits: true }),
  });

  const outputs = () => toNumbers(model(images(x_val.at({ stop: 8 }))));
  const before = outputs();
  class Report extends callbacks.Callback {
    override on_epoch_end(epoch: number, logs: Record<string, number> = {}): void {
      report(epoch + 1, epochs, logs['loss']!, logs['val_loss']!);
    }
  }
  const { history } = await model.fit(images(x_train), y_train, {
    batch_size,
    epochs,
    shuffle: false,
    validation_data: [images(x_val), y_val],
    validation_batch_size: batch_size,
    callbacks: [new Report()],
    verbose: 0,
  });
  const curves = { loss: history['loss']!, val_loss: history['val_loss']! };
  const file = plotLosses('Keras, everything equal', curves, out, 'keraslike.svg');
  return { ...curves, before, after: outputs(), file };
}
