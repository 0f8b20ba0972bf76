import { namespace } from '@stele/core';
import { fourier } from './fourier';
import { linear } from './linalg';
import { specials } from './special';

/** @see https://docs.pytorch.org/docs/stable/linalg.html */
export const linalg: typeof linear = namespace('torch.linalg', { ...linear });
/** @see https://docs.pytorch.org/docs/stable/special.html */
export const special: typeof specials = namespace('torch.special', { ...specials });
/** @see https://docs.pytorch.org/docs/stable/fft.html */
export const fft: typeof fourier = namespace('torch.fft', { ...fourier });
