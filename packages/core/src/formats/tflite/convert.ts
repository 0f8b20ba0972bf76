import type { GraphFunction } from '../../graph/function';
import { neededSteps } from '../../graph/function';
import type { Step } from '../../graph/graph';
import type { ConvAttrs } from '../../ops/conv';
import type { PoolAttrs } from '../../ops/pool';
import type { Tensor } from '../../tensor/tensor';
import { FormatError } from '../bytes';
import { ArrayOps } from './arrays';
import { fusable, type Options, type Pair, sizeDependent } from './placing';
import type { TfliteModel, TfliteOp } from './schema';

/** Ops that have an operator of the same meaning on the same inputs. */
const direct: Readonly<Record<string, TfliteOp>> = {
  add: 'ADD',
  sub: 'SUB',
  mul: 'MUL',
  div: 'DIV',
  pow: 'POW',
  maximum: 'MAXIMUM',
  maximumFirst: 'MAXIMUM',
  minimum: 'MINIMUM',
  minimumFirst: 'MINIMUM',
  less: 'LESS',
  lessEqual: 'LESS_EQUAL',
  greater: 'GREATER',
  greaterEqual: 'GREATER_EQUAL',
  equal: 'EQUAL',
  notEqual: 'NOT_EQUAL',
  logicalAnd: 'LOGICAL_AND',
  logicalOr: 'LOGICAL_OR',
  logicalNot: 'LOGICAL_NOT',
  where: 'SELECT_V2',
  relu: 'RELU',
  sigmoid: 'LOGISTIC',
  tanh: 'TANH',
  exp: 'EXP',
  log: 'LOG',
  sqrt: 'SQRT',
  rsqrt: 'RSQRT',
  square: 'SQUARE',
  abs: 'ABS',
  neg: 'NEG',
  sin: 'SIN',
  cos: 'COS',
  floor: 'FLOOR',
  ceil: 'CEIL',
  round: 'ROUND',
  sign: 'SIGN',
  atan2: 'ATAN2',
  floorDiv: 'FLOOR_DIV',
  remainder: 'FLOOR_MOD',
};
const samePads = (size: number, window: number, stride: number, dilation: number): Pair => {
  const out = Math.ceil(size / stride);
  const total = Math.max(0, (out - 1) * stride + (window - 1) * dilation + 1 - size);
  return [Math.floor(total / 2), total - Math.floor(total / 2)];
};

/** Turns a traced function of one batch entry into operators that take any number of them. */
class Conversion extends ArrayOps {
  run(): TfliteModel {
    const { inputs, outputs } = this.traced;
    for (const [name, t] of inputs) this.place(t, name);
    const steps = neededSteps(this.traced);
    for (const t of [...steps.flatMap((s) => s.inputs), ...outputs.map(([, t]) => t)])
      this.uses.set(t.storage, (this.uses.get(t.storage) ?? 0) + 1);
    for (const step of steps) this.step(step);
    const places = (list: GraphFunction['inputs']): number[] => list.map(([, t]) => this.placeOf(t));
    const named = (list: GraphFunction['inputs']): Record<string, number> =>
      Object.fromEntries(list.map(([name, t]) => [name, this.placeOf(t)]));
    return {
      tensors: this.tensors,
      operators: this.operators,
      inputs: places(inputs),
      outputs: places(outputs),
      signatures: [{ key: 'serving_default', inputs: named(inputs), outputs: named(outputs) }],
    };
  }

  protected step(step: Step): void {
    if (step.attrs === null)
      throw new FormatError(
        `TFLite: ${step.name} draws or changes something at each run, which a converted model cannot do`,
      );
    const values = step.inputs.map((t) => this.valueOf(t));
    if (values.every((v) => v !== undefined)) {
      step.run(values).forEach((v, i) => {
        this.folded.set(step.outputs[i]!.storage, v);
      });
      return;
    }
    const handler = handlers[step.name];
    const same = direct[step.name];
    if (handler !== undefined) handler.call(this, step);
    else if (same !== undefined && !(same === 'RELU' && this.fuse(step)))
      this.emit(
        same,
        step.inputs.map((t) => this.placeOf(t)),
        step,
        fusable.has(same) ? { fusedActivation: 'NONE' } : undefined,
      );
    else if (same === undefined)
      throw new FormatError(`TFLite: the op ${step.name} of this model has no operator in the converter yet`);
  }

