import { f } from '@stele/core/printing';
import { layers, losses, models, optimizers } from '@stele/keraslike';
import * as tf from '@stele/tflow';
import * as torch from '@stele/torchlike';
import { z } from 'zod';
import {
  NeuralNetwork as FlowNetwork,
  _predict as flowPredict,
  _fit_one_batch as flowStep,
} from '../fashion-mnist/tflow';
import { NeuralNetwork as TorchNetwork, _fit_one_batch as torchStep } from '../fashion-mnist/torchlike';

export const settings = z.strictObject({
  steps: z.int().positive().default(300),
  batch_size: z.int().positive().default(64),
  learning_rate: z.number().positive().default(0.1),
});

interface Contender {
  readonly name: string;
  train(): unknown;
  infer(): unknown;
}
export interface Timing {
  readonly name: string;
  readonly training: number;
  readonly inference: number;
}

function torchlike(images: torch.Tensor, labels: torch.Tensor, lr: number): Contender {
  const model = new TorchNetwork();
  const loss_fn = new torch.nn.CrossEntropyLoss();
  const optimizer = new torch.optim.SGD(model.parameters(), { lr });
  return {
    name: 'torchlike',
    train: () => torchStep(images, labels, model, loss_fn, optimizer),
    infer: () => {
      using _ = torch.no_grad();
      return model(images).argmax(1);
    },
  };
}

function keraslike(images: tf.Tensor, labels: tf.Tensor, rate: number): Contender {
  const model = new models.Sequential([
    new layers.Flatten({ input_shape: [28, 28] }),
    new layers.Dense(20, { activation: 'relu' }),
    new layers.Dense(10),
  ]);
  const loss = new losses.SparseCategoricalCrossentropy({ from_logits: true });
  model.compile({ optimizer: new optimizers.SGD(rate), loss, metrics: ['accuracy'] });
  return {
    name: 'keraslike (train_on_batch)',
    train: () => model.train_on_batch(images, labels),
    infer: () => model.predict_on_batch(images),
  };
}

/** The same functions with and without `tf.function`: on steps this small the graph is no sure gain. */
function tflow(images: tf.Tensor, labels: tf.Tensor, rate: number, graph: boolean): Contender {
  const model = new FlowNetwork();
  const loss_fn = new losses.SparseCategoricalCrossentropy({ from_logits: true });
  const optimizer = new tf.optimizers.SGD(rate);
  const step = graph ? flowStep : flowStep.python_function;
  const predict = graph ? flowPredict : flowPredict.python_function;
  return {
    name: graph ? 'tflow (tf.function)' : 'tflow (eager)',
    train: () => step(images, labels, model, loss_fn, optimizer),
    infer: () => predict(model, images),
  };
}

/** Calls a second, after some to warm up. */
function rate(body: () => unknown, steps: number): number {
  for (let i = 0; i < Math.min(20, steps); i++) body();
  const begin = performance.now();
  for (let i = 0; i < steps; i++) body();
  return (1000 * steps) / (performance.now() - begin);
}

/** Times the first article's network in every idiom on one batch: steps of training and of inference a second. */
export function main(given: z.input<typeof settings> = {}): Timing[] {
  const { steps, batch_size, learning_rate } = settings.parse(given);
  torch.manual_seed(0);
  const images = torch.rand(batch_size, 28, 28);
  const labels = torch.randint(0, 10, [batch_size]);
  const [x, y] = [tf.constant(images.numpy()), tf.constant(labels.numpy())];
  const contenders = [
    torchlike(images, labels, learning_rate),
    keraslike(x, y, learning_rate),
    tflow(x, y, learning_rate, false),
    tflow(x, y, learning_rate, true),
  ];

  console.log(`784-20-10 network, batches of ${batch_size}, ${steps} steps\n`);
  console.log(`${''.padEnd(28)}${'training'.padStart(14)}${'inference'.padStart(14)}`);
  return contenders.map(({ name, train, infer }) => {
    const timing = { name, training: rate(train, steps), inference: rate(infer, steps) };
    console.log(f`${name.padEnd(28)}${[timing.training, '>12.0f']}/s${[timing.inference, '>12.0f']}/s`);
    return timing;
  });
}
