import { sizeOf } from '../../tensor/dtype';
import { roundEven } from './quantized';
import type { TfliteModel, TfliteOp, TfliteTensor } from './schema';

/** Operators whose second input are weights: the axis of their outputs, and the version that takes 8-bit ones. */
const weighing: Partial<Record<TfliteOp, readonly [axis: number, version: number]>> = {
  FULLY_CONNECTED: [0, 12],
  CONV_2D: [0, 5],
  DEPTHWISE_CONV_2D: [3, 6],
};
/** Smaller weights are not worth it: TFLite's converter leaves them alone. */
const fewest = 1024;

/** Weights as integers of -127 to 127 with one scale for each output. */
export function narrowed(tensor: TfliteTensor, axis: number): TfliteTensor {
  const from = tensor.data as Float32Array;
  const count = tensor.shape[axis]!;
  const inner = sizeOf(tensor.shape.slice(axis + 1));
  const largest = new Float32Array(count);
  from.forEach((v, i) => {
    const c = Math.floor(i / inner) % count;
    largest[c] = Math.max(largest[c]!, Math.abs(v));
  });
  const scales = Array.from(largest, (most) => Math.fround(most === 0 ? 1 : most / 127));
  const data = Int8Array.from(from, (v, i) => {
    const q = roundEven(v / scales[Math.floor(i / inner) % count]!);
    return Math.min(127, Math.max(-127, q));
  });
  return { ...tensor, dtype: 'int8', data, quantization: { scales, zeroPoints: scales.map(() => 0), axis } };
}

/**
 * A model whose large weights are 8-bit integers (dynamic range quantization): a quarter of the size; what runs it
 * makes the inputs of such operators integers too, each time by their own range.
 */
export function quantizeWeights(model: TfliteModel): TfliteModel {
  const tensors = [...model.tensors];
  const readers = new Map<number, number>();
  for (const { inputs } of model.operators) for (const at of inputs) readers.set(at, (readers.get(at) ?? 0) + 1);
  const operators = model.operators.map((operator) => {
    const rule = weighing[operator.op];
    const at = operator.inputs[1]!;
    const weights = tensors[at];
    if (rule === undefined || weights?.data === undefined || weights.dtype !== 'float32') return operator;
    if (sizeOf(weights.shape) < fewest || readers.get(at) !== 1) return operator;
    tensors[at] = narrowed(weights, rule[0]);
    const options =
      operator.op === 'FULLY_CONNECTED' ? { ...operator.options, asymmetricQuantizeInputs: true } : operator.options;
    return { ...operator, version: rule[1], ...(options === undefined ? {} : { options }) };
  });
  return { ...model, tensors, operators };
}
