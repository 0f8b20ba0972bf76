import { type Tensor as CoreTensor, isNumber, nn, ops } from '@stele/core';
import type { dtype } from '../dtype';
import { IndexError, RuntimeError, scalarTypeNames } from '../errors';
import { common, named } from '../methods/base';
import { Extremes } from '../methods/reducing';
import type { Dims } from '../methods/shaping';
import type { Tensor } from '../tensor';
import { define, defineMethod } from './define';
import { axisOf, floating, axisList as list, MinMax, whole } from './support';

type Dim = Dims | null;
const typed = (t: CoreTensor, type: dtype | null | undefined): CoreTensor => (type ? ops.cast(t, type.scalarType) : t);
interface Typed {
  dtype?: dtype | null;
}

/** How many elements are not zero, of all or over dims. */
export const count_nonzero = defineMethod(
  'count_nonzero',
  'input: Tensor, dim=None',
  (input: Tensor, dim: Dim = null): Tensor => ops.sum(ops.cast(ops.cast(input, 'bool'), 'int64'), list(dim)) as Tensor,
);
/** The sum in which NaN counts nothing. */
export const nansum = defineMethod(
  'nansum',
  'input: Tensor, dim=None, keepdim=False, *, dtype=None',
  (input: Tensor, dim: Dim = null, keepdim: boolean = false, o: Typed = {}): Tensor => {
    if (whole(input)) return input.sum({ dim, keepdim, dtype: o.dtype ?? null });
    const x = ops.where(ops.isNaN(input), 0, input);
    return named(ops.sum(typed(x, o.dtype), list(dim), keepdim) as Tensor, 'Nansum');
  },
);
/** The mean of what is not NaN. */
export const nanmean = defineMethod(
  'nanmean',
  'input: Tensor, dim=None, keepdim=False, *, dtype=None',
  (input: Tensor, dim: Dim = null, keepdim: boolean = false, o: Typed = {}): Tensor => {
    if (whole(input))
      throw new RuntimeError(
        `nanmean(): expected input to have floating point or complex dtype but got ${scalarTypeNames[input.scalarType]}`,
      );
    const gone = ops.isNaN(input);
    const sum = ops.sum(typed(ops.where(gone, 0, input), o.dtype), list(dim), keepdim);
    const count = ops.sum(ops.cast(ops.logicalNot(gone), sum.scalarType), list(dim), keepdim);
    return named(ops.div(sum, count) as Tensor, 'Div');
  },
);

interface Spread {
  correction?: number | null;
}
const spreadSignature = 'input: Tensor, dim=None, unbiased=None, keepdim=False, *, correction=None';
type SpreadDim = Dim | boolean;
function variance(input: Tensor, dim: SpreadDim, unbiased: boolean | null, keepdim: boolean, o: Spread): CoreTensor {
  if (whole(input)) throw new RuntimeError('std and var only support floating point and complex dtypes');
  const own = typeof dim === 'boolean' ? dim : unbiased;
  const correction = (o.correction ?? null) !== null ? Number(o.correction) : own === false ? 0 : 1;
  const axes = typeof dim === 'boolean' ? null : list(dim);
  return ops.variance(input, axes, correction, keepdim);
}
/** A root at whose zero no gradient flows. */
function root(v: CoreTensor): CoreTensor {
  const zero = ops.equal(v, 0);
  return ops.where(zero, 0, ops.sqrt(ops.where(zero, 1, v)));
}
const spread =
  <R>(f: (v: CoreTensor, input: Tensor, dim: SpreadDim, keepdim: boolean) => R) =>
  (
    input: Tensor,
    dim: SpreadDim = null,
    unbiased: boolean | null = null,
    keepdim: boolean = false,
    o: Spread = {},
  ): R =>
    f(variance(input, dim, unbiased, keepdim, o), input, dim, keepdim);
