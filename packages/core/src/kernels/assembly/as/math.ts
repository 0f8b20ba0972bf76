// Transcendental functions on four float32 lanes. Polynomials are minimax fits made for this file; no fused multiply-add.
// pmin(pmax(x, lo), hi) keeps a NaN x; the other operand order would lose it.

// @ts-ignore: decorator
@inline
const LOG2E: f32 = 1.44269504088896340736;
// ln2 in two parts, so that n * LN2_HI is exact for every exponent n
// @ts-ignore: decorator
@inline
const LN2_HI: f32 = 0.693359375;
// @ts-ignore: decorator
@inline
const LN2_LO: f32 = -2.12194440054690583e-4;
// adding 1.5 * 2^23 rounds to the nearest integer and leaves it in the low bits
// @ts-ignore: decorator
@inline
const MAGIC: f32 = 12582912.0;

// @ts-ignore: decorator
@inline
export function c4(x: f32): v128 {
  return f32x4.splat(x);
}

// @ts-ignore: decorator
@inline
function mad(a: v128, b: v128, c: v128): v128 {
  return f32x4.add(f32x4.mul(a, b), c);
}

/** 2^n for integer lanes n in [-126, 127]. */
// @ts-ignore: decorator
@inline
function pow2(n: v128): v128 {
  return i32x4.shl(i32x4.add(n, i32x4.splat(127)), 23);
}

// @ts-ignore: decorator
@inline
function copySign(magnitude: v128, sign: v128): v128 {
  return v128.bitselect(sign, magnitude, i32x4.splat(0x80000000));
}

/** (e^r - 1 - r) / r^2 for |r| <= ln2 / 2. */
// @ts-ignore: decorator
@inline
function expTail(r: v128): v128 {
  let p = mad(c4(0.0013951717), r, c4(0.008369599));
  p = mad(p, r, c4(0.041666187));
  p = mad(p, r, c4(0.16666512));
  return mad(p, r, c4(0.5));
}

// e^r for |r| <= ln2 / 2 by even and odd powers: the coefficients and the order in which TensorFlow's CPU kernels take them
// @ts-ignore: decorator
@inline
export function vexp(x: v128): v128 {
  x = f32x4.pmin(f32x4.pmax(x, c4(-104.0)), c4(89.0));
  const nf = f32x4.floor(mad(x, c4(LOG2E), c4(0.5)));
  const n = i32x4.trunc_sat_f32x4_s(nf);
  const r = mad(nf, c4(-1.428606765330187045e-6), mad(nf, c4(-0.693145751953125), x));
  const z = f32x4.mul(r, r);
  const even = mad(z, mad(z, c4(1.37449637986719608306884765625e-3), c4(4.166965186595916748046875e-2)), c4(0.49999988079071044921875));
  const odd = mad(z, c4(8.36894474923610687255859375e-3), c4(0.16666518151760101318359375));
  const p = mad(z, mad(r, odd, even), f32x4.add(r, c4(1.0)));
  // two steps, so that results may be subnormal or overflow
  const half = i32x4.shr_s(n, 1);
  return f32x4.mul(f32x4.mul(p, pow2(half)), pow2(i32x4.sub(n, half)));
}

/** e^x - 1 as 2^n (e^r - 1) + (2^n - 1), which loses no digits near zero. */
// @ts-ignore: decorator
@inline
export function vexpm1(x: v128): v128 {
  const t = f32x4.pmin(f32x4.pmax(x, c4(-20.0)), c4(89.0));
  const shifted = mad(t, c4(LOG2E), c4(MAGIC));
  const nf = f32x4.sub(shifted, c4(MAGIC));
  const n = i32x4.sub(shifted, i32x4.splat(0x4b400000));
  let r = f32x4.sub(t, f32x4.mul(nf, c4(LN2_HI)));
  r = f32x4.sub(r, f32x4.mul(nf, c4(LN2_LO)));
  const q = mad(f32x4.mul(r, r), expTail(r), r);
  // half of the result first: 2^128 does not exist
  const scale = pow2(i32x4.sub(n, i32x4.splat(1)));
  const big = mad(q, scale, f32x4.sub(scale, c4(0.5)));
  const y = f32x4.add(big, big);
  // n = 0 needs no scaling, and keeps tiny x and -0 exact
  const small = i32x4.eq(n, i32x4.splat(0));
  return v128.bitselect(v128.bitselect(x, q, f32x4.eq(x, c4(0.0))), y, small);
}

