import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { drawGarments, writeIdx } from '@stele/core/data';
import type { z } from 'zod';
import { lessonsIn } from '../packages/compare/src/cli/example';
import { lessonTable, withTable } from './lessons';

const repo = resolve(__dirname, '..');
const lessons = lessonsIn(__dirname);

it('cover each of the articles’ 31 programs', () => {
  const covered = new Set(lessons.flatMap((lesson) => lesson.programs));
  const all = Array.from({ length: 31 }, (_, i) => `E${String(i + 1).padStart(2, '0')}`);
  expect(all.filter((program) => !covered.has(program))).toEqual([]);
  expect([...covered].filter((program) => !all.includes(program))).toEqual([]);
});

describe.each(lessons.map((lesson) => [lesson.name, lesson] as const))('%s', (_, lesson) => {
  it('has a title and programs that export main, their settings with defaults', () => {
    expect(lesson.title).toMatch(/\S/);
    expect(lesson.idioms.length).toBeGreaterThan(0);
    for (const idiom of lesson.idioms) {
      const program = require(join(lesson.folder, idiom)) as { main: unknown; settings?: z.ZodType };
      expect(typeof program.main).toBe('function');
      if (program.settings !== undefined) expect(program.settings.safeParse({}).success).toBe(true);
    }
  });
});

it('stand in the README’s table (scripts/lessonTable.ts writes it)', () => {
  const readme = readFileSync(join(__dirname, 'README.md'), 'utf8');
  expect(readme).toContain(lessonTable(lessons));
  expect(withTable(readme, lessons)).toBe(readme);
});

describe('the runner', () => {
  let data: string;
  let work: string;
  beforeAll(() => {
    data = mkdtempSync(join(tmpdir(), 'stele-'));
    mkdirSync(join(repo, 'out'), { recursive: true });
    work = mkdtempSync(join(repo, 'out', 'run-'));
  });
  afterAll(() => {
    rmSync(data, { recursive: true });
    rmSync(work, { recursive: true });
  });

  it('runs every lesson in every idiom with quick settings', async () => {
    const { images, labels } = drawGarments(200, 1);
    for (const part of ['train', 't10k']) {
      writeFileSync(join(data, `${part}-images-idx3-ubyte`), writeIdx(images));
      writeFileSync(join(data, `${part}-labels-idx1-ubyte`), writeIdx(labels));
    }
    const script = [
      join(repo, 'node_modules/tsx/dist/cli.mjs'),
      '--conditions=@stele/source',
      join(repo, 'scripts/quickLessons.ts'),
    ];
    const env = { ...process.env, STELE_DATA: data, STELE_OFFLINE: '1' };
    const { code, stdout, stderr } = await new Promise<{ code: number; stdout: string; stderr: string }>((done) => {
      execFile(process.execPath, script, { cwd: work, env, maxBuffer: 1 << 26 }, (error, out, err) =>
        done({ code: error === null ? 0 : 1, stdout: out, stderr: err }),
      );
    });
    expect(stderr).toBe('');
    expect(code).toBe(0);
    const parts = stdout.split(/^--- /m);
    for (const { name, idioms } of lessons) {
      for (const idiom of idioms) {
        const own = parts.find((part) => part.startsWith(`${name}, ${idiom}\n`));
        expect([name, idiom, (own ?? '').split('\n').length > 2]).toEqual([name, idiom, true]);
      }
    }
  }, 60_000);
});
