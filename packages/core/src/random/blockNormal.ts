import { logExact } from './exactMath';
import { fma32, fma64 } from './fusedMultiply';
import { cosLibrary, sinLibrary } from './libraryCircle';

// under own names, because a look-up through the global is slow where it is a proxy, as in test runners
const { PI, SQRT1_2, fround, sqrt, trunc } = Math;

const single = (values: readonly number[]): Float64Array => Float64Array.from(values, fround);

const LOG = single([
  0.070376836292, -0.1151461031, 0.1167699874, -0.12420140846, 0.14249322787, -0.16668057665, 0.20000714765,
  -0.24999993993, 0.33333331174,
]);
const [LN2_LOW, LN2_HIGH, ROOT_HALF] = [fround(-2.1219444e-4), 0.693359375, fround(SQRT1_2)];
const COS = single([2.443315711809948e-5, -0.001388731625493765, 0.04166664568298827]);
const SIN = single([-0.00019515295891, 0.0083321608736, -0.16666654611]);
const REDUCE = single([0.78515625, 0.00024187564849853516, 3.774894977445941e-8]);
const FOUR_OVER_PI = fround(1.27323954473516);
const TWO_PI = fround(2 * PI);

const scratch = new Float32Array(1);
const scratchBits = new Int32Array(scratch.buffer);

/** Natural logarithm of a normal float32 in (0, 1] by a single-precision Cephes polynomial with fused steps. */
export function logPolynomial32(x: number): number {
  scratch[0] = x;
  const bits = scratchBits[0]!;
  let e = (bits >>> 23) - 126;
  scratchBits[0] = (bits & 0x7fffff) | 0x3f000000;
  let m = scratch[0]!;
  if (m < ROOT_HALF) {
    m += m;
    e -= 1;
  }
  const t = fround(m - 1);
  const z = fround(t * t);
  let y = LOG[0]!;
  for (let i = 1; i < 9; i++) y = fma32(y, t, LOG[i]!);
  y = fround(y * t);
  y = fma32(y, z, fround(e * LN2_LOW));
  y = fma32(-0.5, z, y);
  return fma32(e, LN2_HIGH, fround(t + y));
}

let sine = 0;
let cosine = 0;

/** Leaves sine and cosine of a non-negative float32 angle, by the Cephes polynomials with fused steps. */
function sinCosPolynomial32(angle: number): void {
  const j = (trunc(fround(angle * FOUR_OVER_PI)) + 1) & ~1;
  let r = fma32(-j, REDUCE[0]!, angle);
  r = fma32(-j, REDUCE[1]!, r);
  r = fma32(-j, REDUCE[2]!, r);
  const z = fround(r * r);
  let c = fma32(COS[0]!, z, COS[1]!);
  c = fma32(c, z, COS[2]!);
  c = fround(c * z);
  c = fround(fma32(c, z, -fround(z * 0.5)) + 1);
  let s = fma32(SIN[0]!, z, SIN[1]!);
  s = fma32(s, z, SIN[2]!);
  s = fround(s * z);
  s = fma32(s, r, r);
  const swapped = (j & 2) !== 0;
  sine = swapped ? c : s;
  cosine = swapped ? s : c;
  if (j & 4) sine = -sine;
  if (!((j - 2) & 4)) cosine = -cosine;
}

/** Turns the 16 uniforms from `start` into normals in place: pairs (j, j + 8), Box-Muller in float32. */
export function normalBlock32(x: Float32Array, start: number, mean: number, std: number): void {
  for (let j = start; j < start + 8; j++) {
    const radius = fround(sqrt(fround(-2 * logPolynomial32(fround(1 - x[j]!)))));
    sinCosPolynomial32(fround(TWO_PI * x[j + 8]!));
    x[j] = fma32(fround(radius * cosine), std, mean);
    x[j + 8] = fma32(fround(radius * sine), std, mean);
  }
}

/** The same in float64, with the correctly rounded functions and a fused last step. */
export function normalBlock64(x: Float64Array, start: number, mean: number, std: number): void {
  for (let j = start; j < start + 8; j++) {
    const radius = sqrt(-2 * logExact(1 - x[j]!));
    const angle = 2 * PI * x[j + 8]!;
    x[j] = fma64(radius * cosLibrary(angle), std, mean);
    x[j + 8] = fma64(radius * sinLibrary(angle), std, mean);
  }
}
