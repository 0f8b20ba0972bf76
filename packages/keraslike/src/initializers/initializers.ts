import {
  CallableBase,
  codecs,
  type DType,
  dtypes,
  floatsAreMarked,
  fromArray,
  isFloating,
  isKeywords,
  nn,
  numel,
  type Tensor,
} from '@stele/core';
import { pyRepr } from '@stele/core/printing';
import { z } from 'zod';
import { type Call, type Keywords, read, signature } from '../arguments';
import { notImplemented, show, typeError, typeName, valueError } from '../errors';
import { toSnakeCase } from '../names';
import {
  drawSeed,
  type Seed,
  type SeedPair,
  seedPair,
  statelessNormal,
  statelessOf,
  statelessTruncatedNormal,
  statelessUniform,
} from '../random/stateless';
import {
  deserialize_keras_object,
  fromConfig,
  plainConfig,
  savedSetting,
  serialize_keras_object,
} from '../saving/objects';
import { tensorFamily } from '../tensors';
import type { Initializer } from './initializer';

const make = (array: Float32Array<ArrayBuffer>, shape: readonly number[], dtype: DType): Tensor => {
  const out = dtypes[dtype].create(array.length);
  const { set } = codecs[dtype];
  array.forEach((v, i) => {
    set(out, i, v);
  });
  return fromArray(tensorFamily(), out, [...shape], dtype);
};
/** A float dtype other than float32: its random numbers come from a stream of its own. */
const ownStream = (dtype: DType): boolean => dtype !== 'float32' && isFloating(dtype);
type Filled = Float32Array<ArrayBuffer> | Tensor;
/** What may stand for a dtype: its name, or an object that has one. */
type DTypeLike = DType | { readonly name: string };

export interface InitializerBase extends Initializer {
  (shape: readonly number[] | { shape: readonly number[]; dtype?: DTypeLike }, dtype?: DTypeLike): Tensor;
}
/** Base of the initializers: `initializer(shape)` gives a tensor. @see https://keras.io/api/layers/initializers/ */
export abstract class InitializerBase extends CallableBase {
  protected abstract fill(shape: readonly number[], dtype: DType): Filled;

  __call__(
    shape: readonly number[] | { shape: readonly number[]; dtype?: DTypeLike },
    dtype?: DTypeLike | { dtype?: DTypeLike } | null,
  ): Tensor {
    const named = Array.isArray(shape) ? null : (shape as { shape: readonly number[]; dtype?: DTypeLike });
    const wanted = named?.dtype ?? (isKeywords(dtype) ? (dtype as { dtype?: DTypeLike }).dtype : dtype) ?? 'float32';
    const type = (typeof wanted === 'string' ? wanted : (wanted as { name: string }).name) as DType;
    const sizes = named?.shape ?? (shape as readonly number[]);
    if (typeof sizes === 'string' && floatsAreMarked())
      throw valueError(`invalid literal for int() with base 10: ${pyRepr(sizes)}`);
    if (typeof sizes === 'number') throw typeError(`object of type '${typeName(sizes)}' has no len()`);
    if (typeof this.fill !== 'function')
      throw notImplemented('Initializer subclasses must implement the `__call__()` method.');
    const values = this.fill(sizes, type);
    return values instanceof Float32Array ? make(values, sizes, type) : values;
  }
  get_config(): Record<string, unknown> {
    return {};
  }
  static from_config(config: unknown): unknown {
    // biome-ignore lint/complexity/noThisInStatic: the class that was asked, which may be a subclass
    return fromConfig(this as never, config);
  }
  /** A fresh one of the same configuration. */
  clone(): Initializer {
    return fromConfig(this.constructor as new (o: object) => Initializer, this.get_config());
  }
  override toString(): string {
    return `<${this.constructor.name}>`;
  }
}
Object.defineProperty(InitializerBase.prototype, 'entry', { value: '__call__', configurable: true });

