import { type DType, fromArray, isFloating, nn, ops, Tensor, toNumbers } from '@stele/core';
import { NDArray } from '@stele/core/numpy';
import { z } from 'zod';
import { type Call, type Keywords, only, read, signature } from '../arguments';
import { epsilon, image_data_format } from '../config/config';
import { typeError, valueError } from '../errors';
import { centreOf, resizeImages } from '../ops/image';
import { fromConfig, plainConfig, savedSetting } from '../saving/objects';
import { convert, type Shape, showTuple, type TensorLike, tensorFamily, toArray, toFloat, wholeType } from '../tensors';
import type { Variable } from '../variable';
import { DataLayer } from './dataLayer';
import { formatOf } from './geometry';
import * as o from './options';
import { isShape } from './shapes';

const numbers = z.custom<TensorLike>();

const rescaling = signature(1, { scale: numbers, offset: numbers.default(0) }, o.base);
/** scale x + offset. @see https://keras.io/api/layers/preprocessing_layers/image_preprocessing/rescaling/ */
export class Rescaling extends DataLayer {
  declare readonly scale: TensorLike;
  declare readonly offset: TensorLike;
  constructor(...args: Call<[scale: TensorLike], [offset: TensorLike], Keywords<typeof rescaling>>) {
    const p = read('Rescaling.__init__()', rescaling, args);
    super(p);
    this.keep(p, ['scale', 'offset']);
    this.supports_masking = true;
  }
  override call(x: Tensor): Tensor {
    const dtype = this.compute_dtype;
    let scale = toFloat(this.scale, dtype);
    if (scale.rank > 0 && image_data_format() === 'channels_first')
      scale = ops.reshape(scale, [...scale.sizes, ...Array<number>(3 - scale.rank).fill(1)]);
    return ops.add(ops.mul(ops.cast(x, dtype), scale), toFloat(this.offset, dtype));
  }
  override compute_output_shape(input_shape: Shape): Shape {
    return input_shape;
  }
}

const normalization = signature(
  0,
  {
    axis: o.axes.nullable().default(-1),
    mean: numbers.nullable().default(null),
    variance: numbers.nullable().default(null),
    invert: z.boolean().default(false),
  },
  o.base,
);
/** A dataset of batches; one of single numbers in rows is put into batches of rows first. */
function batched(data: unknown): unknown {
  const source = data as { element_spec?: unknown; batch?(size: number): unknown };
  if (typeof source.batch !== 'function' || source.element_spec === undefined) return data;
  const { element_spec: spec } = source;
  const first = (Array.isArray(spec) ? spec[0] : spec) as { dims?: readonly unknown[] | null };
  return first?.dims?.length === 1 ? source.batch(128) : data;
}

/** (x - mean) / sqrt(variance), of numbers that are given or that `adapt` finds. @see https://keras.io/api/layers/preprocessing_layers/numerical/normalization/ */
export class Normalization extends DataLayer {
  declare readonly axis: readonly number[];
  declare readonly invert: boolean;
  declare mean: Tensor | null;
  declare variance: Tensor | null;
  declare adapt_mean: Variable;
  declare adapt_variance: Variable;
  declare count: Variable;
  private readonly given: { mean: TensorLike; variance: TensorLike } | null;
  private shape: Shape | null = null;

