// Float32 sums of up to SHORT terms are made in float32, in the order of the frameworks' vector units: eight running sums
// (four times eight from 32 terms on) along a row, one after another down a column. Longer ones go through float64: four
// float32 lanes become two pairs, so that the rounding of a long sum does not show in float32.
import { vexp } from './math';
import { firstLanes, lanes, promoteHigh, sumLanes64 } from './vector';

// @ts-ignore: decorator
@inline
const SHORT: usize = 1024;

const enum Sum {
  plain,
  squares,
  exponentials,
}

// @ts-ignore: decorator
@inline
function term<T>(op: i32, v: v128): v128 {
  if (op == Sum.exponentials) return vexp(v);
  return op == Sum.squares ? v128.mul<T>(v, v) : v;
}

// @ts-ignore: decorator
@inline
function single(op: i32, v: f32): f32 {
  if (op == Sum.exponentials) return NativeMath.exp(v as f64) as f32;
  return op == Sum.squares ? v * v : v;
}

/** Eight running sums, then their halves, quarters and pairs; what is left of n is summed apart. */
// @ts-ignore: decorator
@inline
function sumShort(op: i32, x: usize, n: usize): f32 {
  let lo = i32x4.splat(0), hi = lo;
  const end32 = x + (n & ~31) * 4;
  if (x < end32) {
    let lo1 = lo, hi1 = lo, lo2 = lo, hi2 = lo, lo3 = lo, hi3 = lo;
    for (; x < end32; x += 128) {
      lo = f32x4.add(lo, term<f32>(op, v128.load(x)));
      hi = f32x4.add(hi, term<f32>(op, v128.load(x, 16)));
      lo1 = f32x4.add(lo1, term<f32>(op, v128.load(x, 32)));
      hi1 = f32x4.add(hi1, term<f32>(op, v128.load(x, 48)));
      lo2 = f32x4.add(lo2, term<f32>(op, v128.load(x, 64)));
      hi2 = f32x4.add(hi2, term<f32>(op, v128.load(x, 80)));
      lo3 = f32x4.add(lo3, term<f32>(op, v128.load(x, 96)));
      hi3 = f32x4.add(hi3, term<f32>(op, v128.load(x, 112)));
    }
    lo = f32x4.add(f32x4.add(f32x4.add(lo, lo1), lo2), lo3);
    hi = f32x4.add(f32x4.add(f32x4.add(hi, hi1), hi2), hi3);
  }
  for (let i: usize = 0; i < (n & 24); i += 8, x += 32) {
    lo = f32x4.add(lo, term<f32>(op, v128.load(x)));
    hi = f32x4.add(hi, term<f32>(op, v128.load(x, 16)));
  }
  let rest: f32 = 0;
  for (let i: usize = 0; i < (n & 7); i++, x += 4) rest += single(op, load<f32>(x));
  const q = f32x4.add(lo, hi);
  const r = f32x4.add(q, i32x4.shuffle(q, q, 2, 3, 0, 1));
  return rest + (f32x4.extract_lane(r, 0) + f32x4.extract_lane(r, 1));
}

/** The sum of e^x over a row. */
export function sumExponentials(x: usize, n: usize): f32 {
  if (n <= SHORT) return sumShort(Sum.exponentials, x, n);
  let s = i32x4.splat(0), t = s;
  const end = x + (n & ~3) * 4;
  for (; x < end; x += 16) {
    const e = vexp(v128.load(x));
    s = f64x2.add(s, f64x2.promote_low_f32x4(e));
    t = f64x2.add(t, promoteHigh(e));
  }
  const e = v128.and(vexp(v128.load(x)), firstLanes(n & 3));
  s = f64x2.add(s, f64x2.promote_low_f32x4(e));
  t = f64x2.add(t, promoteHigh(e));
  return sumLanes64(f64x2.add(s, t)) as f32;
}

