import { c4, vcos, verf, vexp, vexpm1, vgelu, vgeluSlope, vlog, vlog1p, vsigmoid, vsin, vsoftplus, vtanh } from './math';
import { vrsqrt } from './estimate';
import { firstLanes, storePart } from './vector';

const enum Op1 {
  neg,
  abs,
  sqrt,
  rsqrt,
  reciprocal,
  square,
  relu,
  sign,
  floor,
  ceil,
  round,
  expm1,
  log,
  log1p,
  sigmoid,
  tanh,
  erf,
  gelu,
  softplus,
  sin,
  cos,
}

// @ts-ignore: decorator
@inline
function map1<T>(op: i32, x: v128): v128 {
  if (op == Op1.neg) return v128.neg<T>(x);
  if (op == Op1.abs) return v128.abs<T>(x);
  if (op == Op1.sqrt) return v128.sqrt<T>(x);
  if (op == Op1.rsqrt) return v128.div<T>(v128.splat<T>(1 as T), v128.sqrt<T>(x));
  if (op == Op1.reciprocal) return v128.div<T>(v128.splat<T>(1 as T), x);
  if (op == Op1.square) return v128.mul<T>(x, x);
  // x < 0 ? 0 : x, which keeps NaN
  if (op == Op1.relu) return v128.pmax<T>(x, v128.splat<T>(0 as T));
  if (op == Op1.sign) {
    const zero = v128.splat<T>(0 as T);
    const one = v128.splat<T>(1 as T);
    // zeros and NaN are their own sign
    const y = v128.bitselect(one, x, v128.gt<T>(x, zero));
    return v128.bitselect(v128.neg<T>(one), y, v128.lt<T>(x, zero));
  }
  if (op == Op1.floor) return v128.floor<T>(x);
  if (op == Op1.ceil) return v128.ceil<T>(x);
  if (op == Op1.round) return v128.nearest<T>(x);
  if (op == Op1.expm1) return vexpm1(x);
  if (op == Op1.log) return vlog(x);
  if (op == Op1.log1p) return vlog1p(x);
  if (op == Op1.sigmoid) return vsigmoid(x);
  if (op == Op1.tanh) return vtanh(x);
  if (op == Op1.erf) return verf(x);
  if (op == Op1.gelu) return vgelu(x);
  if (op == Op1.softplus) return vsoftplus(x);
  if (op == Op1.sin) return vsin(x);
  return vcos(x);
}

/** Flat: whole vectors, the last one reaching into the padding. */
// @ts-ignore: decorator
@inline
function flat1<T>(op: i32, x: usize, y: usize, n: usize): void {
  const end = x + n * sizeof<T>();
  for (; x < end; x += 16, y += 16) v128.store(y, map1<T>(op, v128.load(x)));
}

/** Eight numbers at a time; what is left goes through the exact function, as on the frameworks' vector units. */
export function exp_f32(x: usize, y: usize, n: usize): void {
  const whole = x + (n & ~7) * 4;
  for (; x < whole; x += 16, y += 16) v128.store(y, vexp(v128.load(x)));
  for (let i: usize = 0; i < (n & 7); i++, x += 4, y += 4) store<f32>(y, NativeMath.exp(load<f32>(x) as f64) as f32);
}
/** The same for 1 / sqrt(x). */
export function rsqrt_f32(x: usize, y: usize, n: usize): void {
  const whole = x + (n & ~7) * 4;
  for (; x < whole; x += 16, y += 16) v128.store(y, vrsqrt(x));
  for (let i: usize = 0; i < (n & 7); i++, x += 4, y += 4) store<f32>(y, 1 / sqrt<f32>(load<f32>(x)));
}

