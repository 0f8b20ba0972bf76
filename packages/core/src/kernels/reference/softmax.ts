import type { FloatArray } from './elementwise';

/** Largest element of a row and log of the sum of e^(x - max). */
function rowScale(x: FloatArray, offset: number, cols: number): [number, number] {
  let max = Number.NEGATIVE_INFINITY;
  for (let c = 0; c < cols; c++) max = Math.max(max, x[offset + c]!);
  let sum = 0;
  for (let c = 0; c < cols; c++) sum += Math.exp(x[offset + c]! - max);
  return [max, Math.log(sum)];
}

/** out = e^(x - max) / sum e^(x - max) over the last axis of [rows, cols]. */
export function softmax(
  x: FloatArray,
  xOffset: number,
  out: FloatArray,
  outOffset: number,
  rows: number,
  cols: number,
): void {
  for (let r = 0; r < rows; r++) {
    const [max, log] = rowScale(x, xOffset + r * cols, cols);
    for (let i = r * cols; i < (r + 1) * cols; i++) {
      out[outOffset + i] = Math.exp(x[xOffset + i]! - max) / Math.exp(log);
    }
  }
}

/** out = x - max - log sum e^(x - max) over the last axis of [rows, cols]. */
export function logSoftmax(
  x: FloatArray,
  xOffset: number,
  out: FloatArray,
  outOffset: number,
  rows: number,
  cols: number,
): void {
  for (let r = 0; r < rows; r++) {
    const [max, log] = rowScale(x, xOffset + r * cols, cols);
    for (let i = r * cols; i < (r + 1) * cols; i++) out[outOffset + i] = x[xOffset + i]! - max - log;
  }
}

/** dx = (g - sum(g y)) y, y being the softmax. */
export function softmaxGrad(
  y: FloatArray,
  yOffset: number,
  g: FloatArray,
  gOffset: number,
  dx: FloatArray,
  dxOffset: number,
  rows: number,
  cols: number,
): void {
  for (let r = 0; r < rows; r++) {
    let dot = 0;
    for (let i = r * cols; i < (r + 1) * cols; i++) dot += y[yOffset + i]! * g[gOffset + i]!;
    for (let i = r * cols; i < (r + 1) * cols; i++) dx[dxOffset + i] = (g[gOffset + i]! - dot) * y[yOffset + i]!;
  }
}

/** dx = g - e^y sum(g), y being the log-softmax. */
export function logSoftmaxGrad(
  y: FloatArray,
  yOffset: number,
  g: FloatArray,
  gOffset: number,
  dx: FloatArray,
  dxOffset: number,
  rows: number,
  cols: number,
): void {
  for (let r = 0; r < rows; r++) {
    let sum = 0;
    for (let i = r * cols; i < (r + 1) * cols; i++) sum += g[gOffset + i]!;
    for (let i = r * cols; i < (r + 1) * cols; i++)
      dx[dxOffset + i] = g[gOffset + i]! - Math.exp(y[yOffset + i]!) * sum;
  }
}

/** loss[r] = log sum e^x - x[label] of integer labels; a negative label gives 0. */
export function crossEntropy(
  x: FloatArray,
  xOffset: number,
  labels: Int32Array,
  labelsOffset: number,
  loss: FloatArray,
  lossOffset: number,
  rows: number,
  cols: number,
): void {
  for (let r = 0; r < rows; r++) {
    const label = labels[labelsOffset + r]!;
    const [max, log] = rowScale(x, xOffset + r * cols, cols);
    loss[lossOffset + r] = label < 0 ? 0 : log - (x[xOffset + r * cols + label]! - max);
  }
}

/** dx = (softmax(x) - onehot(label)) scale[r]; `scaleStep` 0 uses one scale for all rows; a negative label gives zeros. */
export function crossEntropyGrad(
  x: FloatArray,
  xOffset: number,
  labels: Int32Array,
  labelsOffset: number,
  scale: FloatArray,
  scaleOffset: number,
  scaleStep: 0 | 1,
  dx: FloatArray,
  dxOffset: number,
  rows: number,
  cols: number,
): void {
  for (let r = 0; r < rows; r++) {
    const label = labels[labelsOffset + r]!;
    const k = scale[scaleOffset + r * scaleStep]!;
    const [max, log] = rowScale(x, xOffset + r * cols, cols);
    for (let c = 0; c < cols; c++) {
      const y = Math.exp(x[xOffset + r * cols + c]! - max - log) - (c === label ? 1 : 0);
      dx[dxOffset + r * cols + c] = label < 0 ? 0 : y * k;
    }
  }
}

/** loss[r] = -sum(target logsoftmax(x)) of probability targets [rows, cols]. */
export function crossEntropyTargets(
  x: FloatArray,
  xOffset: number,
  target: FloatArray,
  targetOffset: number,
  loss: FloatArray,
  lossOffset: number,
  rows: number,
  cols: number,
): void {
  for (let r = 0; r < rows; r++) {
    const [max, log] = rowScale(x, xOffset + r * cols, cols);
    let sum = 0;
    for (let i = r * cols; i < (r + 1) * cols; i++) sum += target[targetOffset + i]! * (log - (x[xOffset + i]! - max));
    loss[lossOffset + r] = sum;
  }
}

/** dx = (softmax(x) sum(target) - target) scale[r]; `scaleStep` 0 uses one scale for all rows. */
export function crossEntropyTargetsGrad(
  x: FloatArray,
  xOffset: number,
  target: FloatArray,
  targetOffset: number,
  scale: FloatArray,
  scaleOffset: number,
  scaleStep: 0 | 1,
  dx: FloatArray,
  dxOffset: number,
  rows: number,
  cols: number,
): void {
  for (let r = 0; r < rows; r++) {
    const k = scale[scaleOffset + r * scaleStep]!;
    const [max, log] = rowScale(x, xOffset + r * cols, cols);
    let sum = 0;
    for (let i = r * cols; i < (r + 1) * cols; i++) sum += target[targetOffset + i]!;
    for (let i = r * cols; i < (r + 1) * cols; i++) {
      dx[dxOffset + i] = (Math.exp(x[xOffset + i]! - max - log) * sum - target[targetOffset + i]!) * k;
    }
  }
}
