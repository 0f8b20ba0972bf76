import type { BinaryKernel, BinaryMode, GradKernel, UnaryKernel } from '../reference/elementwise';
import * as reference from '../reference/elementwise';
import { alloc, begin, copyIn, type FloatArray, isFloat64, type Kernel, kernel, take } from './memory';

export type { BinaryKernel, BinaryMode, GradKernel, UnaryKernel } from '../reference/elementwise';

/** Elements in scratch at a time: two inputs and an output of this size stay in the second-level cache. */
export const CHUNK = 16384;

const narrowUnary: UnaryKernel[] = [
  'exp',
  'expm1',
  'log',
  'log1p',
  'sigmoid',
  'tanh',
  'erf',
  'gelu',
  'softplus',
  'sin',
  'cos',
];
const wideUnary: UnaryKernel[] = [
  'neg',
  'abs',
  'sqrt',
  'rsqrt',
  'reciprocal',
  'square',
  'relu',
  'sign',
  'floor',
  'ceil',
  'round',
];
const binaryNames: BinaryKernel[] = ['add', 'sub', 'mul', 'div', 'max', 'min'];
const narrowGrads: GradKernel[] = ['geluGrad', 'softplusGrad'];
const wideGrads: GradKernel[] = ['reluGrad', 'sigmoidGrad', 'tanhGrad'];

interface Tables {
  readonly f32: Record<string, Kernel | undefined>;
  /** Has no entry where float64 is left to the reference kernels. */
  readonly f64: Record<string, Kernel | undefined>;
  readonly anyBeyond: Kernel;
}

let tables: Tables | null = null;

function load(): Tables {
  const wide = [...wideUnary, ...binaryNames, ...wideGrads, 'axpy'];
  const narrow = [...wide, ...narrowUnary, ...narrowGrads];
  const table = (names: readonly string[], type: string) =>
    Object.fromEntries(names.map((name) => [name, kernel(`${name}_${type}`)]));
  tables = { f32: table(narrow, 'f32'), f64: table(wide, 'f64'), anyBeyond: kernel('anyBeyond_f32') };
  return tables;
}

/** Beyond this magnitude sin and cos of float32 are left to Math, which reduces any argument exactly. */
const TRIG_LIMIT = 2 ** 20;

/** out[i] = f(x[i]); `out` may be `x` at the same offset. */
export function unary(
  name: UnaryKernel,
  x: FloatArray,
  xOffset: number,
  out: FloatArray,
  outOffset: number,
  n: number,
): void {
  const t = tables ?? load();
  const wide = isFloat64(x);
  const run = wide ? t.f64[name] : t.f32[name];
  if (run === undefined) {
    reference.unary(name, x, xOffset, out, outOffset, n);
    return;
  }
  const size = wide ? 8 : 4;
  const chunk = Math.min(n, CHUNK);
  begin();
  const xp = alloc(chunk * size);
  const yp = alloc(chunk * size);
  for (let i = 0; i < n; i += CHUNK) {
    const m = Math.min(n - i, CHUNK);
    copyIn(xp, x, xOffset + i, m);
    run(xp, yp, m);
    const far = (name === 'sin' || name === 'cos') && t.anyBeyond(xp, m, TRIG_LIMIT) !== 0;
    if (far && x === out) {
      const exact = out.slice(outOffset + i, outOffset + i + m);
      take(yp, out, outOffset + i, m);
      trigFar(name, exact, 0, out, outOffset + i, m);
    } else {
      take(yp, out, outOffset + i, m);
      if (far) trigFar(name, x, xOffset + i, out, outOffset + i, m);
    }
  }
}

function trigFar(
  name: 'sin' | 'cos',
  x: FloatArray,
  xOffset: number,
  out: FloatArray,
  outOffset: number,
  n: number,
): void {
  for (let i = 0; i < n; i++) {
    const v = x[xOffset + i]!;
    if (Math.abs(v) > TRIG_LIMIT) out[outOffset + i] = Math[name](v);
  }
}

/**
 * out [rows, cols] = a op b. `mode` says what each operand is: whole, one scalar, one row [cols] for all rows, or one column
 * [rows]; with 'same' and the scalar modes only rows * cols counts. `out` may be a whole operand at the same offset.
 */