export function neg_f32(x: usize, y: usize, n: usize): void { flat1<f32>(Op1.neg, x, y, n); }
export function abs_f32(x: usize, y: usize, n: usize): void { flat1<f32>(Op1.abs, x, y, n); }
export function sqrt_f32(x: usize, y: usize, n: usize): void { flat1<f32>(Op1.sqrt, x, y, n); }
export function reciprocal_f32(x: usize, y: usize, n: usize): void { flat1<f32>(Op1.reciprocal, x, y, n); }
export function square_f32(x: usize, y: usize, n: usize): void { flat1<f32>(Op1.square, x, y, n); }
export function relu_f32(x: usize, y: usize, n: usize): void { flat1<f32>(Op1.relu, x, y, n); }
export function sign_f32(x: usize, y: usize, n: usize): void { flat1<f32>(Op1.sign, x, y, n); }
export function floor_f32(x: usize, y: usize, n: usize): void { flat1<f32>(Op1.floor, x, y, n); }
export function ceil_f32(x: usize, y: usize, n: usize): void { flat1<f32>(Op1.ceil, x, y, n); }
export function round_f32(x: usize, y: usize, n: usize): void { flat1<f32>(Op1.round, x, y, n); }
export function expm1_f32(x: usize, y: usize, n: usize): void { flat1<f32>(Op1.expm1, x, y, n); }
export function log_f32(x: usize, y: usize, n: usize): void { flat1<f32>(Op1.log, x, y, n); }
export function log1p_f32(x: usize, y: usize, n: usize): void { flat1<f32>(Op1.log1p, x, y, n); }
export function sigmoid_f32(x: usize, y: usize, n: usize): void { flat1<f32>(Op1.sigmoid, x, y, n); }
export function tanh_f32(x: usize, y: usize, n: usize): void { flat1<f32>(Op1.tanh, x, y, n); }
export function erf_f32(x: usize, y: usize, n: usize): void { flat1<f32>(Op1.erf, x, y, n); }
export function gelu_f32(x: usize, y: usize, n: usize): void { flat1<f32>(Op1.gelu, x, y, n); }
export function softplus_f32(x: usize, y: usize, n: usize): void { flat1<f32>(Op1.softplus, x, y, n); }
export function sin_f32(x: usize, y: usize, n: usize): void { flat1<f32>(Op1.sin, x, y, n); }
export function cos_f32(x: usize, y: usize, n: usize): void { flat1<f32>(Op1.cos, x, y, n); }

export function neg_f64(x: usize, y: usize, n: usize): void { flat1<f64>(Op1.neg, x, y, n); }
export function abs_f64(x: usize, y: usize, n: usize): void { flat1<f64>(Op1.abs, x, y, n); }
export function sqrt_f64(x: usize, y: usize, n: usize): void { flat1<f64>(Op1.sqrt, x, y, n); }
export function rsqrt_f64(x: usize, y: usize, n: usize): void { flat1<f64>(Op1.rsqrt, x, y, n); }
export function reciprocal_f64(x: usize, y: usize, n: usize): void { flat1<f64>(Op1.reciprocal, x, y, n); }
export function square_f64(x: usize, y: usize, n: usize): void { flat1<f64>(Op1.square, x, y, n); }
export function relu_f64(x: usize, y: usize, n: usize): void { flat1<f64>(Op1.relu, x, y, n); }
export function sign_f64(x: usize, y: usize, n: usize): void { flat1<f64>(Op1.sign, x, y, n); }
export function floor_f64(x: usize, y: usize, n: usize): void { flat1<f64>(Op1.floor, x, y, n); }
export function ceil_f64(x: usize, y: usize, n: usize): void { flat1<f64>(Op1.ceil, x, y, n); }
export function round_f64(x: usize, y: usize, n: usize): void { flat1<f64>(Op1.round, x, y, n); }

/** True if any of the lanes has a magnitude beyond what sin and cos reduce exactly (NaN and infinity do not count). */
export function anyBeyond_f32(x: usize, n: usize, limit: f32): i32 {
  const end = x + (n & ~3) * 4;
  let seen = i32x4.splat(0);
  const top = c4(limit);
  for (; x < end; x += 16) seen = v128.or(seen, f32x4.gt(f32x4.abs(v128.load(x)), top));
  seen = v128.or(seen, v128.and(firstLanes(n & 3), f32x4.gt(f32x4.abs(v128.load(x)), top)));
  return v128.any_true(seen) as i32;
}