const meanOf = (input: Tensor, dim: SpreadDim, keepdim: boolean): Tensor =>
  ops.mean(input, typeof dim === 'boolean' ? null : list(dim), keepdim) as Tensor;
const varOf = defineMethod(
  'var',
  spreadSignature,
  spread((v): Tensor => named(v as Tensor, 'Var')),
);

/** Variance over dims; correction (1) is taken from the count. */
export { varOf as var };
/** Standard deviation over dims. */
export const std = defineMethod(
  'std',
  spreadSignature,
  spread((v): Tensor => named(root(v) as Tensor, 'Std')),
);
export const var_mean = define(
  'var_mean',
  spreadSignature,
  spread((v, input, dim, keepdim): readonly [Tensor, Tensor] => [
    named(v as Tensor, 'VarMean'),
    meanOf(input, dim, keepdim),
  ]),
);
export const std_mean = define(
  'std_mean',
  spreadSignature,
  spread((v, input, dim, keepdim): readonly [Tensor, Tensor] => [
    named(root(v) as Tensor, 'StdMean'),
    meanOf(input, dim, keepdim),
  ]),
);

/** Values at places along an axis, which stays with size 1 if keepdim. */
function picked(call: string, input: CoreTensor, places: CoreTensor, axis: number, keepdim: boolean): Extremes {
  if (input.rank === 0)
    return new Extremes(call, named(ops.reshape(input, []) as Tensor, title(call)), ops.reshape(places, []));
  const values = ops.gather(input, places, axis);
  const drop = (x: CoreTensor): CoreTensor => (keepdim ? x : ops.squeeze(x, [axis]));
  return new Extremes(call, named(drop(values) as Tensor, title(call)), drop(places));
}
const title = (call: string): string => call[0]!.toUpperCase() + call.slice(1);
/** The place that holds, in each ordered line, the element that `rank` names from the count of numbers in it. */
function rankedPlaces(input: CoreTensor, axis: number, rank: (numbers: number, all: number) => number): CoreTensor {
  if (input.rank === 0) return ops.fullLike(input, 0, [], 'int64');
  const [, order] = ops.sort(ops.stopGradient(input), axis);
  const nan = whole(input) ? ops.fullLike(input, 0, input.sizes, 'bool') : ops.isNaN(input);
  const counts = ops.sum(ops.cast(ops.logicalNot(nan), 'int64'), axis, true);
  const size = input.sizes[axis]!;
  const at = counts.storage.array as BigInt64Array;
  const ranks = ops.fullLike(counts, 0);
  for (let i = 0; i < at.length; i++) (ranks.storage.array as BigInt64Array)[i] = BigInt(rank(Number(at[i]), size));
  return ops.gather(order, ranks, axis);
}
function medianOf(
  call: 'median' | 'nanmedian',
  input: Tensor,
  dim: number | null,
  keepdim: boolean,
): Tensor | Extremes {
  const rank = (numbers: number, all: number): number =>
    call === 'median' && numbers < all ? numbers : Math.max(0, Math.floor((numbers - 1) / 2));
  if (input.scalarType === 'bool') throw new RuntimeError(`"${call}_out" not implemented for 'Bool'`);
  if (dim === null) {
    if (input.numel() === 0) return ops.fullLike(input.detach(), whole(input) ? 0 : Number.NaN, []) as Tensor;
    const flat = ops.reshape(input, [-1]);
    const value = ops.reshape(ops.gather(ops.stopGradient(flat), rankedPlaces(flat, 0, rank), 0), []);
    if (!input.requiresGrad) return value as Tensor;
    // equal elements share the gradient
    const same = ops.equal(flat, value);
    const count = ops.sum(ops.cast(same, flat.scalarType));
    const through = ops.sum(ops.where(same, ops.sub(flat, ops.stopGradient(flat)), 0));
    return named(ops.add(value, ops.div(through, count)) as Tensor, title(call));
  }
  const axis = axisOf(input, dim);
  if (input.rank > 0 && input.sizes[axis] === 0)
    throw new IndexError(`${call}(): Expected reduction dim ${axis} to have non-zero size.`);
  return picked(call, input, rankedPlaces(input, axis, rank), axis, keepdim);
}
const medians = (name: 'median' | 'nanmedian') =>
  defineMethod(
    name,
    'input: Tensor, dim=None, keepdim=False -> tuple',
    (input: Tensor, dim: number | null = null, keepdim: boolean = false): any => medianOf(name, input, dim, keepdim),
  );