export class Zeros extends InitializerBase {
  constructor(...args: readonly unknown[]) {
    super();
    if (args.length > 0 && !(isKeywords(args[0]) && Object.keys(args[0]).length === 0))
      throw typeError('Zeros() takes no arguments');
  }
  protected fill(shape: readonly number[]): Float32Array<ArrayBuffer> {
    return new Float32Array(numel(shape));
  }
}
export class Ones extends InitializerBase {
  constructor(...args: readonly unknown[]) {
    super();
    if (args.length > 0 && !(isKeywords(args[0]) && Object.keys(args[0]).length === 0))
      throw typeError('Ones() takes no arguments');
  }
  protected fill(shape: readonly number[]): Float32Array<ArrayBuffer> {
    return nn.constant(new Float32Array(numel(shape)), 1);
  }
}
const constantSignature = signature(0, { value: z.number().default(0) });
export class Constant extends InitializerBase {
  readonly value: number;
  constructor(...args: Call<[], [value: number], Keywords<typeof constantSignature>>) {
    super();
    this.value = read('Constant.__init__()', constantSignature, args).value;
  }
  protected fill(shape: readonly number[]): Float32Array<ArrayBuffer> {
    return nn.constant(new Float32Array(numel(shape)), this.value);
  }
  override get_config(): Record<string, unknown> {
    return { value: savedSetting('gain', this.value) };
  }
  static override from_config(config: unknown): unknown {
    const given = plainConfig(config);
    if (!('value' in given)) {
      const error = new Error("'value'");
      error.name = 'KeyError';
      throw error;
    }
    return new Constant({ value: Number(deserialize_keras_object(given.value)) });
  }
}
const identitySignature = signature(0, { gain: z.number().default(1) });
/** Ones on the diagonal of a matrix. */
export class Identity extends InitializerBase {
  readonly gain: number;
  constructor(...args: Call<[], [gain: number], Keywords<typeof identitySignature>>) {
    super();
    this.gain = read('Identity.__init__()', identitySignature, args).gain;
  }
  protected fill(shape: readonly number[]): Float32Array<ArrayBuffer> {
    if (shape.length !== 2)
      throw valueError(
        `Identity matrix initializer can only be used for 2D matrices. Received: shape=${show([...shape])} of rank ${shape.length}.`,
      );
    return nn.identity(new Float32Array(numel(shape)), shape[0]!, shape[1]!, this.gain);
  }
}

const seeded = z
  .custom<Seed>((v) => v === null || typeof v === 'number' || typeof v === 'function')
  .nullable()
  .default(null);

/** An initializer with a seed gives the same values at every call; without one it draws a seed once, when it is made. */
export abstract class RandomInitializer extends InitializerBase {
  readonly seed: Seed;
  private readonly given: Seed;
  constructor(seed: Seed) {
    super();
    this.given = seed;
    this.seed = seed ?? drawSeed();
  }
  protected pair(): SeedPair {
    return seedPair(this.seed);
  }
  /** Draws in the stream of a dtype that is not float32. */
  protected drawn(
    distribution: Parameters<typeof statelessOf>[0],
    shape: readonly number[],
    dtype: DType,
    a: number,
    b: number,
  ): Tensor {
    const values = statelessOf(distribution, this.pair(), numel(shape), dtype, a, b);
    return fromArray(tensorFamily(), values, [...shape], dtype);
  }
  override get_config(): Record<string, unknown> {
    return { seed: typeof this.given === 'number' ? this.given : null };
  }
}

const uniform = signature(0, {
  minval: z.number().default(-0.05),
  maxval: z.number().default(0.05),
  seed: seeded,
});
/** Uniform in [minval, maxval). */
export class RandomUniform extends RandomInitializer {
  readonly minval: number;
  readonly maxval: number;
  constructor(...args: Call<[], [minval: number, maxval: number, seed: Seed], Keywords<typeof uniform>>) {
    const o = read('RandomUniform.__init__()', uniform, args);
    super(o.seed);
    this.minval = o.minval;
    this.maxval = o.maxval;
  }
  protected fill(shape: readonly number[], dtype: DType): Filled {
    if (ownStream(dtype)) return this.drawn('uniform', shape, dtype, this.minval, this.maxval);
    return statelessUniform(this.pair(), numel(shape), this.minval, this.maxval);
  }
  override get_config(): Record<string, unknown> {
    return {
      ...super.get_config(),
      minval: savedSetting('minval', this.minval),
      maxval: savedSetting('maxval', this.maxval),
    };
  }
}

