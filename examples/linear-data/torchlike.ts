import { np } from '@stele/core/numpy';
import * as torch from '@stele/torchlike';
import { z } from 'zod';
import { linearData } from './data';
import { saveFigure, scatterPlot } from './scatter';

export const settings = z.strictObject({ seed: z.int().default(42), out: z.string().optional() });

export function main(given: z.input<typeof settings> = {}) {
  const { seed, out } = settings.parse(given);
  const points = linearData(seed);
  const x = torch.from_numpy(points.x);
  const y = torch.from_numpy(points.y);

  console.log(`x: ${x.shape} ${x.dtype}, y: ${y.shape} ${y.dtype}`);
  const [w, b] = np.polyfit(points.x, points.y, 1).tolist() as [number, number];
  console.log(`Least squares: w ${w.toFixed(4)}, b ${b.toFixed(4)}`);

  const file = saveFigure(scatterPlot(points), 'linear-data', out, 'scatter.svg');
  return { x, y, w, b, file };
}
