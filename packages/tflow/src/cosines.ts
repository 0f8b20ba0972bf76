import { type Tensor as CoreTensor, type DType, fromArray, isFloating, nn, ops } from '@stele/core';
import { frame } from './blocks';
import { define } from './define';
import { type DTypeLike, dtypeName } from './dtypes';
import { valueError } from './errors';
import { whole, wholes } from './places';
import { type Tensor, type TensorLike, tfFamily, toTensor } from './tensor';

// tf.signal's cosine transforms, their windows and the mel scale.

/** Python's error for what is not written. */
const notMade = (message: string): Error => Object.assign(new Error(message), { name: 'NotImplementedError' });

const inverses = { 1: 1, 2: 3, 3: 2, 4: 4 } as const;
const transform = (name: string, inverse: boolean) =>
  define(
    `tf.signal.${name}`,
    'input, type=2, n=None, axis=-1, norm=None, name=None',
    (input: TensorLike, type?: number, n?: number | null, axis?: number, norm?: string | null): Tensor => {
      const x = toTensor(input, input instanceof Object && 'sizes' in input ? null : 'float32');
      if (whole(axis, -1) !== -1) throw notMade(`axis must be -1. Got: ${axis}`);
      if (n !== undefined && n !== null && n < 1) throw valueError('n should be a positive integer or None');
      const kind = whole(type, 2) as nn.CosineKind;
      if (![1, 2, 3, 4].includes(kind)) throw valueError('Types I, II, III and IV (I)DCT are supported.');
      if (kind === 1 && norm === 'ortho') throw valueError('Normalization is not supported for the Type-I DCT.');
      if (kind === 1 && x.sizes.at(-1)! < 2)
        throw valueError('Type-I DCT requires the dimension to be greater than one.');
      if (norm !== undefined && norm !== null && norm !== 'ortho')
        throw valueError(`Unknown normalization. Expected None or 'ortho', got: ${norm}`);
      const own = n === undefined || n === null ? x : ops.fitAxis(x, x.rank - 1, whole(n));
      return nn.cosineTransform(own, inverse ? inverses[kind] : kind, norm === 'ortho') as Tensor;
    },
  );
/** Cosine transforms of the kinds I to IV over the last axis, and back. */
export const dct = transform('dct', false);
export const idct = transform('idct', true);

const window = (name: string, parameters: string, values: (length: number, beta: number) => CoreTensor) =>
  define(
    `tf.signal.${name}_window`,
    `window_length, ${parameters}dtype=tf.float32, name=None`,
    (window_length: unknown, ...rest: unknown[]): Tensor => {
      const [beta, dtype] = parameters === '' ? [12, rest[0]] : [Number(rest[0] ?? 12), rest[1]];
      const type: DType = dtype === undefined ? 'float32' : dtypeName(dtype as DTypeLike);
      if (!isFloating(type)) throw valueError(`dtype must be a floating point type. Found <dtype: '${type}'>`);
      return ops.cast(values(whole(window_length), beta), type) as Tensor;
    },
  );
const doubles = (values: Float64Array<ArrayBuffer>): CoreTensor =>
  fromArray(tfFamily, values, [values.length], 'float64');
const kaiser = (length: number, beta: number): CoreTensor =>
  length === 1 ? doubles(Float64Array.of(1)) : nn.kaiserWindow(tfFamily, length, length - 1, beta);
export const kaiser_window = window('kaiser', 'beta=12.0, ', kaiser);
/** The window whose squares are a Kaiser window's running sums. */
export const kaiser_bessel_derived_window = window('kaiser_bessel_derived', 'beta=12.0, ', (length, beta) =>
  doubles(nn.derivedWindow((kaiser(Math.floor(length / 2) + 1, beta) as Tensor).tolist() as number[])),
);
export const vorbis_window = window('vorbis', '', (length) => doubles(nn.vorbisWindow(length)));

