import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writePng } from '@stele/core/formats/png';
import { folderFiles, loadParser, runPythonSync } from '../../packages/python/src/node';

/** What makes a training short enough for a test; the program stays as it is otherwise. */
type Shorter = readonly (readonly [string, string])[];
const oneEpoch: Shorter = [['epochs = 5', 'epochs = 1']];
const lines = (n: number) => (text: string) => text.trim().split('\n').length >= n;

const programs: Readonly<
  Record<
    string,
    { prints: readonly (RegExp | ((text: string) => boolean))[]; shorter?: Shorter; files?: readonly string[] }
  >
> = {
  'autodiff_pytorch.py': { prints: [/respect to x: 4\.0\n.*respect to y: 3\.0\n/] },
  'autodiff_tensorflow.py': { prints: [/Result: 11\.0\n.*x: 4\.0\n.*y: 3\.0\n/] },
  'fashion_keras.py': {
    prints: [/\*\*\*Training\*\*\*/, /Test loss: .*test accuracy: /, /Predicted class: \w/],
    shorter: oneEpoch,
    files: ['model.keras'],
  },
  'fashion_pytorch.py': {
    prints: [
      /\[Batch {2}94 - {2}6000 items\] loss: 0\.\d+, accuracy: /,
      /Test loss: .*test accuracy: /,
      /Predicted class: \w/,
    ],
    shorter: oneEpoch,
    files: ['weights.pth'],
  },
  'fashion_tensorflow.py': {
    prints: [/\[Batch {2}94 - /, /Time per epoch: /, /Test loss: /, /Predicted class: \w/],
    shorter: oneEpoch,
    files: ['weights.weights.h5'],
  },
  'graph_pytorch.py': { prints: [/^tensor\(11\., grad_fn=<AddBackward0>\) tensor\(4\.\) tensor\(3\.\)\ntensor\(9\./] },
  'graph_tensorflow1.py': { prints: [/^11\.0\n9\.0\n$/] },
  'graph_tensorflow2.py': { prints: [/^tf\.Tensor\(11\.0, shape=\(\), dtype=float32\)\ntf\.Tensor\(9\.0/] },
  'linear_data.py': {
    prints: [/^\(200,\) dtype\('float32'\) \[0\.099 0\.31 \]\n$|^\(200,\) float32 \[0\.099 0\.31 \]\n$/],
    files: ['linear-data.svg'],
  },
  'linear_fit_keras.py': { prints: [/^Loss after 500 epochs: 0\.1\d+\n$/], files: ['linear-fit.svg'] },
  'linear_layers_pytorch.py': { prints: [/Epoch 1400 : Loss 0\.02/, lines(15)] },
  'linear_layers_tensorflow.py': { prints: [/Epoch 1400 : Loss 0\.02/, lines(15)] },
  'linear_pytorch.py': { prints: [/Epoch 480 : Loss 0\.0[2-5]/, lines(25)] },
  'linear_tensorflow.py': { prints: [/Epoch 480 : Loss 0\.0[2-6]/, lines(25)] },
  'mnist_cnn_keras.py': {
    prints: [/loss: /],
    shorter: [
      [
        'model.fit(x_train, y_train, validation_split=0.3, epochs=5)',
        'model.fit(x_train[:40], y_train[:40], validation_split=0.3, epochs=1)',
      ],
    ],
    files: ['mnist-keras-loss.svg'],
  },
  'mnist_cnn_pytorch.py': {
    prints: [/Epoch 1: train loss 2\.\d+, test loss 2\.\d+/],
    shorter: [['range(5)', 'range(1)']],
    files: ['mnist-pytorch-loss.svg'],
  },
  'mobile_export.py': {
    prints: [/Model converted to TensorFlow Lite format for mobile deployment/],
    files: ['model.tflite'],
  },
  'small_network_keras.py': { prints: [/^Model output shape: \(3, 1\)\nSample output: \[\[0\.\d+ *\]/] },
  'small_network_pytorch.py': {
    prints: [/^Model output shape: torch\.Size\(\[3, 1\]\)\nSample output: tensor\(\[\[0\.\d+\]/, /SigmoidBackward0/],
  },
  'static_graph.py': { prints: [/^Result: 11\.0\n$/] },
  'train_keras.py': { prints: [/Epoch 5, Loss: 0\.\d{4}, Accuracy: 0\.\d{4}\n$/] },
  'train_pytorch.py': { prints: [/^Epoch 1, Loss: 0\.[67]\d{3}\n(.*\n){3}Epoch 5, Loss: 0\.[67]\d{3}\n$/] },
  'variable_length_gru.py': { prints: [/^Output shape: torch\.Size\(\[3, 1\]\)\n$/] },
};

const here = __dirname;
let folder: string;
const before = { ...process.env };
beforeAll(async () => {
  await loadParser();
  folder = mkdtempSync(join(tmpdir(), 'stele-python-'));
  for (const file of readdirSync(here))
    if (file.endsWith('.py')) writeFileSync(join(folder, file), readFileSync(join(here, file)));
  const data = Uint8Array.from({ length: 784 }, (_, i) => i % 251);
  writeFileSync(join(folder, 'predict-image.png'), writePng({ width: 28, height: 28, channels: 1, depth: 8, data }));
  // the embedded images: no network, no cache of whoever runs the test
  Object.assign(process.env, { STELE_OFFLINE: '1', STELE_CACHE: folder });
  delete process.env.STELE_DATA;
  jest.spyOn(console, 'warn').mockImplementation(() => {});
});
afterAll(() => {
  process.env = before;
  rmSync(folder, { recursive: true });
});

it('lists every program', () => {
  const readme = readFileSync(join(here, 'README.md'), 'utf8');
  const files = readdirSync(here).filter((file) => file.endsWith('.py'));
  expect(files).toEqual(Object.keys(programs).sort());
  expect(files.filter((file) => !readme.includes(`\`${file}\``))).toEqual([]);
});

it.each(Object.keys(programs))(
  'runs %s',
  (file) => {
    const { prints, shorter = [], files = [] } = programs[file]!;
    let source = readFileSync(join(here, file), 'utf8');
    for (const [long, short] of shorter) {
      expect(source).toContain(long);
      source = source.replace(long, short);
    }
    const { output, error } = runPythonSync(source, { files: folderFiles(folder), fileName: file, timeLimit: 60_000 });
    expect(error?.traceback).toBeUndefined();
    for (const wanted of prints) {
      if (typeof wanted === 'function') expect(wanted(output)).toBe(true);
      else expect(output).toMatch(wanted);
    }
    const made = readdirSync(folder);
    for (const name of files) expect(made).toContain(name);
  },
  90_000,
);
