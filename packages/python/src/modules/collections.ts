import { updateDict } from '../runtime/builtins/mappingTypes';
import { allocators } from '../runtime/classes';
import {
  add,
  builtin,
  builtinType,
  ClassMethod,
  call,
  callable,
  compare,
  contains,
  defineMethods,
  equals,
  error,
  fn,
  index,
  iterate,
  list,
  makeClass,
  type PyClass,
  PyDict,
  PyProperty,
  type PyTuple,
  registerModule,
  repr,
  sortInPlace,
  sub,
  truth,
  tuple,
  typeInfo,
} from './api';

const inModule = (cls: PyClass): PyClass => {
  typeInfo(cls)!.module = 'collections';
  return cls;
};

// defaultdict ----------------------------------------------------------------------------------------------------
class DefaultDict extends PyDict {
  factory: unknown = null;
}
const defaultdict = inModule(
  builtinType(
    'defaultdict',
    fn('defaultdict(default_factory=None, iterable=None, /, **kwargs)', (factory = null, x, kwargs) => {
      const out = new DefaultDict();
      Object.defineProperty(out, 'factory', { enumerable: false, writable: true, value: factory });
      updateDict(out, x, kwargs);
      return out;
    }),
    [builtin('dict')],
    DefaultDict.prototype,
  ),
);
allocators.set(defaultdict, (cls) => Reflect.construct(DefaultDict, [], cls) as object);
defineMethods(defaultdict, {
  '__init__(self, default_factory=None, iterable=None, /, **kwargs)': (
    self: DefaultDict,
    factory = null,
    x,
    kwargs,
  ) => {
    self.factory = factory;
    updateDict(self, x, kwargs);
    return null;
  },
  '__missing__(self, key, /)': (self: DefaultDict, key) => {
    if (self.factory === null) throw error('KeyError', null, [key]);
    const value = call(self.factory);
    self.set(key, value);
    return value;
  },
  '__repr__(self, /)': (self: DefaultDict) => `defaultdict(${repr(self.factory)}, ${repr(self.copy())})`,
  'copy(self, /)': (self: DefaultDict) => {
    const out = new DefaultDict(self.entries());
    out.factory = self.factory;
    return out;
  },
});
typeInfo(defaultdict)!.dict.set(
  'default_factory',
  new PyProperty(fn('defaultdict.default_factory(self)', (d: DefaultDict) => d.factory)),
);

// OrderedDict ----------------------------------------------------------------------------------------------------
export class OrderedDict extends PyDict {}
const orderedDict = inModule(
  builtinType(
    'OrderedDict',
    fn('OrderedDict(iterable=None, /, **kwargs)', (x, kwargs) => {
      const out = new OrderedDict();
      updateDict(out, x, kwargs);
      return out;
    }),
    [builtin('dict')],
    OrderedDict.prototype,
  ),
);
allocators.set(orderedDict, (cls) => Reflect.construct(OrderedDict, [], cls) as object);
defineMethods(orderedDict, {
  '__repr__(self, /)': (d: PyDict) =>
    d.size === 0 ? 'OrderedDict()' : `OrderedDict([${[...d.entries()].map((e) => repr(tuple(e))).join(', ')}])`,
  'move_to_end(self, key, last=True)': (d: PyDict, key, last = true) => {
    const value = d.get(key);
    if (value === undefined) throw error('KeyError', null, [key]);
    d.delete(key);
    if (truth(last)) d.set(key, value);
    else {
      const rest = [...d.entries()];
      d.clear();
      d.set(key, value);
      for (const [k, v] of rest) d.set(k, v);
    }
    return null;
  },
  'popitem(self, last=True)': (d: PyDict, last = true) => {
    const entry = truth(last) ? d.last() : d.entries().next().value;
    if (entry === undefined) throw error('KeyError', null, ['dictionary is empty']);
    d.delete(entry[0]);
    return tuple(entry);
  },
  'copy(self, /)': (d: PyDict) => new OrderedDict(d.entries()),
  '__eq__(self, other, /)': (a: PyDict, b) => {
    if (!(b instanceof PyDict)) return false;
    if (a.size !== b.size) return false;
    if (b instanceof OrderedDict) {
      const other = [...b.entries()];
      return [...a.entries()].every(([k, v], i) => equals(k, other[i]![0]) && equals(v, other[i]![1]));
    }
    return [...a.entries()].every(([k, v]) => b.has(k) && equals(v, b.get(k)));
  },
});

