import { Tensor as CoreTensor, copyData, fromArray, namespace } from '@stele/core';
import { RuntimeError } from './errors';
import { family } from './methods/base';
import { default_generator, Generator, initial_seed, manual_seed, seed } from './random';
import type { Tensor } from './tensor';

declare module './random' {
  interface Generator {
    /** The state as bytes, as PyTorch lays them out. */
    get_state(): Tensor;
    set_state(state: Tensor): this;
    clone_state(): Generator;
  }
}
const stateOf = (generator: Generator): Tensor => {
  const bytes = generator.stream.getState();
  return fromArray(family, bytes, [bytes.length], 'uint8') as Tensor;
};
function restore(generator: Generator, state: Tensor): void {
  if (!(state instanceof CoreTensor)) throw new TypeError('expected a torch.ByteTensor, but got another type');
  if (state.scalarType !== 'uint8') throw new TypeError('expected a torch.ByteTensor, but got another dtype');
  try {
    generator.stream.setState(copyData(state) as Uint8Array);
  } catch (error) {
    throw new RuntimeError(`RNG state is wrong: ${(error as Error).message}`);
  }
}
Object.assign(Generator.prototype, {
  get_state(this: Generator): Tensor {
    return stateOf(this);
  },
  set_state(this: Generator, state: Tensor): Generator {
    restore(this, state);
    return this;
  },
  clone_state(this: Generator): Generator {
    const copy = new Generator();
    restore(copy, stateOf(this));
    return copy;
  },
});

/** The global stream's state as bytes. */
export const get_rng_state = (): Tensor => stateOf(default_generator);
/** Puts the global stream back to where it was. */
export const set_rng_state = (new_state: Tensor): void => restore(default_generator, new_state);

/** A scope behind which the global stream goes on as if nothing had been drawn in it. */
class Fork {
  private before: Tensor | null = get_rng_state();

  __enter__(): void {
    this.before = get_rng_state();
  }
  __exit__(): void {
    this[Symbol.dispose]();
  }
  [Symbol.dispose](): void {
    if (this.before !== null) set_rng_state(this.before);
    this.before = null;
  }
}
const idle = { __enter__() {}, __exit__() {}, [Symbol.dispose]() {} };
/**
 * Draws in a scope without moving the stream outside: `using _ = torch.random.fork_rng()`.
 *
 * ```ts
 * torch.manual_seed(0);
 * { using _ = torch.random.fork_rng(); torch.rand(5); }
 * torch.rand(1).item(); // 0.49625658988952637
 * ```
 */
export function fork_rng(
  devices: unknown = null,
  options: { enabled?: boolean } = {},
): { __enter__(): void; __exit__(): void } & Disposable {
  const given = typeof devices === 'object' && devices !== null && 'enabled' in devices ? devices : options;
  return (given as { enabled?: boolean }).enabled === false ? idle : new Fork();
}
export const random = namespace('torch.random', {
  fork_rng,
  get_rng_state,
  set_rng_state,
  manual_seed,
  initial_seed,
  seed,
});