const normal = signature(0, { mean: z.number().default(0), stddev: z.number().default(0.05), seed: seeded });
export class RandomNormal extends RandomInitializer {
  readonly mean: number;
  readonly stddev: number;
  constructor(...args: Call<[], [mean: number, stddev: number, seed: Seed], Keywords<typeof normal>>) {
    const o = read(`${new.target.name}.__init__()`, normal, args);
    super(o.seed);
    this.mean = o.mean;
    this.stddev = o.stddev;
  }
  protected fill(shape: readonly number[], dtype: DType): Filled {
    if (ownStream(dtype)) return this.drawn('normal', shape, dtype, this.mean, this.stddev);
    return statelessNormal(this.pair(), numel(shape), this.mean, this.stddev);
  }
  override get_config(): Record<string, unknown> {
    return {
      ...super.get_config(),
      mean: savedSetting('mean', this.mean),
      stddev: savedSetting('stddev', this.stddev),
    };
  }
}
/** A normal cut off at two deviations. */
export class TruncatedNormal extends RandomNormal {
  protected override fill(shape: readonly number[], dtype: DType): Filled {
    if (ownStream(dtype)) return this.drawn('truncatedNormal', shape, dtype, this.mean, this.stddev);
    return statelessTruncatedNormal(this.pair(), numel(shape), this.mean, this.stddev);
  }
}

const axes = z.array(z.int()).readonly().nullable().default(null);
const axisOptions = { input_axes: axes, output_axes: axes };
type Axes = readonly number[] | null;
const product = (list: readonly number[]): number => list.reduce((a, b) => a * b, 1);

/** How many values go into a unit and come out of it, for a weight of this shape. */
export function compute_fans(
  shape: readonly number[],
  input_axes: Axes = null,
  output_axes: Axes = null,
): readonly [number, number] {
  if (input_axes !== null && output_axes !== null)
    return [product(input_axes.map((a) => shape.at(a)!)), product(output_axes.map((a) => shape.at(a)!))];
  const { fanIn, fanOut } = nn.computeFans(shape, 'outputsLast');
  return [fanIn, fanOut];
}
const scaling = signature(0, {
  scale: z.number().default(1),
  mode: z.custom<'fan_in' | 'fan_out' | 'fan_avg'>().default('fan_in'),
  distribution: z
    .custom<'truncated_normal' | 'untruncated_normal' | 'uniform' | 'normal'>()
    .default('truncated_normal')
    // an older name
    .transform((v) => (v === 'normal' ? 'truncated_normal' : v)),
  seed: seeded,
  ...axisOptions,
});
const modes = { fan_in: 'fanIn', fan_out: 'fanOut', fan_avg: 'fanAvg' } as const;
const distributions = {
  truncated_normal: 'truncatedNormal',
  untruncated_normal: 'normal',
  uniform: 'uniform',
} as const;

/** Values whose variance is scale / max(1, fan). @see https://keras.io/api/layers/initializers/#variancescaling-class */
export class VarianceScaling extends RandomInitializer {
  readonly scale: number;
  readonly mode: keyof typeof modes;
  readonly distribution: keyof typeof distributions;
  readonly input_axes: Axes;
  readonly output_axes: Axes;

  constructor(
    ...args: Call<
      [],
      [scale: number, mode: keyof typeof modes, distribution: keyof typeof distributions, seed: Seed],
      Keywords<typeof scaling>
    >
  ) {
    const o = read('VarianceScaling.__init__()', scaling, args);
    if (o.scale <= 0) throw valueError(`Argument \`scale\` must be positive float. Received: scale=${o.scale}`);
    if (!(o.mode in modes))
      throw valueError(
        `Invalid \`mode\` argument: ${String(o.mode)}. Please use one of {'fan_in', 'fan_avg', 'fan_out'}`,
      );
    if (!(o.distribution in distributions))
      throw valueError(
        `Invalid \`distribution\` argument: ${String(o.distribution)}.Please use one of {'truncated_normal', 'uniform', 'untruncated_normal'}`,
      );
    super(o.seed);
    this.scale = o.scale;
    this.mode = o.mode;
    this.distribution = o.distribution;
    this.input_axes = o.input_axes;
    this.output_axes = o.output_axes;
    if ((o.input_axes === null) !== (o.output_axes === null))
      throw valueError(
        `Either both or neither of \`input_axes\` and \`output_axes\` should be specified. Received: input_axes=${show(o.input_axes)}, output_axes=${show(o.output_axes)}`,
      );
  }
  /** The same values, with the axes of units told. */
  alongAxes(input_axes: Axes, output_axes: Axes): Initializer {
    const config = { ...this.get_config(), seed: this.seed, input_axes, output_axes };
    return fromConfig(this.constructor as new (o: object) => Initializer, config);
  }
  protected fill(shape: readonly number[], dtype: DType): Filled {
    const n = numel(shape);
    const [fanIn, fanOut] = compute_fans(shape, this.input_axes, this.output_axes);
    const fans = { fanIn, fanOut };
    const scaled = nn.varianceScaling(fans, this.scale, modes[this.mode], distributions[this.distribution]);
    if (ownStream(dtype))
      return scaled.distribution === 'uniform'
        ? this.drawn('uniform', shape, dtype, -scaled.limit, scaled.limit)
        : this.drawn(scaled.distribution, shape, dtype, 0, scaled.std);
    if (scaled.distribution === 'uniform') return statelessUniform(this.pair(), n, -scaled.limit, scaled.limit);
    const draw = scaled.distribution === 'normal' ? statelessNormal : statelessTruncatedNormal;
    return draw(this.pair(), n, 0, scaled.std);
  }
  override get_config(): Record<string, unknown> {
    const { mode, distribution, input_axes, output_axes } = this;
    return {
      ...super.get_config(),
      scale: savedSetting('scale', this.scale),
      mode,
      distribution,
      input_axes,
      output_axes,
    };
  }
}

