"""Exceptions: hierarchy, else/finally, chaining, custom classes, messages."""


def attempt(f, *args, **kw):
    try:
        r = f(*args, **kw)
    except Exception as e:
        print(f'{type(e).__name__}: {e}')
    else:
        print('ok', r)


attempt(lambda: 1 / 0)
attempt(lambda: 1.0 / 0)
attempt(lambda: 1 // 0)
attempt(lambda: 1 % 0)
attempt(lambda: [1, 2][5])
attempt(lambda: (1, 2)[5])
attempt(lambda: 'abc'[5])
attempt(lambda: {'a': 1}['b'])
attempt(lambda: {}[(1, 'x')])
attempt(int, 'x')
attempt(int, '12', 3)
attempt(float, 'abc')
attempt(lambda: 'a' + 1)
attempt(lambda: 1 + 'a')
attempt(lambda: [1] + (2,))
attempt(lambda: None + 1)
attempt(lambda: 'a' * 1.5)
attempt(lambda: {}['a'].b)
attempt(lambda: None.x)
attempt(lambda: (5).foo)
attempt(lambda: [].push(1))
attempt(lambda: len(5))
attempt(lambda: 5())
attempt(lambda: 'x' < 1)
attempt(lambda: sorted([1, 'a']))
attempt(lambda: {[]: 1})
attempt(lambda: {1, {}})
attempt(lambda: next(iter([])))
attempt(lambda: [].pop())
attempt(lambda: [1].remove(2))
attempt(lambda: [1].index(2))
attempt(lambda: 'abc'.index('z'))
attempt(lambda: max([]))
attempt(lambda: int('9' * 5) + int('1e5'))
attempt(lambda: for_loop())
attempt(lambda: list(5))
attempt(lambda: dict([1]))
attempt(lambda: dict([(1, 2, 3)]))
attempt(lambda: range(1.5))
attempt(lambda: [1, 2, 3]['a'])
attempt(lambda: 'abc'['a'])
attempt(lambda: (lambda a, b: 0)(1))
attempt(lambda: (lambda a: 0)(1, 2))
attempt(lambda: (lambda a: 0)(b=2))
attempt(lambda: (lambda a: 0)(1, a=2))
attempt(lambda: (lambda *, k: 0)())
attempt(lambda: chr(-1))
attempt(lambda: ord('ab'))
attempt(lambda: -'a')
attempt(lambda: ~1.5)
attempt(lambda: 1 << -1)
attempt(lambda: float('nan').as_integer_ratio())
attempt(lambda: int(float('inf')))
attempt(lambda: 2.0 ** 5000)
attempt(lambda: 'a'.join([1]))
attempt(lambda: '{} {}'.format(1))
attempt(lambda: '{x}'.format(y=1))
attempt(lambda: '%d' % 'a')
attempt(lambda: '%d %d' % (1,))
attempt(lambda: format(5, 'q'))
attempt(lambda: format('a', 'd'))
attempt(lambda: isinstance(1, 5))
attempt(lambda: setattr((), 'a', 1))
attempt(lambda: object().x)
attempt(lambda: [] < 5)
attempt(lambda: sum(['a']))
attempt(lambda: zip(1))
attempt(lambda: list(zip([1], [1, 2], strict=True)))
attempt(lambda: hash([]))
attempt(lambda: iter(5))


class AppError(Exception):
    def __init__(self, code, message='failed'):
        super().__init__(message)
        self.code = code

    def __str__(self):
        return f'[{self.code}] {self.args[0]}'


class NotFound(AppError):
    pass


try:
    raise NotFound(404, 'no page')
except AppError as e:
    print(e, repr(e), e.args, e.code, isinstance(e, Exception))


def flow(kind):
    log = []
    try:
        log.append('try')
        if kind == 'error':
            raise KeyError('k')
        if kind == 'return':
            return log
    except KeyError as e:
        log.append(f'except {e}')
    else:
        log.append('else')
    finally:
        log.append('finally')
    log.append('after')
    return log


for kind in ('none', 'error', 'return'):
    print(flow(kind))


def override():
    try:
        return 'try'
    finally:
        return 'finally'


print(override())


def loop():
    out = []
    for i in range(5):
        try:
            if i == 1:
                continue
            if i == 3:
                break
            out.append(i)
        finally:
            out.append(f'f{i}')
    return out


print(loop())
try:
    try:
        {}['missing']
    except KeyError as inner:
        raise ValueError('outer') from inner
except ValueError as e:
    print(e, repr(e.__cause__), e.__suppress_context__)
try:
    try:
        1 / 0
    except ZeroDivisionError:
        raise RuntimeError('second')
except RuntimeError as e:
    print(repr(e.__context__), e.__cause__)
try:
    raise ValueError('x') from None
except ValueError as e:
    print(e.__cause__, e.__suppress_context__)
try:
    raise ValueError
except (TypeError, ValueError) as e:
    print(repr(e), e.args)
try:
    try:
        raise IndexError('a')
    except IndexError:
        raise
except LookupError as e:
    print('lookup', e)
e = 'still here'
try:
    raise KeyError(1)
except KeyError as e:
    pass
try:
    print(e)
except NameError as x:
    print(x)
try:
    assert 1 > 2, 'one is not greater'
except AssertionError as x:
    print(x)
try:
    assert []
except AssertionError as x:
    print(repr(x))
try:
    raise 'text'
except TypeError as x:
    print(x)
try:
    raise StopIteration(7)
except StopIteration as x:
    print(x.value)
print([c.__name__ for c in ZeroDivisionError.__mro__])
print(issubclass(ModuleNotFoundError, ImportError), issubclass(NotImplementedError, RuntimeError))
try:
    import no_such_module
except ImportError as x:
    print(type(x).__name__, str(x).split('.')[0])
