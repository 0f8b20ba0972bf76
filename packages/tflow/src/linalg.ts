import { Tensor as CoreTensor, customGradient, isComplex, isFloating, nn, numel, ops, tupleOf } from '@stele/core';
import { define } from './define';
import { type DTypeLike, dtypeName } from './dtypes';
import {
  FailedPreconditionError,
  InvalidArgumentError,
  indexError,
  kernelError,
  typeMismatch,
  valueError,
} from './errors';
import { matmul } from './math';
import { namedTuple } from './nest';
import { norm } from './norms';
import { typed, whole, wholes } from './places';
import { readText } from './strings';
import { type Tensor, type TensorLike, toTensor } from './tensor';

const t = (x: CoreTensor): CoreTensor => ops.transpose(x, -1, -2);
/** Matrices that a kernel takes: of its element types, of rank 2 at least, and square if it needs that. */
function matrices(kernel: string, x: TensorLike, square = true): CoreTensor {
  const m = typed(kernel, 'T', x);
  if (m.rank < 2)
    throw kernelError(kernel, `Input tensor ${kernel === 'Lu' ? '' : '0 '}must have rank >= 2, got ${m.rank}`);
  if (square && m.sizes.at(-1) !== m.sizes.at(-2)) throw kernelError(kernel, 'Input matrix must be square.');
  return m;
}

const notMatrix = (x: Tensor): Error =>
  valueError(
    `Argument \`a\` should be a (batch) matrix with rank >= 2.  Received \`a\` = ${x.symbolic ? x : x.numpy()} with shape: ${x.shape}`,
  );
/** Rows and columns exchanged in every matrix. */
export const matrix_transpose = define(
  'tf.linalg.matrix_transpose',
  'a, name="matrix_transpose", conjugate=False',
  (a: TensorLike, _name?: unknown, conjugate?: boolean): Tensor => {
    const x = toTensor(a);
    if (x.rank < 2) throw notMatrix(x);
    return ops.contiguous(t(conjugate ? ops.conj(x) : x)) as Tensor;
  },
);
export const adjoint = define('tf.linalg.adjoint', 'matrix, name=None', (matrix: TensorLike): Tensor => {
  const x = toTensor(matrix);
  if (x.rank < 2) throw notMatrix(x);
  return ops.contiguous(ops.conj(t(x))) as Tensor;
});
/** A second operand of a kernel: what is no tensor yet takes the first's type, another type is refused. */
function beside(kernel: string, first: Tensor, value: TensorLike): Tensor {
  const second = toTensor(value, value instanceof CoreTensor ? null : first.scalarType);
  if (second.scalarType !== first.scalarType) throw typeMismatch(kernel, 1, first.scalarType, second.scalarType);
  return second;
}
/** Matrices times vectors. */
export const matvec = define(
  'tf.linalg.matvec',
  'a, b, transpose_a=False, adjoint_a=False, a_is_sparse=False, b_is_sparse=False, name=None',
  (a: TensorLike, b: TensorLike, transpose_a?: boolean, adjoint_a?: boolean): Tensor => {
    const x = toTensor(a);
    const y = beside('MatMul', x, b);
    return ops.squeeze(matmul(x, ops.unsqueeze(y, -1) as Tensor, transpose_a, false, adjoint_a), [-1]) as Tensor;
  },
);

