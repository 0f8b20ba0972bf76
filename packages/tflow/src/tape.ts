import {
  Tensor as CoreTensor,
  describeValue,
  floatsAreMarked,
  gradients,
  isDifferentiable,
  nn,
  ops,
  Tape,
  warn,
} from '@stele/core';
import { NDArray } from '@stele/core/numpy';
import { PyFloat, pyStr } from '@stele/core/printing';
import { bind } from './dispatch';
import { noAttribute, runtimeError, valueError } from './errors';
import { leavesOf, mapEntries } from './nest';
import { TensorShape } from './shape';
import { slices } from './slices';
import { type Tensor, type TensorLike, toTensor } from './tensor';
import type { Variable } from './variable';

/** Gradients have the structure of the sources: a tensor (null where unconnected), or lists and records of them. */
export type Gradients<S> = S extends CoreTensor ? any : S extends readonly unknown[] ? any[] : any;

/** Python's name of a value's type. */
function typeName(value: unknown): string {
  if (value === null || value === undefined) return 'NoneType';
  if (typeof value === 'boolean') return 'bool';
  if (typeof value === 'string') return 'str';
  if (value instanceof PyFloat) return 'float';
  if (typeof value === 'number') return Number.isInteger(value) ? 'int' : 'float';
  return value.constructor?.name ?? typeof value;
}

function flatten(structure: unknown, out: CoreTensor[] = []): CoreTensor[] {
  if (structure instanceof CoreTensor) out.push(structure);
  else if (Array.isArray(structure)) for (const part of structure) flatten(part, out);
  else if (structure instanceof Map) for (const part of structure.values()) flatten(part, out);
  else if (typeof structure === 'object' && structure !== null && !(structure instanceof PyFloat))
    for (const part of Object.values(structure)) flatten(part, out);
  else
    throw valueError(
      `Passed in object ${pyStr(structure)} of type '${typeName(structure)}', not tf.Tensor or tf.Variable or ExtensionType.`,
    );
  return out;
}

