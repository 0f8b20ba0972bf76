import { run, runMany } from '../autograd/record';
import { DTypeError, IndexError, ShapeError, showShape } from '../errors';
import { codecs, type DType, isInteger, isWide } from '../tensor/dtype';
import { normalizeAxis, numel, positions } from '../tensor/strides';
import { empty, type Tensor, type TensorSpec } from '../tensor/tensor';
import { defineOp, ints, type Op, real, values } from './define';
import { gatherPositions } from './loops';

/** Reads an index tensor as plain numbers in row-major order, counted from the front and checked. */
function readIndices(op: string, t: Tensor, size: number, axis: number, allowNegative: boolean): Int32Array {
  const where = positions(t.sizes, t.strides, t.offset);
  const codec = codecs[t.scalarType];
  const out = new Int32Array(where.length);
  for (let i = 0; i < where.length; i++) {
    const v = codec.get(t.storage.array, where[i]!);
    if (v >= size || v < (allowNegative ? -size : 0)) {
      throw new IndexError(`index ${v} is out of bounds for axis ${axis} with size ${size}`, {
        op,
        kind: 'indexValue',
        index: v,
        axis,
        size,
        position: i,
      });
    }
    out[i] = v < 0 ? v + size : v;
  }
  return out;
}

function needInts(op: string, t: TensorSpec): void {
  if (!isInteger(t.scalarType))
    throw new DTypeError(`indices must be integers, got ${t.scalarType}`, {
      op,
      kind: 'indexDtype',
      dtypes: [t.scalarType],
    });
}

interface TakeAttrs {
  readonly axis: number;
  /** A step of another function than a lookup. */
  readonly inside?: boolean;
}
const takeOp: Op<TakeAttrs> = defineOp<TakeAttrs>({
  name: 'take',
  infer: ([x, indices], { axis }) => {
    needInts('take', indices!);
    return {
      sizes: [...x!.sizes.slice(0, axis), ...indices!.sizes, ...x!.sizes.slice(axis + 1)],
      scalarType: x!.scalarType,
    };
  },
  forward: (family, [x, indices], [spec], { axis }) => {
    const at = readIndices('take', indices!, x!.sizes[axis]!, axis, true);
    const outer = positions(x!.sizes.slice(0, axis), x!.strides.slice(0, axis), x!.offset);
    const inner = positions(x!.sizes.slice(axis + 1), x!.strides.slice(axis + 1), 0);
    const step = x!.strides[axis]!;
    const row = at.length * inner.length;
    return gatherPositions(
      family,
      x!,
      spec!.sizes,
      (i) => outer[Math.floor(i / row)]! + at[Math.floor((i % row) / inner.length)]! * step + inner[i % inner.length]!,
    );
  },
  vjp: (g, c) => [
    run(takeGradOp, [g, c.input(1)], { axis: c.attrs.axis, size: c.inputSpec(0).sizes[c.attrs.axis]! }),
    null,
  ],
  saves: { inputs: [1] },
  samples: [
    { inputs: [real([4, 3]), ints([2, 2], 0, 4)], attrs: { axis: 0 } },
    { inputs: [real([2, 3]), ints([5], 0, 3)], attrs: { axis: 1 } },
  ],
});
const takeGradOp: Op<TakeAttrs & { readonly size: number }> = defineOp<TakeAttrs & { readonly size: number }>({
  name: 'takeGrad',
  infer: ([g, indices], { axis, size }) => ({
    sizes: [...g!.sizes.slice(0, axis), size, ...g!.sizes.slice(axis + indices!.sizes.length)],
    scalarType: g!.scalarType,
  }),
  forward: (family, [g, indices], [spec], { axis, size }) => {
    const out = empty(family, spec!.sizes, spec!.scalarType);
    const at = readIndices('take', indices!, size, axis, true);
    const inner = numel(spec!.sizes.slice(axis + 1));
    const row = at.length * inner;
    const codec = codecs[spec!.scalarType];
    const where = positions(g!.sizes, g!.strides, g!.offset);
    for (let i = 0; i < where.length; i++) {
      const p = (Math.floor(i / row) * size + at[Math.floor((i % row) / inner)]!) * inner + (i % inner);
      codec.set(out.storage.array, p, codec.get(out.storage.array, p) + codec.get(g!.storage.array, where[i]!));
    }
    return out;
  },
  vjp: (gg, c) => [take(gg, c.input(1), c.attrs.axis), null],
  saves: { inputs: [1] },
  samples: [{ inputs: [real([2, 2, 3]), ints([2, 2], 0, 4)], attrs: { axis: 0, size: 4 } }],
});
/** Entries of an axis picked by an index tensor of any shape, which takes the axis' place (rows of a table, say). */
export const take = (x: Tensor, indices: Tensor, axis: number): Tensor =>
  run(takeOp, [x, indices], { axis: normalizeAxis('take', axis, x.rank) });
