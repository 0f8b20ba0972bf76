import { kindOf } from './arithmetic';
import { DictView, PyDict } from './dict';
import { iterate } from './iteration';
import { compare, compareText, equals, ordered } from './operators';
import { percentBytes, percentFormat } from './percent';
import { error } from './raise';
import { PyFrozenSet, PySet, PySetBase } from './set';
import { isInt, PyBytes, PyRange, PySlice, PyTuple, tuple } from './values';

const MAX_LENGTH = 200_000_000;

function count(n: unknown): number {
  const times = Math.max(0, Number(n));
  if (times > MAX_LENGTH) throw error(typeof n === 'bigint' ? 'OverflowError' : 'MemoryError', null);
  return times;
}

/** `items * n`. */
export function repeat<T>(items: readonly T[], n: unknown): T[] {
  const times = count(n);
  if (items.length * times > MAX_LENGTH) throw error('MemoryError', null);
  const out: T[] = new Array(0);
  for (let i = 0; i < times; i++) for (let j = 0; j < items.length; j++) out.push(items[j]!);
  return out;
}

function repeatText(text: string, n: unknown): string {
  const times = count(n);
  if (text.length * times > MAX_LENGTH) throw error('MemoryError', null);
  return text.repeat(times);
}

function concat(a: Uint8Array, b: Uint8Array): Uint8Array {
  const out = new Uint8Array(a.length + b.length);
  out.set(a);
  out.set(b, a.length);
  return out;
}

const isWhole = (x: unknown): boolean => isInt(x) || typeof x === 'boolean';

/** The items of a set-like operand, or null: sets, frozensets and views of keys and items. */
export function setLike(x: unknown): PySetBase | null {
  if (x instanceof PySetBase) return x;
  if (x instanceof DictView && x.what !== 'values') return new PySet(iterate(x));
  return null;
}

/** The four set operations; the result has the class of the left side. */
export function setOperation(op: string, a: PySetBase, b: Iterable<unknown>): PySetBase {
  const other = b instanceof PySetBase ? b : new PySet(b);
  const out = a instanceof PyFrozenSet ? new PyFrozenSet() : new PySet();
  switch (op) {
    case '|':
      for (const x of a) out.add(x);
      for (const x of other) out.add(x);
      break;
    case '&': {
      const [small, large] = a.size <= other.size ? [a, other] : [other, a];
      for (const x of small) if (large.has(x)) out.add(x);
      break;
    }
    case '-':
      for (const x of a) if (!other.has(x)) out.add(x);
      break;
    default:
      for (const x of a) if (!other.has(x)) out.add(x);
      for (const x of other) if (!a.has(x)) out.add(x);
  }
  return out;
}

/** Operators of Python's own containers and text; undefined where they do not fit. */
export function containerBinary(op: string, a: unknown, b: unknown): unknown {
  switch (op) {
    case '+':
      if (typeof a === 'string') return typeof b === 'string' ? a + b : undefined;
      if (a instanceof PyTuple) return b instanceof PyTuple ? tuple([...a, ...b]) : undefined;
      if (Array.isArray(a)) return Array.isArray(b) && !(b instanceof PyTuple) ? [...a, ...b] : undefined;
      if (a instanceof PyBytes && b instanceof PyBytes) return new PyBytes(concat(a.data, b.data), a.mutable);
      return undefined;
    case '*': {
      if (isWhole(a) && (typeof b === 'string' || Array.isArray(b) || b instanceof PyBytes))
        return containerBinary(op, b, a);
      if (!isWhole(b)) return undefined;
      if (typeof a === 'string') return repeatText(a, b);
      if (a instanceof PyTuple) return tuple(repeat(a, b));
      if (Array.isArray(a)) return repeat(a, b);
      if (a instanceof PyBytes) return new PyBytes(Uint8Array.from(repeat([...a.data], b)), a.mutable);
      return undefined;
    }
    case '%':
      if (a instanceof PyBytes) return percentBytes(a, b);
      return typeof a === 'string' ? percentFormat(a, b) : undefined;
    case '|':
      if (a instanceof PyDict && b instanceof PyDict) {
        const out = a.copy();
        for (const [k, v] of b.entries()) out.set(k, v);
        return out;
      }
      break;
  }
  if (op === '|' || op === '&' || op === '-' || op === '^') {
    const x = setLike(a);
    const y = setLike(b);
    if (x !== null && y !== null) return setOperation(op, x, y);
  }
  return undefined;
}

