import { ValueError } from '../errors';
import { namespace } from '../namespace';
import { floatResult } from '../numbers';
import { nearestName } from '../options';
import { PcgGenerator } from '../random/numpyGenerator';
import { RandomState as LegacyState } from '../random/numpyLegacy';
import { type ArrayData, codecs, type DType, dtypes, isFloating, sizeOf, type TypedArray } from '../tensor/dtype';
import { type ArrayLike, cast, makeArray, toArrayData } from './convert';
import { isScalar, parseDType } from './dtypes';
import { broadcast, broadcastTo, compactShape } from './elementwise';
import { NDArray } from './ndarray';
import { take } from './shaping';

export type Size = number | readonly number[] | null;
/** A number, or as many as the shape asks for. */
export type Drawn = NDArray | number;

const isOptions = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;

/** Positional arguments, and keyword arguments in a trailing object, by the names of the signature. */
function signature(op: string, args: readonly unknown[], names: readonly string[]): Record<string, any> {
  const last = args[args.length - 1];
  const keywords = isOptions(last) ? last : {};
  const positional = isOptions(last) ? args.slice(0, -1) : args;
  if (positional.length > names.length) {
    throw new ValueError(`takes ${names.length} arguments (${names.join(', ')}), and ${positional.length} were given`, {
      op,
    });
  }
  for (const key of Object.keys(keywords)) {
    if (names.includes(key)) continue;
    const near = nearestName(key, names);
    const hint = near === undefined ? `it takes ${names.join(', ')}` : `did you mean '${near}'?`;
    throw new ValueError(`got an unexpected keyword argument '${key}'; ${hint}`, { op });
  }
  return { ...Object.fromEntries(positional.map((value, i) => [names[i]!, value])), ...keywords };
}

const shapeOf = (size: Size | undefined): readonly number[] | null =>
  size === null || size === undefined ? null : typeof size === 'number' ? [size] : size;

/** Fills an array of a size, or draws one number. */
function sized(size: Size | undefined, dtype: DType, fill: (out: TypedArray) => void): Drawn {
  const shape = shapeOf(size);
  if (shape?.some((d) => !Number.isInteger(d) || d < 0)) {
    throw new ValueError(`a size is made of whole numbers from 0, and [${shape.join(', ')}] was given`, {
      op: 'random',
    });
  }
  const out = makeArray(dtype, shape ?? []);
  fill(out.data);
  if (shape) return new NDArray(out);
  const value = codecs[dtype].get(out.data, 0);
  return isFloating(dtype) ? floatResult(value) : value;
}

/** Draws with parameters that may be arrays: one number per element of their common shape, in order. */
function perElement(
  op: string,
  size: Size | undefined,
  a: ArrayLike,
  b: ArrayLike,
  draw: (a: number, b: number) => number,
): Drawn {
  const [x, y] = [cast(toArrayData(a), 'float64'), cast(toArrayData(b), 'float64')];
  const common = broadcast(x.shape, y.shape);
  const shape = shapeOf(size) ?? common;
  if (
    broadcast(common, shape).length !== shape.length ||
    compactShape(broadcast(common, shape)) !== compactShape(shape)
  ) {
    throw new ValueError(
      `Output size ${compactShape(shape)} is not compatible with broadcast dimensions of inputs ${compactShape(common)}.`,
      { op },
    );
  }
  const [p, q] = [broadcastTo(x, shape).data, broadcastTo(y, shape).data] as [Float64Array, Float64Array];
  return new NDArray({ dtype: 'float64', shape, data: Float64Array.from(p, (v, i) => draw(v, q[i]!)) });
}

type Sizes = number | readonly number[];

