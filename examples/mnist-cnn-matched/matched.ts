// What the idioms share. The article claims equal layers and settings, but compares 9,467,274 parameters with 29,066,
// images of 28 x 28 with 8 x 8, batches of 32 with 512, shuffled ones with unshuffled: two experiments, whose curves say
// nothing about the frameworks. Here everything is equal, the curves too.
import { writeFileSync } from 'node:fs';
import { loadDataset } from '@stele/core/node';
import { NDArray, np } from '@stele/core/numpy';
import { figure } from '@stele/core/plot';
import { z } from 'zod';
import { outputFile } from '../output';

export const settings = z.strictObject({
  /** Folder with the four IDX files; without it they are downloaded, or drawn by code where there is no network. */
  data: z.string().optional(),
  epochs: z.int().positive().default(5),
  batch_size: z.int().positive().default(32),
  learning_rate: z.number().positive().default(0.01),
  /** How many of the training images are used: all unless given. */
  samples: z.int().positive().optional(),
  /** Units of the first dense layer: 1024 in the article. */
  hidden: z.int().positive().default(128),
  seed: z.int().default(0),
  /** Folder of the plot. */
  out: z.string().optional(),
});
export type Settings = z.input<typeof settings>;
export type Parsed = z.infer<typeof settings>;

/** Images of (n, 28, 28) in [0, 1] and class numbers; the last 30 % are for validation. */
export async function loadData({ data, samples }: Parsed) {
  const { train, notice } = await loadDataset('mnist', data === undefined ? {} : { root: data });
  if (notice !== undefined) console.warn(notice);
  const part = (a: NDArray): NDArray => (samples === undefined ? a : a.at({ stop: samples }));
  const x = part(new NDArray(train.images)).astype('float32').div(255.0);
  const y = part(new NDArray(train.labels)).astype('int32');
  const cut = Math.floor(x.shape[0]! * 0.7);
  return {
    x_train: x.at({ stop: cut }),
    y_train: y.at({ stop: cut }),
    x_val: x.at({ start: cut }),
    y_val: y.at({ start: cut }),
  };
}

const sizes = { first: 32, second: 64, side: 12, classes: 10 };
/** Values after convolution and pooling: 12 x 12 places with 64 channels. */
export const flat = sizes.side ** 2 * sizes.second;

/** The start in Keras' layouts: kernels (height, width, in, out) and (in, out), uniform as Glorot has it, biases 0. */
export function startWeights({ seed, hidden }: Parsed): NDArray[] {
  const random = new np.random.RandomState(seed);
  const { first, second, classes } = sizes;
  const shapes = [
    [3, 3, 1, first],
    [3, 3, first, second],
    [flat, hidden],
    [hidden, classes],
  ];
  return shapes.flatMap((shape) => {
    const field = shape.slice(0, -2).reduce((a, b) => a * b, 1);
    const limit = Math.sqrt(6 / (field * (shape.at(-2)! + shape.at(-1)!)));
    return [random.uniform(-limit, limit, shape).astype('float32'), np.zeros([shape.at(-1)!], 'float32')];
  });
}

/** The same weights as PyTorch lays them: outputs first, and channels before places where an image was flattened. */
export function toTorch(weights: readonly NDArray[]): NDArray[] {
  const [k1, b1, k2, b2, w1, b3, w2, b4] = weights as readonly [
    NDArray,
    NDArray,
    NDArray,
    NDArray,
    NDArray,
    NDArray,
    NDArray,
    NDArray,
  ];
  const { side, second } = sizes;
  // Keras flattens (height, width, channel), PyTorch (channel, height, width): the rows of the dense kernel follow
  const rows = w1.reshape(side, side, second, -1).transpose(2, 0, 1, 3).reshape(flat, -1);
  return [k1.transpose(3, 2, 0, 1), b1, k2.transpose(3, 2, 0, 1), b2, rows.T, b3, w2.T, b4].map((a) => a.copy());
}

/** What each program gives back: numbers that have to be equal. */
export interface Outcome {
  readonly loss: readonly number[];
  readonly val_loss: readonly number[];
  /** Outputs for the first validation images, before and after training. */
  readonly before: readonly number[];
  readonly after: readonly number[];
  readonly file: string;
}

export function report(epoch: number, epochs: number, loss: number, val_loss: number): void {
  console.log(`Epoch ${epoch}/${epochs} - loss: ${loss.toFixed(6)} - val_loss: ${val_loss.toFixed(6)}`);
}

export function plotLosses(
  title: string,
  curves: Pick<Outcome, 'loss' | 'val_loss'>,
  out: string | undefined,
  name: string,
): string {
  const fig = figure({ title });
  const epochs = curves.loss.map((_, i) => i + 1);
  fig
    .panel()
    .line(epochs, curves.loss, { label: 'train' })
    .line(epochs, curves.val_loss, { label: 'validation' })
    .set({ xLabel: 'epoch', yLabel: 'loss' });
  const file = outputFile('mnist-cnn-matched', out, name);
  writeFileSync(file, fig.toSVG());
  console.log(`Plot: ${file}`);
  return file;
}
