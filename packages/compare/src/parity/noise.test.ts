import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { replay } from './runner';

const traces = join(__dirname, '../../recordings/tf/traces.ndjson.gz');
const row = (id: string): Record<string, any> =>
  gunzipSync(readFileSync(traces))
    .toString('utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Record<string, any>)
    .find((r) => r.id === id)!;

let root: string;
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'stele-noise-'));
});
afterAll(() => rmSync(root, { recursive: true }));
const replayed = async (name: string, data: object) => {
  const folder = join(root, name);
  mkdirSync(folder);
  writeFileSync(join(folder, 'traces.ndjson.gz'), gzipSync(`${JSON.stringify(data)}\n`));
  return (await replay([folder]))[0]!.cases[0]!;
};

// the bias before a normalization has gradient 0, and Adam makes steps of its rounding errors
test('a number that rounding alone decides is said to be noise, and does not pass', async () => {
  const elsewhere = row('traces/p0020');
  expect((await replayed('here', elsewhere)).status).toBe('passed');
  // as a processor that rounds otherwise might have recorded it
  elsewhere.outputs.final_weights[1].data[0] += 0.01;
  const result = await replayed('noise', elsewhere);
  expect(result.status).toBe('failed');
  expect(Math.abs(result.noise! - (result.element!.got as number))).toBeGreaterThan(result.element!.tolerance!);
  expect(result.reason).toContain('rounding noise: kernels that round otherwise give');
});

test('a wrong number is not', async () => {
  const wrong = row('traces/p0000');
  const out = Object.keys(wrong.outputs)[0]!;
  const first = wrong.outputs[out];
  if (Array.isArray(first)) first[0] *= 1.01;
  else first.data[0] *= 1.01;
  const result = await replayed('wrong', wrong);
  expect(result.status).toBe('failed');
  expect(result.noise).toBeUndefined();
  expect(result.reason).not.toContain('noise');
});
