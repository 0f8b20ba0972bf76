import { provideCopy, provideWalkOps } from '../autograd/backward';
import { run } from '../autograd/record';
import { DTypeError, ShapeError, showShape } from '../errors';
import { SHORT_SUM, sumByEights, sumInTurn } from '../sums';
import { copyData } from '../tensor/access';
import { codecs, type DType, dtypes, isComplex, isFloating, isInteger, isWide, type WideArray } from '../tensor/dtype';
import { normalizeAxes, normalizeAxis, numel, positions, reducedShape, sameNumbers } from '../tensor/strides';
import { empty, fromArray, type Tensor, type TensorFamily, type TensorSpec } from '../tensor/tensor';
import { defineOp, type Op, real, type Sample, values } from './define';
import { abs, add, cast, div, equal, exp, log, mul, square, sub, where } from './elementwise';
import { expand, provideSumTo, reshape } from './shape';

export interface ReduceAttrs {
  /** Ascending, non-negative. */
  readonly axes: readonly number[];
  readonly keepDims: boolean;
}
/** Axes as a caller gives them: one, several, or none for all. */
export type Axes = number | readonly number[] | null | undefined;

/** Positions of the elements of each output: kept axes outside, reduced axes inside. */
function groups(x: Tensor, axes: readonly number[]): { outer: Int32Array; inner: Int32Array } {
  const kept = x.sizes.map((_, i) => i).filter((i) => !axes.includes(i));
  const pick = (which: readonly number[]): [number[], number[]] => [
    which.map((i) => x.sizes[i]!),
    which.map((i) => x.strides[i]!),
  ];
  return { outer: positions(...pick(kept), x.offset), inner: positions(...pick(axes), 0) };
}

/** Reduces each group of elements with plain float64 arithmetic. */
function reduceNumbers(
  family: TensorFamily,
  x: Tensor,
  spec: TensorSpec,
  axes: readonly number[],
  f: (read: (i: number) => number, n: number, readRaw: (i: number) => number) => number,
): Tensor {
  const out = empty(family, spec.sizes, spec.scalarType);
  const { outer, inner } = groups(x, axes);
  const from = codecs[x.scalarType];
  const to = codecs[spec.scalarType];
  let base = 0;
  const read = (i: number): number => from.get(x.storage.array, base + inner[i]!);
  // a bigint where the array holds such: good for comparing, not for arithmetic
  const readRaw = (i: number): number => x.storage.array[base + inner[i]!] as number;
  for (let o = 0; o < outer.length; o++) {
    base = outer[o]!;
    to.set(out.storage.array, o, f(read, inner.length, readRaw));
  }
  return out;
}

function reduceBig(
  family: TensorFamily,
  x: Tensor,
  spec: TensorSpec,
  axes: readonly number[],
  start: bigint,
  f: (a: bigint, b: bigint) => bigint,
): Tensor {
  const out = empty(family, spec.sizes, spec.scalarType);
  const { outer, inner } = groups(x, axes);
  const array = x.storage.array as WideArray;
  for (let o = 0; o < outer.length; o++) {
    let sum = start;
    for (let i = 0; i < inner.length; i++) sum = f(sum, array[outer[o]! + inner[i]!]!);
    (out.storage.array as WideArray)[o] = sum;
  }
  return out;
}

/** A reduced gradient or result read at the shape of the input again. */
function spread(g: Tensor, sizes: readonly number[], axes: readonly number[]): Tensor {
  return expand(
    reshape(
      g,
      sizes.map((d, i) => (axes.includes(i) ? 1 : d)),
    ),
    sizes,
  );
}

const samples: readonly Sample<ReduceAttrs>[] = [
  { inputs: [real([2, 3, 4])], attrs: { axes: [1], keepDims: false } },
  { inputs: [real([2, 3])], attrs: { axes: [0, 1], keepDims: false } },
  { inputs: [real([2, 3])], attrs: { axes: [0], keepDims: true } },
];
const reduceSpec = (
  [x]: readonly TensorSpec[],
  { axes, keepDims }: ReduceAttrs,
  dtype: DType = x!.scalarType,
): TensorSpec => ({ sizes: reducedShape(x!.sizes, axes, keepDims), scalarType: dtype });
const callAxes =
  (op: Op<ReduceAttrs>) =>
  (x: Tensor, axes?: Axes, keepDims = false): Tensor =>
    run(op, [x], { axes: normalizeAxes(op.name, axes, x.rank), keepDims });

/** Whether the reduced axes hold the elements that lie next to each other: a row of them is summed, not columns. */
function alongRow(x: Tensor, axes: readonly number[]): boolean {
  let nearest = -1;
  for (let i = 0; i < x.rank; i++)
    if (x.sizes[i] !== 1 && (nearest < 0 || Math.abs(x.strides[i]!) <= Math.abs(x.strides[nearest]!))) nearest = i;
  return nearest < 0 || axes.includes(nearest);
}

