import { run } from '../autograd/record';
import { DTypeError, ShapeError, showShape, ValueError } from '../errors';
import { codecs, dtypes } from '../tensor/dtype';
import { numel } from '../tensor/strides';
import { empty, Storage, type Tensor, type TensorFamily, type TensorSpec } from '../tensor/tensor';
import { defineOp, type Op, real } from './define';
import { sum } from './reduce';

type Pair = readonly [number, number];
/** Geometry of a two-dimensional convolution; `padding` is [top, bottom], [left, right]. */
export interface ConvAttrs {
  readonly stride: Pair;
  readonly padding: readonly [Pair, Pair];
  readonly dilation: Pair;
  readonly groups: number;
  /** Where the channels are: first means input [n,c,h,w] and weights [out,in/groups,kh,kw]; last means [n,h,w,c] and [kh,kw,in/groups,out]. */
  readonly channelsFirst: boolean;
}

/** Sizes and strides of an image tensor as n, h, w, c. */
export function imageAxes(
  t: TensorSpec & { strides?: readonly number[] },
  channelsFirst: boolean,
): { sizes: readonly [number, number, number, number]; strides: readonly [number, number, number, number] } {
  const order = channelsFirst ? [0, 2, 3, 1] : [0, 1, 2, 3];
  const pick = (a: readonly number[] | undefined): readonly [number, number, number, number] =>
    order.map((i) => a?.[i] ?? 0) as unknown as readonly [number, number, number, number];
  return { sizes: pick(t.sizes), strides: pick(t.strides) };
}
/** The same of a kernel as kh, kw, in, out. */
export function kernelAxes(
  t: TensorSpec & { strides?: readonly number[] },
  channelsFirst: boolean,
): ReturnType<typeof imageAxes> {
  const order = channelsFirst ? [2, 3, 1, 0] : [0, 1, 2, 3];
  const pick = (a: readonly number[] | undefined): readonly [number, number, number, number] =>
    order.map((i) => a?.[i] ?? 0) as unknown as readonly [number, number, number, number];
  return { sizes: pick(t.sizes), strides: pick(t.strides) };
}
const imageSizes = (n: number, h: number, w: number, c: number, channelsFirst: boolean): number[] =>
  channelsFirst ? [n, c, h, w] : [n, h, w, c];

/** An image tensor laid out channels last inside, whatever its logical order; users of a facade never notice. */
export function emptyImage(family: TensorFamily, spec: TensorSpec, channelsFirst: boolean): Tensor {
  if (!channelsFirst) return empty(family, spec.sizes, spec.scalarType);
  const [, c, h, w] = spec.sizes as readonly [number, number, number, number];
  const storage = new Storage(spec.scalarType, dtypes[spec.scalarType].create(numel(spec.sizes)));
  storage.innerLayout = true;
  return family.create(storage, spec.sizes, [h * w * c, 1, w * c, c], 0);
}

/** How many windows fit along one axis. */
export const outputSize = (size: number, kernel: number, stride: number, pad: Pair, dilation: number): number =>
  Math.floor((size + pad[0] + pad[1] - dilation * (kernel - 1) - 1) / stride) + 1;

