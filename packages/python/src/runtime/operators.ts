import { compareNumbers, kindOf, numeric } from './arithmetic';
import { foreignDunder, specialMethod } from './calling';
import { compareContainers, containerBinary, containerInplace } from './containers';
import { DictView, PyDict } from './dict';
import { isException } from './exceptions';
import { foreign } from './foreign';
import type { PyFunction } from './functions';
import { error } from './raise';
import { PySetBase } from './set';
import { isSubclass, lookup, typeInfo, typeName, typeOf } from './types';
import { float, int, NotImplemented, PyBytes, PyFloat, PyTuple } from './values';

const METHODS: Readonly<Record<string, string>> = {
  '+': 'add',
  '-': 'sub',
  '*': 'mul',
  '/': 'truediv',
  '//': 'floordiv',
  '%': 'mod',
  '**': 'pow',
  '@': 'matmul',
  '&': 'and',
  '|': 'or',
  '^': 'xor',
  '<<': 'lshift',
  '>>': 'rshift',
};
const forward: Record<string, string> = {};
const reflected: Record<string, string> = {};
const inplaceNames: Record<string, string> = {};
for (const [op, name] of Object.entries(METHODS)) {
  forward[op] = `__${name}__`;
  reflected[op] = `__r${name}__`;
  inplaceNames[op] = `__i${name}__`;
}

type Dunder = (...args: any[]) => unknown;

/** The dunder method of any object, taking the object first; undefined if there is none. */
export function dunder(x: unknown, name: string): Dunder | undefined {
  const own = specialMethod(x, name);
  if (own !== undefined) return own;
  if (x === null || (typeof x !== 'object' && typeof x !== 'function')) return undefined;
  const cls = (x as any).$c;
  if (cls !== undefined && typeInfo(cls)!.foreign === null) return undefined;
  const bound = foreignDunder(x, name);
  return bound === undefined ? undefined : (_self, ...args) => bound(...args);
}

const isList = (x: unknown): boolean => Array.isArray(x) || typeof x === 'string' || x instanceof PyBytes;

/** `a op b` where the fast paths of the compiled code do not reach. */
export function binary(op: string, a: unknown, b: unknown): unknown {
  const ka = kindOf(a);
  const kb = kindOf(b);
  if (ka !== null && kb !== null) {
    const result = numeric(op, a, ka, b, kb);
    if (result !== undefined) return result;
    throw unsupported(op, a, b);
  }
  const result = dispatch(op, a, b);
  if (result !== undefined) return result;
  throw unsupported(op, a, b);
}

function dispatch(op: string, a: unknown, b: unknown): unknown {
  const left = dunder(a, forward[op]!);
  const right = dunder(b, reflected[op]!);
  if (right !== undefined && a !== b && left !== undefined) {
    const ca = typeOf(a);
    const cb = typeOf(b);
    if (
      ca !== cb &&
      isSubclass(cb, ca) &&
      (typeInfo(cb) === undefined || lookup(typeInfo(cb)!, reflected[op]!) !== undefined)
    ) {
      const result = right(b, a);
      if (result !== NotImplemented && result !== undefined) return result;
      const other = left(a, b);
      return other === NotImplemented ? undefined : other;
    }
  }
  if (left !== undefined) {
    const result = left(a, b);
    if (result !== NotImplemented && result !== undefined) return result;
  } else {
    const result = containerBinary(op, a, b);
    if (result !== undefined) return result;
  }
  if (right !== undefined) {
    const result = right(b, a);
    if (result !== NotImplemented && result !== undefined) return result;
  }
  return undefined;
}

