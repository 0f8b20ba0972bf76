"""Generators: send, throw, close, yield from, and laziness."""


def countdown(n):
    while n > 0:
        received = yield n
        if received is not None:
            n = received
        else:
            n -= 1
    return 'liftoff'


g = countdown(3)
print(next(g), g.send(10), next(g))
print(list(countdown(4)))


def delegate():
    result = yield from countdown(2)
    print('result:', result)
    yield from [10, 20]
    return (yield 'last')


d = delegate()
print(list(d))


def guarded():
    print('start')
    try:
        while True:
            try:
                x = yield
                print('got', x)
            except ValueError as e:
                print('caught', e)
                yield 'recovered'
    finally:
        print('cleanup')


g = guarded()
next(g)
g.send(1)
print(g.throw(ValueError('bad')))
next(g)
g.close()
try:
    next(g)
except StopIteration as e:
    print('stopped', e.value)


def averager():
    total, n, average = 0.0, 0, None
    while True:
        value = yield average
        if value is None:
            return n, average
        total += value
        n += 1
        average = total / n


a = averager()
next(a)
for v in (10, 20, 60):
    print(a.send(v))
try:
    a.send(None)
except StopIteration as stop:
    print(stop.value)


def primes():
    found = []
    n = 2
    while True:
        if all(n % p for p in found if p * p <= n):
            found.append(n)
            yield n
        n += 1


from itertools import islice, takewhile

print(list(islice(primes(), 15)))
print(sum(takewhile(lambda p: p < 100, primes())))


def flatten(x):
    for item in x:
        if isinstance(item, (list, tuple)):
            yield from flatten(item)
        else:
            yield item


print(list(flatten([1, [2, (3, [4, 5]), []], 6])))
squares = (n * n for n in range(10))
print(next(squares), next(squares), sum(squares), list(squares))


class Tree:
    def __init__(self, value, left=None, right=None):
        self.value, self.left, self.right = value, left, right

    def __iter__(self):
        if self.left:
            yield from self.left
        yield self.value
        if self.right:
            yield from self.right


print(list(Tree(4, Tree(2, Tree(1), Tree(3)), Tree(6))))


def broken():
    yield 1
    raise StopIteration('inside')


try:
    list(broken())
except RuntimeError as e:
    print(type(e).__name__, e, repr(e.__cause__))

g = (x for x in range(3))
for x in g:
    if x == 1:
        break
print('left:', list(g))


def swallow():
    try:
        yield 1
    except GeneratorExit:
        print('exiting')
        raise


s = swallow()
next(s)
s.close()
try:
    countdown(3).send(5)
except TypeError as e:
    print(e)
