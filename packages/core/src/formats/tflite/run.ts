import * as nn from '../../nn/index';
import * as ops from '../../ops/index';
import { coreFamily, fromArray, type Tensor } from '../../tensor/tensor';
import { FormatError } from '../bytes';
import type { OptionValue, TfliteModel, TfliteOp, TfliteOperator } from './schema';

type Pair = readonly [number, number];
type Get = <T extends OptionValue>(name: string, absent: T) => T;
type Rule = (inputs: readonly (Tensor | null)[], get: Get) => Tensor;

const list = (t: Tensor | null | undefined): number[] => (t === null || t === undefined ? [] : ints(t));
const ints = (t: Tensor): number[] => Array.from(ops.contiguous(t).storage.array as Int32Array, Number);

function pads(x: Tensor, window: Pair, stride: Pair, dilation: Pair, same: boolean): readonly [Pair, Pair] {
  return [0, 1].map((i) => {
    if (!same) return [0, 0];
    const size = x.sizes[i + 1]!;
    const span = (Math.ceil(size / stride[i]!) - 1) * stride[i]! + (window[i]! - 1) * dilation[i]! + 1;
    const total = Math.max(0, span - size);
    return [Math.floor(total / 2), total - Math.floor(total / 2)];
  }) as unknown as readonly [Pair, Pair];
}

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
    const [from, to, by] = [list(begin), list(end), list(strides)];
    if (get('ellipsisMask', 0) || get('newAxisMask', 0))
      throw new FormatError('TFLite: STRIDED_SLICE with new axes or an ellipsis is not there yet');
    const [open, closed, shrink] = [get('beginMask', 0), get('endMask', 0), get('shrinkAxisMask', 0)];
    const gone = x!.sizes.flatMap((_, i) => (shrink & (1 << i) ? [i] : []));
    const cut = x!.sizes.reduce<Tensor>((t, _, i) => {
      if (shrink & (1 << i)) return ops.slice(t, i, from[i]!, from[i]! === -1 ? null : from[i]! + 1);
      return ops.slice(t, i, open & (1 << i) ? null : from[i]!, closed & (1 << i) ? null : to[i]!, by[i]!);
    }, x!);
    return gone.length === 0 ? cut : ops.squeeze(cut, gone);
  },
  GATHER: ([x, indices], get) => ops.take(x!, indices!, get('axis', 0)),
  CAST: ([x], get) => ops.cast(x!, get<string>('outDataType', 'float32') as 'float32'),
};

const fused: Readonly<Record<string, (x: Tensor) => Tensor>> = {
  NONE: (x) => x,
  RELU: ops.relu,
  RELU6: nn.relu6,
  RELU_N1_TO_1: (x) => ops.clamp(x, -1, 1),
  TANH: ops.tanh,
};

function apply(operator: TfliteOperator, inputs: readonly (Tensor | null)[]): Tensor {
  const rule = rules[operator.op];
  if (rule === undefined) throw new FormatError(`TFLite: running ${operator.op} is not there yet`);
  const get: Get = (name, absent) => (operator.options?.[name] as typeof absent | undefined) ?? absent;
  const activation = fused[get('fusedActivation', 'NONE')];
  if (activation === undefined)
    throw new FormatError(`TFLite: the activation ${get('fusedActivation', 'NONE')} is not there yet`);
  return activation(rule(inputs, get));
}

/**
 * Runs a model on one tensor for each of its inputs; gives its outputs in order.
 *
 * @throws FormatError for quantized models and operators that are not there yet.
 */
export function runTflite(model: TfliteModel, inputs: readonly Tensor[]): Tensor[] {
  const values = new Map<number, Tensor>();
  model.inputs.forEach((place, i) => {
    values.set(place, inputs[i]!);
  });
  const value = (place: number): Tensor | null => {
    if (place < 0) return null;
    const known = values.get(place);
    if (known !== undefined) return known;
    const { data, shape, dtype, name, quantization } = model.tensors[place]!;
    if (quantization !== undefined)
      throw new FormatError(`TFLite: tensor "${name}" is quantized; running such models is not there yet`);
    if (data === undefined) throw new FormatError(`TFLite: tensor "${name}" is read before it is computed`);
    const made = fromArray(coreFamily, data, [...shape], dtype);
    values.set(place, made);
    return made;
  };
  for (const operator of model.operators) values.set(operator.outputs[0]!, apply(operator, operator.inputs.map(value)));
  return model.outputs.map((place) => value(place)!);
}
