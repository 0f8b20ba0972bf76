import { abs, add, clamp, div, equal, greater, less, mul, sub, where } from '../ops/elementwise';
import { max, min } from '../ops/reduce';
import { concat, fullLike, slice } from '../ops/shape';
import type { Tensor } from '../tensor/tensor';

const channel = (x: Tensor, i: number): Tensor => slice(x, x.rank - 1, i, i + 1);

/** Hue, saturation and value of (..., 3) colours, all from 0 to 1; grey has hue 0. */
export function rgbToHsv(x: Tensor): Tensor {
  const [r, g, b] = [channel(x, 0), channel(x, 1), channel(x, 2)];
  const value = max(x, -1, true);
  const range = sub(value, min(x, -1, true));
  const zero = fullLike(range, 0);
  const one = fullLike(range, 1);
  const saturation = where(greater(value, 0), div(range, where(greater(value, 0), value, one)), zero);
  const coloured = greater(range, 0);
  const norm = div(fullLike(range, 1 / 6), where(coloured, range, one));
  const hue = where(
    equal(r, value),
    mul(norm, sub(g, b)),
    where(equal(g, value), add(mul(norm, sub(b, r)), 2 / 6), add(mul(norm, sub(r, g)), 4 / 6)),
  );
  const turned = where(less(hue, 0), add(hue, 1), hue);
  return concat([where(coloured, turned, zero), saturation, value], x.rank - 1);
}

/** (..., 3) colours from hue, saturation and value. */
export function hsvToRgb(x: Tensor): Tensor {
  const [h, s, v] = [mul(channel(x, 0), 6), channel(x, 1), channel(x, 2)];
  const parts = [
    clamp(sub(abs(sub(h, fullLike(h, 3))), fullLike(h, 1)), 0, 1),
    clamp(sub(fullLike(h, 2), abs(sub(h, fullLike(h, 2)))), 0, 1),
    clamp(sub(fullLike(h, 2), abs(sub(h, fullLike(h, 4)))), 0, 1),
  ];
  const grey = sub(fullLike(s, 1), s);
  return concat(
    parts.map((d) => mul(add(grey, mul(s, d)), v)),
    x.rank - 1,
  );
}

/** Brightness of (..., 3) colours as the eye weighs them: 0.2989 r + 0.587 g + 0.114 b. */
export const luminance = (x: Tensor): Tensor =>
  add(add(mul(channel(x, 0), 0.2989), mul(channel(x, 1), 0.587)), mul(channel(x, 2), 0.114));
