import { getattrOr } from './attributes';
import { callable } from './calling';
import { ClassMethod } from './descriptors';
import { PyDict } from './dict';
import { foreign } from './foreign';
import type { PyFunction } from './functions';
import { isAstral, iterate, list } from './iteration';
import { dunder } from './operators';
import { error } from './raise';
import { repr } from './text';
import { lookup, typeInfo, typeName } from './types';
import { isInt, PyBytes, PyRange, PySlice, PyTuple, tuple } from './values';

/** What `__index__` gives. */
export function index(x: unknown, what = ''): number {
  if (typeof x === 'number' && Number.isSafeInteger(x)) return x;
  if (typeof x === 'boolean') return Number(x);
  if (typeof x === 'bigint') return Number(x);
  const own = dunder(x, '__index__');
  if (own !== undefined) return Number(own(x));
  throw error(
    'TypeError',
    what === '' ? `'${typeName(x)}' object cannot be interpreted as an integer` : what.replace('%', typeName(x)),
  );
}

function place(key: unknown, length: number, kind: string, assigning = false): number {
  let i: number;
  if (typeof key === 'number' && Number.isSafeInteger(key)) i = key;
  else i = index(key, `${kind} indices must be integers or slices, not %`);
  if (i < 0) i += length;
  if (i < 0 || i >= length) {
    throw error(
      'IndexError',
      `${kind === 'bytearray' ? kind : kind} ${assigning ? 'assignment ' : ''}index out of range`,
    );
  }
  return i;
}

function picked<T>(items: ArrayLike<T>, slice: PySlice): T[] {
  const [start, , step, count] = slice.indices(items.length);
  const out: T[] = [];
  for (let i = 0, at = start; i < count; i++, at += step) out.push(items[at]!);
  return out;
}

/** `x[key]`. */
export function getitem(x: any, key: any): unknown {
  if (typeof x === 'object' && x !== null) {
    if (Array.isArray(x)) {
      const cls = (x as any).$c;
      if (cls === undefined || Object.getPrototypeOf(x) === PyTuple.prototype) {
        if (typeof key === 'number' && key >= 0 && key < x.length && Number.isSafeInteger(key)) return x[key];
        if ((x as any).__getitem__ === undefined) return sequenceItem(x, key);
      }
    } else if (x instanceof PyDict && Object.getPrototypeOf(x) === PyDict.prototype) {
      const value = x.get(key);
      if (value === undefined) throw error('KeyError', null, [key]);
      return value;
    }
  } else if (typeof x === 'string') return textItem(x, key);
  const own = dunder(x, '__getitem__');
  if (own !== undefined) return own(x, key);
  if (Array.isArray(x)) return sequenceItem(x, key);
  if (x instanceof PyDict) {
    const value = x.get(key);
    if (value !== undefined) return value;
    const missing = dunder(x, '__missing__');
    if (missing !== undefined) return missing(x, key);
    throw error('KeyError', null, [key]);
  }
  if (x instanceof PyRange) {
    if (key instanceof PySlice) {
      const [start, , step, count] = key.indices(x.length);
      const first = x.start + start * x.step;
      const by = x.step * step;
      return new PyRange(first, first + count * by, by);
    }
    return x.at(rangePlace(key, x.length));
  }
  if (x instanceof PyBytes) {
    if (key instanceof PySlice) return new PyBytes(Uint8Array.from(picked(x.data, key)), x.mutable);
    return x.data[place(key, x.data.length, x.mutable ? 'bytearray' : 'byte')];
  }
  if (typeof x === 'function') {
    const info = typeInfo(x);
    if (info !== undefined) {
      const generic = lookup(info, '__class_getitem__');
      if (generic instanceof ClassMethod) return (generic.f as PyFunction)(x, key);
      if (info.builtin || info.mro.some((c) => typeInfo(c)?.name === 'Generic')) return x;
      throw error('TypeError', `type '${info.name}' is not subscriptable`);
    }
  }
  if (typeof x === 'object' && x !== null && (x as any).$c === undefined && !isInt(x)) {
    if (x instanceof Map) return foreign.leave(x.get(key));
    const get = getattrOr(x, '__class_getitem__', undefined);
    if (get !== undefined) return callable(get)(key);
  }
  throw error('TypeError', `'${typeName(x)}' object is not subscriptable`);
}

const rangePlace = (key: unknown, length: number): number => {
  const at = index(key, 'range indices must be integers or slices, not %');
  const i = at < 0 ? at + length : at;
  if (i < 0 || i >= length) throw error('IndexError', 'range object index out of range');
  return i;
};

