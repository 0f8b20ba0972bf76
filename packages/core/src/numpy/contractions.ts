import { ShapeError, ValueError } from '../errors';
import { type ArrayData, isComplex, sizeOf } from '../tensor/dtype';
import { axisIn } from './axes';
import { type ArrayLike, toArrayData } from './convert';
import { compactShape } from './elementwise';
import { NDArray } from './ndarray';
import { diagonal } from './places';
import { concatenate } from './shaping';

const of = (x: ArrayLike): NDArray => NDArray.from(x);

/** Sums of products over the last axes. */
export function inner(a: ArrayLike, b: ArrayLike): NDArray {
  const [x, y] = [of(a), of(b)];
  if (x.ndim === 0 || y.ndim === 0) return x.mul(y);
  if (x.shape.at(-1) !== y.shape.at(-1))
    throw new ShapeError(
      `shapes ${compactShape(x.shape)} and ${compactShape(y.shape)} not aligned: ${x.shape.at(-1)} (dim ${x.ndim - 1}) != ${y.shape.at(-1)} (dim ${y.ndim - 1})`,
    );
  return tensordot(x, y, [[-1], [-1]]);
}
/** The sum of products of two arrays as lists, the first conjugated. */
export function vdot(a: ArrayLike, b: ArrayLike): NDArray {
  const [x, y] = [of(a).ravel(), of(b).ravel()];
  return (isComplex(x.dtype) ? x.conj() : x).dot(y);
}
/** Each element of the first times the whole second. */
export function kron(a: ArrayLike, b: ArrayLike): NDArray {
  const [x, y] = [of(a), of(b)];
  const rank = Math.max(x.ndim, y.ndim);
  const full = (t: NDArray): number[] => [...new Array<number>(rank - t.ndim).fill(1), ...t.shape];
  const [p, q] = [full(x), full(y)];
  const product = x.reshape(p.flatMap((d) => [d, 1])).mul(y.reshape(q.flatMap((d) => [1, d])));
  return product.reshape(p.map((d, i) => d * q[i]!));
}
type Axes = number | readonly [number | readonly number[], number | readonly number[]];
/** Sums over axes of the first and of the second; a number takes the last of one and the first of the other. */
export function tensordot(a: ArrayLike, b: ArrayLike, axes: Axes = 2): NDArray {
  const [x, y] = [of(a), of(b)];
  const many = (v: number | readonly number[]): readonly number[] => (typeof v === 'number' ? [v] : v);
  const [first, second] =
    typeof axes === 'number'
      ? [Array.from({ length: axes }, (_, i) => i - axes), Array.from({ length: axes }, (_, i) => i)]
      : [many(axes[0]), many(axes[1])];
  const at = (list: readonly number[], t: NDArray): number[] => list.map((i) => (i < 0 ? i + t.ndim : i));
  const [p, q] = [at(first, x), at(second, y)];
  if (p.length !== q.length || p.some((i, k) => x.shape[i] === undefined || x.shape[i] !== y.shape[q[k]!]))
    throw new ValueError('shape-mismatch for sum');
  const rest = (t: NDArray, taken: readonly number[]): number[] =>
    t.shape.map((_, i) => i).filter((i) => !taken.includes(i));
  const [r, s] = [rest(x, p), rest(y, q)];
  const k = p.reduce((n, i) => n * x.shape[i]!, 1);
  const rows = x.transpose([...r, ...p]).reshape([sizeOf(r.map((i) => x.shape[i]!)), k]);
  const columns = y.transpose([...q, ...s]).reshape([k, sizeOf(s.map((i) => y.shape[i]!))]);
  return rows.dot(columns).reshape([...r.map((i) => x.shape[i]!), ...s.map((i) => y.shape[i]!)]);
}
/** Cross products of vectors of three (or two) numbers along the last axis. */
export function cross(
  a: ArrayLike,
  b: ArrayLike,
  axisa = -1,
  axisb = -1,
  axisc = -1,
  axis: number | null = null,
): NDArray {
  const last = (t: NDArray, at: number): NDArray => {
    const i = axisIn(at, t.ndim);
    return t.transpose([...t.shape.map((_, k) => k).filter((k) => k !== i), i]);
  };
  const [x, y] = [last(of(a), axis ?? axisa), last(of(b), axis ?? axisb)];
  const [n, m] = [x.shape.at(-1)!, y.shape.at(-1)!];
  if (![2, 3].includes(n) || ![2, 3].includes(m))
    throw new ValueError('incompatible dimensions for cross product\n(dimension must be 2 or 3)');
  const part = (t: NDArray, i: number): NDArray => (t.shape.at(-1)! > i ? t.at('...', i) : t.at('...', 0).mul(0));
  const minor = (i: number, j: number): NDArray =>
    part(x, i)
      .mul(part(y, j))
      .sub(part(x, j).mul(part(y, i)));
  if (n === 2 && m === 2) return minor(0, 1);
  const rows = [minor(1, 2), minor(2, 0), minor(0, 1)];
  const joined = rows.map((row) => row.reshape([...row.shape, 1]));
  const ready = new NDArray(concatenate(joined, -1));
  const to = axisIn(axis ?? axisc, ready.ndim);
  const order = ready.shape.map((_, i) => i).slice(0, -1);
  order.splice(to, 0, ready.ndim - 1);
  return ready.transpose(order);
}
export const matrix_transpose = (x: ArrayLike): NDArray => {
  const a = of(x);
  if (a.ndim < 2) throw new ValueError(`Input array must be at least 2-dimensional, but it is ${a.ndim}`);
  const order = a.shape.map((_, i) => i);
  return a.transpose([...order.slice(0, -2), a.ndim - 1, a.ndim - 2]);
};
export const vecdot = (a: ArrayLike, b: ArrayLike, axis = -1): NDArray => {
  const x = of(a);
  return (isComplex(x.dtype) ? x.conj() : x).mul(b).sum(axis);
};