function convSpec([x, w, b]: readonly TensorSpec[], a: ConvAttrs): TensorSpec {
  if (x!.sizes.length !== 4 || w!.sizes.length !== 4)
    throw new ShapeError(`needs a rank-4 input and kernel, got ${showShape(x!.sizes)} and ${showShape(w!.sizes)}`, {
      op: 'conv2d',
      kind: 'convRank',
      shapes: [x!.sizes, w!.sizes],
    });
  if (x!.scalarType !== w!.scalarType)
    throw new DTypeError(`input and kernel have dtypes ${x!.scalarType} and ${w!.scalarType}`, {
      op: 'conv2d',
      kind: 'mismatch',
      dtypes: [x!.scalarType, w!.scalarType],
    });
  const [n, h, wd, c] = imageAxes(x!, a.channelsFirst).sizes;
  const [kh, kw, ci, co] = kernelAxes(w!, a.channelsFirst).sizes;
  if (ci * a.groups !== c || co % a.groups !== 0) {
    throw new ShapeError(
      `input ${showShape(x!.sizes)} has ${c} channels, but the kernel ${showShape(w!.sizes)} with ${a.groups} groups takes ${ci * a.groups}`,
      {
        op: 'conv2d',
        kind: 'convChannels',
        shapes: [x!.sizes, w!.sizes],
        groups: a.groups,
        channels: c,
        expected: ci * a.groups,
      },
    );
  }
  if (b && (b.sizes.length !== 1 || b.sizes[0] !== co))
    throw new ShapeError(`a bias of shape ${showShape(b.sizes)} does not fit ${co} output channels`, {
      op: 'conv2d',
      kind: 'bias',
      shapes: [b.sizes, [co]],
    });
  const oh = outputSize(h, kh, a.stride[0], a.padding[0], a.dilation[0]);
  const ow = outputSize(wd, kw, a.stride[1], a.padding[1], a.dilation[1]);
  if (oh <= 0 || ow <= 0) {
    throw new ValueError(
      `a ${kh}x${kw} kernel is larger than the padded ${h + a.padding[0][0] + a.padding[0][1]}x${wd + a.padding[1][0] + a.padding[1][1]} input`,
      {
        op: 'conv2d',
        kind: 'convSmall',
        shapes: [x!.sizes, w!.sizes],
        padded: [h + a.padding[0][0] + a.padding[0][1], wd + a.padding[1][0] + a.padding[1][1]],
        kernel: [kh, kw],
      },
    );
  }
  return { sizes: imageSizes(n, oh, ow, co, a.channelsFirst), scalarType: x!.scalarType };
}

type Visit = (x: number, w: number, y: number) => void;
/** Visits every (input, kernel, output) triple of positions that the convolution multiplies. */
function visitConv(x: Tensor, w: Tensor, y: Tensor, a: ConvAttrs, visit: Visit): void {
  const X = imageAxes(x, a.channelsFirst);
  const W = kernelAxes(w, a.channelsFirst);
  const Y = imageAxes(y, a.channelsFirst);
  const [n, oh, ow, co] = Y.sizes;
  const [, h, wd] = X.sizes;
  const [kh, kw, ci] = W.sizes;
  const perGroup = co / a.groups;
  for (let i = 0; i < n; i++)
    for (let r = 0; r < oh; r++)
      for (let s = 0; s < ow; s++)
        for (let p = 0; p < kh; p++) {
          const row = r * a.stride[0] - a.padding[0][0] + p * a.dilation[0];
          if (row < 0 || row >= h) continue;
          for (let q = 0; q < kw; q++) {
            const col = s * a.stride[1] - a.padding[1][0] + q * a.dilation[1];
            if (col < 0 || col >= wd) continue;
            const xi = x.offset + i * X.strides[0] + row * X.strides[1] + col * X.strides[2];
            const wi = w.offset + p * W.strides[0] + q * W.strides[1];
            const yi = y.offset + i * Y.strides[0] + r * Y.strides[1] + s * Y.strides[2];
            for (let o = 0; o < co; o++) {
              const group = Math.floor(o / perGroup) * ci;
              for (let k = 0; k < ci; k++)
                visit(xi + (group + k) * X.strides[3], wi + k * W.strides[2] + o * W.strides[3], yi + o * Y.strides[3]);
            }
          }
        }
}

/** Sums in float64 and rounds once at the end. */
function accumulate(out: Tensor, run: (sums: Float64Array) => void): Tensor {
  const sums = new Float64Array(out.storage.length);
  run(sums);
  const codec = codecs[out.scalarType];
  for (let i = 0; i < sums.length; i++) codec.set(out.storage.array, i, sums[i]!);
  return out;
}

const unit: ConvAttrs = {
  stride: [1, 1],
  padding: [
    [0, 0],
    [0, 0],
  ],
  dilation: [1, 1],
  groups: 1,
  channelsFirst: true,
};
const padded: ConvAttrs = {
  stride: [2, 1],
  padding: [
    [1, 0],
    [1, 1],
  ],
  dilation: [1, 2],
  groups: 1,
  channelsFirst: false,
};

