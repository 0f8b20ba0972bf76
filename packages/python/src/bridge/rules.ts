import {
  attributeOf,
  bindKeywords,
  checkCount,
  EngineError,
  isKeywords,
  isNamedTuple,
  isSetItems,
  namespaceName,
  provideCallables,
  provideDescriptions,
  provideMappings,
  setItems,
  signatureOf,
  Tensor,
  Tuple,
  unmarkFloats,
} from '@stele/core';
import { OrderedDict as OrderedMap } from '@stele/core/formats/pickle';
import { NDArray, NumpyDType, scalarTypes } from '@stele/core/numpy';
import { OrderedDict } from '../modules/collections';
import { PyFile } from '../modules/files';
import { call, callable, callMethod, specialMethod } from '../runtime/calling';
import { DictView, PyDict } from '../runtime/dict';
import {
  callback,
  defaultForeign,
  errorHooks,
  type ForeignRules,
  foreign,
  pythonFunction,
  setForeign,
} from '../runtime/foreign';
import type { PyFunction } from '../runtime/functions';
import { PyIterator } from '../runtime/iterator';
import { error } from '../runtime/raise';
import type { Keywords } from '../runtime/registry';
import { PySetBase } from '../runtime/set';
import { repr } from '../runtime/text';
import { builtin, typeInfo, typeOf } from '../runtime/types';
import { userError } from '../runtime/userError';
import { PyBytes, PyModule, PyRange, PyTuple, tuple } from '../runtime/values';
import { classNameOf } from './classNames';
import { decorated } from './decorated';
import { LiveDict } from './liveDict';
import { asModule } from './namespaces';

const isPlainArray = (x: unknown): x is unknown[] => Array.isArray(x) && Object.getPrototypeOf(x) === Array.prototype;
/** Python's own number classes, where a facade takes a dtype: their names. */
const dtypeClasses = new Set(['int', 'float', 'bool']);

/** An array with every part changed; the same array where none does. */
function mapped(list: readonly unknown[], f: (value: unknown) => unknown): readonly unknown[] {
  let out: unknown[] | null = null;
  for (let i = 0; i < list.length; i++) {
    const next = f(list[i]);
    if (out === null && next !== list[i]) out = list.slice(0, i);
    out?.push(next);
  }
  return out ?? list;
}

function enter(value: unknown): unknown {
  if (typeof value === 'function') {
    const info = typeInfo(value);
    if (info !== undefined) return info.builtin && dtypeClasses.has(info.name) ? info.name : value;
    if ((value as PyFunction).$made !== undefined) return (value as PyFunction).$made;
    if ((value as PyFunction).$p?.python) return callback(value as PyFunction, false);
    // np.float32 as a dtype
    return Object.hasOwn(value, 'dtypeName') ? (value as unknown as { dtypeName: string }).dtypeName : value;
  }
  if (typeof value !== 'object' || value === null) return value;
  if (value instanceof PyDict) {
    const out = value instanceof OrderedDict ? new OrderedMap<unknown, unknown>() : new Map<unknown, unknown>();
    for (const [k, v] of value.entries()) out.set(k, enter(v));
    return out;
  }
  if (value instanceof PyTuple) {
    const out = mapped(value, enter);
    return out === value ? value : tuple([...out]);
  }
  if (isPlainArray(value)) return mapped(value, enter);
  if (value instanceof PyBytes) return value.data;
  if (value instanceof PySetBase) return setItems([...value].map(enter));
  if (value instanceof PyRange) return [...(value as Iterable<unknown>)];
  if (value instanceof DictView) {
    const { dict, what } = value;
    const parts = what === 'keys' ? dict.keys() : what === 'values' ? dict.values() : dict.entries();
    return [...parts].map((part) => enter(what === 'items' ? tuple(part as unknown[]) : part));
  }
  if (value instanceof NumpyDType) return value.name;
  if (value instanceof PyModule) return value.members;
  return value;
}

/** A file that Python opened, as facades read and write it. */
const openedFile = (file: PyFile) => ({
  read(): Uint8Array {
    const data = callMethod(file, 'read');
    if (data instanceof PyBytes) return data.data;
    throw error('TypeError', `the file ${file.name} is not open in binary mode: its mode is '${file.mode}'`);
  },
  write: (data: Uint8Array | string): unknown =>
    callMethod(file, 'write', [typeof data === 'string' ? data : new PyBytes(data)]),
});

