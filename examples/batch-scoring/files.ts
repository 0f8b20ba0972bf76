import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { writePng } from '@stele/core/formats/png';
import { loadDataset } from '@stele/core/node';
import { NDArray } from '@stele/core/numpy';
import { z } from 'zod';
import { labels_map } from '../fashion-mnist/settings';
import { outputFile } from '../output';

export const settings = z.strictObject({
  /** Folder of PNG images; without it the first test images are written as files first. */
  images: z.string().optional(),
  weights: z.string().optional(),
  data: z.string().optional(),
  out: z.string().optional(),
  mini_batch_size: z.int().positive().default(50),
  /** Divides the pixels by 255, as in training; the article's TensorFlow version forgot to. */
  scale: z.boolean().default(false),
});
export type Settings = z.input<typeof settings>;
export type Parsed = z.infer<typeof settings>;

/** What a batch endpoint runs: loading once, and lines `file: class` for each mini-batch of paths. */
export interface Script {
  init(given: Parsed): Promise<void>;
  run(mini_batch: readonly string[]): string[] | Promise<string[]>;
}

/** The images of a folder in order of their names. */
async function pathsOf({ images, data, out }: Parsed): Promise<string[]> {
  const folder = images ?? (await writeSamples(data, out));
  if (!existsSync(folder)) throw new Error(`there is no folder ${folder}`);
  const paths = readdirSync(folder)
    .filter((name) => name.endsWith('.png'))
    .sort()
    .map((name) => join(folder, name));
  if (paths.length === 0) throw new Error(`there are no PNG images in ${folder}`);
  return paths;
}

/** The first 20 test images as files, as the article's script makes 200 of them. */
async function writeSamples(data: string | undefined, out: string | undefined): Promise<string> {
  const { test } = await loadDataset('fashion-mnist', data === undefined ? {} : { root: data });
  const all = new NDArray(test.images);
  let folder = '';
  for (let i = 0; i < 20; i++) {
    const path = outputFile(
      'batch-scoring',
      out === undefined ? undefined : join(out, 'images'),
      `${String(i + 1).padStart(3, '0')}.png`,
    );
    const pixels = Uint8Array.from(all.at(i).ravel().data as Uint8Array);
    writeFileSync(path, writePng({ width: 28, height: 28, channels: 1, depth: 8, data: pixels }));
    folder = join(path, '..');
  }
  return folder;
}

/** `001.png: Ankle Boot`. */
export const resultLine = (path: string, index: number): string => `${basename(path)}: ${labels_map[index]}`;

/** Runs a script over a folder of images, a mini-batch at a time, and prints its lines. */
export async function scoreAll(script: Script, given: Settings): Promise<string[]> {
  const parsed = settings.parse(given);
  const paths = await pathsOf(parsed);
  await script.init(parsed);
  const lines: string[] = [];
  for (let i = 0; i < paths.length; i += parsed.mini_batch_size) {
    const result = await script.run(paths.slice(i, i + parsed.mini_batch_size));
    for (const line of result) console.log(line);
    lines.push(...result);
  }
  return lines;
}