function unsupported(op: string, a: unknown, b: unknown): Error {
  if (op === '+') {
    if (typeof a === 'string') return error('TypeError', `can only concatenate str (not "${typeName(b)}") to str`);
    if (Array.isArray(a)) {
      const name = typeName(a);
      if (name === 'list' || name === 'tuple')
        return error('TypeError', `can only concatenate ${name} (not "${typeName(b)}") to ${name}`);
    }
    if (a instanceof PyBytes) return error('TypeError', `can't concat ${typeName(b)} to bytes`);
  }
  if (op === '*' && (isList(a) || isList(b))) {
    return error('TypeError', `can't multiply sequence by non-int of type '${typeName(isList(a) ? b : a)}'`);
  }
  const shown = op === '**' ? '** or pow()' : op;
  return error('TypeError', `unsupported operand type(s) for ${shown}: '${typeName(a)}' and '${typeName(b)}'`);
}

/** `a op= b`. */
export function inplace(op: string, a: unknown, b: unknown): unknown {
  if (kindOf(a) !== null && kindOf(b) !== null) return fast[op]!(a, b);
  const own = dunder(a, inplaceNames[op]!);
  if (own !== undefined) {
    const result = own(a, b);
    if (result !== NotImplemented && result !== undefined) return result;
  } else {
    const result = containerInplace(op, a, b);
    if (result !== undefined) return result;
  }
  const result = dispatch(op, a, b);
  if (result !== undefined) return result;
  const e = unsupported(op, a, b);
  if (isException(e) && typeof e.$args[0] === 'string') {
    e.$args[0] = e.$args[0].replace(op === '**' ? '** or pow():' : `for ${op}:`, op === '**' ? '**=:' : `for ${op}=:`);
  }
  throw e;
}

const MAX = Number.MAX_SAFE_INTEGER;

// Whole plain numbers are ints (whole floats are boxed), so one look at both sides tells the kinds. Math.floor is what
// the engine compiles best.

/** `a + b`, and so on, with numbers first. */
export function add(a: any, b: any): any {
  if (typeof a === 'number' && typeof b === 'number') {
    const r = a + b;
    if (Math.floor(r) !== r) return r;
    if (r <= MAX && r >= -MAX) return Math.floor(a) === a && Math.floor(b) === b ? r : new PyFloat(r);
  } else if (typeof a === 'string' && typeof b === 'string') return a + b;
  return binary('+', a, b);
}
export function sub(a: any, b: any): any {
  if (typeof a === 'number' && typeof b === 'number') {
    const r = a - b;
    if (Math.floor(r) !== r) return r;
    if (r <= MAX && r >= -MAX) return Math.floor(a) === a && Math.floor(b) === b ? r : new PyFloat(r);
  }
  return binary('-', a, b);
}
export function mul(a: any, b: any): any {
  if (typeof a === 'number' && typeof b === 'number') {
    const r = a * b;
    if (Math.floor(r) !== r) return r;
    if (r <= MAX && r >= -MAX) return Math.floor(a) === a && Math.floor(b) === b ? r + 0 : new PyFloat(r);
  }
  return binary('*', a, b);
}
export function div(a: any, b: any): any {
  if (typeof a === 'number' && typeof b === 'number' && b !== 0) {
    const r = a / b;
    return Number.isInteger(r) ? new PyFloat(r) : r;
  }
  return binary('/', a, b);
}
export function floordiv(a: any, b: any): any {
  if (typeof a === 'number' && typeof b === 'number' && b > 0 && Math.floor(a) === a && Math.floor(b) === b) {
    const r = a % b;
    return (r < 0 ? (a - r) / b - 1 : (a - r) / b) + 0;
  }
  return binary('//', a, b);
}
export function mod(a: any, b: any): any {
  if (typeof a === 'number' && typeof b === 'number' && b > 0 && Math.floor(a) === a && Math.floor(b) === b) {
    const r = a % b;
    return (r < 0 ? r + b : r) + 0;
  }
  return binary('%', a, b);
}
export const pow = (a: unknown, b: unknown): unknown => binary('**', a, b);
export const matmul = (a: unknown, b: unknown): unknown => binary('@', a, b);
export const and = (a: unknown, b: unknown): unknown => binary('&', a, b);
export const or = (a: unknown, b: unknown): unknown => binary('|', a, b);
export const xor = (a: unknown, b: unknown): unknown => binary('^', a, b);
export const lshift = (a: unknown, b: unknown): unknown => binary('<<', a, b);
export const rshift = (a: unknown, b: unknown): unknown => binary('>>', a, b);

