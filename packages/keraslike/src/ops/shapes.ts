import { fromArray, nn, ops, type Tensor, toNumbers } from '@stele/core';
import { valueError } from '../errors';
import { family } from './define';
import { type Axis, axesOf, type Operand, own, type Shape, sizesOf, tensor, whole } from './promotion';

const define = family('numpy');

export const reshape = define(
  'reshape',
  'x, newshape',
  (x: Operand, newshape: Shape): Tensor => ops.reshape(tensor(x), sizesOf(newshape)),
);
export const ravel = define('ravel', 'x', (x: Operand): Tensor => ops.reshape(tensor(x), [-1]));
const outside = (axis: number, rank: number): Error =>
  valueError(`axis ${axis} is out of bounds for an array with dimension ${rank}.`);
export const transpose = define(
  'transpose',
  'x, axes=None',
  (x: Operand, axes: readonly number[] | null = null): Tensor => {
    const t = tensor(x);
    const wrong = axes?.map(whole).find((a) => a >= t.rank || a < -t.rank);
    if (wrong !== undefined) throw outside(wrong, t.rank);
    return ops.permute(t, axes === null ? [...t.sizes.keys()].reverse() : axes.map((a) => own(whole(a), t.rank)));
  },
);
export const swapaxes = define(
  'swapaxes',
  'x, axis1, axis2',
  (x: Operand, axis1: number, axis2: number): Tensor => ops.transpose(tensor(x), Number(axis1), Number(axis2)),
);
export const moveaxis = define(
  'moveaxis',
  'x, source, destination',
  (x: Operand, source: Axis, destination: Axis): Tensor => {
    const t = tensor(x);
    const from = ([axesOf(source)].flat() as number[]).map((a) => own(a, t.rank));
    const to = ([axesOf(destination)].flat() as number[]).map((a) => own(a, t.rank));
    const order = [...t.sizes.keys()].filter((a) => !from.includes(a));
    const pairs = to.map((place, i) => [place, from[i]!] as const).sort((a, b) => a[0] - b[0]);
    for (const [place, axis] of pairs) order.splice(place, 0, axis);
    return ops.permute(t, order);
  },
);
export const expand_dims = define('expand_dims', 'x, axis', (x: Operand, axis: Axis): Tensor => {
  const t = tensor(x);
  const axes = [axesOf(axis)].flat() as number[];
  const rank = t.rank + axes.length;
  const wrong = axes.find((a) => a >= rank || a < -rank);
  if (wrong !== undefined) throw outside(wrong, rank);
  return axes
    .map((a) => own(a, rank))
    .sort((a, b) => a - b)
    .reduce((v, a) => ops.unsqueeze(v, a), t);
});
export const squeeze = define('squeeze', 'x, axis=None', (x: Operand, axis: Axis = null): Tensor => {
  const t = tensor(x);
  const axes = axesOf(axis);
  if (axes === null) return ops.squeeze(t);
  const list = [axes].flat() as number[];
  for (const a of list)
    if (t.sizes.at(a) !== 1) throw valueError(`Cannot squeeze axis=${a}, because the dimension is not 1.`);
  return ops.squeeze(t, list);
});
export const broadcast_to = define(
  'broadcast_to',
  'x, shape',
  (x: Operand, shape: Shape): Tensor => ops.expand(tensor(x), sizesOf(shape)),
);
export const flip = define('flip', 'x, axis=None', (x: Operand, axis: Axis = null): Tensor => {
  const t = tensor(x);
  const axes = axesOf(axis);
  return ops.flip(t, axes === null ? [...t.sizes.keys()] : ([axes].flat() as number[]));
});
export const fliplr = define('fliplr', 'x', (x: Operand): Tensor => ops.flip(tensor(x), [1]));
export const flipud = define('flipud', 'x', (x: Operand): Tensor => ops.flip(tensor(x), [0]));
export const rot90 = define(
  'rot90',
  'array, k=1, axes=(0, 1)',
  (x: Operand, k = 1, axes: readonly number[] = [0, 1]): Tensor => {
    const t = tensor(x);
    const [a, b] = axes.map((v) => own(whole(v), t.rank)) as [number, number];
    const turns = ((Number(k) % 4) + 4) % 4;
    if (turns === 0) return t;
    if (turns === 2) return ops.flip(t, [a, b]);
    return turns === 1 ? ops.transpose(ops.flip(t, [b]), a, b) : ops.flip(ops.transpose(t, a, b), [b]);
  },
);
const rolled = (t: Tensor, by: number, axis: number): Tensor => {
  const n = t.sizes[own(axis, t.rank)]!;
  const shift = n === 0 ? 0 : ((by % n) + n) % n;
  return shift === 0 ? t : ops.concat([ops.slice(t, axis, n - shift, n), ops.slice(t, axis, 0, n - shift)], axis);
};
export const roll = define('roll', 'x, shift, axis=None', (x: Operand, shift: Axis, axis: Axis = null): Tensor => {
  const t = tensor(x);
  const by = [axesOf(shift)].flat() as number[];
  const axes = axesOf(axis);
  if (axes === null) return ops.reshape(rolled(ops.reshape(t, [-1]), by[0]!, 0), t.sizes);
  return ([axes].flat() as number[]).reduce((v, a, i) => rolled(v, by[i] ?? by[0]!, a), t);
});
export const tile = define(
  'tile',
  'x, repeats',
  (x: Operand, repeats: Axis): Tensor => ops.tile(tensor(x), [axesOf(repeats)].flat() as number[]),
);
export const repeat = define(
  'repeat',
  'x, repeats, axis=None',
  (x: Operand, repeats: Operand, axis: number | null = null): Tensor => {
    const t = axis === null ? ops.reshape(tensor(x), [-1]) : tensor(x);
    const at = own(axis === null ? 0 : Number(axis), t.rank);
    const counts = toNumbers(tensor(repeats)).map(Number);
    const n = t.sizes[at]!;
    const places = Array.from({ length: n }, (_, i) => Array<number>(counts[i] ?? counts[0]!).fill(i)).flat();
    return ops.take(t, fromArray(t.family, Int32Array.from(places), [places.length], 'int32'), at);
  },
);
export const pad = define(
  'pad',
  'x, pad_width, mode="constant", constant_values=None',
  (x: Operand, pad_width: any, mode = 'constant', constant_values: number | null = null): Tensor => {
    const t = tensor(x);
    if (mode !== 'constant' && constant_values !== null)
      throw valueError(
        `Argument \`constant_values\` can only be provided when \`mode == 'constant'\`. Received: mode=${mode}`,
      );
    const given = typeof pad_width === 'number' ? [pad_width] : [...pad_width];
    const plain = given.every((v: unknown) => typeof v === 'number');
    const entry = (v: unknown): [number, number] => {
      const list = (Array.isArray(v) ? v : [v]).map(Number);
      return [list[0]!, list[1] ?? list[0]!];
    };
    const whole_ = plain || given.length === 1;
    const pairs = whole_ ? t.sizes.map(() => entry(plain ? given : given[0])) : given.map(entry);
    if (mode === 'constant') return ops.pad(t, pairs, constant_values === null ? 0 : Number(constant_values));
    const modes = { reflect: 'reflect', symmetric: 'symmetric', edge: 'replicate', wrap: 'circular' } as const;
    const known = modes[mode as keyof typeof modes];
    if (known === undefined) throw valueError(`Invalid padding mode: ${mode}`);
    return nn.padWith(t, pairs, known, 0);
  },
);
export const shape = family('core')('shape', 'x', (x: Operand): readonly number[] => [...tensor(x).sizes]);
export const size = define('size', 'x', (x: Operand): number => tensor(x).elementCount);
export const ndim = define('ndim', 'x', (x: Operand): number => tensor(x).rank);
