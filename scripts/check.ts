import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const packages = readdirSync('packages');
const pnpm = ['-y', 'pnpm@12.21.0'];
const tarballs = mkdtempSync(join(tmpdir(), 'stele-'));

/** Every step that CI runs, cheapest first. */
const steps: readonly { name: string; command: string; args: readonly string[]; cwd?: string }[] = [
  { name: 'format and lint', command: 'npx', args: ['biome', 'check', '.'] },
  {
    name: 'kernels are those of their sources',
    command: 'npx',
    args: ['tsx', '--conditions=@stele/source', 'packages/core/scripts/buildKernels.ts', '--check'],
  },
  { name: 'types', command: 'npx', args: ['tsc', '-b'] },
  { name: 'types of tests, examples and scripts', command: 'npx', args: ['tsc', '-p', 'tsconfig.test.json'] },
  {
    name: 'compatibility tables are those of the exports',
    command: 'npx',
    args: ['tsx', '--conditions=@stele/source', 'scripts/compatibility.ts', '--check'],
  },
  { name: 'tests', command: 'npx', args: ['jest'] },
  { name: 'recordings', command: 'npx', args: ['tsx', 'scripts/parity.ts'] },
  { name: 'files crossed with the real frameworks', command: 'npx', args: ['tsx', 'scripts/files.ts'] },
  { name: 'build', command: 'npx', args: [...pnpm, 'build'] },
  ...packages.map((p) => ({
    name: `publint ${p}`,
    command: 'npx',
    args: ['publint', '--pack', 'false'],
    cwd: join('packages', p),
  })),
  ...packages.flatMap((p) => [
    {
      name: `pack ${p}`,
      command: 'npx',
      args: [...pnpm, 'pack', '--out', join(tarballs, `${p}.tgz`)],
      cwd: join('packages', p),
    },
    { name: `attw ${p}`, command: 'npx', args: ['attw', join(tarballs, `${p}.tgz`), '--profile', 'node16'] },
  ]),
];

let failed = 0;
for (const step of steps) {
  const began = Date.now();
  const { status } = spawnSync(step.command, step.args, { stdio: 'inherit', cwd: step.cwd });
  const seconds = ((Date.now() - began) / 1000).toFixed(1);
  console.log(`${status === 0 ? 'ok    ' : 'FAILED'} ${step.name} (${seconds} s)`);
  if (status !== 0) failed++;
}
rmSync(tarballs, { recursive: true, force: true });
if (failed > 0) {
  console.log(`${failed} of ${steps.length} steps failed`);
  process.exit(1);
}
