import { CallableBase } from '@stele/core';
import { classHooks, getattr, isGuarded, splitKeywords } from './attributes';
import { installHook } from './attributeWrites';
import { callable } from './calling';
import { ClassMethod, PyProperty, StaticMethod } from './descriptors';
import type { PyDict } from './dict';
import { callback, foreign } from './foreign';
import type { PyFunction } from './functions';
import { error } from './raise';
import type { Keywords } from './registry';
import {
  builtin,
  classesChanged,
  className,
  classVersion,
  lookup,
  markType,
  objectClass,
  type PyClass,
  type TypeInfo,
  typeInfo,
} from './types';
import { tuple } from './values';

/** Makes instances of classes that extend one of Python's own; by the name of that class. */
export const allocators = new Map<PyClass, (cls: PyClass, args: unknown[]) => object>();
/** Runs when a class is made that inherits from the key (enums, named tuples). */
export const subclassHooks = new Map<PyClass, (info: TypeInfo, namespace: Map<string, unknown>) => void>();

// marks of the compiled code's fast paths: plain reading and plain writing of attributes
Object.defineProperties(objectClass.prototype, {
  $i: { value: true, writable: true },
  $w: { value: true, writable: true },
});

let pending: { readonly self: object; readonly target: Function } | null = null;

/** Stands between CallableBase and the classes that extend it, so that a constructor can run on an object made before. */
class Resumed extends CallableBase {
  // biome-ignore lint/correctness/noUnreachableSuper: where an object is there already, the base has nothing to make
  constructor() {
    if (pending !== null && pending.target === new.target) {
      const { self } = pending;
      pending = null;
      // biome-ignore lint/correctness/noConstructorReturn: the object made before is the one to go on with
      return self as Resumed;
    }
    super();
  }
}

const isCallableClass = (cls: PyClass): boolean => cls.prototype instanceof CallableBase;

function resumable(cls: PyClass): void {
  for (let c: any = cls; typeof c === 'function'; c = Object.getPrototypeOf(c)) {
    if (c === Resumed || c === CallableBase) return;
    if (Object.getPrototypeOf(c) === CallableBase) {
      Object.setPrototypeOf(c, Resumed);
      return;
    }
  }
}

/** Runs the constructor of a foreign class on an object of a Python class that extends it. */
function superInit(cls: PyClass, self: object, args: unknown[], keywords: Keywords | null): void {
  const target = (self as any).$c as PyClass;
  if (isCallableClass(cls)) {
    resumable(cls);
    pending = { self, target };
    try {
      foreign.construct(cls, args, keywords, target);
    } finally {
      pending = null;
    }
    return;
  }
  // a class without a base makes its own object: its fields move over
  const made = foreign.construct(cls, args, keywords, target);
  for (const key of Reflect.ownKeys(made)) {
    const own = Object.getOwnPropertyDescriptor(made, key)!;
    const there = Object.getOwnPropertyDescriptor(self, key);
    if (there === undefined || there.configurable) Object.defineProperty(self, key, own);
  }
}
classHooks.superInit = superInit;

/** Whether the facade's class has a method of its own under a name that JavaScript has too (`call` of a layer). */
function isForeignMethod(cls: PyClass | null, name: string): boolean {
  if (cls === null || name === 'constructor' || name === '__proto__') return false;
  for (let o: object = cls.prototype; o !== null && o !== Object.prototype; o = Object.getPrototypeOf(o))
    if (Object.hasOwn(o, name)) return true;
  return false;
}

