import { cosExact, expExact, log1pLibrary, logExact, powExact, sinExact, tanExact } from './exactMath';
import { cosf, logf, sinf } from './floatMath';
import { fma32, fma64 } from './fusedMultiply';

// A double as m * 2^e with a bigint m.
const exact = (x: number): [bigint, number] => {
  let e = 0;
  while (!Number.isInteger(x)) {
    x *= 2;
    e--;
  }
  return [BigInt(x), e];
};

/** a * b + c in whole numbers, rounded to `digits` bits, ties to even. */
const fused = (a: number, b: number, c: number, digits: number): number => {
  const [am, ae] = exact(a);
  const [bm, be] = exact(b);
  const [cm, ce] = exact(c);
  const e = Math.min(ae + be, ce);
  const total = ((am * bm) << BigInt(ae + be - e)) + (cm << BigInt(ce - e));
  const size = total < 0n ? -total : total;
  const drop = BigInt(Math.max(0, size.toString(2).length - digits));
  const half = drop > 0n ? 1n << (drop - 1n) : 0n;
  let kept = size >> drop;
  const rest = size - (kept << drop);
  if (drop > 0n && (rest > half || (rest === half && (kept & 1n) === 1n))) kept++;
  return Number(kept) * 2 ** (e + Number(drop)) * (total < 0n ? -1 : 1);
};

const numbers = (n: number): (() => number) => {
  let state = n;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) | 0;
    const high = state >>> 0;
    state = (Math.imul(state, 1664525) + 1013904223) | 0;
    return ((high * 2 ** 21 + (state >>> 11)) * 2 ** -53 - 0.5) * 2 ** ((state & 15) - 8);
  };
};

describe('fused multiply-add', () => {
  it('rounds once in float64', () => {
    const next = numbers(1);
    for (let i = 0; i < 3000; i++) {
      const [a, b] = [next(), next()];
      const c = i % 3 === 0 ? -a * b : next();
      expect(fma64(a, b, c)).toBe(fused(a, b, c, 53));
    }
  });

  it('rounds once in float32', () => {
    const next = numbers(2);
    for (let i = 0; i < 3000; i++) {
      const [a, b, c] = [Math.fround(next()), Math.fround(next()), Math.fround(next())];
      expect(fma32(a, b, c)).toBe(fused(a, b, c, 24));
    }
  });

  it('decides ties of the double sum by its remainder', () => {
    // 1 + 2^-24 is the middle between two float32 numbers, and the product is a little more or less than 2^-24
    const up = Math.fround(1 + 2 ** -23);
    const step = Math.fround(2 ** -24 * (1 + 2 ** -23));
    expect(fma32(step, up, 1)).toBe(Math.fround(1 + 2 ** -23));
    expect(fma32(Math.fround(2 ** -24 * (1 - 2 ** -24)), Math.fround(1 - 2 ** -24), 1)).toBe(1);
    const tiny = Math.fround(2 ** -40 * (1 + 2 ** -23));
    expect(fma32(tiny, tiny, Math.fround(1 + 2 ** -23))).toBe(Math.fround(1 + 2 ** -23));
  });
});

// math.f(x) of CPython 3.11 with glibc 2.36, and libm's float functions
describe('library functions', () => {
  it.each<[string, number, number]>([
    ['log(0.7657469953003273)', logExact(0.7657469953003273), -0.26690345714201474],
    ['log(0.2893)', logExact(0.2893), -1.2402910670000475],
    ['log(1.0001)', logExact(1.0001), 9.999500033329732e-5],
    ['log(12345.678)', logExact(12345.678), 9.421061321291832],
    ['log(5e-310)', logExact(5e-310), -712.19194091572],
    ['exp(-6.58)', expExact(-6.58), 0.001387849294835929],
    ['exp(0.3141)', expExact(0.3141), 1.3690266323657072],
    ['exp(700.25)', expExact(700.25), 1.3022997366991783e304],
    ['sin(1.0030556414674057)', sinExact(1.0030556414674057), 0.8431180239884719],
    ['sin(-4.3)', sinExact(-4.3), 0.9161659367494549],
    ['sin(6.2831)', sinExact(6.2831), -8.530717948287973e-5],
    ['cos(2.6305409380418454)', cosExact(2.6305409380418454), -0.8722306014659538],
    ['cos(-0.3)', cosExact(-0.3), 0.955336489125606],
    ['cos(1.5707963)', cosExact(1.5707963), 2.6794896585028633e-8],
    ['tan(1.57)', tanExact(1.57), 1255.7655915007897],
    ['tan(-0.7855)', tanExact(-0.7855), -1.0002036939493073],
    ['tan(3.865226364954955)', tanExact(3.865226364954955), 0.883517419888474],
    ['log1p(-0.3827443565596247)', log1pLibrary(-0.3827443565596247), -0.48247200792237777],
    ['log1p(-0.9999)', log1pLibrary(-0.9999), -9.210340371976294],
    ['log1p(1e-10)', log1pLibrary(1e-10), 9.999999999500001e-11],
    ['log1p(0.5)', log1pLibrary(0.5), 0.4054651081081644],
    ['pow(0.3, 3.7)', powExact(0.3, 3.7), 0.01162381374674822],
    ['logf(0.10000000149011612)', logf(0.10000000149011612), -2.3025851249694824],
    ['logf(0.7300000190734863)', logf(0.7300000190734863), -0.31471070647239685],
    ['logf(3.299999952316284)', logf(3.299999952316284), 1.1939224004745483],
    ['logf(5.900000095367432)', logf(5.900000095367432), 1.7749524116516113],
    ['sinf(0.10000000149011612)', sinf(0.10000000149011612), 0.0998334214091301],
    ['sinf(0.7300000190734863)', sinf(0.7300000190734863), 0.6668696403503418],
    ['sinf(3.299999952316284)', sinf(3.299999952316284), -0.15774564445018768],
    ['sinf(5.900000095367432)', sinf(5.900000095367432), -0.37387657165527344],
    ['cosf(0.10000000149011612)', cosf(0.10000000149011612), 0.9950041770935059],
    ['cosf(0.7300000190734863)', cosf(0.7300000190734863), 0.7451744079589844],
    ['cosf(3.299999952316284)', cosf(3.299999952316284), -0.9874798059463501],
    ['cosf(5.900000095367432)', cosf(5.900000095367432), 0.9274784922599792],
  ])('%s', (_, got, want) => {
    expect(got).toBe(want);
  });

  it('leaves special arguments to the engine', () => {
    expect([logExact(0), logExact(-1), expExact(-800), expExact(800)]).toEqual([-Infinity, NaN, 0, Infinity]);
    expect([log1pLibrary(-1), log1pLibrary(1e-300), sinExact(-0), logf(0)]).toEqual([-Infinity, 1e-300, -0, -Infinity]);
  });
});
