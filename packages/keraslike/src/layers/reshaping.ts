import { type DType, nn, ops, type Tensor } from '@stele/core';
import { z } from 'zod';
import { type Call, type Keywords, read, signature } from '../arguments';
import { typeError, typeName, valueError } from '../errors';
import { type Shape, showTuple } from '../tensors';
import * as g from './geometry';
import { Layer, type LayerOptions } from './layer';
import * as o from './options';

/** The same elements in another arrangement: the dtype stays. */
abstract class Arrangement extends Layer {
  protected override output_dtype(input: DType): DType {
    return input;
  }
}
const product = (shape: Shape): number | null =>
  shape.includes(null) ? null : shape.reduce<number>((n, d) => n * d!, 1);

const flatten = signature(0, { data_format: o.dataFormat }, o.base);
/** All axes but the first as one, in the order height, width, channels. @see https://keras.io/api/layers/reshaping_layers/flatten/ */
export class Flatten extends Arrangement {
  declare readonly data_format: g.DataFormat;
  constructor(...args: Call<[], [data_format: g.DataFormat | null], Keywords<typeof flatten>>) {
    const p = read('Flatten.__init__()', flatten, args);
    super(p);
    this.keep({ ...p, data_format: g.formatOf(p.data_format) }, ['data_format']);
    this.input_spec = { min_ndim: 1 };
  }
  override call(x: Tensor): Tensor {
    if (x.rank < 2) return ops.reshape(x, [x.sizes[0] ?? 1, 1]);
    const last = this.data_format === 'channels_first' && x.rank > 2 ? g.channelsToBack(x) : x;
    return ops.flatten(last, 1);
  }
  override compute_output_shape(input_shape: Shape): Shape {
    return [input_shape[0]!, product(input_shape.slice(1))];
  }
}

const reshape = signature(1, { target_shape: z.array(z.int()).readonly() }, o.base);
/** The same elements in another shape, batch left out; one size may be -1. @see https://keras.io/api/layers/reshaping_layers/reshape/ */
export class Reshape extends Arrangement {
  declare readonly target_shape: readonly number[];
  constructor(...args: Call<[target_shape: readonly number[]], [], Keywords<typeof reshape>>) {
    const p = read('Reshape.__init__()', reshape, args);
    super(p);
    if (p.target_shape.filter((d) => d === -1).length > 1)
      throw valueError(
        `There must be at most one unknown dimension (-1) in \`target_shape\`. Received: target_shape=${showTuple(p.target_shape)}.`,
      );
    this.keep(p, ['target_shape']);
    this.builtAtOnce();
  }
  override call(x: Tensor): Tensor {
    return ops.reshape(x, [x.sizes[0]!, ...(this.compute_output_shape(x.sizes).slice(1) as number[])]);
  }
  override compute_output_shape(input_shape: Shape): Shape {
    const rest = input_shape.slice(1);
    const total = product(rest);
    const known = this.target_shape.filter((d) => d !== -1).reduce((n, d) => n * d, 1);
    const open = this.target_shape.includes(-1);
    if (total !== null && (open ? total % known !== 0 : total !== known))
      throw valueError(
        `The total size of the tensor must be unchanged${open ? ', however, the input size cannot by divided by the specified dimensions in target_shape' : ''}. Received: input_shape=${showTuple(rest)}, target_shape=${showTuple(this.target_shape)}`,
      );
    return [input_shape[0]!, ...this.target_shape.map((d) => (d === -1 ? (total === null ? null : total / known) : d))];
  }
}

