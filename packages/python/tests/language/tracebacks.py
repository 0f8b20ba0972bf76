"""Tracebacks name the lines of Python."""
import sys
import traceback


def plain(text):
    # lines of carets are a matter of taste
    return '\n'.join(l for l in text.replace(__file__, 'FILE').split('\n') if l.strip(' ~^') or not l)


def inner(n):
    if n == 0:
        return 1 / n
    return inner(n - 1)


def middle():
    inner(2)


try:
    middle()
except ZeroDivisionError:
    print(plain(traceback.format_exc()))


class Thing:
    def method(self):
        raise ValueError('from a method')


try:
    Thing().method()
except ValueError:
    print(plain(traceback.format_exc()))

try:
    try:
        {}['k']
    except KeyError as e:
        raise RuntimeError('wrapped') from e
except RuntimeError:
    print(plain(traceback.format_exc()))

try:
    try:
        [][0]
    except IndexError:
        int('x')
except ValueError:
    print(plain(traceback.format_exc()))


def reraise():
    try:
        raise KeyError('first')
    except KeyError:
        raise


try:
    reraise()
except KeyError as e:
    print(plain(traceback.format_exc()))
    print(traceback.format_exception_only(type(e), e))


def gen():
    yield 1
    raise OSError('in a generator')


try:
    for x in gen():
        print(x)
except OSError:
    print(plain(traceback.format_exc()))

f = lambda: undefined
try:
    f()
except NameError:
    print(plain(traceback.format_exc()))


def deep(n):
    return deep(n + 1)


try:
    deep(0)
except RecursionError as e:
    print(type(e).__name__, str(e)[:32])

with_finally = []
try:
    try:
        raise ValueError('v')
    finally:
        with_finally.append('ran')
except ValueError:
    print(plain(traceback.format_exc()), with_finally)
