import { dtypes } from '../tensor/dtype';
import { contiguousStrides } from '../tensor/strides';
import type { ArrayLike } from './convert';
import { nonzero } from './indexing';
import { bytesOf, viewAs } from './making';
import { cumprod, searchsorted, swapaxes } from './more';
import { NDArray } from './ndarray';
import { choose, compress, diagonal, put, trace } from './places';
import { argpartition, partition } from './statistics';

type Clip = 'raise' | 'wrap' | 'clip';

const getters: Readonly<Record<string, (a: NDArray) => unknown>> = {
  strides: (a) => contiguousStrides(a.shape).map((s) => s * dtypes[a.dtype].itemsize),
  flat: (a) => a.ravel(),
  mT: (a) => a.swapaxes(-1, -2),
  base: () => null,
};
for (const [name, get] of Object.entries(getters))
  Object.defineProperty(NDArray.prototype, name, {
    get(this: NDArray) {
      return get(this);
    },
    configurable: true,
  });

// the functions of np that this module may not import, as they import arrays themselves
interface Functions {
  repeat(x: NDArray, repeats: ArrayLike, axis?: number | null): NDArray;
  take(x: NDArray, places: ArrayLike, axis?: number | null): NDArray;
}
/** Gives arrays the methods that are functions of NumPy's too. */
export function installMethods({ repeat, take }: Functions): void {
  const methods: Record<string, (this: NDArray, ...args: any[]) => unknown> = {
    repeat(repeats: ArrayLike, axis?: number | null) {
      return repeat(this, repeats, axis);
    },
    take(places: ArrayLike, axis?: number | null) {
      return take(this, places, axis);
    },
    swapaxes(first: number, second: number) {
      return swapaxes(this, first, second);
    },
    diagonal(offset?: number, axis1?: number, axis2?: number) {
      return diagonal(this, offset, axis1, axis2);
    },
    trace(offset?: number, axis1?: number, axis2?: number) {
      return trace(this, offset, axis1, axis2);
    },
    nonzero() {
      return nonzero(this).map((a) => new NDArray(a));
    },
    cumprod(axis?: number | null) {
      return cumprod(this, axis);
    },
    searchsorted(values: ArrayLike, side?: 'left' | 'right') {
      return searchsorted(this, values, side);
    },
    compress(condition: ArrayLike, axis?: number | null) {
      return compress(condition, this, axis);
    },
    choose(choices: readonly ArrayLike[], mode?: Clip) {
      return choose(this, choices, mode);
    },
    put(places: ArrayLike, values: ArrayLike) {
      put(this, places, values);
    },
    partition(k: ArrayLike, axis = -1) {
      this.set(['...'], partition(this, k, axis));
    },
    argpartition(k: ArrayLike, axis: number | null = -1) {
      return argpartition(this, k, axis);
    },
    tobytes() {
      return bytesOf(this);
    },
    view(dtype?: string) {
      return viewAs(this, dtype ?? this.dtype);
    },
  };
  for (const [name, value] of Object.entries(methods))
    Object.defineProperty(NDArray.prototype, name, { value, writable: true, configurable: true });
}
