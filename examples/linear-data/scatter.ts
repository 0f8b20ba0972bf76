import { writeFileSync } from 'node:fs';
import { type Figure, figure } from '@stele/core/plot';
import { outputFile } from '../output';
import type { Points } from './data';

/** A line drawn over the points. */
export interface Learned {
  readonly label: string;
  readonly color: string;
  readonly w: number;
  readonly b: number;
}

/** The points, and lines through them from their first to their last x. */
export function scatterPlot({ x, y }: Points, lines: readonly Learned[] = [], title = ''): Figure {
  const fig = figure({ title });
  const panel = fig.panel().scatter(x, y, lines.length > 0 ? { label: 'data', color: 'blue', alpha: 0.5 } : {});
  const ends = [Number(x.min()), Number(x.max())];
  for (const { label, color, w, b } of lines)
    panel.line(
      ends,
      ends.map((v) => w * v + b),
      { label, color },
    );
  panel.set({ xLabel: 'x', yLabel: 'y' });
  return fig;
}

/** Writes a figure as SVG and says where. */
export function saveFigure(fig: Figure, lesson: string, out: string | undefined, name: string): string {
  const file = outputFile(lesson, out, name);
  writeFileSync(file, fig.toSVG());
  console.log(`Plot: ${file}`);
  return file;
}
