import * as reference from '../reference';
import { difference, random32, random64 } from '../testing/values';
import { avgPool, avgPoolGrad, maxPool, maxPoolGrad, type PoolShape } from './pool';

const base: PoolShape = {
  n: 2,
  h: 6,
  w: 8,
  c: 1,
  oh: 3,
  ow: 4,
  kh: 2,
  kw: 2,
  strideH: 2,
  strideW: 2,
  dilationH: 1,
  dilationW: 1,
  padTop: 0,
  padLeft: 0,
  padBottom: 0,
  padRight: 0,
};
const cases: [string, Partial<PoolShape>][] = [
  ['2 x 2', {}],
  ['32 channels', { c: 32 }],
  ['5 channels, many images', { c: 5, n: 700 }],
  ['no image', { n: 0 }],
  ['overlapping, padded', { c: 7, kh: 3, kw: 3, padTop: 1, padLeft: 1, padBottom: 1, padRight: 1 }],
  ['stride 1, uneven padding', { c: 3, kh: 3, kw: 2, strideH: 1, strideW: 1, oh: 5, ow: 8, padTop: 1, padRight: 1 }],
  ['beyond the padding', { c: 4, h: 5, w: 7, kh: 2, kw: 3, oh: 3, ow: 4, padLeft: 1, padRight: 1 }],
  ['gaps between windows', { c: 6, kh: 1, kw: 2, strideH: 3, strideW: 4, oh: 2, ow: 2 }],
  ['the whole image', { c: 9, kh: 6, kw: 8, oh: 1, ow: 1 }],
];

describe.each(cases)('pooling: %s', (_name, change) => {
  const s: PoolShape = { ...base, ...change };
  const input = s.n * s.h * s.w * s.c;
  const output = s.n * s.oh * s.ow * s.c;

  it.each([random32, random64])('maxima, their places and the gradient', (make) => {
    const x = make(input + 1, 1).map((v) => Math.round(v * 10));
    if (input > 30) {
      x[12] = Number.NaN;
      x[25] = Number.NaN;
      x[30] = Number.NEGATIVE_INFINITY;
    }
    const dilated = { ...s, kh: 2, kw: 2, dilationH: 2, dilationW: 3, oh: 2, ow: 2, padTop: 1, padLeft: 2 };
    for (const shape of [s, dilated]) {
      const size = s.n * shape.oh * shape.ow * s.c;
      const got = make(size + 2, 2);
      const expected = got.slice();
      const places = new Int32Array(size + 3);
      const expectedPlaces = new Int32Array(size + 3);
      maxPool(x, 1, got, 2, places, 3, shape);
      reference.maxPool(x, 1, expected, 2, expectedPlaces, 3, shape);
      expect(difference(got, expected)).toBe(0);
      expect(difference(places, expectedPlaces)).toBe(0);
      const dy = make(size + 1, 3);
      const dx = make(input + 4, 4);
      const expectedDx = dx.slice();
      maxPoolGrad(dy, 1, places, 3, dx, 4, shape);
      reference.maxPoolGrad(dy, 1, places, 3, expectedDx, 4, shape);
      expect(difference(dx, expectedDx)).toBeLessThan(3e-7);
    }
  });

  it.each([true, false])('averages and their gradient, padding counted: %s', (includePad) => {
    for (const make of [random32, random64]) {
      const x = make(input + 1, 1);
      const got = make(output + 2, 2);
      const expected = got.slice();
      avgPool(x, 1, got, 2, s, includePad);
      reference.avgPool(x, 1, expected, 2, s, includePad);
      expect(difference(got, expected)).toBeLessThan(5e-7);
      const dy = make(output + 1, 3);
      const dx = make(input + 2, 4);
      const expectedDx = dx.slice();
      avgPoolGrad(dy, 1, dx, 2, s, includePad);
      reference.avgPoolGrad(dy, 1, expectedDx, 2, s, includePad);
      expect(difference(dx, expectedDx)).toBeLessThan(5e-7);
    }
  });
});
