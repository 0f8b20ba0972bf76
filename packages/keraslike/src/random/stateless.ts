import { np } from '@stele/core/numpy';
import {
  combineSeeds,
  fillNormal,
  fillTruncatedNormal,
  fillUniform,
  Philox,
  ScriptRandom,
  SteppingSeed,
  seedStream,
  shuffledOrder,
} from '@stele/core/random';

/** A whole number, a generator of seeds, or none. */
export type Seed = number | null | SeedGenerator;
export type SeedPair = readonly [number | bigint, number | bigint];

/** Where the global seed of TensorFlow's streams lies: here, or in the low-level facade once that is loaded. */
export interface SeedStore {
  get(): number | bigint | undefined;
  set(seed: number): void;
}
let script: ScriptRandom | null = null;
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

/** Starts every stream anew: what is made afterwards in the same order is the same. */
export function setGlobalSeed(seed: number): void {
  script = new ScriptRandom(seed);
  np.random.seed(seed);
  store.set(seed);
}
/** The seed of an object that was given none, drawn when it is made. */
export function drawSeed(): number {
  script ??= new ScriptRandom();
  return script.randint(1, 1_000_000_000);
}

/** Counts the draws of a layer: each gives another stream. @see https://keras.io/api/random/seed_generator/ */
export class SeedGenerator {
  private readonly state: SteppingSeed;
  constructor(seed: number | null = null) {
    this.state = new SteppingSeed(seed ?? drawSeed());
  }
  next(): SeedPair {
    return this.state.next();
  }
}

/** The pair of numbers that seeds one stateless draw. */
export const seedPair = (seed: Seed): SeedPair =>
  seed instanceof SeedGenerator ? seed.next() : [seed ?? drawSeed(), 0];

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

/** The order in which `fit` reads its samples: after a global seed the same in every epoch. */
export function shuffledIndices(count: number): Int32Array<ArrayBuffer> {
  const chance = (): number => Math.floor(Math.random() * 2 ** 31);
  const seeds = store.get() === undefined ? undefined : combineSeeds(store.get(), 0);
  return shuffledOrder(Philox.fromSeeds(...(seeds ?? [chance(), chance()])), count);
}
