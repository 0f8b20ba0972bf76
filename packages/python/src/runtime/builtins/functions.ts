import { formatValue } from '@stele/core/printing';
import { powMod } from '../arithmetic';
import { attributeOf, getattr, getattrOr, hasattr, noAttribute, ownAttributes } from '../attributes';
import { delattr, setattr } from '../attributeWrites';
import { call, callable, callableOr } from '../calling';
import { DictView, PyDict } from '../dict';
import { exceptionNames, isException } from '../exceptions';
import { fn, type PyFunction } from '../functions';
import { graphBuiltin } from '../graphs';
import { hashValue, identity } from '../hashing';
import { importModule } from '../imports';
import { index } from '../items';
import { contains, iterate, len, list, step, stopHook } from '../iteration';
import { PullIterator, type PyIterator } from '../iterator';
import { add, binary, compare, dunder, equals, floordiv, gt, lt, mod, truth } from '../operators';
import { error } from '../raise';
import { state } from '../state';
import { ascii, format, repr, str } from '../text';
import { builtin, isForeignClass, isInstance, isSubclass, type PyClass, typeInfo, typeName, typeOf } from '../types';
import {
  Ellipsis,
  float,
  int,
  isFloat,
  isInt,
  NotImplemented,
  PyBytes,
  PyFloat,
  PyModule,
  PyRange,
  PyTuple,
  tuple,
} from '../values';
import { toFloat } from './numberTypes';
import { builtinsOf } from './objectType';
import { sortInPlace } from './sequenceTypes';
import { builtins } from './table';

