import { writeFileSync } from 'node:fs';
import { figure } from '@stele/core/plot';
import { z } from 'zod';
import { outputFile } from '../output';

export const settings = z.strictObject({
  /** Folder with the four IDX files; without it they are downloaded, or drawn by code where there is no network. */
  data: z.string().optional(),
  epochs: z.int().positive().default(5),
  /** How many of the training and of the test images are used: all unless given. */
  samples: z.int().positive().optional(),
  seed: z.int().default(0),
  /** Folder of the plot. */
  out: z.string().optional(),
  /** How much `fit` prints: nothing, a bar, a line an epoch. */
  verbose: z.int().min(0).max(2).default(1),
});
export type Settings = z.input<typeof settings>;

/** One number an epoch. */
export interface History {
  readonly loss: readonly number[];
  readonly accuracy: readonly number[];
  readonly val_loss: readonly number[];
  readonly val_accuracy: readonly number[];
}

/** Draws the training and the validation loss over the epochs into an SVG file, and says where. */
export function plotLosses(title: string, history: History, out: string | undefined, name: string): string {
  const fig = figure({ title });
  const epochs = history.loss.map((_, i) => i + 1);
  fig
    .panel()
    .line(epochs, history.loss, { label: 'train' })
    .line(epochs, history.val_loss, { label: 'validation' })
    .set({ xLabel: 'epoch', yLabel: 'loss' });
  const file = outputFile('mnist-cnn', out, name);
  writeFileSync(file, fig.toSVG());
  console.log(`Plot: ${file}`);
  return file;
}
