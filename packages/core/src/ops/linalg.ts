import { run, runMany } from '../autograd/record';
import { DTypeError, ShapeError, showShape, ValueError } from '../errors';
import { codecs, type DType, dtypes, isFloating } from '../tensor/dtype';
import { broadcastShapes, numel, positions } from '../tensor/strides';
import { fromArray, type Tensor, type TensorFamily, type TensorSpec } from '../tensor/tensor';
import type { Matrix } from './decompose';
import * as decompose from './decompose';
import { defineOp, none, type Op, real, values } from './define';
import { add, div, equal, mul, neg, reciprocal, sub, where } from './elementwise';
import { gather } from './indexing';
import { matmul } from './matmul';
import { stopGradient, sum } from './reduce';
import { concat, contiguous, expand, fullLike, slice, transpose, tril, triu, unsqueeze } from './shape';

type None = typeof none;
const t = (x: Tensor): Tensor => transpose(x, -1, -2);

/** One or several matrices by which something cannot be done: which, and the number that says why. */
function fail(op: string, kind: string, batch: number, batches: number, info: number, message: string): never {
  throw new ValueError(message, { op, kind, batch, batches, info } as never);
}

function matrixSpec(op: string, x: TensorSpec, square: boolean): { batch: readonly number[]; m: number; n: number } {
  if (!isFloating(x.scalarType))
    throw new DTypeError(`needs floating-point elements, got ${x.scalarType}`, {
      op,
      kind: 'floating',
      dtypes: [x.scalarType],
    });
  if (x.sizes.length < 2)
    throw new ShapeError(`needs at least two axes, got ${showShape(x.sizes)}`, {
      op,
      kind: 'matrixRank',
      shapes: [x.sizes],
    });
  const [m, n] = x.sizes.slice(-2) as [number, number];
  if (square && m !== n)
    throw new ShapeError(`needs square matrices, got ${m} by ${n}`, { op, kind: 'square', shapes: [x.sizes] });
  return { batch: x.sizes.slice(0, -2), m, n };
}

/** The matrices of a batch, one after another, in float64; `batch` may be larger, by broadcasting. */
function matrices(x: Tensor, batch = x.sizes.slice(0, -2)): Matrix[] {
  const wide = batch.length === x.rank - 2 && batch.every((d, i) => d === x.sizes[i]);
  const source = wide ? x : expand(x, [...batch, ...x.sizes.slice(-2)]);
  const size = numel(source.sizes.slice(-2));
  const where = positions(source.sizes, source.strides, source.offset);
  const { get } = codecs[x.scalarType];
  return Array.from({ length: numel(batch) }, (_, b) =>
    Float64Array.from({ length: size }, (_, i) => get(source.storage.array, where[b * size + i]!)),
  );
}
function gathered(family: TensorFamily, list: readonly Matrix[], sizes: readonly number[], dtype: DType): Tensor {
  const out = dtypes[dtype].create(numel(sizes));
  const { set } = codecs[dtype];
  const size = list.length === 0 ? 0 : list[0]!.length;
  list.forEach((m, b) => {
    for (let i = 0; i < size; i++) set(out, b * size + i, m[i]!);
  });
  return fromArray(family, out, sizes, dtype);
}
const symmetric = (a: Matrix, n: number): Matrix =>
  Float64Array.from(a, (v, i) => (v + a[(i % n) * n + Math.floor(i / n)]!) / 2);

