import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { drawGarments, writeIdx } from '@stele/core/data';
import { recorded } from '../shared';
import { printed } from '../testing';
import * as keraslike from './keraslike';
import { type Outcome, settings, startWeights, toTorch } from './matched';
import * as tflow from './tflow';
import * as torchlike from './torchlike';

const out = mkdtempSync(join(tmpdir(), 'stele-'));
afterAll(() => rmSync(out, { recursive: true }));
beforeAll(() => {
  const { images, labels } = drawGarments(96, 1);
  for (const part of ['train', 't10k']) {
    writeFileSync(join(out, `${part}-images-idx3-ubyte`), writeIdx(images));
    writeFileSync(join(out, `${part}-labels-idx1-ubyte`), writeIdx(labels));
  }
});

const idioms = { torchlike, keraslike, tflow };
async function all(data: string, samples: number): Promise<{ outcomes: Outcome[]; lines: string[][] }> {
  const outcomes: Outcome[] = [];
  const lines: string[][] = [];
  for (const { main } of Object.values(idioms)) {
    // larger steps let a unit switch on in one layout only, as the flattened places are summed in another order
    const given = { data, samples, out, hidden: 24, epochs: 2, batch_size: 16, learning_rate: 0.03 };
    const run = await printed(() => main(given));
    outcomes.push(run.result);
    lines.push(run.lines.filter((l) => l.startsWith('Epoch')));
  }
  return { outcomes, lines };
}

const largest = (a: readonly number[], b: readonly number[]): number =>
  Math.max(...a.map((v, i) => Math.abs(v - b[i]!)), a.length === b.length ? 0 : Number.POSITIVE_INFINITY);

function expectEqual({ outcomes, lines }: Awaited<ReturnType<typeof all>>): void {
  const [first, ...others] = outcomes as [Outcome, ...Outcome[]];
  for (const other of others) {
    expect(largest(first.before, other.before)).toBeLessThan(1e-6);
    for (const key of ['loss', 'val_loss'] as const) expect(largest(first[key], other[key])).toBeLessThan(1e-6);
    // convolution gradients are summed in another order where channels come first
    expect(largest(first.after, other.after)).toBeLessThan(1e-5);
  }
  expect(first.before).toHaveLength(80);
  expect(first.loss.at(-1)!).toBeLessThan(first.loss[0]!);
  expect(new Set(lines.map(String)).size).toBe(1);
  for (const { file } of outcomes) {
    const svg = readFileSync(file, 'utf8');
    expect(svg.match(/<path d="M[\d. L-]+" fill="none"/g)).toHaveLength(2);
  }
}

it('gives equal outputs, losses and curves in every idiom', async () => expectEqual(await all(out, 96)), 30_000);

const mnist = recorded('mnist-10k');
mnist.it(
  `gives them for real digits too${mnist.why}`,
  async () => expectEqual(await all(mnist.paths[0]!, 160)),
  30_000,
);

it('lays a dense kernel after a flatten out as PyTorch flattens', () => {
  const parsed = settings.parse({ hidden: 3 });
  const keras = startWeights(parsed);
  const torch = toTorch(keras);
  // place (5, 7), channel 11, unit 2
  expect(torch[4]!.get(2, 11 * 144 + 5 * 12 + 7)).toBe(keras[4]!.get((5 * 12 + 7) * 64 + 11, 2));
  expect(torch[2]!.get(40, 20, 1, 2)).toBe(keras[2]!.get(1, 2, 20, 40));
});
