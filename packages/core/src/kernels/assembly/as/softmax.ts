// Rows of logits. The sum of exponentials goes through float64.
import { vexp, vlog } from './math';
import { firstLanes, promoteHigh, storePart, sumLanes64 } from './vector';

// @ts-ignore: decorator
@inline
function put(y: usize, i: usize, bytes: usize, v: v128): void {
  if (i + 16 <= bytes) v128.store(y + i, v);
  else storePart(y + i, v, bytes - i);
}

/** Largest element of a row in all lanes, NaN left out: a NaN makes the sum of the row NaN, and that is enough. */
// @ts-ignore: decorator
@inline
function rowMax(x: usize, bytes: usize): v128 {
  const whole = bytes & ~15;
  let m = f32x4.splat(-Infinity);
  let i: usize = 0;
  for (; i < whole; i += 16) m = f32x4.pmax(m, v128.load(x + i));
  if (i < bytes) m = f32x4.pmax(m, v128.bitselect(v128.load(x + i), f32x4.splat(-Infinity), firstLanes((bytes - i) >> 2)));
  m = f32x4.pmax(m, i32x4.shuffle(m, m, 2, 3, 0, 1));
  return f32x4.pmax(m, i32x4.shuffle(m, m, 1, 0, 3, 2));
}

/** Sum of e = e^(x - m) over a row, in all lanes; keeps e in y if asked to. */
// @ts-ignore: decorator
@inline
function rowSum(keep: bool, x: usize, y: usize, bytes: usize, m: v128): v128 {
  const whole = bytes & ~15;
  let s = i32x4.splat(0), t = i32x4.splat(0);
  let i: usize = 0;
  for (; i < whole; i += 16) {
    const e = vexp(f32x4.sub(v128.load(x + i), m));
    s = f64x2.add(s, f64x2.promote_low_f32x4(e));
    t = f64x2.add(t, promoteHigh(e));
    if (keep) v128.store(y + i, e);
  }
  if (i < bytes) {
    const e = v128.and(vexp(f32x4.sub(v128.load(x + i), m)), firstLanes((bytes - i) >> 2));
    s = f64x2.add(s, f64x2.promote_low_f32x4(e));
    t = f64x2.add(t, promoteHigh(e));
    if (keep) storePart(y + i, e, bytes - i);
  }
  return f32x4.splat(sumLanes64(f64x2.add(s, t)) as f32);
}

/** y = e^(x - m) / sum. */
export function softmax(x: usize, y: usize, rows: usize, cols: usize): void {
  const bytes = cols << 2;
  for (let r: usize = 0; r < rows; r++, x += bytes, y += bytes) {
    const sum = rowSum(true, x, y, bytes, rowMax(x, bytes));
    for (let i: usize = 0; i < bytes; i += 16) put(y, i, bytes, f32x4.div(v128.load(y + i), sum));
  }
}

/** y = x - m - log(sum). */
export function logSoftmax(x: usize, y: usize, rows: usize, cols: usize): void {
  const bytes = cols << 2;
  for (let r: usize = 0; r < rows; r++, x += bytes, y += bytes) {
    const m = rowMax(x, bytes);
    const l = vlog(rowSum(false, x, 0, bytes, m));
    for (let i: usize = 0; i < bytes; i += 16) put(y, i, bytes, f32x4.sub(f32x4.sub(v128.load(x + i), m), l));
  }
}

/** dx = (g - sum(g y)) y. */
export function softmaxGrad(y: usize, g: usize, dx: usize, rows: usize, cols: usize): void {
  const bytes = cols << 2;
  for (let r: usize = 0; r < rows; r++, y += bytes, g += bytes, dx += bytes) {
    let s = i32x4.splat(0), t = i32x4.splat(0);
    for (let i: usize = 0; i < bytes; i += 16) {
      let p = f32x4.mul(v128.load(y + i), v128.load(g + i));
      if (i + 16 > bytes) p = v128.and(p, firstLanes((bytes - i) >> 2));
      s = f64x2.add(s, f64x2.promote_low_f32x4(p));
      t = f64x2.add(t, promoteHigh(p));
    }
    const dot = f32x4.splat(sumLanes64(f64x2.add(s, t)) as f32);
    for (let i: usize = 0; i < bytes; i += 16) put(dx, i, bytes, f32x4.mul(f32x4.sub(v128.load(g + i), dot), v128.load(y + i)));
  }
}

