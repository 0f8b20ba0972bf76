import { hasattr } from '../attributes';
import { callable, callMethod } from '../calling';
import { allocators } from '../classes';
import { compareContainers, setOperation } from '../containers';
import { ClassMethod } from '../descriptors';
import { DictView, PyDict } from '../dict';
import { fn } from '../functions';
import { hashValue } from '../hashing';
import { getitem } from '../items';
import { iterate, list } from '../iteration';
import { dunder } from '../operators';
import { error } from '../raise';
import { PyFrozenSet, PySet, PySetBase } from '../set';
import { builtinRepr } from '../text';
import { builtinType, objectClass, typeInfo } from '../types';
import { NotImplemented, tuple } from '../values';
import { defineMethods } from './define';
import { hashByContent } from './objectType';
import { builtins } from './table';

/** Puts the entries of a mapping or of pairs into a dict. */
export function updateDict(into: PyDict, source: unknown, keywords: PyDict | null): void {
  if (source !== undefined) {
    if (source instanceof PyDict) for (const [k, v] of source.entries()) into.set(k, v);
    else if (source instanceof Map) for (const [k, v] of source) into.set(k, v);
    else if (hasattr(source, 'keys')) for (const k of list(callMethod(source, 'keys'))) into.set(k, getitem(source, k));
    else {
      let i = 0;
      for (const pair of iterate(source)) {
        let items: unknown[];
        try {
          items = list(pair);
        } catch {
          throw error('TypeError', `cannot convert dictionary update sequence element #${i} to a sequence`);
        }
        if (items.length !== 2) {
          throw error(
            'ValueError',
            `dictionary update sequence element #${i} has length ${items.length}; 2 is required`,
          );
        }
        into.set(items[0], items[1]);
        i++;
      }
    }
  }
  if (keywords !== null) for (const [k, v] of keywords.entries()) into.set(k, v);
}

const dictClass = builtinType(
  'dict',
  fn('dict(iterable=None, /, **kwargs)', (x, kwargs) => {
    const out = new PyDict();
    updateDict(out, x, kwargs);
    return out;
  }),
  [objectClass],
  PyDict.prototype,
);
builtins.set('dict', dictClass);
allocators.set(dictClass, (cls) => Reflect.construct(PyDict, [], cls) as object);

const missingKey = (k: unknown): Error => error('KeyError', null, [k]);

defineMethods(dictClass, {
  '__init__(self, iterable=None, /, **kwargs)': (self: PyDict, x, kwargs) => {
    updateDict(self, x, kwargs);
    return null;
  },
  '__len__(self, /)': (d: PyDict) => d.size,
  '__contains__(self, key, /)': (d: PyDict, k) => d.has(k),
  '__iter__(self, /)': (d: PyDict) => d.walk('keys', () => null),
  '__repr__(self, /)': (d: PyDict) => builtinRepr(d),
  '__eq__(self, other, /)': (d: PyDict, other) => compareContainers('==', d, other) ?? NotImplemented,
  '__getitem__(self, key, /)': (d: PyDict, k) => {
    const v = d.get(k);
    if (v !== undefined) return v;
    const missing = dunder(d, '__missing__');
    if (missing !== undefined) return missing(d, k);
    throw missingKey(k);
  },
  '__setitem__(self, key, value, /)': (d: PyDict, k, v) => {
    d.set(k, v);
    return null;
  },
  '__delitem__(self, key, /)': (d: PyDict, k) => {
    if (!d.delete(k)) throw missingKey(k);
    return null;
  },
  'get(self, key, default=None, /)': (d: PyDict, k, fallback = null) => d.get(k) ?? (d.has(k) ? null : fallback),
  'keys(self, /)': (d: PyDict) => new DictView(d, 'keys'),
  'values(self, /)': (d: PyDict) => new DictView(d, 'values'),
  'items(self, /)': (d: PyDict) => new DictView(d, 'items'),
  'pop(self, key, default=None, /)': (d: PyDict, k, fallback) => {
    const v = d.get(k);
    if (v !== undefined) {
      d.delete(k);
      return v;
    }
    if (fallback === undefined) throw missingKey(k);
    return fallback;
  },
  'popitem(self, /)': (d: PyDict) => {
    const last = d.last();
    if (last === undefined) throw error('KeyError', null, ['popitem(): dictionary is empty']);
    d.delete(last[0]);
    return tuple(last);
  },
  'setdefault(self, key, default=None, /)': (d: PyDict, k, fallback = null) => {
    const v = d.get(k);
    if (v !== undefined) return v;
    d.set(k, fallback);
    return fallback;
  },
  'update(self, iterable=None, /, **kwargs)': (d: PyDict, x, kwargs) => {
    updateDict(d, x, kwargs);
    return null;
  },
  'clear(self, /)': (d: PyDict) => {
    d.clear();
    return null;
  },
  'copy(self, /)': (d: PyDict) => d.copy(),
  '__reversed__(self, /)': (d: PyDict) => iterate([...d.keys()].reverse()),
});
typeInfo(dictClass)!.dict.set(
  'fromkeys',
  new ClassMethod(
    fn('dict.fromkeys(cls, iterable, value=None, /)', (cls, keys, value = null) => {
      const out = callable(cls)() as PyDict;
      for (const k of iterate(keys)) out.set(k, value);
      return out;
    }),
  ),
);
for (const what of ['keys', 'values', 'items'] as const) {
  const cls = (new DictView(new PyDict(), what) as any).$c;
  defineMethods(cls, {
    '__len__(self, /)': (v: DictView) => v.dict.size,
    '__reversed__(self, /)': (v: DictView) => iterate(list(v).reverse()),
    'isdisjoint(self, other, /)': (v: DictView, other) =>
      [...iterate(other)].every((x) => !new PySet(iterate(v)).has(x)),
  });
}

