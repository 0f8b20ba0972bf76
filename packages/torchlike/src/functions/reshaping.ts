import { type Tensor as CoreTensor, isNumber, nn, ops, toNumbers, tryBroadcast } from '@stele/core';
import type { dtype } from '../dtype';
import { IndexError, RuntimeError } from '../errors';
import { named } from '../methods/base';
import { fromIntegers } from '../methods/integers';
import type { Tensor } from '../tensor';
import { define, defineMethod, typeName } from './define';
import { axisOf, powers } from './support';

const text = (sizes: readonly number[]): string => `[${sizes.join(', ')}]`;
const product = (sizes: readonly number[]): number => sizes.reduce((a, b) => a * b, 1);
/** The shape that shapes broadcast to. */
export function broadcast_shapes(...shapes: (number | readonly number[])[]): number[] {
  let out: readonly number[] = [];
  for (const given of shapes) {
    const shape = isNumber(given) ? [Number(given)] : [...given];
    if (shape.some((s) => s < 0))
      throw new RuntimeError(
        `Trying to create tensor with negative dimension (${Math.min(...shape)}): (${Math.min(...shape)})`,
      );
    const next = tryBroadcast(out, shape);
    if (next === null) throw new RuntimeError('Shape mismatch: objects cannot be broadcast to a single shape');
    out = next;
  }
  return [...out];
}
/** The input expanded to a shape. */
export const broadcast_to = defineMethod(
  'broadcast_to',
  'input: Tensor, size',
  (input: Tensor, size: readonly number[]): Tensor => input.expand(size),
);
/** Combinations of r elements of a vector, in order. */
export const combinations = define(
  'combinations',
  'input: Tensor, r=2, with_replacement=False',
  (input: Tensor, r: number = 2, with_replacement: boolean = false): Tensor => {
    if (input.ndim !== 1) throw new RuntimeError(`Expect a 1D vector, but got shape ${text(input.sizes)}`);
    if (r < 0) throw new RuntimeError(`Expect a non-negative number, but got ${r}`);
    const n = input.numel();
    if (r === 0) return ops.fullLike(input.detach(), 0, [0]) as Tensor;
    const rows: number[][] = [];
    const visit = (row: number[]): void => {
      if (row.length === r) {
        rows.push(row);
        return;
      }
      const from = row.length === 0 ? 0 : row.at(-1)! + (with_replacement ? 0 : 1);
      for (let i = from; i < n; i++) visit([...row, i]);
    };
    visit([]);
    return ops.take(input, fromIntegers(rows.flat(), [rows.length, r]), 0) as Tensor;
  },
);

