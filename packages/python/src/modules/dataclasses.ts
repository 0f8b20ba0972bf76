import { defaultSetattr } from '../runtime/attributeWrites';
import {
  builtin,
  builtinType,
  callable,
  compare,
  error,
  fn,
  getattr,
  hash,
  list,
  makeClass,
  NotImplemented,
  type PyClass,
  PyDict,
  type PyFunction,
  PyProperty,
  registerModule,
  repr,
  setattr,
  truth,
  tuple,
  typeInfo,
  typeName,
} from './api';

class Missing {
  __repr__(): string {
    return '<dataclasses._MISSING_TYPE object>';
  }
}
const MISSING = new Missing();

/** One field of a data class. */
class Field {
  name = '';
  type: unknown = null;
  default: unknown = MISSING;
  default_factory: unknown = MISSING;
  init = true;
  repr = true;
  hash: unknown = null;
  compare = true;
  kw_only: unknown = MISSING;
  metadata: unknown = null;
}
const fieldClass = builtinType(
  'Field',
  () => {
    throw error('TypeError', 'use dataclasses.field()');
  },
  undefined,
  Field.prototype,
);
for (const name of [
  'name',
  'type',
  'default',
  'default_factory',
  'init',
  'repr',
  'hash',
  'compare',
  'kw_only',
  'metadata',
] as const) {
  // read like attributes from Python
  typeInfo(fieldClass)!.dict.set(name, fieldProperty(name));
}

function fieldProperty(name: keyof Field): unknown {
  return new PyProperty(fn(`Field.${name}(self)`, (f: Field) => f[name]));
}

interface Options {
  readonly init: boolean;
  readonly repr: boolean;
  readonly eq: boolean;
  readonly order: boolean;
  readonly frozen: boolean;
  readonly unsafe_hash: boolean;
  readonly kw_only: boolean;
}

const tables = new WeakMap<object, Map<string, Field>>();
const fieldsOf = (cls: PyClass): Map<string, Field> | undefined => {
  for (const c of typeInfo(cls)?.mro ?? []) if (tables.has(c)) return tables.get(c);
  return undefined;
};

const textOf = (type: unknown): string =>
  typeof type === 'string' ? type : typeof type === 'function' ? (typeInfo(type)?.name ?? '') : repr(type);

function collect(cls: PyClass, options: Options): Map<string, Field> {
  const info = typeInfo(cls)!;
  const fields = new Map<string, Field>();
  for (const base of [...info.mro].slice(1).reverse()) for (const [k, f] of tables.get(base) ?? []) fields.set(k, f);
  const annotations = info.dict.get('__annotations__');
  let byKeyword = options.kw_only;
  for (const [key, type] of annotations instanceof PyDict ? annotations.entries() : []) {
    const name = key as string;
    const text = textOf(type);
    if (/^(typing\.)?ClassVar/.test(text)) continue;
    if (/^(dataclasses\.)?KW_ONLY/.test(text)) {
      byKeyword = true;
      continue;
    }
    const value = info.dict.get(name);
    let field: Field;
    if (value instanceof Field) {
      field = value;
      if (field.default === MISSING) info.dict.delete(name);
      else setattr(cls, name, field.default);
    } else {
      field = new Field();
      if (value !== undefined) field.default = value;
    }
    const d = field.default;
    if (
      (Array.isArray(d) && (d as any).$c === undefined) ||
      (typeof d === 'object' && d !== null && (d as any).$unhashable)
    ) {
      throw error(
        'ValueError',
        `mutable default <class '${typeName(d)}'> for field ${name} is not allowed: use default_factory`,
      );
    }
    field.name = name;
    field.type = type;
    if (field.kw_only === MISSING) field.kw_only = byKeyword;
    fields.set(name, field);
  }
  for (const [name, value] of info.dict) {
    if (value instanceof Field && !fields.has(name))
      throw error('TypeError', `${repr(name)} is a field but has no type annotation`);
  }
  return fields;
}

