import { type Tensor as CoreTensor, ops } from '@stele/core';
import type { dtype } from '../dtype';
import { RuntimeError } from '../errors';
import { common, named } from '../methods/base';
import { Extremes } from '../methods/reducing';
import type { Tensor } from '../tensor';
import { define, defineMethod, defineWideMethod } from './define';
import { axisOf, floating, type Typed, title, whole } from './support';

const scanned = (input: Tensor, type: dtype | null | undefined): CoreTensor =>
  type ? ops.cast(input, type.scalarType) : whole(input) ? ops.cast(input, 'int64') : input;
/** Running sum along a dim. */
export const cumsum = defineMethod(
  'cumsum',
  'input: Tensor, dim|axis, *, dtype=None',
  (input: Tensor, dim: number, o: Typed = {}): Tensor =>
    ops.cumsum(scanned(input, o.dtype), axisOf(input, dim)) as Tensor,
);
/** Running product along a dim. */
export const cumprod = defineMethod(
  'cumprod',
  'input: Tensor, dim|axis, *, dtype=None',
  (input: Tensor, dim: number, o: Typed = {}): Tensor =>
    ops.cumprod(scanned(input, o.dtype), axisOf(input, dim)) as Tensor,
);
const runningExtreme = (name: 'cummax' | 'cummin') =>
  defineMethod(name, 'input: Tensor, dim|axis -> tuple', (input: Tensor, dim: number): Extremes => {
    const axis = axisOf(input, dim);
    if (input.ndim === 0) return new Extremes(name, input.clone(), ops.fullLike(input.detach(), 0, [], 'int64'));
    const [values, indices] =
      input.numel() === 0
        ? [input.clone(), ops.fullLike(input.detach(), 0, input.sizes, 'int64')]
        : ops[name](input, axis);
    return new Extremes(name, named(values as Tensor, title(name)), indices);
  });
/** Largest element so far along a dim, and where it is. */
export const cummax = runningExtreme('cummax');
/** Smallest element so far along a dim, and where it is. */
export const cummin = runningExtreme('cummin');
/** ln of the running sum of e^x along a dim. */
export const logcumsumexp = defineWideMethod(
  'logcumsumexp',
  'input: Tensor, dim|axis',
  (input: Tensor, dim: number): Tensor => {
    const axis = axisOf(input, dim);
    return named(ops.logCumSumExp(floating(input), axis) as Tensor, 'Logcumsumexp');
  },
);
/** n-th differences of neighbours along a dim. */
export const diff = defineMethod(
  'diff',
  'input: Tensor, n=1, dim=-1, prepend=None, append=None',
  (
    input: Tensor,
    n: number = 1,
    dim: number = -1,
    prepend: Tensor | null = null,
    append: Tensor | null = null,
  ): Tensor => {
    if (input.ndim < 1) throw new RuntimeError('diff expects input to be at least one-dimensional');
    if (n < 0) throw new RuntimeError(`order must be non-negative but got ${n}`);
    if (n === 0) return input.clone();
    const axis = axisOf(input, dim);
    const parts = [prepend, input, append].filter((t): t is Tensor => t !== null);
    let x =
      parts.length > 1
        ? ops.concat(
            parts.map((t) => ops.cast(t, input.scalarType)),
            axis,
          )
        : (input as CoreTensor);
    for (let k = 0; k < n; k++) {
      const size = x.sizes[axis]!;
      if (size === 0) break;
      const [a, b] = [ops.slice(x, axis, 1, null), ops.slice(x, axis, 0, size - 1)];
      x = x.scalarType === 'bool' ? ops.logicalXor(a, b) : ops.sub(a, b);
    }
    return x as Tensor;
  },
);
interface Rule {
  dx?: number | null;
  dim?: number;
}
/** Pieces of the trapezoidal rule between neighbours along a dim. */
function trapezoids(y: Tensor, x: Tensor | null, o: Rule): { pieces: CoreTensor; axis: number } {
  const { dx = null, dim = -1 } = o;
  const axis = axisOf(y, dim);
  const size = y.sizes[axis]!;
  const halves = (t: CoreTensor): CoreTensor =>
    ops.add(ops.slice(t, axis, 1, null), ops.slice(t, axis, 0, Math.max(0, size - 1)));
  if (x === null) return { pieces: ops.mul(halves(floating(y)), Number(dx ?? 1) / 2), axis };
  // whole numbers are added and multiplied as such, and only then halved
  const [values, own] = common(y, x) as [CoreTensor, CoreTensor];
  const sums = halves(values);
  if (own.rank === 1 && own.sizes[0] !== size)
    throw new RuntimeError('There must be one `x` value for each sample point');
  const at =
    own.rank === 1
      ? ops.reshape(
          own,
          y.sizes.map((_, i) => (i === axis ? size : 1)),
        )
      : own;
  const along = own.rank === 1 ? axis : axis - y.ndim + at.rank;
  const n = at.sizes[along]!;
  const gaps = ops.sub(ops.slice(at, along, 1, null), ops.slice(at, along, 0, Math.max(0, n - 1)));
  return { pieces: ops.div(floating(ops.mul(gaps, sums)), 2), axis };
}
const trapezoidOf = (name: string) =>
  define(name, 'y: Tensor, x=None, *, dx=None, dim=-1', (y: Tensor, x: Tensor | null = null, o: Rule = {}): Tensor => {
    if (y.ndim === 0 || y.size(o.dim ?? -1) === 0) return floatZeros(y, o.dim ?? -1);
    const { pieces, axis } = trapezoids(y, x, o);
    return ops.sum(pieces, axis - y.ndim) as Tensor;
  });
const floatZeros = (y: Tensor, dim: number): Tensor => ops.sum(ops.mul(floating(y), 0), [axisOf(y, dim)]) as Tensor;
/** The integral of y over x (or steps dx) along a dim by the trapezoidal rule. */
export const trapezoid = trapezoidOf('trapezoid');
/** Another name of `trapezoid`. */
export const trapz = trapezoidOf('trapz');
/** The same up to each point. */
export const cumulative_trapezoid = define(
  'cumulative_trapezoid',
  'y: Tensor, x=None, *, dx=None, dim=-1',
  (y: Tensor, x: Tensor | null = null, o: Rule = {}): Tensor => {
    const { pieces, axis } = trapezoids(y, x, o);
    return ops.cumsum(pieces, axis - y.ndim + pieces.rank) as Tensor;
  },
);
