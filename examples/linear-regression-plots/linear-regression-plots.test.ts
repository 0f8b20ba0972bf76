import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { printed } from '../testing';
import { main } from './together';

const out = mkdtempSync(join(tmpdir(), 'stele-'));
afterAll(() => rmSync(out, { recursive: true }));

it('draws two lines that almost coincide, then three', async () => {
  const { lines, result } = await printed(() => main({ out }));
  expect(lines).toHaveLength(7);
  const [a, b] = result.first;
  expect(Math.abs(a!.w - b!.w)).toBeLessThan(1e-3);
  expect(Math.abs(a!.b - b!.b)).toBeLessThan(0.05);
  // least squares gives 0.0994 and 0.3099
  for (const { w, b: bias } of [...result.first, ...result.second]) {
    expect(Math.abs(w - 0.0994)).toBeLessThan(2e-3);
    expect(Math.abs(bias - 0.3099)).toBeLessThan(0.12);
  }
  const [first, second] = result.files.map((file) => readFileSync(file, 'utf8')) as [string, string];
  for (const label of ['TensorFlow', 'PyTorch', 'data']) expect(first).toContain(`>${label}</text>`);
  for (const label of ['TensorFlow fit', 'TensorFlow loop', 'PyTorch']) expect(second).toContain(`>${label}</text>`);
  const strokes = (svg: string): number => (svg.match(/<path d="M[\d.]+ [\d.]+L[\d.]+ [\d.]+"/g) ?? []).length;
  expect([strokes(first), strokes(second)]).toEqual([2, 3]);
});