function install(info: TypeInfo, name: string, raw: unknown): void {
  const prototype = info.cls.prototype as object;
  if (name === '__setattr__')
    Object.defineProperty(prototype, '$w', { value: false, writable: true, configurable: true });
  if (name === '__getattribute__')
    Object.defineProperty(prototype, '$i', { value: false, writable: true, configurable: true });
  if ((isGuarded(name) && !isForeignMethod(info.foreign, name)) || name.includes('$') || name === '__class__') return;
  const hide = { configurable: true, enumerable: false };
  if (typeof raw === 'function' && (raw as PyFunction).$p !== undefined && (raw as PyFunction).$self === undefined) {
    const method = callback(raw as PyFunction, true) as Function & { $m?: unknown; __get__?: unknown };
    const bind = (raw as PyFunction).$bind;
    // compiled calls find the function here, unless every instance has one of its own
    if (bind === undefined) method.$m = raw;
    else method.__get__ = (self: object) => bind(self).$made;
    Object.defineProperty(prototype, name, { value: method, writable: true, ...hide });
  } else if (raw instanceof PyProperty) {
    raw.name ||= name;
    Object.defineProperty(prototype, name, {
      get(this: unknown) {
        return this === prototype ? undefined : getattr(this, name);
      },
      set(this: unknown, value: unknown) {
        if (raw.fset === null) {
          throw error('AttributeError', `property '${name}' of '${info.name}' object has no setter`);
        }
        callable(raw.fset)(this, value);
      },
      ...hide,
    });
  } else if (raw instanceof StaticMethod || raw instanceof ClassMethod) {
    const f = raw.f as PyFunction;
    const cls = info.cls;
    const method = raw instanceof StaticMethod ? (...a: unknown[]) => f(...a) : (...a: unknown[]) => f(cls, ...a);
    Object.defineProperty(prototype, name, { value: method, writable: true, ...hide });
  } else if (isDescriptor(raw)) {
    Object.defineProperty(prototype, name, {
      get(this: unknown) {
        return this === prototype ? undefined : getattr(this, name);
      },
      set(this: any, value: unknown) {
        const set = lookup(typeInfo((raw as any).$c)!, '__set__') as PyFunction | undefined;
        if (set !== undefined) set(raw, this, value);
        else Object.defineProperty(this, name, { value, writable: true, enumerable: true, configurable: true });
      },
      ...hide,
    });
  } else Object.defineProperty(prototype, name, { value: raw, writable: true, ...hide });
  for (const sub of info.subclasses) resync(typeInfo(sub)!, name);
}
installHook.install = install;

const isDescriptor = (raw: unknown): boolean => {
  const cls = typeof raw === 'object' && raw !== null ? (raw as any).$c : undefined;
  const info = cls === undefined ? undefined : typeInfo(cls);
  return (
    info !== undefined &&
    !info.builtin &&
    (lookup(info, '__get__') !== undefined || lookup(info, '__set__') !== undefined)
  );
};

/** With several bases the prototype chain follows one of them; what comes from the others is put on the class. */
function resync(info: TypeInfo, name: string): void {
  if (info.bases.length < 2 || info.dict.has(name)) return;
  const raw = lookup(info, name);
  const primary = typeInfo(primaryBase(info.bases));
  if (raw !== undefined && primary !== undefined && lookup(primary, name) !== raw) install(info, name, raw);
  else if (raw !== undefined && primary === undefined) install(info, name, raw);
}

function primaryBase(bases: readonly PyClass[]): PyClass {
  const native = bases.find((b) => {
    const info = typeInfo(b);
    return (
      info === undefined || info.foreign !== null || info.mro.some((c) => c !== objectClass && typeInfo(c)?.builtin)
    );
  });
  return native ?? bases[0]!;
}

/** Makes an object of a class without `__init__`: `object.__new__(cls)`. */
export function allocate(info: TypeInfo, args: unknown[]): object {
  if (info.allocate === null) {
    const root = info.mro.find((c) => allocators.has(c));
    if (info.foreign !== null) {
      const native = info.foreign;
      const cls = info.cls;
      info.allocate = isCallableClass(native)
        ? () => Reflect.construct(CallableBase, [], cls) as object
        : () => Object.create(cls.prototype as object) as object;
    } else if (root !== undefined) {
      const make = allocators.get(root)!;
      const cls = info.cls;
      info.allocate = ((given: unknown[]) => make(cls, given)) as () => object;
    } else {
      // a constructor of its own lets the engine lay out the fields
      // biome-ignore lint/complexity/useArrowFunction: an arrow function is no constructor
      const Shape = function () {} as unknown as new () => object;
      (Shape as any).prototype = info.cls.prototype;
      info.allocate = () => new Shape();
    }
  }
  return (info.allocate as (given: unknown[]) => object)(args);
}

