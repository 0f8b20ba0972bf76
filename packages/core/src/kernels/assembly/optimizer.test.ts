import * as reference from '../reference';
import { difference, random32 } from '../testing/values';
import * as kernels from './optimizer';

const sizes = [0, 1, 3, 4, 17, 1000, 20_001];
type Arrays = [Float32Array, Float32Array, Float32Array, Float32Array, Float32Array];
type Run = (k: typeof kernels | typeof reference, a: Arrays, step: number) => void;

const adam = { beta1: 0.9, beta2: 0.999, epsilon: 1e-8 };
const outside = (t: number, decay: number, shrink: number) => ({
  ...adam,
  step: 0.01 / (1 - 0.9 ** t),
  rootCorrection: Math.sqrt(1 - 0.999 ** t),
  decay,
  shrink,
});
const inside = (t: number) => ({ ...adam, alpha: (0.01 * Math.sqrt(1 - 0.999 ** t)) / (1 - 0.9 ** t) });
const rms = { lr: 0.01, rho: 0.95, epsilon: 1e-7, momentum: 0.9, decay: 0 };
const sgd = { lr: 0.1, momentum: 0.9, dampening: 0, decay: 0, nesterov: false, first: false };

const cases: [string, Run][] = [
  ['sgd', (k, [p, g]) => k.sgd(p, g, null, sgd)],
  ['sgd with decay', (k, [p, g]) => k.sgd(p, g, null, { ...sgd, decay: 0.01 })],
  ['sgd with momentum', (k, [p, g, v], t) => k.sgd(p, g, v, { ...sgd, decay: 0.02, dampening: 0.1, first: t === 1 })],
  ['sgd with Nesterov momentum', (k, [p, g, v], t) => k.sgd(p, g, v, { ...sgd, nesterov: true, first: t === 1 })],
  ['scaled velocity', (k, [p, g, v]) => k.sgdScaledVelocity(p, g, v, 0.1, 0.9, false)],
  ['scaled velocity, Nesterov', (k, [p, g, v]) => k.sgdScaledVelocity(p, g, v, 0.1, 0.9, true)],
  ['adam, epsilon outside', (k, [p, g, m, v], t) => k.adamOutside(p, g, m, v, null, outside(t, 0, 1))],
  ['adam, decay and peak', (k, [p, g, m, v, x], t) => k.adamOutside(p, g, m, v, x, outside(t, 0.1, 1))],
  ['adam, decoupled decay', (k, [p, g, m, v], t) => k.adamOutside(p, g, m, v, null, outside(t, 0, 0.999))],
  ['adam, epsilon inside', (k, [p, g, m, v], t) => k.adamInside(p, g, m, v, null, inside(t))],
  ['adam, epsilon inside, peak', (k, [p, g, m, v, x], t) => k.adamInside(p, g, m, v, x, inside(t))],
  ['rmsprop, epsilon outside', (k, [p, g, s]) => k.rmspropOutside(p, g, s, null, null, rms)],
  ['rmsprop, all', (k, [p, g, s, m, b]) => k.rmspropOutside(p, g, s, m, b, { ...rms, decay: 0.01 })],
  ['rmsprop, epsilon inside', (k, [p, g, s]) => k.rmspropInside(p, g, s, null, null, rms)],
  ['rmsprop, epsilon inside, all', (k, [p, g, s, m, b]) => k.rmspropInside(p, g, s, m, b, rms)],
];

it.each(cases)('%s gives the reference bits', (_name, run) => {
  for (const n of sizes) {
    const make = (): Arrays => [
      random32(n, 1),
      random32(n, 2),
      new Float32Array(n),
      new Float32Array(n),
      new Float32Array(n),
    ];
    const got = make();
    const expected = make();
    for (let t = 1; t <= 3; t++) {
      const g = random32(n, 10 + t);
      got[1] = g;
      expected[1] = g.slice();
      run(kernels, got, t);
      run(reference, expected, t);
    }
    got.forEach((array, i) => {
      expect(difference(array, expected[i]!)).toBe(0);
    });
  }
});