const positive = values([2, 2], [4, 1, 1, 3]);
interface CholeskyAttrs {
  /** A matrix that is not positive-definite is an error; else its factor holds NaN. */
  readonly strict: boolean;
}
const choleskyOp: Op<CholeskyAttrs> = defineOp<CholeskyAttrs>({
  name: 'cholesky',
  infer: ([a]) => {
    matrixSpec('cholesky', a!, true);
    return { sizes: a!.sizes, scalarType: a!.scalarType };
  },
  forward: (family, [a], [spec], { strict }) => {
    const n = a!.sizes.at(-1)!;
    const list = matrices(a!);
    const out = list.map((m, b) => {
      const l = decompose.cholesky(symmetric(m, n), n);
      if (typeof l === 'number') {
        if (!strict) return Float64Array.from(m, (_, i) => (i % n > Math.floor(i / n) ? 0 : Number.NaN));
        fail('cholesky', 'notPositive', b, list.length, l, `the leading minor of order ${l} is not positive-definite`);
      }
      return l;
    });
    return gathered(family, out, spec!.sizes, spec!.scalarType);
  },
  vjp: (g, c) => {
    const l = c.output();
    // phi: the lower triangle with half the diagonal
    const inner = matmul(t(l), g);
    const phi = sub(tril(inner), mul(diagonalMatrix(diagonalOf(inner)), 0.5));
    const left = solveTriangular(t(l), phi, true);
    const s = t(solveTriangular(t(l), t(left), true));
    return [mul(add(s, t(s)), 0.5)];
  },
  saves: { outputs: [0] },
  samples: [{ inputs: [positive], attrs: { strict: true } }],
});
/** Lower triangular L with L Lᵀ = A for symmetric positive-definite matrices. */
export const cholesky = (a: Tensor, strict = true): Tensor => run(choleskyOp, [a], { strict });

interface TriangularAttrs {
  readonly upper: boolean;
  readonly unit: boolean;
}
const triangularOp: Op<TriangularAttrs> = defineOp<TriangularAttrs>({
  name: 'solveTriangular',
  infer: ([a, b]) => {
    const { batch, n } = matrixSpec('solveTriangular', a!, true);
    const other = matrixSpec('solveTriangular', b!, false);
    if (other.m !== n)
      throw new ShapeError(`${showShape(a!.sizes)} does not fit ${showShape(b!.sizes)}`, {
        op: 'solveTriangular',
        kind: 'solve',
        shapes: [a!.sizes, b!.sizes],
      });
    return { sizes: [...broadcastShapes('solve', batch, other.batch), n, other.n], scalarType: a!.scalarType };
  },
  forward: (family, [a, b], [spec], { upper, unit }) => {
    const batch = spec!.sizes.slice(0, -2);
    const [n, m] = spec!.sizes.slice(-2) as [number, number];
    const right = matrices(b!, batch);
    const out = matrices(a!, batch).map((x, i) => decompose.solveTriangular(x, right[i]!, n, m, upper, unit));
    return gathered(family, out, spec!.sizes, spec!.scalarType);
  },
  vjp: (g, c) => {
    const { upper, unit } = c.attrs;
    const gb = run(triangularOp, [t(c.input(0)), g], { upper: !upper, unit });
    if (!c.needs(0)) return [null, gb];
    const full = neg(matmul(gb, t(c.output())));
    const own = upper ? triu(full, unit ? 1 : 0) : tril(full, unit ? -1 : 0);
    return [own, gb];
  },
  saves: { inputs: [0], outputs: [0] },
  samples: [
    { inputs: [values([2, 2], [2, 0, 1, 3]), real([2, 3])], attrs: { upper: false, unit: false } },
    { inputs: [values([2, 2], [2, 5, 0, 3]), real([2, 2, 1])], attrs: { upper: true, unit: true } },
  ],
});
/** X with T X = B for triangular T; the other triangle is not read, nor the diagonal if `unit`. */
export const solveTriangular = (a: Tensor, b: Tensor, upper: boolean, unit = false): Tensor =>
  run(triangularOp, [a, b], { upper, unit });

