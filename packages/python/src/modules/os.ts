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