  constructor(
    ...args: Call<
      [],
      [axis: number | readonly number[] | null, mean: TensorLike | null, variance: TensorLike | null, invert: boolean],
      Keywords<typeof normalization>
    >
  ) {
    const { mean, variance, ...p } = read('Normalization.__init__()', normalization, args);
    super(p);
    const axis = p.axis === null ? [] : typeof p.axis === 'number' ? [p.axis] : p.axis;
    this.keep({ ...p, axis }, ['axis', 'invert']);
    if ((mean === null) !== (variance === null))
      throw valueError(
        `When setting values directly, both \`mean\` and \`variance\` must be set. Received: mean=${String(mean)} and variance=${String(variance)}`,
      );
    this.given = mean === null ? null : { mean, variance: variance! };
    if (this.given !== null) {
      const [m, v] = [convert(this.given.mean), convert(this.given.variance)];
      if (String(m.sizes) !== String(v.sizes))
        throw valueError(
          `When setting values directly, \`mean\` and \`variance\` must have the same shape. Received: mean shape ${showTuple(m.sizes)} and variance shape ${showTuple(v.sizes)}`,
        );
      if (m.rank > axis.length)
        throw valueError(
          `The rank of \`mean\` must be less than or equal to the number of axes (${axis.length}). Received: mean shape ${showTuple(m.sizes)} for axis ${showTuple(axis)}`,
        );
    }
    this.mean = null;
    this.variance = null;
    this.supports_masking = true;
  }
  private kept(rank: number): number[] {
    return this.axis.map((a) => (a < 0 ? a + rank : a)).sort((a, b) => a - b);
  }
  override build(input_shape: Shape): void {
    const rank = input_shape.length;
    if (this.axis.some((a) => a < -rank || a >= rank))
      throw valueError(
        `All \`axis\` values must be in the range [-ndim, ndim). Received inputs with ndim=${rank}, while axis=${showTuple(this.axis)}`,
      );
    const kept = this.kept(rank);
    for (const axis of kept)
      if (input_shape[axis] === null)
        throw valueError(
          `All \`axis\` values to be kept must have a known shape. Received axis=${showTuple(this.axis)}, inputs.shape=${showTuple(input_shape)}, with unknown axis at index ${axis}`,
        );
    this.shape = input_shape;
    const wide = input_shape.map((d, i) => (kept.includes(i) ? d! : 1));
    if (this.given === null) {
      const shape = kept.map((a) => input_shape[a]!);
      this.adapt_mean = this.add_weight({ name: 'mean', shape, initializer: 'zeros', trainable: false });
      this.adapt_variance = this.add_weight({ name: 'variance', shape, initializer: 'ones', trainable: false });
      this.count = this.add_weight({
        name: 'count',
        shape: [],
        dtype: wholeType(),
        initializer: 'zeros',
        trainable: false,
      });
      this.finalize_state();
      return;
    }
    const spread = (value: TensorLike): Tensor => {
      const t = toFloat(value, this.compute_dtype);
      const own = wide.map(() => 1);
      t.sizes.forEach((d, i) => {
        own[kept[kept.length - t.rank + i]!] = d;
      });
      return ops.expand(ops.reshape(t, own), wide);
    };
    this.mean = spread(this.given.mean);
    this.variance = spread(this.given.variance);
  }
  /** Takes mean and variance of an array, or of all batches of a dataset. */
  adapt(data: TensorLike | Iterable<unknown>): void {
    const whole = data instanceof Tensor || data instanceof NDArray || ArrayBuffer.isView(data);
    const batches = (whole ? [data] : batchesOf(batched(data))) as Iterable<unknown>;
    let mean: Tensor | null = null;
    let variance: Tensor | null = null;
    let total = 0;
    for (const entry of batches) {
      const batch = toFloat((Array.isArray(entry) ? entry[0] : entry) as TensorLike, this.compute_dtype);
      if (!this.built) this.build([...batch.sizes]);
      const kept = this.kept(batch.rank);
      if (kept.some((a) => batch.sizes[a] !== this.shape![a]))
        throw valueError(
          `The layer was built with input_shape=${showTuple(this.shape!)}, but adapt() is being called with data with an incompatible shape, data.shape=${showTuple(batch.sizes)}`,
        );
      const others = [...batch.sizes.keys()].filter((a) => !kept.includes(a));
      const count = others.reduce((n, a) => n * batch.sizes[a]!, 1);
      const [m, v] = [ops.mean(batch, others), ops.variance(batch, others, 0)];
      total += count;
      if (mean === null || variance === null) [mean, variance] = [m, v];
      else [mean, variance] = nn.pooledMoments([mean, variance], [m, v], count / total);
    }
    if (mean === null || variance === null)
      throw valueError(
        'adapt() received an empty iterable (no batches). Expected at least one batch. Pass a non-empty iterable of arrays or tensors, e.g. layer.adapt([x]) or layer.adapt(list_of_batches).',
      );
    this.adapt_mean.assign(mean);
    this.adapt_variance.assign(variance);
    this.finalize_state();
  }
  finalize_state(): void {
    if (this.given !== null || this.shape === null) return;
    const kept = this.kept(this.shape.length);
    const wide = this.shape.map((d, i) => (kept.includes(i) ? d! : 1));
    this.mean = ops.reshape(this.adapt_mean.value, wide);
    this.variance = ops.reshape(this.adapt_variance.value, wide);
  }
  override set_weights(values: readonly TensorLike[]): void {
    super.set_weights(values);
    this.finalize_state();
  }
  /** After a file's values have been taken over. */
  loaded(): void {
    this.finalize_state();
  }
  override call(x: Tensor): Tensor {
    if (this.mean === null || this.variance === null)
      throw valueError('You must call `.build(input_shape)` on the layer before using it.');
    return nn.standardized(ops.cast(x, this.compute_dtype), this.mean, this.variance, epsilon(), this.invert);
  }
  override compute_output_shape(input_shape: Shape): Shape {
    return input_shape;
  }
  override get_config(): Record<string, unknown> {
    const list = (value: TensorLike | undefined): unknown =>
      value === undefined ? null : savedSetting('gain', toArray(convert(value)).tolist());
    return { ...super.get_config(), mean: list(this.given?.mean), variance: list(this.given?.variance) };
  }
}
/** Lists of numbers are one batch; other iterables give one after another. */
function batchesOf(data: unknown): Iterable<unknown> {
  if (Array.isArray(data) && !data.some((v) => v instanceof Tensor || v instanceof NDArray)) return [data];
  if (typeof (data as Iterable<unknown>)?.[Symbol.iterator] === 'function') return data as Iterable<unknown>;
  throw typeError(
    `Unsupported data type: ${String(data)}. \`adapt\` takes arrays, tensors, datasets and iterables of batches`,
  );
}

