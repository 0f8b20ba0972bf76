import { layers, losses, models, optimizers } from '@stele/keraslike';
import * as tf from '@stele/tflow';
import * as torch from '@stele/torchlike';
import { type Layout, outInFirst, same } from '../lockstep/layout';
import { accuracyOf } from './arrays';
import { loadImages } from './images';
import type { Lesson } from './lesson';
import { FlowParticipant, KerasParticipant, TorchParticipant } from './participants';

const { nn, optim } = torch;
const F = nn.functional;

// 28 -> 26 -> 13 -> 11 -> 5
const [first, second, side] = [8, 16, 5] as const;
const flat = side * side * second;
const rate = 0.05;

class Net extends nn.Module {
  conv1 = new nn.Conv2d(1, first, 3);
  conv2 = new nn.Conv2d(first, second, 3);
  fc = new nn.Linear(flat, 10);
  forward(x: torch.Tensor): torch.Tensor {
    x = F.max_pool2d(F.relu(this.conv1.forward(x)), 2);
    x = F.max_pool2d(F.relu(this.conv2.forward(x)), 2);
    return this.fc.forward(torch.flatten(x, 1));
  }
}

const names = ['kernel1', 'bias1', 'kernel2', 'bias2', 'dense', 'bias3'] as const;

function torchlike(): TorchParticipant {
  torch.manual_seed(0);
  const model = new Net();
  const optimizer = new optim.SGD(model.parameters(), { lr: rate });
  const loss = new nn.CrossEntropyLoss();
  return new TorchParticipant(
    model,
    loss,
    optimizer,
    (y) => y.long(),
    accuracyOf,
    (x) => x.unsqueeze(1),
  );
}

function keraslike(): KerasParticipant {
  const model = new models.Sequential([
    new layers.Reshape([28, 28, 1]),
    new layers.Conv2D(first, 3, { activation: 'relu' }),
    new layers.MaxPooling2D(2),
    new layers.Conv2D(second, 3, { activation: 'relu' }),
    new layers.MaxPooling2D(2),
    new layers.Flatten(),
    new layers.Dense(10),
  ]);
  const loss = new losses.SparseCategoricalCrossentropy({ from_logits: true });
  model.build([null, 28, 28]);
  model.compile({ optimizer: new optimizers.SGD(rate), loss });
  return new KerasParticipant(model, loss, names, accuracyOf);
}

function tflow(): FlowParticipant {
  const shapes = [[3, 3, 1, first], [first], [3, 3, first, second], [second], [flat, 10], [10]];
  const variables = shapes.map((shape) => new tf.Variable(tf.zeros(shape)));
  const [k1, b1, k2, b2, w, b3] = variables as [
    tf.Variable,
    tf.Variable,
    tf.Variable,
    tf.Variable,
    tf.Variable,
    tf.Variable,
  ];
  const loss = new losses.SparseCategoricalCrossentropy({ from_logits: true });
  const block = (x: tf.Tensor, kernel: tf.Variable, bias: tf.Variable): tf.Tensor => {
    const y = tf.nn.relu(tf.nn.bias_add(tf.nn.conv2d(x, kernel, { strides: 1, padding: 'VALID' }), bias)) as tf.Tensor;
    return tf.nn.max_pool2d(y, { ksize: 2, strides: 2, padding: 'VALID' });
  };
  return new FlowParticipant(
    new Map(names.map((name, i) => [name, variables[i]!])),
    (image) => {
      const x = block(block(tf.reshape(image, [-1, 28, 28, 1]), k1, b1), k2, b2);
      return tf.add(tf.matmul(tf.reshape(x, [-1, flat]), w), b3);
    },
    (y, outputs) => loss.call(y, outputs),
    new optimizers.SGD(rate),
    accuracyOf,
  );
}

const torchNames = ['conv1.weight', 'conv1.bias', 'conv2.weight', 'conv2.bias', 'fc.weight', 'fc.bias'] as const;
// PyTorch flattens channels first: the rows of its last matrix come in another order than TensorFlow's
const flattened: Layout = { kind: 'flattened', channels: second, height: side, width: side, transposed: true };
const layouts = [outInFirst, same, outInFirst, same, flattened, same] as const;

/** Two convolutions, two poolings and a dense layer: channels first in PyTorch, last in the others. */
export const cnn: Lesson = {
  name: 'mnist-cnn',
  title: 'conv 8, pool, conv 16, pool, dense 10, cross-entropy, SGD 0.05',
  score: { name: 'test accuracy', percent: true },
  reasons: [
    'PyTorch flattens [c, h, w], Keras and TensorFlow [h, w, c]: the last layer adds the same products in another order, so its sums differ in their last bits.',
  ],
  weights: names.map((name, i) => ({
    name,
    idioms: {
      torchlike: { name: torchNames[i]!, layout: layouts[i]! },
      keraslike: { name, layout: same },
      tflow: { name, layout: same },
    },
  })),
  load: (root) => loadImages('mnist', root, 32, 1000),
  participants: () => [torchlike(), keraslike(), tflow()],
};