/** The lower of the middle values, of all or along a dim with its place; NaN if there is one. */
export const median = medians('median');
/** The same of what is not NaN. */
export const nanmedian = medians('nanmedian');

/** The most frequent value along a dim, the smallest of several, and its place. */
export const mode = defineMethod(
  'mode',
  'input: Tensor, dim=-1, keepdim=False -> tuple',
  (input: Tensor, dim: number = -1, keepdim: boolean = false): Extremes => {
    const axis = axisOf(input, dim);
    if (input.ndim === 0) return picked('mode', input, ops.fullLike(input.detach(), 0, [], 'int64'), 0, keepdim);
    const last = ops.transpose(ops.stopGradient(input), axis, -1);
    const places = ops.transpose(ops.unsqueeze(ops.modePlaces(last), -1), axis, -1);
    return picked('mode', input, places, axis, keepdim);
  },
);
/** The k-th smallest element along a dim, and its place. */
export const kthvalue = defineMethod(
  'kthvalue',
  'input: Tensor, k, dim=-1, keepdim=False -> tuple',
  (input: Tensor, k: number, dim: number = -1, keepdim: boolean = false): Extremes => {
    const axis = axisOf(input, dim);
    const size = input.ndim === 0 ? 1 : input.sizes[axis]!;
    if (size === 0) throw new IndexError(`kthvalue(): Expected reduction dim ${axis} to have non-zero size.`);
    if (k < 1 || k > size) throw new RuntimeError(`kthvalue(): selected number k out of range for dimension ${axis}`);
    return picked(
      'kthvalue',
      input,
      rankedPlaces(input, axis, () => k - 1),
      axis,
      keepdim,
    );
  },
);

function ordered(input: Tensor, dim: number, descending: boolean): readonly [CoreTensor, CoreTensor] {
  return ops.sort(input, axisOf(input, dim), descending);
}
/** torch.sort's two forms: by place, and (stable, dim, descending) by keyword. */
export const sort = defineMethod(
  'sort',
  'input: Tensor, dim|axis=-1, descending=False, *, stable=False -> tuple',
  (input: Tensor, dim: number = -1, descending: boolean = false, _o: { stable?: boolean | null } = {}): Extremes => {
    const [values, indices] = ordered(input, dim, descending);
    return new Extremes('sort', named(values as Tensor, 'Sort'), indices);
  },
);
/** Where the elements of a dim come from when they are put in order. */
export const argsort = defineMethod(
  'argsort',
  'input: Tensor, dim=-1, descending=False, *, stable=False',
  (input: Tensor, dim: number = -1, descending: boolean = false, _o: { stable?: boolean } = {}): Tensor =>
    ordered(input.detach(), dim, descending)[1] as Tensor,
);
/** Axis 0 put in order. */
export const msort = defineMethod(
  'msort',
  'input: Tensor',
  (input: Tensor): Tensor => ordered(input, 0, false)[0] as Tensor,
);
/** The k largest or smallest elements along a dim, in order, and where they are. */
export const topk = defineMethod(
  'topk',
  'input: Tensor, k, dim=-1, largest=True, sorted=True -> tuple',
  (input: Tensor, k: number, dim: number = -1, largest: boolean = true, _sorted: boolean = true): Extremes => {
    const axis = axisOf(input, dim);
    const size = input.ndim === 0 ? 1 : input.sizes[axis]!;
    if (k < 0 || k > size) throw new RuntimeError('selected index k out of range');
    const [values, indices] = ops.sort(input, axis, largest);
    if (input.ndim === 0) return new Extremes('topk', named(values as Tensor, 'Topk'), indices);
    return new Extremes('topk', named(ops.slice(values, axis, 0, k) as Tensor, 'Topk'), ops.slice(indices, axis, 0, k));
  },
);