const functions: Record<string, (...args: any[]) => unknown> = {
  "print(*args, sep=' ', end='\\n', file=None, flush=False)": (args: unknown[], sep, end, file) => {
    for (const [what, value] of [
      ['sep', sep],
      ['end', end],
    ] as const) {
      if (value !== undefined && value !== null && typeof value !== 'string') {
        throw error('TypeError', `${what} must be None or a string, not ${typeName(value)}`);
      }
    }
    const text = args.map(str).join(sep ?? ' ') + (end ?? '\n');
    const to = file ?? (state.modules.get('sys') as PyModule | undefined)?.own.get('stdout');
    if (to === undefined) state.run!.print(text);
    else callable(getattr(to, 'write'))(text);
    return null;
  },
  'len(obj, /)': (x) => graphBuiltin('len', [x], () => len(x)),
  'repr(obj, /)': repr,
  'ascii(obj, /)': ascii,
  "format(value, spec='', /)": (x, spec = '') => format(x, spec),
  'abs(x, /)': (x) => {
    if (typeof x === 'boolean') return Number(x);
    if (typeof x === 'bigint') return x < 0n ? -x : x;
    if (isInt(x)) return Math.abs(Number(x));
    if (isFloat(x)) return float(Math.abs(Number(x)));
    const own = dunder(x, '__abs__');
    if (own === undefined) throw error('TypeError', `bad operand type for abs(): '${typeName(x)}'`);
    return own(x);
  },
  'round(number, ndigits=None)': (x, digits) =>
    round(x, digits === undefined || digits === null ? null : index(digits)),
  'divmod(x, y, /)': (a, b) => {
    const own = dunder(a, '__divmod__');
    return own !== undefined ? own(a, b) : tuple([floordiv(a, b), mod(a, b)]);
  },
  'pow(base, exp, mod=None)': (a, b, m) => (m === undefined || m === null ? binary('**', a, b) : powMod(a, b, m)),
  'sum(iterable, /, start=0)': sum,
  'min(*args, key=None, default=None)': (args, key, fallback) => extreme('min', args, key, fallback),
  'max(*args, key=None, default=None)': (args, key, fallback) => extreme('max', args, key, fallback),
  'any(iterable, /)': (x) =>
    graphBuiltin('any', [x], () => {
      const it = iterate(x);
      for (let v = it.next(); v !== undefined; v = it.next()) if (truth(v)) return true;
      return false;
    }),
  'all(iterable, /)': (x) =>
    graphBuiltin('all', [x], () => {
      const it = iterate(x);
      for (let v = it.next(); v !== undefined; v = it.next()) if (!truth(v)) return false;
      return true;
    }),
  'sorted(iterable, /, *, key=None, reverse=False)': (x, key, reverse = false) =>
    graphBuiltin('sorted', [x, key, reverse], () => {
      const items = list(x);
      sortInPlace(items, key, truth(reverse));
      return items;
    }),
  'reversed(sequence, /)': (x) => {
    const own = dunder(x, '__reversed__');
    if (own !== undefined) return own(x);
    if (x instanceof PyDict) return iterate([...x.keys()].reverse());
    if (x instanceof PyRange) return iterate(new PyRange(x.start + (x.length - 1) * x.step, x.start - x.step, -x.step));
    if (x instanceof DictView || Array.isArray(x) || typeof x === 'string' || x instanceof PyBytes) {
      const items = list(x);
      let i = items.length;
      return new PullIterator(() => (i > 0 ? items[--i] : undefined), 'reversed');
    }
    const get = dunder(x, '__getitem__');
    if (get === undefined || dunder(x, '__len__') === undefined)
      throw error('TypeError', `'${typeName(x)}' object is not reversible`);
    let i = len(x);
    return new PullIterator(() => (i > 0 ? get(x, --i) : undefined), 'reversed');
  },
  'enumerate(iterable, start=0)': (x, start = 0) =>
    graphBuiltin('enumerate', [x, start], () => {
      const it = iterate(x);
      let i: number | bigint = index(start);
      return new PullIterator(() => {
        const v = it.next();
        return v === undefined ? undefined : tuple([i++, v]);
      }, 'enumerate');
    }),
  'zip(*iterables, strict=False)': (iterables, strict = false) =>
    graphBuiltin('zip', [...iterables], () => zip(iterables, truth(strict))),
  'map(function, iterable, /, *iterables)': (f, first, rest) => {
    const g = callable(f);
    const its = [iterate(first), ...[...rest].map(iterate)];
    if (its.length === 1) {
      const it = its[0]!;
      return new PullIterator(() => {
        const v = it.next();
        return v === undefined ? undefined : g(v);
      }, 'map');
    }
    return new PullIterator(() => {
      const values: unknown[] = [];
      for (const it of its) {
        const v = it.next();
        if (v === undefined) return undefined;
        values.push(v);
      }
      return g(...values);
    }, 'map');
  },
  'filter(function, iterable, /)': (f, x) => {
    const test = f === null ? truth : callable(f);
    const it = iterate(x);
    return new PullIterator(() => {
      for (let v = it.next(); v !== undefined; v = it.next()) if (truth(test(v))) return v;
      return undefined;
    }, 'filter');
  },
  'iter(object, sentinel=None, /)': (x, sentinel) => {
    if (sentinel === undefined) return userIterator(x);
    const f = callable(x);
    return new PullIterator(() => {
      const v = f();
      return equals(v, sentinel) ? undefined : v;
    }, 'callable_iterator');
  },
  'next(iterator, default=None, /)': (it, fallback) => {
    stopHook.last = null;
    const v = step(it);
    if (v !== undefined) return v;
    if (fallback !== undefined) return fallback;
    const last: unknown = stopHook.last;
    if (last !== null) throw last;
    const result = (it as { result?: unknown }).result;
    throw error('StopIteration', null, result === undefined || result === null ? [] : [result]);
  },
  'isinstance(obj, cls, /)': (x, cls) => instanceOf(x, cls),
  'issubclass(cls, of, /)': (cls, of) => subclassOf(cls, of),
  'callable(obj, /)': (x) => callableOr(x) !== null,
  'hasattr(obj, name, /)': (x, name) => hasattr(x, named(name, 'hasattr')),
  'getattr(obj, name, default=None, /)': (x, name, fallback) =>
    fallback === undefined ? getattr(x, named(name, 'getattr')) : getattrOr(x, named(name, 'getattr'), fallback),
  'setattr(obj, name, value, /)': (x, name, value) => {
    setattr(x, named(name, 'setattr'), value);
    return null;
  },
  'delattr(obj, name, /)': (x, name) => {
    delattr(x, named(name, 'delattr'));
    return null;
  },
  'id(obj, /)': (x) =>
    typeof x === 'object' && x !== null
      ? identity(x) * 16 + 0x7f0000000000
      : typeof x === 'function'
        ? identity(x) * 16 + 0x7f0000000000
        : Number(hashValue(x)),
  'hash(obj, /)': (x) => hashValue(x),
  'chr(i, /)': (i) => {
    const code = index(i);
    if (code < 0 || code > 0x10ffff) throw error('ValueError', 'chr() arg not in range(0x110000)');
    return String.fromCodePoint(code);
  },
  'ord(c, /)': (c) => {
    if (c instanceof PyBytes && c.data.length === 1) return c.data[0];
    if (typeof c !== 'string') throw error('TypeError', `ord() expected string of length 1, but ${typeName(c)} found`);
    const units = [...c];
    if (units.length !== 1)
      throw error('TypeError', `ord() expected a character, but string of length ${units.length} found`);
    return c.codePointAt(0);
  },
  'bin(x, /)': (x) => formatValue(whole(x), '#b'),
  'hex(x, /)': (x) => formatValue(whole(x), '#x'),
  'oct(x, /)': (x) => formatValue(whole(x), '#o'),
  'vars(obj, /)': (x) => {
    const d = attributeOf(x, '__dict__');
    if (d === undefined) throw error('TypeError', 'vars() argument must have __dict__ attribute');
    return d;
  },
  'dir(obj, /)': dir,
  'input(prompt=None, /)': () => {
    throw error('EOFError', 'input() has nobody to ask in Stele; pass values as arguments of the script instead');
  },
  'eval(source, /, *rest)': () => {
    throw error('NotImplementedError', 'eval() is not there in Stele: programs run as they are written');
  },
  'exec(source, /, *rest)': () => {
    throw error('NotImplementedError', 'exec() is not there in Stele: programs run as they are written');
  },
  'compile(source, /, *rest)': () => {
    throw error('NotImplementedError', 'compile() is not there in Stele: programs run as they are written');
  },
  'breakpoint(*args)': () => null,
  '__import__(name, globals=None, locals=None, fromlist=(), level=0)': (name) => importModule(String(name), false),
  'exit(code=None)': (code = null) => {
    throw error('SystemExit', null, code === null ? [] : [code]);
  },
  'globals()': () => state.run!.globals(),
  'locals()': () => new PyDict(),
};