// Counter --------------------------------------------------------------------------------------------------------
class Counter extends PyDict {}
function count(into: PyDict, x: unknown, kwargs: PyDict | null, sign: 1 | -1): void {
  const change = (k: unknown, by: unknown): void => {
    into.set(k, sign === 1 ? add(into.get(k) ?? 0, by) : sub(into.get(k) ?? 0, by));
  };
  if (x instanceof PyDict) for (const [k, v] of x.entries()) change(k, v);
  else if (x !== undefined && x !== null) for (const k of iterate(x)) change(k, 1);
  if (kwargs !== null) for (const [k, v] of kwargs.entries()) change(k, v);
}
const counter = inModule(
  builtinType(
    'Counter',
    fn('Counter(iterable=None, /, **kwargs)', (x, kwargs) => {
      const out = new Counter();
      count(out, x, kwargs, 1);
      return out;
    }),
    [builtin('dict')],
    Counter.prototype,
  ),
);
allocators.set(counter, (cls) => Reflect.construct(Counter, [], cls) as object);
const most = (c: PyDict): [unknown, unknown][] => {
  const items = [...c.entries()];
  const order = items.map((e) => tuple([...e]));
  sortInPlace(
    order,
    fn('key(e)', (e) => e[1]),
    true,
  );
  return order as unknown as [unknown, unknown][];
};
const combine =
  (keep: (a: any, b: any) => unknown) =>
  (a: PyDict, b: PyDict): PyDict => {
    const out = new Counter();
    for (const k of new Set([...a.keys(), ...b.keys()])) {
      const n = keep(a.get(k) ?? 0, b.get(k) ?? 0);
      if (truth(compare('>', n, 0))) out.set(k, n);
    }
    return out;
  };
defineMethods(counter, {
  '__init__(self, iterable=None, /, **kwargs)': (self: PyDict, x, kwargs) => {
    count(self, x, kwargs, 1);
    return null;
  },
  '__missing__(self, key, /)': () => 0,
  '__repr__(self, /)': (c: PyDict) =>
    c.size === 0
      ? 'Counter()'
      : `Counter({${most(c)
          .map(([k, v]) => `${repr(k)}: ${repr(v)}`)
          .join(', ')}})`,
  'most_common(self, n=None)': (c: PyDict, n) => {
    const out = most(c);
    return n === undefined || n === null ? out : out.slice(0, index(n));
  },
  'elements(self)': (c: PyDict) =>
    iterate([...c.entries()].flatMap(([k, v]) => new Array(Math.max(0, Number(v))).fill(k))),
  'update(self, iterable=None, /, **kwargs)': (c: PyDict, x, kwargs) => {
    count(c, x, kwargs, 1);
    return null;
  },
  'subtract(self, iterable=None, /, **kwargs)': (c: PyDict, x, kwargs) => {
    count(c, x, kwargs, -1);
    return null;
  },
  'total(self)': (c: PyDict) => [...c.values()].reduce((a: unknown, b) => add(a, b), 0),
  'copy(self, /)': (c: PyDict) => new Counter(c.entries()),
  '__add__(self, other, /)': combine((a, b) => add(a, b)),
  '__sub__(self, other, /)': combine((a, b) => sub(a, b)),
  '__and__(self, other, /)': combine((a, b) => (truth(compare('<', a, b)) ? a : b)),
  '__or__(self, other, /)': combine((a, b) => (truth(compare('<', a, b)) ? b : a)),
});

