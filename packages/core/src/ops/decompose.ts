/** Decompositions of one row-major matrix in float64; the ops over them are in linalg. */
export type Matrix = Float64Array<ArrayBuffer>;

const { abs, hypot, max, min, sign, sqrt } = Math;

/** Lower triangular L with L Lᵀ = A, or the number of the leading minor (from 1) that is not positive. */
export function cholesky(a: Matrix, n: number): Matrix | number {
  const l = new Float64Array(n * n);
  for (let j = 0; j < n; j++) {
    let d = a[j * n + j]!;
    for (let k = 0; k < j; k++) d -= l[j * n + k]! ** 2;
    if (!(d > 0)) return j + 1;
    const root = sqrt(d);
    l[j * n + j] = root;
    for (let i = j + 1; i < n; i++) {
      let s = a[i * n + j]!;
      for (let k = 0; k < j; k++) s -= l[i * n + k]! * l[j * n + k]!;
      l[i * n + j] = s / root;
    }
  }
  return l;
}

export interface Lu {
  /** L below the diagonal (ones on it), U on and above it. */
  readonly lu: Matrix;
  /** Row i of the product is row `rows[i]` of A. */
  readonly rows: Int32Array;
  /** For step i, the row that was exchanged with it. */
  readonly pivots: Int32Array;
  readonly sign: number;
  /** The first column (from 1) without a pivot, 0 if all have one. */
  readonly singular: number;
}
/** P A = L U with partial pivoting, of an m by n matrix. */
export function luFactors(a: Matrix, m: number, n: number): Lu {
  const lu = a.slice();
  const rows = Int32Array.from({ length: m }, (_, i) => i);
  const pivots = new Int32Array(min(m, n));
  let parity = 1;
  let singular = 0;
  for (let k = 0; k < min(m, n); k++) {
    let best = k;
    for (let i = k + 1; i < m; i++) if (abs(lu[i * n + k]!) > abs(lu[best * n + k]!)) best = i;
    pivots[k] = best;
    if (best !== k) {
      parity = -parity;
      [rows[k], rows[best]] = [rows[best]!, rows[k]!];
      for (let j = 0; j < n; j++) [lu[k * n + j], lu[best * n + j]] = [lu[best * n + j]!, lu[k * n + j]!];
    }
    const pivot = lu[k * n + k]!;
    if (pivot === 0) {
      singular ||= k + 1;
      continue;
    }
    for (let i = k + 1; i < m; i++) {
      const f = (lu[i * n + k] = lu[i * n + k]! / pivot);
      if (f !== 0) for (let j = k + 1; j < n; j++) lu[i * n + j] = lu[i * n + j]! - f * lu[k * n + j]!;
    }
  }
  return { lu, rows, pivots, sign: parity, singular };
}

/** X with T X = B for a triangular n by n T; B has m columns. Only the named triangle is read. */
export function solveTriangular(t: Matrix, b: Matrix, n: number, m: number, upper: boolean, unit: boolean): Matrix {
  const x = b.slice();
  for (let step = 0; step < n; step++) {
    const i = upper ? n - 1 - step : step;
    for (let j = 0; j < m; j++) {
      let s = x[i * m + j]!;
      if (upper) for (let k = i + 1; k < n; k++) s -= t[i * n + k]! * x[k * m + j]!;
      else for (let k = 0; k < i; k++) s -= t[i * n + k]! * x[k * m + j]!;
      x[i * m + j] = unit ? s : s / t[i * n + i]!;
    }
  }
  return x;
}

/** X with A X = B from the factors of a square A. */
export function solveWith({ lu, rows }: Lu, b: Matrix, n: number, m: number): Matrix {
  const moved = new Float64Array(n * m);
  for (let i = 0; i < n; i++) for (let j = 0; j < m; j++) moved[i * m + j] = b[rows[i]! * m + j]!;
  return solveTriangular(lu, solveTriangular(lu, moved, n, m, false, true), n, m, true, false);
}