/** Products summed over chosen axes of both. */
export const tensordot = define(
  'tf.tensordot',
  'a, b, axes, name=None',
  (a: TensorLike, b: TensorLike, axes: unknown): Tensor => {
    const x = toTensor(a);
    const y = beside('MatMul', x, b);
    if (typeof axes === 'string') toTensor(axes as never, 'int32');
    let [left, right]: [number[], number[]] = [[], []];
    const count = Array.isArray(axes) ? null : whole(axes);
    if (count !== null && count < 0) throw valueError(`\`axes\` must be at least 0. Received: ${count}.`);
    if (count !== null && count > x.rank)
      throw valueError(
        `\`axes\` must not be larger than the number of dimensions of tensor ${x.numpy()}.  Received ${count}, vs tensor dimensions ${x.rank}.`,
      );
    if (count !== null) {
      left = Array.from({ length: count }, (_, i) => x.rank - count + i);
      right = Array.from({ length: count }, (_, i) => i);
    } else [left, right] = (axes as [unknown, unknown]).map((v) => wholes(v)) as [number[], number[]];
    if (left.length !== right.length)
      throw valueError(`Different number of contraction axes \`a\` and \`b\`, ${left.length} != ${right.length}.`);
    if (left.some((i) => i < -x.rank || i >= x.rank) || right.some((i) => i < -y.rank || i >= y.rank))
      throw indexError('list index out of range');
    left = left.map((i) => (i < 0 ? i + x.rank : i));
    right = right.map((i) => (i < 0 ? i + y.rank : i));
    const others = (rank: number, used: number[]): number[] =>
      Array.from({ length: rank }, (_, i) => i).filter((i) => !used.includes(i));
    const [keepX, keepY] = [others(x.rank, left), others(y.rank, right)];
    const size = (v: CoreTensor, list: number[]): number => list.reduce((n, i) => n * v.sizes[i]!, 1);
    if (left.some((i, k) => x.sizes[i] !== y.sizes[right[k]!]))
      throw new InvalidArgumentError(
        `Matrix size-incompatible: In[0]: [${size(x, keepX)},${size(x, left)}], In[1]: [${size(y, right)},${size(y, keepY)}] [Op:MatMul] name: `,
      );
    const one = ops.reshape(ops.permute(x, [...keepX, ...left]), [size(x, keepX), size(x, left)]);
    const two = ops.reshape(ops.permute(y, [...right, ...keepY]), [size(y, right), size(y, keepY)]);
    return ops.reshape(ops.matmul(one, two), [
      ...keepX.map((i) => x.sizes[i]!),
      ...keepY.map((i) => y.sizes[i]!),
    ]) as Tensor;
  },
);

/** How a diagonal shorter than the longest lies among the others. */
type Align = 'RIGHT_LEFT' | 'LEFT_RIGHT' | 'LEFT_LEFT' | 'RIGHT_RIGHT';
const bounds = (k: unknown): [number, number] => {
  const list = k === undefined || k === null ? [0] : wholes(k);
  return [list[0]!, list.at(-1)!];
};
/** Where diagonal `d` of an m by n matrix begins in a row of length `most`. */
function shift(d: number, m: number, n: number, most: number, align: Align): number {
  const length = Math.min(m + Math.min(d, 0), n - Math.max(d, 0));
  const [upper, lower] = align.split('_') as ['LEFT' | 'RIGHT', 'LEFT' | 'RIGHT'];
  return (d >= 0 ? upper : lower) === 'RIGHT' ? most - length : 0;
}
const lengthOf = (d: number, m: number, n: number): number => Math.min(m + Math.min(d, 0), n - Math.max(d, 0));

function atLeastTwo(kernel: string, x: CoreTensor): void {
  if (x.rank < 2) throw kernelError(kernel, `input must be at least 2-dim, received shape: [${x.sizes.join(',')}]`);
}

/** Diagonals that a matrix of m rows and n columns has. */
function checkBounds(kernel: string, low: number, high: number, m: number, n: number): void {
  const outside = (d: number): boolean => !((d > -m && d < n) || (d === 0 && m * n === 0));
  const stop = kernel === 'MatrixDiagPartV3' ? '.' : '';
  for (const [name, d] of [
    ['lower', low],
    ['upper', high],
  ] as const)
    if (outside(d))
      throw kernelError(kernel, `${name}_diag_index is out of bound: ${d}${stop} It must be between ${-m} and ${n}`);
  if (low > high)
    throw kernelError(kernel, `lower_diag_index must not be larger than upper_diag_index: ${low} > ${high}`);
}

