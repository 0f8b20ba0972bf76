import { abs, add, div, mul, sqrt, square, sub } from '../ops/elementwise';
import { matmul } from '../ops/matmul';
import { max, sum } from '../ops/reduce';
import { fullLike, reshape, slice, transpose, tril } from '../ops/shape';
import { toNumbers } from '../tensor/access';
import type { Tensor } from '../tensor/tensor';

/** The length of each slice along an axis, as a shape that broadcasts; without an axis the length of the whole. */
export function normExcept(x: Tensor, axis: number | null): Tensor {
  if (axis === null) return sqrt(sum(square(x)));
  const kept = axis < 0 ? axis + x.rank : axis;
  const others = x.sizes.map((_, i) => i).filter((i) => i !== kept);
  return sqrt(sum(square(x), others, true));
}
/** A weight from its direction and its length: v length / |v|. */
export const weightNormed = (direction: Tensor, length: Tensor, axis: number | null): Tensor =>
  mul(direction, div(length, normExcept(direction, axis)));

const identityLike = (x: Tensor, n: number): Tensor => {
  const ones = fullLike(x, 1, [n, n]);
  return sub(tril(ones, 0), tril(ones, -1));
};
/** e^A of a square matrix: Taylor's series of A / 2^s, squared s times. */
export function matrixExponential(a: Tensor): Tensor {
  const n = a.sizes.at(-1)!;
  if (n === 0) return a;
  const norm = Math.max(0, ...toNumbers(max(sum(abs(a), -2), -1)));
  const squarings = norm > 0.5 ? Math.ceil(Math.log2(norm / 0.5)) : 0;
  const small = squarings === 0 ? a : div(a, 2 ** squarings);
  let term = identityLike(a, n);
  let total = term;
  for (let k = 1; k <= 14; k++) {
    term = div(matmul(term, small), k);
    total = add(total, term);
  }
  for (let s = 0; s < squarings; s++) total = matmul(total, total);
  return total;
}
/** The first k columns of the product of k reflections I - tau v vᵀ, whose v lie below the diagonal of A with a 1 on it. */
export function householderProduct(a: Tensor, tau: Tensor): Tensor {
  const [n, k] = [a.sizes.at(-2)!, a.sizes.at(-1)!];
  const vectors = add(tril(a, -1), slice(identityLike(a, n), -1, 0, k));
  let q = slice(identityLike(a, n), -1, 0, k);
  for (let i = k - 1; i >= 0; i--) {
    const v = slice(vectors, -1, i, i + 1);
    const t = reshape(slice(tau, -1, i, i + 1), [...tau.sizes.slice(0, -1), 1, 1]);
    q = sub(q, mul(t, matmul(v, matmul(transpose(v, -2, -1), q))));
  }
  return q;
}
