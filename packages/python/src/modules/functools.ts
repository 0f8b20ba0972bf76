import {
  builtinType,
  call,
  callable,
  compare,
  defineMethods,
  error,
  fn,
  getattrOr,
  index,
  iterate,
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
  typeOf,
} from './api';
import { namedTuple } from './collections';

const keywordsOf = (d: PyDict): unknown[] => (d.size === 0 ? [] : [Object.fromEntries(d.entries())]);

/** Gives `wrapper` the names of `wrapped`. */
function update(wrapper: unknown, wrapped: unknown): unknown {
  for (const name of ['__module__', '__name__', '__qualname__', '__doc__']) {
    const value = getattrOr(wrapped, name, undefined);
    if (value !== undefined) setattr(wrapper, name, value);
  }
  const own = (wrapped as PyFunction).$a;
  if (own !== undefined) for (const [k, v] of own) if (!k.startsWith('__')) setattr(wrapper, k, v);
  setattr(wrapper, '__wrapped__', wrapped);
  return wrapper;
}

class Partial {
  readonly func: unknown;
  readonly args: unknown[];
  readonly keywords: PyDict;
  constructor(func: unknown, args: unknown[], keywords: PyDict) {
    this.func = func;
    this.args = args;
    this.keywords = keywords;
  }
}
const partialClass = builtinType(
  'partial',
  fn('partial(func, /, *args, **kwargs)', (f, args, kwargs) => {
    callable(f);
    return new Partial(f, [...args], kwargs);
  }),
  undefined,
  Partial.prototype,
);
typeInfo(partialClass)!.module = 'functools';
defineMethods(partialClass, {
  '__call__(self, /, *args, **kwargs)': (p: Partial, args, kwargs: PyDict) => {
    const named = p.keywords.copy();
    for (const [k, v] of kwargs.entries()) named.set(k, v);
    return callable(p.func)(...p.args, ...args, ...keywordsOf(named));
  },
  '__repr__(self, /)': (p: Partial) =>
    `functools.partial(${[repr(p.func), ...p.args.map(repr), ...[...p.keywords.entries()].map(([k, v]) => `${String(k)}=${repr(v)}`)].join(', ')})`,
});
typeInfo(partialClass)!.dict.set('func', new PyProperty(fn('partial.func(self)', (p: Partial) => p.func)));
typeInfo(partialClass)!.dict.set('args', new PyProperty(fn('partial.args(self)', (p: Partial) => tuple([...p.args]))));
typeInfo(partialClass)!.dict.set('keywords', new PyProperty(fn('partial.keywords(self)', (p: Partial) => p.keywords)));

let cacheInfo: PyClass | null = null;
function cached(f: unknown, maxsize: number | null): unknown {
  const store = new PyDict();
  let hits = 0;
  let misses = 0;
  const g = callable(f);
  const wrapper = fn('wrapper(*args, **kwargs)', (args: unknown[], kwargs: PyDict) => {
    const key =
      kwargs.size === 0
        ? tuple([...args])
        : tuple([...args, tuple(['\0kw']), ...[...kwargs.entries()].map((e) => tuple(e))]);
    const known = store.get(key);
    if (known !== undefined) {
      hits++;
      if (maxsize !== null) {
        store.delete(key);
        store.set(key, known);
      }
      return known;
    }
    misses++;
    const value = g(...args, ...keywordsOf(kwargs));
    if (maxsize === 0) return value;
    store.set(key, value);
    if (maxsize !== null && store.size > maxsize)
      for (const k of store.keys()) {
        store.delete(k);
        break;
      }
    return value;
  });
  update(wrapper, f);
  setattr(
    wrapper,
    'cache_info',
    fn('cache_info()', () => {
      cacheInfo ??= namedTuple('CacheInfo', ['hits', 'misses', 'maxsize', 'currsize'], []);
      return call(cacheInfo, [hits, misses, maxsize, store.size]);
    }),
  );
  setattr(
    wrapper,
    'cache_clear',
    fn('cache_clear()', () => {
      store.clear();
      hits = misses = 0;
      return null;
    }),
  );
  return wrapper;
}

class CachedProperty {
  readonly func: PyFunction;
  name = '';
  constructor(func: PyFunction) {
    this.func = func;
  }
}

/** The order that is missing, from the one that is there. */
const ORDERS: Readonly<Record<string, Readonly<Record<string, (a: unknown, b: unknown) => unknown>>>> = {
  __lt__: {
    __gt__: (a, b) => !truth(compare('<', a, b)) && !truth(compare('==', a, b)),
    __le__: (a, b) => truth(compare('<', a, b)) || truth(compare('==', a, b)),
    __ge__: (a, b) => !truth(compare('<', a, b)),
  },
  __le__: {
    __ge__: (a, b) => !truth(compare('<=', a, b)) || truth(compare('==', a, b)),
    __lt__: (a, b) => truth(compare('<=', a, b)) && !truth(compare('==', a, b)),
    __gt__: (a, b) => !truth(compare('<=', a, b)),
  },
  __gt__: {
    __lt__: (a, b) => !truth(compare('>', a, b)) && !truth(compare('==', a, b)),
    __ge__: (a, b) => truth(compare('>', a, b)) || truth(compare('==', a, b)),
    __le__: (a, b) => !truth(compare('>', a, b)),
  },
  __ge__: {
    __le__: (a, b) => !truth(compare('>=', a, b)) || truth(compare('==', a, b)),
    __gt__: (a, b) => truth(compare('>=', a, b)) && !truth(compare('==', a, b)),
    __lt__: (a, b) => !truth(compare('>=', a, b)),
  },
};

