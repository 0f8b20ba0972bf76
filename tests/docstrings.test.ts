import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import * as keras from '@stele/keraslike';
import ts from 'typescript';
import { z } from 'zod';

const root = join(__dirname, '..');

/** One fenced example of a docstring. */
interface Example {
  readonly file: string;
  readonly line: number;
  readonly code: string;
}

function sources(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return ['as', 'gen'].includes(entry.name) ? [] : sources(path);
    return path.endsWith('.ts') && !path.endsWith('.test.ts') ? [path] : [];
  });
}

const packages = readdirSync(join(root, 'packages'));
const examples: Example[] = packages
  .flatMap((name) => sources(join(root, 'packages', name, 'src')))
  .flatMap((file) => {
    const text = readFileSync(file, 'utf8');
    return [...text.matchAll(/^ *\* ```ts\n((?: *\*.*\n)*?) *\* ```/gm)].map((match) => ({
      file: relative(root, file),
      line: text.slice(0, match.index).split('\n').length,
      code: match[1]!.replace(/^ *\* ?/gm, ''),
    }));
  });

const reserved = new Set(
  'function arguments eval default import export var let const new in of this null true false switch case while for if else do try catch throw return break continue class extends super yield await enum delete typeof void with static'.split(
    ' ',
  ),
);
const plain = (value: unknown): unknown =>
  ArrayBuffer.isView(value) && !(value instanceof DataView)
    ? Array.from(value as Float32Array)
    : Array.isArray(value)
      ? Array.from(value, plain)
      : value;

/** Everything an example may name: its module's exports first, then its package's, then core's. */
function scopeOf(file: string): Record<string, unknown> {
  const folder = file.split('/')[1]!;
  const layers = [
    require('@stele/core/numpy'),
    require('@stele/core/printing'),
    require('@stele/core/plot'),
    { writeFile },
    require('@stele/core'),
    {
      torch: require('@stele/torchlike'),
      tf: require('@stele/tflow'),
      keras: keras,
      z,
    },
    existsSync(join(root, 'packages', folder, 'src/index.ts'))
      ? require(join(root, 'packages', folder, 'src/index.ts'))
      : {},
    folder === 'keraslike' ? { ...keras.ops, ...keras.layers } : {},
    existsSync(join(root, dirname(file), 'index.ts')) ? require(join(root, dirname(file), 'index.ts')) : {},
    require(join(root, file)),
  ];
  const names = new Set(layers.flatMap((layer) => Object.keys(layer as object)));
  const scope: Record<string, unknown> = {};
  for (const name of names) {
    if (reserved.has(name) || !/^[A-Za-z_$][\w$]*$/.test(name)) continue;
    scope[name] = layers.reduce<unknown>(
      (v, l) => (Object.hasOwn(l as object, name) ? (l as never)[name] : v),
      undefined,
    );
  }
  return scope;
}

/** `expression; // value` becomes a check, where the value is one that JavaScript can read. */
function withChecks(code: string): string {
  return code
    .split('\n')
    .map((line) => {
      const [, expression, expected] = /^(\S.*?); *\/\/ (.+)$/.exec(line) ?? [];
      if (expression === undefined || /^(const|let|class|for|if|import|await)\b/.test(expression)) return line;
      return `$check(${expression}, ${JSON.stringify(expected)});`;
    })
    .join('\n');
}

function check(value: unknown, expected: string): void {
  let wanted: unknown;
  try {
    wanted = new Function(`return (${expected});`)();
  } catch {
    // prose, not a value: running without an error is all it says
    return;
  }
  if (!isDeepStrictEqual(plain(value), wanted)) expect(plain(value)).toEqual(wanted);
}

const before = { cwd: process.cwd(), offline: process.env['STELE_OFFLINE'] };
let folder: string;
beforeAll(async () => {
  const { loadParser } = await import('@stele/python/node');
  await loadParser();
  folder = mkdtempSync(join(tmpdir(), 'stele-docs-'));
  process.chdir(folder);
  // a script for the examples that run one
  await writeFile('train.py', 'print("trained")\n');
  process.env['STELE_OFFLINE'] = '1';
  jest.spyOn(console, 'log').mockImplementation(() => {});
});
afterAll(() => {
  process.chdir(before.cwd);
  if (before.offline === undefined) delete process.env['STELE_OFFLINE'];
  rmSync(folder, { recursive: true, force: true });
});

test('there are examples', () => expect(examples.length).toBeGreaterThan(50));

test.each(examples.map((e) => [`${e.file}:${e.line}`, e] as const))('%s', async (_where, { file, code }) => {
  const scope = { ...scopeOf(file), $check: check, require, exports: {} };
  const script = ts.transpileModule(withChecks(code), {
    compilerOptions: { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.CommonJS },
  }).outputText;
  const AsyncFunction = (async () => {}).constructor as new (...parts: string[]) => (...values: unknown[]) => unknown;
  await new AsyncFunction(...Object.keys(scope), `{\n${script}\n}`)(...Object.values(scope));
});
