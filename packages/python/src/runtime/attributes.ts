import { AttributeDict } from './attributeDict';
import { callable } from './calling';
import { ClassMethod, PyProperty, PySuper, StaticMethod } from './descriptors';
import { PyDict } from './dict';
import { foreign, pythonFunction } from './foreign';
import { bindMethod, defineFunction, type Params, type PyFunction } from './functions';
import { error } from './raise';
import type { Keywords } from './registry';
import {
  builtin,
  className,
  isForeignClass,
  lookup,
  objectClass,
  type PyClass,
  type TypeInfo,
  typeInfo,
  typeName,
  typeOf,
} from './types';
import { isPlain, PyModule, tuple } from './values';

// what JavaScript's own prototypes hold; none of it is an attribute in Python
const ownPrototypes = new Set<object>([
  Object.prototype,
  Function.prototype,
  Array.prototype,
  Map.prototype,
  Set.prototype,
  Promise.prototype,
  RegExp.prototype,
  Date.prototype,
  String.prototype,
  Number.prototype,
  Boolean.prototype,
  BigInt.prototype,
  Symbol.prototype,
  Error.prototype,
  ArrayBuffer.prototype,
  Object.getPrototypeOf(Uint8Array.prototype) as object,
  Object.getPrototypeOf(function* () {}.prototype) as object,
]);
const guardedNames = new Set([...ownPrototypes].flatMap((p) => Object.getOwnPropertyNames(p)).concat('prototype'));

/** Names that are never read from a JavaScript prototype without a look at whose they are. */
export const isGuarded = (name: string): boolean => guardedNames.has(name);

const isPlainFunction = (x: object): boolean =>
  typeof x === 'function' && Object.getPrototypeOf(x) === Function.prototype;

/** Whether a foreign object has the name from its own or its classes' side, not from JavaScript's. */
export function reachable(object: object, name: string): boolean {
  if (name.includes('$')) return false;
  if (!guardedNames.has(name)) return true;
  if (name === 'constructor' || name === 'prototype' || name === '__proto__') return false;
  if (
    (isPlainFunction(object) || (typeof object === 'function' && isForeignClass(object))) &&
    /^(name|length)$/.test(name)
  )
    return false;
  for (let o: object | null = object; o !== null && !ownPrototypes.has(o); o = Object.getPrototypeOf(o)) {
    if (Object.hasOwn(o, name))
      return !(typeof o === 'function' && isForeignClass(o) && /^(name|length|caller|arguments)$/.test(name));
  }
  return false;
}

export const methodParams = (name: string): Params => ({
  name,
  qualname: name,
  positional: [],
  positionalOnly: 0,
  keywordOnly: [],
  rest: 'args',
  keywords: 'kwargs',
  python: false,
});

/** Splits a trailing plain object, the keywords, off the arguments. */
export function splitKeywords(given: unknown[]): Keywords | null {
  return isPlain(given[given.length - 1]) ? (given.pop() as Keywords) : null;
}

/** A foreign method as Python calls it. */
export function foreignMethod(f: Function, self: unknown, name: string): PyFunction {
  const bound = defineFunction((...given: unknown[]) => {
    const keywords = splitKeywords(given);
    return foreign.call(f, self, given, keywords);
  }, methodParams(name));
  bound.$self = self;
  bound.$func = f as PyFunction;
  return bound;
}

const isPlainForeignMethod = (f: Function): boolean =>
  Object.getPrototypeOf(f) === Function.prototype || Object.getPrototypeOf(f)?.constructor?.name === 'GeneratorFunction'
    ? !isForeignClass(f) && typeInfo(f) === undefined
    : false;

