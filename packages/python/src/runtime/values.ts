import { PyFloat } from '@stele/core/printing';
import { error } from './raise';

export { PyFloat };

/** A Python tuple: an array of its own class. */
export class PyTuple extends Array<unknown> {
  // methods that make arrays from this one (map, slice, ...) give plain arrays
  static override get [Symbol.species](): ArrayConstructor {
    return Array;
  }
}

/** Makes a tuple of the given items; the array itself becomes the tuple. */
export function tuple(items: unknown[] = []): PyTuple {
  return Object.setPrototypeOf(items, PyTuple.prototype) as PyTuple;
}

/** Python's `slice(start, stop, step)`; absent parts are null. */
export class PySlice {
  readonly start: unknown;
  readonly stop: unknown;
  readonly step: unknown;

  constructor(start: unknown, stop: unknown, step: unknown) {
    this.start = start;
    this.stop = stop;
    this.step = step;
  }

  /** Start, stop, step and count for a sequence of `length` items, as `slice.indices` and a loop need them. */
  indices(length: number): [start: number, stop: number, step: number, count: number] {
    const step = this.step === null ? 1 : sliceIndex(this.step);
    if (step === 0) throw error('ValueError', 'slice step cannot be zero');
    const low = step > 0 ? 0 : -1;
    const high = step > 0 ? length : length - 1;
    const bound = (value: unknown, absent: number): number => {
      if (value === null) return absent;
      const at = sliceIndex(value);
      return Math.min(Math.max(at < 0 ? at + length : at, low), high);
    };
    const start = bound(this.start, step > 0 ? low : high);
    const stop = bound(this.stop, step > 0 ? high : low);
    const count = Math.max(0, step > 0 ? Math.ceil((stop - start) / step) : Math.ceil((start - stop) / -step));
    return [start, stop, step, count];
  }
}

function sliceIndex(value: unknown): number {
  if (typeof value === 'number' && Number.isSafeInteger(value)) return value;
  if (typeof value === 'boolean' || typeof value === 'bigint') return Number(value);
  const own = value as { __index__?: () => unknown } | null;
  if (own !== null && typeof own === 'object' && typeof own.__index__ === 'function') return Number(own.__index__());
  throw error('TypeError', 'slice indices must be integers or None or have an __index__ method');
}

/** Python's `range`. */
export class PyRange {
  readonly start: number;
  readonly stop: number;
  readonly step: number;
  readonly length: number;

  constructor(start: number, stop: number, step = 1) {
    this.start = start;
    this.stop = stop;
    this.step = step;
    this.length = Math.max(0, step > 0 ? Math.ceil((stop - start) / step) : Math.ceil((start - stop) / -step));
  }

  /** The item at a place that is known to be there. */
  at(i: number): number {
    return this.start + i * this.step;
  }

  *[Symbol.iterator](): Generator<number> {
    for (let i = 0; i < this.length; i++) yield this.at(i);
  }
}

/** Python's `bytes` and, where `mutable`, `bytearray`. */
export class PyBytes {
  data: Uint8Array;
  readonly mutable: boolean;

  constructor(data: Uint8Array, mutable = false) {
    this.data = data;
    this.mutable = mutable;
  }
}

class EllipsisValue {
  __repr__(): string {
    return 'Ellipsis';
  }
}
class NotImplementedValue {
  __repr__(): string {
    return 'NotImplemented';
  }
}

/** Python's `...`. */
export const Ellipsis = new EllipsisValue();
/** What a dunder method returns when it does not know the other operand. */
export const NotImplemented = new NotImplementedValue();
export { EllipsisValue, NotImplementedValue };

/** An imported module: a name and the object whose properties are its attributes. */
export class PyModule {
  readonly name: string;
  readonly members: Record<string, unknown>;
  /** Names set from Python, and submodules. */
  readonly own = new Map<string, unknown>();

  constructor(name: string, members: object) {
    this.name = name;
    this.members = members as Record<string, unknown>;
  }
}

/** A number as Python's float: whole ones are boxed. */
export function float(x: number): number | PyFloat {
  return Number.isInteger(x) ? new PyFloat(x) : x;
}

/** A bigint as Python's int: a number where it is safe. */
export function int(x: bigint): number | bigint {
  return x >= -9007199254740991n && x <= 9007199254740991n ? Number(x) : x;
}

/** Whether a value is a Python int (bools are not counted). */
export const isInt = (x: unknown): x is number | bigint =>
  typeof x === 'number' ? Number.isSafeInteger(x) : typeof x === 'bigint';

/** Whether a value is a Python float. */
export const isFloat = (x: unknown): x is number | PyFloat =>
  typeof x === 'number' ? !Number.isSafeInteger(x) : x instanceof PyFloat;

/** Whether an object is a plain one, which in a call means keywords. */
export const isPlain = (x: unknown): x is Record<string, unknown> =>
  typeof x === 'object' && x !== null && Object.getPrototypeOf(x) === Object.prototype;
