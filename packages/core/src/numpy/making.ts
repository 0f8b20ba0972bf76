import { ValueError } from '../errors';
import { type ArrayData, type DType, dtypes, isComplex, sizeOf, type TypedArray } from '../tensor/dtype';
import { contiguousStrides } from '../tensor/strides';
import { tupleOf } from '../tuple';
import { axisIn } from './axes';
import { type ArrayLike, makeArray, toArrayData } from './convert';
import { parseDType, type Scalar } from './dtypes';
import { binary, unary } from './elementwise';
import { NDArray } from './ndarray';
import { indices } from './places';
import { concatenate, expandDims, stack } from './shaping';

const wrap = (array: ArrayData): NDArray => new NDArray(array, true);
type Call = (...args: unknown[]) => unknown;

/** A function of the grids of places. */
export const fromfunction = (f: Call, shape: readonly number[], dtype = 'float64'): unknown => {
  const grids = [...indices(shape)].map((g) => g.astype(dtype));
  return f(...grids);
};
/** The elements of anything that can be walked, as a list. */
export function fromiter(items: Iterable<Scalar>, dtype: string, count = -1): NDArray {
  const found: Scalar[] = [];
  for (const item of items) {
    if (count >= 0 && found.length === count) break;
    found.push(item);
  }
  if (count >= 0 && found.length < count)
    throw new ValueError(`iterator too short: Expected ${count} but iterator had only ${found.length} items.`);
  return new NDArray(toArrayData(found, dtype));
}
/** The numbers that bytes hold. */
export function frombuffer(
  buffer: Uint8Array | { readonly bytes?: Uint8Array },
  dtype = 'float64',
  count = -1,
  offset = 0,
): NDArray {
  const bytes =
    buffer instanceof Uint8Array ? buffer : (buffer.bytes ?? Uint8Array.from(buffer as unknown as Iterable<number>));
  const type = parseDType(dtype);
  const { itemsize } = dtypes[type];
  const rest = bytes.subarray(offset);
  if (count < 0 && rest.length % itemsize !== 0) throw new ValueError('buffer size must be a multiple of element size');
  const n = count < 0 ? rest.length / itemsize : count;
  if (n * itemsize > rest.length) throw new ValueError('buffer is smaller than requested size');
  return new NDArray({ dtype: type, shape: [n], data: fromBytes(rest.slice(0, n * itemsize), type) });
}
const fromBytes = (bytes: Uint8Array, dtype: DType): TypedArray => {
  const data = dtypes[dtype].create(bytes.length / dtypes[dtype].itemsize);
  new Uint8Array(data.buffer).set(bytes);
  return data;
};
/** The bytes of an array. */
export const bytesOf = (a: ArrayData): Uint8Array =>
  new Uint8Array(a.data.buffer.slice(a.data.byteOffset, a.data.byteOffset + a.data.byteLength));
/** The same memory read as another dtype; the last axis grows or shrinks with the elements. */
export function viewAs(a: NDArray, dtype: string): NDArray {
  const type = parseDType(dtype);
  const [from, to] = [dtypes[a.dtype].itemsize, dtypes[type].itemsize];
  if (from !== to) {
    if (a.ndim === 0)
      throw new ValueError('Changing the dtype of a 0d array is only supported if the itemsize is unchanged');
    if ((a.shape.at(-1)! * from) % to !== 0)
      throw new ValueError(
        'When changing to a larger dtype, its size must be a divisor of the total size in bytes of the last axis of the array.',
      );
  }
  const shape = from === to ? a.shape : [...a.shape.slice(0, -1), (a.shape.at(-1)! * from) / to];
  const { data } = a;
  const own = dtypes[type].create(0).constructor as new (b: ArrayBufferLike, o: number, n: number) => TypedArray;
  const n = sizeOf(shape) * dtypes[type].width;
  return new NDArray({ dtype: type, shape, data: new own(data.buffer, data.byteOffset, n) });
}

