"""List and tuple methods, aliasing, copying, comparisons, nested mutation."""
a = [3, 1, 2]
b = a
b.append(4)
print(a, a is b, a == [3, 1, 2, 4], a is not [3, 1, 2, 4])
c = a[:]
c.sort()
print(a, c, a.copy() == a, list(a) is a)
a.insert(0, 'first')
a.insert(-1, 'before last')
a.insert(100, 'end')
a.extend((7, 8))
a.extend(x for x in range(2))
print(a, a.pop(), a.pop(0), a.pop(-2), a)
a.remove('end')
a.reverse()
print(a, a.index(4), a.count(2), len(a), 4 in a, 99 in a)
a.clear()
print(a, bool(a), not a)
m = [[0] * 3] * 2
m[0][0] = 1
n = [[0] * 3 for _ in range(2)]
n[0][0] = 1
print(m, n)
t = (1, [2, 3], 'x')
t[1].append(4)
print(t, len(t), t.index('x'), t.count(1), t + (5,), t * 2, hash((1, 2)) == hash((1, 2)), (1,), (), tuple('ab'), tuple([1]))
try:
    t[0] = 5
except TypeError as e:
    print(e)
try:
    t[1] += [5]
except TypeError as e:
    print(e, t)
try:
    hash(t)
except TypeError as e:
    print(e)
try:
    del t[0]
except TypeError as e:
    print(e)
print((1, 2) < (1, 3), (1, 2) < (1, 2, 0), (1, 'a') == (1, 'a'), [1, [2]] == [1, [2]], [1] < [2], [] < [0], (0,) > ())
x = [1, 2, 3]
y = x
x += [4]
x = x + [5]
print(x, y)


def modify(lst, num):
    lst.append(num)
    num += 1
    lst = [0]
    return lst, num


z = [9]
print(modify(z, 5), z)
stack = [1]
stack.append(2)
print(stack.pop(), stack, stack[-1])
matrix = [[1, 2, 3], [4, 5, 6]]
print(list(map(list, zip(*matrix))), [sum(r) for r in matrix], sum(map(sum, matrix)), max(map(max, matrix)), [r[::-1] for r in matrix], matrix[1][2])
print(sorted([(2, 'b'), (1, 'z'), (2, 'a')]), [x for x in reversed([1, 2])], list(range(5))[-2:], [1, 2, 3][-1], [*'abc'][1:])
p = [1, 2, 3, 4, 5, 6]
p[1:3] = []
print(p)
del p[::2]
print(p)
p[:] = p[::-1]
print(p, [0, 1, 2].__contains__(1), [1, 2] + [3], [1] * 3, [] or 'empty')
e1, *_, e2 = 'hello'
print(e1, e2, _)
data = [('x', 3), ('y', 1)]
print(dict(data), dict(sorted(data, key=lambda kv: kv[1])), [k for k, _ in data], {k: v for k, v in data}, list(zip(*data)))
print(any(isinstance(v, str) for v in [1, 'a']), [i for i, v in enumerate([5, 6, 5]) if v == 5], [1, 2, 1].index(1, 1), max([[1, 2], [3]], key=len), min([3, 1], [2, 9]))
big = list(range(1000))
print(len(big), sum(big), big[500:503], big[::250], big[-1], len(str(big)))
for bad in (lambda: [1, 2].index(9), lambda: [].pop(), lambda: [1].pop(5), lambda: [1].remove(9), lambda: [1][1], lambda: (1,)[3], lambda: [1]['a'], lambda: [1, 2][1.0], lambda: [].insert(1)):
    try:
        bad()
    except (ValueError, IndexError, TypeError) as e:
        print(type(e).__name__, e)
while big:
    big = big[: len(big) // 10]
    print(len(big), end=' ')
print()
print([[]] * 2, [None] * 2, [[1, 2], [3]][0][1], ((1, 2), 3)[0][1], [1, 2, 3].__len__(), str([1, 'a', None, 2.0, (1,), {'k': [1]}, {1}]))
