import * as nn from '../../nn/index';
import * as ops from '../../ops/index';
import type { DType } from '../../tensor/dtype';
import { coreFamily, fromArray, type Tensor } from '../../tensor/tensor';
import { FormatError } from '../bytes';
import { maskedSlice, noPads, type Pair, pieces, samePads } from '../graphOps';
import { centred, dequantize, integers, type Quantization, quantize, quantizeRows } from './quantized';
import type { OptionValue, TfliteModel, TfliteOp, TfliteOperator } from './schema';

type Get = <T extends OptionValue>(name: string, absent: T) => T;
type Rule = (inputs: readonly (Tensor | null)[], get: Get, outputs: number) => Tensor | readonly Tensor[];

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
    groups: depthwise ? x!.sizes[3]! : 1,
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

const rules: Partial<Record<TfliteOp, Rule>> = {
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
  PAD: ([x, p]) => {
    const flat = list(p);
    return ops.pad(
      x!,
      x!.sizes.map((_, i) => [flat[2 * i]!, flat[2 * i + 1]!] as const),
      0,
    );
  },
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
  GATHER: ([x, indices], get) => ops.take(x!, indices!, get('axis', 0)),
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
};

const fused: Readonly<Record<string, (x: Tensor) => Tensor>> = {
  NONE: (x) => x,
  RELU: ops.relu,
  RELU6: nn.relu6,
  RELU_N1_TO_1: (x) => ops.clamp(x, -1, 1),
  TANH: ops.tanh,
};

/** Operators that move elements and change none: they run on integers as they are. */
const moving = new Set<TfliteOp>([
  'RESHAPE',
  'TRANSPOSE',
  'STRIDED_SLICE',
  'SLICE',
  'SPLIT',
  'SPLIT_V',
  'GATHER',
  'PACK',
  'UNPACK',
  'SQUEEZE',
  'EXPAND_DIMS',
  'TILE',
  'FILL',
  'SHAPE',
  'CONCATENATION',
  'MAX_POOL_2D',
  'MAXIMUM',
  'MINIMUM',
  'REDUCE_MAX',
  'REDUCE_MIN',
  'ARG_MAX',
  'ARG_MIN',
]);
/** Operators that add up products of weights, for which integers have arithmetic of their own. */
const weighing = new Set<TfliteOp>(['FULLY_CONNECTED', 'CONV_2D', 'DEPTHWISE_CONV_2D']);

interface Value {
  readonly tensor: Tensor;
  readonly q: Quantization | undefined;
}
const sameQuantization = (a: Quantization | undefined, b: Quantization | undefined): boolean =>
  a !== undefined && b !== undefined && String([a.scales, a.zeroPoints]) === String([b.scales, b.zeroPoints]);
const isSmall = (t: Tensor): boolean => ['int8', 'uint8', 'int16'].includes(t.scalarType);
const plain = ({ tensor, q }: Value): Tensor =>
  q !== undefined && (isSmall(tensor) || tensor.scalarType === 'int32') ? dequantize(tensor, q) : tensor;

interface OutputType {
  readonly dtype: DType;
  readonly q: Quantization | undefined;
}