/** The sum of n numbers: float32 in the kernels' order where they are few, all else in float64. */
function summing(x: Tensor, axes: readonly number[]): (read: (i: number) => number, n: number) => number {
  const short = alongRow(x, axes) ? sumByEights : sumInTurn;
  return (read, n) => {
    if (x.scalarType === 'float32' && n <= SHORT_SUM) return short(read, n);
    let sum = 0;
    for (let i = 0; i < n; i++) sum += read(i);
    return sum;
  };
}

const sumOp: Op<ReduceAttrs> = defineOp<ReduceAttrs>({
  name: 'sum',
  infer: (inputs, attrs) => reduceSpec(inputs, attrs),
  forward: (family, [x], [spec], { axes }) =>
    isWide(x!.scalarType)
      ? reduceBig(family, x!, spec!, axes, 0n, (a, b) => a + b)
      : reduceNumbers(family, x!, spec!, axes, summing(x!, axes)),
  vjp: (g, c) => [spread(g, c.inputSpec(0).sizes, c.attrs.axes)],
  samples,
});
/** Sum over axes (all when none are given), in the input's dtype. */
export const sum = callAxes(sumOp);

interface MeanAttrs extends ReduceAttrs {
  /** The gradient is multiplied by 1 / n, not divided by n. */
  readonly byShare?: boolean;
}
const meanOp = defineOp<MeanAttrs>({
  name: 'mean',
  infer: (inputs, attrs) => {
    if (!isFloating(inputs[0]!.scalarType))
      throw new DTypeError(`needs floating-point elements, got ${inputs[0]!.scalarType}`, {
        op: 'mean',
        kind: 'floating',
        dtypes: [inputs[0]!.scalarType],
      });
    return reduceSpec(inputs, attrs);
  },
  forward: (family, [x], [spec], { axes }) => {
    const sum = summing(x!, axes);
    return reduceNumbers(family, x!, spec!, axes, (read, n) => sum(read, n) / n);
  },
  vjp: (g, c) => {
    const { sizes } = c.inputSpec(0);
    const n = numel(c.attrs.axes.map((a) => sizes[a]!));
    return [spread(c.attrs.byShare ? mul(g, 1 / n) : div(g, n), sizes, c.attrs.axes)];
  },
  samples: [...samples, { inputs: [real([2, 3])], attrs: { axes: [0], keepDims: true, byShare: true } }],
});
/** Mean over axes; NaN where there is nothing to average. */
export const mean = callAxes(meanOp);
/** The same; its gradient is multiplied by 1 / n, where the plain mean's is divided by n: they round differently. */
export const meanByShare = (x: Tensor, axes?: Axes, keepDims = false): Tensor =>
  run(meanOp, [x], { axes: normalizeAxes('mean', axes, x.rank), keepDims, byShare: true });

/** An extreme of nothing is an error; `axis` is the one to blame where only some are reduced. */
function refuseEmpty(op: string, { sizes }: { readonly sizes: readonly number[] }, axes: readonly number[]): void {
  const axis = axes.find((a) => sizes[a] === 0);
  if (axis === undefined) return;
  throw new ShapeError(`axis ${axis} of shape ${showShape(sizes)} is empty, and nothing has no extreme`, {
    op,
    kind: 'emptyReduction',
    shapes: [sizes],
    ...(axes.length < sizes.length ? { axis } : {}),
  });
}

function extremum(name: 'max' | 'min', better: (a: number, b: number) => boolean): Op<ReduceAttrs> {
  const op: Op<ReduceAttrs> = defineOp<ReduceAttrs>({
    name,
    infer: (inputs, attrs) => {
      refuseEmpty(name, inputs[0]!, attrs.axes);
      return reduceSpec(inputs, attrs);
    },
    forward: (family, [x], [spec], { axes }) =>
      isWide(x!.scalarType)
        ? reduceBig(
            family,
            x!,
            spec!,
            axes,
            dtypes[spec!.scalarType][name === 'max' ? 'min' : 'max'] as bigint,
            (a, b) => ((name === 'max' ? b > a : b < a) ? b : a),
          )
        : reduceNumbers(family, x!, spec!, axes, (read, n) => {
            let best = read(0);
            for (let i = 1; i < n && !Number.isNaN(best); i++) {
              const v = read(i);
              if (better(v, best) || Number.isNaN(v)) best = v;
            }
            return best;
          }),
    vjp: (g, c) => {
      const x = c.input(0);
      const { axes } = c.attrs;
      const mask = cast(equal(x, spread(c.output(), x.sizes, axes)), g.scalarType);
      return [mul(mask, spread(div(g, sum(mask, axes, c.attrs.keepDims)), x.sizes, axes))];
    },
    saves: { inputs: [0], outputs: [0] },
    samples: [
      { inputs: [values([2, 3], [3, 1, 2, 5, 4, 0])], attrs: { axes: [1], keepDims: false } },
      { inputs: [values([4], [3, 1, 7, 5])], attrs: { axes: [0], keepDims: false } },
    ],
  });
  return op;
}
const maxOp = extremum('max', (a, b) => a > b);
/** Largest element over axes; equal ones share the gradient. */
export const max = callAxes(maxOp);
const minOp = extremum('min', (a, b) => a < b);
/** Smallest element over axes; equal ones share the gradient. */
export const min = callAxes(minOp);

