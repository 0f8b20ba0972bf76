import { allocators, subclassHooks } from '../runtime/classes';
import { structural } from '../runtime/structural';
import { virtualSubclasses } from '../runtime/types';
import {
  builtin,
  builtinType,
  ClassMethod,
  callable,
  defineMethods,
  error,
  fn,
  getattrOr,
  makeClass,
  type PyClass,
  PyDict,
  type PyFunction,
  PyProperty,
  PyTuple,
  registerModule,
  repr,
  setattr,
  typeInfo,
} from './api';
import { namedTuple } from './collections';

/** A type expression: it stands for itself, whatever is put between its brackets. */
class TypeForm {
  readonly name: string;
  readonly args: readonly unknown[];
  constructor(name: string, args: readonly unknown[] = []) {
    this.name = name;
    this.args = args;
  }
}
const shown = (x: unknown): string => {
  if (x === null) return 'None';
  if (Array.isArray(x) && !(x instanceof PyTuple)) return `[${x.map(shown).join(', ')}]`;
  const info = typeof x === 'function' ? typeInfo(x) : undefined;
  if (info !== undefined) return info.module === 'builtins' ? info.name : `${info.module}.${info.qualname}`;
  return typeof x === 'string' ? `ForwardRef(${repr(x)})` : repr(x);
};
const formClass = builtinType(
  '_SpecialForm',
  () => {
    throw error('TypeError', 'type forms are not made by calls');
  },
  undefined,
  TypeForm.prototype,
);
typeInfo(formClass)!.module = 'typing';
defineMethods(formClass, {
  '__getitem__(self, key, /)': (f: TypeForm, key) => new TypeForm(f.name, key instanceof PyTuple ? [...key] : [key]),
  '__repr__(self, /)': (f: TypeForm) =>
    `typing.${f.name}${f.args.length === 0 ? '' : `[${f.args.map(shown).join(', ')}]`}`,
  '__or__(self, other, /)': (f, o) => new TypeForm('Union', [f, o]),
  '__ror__(self, other, /)': (f, o) => new TypeForm('Union', [o, f]),
  '__call__(self, *args, **kwargs)': (f: TypeForm) => {
    throw error('TypeError', `Type ${f.name} cannot be instantiated; use the built-in class instead`);
  },
});
typeInfo(formClass)!.dict.set(
  '__args__',
  new PyProperty(fn('form.__args__(self)', (f: TypeForm) => Object.setPrototypeOf([...f.args], PyTuple.prototype))),
);
typeInfo(formClass)!.dict.set('__origin__', new PyProperty(fn('form.__origin__(self)', (f: TypeForm) => f.name)));

// `int | None` between classes
const typeClass = builtin('type');
defineMethods(typeClass, {
  '__or__(self, other, /)': (a, b) => new TypeForm('Union', [a, b]),
});

const FORMS = [
  'Any',
  'Union',
  'Optional',
  'List',
  'Dict',
  'Tuple',
  'Set',
  'FrozenSet',
  'Callable',
  'Iterable',
  'Iterator',
  'Sequence',
  'Mapping',
  'MutableMapping',
  'Type',
  'ClassVar',
  'Final',
  'Literal',
  'Generator',
  'Collection',
  'Deque',
  'DefaultDict',
  'OrderedDict',
  'Counter',
  'Annotated',
  'NoReturn',
  'Never',
  'Self',
  'TypeAlias',
  'Hashable',
  'Sized',
  'Container',
  'MutableSequence',
  'MutableSet',
  'Awaitable',
  'Coroutine',
  'AsyncIterator',
  'AsyncIterable',
  'Text',
  'AnyStr',
  'IO',
  'TextIO',
  'BinaryIO',
  'Concatenate',
  'ParamSpec',
  'TypeGuard',
  'Required',
  'NotRequired',
  'Unpack',
  'LiteralString',
  'KeysView',
  'ValuesView',
  'ItemsView',
  'SupportsInt',
  'SupportsFloat',
  'SupportsAbs',
  'Reversible',
  'ContextManager',
  'Pattern',
  'Match',
  'NamedTupleMeta',
];

const same = (name: string): PyFunction => fn(`${name}(x)`, (x) => x);

let generic: PyClass | null = null;
let protocol: PyClass | null = null;
registerModule('typing', () => {
  const members: Record<string, unknown> = Object.fromEntries(FORMS.map((n) => [n, new TypeForm(n)]));
  if (generic === null) {
    generic = makeClass('Generic', 'Generic', 'typing', [], new Map(), null);
    setattr(generic, '__class_getitem__', new ClassMethod(fn('Generic.__class_getitem__(cls, key)', (cls) => cls)));
    protocol = makeClass('Protocol', 'Protocol', 'typing', [generic], new Map(), null);
  }
  return {
    ...members,
    TYPE_CHECKING: false,
    Generic: generic,
    Protocol: protocol,
    NamedTuple: namedTupleBase(),
    TypedDict: builtin('dict'),
    TypeVar: fn('TypeVar(name, *constraints, **kwargs)', (name) => new TypeForm(name)),
    NewType: fn('NewType(name, tp)', (name) => fn(`${name}(x)`, (x) => x)),
    cast: fn('cast(typ, val)', (_t, x) => x),
    overload: same('overload'),
    final: same('final'),
    override: same('override'),
    no_type_check: same('no_type_check'),
    runtime_checkable: same('runtime_checkable'),
    get_type_hints: fn('get_type_hints(obj, *rest)', (x) => getattrOr(x, '__annotations__', new PyDict())),
    get_args: fn('get_args(tp)', (t) =>
      Object.setPrototypeOf(t instanceof TypeForm ? [...t.args] : [], PyTuple.prototype),
    ),
    get_origin: fn('get_origin(tp)', (t) => (t instanceof TypeForm && t.args.length > 0 ? t.name : null)),
  };
});
registerModule('typing_extensions', (run) => (run.load('typing') as { members: object }).members);

