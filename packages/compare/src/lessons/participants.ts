import { type ArrayData, fromArray, gradients, ops, Tape, type Tensor, withGrad } from '@stele/core';
import type * as keras from '@stele/keraslike';
import type { optimizers } from '@stele/keraslike';
import * as tf from '@stele/tflow';
import type * as torch from '@stele/torchlike';
import { Tensor as TorchTensor } from '@stele/torchlike';
import type { Arrays, Batch, Participant, StepRecord } from '../lockstep/record';
import { snapshot, toArray, write } from './arrays';

/** How good outputs are against the right answers, as one number. */
export type Score = (outputs: ArrayData, labels: ArrayData) => number;

const torchTensor = (a: ArrayData): torch.Tensor =>
  fromArray(TorchTensor.prototype.family, a.data, a.shape, a.dtype) as torch.Tensor;
const tfTensor = (a: ArrayData): tf.Tensor =>
  fromArray(tf.Tensor.prototype.family, a.data, a.shape, a.dtype) as tf.Tensor;
const scalar = (loss: Tensor): Tensor => (loss.rank === 0 ? loss : ops.mean(loss));

interface TorchModel {
  forward(x: torch.Tensor): torch.Tensor;
  named_parameters(): Iterable<readonly [string, torch.Tensor]>;
}

/** A PyTorch model in its own loop: `zero_grad`, `backward`, `step`. */
export class TorchParticipant implements Participant {
  readonly idiom = 'torchlike';
  constructor(
    private readonly model: TorchModel,
    private readonly lossFn: (outputs: torch.Tensor, labels: torch.Tensor) => torch.Tensor,
    private readonly optimizer: { zero_grad(): void; step(): unknown },
    /** From the batch's labels to what the loss takes. */
    private readonly labels: (y: torch.Tensor) => torch.Tensor,
    private readonly measure: Score,
    private readonly inputs: (x: torch.Tensor) => torch.Tensor = (x) => x,
  ) {}
  get weights(): Arrays {
    return snapshot(this.model.named_parameters());
  }
  load(weights: Arrays): void {
    for (const [name, p] of this.model.named_parameters()) write(p, weights.get(name)!);
  }
  step(batch: Batch): StepRecord {
    const outputs = this.model.forward(this.inputs(torchTensor(batch.x)));
    const loss = this.lossFn(outputs, this.labels(torchTensor(batch.y)));
    this.optimizer.zero_grad();
    loss.backward();
    const grads = snapshot([...this.model.named_parameters()].map(([name, p]) => [name, p.grad!] as const));
    this.optimizer.step();
    return { outputs: toArray(outputs), loss: Number(loss.item()), gradients: grads, parameters: this.weights };
  }
  score(batch: Batch): number {
    return withGrad(false, () => this.measure(toArray(this.model.forward(this.inputs(torchTensor(batch.x)))), batch.y));
  }
}

/** A compiled Keras model; the step is its own `train_on_batch`, a tape beside it shows the gradients. */
export class KerasParticipant implements Participant {
  readonly idiom = 'keraslike';
  constructor(
    private readonly model: keras.Model,
    private readonly lossFn: { call(y: Tensor, outputs: Tensor): Tensor },
    private readonly names: readonly string[],
    private readonly measure: Score,
  ) {}
  private named(): (readonly [string, Tensor])[] {
    return this.model.trainable_variables.map((v, i) => [this.names[i]!, v] as const);
  }
  get weights(): Arrays {
    return snapshot(this.named());
  }
  load(weights: Arrays): void {
    for (const [name, v] of this.named()) write(v, weights.get(name)!);
  }
  step(batch: Batch): StepRecord {
    const [x, y] = [tfTensor(batch.x), tfTensor(batch.y)];
    const tape = new Tape(false, true);
    tape.start();
    const outputs = this.model.call(x, { training: true }) as Tensor;
    const loss = scalar(this.lossFn.call(y, outputs));
    tape.stop();
    const variables = this.named();
    const grads = gradients(
      [loss],
      [ops.fullLike(loss, 1)],
      variables.map(([, v]) => v),
      { tape },
    );
    const shown = snapshot(variables.map(([name], i) => [name, grads[i]!] as const));
    const logs = this.model.train_on_batch(x, y);
    return {
      outputs: toArray(outputs),
      loss: Number(Array.isArray(logs) ? logs[0] : logs),
      gradients: shown,
      parameters: this.weights,
    };
  }
  score(batch: Batch): number {
    return this.measure(toArray(this.model.call(tfTensor(batch.x), { training: false }) as Tensor), batch.y);
  }
}

/** Raw TensorFlow: own variables, a tape, `apply_gradients`. */
export class FlowParticipant implements Participant {
  readonly idiom = 'tflow';
  constructor(
    private readonly variables: ReadonlyMap<string, tf.Variable>,
    private readonly forward: (x: tf.Tensor) => tf.Tensor,
    private readonly lossFn: (y: tf.Tensor, outputs: tf.Tensor) => Tensor,
    private readonly optimizer: InstanceType<typeof optimizers.SGD>,
    private readonly measure: Score,
  ) {}
  private named(): (readonly [string, Tensor])[] {
    return [...this.variables].map(([name, v]) => [name, v as unknown as Tensor] as const);
  }
  get weights(): Arrays {
    return snapshot(this.named());
  }
  load(weights: Arrays): void {
    for (const [name, v] of this.named()) write(v, weights.get(name)!);
  }
  step(batch: Batch): StepRecord {
    const y = tfTensor(batch.y);
    const tape = new tf.GradientTape();
    let outputs: tf.Tensor;
    let loss: Tensor;
    {
      using _open = tape;
      outputs = this.forward(tfTensor(batch.x));
      loss = scalar(this.lossFn(y, outputs));
    }
    const variables = [...this.variables.values()];
    const grads = tape.gradient(loss as tf.Tensor, variables) as unknown as Tensor[];
    const shown = snapshot([...this.variables.keys()].map((name, i) => [name, grads[i]!] as const));
    this.optimizer.apply_gradients(grads.map((g, i) => [g, variables[i]!] as never));
    return {
      outputs: toArray(outputs),
      loss: Number(toArray(loss).data[0]),
      gradients: shown,
      parameters: this.weights,
    };
  }
  score(batch: Batch): number {
    return this.measure(toArray(this.forward(tfTensor(batch.x))), batch.y);
  }
}
