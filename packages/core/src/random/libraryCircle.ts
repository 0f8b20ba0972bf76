// Sine and cosine with the operations, fused ones too, of the C library on x86-64 with FMA: within 0.55 units of the last
// place, so that about one value in a hundred is not the one rounded correctly. Random normals show these bits.

import { circleTable, cosExact, sinExact } from './exactMath';
import { fma64 } from './fusedMultiply';

const { abs } = Math;

const STEP = 1.5 * 2 ** 45; // adding it rounds to multiples of 1/128
const WHOLE = 1.5 * 2 ** 52; // adding it rounds to whole numbers
const HALF_PI = 1.5707963267948966;
const HALF_PI_LOW = 6.123233995736766e-17;
const INVERSE_HALF_PI = 0.6366197723675814;
// pi / 2 in four parts, so that multiples of the first two are exact
const PART = [1.5707963407039642, -1.3909067564377153e-8, -4.97899623147991e-17, -1.9034889620193266e-25] as const;
// Taylor's series of the sine near 0, and of sine and cosine within 1/256 of a step
const S1 = -0.16666666666666666;
const S2 = 0.008333333333332329;
const S3 = -0.00019841269834414642;
const S4 = 2.755729806860771e-6;
const S5 = -2.5022014848318398e-8;
const SN3 = -0.16666666666666488;
const SN5 = 0.008333332142857223;
const CS2 = 0.5;
const CS4 = -0.041666666666666644;
const CS6 = 0.001388888740079376;

let index = 0;
let within = 0;

/** Splits off the nearest multiple of 1/128. */
function step(x: number): void {
  const rounded = STEP + abs(x);
  const nearest = rounded - STEP;
  index = 4 * Math.round(nearest * 128);
  within = abs(x) - nearest;
}

/** sin(x + dx). */
function sine(x: number, dx: number): number {
  if (abs(x) < 0.126) {
    const xx = x * x;
    const polynomial = fma64(fma64(fma64(fma64(S5, xx, S4), xx, S3), xx, S2), xx, S1);
    return x + fma64(fma64(polynomial, x, -0.5 * dx), xx, dx);
  }
  const low = x <= 0 ? -dx : dx;
  step(x);
  const t = within;
  const xx = t * t;
  const s = t + fma64(t * xx, fma64(xx, SN5, SN3), low);
  const c = fma64(t, low, xx * fma64(xx, fma64(xx, CS6, CS4), CS2));
  const table = circleTable();
  const [sn, ssn, cs, ccs] = [table[index]!, table[index + 1]!, table[index + 2]!, table[index + 3]!];
  const correction = fma64(cs, s, fma64(-sn, c, fma64(s, ccs, ssn)));
  const value = sn + correction;
  return x < 0 ? -value : value;
}

/** cos(x + dx). */
function cosine(x: number, dx: number): number {
  const low = x < 0 ? -dx : dx;
  step(x);
  const t = within + low;
  const xx = t * t;
  const s = fma64(t * xx, fma64(xx, SN5, SN3), t);
  const c = xx * fma64(xx, fma64(xx, CS6, CS4), CS2);
  const table = circleTable();
  const [sn, ssn, cs, ccs] = [table[index]!, table[index + 1]!, table[index + 2]!, table[index + 3]!];
  return cs + fma64(-sn, s, fma64(-cs, c, fma64(-s, ssn, ccs)));
}

let reduced = 0;
let reducedLow = 0;
/** Takes off quarter turns and gives their number. */
function reduce(x: number): number {
  const t = fma64(x, INVERSE_HALF_PI, WHOLE);
  const n = t - WHOLE;
  const y = fma64(-n, PART[1], fma64(-n, PART[0], x));
  const t2 = fma64(-n, PART[2], y);
  const rest = fma64(-n, PART[2], y - t2);
  reduced = fma64(-n, PART[3], t2);
  reducedLow = rest + fma64(-n, PART[3], t2 - reduced);
  return n & 3;
}
const quarter = (n: number): number => {
  const value = n & 1 ? cosine(reduced, reducedLow) : sine(reduced, reducedLow);
  return n & 2 ? -value : value;
};

/** Sine of the C library. */
export function sinLibrary(x: number): number {
  const size = abs(x);
  if (size < 2 ** -26) return x;
  if (size < 0.85546875) return sine(x, 0);
  if (size < 2.4262638092041016) {
    const value = cosine(HALF_PI - size, HALF_PI_LOW);
    return x < 0 ? -value : value;
  }
  return size < 1e8 ? quarter(reduce(x)) : sinExact(x);
}
/** Cosine of the C library. */
export function cosLibrary(x: number): number {
  const size = abs(x);
  if (size < 2 ** -27) return 1;
  if (size < 0.85546875) return cosine(x, 0);
  if (size < 2.4262638092041016) {
    const y = HALF_PI - size;
    const a = y + HALF_PI_LOW;
    return sine(a, y - a + HALF_PI_LOW);
  }
  return size < 1e8 ? quarter(reduce(x) + 1) : cosExact(x);
}
