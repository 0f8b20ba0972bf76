import { registerSource } from './osApi';

registerSource(
  'datetime',
  String.raw`
import time as _time
import _strftime

MINYEAR, MAXYEAR = 1, 9999
_before_month = [0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334]

def _leap(y):
    return y % 4 == 0 and (y % 100 != 0 or y % 400 == 0)
def _days_in_month(y, m):
    return 29 if m == 2 and _leap(y) else [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][m - 1]
def _ordinal(y, m, d):
    p = y - 1
    return p * 365 + p // 4 - p // 100 + p // 400 + _before_month[m - 1] + (m > 2 and _leap(y)) + d
def _from_ordinal(n):
    y = max(1, n * 400 // 146097 - 1)
    while _ordinal(y + 1, 1, 1) <= n:
        y += 1
    m = 1
    while m < 12 and _ordinal(y, m + 1, 1) <= n:
        m += 1
    return y, m, n - _ordinal(y, m, 1) + 1

class timedelta:
    def __init__(self, days=0, seconds=0, microseconds=0, milliseconds=0, minutes=0, hours=0, weeks=0):
        us = round((days + weeks * 7) * 86400000000 + (seconds + minutes * 60 + hours * 3600) * 1000000 + milliseconds * 1000 + microseconds)
        self._us = us
    @property
    def days(self):
        return self._us // 86400000000
    @property
    def seconds(self):
        return self._us % 86400000000 // 1000000
    @property
    def microseconds(self):
        return self._us % 1000000
    def total_seconds(self):
        return self._us / 1000000
    def __repr__(self):
        parts = [f'{n}={v}' for n, v in (('days', self.days), ('seconds', self.seconds), ('microseconds', self.microseconds)) if v]
        return f"datetime.timedelta({', '.join(parts) or '0'})"
    def __str__(self):
        m, s = divmod(self.seconds, 60)
        h, m = divmod(m, 60)
        text = f'{h}:{m:02d}:{s:02d}'
        if self.days:
            text = f'{self.days} day{"s" if abs(self.days) != 1 else ""}, ' + text
        return text + (f'.{self.microseconds:06d}' if self.microseconds else '')
    def _of(self, us):
        return timedelta(microseconds=us)
    def __add__(self, o):
        return self._of(self._us + o._us) if isinstance(o, timedelta) else NotImplemented
    def __sub__(self, o):
        return self._of(self._us - o._us) if isinstance(o, timedelta) else NotImplemented
    def __neg__(self):
        return self._of(-self._us)
    def __abs__(self):
        return self._of(abs(self._us))
    def __mul__(self, k):
        return self._of(round(self._us * k))
    __rmul__ = __mul__
    def __truediv__(self, o):
        return self._us / o._us if isinstance(o, timedelta) else self._of(round(self._us / o))
    def __floordiv__(self, o):
        return self._us // o._us if isinstance(o, timedelta) else self._of(self._us // o)
    def __mod__(self, o):
        return self._of(self._us % o._us)
    def __eq__(self, o):
        return isinstance(o, timedelta) and self._us == o._us
    def __lt__(self, o):
        return self._us < o._us
    def __le__(self, o):
        return self._us <= o._us
    def __gt__(self, o):
        return self._us > o._us
    def __ge__(self, o):
        return self._us >= o._us
    def __hash__(self):
        return hash(self._us)
    def __bool__(self):
        return self._us != 0

class timezone:
    def __init__(self, offset, name=None):
        self._offset, self._name = offset, name
    def utcoffset(self, dt):
        return self._offset
    def __repr__(self):
        return 'datetime.timezone.utc'
timezone.utc = timezone(timedelta(0), 'UTC')
UTC = timezone.utc

class date:
    def __init__(self, year, month, day):
        if not MINYEAR <= year <= MAXYEAR:
            raise ValueError(f'year {year} is out of range')
        if not 1 <= month <= 12:
            raise ValueError('month must be in 1..12')
        if not 1 <= day <= _days_in_month(year, month):
            raise ValueError('day is out of range for month')
        self.year, self.month, self.day = year, month, day
    @classmethod
    def today(cls):
        t = _time.localtime()
        return cls(t[0], t[1], t[2])
    @classmethod
    def fromordinal(cls, n):
        return cls(*_from_ordinal(n))
    @classmethod
    def fromisoformat(cls, text):
        y, m, d = text.split('-')
        return cls(int(y), int(m), int(d))
    @classmethod
    def fromtimestamp(cls, t):
        p = _time.localtime(t)
        return cls(p[0], p[1], p[2])
    def toordinal(self):
        return _ordinal(self.year, self.month, self.day)
    def weekday(self):
        return (self.toordinal() + 6) % 7
    def isoweekday(self):
        return self.weekday() + 1
    def isoformat(self):
        return f'{self.year:04d}-{self.month:02d}-{self.day:02d}'
    def strftime(self, format):
        return _strftime.strftime(self.year, self.month, self.day, 0, 0, 0, 0, format)
    def replace(self, year=None, month=None, day=None):
        return type(self)(year or self.year, month or self.month, day or self.day)
    def _key(self):
        return (self.year, self.month, self.day)
    def __str__(self):
        return self.isoformat()
    def __repr__(self):
        return f'datetime.date({self.year}, {self.month}, {self.day})'
    def __format__(self, spec):
        return self.strftime(spec) if spec else str(self)
    def __add__(self, delta):
        return date.fromordinal(self.toordinal() + delta.days)
    __radd__ = __add__
    def __sub__(self, o):
        if isinstance(o, timedelta):
            return date.fromordinal(self.toordinal() - o.days)
        return timedelta(days=self.toordinal() - o.toordinal())
    def __eq__(self, o):
        return type(self) is type(o) and self._key() == o._key()
    def __lt__(self, o):
        return self._key() < o._key()
    def __le__(self, o):
        return self._key() <= o._key()
    def __gt__(self, o):
        return self._key() > o._key()
    def __ge__(self, o):
        return self._key() >= o._key()
    def __hash__(self):
        return hash(self._key())

class time:
    def __init__(self, hour=0, minute=0, second=0, microsecond=0):
        self.hour, self.minute, self.second, self.microsecond = hour, minute, second, microsecond
    def isoformat(self):
        return f'{self.hour:02d}:{self.minute:02d}:{self.second:02d}' + (f'.{self.microsecond:06d}' if self.microsecond else '')
    __str__ = isoformat
    def __repr__(self):
        parts = [self.hour, self.minute] + ([self.second] if self.second or self.microsecond else []) + ([self.microsecond] if self.microsecond else [])
        return f"datetime.time({', '.join(map(str, parts))})"

class datetime(date):
    def __init__(self, year, month, day, hour=0, minute=0, second=0, microsecond=0, tzinfo=None):
        super().__init__(year, month, day)
        if not (0 <= hour < 24 and 0 <= minute < 60 and 0 <= second < 60):
            raise ValueError('hour must be in 0..23' if not 0 <= hour < 24 else 'minute must be in 0..59' if not 0 <= minute < 60 else 'second must be in 0..59')
        self.hour, self.minute, self.second, self.microsecond, self.tzinfo = hour, minute, second, microsecond, tzinfo
    @classmethod
    def now(cls, tz=None):
        return cls.fromtimestamp(_time.time(), tz)
    @classmethod
    def utcnow(cls):
        return cls.now()
    @classmethod
    def today(cls):
        return cls.now()
    @classmethod
    def fromtimestamp(cls, t, tz=None):
        whole = int(t // 1)
        p = _time.gmtime(whole)
        return cls(p[0], p[1], p[2], p[3], p[4], p[5], round((t - whole) * 1000000) % 1000000, tz)
    @classmethod
    def combine(cls, d, t):
        return cls(d.year, d.month, d.day, t.hour, t.minute, t.second, t.microsecond)
    @classmethod
    def fromisoformat(cls, text):
        day, _, clock = text.replace('T', ' ').partition(' ')
        y, m, d = (int(p) for p in day.split('-'))
        if not clock:
            return cls(y, m, d)
        seconds, _, micro = clock.partition('.')
        parts = [int(p) for p in seconds.split(':')]
        return cls(y, m, d, *parts, **({'microsecond': int(micro.ljust(6, '0')[:6])} if micro else {}))
    @classmethod
    def strptime(cls, text, format):
        import re
        codes = {'Y': r'(?P<Y>\d{4})', 'm': r'(?P<m>\d{1,2})', 'd': r'(?P<d>\d{1,2})', 'H': r'(?P<H>\d{1,2})', 'M': r'(?P<M>\d{1,2})',
                 'S': r'(?P<S>\d{1,2})', 'f': r'(?P<f>\d{1,6})', 'y': r'(?P<y>\d{2})', 'b': r'(?P<b>[A-Za-z]{3})', 'B': r'(?P<B>[A-Za-z]+)', '%': '%'}
        pattern = re.sub(r'%([a-zA-Z%])', lambda m: codes[m.group(1)], re.sub(r'([.()+*?\[\]])', r'\\\1', format))
        found = re.fullmatch(pattern, text)
        if not found:
            raise ValueError(f"time data {text!r} does not match format {format!r}")
        g = found.groupdict()
        names = ['january', 'february', 'march', 'april', 'may', 'june', 'july', 'august', 'september', 'october', 'november', 'december']
        month = int(g.get('m') or 1)
        for key in ('b', 'B'):
            if g.get(key):
                month = [n[:3] for n in names].index(g[key].lower()[:3]) + 1
        year = int(g['Y']) if g.get('Y') else 2000 + int(g['y']) if g.get('y') else 1900
        return cls(year, month, int(g.get('d') or 1), int(g.get('H') or 0), int(g.get('M') or 0), int(g.get('S') or 0), int((g.get('f') or '0').ljust(6, '0')))
    def timestamp(self):
        return (self._us() - datetime(1970, 1, 1)._us()) / 1000000
    def date(self):
        return date(self.year, self.month, self.day)
    def time(self):
        return time(self.hour, self.minute, self.second, self.microsecond)
    def _us(self):
        return ((self.toordinal() * 24 + self.hour) * 60 + self.minute) * 60000000 + self.second * 1000000 + self.microsecond
    @classmethod
    def _at(cls, us, tz):
        n, rest = divmod(us, 86400000000)
        s, micro = divmod(rest, 1000000)
        y, mo, d = _from_ordinal(n)
        return cls(y, mo, d, s // 3600, s // 60 % 60, s % 60, micro, tz)
    def isoformat(self, sep='T', timespec='auto'):
        text = f'{date.isoformat(self)}{sep}{self.hour:02d}:{self.minute:02d}:{self.second:02d}'
        if self.microsecond and timespec == 'auto':
            text += f'.{self.microsecond:06d}'
        return text + ('+00:00' if self.tzinfo else '')
    def strftime(self, format):
        return _strftime.strftime(self.year, self.month, self.day, self.hour, self.minute, self.second, self.microsecond, format)
    def replace(self, **changes):
        values = dict(year=self.year, month=self.month, day=self.day, hour=self.hour, minute=self.minute, second=self.second, microsecond=self.microsecond, tzinfo=self.tzinfo)
        values.update(changes)
        return datetime(**values)
    def astimezone(self, tz=None):
        return self.replace(tzinfo=tz)
    def _key(self):
        return (self.year, self.month, self.day, self.hour, self.minute, self.second, self.microsecond)
    def __str__(self):
        return self.isoformat(' ')
    def __repr__(self):
        parts = [self.year, self.month, self.day, self.hour, self.minute]
        if self.second or self.microsecond:
            parts.append(self.second)
        if self.microsecond:
            parts.append(self.microsecond)
        return f"datetime.datetime({', '.join(map(str, parts))})"
    def __add__(self, delta):
        return datetime._at(self._us() + delta._us, self.tzinfo)
    __radd__ = __add__
    def __sub__(self, o):
        if isinstance(o, timedelta):
            return datetime._at(self._us() - o._us, self.tzinfo)
        return timedelta(microseconds=self._us() - o._us())

timedelta.min, timedelta.max = timedelta(days=-999999999), timedelta(days=999999999)
date.min, date.max = date(1, 1, 1), date(9999, 12, 31)
`,
);
registerSource(
  'calendar',
  `
from datetime import date, _days_in_month, _leap

month_name = ['', 'January', 'February', 'March', 'April', 'May', 'June', 'July', 'August', 'September', 'October', 'November', 'December']
month_abbr = [m[:3] for m in month_name]
day_name = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday']
day_abbr = [d[:3] for d in day_name]

def isleap(year):
    return _leap(year)
def monthrange(year, month):
    return date(year, month, 1).weekday(), _days_in_month(year, month)
`,
);