/** Whole numbers as they are, as rows of ones and zeros, or counted. */
export function encoded(x: Tensor, mode: string, depth: number, dtype: DType, weights: Tensor | null): Tensor {
  if (mode === 'int') return ops.cast(x, dtype);
  let ids = ops.cast(x.rank === 0 ? ops.reshape(x, [1]) : x, 'int64');
  if (mode === 'one_hot') {
    if (ids.rank > 1 && ids.sizes.at(-1) === 1) ids = ops.squeeze(ids, [-1]);
    return ops.oneHot(ids, depth, dtype);
  }
  const rows = ops.oneHot(ids, depth, weights?.scalarType ?? dtype);
  const axis = ids.rank > 1 ? 1 : 0;
  if (mode === 'multi_hot') return ops.max(rows, axis);
  return ops.sum(weights === null ? rows : ops.mul(rows, ops.unsqueeze(weights, -1)), axis);
}

const encoding = signature(
  0,
  {
    num_tokens: z.int().nullable().default(null),
    output_mode: z.string().default('multi_hot'),
    sparse: only(false, 'sparse tensors are'),
  },
  o.base,
);
/** Whole numbers as rows with a place for each. @see https://keras.io/api/layers/preprocessing_layers/categorical/category_encoding/ */
export class CategoryEncoding extends DataLayer {
  declare readonly num_tokens: number;
  declare readonly output_mode: string;
  constructor(...args: Call<[], [num_tokens: number | null, output_mode: string], Keywords<typeof encoding>>) {
    const p = read('CategoryEncoding.__init__()', encoding, args);
    super(p);
    const output_mode = p.output_mode === 'binary' ? 'multi_hot' : p.output_mode;
    if (!['count', 'one_hot', 'multi_hot'].includes(output_mode))
      throw valueError(`Unknown arg for output_mode: ${output_mode}`);
    if (p.num_tokens === null)
      throw valueError(
        'num_tokens must be set to use this layer. If the number of tokens is not known beforehand, use the IntegerLookup layer instead.',
      );
    if (p.num_tokens < 1) throw valueError(`\`num_tokens\` must be >= 1. Received: num_tokens=${p.num_tokens}.`);
    this.keep({ ...p, output_mode }, ['num_tokens', 'output_mode']);
    this.call_arguments = ['count_weights'];
    // whole numbers stay whole, also in lists
    this.autocast = false;
  }
  override call(x: Tensor, options: { count_weights?: TensorLike | null } = {}): Tensor {
    const weights = options.count_weights ?? null;
    if (weights !== null && this.output_mode !== 'count')
      throw valueError(
        `\`count_weights\` is not used when \`output_mode\` is not \`'count'\`. Received \`count_weights=${String(weights)}\`.`,
      );
    const ids = toNumbers(x).map(Number);
    if (ids.some((id) => id < 0 || id >= this.num_tokens))
      throw valueError(`Input values must be in the range 0 <= values < num_tokens with num_tokens=${this.num_tokens}`);
    const own = weights === null ? null : toFloat(weights, this.compute_dtype);
    return encoded(x, this.output_mode, this.num_tokens, this.dtype, own);
  }
  override compute_output_shape(input_shape: Shape): Shape {
    if (input_shape.length === 0) return [this.num_tokens];
    const keepsLast = this.output_mode === 'one_hot' && (input_shape.at(-1) !== 1 || input_shape.length === 1);
    return [...(keepsLast ? input_shape : input_shape.slice(0, -1)), this.num_tokens];
  }
}

