import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { basename, dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import './modules/datasets';
import { folderFiles } from './nodeFiles';
import { loadParser, setParserFinder } from './parse/parser';
import { type RunOptions, type RunResult, runPythonSync } from './run';

/** The path of this very file, in either module system. */
function here(): string {
  const before = Error.prepareStackTrace;
  try {
    Error.prepareStackTrace = (_, sites) => sites[0]?.getFileName() ?? '';
    const file = new Error().stack as unknown as string;
    return file.startsWith('file:') ? fileURLToPath(file) : file;
  } finally {
    Error.prepareStackTrace = before;
  }
}

setParserFinder(async () => {
  const require = createRequire(here());
  const [engine, grammar] = await Promise.all([
    readFile(require.resolve('web-tree-sitter/web-tree-sitter.wasm')),
    readFile(require.resolve('tree-sitter-python/tree-sitter-python.wasm')),
  ]);
  return { engine, grammar };
});

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
