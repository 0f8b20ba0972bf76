import { emptyImage, imageAxes } from '../ops/conv';
import { opNamed } from '../ops/define';
import '../ops/pool';
import type { PoolAttrs } from '../ops/pool';
import type { Tensor, TensorSpec } from '../tensor/tensor';
import { avgPool, avgPoolGrad, maxPool, maxPoolGrad, type PoolShape } from './assembly/pool';
import { ordered } from './ordered';

type Floats = Float32Array<ArrayBuffer>;
const floats = (t: Tensor): Floats => t.storage.array as Floats;

function shapeOf(x: TensorSpec, y: TensorSpec, a: PoolAttrs): PoolShape {
  const [n, h, w, c] = imageAxes(x, a.channelsFirst).sizes;
  const [, oh, ow] = imageAxes(y, a.channelsFirst).sizes;
  return {
    n,
    h,
    w,
    c,
    oh,
    ow,
    kh: a.window[0],
    kw: a.window[1],
    strideH: a.stride[0],
    strideW: a.stride[1],
    dilationH: a.dilation[0],
    dilationW: a.dilation[1],
    padTop: a.padding[0][0],
    padBottom: a.padding[0][1],
    padLeft: a.padding[1][0],
    padRight: a.padding[1][1],
  };
}

const takes = (t: Tensor): boolean => t.scalarType === 'float32' && t.elementCount > 0;

/** Places in an image plane, as int32: of int64 ones the low words, for a plane has fewer than 2^31 pixels. */
function places(index: Tensor, channelsFirst: boolean): { array: Int32Array; offset: number } | null {
  const { array, offset } = ordered(index, imageAxes(index, channelsFirst));
  if (array instanceof Int32Array) return { array, offset };
  if (!(array instanceof BigInt64Array)) return null;
  const words = new Int32Array(array.buffer, array.byteOffset, array.length * 2);
  const low = new Int32Array(index.elementCount);
  for (let i = 0; i < low.length; i++) low[i] = words[2 * (offset + i)]!;
  return { array: low, offset: 0 };
}

opNamed('maxPool2d').fast = (family, [x], [spec, indexSpec], a: PoolAttrs) => {
  if (!takes(x!)) return null;
  const wide = indexSpec!.scalarType === 'int64';
  if (!wide && indexSpec!.scalarType !== 'int32') return null;
  const out = emptyImage(family, spec!, a.channelsFirst);
  const index = emptyImage(family, indexSpec!, a.channelsFirst);
  const found = wide ? new Int32Array(out.elementCount) : (index.storage.array as Int32Array);
  const { array, offset } = ordered(x!, imageAxes(x!, a.channelsFirst));
  maxPool(array as Floats, offset, floats(out), 0, found, 0, shapeOf(x!, spec!, a));
  if (wide) {
    const words = new Int32Array(index.storage.array.buffer);
    for (let i = 0; i < found.length; i++) words[2 * i] = found[i]!;
  }
  return [out, index];
};

opNamed('planeScatter').fast = (family, [g, index], [spec], { channelsFirst }: { channelsFirst: boolean }) => {
  if (!takes(g!)) return null;
  const where = places(index!, channelsFirst);
  if (where === null) return null;
  const out = emptyImage(family, spec!, channelsFirst);
  const { array, offset } = ordered(g!, imageAxes(g!, channelsFirst));
  const [n, h, w, c] = imageAxes(spec!, channelsFirst).sizes;
  const [, oh, ow] = imageAxes(g!, channelsFirst).sizes;
  maxPoolGrad(array as Floats, offset, where.array, where.offset, floats(out), 0, { ...noWindow, n, h, w, c, oh, ow });
  return out;
};
const noWindow = {
  kh: 1,
  kw: 1,
  strideH: 1,
  strideW: 1,
  dilationH: 1,
  dilationW: 1,
  padTop: 0,
  padBottom: 0,
  padLeft: 0,
  padRight: 0,
};

interface AverageAttrs extends PoolAttrs {
  readonly countPadding: boolean;
  readonly divisor: number | null;
}
const plainAverage = (a: AverageAttrs): boolean => a.divisor === null && a.dilation[0] === 1 && a.dilation[1] === 1;

opNamed('avgPool2d').fast = (family, [x], [spec], a: AverageAttrs) => {
  if (!takes(x!) || !plainAverage(a)) return null;
  const out = emptyImage(family, spec!, a.channelsFirst);
  const { array, offset } = ordered(x!, imageAxes(x!, a.channelsFirst));
  avgPool(array as Floats, offset, floats(out), 0, shapeOf(x!, spec!, a), a.countPadding);
  return out;
};
opNamed('avgPoolGrad').fast = (family, [g], [spec], a: AverageAttrs) => {
  if (!takes(g!) || !plainAverage(a)) return null;
  const out = emptyImage(family, spec!, a.channelsFirst);
  const { array, offset } = ordered(g!, imageAxes(g!, a.channelsFirst));
  avgPoolGrad(array as Floats, offset, floats(out), 0, shapeOf(spec!, g!, a), a.countPadding);
  return out;
};