const solveOp: Op<None> = defineOp<None>({
  name: 'solve',
  infer: ([a, b]) => {
    const { batch, n } = matrixSpec('solve', a!, true);
    const other = matrixSpec('solve', b!, false);
    if (other.m !== n)
      throw new ShapeError(`${showShape(a!.sizes)} does not fit ${showShape(b!.sizes)}`, {
        op: 'solve',
        kind: 'solve',
        shapes: [a!.sizes, b!.sizes],
      });
    return { sizes: [...broadcastShapes('solve', batch, other.batch), n, other.n], scalarType: a!.scalarType };
  },
  forward: (family, [a, b], [spec]) => {
    const batch = spec!.sizes.slice(0, -2);
    const [n, m] = spec!.sizes.slice(-2) as [number, number];
    const right = matrices(b!, batch);
    const left = matrices(a!, batch);
    const out = left.map((x, i) => {
      const lu = decompose.luFactors(x, n, n);
      if (lu.singular > 0)
        fail('solve', 'singular', i, left.length, lu.singular, 'the matrix is singular: it has no solution');
      return decompose.solveWith(lu, right[i]!, n, m);
    });
    return gathered(family, out, spec!.sizes, spec!.scalarType);
  },
  vjp: (g, c) => {
    const gb = run(solveOp, [t(c.input(0)), g], none);
    return [c.needs(0) ? neg(matmul(gb, t(c.output()))) : null, gb];
  },
  saves: { inputs: [0], outputs: [0] },
  samples: [
    { inputs: [values([2, 2], [3, 1, -1, 2]), real([2, 2])], attrs: none },
    { inputs: [values([2, 2], [3, 1, -1, 2]), real([2, 2, 1])], attrs: none },
  ],
});
/** X with A X = B for square A; leading axes broadcast. */
export const solve = (a: Tensor, b: Tensor): Tensor => run(solveOp, [a, b], none);

const luOp: Op<None> = defineOp<None>({
  name: 'lu',
  infer: ([a]) => {
    matrixSpec('lu', a!, false);
    return { sizes: a!.sizes, scalarType: a!.scalarType };
  },
  forward: (family, [a], [spec]) => {
    const [m, n] = a!.sizes.slice(-2) as [number, number];
    const out = matrices(a!).map((x) => decompose.luFactors(x, m, n).lu);
    return gathered(family, out, spec!.sizes, spec!.scalarType);
  },
  vjp: (g, c) => {
    const factors = c.output();
    const [rows, columns] = [g.rank - 2, g.rank - 1];
    const [m, n] = g.sizes.slice(-2) as [number, number];
    const k = Math.min(m, n);
    const corner = (x: Tensor): Tensor => slice(slice(x, rows, 0, k), columns, 0, k);
    const both = corner(factors);
    let lower = corner(g);
    let upper = lower;
    let rest: Tensor | null = null;
    if (m < n) {
      // A2 = L U2
      rest = solveTriangular(t(both), slice(g, columns, k, n), true, true);
      lower = sub(lower, matmul(rest, t(slice(factors, columns, k, n))));
    } else if (m > n) {
      // A2 = L2 U
      rest = t(solveTriangular(both, t(slice(g, rows, k, m)), true));
      upper = sub(upper, matmul(t(slice(factors, rows, k, m)), rest));
    }
    lower = tril(lower, -1);
    const left = add(lower, matmul(t(tril(both, -1)), lower));
    const right = matmul(triu(upper), t(triu(both)));
    const inner = solveTriangular(t(both), add(tril(left, -1), triu(right)), true, true);
    const first = t(solveTriangular(both, t(inner), true));
    return [rest === null ? first : concat([first, rest], m < n ? columns : rows)];
  },
  saves: { outputs: [0] },
  samples: [
    { inputs: [values([2, 2, 2], [3, 1, -1, 2, 2, 1, 0.5, 3])], attrs: none },
    { inputs: [values([2, 3], [3, 1, 0.4, -1, 2, 0.7])], attrs: none },
    { inputs: [values([3, 2], [3, 1, -1, 2, 0.4, 0.7])], attrs: none },
  ],
});
/** Matrices factored with their rows exchanged: P A = L U. */
export interface LuFactors {
  /** L below the diagonal (ones on it), U on and above it. */
  readonly factors: Tensor;
  /** For each step, the row that was exchanged with it. */
  readonly pivots: Tensor;
  /** The first column (from 1) without a pivot, 0 if all have one. */
  readonly singular: Tensor;
}
/**
 * P A = L U with partial pivoting; singular matrices have factors too.
 * @example
 * const { factors, pivots } = ops.lu(a);
 */
