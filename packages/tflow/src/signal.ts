import { type Tensor as CoreTensor, type DType, fromArray, nn, ops, partOf } from '@stele/core';
import { frame } from './blocks';
import { define } from './define';
import { type DTypeLike, dtypeName } from './dtypes';
import { kernelError, valueError } from './errors';
import { typed, wholes } from './places';
import { readText } from './strings';
import { type Tensor, type TensorLike, tfFamily, toTensor } from './tensor';

function complexInput(kernel: string, input: TensorLike, rank: number): Tensor {
  // lists of numbers become complex ones
  const t =
    Array.isArray(input) && readText(input) === null ? toTensor(input, 'complex64') : typed(kernel, 'Tcomplex', input);
  if (t.rank < rank)
    throw kernelError(kernel, `Input must have rank of at least ${rank} but got: [${t.sizes.join(',')}]`);
  return t;
}
function realInput(kernel: string, input: TensorLike, rank: number): Tensor {
  const text = readText(input);
  if (text !== null) throw valueError(`${kernel} requires tf.float32 or tf.float64 inputs, got: ${text}`);
  const given = toTensor(input, Array.isArray(input) ? 'float32' : null);
  if (given.scalarType !== 'float32' && given.scalarType !== 'float64')
    throw valueError(`${kernel} requires tf.float32 or tf.float64 inputs, got: ${String(given)}`);
  if (given.rank < rank)
    throw kernelError(kernel, `Input must have rank of at least ${rank} but got: [${given.sizes.join(',')}]`);
  return given;
}
/** The last axes, outermost first. */
const lastAxes = (rank: number, count: number): number[] => Array.from({ length: count }, (_, i) => rank - count + i);
function lengths(fft_length: unknown, count: number): readonly number[] | null {
  if (fft_length === undefined || fft_length === null) return null;
  const list = wholes(fft_length);
  if (list.length !== count) throw valueError(`Shape must have rank ${count}: fft_length has ${list.length} entries`);
  return list;
}

const whole = (name: string, kernel: string, rank: number, inverse: boolean) =>
  define(`tf.signal.${name}`, 'input, name=None', (input: TensorLike): Tensor => {
    const t = complexInput(kernel, input, rank);
    return lastAxes(t.rank, rank).reduceRight<CoreTensor>(
      (z, axis) => ops.fourier(z, axis, null, inverse, inverse ? 'full' : 'none'),
      t,
    ) as Tensor;
  });
/** Fourier transforms of complex numbers over the last one, two or three axes. */
export const fft = whole('fft', 'FFT', 1, false);
export const ifft = whole('ifft', 'IFFT', 1, true);
export const fft2d = whole('fft2d', 'FFT2D', 2, false);
export const ifft2d = whole('ifft2d', 'IFFT2D', 2, true);
export const fft3d = whole('fft3d', 'FFT3D', 3, false);
export const ifft3d = whole('ifft3d', 'IFFT3D', 3, true);

const half = (name: string, kernel: string, rank: number) =>
  define(
    `tf.signal.${name}`,
    'input_tensor, fft_length=None, name=None',
    (input_tensor: TensorLike, fft_length?: unknown): Tensor => {
      const t = realInput(kernel, input_tensor, rank);
      const sizes = lengths(fft_length, rank);
      const axes = lastAxes(t.rank, rank);
      let z = ops.realFourier(t, axes.at(-1)!, sizes?.at(-1) ?? null, 'none');
      for (let i = rank - 2; i >= 0; i--) z = ops.fourier(z, axes[i]!, sizes?.[i] ?? null, false, 'none');
      return z as Tensor;
    },
  );
/** Fourier transforms of real numbers: along the innermost axis the half that the other mirrors is left out. */
export const rfft = half('rfft', 'RFFT', 1);
export const rfft2d = half('rfft2d', 'RFFT2D', 2);
export const rfft3d = half('rfft3d', 'RFFT3D', 3);

const halfBack = (name: string, kernel: string, rank: number) =>
  define(
    `tf.signal.${name}`,
    'input_tensor, fft_length=None, name=None',
    (input_tensor: TensorLike, fft_length?: unknown): Tensor => {
      const t = complexInput(kernel, input_tensor, rank);
      const sizes = lengths(fft_length, rank);
      const axes = lastAxes(t.rank, rank);
      let z: CoreTensor = t;
      for (let i = 0; i < rank - 1; i++) z = ops.fourier(z, axes[i]!, sizes?.[i] ?? null, true, 'full');
      return ops.inverseRealFourier(z, axes.at(-1)!, sizes?.at(-1) ?? null, 'full') as Tensor;
    },
  );