// @ts-ignore: decorator
@inline
function sum32(op: i32, x: usize, n: usize): f64 {
  if (n <= SHORT) return sumShort(op, x, n) as f64;
  let s0 = i32x4.splat(0), s1 = s0, s2 = s0, s3 = s0;
  const end8 = x + (n & ~7) * 4;
  for (; x < end8; x += 32) {
    const u = v128.load(x), v = v128.load(x, 16);
    s0 = f64x2.add(s0, term<f64>(op, f64x2.promote_low_f32x4(u)));
    s1 = f64x2.add(s1, term<f64>(op, promoteHigh(u)));
    s2 = f64x2.add(s2, term<f64>(op, f64x2.promote_low_f32x4(v)));
    s3 = f64x2.add(s3, term<f64>(op, promoteHigh(v)));
  }
  if (n & 4) {
    const u = v128.load(x);
    s0 = f64x2.add(s0, term<f64>(op, f64x2.promote_low_f32x4(u)));
    s1 = f64x2.add(s1, term<f64>(op, promoteHigh(u)));
    x += 16;
  }
  if (n & 3) {
    const u = v128.and(v128.load(x), firstLanes(n & 3));
    s2 = f64x2.add(s2, term<f64>(op, f64x2.promote_low_f32x4(u)));
    s3 = f64x2.add(s3, term<f64>(op, promoteHigh(u)));
  }
  return sumLanes64(f64x2.add(f64x2.add(s0, s1), f64x2.add(s2, s3)));
}

// @ts-ignore: decorator
@inline
function sum64(op: i32, x: usize, n: usize): f64 {
  let s0 = i32x4.splat(0), s1 = s0, s2 = s0, s3 = s0;
  const end8 = x + (n & ~7) * 8;
  for (; x < end8; x += 64) {
    s0 = f64x2.add(s0, term<f64>(op, v128.load(x)));
    s1 = f64x2.add(s1, term<f64>(op, v128.load(x, 16)));
    s2 = f64x2.add(s2, term<f64>(op, v128.load(x, 32)));
    s3 = f64x2.add(s3, term<f64>(op, v128.load(x, 48)));
  }
  let s = sumLanes64(f64x2.add(f64x2.add(s0, s1), f64x2.add(s2, s3)));
  for (let i: usize = 0; i < (n & 7); i++, x += 8) {
    const v = load<f64>(x);
    s += op == Sum.squares ? v * v : v;
  }
  return s;
}

export function sum_f32(x: usize, n: usize): f64 { return sum32(Sum.plain, x, n); }
export function sumsq_f32(x: usize, n: usize): f64 { return sum32(Sum.squares, x, n); }
export function sum_f64(x: usize, n: usize): f64 { return sum64(Sum.plain, x, n); }
export function sumsq_f64(x: usize, n: usize): f64 { return sum64(Sum.squares, x, n); }

// @ts-ignore: decorator
@inline
function pick<T>(most: bool, a: v128, b: v128): v128 {
  return most ? v128.max<T>(a, b) : v128.min<T>(a, b);
}

// @ts-ignore: decorator
@inline
function extreme<T>(most: bool, x: usize, n: usize): T {
  const start = v128.splat<T>((most ? -Infinity : Infinity) as T);
  let m0 = start, m1 = start;
  const bytes = n * sizeof<T>();
  const end = x + (bytes & ~31);
  for (; x < end; x += 32) {
    m0 = pick<T>(most, m0, v128.load(x));
    m1 = pick<T>(most, m1, v128.load(x, 16));
  }
  m0 = pick<T>(most, m0, m1);
  if (bytes & 16) {
    m0 = pick<T>(most, m0, v128.load(x));
    x += 16;
  }
  if (bytes & 15) m0 = pick<T>(most, m0, v128.bitselect(v128.load(x), start, firstLanes((bytes & 15) >> 2)));
  m0 = pick<T>(most, m0, i64x2.shuffle(m0, m0, 1, 0));
  if (sizeof<T>() == 4) m0 = pick<T>(most, m0, i32x4.shuffle(m0, m0, 1, 0, 1, 0));
  return v128.extract_lane<T>(m0, 0);
}

export function max_all_f32(x: usize, n: usize): f32 { return extreme<f32>(true, x, n); }
export function min_all_f32(x: usize, n: usize): f32 { return extreme<f32>(false, x, n); }
export function max_all_f64(x: usize, n: usize): f64 { return extreme<f64>(true, x, n); }
export function min_all_f64(x: usize, n: usize): f64 { return extreme<f64>(false, x, n); }