const fast: Readonly<Record<string, (a: any, b: any) => unknown>> = {
  '+': add,
  '-': sub,
  '*': mul,
  '/': div,
  '//': floordiv,
  '%': mod,
  '**': pow,
  '@': matmul,
  '&': and,
  '|': or,
  '^': xor,
  '<<': lshift,
  '>>': rshift,
};
/** The operators' functions by their signs. */
export const binaryOperators = fast;

const UNARY: Readonly<Record<string, string>> = { '-': '__neg__', '+': '__pos__', '~': '__invert__' };

/** `-a`, `+a`, `~a`. */
export function unary(op: '-' | '+' | '~', a: unknown): unknown {
  const kind = kindOf(a);
  if (kind === 'int') return op === '-' ? 0 - Number(a) : op === '+' ? Number(a) : -1 - Number(a);
  if (kind === 'big') return int(op === '-' ? -(a as bigint) : op === '+' ? (a as bigint) : -1n - (a as bigint));
  if (kind === 'float' && op !== '~') return op === '-' ? float(-Number(a)) : a;
  const own = dunder(a, UNARY[op]!);
  if (own !== undefined) return own(a);
  throw error('TypeError', `bad operand type for unary ${op}: '${typeName(a)}'`);
}

const COMPARE: Readonly<Record<string, readonly [string, string]>> = {
  '<': ['__lt__', '__gt__'],
  '<=': ['__le__', '__ge__'],
  '>': ['__gt__', '__lt__'],
  '>=': ['__ge__', '__le__'],
  '==': ['__eq__', '__eq__'],
  '!=': ['__ne__', '__ne__'],
};

/** Whether a result of comparing fits an operator; NaN fits none but `!=`. */
export function ordered(op: string, order: number): boolean {
  switch (op) {
    case '<':
      return order < 0;
    case '<=':
      return order <= 0;
    case '>':
      return order > 0;
    case '>=':
      return order >= 0;
    case '==':
      return order === 0;
    default:
      return order !== 0;
  }
}

/** `a op b` for `<`, `<=`, `>`, `>=`, `==`, `!=`; the result may be any object (a tensor). */
export function compare(op: string, a: unknown, b: unknown): unknown {
  if (typeof a === 'string' && typeof b === 'string') {
    return ordered(op, a === b ? 0 : compareText(a, b));
  }
  if (kindOf(a) !== null && kindOf(b) !== null) {
    const order = compareNumbers(a, b);
    return ordered(op, order);
  }
  const [own, mirrored] = COMPARE[op]!;
  const ca = typeOf(a);
  const cb = typeOf(b);
  let right: Dunder | undefined;
  let tried = false;
  if (ca !== cb && isSubclass(cb, ca)) {
    right = comparer(b, mirrored);
    tried = true;
    const result = right?.(b, a);
    if (result !== undefined && result !== NotImplemented) return result;
  }
  const left = comparer(a, own);
  if (left !== undefined) {
    const result = left(a, b);
    if (result !== undefined && result !== NotImplemented) return result;
  }
  if (!tried) {
    right = comparer(b, mirrored);
    if (right !== undefined) {
      const result = right(b, a);
      if (result !== undefined && result !== NotImplemented) return result;
    }
  }
  const builtinResult = compareContainers(op, a, b);
  if (builtinResult !== undefined) return builtinResult;
  if (op === '==') return a === b;
  if (op === '!=') {
    const equal = comparer(a, '__eq__')?.(a, b) ?? NotImplemented;
    if (equal === NotImplemented) {
      const other = comparer(b, '__eq__')?.(b, a) ?? NotImplemented;
      return other === NotImplemented ? a !== b : !truth(other);
    }
    return !truth(equal);
  }
  throw error('TypeError', `'${op}' not supported between instances of '${typeName(a)}' and '${typeName(b)}'`);
}