/** Diagonals of matrices, from `k[0]` below to `k[1]` above. */
export const diag_part = define(
  'tf.linalg.diag_part',
  'input, name="diag_part", k=0, padding_value=0, align="RIGHT_LEFT"',
  (input: TensorLike, _name?: unknown, k?: unknown, padding_value?: number, align?: string): Tensor => {
    const x = toTensor(input);
    atLeastTwo('MatrixDiagPartV3', x);
    const [m, n] = x.sizes.slice(-2) as [number, number];
    const [low, high] = bounds(k);
    checkBounds('MatrixDiagPartV3', low, high, m, n);
    const way = (align ?? 'RIGHT_LEFT') as Align;
    const most = Math.max(...Array.from({ length: high - low + 1 }, (_, i) => lengthOf(low + i, m, n)));
    const flat = ops.reshape(x, [...x.sizes.slice(0, -2), m * n]);
    const filled = ops.concat(
      [flat, ops.fullLike(flat, Number(padding_value ?? 0), [...x.sizes.slice(0, -2), 1])],
      flat.rank - 1,
    );
    const rows = Array.from({ length: high - low + 1 }, (_, i) => {
      const d = high - i;
      const from = shift(d, m, n, most, way);
      return Array.from({ length: most }, (_, j) => {
        const at = j - from;
        if (at < 0 || at >= lengthOf(d, m, n)) return m * n;
        return (at + Math.max(-d, 0)) * n + at + Math.max(d, 0);
      });
    });
    const places = toTensor(low === high ? rows[0]! : rows, 'int32');
    return ops.takeInside(filled, places, filled.rank - 1) as Tensor;
  },
);
/** Matrices with the given diagonals. */
function fromDiagonals(
  values: CoreTensor,
  low: number,
  high: number,
  m: number,
  n: number,
  base: CoreTensor,
  align: Align,
): CoreTensor {
  const single = low === high;
  const lead = values.sizes.slice(0, single ? -1 : -2);
  const most = values.sizes.at(-1)!;
  const count = high - low + 1;
  const flat = ops.reshape(values, [...lead, count * most]);
  const all = ops.concat([flat, ops.reshape(base, [...lead, m * n])], flat.rank - 1);
  const places = Array.from({ length: m * n }, (_, i) => {
    const [row, column] = [Math.floor(i / n), i % n];
    const d = column - row;
    if (d < low || d > high) return count * most + i;
    const at = d >= 0 ? row : column;
    return (high - d) * most + shift(d, m, n, most, align) + at;
  });
  return ops.reshape(ops.takeInside(all, toTensor(places, 'int32'), all.rank - 1), [...lead, m, n]);
}
export const diag = define(
  'tf.linalg.diag',
  'diagonal, name="diag", k=0, num_rows=-1, num_cols=-1, padding_value=0, align="RIGHT_LEFT"',
  (
    diagonal: TensorLike,
    _name?: unknown,
    k?: unknown,
    num_rows?: unknown,
    num_cols?: unknown,
    padding_value?: number,
    align?: string,
  ): Tensor => {
    const x = toTensor(diagonal);
    if (x.rank === 0)
      throw kernelError('MatrixDiagV3', `diagonal must be at least 1-dim, received shape: [${x.sizes.join(',')}]`);
    const [low, high] = bounds(k);
    const most = x.sizes.at(-1)!;
    let [m, n] = [whole(num_rows, -1), whole(num_cols, -1)];
    const [leastM, leastN] = [most + Math.max(-high, 0), most + Math.max(low, 0)];
    if (m === -1 && n === -1) m = n = Math.max(leastM, leastN);
    else if (m === -1) m = leastM;
    else if (n === -1) n = leastN;
    if (m < leastM) throw kernelError('MatrixDiagV3', 'The number of rows is too small.');
    if (n < leastN) throw kernelError('MatrixDiagV3', 'The number of columns is too small.');
    const lead = x.sizes.slice(0, low === high ? -1 : -2);
    const base = ops.fullLike(x, Number(padding_value ?? 0), [...lead, m, n]);
    return fromDiagonals(x, low, high, m, n, base, (align ?? 'RIGHT_LEFT') as Align) as Tensor;
  },
);
export const set_diag = define(
  'tf.linalg.set_diag',
  'input, diagonal, name="set_diag", k=0, align="RIGHT_LEFT"',
  (input: TensorLike, diagonal: TensorLike, _name?: unknown, k?: unknown, align?: string): Tensor => {
    const x = toTensor(input);
    atLeastTwo('MatrixSetDiagV3', x);
    const [m, n] = x.sizes.slice(-2) as [number, number];
    const [low, high] = bounds(k);
    checkBounds('MatrixSetDiagV3', low, high, m, n);
    const d = toTensor(diagonal, x.scalarType);
    const most = Math.max(...Array.from({ length: high - low + 1 }, (_, i) => lengthOf(low + i, m, n)));
    const wanted = [...x.sizes.slice(0, -2), ...(low === high ? [] : [high - low + 1]), most];
    if (String(wanted) !== String(d.sizes))
      throw kernelError(
        'MatrixSetDiagV3',
        `Either first dimensions of diagonal don't match input.shape[:-2], or diagonal.shape[:-1] is not equal to the longests diagonal in range [lower_diag_index:upper_diag_index].\nInput shape: [${x.sizes.join(',')}]\nDiagonal shape: [${d.sizes.join(',')}]\nExpected diagonal shape: [${wanted.join(',')}]`,
      );
    return fromDiagonals(d, low, high, m, n, x, (align ?? 'RIGHT_LEFT') as Align) as Tensor;
  },
);
/** A tensor of twice the rank with the values where both halves of the index agree. */
export const tensor_diag = define('tf.linalg.tensor_diag', 'diagonal, name=None', (diagonal: TensorLike): Tensor => {
  const x = toTensor(diagonal);
  if (x.rank === 0) throw kernelError('Diag', 'Input must be at least rank 1, got 0');
  return ops.reshape(ops.diagonalMatrix(ops.reshape(x, [-1])), [...x.sizes, ...x.sizes]) as Tensor;
});
/** What `tensor_diag` was made of. */
export const tensor_diag_part = define(
  'tf.linalg.tensor_diag_part',
  'input, name=None',
  (input: TensorLike): Tensor => {
    const x = toTensor(input);
    const half = x.sizes.slice(0, x.rank / 2);
    if (x.rank === 0 || x.rank % 2 === 1)
      throw kernelError(
        'DiagPart',
        `The rank of the tensor should be even and positive, got shape [${x.sizes.join(',')}]`,
      );
    half.forEach((d, i) => {
      if (d !== x.sizes[half.length + i])
        throw kernelError(
          'DiagPart',
          `Invalid shape [${x.sizes.join(',')}]: dimensions ${i} and ${half.length + i} do not match.`,
        );
    });
    return ops.reshape(ops.diagonalOf(ops.reshape(x, [numel(half), numel(half)])), half) as Tensor;
  },
);
/** The sums of the diagonals. */
export const trace = define(
  'tf.linalg.trace',
  'x, name=None',
  (x: TensorLike): Tensor => ops.sum(diag_part(x), -1) as Tensor,
);
/** A band around the diagonal, zeros elsewhere; a negative width keeps that whole side. */
export const band_part = define(
  'tf.linalg.band_part',
  'input, num_lower, num_upper, name=None',
  (input: TensorLike, num_lower: unknown, num_upper: unknown): Tensor => {
    for (const n of [num_lower, num_upper]) if (!(n instanceof CoreTensor)) toTensor(n as TensorLike, 'int64');
    const [lower, upper] = [whole(num_lower), whole(num_upper)];
    let x: CoreTensor = toTensor(input);
    atLeastTwo('MatrixBandPart', x);
    const [m, n] = x.sizes.slice(-2) as [number, number];
    if (lower > m)
      throw kernelError(
        'MatrixBandPart',
        `num_lower must be negative or less or equal to number of rows (${m}) got: ${lower}`,
      );
    if (upper > n)
      throw kernelError(
        'MatrixBandPart',
        `num_upper must be negative or less or equal to number of columns (${n}) got: ${upper}`,
      );
    if (lower >= 0) x = ops.triu(x, -lower);
    if (upper >= 0) x = ops.tril(x, upper);
    return x as Tensor;
  },
);
/** The vector product over the last axis. */
export const cross = define('tf.linalg.cross', 'a, b, name=None', (a: TensorLike, b: TensorLike): Tensor => {
  const x = toTensor(a);
  const y = toTensor(b, x.scalarType);
  if (String(x.sizes) !== String(y.sizes))
    throw kernelError('Cross', `Both inputs must be of same shape: [${x.sizes.join(',')}] vs. [${y.sizes.join(',')}]`);
  if (x.sizes.at(-1) !== 3)
    throw kernelError('Cross', 'Cross-products are only defined for 3-element vectors.', FailedPreconditionError);
  return nn.cross(x, y, -1) as Tensor;
});

