import { np } from '@stele/core/numpy';
import { Callback, callbacks, layers, models, optimizers, utils } from '@stele/keraslike';
import { z } from 'zod';

export const settings = z.strictObject({ seed: z.int().default(0), epochs: z.int().positive().default(200) });

/** Looks on while `fit` runs. */
class Watch extends Callback {
  readonly losses: number[] = [];

  override on_epoch_end(_epoch: number, logs: Record<string, number> = {}): void {
    this.losses.push(logs['val_loss']!);
  }
}

/** Keras' special feature: training is one call, and callbacks take part in it. */
export async function main(given: z.input<typeof settings> = {}) {
  const { seed, epochs } = settings.parse(given);
  utils.set_random_seed(seed);
  np.random.seed(seed);
  // few samples, much noise and a large network: it soon learns the samples by heart
  const x = np.random.uniform(-1, 1, [40, 4]).astype('float32');
  const noise = np.random.normal(0, 0.5, [40, 1]);
  const y = x.sum({ axis: 1, keepdims: true }).add(noise).astype('float32');

  const model = new models.Sequential([
    new layers.Dense(64, { activation: 'relu', input_shape: [4] }),
    new layers.Dense(1),
  ]);
  model.summary();
  model.compile({ optimizer: new optimizers.Adam(0.02), loss: 'mse' });

  const watch = new Watch();
  const stop = new callbacks.EarlyStopping({ monitor: 'val_loss', patience: 5, restore_best_weights: true });
  const history = await model.fit(x, y, {
    epochs,
    batch_size: 8,
    validation_split: 0.3,
    callbacks: [watch, stop],
    verbose: 0,
  });

  const best = Math.min(...watch.losses);
  // the validation part is the tail of the data, 12 of the 40
  const restored: number = await model.evaluate(x.at('28:'), y.at('28:'), { verbose: 0 });
  console.log(`Stopped after ${history.epoch.length} of ${epochs} epochs`);
  console.log(`Best validation loss ${best.toFixed(4)}, with the weights put back ${restored.toFixed(4)}`);
  return { ran: history.epoch.length, best, restored, losses: watch.losses };
}
