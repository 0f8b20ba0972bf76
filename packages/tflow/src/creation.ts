import {
  type Tensor as CoreTensor,
  type DType,
  empty,
  fromNested,
  isDifferentiable,
  ops,
  unrecorded,
} from '@stele/core';
import { pyRepr, pyStr } from '@stele/core/printing';
import { define } from './define';
import { bind, op } from './dispatch';
import { type DTypeLike, dtypeName } from './dtypes';
import { assertionError, kernelError, UnimplementedError, valueError } from './errors';
import { needType } from './kernels';
import { newSizes, rankOf, toSizes, vector } from './places';
import { TensorShape } from './shape';
import { readText, StringTensor } from './strings';
import { Tensor, type TensorLike, tfFamily, toTensor } from './tensor';

/**
 * A tensor of given values. Whole JavaScript numbers are Python ints (int32): write `tf.constant(2, tf.float32)` for `2.0`.
 * @see https://www.tensorflow.org/api_docs/python/tf/constant
 */
/** Texts in a shape; one text fills it. */
function shapedText(text: StringTensor, shape: unknown): StringTensor {
  if (shape === undefined || shape === null) return text;
  const sizes = toSizes(shape);
  const count = sizes.reduce((n, d) => n * d, 1);
  const { values } = text;
  if (values.length !== 1 && values.length !== count)
    throw new TypeError(
      `Eager execution of tf.constant with unsupported shape. Tensor ${String(text.numpy())} has ${values.length} elements, but got \`shape\` ${TensorShape.from_dims(sizes)} with ${count} elements).`,
    );
  return new StringTensor(values.length === count ? values : Array(count).fill(values[0]), sizes);
}

export const constant = op('constant', (value: TensorLike, ...rest: readonly unknown[]): Tensor => {
  const { dtype, shape } = bind('constant', ['dtype', 'shape', 'name'], rest);
  const text = readText(value, (dtype as DTypeLike | undefined) ?? null);
  if (text !== null) return shapedText(text as unknown as StringTensor, shape) as unknown as Tensor;
  if (value instanceof Tensor && dtype !== undefined && dtype !== null && dtypeName(dtype) !== value.scalarType)
    throw new TypeError(
      `Expected tensor ${value.symbolic ? value : value.numpy()} with dtype tf.${dtypeName(dtype)}, but got dtype tf.${value.scalarType}.`,
    );
  const t = toTensor(value, dtype as DTypeLike | undefined);
  if (shape === undefined || shape === null) return t;
  const sizes = toSizes(shape);
  const negative = sizes.find((d) => d < 0);
  if (negative !== undefined) throw valueError(`Dimension ${negative} must be >= 0`);
  const count = sizes.reduce((n, d) => n * d, 1);
  if (t.elementCount !== 1 && t.elementCount !== count)
    throw new TypeError(
      `Eager execution of tf.constant with unsupported shape. Tensor ${t.numpy()} (converted from ${pyRepr(value)}) has ${t.elementCount} elements, but got \`shape\` ${TensorShape.from_dims(sizes)} with ${count} elements).`,
    );
  return (
    t.elementCount === 1 ? ops.contiguous(ops.expand(ops.reshape(t, []), sizes)) : ops.reshape(t, sizes)
  ) as Tensor;
});

/** Refuses types that have no 1. */
const toOne = (dtype: DTypeLike): Tensor => toTensor(dtypeName(dtype) === 'bool' ? true : 1, dtype);
const filled = (name: string, value: number) =>
  op(name, (...args: readonly unknown[]): Tensor => {
    const { shape, dtype } = bind(name, ['shape', 'dtype', 'name'], args);
    if (dtype !== undefined && dtypeName(dtype as DTypeLike) === ('string' as never)) {
      if (value === 1) toOne('string');
      const sizes = newSizes(shape);
      const none = Array.from({ length: sizes.reduce((n, d) => n * d, 1) }, () => new Uint8Array(0));
      return new StringTensor(none, sizes) as unknown as Tensor;
    }
    const out = empty(tfFamily, newSizes(shape), dtype === undefined ? 'float32' : dtypeName(dtype as DTypeLike));
    return (value === 0 ? out : ops.fullLike(out, value)) as Tensor;
  });
export const zeros = filled('zeros', 0);
export const ones = filled('ones', 1);
const filledLike = (name: string, value: number) =>
  op(name, (input: TensorLike, ...rest: readonly unknown[]): Tensor => {
    const { dtype } = bind(name, ['dtype', 'name'], rest);
    const texts = value === 0 ? readText(input) : null;
    if (texts !== null) return zeros(texts.shape, (dtype ?? 'string') as DTypeLike);
    const t = toTensor(input);
    if (value === 1 && dtype !== undefined) toOne(dtype as DTypeLike);
    return ops.fullLike(
      t,
      value,
      t.sizes,
      dtype === undefined ? t.scalarType : dtypeName(dtype as DTypeLike),
    ) as Tensor;
  });