/** dx = g - e^y sum(g), y = log-softmax. */
export function logSoftmaxGrad(y: usize, g: usize, dx: usize, rows: usize, cols: usize): void {
  const bytes = cols << 2;
  for (let r: usize = 0; r < rows; r++, y += bytes, g += bytes, dx += bytes) {
    let s = i32x4.splat(0), t = i32x4.splat(0);
    for (let i: usize = 0; i < bytes; i += 16) {
      let p = v128.load(g + i);
      if (i + 16 > bytes) p = v128.and(p, firstLanes((bytes - i) >> 2));
      s = f64x2.add(s, f64x2.promote_low_f32x4(p));
      t = f64x2.add(t, promoteHigh(p));
    }
    const sum = f32x4.splat(sumLanes64(f64x2.add(s, t)) as f32);
    for (let i: usize = 0; i < bytes; i += 16) {
      put(dx, i, bytes, f32x4.sub(v128.load(g + i), f32x4.mul(vexp(v128.load(y + i)), sum)));
    }
  }
}

/** loss[r] = log(sum) - (x[label] - m); a negative label counts as no row: loss 0. */
export function crossEntropy(x: usize, labels: usize, loss: usize, rows: usize, cols: usize): void {
  const bytes = cols << 2;
  for (let r: usize = 0; r < rows; r++, x += bytes) {
    const label = load<i32>(labels + (r << 2));
    let value: f32 = 0;
    if (label >= 0) {
      const m = rowMax(x, bytes);
      const l = vlog(rowSum(false, x, 0, bytes, m));
      value = f32x4.extract_lane(l, 0) - (load<f32>(x + (label << 2)) - f32x4.extract_lane(m, 0));
    }
    store<f32>(loss + (r << 2), value);
  }
}

/** dx = (softmax(x) - onehot(label)) scale[r]; zeros where the label is negative. */
export function crossEntropyGrad(x: usize, labels: usize, scale: usize, scaleStep: usize, dx: usize, rows: usize, cols: usize): void {
  const bytes = cols << 2;
  for (let r: usize = 0; r < rows; r++, x += bytes, dx += bytes, scale += scaleStep) {
    const label = load<i32>(labels + (r << 2));
    if (label < 0) {
      memory.fill(dx, 0, bytes);
      continue;
    }
    const sum = rowSum(true, x, dx, bytes, rowMax(x, bytes));
    const k = v128.load32_splat(scale);
    // (y - 1) k for the label itself, from e before it is overwritten
    const own: f32 = (load<f32>(dx + ((label as usize) << 2)) / f32x4.extract_lane(sum, 0) - 1) * load<f32>(scale);
    for (let i: usize = 0; i < bytes; i += 16) put(dx, i, bytes, f32x4.mul(f32x4.div(v128.load(dx + i), sum), k));
    store<f32>(dx + ((label as usize) << 2), own);
  }
}

/** loss[r] = -sum t logsoftmax(x) = log(sum) sum(t) - sum t (x - m). */
export function crossEntropyTargets(x: usize, target: usize, loss: usize, rows: usize, cols: usize): void {
  const bytes = cols << 2;
  for (let r: usize = 0; r < rows; r++, x += bytes, target += bytes) {
    const m = rowMax(x, bytes);
    const l = vlog(rowSum(false, x, 0, bytes, m));
    let s = i32x4.splat(0), t = i32x4.splat(0);
    for (let i: usize = 0; i < bytes; i += 16) {
      let p = f32x4.mul(v128.load(target + i), f32x4.sub(l, f32x4.sub(v128.load(x + i), m)));
      if (i + 16 > bytes) p = v128.and(p, firstLanes((bytes - i) >> 2));
      s = f64x2.add(s, f64x2.promote_low_f32x4(p));
      t = f64x2.add(t, promoteHigh(p));
    }
    store<f32>(loss + (r << 2), sumLanes64(f64x2.add(s, t)) as f32);
  }
}

/** dx = (softmax(x) sum(t) - t) scale[r]. */
export function crossEntropyTargetsGrad(x: usize, target: usize, scale: usize, scaleStep: usize, dx: usize, rows: usize, cols: usize): void {
  softmax(x, dx, rows, cols);
  const bytes = cols << 2;
  for (let r: usize = 0; r < rows; r++, dx += bytes, target += bytes, scale += scaleStep) {
    let s = i32x4.splat(0), u = i32x4.splat(0);
    for (let i: usize = 0; i < bytes; i += 16) {
      let p = v128.load(target + i);
      if (i + 16 > bytes) p = v128.and(p, firstLanes((bytes - i) >> 2));
      s = f64x2.add(s, f64x2.promote_low_f32x4(p));
      u = f64x2.add(u, promoteHigh(p));
    }
    const sum = f32x4.splat(sumLanes64(f64x2.add(s, u)) as f32);
    const k = v128.load32_splat(scale);
    for (let i: usize = 0; i < bytes; i += 16) {
      put(dx, i, bytes, f32x4.mul(f32x4.sub(f32x4.mul(v128.load(dx + i), sum), v128.load(target + i)), k));
    }
  }
}
