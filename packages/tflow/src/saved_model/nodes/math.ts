import { fromArray, nn, ops } from '@stele/core';
import { invert, left_shift, right_shift } from '../../bitwise';
import { bitcast } from '../../blocks';
import { angle, complex, conj, imag, real } from '../../complex';
import { fill } from '../../creation';
import {
  cumulative_logsumexp,
  divide_no_nan,
  multiply_no_nan,
  nextafter,
  reduce_euclidean_norm,
  truncatediv,
  truncatemod,
  xdivy,
} from '../../elementwise';
import { cross, eigh, eigvalsh, lu, qr, slogdet, svd, triangular_solve } from '../../linalg';
import { abs } from '../../math';
import { bincount, histogram_fixed_width, searchsorted, unique_with_counts } from '../../ordering';
import { dynamic_partition, dynamic_stitch, invert_permutation } from '../../sequences';
import { fft, fft2d, fft3d, ifft, ifft2d, ifft3d, irfft, irfft2d, rfft, rfft2d } from '../../signal';
import {
  bessel_i0,
  bessel_i0e,
  bessel_i1,
  bessel_i1e,
  betainc,
  erfinv,
  igamma,
  igammac,
  ndtri,
  polygamma,
  zeta,
} from '../../special';
import { type Tensor, tfFamily, toTensor } from '../../tensor';
import { type Kernels, list, number, plain } from './common';

const bound =
  (side: 'left' | 'right'): Kernels[string] =>
  ([sorted, values], attrs) =>
    searchsorted(sorted as Tensor, values as Tensor, { side, out_type: attrs.type('out_type', 'int32') });
/** How many bits of a whole number are set. */
function bits(x: Tensor): Tensor {
  const wide = x.numpy().data;
  const count = (v: number | bigint): number =>
    [...BigInt.asUintN(8 * (wide as Int32Array).BYTES_PER_ELEMENT, BigInt(v)).toString(2)].filter((c) => c === '1')
      .length;
  return fromArray(
    tfFamily,
    Uint8Array.from(wide as Int32Array, (v) => count(v)),
    [...x.sizes],
    'uint8',
  ) as Tensor;
}
const lengthOf = (length: unknown): readonly number[] => list(length);

