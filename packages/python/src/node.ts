import { readFile } from 'node:fs/promises';
import { basename, dirname, resolve } from 'node:path';
import './modules/datasets';
import './modules/index';
import { folderFiles } from './nodeFiles';
import './nodeParser';
import { loadParser } from './parse/parser';
import { type RunOptions, type RunResult, runPythonSync } from './run';
import { showTypeScript } from './show/index';

/**
 * Runs a Python file with its folder (or `folder`) as the only one that it can reach.
 *
 * ```ts
 * const { error } = await runFile('train.py', ['--epochs', '2'], { print: (t) => process.stdout.write(t) });
 * ```
 */
export async function runFile(
  path: string,
  args: readonly string[] = [],
  options: Omit<RunOptions, 'files' | 'args' | 'fileName'> & { readonly folder?: string } = {},
): Promise<RunResult> {
  const { folder = dirname(resolve(path)), ...rest } = options;
  const source = await readFile(path, 'utf8');
  await loadParser();
  return runPythonSync(source, { ...rest, args, fileName: basename(path), files: folderFiles(folder) });
}

/**
 * The TypeScript that a Python file means, as `showTypeScript` gives it; files beside it that it imports say what types
 * their names have.
 *
 * ```ts
 * const text = await showFile('train.py');
 * ```
 */
export async function showFile(path: string): Promise<string> {
  const source = await readFile(path, 'utf8');
  await loadParser();
  const files = folderFiles(dirname(resolve(path)));
  const read = (module: string): string | null => {
    const bytes = files.read(`${module.replaceAll('.', '/')}.py`);
    return bytes === null ? null : new TextDecoder().decode(bytes);
  };
  return showTypeScript(source, { fileName: basename(path), read });
}

export { folderFiles } from './nodeFiles';
export { loadParser } from './parse/parser';
export { PythonSyntaxError } from './parse/syntaxError';
export * from './run';
export { type ShowOptions, showTypeScript } from './show/index';
