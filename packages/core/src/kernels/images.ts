import { type ConvAttrs, emptyImage, imageAxes, kernelAxes } from '../ops/conv';
import { opNamed } from '../ops/define';
import { copyStrided } from '../tensor/access';
import { empty, fromArray, type Tensor, type TensorSpec } from '../tensor/tensor';
import { type ConvShape, conv2d, conv2dFilterGrad, conv2dInputGrad } from './assembly/conv';
import { ordered } from './ordered';

type Floats = Float32Array<ArrayBuffer> | Float64Array<ArrayBuffer>;

function shapeOf(x: TensorSpec, w: TensorSpec, a: ConvAttrs): ConvShape {
  const [n, h, wd, ci] = imageAxes(x, a.channelsFirst).sizes;
  const [kh, kw, , co] = kernelAxes(w, a.channelsFirst).sizes;
  return {
    n,
    h,
    w: wd,
    ci,
    co,
    kh,
    kw,
    strideH: a.stride[0],
    strideW: a.stride[1],
    dilationH: a.dilation[0],
    dilationW: a.dilation[1],
    padTop: a.padding[0][0],
    padBottom: a.padding[0][1],
    padLeft: a.padding[1][0],
    padRight: a.padding[1][1],
    groups: a.groups,
  };
}
const isReal = (t: Tensor): boolean => t.scalarType === 'float32';
const floats = (found: ReturnType<typeof ordered>) => found as { array: Floats; offset: number };
const image = (t: Tensor, a: ConvAttrs) => floats(ordered(t, imageAxes(t, a.channelsFirst)));
const kernel = (t: Tensor, a: ConvAttrs) => floats(ordered(t, kernelAxes(t, a.channelsFirst)));

opNamed('conv2d').fast = (family, [x, w, b], [spec], a: ConvAttrs) => {
  if (!isReal(x!) || (b && !b.rowMajor) || x!.sizes[0] === 0) return null;
  const out = emptyImage(family, spec!, a.channelsFirst);
  const [xi, wi] = [image(x!, a), kernel(w!, a)];
  conv2d(
    xi.array,
    xi.offset,
    wi.array,
    wi.offset,
    out.storage.array as Floats,
    0,
    shapeOf(x!, w!, a),
    b?.storage.array as Floats | undefined,
    b?.offset ?? 0,
  );
  return out;
};
opNamed('convInputGrad').fast = (family, [g, w], [spec], a: ConvAttrs) => {
  if (!isReal(g!) || g!.sizes[0] === 0) return null;
  const out = emptyImage(family, spec!, a.channelsFirst);
  const [gi, wi] = [image(g!, a), kernel(w!, a)];
  conv2dInputGrad(gi.array, gi.offset, wi.array, wi.offset, out.storage.array as Floats, 0, shapeOf(spec!, w!, a));
  return out;
};
opNamed('convKernelGrad').fast = (family, [g, x], [spec], a: ConvAttrs) => {
  if (!isReal(g!) || g!.sizes[0] === 0) return null;
  const [gi, xi] = [image(g!, a), image(x!, a)];
  const [kh, kw, ci, co] = kernelAxes(spec!, a.channelsFirst).sizes;
  const inner = empty(family, [kh, kw, ci, co], spec!.scalarType);
  conv2dFilterGrad(xi.array, xi.offset, gi.array, gi.offset, inner.storage.array as Floats, 0, shapeOf(x!, spec!, a));
  if (!a.channelsFirst) return inner;
  const array = copyStrided(inner.storage.array, spec!.scalarType, [co, ci, kh, kw], [1, co, kw * ci * co, ci * co], 0);
  return fromArray(family, array, spec!.sizes, spec!.scalarType);
};
