import { Tensor as CoreTensor, ops } from '@stele/core';
import { typeMismatch } from './errors';
import { StringTensor, stringTensor } from './strings';
import { Tensor, toTensor } from './tensor';

/** Functions that move elements and never look at them: the places of what they move, its names, and the kernel. */
const moves: Readonly<Record<string, readonly [kernel: string, places: readonly number[], names: readonly string[]]>> =
  {
    reshape: ['Reshape', [0], ['tensor']],
    expand_dims: ['ExpandDims', [0], ['input']],
    squeeze: ['Squeeze', [0], ['input']],
    transpose: ['Transpose', [0], ['a']],
    tile: ['Tile', [0], ['input']],
    repeat: ['Repeat', [0], ['input']],
    reverse: ['ReverseV2', [0], ['tensor']],
    roll: ['Roll', [0], ['input']],
    broadcast_to: ['BroadcastTo', [0], ['input']],
    identity: ['Identity', [0], ['input']],
    concat: ['ConcatV2', [0], ['values']],
    stack: ['Pack', [0], ['values']],
    unstack: ['Unpack', [0], ['value']],
    split: ['SplitV', [0], ['value']],
    slice: ['Slice', [0], ['input_']],
    strided_slice: ['StridedSlice', [0], ['input_']],
    gather: ['GatherV2', [0], ['params']],
    gather_nd: ['GatherNd', [0], ['params']],
    boolean_mask: ['GatherV2', [0], ['tensor']],
    where: ['SelectV2', [1, 2], ['x', 'y']],
    tensor_scatter_nd_update: ['TensorScatterUpdate', [0, 2], ['tensor', 'updates']],
    fill: ['Fill', [1], ['value']],
    shape: ['Shape', [0], ['input']],
    size: ['Size', [0], ['input']],
    rank: ['Rank', [0], ['input']],
  };
const counts = new Set(['shape', 'size', 'rank']);

const isText = (value: unknown): boolean =>
  typeof value === 'string' || value instanceof Uint8Array || value instanceof StringTensor || isTextList(value);
const isTextList = (value: unknown): boolean => Array.isArray(value) && value.length > 0 && value.every(isText);
const holdsText = (value: unknown): boolean => isText(value) || (Array.isArray(value) && value.some(holdsText));

/**
 * A call with texts in place of numbers, for functions that only move elements: each text goes by its number, and the
 * numbers that come back are texts again. Undefined for functions that do more.
 */
export function movedTexts(name: string, f: (...args: any[]) => unknown, args: readonly unknown[]): unknown {
  const move = moves[name];
  if (move === undefined) return undefined;
  const [kernel, places, names] = move;
  const options = args.at(-1);
  const given = new Map<number | string, unknown>();
  for (const place of places) if (args[place] !== undefined) given.set(place, args[place]);
  const named = typeof options === 'object' && options !== null && Object.getPrototypeOf(options) === Object.prototype;
  if (named) for (const key of names) if (key in options) given.set(key, (options as Record<string, unknown>)[key]);
  const data = [...given].filter(([place]) => !(named && place === args.length - 1));
  if (!data.some(([, value]) => holdsText(value))) return undefined;
  // operands are of the first one's type
  const operands = data.flatMap(([, value]) =>
    (name === 'concat' || name === 'stack') && Array.isArray(value) ? value : data.length > 1 ? [value] : [],
  );
  const [first] = operands;
  const odd = operands.findIndex((v) => (first instanceof CoreTensor ? holdsText(v) : v instanceof CoreTensor));
  if (odd > 0) {
    const types = [first, operands[odd]].map((v) => (v instanceof CoreTensor ? v.scalarType : 'string'));
    throw typeMismatch(kernel, name === 'where' ? 2 : odd, types[0]!, types[1]!);
  }
  const pool: Uint8Array[] = [];
  const numbered = (value: unknown): unknown => {
    if (Array.isArray(value) && !isTextList(value)) return value.map(numbered);
    const texts = isText(value) ? stringTensor(value) : null;
    // what is no text is refused as such
    if (texts === null) return toTensor(value as never, 'string');
    const from = pool.length;
    pool.push(...texts.values);
    const numbers = texts.values.map((_, i) => from + i);
    return texts.sizes.length === 0
      ? toTensor(from, 'int32')
      : ops.reshape(toTensor(numbers, 'int32'), [...texts.sizes]);
  };
  const next = [...args];
  if (named) next[args.length - 1] = { ...(options as object) };
  for (const [place, value] of data) {
    const list = (name === 'concat' || name === 'stack') && Array.isArray(value);
    const moved = list ? value.map(numbered) : numbered(value);
    if (typeof place === 'number') next[place] = moved;
    else (next.at(-1) as Record<string, unknown>)[place] = moved;
  }
  const texts = (result: unknown): unknown => {
    if (Array.isArray(result)) return result.map(texts);
    if (!(result instanceof Tensor)) return result;
    return new StringTensor(
      [result.tolist()].flat(16).map((i) => pool[Number(i)]!),
      result.sizes,
    );
  };
  const result = f(...next);
  return counts.has(name) ? result : texts(result);
}
