"""Closures, late binding, nonlocal and global."""


def counter(start=0):
    count = start

    def increment(by=1):
        nonlocal count
        count += by
        return count

    def reset():
        nonlocal count
        count = start

    return increment, reset


inc, reset = counter(10)
print(inc(), inc(5), inc())
reset()
print(inc())

late = [lambda: i for i in range(3)]
print([f() for f in late])
early = [lambda i=i: i for i in range(3)]
print([f() for f in early])

total = 0


def add_all(*values):
    global total
    for v in values:
        total += v


add_all(1, 2, 3)
add_all(*[10, 20])
print(total)


def outer():
    x = 'outer'

    def middle():
        def inner():
            nonlocal x
            x = 'changed by inner'
        inner()
        return x

    before = x
    return before, middle(), x


print(outer())


def make_multipliers():
    return {n: (lambda x, n=n: x * n) for n in (2, 3, 5)}


print({k: f(7) for k, f in make_multipliers().items()})


def unbound():
    try:
        print(value)
    except UnboundLocalError as e:
        print(type(e).__name__, e)
    value = 1
    return value


print(unbound())


def memo(f):
    cache = {}

    def inner(n):
        if n not in cache:
            cache[n] = f(n)
        return cache[n]

    inner.cache = cache
    return inner


@memo
def fib(n):
    return n if n < 2 else fib(n - 1) + fib(n - 2)


print(fib(80), len(fib.cache), fib.__name__)


def defaults(x, acc=[]):
    acc.append(x)
    return acc


print(defaults(1), defaults(2), defaults(3, []), defaults(4))
x = 'global'


class Scope:
    x = 'class'
    y = x + '!'

    def method(self):
        return x

    values = [x for _ in range(2)]


print(Scope.y, Scope().method(), Scope.values)
print((lambda *a, **k: (a, k))(1, 2, three=3))
compose = lambda *fs: lambda v: [v := f(v) for f in fs][-1]
print(compose(lambda v: v + 1, lambda v: v * 10)(4))
try:
    undefined_name
except NameError as e:
    print(e)