/** Sums of products over the letters that the result does not name: `'ij,jk->ik'`, with `...` for other axes. */
export function einsum(equation: string, ...operands: ArrayLike[]): NDArray {
  const arrays = operands.map((x) => of(x));
  const text = equation.replaceAll(' ', '');
  const [left = '', right] = text.split('->') as [string, string?];
  const inputs = left.split(',');
  if (inputs.length !== arrays.length)
    throw new ValueError(
      inputs.length > arrays.length
        ? 'fewer operands provided to einstein sum function than specified in the subscripts string'
        : 'more operands provided to einstein sum function than specified in the subscripts string',
    );
  const ranks = inputs.map((s, i) => (s.includes('...') ? arrays[i]!.ndim - s.replace('...', '').length : 0));
  const most = Math.max(0, ...ranks);
  // axes of an ellipsis get letters of their own, aligned at the end
  const own = Array.from({ length: most }, (_, i) => String.fromCharCode(0x100 + i));
  const spelled = inputs.map((s, i) => [...s.replace('...', own.slice(most - ranks[i]!).join(''))]);
  const sizes = new Map<string, number>();
  spelled.forEach((letters, i) => {
    const { shape } = arrays[i]!;
    if (letters.length !== shape.length)
      throw new ValueError(
        letters.length > shape.length
          ? `einstein sum subscripts string contains too many subscripts for operand ${i}`
          : `operand has more dimensions than subscripts given in einstein sum, but no '...' ellipsis provided to broadcast the extra dimensions.`,
      );
    letters.forEach((letter, k) => {
      const known = sizes.get(letter) ?? 1;
      if (known !== 1 && shape[k] !== 1 && known !== shape[k])
        throw new ValueError(
          `operands could not be broadcast together with remapped shapes [original->remapped]: ${arrays.map((a) => compactShape(a.shape)).join(' ')}`,
        );
      sizes.set(letter, Math.max(known, shape[k]!));
    });
  });
  const counts = new Map<string, number>();
  for (const letter of spelled.flat()) counts.set(letter, (counts.get(letter) ?? 0) + 1);
  const free = [...counts]
    .filter(([l, n]) => n === 1 && !own.includes(l))
    .map(([l]) => l)
    .sort();
  const result = right === undefined ? [...own, ...free] : [...right.replace('...', own.join(''))];
  for (const letter of result)
    if (!sizes.has(letter))
      throw new ValueError(
        `einstein sum subscripts string included output subscript '${letter}' which never appeared in an input`,
      );
  const all = [...result, ...[...sizes.keys()].filter((l) => !result.includes(l))];
  // each operand at its letters' places among all, diagonals taken where a letter comes twice
  const placed = arrays.map((array, i) => {
    let [a, letters] = [array, spelled[i]!];
    for (let k = 0; k < letters.length; k++) {
      const again = letters.indexOf(letters[k]!, k + 1);
      if (again < 0) continue;
      a = diagonal(a, 0, k, again);
      letters = [...letters.filter((_, n) => n !== k && n !== again), letters[k]!];
      k = -1;
    }
    const order = all.filter((l) => letters.includes(l));
    a = a.transpose(order.map((l) => letters.indexOf(l)));
    return a.reshape(all.map((l) => (letters.includes(l) ? a.shape[order.indexOf(l)]! : 1)));
  });
  const product = placed.slice(1).reduce((x, y) => x.mul(y), placed[0]!);
  const summed = all.slice(result.length).map((_, i) => result.length + i);
  const total = summed.length === 0 ? product : product.sum(summed);
  const dtype = placed.map((p) => p.dtype).reduce((d, e) => (d === e ? d : product.dtype), placed[0]!.dtype);
  const wide: ArrayData = total.dtype === dtype ? total : total.astype(dtype);
  return new NDArray(wide, toArrayData(wide).shape.length === 0);
}
