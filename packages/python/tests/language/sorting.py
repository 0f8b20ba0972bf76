"""Sorting with keys, stability, comparisons of containers, min and max."""
from functools import cmp_to_key
from operator import attrgetter, itemgetter

words = ['banana', 'Apple', 'cherry', 'apple', 'Banana', 'fig', 'kiwi']
print(sorted(words), sorted(words, key=str.lower), sorted(words, key=len), sorted(words, key=lambda w: (-len(w), w.lower())))
print(sorted(words, reverse=True), sorted(words, key=len, reverse=True))
people = [('Ann', 30), ('Bob', 25), ('Cid', 30), ('Dee', 25)]
print(sorted(people, key=lambda p: p[1]), sorted(people, key=itemgetter(1), reverse=True), sorted(people, key=itemgetter(1, 0)))
numbers = [3, -1, 2.5, 10, 2.5, 0, -7.25, True]
numbers.sort()
print(numbers)
numbers.sort(key=abs, reverse=True)
print(numbers, min(numbers, key=abs), max(numbers, key=lambda v: -v))
print(sorted([[2, 1], [1, 5], [1, 2, 3], [1]]), sorted([(1, 'b'), (1, 'a'), (0, 'z')]), sorted('hello world'), sorted({'b': 1, 'a': 2}))
print([1, 2] < [1, 3], [1, 2] < [1, 2, 0], (1, 2) <= (1, 2), 'abc' < 'abd', 'Z' < 'a', '' < 'a', [] == [], (1, [2]) == (1, [2]), [1] != [1.0])
print(sorted([5, 3, 9], key=lambda v: v % 3), sorted([1.5, 1, 0.5, -1]), sorted(['10', '9', '2'], key=int), sorted([True, False, 2, -1]))
print(max('apple', 'fig', key=len), min([4, 2, 8]), max((1, 5), (1, 3)), max([], default='none'), min('hello'), max({'a': 3, 'b': 1}, key={'a': 3, 'b': 1}.get))


class Item:
    def __init__(self, name, price):
        self.name, self.price = name, price

    def __lt__(self, other):
        return self.price < other.price

    def __repr__(self):
        return f'{self.name}@{self.price}'


items = [Item('pen', 3), Item('book', 12), Item('cup', 3), Item('bag', 7)]
print(sorted(items), sorted(items, key=attrgetter('name')), max(items), min(items), sorted(items, reverse=True))


def by_last(a, b):
    return (a[-1] > b[-1]) - (a[-1] < b[-1])


print(sorted(['xb', 'ya', 'zc'], key=cmp_to_key(by_last)))
calls = []
sorted([3, 1, 2], key=lambda v: calls.append(v) or v)
print(calls)
data = {'x': [3, 1], 'y': [2], 'z': []}
print(sorted(data.items(), key=lambda kv: len(kv[1])), dict(sorted(data.items(), key=lambda kv: -len(kv[1]))))
print(list(reversed(sorted(range(5), key=lambda v: v * v % 5))), list(reversed([1, 2])), list(reversed('ab')), list(reversed(range(0, 10, 3))))
matrix = [[3, 1, 2], [9, 7, 8], [6, 4, 5]]
print([sorted(row) for row in matrix], sorted(matrix, key=lambda r: r[1]), list(zip(*matrix)), [list(r) for r in zip(*matrix[::-1])])
try:
    sorted([1, None])
except TypeError as e:
    print(e)
try:
    [3, 'a', 1].sort()
except TypeError as e:
    print(e)


def quicksort(xs):
    if len(xs) <= 1:
        return xs
    pivot, *rest = xs
    return quicksort([x for x in rest if x < pivot]) + [pivot] + quicksort([x for x in rest if x >= pivot])


def merge_sort(xs):
    if len(xs) < 2:
        return xs
    mid = len(xs) // 2
    left, right = merge_sort(xs[:mid]), merge_sort(xs[mid:])
    out = []
    while left and right:
        out.append((left if left[0] <= right[0] else right).pop(0))
    return out + left + right


seed = 7
values = []
for _ in range(40):
    seed = (seed * 1103515245 + 12345) % 2 ** 31
    values.append(seed % 100)
print(quicksort(values) == sorted(values) == merge_sort(values), sorted(values)[:8])
import heapq, bisect
h = values[:]
heapq.heapify(h)
print([heapq.heappop(h) for _ in range(5)], heapq.nlargest(3, values), heapq.nsmallest(3, values), bisect.bisect([1, 3, 5], 3), bisect.bisect_left([1, 3, 5], 3))