/** An iterator of Python whose items come into the facade as they are asked for. */
function entering(value: unknown): unknown {
  if (value instanceof PyFile) return openedFile(value);
  if (specialMethod(value, '__fspath__') !== undefined) return callMethod(value, '__fspath__');
  if (!(value instanceof PyIterator)) return enter(value);
  const source = value;
  return {
    *[Symbol.iterator](): Generator<unknown> {
      for (let item = source.next(); item !== undefined; item = source.next()) yield enter(item);
    },
  };
}

function leave(value: unknown): unknown {
  if (value === undefined) return null;
  if (typeof value === 'function') return pythonFunction(value);
  if (typeof value !== 'object' || value === null) return value;
  if (isPlainArray(value)) return mapped(value, leave);
  if (value instanceof Tuple) return tuple(value.map(leave));
  if (value instanceof PyTuple && value.constructor === PyTuple) {
    const out = mapped(value, leave);
    return out === value ? value : tuple([...out]);
  }
  if (Array.isArray(value)) return value;
  if (value instanceof Set) return call(builtin('set'), [[...value].map(leave)]);
  if (value instanceof Map) {
    // a facade's own kind of Map, such as a state_dict, is what Python calls an OrderedDict
    if (value.constructor === Map) return new LiveDict(value, leave, enter);
    const out = new OrderedDict();
    for (const [k, v] of value) out.set(k, leave(v));
    return out;
  }
  if (Object.getOwnPropertySymbols(value).length > 0 && isKeywords(value) && namespaceName(value) === null)
    return value;
  if (isKeywords(value) || !('constructor' in value)) {
    const module = asModule(value);
    if (module !== null) return module;
  }
  if (isKeywords(value)) return new LiveDict(value, leave, enter);
  if (value instanceof Uint8Array) return new PyBytes(value);
  if (ArrayBuffer.isView(value) && !(value instanceof DataView)) return [...(value as unknown as Iterable<unknown>)];
  return value;
}

/** The facade's results that Python knows as tuples. */
function leaveResult(fn: Function, value: unknown): unknown {
  const out = leave(value);
  return isPlainArray(out) && signatureOf(fn)?.returnsTuple ? tuple([...out]) : out;
}

function bound(call: string, fn: Function, args: readonly unknown[], keywords: Keywords | null): unknown[] {
  const given = args.map(entering);
  checkCount(fn, given.length, keywords === null ? [] : Object.keys(keywords));
  if (keywords === null) return given;
  const named: Record<string, unknown> = {};
  for (const key of Object.keys(keywords))
    Object.defineProperty(named, key, {
      value: entering(keywords[key]),
      enumerable: true,
      writable: true,
      configurable: true,
    });
  return plainOptions(bindKeywords(call, fn, given, named));
}

/** In an options object a dict cannot be taken for keywords: it comes as the record that facades check. */
function plainOptions(args: unknown[]): unknown[] {
  const options = args.at(-1);
  if (!isKeywords(options)) return args;
  for (const [key, value] of Object.entries(options)) {
    const names = value instanceof Map ? [...value.keys()] : [];
    if (names.length > 0 && names.every((k) => typeof k === 'string' || typeof k === 'number'))
      options[key] = Object.fromEntries([...(value as Map<string, unknown>)].map(([k, v]) => [k, unmarkFloats(v)]));
  }
  return args;
}

const isThenable = (x: unknown): boolean =>
  typeof x === 'object' && x !== null && typeof (x as { then?: unknown }).then === 'function' && x instanceof Promise;

provideMappings((value) => (value instanceof PyDict ? [...value.entries()] : null));

const instances = new WeakMap<object, Function>();
provideCallables((value) => {
  const known = instances.get(value);
  if (known !== undefined) return known;
  const info = typeInfo(typeOf(value));
  if (info === undefined || info.foreign !== null || specialMethod(value, '__call__') === undefined) return null;
  const made = callback(callable(value) as PyFunction, false);
  instances.set(value, made);
  return made;
});

