import { layers, losses, models, optimizers } from '@stele/keraslike';
import * as tf from '@stele/tflow';
import * as torch from '@stele/torchlike';
import { same, transposed } from '../lockstep/layout';
import { accuracyOf } from './arrays';
import { loadImages } from './images';
import type { Lesson } from './lesson';
import { FlowParticipant, KerasParticipant, TorchParticipant } from './participants';

const { nn, optim } = torch;

class NeuralNetwork extends nn.Module {
  sequence = new nn.Sequential(new nn.Flatten(), new nn.Linear(28 * 28, 20), new nn.ReLU(), new nn.Linear(20, 10));
  forward(x: torch.Tensor): torch.Tensor {
    return this.sequence.forward(x) as torch.Tensor;
  }
}

const rate = 0.1;
const names = ['w1', 'b1', 'w2', 'b2'] as const;

function torchlike(): TorchParticipant {
  torch.manual_seed(0);
  const model = new NeuralNetwork();
  const optimizer = new optim.SGD(model.parameters(), { lr: rate });
  return new TorchParticipant(model, new nn.CrossEntropyLoss(), optimizer, (y) => y.long(), accuracyOf);
}

function keraslike(): KerasParticipant {
  const model = new models.Sequential([
    new layers.Flatten(),
    new layers.Dense(20, { activation: 'relu' }),
    new layers.Dense(10),
  ]);
  const loss = new losses.SparseCategoricalCrossentropy({ from_logits: true });
  model.build([null, 28, 28]);
  model.compile({ optimizer: new optimizers.SGD(rate), loss, metrics: ['accuracy'] });
  return new KerasParticipant(model, loss, names, accuracyOf);
}

function tflow(): FlowParticipant {
  const w1 = new tf.Variable(tf.zeros([784, 20]));
  const b1 = new tf.Variable(tf.zeros([20]));
  const w2 = new tf.Variable(tf.zeros([20, 10]));
  const b2 = new tf.Variable(tf.zeros([10]));
  const loss = new losses.SparseCategoricalCrossentropy({ from_logits: true });
  return new FlowParticipant(
    new Map(Object.entries({ w1, b1, w2, b2 })),
    (image) => {
      let x = tf.reshape(image, [-1, 784]);
      x = tf.add(tf.matmul(x, w1), b1);
      x = tf.nn.relu(x) as tf.Tensor;
      return tf.add(tf.matmul(x, w2), b2);
    },
    (y, outputs) => loss.call(y, outputs),
    new optimizers.SGD(rate),
    accuracyOf,
  );
}

const torchNames = ['sequence.1.weight', 'sequence.1.bias', 'sequence.3.weight', 'sequence.3.bias'] as const;

/** The first article's classifier, 784-20-10 with SGD; the start weights are PyTorch's own after seed 0. */
export const classifier: Lesson = {
  name: 'fashion-mnist',
  title: 'the first article’s classifier, 784-20-10, cross-entropy, SGD 0.1',
  score: { name: 'test accuracy', percent: true },
  reasons: [],
  weights: names.map((name, i) => ({
    name,
    idioms: {
      torchlike: { name: torchNames[i]!, layout: i % 2 === 0 ? transposed : same },
      keraslike: { name, layout: same },
      tflow: { name, layout: same },
    },
  })),
  load: (root) => loadImages('fashion-mnist', root, 64),
  participants: () => [torchlike(), keraslike(), tflow()],
};
