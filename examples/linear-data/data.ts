import { type NDArray, np } from '@stele/core/numpy';

/** The article's line. */
export const slope = 0.1;
export const intercept = 0.3;
const noise = 0.15;

export interface Points {
  readonly x: NDArray;
  readonly y: NDArray;
}

/** 200 points on y = 0.1 x + 0.3 with noise, x in ±10, as two float32 vectors: NumPy's own numbers for the seed. */
export function linearData(seed = 42, n = 200): Points {
  // the article sets no seed; one is set here so that every idiom sees the same points
  np.random.seed(seed);
  const x = np.random.uniform(-10, 10, n);
  const e = np.random.normal(0, noise, n);
  const y = x.mul(slope).add(intercept).add(e);
  return { x: x.astype('float32'), y: y.astype('float32') };
}