function sequenceItem(x: unknown[], key: unknown): unknown {
  const isTuple = x instanceof PyTuple;
  if (key instanceof PySlice) {
    const out = picked(x, key);
    return isTuple ? tuple(out) : out;
  }
  return x[place(key, x.length, isTuple ? 'tuple' : 'list')];
}

function textItem(x: string, key: unknown): string {
  const units: ArrayLike<string> = isAstral(x) ? Array.from(x) : x;
  if (key instanceof PySlice) {
    const [start, stop, step, count] = key.indices(units.length);
    if (step === 1 && typeof units === 'string') return x.slice(start, Math.max(start, stop));
    let out = '';
    for (let i = 0, at = start; i < count; i++, at += step) out += units[at];
    return out;
  }
  let i: number;
  if (typeof key === 'number' && Number.isSafeInteger(key)) i = key;
  else i = index(key, "string indices must be integers, not '%'");
  if (i < 0) i += units.length;
  if (i < 0 || i >= units.length) throw error('IndexError', 'string index out of range');
  return units[i]!;
}

/** `x[key] = value`. */
export function setitem(x: any, key: any, value: unknown): void {
  if (Array.isArray(x) && (x as any).$c === undefined) {
    if (typeof key === 'number' && key >= 0 && key < x.length && Number.isSafeInteger(key)) x[key] = value;
    else setSequenceItem(x, key, value);
    return;
  }
  if (x instanceof PyDict && Object.getPrototypeOf(x) === PyDict.prototype) {
    x.set(key, value);
    return;
  }
  const own = dunder(x, '__setitem__');
  if (own !== undefined) {
    own(x, key, value);
    return;
  }
  if (x instanceof PyDict) {
    x.set(key, value);
    return;
  }
  if (Array.isArray(x) && !(x instanceof PyTuple)) {
    setSequenceItem(x, key, value);
    return;
  }
  if (x instanceof PyBytes && x.mutable) {
    if (key instanceof PySlice) {
      const bytes = [...x.data] as unknown[];
      setSequenceItem(bytes, key, value);
      x.data = Uint8Array.from(bytes as number[]);
    } else x.data[place(key, x.data.length, 'bytearray', true)] = index(value);
    return;
  }
  if (x instanceof Map) {
    x.set(key, foreign.enter(value));
    return;
  }
  throw error('TypeError', `'${typeName(x)}' object does not support item assignment`);
}

function setSequenceItem(x: unknown[], key: unknown, value: unknown): void {
  if (!(key instanceof PySlice)) {
    x[place(key, x.length, 'list', true)] = value;
    return;
  }
  const items = value === x ? [...x] : sliceSource(value);
  const [start, stop, step, count] = key.indices(x.length);
  if (step === 1) {
    const rest = x.slice(Math.max(start, stop));
    x.length = Math.min(start, x.length);
    for (const v of items) x.push(v);
    for (const v of rest) x.push(v);
    return;
  }
  if (items.length !== count) {
    throw error('ValueError', `attempt to assign sequence of size ${items.length} to extended slice of size ${count}`);
  }
  for (let i = 0, at = start; i < count; i++, at += step) x[at] = items[i];
}

function sliceSource(value: unknown): unknown[] {
  try {
    return list(iterate(value));
  } catch (e) {
    if ((e as Error).name === 'TypeError' && /not iterable/.test((e as Error).message))
      throw error('TypeError', 'can only assign an iterable');
    throw e;
  }
}

/** `del x[key]`. */
export function delitem(x: any, key: unknown): void {
  const own = dunder(x, '__delitem__');
  if (own !== undefined) {
    own(x, key);
    return;
  }
  if (x instanceof PyDict) {
    if (!x.delete(key)) throw error('KeyError', null, [key]);
    return;
  }
  if (Array.isArray(x) && !(x instanceof PyTuple)) {
    if (key instanceof PySlice) {
      const [start, , step, count] = key.indices(x.length);
      const gone = new Set<number>();
      for (let i = 0, at = start; i < count; i++, at += step) gone.add(at);
      const kept = x.filter((_, i) => !gone.has(i));
      x.length = 0;
      for (const v of kept) x.push(v);
    } else x.splice(place(key, x.length, 'list', true), 1);
    return;
  }
  if (x instanceof Map) {
    if (!x.delete(key)) throw error('KeyError', repr(key));
    return;
  }
  throw error('TypeError', `'${typeName(x)}' object doesn't support item deletion`);
}

export { PySlice };
