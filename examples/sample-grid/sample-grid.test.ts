import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { drawGarments, writeIdx } from '@stele/core/data';
import { labels_map } from '../fashion-mnist/settings';
import { printed } from '../testing';
import * as keraslike from './keraslike';
import * as torchlike from './torchlike';

let out: string;
beforeAll(() => {
  out = mkdtempSync(join(tmpdir(), 'stele-'));
  const { images, labels } = drawGarments(40, 1);
  for (const part of ['train', 't10k']) {
    writeFileSync(join(out, `${part}-images-idx3-ubyte`), writeIdx(images));
    writeFileSync(join(out, `${part}-labels-idx1-ubyte`), writeIdx(labels));
  }
});
afterAll(() => rmSync(out, { recursive: true }));

it.each([
  ['torchlike', torchlike.main],
  ['keraslike', keraslike.main],
])('draws nine images under their labels in %s', async (_, main) => {
  const { result } = await printed(() => main({ data: out, out }));
  expect(result.titles).toHaveLength(9);
  const svg = readFileSync(result.file, 'utf8');
  for (const title of result.titles) {
    expect(labels_map).toContain(title);
    expect(svg).toContain(`>${title}</text>`);
  }
  expect(svg.match(/crispEdges/g)).toHaveLength(9);
});

it('never draws the index after the last', async () => {
  for (let seed = 0; seed < 30; seed++) {
    for (const main of [torchlike.main, keraslike.main])
      expect((await printed(() => main({ data: out, out, seed }))).result.titles).not.toContain(undefined);
  }
});
