import { run } from '../autograd/record';
import { codecs } from '../tensor/dtype';
import { positions } from '../tensor/strides';
import { empty, type Tensor } from '../tensor/tensor';
import { defineOp, type Op, real } from './define';

/** How a view walks through a tensor: along output axis k by `steps[k]`, a number per axis of the tensor, from `start`. */
export interface AffineAttrs {
  readonly sizes: readonly number[];
  readonly steps: readonly (readonly number[])[];
  readonly start: readonly number[];
}
const dot = (a: readonly number[], b: readonly number[]): number => a.reduce((n, v, i) => n + v * b[i]!, 0);

const diagonal: AffineAttrs = {
  sizes: [2, 2],
  steps: [
    [0, 1, 0],
    [1, 0, 1],
  ],
  start: [0, 0, 1],
};
const windows: AffineAttrs = { sizes: [3, 3], steps: [[2], [1]], start: [0] };

const affineViewOp: Op<AffineAttrs> = defineOp<AffineAttrs>({
  name: 'affineView',
  infer: ([x], { sizes }) => ({ sizes, scalarType: x!.scalarType }),
  forward: (family, [x], _specs, a) =>
    family.create(
      x!.storage,
      a.sizes,
      a.steps.map((s) => dot(s, x!.strides)),
      x!.offset + dot(a.start, x!.strides),
    ),
  vjp: (g, c) => [run(affineGradOp, [g], { ...c.attrs, from: c.inputSpec(0).sizes })],
  view: true,
  samples: [
    { inputs: [real([2, 2, 3])], attrs: diagonal },
    { inputs: [real([7])], attrs: windows },
  ],
});
interface AffineGradAttrs extends AffineAttrs {
  readonly from: readonly number[];
}
const affineGradOp: Op<AffineGradAttrs> = defineOp<AffineGradAttrs>({
  name: 'affineViewGrad',
  infer: ([g], { from }) => ({ sizes: from, scalarType: g!.scalarType }),
  forward: (family, [g], [spec], a) => {
    const out = empty(family, spec!.sizes, spec!.scalarType);
    const to = positions(
      a.sizes,
      a.steps.map((s) => dot(s, out.strides)),
      dot(a.start, out.strides),
    );
    const from = positions(g!.sizes, g!.strides, g!.offset);
    const codec = codecs[spec!.scalarType];
    const { array } = out.storage;
    // places that the view shows several times gather all their gradients
    for (let i = 0; i < to.length; i++)
      codec.set(array, to[i]!, codec.get(array, to[i]!) + codec.get(g!.storage.array, from[i]!));
    return out;
  },
  vjp: (gg, c) => [run(affineViewOp, [gg], { sizes: c.attrs.sizes, steps: c.attrs.steps, start: c.attrs.start })],
  samples: [{ inputs: [real([2, 2])], attrs: { ...diagonal, from: [2, 2, 3] } }],
});
/** A view that walks obliquely through a tensor, or over the same elements several times. */
export const affineView = (x: Tensor, attrs: AffineAttrs): Tensor => run(affineViewOp, [x], attrs);

const unit = (rank: number, axis: number, step = 1): number[] =>
  Array.from({ length: rank }, (_, i) => (i === axis ? step : 0));

/** The diagonals over two axes, which become one last axis: entry i is x[i][i + offset]. */
export function diagonalView(x: Tensor, offset: number, first: number, second: number): Tensor {
  const [m, n] = [x.sizes[first]!, x.sizes[second]!];
  const size = Math.max(0, offset >= 0 ? Math.min(m, n - offset) : Math.min(m + offset, n));
  const rest = x.sizes.map((_, i) => i).filter((i) => i !== first && i !== second);
  const both = unit(x.rank, first);
  both[second] = 1;
  const start = x.sizes.map((_, i) =>
    size === 0 ? 0 : i === first ? Math.max(0, -offset) : i === second ? Math.max(0, offset) : 0,
  );
  return affineView(x, {
    sizes: [...rest.map((i) => x.sizes[i]!), size],
    steps: [...rest.map((i) => unit(x.rank, i)), both],
    start,
  });
}

/** Overlapping windows of an axis, their elements as a new last axis. */
export function windowView(x: Tensor, axis: number, size: number, step: number): Tensor {
  const rank = Math.max(1, x.rank);
  const count = Math.floor(((x.sizes[axis] ?? 1) - size) / step) + 1;
  if (x.rank === 0) return affineView(x, { sizes: [size], steps: [[]], start: [] });
  return affineView(x, {
    sizes: [...x.sizes.map((d, i) => (i === axis ? count : d)), size],
    steps: [...x.sizes.map((_, i) => unit(rank, i, i === axis ? step : 1)), unit(rank, axis)],
    start: x.sizes.map(() => 0),
  });
}

/** Zeros of a shape with the last axis of x laid on the diagonals over two of its axes: the transpose of diagonalView. */
export function placeDiagonal(
  x: Tensor,
  sizes: readonly number[],
  offset: number,
  first: number,
  second: number,
): Tensor {
  const rest = sizes.map((_, i) => i).filter((i) => i !== first && i !== second);
  const both = unit(sizes.length, first);
  both[second] = 1;
  return run(affineGradOp, [x], {
    sizes: x.sizes,
    steps: [...rest.map((i) => unit(sizes.length, i)), both],
    start: sizes.map((_, i) => (i === first ? Math.max(0, -offset) : i === second ? Math.max(0, offset) : 0)),
    from: sizes,
  });
}
