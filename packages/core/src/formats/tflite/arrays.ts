import type { Step } from '../../graph/graph';
import type { AxisMatrix } from '../../ops/axisMap';
import type { ReduceAttrs } from '../../ops/reduce';
import type { SliceAttrs } from '../../ops/shape';
import type { DType } from '../../tensor/dtype';
import type { Tensor } from '../../tensor/tensor';
import { FormatError } from '../bytes';
import { type Options, type Pair, Placing, sizeDependent } from './placing';
import type { TfliteOp } from './schema';

const reductions = {
  sum: 'SUM',
  mean: 'MEAN',
  max: 'REDUCE_MAX',
  min: 'REDUCE_MIN',
  prod: 'REDUCE_PROD',
  any: 'REDUCE_ANY',
  all: 'REDUCE_ALL',
} as const;
/** Ops that move, pick and add up elements, and functions made of several operators. */
export class ArrayOps extends Placing {
  reshape(step: Step): void {
    const [x] = step.inputs as readonly [Tensor];
    const [out] = step.outputs;
    const varying = this.varying(out!);
    if (varying.filter(Boolean).length > 1)
      throw new FormatError('TFLite: a reshape keeps two sizes that are not fixed, which no operator can');
    const shape = out!.sizes.map((d, i) => (varying[i] ? -1 : d));
    this.emit('RESHAPE', [this.placeOf(x), this.ints('shape', shape)], step, { newShape: shape });
  }
  /** Sums along one axis with weights, a resized image among them: the axis is moved to the end and back. */
  axisMap(step: Step): void {
    const [x] = step.inputs as readonly [Tensor];
    const { axis, matrix } = step.attrs as { axis: number; matrix: AxisMatrix };
    const dense = new Float32Array(matrix.inputs * matrix.outputs);
    matrix.weights.forEach((w, i) => {
      dense[matrix.to[i]! * matrix.inputs + matrix.from[i]!]! += w;
    });
    const weights = this.constant('weights', 'float32', [matrix.outputs, matrix.inputs], dense);
    const last = x.rank - 1;
    const swap = x.sizes.map((_, i) => (i === axis ? last : i === last ? axis : i));
    const varying = this.varying(x);
    const turned = (op: TfliteOp, inputs: readonly number[], sizes: readonly number[], options?: Options): number => {
      const shaped = this.shaped(
        sizes,
        swap.map((i) => varying[i]!),
      );
      const to = this.tensors.push({ name: `turned_${this.tensors.length}`, dtype: 'float32', ...shaped }) - 1;
      this.push(op, inputs, to, options);
      return to;
    };
    const options = { fusedActivation: 'NONE', keepNumDims: true };
    if (axis === last) {
      this.emit('FULLY_CONNECTED', [this.placeOf(x), weights, -1], step, options);
      return;
    }
    const order = this.ints('axes', swap);
    const sizes = swap.map((i) => x.sizes[i]!);
    const first = turned('TRANSPOSE', [this.placeOf(x), order], sizes);
    const mapped = turned('FULLY_CONNECTED', [first, weights, -1], [...sizes.slice(0, -1), matrix.outputs], options);
    this.emit('TRANSPOSE', [mapped, order], step);
  }
  permute(step: Step): void {
    const { axes } = step.attrs as { axes: readonly number[] };
    this.emit('TRANSPOSE', [this.placeOf(step.inputs[0]!), this.ints('axes', axes)], step);
  }
  softplus(step: Step): void {
    // the larger of x and 0, and the logarithm of what the exponential adds
    const [x] = step.inputs as readonly [Tensor];
    const part = this.chain(x);
    const from = this.placeOf(x);
    const small = part('LOG', part('ADD', part('EXP', part('NEG', part('ABS', from))), this.single(1)));
    this.emit('ADD', [part('RELU', from), small], step, { fusedActivation: 'NONE' });
  }
  log1p(step: Step): void {
    const [x] = step.inputs as readonly [Tensor];
    this.emit('LOG', [this.chain(x)('ADD', this.placeOf(x), this.single(1))], step);
  }
  /** The error function has no operator: Abramowitz and Stegun's 7.1.26, within 1.5e-7 of it. */
  erf(step: Step): void {
    const [x] = step.inputs as readonly [Tensor];
    const part = this.chain(x);
    const from = this.placeOf(x);
    const size = part('ABS', from);
    const t = part('DIV', this.single(1), part('ADD', part('MUL', size, this.single(0.3275911)), this.single(1)));
    const coefficients = [1.061405429, -1.453152027, 1.421413741, -0.284496736, 0.254829592];
    const sum = coefficients
      .slice(1)
      .reduce((at, c) => part('ADD', part('MUL', at, t), this.single(c)), this.single(coefficients[0]!));
    const fall = part('EXP', part('NEG', part('MUL', size, size)));
    const above = part('SUB', this.single(1), part('MUL', part('MUL', sum, t), fall));
    this.emit('MUL', [part('SIGN', from), above], step, { fusedActivation: 'NONE' });
  }
  concat(step: Step): void {
    const { axis } = step.attrs as { axis: number };
    for (const t of step.inputs) {
      this.placeOf(t);
      if (this.repeated.has(t.storage)) throw sizeDependent();
    }
    this.emit(
      'CONCATENATION',
      step.inputs.map((t) => this.placeOf(t)),
      step,
      { axis, fusedActivation: 'NONE' },
    );
  }
  reduce(step: Step): void {
    const { axes, keepDims } = step.attrs as ReduceAttrs;
    const op = reductions[step.name as keyof typeof reductions];
    this.emit(op, [this.placeOf(step.inputs[0]!), this.ints('axes', axes)], step, { keepDims });
  }
  search(step: Step): void {
    const { axes, keepDims } = step.attrs as ReduceAttrs;
    const [x] = step.inputs as readonly [Tensor];
    if (axes.length !== 1 || keepDims)
      throw new FormatError(`TFLite: ${step.name} of several axes, or with keepdims, has no operator`);
    const inputs = [this.placeOf(x), this.constant('axis', 'int32', [], Int32Array.of(axes[0]!))];
    const outputType = step.outputs[0]!.scalarType;
    this.emit(step.name === 'argmax' ? 'ARG_MAX' : 'ARG_MIN', inputs, step, { outputType });
  }
  expand(step: Step): void {
    const [out] = step.outputs;
    if (this.varying(out!).includes(true)) {
      const [x] = step.inputs as readonly [Tensor];
      // where nothing grows there is nothing to do; what grows must be told how far
      const before = out!.sizes.map((_, i) => x.sizes[x.rank - out!.rank + i]);
      const grows = out!.sizes.some((d, i) => before[i] !== d);
      const varying = this.varying(out!);
      const own = this.varying(x);
      const batchStays = x.rank === out!.rank && varying.every((v, i) => !v || own[i]);
      if (grows && batchStays) {
        const times = out!.sizes.map((d, i) => (varying[i] ? 1 : d / before[i]!));
        this.emit('TILE', [this.placeOf(x), this.ints('times', times)], step);
        return;
      }
      if (grows)
        throw new FormatError('TFLite: a value is repeated as often as the input has entries, which no operator can');
      this.alias(step);
    } else this.emit('BROADCAST_TO', [this.placeOf(step.inputs[0]!), this.ints('shape', out!.sizes)], step);
  }
  pad(step: Step): void {
    const { pads, value } = step.attrs as { pads: readonly Pair[]; value: number };
    const [x] = step.inputs as readonly [Tensor];
    const paddings = this.constant('paddings', 'int32', [pads.length, 2], Int32Array.from(pads.flat()));
    if (value === 0) this.emit('PAD', [this.placeOf(x), paddings], step);
    else {
      const fill = this.constant('fill', 'float32', [], Float32Array.of(value));
      this.emit('PADV2', [this.placeOf(x), paddings, fill], step);
    }
  }
  cumsum(step: Step): void {
    const { axis, exclusive, reverse } = step.attrs as { axis: number; exclusive: boolean; reverse: boolean };
    const inputs = [this.placeOf(step.inputs[0]!), this.constant('axis', 'int32', [], Int32Array.of(axis))];
    this.emit('CUMSUM', inputs, step, { exclusive, reverse });
  }
  oneHot(step: Step): void {
    const { depth } = step.attrs as { depth: number };
    const [out] = step.outputs;
    if (out!.scalarType !== 'float32')
      throw new FormatError(`TFLite: one-hot values of ${out!.scalarType} have no operator yet, only float32`);
    const one = (v: number): number => this.constant('hot', 'float32', [], Float32Array.of(v));
    const inputs = [
      this.placeOf(step.inputs[0]!),
      this.constant('depth', 'int32', [], Int32Array.of(depth)),
      one(1),
      one(0),
    ];
    this.emit('ONE_HOT', inputs, step, { axis: -1 });
  }
  slice(step: Step): void {
    const [x] = step.inputs as readonly [Tensor];
    const { axis, start, stop, step: stride } = step.attrs as SliceAttrs;
    const every = (value: number, at: number): number[] => x.sizes.map((_, i) => (i === axis ? at : value));
    const others = x.sizes.reduce((mask, _, i) => (i === axis ? mask : mask | (1 << i)), 0);
    this.emit(
      'STRIDED_SLICE',
      [
        this.placeOf(x),
        this.ints('begin', every(0, start)),
        this.ints('end', every(0, stop)),
        this.ints('strides', every(1, stride)),
      ],
      step,
      { beginMask: others, endMask: others },
    );
  }
  take(step: Step): void {
    const [x, indices] = step.inputs as readonly [Tensor, Tensor];
    const { axis } = step.attrs as { axis: number };
    this.emit('GATHER', [this.placeOf(x), this.placeOf(indices)], step, { axis, batchDims: 0 });
  }
  cast(step: Step): void {
    const [x] = step.inputs as readonly [Tensor];
    const { to } = step.attrs as { to: DType };
    this.emit('CAST', [this.placeOf(x)], step, { inDataType: x.scalarType, outDataType: to });
  }
  clamp(step: Step): void {
    const { min, max } = step.attrs as { min: number | null; max: number | null };
    const from = this.placeOf(step.inputs[0]!);
    if (min === 0 && max === 6) {
      this.emit('RELU6', [from], step);
      return;
    }
    const bound = (value: number): number => this.constant('bound', 'float32', [], Float32Array.of(value));
    const [x] = step.inputs as readonly [Tensor];
    let at = from;
    if (min !== null && max !== null) {
      this.tensors.push({
        name: `clamped_${this.tensors.length}`,
        dtype: x.scalarType,
        ...this.shaped(x.sizes, this.varying(x)),
      });
      at = this.tensors.length - 1;
      this.push('MAXIMUM', [from, bound(min)], at);
      this.emit('MINIMUM', [at, bound(max)], step);
    } else this.emit(min === null ? 'MINIMUM' : 'MAXIMUM', [at, bound((min ?? max)!)], step);
  }
  /** e^x - 1, by the two operators that there are for it. */
  expm1(step: Step): void {
    const [x] = step.inputs as readonly [Tensor];
    const out = step.outputs[0]!;
    const middle = this.tensors.push({
      name: `exp_${this.tensors.length}`,
      dtype: out.scalarType,
      ...this.shaped(out.sizes, this.varying(out)),
    });
    this.push('EXP', [this.placeOf(x)], middle - 1);
    const one = this.constant('one', 'float32', [], new Float32Array([1]));
    this.emit('SUB', [middle - 1, one], step, { fusedActivation: 'NONE' });
  }
  /** What gives its input's values: no operator. */
  alias(step: Step): void {
    this.places.set(step.outputs[0]!.storage, this.placeOf(step.inputs[0]!));
  }
}
