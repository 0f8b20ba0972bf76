import type { Tensor } from '../tensor';
import { define } from './define';
import { roll } from './reshaping';
import { axisOf } from './support';

type Places = number | readonly number[];
const shifted = (name: string, turn: (size: number) => number) =>
  define(`fft.${name}`, 'input: Tensor, dim=None', (input: Tensor, dim: Places | null = null): Tensor => {
    const axes = dim === null ? input.sizes.map((_, i) => i) : ([dim].flat() as number[]).map((d) => axisOf(input, d));
    if (axes.length === 0) return input.clone();
    return roll(
      input,
      axes.map((a) => turn(input.sizes[a]!)),
      axes,
    );
  });
/** The part of torch.fft that needs no complex numbers. */
export const fourier = {
  fftshift: shifted('fftshift', (size) => Math.floor(size / 2)),
  ifftshift: shifted('ifftshift', (size) => Math.floor((size + 1) / 2)),
};
