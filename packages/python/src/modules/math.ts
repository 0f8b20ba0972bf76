import { cosExact, expExact, log1pLibrary, logExact, powExact, sinExact, tanExact } from '@stele/core/random';
import {
  binary,
  error,
  float,
  fn,
  index,
  int,
  isFloat,
  isInt,
  iterate,
  list,
  registerModule,
  toFloat,
  tuple,
  typeName,
} from '../runtime/index';
import { dunder } from '../runtime/operators';

const domain = (): Error => error('ValueError', 'math domain error');
const tooBig = (): Error => error('OverflowError', 'math range error');

/** A real number as `math` takes it: no text. */
function real(x: unknown): number {
  if (typeof x === 'string') throw error('TypeError', `must be real number, not ${typeName(x)}`);
  if (isInt(x) || isFloat(x) || typeof x === 'boolean') return toFloat(x);
  if (dunder(x, '__float__') === undefined && dunder(x, '__index__') === undefined)
    throw error('TypeError', `must be real number, not ${typeName(x)}`);
  return toFloat(x);
}

const unary = (name: string, f: (x: number) => number, test?: (x: number) => boolean) =>
  fn(`${name}(x, /)`, (given) => {
    const x = real(given);
    if (test !== undefined && !test(x)) throw domain();
    const y = f(x);
    if (Number.isNaN(y) && !Number.isNaN(x)) throw domain();
    if (!Number.isFinite(y) && !Number.isNaN(y) && Number.isFinite(x))
      throw name === 'log' || name === 'atanh' ? domain() : tooBig();
    return float(y);
  });

/** The logarithm of any positive number, whole ones of any size. */
function log(x: unknown): number {
  if (typeof x === 'bigint') {
    if (x <= 0n) throw domain();
    const digits = x.toString(2).length;
    const shift = Math.max(0, digits - 1000);
    return logExact(Number(x >> BigInt(shift))) + shift * Math.LN2;
  }
  const v = real(x);
  if (v <= 0) throw domain();
  return logExact(v);
}

function whole(x: unknown, name: string): bigint {
  if (isFloat(x)) throw error('TypeError', `'float' object cannot be interpreted as an integer`);
  const n = typeof x === 'bigint' ? x : BigInt(index(x));
  if (n < 0n) throw error('ValueError', `${name}() not defined for negative values`);
  return n;
}

function rounding(name: string, dunderName: string, f: (x: number) => number) {
  return fn(`${name}(x, /)`, (x) => {
    if (isInt(x)) return x;
    const own = typeof x === 'object' ? dunder(x, dunderName) : undefined;
    if (own !== undefined && !isFloat(x)) return own(x);
    const v = real(x);
    if (Number.isNaN(v)) throw error('ValueError', 'cannot convert float NaN to integer');
    if (!Number.isFinite(v)) throw error('OverflowError', 'cannot convert float infinity to integer');
    const r = f(v) + 0;
    return Number.isSafeInteger(r) ? r : int(BigInt(r));
  });
}

function gcd(a: bigint, b: bigint): bigint {
  while (b !== 0n) [a, b] = [b, a % b];
  return a < 0n ? -a : a;
}
const bigs = (args: unknown[]): bigint[] => [...args].map((a) => (typeof a === 'bigint' ? a : BigInt(index(a))));

/** Exact sum of doubles: partial sums that do not overlap. */
export function exactSum(values: Iterable<number>): number {
  const parts: number[] = [];
  for (let x of values) {
    if (!Number.isFinite(x)) {
      let total = 0;
      for (const v of values) total += v;
      return total;
    }
    let n = 0;
    for (let y of parts) {
      if (Math.abs(x) < Math.abs(y)) [x, y] = [y, x];
      const high = x + y;
      const low = y - (high - x);
      if (low !== 0) parts[n++] = low;
      x = high;
    }
    parts.length = n;
    parts.push(x);
  }
  let i = parts.length;
  if (i === 0) return 0;
  let high = parts[--i]!;
  let low = 0;
  while (i > 0) {
    const x = high;
    const y = parts[--i]!;
    high = x + y;
    low = y - (high - x);
    if (low !== 0) break;
  }
  // halves go the way of what is left
  if (i > 0 && ((low < 0 && parts[i - 1]! < 0) || (low > 0 && parts[i - 1]! > 0))) {
    const y = low * 2;
    const x = high + y;
    if (y === x - high) high = x;
  }
  return high;
}

