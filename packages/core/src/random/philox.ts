// under own names, because a look-up through the global is slow where it is a proxy, as in test runners
const { floor, imul } = Math;

const WORD = 2 ** 32;

/** The low or high word of a whole number, two's complement. */
const lowWord = (value: bigint): number => Number(BigInt.asIntN(32, value));
const highWord = (value: bigint): number => Number(BigInt.asIntN(32, value >> 32n));

/**
 * Philox4x32-10: a 128-bit counter and a 64-bit key; every count gives a block of four words, so any part of the stream
 * can be reached at once. TensorFlow's generator.
 *
 * ```ts
 * const stream = Philox.fromSeeds(1, 2);
 * stream.next(); // fills stream.words with the first block
 * ```
 */
export class Philox {
  /** The last block: four unsigned words. */
  readonly words = new Uint32Array(4);

  readonly key0: number;
  readonly key1: number;
  counter0: number;
  counter1: number;
  counter2: number;
  counter3: number;

  constructor(key0: number, key1: number, counter0 = 0, counter1 = 0, counter2 = 0, counter3 = 0) {
    this.key0 = key0 | 0;
    this.key1 = key1 | 0;
    this.counter0 = counter0 | 0;
    this.counter1 = counter1 | 0;
    this.counter2 = counter2 | 0;
    this.counter3 = counter3 | 0;
  }

  /** Key = seed, upper half of the counter = seed2: how a stateful op's attributes start it. */
  static fromSeeds(seed: number | bigint, seed2: number | bigint): Philox {
    const [key, count] = [BigInt(seed), BigInt(seed2)];
    return new Philox(lowWord(key), highWord(key), 0, 0, lowWord(count), highWord(count));
  }

  /** Key and counter hashed out of a pair of 64-bit seeds: how a stateless op is started. */
  static stateless(seed0: number | bigint, seed1: number | bigint): Philox {
    const [a, b] = [BigInt(seed0), BigInt(seed1)];
    const mixer = new Philox(0x3ec8f720, 0x02461e29, lowWord(a), highWord(a), lowWord(b), highWord(b));
    mixer.next();
    const [m0, m1, m2, m3] = mixer.words;
    return new Philox(m0!, m1!, 0, 0, m2!, m3!);
  }

  clone(): Philox {
    return new Philox(this.key0, this.key1, this.counter0, this.counter1, this.counter2, this.counter3);
  }

  /** Stands where another stream of the same key stands. */
  moveTo(other: Philox): void {
    this.counter0 = other.counter0;
    this.counter1 = other.counter1;
    this.counter2 = other.counter2;
    this.counter3 = other.counter3;
  }

  /** Computes the block of the present count into `words` and counts on by one. */
  next(): void {
    let c0 = this.counter0;
    let c1 = this.counter1;
    let c2 = this.counter2;
    let c3 = this.counter3;
    let k0 = this.key0;
    let k1 = this.key1;
    for (let round = 0; round < 10; round++) {
      // high words of 0xd2511f53 * c0 and 0xcd9e8d57 * c2 from 16-bit halves
      let low = c0 & 0xffff;
      let high = c0 >>> 16;
      let middle = 0x1f53 * high + ((0x1f53 * low) >>> 16);
      let other = 0xd251 * low + (middle & 0xffff);
      const high0 = 0xd251 * high + (middle >>> 16) + (other >>> 16);
      low = c2 & 0xffff;
      high = c2 >>> 16;
      middle = 0x8d57 * high + ((0x8d57 * low) >>> 16);
      other = 0xcd9e * low + (middle & 0xffff);
      const high1 = 0xcd9e * high + (middle >>> 16) + (other >>> 16);
      const low0 = imul(0xd2511f53, c0);
      const low1 = imul(0xcd9e8d57, c2);
      c0 = high1 ^ c1 ^ k0;
      c1 = low1;
      c2 = high0 ^ c3 ^ k1;
      c3 = low0;
      k0 = (k0 + 0x9e3779b9) | 0;
      k1 = (k1 + 0xbb67ae85) | 0;
    }
    const words = this.words;
    words[0] = c0;
    words[1] = c1;
    words[2] = c2;
    words[3] = c3;
    this.counter0 = (this.counter0 + 1) | 0;
    if (this.counter0 === 0) {
      this.counter1 = (this.counter1 + 1) | 0;
      if (this.counter1 === 0) {
        this.counter2 = (this.counter2 + 1) | 0;
        if (this.counter2 === 0) this.counter3 = (this.counter3 + 1) | 0;
      }
    }
  }

  /** Counts on by n blocks. */
  skip(n: number): void {
    const near = (this.counter0 >>> 0) + n;
    if (near < WORD) {
      this.counter0 = near | 0;
      return;
    }
    let carry = n;
    const add = (word: number): number => {
      const sum = (word >>> 0) + (carry % WORD);
      carry = floor(carry / WORD) + (sum >= WORD ? 1 : 0);
      return sum | 0;
    };
    this.counter0 = add(this.counter0);
    if (carry > 0) this.counter1 = add(this.counter1);
    if (carry > 0) this.counter2 = add(this.counter2);
    if (carry > 0) this.counter3 = add(this.counter3);
  }
}

/** The words of a stream one at a time. */
export class WordStream {
  private readonly stream: Philox;
  private used = 4;

  constructor(start: Philox) {
    this.stream = start.clone();
  }

  nextU32(): number {
    if (this.used === 4) {
      this.stream.next();
      this.used = 0;
    }
    return this.stream.words[this.used++]!;
  }
}
