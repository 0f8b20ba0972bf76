import { describeValue } from '@stele/core';
import { pyStr } from '@stele/core/printing';
import { bind } from '../../dispatch';
import { as_dtype, type DTypeLike } from '../../dtypes';
import { valueError } from '../../errors';
import { TensorShape } from '../../shape';

type Partitioner = (shape: TensorShape, dtype?: DTypeLike | { readonly dtype: DTypeLike }) => number[];
type Given = DTypeLike | { readonly dtype: DTypeLike } | undefined;
const typeOf = (given: Given): string =>
  as_dtype(
    typeof given === 'object' && given !== null && 'dtype' in given ? (given.dtype as DTypeLike) : (given as DTypeLike),
  ).name;

/** The sizes of a shape that is known, and how many bytes an element has. */
function known(shape: unknown, dtype: Given, text: number): { sizes: number[]; bytes: number } {
  if (!(shape instanceof TensorShape)) throw valueError(`shape is not a TensorShape: ${describeValue(shape).text}`);
  if (!shape.is_fully_defined()) throw valueError(`shape is not fully defined: ${shape}`);
  const type = typeOf(dtype);
  return {
    sizes: [...shape.as_list()] as number[],
    bytes: type === 'string' ? text : (as_dtype(type as DTypeLike) as unknown as { size: number }).size,
  };
}
const cut = (sizes: readonly number[], axis: number, parts: number): number[] =>
  sizes.map((_, i) => (i === (axis < 0 ? sizes.length + axis : axis) ? parts : 1));

/** Cuts a variable along an axis into parts of at most so many bytes. */
export function variable_axis_size_partitioner(...args: readonly unknown[]): Partitioner {
  const names = ['max_shard_bytes', 'axis', 'bytes_per_string_element', 'max_shards'];
  const o = bind('variable_axis_size_partitioner', names, args);
  const [most, axis, text] = [Number(o.max_shard_bytes), Number(o.axis ?? 0), Number(o.bytes_per_string_element ?? 16)];
  const limit = o.max_shards === undefined || o.max_shards === null ? 0 : Number(o.max_shards);
  if (most < 1 || text < 1)
    throw valueError(
      `Both max_shard_bytes and bytes_per_string_element must be positive. Currently, max_shard_bytes is ${pyStr(o.max_shard_bytes)} andbytes_per_string_element is ${pyStr(text)}`,
    );
  if (limit < 0) throw valueError('max_shards must be positive.');
  return (shape, dtype) => {
    const { sizes, bytes } = known(shape, dtype, text);
    const length = sizes.at(axis)!;
    const slice = (sizes.reduce((a, b) => a * b, 1) / length) * bytes;
    const parts = Math.ceil(length / Math.max(1, Math.floor(most / slice)));
    return cut(sizes, axis, limit > 0 ? Math.min(limit, parts) : parts);
  };
}
/** Cuts a variable along an axis into a number of parts. */
export function fixed_size_partitioner(...args: readonly unknown[]): Partitioner {
  const o = bind('fixed_size_partitioner', ['num_shards', 'axis'], args);
  const axis = Number(o.axis ?? 0);
  return (shape) => {
    const sizes = [...shape.as_list()] as number[];
    return cut(sizes, axis, Math.min(Number(o.num_shards), sizes.at(axis)!));
  };
}
