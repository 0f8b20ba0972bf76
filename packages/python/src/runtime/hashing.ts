import { error } from './raise';
import { PyFloat, PyTuple, typeName } from './types';

/** Set by the operations: Python's `==`, and calls of `__hash__` and `__eq__` of user classes. */
export const hashHooks: {
  equals: (a: unknown, b: unknown) => boolean;
  /** The `__hash__` of an object whose class defines it or `__eq__`; null where identity counts. Throws if unhashable. */
  custom: (x: object) => number | bigint | null;
} = { equals: Object.is, custom: () => null };

const ids = new WeakMap<object, number>();
let nextId = 1;
/** A number that is the object's own: `id(x)`. */
export function identity(x: object): number {
  let id = ids.get(x);
  if (id === undefined) ids.set(x, (id = nextId++));
  return id;
}

const unhashable = (x: unknown): Error => error('TypeError', `unhashable type: '${typeName(x)}'`);

/** The number that a foreign scalar (NumPy's) is equal to, or undefined. */
function plainValue(x: object): unknown {
  const method = (x as { __plain__?: unknown }).__plain__;
  return typeof method === 'function' ? method.call(x) : undefined;
}

/**
 * The key under which a JavaScript Map finds a Python value: equal values have the same key, so that 1, 1.0 and True
 * meet. `slow` is set for objects with their own equality, which need a look at their hash first.
 */
export function plainKey(x: unknown): unknown {
  switch (typeof x) {
    case 'string':
      return x.charCodeAt(0) === 0 ? `\0S${x}` : x;
    case 'number':
      return x === 0 ? 0 : x;
    case 'boolean':
      return x ? 1 : 0;
    case 'object':
      if (x === null) return null;
      if (x instanceof PyFloat) return wholeKey(x.value);
      if (x instanceof PyTuple) return tupleKey(x);
      if (plainValue(x) !== undefined) return plainKey(plainValue(x));
      break;
  }
  return x;
}

/** Floats beyond the safe integers are equal to the bigint of the same value. */
function wholeKey(x: number): unknown {
  if (Number.isSafeInteger(x)) return x === 0 ? 0 : x;
  return Number.isInteger(x) ? BigInt(x) : x;
}

const SLOW = Symbol('slow');

function part(x: unknown): string | typeof SLOW {
  switch (typeof x) {
    case 'string':
      return `s${x.length}:${x}`;
    case 'number':
      return `n${x === 0 ? 0 : x}`;
    case 'boolean':
      return x ? 'n1' : 'n0';
    case 'bigint':
      return `b${x}`;
    case 'object':
      if (x === null) return 'N';
      if (x instanceof PyFloat) return `n${x.value === 0 ? 0 : x.value}`;
      if (x instanceof PyTuple) {
        const key = tupleKey(x);
        return typeof key === 'string' ? key : SLOW;
      }
      if (plainValue(x) !== undefined) return part(plainValue(x));
      if (isBuiltinMutable(x)) throw unhashable(x);
      return hashHooks.custom(x) === null ? `o${identity(x)}` : SLOW;
    case 'function':
      return hashHooks.custom(x) === null ? `o${identity(x)}` : SLOW;
    default:
      return SLOW;
  }
}

function tupleKey(x: PyTuple): unknown {
  let out = '\0T(';
  for (let i = 0; i < x.length; i++) {
    const p = part(x[i]);
    if (p === SLOW) return x;
    out += `${p as string},`;
  }
  return `${out})`;
}

/** Lists, dicts, sets: what Python refuses to hash. */
export const isBuiltinMutable = (x: object): boolean =>
  (Array.isArray(x) && !(x instanceof PyTuple)) || (x as any).$unhashable === true;

/** A 61-bit-like hash number, equal for equal values; not CPython's except for small ints. */
export function hashValue(x: unknown): number | bigint {
  switch (typeof x) {
    case 'number':
      return Number.isSafeInteger(x) ? (x === -1 ? -2 : x) : textHash(String(x));
    case 'boolean':
      return x ? 1 : 0;
    case 'bigint': {
      const m = (1n << 61n) - 1n;
      const r = x < 0n ? -(-x % m) : x % m;
      return Number(BigInt.asIntN(53, r === -1n ? -2n : r));
    }
    case 'string':
      return textHash(x);
    case 'function':
      return hashHooks.custom(x) ?? identity(x) * 16;
    case 'object': {
      if (x === null) return 0xfca86420;
      if (x instanceof PyFloat) return Number.isSafeInteger(x.value) ? hashValue(x.value) : hashValue(BigInt(x.value));
      if (x instanceof PyTuple) {
        let h = 0x345678;
        for (const item of x)
          h = (Math.imul(h ^ Number(BigInt.asIntN(32, BigInt(hashValue(item)))), 1000003) + 82520) | 0;
        return h;
      }
      if (plainValue(x) !== undefined) return hashValue(plainValue(x));
      if (isBuiltinMutable(x)) throw unhashable(x);
      return hashHooks.custom(x) ?? identity(x) * 16;
    }
    default:
      return 0;
  }
}

function textHash(text: string): number {
  let low = 0x811c9dc5;
  let high = 0x1000193;
  for (let i = 0; i < text.length; i++) {
    low = Math.imul(low ^ text.charCodeAt(i), 16777619);
    high = Math.imul(high ^ low, 2246822519);
  }
  return (high & 0xfffff) * 4294967296 + (low >>> 0);
}

/** Finds the one representative of equal objects with their own `__hash__` and `__eq__`. */
export class Representatives {
  private readonly buckets = new Map<number | bigint, unknown[]>();

  /** The representative of `x`; with `add`, `x` itself becomes it if there is none. Undefined if there is none. */
  find(x: unknown, add: boolean): unknown {
    const h = hashValue(x);
    const bucket = this.buckets.get(h);
    if (bucket !== undefined) {
      for (const other of bucket) if (other === x || hashHooks.equals(other, x)) return other;
      if (add) bucket.push(x);
      return add ? x : undefined;
    }
    if (add) this.buckets.set(h, [x]);
    return add ? x : undefined;
  }
  remove(x: unknown): void {
    const h = hashValue(x);
    const bucket = this.buckets.get(h);
    const at = bucket?.indexOf(x) ?? -1;
    if (at >= 0) bucket!.splice(at, 1);
  }
  clear(): void {
    this.buckets.clear();
  }
}

/** Whether a key from `plainKey` is an object whose own equality counts. */
export function needsRepresentative(x: unknown, key: unknown): boolean {
  if (key !== x || (typeof x !== 'object' && typeof x !== 'function') || x === null) return false;
  if (x instanceof PyTuple) return true;
  if (typeof x === 'object' && isBuiltinMutable(x)) throw unhashable(x);
  return hashHooks.custom(x) !== null;
}
