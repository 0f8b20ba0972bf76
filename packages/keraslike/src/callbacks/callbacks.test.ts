import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { toNumbers } from '@stele/core';
import * as keras from '../index';

const { callbacks, layers, optimizers } = keras;
const x = Array.from({ length: 8 }, (_, i) => [Math.sin(i), Math.cos(i)]);
const y = x.map(([a]) => [a!]);
function model(optimizer: keras.Optimizer = new optimizers.SGD(0.1)): keras.Sequential {
  const made = new keras.Sequential([new layers.Dense(1, { input_shape: [2], kernel_initializer: 'ones' } as never)]);
  made.compile(optimizer, 'mse');
  return made;
}
const options = { batch_size: 2, shuffle: false, verbose: 0 as const };
const weightsOf = (m: keras.Model): number[] => m.weights.flatMap((w) => toNumbers(w));

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'stele-callbacks-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

it('ends after the batch under way when a signal is aborted, and gives what it has', async () => {
  const control = new AbortController();
  let batches = 0;
  const count = new callbacks.LambdaCallback({
    on_train_batch_end: () => {
      if (++batches === 3) control.abort();
    },
  });
  const history = await model().fit(x, y, { ...options, epochs: 5, signal: control.signal, callbacks: [count] });
  expect(batches).toBe(3);
  expect(history.epoch).toEqual([0]);
  expect(history.history['loss']).toHaveLength(1);
});

it('goes on after a break as if there had been none', () => {
  const whole = model(new optimizers.Adam(0.1));
  whole.fit_sync(x, y, { ...options, epochs: 4 });
  const backup = (): keras.Callback => new callbacks.BackupAndRestore(join(folder, 'b'));
  const fails = new callbacks.LambdaCallback({
    on_epoch_begin: (epoch: number) => {
      if (epoch === 2) throw new Error('power cut');
    },
  });
  const first = model(new optimizers.Adam(0.1));
  expect(() => first.fit_sync(x, y, { ...options, epochs: 4, callbacks: [backup(), fails] })).toThrow('power cut');
  const second = model(new optimizers.Adam(0.1));
  const history = second.fit_sync(x, y, { ...options, epochs: 4, callbacks: [backup()] });
  expect(history.epoch).toEqual([2, 3]);
  expect(weightsOf(second)).toEqual(weightsOf(whole));
  expect(existsSync(join(folder, 'b'))).toBe(false);
});

it('evaluates with the averages of the weights and trains on with the weights themselves', () => {
  const plain = model(new optimizers.SGD({ learning_rate: 0.1, use_ema: true, ema_momentum: 0.5 }));
  const swapped = model(new optimizers.SGD({ learning_rate: 0.1, use_ema: true, ema_momentum: 0.5 }));
  const seen: number[][] = [];
  const note = new callbacks.LambdaCallback({ on_test_begin: () => seen.push(weightsOf(swapped)) } as never);
  const given = { ...options, epochs: 2, validation_data: [x, y] as never };
  plain.fit_sync(x, y, given);
  swapped.fit_sync(x, y, { ...given, callbacks: [new callbacks.SwapEMAWeights(), note] });
  // both end with the averages
  expect(weightsOf(swapped)).toEqual(weightsOf(plain));
  expect(seen[1]).toEqual(weightsOf(plain));
});

it('writes events, rows and checkpoints', () => {
  const path = (name: string): string => join(folder, name);
  model().fit_sync(x, y, {
    ...options,
    epochs: 2,
    validation_split: 0.25,
    callbacks: [
      new callbacks.TensorBoard({ log_dir: path('logs'), histogram_freq: 1, update_freq: 'batch' }),
      new callbacks.CSVLogger(path('log.csv'), ';'),
      new callbacks.ModelCheckpoint(path('m-{epoch:02d}.keras'), { save_freq: 3 }),
    ],
  });
  expect(readdirSync(path('logs')).sort()).toEqual(['train', 'validation']);
  const lines = readFileSync(path('log.csv'), 'utf8').split('\r\n');
  expect(lines[0]).toBe('epoch;loss;val_loss');
  expect(lines).toHaveLength(4);
  // six batches in two epochs: after the third and the sixth
  expect(readdirSync(folder).filter((f) => f.endsWith('.keras'))).toEqual(['m-01.keras', 'm-02.keras']);
});

it('reads batches by number', () => {
  class Numbers extends keras.utils.PyDataset {
    ended = 0;
    override __len__(): number {
      return 4;
    }
    override __getitem__(i: number): unknown {
      return [x.slice(2 * i, 2 * i + 2), y.slice(2 * i, 2 * i + 2)];
    }
    override on_epoch_end(): void {
      this.ended++;
    }
  }
  const [a, b, source] = [model(), model(), new Numbers()];
  a.fit_sync(x, y, { ...options, epochs: 2 });
  b.fit_sync(source as never, { epochs: 2, verbose: 0, shuffle: false });
  expect(weightsOf(b)).toEqual(weightsOf(a));
  expect(source.ended).toBe(2);
});
