import * as reference from '../reference';
import { difference, random32, random64 } from '../testing/values';
import * as kernels from './softmax';

const shapes = [
  [0, 5],
  [1, 1],
  [3, 2],
  [64, 10],
  [5, 4],
  [7, 17],
  [3, 1000],
  [2, 20_001],
  [2000, 10],
] as const;

describe.each([
  ['float32', random32, 6e-7],
  ['float64', random64, 1e-12],
] as const)('softmax and cross-entropy of %s', (_type, make, tolerance) => {
  it.each(shapes)('%d rows of %d', (rows, cols) => {
    const n = rows * cols;
    const x = make(n + 1, 1, 10);
    for (const [run, ref, runGrad, refGrad] of [
      [kernels.softmax, reference.softmax, kernels.softmaxGrad, reference.softmaxGrad],
      [kernels.logSoftmax, reference.logSoftmax, kernels.logSoftmaxGrad, reference.logSoftmaxGrad],
    ] as const) {
      const got = make(n + 2, 2);
      const expected = got.slice();
      run(x, 1, got, 2, rows, cols);
      ref(x, 1, expected, 2, rows, cols);
      expect(difference(got, expected)).toBeLessThan(tolerance);
      const g = make(n + 3, 3);
      const dx = make(n + 1, 4);
      const expectedDx = dx.slice();
      runGrad(expected, 2, g, 3, dx, 1, rows, cols);
      refGrad(expected, 2, g, 3, expectedDx, 1, rows, cols);
      expect(difference(dx, expectedDx)).toBeLessThan(tolerance);
    }
  });

  it.each(shapes)('losses and their gradients: %d rows of %d', (rows, cols) => {
    const n = rows * cols;
    const x = make(n + 1, 1, 10);
    const labels = new Int32Array(rows + 2).map((_, i) => (i % 7 === 5 ? -1 : (i * 13) % cols));
    const target = make(n + 3, 2).map(Math.abs);
    const scale = make(rows + 4, 3);
    const got = make(rows + 1, 4);
    const expected = got.slice();
    kernels.crossEntropy(x, 1, labels, 2, got, 1, rows, cols);
    reference.crossEntropy(x, 1, labels, 2, expected, 1, rows, cols);
    expect(difference(got, expected)).toBeLessThan(tolerance);
    kernels.crossEntropyTargets(x, 1, target, 3, got, 1, rows, cols);
    reference.crossEntropyTargets(x, 1, target, 3, expected, 1, rows, cols);
    expect(difference(got, expected)).toBeLessThan(tolerance);
    for (const step of [0, 1] as const) {
      const dx = make(n + 5, 5);
      const expectedDx = dx.slice();
      kernels.crossEntropyGrad(x, 1, labels, 2, scale, 4, step, dx, 5, rows, cols);
      reference.crossEntropyGrad(x, 1, labels, 2, scale, 4, step, expectedDx, 5, rows, cols);
      expect(difference(dx, expectedDx)).toBeLessThan(tolerance);
      kernels.crossEntropyTargetsGrad(x, 1, target, 3, scale, 4, step, dx, 5, rows, cols);
      reference.crossEntropyTargetsGrad(x, 1, target, 3, scale, 4, step, expectedDx, 5, rows, cols);
      expect(difference(dx, expectedDx)).toBeLessThan(tolerance);
    }
  });

  it('survives large logits and passes NaN on', () => {
    const rows = [
      [1e30, 0, -1e30, 1e30, 5],
      [-200, -201, -202, -203, -204],
      [Number.NEGATIVE_INFINITY, 0, 1, Number.NEGATIVE_INFINITY, 2],
      [Number.NaN, 1, 2, 3, 4],
      [1, 2, 3, 4, Number.NaN],
    ];
    const x = make(25, 1);
    x.set(rows.flat());
    const got = make(25, 2);
    const expected = got.slice();
    kernels.softmax(x, 0, got, 0, 5, 5);
    reference.softmax(x, 0, expected, 0, 5, 5);
    expect(difference(got, expected)).toBeLessThan(tolerance);
    kernels.logSoftmax(x, 0, got, 0, 5, 5);
    reference.logSoftmax(x, 0, expected, 0, 5, 5);
    expect(difference(got.slice(10), expected.slice(10))).toBeLessThan(tolerance);
    expect(difference(got.slice(0, 5), expected.slice(0, 5))).toBeLessThan(tolerance);
  });
});