export function binary(
  name: BinaryKernel,
  mode: BinaryMode,
  a: FloatArray,
  aOffset: number,
  b: FloatArray,
  bOffset: number,
  out: FloatArray,
  outOffset: number,
  rows: number,
  cols: number,
): void {
  const t = tables ?? load();
  const wide = isFloat64(out);
  const run = (wide ? t.f64[name] : t.f32[name])!;
  const size = wide ? 8 : 4;
  begin();
  if (mode === 'same') {
    flat(run, 0, a, aOffset, b, bOffset, out, outOffset, rows * cols, size);
    return;
  }
  if (mode === 'scalarSecond') {
    flat(run, 1, a, aOffset, b, bOffset, out, outOffset, rows * cols, size);
    return;
  }
  if (mode === 'scalarFirst') {
    flat(run, 2, a, aOffset, b, bOffset, out, outOffset, rows * cols, size);
    return;
  }
  const byRow = mode === 'rowSecond' || mode === 'rowFirst';
  const second = mode === 'rowSecond' || mode === 'columnSecond';
  if (cols > CHUNK) {
    for (let r = 0; r < rows; r++) {
      const at = r * cols;
      const part = byRow ? 0 : r;
      begin();
      flat(
        run,
        byRow ? 0 : second ? 1 : 2,
        a,
        aOffset + (second ? at : part),
        b,
        bOffset + (second ? part : at),
        out,
        outOffset + at,
        cols,
        size,
      );
    }
    return;
  }
  if (cols === 0) return;
  const group = Math.min(rows, Math.floor(CHUNK / cols));
  const wholePointer = alloc(group * cols * size);
  const partPointer = alloc((byRow ? cols : group) * size);
  const y = alloc(group * cols * size);
  const whole = second ? a : b;
  const wholeOffset = second ? aOffset : bOffset;
  const part = second ? b : a;
  const partOffset = second ? bOffset : aOffset;
  if (byRow) copyIn(partPointer, part, partOffset, cols);
  const form = byRow ? 0 : second ? 1 : 2;
  const partStep = byRow ? 0 : size;
  for (let r = 0; r < rows; r += group) {
    const g = Math.min(rows - r, group);
    copyIn(wholePointer, whole, wholeOffset + r * cols, g * cols);
    if (!byRow) copyIn(partPointer, part, partOffset + r, g);
    if (second) run(form, wholePointer, cols * size, partPointer, partStep, y, g, cols);
    else run(form, partPointer, partStep, wholePointer, cols * size, y, g, cols);
    take(y, out, outOffset + r * cols, g * cols);
  }
}

/** Form 0: both whole; 1: b a scalar; 2: a a scalar. */
function flat(
  run: Kernel,
  form: number,
  a: FloatArray,
  aOffset: number,
  b: FloatArray,
  bOffset: number,
  out: FloatArray,
  outOffset: number,
  n: number,
  size: number,
): void {
  const chunk = Math.min(n, CHUNK);
  const ap = alloc((form === 2 ? 1 : chunk) * size);
  const bp = alloc((form === 1 ? 1 : chunk) * size);
  const yp = alloc(chunk * size);
  if (form === 2) copyIn(ap, a, aOffset, 1);
  if (form === 1) copyIn(bp, b, bOffset, 1);
  for (let i = 0; i < n; i += CHUNK) {
    const m = Math.min(n - i, CHUNK);
    if (form !== 2) copyIn(ap, a, aOffset + i, m);
    if (form !== 1) copyIn(bp, b, bOffset + i, m);
    run(form, ap, 0, bp, 0, yp, 1, m);
    take(yp, out, outOffset + i, m);
  }
}

/** out[i] = gradient of a unary function times g[i]: `a` is its output for relu, sigmoid and tanh, its input for gelu and softplus. */
export function grad(
  name: GradKernel,
  a: FloatArray,
  aOffset: number,
  g: FloatArray,
  gOffset: number,
  out: FloatArray,
  outOffset: number,
  n: number,
): void {
  const t = tables ?? load();
  const wide = isFloat64(out);
  const run = wide ? t.f64[name] : t.f32[name];
  if (run === undefined) {
    reference.grad(name, a, aOffset, g, gOffset, out, outOffset, n);
    return;
  }
  const size = wide ? 8 : 4;
  const chunk = Math.min(n, CHUNK);
  begin();
  const ap = alloc(chunk * size);
  const gp = alloc(chunk * size);
  const yp = alloc(chunk * size);
  for (let i = 0; i < n; i += CHUNK) {
    const m = Math.min(n - i, CHUNK);
    copyIn(ap, a, aOffset + i, m);
    copyIn(gp, g, gOffset + i, m);
    run(ap, gp, yp, m);
    take(yp, out, outOffset + i, m);
  }
}

/** y += alpha x, in place; alpha is rounded to the element type. */
export function axpy(alpha: number, x: FloatArray, xOffset: number, y: FloatArray, yOffset: number, n: number): void {
  const t = tables ?? load();
  const wide = isFloat64(y);
  const run = (wide ? t.f64['axpy'] : t.f32['axpy'])!;
  const size = wide ? 8 : 4;
  const chunk = Math.min(n, CHUNK);
  begin();
  const xp = alloc(chunk * size);
  const yp = alloc(chunk * size);
  for (let i = 0; i < n; i += CHUNK) {
    const m = Math.min(n - i, CHUNK);
    copyIn(xp, x, xOffset + i, m);
    copyIn(yp, y, yOffset + i, m);
    run(alpha, xp, yp, m);
    take(yp, y, yOffset + i, m);
  }
}

/** out = value. */
export function fill(out: FloatArray, outOffset: number, n: number, value: number): void {
  out.fill(value, outOffset, outOffset + n);
}

/** out = x; the arrays may overlap. */
export function copy(x: FloatArray, xOffset: number, out: FloatArray, outOffset: number, n: number): void {
  out.set(n === x.length ? x : x.subarray(xOffset, xOffset + n), outOffset);
}
