import { type ArrayData, dtypes, fromArray, gradients, ops, Tape, type Tensor, withGrad } from '@stele/core';
import { layers, losses, models, optimizers } from '@stele/keraslike';
import * as tf from '@stele/tflow';
import * as torch from '@stele/torchlike';
import { same, transposed, type WeightMap } from '../lockstep/layout';
import type { Arrays, Batch, Participant, StepRecord } from '../lockstep/record';
import { accuracyOf, snapshot, toArray, write } from './arrays';

const { nn, optim } = torch;

class NeuralNetwork extends nn.Module {
  sequence = new nn.Sequential(new nn.Flatten(), new nn.Linear(28 * 28, 20), new nn.ReLU(), new nn.Linear(20, 10));
  forward(x: torch.Tensor): torch.Tensor {
    return this.sequence.forward(x) as torch.Tensor;
  }
}

/** The article's PyTorch version: `zero_grad`, `backward`, `step`. */
class TorchParticipant implements Participant {
  readonly idiom = 'torchlike';
  private readonly model = new NeuralNetwork();
  private readonly lossFn = new nn.CrossEntropyLoss();
  private readonly optimizer: InstanceType<typeof optim.SGD>;
  constructor(rate: number) {
    this.optimizer = new optim.SGD(this.model.parameters(), { lr: rate });
  }
  get weights(): Arrays {
    return snapshot(this.model.named_parameters());
  }
  load(weights: Arrays): void {
    for (const [name, p] of this.model.named_parameters()) write(p, weights.get(name)!);
  }
  private tensor(a: ArrayData): torch.Tensor {
    return fromArray(torch.Tensor.prototype.family, a.data, a.shape, a.dtype) as torch.Tensor;
  }
  step(batch: Batch): StepRecord {
    const y = this.tensor(batch.y).long();
    const outputs = this.model.forward(this.tensor(batch.x));
    const loss = this.lossFn.forward(outputs, y) as torch.Tensor;
    this.optimizer.zero_grad();
    loss.backward();
    const grads = snapshot([...this.model.named_parameters()].map(([name, p]) => [name, p.grad!] as const));
    this.optimizer.step();
    return { outputs: toArray(outputs), loss: Number(loss.item()), gradients: grads, parameters: this.weights };
  }
  accuracy(batch: Batch): number {
    return accuracyOf(toArray(withGrad(false, () => this.model.forward(this.tensor(batch.x)))), batch.y);
  }
}

const names = ['w1', 'b1', 'w2', 'b2'] as const;

/** The article's Keras version; the step is the model's own `train_on_batch`, a tape beside it shows the gradients. */
class KerasParticipant implements Participant {
  readonly idiom = 'keraslike';
  private readonly model = new models.Sequential([
    new layers.Flatten(),
    new layers.Dense(20, { activation: 'relu' }),
    new layers.Dense(10),
  ]);
  private readonly lossFn = new losses.SparseCategoricalCrossentropy({ from_logits: true });
  constructor(rate: number) {
    this.model.build([null, 28, 28]);
    this.model.compile({ optimizer: new optimizers.SGD(rate), loss: this.lossFn, metrics: ['accuracy'] });
  }
  private named(): (readonly [string, Tensor])[] {
    return this.model.trainable_variables.map((v, i) => [names[i]!, v] as const);
  }
  get weights(): Arrays {
    return snapshot(this.named());
  }
  load(weights: Arrays): void {
    for (const [name, v] of this.named()) write(v, weights.get(name)!);
  }
  private tensor(a: ArrayData): Tensor {
    return fromArray(tf.Tensor.prototype.family, a.data, a.shape, a.dtype);
  }
  step(batch: Batch): StepRecord {
    const [x, y] = [this.tensor(batch.x), this.tensor(batch.y)];
    const tape = new Tape(false, true);
    tape.start();
    const outputs = this.model.call(x, { training: true }) as Tensor;
    const seen = this.lossFn.call(y, outputs) as Tensor;
    const loss = seen.rank === 0 ? seen : ops.mean(seen);
    tape.stop();
    const grads = gradients(
      [loss],
      [ops.fullLike(loss, 1)],
      this.named().map(([, v]) => v),
      { tape },
    );
    const shown = snapshot(names.map((name, i) => [name, grads[i]!] as const));
    const logs = this.model.train_on_batch(x, y);
    return {
      outputs: toArray(outputs),
      loss: Number(Array.isArray(logs) ? logs[0] : logs),
      gradients: shown,
      parameters: this.weights,
    };
  }
  accuracy(batch: Batch): number {
    return accuracyOf(toArray(this.model.call(this.tensor(batch.x), { training: false }) as Tensor), batch.y);
  }
}