// deque ----------------------------------------------------------------------------------------------------------
class Deque {
  items: unknown[] = [];
  maxlen: number | null = null;
}
Object.defineProperty(Deque.prototype, '$unhashable', { value: true });
const trim = (d: Deque, fromLeft: boolean): null => {
  if (d.maxlen !== null) while (d.items.length > d.maxlen) fromLeft ? d.items.shift() : d.items.pop();
  return null;
};
function newDeque(target: Deque, x: unknown, maxlen: unknown): void {
  Object.defineProperties(target, {
    items: { value: [], enumerable: false, writable: true },
    maxlen: {
      value: maxlen === undefined || maxlen === null ? null : index(maxlen),
      enumerable: false,
      writable: true,
    },
  });
  if (x !== undefined) for (const v of iterate(x)) target.items.push(v);
  trim(target, true);
}
const deque = inModule(
  builtinType(
    'deque',
    fn('deque(iterable=None, maxlen=None)', (x, maxlen) => {
      const out = new Deque();
      newDeque(out, x, maxlen);
      return out;
    }),
    undefined,
    Deque.prototype,
  ),
);
allocators.set(deque, (cls) => {
  const made = Object.create(cls.prototype as object) as Deque;
  newDeque(made, undefined, undefined);
  return made;
});
const plainItems = (d: Deque): unknown[] => d.items;
defineMethods(deque, {
  '__init__(self, iterable=None, maxlen=None)': (d: Deque, x, maxlen) => {
    newDeque(d, x, maxlen);
    return null;
  },
  'append(self, x, /)': (d: Deque, x) => {
    d.items.push(x);
    return trim(d, true);
  },
  'appendleft(self, x, /)': (d: Deque, x) => {
    d.items.unshift(x);
    return trim(d, false);
  },
  'extend(self, iterable, /)': (d: Deque, x) => {
    for (const v of list(x)) d.items.push(v);
    return trim(d, true);
  },
  'extendleft(self, iterable, /)': (d: Deque, x) => {
    for (const v of list(x)) d.items.unshift(v);
    return trim(d, false);
  },
  'pop(self, /)': (d: Deque) => {
    if (d.items.length === 0) throw error('IndexError', 'pop from an empty deque');
    return d.items.pop();
  },
  'popleft(self, /)': (d: Deque) => {
    if (d.items.length === 0) throw error('IndexError', 'pop from an empty deque');
    return d.items.shift();
  },
  'rotate(self, n=1, /)': (d: Deque, n = 1) => {
    const size = d.items.length;
    if (size > 0) {
      const by = ((index(n) % size) + size) % size;
      d.items = [...d.items.slice(size - by), ...d.items.slice(0, size - by)];
    }
    return null;
  },
  'clear(self, /)': (d: Deque) => {
    d.items.length = 0;
    return null;
  },
  'copy(self, /)': (d: Deque) => call(deque, [[...d.items], d.maxlen]),
  'count(self, x, /)': (d: Deque, x) => d.items.filter((v) => equals(v, x)).length,
  'index(self, x, /)': (d: Deque, x) => {
    const at = d.items.findIndex((v) => equals(v, x));
    if (at < 0) throw error('ValueError', `${repr(x)} is not in deque`);
    return at;
  },
  'remove(self, x, /)': (d: Deque, x) => {
    const at = d.items.findIndex((v) => equals(v, x));
    if (at < 0) throw error('ValueError', 'deque.remove(x): x not in deque');
    d.items.splice(at, 1);
    return null;
  },
  'reverse(self, /)': (d: Deque) => {
    d.items.reverse();
    return null;
  },
  'insert(self, i, x, /)': (d: Deque, i, x) => {
    d.items.splice(index(i), 0, x);
    return null;
  },
  '__len__(self, /)': (d: Deque) => d.items.length,
  '__iter__(self, /)': (d: Deque) => iterate(d.items),
  '__reversed__(self, /)': (d: Deque) => iterate([...d.items].reverse()),
  '__contains__(self, x, /)': (d: Deque, x) => contains(d.items, x),
  '__getitem__(self, i, /)': (d: Deque, i) => {
    const at = index(i) < 0 ? index(i) + d.items.length : index(i);
    if (at < 0 || at >= d.items.length) throw error('IndexError', 'deque index out of range');
    return d.items[at];
  },
  '__setitem__(self, i, x, /)': (d: Deque, i, x) => {
    const at = index(i) < 0 ? index(i) + d.items.length : index(i);
    if (at < 0 || at >= d.items.length) throw error('IndexError', 'deque index out of range');
    d.items[at] = x;
    return null;
  },
  '__repr__(self, /)': (d: Deque) => `deque(${repr(plainItems(d))}${d.maxlen === null ? '' : `, maxlen=${d.maxlen}`})`,
  '__eq__(self, other, /)': (d: Deque, other) => other instanceof Deque && equals(d.items, other.items),
});
typeInfo(deque)!.dict.set('maxlen', new PyProperty(fn('deque.maxlen(self)', (d: Deque) => d.maxlen)));