function getForeign(object: object, name: string): unknown {
  // names that are there for TypeScript alone, or that the framework speaks of although they are not there
  const refuse = (object as { __refuse_attribute__?: (name: string) => Error | null }).__refuse_attribute__;
  const refused = typeof refuse === 'function' ? refuse.call(object, name) : null;
  if (refused !== null) throw refused;
  if (!reachable(object, name)) return undefined;
  const value = foreign.get(object, name);
  if (typeof value === 'function') {
    const python = pythonFunction(value);
    if (python !== value) return Object.hasOwn(object, name) ? python : bindMethod(python as PyFunction, object);
    if ((value as PyFunction).$p !== undefined || Object.hasOwn(object, name) || !isPlainForeignMethod(value)) {
      return typeof object === 'function' &&
        isForeignClass(object) &&
        isPlainForeignMethod(value) &&
        (value as PyFunction).$p === undefined
        ? foreignMethod(value, object, name)
        : value;
    }
    return foreignMethod(value, object, name);
  }
  return value === undefined ? undefined : foreign.leave(value);
}

/** A class attribute as an instance (or, with `self` null, the class) sees it. */
export function bindRaw(raw: unknown, self: unknown, cls: PyClass): unknown {
  if (typeof raw === 'function') {
    const f = raw as PyFunction;
    if (self !== null && f.$bind !== undefined) return f.$bind(self as object);
    return self !== null && f.$p !== undefined && f.$self === undefined ? bindMethod(f, self) : raw;
  }
  if (typeof raw !== 'object' || raw === null) return raw;
  if (raw instanceof PyProperty) {
    if (self === null) return raw;
    if (raw.fget === null)
      throw error('AttributeError', `property '${raw.name}' of '${className(cls)}' object has no getter`);
    return callable(raw.fget)(self);
  }
  if (raw instanceof ClassMethod) return bindMethod(raw.f as PyFunction, cls);
  if (raw instanceof StaticMethod) return raw.f;
  const descriptor = (raw as any).$c;
  if (descriptor !== undefined) {
    const info = typeInfo(descriptor)!;
    const get = info.builtin ? undefined : (lookup(info, '__get__') as PyFunction | undefined);
    if (get !== undefined) return get(raw, self, cls);
  }
  return raw;
}

export const isDataDescriptor = (raw: unknown): boolean =>
  raw instanceof PyProperty ||
  (typeof raw === 'object' &&
    raw !== null &&
    (raw as any).$c !== undefined &&
    typeInfo((raw as any).$c)?.builtin === false &&
    lookup(typeInfo((raw as any).$c)!, '__set__') !== undefined);

export const stored = (name: string): string => (name === '__proto__' ? '__proto__$' : name);

export const canHold = (x: unknown): x is Record<string, unknown> => typeof x === 'object' || typeof x === 'function';

/** The attributes that the instance itself has, for `__dict__` and `vars`. */
export const ownAttributes = (x: object): PyDict => new AttributeDict(x);

function specialOf(x: unknown, info: TypeInfo, name: string): unknown {
  switch (name) {
    case '__class__':
      return typeOf(x);
    case '__dict__':
      return canHold(x) && !info.builtin ? ownAttributes(x as object) : undefined;
    case '__doc__':
      return lookup(info, '__doc__') ?? null;
    case '__module__':
      return info.module;
    default:
      return undefined;
  }
}

function functionAttribute(f: PyFunction, name: string): unknown {
  const own = f.$a?.get(name);
  if (own !== undefined) return own;
  const p = f.$p;
  switch (name) {
    case '__name__':
      return p.name;
    case '__qualname__':
      return p.qualname;
    case '__doc__':
      return p.doc ?? null;
    case '__module__':
      return p.module ?? (p.python ? '__main__' : 'builtins');
    case '__self__':
      return f.$self;
    case '__func__':
      return f.$func;
    case '__dict__':
      return new PyDict(f.$a ?? []);
    case '__class__':
      return typeOf(f);
    case '__defaults__': {
      const given = (f.$d ?? []).filter((d) => d !== undefined);
      return given.length > 0 ? tuple(given) : null;
    }
    case '__kwdefaults__':
      return f.$kd === undefined || Object.keys(f.$kd).length === 0 ? null : PyDict.from(f.$kd);
    case '__annotations__':
      return (f as any).$ann ?? new PyDict();
    case '__wrapped__':
      return undefined;
    case '__call__':
      return f;
    case '__get__':
      return defineFunction((self: unknown) => (self === null ? f : bindMethod(f, self)), methodParams('__get__'));
    default:
      return f.$func !== undefined && f.$func !== f ? functionAttribute(f.$func, name) : undefined;
  }
}

