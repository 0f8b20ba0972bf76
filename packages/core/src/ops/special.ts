/** Error function: series near zero, continued fraction of erfc further out; about 1e-16 relative. */
export function erf(x: number): number {
  if (Number.isNaN(x)) return x;
  const a = Math.abs(x);
  if (a < 2.5) {
    let term = a;
    let sum = a;
    for (let n = 1; n < 80; n++) {
      term *= (-a * a) / n;
      const add = term / (2 * n + 1);
      sum += add;
      if (Math.abs(add) < 1e-17 * Math.abs(sum)) break;
    }
    return (Math.sign(x) * 2 * sum) / Math.sqrt(Math.PI);
  }
  return Math.sign(x) * (1 - erfcTail(a));
}

/** Complementary error function. */
export function erfc(x: number): number {
  if (Number.isNaN(x)) return x;
  return x < 2.5 ? 1 - erf(x) : erfcTail(x);
}

function erfcTail(a: number): number {
  if (a > 27) return 0;
  let f = 0;
  for (let k = 60; k >= 1; k--) f = k / 2 / (a + f);
  return Math.exp(-a * a) / Math.sqrt(Math.PI) / (a + f);
}

const lanczos = [
  0.99999999999980993, 676.5203681218851, -1259.1392167224028, 771.32342877765313, -176.61502916214059,
  12.507343278686905, -0.13857109526572012, 9.9843695780195716e-6, 1.5056327351493116e-7,
];

/** log |gamma(x)|. */
export function lgamma(x: number): number {
  if (!Number.isFinite(x)) return Number.isNaN(x) ? x : Number.POSITIVE_INFINITY;
  if (x <= 0 && Number.isInteger(x)) return Number.POSITIVE_INFINITY;
  if (x === 1 || x === 2) return 0;
  if (x < 0.5) return Math.log(Math.PI / Math.abs(Math.sin(Math.PI * x))) - lgamma(1 - x);
  const y = x - 1;
  let sum = lanczos[0]!;
  for (let i = 1; i < 9; i++) sum += lanczos[i]! / (y + i);
  const t = y + 7.5;
  return 0.5 * Math.log(2 * Math.PI) + (y + 0.5) * Math.log(t) - t + Math.log(sum);
}

/** Derivative of lgamma. */
export function digamma(x: number): number {
  if (x === 0) return Object.is(x, -0) ? Number.POSITIVE_INFINITY : Number.NEGATIVE_INFINITY;
  if (x < 0) return Number.isInteger(x) ? Number.NaN : digamma(1 - x) - Math.PI / Math.tan(Math.PI * x);
  let shift = 0;
  while (x < 10) shift -= 1 / x++;
  const r = 1 / (x * x);
  return shift + Math.log(x) - 0.5 / x - r * (1 / 12 - r * (1 / 120 - r * (1 / 252 - r * (1 / 240 - r * (1 / 132)))));
}

const bernoulli = [1 / 6, -1 / 30, 1 / 42, -1 / 30, 5 / 66, -691 / 2730, 7 / 6];

/** The derivative of order n of digamma: (-1)^(n+1) n! times the sum of 1 / (x + k)^(n+1), by Euler and Maclaurin. */
export function polygamma(n: number, x: number): number {
  if (n === 0) return digamma(x);
  if (x <= 0 && Number.isInteger(x)) return Number.POSITIVE_INFINITY;
  const s = n + 1;
  let sum = 0;
  let y = x;
  while (y < 12) {
    sum += y ** -s;
    y++;
  }
  sum += y ** (1 - s) / (s - 1) + 0.5 * y ** -s;
  let term = s * y ** (-s - 1);
  let factorial = 2;
  for (let k = 0; k < bernoulli.length; k++) {
    sum += (bernoulli[k]! / factorial) * term;
    term *= ((s + 2 * k + 1) * (s + 2 * k + 2)) / (y * y);
    factorial *= (2 * k + 3) * (2 * k + 4);
  }
  let scale = n % 2 === 1 ? 1 : -1;
  for (let k = 2; k <= n; k++) scale *= k;
  return scale * sum;
}

/** Rounds half to even. */
export function roundEven(x: number): number {
  const floor = Math.floor(x);
  const rest = x - floor;
  if (rest !== 0.5) return rest < 0.5 ? (floor === 0 && x < 0 ? -0 : floor) : floor + 1 === 0 ? -0 : floor + 1;
  return floor % 2 === 0 ? floor : floor + 1 === 0 ? -0 : floor + 1;
}

/** log(1 + exp(x)) without overflow. */
export const softplus = (x: number): number => (x > 0 ? x + Math.log1p(Math.exp(-x)) : Math.log1p(Math.exp(x)));

export const sigmoid = (x: number): number => (x >= 0 ? 1 / (1 + Math.exp(-x)) : Math.exp(x) / (1 + Math.exp(x)));