/** A draw with one parameter: a number, or with a size an array. Keyword arguments come in one trailing object. */
export interface Draw1<A extends string> {
  (a?: number, size?: null): number;
  (a: number, size: Sizes): NDArray;
  (a: number, options: { readonly size: Sizes }): NDArray;
  (options: { readonly [key in A]?: number } & { readonly size: Sizes }): NDArray;
  (options: { readonly [key in A]?: number }): number;
}
/** A draw with two parameters, which may be arrays where the distribution is uniform or normal. */
export interface Draw2<A extends string, B extends string, V = number> {
  (a?: number, b?: number, size?: null): number;
  (a: V, b: V, size: Sizes): NDArray;
  (a: V, b: V, size?: Size): NDArray;
  (a: V, b: V, options: { readonly size: Sizes }): NDArray;
  (a: V, options: { readonly [key in B]?: V } & { readonly size: Sizes }): NDArray;
  (options: { readonly [key in A | B]?: V } & { readonly size: Sizes }): NDArray;
  (options: { readonly [key in A | B]?: number }): number;
}
/** A draw with only a size. */
export interface Draw0<O = object> {
  (size?: null): number;
  (size: Sizes, options?: O): NDArray;
  (options: { readonly size: Sizes } & O): NDArray;
}
export interface IntegerDraw<O = object> {
  (low: number | bigint, high?: number | bigint | null): number;
  (low: number | bigint, high: number | bigint | null, size: Sizes, options?: O): NDArray;
  (low: number | bigint, high: number | bigint | null, size: Sizes, dtype: string): NDArray;
  (low: number | bigint, options: { readonly size: Sizes; readonly high?: number | bigint } & O): NDArray;
  (low: number | bigint, high: number | bigint, options: { readonly size: Sizes } & O): NDArray;
}
interface ChoiceKeywords {
  readonly replace?: boolean;
  readonly p?: ArrayLike | null;
}
export interface ChoiceDraw<O = ChoiceKeywords> {
  (a: number): number;
  (a: ArrayLike, size: Sizes, options?: O): NDArray;
  (a: ArrayLike, size: Sizes, replace: boolean, p?: ArrayLike): NDArray;
  (a: ArrayLike, options: { readonly size: Sizes } & O): NDArray;
  (a: ArrayLike, size?: null, options?: O): Drawn;
}

/** What both kinds of streams offer. */
interface Stream {
  nextDouble(): number;
  nextNormal(): number;
  uniform(out: Float64Array, low?: number, high?: number): void;
  standardNormal(out: Float64Array): void;
  normal(out: Float64Array, mean?: number, std?: number): void;
  exponential(out: Float64Array, scale?: number): void;
  gamma(out: Float64Array, shape: number, scale?: number): void;
  binomial(out: TypedArray, dtype: DType, n: number, p: number): void;
  poisson(out: TypedArray, dtype: DType, rate: number): void;
  permutation(n: number): Int32Array;
}

/** Distributions that the legacy and the current streams share under the same names. */
abstract class Distributions<S extends Stream> {
  protected readonly stream: S;

  constructor(stream: S) {
    this.stream = stream;
  }

  readonly uniform = ((...args: readonly unknown[]): Drawn => {
    const { low = 0, high = 1, size } = signature('uniform', args, ['low', 'high', 'size']);
    if (isScalar(low) && isScalar(high))
      return sized(size, 'float64', (out) => this.stream.uniform(out as Float64Array, Number(low), Number(high)));
    return perElement('uniform', size, low, high, (a, b) => a + (b - a) * this.stream.nextDouble());
  }) as Draw2<'low', 'high', ArrayLike>;
  readonly normal = ((...args: readonly unknown[]): Drawn => {
    const { loc = 0, scale = 1, size } = signature('normal', args, ['loc', 'scale', 'size']);
    if (isScalar(loc) && isScalar(scale))
      return sized(size, 'float64', (out) => this.stream.normal(out as Float64Array, Number(loc), Number(scale)));
    return perElement('normal', size, loc, scale, (mean, std) => {
      if (std < 0) throw new ValueError('scale < 0', { op: 'normal' });
      return mean + std * this.stream.nextNormal();
    });
  }) as Draw2<'loc', 'scale', ArrayLike>;
  readonly exponential = ((...args: readonly unknown[]): Drawn => {
    const { scale = 1, size } = signature('exponential', args, ['scale', 'size']);
    return sized(size, 'float64', (out) => this.stream.exponential(out as Float64Array, scale));
  }) as Draw1<'scale'>;
  readonly gamma = ((...args: readonly unknown[]): Drawn => {
    const { shape, scale = 1, size } = signature('gamma', args, ['shape', 'scale', 'size']);
    return sized(size, 'float64', (out) => this.stream.gamma(out as Float64Array, shape, scale));
  }) as Draw2<'shape', 'scale'>;
  readonly binomial = ((...args: readonly unknown[]): Drawn => {
    const { n, p, size } = signature('binomial', args, ['n', 'p', 'size']);
    return sized(size, 'int64', (out) => this.stream.binomial(out, 'int64', n, p));
  }) as Draw2<'n', 'p'>;
  readonly poisson = ((...args: readonly unknown[]): Drawn => {
    const { lam = 1, size } = signature('poisson', args, ['lam', 'size']);
    return sized(size, 'int64', (out) => this.stream.poisson(out, 'int64', lam));
  }) as Draw1<'lam'>;
  /** 0..n-1 shuffled, or a copy of an array with its rows in a new order. */
  permutation(x: ArrayLike): NDArray {
    if (typeof x === 'number') return integers(this.stream.permutation(x));
    const array = toArrayData(x);
    return new NDArray(reordered(array, this.rowOrder(array)));
  }
  /** Puts the rows of an array, or the items of a list, into a new order, in place. */
  shuffle(x: NDArray | unknown[]): void {
    if (!(x instanceof NDArray)) {
      const order = this.stream.permutation(x.length);
      const before = [...x];
      order.forEach((from, to) => {
        x[to] = before[from];
      });
      return;
    }
    (x.data as Float64Array).set(reordered(x, this.rowOrder(x)).data as Float64Array);
  }

