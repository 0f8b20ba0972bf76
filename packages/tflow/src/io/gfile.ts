import { concatBytes, type HostFiles, hostFiles, tupleOf } from '@stele/core';
import { define } from '../define';
import { bind } from '../dispatch';
import { AlreadyExistsError, InvalidArgumentError, NotFoundError } from '../errors';
import { Closing } from './closing';
import { toBytes, toPath } from './strings';

const files = (): HostFiles => hostFiles('tf.io.gfile', 'files are reached in Node only');
const pathOf = (call: string, value: unknown): string => toPath(`tf.io.gfile.${call}()`, value);
const absent = (path: string): Error => new NotFoundError(`${path}; No such file or directory`);
const trimmed = (path: string): string => (path.length > 1 ? path.replace(/\/+$/, '') : path);
const joinedPath = (folder: string, name: string): string => (folder === '' ? name : `${trimmed(folder)}/${name}`);

/** What is in a folder; null where there is no folder. */
function entriesIn(path: string): readonly { readonly name: string; readonly folder: boolean }[] | null {
  try {
    return files().list?.(trimmed(path)) ?? null;
  } catch {
    return null;
  }
}
const isFolder = (path: string): boolean => entriesIn(path) !== null;

/**
 * A file that is opened: read whole, line by line or in pieces; written when it is closed.
 *
 * ```ts
 * const file = new tf.io.gfile.GFile('notes.txt', 'w');
 * file.write('one\ntwo\n');
 * file.close();
 * [...new tf.io.gfile.GFile('notes.txt')]; // ['one\n', 'two\n']
 * ```
 * @see https://www.tensorflow.org/api_docs/python/tf/io/gfile/GFile
 */
export class GFile extends Closing {
  readonly name: string;
  readonly mode: string;
  private bytes: Uint8Array | null = null;
  private readonly written: Uint8Array[] = [];
  private position = 0;

  constructor(...args: readonly unknown[]) {
    super();
    const given = bind('GFile.__init__', ['name', 'mode'], args);
    this.name = pathOf('GFile', given.name);
    this.mode = String(given.mode ?? 'r');
    if (!['r', 'w', 'a', 'r+', 'w+', 'a+', 'rb', 'wb', 'ab', 'rb+', 'wb+', 'ab+'].includes(this.mode))
      throw new InvalidArgumentError("mode is not 'r' or 'w' or 'a' or 'r+' or 'w+' or 'a+'");
    if (this.mode.startsWith('a') && files().exists(this.name)) this.written.push(files().read(this.name));
  }
  private get binary(): boolean {
    return this.mode.includes('b');
  }
  private load(): Uint8Array {
    if (!this.mode.startsWith('r') && !this.mode.includes('+'))
      throw Object.assign(new Error("File isn't open for reading"), { name: 'PermissionDeniedError' });
    if (this.bytes === null) {
      if (!files().exists(this.name) || isFolder(this.name)) throw absent(this.name);
      this.bytes = files().read(this.name);
    }
    return this.bytes;
  }
  private out(part: Uint8Array): any {
    return this.binary ? part.slice() : new TextDecoder().decode(part);
  }
  /** All that remains, or `n` bytes of it. */
  read(n?: number): any {
    const bytes = this.load();
    const end =
      n === undefined || n === null || n < 0 ? bytes.length : Math.min(bytes.length, this.position + Number(n));
    const part = bytes.subarray(this.position, end);
    this.position = end;
    return this.out(part);
  }
  readline(): any {
    const bytes = this.load();
    const at = bytes.indexOf(10, this.position);
    const end = at < 0 ? bytes.length : at + 1;
    const part = bytes.subarray(this.position, end);
    this.position = end;
    return this.out(part);
  }
  readlines(): any[] {
    return [...this];
  }
  *[Symbol.iterator](): Generator<any> {
    for (const { length } = this.load(); this.position < length; ) yield this.readline();
  }
  write(file_content: unknown): void {
    if (!/[wa+]/.test(this.mode))
      throw Object.assign(new Error("File isn't open for writing"), { name: 'PermissionDeniedError' });
    this.written.push(toBytes('GFile.write()', file_content).slice());
  }
  seek(...args: readonly unknown[]): void {
    const { offset, whence, position } = bind('seek', ['offset', 'whence', 'position'], args);
    const from = Number(whence ?? 0) === 1 ? this.position : Number(whence ?? 0) === 2 ? this.size() : 0;
    this.position = from + Number(offset ?? position ?? 0);
  }
  tell(): number {
    return this.position;
  }
  size(): number {
    return this.load().length;
  }
  seekable(): boolean {
    return true;
  }
  flush(): void {
    // what is opened with r+ is written anew once something is
    if (this.written.length === 0 && !/[wa]/.test(this.mode)) return;
    files().write(this.name, concatBytes(this.written));
  }
}

