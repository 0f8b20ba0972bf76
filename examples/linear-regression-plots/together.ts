import { z } from 'zod';
import { linearData } from '../linear-data/data';
import { type Learned, saveFigure, scatterPlot } from '../linear-data/scatter';
import * as tflowAutodiff from '../linear-regression-autodiff/tflow';
import * as torchAutodiff from '../linear-regression-autodiff/torchlike';
import * as kerasLayers from '../linear-regression-layers/keraslike';
import * as tflowLayers from '../linear-regression-layers/tflow';
import * as torchLayers from '../linear-regression-layers/torchlike';

export const settings = z.strictObject({
  /** As the article has it: 500 of gradients alone and of `fit`, 1500 of the loops with optimizers. */
  epochs: z.int().positive().default(500),
  loop_epochs: z.int().positive().default(1500),
  out: z.string().optional(),
});

/** Runs a program without its lines. */
function quiet<T>(body: () => T): T {
  const before = console.log;
  console.log = () => {};
  try {
    return body();
  } finally {
    console.log = before;
  }
}

export async function main(given: z.input<typeof settings> = {}) {
  const { epochs, loop_epochs, out } = settings.parse(given);
  const points = linearData();
  const line = (label: string, color: string, { w, b }: { w: number; b: number }): Learned => ({ label, color, w, b });

  const first = [
    line(
      'TensorFlow',
      'red',
      quiet(() => tflowAutodiff.main({ epochs })),
    ),
    line(
      'PyTorch',
      'cyan',
      quiet(() => torchAutodiff.main({ epochs })),
    ),
  ];
  // the fit is by MAE over 500 epochs and the loops by MSE over 1500: their lines are near each other, not equal
  const second = [
    line('TensorFlow fit', 'red', await kerasLayers.main({ epochs, verbose: 0 })),
    line(
      'TensorFlow loop',
      'yellow',
      quiet(() => tflowLayers.main({ epochs: loop_epochs })),
    ),
    line(
      'PyTorch',
      'cyan',
      quiet(() => torchLayers.main({ epochs: loop_epochs })),
    ),
  ];
  for (const { label, w, b } of [...first, ...second]) console.log(`${label}: y = ${w.toFixed(4)} x + ${b.toFixed(4)}`);

  const lesson = 'linear-regression-plots';
  const files = [
    saveFigure(scatterPlot(points, first, 'By gradients alone'), lesson, out, 'autodiff.svg'),
    saveFigure(scatterPlot(points, second, 'With layers and optimizers'), lesson, out, 'layers.svg'),
  ];
  return { first, second, files };
}