// @ts-ignore: decorator
@inline
export function vlog(x: v128): v128 {
  const tiny = f32x4.lt(x, c4(1.17549435e-38));
  const y = v128.bitselect(f32x4.mul(x, c4(8388608.0)), x, tiny);
  // split y = m * 2^e with m in [sqrt(1/2), sqrt(2))
  const shifted = i32x4.sub(y, i32x4.splat(0x3f3504f3));
  const e = i32x4.sub(i32x4.shr_s(shifted, 23), v128.and(tiny, i32x4.splat(23)));
  const m = i32x4.add(v128.and(shifted, i32x4.splat(0x007fffff)), i32x4.splat(0x3f3504f3));
  const f = f32x4.sub(m, c4(1.0));
  const ef = f32x4.convert_i32x4_s(e);
  let p = mad(c4(0.06748308), f, c4(-0.11677877));
  p = mad(p, f, c4(0.118886456));
  p = mad(p, f, c4(-0.12405279));
  p = mad(p, f, c4(0.14219451));
  p = mad(p, f, c4(-0.16668008));
  p = mad(p, f, c4(0.20002124));
  p = mad(p, f, c4(-0.2500001));
  p = mad(p, f, c4(0.33333313));
  const z = f32x4.mul(f, f);
  let r = f32x4.mul(f32x4.mul(p, f), z);
  r = f32x4.add(r, f32x4.mul(ef, c4(LN2_LO)));
  r = f32x4.sub(r, f32x4.mul(z, c4(0.5)));
  r = f32x4.add(f, r);
  r = f32x4.add(r, f32x4.mul(ef, c4(LN2_HI)));
  const inf = c4(Infinity);
  r = v128.bitselect(x, r, f32x4.eq(x, inf));
  r = v128.bitselect(f32x4.neg(inf), r, f32x4.eq(x, c4(0.0)));
  // negative or NaN
  return v128.bitselect(r, c4(NaN), f32x4.ge(x, c4(0.0)));
}

// @ts-ignore: decorator
@inline
export function vlog1p(x: v128): v128 {
  const u = f32x4.add(x, c4(1.0));
  // what 1 + x lost, brought back to first order; meaningless where u is 0 or infinite
  const lost = f32x4.div(f32x4.sub(f32x4.sub(u, c4(1.0)), x), u);
  const y = vlog(u);
  const r = f32x4.sub(y, lost);
  const special = v128.or(f32x4.eq(u, c4(Infinity)), f32x4.le(u, c4(0.0)));
  const tiny = f32x4.lt(f32x4.abs(x), c4(1.0e-4));
  // x - x^2/2 + x^3/3 for |x| < 1e-4
  const short = f32x4.sub(x, f32x4.mul(f32x4.mul(x, x), f32x4.sub(c4(0.5), f32x4.mul(x, c4(0.33333334)))));
  return v128.bitselect(v128.bitselect(x, short, f32x4.eq(x, c4(0.0))), v128.bitselect(y, r, special), tiny);
}

/** log(1 + z) for z in [0, 1], as 2 atanh(z / (2 + z)). */
// @ts-ignore: decorator
@inline
function log1pUnit(z: v128): v128 {
  const s = f32x4.div(z, f32x4.add(z, c4(2.0)));
  const q = f32x4.mul(s, s);
  let p = mad(c4(0.12150469), q, c4(0.10713828));
  p = mad(p, q, c4(0.14308442));
  p = mad(p, q, c4(0.19999439));
  p = mad(p, q, c4(0.33333337));
  const t = f32x4.add(s, s);
  return mad(f32x4.mul(p, q), t, t);
}

/** log(1 + e^x) = max(x, 0) + log1p(e^-|x|). */
// @ts-ignore: decorator
@inline
export function vsoftplus(x: v128): v128 {
  return f32x4.add(f32x4.pmax(x, c4(0.0)), log1pUnit(vexp(f32x4.neg(f32x4.abs(x)))));
}

// @ts-ignore: decorator
@inline
export function vsigmoid(x: v128): v128 {
  // through e^-|x|, so that nothing overflows and small results keep their digits
  const z = vexp(f32x4.neg(f32x4.abs(x)));
  const top = v128.bitselect(z, c4(1.0), f32x4.lt(x, c4(0.0)));
  return f32x4.div(top, f32x4.add(z, c4(1.0)));
}

// @ts-ignore: decorator
@inline
export function vtanh(x: v128): v128 {
  const a = f32x4.abs(x);
  const z = f32x4.mul(x, x);
  let p = mad(c4(-0.0057147727), z, c4(0.020648645));
  p = mad(p, z, c4(-0.053742934));
  p = mad(p, z, c4(0.13331485));
  p = mad(p, z, c4(-0.33333284));
  const small = mad(f32x4.mul(p, z), a, a);
  const big = f32x4.sub(c4(1.0), f32x4.div(c4(2.0), f32x4.add(vexp(f32x4.add(a, a)), c4(1.0))));
  return copySign(v128.bitselect(small, big, f32x4.lt(a, c4(0.625))), x);
}