/** Numbers, matrices and spectra. */
export const mathKernels: Kernels = {
  BesselI0: plain(bessel_i0),
  BesselI0e: plain(bessel_i0e),
  BesselI1: plain(bessel_i1),
  BesselI1e: plain(bessel_i1e),
  Igamma: plain(igamma, 2),
  Igammac: plain(igammac, 2),
  Zeta: plain(zeta, 2),
  Polygamma: plain(polygamma, 2),
  Betainc: plain(betainc, 3),
  Erfinv: plain(erfinv),
  Ndtri: plain(ndtri),
  DivNoNan: plain(divide_no_nan, 2),
  MulNoNan: plain(multiply_no_nan, 2),
  Xdivy: plain(xdivy, 2),
  NextAfter: plain(nextafter, 2),
  TruncateDiv: plain(truncatediv, 2),
  TruncateMod: plain(truncatemod, 2),
  EuclideanNorm: ([x, axes], attrs) => reduce_euclidean_norm(x as Tensor, list(axes), attrs.bool('keep_dims')),
  CumulativeLogsumexp: ([x, axis], attrs) =>
    cumulative_logsumexp(x as Tensor, number(axis), attrs.bool('exclusive'), attrs.bool('reverse')),
  LeftShift: plain(left_shift, 2),
  RightShift: plain(right_shift, 2),
  Invert: plain(invert),
  PopulationCount: ([x]) => bits(x as Tensor),
  Bitcast: ([x], attrs) => bitcast(x as Tensor, attrs.type('type', 'float32')),
  ApproximateEqual: ([a, b], attrs) =>
    ops.less(ops.abs(ops.sub(a as Tensor, b as Tensor)), attrs.float('tolerance', 1e-5)),
  LowerBound: bound('left'),
  UpperBound: bound('right'),
  UniqueWithCounts: ([x], attrs) => [...unique_with_counts(x as Tensor, attrs.type('out_idx', 'int32'))],
  UniqueWithCountsV2: ([x], attrs) => [...unique_with_counts(x as Tensor, attrs.type('out_idx', 'int32'))],
  Bincount: ([x, size, weights], attrs) => {
    const given = (weights as Tensor).elementCount > 0 ? (weights as Tensor) : null;
    return bincount(x as Tensor, given, number(size), number(size), attrs.type('T', 'int32'));
  },
  HistogramFixedWidth: ([x, range, bins], attrs) =>
    histogram_fixed_width(x as Tensor, range as Tensor, number(bins), attrs.type('dtype', 'int32')),
  InvertPermutation: plain(invert_permutation),
  DynamicPartition: ([x, at], attrs) => [...dynamic_partition(x as Tensor, at as Tensor, attrs.int('num_partitions'))],
  DynamicStitch: (inputs) => stitched(inputs),
  ParallelDynamicStitch: (inputs) => stitched(inputs),
  Complex: plain(complex, 2),
  Real: plain(real),
  Imag: plain(imag),
  Angle: plain(angle),
  Conj: plain(conj),
  ComplexAbs: plain(abs),
  FFT: plain(fft),
  FFT2D: plain(fft2d),
  FFT3D: plain(fft3d),
  IFFT: plain(ifft),
  IFFT2D: plain(ifft2d),
  IFFT3D: plain(ifft3d),
  RFFT: ([x, length]) => rfft(x as Tensor, lengthOf(length)),
  RFFT2D: ([x, length]) => rfft2d(x as Tensor, lengthOf(length)),
  IRFFT: ([x, length]) => irfft(x as Tensor, lengthOf(length)),
  IRFFT2D: ([x, length]) => irfft2d(x as Tensor, lengthOf(length)),
  Cross: plain(cross, 2),
  Qr: ([x], attrs) => [...qr(x as Tensor, attrs.bool('full_matrices'))],
  Svd: ([x], attrs) => {
    const out = svd(x as Tensor, attrs.bool('full_matrices'), attrs.bool('compute_uv', true));
    return Array.isArray(out) ? [...out] : [out, toTensor([]), toTensor([])];
  },
  SelfAdjointEigV2: ([x], attrs) =>
    attrs.bool('compute_v', true) ? [...eigh(x as Tensor)] : [eigvalsh(x as Tensor), toTensor([])],
  LogMatrixDeterminant: ([x]) => [...slogdet(x as Tensor)],
  Lu: ([x], attrs) => [...lu(x as Tensor, attrs.type('output_idx_type', 'int32'))],
  MatrixTriangularSolve: ([a, b], attrs) =>
    triangular_solve(a as Tensor, b as Tensor, attrs.bool('lower', true), attrs.bool('adjoint')),
  Empty: ([sizes], attrs) => fill(list(sizes), zero(attrs.type('dtype', 'float32'))),
  SoftmaxCrossEntropyWithLogits: ([x, labels]) => {
    const [wide, given] = broadcastPair(x as Tensor, labels as Tensor);
    const log = ops.logSoftmax(wide, -1);
    return [ops.neg(ops.sum(ops.mul(given, log), [-1])), ops.sub(ops.exp(log), given)];
  },
  Softsign: plain(nn.softsign),
};
const zero = (dtype: Parameters<typeof toTensor>[1]): Tensor => toTensor(0, dtype);
function broadcastPair(a: Tensor, b: Tensor): [Tensor, Tensor] {
  const sum = ops.add(a, b).sizes;
  return [ops.expand(a, sum) as Tensor, ops.expand(b, sum) as Tensor];
}
function stitched(inputs: readonly unknown[]): Tensor {
  const half = inputs.length / 2;
  return dynamic_stitch(inputs.slice(0, half) as Tensor[], inputs.slice(half) as Tensor[]);
}
