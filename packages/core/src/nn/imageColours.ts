import { add, clamp, div, isNaN, mul, neg, sub, where } from '../ops/elementwise';
import { max, min } from '../ops/reduce';
import { concat, slice } from '../ops/shape';
import type { Tensor } from '../tensor/tensor';
import { hsvToRgb, rgbToHsv } from './colours';

/** Saturations times f / (1 - f), held inside a range; f is a number for each image. */
export function saturated(x: Tensor, f: Tensor, [low, high]: readonly [number, number], epsilon: number): Tensor {
  const factor = div(f, add(sub(1, f), epsilon));
  const hsv = rgbToHsv(x);
  const part = (i: number): Tensor => slice(hsv, -1, i, i + 1);
  return hsvToRgb(concat([part(0), clamp(mul(part(1), factor), low, high), part(2)], -1));
}
/** Each channel of each image moved and stretched from its least to its greatest value over a range; flat ones stay. */
export function stretchedContrast(x: Tensor, [from, to]: readonly [number, number]): Tensor {
  const full = mul(div(sub(x, from), to - from), 255);
  const low = min(full, [1, 2], true);
  const scale = div(255, sub(max(full, [1, 2], true), low));
  const wide = clamp(add(mul(full, scale), mul(neg(low), scale)), 0, 255);
  const back = add(mul(div(wide, 255), to - from), from);
  return where(isNaN(back), x, back);
}