function classAttribute(cls: PyClass, info: TypeInfo, name: string): unknown {
  // what a class says of itself comes before what it gives its instances
  switch (name) {
    case '__name__':
      return info.name;
    case '__qualname__':
      return info.qualname;
    case '__mro__':
      return tuple([...info.mro]);
    case '__bases__':
      return tuple([...info.bases]);
    case '__dict__':
      return new PyDict(info.dict);
    case '__class__':
      return info.metaclass ?? builtin('type');
  }
  const raw = lookup(info, name);
  if (raw !== undefined) {
    const meta = info.metaclass === null ? undefined : typeInfo(info.metaclass);
    if (meta !== undefined) {
      const above = lookup(meta, name);
      if (isDataDescriptor(above)) return bindRaw(above, cls, info.metaclass!);
    }
    return bindRaw(raw, null, cls);
  }
  switch (name) {
    case '__module__':
      return info.module;
    case '__doc__':
      return null;
    case '__base__':
      return info.bases[0] ?? null;
    case '__annotations__':
      return new PyDict();
    case '__subclasses__':
      return defineFunction(() => info.subclasses.filter((c) => !typeInfo(c)!.builtin), methodParams(name));
    case 'mro':
      return defineFunction(() => [...info.mro], methodParams(name));
  }
  if (info.metaclass !== null) {
    const meta = typeInfo(info.metaclass)!;
    const above = lookup(meta, name);
    if (above !== undefined) return bindRaw(above, cls, info.metaclass);
  }
  if (info.foreign !== null) {
    const value = foreignClassAttribute(info.foreign, name, cls);
    if (value !== undefined) return value;
  }
  return undefined;
}

function foreignClassAttribute(cls: PyClass, name: string, self: PyClass): unknown {
  if (name === '__name__' || name === '__qualname__') return foreign.className(cls).name;
  if (name === '__init__') {
    return defineFunction((target: object, ...given: unknown[]) => {
      const keywords = splitKeywords(given);
      superInit(cls, target, given, keywords);
      return null;
    }, methodParams('__init__'));
  }
  if (name === '__class__') return builtin('type');
  if (!reachable(cls, name) && !(name in cls.prototype)) return undefined;
  if (reachable(cls, name)) {
    const value = foreign.get(cls, name);
    if (typeof value === 'function' && isPlainForeignMethod(value) && (value as PyFunction).$p === undefined)
      return foreignMethod(value, self, name);
    if (value !== undefined) return foreign.leave(value);
  }
  if (guardedNames.has(name) && !reachable(cls.prototype as object, name)) return undefined;
  const method = Object.getOwnPropertyDescriptor(findOwner(cls.prototype, name) ?? {}, name)?.value as unknown;
  if (typeof method !== 'function') return undefined;
  return defineFunction((target: unknown, ...given: unknown[]) => {
    const keywords = splitKeywords(given);
    return foreign.call(method, target, given, keywords);
  }, methodParams(name));
}

function findOwner(object: object, name: string): object | null {
  for (let o: object | null = object; o !== null; o = Object.getPrototypeOf(o)) if (Object.hasOwn(o, name)) return o;
  return null;
}

/** Set by the classes: runs a foreign constructor on an object that is there already. */
export const classHooks: {
  superInit: (cls: PyClass, self: object, args: unknown[], keywords: Keywords | null) => void;
} = { superInit: () => {} };
const superInit: typeof classHooks.superInit = (...a) => classHooks.superInit(...a);