/** Householder QR of an m by n matrix: all of Q (m by m), and R (m by n) with the signs that LAPACK gives. */
export function qr(a: Matrix, m: number, n: number): { readonly q: Matrix; readonly r: Matrix } {
  const r = a.slice();
  const q = new Float64Array(m * m);
  for (let i = 0; i < m; i++) q[i * m + i] = 1;
  for (let k = 0; k < min(m - 1, n); k++) {
    let tail = 0;
    for (let i = k + 1; i < m; i++) tail = hypot(tail, r[i * n + k]!);
    const alpha = r[k * n + k]!;
    if (tail === 0) continue;
    const beta = -(sign(alpha) || 1) * hypot(alpha, tail);
    const v = new Float64Array(m);
    v[k] = 1;
    for (let i = k + 1; i < m; i++) v[i] = r[i * n + k]! / (alpha - beta);
    const tau = (beta - alpha) / beta;
    reflect(r, n, v, tau, k, m);
    r[k * n + k] = beta;
    for (let i = k + 1; i < m; i++) r[i * n + k] = 0;
    // Q = H1 H2 ...: each reflection from the right
    for (let i = 0; i < m; i++) {
      let s = 0;
      for (let j = k; j < m; j++) s += q[i * m + j]! * v[j]!;
      for (let j = k; j < m; j++) q[i * m + j] = q[i * m + j]! - tau * s * v[j]!;
    }
  }
  return { q, r };
}
function reflect(a: Matrix, n: number, v: Matrix, tau: number, k: number, m: number): void {
  for (let j = k; j < n; j++) {
    let s = 0;
    for (let i = k; i < m; i++) s += v[i]! * a[i * n + j]!;
    for (let i = k; i < m; i++) a[i * n + j] = a[i * n + j]! - tau * s * v[i]!;
  }
}

/** Eigenvalues in rising order and eigenvectors in the columns of a symmetric matrix, by Jacobi's rotations. */
export function eigh(input: Matrix, n: number): { readonly values: Matrix; readonly vectors: Matrix } {
  const a = input.slice();
  const v = new Float64Array(n * n);
  for (let i = 0; i < n; i++) v[i * n + i] = 1;
  for (let sweep = 0; sweep < 60; sweep++) {
    let off = 0;
    let all = 0;
    for (let i = 0; i < n; i++)
      for (let j = 0; j < n; j++) {
        all += a[i * n + j]! ** 2;
        if (i !== j) off += a[i * n + j]! ** 2;
      }
    if (off <= 1e-34 * all || off === 0) break;
    for (let p = 0; p < n - 1; p++)
      for (let q = p + 1; q < n; q++) {
        const apq = a[p * n + q]!;
        if (apq === 0) continue;
        const theta = (a[q * n + q]! - a[p * n + p]!) / (2 * apq);
        const t = (sign(theta) || 1) / (abs(theta) + sqrt(theta * theta + 1));
        const c = 1 / sqrt(t * t + 1);
        const s = t * c;
        for (let k = 0; k < n; k++) {
          const [x, y] = [a[k * n + p]!, a[k * n + q]!];
          a[k * n + p] = c * x - s * y;
          a[k * n + q] = s * x + c * y;
        }
        for (let k = 0; k < n; k++) {
          const [x, y] = [a[p * n + k]!, a[q * n + k]!];
          a[p * n + k] = c * x - s * y;
          a[q * n + k] = s * x + c * y;
        }
        for (let k = 0; k < n; k++) {
          const [x, y] = [v[k * n + p]!, v[k * n + q]!];
          v[k * n + p] = c * x - s * y;
          v[k * n + q] = s * x + c * y;
        }
      }
  }
  const order = Array.from({ length: n }, (_, i) => i).sort((i, j) => a[i * n + i]! - a[j * n + j]!);
  const values = Float64Array.from(order, (i) => a[i * n + i]!);
  const vectors = new Float64Array(n * n);
  order.forEach((from, to) => {
    // a sign of one's own choosing: the largest component is positive
    let best = 0;
    for (let k = 0; k < n; k++) if (abs(v[k * n + from]!) > abs(v[best * n + from]!) + 1e-12) best = k;
    const turn = v[best * n + from]! < 0 ? -1 : 1;
    for (let k = 0; k < n; k++) vectors[k * n + to] = turn * v[k * n + from]!;
  });
  return { values, vectors };
}

