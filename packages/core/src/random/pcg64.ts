import { mulHigh } from './boundedIntegers';

const WORD = 2 ** 32;

/** A seed as 32-bit words, lowest first; lists are joined. */
export function seedWords(seed: number | bigint | readonly (number | bigint)[]): number[] {
  if (typeof seed === 'object') return seed.flatMap(seedWords);
  if (typeof seed === 'number' && !Number.isSafeInteger(seed)) {
    throw new TypeError(`SeedSequence expects int or sequence of ints for entropy, not ${seed}.`);
  }
  let rest = BigInt(seed);
  if (rest < 0n) throw new RangeError(`expected non-negative integer, got ${seed}.`);
  const words: number[] = [];
  do {
    words.push(Number(rest & 0xffffffffn));
    rest >>= 32n;
  } while (rest > 0n);
  return words;
}

/**
 * NumPy's `SeedSequence`: hashes any number of seed words into a pool of four, and the pool into as many words as asked.
 */
export function seedSequence(entropy: readonly number[], count: number): Uint32Array<ArrayBuffer> {
  let constant = 0x43b0d7e5;
  const hash = (value: number): number => {
    value ^= constant;
    constant = Math.imul(constant, 0x931e8875);
    value = Math.imul(value, constant);
    return value ^ (value >>> 16);
  };
  const mix = (x: number, y: number): number => {
    const value = (Math.imul(0xca01f9dd, x) - Math.imul(0x4973f715, y)) | 0;
    return value ^ (value >>> 16);
  };
  const pool = Int32Array.from({ length: 4 }, (_, i) => hash(entropy[i] ?? 0));
  for (let from = 0; from < 4; from++) {
    for (let to = 0; to < 4; to++) if (from !== to) pool[to] = mix(pool[to]!, hash(pool[from]!));
  }
  for (let from = 4; from < entropy.length; from++) {
    for (let to = 0; to < 4; to++) pool[to] = mix(pool[to]!, hash(entropy[from]!));
  }
  constant = 0x8b51f9dd;
  return Uint32Array.from({ length: count }, (_, i) => {
    let value = pool[i % 4]! ^ constant;
    constant = Math.imul(constant, 0x58f38ded);
    value = Math.imul(value, constant);
    return value ^ (value >>> 16);
  });
}

// The multiplier 0x2360ed051fc65da44385df649fccf645, lowest word first.
const M0 = 0x9fccf645;
const M1 = 0x4385df64;
const M2 = 0x1fc65da4;
const M3 = 0x2360ed05;

/**
 * PCG64 (XSL-RR 128/64): a 128-bit congruential state and a rotated 64-bit output, kept in 32-bit words.
 *
 * ```ts
 * new Pcg64(42).nextDouble(); // 0.7739560485559633
 * ```
 */
export class Pcg64 {
  private readonly state = new Uint32Array(4);
  private readonly increment = new Uint32Array(4);
  private spare: number | undefined;
  /** Halves of the last 64-bit output. */
  high = 0;
  low = 0;

  constructor(seed: number | bigint | readonly (number | bigint)[]) {
    const words = seedSequence(seedWords(seed), 8);
    // each 64-bit word is stored low half first, each 128-bit number high word first
    const start = [words[2]!, words[3]!, words[0]!, words[1]!];
    const stream = [words[6]!, words[7]!, words[4]!, words[5]!];
    for (let i = 0; i < 4; i++) this.increment[i] = (stream[i]! << 1) | (i === 0 ? 1 : stream[i - 1]! >>> 31);
    this.step();
    let carry = 0;
    for (let i = 0; i < 4; i++) {
      const sum = this.state[i]! + start[i]! + carry;
      this.state[i] = sum;
      carry = sum >= WORD ? 1 : 0;
    }
    this.step();
  }

  private step(): void {
    const s = this.state;
    const inc = this.increment;
    const [s0, s1, s2, s3] = [s[0]!, s[1]!, s[2]!, s[3]!];
    let sum = (Math.imul(s0, M0) >>> 0) + inc[0]!;
    s[0] = sum;
    let carry = sum >= WORD ? 1 : 0;
    sum = carry + mulHigh(s0, M0) + (Math.imul(s0, M1) >>> 0) + (Math.imul(s1, M0) >>> 0) + inc[1]!;
    s[1] = sum;
    carry = Math.floor(sum / WORD);
    sum = carry + mulHigh(s0, M1) + mulHigh(s1, M0) + inc[2]!;
    sum += (Math.imul(s0, M2) >>> 0) + (Math.imul(s1, M1) >>> 0) + (Math.imul(s2, M0) >>> 0);
    s[2] = sum;
    carry = Math.floor(sum / WORD);
    sum = carry + mulHigh(s0, M2) + mulHigh(s1, M1) + mulHigh(s2, M0) + inc[3]!;
    s[3] = sum + Math.imul(s0, M3) + Math.imul(s1, M2) + Math.imul(s2, M1) + Math.imul(s3, M0);
  }

  /** Moves on by one and leaves the output in `high` and `low`. */
  next(): void {
    this.step();
    const s = this.state;
    const high = s[3]! ^ s[1]!;
    const low = s[2]! ^ s[0]!;
    const turn = s[3]! >>> 26;
    const by = turn & 31;
    const [a, b] = turn & 32 ? [high, low] : [low, high];
    // rotate right: a is the low word before the last `by` bits move
    this.low = (by === 0 ? a : (a >>> by) | (b << (32 - by))) >>> 0;
    this.high = (by === 0 ? b : (b >>> by) | (a << (32 - by))) >>> 0;
  }

  /** 32 bits: the low half of an output, and at the next call its high half. */
  nextU32(): number {
    if (this.spare !== undefined) {
      const value = this.spare;
      this.spare = undefined;
      return value;
    }
    this.next();
    this.spare = this.high;
    return this.low;
  }

  nextU64(): bigint {
    this.next();
    return (BigInt(this.high) << 32n) | BigInt(this.low);
  }

  /** (output >> 11) / 2^53. */
  nextDouble(): number {
    this.next();
    return (this.high * 2 ** 21 + (this.low >>> 11)) * 2 ** -53;
  }

  getState(): { state: Uint32Array; increment: Uint32Array; spare: number | undefined } {
    return { state: this.state.slice(), increment: this.increment.slice(), spare: this.spare };
  }

  setState(state: { state: ArrayLike<number>; increment: ArrayLike<number>; spare: number | undefined }): void {
    this.state.set(state.state);
    this.increment.set(state.increment);
    this.spare = state.spare;
  }
}