  /** A relu whose input nobody else reads becomes part of the operator before it. */
  protected fuse(step: Step): boolean {
    const [x] = step.inputs;
    const at = this.operators.length - 1;
    const last = this.operators[at];
    if (last?.options?.['fusedActivation'] !== 'NONE' || last.outputs[0] !== this.placeOf(x!)) return false;
    if (this.uses.get(x!.storage) !== 1) return false;
    this.operators[at] = { ...last, options: { ...last.options, fusedActivation: 'RELU' } };
    this.places.set(step.outputs[0]!.storage, last.outputs[0]!);
    return true;
  }

  linear(step: Step): void {
    const [x, w, b] = step.inputs as readonly [Tensor, Tensor, Tensor?];
    const { outFirst } = step.attrs as { outFirst: boolean };
    const inputs = [this.placeOf(x), this.weights(w, outFirst ? [0, 1] : [1, 0], step.name), b ? this.placeOf(b) : -1];
    this.emit('FULLY_CONNECTED', inputs, step, { fusedActivation: 'NONE', keepNumDims: x.rank > 2 });
  }
  matmul(step: Step): void {
    const [a, b] = step.inputs as readonly [Tensor, Tensor];
    if (b.rank === 2 && this.valueOf(b) !== undefined && this.valueOf(a) === undefined) {
      const inputs = [this.placeOf(a), this.weights(b, [1, 0], step.name), -1];
      this.emit('FULLY_CONNECTED', inputs, step, { fusedActivation: 'NONE', keepNumDims: a.rank > 2 });
    } else this.emit('BATCH_MATMUL', [this.placeOf(a), this.placeOf(b)], step, { adjX: false, adjY: false });
  }
  conv2d(step: Step): void {
    const [x, w, b] = step.inputs as readonly [Tensor, Tensor, Tensor?];
    const a = step.attrs as ConvAttrs;
    const order = <S>(list: readonly S[], axes: readonly number[]): S[] =>
      a.channelsFirst ? axes.map((i) => list[i]!) : [...list];
    const [kh, kw, perGroup, out] = order(w.sizes, [2, 3, 1, 0]) as [number, number, number, number];
    // groups of several channels are told by the kernel's own channels
    const depthwise = a.groups > 1 && perGroup === 1;
    const image = a.channelsFirst ? this.turned(x, [0, 2, 3, 1]) : { at: this.placeOf(x), sizes: x.sizes };
    const open = order(this.varying(x), [0, 2, 3, 1]);
    const [from, padding] = this.paddedImage(image.at, image.sizes, open, [kh, kw], a, 0);
    const laid = depthwise ? { last: [2, 0, 1, 3], first: [1, 2, 3, 0] } : { last: [3, 0, 1, 2], first: [0, 2, 3, 1] };
    const kernel = this.weights(w, a.channelsFirst ? laid.first : laid.last, step.name);
    const bias = b ? this.placeOf(b) : this.constant('bias', 'float32', [out], new Float32Array(out));
    const options: Options = {
      padding,
      strideH: a.stride[0],
      strideW: a.stride[1],
      dilationH: a.dilation[0],
      dilationW: a.dilation[1],
      fusedActivation: 'NONE',
    };
    const [op, full] = depthwise
      ? (['DEPTHWISE_CONV_2D', { ...options, depthMultiplier: out / a.groups }] as const)
      : (['CONV_2D', options] as const);
    if (!a.channelsFirst) {
      this.emit(op, [from, kernel, bias], step, full);
      return;
    }
    const result = step.outputs[0]!;
    const made = this.computed(order(result.sizes, [0, 2, 3, 1]), order(this.varying(result), [0, 2, 3, 1]));
    this.push(op, [from, kernel, bias], made, full);
    this.emit('TRANSPOSE', [made, this.ints('axes', [0, 3, 1, 2])], step);
  }
  /** A tensor that is computed on the way. */
  private computed(sizes: readonly number[], open: readonly boolean[]): number {
    return (
      this.tensors.push({ name: `images_${this.tensors.length}`, dtype: 'float32', ...this.shaped(sizes, open) }) - 1
    );
  }
  /** A value with its axes in another order. */
  private turned(x: Tensor, axes: readonly number[]): { at: number; sizes: number[] } {
    const sizes = axes.map((i) => x.sizes[i]!);
    const varying = this.varying(x);
    const at = this.computed(
      sizes,
      axes.map((i) => varying[i]!),
    );
    this.push('TRANSPOSE', [this.placeOf(x), this.ints('axes', axes)], at);
    return { at, sizes };
  }
  pool(step: Step): void {
    const [x] = step.inputs as readonly [Tensor];
    const a = step.attrs as PoolAttrs & { countPadding?: boolean; divisor?: number | null };
    const max = step.name === 'maxPool2d';
    if (a.channelsFirst)
      throw new FormatError('TFLite: images are [batch, height, width, channels]; the model has channels first');
    if (a.ceil || a.dilation.some((d) => d !== 1) || a.countPadding || (a.divisor ?? null) !== null)
      throw new FormatError(`TFLite: this form of ${step.name} has no operator`);
    const [from, padding] = this.padded(x, a.window, a.stride, a.dilation, a.padding, max ? null : 0);
    this.emit(max ? 'MAX_POOL_2D' : 'AVERAGE_POOL_2D', [from], step, {
      padding,
      strideH: a.stride[0],
      strideW: a.stride[1],
      filterHeight: a.window[0],
      filterWidth: a.window[1],
      fusedActivation: 'NONE',
    });
  }
  /** The image as the operator wants it: TFLite knows two paddings, any other becomes an operator of its own. */
  protected padded(
    x: Tensor,
    window: Pair,
    stride: Pair,
    dilation: Pair,
    padding: readonly [Pair, Pair],
    fill: 0 | null,
  ): [number, 'VALID' | 'SAME'] {
    return this.paddedImage(this.placeOf(x), x.sizes, this.varying(x), window, { stride, dilation, padding }, fill);
  }
  private paddedImage(
    from: number,
    sizes: readonly number[],
    open: readonly boolean[],
    window: Pair,
    { stride, dilation, padding }: Pick<ConvAttrs, 'stride' | 'dilation' | 'padding'>,
    fill: 0 | null,
  ): [number, 'VALID' | 'SAME'] {
    if (padding.flat().every((p) => p === 0)) return [from, 'VALID'];
    const same = [0, 1].every((i) => {
      const want = samePads(sizes[i + 1]!, window[i]!, stride[i]!, dilation[i]!);
      return want[0] === padding[i]![0] && want[1] === padding[i]![1];
    });
    if (same) return [from, 'SAME'];
    if (fill === null) throw new FormatError('TFLite: pooling with paddings other than valid and same has no operator');
    const pads = [[0, 0], ...padding, [0, 0]].flat();
    const to = this.computed(
      sizes.map((d, i) => d + pads[2 * i]! + pads[2 * i + 1]!),
      open,
    );
    this.push('PAD', [from, this.constant('paddings', 'int32', [4, 2], Int32Array.from(pads))], to);
    return [to, 'VALID'];
  }
  softmax(step: Step): void {
    const [x] = step.inputs as readonly [Tensor];
    const { axis } = step.attrs as { axis: number };
    if (axis !== x.rank - 1)
      throw new FormatError(`TFLite: ${step.name} works along the last axis, the model wants axis ${axis}`);
    if (step.name === 'softmax') this.emit('SOFTMAX', [this.placeOf(x)], step, { beta: 1 });
    else this.emit('LOG_SOFTMAX', [this.placeOf(x)], step);
  }
  /** A shape whose first size is that of a value at each run. */
  private shapeWithBatch(like: Tensor, sizes: readonly number[]): number {
    const computed = (name: string, shape: readonly number[]): number =>
      this.tensors.push({ name: `${name}_${this.tensors.length}`, dtype: 'int32', shape }) - 1;
    const whole = computed('shape', [like.rank]);
    this.push('SHAPE', [this.placeOf(like)], whole, { outType: 'int32' });
    const batch = computed('batch', []);
    const ends = [0, 1, 1].map((v) => this.ints('at', [v]));
    this.push('STRIDED_SLICE', [whole, ...ends], batch, { shrinkAxisMask: 1 });
    const rest = sizes.slice(1).map((d) => this.constant('size', 'int32', [], Int32Array.of(d)));
    const out = computed('shape', [sizes.length]);
    this.push('PACK', [batch, ...rest], out, { valuesCount: sizes.length, axis: 0 });
    return out;
  }
  transposedConv(step: Step): void {
    const [g, w] = step.inputs as readonly [Tensor, Tensor];
    const a = step.attrs as ConvAttrs;
    const [out] = step.outputs as readonly [Tensor];
    // the operator's images have their channels last
    const last = <S>(list: readonly S[]): S[] =>
      a.channelsFirst ? [list[0]!, list[2]!, list[3]!, list[1]!] : [...list];
    const sizes = last(out.sizes);
    const varying = last(this.varying(out));
    const [kh, kw] = (a.channelsFirst ? w.sizes.slice(2) : w.sizes) as readonly [number, number];
    if (a.groups !== 1 || a.dilation.some((d) => d !== 1) || varying.lastIndexOf(true) > 0)
      throw new FormatError('TFLite: this transposed convolution has no operator; give its input a fixed size');
    const same = [0, 1].every((i) => {
      const want = samePads(sizes[i + 1]!, [kh, kw][i]!, a.stride[i]!, 1);
      return want[0] === a.padding[i]![0] && want[1] === a.padding[i]![1];
    });
    if (!same && a.padding.flat().some((p) => p !== 0))
      throw new FormatError('TFLite: transposed convolutions with paddings other than valid and same have no operator');
    const from = a.channelsFirst ? this.turned(g, [0, 2, 3, 1]).at : this.placeOf(g);
    const shape = varying[0] ? this.shapeWithBatch(g, sizes) : this.ints('shape', sizes);
    const kernel = this.weights(w, a.channelsFirst ? [1, 2, 3, 0] : [2, 0, 1, 3], step.name);
    const options: Options = {
      padding: same ? 'SAME' : 'VALID',
      strideH: a.stride[0],
      strideW: a.stride[1],
      fusedActivation: 'NONE',
    };
    if (a.channelsFirst) {
      const made = this.computed(sizes, varying);
      this.push('TRANSPOSE_CONV', [shape, kernel, from], made, options);
      this.emit('TRANSPOSE', [made, this.ints('axes', [0, 3, 1, 2])], step);
    } else this.emit('TRANSPOSE_CONV', [shape, kernel, from], step, options);
  }
}

