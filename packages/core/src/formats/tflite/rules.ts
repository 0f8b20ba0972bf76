import * as nn from '../../nn/index';
import * as ops from '../../ops/index';
import { broadcastShapes } from '../../tensor/strides';
import { coreFamily, fromArray, type Tensor } from '../../tensor/tensor';
import { FormatError } from '../bytes';
import { batchToSpace, maskedSlice, noPads, type Pair, paddedFlat, pieces, samePads, spaceToBatch } from '../graphOps';
import type { OptionValue, TfliteOp } from './schema';

/** Reads an operator's option; what a file leaves out has the default given. */
export type Get = <T extends OptionValue>(name: string, absent: T) => T;
/** What an operator gives for its inputs. */
export type Rule = (inputs: readonly (Tensor | null)[], get: Get, outputs: number) => Tensor | readonly Tensor[];

const list = (t: Tensor | null | undefined): number[] => (t === null || t === undefined ? [] : ints(t));
const ints = (t: Tensor): number[] => Array.from(ops.contiguous(t).storage.array as Int32Array, Number);

const pads = (x: Tensor, window: Pair, stride: Pair, dilation: Pair, same: boolean): readonly [Pair, Pair] =>
  same ? samePads(x, window, stride, dilation) : noPads;

function convolve([x, w, b]: readonly (Tensor | null)[], get: Get, depthwise: boolean): Tensor {
  const kernel = ops.permute(w!, depthwise ? [1, 2, 0, 3] : [1, 2, 3, 0]);
  const stride: Pair = [get('strideH', 1), get('strideW', 1)];
  const dilation: Pair = [get('dilationH', 1), get('dilationW', 1)];
  return ops.conv2d(x!, kernel, b ?? null, {
    stride,
    dilation,
    padding: pads(x!, [kernel.sizes[0]!, kernel.sizes[1]!], stride, dilation, get('padding', 'SAME') === 'SAME'),
    groups: depthwise ? x!.sizes[3]! : x!.sizes[3]! / kernel.sizes[2]!,
    channelsFirst: false,
  });
}
function poolOptions(x: Tensor, get: Get) {
  const window: Pair = [get('filterHeight', 1), get('filterWidth', 1)];
  const stride: Pair = [get('strideH', 1), get('strideW', 1)];
  const padding = pads(x, window, stride, [1, 1], get('padding', 'SAME') === 'SAME');
  return { window, stride, padding, dilation: [1, 1] as Pair, channelsFirst: false, ceil: false };
}
const two =
  (f: (a: Tensor, b: Tensor) => Tensor): Rule =>
  ([a, b]) =>
    f(a!, b!);
const one =
  (f: (x: Tensor) => Tensor): Rule =>
  ([x]) =>
    f(x!);
const reduced =
  (f: (x: Tensor, axes: number[], keepDims: boolean) => Tensor): Rule =>
  ([x, axes], get) =>
    f(x!, list(axes), get('keepDims', false));

