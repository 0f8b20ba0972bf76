import { writeFileSync } from 'node:fs';
import { SingleBar } from 'cli-progress';
import { htmlReport } from '../parity/html';
import { readPassing, slipped, updatePassing, writePassing } from '../parity/ratchet';
import { failureLines, jsonText, summaryLines } from '../parity/report';
import { replay } from '../parity/runner';

export interface ParityCommand {
  readonly only?: string | undefined;
  readonly filter?: string | undefined;
  readonly json?: string | undefined;
  readonly report?: string | undefined;
  readonly ratchet?: string | undefined;
  readonly updateRatchet?: string | undefined;
  readonly replace?: boolean | undefined;
  readonly summary?: boolean | undefined;
}

/** Progress on standard error: a bar where somebody watches, a line every ten seconds where not. */
function progress(): { start(total: number): void; step(category: string): void; stop(): void } {
  const watched = process.stderr.isTTY;
  const bar = watched
    ? new SingleBar({
        format: 'replaying {bar} {value}/{total} {category}',
        stream: process.stderr,
        synchronousUpdate: true,
        clearOnComplete: true,
      })
    : null;
  let done = 0;
  let total = 0;
  let last = Date.now();
  return {
    start(n) {
      total = n;
      if (n > 20) bar?.start(n, 0, { category: '' });
    },
    step(category) {
      done++;
      bar?.update(done, { category });
      if (watched || Date.now() - last < 10_000) return;
      last = Date.now();
      console.error(`replayed ${done} of ${total}, now ${category}`);
    },
    stop: () => bar?.stop(),
  };
}

/** How many cases that no longer pass are named: a facade that does not load loses hundreds. */
const lostShown = 60;

/** Replays recordings, prints what became of them, and returns the exit code. */
export async function parity(
  paths: readonly string[],
  options: ParityCommand,
  print: (line: string) => void = console.log,
): Promise<number> {
  const bar = progress();
  const only = options.only?.split(',').map((name) => name.trim());
  const results = await replay(paths, {
    only,
    filter: options.filter,
    onStart: (total) => bar.start(total),
    onCase: (result) => bar.step(result.category),
  }).finally(() => bar.stop());
  for (const suite of results) {
    if (!options.summary) for (const line of failureLines(suite)) print(line);
    print('');
    for (const line of summaryLines(suite)) print(line);
  }
  if (options.json !== undefined) writeFileSync(options.json, jsonText(results));
  if (options.report !== undefined) writeFileSync(options.report, htmlReport(results));
  if (options.updateRatchet !== undefined) {
    const path = options.updateRatchet;
    writePassing(path, updatePassing(readPassing(path), results, options.replace));
  }
  if (options.ratchet !== undefined) {
    const lost = slipped(readPassing(options.ratchet), results);
    for (const line of lost.slice(0, lostShown)) print(`NO LONGER PASSES ${line}`);
    if (lost.length > lostShown) print(`... and ${lost.length - lostShown} more`);
    print(lost.length === 0 ? 'every case that passed before still passes' : `${lost.length} cases no longer pass`);
    return lost.length === 0 ? 0 : 1;
  }
  return results.some((suite) => suite.cases.some((c) => c.status === 'failed')) ? 1 : 0;
}
