"""re, textwrap, string, datetime, statistics, copy."""
import copy
import datetime as dt
import re
import statistics
import string
import textwrap

m = re.match(r'(?P<year>\d{4})-(?P<month>\d\d)', '2024-05-17 rest')
print(m.group(), m.group(1), m['month'], m.groups(), m.groupdict(), m.span(), m.start(2), m.end())
print(re.findall(r'\d+', 'a1b22c333'), re.findall(r'(\w)(\d)', 'a1 b2'), re.sub(r'(\w+) (\w+)', r'\2 \1', 'hello world'), re.split(r'[,;]\s*', 'a, b;c'), re.split(r'(-)', 'a-b'))
print(re.sub(r'\d', lambda m: str(int(m.group()) + 1), 'a1b9'), re.subn('a', 'b', 'banana'), re.sub('a', 'X', 'banana', count=2), re.fullmatch(r'[a-z]+', 'abc1'), bool(re.search('B', 'abc', re.I)))
p = re.compile(r'^\s*(\w+)\s*=\s*(.*?)\s*$', re.M)
print(p.findall('a = 1\n b=two words \nbad'), p.pattern, [x.group(1) for x in p.finditer('x=1\ny=2')], re.escape('a.b*c'))
print(re.match('a', 'ba'), re.search('a', 'ba').start(), repr(re.search('b+', 'abbb')), re.findall(r'\b\w{3}\b', 'the quick fox'), re.findall('(?i)AB', 'abAB'), re.split(r'\s+', ' a b '))
print(re.sub(r'(?P<a>\w)(?P<b>\w)', r'\g<b>\g<a>', 'abcd'), re.findall(r'<(.+?)>', '<a><b>'), re.findall(r'(?<=\$)\d+', '$5 $10'), re.sub(r'[^\w\s]', '', "it's, ok!"), re.findall(r'[^aeiou\W]+', 'hello world'))
text = 'The quick brown fox jumps over the lazy dog and runs away from the hound.'
print(textwrap.fill(text, 30))
print(textwrap.dedent('''
    indented
      more
    back
''').strip(), textwrap.shorten(text, 25), textwrap.indent('a\nb', '> '), textwrap.wrap('aaa bbb ccc', 7))
print(string.ascii_lowercase, string.digits, string.punctuation, string.capwords('hello big world'), string.Template('$who likes ${what} $$').substitute(who='tim', what='pie'))
d = dt.date(2024, 2, 28)
print(d + dt.timedelta(days=2), d.weekday(), d.isoformat(), d.strftime('%A %d %B %Y, day %j'), (dt.date(2024, 12, 25) - d).days, d < dt.date(2025, 1, 1), repr(d), d.replace(day=1))
t = dt.datetime(2024, 1, 31, 23, 59, 30)
print(t, t + dt.timedelta(seconds=45), repr(t), t.isoformat(), t.date(), t.time(), dt.datetime.strptime('05/06/2023 07:08', '%d/%m/%Y %H:%M'), dt.datetime.fromisoformat('2020-01-02T03:04:05'))
td = dt.timedelta(hours=25, minutes=3, seconds=1.5)
print(td, td.days, td.seconds, td.total_seconds(), repr(td), td * 2, td / 2, -td, dt.timedelta(days=1) > td, str(dt.timedelta(seconds=59)))
print(statistics.mean([1, 2, 3, 4]), statistics.median([3, 1, 2]), statistics.median([4, 1, 3, 2]), statistics.mode('aab'), statistics.stdev([2, 4, 4, 4, 5, 5, 7, 9]), statistics.pstdev([2, 4, 4, 4, 5, 5, 7, 9]), statistics.variance([1, 2, 3]), statistics.mean([1.5, 2.5]))
a = [1, [2, 3], {'k': [4]}]
b, c = copy.copy(a), copy.deepcopy(a)
a[1].append('x')
a[2]['k'].append('y')
print(a, b, c)


class Node:
    def __init__(self, v):
        self.v, self.next, self.items = v, None, [v]


n = Node(1)
n.next = n
k = copy.deepcopy(n)
k.items.append(2)
print(k.next is k, n.items, k.items, copy.copy(n).items is n.items)
import enum


class Color(enum.Enum):
    RED = 1
    GREEN = 2
    ALIAS = 1

    @property
    def pretty(self):
        return self.name.title()

    @classmethod
    def default(cls):
        return cls.GREEN


print(Color.RED, repr(Color.RED), Color.RED.value, Color['GREEN'], Color(2), Color.ALIAS is Color.RED, list(Color), Color.RED.pretty, Color.default(), Color.RED == Color.RED, Color.RED != Color.GREEN, len(Color), Color.RED in Color, {Color.RED: 1}, isinstance(Color.RED, Color))
try:
    Color(9)
except ValueError as e:
    print(e)
try:
    Color['X']
except KeyError as e:
    print(e)


class Level(enum.IntEnum):
    LOW = 1
    HIGH = 5


class Perm(enum.Flag):
    R = enum.auto()
    W = enum.auto()
    X = enum.auto()


print(Level.LOW < Level.HIGH, Level.HIGH + 1, sorted([Level.HIGH, Level.LOW])[0].name, Level(5).name, int(Level.HIGH), f'{Level.LOW}', Perm.R | Perm.W, (Perm.R | Perm.W) & Perm.W, Perm.X in (Perm.R | Perm.X), Perm.R.value, Perm.X.value)