export const exists = define('tf.io.gfile.exists', 'path', (path: unknown): boolean => {
  const p = pathOf('exists', path);
  return files().exists(p) || isFolder(p);
});
export const isdir = define('tf.io.gfile.isdir', 'path', (path: unknown): boolean => isFolder(pathOf('isdir', path)));
export const listdir = define('tf.io.gfile.listdir', 'path', (path: unknown): string[] => {
  const p = pathOf('listdir', path);
  const found = entriesIn(p);
  if (found === null) throw new NotFoundError(`Could not find directory ${p}`);
  return found.map(({ name }) => name);
});
export const copy = define(
  'tf.io.gfile.copy',
  'src, dst, overwrite=False',
  (src: unknown, dst: unknown, overwrite?: boolean): void => {
    const [from, to] = [pathOf('copy', src), pathOf('copy', dst)];
    if (!files().exists(from)) throw absent(from);
    if (!overwrite && files().exists(to)) throw new AlreadyExistsError('file already exists');
    files().write(to, files().read(from));
  },
);
export const rename = define(
  'tf.io.gfile.rename',
  'src, dst, overwrite=False',
  (src: unknown, dst: unknown, overwrite?: boolean): void => {
    const [from, to] = [pathOf('rename', src), pathOf('rename', dst)];
    if (!files().exists(from)) throw absent(from);
    if (!overwrite && files().exists(to)) throw new AlreadyExistsError('file already exists');
    files().write(to, files().read(from));
    files().remove?.(from);
  },
);
export const remove = define('tf.io.gfile.remove', 'path', (path: unknown): void => {
  const p = pathOf('remove', path);
  if (!files().exists(p)) throw absent(p);
  files().remove?.(p);
});
export const rmtree = define('tf.io.gfile.rmtree', 'path', (path: unknown): void => {
  const p = pathOf('rmtree', path);
  if (!isFolder(p)) throw new NotFoundError(`${p} not found`);
  files().remove?.(trimmed(p));
});
/** Folders are made by the files in them: one that is made empty holds a file that says so, until it is removed. */
const makeFolder = (path: string): void => {
  if (isFolder(path)) return;
  const mark = joinedPath(path, '.folder');
  files().write(mark, '');
  files().remove?.(mark);
};
export const mkdir = define('tf.io.gfile.mkdir', 'path', (path: unknown): void => {
  const p = pathOf('mkdir', path);
  const up = trimmed(p).split('/').slice(0, -1).join('/');
  if (up !== '' && !isFolder(up)) throw absent(p);
  makeFolder(p);
});
export const makedirs = define('tf.io.gfile.makedirs', 'path', (path: unknown): void =>
  makeFolder(pathOf('makedirs', path)),
);
/** What a file measures. */
class FileStatistics {
  readonly length: number;
  readonly is_directory: boolean;
  constructor(length: number, is_directory: boolean) {
    this.length = length;
    this.is_directory = is_directory;
  }
}
export const stat = define('tf.io.gfile.stat', 'path', (path: unknown): FileStatistics => {
  const p = pathOf('stat', path);
  if (isFolder(p)) return new FileStatistics(0, true);
  if (!files().exists(p)) throw absent(p);
  return new FileStatistics(files().read(p).length, false);
});
export const join = define('tf.io.gfile.join', 'path, *paths', (...parts: readonly unknown[]): string => {
  const given = parts.filter((p) => typeof p === 'string' || p instanceof Uint8Array).map((p) => pathOf('join', p));
  return given.reduce((a, b) => (b.startsWith('/') ? b : joinedPath(a, b)));
});

/** A pattern of file names: `*`, `?` and `[...]` within one folder. */
function patternOf(part: string): RegExp {
  const source = part
    .replace(/[.+^${}()|\\]/g, '\\$&')
    .replace(/\*/g, '[^/]*')
    .replace(/\?/g, '[^/]')
    .replace(/\[!/g, '[^');
  return new RegExp(`^${source}$`);
}
export const glob = define('tf.io.gfile.glob', 'pattern', (pattern: unknown): string[] => {
  const list = Array.isArray(pattern) ? pattern : [pattern];
  return list.flatMap((one) => {
    const whole = pathOf('glob', one);
    const parts = whole.split('/');
    let found = [whole.startsWith('/') ? '' : '.'];
    if (whole.startsWith('/')) parts.shift();
    for (const [i, part] of parts.entries()) {
      const last = i === parts.length - 1;
      found = found.flatMap((folder) => {
        const next = joinedPath(folder === '' ? '/' : folder, part).replace('//', '/');
        if (!/[*?[]/.test(part)) return (last ? exists(next) : isFolder(next)) ? [next] : [];
        const rule = patternOf(part);
        return (entriesIn(folder === '' ? '/' : folder) ?? [])
          .filter((e) => rule.test(e.name) && (last || e.folder))
          .map((e) => joinedPath(folder, e.name))
          .sort();
      });
    }
    return found;
  });
});
/** Each folder below a path with the folders and the files in it. */
export const walk = define(
  'tf.io.gfile.walk',
  'top, topdown=True, onerror=None',
  (top: unknown, topdown?: boolean): (readonly [string, string[], string[]])[] => {
    const visit = (path: string): (readonly [string, string[], string[]])[] => {
      const all = entriesIn(path) ?? [];
      const folders = all
        .filter((e) => e.folder)
        .map((e) => e.name)
        .sort();
      const names = all
        .filter((e) => !e.folder)
        .map((e) => e.name)
        .sort();
      const own = tupleOf([path, folders, names]) as unknown as readonly [string, string[], string[]];
      const below = folders.flatMap((name) => visit(joinedPath(path, name)));
      return topdown === false ? [...below, own] : [own, ...below];
    };
    const path = pathOf('walk', top);
    return isFolder(path) ? visit(path) : [];
  },
);
