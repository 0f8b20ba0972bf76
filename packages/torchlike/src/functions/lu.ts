import { type Tensor as CoreTensor, ops, toNumbers } from '@stele/core';
import { NotImplementedError, RuntimeError, scalarTypeNames } from '../errors';
import { named } from '../methods/base';
import type { Tensor } from '../tensor';
import { define, defineMethod } from './define';
import { type Parts, parts } from './matrices';
import { count } from './support';

const t = (x: CoreTensor): CoreTensor => ops.transpose(x, -1, -2);
const empty = (x: Tensor): CoreTensor => ops.fullLike(x.detach(), 0, [0]);

interface Factored {
  readonly LU: Tensor;
  /** From 1, as LAPACK counts. */
  readonly pivots: Tensor;
  /** The first column (from 1) without a pivot, 0 if all have one. */
  readonly info: Tensor;
}
function factored(call: string, A: Tensor, pivot: boolean): Factored {
  if (A.ndim < 2)
    throw new RuntimeError(
      `${call}: Expected tensor with 2 or more dimensions. Got size: [${A.sizes.join(', ')}] instead`,
    );
  if (!A.is_floating_point())
    throw new NotImplementedError(`"lu_cpu" not implemented for '${scalarTypeNames[A.scalarType]}'`);
  if (!pivot) throw new RuntimeError('linalg.lu_factor: LU without pivoting is not implemented on the CPU');
  const { factors, pivots, singular } = ops.lu(A);
  return {
    LU: named(factors as Tensor, 'LinalgLuFactorEx'),
    pivots: ops.add(pivots, 1) as Tensor,
    info: singular as Tensor,
  };
}
/** Refuses factors without a pivot: what is solved with them would be divided by zero. */
function needPivots(info: Tensor): void {
  const found = toNumbers(info);
  const batch = found.findIndex((k) => k > 0);
  if (batch < 0) return;
  const where = info.ndim > 0 ? `(Batch element ${batch}): ` : '';
  const k = found[batch];
  throw new RuntimeError(
    `torch.linalg.lu_factor: ${where}U[${k},${k}] is zero and using it on lu_solve would result in a division by zero. If you still want to perform the factorization, consider calling linalg.lu(A, pivot) or linalg.lu_factor_ex(A, pivot)`,
  );
}
/** The permutation P of A = P L U from the rows that were exchanged. */
function permutation(LU: Tensor, pivots: Tensor): CoreTensor {
  const m = LU.sizes.at(-2)!;
  const steps = pivots.sizes.at(-1)!;
  const exchanged = toNumbers(pivots);
  const batches = pivots.sizes.slice(0, -1);
  const rows = Array.from({ length: count(batches) }, (_, batch) => {
    const order = Array.from({ length: m }, (_, i) => i);
    for (let i = 0; i < steps; i++) {
      const k = exchanged[batch * steps + i]! - 1;
      [order[i], order[k]] = [order[k]!, order[i]!];
    }
    return order;
  });
  const places = ops.fullLike(LU.detach(), 0, [...batches, m], 'int64');
  const at = places.storage.array as BigInt64Array;
  rows.flat().forEach((row, i) => {
    at[i] = BigInt(row);
  });
  return t(ops.oneHot(places, m, LU.scalarType));
}
const lowerOf = (LU: Tensor): CoreTensor => {
  const k = Math.min(...LU.sizes.slice(-2));
  const below = ops.tril(ops.slice(LU, LU.rank - 1, 0, k), -1);
  const ones = ops.fullLike(LU.detach(), 1, [...LU.sizes.slice(0, -2), k]);
  return ops.add(below, ops.placeDiagonal(ones, below.sizes, 0, below.rank - 2, below.rank - 1));
};
const upperOf = (LU: Tensor): CoreTensor => {
  const k = Math.min(...LU.sizes.slice(-2));
  return ops.triu(ops.slice(LU, LU.rank - 2, 0, k));
};