/** The lower triangle mirrored: TensorFlow reads no more of a symmetric matrix. */
const mirrored = (a: CoreTensor): CoreTensor => ops.add(ops.tril(a), t(ops.tril(a, -1)));

export const cholesky = define(
  'tf.linalg.cholesky',
  'input, name=None',
  (input: TensorLike): Tensor => ops.cholesky(matrices('Cholesky', input), false) as Tensor,
);
export const det = define('tf.linalg.det', 'input, name=None', (input: TensorLike): Tensor => {
  const a = matrices('MatrixDeterminant', input);
  if (!isComplex(a.scalarType)) return ops.determinant(a) as Tensor;
  // TensorFlow's slope takes the determinant as it is, not conjugated
  const [out] = customGradient(
    'MatrixDeterminant',
    [a],
    () => [ops.determinant(a)],
    ([g]) => {
      const scale = ops.mul(g!, out!);
      return [ops.mul(ops.unsqueeze(ops.unsqueeze(scale, -1), -1), ops.conj(t(ops.inverse(a))))];
    },
  );
  return out as Tensor;
});
const signAndLog = namedTuple('LogMatrixDeterminant', ['sign', 'log_abs_determinant']);
export const slogdet = define('tf.linalg.slogdet', 'input, name=None', (input: TensorLike) =>
  signAndLog(...(ops.signAndLogDeterminant(matrices('LogMatrixDeterminant', input)) as unknown as readonly Tensor[])),
);
/** The logarithm of the determinant of positive-definite matrices. */
export const logdet = define(
  'tf.linalg.logdet',
  'matrix, name=None',
  (matrix: TensorLike): Tensor =>
    ops.mul(
      ops.sum(ops.log(ops.realPart(ops.diagonalOf(ops.cholesky(matrices('Cholesky', matrix), false)))), -1),
      2,
    ) as Tensor,
);
export const inv = define(
  'tf.linalg.inv',
  'input, adjoint=False, name=None',
  (input: TensorLike, turned?: boolean): Tensor => {
    const out = ops.inverse(matrices('MatrixInverse', input));
    return (turned ? ops.contiguous(t(ops.conj(out))) : out) as Tensor;
  },
);
export const solve = define(
  'tf.linalg.solve',
  'matrix, rhs, adjoint=False, name=None',
  (matrix: TensorLike, rhs: TensorLike, turned?: boolean): Tensor => {
    const a = typed('MatrixSolve', 'T', matrix);
    const b = beside('MatrixSolve', a, rhs);
    const refuse = (what: string): Error => kernelError('MatrixSolve', what);
    if (a.rank !== b.rank) throw refuse('All input tensors must have the same rank.');
    if (a.rank < 2) throw refuse(`Input tensor 0 must have rank >= 2, got ${a.rank}`);
    if (a.sizes.at(-1) !== a.sizes.at(-2)) throw refuse('First input (lhs) must be a square matrix.');
    if (a.sizes.at(-1) !== b.sizes.at(-2)) throw refuse('Input matrix and rhs are incompatible.');
    return ops.solve(turned ? t(ops.conj(a)) : a, b) as Tensor;
  },
);
export const triangular_solve = define(
  'tf.linalg.triangular_solve',
  'matrix, rhs, lower=True, adjoint=False, name=None',
  (matrix: TensorLike, rhs: TensorLike, lower?: boolean, turned?: boolean): Tensor => {
    const a = typed('MatrixTriangularSolve', 'T', matrix);
    const b = beside('MatrixTriangularSolve', a, rhs);
    const upper = lower === false;
    const refuse = (what: string): Error => kernelError('MatrixTriangularSolve', what);
    [a, b].forEach((m, i) => {
      if (m.rank < 2) throw refuse(`In[${i}] ndims must be >= 2: ${m.rank}`);
    });
    if (a.sizes.at(-1) !== a.sizes.at(-2))
      throw refuse(`In[0] matrices in the last dimensions must be square (${a.sizes.at(-1)} =/= ${a.sizes.at(-2)})`);
    if (a.sizes.at(-1) !== b.sizes.at(-2))
      throw refuse(
        `In[0] mismatch In[1] shape: ${a.sizes.at(-1)} vs. ${b.sizes.at(-2)}: [${a.sizes.join(',')}] [${b.sizes.join(',')}] ${upper ? 0 : 1} ${turned ? 1 : 0}`,
      );
    return ops.solveTriangular(turned ? t(ops.conj(a)) : a, b, turned ? !upper : upper) as Tensor;
  },
);
export const cholesky_solve = define(
  'tf.linalg.cholesky_solve',
  'chol, rhs, name=None',
  (chol: TensorLike, rhs: TensorLike): Tensor => {
    const l = toTensor(chol);
    const half = triangular_solve(l, beside('MatrixTriangularSolve', l, rhs));
    return triangular_solve(l, half, true, true);
  },
);
export const eigh = define('tf.linalg.eigh', 'tensor, name=None', (tensor: TensorLike): Tensor[] =>
  tupleOf(ops.eigh(mirrored(matrices('SelfAdjointEigV2', tensor))) as unknown as readonly Tensor[]),
);
export const eigvalsh = define(
  'tf.linalg.eigvalsh',
  'tensor, name=None',
  (tensor: TensorLike): Tensor => ops.eigh(mirrored(matrices('SelfAdjointEigV2', tensor)))[0] as Tensor,
);
/** Singular values, U and V (not transposed). */
export const svd = define(
  'tf.linalg.svd',
  'tensor, full_matrices=False, compute_uv=True, name=None',
  (tensor: TensorLike, full_matrices?: boolean, compute_uv?: boolean): Tensor | Tensor[] => {
    const x = matrices('Svd', tensor, false);
    const [u, s, v] = (full_matrices && compute_uv !== false ? ops.fullSvd(x) : ops.svd(x)) as readonly [
      Tensor,
      Tensor,
      Tensor,
    ];
    return compute_uv === false ? s : tupleOf([s, u, v]);
  },
);
const qrParts = namedTuple('Qr', ['q', 'r']);
export const qr = define(
  'tf.linalg.qr',
  'input, full_matrices=False, name=None',
  (input: TensorLike, full_matrices?: boolean) =>
    qrParts(...(ops.qr(matrices('Qr', input, false), full_matrices ?? false) as unknown as readonly Tensor[])),
);
/** e to the power of matrices, by scaling, a Padé approximation of degree 13, and squaring. */
export const expm = define(
  'tf.linalg.expm',
  'input, name=None',
  (input: TensorLike): Tensor => ops.matrixExponential(toTensor(input)) as Tensor,
);
const precision = (x: CoreTensor): number => (x.scalarType === 'float64' ? 2 ** -52 : 2 ** -23);
/** The pseudoinverse of Moore and Penrose; singular values below `rcond` of the largest count as 0. */
export const pinv = define(
  'tf.linalg.pinv',
  'a, rcond=None, validate_args=False, name=None',
  (a: TensorLike, rcond?: TensorLike | null): Tensor => {
    const x = toTensor(a);
    if (!isFloating(x.scalarType))
      throw new TypeError(`Input \`a\` must have \`float\`-like \`dtype\` (saw ${x.scalarType}).`);
    if (x.rank < 2) throw valueError(`Input \`a\` must have at least 2 dimensions (saw: ${x.rank}).`);
    const share =
      rcond === undefined || rcond === null
        ? 10 * Math.max(x.sizes.at(-1)!, x.sizes.at(-2)!) * precision(x)
        : toTensor(rcond, x.scalarType);
    const [u, s, v] = ops.svd(x);
    const least = ops.mul(ops.max(s, -1), share);
    const inverse = ops.where(ops.greater(s, ops.unsqueeze(least, -1)), s, ops.fullLike(s, Number.POSITIVE_INFINITY));
    return ops.matmul(ops.div(v, ops.unsqueeze(inverse, -2)), t(u)) as Tensor;
  },
);
/** How many singular values are above a bound. */
export const matrix_rank = define(
  'tf.linalg.matrix_rank',
  'a, tol=None, validate_args=False, name=None',
  (a: TensorLike, tol?: TensorLike | null): Tensor => {
    const x = toTensor(a);
    if (!isFloating(x.scalarType))
      throw new TypeError(`Input \`a\` must have \`float\`-like \`dtype\` (saw ${x.scalarType}).`);
    if (x.rank < 2) throw valueError(`Input \`a\` must have at least 2 dimensions (saw: ${x.rank}).`);
    const s = ops.svd(isFloating(x.scalarType) ? x : ops.cast(x, 'float32'))[1];
    const bound =
      tol === undefined || tol === null
        ? ops.mul(ops.max(s, -1, true), precision(x) * Math.max(x.sizes.at(-1)!, x.sizes.at(-2)!))
        : toTensor(tol, s.scalarType);
    return ops.sum(ops.cast(ops.greater(s, bound), 'int32'), -1) as Tensor;
  },
);
const luParts = namedTuple('Lu', ['lu', 'p']);
/** The factors of P A = L U in one matrix, and for each row of it the row of A that it was. */
export const lu = define(
  'tf.linalg.lu',
  'input, output_idx_type=tf.int32, name=None',
  (input: TensorLike, output_idx_type?: DTypeLike) => {
    const x = matrices('Lu', input);
    const { factors, pivots } = ops.lu(x);
    const n = x.sizes.at(-1)!;
    const swaps = wholes(pivots);
    const rows: number[] = [];
    for (let at = 0; at < swaps.length; at += n) {
      const order = Array.from({ length: n }, (_, i) => i);
      for (let i = 0; i < n; i++) {
        const other = swaps[at + i]!;
        [order[i], order[other]] = [order[other]!, order[i]!];
      }
      rows.push(...order);
    }
    const type = output_idx_type === undefined ? 'int32' : dtypeName(output_idx_type);
    return luParts(factors as Tensor, ops.reshape(toTensor(rows, type), x.sizes.slice(0, -1)) as Tensor);
  },
);
/** X that makes A X nearest to B, with the squares of X weighted by a regularizer. */
export const lstsq = define(
  'tf.linalg.lstsq',
  'matrix, rhs, l2_regularizer=0.0, fast=True, name=None',
  (matrix: TensorLike, rhs: TensorLike, l2_regularizer?: number): Tensor => {
    const a = toTensor(matrix);
    const b = toTensor(rhs, a.scalarType);
    const [m, n] = a.sizes.slice(-2) as [number, number];
    const weight = Number(l2_regularizer ?? 0);
    const gram = (x: CoreTensor, size: number): CoreTensor => {
      const identity = ops.diagonalMatrix(ops.fullLike(x, 1, [size]));
      return weight === 0 ? x : ops.add(x, ops.mul(identity, weight));
    };
    const least = Math.min(m, n);
    if (b.sizes.at(-2) !== m)
      throw kernelError(
        'MatrixTriangularSolve',
        `In[0] mismatch In[1] shape: ${least} vs. ${b.sizes.at(-2)}: [${least},${least}] [${b.sizes.join(',')}] 1 0`,
      );
    if (m >= n) return ops.solve(gram(ops.matmul(t(a), a), n), ops.matmul(t(a), b)) as Tensor;
    return ops.matmul(t(a), ops.solve(gram(ops.matmul(a, t(a)), m), b)) as Tensor;
  },
);
export { norm };
/** Norms of the matrices; see `tf.norm`. */
export const normalize = define(
  'tf.linalg.normalize',
  'tensor, ord="euclidean", axis=None, name=None',
  (tensor: TensorLike, ord?: string | number, axis?: unknown): Tensor[] => {
    if (readText(tensor) !== null) throw new TypeError('Expected numeric or variant tensor, got dtype tf.string.');
    const x = toTensor(tensor);
    const length = norm(x, ord, axis, true);
    return tupleOf([ops.div(x, length) as Tensor, length]);
  },
);
