"""Patterns: composite, visitor, builder, strategy, registry, mixins, operator overloading."""
import math
from abc import ABC, abstractmethod
from functools import reduce


class Expr(ABC):
    def __add__(self, o): return Bin('+', self, wrap(o))
    def __radd__(self, o): return Bin('+', wrap(o), self)
    def __mul__(self, o): return Bin('*', self, wrap(o))
    def __rmul__(self, o): return Bin('*', wrap(o), self)
    def __sub__(self, o): return Bin('-', self, wrap(o))
    def __neg__(self): return Bin('*', Num(-1), self)
    def __pow__(self, n): return Bin('**', self, wrap(n))

    @abstractmethod
    def accept(self, visitor): ...


class Num(Expr):
    def __init__(self, value): self.value = value
    def accept(self, v): return v.num(self)


class Var(Expr):
    def __init__(self, name): self.name = name
    def accept(self, v): return v.var(self)


class Bin(Expr):
    def __init__(self, op, left, right): self.op, self.left, self.right = op, left, right
    def accept(self, v): return v.bin(self)


def wrap(x):
    return x if isinstance(x, Expr) else Num(x)


class Show:
    rank = {'+': 1, '-': 1, '*': 2, '**': 3}

    def num(self, n): return str(n.value)
    def var(self, n): return n.name

    def bin(self, n):
        def side(s):
            text = s.accept(self)
            return f'({text})' if isinstance(s, Bin) and self.rank[s.op] < self.rank[n.op] else text
        return f'{side(n.left)} {n.op} {side(n.right)}'


class Eval:
    ops = {'+': lambda a, b: a + b, '-': lambda a, b: a - b, '*': lambda a, b: a * b, '**': lambda a, b: a ** b}

    def __init__(self, **env): self.env = env
    def num(self, n): return n.value
    def var(self, n): return self.env[n.name]
    def bin(self, n): return self.ops[n.op](n.left.accept(self), n.right.accept(self))


class Derive:
    def __init__(self, name): self.name = name
    def num(self, n): return Num(0)
    def var(self, n): return Num(int(n.name == self.name))

    def bin(self, n):
        l, r = n.left, n.right
        dl, dr = l.accept(self), r.accept(self)
        if n.op in '+-':
            return Bin(n.op, dl, dr)
        if n.op == '*':
            return l * dr + dl * r
        return Num(r.value) * l ** (r.value - 1) * dl


x, y = Var('x'), Var('y')
e = 3 * x ** 2 + (x + 1) * y - 4
print(e.accept(Show()), e.accept(Eval(x=2, y=10)), e.accept(Derive('x')).accept(Eval(x=2, y=10)), (-x).accept(Show()))


class Builder:
    def __init__(self): self._parts = []

    def __getattr__(self, name):
        def add(*args, **kw):
            self._parts.append((name, args, kw))
            return self
        return add

    def build(self):
        return ' '.join(f'{n.upper()} {", ".join(map(str, a))}' + ''.join(f' {k}={v}' for k, v in kw.items()) for n, a, kw in self._parts)


print(Builder().select('a', 'b').frm('t').where(x=1).build())


class Shape:
    registry = {}

    def __init_subclass__(cls, **kw):
        super().__init_subclass__(**kw)
        Shape.registry[cls.__name__.lower()] = cls

    @classmethod
    def make(cls, kind, *args):
        try:
            return cls.registry[kind](*args)
        except KeyError:
            raise ValueError(f'unknown shape {kind!r}; there are {sorted(cls.registry)}') from None

    def __lt__(self, o):
        return self.area < o.area


class Circle(Shape):
    def __init__(self, r): self.r = r
    area = property(lambda self: math.pi * self.r ** 2)


class Box(Shape):
    def __init__(self, w, h): self.w, self.h = w, h

    @property
    def area(self): return self.w * self.h


class Square(Box):
    def __init__(self, side): super().__init__(side, side)


shapes = [Shape.make('circle', 1), Shape.make('box', 2, 3), Shape.make('square', 1.5)]
print([f'{type(s).__name__} {s.area:.3f}' for s in sorted(shapes)])
try:
    Shape.make('blob')
except ValueError as err:
    print(err)


class Comparable:
    def __eq__(self, o): return self.key() == o.key()
    def __lt__(self, o): return self.key() < o.key()
    def __hash__(self): return hash(self.key())


class Repr:
    def __repr__(self): return f'{type(self).__name__}{self.key()}'


class Date(Comparable, Repr):
    def __init__(self, y, m, d): self.y, self.m, self.d = y, m, d
    def key(self): return self.y, self.m, self.d


dates = [Date(2024, 5, 1), Date(2023, 12, 31), Date(2024, 5, 1)]
print(sorted(dates), len(set(dates)), dates[0] == dates[2], min(dates))


class Money:
    rates = {'EUR': 1.0, 'USD': 1.25}

    def __init__(self, amount, currency='EUR'): self.amount, self.currency = amount, currency
    def to(self, currency): return Money(self.amount / self.rates[self.currency] * self.rates[currency], currency)
    def __add__(self, o): return Money(self.amount + o.to(self.currency).amount, self.currency)
    def __radd__(self, o): return self if o == 0 else NotImplemented
    def __str__(self): return f'{self.amount:.2f} {self.currency}'
    def __format__(self, spec): return format(self.amount, spec or '.2f') + self.currency
    def __bool__(self): return self.amount != 0


wallet = [Money(10), Money(5, 'USD'), Money(2.5)]
print(sum(wallet), f'{wallet[1]:>8.1f}', wallet[0] + wallet[1], bool(Money(0)), f'{wallet[0].to("USD")}', reduce(lambda a, b: a + b, wallet))


class Poly:
    def __init__(self, *c): self.c = list(c)
    def __call__(self, v): return reduce(lambda acc, k: acc * v + k, self.c, 0)
    def __mul__(self, o):
        out = [0] * (len(self.c) + len(o.c) - 1)
        for i, a in enumerate(self.c):
            for j, b in enumerate(o.c):
                out[i + j] += a * b
        return Poly(*out)
    def __eq__(self, o): return self.c == o.c
    def __str__(self):
        n = len(self.c) - 1
        terms = [f'{k}x^{n - i}' if n - i > 1 else f'{k}x' if n - i else f'{k}' for i, k in enumerate(self.c) if k]
        return ' + '.join(terms).replace('+ -', '- ') or '0'


p = Poly(1, -3, 2)
print(p, p(5), p * Poly(1, 1), (p * p)(2), Poly(0, 0), p == Poly(1, -3, 2))