function abstractNames(info: TypeInfo): string[] {
  const names = new Set<string>();
  for (const c of info.mro) {
    for (const [name, raw] of typeInfo(c)?.dict ?? []) {
      const f =
        raw instanceof PyProperty ? raw.fget : raw instanceof ClassMethod || raw instanceof StaticMethod ? raw.f : raw;
      if (typeof f !== 'function' || (f as PyFunction).$a?.get('__isabstractmethod__') !== true) continue;
      if (lookup(info, name) === raw) names.add(name);
    }
  }
  return [...names].sort();
}

interface Recipe {
  version: number;
  create: (args: unknown[]) => unknown;
}

/** `cls(*args)` for a class made by Python. */
function instantiator(info: TypeInfo): (args: unknown[]) => unknown {
  const make = lookup(info, '__new__');
  const init = lookup(info, '__init__') as PyFunction | undefined;
  const abstract = abstractNames(info);
  if (abstract.length > 0) {
    return () => {
      throw error(
        'TypeError',
        `Can't instantiate abstract class ${info.name} with abstract method${abstract.length > 1 ? 's' : ''} ${abstract.join(', ')}`,
      );
    };
  }
  const newFunction = make instanceof StaticMethod ? (make.f as PyFunction) : (make as PyFunction | undefined);
  if (newFunction?.$p?.python) {
    return (args) => {
      const made = newFunction(info.cls, ...args);
      const own = typeof made === 'object' || typeof made === 'function' ? (made as any)?.$c : undefined;
      if (own !== undefined && typeInfo(own)!.mro.includes(info.cls)) {
        const runInit = lookup(typeInfo(own)!, '__init__') as PyFunction | undefined;
        if (runInit?.$p?.python || (runInit !== undefined && info.foreign === null)) runInit(made, ...args);
      }
      return made;
    };
  }
  if (info.foreign !== null && !init?.$p?.python) {
    const native = info.foreign;
    return (args) => {
      const given = [...args];
      const keywords = splitKeywords(given);
      return foreign.construct(native, given, keywords, info.cls);
    };
  }
  if (init === undefined || (!init.$p.python && init === typeInfo(objectClass)!.dict.get('__init__'))) {
    return (args) => {
      if (args.length > 0 && !info.mro.some((c) => allocators.has(c)))
        throw error('TypeError', `${info.name}() takes no arguments`);
      return allocate(info, args);
    };
  }
  return (args) => {
    const made = allocate(info, args);
    const result = init(made, ...args);
    if (result !== null && init.$p.python) {
      throw error(
        'TypeError',
        `__init__() should return None, not '${className((result as any)?.$c ?? builtin('int'))}'`,
      );
    }
    return made;
  };
}

/**
 * Makes a class from its body: what a `class` statement does.
 *
 * @throws TypeError for bases that cannot be inherited from, and for metaclasses, which are not there.
 */
