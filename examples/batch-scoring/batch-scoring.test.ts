import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { drawGarments, writeIdx } from '@stele/core/data';
import { loadDatasetSync } from '@stele/core/node';
import { labels_map } from '../fashion-mnist/settings';
import { recorded } from '../shared';
import { printed } from '../testing';
import * as keraslike from './keraslike';
import * as tflow from './tflow';
import * as torchlike from './torchlike';

const idioms = { torchlike, keraslike, tflow };
const names = Object.keys(idioms) as (keyof typeof idioms)[];
let out: string;
beforeAll(() => {
  out = mkdtempSync(join(tmpdir(), 'stele-'));
  const { images, labels } = drawGarments(200, 1);
  for (const part of ['train', 't10k']) {
    writeFileSync(join(out, `${part}-images-idx3-ubyte`), writeIdx(images));
    writeFileSync(join(out, `${part}-labels-idx1-ubyte`), writeIdx(labels));
  }
});
afterAll(() => rmSync(out, { recursive: true }));

it.each(names)('%s trains once and prints a line per image in a fresh checkout', async (idiom) => {
  const own = join(out, idiom);
  const { lines, result } = await printed(() => idioms[idiom].main({ data: out, out: own, mini_batch_size: 8 }));
  expect(lines[0]).toMatch(/^No weights at .*: training for one epoch first$/);
  expect(result).toHaveLength(20);
  result.forEach((line, i) => {
    expect(line).toMatch(new RegExp(`^0${String(i + 1).padStart(2, '0')}\\.png: (${labels_map.join('|')})$`));
  });
  expect(readdirSync(join(own, 'images'))).toHaveLength(20);
});

it.each(names)('%s names a folder that is not there or holds no image', async (idiom) => {
  await expect(idioms[idiom].main({ images: join(out, 'nowhere') })).rejects.toThrow('there is no folder');
  await expect(idioms[idiom].main({ images: out })).rejects.toThrow('there are no PNG images in');
});

const article = recorded('article', 'fashion-mnist-mini');
const [folder, mini] = article.paths as [string, string];
const score = async (idiom: keyof typeof idioms, weights: string, scale: boolean): Promise<string[]> =>
  (
    await printed(() =>
      idioms[idiom].main({ images: join(folder, 'sample-request'), weights: join(folder, weights), scale }),
    )
  ).result;

article.it(`the article’s 99 images: the same lines in every idiom, 83 of them right${article.why}`, async () => {
  const lines = await score('torchlike', 'weights.pth', false);
  expect(lines).toHaveLength(99);
  expect(lines[0]).toMatch(/^001\.png: /);
  expect(await score('keraslike', 'weights.pth', true)).toEqual(lines);
  expect(await score('tflow', 'weights.pth', true)).toEqual(lines);
  expect(await score('tflow', 'tf-model', true)).toEqual(await score('keraslike', 'tf-model', true));
  // they are the first 99 of the test images, of whose 200 these weights get 171 right
  const { labels } = loadDatasetSync('fashion-mnist', { root: mini }).test;
  const right = lines.filter((line, i) => line.endsWith(`: ${labels_map[Number(labels.data[i])]}`));
  expect(right).toHaveLength(83);
});

article.it(`the article’s unscaled pixels change answers${article.why}`, async () => {
  const scaled = await score('keraslike', 'weights.pth', true);
  const raw = await score('keraslike', 'weights.pth', false);
  expect(await score('tflow', 'weights.pth', false)).toEqual(raw);
  expect(raw.filter((line, i) => line !== scaled[i]).length).toBeGreaterThan(0);
});