function diagonalAxes(rank: number, dim1: number, dim2: number): [number, number] {
  const at = (d: number): number => {
    const bound = Math.max(1, rank);
    if (d < -bound || d >= bound)
      throw new IndexError(
        `Dimension out of range (expected to be in range of [${-bound}, ${bound - 1}], but got ${d})`,
      );
    return d < 0 ? d + rank : d;
  };
  const [a, b] = [at(dim1), at(dim2)];
  if (a === b) throw new RuntimeError(`diagonal dimensions cannot be identical ${dim1}, ${dim2}`);
  return [a, b];
}
/** The diagonals over two dims as a new last dim: a view. */
export const diagonal = defineMethod(
  'diagonal',
  'input: Tensor, offset=0, dim1=0, dim2=1',
  (input: Tensor, offset: number = 0, dim1: number = 0, dim2: number = 1): Tensor => {
    const [a, b] = diagonalAxes(input.ndim, dim1, dim2);
    return named(ops.diagonalView(input, offset, a, b) as Tensor, 'Diagonal');
  },
);
/** Matrices of zeros with the last dim of the input on their diagonals. */
export const diag_embed = defineMethod(
  'diag_embed',
  'input: Tensor, offset=0, dim1=-2, dim2=-1',
  (input: Tensor, offset: number = 0, dim1: number = -2, dim2: number = -1): Tensor => {
    const rank = input.ndim + 1;
    const [a, b] = diagonalAxes(rank, dim1, dim2);
    const size = input.sizes.at(-1)! + Math.abs(offset);
    const rest = input.sizes.slice(0, -1);
    const sizes: number[] = [];
    for (let i = 0; i < rank; i++) sizes.push(i === a || i === b ? size : rest.shift()!);
    return named(ops.placeDiagonal(input, sizes, offset, a, b) as Tensor, 'DiagEmbed');
  },
);
/** A vector as a diagonal matrix, or the diagonal of a matrix. */
export const diag = defineMethod('diag', 'input: Tensor, diagonal=0', (input: Tensor, offset: number = 0): Tensor => {
  if (input.ndim !== 1 && input.ndim !== 2)
    throw new RuntimeError(`diag(): Supports 1D or 2D tensors. Got ${input.ndim}D`);
  return input.ndim === 1
    ? diag_embed(input, offset)
    : named(ops.clone(ops.diagonalView(input, offset, 0, 1)) as Tensor, 'DiagonalCopy');
});
/** All elements on the diagonal of a matrix. */
export const diagflat = defineMethod(
  'diagflat',
  'input: Tensor, offset=0',
  (input: Tensor, offset: number = 0): Tensor => diag_embed(input.reshape(-1), offset),
);
/** The input with the diagonal over two dims replaced. */
export const diagonal_scatter = defineMethod(
  'diagonal_scatter',
  'input: Tensor, src: Tensor, offset=0, dim1=0, dim2=1',
  (input: Tensor, src: Tensor, offset: number = 0, dim1: number = 0, dim2: number = 1): Tensor => {
    const [a, b] = diagonalAxes(input.ndim, dim1, dim2);
    const own = ops.diagonalView(input, offset, a, b);
    if (text(own.sizes) !== text(src.sizes))
      throw new RuntimeError(
        `expected src to have a size equal to the slice of self. src size = ${text(src.sizes)}, slice size = ${text(own.sizes)}`,
      );
    const place = (t: CoreTensor): CoreTensor => ops.placeDiagonal(t, input.sizes, offset, a, b);
    const mask = ops.cast(place(ops.fullLike(own, 1, own.sizes, 'uint8')), 'bool');
    return named(ops.where(mask, place(ops.cast(src, input.scalarType)), input) as Tensor, 'DiagonalScatter');
  },
);
/** The input with one entry of a dim replaced. */
export const select_scatter = defineMethod(
  'select_scatter',
  'input: Tensor, src: Tensor, dim, index',
  (input: Tensor, src: Tensor, dim: number, index: number): Tensor => {
    const axis = axisOf(input, dim);
    const own = ops.select(ops.stopGradient(input), axis, Number(index));
    if (text(own.sizes) !== text(src.sizes))
      throw new RuntimeError(
        `expected src to have a size equal to the slice of self. src size = ${text(src.sizes)}, slice size = ${text(own.sizes)}`,
      );
    return sliceReplaced(
      input,
      src.unsqueeze(axis),
      axis,
      Number(index) < 0 ? Number(index) + input.sizes[axis]! : Number(index),
      null,
      1,
      'SelectScatter',
    );
  },
);
function sliceReplaced(
  input: Tensor,
  src: Tensor,
  axis: number,
  start: number | null,
  end: number | null,
  step: number,
  name: string,
): Tensor {
  const whole = { kind: 'slice', start: null, stop: null, step: 1 } as const;
  const parts = Array.from({ length: axis + 1 }, (_, i) =>
    i < axis ? whole : ({ kind: 'slice', start, stop: name === 'SelectScatter' ? start! + 1 : end, step } as const),
  );
  return named(ops.replaced(input, parts, src) as Tensor, name);
}
/** The input with a slice of a dim replaced. */
export const slice_scatter = defineMethod(
  'slice_scatter',
  'input: Tensor, src: Tensor, dim=0, start=None, end=None, step=1',
  (
    input: Tensor,
    src: Tensor,
    dim: number = 0,
    start: number | null = null,
    end: number | null = null,
    step: number = 1,
  ): Tensor => {
    const axis = axisOf(input, dim);
    const { count } = ops.sliceBounds(input.sizes[axis]!, start, end, step);
    const wanted = input.sizes.map((d, i) => (i === axis ? count : d));
    if (text(wanted) !== text(src.sizes))
      throw new RuntimeError(
        `expected src to have a size equal to the slice of self. src size = ${text(src.sizes)}, slice size = ${text(wanted)}`,
      );
    return sliceReplaced(input, src, axis, start, end, step, 'SliceScatter');
  },
);

