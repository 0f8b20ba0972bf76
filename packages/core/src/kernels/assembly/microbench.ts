// Run by hand: npx tsx packages/core/src/kernels/assembly/microbench.ts [part of a name]
import * as reference from '../reference';
import { random32, random64 } from '../testing/values';
import * as kernels from './index';

/** Best time of one call in microseconds over about `budget` milliseconds. */
function best(run: () => void, budget = 60): number {
  for (let i = 0; i < 3; i++) run();
  const started = performance.now();
  run();
  const calls = Math.max(1, Math.floor(1 / Math.max(1e-3, performance.now() - started)));
  let least = Number.POSITIVE_INFINITY;
  const end = performance.now() + budget;
  do {
    const t = performance.now();
    for (let i = 0; i < calls; i++) run();
    least = Math.min(least, (performance.now() - t) / calls);
  } while (performance.now() < end);
  return least * 1000;
}

const wanted = process.argv[2] ?? '';

/** One line: time of the kernel, work per time, and how much slower the reference is. */
function line(name: string, work: number, unit: 'GF/s' | 'ns/element', run: () => void, plain?: () => void): void {
  if (!name.includes(wanted)) return;
  const us = best(run, 150);
  const rate = unit === 'GF/s' ? work / us / 1000 : (us * 1000) / work;
  const times = plain ? `${(best(plain, 20) / us).toFixed(1)} x` : '';
  console.log(
    `${name.padEnd(36)}${us.toFixed(2).padStart(12)} us${rate.toFixed(2).padStart(10)} ${unit.padEnd(12)}${times}`,
  );
}

for (const [m, n, k, tA, tB] of [
  [64, 20, 784, false, true],
  [64, 10, 20, false, true],
  [20, 784, 64, true, false],
  [64, 20, 10, false, false],
  [512, 512, 512, false, false],
  [1, 784, 784, false, true],
] as const) {
  for (const [type, make] of [
    ['f32', random32],
    ['f64', random64],
  ] as const) {
    const a = make(m * k);
    const b = make(k * n);
    const c = make(m * n);
    const name = `gemm ${type} ${m}x${n}x${k} ${tA ? 'T' : 'N'}${tB ? 'T' : 'N'}`;
    const plain = m * n * k < 1e7 ? () => reference.gemm(a, 0, b, 0, c, 0, m, n, k, tA, tB) : undefined;
    line(name, 2 * m * n * k, 'GF/s', () => kernels.gemm(a, 0, b, 0, c, 0, m, n, k, tA, tB), plain);
  }
}

for (const n of [16, 256, 4096, 65_536, 1 << 20]) {
  const a = random32(n, 1);
  const b = random32(n, 2);
  const y = new Float32Array(n);
  const add = () => kernels.binary('add', 'same', a, 0, b, 0, y, 0, 1, n);
  line(`add ${n}`, n, 'ns/element', add, () => reference.binary('add', 'same', a, 0, b, 0, y, 0, 1, n));
  line(`bias ${n}`, n, 'ns/element', () => kernels.binary('add', 'rowSecond', a, 0, b, 0, y, 0, n / 16, 16));
  line(`relu ${n}`, n, 'ns/element', () => kernels.unary('relu', a, 0, y, 0, n));
  line(
    `sum ${n}`,
    n,
    'ns/element',
    () => kernels.reduceAll('sum', a, 0, n),
    () => reference.reduceAll('sum', a, 0, n),
  );
}

const n = 65_536;
const x = random32(n, 1, 4).map(Math.abs);
const out = new Float32Array(n);
for (const name of [
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
  'sqrt',
] as const) {
  line(
    `${name} ${n}`,
    n,
    'ns/element',
    () => kernels.unary(name, x, 0, out, 0, n),
    () => reference.unary(name, x, 0, out, 0, n),
  );
}

for (const [rows, cols] of [
  [64, 10],
  [64, 20],
  [4096, 64],
] as const) {
  const logits = random32(rows * cols);
  const y = new Float32Array(rows * cols);
  const labels = new Int32Array(rows).map((_, i) => i % cols);
  const scale = Float32Array.of(1 / rows);
  const count = rows * cols;
  line(`sum of columns ${rows}x${cols}`, count, 'ns/element', () =>
    kernels.reduceColumns('sum', logits, 0, y, 0, rows, cols),
  );
  line(`softmax ${rows}x${cols}`, count, 'ns/element', () => kernels.softmax(logits, 0, y, 0, rows, cols));
  line(`cross-entropy ${rows}x${cols}`, count, 'ns/element', () =>
    kernels.crossEntropy(logits, 0, labels, 0, y, 0, rows, cols),
  );
  line(`cross-entropy gradient ${rows}x${cols}`, count, 'ns/element', () =>
    kernels.crossEntropyGrad(logits, 0, labels, 0, scale, 0, 0, y, 0, rows, cols),
  );
  line(`argmax ${rows}x${cols}`, count, 'ns/element', () =>
    kernels.argRows('argmax', logits, 0, labels.slice(), 0, rows, cols),
  );
}

