/** The arrays that float kernels work on. */
export type FloatArray = Float32Array | Float64Array;

export type UnaryKernel =
  | 'neg'
  | 'abs'
  | 'sqrt'
  | 'rsqrt'
  | 'reciprocal'
  | 'square'
  | 'relu'
  | 'sign'
  | 'floor'
  | 'ceil'
  | 'round'
  | 'exp'
  | 'expm1'
  | 'log'
  | 'log1p'
  | 'sigmoid'
  | 'tanh'
  | 'erf'
  | 'gelu'
  | 'softplus'
  | 'sin'
  | 'cos';

export type BinaryKernel = 'add' | 'sub' | 'mul' | 'div' | 'max' | 'min';

/** Gradients of unary functions: f(y or x, incoming gradient). */
export type GradKernel = 'reluGrad' | 'sigmoidGrad' | 'tanhGrad' | 'geluGrad' | 'softplusGrad';

/**
 * How the operands of a binary kernel are laid out: both whole; one a scalar; one a row [cols] for all rows; one a column [rows].
 */
export type BinaryMode =
  | 'same'
  | 'scalarSecond'
  | 'scalarFirst'
  | 'rowSecond'
  | 'rowFirst'
  | 'columnSecond'
  | 'columnFirst';

/** The error function in float64: its Taylor series near zero, a continued fraction of erfc beyond. */
export function erf(x: number): number {
  const a = Math.abs(x);
  if (!(a < 6)) return Number.isNaN(x) ? x : Math.sign(x);
  if (a < 2.5) {
    let term = a;
    let sum = a;
    for (let k = 1; k < 80 && term !== 0; k++) {
      term *= -(a * a) / k;
      sum += term / (2 * k + 1);
    }
    const y = (2 / Math.sqrt(Math.PI)) * sum;
    return x < 0 || Object.is(x, -0) ? -y : y;
  }
  let tail = 0;
  for (let k = 120; k > 0; k--) tail = (k * 0.5) / (a + tail);
  return Math.sign(x) * (1 - Math.exp(-a * a) / (Math.sqrt(Math.PI) * (a + tail)));
}

function roundHalfEven(x: number): number {
  const low = Math.floor(x);
  const rest = x - low;
  if (Number.isNaN(rest) || rest === 0) return x;
  const y = rest > 0.5 || (rest === 0.5 && low % 2 !== 0) ? low + 1 : low;
  return y === 0 && x < 0 ? -0 : y;
}

function sigmoid(x: number): number {
  const z = Math.exp(-Math.abs(x));
  return (x < 0 ? z : 1) / (1 + z);
}

// negative zero stays, as in the frameworks, which a Math.max would lose
function relu(x: number): number {
  if (x < 0) return 0;
  return x;
}

const gaussianCdf = (x: number): number => 0.5 * (1 + erf(x * Math.SQRT1_2));
const gaussianPdf = (x: number): number => Math.exp(-0.5 * x * x) / Math.sqrt(2 * Math.PI);

/** One element of every unary kernel, in float64. */
export const unaryFunctions: Readonly<Record<UnaryKernel, (x: number) => number>> = {
  neg: (x) => -x,
  abs: Math.abs,
  sqrt: Math.sqrt,
  rsqrt: (x) => 1 / Math.sqrt(x),
  reciprocal: (x) => 1 / x,
  square: (x) => x * x,
  relu,
  sign: Math.sign,
  floor: Math.floor,
  ceil: Math.ceil,
  round: roundHalfEven,
  exp: Math.exp,
  expm1: Math.expm1,
  log: Math.log,
  log1p: Math.log1p,
  sigmoid,
  tanh: Math.tanh,
  erf,
  gelu: (x) => x * gaussianCdf(x),
  softplus: (x) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x))),
  sin: Math.sin,
  cos: Math.cos,
};

/** One element of every binary kernel, in float64; max and min give NaN if either is NaN. */
export const binaryFunctions: Readonly<Record<BinaryKernel, (a: number, b: number) => number>> = {
  add: (a, b) => a + b,
  sub: (a, b) => a - b,
  mul: (a, b) => a * b,
  div: (a, b) => a / b,
  max: Math.max,
  min: Math.min,
};

/** One element of every gradient kernel: `a` is the output y for relu, sigmoid and tanh, the input x for gelu and softplus. */
export const gradFunctions: Readonly<Record<GradKernel, (a: number, g: number) => number>> = {
  reluGrad: (y, g) => (y <= 0 ? 0 : g),
  sigmoidGrad: (y, g) => g * (1 - y) * y,
  tanhGrad: (y, g) => g * (1 - y * y),
  geluGrad: (x, g) => g * (gaussianCdf(x) + x * gaussianPdf(x)),
  softplusGrad: (x, g) => g * sigmoid(x),
};

/** out = f(x) element by element. */
export function unary(
  name: UnaryKernel,
  x: FloatArray,
  xOffset: number,
  out: FloatArray,
  outOffset: number,
  n: number,
): void {
  const f = unaryFunctions[name];
  for (let i = 0; i < n; i++) out[outOffset + i] = f(x[xOffset + i]!);
}

/** out [rows, cols] = a op b, the operands laid out as `mode` says. */
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
  const f = binaryFunctions[name];
  for (let r = 0; r < rows; r++) {
    for (let c = 0; c < cols; c++) {
      const whole = r * cols + c;
      const second = mode === 'scalarSecond' ? 0 : mode === 'rowSecond' ? c : mode === 'columnSecond' ? r : whole;
      const first = mode === 'scalarFirst' ? 0 : mode === 'rowFirst' ? c : mode === 'columnFirst' ? r : whole;
      out[outOffset + whole] = f(a[aOffset + first]!, b[bOffset + second]!);
    }
  }
}

/** out = gradient kernel of (a, g) element by element. */
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
  const f = gradFunctions[name];
  for (let i = 0; i < n; i++) out[outOffset + i] = f(a[aOffset + i]!, g[gOffset + i]!);
}

/** y += alpha x. */
export function axpy(alpha: number, x: FloatArray, xOffset: number, y: FloatArray, yOffset: number, n: number): void {
  for (let i = 0; i < n; i++) y[yOffset + i] = y[yOffset + i]! + alpha * x[xOffset + i]!;
}

/** out = value. */
export function fill(out: FloatArray, outOffset: number, n: number, value: number): void {
  for (let i = 0; i < n; i++) out[outOffset + i] = value;
}

/** out = x. */
export function copy(x: FloatArray, xOffset: number, out: FloatArray, outOffset: number, n: number): void {
  for (let i = 0; i < n; i++) out[outOffset + i] = x[xOffset + i]!;
}
