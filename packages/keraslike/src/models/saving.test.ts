import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Tensor, toNumbers } from '@stele/core';
import * as keras from '../index';

const { layers, losses, metrics, models, optimizers } = keras;

class Net extends keras.Model {
  hidden = new layers.Dense(3, 'relu');
  out = new layers.Dense(1);
  override call(x: Tensor): Tensor {
    return this.out(this.hidden(x));
  }
}
const x = [
  [1, 2],
  [3, -1],
  [0.5, 0.25],
];
const y = [[1], [0], [1]];
const sequential = () =>
  new keras.Sequential([
    new layers.Dense(4, 'relu', { input_shape: [2], kernel_initializer: 'he_normal' }),
    new layers.BatchNormalization({ momentum: 0.9 }),
    new keras.Sequential([new layers.Dropout(0.5), new layers.Dense(3)]),
    new layers.Dense(1, 'sigmoid'),
  ]);
const functional = () => {
  const input = keras.Input([2]);
  const shared = new layers.Dense(2, 'tanh');
  return new keras.Model(input, new layers.Dense(1)(shared(shared(input))));
};
const weightsOf = (model: keras.Model): number[][] => model.get_weights().map((w) => [...(w.data as Float32Array)]);

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'stele-keras-'));
  file = join(folder, 'm.keras');
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

it.each<[string, () => keras.Model, Record<string, new () => keras.Layer>]>([
  ['a Sequential with one inside', sequential, {}],
  ['layers between symbolic tensors, one of them shared', functional, {}],
  ['a class of the program', () => new Net(), { Net }],
])('brings %s back with equal weights, and training goes on as it would have', (_, make, custom_objects) => {
  const rate = new optimizers.schedules.ExponentialDecay(0.1, 1, 0.5);
  const model = make();
  model.compile(new optimizers.Adam(rate), new losses.MeanSquaredError('sum'), null, [
    'mae',
    new metrics.BinaryAccuracy({ threshold: 0.3 }),
  ]);
  for (let i = 0; i < 3; i++) model.train_on_batch(x, y);
  model.save(file);
  const back = models.load_model(file, { custom_objects });
  expect(back.constructor).toBe(model.constructor);
  expect(weightsOf(back)).toEqual(weightsOf(model));
  expect(toNumbers(back(x))).toEqual(toNumbers(model(x)));
  expect(back.evaluate_sync(x, y, { verbose: 0 })).toEqual(model.evaluate_sync(x, y, { verbose: 0 }));
  // dropout draws from streams that a file does not hold
  if (make === sequential) return;
  expect(back.train_on_batch(x, y)).toEqual(model.train_on_batch(x, y));
  expect(weightsOf(back)).toEqual(weightsOf(model));
  expect(Number(back.optimizer!.iterations)).toBe(4);
});

it('leaves compiling out where it is asked to, and where only the program knows the loss', () => {
  const model = functional();
  model.compile('sgd', 'mse');
  model.save(file);
  expect(models.load_model(file, null, false).compiled).toBe(false);
  model.compile('sgd', (a: Tensor, b: Tensor) => losses.mean_squared_error(a, b));
  model.save(file);
  expect(models.load_model(file).compiled).toBe(false);
});

it('carries weights from model to model, exactly', () => {
  const from = sequential();
  from.save_weights(join(folder, 'w.weights.h5'));
  const to = sequential();
  to.load_weights(join(folder, 'w.weights.h5'));
  expect(weightsOf(to)).toEqual(weightsOf(from));
});

const half = (path: string): void => writeFileSync(path, readFileSync(path).subarray(0, 300));
it.each<[string, (model: keras.Model, path: string) => unknown, string]>([
  ['no file', (_m, path) => models.load_model(path), 'File not found: filepath='],
  [
    'a file of weights only',
    (m, path) => {
      m.save_weights(join(folder, 'w.weights.h5'));
      writeFileSync(path, readFileSync(join(folder, 'w.weights.h5')));
      models.load_model(path);
    },
    'No model config found in the file at this path.',
  ],
  [
    'a file of something else',
    (m, path) => {
      writeFileSync(path, 'something else');
      m.load_weights(path);
    },
    'Please ensure the file is an accessible `.keras` zip file.',
  ],
  [
    'half a file',
    (m, path) => {
      m.save(path);
      half(path);
      models.load_model(path);
    },
    'Please ensure the file is an accessible `.keras` zip file.',
  ],
  [
    'a zip that ends early',
    (m, path) => {
      writeFileSync(path, Buffer.from('PK\u0003\u0004 and more'));
      m.load_weights(path);
    },
    'Please ensure the file is an accessible `.keras` zip file.',
  ],
  [
    'weights of another model',
    (m) => {
      functional().save_weights(join(folder, 'w.weights.h5'));
      m.load_weights(join(folder, 'w.weights.h5'));
    },
    'A total of 4 objects could not be loaded. Example error message for object <Dense',
  ],
  [
    'a class that nobody gave',
    (_m, path) => {
      const net = new Net();
      net(x);
      net.save(path);
      models.load_model(path);
    },
    "Could not locate class 'Net'",
  ],
  ['an ending of another kind', (m) => m.save_weights(join(folder, 'w')), 'The filename must end in `.weights.h5`'],
  [
    'to write over a file when told not to',
    (m, path) => {
      m.save(path);
      m.save(path, false);
    },
    'exists already, and overwrite is false',
  ],
  [
    'to export what is not built',
    () => new keras.Sequential([new layers.Dense(1)]).export(folder),
    'has not yet been built',
  ],
])('refuses %s, and changes no weight', (_, body, message) => {
  const model = sequential();
  const before = weightsOf(model);
  expect(() => body(model, file)).toThrow(message);
  expect(weightsOf(model)).toEqual(before);
});

it('leaves nothing half-written where writing fails', () => {
  const model = functional();
  writeFileSync(file, 'old');
  expect(() => model.save(join(file, 'below-a-file.keras'))).toThrow();
  expect(existsSync(join(file, 'below-a-file.keras'))).toBe(false);
  expect(readdirSync(folder)).toEqual(['m.keras']);
  expect(readFileSync(file, 'utf8')).toBe('old');
});