const GAMMA = [
  0.99999999999980993, 676.5203681218851, -1259.1392167224028, 771.32342877765313, -176.61502916214059,
  12.507343278686905, -0.13857109526572012, 9.9843695780195716e-6, 1.5056327351493116e-7,
];
function lgamma(x: number): number {
  if (x < 0.5) return logExact(Math.abs(Math.PI / sinExact(Math.PI * x))) - lgamma(1 - x);
  x -= 1;
  let a = GAMMA[0]!;
  for (let i = 1; i < 9; i++) a += GAMMA[i]! / (x + i);
  const t = x + 7.5;
  return 0.5 * logExact(2 * Math.PI) + (x + 0.5) * logExact(t) - t + logExact(a);
}
function gamma(x: number): number {
  if (Number.isInteger(x) && x > 0 && x < 171) {
    let out = 1n;
    for (let i = 2n; i < BigInt(x); i++) out *= i;
    return Number(out);
  }
  if (Number.isInteger(x) && x <= 0) throw domain();
  return x < 0.5 ? Math.PI / (sinExact(Math.PI * x) * gamma(1 - x)) : expExact(lgamma(x));
}
/** The error function by its series and continued fraction. */
function erf(x: number): number {
  const a = Math.abs(x);
  if (a > 6) return Math.sign(x);
  if (a < 2.5) {
    let term = a;
    let total = a;
    for (let n = 1; n < 200 && Math.abs(term) > 1e-18 * Math.abs(total); n++) {
      term *= (-a * a) / n;
      total += term / (2 * n + 1);
    }
    return Math.sign(x) * ((2 / Math.sqrt(Math.PI)) * total);
  }
  return Math.sign(x) * (1 - erfcTail(a));
}
function erfcTail(a: number): number {
  let f = 0;
  for (let k = 120; k >= 1; k--) f = k / 2 / (a + f);
  return expExact(-a * a) / Math.sqrt(Math.PI) / (a + f);
}
const erfc = (x: number): number => (x > 2.5 ? erfcTail(x) : 1 - erf(x));