/** The same as a step of another function, whose gradient is dense where a lookup's is known by its rows. */
export const takeInside = (x: Tensor, indices: Tensor, axis: number): Tensor =>
  run(takeOp, [x, indices], { axis: normalizeAxis('take', axis, x.rank), inside: true });

/** Memory positions, in a tensor laid out by `strides`, that an index tensor along an axis points at. */
function alongPositions(
  indices: Tensor,
  at: Int32Array,
  strides: readonly number[],
  axis: number,
  offset: number,
): Int32Array {
  const base = positions(
    indices.sizes,
    strides.map((s, i) => (i === axis ? 0 : s)),
    offset,
  );
  for (let i = 0; i < base.length; i++) base[i]! += at[i]! * strides[axis]!;
  return base;
}

function alongSpec(op: string, x: TensorSpec, indices: TensorSpec, axis: number): void {
  needInts(op, indices);
  if (indices.sizes.length !== x.sizes.length) {
    throw new ShapeError(
      `index tensor must have the same number of axes as the input: got ${showShape(indices.sizes)} for ${showShape(x.sizes)}`,
      { op, kind: 'alongRank', shapes: [x.sizes, indices.sizes] },
    );
  }
  if (indices.sizes.some((d, i) => i !== axis && d > x.sizes[i]!)) {
    throw new ShapeError(
      `an index of shape ${showShape(indices.sizes)} is larger than the input ${showShape(x.sizes)} apart from axis ${axis}`,
      { op, kind: 'alongSize', axis, shapes: [x.sizes, indices.sizes] },
    );
  }
}

const gatherOp: Op<TakeAttrs> = defineOp<TakeAttrs>({
  name: 'gather',
  infer: ([x, indices], { axis }) => {
    if (numel(indices!.sizes) > 0 || indices!.sizes.length > 0) alongSpec('gather', x!, indices!, axis);
    return { sizes: indices!.sizes, scalarType: x!.scalarType };
  },
  forward: (family, [x, indices], [spec], { axis }) => {
    const at = readIndices('gather', indices!, x!.sizes[axis] ?? 1, axis, false);
    const where = alongPositions(indices!, at, x!.strides, axis, x!.offset);
    return gatherPositions(family, x!, spec!.sizes, (i) => where[i]!);
  },
  vjp: (g, c) => [run(gatherGradOp, [g, c.input(1)], { axis: c.attrs.axis, sizes: c.inputSpec(0).sizes }), null],
  saves: { inputs: [1] },
  samples: [{ inputs: [real([3, 4]), ints([3, 2], 0, 4)], attrs: { axis: 1 } }],
});
const gatherGradOp: Op<TakeAttrs & { readonly sizes: readonly number[] }> = defineOp<
  TakeAttrs & { readonly sizes: readonly number[] }
>({
  name: 'gatherGrad',
  infer: ([g], { sizes }) => ({ sizes, scalarType: g!.scalarType }),
  forward: (family, [g, indices], [spec], { axis, sizes }) => {
    const out = empty(family, spec!.sizes, spec!.scalarType);
    const at = readIndices('gather', indices!, sizes[axis] ?? 1, axis, false);
    const to = alongPositions(indices!, at, out.strides, axis, 0);
    const from = positions(g!.sizes, g!.strides, g!.offset);
    const codec = codecs[spec!.scalarType];
    for (let i = 0; i < to.length; i++)
      codec.set(
        out.storage.array,
        to[i]!,
        codec.get(out.storage.array, to[i]!) + codec.get(g!.storage.array, from[i]!),
      );
    return out;
  },
  vjp: (gg, c) => [gather(gg, c.input(1), c.attrs.axis), null],
  saves: { inputs: [1] },
  samples: [{ inputs: [real([3, 2]), ints([3, 2], 0, 4)], attrs: { axis: 1, sizes: [3, 4] } }],
});
/** out[i][j] = x[i][index[i][j]] along an axis. */
export const gather = (x: Tensor, indices: Tensor, axis: number): Tensor =>
  run(gatherOp, [x, indices], { axis: normalizeAxis('gather', axis, x.rank) });
/** The source's entries added where the index says, into zeros of the given shape. */
export const scatterAdd = (source: Tensor, indices: Tensor, axis: number, sizes: readonly number[]): Tensor =>
  run(gatherGradOp, [source, indices], { axis: normalizeAxis('scatterAdd', axis, sizes.length), sizes });

