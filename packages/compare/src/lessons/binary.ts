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
const rate = 0.1;
const names = ['w1', 'b1', 'w2', 'b2'] as const;
const share: Score = (outputs, labels) => {
  let right = 0;
  for (let i = 0; i < labels.data.length; i++)
    if (Number(outputs.data[i]) > 0.5 === Number(labels.data[i]) > 0.5) right++;
  return right / labels.data.length;
};

function torchlike(): TorchParticipant {
  torch.manual_seed(0);
  const model = new nn.Sequential(new nn.Linear(10, 5), new nn.ReLU(), new nn.Linear(5, 1), new nn.Sigmoid());
  const optimizer = new optim.SGD(model.parameters(), { lr: rate });
  return new TorchParticipant(
    { forward: (x) => model.forward(x) as torch.Tensor, named_parameters: () => model.named_parameters() },
    new nn.BCELoss(),
    optimizer,
    (y) => y,
    share,
  );
}

function keraslike(): KerasParticipant {
  const model = new models.Sequential([
    new layers.Dense(5, { activation: 'relu' }),
    new layers.Dense(1, { activation: 'sigmoid' }),
  ]);
  const loss = new losses.BinaryCrossentropy();
  model.build([null, 10]);
  model.compile({ optimizer: new optimizers.SGD(rate), loss });
  return new KerasParticipant(model, loss, names, share);
}

function tflow(): FlowParticipant {
  const [w1, b1, w2, b2] = [[10, 5], [5], [5, 1], [1]].map((shape) => new tf.Variable(tf.zeros(shape))) as [
    tf.Variable,
    tf.Variable,
    tf.Variable,
    tf.Variable,
  ];
  const loss = new losses.BinaryCrossentropy();
  return new FlowParticipant(
    new Map(Object.entries({ w1, b1, w2, b2 })),
    (x) => {
      const hidden = tf.nn.relu(tf.add(tf.matmul(x, w1), b1)) as tf.Tensor;
      return tf.sigmoid(tf.add(tf.matmul(hidden, w2), b2));
    },
    (y, outputs) => loss.call(y, outputs),
    new optimizers.SGD(rate),
    share,
  );
}

/** 1,000 points of ten normal numbers; the label says whether the first two add up to more than zero. */
function points(): { x: Float32Array; y: Float32Array } {
  np.random.seed(0);
  const x = Float32Array.from(np.random.normal(0, 1, 10000).data as Float64Array);
  return { x, y: Float32Array.from({ length: 1000 }, (_, i) => (x[i * 10]! + x[i * 10 + 1]! > 0 ? 1 : 0)) };
}

/** The fifth article's binary classifier, 10-5-1, on labels that can be learnt. */
export const binary: Lesson = {
  name: 'binary-classifier',
  title: 'the fifth article’s 10-5-1 classifier on learnable labels, binary cross-entropy, SGD 0.1',
  score: { name: 'accuracy', percent: true },
  reasons: [
    'three formulas of one loss: PyTorch’s BCELoss bounds the logarithms of the probability at -100; Keras remembers the logits behind a sigmoid layer and takes the loss from those; from tf.sigmoid’s bare probability it clips to [1e-7, 1 - 1e-7] and adds 1e-7 inside the logarithm. They differ in the last bits, and much where a probability saturates.',
  ],
  weights: names.map((name, i) => ({
    name,
    idioms: {
      torchlike: { name: ['0.weight', '0.bias', '2.weight', '2.bias'][i]!, layout: i % 2 === 0 ? transposed : same },
      keraslike: { name, layout: same },
      tflow: { name, layout: same },
    },
  })),
  load: async () => {
    const { x, y } = points();
    const part = (from: number, count: number): Batch => ({
      x: { dtype: 'float32', shape: [count, 10], data: x.slice(from * 10, (from + count) * 10) as ArrayData['data'] },
      y: { dtype: 'float32', shape: [count, 1], data: y.slice(from, from + count) as ArrayData['data'] },
    });
    // 31 whole batches; the article's last, short one would follow
    return {
      source: 'NumPy’s generator, seed 0',
      batchSize: 32,
      batch: (step) => part((step % 31) * 32, 32),
      test: part(0, 1000),
    };
  },
  participants: () => [torchlike(), keraslike(), tflow()],
};