const whole = (x: unknown): bigint => (typeof x === 'bigint' ? x : BigInt(index(x)));

function named(name: unknown, what: string): string {
  if (typeof name !== 'string') throw error('TypeError', `${what}(): attribute name must be string`);
  return name;
}

function userIterator(x: unknown): unknown {
  const own = dunder(x, '__iter__');
  if (own !== undefined) {
    const made = own(x);
    if (
      typeof made === 'object' &&
      made !== null &&
      dunder(made, '__next__') === undefined &&
      typeof (made as any).next !== 'function'
    ) {
      throw error('TypeError', `iter() returned non-iterator of type '${typeName(made)}'`);
    }
    return made;
  }
  return iterate(x);
}

function zip(iterables: unknown[], strict: boolean): PyIterator {
  const its = [...iterables].map(iterate);
  let done = its.length === 0;
  return new PullIterator(() => {
    if (done) return undefined;
    const values: unknown[] = [];
    for (let i = 0; i < its.length; i++) {
      const v = its[i]!.next();
      if (v === undefined) {
        done = true;
        if (strict) {
          if (i > 0)
            throw error('ValueError', `zip() argument ${i + 1} is shorter than argument${i === 1 ? ' 1' : `s 1-${i}`}`);
          for (let j = 1; j < its.length; j++) {
            if (its[j]!.next() !== undefined)
              throw error(
                'ValueError',
                `zip() argument ${j + 1} is longer than argument${j === 1 ? ' 1' : `s 1-${j}`}`,
              );
          }
        }
        return undefined;
      }
      values.push(v);
    }
    return tuple(values);
  }, 'zip');
}

function sum(x: unknown, start: unknown = 0): unknown {
  if (typeof start === 'string') throw error('TypeError', "sum() can't sum strings [use ''.join(seq) instead]");
  let total: unknown = start;
  const it = iterate(x);
  for (let v = it.next(); v !== undefined; v = it.next()) total = add(total, v);
  return total;
}

function extreme(name: 'min' | 'max', args: unknown[], key: unknown, fallback: unknown): unknown {
  if (args.length === 0) throw error('TypeError', `${name} expected at least 1 argument, got 0`);
  if (args.length > 1 && fallback !== undefined) {
    throw error('TypeError', `Cannot specify a default for ${name}() with multiple positional arguments`);
  }
  const it = iterate(args.length === 1 ? args[0] : [...args]);
  const of = key === undefined || key === null ? (v: unknown) => v : callable(key);
  let best = it.next();
  if (best === undefined) {
    if (fallback !== undefined) return fallback;
    throw error('ValueError', `${name}() arg is an empty sequence`);
  }
  let most = of(best);
  for (let v = it.next(); v !== undefined; v = it.next()) {
    const k = of(v);
    if (truth(name === 'min' ? lt(k, most) : gt(k, most))) {
      best = v;
      most = k;
    }
  }
  return best;
}

