import * as reference from '../reference/softmax';
import { CHUNK } from './elementwise';
import { alloc, begin, copyIn, type FloatArray, isFloat64, type Kernel, kernel, take } from './memory';

type Name =
  | 'softmax'
  | 'logSoftmax'
  | 'softmaxGrad'
  | 'logSoftmaxGrad'
  | 'crossEntropy'
  | 'crossEntropyGrad'
  | 'crossEntropyTargets'
  | 'crossEntropyTargetsGrad';
const names: Name[] = [
  'softmax',
  'logSoftmax',
  'softmaxGrad',
  'logSoftmaxGrad',
  'crossEntropy',
  'crossEntropyGrad',
  'crossEntropyTargets',
  'crossEntropyTargetsGrad',
];
let kernels: Record<Name, Kernel> | null = null;
function load(): Record<Name, Kernel> {
  kernels = Object.fromEntries(names.map((name) => [name, kernel(name)])) as Record<Name, Kernel>;
  return kernels;
}

/** Rows in scratch at a time. */
function group(rows: number, cols: number): number {
  const most = cols > 0 ? Math.max(1, Math.floor(CHUNK / cols)) : rows;
  return Math.min(rows, most);
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
  if (isFloat64(x)) {
    reference.softmax(x, xOffset, out, outOffset, rows, cols);
    return;
  }
  oneInput((kernels ?? load()).softmax, x, xOffset, out, outOffset, rows, cols);
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
  if (isFloat64(x)) {
    reference.logSoftmax(x, xOffset, out, outOffset, rows, cols);
    return;
  }
  oneInput((kernels ?? load()).logSoftmax, x, xOffset, out, outOffset, rows, cols);
}

function oneInput(
  run: Kernel,
  x: FloatArray,
  xOffset: number,
  out: FloatArray,
  outOffset: number,
  rows: number,
  cols: number,
): void {
  const most = group(rows, cols);
  begin();
  const xp = alloc(most * cols * 4);
  const yp = alloc(most * cols * 4);
  for (let r = 0; r < rows; r += most) {
    const g = Math.min(rows - r, most);
    copyIn(xp, x, xOffset + r * cols, g * cols);
    run(xp, yp, g, cols);
    take(yp, out, outOffset + r * cols, g * cols);
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
  if (isFloat64(y)) {
    reference.softmaxGrad(y, yOffset, g, gOffset, dx, dxOffset, rows, cols);
    return;
  }
  twoInputs((kernels ?? load()).softmaxGrad, y, yOffset, g, gOffset, dx, dxOffset, rows, cols, cols);
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
  if (isFloat64(y)) {
    reference.logSoftmaxGrad(y, yOffset, g, gOffset, dx, dxOffset, rows, cols);
    return;
  }
  twoInputs((kernels ?? load()).logSoftmaxGrad, y, yOffset, g, gOffset, dx, dxOffset, rows, cols, cols);
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
  if (isFloat64(x)) {
    reference.crossEntropyTargets(x, xOffset, target, targetOffset, loss, lossOffset, rows, cols);
    return;
  }
  const run = (kernels ?? load()).crossEntropyTargets;
  twoInputs(run, x, xOffset, target, targetOffset, loss, lossOffset, rows, cols, 1);
}

/** Two inputs [rows, cols] and an output [rows, width]. */
function twoInputs(
  run: Kernel,
  a: FloatArray,
  aOffset: number,
  b: FloatArray,
  bOffset: number,
  out: FloatArray,
  outOffset: number,
  rows: number,
  cols: number,
  width: number,
): void {
  const most = group(rows, cols);
  begin();
  const ap = alloc(most * cols * 4);
  const bp = alloc(most * cols * 4);
  const yp = alloc(most * width * 4);
  for (let r = 0; r < rows; r += most) {
    const g = Math.min(rows - r, most);
    copyIn(ap, a, aOffset + r * cols, g * cols);
    copyIn(bp, b, bOffset + r * cols, g * cols);
    run(ap, bp, yp, g, cols);
    take(yp, out, outOffset + r * width, g * width);
  }
}

/** loss[r] = log sum e^x - x[label] of integer labels below cols; a negative label gives 0. */
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
  if (isFloat64(x)) {
    reference.crossEntropy(x, xOffset, labels, labelsOffset, loss, lossOffset, rows, cols);
    return;
  }
  const run = (kernels ?? load()).crossEntropy;
  const most = group(rows, cols);
  begin();
  const xp = alloc(most * cols * 4);
  const lp = alloc(most * 4);
  const yp = alloc(most * 4);
  for (let r = 0; r < rows; r += most) {
    const g = Math.min(rows - r, most);
    copyIn(xp, x, xOffset + r * cols, g * cols);
    copyIn(lp, labels, labelsOffset + r, g);
    run(xp, lp, yp, g, cols);
    take(yp, loss, lossOffset + r, g);
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
  if (isFloat64(x)) {
    reference.crossEntropyGrad(
      x,
      xOffset,
      labels,
      labelsOffset,
      scale,
      scaleOffset,
      scaleStep,
      dx,
      dxOffset,
      rows,
      cols,
    );
    return;
  }
  const run = (kernels ?? load()).crossEntropyGrad;
  lossGrad(run, x, xOffset, labels, labelsOffset, 1, scale, scaleOffset, scaleStep, dx, dxOffset, rows, cols);
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
  if (isFloat64(x)) {
    reference.crossEntropyTargetsGrad(
      x,
      xOffset,
      target,
      targetOffset,
      scale,
      scaleOffset,
      scaleStep,
      dx,
      dxOffset,
      rows,
      cols,
    );
    return;
  }
  const run = (kernels ?? load()).crossEntropyTargetsGrad;
  lossGrad(run, x, xOffset, target, targetOffset, cols, scale, scaleOffset, scaleStep, dx, dxOffset, rows, cols);
}

function lossGrad(
  run: Kernel,
  x: FloatArray,
  xOffset: number,
  target: FloatArray | Int32Array,
  targetOffset: number,
  targetWidth: number,
  scale: FloatArray,
  scaleOffset: number,
  scaleStep: 0 | 1,
  dx: FloatArray,
  dxOffset: number,
  rows: number,
  cols: number,
): void {
  const most = group(rows, cols);
  begin();
  const xp = alloc(most * cols * 4);
  const tp = alloc(most * targetWidth * 4);
  const sp = alloc((scaleStep ? most : 1) * 4);
  const yp = alloc(most * cols * 4);
  if (scaleStep === 0) copyIn(sp, scale, scaleOffset, 1);
  for (let r = 0; r < rows; r += most) {
    const g = Math.min(rows - r, most);
    copyIn(xp, x, xOffset + r * cols, g * cols);
    copyIn(tp, target, targetOffset + r * targetWidth, g * targetWidth);
    if (scaleStep === 1) copyIn(sp, scale, scaleOffset + r, g);
    run(xp, tp, sp, scaleStep * 4, yp, g, cols);
    take(yp, dx, dxOffset + r * cols, g * cols);
  }
}
