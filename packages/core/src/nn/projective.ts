import { add, cast, cos, mul, neg, sin, sub } from '../ops/elementwise';
import { take } from '../ops/indexing';
import { solve } from '../ops/linalg';
import { concat, fullLike, reshape, slice } from '../ops/shape';
import { toNumbers } from '../tensor/access';
import { fromArray, type Tensor } from '../tensor/tensor';

/** What lies outside an image: a value, its edge, its mirror image with the edge twice, or the image again. */
export type OutsideMode = 'constant' | 'nearest' | 'reflect' | 'wrap';

/** Where in an axis a place outside lies. */
function inside(at: number, size: number, mode: OutsideMode): number {
  const f = Math.fround;
  let x = at;
  if (mode === 'reflect') {
    if (size <= 1) return x < 0 || x > size - 1 ? 0 : x;
    const twice = 2 * size;
    if (x < 0) {
      if (x < twice) x = f(twice * Math.trunc(-x / twice) + x);
      x = x < -size ? f(x + twice) : f(-x - 1);
    } else if (x > size - 1) {
      x = f(x - twice * Math.trunc(x / twice));
      if (x >= size) x = f(twice - x - 1);
    }
  } else if (mode === 'wrap') {
    if (size <= 1) return x < 0 || x > size - 1 ? 0 : x;
    if (x < 0) x = f(x + size * (Math.trunc(-x / (size - 1)) + 1));
    else if (x > size - 1) x = f(x - size * Math.trunc(x / (size - 1)));
  }
  return mode === 'constant' ? x : Math.min(Math.max(x, 0), size - 1);
}

/**
 * Images (batch, height, width, channels) seen through projections: pixel (x, y) shows what lies at
 * (a0 x + a1 y + a2, b0 x + b1 y + b2) / (c0 x + c1 y + 1). `transforms` has those eight numbers for each image.
 */
export function projectImages(
  x: Tensor,
  transforms: Tensor,
  smooth: boolean,
  mode: OutsideMode,
  fill: number,
  size: readonly [number, number] = [x.sizes[1]!, x.sizes[2]!],
): Tensor {
  const f = Math.fround;
  const [n, h, w, c] = x.sizes as [number, number, number, number];
  const t = toNumbers(transforms).map(Number);
  const one = t.length === 8;
  const total = n * size[0] * size[1];
  const corners = smooth ? 4 : 1;
  const places = Array.from({ length: corners }, () => new Int32Array(total));
  const weights = Array.from({ length: corners }, () => new Float32Array(total));
  const rest = new Float32Array(total);
  let k = 0;
  const put = (corner: number, image: number, row: number, column: number, weight: number): void => {
    if (row >= 0 && row < h && column >= 0 && column < w) {
      places[corner]![k] = (image * h + row) * w + column;
      weights[corner]![k] = weight;
    } else rest[k]! += weight * fill;
  };
  for (let image = 0; image < n; image++) {
    const p = one ? t : t.slice(image * 8, image * 8 + 8);
    for (let row = 0; row < size[0]; row++)
      for (let column = 0; column < size[1]; column++, k++) {
        const depth = f(f(f(p[6]! * column) + f(p[7]! * row)) + 1);
        if (depth === 0) {
          rest[k] = fill;
          continue;
        }
        const sx = f(f(f(f(p[0]! * column) + f(p[1]! * row)) + p[2]!) / depth);
        const sy = f(f(f(f(p[3]! * column) + f(p[4]! * row)) + p[5]!) / depth);
        const [px, py] = [inside(sx, w, mode), inside(sy, h, mode)];
        if (!smooth) {
          put(0, image, Math.sign(py) * Math.round(Math.abs(py)), Math.sign(px) * Math.round(Math.abs(px)), 1);
          continue;
        }
        const [left, top] = [Math.floor(px), Math.floor(py)];
        const [dx, dy] = [f(px - left), f(py - top)];
        put(0, image, top, left, (1 - dx) * (1 - dy));
        put(1, image, top, left + 1, dx * (1 - dy));
        put(2, image, top + 1, left, (1 - dx) * dy);
        put(3, image, top + 1, left + 1, dx * dy);
      }
  }
  const rows = reshape(x, [n * h * w, c]);
  const column = (values: Float32Array<ArrayBuffer>): Tensor =>
    cast(fromArray(x.family, values, [total, 1], 'float32'), x.scalarType);
  const pieces = places.map((at, i) =>
    mul(take(rows, fromArray(x.family, at, [total], 'int32'), 0), column(weights[i]!)),
  );
  const sum = pieces.reduce((a, b) => add(a, b));
  return reshape(fill === 0 ? sum : add(sum, column(rest)), [n, ...size, c]);
}

const rowsOf = (parts: readonly (Tensor | number)[], like: Tensor): Tensor =>
  concat(
    parts.map((p) => (typeof p === 'number' ? fullLike(like, p) : p)),
    1,
  );
/** The projections that turn images by angles in degrees, (n, 1), around their middle. */
export function turningProjections(degrees: Tensor, height: number, width: number): Tensor {
  const angle = mul(degrees, Math.fround(Math.PI / 180));
  const [cx, cy] = [0.5 * (width - 1), 0.5 * (height - 1)];
  const [c, s] = [cos(angle), sin(angle)];
  const a2 = sub(sub(cx, mul(c, cx)), mul(neg(s), cy));
  const b2 = sub(sub(cy, mul(s, cx)), mul(c, cy));
  return rowsOf([c, neg(s), a2, s, c, b2, 0, 0], angle);
}
/** The projections that show parts of images that are so much wider and higher, (n, 1) each, around their middle. */
export function zoomingProjections(across: Tensor, down: Tensor, height: number, width: number): Tensor {
  const shift = (zoom: Tensor, size: number): Tensor => mul(sub(1, zoom), (size - 1) / 2);
  return rowsOf([across, 0, shift(across, width), 0, down, shift(down, height), 0, 0], across);
}
/** The projections that move images by so many pixels, (n, 1) each. */
export const movingProjections = (across: Tensor, down: Tensor): Tensor =>
  rowsOf([1, 0, neg(across), 0, 1, neg(down), 0, 0], across);
/**
 * The projections under which four points of an image, (n, 4, 2) as x and y, come to lie at four others: the solutions of
 * start * (end_x c0 + end_y c1 + 1) = end_x a0 + end_y a1 + a2, and so on.
 */
export function cornerProjections(start: Tensor, end: Tensor): Tensor {
  const n = start.sizes[0]!;
  const wanted = reshape(start, [n, 8, 1]);
  const part = (x: Tensor, axis: number): Tensor => slice(x, 2, axis, axis + 1);
  const [x, y] = [part(end, 0), part(end, 1)];
  const [one, zero] = [fullLike(x, 1), fullLike(x, 0)];
  const row = (own: readonly Tensor[], at: Tensor): Tensor => concat([...own, neg(mul(at, x)), neg(mul(at, y))], 2);
  const across = row([x, y, one, zero, zero, zero], part(start, 0));
  const down = row([zero, zero, zero, x, y, one], part(start, 1));
  // the two lines of each point after each other
  return reshape(solve(reshape(concat([across, down], 2), [n, 8, 8]), wanted), [n, 8]);
}