const enum Op2 {
  add,
  sub,
  mul,
  div,
  max,
  min,
  reluGrad,
  sigmoidGrad,
  tanhGrad,
  geluGrad,
  softplusGrad,
}

// @ts-ignore: decorator
@inline
function map2<T>(op: i32, a: v128, b: v128): v128 {
  if (op == Op2.add) return v128.add<T>(a, b);
  if (op == Op2.sub) return v128.sub<T>(a, b);
  if (op == Op2.mul) return v128.mul<T>(a, b);
  if (op == Op2.div) return v128.div<T>(a, b);
  if (op == Op2.max) return v128.max<T>(a, b);
  if (op == Op2.min) return v128.min<T>(a, b);
  // y <= 0 ? 0 : g, so that a NaN y passes the gradient
  if (op == Op2.reluGrad) return v128.andnot(b, v128.le<T>(a, v128.splat<T>(0 as T)));
  const one = v128.splat<T>(1 as T);
  if (op == Op2.sigmoidGrad) return v128.mul<T>(v128.mul<T>(b, v128.sub<T>(one, a)), a);
  if (op == Op2.tanhGrad) return v128.mul<T>(b, v128.sub<T>(one, v128.mul<T>(a, a)));
  if (op == Op2.geluGrad) return f32x4.mul(b, vgeluSlope(a));
  return f32x4.mul(b, vsigmoid(a));
}

const enum Form {
  vv,
  vs,
  sv,
}

// @ts-ignore: decorator
@inline
function load2<T>(form: i32, side: i32, p: usize, i: usize, s: v128): v128 {
  if (side == 0 ? form == Form.sv : form == Form.vs) return s;
  return v128.load(p + i);
}

/** One row, written exactly. */
// @ts-ignore: decorator
@inline
function row2<T>(op: i32, form: i32, a: usize, b: usize, y: usize, bytes: usize): void {
  let s = i32x4.splat(0);
  if (form == Form.vs) s = v128.splat<T>(load<T>(b));
  if (form == Form.sv) s = v128.splat<T>(load<T>(a));
  const whole = bytes & ~31;
  let i: usize = 0;
  for (; i < whole; i += 32) {
    const u = map2<T>(op, load2<T>(form, 0, a, i, s), load2<T>(form, 1, b, i, s));
    const v = map2<T>(op, load2<T>(form, 0, a, i + 16, s), load2<T>(form, 1, b, i + 16, s));
    v128.store(y + i, u);
    v128.store(y + i, v, 16);
  }
  if (bytes & 16) {
    v128.store(y + i, map2<T>(op, load2<T>(form, 0, a, i, s), load2<T>(form, 1, b, i, s)));
    i += 16;
  }
  if (bytes & 15) storePart(y + i, map2<T>(op, load2<T>(form, 0, a, i, s), load2<T>(form, 1, b, i, s)), bytes & 15);
}

/** y[r] = a[r] op b[r] by rows; a step of 0 repeats an operand's row, form says which operand is one scalar per row. */
// @ts-ignore: decorator
@inline
function rows2<T>(op: i32, form: i32, a: usize, aStep: usize, b: usize, bStep: usize, y: usize, rows: usize, cols: usize): void {
  const bytes = cols * sizeof<T>();
  for (let r: usize = 0; r < rows; r++) {
    if (form == Form.vv) row2<T>(op, Form.vv, a, b, y, bytes);
    else if (form == Form.vs) row2<T>(op, Form.vs, a, b, y, bytes);
    else row2<T>(op, Form.sv, a, b, y, bytes);
    a += aStep;
    b += bStep;
    y += bytes;
  }
}

