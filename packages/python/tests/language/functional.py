"""Functions as values: map, filter, reduce, partial, composition, currying, lambdas in containers."""
from functools import partial, reduce
from itertools import accumulate, chain, groupby, starmap
from operator import add, itemgetter, mul

nums = list(range(1, 11))
print(list(map(lambda x: x ** 2, nums)), list(filter(lambda x: x % 2, nums)), reduce(mul, nums), reduce(add, [[1], [2]], []), sum(map(lambda x: x * x, filter(lambda x: x % 2 == 0, nums))))
compose = lambda *fs: reduce(lambda f, g: lambda x: g(f(x)), fs)
inc, dbl = lambda x: x + 1, lambda x: x * 2
print(compose(inc, dbl, str)(5), compose(dbl, inc)(5), [f(3) for f in (inc, dbl, abs, float, str, bool)])


def curry(f, n):
    def take(*args):
        return f(*args) if len(args) >= n else lambda *more: take(*args, *more)
    return take


print(curry(lambda a, b, c: (a, b, c), 3)(1)(2)(3), curry(max, 2)(4)(7), partial(pow, 2)(10), partial(int, base=2)('1011'), partial(sorted, reverse=True)([1, 3, 2]))
people = [{'n': 'Ann', 'a': 30, 'c': 'X'}, {'n': 'Bob', 'a': 25, 'c': 'Y'}, {'n': 'Cid', 'a': 35, 'c': 'X'}]
by = itemgetter('c')
print({k: [p['n'] for p in g] for k, g in groupby(sorted(people, key=by), key=by)}, max(people, key=itemgetter('a'))['n'], sorted(map(itemgetter('n'), people), reverse=True))
table = {'+': lambda a, b: a + b, '-': lambda a, b: a - b, '*': mul, '/': lambda a, b: a / b if b else None}
print({op: f(6, 3) for op, f in table.items()}, table['/'](1, 0), list(starmap(table['-'], [(5, 2), (3, 9)])))


def rpn(text):
    stack = []
    for token in text.split():
        if token in table:
            b, a = stack.pop(), stack.pop()
            stack.append(table[token](a, b))
        else:
            stack.append(float(token))
    return stack[0]


print(rpn('3 4 + 2 *'), rpn('5 1 2 + 4 * + 3 -'))


def fix(f, x, tolerance=1e-10):
    while abs((y := f(x)) - x) > tolerance:
        x = y
    return y


print(round(fix(lambda g: (g + 2 / g) / 2, 1.0), 8), list(accumulate([1, 2, 3], mul)), list(chain('ab', [1])))


def memoize(f):
    return lambda *a, _m={}: _m[a] if a in _m else _m.setdefault(a, f(*a))


slow_calls = []
slow = memoize(lambda x: slow_calls.append(x) or x * 10)
print(slow(2), slow(2), slow(3), slow_calls)
pipeline = [str.strip, str.lower, lambda s: s.replace(' ', '-'), lambda s: s[:8]]
print(reduce(lambda v, f: f(v), pipeline, '  Hello Big World '), [fn.__name__ for fn in (len, str.lower, inc)])


def deriv(f, h=1e-6):
    return lambda x: (f(x + h) - f(x - h)) / (2 * h)


def integrate(f, a, b, n=1000):
    w = (b - a) / n
    return sum(f(a + (i + 0.5) * w) for i in range(n)) * w


print(round(deriv(lambda x: x ** 3)(2), 4), round(integrate(lambda x: x * x, 0, 3), 6), (lambda x, *y, **z: (x, y, z))(1, 2, k=3))
apply = lambda f, *a, **k: f(*a, **k)
print(apply(print, 'via apply', end='!\n'), apply(sorted, 'cab'), apply(lambda: 'none'), (lambda f: f(f))(lambda f: 'self'))
trace = []


def traced(f):
    def g(*a):
        trace.append(f'{f.__name__}{a}')
        return f(*a)
    g.__name__ = f.__name__
    return g


@traced
def gcd(a, b):
    return a if b == 0 else gcd(b, a % b)


print(gcd(48, 18), trace)
church = lambda n: lambda f: lambda x: reduce(lambda acc, _: f(acc), range(n), x)
plus = lambda m, n: lambda f: lambda x: m(f)(n(f)(x))
print(plus(church(3), church(4))(lambda v: v + 1)(0), church(3)(lambda s: s + 'a')(''))
print(sorted([5, -3, 2], key=abs), sorted('bA', key=str.swapcase), min([[3], [1, 2]], key=sum), max('abc', 'ab', key=len), list(map(lambda p: p[0] * p[1], zip([1, 2], [3, 4]))))
zipped = list(zip(*[(1, 'a'), (2, 'b')]))
print(zipped, dict(map(lambda kv: (kv[1], kv[0]), {'a': 1}.items())), all(map(callable, [len, int, lambda: 0])), list(map(None.__class__, [])) if False else [])
