import {
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, isAbsolute, join, relative, resolve, sep } from 'node:path';
import type { ScriptFiles } from './runtime/registry';

/**
 * A folder as a script's working folder: paths that lead out of it, also through symbolic links, do not exist.
 */
export function folderFiles(folder: string): ScriptFiles {
  const root = realpathSync(resolve(folder));
  const inside = (path: string): boolean => {
    const way = relative(root, path);
    return way === '' || (way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way));
  };
  /** The real path, or null if it leads outside. */
  const real = (path: string): string | null => {
    if (isAbsolute(path) || path.includes('\0')) return null;
    const wanted = resolve(root, path);
    if (!inside(wanted)) return null;
    // the nearest ancestor that is there decides where the path really leads
    let there = wanted;
    while (!existsSync(there)) {
      // a dangling link would be followed by a write
      try {
        lstatSync(there);
        return null;
      } catch {}
      const up = dirname(there);
      if (up === there) return null;
      there = up;
    }
    const base = realpathSync(there);
    const full = join(base, relative(there, wanted));
    return inside(full) ? full : null;
  };
  const refuse = (path: string): never => {
    throw new Error(`${path} is outside of the working folder`);
  };
  return {
    read(path) {
      const at = real(path);
      return at === null || !existsSync(at) || !statSync(at).isFile() ? null : readFileSync(at);
    },
    write(path, data) {
      writeFileSync(real(path) ?? refuse(path), data);
    },
    stat(path) {
      const at = real(path);
      if (at === null || !existsSync(at)) return null;
      const s = statSync(at);
      return { kind: s.isDirectory() ? 'folder' : 'file', size: s.size, modified: s.mtimeMs / 1000 };
    },
    list(path) {
      const at = real(path);
      return at === null || !existsSync(at) ? [] : readdirSync(at);
    },
    makeFolder(path) {
      mkdirSync(real(path) ?? refuse(path), { recursive: true });
    },
    remove(path) {
      const at = real(path) ?? refuse(path);
      if (at === root) refuse(path);
      rmSync(at, { recursive: true });
    },
    rename(from, to) {
      renameSync(real(from) ?? refuse(from), real(to) ?? refuse(to));
    },
  };
}
