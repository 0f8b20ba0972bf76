import { defaultAttribute, getattr, noAttribute } from '../attributes';
import { defaultSetattr } from '../attributeWrites';
import { callable } from '../calling';
import { allocate, allocators, makeClass, namespaceDict } from '../classes';
import { ClassMethod, PyProperty, PySuper, StaticMethod } from '../descriptors';
import { DictView, PyDict } from '../dict';
import { allocateException, isException, type PyException } from '../exceptions';
import { fn, type PyFunction } from '../functions';
import type { PyGenerator } from '../generators';
import { hashHooks, hashValue } from '../hashing';
import { index } from '../items';
import { list } from '../iteration';
import { PyIterator } from '../iterator';
import { equals } from '../operators';
import { error } from '../raise';
import { builtinRepr, repr, setObjectFormat, setObjectRepr, setObjectStr, str } from '../text';
import { builtin, builtinType, lookup, objectClass, type PyClass, typeInfo, typeName, typeOf } from '../types';
import {
  EllipsisValue,
  NotImplemented,
  NotImplementedValue,
  PyModule,
  PyRange,
  PySlice,
  type PyTuple,
  tuple,
} from '../values';
import { defineMethods } from './define';
import { builtins } from './table';

const refuse = (name: string) => (): never => {
  throw error('TypeError', `cannot create '${name}' instances`);
};

// object ---------------------------------------------------------------------------------------------------------
const objectInfo = typeInfo(objectClass)!;
defineMethods(objectClass, {
  '__init__(self, *args, **kwargs)': () => null,
  '__repr__(self, /)': (self) => builtinRepr(self),
  '__str__(self, /)': (self) => repr(self),
  '__format__(self, spec, /)': (self, spec) => {
    if (spec !== '') throw error('TypeError', `unsupported format string passed to ${typeName(self)}.__format__`);
    return str(self);
  },
  '__eq__(self, other, /)': (self, other) => (self === other ? true : NotImplemented),
  '__hash__(self, /)': (self) => hashValue(self),
  '__setattr__(self, name, value, /)': (self, name, value) => {
    const cls = typeOf(self);
    defaultSetattr(self, cls, typeInfo(cls)!, name, value);
    return null;
  },
  '__delattr__(self, name, /)': (self, name) => {
    if (!Object.hasOwn(self, name) || name.includes('$')) throw noAttribute(self, name);
    delete self[name];
    return null;
  },
  '__getattribute__(self, name, /)': (self, name) => {
    const cls = typeOf(self);
    const info = typeInfo(cls);
    const value = name.includes('$')
      ? undefined
      : info === undefined
        ? getattr(self, name)
        : defaultAttribute(self, cls, info, name, false);
    if (value === undefined) throw noAttribute(self, name);
    return value;
  },
  '__dir__(self, /)': (self) => list(builtinsOf.dir(self)),
  '__sizeof__(self, /)': () => 16,
});
/** Set by the functions. */
export const builtinsOf: { dir: (x: unknown) => unknown } = { dir: () => [] };
setObjectRepr(objectInfo.dict.get('__repr__'));
setObjectStr(objectInfo.dict.get('__str__'));
setObjectFormat(objectInfo.dict.get('__format__'));
objectInfo.dict.set(
  '__new__',
  new StaticMethod(
    fn('object.__new__(cls, *args, **kwargs)', (cls: PyClass, args: PyTuple) => {
      const info = typeInfo(cls);
      if (info === undefined) throw error('TypeError', 'object.__new__(X): X is not a type object');
      return allocate(info, [...args]);
    }),
  ),
);
objectInfo.dict.set(
  '__init_subclass__',
  new ClassMethod(
    fn('object.__init_subclass__(cls, **kwargs)', (_cls, kwargs: PyDict) => {
      if (kwargs.size > 0) throw error('TypeError', `${typeName(_cls)}.__init_subclass__() takes no keyword arguments`);
      return null;
    }),
  ),
);
Object.defineProperty(objectClass.prototype, 'toString', {
  value(this: unknown) {
    return str(this);
  },
  configurable: true,
  writable: true,
});
hashHooks.equals = equals;
const objectHash = objectInfo.dict.get('__hash__');
hashHooks.custom = (x) => {
  const cls = (x as any).$c as PyClass | undefined;
  if (cls === undefined) {
    // an object of a facade, which may have a hash of its own or refuse one
    const method = (x as { __hash__?: unknown }).__hash__;
    return typeof method === 'function' ? (method.call(x) as number) : null;
  }
  if (typeof x === 'function' && typeInfo(x) !== undefined) return null;
  const info = typeInfo(cls)!;
  if (info.builtin) return builtinHash(x);
  const own = lookup(info, '__hash__');
  if (own === objectHash || own === undefined) return builtinHash(x);
  if (own === null) throw error('TypeError', `unhashable type: '${info.name}'`);
  return (own as PyFunction)(x) as number | bigint;
};
/** Frozen sets, ranges and bytes are hashed by their contents. */
const contentHashes: ((x: object) => number | null)[] = [];
function builtinHash(x: object): number | null {
  for (const of of contentHashes) {
    const h = of(x);
    if (h !== null) return h;
  }
  return null;
}
/** Lets a family of values hash by content. */
export function hashByContent(of: (x: object) => number | null): void {
  contentHashes.push(of);
}
hashByContent((x) => (x instanceof PyRange ? x.start * 31 + x.length * 7 + x.step : null));
hashByContent((x) => {
  const f = x as any;
  return typeof x === 'function' && f.$self !== undefined && f.$func !== undefined ? Number(hashValue(f.$func)) : null;
});

