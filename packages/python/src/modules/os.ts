import { files, insidePath, missing, WORKING } from './files';
import {
  callable,
  error,
  fn,
  getattr,
  iterate,
  list,
  PyDict,
  PyModule,
  registerModule,
  registerSource,
  str,
  truth,
  tuple,
} from './osApi';

const text = (p: unknown): string => (typeof p === 'string' ? p : String(callable(getattr(p, '__fspath__'))()));

function stat(path: unknown) {
  try {
    return files().stat(insidePath(path));
  } catch (e) {
    // what cannot be reached does not exist
    if ((e as Error).name === 'PermissionError') return null;
    throw e;
  }
}

function normalize(path: string): string {
  const absolute = path.startsWith('/');
  const out: string[] = [];
  for (const part of path.split('/')) {
    if (part === '' || part === '.') continue;
    if (part === '..' && out.length > 0 && out[out.length - 1] !== '..') out.pop();
    else if (part !== '..' || !absolute) out.push(part);
  }
  return (absolute ? '/' : '') + out.join('/') || (absolute ? '/' : '.');
}
function join(first: unknown, rest: unknown[]): string {
  let out = text(first);
  for (const p of rest) {
    const part = text(p);
    if (part.startsWith('/')) out = part;
    else out = out === '' || out.endsWith('/') ? out + part : `${out}/${part}`;
  }
  return out;
}
function splitPath(path: string): [string, string] {
  const at = path.lastIndexOf('/') + 1;
  const head = path.slice(0, at);
  return [head.replace(/\/+$/, '') || (head.startsWith('/') ? '/' : ''), path.slice(at)];
}
function splitExt(path: string): [string, string] {
  const base = splitPath(path)[1];
  const dot = base.lastIndexOf('.');
  if (dot <= 0 || /^\.+$/.test(base.slice(0, dot))) return [path, ''];
  return [path.slice(0, path.length - (base.length - dot)), base.slice(dot)];
}
const absolute = (path: string): string => (path.startsWith('/') ? normalize(path) : normalize(`${WORKING}/${path}`));

const pathMembers = {
  join: fn('join(a, *p)', (a, rest) => join(a, [...rest])),
  exists: fn('exists(path)', (p) => stat(p) !== null),
  lexists: fn('lexists(path)', (p) => stat(p) !== null),
  isfile: fn('isfile(path)', (p) => stat(p)?.kind === 'file'),
  isdir: fn('isdir(path)', (p) => stat(p)?.kind === 'folder'),
  islink: fn('islink(path)', () => false),
  isabs: fn('isabs(path)', (p) => text(p).startsWith('/')),
  getsize: fn('getsize(path)', (p) => {
    const s = stat(p);
    if (s === null) throw missing(p);
    return s.size;
  }),
  getmtime: fn('getmtime(path)', (p) => {
    const s = stat(p);
    if (s === null) throw missing(p);
    return s.modified;
  }),
  basename: fn('basename(p)', (p) => splitPath(text(p))[1]),
  dirname: fn('dirname(p)', (p) => splitPath(text(p))[0]),
  split: fn('split(p)', (p) => tuple(splitPath(text(p)))),
  splitext: fn('splitext(p)', (p) => tuple(splitExt(text(p)))),
  abspath: fn('abspath(path)', (p) => absolute(text(p))),
  realpath: fn('realpath(path)', (p) => absolute(text(p))),
  normpath: fn('normpath(path)', (p) => normalize(text(p))),
  expanduser: fn('expanduser(path)', (p) => text(p).replace(/^~(?=\/|$)/, WORKING)),
  expandvars: fn('expandvars(path)', (p) => text(p)),
  relpath: fn('relpath(path, start=None)', (p, start = '.') => {
    const a = absolute(text(p))
      .split('/')
      .filter((s) => s !== '');
    const b = absolute(text(start ?? '.'))
      .split('/')
      .filter((s) => s !== '');
    let i = 0;
    while (i < a.length && i < b.length && a[i] === b[i]) i++;
    return [...b.slice(i).map(() => '..'), ...a.slice(i)].join('/') || '.';
  }),
  commonpath: fn('commonpath(paths)', (paths) => {
    const parts = list(paths).map((p) => text(p).split('/'));
    let i = 0;
    while (parts.every((p) => i < p.length && p[i] === parts[0]![i])) i++;
    return parts[0]!.slice(0, i).join('/');
  }),
  sep: '/',
  pardir: '..',
  curdir: '.',
};
registerModule('os.path', () => pathMembers);
registerModule('posixpath', () => pathMembers);

