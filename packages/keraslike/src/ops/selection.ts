import { nn, ops, pythonIndex, type Tensor, toNumbers, tupleOf } from '@stele/core';
import { typeError, valueError } from '../errors';
import { showTuple } from '../tensors';
import { family } from './define';
import { both, joinable, type Operand, own, tensor } from './promotion';

const define = family('numpy');

const held = (t: Tensor): Tensor => ops.cast(t, 'int64');
const wrapped = (indices: Tensor, n: number): Tensor => ops.where(ops.less(indices, 0), ops.add(indices, n), indices);
export const take = define(
  'take',
  'x, indices, axis=None',
  (x: Operand, indices: Operand, axis: number | null = null): Tensor => {
    const t = axis === null ? ops.reshape(tensor(x), [-1]) : tensor(x);
    const at = axis === null ? 0 : own(Number(axis), t.rank);
    return ops.take(t, wrapped(held(tensor(indices)), t.sizes[at]!), at);
  },
);
export const take_along_axis = define(
  'take_along_axis',
  'x, indices, axis=None',
  (x: Operand, indices: Operand, axis: number | null = null): Tensor => {
    const flat = axis === null;
    const t = flat ? ops.reshape(tensor(x), [-1]) : tensor(x);
    const at = flat ? 0 : own(Number(axis), t.rank);
    let places = wrapped(held(tensor(indices)), t.sizes[at]!);
    if (flat) places = ops.reshape(places, [-1]);
    const wide = (v: Tensor, n: number): number[] =>
      t.sizes.map((d, i) => (i === at ? n : Math.max(d, v.sizes[i] ?? 1)));
    const sizes = wide(places, places.sizes[at]!);
    return ops.gather(
      ops.expand(
        t,
        sizes.map((d, i) => (i === at ? t.sizes[at]! : d)),
      ),
      ops.contiguous(ops.expand(places, sizes)),
      at,
    );
  },
);
/** A list of places is a tuple that went through a file or a model, which have lists alone; TensorFlow takes both alike. */
const placesOf = (key: unknown): unknown => (Array.isArray(key) && key.every(isPlace) ? tupleOf(key) : key);
function isPlace(part: unknown): boolean {
  if (part === null || typeof part === 'number') return true;
  if (typeof part !== 'object' || part === undefined || Array.isArray(part)) return false;
  const { start, __repr__, shape } = part as Record<string, unknown>;
  return shape === undefined && (start !== undefined || __repr__ !== undefined);
}
export const get_item = define(
  'get_item',
  'x, key',
  (x: Operand, key: unknown): Tensor =>
    ops.pick(
      tensor(x),
      pythonIndex(placesOf(key), () =>
        typeError('keras.ops.get_item takes whole numbers, slices, ..., None and arrays'),
      ) as ops.IndexPart[],
    ).result,
);
export const sort = define(
  'sort',
  'x, axis=-1',
  (x: Operand, axis = -1): Tensor => ops.sort(tensor(x), Number(axis))[0],
);
export const argsort = define('argsort', 'x, axis=-1', (x: Operand, axis: number | null = -1): Tensor => {
  const t = axis === null ? ops.reshape(tensor(x), [-1]) : tensor(x);
  return ops.sort(t, axis === null ? 0 : Number(axis), false, 'int32')[1];
});
export const nonzero = define('nonzero', 'x', (x: Operand): Tensor[] =>
  ops.truePositions(tensor(x, 'bool')).map((t) => ops.cast(t, 'int32')),
);
export const digitize = define(
  'digitize',
  'x, bins',
  (x: Operand, bins: Operand): Tensor => nn.bucketOf(...both(x, bins)),
);
export const searchsorted = define(
  'searchsorted',
  'sorted_sequence, values, side="left"',
  (sorted_sequence: Operand, values: Operand, side = 'left'): Tensor => {
    const [bounds, v] = both(sorted_sequence, values);
    if (bounds.rank !== 1)
      throw valueError(
        `\`searchsorted\` only supports 1-D sorted sequences. You can use \`keras.ops.vectorized_map\` to extend it to N-D sequences. Received: sorted_sequence.shape=${showTuple(bounds.sizes)}`,
      );
    return ops.insertionPlaces(bounds, v, side === 'right', 'int32', null);
  },
);
export const bincount = define(
  'bincount',
  'x, weights=None, minlength=0, sparse=False',
  (x: Operand, weights: Operand | null = null, minlength = 0): Tensor => {
    const t = tensor(x);
    const list = toNumbers(t).map(Number);
    const n = Math.max(Number(minlength), list.length === 0 ? 0 : Math.max(...list) + 1);
    const rows_ = ops.oneHot(ops.cast(t, 'int64'), n, weights === null ? 'int32' : tensor(weights).scalarType);
    const counted = weights === null ? rows_ : ops.mul(rows_, ops.unsqueeze(tensor(weights), -1));
    return ops.sum(counted, t.rank - 1);
  },
);
export const isin = define(
  'isin',
  'x1, x2, assume_unique=False, invert=False',
  (x1: Operand, x2: Operand, _unique = false, invert = false): Tensor => {
    const [a, b] = both(x1, x2);
    const found = ops.any(ops.equal(ops.unsqueeze(a, -1), ops.reshape(b, [-1])), -1);
    return invert ? ops.logicalNot(found) : found;
  },
);
export const select = define(
  'select',
  'condlist, choicelist, default=0',
  (condlist: readonly Operand[], choicelist: readonly Operand[], fallback: Operand = 0): Tensor => {
    if (condlist.length !== choicelist.length) throw valueError('condlist and choicelist must have the same length.');
    const choices = joinable([...choicelist, fallback]);
    return condlist.reduceRight<Tensor>(
      (out, test, i) => ops.where(tensor(test, 'bool'), choices[i]!, out),
      choices.at(-1)!,
    );
  },
);
export const unravel_index = define(
  'unravel_index',
  'indices, shape',
  (indices: Operand, shape: readonly number[]): Tensor[] => {
    let rest = tensor(indices);
    const total = shape.reduce((a, b) => a * Number(b), 1);
    rest = wrapped(rest, total);
    return [...shape]
      .reverse()
      .map((size) => {
        const at = ops.remainder(rest, Number(size));
        rest = ops.floorDiv(rest, Number(size));
        return at;
      })
      .reverse();
  },
);