const discretization = signature(0, {
  bin_boundaries: z.array(z.number()).readonly().nullable().default(null),
  num_bins: z.int().nullable().default(null),
  epsilon: z.number().default(0.01),
  output_mode: z.string().default('int'),
  sparse: only(false, 'sparse tensors are'),
  dtype: o.base.dtype,
  name: o.base.name,
});
/** Which of some intervals a number lies in. @see https://keras.io/api/layers/preprocessing_layers/numerical/discretization/ */
export class Discretization extends DataLayer {
  bin_boundaries: readonly number[] | null;
  declare readonly num_bins: number | null;
  declare readonly epsilon: number;
  declare readonly output_mode: string;
  private summary: nn.QuantileSummary = { values: [], weights: [] };

  constructor(
    ...args: Call<
      [],
      [bin_boundaries: readonly number[] | null, num_bins: number | null],
      Keywords<typeof discretization>
    >
  ) {
    const p = read('Discretization.__init__()', discretization, args);
    super({ name: p.name, dtype: p.dtype });
    if (!['int', 'one_hot', 'multi_hot', 'count'].includes(p.output_mode))
      throw valueError(
        `Unknown value for \`output_mode\` argument of Discretization. Allowed values are: ('int', 'one_hot', 'multi_hot', 'count'). Received: output_mode=${p.output_mode}`,
      );
    if (p.num_bins !== null && p.num_bins < 0)
      throw valueError(`\`num_bins\` must be greater than or equal to 0. Received: \`num_bins=${p.num_bins}\``);
    if (p.num_bins !== null && p.bin_boundaries !== null)
      throw valueError(
        `Both \`num_bins\` and \`bin_boundaries\` should not be set. Received: \`num_bins=${p.num_bins}\` and \`bin_boundaries=[${p.bin_boundaries.join(', ')}]\``,
      );
    if (p.num_bins === null && p.bin_boundaries === null)
      throw valueError('You need to set either `num_bins` or `bin_boundaries`.');
    this.bin_boundaries = p.bin_boundaries;
    this.keep(p, []);
  }
  /** Finds boundaries between which about equally many of some numbers lie. */
  adapt(data: TensorLike | Iterable<unknown>, steps: number | null = null): void {
    if (this.num_bins === null)
      throw valueError(
        'Cannot adapt a Discretization layer that has been initialized with `bin_boundaries`, use `num_bins` instead.',
      );
    this.reset_state();
    const whole = data instanceof Tensor || data instanceof NDArray || ArrayBuffer.isView(data);
    let seen = 0;
    for (const batch of (whole ? [data] : batchesOf(data)) as Iterable<unknown>) {
      if (steps !== null && seen++ >= steps) break;
      this.update_state(batch as TensorLike);
    }
    this.finalize_state();
  }
  update_state(data: TensorLike): void {
    const values = toNumbers(toFloat(data)).map(Number);
    this.summary = nn.mergedSummaries(nn.summaryOf(values, this.epsilon), this.summary, this.epsilon);
  }
  finalize_state(): void {
    if (this.num_bins !== null) this.bin_boundaries = nn.boundariesOf(this.summary, this.num_bins);
  }
  reset_state(): void {
    if (this.num_bins !== null) this.summary = { values: [], weights: [] };
  }
  protected override output_dtype(): DType {
    return this.output_mode === 'int' ? 'int32' : this.compute_dtype;
  }
  override call(x: Tensor): Tensor {
    if (this.bin_boundaries === null)
      throw valueError(
        'You need to either pass the `bin_boundaries` argument at construction time or call `adapt(dataset)` before you can start using the `Discretization` layer.',
      );
    const bounds = fromArray(
      tensorFamily(),
      Float32Array.from(this.bin_boundaries),
      [this.bin_boundaries.length],
      'float32',
    );
    const places = nn.bucketOf(isFloating(x.scalarType) ? x : ops.cast(x, 'float32'), bounds);
    return encoded(places, this.output_mode, this.bin_boundaries.length + 1, this.output_dtype(), null);
  }
  override compute_output_shape(input_shape: Shape): Shape {
    if (this.output_mode === 'int') return input_shape;
    const depth = this.bin_boundaries === null ? this.num_bins! : this.bin_boundaries.length + 1;
    if (this.output_mode === 'one_hot')
      return [...(input_shape.at(-1) === 1 && input_shape.length > 1 ? input_shape.slice(0, -1) : input_shape), depth];
    return input_shape.length >= 2 ? [input_shape[0]!, ...input_shape.slice(2), depth] : [depth];
  }
  override get_config(): Record<string, unknown> {
    const { bin_boundaries, num_bins, output_mode, name, dtype } = this;
    return {
      bin_boundaries: bin_boundaries === null ? null : bin_boundaries.map((b) => savedSetting('gain', b)),
      num_bins,
      epsilon: this.epsilon,
      output_mode,
      sparse: false,
      name,
      dtype,
    };
  }
  static override from_config(config: unknown): unknown {
    const { bin_boundaries, ...rest } = plainConfig(config);
    if (bin_boundaries === null || (rest.num_bins ?? null) === null)
      return fromConfig(Discretization, { ...rest, bin_boundaries });
    // what `adapt` found goes into a layer that was told how many bins to find
    const made = fromConfig(Discretization, rest);
    made.bin_boundaries = bin_boundaries;
    return made;
  }
}