/** Columns in reverse order. */
export const fliplr = defineMethod('fliplr', 'input: Tensor', (input: Tensor): Tensor => {
  if (input.ndim < 2) throw new RuntimeError('Input must be >= 2-d.');
  return input.flip(1);
});
/** Rows in reverse order. */
export const flipud = defineMethod('flipud', 'input: Tensor', (input: Tensor): Tensor => {
  if (input.ndim < 1) throw new RuntimeError('Input must be >= 1-d.');
  return input.flip(0);
});
/** Dims moved from some places to others; the rest keep their order. */
function moved(input: Tensor, source: number | readonly number[], destination: number | readonly number[]): Tensor {
  const [from, to] = [[source].flat(), [destination].flat()] as [number[], number[]];
  if (from.length !== to.length)
    throw new RuntimeError(
      `movedim: Invalid source or destination dims: source (${text(from)} dims) should contain the same number of dims as destination (${text(to)} dims)`,
    );
  const [a, b] = [from.map((d) => axisOf(input, d)), to.map((d) => axisOf(input, d))];
  if (new Set(a).size !== a.length) throw new RuntimeError(`movedim: repeated dim in \`source\` (${text(from)})`);
  if (new Set(b).size !== b.length) throw new RuntimeError(`movedim: repeated dim in \`destination\` (${text(to)})`);
  const rest = input.sizes.map((_, i) => i).filter((i) => !a.includes(i));
  const order = input.sizes.map((_, i) => {
    const at = b.indexOf(i);
    return at >= 0 ? a[at]! : rest.shift()!;
  });
  return named(ops.permute(input, order) as Tensor, 'Permute');
}
type Places = number | readonly number[];
export const movedim = defineMethod(
  'movedim',
  'input: Tensor, source, destination',
  (input: Tensor, source: Places, destination: Places): Tensor => moved(input, source, destination),
);
export const moveaxis = defineMethod(
  'moveaxis',
  'input: Tensor, source, destination',
  (input: Tensor, source: Places, destination: Places): Tensor => moved(input, source, destination),
);
export const swapdims = defineMethod(
  'swapdims',
  'input: Tensor, dim0, dim1',
  (input: Tensor, dim0: number, dim1: number): Tensor => input.transpose(dim0, dim1),
);
export const adjoint = defineMethod('adjoint', 'input: Tensor', (input: Tensor): Tensor => input.transpose(-2, -1));

