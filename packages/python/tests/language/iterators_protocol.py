"""Iteration protocol details, lazy evaluation, zip/map/filter, custom containers."""
log = []


class Loud:
    def __init__(self, n):
        self.n = n

    def __iter__(self):
        log.append('iter')
        for i in range(self.n):
            log.append(f'give {i}')
            yield i


for a, b in zip(Loud(2), 'xyz'):
    log.append((a, b))
print(log)
it = iter([1, 2, 3])
print(next(it), list(it), next(it, 'default'), list(zip(it, it)))
pairs = iter(range(6))
print(list(zip(pairs, pairs)))
m = map(lambda v: v * 2, [1, 2])
print(next(m), list(m), list(m), list(map(max, [1, 5], [3, 2])), list(map(str, range(3))))
f = filter(lambda v: v > 1, [0, 1, 2, 3])
print(next(f), list(f))
e = enumerate('ab', 10)
print(next(e), list(e), list(reversed(list(enumerate('ab')))))
n = iter(lambda c=[0]: c.append(1) or len(c), 5)
print(list(n))
print(sum(1 for _ in Loud(3)), max(Loud(4)), sorted(Loud(3), reverse=True), list(Loud(2)) + [*Loud(1)], 1 in Loud(2), tuple(Loud(2)), set(Loud(2)), dict.fromkeys(Loud(2)))
d = {'a': 1}
it = iter(d)
d['b'] = 2
try:
    next(it)
except RuntimeError as x:
    print(x)
lst = [1, 2, 3, 4]
for v in lst:
    if v % 2:
        lst.remove(v)
print(lst)


class Range2D:
    def __init__(self, w, h):
        self.w, self.h = w, h

    def __len__(self):
        return self.w * self.h

    def __getitem__(self, i):
        if not 0 <= i < len(self):
            raise IndexError(i)
        return divmod(i, self.w)


r = Range2D(2, 2)
print(list(r), list(reversed(r)), (1, 0) in r, len(r), [*r][-1])
try:
    iter(5)
except TypeError as x:
    print(x)
try:
    for a, b in [(1, 2), (3,)]:
        print(a, b)
except ValueError as x:
    print(x)
try:
    next(5)
except TypeError as x:
    print(x)


class NoIter:
    __iter__ = None


class BadIter:
    def __iter__(self):
        return 5


try:
    list(BadIter())
except TypeError as x:
    print(x)


class Once:
    def __init__(self, data):
        self.data = list(data)

    def __iter__(self):
        return self

    def __next__(self):
        if not self.data:
            raise StopIteration
        return self.data.pop(0)


o = Once('abcd')
for c in o:
    if c == 'b':
        break
print(list(o), list(o))


def zip_lists(*ls):
    its = [iter(x) for x in ls]
    while True:
        try:
            yield tuple(next(i) for i in its)
        except RuntimeError:
            return


print(list(zip([1, 2], [3, 4])), all(x > 0 for x in [1, 2]), any(x > 1 for x in Once([0, 1])))


def chunks(seq, n):
    return [seq[i:i + n] for i in range(0, len(seq), n)]


print(chunks('abcdefg', 3), chunks([1, 2, 3, 4], 2))
g = (i for i in range(5))
print(2 in g, list(g))
first, second, *_ = (i * i for i in range(10))
print(first, second, len(_))
nested = [[1, [2]], [3]]
flat = lambda l: [y for x in l for y in (flat(x) if isinstance(x, list) else [x])]
print(flat(nested), sum(nested, []), list(zip()), list(zip([1])), dict(zip([], [])))
total = 0
for i, (x, y) in enumerate(zip(range(3), range(3, 6))):
    total += i * x + y
print(total, [*range(3), *range(3)], list(range(5))[::-1], str(range(5)), range(0, 10, 3)[-1], list(range(3, 0)), range(10)[2:8:2])
import itertools
print([next(c) for c in [itertools.count(1)] for _ in range(3)], list(itertools.islice(itertools.cycle([1, 2]), 3)))
