import type { ComplexForm } from '../autograd/record';
import { copyData } from '../tensor/access';
import { partOf } from '../tensor/dtype';
import type { Tensor } from '../tensor/tensor';
import { conj, realPart } from './complex';
import * as e from './elementwise';
import { diagonalMatrix, diagonalOf, solve } from './linalg';
import { fail } from './linalg/matrices';
import { argmax, sum } from './reduce';
import * as shape from './shape';

// Factors and determinants of complex matrices, made of ops on complex numbers.

const t = (a: Tensor): Tensor => shape.transpose(a, -1, -2);
/** What the real op says of shapes is said of complex ones too. */
const checkSizes = (inputs: readonly Tensor[], attrs: object, op: { infer: (...args: never[]) => unknown }): void => {
  const specs = inputs.map((x) => ({ sizes: x.sizes, scalarType: partOf(x.scalarType) }));
  (op.infer as (specs: unknown, attrs: object) => unknown)(specs, attrs);
};

/** The determinants by elimination, at each step with the row whose first entry is the longest. */
function determinantOf(a: Tensor): Tensor {
  const real = partOf(a.scalarType);
  let rest = a;
  let out = shape.fullLike(a, 1, a.sizes.slice(0, -2));
  for (let m = a.sizes.at(-1)!; m > 0; m--) {
    const rows = rest.rank - 2;
    const best = argmax(e.abs(shape.select(rest, rows + 1, 0)), -1);
    const places = e.scalarLike(0, best);
    const line = shape.stack(
      Array.from({ length: m }, (_, i) => e.equal(best, e.add(places, i))),
      rows,
    );
    const chosen = e.cast(shape.unsqueeze(line, rows + 1), a.scalarType);
    const row = sum(e.mul(chosen, rest), [rows], true);
    const pivot = shape.select(shape.select(row, rows + 1, 0), rows, 0);
    const turned = e.where(e.equal(best, 0), e.scalarLike(1, realPart(pivot)), e.scalarLike(-1, realPart(pivot)));
    out = e.mul(e.mul(out, pivot), e.cast(e.cast(turned, real), a.scalarType));
    if (m === 1) break;
    const swapped = e.add(rest, e.mul(chosen, e.sub(shape.slice(rest, rows, 0, 1), row)));
    const lower = shape.slice(swapped, rows, 1, m);
    const none = e.equal(pivot, e.scalarLike(0, pivot));
    const divisor = e.where(none, e.scalarLike(1, pivot), pivot);
    const wide = shape.unsqueeze(shape.unsqueeze(divisor, rows), rows + 1);
    const factors = e.div(shape.slice(lower, rows + 1, 0, 1), wide);
    rest = shape.slice(e.sub(lower, e.mul(factors, row)), rows + 1, 1, m);
  }
  return out;
}
const determinant: ComplexForm = (inputs, attrs, op) => {
  checkSizes(inputs, attrs, op as never);
  return determinantOf(inputs[0]!);
};
const signAndLogDeterminant: ComplexForm = (inputs, attrs, op) => {
  checkSizes(inputs, attrs, op as never);
  const d = determinantOf(inputs[0]!);
  const size = e.abs(d);
  return [e.div(d, e.cast(size, d.scalarType)), e.cast(e.log(size), d.scalarType)] as never;
};

const triangular: ComplexForm = (inputs, attrs, op) => {
  checkSizes(inputs, attrs, op as never);
  const [a, b] = inputs as readonly [Tensor, Tensor];
  const { upper, unit } = attrs as { upper: boolean; unit: boolean };
  const off = unit ? 1 : 0;
  const own = upper ? shape.triu(a, off) : shape.tril(a, -off);
  return solve(unit ? e.add(own, diagonalMatrix(shape.fullLike(a, 1, a.sizes.slice(0, -1)))) : own, b);
};

/** Lower triangular L with L Lᴴ = A, column by column. */
const cholesky: ComplexForm = (inputs, attrs, op) => {
  checkSizes(inputs, attrs, op as never);
  const given = inputs[0]!;
  const [rows, n] = [given.rank - 2, given.sizes.at(-1)!];
  const a = e.mul(e.add(given, conj(t(given))), 0.5);
  const columns: Tensor[] = [];
  for (let j = 0; j < n; j++) {
    let left = shape.slice(shape.slice(a, rows + 1, j, j + 1), rows, j, n);
    for (const done of columns) {
      const below = shape.slice(done, rows, j, n);
      left = e.sub(left, e.mul(below, conj(shape.slice(below, rows, 0, 1))));
    }
    const length = e.cast(e.sqrt(realPart(shape.slice(left, rows, 0, 1))), a.scalarType);
    const above = shape.fullLike(a, 0, [...a.sizes.slice(0, -2), j, 1]);
    columns.push(shape.concat([above, e.div(left, length)], rows));
  }
  if (columns.length === 0) return a;
  const out = shape.concat(columns, rows + 1);
  if ((attrs as { strict: boolean }).strict && !out.symbolic) refuseUnlessPositive(out, n);
  return out;
};
/** A pivot that has no root is none of a positive-definite matrix. */
function refuseUnlessPositive(l: Tensor, n: number): void {
  const pivots = copyData(realPart(diagonalOf(l)));
  const bad = Array.from(pivots, Number).findIndex((v) => !(v > 0));
  if (bad < 0) return;
  const order = (bad % n) + 1;
  const batches = pivots.length / n;
  const message = `the leading minor of order ${order} is not positive-definite`;
  fail('cholesky', 'notPositive', Math.floor(bad / n), batches, order, message);
}

export const matrixForms: readonly (readonly [name: string, form: ComplexForm])[] = [
  ['determinant', determinant],
  ['signAndLogDeterminant', signAndLogDeterminant],
  ['solveTriangular', triangular],
  ['cholesky', cholesky],
];
