import { currentTracer, type DType, declareSignatures, fromArray, isFloating } from '@stele/core';
import { type Philox, PhiloxGenerator } from '@stele/core/random';
import { define } from '../define';
import type { DTypeLike } from '../dtypes';
import { assertionError, kernelError, NotFoundError, UnimplementedError, valueError } from '../errors';
import { wholes } from '../places';
import { readText } from '../strings';
import { type Tensor, type TensorLike, tfFamily, toTensor } from '../tensor';
import { Variable } from '../variable';
import { successes } from './counts';
import {
  bell,
  bounds,
  checkWhole,
  cutBell,
  filled,
  flat,
  fullRange,
  type make,
  moved,
  needOrder,
  none,
  number,
  shapeOf,
  single,
  typeOf,
  unsigned,
} from './fills';
import { inGraph, type Whole, wholeOf } from './seeds';

/** Seeds and states are whole numbers of 64 bits. */
function noText(value: unknown): void {
  if (readText(value) !== null) throw kernelError('Cast', 'Cast string to int64 is not supported', UnimplementedError);
}
const state = (generator: PhiloxGenerator): BigInt64Array<ArrayBuffer> => BigInt64Array.from(generator.state);
const fresh = (stream: PhiloxGenerator): Variable =>
  new Variable(fromArray(tfFamily, state(stream), [3], 'int64') as Tensor, { trainable: false, name: 'StateVar' });
/** The generators behind state variables: those of one variable share its stream. */
const owners = new WeakMap<Variable, Generator>();
/** Only Philox is here. */
export function needPhilox(alg: unknown): void {
  const named = alg instanceof Object ? alg.valueOf() : alg;
  if (named === undefined || named === null || [1, 3, 'philox', 'auto_select'].includes(named as string)) return;
  if (typeof named === 'string' && named !== 'threefry')
    throw valueError(
      `Argument \`alg\` got unsupported value ${named}. Supported values are philox for the Philox algorithm, threefry for the ThreeFry algorithm, and auto_select for auto-selection.`,
    );
  throw valueError(`the random number algorithm ${String(named)} is not in Stele: 'philox' is`);
}
/**
 * A stream of random numbers with a state of its own.
 * @see https://www.tensorflow.org/api_docs/python/tf/random/Generator
 */
export class Generator {
  private readonly stream: PhiloxGenerator;
  private readonly kept: Variable;

