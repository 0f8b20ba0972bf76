import { cosExact, logExact, sinExact } from './exactMath';
import { type MersenneState, MersenneTwister } from './mt19937';
import { seedWords } from './pcg64';
import { sha512 } from './sha512';

const MERSENNE_61 = 2n ** 61n - 1n;
const NORMAL_CONSTANT = (4 * Math.exp(-0.5)) / Math.SQRT2;

/** Python's hash of a float that is not a whole number, as an unsigned 64-bit number. */
function floatHash(x: number): bigint {
  if (Number.isNaN(x)) throw new RangeError('seed: NaN has no fixed hash; give a number.');
  if (!Number.isFinite(x)) return BigInt.asUintN(64, x > 0 ? 314159n : -314159n);
  let exponent = 0n;
  let m = Math.abs(x);
  while (!Number.isInteger(m)) {
    m *= 2;
    exponent++;
  }
  // 2^61 is 1 modulo 2^61 - 1, so dividing by 2^e multiplies by 2^(61 - e mod 61)
  const value = (BigInt(m) * 2n ** (61n - (exponent % 61n))) % MERSENNE_61;
  const signed = x < 0 ? -value : value;
  return BigInt.asUintN(64, signed === -1n ? -2n : signed);
}

function seedNumber(seed: number | bigint | string): bigint {
  if (typeof seed === 'string') {
    const text = new TextEncoder().encode(seed);
    let value = 0n;
    for (const byte of [...text, ...sha512(text)]) value = (value << 8n) | BigInt(byte);
    return value;
  }
  if (typeof seed === 'number' && !Number.isInteger(seed)) return floatHash(seed);
  const value = BigInt(seed);
  return value < 0n ? -value : value;
}

/**
 * CPython's `random.Random`: a Mersenne twister seeded by the words of a whole number (or by a text and its SHA-512).
 *
 * ```ts
 * const random = new ScriptRandom(42);
 * random.random(); // 0.6394267984578837
 * ```
 */
export class ScriptRandom {
  private readonly engine = new MersenneTwister();
  private kept: number | undefined;

  constructor(seed?: number | bigint | string) {
    this.seed(seed);
  }

  seed(seed: number | bigint | string = Math.floor(Math.random() * 2 ** 53)): void {
    this.engine.seedByArray(seedWords(seedNumber(seed)));
    this.kept = undefined;
  }

  getState(): MersenneState & { readonly kept: number | undefined } {
    return { ...this.engine.getState(), kept: this.kept };
  }

  setState(state: MersenneState & { readonly kept?: number | undefined }): void {
    this.engine.setState(state);
    this.kept = state.kept;
  }

  /** Uniform in [0, 1), 53 bits. */
  random(): number {
    return this.engine.res53();
  }

  /** k random bits; a bigint from 54 bits on. */
  getrandbits(k: number): number | bigint {
    if (!Number.isInteger(k) || k < 0)
      throw new RangeError(`getrandbits: number of bits must be non-negative, got ${k}.`);
    if (k <= 53) return this.bits(k);
    return this.wideBits(k);
  }

  private bits(k: number): number {
    if (k === 0) return 0;
    if (k <= 32) return this.engine.nextU32() >>> (32 - k);
    const low = this.engine.nextU32();
    return (this.engine.nextU32() >>> (64 - k)) * 2 ** 32 + low;
  }

  private wideBits(k: number): bigint {
    let value = 0n;
    for (let at = 0; at < k; at += 32) {
      const word = this.engine.nextU32();
      value |= BigInt(k - at < 32 ? word >>> (32 - (k - at)) : word) << BigInt(at);
    }
    return value;
  }

  /** A whole number in [0, n): as many bits as n has, drawn again until below n. */
  below(n: number): number {
    if (!Number.isSafeInteger(n) || n <= 0)
      throw new RangeError(`expected a whole number from 1 to 2^53 - 1, got ${n}.`);
    const k = n < 2 ** 32 ? 32 - Math.clz32(n) : 64 - Math.clz32(Math.floor(n / 2 ** 32));
    let value = this.bits(k);
    while (value >= n) value = this.bits(k);
    return value;
  }

  /** The same for any size of n. */
  belowWide(n: bigint): bigint {
    if (n <= 0n) throw new RangeError(`expected a positive number, got ${n}.`);
    const k = n.toString(2).length;
    let value = this.wideBits(k);
    while (value >= n) value = this.wideBits(k);
    return value;
  }

