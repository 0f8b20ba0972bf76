import { subclassHooks } from '../runtime/classes';
import { hash as hashOf } from '../runtime/index';
import {
  add,
  binary,
  builtin,
  builtinType,
  compare,
  error,
  fn,
  format,
  identityHash,
  isInt,
  iterate,
  makeClass,
  NotImplemented,
  type PyClass,
  PyDict,
  type PyFunction,
  PyProperty,
  PyTuple,
  registerModule,
  repr,
  StaticMethod,
  setattr,
  str,
  type TypeInfo,
  typeInfo,
} from './enumApi';

interface Member {
  readonly $c: PyClass;
  _name_: string;
  _value_: unknown;
}
interface EnumTable {
  readonly members: Map<string, Member>;
  readonly byValue: PyDict;
}
const tables = new WeakMap<object, EnumTable>();

class Auto {}
const autoClass = builtinType(
  'auto',
  fn('auto()', () => new Auto()),
  undefined,
  Auto.prototype,
);

const isMember = (x: unknown): x is Member => typeof x === 'object' && x !== null && '_name_' in x && '_value_' in x;
const valueOf = (x: unknown): unknown => (isMember(x) ? x._value_ : x);

function makeEnums(): Record<string, PyClass> {
  const enumMeta = makeClass('EnumMeta', 'EnumMeta', 'enum', [builtin('type')], new Map(), null);
  const base = makeClass('Enum', 'Enum', 'enum', [], new Map<string, unknown>(), null);
  const method = (cls: PyClass, signature: string, f: (...a: any[]) => unknown): void => {
    const made = fn(`${typeInfo(cls)!.name}.${signature}`, f);
    setattr(cls, made.$p.name, made);
  };
  const info = typeInfo(base)!;
  for (const [signature, f] of Object.entries(onClass)) method(enumMeta, signature, f);
  info.metaclass = enumMeta;
  for (const name of ['name', 'value'] as const) {
    setattr(
      base,
      name,
      new PyProperty(fn(`Enum.${name}(self)`, (m: Member) => (name === 'name' ? m._name_ : m._value_))),
    );
  }
  method(base, '__repr__(self)', (m: Member) => `<${typeInfo(m.$c)!.name}.${m._name_}: ${repr(m._value_)}>`);
  method(base, '__str__(self)', (m: Member) => `${typeInfo(m.$c)!.name}.${m._name_}`);
  method(base, '__format__(self, spec)', (m: Member, spec) => format(str(m), spec));
  method(base, '__hash__(self)', (m: Member) => identityHash(m));
  method(base, '__eq__(self, other)', (a: unknown, b: unknown) => (a === b ? true : NotImplemented));

  const intEnum = makeClass('IntEnum', 'IntEnum', 'enum', [base], new Map(), null);
  const strEnum = makeClass('StrEnum', 'StrEnum', 'enum', [base], new Map(), null);
  const flag = makeClass('Flag', 'Flag', 'enum', [base], new Map(), null);
  const intFlag = makeClass('IntFlag', 'IntFlag', 'enum', [flag], new Map(), null);
  likeValue(intEnum);
  likeValue(strEnum);
  for (const cls of [flag, intFlag]) {
    const compose = (of: PyClass, value: number): Member => flagMember(of, value);
    for (const [name, op] of [
      ['__or__', '|'],
      ['__and__', '&'],
      ['__xor__', '^'],
    ] as const) {
      method(cls, `${name}(self, other)`, (a: Member, b) => compose(a.$c, binary(op, a._value_, valueOf(b)) as number));
    }
    method(cls, '__invert__(self)', (a: Member) => {
      const all = [...tables.get(a.$c)!.members.values()].reduce((n, m) => n | Number(m._value_), 0);
      return compose(a.$c, all & ~Number(a._value_));
    });
    method(
      cls,
      '__contains__(self, other)',
      (a: Member, b: Member) => (Number(a._value_) & Number(b._value_)) === Number(b._value_),
    );
    method(cls, '__bool__(self)', (a: Member) => Number(a._value_) !== 0);
  }
  for (const cls of [base, intEnum, strEnum, flag, intFlag]) subclassHooks.set(cls, build);
  return { Enum: base, IntEnum: intEnum, StrEnum: strEnum, Flag: flag, IntFlag: intFlag, EnumMeta: enumMeta };

  /** Members that behave as their values: numbers and text. */
  function likeValue(cls: PyClass): void {
    for (const [name, op] of Object.entries({
      add: '+',
      sub: '-',
      mul: '*',
      truediv: '/',
      floordiv: '//',
      mod: '%',
      pow: '**',
      and: '&',
      or: '|',
      xor: '^',
      lshift: '<<',
      rshift: '>>',
    })) {
      method(cls, `__${name}__(self, other)`, (a, b) => binary(op, valueOf(a), valueOf(b)));
      method(cls, `__r${name}__(self, other)`, (a, b) => binary(op, valueOf(b), valueOf(a)));
    }
    for (const [name, op] of Object.entries({ lt: '<', le: '<=', gt: '>', ge: '>=', eq: '==', ne: '!=' })) {
      method(cls, `__${name}__(self, other)`, (a, b) => compare(op, valueOf(a), valueOf(b)));
    }
    method(cls, '__hash__(self)', (m: Member) => hashOf(m._value_));
    method(cls, '__int__(self)', (m: Member) => m._value_);
    method(cls, '__index__(self)', (m: Member) => m._value_);
    method(cls, '__float__(self)', (m: Member) => m._value_);
    method(cls, '__str__(self)', (m: Member) => str(m._value_));
    method(cls, '__format__(self, spec)', (m: Member, spec) => format(m._value_, spec));
    method(cls, '__bool__(self)', (m: Member) => Boolean(m._value_));
    method(cls, '__len__(self)', (m: Member) => [...String(m._value_)].length);
  }

  function build(sub: TypeInfo, namespace: Map<string, unknown>): void {
    const table: EnumTable = { members: new Map(), byValue: new PyDict() };
    const bases = sub.mro.slice(1);
    for (const b of bases)
      if ((tables.get(b)?.members.size ?? 0) > 0)
        throw error('TypeError', `<enum '${sub.name}'> cannot extend <enum '${typeInfo(b)!.name}'>`);
    tables.set(sub.cls, table);
    const mixed = bases.find((b) => b === builtin('int') || b === builtin('str') || b === builtin('float'));
    if (mixed !== undefined) likeValue(sub.cls);
    const isFlag = bases.includes(flag);
    let last = 0;
    const previous: unknown[] = [];
    const init = sub.dict.get('__init__') as PyFunction | undefined;
    const make = sub.dict.get('__new__');
    for (const [name, given] of namespace) {
      if (
        /^_.*_$/.test(name) ||
        typeof given === 'function' ||
        given instanceof PyProperty ||
        given instanceof StaticMethod
      )
        continue;
      if (
        typeof given === 'object' &&
        given !== null &&
        !(given instanceof Auto) &&
        !(given instanceof PyTuple) &&
        'f' in given
      )
        continue;
      let value = given;
      if (given instanceof Auto) {
        const generate = namespace.get('_generate_next_value_') as PyFunction | undefined;
        value =
          generate !== undefined
            ? generate(name, 1, table.members.size, [...previous])
            : bases.includes(strEnum)
              ? name.toLowerCase()
              : isFlag
                ? last === 0
                  ? 1
                  : 2 ** (Math.floor(Math.log2(last)) + 1)
                : add(last, 1);
      }
      if (isInt(value)) last = Math.max(last, Number(value));
      previous.push(value);
      let member: Member;
      if (make instanceof StaticMethod) {
        member = (make.f as PyFunction)(sub.cls, ...(value instanceof PyTuple ? value : [value])) as Member;
        if (member._value_ !== undefined) value = member._value_;
      } else member = Object.create(sub.cls.prototype as object) as Member;
      Object.defineProperty(member, '_value_', { value, writable: true, enumerable: false });
      const known = table.byValue.get(value) as Member | undefined;
      if (known !== undefined) {
        setattr(sub.cls, name, known);
        table.members.set(name, known);
        continue;
      }
      Object.defineProperty(member, '_name_', { value: name, writable: true, enumerable: false });
      if (init !== undefined) init(member, ...(value instanceof PyTuple ? value : [value]));
      try {
        table.byValue.set(value, member);
      } catch {
        // an unhashable value is found by looking through all members
      }
      table.members.set(name, member);
      setattr(sub.cls, name, member);
    }
    const cls = sub.cls;
    sub.dict.set(
      '__new__',
      new StaticMethod(pythonic(fn('Enum.__new__(cls, value)', (c: PyClass, value) => find(c, value)))),
    );
    sub.dict.delete('__init__');
    setattr(cls, '__members__', new PyDict(table.members));
  }

  function find(cls: PyClass, value: unknown): Member {
    const table = tables.get(cls);
    if (isMember(value) && value.$c === cls) return value;
    const found =
      (table?.byValue.get(value) as Member | undefined) ??
      [...(table?.members.values() ?? [])].find((m) => compare('==', m._value_, value) === true);
    if (found !== undefined) return found;
    if (typeInfo(cls)!.mro.includes(flag) && isInt(value)) return flagMember(cls, Number(value));
    const missing = typeInfo(cls)!
      .mro.map((c) => typeInfo(c)?.dict.get('_missing_'))
      .find((m) => m !== undefined) as { f?: PyFunction } | undefined;
    const other = missing?.f?.(cls, value);
    if (isMember(other)) return other;
    throw error('ValueError', `${repr(value)} is not a valid ${typeInfo(cls)!.qualname}`);
  }

  function flagMember(cls: PyClass, value: number): Member {
    const table = tables.get(cls)!;
    const known = table.byValue.get(value) as Member | undefined;
    if (known !== undefined) return known;
    const made = Object.create(cls.prototype as object) as Member;
    const parts = [...table.members.values()].filter(
      (m) => Number(m._value_) !== 0 && (value & Number(m._value_)) === Number(m._value_),
    );
    Object.defineProperty(made, '_value_', { value, writable: true });
    Object.defineProperty(made, '_name_', { value: parts.map((m) => m._name_).join('|') || '0', writable: true });
    table.byValue.set(value, made);
    return made;
  }
}
/** Functions that stand in for Python's own, so that class creation treats them alike. */
function pythonic(f: PyFunction): PyFunction {
  (f as { $p: unknown }).$p = { ...f.$p, python: true };
  return f;
}

