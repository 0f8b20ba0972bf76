"""with statements: order, suppression, several managers, contextlib."""
from contextlib import ExitStack, closing, contextmanager, nullcontext, suppress


class Manager:
    def __init__(self, name, swallow=False, log=None):
        self.name, self.swallow = name, swallow

    def __enter__(self):
        print('enter', self.name)
        return self.name.upper()

    def __exit__(self, kind, value, tb):
        print('exit', self.name, kind.__name__ if kind else None, value)
        return self.swallow


with Manager('a') as a, Manager('b') as b:
    print(a, b)
with Manager('swallow', True):
    raise ValueError('gone')
print('after')
try:
    with Manager('outer') as o:
        with Manager('inner'):
            raise KeyError('k')
except KeyError as e:
    print('caught', e)
with (Manager('p1') as x, Manager('p2')):
    print(x)


def early():
    with Manager('return'):
        return 'value'


print(early())
for i in range(3):
    with Manager(f'loop{i}'):
        if i == 0:
            continue
        if i == 1:
            break


@contextmanager
def tag(name):
    print(f'<{name}>')
    try:
        yield name
    except ValueError as e:
        print('handled', e)
    finally:
        print(f'</{name}>')


with tag('div') as t, tag('p'):
    print('text in', t)
with tag('err'):
    raise ValueError('inside')
try:
    with tag('key'):
        raise KeyError('through')
except KeyError as e:
    print('outside', e)
with suppress(ZeroDivisionError, KeyError):
    1 / 0
    print('never')
with suppress(TypeError):
    print('fine')
with nullcontext(5) as n:
    print(n)


class Resource:
    def close(self):
        print('closed')


with closing(Resource()) as r:
    print(type(r).__name__)
with ExitStack() as stack:
    names = [stack.enter_context(Manager(f's{i}')) for i in range(2)]
    stack.callback(print, 'callback')
    print(names)


@tag('decorated')
def work(n):
    print('working', n)
    return n + 1


print(work(1))
try:
    with 5:
        pass
except TypeError as e:
    print(e)


class Target:
    pass


target = Target()
with Manager('attr') as target.value:
    print(target.value)
holder = {}
with Manager('item') as holder['k']:
    pass
print(holder)


class BadExit:
    def __enter__(self):
        return 1

    def __exit__(self, *a):
        raise RuntimeError('in exit')


try:
    with BadExit():
        raise ValueError('body')
except RuntimeError as e:
    print(e, repr(e.__context__))


class Transaction:
    def __init__(self, store):
        self.store = store

    def __enter__(self):
        self.backup = dict(self.store)
        return self.store

    def __exit__(self, kind, *rest):
        if kind:
            self.store.clear()
            self.store.update(self.backup)
        return kind is LookupError or (kind and issubclass(kind, LookupError))


store = {'a': 1}
with Transaction(store) as s:
    s['b'] = 2
with Transaction(store) as s:
    s['c'] = 3
    s['missing']
print(store)