export const zeros_like = filledLike('zeros_like', 0);
export const ones_like = filledLike('ones_like', 1);
export const fill = op('fill', (dims: unknown, value: TensorLike): Tensor => {
  const v = toTensor(value);
  if (v.rank > 0) throw kernelError('Fill', `value must represent a scalar, got shape [${v.sizes.join(',')}]`);
  const told = vector('Fill', 'index_type', dims ?? null);
  return ops.contiguous(ops.expand(v, newSizes(rankOf(dims) > 1 ? dims : told))) as Tensor;
});

const rangeTypes = ['int32', 'int64', 'float16', 'bfloat16', 'float32', 'float64'];
/** start, start + delta, ... below limit. */
export const range = op('range', (...args: readonly unknown[]): Tensor => {
  const given = bind('range', ['start', 'limit', 'delta', 'dtype', 'name'], args);
  const alone = given.limit === undefined || given.limit === null;
  const wanted = given.dtype === undefined || given.dtype === null ? null : dtypeName(given.dtype as DTypeLike);
  const bounds = {
    start: alone ? 0 : given.start,
    limit: alone ? (given.start ?? null) : given.limit,
    delta: given.delta ?? 1,
  };
  const parts = Object.entries(bounds).map(([what, value]) => {
    const text = wanted === null && readText(value) !== null;
    const t = text ? null : toTensor(value as TensorLike, wanted);
    if (t === null || !rangeTypes.includes(t.scalarType)) throw assertionError('');
    if (t.elementCount !== 1) throw kernelError('Range', `${what} must be a scalar, not shape [${t.sizes.join(',')}]`);
    return { at: Number((ops.reshape(t, []) as Tensor).item()), dtype: t.scalarType };
  });
  const [start, limit, delta] = parts.map((p) => p.at) as [number, number, number];
  if (delta === 0) throw kernelError('Range', 'Requires delta != 0: 0');
  if (!(delta > 0 ? start <= limit : start >= limit))
    throw kernelError(
      'Range',
      `Requires start ${delta > 0 ? '<=' : '>='} limit when delta ${delta > 0 ? '>' : '<'} 0: ${start}/${Number.isNaN(limit) ? 'nan' : limit}`,
    );
  const values = Array.from({ length: Math.ceil((limit - start) / delta) }, (_, i) => start + i * delta);
  const widest = parts.map((p) => p.dtype).sort((a, b) => rangeTypes.indexOf(b) - rangeTypes.indexOf(a))[0]!;
  return fromNested(tfFamily, values, dtypeName(wanted ?? widest)) as Tensor;
});
/** `num` numbers from start to stop, both among them; of tensors, along a new axis. */
export const linspace = define(
  'tf.linspace',
  'start, stop, num, name=None, axis=0',
  (start: TensorLike, stop: TensorLike, num: unknown, _name?: unknown, axis?: number): Tensor => {
    const from = readText(start) === null ? toTensor(start) : null;
    if (from === null) throw kernelError('Cast', 'Cast int32 to string is not supported', UnimplementedError);
    let to: Tensor;
    try {
      to = toTensor(stop, from.scalarType);
    } catch (error) {
      if (stop instanceof Tensor) (error as Error).message = `stop: ${(error as Error).message}`;
      throw error;
    }
    const dtype = isDifferentiable(from.scalarType) ? from.scalarType : 'float64';
    const ends = [from, to].map((v) => ops.cast(v, dtype));
    const fits = from.sizes.every((d, i) => {
      const other = to.sizes[i - from.rank + to.rank];
      return other === undefined || d === other || d === 1 || other === 1;
    });
    if (!fits)
      throw kernelError('BroadcastArgs', `Incompatible shapes: [${from.sizes.join(',')}] vs. [${to.sizes.join(',')}]`);
    const zero = ends.map((v) => ops.fullLike(v, 0)).reduce((p, q) => ops.add(p, q));
    const [a, b] = ends.map((v) => ops.add(v, zero)) as [CoreTensor, CoreTensor];
    const told = readText(num) ?? toTensor(num as TensorLike);
    if ((told.dtype.name as string) === 'string' || isDifferentiable(told.scalarType))
      throw new TypeError(
        `Argument \`tensor\` (name: num) must be of type integer. Received \`tensor\` = ${pyRepr(told.numpy())} of dtype: ${told.dtype}`,
      );
    const count = Number(told.item());
    if (count < 0) throw kernelError('Range', `Requires start <= limit when delta > 0: 1/${Math.max(count, -1)}`);
    if (count === 0) return ops.fullLike(a, 0, [0, ...a.sizes]) as Tensor;
    const at = (axis ?? 0) < 0 ? (axis ?? 0) + a.rank + 1 : (axis ?? 0);
    const step = ops.div(ops.sub(b, a), Math.max(count - 1, 1));
    // alone, the first still depends on the last, with a gradient of 0
    const first = count === 1 ? ops.add(a, ops.mul(b, 0)) : a;
    const parts = Array.from({ length: count }, (_, i) =>
      i === count - 1 && count > 1 ? b : i === 0 ? first : ops.add(a, ops.mul(step, i)),
    );
    return ops.stack(parts, at) as Tensor;
  },
);
/** Ones on the diagonal of a matrix, or of a batch of them. */
export const eye = define(
  'tf.eye',
  'num_rows, num_columns=None, batch_shape=None, dtype=tf.float32, name=None',
  (num_rows: unknown, num_columns?: unknown, batch_shape?: unknown, dtype?: DTypeLike | null): Tensor => {
    const width = num_columns ?? num_rows;
    const isCount = (n: unknown): boolean =>
      Number.isInteger(n) || typeof n === 'bigint' || (n instanceof Tensor && n.rank === 0);
    if (!isCount(num_rows) || !isCount(width))
      throw new TypeError(
        `Arguments \`num_rows\` and \`num_columns\` must be positive integer values. Received: num_rows=${pyStr(num_rows)}, num_columns=${pyStr(width)}`,
      );
    const rows = newSizes(num_rows)[0]!;
    const columns = newSizes(width)[0]!;
    const type = dtype === undefined || dtype === null ? 'float32' : dtypeName(dtype);
    if ((type as string) === 'string') toTensor(1, type);
    const line = (n: number, sizes: number[]) =>
      ops.reshape(
        fromNested(
          tfFamily,
          Array.from({ length: n }, (_, i) => i),
          'int32',
        ),
        sizes,
      );
    const one = ops.cast(ops.equal(line(rows, [rows, 1]), line(columns, [1, columns])), type);
    const batch = batch_shape === undefined || batch_shape === null ? [] : newSizes(batch_shape);
    return (batch.length === 0 ? one : ops.contiguous(ops.expand(one, [...batch, rows, columns]))) as Tensor;
  },
);

