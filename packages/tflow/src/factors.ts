import { type Tensor as CoreTensor, nn, ops } from '@stele/core';
import { eye } from './creation';
import { define } from './define';
import { kernelError, valueError } from './errors';
import { gather } from './gather';
import { needType } from './kernels';
import { diag_part } from './linalg';
import { wholes } from './places';
import { type Tensor, type TensorLike, toTensor } from './tensor';

// tf.linalg's matrices by their factors or by three diagonals.

/** Rows in the order that the factors have them. */
function ordered(rhs: Tensor, perm: Tensor): Tensor {
  if (perm.rank === 1) return gather(rhs, perm, null, rhs.rank - 2);
  const lead = perm.sizes.slice(0, -1);
  const wide = ops.expand(rhs, [...lead, ...rhs.sizes.slice(-2)]) as Tensor;
  return gather(wide, perm, null, wide.rank - 2, lead.length);
}
/** The solution of A X = B by the factors of A. */
export const lu_solve = define(
  'tf.linalg.lu_solve',
  'lower_upper, perm, rhs, validate_args=False, name=None',
  (lower_upper: TensorLike, perm: TensorLike, rhs: TensorLike): Tensor => {
    const factors = toTensor(lower_upper);
    const b = ordered(toTensor(rhs, factors.scalarType), toTensor(perm));
    return nn.factorsSolution(factors, b) as Tensor;
  },
);
/** The matrices of given factors. */
export const lu_reconstruct = define(
  'tf.linalg.lu_reconstruct',
  'lower_upper, perm, validate_args=False, name=None',
  (lower_upper: TensorLike, perm: TensorLike): Tensor => {
    const product = nn.factorsProduct(toTensor(lower_upper)) as Tensor;
    const order = toTensor(perm);
    const n = order.sizes.at(-1)!;
    const places = wholes(order);
    const back = places.map((_, i) => places.indexOf(i % n, Math.floor(i / n) * n) % n);
    return ordered(product, ops.reshape(toTensor(back, 'int32'), order.sizes) as Tensor);
  },
);
export const lu_matrix_inverse = define(
  'tf.linalg.lu_matrix_inverse',
  'lower_upper, perm, validate_args=False, name=None',
  (lower_upper: TensorLike, perm: TensorLike): Tensor => {
    const factors = toTensor(lower_upper);
    const one = eye(factors.sizes.at(-1)!, null, factors.sizes.slice(0, -2), factors.scalarType as never);
    return lu_solve(factors, perm, one);
  },
);

/** The three diagonals, from the form that they are given in. */
function diagonals(given: unknown, format: string): nn.ThreeDiagonals {
  const rowsOf = (t: CoreTensor): nn.ThreeDiagonals => [
    ops.select(t, t.rank - 2, 0),
    ops.select(t, t.rank - 2, 1),
    ops.select(t, t.rank - 2, 2),
  ];
  if (format === 'compact') return rowsOf(toTensor(given as TensorLike));
  if (format === 'matrix') {
    const square = toTensor(given as TensorLike);
    const [m1, m2] = [square.sizes.at(-1), square.sizes.at(-2)];
    if (m1 !== m2) throw valueError(`Expected last two dimensions of diagonals to be same, got ${m1} and ${m2}`);
    return rowsOf(diag_part(square, null, [-1, 1] as never, 0, 'LEFT_RIGHT'));
  }
  if (format !== 'sequence') throw valueError(`Unrecognized diagonals_format: ${format}`);
  if (!Array.isArray(given) || given.length !== 3) throw valueError('Expected diagonals to be a sequence of length 3.');
  const [above, main, below] = given.map((line) => toTensor(line as TensorLike)) as [Tensor, Tensor, Tensor];
  const m = main.sizes.at(-1)!;
  const filled = (line: Tensor, name: string, after: boolean): CoreTensor => {
    const n = line.sizes.at(-1)!;
    if (n === m) return line;
    if (n !== m - 1) throw valueError(`Expected ${name} to be have length ${m} or ${m - 1}, got ${n}.`);
    const pads = line.sizes.map((_, i): [number, number] => (i < line.rank - 1 ? [0, 0] : after ? [0, 1] : [1, 0]));
    return ops.pad(line, pads, 0);
  };
  return [filled(above, 'superdiagonal', true), main, filled(below, 'subdiagonal', false)];
}
/** The solution of A X = B for matrices of three diagonals. */
export const tridiagonal_solve = define(
  'tf.linalg.tridiagonal_solve',
  'diagonals, rhs, diagonals_format="compact", transpose_rhs=False, conjugate_rhs=False, name=None, partial_pivoting=True, perturb_singular=False',
  (given: unknown, rhs: TensorLike, format?: string, transpose_rhs?: boolean, conjugate_rhs?: boolean): Tensor => {
    const parts = diagonals(given, format ?? 'compact');
    const own = toTensor(rhs, parts[1].scalarType);
    const b = conjugate_rhs ? ops.conj(own) : own;
    if (b.rank === parts[1].rank)
      return ops.squeeze(nn.tridiagonalSolution(parts, ops.unsqueeze(b, b.rank)), [b.rank]) as Tensor;
    return nn.tridiagonalSolution(parts, transpose_rhs ? ops.transpose(b, -1, -2) : b) as Tensor;
  },
);
/** Matrices of three diagonals times matrices. */
export const tridiagonal_matmul = define(
  'tf.linalg.tridiagonal_matmul',
  'diagonals, rhs, diagonals_format="compact", name=None',
  (given: unknown, rhs: TensorLike, format?: string): Tensor => {
    const parts = diagonals(given, format ?? 'compact');
    return nn.tridiagonalProduct(parts, toTensor(rhs, parts[1].scalarType)) as Tensor;
  },
);
/** Matrices whose squares are the given ones. */
export const sqrtm = define('tf.linalg.sqrtm', 'input, name=None', (input: TensorLike): Tensor => {
  const a = toTensor(input);
  needType('MatrixSquareRoot', a.scalarType);
  if (a.rank < 2 || a.sizes.at(-1) !== a.sizes.at(-2))
    throw kernelError('MatrixSquareRoot', 'Input matrix must be square.');
  return nn.matrixRoot(a) as Tensor;
});