/** y[r] = sum of row r / divisor. */
export function sumRows_f32(x: usize, y: usize, rows: usize, cols: usize, divisor: f64): void {
  for (let r: usize = 0; r < rows; r++) store<f32>(y + r * 4, (sum32(Sum.plain, x + r * cols * 4, cols) / divisor) as f32);
}
export function sumsqRows_f32(x: usize, y: usize, rows: usize, cols: usize): void {
  for (let r: usize = 0; r < rows; r++) store<f32>(y + r * 4, sum32(Sum.squares, x + r * cols * 4, cols) as f32);
}
export function sumRows_f64(x: usize, y: usize, rows: usize, cols: usize, divisor: f64): void {
  for (let r: usize = 0; r < rows; r++) store<f64>(y + r * 8, sum64(Sum.plain, x + r * cols * 8, cols) / divisor);
}
export function sumsqRows_f64(x: usize, y: usize, rows: usize, cols: usize): void {
  for (let r: usize = 0; r < rows; r++) store<f64>(y + r * 8, sum64(Sum.squares, x + r * cols * 8, cols));
}
// @ts-ignore: decorator
@inline
function extremeRows<T>(most: bool, x: usize, y: usize, rows: usize, cols: usize): void {
  for (let r: usize = 0; r < rows; r++) store<T>(y + r * sizeof<T>(), extreme<T>(most, x + r * cols * sizeof<T>(), cols));
}
export function maxRows_f32(x: usize, y: usize, rows: usize, cols: usize): void { extremeRows<f32>(true, x, y, rows, cols); }
export function minRows_f32(x: usize, y: usize, rows: usize, cols: usize): void { extremeRows<f32>(false, x, y, rows, cols); }
export function maxRows_f64(x: usize, y: usize, rows: usize, cols: usize): void { extremeRows<f64>(true, x, y, rows, cols); }
export function minRows_f64(x: usize, y: usize, rows: usize, cols: usize): void { extremeRows<f64>(false, x, y, rows, cols); }

/** acc[c] (float64, readable and writable in whole vectors of 8 columns) += sum over rows. */
// @ts-ignore: decorator
@inline
function columns32(op: i32, x: usize, acc: usize, rows: usize, cols: usize): void {
  const step = cols * 4;
  for (let j: usize = 0; j < cols; j += 8) {
    let s0 = v128.load(acc), s1 = v128.load(acc, 16), s2 = v128.load(acc, 32), s3 = v128.load(acc, 48);
    let p = x + j * 4;
    for (let r: usize = 0; r < rows; r++) {
      const u = v128.load(p), v = v128.load(p, 16);
      s0 = f64x2.add(s0, term<f64>(op, f64x2.promote_low_f32x4(u)));
      s1 = f64x2.add(s1, term<f64>(op, promoteHigh(u)));
      s2 = f64x2.add(s2, term<f64>(op, f64x2.promote_low_f32x4(v)));
      s3 = f64x2.add(s3, term<f64>(op, promoteHigh(v)));
      p += step;
    }
    v128.store(acc, s0);
    v128.store(acc, s1, 16);
    v128.store(acc, s2, 32);
    v128.store(acc, s3, 48);
    acc += 64;
  }
}
// @ts-ignore: decorator
@inline
function columns64(op: i32, x: usize, acc: usize, rows: usize, cols: usize): void {
  const step = cols * 8;
  for (let j: usize = 0; j < cols; j += 4) {
    let s0 = v128.load(acc), s1 = v128.load(acc, 16);
    let p = x + j * 8;
    for (let r: usize = 0; r < rows; r++) {
      s0 = f64x2.add(s0, term<f64>(op, v128.load(p)));
      s1 = f64x2.add(s1, term<f64>(op, v128.load(p, 16)));
      p += step;
    }
    v128.store(acc, s0);
    v128.store(acc, s1, 16);
    acc += 32;
  }
}
/** acc[c] (float32, readable and writable in whole vectors) += sum over rows, each added in its turn. */
// @ts-ignore: decorator
@inline
function columnsShort(op: i32, x: usize, acc: usize, rows: usize, cols: usize): void {
  const step = cols * 4;
  for (let j: usize = 0; j < step; j += 16) {
    let s = v128.load(acc + j);
    let p = x + j;
    for (let r: usize = 0; r < rows; r++) {
      s = f32x4.add(s, term<f32>(op, v128.load(p)));
      p += step;
    }
    v128.store(acc + j, s);
  }
}
export function sumColumnsShort_f32(x: usize, acc: usize, rows: usize, cols: usize): void { columnsShort(Sum.plain, x, acc, rows, cols); }
export function sumsqColumnsShort_f32(x: usize, acc: usize, rows: usize, cols: usize): void { columnsShort(Sum.squares, x, acc, rows, cols); }
export function sumColumns_f32(x: usize, acc: usize, rows: usize, cols: usize): void { columns32(Sum.plain, x, acc, rows, cols); }
export function sumsqColumns_f32(x: usize, acc: usize, rows: usize, cols: usize): void { columns32(Sum.squares, x, acc, rows, cols); }
export function sumColumns_f64(x: usize, acc: usize, rows: usize, cols: usize): void { columns64(Sum.plain, x, acc, rows, cols); }
export function sumsqColumns_f64(x: usize, acc: usize, rows: usize, cols: usize): void { columns64(Sum.squares, x, acc, rows, cols); }