  private rowOrder(array: ArrayData): Int32Array {
    if (array.shape.length === 0)
      throw new ValueError('x must be an integer or at least 1-dimensional', { op: 'permutation' });
    return this.stream.permutation(array.shape[0]!);
  }

  protected chosen(a: ArrayLike, size: Size | undefined, draw: (n: number, count: number) => Int32Array): Drawn {
    const population = typeof a === 'number' ? null : toArrayData(a);
    const n = population ? (population.shape[0] ?? 0) : (a as number);
    const shape = shapeOf(size);
    const picks = draw(n, shape ? sizeOf(shape) : 1);
    if (!population) return shape ? integers(picks).reshape(shape) : picks[0]!;
    const rows = take(population, [...picks], 0);
    const found = new NDArray({ ...rows, shape: [...(shape ?? []), ...population.shape.slice(1)] }, true);
    return !shape && found.ndim === 0 ? (found.item() as number) : found;
  }
}

const integers = (values: Int32Array): NDArray =>
  new NDArray({ dtype: 'int64', shape: [values.length], data: BigInt64Array.from(values, BigInt) });
const reordered = (array: ArrayData, order: Int32Array): ArrayData => take(array, [...order], 0);

const probabilities = (p: ArrayLike | null | undefined): Float64Array | undefined =>
  p === null || p === undefined ? undefined : (cast(toArrayData(p), 'float64').data as Float64Array);

/** `np.random.RandomState`: a legacy stream of its own. */
export class RandomState extends Distributions<LegacyState> {
  constructor(seed?: number | readonly number[] | null) {
    super(new LegacyState(seed ?? undefined));
  }

  seed(seed?: number | readonly number[] | null): void {
    this.stream.seed(seed ?? undefined);
  }
  get_state(): ReturnType<LegacyState['getState']> {
    return this.stream.getState();
  }
  set_state(state: ReturnType<LegacyState['getState']>): void {
    this.stream.setState(state);
  }
  /** Uniform in [0, 1), the shape as separate numbers. */
  rand(): number;
  rand(...shape: readonly [number, ...number[]]): NDArray;
  rand(...shape: readonly number[]): Drawn {
    return shape.length > 0 ? this.random_sample(shape) : this.random_sample();
  }
  /** Standard normals, the shape as separate numbers. */
  randn(): number;
  randn(...shape: readonly [number, ...number[]]): NDArray;
  randn(...shape: readonly number[]): Drawn {
    return shape.length > 0 ? this.standard_normal(shape) : this.standard_normal();
  }
  readonly random_sample = ((...args: readonly unknown[]): Drawn => {
    return sized(signature('random_sample', args, ['size']).size, 'float64', (out) =>
      this.stream.randomSample(out as Float64Array),
    );
  }) as Draw0;
  readonly random = this.random_sample;
  readonly standard_normal = ((...args: readonly unknown[]): Drawn => {
    return sized(signature('standard_normal', args, ['size']).size, 'float64', (out) =>
      this.stream.standardNormal(out as Float64Array),
    );
  }) as Draw0;
  /** Whole numbers in [low, high), or in [0, low) if only one bound is given. */
  readonly randint = ((...args: readonly unknown[]): Drawn => {
    const { low, high, size, dtype = 'int64' } = signature('randint', args, ['low', 'high', 'size', 'dtype']);
    const [from, to] = bounds('randint', low, high, false);
    const type = integerType('randint', dtype, from, to);
    return sized(size, type, (out) => this.stream.randint(out, type, from, to));
  }) as IntegerDraw<{ readonly dtype?: string }>;
  readonly choice = ((...args: readonly unknown[]): Drawn => {
    const { a, size, replace = true, p } = signature('choice', args, ['a', 'size', 'replace', 'p']);
    return this.chosen(a, size, (n, count) => this.stream.choice(n, count, { replace, p: probabilities(p) }));
  }) as ChoiceDraw;
}

/** `np.random.Generator`, as `np.random.default_rng(seed)` makes it. */
export class Generator extends Distributions<PcgGenerator> {
  constructor(seed?: number | bigint | readonly (number | bigint)[] | null) {
    super(new PcgGenerator(seed ?? undefined));
  }