const prodOp = defineOp<ReduceAttrs>({
  name: 'prod',
  infer: (inputs, attrs) => reduceSpec(inputs, attrs),
  forward: (family, [x], [spec], { axes }) =>
    isWide(x!.scalarType)
      ? reduceBig(family, x!, spec!, axes, 1n, (a, b) => a * b)
      : reduceNumbers(family, x!, spec!, axes, (read, n) => {
          let p = 1;
          if (isInteger(spec!.scalarType)) for (let i = 0; i < n; i++) p = Math.imul(p, read(i));
          else for (let i = 0; i < n; i++) p *= read(i);
          return p;
        }),
  vjp: (g, c) => {
    const x = c.input(0);
    const { axes } = c.attrs;
    // the product of the others, also where one element is zero
    const zero = equal(x, 0);
    const zeros = spread(sum(cast(zero, x.scalarType), axes), x.sizes, axes);
    const rest = spread(prod(where(zero, 1, x), axes), x.sizes, axes);
    const others = where(
      equal(zeros, 0),
      div(rest, where(zero, 1, x)),
      where(equal(mul(zeros, cast(zero, x.scalarType)), 1), rest, 0),
    );
    return [mul(spread(g, x.sizes, axes), others)];
  },
  saves: { inputs: [0] },
  samples: [{ inputs: [real([2, 3], 0.5, 2)], attrs: { axes: [1], keepDims: false } }],
});
/** Product over axes. */
export const prod = callAxes(prodOp);

function index(
  name: 'argmax' | 'argmin',
  better: (a: number, b: number) => boolean,
): (x: Tensor, axis: number | null, keepDims?: boolean, dtype?: DType) => Tensor {
  const op = defineOp<ReduceAttrs & { dtype: DType }>({
    name,
    infer: (inputs, attrs) => {
      refuseEmpty(name, inputs[0]!, attrs.axes);
      return reduceSpec(inputs, attrs, attrs.dtype);
    },
    forward: (family, [x], [spec], { axes }) =>
      reduceNumbers(family, x!, spec!, axes, (readNumber, n, readRaw) => {
        const read = isWide(x!.scalarType) ? readRaw : readNumber;
        let at = 0;
        let best = read(0);
        for (let i = 1; i < n && !Number.isNaN(best); i++) {
          const v = read(i);
          if (better(v, best) || Number.isNaN(v)) {
            best = v;
            at = i;
          }
        }
        return at;
      }),
    vjp: null,
    samples: [{ inputs: [values([2, 3], [3, 5, 5, 1, 0, 0])], attrs: { axes: [1], keepDims: false, dtype: 'int64' } }],
  });
  return (x, axis, keepDims = false, dtype = 'int64') =>
    run(op, [x], {
      axes:
        axis === null
          ? normalizeAxes(name, null, x.rank)
          : x.rank === 0
            ? normalizeAxes(name, [], normalizeAxis(name, axis, 0))
            : [normalizeAxis(name, axis, x.rank)],
      keepDims,
      dtype,
    });
}
/** Index of the first largest element along an axis (null: of all elements). */
export const argmax = index('argmax', (a, b) => a > b);
/** Index of the first smallest element along an axis (null: of all elements). */
export const argmin = index('argmin', (a, b) => a < b);

function quantifier(name: 'any' | 'all', start: boolean): (x: Tensor, axes?: Axes, keepDims?: boolean) => Tensor {
  return callAxes(
    defineOp<ReduceAttrs>({
      name,
      infer: (inputs, attrs) => reduceSpec(inputs, attrs, 'bool'),
      forward: (family, [x], [spec], { axes }) =>
        reduceNumbers(family, x!, spec!, axes, (read, n) => {
          for (let i = 0; i < n; i++) if ((read(i) !== 0) !== start) return start ? 0 : 1;
          return start ? 1 : 0;
        }),
      vjp: null,
      samples: [{ inputs: [values([2, 2], [0, 1, 0, 0])], attrs: { axes: [1], keepDims: false } }],
    }),
  );
}
export const any = quantifier('any', false);
export const all = quantifier('all', true);