/** The leaves of what is differentiated, or by what: those that are no tensors fail where TensorFlow looks at them. */
function differentiated(structure: unknown): CoreTensor[] {
  return leavesOf(structure).map((leaf) => {
    if (leaf instanceof CoreTensor) return leaf;
    if ((leaf as { dense_shape?: unknown } | null)?.dense_shape !== undefined) return leaf as CoreTensor;
    if (leaf instanceof PyFloat || leaf instanceof NDArray || (typeof leaf === 'number' && !Number.isInteger(leaf)))
      throw noAttribute(leaf, '_id');
    if (typeof leaf === 'number' || typeof leaf === 'boolean') throw noAttribute(leaf, 'dtype');
    throw new TypeError(
      `Cannot convert the argument \`type_value\`: ${describeValue(leaf).text} to a TensorFlow DType.`,
    );
  });
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
  /** Whether it has recorded at all. */
  private entered = !floatsAreMarked();
  /** Variables that were watched by name. */
  private readonly watched = new Set<unknown>();

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
    this.entered = true;
    this.tape.start();
    try {
      return body(this);
    } finally {
      this.tape.stop();
    }
  }

  __enter__(): this {
    if (this.tape.recording)
      throw valueError('Tape is still recording, This can happen if you try to re-enter an already-active tape.');
    this.entered = true;
    this.tape.start();
    return this;
  }
  __exit__(): null {
    this.tape.stop();
    return null;
  }
  [Symbol.dispose](): void {
    this.tape.stop();
  }
  stop(): void {
    this.tape.stop();
  }

  watch(tensor: unknown): void {
    for (const t of flatten(tensor)) {
      if (!isDifferentiable(t.scalarType))
        warn(`The dtype of the watched tensor must be floating (e.g. tf.float32), got tf.${t.scalarType}`);
      this.tape.watch(t);
      if ('assign' in t) this.watched.add(t);
    }
  }

  watched_variables(): readonly Variable[] {
    return ([...new Set([...this.tape.accessed, ...this.watched])] as unknown as Variable[])
      .filter((v) => v.trainable)
      .sort((a, b) => a.serial - b.serial);
  }

  reset(): void {
    const recording = this.tape.recording;
    if (!recording) throw valueError('Tape is not recording.');
    this.tape.stop();
    this.tape = new Tape(this.persistent, this.watch_accessed_variables);
    this.used = false;
    this.watched.clear();
    if (recording) this.tape.start();
  }

  /** Nothing is recorded until the callback, or the block of `using`, ends. */
  stop_recording<T>(body: () => T): T;
  stop_recording(): Disposable;
  stop_recording<T>(body?: () => T): T | Disposable {
    if (!this.tape.recording) throw runtimeError('Trying to stop recording a tape which is not recording.');
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
    if (this.used || !this.entered) {
      throw runtimeError(
        'A non-persistent GradientTape can only be used to compute one set of gradients (or jacobians)',
      );
    }
    if (sources === undefined)
      throw new TypeError("GradientTape.gradient() missing 1 required positional argument: 'sources'");
    const unconnected = (given.unconnected_gradients as string | undefined) ?? 'none';
    if (unconnected !== 'none' && unconnected !== 'zero')
      throw valueError(`Unknown value for unconnected_gradients: '${unconnected}'`);
    if (target === null || target === undefined)
      throw new TypeError(
        'Argument `target` should be a list or nested structure of Tensors, Variables or CompositeTensors to be differentiated, but received None.',
      );
    const targets = differentiated(target);
    const wanted = differentiated(sources);
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
    const roots = pairs.map(([t]) => t);
    const seeds = pairs.map(([, g]) => g);
    const rows = nn.gradientsByRows(roots, seeds, wanted, { tape: this.tape, keepSaved: true });
    const found = rows.map((g, i) => {
      if (g === null || !(this.watches(wanted[i]!) || targets.includes(wanted[i]!))) return null;
      return g instanceof CoreTensor ? g : slices(g, wanted[i]!);
    });
    if (!this.persistent) this.used = true;
    const results = found.map((g, i) => g ?? (unconnected === 'zero' ? ops.fullLike(wanted[i]!, 0) : null));
    return packAs(sources, results.map(plain)[Symbol.iterator]()) as Gradients<S>;
  }

  /**
   * Each element's gradient: shape of the target, then of the source; null where they are not connected.
   * @see https://www.tensorflow.org/api_docs/python/tf/GradientTape#jacobian
   */
  jacobian<S>(target: CoreTensor, sources: S, ...rest: readonly unknown[]): Gradients<S> {
    const given = bind(
      'GradientTape.jacobian',
      ['unconnected_gradients', 'parallel_iterations', 'experimental_use_pfor'],
      rest,
    );
    if (given.experimental_use_pfor === false && !this.persistent)
      throw runtimeError(
        'GradientTape must be created with persistent=True to compute the jacobian with eager execution enabled and with experimental_use_pfor set to False.',
      );
    const t = toTensor(target as TensorLike);
    const rows = this.rows(t, elementSeeds(t), flatten(sources), given.unconnected_gradients);
    const results = rows.map((list, k) => {
      if (list === null) return null;
      const source = flatten(sources)[k]!;
      if (list.length === 0) return ops.fullLike(source, 0, [...t.sizes, ...source.sizes]);
      return ops.reshape(ops.stack(list, 0), [...t.sizes, ...source.sizes]);
    });
    return packAs(sources, results.map(plain)[Symbol.iterator]()) as Gradients<S>;
  }

  /**
   * The Jacobian of each entry of a batch by itself: [batch, target's shape, source's shape]; zeros where not connected.
   * @see https://www.tensorflow.org/api_docs/python/tf/GradientTape#batch_jacobian
   */
  batch_jacobian(target: CoreTensor, source: CoreTensor, ...rest: readonly unknown[]): Tensor {
    const given = bind(
      'GradientTape.batch_jacobian',
      ['unconnected_gradients', 'parallel_iterations', 'experimental_use_pfor'],
      rest,
    );
    const [t, x] = [toTensor(target as TensorLike), source];
    if (t.rank === 0) throw Object.assign(new Error('list index out of range'), { name: 'IndexError' });
    for (const s of [t, x])
      if (s.rank < 2) throw valueError(`Shape ${TensorShape.from_dims(s.sizes)} must have rank at least 2`);
    if (t.sizes[0] !== x.sizes[0])
      throw valueError(
        `Need first dimension of target shape (${TensorShape.from_dims(t.sizes)}) and source shape (${TensorShape.from_dims(x.sizes)}) to match.`,
      );
    const each = t.sizes.slice(1);
    const count = each.reduce((n, d) => n * d, 1);
    const line = ops.reshape(t, [t.sizes[0]!, count]);
    const seeds = Array.from({ length: count }, (_, k) => {
      const hot = toTensor(
        Array.from({ length: count }, (_, i) => (i === k ? 1 : 0)),
        t.scalarType,
      );
      return ops.reshape(ops.add(ops.fullLike(line, 0), hot), t.sizes);
    });
    const [list] = this.rows(t, seeds, [x], given.unconnected_gradients);
    // unlike the others it gives zeros where they are not connected
    if (list === null || list === undefined)
      return ops.fullLike(t, 0, [t.sizes[0]!, ...each, ...x.sizes.slice(1)]) as Tensor;
    return ops.reshape(ops.stack(list, 1), [t.sizes[0]!, ...each, ...x.sizes.slice(1)]) as Tensor;
  }

  /** Whether gradients of a tensor are there to be asked for: of a result of ops, or of what this tape watches. */
  private watches(t: CoreTensor): boolean {
    return t.node !== null || (t.tapes?.includes(this.tape) ?? false) || this.tape.accessed.has(t);
  }

  /** For each source, its gradient under each seed of the target. */
  private rows(
    target: CoreTensor,
    seeds: readonly CoreTensor[],
    wanted: readonly CoreTensor[],
    unconnected: unknown,
  ): (CoreTensor[] | null)[] {
    if (this.used || !this.entered)
      throw runtimeError(
        'A non-persistent GradientTape can only be used to compute one set of gradients (or jacobians)',
      );
    if (!this.persistent) {
      this.tape.stop();
      this.used = true;
    }
    const connected = target.node !== null || wanted.includes(target);
    const each = seeds.map((seed) =>
      connected ? gradients([target], [seed], wanted, { tape: this.tape, keepSaved: true }) : wanted.map(() => null),
    );
    return wanted.map((source, k) => {
      const column = each.map((row) =>
        this.watches(source) || (source === target && 'assign' in source) ? (row[k] ?? null) : null,
      );
      if (column.some((g) => g !== null)) return column.map((g) => g ?? ops.fullLike(source, 0));
      return String(unconnected ?? 'none') === 'zero' ? column.map(() => ops.fullLike(source, 0)) : null;
    });
  }
}

/** For each element of a tensor, ones there and zeros elsewhere. */
function elementSeeds(t: CoreTensor): CoreTensor[] {
  return Array.from({ length: t.elementCount }, (_, k) => {
    const hot = Array.from({ length: t.elementCount }, (_, i) => (i === k ? 1 : 0));
    return ops.reshape(toTensor(hot, t.scalarType), t.sizes);
  });
}

const plain = (g: CoreTensor | null): Tensor | null => g as Tensor | null;

/** What `gradient` gives for sources that are not connected. */
export class UnconnectedGradients {
  static readonly NONE = 'none';
  static readonly ZERO = 'zero';
}