export function lu(a: Tensor): LuFactors {
  const { batch, m, n } = matrixSpec('lu', a, false);
  const found = matrices(a).map((x) => decompose.luFactors(x, m, n));
  const whole = (each: readonly ArrayLike<number>[], sizes: readonly number[], dtype: 'int32' | 'int64'): Tensor => {
    const out = fullLike(stopGradient(a), 0, [...batch, ...sizes], dtype);
    const { set } = codecs[dtype];
    let at = 0;
    for (const list of each) for (let i = 0; i < list.length; i++) set(out.storage.array, at++, list[i]!);
    return out;
  };
  const order = whole(
    found.map((f) => f.rows),
    [m, 1],
    'int64',
  );
  return {
    factors: run(luOp, [gather(a, contiguous(expand(order, a.sizes)), a.rank - 2)], none),
    pivots: whole(
      found.map((f) => f.pivots),
      [Math.min(m, n)],
      'int32',
    ),
    singular: whole(
      found.map((f) => [f.singular]),
      [],
      'int32',
    ),
  };
}

const inverseOp: Op<None> = defineOp<None>({
  name: 'inverse',
  infer: ([a]) => {
    matrixSpec('inverse', a!, true);
    return { sizes: a!.sizes, scalarType: a!.scalarType };
  },
  forward: (family, [a], [spec]) => {
    const n = spec!.sizes.at(-1)!;
    const identity = new Float64Array(n * n);
    for (let i = 0; i < n; i++) identity[i * n + i] = 1;
    const list = matrices(a!);
    const out = list.map((x, b) => {
      const lu = decompose.luFactors(x, n, n);
      if (lu.singular > 0)
        fail('inverse', 'singular', b, list.length, lu.singular, 'the matrix is singular: it has no inverse');
      return decompose.solveWith(lu, identity, n, n);
    });
    return gathered(family, out, spec!.sizes, spec!.scalarType);
  },
  vjp: (g, c) => {
    const turned = t(c.output());
    return [neg(matmul(turned, matmul(g, turned)))];
  },
  saves: { outputs: [0] },
  samples: [{ inputs: [values([2, 2, 2], [3, 1, -1, 2, 1, 0.5, 0.2, 2])], attrs: none }],
});
/** A⁻¹ for square matrices. */
export const inverse = (a: Tensor): Tensor => run(inverseOp, [a], none);

function determinantOf(x: Matrix, n: number): number {
  const { lu, sign } = decompose.luFactors(x, n, n);
  let product = sign;
  for (let i = 0; i < n; i++) product *= lu[i * n + i]!;
  return product;
}
const determinantOp: Op<None> = defineOp<None>({
  name: 'determinant',
  infer: ([a]) => {
    const { batch } = matrixSpec('determinant', a!, true);
    return { sizes: batch, scalarType: a!.scalarType };
  },
  forward: (family, [a], [spec]) => {
    const n = a!.sizes.at(-1)!;
    const out = matrices(a!).map((x) => Float64Array.of(determinantOf(x, n)));
    return gathered(family, out, spec!.sizes, spec!.scalarType);
  },
  vjp: (g, c) => [mul(unsqueeze(unsqueeze(g, -1), -1), cofactors(c.input(0)))],
  saves: { inputs: [0] },
  samples: [{ inputs: [real([2, 3, 3])], attrs: none }],
});
/** The determinants of square matrices. */
export const determinant = (a: Tensor): Tensor => run(determinantOp, [a], none);