/** `round(x, digits)`: halves go to the even neighbour. */
function round(x: unknown, digits: number | null): unknown {
  if (typeof x === 'boolean' || isInt(x)) {
    if (digits === null || digits >= 0) return typeof x === 'boolean' ? Number(x) : x;
    const unit = 10n ** BigInt(-digits);
    const n = BigInt(x);
    const low = n >= 0n ? (n / unit) * unit : -((-n + unit - 1n) / unit) * unit;
    const rest = (n - low) * 2n;
    const up = rest > unit || (rest === unit && (low / unit) % 2n !== 0n);
    return int(up ? low + unit : low);
  }
  if (isFloat(x)) {
    const v = Number(x);
    if (digits === null) {
      if (Number.isNaN(v)) throw error('ValueError', 'cannot convert float NaN to integer');
      if (!Number.isFinite(v)) throw error('OverflowError', 'cannot convert float infinity to integer');
      const low = Math.floor(v);
      const rest = v - low;
      const r = rest > 0.5 || (rest === 0.5 && low % 2 !== 0) ? low + 1 : low;
      return Number.isSafeInteger(r) ? r + 0 : int(BigInt(r));
    }
    if (!Number.isFinite(v) || digits > 300) return x;
    if (digits >= 0) return float(Number(formatValue(new PyFloat(v), `.${digits}f`)));
    const unit = 10 ** -digits;
    const scaled = round(float(v / unit), null) as number;
    return float(Number(scaled) * unit);
  }
  const own = dunder(x, '__round__');
  if (own === undefined) throw error('TypeError', `type ${typeName(x)} doesn't define __round__ method`);
  return digits === null ? own(x) : own(x, digits);
}

/** `isinstance`, with tuples and unions of classes. */
export function instanceOf(x: unknown, cls: unknown): boolean {
  if (cls instanceof PyTuple) return cls.some((c) => instanceOf(x, c));
  if (typeof cls !== 'function' || (typeInfo(cls) === undefined && !isForeignClass(cls))) {
    const check = dunder(cls, '__instancecheck__');
    if (check !== undefined) return truth(check(cls, x));
    if (typeof cls === 'function' && (typeof cls.prototype === 'object' || Object.hasOwn(cls, Symbol.hasInstance)))
      return isInstance(x, cls as PyClass);
    throw error('TypeError', 'isinstance() arg 2 must be a type, a tuple of types, or a union');
  }
  return isInstance(x, cls as PyClass);
}

function subclassOf(cls: unknown, of: unknown): boolean {
  if (typeof cls !== 'function') throw error('TypeError', 'issubclass() arg 1 must be a class');
  if (of instanceof PyTuple) return of.some((c) => subclassOf(cls, c));
  if (typeof of !== 'function')
    throw error('TypeError', 'issubclass() arg 2 must be a class, a tuple of classes, or a union');
  return isSubclass(cls as PyClass, of as PyClass);
}

function dir(x: unknown): string[] {
  const names = new Set<string>();
  if (x instanceof PyModule) for (const n of [...Object.keys(x.members), ...x.own.keys()]) names.add(n);
  const info = typeInfo(x) ?? typeInfo(typeOf(x));
  for (const c of info?.mro ?? []) for (const n of typeInfo(c)?.dict.keys() ?? []) if (!n.includes('$')) names.add(n);
  if (x !== null && (typeof x === 'object' || (typeof x === 'function' && typeInfo(x) === undefined))) {
    for (const n of ownAttributes(x as object).keys()) names.add(String(n));
  }
  return [...names].sort();
}
builtinsOf.dir = dir;

for (const [signature, implementation] of Object.entries(functions)) {
  const f = fn(signature, implementation);
  builtins.set(f.$p.name, f);
}
builtins.set('quit', builtins.get('exit'));
for (const name of exceptionNames) builtins.set(name, builtin(name));
builtins.set('IOError', builtin('OSError'));
builtins.set('EnvironmentError', builtin('OSError'));
builtins.set('NotImplemented', NotImplemented);
builtins.set('Ellipsis', Ellipsis);
builtins.set('__debug__', true);

export { call, compare, contains, isException, noAttribute, type PyFunction, toFloat };
