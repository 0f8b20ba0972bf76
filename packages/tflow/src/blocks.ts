import {
  type Tensor as CoreTensor,
  codecs,
  copyData,
  type DType,
  dtypes,
  fromArray,
  isDType,
  isFloating,
  numel,
  ops,
} from '@stele/core';
import { define } from './define';
import { as_dtype, type DTypeLike, dtypeName, string } from './dtypes';
import { InvalidArgumentError, kernelError, valueError } from './errors';
import { needType } from './kernels';
import { whole, wholes } from './places';
import { TensorShape } from './shape';
import { readText } from './strings';
import { type Tensor, type TensorLike, tfFamily, toTensor } from './tensor';

const pairs = (value: unknown): [number, number][] => {
  const flat = wholes(Array.isArray(value) ? (value as unknown[]).flat() : value);
  return Array.from({ length: flat.length / 2 }, (_, i) => [flat[2 * i]!, flat[2 * i + 1]!]);
};

/** Blocks of the axes after the first moved into the batch. */
export const space_to_batch = define(
  'tf.space_to_batch',
  'input, block_shape, paddings, name=None',
  (input: TensorLike, block_shape: unknown, paddings: unknown): Tensor => {
    const t = toTensor(input);
    if (typeof block_shape === 'number')
      throw kernelError('SpaceToBatchND', 'block_shape rank should be 1 instead of 0');
    let block = wholes(block_shape);
    const pads = pairs(paddings);
    if (block.length === 1 && pads.length > 1) block = pads.map(() => block[0]!);
    const axes = block.length;
    const padded = ops.pad(t, [[0, 0], ...pads, ...t.sizes.slice(1 + axes).map((): [number, number] => [0, 0])], 0);
    const rest = padded.sizes.slice(1 + axes);
    block.forEach((b, i) => {
      if (padded.sizes[i + 1]! % b !== 0)
        throw new InvalidArgumentError(
          `padded_shape[${i}]=${padded.sizes[i + 1]} is not divisible by block_shape[${i}]=${b} [Op:SpaceToBatchND]`,
        );
    });
    const split = [t.sizes[0]!, ...block.flatMap((b, i) => [padded.sizes[i + 1]! / b, b]), ...rest];
    const order = [
      ...block.map((_, i) => 2 + 2 * i),
      0,
      ...block.map((_, i) => 1 + 2 * i),
      ...rest.map((_, i) => 1 + 2 * axes + i),
    ];
    const outer = block.map((b, i) => padded.sizes[i + 1]! / b);
    return ops.reshape(ops.permute(ops.reshape(padded, split), order), [
      t.sizes[0]! * numel(block),
      ...outer,
      ...rest,
    ]) as Tensor;
  },
);
/** Parts of the batch moved back into blocks of the axes after it; the inverse of `space_to_batch`. */
export const batch_to_space = define(
  'tf.batch_to_space',
  'input, block_shape, crops, name=None',
  (input: TensorLike, block_shape: unknown, crops: unknown): Tensor => {
    const t = toTensor(input);
    let block = wholes(block_shape);
    const cut = pairs(crops);
    if (block.length === 1 && cut.length > 1) block = cut.map(() => block[0]!);
    const axes = block.length;
    const batch = t.sizes[0]! / numel(block);
    const refuse = (what: string): Error => kernelError('BatchToSpaceND', what);
    if (!Number.isInteger(batch))
      throw refuse(
        `Input batch dimension (${t.sizes[0]}) is not divisible by product of block sizes (${numel(block)})`,
      );
    cut.forEach(([before, after], i) => {
      const left = t.sizes[i + 1]! * block[i]! - before - after;
      if (left < 0) throw refuse(`cropped_shape[${i}]=${left} must be non-negative`);
    });
    const rest = t.sizes.slice(1 + axes);
    const split = [...block, batch, ...t.sizes.slice(1)];
    const order = [axes, ...block.flatMap((_, i) => [axes + 1 + i, i]), ...rest.map((_, i) => 2 * axes + 1 + i)];
    let out = ops.reshape(ops.permute(ops.reshape(t, split), order), [
      batch,
      ...block.map((b, i) => t.sizes[i + 1]! * b),
      ...rest,
    ]);
    cut.forEach(([before, after], i) => {
      out = ops.slice(out, i + 1, before, out.sizes[i + 1]! - after);
    });
    return ops.contiguous(out) as Tensor;
  },
);