/** `class P(NamedTuple): x: int`: the class made is replaced by one of tuples. */
function namedTupleBase(): unknown {
  const base = makeClass('NamedTuple', 'NamedTuple', 'typing', [builtin('tuple')], new Map(), null);
  subclassHooks.set(base, (info, namespace) => {
    const annotations = namespace.get('__annotations__');
    const fields = annotations instanceof PyDict ? ([...annotations.keys()] as string[]) : [];
    const defaults = fields.filter((f) => namespace.has(f)).map((f) => namespace.get(f));
    const made = namedTuple(info.name, fields, defaults);
    const from = typeInfo(made)!;
    for (const [name, raw] of from.dict) if (fields.includes(name) || !namespace.has(name)) info.dict.set(name, raw);
    setattr(info.cls, '__slots__', Object.setPrototypeOf([], PyTuple.prototype));
    allocators.set(
      info.cls,
      (cls, args) => Object.setPrototypeOf(callable(made)(...args), cls.prototype as object) as object,
    );
  });
  return base;
}

// abstract base classes ------------------------------------------------------------------------------------------
let abcClasses: { ABC: PyClass; ABCMeta: PyClass } | null = null;
function abc(): { ABC: PyClass; ABCMeta: PyClass } {
  if (abcClasses === null) {
    const ABCMeta = makeClass('ABCMeta', 'ABCMeta', 'abc', [typeClass], new Map(), null);
    const ABC = makeClass('ABC', 'ABC', 'abc', [], new Map(), { metaclass: ABCMeta });
    setattr(
      ABCMeta,
      'register',
      fn('ABCMeta.register(cls, subclass)', (cls: PyClass, sub: PyClass) => {
        const known = virtualSubclasses.get(cls) ?? new Set<PyClass>();
        known.add(sub);
        virtualSubclasses.set(cls, known);
        return sub;
      }),
    );
    abcClasses = { ABC, ABCMeta };
  }
  return abcClasses;
}
const abstract = fn('abstractmethod(f)', (f) => {
  const target = f instanceof PyProperty ? f.fget : f;
  setattr(target, '__isabstractmethod__', true);
  return f;
});
registerModule('abc', () => ({
  ...abc(),
  abstractmethod: abstract,
  abstractproperty: fn('abstractproperty(f)', (f) => new PyProperty(abstract(f))),
  abstractclassmethod: fn('abstractclassmethod(f)', (f) => new ClassMethod(abstract(f))),
}));

/** A class that others count as subclasses of by what methods they have. */
function byMethods(name: string, methods: readonly string[], classes: readonly string[], module: string): PyClass {
  const cls = makeClass(name, name, module, [], new Map(), null);
  virtualSubclasses.set(cls, new Set(classes.map((c) => builtin(c)).filter((c) => c !== undefined)));
  structural.set(cls, methods);
  return cls;
}

let abstractCollections: Record<string, PyClass> | null = null;
registerModule('collections.abc', () => {
  const m = 'collections.abc';
  abstractCollections ??= {
    Iterable: byMethods(
      'Iterable',
      ['__iter__'],
      [
        'list',
        'tuple',
        'dict',
        'set',
        'frozenset',
        'str',
        'bytes',
        'range',
        'iterator',
        'generator',
        'dict_keys',
        'dict_values',
        'dict_items',
      ],
      m,
    ),
    Iterator: byMethods('Iterator', ['__iter__', '__next__'], ['iterator', 'generator'], m),
    Generator: byMethods('Generator', ['send', 'throw'], ['generator'], m),
    Sequence: byMethods('Sequence', [], ['list', 'tuple', 'str', 'bytes', 'range'], m),
    MutableSequence: byMethods('MutableSequence', [], ['list', 'bytearray'], m),
    Mapping: byMethods('Mapping', [], ['dict'], m),
    MutableMapping: byMethods('MutableMapping', [], ['dict'], m),
    Set: byMethods('Set', [], ['set', 'frozenset', 'dict_keys', 'dict_items'], m),
    MutableSet: byMethods('MutableSet', [], ['set'], m),
    Callable: byMethods('Callable', ['__call__'], ['function', 'method', 'builtin_function_or_method', 'type'], m),
    Hashable: byMethods(
      'Hashable',
      ['__hash__'],
      ['int', 'str', 'float', 'tuple', 'frozenset', 'bytes', 'NoneType'],
      m,
    ),
    Sized: byMethods('Sized', ['__len__'], ['list', 'tuple', 'dict', 'set', 'frozenset', 'str', 'bytes', 'range'], m),
    Container: byMethods(
      'Container',
      ['__contains__'],
      ['list', 'tuple', 'dict', 'set', 'frozenset', 'str', 'bytes', 'range'],
      m,
    ),
    Collection: byMethods(
      'Collection',
      ['__len__', '__iter__', '__contains__'],
      ['list', 'tuple', 'dict', 'set', 'frozenset', 'str', 'bytes', 'range'],
      m,
    ),
  };
  return abstractCollections;
});
let numberClasses: Record<string, PyClass> | null = null;
registerModule('numbers', () => {
  numberClasses ??= {
    Number: byMethods('Number', [], ['int', 'float', 'bool'], 'numbers'),
    Complex: byMethods('Complex', [], ['int', 'float', 'bool'], 'numbers'),
    Real: byMethods('Real', [], ['int', 'float', 'bool'], 'numbers'),
    Rational: byMethods('Rational', [], ['int', 'bool'], 'numbers'),
    Integral: byMethods('Integral', [], ['int', 'bool'], 'numbers'),
  };
  return numberClasses;
});
