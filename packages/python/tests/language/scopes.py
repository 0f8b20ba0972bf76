"""Scopes: global, nonlocal, class bodies, comprehensions, except, loops, del, shadowed builtins."""
x = 'module'


def read():
    return x


def shadow():
    x = 'local'

    def inner():
        return x
    return inner(), x


def rebind():
    global x
    x = 'rebound'


print(read(), shadow(), read())
rebind()
print(read(), x)


def make():
    n = 0

    def up():
        nonlocal n
        n += 1

        def double():
            nonlocal n
            n *= 2
            return n
        return double
    return up, lambda: n


up, get = make()
d = up()
d()
d()
print(get())


class Body:
    x = 'class'
    seen = x

    def method(self):
        return x, self.x, Body.x

    def later(self):
        return __class__.__name__

    if True:
        conditional = 1
    for i in range(3):
        last = i
    del i
    try:
        1 / 0
    except ZeroDivisionError:
        failed = True


print(Body.seen, Body().method(), Body().later(), Body.conditional, Body.last, hasattr(Body, 'i'), Body.failed)


def func():
    try:
        return undefined_local
    except NameError as e:
        return type(e).__name__ + ': ' + str(e)
    finally:
        undefined_local = 1


print(func())
for k in range(2):
    inside = k
print(k, inside)
fs = []
for k in range(3):
    fs.append(lambda: k)
print([f() for f in fs])
fs = [(lambda j: lambda: j)(j) for j in range(3)]
print([f() for f in fs])
list_ = list
list = [1, 2]
print(list, list_('ab'))
del list
print(list('cd'))
print(len('abc'))


def with_len():
    len = lambda v: 'shadowed'
    return len('abc')


print(with_len(), len('abc'))


def delete():
    v = 1
    del v
    try:
        v
    except UnboundLocalError as e:
        return str(e)


print(delete())


def closure_del():
    v = 1

    def inner():
        return v
    del v
    try:
        inner()
    except NameError as e:
        return str(e)


print(closure_del())


def loop_var():
    for q in []:
        pass
    try:
        return q
    except UnboundLocalError as e:
        return str(e)


print(loop_var())
try:
    exec_name
except NameError as e:
    print(e)
if False:
    never = 1
try:
    never
except NameError as e:
    print(e)


def conditional_global(flag):
    global maybe
    if flag:
        maybe = 'set'


conditional_global(True)
print(maybe, 'maybe' in globals(), globals()['x'])
globals()['dynamic'] = 5
print(dynamic)


def local_table(a, b=2):
    c = a + b
    return sorted(locals().items())


print(local_table(1))


def outer():
    y = 1

    class Inner:
        z = y + 1

        def get(self):
            return y, self.z
    y = 10
    return Inner().get()


print(outer())


def gen_scope():
    data = [1, 2, 3]
    g = (v for v in data)
    data = [9]
    return [*g]


print(gen_scope())
e = 'kept'
try:
    raise ValueError
except ValueError as e2:
    pass
print(e)
i = 'outer i'
[i for i in range(3)]
print(i)
a = b = 0
a, b = b + 1, a + 2
print(a, b)


def swap(p, q):
    p, q = q, p
    return p, q


print(swap(1, 2))
counter = 0


def increment():
    global counter
    counter += 1
    return counter


print([increment() for _ in range(3)], counter)


def default_scope(v=counter, *, w=x):
    return v, w


counter, x = 100, 'later'
print(default_scope())
lambda_default = [lambda n=n, m=n * 2: (n, m) for n in range(2)]
print([f() for f in lambda_default])
print((lambda x: (lambda y: x + y))(1)(2), (lambda: x)())
new = this = var = function = typeof = let = undefined = NaN = arguments = eval_ = default = 1
print(new + this + var + function + typeof + let + undefined + NaN + arguments + default)