function initializer(cls: PyClass, fields: readonly Field[], frozen: boolean): PyFunction {
  const info = typeInfo(cls)!;
  const given = fields.filter((f) => f.init);
  const optional = (f: Field): boolean => f.default !== MISSING || f.default_factory !== MISSING;
  const positional = given.filter((f) => f.kw_only !== true);
  const keyword = given.filter((f) => f.kw_only === true);
  let seen: Field | null = null;
  for (const f of positional) {
    if (optional(f)) seen = f;
    else if (seen !== null) throw error('TypeError', `non-default argument ${repr(f.name)} follows default argument`);
  }
  const part = (f: Field): string => (optional(f) ? `${f.name}=...` : f.name);
  const signature = ['self', ...positional.map(part), ...(keyword.length > 0 ? ['*', ...keyword.map(part)] : [])].join(
    ', ',
  );
  const order = [...positional, ...keyword];
  const store = (self: object, name: string, value: unknown): void => {
    if (frozen) defaultSetattr(self, cls, typeInfo((self as any).$c)!, name, value);
    else setattr(self, name, value);
  };
  const init = fn(`${info.name}.__init__(${signature})`, (self: object, ...values: unknown[]) => {
    const initVars: unknown[] = [];
    for (const f of fields) {
      const at = order.indexOf(f);
      let value = at < 0 ? undefined : values[at];
      if (value === undefined) {
        if (f.default !== MISSING) value = f.default;
        else if (f.default_factory !== MISSING) value = callable(f.default_factory)();
        else continue;
      }
      if (/^(dataclasses\.)?InitVar/.test(textOf(f.type))) initVars.push(value);
      else store(self, f.name, value);
    }
    const post =
      (self as any).$c === undefined
        ? undefined
        : typeInfo((self as any).$c)!
            .mro.map((c) => typeInfo(c)?.dict.get('__post_init__'))
            .find((f) => f !== undefined);
    if (typeof post === 'function') (post as PyFunction)(self, ...initVars);
    return null;
  });
  // misuse is worded as of a function of Python
  (init as { $p: unknown }).$p = { ...init.$p, python: true, positionalOnly: 0 };
  return init;
}

function dataclass(cls: PyClass, options: Options): PyClass {
  const info = typeInfo(cls);
  if (info === undefined) throw error('TypeError', 'dataclass() should be called on a class');
  const table = collect(cls, options);
  tables.set(cls, table);
  const fields = [...table.values()];
  const own = info.dict;
  const add = (name: string, signature: string, f: (...a: any[]) => unknown, replace = false): void => {
    if (replace || !own.has(name)) setattr(cls, name, fn(`${info.name}.${name}(${signature})`, f));
  };
  setattr(cls, '__dataclass_fields__', new PyDict(table));
  if (options.init && !own.has('__init__')) setattr(cls, '__init__', initializer(cls, fields, options.frozen));
  const values = (x: unknown, which: readonly Field[]): unknown => tuple(which.map((f) => getattr(x, f.name)));
  const compared = fields.filter((f) => f.compare);
  const inside = new Set<unknown>();
  if (options.repr) {
    add('__repr__', 'self', (self: any) => {
      if (inside.has(self)) return '...';
      inside.add(self);
      try {
        const parts = fields
          .filter((f) => f.repr && !/^(dataclasses\.)?InitVar/.test(textOf(f.type)))
          .map((f) => `${f.name}=${repr(getattr(self, f.name))}`);
        return `${typeInfo(self.$c)!.qualname}(${parts.join(', ')})`;
      } finally {
        inside.delete(self);
      }
    });
  }
  if (options.eq) {
    const hadHash = own.has('__hash__') && own.get('__hash__') !== null;
    add('__eq__', 'self, other', (a: any, b: any) =>
      b !== null && b !== undefined && a.$c === b.$c
        ? compare('==', values(a, compared), values(b, compared))
        : NotImplemented,
    );
    if (!hadHash) {
      if (options.frozen || options.unsafe_hash) {
        const hashed = fields.filter((f) => (f.hash === null ? f.compare : f.hash === true));
        setattr(
          cls,
          '__hash__',
          fn(`${info.name}.__hash__(self)`, (self) => hash(values(self, hashed))),
        );
      } else setattr(cls, '__hash__', null);
    }
  }
  if (options.order) {
    for (const [name, op] of [
      ['__lt__', '<'],
      ['__le__', '<='],
      ['__gt__', '>'],
      ['__ge__', '>='],
    ] as const) {
      if (own.has(name))
        throw error(
          'TypeError',
          `Cannot overwrite attribute ${name} in class ${info.name}. Consider using functools.total_ordering`,
        );
      add(name, 'self, other', (a: any, b: any) =>
        a.$c === b?.$c ? compare(op, values(a, compared), values(b, compared)) : NotImplemented,
      );
    }
  }
  if (options.frozen) {
    const refuse = (what: string) => (_self: unknown, name: string) => {
      throw frozenError(`cannot ${what} field ${repr(name)}`);
    };
    const set = fn(`${info.name}.__setattr__(self, name, value)`, refuse('assign to'));
    const del = fn(`${info.name}.__delattr__(self, name)`, refuse('delete'));
    for (const f of [set, del]) (f as { $p: unknown }).$p = { ...f.$p, python: true };
    setattr(cls, '__setattr__', set);
    setattr(cls, '__delattr__', del);
  }
  setattr(cls, '__match_args__', tuple(fields.filter((f) => f.init && f.kw_only !== true).map((f) => f.name)));
  return cls;
}

let frozenClass: PyClass | null = null;

function frozenErrorClass(): PyClass {
  frozenClass ??= makeClass(
    'FrozenInstanceError',
    'FrozenInstanceError',
    'dataclasses',
    [builtin('AttributeError')],
    new Map(),
    null,
  );
  return frozenClass;
}
const frozenError = (message: string): unknown => callable(frozenErrorClass())(message);