function inLast(t: CoreTensor, data_format: string, body: (x: CoreTensor) => CoreTensor): CoreTensor {
  if (data_format === 'NHWC') return body(t);
  if (data_format !== 'NCHW') throw valueError(`data_format ${data_format} is not here; 'NHWC' and 'NCHW' are`);
  return ops.contiguous(ops.permute(body(ops.permute(t, [0, 2, 3, 1])), [0, 3, 1, 2]));
}
function checkBlock(kernel: string, b: number, rank: number): void {
  if (b < 2)
    throw new InvalidArgumentError(
      `Value for attr 'block_size' of ${b} must be at least minimum 2\n\t; NodeDef: {{node ${kernel}}} [Op:${kernel}] name: `,
    );
  const colon = kernel === 'DepthToSpace' ? ':' : '';
  if (rank !== 4) throw kernelError(kernel, `Input rank should be${colon} 4 instead of${colon} ${rank}`);
}
/** Blocks of an image's pixels moved into its channels. */
export const space_to_depth = define(
  'tf.nn.space_to_depth',
  'input, block_size, data_format="NHWC", name=None',
  (input: TensorLike, block_size: unknown, data_format?: string): Tensor => {
    const b = whole(block_size);
    const x = toTensor(input);
    checkBlock('SpaceToDepth', b, x.rank);
    return inLast(x, data_format ?? 'NHWC', (t) => {
      const [n, h, w, c] = t.sizes as readonly [number, number, number, number];
      if (h % b !== 0 || w % b !== 0)
        throw kernelError('SpaceToDepth', `Image width ${w} and height ${h} should be divisible by block_size: ${b}`);
      const split = ops.reshape(t, [n, h / b, b, w / b, b, c]);
      return ops.reshape(ops.permute(split, [0, 1, 3, 2, 4, 5]), [n, h / b, w / b, b * b * c]);
    }) as Tensor;
  },
);
/** Channels moved out into blocks of pixels; the inverse of `space_to_depth`. */
export const depth_to_space = define(
  'tf.nn.depth_to_space',
  'input, block_size, data_format="NHWC", name=None',
  (input: TensorLike, block_size: unknown, data_format?: string): Tensor => {
    const b = whole(block_size);
    const x = toTensor(input);
    checkBlock('DepthToSpace', b, x.rank);
    return inLast(x, data_format ?? 'NHWC', (t) => {
      const [n, h, w, c] = t.sizes as readonly [number, number, number, number];
      if (c % (b * b) !== 0)
        throw kernelError('DepthToSpace', `Input depth dimension ${c} should be divisible by: ${b * b}`);
      const split = ops.reshape(t, [n, h, w, b, b, c / (b * b)]);
      return ops.reshape(ops.permute(split, [0, 1, 3, 2, 4, 5]), [n, h * b, w * b, c / (b * b)]);
    }) as Tensor;
  },
);

/** The tensor itself, if its shape fits; None fits any size. */
export const ensure_shape = define(
  'tf.ensure_shape',
  'x, shape, name=None',
  (x: TensorLike, shape: unknown): Tensor => {
    const t = toTensor(x);
    const dims = shape instanceof TensorShape ? shape.as_list() : (shape as readonly (number | null)[] | null);
    if (dims === null) return ops.clone(t) as Tensor;
    if (dims.length !== t.rank || dims.some((d, i) => d !== null && d !== -1 && Number(d) !== t.sizes[i])) {
      const wanted = `[${dims.map((d) => (d === null ? '?' : String(d))).join(',')}]`;
      throw kernelError(
        'EnsureShape',
        `Shape of tensor input [${t.sizes.join(',')}] is not compatible with expected shape ${wanted}.`,
      );
    }
    return ops.clone(t) as Tensor;
  },
);