  constructor(...args: readonly unknown[]) {
    const [first, held] = args;
    this.stream = first instanceof PhiloxGenerator ? first : new PhiloxGenerator(copiedState(args));
    const { stream } = this;
    owners.set((this.kept = first instanceof PhiloxGenerator && held instanceof Variable ? held : fresh(stream)), this);
  }
  static from_seed(seed: unknown, alg?: unknown): Generator {
    needPhilox(alg);
    if (seed === undefined || seed === null) toTensor(null as never);
    noText(seed);
    const list = Array.isArray(seed) ? seed.map(wholeOf) : typeof seed === 'object' ? wholes(seed) : wholeOf(seed);
    return new Generator(PhiloxGenerator.fromSeed(list as Whole));
  }
  static from_state(given: TensorLike, alg?: unknown): Generator {
    needPhilox(alg);
    if (given instanceof Variable)
      return new Generator(owners.get(given)?.stream ?? new PhiloxGenerator(readState(given)), given);
    return new Generator(new PhiloxGenerator(readState(given)));
  }
  static from_key_counter(key: unknown, counter: unknown, alg?: unknown): Generator {
    needPhilox(alg);
    const [low, high] = (toTensor(counter as TensorLike, null).tolist() as Whole[]).map(BigInt) as [bigint, bigint];
    return new Generator(new PhiloxGenerator([low, high, BigInt(wholeOf(key))]));
  }
  static from_non_deterministic_state(_alg?: unknown): Generator {
    return new Generator(PhiloxGenerator.byChance());
  }
  private moved<T>(body: (stream: PhiloxGenerator) => T): T {
    const out = body(this.stream);
    this.kept.assign(fromArray(tfFamily, state(this.stream), [3], 'int64') as Tensor);
    return out;
  }
  get state(): Variable {
    return this.kept;
  }
  get key(): Tensor {
    return toTensor(this.stream.state[2] as never, 'int64');
  }
  get algorithm(): number {
    return 1;
  }
  private fills(shape: unknown, dtype: DType, fill: (start: Philox, out: ReturnType<typeof make>) => void): Tensor {
    const sizes = shapeOf('StatelessRandomNormalV2', shape);
    const draw = (): Tensor =>
      this.moved((s) => filled(sizes, dtype, (out) => fill(s.reserve(out.length), out)) as Tensor);
    const graph = inGraph?.graph ?? null;
    if (graph === null || currentTracer() === null) return draw();
    return graph.effect('GeneratorDraw', [], [{ sizes, scalarType: dtype }], tfFamily, () => [draw()])[0] as Tensor;
  }
  normal(shape: unknown, ...rest: unknown[]): Tensor {
    const [mean, deviation, dtype] = named(rest, ['mean', 'stddev', 'dtype', 'name']);
    const type = typeOf(dtype as DTypeLike);
    if (!single(mean) || !single(deviation))
      return moved(
        this.fills(shape, type, (start, out) => bell(start, out, type, 0, 1)),
        mean,
        deviation,
      );
    return this.fills(shape, type, (start, out) => bell(start, out, type, number(mean, 0), number(deviation, 1)));
  }
  truncated_normal(shape: unknown, ...rest: unknown[]): Tensor {
    const [mean, deviation, dtype] = named(rest, ['mean', 'stddev', 'dtype', 'name']);
    const type = typeOf(dtype as DTypeLike);
    if (!single(mean) || !single(deviation))
      return moved(
        this.fills(shape, type, (start, out) => cutBell(start, out, type, 0, 1)),
        mean,
        deviation,
      );
    return this.fills(shape, type, (start, out) => cutBell(start, out, type, number(mean, 0), number(deviation, 1)));
  }
  uniform(shape: unknown, ...rest: unknown[]): Tensor {
    const [minval, maxval, dtype] = named(rest, ['minval', 'maxval', 'dtype', 'name']);
    const type = typeOf(dtype as DTypeLike);
    if (!isFloating(type) && minval === null) return this.uniform_full_int(shape, { dtype: type });
    if (!isFloating(type)) {
      checkWhole('StatelessRandomUniformIntV2', type);
      if (unsigned.includes(type))
        throw new NotFoundError(
          `Could not find device for node: {{node StatelessRandomUniformIntV2}} = StatelessRandomUniformIntV2[Tshape=DT_INT32, dtype=DT_${type.toUpperCase()}]: bounds go with int32 and int64 only; minval=None gives the full range`,
        );
    }
    if (!isFloating(type) && none(maxval))
      throw valueError(
        `For integer dtype <dtype: '${type}'>, minval and maxval must be both \`None\` or both non-\`None\`; got minval=${minval ?? 0} and maxval=None`,
      );
    const [low, high] = bounds(type, minval, maxval);
    if (!isFloating(type)) needOrder('StatelessRandomUniformIntV2', low, high);
    return this.fills(shape, type, (start, out) => flat(start, out, type, low, high));
  }
  uniform_full_int(shape: unknown, ...rest: unknown[]): Tensor {
    const [dtype] = named(rest, ['dtype', 'name']);
    const type = typeOf(dtype as DTypeLike, 'uint64');
    checkWhole('StatelessRandomUniformFullIntV2', type);
    return this.fills(shape, type, (start, out) => fullRange(start, out, type, 0, 0));
  }
  binomial(shape: unknown, counts: TensorLike, probs: TensorLike, ...rest: unknown[]): Tensor {
    const [dtype] = named(rest, ['dtype', 'name']);
    return this.moved((s) =>
      successes(
        'StatefulRandomBinomial',
        wholes(shape),
        counts,
        probs,
        typeOf(dtype as DTypeLike, 'int32'),
        (pairs, draws) => s.reserveBinomial(pairs, draws),
      ),
    );
  }
  /** Moves on by `delta` draws; gives the state before. */
  skip(delta: unknown): Tensor {
    const before = this.kept.value();
    this.moved((s) => s.skip(wholeOf(delta)));
    return before;
  }
  make_seeds(...rest: unknown[]): Tensor {
    const [count] = named(rest, ['count']);
    const n = number(count, 1);
    const [keys, zeros] = this.moved((s) => s.makeSeeds(n));
    return fromArray(tfFamily, BigInt64Array.from([...keys, ...zeros]), [2, n], 'int64') as Tensor;
  }
  split(...rest: unknown[]): Generator[] {
    const [count] = named(rest, ['count']);
    return this.moved((s) => s.split(number(count, 1))).map((s) => new Generator(s));
  }
  reset_from_seed(seed: unknown): void {
    this.moved((s) => s.resetFromSeed(Array.isArray(seed) ? seed.map(wholeOf) : wholeOf(seed)));
  }
  reset(given: TensorLike): void {
    this.moved((s) => s.reset(readState(given)));
  }
  reset_from_key_counter(key: unknown, counter: unknown): void {
    const [low, high] = (toTensor(counter as TensorLike, null).tolist() as Whole[]).map(BigInt) as [bigint, bigint];
    this.moved((s) => s.resetFromKeyCounter(BigInt(wholeOf(key)), [low, high]));
  }
}
/** The state that a generator begins with: another's, or one given. */
function copiedState(args: readonly unknown[]): [bigint, bigint, bigint] {
  const [other, state, alg] = named(args, ['copy_from', 'state', 'alg']);
  if (other instanceof Generator) return readState(other.state);
  if (other !== undefined && other !== null)
    throw new TypeError(`copy_from must be a tf.random.Generator, got ${String(other)}`);
  if (state === undefined || state === null || alg === undefined || alg === null) throw assertionError('');
  return readState(state);
}
/** The state of a generator of a seed, without the generator. */
export const create_rng_state = define(
  'tf.random.create_rng_state',
  'seed, alg',
  (seed: unknown): Tensor => Generator.from_seed(seed).state.value(),
);
declareSignatures('tf.random.Generator', Generator as never, {
  from_seed: 'seed, alg=None',
  from_state: 'state, alg',
  from_key_counter: 'key, counter, alg',
  from_non_deterministic_state: 'alg=None',
});
const ofValues = 'dtype=tf.float32, name=None';
declareSignatures('tf.random.Generator', Generator.prototype as never, {
  normal: `shape, mean=0.0, stddev=1.0, ${ofValues}`,
  truncated_normal: `shape, mean=0.0, stddev=1.0, ${ofValues}`,
  uniform: `shape, minval=0, maxval=None, ${ofValues}`,
  uniform_full_int: 'shape, dtype=tf.uint64, name=None',
  binomial: 'shape, counts, probs, dtype=tf.int32, name=None',
  skip: 'delta',
  make_seeds: 'count=1',
  split: 'count=1',
  reset: 'state',
  reset_from_seed: 'seed',
  reset_from_key_counter: 'key, counter',
});
function readState(given: unknown): [bigint, bigint, bigint] {
  noText(given);
  const t = toTensor((given instanceof Variable ? given.value() : given) as TensorLike, null);
  if (t.rank !== 1 || t.sizes[0] !== 3) throw valueError(`Shapes ${t.shape} and [3] are incompatible`);
  return (t.tolist() as Whole[]).map(BigInt) as [bigint, bigint, bigint];
}
/** Arguments by position or in one trailing object. */
function named(args: readonly unknown[], names: readonly string[]): unknown[] {
  const last = args.at(-1);
  const options =
    typeof last === 'object' && last !== null && Object.getPrototypeOf(last) === Object.prototype
      ? (last as Record<string, unknown>)
      : null;
  const positional = options === null ? args : args.slice(0, -1);
  const unknown = Object.keys(options ?? {}).find((key) => !names.includes(key));
  if (unknown !== undefined) throw new TypeError(`got an unexpected keyword argument '${unknown}'`);
  return names.map((name, i) => (positional[i] === undefined ? options?.[name] : positional[i]));
}
let current: Generator | null = null;
/** The generator that ops without one of their own may share. */
export const get_global_generator = (): Generator => (current ??= Generator.from_non_deterministic_state());
export const set_global_generator = (generator: unknown): void => {
  if (!(generator instanceof Generator))
    throw new TypeError(`set_global_generator() takes a tf.random.Generator, got ${String(generator)}`);
  current = generator;
};
