"""collections, itertools, heapq-like structures."""
import itertools as it
from collections import Counter, defaultdict, deque, namedtuple
from typing import NamedTuple

Point = namedtuple('Point', ['x', 'y'], defaults=[0])
p = Point(1)
print(p, p.x, p[1], p._fields, p._asdict(), p._replace(y=9), Point(*[3, 4]), Point._make([5, 6]), len(p), tuple(p), p == (1, 0), isinstance(p, tuple), p + (2,))
x, y = p
print(x, y, sorted([Point(2, 1), Point(1, 5)]), {p: 'key'}[Point(1, 0)], max(Point(1, 2), Point(1, 3)))
try:
    p.x = 5
except AttributeError as e:
    print(e)
try:
    Point()
except TypeError as e:
    print(e)


class Employee(NamedTuple):
    name: str
    age: int = 30

    def greet(self):
        return f'{self.name} is {self.age}'


e = Employee('Ann')
print(e, e.greet(), e._replace(age=5), e[0], Employee('Bob', age=2))
d = deque([1, 2, 3])
d.append(4)
d.appendleft(0)
print(d, d.pop(), d.popleft(), d, len(d), d[0], d[-1], 2 in d)
d.rotate(1)
print(d)
d.rotate(-2)
d.extend([7, 8])
d.extendleft('ab')
print(d, list(reversed(d)), d.count(7), d.index(7))
w = deque(maxlen=3)
for i in range(6):
    w.append(i)
print(w, w.maxlen, list(w), sum(w))
try:
    deque().pop()
except IndexError as ex:
    print(ex)
print(list(it.chain([1], 'ab', (2,))), list(it.chain.from_iterable([[1], [2, 3]])), list(it.islice(it.count(5, 2), 4)), list(it.islice(range(10), 2, 8, 3)))
print(list(it.product('ab', [1, 2])), list(it.product([0, 1], repeat=2)), list(it.permutations([1, 2, 3], 2)), list(it.combinations('abcd', 2))[:4], list(it.combinations_with_replacement('ab', 2)))
print(list(it.accumulate([1, 2, 3, 4])), list(it.accumulate([1, 2, 3], lambda a, b: a * b)), list(it.accumulate([1, 2], initial=10)), list(it.repeat('x', 3)), list(it.islice(it.cycle('ab'), 5)))
print(list(it.takewhile(lambda v: v < 3, [1, 2, 5, 1])), list(it.dropwhile(lambda v: v < 3, [1, 2, 5, 1])), list(it.filterfalse(lambda v: v % 2, range(6))), list(it.starmap(pow, [(2, 3), (3, 2)])))
print(list(it.zip_longest([1, 2, 3], 'a', fillvalue='-')), list(it.pairwise('abcd')), list(it.compress('abcd', [1, 0, 1, 0])))
for k, g in it.groupby(sorted(['apple', 'ant', 'bee', 'cat', 'cow']), key=lambda s: s[0]):
    print(k, list(g), end=' ')
print()
print([(k, len(list(g))) for k, g in it.groupby('aaabbc')])
a, b = it.tee(iter([1, 2, 3]))
print(list(a), list(b))
graph = defaultdict(set)
for u, v in [(1, 2), (2, 3), (3, 1), (3, 4)]:
    graph[u].add(v)
    graph[v].add(u)


def bfs(start):
    seen, queue, order = {start}, deque([start]), []
    while queue:
        u = queue.popleft()
        order.append(u)
        for v in sorted(graph[u] - seen):
            seen.add(v)
            queue.append(v)
    return order


print(bfs(1), dict(sorted((k, sorted(v)) for k, v in graph.items())))
c = Counter(a=3, b=1)
c.update('aab')
c.subtract({'a': 1})
print(c, c.most_common(), dict(c), +c if False else c.most_common(1)[0][0], Counter([1, 1, 2]) == Counter({1: 2, 2: 1}), Counter(a=1) | Counter(a=3), Counter(a=1) & Counter(a=3))
tree = lambda: defaultdict(tree)
t = tree()
t['a']['b']['c'] = 1
import json
print(json.dumps(t), json.dumps({'k': (1, 2.5, None, True), 'é': [float(1)]}, sort_keys=True), json.dumps([1, {'a': []}], indent=1), json.dumps({'a': 1}, separators=(',', ':')))
print(json.loads('{"a": [1, 2.0, "x\\u00e9", null, true, -1e3], "b": {}}'))
try:
    json.loads('{"a": }')
except json.JSONDecodeError as ex:
    print(ex)
try:
    json.dumps({1, 2})
except TypeError as ex:
    print(ex)