  readonly random = ((...args: readonly unknown[]): Drawn => {
    const { size, dtype = 'float64' } = signature('random', args, ['size', 'dtype']);
    return sized(size, floatType('random', dtype), (out) => this.stream.random(out as Float64Array));
  }) as Draw0<{ readonly dtype?: string }>;
  readonly standard_normal = ((...args: readonly unknown[]): Drawn => {
    const { size, dtype = 'float64' } = signature('standard_normal', args, ['size', 'dtype']);
    return sized(size, floatType('standard_normal', dtype), (out) => this.stream.standardNormal(out as Float64Array));
  }) as Draw0<{ readonly dtype?: string }>;
  readonly integers = ((...args: readonly unknown[]): Drawn => {
    const {
      low,
      high,
      size,
      dtype = 'int64',
      endpoint = false,
    } = signature('integers', args, ['low', 'high', 'size', 'dtype', 'endpoint']);
    const [from, to] = bounds('integers', low, high, endpoint);
    const type = integerType('integers', dtype, from, endpoint ? Number(to) + 1 : to);
    return sized(size, type, (out) => this.stream.integers(out, type, from, to, endpoint));
  }) as IntegerDraw<{ readonly dtype?: string; readonly endpoint?: boolean }>;
  readonly choice = ((...args: readonly unknown[]): Drawn => {
    const {
      a,
      size,
      replace = true,
      p,
      shuffle = true,
    } = signature('choice', args, ['a', 'size', 'replace', 'p', 'shuffle']);
    return this.chosen(a, size, (n, count) => this.stream.choice(n, count, { replace, p: probabilities(p), shuffle }));
  }) as ChoiceDraw<ChoiceKeywords & { readonly shuffle?: boolean }>;
}

function bounds(op: string, low: unknown, high: unknown, endpoint: boolean): [number | bigint, number | bigint] {
  const pair = high === null || high === undefined ? [0, low] : [low, high];
  for (const value of pair) {
    if (typeof value !== 'bigint' && !Number.isInteger(value)) {
      throw new ValueError(`bounds must be whole numbers, and ${isScalar(value) ? value : typeof value} was given`, {
        op,
      });
    }
  }
  const [from, to] = pair as [number | bigint, number | bigint];
  if (endpoint ? from > to : from >= to) throw new ValueError(endpoint ? 'low > high' : 'low >= high', { op });
  return [from, to];
}

function integerType(op: string, name: string, low: number | bigint, high: number | bigint): DType {
  const dtype = parseDType(name);
  if (dtypes[dtype].kind === 'float')
    throw new ValueError(`Unsupported dtype ${dtype} for ${op}; give an integer type`, { op });
  if (low < dtypes[dtype].min) throw new ValueError(`low is out of bounds for ${dtype}`, { op });
  if (Number(high) - 1 > Number(dtypes[dtype].max)) throw new ValueError(`high is out of bounds for ${dtype}`, { op });
  return dtype;
}

function floatType(op: string, name: string): 'float32' | 'float64' {
  const dtype = parseDType(name);
  if (dtype !== 'float32' && dtype !== 'float64')
    throw new ValueError(`Unsupported dtype ${dtype} for ${op}; give float32 or float64`, { op });
  return dtype;
}

const shared = new RandomState();
type SharedName =
  | 'seed'
  | 'get_state'
  | 'set_state'
  | 'rand'
  | 'randn'
  | 'random'
  | 'random_sample'
  | 'standard_normal'
  | 'uniform'
  | 'normal'
  | 'exponential'
  | 'gamma'
  | 'binomial'
  | 'poisson'
  | 'randint'
  | 'permutation'
  | 'shuffle'
  | 'choice';
const bound = <K extends SharedName>(name: K): Pick<RandomState, K> =>
  ({ [name]: (shared[name] as (...args: unknown[]) => unknown).bind(shared) }) as unknown as Pick<RandomState, K>;

/** `np.random`: the functions draw from one legacy stream that all share; `seed` starts it anew. */
export const random = namespace('numpy.random', {
  ...bound('seed'),
  ...bound('get_state'),
  ...bound('set_state'),
  ...bound('rand'),
  ...bound('randn'),
  ...bound('random'),
  ...bound('random_sample'),
  ...bound('standard_normal'),
  ...bound('uniform'),
  ...bound('normal'),
  ...bound('exponential'),
  ...bound('gamma'),
  ...bound('binomial'),
  ...bound('poisson'),
  ...bound('randint'),
  ...bound('permutation'),
  ...bound('shuffle'),
  ...bound('choice'),
  RandomState,
  Generator,
  /** A generator of NumPy's current kind (PCG64). */
  default_rng: (seed?: number | bigint | readonly (number | bigint)[] | null): Generator => new Generator(seed),
});