type CumsumAttrs = { axis: number; exclusive: boolean; reverse: boolean };
const cumsumOp: Op<CumsumAttrs> = defineOp<CumsumAttrs>({
  name: 'cumsum',
  infer: ([x]) => ({ sizes: x!.sizes, scalarType: x!.scalarType }),
  forward: (family, [x], [spec], { axis, exclusive, reverse }) => {
    const out = fromArray(family, copyData(x!), spec!.sizes, spec!.scalarType);
    const codec = codecs[spec!.scalarType];
    const { array } = out.storage;
    const { outer, inner } = groups(out, [axis]);
    const wide = isWide(spec!.scalarType) ? (array as WideArray) : null;
    for (let o = 0; o < outer.length; o++) {
      if (wide !== null) {
        let sum = 0n;
        for (let k = 0; k < inner.length; k++) {
          const p = outer[o]! + inner[reverse ? inner.length - 1 - k : k]!;
          const v = wide[p]!;
          wide[p] = exclusive ? sum : sum + v;
          sum += v;
        }
        continue;
      }
      let sum = 0;
      for (let k = 0; k < inner.length; k++) {
        const p = outer[o]! + inner[reverse ? inner.length - 1 - k : k]!;
        const v = codec.get(array, p);
        codec.set(array, p, exclusive ? sum : sum + v);
        sum += v;
      }
    }
    return out;
  },
  vjp: (g, c) => [run(cumsumOp, [g], { ...c.attrs, reverse: !c.attrs.reverse })],
  samples: [
    { inputs: [real([2, 4])], attrs: { axis: 1, exclusive: false, reverse: false } },
    { inputs: [real([3])], attrs: { axis: 0, exclusive: true, reverse: true } },
  ],
});
/** Running sum along an axis. */
export const cumsum = (x: Tensor, axis: number, exclusive = false, reverse = false): Tensor =>
  x.rank === 0 ? x : run(cumsumOp, [x], { axis: normalizeAxis('cumsum', axis, x.rank), exclusive, reverse });

/** Sum over the axes along which a tensor of shape `sizes` was broadcast to x. */
export function reduceTo(x: Tensor, sizes: readonly number[]): Tensor {
  if (sameNumbers(x.sizes, sizes)) return x;
  const shift = x.rank - sizes.length;
  const axes: number[] = [];
  for (let i = 0; i < x.rank; i++) if (i < shift || (sizes[i - shift] === 1 && x.sizes[i] !== 1)) axes.push(i);
  return reshape(sum(x, axes, true), sizes);
}
provideSumTo(reduceTo);
provideWalkOps({ add, sumTo: reduceTo, cast });
provideCopy((x) => fromArray(x.family, copyData(x), x.sizes, x.scalarType));

/** Variance over axes; `correction` is subtracted from the count (1: unbiased). */
export function variance(x: Tensor, axes: Axes, correction: number, keepDims = false): Tensor {
  const list = normalizeAxes('variance', axes, x.rank);
  const n = numel(list.map((a) => x.sizes[a]!));
  const centred = sub(x, mean(x, list, true));
  const squares = isComplex(x.scalarType) ? square(abs(centred)) : mul(centred, centred);
  return div(sum(squares, list, keepDims), Math.max(n - correction, 0));
}
/** log(sum(exp(x))) over axes, shifted by the maximum so that nothing overflows. */
export function logSumExp(x: Tensor, axes: Axes, keepDims = false): Tensor {
  const list = normalizeAxes('logSumExp', axes, x.rank);
  // of nothing the sum is 0
  if (list.some((a) => x.sizes[a] === 0)) return add(sum(x, list, keepDims), Number.NEGATIVE_INFINITY);
  const top = stopGradient(max(x, list, true));
  const shift = where(equal(top, top), where(equal(mul(top, 0), 0), top, 0), 0);
  const out = add(log(sum(exp(sub(x, shift)), list, true)), shift);
  return keepDims ? out : reshape(out, reducedShape(x.sizes, list, false));
}

const stopOp = defineOp<Record<never, never>>({
  name: 'stopGradient',
  infer: ([x]) => ({ sizes: x!.sizes, scalarType: x!.scalarType }),
  forward: (family, [x]) => family.create(x!.storage, x!.sizes, x!.strides, x!.offset),
  vjp: null,
  samples: [{ inputs: [real([2])], attrs: {} }],
});
/** The same values, cut off from the graph. */
export const stopGradient = (x: Tensor): Tensor => run(stopOp, [x], {});
