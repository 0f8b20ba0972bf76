import { createRequire } from 'node:module';
import * as keras from '@stele/keraslike';
import * as tf from '@stele/tflow';
import * as torch from '@stele/torchlike';
import * as tfjs from '@tensorflow/tfjs-core';
import { race } from './race';

const inputs = 784;
const hidden = 20;
const classes = 10;
const batch = 64;
const rate = 0.1;

// one batch of noise, the same for everybody
let state = 1;
const noise = (): number => (state = (state * 48271) % 2147483647) / 2147483647;
const images = Float32Array.from({ length: batch * inputs }, noise);
const labels = Int32Array.from({ length: batch }, () => Math.floor(noise() * classes));

function torchlike(): () => number {
  const { nn, optim } = torch;
  const x = torch.tensor(images).reshape(batch, inputs);
  const y = torch.tensor(labels).long();
  const model = new nn.Sequential(new nn.Linear(inputs, hidden), new nn.ReLU(), new nn.Linear(hidden, classes));
  const criterion = new nn.CrossEntropyLoss();
  const optimizer = new optim.SGD(model.parameters(), { lr: rate });
  return () => {
    const loss = criterion(model(x), y);
    optimizer.zero_grad();
    loss.backward();
    optimizer.step();
    return loss.item() as number;
  };
}

function tflow(): () => number {
  const x = tf.reshape(tf.constant(images), [batch, inputs]);
  const y = tf.constant(labels);
  const initial = (rows: number, columns: number) =>
    new tf.Variable(tf.random.uniform([rows, columns], { minval: -0.08, maxval: 0.08 }));
  const w1 = initial(inputs, hidden);
  const b1 = new tf.Variable(tf.zeros([hidden]));
  const w2 = initial(hidden, classes);
  const b2 = new tf.Variable(tf.zeros([classes]));
  const variables = [w1, b1, w2, b2];
  return () => {
    const tape = new tf.GradientTape();
    const loss = tape.with(() => {
      const h = tf.nn.relu(tf.add(tf.matmul(x, w1), b1));
      const logits = tf.add(tf.matmul(h, w2), b2);
      return tf.reduce_mean(tf.nn.sparse_softmax_cross_entropy_with_logits(y, logits));
    });
    const gradients = tape.gradient(loss, variables) as tf.Tensor[];
    for (const [i, v] of variables.entries()) v.assign_sub(tf.multiply(gradients[i]!, rate));
    return Number(loss.numpy());
  };
}

function keraslike(): () => number {
  const { layers, losses, optimizers } = keras;
  const model = new keras.Sequential([new layers.Dense(hidden, { activation: 'relu' }), new layers.Dense(classes)]);
  model.compile({
    optimizer: new optimizers.SGD(rate),
    loss: new losses.SparseCategoricalCrossentropy({ from_logits: true }),
  });
  const x = keras.ops.reshape(keras.ops.convert_to_tensor(images), [batch, inputs]);
  const y = keras.ops.convert_to_tensor(labels);
  return () => Number(model.train_on_batch(x, y));
}

/** TensorFlow.js on its WASM backend (SIMD, one thread), as its documentation says: tidy around the step. */
async function tensorflowJs(): Promise<() => number> {
  await import('@tensorflow/tfjs-backend-wasm');
  // not in the package's main file, and written so that only require finds its parts; registries are global
  createRequire(__filename)('@tensorflow/tfjs-core/dist/register_all_gradients');
  await tfjs.setBackend('wasm');
  await tfjs.ready();
  const x = tfjs.tensor2d(images, [batch, inputs]);
  const y = tfjs.cast(tfjs.oneHot(tfjs.tensor1d(labels, 'int32'), classes), 'float32');
  const initial = (rows: number, columns: number) => tfjs.variable(tfjs.randomUniform([rows, columns], -0.08, 0.08));
  const w1 = initial(inputs, hidden);
  const b1 = tfjs.variable(tfjs.zeros([hidden]));
  const w2 = initial(hidden, classes);
  const b2 = tfjs.variable(tfjs.zeros([classes]));
  const optimizer = tfjs.train.sgd(rate);
  return () => {
    const loss = optimizer.minimize(() => {
      const h = tfjs.relu(tfjs.add(tfjs.matMul(x, w1), b1));
      return tfjs.losses.softmaxCrossEntropy(y, tfjs.add(tfjs.matMul(h, w2), b2)) as tfjs.Scalar;
    }, true)!;
    const value = loss.dataSync()[0]!;
    loss.dispose();
    return value;
  };
}

export const title = `MLP ${inputs}-${hidden}-${classes}, batch ${batch}: one eager training step, loss read back`;

/** Steps per second of one eager training step in each idiom and in TensorFlow.js, interleaved in one process. */
export async function main(): Promise<void> {
  // floor: 2 x 64 x 784 x 20 x 2 = 4.0 Mflop in two large products (weights' gradient included), 0.09 ms at 45 Gflop/s;
  // with every other kernel and copy of the step, and no bookkeeping at all, 5,700 steps/s were measured for WASM
  await race(title, 'steps/s', [
    { name: 'torchlike', step: torchlike() },
    { name: 'keraslike', step: keraslike() },
    { name: 'tflow', step: tflow() },
    { name: 'tfjs-wasm', step: await tensorflowJs(), peer: true },
  ]);
}
