import { run, runMany } from '../autograd/record';
import { ShapeError, showShape, ValueError } from '../errors';
import { codecs, type DType } from '../tensor/dtype';
import { empty, type Tensor, type TensorSpec } from '../tensor/tensor';
import { emptyImage, imageAxes } from './conv';
import { defineOp, type Op, real, values } from './define';

type Pair = readonly [number, number];
export interface PoolAttrs {
  readonly window: Pair;
  readonly stride: Pair;
  readonly padding: readonly [Pair, Pair];
  readonly dilation: Pair;
  readonly channelsFirst: boolean;
  /** A last window that only partly fits counts too. */
  readonly ceil: boolean;
}

function poolSize(size: number, window: number, stride: number, pad: Pair, dilation: number, ceil: boolean): number {
  const span = size + pad[0] + pad[1] - dilation * (window - 1) - 1;
  const fit = (ceil ? Math.ceil(span / stride) : Math.floor(span / stride)) + 1;
  // a window that would start in the padding after the input does not count
  return ceil && (fit - 1) * stride >= size + pad[0] ? fit - 1 : fit;
}

function poolSpec(op: string, x: TensorSpec, a: PoolAttrs): TensorSpec {
  if (x.sizes.length !== 4)
    throw new ShapeError(`needs a rank-4 input, got ${showShape(x.sizes)}`, {
      op,
      kind: 'poolRank',
      shapes: [x.sizes],
    });
  const [n, h, w, c] = imageAxes(x, a.channelsFirst).sizes;
  const oh = poolSize(h, a.window[0], a.stride[0], a.padding[0], a.dilation[0], a.ceil);
  const ow = poolSize(w, a.window[1], a.stride[1], a.padding[1], a.dilation[1], a.ceil);
  if (oh <= 0 || ow <= 0)
    throw new ValueError(`a ${a.window[0]}x${a.window[1]} window gives an empty output for an input of ${h}x${w}`, {
      op,
      kind: 'poolSmall',
      shapes: [x.sizes],
      input: [c, h, w],
      output: [c, oh, ow],
    });
  return { sizes: a.channelsFirst ? [n, c, oh, ow] : [n, oh, ow, c], scalarType: x.scalarType };
}

/** Visits each output with the list of (position inside the image plane, memory position) of its window. */
function visitWindows(
  x: Tensor,
  y: Tensor,
  a: PoolAttrs,
  visit: (out: number, cells: readonly number[], planes: readonly number[], rows: number, cols: number) => void,
): void {
  const X = imageAxes(x, a.channelsFirst);
  const Y = imageAxes(y, a.channelsFirst);
  const [n, oh, ow, c] = Y.sizes;
  const [, h, w] = X.sizes;
  for (let i = 0; i < n; i++)
    for (let r = 0; r < oh; r++)
      for (let s = 0; s < ow; s++)
        for (let k = 0; k < c; k++) {
          const cells: number[] = [];
          const planes: number[] = [];
          const top = r * a.stride[0] - a.padding[0][0];
          const left = s * a.stride[1] - a.padding[1][0];
          for (let p = 0; p < a.window[0]; p++) {
            const row = top + p * a.dilation[0];
            if (row < 0 || row >= h) continue;
            for (let q = 0; q < a.window[1]; q++) {
              const col = left + q * a.dilation[1];
              if (col < 0 || col >= w) continue;
              cells.push(x.offset + i * X.strides[0] + row * X.strides[1] + col * X.strides[2] + k * X.strides[3]);
              planes.push(row * w + col);
            }
          }
          // how much of the window lies inside the padded input, for averages that count the padding
          const rows = Math.min(top + a.window[0], h + a.padding[0][1]) - top;
          const cols = Math.min(left + a.window[1], w + a.padding[1][1]) - left;
          visit(
            y.offset + i * Y.strides[0] + r * Y.strides[1] + s * Y.strides[2] + k * Y.strides[3],
            cells,
            planes,
            rows,
            cols,
          );
        }
}

