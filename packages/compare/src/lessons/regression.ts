import type { ArrayData } from '@stele/core';
import { np } from '@stele/core/numpy';
import { layers, losses, models, optimizers } from '@stele/keraslike';
import * as tf from '@stele/tflow';
import * as torch from '@stele/torchlike';
import { same, transposed } from '../lockstep/layout';
import type { Batch } from '../lockstep/record';
import type { Lesson } from './lesson';
import { FlowParticipant, KerasParticipant, type Score, TorchParticipant } from './participants';

const { nn, optim } = torch;
const rate = 0.001;
const meanSquare: Score = (outputs, labels) => {
  let total = 0;
  for (let i = 0; i < labels.data.length; i++) total += (Number(outputs.data[i]) - Number(labels.data[i])) ** 2;
  return total / labels.data.length;
};

function torchlike(): TorchParticipant {
  torch.manual_seed(0);
  const model = new nn.Linear(1, 1);
  const loss = new nn.MSELoss({ reduction: 'mean' });
  return new TorchParticipant(model, loss, new optim.SGD(model.parameters(), { lr: rate }), (y) => y, meanSquare);
}

function keraslike(): KerasParticipant {
  const model = new models.Sequential([new layers.Dense(1)]);
  const loss = new losses.MeanSquaredError();
  model.build([null, 1]);
  model.compile({ optimizer: new optimizers.SGD(rate), loss });
  return new KerasParticipant(model, loss, ['w', 'b'], meanSquare);
}

function tflow(): FlowParticipant {
  const w = new tf.Variable(tf.zeros([1, 1]));
  const b = new tf.Variable(tf.zeros([1]));
  return new FlowParticipant(
    new Map(Object.entries({ w, b })),
    (x) => tf.add(tf.matmul(x, w), b),
    (y, prediction) => tf.reduce_mean(tf.square(tf.subtract(prediction, y))),
    new optimizers.SGD(rate),
    meanSquare,
  );
}

/** The fourth article's data: y = 0.1 x + 0.3 and noise, 200 points. */
function points(): Batch {
  np.random.seed(0);
  const x = np.random.uniform(-10, 10, 200);
  const noise = np.random.normal(0, 0.15, 200);
  const column = (values: (i: number) => number): ArrayData => ({
    dtype: 'float32',
    shape: [200, 1],
    data: Float32Array.from({ length: 200 }, (_, i) => values(i)),
  });
  const at = (a: { data: ArrayLike<unknown> }, i: number): number => Number(a.data[i]);
  return { x: column((i) => at(x, i)), y: column((i) => 0.1 * at(x, i) + 0.3 + at(noise, i)) };
}

/** A line through 200 points: one weight, one bias, mean squared error. */
export const regression: Lesson = {
  name: 'linear-regression',
  title: 'the fourth article’s line through 200 points, MSE, SGD 0.001',
  score: { name: 'mean squared error', percent: false },
  reasons: [
    'Keras reports the loss as its metric does, summed over the items and divided again, which rounds once more; gradients and weights are equal.',
  ],
  weights: (['w', 'b'] as const).map((name, i) => ({
    name,
    idioms: {
      torchlike: { name: ['weight', 'bias'][i]!, layout: i === 0 ? transposed : same },
      keraslike: { name, layout: same },
      tflow: { name, layout: same },
    },
  })),
  load: async () => {
    const all = points();
    return { source: 'NumPy’s generator, seed 0', batchSize: 200, batch: () => all, test: all };
  },
  participants: () => [torchlike(), keraslike(), tflow()],
};
