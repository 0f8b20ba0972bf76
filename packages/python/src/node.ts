import { readFile } from 'node:fs/promises';
import { basename, dirname, resolve } from 'node:path';
import './modules/datasets';
import './modules/index';
import { folderFiles } from './nodeFiles';
import './nodeParser';
import { loadParser } from './parse/parser';
import { type RunOptions, type RunResult, runPythonSync } from './run';

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

export { folderFiles } from './nodeFiles';
export { loadParser } from './parse/parser';
export * from './run';