const plainShape = {
  strideH: 1,
  strideW: 1,
  dilationH: 1,
  dilationW: 1,
  padTop: 0,
  padLeft: 0,
  padBottom: 0,
  padRight: 0,
};
for (const [name, shape] of [
  ['conv 1 to 32', { ...plainShape, n: 32, h: 28, w: 28, ci: 1, co: 32, kh: 3, kw: 3, groups: 1 }],
  ['conv 32 to 64', { ...plainShape, n: 32, h: 26, w: 26, ci: 32, co: 64, kh: 3, kw: 3, groups: 1 }],
  [
    'conv 32 to 64, stride 2',
    { ...plainShape, n: 32, h: 27, w: 27, ci: 32, co: 64, kh: 3, kw: 3, groups: 1, strideH: 2, strideW: 2 },
  ],
  ['conv 64 to 64, 1 x 1', { ...plainShape, n: 32, h: 14, w: 14, ci: 64, co: 64, kh: 1, kw: 1, groups: 1 }],
  ['depthwise 32', { ...plainShape, n: 32, h: 26, w: 26, ci: 32, co: 32, kh: 3, kw: 3, groups: 32 }],
] as const) {
  const oh = kernels.convHeight(shape);
  const ow = kernels.convWidth(shape);
  const images = random32(shape.n * shape.h * shape.w * shape.ci, 1);
  const weights = random32((shape.kh * shape.kw * shape.ci * shape.co) / shape.groups, 2);
  const y = random32(shape.n * oh * ow * shape.co, 3);
  const dx = new Float32Array(images.length);
  const dw = new Float32Array(weights.length);
  const work = (2 * y.length * weights.length) / shape.co;
  line(`${name}: forward`, work, 'GF/s', () => kernels.conv2d(images, 0, weights, 0, y, 0, shape));
  line(`${name}: input gradient`, work, 'GF/s', () => kernels.conv2dInputGrad(y, 0, weights, 0, dx, 0, shape));
  line(`${name}: filter gradient`, work, 'GF/s', () => kernels.conv2dFilterGrad(images, 0, y, 0, dw, 0, shape));
}

const pool = { ...plainShape, n: 32, h: 24, w: 24, c: 64, oh: 12, ow: 12, kh: 2, kw: 2, strideH: 2, strideW: 2 };
const images = random32(32 * 24 * 24 * 64, 1);
const pooled = new Float32Array(32 * 12 * 12 * 64);
const places = new Int32Array(pooled.length);
const back = new Float32Array(images.length);
line('max-pool', images.length, 'ns/element', () => kernels.maxPool(images, 0, pooled, 0, places, 0, pool));
line('max-pool gradient', images.length, 'ns/element', () => kernels.maxPoolGrad(pooled, 0, places, 0, back, 0, pool));
line('average-pool', images.length, 'ns/element', () => kernels.avgPool(images, 0, pooled, 0, pool, true));
line('NHWC to NCHW', images.length, 'ns/element', () =>
  kernels.permute(images, 0, [32, 64, 24, 24], [24 * 24 * 64, 1, 24 * 64, 64], back, 0),
);
line('generic permutation', images.length, 'ns/element', () =>
  kernels.permute(images, 0, [24, 32, 64, 24], [24 * 64, 24 * 24 * 64, 1, 64], back, 0),
);

const adam = { step: 0.01, beta1: 0.9, beta2: 0.999, rootCorrection: 0.1, epsilon: 1e-8, decay: 0, shrink: 1 };
for (const size of [10, 200, 15_680, 1 << 20]) {
  const p = random32(size, 1);
  const g = random32(size, 2);
  const m = new Float32Array(size);
  const v = new Float32Array(size);
  const sgd = { lr: 1e-3, momentum: 0, dampening: 0, decay: 0, nesterov: false, first: false };
  line(
    `sgd ${size}`,
    size,
    'ns/element',
    () => kernels.sgd(p, g, null, sgd),
    () => reference.sgd(p, g, null, sgd),
  );
  line(`adam ${size}`, size, 'ns/element', () => kernels.adamOutside(p, g, m, v, null, adam));
}