/** `+=` and the like that change the container itself. */
export function containerInplace(op: string, a: unknown, b: unknown): unknown {
  if (Array.isArray(a) && !(a instanceof PyTuple)) {
    if (op === '+') {
      const items = Array.isArray(b) ? b : [...iterate(b)];
      const n = items.length;
      for (let i = 0; i < n; i++) a.push(items[i]);
      return a;
    }
    if (op === '*' && isWhole(b)) {
      const items = repeat(a, b);
      a.length = 0;
      for (const x of items) a.push(x);
      return a;
    }
  } else if (a instanceof PySet) {
    const other = setLike(b);
    if (other !== null && (op === '|' || op === '&' || op === '-' || op === '^')) {
      const result = setOperation(op, a, other);
      a.clear();
      for (const x of result) a.add(x);
      return a;
    }
  } else if (a instanceof PyDict && op === '|' && b instanceof PyDict) {
    for (const [k, v] of b.entries()) a.set(k, v);
    return a;
  } else if (a instanceof PyBytes && a.mutable && op === '+' && b instanceof PyBytes) {
    a.data = concat(a.data, b.data);
    return a;
  }
  return undefined;
}

function compareSequences(op: string, a: readonly unknown[], b: readonly unknown[]): unknown {
  if ((op === '==' || op === '!=') && a.length !== b.length) return op === '!=';
  const n = Math.min(a.length, b.length);
  for (let i = 0; i < n; i++) {
    if (equals(a[i], b[i])) continue;
    if (op === '==' || op === '!=') return op === '!=';
    return compare(op, a[i], b[i]);
  }
  return ordered(op, a.length - b.length);
}

function subset(a: PySetBase, b: PySetBase): boolean {
  if (a.size > b.size) return false;
  for (const x of a) if (!b.has(x)) return false;
  return true;
}

function compareBytes(a: Uint8Array, b: Uint8Array): number {
  const n = Math.min(a.length, b.length);
  for (let i = 0; i < n; i++) if (a[i] !== b[i]) return a[i]! - b[i]!;
  return a.length - b.length;
}

/** Comparisons of Python's own containers; undefined where they do not fit. */
export function compareContainers(op: string, a: unknown, b: unknown): unknown {
  if (Array.isArray(a) && Array.isArray(b) && a instanceof PyTuple === b instanceof PyTuple)
    return compareSequences(op, a, b);
  if (typeof a === 'string' && typeof b === 'string') return ordered(op, compareText(a, b));
  if (a instanceof PyBytes && b instanceof PyBytes) return ordered(op, compareBytes(a.data, b.data));
  const equality = op === '==' || op === '!=';
  if (a instanceof PyDict && b instanceof PyDict && equality) {
    if (a.size !== b.size) return op === '!=';
    for (const [k, v] of a.entries()) {
      const other = b.get(k);
      if (other === undefined || !equals(v, other)) return op === '!=';
    }
    return op === '==';
  }
  const x = setLike(a);
  const y = x === null ? null : setLike(b);
  if (x !== null && y !== null) {
    switch (op) {
      case '<=':
        return subset(x, y);
      case '>=':
        return subset(y, x);
      case '<':
        return x.size < y.size && subset(x, y);
      case '>':
        return y.size < x.size && subset(y, x);
      default:
        return (x.size === y.size && subset(x, y)) === (op === '==');
    }
  }
  if (equality) {
    if (a instanceof PyRange && b instanceof PyRange) {
      const same =
        a.length === b.length && (a.length === 0 || (a.start === b.start && (a.length === 1 || a.step === b.step)));
      return same === (op === '==');
    }
    if (a instanceof PySlice && b instanceof PySlice) {
      const same = equals(a.start, b.start) && equals(a.stop, b.stop) && equals(a.step, b.step);
      return same === (op === '==');
    }
    const f = a as any;
    const g = b as any;
    if (typeof a === 'function' && typeof b === 'function' && f.$func !== undefined && f.$self !== undefined) {
      return (f.$func === g.$func && f.$self === g.$self) === (op === '==');
    }
  }
  return undefined;
}

export { kindOf };
