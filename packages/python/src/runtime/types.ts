import { error } from './raise';
import { structural } from './structural';
import {
  Ellipsis,
  EllipsisValue,
  isInt,
  NotImplementedValue,
  PyBytes,
  PyFloat,
  PyModule,
  PyRange,
  PySlice,
  PyTuple,
} from './values';

/** A class as Python sees it: a JavaScript constructor function. */
export type PyClass = Function & { prototype: any; [typeKey]?: TypeInfo };

const typeKey = Symbol('type');

/** What Python knows about a class. */
export class TypeInfo {
  name: string;
  qualname: string;
  module: string;
  readonly bases: readonly PyClass[];
  readonly mro: readonly PyClass[];
  /** The attributes of the class itself, as they were written. */
  readonly dict = new Map<string, unknown>();
  /** The foreign class at the end of the chain, if the class extends one. */
  readonly foreign: PyClass | null;
  /** Whether the class is one of Python's own. */
  readonly builtin: boolean;
  readonly cls: PyClass;
  readonly subclasses: PyClass[] = [];
  metaclass: PyClass | null = null;
  /** Makes an instance without running `__init__`. */
  allocate: (() => object) | null = null;
  cache = new Map<string, unknown>();
  cacheVersion = 0;

  constructor(cls: PyClass, name: string, bases: readonly PyClass[], builtin: boolean) {
    this.cls = cls;
    this.name = name;
    this.qualname = name;
    this.module = builtin ? 'builtins' : '__main__';
    this.bases = bases;
    this.builtin = builtin;
    this.mro = linearize(cls, bases);
    this.foreign = this.mro.find((c) => c[typeKey] === undefined && c !== cls) ?? null;
  }
}

let version = 0;
/** Forgets what was looked up in classes; after any change of a class. */
export function classesChanged(): void {
  version++;
}
/** Grows with every change of a class. */
export const classVersion = (): number => version;

/** The Python side of a class, or undefined for a foreign one. */
export function typeInfo(cls: unknown): TypeInfo | undefined {
  return typeof cls === 'function' && Object.hasOwn(cls, typeKey) ? (cls as PyClass)[typeKey] : undefined;
}

/** Gives a constructor function its Python side. */
export function markType(cls: PyClass, name: string, bases: readonly PyClass[], builtin: boolean): TypeInfo {
  const info = new TypeInfo(cls, name, bases, builtin);
  Object.defineProperty(cls, typeKey, { value: info });
  Object.defineProperty(cls.prototype, '$c', { value: cls, writable: true, configurable: true });
  for (const base of bases) typeInfo(base)?.subclasses.push(cls);
  classesChanged();
  return info;
}

const mroOf = (cls: PyClass): readonly PyClass[] => typeInfo(cls)?.mro ?? foreignChain(cls);

/** A foreign class and its ancestors, `object` last. */
function foreignChain(cls: PyClass): PyClass[] {
  const out: PyClass[] = [];
  for (let c: any = cls; typeof c === 'function' && c !== Function.prototype; c = Object.getPrototypeOf(c)) {
    if (c.prototype !== undefined) out.push(c);
  }
  out.push(objectClass);
  return out;
}

/** C3: each class before its bases, bases in the order given. */
function linearize(cls: PyClass, bases: readonly PyClass[]): PyClass[] {
  const lists = [...bases.map((b) => [...mroOf(b)]), [...bases]];
  const out: PyClass[] = [cls];
  for (;;) {
    const open = lists.filter((l) => l.length > 0);
    if (open.length === 0) return out;
    const next = open.map((l) => l[0]!).find((head) => !open.some((l) => l.indexOf(head, 1) > 0));
    if (next === undefined) {
      const names = bases.map((b) => className(b)).join(', ');
      throw error('TypeError', `Cannot create a consistent method resolution\norder (MRO) for bases ${names}`);
    }
    out.push(next);
    for (const l of lists) if (l[0] === next) l.shift();
  }
}

/** The attribute of a class or of the classes it inherits from, as written; undefined if there is none. */
export function lookup(info: TypeInfo, name: string): unknown {
  if (info.cacheVersion !== version) {
    info.cache.clear();
    info.cacheVersion = version;
  }
  const known = info.cache.get(name);
  if (known !== undefined || info.cache.has(name)) return known;
  let found: unknown;
  for (const cls of info.mro) {
    const own = typeInfo(cls);
    if (own !== undefined) {
      found = own.dict.get(name);
      if (found !== undefined) break;
    } else if (found === undefined && Object.hasOwn(cls.prototype as object, name) && name !== 'constructor') {
      // a foreign method: the foreign rules read it from the object
      break;
    }
  }
  info.cache.set(name, found);
  return found;
}

/** The classes of Python itself; the functions behind the names are made by their families. */
export const objectClass: PyClass = function object(...args: unknown[]): object {
  if (args.length > 0) throw error('TypeError', 'object() takes no arguments');
  return Object.create(bare) as object;
} as unknown as PyClass;
objectClass.prototype = Object.create(null) as object;
// what object() itself gives takes no attributes
const bare = Object.create(objectClass.prototype as object, { $w: { value: false } }) as object;

const builtinTypes = new Map<string, PyClass>();

/** Makes one of Python's own classes: `construct` is what a call runs. */
export function builtinType(
  name: string,
  construct: (...args: any[]) => unknown,
  bases: readonly PyClass[] = [objectClass],
  prototype?: object,
): PyClass {
  const cls = construct as unknown as PyClass;
  cls.prototype = prototype ?? Object.create(null);
  markType(cls, name, bases, true);
  builtinTypes.set(name, cls);
  return cls;
}

