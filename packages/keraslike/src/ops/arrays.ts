import { type DType, fromArray, nn, numel, ops, pythonIndex, type Tensor, toNumbers } from '@stele/core';
import { floatx } from '../config/config';
import { typeError, valueError } from '../errors';
import { showTuple, tensorFamily } from '../tensors';
import { family } from './define';
import {
  type Axis,
  axesOf,
  both,
  dtypeOf,
  floats,
  type Kind,
  kindOf,
  type Operand,
  resultType,
  tensor,
  whole,
} from './promotion';

const define = family('numpy');
type Shape = readonly number[] | number | Tensor;
const sizesOf = (shape: Shape): number[] =>
  typeof shape === 'number'
    ? [shape]
    : Array.isArray(shape)
      ? shape.map(whole)
      : toNumbers(shape as Tensor).map(Number);
const own = (axis: number, rank: number): number => (axis < 0 ? axis + rank : axis);
const filled = (shape: Shape, value: number, dtype: DType): Tensor => {
  const sizes = sizesOf(shape);
  const plain = fromArray(tensorFamily(), new Float64Array(numel(sizes)).fill(value), sizes, 'float64');
  return ops.cast(plain, dtype);
};

export const array = define(
  'array',
  'x, dtype=None',
  (x: Operand, dtype: unknown = null): Tensor => tensor(x, dtypeOf(dtype)),
);
export const zeros = define('zeros', 'shape, dtype=None', (shape: Shape, dtype: unknown = null) =>
  filled(shape, 0, dtypeOf(dtype) ?? floatx()),
);
export const ones = define('ones', 'shape, dtype=None', (shape: Shape, dtype: unknown = null) =>
  filled(shape, 1, dtypeOf(dtype) ?? floatx()),
);
export const empty = define('empty', 'shape, dtype=None', (shape: Shape, dtype: unknown = null) =>
  filled(shape, 0, dtypeOf(dtype) ?? floatx()),
);
export const full = define(
  'full',
  'shape, fill_value, dtype=None',
  (shape: Shape, fill_value: Operand, dtype: unknown = null): Tensor =>
    ops.contiguous(ops.expand(tensor(fill_value, dtypeOf(dtype) ?? floatx()), sizesOf(shape))),
);
const like = (name: string, value: number) =>
  define(name, 'x, dtype=None', (x: Operand, dtype: unknown = null): Tensor => {
    const t = tensor(x);
    return ops.fullLike(t, value, t.sizes, dtypeOf(dtype) ?? t.scalarType);
  });
