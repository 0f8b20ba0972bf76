import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run } from './run';

let folder: string;
const written: { out: string; err: string } = { out: '', err: '' };
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'stele-run-'));
  written.out = '';
  written.err = '';
  jest.spyOn(process.stdout, 'write').mockImplementation((text) => {
    written.out += String(text);
    return true;
  });
  jest.spyOn(process.stderr, 'write').mockImplementation((text) => {
    written.err += String(text);
    return true;
  });
});
afterEach(() => {
  jest.restoreAllMocks();
  rmSync(folder, { recursive: true });
});
const script = (source: string): string => {
  const path = join(folder, 'script.py');
  writeFileSync(path, source);
  return path;
};

it('runs a script with its arguments in its folder', async () => {
  const path = script(`
import sys, torch
print(sys.argv[1:], torch.arange(3).sum().item())
torch.save({'a': torch.ones(1)}, 'a.pt')
`);
  expect(await run(path, ['--epochs', '2'])).toBe(0);
  expect(written).toEqual({ out: "['--epochs', '2'] 3\n", err: '' });
  expect(readFileSync(join(folder, 'a.pt')).length).toBeGreaterThan(100);
});

it.each<[string, string, RegExp]>([
  [
    'an error of a framework',
    'import torch\ntorch.ones(2, 3) @ torch.ones(4, 5)',
    /line 2, in <module>[\s\S]*RuntimeError: mat1 and mat2 shapes/,
  ],
  ['a syntax error', 'def f(:\n  pass', /File "script\.py", line 1[\s\S]*SyntaxError/],
  ['a file outside of the folder', "open('/etc/passwd').read()", /Error: /],
  ['weights outside of the folder', "import torch\ntorch.load('/etc/passwd')", /Error: /],
  ['another process', "__import__('os').system('true')", /Error: /],
])('ends with 1 and a traceback after %s', async (_, source, text) => {
  expect(await run(script(source), [])).toBe(1);
  expect(written.err).toMatch(text);
  expect(written.err).not.toContain('root:');
});

it('stops an endless loop at its time limit', async () => {
  expect(await run(script('while True:\n    pass\n'), [], { timeLimit: 0.2 })).toBe(1);
  expect(written.err).toMatch(/line [12]/);
});

it('names a script that is not there', async () => {
  expect(await run(join(folder, 'none.py'), [])).toBe(1);
  expect(written.err).toMatch(/cannot read '.*none\.py': there is no such file/);
});

it('shows what a script means in TypeScript, and runs nothing', async () => {
  const path = script("import torch\nx = torch.ones(2) + 1\ntorch.save({'x': x}, 'x.pt')\n");
  expect(await run(path, [], { show: 'ts' })).toBe(0);
  expect(written.out).toContain('const x = torch.ones(2).add(1);\n');
  expect(existsSync(join(folder, 'x.pt'))).toBe(false);
  expect(await run(path, [], { show: 'cobol' })).toBe(1);
  expect(written.err).toContain("--show takes ts, received 'cobol'");
  expect(await run(script('print('), [], { show: 'ts' })).toBe(1);
  expect(written.err).toContain("SyntaxError: '(' was never closed");
});