/** One of Python's own classes by name. */
export function builtin(name: string): PyClass {
  return builtinTypes.get(name)!;
}

markType(objectClass, 'object', [], true);
builtinTypes.set('object', objectClass);

/** How foreign objects say their class's name; set by the foreign rules. */
export const foreignNames = {
  of: (value: object): string => (value as any).constructor?.name ?? 'object',
  typeOf: (_value: object): Function | null => null,
  isInstance: (_value: object, _cls: Function): boolean | null => null,
  isTuple: (_value: object): boolean => false,
  ofClass: (cls: Function): { readonly module: string; readonly name: string } => ({
    module: 'builtins',
    name: cls.name,
  }),
};

/** The class of a value: `type(x)`. */
export function typeOf(x: unknown): PyClass {
  switch (typeof x) {
    case 'number':
      return Number.isSafeInteger(x) ? builtin('int') : builtin('float');
    case 'string':
      return builtin('str');
    case 'boolean':
      return builtin('bool');
    case 'bigint':
      return builtin('int');
    case 'function': {
      const info = typeInfo(x);
      if (info !== undefined) return info.metaclass ?? builtin('type');
      const f = x as any;
      if (f.$c !== undefined && Object.getPrototypeOf(f) !== Function.prototype && !isForeignClass(f)) return f.$c;
      if (f.$self !== undefined) return builtin('method');
      if (f.$p !== undefined) return f.$p.python ? builtin('function') : builtin('builtin_function_or_method');
      if (isForeignClass(f)) return builtin('type');
      const proto: any = Object.getPrototypeOf(f);
      return proto === Function.prototype ? builtin('function') : (proto?.constructor ?? builtin('function'));
    }
    case 'object': {
      if (x === null) return builtin('NoneType');
      const cls = (x as any).$c;
      if (cls !== undefined) return cls;
      // a facade's array with operators of its own (a shape) is of its own class
      if (Array.isArray(x) && typeof (x as any).__len__ !== 'function') return builtin('list');
      return (foreignNames.typeOf(x as object) ??
        (Object.getPrototypeOf(x) as any)?.constructor ??
        objectClass) as PyClass;
    }
    default:
      return builtin('NoneType');
  }
}

const classText = new WeakMap<object, boolean>();
/** Whether a function is a class of JavaScript, to be called with `new`. */
export function isForeignClass(f: Function): boolean {
  let known = classText.get(f);
  if (known === undefined) {
    known = typeInfo(f) === undefined && /^class[\s{]/.test(Function.prototype.toString.call(f));
    classText.set(f, known);
  }
  return known;
}

/** A class's name as Python says it. */
export function className(cls: PyClass): string {
  return typeInfo(cls)?.name ?? String(cls.name);
}

/** The name of a value's class: `type(x).__name__`. */
export function typeName(x: unknown): string {
  const cls = typeOf(x);
  const info = typeInfo(cls);
  if (info !== undefined && !(typeof x === 'function' && info.name === 'function' && (x as any).$c !== undefined))
    return info.name;
  return foreignNames.of(x as object);
}

/** Whether one class is another or inherits from it. */
export function isSubclass(cls: PyClass, of: PyClass): boolean {
  if (cls === of || of === objectClass) return true;
  const info = typeInfo(cls);
  if (info !== undefined) {
    if (info.mro.includes(of)) return true;
    const abstract = virtualSubclasses.get(of);
    if (abstract === undefined) return false;
    if (info.mro.some((c) => abstract.has(c))) return true;
    const methods = structural.get(of);
    return (
      methods !== undefined && methods.length > 0 && methods.every((m) => lookup(info, m) != null && m !== '__hash__')
    );
  }
  return (cls.prototype as any) instanceof (of as any);
}

/** Classes registered with an abstract one (`numbers.Number`, `collections.abc`). */
export const virtualSubclasses = new WeakMap<PyClass, Set<PyClass>>();

/** Whether a value is an instance of a class. */
export function isInstance(x: unknown, cls: PyClass): boolean {
  const own = typeOf(x);
  if (own === cls || cls === objectClass) return true;
  if (typeInfo(own) !== undefined) {
    if (isSubclass(own, cls)) return true;
    if (typeInfo(cls) !== undefined) return false;
  }
  if (typeof x === 'object' && x !== null) {
    const said = foreignNames.isInstance(x, cls);
    if (said !== null) return said;
  }
  if (cls === builtinTypes.get('tuple') && typeof x === 'object' && x !== null) return foreignNames.isTuple(x);
  if (Object.hasOwn(cls, Symbol.hasInstance)) return (x as any) instanceof (cls as any);
  if (typeInfo(cls) === undefined && x !== null && (typeof x === 'object' || typeof x === 'function')) {
    return typeof cls.prototype === 'object' && Object.prototype.isPrototypeOf.call(cls.prototype, x);
  }
  return false;
}

/** Gives a JavaScript value class its Python class. */
export function adoptPrototype(proto: object, cls: PyClass): void {
  Object.defineProperty(proto, '$c', { value: cls, writable: true, configurable: true });
}

export { Ellipsis, EllipsisValue, isInt, NotImplementedValue, PyBytes, PyFloat, PyModule, PyRange, PySlice, PyTuple };
