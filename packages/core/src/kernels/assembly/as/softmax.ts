// Rows of logits: the kernels write over their first input, which is a copy in scratch.
import { exp_f32 } from './elementwise';
import { vexp, vlog } from './math';
import { sumExponentials } from './reduce';
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

/** x -= m, the largest element of its row. */
// @ts-ignore: decorator
@inline
function shift(x: usize, rows: usize, bytes: usize): void {
  for (let r: usize = 0; r < rows; r++, x += bytes) {
    const m = rowMax(x, bytes);
    for (let i: usize = 0; i < bytes; i += 16) put(x, i, bytes, f32x4.sub(v128.load(x + i), m));
  }
}

/** y = e^(x - m) / sum; x is overwritten. */
export function softmax(x: usize, y: usize, rows: usize, cols: usize): void {
  const bytes = cols << 2;
  shift(x, rows, bytes);
  // the exponentials of all rows as one run of numbers; those of a sum are the row's own
  exp_f32(x, y, rows * cols);
  for (let r: usize = 0; r < rows; r++, x += bytes, y += bytes) {
    const sum = f32x4.splat(sumExponentials(x, cols));
    for (let i: usize = 0; i < bytes; i += 16) put(y, i, bytes, f32x4.div(v128.load(y + i), sum));
  }
}

/** y = x - m - log(sum); x is overwritten. */
export function logSoftmax(x: usize, y: usize, rows: usize, cols: usize): void {
  const bytes = cols << 2;
  shift(x, rows, bytes);
  for (let r: usize = 0; r < rows; r++, x += bytes, y += bytes) {
    const l = vlog(f32x4.splat(sumExponentials(x, cols)));
    for (let i: usize = 0; i < bytes; i += 16) put(y, i, bytes, f32x4.sub(v128.load(x + i), l));
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

/** loss[r] = log(sum) - (x[label] - m); a negative label counts as no row: loss 0. x is overwritten. */
export function crossEntropy(x: usize, labels: usize, loss: usize, rows: usize, cols: usize): void {
  const bytes = cols << 2;
  shift(x, rows, bytes);
  for (let r: usize = 0; r < rows; r++, x += bytes) {
    const label = load<i32>(labels + (r << 2));
    let value: f32 = 0;
    if (label >= 0) value = f32x4.extract_lane(vlog(f32x4.splat(sumExponentials(x, cols))), 0) - load<f32>(x + (label << 2));
    store<f32>(loss + (r << 2), value);
  }
}

/** dx = (softmax(x) - onehot(label)) scale[r]; zeros where the label is negative. x is overwritten. */
export function crossEntropyGrad(x: usize, labels: usize, scale: usize, scaleStep: usize, dx: usize, rows: usize, cols: usize): void {
  const bytes = cols << 2;
  shift(x, rows, bytes);
  exp_f32(x, dx, rows * cols);
  for (let r: usize = 0; r < rows; r++, x += bytes, dx += bytes, scale += scaleStep) {
    const label = load<i32>(labels + (r << 2));
    if (label < 0) {
      memory.fill(dx, 0, bytes);
      continue;
    }
    const sum = sumExponentials(x, cols);
    const k = v128.load32_splat(scale);
    // (y - 1) k for the label itself, from e before it is overwritten
    const own: f32 = (load<f32>(dx + ((label as usize) << 2)) / sum - 1) * load<f32>(scale);
    for (let i: usize = 0; i < bytes; i += 16) put(dx, i, bytes, f32x4.mul(f32x4.div(v128.load(dx + i), f32x4.splat(sum)), k));
    store<f32>(dx + ((label as usize) << 2), own);
  }
}

/** loss[r] = -sum t logsoftmax(x) = sum t (log(sum) - (x - m)); x is overwritten. */
export function crossEntropyTargets(x: usize, target: usize, loss: usize, rows: usize, cols: usize): void {
  const bytes = cols << 2;
  shift(x, rows, bytes);
  for (let r: usize = 0; r < rows; r++, x += bytes, target += bytes) {
    const l = vlog(f32x4.splat(sumExponentials(x, cols)));
    let s = i32x4.splat(0), t = i32x4.splat(0);
    for (let i: usize = 0; i < bytes; i += 16) {
      let p = f32x4.mul(v128.load(target + i), f32x4.sub(l, v128.load(x + i)));
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
