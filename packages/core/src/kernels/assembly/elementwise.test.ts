import * as reference from '../reference';
import { difference, lengths, random32, random64, specials, ulps, uniform } from '../testing/values';
import type { BinaryKernel, BinaryMode, GradKernel, UnaryKernel } from './elementwise';
import { axpy, binary, copy, fill, grad, unary } from './elementwise';

// largest error in units in the last place, and the range of the random arguments
const unaryCases: [UnaryKernel, number, number, number][] = [
  ['neg', 0, -1e3, 1e3],
  ['abs', 0, -1e3, 1e3],
  ['sqrt', 0.5, 0, 1e6],
  ['rsqrt', 2, 0, 1e6],
  ['reciprocal', 0.5, -1e3, 1e3],
  ['square', 0.5, -1e3, 1e3],
  ['relu', 0, -1e3, 1e3],
  ['sign', 0, -1e3, 1e3],
  ['floor', 0, -1e3, 1e3],
  ['ceil', 0, -1e3, 1e3],
  ['round', 0, -1e3, 1e3],
  ['exp', 1.25, -104, 89],
  ['expm1', 2, -20, 20],
  ['log', 1.2, 0, 1e4],
  ['log1p', 2, -0.99, 10],
  ['sigmoid', 2.5, -100, 100],
  ['tanh', 1.6, -10, 10],
  ['erf', 1.6, -4.5, 4.5],
  ['softplus', 3, -100, 100],
  ['sin', 1.5, -100, 100],
  ['cos', 1.5, -100, 100],
];

describe('unary kernels', () => {
  it.each(unaryCases)('%s is within %d ulp', (name, limit, low, high) => {
    const next = uniform(7);
    const x = new Float32Array(60_000);
    // half over the range, a quarter near zero, a quarter log-uniform: exponents matter more than values
    for (let i = 0; i < x.length; i++) {
      const u = next();
      if (i % 4 === 0) x[i] = (low < 0 ? u * 2 - 1 : u) * 1.2;
      else if (i % 4 === 1) x[i] = 10 ** (u * 40 - 38) * (low < 0 && next() < 0.5 ? -1 : 1);
      else x[i] = low + u * (high - low);
      if (name === 'log1p' && x[i]! <= -1) x[i] = -0.5;
    }
    const y = new Float32Array(x.length);
    unary(name, x, 0, y, 0, x.length);
    let worst = 0;
    let where = 0;
    for (let i = 0; i < x.length; i++) {
      const e = ulps(y[i]!, reference.unaryFunctions[name](x[i]!));
      if (e > worst) {
        worst = e;
        where = x[i]!;
      }
    }
    expect({ name, where: worst > limit ? where : 0, ok: worst <= limit, worst: worst > limit ? worst : 0 }).toEqual({
      name,
      where: 0,
      ok: true,
      worst: 0,
    });
  });

  it.each(unaryCases)('%s treats special values as float64 does', (name, limit) => {
    const x = Float32Array.from(specials);
    const y = new Float32Array(x.length);
    unary(name, x, 0, y, 0, x.length);
    for (let i = 0; i < x.length; i++) {
      const exact = reference.unaryFunctions[name](x[i]!);
      const ok = ulps(y[i]!, exact) <= Math.max(limit, 0.5);
      expect({ x: x[i], y: y[i], exact, ok }).toEqual({ x: x[i], y: y[i], exact, ok: true });
    }
  });

  it('gelu follows its formula to float32 rounding of the terms', () => {
    const x = random32(20_000, 3, 8);
    const y = new Float32Array(x.length);
    unary('gelu', x, 0, y, 0, x.length);
    const worst = x.reduce((w, v, i) => {
      const error = Math.abs(y[i]! - reference.unaryFunctions.gelu(v)) / Math.max(1, Math.abs(v));
      return Math.max(w, error);
    }, 0);
    expect(worst).toBeLessThan(2.5e-7);
  });

  it.each(lengths)('a result does not depend on its place: %d elements', (n) => {
    const x = random32(n + 9, 5, 6);
    for (const name of ['exp', 'tanh', 'erf', 'sin', 'log1p'] as const) {
      const whole = new Float32Array(n + 9);
      unary(name, x, 0, whole, 0, n + 9);
      const part = new Float32Array(n + 9).fill(42);
      unary(name, x, 3, part, 2, n);
      expect(difference(part.slice(2, n + 2), whole.slice(3, n + 3))).toBe(0);
      expect([part[0], part[1], part[n + 2]]).toEqual([42, 42, 42]);
    }
  });

  it('sin and cos reduce large arguments', () => {
    const x = Float32Array.from([1e5, -1e6, 1e7, 1e20, -3e38, 2 ** 20, 2 ** 20 + 0.125]);
    for (const name of ['sin', 'cos'] as const) {
      const y = new Float32Array(x.length);
      unary(name, x, 0, y, 0, x.length);
      for (let i = 0; i < x.length; i++) expect(ulps(y[i]!, Math[name](x[i]!))).toBeLessThan(1.6);
      const same = x.slice();
      unary(name, same, 0, same, 0, x.length);
      expect(same).toEqual(y);
    }
  });

  it.each(unaryCases)('%s in float64 equals the reference', (name) => {
    const x = random64(1003, 2, 3);
    const y = new Float64Array(x.length);
    const expected = new Float64Array(x.length);
    unary(name, x, 0, y, 0, x.length);
    reference.unary(name, x, 0, expected, 0, x.length);
    expect(y).toEqual(expected);
  });
});