const cofactorOp: Op<None> = defineOp<None>({
  name: 'cofactors',
  infer: ([a]) => {
    matrixSpec('cofactors', a!, true);
    return { sizes: a!.sizes, scalarType: a!.scalarType };
  },
  forward: (family, [a], [spec]) => {
    const n = spec!.sizes.at(-1)!;
    return gathered(
      family,
      matrices(a!).map((x) => cofactorsOf(x, n)),
      spec!.sizes,
      spec!.scalarType,
    );
  },
  // C = det(A) A⁻ᵀ where A is regular
  vjp: (g, c) => {
    const a = c.input(0);
    const inner = inverse(a);
    const turned = t(inner);
    const det = unsqueeze(unsqueeze(determinant(a), -1), -1);
    const trace = sum(mul(g, turned), [a.rank - 2, a.rank - 1], true);
    return [mul(det, sub(mul(trace, turned), matmul(turned, matmul(t(g), turned))))];
  },
  saves: { inputs: [0] },
  samples: [{ inputs: [values([2, 2], [3, 1, -1, 2])], attrs: none }],
});
/** Entry (i, j): (-1)^(i + j) times the determinant without row i and column j; singular matrices have them too. */
export const cofactors = (a: Tensor): Tensor => run(cofactorOp, [a], none);
function cofactorsOf(x: Matrix, n: number): Matrix {
  const lu = decompose.luFactors(x, n, n);
  const out = new Float64Array(n * n);
  let det = lu.sign;
  for (let i = 0; i < n; i++) det *= lu.lu[i * n + i]!;
  if (lu.singular === 0) {
    const identity = new Float64Array(n * n);
    for (let i = 0; i < n; i++) identity[i * n + i] = 1;
    const inner = decompose.solveWith(lu, identity, n, n);
    for (let i = 0; i < n; i++) for (let j = 0; j < n; j++) out[i * n + j] = det * inner[j * n + i]!;
    return out;
  }
  for (let i = 0; i < n; i++)
    for (let j = 0; j < n; j++) {
      const minor = new Float64Array((n - 1) * (n - 1));
      let k = 0;
      for (let r = 0; r < n; r++) for (let s = 0; s < n; s++) if (r !== i && s !== j) minor[k++] = x[r * n + s]!;
      out[i * n + j] = ((i + j) % 2 === 0 ? 1 : -1) * determinantOf(minor, n - 1);
    }
  return out;
}

const slogdetOp: Op<None> = defineOp<None>({
  name: 'signAndLogDeterminant',
  infer: ([a]) => {
    const { batch } = matrixSpec('slogdet', a!, true);
    const spec = { sizes: batch, scalarType: a!.scalarType };
    return [spec, spec];
  },
  forward: (family, [a], [spec]) => {
    const n = a!.sizes.at(-1)!;
    const both = matrices(a!).map((x) => {
      const { lu, sign } = decompose.luFactors(x, n, n);
      let [s, total] = [sign, 0];
      for (let i = 0; i < n; i++) {
        s *= Math.sign(lu[i * n + i]!);
        total += Math.log(Math.abs(lu[i * n + i]!));
      }
      return [Float64Array.of(s), Float64Array.of(total)] as const;
    });
    const part = (k: 0 | 1): Tensor =>
      gathered(
        family,
        both.map((p) => p[k]),
        spec!.sizes,
        spec!.scalarType,
      );
    return [part(0), part(1)];
  },
  vjp: (_g, c) => [mul(unsqueeze(unsqueeze(c.grad(1), -1), -1), t(inverse(c.input(0))))],
  saves: { inputs: [0] },
  samples: [{ inputs: [values([2, 2], [3, 1, -1, 2])], attrs: none }],
});
/** The sign of the determinant and the logarithm of its size; of a singular matrix 0 and minus infinity. */
export const signAndLogDeterminant = (a: Tensor): readonly [Tensor, Tensor] =>
  runMany(slogdetOp, [a], none) as unknown as readonly [Tensor, Tensor];