export const irfft = halfBack('irfft', 'IRFFT', 1);
export const irfft2d = halfBack('irfft2d', 'IRFFT2D', 2);
export const irfft3d = halfBack('irfft3d', 'IRFFT3D', 3);

const turned = (name: string, by: (size: number) => number) =>
  define(`tf.signal.${name}`, 'x, axes=None, name=None', (x: TensorLike, axes?: unknown): Tensor => {
    const t = toTensor(x);
    const list = axes === undefined || axes === null ? t.sizes.map((_, i) => i) : wholes(axes);
    return list.reduce<CoreTensor>((y, given) => {
      const axis = given < 0 ? given + t.rank : given;
      const cut = t.sizes[axis]! - by(t.sizes[axis]!);
      return ops.concat([ops.slice(y, axis, cut, null), ops.slice(y, axis, 0, cut)], axis);
    }, t) as Tensor;
  });
/** The zero frequency moved into the middle, and back. */
export const fftshift = turned('fftshift', (size) => Math.floor(size / 2));
export const ifftshift = turned('ifftshift', (size) => Math.ceil(size / 2));

const windowOf = (name: string) =>
  define(
    `tf.signal.${name}_window`,
    'window_length, periodic=True, dtype=tf.float32, name=None',
    (window_length: unknown, periodic?: unknown, dtype?: DTypeLike): Tensor => {
      const type: DType = dtype === undefined ? 'float32' : dtypeName(dtype);
      const length = wholes(window_length)[0]!;
      // only windows of even length end a step early
      const early = (periodic === undefined || Boolean(periodic)) && length % 2 === 0;
      return ops.cast(fromArray(tfFamily, nn.windowValues(name, length, early), [length], 'float64'), type) as Tensor;
    },
  );
export const hann_window = windowOf('hann');
export const hamming_window = windowOf('hamming');

type WindowFunction = (length: number, options: { dtype: DTypeLike }) => TensorLike;
const windowFor = (fn: WindowFunction | null | undefined, length: number, dtype: DType): CoreTensor | null =>
  fn === null ? null : toTensor((fn ?? (hann_window as unknown as WindowFunction))(length, { dtype }));
const enclosingPower = (n: number): number => 2 ** Math.ceil(Math.log2(n));

/** Transforms of overlapping windowed frames: (..., samples) gives (..., frames, fft_length/2 + 1). */
export const stft = define(
  'tf.signal.stft',
  'signals, frame_length, frame_step, fft_length=None, window_fn=tf.signal.hann_window, pad_end=False, name=None',
  (
    signals: TensorLike,
    frame_length: unknown,
    frame_step: unknown,
    fft_length?: unknown,
    window_fn?: WindowFunction | null,
    pad_end?: boolean,
  ): Tensor => {
    const t = realInput('RFFT', signals, 1);
    const length = wholes(frame_length)[0]!;
    const n = fft_length === undefined || fft_length === null ? enclosingPower(length) : wholes(fft_length)[0]!;
    const framed = frame(t, frame_length, frame_step, pad_end ?? false);
    return nn.shortTimeFourier(framed, windowFor(window_fn, length, t.scalarType), n) as Tensor;
  },
);
export const inverse_stft = define(
  'tf.signal.inverse_stft',
  'stfts, frame_length, frame_step, fft_length=None, window_fn=tf.signal.hann_window, name=None',
  (
    stfts: TensorLike,
    frame_length: unknown,
    frame_step: unknown,
    fft_length?: unknown,
    window_fn?: WindowFunction | null,
  ): Tensor => {
    const t = complexInput('IRFFT', stfts, 2);
    const length = wholes(frame_length)[0]!;
    const n = fft_length === undefined || fft_length === null ? enclosingPower(length) : wholes(fft_length)[0]!;
    const window = windowFor(window_fn, length, partOf(t.scalarType));
    return nn.inverseShortTimeFourier(t, window, length, wholes(frame_step)[0]!, n) as Tensor;
  },
);
/** Frames added up where they overlap. */
export const overlap_and_add = define(
  'tf.signal.overlap_and_add',
  'signal, frame_step, name=None',
  (signal: TensorLike, frame_step: unknown): Tensor =>
    nn.overlapAdd(toTensor(signal), wholes(frame_step)[0]!) as Tensor,
);
/** The window with which an inverse transform gives the signal back. */
export const inverse_stft_window_fn = define(
  'tf.signal.inverse_stft_window_fn',
  'frame_step, forward_window_fn=tf.signal.hann_window, name=None',
  (frame_step: unknown, forward_window_fn?: WindowFunction): WindowFunction => {
    const step = wholes(frame_step)[0]!;
    return (length, options) => {
      const window = windowFor(forward_window_fn, length, dtypeName(options?.dtype ?? 'float32'))!;
      return nn.inverseWindow(window, step) as Tensor;
    };
  },
);