const plain: PoolAttrs = {
  window: [2, 2],
  stride: [2, 2],
  padding: [
    [0, 0],
    [0, 0],
  ],
  dilation: [1, 1],
  channelsFirst: true,
  ceil: false,
};
const uneven: PoolAttrs = {
  window: [3, 2],
  stride: [2, 1],
  padding: [
    [1, 1],
    [0, 1],
  ],
  dilation: [1, 1],
  channelsFirst: false,
  ceil: false,
};
const spread = Array.from({ length: 32 }, (_, i) => ((i * 13) % 32) / 4 - 3);

const maxPoolOp: Op<PoolAttrs & { dtype: DType }> = defineOp<PoolAttrs & { dtype: DType }>({
  name: 'maxPool2d',
  infer: ([x], a) => {
    const spec = poolSpec('maxPool2d', x!, a);
    return [spec, { sizes: spec.sizes, scalarType: a.dtype }];
  },
  forward: (family, [x], [spec, indexSpec], a) => {
    const out = emptyImage(family, spec!, a.channelsFirst);
    const index = emptyImage(family, indexSpec!, a.channelsFirst);
    const codec = codecs[spec!.scalarType];
    const indexCodec = codecs[indexSpec!.scalarType];
    visitWindows(x!, out, a, (o, cells, planes) => {
      let best = Number.NEGATIVE_INFINITY;
      let at = planes[0] ?? 0;
      for (let i = 0; i < cells.length; i++) {
        const v = codec.get(x!.storage.array, cells[i]!);
        if (v > best || Number.isNaN(v)) {
          best = v;
          at = planes[i]!;
        }
      }
      codec.set(out.storage.array, o, best);
      indexCodec.set(index.storage.array, o, at);
    });
    return [out, index];
  },
  vjp: (g, c) => [
    run(planeScatterOp, [g, c.output(1)], { sizes: c.inputSpec(0).sizes, channelsFirst: c.attrs.channelsFirst }),
  ],
  saves: { outputs: [1] },
  samples: [
    { inputs: [values([1, 2, 4, 4], spread)], attrs: { ...plain, dtype: 'int64' } },
    { inputs: [values([1, 4, 4, 2], spread)], attrs: { ...uneven, dtype: 'int64' } },
  ],
});
interface PlaneAttrs {
  readonly sizes: readonly number[];
  readonly channelsFirst: boolean;
}
/** Visits (image position, pooled position) pairs where the pooled index points into the image plane. */
function visitPlane(
  image: Tensor,
  index: Tensor,
  pooled: Tensor,
  channelsFirst: boolean,
  visit: (image: number, pooled: number) => void,
): void {
  const X = imageAxes(image, channelsFirst);
  const Y = imageAxes(pooled, channelsFirst);
  const I = imageAxes(index, channelsFirst);
  const w = X.sizes[2];
  const [n, oh, ow, c] = Y.sizes;
  const codec = codecs[index.scalarType];
  for (let i = 0; i < n; i++)
    for (let r = 0; r < oh; r++)
      for (let s = 0; s < ow; s++)
        for (let k = 0; k < c; k++) {
          const p = codec.get(
            index.storage.array,
            index.offset + i * I.strides[0] + r * I.strides[1] + s * I.strides[2] + k * I.strides[3],
          );
          visit(
            image.offset +
              i * X.strides[0] +
              Math.floor(p / w) * X.strides[1] +
              (p % w) * X.strides[2] +
              k * X.strides[3],
            pooled.offset + i * Y.strides[0] + r * Y.strides[1] + s * Y.strides[2] + k * Y.strides[3],
          );
        }
}
const planeIndex = values([1, 2, 2, 1], [0, 5, 9, 15], 'int64');
const planeScatterOp: Op<PlaneAttrs> = defineOp<PlaneAttrs>({
  name: 'planeScatter',
  infer: ([g], { sizes }) => ({ sizes, scalarType: g!.scalarType }),
  forward: (family, [g, index], [spec], { channelsFirst }) => {
    const out = emptyImage(family, spec!, channelsFirst);
    const codec = codecs[spec!.scalarType];
    visitPlane(out, index!, g!, channelsFirst, (x, y) =>
      codec.set(out.storage.array, x, codec.get(out.storage.array, x) + codec.get(g!.storage.array, y)),
    );
    return out;
  },
  vjp: (gg, c) => [run(planeGatherOp, [gg, c.input(1)], c.attrs), null],
  saves: { inputs: [1] },
  samples: [{ inputs: [real([1, 2, 2, 1]), planeIndex], attrs: { sizes: [1, 4, 4, 1], channelsFirst: false } }],
});
const planeGatherOp: Op<PlaneAttrs> = defineOp<PlaneAttrs>({
  name: 'planeGather',
  infer: ([x, index]) => ({ sizes: index!.sizes, scalarType: x!.scalarType }),
  forward: (family, [x, index], [spec], { channelsFirst }) => {
    const out = empty(family, spec!.sizes, spec!.scalarType);
    const codec = codecs[spec!.scalarType];
    visitPlane(x!, index!, out, channelsFirst, (from, to) =>
      codec.set(out.storage.array, to, codec.get(x!.storage.array, from)),
    );
    return out;
  },
  vjp: (g, c) => [run(planeScatterOp, [g, c.input(1)], c.attrs), null],
  saves: { inputs: [1] },
  samples: [{ inputs: [real([1, 4, 4, 1]), planeIndex], attrs: { sizes: [1, 4, 4, 1], channelsFirst: false } }],
});
/** Largest element of each window, and its place in the image plane (row * width + column; the first of equals). */
export const maxPool2d = (x: Tensor, attrs: PoolAttrs, dtype: DType = 'int64'): readonly [Tensor, Tensor] =>
  runMany(maxPoolOp, [x], { ...attrs, dtype }) as unknown as readonly [Tensor, Tensor];