interface QrAttrs {
  readonly complete: boolean;
}
const qrOp: Op<QrAttrs> = defineOp<QrAttrs>({
  name: 'qr',
  infer: ([a], { complete }) => {
    const { batch, m, n } = matrixSpec('qr', a!, false);
    const k = complete ? m : Math.min(m, n);
    return [
      { sizes: [...batch, m, k], scalarType: a!.scalarType },
      { sizes: [...batch, k, n], scalarType: a!.scalarType },
    ];
  },
  forward: (family, [a], [qSpec, rSpec]) => {
    const [m, n] = a!.sizes.slice(-2) as [number, number];
    const k = qSpec!.sizes.at(-1)!;
    const both = matrices(a!).map((x) => {
      const { q, r } = decompose.qr(x, m, n);
      return {
        q: Float64Array.from({ length: m * k }, (_, i) => q[Math.floor(i / k) * m + (i % k)]!),
        r: r.slice(0, k * n),
      };
    });
    return [
      gathered(
        family,
        both.map((p) => p.q),
        qSpec!.sizes,
        qSpec!.scalarType,
      ),
      gathered(
        family,
        both.map((p) => p.r),
        rSpec!.sizes,
        rSpec!.scalarType,
      ),
    ];
  },
  vjp: (g, c) => {
    const [q, r] = [c.output(0), c.output(1)];
    const [gq, gr] = [g, c.grad(1)];
    const [m, n] = c.inputSpec(0).sizes.slice(-2) as [number, number];
    if (c.attrs.complete && m > n)
      throw new ValueError('the derivative of a complete QR of tall matrices is not defined: use the reduced one', {
        op: 'qr',
        kind: 'completeGradient',
      });
    const k = Math.min(m, n);
    const [r1, gr1] = [slice(r, r.rank - 1, 0, k), slice(gr, gr.rank - 1, 0, k)];
    let back = gq;
    if (m < n) {
      // A = Q [R1 R2]: what reaches R2 goes through Q and the rest of A
      const gr2 = slice(gr, gr.rank - 1, k, n);
      const r2 = slice(r, r.rank - 1, k, n);
      back = add(gq, matmul(matmul(q, r2), t(gr2)));
      const left = square(q, r1, back, gr1);
      return [concatLast(left, matmul(q, gr2))];
    }
    return [square(q, r1, back, gr1)];
  },
  saves: { outputs: [0, 1] },
  samples: [
    { inputs: [values([3, 2], [1, 2, -1, 0.5, 0.3, 2])], attrs: { complete: false } },
    { inputs: [values([2, 3], [1, 2, -1, 0.5, 0.3, 2])], attrs: { complete: false } },
  ],
});
/** The gradient of A = Q R with square R. */
function square(q: Tensor, r: Tensor, gq: Tensor, gr: Tensor): Tensor {
  const m = sub(matmul(r, t(gr)), matmul(t(gq), q));
  const symmetricM = add(tril(m), t(tril(m, -1)));
  const inner = add(gq, matmul(q, symmetricM));
  return t(solveTriangular(r, t(inner), true));
}
const concatLast = (a: Tensor, b: Tensor): Tensor => concat([a, b], a.rank - 1);
/** Q with orthonormal columns and upper triangular R with Q R = A; reduced, or with all of Q. */
export const qr = (a: Tensor, complete = false): readonly [Tensor, Tensor] =>
  runMany(qrOp, [a], { complete }) as unknown as readonly [Tensor, Tensor];

/** 1 / (b_j - b_i) off the diagonal, 0 on it and where two are equal. */
function inverseGaps(b: Tensor): Tensor {
  const gaps = sub(unsqueeze(b, -2), unsqueeze(b, -1));
  const zero = equal(gaps, 0);
  return where(zero, fullLike(gaps, 0), reciprocal(where(zero, fullLike(gaps, 1), gaps)));
}
const eighOp: Op<None> = defineOp<None>({
  name: 'eigh',
  infer: ([a]) => {
    const { batch, n } = matrixSpec('eigh', a!, true);
    return [
      { sizes: [...batch, n], scalarType: a!.scalarType },
      { sizes: a!.sizes, scalarType: a!.scalarType },
    ];
  },
  forward: (family, [a], [valueSpec, vectorSpec]) => {
    const n = a!.sizes.at(-1)!;
    const both = matrices(a!).map((x) => decompose.eigh(symmetric(x, n), n));
    return [
      gathered(
        family,
        both.map((p) => p.values),
        valueSpec!.sizes,
        valueSpec!.scalarType,
      ),
      gathered(
        family,
        both.map((p) => p.vectors),
        vectorSpec!.sizes,
        vectorSpec!.scalarType,
      ),
    ];
  },
  vjp: (g, c) => {
    const [w, v] = [c.output(0), c.output(1)];
    const inner = add(diagonalMatrix(g), mul(inverseGaps(w), matmul(t(v), c.grad(1))));
    const out = matmul(v, matmul(inner, t(v)));
    return [mul(add(out, t(out)), 0.5)];
  },
  saves: { outputs: [0, 1] },
  samples: [{ inputs: [values([2, 2], [2, 0.7, 0.7, -1])], attrs: none }],
});
/** Eigenvalues in rising order, and eigenvectors in the columns, of symmetric matrices. */
export const eigh = (a: Tensor): readonly [Tensor, Tensor] =>
  runMany(eighOp, [a], none) as unknown as readonly [Tensor, Tensor];