// @ts-ignore: decorator
@inline
export function verf(x: v128): v128 {
  const a = f32x4.abs(x);
  const z = f32x4.mul(x, x);
  let p = mad(c4(-9.680137e-6), z, c4(0.00011270544));
  p = mad(p, z, c4(-0.0008484711));
  p = mad(p, z, c4(0.005221075));
  p = mad(p, z, c4(-0.026865445));
  p = mad(p, z, c4(0.11283783));
  p = mad(p, z, c4(-0.37612638));
  // 2/sqrt(pi) = 1 + 0.128...: the leading 1 is added exactly
  p = mad(p, z, c4(0.12837917));
  const small = mad(p, a, a);
  // 1 - e^(-a^2) erfcx(a); beyond 4 the result is 1
  const b = f32x4.pmin(a, c4(4.0));
  let q = mad(c4(0.00010684288), b, c4(-0.0019117965));
  q = mad(q, b, c4(0.015302252));
  q = mad(q, b, c4(-0.07275913));
  q = mad(q, b, c4(0.2305707));
  q = mad(q, b, c4(-0.5188603));
  q = mad(q, b, c4(0.8627207));
  q = mad(q, b, c4(-1.0798446));
  q = mad(q, b, c4(0.99225885));
  const big = f32x4.sub(c4(1.0), f32x4.mul(vexp(f32x4.neg(f32x4.mul(b, b))), q));
  return copySign(v128.bitselect(small, big, f32x4.lt(a, c4(1.0))), x);
}

/** x Phi(x), Phi through erf. */
// @ts-ignore: decorator
@inline
export function vgelu(x: v128): v128 {
  const cdf = f32x4.mul(c4(0.5), f32x4.add(c4(1.0), verf(f32x4.mul(x, c4(0.70710678118654752440)))));
  return f32x4.mul(x, cdf);
}

/** d gelu(x) / dx = Phi(x) + x phi(x). */
// @ts-ignore: decorator
@inline
export function vgeluSlope(x: v128): v128 {
  const cdf = f32x4.mul(c4(0.5), f32x4.add(c4(1.0), verf(f32x4.mul(x, c4(0.70710678118654752440)))));
  const pdf = f32x4.mul(vexp(f32x4.mul(f32x4.mul(x, x), c4(-0.5))), c4(0.39894228040143267794));
  return mad(x, pdf, cdf);
}

// pi/2 in three parts; the first two have 33 significant bits, so that their products with n < 2^20 are exact in float64
// @ts-ignore: decorator
@inline
const PIO2_1: f64 = 1.57079632673412561417e0;
// @ts-ignore: decorator
@inline
const PIO2_2: f64 = 6.07710050630396597660e-11;
// @ts-ignore: decorator
@inline
const PIO2_3: f64 = 2.02226624879595063154e-21;

/** Remainder of x modulo pi/2 in [-pi/4, pi/4], and 1.5 * 2^52 + the quotient, whose low bits hold the quadrant. */
// @ts-ignore: decorator
@inline
function quotient64(x: v128): v128 {
  return f64x2.add(f64x2.mul(x, f64x2.splat(0.63661977236758134308)), f64x2.splat(6755399441055744.0));
}

// @ts-ignore: decorator
@inline
function remainder64(x: v128, shifted: v128): v128 {
  const n = f64x2.sub(shifted, f64x2.splat(6755399441055744.0));
  let r = f64x2.sub(x, f64x2.mul(n, f64x2.splat(PIO2_1)));
  r = f64x2.sub(r, f64x2.mul(n, f64x2.splat(PIO2_2)));
  return f64x2.sub(r, f64x2.mul(n, f64x2.splat(PIO2_3)));
}

/** sin(x + quarter * pi/2) for |x| <= 2^20; callers handle larger lanes. */
// @ts-ignore: decorator
@inline
function vsincos(x: v128, quarter: i32): v128 {
  const lo = f64x2.promote_low_f32x4(x);
  const hi = f64x2.promote_low_f32x4(i64x2.shuffle(x, x, 1, 1));
  const nlo = quotient64(lo);
  const nhi = quotient64(hi);
  const r = i64x2.shuffle(
    f32x4.demote_f64x2_zero(remainder64(lo, nlo)),
    f32x4.demote_f64x2_zero(remainder64(hi, nhi)),
    0,
    2,
  );
  const q = i32x4.add(i32x4.shuffle(nlo, nhi, 0, 2, 4, 6), i32x4.splat(quarter));
  const z = f32x4.mul(r, r);
  let s = mad(c4(2.7182373e-6), z, c4(-0.00019839327));
  s = mad(s, z, c4(0.008333329));
  s = mad(s, z, c4(-0.16666667));
  s = mad(f32x4.mul(s, z), r, r);
  let c = mad(c4(-2.7209546e-7), z, c4(2.4799512e-5));
  c = mad(c, z, c4(-0.0013888883));
  c = mad(c, z, c4(0.041666668));
  c = f32x4.add(mad(f32x4.mul(c, z), z, f32x4.mul(z, c4(-0.5))), c4(1.0));
  const odd = i32x4.ne(v128.and(q, i32x4.splat(1)), i32x4.splat(0));
  const y = v128.bitselect(c, s, odd);
  return v128.xor(y, i32x4.shl(v128.and(q, i32x4.splat(2)), 30));
}

// @ts-ignore: decorator
@inline
export function vsin(x: v128): v128 {
  // the remainder of -0 is +0 in float64 arithmetic
  return v128.bitselect(x, vsincos(x, 0), f32x4.eq(x, c4(0.0)));
}

// @ts-ignore: decorator
@inline
export function vcos(x: v128): v128 {
  return vsincos(x, 1);
}
