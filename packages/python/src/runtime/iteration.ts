import { hasattr } from './attributes';
import { callMethod } from './calling';
import { iterationHook } from './classes';
import { DictView, PyDict } from './dict';
import { foreign } from './foreign';
import { JsIterator, ListIterator, PullIterator, PyIterator, RangeIterator } from './iterator';
import { dunder, equals, truth } from './operators';
import { error } from './raise';
import { PySetBase } from './set';
import { typeInfo, typeName } from './types';
import { isFloat, isInt, PyBytes, PyFloat, PyRange, PyTuple, tuple } from './values';

const isStop = (e: unknown): boolean => (e as Error | null)?.name === 'StopIteration';

/** A user's iterator: `__next__` until StopIteration. */
class MethodIterator extends PyIterator {
  readonly source: object;
  readonly #step: (self: unknown) => unknown;
  constructor(source: object, step: (self: unknown) => unknown) {
    super();
    this.source = source;
    this.#step = step;
  }
  next(): unknown {
    try {
      return this.#step(this.source);
    } catch (e) {
      if (isStop(e)) return undefined;
      throw e;
    }
  }
}

function overItems(x: unknown, get: (self: unknown, i: number) => unknown): PyIterator {
  let i = 0;
  return new PullIterator(() => {
    try {
      return get(x, i++);
    } catch (e) {
      if ((e as Error).name === 'IndexError' || isStop(e)) return undefined;
      throw e;
    }
  });
}

/** `iter(x)`. */
export function iterate(x: unknown): PyIterator {
  if (typeof x === 'string') return new JsIterator(x[Symbol.iterator](), 'str_iterator');
  if (typeof x === 'object' && x !== null) {
    if (Array.isArray(x) && ((x as any).$c === undefined || Object.getPrototypeOf(x) === PyTuple.prototype)) {
      return new ListIterator(x);
    }
    if (x instanceof PyIterator) return x;
    if (x instanceof PyRange) return new RangeIterator(x.start, x.step, x.length);
  }
  const own = dunder(x, '__iter__');
  if (own !== undefined) {
    const made = own(x);
    if (made instanceof PyIterator) return made;
    const step = dunder(made, '__next__');
    if (step === undefined) {
      if (typeof made === 'object' && made !== null && typeof (made as any)[Symbol.iterator] === 'function')
        return fromJs(made);
      throw error('TypeError', `iter() returned non-iterator of type '${typeName(made)}'`);
    }
    return new MethodIterator(made as object, step);
  }
  if (x instanceof PyDict) return x.walk('keys', pair);
  if (x instanceof DictView) return x.dict.walk(x.what, pair);
  if (x instanceof PySetBase) return x.walk();
  if (x instanceof PyBytes) return new JsIterator(x.data[Symbol.iterator](), 'bytes_iterator');
  if (Array.isArray(x)) return new ListIterator(x);
  const cls = x === null || x === undefined ? undefined : (x as any).$c;
  const info = cls === undefined ? undefined : typeInfo(cls);
  if ((typeof x === 'object' || typeof x === 'function') && x !== null) {
    if (typeof x !== 'function' || typeInfo(x) === undefined) {
      if (info === undefined || info.foreign !== null) {
        if (typeof (x as any)[Symbol.iterator] === 'function') return fromJs(x);
      }
      const get = dunder(x, '__getitem__');
      if (get !== undefined && hasattr(x, '__getitem__')) return overItems(x, get);
    }
  }
  throw error('TypeError', `'${typeName(x)}' object is not iterable`);
}
iterationHook.iterate = iterate;

const pair = (k: unknown, v: unknown): PyTuple => tuple([k, v]);

function fromJs(x: object): PyIterator {
  const source = (x as any)[Symbol.iterator]() as Iterator<unknown>;
  return new JsIterator({
    next: () => {
      const step = source.next();
      return step.done ? step : { done: false, value: foreign.leave(step.value) };
    },
  });
}

/** All items as an array that belongs to the caller. */
export function list(x: unknown): unknown[] {
  if (Array.isArray(x) && ((x as any).$c === undefined || Object.getPrototypeOf(x) === PyTuple.prototype))
    return Array.from(x);
  if (typeof x === 'string') return Array.from(x);
  const out: unknown[] = [];
  const it = iterate(x);
  for (let v = it.next(); v !== undefined; v = it.next()) out.push(v);
  return out;
}

let astralText = '';
let astral = false;
/** Whether a text has characters beyond 16 bits, where JavaScript's length is not Python's. */
export function isAstral(text: string): boolean {
  if (text.length < 2) return false;
  if (text !== astralText) {
    astralText = text;
    astral = /[\ud800-\udbff][\udc00-\udfff]/.test(text);
  }
  return astral;
}

/** `len(x)`. */
export function len(x: unknown): number {
  if (typeof x === 'string') return isAstral(x) ? Array.from(x).length : x.length;
  if (Array.isArray(x) && (x as any).$c === undefined && (x as any).__len__ === undefined) return x.length;
  const own = dunder(x, '__len__');
  if (own !== undefined) {
    const n = own(x);
    if (!isInt(n) && typeof n !== 'boolean') {
      throw error('TypeError', `'${typeName(n)}' object cannot be interpreted as an integer`);
    }
    if (Number(n) < 0) throw error('ValueError', '__len__() should return >= 0');
    return Number(n);
  }
  if (Array.isArray(x)) return x.length;
  if (x instanceof PyDict || x instanceof PySetBase) return x.size;
  if (x instanceof PyRange) return x.length;
  if (x instanceof PyBytes) return x.data.length;
  if (x instanceof DictView) return x.dict.size;
  if (typeof x === 'object' && x !== null && !(x instanceof PyIterator)) {
    const cls = (x as any).$c;
    if (cls === undefined || typeInfo(cls)!.foreign !== null) {
      const n = (x as any).length ?? (x as any).size;
      if (typeof n === 'number') return n;
    }
  }
  throw error('TypeError', `object of type '${typeName(x)}' has no len()`);
}

