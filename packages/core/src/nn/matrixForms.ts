import { add, mul } from '../ops/elementwise';
import { diagonalMatrix, inverse, solve, solveTriangular } from '../ops/linalg';
import { matmul } from '../ops/matmul';
import { concat, fullLike, slice, tril, triu, unsqueeze } from '../ops/shape';
import type { Tensor } from '../tensor/tensor';

// Matrices by three diagonals or by their triangular factors, and roots of matrices.

/** The diagonals of matrices: above the main one, it, and below it, each as long as the matrix. */
export type ThreeDiagonals = readonly [above: Tensor, main: Tensor, below: Tensor];

/** Rows moved up or down by one, with a row of zeros where none is. */
function shifted(x: Tensor, axis: number, by: 1 | -1): Tensor {
  const n = x.sizes[axis]!;
  const none = fullLike(
    x,
    0,
    x.sizes.map((d, i) => (i === axis ? 1 : d)),
  );
  return by > 0 ? concat([slice(x, axis, 1, n), none], axis) : concat([none, slice(x, axis, 0, n - 1)], axis);
}
/** The matrices of three diagonals; the last entry above and the first below lie outside. */
export function tridiagonalMatrix([above, main, below]: ThreeDiagonals): Tensor {
  const columns = main.rank;
  const moved = (line: Tensor, by: 1 | -1): Tensor => shifted(diagonalMatrix(line), columns, by);
  return add(add(moved(above, -1), diagonalMatrix(main)), moved(below, 1));
}
/** Matrices of three diagonals times matrices, row by row. */
export function tridiagonalProduct([above, main, below]: ThreeDiagonals, b: Tensor): Tensor {
  const axis = b.rank - 2;
  const times = (line: Tensor, x: Tensor): Tensor => mul(unsqueeze(line, line.rank), x);
  return add(add(times(above, shifted(b, axis, 1)), times(main, b)), times(below, shifted(b, axis, -1)));
}
export const tridiagonalSolution = (diagonals: ThreeDiagonals, b: Tensor): Tensor =>
  solve(tridiagonalMatrix(diagonals), b);

/** L with ones on its diagonal and U, which lie in one matrix. */
export function triangularFactors(factors: Tensor): readonly [lower: Tensor, upper: Tensor] {
  const ones = diagonalMatrix(fullLike(factors, 1, factors.sizes.slice(0, -1)));
  return [add(tril(factors, -1), ones), triu(factors)];
}
export const factorsProduct = (factors: Tensor): Tensor => matmul(...triangularFactors(factors));
/** X with L U X = B. */
export function factorsSolution(factors: Tensor, b: Tensor): Tensor {
  const [lower, upper] = triangularFactors(factors);
  return solveTriangular(upper, solveTriangular(lower, b, false), true);
}

const ROUNDS = 24;
/** A matrix whose square is the given one, by averaging with inverses (Denman and Beavers). */
export function matrixRoot(a: Tensor): Tensor {
  if (a.elementCount === 0) return a;
  let [y, z] = [a, diagonalMatrix(fullLike(a, 1, a.sizes.slice(0, -1)))];
  for (let i = 0; i < ROUNDS; i++) [y, z] = [mul(add(y, inverse(z)), 0.5), mul(add(z, inverse(y)), 0.5)];
  return y;
}
