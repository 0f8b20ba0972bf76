"""Operators and protocols through special methods."""
from functools import total_ordering


class Vector:
    def __init__(self, *c):
        self.c = list(c)

    def __repr__(self):
        return f"Vector({', '.join(map(str, self.c))})"

    def __add__(self, o):
        if not isinstance(o, Vector):
            return NotImplemented
        return Vector(*(a + b for a, b in zip(self.c, o.c)))

    def __sub__(self, o):
        return self + -o

    def __neg__(self):
        return Vector(*(-a for a in self.c))

    def __mul__(self, k):
        return Vector(*(a * k for a in self.c))

    __rmul__ = __mul__

    def __matmul__(self, o):
        return sum(a * b for a, b in zip(self.c, o.c))

    def __eq__(self, o):
        return isinstance(o, Vector) and self.c == o.c

    def __hash__(self):
        return hash(tuple(self.c))

    def __len__(self):
        return len(self.c)

    def __getitem__(self, i):
        if isinstance(i, slice):
            return Vector(*self.c[i])
        return self.c[i]

    def __setitem__(self, i, v):
        self.c[i] = v

    def __delitem__(self, i):
        del self.c[i]

    def __contains__(self, v):
        return v in self.c

    def __iter__(self):
        return iter(self.c)

    def __reversed__(self):
        return reversed(self.c)

    def __bool__(self):
        return any(self.c)

    def __abs__(self):
        return sum(a * a for a in self.c) ** 0.5

    def __iadd__(self, o):
        self.c = [a + b for a, b in zip(self.c, o.c)]
        return self

    def __call__(self, f):
        return Vector(*map(f, self.c))

    def __format__(self, spec):
        return '<' + ', '.join(format(a, spec) for a in self.c) + '>'

    def __index__(self):
        return self.c[0]

    def __float__(self):
        return float(abs(self))

    def __round__(self, n=0):
        return Vector(*(round(a, n) for a in self.c))

    def __divmod__(self, k):
        return Vector(*(a // k for a in self.c)), Vector(*(a % k for a in self.c))


v, w = Vector(3, 4), Vector(1, 2)
print(v + w, v - w, v * 2, 2 * v, v @ w, -v, abs(v), float(v))
print(v == Vector(3, 4), v != w, v in {v: 1}, hash(v) == hash(Vector(3, 4)))
print(len(v), v[0], v[-1], v[:1], 4 in v, list(reversed(v)), bool(Vector(0, 0)), [*v])
u = v
u += w
print(u is v, v)
v[0] = 99
del v[1]
print(v, v(lambda x: x + 0.5), f'{w:.2f}', f'{w}', [10, 20, 30][w], bin(w))
print(divmod(Vector(7, 8), 3), round(Vector(1.234, 5.678), 1))
try:
    v + 1
except TypeError as e:
    print(e)
try:
    1 + v
except TypeError as e:
    print(e)


@total_ordering
class Version:
    def __init__(self, text):
        self.parts = tuple(int(p) for p in text.split('.'))

    def __eq__(self, o):
        return self.parts == o.parts

    def __lt__(self, o):
        return self.parts < o.parts

    def __repr__(self):
        return '.'.join(map(str, self.parts))


versions = [Version(t) for t in ('1.10', '1.2', '2.0', '1.2.1')]
print(sorted(versions), max(versions), Version('1.0') >= Version('1.0'), Version('3') > Version('2.9'))


class Reflect:
    def __radd__(self, o):
        return f'radd({o})'

    def __rsub__(self, o):
        return f'rsub({o})'

    def __rpow__(self, o):
        return f'rpow({o})'

    def __lt__(self, o):
        return f'lt({o})'

    def __gt__(self, o):
        return f'gt({o})'


r = Reflect()
print(1 + r, 'a' + r if False else 2 - r, 3 ** r, r < 5, 5 < r, 5 > r)


class Countdown:
    def __init__(self, n):
        self.n = n

    def __iter__(self):
        return self

    def __next__(self):
        if self.n <= 0:
            raise StopIteration
        self.n -= 1
        return self.n


print(list(Countdown(3)), max(Countdown(5)), dict(enumerate(Countdown(2))))


class Seq:
    def __getitem__(self, i):
        if i > 3:
            raise IndexError
        return i * i


print(list(Seq()), 9 in Seq(), [a for a in Seq() if a % 2])


class Bad:
    def __len__(self):
        return -1

    def __bool__(self):
        return 'yes'

    def __repr__(self):
        return 5


for test in (len, bool, repr):
    try:
        test(Bad())
    except (TypeError, ValueError) as e:
        print(type(e).__name__, e)


class Missing(dict):
    def __missing__(self, key):
        self[key] = key * 2
        return self[key]


m = Missing(a=1)
print(m['a'], m['zz'], m, m.get('q'), len(m))


class Stack(list):
    def push(self, x):
        self.append(x)
        return self

    @property
    def top(self):
        return self[-1]


s = Stack([1, 2]).push(3)
print(s, s.top, len(s), s + [4], isinstance(s, list), s == [1, 2, 3], sum(s), s[::-1])