const permute = signature(1, { dims: z.array(z.int()).readonly() }, o.base);
/** Axes in another order, counted from 1. @see https://keras.io/api/layers/reshaping_layers/permute/ */
export class Permute extends Arrangement {
  declare readonly dims: readonly number[];
  constructor(...args: Call<[dims: readonly number[]], [], Keywords<typeof permute>>) {
    const p = read('Permute.__init__()', permute, args);
    super(p);
    if ([...p.dims].sort((a, b) => a - b).some((d, i) => d !== i + 1))
      throw valueError(
        `Invalid permutation argument \`dims\` for Permute Layer. The set of indices in \`dims\` must be consecutive and start from 1. Received dims=${showTuple(p.dims)}`,
      );
    this.keep(p, ['dims']);
    this.input_spec = { ndim: p.dims.length + 1 };
  }
  override call(x: Tensor): Tensor {
    return ops.permute(x, [0, ...this.dims]);
  }
  override compute_output_shape(input_shape: Shape): Shape {
    return [input_shape[0]!, ...this.dims.map((d) => input_shape[d]!)];
  }
}

const repeat = signature(1, { n: z.custom<number>() }, o.base);
/** A vector n times, along a new axis. @see https://keras.io/api/layers/reshaping_layers/repeat_vector/ */
export class RepeatVector extends Layer {
  declare readonly n: number;
  constructor(...args: Call<[n: number], [], Keywords<typeof repeat>>) {
    const p = read('RepeatVector.__init__()', repeat, args);
    super(p);
    if (!Number.isInteger(p.n)) throw typeError(`Expected an integer value for \`n\`, got <class '${typeName(p.n)}'>.`);
    if (p.n <= 0) throw valueError(`Argument \`n\` should be a positive integer. Received: n=${p.n}`);
    this.keep(p, ['n']);
    this.input_spec = { ndim: 2 };
  }
  override call(x: Tensor): Tensor {
    return ops.expand(ops.unsqueeze(x, 1), [x.sizes[0]!, this.n, x.sizes[1]!]);
  }
  override compute_output_shape(input_shape: Shape): Shape {
    return [input_shape[0]!, this.n, input_shape[1]!];
  }
}

/** A number, one for each axis, or a pair for each axis. */
export type Margins = number | readonly (number | readonly number[])[];
const margins = z.custom<Margins>((v) => typeof v === 'number' || Array.isArray(v));
function pairsOf(given: Margins, rank: number, name: string): g.Pair[] {
  if (typeof given === 'number') {
    if (given < 0) throw valueError(`\`${name}\` cannot be negative. Received: ${name}=${given}.`);
    return Array.from({ length: rank }, () => [given, given] as const);
  }
  if (rank === 1) return [g.spread(given as readonly number[], 2, name, true) as g.Pair];
  if (given.length !== rank)
    throw valueError(
      `\`${name}\` should have ${rank === 2 ? 'two' : '3'} elements. Received: ${name}=${JSON.stringify(given)}.`,
    );
  const nth = ['1st', '2nd', '3rd'];
  return given.map((v, i) => g.spread(v, 2, `${nth[i]} entry of ${name}`, true) as g.Pair);
}
const saved = (pairs: readonly g.Pair[]): unknown => (pairs.length === 1 ? pairs[0] : pairs);