registerModule('math', () => ({
  pi: Math.PI,
  e: Math.E,
  tau: 2 * Math.PI,
  inf: Number.POSITIVE_INFINITY,
  nan: Number.NaN,
  sqrt: unary('sqrt', Math.sqrt, (x) => !(x < 0)),
  cbrt: unary('cbrt', Math.cbrt),
  exp: unary('exp', (x) => expExact(x)),
  exp2: unary('exp2', (x) => powExact(2, x)),
  expm1: unary('expm1', Math.expm1),
  log: fn('log(x, base=None, /)', (x, base) => {
    if (base === undefined) return float(log(x));
    const b = log(base);
    if (b === 0) throw error('ZeroDivisionError', 'float division by zero');
    return float(log(x) / b);
  }),
  log2: fn('log2(x, /)', (x) => {
    if (typeof x === 'bigint') return float(log(x) / Math.LN2);
    const v = real(x);
    if (v <= 0) throw domain();
    return float(Math.log2(v));
  }),
  log10: fn('log10(x, /)', (x) => {
    if (typeof x === 'bigint') return float(log(x) / Math.LN10);
    const v = real(x);
    if (v <= 0) throw domain();
    return float(Math.log10(v));
  }),
  log1p: unary('log1p', log1pLibrary, (x) => x > -1 || Number.isNaN(x)),
  sin: unary('sin', (x) => (Number.isFinite(x) ? sinExact(x) : Number.NaN)),
  cos: unary('cos', (x) => (Number.isFinite(x) ? cosExact(x) : Number.NaN)),
  tan: unary('tan', (x) => (Number.isFinite(x) ? tanExact(x) : Number.NaN)),
  asin: unary('asin', Math.asin),
  acos: unary('acos', Math.acos),
  atan: unary('atan', Math.atan),
  atan2: fn('atan2(y, x, /)', (y, x) => float(Math.atan2(real(y), real(x)))),
  sinh: unary('sinh', Math.sinh),
  cosh: unary('cosh', Math.cosh),
  tanh: unary('tanh', Math.tanh),
  asinh: unary('asinh', Math.asinh),
  acosh: unary('acosh', Math.acosh),
  atanh: unary('atanh', Math.atanh),
  degrees: unary('degrees', (x) => x * (180 / Math.PI)),
  radians: unary('radians', (x) => x * (Math.PI / 180)),
  erf: unary('erf', erf),
  erfc: unary('erfc', erfc),
  gamma: unary('gamma', gamma),
  lgamma: unary('lgamma', lgamma),
  fabs: unary('fabs', Math.abs),
  floor: rounding('floor', '__floor__', Math.floor),
  ceil: rounding('ceil', '__ceil__', Math.ceil),
  trunc: rounding('trunc', '__trunc__', Math.trunc),
  pow: fn('pow(x, y, /)', (x, y) => {
    const [a, b] = [real(x), real(y)];
    if ((a < 0 && Number.isFinite(b) && !Number.isInteger(b)) || (a === 0 && b < 0)) throw domain();
    const r = powExact(a, b);
    if (!Number.isFinite(r) && Number.isFinite(a) && Number.isFinite(b)) throw tooBig();
    return float(r);
  }),
  fmod: fn('fmod(x, y, /)', (x, y) => {
    if (real(y) === 0) throw domain();
    return float(real(x) % real(y));
  }),
  remainder: fn('remainder(x, y, /)', (x, y) => {
    const [a, b] = [real(x), real(y)];
    const q = a / b;
    const low = Math.floor(q);
    const n = q - low > 0.5 || (q - low === 0.5 && low % 2 !== 0) ? low + 1 : low;
    return float(a - n * b);
  }),
  modf: fn('modf(x, /)', (x) => {
    const v = real(x);
    const w = Math.trunc(v);
    return tuple([float(Number.isFinite(v) ? v - w : 0), float(w)]);
  }),
  frexp: fn('frexp(x, /)', (given) => {
    const x = real(given);
    if (x === 0 || !Number.isFinite(x)) return tuple([float(x), 0]);
    let e = Math.max(-1023, Math.floor(Math.log2(Math.abs(x))) + 1);
    let m = x * 2 ** -e;
    while (Math.abs(m) < 0.5) {
      m *= 2;
      e--;
    }
    while (Math.abs(m) >= 1) {
      m /= 2;
      e++;
    }
    return tuple([float(m), e]);
  }),
  ldexp: fn('ldexp(x, i, /)', (x, i) => {
    const half = Math.trunc(index(i) / 2);
    return float(real(x) * 2 ** half * 2 ** (index(i) - half));
  }),
  copysign: fn('copysign(x, y, /)', (x, y) => {
    const s = real(y);
    const m = Math.abs(real(x));
    return float(s < 0 || Object.is(s, -0) ? -m : m);
  }),
  hypot: fn('hypot(*coordinates)', (xs) => float(Math.hypot(...[...xs].map(real)))),
  dist: fn('dist(p, q, /)', (p, q) => {
    const b = list(q).map(real);
    return float(Math.hypot(...list(p).map((x, i) => real(x) - b[i]!)));
  }),
  isnan: fn('isnan(x, /)', (x) => Number.isNaN(real(x))),
  isinf: fn('isinf(x, /)', (x) => Math.abs(real(x)) === Number.POSITIVE_INFINITY),
  isfinite: fn('isfinite(x, /)', (x) => Number.isFinite(real(x))),
  isclose: fn('isclose(a, b, *, rel_tol=1e-09, abs_tol=0.0)', (x, y, rel = 1e-9, abs = 0) => {
    const [a, b] = [real(x), real(y)];
    if (a === b) return true;
    if (!Number.isFinite(a) || !Number.isFinite(b)) return false;
    return Math.abs(a - b) <= Math.max(real(rel) * Math.max(Math.abs(a), Math.abs(b)), real(abs));
  }),
  fsum: fn('fsum(iterable, /)', (xs) => float(exactSum(list(xs).map(real)))),
  prod: fn('prod(iterable, /, *, start=1)', (xs, start = 1) => {
    let out: unknown = start;
    for (const x of iterate(xs)) out = binary('*', out, x);
    return out;
  }),
  factorial: fn('factorial(n, /)', (x) => {
    const n = whole(x, 'factorial');
    if (n > 20000n) throw error('OverflowError', 'factorial() in Stele goes up to 20000');
    let out = 1n;
    for (let i = 2n; i <= n; i++) out *= i;
    return int(out);
  }),
  comb: fn('comb(n, k, /)', (a, b) => {
    const n = whole(a, 'comb');
    let k = whole(b, 'comb');
    if (k > n) return 0;
    if (k > n - k) k = n - k;
    let out = 1n;
    for (let i = 1n; i <= k; i++) out = (out * (n - k + i)) / i;
    return int(out);
  }),
  perm: fn('perm(n, k=None, /)', (a, b) => {
    const n = whole(a, 'perm');
    const k = b === undefined || b === null ? n : whole(b, 'perm');
    if (k > n) return 0;
    let out = 1n;
    for (let i = n - k + 1n; i <= n; i++) out *= i;
    return int(out);
  }),
  gcd: fn('gcd(*integers)', (xs) => int(bigs(xs).reduce(gcd, 0n))),
  lcm: fn('lcm(*integers)', (xs) =>
    int(bigs(xs).reduce((a, b) => (a === 0n || b === 0n ? 0n : (a / gcd(a, b)) * (b < 0n ? -b : b)), 1n)),
  ),
  isqrt: fn('isqrt(n, /)', (x) => {
    const n = whole(x, 'isqrt');
    if (n < 2n) return int(n);
    let r = BigInt(Math.floor(Math.sqrt(Number(n))));
    if (n > 1n << 100n) r = 1n << BigInt((n.toString(2).length + 1) >> 1);
    for (;;) {
      const next = (r + n / r) >> 1n;
      if (next === r || next === r + 1n) break;
      r = next;
    }
    while (r * r > n) r--;
    while ((r + 1n) * (r + 1n) <= n) r++;
    return int(r);
  }),
  ulp: fn('ulp(x, /)', (given) => {
    const x = Math.abs(real(given));
    return float(2 ** Math.max(-1074, Math.floor(Math.log2(x)) - 52));
  }),
}));
