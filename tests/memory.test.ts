import { execFileSync } from 'node:child_process';
import { join } from 'node:path';

const root = join(__dirname, '..');

describe('memory', () => {
  it('stays flat over synchronous training steps, with nothing disposed of', () => {
    const command = [
      '--conditions=@stele/source',
      'packages/compare/src/cli/main.ts',
      'bench',
      'memory',
      '--steps',
      '5000',
    ];
    const out = execFileSync(process.execPath, [join(root, 'node_modules/tsx/dist/cli.mjs'), ...command], {
      cwd: root,
      encoding: 'utf8',
    });
    const growth = [...out.matchAll(/^(\w+) .*\((-?[\d.]+) more\)/gm)].map(([, idiom, more]) => [idiom, Number(more)]);
    expect(growth.map(([idiom]) => idiom)).toEqual(['torchlike', 'keraslike', 'tflow']);
    for (const [, more] of growth) expect(more).toBeLessThan(20);
  }, 120_000);
});
