import { registerSource } from './osApi';

registerSource(
  'string',
  String.raw`
ascii_lowercase = 'abcdefghijklmnopqrstuvwxyz'
ascii_uppercase = ascii_lowercase.upper()
ascii_letters = ascii_lowercase + ascii_uppercase
digits = '0123456789'
hexdigits = digits + 'abcdefABCDEF'
octdigits = '01234567'
punctuation = '!"#$%&\'()*+,-./:;<=>?@[\\]^_${'`'}{|}~'
whitespace = ' \t\n\r\x0b\x0c'
printable = digits + ascii_letters + punctuation + whitespace

def capwords(s, sep=None):
    return (sep or ' ').join(w.capitalize() for w in s.split(sep))

class Template:
    def __init__(self, template):
        self.template = template
    def _fill(self, mapping, kws, strict):
        import re
        def put(m):
            if m.group(1):
                return '$'
            name = m.group(2) or m.group(3)
            if name in kws:
                return str(kws[name])
            if name in mapping:
                return str(mapping[name])
            if strict:
                raise KeyError(name)
            return m.group()
        return re.sub(r'\$(?:(\$)|([a-zA-Z_]\w*)|\{([a-zA-Z_]\w*)\})', put, self.template)
    def substitute(self, mapping={}, /, **kws):
        return self._fill(mapping, kws, True)
    def safe_substitute(self, mapping={}, /, **kws):
        return self._fill(mapping, kws, False)
`,
);
registerSource(
  'textwrap',
  String.raw`
import re

def wrap(text, width=70, initial_indent='', subsequent_indent='', break_long_words=True, **options):
    words = text.split()
    lines = []
    current = initial_indent
    empty = True
    for word in words:
        while True:
            room = width - len(current) - (0 if empty else 1)
            if len(word) <= room:
                current += word if empty else ' ' + word
                empty = False
                break
            if empty:
                if break_long_words and len(word) > room > 0:
                    lines.append(current + word[:room])
                    word = word[room:]
                    current = subsequent_indent
                    continue
                lines.append(current + word)
                current = subsequent_indent
                break
            lines.append(current)
            current = subsequent_indent
            empty = True
    if not empty:
        lines.append(current)
    return lines

def fill(text, width=70, **options):
    return '\n'.join(wrap(text, width, **options))

def shorten(text, width, placeholder=' [...]'):
    words = text.split()
    whole = ' '.join(words)
    if len(whole) <= width:
        return whole
    out = ''
    for word in words:
        longer = word if not out else out + ' ' + word
        if len(longer) + len(placeholder) > width:
            break
        out = longer
    return (out + placeholder).lstrip() if not out else out + placeholder

def dedent(text):
    lines = text.split('\n')
    margin = None
    for line in lines:
        if not line.strip():
            continue
        indent = line[:len(line) - len(line.lstrip())]
        if margin is None:
            margin = indent
        else:
            n = 0
            while n < min(len(margin), len(indent)) and margin[n] == indent[n]:
                n += 1
            margin = margin[:n]
    return '\n'.join(line[len(margin or ''):] if line.strip() else '' for line in lines)

def indent(text, prefix, predicate=None):
    test = predicate or (lambda line: line.strip())
    return ''.join(prefix + line if test(line) else line for line in text.splitlines(True))
`,
);
registerSource(
  'statistics',
  `
import math
from collections import Counter

class StatisticsError(ValueError):
    pass

def _data(data, what):
    data = list(data)
    if not data:
        raise StatisticsError(f'{what} requires at least one data point')
    return data

def _exact(x):
    return int(x) if isinstance(x, float) and x.is_integer() else x

def _same(values, result):
    return _whole(result) if all(isinstance(v, int) for v in values) else float(result)

def _whole(x):
    return int(x) if float(x).is_integer() else x

def mean(data):
    data = _data(data, 'mean')
    total = math.fsum(data)
    return _same(data, total / len(data))

def fmean(data, weights=None):
    data = list(data)
    if not data:
        raise StatisticsError('fmean requires at least one data point')
    if weights is not None:
        weights = list(weights)
        return math.fsum(a * b for a, b in zip(data, weights)) / math.fsum(weights)
    return math.fsum(data) / len(data)

def geometric_mean(data):
    return math.exp(fmean([math.log(x) for x in data]))

def harmonic_mean(data):
    data = _data(data, 'harmonic_mean')
    return len(data) / math.fsum(1 / x for x in data)

def median(data):
    data = sorted(data)
    if not data:
        raise StatisticsError('no median for empty data')
    n = len(data)
    return data[n // 2] if n % 2 else (data[n // 2 - 1] + data[n // 2]) / 2

def median_low(data):
    data = sorted(data)
    return data[(len(data) - 1) // 2]

def median_high(data):
    data = sorted(data)
    return data[len(data) // 2]

def mode(data):
    pairs = Counter(iter(data)).most_common(1)
    if not pairs:
        raise StatisticsError('no mode for empty data')
    return pairs[0][0]

def multimode(data):
    counts = Counter(iter(data))
    most = max(counts.values(), default=0)
    return [v for v, n in counts.items() if n == most]

def _squares(data, center):
    from math import fsum
    return fsum((x - center) ** 2 for x in data)

def pvariance(data, mu=None):
    data = _data(data, 'pvariance')
    return _same(data, _squares(data, math.fsum(data) / len(data) if mu is None else mu) / len(data))

def variance(data, xbar=None):
    data = list(data)
    if len(data) < 2:
        raise StatisticsError('variance requires at least two data points')
    return _same(data, _squares(data, math.fsum(data) / len(data) if xbar is None else xbar) / (len(data) - 1))

def stdev(data, xbar=None):
    data = list(data)
    if len(data) < 2:
        raise StatisticsError('stdev requires at least two data points')
    return math.sqrt(variance(data, xbar))

def pstdev(data, mu=None):
    return math.sqrt(pvariance(data, mu))

def quantiles(data, *, n=4, method='exclusive'):
    data = sorted(data)
    m = len(data) + 1 if method == 'exclusive' else len(data) - 1
    out = []
    for i in range(1, n):
        j, delta = divmod(i * m, n)
        if method == 'exclusive':
            j = 1 if j < 1 else len(data) - 1 if j > len(data) - 1 else j
            delta = i * m - j * n
            out.append((data[j - 1] * (n - delta) + data[j] * delta) / n)
        else:
            out.append((data[j] * (n - delta) + data[min(j + 1, len(data) - 1)] * delta) / n)
    return out

def correlation(x, y):
    mx, my = fmean(x), fmean(y)
    xy = math.fsum((a - mx) * (b - my) for a, b in zip(x, y))
    return xy / math.sqrt(_squares(x, mx) * _squares(y, my))
`,
);
registerSource(
  'contextlib',
  `
from functools import wraps

class AbstractContextManager:
    def __enter__(self):
        return self
    def __exit__(self, *exc):
        return None

class ContextDecorator:
    def __call__(self, func):
        @wraps(func)
        def inner(*args, **kwds):
            with self:
                return func(*args, **kwds)
        return inner

class _GeneratorContextManager(ContextDecorator):
    def __init__(self, func, args, kwds):
        self.gen = func(*args, **kwds)
        self._again = (func, args, kwds)
    def __call__(self, func):
        make, args, kwds = self._again
        @wraps(func)
        def inner(*a, **k):
            with _GeneratorContextManager(make, args, kwds):
                return func(*a, **k)
        return inner
    def __enter__(self):
        try:
            return next(self.gen)
        except StopIteration:
            raise RuntimeError("generator didn't yield") from None
    def __exit__(self, kind, value, traceback):
        if kind is None:
            try:
                next(self.gen)
            except StopIteration:
                return False
            raise RuntimeError("generator didn't stop")
        try:
            self.gen.throw(value)
        except StopIteration as e:
            return e is not value
        except BaseException as e:
            if e is value:
                return False
            if isinstance(value, StopIteration) and e.__cause__ is value:
                return False
            raise
        raise RuntimeError("generator didn't stop after throw()")

def contextmanager(func):
    @wraps(func)
    def helper(*args, **kwds):
        return _GeneratorContextManager(func, args, kwds)
    return helper

class suppress:
    def __init__(self, *exceptions):
        self._exceptions = exceptions
    def __enter__(self):
        return None
    def __exit__(self, kind, value, traceback):
        return kind is not None and issubclass(kind, self._exceptions)

class closing:
    def __init__(self, thing):
        self.thing = thing
    def __enter__(self):
        return self.thing
    def __exit__(self, *exc):
        self.thing.close()

class nullcontext:
    def __init__(self, enter_result=None):
        self.enter_result = enter_result
    def __enter__(self):
        return self.enter_result
    def __exit__(self, *exc):
        return None

class ExitStack:
    def __init__(self):
        self._exits = []
    def enter_context(self, manager):
        value = manager.__enter__()
        self._exits.append(manager.__exit__)
        return value
    def push(self, exit):
        self._exits.append(exit.__exit__ if hasattr(exit, '__exit__') else exit)
        return exit
    def callback(self, f, /, *args, **kwds):
        self._exits.append(lambda *exc: (f(*args, **kwds), False)[1])
        return f
    def pop_all(self):
        other = ExitStack()
        other._exits, self._exits = self._exits, []
        return other
    def close(self):
        self.__exit__(None, None, None)
    def __enter__(self):
        return self
    def __exit__(self, kind, value, traceback):
        swallowed = False
        while self._exits:
            exit = self._exits.pop()
            try:
                if exit(kind, value, traceback):
                    kind = value = traceback = None
                    swallowed = True
            except BaseException as e:
                kind, value, traceback = type(e), e, None
                swallowed = False
                failed = e
                if not self._exits:
                    raise
        return swallowed

class redirect_stdout:
    def __init__(self, target):
        raise NotImplementedError('redirect_stdout is not there in Stele; give print a file')
`,
);
registerSource(
  'warnings',
  String.raw`
_shown = set()

def warn(message, category=None, stacklevel=1, source=None):
    kind = category or UserWarning
    if isinstance(message, Warning):
        kind = type(message)
    for action, wanted in _filters:
        if issubclass(kind, wanted):
            if action == 'error':
                raise message if isinstance(message, Warning) else kind(message)
            break
    if _record:
        _record[-1].append(WarningMessage(message if isinstance(message, Warning) else kind(message), kind))

class WarningMessage:
    def __init__(self, message, category):
        self.message = message
        self.category = category

_filters = []
_record = []

def filterwarnings(action, message='', category=Warning, module='', lineno=0, append=False):
    _filters.insert(0, (action, category))

def simplefilter(action, category=Warning, lineno=0, append=False):
    _filters.insert(0, (action, category))

def resetwarnings():
    _filters.clear()

def warn_explicit(message, category, filename, lineno, **kw):
    warn(message, category)

def formatwarning(message, category, filename, lineno, line=None):
    return f'{filename}:{lineno}: {category.__name__}: {message}\n'

class catch_warnings:
    def __init__(self, *, record=False, module=None, action=None, category=Warning):
        self._want = record
    def __enter__(self):
        self._before = list(_filters)
        if self._want:
            _record.append([])
            return _record[-1]
    def __exit__(self, *exc):
        _filters[:] = self._before
        if self._want:
            _record.pop()
`,
);
registerSource(
  'logging',
  String.raw`
import sys
import time

CRITICAL, ERROR, WARNING, INFO, DEBUG, NOTSET = 50, 40, 30, 20, 10, 0
WARN, FATAL = WARNING, CRITICAL
_names = {50: 'CRITICAL', 40: 'ERROR', 30: 'WARNING', 20: 'INFO', 10: 'DEBUG', 0: 'NOTSET'}

def getLevelName(level):
    return _names.get(level, f'Level {level}')

def _level(level):
    if isinstance(level, str):
        for number, name in _names.items():
            if name == level:
                return number
        raise ValueError(f'Unknown level: {level!r}')
    return level

class LogRecord:
    def __init__(self, name, level, msg, args):
        self.name, self.levelno, self.levelname = name, level, getLevelName(level)
        self.msg, self.args, self.created = msg, args, time.time()
    def getMessage(self):
        return str(self.msg) % self.args if self.args else str(self.msg)

class Formatter:
    def __init__(self, fmt=None, datefmt=None, style='%'):
        self._fmt = fmt or '%(message)s'
        self.datefmt = datefmt
        self._style = style
    def format(self, record):
        values = dict(name=record.name, levelname=record.levelname, levelno=record.levelno, message=record.getMessage(),
                      asctime=time.strftime(self.datefmt or '%Y-%m-%d %H:%M:%S', time.localtime(record.created)), created=record.created,
                      module='__main__', filename='script', lineno=0, funcName='', process=1, threadName='MainThread', pathname='')
        if self._style == '{':
            return self._fmt.format(**values)
        return self._fmt % values

class Handler:
    def __init__(self, level=NOTSET):
        self.level = _level(level)
        self.formatter = None
    def setLevel(self, level):
        self.level = _level(level)
    def setFormatter(self, formatter):
        self.formatter = formatter
    def format(self, record):
        return (self.formatter or Formatter()).format(record)
    def handle(self, record):
        if record.levelno >= self.level:
            self.emit(record)
    def emit(self, record):
        pass
    def flush(self):
        pass
    def close(self):
        pass

class NullHandler(Handler):
    pass

class StreamHandler(Handler):
    def __init__(self, stream=None):
        super().__init__()
        self.stream = stream or sys.stderr
    def emit(self, record):
        self.stream.write(self.format(record) + '\n')

class FileHandler(Handler):
    def __init__(self, filename, mode='a', encoding=None):
        super().__init__()
        self._filename = filename
        open(filename, mode).close()
    def emit(self, record):
        with open(self._filename, 'a') as f:
            f.write(self.format(record) + '\n')

class Logger:
    def __init__(self, name, level=NOTSET):
        self.name, self.level, self.handlers, self.propagate, self.parent = name, _level(level), [], True, None
        self.disabled = False
    def setLevel(self, level):
        self.level = _level(level)
    def getEffectiveLevel(self):
        current = self
        while current:
            if current.level:
                return current.level
            current = current.parent
        return NOTSET
    def isEnabledFor(self, level):
        return level >= self.getEffectiveLevel()
    def addHandler(self, handler):
        self.handlers.append(handler)
    def removeHandler(self, handler):
        self.handlers.remove(handler)
    def hasHandlers(self):
        return bool(self.handlers)
    def log(self, level, msg, *args, **kwargs):
        if not self.isEnabledFor(level):
            return
        record = LogRecord(self.name, level, msg, args)
        current = self
        while current:
            for handler in current.handlers:
                handler.handle(record)
            current = current.parent if current.propagate else None
    def debug(self, msg, *args, **kwargs):
        self.log(DEBUG, msg, *args, **kwargs)
    def info(self, msg, *args, **kwargs):
        self.log(INFO, msg, *args, **kwargs)
    def warning(self, msg, *args, **kwargs):
        self.log(WARNING, msg, *args, **kwargs)
    warn = warning
    def error(self, msg, *args, **kwargs):
        self.log(ERROR, msg, *args, **kwargs)
    def exception(self, msg, *args, **kwargs):
        self.log(ERROR, msg, *args, **kwargs)
    def critical(self, msg, *args, **kwargs):
        self.log(CRITICAL, msg, *args, **kwargs)

root = Logger('root', WARNING)
_loggers = {}

def getLogger(name=None):
    if not name or name == 'root':
        return root
    if name not in _loggers:
        logger = Logger(name)
        logger.parent = getLogger(name.rpartition('.')[0]) if '.' in name else root
        _loggers[name] = logger
    return _loggers[name]

def basicConfig(*, level=None, format=None, datefmt=None, stream=None, handlers=None, filename=None, filemode='a', force=False, style='%', encoding=None):
    if force:
        root.handlers.clear()
    if not root.handlers:
        made = handlers or [FileHandler(filename, filemode) if filename else StreamHandler(stream)]
        for handler in made:
            if handler.formatter is None:
                handler.setFormatter(Formatter(format or '%(levelname)s:%(name)s:%(message)s', datefmt, style))
            root.addHandler(handler)
    if level is not None:
        root.setLevel(level)

def _top(name):
    def log(msg, *args, **kwargs):
        if not root.handlers:
            basicConfig()
        getattr(root, name)(msg, *args, **kwargs)
    return log

debug, info, warning, error, critical, exception = map(_top, ['debug', 'info', 'warning', 'error', 'critical', 'exception'])

def disable(level=CRITICAL):
    root.setLevel(level + 1)

def captureWarnings(capture):
    pass
`,
);
registerSource(
  'tqdm',
  String.raw`
class tqdm:
    """A progress bar that shows nothing: a script's output is what it prints."""
    def __init__(self, iterable=None, desc=None, total=None, leave=True, file=None, ncols=None, mininterval=0.1, unit='it', disable=False, initial=0, position=None, postfix=None, **kwargs):
        if total is None and iterable is not None:
            try:
                total = len(iterable)
            except (TypeError, AttributeError):
                total = None
        self.iterable, self.desc, self.total, self.n, self.disable = iterable, desc or '', total, initial, disable
        self.postfix = postfix
    def __iter__(self):
        for x in self.iterable:
            yield x
            self.n += 1
    def __len__(self):
        return self.total if self.iterable is None else len(self.iterable)
    def __enter__(self):
        return self
    def __exit__(self, *exc):
        return False
    def update(self, n=1):
        self.n += n
    def set_description(self, desc=None, refresh=True):
        self.desc = desc or ''
    set_description_str = set_description
    def set_postfix(self, ordered_dict=None, refresh=True, **kwargs):
        self.postfix = kwargs
    def set_postfix_str(self, s='', refresh=True):
        self.postfix = s
    def refresh(self):
        pass
    def reset(self, total=None):
        self.n = 0
    def clear(self):
        pass
    def close(self):
        pass
    @classmethod
    def write(cls, s, file=None, end='\n', nolock=False):
        print(s, end=end)

def trange(*args, **kwargs):
    return tqdm(range(*args), **kwargs)

tqdm_notebook = tqdm
`,
);
for (const name of ['tqdm.auto', 'tqdm.notebook', 'tqdm.std', 'tqdm.autonotebook']) {
  registerSource(name, 'from tqdm import tqdm, trange\n');
}
