"""Loops, else, break, continue, nested functions, del, assert, ternaries."""
for i in range(5):
    if i == 3:
        break
else:
    print('never')
for i in range(3):
    pass
else:
    print('completed', i)
n = 10
while n > 0:
    n -= 3
    if n == 4:
        continue
    print(n, end=' ')
else:
    print('while else')
for x in range(2, 12):
    for y in range(2, x):
        if x % y == 0:
            print(x, '=', y, '*', x // y, end='; ')
            break
    else:
        print(x, 'prime', end='; ')
print()
for i, (a, b) in enumerate(zip('abc', [1, 2, 3]), start=1):
    print(i, a, b, end=' ')
print()
for i in range(10, 0, -3):
    print(i, end=',')
for i in range(0):
    print('none')
for i in range(3):
    i = i * 10
    print(i, end=',')
print(i)
lst = [1, 2, 3]
for v in lst:
    if v < 3:
        lst.append(v + 10)
print(lst)
k = 5
del k
try:
    k
except NameError as e:
    print(e)
x = y = z = []
x.append(1)
print(y, x is z)


def classify(v):
    if v is None:
        return 'none'
    elif isinstance(v, bool):
        return 'bool'
    elif isinstance(v, (int, float)) and v < 0:
        return 'negative'
    elif v == 0:
        return 'zero'
    elif v in ('a', 'b'):
        return 'letter'
    else:
        return 'other'


print([classify(v) for v in (None, True, -1, -2.5, 0, 'a', [], 7)])


def no_return():
    pass


def early(v):
    if v:
        return
    return 'late'


print(no_return(), early(1), early(0))


def nested(n):
    def helper(m):
        if m == 0:
            return []
        return helper(m - 1) + [m]
    return helper(n)


print(nested(5))


def hanoi(n, a='A', b='B', c='C'):
    return 0 if n == 0 else hanoi(n - 1, a, c, b) + 1 + hanoi(n - 1, c, b, a)


def ackermann(m, n):
    if m == 0:
        return n + 1
    if n == 0:
        return ackermann(m - 1, 1)
    return ackermann(m - 1, ackermann(m, n - 1))


print(hanoi(10), ackermann(2, 3))


def conditional(flag):
    if flag:
        value = 1
    try:
        return value
    except UnboundLocalError as e:
        return str(e)


print(conditional(True), conditional(False))


def params(a, b=2, /, c=3, *args, d, e=5, **kw):
    return a, b, c, args, d, e, kw


print(params(1, d=4), params(1, 2, 3, 4, 5, d=6, e=7, f=8), params(*[1, 2], **{'d': 3, 'c': 9}))
for call in (lambda: params(), lambda: params(1), lambda: params(a=1, d=2)):
    try:
        print(call())
    except TypeError as e:
        print(e)


def annotated(a: int, b: 'str' = 'x', *c: float, d: list[int] = None) -> dict[str, int]:
    v: int = 5
    w: str
    return a, b, c, d, v


print(annotated(1), annotated.__annotations__['return'], list(annotated.__annotations__), annotated.__defaults__, annotated.__kwdefaults__)
i = 0
while True:
    i += 1
    if i % 2:
        continue
    if i > 6:
        break
    print(i, end=' ')
print(i)
if True: print('one line'); print('two')
for c in 'ab': print(c, end='')
print()
class Empty: pass
e = Empty(); e.x = 1; e.y = e.x + 1
print(vars(e), Empty.__name__, type(e) is Empty)
a = b = 3; a += 1; print(a, b)
assert a == 4, 'fine'
pass
...
"a string statement"
if (
    a > 3
    and b
    or False
):
    print('multi'
          'line')
value = a if a > b else \
    b
print(value)
lookup = {'add': lambda p, q: p + q, 'neg': lambda p: -p}
print(lookup['add'](2, 3), lookup['neg'](4), (lambda: (yield))().__class__.__name__)
print(__name__, [].__class__.__name__, type(print).__name__, type(lambda: 0).__name__, type(type).__name__)
if __name__ == '__main__':
    print('main')
