"""Comprehensions, their scopes, walrus, conditional and chained expressions."""
print([x * y for x in range(1, 4) for y in range(x)], [[i * j for j in range(3)] for i in range(3)], [x for row in [[1, 2], [3]] for x in row])
print({x: x ** 2 for x in range(5) if x % 2}, {c for c in 'hello' if c > 'h'} == {'l', 'o'}, sum(x * x for x in range(10)), list(x for x in 'ab'))
x = 'outer'
print([x for x in range(3)], x)
n = 10
print([i for i in range(n) if i % 2 if i % 3], [i if i % 2 else -i for i in range(5)], [(a, b) for a, b in zip('ab', [1, 2])], [a for a, *_ in [(1, 2, 3), (4, 5)]])
print([y := 5, y ** 2], y, (z := 3) + z, [last := v for v in range(4)], last)
if (m := len('hello')) > 3:
    print('long', m)
data = iter([1, 2, 3, 0, 4])
while (v := next(data)) != 0:
    print(v, end=' ')
print()
print([f(2) for f in [lambda v, k=k: v ** k for k in range(4)]], any(w := c for c in ['', 'x', 'y']), w)
print(1 < 2 < 3, 1 < 3 < 2, 1 == 1.0 == True, 3 > 2 != 1, 1 < 2 > 0 <= 0, not 1 == 2, 'a' in 'abc' in ['abc'], None is None is not False)


def show(v):
    print(f'eval {v}', end='; ')
    return v


print(show(1) < show(5) < show(3), show(3) < show(1) < show(2))
print(0 or 'default', 1 and 2, '' or [] or None, 0 and 1 / 0, [] and 1, None or 0, 'a' and '' or 'c', not [], not 'x', 1 if [] else 2)
print(True if 1 else 1 / 0, 'even' if n % 2 == 0 else 'odd', (lambda: 'yes' if n > 5 else 'no')(), [1, 2][n > 5], 'a' if 0 else 'b' if 0 else 'c')
print(*[1, 2], *'ab', sep='-', end='!\n')
print('no newline', end='')
print()
print(1, 'a', None, [1], sep='|')
print(max((len(w), w) for w in 'a bbb cc'.split()), dict((k, v) for k, v in [('a', 1)]), sorted((i % 3, i) for i in range(5)), ','.join(str(i) for i in range(3)))


class Body:
    size = 3
    items = [i for i in range(size)]
    table = {i: str(i) for i in items}
    pairs = list((i, i + 1) for i in items)


print(Body.items, Body.table, Body.pairs)


def local_scope():
    k = 2
    fs = [lambda: k * i for i in range(3)]
    k = 100
    return [f() for f in fs], [k + i for i in range(2)]


print(local_scope())
gen = (print('lazy', i) or i for i in range(2))
print('made')
print(list(gen))
matrix = [[1, 2, 3], [4, 5, 6]]
print([[row[i] for row in matrix] for i in range(3)], [sum(col) for col in zip(*matrix)], [v for row in matrix for v in row if v % 2 == 0])
primes = [p for p in range(2, 50) if all(p % q for q in range(2, int(p ** 0.5) + 1))]
print(primes, [(a, b, c) for a in range(1, 15) for b in range(a, 15) for c in range(b, 15) if a * a + b * b == c * c])
print([i for i in range(3) for i in range(i)], [[j for j in range(i)] for i in range(3)], {(i, j): i * j for i in range(2) for j in range(2)})
nested = {'a': [1, 2], 'b': [3]}
print({k: [v * 2 for v in vs] for k, vs in nested.items()}, [k for k, vs in nested.items() for _ in vs], {v: k for k, vs in nested.items() for v in vs})
try:
    [1 / i for i in (1, 0)]
except ZeroDivisionError as e:
    print(e)
try:
    i_undefined = [q for q in undefined_source]
except NameError as e:
    print(e)
total = 0
print([total := total + v for v in range(5)], total)
flags = [not b for b in (True, False)]
print(flags, all([]), any([]), all(flags), any(flags), list(map(lambda a, b: a + b, [1, 2], [3, 4])), list(filter(None, [0, 1, '', 'a'])), list(zip([1, 2, 3], 'ab')))