export const zeros_like = like('zeros_like', 0);
export const ones_like = like('ones_like', 1);
export const empty_like = like('empty_like', 0);
export const full_like = define(
  'full_like',
  'x, fill_value, dtype=None',
  (x: Operand, fill_value: Operand, dtype: unknown = null): Tensor => {
    const t = tensor(x);
    return ops.contiguous(ops.expand(tensor(fill_value, dtypeOf(dtype) ?? t.scalarType), t.sizes));
  },
);
const triangle = (rows: number, columns: number, k: number, dtype: DType, lower: boolean): Tensor => {
  const table = ops.tril(filled([rows, columns], 1, dtype === 'bool' ? 'int32' : dtype), k);
  return ops.cast(lower ? table : ops.triu(table, k), dtype);
};
export const eye = define(
  'eye',
  'N, M=None, k=0, dtype=None',
  (N: number, M: number | null = null, k = 0, dtype: unknown = null): Tensor =>
    triangle(Number(N), Number(M ?? N), Number(k), dtypeOf(dtype) ?? floatx(), false),
);
export const identity = define(
  'identity',
  'n, dtype=None',
  (n: number, dtype: unknown = null): Tensor => triangle(Number(n), Number(n), 0, dtypeOf(dtype) ?? floatx(), false),
);
export const tri = define(
  'tri',
  'N, M=None, k=0, dtype=None',
  (N: number, M: number | null = null, k = 0, dtype: unknown = null): Tensor =>
    triangle(Number(N), Number(M ?? N), Number(k), dtypeOf(dtype) ?? floatx(), true),
);
export const tril = define('tril', 'x, k=0', (x: Operand, k = 0): Tensor => ops.tril(tensor(x), Number(k)));
export const triu = define('triu', 'x, k=0', (x: Operand, k = 0): Tensor => ops.triu(tensor(x), Number(k)));
export const arange = define(
  'arange',
  'start, stop=None, step=None, dtype=None',
  (start: number, stop: number | null = null, step: number | null = null, dtype: unknown = null): Tensor => {
    const kinds: Kind[] = [start, stop, step].filter((v) => v !== null).map((v) => kindOf(v));
    const made = dtypeOf(dtype) ?? resultType(...kinds);
    const [from, to] = stop === null ? [0, Number(start)] : [Number(start), Number(stop)];
    const by = step === null ? 1 : Number(step);
    const n = Math.max(0, Math.ceil((to - from) / by));
    return ops.cast(
      fromArray(
        tensorFamily(),
        Float64Array.from({ length: n }, (_, i) => from + i * by),
        [n],
        'float64',
      ),
      made,
    );
  },
);
/** Evenly spaced numbers; the ends may be tensors. */
function spaced(
  start: Operand,
  stop: Operand,
  num: number,
  endpoint: boolean,
  axis: number,
): { values: Tensor; step: Tensor } {
  const [a, b] = both(start, stop, 'float');
  const parts = endpoint ? num - 1 : num;
  const step = ops.div(ops.sub(b, a), Math.max(parts, 1));
  const at = fromArray(
    tensorFamily(),
    Float64Array.from({ length: num }, (_, i) => i),
    [num],
    'float64',
  );
  const wide = ops.reshape(ops.cast(at, a.scalarType), [num, ...step.sizes.map(() => 1)]);
  const values = ops.add(ops.mul(wide, step), a);
  const place = own(axis, values.rank);
  const order = [...values.sizes.keys()].slice(1);
  order.splice(place, 0, 0);
  return { values: ops.permute(values, order), step };
}
export const linspace = define(
  'linspace',
  'start, stop, num=50, endpoint=True, retstep=False, dtype=None, axis=0',
  (start: Operand, stop: Operand, num = 50, endpoint = true, retstep = false, dtype: unknown = null, axis = 0): any => {
    const { values, step } = spaced(start, stop, Number(num), endpoint, Number(axis));
    const made = dtypeOf(dtype);
    const out = made === undefined ? values : ops.cast(values, made);
    return retstep ? [out, step] : out;
  },
);
export const logspace = define(
  'logspace',
  'start, stop, num=50, endpoint=True, base=10, dtype=None, axis=0',
  (start: Operand, stop: Operand, num = 50, endpoint = true, base = 10, dtype: unknown = null, axis = 0): Tensor => {
    const { values } = spaced(start, stop, Number(num), endpoint, Number(axis));
    const out = ops.exp(ops.mul(values, Math.log(Number(base))));
    const made = dtypeOf(dtype);
    return made === undefined ? out : ops.cast(out, made);
  },
);
export const meshgrid = define('meshgrid', '*x, indexing="xy"', (...given: any[]): Tensor[] => {
  const last = given.at(-1);
  const indexing = last !== null && typeof last === 'object' && 'indexing' in last ? String(last.indexing) : 'xy';
  const list = (typeof last === 'object' && last !== null && 'indexing' in last ? given.slice(0, -1) : given).map((x) =>
    ops.reshape(tensor(x), [-1]),
  );
  if (indexing !== 'xy' && indexing !== 'ij')
    throw valueError(`Valid values for \`indexing\` are 'xy' and 'ij', but received ${indexing}.`);
  const swap = indexing === 'xy' && list.length > 1;
  const order = list.map((_, i) => (swap && i < 2 ? 1 - i : i));
  const sizes = order.map((i) => list[i]!.elementCount);
  return list.map((t, i) =>
    ops.contiguous(
      ops.expand(
        ops.reshape(
          t,
          sizes.map((d, k) => (order[k] === i ? d : 1)),
        ),
        sizes,
      ),
    ),
  );
});

