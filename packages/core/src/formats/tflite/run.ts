import * as nn from '../../nn/index';
import * as ops from '../../ops/index';
import { copyData } from '../../tensor/access';
import { type DType, dtypes } from '../../tensor/dtype';
import { coreFamily, fromArray, type Tensor } from '../../tensor/tensor';
import { FormatError } from '../bytes';
import { centred, dequantize, integers, type Quantization, quantize, quantizeRows } from './quantized';
import { type Get, type Rule, rules } from './rules';
import type { TfliteGraph, TfliteModel, TfliteOp, TfliteOperator } from './schema';

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
  'SPACE_TO_BATCH_ND',
  'BATCH_TO_SPACE_ND',
  'SPACE_TO_DEPTH',
  'DEPTH_TO_SPACE',
  'RESIZE_NEAREST_NEIGHBOR',
  'REVERSE_V2',
  'GATHER_ND',
  'SELECT',
  'SELECT_V2',
  'BROADCAST_TO',
  'DYNAMIC_UPDATE_SLICE',
  'MIRROR_PAD',
  'TOPK_V2',
  'ZEROS_LIKE',
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

/** Rules for operators that are not the core's own. */
export type TfliteHost = Partial<Record<TfliteOp, Rule>>;

function apply(
  operator: TfliteOperator,
  given: readonly (Value | null)[],
  types: readonly OutputType[],
  host: TfliteHost,
): readonly Value[] {
  const { op } = operator;
  const get: Get = (name, absent) => (operator.options?.[name] as typeof absent | undefined) ?? absent;
  const type = types[0]!;
  const [x, w, b] = given;
  if (op === 'QUANTIZE') return [{ tensor: quantize(plain(x!), type.q!, type.dtype), q: type.q }];
  // halves are no integers: they stand for themselves
  if (op === 'DEQUANTIZE') return [{ tensor: ops.cast(plain(x!), 'float32'), q: undefined }];
  // the options may say nothing: the output's type tells
  if (op === 'CAST') return [{ tensor: ops.cast(plain(x!), type.dtype), q: type.q }];
  const rule = host[op] ?? rules[op];
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

type Control = (operator: TfliteOperator, given: readonly Value[], run: Runner) => readonly Value[];
type Runner = (graph: number, inputs: readonly Value[]) => readonly Value[];
const graphOf = ({ options }: TfliteOperator, name: string): number => Number(options?.[name] ?? 0);
const holds = (value: Value): boolean => Boolean(Number(copyData(value.tensor)[0]));

/** Operators that run other graphs of the model. */
const control: Partial<Record<TfliteOp, Control>> = {
  IF: (operator, [condition, ...inputs], run) =>
    run(graphOf(operator, holds(condition!) ? 'thenGraph' : 'elseGraph'), inputs),
  WHILE: (operator, inputs, run) => {
    const [test, body] = [graphOf(operator, 'condGraph'), graphOf(operator, 'bodyGraph')];
    let values = inputs;
    while (holds(run(test, values)[0]!)) values = run(body, values);
    return values;
  },
  CALL_ONCE: (operator, _inputs, run) => {
    run(graphOf(operator, 'initGraph'), []);
    return [];
  },
};

/**
 * Runs a graph of a model (the first one unless told) on one tensor for each of its inputs; gives its outputs in order.
 * Integers are computed with as the interpreter does: exact sums of products, single-precision scales, one rounding.
 *
 * @throws FormatError for operators that are not there yet.
 */
export function runTflite(
  model: TfliteModel,
  inputs: readonly Tensor[],
  host: TfliteHost = {},
  graph = 0,
  observe: Observer | null = null,
): Tensor[] {
  const graphs: readonly TfliteGraph[] = [model, ...(model.otherGraphs ?? [])];
  const run = (at: number, given: readonly Value[]): readonly Value[] => {
    const found = graphs[at];
    if (found === undefined) throw new FormatError(`TFLite: there is no graph ${at}, the model has ${graphs.length}`);
    return runGraph(found, given, host, run, at === graph ? observe : null);
  };
  const { tensors, inputs: places } = graphs[graph]!;
  const given = inputs.map((tensor, i) => ({ tensor, q: tensors[places[i]!]!.quantization }));
  return run(graph, given).map(({ tensor }) => tensor);
}

/** Sees each value of a graph as it is computed. */
export type Observer = (place: number, tensor: Tensor) => void;
function runGraph(
  graph: TfliteGraph,
  inputs: readonly Value[],
  host: TfliteHost,
  run: Runner,
  observe: Observer | null,
): readonly Value[] {
  const values = new Map<number, Value>();
  const quantizationOf = (place: number): Quantization | undefined => graph.tensors[place]!.quantization;
  graph.inputs.forEach((place, i) => {
    values.set(place, inputs[i]!);
    observe?.(place, inputs[i]!.tensor);
  });
  const value = (place: number): Value | null => {
    if (place < 0) return null;
    const known = values.get(place);
    if (known !== undefined) return known;
    const { data, shape, dtype, name } = graph.tensors[place]!;
    if (data === undefined) {
      // no element at all: nothing to compute
      if (shape.includes(0))
        return { tensor: fromArray(coreFamily, dtypes[dtype].create(0), [...shape], dtype), q: undefined };
      throw new FormatError(`TFLite: tensor "${name}" is read before it is computed`);
    }
    const made = { tensor: fromArray(coreFamily, data, [...shape], dtype), q: quantizationOf(place) };
    values.set(place, made);
    return made;
  };
  for (const operator of graph.operators) {
    const types = operator.outputs.map((place) => ({ dtype: graph.tensors[place]!.dtype, q: quantizationOf(place) }));
    const given = operator.inputs.map(value);
    const steer = control[operator.op];
    const made = steer === undefined ? apply(operator, given, types, host) : steer(operator, given as Value[], run);
    operator.outputs.forEach((place, i) => {
      values.set(place, made[i]!);
      observe?.(place, made[i]!.tensor);
    });
  }
  return graph.outputs.map((place) => value(place)!);
}
