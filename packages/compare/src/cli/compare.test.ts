import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { drawGarments, writeIdx } from '@stele/core/data';
import { lessons } from '../lessons/index';
import { compare } from './compare';
import { lessonNames } from './lessons';

let folder: string;
const files = [
  'train-images-idx3-ubyte',
  'train-labels-idx1-ubyte',
  't10k-images-idx3-ubyte',
  't10k-labels-idx1-ubyte',
];

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'stele-compare-'));
  const { images, labels } = drawGarments(200, 1);
  [images, labels, images, labels].forEach((array, i) => {
    writeFileSync(join(folder, files[i]!), writeIdx(array));
  });
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const run = async (lesson: string, steps = 30): Promise<string> => {
  const lines: string[] = [];
  await compare(lesson, { steps, data: folder, json: true }, (line) => lines.push(line));
  return lines.join('\n');
};

test('three idioms agree bit for bit over 30 steps', async () => {
  const result = JSON.parse(await run('fashion-mnist')) as {
    pairs: { outputs: number; loss: number; gradients: Record<string, number>; parameters: Record<string, number> }[];
    finalLoss: Record<string, number>;
  };
  expect(result.pairs).toHaveLength(3);
  for (const pair of result.pairs) {
    expect(pair.outputs).toBe(0);
    expect(pair.loss).toBe(0);
    expect(Object.values(pair.gradients)).toEqual([0, 0, 0, 0]);
    expect(Object.values(pair.parameters)).toEqual([0, 0, 0, 0]);
  }
  // it learns: ten classes start near ln 10 = 2.30
  expect(Object.values(result.finalLoss).every((l) => l < 2)).toBe(true);
});

test.each<[string, number, Record<string, number>, number]>([
  // outputs of a few units; the rest is below one
  ['mnist-cnn', 6, { 'keraslike - tflow': 0 }, 4e-6],
  ['linear-regression', 30, { 'torchlike - tflow': 0 }, 1e-7],
  ['binary-classifier', 30, {}, 5e-7],
])('%s: idioms differ over %i steps by no more than their reason says', async (lesson, steps, exact, most) => {
  const result = JSON.parse(await run(lesson, steps)) as {
    pairs: { pair: string[]; outputs: number; loss: number; gradients: object; parameters: object }[];
    reasons: string[];
  };
  expect(result.reasons).toHaveLength(1);
  for (const { pair, outputs, loss, gradients, parameters } of result.pairs) {
    const differences = [outputs, loss, ...Object.values(gradients), ...Object.values(parameters)];
    for (const d of differences) expect(d).toBeLessThanOrEqual(exact[pair.join(' - ')] ?? most);
  }
});

test('the command line knows the lessons there are', () => {
  expect(lessons.map((lesson) => lesson.name)).toEqual(lessonNames);
});

test('an unknown lesson, a bad step count and a damaged file are errors', async () => {
  await expect(run('fashion-minst')).rejects.toThrow(
    'there is no lesson to compare "fashion-minst" (did you mean "fashion-mnist"?); there are: fashion-mnist, mnist-cnn, linear-regression, binary-classifier',
  );
  await expect(run('fashion-mnist', 0)).rejects.toThrow('--steps');
  writeFileSync(join(folder, files[0]!), Buffer.from([0, 0, 8, 3, 0, 0]));
  await expect(run('fashion-mnist')).rejects.toThrow(/train-images-idx3-ubyte/);
});
