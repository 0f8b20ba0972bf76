import { z } from 'zod';

export const settings = z.strictObject({
  /** Folder with the four IDX files; without it they are downloaded, or drawn by code where there is no network. */
  data: z.string().optional(),
  epochs: z.int().positive().default(5),
  batch_size: z.int().positive().default(64),
  learning_rate: z.number().positive().default(0.1),
  seed: z.int().default(0),
  /** In keraslike and tflow: shuffles the items, where the article shuffles whole batches. */
  shuffle_items: z.boolean().default(false),
  /** Folder of the weights. */
  out: z.string().optional(),
  /** How much `fit` prints: nothing, a bar, a line an epoch. */
  verbose: z.int().min(0).max(2).default(1),
  phase: z.enum(['both', 'training', 'inference']).default('both'),
  /** A file of weights to predict with, in place of those that training wrote. */
  weights: z.string().optional(),
  /** A PNG of 28x28 to predict; without it the first ankle boot of the test images. */
  image: z.string().optional(),
});
export type Settings = z.input<typeof settings>;
export type Parsed = z.infer<typeof settings>;

export const labels_map = [
  'T-Shirt',
  'Trouser',
  'Pullover',
  'Dress',
  'Coat',
  'Sandal',
  'Shirt',
  'Sneaker',
  'Bag',
  'Ankle Boot',
] as const;

/** What each program gives back. */
export interface Outcome {
  /** Share of the test images that are right, after training. */
  readonly accuracy?: number;
  /** The article's test loss (the sum of the batches' means over the number of items), and the true mean. */
  readonly test_loss?: number;
  readonly mean_loss?: number;
  /** One number an epoch of loss and accuracy, where the framework keeps them. */
  readonly history?: Readonly<Record<string, readonly number[]>>;
  readonly predicted?: string;
}
