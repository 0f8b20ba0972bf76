import * as reference from '../reference';
import { difference, random32, random64 } from '../testing/values';
import { permute, transpose } from './move';

const contiguous = (shape: readonly number[]): number[] => {
  const strides = new Array<number>(shape.length);
  let step = 1;
  for (let d = shape.length - 1; d >= 0; d--) {
    strides[d] = step;
    step *= shape[d]!;
  }
  return strides;
};

describe('permute', () => {
  const cases: [number[], number[]][] = [
    [[], []],
    [[7], [0]],
    [
      [5, 6],
      [1, 0],
    ],
    [
      [33, 47],
      [1, 0],
    ],
    [
      [4, 28, 28, 3],
      [0, 3, 1, 2],
    ],
    [
      [4, 3, 28, 28],
      [0, 2, 3, 1],
    ],
    [
      [2, 3, 4, 5, 6, 7],
      [5, 3, 1, 0, 2, 4],
    ],
    [
      [2, 3, 4, 5, 6, 7],
      [0, 1, 2, 4, 3, 5],
    ],
    [
      [3, 1, 20, 1, 40],
      [4, 3, 2, 1, 0],
    ],
    [
      [2, 2, 2, 2, 2, 2, 3],
      [6, 5, 4, 3, 2, 1, 0],
    ],
    [
      [40, 300, 50],
      [1, 0, 2],
    ],
    [
      [40, 300, 50],
      [2, 1, 0],
    ],
    [
      [0, 4, 5],
      [2, 0, 1],
    ],
  ];
  it.each(cases)('%j by %j', (shape, axes) => {
    const n = shape.reduce((a, b) => a * b, 1);
    const strides = contiguous(shape);
    const to = axes.map((a) => shape[a] ?? 1);
    const steps = axes.map((a) => strides[a] ?? 1);
    for (const make of [random32, random64]) {
      const x = make(n + 3, 1);
      const got = make(n + 2, 2);
      const expected = got.slice();
      permute(x, 3, to, steps, got, 1);
      reference.permute(x, 3, to, steps, expected, 1);
      expect(difference(got, expected)).toBe(0);
    }
    const words = new Int32Array(n).map((_, i) => i * 1000003);
    const got = new Int32Array(n);
    const expected = new Int32Array(n);
    permute(words, 0, to, steps, got, 0);
    reference.permute(words, 0, to, steps, expected, 0);
    expect(difference(got, expected)).toBe(0);
  });

  it.each([
    [
      [30, 40],
      [0, 1],
    ],
    [
      [30, 40],
      [1, 0],
    ],
    [
      [30, 40],
      [100, 2],
    ],
    [
      [30, 40],
      [2, 100],
    ],
    [
      [3, 5, 40],
      [5000, 1, 7],
    ],
    [
      [30, 40],
      [-41, 1],
    ],
    [
      [4, 6, 5, 9],
      [1000, 0, 9, 1],
    ],
    [[300], [977]],
    [
      [20, 20],
      [1, 1],
    ],
  ])('strides that are no permutation: %j by %j', (shape, strides) => {
    const n = shape.reduce((a, b) => a * b, 1);
    const x = random32(400_000, 1);
    const got = new Float32Array(n);
    const expected = new Float32Array(n);
    permute(x, 5000, shape, strides, got, 0);
    reference.permute(x, 5000, shape, strides, expected, 0);
    expect(difference(got, expected)).toBe(0);
  });
});

describe('transpose', () => {
  it.each([
    [1, 1, 1],
    [2, 3, 0],
    [1, 8, 8],
    [3, 17, 23],
    [200, 28, 30],
    [1, 700, 500],
  ])('%d matrices of %d x %d', (batch, rows, cols) => {
    const x = random32(batch * rows * cols + 1, 1);
    const got = random32(batch * rows * cols + 2, 2);
    const expected = got.slice();
    transpose(x, 1, got, 2, batch, rows, cols);
    reference.transpose(x, 1, expected, 2, batch, rows, cols);
    expect(difference(got, expected)).toBe(0);
  });
});
