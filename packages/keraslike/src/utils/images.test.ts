import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { np } from '@stele/core/numpy';
import { utils } from '../index';

const folder = mkdtempSync(join(tmpdir(), 'stele-images-'));
const file = join(folder, 'a.png');
const pixels = Uint8Array.from({ length: 48 }, (_, i) => i * 37);
utils.save_img(file, np.array([...pixels]).reshape([3, 4, 4]), { scale: false });
afterAll(() => rmSync(folder, { recursive: true }));

// recorded from Keras with Pillow 12.3
it.each([
  ['rgb', [2, 3], 'nearest', false, [0, 37, 74, 40, 77, 114, 188, 225, 6, 160, 197, 234, 200, 237, 18, 92, 129, 166]],
  [
    'rgba',
    [2, 3],
    'bilinear',
    false,
    [58, 72, 107, 109, 102, 100, 140, 107, 80, 114, 106, 105, 89, 102, 139, 97, 116, 122, 126, 127, 87, 124, 143, 158],
  ],
  ['rgba', [2, 2], 'bicubic', true, [62, 65, 104, 98, 94, 106, 140, 122, 91, 96, 137, 100, 118, 134, 130, 133]],
  ['grayscale', [2, 5], 'lanczos', false, [45, 121, 126, 98, 135, 175, 88, 133, 171, 75]],
  ['grayscale', [2, 5], 'hamming', true, [104, 89, 116, 133, 53, 116, 84, 117, 141, 48]],
  ['rgb', [2, 2], 'box', false, [114, 87, 124, 90, 127, 100, 106, 143, 180, 146, 183, 92]],
] as const)(
  'loads a picture as %s, %j, %s, keeping its proportions %s',
  (mode, size, interpolation, keep, expected) => {
    const image = utils.load_img(file, mode, size, interpolation, keep);
    expect([...image.size]).toEqual([...size].reverse());
    expect([...image.pixels]).toEqual(expected);
  },
);

it('turns arrays into pictures and back', () => {
  const image = utils.array_to_img([[[0.5], [-1], [2], [0.25]]]);
  expect([...image.pixels]).toEqual([127, 0, 255, 106]);
  expect(utils.img_to_array(utils.load_img(file)).shape).toEqual([3, 4, 3]);
  expect(utils.array_to_img(np.zeros([3, 2, 5]), { data_format: 'channels_first' }).size).toEqual([5, 2]);
});

it('refuses what is not a picture, and files that it cannot read or write', () => {
  expect(() => utils.array_to_img([[1, 2]])).toThrow(
    'Expected image array to have rank 3 (single image). Got array with shape: (1, 2)',
  );
  expect(() => utils.array_to_img([[[1, 2]]])).toThrow('Unsupported channel number: 2');
  expect(() => utils.array_to_img([[[300]]], { scale: false })).toThrow("PIL's mode 'I'");
  expect(() => utils.load_img(file, 'cmyk')).toThrow('color_mode must be "grayscale", "rgb", or "rgba"');
  expect(() => utils.load_img(file, { target_size: [2, 2], interpolation: 'area' })).toThrow(
    'Supported methods are nearest, bilinear, bicubic, hamming, box, lanczos',
  );
  const jpeg = join(folder, 'a.jpg');
  writeFileSync(jpeg, Uint8Array.of(0xff, 0xd8, 0xff));
  expect(() => utils.load_img(jpeg)).toThrow('JPEG');
  expect(() => utils.save_img(jpeg, [[[1]]])).toThrow('Stele writes PNG only');
});