/** Elements moved along dims, those pushed out coming in again at the other end. */
export const roll = defineMethod(
  'roll',
  'input: Tensor, shifts, dims=None',
  (input: Tensor, shifts: Places, dims: Places | null = null): Tensor => {
    const by = [shifts].flat() as number[];
    const axes = dims === null ? [] : ([dims].flat() as number[]);
    if (by.length === 0) throw new RuntimeError('`shifts` required');
    if (axes.length === 0 && by.length === 1)
      return named(ops.reshape(rolled(ops.reshape(input, [-1]), 0, by[0]!), input.sizes) as Tensor, 'Roll');
    if (input.ndim === 0 && axes.length > 0)
      throw new IndexError(`Dimension specified as ${axes[0]} but tensor has no dimensions`);
    if (by.length !== axes.length)
      throw new RuntimeError(`shifts and dimensions must align. shifts: ${by.length}, dims:${axes.length}`);
    const out = axes.reduce((t: CoreTensor, d, i) => rolled(t, axisOf(input, d), by[i]!), input);
    return named(out as Tensor, 'Roll');
  },
);
function rolled(x: CoreTensor, axis: number, shift: number): CoreTensor {
  const size = x.sizes[axis] ?? 0;
  if (size === 0 || x.elementCount === 0) return ops.clone(x);
  const by = ((shift % size) + size) % size;
  if (by === 0) return ops.clone(x);
  return ops.concat([ops.slice(x, axis, size - by, size), ops.slice(x, axis, 0, size - by)], axis);
}
/** The plane of two dims turned k times by a quarter. */
export const rot90 = defineMethod(
  'rot90',
  'input: Tensor, k=1, dims=None',
  (input: Tensor, k: number = 1, dims: readonly number[] | null = null): Tensor => {
    const plane = (dims ?? [0, 1]).map(Number);
    if (plane.length !== 2) throw new RuntimeError(`expected total rotation dims == 2, but got dims = ${plane.length}`);
    if (input.ndim < 2) throw new RuntimeError(`expected total dims >= 2, but got total dims = ${input.ndim}`);
    const [p, q] = plane as [number, number];
    if (p === q || Math.abs(p - q) === input.ndim)
      throw new RuntimeError(`expected rotation dims to be different, but got dim0 = ${p} and dim1 = ${q}`);
    for (const [d, i] of [
      [p, 0],
      [q, 1],
    ] as const)
      if (d >= input.ndim || d < -input.ndim) throw new RuntimeError(`Rotation dim${i} out of range, dim${i} = ${d}`);
    const [a, b] = [axisOf(input, p), axisOf(input, q)];
    const turns = ((k % 4) + 4) % 4;
    if (turns === 0) return input.clone();
    if (turns === 2) return input.flip(a, b);
    return named(
      ops.clone(
        turns === 1 ? ops.transpose(ops.flip(input, [b]), a, b) : ops.transpose(ops.flip(input, [a]), a, b),
      ) as Tensor,
      'Flip',
    );
  },
);
/** The input repeated along each dim; missing counts are 1. */
export const tile = defineMethod(
  'tile',
  'input: Tensor, dims',
  (input: Tensor, dims: Places): Tensor =>
    named(ops.tile(input, ([dims].flat() as number[]).map(Number)) as Tensor, 'Repeat'),
);
/** Each element so many times after itself. */
export const repeat_interleave = defineMethod(
  'repeat_interleave',
  'input: Tensor, repeats=None, dim=None, *, output_size=None',
  (
    input: Tensor,
    repeats: number | Tensor | null = null,
    dim: number | null = null,
    _o: { output_size?: number | null } = {},
  ): Tensor => {
    if (repeats === null) {
      const counts = toNumbers(input);
      return fromIntegers(
        counts.flatMap((n, i) => new Array<number>(n).fill(i)),
        [counts.reduce((a, b) => a + b, 0)],
      );
    }
    const x = dim === null ? ops.reshape(input, [-1]) : input.ndim === 0 ? ops.reshape(input, [1]) : input;
    const axis = dim === null ? 0 : axisOf(input, dim);
    const size = x.sizes[axis]!;
    const given = isNumber(repeats) ? [Number(repeats)] : toNumbers(repeats);
    if (given.length !== 1 && given.length !== size)
      throw new RuntimeError(
        `repeats must have the same size as input along dim, but got repeats.size(0) = ${given.length} and input.size(${axis}) = ${size}`,
      );
    if (given.some((n) => n < 0)) throw new RuntimeError('repeats can not be negative');
    const places = Array.from({ length: size }, (_, i) =>
      new Array<number>(given.length === 1 ? given[0]! : given[i]!).fill(i),
    ).flat();
    return named(ops.take(x, fromIntegers(places, [places.length]), axis) as Tensor, 'IndexSelect');
  },
);

