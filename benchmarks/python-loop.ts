import { spawnSync } from 'node:child_process';
import { loadParser, runPythonSync } from '@stele/python/node';

const program = `
import time
def add(n):
    total = 0
    for i in range(n):
        total += i
    return total
begun = time.perf_counter()
total = add(10_000_000)
print(total, time.perf_counter() - begun)
`;

/** The sum and the seconds that a run of the program prints. */
function read(output: string): { sum: string; seconds: number } {
  const [sum = '', seconds] = output.trim().split(' ');
  return { sum, seconds: Number(seconds) };
}

export const title = 'Python: 10 million additions in a loop';

/** Seconds of a pure-Python loop in Stele and in the python3 that is at hand, in turn; the best of five each. */
export async function main(): Promise<void> {
  await loadParser();
  const rounds = 5;
  const stele: number[] = [];
  const python: number[] = [];
  const sums = new Set<string>();
  for (let round = 0; round < rounds; round++) {
    const { output, error } = runPythonSync(program);
    if (error !== undefined) throw new Error(error.traceback);
    const own = read(output);
    stele.push(own.seconds);
    sums.add(own.sum);
    const { status, stdout } = spawnSync('python3', ['-c', program], { encoding: 'utf8' });
    if (status !== 0) continue;
    const theirs = read(stdout);
    python.push(theirs.seconds);
    sums.add(theirs.sum);
  }
  if (sums.size !== 1) throw new Error(`the sums differ: ${[...sums].join(', ')}`);
  const best = Math.min(...stele);
  console.log(`${title}\n`);
  console.log(`stele run  ${best.toFixed(3)} s`);
  if (python.length === 0) console.log('python3    not here');
  else {
    const peer = Math.min(...python);
    console.log(`python3    ${peer.toFixed(3)} s\nratio      ${(best / peer).toFixed(2)}`);
  }
}
