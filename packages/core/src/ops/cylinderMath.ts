// Cylinder functions and integrals of real numbers, in double precision.

const GAMMA = 0.5772156649015329;
type Order = 0 | 1;

/** J and Y far out: an amplitude and a phase, by their series in 1 / x. */
function farOut(order: Order, x: number): readonly [j: number, y: number] {
  const mu = 4 * order * order;
  let [p, q, term] = [0, 0, 1];
  for (let k = 0; k < 60; k++) {
    if (k % 2 === 0) p += (k % 4 === 0 ? 1 : -1) * term;
    else q += (k % 4 === 1 ? 1 : -1) * term;
    const next = (term * (mu - (2 * k + 1) ** 2)) / ((k + 1) * 8 * x);
    if (Math.abs(next) > Math.abs(term) || Math.abs(next) < 1e-18) break;
    term = next;
  }
  const phase = x - (order / 2 + 0.25) * Math.PI;
  const size = Math.sqrt(2 / (Math.PI * x));
  return [size * (p * Math.cos(phase) - q * Math.sin(phase)), size * (p * Math.sin(phase) + q * Math.cos(phase))];
}
const FAR = 25;
/** Bessel functions of the first kind of all orders up to a high one, from the top down. */
function firstKinds(x: number): Float64Array {
  const top = 80;
  const j = new Float64Array(top + 2);
  j[top] = 1e-280;
  for (let n = top; n > 0; n--) {
    j[n - 1] = ((2 * n) / x) * j[n]! - j[n + 1]!;
    // held within what a number can be
    if (Math.abs(j[n - 1]!) > 1e200) for (let i = n - 1; i < j.length; i++) j[i]! *= 1e-250;
  }
  let sum = j[0]!;
  for (let n = 2; n <= top; n += 2) sum += 2 * j[n]!;
  return j.map((v) => v / sum);
}
/** Bessel functions of the first kind, orders 0 and 1. */
export function cylinderJ(order: Order, x: number): number {
  if (!Number.isFinite(x)) return Number.NaN;
  const a = Math.abs(x);
  const sign = order === 1 && x < 0 ? -1 : 1;
  if (a > FAR) return sign * farOut(order, a)[0];
  if (a < 1e-6) return order === 0 ? 1 - (a * a) / 4 : x / 2;
  return sign * firstKinds(a)[order]!;
}
/** Bessel functions of the second kind, orders 0 and 1: by Neumann's series, or far out. */
export function cylinderY(order: Order, x: number): number {
  if (Number.isNaN(x) || x === Number.POSITIVE_INFINITY) return Number.NaN;
  if (x <= 0) return Number.NEGATIVE_INFINITY;
  if (x > FAR) return farOut(order, x)[1];
  const log = Math.log(x / 2) + GAMMA;
  if (x < 1e-6) return order === 0 ? (2 / Math.PI) * log : -2 / (Math.PI * x);
  const j = firstKinds(x);
  let sum = 0;
  for (let k = 1; 2 * k + 1 < j.length; k++) {
    const sign = k % 2 === 0 ? 1 : -1;
    sum += order === 0 ? (sign * j[2 * k]!) / k : (sign * (2 * k + 1) * j[2 * k + 1]!) / (k * (k + 1));
  }
  return order === 0 ? (2 / Math.PI) * (log * j[0]! - 2 * sum) : (2 / Math.PI) * ((log - 1) * j[1]! - sum - j[0]! / x);
}
/** Modified Bessel functions of the second kind times e^x: by their integral, whose trapezoid sum converges fast. */
export function cylinderKe(order: Order, x: number): number {
  if (Number.isNaN(x)) return x;
  if (x <= 0) return Number.POSITIVE_INFINITY;
  if (x === Number.POSITIVE_INFINITY) return 0;
  const steps = 200;
  const end = Math.acosh(1 + 45 / x) + order;
  const h = end / steps;
  let sum = 0.5;
  for (let i = 1; i <= steps; i++) {
    const s = Math.sinh((i * h) / 2);
    sum += Math.exp(-2 * x * s * s) * (order === 0 ? 1 : Math.cosh(i * h));
  }
  return sum * h;
}
export const cylinderK = (order: Order, x: number): number =>
  x > 0 && x < 1e5 ? cylinderKe(order, x) * Math.exp(-x) : x >= 1e5 ? 0 : cylinderKe(order, x);