/** Pieces between indices, or so many as equal as can be. */
function pieces(input: Tensor, cuts: number | readonly number[] | Tensor, axis: number): Tensor[] {
  const size = input.sizes[axis]!;
  let bounds: number[];
  if (isNumber(cuts)) {
    const n = Number(cuts);
    if (n <= 0) throw new RuntimeError(`number of sections must be larger than 0, got ${n}`);
    const [small, more] = [Math.floor(size / n), size % n];
    bounds = [0];
    for (let i = 0; i < n; i++) bounds.push(bounds[i]! + small + (i < more ? 1 : 0));
    return bounds.slice(1).map((end, i) => named(ops.slice(input, axis, bounds[i]!, end) as Tensor, 'Slice'));
  }
  const at = Array.isArray(cuts) ? cuts.map(Number) : toNumbers(cuts as Tensor);
  const starts: (number | null)[] = [0, ...at];
  return starts.map((start, i) => {
    const { start: from, count } = ops.sliceBounds(size, start, i < at.length ? at[i]! : null, 1);
    return named(ops.slice(input, axis, from, from + count) as Tensor, 'Slice');
  });
}
type Cuts = number | readonly number[] | Tensor;
export const tensor_split = defineMethod(
  'tensor_split',
  'input: Tensor, indices_or_sections|indices|sections|tensor_indices_or_sections, dim=0 -> tuple',
  (input: Tensor, indices_or_sections: Cuts, dim: number = 0): Tensor[] => {
    if (input.ndim === 0)
      throw new RuntimeError('tensor_split expected at least a 1-dimensional tensor, but got a tensor with 0 dims');
    let cuts: Cuts = indices_or_sections;
    if (!isNumber(cuts) && !Array.isArray(cuts)) {
      const t = cuts as Tensor;
      if (t.scalarType !== 'int64')
        throw new RuntimeError(
          `tensor_split expected tensor_indices_or_sections to have dtype of long, but got ${t.dtype.toString().replace('torch.', '')}`,
        );
      if (t.ndim > 1)
        throw new RuntimeError(
          `tensor_split expected tensor_indices_or_sections to be a zero-dimensional or one-dimensional tensor, but got a tensor with ${t.ndim} dims`,
        );
      if (t.ndim === 0) cuts = Number(t.item());
    }
    return pieces(input, cuts, axisOf(input, dim));
  },
);
const directions = (name: 'hsplit' | 'vsplit' | 'dsplit', least: number, axis: (t: Tensor) => number) =>
  defineMethod(
    name,
    'input: Tensor, indices_or_sections|indices|sections -> tuple',
    (input: Tensor, cuts: number | readonly number[]): Tensor[] => {
      if (!isNumber(cuts) && !Array.isArray(cuts))
        throw new TypeError(
          `${name}() received an invalid combination of arguments - got (Tensor, ${typeName(cuts)}), but expected one of:\n * (Tensor input, int sections)\n * (Tensor input, tuple of ints indices)\n`,
        );
      if (input.ndim < least)
        throw new RuntimeError(
          `torch.${name} requires a tensor with at least ${least} dimension, but got a tensor with ${input.ndim} dimensions!`,
        );
      const at = axis(input);
      if (isNumber(cuts) && (Number(cuts) === 0 || input.sizes[at]! % Number(cuts) !== 0))
        throw new RuntimeError(
          `torch.${name} attempted to split along dimension ${at}, but the size of the dimension ${input.sizes[at]} is not divisible by the split_size ${Number(cuts)}!`,
        );
      return pieces(input, cuts, at);
    },
  );
