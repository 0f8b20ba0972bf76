"""Recursion: mutual, deep, with limits; trees; string building; backtracking."""
import sys


def is_even(n):
    return True if n == 0 else is_odd(n - 1)


def is_odd(n):
    return False if n == 0 else is_even(n - 1)


print(is_even(100), is_odd(101), is_even(7))


def depth(n):
    return 0 if n == 0 else 1 + depth(n - 1)


print(depth(900), sys.getrecursionlimit())


def forever(n=0):
    return forever(n + 1)


for f in (forever, lambda: (lambda g: g(g))(lambda g: g(g))):
    try:
        f()
    except RecursionError as e:
        print(type(e).__name__, isinstance(e, RuntimeError))


def subsets(items):
    if not items:
        return [[]]
    rest = subsets(items[1:])
    return rest + [[items[0]] + r for r in rest]


def perms(s):
    return [s] if len(s) < 2 else [c + p for i, c in enumerate(s) for p in perms(s[:i] + s[i + 1:])]


def power(b, n):
    if n == 0:
        return 1
    half = power(b, n // 2)
    return half * half * (b if n % 2 else 1)


def flatten(d, prefix=''):
    out = {}
    for k, v in d.items():
        if isinstance(v, dict):
            out.update(flatten(v, f'{prefix}{k}.'))
        else:
            out[prefix + k] = v
    return out


def binary_search(xs, x, lo=0, hi=None):
    hi = len(xs) if hi is None else hi
    if lo >= hi:
        return -1
    mid = (lo + hi) // 2
    if xs[mid] == x:
        return mid
    return binary_search(xs, x, mid + 1, hi) if xs[mid] < x else binary_search(xs, x, lo, mid)


print(subsets([1, 2, 3]), perms('abc'), power(3, 50), flatten({'a': 1, 'b': {'c': 2, 'd': {'e': 3}}}), binary_search([1, 3, 5, 7], 5), binary_search([1, 3], 2))


class Node:
    def __init__(self, key):
        self.key, self.left, self.right = key, None, None

    def insert(self, key):
        side = 'left' if key < self.key else 'right'
        child = getattr(self, side)
        if child is None:
            setattr(self, side, Node(key))
        else:
            child.insert(key)

    def walk(self, order='in'):
        if order == 'pre':
            yield self.key
        if self.left:
            yield from self.left.walk(order)
        if order == 'in':
            yield self.key
        if self.right:
            yield from self.right.walk(order)
        if order == 'post':
            yield self.key

    @property
    def height(self):
        return 1 + max((c.height for c in (self.left, self.right) if c), default=0)


root = Node(50)
for k in (30, 70, 20, 40, 60, 80, 10):
    root.insert(k)
print(list(root.walk()), list(root.walk('pre')), list(root.walk('post')), root.height)
sys.setrecursionlimit(150)
try:
    depth(400)
except RecursionError:
    print('limited')
sys.setrecursionlimit(1000)


def parens(n, opened=0, closed=0, text=''):
    if len(text) == 2 * n:
        return [text]
    out = []
    if opened < n:
        out += parens(n, opened + 1, closed, text + '(')
    if closed < opened:
        out += parens(n, opened, closed + 1, text + ')')
    return out


print(parens(3), len(parens(6)))
Y = lambda f: (lambda x: x(x))(lambda x: f(lambda *a: x(x)(*a)))
print(Y(lambda f: lambda n: 1 if n == 0 else n * f(n - 1))(10))
nested = []
for _ in range(50):
    nested = [nested]
print(str(nested).count('['), repr([[[]]]), len(str(nested)))
loop = [1]
loop.append(loop)
d = {'self': None}
d['self'] = d
print(loop, d)