function apply(
  operator: TfliteOperator,
  given: readonly (Value | null)[],
  types: readonly OutputType[],
): readonly Value[] {
  const { op } = operator;
  const get: Get = (name, absent) => (operator.options?.[name] as typeof absent | undefined) ?? absent;
  const type = types[0]!;
  const [x, w, b] = given;
  if (op === 'QUANTIZE') return [{ tensor: quantize(plain(x!), type.q!, type.dtype), q: type.q }];
  // halves are no integers: they stand for themselves
  if (op === 'DEQUANTIZE') return [{ tensor: ops.cast(plain(x!), 'float32'), q: undefined }];
  const rule = rules[op];
  if (rule === undefined) throw new FormatError(`TFLite: running ${op} is not there yet`);
  const activation = fused[get('fusedActivation', 'NONE')];
  if (activation === undefined)
    throw new FormatError(`TFLite: the activation ${get('fusedActivation', 'NONE')} is not there yet`);
  const run = (inputs: readonly (Tensor | null)[]): Tensor[] => {
    const out = rule(inputs, get, types.length);
    return (Array.isArray(out) ? out : [out as Tensor]).map(activation);
  };
  const tensors = given.map((v) => v?.tensor ?? null);
  const integral = given.some((v) => v?.q !== undefined && isSmall(v.tensor));
  if (!integral) return run(given.map((v) => v && plain(v))).map((tensor) => ({ tensor, q: undefined }));
  const weighs = weighing.has(op) && w?.q !== undefined;
  if (weighs && x!.q === undefined) return [hybrid(rule, get, activation, x!.tensor, w!, b?.tensor ?? null)];
  if (weighs && type.q !== undefined) {
    const sums = rule(
      [centred(x!.tensor, x!.q!), centred(w!.tensor, w!.q!), b ? ops.cast(b.tensor, 'float64') : null],
      get,
      1,
    ) as Tensor;
    const [scale, into] = [Math.fround(x!.q!.scales[0]!), Math.fround(type.q.scales[0]!)];
    const ratios = w!.q!.scales.map((s) => Math.fround(Math.fround(scale * Math.fround(s)) / into));
    const raw = integers(sums, ratios, type.q.zeroPoints[0]!, type.dtype);
    const bounded =
      get('fusedActivation', 'NONE') === 'NONE'
        ? raw
        : quantize(activation(dequantize(raw, type.q)), type.q, type.dtype);
    return [{ tensor: bounded, q: type.q }];
  }
  const sources = given.filter((v): v is Value => v?.q !== undefined && isSmall(v.tensor));
  const stays = types.every((t) =>
    t.q === undefined ? t.dtype === 'int32' || t.dtype === 'int64' : sources.every((v) => sameQuantization(v.q, t.q)),
  );
  if (moving.has(op) && stays && get('fusedActivation', 'NONE') === 'NONE')
    return run(tensors).map((tensor, i) => ({ tensor, q: types[i]!.q }));
  // everything else: the numbers that the integers stand for, and back
  return run(given.map((v) => v && plain(v))).map((tensor, i) => {
    const { q, dtype } = types[i]!;
    return q === undefined ? { tensor, q } : { tensor: quantize(tensor, q, dtype), q };
  });
}

/** Floats on weights of 8 bits (convolutions always with a zero point): each image or row is made integers of its own scale, as the interpreter does. */
function hybrid(rule: Rule, get: Get, activation: (x: Tensor) => Tensor, x: Tensor, w: Value, b: Tensor | null): Value {
  const flat = w.tensor.rank === 2 && !get('keepNumDims', false) ? ops.reshape(x, [-1, w.tensor.sizes[1]!]) : x;
  const rows = quantizeRows(flat, w.tensor.rank === 2 && !get('asymmetricQuantizeInputs', false));
  const sums = rule([rows.integers, centred(w.tensor, w.q!), null], get, 1) as Tensor;
  const ratio = fromArray(coreFamily, Float64Array.from(w.q!.scales), [w.q!.scales.length], 'float64');
  const out = ops.cast(ops.mul(ops.mul(sums, rows.scales), ratio), 'float32');
  return { tensor: activation(b === null ? out : ops.add(out, b)), q: undefined };
}

/**
 * Runs a model on one tensor for each of its inputs; gives its outputs in order. Integers are computed with as the
 * interpreter does: exact sums of products, single-precision scales, one rounding.
 *
 * @throws FormatError for operators that are not there yet.
 */
export function runTflite(model: TfliteModel, inputs: readonly Tensor[]): Tensor[] {
  const values = new Map<number, Value>();
  const quantizationOf = (place: number): Quantization | undefined => model.tensors[place]!.quantization;
  model.inputs.forEach((place, i) => {
    values.set(place, { tensor: inputs[i]!, q: quantizationOf(place) });
  });
  const value = (place: number): Value | null => {
    if (place < 0) return null;
    const known = values.get(place);
    if (known !== undefined) return known;
    const { data, shape, dtype, name } = model.tensors[place]!;
    if (data === undefined) throw new FormatError(`TFLite: tensor "${name}" is read before it is computed`);
    const made = { tensor: fromArray(coreFamily, data, [...shape], dtype), q: quantizationOf(place) };
    values.set(place, made);
    return made;
  };
  for (const operator of model.operators) {
    const types = operator.outputs.map((place) => ({ dtype: model.tensors[place]!.dtype, q: quantizationOf(place) }));
    apply(operator, operator.inputs.map(value), types).forEach((made, i) => {
      values.set(operator.outputs[i]!, made);
    });
  }
  return model.outputs.map((place) => value(place)!.tensor);
}
