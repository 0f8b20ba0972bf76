import { drawDigits } from './digits';
import type { Labelled } from './drawing';
import { drawGarments } from './garments';

/** Images uint8 [n, 28, 28] with labels uint8 [n], for training and for testing. */
export interface ImageDataset {
  readonly train: Labelled;
  readonly test: Labelled;
}

export type EmbeddedName = 'garments' | 'digits';

const drawers = { garments: drawGarments, digits: drawDigits };
const made = new Map<EmbeddedName, ImageDataset>();

/**
 * The data set that is always at hand: 6,000 training and 1,000 test images drawn by code, made on first use and kept.
 *
 * ```ts
 * embeddedDataset('garments').train.images.shape; // [6000, 28, 28]
 * ```
 */
export function embeddedDataset(name: EmbeddedName): ImageDataset {
  const known = made.get(name);
  if (known) return known;
  const dataset = { train: drawers[name](6000, 1), test: drawers[name](1000, 2) };
  made.set(name, dataset);
  return dataset;
}