// type -----------------------------------------------------------------------------------------------------------
const typeClass = builtinType('type', (...args: unknown[]) => {
  if (args.length === 1) return typeOf(args[0]);
  if (args.length !== 3) throw error('TypeError', 'type() takes 1 or 3 arguments');
  const [name, bases, namespace] = args as [string, unknown[], PyDict];
  return makeClass(name, name, '__main__', bases, new Map(namespace.entries() as Iterable<[string, unknown]>), null);
});
defineMethods(typeClass, {
  '__call__(self, *args, **kwargs)': (self, args, kwargs) => {
    const extra = kwargs.size > 0 ? [Object.fromEntries(kwargs.entries())] : [];
    const info = typeInfo(self)!;
    const make = lookup(info, '__new__');
    const f = (make instanceof StaticMethod ? make.f : make) as PyFunction | undefined;
    const made = f?.$p?.python ? f(self, ...args, ...extra) : allocate(info, [...args]);
    const init = lookup(info, '__init__') as PyFunction | undefined;
    if (init?.$p?.python) init(made, ...args, ...extra);
    return made;
  },
  '__init__(self, *args, **kwargs)': () => null,
});
namespaceDict.of = (namespace) => new PyDict(namespace);

// small types ----------------------------------------------------------------------------------------------------
builtinType('NoneType', refuse('NoneType'));
builtinType('function', refuse('function'));
builtinType('builtin_function_or_method', refuse('builtin_function_or_method'));
builtinType('method', refuse('method'));
builtinType('module', refuse('module'), [objectClass], PyModule.prototype);
builtinType('ellipsis', refuse('ellipsis'), [objectClass], EllipsisValue.prototype);
builtinType('NotImplementedType', refuse('NotImplementedType'), [objectClass], NotImplementedValue.prototype);
const propertyType = builtinType(
  'property',
  fn(
    'property(fget=None, fset=None, fdel=None, doc=None)',
    (get = null, set = null, del = null, doc = null) => new PyProperty(get, set, del, doc),
  ),
  [objectClass],
  PyProperty.prototype,
);
const rename = (p: PyProperty, made: PyProperty): PyProperty => {
  made.name = p.name;
  return made;
};
defineMethods(propertyType, {
  'getter(self, f, /)': (p: PyProperty, f) => rename(p, new PyProperty(f, p.fset, p.fdel, p.doc)),
  'setter(self, f, /)': (p: PyProperty, f) => rename(p, new PyProperty(p.fget, f, p.fdel, p.doc)),
  'deleter(self, f, /)': (p: PyProperty, f) => rename(p, new PyProperty(p.fget, p.fset, f, p.doc)),
  '__get__(self, x, cls=None, /)': (p: PyProperty, x) => (x === null ? p : callable(p.fget)(x)),
});
typeInfo(propertyType)!.dict.set('__doc__', new PyProperty(fn('property.__doc__(self)', (p: PyProperty) => p.doc)));
for (const name of ['fget', 'fset', 'fdel'] as const) {
  typeInfo(propertyType)!.dict.set(name, new PyProperty(fn(`property.${name}(self)`, (p: PyProperty) => p[name])));
}
builtinType(
  'classmethod',
  fn('classmethod(f, /)', (f) => new ClassMethod(f)),
  [objectClass],
  ClassMethod.prototype,
);
builtinType(
  'staticmethod',
  fn('staticmethod(f, /)', (f) => new StaticMethod(f)),
  [objectClass],
  StaticMethod.prototype,
);
typeInfo(builtin('classmethod'))!.dict.set(
  '__func__',
  new PyProperty(fn('classmethod.__func__(self)', (m: ClassMethod) => m.f)),
);
typeInfo(builtin('staticmethod'))!.dict.set(
  '__func__',
  new PyProperty(fn('staticmethod.__func__(self)', (m: StaticMethod) => m.f)),
);
defineMethods(builtin('staticmethod'), {
  '__call__(self, *args, **kwargs)': (m: StaticMethod, args, kwargs) =>
    callable(m.f)(...args, ...(kwargs.size > 0 ? [Object.fromEntries(kwargs.entries())] : [])),
});
builtinType(
  'super',
  fn('super(cls, self, /)', (cls, self) => new PySuper(cls, self)),
  [objectClass],
  PySuper.prototype,
);
const sliceType = builtinType(
  'slice',
  fn('slice(start, stop=None, step=None, /)', (a, b, c) =>
    b === undefined ? new PySlice(null, a, null) : new PySlice(a, b, c ?? null),
  ),
  [objectClass],
  PySlice.prototype,
);
defineMethods(sliceType, {
  'indices(self, length, /)': (s: PySlice, n) => {
    const [a, b, c] = s.indices(index(n));
    return tuple([a, b, c]);
  },
});
for (const name of ['start', 'stop', 'step'] as const) {
  typeInfo(sliceType)!.dict.set(name, new PyProperty(fn(`slice.${name}(self)`, (s: PySlice) => s[name])));
}
const rangeType = builtinType(
  'range',
  fn('range(start, stop=None, step=None, /)', (a, b, c) => {
    const by = c === undefined ? 1 : index(c);
    if (by === 0) throw error('ValueError', 'range() arg 3 must not be zero');
    return b === undefined ? new PyRange(0, index(a)) : new PyRange(index(a), index(b), by);
  }),
  [objectClass],
  PyRange.prototype,
);
defineMethods(rangeType, {
  'index(self, value, /)': (r: PyRange, v) => {
    const at = (Number(v) - r.start) / r.step;
    if (!Number.isInteger(at) || at < 0 || at >= r.length) throw error('ValueError', `${repr(v)} is not in range`);
    return at;
  },
  'count(self, value, /)': (r: PyRange, v) => {
    const at = (Number(v) - r.start) / r.step;
    return Number.isInteger(at) && at >= 0 && at < r.length ? 1 : 0;
  },
});
for (const name of ['start', 'stop', 'step'] as const) {
  typeInfo(rangeType)!.dict.set(name, new PyProperty(fn(`range.${name}(self)`, (r: PyRange) => r[name])));
}

