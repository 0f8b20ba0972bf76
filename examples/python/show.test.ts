import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { tf } from '@stele/tflow';
import ts from 'typescript';
import { memoryFiles } from '../../packages/python/src/memoryFiles';
import { loadParser, runPythonSync, showTypeScript } from '../../packages/python/src/node';

const here = __dirname;
const programs = readdirSync(here)
  .filter((file) => file.endsWith('.py'))
  .map((file) => file.slice(0, -3));
const source = (name: string): string => readFileSync(join(here, `${name}.py`), 'utf8');
const read = (module: string): string | null => (programs.includes(module) ? source(module) : null);
const shown = new Map<string, string>();
beforeAll(async () => {
  await loadParser();
  for (const name of programs) shown.set(name, showTypeScript(source(name), { fileName: `${name}.py`, read }));
});

/** Programs whose TypeScript needs `any`, and why. */
const untyped: Readonly<Record<string, string>> = {
  fashion_keras: 'a constructor that hands on any keywords (**kwargs)',
};

it('says what every program means in TypeScript that the compiler takes as it is', () => {
  const root = resolve(here, '../..');
  const base = ts.readConfigFile(join(root, 'tsconfig.base.json'), (path) => ts.sys.readFile(path));
  const { options } = ts.parseJsonConfigFileContent(base.config, ts.sys, root);
  const strict: ts.CompilerOptions = {
    ...options,
    composite: false,
    declaration: false,
    declarationMap: false,
    noEmit: true,
  };
  const files = new Map([...shown].map(([name, text]) => [join(here, `${name}.ts`), text]));
  const host = ts.createCompilerHost(strict);
  const { fileExists, readFile, getSourceFile } = host;
  host.fileExists = (path) => files.has(path) || fileExists.call(host, path);
  host.readFile = (path) => files.get(path) ?? readFile.call(host, path);
  host.getSourceFile = (path, ...rest) => {
    const text = files.get(path);
    return text === undefined ? getSourceFile.call(host, path, ...rest) : ts.createSourceFile(path, text, rest[0]);
  };
  const program = ts.createProgram([...files.keys()], strict, host);
  const found = [...files.keys()].flatMap((path) => {
    const file = program.getSourceFile(path)!;
    return [...program.getSyntacticDiagnostics(file), ...program.getSemanticDiagnostics(file)].map((d) => {
      const line = file.getLineAndCharacterOfPosition(d.start ?? 0).line;
      return `${path.slice(here.length + 1)}: ${file.text.split('\n')[line]}: ${ts.flattenDiagnosticMessageText(d.messageText, ' ')}`;
    });
  });
  expect(found).toEqual([]);
  const anys = [...shown].filter(([, text]) => /\bany\b/.test(text.replace(/\/\/.*|\/\*[\s\S]*?\*\//g, '')));
  expect(anys.map(([name]) => name)).toEqual(Object.keys(untyped));
}, 120_000);

type Run = (require: (name: string) => unknown, exports: object, console: object) => Promise<void>;
const AsyncFunction = Object.getPrototypeOf(async () => {}).constructor as new (...args: string[]) => Run;

/** Runs a TypeScript text; gives what it prints. Files that it imports are shown and run silently, files that it writes kept. */
async function run(text: string): Promise<{ output: string; written: string[] }> {
  const lines: string[] = [];
  const written: string[] = [];
  const execute = async (code: string, print: ((line: string) => void) | null): Promise<Record<string, unknown>> => {
    const { outputText } = ts.transpileModule(code, {
      compilerOptions: { module: ts.ModuleKind.CommonJS, target: ts.ScriptTarget.ES2022 },
    });
    const others = new Map<string, unknown>();
    for (const [, name = ''] of code.matchAll(/from '\.\/(\w+)'/g))
      others.set(`./${name}`, await execute(shown.get(name)!, null));
    const exports = {};
    const load = (name: string): unknown =>
      others.get(name) ??
      (name === 'node:fs' ? { writeFileSync: (path: string) => print && written.push(path) } : require(name));
    await new AsyncFunction('require', 'exports', 'console', outputText)(load, exports, {
      log: (...args: unknown[]) => print?.(args.join(' ')),
    });
    return exports;
  };
  await execute(text, (line) => lines.push(`${line}\n`));
  return { output: lines.join(''), written };
}

/** What makes a run repeatable: the same line before both. */
const torchSeed = 'import torch\ntorch.manual_seed(0)\n';
const tfSeed = 'import tensorflow as tf\ntf.keras.utils.set_random_seed(0)\n';
it.each<[string, string]>([
  ['autodiff_pytorch', ''],
  ['autodiff_tensorflow', ''],
  ['graph_pytorch', ''],
  ['graph_tensorflow1', ''],
  ['graph_tensorflow2', ''],
  ['linear_data', ''],
  ['linear_layers_pytorch', torchSeed],
  ['linear_pytorch', torchSeed],
  ['linear_tensorflow', tfSeed],
  ['small_network_keras', tfSeed],
  ['small_network_pytorch', torchSeed],
  ['static_graph', ''],
  ['train_pytorch', torchSeed],
  ['variable_length_gru', torchSeed],
])(
  '%s prints the same in both languages',
  async (name, seed) => {
    const text = seed + source(name);
    const files = memoryFiles(
      Object.fromEntries(programs.map((other) => [`${other}.py`, new TextEncoder().encode(source(other))])),
    );
    const before = files.names();
    const python = runPythonSync(text, { files, fileName: `${name}.py` });
    expect(python.error?.traceback).toBeUndefined();
    const { v1 } = tf.compat;
    if (!v1.executing_eagerly()) v1.enable_eager_execution();
    v1.reset_default_graph();
    const { output, written } = await run(showTypeScript(text, { fileName: `${name}.py`, read }));
    if (!v1.executing_eagerly()) v1.enable_eager_execution();
    expect(output).toBe(python.output);
    expect(written).toEqual(files.names().filter((file) => !before.includes(file)));
  },
  60_000,
);