/** Operators as functions of numbers, by TFLite's names. */
export const rules: Partial<Record<TfliteOp, Rule>> = {
  FULLY_CONNECTED: ([x, w, b], get) => {
    const flat = get('keepNumDims', false) ? x! : ops.reshape(x!, [-1, w!.sizes[1]!]);
    return ops.linear(flat, w!, b ?? null, true);
  },
  CONV_2D: (inputs, get) => convolve(inputs, get, false),
  DEPTHWISE_CONV_2D: (inputs, get) => convolve(inputs, get, true),
  MAX_POOL_2D: ([x], get) => ops.maxPool2d(x!, poolOptions(x!, get))[0],
  AVERAGE_POOL_2D: ([x], get) => ops.avgPool2d(x!, { ...poolOptions(x!, get), countPadding: false, divisor: null }),
  BATCH_MATMUL: ([a, b], get) =>
    ops.matmul(
      get('adjX', false) ? ops.transpose(a!, -1, -2) : a!,
      get('adjY', false) ? ops.transpose(b!, -1, -2) : b!,
    ),
  ADD: two(ops.add),
  SUB: two(ops.sub),
  MUL: two(ops.mul),
  DIV: two(ops.div),
  POW: two(ops.pow),
  MAXIMUM: two(ops.maximumFirst),
  MINIMUM: two(ops.minimumFirst),
  LESS: two(ops.less),
  LESS_EQUAL: two(ops.lessEqual),
  GREATER: two(ops.greater),
  GREATER_EQUAL: two(ops.greaterEqual),
  EQUAL: two(ops.equal),
  NOT_EQUAL: two(ops.notEqual),
  LOGICAL_AND: two(ops.logicalAnd),
  LOGICAL_OR: two(ops.logicalOr),
  LOGICAL_NOT: one(ops.logicalNot),
  SELECT: ([c, a, b]) => {
    // one truth value for each row
    const wide = c!.rank === 1 && a!.rank > 1;
    return ops.where(wide ? ops.reshape(c!, [c!.sizes[0]!, ...a!.sizes.slice(1).map(() => 1)]) : c!, a!, b!);
  },
  SELECT_V2: ([c, a, b]) => ops.where(c!, a!, b!),
  RELU: one(ops.relu),
  RELU6: one(nn.relu6),
  LOGISTIC: one(ops.sigmoid),
  TANH: one(ops.tanh),
  EXP: one(ops.exp),
  LOG: one(ops.log),
  SQRT: one(ops.sqrt),
  RSQRT: one(ops.rsqrt),
  SQUARE: one(ops.square),
  ABS: one(ops.abs),
  NEG: one(ops.neg),
  SIN: one(ops.sin),
  COS: one(ops.cos),
  FLOOR: one(ops.floor),
  SOFTMAX: ([x], get) => ops.softmax(ops.mul(x!, get('beta', 1)), -1),
  LOG_SOFTMAX: one((x) => ops.logSoftmax(x, -1)),
  RESHAPE: ([x, shape], get) => ops.reshape(x!, shape ? ints(shape) : get<readonly number[]>('newShape', [])),
  TRANSPOSE: ([x, axes]) => ops.permute(x!, list(axes)),
  CONCATENATION: (inputs, get) => ops.concat(inputs as Tensor[], get('axis', 0)),
  SUM: reduced(ops.sum),
  MEAN: reduced(ops.mean),
  REDUCE_MAX: reduced(ops.max),
  PAD: ([x, p]) => paddedFlat(x!, list(p), 0),
  PADV2: ([x, p, value]) => paddedFlat(x!, list(p), Number(list(value)[0])),
  STRIDED_SLICE: ([x, begin, end, strides], get) => {
    const from = list(begin);
    const to = list(end).map((v, i) => (get('offset', false) ? from[i]! + v : v));
    return maskedSlice(x!, from, to, list(strides), {
      begin: get('beginMask', 0),
      end: get('endMask', 0),
      ellipsis: get('ellipsisMask', 0),
      newAxis: get('newAxisMask', 0),
      shrink: get('shrinkAxisMask', 0),
    });
  },
  GATHER: ([x, indices], get) => {
    if (get('batchDims', 0) !== 0) throw new FormatError('TFLite: GATHER with batchDims needs a host');
    return ops.take(x!, indices!, (get('axis', 0) + x!.rank) % x!.rank);
  },
  CAST: ([x], get) => ops.cast(x!, get<string>('outDataType', 'float32') as 'float32'),
  SHAPE: ([x], get) => {
    const wide = get<string>('outType', 'int32') === 'int64';
    const sizes = wide ? BigInt64Array.from(x!.sizes, BigInt) : Int32Array.from(x!.sizes);
    return fromArray(coreFamily, sizes, [x!.rank], wide ? 'int64' : 'int32');
  },
  PACK: (inputs, get) => ops.stack(inputs as Tensor[], get('axis', 0)),
  UNPACK: ([x], get, outputs) => Array.from({ length: outputs }, (_, i) => ops.select(x!, get('axis', 0), i)),
  SPLIT: ([axis, x], _get, outputs) => {
    const at = (list(axis)[0]! + x!.rank) % x!.rank;
    return pieces(x!, at, Array(outputs).fill(x!.sizes[at]! / outputs));
  },
  SPLIT_V: ([x, sizes, axis]) => {
    const at = (list(axis)[0]! + x!.rank) % x!.rank;
    const known = list(sizes);
    const rest = x!.sizes[at]! - known.reduce((n, d) => n + Math.max(0, d), 0);
    return pieces(
      x!,
      at,
      known.map((d) => (d < 0 ? rest : d)),
    );
  },
  SLICE: ([x, begin, size]) => {
    const count = list(size);
    return list(begin).reduce<Tensor>(
      (t, from, i) => ops.slice(t, i, from, count[i]! < 0 ? null : from + count[i]!),
      x!,
    );
  },
  TILE: ([x, counts]) => ops.tile(x!, list(counts)),
  FILL: ([sizes, value]) => ops.expand(value!, list(sizes)),
  EXPAND_DIMS: ([x, axis]) => ops.unsqueeze(x!, list(axis)[0]!),
  SQUEEZE: ([x], get) => {
    const axes = get<readonly number[]>('squeezeDims', []);
    return axes.length === 0 ? ops.squeeze(x!) : ops.squeeze(x!, axes);
  },
  REDUCE_MIN: reduced(ops.min),
  REDUCE_PROD: reduced(ops.prod),
  ARG_MAX: ([x, axis], get) => ops.cast(ops.argmax(x!, list(axis)[0]!), get<string>('outputType', 'int64') as 'int64'),
  ARG_MIN: ([x, axis], get) => ops.cast(ops.argmin(x!, list(axis)[0]!), get<string>('outputType', 'int64') as 'int64'),
  PRELU: two((x, slope) => ops.where(ops.greaterEqual(x, 0), x, ops.mul(x, slope))),
  LEAKY_RELU: ([x], get) => nn.leakyRelu(x!, get('alpha', 0)),
  ELU: one((x) => nn.elu(x)),
  GELU: ([x], get) => (get('approximate', false) ? nn.geluTanh(x!) : nn.gelu(x!)),
  HARD_SWISH: one((x) => ops.mul(x, nn.hardSigmoid(x))),
  RELU_N1_TO_1: one((x) => ops.clamp(x, -1, 1)),
  SQUARED_DIFFERENCE: two((a, b) => ops.square(ops.sub(a, b))),
  FLOOR_DIV: two(ops.floorDiv),
  FLOOR_MOD: two(ops.remainder),
  CEIL: one(ops.ceil),
  ROUND: one(ops.round),
  REDUCE_ANY: reduced(ops.any),
  REDUCE_ALL: reduced(ops.all),
  RELU_0_TO_1: one((x) => ops.clamp(x, 0, 1)),
  SIGN: one(ops.sign),
  ATAN2: two(ops.atan2),
  BITWISE_XOR: two(ops.bitwiseXor),
  ADD_N: (inputs) => (inputs as Tensor[]).reduce((a, b) => ops.add(a, b)),
  ZEROS_LIKE: one((x) => ops.fullLike(x, 0)),
  L2_NORMALIZATION: one((x) => ops.div(x, ops.sqrt(ops.maximum(ops.sum(ops.square(x), [-1], true), 1e-12)))),
  RANK: ([x]) => fromArray(coreFamily, Int32Array.of(x!.rank), [], 'int32'),
  RANGE: ([start, limit, delta]) => {
    const [from, to, by] = [list(start)[0]!, list(limit)[0]!, list(delta)[0]!];
    const count = Math.max(0, Math.ceil((to - from) / by));
    const values = Float64Array.from({ length: count }, (_, i) => from + i * by);
    return ops.cast(fromArray(coreFamily, values, [count], 'float64'), start!.scalarType);
  },
  REVERSE_V2: ([x, axes]) => ops.flip(x!, list(axes)),
  CUMSUM: ([x, axis], get) => ops.cumsum(x!, list(axis)[0]!, get('exclusive', false), get('reverse', false)),
  BROADCAST_TO: ([x, sizes]) => ops.expand(x!, list(sizes)),
  BROADCAST_ARGS: ([a, b]) => {
    const sizes = broadcastShapes('BROADCAST_ARGS', list(a), list(b));
    return fromArray(coreFamily, Int32Array.from(sizes), [sizes.length], 'int32');
  },
  ONE_HOT: ([indices, depth, on, off], get) => {
    const hot = ops.oneHot(indices!, list(depth)[0]!, 'bool');
    const axis = get('axis', -1);
    const last = hot.rank - 1;
    const order = Array.from({ length: hot.rank }, (_, i) => (i === axis ? last : i < axis ? i : i - 1));
    return ops.where(axis === -1 || axis === last ? hot : ops.permute(hot, order), on!, off!);
  },
  SPACE_TO_BATCH_ND: ([x, block, pads]) => spaceToBatch(x!, list(block), list(pads)),
  BATCH_TO_SPACE_ND: ([x, block, crops]) => batchToSpace(x!, list(block), list(crops)),
  TRANSPOSE_CONV: ([sizes, w, g, b], get) => {
    const kernel = ops.permute(w!, [1, 2, 0, 3]);
    const stride: Pair = [get('strideH', 1), get('strideW', 1)];
    const like = { sizes: list(sizes) } as unknown as Tensor;
    const same = get('padding', 'SAME') === 'SAME';
    const out = ops.convInputGrad(ops.contiguous(g!), ops.contiguous(kernel), list(sizes), {
      stride,
      dilation: [1, 1],
      padding: pads(like, [kernel.sizes[0]!, kernel.sizes[1]!], stride, [1, 1], same),
      groups: 1,
      channelsFirst: false,
    });
    return b ? ops.add(out, b) : out;
  },
  DYNAMIC_UPDATE_SLICE: ([x, update, starts]) => {
    // a start that leaves no room moves back, as in XLA
    const at = list(starts).map((s, i) => Math.max(0, Math.min(s, x!.sizes[i]! - update!.sizes[i]!)));
    const around = update!.sizes.map((d, i) => [at[i]!, x!.sizes[i]! - d - at[i]!] as const);
    const inside = ops.pad(ops.fullLike(update!, 1), around, 0);
    return ops.where(ops.notEqual(inside, 0), ops.pad(update!, around, 0), x!);
  },
};
