import type { ScriptFiles } from './runtime/registry';

/** A working folder in memory, for tests and browsers. */
export function memoryFiles(given: Readonly<Record<string, Uint8Array>> = {}): ScriptFiles & { names(): string[] } {
  const files = new Map<string, Uint8Array>(Object.entries(given));
  const folders = new Set<string>(['', '.']);
  return {
    read: (path) => files.get(path) ?? null,
    write: (path, data) => void files.set(path, data),
    stat(path) {
      const data = files.get(path);
      if (data !== undefined) return { kind: 'file', size: data.length, modified: 0 };
      const inside = folders.has(path) || [...files.keys()].some((name) => name.startsWith(`${path}/`));
      return inside ? { kind: 'folder', size: 0, modified: 0 } : null;
    },
    list(path) {
      const head = path === '' || path === '.' ? '' : `${path}/`;
      const names = [...files.keys(), ...folders].filter(
        (name) => name.startsWith(head) && !['', '.', path].includes(name),
      );
      return [...new Set(names.map((name) => name.slice(head.length).split('/')[0]!))].sort();
    },
    makeFolder: (path) => void folders.add(path),
    // a folder goes with what is in it, as on disk
    remove(path) {
      for (const held of [files, folders])
        for (const name of [...held.keys()]) if (name === path || name.startsWith(`${path}/`)) held.delete(name);
    },
    names: () => [...files.keys()].sort(),
  };
}
