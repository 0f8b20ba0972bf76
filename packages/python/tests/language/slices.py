"""Slicing, indexing, unpacking, star expressions, deletion."""
a = list(range(10))
print(a[2:5], a[:3], a[7:], a[:], a[::2], a[1::3], a[::-1], a[-3:], a[:-3], a[8:2:-2], a[100:], a[-100:3], a[5:2])
s = 'abcdefghij'
print(s[2:5], s[::-1], s[-4:-1], s[::3], s[5:1:-2], s[-1], s[0], s[20:])
t = tuple(a)
print(t[1:4], t[::-3], t[:0])
a[2:5] = ['x', 'y']
print(a)
a[::2] = [0] * len(a[::2])
print(a)
a[1:1] = [7, 8, 9]
print(a)
del a[::2]
print(a)
del a[0], a[-1]
print(a)
a[:] = 'hey'
print(a)
a[len(a):] = [1, 2]
a[:0] = [-1]
print(a)
try:
    a[::2] = [1]
except ValueError as e:
    print(e)
try:
    a[::0]
except ValueError as e:
    print(e)
first, *middle, last = range(6)
print(first, middle, last)
(p, (q, *r)), w = (1, (2, 3, 4)), 5
print(p, q, r, w)
[u, v] = {'k1': 1, 'k2': 2}
print(u, v)
x, y = 1, 2
x, y = y, x
print(x, y)
i = 0
arr = [0, 0, 0]
i, arr[i] = 1, 5
print(i, arr)
for text, rhs in (('two', [1]), ('one', [1, 2, 3])):
    try:
        m, n = rhs
    except ValueError as e:
        print(e)
try:
    m, *n, o = [1]
except ValueError as e:
    print(e)
try:
    m, n = 5
except TypeError as e:
    print(e)
print([*range(3), *'ab', *{'z': 1}], (*[1], 2), {*[1, 2], 2}, {**{'a': 1}, 'b': 2, **{'a': 3}})


def f(*args, **kw):
    return args, kw


print(f(*[1, 2], 3, *(4,), x=1, **{'y': 2}), f(*'ab', **dict(k=1)))
sl = slice(1, 10, 2)
print(sl, sl.start, sl.stop, sl.step, list(range(20))[sl], sl.indices(6), slice(None) == slice(None))


class Grid:
    def __getitem__(self, key):
        return key


g = Grid()
print(g[1], g[1:2], g[1, 2], g[:, 1], g[..., None], g[::2, 1:], g[()])
nested = [[1, 2], [3, 4]]
nested[0][1] += 10
nested[1:] = [[9]]
print(nested, [row[:] for row in nested])
r = range(10, 0, -3)
print(list(r), r[1], r[-1], r[1:], len(r), 7 in r, 8 in r, r.index(4), r == range(10, -1, -3), range(0) == range(5, 5))
b = bytearray(b'hello')
b[0] = 72
b[1:3] = b'EL!'
print(b, b[1:3], bytes(b)[-1], b'abc'[1], b'abc'[::-1], list(b'hi'))
c = [1, 2, 3]
c *= 2
c += (4, 5)
c += 'xy'
print(c, [0] * 3, 'ab' * 3, (1,) * 2, 2 * [1], [] * 5, 'x' * -1)
big = '😀é日本'
print(len(big), big[0], big[1:3], big[::-1], big.index('日'), [ord(ch) for ch in big])