const conv2dOp: Op<ConvAttrs> = defineOp<ConvAttrs>({
  name: 'conv2d',
  infer: convSpec,
  forward: (family, [x, w, b], [spec], a) => {
    const out = emptyImage(family, spec!, a.channelsFirst);
    const cx = codecs[x!.scalarType];
    return accumulate(out, (sums) => {
      if (b) {
        const Y = imageAxes(out, a.channelsFirst);
        for (let i = 0; i < sums.length; i++)
          sums[i] = cx.get(b.storage.array, b.offset + (i % Y.sizes[3]) * b.strides[0]!);
      }
      visitConv(x!, w!, out, a, (i, k, o) => {
        sums[o]! += cx.get(x!.storage.array, i) * cx.get(w!.storage.array, k);
      });
    });
  },
  vjp: (g, c) => {
    const dx = c.needs(0) ? run(convInputGradOp, [g, c.input(1)], { ...c.attrs, sizes: c.inputSpec(0).sizes }) : null;
    const dw = c.needs(1) ? run(convKernelGradOp, [g, c.input(0)], { ...c.attrs, sizes: c.inputSpec(1).sizes }) : null;
    return c.inputCount === 3 ? [dx, dw, c.needs(2) ? channelSum(g, c.attrs.channelsFirst) : null] : [dx, dw];
  },
  saves: { inputs: [0, 1] },
  samples: [
    { inputs: [real([2, 2, 4, 4]), real([3, 2, 2, 3]), real([3])], attrs: unit },
    { inputs: [real([1, 5, 5, 2]), real([3, 2, 2, 2])], attrs: padded },
    { inputs: [real([1, 4, 3, 3]), real([4, 2, 2, 2])], attrs: { ...unit, groups: 2 } },
  ],
});
type SizedConv = ConvAttrs & { readonly sizes: readonly number[] };
const convInputGradOp: Op<SizedConv> = defineOp<SizedConv>({
  name: 'convInputGrad',
  infer: ([g], { sizes }) => ({ sizes, scalarType: g!.scalarType }),
  forward: (family, [g, w], [spec], a) => {
    const out = emptyImage(family, spec!, a.channelsFirst);
    const codec = codecs[g!.scalarType];
    return accumulate(out, (sums) =>
      visitConv(out, w!, g!, a, (i, k, o) => {
        sums[i]! += codec.get(g!.storage.array, o) * codec.get(w!.storage.array, k);
      }),
    );
  },
  vjp: (gg, c) => [
    c.needs(0) ? run(conv2dOp, [gg, c.input(1)], c.attrs) : null,
    c.needs(1) ? run(convKernelGradOp, [c.input(0), gg], { ...c.attrs, sizes: c.inputSpec(1).sizes }) : null,
  ],
  saves: { inputs: [0, 1] },
  samples: [
    { inputs: [real([2, 3, 3, 2]), real([3, 2, 2, 3])], attrs: { ...unit, sizes: [2, 2, 4, 4] } },
    { inputs: [real([1, 2, 5, 2]), real([3, 2, 2, 2])], attrs: { ...padded, sizes: [1, 5, 5, 2] } },
  ],
});
const convKernelGradOp: Op<SizedConv> = defineOp<SizedConv>({
  name: 'convKernelGrad',
  infer: ([g], { sizes }) => ({ sizes, scalarType: g!.scalarType }),
  forward: (family, [g, x], [spec], a) => {
    const out = empty(family, spec!.sizes, spec!.scalarType);
    const codec = codecs[g!.scalarType];
    return accumulate(out, (sums) =>
      visitConv(x!, out, g!, a, (i, k, o) => {
        sums[k]! += codec.get(g!.storage.array, o) * codec.get(x!.storage.array, i);
      }),
    );
  },
  vjp: (gg, c) => [
    c.needs(0) ? run(conv2dOp, [c.input(1), gg], c.attrs) : null,
    c.needs(1) ? run(convInputGradOp, [c.input(0), gg], { ...c.attrs, sizes: c.inputSpec(1).sizes }) : null,
  ],
  saves: { inputs: [0, 1] },
  samples: [{ inputs: [real([2, 3, 3, 2]), real([2, 2, 4, 4])], attrs: { ...unit, sizes: [3, 2, 2, 3] } }],
});
/** Two-dimensional cross-correlation of images with kernels, plus a bias per output channel. */
export const conv2d = (x: Tensor, kernel: Tensor, bias: Tensor | null, attrs: ConvAttrs): Tensor =>
  run(conv2dOp, bias === null ? [x, kernel] : [x, kernel, bias], attrs);
/** The gradient of conv2d with respect to its input: also known as transposed convolution. `sizes` is the shape of the result. */
export const convInputGrad = (g: Tensor, kernel: Tensor, sizes: readonly number[], attrs: ConvAttrs): Tensor =>
  run(convInputGradOp, [g, kernel], { ...attrs, sizes });

const channelSum = (g: Tensor, channelsFirst: boolean): Tensor => sum(g, channelsFirst ? [0, 2, 3] : [0, 1, 2]);
