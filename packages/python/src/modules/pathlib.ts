import { registerSource } from './osApi';

registerSource(
  'pathlib',
  `
import os

class PurePath:
    def __init__(self, *parts):
        text = os.path.join(*[os.fspath(p) for p in parts]) if parts else '.'
        absolute = text.startswith('/')
        kept = [p for p in text.split('/') if p not in ('', '.')]
        self._text = ('/' if absolute else '') + '/'.join(kept) or ('/' if absolute else '.')

    def __fspath__(self):
        return self._text
    def __str__(self):
        return self._text
    def __repr__(self):
        return f"PosixPath({self._text!r})"
    def __truediv__(self, other):
        return type(self)(self._text, os.fspath(other))
    def __rtruediv__(self, other):
        return type(self)(os.fspath(other), self._text)
    def __eq__(self, other):
        return isinstance(other, PurePath) and self._text == other._text
    def __lt__(self, other):
        return self.parts < other.parts
    def __hash__(self):
        return hash(self._text)
    def as_posix(self):
        return self._text
    def joinpath(self, *others):
        return type(self)(self._text, *others)
    def is_absolute(self):
        return self._text.startswith('/')
    def with_suffix(self, suffix):
        return type(self)(os.path.splitext(self._text)[0] + suffix)
    def with_name(self, name):
        return self.parent / name
    def with_stem(self, stem):
        return self.parent / (stem + self.suffix)
    def relative_to(self, other):
        base = str(other).rstrip('/')
        if self._text == base:
            return type(self)('.')
        if base in ('', '.'):
            return type(self)(self._text)
        if not self._text.startswith(base + '/'):
            raise ValueError(f"{self._text!r} is not in the subpath of {base!r}")
        return type(self)(self._text[len(base) + 1:])
    @property
    def name(self):
        return '' if self._text in ('.', '/') else os.path.basename(self._text)
    @property
    def suffix(self):
        return os.path.splitext(self.name)[1]
    @property
    def suffixes(self):
        return ['.' + s for s in self.name.lstrip('.').split('.')[1:]]
    @property
    def stem(self):
        return os.path.splitext(self.name)[0]
    @property
    def parent(self):
        return type(self)(os.path.dirname(self._text) or '.')
    @property
    def parents(self):
        out = []
        current = self
        while current.parent != current:
            current = current.parent
            out.append(current)
        return tuple(out)
    @property
    def parts(self):
        kept = tuple(p for p in self._text.split('/') if p)
        return (('/',) + kept) if self._text.startswith('/') else (() if self._text == '.' else kept)

class Path(PurePath):
    @classmethod
    def cwd(cls):
        return cls(os.getcwd())
    @classmethod
    def home(cls):
        return cls(os.getcwd())
    def exists(self):
        return os.path.exists(self._text)
    def is_file(self):
        return os.path.isfile(self._text)
    def is_dir(self):
        return os.path.isdir(self._text)
    def mkdir(self, mode=511, parents=False, exist_ok=False):
        if not parents and not exist_ok and os.path.exists(self._text):
            raise FileExistsError(17, 'File exists', self._text)
        os.makedirs(self._text, exist_ok=exist_ok)
    def open(self, mode='r', buffering=-1, encoding=None, errors=None, newline=None):
        return open(self._text, mode, encoding=encoding)
    def read_text(self, encoding=None):
        with open(self._text, encoding=encoding) as f:
            return f.read()
    def read_bytes(self):
        with open(self._text, 'rb') as f:
            return f.read()
    def write_text(self, data, encoding=None):
        with open(self._text, 'w', encoding=encoding) as f:
            return f.write(data)
    def write_bytes(self, data):
        with open(self._text, 'wb') as f:
            return f.write(data)
    def touch(self, exist_ok=True):
        open(self._text, 'a').close()
    def unlink(self, missing_ok=False):
        if missing_ok and not self.exists():
            return
        os.remove(self._text)
    def rmdir(self):
        os.rmdir(self._text)
    def rename(self, target):
        os.rename(self._text, target)
        return type(self)(target)
    def iterdir(self):
        return (self / name for name in os.listdir(self._text))
    def resolve(self, strict=False):
        return type(self)(os.path.abspath(self._text))
    def absolute(self):
        return type(self)(os.path.abspath(self._text))
    def expanduser(self):
        return type(self)(os.path.expanduser(self._text))
    def stat(self):
        class Stat:
            st_size = os.path.getsize(self._text)
            st_mtime = os.path.getmtime(self._text)
        return Stat()
    def glob(self, pattern):
        import fnmatch
        deep = pattern.startswith('**/')
        wanted = pattern[3:] if deep else pattern
        for top, folders, names in os.walk(self._text):
            for name in sorted(folders + names):
                if fnmatch.fnmatch(name, wanted):
                    yield type(self)(top, name)
            if not deep:
                break
    def rglob(self, pattern):
        return self.glob('**/' + pattern)

PosixPath = Path
PurePosixPath = PurePath
`,
);
registerSource(
  'fnmatch',
  String.raw`
import re

def translate(pattern):
    out = ''
    i = 0
    while i < len(pattern):
        c = pattern[i]
        if c == '*':
            out += '.*'
        elif c == '?':
            out += '.'
        elif c == '[':
            end = pattern.find(']', i + 1)
            if end < 0:
                out += r'\['
            else:
                inside = pattern[i + 1:end]
                out += '[' + ('^' + inside[1:] if inside.startswith('!') else inside) + ']'
                i = end
        else:
            out += re.escape(c)
        i += 1
    return out

def fnmatch(name, pattern):
    return re.fullmatch(translate(pattern), name) is not None

fnmatchcase = fnmatch

def filter(names, pattern):
    return [n for n in names if fnmatch(n, pattern)]
`,
);
registerSource(
  'glob',
  `
import os
from fnmatch import fnmatch

def _expand(head, parts):
    if not parts:
        yield head
        return
    part, rest = parts[0], parts[1:]
    if part == '**':
        yield from _expand(head, rest)
        for name in sorted(os.listdir(head or '.')):
            path = os.path.join(head, name) if head else name
            if os.path.isdir(path):
                yield from _expand(path, parts)
        return
    if not any(c in part for c in '*?['):
        path = os.path.join(head, part) if head else part
        if os.path.exists(path):
            yield from _expand(path, rest)
        return
    if head and not os.path.isdir(head):
        return
    for name in os.listdir(head or '.'):
        if fnmatch(name, part) and not name.startswith('.'):
            path = os.path.join(head, name) if head else name
            if not rest or os.path.isdir(path):
                yield from _expand(path, rest)

def iglob(pattern, recursive=False):
    return _expand('', [p for p in pattern.split('/') if p not in ('', '.')])

def glob(pattern, recursive=False):
    return list(iglob(pattern))
`,
);
registerSource(
  'shutil',
  `
import os

def copyfile(src, dst):
    with open(src, 'rb') as a:
        data = a.read()
    with open(dst, 'wb') as b:
        b.write(data)
    return dst

def copy(src, dst):
    if os.path.isdir(dst):
        dst = os.path.join(dst, os.path.basename(src))
    return copyfile(src, dst)

copy2 = copy

def rmtree(path, ignore_errors=False):
    if not os.path.isdir(path):
        if ignore_errors:
            return
        raise FileNotFoundError(2, 'No such file or directory', path)
    for name in os.listdir(path):
        full = os.path.join(path, name)
        rmtree(full) if os.path.isdir(full) else os.remove(full)
    os.rmdir(path)

def move(src, dst):
    os.rename(src, dst)
    return dst
`,
);
