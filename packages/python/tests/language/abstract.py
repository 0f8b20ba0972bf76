"""Abstract classes, interfaces, mixins, protocols, operator module, callable objects."""
import operator
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Mapping, Sequence
from numbers import Number
from typing import Any, Generic, List, Optional, Protocol, Tuple, TypeVar, Union


class Shape(ABC):
    @abstractmethod
    def area(self):
        ...

    @property
    @abstractmethod
    def name(self):
        ...

    def describe(self):
        return f'{self.name}: {self.area():.2f}'


class Circle(Shape):
    name = 'circle'

    def __init__(self, r):
        self.r = r

    def area(self):
        return 3.14159 * self.r ** 2


class Half(Shape):
    def area(self):
        return 0


print(Circle(2).describe())
for cls in (Shape, Half):
    try:
        cls()
    except TypeError as e:
        print(str(e).split(' with ')[0])
T = TypeVar('T')


class Box(Generic[T]):
    def __init__(self, item: T) -> None:
        self.item = item

    def map(self, f: Callable) -> 'Box':
        return Box(f(self.item))


print(Box[int](5).map(str).item, Box([1]).item)


class JsonMixin:
    def to_json(self):
        return {k: v for k, v in self.__dict__.items() if not k.startswith('_')}


class LogMixin:
    def log(self, text):
        print(f'[{self.__class__.__name__}] {text}')


class Model(JsonMixin, LogMixin):
    def __init__(self):
        self.a, self._b = 1, 2
        self.log('made')


print(Model().to_json())
print(isinstance([], Iterable), isinstance({}, Mapping), isinstance((), Sequence), isinstance(5, Number), isinstance(2.5, Number), isinstance('a', Number), isinstance(len, Callable), isinstance(5, Iterable), isinstance('s', Sequence))


class Quacks(Protocol):
    def quack(self) -> str: ...


class Duck:
    def quack(self):
        return 'quack'


def speak(d: Quacks, times: Optional[int] = None, extra: Union[int, str] = 1, pair: Tuple[int, ...] = (), any: Any = None, xs: List[int] = []) -> str:
    return d.quack() * (times or 1)


print(speak(Duck(), 2), list(map(operator.add, [1, 2], [3, 4])), operator.itemgetter(1, 'a')({1: 'x', 'a': 'y'}), operator.attrgetter('real')(5), operator.methodcaller('upper')('q'), operator.mul(3, 4), operator.truediv(1, 4), operator.neg(3), operator.not_(0))


class Registry:
    _all = {}

    def __class_getitem__(cls, name):
        return cls._all[name]

    def __init_subclass__(cls, **kw):
        cls._all[cls.__name__] = cls


class Alpha(Registry):
    pass


print(Registry['Alpha'] is Alpha)


class Chain:
    def __init__(self, path=''):
        self._path = path

    def __getattr__(self, name):
        return Chain(f'{self._path}/{name}')

    def __call__(self, *args):
        return Chain(f'{self._path}({", ".join(map(str, args))})')

    def __str__(self):
        return self._path


print(Chain().users(5).posts.first)


class Plus:
    def __init__(self, n):
        self.n = n

    def __call__(self, x):
        return x + self.n


print(list(map(Plus(3), [1, 2])), callable(Plus(1)), sorted([3, 1], key=Plus(0)))


class Slots:
    __slots__ = ('a', 'b')

    def __init__(self):
        self.a = 1


print(Slots().a)


class Iter:
    def __init__(self, data):
        self.data = data
        self.i = 0

    def __iter__(self):
        self.i = 0
        return self

    def __next__(self):
        if self.i >= len(self.data):
            raise StopIteration
        self.i += 1
        return self.data[self.i - 1]


it = Iter('abc')
print(list(it), list(it), 'b' in it, dict(enumerate(it)), [*zip(it, it.data)], max(it))
a, *b = 'xyz'
print(a, b)


class Meta(type):
    def __init__(cls, name, bases, ns):
        super().__init__(name, bases, ns)
        cls.tag = name.lower()

    def shout(cls):
        return cls.__name__.upper()

    def __len__(cls):
        return 42


class Tagged(metaclass=Meta):
    pass


print(Tagged.tag, Tagged.shout(), len(Tagged), type(Tagged).__name__)
print(type(5), type('a'), type(None), type([]), type(Circle(1)).__name__, type(Circle) is type(Shape), str(int), Circle, Model.__mro__[1].__name__)
print(getattr(Circle, 'name'), hasattr(Circle, 'r'), getattr(Circle(7), 'r'), [n for n in dir(Circle(1)) if not n.startswith('_')])
