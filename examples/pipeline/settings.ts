import { z } from 'zod';

export const settings = z.strictObject({
  /** Folder with the four IDX files; without it they are downloaded, or drawn by code where there is no network. */
  data: z.string().optional(),
  epochs: z.int().positive().default(5),
  batch_size: z.int().positive().default(64),
  learning_rate: z.number().positive().default(0.001),
  seed: z.int().default(0),
  /** How much `fit` prints: nothing, a bar, a line an epoch. */
  verbose: z.int().min(0).max(2).default(2),
});
export type Settings = z.input<typeof settings>;

/** The steps that the primer lists. */
export const steps = [
  'Download the dataset.',
  'Load and pre-process the dataset.',
  'Define the model.',
  'Define the loss function and optimizer.',
  'Define the evaluation metric.',
  'Train the network on the training data.',
  'Report results on the train and test data.',
] as const;

/** A function that prints the heading of each step when it begins. */
export function announcer(): () => void {
  let next = 0;
  return () => {
    console.log(`${next + 1}. ${steps[next]}`);
    next++;
  };
}

export interface Outcome {
  readonly train: { readonly loss: number; readonly accuracy: number };
  readonly test: { readonly loss: number; readonly accuracy: number };
}

export function report({ train, test }: Outcome): void {
  for (const [name, { loss, accuracy }] of [
    ['Train', train],
    ['Test', test],
  ] as const)
    console.log(`   ${name} loss: ${loss.toFixed(4)}, ${name.toLowerCase()} accuracy: ${(100 * accuracy).toFixed(1)}%`);
}