export const identity = op('identity', (input: TensorLike): Tensor => ops.clone(toTensor(input)) as Tensor);

/** A value of one_hot: of the element type asked for, or of its own. */
function hotValue(name: string, value: unknown, wanted: DType | null): Tensor | null {
  if (value === undefined || value === null) return null;
  const own = toTensor(value as TensorLike, value instanceof Tensor ? null : wanted);
  if (wanted !== null && own.scalarType !== wanted)
    throw new TypeError(
      `dtype <dtype: '${own.scalarType}'> of ${name} does not match dtype parameter <dtype: '${wanted}'>`,
    );
  return own;
}
/** Rows of zeros with a one where each index says; 1 and 0 may be other values. */
export const one_hot = op('one_hot', (indices: TensorLike, ...rest: readonly unknown[]): Tensor => {
  const { depth, on_value, off_value, axis, dtype } = bind(
    'one_hot',
    ['depth', 'on_value', 'off_value', 'axis', 'dtype', 'name'],
    rest,
  );
  const places = toTensor(indices);
  const wanted = dtype === undefined || dtype === null ? null : dtypeName(dtype as DTypeLike);
  const [on, off] = [hotValue('on_value', on_value, wanted), hotValue('off_value', off_value, wanted)];
  if (on !== null && off !== null && on.scalarType !== off.scalarType)
    throw new TypeError(
      `dtype <dtype: '${on.scalarType}'> of on_value does not match dtype <dtype: '${off.scalarType}'> of off_value`,
    );
  const name = wanted ?? on?.scalarType ?? off?.scalarType ?? 'float32';
  if (name === 'bool' && (on === null || off === null))
    throw new TypeError(`Cannot convert ${on === null ? 1 : 0} to EagerTensor of dtype bool`);
  needType('OneHot', places.scalarType, 'TI');
  const told = toTensor((depth ?? null) as TensorLike, depth instanceof Tensor ? null : 'int32');
  for (const [what, value] of Object.entries({ depth: told, on_value: on, off_value: off }))
    if (value !== null && value.rank > 0)
      throw kernelError('OneHot', `${what} must be a scalar, but got: [${value.sizes.join(',')}]`);
  const count = Number(told.item());
  if (count < 0) throw kernelError('OneHot', `depth must be non-negative, got: ${count}`);
  const at = axis === undefined || axis === null ? -1 : Math.trunc(toSizes(axis)[0]!);
  if (at < -1 || at > places.rank)
    throw kernelError('OneHot', `Expected axis to be -1 or between [0, ${places.rank + 1}).  But received: ${at}`);
  const hot = ops.oneHot(places, count, name);
  const out =
    on === null && off === null
      ? hot
      : // the two values have no gradient
        unrecorded(() =>
          ops.where(ops.cast(hot, 'bool'), on ?? ops.fullLike(hot, 1, [], name), off ?? ops.fullLike(hot, 0, [], name)),
        );
  if (at === -1 || at === out.rank - 1) return out as Tensor;
  const order = out.sizes.map((_, i) => i).slice(0, -1);
  order.splice(at, 0, out.rank - 1);
  return ops.permute(out, order) as Tensor;
});
