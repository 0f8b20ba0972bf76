import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { printed } from '../testing';
import { linearData } from './data';
import { scatterPlot } from './scatter';
import * as tflow from './tflow';
import * as torchlike from './torchlike';

const out = mkdtempSync(join(tmpdir(), 'stele-'));
afterAll(() => rmSync(out, { recursive: true }));

it('draws the numbers that NumPy draws for the seed', () => {
  const { x, y } = linearData();
  expect(x.at(':3').tolist()).toEqual([-2.50919771194458, 9.014286041259766, 4.639878749847412]);
  expect(y.at(':3').tolist()).toEqual([-0.05292347073554993, 1.2362666130065918, 0.8079487681388855]);
  expect([x.dtype, x.shape, y.shape]).toEqual(['float32', [200], [200]]);
});

it.each([
  ['torchlike', torchlike.main, 'x: torch.Size([200]) torch.float32, y: torch.Size([200]) torch.float32'],
  ['tflow', tflow.main, "x: (200,) <dtype: 'float32'>, y: (200,) <dtype: 'float32'>"],
])('fits and plots the same points in %s', async (_, main, shapes) => {
  const { lines, result } = await printed(() => main({ out }));
  expect(lines[0]).toBe(shapes);
  expect(result.w).toBeCloseTo(0.09941447, 6);
  expect(result.b).toBeCloseTo(0.30992484, 6);
  expect(existsSync(result.file)).toBe(true);
  expect(readFileSync(result.file, 'utf8').match(/<circle/g)).toHaveLength(200);
});

it('draws a line per learned model over the points', () => {
  const svg = scatterPlot(linearData(), [
    { label: 'TF', color: 'red', w: 0.1, b: 0.3 },
    { label: 'PyTorch', color: 'cyan', w: 0.1, b: 0.2 },
  ]).toSVG();
  for (const label of ['data', 'TF', 'PyTorch']) expect(svg).toContain(`>${label}</text>`);
});