export const copy = define('copy', 'x', (x: Operand): Tensor => ops.clone(tensor(x)));
export const reshape = define(
  'reshape',
  'x, newshape',
  (x: Operand, newshape: Shape): Tensor => ops.reshape(tensor(x), sizesOf(newshape)),
);
export const ravel = define('ravel', 'x', (x: Operand): Tensor => ops.reshape(tensor(x), [-1]));
export const transpose = define(
  'transpose',
  'x, axes=None',
  (x: Operand, axes: readonly number[] | null = null): Tensor => {
    const t = tensor(x);
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
    if (t.sizes.at(a) !== 1)
      throw valueError(
        `Cannot squeeze axis ${a}, because the dimension is not 1. Received: x.shape=${showTuple(t.sizes)}`,
      );
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

const joinable = (xs: readonly Operand[]): Tensor[] => {
  const list = xs.map((x) => tensor(x));
  const dtype = resultType(...list.map((t) => t.scalarType));
  return list.map((t) => ops.cast(t, dtype));
};
export const concatenate = define(
  'concatenate',
  'xs, axis=0',
  (xs: readonly Operand[], axis: number | null = 0): Tensor =>
    axis === null
      ? ops.concat(
          joinable(xs).map((t) => ops.reshape(t, [-1])),
          0,
        )
      : ops.concat(joinable(xs), Number(axis)),
);
export const stack = define(
  'stack',
  'x, axis=0',
  (x: readonly Operand[] | Operand, axis = 0): Tensor =>
    ops.stack(joinable(Array.isArray(x) ? x : rows(tensor(x as Operand), 0)), Number(axis)),
);
const rows = (t: Tensor, axis: number): Tensor[] =>
  Array.from({ length: t.sizes[axis]! }, (_, i) => ops.select(t, axis, i));
const atLeast = (t: Tensor, rank: number): Tensor =>
  t.rank >= rank
    ? t
    : t.rank === 0
      ? ops.reshape(t, Array<number>(rank).fill(1))
      : ops.reshape(t, [...(rank === 1 ? [] : [1]), ...t.sizes, ...(rank === 3 && t.rank === 1 ? [1] : [])]);
export const hstack = define('hstack', 'xs', (xs: readonly Operand[]): Tensor => {
  const list = joinable(xs).map((t) => (t.rank === 0 ? ops.reshape(t, [1]) : t));
  return ops.concat(list, list[0]!.rank === 1 ? 0 : 1);
});
// vectors are joined end to end here, as Keras on TensorFlow does
export const vstack = define('vstack', 'xs', (xs: readonly Operand[]): Tensor => ops.concat(joinable(xs), 0));
export const dstack = define(
  'dstack',
  'xs',
  (xs: readonly Operand[]): Tensor =>
    ops.concat(
      joinable(xs).map((t) => (t.rank >= 3 ? t : ops.unsqueeze(atLeast(t, 2), 2))),
      2,
    ),
);
export const append = define(
  'append',
  'x1, x2, axis=None',
  (x1: Operand, x2: Operand, axis: number | null = null): Tensor =>
    axis === null
      ? ops.concat(
          both(x1, x2).map((t) => ops.reshape(t, [-1])),
          0,
        )
      : ops.concat([...both(x1, x2)], Number(axis)),
);
function parts(t: Tensor, given: any, axis: number, exact: boolean): Tensor[] {
  const at = own(axis, t.rank);
  const n = t.sizes[at]!;
  let ends: number[];
  if (typeof given === 'number' || !Array.isArray(given)) {
    const count = Number(given);
    if (exact && n % count !== 0)
      throw valueError(
        `x.shape[axis=${axis}]=${n} is not divisible by indices_or_sections=${count}. x.shape=${showTuple(t.sizes)}`,
      );
    ends = Array.from({ length: count }, (_, i) => Math.ceil(((i + 1) * n) / count));
    if (!exact) {
      const more = n % count;
      let end = 0;
      ends = Array.from({ length: count }, (_, i) => (end += Math.floor(n / count) + (i < more ? 1 : 0)));
    }
  } else
    ends = [
      ...given.map((v) => {
        const i = whole(v);
        return Math.min(i < 0 ? i + n : i, n);
      }),
      n,
    ];
  let start = 0;
  return ends.map((end) => {
    const piece = ops.slice(t, at, start, Math.max(start, end));
    start = Math.max(start, end);
    return piece;
  });
}
export const split = define(
  'split',
  'x, indices_or_sections, axis=0',
  (x: Operand, indices_or_sections: any, axis = 0): Tensor[] =>
    parts(tensor(x), indices_or_sections, Number(axis), true),
);
export const array_split = define(
  'array_split',
  'x, indices_or_sections, axis=0',
  (x: Operand, indices_or_sections: any, axis = 0): Tensor[] =>
    parts(tensor(x), indices_or_sections, Number(axis), false),
);
export const hsplit = define('hsplit', 'x, indices_or_sections', (x: Operand, s: any): Tensor[] =>
  parts(tensor(x), s, tensor(x).rank === 1 ? 0 : 1, true),
);
export const vsplit = define('vsplit', 'x, indices_or_sections', (x: Operand, s: any): Tensor[] =>
  parts(tensor(x), s, 0, true),
);
export const dsplit = define('dsplit', 'x, indices_or_sections', (x: Operand, s: any): Tensor[] =>
  parts(tensor(x), s, 2, true),
);
export const unstack = family('core')(
  'unstack',
  'x, num=None, axis=0',
  (x: Operand, _num: number | null = null, axis = 0): Tensor[] => rows(tensor(x), own(Number(axis), tensor(x).rank)),
);

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
export const get_item = define(
  'get_item',
  'x, key',
  (x: Operand, key: unknown): Tensor =>
    ops.pick(
      tensor(x),
      pythonIndex(key, () =>
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
export const diag = define('diag', 'x, k=0', (x: Operand, k = 0): Tensor => {
  const t = tensor(x);
  if (t.rank !== 1 && t.rank !== 2)
    throw valueError(`\`x\` must be 1-d or 2-d, but received shape ${showTuple(t.sizes)}`);
  if (t.rank === 2) return ops.contiguous(ops.diagonalView(t, Number(k), 0, 1));
  const n = t.elementCount + Math.abs(Number(k));
  return ops.placeDiagonal(t, [n, n], Number(k), 0, 1);
});
export const diagflat = define(
  'diagflat',
  'x, k=0',
  (x: Operand, k = 0): Tensor => diag(ops.reshape(tensor(x), [-1]), k),
);
export const diagonal = define(
  'diagonal',
  'x, offset=0, axis1=0, axis2=1',
  (x: Operand, offset = 0, axis1 = 0, axis2 = 1): Tensor => {
    const t = tensor(x);
    return ops.contiguous(ops.diagonalView(t, Number(offset), own(Number(axis1), t.rank), own(Number(axis2), t.rank)));
  },
);
export const trace = define(
  'trace',
  'x, offset=0, axis1=0, axis2=1',
  (x: Operand, offset = 0, axis1 = 0, axis2 = 1): Tensor => {
    const t = tensor(x);
    const own_ = diagonal(t, offset, axis1, axis2);
    return ops.sum(
      t.scalarType === 'bool' || t.scalarType.endsWith('8') || t.scalarType === 'int16'
        ? ops.cast(own_, 'int32')
        : own_,
      -1,
    );
  },
);
export const diff = define('diff', 'a, n=1, axis=-1', (a: Operand, n = 1, axis = -1): Tensor => {
  let t = tensor(a);
  const at = own(Number(axis), t.rank);
  for (let i = 0; i < Number(n); i++) {
    const size = t.sizes[at]!;
    const [later, earlier] = [ops.slice(t, at, 1, size), ops.slice(t, at, 0, size - 1)];
    t = t.scalarType === 'bool' ? ops.notEqual(later, earlier) : ops.sub(later, earlier);
  }
  return t;
});
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
export const shape = family('core')('shape', 'x', (x: Operand): readonly number[] => [...tensor(x).sizes]);
export const size = define('size', 'x', (x: Operand): number => tensor(x).elementCount);
export const ndim = define('ndim', 'x', (x: Operand): number => tensor(x).rank);
export const trapezoid = define(
  'trapezoid',
  'y, x=None, dx=1.0, axis=-1',
  (y: Operand, x: Operand | null = null, dx = 1, axis = -1): Tensor => {
    const t = floats(y);
    const at = own(Number(axis), t.rank);
    const n = t.sizes[at]!;
    const heights = ops.div(ops.add(ops.slice(t, at, 1, n), ops.slice(t, at, 0, n - 1)), 2);
    const widths = x === null ? null : diff(floats(x), 1, -1);
    const wide =
      widths === null
        ? null
        : widths.rank === 1
          ? ops.reshape(
              widths,
              t.sizes.map((_, i) => (i === at ? n - 1 : 1)),
            )
          : widths;
    return ops.sum(ops.mul(heights, wide ?? Number(dx)), at);
  },
);
export const vander = define(
  'vander',
  'x, N=None, increasing=False',
  (x: Operand, N: number | null = null, increasing = false): Tensor => {
    const t = tensor(x);
    const n = N === null ? t.elementCount : Number(N);
    const powers = fromArray(
      t.family,
      Float64Array.from({ length: n }, (_, i) => (increasing ? i : n - 1 - i)),
      [n],
      'float64',
    );
    return ops.pow(ops.unsqueeze(t, -1), ops.cast(powers, t.scalarType));
  },
);