type AverageAttrs = PoolAttrs & { readonly countPadding: boolean; readonly divisor: number | null };
const divisorOf = (a: AverageAttrs, cells: number, rows: number, cols: number): number =>
  a.divisor ?? (a.countPadding ? rows * cols : cells);
const avgPoolOp: Op<AverageAttrs> = defineOp<AverageAttrs>({
  name: 'avgPool2d',
  infer: ([x], a) => poolSpec('avgPool2d', x!, a),
  forward: (family, [x], [spec], a) => {
    const out = emptyImage(family, spec!, a.channelsFirst);
    const codec = codecs[spec!.scalarType];
    visitWindows(x!, out, a, (o, cells, _planes, rows, cols) => {
      let total = 0;
      for (const p of cells) total += codec.get(x!.storage.array, p);
      codec.set(out.storage.array, o, total / divisorOf(a, cells.length, rows, cols));
    });
    return out;
  },
  vjp: (g, c) => [run(avgPoolGradOp, [g], { ...c.attrs, sizes: c.inputSpec(0).sizes })],
  samples: [
    { inputs: [real([1, 2, 4, 4])], attrs: { ...plain, countPadding: true, divisor: null } },
    { inputs: [real([1, 4, 4, 2])], attrs: { ...uneven, countPadding: false, divisor: null } },
  ],
});
const avgPoolGradOp: Op<AverageAttrs & { readonly sizes: readonly number[] }> = defineOp<
  AverageAttrs & { readonly sizes: readonly number[] }
>({
  name: 'avgPoolGrad',
  infer: ([g], { sizes }) => ({ sizes, scalarType: g!.scalarType }),
  forward: (family, [g], [spec], a) => {
    const out = emptyImage(family, spec!, a.channelsFirst);
    const codec = codecs[spec!.scalarType];
    visitWindows(out, g!, a, (o, cells, _planes, rows, cols) => {
      const share = codec.get(g!.storage.array, o) / divisorOf(a, cells.length, rows, cols);
      for (const p of cells) codec.set(out.storage.array, p, codec.get(out.storage.array, p) + share);
    });
    return out;
  },
  vjp: (gg, c) => [run(avgPoolOp, [gg], c.attrs)],
  samples: [
    { inputs: [real([1, 2, 2, 2])], attrs: { ...plain, countPadding: true, divisor: null, sizes: [1, 2, 4, 4] } },
  ],
});
/** Mean of each window; padding counts as zeros if `countPadding`. */
export const avgPool2d = (x: Tensor, attrs: AverageAttrs): Tensor => run(avgPoolOp, [x], attrs);