describe('binary kernels', () => {
  const names: BinaryKernel[] = ['add', 'sub', 'mul', 'div', 'max', 'min'];
  const modes: BinaryMode[] = [
    'same',
    'scalarSecond',
    'scalarFirst',
    'rowSecond',
    'rowFirst',
    'columnSecond',
    'columnFirst',
  ];
  const shapes = [
    [0, 4],
    [3, 0],
    [1, 1],
    [1, 7],
    [5, 3],
    [8, 10],
    [64, 20],
    [2, 16_999],
    [6001, 3],
  ] as const;
  const cases = names.flatMap((name) => modes.map((mode) => [name, mode] as const));

  it.each(cases)('%s with %s equals the reference bit for bit', (name, mode) => {
    for (const [rows, cols] of shapes) {
      const n = rows * cols;
      for (const make of [random32, random64]) {
        const a = make(n + 2, 1, 4);
        const b = make(n + 3, 2, 4);
        for (let i = 0; i < Math.min(specials.length, n); i++) {
          a[(i * 3) % n] = specials[i]!;
          b[(i * 7) % n] = specials[(i * 5) % specials.length]!;
        }
        const got = make(n + 4, 3);
        const expected = got.slice();
        binary(name, mode, a, 1, b, 2, got, 3, rows, cols);
        reference.binary(name, mode, a, 1, b, 2, expected, 3, rows, cols);
        expect(difference(got, expected)).toBe(0);
      }
    }
  });

  it('may write over a whole operand', () => {
    const a = random32(40_000, 1);
    const b = random32(40_000, 2);
    const expected = a.map((v, i) => v + b[i]!);
    binary('add', 'same', a, 0, b, 0, a, 0, 1, a.length);
    expect(difference(a, expected)).toBe(0);
    const row = random32(10, 3);
    const shifted = a.map((v, i) => v - row[i % 10]!);
    binary('sub', 'rowSecond', a, 0, row, 0, a, 0, 4000, 10);
    expect(difference(a, shifted)).toBe(0);
  });
});

describe('gradient kernels', () => {
  const names: [GradKernel, number][] = [
    ['reluGrad', 0],
    ['sigmoidGrad', 2],
    ['tanhGrad', 1],
    ['geluGrad', 8],
    ['softplusGrad', 3],
  ];
  it.each(names)('%s', (name, limit) => {
    for (const n of lengths) {
      const a = random32(n + 1, 4, name === 'geluGrad' ? 2 : 0.9);
      const g = random32(n + 2, 5);
      if (n > 3) a[2] = Number.NaN;
      const got = new Float32Array(n + 1).fill(9);
      grad(name, a, 1, g, 2, got, 0, n);
      expect(got[n]).toBe(9);
      let worst = 0;
      for (let i = 0; i < n; i++) {
        const exact = reference.gradFunctions[name](a[1 + i]!, g[2 + i]!);
        // relative to the gradient: 1 - y^2 cancels
        const error =
          Number.isNaN(exact) && Number.isNaN(got[i]!) ? 0 : Math.abs(got[i]! - exact) / Math.abs(g[2 + i]!);
        worst = Math.max(worst, error);
      }
      expect(worst).toBeLessThanOrEqual(limit * 1.2e-7);
      const wide = { a: Float64Array.from(a), g: Float64Array.from(g) };
      const got64 = new Float64Array(n);
      const expected = new Float64Array(n);
      grad(name, wide.a, 1, wide.g, 2, got64, 0, n);
      reference.grad(name, wide.a, 1, wide.g, 2, expected, 0, n);
      expect(difference(got64, expected)).toBe(0);
    }
  });
});

describe('axpy, fill and copy', () => {
  it.each(lengths)('%d elements', (n) => {
    const x = random32(n + 1, 1);
    const y = random32(n + 2, 2);
    const expected = y.slice();
    for (let i = 0; i < n; i++) expected[1 + i] = Math.fround(y[1 + i]! + Math.fround(Math.fround(0.3) * x[1 + i]!));
    axpy(0.3, x, 1, y, 1, n);
    expect(difference(y, expected)).toBe(0);
    const x64 = random64(n, 1);
    const y64 = random64(n, 2);
    const expected64 = y64.slice();
    reference.axpy(0.3, x64, 0, expected64, 0, n);
    axpy(0.3, x64, 0, y64, 0, n);
    expect(difference(y64, expected64)).toBe(0);
    copy(x, 1, y, 2, n);
    expect(difference(y.slice(2), x.slice(1))).toBe(0);
    fill(y, 1, n, 5);
    expect(difference(y.slice(1, n + 1), new Float32Array(n).fill(5))).toBe(0);
  });
});
