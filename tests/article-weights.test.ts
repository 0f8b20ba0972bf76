import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { type ArrayData, fromArray, toNumbers } from '@stele/core';
import { readPng } from '@stele/core/formats/png';
import { readSavedModel, savedVariables } from '@stele/core/formats/savedmodel';
import { readTensorBundle } from '@stele/core/formats/tensorbundle';
import { loadDatasetSync } from '@stele/core/node';
import { layers, models } from '@stele/keraslike';
import * as tf from '@stele/tflow';
import * as torch from '@stele/torchlike';

const data = resolve(__dirname, '../../shared/data');
const article = join(data, 'article');
const here = existsSync(article) && existsSync(join(data, 'fashion-mnist-mini'));
const run = here ? test : test.skip;
const why = here ? '' : ' (skipped: the recorded artefacts are not beside this checkout)';

const { nn } = torch;
const network = (): InstanceType<typeof nn.Sequential> =>
  new nn.Sequential(new nn.Flatten(), new nn.Linear(28 * 28, 20), new nn.ReLU(), new nn.Linear(20, 10));

/** The article's weights under the names that the bare Sequential gives them. */
function articleWeights(): Map<string, torch.Tensor> {
  const loaded = torch.load(readFileSync(join(article, 'weights.pth'))) as Map<string, torch.Tensor>;
  return new Map([...loaded].map(([name, value]) => [name.replace('sequence.', ''), value]));
}
const scaled = (images: ArrayData): Float32Array<ArrayBuffer> =>
  Float32Array.from(images.data as Uint8Array, (v) => v / 255);
const classes = (logits: readonly number[]): number[] =>
  Array.from({ length: logits.length / 10 }, (_, r) => {
    const row = logits.slice(r * 10, r * 10 + 10);
    return row.indexOf(Math.max(...row));
  });

function torchClasses(pixels: Float32Array<ArrayBuffer>): number[] {
  const model = network();
  model.load_state_dict(articleWeights());
  using _ = torch.no_grad();
  const x = fromArray(torch.Tensor.prototype.family, pixels, [pixels.length / 784, 28, 28], 'float32') as torch.Tensor;
  return classes(toNumbers(model.forward(x) as torch.Tensor));
}
/** Kernel and bias pairs, kernels as [in, out]. */
type Weights = readonly { shape: readonly number[]; data: Float32Array<ArrayBuffer> }[];
function kerasClasses(weights: Weights, pixels: Float32Array<ArrayBuffer>): number[] {
  const model = new models.Sequential([
    new layers.Flatten(),
    new layers.Dense(20, { activation: 'relu' }),
    new layers.Dense(10),
  ]);
  model.build([null, 28, 28]);
  model.trainable_variables.forEach((v, i) => {
    v.assign(fromArray(tf.Tensor.prototype.family, weights[i]!.data, weights[i]!.shape, 'float32'));
  });
  const x = fromArray(tf.Tensor.prototype.family, pixels, [pixels.length / 784, 28, 28], 'float32');
  return classes(toNumbers(model.call(x, { training: false }) as torch.Tensor));
}
function flowClasses(weights: Weights, pixels: Float32Array<ArrayBuffer>): number[] {
  const [w1, b1, w2, b2] = weights.map(
    ({ shape, data: values }) =>
      new tf.Variable(fromArray(tf.Tensor.prototype.family, values, shape, 'float32') as tf.Tensor),
  ) as [tf.Variable, tf.Variable, tf.Variable, tf.Variable];
  const x = fromArray(tf.Tensor.prototype.family, pixels, [pixels.length / 784, 784], 'float32') as tf.Tensor;
  const hidden = tf.nn.relu(tf.add(tf.matmul(x, w1), b1)) as tf.Tensor;
  return classes(toNumbers(tf.add(tf.matmul(hidden, w2), b2)));
}
const carried = (): Weights =>
  [...articleWeights().values()].map((t) => {
    const own = (t.rank === 2 ? t.t() : t) as torch.Tensor;
    return { shape: [...own.sizes], data: Float32Array.from(toNumbers(own)) };
  });

describe('the article’s own artefacts', () => {
  run(`weights.pth gets 171 of the 200 images right, in every idiom the same ones${why}`, () => {
    const { test: set } = loadDatasetSync('fashion-mnist', { root: join(data, 'fashion-mnist-mini') });
    const pixels = scaled(set.images);
    const found = torchClasses(pixels);
    expect(found).toHaveLength(200);
    expect(found.filter((k, i) => k === Number(set.labels.data[i]))).toHaveLength(171);
    expect(kerasClasses(carried(), pixels)).toEqual(found);
    expect(flowClasses(carried(), pixels)).toEqual(found);
  });

  run(`the SavedModel’s variables give equal classes in keraslike and tflow${why}`, () => {
    const folder = join(article, 'tf-model');
    const bundle = readTensorBundle(
      readFileSync(join(folder, 'variables/variables.index')),
      readFileSync(join(folder, 'variables/variables.data-00000-of-00001')),
    );
    const variables = savedVariables(readSavedModel(readFileSync(join(folder, 'saved_model.pb'))), bundle);
    const weights = ['w1', 'b1', 'w2', 'b2'].map((name) => {
      const array = bundle.tensor(variables.get(name)!.key);
      return { shape: array.shape, data: Float32Array.from(array.data as Float32Array) };
    });
    expect(weights.map((w) => [...w.shape])).toEqual([[784, 20], [20], [20, 10], [10]]);
    const { test: set } = loadDatasetSync('fashion-mnist', { root: join(data, 'fashion-mnist-mini') });
    const pixels = scaled(set.images);
    expect(flowClasses(weights, pixels)).toEqual(kerasClasses(weights, pixels));
  });

  run(`predict-image.png is an ankle boot${why}`, () => {
    const image = readPng(readFileSync(join(article, 'predict-image.png')));
    const pixels = Float32Array.from({ length: 784 }, (_, i) => Number(image.data[i * image.channels]) / 255);
    expect(torchClasses(pixels)).toEqual([9]);
  });
});
