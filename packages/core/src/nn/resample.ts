import { cast } from '../ops/elementwise';
import { matmul } from '../ops/matmul';
import { transpose } from '../ops/shape';
import { fromArray, type Tensor } from '../tensor/tensor';

/** The inputs that one output element reads along an axis: `weights[0]` belongs to place `first`. */
export interface Taps {
  readonly first: number;
  readonly weights: readonly number[];
}

/**
 * Bilinear resampling of one axis. With `antialias` the triangle is as wide as the step from output to output, so that
 * shrinking averages; without it, each output lies between its two nearest inputs.
 *
 * ```ts
 * bilinearTaps(4, 2, true)[0]; // { first: 0, weights: [3/7, 3/7, 1/7] }
 * ```
 */
export function bilinearTaps(inputs: number, outputs: number, antialias: boolean): Taps[] {
  const scale = inputs / outputs;
  return Array.from({ length: outputs }, (_, i) => {
    if (!antialias) {
      const at = Math.max(0, (i + 0.5) * scale - 0.5);
      const first = Math.floor(at);
      return first + 1 < inputs ? { first, weights: [1 - (at - first), at - first] } : { first, weights: [1] };
    }
    const width = Math.max(1, scale);
    const centre = (i + 0.5) * scale;
    const first = Math.max(0, Math.trunc(centre - width + 0.5));
    const end = Math.min(inputs, Math.trunc(centre + width + 0.5));
    const raw = Array.from({ length: end - first }, (_, k) =>
      Math.max(0, 1 - Math.abs((first + k - centre + 0.5) / width)),
    );
    const total = raw.reduce((a, b) => a + b, 0);
    return { first, weights: raw.map((w) => w / total) };
  });
}

/** The last two axes of a float tensor resized bilinearly; its gradient is that of the two matrix products. */
export function resizeBilinear(x: Tensor, height: number, width: number, antialias: boolean): Tensor {
  const [h, w] = x.sizes.slice(-2) as [number, number];
  const matrix = (inputs: number, outputs: number): Tensor => {
    const data = new Float64Array(outputs * inputs);
    for (const [i, { first, weights }] of bilinearTaps(inputs, outputs, antialias).entries())
      data.set(weights, i * inputs + first);
    return cast(fromArray(x.family, data, [outputs, inputs], 'float64'), x.scalarType);
  };
  const across = w === width ? x : matmul(x, transpose(matrix(w, width), 0, 1));
  return h === height ? across : matmul(matrix(h, height), across);
}

// 8-bit images are resampled in whole numbers: weights in units of 2^-22, results rounded after each axis
const bits = 22;
const half = 2 ** (bits - 1);

/** 8-bit pixels (height, width, channels) resized bilinearly with antialiasing, rounded to 8 bits after each axis. */
export function resizeBytes(
  pixels: Uint8Array,
  [height, width, channels]: readonly [number, number, number],
  [newHeight, newWidth]: readonly [number, number],
): Uint8Array<ArrayBuffer> {
  const across = alongAxis(pixels, height, width, channels, newWidth);
  return alongAxis(across, 1, height, newWidth * channels, newHeight);
}

/** Resizes the middle axis of (outer, size, inner) bytes. */
function alongAxis(
  from: Uint8Array,
  outer: number,
  size: number,
  inner: number,
  wanted: number,
): Uint8Array<ArrayBuffer> {
  if (size === wanted) return new Uint8Array(from);
  const out = new Uint8Array(outer * wanted * inner);
  const taps = bilinearTaps(size, wanted, true).map(({ first, weights }) => ({
    first,
    weights: weights.map((w) => Math.trunc(w * 2 ** bits + 0.5)),
  }));
  for (let o = 0; o < outer; o++)
    for (let i = 0; i < wanted; i++) {
      const { first, weights } = taps[i]!;
      for (let k = 0; k < inner; k++) {
        let sum = half;
        for (let t = 0; t < weights.length; t++) sum += from[(o * size + first + t) * inner + k]! * weights[t]!;
        out[(o * wanted + i) * inner + k] = Math.min(255, Math.floor(sum / 2 ** bits));
      }
    }
  return out;
}

/** Brightness of RGB pixels (ITU-R 601-2), in whole numbers: (19595 R + 38470 G + 7471 B + 2^15) / 2^16. */
export function greyBytes(pixels: Uint8Array, channels: number): Uint8Array<ArrayBuffer> {
  const out = new Uint8Array(pixels.length / channels);
  for (let i = 0; i < out.length; i++) {
    const [r, g, b] = [pixels[i * channels]!, pixels[i * channels + 1]!, pixels[i * channels + 2]!];
    out[i] = (r * 19595 + g * 38470 + b * 7471 + 0x8000) >> 16;
  }
  return out;
}
