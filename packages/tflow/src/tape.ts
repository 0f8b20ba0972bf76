import { Tensor as CoreTensor, floatsAreMarked, gradients, ops, Tape } from '@stele/core';
import { bind } from './dispatch';
import { runtimeError, valueError } from './errors';
import { mapEntries } from './nest';
import { type Tensor, type TensorLike, toTensor } from './tensor';
import type { Variable } from './variable';

/** Gradients have the structure of the sources: a tensor (null where unconnected), or lists and records of them. */
export type Gradients<S> = S extends CoreTensor ? any : S extends readonly unknown[] ? any[] : any;

function flatten(structure: unknown, out: CoreTensor[] = []): CoreTensor[] {
  if (structure instanceof CoreTensor) out.push(structure);
  else if (Array.isArray(structure)) for (const part of structure) flatten(part, out);
  else if (structure instanceof Map) for (const part of structure.values()) flatten(part, out);
  else if (typeof structure === 'object' && structure !== null)
    for (const part of Object.values(structure)) flatten(part, out);
  else
    throw valueError(
      `Passed in object ${String(structure)} of type '${typeof structure}', not tf.Tensor or tf.Variable or ExtensionType.`,
    );
  return out;
}

function packAs(structure: unknown, values: Iterator<unknown>): unknown {
  if (structure instanceof CoreTensor) return values.next().value;
  if (Array.isArray(structure)) return structure.map((part) => packAs(part, values));
  return mapEntries(structure, (part) => packAs(part, values));
}

/**
 * Records ops on watched tensors and on trainable variables, for `gradient`.
 *
 * ```ts
 * const x = new tf.Variable(3);
 * const tape = new tf.GradientTape();
 * const dx = tape.with(() => tape.gradient(x.mul(x), x)); // 6
 * ```
 * @see https://www.tensorflow.org/api_docs/python/tf/GradientTape
 */
export class GradientTape {
  readonly persistent: boolean;
  readonly watch_accessed_variables: boolean;
  private tape: Tape;
  private used = false;

  /** `using tape = new tf.GradientTape()` records to the end of the block; the tape stays usable afterwards. */
  constructor(...args: readonly unknown[]) {
    const given = bind('GradientTape.__init__', ['persistent', 'watch_accessed_variables'], args);
    this.persistent = (given.persistent as boolean | undefined) ?? false;
    this.watch_accessed_variables = (given.watch_accessed_variables as boolean | undefined) ?? true;
    this.tape = new Tape(this.persistent, this.watch_accessed_variables);
    // in Python a tape records from its `with` on
    if (!floatsAreMarked()) this.tape.start();
  }

  /** Makes a tape, runs the body under it and stops recording: `const [tape, loss] = tf.GradientTape.record(() => ...)`. */
  static record<T>(body: (tape: GradientTape) => T, options: Record<string, unknown> = {}): [GradientTape, T] {
    const tape = new GradientTape(options);
    return [tape, tape.with(() => body(tape))];
  }

  /** Runs a body while recording, as Python's `with tape:`. */
  with<T>(body: (tape: GradientTape) => T): T {
    this.tape.start();
    try {
      return body(this);
    } finally {
      this.tape.stop();
    }
  }

  __enter__(): this {
    this.tape.start();
    return this;
  }
  __exit__(): boolean {
    this.tape.stop();
    return false;
  }
  [Symbol.dispose](): void {
    this.tape.stop();
  }
  stop(): void {
    this.tape.stop();
  }

  watch(tensor: unknown): void {
    for (const t of flatten(tensor)) this.tape.watch(t);
  }

  watched_variables(): readonly Variable[] {
    return [...this.tape.accessed] as unknown as Variable[];
  }

  reset(): void {
    const recording = this.tape.recording;
    this.tape.stop();
    this.tape = new Tape(this.persistent, this.watch_accessed_variables);
    this.used = false;
    if (recording) this.tape.start();
  }

  /** Nothing is recorded until the callback, or the block of `using`, ends. */
  stop_recording<T>(body: () => T): T;
  stop_recording(): Disposable;
  stop_recording<T>(body?: () => T): T | Disposable {
    if (!this.tape.recording) throw valueError('Tape is not recording.');
    this.tape.stop();
    const resume = { [Symbol.dispose]: () => this.tape.start() };
    if (body === undefined) return resume;
    try {
      return body();
    } finally {
      resume[Symbol.dispose]();
    }
  }

  /**
   * d(sum of target)/d(source), in the structure of `sources`; null where they are not connected.
   * @throws RuntimeError on a second call on a tape that is not persistent.
   */
  gradient<S>(target: unknown, sources: S, ...rest: readonly unknown[]): Gradients<S> {
    const given = bind('GradientTape.gradient', ['output_gradients', 'unconnected_gradients'], rest);
    if (this.used) {
      throw runtimeError(
        'A non-persistent GradientTape can only be used to compute one set of gradients (or jacobians)',
      );
    }
    const unconnected = (given.unconnected_gradients as string | undefined) ?? 'none';
    if (unconnected !== 'none' && unconnected !== 'zero')
      throw valueError(`Unknown value for unconnected_gradients: '${unconnected}'`);
    const targets = flatten(target);
    const wanted = flatten(sources);
    const outputs = given.output_gradients as unknown;
    const seedList =
      outputs === undefined || outputs === null ? [] : Array.isArray(target) ? (outputs as unknown[]) : [outputs];
    if (!this.persistent) this.tape.stop();
    const pairs = targets.flatMap((t, i) => {
      if (t.node === null && !wanted.includes(t)) return [];
      const seed = seedList[i];
      const grad =
        seed === undefined || seed === null ? ops.fullLike(t, 1) : toTensor(seed as TensorLike, t.scalarType);
      return [[t, grad] as const];
    });
    const found = gradients(
      pairs.map(([t]) => t),
      pairs.map(([, g]) => g),
      wanted,
      { tape: this.tape, keepSaved: true },
    );
    if (!this.persistent) this.used = true;
    const results = found.map((g, i) => g ?? (unconnected === 'zero' ? ops.fullLike(wanted[i]!, 0) : null));
    return packAs(sources, results.map(plain)[Symbol.iterator]()) as Gradients<S>;
  }
}

const plain = (g: CoreTensor | null): Tensor | null => g as Tensor | null;
