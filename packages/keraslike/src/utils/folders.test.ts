import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setPrinter, toNumbers } from '@stele/core';
import { NDArray } from '@stele/core/numpy';
import { utils } from '../index';
import type { Source } from './sources';

const root = mkdtempSync(join(tmpdir(), 'stele-folders-'));
const [pictures, texts] = [join(root, 'pictures'), join(root, 'texts')];
for (const [name, count] of [
  ['b', 3],
  ['a', 2],
] as const) {
  mkdirSync(join(texts, name), { recursive: true });
  for (let i = 0; i < count; i++) {
    const data = Uint8Array.from({ length: 18 }, (_, k) => k * 37 + i * 50 + name.charCodeAt(0));
    const x = new NDArray({ dtype: 'uint8', shape: [3, 2, 3], data });
    utils.save_img(join(pictures, name, i === 0 ? 'sub/0.png' : `${i}.png`), x, { scale: false });
    writeFileSync(join(texts, name, `${i}.txt`), `é ${name}${i}`);
  }
}
let printed = '';
beforeEach(() => {
  printed = '';
  setPrinter((text) => {
    printed += text;
  });
});
afterEach(() => {
  setPrinter(null);
});
afterAll(() => rmSync(root, { recursive: true }));

const load = utils.image_dataset_from_directory;
const names = (source: Source): string[] => source.file_paths!.map((p) => p.slice(pictures.length + 1));
const read = (source: Source): number[][][] => [...source].map((batch) => batch.map(toNumbers));

// what Keras on TensorFlow gives for the same files
it('reads pictures in Keras’ order, in another order each time', () => {
  const source = load(pictures, {
    image_size: [2, 1],
    labels: [2, 1, 1, 2, 0],
    seed: 7,
    color_mode: 'grayscale',
    batch_size: 2,
  }) as Source;
  expect(printed).toBe('Found 5 files belonging to 3 classes.\n');
  expect(names(source)).toEqual(['a/1.png', 'b/2.png', 'b/1.png', 'a/sub/0.png', 'b/sub/0.png']);
  expect(read(source)).toEqual([
    [
      [106.5, 140.25, 163.75, 124],
      [1, 0],
    ],
    [
      [105.5, 139.25, 162.75, 123],
      [2, 1],
    ],
    [[135.75, 124.5], [2]],
  ]);
  expect(read(source)[1]).toEqual([
    [135.75, 124.5, 105.5, 139.25],
    [2, 2],
  ]);
});

it('infers labels from folders', () => {
  const source = load(pictures, {
    image_size: [2, 1],
    shuffle: false,
    label_mode: 'categorical',
    interpolation: 'nearest',
  }) as Source;
  expect(source.class_names).toEqual(['a', 'b']);
  const [[images, labels]] = [...source];
  expect([images.scalarType, images.sizes, labels.sizes]).toEqual(['uint8', [5, 2, 1, 3], [5, 2]]);
  expect(toNumbers(images).slice(0, 8)).toEqual([2, 39, 76, 190, 227, 8, 208, 245]);
  expect(toNumbers(labels)).toEqual([1, 0, 1, 0, 0, 1, 0, 1, 0, 1]);
});

it('parts files for training and validation', () => {
  const [train, held] = load(pictures, { image_size: 2, seed: 3, validation_split: 0.4, subset: 'both' }) as Source[];
  expect(printed).toBe(
    'Found 5 files belonging to 2 classes.\nUsing 3 files for training.\nUsing 2 files for validation.\n',
  );
  expect([names(train!), names(held!)]).toEqual([
    ['b/2.png', 'b/sub/0.png', 'a/sub/0.png'],
    ['a/1.png', 'b/1.png'],
  ]);
  expect([...held!][0][0].sizes).toEqual([2, 2, 2, 3]);
});

it('reads texts', () => {
  const source = utils.text_dataset_from_directory(texts, { shuffle: false, batch_size: 3, max_length: 4 }) as Source;
  expect([...source].map(([text, labels]) => [text, toNumbers(labels)])).toEqual([
    [
      ['é a', 'é a', 'é b'],
      [0, 0, 1],
    ],
    [
      ['é b', 'é b'],
      [1, 1],
    ],
  ]);
  const cut = utils.text_dataset_from_directory(texts, { label_mode: null, max_length: 1 }) as Source;
  expect(() => [...cut]).toThrow('up to max_length=1 are not UTF-8');
});

it.each([
  [{ label_mode: 'x' }, '`label_mode` argument must be one of'],
  [{ labels: [1] }, 'len(labels) is 1 while we found 5 files'],
  [{ class_names: ['x'] }, "Expected: ['a', 'b'] (or a subset of it), but received: class_names=['x']"],
  [{ validation_split: 0.2 }, 'If `subset` is set'],
  [{ validation_split: 0.2, subset: 'training' }, 'you must provide a `seed` argument'],
  [{ validation_split: 0.01, subset: 'training', seed: 1 }, 'No images found in directory'],
  [{ color_mode: 'x' }, '`color_mode` must be one of'],
  [{ interpolation: 'area' }, "interpolation 'area' is not in Stele"],
  [{ image_size: [1, 2, 3] }, 'Expected a tuple of 2 integers'],
  [{ labels: [0, 1, 2, 0, 1], label_mode: 'binary' }, 'there must be exactly 2 class_names'],
] as const)('refuses %j', (options, message) => {
  expect(() => load(pictures, options as never)).toThrow(message);
});
