"""Inheritance, MRO, super, properties, class and static methods."""


class Base:
    instances = 0

    def __init__(self, name='base', **kwargs):
        super().__init__(**kwargs)
        self.name = name
        Base.instances += 1

    def hello(self):
        return f'{type(self).__name__}:{self.name}'

    @classmethod
    def create(cls, *args):
        return cls(*args)

    @staticmethod
    def add(a, b):
        return a + b


class Left(Base):
    def __init__(self, left=1, **kwargs):
        super().__init__(**kwargs)
        self.left = left

    def hello(self):
        return 'L(' + super().hello() + ')'


class Right(Base):
    def __init__(self, right=2, **kwargs):
        super().__init__(**kwargs)
        self.right = right

    def hello(self):
        return 'R(' + super(Right, self).hello() + ')'


class Both(Left, Right):
    def hello(self):
        return 'B(' + super().hello() + ')'


b = Both(left=5, right=6, name='both')
print(b.hello(), b.left, b.right)
print([c.__name__ for c in Both.__mro__])
print(Both.create(9).left, Base.instances, Both.add(2, 3), b.add('x', 'y'))
print(isinstance(b, Right), issubclass(Both, Base), isinstance(b, (int, Left)), issubclass(Left, Right))


class Temperature:
    def __init__(self, celsius=0):
        self._celsius = celsius

    @property
    def celsius(self):
        """Degrees."""
        return self._celsius

    @celsius.setter
    def celsius(self, value):
        if value < -273.15:
            raise ValueError(f'{value} is below absolute zero')
        self._celsius = value

    @celsius.deleter
    def celsius(self):
        self._celsius = 0

    @property
    def fahrenheit(self):
        return self._celsius * 9 / 5 + 32


t = Temperature(25)
print(t.celsius, t.fahrenheit)
t.celsius = 100
print(t.fahrenheit)
try:
    t.celsius = -300
except ValueError as e:
    print(e)
try:
    t.fahrenheit = 5
except AttributeError as e:
    print(e)
del t.celsius
print(t.celsius, Temperature.celsius.__doc__)

try:
    class X(Base, object, Base):
        pass
except TypeError as e:
    print('TypeError')


class Meta:
    registry = []

    def __init_subclass__(cls, /, tag=None, **kwargs):
        super().__init_subclass__(**kwargs)
        Meta.registry.append((cls.__name__, tag))


class One(Meta, tag='first'):
    pass


class Two(One):
    pass


print(Meta.registry)


class Descriptor:
    def __set_name__(self, owner, name):
        self.name = '_' + name

    def __get__(self, obj, owner=None):
        if obj is None:
            return self
        return getattr(obj, self.name, 'unset')

    def __set__(self, obj, value):
        if not isinstance(value, int):
            raise TypeError('integer wanted')
        setattr(obj, self.name, value)


class Holder:
    a = Descriptor()
    b = Descriptor()


h = Holder()
print(h.a)
h.a = 4
h.b = 5
print(h.a + h.b, vars(h))
try:
    h.a = 'x'
except TypeError as e:
    print(e)


class Dynamic:
    def __getattr__(self, name):
        if name.startswith('get_'):
            return lambda: name[4:]
        raise AttributeError(name)

    def __setattr__(self, name, value):
        object.__setattr__(self, name.lower(), value)


d = Dynamic()
print(d.get_thing(), hasattr(d, 'other'))
d.UPPER = 3
print(d.upper, d.__dict__)
print(getattr(d, 'missing', 'fallback'))


class Private:
    def __init__(self):
        self.__secret = 42

    def reveal(self):
        return self.__secret


p = Private()
print(p.reveal(), p._Private__secret, hasattr(p, '__secret'))
A = type('A', (Base,), {'kind': 'made', 'shout': lambda self: self.name.upper()})
print(A('dynamic').shout(), A.kind, A.__name__)
print(Base.hello(b), Both.__bases__ == (Left, Right))


class Singleton:
    _instance = None

    def __new__(cls, *args):
        if cls._instance is None:
            cls._instance = super().__new__(cls)
        return cls._instance

    def __init__(self, value=None):
        self.value = value


s, r = Singleton(1), Singleton(2)
print(s is r, s.value)
print(callable(b), callable(b.hello), b.hello.__name__, b.hello == b.hello)
try:
    b.nothing
except AttributeError as e:
    print(e)
try:
    Both.nothing
except AttributeError as e:
    print(e)
