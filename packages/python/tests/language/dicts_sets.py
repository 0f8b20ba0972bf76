"""Dict and set behaviour."""
d = {'b': 1, 'a': 2}
d['c'] = 3
d['b'] = 10
print(d, list(d), len(d), 'a' in d, 'z' in d, d.get('z'), d.get('z', 0), d.pop('a'), d.pop('nope', None), d)
d.update(x=1, y=2)
d.update({'x': 5}, z=6)
d.update([('k', 'v')])
print(d, d.setdefault('x', 9), d.setdefault('new', []), d.popitem())
print(list(d.keys()), list(d.values()), list(d.items()), d.keys() & {'x', 'b'}, sorted(d.keys() | {'q'}), d.items() >= {('x', 5)})
view = d.keys()
d['late'] = 1
print(view, len(view), 'late' in view)
print(dict(a=1, b=2), dict([('a', 1)]), dict({'a': 1}, b=2), dict(zip('ab', range(2))), dict.fromkeys('ab'), dict.fromkeys([1, 2], 0), {}, dict())
print({'a': 1, 'b': 2} == {'b': 2, 'a': 1}, {'a': 1} != {'a': 2}, {1: 'a'} == {1.0: 'a'}, {'a': 1} | {'a': 2, 'b': 3})
e = {'a': 1}
e |= {'b': 2}
f = e.copy()
f['c'] = 3
print(e, f, e is f)
del e['a']
try:
    del e['a']
except KeyError as x:
    print('KeyError', x)
try:
    for k in f:
        f[k + '!'] = 1
except RuntimeError as x:
    print(x)
for k in list(f):
    if k.endswith('!'):
        del f[k]
print(f, {k: v for k, v in f.items() if v > 1}, {v: k for k, v in f.items()})
nested = {}
for path, value in ((('a', 'x'), 1), (('a', 'y'), 2), (('b', 'z'), 3)):
    cur = nested
    for p in path[:-1]:
        cur = cur.setdefault(p, {})
    cur[path[-1]] = value
print(nested)
key = (1, ('a', 2.0), frozenset([1, 2]))
print({key: 'deep'}[(1.0, ('a', 2), frozenset([2, 1]))], {None: 0, True: 1, 'x': 2}, {0: 'zero', False: 'false'}, {1, 1.0, True})
groups = {}
for w in ['apple', 'avocado', 'bean', 'cherry', 'blueberry']:
    groups.setdefault(w[0], []).append(w)
print(groups, max(groups, key=lambda g: len(groups[g])), sum(map(len, groups.values())))
print(list(reversed({'a': 1, 'b': 2})), [*{'a': 1}], {**{'a': 1}, 'a': 2}, bool({}), bool({0}), str({'a': {'b': [1, {2: 3}]}}))
s = {3, 1, 2}
s.add(2)
s.add(4)
s.discard(9)
s.remove(1)
print(s, len(s), 3 in s, s | {9}, s & {2, 3, 8}, s - {2}, sorted(s ^ {2, 10}), s <= {2, 3, 4, 5}, s < s, s >= {2}, s.isdisjoint({7}), s == {4, 3, 2})
print(s.union([5], (6,)), s.intersection([2, 3, 99]), s.difference([2]), sorted(s.symmetric_difference([2, 7])), s.issubset(range(10)), s.issuperset([2]), set(), {*()}, set([1, 1]), set('a'))
t = s.copy()
t |= {100}
t &= {2, 100, 3}
t -= {3}
t ^= {2, 5}
t.update([1, 6], {8})
print(sorted(t), s)
try:
    s.remove(99)
except KeyError as x:
    print('KeyError', x)
try:
    {[1]}
except TypeError as x:
    print(x)
try:
    {{}: 1}
except TypeError as x:
    print(x)
fs = frozenset([1, 2])
print(fs, fs | {3}, hash(fs) == hash(frozenset([2, 1])), {fs: 1}[frozenset([1, 2])], {frozenset([1]), frozenset([1])}, frozenset(), type(fs & {1}).__name__)
print({i % 3 for i in range(10)}, {x for x in [5, 1, 3, 1]}, sorted({str(i) for i in range(12)}), {i * 17 for i in range(8)})
print(len({(i, j) for i in range(4) for j in range(4) if i < j}), {100, 7, 33, 64, 1000}, {20, 19, 18, 17, 16, 15, 14, 13, 12, 11, 10})


class Key:
    def __init__(self, k):
        self.k = k

    def __eq__(self, o):
        return isinstance(o, Key) and self.k == o.k

    def __hash__(self):
        return hash(self.k)


kd = {Key(1): 'one'}
kd[Key(1)] = 'uno'
kd[Key(2)] = 'dos'
print(len(kd), kd[Key(1)], Key(2) in kd, Key(3) in kd, len({Key(5), Key(5)}), kd.pop(Key(1)), len(kd), kd.get((Key(2),)), {(Key(1), 2): 3}[(Key(1), 2)])
from collections import Counter, OrderedDict, defaultdict
dd = defaultdict(int)
for ch in 'mississippi':
    dd[ch] += 1
print(dict(dd), dd['q'], len(dd), defaultdict(lambda: 'x', a=1)['zz'])
c = Counter('mississippi')
print(c, c.most_common(2), c['z'], c + Counter('miss'), c - Counter('miss'), sum(c.values()), sorted(c.elements())[:4], c.total())
od = OrderedDict(a=1, b=2)
od.move_to_end('a')
print(od, list(od), od.popitem(last=False), od == {'a': 1})
