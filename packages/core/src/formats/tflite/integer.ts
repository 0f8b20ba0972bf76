import { copyData } from '../../tensor/access';
import type { DType } from '../../tensor/dtype';
import type { Tensor } from '../../tensor/tensor';
import { FormatError } from '../bytes';
import { narrowed } from './dynamic';
import { type Quantization, roundEven } from './quantized';
import { runTflite, type TfliteHost } from './run';
import type { TfliteModel, TfliteOp, TfliteOperator, TfliteTensor } from './schema';

type Whole = 'int8' | 'uint8';
export interface IntegerOptions {
  /** Inputs of the model as they will come: the ranges of all values are taken from them. */
  readonly samples: Iterable<readonly Tensor[]>;
  readonly input: 'float32' | Whole;
  readonly output: 'float32' | Whole;
  /** Whether operators that know no integers are refused rather than left as they are. */
  readonly strict: boolean;
  readonly host?: TfliteHost;
}

/** Operators that add up products: where their inputs, weights and biases are, and the axis of the outputs in the weights. */
interface Weighing {
  readonly input: number;
  readonly weights: number;
  readonly bias: number;
  readonly axis: number;
}
const weighing: Partial<Record<TfliteOp, Weighing>> = {
  FULLY_CONNECTED: { input: 0, weights: 1, bias: 2, axis: 0 },
  CONV_2D: { input: 0, weights: 1, bias: 2, axis: 0 },
  DEPTHWISE_CONV_2D: { input: 0, weights: 1, bias: 2, axis: 3 },
  TRANSPOSE_CONV: { input: 2, weights: 1, bias: 3, axis: 0 },
};
/** Operators with integer arithmetic of their own, whatever the scales. */
const free = new Set<TfliteOp>([
  'ADD',
  'SUB',
  'MUL',
  'MEAN',
  'SUM',
  'RELU',
  'RELU6',
  'LEAKY_RELU',
  'ELU',
  'EXP',
  'PRELU',
  'BATCH_MATMUL',
]);
/** Operators that give their first input's elements back: the result keeps its scale. */
const keeping = new Set<TfliteOp>([
  'RESHAPE',
  'TRANSPOSE',
  'SQUEEZE',
  'EXPAND_DIMS',
  'STRIDED_SLICE',
  'SLICE',
  'GATHER',
  'MAX_POOL_2D',
  'AVERAGE_POOL_2D',
  'PAD',
  'REDUCE_MAX',
  'REDUCE_MIN',
  'UNPACK',
  'TILE',
  'RESIZE_BILINEAR',
  'RESIZE_NEAREST_NEIGHBOR',
  'SPACE_TO_DEPTH',
  'DEPTH_TO_SPACE',
]);
/** Operators that put several values together: all of them on the scale of the result. */
const joining = new Set<TfliteOp>(['CONCATENATION', 'PACK', 'MAXIMUM', 'MINIMUM', 'PADV2', 'SELECT_V2']);
/** Operators that compare values on scales of their own. */
const comparing = new Set<TfliteOp>(['LESS', 'LESS_EQUAL', 'GREATER', 'GREATER_EQUAL', 'EQUAL', 'NOT_EQUAL']);
/** Results that lie on a scale of their own. */
const settled: Partial<Record<TfliteOp, Quantization>> = {
  SOFTMAX: { scales: [1 / 256], zeroPoints: [-128], axis: 0 },
  LOGISTIC: { scales: [1 / 256], zeroPoints: [-128], axis: 0 },
  TANH: { scales: [1 / 128], zeroPoints: [0], axis: 0 },
  LOG_SOFTMAX: { scales: [16 / 256], zeroPoints: [127], axis: 0 },
};
/** Places of things in their input that come out as whole numbers. */
const searching = new Set<TfliteOp>(['ARG_MAX', 'ARG_MIN']);
const versions: Partial<Record<TfliteOp, number>> = {
  FULLY_CONNECTED: 12,
  CONV_2D: 3,
  DEPTHWISE_CONV_2D: 3,
  TRANSPOSE_CONV: 3,
  SUB: 2,
  SPLIT: 2,
  RESIZE_NEAREST_NEIGHBOR: 2,
  RESHAPE: 1,
  SQUEEZE: 1,
  EXPAND_DIMS: 1,
  PRELU: 1,
  ELU: 1,
  SPACE_TO_DEPTH: 2,
  PACK: 2,
};