const onlySeed = signature(0, { seed: seeded, ...axisOptions });
type SeedArguments = Call<[], [seed: Seed], Keywords<typeof onlySeed>>;
/** The fixed settings of one named scaling. */
abstract class NamedScaling extends VarianceScaling {
  override get_config(): Record<string, unknown> {
    const { seed, input_axes, output_axes } = super.get_config();
    return { seed, input_axes, output_axes };
  }
}
const readSeed = (name: string, args: SeedArguments): { seed: Seed; input_axes: Axes; output_axes: Axes } =>
  read(`${name}.__init__()`, onlySeed, args);

/** Uniform within ±sqrt(6 / (fan_in + fan_out)). */
export class GlorotUniform extends NamedScaling {
  constructor(...args: SeedArguments) {
    super({ scale: 1, mode: 'fan_avg', distribution: 'uniform', ...readSeed('GlorotUniform', args) });
  }
}
export class GlorotNormal extends NamedScaling {
  constructor(...args: SeedArguments) {
    super({ scale: 1, mode: 'fan_avg', distribution: 'truncated_normal', ...readSeed('GlorotNormal', args) });
  }
}
export class HeNormal extends NamedScaling {
  constructor(...args: SeedArguments) {
    super({ scale: 2, mode: 'fan_in', distribution: 'truncated_normal', ...readSeed('HeNormal', args) });
  }
}
export class HeUniform extends NamedScaling {
  constructor(...args: SeedArguments) {
    super({ scale: 2, mode: 'fan_in', distribution: 'uniform', ...readSeed('HeUniform', args) });
  }
}
export class LecunNormal extends NamedScaling {
  constructor(...args: SeedArguments) {
    super({ scale: 1, mode: 'fan_in', distribution: 'truncated_normal', ...readSeed('LecunNormal', args) });
  }
}
export class LecunUniform extends NamedScaling {
  constructor(...args: SeedArguments) {
    super({ scale: 1, mode: 'fan_in', distribution: 'uniform', ...readSeed('LecunUniform', args) });
  }
}

const orthogonalSignature = signature(0, { gain: z.number().default(1), seed: seeded });
/** The Q of the QR factorisation of a normal matrix, its columns signed by R's diagonal. */
export class Orthogonal extends RandomInitializer {
  readonly gain: number;
  constructor(...args: Call<[], [gain: number, seed: Seed], Keywords<typeof orthogonalSignature>>) {
    const o = read('Orthogonal.__init__()', orthogonalSignature, args);
    super(o.seed);
    this.gain = o.gain;
  }
  protected fill(shape: readonly number[]): Float32Array<ArrayBuffer> {
    if (shape.length < 2)
      throw valueError(
        `The tensor to initialize must be at least two-dimensional. Received: shape=${show([...shape])} of rank ${shape.length}.`,
      );
    const columns = shape.at(-1)!;
    const rows = numel(shape) / columns;
    const tall = Math.max(rows, columns);
    const short = Math.min(rows, columns);
    const matrix = statelessNormal(this.pair(), tall * short, 0, 1);
    nn.orthogonalColumns(matrix, tall, short);
    const q = rows < columns ? nn.transposed(matrix, tall, short) : matrix;
    return this.gain === 1 ? q : q.map((v) => v * this.gain);
  }
  override get_config(): Record<string, unknown> {
    return { ...super.get_config(), gain: savedSetting('gain', this.gain) };
  }
}

