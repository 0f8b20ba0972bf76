import * as ops from '../../ops/index';
import { copyData } from '../../tensor/access';
import { type DType, dtypes } from '../../tensor/dtype';
import { coreFamily, fromArray, type Tensor } from '../../tensor/tensor';
import { FormatError } from '../bytes';
import type { TfliteTensor } from './schema';

export type Quantization = NonNullable<TfliteTensor['quantization']>;

/** Halves go to the even number, as processors round. */
export function roundEven(x: number): number {
  const floor = Math.floor(x);
  const rest = x - floor;
  return rest < 0.5 || (rest === 0.5 && floor % 2 === 0) ? floor : floor + 1;
}

/** One number for each slice along the quantized axis, in a shape that broadcasts; a single one stays a scalar. */
function along(list: readonly number[], { axis }: Quantization, rank: number): Tensor {
  const sizes = list.length === 1 ? [] : Array.from({ length: rank }, (_, i) => (i === axis ? list.length : 1));
  return fromArray(coreFamily, Float64Array.from(list), sizes, 'float64');
}

/** The integers less their zero points, in float64, where sums of their products are exact. */
export function centred(x: Tensor, q: Quantization): Tensor {
  const wide = ops.cast(x, 'float64');
  return q.zeroPoints.every((z) => z === 0) ? wide : ops.sub(wide, along(q.zeroPoints, q, x.rank));
}

/** The numbers that integers stand for. */
export const dequantize = (x: Tensor, q: Quantization): Tensor =>
  ops.cast(ops.mul(centred(x, q), along(q.scales, q, x.rank)), 'float32');

/** Integers that stand for numbers, rounded to the nearest one there is. */
export function quantize(x: Tensor, q: Quantization, dtype: DType): Tensor {
  if (q.scales.length !== 1)
    throw new FormatError('TFLite: values computed with a scale for each channel are not there yet');
  const inverse = Math.fround(1 / Math.fround(q.scales[0]!));
  return integers(ops.cast(x, 'float32'), [inverse], q.zeroPoints[0]!, dtype);
}

/**
 * Accumulated products in the steps of the output: each times the ratio of the scales, in single precision as the
 * interpreter's kernels do, rounded, and moved to the zero point. The ratios follow the last axis.
 */
export function integers(sums: Tensor, ratios: readonly number[], zeroPoint: number, dtype: DType): Tensor {
  const from = copyData(sums) as Float64Array<ArrayBuffer>;
  const out = dtypes[dtype].create(from.length);
  const { min, max } = dtypes[dtype];
  const n = ratios.length;
  const steps = Float32Array.from(ratios);
  for (let i = 0; i < from.length; i++) {
    const value = roundEven(Math.fround(Math.fround(from[i]!) * steps[n === 1 ? 0 : i % n]!)) + zeroPoint;
    out[i] = Math.min(Number(max), Math.max(Number(min), value));
  }
  return fromArray(coreFamily, out, [...sums.sizes], dtype);
}

/** A tensor of floats as 8-bit integers, one scale and zero point for each slice along the first axis. */
export function quantizeRows(x: Tensor, symmetric: boolean): { integers: Tensor; scales: Tensor } {
  const from = copyData(ops.cast(x, 'float32')) as Float32Array<ArrayBuffer>;
  const rows = x.sizes[0] ?? 1;
  const width = rows === 0 ? 0 : from.length / rows;
  const out = new Float64Array(from.length);
  const scales = new Float64Array(rows);
  for (let r = 0; r < rows; r++) {
    const row = from.subarray(r * width, (r + 1) * width);
    const low = row.reduce((a, b) => Math.min(a, b), 0);
    const high = row.reduce((a, b) => Math.max(a, b), 0);
    const scale = symmetric ? Math.max(-low, high) / 127 : (high - low) / 255;
    const zero = symmetric || scale === 0 ? 0 : Math.min(127, Math.max(-128, Math.round(-128 - low / scale)));
    const least = symmetric ? -127 : -128;
    scales[r] = scale;
    // what is kept is the integer less the zero point: products with it are those of the centred values
    for (let i = 0; i < width; i++) {
      const q = scale === 0 ? 0 : Math.min(127, Math.max(least, Math.round(row[i]! / scale) + zero));
      out[r * width + i] = q - zero;
    }
  }
  const column = [rows, ...x.sizes.slice(1).map(() => 1)];
  return {
    integers: fromArray(coreFamily, out, [...x.sizes], 'float64'),
    scales: fromArray(coreFamily, scales, column, 'float64'),
  };
}