type Interpolation = 'linear' | 'lower' | 'higher' | 'nearest' | 'midpoint';
function quantiles(
  call: string,
  input: Tensor,
  q: Tensor | number,
  dim: number | null,
  keepdim: boolean,
  how: Interpolation,
  skipNaN: boolean,
): Tensor {
  if (!['linear', 'lower', 'higher', 'nearest', 'midpoint'].includes(how))
    throw new RuntimeError(
      `quantile() interpolation must be one of linear, lower, higher, midpoint or nearest, but got ${how}`,
    );
  if (input.numel() === 0) throw new RuntimeError(`${call}() input tensor must be non-empty`);
  if (input.scalarType !== 'float32' && input.scalarType !== 'float64')
    throw new RuntimeError(`${call}() input tensor must be either float or double dtype`);
  const single = isNumber(q);
  if (!single && q.ndim > 1) throw new RuntimeError(`${call}() q must be a scalar or 1D tensor`);
  if (!single && q.scalarType !== input.scalarType)
    throw new RuntimeError(`${call}() q tensor must be same dtype as the input tensor`);
  const shares = single ? [Number(q)] : ([q.tolist()].flat() as number[]).map(Number);
  if (shares.some((s) => !(s >= 0 && s <= 1))) throw new RuntimeError(`${call}() q values must be in the range [0, 1]`);
  const axis = dim === null ? 0 : axisOf(input, dim);
  const x = dim === null ? ops.reshape(input, [-1]) : input.ndim === 0 ? ops.reshape(input, [1]) : input;
  const moved = ops.transpose(x, axis, -1);
  const [ascending] = ops.sort(moved, moved.rank - 1);
  const size = ascending.sizes.at(-1)!;
  const numbers = ops.sum(ops.cast(ops.logicalNot(ops.isNaN(ops.stopGradient(ascending))), 'int64'), -1, true);
  const counts = numbers.storage.array as BigInt64Array;
  const sizes = [...ascending.sizes.slice(0, -1), shares.length];
  const low = ops.fullLike(numbers, 0, sizes);
  const high = ops.fullLike(numbers, 0, sizes);
  const weight = ops.fullLike(ops.stopGradient(ascending), 0, sizes);
  const round = x.scalarType === 'float32' ? Math.fround : (v: number): number => v;
  counts.forEach((n, line) => {
    shares.forEach((share, k) => {
      const i = line * shares.length + k;
      let rank = skipNaN
        ? Math.max(0, round(round(share) * (Number(n) - 1)))
        : Number(n) < size
          ? size - 1
          : round(round(share) * (size - 1));
      if (how === 'lower') rank = Math.floor(rank);
      else if (how === 'higher') rank = Math.ceil(rank);
      else if (how === 'nearest') rank = evenRound(rank);
      const floor = Math.floor(rank);
      (low.storage.array as BigInt64Array)[i] = BigInt(floor);
      (high.storage.array as BigInt64Array)[i] = BigInt(Math.ceil(rank));
      (weight.storage.array as Float64Array)[i] = how === 'midpoint' ? 0.5 : rank - floor;
    });
  });
  const lower = ops.gather(ascending, low, -1);
  let out = lower;
  if (how === 'linear' || how === 'midpoint') {
    const upper = ops.gather(ascending, high, -1);
    let part: CoreTensor = weight;
    if (how === 'linear' && !single && q.requiresGrad) {
      // the place between two elements moves with the share
      const spans = ops.cast(skipNaN ? ops.sub(numbers, 1) : ops.fullLike(numbers, size - 1), x.scalarType);
      const ranks = ops.mul(ops.reshape(q, [shares.length]), spans);
      part = ops.add(weight, ops.sub(ranks, ops.stopGradient(ranks)));
    }
    out = ops.add(lower, ops.mul(part, ops.sub(upper, lower)));
  }
  // the shares' axis goes to the front, the reduced one stays with size 1 or goes
  const back = [...out.sizes.keys()];
  const front = ops.permute(out, [back.length - 1, ...back.slice(0, -1)]);
  const rest = moved.rank - 1;
  let shaped: CoreTensor;
  if (dim === null || input.ndim === 0)
    shaped = ops.reshape(front, [shares.length, ...(keepdim ? input.sizes.map(() => 1) : [])]);
  else {
    const wide = ops.transpose(ops.reshape(front, [...front.sizes, 1]), axis + 1, rest + 1);
    shaped = keepdim ? wide : ops.squeeze(wide, [axis + 1]);
  }
  const plain = single || q.ndim === 0 ? ops.reshape(shaped, shaped.sizes.slice(1)) : shaped;
  return named(plain as Tensor, 'Lerp');
}
function evenRound(x: number): number {
  const floor = Math.floor(x);
  const rest = x - floor;
  return rest > 0.5 || (rest === 0.5 && floor % 2 === 1) ? floor + 1 : floor;
}
const quantileOf = (name: string, skip: boolean) =>
  defineMethod(
    name,
    "input: Tensor, q, dim=None, keepdim=False, *, interpolation='linear'",
    (
      input: Tensor,
      q: Tensor | number,
      dim: number | null = null,
      keepdim: boolean = false,
      o: { interpolation?: Interpolation } = {},
    ): Tensor => quantiles(name, input, q, dim, keepdim, o.interpolation ?? 'linear', skip),
  );
