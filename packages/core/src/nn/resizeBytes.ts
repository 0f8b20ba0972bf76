import { type SmoothFilter, smoothMatrix } from './resize';

// 8-bit images are resampled in whole numbers: weights in units of 2^-22, results rounded after each axis
const one = 2 ** 22;

/** 8-bit pixels (height, width, channels), or a part of them, resized by a filter with antialiasing, rounded to 8 bits after each axis. */
export function resizeBytes(
  pixels: Uint8Array,
  [height, width, channels]: readonly [number, number, number],
  [newHeight, newWidth]: readonly [number, number],
  filter: SmoothFilter = 'linear',
  part = { top: 0, left: 0, height, width },
): Uint8Array<ArrayBuffer> {
  const across = alongAxis(pixels, height, width, channels, newWidth, filter, part.left, part.width);
  return alongAxis(across, 1, height, newWidth * channels, newHeight, filter, part.top, part.height);
}

/** Resizes the middle axis of (outer, size, inner) bytes. */
function alongAxis(
  from: Uint8Array,
  outer: number,
  size: number,
  inner: number,
  wanted: number,
  filter: SmoothFilter,
  start: number,
  length: number,
): Uint8Array<ArrayBuffer> {
  if (length === wanted && start === 0 && length === size) return new Uint8Array(from);
  const out = new Uint8Array(outer * wanted * inner);
  const matrix = smoothMatrix(
    size,
    { size: wanted, scale: null, alignCorners: false, part: { start, length } },
    filter,
  );
  const weights = matrix.weights.map((w) => Math.trunc(w * one + (w < 0 ? -0.5 : 0.5)));
  const sums = new Float64Array(wanted * inner);
  for (let o = 0; o < outer; o++) {
    sums.fill(one / 2);
    for (let t = 0; t < weights.length; t++) {
      const source = (o * size + matrix.from[t]!) * inner;
      const target = matrix.to[t]! * inner;
      for (let k = 0; k < inner; k++) sums[target + k]! += from[source + k]! * weights[t]!;
    }
    for (let i = 0; i < sums.length; i++)
      out[o * sums.length + i] = Math.max(0, Math.min(255, Math.floor(sums[i]! / one)));
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