type WindowFunction = (length: number, options: { dtype: DTypeLike }) => TensorLike;
/** Frames times a window, or what a flat one is. */
function windowed(frames: CoreTensor, fn: WindowFunction | null | undefined): CoreTensor {
  if (fn === null) return ops.mul(frames, Math.SQRT1_2);
  const made = (fn ?? (vorbis_window as unknown as WindowFunction))(frames.sizes.at(-1)!, { dtype: frames.scalarType });
  return ops.mul(frames, toTensor(made, frames.scalarType));
}
/** The modified cosine transform of frames that overlap by half. */
export const mdct = define(
  'tf.signal.mdct',
  'signals, frame_length, window_fn=tf.signal.vorbis_window, pad_end=False, norm=None, name=None',
  (
    signals: TensorLike,
    frame_length: unknown,
    window_fn?: WindowFunction | null,
    pad_end?: boolean,
    norm?: string | null,
  ): Tensor => {
    const length = whole(frame_length);
    if (length % 4 !== 0) throw valueError('The frame length must be a multiple of 4.');
    const frames = frame(toTensor(signals), length, length / 2, pad_end ?? false);
    return nn.modifiedCosines(windowed(frames, window_fn), norm === 'ortho') as Tensor;
  },
);
export const inverse_mdct = define(
  'tf.signal.inverse_mdct',
  'mdcts, window_fn=tf.signal.vorbis_window, norm=None, name=None',
  (mdcts: TensorLike, window_fn?: WindowFunction | null, norm?: string | null): Tensor => {
    const z = toTensor(mdcts);
    const frames = windowed(nn.modifiedCosineFrames(z, norm === 'ortho'), window_fn);
    return nn.overlapAdd(frames, z.sizes.at(-1)!) as Tensor;
  },
);

/** The weights by which frequencies make up bands that are even on the mel scale: (bins, bands). */
export const linear_to_mel_weight_matrix = define(
  'tf.signal.linear_to_mel_weight_matrix',
  'num_mel_bins=20, num_spectrogram_bins=129, sample_rate=8000, lower_edge_hertz=125.0, upper_edge_hertz=3800.0, dtype=tf.float32, name=None',
  (bands?: unknown, bins?: unknown, rate?: unknown, lower?: unknown, upper?: unknown, dtype?: DTypeLike): Tensor => {
    const number = (value: unknown, otherwise: number): number =>
      value === undefined || value === null ? otherwise : Number(toTensor(value as TensorLike).item());
    const [count, sampled] = [number(bands, 20), number(rate, 8000)];
    const [low, high] = [number(lower, 125), number(upper, 3800)];
    if (count <= 0) throw valueError(`num_mel_bins must be positive. Got: ${count}`);
    if (low < 0) throw valueError(`lower_edge_hertz must be non-negative. Got: ${low}`);
    if (low >= high) throw valueError(`lower_edge_hertz ${low.toFixed(1)} >= upper_edge_hertz ${high.toFixed(1)}`);
    if (sampled <= 0) throw valueError(`sample_rate must be positive. Got: ${sampled}`);
    if (high > sampled / 2)
      throw valueError(
        `upper_edge_hertz must not be larger than the Nyquist frequency (sample_rate / 2). Got ${high} for sample_rate: ${sampled}`,
      );
    const rows = wholes(bins ?? 129)[0]!;
    const weights = fromArray(tfFamily, nn.melWeights(count, rows, sampled, [low, high]), [rows, count], 'float64');
    return ops.cast(weights, dtype === undefined ? 'float32' : dtypeName(dtype)) as Tensor;
  },
);
/** Cepstral coefficients: the cosine transforms of log mel spectra. */
export const mfccs_from_log_mel_spectrograms = define(
  'tf.signal.mfccs_from_log_mel_spectrograms',
  'log_mel_spectrograms, name=None',
  (log_mel_spectrograms: TensorLike): Tensor => {
    const x = toTensor(log_mel_spectrograms);
    const bands = x.sizes.at(-1)!;
    if (bands === 0) throw valueError(`num_mel_bins must be positive. Got: ${x.__repr__()}`);
    return ops.mul(nn.cosineTransform(x, 2, false), 1 / Math.sqrt(2 * bands)) as Tensor;
  },
);
