import { MersenneGenerator } from '@stele/core/random';
import { device } from './device';
import { RuntimeError } from './errors';

/**
 * A stream of random numbers, bit for bit PyTorch's.
 * @see https://docs.pytorch.org/docs/stable/generated/torch.Generator.html
 */
export class Generator {
  readonly stream = new MersenneGenerator();
  readonly device = new device('cpu');

  manual_seed(seed: number | bigint): this {
    this.stream.manualSeed(seed);
    return this;
  }
  seed(): number | bigint {
    return this.stream.seed();
  }
  initial_seed(): number | bigint {
    const seed = this.stream.initialSeed();
    return seed <= 9007199254740991n ? Number(seed) : seed;
  }
}

export const default_generator = new Generator();
let refusal: string | null = null;
/** The stream of a generator, the global one if none is given. */
export const generatorOf = (generator?: Generator | null): MersenneGenerator => {
  if (refusal !== null) throw new RuntimeError(refusal);
  return (generator ?? default_generator).stream;
};
/** Runs a body in which drawing random numbers is an error. */
export function refusingDraws<T>(message: string, body: () => T): T {
  const before = refusal;
  refusal = message;
  try {
    return body();
  } finally {
    refusal = before;
  }
}

/**
 * Starts the global stream anew and returns its generator.
 *
 * ```ts
 * torch.manual_seed(0);
 * torch.rand(1).item(); // 0.49625658988952637
 * ```
 * @see https://docs.pytorch.org/docs/stable/generated/torch.manual_seed.html
 */
export const manual_seed = (seed: number | bigint): Generator => default_generator.manual_seed(seed);
export const initial_seed = (): number | bigint => default_generator.initial_seed();
export const seed = (): number | bigint => default_generator.seed();