// namedtuple -----------------------------------------------------------------------------------------------------
/** Makes the class of a named tuple; `defaults` are those of the last fields. */
export function namedTuple(
  name: string,
  fields: readonly string[],
  defaults: readonly unknown[],
  module = '__main__',
): PyClass {
  const cls = makeClass(name, name, module, [builtin('tuple')], new Map<string, unknown>(), null);
  const info = typeInfo(cls)!;
  const signature = fields.map((f, i) => (i >= fields.length - defaults.length ? `${f}=None` : f)).join(', ');
  const bind = fn(`${name}.__new__(_cls, ${signature})`, (_cls: PyClass, ...values: unknown[]) => {
    const full = fields.map(
      (_, i) => values[i] ?? (values[i] === null ? null : defaults[i - (fields.length - defaults.length)]),
    );
    return Object.setPrototypeOf(full, _cls.prototype as object) as unknown;
  });
  allocators.set(cls, (target, args) => bind(target, ...args) as object);
  const set = (key: string, value: unknown): void => {
    info.dict.set(key, value);
  };
  set(
    '__init__',
    fn(`${name}.__init__(self, *args, **kwargs)`, () => null),
  );
  set('_fields', tuple([...fields]));
  set('_field_defaults', new PyDict(defaults.map((d, i) => [fields[fields.length - defaults.length + i]!, d])));
  for (const [i, f] of fields.entries()) {
    const refuse = fn(`${name}.${f}(self, value)`, () => {
      throw error('AttributeError', "can't set attribute");
    });
    set(
      f,
      new PyProperty(
        fn(`${name}.${f}(self)`, (t: PyTuple) => t[i]),
        refuse,
      ),
    );
  }
  set(
    '__repr__',
    fn(
      `${name}.__repr__(self)`,
      (t: PyTuple) => `${typeInfo((t as any).$c)!.name}(${fields.map((f, i) => `${f}=${repr(t[i])}`).join(', ')})`,
    ),
  );
  set(
    '_asdict',
    fn(`${name}._asdict(self)`, (t: PyTuple) => new PyDict(fields.map((f, i) => [f, t[i]]))),
  );
  set(
    '_replace',
    fn(`${name}._replace(self, /, **kwargs)`, (t: PyTuple, kwargs: PyDict) => {
      const unknown = [...kwargs.keys()].filter((k) => !fields.includes(k as string));
      if (unknown.length > 0) throw error('ValueError', `Got unexpected field names: ${repr(unknown)}`);
      return Object.setPrototypeOf(
        fields.map((f, i) => kwargs.get(f) ?? t[i]),
        Object.getPrototypeOf(t) as object,
      ) as unknown;
    }),
  );
  set('_make', new ClassMethod(fn(`${name}._make(cls, iterable)`, (c: PyClass, x) => callable(c)(...list(x)))));
  set('__match_args__', tuple([...fields]));
  return cls;
}

registerModule('collections', () => ({
  defaultdict,
  OrderedDict: orderedDict,
  Counter: counter,
  deque,
  namedtuple: fn(
    'namedtuple(typename, field_names, *, rename=False, defaults=None, module=None)',
    (name, given, _rename, defaults) => {
      const fields =
        typeof given === 'string'
          ? given
              .replace(/,/g, ' ')
              .trim()
              .split(/\s+/)
              .filter((s) => s !== '')
          : (list(given) as string[]);
      for (const f of fields) {
        if (!/^[\p{ID_Start}][\p{ID_Continue}]*$/u.test(f))
          throw error('ValueError', `Type names and field names must be valid identifiers: ${repr(f)}`);
      }
      if (new Set(fields).size < fields.length) throw error('ValueError', 'Encountered duplicate field name');
      return namedTuple(name, fields, defaults === undefined || defaults === null ? [] : list(defaults));
    },
  ),
  ChainMap: fn('ChainMap(*maps)', (maps: unknown[]) => {
    const out = new PyDict();
    for (const m of [...maps].reverse()) updateDict(out, m, null);
    return out;
  }),
}));