const limits: Readonly<Record<string, readonly [number, number]>> = {
  int8: [-128, 127],
  uint8: [0, 255],
  int16: [-32768, 32767],
  uint16: [0, 65535],
  uint32: [0, 4294967295],
  uint64: [0, 2 ** 64],
  int32: [-2147483648, 2147483647],
  int64: [-(2 ** 63), 2 ** 63],
  float16: [-65504, 65504],
  bfloat16: [-3.3895313892515355e38, 3.3895313892515355e38],
  float32: [-3.4028234663852886e38, 3.4028234663852886e38],
};
/** The largest value of a floating type that is not above a bound. */
function inside(dtype: DType, bound: number): number {
  if (!isFloating(dtype) || bound >= 2 ** 63) return bound;
  const cell = dtypes[dtype].create(1);
  const { get, set } = codecs[dtype];
  set(cell, 0, bound);
  const top = bound + 1;
  if (get(cell, 0) < top) return get(cell, 0);
  // a power of two, which its neighbour below has twice the bits for
  const bits = { float64: 53, float32: 24, float16: 11, bfloat16: 8 }[dtype as string] ?? 53;
  return top - top / 2 ** bits;
}
/** A cast in which what does not fit becomes the nearest value that does. */
export const saturate_cast = define(
  'tf.saturate_cast',
  'value, dtype, name=None',
  (value: TensorLike, dtype: DTypeLike): Tensor => {
    const to = dtypeName(dtype);
    const text = readText(value);
    for (const type of [text?.dtype, as_dtype(to)]) if (type === string) type.min;
    const t = toTensor(value);
    if (to === t.scalarType) return t;
    const all = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY] as const;
    const [ownLow, ownHigh] = limits[t.scalarType] ?? all;
    const [toLow, toHigh] = limits[to] ?? all;
    if (ownLow >= toLow && ownHigh <= toHigh && !isFloating(t.scalarType)) return ops.cast(t, to) as Tensor;
    // the limits are values of the type that is cast
    const low = Math.max(ownLow, toLow);
    const high = inside(t.scalarType, Math.min(ownHigh, toHigh));
    const codec = codecs[t.scalarType];
    const out = dtypes[to].create(numel(t.sizes));
    const data = copyData(t);
    for (let i = 0; i < out.length; i++) codecs[to].set(out, i, Math.min(high, Math.max(low, codec.get(data, i))));
    if (!isFloating(t.scalarType) || !isFloating(to)) return fromArray(tfFamily, out, t.sizes, to) as Tensor;
    return ops.cast(ops.clamp(t, low, high), to) as Tensor;
  },
);

/** The same bytes read as another type. */
export const bitcast = define('tf.bitcast', 'input, type, name=None', (input: TensorLike, type: DTypeLike): Tensor => {
  const t = toTensor(input);
  if (typeof type === 'string' && !isDType(type))
    throw new TypeError(`Expected DataType for argument 'type' not '${type}'.`);
  const to = dtypeName(type) as DType;
  needType('Bitcast', t.scalarType);
  needType('Bitcast', to, 'type');
  const bytes = copyData(t);
  const size = dtypes[t.scalarType].itemsize;
  const wanted = dtypes[to].itemsize;
  let sizes = [...t.sizes];
  if (wanted < size) sizes.push(size / wanted);
  else if (wanted > size) {
    if (sizes.at(-1) !== wanted / size)
      throw kernelError(
        'Bitcast',
        `Cannot bitcast from ${as_dtype(t.scalarType).as_datatype_enum} to ${as_dtype(to).as_datatype_enum}`,
      );
    sizes = sizes.slice(0, -1);
  }
  return fromArray(
    tfFamily,
    dtypes[to].view(bytes.buffer, bytes.byteOffset, bytes.byteLength / wanted),
    sizes,
    to,
  ) as Tensor;
});

/** Windows of one length along an axis, a step apart. */
export const frame = define(
  'tf.signal.frame',
  'signal, frame_length, frame_step, pad_end=False, pad_value=0, axis=-1, name=None',
  (
    signal: TensorLike,
    frame_length: unknown,
    frame_step: unknown,
    pad_end?: boolean,
    pad_value?: number,
    axis?: number,
  ): Tensor => {
    let t: CoreTensor = toTensor(signal);
    const [length, step] = [whole(frame_length), whole(frame_step)];
    const along = (axis ?? -1) < 0 ? (axis ?? -1) + t.rank : axis!;
    const size = t.sizes[along]!;
    const count = pad_end ? Math.ceil(size / step) : Math.max(0, 1 + Math.floor((size - length) / step));
    if (pad_end) {
      const more = Math.max(0, (count - 1) * step + length - size);
      t = ops.pad(
        t,
        t.sizes.map((_, i): [number, number] => [0, i === along ? more : 0]),
        pad_value ?? 0,
      );
    }
    const places = Array.from({ length: count }, (_, i) => Array.from({ length }, (_, j) => i * step + j)).flat();
    return ops.takeInside(t, ops.reshape(toTensor(places, 'int32'), [count, length]), along) as Tensor;
  },
);
