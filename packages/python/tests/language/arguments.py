"""Every way of passing arguments, and its errors."""


def f(a, b=2, *args, c=3, **kw):
    return (a, b, args, c, kw)


print(f(1), f(1, 5), f(1, 5, 6, 7), f(1, c=9), f(1, x=1, y=2), f(b=1, a=2), f(*[1, 2, 3], **{'c': 4, 'z': 5}), f(1, *(), **{}))
print(f(*'ab', *'cd', c='e', **{'f': 1}, **{'g': 2}))


def only(a, /, b, *, c):
    return a, b, c


print(only(1, 2, c=3), only(1, b=2, c=3))


def defaults(x=[], y={}, z=None):
    x.append(len(x))
    y[len(y)] = z
    return x, y


print(defaults(), defaults(z=1), defaults([]))
base = 10


def captured(v=base):
    return v


base = 20
print(captured(), captured(5))


def show(call, *args, **kw):
    try:
        print(call(*args, **kw))
    except TypeError as e:
        print(e)


show(f)
show(only, 1, 2, 3)
show(only, a=1, b=2, c=3)
show(only, 1)
show(only, 1, 2)
show(only, 1, 2, c=3, d=4)
show(lambda a, b: 0)
show(lambda a, b, c: 0, 1)
show(lambda: 0, 1)
show(lambda a=1: 0, 1, 2)
show(lambda a, b=1: 0, 1, 2, 3)
show(lambda a, *, k: 0, 1)
show(lambda *, k, j: 0)
show(lambda a: 0, 1, a=2)
show(lambda a: 0, z=2)


class C:
    def m(self, x):
        return x

    @staticmethod
    def s(x):
        return x

    @classmethod
    def c(cls, x):
        return cls.__name__, x

    def __init__(self, value=0):
        self.value = value


show(C().m)
show(C().m, 1, 2)
show(C.m, 1)
show(C.s)
show(C.c, 5)
show(C, 1, 2)
show(C, wrong=1)
show(len)
show(len, 1, 2)
show(isinstance, 1)
show([].append)
show([].append, 1, 2)
show({}.get)
show('a'.upper, 1)
show(int, 'z', base=36)
show(print, 1, end='|\n')
show(sorted, [2, 1], key=lambda v: -v)
show(max, 1, 2, key=lambda v: -v)
show(dict, a=1, b=2)
show(sum, [1, 2], start=10)
show('{a}{}'.format, 1, a=2)
show('a b c'.split, maxsplit=1)
show(enumerate, 'a', start=5) if False else print(list(enumerate('a', start=5)))
show(round, 2.567, ndigits=1)
show(print, *[1, 2], **{'sep': '-'})
show(lambda *a, **k: (a, k), 1, *[2], x=3, **{'y': 4})


def trampoline(*args, **kwargs):
    return f(*args, **kwargs)


print(trampoline(1, c=2), trampoline(*range(5)))


def outer(a, *rest, key=lambda v: v):
    def inner(b=a, *more, **named):
        return a, b, rest, more, named, key(b)
    return inner


print(outer(1, 2, 3)(), outer(1, key=str)(5, 6, k=7))
args, kwargs = (1, 2), {'c': 5}
print(f(*args, **kwargs), [*args, *kwargs], {**kwargs, 'd': 1})


def unpack_default(pair=(1, 2), **options):
    a, b = pair
    return a + b, options.pop('scale', 1), options


print(unpack_default(), unpack_default((3, 4), scale=2, other=None))


def recursive(n, acc=None):
    acc = [] if acc is None else acc
    if n:
        acc.append(n)
        return recursive(n - 1, acc)
    return acc


print(recursive(3), recursive(2))


def keyword_only(*, a, b=2, **rest):
    return a, b, rest


print(keyword_only(a=1), keyword_only(**{'a': 1, 'z': 2}), keyword_only(b=1, a=0))


def shadow(list, str='s', **print):
    return list, str, print


print(shadow([1], print=2, max=3))
add = lambda a, b=1, *c, d=2, **e: (a, b, c, d, e)
print(add(1), add(1, 2, 3, d=4, e=5), (lambda *a: a)(), (lambda **k: k)(a=1))