const imageSize = { height: z.int(), width: z.int() };
const resizing = signature(
  2,
  {
    ...imageSize,
    interpolation: z.string().default('bilinear'),
    crop_to_aspect_ratio: z.boolean().default(false),
    pad_to_aspect_ratio: z.boolean().default(false),
    fill_mode: z.string().default('constant'),
    fill_value: z.number().default(0),
    antialias: z.boolean().default(false),
    data_format: o.dataFormat,
  },
  o.base,
);
const cropping = signature(2, { ...imageSize, data_format: o.dataFormat }, o.base);

abstract class ImageLayer extends DataLayer {
  declare readonly height: number;
  declare readonly width: number;
  declare readonly data_format: 'channels_last' | 'channels_first';
  override compute_output_shape(input_shape: any): any {
    if (!isShape(input_shape) || (input_shape.length !== 3 && input_shape.length !== 4))
      throw valueError(
        '`input_shape` must be a non-nested tuple or list of rank-1 with size 3 (unbatched) or 4 (batched). ',
      );
    const out = [...input_shape];
    const at = (this.data_format === 'channels_last' ? 0 : 1) + out.length - 3;
    out[at] = this.height;
    out[at + 1] = this.width;
    return out;
  }
}
/** Images in another size. @see https://keras.io/api/layers/preprocessing_layers/image_preprocessing/resizing/ */
export class Resizing extends ImageLayer {
  declare readonly interpolation: string;
  declare readonly crop_to_aspect_ratio: boolean;
  declare readonly pad_to_aspect_ratio: boolean;
  declare readonly fill_mode: string;
  declare readonly fill_value: number;
  declare readonly antialias: boolean;
  constructor(...args: Call<[height: number, width: number], [interpolation: string], Keywords<typeof resizing>>) {
    const p = read('Resizing.__init__()', resizing, args);
    super(p);
    this.keep(
      { ...p, data_format: formatOf(p.data_format) },
      'data_format height width interpolation crop_to_aspect_ratio pad_to_aspect_ratio fill_mode fill_value antialias'.split(
        ' ',
      ),
    );
  }
  override call(x: Tensor): Tensor {
    return resizeImages(x, [this.height, this.width], this);
  }
}
/** The middle of images. @see https://keras.io/api/layers/preprocessing_layers/image_preprocessing/center_crop/ */
export class CenterCrop extends ImageLayer {
  constructor(
    ...args: Call<
      [height: number, width: number],
      [data_format: 'channels_last' | 'channels_first' | null],
      Keywords<typeof cropping>
    >
  ) {
    const p = read('CenterCrop.__init__()', cropping, args);
    super(p);
    this.keep({ ...p, data_format: formatOf(p.data_format) }, ['data_format', 'height', 'width']);
  }
  override call(x: Tensor): Tensor {
    return centreOf(ops.cast(x, this.compute_dtype), [this.height, this.width], this.data_format);
  }
}
