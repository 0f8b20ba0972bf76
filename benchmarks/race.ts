/** One contestant: `step` does one unit of work and returns a number, so that nothing can be left out. */
export interface Contestant {
  readonly name: string;
  readonly step: () => number;
  /** What the others are measured against. */
  readonly peer?: boolean;
}

export interface Result {
  readonly name: string;
  /** Units per second in the best of the rounds. */
  readonly best: number;
  readonly median: number;
  /** Best over the peer's best. */
  readonly ratio: number;
}

const now = (): number => performance.now();

/** Runs all in turn, several rounds, so that a busy machine slows everybody; prints a table of rates and ratios. */
export async function race(
  title: string,
  unit: string,
  contestants: readonly Contestant[],
  {
    rounds = 7,
    seconds = 0.5,
    print = console.log,
  }: { rounds?: number; seconds?: number; print?: (s: string) => void } = {},
): Promise<readonly Result[]> {
  const rates = contestants.map((): number[] => []);
  for (let round = -1; round < rounds; round++) {
    for (const [i, { step }] of contestants.entries()) {
      const end = now() + seconds * 1000;
      let count = 0;
      const began = now();
      do {
        for (let k = 0; k < 10; k++) step();
        count += 10;
      } while (now() < end);
      // the first round only warms up
      if (round >= 0) rates[i]!.push((count * 1000) / (now() - began));
      await new Promise((resolve) => setImmediate(resolve));
    }
  }
  const sorted = rates.map((list) => [...list].sort((a, b) => a - b));
  const peer = contestants.findIndex((c) => c.peer);
  const results = contestants.map(({ name }, i) => ({
    name,
    best: sorted[i]!.at(-1)!,
    median: sorted[i]![rounds >> 1]!,
    ratio: sorted[i]!.at(-1)! / sorted[peer]!.at(-1)!,
  }));
  const width = Math.max(...results.map((r) => r.name.length), 4);
  print(`${title}\n`);
  print(`${''.padEnd(width)}  ${`best ${unit}`.padStart(14)}  ${'median'.padStart(8)}  ${'ratio'.padStart(6)}`);
  for (const r of results) {
    print(
      `${r.name.padEnd(width)}  ${r.best.toFixed(0).padStart(14)}  ${r.median.toFixed(0).padStart(8)}  ${r.ratio.toFixed(2).padStart(6)}`,
    );
  }
  return results;
}