// iterators ------------------------------------------------------------------------------------------------------
const iteratorType = builtinType('iterator', refuse('iterator'), [objectClass], PyIterator.prototype);
defineMethods(iteratorType, {
  '__next__(self, /)': (it: PyIterator) => {
    const value = it.next();
    if (value === undefined) throw error('StopIteration');
    return value;
  },
  '__iter__(self, /)': (it) => it,
});
const iteratorKinds = new Map<string, PyClass>();
Object.defineProperty(PyIterator.prototype, '$c', {
  get(this: PyIterator) {
    let cls = iteratorKinds.get(this.kind);
    if (cls === undefined) {
      cls = this.kind === 'iterator' ? iteratorType : builtinType(this.kind, refuse(this.kind), [iteratorType]);
      iteratorKinds.set(this.kind, cls);
    }
    return cls;
  },
  configurable: true,
});
const generatorType = builtinType('generator', refuse('generator'), [iteratorType]);
iteratorKinds.set('generator', generatorType);
const stop = (g: PyGenerator): Error => {
  const e = error('StopIteration', null, g.result === null ? [] : [g.result]);
  return e;
};
defineMethods(generatorType, {
  '__next__(self, /)': (g: PyGenerator) => {
    const value = g.next();
    if (value === undefined) throw stop(g);
    return value;
  },
  'send(self, value, /)': (g: PyGenerator, v) => {
    const value = g.send(v);
    if (value === undefined) throw stop(g);
    return value;
  },
  'throw(self, kind, value=None, tb=None, /)': (g: PyGenerator, kind, value) => {
    const e = isException(kind)
      ? kind
      : (callable(kind)(...(value === undefined || value === null ? [] : [value])) as PyException);
    const out = g.throw(e);
    if (out === undefined) throw stop(g);
    return out;
  },
  'close(self, /)': (g: PyGenerator) => {
    g.close();
    return null;
  },
});
for (const name of ['name', 'qualname'] as const) {
  typeInfo(generatorType)!.dict.set(
    `__${name}__`,
    new PyProperty(fn(`generator.${name}(self)`, (g: PyGenerator) => g.meta[name] ?? g.meta.name)),
  );
}