/** A function of each line along an axis. */
export function apply_along_axis(f: Call, axis: number, x: ArrayLike, ...rest: unknown[]): NDArray {
  const a = NDArray.from(x);
  const at = axisIn(axis, a.ndim);
  const outer = a.shape.filter((_, i) => i !== at);
  const order = [...a.shape.map((_, i) => i).filter((i) => i !== at), at];
  const rows = a.transpose(order).reshape([sizeOf(outer), a.shape[at]!]);
  if (rows.shape[0] === 0) throw new ValueError('Cannot apply_along_axis when any iteration dimensions are 0');
  const made = [...rows].map((row) => NDArray.from(f(row, ...rest) as ArrayLike));
  const inner = made[0]!.shape;
  const full = wrap(stack(made)).reshape([...outer, ...inner]);
  const back = [
    ...outer.map((_, i) => i).slice(0, at),
    ...inner.map((_, i) => outer.length + i),
    ...outer.map((_, i) => i).slice(at),
  ];
  return full.transpose(back);
}
/** A function of numbers as one of arrays. */
export function vectorize(f: Call): Call {
  return (...args) => {
    const arrays = args.map((a) => NDArray.from(a as ArrayLike));
    const shape = arrays.reduce<ArrayData>(
      (all, a) => binary('add', binary('multiply', all, 0), binary('multiply', a, 0)),
      makeArray('int64', []),
    ).shape;
    const grids = arrays.map((a) => wrap(binary('add', a, makeArray('bool', shape))).astype(a.dtype));
    const out = Array.from({ length: sizeOf(shape) }, (_, i) => f(...grids.map((g) => g.ravel().at(i))));
    return NDArray.from(out as ArrayLike).reshape(shape);
  };
}
/** Every place with its element. */
export function* ndenumerate(x: ArrayLike): Generator<[readonly number[], NDArray]> {
  const a = NDArray.from(x);
  const strides = contiguousStrides(a.shape);
  for (let i = 0; i < a.size; i++)
    yield [tupleOf(strides.map((s, k) => Math.floor(i / s) % a.shape[k]!)), a.ravel().at(i)];
}
export function* ndindex(...shape: (number | readonly number[])[]): Generator<readonly number[]> {
  const sizes = shape.flat() as number[];
  const strides = contiguousStrides(sizes);
  for (let i = 0; i < sizeOf(sizes); i++) yield tupleOf(strides.map((s, k) => Math.floor(i / s) % sizes[k]!));
}
/** Numbers evenly apart on a logarithmic scale, from the first to the last. */
export function geomspace(start: number, stop: number, num = 50, endpoint = true): NDArray {
  if (start === 0 || stop === 0) throw new ValueError('Geometric sequence cannot include zero');
  const sign = start < 0 && stop < 0 ? -1 : 1;
  const [low, high] = [Math.log10(start * sign), Math.log10(stop * sign)];
  const gaps = endpoint ? num - 1 : num;
  const data = Float64Array.from(
    { length: num },
    (_, i) => sign * 10 ** (low + (gaps <= 0 ? 0 : (i * (high - low)) / gaps)),
  );
  if (num > 0) data[0] = start;
  if (endpoint && num > 1) data[num - 1] = stop;
  return wrap({ dtype: 'float64', shape: [num], data });
}
type Block = ArrayLike | readonly Block[];
/** Arrays put together from nested lists of blocks: the innermost along the last axis. */
export function block(blocks: Block): NDArray {
  const depth = (b: Block): number => (Array.isArray(b) ? 1 + depth(b[0] as Block) : 0);
  const levels = depth(blocks);
  const leaves: NDArray[] = [];
  const visit = (b: Block, level: number): void => {
    if (Array.isArray(b)) {
      if (b.length === 0) throw new ValueError('List at arrays cannot be empty');
      for (const part of b) visit(part as Block, level + 1);
    } else leaves.push(NDArray.from(b as ArrayLike));
  };
  visit(blocks, 0);
  const rank = Math.max(levels, ...leaves.map((l) => l.ndim));
  const full = (a: NDArray): NDArray => a.reshape([...new Array<number>(rank - a.ndim).fill(1), ...a.shape]);
  const build = (b: Block, level: number): NDArray =>
    Array.isArray(b)
      ? wrap(
          concatenate(
            b.map((part) => build(part as Block, level + 1)),
            rank - levels + level,
          ),
        )
      : full(NDArray.from(b as ArrayLike));
  return build(blocks, 0);
}