const svdOp: Op<None> = defineOp<None>({
  name: 'svd',
  infer: ([a]) => {
    const { batch, m, n } = matrixSpec('svd', a!, false);
    const k = Math.min(m, n);
    const spec = (sizes: readonly number[]): TensorSpec => ({ sizes: [...batch, ...sizes], scalarType: a!.scalarType });
    return [spec([m, k]), spec([k]), spec([n, k])];
  },
  forward: (family, [a], specs) => {
    const [m, n] = a!.sizes.slice(-2) as [number, number];
    const all = matrices(a!).map((x) => {
      const { u, s, v } = decompose.svd(x, m, n);
      return [u, s, v] as const;
    });
    return specs.map((spec, k) =>
      gathered(
        family,
        all.map((p) => p[k]!),
        spec.sizes,
        spec.scalarType,
      ),
    );
  },
  vjp: (g, c) => {
    const [u, s, v] = [c.output(0), c.output(1), c.output(2)];
    const [gu, gs, gv] = [g, c.grad(1), c.grad(2)];
    const gaps = inverseGaps(mul(s, s));
    const row = unsqueeze(s, -2);
    const column = unsqueeze(s, -1);
    const skew = (x: Tensor): Tensor => sub(x, t(x));
    const inner = add(
      add(mul(mul(gaps, skew(matmul(t(u), gu))), row), mul(column, mul(gaps, skew(matmul(t(v), gv))))),
      diagonalMatrix(gs),
    );
    let out = matmul(u, matmul(inner, t(v)));
    const [m, n] = c.inputSpec(0).sizes.slice(-2) as [number, number];
    const scaled = (x: Tensor): Tensor => div(x, row);
    // what lies outside the spans of U and V
    if (m > n) out = add(out, matmul(sub(scaled(gu), matmul(u, matmul(t(u), scaled(gu)))), t(v)));
    if (n > m) out = add(out, matmul(u, t(sub(scaled(gv), matmul(v, matmul(t(v), scaled(gv)))))));
    return [out];
  },
  saves: { outputs: [0, 1, 2] },
  samples: [
    { inputs: [values([3, 2], [1, 2, -1, 0.5, 0.3, 2])], attrs: none },
    { inputs: [values([2, 3], [1, 2, -1, 0.5, 0.3, 2])], attrs: none },
  ],
});
/** U, falling singular values, and V (not transposed) with U diag(S) Vᵀ = A, reduced. */
export const svd = (a: Tensor): readonly [Tensor, Tensor, Tensor] =>
  runMany(svdOp, [a], none) as unknown as readonly [Tensor, Tensor, Tensor];

/** The diagonals of matrices, as vectors. */
export function diagonalOf(x: Tensor): Tensor {
  const n = Math.min(x.sizes.at(-1)!, x.sizes.at(-2)!);
  const rows = slice(slice(x, x.rank - 2, 0, n), x.rank - 1, 0, n);
  return sum(sub(tril(rows), tril(rows, -1)), -1);
}
/** Square matrices with vectors on their diagonals and zeros elsewhere. */
export function diagonalMatrix(x: Tensor): Tensor {
  const n = x.sizes.at(-1)!;
  const wide = contiguous(expand(unsqueeze(x, -1), [...x.sizes, n]));
  return sub(tril(wide), tril(wide, -1));
}