// exceptions -----------------------------------------------------------------------------------------------------
const baseException = builtin('BaseException');
allocators.set(baseException, (cls, args) => {
  const last = args[args.length - 1];
  const plain = typeof last === 'object' && last !== null && Object.getPrototypeOf(last) === Object.prototype;
  return allocateException(cls, plain ? args.slice(0, -1) : args);
});
defineMethods(baseException, {
  '__init__(self, *args, **kwargs)': (e: PyException, args) => {
    e.$args = args;
    return null;
  },
  'with_traceback(self, tb, /)': (e) => e,
  'add_note(self, note, /)': (e: any, note) => {
    e.__notes__ ??= [];
    e.__notes__.push(note);
    return null;
  },
});
const exceptionProperty = (
  name: string,
  get: (e: PyException) => unknown,
  set?: (e: any, v: unknown) => void,
): void => {
  const setter = set === undefined ? null : fn(`BaseException.${name}(self, value)`, (e, v) => set(e, v) ?? null);
  typeInfo(baseException)!.dict.set(name, new PyProperty(fn(`BaseException.${name}(self)`, get), setter));
};
exceptionProperty(
  'args',
  (e) => e.$args,
  (e, v) => {
    e.$args = tuple(list(v));
  },
);
exceptionProperty(
  '__cause__',
  (e) => e.$cause ?? null,
  (e, v) => {
    e.$cause = v;
    e.$suppress = true;
  },
);
exceptionProperty(
  '__context__',
  (e) => e.$context ?? null,
  (e, v) => {
    e.$context = v;
  },
);
exceptionProperty(
  '__suppress_context__',
  (e) => e.$suppress ?? false,
  (e, v) => {
    e.$suppress = v;
  },
);
exceptionProperty(
  '__traceback__',
  (e) => (e.$frames.length > 0 ? tracebackOf.make(e) : null),
  () => {},
);
/** Set by the traceback module. */
export const tracebackOf: { make: (e: PyException) => unknown } = { make: () => null };
typeInfo(builtin('StopIteration'))!.dict.set(
  'value',
  new PyProperty(fn('StopIteration.value(self)', (e: PyException) => e.$args[0] ?? null)),
);
typeInfo(builtin('SystemExit'))!.dict.set(
  'code',
  new PyProperty(
    fn('SystemExit.code(self)', (e: PyException) => (e.$args.length > 1 ? e.$args : (e.$args[0] ?? null))),
  ),
);
for (const [i, name] of ['errno', 'strerror', 'filename'].entries()) {
  typeInfo(builtin('OSError'))!.dict.set(
    name,
    new PyProperty(fn(`OSError.${name}(self)`, (e: PyException) => (e.$args.length > 1 ? (e.$args[i] ?? null) : null))),
  );
}
typeInfo(builtin('ImportError'))!.dict.set('name', null);

// views ----------------------------------------------------------------------------------------------------------
const viewTypes = new Map<string, PyClass>();
for (const what of ['keys', 'values', 'items'] as const)
  viewTypes.set(what, builtinType(`dict_${what}`, refuse(`dict_${what}`)));
Object.defineProperty(DictView.prototype, '$c', {
  get(this: DictView) {
    return viewTypes.get(this.what);
  },
  configurable: true,
});

builtins.set('object', objectClass);
for (const name of ['type', 'property', 'classmethod', 'staticmethod', 'super', 'slice', 'range'])
  builtins.set(name, builtin(name));