// @ts-ignore: decorator
@inline
function extremeColumns<T>(most: bool, x: usize, acc: usize, rows: usize, cols: usize): void {
  const step = cols * sizeof<T>();
  for (let j: usize = 0; j < step; j += 16) {
    let m = v128.load(acc + j);
    let p = x + j;
    for (let r: usize = 0; r < rows; r++) {
      m = pick<T>(most, m, v128.load(p));
      p += step;
    }
    v128.store(acc + j, m);
  }
}
export function maxColumns_f32(x: usize, acc: usize, rows: usize, cols: usize): void { extremeColumns<f32>(true, x, acc, rows, cols); }
export function minColumns_f32(x: usize, acc: usize, rows: usize, cols: usize): void { extremeColumns<f32>(false, x, acc, rows, cols); }
export function maxColumns_f64(x: usize, acc: usize, rows: usize, cols: usize): void { extremeColumns<f64>(true, x, acc, rows, cols); }
export function minColumns_f64(x: usize, acc: usize, rows: usize, cols: usize): void { extremeColumns<f64>(false, x, acc, rows, cols); }

/** y[i] = (float32) (acc[i] / divisor). */
export function demote(acc: usize, y: usize, n: usize, divisor: f64): void {
  for (let i: usize = 0; i < n; i++) store<f32>(y + i * 4, (load<f64>(acc + i * 8) / divisor) as f32);
}

/** Index of the first element equal to the extreme, or of the first NaN. */
// @ts-ignore: decorator
@inline
function argExtreme<T>(most: bool, x: usize, y: usize, rows: usize, cols: usize): void {
  const step = cols * sizeof<T>();
  for (let r: usize = 0; r < rows; r++) {
    const best = extreme<T>(most, x, cols);
    let i: usize = 0;
    if (best == best) {
      const b = v128.splat<T>(best);
      while (i + (lanes<T>() as usize) <= cols && !v128.any_true(v128.eq<T>(v128.load(x + i * sizeof<T>()), b))) i += lanes<T>() as usize;
      while (load<T>(x + i * sizeof<T>()) != best) i++;
    } else {
      while (load<T>(x + i * sizeof<T>()) == load<T>(x + i * sizeof<T>())) i++;
    }
    store<i32>(y + r * 4, i as i32);
    x += step;
  }
}
export function argmax_f32(x: usize, y: usize, rows: usize, cols: usize): void { argExtreme<f32>(true, x, y, rows, cols); }
export function argmin_f32(x: usize, y: usize, rows: usize, cols: usize): void { argExtreme<f32>(false, x, y, rows, cols); }
export function argmax_f64(x: usize, y: usize, rows: usize, cols: usize): void { argExtreme<f64>(true, x, y, rows, cols); }
export function argmin_f64(x: usize, y: usize, rows: usize, cols: usize): void { argExtreme<f64>(false, x, y, rows, cols); }