function solvedWith(LU: Tensor, pivots: Tensor, B: Tensor, left: boolean, adjoint: boolean): Tensor {
  if (pivots.scalarType !== 'int32')
    throw new RuntimeError('linalg.lu_solve: pivots should be a Tensor of scalar type torch.int32');
  const n = LU.sizes.at(-1)!;
  if (B.sizes.at(left ? -2 : -1) !== n) {
    const [equation, shape] = [left ? 'AX = B' : 'XA = B', (x: Tensor): string => x.sizes.slice(-2).join('x')];
    throw new RuntimeError(
      `linalg.lu_solve: Incompatible shapes of A and B for the equation ${equation} (${shape(LU)} and ${shape(B)})`,
    );
  }
  const P = permutation(LU, pivots);
  const b = left ? B : t(B);
  // X A = B is Aᵀ Xᵀ = Bᵀ
  const x =
    adjoint === left
      ? ops.matmul(P, ops.solveTriangular(t(LU), ops.solveTriangular(t(LU), b, false), true, true))
      : ops.solveTriangular(LU, ops.solveTriangular(LU, ops.matmul(t(P), b), false, true), true);
  return named((left ? x : t(x)) as Tensor, 'LinalgLuSolve');
}

/** P, L and U with A = P L U, from compact factors; the parts that are not asked for are empty. */
export const lu_unpack = define(
  'lu_unpack',
  'LU_data: Tensor, LU_pivots: Tensor, unpack_data=True, unpack_pivots=True -> tuple',
  (LU: Tensor, pivots: Tensor, data: boolean = true, places: boolean = true): Parts<'P' | 'L' | 'U'> =>
    parts('lu_unpack', {
      P: places ? permutation(LU, pivots) : empty(LU),
      L: data ? named(lowerOf(LU) as Tensor, 'LuUnpack') : empty(LU),
      U: data ? named(upperOf(LU) as Tensor, 'LuUnpack') : empty(LU),
    }),
);
/** X with A X = b, from the factors of A. */
export const lu_solve = defineMethod(
  'lu_solve',
  'b: Tensor, LU_data: Tensor, LU_pivots: Tensor',
  (b: Tensor, LU: Tensor, pivots: Tensor): Tensor => solvedWith(LU, pivots, b, true, false),
);
/** Compact factors, pivots and, if asked for, which matrices are singular; singular ones are factored too. */
export const lu = defineMethod(
  'lu',
  'A: Tensor, pivot=True, get_infos=False -> tuple',
  (A: Tensor, pivot: boolean = true, infos: boolean = false): readonly Tensor[] => {
    const { LU, pivots, info } = factored('torch.lu_factor', A, pivot);
    return infos ? [LU, pivots, info] : [LU, pivots];
  },
);

/** How `torch.linalg` factors. */
export interface Pivoting {
  pivot?: boolean;
  check_errors?: boolean;
}
/** The functions of torch.linalg about LU factors. */
export const factors = {
  lu: define(
    'linalg.lu',
    'A: Tensor, *, pivot=True -> tuple',
    (A: Tensor, o: Pivoting = {}): Parts<'P' | 'L' | 'U'> => {
      const { LU, pivots } = factored('linalg.lu', A, o.pivot ?? true);
      return parts('linalg_lu', {
        P: permutation(LU, pivots),
        L: named(lowerOf(LU) as Tensor, 'LinalgLu'),
        U: named(upperOf(LU) as Tensor, 'LinalgLu'),
      });
    },
  ),
  lu_factor: define(
    'linalg.lu_factor',
    'A: Tensor, *, pivot=True -> tuple',
    (A: Tensor, o: Pivoting = {}): Parts<'LU' | 'pivots'> => {
      const { LU, pivots, info } = factored('torch.lu_factor', A, o.pivot ?? true);
      needPivots(info);
      return parts('linalg_lu_factor', { LU, pivots });
    },
  ),
  lu_factor_ex: define(
    'linalg.lu_factor_ex',
    'A: Tensor, *, pivot=True, check_errors=False -> tuple',
    (A: Tensor, o: Pivoting = {}): Parts<'LU' | 'pivots' | 'info'> => {
      const { LU, pivots, info } = factored('torch.lu_factor', A, o.pivot ?? true);
      if (o.check_errors) needPivots(info);
      return parts('linalg_lu_factor_ex', { LU, pivots, info });
    },
  ),
  lu_solve: define(
    'linalg.lu_solve',
    'LU: Tensor, pivots: Tensor, B: Tensor, *, left=True, adjoint=False',
    (LU: Tensor, pivots: Tensor, B: Tensor, o: { left?: boolean; adjoint?: boolean } = {}): Tensor =>
      solvedWith(LU, pivots, B, o.left ?? true, o.adjoint ?? false),
  ),
};