export function makeClass(
  name: string,
  qualname: string,
  module: string,
  bases: readonly unknown[],
  namespace: Map<string, unknown>,
  keywords: Keywords | null,
): PyClass {
  for (const base of bases) {
    if (typeof base !== 'function' || ((base as PyFunction).$p !== undefined && typeInfo(base) === undefined)) {
      throw error('TypeError', `a class can only inherit from classes, but ${name} was given something else`);
    }
    const info = typeInfo(base);
    if (info?.builtin && ['bool', 'NoneType', 'function', 'range', 'slice', 'method'].includes(info.name)) {
      throw error('TypeError', `type '${info.name}' is not an acceptable base type`);
    }
  }
  const parents = (bases.length === 0 ? [objectClass] : bases) as PyClass[];
  let metaclass: PyClass | null = null;
  const given = keywords === null ? {} : { ...keywords };
  if (given.metaclass !== undefined) {
    metaclass = given.metaclass as PyClass;
    delete given.metaclass;
  }
  metaclass ??= parents.map((p) => typeInfo(p)?.metaclass ?? null).find((m) => m !== null) ?? null;
  if (metaclass === builtin('type')) metaclass = null;

  // biome-ignore lint/complexity/useArrowFunction: an arrow function has no prototype
  const cls = function (...args: unknown[]): unknown {
    if (recipe.version !== classVersion()) {
      recipe.version = classVersion();
      recipe.create = metaCall === null ? instantiator(info) : (a) => metaCall(cls, ...a);
    }
    return recipe.create(args);
  } as unknown as PyClass;
  const recipe: Recipe = { version: -1, create: () => null };
  Object.defineProperty(cls, 'name', { value: name, configurable: true });
  const primary = primaryBase(parents);
  if (typeInfo(primary) === undefined) {
    Object.setPrototypeOf(cls, primary);
  } else {
    const native = typeInfo(primary)!.foreign;
    if (native !== null) Object.setPrototypeOf(cls, primary);
  }
  cls.prototype = Object.create(primary.prototype as object) as object;
  Object.defineProperty(cls.prototype, 'constructor', { value: cls, writable: true, configurable: true });
  const info = markType(cls, name, parents, false);
  info.qualname = qualname;
  info.module = module;
  info.metaclass = metaclass;
  const metaInfo = metaclass === null ? undefined : typeInfo(metaclass);
  const called = metaInfo?.builtin === false ? (lookup(metaInfo, '__call__') as PyFunction | undefined) : undefined;
  const metaCall = called?.$p.python ? called : null;
  if (metaInfo?.builtin === false && (metaInfo.dict.has('__new__') || metaInfo.dict.has('__prepare__'))) {
    throw error(
      'TypeError',
      'metaclasses with __new__ or __prepare__ are not there in Stele; use a class decorator or __init_subclass__ instead',
    );
  }
  for (const [key, value] of namespace) {
    const plain = key === '__new__' && typeof value === 'function' ? new StaticMethod(value) : value;
    const raw =
      (key === '__init_subclass__' || key === '__class_getitem__') && typeof value === 'function'
        ? new ClassMethod(value)
        : plain;
    info.dict.set(key, raw);
  }
  if (namespace.has('__eq__') && !namespace.has('__hash__')) info.dict.set('__hash__', null);
  classesChanged();
  for (const [key, raw] of info.dict) install(info, key, raw);
  if (parents.length > 1) {
    const names = new Set<string>();
    for (const c of info.mro) for (const key of typeInfo(c)?.dict.keys() ?? []) if (c !== objectClass) names.add(key);
    for (const key of names) resync(info, key);
  }
  if (namespace.has('__iter__') || (namespace.has('__getitem__') && info.foreign === null)) {
    Object.defineProperty(cls.prototype, Symbol.iterator, {
      value(this: unknown) {
        return iterationHook.iterate(this)[Symbol.iterator]();
      },
      configurable: true,
      writable: true,
    });
  }
  for (const c of info.mro) {
    const hook = subclassHooks.get(c);
    if (hook !== undefined && c !== cls) {
      hook(info, namespace);
      break;
    }
  }
  for (const [key, raw] of namespace) {
    const owner = typeof raw === 'object' && raw !== null ? (raw as any).$c : undefined;
    const own = owner === undefined ? undefined : typeInfo(owner);
    if (own === undefined || own.builtin) continue;
    const named = lookup(own, '__set_name__') as PyFunction | undefined;
    if (named !== undefined) named(raw, cls, key);
  }
  const above = info.mro.slice(1).find((c) => typeInfo(c)?.dict.has('__init_subclass__'));
  const hook = above === undefined ? undefined : typeInfo(above)!.dict.get('__init_subclass__');
  if (hook instanceof ClassMethod) {
    const f = hook.f as PyFunction;
    if (Object.keys(given).length > 0) f(cls, given);
    else f(cls);
  }
  if (metaInfo?.builtin === false) {
    const init = lookup(metaInfo, '__init__') as PyFunction | undefined;
    if (init?.$p?.python)
      init(
        cls,
        name,
        tuple([...parents]),
        namespaceDict.of(namespace),
        ...(Object.keys(given).length > 0 ? [given] : []),
      );
  }
  return cls;
}

/** Set by the operations. */
export const iterationHook: { iterate: (x: unknown) => Iterable<unknown> } = { iterate: () => [] };
export const namespaceDict: { of: (namespace: Map<string, unknown>) => PyDict } = { of: () => null as never };
