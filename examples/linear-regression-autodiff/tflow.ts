import * as tf from '@stele/tflow';
import { linearData } from '../linear-data/data';
import { type Settings, settings } from './settings';

export { settings };

/** y = x w + b. The variables are found with no wrapper around them. */
export class LinearRegression extends tf.Module {
  w = new tf.Variable(tf.random.uniform([1], -0.1, 0.1));
  b = new tf.Variable(tf.random.uniform([1], -0.1, 0.1));

  // the article's class overrides `__call__` of keras.Model, which goes past Keras' own bookkeeping
  call(x: tf.Tensor): tf.Tensor {
    return x.mul(this.w).add(this.b);
  }
}

export const squared_error = tf.function((y_pred: tf.Tensor, y_true: tf.Tensor) =>
  tf.reduce_mean(tf.square(tf.subtract(y_pred, y_true))),
);

export function main(given: Settings = {}) {
  const { epochs, learning_rate, seed } = settings.parse(given);
  const points = linearData();
  const x = tf.constant(points.x);
  const y = tf.constant(points.y);

  tf.random.set_seed(seed);
  const model = new LinearRegression();
  const losses: number[] = [];

  for (let epoch = 0; epoch < epochs; epoch++) {
    const tape = new tf.GradientTape();
    const loss = tape.with(() => {
      const y_pred = model.call(x);
      return squared_error(y_pred, y);
    });

    const [w_grad, b_grad] = tape.gradient(loss, [model.w, model.b]);

    model.w.assign(model.w.sub(w_grad.mul(learning_rate)));
    model.b.assign(model.b.sub(b_grad.mul(learning_rate)));

    losses.push(Number(loss.item()));
    if (epoch % 20 === 0) console.log(`Epoch ${epoch} : Loss ${loss.item()}`);
  }
  return { w: Number(model.w.item()), b: Number(model.b.item()), losses, model };
}

/** With a column of labels a loss over the last axis is one number a point: the tape sums them, and training diverges. */
export function perPointLoss(steps = 20, learning_rate = 0.001, seed = 0) {
  const points = linearData();
  const x = tf.reshape(tf.constant(points.x), [-1, 1]);
  const y = tf.reshape(tf.constant(points.y), [-1, 1]);

  tf.random.set_seed(seed);
  const model = new LinearRegression();
  let shape = '';
  for (let step = 0; step < steps; step++) {
    const tape = new tf.GradientTape();
    const loss = tape.with(() => tf.reduce_mean(tf.square(model.call(x).sub(y)), -1));
    shape = String(loss.shape);
    const [w_grad, b_grad] = tape.gradient(loss, [model.w, model.b]);
    model.w.assign(model.w.sub(w_grad.mul(learning_rate)));
    model.b.assign(model.b.sub(b_grad.mul(learning_rate)));
  }
  console.log(`Loss of shape ${shape}: w is ${model.w.item()} after ${steps} steps`);
  return { shape, w: Number(model.w.item()) };
}