const fourier = signature(0, {
  side: z.string().default('real'),
  window: z.custom<string | ArrayLike<number> | null>().default('hann'),
  scaling: z.string().nullable().default('density'),
  periodic: z.boolean().default(false),
});
/** One side of a windowed Fourier transform, as the weights of a convolution: (frame, channels, bins). */
export class STFT extends InitializerBase {
  readonly side: string;
  readonly window: string | ArrayLike<number> | null;
  readonly scaling: string | null;
  readonly periodic: boolean;
  constructor(...args: Call<[], [side: string, window: string | null], Keywords<typeof fourier>>) {
    super();
    const p = read('STFT.__init__()', fourier, args);
    if (p.side !== 'real' && p.side !== 'imag') throw valueError(`side should be 'real' or 'imag', not ${p.side}`);
    if (typeof p.window === 'string' && !nn.windowNames.includes(p.window))
      throw valueError(`Unknown window type '${p.window}': Stele has ${nn.windowNames.join(', ')}`);
    if (p.scaling !== null && p.scaling !== 'density' && p.scaling !== 'spectrum')
      throw valueError(
        `Scaling is invalid, it must be \`None\`, 'density' or 'spectrum'. Received scaling=${p.scaling}`,
      );
    this.side = p.side;
    this.window = p.window;
    this.scaling = p.scaling;
    this.periodic = p.periodic;
  }
  protected fill(shape: readonly number[]): Float32Array<ArrayBuffer> {
    const { window } = this;
    const values = typeof window === 'string' ? nn.windowValues(window, shape[0]!, this.periodic) : window;
    if (values !== null && values.length !== shape[0])
      throw valueError(
        `The shape of \`window\` must be equal to [frame_length].Received: window shape=(${values.length},)`,
      );
    const scaling = this.scaling as 'density' | 'spectrum' | null;
    return nn.fourierKernel(shape as readonly [number, number, number], this.side === 'imag', values, scaling);
  }
  override get_config(): Record<string, unknown> {
    const { side, window, periodic, scaling } = this;
    return { side, window, periodic, scaling };
  }
}

const classes = {
  STFT,
  Zeros,
  Ones,
  Constant,
  Identity,
  RandomUniform,
  RandomNormal,
  TruncatedNormal,
  VarianceScaling,
  GlorotUniform,
  GlorotNormal,
  HeNormal,
  HeUniform,
  LecunNormal,
  LecunUniform,
  Orthogonal,
};

// the original exports each class under its snake case name too
export {
  Constant as constant,
  GlorotNormal as glorot_normal,
  GlorotUniform as glorot_uniform,
  HeNormal as he_normal,
  HeUniform as he_uniform,
  Identity as identity,
  Identity as IdentityInitializer,
  LecunNormal as lecun_normal,
  LecunUniform as lecun_uniform,
  Ones as ones,
  Orthogonal as orthogonal,
  Orthogonal as OrthogonalInitializer,
  RandomNormal as random_normal,
  RandomUniform as random_uniform,
  STFT as STFTInitializer,
  STFT as stft,
  TruncatedNormal as truncated_normal,
  VarianceScaling as variance_scaling,
  Zeros as zeros,
};

const others: Readonly<Record<string, keyof typeof classes>> = {
  uniform: 'RandomUniform',
  normal: 'RandomNormal',
  one: 'Ones',
  zero: 'Zeros',
  IdentityInitializer: 'Identity',
  OrthogonalInitializer: 'Orthogonal',
  STFTInitializer: 'STFT',
};

export type InitializerIdentifier =
  | string
  | Initializer
  | { class_name: string; config?: Record<string, unknown> }
  | null;

/** An initializer by name, configuration or as it is. @throws ValueError for a name that is not there. */
export function get(identifier: InitializerIdentifier): Initializer {
  if (typeof identifier === 'function') return identifier;
  const name = typeof identifier === 'string' ? identifier : identifier?.class_name;
  const key = Object.keys(classes).find((n) => n === name || toSnakeCase(n) === name) ?? others[name ?? ''];
  if (key === undefined) {
    if (typeof identifier === 'object' && identifier !== null) return deserialize(identifier) as Initializer;
    throw valueError(`Could not interpret initializer identifier: ${show(identifier)}`);
  }
  const config = typeof identifier === 'string' ? {} : (identifier?.config ?? {});
  return (classes[key as keyof typeof classes] as { from_config(c: unknown): unknown }).from_config(
    config,
  ) as Initializer;
}

/** How an initializer is written into a configuration. */
export const serialize = (initializer: unknown): any => serialize_keras_object(initializer);
export const deserialize = (config: unknown, custom_objects: Record<string, unknown> | null = null): unknown =>
  deserialize_keras_object(config, custom_objects);