const refuse = (): Error => new TypeError('slices and numbers are expected');
interface Span {
  readonly start: number;
  readonly stop: number;
  readonly step: number;
  /** Whether the step was a count of points, both ends among them. */
  readonly points: boolean;
}
/** The slices of an index; an imaginary step counts points. */
function spans(index: unknown): Span[] {
  const list = Array.isArray(index) && Object.getPrototypeOf(index) !== Array.prototype ? [...index] : [index];
  return list.map((part) => {
    const s = part as { start?: unknown; stop?: unknown; step?: unknown };
    if (typeof part !== 'object' || part === null || !('stop' in part)) throw refuse();
    const points = typeof s.step === 'object' && s.step !== null && 'im' in s.step;
    const step = points ? Math.abs((s.step as { im: number }).im) : Number(s.step ?? 1);
    return { start: Number(s.start ?? 0), stop: Number(s.stop), step, points };
  });
}
const plain = (v: unknown): boolean => v === null || v === undefined || (typeof v === 'number' && Number.isInteger(v));
const line = ({ start, stop, step, points }: Span, float: boolean): NDArray => {
  const n = points ? Math.floor(step) : Math.max(0, Math.ceil((stop - start) / step));
  const gap = points ? (stop - start) / Math.max(n - 1, 1) : step;
  const values = Array.from({ length: n }, (_, i) => start + i * gap);
  return NDArray.from(values, float ? 'float64' : 'int64');
};
const isFloat = (index: unknown, list: readonly Span[]): boolean =>
  list.some((s) => s.points) ||
  (Array.isArray(index) ? index : [index]).some((s) => !plain(s.start) || !plain(s.stop) || !plain(s.step));
/** What is used by its index alone. */
class Indexed<T> {
  readonly __getitem__: (index: unknown) => T;
  constructor(find: (index: unknown) => T) {
    this.__getitem__ = find;
  }
}
const grid = (open: boolean) =>
  new Indexed((index): NDArray | NDArray[] => {
    const list = spans(index);
    const float = isFloat(index, list);
    const lines = list.map((s) => line(s, float));
    if (!Array.isArray(index) || list.length === 1) return lines[0]!;
    const placed = lines.map((l, i) => l.reshape(lines.map((_, k) => (k === i ? l.size : 1))));
    if (open) return placed;
    const shape = lines.map((l) => l.size);
    const zero = makeArray(float ? 'float64' : 'int64', shape);
    return wrap(stack(placed.map((p) => binary('add', p, zero))));
  });
/** The places of a grid by slices: `np.mgrid[0:2, 0:3]`. */
export const mgrid = grid(false);
/** The same, one array per axis that broadcasts. */
export const ogrid = grid(true);
const joined = (index: unknown): NDArray[] => {
  const list = Array.isArray(index) && Object.getPrototypeOf(index) !== Array.prototype ? [...index] : [index];
  return list.map((part) => {
    if (typeof part === 'object' && part !== null && 'stop' in part && 'step' in part) {
      const [s] = spans(part);
      return line(s!, isFloat(part, [s!]));
    }
    if (typeof part === 'string') throw new TypeError(`np.r_ with the directive '${part}' is not here`);
    const a = NDArray.from(part as ArrayLike);
    return a.ndim === 0 ? a.reshape(1) : a;
  });
};
/** Slices, numbers and arrays joined along the first axis: `np.r_[0:3, 9]`. */
export const r_ = new Indexed((index): NDArray => wrap(concatenate(joined(index))));
/** The same as columns. */
export const c_ = new Indexed(
  (index): NDArray =>
    wrap(
      concatenate(
        joined(index).map((a) => (a.ndim === 1 ? expandDims(a, 1) : a)),
        -1,
      ),
    ),
);

/** Quotients rounded down and what is left. */
export const divmod = (a: ArrayLike, b: ArrayLike): NDArray[] => [
  wrap(binary('floorDivide', a, b)),
  wrap(binary('mod', a, b)),
];
/** Parts after the point and before it. */
export const modf = (x: ArrayLike): NDArray[] => {
  const before = unary(
    'trunc',
    NDArray.from(x).astype(
      isComplex(toArrayData(x).dtype)
        ? 'complex128'
        : NDArray.from(x).dtype.startsWith('float')
          ? NDArray.from(x).dtype
          : 'float64',
    ),
  );
  return [wrap(binary('copysign', binary('subtract', x, before), x)), wrap(before)];
};
/** x 2^i. */
export const ldexp = (x: ArrayLike, i: ArrayLike): NDArray => wrap(binary('multiply', x, unary('exp2', i)));
