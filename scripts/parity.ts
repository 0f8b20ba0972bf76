import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

// Replays the whole public recordings, where they lie beside the repository, against the lists of cases that passed:
// `pnpm parity`, or `pnpm parity --update` to add what passes now. Two suites run at once.

const recordings = join(__dirname, '../../shared/oracle');
const passing = join(__dirname, '../packages/compare/recordings/passing');
const main = join(__dirname, '../packages/compare/src/cli/main.ts');
const update = process.argv.includes('--update');

const suites = ['torch', 'keras', 'tf'].filter((suite) => existsSync(join(recordings, suite)));
if (suites.length === 0) {
  console.log(
    'the recordings are not beside this checkout (../shared/oracle): only the sample in the tests was replayed',
  );
  process.exit(0);
}

/** Runs one suite in a process of its own; gives its exit code, and what it printed when it is done. */
const run = (suite: string): Promise<number> =>
  new Promise((resolve, reject) => {
    const list = join(passing, `${suite}.json`);
    const options = update ? ['--update-ratchet', list] : ['--ratchet', list];
    const child = spawn(
      process.execPath,
      [
        ...['--import', 'tsx', '--conditions=@stele/source', main, 'parity', join(recordings, suite), '--summary'],
        ...options,
      ],
      { stdio: ['ignore', 'pipe', 'inherit'] },
    );
    let text = '';
    child.stdout.on('data', (part: Buffer) => {
      text += part.toString();
    });
    child.on('error', reject);
    child.on('close', (code) => {
      console.log(text);
      resolve(code ?? 1);
    });
  });

async function all(): Promise<void> {
  const waiting = [...suites];
  let failed = false;
  const worker = async (): Promise<void> => {
    for (let suite = waiting.shift(); suite !== undefined; suite = waiting.shift())
      if ((await run(suite)) !== 0) failed = true;
  };
  await Promise.all([worker(), worker()]);
  // while adding, cases that do not pass yet are no failure
  process.exitCode = failed && !update ? 1 : 0;
}
void all();