/** The article's low-level TensorFlow version: its own variables, a tape, `apply_gradients`. */
class FlowParticipant implements Participant {
  readonly idiom = 'tflow';
  private readonly variables: tf.Variable[];
  private readonly optimizer: InstanceType<typeof optimizers.SGD>;
  private readonly lossFn = new losses.SparseCategoricalCrossentropy({ from_logits: true });
  constructor(rate: number) {
    this.variables = [[784, 20], [20], [20, 10], [10]].map((shape) => new tf.Variable(tf.zeros(shape)));
    this.optimizer = new optimizers.SGD(rate);
  }
  private forward(image: tf.Tensor): tf.Tensor {
    const [w1, b1, w2, b2] = this.variables as [tf.Variable, tf.Variable, tf.Variable, tf.Variable];
    let x = tf.reshape(image, [-1, 784]);
    x = tf.add(tf.matmul(x, w1), b1);
    x = tf.nn.relu(x) as tf.Tensor;
    return tf.add(tf.matmul(x, w2), b2);
  }
  private named(): (readonly [string, Tensor])[] {
    return this.variables.map((v, i) => [names[i]!, v as unknown as Tensor] as const);
  }
  get weights(): Arrays {
    return snapshot(this.named());
  }
  load(weights: Arrays): void {
    for (const [name, v] of this.named()) write(v, weights.get(name)!);
  }
  private tensor(a: ArrayData): tf.Tensor {
    return fromArray(tf.Tensor.prototype.family, a.data, a.shape, a.dtype) as tf.Tensor;
  }
  step(batch: Batch): StepRecord {
    const y = this.tensor(batch.y);
    const tape = new tf.GradientTape();
    let outputs: tf.Tensor;
    let loss: Tensor;
    {
      using _open = tape;
      outputs = this.forward(this.tensor(batch.x));
      loss = this.lossFn.call(y, outputs) as Tensor;
      if (loss.rank > 0) loss = ops.mean(loss);
    }
    const grads = tape.gradient(loss as tf.Tensor, this.variables) as unknown as Tensor[];
    const shown = snapshot(names.map((name, i) => [name, grads[i]!] as const));
    this.optimizer.apply_gradients(grads.map((g, i) => [g, this.variables[i]!] as never));
    return {
      outputs: toArray(outputs),
      loss: Number(toArray(loss).data[0]),
      gradients: shown,
      parameters: this.weights,
    };
  }
  accuracy(batch: Batch): number {
    return accuracyOf(toArray(this.forward(this.tensor(batch.x))), batch.y);
  }
}

/** Where each idiom keeps the classifier's four weights. */
export const classifierWeights: readonly WeightMap[] = names.map((name, i) => ({
  name,
  idioms: {
    torchlike: {
      name: ['sequence.1.weight', 'sequence.1.bias', 'sequence.3.weight', 'sequence.3.bias'][i]!,
      layout: i % 2 === 0 ? transposed : same,
    },
    keraslike: { name, layout: same },
    tflow: { name, layout: same },
  },
}));

/** The first article's classifier, 784-20-10, in three idioms; the first one's start weights are PyTorch's own after `seed`. */
export function classifierParticipants(rate: number, seed: number): Participant[] {
  torch.manual_seed(seed);
  return [new TorchParticipant(rate), new KerasParticipant(rate), new FlowParticipant(rate)];
}

/** A batch of images scaled to 0..1, and their labels. */
export function imageBatch(images: ArrayData, labels: ArrayData, indices: readonly number[]): Batch {
  const size = images.shape[1]! * images.shape[2]!;
  const x = new Float32Array(indices.length * size);
  const y = dtypes.int32.create(indices.length);
  indices.forEach((index, row) => {
    for (let i = 0; i < size; i++) x[row * size + i] = Math.fround(Number(images.data[index * size + i]) / 255);
    y[row] = Number(labels.data[index]);
  });
  return {
    x: { dtype: 'float32', shape: [indices.length, images.shape[1]!, images.shape[2]!], data: x },
    y: { dtype: 'int32', shape: [indices.length], data: y },
  };
}