/** The q-th quantiles along a dim; several q make a first axis. */
export const quantile = quantileOf('quantile', false);
/** The same of what is not NaN. */
export const nanquantile = quantileOf('nanquantile', true);

/** The smallest and the largest element. */
export const aminmax = defineMethod(
  'aminmax',
  'input: Tensor, *, dim=None, keepdim=False -> tuple',
  (input: Tensor, o: { dim?: number | null; keepdim?: boolean } = {}): MinMax => {
    const { dim = null, keepdim = false } = o;
    if (input.ndim > 64) throw new RuntimeError('only tensors with up to 64 dims are supported');
    if (dim === null && input.numel() === 0)
      throw new RuntimeError(
        'aminmax(): cannot compute aminmax over an empty dimension as the operation has no identity.',
      );
    if (dim !== null && input.ndim > 0 && input.size(dim) === 0)
      throw new IndexError(`aminmax: Expected reduction dim ${axisOf(input, dim)} to have non-zero size.`);
    const of = (f: typeof ops.min): Tensor =>
      named(f(input, dim === null ? null : [dim], keepdim) as Tensor, 'Aminmax');
    return new MinMax(of(ops.min), of(ops.max));
  },
);
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
export const logcumsumexp = defineMethod(
  'logcumsumexp',
  'input: Tensor, dim|axis',
  (input: Tensor, dim: number): Tensor => {
    const axis = axisOf(input, dim);
    return named(ops.logCumSumExp(floating(input), axis) as Tensor, 'Logcumsumexp');
  },
);
/** ln Σ e^x over dims. */
export const logsumexp = defineMethod(
  'logsumexp',
  'input: Tensor, dim|axis, keepdim=False',
  (input: Tensor, dim: Dims, keepdim: boolean = false): Tensor => {
    const x = floating(input);
    const axes = [dim].flat().map(Number);
    const empty = axes.length === 0 ? x.elementCount === 0 : axes.some((a) => x.sizes.at(a) === 0);
    if (empty || x.elementCount === 0)
      return named(ops.log(ops.sum(ops.exp(x), axes.length === 0 ? null : axes, keepdim)) as Tensor, 'Logsumexp');
    return named(ops.logSumExp(x, axes.length === 0 ? null : axes, keepdim) as Tensor, 'Logsumexp');
  },
);

