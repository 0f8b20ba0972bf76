import { type HostFiles, openTapes, setGradEnabled, setHostFiles, setPrinter, setWarner } from '@stele/core';
import { saveAll, WORKING } from '../modules/files';
import { builtins, callMethod } from '../runtime/index';
import { error } from '../runtime/raise';
import type { RunContext } from '../runtime/registry';

/** A path as the folder knows it. */
const within = (path: string): string =>
  path === WORKING ? '.' : path.startsWith(`${WORKING}/`) ? path.slice(WORKING.length + 1) : path;

/** The script's folder as the facades reach files: what a script may not touch, its frameworks may not either. */
function scriptFiles({ files }: RunContext): HostFiles {
  const folder = (path: string): NonNullable<RunContext['files']> => {
    if (files === null) throw error('OSError', `this run has no folder: '${path}' cannot be reached`);
    saveAll();
    return files;
  };
  return {
    read(path) {
      const found = folder(path).read(within(path));
      if (found === null) throw error('FileNotFoundError', `[Errno 2] No such file or directory: '${path}'`);
      return found as Uint8Array<ArrayBuffer>;
    },
    write(path, bytes) {
      const to = folder(path);
      const parts = within(path).split('/').slice(0, -1);
      if (parts.length > 0 && to.stat(parts.join('/')) === null) to.makeFolder(parts.join('/'));
      to.write(within(path), typeof bytes === 'string' ? new TextEncoder().encode(bytes) : bytes);
    },
    list(path) {
      const from = folder(path);
      if (from.stat(within(path))?.kind !== 'folder')
        throw error('FileNotFoundError', `[Errno 2] No such file or directory: '${path}'`);
      return from.list(within(path)).map((name) => {
        const whole = path === '' ? name : `${path.replace(/\/$/, '')}/${name}`;
        return { name, link: false, folder: from.stat(within(whole))?.kind === 'folder' };
      });
    },
    remove(path) {
      if (files !== null && files.stat(within(path)) !== null) files.remove(within(path));
    },
    // without a folder there is nothing
    exists(path) {
      if (files === null) return false;
      saveAll();
      return files.stat(within(path)) !== null;
    },
  };
}

const begun = new WeakSet<object>();
/**
 * What every script begins with, undone at its end: the facades' files are those of its folder, what they print is its
 * output, and their state is that of a fresh process.
 */
export function beginFrameworks(run: RunContext, reset: () => void): void {
  if (begun.has(run)) return;
  begun.add(run);
  const files = setHostFiles(scriptFiles(run));
  const printer = setPrinter((text) => run.print(text));
  const warner = setWarner((text, category) => {
    const kind = category === null ? undefined : builtins.get(category);
    if (kind === undefined) run.printError(`${text}\n`);
    else callMethod(run.load('warnings'), 'warn', [text, kind]);
  });
  const recording = setGradEnabled(true);
  run.onExit(() => {
    setHostFiles(files);
    setPrinter(printer);
    setWarner(warner);
    setGradEnabled(recording);
    openTapes.splice(0);
    reset();
  });
}