function singledispatch(f: unknown): unknown {
  const table = new Map<unknown, unknown>();
  const pick = (cls: PyClass): unknown => {
    for (const c of typeInfo(cls)?.mro ?? [cls]) if (table.has(c)) return table.get(c);
    return f;
  };
  const wrapper = fn('wrapper(*args, **kwargs)', (args: unknown[], kwargs: PyDict) => {
    if (args.length === 0) throw error('TypeError', 'the dispatched function requires at least 1 positional argument');
    return callable(pick(typeOf(args[0])))(...args, ...keywordsOf(kwargs));
  });
  update(wrapper, f);
  const register = fn('register(cls, func=None)', (cls, g) => {
    if (g !== undefined) {
      table.set(cls, g);
      return g;
    }
    const annotations = typeInfo(cls) === undefined ? (getattrOr(cls, '__annotations__', null) as PyDict | null) : null;
    const first = annotations === null ? undefined : [...annotations.values()][0];
    if (first !== undefined) {
      table.set(first, cls);
      return cls;
    }
    return fn('decorator(func)', (h) => {
      table.set(cls, h);
      return h;
    });
  });
  setattr(wrapper, 'register', register);
  setattr(
    wrapper,
    'dispatch',
    fn('dispatch(cls)', (cls) => pick(cls)),
  );
  return wrapper;
}

registerModule('functools', () => {
  const cachedProperty = builtinType(
    'cached_property',
    fn('cached_property(func)', (f) => new CachedProperty(f)),
    undefined,
    CachedProperty.prototype,
  );
  const info = typeInfo(cachedProperty)!;
  defineMethods(cachedProperty, {
    '__get__(self, x, cls=None, /)': (p: CachedProperty, x) => {
      if (x === null) return p;
      const value = p.func(x);
      setattr(x, p.name, value);
      return value;
    },
    '__set_name__(self, owner, name, /)': (p: CachedProperty, _owner, name) => {
      Object.defineProperty(p, 'name', { value: name, enumerable: false, writable: true });
      return null;
    },
  });
  // its `__get__` counts as one of a class made by Python
  (info as { builtin: boolean }).builtin = false;
  return {
    reduce: fn('reduce(function, iterable, initial=None, /)', (f, x, initial) => {
      const g = callable(f);
      const it = iterate(x);
      let total = initial === undefined ? it.next() : initial;
      if (total === undefined) throw error('TypeError', 'reduce() of empty iterable with no initial value');
      for (let v = it.next(); v !== undefined; v = it.next()) total = g(total, v);
      return total;
    }),
    partial: partialClass,
    wraps: fn('wraps(wrapped, assigned=None, updated=None)', (wrapped) =>
      fn('decorator(wrapper)', (wrapper) => update(wrapper, wrapped)),
    ),
    update_wrapper: fn('update_wrapper(wrapper, wrapped, assigned=None, updated=None)', update),
    lru_cache: fn('lru_cache(maxsize=128, typed=False)', (maxsize = 128) =>
      typeof maxsize === 'function'
        ? cached(maxsize, 128)
        : fn('decorator(func)', (f) => cached(f, maxsize === null ? null : index(maxsize))),
    ),
    cache: fn('cache(func, /)', (f) => cached(f, null)),
    cached_property: cachedProperty,
    total_ordering: fn('total_ordering(cls, /)', (cls) => {
      const own = typeInfo(cls)!;
      const root = ['__lt__', '__le__', '__gt__', '__ge__'].find((n) => own.mro.some((c) => typeInfo(c)?.dict.has(n)));
      if (root === undefined) throw error('ValueError', 'must define at least one ordering operation: < > <= >=');
      for (const [name, f] of Object.entries(ORDERS[root]!)) {
        if (!own.mro.some((c) => typeInfo(c)?.dict.has(name)))
          setattr(cls, name, fn(`${own.name}.${name}(self, other)`, f));
      }
      return cls;
    }),
    cmp_to_key: fn('cmp_to_key(mycmp)', (cmp) => {
      const Key = builtinType(
        'K',
        fn('K(obj)', (obj) => {
          const made = Object.create(Key.prototype as object) as { obj?: unknown };
          Object.defineProperty(made, 'obj', { value: obj });
          return made;
        }),
      );
      defineMethods(Key, { '__lt__(self, other)': (a, b) => truth(compare('<', call(cmp, [a.obj, b.obj]), 0)) });
      return Key;
    }),
    singledispatch: fn('singledispatch(func)', singledispatch),
  };
});
