import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { parity } from '../packages/compare/src/cli/parity';
import { run } from '../packages/compare/src/cli/run';

let root: string;
let folder: string;
const written = { out: '', err: '' };
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'stele-hostile-'));
  folder = join(root, 'work');
  mkdirSync(folder);
  writeFileSync(join(root, 'secret.txt'), 'the secret');
  Object.assign(written, { out: '', err: '' });
  for (const [stream, name] of [
    [process.stdout, 'out'],
    [process.stderr, 'err'],
  ] as const)
    jest.spyOn(stream, 'write').mockImplementation((text) => {
      written[name] += String(text);
      return true;
    });
});
afterEach(() => {
  jest.restoreAllMocks();
  rmSync(root, { recursive: true, force: true });
});

const outside = (): string => join(root, 'written');
const expectNothingOutside = (): void => {
  expect(readdirSync(root).sort()).toEqual(['secret.txt', 'work']);
  expect(written.out + written.err).not.toMatch(/the secret|root:/);
};

describe('a script', () => {
  it.each<[string, string | (() => string), RegExp]>([
    [
      'a syntax error',
      "print('a'\n",
      /File "script\.py", line 1\n {4}print\('a'\n {9}\^\nSyntaxError: '\(' was never closed/,
    ],
    [
      'brackets in brackets without end',
      `x = ${'('.repeat(5000)}1${')'.repeat(5000)}`,
      /SyntaxError: too many nested parentheses/,
    ],
    ['signs without end', `x = ${'-'.repeat(50_000)}1`, /SyntaxError: too many nested expressions/],
    ['bytes that are no text', 'x = 1\0\n', /SyntaxError: source code cannot contain null bytes/],
    [
      'an endless loop',
      'while True:\n    pass',
      /line [12], in <module>[\s\S]*Stopped: The script ran longer than its time limit/,
    ],
    [
      'an endless loop inside of a builtin',
      'def g():\n    while True:\n        yield 1\nsum(g())',
      /in g[\s\S]*Stopped: /,
    ],
    ['calls without end', 'def f():\n    return f()\nf()', /RecursionError: maximum recursion depth exceeded/],
    ['a text without end', "x = 'a' * 10**10", /MemoryError/],
    ['a number without end', 'x = 10**10**8', /MemoryError/],
    [
      'an unknown dtype of torch',
      "import torch\ntorch.zeros(2, dtype='float7')",
      /TypeError: argument 'dtype' must be torch\.dtype, not str/,
    ],
    [
      'an unknown dtype of NumPy',
      "import numpy as np\nnp.zeros(2, 'float7')",
      /TypeError: data type 'float7' not understood/,
    ],
    [
      'an unknown dtype of TensorFlow',
      "import tensorflow as tf\ntf.zeros([2], 'float7')",
      /TypeError: Cannot convert .*'float7' to a TensorFlow DType/,
    ],
    ['a file outside', "open('/etc/passwd')", /PermissionError: .*only their working folder: '\/etc\/passwd'/],
    ['a file in a folder above', "open('../secret.txt').read()", /PermissionError: .*'\.\.\/secret\.txt'/],
    ['a file behind a link', "open('link/secret.txt').read()", /Error: /],
    ['a file written outside', () => `open(${JSON.stringify(outside())}, 'w').write('x')`, /PermissionError: /],
    [
      'weights read from outside',
      () => `import torch\ntorch.load(${JSON.stringify(join(root, 'secret.txt'))})`,
      /Error: /,
    ],
    [
      'weights written outside',
      () => `import torch\ntorch.save({}, ${JSON.stringify(outside())})`,
      /outside of the working folder|PermissionError/,
    ],
    [
      'a plot written outside',
      () => `import matplotlib.pyplot as plt\nplt.plot([1, 2])\nplt.savefig(${JSON.stringify(`${outside()}.svg`)})`,
      /outside of the working folder|PermissionError/,
    ],
    [
      'a model written outside',
      () =>
        `import keras\nm = keras.Sequential([keras.layers.Dense(1)])\nm(keras.ops.ones((1, 2)))\nm.save(${JSON.stringify(`${outside()}.keras`)})`,
      /outside of the working folder|PermissionError/,
    ],
    ['a folder listed outside', "import os\nos.listdir('..')", /Error: /],
    ['a file removed outside', "import os\nos.remove('../secret.txt')", /Error: /],
    ['a process', "__import__('os').system('touch ../written')", /PermissionError: os\.system is not there/],
    ['a module that starts processes', 'import subprocess', /ModuleNotFoundError: No module named 'subprocess'/],
    ['a module of the network', 'import socket', /ModuleNotFoundError: No module named 'socket'/],
    ['code in a text', "eval('1 + 1')", /NotImplementedError: eval\(\) is not there/],
    [
      "JavaScript's constructors",
      "(lambda: 0).constructor('return process')()",
      /AttributeError: 'function' object has no attribute 'constructor'/,
    ],
    ["JavaScript's prototypes", '[].__proto__', /AttributeError: /],
    [
      'a pickle that runs something',
      'import torch, io\nopen("evil.pth", "wb").write(b"cos\\nsystem\\n(S\'touch ../written\'\\ntR.")\ntorch.load("evil.pth")',
      /Error: /,
    ],
  ])('%s: a clear error, exit code 1, nothing outside', async (_, source, message) => {
    symlinkSync(root, join(folder, 'link'));
    const path = join(folder, 'script.py');
    writeFileSync(path, typeof source === 'string' ? source : source());
    expect(await run(path, [], { timeLimit: 1 })).toBe(1);
    expect(written.err).toMatch(message);
    expect(written.out).toBe('');
    expectNothingOutside();
  });
});

it("takes Python's own types where torch has a dtype", async () => {
  const path = join(folder, 'script.py');
  writeFileSync(
    path,
    'import torch\nprint(torch.zeros(1, dtype=float).dtype, torch.ones(1, dtype=int), torch.tensor([2], dtype=bool))',
  );
  expect(await run(path, [])).toBe(0);
  expect(written.out).toBe('torch.float64 tensor([1]) tensor([True])\n');
});

describe('recordings', () => {
  const row = (dtype = 'float32'): string =>
    JSON.stringify({
      id: 'neg/1',
      op: 'neg',
      variant: '',
      tier: 'core',
      call: 'torch.neg',
      args: [{ dtype, shape: [1], data: [1] }],
      out: { dtype, shape: [1], data: [-1] },
    });
  const zipped = (...rows: readonly string[]): Buffer => gzipSync(rows.join('\n'));
  it.each<[string, () => Buffer, RegExp]>([
    [
      'a truncated gzip',
      () => zipped(...Array.from({ length: 500 }, (_, i) => row().replace('neg/1', `neg/${i}`))).subarray(0, 120),
      /ops\.ndjson\.gz.*(truncated|damaged|unexpected end)/i,
    ],
    ['no gzip at all', () => Buffer.from('not gzip'), /ops\.ndjson\.gz/],
    [
      'a row that is not JSON',
      () => zipped(row(), '{ not json'),
      /FAILED ops line 2 \[ops\]: line 2: not JSON: expected a key/,
    ],
    ['an unknown dtype', () => zipped(row('float7')), /float7/],
    ['rows nested without end', () => zipped(row(), '['.repeat(200_000)), /line 2: not JSON: more than 500 levels/],
    [
      'arguments nested without end',
      () => zipped(row(), `{"id":"a","call":"torch.neg","args":${'['.repeat(50_000)}${']'.repeat(50_000)},"out":1}`),
      /line 2: not JSON: more than 500 levels/,
    ],
  ])('%s: a clear error, exit code 1', async (_, bytes, message) => {
    writeFileSync(join(folder, 'ops.ndjson.gz'), bytes());
    const lines: string[] = [];
    let code: number;
    try {
      code = await parity([folder], {}, (line) => lines.push(line));
    } catch (error) {
      // the command line prints the message and ends with 1
      code = 1;
      lines.push((error as Error).message);
    }
    expect(lines.join('\n')).toMatch(message);
    expect(code).toBe(1);
    expect(existsSync(outside())).toBe(false);
  });
});