function instanceFields(x: unknown, call: string): Field[] {
  const cls =
    typeof x === 'function' && typeInfo(x) !== undefined ? (x as PyClass) : ((x as any)?.$c as PyClass | undefined);
  const table = cls === undefined ? undefined : fieldsOf(cls);
  if (table === undefined) throw error('TypeError', `${call}() should be called on dataclass instances`);
  return [...table.values()];
}

function deep(x: unknown, dict: (x: unknown) => unknown): unknown {
  if (x !== null && typeof x === 'object' && (x as any).$c !== undefined && fieldsOf((x as any).$c) !== undefined)
    return dict(x);
  if (Array.isArray(x)) {
    const items = x.map((v) => deep(v, dict));
    return (x as any).$c === undefined ? items : Object.setPrototypeOf(items, Object.getPrototypeOf(x) as object);
  }
  if (x instanceof PyDict) return new PyDict([...x.entries()].map(([k, v]) => [deep(k, dict), deep(v, dict)]));
  return x;
}
const asdict = (x: unknown): PyDict =>
  new PyDict(instanceFields(x, 'asdict').map((f) => [f.name, deep(getattr(x, f.name), asdict)]));
const astuple = (x: unknown): unknown =>
  tuple(instanceFields(x, 'astuple').map((f) => deep(getattr(x, f.name), astuple)));

registerModule('dataclasses', () => ({
  dataclass: fn(
    'dataclass(cls=None, /, *, init=True, repr=True, eq=True, order=False, unsafe_hash=False, frozen=False, match_args=True, kw_only=False, slots=False, weakref_slot=False)',
    (
      cls,
      init = true,
      show = true,
      eq = true,
      order = false,
      unsafe = false,
      frozen = false,
      _match = true,
      kwOnly = false,
    ) => {
      const options: Options = {
        init: truth(init),
        repr: truth(show),
        eq: truth(eq),
        order: truth(order),
        frozen: truth(frozen),
        unsafe_hash: truth(unsafe),
        kw_only: truth(kwOnly),
      };
      return cls === undefined || cls === null
        ? fn('wrap(cls)', (c) => dataclass(c, options))
        : dataclass(cls, options);
    },
  ),
  field: fn(
    'field(*, default=None, default_factory=None, init=True, repr=True, hash=None, compare=True, metadata=None, kw_only=None)',
    (value, factory, init = true, show = true, hashed = null, compared = true, metadata = null, kwOnly) => {
      if (value !== undefined && factory !== undefined)
        throw error('ValueError', 'cannot specify both default and default_factory');
      const f = new Field();
      if (value !== undefined) f.default = value;
      if (factory !== undefined) f.default_factory = factory;
      f.init = truth(init);
      f.repr = truth(show);
      f.hash = hashed;
      f.compare = truth(compared);
      f.metadata = metadata ?? new PyDict();
      if (kwOnly !== undefined) f.kw_only = truth(kwOnly);
      return f;
    },
  ),
  fields: fn('fields(class_or_instance, /)', (x) => tuple(instanceFields(x, 'fields'))),
  asdict: fn('asdict(obj, *, dict_factory=None)', asdict),
  astuple: fn('astuple(obj, *, tuple_factory=None)', astuple),
  replace: fn('replace(obj, /, **changes)', (x, changes: PyDict) => {
    const named: Record<string, unknown> = {};
    for (const f of instanceFields(x, 'replace'))
      if (f.init && !changes.has(f.name)) named[f.name] = getattr(x, f.name);
    for (const [k, v] of changes.entries()) named[k as string] = v;
    return callable((x as any).$c)(named);
  }),
  is_dataclass: fn('is_dataclass(obj, /)', (x) => {
    const cls = typeof x === 'function' ? x : x?.$c;
    return cls !== undefined && fieldsOf(cls) !== undefined;
  }),
  make_dataclass: fn('make_dataclass(cls_name, fields, *, bases=(), namespace=None)', (name, given, bases) => {
    const annotations = new PyDict();
    const namespace = new Map<string, unknown>([['__annotations__', annotations]]);
    for (const f of list(given)) {
      const parts = typeof f === 'string' ? [f, 'Any'] : list(f);
      annotations.set(parts[0], parts[1] ?? 'Any');
      if (parts[2] !== undefined) namespace.set(parts[0] as string, parts[2]);
    }
    const cls = makeClass(name, name, '__main__', bases === undefined ? [] : list(bases), namespace, null);
    return dataclass(cls, {
      init: true,
      repr: true,
      eq: true,
      order: false,
      frozen: false,
      unsafe_hash: false,
      kw_only: false,
    });
  }),
  FrozenInstanceError: frozenErrorClass(),
  MISSING,
  KW_ONLY: 'KW_ONLY',
  InitVar: builtinType('InitVar', () => null),
  Field: fieldClass,
}));
