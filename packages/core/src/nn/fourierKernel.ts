/** The windows by which frames fade in and out, by how far through the frame a place is. */
const windows: Readonly<Record<string, (part: number) => number>> = {
  boxcar: () => 1,
  hann: (p) => 0.5 - 0.5 * Math.cos(2 * Math.PI * p),
  hamming: (p) => 0.54 - 0.46 * Math.cos(2 * Math.PI * p),
  blackman: (p) => 0.42 - 0.5 * Math.cos(2 * Math.PI * p) + 0.08 * Math.cos(4 * Math.PI * p),
  bartlett: (p) => 1 - Math.abs(2 * p - 1),
};
export const windowNames: readonly string[] = Object.keys(windows);
/** The values of a window; a periodic one ends a step before it would begin anew. */
export function windowValues(name: string, length: number, periodic: boolean): Float64Array<ArrayBuffer> {
  const steps = periodic ? length : length - 1;
  return Float64Array.from({ length }, (_, i) => (length === 1 ? 1 : windows[name]!(i / steps)));
}

/** The weights (frame, channels, bins) of a convolution that gives one side of a windowed Fourier transform. */
export function fourierKernel(
  [frame, channels, bins]: readonly [number, number, number],
  imaginary: boolean,
  window: ArrayLike<number> | null,
  scaling: 'density' | 'spectrum' | null,
): Float32Array<ArrayBuffer> {
  const f = Math.fround;
  let total = 0;
  for (let t = 0; t < frame; t++) {
    const w = window === null ? 0 : f(window[t]!);
    total += scaling === 'density' ? w * w : Math.abs(w);
  }
  const divisor = window === null || scaling === null ? 1 : scaling === 'density' ? Math.sqrt(total) : total;
  const out = new Float32Array(frame * channels * bins);
  for (let t = 0; t < frame; t++)
    for (let b = 0; b < bins; b++) {
      const angle = f(f(-2 * t * f(b / ((bins - 1) * 2))) * f(Math.PI));
      const wave = imaginary ? Math.sin(angle) : Math.cos(angle);
      const value = (f(wave) * (window === null ? 1 : f(window[t]!))) / divisor;
      for (let c = 0; c < channels; c++) out[(t * channels + c) * bins + b] = value;
    }
  return out;
}