const { prototype: of } = Conversion;
const handlers: Readonly<Record<string, (this: Conversion, step: Step) => void>> = {
  expm1: of.expm1,
  log1p: of.log1p,
  softplus: of.softplus,
  erf: of.erf,
  linear: of.linear,
  matmul: of.matmul,
  conv2d: of.conv2d,
  maxPool2d: of.pool,
  avgPool2d: of.pool,
  softmax: of.softmax,
  logSoftmax: of.softmax,
  axisMap: of.axisMap,
  reshape: of.reshape,
  permute: of.permute,
  concat: of.concat,
  sum: of.reduce,
  mean: of.reduce,
  max: of.reduce,
  min: of.reduce,
  prod: of.reduce,
  any: of.reduce,
  all: of.reduce,
  argmax: of.search,
  argmin: of.search,
  expand: of.expand,
  pad: of.pad,
  cumsum: of.cumsum,
  oneHot: of.oneHot,
  convInputGrad: of.transposedConv,
  contiguous: of.alias,
  squeeze: of.reshape,
  unsqueeze: of.reshape,
  slice: of.slice,
  take: of.take,
  cast: of.cast,
  clamp: of.clamp,
  clone: of.alias,
  stopGradient: of.alias,
};
/** What a model consists of but for its shapes. */
const essence = ({ operators, tensors }: TfliteModel): string =>
  JSON.stringify([
    operators,
    tensors.map(({ dtype, data, shape }) => data && [dtype, shape, Array.from(data, String)]),
  ]);

/**
 * The TFLite model of a traced function. A second run of it with other sizes shows which of them may be any; without one
 * all are fixed.
 *
 * @throws FormatError that names an op which has no operator.
 */
export function convertGraph(traced: GraphFunction, other: GraphFunction = traced): TfliteModel {
  const model = new Conversion(traced, other).run();
  if (other !== traced && essence(new Conversion(other, traced).run()) !== essence(model)) throw sizeDependent();
  return model;
}