function superAttribute(s: PySuper, name: string): unknown {
  const self = s.self as any;
  const isClass = typeof self === 'function' && typeInfo(self) !== undefined;
  const own: PyClass = isClass ? self : typeOf(self);
  const mro = typeInfo(own)?.mro ?? [];
  for (let i = mro.indexOf(s.cls as PyClass) + 1; i < mro.length; i++) {
    const cls = mro[i]!;
    const info = typeInfo(cls);
    if (info !== undefined) {
      const raw = info.dict.get(name);
      if (raw !== undefined) {
        if (name === '__new__') return raw instanceof StaticMethod ? raw.f : raw;
        return bindRaw(raw, isClass ? null : self, own);
      }
      continue;
    }
    if (name === '__init__') {
      return defineFunction((...given: unknown[]) => {
        const keywords = splitKeywords(given);
        superInit(cls, self as object, given, keywords);
        return null;
      }, methodParams('__init__'));
    }
    if (isClass) {
      const value = foreignClassAttribute(cls, name, own);
      if (value !== undefined) return value;
      continue;
    }
    if (name === '__setattr__') {
      return defineFunction((key: string, value: unknown) => {
        if (!foreign.set(self, stored(key), value)) throw noAttribute(self, key);
        return null;
      }, methodParams(name));
    }
    const owner = reachable(cls.prototype as object, name) ? findOwner(cls.prototype, name) : null;
    if (owner !== null) {
      const value: unknown = Reflect.get(owner, name, self);
      return typeof value === 'function' ? foreignMethod(value, self, name) : foreign.leave(value);
    }
  }
  throw error('AttributeError', `'super' object has no attribute '${name}'`);
}

/** The attribute, or undefined if there is none; `__getattr__` is asked too. */
export function attributeOf(x: unknown, name: string): unknown {
  if (name.includes('$')) return undefined;
  if (typeof x === 'function') {
    const info = typeInfo(x);
    if (info !== undefined) return classAttribute(x as PyClass, info, name);
    if ((x as PyFunction).$p !== undefined) return functionAttribute(x as PyFunction, name);
    if ((x as any).$c === undefined) {
      if (isForeignClass(x)) {
        if (name === '__module__') return foreign.className(x).module;
        if (name === '__doc__') return null;
        if (name === '__mro__') return tuple([x, objectClass]);
        return foreignClassAttribute(x as PyClass, name, x as PyClass);
      }
      if (name === '__name__' || name === '__qualname__') {
        const own = isPlainFunction(x) ? undefined : getForeign(x, name);
        return own ?? x.name;
      }
      if (name === '__class__') return typeOf(x);
      if (name === '__doc__') return null;
      if (name === '__dict__') return ownAttributes(x);
      return getForeign(x, name);
    }
  } else if (x instanceof PyModule) return moduleAttribute(x, name);
  else if (x instanceof PySuper) return name === '__class__' ? builtin('super') : superAttribute(x, name);
  const cls = typeOf(x);
  const info = typeInfo(cls);
  if (info === undefined) {
    if (name === '__class__') return cls;
    if (name === '__dict__') return ownAttributes(x as object);
    if (name === '__doc__') return null;
    if (name === '__module__') return 'builtins';
    return getForeign(x as object, name);
  }
  const custom = info.builtin ? undefined : lookup(info, '__getattribute__');
  if (custom !== undefined && (custom as PyFunction).$p?.python) {
    return askGetattr(info, x, name, () => (custom as PyFunction)(x, name));
  }
  return defaultAttribute(x, cls, info, name, true);
}

function askGetattr(info: TypeInfo, x: unknown, name: string, first: () => unknown): unknown {
  const asked = lookup(info, '__getattr__') as PyFunction | undefined;
  if (asked === undefined) return first();
  try {
    return first();
  } catch (e) {
    if ((e as Error).name !== 'AttributeError') throw e;
    return asked(x, name);
  }
}