abstract class Margin extends Layer {
  declare readonly data_format: g.DataFormat;
  protected readonly pairs: readonly g.Pair[];
  constructor(
    rank: number,
    p: LayerOptions & { data_format: g.DataFormat | null },
    name: 'padding' | 'cropping',
    given: Margins,
  ) {
    super(p);
    const pairs = pairsOf(given, rank, name);
    this.pairs = pairs;
    const layout = rank === 1 && name === 'cropping' ? [] : ['data_format'];
    this.keep({ ...p, [name]: saved(pairs), data_format: g.formatOf(p.data_format) }, [name, ...layout]);
    this.input_spec = { ndim: rank + 2 };
  }
  protected get first(): number {
    return this.data_format === 'channels_first' ? 2 : 1;
  }
  protected abstract readonly sign: 1 | -1;
  override compute_output_shape(input_shape: Shape): Shape {
    const out = [...input_shape];
    this.pairs.forEach(([a, b], i) => {
      const at = this.first + i;
      const size = out[at] ?? null;
      if (size === null) return;
      if (this.sign < 0 && a + b >= size)
        throw valueError(
          this.pairs.length === 1
            ? `\`cropping\` parameter of \`Cropping1D\` layer must be smaller than the input length. Received: input_shape=${showTuple(input_shape)}, cropping=${showTuple([a, b])}`
            : `Values in \`cropping\` argument should be smaller than the corresponding spatial dimension of the input. Received: input_shape=${showTuple(input_shape)}, cropping=(${this.pairs.map(showTuple).join(', ')})`,
        );
      out[at] = size + this.sign * (a + b);
    });
    return out;
  }
}
const padding1 = signature(0, { padding: margins.default(1), data_format: o.dataFormat }, o.base);
const padding2 = signature(0, { padding: margins.default([1, 1]), data_format: o.dataFormat }, o.base);
const padding3 = signature(0, { padding: margins.default([1, 1, 1]), data_format: o.dataFormat }, o.base);
type PaddingArguments = Call<[], [padding: Margins, data_format: g.DataFormat | null], Keywords<typeof padding1>>;
abstract class ZeroPadding extends Margin {
  protected readonly sign = 1;
  override call(x: Tensor): Tensor {
    const all = x.sizes.map((_, i) => this.pairs[i - this.first] ?? ([0, 0] as const));
    return ops.pad(x, all);
  }
}
/** Zeros before and after time. @see https://keras.io/api/layers/reshaping_layers/zero_padding1d/ */
export class ZeroPadding1D extends ZeroPadding {
  constructor(...args: PaddingArguments) {
    const p = read('ZeroPadding1D.__init__()', padding1, args);
    super(1, p, 'padding', p.padding);
  }
}
/** @see https://keras.io/api/layers/reshaping_layers/zero_padding2d/ */
export class ZeroPadding2D extends ZeroPadding {
  constructor(...args: PaddingArguments) {
    const p = read('ZeroPadding2D.__init__()', padding2, args);
    super(2, p, 'padding', p.padding);
  }
}
/** @see https://keras.io/api/layers/reshaping_layers/zero_padding3d/ */
export class ZeroPadding3D extends ZeroPadding {
  constructor(...args: PaddingArguments) {
    const p = read('ZeroPadding3D.__init__()', padding3, args);
    super(3, p, 'padding', p.padding);
  }
}

const none = [0, 0] as const;
const cropping1 = signature(0, { cropping: margins.default([1, 1]) }, o.base);
const cropping2 = signature(0, { cropping: margins.default([none, none]), data_format: o.dataFormat }, o.base);
const one = [1, 1] as const;
const cropping3 = signature(0, { cropping: margins.default([one, one, one]), data_format: o.dataFormat }, o.base);
type CroppingArguments = Call<[], [cropping: Margins, data_format: g.DataFormat | null], Keywords<typeof cropping2>>;
abstract class Cropping extends Margin {
  protected readonly sign = -1;
  override call(x: Tensor): Tensor {
    this.compute_output_shape(x.sizes);
    return this.pairs.reduce((t, [a, b], i) => {
      const axis = this.first + i;
      return ops.slice(t, axis, a, t.sizes[axis]! - b);
    }, x);
  }
}
/** @see https://keras.io/api/layers/reshaping_layers/cropping1d/ */
export class Cropping1D extends Cropping {
  constructor(...args: Call<[], [cropping: Margins], Keywords<typeof cropping1>>) {
    const p = read('Cropping1D.__init__()', cropping1, args);
    super(1, { ...p, data_format: 'channels_last' }, 'cropping', p.cropping);
  }
}
/** @see https://keras.io/api/layers/reshaping_layers/cropping2d/ */
export class Cropping2D extends Cropping {
  constructor(...args: CroppingArguments) {
    const p = read('Cropping2D.__init__()', cropping2, args);
    super(2, p, 'cropping', p.cropping);
  }
}
/** @see https://keras.io/api/layers/reshaping_layers/cropping3d/ */
export class Cropping3D extends Cropping {
  constructor(...args: CroppingArguments) {
    const p = read('Cropping3D.__init__()', cropping3, args);
    super(3, p, 'cropping', p.cropping);
  }
}

