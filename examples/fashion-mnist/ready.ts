import { existsSync } from 'node:fs';
import { type Parsed, settings } from './settings';

/** Where the weights are that a service loads: a given file, or those that the classifier's program saved. */
export interface Scoring {
  readonly weights?: string | undefined;
  readonly out?: string | undefined;
  readonly data?: string | undefined;
}

/** A file of weights that is there. */
export function existing(path: string): string {
  if (existsSync(path)) return path;
  throw new Error(`no weights at ${path}: run the training phase first, or name a file by --weights`);
}

/** Trains for one epoch where no weights are there to load, so that a service runs in a fresh checkout too. */
export async function trainedOnce(
  given: Scoring,
  saved: string,
  train: (given: Parsed) => Promise<unknown>,
): Promise<void> {
  if (given.weights !== undefined || existsSync(saved)) return;
  console.log(`No weights at ${saved}: training for one epoch first`);
  await train(settings.parse({ epochs: 1, verbose: 2, out: given.out, data: given.data }));
}