// sets -----------------------------------------------------------------------------------------------------------
const setClass = builtinType(
  'set',
  fn('set(iterable=(), /)', (x) => new PySet(x === undefined ? undefined : iterate(x))),
  [objectClass],
  PySet.prototype,
);
const frozenClass = builtinType(
  'frozenset',
  fn('frozenset(iterable=(), /)', (x) => new PyFrozenSet(x === undefined ? undefined : iterate(x))),
  [objectClass],
  PyFrozenSet.prototype,
);
builtins.set('set', setClass);
builtins.set('frozenset', frozenClass);
allocators.set(setClass, (cls) => Reflect.construct(PySet, [], cls) as object);
allocators.set(
  frozenClass,
  (cls, args) => Reflect.construct(PyFrozenSet, [args.length > 0 ? iterate(args[0]) : undefined], cls) as object,
);
hashByContent((x) => {
  if (!(x instanceof PyFrozenSet)) return null;
  let h = 1927868237;
  for (const v of x) h ^= Math.imul(Number(BigInt.asIntN(32, BigInt(hashValue(v)))), 89869747);
  return h;
});

const folded =
  (op: string) =>
  (self: PySetBase, others: unknown[]): PySetBase => {
    let out: PySetBase = setOperation('|', self, []);
    for (const o of others) out = setOperation(op, out, iterate(o));
    return out;
  };
const changed =
  (op: string) =>
  (self: PySet, others: unknown[]): null => {
    let out: PySetBase = self;
    for (const o of others) out = setOperation(op, out, iterate(o));
    if (out !== self) {
      const items = [...out];
      self.clear();
      for (const x of items) self.add(x);
    }
    return null;
  };
const asSet = (x: unknown): PySetBase => (x instanceof PySetBase ? x : new PySet(iterate(x)));
const both: Record<string, (...args: any[]) => unknown> = {
  '__len__(self, /)': (s: PySetBase) => s.size,
  '__contains__(self, x, /)': (s: PySetBase, x) => s.has(x),
  '__iter__(self, /)': (s: PySetBase) => s.walk(),
  '__repr__(self, /)': (s: PySetBase) => builtinRepr(s),
  '__eq__(self, other, /)': (s, other) => compareContainers('==', s, other) ?? NotImplemented,
  'union(self, *others)': folded('|'),
  'intersection(self, *others)': folded('&'),
  'difference(self, *others)': folded('-'),
  'symmetric_difference(self, other, /)': (s: PySetBase, o) => setOperation('^', s, iterate(o)),
  'issubset(self, other, /)': (s, o) => compareContainers('<=', s, asSet(o)),
  'issuperset(self, other, /)': (s, o) => compareContainers('>=', s, asSet(o)),
  'isdisjoint(self, other, /)': (s: PySetBase, o) => [...iterate(o)].every((x) => !s.has(x)),
  'copy(self, /)': (s: PySetBase) => setOperation('|', s, []),
};
defineMethods(frozenClass, both);
defineMethods(setClass, {
  ...both,
  '__init__(self, iterable=(), /)': (s: PySet, x) => {
    s.clear();
    if (x !== undefined) for (const v of iterate(x)) s.add(v);
    return null;
  },
  'add(self, item, /)': (s: PySet, x) => {
    s.add(x);
    return null;
  },
  'discard(self, item, /)': (s: PySet, x) => {
    s.delete(x);
    return null;
  },
  'remove(self, item, /)': (s: PySet, x) => {
    if (!s.delete(x)) throw missingKey(x);
    return null;
  },
  'pop(self, /)': (s: PySet) => {
    for (const x of s) {
      s.delete(x);
      return x;
    }
    throw error('KeyError', null, ['pop from an empty set']);
  },
  'clear(self, /)': (s: PySet) => {
    s.clear();
    return null;
  },
  'update(self, *others)': changed('|'),
  'intersection_update(self, *others)': changed('&'),
  'difference_update(self, *others)': changed('-'),
  'symmetric_difference_update(self, other, /)': (s: PySet, o) => changed('^')(s, [o]),
});
