import { writeFileSync } from 'node:fs';
import type { NDArray } from '@stele/core/numpy';
import { figure } from '@stele/core/plot';
import { z } from 'zod';
import { outputFile } from '../output';

export const settings = z.strictObject({
  data: z.string().optional(),
  seed: z.int().default(0),
  out: z.string().optional(),
});
export type Settings = z.input<typeof settings>;

export interface Sample {
  readonly image: NDArray;
  readonly title: string;
}

/** Nine images in rows of three, each under its title. */
export function drawGrid(samples: readonly Sample[], out: string | undefined): string {
  const fig = figure({ width: 560, height: 620, rows: 3, columns: 3 });
  samples.forEach(({ image, title }, i) => {
    fig
      .panel(Math.floor(i / 3), i % 3)
      .image(image)
      .set({ title });
  });
  const file = outputFile('sample-grid', out, 'samples.svg');
  writeFileSync(file, fig.toSVG());
  console.log(`Plot: ${file}`);
  return file;
}
