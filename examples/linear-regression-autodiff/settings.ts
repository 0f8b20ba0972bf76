import { z } from 'zod';

/** The article's hyper-parameters. */
export const settings = z.strictObject({
  epochs: z.int().positive().default(500),
  learning_rate: z.number().positive().default(0.001),
  seed: z.int().default(0),
});
export type Settings = z.input<typeof settings>;
