import * as reference from '../reference';
import { difference, random32 } from '../testing/values';
import { type ConvShape, conv2d, conv2dFilterGrad, conv2dInputGrad, convHeight, convWidth } from './conv';

const base: ConvShape = {
  n: 2,
  h: 7,
  w: 6,
  ci: 1,
  co: 1,
  kh: 3,
  kw: 3,
  strideH: 1,
  strideW: 1,
  dilationH: 1,
  dilationW: 1,
  padTop: 0,
  padLeft: 0,
  padBottom: 0,
  padRight: 0,
  groups: 1,
};
const same = { padTop: 1, padLeft: 1, padBottom: 1, padRight: 1 };
const cases: [string, Partial<ConvShape>][] = [
  ['one channel', {}],
  ['no image', { n: 0 }],
  ['3 to 5 channels, padded', { ci: 3, co: 5, ...same }],
  ['4 to 8 channels', { ci: 4, co: 8 }],
  ['8 to 20 channels, padded', { ci: 8, co: 20, h: 9, w: 9, ...same }],
  ['stride 2, uneven padding', { ci: 4, co: 13, strideH: 2, strideW: 2, padTop: 1, padRight: 1 }],
  ['stride 3 by 2, window 2 by 3', { ci: 3, co: 4, kh: 2, strideH: 3, strideW: 2 }],
  ['stride larger than the window', { ci: 2, co: 4, kh: 1, kw: 2, strideH: 3, strideW: 3, h: 8, w: 9 }],
  ['dilation', { ci: 3, co: 6, dilationH: 2, dilationW: 2, padTop: 2, padBottom: 1, padLeft: 1, padRight: 3 }],
  ['dilation and stride', { ci: 3, co: 6, h: 11, w: 10, dilationH: 3, dilationW: 2, strideH: 2, strideW: 2, ...same }],
  ['groups', { ci: 6, co: 9, groups: 3, ...same }],
  ['groups with stride', { ci: 6, co: 12, groups: 3, strideW: 2, ...same }],
  ['groups with dilation', { ci: 4, co: 4, groups: 2, h: 9, w: 9, dilationH: 2, dilationW: 2, padTop: 2 }],
  ['depthwise', { ci: 7, co: 7, groups: 7, ...same }],
  ['depthwise with stride', { ci: 12, co: 12, groups: 12, strideH: 2, strideW: 2, ...same }],
  ['depthwise, two outputs each', { ci: 5, co: 10, groups: 5, ...same }],
  ['1 x 1', { ci: 9, co: 17, kh: 1, kw: 1 }],
  ['1 x 1, padded', { ci: 3, co: 4, kh: 1, kw: 1, padTop: 2, padLeft: 2, padRight: 1, padBottom: 3 }],
  ['window of the whole image', { ci: 3, co: 4, kh: 7, kw: 6 }],
  ['many channels', { ci: 300, co: 12, h: 5, w: 5, kh: 2, kw: 2 }],
  ['many channels, a prime', { ci: 521, co: 3, h: 4, w: 4, kh: 2, kw: 2 }],
  ['many images', { n: 300, h: 12, w: 12, ci: 3, co: 6, ...same }],
];

describe.each(cases)('convolution: %s', (_name, change) => {
  const s = { ...base, ...change };
  const output = s.n * convHeight(s) * convWidth(s) * s.co;
  const x = random32(s.n * s.h * s.w * s.ci + 1, 1);
  const w = random32((s.kh * s.kw * s.ci * s.co) / s.groups + 2, 2);
  const dy = random32(output + 3, 3);
  const bias = random32(s.co + 4, 4);

  it('forward', () => {
    const got = random32(output + 5, 5);
    const expected = got.slice();
    conv2d(x, 1, w, 2, got, 5, s, bias, 4);
    reference.conv2d(x, 1, w, 2, expected, 5, s, bias, 4);
    expect(difference(got, expected)).toBeLessThan(1e-6);
    conv2d(x, 1, w, 2, got, 5, s);
    reference.conv2d(x, 1, w, 2, expected, 5, s);
    expect(difference(got, expected)).toBeLessThan(1e-6);
  });

  it('input gradient', () => {
    const got = random32(s.n * s.h * s.w * s.ci + 6, 6);
    const expected = got.slice();
    conv2dInputGrad(dy, 3, w, 2, got, 6, s);
    reference.conv2dInputGrad(dy, 3, w, 2, expected, 6, s);
    expect(difference(got, expected)).toBeLessThan(1e-6);
  });

  it('filter gradient', () => {
    const got = random32(w.length - 2 + 7, 7);
    const expected = got.slice();
    conv2dFilterGrad(x, 1, dy, 3, got, 7, s);
    reference.conv2dFilterGrad(x, 1, dy, 3, expected, 7, s);
    expect(difference(got, expected)).toBeLessThan(1e-6);
  });
});

it('an image gives the same bits alone and in a batch', () => {
  const s: ConvShape = { ...base, n: 40, h: 10, w: 9, ci: 5, co: 12, ...same };
  const size = s.h * s.w;
  const x = random32(s.n * size * s.ci, 1);
  const w = random32(9 * s.ci * s.co, 2);
  const whole = new Float32Array(s.n * size * s.co);
  conv2d(x, 0, w, 0, whole, 0, s);
  const one = new Float32Array(size * s.co);
  conv2d(x, 17 * size * s.ci, w, 0, one, 0, { ...s, n: 1 });
  expect(difference(one, whole.slice(17 * size * s.co, 18 * size * s.co))).toBe(0);
});

it('NaN reaches only the outputs whose windows hold it', () => {
  const s: ConvShape = { ...base, n: 1, ci: 2, co: 3, ...same };
  const x = random32(s.h * s.w * s.ci, 1);
  x[2 * (3 * s.w + 2)] = Number.NaN;
  const w = random32(9 * s.ci * s.co, 2);
  const got = new Float32Array(s.h * s.w * s.co);
  const expected = got.slice();
  conv2d(x, 0, w, 0, got, 0, s);
  reference.conv2d(x, 0, w, 0, expected, 0, s);
  expect(got.map(Number.isNaN as never)).toEqual(expected.map(Number.isNaN as never));
});

it('a filter gradient over many images keeps its digits', () => {
  const s: ConvShape = { ...base, n: 64, h: 20, w: 20, ci: 1, co: 4 };
  const x = random32(s.n * 400, 1).map(Math.abs);
  const dy = random32(s.n * 18 * 18 * 4, 2).map(Math.abs);
  const got = new Float32Array(36);
  const expected = new Float32Array(36);
  conv2dFilterGrad(x, 0, dy, 0, got, 0, s);
  reference.conv2dFilterGrad(x, 0, dy, 0, expected, 0, s);
  const worst = expected.reduce((m, v, i) => Math.max(m, Math.abs(got[i]! - v) / v), 0);
  expect(worst).toBeLessThan(5e-7);
});
