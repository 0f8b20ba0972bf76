"""Decorators: plain, with arguments, on classes and methods, stacked."""
import functools


def log(f):
    @functools.wraps(f)
    def wrapper(*args, **kwargs):
        parts = [repr(a) for a in args] + [f'{k}={v!r}' for k, v in kwargs.items()]
        print(f'-> {f.__name__}({", ".join(parts)})')
        result = f(*args, **kwargs)
        print(f'<- {result!r}')
        return result
    return wrapper


@log
def area(w, h=2, *, scale=1):
    """Area of a box."""
    return w * h * scale


area(3)
area(3, 4, scale=10)
print(area.__name__, area.__doc__, area.__wrapped__(1, 1))


def repeat(times):
    def decorate(f):
        @functools.wraps(f)
        def inner(*a):
            return [f(*a) for _ in range(times)]
        return inner
    return decorate


@repeat(times=3)
@log
def hi(name):
    return f'hi {name}'


print(hi('bo'))


class CountCalls:
    def __init__(self, f):
        functools.update_wrapper(self, f)
        self.f, self.calls = f, 0

    def __call__(self, *a):
        self.calls += 1
        return self.f(*a)


@CountCalls
def square(x):
    return x * x


print([square(i) for i in range(4)], square.calls, square.__name__)


def register(registry, key=None):
    def decorate(obj):
        registry[key or obj.__name__] = obj
        return obj
    return decorate


registry = {}


@register(registry)
class Plugin:
    pass


@register(registry, 'fn')
def plugin():
    return 'plugged'


print(sorted(registry), registry['fn'](), registry['Plugin'] is Plugin)


def add_repr(cls):
    cls.__repr__ = lambda self: f'{cls.__name__}({", ".join(f"{k}={v}" for k, v in vars(self).items())})'
    return cls


@add_repr
class Pair:
    def __init__(self, a, b):
        self.a, self.b = a, b

    @log
    def total(self):
        return self.a + self.b

    @staticmethod
    @log
    def make():
        return 'made'

    @classmethod
    def build(cls, *v):
        return cls(*v)

    @property
    @functools.lru_cache(maxsize=None)
    def cached(self):
        print('computing')
        return self.a * self.b

    @functools.cached_property
    def once(self):
        print('once only')
        return self.a - self.b


p = Pair.build(3, 4)
print(p, p.make())
p.total()
print(p.cached, p.cached, p.once, p.once)


@functools.lru_cache(maxsize=2)
def slow(x):
    print('slow', x)
    return x * 10


print(slow(1), slow(2), slow(1), slow(3), slow(2), slow.cache_info())


@functools.singledispatch
def describe(x):
    return f'thing {x}'


@describe.register(int)
def _(x):
    return f'int {x}'


@describe.register(list)
def _(x):
    return 'list of ' + ', '.join(describe(i) for i in x)


print(describe(5), describe('s'), describe([1, 'a', [2]]), describe(True))
add = functools.partial(lambda a, b, c=0: a + b + c, 1, c=100)
print(add(2), add(2, c=5), add.args, add.keywords, functools.reduce(lambda a, b: a * b, [1, 2, 3, 4], 10))


def validated(**types):
    def decorate(f):
        @functools.wraps(f)
        def inner(**kw):
            for k, t in types.items():
                if not isinstance(kw.get(k), t):
                    raise TypeError(f'{k} must be {t.__name__}')
            return f(**kw)
        return inner
    return decorate


@validated(x=int, y=(str))
def combine(x, y):
    return y * x


print(combine(x=2, y='ab'))
try:
    combine(x='2', y='ab')
except TypeError as e:
    print(e)
memo = {}
@lambda f: lambda n: memo.setdefault(n, f(n)) if n not in memo else memo[n]
def tri(n):
    return n * (n + 1) // 2
print(tri(10), tri(10), memo)
