import { type DType, dtypes, fromArray, type Tensor, type TypedArray } from '@stele/core';
import { np } from '@stele/core/numpy';
import {
  combineSeeds,
  fillBeta,
  fillNormal,
  fillTruncatedNormal,
  fillUniform,
  Philox,
  risingOrder,
  SteppingSeed,
  scriptRandom,
  seedStream,
  shuffledOrder,
  twinStreams,
} from '@stele/core/random';
import { z } from 'zod';
import { read, signature } from '../arguments';
import { changing, isShadowed } from '../shadow';
import { tensorFamily } from '../tensors';

/** A whole number, a generator of seeds, or none. */
export type Seed = number | null | SeedGenerator;
export type SeedPair = readonly [number | bigint, number | bigint];

/** Where the global seed of TensorFlow's streams lies: here, or in the low-level facade once that is loaded. */
export interface SeedStore {
  get(): number | bigint | undefined;
  set(seed: number): void;
}
let own: number | undefined;
let store: SeedStore = {
  get: () => own,
  set: (seed) => {
    own = seed;
  },
};
/** Shares the global seed with the facade whose tensors the layers make. */
export function setSeedStore(shared: SeedStore): void {
  const before = store.get();
  store = shared;
  if (before !== undefined) store.set(Number(before));
}

/** The global seed of TensorFlow's streams. */
export const globalSeed = (): number | bigint | undefined => store.get();

/** Starts every stream anew: what is made afterwards in the same order is the same. */
export function setGlobalSeed(seed: number): void {
  scriptRandom().seed(seed);
  shared = null;
  np.random.seed(seed);
  store.set(seed);
}
/** The seed of an object that was given none, drawn when it is made. */
export const drawSeed = (): number => scriptRandom().randint(1, 1_000_000_000);

const generator = signature(0, { seed: z.int().nullable().default(null), name: z.string().nullable().default(null) });
/** Counts the draws of a layer: each gives another stream. @see https://keras.io/api/random/seed_generator/ */
export class SeedGenerator {
  private readonly stepping: SteppingSeed;
  readonly seed: number;
  readonly name: string | null;
  constructor(...args: readonly unknown[]) {
    const given = read('SeedGenerator.__init__()', generator, args);
    this.seed = given.seed ?? drawSeed();
    this.name = given.name;
    this.stepping = new SteppingSeed(this.seed);
  }
  /** The present pair as an int64 tensor; the counter moves on. */
  next(ordered = true): Tensor {
    return fromArray(tensorFamily(), BigInt64Array.from(this.pair(ordered)), [2], 'int64');
  }
  /** The present pair; the counter moves on. Unordered, as the global generator moves, both numbers are scrambled. */
  pair(ordered = true): SeedPair {
    const { stepping } = this;
    if (isShadowed()) {
      const { state } = stepping;
      changing(stepping, () => {
        stepping.state = state;
      });
    }
    return stepping.next(ordered);
  }
  /** The pair that the next draw takes, as an int64 tensor. */
  get state(): Tensor {
    return fromArray(tensorFamily(), BigInt64Array.from(this.stepping.state), [2], 'int64');
  }
  get_config(): { seed: number } {
    return { seed: this.seed };
  }
}
let shared: SeedGenerator | null = null;
/** The generator from which functions without a seed draw; made, with a draw of its own, when first needed. */
export const globalSeeds = (): SeedGenerator => (shared ??= new SeedGenerator());

/** The pair of numbers that seeds one stateless draw. */
export const seedPair = (seed: Seed): SeedPair =>
  seed instanceof SeedGenerator ? seed.pair() : [seed ?? drawSeed(), 0];

export function statelessUniform(seed: SeedPair, count: number, low = 0, high = 1): Float32Array<ArrayBuffer> {
  const out = new Float32Array(count);
  fillUniform(seedStream(seed), out, 'float32', low, high);
  return out;
}
export function statelessNormal(seed: SeedPair, count: number, mean = 0, std = 1): Float32Array<ArrayBuffer> {
  const out = new Float32Array(count);
  fillNormal(seedStream(seed), out, 'float32', mean, std);
  return out;
}
/** Normals within two deviations. */
export function statelessTruncatedNormal(seed: SeedPair, count: number, mean = 0, std = 1): Float32Array<ArrayBuffer> {
  const out = new Float32Array(count);
  fillTruncatedNormal(seedStream(seed), out, 'float32', mean, std);
  return out;
}

/** The draws of a float dtype, which has a stream of its own, in its storage. */
export function statelessOf(
  distribution: 'uniform' | 'normal' | 'truncatedNormal',
  seed: SeedPair,
  count: number,
  dtype: DType,
  a: number,
  b: number,
): TypedArray {
  const fill = { uniform: fillUniform, normal: fillNormal, truncatedNormal: fillTruncatedNormal }[distribution];
  const out = dtypes[dtype].create(count);
  fill(seedStream(seed), out as Float32Array<ArrayBuffer>, dtype, a, b);
  return out;
}

/** Beta-distributed numbers of two shape parameters. */
export function statelessBeta(seed: SeedPair, count: number, a: number, b: number): Float32Array<ArrayBuffer> {
  const out = new Float32Array(count);
  fillBeta(twinStreams(seed), out, a, b);
  return out;
}
/** A random order of 0..n-1. */
export const statelessOrder = (seed: SeedPair, count: number): Int32Array<ArrayBuffer> =>
  risingOrder(statelessUniform(seed, count));

/** The order in which `fit` reads its samples: after a global seed the same in every epoch. */
export function shuffledIndices(count: number): Int32Array<ArrayBuffer> {
  const chance = (): number => Math.floor(Math.random() * 2 ** 31);
  const seeds = store.get() === undefined ? undefined : combineSeeds(store.get(), 0);
  return shuffledOrder(Philox.fromSeeds(...(seeds ?? [chance(), chance()])), count);
}