export function add_f32(f: i32, a: usize, s: usize, b: usize, t: usize, y: usize, r: usize, c: usize): void { rows2<f32>(Op2.add, f, a, s, b, t, y, r, c); }
export function sub_f32(f: i32, a: usize, s: usize, b: usize, t: usize, y: usize, r: usize, c: usize): void { rows2<f32>(Op2.sub, f, a, s, b, t, y, r, c); }
export function mul_f32(f: i32, a: usize, s: usize, b: usize, t: usize, y: usize, r: usize, c: usize): void { rows2<f32>(Op2.mul, f, a, s, b, t, y, r, c); }
export function div_f32(f: i32, a: usize, s: usize, b: usize, t: usize, y: usize, r: usize, c: usize): void { rows2<f32>(Op2.div, f, a, s, b, t, y, r, c); }
export function max_f32(f: i32, a: usize, s: usize, b: usize, t: usize, y: usize, r: usize, c: usize): void { rows2<f32>(Op2.max, f, a, s, b, t, y, r, c); }
export function min_f32(f: i32, a: usize, s: usize, b: usize, t: usize, y: usize, r: usize, c: usize): void { rows2<f32>(Op2.min, f, a, s, b, t, y, r, c); }
export function add_f64(f: i32, a: usize, s: usize, b: usize, t: usize, y: usize, r: usize, c: usize): void { rows2<f64>(Op2.add, f, a, s, b, t, y, r, c); }
export function sub_f64(f: i32, a: usize, s: usize, b: usize, t: usize, y: usize, r: usize, c: usize): void { rows2<f64>(Op2.sub, f, a, s, b, t, y, r, c); }
export function mul_f64(f: i32, a: usize, s: usize, b: usize, t: usize, y: usize, r: usize, c: usize): void { rows2<f64>(Op2.mul, f, a, s, b, t, y, r, c); }
export function div_f64(f: i32, a: usize, s: usize, b: usize, t: usize, y: usize, r: usize, c: usize): void { rows2<f64>(Op2.div, f, a, s, b, t, y, r, c); }
export function max_f64(f: i32, a: usize, s: usize, b: usize, t: usize, y: usize, r: usize, c: usize): void { rows2<f64>(Op2.max, f, a, s, b, t, y, r, c); }
export function min_f64(f: i32, a: usize, s: usize, b: usize, t: usize, y: usize, r: usize, c: usize): void { rows2<f64>(Op2.min, f, a, s, b, t, y, r, c); }

// @ts-ignore: decorator
@inline
function flat2<T>(op: i32, a: usize, b: usize, y: usize, n: usize): void {
  const bytes = n * sizeof<T>();
  for (let i: usize = 0; i < bytes; i += 16) v128.store(y + i, map2<T>(op, v128.load(a + i), v128.load(b + i)));
}

export function reluGrad_f32(a: usize, g: usize, y: usize, n: usize): void { flat2<f32>(Op2.reluGrad, a, g, y, n); }
export function sigmoidGrad_f32(a: usize, g: usize, y: usize, n: usize): void { flat2<f32>(Op2.sigmoidGrad, a, g, y, n); }
export function tanhGrad_f32(a: usize, g: usize, y: usize, n: usize): void { flat2<f32>(Op2.tanhGrad, a, g, y, n); }
export function geluGrad_f32(a: usize, g: usize, y: usize, n: usize): void { flat2<f32>(Op2.geluGrad, a, g, y, n); }
export function softplusGrad_f32(a: usize, g: usize, y: usize, n: usize): void { flat2<f32>(Op2.softplusGrad, a, g, y, n); }
export function reluGrad_f64(a: usize, g: usize, y: usize, n: usize): void { flat2<f64>(Op2.reluGrad, a, g, y, n); }
export function sigmoidGrad_f64(a: usize, g: usize, y: usize, n: usize): void { flat2<f64>(Op2.sigmoidGrad, a, g, y, n); }
export function tanhGrad_f64(a: usize, g: usize, y: usize, n: usize): void { flat2<f64>(Op2.tanhGrad, a, g, y, n); }

/** y += alpha x; flat. */
export function axpy_f32(alpha: f32, x: usize, y: usize, n: usize): void {
  const end = x + n * 4;
  const s = c4(alpha);
  for (; x < end; x += 16, y += 16) v128.store(y, f32x4.add(v128.load(y), f32x4.mul(s, v128.load(x))));
}

export function axpy_f64(alpha: f64, x: usize, y: usize, n: usize): void {
  const end = x + n * 8;
  const s = f64x2.splat(alpha);
  for (; x < end; x += 16, y += 16) v128.store(y, f64x2.add(v128.load(y), f64x2.mul(s, v128.load(x))));
}