/** ‖input - other‖ₚ. */
export const dist = defineMethod(
  'dist',
  'input: Tensor, other: Tensor, p=2',
  (input: Tensor, other: Tensor, p: number = 2): Tensor =>
    named(nn.vectorNorm(input.sub(other), Number(p), null) as Tensor, 'Dist'),
);
/** Sub-tensors along a dim whose norm is above maxnorm scaled down to it. */
export const renorm = defineMethod(
  'renorm',
  'input: Tensor, p, dim, maxnorm',
  (input: Tensor, p: number, dim: number, maxnorm: number): Tensor => {
    if (Number(p) <= 0) throw new RuntimeError('renorm: non-positive-norm not supported');
    if (Number(maxnorm) < 0) throw new RuntimeError(`renorm: expected maxnorm to be >= 0 but got ${Number(maxnorm)}`);
    if (input.ndim < 2)
      throw new RuntimeError(`renorm: input needs at least 2 dimensions, got ${input.ndim} dimensions`);
    const axis = axisOf(input, dim);
    const others = input.sizes.map((_, i) => i).filter((i) => i !== axis);
    const norms = nn.vectorNorm(input, Number(p), others, true);
    const scale = ops.where(ops.greater(norms, Number(maxnorm)), ops.div(Number(maxnorm), ops.add(norms, 1e-7)), 1);
    return named(ops.mul(input, scale) as Tensor, 'Renorm');
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

interface Covariance {
  correction?: number;
  fweights?: Tensor | null;
  aweights?: Tensor | null;
}
/** The covariances of the rows' variables, columns being observations. */
function covariance(input: Tensor, o: Covariance): CoreTensor {
  const { correction = 1, fweights = null, aweights = null } = o;
  if (input.ndim > 2)
    throw new RuntimeError(
      `cov(): expected input to have two or fewer dimensions but got an input with ${input.ndim} dimensions`,
    );
  if (input.scalarType === 'bool') throw new RuntimeError('cov(): bool dtype is not supported for input');
  const x = ops.reshape(floating(input), input.ndim === 2 ? input.sizes : [1, input.numel()]);
  const n = x.sizes[1]!;
  let weight: CoreTensor | null = null;
  for (const [name, w] of [
    ['fweights', fweights],
    ['aweights', aweights],
  ] as const) {
    if (w === null) continue;
    if (w.ndim > 1)
      throw new RuntimeError(
        `cov(): expected ${name} to have one or fewer dimensions but got ${name} with ${w.ndim} dimensions`,
      );
    if (name === 'fweights' ? w.is_floating_point() || w.scalarType === 'bool' : !w.is_floating_point())
      throw new RuntimeError(
        `cov(): expected ${name} to have ${name === 'fweights' ? 'integral' : 'floating point'} dtype but got ${name} with ${scalarTypeNames[w.scalarType]} dtype`,
      );
    if (w.numel() !== n)
      throw new RuntimeError(
        `cov(): expected ${name} to have the same numel as there are observations in the input but got ${w.numel()} != ${n}`,
      );
    if (n > 0 && w.lt(0).any().item() === true) throw new RuntimeError(`cov(): ${name} cannot be negative`);
    const own = ops.reshape(ops.cast(w, x.scalarType), [n]);
    weight = weight === null ? own : ops.mul(weight, own);
  }
  const total = weight === null ? null : ops.sum(weight);
  const centre = weight === null ? ops.mean(x, 1, true) : ops.div(ops.sum(ops.mul(x, weight), 1, true), total!);
  const apart = ops.sub(x, centre);
  const other = weight === null ? apart : ops.mul(apart, weight);
  let divisor: CoreTensor | number;
  if (weight === null) divisor = Math.max(0, n - Number(correction));
  else {
    const lost =
      aweights === null
        ? Number(correction)
        : ops.mul(
            ops.div(ops.sum(ops.mul(weight, ops.reshape(ops.cast(aweights, x.scalarType), [n]))), total!),
            Number(correction),
          );
    divisor = ops.clamp(ops.sub(total!, lost), 0, null);
  }
  const out = ops.div(ops.matmul(apart, ops.transpose(other, 0, 1)), divisor);
  return out.elementCount === 1 ? ops.reshape(out, []) : out;
}
/** Covariance matrix of the variables in the rows. */
export const cov = defineMethod(
  'cov',
  'input: Tensor, *, correction=1, fweights=None, aweights=None',
  (input: Tensor, o: Covariance = {}): Tensor => named(covariance(input, o) as Tensor, 'Squeeze'),
);
/** Correlation matrix of the variables in the rows. */
export const corrcoef = defineMethod('corrcoef', 'input: Tensor', (input: Tensor): Tensor => {
  const c = covariance(input, {});
  if (c.rank === 0) return ops.div(c, c) as Tensor;
  const deviation = ops.sqrt(ops.diagonalView(c, 0, 0, 1));
  const scaled = ops.div(ops.div(c, ops.unsqueeze(deviation, 1)), ops.unsqueeze(deviation, 0));
  return ops.clamp(scaled, -1, 1) as Tensor;
});

/** How many elements lie in each of `bins` equal pieces between min and max, or between the extremes. */
export const histc = defineMethod(
  'histc',
  'input: Tensor, bins=100, min=0, max=0',
  (input: Tensor, bins: number = 100, min: number = 0, max: number = 0): Tensor => {
    if (whole(input))
      throw new RuntimeError(`"histogram_cpu" not implemented for '${scalarTypeNames[input.scalarType]}'`);
    if (bins <= 0) throw new RuntimeError('bins must be > 0');
    let [low, high] = [Number(min), Number(max)];
    if (low === high && input.numel() > 0) {
      low = Number(input.detach().min().item());
      high = Number(input.detach().max().item());
    }
    if (low === high) {
      low -= 1;
      high += 1;
    }
    if (!Number.isFinite(low) || !Number.isFinite(high))
      throw new RuntimeError(`range of [${low}, ${high}] is not finite`);
    if (low > high) throw new RuntimeError('max must be larger than min');
    return ops.histogramCounts(input.detach(), bins, low, high) as Tensor;
  },
);
/** How many elements, or how much weight, each whole number has. */
export const bincount = defineMethod(
  'bincount',
  'input: Tensor, weights=None, minlength=0',
  (input: Tensor, weights: Tensor | null = null, minlength: number = 0): Tensor => {
    if (minlength < 0) throw new RuntimeError('minlength should be >= 0');
    if (whole(input) === false)
      throw new RuntimeError(`"bincount_cpu" not implemented for '${scalarTypeNames[input.scalarType]}'`);
    if (input.ndim !== 1) throw new RuntimeError('bincount only supports 1-d non-negative integral inputs.');
    if (input.numel() > 0 && Number(input.min().item()) < 0)
      throw new RuntimeError('bincount only supports 1-d non-negative integral inputs.');
    if (weights !== null && (weights.ndim !== 1 || weights.numel() !== input.numel()))
      throw new RuntimeError('weights should be 1-d and have the same length as input');
    const length = Math.max(minlength, input.numel() > 0 ? Number(input.max().item()) + 1 : 0);
    const type = weights === null ? 'int64' : weights.scalarType === 'float32' ? 'float32' : 'float64';
    return ops.tally(input, weights, length, type) as Tensor;
  },
);
