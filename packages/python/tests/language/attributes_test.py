"""getattr, setattr, vars, dir, callable, id, type checks, hasattr, copy of attributes, del."""


class Config:
    debug = False
    level = 1

    def __init__(self, **kw):
        for k, v in kw.items():
            setattr(self, k, v)

    def __repr__(self):
        return f'Config({", ".join(f"{k}={v!r}" for k, v in sorted(vars(self).items()))})'


c = Config(name='x', level=5)
print(c, c.level, Config.level, c.debug, vars(c), c.__dict__ is not None)
del c.level
print(c.level, hasattr(c, 'name'), hasattr(c, 'nope'), getattr(c, 'nope', None), getattr(c, 'debug'))
try:
    del c.level
except AttributeError as e:
    print(e)
try:
    getattr(c, 'missing')
except AttributeError as e:
    print(e)
Config.level = 9
Config.extra = lambda self, n: (self.name, n)
print(c.level, c.extra(3), Config.extra(c, 4), 'extra' in dir(c), [n for n in vars(Config) if not n.startswith('__')])
setattr(Config, 'debug', True)
delattr(Config, 'extra')
print(c.debug, hasattr(c, 'extra'))
f = lambda x: x
f.note = 'attached'
print(f.note, f.__name__, callable(f), callable(5), callable(Config), f.__dict__)


def documented(a, b=1):
    """Does things."""
    return a


print(documented.__doc__, documented.__name__, documented.__qualname__, documented.__defaults__, documented.__module__)
print(type(c) is Config, type(c) == Config, isinstance(c, object), type(Config) is type, c.__class__.__name__, c.__class__ is Config, Config.__name__)
obj = object()
print(obj == obj, obj != object(), type(obj).__name__, bool(obj), isinstance(obj, Config), id(obj) == id(obj), obj is obj)
try:
    obj.x = 1
except AttributeError as e:
    print(e)
try:
    (5).x = 1
except AttributeError as e:
    print(e)
try:
    'abc'.upper = 1
except AttributeError as e:
    print(e)
m = 'abc'.upper
print(m(), [].append.__name__, 'x'.join.__self__, c.__repr__(), str.upper.__name__, [1, 2].__len__(), (1).__class__)
methods = {'up': str.upper, 'low': str.lower}
print([methods[k]('Ab') for k in sorted(methods)], list(map(str.title, ['a b'])), max(['b', 'a'], key=str))


class Base:
    x = 1

    class Inner:
        y = 2

        def get(self):
            return self.y

    def who(self):
        return type(self).__name__ + self.__class__.__qualname__


class Child(Base):
    z = Base.x + 1


print(Child.x, Child.z, Child.Inner().get(), Base.Inner.__qualname__, Child().who(), Child.__base__.__name__, Base.who.__qualname__)
Base.x = 50
print(Child.x, Child().x)
Child.x = 7
print(Base.x, Child.x, Child.__mro__[-1] is object, issubclass(Child, (int, Base)))
a = Child()
a.x = 'mine'
print(a.x, Child.x, vars(a), 'x' in vars(Child), 'x' in a.__dict__)
bound = a.who
a2 = Child()
print(bound() == a2.who(), bound == a.who, bound == a2.who, bound.__self__ is a, bound.__func__ is Base.who)


class Counter:
    total = 0

    def __init__(self):
        type(self).total += 1
        self.__class__.last = self


Counter(), Counter()
print(Counter.total, isinstance(Counter.last, Counter))


class Lazy:
    def __getattr__(self, name):
        if name.startswith('__'):
            raise AttributeError(name)
        value = len(name)
        setattr(self, name, value)
        return value


l = Lazy()
print(l.abc, vars(l), l.abc, hasattr(l, 'anything'))


class Strict:
    allowed = {'a', 'b'}

    def __setattr__(self, k, v):
        if k not in self.allowed:
            raise AttributeError(f'no {k!r} in {type(self).__name__}')
        super().__setattr__(k, v)

    def __delattr__(self, k):
        print('deleting', k)
        super().__delattr__(k)


s = Strict()
s.a = 1
try:
    s.c = 2
except AttributeError as e:
    print(e)
del s.a
print(vars(s))


class Everything:
    def __getattribute__(self, name):
        if name == 'secret':
            return 'hidden'
        return super().__getattribute__(name)

    open = 'visible'


print(Everything().secret, Everything().open)
constructor = prototype = toString = 'js names are plain names'
print(constructor == toString, {'__proto__': 1, 'constructor': 2}['__proto__'])


class Js:
    pass


j = Js()
for name in ('constructor', 'toString', 'hasOwnProperty', '__proto__', 'prototype', 'length', 'valueOf'):
    print(hasattr(j, name), hasattr([], name), hasattr(len, name), hasattr(Js, name), end=' ')
    setattr(j, name, name.upper())
    print(getattr(j, name))
j.constructor = 5
j.__proto__ = 6
print(j.constructor, j.__proto__, sorted(vars(j)))
