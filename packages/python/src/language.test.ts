import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { folderFiles } from './nodeFiles';
import './nodeParser';
import { loadParser } from './parse/parser';
import { runPythonSync } from './run';

const folder = join(__dirname, '..', 'tests', 'language');
const names = readdirSync(folder)
  .filter((f) => f.endsWith('.py'))
  .map((f) => f.slice(0, -3));

describe('programs print what the real Python printed', () => {
  beforeAll(() => loadParser());

  it('finds 40 programs and more', () => expect(names.length).toBeGreaterThanOrEqual(40));

  it.each(names)('%s', (name) => {
    const work = mkdtempSync(join(tmpdir(), 'python-language-'));
    try {
      const source = readFileSync(join(folder, `${name}.py`), 'utf8');
      const { output, error } = runPythonSync(source, { fileName: `${name}.py`, files: folderFiles(work) });
      expect(output + (error?.traceback ?? '')).toBe(readFileSync(join(folder, `${name}.out`), 'utf8'));
    } finally {
      rmSync(work, { recursive: true });
    }
  });
});
