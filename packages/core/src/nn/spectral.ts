import { div, equal, where } from '../ops/elementwise';
import { matmul } from '../ops/matmul';
import { all, stopGradient } from '../ops/reduce';
import { reshape, transpose } from '../ops/shape';
import type { Tensor } from '../tensor/tensor';
import { unitAlong } from './penalties';

/**
 * A kernel divided by its largest singular value, which some power iterations find from a vector (1, columns); the vector
 * that they end with goes on from there next time. A kernel of zeros stays.
 */
export function spectrallyNormalized(
  kernel: Tensor,
  start: Tensor,
  iterations: number,
  epsilon: number,
): { vector: Tensor; kernel: Tensor } {
  const matrix = reshape(kernel, [-1, kernel.sizes.at(-1)!]);
  const turned = transpose(matrix, 0, 1);
  let u = start;
  let v = start;
  for (let i = 0; i < iterations; i++) {
    v = unitAlong(matmul(u, turned), null, epsilon);
    u = unitAlong(matmul(v, matrix), null, epsilon);
  }
  u = stopGradient(u);
  v = stopGradient(v);
  const sigma = matmul(matmul(v, matrix), transpose(u, 0, 1));
  const nothing = all(equal(kernel, 0));
  const scaled = reshape(div(matrix, where(nothing, 1, sigma)), kernel.sizes);
  return { vector: where(nothing, start, u), kernel: where(nothing, kernel, scaled) };
}