const unique = (table: EnumTable): Member[] => [...new Set(table.members.values())];
/** What the class itself can do: `len(Color)`, `Color['RED']`, `for c in Color`. */
const onClass: Record<string, (cls: PyClass, x: any) => unknown> = {
  '__len__(cls)': (cls) => unique(tables.get(cls)!).length,
  '__iter__(cls)': (cls) => iterate(unique(tables.get(cls)!)),
  '__getitem__(cls, name)': (cls, name) => {
    const found = tables.get(cls)!.members.get(String(name));
    if (found === undefined) throw error('KeyError', null, [name]);
    return found;
  },
  '__contains__(cls, member)': (cls, x) => {
    const members = unique(tables.get(cls)!);
    return isMember(x) ? members.includes(x) : members.some((m) => compare('==', m._value_, x) === true);
  },
  '__reversed__(cls)': (cls) => iterate(unique(tables.get(cls)!).reverse()),
  '__repr__(cls)': (cls) => `<enum '${typeInfo(cls)!.name}'>`,
};

let classes: Record<string, PyClass> | null = null;
registerModule('enum', () => {
  classes ??= makeEnums();
  return {
    ...classes,
    auto: autoClass,
    unique: fn('unique(cls)', (cls) => {
      const table = tables.get(cls)!;
      const aliases = [...table.members].filter(([name, m]) => m._name_ !== name);
      if (aliases.length > 0) {
        throw error(
          'ValueError',
          `duplicate values found in <enum '${typeInfo(cls)!.name}'>: ${aliases.map(([n, m]) => `${n} -> ${m._name_}`).join(', ')}`,
        );
      }
      return cls;
    }),
  };
});
