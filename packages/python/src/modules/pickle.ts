import {
  FormatError,
  OrderedDict,
  type PickleGlobal,
  PythonFloat,
  pickle,
  type Reduction,
  Tuple,
  tupleOf,
  UnpicklingError,
  unpickle,
} from '@stele/core/formats/pickle';
import {
  builtin,
  call,
  callMethod,
  error,
  float,
  fn,
  makeClass,
  PyBytes,
  type PyClass,
  PyDict,
  PyFloat,
  PyFrozenSet,
  PySet,
  PyTuple,
  registerModule,
  tuple,
  typeName,
} from '../runtime/index';

let classes: { PickleError: PyClass; PicklingError: PyClass; UnpicklingError: PyClass } | null = null;
function errors(): NonNullable<typeof classes> {
  if (classes === null) {
    const make = (name: string, base: PyClass): PyClass => makeClass(name, name, '_pickle', [base], new Map(), null);
    const PickleError = make('PickleError', builtin('Exception'));
    classes = {
      PickleError,
      PicklingError: make('PicklingError', PickleError),
      UnpicklingError: make('UnpicklingError', PickleError),
    };
  }
  return classes;
}

/** Python's values as the format's writer knows them; an object that is met again stays one. */
function outgoing(root: unknown): unknown {
  const seen = new Map<object, unknown>();
  const convert = (value: unknown): unknown => {
    if (value instanceof PyFloat) return new PythonFloat(Number(value));
    // a float that JavaScript holds as a whole number too large to be an int
    if (typeof value === 'number' && Number.isInteger(value) && !Number.isSafeInteger(value))
      return new PythonFloat(value);
    if (typeof value !== 'object' || value === null) {
      if (typeof value === 'function')
        throw call(errors().PicklingError, [`Can't pickle ${typeName(value)} objects: Stele pickles values, not code`]);
      return value;
    }
    const known = seen.get(value);
    if (known !== undefined) return known;
    const keep = <T>(made: T): T => {
      seen.set(value, made);
      return made;
    };
    if (value instanceof PyTuple) {
      const parts = value.map(convert);
      return keep(tupleOf(parts));
    }
    if (Array.isArray(value)) {
      const list = keep([] as unknown[]);
      for (const item of value) list.push(convert(item));
      return list;
    }
    if (value instanceof PyDict) {
      const map = keep(new Map<unknown, unknown>());
      for (const [k, v] of value.entries()) map.set(convert(k), convert(v));
      return map;
    }
    if (value instanceof PyFrozenSet) return keep(new Frozen([...value].map(convert)));
    if (value instanceof PySet) return keep(new Set([...value].map(convert)));
    if (value instanceof PyBytes) return keep(value.data);
    throw call(errors().PicklingError, [
      `cannot pickle '${typeName(value)}' object: Stele pickles numbers, text, bytes, tuples, lists, dicts and sets; save tensors with torch.save or numpy.save`,
    ]);
  };
  return convert(root);
}
class Frozen {
  readonly items: unknown[];
  constructor(items: unknown[]) {
    this.items = items;
  }
}
const reduce = (value: object): Reduction | undefined =>
  value instanceof Frozen ? { call: ['__builtin__', 'frozenset'], args: tupleOf([value.items]) } : undefined;

/** The only names that a pickle may use here: values, nothing that runs. */
const globals: ReadonlyMap<string, PickleGlobal> = new Map<string, PickleGlobal>([
  ['builtins.set', { call: ([items]) => new Set(items as unknown[]) }],
  ['builtins.frozenset', { call: ([items]) => new Frozen(items as unknown[]) }],
  ['collections.OrderedDict', { call: () => new OrderedDict() }],
  ['_codecs.encode', { call: ([text]) => Uint8Array.from(String(text), (c) => c.charCodeAt(0)) }],
  ['builtins.bytes', { call: () => new Uint8Array() }],
]);

/** What the format's reader gave, as Python's values; shared parts stay shared. */
function incoming(root: unknown): unknown {
  const seen = new Map<object, unknown>();
  const convert = (value: unknown): unknown => {
    if (value === undefined) return null;
    if (typeof value !== 'object' || value === null || value instanceof PyFloat) return value;
    const known = seen.get(value);
    if (known !== undefined) return known;
    const keep = <T>(made: T): T => {
      seen.set(value, made);
      return made;
    };
    if (value instanceof Tuple) return keep(tuple([...value].map(convert)));
    if (Array.isArray(value)) {
      const list = keep([] as unknown[]);
      for (const item of value) list.push(convert(item));
      return list;
    }
    if (value instanceof Map) {
      const dict = keep(new PyDict());
      for (const [k, v] of value) dict.set(convert(k), convert(v));
      return dict;
    }
    if (value instanceof Frozen) return keep(call(builtin('frozenset'), [value.items.map(convert)]));
    if (value instanceof Set) return keep(call(builtin('set'), [[...value].map(convert)]));
    if (value instanceof Uint8Array) return keep(new PyBytes(value));
    // a name that was not called
    throw call(errors().UnpicklingError, [`${String(value)} is no value`]);
  };
  return convert(root);
}

function dumps(value: unknown): PyBytes {
  try {
    return new PyBytes(pickle(outgoing(value), { reduce }));
  } catch (e) {
    if (e instanceof RangeError)
      throw error('RecursionError', 'maximum recursion depth exceeded while pickling an object');
    throw e instanceof FormatError ? call(errors().PicklingError, [e.message]) : e;
  }
}

function loads(data: unknown): unknown {
  if (!(data instanceof PyBytes)) throw error('TypeError', `a bytes-like object is required, not '${typeName(data)}'`);
  try {
    return incoming(unpickle(data.data, { globals, float }));
  } catch (e) {
    if (e instanceof UnpicklingError || e instanceof FormatError) throw call(errors().UnpicklingError, [e.message]);
    throw e;
  }
}

registerModule('pickle', () => ({
  dumps: fn('dumps(obj, protocol=None, *, fix_imports=True)', (obj) => dumps(obj)),
  loads: fn('loads(data, /, *, fix_imports=True, encoding="ASCII", errors="strict")', (data) => loads(data)),
  dump: fn('dump(obj, file, protocol=None, *, fix_imports=True)', (obj, file) => {
    callMethod(file, 'write', [dumps(obj)]);
    return null;
  }),
  load: fn('load(file, *, fix_imports=True, encoding="ASCII", errors="strict")', (file) =>
    loads(callMethod(file, 'read', [])),
  ),
  HIGHEST_PROTOCOL: 5,
  DEFAULT_PROTOCOL: 5,
  ...errors(),
}));