function makedirs(path: unknown, exist: boolean): null {
  const at = insidePath(path);
  const s = files().stat(at);
  if (s !== null) {
    if (!exist || s.kind !== 'folder') throw error('FileExistsError', null, [17, 'File exists', str(path)]);
    return null;
  }
  files().makeFolder(at);
  return null;
}

function entries(path: unknown): string[] {
  const at = insidePath(path);
  const s = files().stat(at);
  if (s === null) throw missing(path);
  if (s.kind !== 'folder') throw error('NotADirectoryError', null, [20, 'Not a directory', str(path)]);
  return files().list(at);
}

function remove(path: unknown, kind: 'file' | 'folder'): null {
  const at = insidePath(path);
  const s = files().stat(at);
  if (s === null) throw missing(path);
  if (s.kind !== kind)
    throw error(kind === 'file' ? 'IsADirectoryError' : 'NotADirectoryError', null, [
      kind === 'file' ? 21 : 20,
      kind === 'file' ? 'Is a directory' : 'Not a directory',
      str(path),
    ]);
  if (kind === 'folder' && files().list(at).length > 0)
    throw error('OSError', null, [39, 'Directory not empty', str(path)]);
  files().remove(at);
  return null;
}

function rename(from: unknown, to: unknown): null {
  const a = insidePath(from);
  const b = insidePath(to);
  if (files().stat(a) === null) throw missing(from);
  const disk = files();
  if (disk.rename !== undefined) disk.rename(a, b);
  else {
    const data = disk.read(a);
    if (data === null)
      throw error('OSError', `rename: ${str(from)} is a folder, which this working folder cannot rename`);
    disk.write(b, data);
    disk.remove(a);
  }
  return null;
}

function* walk(top: string): Generator<unknown> {
  const names = entries(top).sort();
  const kinds = names.map((n) => stat(join(top, [n]))?.kind);
  const folders = names.filter((_, i) => kinds[i] === 'folder');
  yield tuple([top, folders, names.filter((_, i) => kinds[i] === 'file')]);
  for (const f of folders) yield* walk(join(top, [f]));
}

const refuse = (name: string): unknown =>
  fn(`${name}(*args, **kwargs)`, () => {
    throw error(
      'PermissionError',
      `os.${name} is not there in Stele: scripts start no processes and reach only their working folder`,
    );
  });

registerModule('os', () => ({
  path: new PyModule('posixpath', pathMembers),
  sep: '/',
  linesep: '\n',
  name: 'posix',
  curdir: '.',
  environ: new PyDict([
    ['HOME', WORKING],
    ['PATH', ''],
  ]),
  getenv: fn('getenv(key, default=None)', (_k, fallback = null) => fallback),
  putenv: fn('putenv(key, value)', () => null),
  getcwd: fn('getcwd()', () => WORKING),
  chdir: fn('chdir(path)', (p) => {
    if (insidePath(p) !== '.')
      throw error('PermissionError', 'os.chdir is not there in Stele; use paths from the working folder');
    return null;
  }),
  listdir: fn("listdir(path='.')", (p = '.') => entries(p ?? '.')),
  scandir: fn("scandir(path='.')", (p = '.') => iterate(entries(p))),
  mkdir: fn('mkdir(path, mode=511)', (p) => makedirs(p, false)),
  makedirs: fn('makedirs(name, mode=511, exist_ok=False)', (p, _m, exist = false) => makedirs(p, truth(exist))),
  remove: fn('remove(path)', (p) => remove(p, 'file')),
  unlink: fn('unlink(path)', (p) => remove(p, 'file')),
  rmdir: fn('rmdir(path)', (p) => remove(p, 'folder')),
  rename: fn('rename(src, dst)', rename),
  replace: fn('replace(src, dst)', rename),
  walk: fn('walk(top, topdown=True, onerror=None, followlinks=False)', (top) => iterate([...walk(text(top))])),
  fspath: fn('fspath(path)', text),
  getpid: fn('getpid()', () => 1),
  cpu_count: fn('cpu_count()', () => 1),
  urandom: fn('urandom(n)', () => {
    throw error('NotImplementedError', 'os.urandom is not there in Stele; use the random module');
  }),
  ...Object.fromEntries(
    ['system', 'popen', 'execv', 'execve', 'fork', 'kill', 'spawnl', 'symlink', 'link', 'chmod', 'chown'].map((n) => [
      n,
      refuse(n),
    ]),
  ),
}));

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