/** U (m by k), singular values in falling order, and V (n by k), k = min(m, n), by one-sided Jacobi rotations. */
export function svd(
  input: Matrix,
  m: number,
  n: number,
): { readonly u: Matrix; readonly s: Matrix; readonly v: Matrix } {
  if (m < n) {
    const turned = new Float64Array(m * n);
    for (let i = 0; i < m; i++) for (let j = 0; j < n; j++) turned[j * m + i] = input[i * n + j]!;
    const { u, s, v } = svd(turned, n, m);
    return { u: v, s, v: u };
  }
  const a = input.slice();
  const v = new Float64Array(n * n);
  for (let i = 0; i < n; i++) v[i * n + i] = 1;
  for (let sweep = 0; sweep < 80; sweep++) {
    let turned = false;
    for (let p = 0; p < n - 1; p++)
      for (let q = p + 1; q < n; q++) {
        let [pp, qq, pq] = [0, 0, 0];
        for (let i = 0; i < m; i++) {
          const [x, y] = [a[i * n + p]!, a[i * n + q]!];
          pp += x * x;
          qq += y * y;
          pq += x * y;
        }
        if (pq === 0 || abs(pq) <= 1e-16 * sqrt(pp * qq)) continue;
        turned = true;
        const zeta = (qq - pp) / (2 * pq);
        const t = (sign(zeta) || 1) / (abs(zeta) + sqrt(1 + zeta * zeta));
        const c = 1 / sqrt(1 + t * t);
        const s = c * t;
        for (let i = 0; i < m; i++) {
          const [x, y] = [a[i * n + p]!, a[i * n + q]!];
          a[i * n + p] = c * x - s * y;
          a[i * n + q] = s * x + c * y;
        }
        for (let i = 0; i < n; i++) {
          const [x, y] = [v[i * n + p]!, v[i * n + q]!];
          v[i * n + p] = c * x - s * y;
          v[i * n + q] = s * x + c * y;
        }
      }
    if (!turned) break;
  }
  const lengths = Array.from({ length: n }, (_, j) => {
    let total = 0;
    for (let i = 0; i < m; i++) total = hypot(total, a[i * n + j]!);
    return total;
  });
  const order = lengths.map((_, j) => j).sort((i, j) => lengths[j]! - lengths[i]! || i - j);
  const u = new Float64Array(m * n);
  const w = new Float64Array(n * n);
  const s = Float64Array.from(order, (j) => lengths[j]!);
  const small = max(...s, 0) * 1e-15 * max(m, n);
  order.forEach((from, to) => {
    for (let i = 0; i < n; i++) w[i * n + to] = v[i * n + from]!;
    if (lengths[from]! > small) for (let i = 0; i < m; i++) u[i * n + to] = a[i * n + from]! / lengths[from]!;
  });
  complete(u, m, n, s, small);
  return { u, s, v: w };
}

/** Fills the columns of U that belong to vanishing singular values with orthonormal ones. */
function complete(u: Matrix, m: number, n: number, s: Matrix, small: number): void {
  for (let j = 0; j < n; j++) {
    if (s[j]! > small) continue;
    for (let e = 0; e < m; e++) {
      const column = new Float64Array(m);
      column[e] = 1;
      for (let pass = 0; pass < 2; pass++)
        for (let k = 0; k < n; k++) {
          if (k === j || (s[k]! <= small && k > j)) continue;
          let dot = 0;
          for (let i = 0; i < m; i++) dot += column[i]! * u[i * n + k]!;
          for (let i = 0; i < m; i++) column[i] = column[i]! - dot * u[i * n + k]!;
        }
      const length = hypot(...column);
      if (length < 0.1 / m) continue;
      for (let i = 0; i < m; i++) u[i * n + j] = column[i]! / length;
      break;
    }
  }
}