/** e^(-x²) times the integral of e^(t²) from 0 to x. */
export function dawson(x: number): number {
  if (!Number.isFinite(x)) return Number.isNaN(x) ? x : 0;
  const a = Math.abs(x);
  if (a > 7) {
    let [sum, term] = [1, 1];
    for (let k = 1; k < 40; k++) {
      const next = (term * (2 * k - 1)) / (2 * a * a);
      if (next > term || next < 1e-18) break;
      sum += term = next;
    }
    return sum / (2 * x);
  }
  const h = 0.2;
  let sum = 0;
  for (let n = 1; n * h < a + 7; n += 2)
    sum +=
      (a < 1
        ? 2 * Math.exp(-x * x - (n * h) ** 2) * Math.sinh(2 * a * n * h)
        : Math.exp(-((a - n * h) ** 2)) - Math.exp(-((a + n * h) ** 2))) / n;
  return (Math.sign(x) * sum) / Math.sqrt(Math.PI);
}
/** The integral of e^t / t from minus infinity to x > 0. */
export function exponentialIntegral(x: number): number {
  if (x === 0) return Number.NEGATIVE_INFINITY;
  if (!(x > 0) || x === Number.POSITIVE_INFINITY) return Number.NaN;
  let [sum, term] = [x >= 40 ? 1 : GAMMA + Math.log(x), 1];
  for (let k = 1; k < 200; k++) {
    if (x >= 40) {
      const next = (term * k) / x;
      if (next > term || next < 1e-18) break;
      sum += term = next;
    } else {
      term *= x / k;
      sum += term / k;
    }
  }
  return x >= 40 ? sum * (Math.exp(x) / x) : sum;
}
/** The integrals of cos(πt²/2) and sin(πt²/2) from 0 to x. */
export function fresnel(x: number): readonly [cosine: number, sine: number] {
  if (Number.isNaN(x)) return [x, x];
  const a = Math.abs(x);
  const sign = x < 0 ? -1 : 1;
  if (a > 1e8) return [sign / 2, sign / 2];
  if (a < 2) {
    let [c, s, term] = [0, 0, a];
    for (let n = 0; n < 60; n++) {
      const part = term / (2 * n + 1);
      if (n % 2 === 0) c += n % 4 === 0 ? part : -part;
      else s += n % 4 === 1 ? part : -part;
      term *= ((Math.PI / 2) * a * a) / (n + 1);
    }
    return [sign * c, sign * s];
  }
  // how far the integrals still swing about 1/2
  const steps = 80;
  const h = Math.sqrt(90 / Math.PI) / a / steps;
  let [f, g] = [0.5, 0];
  for (let i = 1; i <= steps; i++) {
    const t = (i * h) ** 2;
    const share = Math.exp(-(Math.PI / 2) * a * a * t) / (1 + t * t);
    f += share;
    g += share * t;
  }
  const size = (Math.SQRT2 / Math.PI) * h;
  // whole turns are taken away before the angle loses them
  const angle = (Math.PI / 2) * ((a * a) % 4);
  const [sin, cos] = [Math.sin(angle), Math.cos(angle)];
  return [sign * (0.5 + size * (f * sin - g * cos)), sign * (0.5 - size * (f * cos + g * sin))];
}
/** The integral of ln t / (1 - t) from 1 to x. */
export function dilogarithm(x: number): number {
  if (Number.isNaN(x) || x < 0 || x === Number.POSITIVE_INFINITY) return Number.NaN;
  const whole = (Math.PI * Math.PI) / 6;
  if (x === 0) return whole;
  if (x > 1.5) return -0.5 * Math.log(x) ** 2 - dilogarithm(1 / x);
  if (x < 0.5) return whole - Math.log(x) * Math.log1p(-x) - dilogarithm(1 - x);
  const z = 1 - x;
  let [sum, power] = [0, z];
  for (let k = 1; k < 80; k++) {
    sum += power / (k * k);
    power *= z;
  }
  return sum;
}