/** The scale and zero point with which integers of 8 bits reach over a range, 0 among what they hit exactly. */
export function overRange(low: number, high: number): Quantization {
  const [least, most] = [Math.min(low, 0), Math.max(high, 0)];
  const scale = Math.fround(most === least ? 1 : (most - least) / 255);
  const zero = Math.min(127, Math.max(-128, roundEven(-128 - least / scale)));
  return { scales: [scale], zeroPoints: [zero], axis: 0 };
}
const same = (a: Quantization, b: Quantization): boolean =>
  a.scales[0] === b.scales[0] && a.zeroPoints[0] === b.zeroPoints[0];

/** The least and largest values that a model's tensors took. */
function calibrated(model: TfliteModel, { samples, host }: IntegerOptions): Map<number, readonly [number, number]> {
  const ranges = new Map<number, readonly [number, number]>();
  let count = 0;
  for (const inputs of samples) {
    count++;
    runTflite(model, inputs, host ?? {}, 0, (place, t) => {
      if (t.scalarType !== 'float32') return;
      let [low, high] = ranges.get(place) ?? [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
      for (const v of copyData(t) as Float32Array) {
        if (v < low) low = v;
        if (v > high) high = v;
      }
      ranges.set(place, [low, high]);
    });
  }
  if (count === 0) throw new FormatError('TFLite: the representative dataset gave no sample');
  return ranges;
}

/** A model in the making whose values are integers where an operator takes them. */
class Integers {
  readonly tensors: TfliteTensor[];
  readonly operators: TfliteOperator[] = [];
  private readonly ranges: ReadonlyMap<number, readonly [number, number]>;
  /** Which tensor holds a value as integers, or as floats. */
  readonly whole = new Map<number, number>();
  readonly float = new Map<number, number>();
  private readonly model: TfliteModel;
  private readonly strict: boolean;

  constructor(model: TfliteModel, options: IntegerOptions) {
    this.model = { ...model, tensors: [...model.tensors] };
    this.tensors = [...model.tensors];
    this.ranges = calibrated(model, options);
    this.strict = options.strict;
  }
  private add(tensor: TfliteTensor): number {
    return this.tensors.push(tensor) - 1;
  }
  isFloat(place: number): boolean {
    return place >= 0 && this.model.tensors[place]!.dtype === 'float32';
  }
  quantizationAt(place: number): Quantization {
    return this.tensors[place]!.quantization!;
  }
  rangeOf(place: number): Quantization {
    const [low, high] = this.ranges.get(place) ?? [0, 0];
    return overRange(low, high);
  }
  /** A tensor of integers for a value that is computed. */
  made(place: number, quantization: Quantization, dtype: DType = 'int8'): number {
    const { data: _data, ...like } = this.model.tensors[place]!;
    return this.add({ ...like, name: `${like.name}_${dtype}`, dtype, quantization });
  }
  /** A value as integers: a constant's own, or what a QUANTIZE gives. */
  asWhole(place: number, wanted: Quantization | null = null): number {
    const known = this.whole.get(place);
    if (known !== undefined) {
      if (wanted === null || same(this.quantizationAt(known), wanted)) return known;
      const to = this.made(place, wanted);
      this.operators.push({ op: 'QUANTIZE', inputs: [known], outputs: [to], version: 2 });
      return to;
    }
    const { data } = this.model.tensors[place]!;
    if (data !== undefined) return this.constant(place, data as Float32Array, wanted);
    const to = this.made(place, wanted ?? this.rangeOf(place));
    this.operators.push({ op: 'QUANTIZE', inputs: [this.asFloat(place)], outputs: [to] });
    if (wanted === null) this.whole.set(place, to);
    return to;
  }
  private constant(place: number, data: Float32Array, wanted: Quantization | null): number {
    let [low, high] = [0, 0];
    for (const v of data) [low, high] = [Math.min(low, v), Math.max(high, v)];
    const quantization = wanted ?? overRange(low, high);
    const [scale, zero] = [quantization.scales[0]!, quantization.zeroPoints[0]!];
    const whole = Int8Array.from(data, (v) => Math.min(127, Math.max(-128, roundEven(v / scale) + zero)));
    const like = this.model.tensors[place]!;
    return this.add({ ...like, name: `${like.name}_int8`, dtype: 'int8', data: whole, quantization });
  }
  asFloat(place: number): number {
    const known = this.float.get(place);
    if (known !== undefined) return known;
    const from = this.whole.get(place);
    if (from === undefined) return place;
    this.operators.push({ op: 'DEQUANTIZE', inputs: [from], outputs: [place], version: 2 });
    this.float.set(place, place);
    return place;
  }

  operator(given: TfliteOperator): void {
    const operator = this.multiplied(given);
    const { op, inputs, outputs } = operator;
    const floats = [...inputs, ...outputs].some((place) => this.isFloat(place));
    const rule = weighing[op];
    const shaping = op === 'SHAPE' || op === 'RANK';
    if (!floats || shaping) this.plain(operator, shaping);
    else if (rule !== undefined && this.model.tensors[inputs[rule.weights]!]!.data !== undefined)
      this.weighed(operator, rule);
    else if (comparing.has(op)) {
      const whole = inputs.map((place) => this.asWhole(place));
      this.push(operator, whole, outputs);
    } else if (free.has(op) || settled[op] !== undefined) this.computed(operator);
    else if (keeping.has(op) || joining.has(op) || searching.has(op)) this.moved(operator);
    else {
      if (this.strict) throw new FormatError(`Quantization not yet supported for op: '${op}'`);
      this.plain(operator, false);
    }
  }
  /** Integers know no division: what is divided by a constant is multiplied with its reciprocal. */
  private multiplied(operator: TfliteOperator): TfliteOperator {
    const [x, by] = operator.inputs as readonly [number, number];
    const constant = operator.op === 'DIV' ? this.model.tensors[by] : undefined;
    if (constant?.data === undefined || constant.dtype !== 'float32') return operator;
    const data = Float32Array.from(constant.data as Float32Array, (v) => 1 / v);
    if (!data.every(Number.isFinite)) return operator;
    // the description of what came in is the base of all places: it grows with the tensors
    const tensor = { ...constant, name: `${constant.name}_reciprocal`, data };
    const place = this.add(tensor);
    (this.model.tensors as TfliteTensor[])[place] = tensor;
    return { ...operator, op: 'MUL', inputs: [x, place] };
  }
  /** An operator as it was, on floats; one that asks for a shape alone takes whatever there is. */
  private plain(operator: TfliteOperator, shaping: boolean): void {
    const inputs = operator.inputs.map((place) =>
      !this.isFloat(place) ? place : shaping ? (this.whole.get(place) ?? this.asFloat(place)) : this.asFloat(place),
    );
    this.operators.push({ ...operator, inputs });
    for (const place of operator.outputs) if (this.isFloat(place)) this.float.set(place, place);
  }
  private push(operator: TfliteOperator, inputs: readonly number[], outputs: readonly number[]): void {
    this.operators.push({ ...operator, inputs, outputs, version: versions[operator.op] ?? 2 });
    operator.outputs.forEach((place, i) => {
      if (this.isFloat(place)) this.whole.set(place, outputs[i]!);
    });
  }
  private computed(operator: TfliteOperator): void {
    const inputs = operator.inputs.map((place) => (this.isFloat(place) ? this.asWhole(place) : place));
    const own = settled[operator.op];
    const outputs = operator.outputs.map((place) => this.made(place, own ?? this.rangeOf(place)));
    this.push(operator, inputs, outputs);
  }
  private moved(operator: TfliteOperator): void {
    const { op } = operator;
    const at = operator.inputs.findIndex((place) => this.isFloat(place));
    const joins = joining.has(op);
    const scale = joins ? this.rangeOf(operator.outputs[0]!) : this.quantizationAt(this.asWhole(operator.inputs[at]!));
    const inputs = operator.inputs.map((place) => (this.isFloat(place) ? this.asWhole(place, scale) : place));
    const outputs = operator.outputs.map((place) => (this.isFloat(place) ? this.made(place, scale) : place));
    this.push(operator, inputs, outputs);
  }
  private weighed(operator: TfliteOperator, rule: Weighing): void {
    const input = this.asWhole(operator.inputs[rule.input]!);
    const [step] = this.quantizationAt(input).scales as [number];
    const weights = this.model.tensors[operator.inputs[rule.weights]!]!;
    const biasAt = operator.inputs[rule.bias] ?? -1;
    const bias = biasAt < 0 ? undefined : (this.model.tensors[biasAt]!.data as Float32Array | undefined);
    if (biasAt >= 0 && bias === undefined) {
      if (this.strict) throw new FormatError(`Quantization not yet supported for op: '${operator.op}'`);
      this.plain(operator, false);
      return;
    }
    const small = narrowed(weights, rule.axis);
    const { scales } = small.quantization!;
    const inputs = [...operator.inputs];
    inputs[rule.input] = input;
    inputs[rule.weights] = this.add({ ...small, name: `${small.name}_int8` });
    if (bias !== undefined) {
      const steps = scales.map((s) => Math.fround(step * s));
      const data = Int32Array.from(bias, (v, i) =>
        Math.min(2 ** 31 - 1, Math.max(-(2 ** 31), roundEven(v / steps[i]!))),
      );
      const { name } = this.model.tensors[biasAt]!;
      inputs[rule.bias] = this.add({
        name: `${name}_int32`,
        dtype: 'int32',
        shape: [bias.length],
        data,
        quantization: { scales: steps, zeroPoints: steps.map(() => 0), axis: 0 },
      });
    }
    const [out] = operator.outputs as readonly [number];
    this.push(operator, inputs, [this.made(out, this.rangeOf(out))]);
  }
}

/** The same scale for bytes that begin at 0. */
const unsigned = ({ scales, zeroPoints, axis }: Quantization): Quantization => ({
  scales,
  zeroPoints: zeroPoints.map((z) => z + 128),
  axis,
});

/**
 * A model whose values are 8-bit integers where operators take them (full integer quantization): each value on a scale
 * over the range that the samples reach, weights with one for each output, sums in 32 bits.
 *
 * @throws FormatError in `strict` mode for operators that know no integers, and where there are no samples.
 */
export function integerModel(model: TfliteModel, options: IntegerOptions): TfliteModel {
  if ((model.otherGraphs ?? []).length > 0)
    throw new FormatError('TFLite: models of several graphs are not made integers yet');
  const made = new Integers(model, options);
  const inputs = model.inputs.map((place) => {
    if (!made.isFloat(place)) return place;
    if (options.input === 'float32') {
      made.float.set(place, place);
      return place;
    }
    const quantization = made.rangeOf(place);
    const whole = made.made(place, quantization);
    made.whole.set(place, whole);
    if (options.input === 'int8') return whole;
    const outer = made.made(place, unsigned(quantization), 'uint8');
    made.operators.push({ op: 'QUANTIZE', inputs: [outer], outputs: [whole], version: 2 });
    return outer;
  });
  for (const operator of model.operators) made.operator(operator);
  const outputs = model.outputs.map((place) => {
    if (!made.isFloat(place)) return place;
    if (options.output === 'float32') return made.asFloat(place);
    const whole = made.asWhole(place);
    if (options.output === 'int8') return whole;
    const outer = made.made(place, unsigned(made.quantizationAt(whole)), 'uint8');
    made.operators.push({ op: 'QUANTIZE', inputs: [whole], outputs: [outer], version: 2 });
    return outer;
  });
  const moved = (places: Readonly<Record<string, number>>, from: readonly number[], to: readonly number[]) =>
    Object.fromEntries(Object.entries(places).map(([name, place]) => [name, to[from.indexOf(place)] ?? place]));
  return pruned({
    ...model,
    tensors: made.tensors,
    operators: made.operators,
    inputs,
    outputs,
    signatures: (model.signatures ?? []).map((s) => ({
      ...s,
      inputs: moved(s.inputs, model.inputs, inputs),
      outputs: moved(s.outputs, model.outputs, outputs),
    })),
  });
}

/** A model without the tensors that nothing uses. */
function pruned(model: TfliteModel): TfliteModel {
  const used = new Set([
    ...model.inputs,
    ...model.outputs,
    ...model.operators.flatMap((o) => [...o.inputs, ...o.outputs]),
  ]);
  const places = new Map<number, number>([[-1, -1]]);
  const tensors = model.tensors.filter((_, i) => {
    if (used.has(i)) places.set(i, places.size - 1);
    return used.has(i);
  });
  const at = (list: readonly number[]): number[] => list.map((i) => places.get(i)!);
  const named = (map: Readonly<Record<string, number>>): Record<string, number> =>
    Object.fromEntries(Object.entries(map).map(([name, i]) => [name, places.get(i)!]));
  return {
    ...model,
    tensors,
    operators: model.operators.map((o) => ({ ...o, inputs: at(o.inputs), outputs: at(o.outputs) })),
    inputs: at(model.inputs),
    outputs: at(model.outputs),
    signatures: (model.signatures ?? []).map((s) => ({ ...s, inputs: named(s.inputs), outputs: named(s.outputs) })),
  };
}