/** Pieces side by side. */
export const hsplit = directions('hsplit', 1, (t) => (t.ndim === 1 ? 0 : 1));
/** Pieces on top of one another. */
export const vsplit = directions('vsplit', 2, () => 0);
/** Pieces one behind the other. */
export const dsplit = directions('dsplit', 3, () => 2);
/** Pieces of given lengths along a dim. */
export const split_with_sizes = defineMethod(
  'split_with_sizes',
  'input: Tensor, split_sizes, dim=0 -> tuple',
  (input: Tensor, split_sizes: readonly number[], dim: number = 0): Tensor[] => input.split(split_sizes, dim),
);
/** One dim spread over several; one of their sizes may be -1. */
export const unflatten = defineMethod(
  'unflatten',
  'input: Tensor, dim, sizes',
  (input: Tensor, dim: number, sizes: readonly number[]): Tensor => {
    const axis = axisOf(input, dim);
    const own = [sizes].flat().map(Number);
    if (own.length === 0) throw new RuntimeError('unflatten: sizes must be non-empty');
    const size = input.sizes[axis]!;
    const hole = own.indexOf(-1);
    const known = product(own.filter((s) => s !== -1));
    if (own.filter((s) => s === -1).length > 1) throw new RuntimeError('only one dimension can be inferred');
    if (hole >= 0 ? known === 0 || size % known !== 0 : known !== size)
      throw new RuntimeError(
        `unflatten: Provided sizes ${text(own)} don't multiply up to the size of dim ${axis} (${size}) in the input tensor`,
      );
    const filled = own.map((s) => (s === -1 ? size / known : s));
    return named(
      ops.reshape(input, [...input.sizes.slice(0, axis), ...filled, ...input.sizes.slice(axis + 1)]) as Tensor,
      'View',
    );
  },
);
/** Sum of the diagonal of a matrix. */
export const trace = defineMethod('trace', 'input: Tensor', (input: Tensor): Tensor => {
  if (input.ndim !== 2) throw new RuntimeError(`trace: expected a matrix, but got tensor with dim ${input.ndim}`);
  return named((ops.diagonalView(input, 0, 0, 1) as Tensor).sum(), 'Trace');
});
/** A tensor on the same memory with sizes, strides and offset of one's own. */
export const as_strided = defineMethod(
  'as_strided',
  'input: Tensor, size, stride, storage_offset=None',
  (input: Tensor, size: readonly number[], stride: readonly number[], storage_offset: number | null = null): Tensor => {
    const sizes = [...size].map(Number);
    const strides = [...stride].map(Number);
    if (sizes.length !== strides.length) throw new RuntimeError(`mismatch in length of strides and shape`);
    if (strides.some((s) => s < 0))
      throw new RuntimeError(
        `as_strided: Negative strides are not supported at the moment, got strides: ${text(strides)}`,
      );
    const base = (input.viewOf?.base ?? input) as Tensor;
    const offset = storage_offset ?? input.offset;
    const needed = sizes.includes(0) ? 0 : sizes.reduce((n, s, i) => n + (s - 1) * strides[i]!, offset) + 1;
    if (needed > input.storage.length)
      throw new RuntimeError(
        `setStorage: sizes ${text(sizes)}, strides ${text(strides)}, storage offset ${offset}, and itemsize ${input.itemsize} requiring a storage size of ${needed * input.itemsize} are out of bounds for storage of size ${input.storage.length * input.itemsize}`,
      );
    const attrs = { baseSizes: base.sizes, baseStrides: base.strides, sizes, strides, offset: offset - base.offset };
    return named(ops.window(base, attrs) as Tensor, 'AsStrided');
  },
);
/** A copy of a part of a dim. */
export const narrow_copy = defineMethod(
  'narrow_copy',
  'input: Tensor, dim, start, length',
  (input: Tensor, dim: number, start: number, length: number): Tensor => input.narrow(dim, start, length).clone(),
);
/** The input extended with a value at the ends of its last dims; pairs come last dim first. */
export const constant_pad_nd = define(
  'constant_pad_nd',
  'input: Tensor, pad, value=0',
  (input: Tensor, padding: readonly number[], value: number = 0): Tensor => {
    if (padding.length % 2 !== 0)
      throw new RuntimeError(`Length of pad must be even but instead it equals ${padding.length}`);
    if (padding.length > 2 * input.ndim)
      throw new RuntimeError(
        `Length of pad should be no more than twice the number of dimensions of the input. Pad length is ${padding.length} while the input has ${input.ndim} dimensions.`,
      );
    const pads = input.sizes.map((_, i): [number, number] => {
      const k = input.ndim - 1 - i;
      return [Number(padding[2 * k] ?? 0), Number(padding[2 * k + 1] ?? 0)];
    });
    return named(nn.padWith(input, pads, 'constant', Number(value)) as Tensor, 'ConstantPadNd');
  },
);
interface Indices {
  dtype?: dtype | null;
  device?: unknown;
  layout?: unknown;
}
const triangle = (name: 'tril_indices' | 'triu_indices', inside: (k: number, offset: number) => boolean) =>
  define(
    name,
    'row, col, offset=0, *, dtype=None, device=None, layout=None',
    (row: number, col: number, offset: number = 0, o: Indices = {}): Tensor => {
      if (row < 0) throw new RuntimeError(`row must be non-negative, got${row}`);
      if (col < 0) throw new RuntimeError(`col must be non-negative, got${col}`);
      const rows: number[] = [];
      const columns: number[] = [];
      for (let i = 0; i < row; i++)
        for (let j = 0; j < col; j++)
          if (inside(j - i, offset)) {
            rows.push(i);
            columns.push(j);
          }
      const t = fromIntegers([...rows, ...columns], [2, rows.length]);
      return o.dtype ? t.to(o.dtype) : t;
    },
  );
/** Places on and below a diagonal, row by row. */
export const tril_indices = triangle('tril_indices', (k, offset) => k <= offset);
/** Places on and above a diagonal, row by row. */
export const triu_indices = triangle('triu_indices', (k, offset) => k >= offset);
/** Powers 0 to N - 1 of the elements, one row each. */
export const vander = define(
  'vander',
  'x: Tensor, N=None, increasing=False',
  (x: Tensor, N: number | null = null, increasing: boolean = false): Tensor => {
    if (x.ndim !== 1) throw new RuntimeError('x must be a one-dimensional tensor.');
    const out = powers(x, N ?? x.numel());
    return increasing ? out : out.flip(1);
  },
);