  /** One of start, start + step, ... before stop. */
  randrange(start: number, stop?: number, step = 1): number {
    if (stop === undefined) [start, stop] = [0, start];
    if (![start, stop, step].every(Number.isSafeInteger)) {
      throw new TypeError(`randrange: expected whole numbers, got (${start}, ${stop}, ${step}).`);
    }
    if (step === 0) throw new RangeError('zero step for randrange()');
    const n = Math.ceil((stop - start) / step);
    if (n <= 0) throw new RangeError(`empty range for randrange() (${start}, ${stop}, ${stop - start})`);
    return start + step * this.below(n);
  }

  /** A whole number in [a, b], both included. */
  randint(a: number, b: number): number {
    return this.randrange(a, b + 1);
  }

  uniform(a: number, b: number): number {
    return a + (b - a) * this.random();
  }

  choice<T>(items: ArrayLike<T>): T {
    if (items.length === 0) throw new RangeError('Cannot choose from an empty sequence');
    return items[this.below(items.length)]!;
  }

  /** k items with replacement, as likely as their weights. */
  choices<T>(items: ArrayLike<T>, k = 1, weights?: ArrayLike<number>): T[] {
    const n = items.length;
    if (n === 0) throw new RangeError('Cannot choose from an empty population');
    if (!weights) return Array.from({ length: k }, () => items[Math.floor(this.random() * n)]!);
    if (weights.length !== n) throw new RangeError('The number of weights does not match the population');
    let total = 0;
    const sums = Array.from(weights, (w) => (total += w));
    if (!(total > 0 && Number.isFinite(total))) throw new RangeError('Total of weights must be greater than zero');
    return Array.from({ length: k }, () => {
      const u = this.random() * total;
      let i = 0;
      while (i < n - 1 && !(u < sums[i]!)) i++;
      return items[i]!;
    });
  }

  /** Shuffles in place, from the last place down. */
  shuffle(items: { [i: number]: any; length: number }): void {
    for (let i = items.length - 1; i > 0; i--) {
      const j = this.below(i + 1);
      const value = items[i];
      items[i] = items[j];
      items[j] = value;
    }
  }

  /** k different items in random order. */
  sample<T>(items: ArrayLike<T>, k: number): T[] {
    const n = items.length;
    if (!(k >= 0 && k <= n)) throw new RangeError(`Sample larger than population or is negative: ${k} of ${n}`);
    const poolUpTo = 21 + (k > 5 ? 4 ** Math.ceil(Math.log(k * 3) / Math.log(4)) : 0);
    if (n <= poolUpTo) {
      const pool = Array.from(items);
      return Array.from({ length: k }, (_, i) => {
        const j = this.below(n - i);
        const value = pool[j]!;
        pool[j] = pool[n - i - 1]!;
        return value;
      });
    }
    const taken = new Set<number>();
    while (taken.size < k) taken.add(this.below(n));
    return Array.from(taken, (i) => items[i]!);
  }

  /** Normal by Box-Muller; the second of each pair is kept. */
  gauss(mean = 0, std = 1): number {
    let z = this.kept;
    this.kept = undefined;
    if (z === undefined) {
      const angle = this.random() * 2 * Math.PI;
      const radius = Math.sqrt(-2 * logExact(1 - this.random()));
      z = cosExact(angle) * radius;
      this.kept = sinExact(angle) * radius;
    }
    return mean + z * std;
  }

  /** Normal by Kinderman and Monahan's ratio of uniforms. */
  normalvariate(mean = 0, std = 1): number {
    for (;;) {
      const u = this.random();
      const v = 1 - this.random();
      const z = (NORMAL_CONSTANT * (u - 0.5)) / v;
      if ((z * z) / 4 <= -logExact(v)) return mean + z * std;
    }
  }

  /** Exponential with the given rate. */
  expovariate(rate = 1): number {
    return -logExact(1 - this.random()) / rate;
  }
}

let shared = new ScriptRandom();
/** The one stream that a script's unseeded draws come from: Python's module `random`. */
export const scriptRandom = (): ScriptRandom => shared;
/** Puts another stream in its place and returns the one before: for a run that is to leave no trace. */
export function setScriptRandom(next: ScriptRandom): ScriptRandom {
  const before = shared;
  shared = next;
  return before;
}