const isPlainSequence = (x: unknown[]): boolean =>
  (x as any).$c === undefined || Object.getPrototypeOf(x) === PyTuple.prototype;

function containsItem(items: readonly unknown[], x: unknown): boolean {
  for (let i = 0; i < items.length; i++) if (equals(items[i], x)) return true;
  return false;
}

/** `x in container`. */
export function contains(container: unknown, x: unknown): boolean {
  if (container instanceof PyDict || container instanceof PySetBase) {
    if ((container as any).$c === undefined || typeInfo((container as any).$c)!.builtin) return container.has(x);
  }
  if (typeof container === 'string') {
    if (typeof x !== 'string') {
      throw error('TypeError', `'in <string>' requires string as left operand, not ${typeName(x)}`);
    }
    return container.includes(x);
  }
  if (Array.isArray(container) && isPlainSequence(container)) return containsItem(container, x);
  const own = dunder(container, '__contains__');
  if (own !== undefined) return truth(own(container, x));
  if (container instanceof PyDict || container instanceof PySetBase) return container.has(x);
  if (Array.isArray(container)) return containsItem(container, x);
  if (container instanceof PyRange) {
    const n = typeof x === 'boolean' || x instanceof PyFloat ? Number(x) : x;
    if (typeof n !== 'number' || isFloat(n)) return false;
    const at = (n - container.start) / container.step;
    return Number.isInteger(at) && at >= 0 && at < container.length;
  }
  if (container instanceof DictView) {
    if (container.what === 'keys') return container.dict.has(x);
    if (container.what === 'items') {
      if (!(x instanceof PyTuple) || x.length !== 2) return false;
      const v = container.dict.get(x[0]);
      return v !== undefined && equals(v, x[1]);
    }
  }
  if (container instanceof PyBytes) {
    if (typeof x === 'number') return container.data.includes(x);
    if (x instanceof PyBytes) return Buffers.indexOf(container.data, x.data, 0) >= 0;
  }
  let it: PyIterator;
  try {
    it = iterate(container);
  } catch (e) {
    if ((e as Error).name !== 'TypeError') throw e;
    throw error('TypeError', `argument of type '${typeName(container)}' is not iterable`);
  }
  for (let v = it.next(); v !== undefined; v = it.next()) if (equals(v, x)) return true;
  return false;
}

/** Search in bytes. */
export const Buffers = {
  indexOf(data: Uint8Array, part: Uint8Array, from: number): number {
    outer: for (let i = from; i + part.length <= data.length; i++) {
      for (let j = 0; j < part.length; j++) if (data[i + j] !== part[j]) continue outer;
      return i;
    }
    return -1;
  },
};

/** The items of the right side of `a, b = x`, which must be as many; `star` is the place of a starred target. */
export function unpack(x: unknown, count: number, star = -1, after = 0): unknown[] {
  let items: unknown[];
  if (Array.isArray(x) && (x as any).$c === undefined) items = x;
  else {
    let it: PyIterator;
    try {
      it = iterate(x);
    } catch (e) {
      if ((e as Error).name !== 'TypeError' || !/not iterable/.test((e as Error).message)) throw e;
      throw error('TypeError', `cannot unpack non-iterable ${typeName(x)} object`);
    }
    if (star >= 0) items = list(it);
    else {
      items = [];
      for (let i = 0; i <= count; i++) {
        const v = it.next();
        if (v === undefined) break;
        items.push(v);
      }
    }
  }
  if (star < 0) {
    if (items.length === count) return items;
    throw items.length < count
      ? error('ValueError', `not enough values to unpack (expected ${count}, got ${items.length})`)
      : error('ValueError', `too many values to unpack (expected ${count})`);
  }
  const least = star + after;
  if (items.length < least) {
    throw error('ValueError', `not enough values to unpack (expected at least ${least}, got ${items.length})`);
  }
  const end = items.length - after;
  return [...items.slice(0, star), items.slice(star, end), ...items.slice(end)];
}

/** `next(it)`: undefined at the end. */
export function step(x: unknown): unknown {
  if (x instanceof PyIterator) return x.next();
  const own = dunder(x, '__next__');
  if (own === undefined) {
    if (typeof x === 'object' && x !== null && (x as any).$c === undefined && typeof (x as any).next === 'function') {
      const s = (x as Iterator<unknown>).next();
      return s.done ? undefined : foreign.leave(s.value);
    }
    throw error('TypeError', `'${typeName(x)}' object is not an iterator`);
  }
  try {
    return own(x);
  } catch (e) {
    if (isStop(e)) {
      stopHook.last = e;
      return undefined;
    }
    throw e;
  }
}

/** The last StopIteration that ended `step`, for its value. */
export const stopHook: { last: unknown } = { last: null };
export { callMethod };