const oneHotOp = defineOp<{ depth: number; dtype: DType; strict: boolean }>({
  name: 'oneHot',
  infer: ([x], { depth, dtype }) => {
    needInts('oneHot', x!);
    return { sizes: [...x!.sizes, depth], scalarType: dtype };
  },
  forward: (family, [x], [spec], { depth, strict }) => {
    const out = empty(family, spec!.sizes, spec!.scalarType);
    const where = positions(x!.sizes, x!.strides, x!.offset);
    const codec = codecs[x!.scalarType];
    for (let i = 0; i < where.length; i++) {
      const k = codec.get(x!.storage.array, where[i]!);
      if (k >= 0 && k < depth) codecs[spec!.scalarType].set(out.storage.array, i * depth + k, 1);
      else if (strict)
        throw new IndexError(`class ${k} is out of range for ${depth} classes`, {
          op: 'oneHot',
          kind: 'class',
          index: k,
          size: depth,
        });
    }
    return out;
  },
  vjp: null,
  samples: [{ inputs: [ints([3], 0, 4)], attrs: { depth: 4, dtype: 'float32', strict: true } }],
});
/** 1 at the class's place and 0 elsewhere; classes outside give zeros, or an error where `strict`. */
export const oneHot = (x: Tensor, depth: number, dtype: DType, strict = false): Tensor =>
  run(oneHotOp, [x], { depth, dtype, strict });

const sortOp: Op<{ axis: number; descending: boolean; dtype: DType }> = defineOp<{
  axis: number;
  descending: boolean;
  dtype: DType;
}>({
  name: 'sort',
  infer: ([x], { dtype }) => [
    { sizes: x!.sizes, scalarType: x!.scalarType },
    { sizes: x!.sizes, scalarType: dtype },
  ],
  forward: (family, [x], [spec, spec2], { axis, descending }) => {
    const out = empty(family, spec!.sizes, spec!.scalarType);
    const order = empty(family, spec2!.sizes, spec2!.scalarType);
    if (x!.rank === 0) {
      codecs[spec!.scalarType].set(out.storage.array, 0, codecs[spec!.scalarType].get(x!.storage.array, x!.offset));
      return [out, order];
    }
    const rest = (t: readonly number[]): number[] => t.filter((_, i) => i !== axis);
    const from = positions(rest(x!.sizes), rest(x!.strides), x!.offset);
    const to = positions(rest(out.sizes), rest(out.strides), 0);
    const n = x!.sizes[axis]!;
    const codec = codecs[x!.scalarType];
    const source = x!.storage.array as Float64Array;
    const wide = isWide(x!.scalarType);
    for (let r = 0; r < from.length; r++) {
      const keys = Array.from({ length: n }, (_, i) => {
        const p = from[r]! + i * x!.strides[axis]!;
        return wide ? source[p]! : codec.get(source as never, p);
      });
      // NaN counts as the largest; equal keys keep their order
      const compare = (i: number, j: number): number => {
        const a = keys[i]!;
        const b = keys[j]!;
        if (Number.isNaN(a) || Number.isNaN(b))
          return Number.isNaN(a) === Number.isNaN(b) ? 0 : Number.isNaN(a) ? 1 : -1;
        return a < b ? -1 : a > b ? 1 : 0;
      };
      const by = Array.from({ length: n }, (_, i) => i).sort((i, j) => (descending ? compare(j, i) : compare(i, j)));
      for (let i = 0; i < n; i++) {
        const p = to[r]! + i * out.strides[axis]!;
        (out.storage.array as Float64Array)[p] = source[from[r]! + by[i]! * x!.strides[axis]!]!;
        codecs[spec2!.scalarType].set(order.storage.array, p, by[i]!);
      }
    }
    return [out, order];
  },
  vjp: (g, c) => [
    c.inputSpec(0).sizes.length === 0 ? g : scatterAdd(g, c.output(1), c.attrs.axis, c.inputSpec(0).sizes),
  ],
  saves: { outputs: [1] },
  samples: [{ inputs: [values([2, 3], [3, 1, 2, 0, 5, 4])], attrs: { axis: 1, descending: false, dtype: 'int64' } }],
});
/** Values in order along an axis, and where they came from; equal values keep their order. */
export const sort = (x: Tensor, axis: number, descending = false, dtype: DType = 'int64'): readonly [Tensor, Tensor] =>
  runMany(sortOp, [x], { axis: normalizeAxis('sort', axis, x.rank), descending, dtype }) as unknown as readonly [
    Tensor,
    Tensor,
  ];
