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
