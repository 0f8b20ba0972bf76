import { toNumbers } from '@stele/core';
import { keras } from '@stele/keraslike';

const { CutMix, MaxNumBoundingBoxes, MixUp } = keras.layers;
const pixels = (n: number, shape: readonly number[]): any =>
  keras.ops.reshape(keras.ops.arange(n, { dtype: 'float32' }), shape);
const numbers = (t: any): number[] => toNumbers(t).map(Number);
const layers: Record<string, any> = { CutMix, MixUp };

// Keras 3.15 on TensorFlow: images 0..11 of shape (3, 2, 2, 1) and the labels' rows of ones
const cases: [string, Record<string, unknown>, number[], number[]][] = [
  [
    'MixUp',
    { seed: 1, alpha: 1.5 },
    [
      2.9590072631835938, 3.9590072631835938, 4.959007263183594, 5.959007263183594, 6.231925010681152,
      7.2319254875183105, 8.231925010681152, 9.231925010681152, 4.854385852813721, 5.854385852813721, 6.854385852813721,
      7.8543853759765625,
    ],
    [
      0.26024818420410156, 0.7397518157958984, 0.0, 0.0, 0.4420187771320343, 0.5579812526702881, 0.3932017683982849,
      0.0, 0.6067982316017151,
    ],
  ],
  [
    'MixUp',
    { seed: 6 },
    [
      2.0627989768981934, 3.0627992153167725, 4.062798976898193, 5.062798976898193, 3.9825124740600586,
      4.982512474060059, 5.982512474060059, 6.982512474060059, 8.0, 9.0, 10.0, 11.0,
    ],
    [0.48430028557777405, 0.5156997442245483, 0.0, 0.0043718814849853516, 0.9956281185150146, 0.0, 0.0, 0.0, 1.0],
  ],
  [
    'CutMix',
    { seed: 2 },
    [0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0, 10.0, 11.0],
    [0.9827845692634583, 0.017215430736541748, 0.0, 0.010794341564178467, 0.9892056584358215, 0.0, 0.0, 0.0, 1.0],
  ],
  [
    'CutMix',
    { seed: 7, factor: [0.4, 0.9] },
    [0.0, 1.0, 2.0, 11.0, 4.0, 5.0, 6.0, 3.0, 8.0, 9.0, 10.0, 7.0],
    [
      0.03204244375228882, 0.0, 0.9679575562477112, 0.8915941715240479, 0.10840582847595215, 0.0, 0.0,
      0.49627673625946045, 0.5037232637405396,
    ],
  ],
];
it.each(cases)('%s of %j mixes images and labels as Keras does', (name, given, images, labels) => {
  const out = new layers[name](given)({ images: pixels(12, [3, 2, 2, 1]), labels: keras.ops.eye(3) });
  expect(numbers(out.images)).toEqual(images);
  expect(numbers(out.labels)).toEqual(labels);
});
it('leaves images as they are while not training, and one image alone', () => {
  const x = pixels(12, [3, 2, 2, 1]);
  for (const layer of [new MixUp({ seed: 1 }), new CutMix({ seed: 2 })] as any[])
    expect(numbers(layer(x, { training: false }))).toEqual(numbers(x));
  expect(numbers((new CutMix({ seed: 2 }) as any)(pixels(4, [2, 2, 1])))).toEqual([0, 1, 2, 3]);
});
it('refuses what it cannot mix', () => {
  const images = pixels(12, [3, 2, 2, 1]);
  const mixUp = new MixUp() as any;
  expect(() => mixUp({ images, labels: keras.ops.ones([3], { dtype: 'int32' }) })).toThrow(/floating numbers/);
  expect(() => mixUp({ images, segmentation_masks: images })).toThrow(/not there in Stele/);
  expect(() => mixUp(keras.ops.ones([2, 2]))).toThrow(/rank 3 \(single image\) or 4/);
  expect(() => new CutMix({ factor: -1 })).toThrow(/in the range \[0, 1\]. Received: factor=-1/);
});
it('saves what Keras saves', () => {
  const saved = (layer: any): string => Object.keys(layer.get_config()).join(' ');
  expect(saved(new MixUp())).toBe('name trainable dtype data_format alpha seed');
  expect(saved(new CutMix())).toBe('name trainable dtype data_format factor seed');
  expect(saved(new MaxNumBoundingBoxes(3, { bounding_box_format: 'xyxy' }))).toBe(
    'name trainable dtype data_format bounding_box_format max_number',
  );
});

describe('MaxNumBoundingBoxes', () => {
  const images = keras.ops.ones([2, 4, 4, 3]);
  const labels = keras.ops.convert_to_tensor(
    [
      [1, 2],
      [3, 4],
    ],
    { dtype: 'int64' },
  );
  const given = { images, bounding_boxes: { boxes: pixels(16, [2, 2, 4]), labels } };
  const fitted = (most: number): any => (new MaxNumBoundingBoxes(most, { bounding_box_format: 'xyxy' }) as any)(given);
  it('adds boxes', () => {
    const { boxes, labels } = fitted(3).bounding_boxes;
    expect(numbers(labels)).toEqual([1, 2, -1, 3, 4, -1]);
    expect(numbers(boxes)).toEqual([
      0, 1, 2, 3, 4, 5, 6, 7, -1, -1, -1, -1, 8, 9, 10, 11, 12, 13, 14, 15, -1, -1, -1, -1,
    ]);
  });
  it('leaves boxes out', () => {
    const { boxes, labels } = fitted(1).bounding_boxes;
    expect(numbers(labels)).toEqual([1, 3]);
    expect(numbers(boxes)).toEqual([0, 1, 2, 3, 8, 9, 10, 11]);
  });
  it('must know the format', () => {
    expect(() => (new MaxNumBoundingBoxes(1) as any)(given)).toThrow(/didn't specify a bounding box format/);
  });
});
