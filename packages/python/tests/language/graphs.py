"""Dijkstra, topological sort, union-find, depth-first search, linked lists, an LRU cache, tries."""
import heapq
from collections import OrderedDict, defaultdict

EDGES = [('a', 'b', 7), ('a', 'c', 9), ('a', 'f', 14), ('b', 'c', 10), ('b', 'd', 15), ('c', 'd', 11), ('c', 'f', 2), ('d', 'e', 6), ('e', 'f', 9)]
graph = defaultdict(dict)
for u, v, w in EDGES:
    graph[u][v] = graph[v][u] = w


def dijkstra(start):
    best, heap, came = {start: 0}, [(0, start)], {}
    while heap:
        cost, u = heapq.heappop(heap)
        if cost > best[u]:
            continue
        for v, w in graph[u].items():
            if (new := cost + w) < best.get(v, float('inf')):
                best[v], came[v] = new, u
                heapq.heappush(heap, (new, v))
    return best, came


best, came = dijkstra('a')
path, node = ['e'], 'e'
while node in came:
    node = came[node]
    path.append(node)
print(best, ' -> '.join(reversed(path)))


class Union:
    def __init__(self, items):
        self.parent = {i: i for i in items}

    def find(self, x):
        while self.parent[x] != x:
            self.parent[x] = self.parent[self.parent[x]]
            x = self.parent[x]
        return x

    def join(self, a, b):
        a, b = self.find(a), self.find(b)
        self.parent[a] = b
        return a != b


u = Union(graph)
tree = [(w, a, b) for a, b, w in sorted(EDGES, key=lambda e: e[2]) if u.join(a, b)]
print(tree, sum(w for w, *_ in tree))
needs = {'shoes': {'socks', 'trousers'}, 'trousers': {'pants'}, 'belt': {'trousers'}, 'socks': set(), 'pants': set()}


def topological(needs):
    done, order, active = set(), [], []

    def visit(n):
        if n in active:
            raise ValueError('cycle: ' + ' > '.join(active[active.index(n):] + [n]))
        if n in done:
            return
        active.append(n)
        for m in sorted(needs.get(n, ())):
            visit(m)
        active.pop()
        done.add(n)
        order.append(n)
    for n in sorted(needs):
        visit(n)
    return order


print(topological(needs))
needs['pants'] = {'shoes'}
try:
    topological(needs)
except ValueError as e:
    print(e)


class LRU:
    def __init__(self, size):
        self.size, self.data = size, OrderedDict()

    def __getitem__(self, k):
        self.data.move_to_end(k)
        return self.data[k]

    def __setitem__(self, k, v):
        self.data[k] = v
        self.data.move_to_end(k)
        if len(self.data) > self.size:
            self.data.popitem(last=False)


cache = LRU(2)
cache['a'], cache['b'] = 1, 2
cache['a']
cache['c'] = 3
print(list(cache.data.items()))


class LinkedList:
    class Node:
        __slots__ = 'value', 'next'

        def __init__(self, value, next=None):
            self.value, self.next = value, next

    def __init__(self, items=()):
        self.head = None
        for x in reversed(list(items)):
            self.head = self.Node(x, self.head)

    def __iter__(self):
        node = self.head
        while node:
            yield node.value
            node = node.next

    def reverse(self):
        last, node = None, self.head
        while node:
            node.next, last, node = last, node, node.next
        self.head = last
        return self

    def __repr__(self):
        return ' -> '.join(map(repr, self)) or 'empty'


print(LinkedList('abc'), LinkedList([1, 2, 3]).reverse(), LinkedList(), 2 in LinkedList([1, 2]))


class Trie:
    def __init__(self):
        self.root = {}

    def add(self, word):
        node = self.root
        for c in word:
            node = node.setdefault(c, {})
        node['$'] = word

    def find(self, prefix):
        node = self.root
        for c in prefix:
            if c not in node:
                return []
            node = node[c]
        return sorted(self._walk(node))

    def _walk(self, node):
        for k, v in node.items():
            if k == '$':
                yield v
            else:
                yield from self._walk(v)


t = Trie()
for w in 'car card care cat dog do'.split():
    t.add(w)
print(t.find('car'), t.find('d'), t.find('x'), len(t.find('')))


def huffman(text):
    heap = [[n, i, c] for i, (c, n) in enumerate(sorted({c: text.count(c) for c in text}.items()))]
    heapq.heapify(heap)
    tie = len(heap)
    while len(heap) > 1:
        a, b = heapq.heappop(heap), heapq.heappop(heap)
        heapq.heappush(heap, [a[0] + b[0], tie, (a, b)])
        tie += 1
    codes = {}

    def walk(node, code=''):
        if isinstance(node[2], str):
            codes[node[2]] = code or '0'
        else:
            for i, child in enumerate(node[2]):
                walk(child, code + str(i))
    walk(heap[0])
    return codes


codes = huffman('abracadabra alakazam')
print(codes, len(''.join(codes[c] for c in 'abracadabra alakazam')))