/** `object.__getattribute__`: without looking at an overridden one. */
export function defaultAttribute(x: unknown, cls: PyClass, info: TypeInfo, name: string, ask: boolean): unknown {
  const raw = lookup(info, name);
  if (raw !== undefined && isDataDescriptor(raw)) {
    return ask ? askGetattr(info, x, name, () => bindRaw(raw, x, cls)) : bindRaw(raw, x, cls);
  }
  if (!info.builtin || info.name === 'BaseException' || (x as any)?.$args !== undefined) {
    const key = stored(name);
    if (canHold(x) && Object.hasOwn(x as object, key)) {
      const value = (x as any)[key];
      return typeof value === 'function' ? pythonFunction(value) : info.foreign === null ? value : foreign.leave(value);
    }
  }
  if (raw !== undefined) return bindRaw(raw, x, cls);
  if (info.foreign !== null) {
    const value = getForeign(x as object, name);
    if (value !== undefined) return value;
  }
  const special = specialOf(x, info, name);
  if (special !== undefined) return special;
  if (ask) {
    const asked = lookup(info, '__getattr__') as PyFunction | undefined;
    if (asked !== undefined) return asked(x, name);
  }
  return undefined;
}

function moduleAttribute(x: PyModule, name: string): unknown {
  const own = x.own.get(name);
  if (own !== undefined) return own;
  if (name === '__name__') return x.name;
  if (name === '__dict__') return new PyDict(Object.entries(x.members));
  if (name === '__doc__' || name === '__file__') return null;
  if (name === '__class__') return builtin('module');
  const members = x.members;
  if (guardedNames.has(name) && !Object.hasOwn(members, name)) return undefined;
  let value: unknown;
  try {
    value = members[name];
  } catch (e) {
    // a checked namespace says it of itself: under the name that Python's module has
    if (e instanceof Error && e.name === 'AttributeError')
      e.message = e.message.replace(/^module '[^']+'/, `module '${x.name}'`);
    throw e;
  }
  if (typeof value === 'object' && value !== null) return foreign.leave(value);
  // what takes its time has a sibling that does it at once
  return typeof value === 'function' && `${name}_sync` in members ? members[`${name}_sync`] : value;
}

function candidates(x: unknown): string[] {
  if (x instanceof PyModule) return Object.keys(x.members);
  const info = typeInfo(x) ?? typeInfo(typeOf(x));
  const names: string[] = [];
  if (info !== undefined) for (const c of info.mro) names.push(...(typeInfo(c)?.dict.keys() ?? []));
  if (canHold(x) && x !== null)
    names.push(...Object.keys(x as object).filter((k) => !k.includes('$') && !/^\d/.test(k)));
  return names;
}

/** The name by which errors call a value's class: compiled classes of a framework say their module too. */
function fullName(x: unknown): string {
  const own = canHold(x) && x !== null ? (x as { __full_name__?: unknown }).__full_name__ : undefined;
  return typeof own === 'string' ? own : typeName(x);
}

/** The AttributeError for a name that is not there, with a suggestion. */
export function noAttribute(x: unknown, name: string): Error {
  const text =
    x instanceof PyModule
      ? `module '${x.name}' has no attribute '${name}'`
      : typeof x === 'function' && (typeInfo(x) !== undefined || isForeignClass(x))
        ? `type object '${className(x as PyClass)}' has no attribute '${name}'`
        : `'${fullName(x)}' object has no attribute '${name}'`;
  // what was meant is looked for only if the error is shown
  const e = error('AttributeError', text);
  Object.defineProperty(e, '$near', { value: { name, known: () => candidates(x) }, enumerable: false });
  return e;
}

/** `x.name`; an AttributeError in Python's words if there is none. */
export function getattr(x: unknown, name: string): unknown {
  const value = attributeOf(x, name);
  if (value === undefined) throw noAttribute(x, name);
  return value;
}

/** `getattr(x, name, fallback)`. */
export function getattrOr(x: unknown, name: string, fallback: unknown): unknown {
  try {
    const value = attributeOf(x, name);
    return value === undefined ? fallback : value;
  } catch (e) {
    if ((e as Error).name === 'AttributeError') return fallback;
    throw e;
  }
}

/** Whether `x.name` gives something. */
export const hasattr = (x: unknown, name: string): boolean => getattrOr(x, name, undefined) !== undefined;

/** Where compiled code's fast path met no plain value: `found` is what a JavaScript read gave. */
export function attributeAfter(x: any, name: string, found: unknown): unknown {
  if (found !== undefined && typeof found !== 'function') return found;
  return getattr(x, name);
}