const namedClasses = new Map<string, Function>();
/** The class of an object that says what its kind is called: such as a function of PyTorch's graph. */
function namedClass(object: object): Function | null {
  const name = (object as { __typename__?: unknown }).__typename__;
  if (typeof name !== 'string' || !/^\w+$/.test(name)) return null;
  let made = namedClasses.get(name);
  if (made === undefined) {
    // its instances are those of the object's own class
    made = { [name]: class extends (object.constructor as new () => object) {} }[name]!;
    namedClasses.set(name, made);
  }
  return made;
}

const rules: Partial<ForeignRules> = {
  enter,
  result: (value) => (value instanceof PyIterator ? entering(value) : enter(value)),
  leave,
  call(fn, self, args, keywords) {
    const given = bound(`${fn.name}()`, fn, args, keywords);
    let result: unknown;
    try {
      result = Reflect.apply(fn, self, given);
    } catch (e) {
      throw reword(e, [self, ...given]);
    }
    if (isThenable(result)) {
      (result as Promise<unknown>).catch(() => {});
      throw error('NotImplementedError', `${fn.name}() takes its time in Stele and cannot be awaited from Python`);
    }
    // a decorator: what comes back stands in the function's place
    const first = args[0] as PyFunction | undefined;
    if (typeof result === 'function' && typeInfo(result) === undefined && isDecorated(result, first))
      return decorated(result, first!, foreign);
    return leaveResult(fn, result);
  },
  construct(cls, args, keywords, target) {
    const make = (cls as { __new__?: unknown }).__new__;
    const given = bound(`${cls.name}.__init__()`, cls, args, keywords);
    if (cls === target && typeof make === 'function' && Object.hasOwn(cls, '__new__'))
      return Reflect.apply(make, cls, given) as object;
    return Reflect.construct(cls, given, target) as object;
  },
  get(object, name) {
    const declared = attributeOf(object, name);
    if (typeof declared === 'function') return declared(object);
    const value = defaultForeign.get(object, name);
    return declared === 'tuple' && Array.isArray(value) ? tuple([...(leave(value) as unknown[])]) : value;
  },
  set(object, name, value) {
    // what a class written in Python keeps stays Python's own
    const own = (object as { $c?: unknown }).$c !== undefined && typeof value !== 'function';
    const given = own ? value : enter(value);
    // a facade that looks at what is set
    const method = (object as { __setattr__?: unknown }).__setattr__;
    if (typeof method !== 'function') return Reflect.set(object, name, given);
    method.call(object, name, given);
    return true;
  },
  reword,
  className: (cls) => classNameOf(cls) ?? defaultForeign.className(cls),
  isTuple: isNamedTuple,
  // a scalar of NumPy is of its dtype's class
  typeOf: (object) => (object instanceof NDArray && object.isScalar ? scalarTypes[object.dtype]! : namedClass(object)),
  isInstance(object, cls) {
    if (!(object instanceof NDArray) || !object.isScalar) return null;
    if (cls === NDArray) return false;
    if (cls === builtin('float')) return object.dtype === 'float64';
    return cls === builtin('complex') ? object.dtype === 'complex128' : null;
  },
  typeName(object) {
    const given = (object as { __typename__?: unknown }).__typename__;
    return typeof given === 'string' ? given : defaultForeign.typeName(object);
  },
};

/** An error of the engine in the words of the framework whose tensors it met. */
function reword(e: unknown, values: readonly unknown[]): unknown {
  if (!(e instanceof EngineError)) return e;
  const family = values.flat().find((v): v is Tensor => v instanceof Tensor)?.family;
  return family === undefined ? e : family.rephrase(e);
}

const isDecorated = (result: Function, first: unknown): boolean =>
  typeof first === 'function' &&
  (first as PyFunction).$p?.python === true &&
  pythonFunction(result) === result &&
  Object.getPrototypeOf(result) === Function.prototype;

/** A facade's value as Python writes it, in lists too. */
function asWritten(value: unknown): unknown {
  if (!Array.isArray(value)) return leave(value);
  if (isSetItems(value)) return call(builtin('set'), [value.map(asWritten)]);
  return value instanceof PyTuple ? tuple(value.map(asWritten)) : isPlainArray(value) ? value.map(asWritten) : value;
}
provideDescriptions((value) => {
  const written = asWritten(value);
  return { text: repr(written), type: repr(typeOf(written)) };
});

setForeign(rules);
errorHooks.user = userError;