/** A comparison method, without those that `object` has for everybody. */
function comparer(x: unknown, name: string): Dunder | undefined {
  if (x instanceof PyFloat) return undefined;
  if (name === '__ne__') {
    const own = dunder(x, '__ne__');
    if (own !== undefined) return own;
    return undefined;
  }
  return dunder(x, name);
}

/** Orders text by code points, as Python does. */
export function compareText(a: string, b: string): number {
  if (a === b) return 0;
  const n = Math.min(a.length, b.length);
  for (let i = 0; i < n; i++) {
    const x = a.charCodeAt(i);
    const y = b.charCodeAt(i);
    if (x !== y) {
      // surrogates stand for code points above all others
      const sx = x >= 0xd800 && x < 0xe000;
      const sy = y >= 0xd800 && y < 0xe000;
      return sx === sy ? x - y : sx ? 1 : -1;
    }
  }
  return a.length - b.length;
}

export const lt = (a: any, b: any): any =>
  typeof a === 'number' && typeof b === 'number' ? a < b : compare('<', a, b);
export const le = (a: any, b: any): any =>
  typeof a === 'number' && typeof b === 'number' ? a <= b : compare('<=', a, b);
export const gt = (a: any, b: any): any =>
  typeof a === 'number' && typeof b === 'number' ? a > b : compare('>', a, b);
export const ge = (a: any, b: any): any =>
  typeof a === 'number' && typeof b === 'number' ? a >= b : compare('>=', a, b);
export const eq = (a: any, b: any): any =>
  (typeof a === 'number' && typeof b === 'number') || (typeof a === 'string' && typeof b === 'string')
    ? a === b
    : compare('==', a, b);
export const ne = (a: any, b: any): any =>
  (typeof a === 'number' && typeof b === 'number') || (typeof a === 'string' && typeof b === 'string')
    ? a !== b
    : compare('!=', a, b);

/** `a is b`: floats by their value, since whole ones are boxed. */
export function is(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (typeof a === 'function' && typeof b === 'function') {
    const f = a as PyFunction;
    const g = b as PyFunction;
    return f.$self !== undefined && f.$func !== undefined && false && g === f;
  }
  return typeof a === 'number' && typeof b === 'number' && Number.isNaN(a) && Number.isNaN(b);
}

/** `a == b` as a truth value: what containers ask. The same object is always equal to itself. */
export function equals(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (typeof a === 'string' || typeof b === 'string') {
    if (typeof a === typeof b) return false;
  }
  return truth(compare('==', a, b));
}

/** Whether a value counts as true. */
export function truth(x: any): boolean {
  switch (typeof x) {
    case 'boolean':
      return x;
    case 'number':
      return x !== 0;
    case 'string':
      return x.length > 0;
    case 'bigint':
      return x !== 0n;
    case 'object':
      if (x === null) return false;
      if (Array.isArray(x)) {
        if (x.length > 0) return true;
        return (x as any).$c === undefined || x instanceof PyTuple ? false : truthOf(x);
      }
      if (x instanceof PyFloat) return x.value !== 0;
      if (x instanceof PyDict || x instanceof PySetBase) return x.size > 0;
      return truthOf(x);
    case 'function':
      return (x as any).$c === undefined && (x as PyFunction).$p !== undefined ? true : truthOf(x);
    default:
      return false;
  }
}

function truthOf(x: object): boolean {
  if (typeof x === 'function' && typeInfo(x) !== undefined) return true;
  const own = dunder(x, '__bool__');
  if (own !== undefined) {
    const result = own(x);
    if (typeof result !== 'boolean')
      throw error('TypeError', `__bool__ should return bool, returned ${typeName(result)}`);
    return result;
  }
  const length = dunder(x, '__len__');
  if (length !== undefined) return Number(length(x)) !== 0;
  if (x instanceof PyBytes) return x.data.length > 0;
  if (x instanceof DictView) return x.dict.size > 0;
  if (Array.isArray(x)) return x.length > 0;
  const cls = (x as any).$c;
  if (cls === undefined && typeof x === 'object' && 'length' in x && typeof x.length === 'number') return x.length > 0;
  return true;
}

export { foreign };
