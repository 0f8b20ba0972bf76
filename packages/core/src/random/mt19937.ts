// under own names, because a look-up through the global is slow where it is a proxy, as in test runners
const { imul, max } = Math;

const N = 624;
const M = 397;

/** All that a Mersenne twister is: its 624 words and how many of them are used up. */
export interface MersenneState {
  readonly words: Uint32Array<ArrayBuffer>;
  readonly position: number;
}

/**
 * MT19937, the 32-bit Mersenne twister, with the readings of its words that libraries use.
 *
 * ```ts
 * const engine = new MersenneTwister(42);
 * engine.nextU32(); // 1608637542
 * ```
 */
export class MersenneTwister {
  private readonly words = new Int32Array(N);
  private position = N;

  constructor(seed = 5489) {
    this.seed(seed);
  }

  /** Seeds by one word: w[i] = 1812433253 * (w[i-1] ^ (w[i-1] >>> 30)) + i; only the low 32 bits count. */
  seed(seed: number): void {
    const w = this.words;
    w[0] = seed;
    for (let i = 1; i < N; i++) {
      const previous = w[i - 1]!;
      w[i] = imul(1812433253, previous ^ (previous >>> 30)) + i;
    }
    this.position = N;
  }

  /** Seeds by a key of words of any length but zero (`init_by_array`). */
  seedByArray(key: ArrayLike<number>): void {
    this.seed(19650218);
    const w = this.words;
    let i = 1;
    let j = 0;
    const mix = (multiplier: number): number => {
      const previous = w[i - 1]!;
      return w[i]! ^ imul(previous ^ (previous >>> 30), multiplier);
    };
    const step = (): void => {
      i++;
      if (i >= N) {
        w[0] = w[N - 1]!;
        i = 1;
      }
    };
    for (let k = max(N, key.length); k > 0; k--) {
      w[i] = mix(1664525) + key[j]! + j;
      if (++j >= key.length) j = 0;
      step();
    }
    for (let k = N - 1; k > 0; k--) {
      w[i] = mix(1566083941) - i;
      step();
    }
    w[0] = 0x80000000;
  }

  private refill(): void {
    const w = this.words;
    let previous = w[0]!;
    for (let i = 0; i < N; i++) {
      const next = w[i + 1 < N ? i + 1 : 0]!;
      const y = (previous & 0x80000000) | (next & 0x7fffffff);
      w[i] = w[i + M < N ? i + M : i + M - N]! ^ (y >>> 1) ^ (-(y & 1) & 0x9908b0df);
      previous = next;
    }
    this.position = 0;
  }

  /** The next 32 bits as a signed number: what the inner loops use. */
  nextInt32(): number {
    if (this.position === N) this.refill();
    let y = this.words[this.position++]!;
    y ^= y >>> 11;
    y ^= (y << 7) & 0x9d2c5680;
    y ^= (y << 15) & 0xefc60000;
    return y ^ (y >>> 18);
  }

  /** The next 32 bits, 0 to 2^32 - 1. */
  nextU32(): number {
    return this.nextInt32() >>> 0;
  }

  /** The next 64 bits; the first output is the high half. */
  nextU64(): bigint {
    const high = this.nextU32();
    return (BigInt(high) << 32n) | BigInt(this.nextU32());
  }

  /** (low 24 bits of one output) / 2^24: uniform in [0, 1), exact in float32. */
  r24(): number {
    return (this.nextInt32() & 0xffffff) * 2 ** -24;
  }

  /** (low 53 bits of two outputs, the high half first) / 2^53: uniform in [0, 1). */
  r53(): number {
    const high = this.nextInt32() & 0x1fffff;
    return (high * 2 ** 32 + this.nextU32()) * 2 ** -53;
  }

  /** (high 27 bits of one output, high 26 bits of the next) / 2^53: the reference code's `genrand_res53`. */
  res53(): number {
    const a = this.nextInt32() >>> 5;
    return (a * 67108864 + (this.nextInt32() >>> 6)) * 2 ** -53;
  }

  getState(): MersenneState {
    return { words: new Uint32Array(this.words), position: this.position };
  }

  setState(state: MersenneState): void {
    if (state.words.length !== N || !(state.position >= 0 && state.position <= N)) {
      throw new RangeError(
        `MersenneTwister.setState: expected 624 words and a position from 0 to 624, got ${state.words.length} words and position ${state.position}.`,
      );
    }
    this.words.set(state.words);
    this.position = state.position;
  }

  clone(): MersenneTwister {
    const copy = new MersenneTwister();
    copy.words.set(this.words);
    copy.position = this.position;
    return copy;
  }
}