/** Every element along an axis several times. */
const repeated = (x: Tensor, axis: number, times: number): Tensor => {
  const wide = ops.unsqueeze(x, axis + 1);
  const sizes = wide.sizes.map((d, i) => (i === axis + 1 ? times : d));
  return ops.reshape(
    ops.expand(wide, sizes),
    x.sizes.map((d, i) => (i === axis ? d * times : d)),
  );
};
const up1 = signature(0, { size: z.int().default(2) }, o.base);
/** Every step several times. @see https://keras.io/api/layers/reshaping_layers/up_sampling1d/ */
export class UpSampling1D extends Layer {
  declare readonly size: number;
  constructor(...args: Call<[], [size: number], Keywords<typeof up1>>) {
    const p = read('UpSampling1D.__init__()', up1, args);
    if (p.size <= 0) throw valueError(`Argument \`size\` should be a positive integer. Received: size=${p.size}`);
    super(p);
    this.keep(p, ['size']);
    this.input_spec = { ndim: 3 };
  }
  override call(x: Tensor): Tensor {
    return repeated(x, 1, this.size);
  }
  override compute_output_shape([batch, time, features]: Shape): Shape {
    return [batch!, time === null ? null : time! * this.size, features!];
  }
}
const up2 = signature(
  0,
  { size: g.sizes.default([2, 2]), data_format: o.dataFormat, interpolation: z.string().default('nearest') },
  o.base,
);
const up3 = signature(0, { size: g.sizes.default([2, 2, 2]), data_format: o.dataFormat }, o.base);
abstract class UpSampling extends Layer {
  declare readonly size: readonly number[];
  declare readonly data_format: g.DataFormat;
  constructor(
    rank: number,
    p: LayerOptions & { size: g.Sizes; data_format: g.DataFormat | null },
    saved: readonly string[],
  ) {
    super(p);
    this.keep({ ...p, size: g.spread(p.size, rank, 'size'), data_format: g.formatOf(p.data_format) }, saved);
    this.input_spec = { ndim: rank + 2 };
  }
  protected get first(): number {
    return this.data_format === 'channels_first' ? 2 : 1;
  }
  override call(x: Tensor): Tensor {
    return this.size.reduce((t, times, i) => repeated(t, this.first + i, times), x);
  }
  override compute_output_shape(input_shape: Shape): Shape {
    return input_shape.map((d, i) => (d === null ? null : d * (this.size[i - this.first] ?? 1)));
  }
}
/** Every pixel several times, or by interpolation. @see https://keras.io/api/layers/reshaping_layers/up_sampling2d/ */
export class UpSampling2D extends UpSampling {
  declare readonly interpolation: string;
  constructor(
    ...args: Call<[], [size: g.Sizes, data_format: g.DataFormat | null, interpolation: string], Keywords<typeof up2>>
  ) {
    const p = read('UpSampling2D.__init__()', up2, args);
    super(2, { ...p, interpolation: p.interpolation.toLowerCase() } as never, ['size', 'data_format', 'interpolation']);
    if (!nn.scalingMethods.includes(this.interpolation))
      throw valueError(
        `Invalid value for argument \`interpolation\`. Expected of one ('bilinear', 'nearest', 'lanczos3', 'lanczos5', 'bicubic'). Received: interpolation=${this.interpolation}`,
      );
  }
  override call(x: Tensor): Tensor {
    if (this.interpolation === 'nearest') return super.call(x);
    const [h, w] = this.size as readonly [number, number];
    return g.withChannelsLast(x, this.data_format === 'channels_first', (last) =>
      nn.scaleImages(last, [last.sizes[1]! * h, last.sizes[2]! * w], this.interpolation, false),
    );
  }
}
/** @see https://keras.io/api/layers/reshaping_layers/up_sampling3d/ */
export class UpSampling3D extends UpSampling {
  constructor(...args: Call<[], [size: g.Sizes, data_format: g.DataFormat | null], Keywords<typeof up3>>) {
    super(3, read('UpSampling3D.__init__()', up3, args), ['size', 'data_format']);
  }
}
